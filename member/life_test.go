package member_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"chibo/access"
	"chibo/account"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/seal"
	"chibo/internal/workday"
	"chibo/member"
	"chibo/notify"
	"chibo/org"
	"chibo/org/orgtest"
)

// register is the tree with the use cases over it, and who was told.
type register struct {
	orgtest.Tree
	t     testing.TB
	d     *db.DB
	l     *member.Life
	left  []member.Ended
	ended []member.Ended
	moved []member.Moved
}

func newRegister(t testing.TB, d *db.DB) *register {
	t.Helper()
	days, err := workday.New()
	if err != nil {
		t.Fatal(err)
	}
	r := &register{Tree: orgtest.District(t, d), t: t, d: d}
	r.l = &member.Life{DB: d, Book: r.Book, Days: days, Keys: seal.Fresh()}
	r.l.OnLeft = append(r.l.OnLeft, func(_ context.Context, _ *db.Tx, e member.Ended) error { r.left = append(r.left, e); return nil })
	r.l.OnEnded = append(r.l.OnEnded, func(_ context.Context, _ *db.Tx, e member.Ended) error { r.ended = append(r.ended, e); return nil })
	r.l.OnMoved = append(r.l.OnMoved, func(_ context.Context, _ *db.Tx, m member.Moved) error { r.moved = append(r.moved, m); return nil })
	return r
}

func (r *register) lead(u org.Unit) access.Actor   { return orgtest.Actor(access.RoleLead, u) }
func (r *register) keeper(u org.Unit) access.Actor { return orgtest.Actor(access.RoleKeeper, u) }

func (r *register) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *register) member(ref ident.Ref) member.Membership {
	r.t.Helper()
	m, err := find(r.d, ref)
	r.must(err)
	return m
}

func (r *register) transfer(ref ident.Ref) (t member.Transfer) {
	r.t.Helper()
	r.must(r.d.Read(r.t.Context(), func(q db.Q) (err error) {
		t, err = member.TransferByID(r.t.Context(), q, ref)
		return err
	}))
	return t
}

// size gives the figures of a cell.
func (r *register) size(cell org.Unit) (s figure.State) {
	r.t.Helper()
	r.must(r.d.Read(r.t.Context(), func(q db.Q) (err error) {
		s, err = figure.StateOf(r.t.Context(), q, orgtest.Scope(r.t, cell, access.FigureRead))
		return err
	}))
	return s
}

// body says who is in the cell today, "Ba official, Ca guest".
func (r *register) body(cell org.Unit) string {
	r.t.Helper()
	var out []string
	r.must(r.d.Read(r.t.Context(), func(q db.Q) error {
		list, err := member.Body(r.t.Context(), q, cell.PartID, cell.ID, today())
		for _, m := range list {
			out = append(out, m.Name+" "+m.Standing)
		}
		return err
	}))
	return strings.Join(out, ", ")
}

func (r *register) rights(personID int64) string {
	r.t.Helper()
	var out []string
	r.must(r.d.Read(r.t.Context(), func(q db.Q) error {
		list, err := access.LoadGrants(r.t.Context(), q, personID, today())
		for _, g := range list {
			u, err := org.ByID(r.t.Context(), q, g.OrgID)
			if err != nil {
				return err
			}
			out = append(out, g.Role+" "+u.Short)
		}
		return err
	}))
	return strings.Join(out, ", ")
}

func move(kind string, to org.Unit) member.AnnounceIn {
	return member.AnnounceIn{Kind: kind, ToCell: to.ID, Basis: "12-QĐ/ĐU", BasisOn: civil.Of(2026, 10, 1)}
}

