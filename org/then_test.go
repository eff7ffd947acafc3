package org_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/org"
	"chibo/org/orgtest"
)

// remembered is what somebody writes down of a living unit on a day.
type remembered struct {
	parent                      int64
	path, kind, typ, name, code string
	seq                         int
}

func note(u org.Unit) remembered {
	return remembered{u.ParentID, string(u.Path), u.Kind, u.Type, u.Name, u.Code, u.Seq}
}

// livingNow writes down the whole tree of today.
func livingNow(ctx context.Context, q db.Q) (map[int64]remembered, error) {
	list, err := org.List(ctx, q, orgtest.Whole(), org.Filter{Limit: 1 << 20})
	out := map[int64]remembered{}
	for _, u := range list {
		out[u.ID] = note(u)
	}
	return out, err
}

// livingOn reads the whole tree of a day, level by level and as one list.
func livingOn(ctx context.Context, q db.Q, day civil.Date) (levels, list map[int64]remembered, err error) {
	v, err := org.On(ctx, q, orgtest.Whole(), day)
	if err != nil {
		return nil, nil, err
	}
	levels, list = map[int64]remembered{}, map[int64]remembered{}
	for _, kinds := range [][2]string{
		{org.KindDistrict, org.KindGrassrootsParty}, {org.KindGrassrootsCell, org.KindSectional}, {org.KindCell, org.KindPartyGroup},
	} {
		all, err := v.Kinds(ctx, q, kinds, "", 1<<20)
		if err != nil {
			return nil, nil, err
		}
		for _, u := range all {
			list[u.ID] = note(u.Unit)
		}
	}
	var walk func(id int64) error
	walk = func(id int64) error {
		for after := ""; ; {
			page, err := v.Children(ctx, q, id, after, 2)
			for _, u := range page {
				levels[u.ID] = note(u.Unit)
				if err := walk(u.ID); err != nil {
					return err
				}
				after = u.Sibling()
			}
			if err != nil || len(page) < 2 {
				return err
			}
		}
	}
	for id, u := range list {
		if u.parent == 0 {
			levels[id] = u
			if err := walk(id); err != nil {
				return nil, nil, err
			}
		}
	}
	return levels, list, nil
}

// act changes the tree at random on the day; what the rules refuse changes nothing.
func act(ctx context.Context, t *rapid.T, tx *db.Tx, c org.Change, n int) error {
	list, err := org.List(ctx, tx, orgtest.Whole(), org.Filter{})
	if err != nil {
		return err
	}
	pick := func(label string) org.Unit { return list[rapid.IntRange(0, len(list)-1).Draw(t, label)] }
	u := pick("unit")
	switch rapid.IntRange(0, 5).Draw(t, "act") {
	case 0:
		_, err = org.Add(ctx, tx, org.NewUnit{
			Set: c.Set, ParentID: u.ID, Kind: rapid.SampledFrom([]string{org.KindCell, org.KindGrassrootsParty, org.KindSectional}).Draw(t, "kind"),
			Name: fmt.Sprintf("Đơn vị %d", n), Seq: rapid.IntRange(0, 3).Draw(t, "seq"), ValidFrom: c.Day,
		})
	case 1:
		_, err = org.Rename(ctx, tx, c, u.ID, org.Naming{Name: fmt.Sprintf("Tên %d", n)})
	case 2:
		_, err = org.Move(ctx, tx, c, u.ID, pick("to").ID, rapid.IntRange(0, 3).Draw(t, "seq"))
	case 3:
		_, err = org.End(ctx, tx, c, u.ID, pick("successor").ID)
	case 4:
		_, err = org.End(ctx, tx, c, u.ID, 0)
	case 5:
		_, err = org.ChangeKind(ctx, tx, c, u.ID, rapid.SampledFrom([]string{org.KindCell, org.KindGrassrootsCell}).Draw(t, "new kind"), "residential")
	}
	if fault.KindOf(err) == fault.Invalid || fault.KindOf(err) == fault.Conflict {
		return nil
	}
	return err
}

