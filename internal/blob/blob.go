package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"chibo/internal/db"
	"chibo/internal/fault"
)

// ErrMissing says that no file is kept under the hash.
var ErrMissing = fault.New(fault.NotFound, "err.blob_missing")

// ErrDamaged says that the bytes kept under a hash are not the ones that were
// put there.
var ErrDamaged = fault.New(fault.Internal, "err.blob_damaged")

// Hash gives the SHA-256 of data as 64 hexadecimal digits, the name of a file.
func Hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

const putSQL = `INSERT INTO blob (hash, size, data) VALUES ($1, $2, $3) ON CONFLICT (hash) DO NOTHING`

// Put keeps data and gives its hash. Putting the same bytes again changes nothing.
func Put(ctx context.Context, tx *db.Tx, data []byte) (string, error) {
	hash := Hash(data)
	_, err := tx.Exec(ctx, putSQL, hash, len(data), data)
	return hash, err
}

const getSQL = `SELECT data FROM blob WHERE hash = $1`

// Get gives the bytes kept under hash: ErrMissing when there are none, ErrDamaged
// when they no longer have this hash.
func Get(ctx context.Context, q db.Q, hash string) ([]byte, error) {
	var data []byte
	err := q.QueryRow(ctx, getSQL, hash).Scan(&data)
	switch {
	case db.NoRows(err):
		return nil, ErrMissing
	case err != nil:
		return nil, err
	case Hash(data) != hash:
		return nil, ErrDamaged
	}
	return data, nil
}
