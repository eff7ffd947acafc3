package office

import (
	"context"
	"unicode/utf8"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/viet"
	"chibo/org"
)

// ErrNoTerm says that no term of the unit covers the day.
var ErrNoTerm = fault.New(fault.NotFound, "office.err.no_term")

const termSQL = `SELECT part_id, id, org_id, name, from_day, to_day FROM term
 WHERE part_id = $1 AND org_id = $2 AND from_day <= $3 AND (to_day = '' OR to_day > $3)
 ORDER BY from_day DESC LIMIT 1`

// TermOn gives the unit's term of the day, or ErrNoTerm.
func TermOn(ctx context.Context, q db.Q, part, orgID int64, day civil.Date) (Term, error) {
	var t Term
	err := q.QueryRow(ctx, termSQL, part, orgID, day).Scan(&t.Part, &t.ID, &t.OrgID, &t.Name, &t.From, &t.To)
	if db.NoRows(err) {
		return t, ErrNoTerm
	}
	return t, err
}

const closeTermSQL = `UPDATE term SET to_day = $3 WHERE part_id = $1 AND org_id = $2 AND from_day < $3 AND (to_day = '' OR to_day > $3)`

const insertTermSQL = `INSERT INTO term (part_id, id, org_id, name, from_day, to_day) VALUES ($1, $2, $3, $4, $5, $6)`

// AddTerm begins a term and gives its id; ID zero makes one. A term of the unit that
// is still open ends on its first day.
func AddTerm(ctx context.Context, tx *db.Tx, t Term) (int64, error) {
	var f fault.Fields
	if t.Name == "" {
		f.Add("name", "office.err.term_name_empty")
	}
	if t.From.IsZero() {
		f.Add("day", "office.err.day_empty")
	}
	if err := f.Err(); err != nil {
		return 0, err
	}
	if t.ID == 0 {
		t.ID = tx.ID()
	}
	if _, err := tx.Exec(ctx, closeTermSQL, t.Part, t.OrgID, t.From); err != nil {
		return 0, err
	}
	_, err := tx.Exec(ctx, insertTermSQL, t.Part, t.ID, t.OrgID, t.Name, t.From, t.To)
	return t.ID, err
}

const lastTermSQL = `SELECT COALESCE(MAX(from_day), '') FROM term WHERE part_id = $1 AND org_id = $2`

// TermIn is a term that begins.
type TermIn struct {
	OrgID int64
	Name  string     // "2025-2030"
	From  civil.Date // first day: that of the congress
}

// BeginTerm records that a term of the unit's committee began: papers are numbered
// anew from then on (rules.md 7.07). A first day that is not after the one of the term
// before is refused, so terms never overlap.
func (s *Service) BeginTerm(ctx context.Context, actor access.Actor, in TermIn) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error { return Begin(ctx, tx, actor, in) })
}

// Begin is [Service.BeginTerm] in the caller's transaction.
func Begin(ctx context.Context, tx *db.Tx, actor access.Actor, in TermIn) error {
	in.Name = viet.Clean(in.Name)
	u, err := org.ByID(ctx, tx, in.OrgID)
	if err != nil {
		return err
	}
	if !MayTerm(actor, u) {
		return access.ErrForbidden
	}
	var last civil.Date
	if err := tx.QueryRow(ctx, lastTermSQL, u.PartID, u.ID).Scan(&last); err != nil {
		return err
	}
	if err := in.check(tx.Today(), last); err != nil {
		return err
	}
	if _, err := AddTerm(ctx, tx, Term{Part: u.PartID, OrgID: u.ID, Name: in.Name, From: in.From}); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Entry{
		Part: u.PartID, Account: actor.AccountID, Action: "office.term", Target: "org", TargetID: u.ID,
		Detail: map[string]any{"from": in.From.String()},
	})
}

// nameMost bounds the name of a term, in characters.
const nameMost = 40

func (in TermIn) check(today, last civil.Date) error {
	var f fault.Fields
	switch {
	case in.Name == "":
		f.Add("name", "office.err.term_name_empty")
	case utf8.RuneCountInString(in.Name) > nameMost:
		f.Add("name", "office.err.term_name_long", "Most", nameMost)
	}
	switch {
	case !in.From.IsDay():
		f.Add("day", "office.err.day_empty")
	case in.From.After(today):
		f.Add("day", "office.err.day_future", "Day", today.Vi())
	case !last.IsZero() && !in.From.After(last):
		f.Add("day", "office.err.term_overlap", "Day", last.Vi())
	}
	return f.Err()
}

const termsSQL = `SELECT part_id, id, org_id, name, from_day, to_day FROM term
 WHERE part_id = $1 AND org_id = $2 ORDER BY from_day DESC`

// Terms gives all terms of a unit, newest first.
func Terms(ctx context.Context, q db.Q, part, orgID int64) ([]Term, error) {
	return db.List(ctx, q, func(s db.Scanner) (t Term, err error) {
		err = s.Scan(&t.Part, &t.ID, &t.OrgID, &t.Name, &t.From, &t.To)
		return t, err
	}, termsSQL, part, orgID)
}

const pastSQL = columns + ` WHERE f.part_id = $1 AND f.org_id = $2 AND f.to_day <> '' AND f.to_day <= $3
 ORDER BY f.to_day DESC, f.id DESC LIMIT $4`

// Past gives who held posts in the unit before the day, the latest first.
func Past(ctx context.Context, q db.Q, part, orgID int64, day civil.Date, limit int) ([]Holder, error) {
	return db.List(ctx, q, scanHolder, pastSQL, part, orgID, day, limit)
}

// AddTerms writes many terms as they are, for an import or the sample data.
func AddTerms(ctx context.Context, tx *db.Tx, list []Term) error {
	rows := make([][]any, len(list))
	for i, t := range list {
		if t.ID == 0 {
			t.ID = tx.ID()
		}
		rows[i] = []any{t.Part, t.ID, t.OrgID, t.Name, t.From, t.To}
	}
	return db.Many(ctx, tx, insertTermSQL, rows)
}
