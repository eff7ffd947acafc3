package office_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/member"
	"chibo/office"
	"chibo/org"
	"chibo/org/orgtest"
)

func day() civil.Date { return civil.Of(2026, 10, 20) }

// people gives members of a cell with ids from 1 on, by standing.
func people(standings ...string) []member.OnDay {
	var out []member.OnDay
	for i, s := range standings {
		out = append(out, member.OnDay{
			MembershipID: int64(i + 1), PersonID: int64(100 + i + 1), Name: fmt.Sprintf("Đồng chí %d", i+1),
			Official: s != member.StandingReserve, Standing: s,
		})
	}
	return out
}

func officials(n int) []string { return slices.Repeat([]string{member.StandingOfficial}, n) }

func ids(n int) []int64 {
	var out []int64
	for i := range n {
		out = append(out, int64(i+1))
	}
	return out
}

// rules.md 13 cases 1 and 2; 1.18, 1.21, 1.22, 1.24, 1.25.
func TestElectionRules(t *testing.T) {
	book := orgtest.Book(t)
	old, before, from := civil.Of(2020, 5, 5), civil.Of(2025, 6, 30), civil.Of(2025, 7, 1)
	exempt := func(n, of int) []string {
		return append(officials(of-n), slices.Repeat([]string{member.SpellExempt}, n)...)
	}
	for _, c := range []struct {
		name string
		day  civil.Date
		body []string
		in   office.ElectIn
		want string // "field key", "" for accepted
	}{
		{"8 official members elect a cell committee (1.21)", from, officials(8), office.ElectIn{SecretaryID: 1, DeputyID: 2, CommitteeIDs: ids(3)}, "committee office.err.committee_not_allowed"},
		{"8 elect secretary and deputy", from, officials(8), office.ElectIn{SecretaryID: 1, DeputyID: 2}, ""},
		{"8 elect a secretary only", from, officials(8), office.ElectIn{SecretaryID: 1}, ""},
		{"9 elect a cell committee", from, officials(9), office.ElectIn{SecretaryID: 1, DeputyID: 2, CommitteeIDs: ids(3)}, ""},
		{"9 elect none", from, officials(9), office.ElectIn{SecretaryID: 1, DeputyID: 2}, "committee office.err.committee_needed"},
		{"a committee of 7 from 01/7/2025 (1.22)", from, officials(20), office.ElectIn{SecretaryID: 1, CommitteeIDs: ids(7)}, ""},
		{"a committee of 8 from 01/7/2025", from, officials(20), office.ElectIn{SecretaryID: 1, CommitteeIDs: ids(8)}, "committee office.err.committee_too_large"},
		{"a committee of 8 the day before", before, officials(20), office.ElectIn{SecretaryID: 1, CommitteeIDs: ids(8)}, ""},
		{"9 of which 2 exempt (1.24)", from, exempt(2, 9), office.ElectIn{SecretaryID: 1, DeputyID: 2, CommitteeIDs: ids(3)}, ""},
		{"8 of which 2 exempt", from, exempt(2, 8), office.ElectIn{SecretaryID: 1, CommitteeIDs: ids(3)}, "committee office.err.committee_not_allowed"},
		{"8 official and 4 reserve", from, append(officials(8), slices.Repeat([]string{member.StandingReserve}, 4)...), office.ElectIn{SecretaryID: 1, CommitteeIDs: ids(3)}, "committee office.err.committee_not_allowed"},
		{"8 official and a guest", from, append(officials(8), member.StandingGuest), office.ElectIn{SecretaryID: 1, CommitteeIDs: ids(3)}, "committee office.err.committee_not_allowed"},
		{"9 of which 1 elsewhere", from, append(officials(8), member.SpellTempOut), office.ElectIn{SecretaryID: 1, CommitteeIDs: ids(3)}, ""},
		{"3 official members (1.18)", old, officials(3), office.ElectIn{SecretaryID: 1}, ""},
		{"2 official members (1.25)", old, append(officials(2), member.StandingReserve), office.ElectIn{SecretaryID: 1}, "office.err.too_few_official"},
		{"secretary outside the committee (1.21)", from, officials(9), office.ElectIn{SecretaryID: 5, CommitteeIDs: ids(3)}, "secretary office.err.not_in_committee"},
		{"deputy outside the committee", from, officials(9), office.ElectIn{SecretaryID: 1, DeputyID: 5, CommitteeIDs: ids(3)}, "deputy office.err.not_in_committee"},
		{"no secretary", from, officials(5), office.ElectIn{DeputyID: 1}, "secretary office.err.secretary_empty"},
		{"one person for both", from, officials(5), office.ElectIn{SecretaryID: 1, DeputyID: 1}, "deputy office.err.same_person"},
		{"one person twice", from, officials(9), office.ElectIn{SecretaryID: 1, CommitteeIDs: []int64{1, 2, 2}}, "committee office.err.same_person"},
		{"a reserve member (2.30)", from, append([]string{member.StandingReserve}, officials(5)...), office.ElectIn{SecretaryID: 1}, "secretary office.err.reserve"},
		{"a guest", from, append([]string{member.StandingGuest}, officials(5)...), office.ElectIn{SecretaryID: 2, DeputyID: 1}, "deputy office.err.guest"},
		{"somebody suspended (5.38)", from, append([]string{member.SpellSuspended}, officials(9)...), office.ElectIn{SecretaryID: 2, CommitteeIDs: []int64{1, 2}}, "committee office.err.suspended"},
		{"a stranger", from, officials(5), office.ElectIn{SecretaryID: 77}, "secretary office.err.not_in_cell"},
		{"a member elsewhere keeps the seat (5.12)", from, append([]string{member.SpellTempOut}, officials(9)...), office.ElectIn{SecretaryID: 2, CommitteeIDs: []int64{1, 2}}, ""},
	} {
		c.in.Day = c.day
		err := office.CheckElection(book.At(c.day, ""), people(c.body...), c.in)
		got := ""
		var fe *fault.Error
		switch f := fault.FieldsOf(err); {
		case len(f) == 1:
			got = f[0].Field + " " + f[0].Key
		case errors.As(err, &fe):
			got = fe.Key
		}
		if got != c.want || (err == nil) != (c.want == "") {
			t.Errorf("%s: %q, want %q (%v)", c.name, got, c.want, err)
		}
	}
	err := office.CheckElection(book.At(from, ""), people(officials(2)...), office.ElectIn{SecretaryID: 1})
	if !errors.Is(err, office.ErrTooFewOfficial) {
		t.Errorf("%v is not ErrTooFewOfficial", err)
	}
}

