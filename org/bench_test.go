package org_test

import (
	"context"
	"fmt"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/tree"
	"chibo/internal/viet"
	"chibo/org"
	"chibo/org/orgtest"
)

// BenchmarkNation measures one level of the tree, today and of a past day, and a
// search, where 34 provinces have 3,321 communes and these 353,000 units. A whole
// province changed in the middle of 2025.
func BenchmarkNation(b *testing.B) {
	d := dbtest.New(b)
	nation := makeNation(b, d)
	set := orgtest.Book(b).At(civil.Of(2026, 1, 1), "")
	before := civil.Of(2025, 1, 1)
	run := func(name string, fn func(ctx context.Context, q db.Q) (int, error)) {
		b.Run(name, func(b *testing.B) {
			n := 0
			for b.Loop() {
				if err := d.Read(b.Context(), func(q db.Q) (err error) { n, err = fn(b.Context(), q); return err }); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n), "rows")
		})
	}
	for _, place := range []struct {
		name string
		unit org.Unit
	}{{"nation", nation[0]}, {"province", nation[1]}, {"commune", nation[2]}} {
		scope := orgtest.Scope(b, place.unit, access.FigureRead)
		run(place.name+"/level", func(ctx context.Context, q db.Q) (int, error) {
			list, err := org.Children(ctx, q, scope, place.unit.ID, "", 50)
			if err == nil {
				_, err = org.Broods(ctx, q, scope, place.unit.ID, list)
			}
			if err == nil {
				_, err = org.CellsBelow(ctx, q, scope, place.unit.ID, list)
			}
			return len(list), err
		})
		run(place.name+"/level then", func(ctx context.Context, q db.Q) (int, error) {
			v, err := org.On(ctx, q, scope, before)
			if err != nil {
				return 0, err
			}
			list, err := v.Children(ctx, q, place.unit.ID, "", 50)
			return len(list), err
		})
		for _, typed := range []string{"chi bo", "thon 2", "hoa binh 77", "khong co dau"} {
			run(place.name+"/find "+typed, func(ctx context.Context, q db.Q) (int, error) {
				found, err := org.FindTyped(ctx, q, scope, set, typed, 20)
				return len(found.Units), err
			})
		}
	}
}

// makeNation writes the units and gives the top, a province and a commune.
func makeNation(b *testing.B, d *db.DB) (out [3]org.Unit) {
	b.Helper()
	const insert = `INSERT INTO org (id, parent_id, path, depth, part_id, kind, name, short, paper_name, fold, seq, valid_from, since)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`
	const past = `INSERT INTO org_past (org_id, from_day, to_day, parent_id, path, depth, part_id, kind, name, short, seq)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
	id := int64(370000000000000)
	var rows, old [][]any
	add := func(parent org.Unit, part int64, kind, name string, seq int) org.Unit {
		id++
		u := org.Unit{ID: id, ParentID: parent.ID, Path: parent.Path.Child(id), Kind: kind, Name: name}
		if part == 0 {
			part = id
		}
		u.PartID, u.Depth = part, u.Path.Depth()
		var above any
		if parent.ID != 0 {
			above = parent.ID
		}
		since := ""
		if len(u.Path.Ids()) > 2 && u.Path.Ids()[1] == out[1].ID && out[1].ID != 0 {
			since = "2025-07-01"
			old = append(old, []any{id, "2015-01-01", since, above, string(u.Path), u.Depth, part, kind, name + " cũ", name, seq})
		}
		rows = append(rows, []any{id, above, string(u.Path), u.Depth, part, kind, name, name, name, viet.Fold(name + " " + name), seq, "2015-01-01", since})
		return u
	}
	top := add(org.Unit{Path: tree.Path("")}, 0, org.KindProvince, "Trung ương", 1)
	out[0] = top
	for p := range 34 {
		province := add(top, 0, org.KindProvince, fmt.Sprintf("Đảng bộ tỉnh %d", p), p)
		if p == 20 {
			out[1] = province
		}
		for c := range 98 {
			commune := add(province, 0, org.KindCommuneParty, fmt.Sprintf("Đảng bộ xã %d", c), c)
			if p == 20 && c == 40 {
				out[2] = commune
			}
			for g := range 15 {
				base := add(commune, commune.ID, org.KindGrassrootsParty, fmt.Sprintf("Đảng bộ cơ sở %d", g), g)
				for n := range 6 {
					add(base, commune.ID, org.KindCell, fmt.Sprintf("Chi bộ Thôn %d Hòa Bình %d", n, c), n)
				}
			}
		}
	}
	ctx := b.Context()
	if err := d.Write(ctx, func(tx *db.Tx) error {
		if err := db.Many(ctx, tx, insert, rows); err != nil {
			return err
		}
		if err := db.Many(ctx, tx, past, old); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `ANALYZE`)
		return err
	}); err != nil {
		b.Fatal(err)
	}
	b.Logf("%d units, %d states of the past", len(rows), len(old))
	return out
}