func fieldOf(err error) string {
	if f := fault.FieldsOf(err); len(f) > 0 {
		return f[0].Field + ": " + f[0].Key
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// rules.md 5.04: one transaction ends one membership and begins the next; the person's
// row, the account and the notices go along, the figures of both cells are right.
func TestInternalMoveToAnotherPart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRegister(t, d)
		ref := join(t, d, r.HoaBinh, official("Trần Văn Ba"))
		join(t, d, r.HoaBinh, official("Trần Văn An"))
		join(t, d, r.Village2, official("Lê Thị Ca"))
		spell(t, d, ref, member.SpellExempt, civil.Of(2026, 1, 1), civil.Date{})
		spell(t, d, ref, member.SpellAway, civil.Of(2025, 1, 1), civil.Of(2025, 3, 1))
		was := r.member(ref)
		acc := r.account(was)
		out, err := r.l.Announce(t.Context(), r.lead(r.HoaBinh), ref, move(member.TransferInternal, r.Village2))
		r.must(err)
		tr := r.transfer(out)
		if tr.State != member.Announced || tr.ToName != r.Village2.Name || r.body(r.Village2) != "Lê Thị Ca official" {
			t.Fatalf("%+v", tr)
		}
		step := member.StepIn{Day: civil.Of(2026, 11, 2), Version: tr.Version}
		if err := r.l.ConfirmArrived(t.Context(), r.lead(r.HoaBinh), out, step); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("the leaving cell confirms the arrival: %v", err)
		}
		r.must(r.l.ConfirmArrived(t.Context(), r.lead(r.Village2), out, step))
		if got := r.body(r.HoaBinh) + " / " + r.body(r.Village2); got != "Trần Văn An official / Trần Văn Ba exempt, Lê Thị Ca official" {
			t.Error(got)
		}
		if a, b := r.size(r.HoaBinh), r.size(r.Village2); a.Members != 1 || b.Members != 2 || b.Exempt != 1 || a.Exempt != 0 {
			t.Errorf("figures %+v, %+v", a, b)
		}
		if got := r.rights(was.PersonID); got != "member Chi bộ Thôn 2" {
			t.Errorf("rights: %s", got)
		}
		old, tr := r.member(ref), r.transfer(out)
		now := r.member(ident.Ref{Part: r.Village2.PartID, ID: tr.ToMembership})
		if old.To != step.Day || old.Ending != member.EndingTransfer || now.From != step.Day || now.OfficialOn != was.OfficialOn || now.PersonID != was.PersonID {
			t.Errorf("old %+v\nnow %+v", old, now)
		}
		r.must(d.Read(t.Context(), func(q db.Q) error {
			if _, err := member.PersonOf(t.Context(), q, r.HoaBinh.PartID, was.PersonID); !errors.Is(err, member.ErrNotFound) {
				t.Errorf("the person is still in the old part: %v", err)
			}
			p, err := member.PersonOf(t.Context(), q, r.Village2.PartID, was.PersonID)
			if err != nil || p.Name != "Trần Văn Ba" || p.Phone == "" {
				t.Errorf("%+v, %v", p, err)
			}
			a, err := account.ByPerson(t.Context(), q, was.PersonID)
			if err != nil || a.ID != acc || a.PartID != r.Village2.PartID {
				t.Errorf("account %+v, %v", a, err)
			}
			list, err := notify.List(t.Context(), q, r.Village2.PartID, was.PersonID, 9)
			if err != nil || len(list) != 2 || list[0].Kind != "member.transfer_you" {
				t.Errorf("notices %+v, %v", list, err)
			}
			return nil
		}))
		if len(r.ended) != 1 || len(r.left) != 0 || len(r.moved) != 1 {
			t.Errorf("told: %d ended, %d left, %d moved", len(r.ended), len(r.left), len(r.moved))
		}
	})
}

func (r *register) account(m member.Membership) (id int64) {
	r.t.Helper()
	svc, err := account.New(account.Config{DB: r.d, Clock: r.d.Clock(), Book: r.Book})
	r.must(err)
	hash, err := svc.Hash(r.t.Context(), "một mật khẩu dài")
	r.must(err)
	write(r.t, r.d, func(tx *db.Tx) error {
		a, err := svc.Create(r.t.Context(), tx, account.NewAccount{Login: "ba.hoabinh", Hash: hash, PersonID: m.PersonID, PartID: m.Part, Name: m.Name})
		id = a.ID
		if err != nil {
			return err
		}
		return notify.Send(r.t.Context(), tx, notify.Notice{Kind: "x.y", Href: "/"}, notify.To{Part: m.Part, PersonID: m.PersonID})
	})
	return id
}