// The tree of any day is the tree that was written down when that day was today.
func TestAnyDayIsAsItWas(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := dbtest.New(t)
		defer d.Close() //nolint:errcheck // thrown away
		tr := orgtest.District(t, d)
		ctx, set := t.Context(), oldRules(tr)
		book := map[civil.Date]map[int64]remembered{}
		day := orgtest.Founded()
		for n := range rapid.IntRange(1, 30).Draw(rt, "acts") {
			day = day.AddDays(rapid.IntRange(0, 40).Draw(rt, "days"))
			err := d.Write(ctx, func(tx *db.Tx) error {
				if err := act(ctx, rt, tx, org.Change{Set: set, Day: day}, n); err != nil {
					return err
				}
				var err error
				book[day], err = livingNow(ctx, tx)
				return err
			})
			if err != nil {
				rt.Fatal(err)
			}
		}
		days := slices.SortedFunc(maps.Keys(book), civil.Date.Compare)
		read(t, d, func(q db.Q) error {
			for i, at := range days {
				until := at
				if i+1 < len(days) {
					until = days[i+1].AddDays(-1) // as it stayed until the next act
				}
				for _, on := range []civil.Date{at, until} {
					levels, list, err := livingOn(ctx, q, on)
					if err != nil {
						return err
					}
					if !maps.Equal(list, book[at]) || !maps.Equal(levels, book[at]) {
						rt.Fatalf("on %s: list %v\nlevels %v\nwritten down on %s: %v", on, list, levels, at, book[at])
					}
				}
			}
			return nil
		})
	})
}

// A commune gives a cell away: who sees what of the day before.
func TestLookingBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tr := orgtest.District(t, d)
		move := civil.Of(2024, 7, 1)
		c := org.Change{Set: oldRules(tr), Day: move}
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := org.Move(ctx, tx, c, tr.Village2.ID, tr.Town.ID, 0)
			if err != nil {
				return err
			}
			_, err = org.Rename(ctx, tx, c, tr.Commune.ID, org.Naming{Name: "Đảng bộ xã Yên Hồ Mới"})
			return err
		})
		read(t, d, func(q db.Q) error {
			ctx := t.Context()
			before, after := move.AddDays(-1), move
			kids := func(u org.Unit, day civil.Date) (out []string) {
				v, err := org.On(ctx, q, orgtest.Scope(t, u, access.FigureRead), day)
				if err != nil {
					t.Fatal(err)
				}
				list, err := v.Children(ctx, q, u.ID, "", 50)
				if err != nil {
					t.Fatal(err)
				}
				for _, k := range list {
					out = append(out, k.Short)
					if lo, hi := v.Range(); string(k.Path) < lo || string(k.Path) >= hi {
						t.Errorf("%s stands outside of its own view", k.Name)
					}
				}
				return out
			}
			for _, c := range []struct {
				unit org.Unit
				day  civil.Date
				want []string
			}{
				{tr.Commune, before, []string{"Chi bộ Thôn 2", "Chi bộ Thôn 10"}},
				{tr.Commune, after, []string{"Chi bộ Thôn 10"}},
				{tr.Town, before, []string{"Chi bộ Tổ dân phố Hòa Bình", "Đảng bộ bộ phận Chợ"}},
				{tr.Town, after, []string{"Chi bộ Thôn 2", "Chi bộ Tổ dân phố Hòa Bình", "Đảng bộ bộ phận Chợ"}},
			} {
				got := kids(c.unit, c.day)
				slices.Sort(got)
				slices.Sort(c.want)
				if !slices.Equal(got, c.want) {
					t.Errorf("under %s on %s: %v, want %v", c.unit.Short, c.day, got, c.want)
				}
			}
			then, err := org.OnDay(ctx, q, tr.Commune.ID, before)
			if err != nil || then.Name != tr.Commune.Name {
				t.Errorf("%+v %v", then, err)
			}
			cell, err := org.OnDay(ctx, q, tr.Village2.ID, before)
			if err != nil || cell.ParentID != tr.Commune.ID || cell.PartID != tr.Town.ID {
				t.Errorf("the cell on the day before: %+v %v", cell, err)
			}
			for who, want := range map[*org.Unit]bool{&tr.Commune: false, &tr.Town: true, &tr.District: true} {
				if org.CanLookBack(orgtest.Actor(access.RoleUpper, *who), cell) != want {
					t.Errorf("an officer of %s opens the cell of that day: want %v", who.Short, want)
				}
			}
			if _, err := org.OnDay(ctx, q, tr.Town.ID, orgtest.Founded().AddDays(-1)); !errors.Is(err, org.ErrNotThen) {
				t.Errorf("before the founding: %v", err)
			}
			if _, err := org.On(ctx, q, orgtest.Scope(t, tr.Town, access.FigureRead), civil.Of(2000, 1, 1)); !errors.Is(err, org.ErrNotThen) {
				t.Errorf("a view before the founding: %v", err)
			}
			return nil
		})
	})
}

