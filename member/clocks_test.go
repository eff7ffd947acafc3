package member_test

import (
	"fmt"
	"strings"
	"testing"

	"chibo/internal/civil"
	"chibo/internal/db/dbtest"
	"chibo/member"
)

// The clocks of rules.md 5.05, 5.07, 5.10, 5.11 on days that can be checked by hand;
// working days as in 14.20: 60 of them are twelve weeks, and one day more for each day off
// between (24 November 2026; 1 and 2 September 2025).
func TestClocks(t *testing.T) {
	r := newRegister(t, dbtest.New(t))
	day := func(s string) civil.Date { d, _ := civil.Parse(s); return d }
	out := func(state string) member.Transfer {
		return member.Transfer{Kind: member.TransferOfficial, State: state, FromCell: 1, BasisOn: day("2026-10-05")}
	}
	for name, c := range map[string]struct {
		t     member.Transfer
		today string
		want  string
	}{
		"announced": {out(member.Announced), "2026-10-05", "start 2026-12-29 60 5.05, complete 2026-12-29 60 5.10"},
		"left": {func() member.Transfer {
			v := out(member.LeftCell)
			v.IntroducedOn = day("2026-10-09")
			return v
		}(), "2026-11-03", "present 2026-11-20 13 5.07, complete 2026-12-29 39 5.10, check 2027-01-09 67 5.11"},
		"late": {func() member.Transfer {
			v := out(member.LeftCell)
			v.IntroducedOn = day("2026-10-09")
			return v
		}(), "2026-11-21", "present 2026-11-20 -1 5.07, complete 2026-12-29 26 5.10, check 2027-01-09 49 5.11"}, // a Saturday after a Friday
		"before 208 there is no 5.10": {func() member.Transfer {
			v := out(member.Announced)
			v.BasisOn = day("2025-08-01")
			return v
		}(), "2025-08-29", "start 2025-10-28 40 5.05"},
		"internal": {func() member.Transfer { v := out(member.Announced); v.Kind = member.TransferInternal; return v }(), "2026-11-03", ""},
		"over":     {out(member.Arrived), "2026-11-03", ""},
		"temporary": {func() member.Transfer {
			v := out(member.Arrived)
			v.Kind, v.UntilOn = member.TransferTemporary, day("2026-11-01")
			return v
		}(), "2026-11-03", "return 2026-11-01 -2 "},
	} {
		var got []string
		for _, k := range r.l.Clocks(c.t, day(c.today)) {
			got = append(got, fmt.Sprintf("%s %s %d %s", k.Code, k.Due, k.Left, k.Rule.ID))
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s:\n got %s\nwant %s", name, s, c.want)
		}
	}
}

// rules.md 5.09 and 5.12 warn and never lock.
func TestWarnings(t *testing.T) {
	r := newRegister(t, dbtest.New(t))
	from := civil.Of(2026, 1, 15)
	temp := func(last civil.Date, study bool) member.Transfer {
		return member.Transfer{Kind: member.TransferTemporary, State: member.LeftCell, FromCell: 1, BasisOn: from, LeftOn: from, UntilOn: last, Study: study}
	}
	for _, c := range []struct {
		t    member.Transfer
		want string
	}{
		{temp(civil.Of(2026, 4, 13), false), "life.warn.short"},
		{temp(civil.Of(2026, 4, 14), false), ""}, // three months to the day
		{temp(civil.Of(2027, 1, 13), false), ""}, // under twelve months
		{temp(civil.Of(2027, 1, 14), false), "life.warn.long"},
		{temp(civil.Of(2027, 1, 14), true), ""},
		{temp(civil.Of(2028, 1, 14), true), ""}, // up to two years
		{temp(civil.Of(2028, 1, 15), true), "life.warn.long_study"},
		{member.Transfer{Kind: member.TransferOfficial, State: member.Announced, FromCell: 1, BasisOn: from, Hold: "denunciation"}, "life.warn.hold"},
		{member.Transfer{Kind: member.TransferOfficial, State: member.Arrived, FromCell: 1, BasisOn: from, Hold: "denunciation"}, ""},
	} {
		var got []string
		for _, w := range r.l.Warnings(c.t, "vi") {
			got = append(got, w.Key)
			if w.Rule.ID == "" {
				t.Errorf("%s names no rule", w.Key)
			}
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%+v: %s, want %s", c.t, s, c.want)
		}
	}
}
