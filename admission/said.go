package admission

import (
	"context"
	"time"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/org"
	"chibo/rulebook"
)

// Said is what a unit said at one time of why nobody was admitted.
type Said struct {
	Year     int
	None     bool
	Reason   string
	NextStep string
	NextOn   civil.Date
	Name     string // who said it
	At       time.Time
}

const insertSaidSQL = `INSERT INTO admission_said (part_id, id, org_id, year, none, reason, next_step, next_on, by_account, by_name, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

// say keeps what a plan says of why nobody was admitted, where that is new.
func say(ctx context.Context, tx *db.Tx, actor access.Actor, u org.Unit, had, p Plan) error {
	if had.None == p.None && had.Reason == p.Reason && had.NextStep == p.NextStep && had.NextOn == p.NextOn {
		return nil
	}
	_, err := tx.Exec(ctx, insertSaidSQL, u.PartID, tx.ID(), u.ID, p.Year, p.None, p.Reason, p.NextStep, p.NextOn, actor.AccountID, actor.Name, tx.NowMS())
	return err
}

// saidMost bounds what a page shows of it.
const saidMost = 20

const saidSQL = `SELECT a.year, a.none, a.reason, a.next_step, a.next_on, a.by_name, a.at FROM admission_said a
 WHERE a.part_id = $1 AND a.org_id = $2 ORDER BY a.id DESC LIMIT $3`

func saidOf(ctx context.Context, q db.Q, u org.Unit) ([]Said, error) {
	return db.List(ctx, q, func(s db.Scanner) (x Said, err error) {
		var at int64
		err = s.Scan(&x.Year, &x.None, &x.Reason, &x.NextStep, &x.NextOn, &x.Name, &at)
		x.At = instant(at)
		return x, err
	}, saidSQL, u.PartID, u.ID, saidMost)
}

// Total is a number of a unit and year that is kept of nobody (rules.md 8.08).
type Total struct {
	Code    string
	Typed   bool // the unit itself typed it
	Count   int  // own, else the sum of those below
	Below   int  // units below that typed it
	Name    string
	At      time.Time
	Version int
}

// TotalLine is one unit's typed number.
type TotalLine struct {
	UnitID int64
	Short  string
	Code   string
	Count  int
	Name   string
	At     time.Time

	version int
	top     bool // a grassroots organisation
}

const totalsSQL = `SELECT o.id, o.short, t.code, t.count, t.by_name, t.at, t.version, CASE WHEN o.id = o.part_id AND o.kind IN ('grassroots', 'grassroots_cell', 'commune') THEN 1 ELSE 0 END
  FROM org o JOIN admission_total t ON t.part_id = o.part_id AND t.org_id = o.id AND t.year = $3
 WHERE o.path >= $1 AND o.path < $2 ORDER BY o.path, t.code`

func totalLines(ctx context.Context, q db.Q, scope access.Scope, year int) ([]TotalLine, error) {
	lo, hi := scope.Range()
	return db.List(ctx, q, func(s db.Scanner) (x TotalLine, err error) {
		var at int64
		err = s.Scan(&x.UnitID, &x.Short, &x.Code, &x.Count, &x.Name, &at, &x.version, &x.top)
		x.At = instant(at)
		return x, err
	}, totalsSQL, lo, hi, year)
}

// totalsOf gives the numbers of a unit: what it typed itself, else the sum of what its
// grassroots organisations did, or within one of them its cells.
func totalsOf(kinds []rulebook.Choice, u org.Unit, lines []TotalLine) (out []Total) {
	for _, k := range kinds {
		t := Total{Code: k.Code}
		for _, l := range lines {
			switch {
			case l.Code != k.Code:
			case l.UnitID == u.ID:
				t.Typed, t.Count, t.Name, t.At, t.Version = true, l.Count, l.Name, l.At, l.version
			case l.top == cellsIn(u):
				if t.Below++; !t.Typed {
					t.Count += l.Count
				}
			}
		}
		out = append(out, t)
	}
	return out
}

const putTotalSQL = `INSERT INTO admission_total (part_id, org_id, year, code, count, by_account, by_name, at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)
ON CONFLICT (part_id, org_id, year, code) DO UPDATE SET count = excluded.count, by_account = excluded.by_account, by_name = excluded.by_name, at = excluded.at,
  version = admission_total.version + 1 WHERE admission_total.version = $9`

// TotalField names the field of a number's form.
func TotalField(code string) string { return "total-" + code }

// PutTotals writes numbers of a unit's year, all or none: Code, Count and Version of each,
// the version 0 for the first. Who acts for exactly this unit may. Fields year and those of
// TotalField; ErrChanged.
func (s *Service) PutTotals(ctx context.Context, actor access.Actor, unitID int64, year int, list []Total) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		u, err := org.ByID(ctx, tx, unitID)
		if err != nil {
			return err
		}
		if !serves(actor, u) {
			return access.ErrForbidden
		}
		var f fault.Fields
		if year < tx.Today().Year()-yearsAround || year > tx.Today().Year() {
			f.Add("year", "admission.err.year")
		}
		kinds := s.Book.At(tx.Today(), u.Path).Choices(rulebook.AdmissionTotals)
		for _, t := range list {
			if !has(kinds, t.Code) {
				f.Add(TotalField(t.Code), "admission.err.choose")
			} else if t.Count < 0 || t.Count > planMost {
				f.Add(TotalField(t.Code), "admission.err.number_most", "Most", planMost)
			}
		}
		if err := f.Err(); err != nil {
			return err
		}
		for _, t := range list {
			res, err := tx.Exec(ctx, putTotalSQL, u.PartID, u.ID, year, t.Code, t.Count, actor.AccountID, actor.Name, tx.NowMS(), t.Version)
			if err := one(res, err, ErrChanged); err != nil {
				return err
			}
			err = audit.Record(ctx, tx, audit.Entry{
				Part: u.PartID, Account: actor.AccountID, Action: "admission.total", Target: "org", TargetID: u.ID,
				Detail: map[string]any{"year": year, "code": t.Code, "count": t.Count},
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}