func TestFind(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tr := orgtest.District(t, d)
		c := org.Change{Set: oldRules(tr), Day: civil.Of(2024, 7, 1)}
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			n := tr.Market.Naming()
			n.Short, n.Code = "CB Chợ Trổ", "38.168.053"
			if _, err := org.Rename(ctx, tx, c, tr.Market.ID, n); err != nil {
				return err
			}
			_, err := org.Add(ctx, tx, org.NewUnit{Set: c.Set, ParentID: tr.Commune.ID, Kind: org.KindCell, Name: "Chi bộ Thôn Hoa Binh", ValidFrom: orgtest.Founded()})
			if err != nil {
				return err
			}
			_, err = org.End(ctx, tx, c, tr.Village2.ID, tr.Village10.ID)
			return err
		})
		all, town := orgtest.Scope(t, tr.District, access.FigureRead), orgtest.Scope(t, tr.Town, access.FigureRead)
		read(t, d, func(q db.Q) error {
			for _, c := range []struct {
				typed string
				scope access.Scope
				want  []string
			}{
				{"Hòa Bình", all, []string{"Chi bộ Tổ dân phố Hòa Bình", "Chi bộ Thôn Hoa Binh"}}, // the very marks first
				{"hoa binh", all, []string{"Chi bộ Thôn Hoa Binh", "Chi bộ Tổ dân phố Hòa Bình"}},
				{"HOÀ  bính", town, []string{"Chi bộ Tổ dân phố Hòa Bình"}}, // wrong marks, the old place
				{"binh hoa", town, []string{"Chi bộ Tổ dân phố Hòa Bình"}},
				{"hoa bi", town, []string{"Chi bộ Tổ dân phố Hòa Bình"}},
				{"inh", town, nil}, // a word begins so, or not
				{"cho tro", town, []string{"Chi bộ Chợ"}},
				{"38168", town, []string{"Chi bộ Chợ"}},
				{"38.168.0", all, []string{"Chi bộ Chợ"}},
				{"38.169", all, nil},
				{"thon 10", all, []string{"Chi bộ Thôn 10"}},
				{"thon", all, []string{"Chi bộ Thôn 10", "Chi bộ Thôn Hoa Binh", "Chi bộ Thôn 2"}}, // the ended one last
				{"thon", town, nil},
				{"%", all, nil},
				{"_ '", all, nil},
				{"", all, nil},
			} {
				found, err := org.FindTyped(t.Context(), q, c.scope, oldRules(tr), c.typed, 20)
				if err != nil {
					return err
				}
				var got []string
				for _, f := range found.Units {
					got = append(got, f.Name)
					if f.ParentShort == "" {
						t.Errorf("%q: %s without the unit above", c.typed, f.Name)
					}
				}
				if !slices.Equal(got, c.want) || found.More {
					t.Errorf("%q: %q, want %q", c.typed, got, c.want)
				}
			}
			found, err := org.FindTyped(t.Context(), q, all, oldRules(tr), "chi bo", 2)
			if len(found.Units) != 2 || !found.More {
				t.Errorf("%d of many, more %v", len(found.Units), found.More)
			}
			return err
		})
	})
}
