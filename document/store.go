package document

import (
	"context"
	"time"

	"chibo/internal/db"
	"chibo/internal/ident"
)

const columns = `part_id, id, org_id, term_id, kind, number, symbol, subject, issued_on, owner, owner_id,
 model_hash, pdf_hash, docx_hash, issued_at, issued_by, version`

func scan(s db.Scanner) (Document, error) {
	var d Document
	var at int64
	err := s.Scan(&d.Ref.Part, &d.Ref.ID, &d.OrgID, &d.TermID, &d.Kind, &d.Number, &d.Symbol, &d.Subject, &d.On, &d.Owner,
		&d.OwnerID, &d.ModelHash, &d.PDFHash, &d.DOCXHash, &at, &d.IssuedBy, &d.Version)
	d.IssuedAt = time.UnixMilli(at).UTC()
	return d, err
}

const byRefSQL = `SELECT ` + columns + ` FROM document WHERE part_id = $1 AND id = $2`

// ByRef gives a paper, or ErrNotFound. It checks no right.
func ByRef(ctx context.Context, q db.Q, ref ident.Ref) (Document, error) {
	d, err := scan(q.QueryRow(ctx, byRefSQL, ref.Part, ref.ID))
	if db.NoRows(err) {
		return Document{}, ErrNotFound
	}
	return d, err
}

const byOpSQL = `SELECT ` + columns + ` FROM document WHERE part_id = $1 AND owner_id = $2 AND op = $3 AND op <> ''`

// ByOp gives the paper that an act of a device has issued already, or ErrNotFound. It checks
// no right.
func ByOp(ctx context.Context, q db.Q, part, ownerID int64, op string) (Document, error) {
	d, err := scan(q.QueryRow(ctx, byOpSQL, part, ownerID, op))
	if db.NoRows(err) {
		return Document{}, ErrNotFound
	}
	return d, err
}

const byOwnerSQL = `SELECT ` + columns + ` FROM document
 WHERE part_id = $1 AND owner = $2 AND owner_id = $3 ORDER BY id`

// ByOwner gives the papers of an act in the order they were issued. It checks no right.
func ByOwner(ctx context.Context, q db.Q, part int64, owner string, ownerID int64) ([]Document, error) {
	return db.List(ctx, q, scan, byOwnerSQL, part, owner, ownerID)
}

const byGuardedSQL = `SELECT ` + columns + ` FROM document
 WHERE part_id = $1 AND owner_id = $2 AND owner LIKE $3 ESCAPE '$' ORDER BY id`

// ByGuarded gives the papers of a guarded act in the order they were issued: those whose
// owner begins with the name and a colon. It checks no right.
func ByGuarded(ctx context.Context, q db.Q, part int64, name string, ownerID int64) ([]Document, error) {
	return db.List(ctx, q, scan, byGuardedSQL, part, ownerID, name+":%")
}

const byOrgSQL = `SELECT ` + columns + ` FROM document
 WHERE part_id = $1 AND org_id = $2 AND owner NOT LIKE '%:%' ESCAPE '$' ORDER BY issued_on DESC, id DESC LIMIT $3`

// ByOrg gives the latest papers of a unit, newest first, without those of guarded acts. It
// checks no right.
func ByOrg(ctx context.Context, q db.Q, part, orgID int64, limit int) ([]Document, error) {
	return db.List(ctx, q, scan, byOrgSQL, part, orgID, limit)
}

const modelSQL = `SELECT model FROM document WHERE part_id = $1 AND id = $2`

func modelOf(ctx context.Context, q db.Q, ref ident.Ref) (string, error) {
	var model string
	err := q.QueryRow(ctx, modelSQL, ref.Part, ref.ID).Scan(&model)
	return model, err
}

const nextSQL = `INSERT INTO document_number (part_id, org_id, term_id, kind, last) VALUES ($1, $2, $3, $4, 1)
ON CONFLICT (part_id, org_id, term_id, kind) DO UPDATE SET last = document_number.last + 1
RETURNING last`

const lastSQL = `SELECT last FROM document_number WHERE part_id = $1 AND org_id = $2 AND term_id = $3 AND kind = $4`

// next gives the next number of a kind in a term. The row is locked until the
// transaction ends, so a number is neither given twice nor left out.
func next(ctx context.Context, tx *db.Tx, part, orgID, termID int64, kind string) (n int, err error) {
	err = tx.QueryRow(ctx, nextSQL, part, orgID, termID, kind).Scan(&n)
	return n, err
}

const atLeastSQL = `INSERT INTO document_number (part_id, org_id, term_id, kind, last) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (part_id, org_id, term_id, kind) DO UPDATE SET last = excluded.last WHERE document_number.last < excluded.last`

const insertSQL = `INSERT INTO document (part_id, id, org_id, term_id, kind, number, symbol, subject, issued_on, owner, owner_id,
 model_hash, pdf_hash, docx_hash, issued_at, issued_by, model, op)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`

func (d Document) values(model, op string) []any {
	return []any{
		d.Ref.Part, d.Ref.ID, d.OrgID, d.TermID, d.Kind, d.Number, d.Symbol, d.Subject, d.On, d.Owner, d.OwnerID,
		d.ModelHash, d.PDFHash, d.DOCXHash, d.IssuedAt.UnixMilli(), d.IssuedBy, model, op,
	}
}

const (
	markSQL = `INSERT INTO document_read (part_id, document_id, person_id, at) VALUES ($1, $2, $3, $4)
ON CONFLICT (part_id, document_id, person_id) DO NOTHING`
	hasReadSQL = `SELECT COUNT(*) FROM document_read WHERE part_id = $1 AND document_id = $2 AND person_id = $3`
	readersSQL = `SELECT COUNT(*) FROM document_read WHERE part_id = $1 AND document_id = $2`
)

// Readers counts the persons who opened a paper.
func Readers(ctx context.Context, q db.Q, ref ident.Ref) (n int, err error) {
	err = q.QueryRow(ctx, readersSQL, ref.Part, ref.ID).Scan(&n)
	return n, err
}

func hasRead(ctx context.Context, q db.Q, ref ident.Ref, person int64) (bool, error) {
	var n int
	err := q.QueryRow(ctx, hasReadSQL, ref.Part, ref.ID, person).Scan(&n)
	return n > 0, err
}
