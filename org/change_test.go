package org_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/tree"
	"chibo/org"
	"chibo/org/orgtest"
	"chibo/rulebook"
)

// stored is a unit as it is kept, for comparisons.
func stored(t *testing.T, d *db.DB, id int64) (u org.Unit) {
	t.Helper()
	read(t, d, func(q db.Q) (err error) { u, err = org.ByID(t.Context(), q, id); return err })
	return u
}

// whole gives every unit without its version, which only counts.
func whole(t *testing.T, d *db.DB) []org.Unit {
	t.Helper()
	var list []org.Unit
	read(t, d, func(q db.Q) (err error) {
		list, err = db.List(t.Context(), q, func(s db.Scanner) (u org.Unit, err error) {
			var path string
			err = s.Scan(&u.ID, &u.ParentID, &path, &u.Depth, &u.PartID, &u.Kind, &u.Name, &u.ValidFrom, &u.ValidTo, &u.Since, &u.SuccessorID)
			u.Path = tree.Path(path)
			return u, err
		}, `SELECT id, COALESCE(parent_id, 0), path, depth, part_id, kind, name, valid_from, valid_to, since, successor_id FROM org ORDER BY id`)
		return err
	})
	return list
}

type pastRow struct {
	id       int64
	from, to civil.Date
	path     string
	name     string
	part     int64
}

func past(t *testing.T, d *db.DB) (list []pastRow) {
	t.Helper()
	read(t, d, func(q db.Q) (err error) {
		list, err = db.List(t.Context(), q, func(s db.Scanner) (p pastRow, err error) {
			return p, s.Scan(&p.id, &p.from, &p.to, &p.path, &p.name, &p.part)
		}, `SELECT org_id, from_day, to_day, path, name, part_id FROM org_past ORDER BY org_id, from_day`)
		return err
	})
	return list
}

func today() civil.Date { return civil.From(dbtest.Day()) }

// oldRules are those of the shape with districts, whatever the day.
func oldRules(tr orgtest.Tree) rulebook.Set { return tr.Book.At(orgtest.Founded(), "") }

func write(t *testing.T, d *db.DB, fn func(ctx context.Context, tx *db.Tx) error) error {
	t.Helper()
	return d.Write(t.Context(), func(tx *db.Tx) error { return fn(t.Context(), tx) })
}

