package member_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"chibo/internal/seal"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/office/officetest"
	"chibo/org"
	"chibo/org/orgtest"
)

// The prose of access.go, for every kind of person of the district.
func TestWhoReadsMembers(t *testing.T) {
	d := dbtest.New(t)
	w := officetest.New(t, d)
	s := &member.Service{DB: d, Keys: seal.Fresh(), Book: orgtest.Book(t)}
	list := func(u org.Unit) func(access.Actor) error {
		return func(a access.Actor) error { _, err := member.ListScope(a, u); return err }
	}
	w.Only(t, "the list of Hòa Bình", list(w.HoaBinh), officetest.Secretary, officetest.Deputy, officetest.Committee, officetest.Follower,
		officetest.TownSecretary, officetest.TownKeeper, officetest.DistrictStaff)
	w.Only(t, "the list of the town", list(w.Town), officetest.TownSecretary, officetest.TownKeeper, officetest.DistrictStaff)
	w.Only(t, "the list of Thôn 2", list(w.Village2), officetest.Neighbour, officetest.OtherUpper, officetest.DistrictStaff)
	open := func(name string) func(access.Actor) error {
		return func(a access.Actor) error {
			_, err := s.Open(context.Background(), a, w.People[name].Member)
			return err
		}
	}
	w.Only(t, "Thơm's record", open(officetest.Member), officetest.Member, officetest.Secretary, officetest.Deputy, officetest.TownSecretary,
		officetest.TownKeeper, officetest.DistrictStaff)
	w.Only(t, "the follower's record", open(officetest.Follower), officetest.Follower, officetest.TownSecretary, officetest.TownKeeper, officetest.DistrictStaff)
	w.Only(t, "the administrator's record", open(officetest.AdminPerson), officetest.AdminPerson, officetest.DistrictStaff)
	w.Only(t, "the list for calling", func(a access.Actor) error {
		_, err := s.CallList(context.Background(), a, w.HoaBinh.ID)
		return err
	}, officetest.Secretary, officetest.Deputy)
	whole := func(a access.Actor) error {
		r, err := s.Open(context.Background(), a, w.People[officetest.Member].Member)
		if err == nil && strings.Contains(r.Phone, "•") {
			return access.ErrForbidden
		}
		return err
	}
	w.Only(t, "Thơm's whole telephone number", whole, officetest.Member, officetest.Secretary, officetest.Deputy)
}

