package member_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/viet"
	"chibo/member"
	"chibo/org"
	"chibo/org/orgtest"
)

// forest is a tree made by chance: a province with communes, grassroots organisations
// and cells, and who is in which cell.
type forest struct {
	units  []org.Unit
	people []resident
}

type resident struct {
	name string
	cell org.Unit
}

func draw(t *rapid.T, word *rapid.Generator[string]) string {
	return strings.Join(rapid.SliceOfN(word, 1, 4).Draw(t, "name"), " ")
}

// grow adds a commune with a few people to the tree.
func (f *forest) grow(t *rapid.T, tb testing.TB, d *db.DB, top org.Unit, names *rapid.Generator[string]) {
	set := orgtest.Book(tb).At(civil.Of(2026, 1, 1), "")
	err := d.Write(tb.Context(), func(tx *db.Tx) error {
		add := func(parent org.Unit, kind, name string) org.Unit {
			u, err := org.Add(tb.Context(), tx, org.NewUnit{Set: set, ParentID: parent.ID, Kind: kind, Name: name, ValidFrom: civil.Of(2025, 7, 1)})
			if err != nil {
				t.Fatalf("%s %s: %v", kind, name, err)
			}
			f.units = append(f.units, u)
			return u
		}
		commune := add(top, org.KindCommuneParty, "Đảng bộ xã "+draw(t, names))
		var b member.Batch
		for range rapid.IntRange(1, 2).Draw(t, "bases") {
			base := add(commune, org.KindGrassrootsParty, "Đảng bộ "+draw(t, names))
			for range rapid.IntRange(1, 2).Draw(t, "cells") {
				cell := add(base, org.KindCell, "Chi bộ "+draw(t, names))
				for range rapid.IntRange(0, 4).Draw(t, "people") {
					p := member.Person{Part: cell.PartID, ID: tx.ID(), Name: draw(t, names), Sex: "f"}
					b.Persons = append(b.Persons, p)
					b.Memberships = append(b.Memberships, member.Membership{Part: p.Part, PersonID: p.ID, CellID: cell.ID, Name: p.Name, From: civil.Of(2025, 7, 1)})
					f.people = append(f.people, resident{viet.Clean(p.Name), cell})
				}
			}
		}
		return member.AddAll(tb.Context(), tx, b)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// typed makes of a name what somebody might type: beginnings of its words in any
// order, marked or not, composed or not.
func typed(t *rapid.T, name string) string {
	var out []string
	for _, w := range viet.Words(name) {
		r := []rune(w.Fold)
		if rapid.Bool().Draw(t, "marked") {
			r = []rune(w.Text)
			out = append(out, string(r))
			continue
		}
		out = append(out, string(r[:rapid.IntRange(1, len(r)).Draw(t, "cut")]))
	}
	text := strings.Join(rapid.Permutation(out).Draw(t, "order"), " ")
	switch rapid.IntRange(0, 2).Draw(t, "form") {
	case 1:
		return norm.NFD.String(text)
	case 2:
		return viet.Upper(text)
	}
	return text
}

// Every stored name is found by any beginnings of its words in any order, in its own
// subtree, and nothing outside of the scope ever is; by each way of searching.
func TestFindFindsAllAndOnlyTheScope(t *testing.T) {
	dbtest.Each(t, func(tb *testing.T, d *db.DB) {
		set := orgtest.Book(tb).At(civil.Of(2026, 1, 1), "")
		var top org.Unit
		write(tb, d, func(tx *db.Tx) (err error) {
			top, err = org.Add(tb.Context(), tx, org.NewUnit{Set: set, Kind: org.KindProvince, Name: "Đảng bộ tỉnh Hà Tĩnh", ValidFrom: civil.Of(2025, 7, 1)})
			return err
		})
		f := &forest{units: []org.Unit{top}}
		word := rapid.OneOf(
			rapid.SampledFrom([]string{"Nguyễn", "Thị", "Hòa", "Hoà", "Hoa", "Hoàng", "An", "Ân", "Bình", "Đỗ", "K'Brơi", "Y", "2", "10a", "中文", "ÔNG", "e5", "Ⅷ"}),
			rapid.StringOfN(rapid.SampledFrom([]rune("abđêhnơuý'-. ")), 1, 6, -1),
		).Filter(func(s string) bool { return viet.Fold(s) != "" })
		rapid.Check(tb, func(t *rapid.T) {
			if len(f.people) < 150 {
				f.grow(t, tb, d, top, word)
			}
			if len(f.people) == 0 {
				return
			}
			who := rapid.SampledFrom(f.people).Draw(t, "who")
			scope := rapid.SampledFrom(f.units).Draw(t, "scope")
			in := member.Query{Text: typed(t, who.name), Day: today(), Limit: 500}
			inside := scope.Path.Contains(who.cell.Path)
			err := d.Read(tb.Context(), func(q db.Q) error {
				s := orgtest.Scope(tb, scope, access.MemberList)
				plain, err := member.Find(tb.Context(), q, s, in)
				if err != nil {
					return err
				}
				wide, err := member.FindWide(tb.Context(), q, s, in)
				if err != nil {
					return err
				}
				for way, found := range map[string]member.Found{"by names": plain, "by full text": wide} {
					has := slices.ContainsFunc(found.Hits, func(h member.Hit) bool { return h.Name == who.name && h.CellID == who.cell.ID })
					if has != inside || found.Cut {
						return fmt.Errorf("%s: %q finds %q in %s: %v, want %v (%d hits, cut %v)", way, in.Text, who.name, scope.Name, has, inside, len(found.Hits), found.Cut)
					}
					for _, h := range found.Hits {
						cell, err := org.ByID(tb.Context(), q, h.CellID)
						if err != nil {
							return err
						}
						if !scope.Path.Contains(cell.Path) {
							return fmt.Errorf("%s: %q finds %q outside of %s", way, in.Text, h.Name, scope.Name)
						}
						if len(found.Units) == 0 && !viet.NewFinder(viet.Words(in.Text)).Fit(h.Name).OK {
							return fmt.Errorf("%s: %q finds %q", way, in.Text, h.Name)
						}
					}
				}
				if len(plain.Units) == 0 && namesOf(plain) != namesOf(wide) {
					return fmt.Errorf("%q in %s: by names %s; by full text %s", in.Text, scope.Name, namesOf(plain), namesOf(wide))
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	})
}

// What people type is text, whatever signs are in it.
func TestFindHostileText(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tr := orgtest.District(t, d)
		joinAll(t, d, tr.HoaBinh, "Nguyễn Thị Hòa", "K'Brơi")
		hostile := []string{
			"%", "_", "\\", "'", `"`, "''", `" OR "`, "* AND *", "NEAR(a b)", "-hoa", "hoa*", "words:hoa", "(hoa", "hoa | thi", "!hoa", "hoa:*",
			"zp1", "wnguyen", "knguyen", "x", strings.Repeat("a", 10_000), strings.Repeat("hoa ", 2_500), strings.Repeat("Hoà\u0300\u0301 ", 2_000),
			"🙂", "hoa 🙂", "\x00hoa", "hoa\u200b", "\xff\xfe", "ﬁ①Å", "İ", "中文 hoa", norm.NFD.String("Nguyễn Thị Hòa"), "'; DROP TABLE person; --",
		}
		err := d.Read(t.Context(), func(q db.Q) error {
			s := orgtest.Scope(t, tr.District, access.MemberList)
			for _, text := range hostile {
				in := member.Query{Text: text, Day: today()}
				for _, find := range []func() (member.Found, error){
					func() (member.Found, error) { return member.Find(t.Context(), q, s, in) },
					func() (member.Found, error) { return member.FindWide(t.Context(), q, s, in) },
				} {
					found, err := find()
					if err != nil {
						return fmt.Errorf("%.40q: %w", text, err)
					}
					for _, h := range found.Hits {
						if !viet.NewFinder(member.FindWords(text)).Fit(h.Name).OK {
							t.Errorf("%.40q finds %s", text, h.Name)
						}
					}
				}
			}
			for _, text := range []string{"hoa*", "-hoa", "(hoa", "!hoa", "hoa 🙂", "hoa\u200b", "\x00hoa", strings.Repeat("hoa ", 2_500)} {
				found, err := member.FindWide(t.Context(), q, s, member.Query{Text: text, Day: today()})
				if err != nil || namesOf(found) != "Nguyễn Thị Hòa" {
					t.Errorf("%.40q: %s %v", text, namesOf(found), err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// More names fit than are compared: the best still come first, and it is said.
func TestFindAmongThousands(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tr := orgtest.District(t, d)
		var many []string
		for i := range 1500 {
			many = append(many, fmt.Sprintf("Nguyễn Văn Nguyên %c", 'A'+i%26))
		}
		joinAll(t, d, tr.Market, many...)
		joinAll(t, d, tr.Village2, many...)
		joinAll(t, d, tr.Village10, "Lê Nguyện", "Trần Ngu")
		if err := d.Analyze(t.Context()); err != nil {
			t.Fatal(err)
		}
		err := d.Read(t.Context(), func(q db.Q) error {
			s := orgtest.Scope(t, tr.District, access.MemberList)
			for typed, first := range map[string]string{"nguyện": "Lê Nguyện", "nguyen": "", "n": "", "ngu": "Trần Ngu", "Nguyễn Văn": "Nguyễn Văn Nguyên"} {
				for way, find := range map[string]func(in member.Query) (member.Found, error){
					"by names":     func(in member.Query) (member.Found, error) { return member.Find(t.Context(), q, s, in) },
					"by full text": func(in member.Query) (member.Found, error) { return member.FindWide(t.Context(), q, s, in) },
				} {
					found, err := find(member.Query{Text: typed, Day: today()})
					if err != nil {
						return err
					}
					if len(found.Hits) != 20 || !found.Cut || !found.More || !strings.HasPrefix(found.Hits[0].Name, first) {
						t.Errorf("%s, %q: %d hits, cut %v, first %s", way, typed, len(found.Hits), found.Cut, found.Hits[0].Name)
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
