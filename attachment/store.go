package attachment

import (
	"context"
	"time"

	"chibo/internal/blob"
	"chibo/internal/db"
	"chibo/internal/ident"
)

const columns = `SELECT part_id, id, owner, owner_id, org_id, name, type, size, hash, note, by_account, by_name, at, removed_at FROM attachment`

func scan(s db.Scanner) (File, error) {
	var f File
	var at, gone int64
	err := s.Scan(&f.Ref.Part, &f.Ref.ID, &f.Of.Owner, &f.Of.Ref.ID, &f.OrgID, &f.Name, &f.Type, &f.Size, &f.Hash, &f.Note,
		&f.By, &f.ByName, &at, &gone)
	f.Of.Ref.Part, f.At, f.Gone = f.Ref.Part, time.UnixMilli(at).UTC(), gone != 0
	return f, err
}

func one(f File, err error) (File, error) {
	if db.NoRows(err) {
		return File{}, ErrNotFound
	}
	return f, err
}

const byRefSQL = columns + ` WHERE part_id = $1 AND id = $2`

func byRef(ctx context.Context, q db.Q, ref ident.Ref) (File, error) {
	return one(scan(q.QueryRow(ctx, byRefSQL, ref.Part, ref.ID)))
}

const byOpSQL = columns + ` WHERE part_id = $1 AND owner_id = $2 AND op = $3`

func byOp(ctx context.Context, q db.Q, of Of, op string) (File, error) {
	return one(scan(q.QueryRow(ctx, byOpSQL, of.Ref.Part, of.Ref.ID, op)))
}

const listSQL = columns + ` WHERE part_id = $1 AND owner = $2 AND owner_id = $3 AND removed_at = 0 ORDER BY id`

// List gives the files of an owner that are there, in the order they came. It checks no
// right: Look does.
func List(ctx context.Context, q db.Q, of Of) ([]File, error) {
	return db.List(ctx, q, scan, listSQL, of.Ref.Part, of.Owner, of.Ref.ID)
}

const insertSQL = `INSERT INTO attachment (part_id, id, owner, owner_id, org_id, name, type, size, hash, note, by_account, by_name, at, op)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`

func insert(ctx context.Context, tx *db.Tx, f File, op string) error {
	_, err := tx.Exec(ctx, insertSQL, f.Ref.Part, f.Ref.ID, f.Of.Owner, f.Of.Ref.ID, f.OrgID, f.Name, f.Type, f.Size, f.Hash, f.Note,
		f.By, f.ByName, tx.NowMS(), op)
	return err
}

const (
	goneSQL  = `UPDATE attachment SET removed_at = $3, removed_by = $4 WHERE part_id = $1 AND id = $2 AND removed_at = 0`
	usedSQL  = `SELECT COUNT(*) FROM attachment WHERE hash = $1 AND removed_at = 0`
	countSQL = `SELECT owner_id, COUNT(*) FROM attachment WHERE part_id = $1 AND owner = $2 AND org_id = $3 AND removed_at = 0 GROUP BY owner_id`
)

func markGone(ctx context.Context, tx *db.Tx, f File, account int64) error {
	if _, err := tx.Exec(ctx, goneSQL, f.Ref.Part, f.Ref.ID, tx.NowMS(), account); err != nil {
		return err
	}
	var n int
	if err := tx.QueryRow(ctx, usedSQL, f.Hash).Scan(&n); err != nil || n > 0 {
		return err
	}
	return blob.Drop(ctx, tx, f.Hash)
}

// Counts gives how many files each owner of a kind has in a cell.
func Counts(ctx context.Context, q db.Q, part int64, owner string, cellID int64) (map[int64]int, error) {
	out := map[int64]int{}
	_, err := db.List(ctx, q, func(s db.Scanner) (struct{}, error) {
		var id int64
		var n int
		err := s.Scan(&id, &n)
		out[id] = n
		return struct{}{}, err
	}, countSQL, part, owner, cellID)
	return out, err
}
