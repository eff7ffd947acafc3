package admission

import (
	"context"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/notify"
	"chibo/org"
	"chibo/rulebook"
)

// actors gives where the notices of those lie who act for a unit.
func actors(ctx context.Context, tx *db.Tx, u org.Unit) (to []notify.To, err error) {
	today := tx.Today()
	var people []int64
	if u.IsCell() {
		people, err = access.Leads(ctx, tx, u.ID, today)
	} else {
		for _, role := range []string{access.RoleUpper, access.RoleKeeper} {
			list, err := access.Holders(ctx, tx, role, u.ID, today)
			if err != nil {
				return nil, err
			}
			people = append(people, list...)
		}
	}
	if err != nil {
		return nil, err
	}
	seen := map[int64]bool{}
	for _, p := range people {
		if seen[p] {
			continue
		}
		seen[p] = true
		part, err := access.HomePart(ctx, tx, p, today)
		if err != nil {
			return nil, err
		}
		if part != 0 {
			to = append(to, notify.To{Part: part, PersonID: p})
		}
	}
	return to, nil
}

// tellNext tells who acts next that a dossier came to them: of which cell, never of whom.
func (t *turn) tellNext(ctx context.Context) error {
	u, err := t.s.unit(ctx, t.tx, t.d.HolderID)
	if err != nil {
		return err
	}
	to, err := actors(ctx, t.tx, u)
	if err != nil {
		return err
	}
	return notify.Send(ctx, t.tx, notify.Notice{
		Kind: "admission.arrived", Href: Href(t.d.Ref), Args: map[string]any{"Cell": t.cell.Name, "Due": t.d.Due},
	}, to...)
}

// tellHelper tells a member whom the cell asked to help somebody; the page says whom.
func (t *turn) tellHelper(ctx context.Context, h Helper) error {
	m, err := member.ByID(ctx, t.tx, ident.Ref{Part: t.d.Ref.Part, ID: h.MembershipID})
	if err != nil {
		return err
	}
	part, err := access.HomePart(ctx, t.tx, m.PersonID, t.tx.Today())
	if err != nil || part == 0 {
		return err
	}
	notice := notify.Notice{Kind: "admission.helper", Href: Href(t.d.Ref), Args: map[string]any{"Cell": t.cell.Name}}
	return notify.Send(ctx, t.tx, notice, notify.To{Part: part, PersonID: m.PersonID})
}

// remindPage is how many deadlines Remind reads at once; it writes page by page, so that
// nobody waits for it.
const remindPage = 200

// dueSQL walks the dossiers in the order of their keys, from where the page before ended: what
// the texts are put together for keeps an engine from sorting all that is due for each page. It
// gives with each deadline the least mark that was told of it, or one above all.
const dueSQL = `SELECT d.part_id, d.id, d.cell_id, d.holder_id, c.clock, c.due, COALESCE((SELECT MIN(t.mark) FROM dossier_told t
   WHERE t.part_id = c.part_id AND t.dossier_id = c.dossier_id AND t.clock = c.clock AND t.due = c.due), 99999) FROM dossier d JOIN dossier_clock c ON c.part_id = d.part_id AND c.dossier_id = d.id
 WHERE d.part_id >= $2 AND d.state || '' = 'open' AND d.due <> '' AND d.due || '' <= $1 AND c.done_on = '' AND c.due <= $1
   AND (d.part_id, d.id, c.clock) > ($2, $3, $4)
 ORDER BY d.part_id, d.id, c.clock LIMIT $5`

const toldSQL = `INSERT INTO dossier_told (part_id, dossier_id, clock, due, mark, at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (part_id, dossier_id, clock, due, mark) DO NOTHING`

type dueRow struct {
	ref          ident.Ref
	cell, holder int64
	clock        string
	due          civil.Date
	told         int
}

// Remind tells who must act next of each deadline that comes near, at the marks of the
// rulebook and on the day, and when it is over the levels above, one after the other. It may
// run at any time and again: what was told stays told, and after a pause only the nearest
// mark is told.
func (s *Service) Remind(ctx context.Context) error {
	today := civil.From(s.DB.Clock().Now())
	ahead := 0
	for _, n := range s.Book.At(today, "").Ints(rulebook.AdmissionAlarmDays) {
		ahead = max(ahead, n)
	}
	run, after := &round{s: s, today: today, units: map[int64]org.Unit{}, to: map[int64][]notify.To{}}, dueRow{}
	for {
		var page []dueRow
		err := s.DB.Read(ctx, func(q db.Q) (err error) {
			page, err = db.List(ctx, q, func(r db.Scanner) (d dueRow, err error) {
				return d, r.Scan(&d.ref.Part, &d.ref.ID, &d.cell, &d.holder, &d.clock, &d.due, &d.told)
			}, dueSQL, today.AddDays(ahead), after.ref.Part, after.ref.ID, after.clock, remindPage)
			return err
		})
		if err != nil || len(page) == 0 {
			return err
		}
		after = page[len(page)-1]
		if err := run.page(ctx, page); err != nil {
			return err
		}
	}
}

