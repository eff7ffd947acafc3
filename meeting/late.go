package meeting

import (
	"context"

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

// A step of the month path that is late is told to its owner first, once. Only when it
// stays late for the days of the rulebook (path.rise_days) does the committee above see
// it. What comes after the meeting is not looked at here: who has not met and whose papers
// are late stands on the wall by figures.

// waiting are the steps that a meeting at a state waits for: what was passed over does not
// count any more.
const waiting = `(m.state = 'preparing' AND s.step IN ('prepare', 'committee', 'invite') OR m.state = 'agreed' AND s.step = 'invite'
   OR m.state = 'invited' AND s.step = 'hold')`

// lookBack bounds how far back late steps are looked for: an older meeting was forgotten.
const lookBack = 92

type lateStep struct {
	ref   ident.Ref
	step  string
	owner int64
	due   civil.Date
	day   civil.Date
	kind  string
	unit  org.Unit
}

const lateSQL = `SELECT m.part_id, m.id, s.step, s.owner_id, s.due, m.day, m.kind, o.id, o.path, o.name
  FROM org o JOIN meeting m ON m.part_id = o.part_id AND m.org_id = o.id
    JOIN meeting_step s ON s.part_id = m.part_id AND s.meeting_id = m.id
    LEFT JOIN step_told t ON t.part_id = s.part_id AND t.meeting_id = s.meeting_id AND t.step = s.step AND t.due = s.due
 WHERE m.body = 'cell' AND m.day >= $2 AND s.done_on = '' AND s.due < $1 AND s.owner_id <> 0 AND t.step IS NULL AND ` + waiting + `
   AND (m.part_id, m.id) > ($3, $4) ORDER BY m.part_id, m.id, s.step LIMIT $5`

const toldSQL = `INSERT INTO step_told (part_id, meeting_id, step, due, at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (part_id, meeting_id, step, due) DO NOTHING`

// latePage is how many steps RemindSteps looks at in one transaction.
const latePage = 500

// RemindSteps tells the owners of late steps, each step once. It may run at any time and
// again: what was told stays told, also when it is stopped in the middle.
func (s *Service) RemindSteps(ctx context.Context) error {
	today := civil.From(s.DB.Clock().Now())
	var after ident.Ref
	for {
		var page []lateStep
		err := s.DB.Read(ctx, func(q db.Q) (err error) {
			page, err = db.List(ctx, q, scanLate, lateSQL, today, today.AddDays(-lookBack), after.Part, after.ID, latePage)
			return err
		})
		if err != nil || len(page) == 0 {
			return err
		}
		after = page[len(page)-1].ref
		if len(page) == latePage { // the last meeting may go on in the next page
			after.ID--
		}
		err = s.DB.Write(ctx, func(tx *db.Tx) error {
			for _, l := range page {
				if err := l.tell(ctx, tx); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}

func scanLate(r db.Scanner) (l lateStep, err error) {
	var path tree.Path
	err = r.Scan(&l.ref.Part, &l.ref.ID, &l.step, &l.owner, &l.due, &l.day, &l.kind, &l.unit.ID, &path, &l.unit.Name)
	l.unit.Path = path
	return l, err
}

func (l lateStep) tell(ctx context.Context, tx *db.Tx) error {
	res, err := tx.Exec(ctx, toldSQL, l.ref.Part, l.ref.ID, l.step, l.due, tx.NowMS())
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err
	}
	m, err := member.ByID(ctx, tx, ident.Ref{Part: l.ref.Part, ID: l.owner})
	if err != nil {
		return nil //nolint:nilerr // the owner's membership is gone: nobody to tell
	}
	return notify.Send(ctx, tx, notify.Notice{
		Kind: "meeting.step_late", Href: Href(l.ref), Args: map[string]any{"Cell": l.unit.Name, "Day": l.due, "Meets": l.day},
	}, notify.To{Part: l.ref.Part, PersonID: m.PersonID})
}

// LateCell is a cell whose preparation has been late for so long that the committee above
// sees it.
type LateCell struct {
	CellID int64
	Count  int        // steps
	Oldest civil.Date // day that was over first
}

// The body is named on an expression, so that SQLite takes the index of the meetings that
// are not over: a few of all that a cell ever had.
const lateCellsSQL = `SELECT o.id, COUNT(*), MIN(s.due)
  FROM org o JOIN meeting m ON m.part_id = o.part_id AND m.org_id = o.id
    JOIN meeting_step s ON s.part_id = m.part_id AND s.meeting_id = m.id
 WHERE o.path >= $1 AND o.path < $2 AND m.body || '' = 'cell' AND m.day >= $4 AND m.state IN ('preparing', 'agreed', 'invited', 'open') AND s.done_on = '' AND s.due < $3 AND ` + waiting + `
 GROUP BY o.path, o.id ORDER BY o.path`

// LateIn gives the cells of a scope with steps of the month path that have been late for
// more than so many days.
func LateIn(ctx context.Context, q db.Q, scope access.Scope, day civil.Date, days int) ([]LateCell, error) {
	lo, hi := scope.Range()
	return db.List(ctx, q, func(s db.Scanner) (c LateCell, err error) {
		return c, s.Scan(&c.CellID, &c.Count, &c.Oldest)
	}, lateCellsSQL, lo, hi, day.AddDays(-days), day.AddDays(-lookBack))
}

const dutySQL = `SELECT COUNT(*) FILTER (WHERE m.state IN ('closed', 'sent')), COUNT(*) FILTER (WHERE m.state NOT IN ('closed', 'sent', 'cancelled'))
  FROM meeting m WHERE m.part_id = $1 AND m.org_id = $2 AND m.body = 'cell' AND m.kind = 'thematic' AND m.month >= $3 AND m.month <= $4`

// Duty says how a cell stands to the thematic duty of the quarter of a day (rules.md 2.02):
// it presses when the quarter ends within the days of the rulebook (wall.thematic_warn_days)
// and nothing was held. It checks no right: the caller does.
func (s *Service) Duty(ctx context.Context, q db.Q, u org.Unit, day civil.Date) (d PlanQuarter, err error) {
	first, last := day.Month().QuarterFirst(), day.Month().QuarterLast()
	d = PlanQuarter{Number: (last.Num()-1)/3 + 1, Last: last.Last()}
	set := s.Book.At(d.Last, u.Path)
	d.Need, d.Rule = set.Int(rulebook.MeetingThematicPerQuarter), set.Rule(rulebook.MeetingThematicPerQuarter)
	if err = q.QueryRow(ctx, dutySQL, u.PartID, u.ID, first, last).Scan(&d.Held, &d.Planned); err != nil {
		return d, err
	}
	d.Pressing = d.Held < d.Need && d.Last.Sub(day) <= set.Int(rulebook.WallThematicWarnDays)
	return d, nil
}

const monthPlanSQL = `SELECT o.id, m.day FROM org o JOIN meeting m ON m.part_id = o.part_id AND m.org_id = o.id
 WHERE o.path >= $1 AND o.path < $2 AND m.body = 'cell' AND m.kind = 'regular' AND m.month = $3 AND m.state IN ('preparing', 'agreed', 'invited', 'open')`

// Planned gives, by cell of the scope, the day of the month's regular meeting that is being
// prepared or held.
func Planned(ctx context.Context, q db.Q, scope access.Scope, month civil.Month) (map[int64]civil.Date, error) {
	lo, hi := scope.Range()
	type plan struct {
		cell int64
		day  civil.Date
	}
	list, err := db.List(ctx, q, func(s db.Scanner) (p plan, err error) {
		err = s.Scan(&p.cell, &p.day)
		return p, err
	}, monthPlanSQL, lo, hi, month)
	out := make(map[int64]civil.Date, len(list))
	for _, p := range list {
		out[p.cell] = p.day
	}
	return out, err
}
