package org_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/org"
	"chibo/org/orgtest"
)

// The nation of data.md: provinces, communes in each, and 95 units in a commune with
// the commune itself.
const (
	nationProvinces = 34
	nationCommunes  = 98 // of each province: 3,332 in all
	nationParties   = 15
	nationCells     = 79
)

// nation writes 316,000 units and gives the first two provinces and a commune of the
// first.
func nation(b *testing.B, d *db.DB) (from, to, commune org.Unit) {
	b.Helper()
	const insert = `INSERT INTO org (id, parent_id, path, depth, part_id, kind, name, short, paper_name, fold, valid_from)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
	var rows [][]any
	id := int64(0)
	add := func(parent org.Unit, kind string) org.Unit {
		id++
		u := org.Unit{ID: id, ParentID: parent.ID, Path: parent.Path.Child(id), Kind: kind, PartID: parent.PartID, Depth: parent.Depth + 1}
		if parent.ID == 0 || parent.IsAbove() || kind == org.KindProvince {
			u.PartID = id
		}
		name := fmt.Sprintf("Đảng bộ số %d", id)
		var above any
		if parent.ID != 0 {
			above = parent.ID
		}
		rows = append(rows, []any{u.ID, above, string(u.Path), u.Depth, u.PartID, kind, name, name, name, fmt.Sprintf("dang bo so %d", id), "2025-07-01"})
		return u
	}
	top := add(org.Unit{}, org.KindProvince) // stands for the nation
	for p := range nationProvinces {
		province := add(top, org.KindProvince)
		for c := range nationCommunes {
			u := add(province, org.KindCommuneParty)
			if p == 0 && c == 0 {
				commune = u
			}
			parties := []org.Unit{u}
			for range nationParties {
				parties = append(parties, add(u, org.KindGrassrootsParty))
			}
			for k := range nationCells {
				add(parties[k%len(parties)], org.KindCell)
			}
		}
		if p == 0 {
			from = province
		} else if p == 1 {
			to = province
		}
	}
	err := d.Write(context.Background(), func(tx *db.Tx) error { return db.Many(context.Background(), tx, insert, rows) })
	if err == nil {
		err = d.Analyze(context.Background())
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("%d units", len(rows))
	return from, to, commune
}

// BenchmarkMoveOfACommuneInANation moves a commune's 95 rows from one province to
// another and back, as a step of an act that can be taken back.
func BenchmarkMoveOfACommuneInANation(b *testing.B) {
	for _, name := range []string{"sqlite", "postgres"} {
		b.Run(name, func(b *testing.B) {
			d := engine(b, name)
			from, to, commune := nation(b, d)
			set := orgtest.Book(b).At(today(), "")
			ctx, step := context.Background(), int64(0)
			for b.Loop() {
				step++
				err := d.Write(ctx, func(tx *db.Tx) error {
					c := org.Change{Set: set, Day: tx.Today(), By: org.By{Act: 1, Step: step}}
					moved, err := org.Move(ctx, tx, c, commune.ID, to.ID, 0)
					if len(moved) != 0 {
						b.Fatalf("%d units re-homed: a commune stays its own part", len(moved))
					}
					return errors.Join(err, org.Settle(ctx, tx, c.By))
				})
				if err != nil {
					b.Fatal(err)
				}
				from, to = to, from
			}
		})
	}
}

// engine opens an empty database of an engine, the way the program does.
func engine(b *testing.B, name string) *db.DB {
	b.Helper()
	if name == "sqlite" {
		return dbtest.New(b)
	}
	dsn, ok := dbtest.Postgres(b)
	if !ok {
		b.Skip("PostgreSQL not found")
	}
	d, err := db.Open(context.Background(), db.Options{URL: dsn, Clock: clock.Fixed(dbtest.Day()), NoMigrate: true, IDs: ident.New(0, clock.Fixed(dbtest.Day()))})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { d.Close() })
	return d
}
