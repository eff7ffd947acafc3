package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"

	"chibo/internal/db"
)

// chunk is the size of one piece of a large file, in bytes.
const chunk = 256 << 10

const (
	putFileSQL  = `INSERT INTO blob_file (hash, size, created_at) VALUES ($1, $2, $3) ON CONFLICT (hash) DO NOTHING`
	putChunkSQL = `INSERT INTO blob_chunk (hash, seq, data) VALUES ($1, $2, $3) ON CONFLICT (hash, seq) DO NOTHING`
	sizeSQL     = `SELECT size FROM blob_file WHERE hash = $1`
	chunkSQL    = `SELECT data FROM blob_chunk WHERE hash = $1 AND seq = $2`
	dropSQL     = `DELETE FROM blob_chunk WHERE hash = $1`
	dropFileSQL = `DELETE FROM blob_file WHERE hash = $1`
)

// Save keeps a file of any size, read from its beginning, and gives its hash and size
// in bytes. The same bytes are kept once.
func Save(ctx context.Context, tx *db.Tx, f io.ReadSeeker) (hash string, size int64, err error) {
	if hash, size, err = sumOf(f); err != nil {
		return "", 0, err
	}
	var known int64
	switch err := tx.QueryRow(ctx, sizeSQL, hash).Scan(&known); {
	case err == nil:
		return hash, size, nil
	case !db.NoRows(err):
		return "", 0, err
	}
	if _, err := tx.Exec(ctx, putFileSQL, hash, size, tx.NowMS()); err != nil {
		return "", 0, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", 0, err
	}
	buf := make([]byte, chunk)
	for seq := 0; ; seq++ {
		n, err := io.ReadFull(f, buf)
		if n > 0 {
			if _, err := tx.Exec(ctx, putChunkSQL, hash, seq, buf[:n]); err != nil {
				return "", 0, err
			}
		}
		switch err {
		case nil:
		case io.EOF, io.ErrUnexpectedEOF:
			return hash, size, nil
		default:
			return "", 0, err
		}
	}
}

func sumOf(f io.ReadSeeker) (string, int64, error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", 0, err
	}
	sum := sha256.New()
	n, err := io.Copy(sum, f)
	return hex.EncodeToString(sum.Sum(nil)), n, err
}

// Check reads a saved file through and gives its size: ErrMissing, or ErrDamaged when
// its bytes no longer have this hash. Call it before Write sends the first byte.
func Check(ctx context.Context, d *db.DB, hash string) (int64, error) {
	var size int64
	err := d.Read(ctx, func(q db.Q) error { return q.QueryRow(ctx, sizeSQL, hash).Scan(&size) })
	if db.NoRows(err) {
		return 0, ErrMissing
	}
	if err != nil {
		return 0, err
	}
	sum := sha256.New()
	if err := Write(ctx, d, hash, sum); err != nil {
		return 0, err
	}
	if hex.EncodeToString(sum.Sum(nil)) != hash {
		return 0, ErrDamaged
	}
	return size, nil
}

// Write sends a saved file piece by piece; no transaction is held while w is slow.
func Write(ctx context.Context, d *db.DB, hash string, w io.Writer) error {
	for seq := 0; ; seq++ {
		var data []byte
		err := d.Read(ctx, func(q db.Q) error { return q.QueryRow(ctx, chunkSQL, hash, seq).Scan(&data) })
		if db.NoRows(err) {
			return nil
		}
		if err != nil {
			return err
		}
		if _, err := w.Write(data); err != nil {
			return err
		}
	}
}

// Drop forgets a saved file; the caller knows that nothing names it any more.
func Drop(ctx context.Context, tx *db.Tx, hash string) error {
	if _, err := tx.Exec(ctx, dropSQL, hash); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, dropFileSQL, hash)
	return err
}