// A keeper above both does both sides at once; one who keeps a single side cannot.
func TestMoveAtOnce(t *testing.T) {
	r := newRegister(t, dbtest.New(t))
	ref := join(t, r.d, r.HoaBinh, official("Trần Văn Ba"))
	in := move(member.TransferOfficial, r.Village2)
	_, err := r.l.MoveAtOnce(t.Context(), r.keeper(r.Town), ref, in, today())
	if got := fieldOf(err); got != "done: member.err.not_both_sides" {
		t.Errorf("one side: %s", got)
	}
	if r.body(r.HoaBinh) != "Trần Văn Ba official" {
		t.Error("half-applied")
	}
	out, err := r.l.MoveAtOnce(t.Context(), r.keeper(r.District), ref, in, today())
	r.must(err)
	if tr := r.transfer(out); tr.State != member.Arrived || tr.LeftOn != today() || tr.ArrivedOn != today() {
		t.Errorf("%+v", tr)
	}
	if got := r.body(r.HoaBinh) + "/" + r.body(r.Village2); got != "/Trần Văn Ba official" {
		t.Error(got)
	}
}

// rules.md 5.05-5.10: left here, arrived there; not received, the member is back from
// that day on and the time outside stays.
func TestOfficialTransfer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRegister(t, d)
		ref := join(t, d, r.HoaBinh, official("Trần Văn Ba"))
		in := member.AnnounceIn{Kind: member.TransferOfficial, ToText: "Đảng bộ phường Trường Vinh", Basis: "7-QĐ", BasisOn: civil.Of(2026, 9, 1)}
		out, err := r.l.Announce(t.Context(), r.lead(r.HoaBinh), ref, in)
		r.must(err)
		lead := r.lead(r.HoaBinh)
		r.must(r.l.ConfirmLeft(t.Context(), lead, out, member.StepIn{Day: civil.Of(2026, 9, 10), IntroducedOn: civil.Of(2026, 9, 9), Version: 1}))
		if tr := r.transfer(out); tr.IntroducedOn != civil.Of(2026, 9, 9) || r.body(r.HoaBinh) != "" || r.rights(r.member(ref).PersonID) != "" {
			t.Errorf("%+v", tr)
		}
		r.must(r.l.ConfirmReturned(t.Context(), lead, out, member.StepIn{Day: civil.Of(2026, 10, 5), Note: "không nhận", Version: 2}))
		if r.body(r.HoaBinh) != "Trần Văn Ba official" || r.size(r.HoaBinh).Members != 1 || r.member(ref).To != civil.Of(2026, 9, 10) {
			t.Errorf("back: %s, %+v", r.body(r.HoaBinh), r.member(ref))
		}
		if err := r.l.ConfirmReturned(t.Context(), lead, out, member.StepIn{Day: today(), Version: 3}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("returned twice: %v", err)
		}
		if len(r.left) != 0 {
			t.Errorf("told of %d who left", len(r.left))
		}
	})
}