// A cell that keeps contacts: the levels above see that, and no number and no note.
func TestContactsKeptFromAbove(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := officetest.New(t, d)
		s := &member.Service{DB: d, Keys: seal.Fresh(), Book: orgtest.Book(t)}
		ref := w.People[officetest.Member].Member
		w.Write(t, func(ctx context.Context, tx *db.Tx) error {
			_, err := member.AddSpell(ctx, tx, member.Spell{Part: ref.Part, MembershipID: ref.ID, Kind: member.SpellAway, From: civil.Of(2026, 1, 1), Reason: "Chăm cháu", Place: "Đà Lạt", Host: "Chi bộ phường", Contact: "0912 000 000"})
			if err != nil {
				return err
			}
			_, err = access.Keep(ctx, tx, w.Actor(t, officetest.Secretary), w.HoaBinh.ID, access.KeptContact, "Chi bộ đã bàn")
			return err
		})
		for _, c := range []struct {
			who  string
			kept bool
		}{
			{officetest.Member, false},
			{officetest.Secretary, false},
			{officetest.Deputy, false},
			{officetest.TownSecretary, true},
			{officetest.TownKeeper, true},
			{officetest.DistrictStaff, true},
		} {
			r, err := s.Open(t.Context(), w.Actor(t, c.who), ref)
			if err != nil {
				t.Fatal(err)
			}
			if hidden := r.Phone == "" && closed(r.Spells[0]); hidden != c.kept || (r.KeptBy != nil) != c.kept {
				t.Errorf("%s: %q %+v by %+v", c.who, r.Phone, r.Spells, r.KeptBy)
			}
			list, err := awayOf(t, d, w, c.who)
			if err != nil || list != nil && (closed(list[0].Spell) != c.kept || list[0].Kept != c.kept) {
				t.Errorf("%s: the list of those away: %+v, %v", c.who, list, err)
			}
			_, _, err = s.Reveal(t.Context(), w.Actor(t, c.who), member.RevealIn{Ref: ref, What: audit.ReadRevealPhone, Reason: "Gọi điện hỏi thăm"})
			if c.kept && !errors.Is(err, access.ErrForbidden) {
				t.Errorf("%s: the whole number of a kept contact: %v", c.who, err)
			}
			if c.who == officetest.TownKeeper {
				x, _, err := s.Compare(t.Context(), w.Actor(t, c.who), twinRef(t, d, ref), twinRef(t, d, w.People[officetest.Secretary].Member))
				if err != nil || !x.Kept || x.Phone != "" {
					t.Errorf("two records side by side: %q, %v", x.Phone, err)
				}
			}
			if r.Spells[0].Kind != member.SpellAway {
				t.Errorf("%s: the standing is gone: %+v", c.who, r.Spells)
			}
		}
		phones := func(who string, u org.Unit, search string) (shown, kept int) {
			scope, err := member.ListScope(w.Actor(t, who), u)
			if err != nil {
				t.Fatal(err)
			}
			err = d.Read(t.Context(), func(q db.Q) error {
				f := member.Filter{Day: civil.Of(2026, 11, 3)}
				if u.IsCell() {
					f.CellID = u.ID
				}
				rows, err := member.List(t.Context(), q, scope, f)
				if search != "" {
					found, e := member.Find(t.Context(), q, scope, member.Query{Text: search, Day: f.Day})
					rows, err = nil, e
					for _, h := range found.Hits {
						rows = append(rows, h.Row)
					}
				}
				for _, r := range rows {
					if r.Phone != "" {
						shown++
					}
					if r.Kept {
						kept++
					}
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return shown, kept
		}
		for _, c := range []struct {
			who         string
			unit        org.Unit
			search      string
			shown, kept int
		}{
			{officetest.Secretary, w.HoaBinh, "", 4, 0},
			{officetest.Committee, w.HoaBinh, "", 4, 0},
			{officetest.Follower, w.HoaBinh, "", 0, 4},
			{officetest.TownSecretary, w.HoaBinh, "", 0, 4},
			{officetest.TownSecretary, w.Town, "", 0, 4},
			{officetest.TownSecretary, w.Town, "thom", 0, 1},
			{officetest.DistrictStaff, w.District, "", 0, 4},
		} {
			if shown, kept := phones(c.who, c.unit, c.search); shown != c.shown || kept != c.kept {
				t.Errorf("%s lists %s %q: %d shown, %d kept", c.who, c.unit.Short, c.search, shown, kept)
			}
		}
		w.Write(t, func(ctx context.Context, tx *db.Tx) error {
			ok, err := access.Reopen(ctx, tx, w.Actor(t, officetest.Secretary), w.HoaBinh.ID, access.KeptContact)
			if !ok {
				t.Error("it was not kept")
			}
			return err
		})
		if shown, kept := phones(officetest.TownSecretary, w.Town, ""); shown != 4 || kept != 0 {
			t.Errorf("opened again: %d shown, %d kept", shown, kept)
		}
	})
}

// A stand-in for the lead opens records for the days of the charge.
func TestStandinOpensRecords(t *testing.T) {
	d := dbtest.New(t)
	w := officetest.New(t, d)
	s := &member.Service{DB: d, Keys: seal.Fresh(), Book: orgtest.Book(t)}
	ref := w.People[officetest.Member].Member
	grant := func(from, to civil.Date) {
		w.Write(t, func(ctx context.Context, tx *db.Tx) error {
			return access.AddGrant(ctx, tx, access.NewGrant{
				PersonID: w.People[officetest.Committee].Ref.ID, Role: access.RoleLead, OrgID: w.HoaBinh.ID, From: from, To: to,
				Source: access.FromStandin, SourceID: 1, Only: []access.Action{access.MemberRead}, For: w.People[officetest.Secretary].Ref.ID,
			})
		})
	}
	today := civil.From(d.Clock().Now())
	may := func() bool {
		_, err := s.Open(t.Context(), w.Actor(t, officetest.Committee), ref)
		if err != nil && !errors.Is(err, access.ErrForbidden) {
			t.Fatal(err)
		}
		return err == nil
	}
	grant(today.AddDays(-10), today)
	if may() {
		t.Error("an expired charge")
	}
	grant(today.AddDays(1), today.AddDays(9))
	if may() {
		t.Error("a charge that has not begun")
	}
	grant(today, today.AddDays(1))
	if !may() {
		t.Error("a charge of today")
	}
}

// closed says whether a spell tells nothing of where a member is and why.
func closed(x member.Spell) bool {
	return x.Place == "" && x.Reason == "" && x.Host == "" && x.Contact == ""
}

// awayOf gives the list of those away as the person sees it, nil who sees no list.
func awayOf(t *testing.T, d *db.DB, w *officetest.World, who string) (list []member.SpellRow, err error) {
	t.Helper()
	scope, err := member.ListScope(w.Actor(t, who), w.HoaBinh)
	if err != nil {
		return nil, nil //nolint:nilerr // the lists of members are not for everybody
	}
	err = d.Read(t.Context(), func(q db.Q) error {
		list, err = member.InSpell(t.Context(), q, scope, member.SpellAway, civil.Of(2026, 11, 3), 10)
		return err
	})
	return list, err
}

// twinRef names the person of a membership.
func twinRef(t *testing.T, d *db.DB, ref ident.Ref) (out ident.Ref) {
	t.Helper()
	err := d.Read(t.Context(), func(q db.Q) error {
		m, err := member.ByID(t.Context(), q, ref)
		out = ident.Ref{Part: m.Part, ID: m.PersonID}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
