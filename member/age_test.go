package member_test

import (
	"testing"

	"pgregory.net/rapid"

	"chibo/internal/civil"
	"chibo/member"
)

func day(s string) civil.Date {
	d, err := civil.Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

// rules.md 5.02, 5.40, 5.43.
func TestPartyAge(t *testing.T) {
	for name, c := range map[string]struct {
		admitted    string
		out         []member.Span
		years       int
		first, last string // of reaching the years
		on          string
		least, most int // months on that day
	}{
		"to the day":            {"1996-02-03", nil, 30, "2026-02-03", "2026-02-03", "2026-02-03", 360, 360},
		"the day before":        {"1996-02-03", nil, 30, "2026-02-03", "2026-02-03", "2026-02-02", 359, 359},
		"29/02":                 {"1996-02-29", nil, 30, "2026-02-28", "2026-02-28", "2026-02-28", 360, 360},
		"29/02 to a leap year":  {"1996-02-29", nil, 40, "2036-02-29", "2036-02-29", "2036-02-28", 479, 479},
		"month only":            {"1996-02", nil, 30, "2026-02-01", "2026-02-28", "2026-02-14", 359, 360},
		"year only":             {"1996", nil, 30, "2026-01-01", "2026-12-31", "2026-07-01", 354, 366},
		"an interruption":       {"1986-05-19", []member.Span{{From: day("1990-01-01"), To: day("1992-01-01")}}, 40, "2028-05-18", "2028-05-18", "2028-05-18", 480, 480},
		"after the badge":       {"1986-05-19", []member.Span{{From: day("2020-01-01"), To: day("2022-01-01")}}, 30, "2016-05-19", "2016-05-19", "2016-05-19", 360, 360},
		"interrupted till now":  {"1986-05-19", []member.Span{{From: day("1990-05-19")}}, 40, "", "", "2026-11-03", 48, 48},
		"interruption by years": {"1986-05-19", []member.Span{{From: day("1990"), To: day("1991")}}, 40, "2026-05-20", "2028-05-17", "2026-05-19", 456, 479},
		"nothing known":         {"", nil, 30, "", "", "2026-11-03", 0, 0},
	} {
		a := member.Age{Start: day(c.admitted), Out: c.out}
		first, last := a.Reaches(c.years)
		if first.String() != c.first || last.String() != c.last {
			t.Errorf("%s: reaches %d from %s to %s, want %s to %s", name, c.years, first, last, c.first, c.last)
		}
		least, most, known := a.Months(day(c.on))
		if least != c.least || most != c.most || known != (c.admitted != "") {
			t.Errorf("%s: %d to %d months (%v), want %d to %d", name, least, most, known, c.least, c.most)
		}
	}
}

func TestAgeOfMemberships(t *testing.T) {
	home := func(from, to, ending, admitted string) member.Membership {
		return member.Membership{Kind: member.KindHome, From: day(from), To: day(to), Ending: ending, AdmittedOn: day(admitted)}
	}
	gone := []member.Membership{
		home("2015-01-01", "", "", "2015-01-01"),
		home("1985-01-01", "1990-01-01", member.EndingResignation, "1985-01-01"),
		{Kind: member.KindGuest, From: day("1980-01-01"), AdmittedOn: day("1979-01-01")},
	}
	spells := []member.Spell{
		{Kind: member.SpellInterrupted, From: day("1989-01-01"), To: day("1991-01-01")}, // overlaps the time outside
		{Kind: member.SpellAway, From: day("2016-01-01"), To: day("2017-01-01")},        // away is not out
	}
	a := member.AgeOf(gone, spells, true)
	if a.Start != day("1985-01-01") || len(a.Out) != 1 || a.Out[0] != (member.Span{From: day("1989-01-01"), To: day("2015-01-01")}) {
		t.Errorf("%+v", a)
	}
	if b := member.AgeOf(gone, spells, false); b.Out != nil {
		t.Errorf("counted: %+v", b)
	}
	dead := member.AgeOf([]member.Membership{home("1986-01-01", "2016-01-01", member.EndingDeath, "1986-01-01")}, nil, true)
	if least, _, _ := dead.Months(day("2026-01-01")); least != 360 {
		t.Errorf("the age of a dead member goes on: %d", least)
	}
	moved := member.AgeOf([]member.Membership{home("1986-01-01", "2016-01-01", "transfer", "1986-01-01"), home("2016-06-01", "", "", "1986-01-01")}, nil, true)
	if len(moved.Out) != 0 {
		t.Errorf("a transfer is no interruption: %+v", moved)
	}
}

// Whatever is known of the dates: the day of reaching lies where the months say so.
func TestAgeProperty(t *testing.T) {
	partial := func(t *rapid.T, label string, from, to int) civil.Date {
		d := civil.Of(rapid.IntRange(from, to).Draw(t, label+"-y"), rapid.IntRange(1, 12).Draw(t, label+"-m"), rapid.IntRange(1, 28).Draw(t, label+"-d"))
		s := d.String()
		return day(s[:rapid.SampledFrom([]int{4, 7, 10}).Draw(t, label+"-known")])
	}
	rapid.Check(t, func(t *rapid.T) {
		a := member.Age{Start: partial(t, "start", 1950, 1990)}
		if rapid.Bool().Draw(t, "out") {
			from := partial(t, "from", 1991, 1995)
			a.Out = []member.Span{{From: from, To: partial(t, "to", 1997, 2005)}}
		}
		years := rapid.IntRange(1, 90).Draw(t, "years")
		first, last := a.Reaches(years)
		if last.Before(first) {
			t.Fatalf("from %s to %s", first, last)
		}
		if least, _, _ := a.Months(last.AddDays(40)); least < 12*years {
			t.Fatalf("%+v: on %s certainly %d years, months say %d", a, last, years, least)
		}
		if _, most, _ := a.Months(first.AddDays(-40)); most >= 12*years {
			t.Fatalf("%+v: before %s, months say %d", a, first, most)
		}
	})
}
