package blob_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"chibo/internal/blob"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
)

func TestSaveAndWrite(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		for _, size := range []int{0, 1, 256 << 10, 256<<10 + 1, 1 << 20} {
			data := bytes.Repeat([]byte{0xd0, 'x', 0}, size/3+1)[:size]
			var hash string
			for range 2 { // twice is once
				err := d.Write(ctx, func(tx *db.Tx) (err error) {
					var n int64
					hash, n, err = blob.Save(ctx, tx, bytes.NewReader(data))
					if n != int64(size) || hash != blob.Hash(data) {
						t.Errorf("%d: saved %d bytes as %s", size, n, hash)
					}
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			n, err := blob.Check(ctx, d, hash)
			var out bytes.Buffer
			if werr := blob.Write(ctx, d, hash, &out); werr != nil || err != nil || n != int64(size) || !bytes.Equal(out.Bytes(), data) {
				t.Errorf("%d: %d %v, %d bytes back %v", size, n, err, out.Len(), werr)
			}
			err = d.Write(ctx, func(tx *db.Tx) error {
				_, err := tx.Exec(ctx, `UPDATE blob_chunk SET data = $2 WHERE hash = $1`, hash, []byte("changed"))
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := blob.Check(ctx, d, hash); size > 0 && !errors.Is(err, blob.ErrDamaged) {
				t.Errorf("%d: altered bytes: %v", size, err)
			}
			if err := d.Write(ctx, func(tx *db.Tx) error { return blob.Drop(ctx, tx, hash) }); err != nil {
				t.Fatal(err)
			}
			if _, err := blob.Check(ctx, d, hash); !errors.Is(err, blob.ErrMissing) {
				t.Errorf("%d: dropped: %v", size, err)
			}
		}
	})
}
