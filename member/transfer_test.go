package member_test

import (
	"context"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/org"
)

// The life of transfers as a machine: whatever is pressed in whatever order, an act is
// taken exactly when the state allows it, and afterwards the person is at home in at
// most one cell on every day, has the rights of just those cells where he or she is
// today, lies in the part of the home cell, and the figures are those of a recount.
func TestTransferMachine(t *testing.T) {
	d := dbtest.New(t)
	r := newRegister(t, d)
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		name := fmt.Sprintf("Người %d", n)
		m := official(name)
		m.From = civil.Of(2020, 1, 1)
		m = r.member(join(t, d, r.HoaBinh, m))
		write(t, d, func(tx *db.Tx) error {
			return member.RefreshState(t.Context(), tx, r.HoaBinh.PartID, r.HoaBinh.ID, tx.Today())
		})
		w := &walker{rt: rt, r: r, person: m.PersonID, day: civil.Of(2026, 1, 1)}
		acts := map[string]func(*rapid.T){}
		for _, cell := range []org.Unit{r.HoaBinh, r.Market, r.Village2} {
			acts["announce to "+cell.Short] = func(rt *rapid.T) { w.announce(rt, cell) }
		}
		acts["announce to outside"] = func(rt *rapid.T) { w.announce(rt, org.Unit{}) }
		acts["left"] = func(*rapid.T) { w.step(member.LeftCell, r.l.ConfirmLeft) }
		acts["arrived"] = func(*rapid.T) { w.step(member.Arrived, r.l.ConfirmArrived) }
		acts["returned"] = func(*rapid.T) { w.step(member.Returned, r.l.ConfirmReturned) }
		acts["cancelled"] = func(*rapid.T) { w.step(member.Cancelled, r.l.Cancel) }
		acts[""] = func(*rapid.T) { w.check() }
		rt.Repeat(acts)
	})
}

type walker struct {
	rt     *rapid.T
	r      *register
	person int64
	day    civil.Date // of the next act: each is a day later
	ref    ident.Ref  // the transfer under way or the last one
}

func (w *walker) read(fn func(q db.Q) error) {
	if err := w.r.d.Read(w.r.t.Context(), fn); err != nil {
		w.rt.Fatal(err)
	}
}

func (w *walker) memberships() (list []member.Membership) {
	w.read(func(q db.Q) (err error) {
		list, err = db.List(w.r.t.Context(), q, func(s db.Scanner) (m member.Membership, err error) {
			return m, s.Scan(&m.Part, &m.ID, &m.CellID, &m.Kind, &m.From, &m.To)
		}, `SELECT part_id, id, cell_id, kind, from_day, to_day FROM membership WHERE person_id = $1 ORDER BY from_day, id`, w.person)
		return err
	})
	return list
}

// home gives the open home membership; ok is false on the way between two cells.
func (w *walker) home() (out member.Membership, ok bool) {
	for _, m := range w.memberships() {
		if m.Kind == member.KindHome && m.To.IsZero() {
			out, ok = m, true
		}
	}
	return out, ok
}

func (w *walker) announce(rt *rapid.T, to org.Unit) {
	home, ok := w.home()
	if !ok {
		return
	}
	w.day = w.day.AddDays(1)
	in := member.AnnounceIn{
		Kind:   rapid.SampledFrom([]string{member.TransferInternal, member.TransferOfficial, member.TransferTemporary, member.TransferAbroad}).Draw(rt, "kind"),
		ToCell: to.ID, Basis: "1-QĐ", BasisOn: w.day, UntilOn: w.day.AddDays(200),
	}
	if to.ID == 0 {
		in.ToText = "Nơi khác"
	}
	var before []member.Transfer
	w.read(func(q db.Q) (err error) {
		before, err = member.TransfersOf(w.r.t.Context(), q, w.person)
		return err
	})
	pending := false
	for _, t := range before {
		own := t.FromMembership == home.ID
		pending = pending || own && (t.Pending() || in.Kind == member.TransferTemporary && t.Open())
	}
	may := !pending && to.ID != home.CellID && (to.ID != 0 || in.Kind != member.TransferInternal) && (to.ID == 0 || in.Kind != member.TransferAbroad)
	ref, err := w.r.l.Announce(w.r.t.Context(), w.r.keeper(w.r.District), home.Ref(), in)
	if (err == nil) != may {
		w.rt.Fatalf("announced %s to %q: %v, want %v", in.Kind, to.Short, err, may)
	}
	if err == nil {
		w.ref = ref
	}
}

func (w *walker) step(state string, act func(ctx context.Context, a access.Actor, ref ident.Ref, in member.StepIn) error) {
	if w.ref.IsZero() {
		return
	}
	var t member.Transfer
	w.read(func(q db.Q) (err error) {
		t, err = member.TransferByID(w.r.t.Context(), q, w.ref)
		return err
	})
	w.day = w.day.AddDays(1)
	err := act(w.r.t.Context(), w.r.keeper(w.r.District), w.ref, member.StepIn{Day: w.day, Version: t.Version})
	switch {
	case t.May(state) && err != nil:
		w.rt.Fatalf("%s → %s: %v", t.State, state, err)
	case !t.May(state) && fault.KindOf(err) != fault.Conflict:
		w.rt.Fatalf("%s → %s: %v, want a conflict", t.State, state, err)
	}
}

func (w *walker) check() {
	list := w.memberships()
	rights := map[int64]bool{}
	homePart := int64(0)
	for i, m := range list {
		if m.To.IsZero() {
			rights[m.CellID] = true
		}
		if m.Kind != member.KindHome {
			continue
		}
		homePart = m.Part
		for _, o := range list[i+1:] {
			if o.Kind == member.KindHome && (m.To.IsZero() || o.From.Before(m.To)) {
				w.rt.Fatalf("two cells on one day: %+v, %+v", m, o)
			}
		}
	}
	w.read(func(q db.Q) error {
		if _, err := member.PersonOf(w.r.t.Context(), q, homePart, w.person); err != nil {
			w.rt.Fatalf("the person is not in the part of the home: %v", err)
		}
		grants, err := access.LoadGrants(w.r.t.Context(), q, w.person, today())
		if len(grants) != len(rights) {
			w.rt.Fatalf("rights %+v, cells %v", grants, rights)
		}
		for _, g := range grants {
			if !rights[g.OrgID] {
				w.rt.Fatalf("a right in %d that is over", g.OrgID)
			}
		}
		return err
	})
	for _, cell := range []org.Unit{w.r.HoaBinh, w.r.Market, w.r.Village2} {
		had := w.r.size(cell)
		var n, out int
		w.read(func(q db.Q) error {
			body, err := member.Body(w.r.t.Context(), q, cell.PartID, cell.ID, today())
			for _, m := range body {
				if m.Standing != member.StandingGuest {
					n++
				}
				if m.Standing == member.SpellTempOut {
					out++
				}
			}
			return err
		})
		if had.Cells > 0 && (had.Members != n || had.Away != out) {
			w.rt.Fatalf("%s: figures %+v, counted %d with %d away", cell.Short, had, n, out)
		}
	}
}