func TestMoveOfACellToAnotherPart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tr := orgtest.District(t, d)
		before := whole(t, d)
		c := org.Change{Set: oldRules(tr), Day: today(), By: org.By{Act: 9, Step: 1}}
		err := write(t, d, func(ctx context.Context, tx *db.Tx) error {
			moved, err := org.Move(ctx, tx, c, tr.Section.ID, tr.Commune.ID, 3)
			if want := []org.Rehoming{{tr.Section.ID, tr.Town.ID, tr.Commune.ID}, {tr.Market.ID, tr.Town.ID, tr.Commune.ID}}; !slices.Equal(moved, want) {
				t.Errorf("moved %v, want %v", moved, want)
			}
			if err == nil {
				err = org.Settle(ctx, tx, c.By)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		market := stored(t, d, tr.Market.ID)
		if want := tr.Commune.Path.Child(tr.Section.ID).Child(tr.Market.ID); market.Path != want || market.PartID != tr.Commune.ID || market.Since != today() {
			t.Errorf("the market: %+v, want the path %s", market, want)
		}
		if s := stored(t, d, tr.Section.ID); s.ParentID != tr.Commune.ID || s.Seq != 3 {
			t.Errorf("the section: %+v", s)
		}
		rows := past(t, d)
		if len(rows) != 2 || rows[1] != (pastRow{tr.Market.ID, orgtest.Founded(), today(), string(tr.Market.Path), tr.Market.Name, tr.Town.ID}) &&
			rows[0] != (pastRow{tr.Market.ID, orgtest.Founded(), today(), string(tr.Market.Path), tr.Market.Name, tr.Town.ID}) {
			t.Errorf("the past: %+v", rows)
		}
		// A second change on the same day keeps one row.
		if err := write(t, d, func(ctx context.Context, tx *db.Tx) error {
			by := org.By{Act: 9, Step: 2}
			_, err := org.Rename(ctx, tx, org.Change{Set: c.Set, Day: c.Day, By: by}, tr.Market.ID, org.Naming{Name: "Chi bộ Chợ Thượng"})
			return errors.Join(err, org.Settle(ctx, tx, by))
		}); err != nil {
			t.Fatal(err)
		}
		if rows := past(t, d); len(rows) != 2 {
			t.Errorf("the past after two changes on one day: %+v", rows)
		}
		if m := stored(t, d, tr.Market.ID); m.PaperName != "CHI BỘ CHỢ THƯỢNG" || m.Short != m.Name {
			t.Errorf("the new name: %+v", m)
		}
		// Taken back, all is as it was.
		if err := write(t, d, func(ctx context.Context, tx *db.Tx) error {
			if list, err := org.ChangedSince(ctx, tx, 9); err != nil || len(list) != 0 {
				t.Errorf("nobody changed anything: %v %v", list, err)
			}
			back, err := org.Restore(ctx, tx, org.By{Act: 9, Step: 2})
			if len(back) != 0 || err != nil {
				t.Errorf("a name has no part: %v %v", back, err)
			}
			if list, err := org.ChangedSince(ctx, tx, 9); err != nil || len(list) != 0 {
				t.Errorf("half taken back: %v %v", list, err)
			}
			back, err = org.Restore(ctx, tx, org.By{Act: 9, Step: 1})
			if len(back) != 2 || back[0].To != tr.Town.ID {
				t.Errorf("back: %v", back)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if got := whole(t, d); !slices.Equal(got, before) || len(past(t, d)) != 0 {
			t.Errorf("not as before:\n%+v\n%+v\n%+v", got, before, past(t, d))
		}
	})
}

func TestMergeAndChangedSince(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tr := orgtest.District(t, d)
		before := whole(t, d)
		by := org.By{Act: 4, Step: 1}
		c := org.Change{Set: oldRules(tr), Day: today(), By: by}
		if err := write(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := org.End(ctx, tx, c, tr.Commune.ID, tr.Town.ID)
			if fieldKeys(err)["unit"] != "org.err.still_living" {
				t.Errorf("a unit with living cells ended: %v", err)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if err := write(t, d, func(ctx context.Context, tx *db.Tx) error {
			for _, cell := range []org.Unit{tr.Village2, tr.Village10} {
				if _, err := org.Move(ctx, tx, c, cell.ID, tr.Town.ID, 0); err != nil {
					return err
				}
			}
			moved, err := org.End(ctx, tx, c, tr.Commune.ID, tr.Town.ID)
			if len(moved) != 0 {
				t.Errorf("a part of its own keeps its rows: %v", moved)
			}
			return errors.Join(err, org.Settle(ctx, tx, by))
		}); err != nil {
			t.Fatal(err)
		}
		u := stored(t, d, tr.Commune.ID)
		if u.Path != tr.Town.Path.Child(u.ID) || u.PartID != u.ID || u.ValidTo != today() || u.SuccessorID != tr.Town.ID || u.Depth != 3 {
			t.Errorf("the merged unit: %+v", u)
		}
		rename := func(id int64) error {
			return write(t, d, func(ctx context.Context, tx *db.Tx) error {
				_, err := org.Rename(ctx, tx, org.Change{Set: c.Set, Day: c.Day}, id, org.Naming{Name: "x"})
				return err
			})
		}
		if err := rename(u.ID); fieldKeys(err)["unit"] != "org.err.ended" {
			t.Errorf("an ended unit renamed: %v", err)
		}
		if err := rename(tr.Village2.ID); err != nil {
			t.Fatal(err)
		}
		read(t, d, func(q db.Q) error {
			list, err := org.ChangedSince(t.Context(), q, by.Act)
			if len(list) != 1 || list[0].ID != tr.Village2.ID {
				t.Errorf("changed since: %v", names(list))
			}
			return err
		})
		after := whole(t, d)
		back := func() error {
			return write(t, d, func(ctx context.Context, tx *db.Tx) error { _, err := org.Restore(ctx, tx, by); return err })
		}
		if err := back(); fieldKeys(err)["unit"] != "org.err.changed_after" || !slices.Equal(whole(t, d), after) {
			t.Errorf("a name of later was lost: %v", err)
		}
		// Once it is settled with that name, taking it back gives what the step found.
		if err := write(t, d, func(ctx context.Context, tx *db.Tx) error { return org.Settle(ctx, tx, by) }); err != nil {
			t.Fatal(err)
		}
		if err := back(); err != nil {
			t.Fatal(err)
		}
		if got := whole(t, d); !slices.Equal(got, before) {
			t.Errorf("not as before:\n%+v\n%+v", got, before)
		}
	})
}

// Whatever is wrong is said, and nothing is written.
func TestChangesThatAreRefused(t *testing.T) {
	d := dbtest.New(t)
	tr := orgtest.District(t, d)
	old := oldRules(tr)
	day := today()
	c := org.Change{Set: old, Day: day}
	if err := write(t, d, func(ctx context.Context, tx *db.Tx) error {
		_, err := org.Rename(ctx, tx, c, tr.Market.ID, org.Naming{Name: "Chi bộ Chợ Mới"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	before, had := whole(t, d), past(t, d)
	move := func(c org.Change, id, to int64) func(context.Context, *db.Tx) error {
		return func(ctx context.Context, tx *db.Tx) error { _, err := org.Move(ctx, tx, c, id, to, 0); return err }
	}
	kind := func(id int64, kind string) func(context.Context, *db.Tx) error {
		return func(ctx context.Context, tx *db.Tx) error {
			_, err := org.ChangeKind(ctx, tx, c, id, kind, "")
			return err
		}
	}
	end := func(id, to int64) func(context.Context, *db.Tx) error {
		return func(ctx context.Context, tx *db.Tx) error { _, err := org.End(ctx, tx, c, id, to); return err }
	}
	on := func(day civil.Date) org.Change { return org.Change{Set: old, Day: day} }
	for _, x := range []struct {
		name, field, key string
		do               func(context.Context, *db.Tx) error
	}{
		{"under itself", "parent", "org.err.cycle", move(c, tr.Town.ID, tr.Town.ID)},
		{"under its own child", "parent", "org.err.cycle", move(c, tr.Town.ID, tr.Section.ID)},
		{"under its grandchild", "parent", "org.err.cycle", move(c, tr.Town.ID, tr.Market.ID)},
		{"under nothing", "parent", "org.err.no_parent", move(c, tr.Town.ID, 0)},
		{"a cell under a district", "kind", "org.err.kind_place", move(c, tr.HoaBinh.ID, tr.District.ID)},
		{"tomorrow", "day", "org.err.day_future", move(on(day.AddDays(1)), tr.HoaBinh.ID, tr.Commune.ID)},
		{"before it was founded", "day", "org.err.day_before_change", move(on(civil.Of(2014, 1, 1)), tr.HoaBinh.ID, tr.Commune.ID)},
		{"before its last change", "day", "org.err.day_before_change", move(on(day.AddDays(-1)), tr.Market.ID, tr.Town.ID)},
		{"before the change of one below", "day", "org.err.day_below_changed", move(on(day.AddDays(-1)), tr.Section.ID, tr.Commune.ID)},
		{"no day", "day", "org.err.day_empty", move(on(civil.Date{}), tr.HoaBinh.ID, tr.Commune.ID)},
		{"a cell to an organisation", "kind", "org.err.kind_cell", kind(tr.Office.ID, org.KindGrassrootsParty)},
		{"a kind that may not stand there", "kind", "org.err.kind_place", kind(tr.HoaBinh.ID, org.KindGrassrootsCell)},
		{"an unknown kind", "kind", "org.err.kind_unknown", kind(tr.HoaBinh.ID, "club")},
		{"a kind under which its cells may not stand", "kind", "org.err.kind_top", kind(tr.District.ID, org.KindSectional)},
		{"a section into a cell", "successor", "org.err.successor_kind", end(tr.Market.ID, tr.Section.ID)},
		{"into itself", "successor", "org.err.successor_self", end(tr.Market.ID, tr.Market.ID)},
	} {
		err := write(t, d, x.do)
		if got := fieldKeys(err)[x.field]; got != x.key || fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v, want %s at %s", x.name, err, x.key, x.field)
		}
	}
	if err := write(t, d, move(c, 42, tr.Town.ID)); !errors.Is(err, org.ErrNotFound) {
		t.Errorf("an unknown unit: %v", err)
	}
	if err := write(t, d, move(c, tr.HoaBinh.ID, 42)); !errors.Is(err, org.ErrNotFound) {
		t.Errorf("an unknown parent: %v", err)
	}
	if got := whole(t, d); !slices.Equal(got, before) || !slices.Equal(past(t, d), had) {
		t.Error("something was written")
	}
}
