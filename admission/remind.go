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
const remindPage = 500

const dueSQL = `SELECT d.part_id, d.id, d.cell_id, d.holder_id, c.clock, c.due FROM dossier d JOIN dossier_clock c ON c.part_id = d.part_id AND c.dossier_id = d.id
 WHERE d.state = 'open' AND d.due <> '' AND d.due <= $1 AND c.done_on = '' AND c.due <= $1 AND (d.part_id, d.id, c.clock) > ($2, $3, $4)
 ORDER BY d.part_id, d.id, c.clock LIMIT $5`

const toldSQL = `INSERT INTO dossier_told (part_id, dossier_id, clock, due, mark, at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (part_id, dossier_id, clock, due, mark) DO NOTHING`

type dueRow struct {
	ref          ident.Ref
	cell, holder int64
	clock        string
	due          civil.Date
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
	var after dueRow
	for {
		var page []dueRow
		err := s.DB.Read(ctx, func(q db.Q) (err error) {
			page, err = db.List(ctx, q, func(r db.Scanner) (d dueRow, err error) {
				return d, r.Scan(&d.ref.Part, &d.ref.ID, &d.cell, &d.holder, &d.clock, &d.due)
			}, dueSQL, today.AddDays(ahead), after.ref.Part, after.ref.ID, after.clock, remindPage)
			return err
		})
		if err != nil || len(page) == 0 {
			return err
		}
		after = page[len(page)-1]
		if err := s.remindPage(ctx, page, today); err != nil {
			return err
		}
	}
}

func (s *Service) remindPage(ctx context.Context, page []dueRow, today civil.Date) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		units := map[int64]org.Unit{}
		unit := func(id int64) (u org.Unit, err error) {
			u, ok := units[id]
			if !ok {
				if u, err = org.ByID(ctx, tx, id); err == nil {
					units[id] = u
				}
			}
			return u, err
		}
		for _, d := range page {
			if err := s.remind(ctx, tx, d, today, unit); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Service) remind(ctx context.Context, tx *db.Tx, d dueRow, today civil.Date, unit func(int64) (org.Unit, error)) error {
	cell, err := unit(d.cell)
	if err != nil {
		return err
	}
	u, err := unit(d.holder)
	if err != nil {
		return err
	}
	set := s.Book.At(today, cell.Path)
	left := d.due.Sub(today)
	kind, level := "admission.due", 0
	mark, ok := markOf(set.Ints(rulebook.AdmissionAlarmDays), left)
	if left < 0 {
		for i, n := range set.Ints(rulebook.AdmissionRiseDays) {
			if -left >= n {
				kind, level, mark, ok = "admission.late", i+1, -n, true
			}
		}
	}
	if !ok {
		return nil
	}
	res, err := tx.Exec(ctx, toldSQL, d.ref.Part, d.ref.ID, d.clock, d.due, mark, tx.NowMS())
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err
	}
	return s.tellLevels(ctx, tx, d, cell, u, kind, level, unit)
}

// tellLevels tells the holder, and of what is late so many levels above it: that a cell's
// dossier waits with whom, not whose it is.
func (s *Service) tellLevels(ctx context.Context, tx *db.Tx, d dueRow, cell, holder org.Unit, kind string, level int, unit func(int64) (org.Unit, error)) error {
	to, err := actors(ctx, tx, holder)
	if err != nil {
		return err
	}
	args := map[string]any{"Cell": cell.Name, "Due": d.due, "Unit": holder.Name}
	if err := notify.Send(ctx, tx, notify.Notice{Kind: kind, Href: Href(d.ref), Args: args}, to...); err != nil {
		return err
	}
	at := holder
	for range level {
		if at.ParentID == 0 {
			return nil
		}
		if at, err = unit(at.ParentID); err != nil {
			return err
		}
		if to, err = actors(ctx, tx, at); err != nil {
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
