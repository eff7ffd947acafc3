package home

import (
	"context"
	"unicode/utf8"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/viet"
	"chibo/org"
)

// Going is a visit with the unit where it goes.
type Going struct {
	Act
	Unit string // name
}

const visitsSQL = `SELECT ` + actColumns + `, o.name FROM wall_act a JOIN org o ON o.id = a.unit_id
 WHERE a.visitor_id = $1 AND a.done_on = $2 ORDER BY a.visit_on, a.id LIMIT 50`

const visitedSQL = `SELECT ` + actColumns + `, o.name FROM wall_act a JOIN org o ON o.id = a.unit_id
 WHERE a.visitor_id = $1 AND a.done_on > $2 ORDER BY a.done_on DESC, a.id DESC LIMIT 20`

type withName struct {
	db.Scanner
	name *string
}

// Scan reads the row with the unit's name at its end.
func (w withName) Scan(dest ...any) error { return w.Scanner.Scan(append(dest, w.name)...) }

func scanGoing(s db.Scanner) (g Going, err error) {
	g.Act, err = scanAct(withName{s, &g.Unit})
	return g, err
}

// Visits gives the visits that a person is to make, the earliest first.
func Visits(ctx context.Context, q db.Q, personID int64) ([]Going, error) {
	if personID == 0 {
		return nil, nil
	}
	return db.List(ctx, q, scanGoing, visitsSQL, personID, civil.Date{})
}

// Visited gives a person's visits that took place, the latest first.
func Visited(ctx context.Context, q db.Q, personID int64) ([]Going, error) {
	if personID == 0 {
		return nil, nil
	}
	return db.List(ctx, q, scanGoing, visitedSQL, personID, civil.Date{})
}

const actSQL = `SELECT ` + actColumns + ` FROM wall_act a WHERE a.part_id = $1 AND a.id = $2`

const wentSQL = `UPDATE wall_act SET done_on = $4, result = $5, version = version + 1 WHERE part_id = $1 AND id = $2 AND version = $3 AND done_on = ''`

// WentIn says that a visit took place.
type WentIn struct {
	On      civil.Date // not after today
	Result  string     // what came of it
	Version int        // of the act, as it was shown
}

// Went notes that a visit took place: who went, or an officer who may act there. Errors:
// fields on and result; ErrNoAct, ErrChanged, access.ErrForbidden.
func (s *Service) Went(ctx context.Context, actor access.Actor, ref ident.Ref, in WentIn) error {
	in.Result = viet.Clean(in.Result)
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		a, err := scanAct(tx.QueryRow(ctx, actSQL, ref.Part, ref.ID))
		if db.NoRows(err) {
			return ErrNoAct
		}
		if err != nil {
			return err
		}
		u, err := org.ByID(ctx, tx, a.UnitID)
		if err != nil {
			return err
		}
		if own := actor.PersonID != 0 && actor.PersonID == a.VisitorID; !own {
			if _, ok := actsFrom(actor, u); !ok {
				return access.ErrForbidden
			}
		}
		if err := in.check(a, tx.Today()); err != nil {
			return err
		}
		res, err := tx.Exec(ctx, wentSQL, ref.Part, ref.ID, in.Version, in.On, in.Result)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return orChanged(err)
		}
		return audit.Record(ctx, tx, audit.Entry{
			Part: ref.Part, Account: actor.AccountID, Action: "wall.went", Target: "unit", TargetID: a.UnitID, Detail: map[string]any{"act": ref.ID},
		})
	})
}

func orChanged(err error) error {
	if err != nil {
		return err
	}
	return ErrChanged
}

func (in WentIn) check(a Act, today civil.Date) error {
	var f fault.Fields
	switch {
	case !in.On.IsDay():
		f.Add("on", "home.err.day")
	case in.On.After(today):
		f.Add("on", "home.err.future", "Day", today.Vi())
	case in.On.Before(a.Day):
		f.Add("on", "home.err.before", "Day", a.Day.Vi())
	}
	switch n := utf8.RuneCountInString(in.Result); {
	case n == 0:
		f.Add("result", "home.err.result")
	case n > textMost:
		f.Add("result", "home.err.long", "Most", textMost)
	}
	return f.Err()
}