// rules.md 5.12: the home cell keeps the member, the host cell has a guest.
func TestTemporaryActivity(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRegister(t, d)
		ref := join(t, d, r.HoaBinh, official("Trần Văn Ba"))
		in := move(member.TransferTemporary, r.Village2)
		in.UntilOn = civil.Of(2027, 5, 1)
		out, err := r.l.Announce(t.Context(), r.lead(r.HoaBinh), ref, in)
		r.must(err)
		r.must(r.l.ConfirmLeft(t.Context(), r.lead(r.HoaBinh), out, member.StepIn{Day: civil.Of(2026, 10, 3), Version: 1}))
		r.must(r.l.ConfirmArrived(t.Context(), r.lead(r.Village2), out, member.StepIn{Day: civil.Of(2026, 10, 5), Version: 2}))
		if got := r.body(r.HoaBinh) + " / " + r.body(r.Village2); got != "Trần Văn Ba temp_out / Trần Văn Ba guest" {
			t.Error(got)
		}
		if a, b := r.size(r.HoaBinh), r.size(r.Village2); a.Members != 1 || a.Away != 1 || b.Members != 0 {
			t.Errorf("%+v, %+v", a, b)
		}
		if got := r.rights(r.member(ref).PersonID); got != "member Chi bộ Tổ dân phố Hòa Bình, member Chi bộ Thôn 2" {
			t.Error(got)
		}
		tr := r.transfer(out)
		err = r.l.FinishSpell(t.Context(), r.lead(r.HoaBinh), ident.Ref{Part: ref.Part, ID: tr.SpellID}, today())
		if !errors.Is(err, member.ErrByTransfer) {
			t.Errorf("the spell ends without the transfer: %v", err)
		}
		r.must(r.l.ConfirmReturned(t.Context(), r.lead(r.HoaBinh), out, member.StepIn{Day: civil.Of(2026, 11, 2), Version: 3}))
		if got := r.body(r.HoaBinh) + " / " + r.body(r.Village2); got != "Trần Văn Ba official / " {
			t.Error(got)
		}
	})
}

// Two people confirm the same arrival at once: it happens once, the other is told.
func TestTwoConfirmTheSameArrival(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRegister(t, d)
		ref := join(t, d, r.HoaBinh, official("Trần Văn Ba"))
		out, err := r.l.Announce(t.Context(), r.lead(r.HoaBinh), ref, move(member.TransferInternal, r.Market))
		r.must(err)
		r.l.OnEnded, r.l.OnMoved = nil, nil
		const people = 8
		errs := make([]error, people)
		var wg sync.WaitGroup
		for i := range people {
			wg.Go(func() {
				errs[i] = r.l.ConfirmArrived(t.Context(), r.keeper(r.Town), out, member.StepIn{Day: today(), Version: 1})
			})
		}
		wg.Wait()
		done := 0
		for _, err := range errs {
			switch {
			case err == nil:
				done++
			case fault.KindOf(err) != fault.Conflict:
				t.Errorf("the others: %v", err)
			}
		}
		if done != 1 || r.body(r.Market) != "Trần Văn Ba official" || r.size(r.Market).Members != 1 {
			t.Errorf("%d confirmed; %s", done, r.body(r.Market))
		}
	})
}