// round is one pass over all deadlines: it looks up each unit, and who acts for it, once.
type round struct {
	s     *Service
	today civil.Date
	units map[int64]org.Unit
	to    map[int64][]notify.To
}

func (r *round) unit(ctx context.Context, q db.Q, id int64) (u org.Unit, err error) {
	u, ok := r.units[id]
	if !ok {
		if u, err = org.ByID(ctx, q, id); err == nil {
			r.units[id] = u
		}
	}
	return u, err
}

func (r *round) actors(ctx context.Context, tx *db.Tx, u org.Unit) (to []notify.To, err error) {
	to, ok := r.to[u.ID]
	if !ok {
		if to, err = actors(ctx, tx, u); err == nil {
			r.to[u.ID] = to
		}
	}
	return to, err
}

// alarm is what is to be told of a deadline.
type alarm struct {
	dueRow
	cell  org.Unit
	kind  string
	level int // so many levels above are told too
	mark  int
}

// page tells what is new of some deadlines. It writes nothing where nothing is.
func (r *round) page(ctx context.Context, page []dueRow) error {
	var list []alarm
	err := r.s.DB.Read(ctx, func(q db.Q) error {
		list = list[:0]
		for _, d := range page {
			a, ok, err := r.alarm(ctx, q, d)
			if err != nil {
				return err
			}
			if ok {
				list = append(list, a)
			}
		}
		return nil
	})
	if err != nil || len(list) == 0 {
		return err
	}
	return r.s.DB.Write(ctx, func(tx *db.Tx) error {
		for _, a := range list {
			if err := r.tell(ctx, tx, a); err != nil {
				return err
			}
		}
		return nil
	})
}

// alarm gives the mark that a deadline has reached; ok is false when it has reached none
// that was not told.
func (r *round) alarm(ctx context.Context, q db.Q, d dueRow) (a alarm, ok bool, err error) {
	a = alarm{dueRow: d, kind: "admission.due"}
	if a.cell, err = r.unit(ctx, q, d.cell); err != nil {
		return a, false, err
	}
	set := r.s.Book.At(r.today, a.cell.Path)
	left := d.due.Sub(r.today)
	a.mark, ok = markOf(set.Ints(rulebook.AdmissionAlarmDays), left)
	if left < 0 {
		for i, n := range set.Ints(rulebook.AdmissionRiseDays) {
			if -left >= n {
				a.kind, a.level, a.mark, ok = "admission.late", i+1, -n, true
			}
		}
	}
	return a, ok && a.mark < d.told, nil
}

// tell tells the holder, and of what is late so many levels above it: that a cell's dossier
// waits with whom, not whose it is.
func (r *round) tell(ctx context.Context, tx *db.Tx, a alarm) error {
	res, err := tx.Exec(ctx, toldSQL, a.ref.Part, a.ref.ID, a.clock, a.due, a.mark, tx.NowMS())
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err
	}
	at, err := r.unit(ctx, tx, a.holder)
	if err != nil {
		return err
	}
	to, err := r.actors(ctx, tx, at)
	if err != nil {
		return err
	}
	args := map[string]any{"Cell": a.cell.Name, "Due": a.due, "Unit": at.Name}
	if err := notify.Send(ctx, tx, notify.Notice{Kind: a.kind, Href: Href(a.ref), Args: args}, to...); err != nil {
		return err
	}
	for range a.level {
		if at.ParentID == 0 {
			return nil
		}
		if at, err = r.unit(ctx, tx, at.ParentID); err != nil {
			return err
		}
		if to, err = r.actors(ctx, tx, at); err != nil {
			return err
		}
		notice := notify.Notice{Kind: "admission.risen", Href: BoardHref(at.ID) + "?tab=late", Args: args}
		if err := notify.Send(ctx, tx, notice, to...); err != nil {
			return err
		}
	}
	return nil
}

// markOf gives the mark that is reached: the least one of the rule that is not below what
// is left.
func markOf(marks []int, left int) (mark int, ok bool) {
	for _, m := range marks {
		if left >= 0 && left <= m && (!ok || m < mark) {
			mark, ok = m, true
		}
	}
	return mark, ok
}
