package member_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"chibo/access"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/seal"
	"chibo/member"
	"chibo/org"
	"chibo/org/orgtest"
)

func person(m member.Membership) ident.Ref { return ident.Ref{Part: m.Part, ID: m.PersonID} }

func (b *book) alike(t *testing.T, u org.Unit) (out []string) {
	t.Helper()
	err := b.d.Read(t.Context(), func(q db.Q) error {
		list, err := b.s.AlikeIn(t.Context(), q, orgtest.Scope(t, u, access.RegisterKeep))
		for _, g := range list {
			names := g.Why
			for _, p := range g.Persons {
				names += " " + p.Name
			}
			out = append(out, names)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (b *book) merge(t *testing.T, who access.Actor, keep, other member.Membership) (ident.Ref, error) {
	t.Helper()
	var x, y member.Twin
	err := b.d.Read(t.Context(), func(q db.Q) (err error) {
		x, y, err = b.s.Twins(t.Context(), q, b.above, person(keep), person(other))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.s.Merge(t.Context(), who, member.MergeIn{Keep: person(keep), Other: person(other), KeepVersion: x.Version, OtherVersion: y.Version})
}

// dump gives all that a merge may touch, in order, but for what tells of it.
func (b *book) dump(t *testing.T) string {
	t.Helper()
	var out strings.Builder
	err := b.d.Read(t.Context(), func(q db.Q) error {
		for _, query := range []string{
			`SELECT part_id || ' ' || id || ' ' || name || ' ' || phone || ' ' || card || ' ' || merged_into || ' ' || birth FROM person ORDER BY id`,
			`SELECT id || ' ' || person_id || ' ' || cell_id || ' ' || name || ' ' || from_day || ' ' || to_day || ' ' || ending FROM membership ORDER BY id`,
			`SELECT person_id || ' ' || role || ' ' || org_id || ' ' || from_day || ' ' || to_day || ' ' || source_id FROM access_grant ORDER BY id`,
			`SELECT id || ' ' || person_id || ' ' || state FROM account ORDER BY id`,
			`SELECT id || ' ' || person_id || ' ' || years || ' ' || state FROM badge ORDER BY id`,
		} {
			list, err := db.List(t.Context(), q, func(s db.Scanner) (text string, err error) { return text, s.Scan(&text) }, query)
			if err != nil {
				return err
			}
			fmt.Fprintf(&out, "%s\n\n", strings.Join(list, "\n"))
		}
		state, err := figure.StateOf(t.Context(), q, orgtest.Scope(t, b.Town, access.FigureRead))
		fmt.Fprintf(&out, "%+v", state)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestDuplicatesAreFound(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		born := civil.Of(1956, 4, 17)
		b.add(t, b.Market, member.Person{Name: "MAI THI THOM", Sex: "f", Birth: born}, member.Membership{})           // other marks
		b.add(t, b.Village2, member.Person{Name: "Người Khác", Card: cardNo}, member.Membership{})                    // the card
		b.add(t, b.Market, member.Person{Name: "Lưu Thị Số", Sex: "f", IDNo: "001 056 001 234"}, member.Membership{}) // the number, with spaces
		b.add(t, b.Market, member.Person{Name: "Mai Thị Thơm", Sex: "f", Birth: civil.Of(1956, 4, 18)}, member.Membership{})
		for range 2 { // a year says too little
			b.add(t, b.Market, member.Person{Name: "Hồ Văn Năm", Birth: born.AddDays(-born.Day() + 1)}, member.Membership{})
		}
		if got := fmt.Sprint(b.alike(t, b.Town)); got != "[idno Mai Thị Thơm Lưu Thị Số name Hồ Văn Năm Hồ Văn Năm name Mai Thị Thơm MAI THI THOM]" {
			t.Errorf("the town: %s", got)
		}
		if got := b.alike(t, b.District); len(got) != 4 || got[0] != "card Mai Thị Thơm Người Khác" {
			t.Errorf("the district: %q", got)
		}
		if got := b.alike(t, b.Commune); len(got) != 0 {
			t.Errorf("the commune: %q", got)
		}
	})
}

func TestMergeAndUndo(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		twin := b.add(t, b.HoaBinh, member.Person{Name: "Mai Thi Thom", OtherName: "Ba Thơm", Sex: "f", Birth: civil.Of(1956, 4, 17)},
			member.Membership{From: civil.Of(2012, 1, 1), AdmittedOn: civil.Of(1984, 9, 2)})
		past := member.Membership{Name: "Mai Thị Thơm", PersonID: twin.PersonID, To: civil.Of(2012, 1, 1), From: civil.Of(2010, 1, 1), Ending: "transfer"}
		join(t, b.d, b.Market, past)
		write(t, b.d, func(tx *db.Tx) error {
			if err := member.RefreshState(t.Context(), tx, b.Market.PartID, b.Market.ID, tx.Today()); err != nil {
				return err
			}
			for i, id := range []int64{b.m.PersonID, twin.PersonID} {
				if _, err := tx.Exec(t.Context(), `INSERT INTO account (id, login, pass, person_id, part_id, name, created_at) VALUES ($1, $2, 'x', $3, $4, 'Thơm', 0)`,
					tx.ID(), fmt.Sprintf("thom%d", i), id, b.m.Part); err != nil {
					return err
				}
			}
			return member.AddBadges(t.Context(), tx, []member.Badge{{
				Ref: ident.Ref{Part: twin.Part}, PersonID: twin.PersonID, MembershipID: twin.ID, CellID: twin.CellID, Name: twin.Name, Years: 40,
				Kind: member.BadgeNormal, State: member.BadgeGiven, Day: civil.Of(2024, 9, 2),
			}})
		})
		before := b.dump(t)
		for _, who := range []access.Actor{b.self, b.lead, b.upper, b.admin} {
			if _, err := b.merge(t, who, b.m, twin); !errors.Is(err, access.ErrForbidden) {
				t.Errorf("%s joins records: %v", who.Name, err)
			}
		}
		own := b.keeper
		own.PersonID = twin.PersonID
		if _, err := b.merge(t, own, b.m, twin); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("the own record: %v", err)
		}
		if _, err := b.s.Merge(t.Context(), b.keeper, member.MergeIn{Keep: person(b.m), Other: person(twin), KeepVersion: 9, OtherVersion: 1}); !errors.Is(err, member.ErrChanged) {
			t.Errorf("another version: %v", err)
		}
		refusing := errors.New("holds a post")
		b.s.OnMerge = []func(context.Context, *db.Tx, member.Merging) error{func(context.Context, *db.Tx, member.Merging) error { return refusing }}
		if _, err := b.merge(t, b.keeper, b.m, twin); !errors.Is(err, refusing) {
			t.Errorf("refused by a handler: %v", err)
		}
		if b.dump(t) != before {
			t.Fatal("a refused merge left something")
		}
		b.s.OnMerge = nil
		pair, err := b.merge(t, b.keeper, b.m, twin)
		if err != nil {
			t.Fatal(err)
		}
		b.checkMerged(t, twin)
		if err := b.s.Undo(t.Context(), b.lead, pair); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("undone by the lead: %v", err)
		}
		if err := b.s.Undo(t.Context(), b.keeper, pair); err != nil {
			t.Fatal(err)
		}
		if after := b.dump(t); after != before {
			t.Errorf("after the undo:\n%s\nbefore the merge:\n%s", after, before)
		}
		if err := b.s.Undo(t.Context(), b.keeper, pair); !errors.Is(err, member.ErrChanged) {
			t.Errorf("undone twice: %v", err)
		}
		b.noPersonalData(t, "Ba Thơm", "Thom")
	})
}

func (b *book) checkMerged(t *testing.T, twin member.Membership) {
	t.Helper()
	r, err := b.s.Open(t.Context(), b.self, b.ref)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Others) != 2 || r.OtherName != "Ba Thơm" || r.Card != cardNo {
		t.Errorf("the kept record: %d others, %q", len(r.Others), r.OtherName)
	}
	if m, err := find(b.d, twin.Ref()); err != nil || m.To != today() || m.Ending != member.EndingDuplicate || m.PersonID != b.m.PersonID || m.Name != "Mai Thi Thom" {
		t.Errorf("the other's membership: %+v, %v", m, err)
	}
	if got := b.alike(t, b.Town); len(got) != 0 {
		t.Errorf("still alike: %q", got)
	}
	err = b.d.Read(t.Context(), func(q db.Q) error {
		state, err := figure.StateOf(t.Context(), q, orgtest.Scope(t, b.HoaBinh, access.FigureRead))
		if state.Members != 1 {
			t.Errorf("%d members", state.Members)
		}
		ids, err2 := member.IDs(t.Context(), q, b.m.Part, b.m.PersonID)
		pairs, err3 := member.Pairs(t.Context(), q, orgtest.Scope(t, b.Town, access.RegisterKeep), 5)
		if len(ids) != 2 || len(pairs) != 1 || pairs[0].State != member.PairMerged {
			t.Errorf("ids %v, pairs %+v", ids, pairs)
		}
		return errors.Join(err, err2, err3)
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := count(t, b.d, `SELECT COUNT(*) FROM account WHERE person_id = $1 AND state = 'blocked'`, twin.PersonID); n != 1 {
		t.Error("the other's account is not blocked")
	}
	if n := count(t, b.d, `SELECT COUNT(*) FROM access_grant WHERE person_id = $1`, twin.PersonID); n != 0 {
		t.Errorf("the other still has %d rights", n)
	}
}

func TestMergeAcrossPartsIsRefused(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		far := b.add(t, b.Village2, member.Person{Name: "Mai Thị Thơm", Sex: "f", Birth: civil.Of(1956, 4, 17), Card: cardNo}, member.Membership{})
		_, err := b.merge(t, b.above, b.m, far)
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Conflict || f.Key != "member.err.merge_parts" || f.Args["One"] != b.Town.Name || f.Args["Two"] != b.Commune.Name {
			t.Errorf("%v", err)
		}
		if err := b.s.Distinct(t.Context(), b.above, person(b.m), person(far)); err != nil {
			t.Fatal(err)
		}
		if got := b.alike(t, b.District); len(got) != 0 {
			t.Errorf("found to be two, and offered again: %q", got)
		}
		if err := b.s.Distinct(t.Context(), b.keeper, person(b.m), person(far)); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("a keeper of one of them: %v", err)
		}
	})
}

// An account that was the other's only one goes to the kept person.
func TestMergeMovesTheOnlyAccount(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		twin := b.add(t, b.Market, member.Person{Name: "Mai Thị Thơm", Sex: "f", Birth: civil.Of(1956, 4, 17), IDNo: idNo}, member.Membership{})
		write(t, b.d, func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `INSERT INTO account (id, login, pass, person_id, part_id, name, created_at) VALUES (5, 'thom', 'x', $1, $2, 'Thơm', 0)`, twin.PersonID, twin.Part)
			return err
		})
		before := b.dump(t)
		pair, err := b.merge(t, b.keeper, b.m, twin)
		if err != nil {
			t.Fatal(err)
		}
		if n := count(t, b.d, `SELECT COUNT(*) FROM account WHERE person_id = $1 AND state = 'active'`, b.m.PersonID); n != 1 {
			t.Error("the account did not go over")
		}
		if err := b.s.Undo(t.Context(), b.keeper, pair); err != nil || b.dump(t) != before {
			t.Errorf("undo: %v", err)
		}
	})
}

