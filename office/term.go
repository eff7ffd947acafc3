package office

import (
	"context"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
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
