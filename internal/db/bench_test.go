package db_test

import (
	"context"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"testing/fstest"

	"chibo/internal/clock"
	"chibo/internal/db"
)

func benchDB(b *testing.B, bulk bool) *db.DB {
	b.Helper()
	d, err := db.Open(context.Background(), db.Options{
		URL: filepath.Join(b.TempDir(), "bench.db"), Clock: clock.System(), Bulk: bulk,
		Migrations: fstest.MapFS{"0001_wide.sql": {Data: []byte(`-- +goose Up
CREATE TABLE wide (part_id bigint NOT NULL, id bigint NOT NULL, a bigint, b text, c text, d integer, e boolean, f bigint, g text, h bigint,
  PRIMARY KEY (part_id, id));
CREATE INDEX wide_b ON wide (part_id, b);
`)}},
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { d.Close() })
	return d
}

const insertWide = `INSERT INTO wide (part_id, id, a, b, c, d, e, f, g, h) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

func wideRow(tx *db.Tx, i int) []any {
	return []any{int64(i / 5000), tx.ID(), int64(i), "nguyen van " + strconv.Itoa(i%9999), "2026-11-03", i % 7, i%2 == 0, tx.NowMS(), "text", nil}
}

// BenchmarkInsert is how fast the demo can be filled, in rows.
func BenchmarkInsert(b *testing.B) {
	for _, bulk := range []bool{false, true} {
		b.Run("one/bulk="+strconv.FormatBool(bulk), func(b *testing.B) {
			d, ctx := benchDB(b, bulk), context.Background()
			err := d.Write(ctx, func(tx *db.Tx) error {
				for i := range b.N {
					if _, err := tx.Exec(ctx, insertWide, wideRow(tx, i)...); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
		b.Run("many/bulk="+strconv.FormatBool(bulk), func(b *testing.B) {
			d, ctx := benchDB(b, bulk), context.Background()
			err := d.Write(ctx, func(tx *db.Tx) error {
				rows := make([][]any, 0, 1000)
				for i := range b.N {
					rows = append(rows, wideRow(tx, i))
					if len(rows) == cap(rows) || i == b.N-1 {
						if err := db.Many(ctx, tx, insertWide, rows); err != nil {
							return err
						}
						rows = rows[:0]
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// BenchmarkWrite is small durable writes of 64 callers at once.
func BenchmarkWrite(b *testing.B) {
	for name, write := range map[string]func(*db.DB, context.Context, func(*db.Tx) error) error{
		"alone": (*db.DB).Write, "grouped": (*db.DB).WriteGrouped,
	} {
		b.Run(name, func(b *testing.B) {
			d, ctx := benchDB(b, false), context.Background()
			var wg sync.WaitGroup
			for range 64 {
				wg.Go(func() {
					for i := range b.N/64 + 1 {
						err := write(d, ctx, func(tx *db.Tx) error {
							_, err := tx.Exec(ctx, insertWide, wideRow(tx, i)...)
							return err
						})
						if err != nil {
							b.Error(err)
						}
					}
				})
			}
			wg.Wait()
		})
	}
}

// BenchmarkRead is a small snapshot: one row by its key.
func BenchmarkRead(b *testing.B) {
	d := benchDB(b, false)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	for b.Loop() {
		err := d.Read(ctx, func(q db.Q) error {
			var n int
			return q.QueryRow(ctx, `SELECT count(*) FROM wide WHERE part_id = $1 AND id = $2`, 1, 2).Scan(&n)
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
