package document

import (
	"context"

	"chibo/internal/db"
	"chibo/internal/ident"
)

// Kinds of addressee.
const (
	ToUnit   = "unit"
	ToPerson = "person"
	ToText   = "text" // somebody outside the register
)

// Addressee is for whom a paper was made.
type Addressee struct {
	Kind     string
	UnitID   int64  // ToUnit
	PersonID int64  // ToPerson
	Name     string // as the paper calls it
}

const addresseeSQL = `INSERT INTO document_addressee (part_id, document_id, seq, kind, unit_id, person_id, name) VALUES ($1, $2, $3, $4, $5, $6, $7)`

func addressTo(ctx context.Context, tx *db.Tx, ref ident.Ref, list []Addressee) error {
	rows := make([][]any, len(list))
	for i, a := range list {
		rows[i] = []any{ref.Part, ref.ID, i + 1, a.Kind, a.UnitID, a.PersonID, a.Name}
	}
	return db.Many(ctx, tx, addresseeSQL, rows)
}

const addresseesSQL = `SELECT kind, unit_id, person_id, name FROM document_addressee WHERE part_id = $1 AND document_id = $2 ORDER BY seq`

// Addressees gives for whom a paper was made, none for most. It checks no right.
func Addressees(ctx context.Context, q db.Q, ref ident.Ref) ([]Addressee, error) {
	return db.List(ctx, q, func(s db.Scanner) (a Addressee, err error) {
		err = s.Scan(&a.Kind, &a.UnitID, &a.PersonID, &a.Name)
		return a, err
	}, addresseesSQL, ref.Part, ref.ID)
}
