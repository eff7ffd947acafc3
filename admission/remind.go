package admission

import (
	"context"
	"maps"
	"slices"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/tree"
	"chibo/member"
	"chibo/notify"
	"chibo/org"
	"chibo/rulebook"
)

// actors gives where the notices of those lie who act for a unit.
func actors(ctx context.Context, tx *db.Tx, u org.Unit) ([]notify.To, error) {
	by, err := actorsOf(ctx, tx, tx.Today(), []org.Unit{u})
	return by[u.ID], err
}

// actorsOf gives it for many units: of a cell its lead and deputies, of a committee its
// officers and organisation officers.
func actorsOf(ctx context.Context, q db.Q, today civil.Date, units []org.Unit) (map[int64][]notify.To, error) {
	var cells, above []int64
	for _, u := range units {
		if u.IsCell() {
			cells = append(cells, u.ID)
		} else {
			above = append(above, u.ID)
		}
	}
	leads, err := access.Seats(ctx, q, access.RoleLead, access.RoleDeputy, cells, today)
	if err != nil {
		return nil, err
	}
	officers, err := access.Seats(ctx, q, access.RoleUpper, access.RoleKeeper, above, today)
	out := make(map[int64][]notify.To, len(units))
	for _, x := range append(leads, officers...) {
		if x.Part != 0 {
			out[x.OrgID] = append(out[x.OrgID], notify.To{Part: x.Part, PersonID: x.PersonID})
		}
	}
	return out, err
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

// remindPage is how many dossiers Remind reads and tells of at once: it writes page by page,
// each in its own short transaction, so that nobody waits for it.
const remindPage = 200

// remindTries is how often one page is tried while others tell too.
const remindTries = 20

// dueSQL walks the dossiers in the order of their keys, from where the page before ended, and
// gives their deadlines that are over or near; none for one whose row says more than its
// deadlines. What the texts are put together for keeps an engine from sorting all that is due
// for each page. It gives with each deadline the least mark that was told of it, or one above
// all.
const dueSQL = `SELECT d.part_id, d.id, d.holder_id, COALESCE(c.clock, ''), COALESCE(c.due, ''),
  COALESCE((SELECT o.path FROM org o WHERE o.id = d.cell_id), ''), COALESCE((SELECT o.name FROM org o WHERE o.id = d.cell_id), ''),
  COALESCE((SELECT MIN(t.mark) FROM dossier_told t WHERE t.part_id = c.part_id AND t.dossier_id = c.dossier_id AND t.clock = c.clock AND t.due = c.due), 99999)
  FROM (SELECT k.part_id, k.id, k.cell_id, k.holder_id FROM dossier k
         WHERE (k.part_id, k.id) > ($2, $3) AND k.state || '' = 'open' AND k.due <> '' AND k.due || '' <= $1 ORDER BY k.part_id, k.id LIMIT $4) d
  LEFT JOIN dossier_clock c ON c.part_id = d.part_id AND c.dossier_id = d.id AND c.done_on = '' AND c.due <= $1
 ORDER BY d.part_id, d.id, c.clock`

// toldSQL refuses what was told already: of two that tell at once only one does.
const toldSQL = `INSERT INTO dossier_told (part_id, dossier_id, clock, due, mark, at) VALUES ($1, $2, $3, $4, $5, $6)`

// dueRow is a deadline that is over or comes near.
type dueRow struct {
	ref    ident.Ref
	holder int64
	clock  string
	due    civil.Date
	path   tree.Path // of the cell
	cell   string
	told   int // least mark that was told
}

// Remind tells who must act next of each deadline that comes near, at the marks of the
// rulebook and on the day, and when it is over the levels above, one after the other. It may
// run at any time and again, be ended in the middle, or run twice at once: what was told stays
// told, once, and after a pause only the nearest mark is told.
func (s *Service) Remind(ctx context.Context) error {
	today := civil.From(s.DB.Clock().Now())
	r := &round{s: s, today: today, to: map[int64][]notify.To{}, units: map[int64]org.Unit{}}
	for _, n := range s.Book.At(today, "").Ints(rulebook.AdmissionAlarmDays) {
		r.ahead = max(r.ahead, n)
	}
	for more, tries := true, 0; more; {
		var list []alarm
		last := r.after
		err := s.DB.Read(ctx, func(q db.Q) (err error) {
			list, last, more, err = r.page(ctx, q)
			return err
		})
		if err == nil && len(list) > 0 {
			err = s.DB.Write(ctx, func(tx *db.Tx) error { return tell(ctx, tx, list) })
		}
		if tries++; db.IsUnique(err) && tries < remindTries {
			more = true // somebody else tells too: look again at what is left of this page
			continue
		}
		if err != nil {
			return err
		}
		r.after, tries = last, 0
	}
	return nil
}

// round is one pass over all deadlines. It remembers units and who acts for them.
type round struct {
	s     *Service
	today civil.Date
	ahead int       // days before a deadline at which it is first told
	after ident.Ref // last dossier of the page before
	units map[int64]org.Unit
	to    map[int64][]notify.To
}

// unitsKept bounds what a round remembers.
const unitsKept = 5000

// alarm is what is to be told of a deadline.
type alarm struct {
	dueRow
	kind  string
	level int // so many levels above are told too
	mark  int

	units []org.Unit // the holder, then the levels above it
	to    [][]notify.To
}

// page reads the next dossiers and gives what is new of their deadlines, with whom it is told
// to.
func (r *round) page(ctx context.Context, q db.Q) (out []alarm, last ident.Ref, more bool, err error) {
	last = r.after
	dossiers := 0
	page, err := db.List(ctx, q, func(s db.Scanner) (d dueRow, err error) {
		return d, s.Scan(&d.ref.Part, &d.ref.ID, &d.holder, &d.clock, &d.due, (*string)(&d.path), &d.cell, &d.told)
	}, dueSQL, r.today.AddDays(r.ahead), last.Part, last.ID, remindPage)
	if err != nil {
		return nil, last, false, err
	}
	for _, d := range page {
		if d.ref != last {
			last = d.ref
			dossiers++
		}
		if a, ok := r.alarm(d); ok && d.clock != "" {
			out = append(out, a)
		}
	}
	return out, last, dossiers == remindPage, r.address(ctx, q, out)
}

// alarm gives the mark that a deadline has reached; ok is false when it has reached none
// that was not told.
func (r *round) alarm(d dueRow) (a alarm, ok bool) {
	a = alarm{dueRow: d, kind: "admission.due"}
	set := r.s.Book.At(r.today, d.path)
	left := d.due.Sub(r.today)
	a.mark, ok = markOf(set.Ints(rulebook.AdmissionAlarmDays), left)
	if left < 0 {
		for i, n := range set.Ints(rulebook.AdmissionRiseDays) {
			if -left >= n {
				a.kind, a.level, a.mark, ok = "admission.late", i+1, -n, true
			}
		}
	}
	return a, ok && a.mark < d.told
}

// address finds the units that alarms go to, level by level, and who acts for them: each
// level and each kind of unit is asked for once in a page, not once for each dossier.
func (r *round) address(ctx context.Context, q db.Q, list []alarm) error {
	if len(r.units) > unitsKept {
		clear(r.units)
		clear(r.to)
	}
	next := func(a alarm) int64 { return a.holder }
	for level, more := 0, len(list) > 0; more; level++ {
		if err := r.learn(ctx, q, list, next); err != nil {
			return err
		}
		more = false
		for i := range list {
			a := &list[i]
			if u, ok := r.units[next(*a)]; ok {
				a.units = append(a.units, u)
				a.to = append(a.to, r.to[u.ID])
				more = more || a.level > level
			}
		}
		next = func(a alarm) int64 {
			if a.level <= level || len(a.units) != level+1 {
				return 0
			}
			return a.units[level].ParentID
		}
	}
	return nil
}

// learn looks up the units that next names, and who acts for them, where it does not know
// them yet.
func (r *round) learn(ctx context.Context, q db.Q, list []alarm, next func(alarm) int64) error {
	var ids []int64
	asked := map[int64]bool{0: true}
	for _, a := range list {
		id := next(a)
		if _, known := r.units[id]; !known && !asked[id] {
			asked[id] = true
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	found, err := org.ByIDs(ctx, q, ids)
	if err != nil {
		return err
	}
	to, err := actorsOf(ctx, q, r.today, slices.Collect(maps.Values(found)))
	maps.Copy(r.units, found)
	maps.Copy(r.to, to)
	return err
}

// tell tells the holder, and of what is late so many levels above it: that a cell's dossier
// waits with whom, not whose it is.
func tell(ctx context.Context, tx *db.Tx, list []alarm) error {
	rows := make([][]any, 0, len(list))
	var letters []notify.Letter
	for _, a := range list {
		rows = append(rows, []any{a.ref.Part, a.ref.ID, a.clock, a.due, a.mark, tx.NowMS()})
		for i, u := range a.units {
			n := notify.Notice{Kind: a.kind, Href: Href(a.ref), Args: map[string]any{"Cell": a.cell, "Due": a.due, "Unit": a.units[0].Name}}
			if i > 0 {
				n.Kind, n.Href = "admission.risen", BoardHref(u.ID)+"?tab=late"
			}
			letters = append(letters, notify.Letter{Notice: n, To: a.to[i]})
		}
	}
	if err := db.Many(ctx, tx, toldSQL, rows); err != nil {
		return err
	}
	return notify.SendAll(ctx, tx, letters)
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