// fill puts n official members into the cell and gives their memberships.
func fill(t testing.TB, d *db.DB, cell org.Unit, n int) []member.Membership {
	t.Helper()
	var b member.Batch
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		for i := range n {
			p := member.Person{Part: cell.PartID, ID: tx.ID(), Name: fmt.Sprintf("Nguyễn Văn %c", 'A'+rune(i)), Sex: "m"}
			b.Persons = append(b.Persons, p)
			b.Memberships = append(b.Memberships, member.Membership{
				Part: cell.PartID, ID: tx.ID(), PersonID: p.ID, CellID: cell.ID, Name: p.Name,
				From: civil.Of(2015, 1, 1), OfficialOn: civil.Of(2010, 1, 1),
			})
		}
		return member.AddAll(t.Context(), tx, b)
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.Memberships
}

func titles(list []office.Holder) string {
	s := ""
	for _, h := range list {
		s += h.Title + " " + h.Name[len(h.Name)-1:] + "; "
	}
	return s
}

func TestElectionsFollowEachOther(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tr := orgtest.District(t, d)
		m := fill(t, d, tr.HoaBinh, 9)
		s := &office.Service{DB: d, Book: tr.Book}
		lead := orgtest.Actor(access.RoleLead, tr.HoaBinh)
		elect := func(on civil.Date, secretary, deputy int, committee ...int) {
			t.Helper()
			in := office.ElectIn{CellID: tr.HoaBinh.ID, Day: on, SecretaryID: m[secretary].ID, DeputyID: m[deputy].ID}
			for _, i := range committee {
				in.CommitteeIDs = append(in.CommitteeIDs, m[i].ID)
			}
			if err := s.Elect(t.Context(), lead, in); err != nil {
				t.Fatal(err)
			}
		}
		elect(civil.Of(2024, 3, 1), 0, 1, 0, 1, 2)
		elect(day(), 1, 3, 1, 3, 4)
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			ctx, cell := t.Context(), tr.HoaBinh
			for on, want := range map[civil.Date]string{
				civil.Of(2024, 2, 28): "",
				civil.Of(2024, 3, 1):  "secretary A; deputy B; committee C; ",
				day().AddDays(-1):     "secretary A; deputy B; committee C; ",
				day():                 "secretary B; deputy D; committee E; ",
			} {
				got, err := office.Committee(ctx, tx, cell.PartID, cell.ID, on)
				if titles(got) != want || err != nil {
					t.Errorf("%s: %s, want %s (%v)", on, titles(got), want, err)
				}
				has, err := office.HasCommittee(ctx, tx, cell.PartID, cell.ID, on)
				if has != (want != "") || err != nil {
					t.Errorf("%s: committee %v, %v", on, has, err)
				}
			}
			for i, want := range []string{"member", "lead member", "member", "deputy member", "committee member"} {
				grants, err := access.LoadGrants(ctx, tx, m[i].PersonID, tx.Today())
				got := ""
				for _, g := range grants {
					if g.OrgID != cell.ID {
						t.Errorf("a right elsewhere: %+v", g)
					}
					got += g.Role + " "
				}
				if got != want+" " || err != nil {
					t.Errorf("rights of %d: %s, want %s (%v)", i, got, want, err)
				}
			}
			if h, err := office.HolderOf(ctx, tx, cell.PartID, cell.ID, office.Secretary, day()); err != nil || h.MembershipID != m[1].ID || h.How != office.Elected {
				t.Errorf("%+v %v", h, err)
			}
			if _, err := office.HolderOf(ctx, tx, cell.PartID, cell.ID, office.Follower, day()); !errors.Is(err, office.ErrNobody) {
				t.Errorf("no follower: %v", err)
			}
			posts, err := office.OfPerson(ctx, tx, m[1].PersonID, day())
			if len(posts) != 1 || posts[0].Title != office.Secretary {
				t.Errorf("%+v", posts)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// The prose of access.go, and days that cannot be.
func TestWhoRecordsAnElection(t *testing.T) {
	d := dbtest.New(t)
	tr := orgtest.District(t, d)
	m := fill(t, d, tr.HoaBinh, 5)
	s := &office.Service{DB: d, Book: tr.Book}
	in := office.ElectIn{CellID: tr.HoaBinh.ID, Day: day(), SecretaryID: m[0].ID}
	for _, c := range []struct {
		role           string
		at             org.Unit
		elect, appoint bool
	}{
		{access.RoleMember, tr.HoaBinh, false, false},
		{access.RoleCommittee, tr.HoaBinh, false, false},
		{access.RoleFollower, tr.HoaBinh, false, false},
		{access.RoleLead, tr.Market, false, false},
		{access.RoleLead, tr.HoaBinh, true, false},
		{access.RoleUpper, tr.Town, true, true},
		{access.RoleUpper, tr.Commune, false, false},
		{access.RoleAdmin, tr.District, true, true},
	} {
		a := orgtest.Actor(c.role, c.at)
		if err := s.Elect(t.Context(), a, in); (err == nil) != c.elect || err != nil && !errors.Is(err, access.ErrForbidden) {
			t.Errorf("%s of %s elects: %v", c.role, c.at.Short, err)
		}
		_, err := s.AppointSecretary(t.Context(), a, office.AppointIn{CellID: tr.HoaBinh.ID, MembershipID: m[1].ID, Day: day()})
		if (err == nil) != c.appoint || err != nil && !errors.Is(err, access.ErrForbidden) {
			t.Errorf("%s of %s appoints: %v", c.role, c.at.Short, err)
		}
	}
	for _, on := range []civil.Date{{}, civil.Of(2026, 11, 4), day().AddDays(-1)} { // none, tomorrow, before the last one
		in.Day = on
		if f := fault.FieldsOf(s.Elect(t.Context(), orgtest.Actor(access.RoleLead, tr.HoaBinh), in)); len(f) != 1 || f[0].Field != "day" {
			t.Errorf("%s: %v", on, f)
		}
	}
}

// rules.md 1.23: from the committee where there is one, else from the members.
func TestAppointedSecretary(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tr := orgtest.District(t, d)
		s := &office.Service{DB: d, Book: tr.Book}
		upper := orgtest.Actor(access.RoleUpper, tr.District)
		large, small := fill(t, d, tr.HoaBinh, 9), fill(t, d, tr.Market, 4)
		err := s.Elect(t.Context(), upper, office.ElectIn{
			CellID: tr.HoaBinh.ID, Day: civil.Of(2026, 1, 5), SecretaryID: large[0].ID, DeputyID: large[1].ID,
			CommitteeIDs: []int64{large[0].ID, large[1].ID, large[2].ID},
		})
		if err != nil {
			t.Fatal(err)
		}
		appoint := func(cell org.Unit, m member.Membership) error {
			_, err := s.AppointSecretary(t.Context(), upper, office.AppointIn{CellID: cell.ID, MembershipID: m.ID, Day: day()})
			return err
		}
		if f := fault.FieldsOf(appoint(tr.HoaBinh, large[5])); len(f) != 1 || f[0].Key != "office.err.not_in_committee" {
			t.Errorf("not of the committee: %v", f)
		}
		if err := errors.Join(appoint(tr.HoaBinh, large[1]), appoint(tr.Market, small[3])); err != nil {
			t.Fatal(err)
		}
		err = d.Read(t.Context(), func(q db.Q) error {
			got, err := office.Committee(t.Context(), q, tr.HoaBinh.PartID, tr.HoaBinh.ID, day())
			if titles(got) != "secretary B; committee C; " || got[0].How != office.Appointed {
				t.Errorf("%s", titles(got))
			}
			h, err2 := office.HolderOf(t.Context(), q, tr.Market.PartID, tr.Market.ID, office.Secretary, day())
			if h.MembershipID != small[3].ID || h.Body != "" {
				t.Errorf("%+v", h)
			}
			return errors.Join(err, err2)
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestTerms(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tr := orgtest.District(t, d)
		cell := tr.HoaBinh
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			ctx := t.Context()
			if err := office.AddTerms(ctx, tx, []office.Term{{Part: cell.PartID, OrgID: cell.ID, Name: "2022-2025", From: civil.Of(2022, 5, 1)}}); err != nil {
				return err
			}
			if _, err := office.AddTerm(ctx, tx, office.Term{Part: cell.PartID, OrgID: cell.ID, Name: "2025-2030", From: civil.Of(2025, 3, 15)}); err != nil {
				return err
			}
			for on, want := range map[civil.Date]string{
				civil.Of(2022, 5, 1): "2022-2025", civil.Of(2025, 3, 14): "2022-2025", civil.Of(2025, 3, 15): "2025-2030", civil.Of(2026, 11, 3): "2025-2030",
			} {
				if term, err := office.TermOn(ctx, tx, cell.PartID, cell.ID, on); term.Name != want || err != nil {
					t.Errorf("%s: %+v %v", on, term, err)
				}
			}
			if _, err := office.TermOn(ctx, tx, cell.PartID, cell.ID, civil.Of(2022, 4, 30)); !errors.Is(err, office.ErrNoTerm) {
				t.Errorf("before the first: %v", err)
			}
			_, err := office.AddTerm(ctx, tx, office.Term{Part: cell.PartID, OrgID: cell.ID})
			if len(fault.FieldsOf(err)) != 2 {
				t.Errorf("an empty term: %v", err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// What a post in a unit lets its holder do.
func TestRightsOfPosts(t *testing.T) {
	d := dbtest.New(t)
	tr := orgtest.District(t, d)
	for i, c := range []struct {
		unit        org.Unit
		title, role string // roles in the order of their names, joined by a blank
	}{
		{tr.HoaBinh, office.Secretary, access.RoleLead},
		{tr.HoaBinh, office.Deputy, access.RoleDeputy},
		{tr.HoaBinh, office.CommitteeMember, access.RoleCommittee},
		{tr.HoaBinh, office.Follower, access.RoleFollower},
		{tr.HoaBinh, office.Staff, ""},
		{tr.Office, office.Secretary, access.RoleLead},
		{tr.Town, office.Secretary, access.RoleUpper},
		{tr.Town, office.CommitteeMember, access.RoleUpper},
		{tr.District, office.Staff, access.RoleKeeper + " " + access.RoleUpper},
	} {
		person := int64(1000 + i)
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := office.Appoint(t.Context(), tx, office.NewOffice{Unit: c.unit, PersonID: person, Name: "Lê Văn A", Title: c.title, From: day()})
			if err != nil {
				return err
			}
			grants, err := access.LoadGrants(t.Context(), tx, person, day())
			var got []string
			for _, g := range grants {
				if g.OrgID == c.unit.ID {
					got = append(got, g.Role)
				}
			}
			if strings.Join(got, " ") != c.role {
				t.Errorf("%s of %s: %+v, want %q", c.title, c.unit.Short, grants, c.role)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := office.Appoint(t.Context(), tx, office.NewOffice{Unit: tr.Town, Title: "king"})
		return err
	})
	if len(fault.FieldsOf(err)) != 3 {
		t.Errorf("%v", err)
	}
}
