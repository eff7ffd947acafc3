package member_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/org"
)

// list gives the list of a day in short: "30 Tên due".
func (b *book) badges(t *testing.T, who access.Actor, u org.Unit, day civil.Date, early bool) (rows []member.BadgeRow, short string) {
	t.Helper()
	scope, err := access.For(who, access.MemberRead, u.Access())
	if err != nil {
		t.Fatal(err)
	}
	err = b.d.Read(t.Context(), func(q db.Q) error {
		list, err := b.s.BadgeDayOf(t.Context(), q, scope, day, early)
		rows = list.Rows
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range rows {
		state := ""
		if r.Badge != nil {
			state = " " + r.Badge.State
		}
		out = append(out, fmt.Sprintf("%d %s %s%s", r.Years, r.Name, r.Group, state))
	}
	return rows, strings.Join(out, ", ")
}

func (b *book) admitted(t *testing.T, cell org.Unit, name, day string) member.Membership {
	t.Helper()
	d, err := civil.Parse(day)
	if err != nil {
		t.Fatal(err)
	}
	return b.add(t, cell, member.Person{Name: name}, member.Membership{From: civil.Of(2000, 1, 1), AdmittedOn: d, OfficialOn: d})
}

// rules.md 5.40-5.43 for the day 07/11/2026, after that of 02/09/2026.
func TestBadgesOfADay(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		b.admitted(t, b.HoaBinh, "An đúng ngày", "1996-11-07")
		b.admitted(t, b.HoaBinh, "Ba hôm sau", "1996-11-08")
		b.admitted(t, b.HoaBinh, "Ca đợt trước", "1996-09-02")
		b.admitted(t, b.HoaBinh, "Dậu sau đợt trước", "1996-09-03")
		b.admitted(t, b.HoaBinh, "Em từ lâu", "1995-11-07")
		b.admitted(t, b.HoaBinh, "Gia chỉ năm", "1996")
		b.admitted(t, b.HoaBinh, "Hai tháng mười", "1996-10")
		b.admitted(t, b.HoaBinh, "Ích tháng mười một", "1996-11")
		b.admitted(t, b.HoaBinh, "Kha bảy mươi sau hai năm", "1958-11-07")
		b.admitted(t, b.HoaBinh, "Lan ba mươi sau hai năm", "1998-11-07")
		b.admitted(t, b.Village2, "Xã khác", "1996-11-07")
		gap := b.admitted(t, b.HoaBinh, "Mạnh gián đoạn", "1994-11-07")
		spell(t, b.d, gap.Ref(), member.SpellInterrupted, civil.Of(2001, 1, 1), civil.Of(2003, 1, 1))
		out := b.admitted(t, b.HoaBinh, "Nam đang gián đoạn", "1996-11-01")
		spell(t, b.d, out.Ref(), member.SpellInterrupted, civil.Of(2025, 1, 1), civil.Date{})
		for name, on := range map[string]string{"Oanh mất năm nay": "1997-06-01", "Phú mất, còn xa": "1998-06-01"} {
			dead := b.admitted(t, b.HoaBinh, name, on)
			write(t, b.d, func(tx *db.Tx) error {
				return member.EndMembership(t.Context(), tx, dead.Part, dead.ID, civil.Of(2026, 10, 1), member.EndingDeath)
			})
		}
		day := civil.Of(2026, 11, 7)
		_, got := b.badges(t, b.keeper, b.Town, day, false)
		const want = "30 An đúng ngày due, 30 Mạnh gián đoạn due, 30 Oanh mất năm nay posthumous, 30 Hai tháng mười due, 30 Gia chỉ năm unsure, " +
			"30 Ích tháng mười một unsure, 30 Ca đợt trước late, 30 Dậu sau đợt trước due"
		if sorted(got) != sorted(want) {
			t.Errorf("got  %s\nwant %s", sorted(got), sorted(want))
		}
		_, early := b.badges(t, b.keeper, b.Town, day, true)
		for _, name := range []string{"30 Ba hôm sau early", "70 Kha bảy mươi sau hai năm early"} {
			if !strings.Contains(early, name) {
				t.Errorf("early lacks %q: %s", name, early)
			}
		}
		if strings.Contains(early, "Lan") {
			t.Errorf("30 years, 24 months early: %s", early)
		}
		if _, all := b.badges(t, b.above, b.District, day, false); !strings.Contains(all, "Xã khác due") {
			t.Errorf("the district's list: %s", all)
		}
	})
}