// After a change of the key, old numbers open, are found by the new hash once they are
// sealed anew, and nothing else of the record changes.
func TestResealAfterAChangeOfKey(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		path := filepath.Join(t.TempDir(), "key")
		load := func() *seal.Ring {
			t.Helper()
			ring, err := seal.Load(t.Context(), d, path)
			if err != nil {
				t.Fatal(err)
			}
			return ring
		}
		b := newBook(t, d)
		b.s.Keys = load()
		old := b.add(t, b.Market, member.Person{Name: "Hồ Văn Cũ", IDNo: "012345678901"}, member.Membership{})
		write(t, d, func(tx *db.Tx) error { // the member of the world was sealed with a key of no file
			_, err := tx.Exec(t.Context(), `UPDATE person SET idno_sealed = '', idno_mac = '' WHERE id = $1`, b.m.PersonID)
			return err
		})
		if n, err := b.s.Reseal(t.Context()); n != 0 || err != nil {
			t.Errorf("one key: %d, %v", n, err)
		}
		if _, err := seal.Add(path); err != nil {
			t.Fatal(err)
		}
		b.s.Keys = load()
		b.add(t, b.Market, member.Person{Name: "Hồ Văn Mới", IDNo: "012345678901"}, member.Membership{})
		if got := b.alike(t, b.Town); len(got) != 0 {
			t.Errorf("hashes of two keys are equal: %q", got)
		}
		for _, want := range []int{1, 0} {
			if n, err := b.s.Reseal(t.Context()); n != want || err != nil {
				t.Errorf("Reseal = %d, %v; want %d", n, err, want)
			}
		}
		if got := b.alike(t, b.Town); len(got) != 1 {
			t.Errorf("not found after resealing: %q", got)
		}
		err := d.Read(t.Context(), func(q db.Q) error {
			p, err := member.PersonOf(t.Context(), q, old.Part, old.PersonID)
			num, err2 := p.OpenIDNo(b.s.Keys)
			if num != "012345678901" || p.Version != 1 {
				t.Errorf("%q, version %d", num, p.Version)
			}
			return errors.Join(err, err2)
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