// What is refused, field by field, with nothing written.
func TestTransfersRefused(t *testing.T) {
	r := newRegister(t, dbtest.New(t))
	ref := join(t, r.d, r.HoaBinh, official("Trần Văn Ba"))
	guest := official("Khách")
	guest.Kind = member.KindGuest
	visitor := join(t, r.d, r.HoaBinh, guest)
	lead := r.lead(r.HoaBinh)
	for name, c := range map[string]struct {
		who    access.Actor
		ref    ident.Ref
		change func(in *member.AnnounceIn)
		want   string
	}{
		"no kind":          {lead, ref, func(in *member.AnnounceIn) { in.Kind = "x" }, "kind: member.err.transfer_kind"},
		"no basis":         {lead, ref, func(in *member.AnnounceIn) { in.Basis = " " }, "basis: member.err.basis_empty"},
		"a basis to come":  {lead, ref, func(in *member.AnnounceIn) { in.BasisOn = today().AddDays(1) }, "basis_on: member.err.day_future"},
		"a month as basis": {lead, ref, func(in *member.AnnounceIn) { in.BasisOn, _ = civil.Parse("2026-10") }, "basis_on: member.err.day_empty"},
		"the same cell":    {lead, ref, func(in *member.AnnounceIn) { in.ToCell = r.HoaBinh.ID }, "to_cell: member.err.to_same"},
		"a committee":      {lead, ref, func(in *member.AnnounceIn) { in.ToCell = r.Commune.ID }, "to_cell: member.err.to_no_cell"},
		"nowhere":          {lead, ref, func(in *member.AnnounceIn) { in.ToCell = 0 }, "to_cell: member.err.to_empty"},
		"no such cell":     {lead, ref, func(in *member.AnnounceIn) { in.ToCell = 99 }, "to_cell: member.err.to_empty"},
		"no end":           {lead, ref, func(in *member.AnnounceIn) { in.Kind = member.TransferTemporary }, "until_on: member.err.until_empty"},
		"abroad, a cell":   {lead, ref, func(in *member.AnnounceIn) { in.Kind = member.TransferAbroad }, "to_cell: member.err.to_abroad"},
		"a guest":          {lead, visitor, func(*member.AnnounceIn) {}, "conflict: member.err.not_home"},
		"another cell":     {r.lead(r.Village2), ref, func(*member.AnnounceIn) {}, "forbidden: access.err.forbidden"},
		"the committee":    {orgtest.Actor(access.RoleCommittee, r.HoaBinh), ref, func(*member.AnnounceIn) {}, "forbidden: access.err.forbidden"},
	} {
		in := move(member.TransferInternal, r.Village2)
		c.change(&in)
		if _, err := r.l.Announce(t.Context(), c.who, c.ref, in); fieldOf(err) != c.want {
			t.Errorf("%s: %s, want %s", name, fieldOf(err), c.want)
		}
	}
	out, err := r.l.Announce(t.Context(), lead, ref, move(member.TransferInternal, r.Village2))
	r.must(err)
	if _, err := r.l.Announce(t.Context(), lead, ref, move(member.TransferInternal, r.Market)); !strings.Contains(fieldOf(err), "transfer_open") {
		t.Errorf("a second one: %v", err)
	}
	for name, day := range map[string]civil.Date{"to come": today().AddDays(1), "before joining": civil.Of(2018, 1, 1), "none": {}} {
		if err := r.l.ConfirmArrived(t.Context(), r.lead(r.Village2), out, member.StepIn{Day: day, Version: 1}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := r.l.ConfirmArrived(t.Context(), r.lead(r.Village2), out, member.StepIn{Day: today(), Version: 7}); !errors.Is(err, member.ErrChanged) {
		t.Errorf("another version: %v", err)
	}
	r.must(r.l.Cancel(t.Context(), r.lead(r.Village2), out, member.StepIn{Version: 1}))
	if r.body(r.HoaBinh) != "Trần Văn Ba official, Khách guest" && r.body(r.HoaBinh) != "Khách guest, Trần Văn Ba official" {
		t.Error(r.body(r.HoaBinh))
	}
}

// Posts, spells and a stay elsewhere end with the membership; the person is told gone.
func TestDeathEndsAll(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRegister(t, d)
		ref := join(t, d, r.HoaBinh, official("Trần Văn Ba"))
		in := move(member.TransferTemporary, r.Village2)
		in.UntilOn = civil.Of(2027, 5, 1)
		out, err := r.l.Announce(t.Context(), r.lead(r.HoaBinh), ref, in)
		r.must(err)
		r.must(r.l.ConfirmLeft(t.Context(), r.lead(r.HoaBinh), out, member.StepIn{Day: civil.Of(2026, 10, 3), Version: 1}))
		r.must(r.l.ConfirmArrived(t.Context(), r.lead(r.Village2), out, member.StepIn{Day: civil.Of(2026, 10, 5), Version: 2}))
		r.must(r.l.RecordDeath(t.Context(), r.lead(r.HoaBinh), ref, civil.Of(2026, 10, 30), "Bệnh nặng"))
		if got := r.body(r.HoaBinh) + "/" + r.body(r.Village2); got != "/" {
			t.Error(got)
		}
		if tr := r.transfer(out); tr.State != member.Returned || r.rights(tr.PersonID) != "" {
			t.Errorf("%+v", tr)
		}
		if m := r.member(ref); m.Ending != member.EndingDeath || m.To != civil.Of(2026, 10, 31) || len(r.left) != 1 || len(r.ended) != 2 {
			t.Errorf("%+v, told %d, %d", m, len(r.left), len(r.ended))
		}
		if err := r.l.RecordDeath(t.Context(), r.lead(r.HoaBinh), ref, today(), ""); fault.KindOf(err) != fault.Conflict {
			t.Errorf("twice: %v", err)
		}
	})
}
