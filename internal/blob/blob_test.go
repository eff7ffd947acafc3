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

func TestBlob(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		data := []byte("%PDF-1.7\x00\xff giấy")
		var hash string
		put := func(tx *db.Tx) (err error) {
			hash, err = blob.Put(ctx, tx, data)
			return err
		}
		for range 2 { // twice is once
			if err := d.Write(ctx, put); err != nil {
				t.Fatal(err)
			}
		}
		read := func(hash string) (got []byte, err error) {
			err = d.Read(ctx, func(q db.Q) error {
				got, err = blob.Get(ctx, q, hash)
				return err
			})
			return got, err
		}
		if got, err := read(hash); err != nil || !bytes.Equal(got, data) {
			t.Fatalf("Get = %q, %v", got, err)
		}
		if _, err := read(blob.Hash(nil)); !errors.Is(err, blob.ErrMissing) {
			t.Errorf("a hash never put: %v", err)
		}
		err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE blob SET data = $2 WHERE hash = $1`, hash, []byte("changed"))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := read(hash); !errors.Is(err, blob.ErrDamaged) {
			t.Errorf("altered bytes: %v", err)
		}
	})
}
