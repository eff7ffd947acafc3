package office_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/office"
	"chibo/org"
	"chibo/org/orgtest"
)

// fieldOf gives "field key" of an error with one field, its key otherwise, "" for none.
func fieldOf(err error) string {
	var fe *fault.Error
	switch f := fault.FieldsOf(err); {
	case len(f) == 1:
		return f[0].Field + " " + f[0].Key
	case errors.As(err, &fe):
		return fe.Key
	case err != nil:
		return err.Error()
	}
	return ""
}

func keeper(u org.Unit) access.Actor { return orgtest.Actor(access.RoleKeeper, u) }

func TestGive(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tr := orgtest.District(t, d)
		svc := office.Service{DB: d, Book: tr.Book}
		in := fill(t, d, tr.HoaBinh, 3)
		other := fill(t, d, tr.Village2, 1)[0]
		today := civil.From(d.Clock().Now())
		give := func(actor access.Actor, g office.GiveIn) string {
			if g.Day.IsZero() {
				g.Day = today
			}
			_, err := svc.Give(t.Context(), actor, g)
			return fieldOf(err)
		}
		a, b, c := in[0].Ref(), in[1].Ref(), in[2].Ref()
		for i, s := range []struct {
			name  string
			actor access.Actor
			in    office.GiveIn
			want  string
		}{
			{"a member gives nothing", orgtest.Actor(access.RoleMember, tr.HoaBinh), office.GiveIn{OrgID: tr.Town.ID, Title: office.Secretary, Member: a}, "access.err.forbidden"},
			{"the administrator knows no members", orgtest.Actor(access.RoleAdmin, tr.District), office.GiveIn{OrgID: tr.Town.ID, Title: office.Secretary, Member: a}, "access.err.forbidden"},
			{"a keeper beside", keeper(tr.Commune), office.GiveIn{OrgID: tr.Town.ID, Title: office.Secretary, Member: a}, "access.err.forbidden"},
			{"nobody chosen", keeper(tr.Town), office.GiveIn{OrgID: tr.Town.ID, Title: office.Secretary}, "member office.err.person_empty"},
			{"a stranger", keeper(tr.Town), office.GiveIn{OrgID: tr.Town.ID, Title: office.Secretary, Member: ident.Ref{Part: tr.Town.ID, ID: 5}}, "member office.err.person_empty"},
			{"a post the unit has not", keeper(tr.Town), office.GiveIn{OrgID: tr.Town.ID, Title: office.Follower, Member: a}, "title office.err.title"},
			{"the cell's own posts come from its election", keeper(tr.Town), office.GiveIn{OrgID: tr.HoaBinh.ID, Title: office.Secretary, Member: a}, "title office.err.title"},
			{"tomorrow", keeper(tr.Town), office.GiveIn{OrgID: tr.Town.ID, Title: office.Secretary, Member: a, Day: today.AddDays(1)}, "day office.err.day_future"},
			{"a day before membership", keeper(tr.Town), office.GiveIn{OrgID: tr.Town.ID, Title: office.Secretary, Member: a, Day: civil.Of(2014, 1, 1)}, "member office.err.not_member"},
			{"somebody of another organisation", keeper(tr.Town), office.GiveIn{OrgID: tr.Town.ID, Title: office.Secretary, Member: other.Ref()}, "member office.err.outside"},
			{"the secretary", keeper(tr.District), office.GiveIn{OrgID: tr.Town.ID, Title: office.Secretary, Member: a, Day: today.AddDays(-30)}, ""},
			{"twice the same", keeper(tr.Town), office.GiveIn{OrgID: tr.Town.ID, Title: office.Secretary, Member: a, Replace: true}, "member office.err.has_post"},
			{"a second secretary (1.36)", keeper(tr.Town), office.GiveIn{OrgID: tr.Town.ID, Title: office.Secretary, Member: b}, "title office.err.taken"},
			{"before the one in office", keeper(tr.Town), office.GiveIn{OrgID: tr.Town.ID, Title: office.Secretary, Member: b, Day: today.AddDays(-40)}, "day office.err.later_post"},
			{"a second secretary in the place of the first", keeper(tr.Town), office.GiveIn{OrgID: tr.Town.ID, Title: office.Secretary, Member: b, Replace: true}, ""},
			{"a standing board of a small committee (1.26)", keeper(tr.Town), office.GiveIn{OrgID: tr.Town.ID, Title: office.Standing, Member: c}, "title office.err.board_not_allowed"},
			{"a follower who holds no post above (1.36)", keeper(tr.Town), office.GiveIn{OrgID: tr.HoaBinh.ID, Title: office.Follower, Member: c}, "member office.err.follower_above"},
			{"a follower from the committee", orgtest.Actor(access.RoleUpper, tr.Town), office.GiveIn{OrgID: tr.HoaBinh.ID, Title: office.Follower, Member: b}, ""},
		} {
			if got := give(s.actor, s.in); got != s.want {
				t.Errorf("%d %s: %q, want %q", i, s.name, got, s.want)
			}
		}
		err := d.Read(t.Context(), func(q db.Q) error {
			held, err := office.Holders(t.Context(), q, tr.Town.PartID, tr.Town.ID, today)
			if len(held) != 1 || held[0].PersonID != in[1].PersonID || held[0].Body != office.BodyCommittee {
				t.Errorf("held %+v", held)
			}
			grants, err2 := access.LoadGrants(t.Context(), q, in[0].PersonID, today)
			if slices.ContainsFunc(grants, func(g access.Grant) bool { return g.Role == access.RoleUpper }) {
				t.Errorf("who was replaced kept the rights: %+v", grants)
			}
			return errors.Join(err, err2)
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// rules.md 1.26: with nine in the committee a standing board may be recorded.
func TestStandingBoardOfNine(t *testing.T) {
	d := dbtest.New(t)
	tr := orgtest.District(t, d)
	svc := office.Service{DB: d, Book: tr.Book}
	in := fill(t, d, tr.HoaBinh, 10)
	for i, m := range in {
		title := office.CommitteeMember
		if i == 9 {
			title = office.Standing
		}
		_, err := svc.Give(t.Context(), keeper(tr.Town), office.GiveIn{OrgID: tr.Town.ID, Title: title, Member: m.Ref(), Day: civil.From(d.Clock().Now())})
		if err != nil {
			t.Fatalf("%d %s: %v", i, title, err)
		}
	}
}

func TestEndPostAndTerms(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tr := orgtest.District(t, d)
		svc := office.Service{DB: d, Book: tr.Book}
		in := fill(t, d, tr.HoaBinh, 3)
		today := civil.From(d.Clock().Now())
		ref, err := svc.Give(t.Context(), keeper(tr.Town), office.GiveIn{OrgID: tr.Town.ID, Title: office.Secretary, Member: in[0].Ref(), Day: today.AddDays(-9)})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			name  string
			actor access.Actor
			ref   ident.Ref
			day   civil.Date
			want  string
		}{
			{"a member", orgtest.Actor(access.RoleMember, tr.HoaBinh), ref, today, "access.err.forbidden"},
			{"unknown", keeper(tr.Town), ident.Ref{Part: tr.Town.ID, ID: 4}, today, "office.err.nobody"},
			{"before it began", keeper(tr.Town), ref, today.AddDays(-9), "day office.err.end_before_from"},
			{"tomorrow", keeper(tr.Town), ref, today.AddDays(1), "day office.err.day_future"},
			{"no day", keeper(tr.Town), ref, civil.Date{}, "day office.err.day_empty"},
			{"today", keeper(tr.Town), ref, today, ""},
			{"again, by somebody else", keeper(tr.District), ref, today, "office.err.ended"},
		} {
			if got := fieldOf(svc.EndPost(t.Context(), c.actor, c.ref, c.day)); got != c.want {
				t.Errorf("end, %s: %q, want %q", c.name, got, c.want)
			}
		}
		for _, c := range []struct {
			name  string
			actor access.Actor
			in    office.TermIn
			want  string
		}{
			{"a member", orgtest.Actor(access.RoleMember, tr.HoaBinh), office.TermIn{OrgID: tr.HoaBinh.ID, Name: "2025-2030", From: today}, "access.err.forbidden"},
			{"no name", orgtest.Actor(access.RoleLead, tr.HoaBinh), office.TermIn{OrgID: tr.HoaBinh.ID, Name: " ", From: today}, "name office.err.term_name_empty"},
			{"first", orgtest.Actor(access.RoleLead, tr.HoaBinh), office.TermIn{OrgID: tr.HoaBinh.ID, Name: "2020-2025", From: civil.Of(2020, 5, 1)}, ""},
			{"the same day again", orgtest.Actor(access.RoleLead, tr.HoaBinh), office.TermIn{OrgID: tr.HoaBinh.ID, Name: "2025-2030", From: civil.Of(2020, 5, 1)}, "day office.err.term_overlap"},
			{"before the one there is", orgtest.Actor(access.RoleLead, tr.HoaBinh), office.TermIn{OrgID: tr.HoaBinh.ID, Name: "2015-2020", From: civil.Of(2015, 5, 1)}, "day office.err.term_overlap"},
			{"the next", keeper(tr.Town), office.TermIn{OrgID: tr.HoaBinh.ID, Name: "2025-2030", From: civil.Of(2025, 5, 1)}, ""},
			{"tomorrow", keeper(tr.Town), office.TermIn{OrgID: tr.HoaBinh.ID, Name: "2030", From: today.AddDays(1)}, "day office.err.day_future"},
		} {
			if got := fieldOf(svc.BeginTerm(t.Context(), c.actor, c.in)); got != c.want {
				t.Errorf("term, %s: %q, want %q", c.name, got, c.want)
			}
		}
		err = d.Read(t.Context(), func(q db.Q) error {
			terms, err := office.Terms(t.Context(), q, tr.HoaBinh.PartID, tr.HoaBinh.ID)
			if len(terms) != 2 || terms[0].Name != "2025-2030" || terms[1].To != terms[0].From {
				t.Errorf("terms %+v", terms)
			}
			past, err2 := office.Past(t.Context(), q, tr.Town.PartID, tr.Town.ID, today, 10)
			if len(past) != 1 || past[0].To != today {
				t.Errorf("past %+v", past)
			}
			return errors.Join(err, err2)
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// Imported facts against the rules are told, each with its source; a new election
// against them is refused (TestElectionRules).
func TestNoticesOfImportedFacts(t *testing.T) {
	book := orgtest.Book(t)
	today := civil.Of(2026, 11, 22)
	cell := org.Unit{ID: 5, Kind: org.KindCell}
	post := func(id int64, title, body string) office.Holder {
		return office.Holder{MembershipID: id, PersonID: 100 + id, Name: fmt.Sprintf("Đồng chí %d", id), Title: title, Body: body}
	}
	committee := func(n int) (out []office.Holder) {
		for i := range n {
			title := office.CommitteeMember
			if i == 0 {
				title = office.Secretary
			}
			out = append(out, post(int64(i+1), title, office.BodyCellCommittee))
		}
		return out
	}
	term := office.Term{ID: 1, Name: "2025-2030", From: civil.Of(2025, 5, 20)}
	for _, c := range []struct {
		name  string
		facts office.Facts
		want  []string
	}{
		{"all is well", office.Facts{Unit: cell, Holders: committee(3), Body: people(officials(9)...), Term: term}, nil},
		{"nobody yet", office.Facts{Unit: cell, Body: people(officials(9)...), Term: term}, []string{"no_secretary"}},
		{"two secretaries", office.Facts{Unit: cell, Holders: []office.Holder{post(1, office.Secretary, ""), post(2, office.Secretary, "")}, Body: people(officials(4)...), Term: term}, []string{"two_secretaries"}},
		{"a committee in a cell of 8 (1.21)", office.Facts{Unit: cell, Holders: committee(3), Body: people(officials(8)...), Term: term}, []string{"committee_not_allowed"}},
		{"none in a cell of 9 (1.21)", office.Facts{Unit: cell, Holders: []office.Holder{post(1, office.Secretary, "")}, Body: people(officials(9)...), Term: term}, []string{"committee_needed"}},
		{"a committee of 8 (1.22)", office.Facts{Unit: cell, Holders: committee(8), Body: people(officials(20)...), Term: term}, []string{"committee_too_large"}},
		{"a deputy outside the committee", office.Facts{Unit: cell, Holders: append(committee(3), post(9, office.Deputy, "")), Body: people(officials(9)...), Term: term}, []string{"not_in_committee"}},
		{"a secretary who left the cell", office.Facts{Unit: cell, Holders: append(committee(3)[1:], post(77, office.Secretary, office.BodyCellCommittee)), Body: people(officials(9)...), Term: term}, []string{"not_in_cell"}},
		{"a reserve member in office", office.Facts{Unit: cell, Holders: []office.Holder{post(1, office.Secretary, "")}, Body: people(append([]string{member.StandingReserve}, officials(4)...)...), Term: term}, []string{"reserve"}},
		{"no term", office.Facts{Unit: cell, Holders: committee(3), Body: people(officials(9)...)}, []string{"no_term"}},
		{"a term run out (1.30)", office.Facts{Unit: cell, Holders: committee(3), Body: people(officials(9)...), Term: office.Term{ID: 1, Name: "2015-2020", From: civil.Of(2015, 1, 1)}}, []string{"term_over"}},
		{"a standing board of a committee of four (1.26)", office.Facts{
			Unit: org.Unit{Kind: org.KindGrassrootsParty}, Term: term,
			Holders: []office.Holder{post(1, office.Secretary, office.BodyStandingBoard), post(2, office.CommitteeMember, office.BodyCommittee), post(3, office.CommitteeMember, office.BodyCommittee), post(4, office.CommitteeMember, office.BodyCommittee)},
		}, []string{"board_not_allowed"}},
		{"followers and officers count for nothing", office.Facts{Unit: cell, Holders: append(committee(3), post(50, office.Follower, "cell")), Body: people(officials(9)...), Term: term}, nil},
	} {
		c.facts.Day = today
		var got []string
		for _, n := range office.Check(book.At(today, ""), c.facts) {
			got = append(got, n.Key[len("office.notice."):])
			if n.Rule.Source == "" {
				t.Errorf("%s: %s without a source", c.name, n.Key)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