func sorted(s string) string {
	list := strings.Split(s, ", ")
	for i := range list {
		for j := i + 1; j < len(list); j++ {
			if list[j] < list[i] {
				list[i], list[j] = list[j], list[i]
			}
		}
	}
	return strings.Join(list, ", ")
}

func TestBadgeIsProposedAndGiven(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		m := b.admitted(t, b.HoaBinh, "An", "1996-11-07")
		soon := b.admitted(t, b.HoaBinh, "Ba", "1997-03-01")
		other := b.admitted(t, b.Village2, "Cả", "1996-11-07")
		day := civil.Of(2026, 2, 3).AddMonths(9).AddDays(4) // 07/11/2026
		in := member.ProposeBadgesIn{Unit: b.HoaBinh, Day: day, Kind: member.BadgeNormal, Members: []ident.Ref{m.Ref()}}
		for _, who := range []access.Actor{b.self, b.upper, b.clerk, b.admin} {
			if _, err := b.s.ProposeBadges(t.Context(), who, in); !errors.Is(err, access.ErrForbidden) {
				t.Errorf("%s proposes: %v", who.Name, err)
			}
		}
		for name, bad := range map[string][]ident.Ref{"nobody": nil, "not yet": {soon.Ref()}, "another place": {other.Ref()}} {
			in := in
			in.Members = bad
			if _, err := b.s.ProposeBadges(t.Context(), b.lead, in); len(fault.FieldsOf(err)) != 1 {
				t.Errorf("%s: %v", name, err)
			}
		}
		for i, want := range []int{1, 0} { // a second time is passed over
			if n, err := b.s.ProposeBadges(t.Context(), b.lead, in); n != want || err != nil {
				t.Errorf("%d: proposed %d, %v", i, n, err)
			}
		}
		ill := member.ProposeBadgesIn{Unit: b.HoaBinh, Day: day, Kind: member.BadgeEarly, Members: []ident.Ref{soon.Ref()}}
		if n, err := b.s.ProposeBadges(t.Context(), b.lead, ill); n != 1 || err != nil {
			t.Fatalf("early: %d, %v", n, err)
		}
		rows, got := b.badges(t, b.lead, b.HoaBinh, day, false)
		if got != "30 An due proposed, 30 Ba early proposed" {
			t.Fatalf("%s", got)
		}
		refs := []ident.Ref{rows[0].Badge.Ref, rows[1].Badge.Ref}
		give := member.GiveBadgesIn{Unit: b.HoaBinh, Badges: refs, On: today(), By: "Huyện ủy Đức Thọ", Decision: "215-QĐ/HU"}
		if err := b.s.GiveBadges(t.Context(), b.lead, give); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("the lead records giving: %v", err)
		}
		bad := give
		bad.On, bad.By, bad.Decision, bad.Badges = today().AddDays(1), "", " ", nil
		if f := fault.FieldsOf(b.s.GiveBadges(t.Context(), b.keeper, bad)); len(f) != 4 {
			t.Errorf("%v", f)
		}
		outside := give
		outside.Unit = b.Village2
		if err := b.s.GiveBadges(t.Context(), b.above, outside); !errors.Is(err, member.ErrNotFound) {
			t.Errorf("through another unit: %v", err)
		}
		if err := b.s.GiveBadges(t.Context(), b.keeper, give); err != nil {
			t.Fatal(err)
		}
		if err := b.s.GiveBadges(t.Context(), b.keeper, give); !errors.Is(err, member.ErrChanged) {
			t.Errorf("given twice: %v", err)
		}
		if _, got := b.badges(t, b.keeper, b.Town, civil.Of(2027, 2, 3), false); got != "" {
			t.Errorf("who has it is on the next list: %s", got)
		}
		if err := b.s.DropBadge(t.Context(), b.lead, b.HoaBinh, refs[0]); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("the lead drops a given one: %v", err)
		}
		if err := b.s.DropBadge(t.Context(), b.keeper, b.HoaBinh, refs[0]); err != nil {
			t.Fatal(err)
		}
		if err := b.s.DropBadge(t.Context(), b.keeper, b.HoaBinh, refs[0]); !errors.Is(err, member.ErrChanged) {
			t.Errorf("dropped twice: %v", err)
		}
		if _, got := b.badges(t, b.keeper, b.Town, day, false); got != "30 An due, 30 Ba early given" {
			t.Errorf("after all: %s", got)
		}
	})
}
