package admission_test

import (
	"testing"

	"chibo/admission"
	"chibo/internal/civil"
	"chibo/org/orgtest"
	"chibo/rulebook"
)

// day reads "12/06/1994".
func day(t testing.TB, s string) civil.Date {
	t.Helper()
	if s == "" {
		return civil.Date{}
	}
	d, err := civil.ParseVi(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The conditions of a candidate by the rules of the day, rules.md 4.09-4.20.
func TestConditions(t *testing.T) {
	book := orgtest.Book(t)
	type facts = admission.Facts
	older := func(p *admission.Person, birth string) { p.Birth = day(t, birth) }
	for _, c := range []struct {
		name, on string
		change   func(f *facts)
		code     string
		mark     admission.Mark
		why      string
	}{
		// 4.09, 4.10, 14.23
		{"a woman of 32", "03/11/2026", nil, "age", admission.Met, "fits"},
		{"18 today", "12/06/2026", func(f *facts) { older(&f.Person, "12/06/2008") }, "age", admission.Met, "fits"},
		{"18 tomorrow", "11/06/2026", func(f *facts) { older(&f.Person, "12/06/2008") }, "age", admission.Missing, "young"},
		{"18 next month", "12/05/2026", func(f *facts) { older(&f.Person, "12/06/2008") }, "age", admission.Missing, "young"},
		{"18, born on 29 February", "28/02/2026", func(f *facts) { older(&f.Person, "29/02/2008") }, "age", admission.Met, "fits"},
		{"60 this month", "30/11/2026", func(f *facts) { older(&f.Person, "02/11/1966") }, "age", admission.Met, "fits"},
		{"case 6: 60 last month", "03/11/2026", func(f *facts) { older(&f.Person, "12/10/1966") }, "age", admission.Missing, "old"},
		{"case 6: with the consent", "03/11/2026", func(f *facts) {
			older(&f.Person, "12/10/1966")
			f.Papers = consent(admission.PaperConsentAge, civil.Of(2026, 10, 20))
		}, "age", admission.Exception, "consent"},
		{"the consent came after the day", "03/11/2026", func(f *facts) {
			older(&f.Person, "12/10/1966")
			f.Papers = consent(admission.PaperConsentAge, civil.Of(2026, 11, 20))
		}, "age", admission.Missing, "old"},
		{"61 years under 232", "03/03/2025", func(f *facts) { older(&f.Person, "12/01/1964") }, "age", admission.Missing, "old"},
		{"61 years in 2021: no rule of the upper age is known", "03/11/2021", func(f *facts) { older(&f.Person, "12/01/1960") }, "age", admission.Unknown, "no_upper"},
		{"17 in 2021: the Charter", "03/11/2021", func(f *facts) { older(&f.Person, "12/01/2004") }, "age", admission.Missing, "young"},
		{"only the year of birth", "03/11/2026", func(f *facts) { f.Person.Birth = civil.Date{}; f.Person.Birth, _ = civil.Parse("1994") }, "age", admission.Missing, "year_only"},
		{"the month of birth is enough", "03/11/2026", func(f *facts) { f.Person.Birth, _ = civil.Parse("1994-06") }, "age", admission.Met, "fits"},
		{"no citizen", "03/11/2026", func(f *facts) { f.Person.Citizen = false }, "citizen", admission.Missing, "no"},

		// 4.12, 4.13
		{"upper secondary", "03/11/2026", nil, "education", admission.Met, "fits"},
		{"lower secondary without the diploma, 2025", "03/11/2025", func(f *facts) { f.Person.Education = "lower_done" }, "education", admission.Missing, "low"},
		{"the same the day before 208", "25/07/2026", func(f *facts) { f.Person.Education = "lower_done" }, "education", admission.Missing, "low"},
		{"the same from 208 on", "26/07/2026", func(f *facts) { f.Person.Education = "lower_done" }, "education", admission.Met, "fits"},
		{"primary in a remote area", "03/11/2026", func(f *facts) { f.Person.Education, f.Person.EducationAs = "primary", "remote" }, "education", admission.Exception, "exception"},
		{"primary elsewhere", "03/11/2026", func(f *facts) { f.Person.Education = "primary" }, "education", admission.Missing, "low"},
		{"reads and writes, remote", "03/11/2026", func(f *facts) { f.Person.Education, f.Person.EducationAs = "literate", "remote" }, "education", admission.Missing, "low"},
		{"an elder without the consent", "03/11/2026", func(f *facts) { f.Person.Education, f.Person.EducationAs = "literate", "elder" }, "education", admission.Missing, "consent"},
		{"an elder with the consent", "03/11/2026", func(f *facts) {
			f.Person.Education, f.Person.EducationAs = "literate", "elder"
			f.Papers = consent(admission.PaperConsentEducation, civil.Of(2026, 10, 1))
		}, "education", admission.Exception, "exception"},
		{"education was not asked", "03/11/2026", func(f *facts) { f.Person.Education = "" }, "education", admission.Missing, "unknown"},
		{"primary in 2021: no rule is known", "03/11/2021", func(f *facts) { f.Person.Education = "primary" }, "education", admission.Unknown, "no_rule"},

		// 4.14
		{"a certificate of 59 months", "03/11/2026", func(f *facts) { f.Class = civil.Of(2021, 12, 3) }, "certificate", admission.Met, "valid"},
		{"its last day", "03/11/2026", func(f *facts) { f.Class = civil.Of(2021, 11, 3) }, "certificate", admission.Met, "valid"},
		{"case 7: 61 months", "03/11/2026", func(f *facts) { f.Class = civil.Of(2021, 10, 3) }, "certificate", admission.Doubt, "old"},
		{"61 months in 2021: five years in the older guides", "03/11/2021", func(f *facts) { f.Class = civil.Of(2016, 10, 3) }, "certificate", admission.Doubt, "old"},
		{"no certificate", "03/11/2026", func(f *facts) { f.Class = civil.Date{} }, "certificate", admission.Missing, "none"},

		// 4.17-4.21
		{"two official members", "03/11/2026", nil, "introducers", admission.Met, "member"},
		{"one", "03/11/2026", func(f *facts) { f.Introducers = f.Introducers[:1] }, "introducers", admission.Missing, "few"},
		{"one is a reserve member", "03/11/2026", func(f *facts) { f.Introducers[1].Official = false }, "introducers", admission.Missing, "reserve"},
		{"one has known the person for eleven months", "03/11/2026", func(f *facts) { f.Introducers[1].Since = civil.Of(2025, 12, 3) }, "introducers", admission.Missing, "short"},
		{"one for twelve", "03/11/2026", func(f *facts) { f.Introducers[1].Since = civil.Of(2025, 11, 3) }, "introducers", admission.Met, "member"},
		{"since a month of which the day is not known", "03/11/2026", func(f *facts) { f.Introducers[1].Since, _ = civil.Parse("2025-11") }, "introducers", admission.Missing, "short"},
		{"one was sent from above", "03/11/2026", func(f *facts) {
			f.Introducers[1] = admission.Introducer{Way: "member", Name: "Hà Văn Sơn", Sent: true}
		}, "introducers", admission.Met, "member"},
		{"youth with a Union base: the Union and one member", "03/11/2026", func(f *facts) {
			older(&f.Person, "12/06/2004")
			f.Person.YouthBase, f.Person.YouthUnion = true, true
			f.Introducers = append(f.Introducers[:1], admission.Introducer{Way: "youth", Number: "02-NQ/ĐTN", Day: civil.Of(2026, 10, 1)})
		}, "introducers", admission.Met, "youth"},
		{"youth, not a Union member", "03/11/2026", func(f *facts) { older(&f.Person, "12/06/2004"); f.Person.YouthBase = true }, "introducers", admission.Missing, "youth_not_member"},
		{"youth, the Union has not introduced", "03/11/2026", func(f *facts) {
			older(&f.Person, "12/06/2004")
			f.Person.YouthBase, f.Person.YouthUnion = true, true
		}, "introducers", admission.Missing, "youth_none"},
		{"youth where there is no Union", "03/11/2026", func(f *facts) { older(&f.Person, "12/06/2004") }, "introducers", admission.Met, "member"},
		{"office without a Union: the trade union", "03/11/2026", func(f *facts) {
			f.CellType, f.Person.TradeUnion = "office", true
			f.Introducers = append(f.Introducers[:1], admission.Introducer{Way: "trade", Number: "03-NQ/CĐ", Day: civil.Of(2026, 10, 1)})
		}, "introducers", admission.Met, "trade"},
		{"office without a Union, not a trade-union member", "03/11/2026", func(f *facts) { f.CellType = "office" }, "introducers", admission.Missing, "trade_not_member"},

		// 4.16
		{"again after 36 months", "03/11/2026", func(f *facts) { again(f, "03/11/2023") }, "readmission", admission.Met, "fits"},
		{"a day before", "02/11/2026", func(f *facts) { again(f, "03/11/2023") }, "readmission", admission.Missing, "early"},
		{"after serious disunity", "03/11/2026", func(f *facts) { again(f, "03/11/2013"); f.Person.Disunity = true }, "readmission", admission.Missing, "disunity"},
		{"for the second time", "03/11/2026", func(f *facts) { again(f, "03/11/2013"); f.Before = 1 }, "readmission", admission.Doubt, "again"},
	} {
		f := admission.Facts{Person: candidate(), CellType: "village", Class: civil.Of(2026, 3, 1), Introducers: []admission.Introducer{
			{Way: "member", MembershipID: 1, Since: civil.Of(2015, 1, 1), Official: true}, {Way: "member", MembershipID: 2, Since: civil.Of(2015, 1, 1), Official: true},
		}}
		if c.change != nil {
			c.change(&f)
		}
		on := day(t, c.on)
		for _, got := range admission.Conditions(book.At(on, ""), f, on) {
			if got.Code == c.code && (got.Mark != c.mark || got.Why != c.why) {
				t.Errorf("%s: %s %s, want %s %s", c.name, got.Mark, got.Why, c.mark, c.why)
			}
		}
	}
}

func consent(kind string, on civil.Date) []admission.Paper {
	return []admission.Paper{{Kind: kind, Present: true, Number: "12-CV/TU", Day: on}}
}

func again(f *admission.Facts, left string) {
	f.Person.Again = true
	f.Person.LeftOn, _ = civil.ParseVi(left)
}

// The papers that are missing before the vote are counted in the forms of the day.
func TestPapersCondition(t *testing.T) {
	book := orgtest.Book(t)
	on := civil.Of(2026, 11, 3)
	find := func(f admission.Facts, on civil.Date) admission.Condition {
		for _, c := range admission.Conditions(book.At(on, ""), f, on) {
			if c.Code == "papers" {
				return c
			}
		}
		t.Fatal("no such condition")
		return admission.Condition{}
	}
	if c := find(admission.Facts{Person: candidate()}, on); c.Mark != admission.Missing || c.Stops() || !c.Asks() {
		t.Errorf("nothing there: %+v", c)
	}
	var all []admission.Paper
	for _, p := range book.At(on, "").AdmissionPapers() {
		all = append(all, admission.Paper{Kind: p.Code, Present: true})
	}
	if c := find(admission.Facts{Person: candidate(), Papers: all}, on); c.Mark != admission.Met {
		t.Errorf("all there: %+v", c)
	}
	if c := find(admission.Facts{Person: candidate()}, civil.Of(2016, 5, 1)); c.Mark != admission.Unknown {
		t.Errorf("before the first forms: %+v", c)
	}
}

// The list of the dossier has the order of 06-HD/TW (rules.md 4.43, 4.44).
func TestOrderOfPapers(t *testing.T) {
	set := orgtest.Book(t).At(civil.Of(2026, 11, 3), "")
	var got []string
	for _, p := range set.AdmissionPapers() {
		if p.Part == rulebook.PartRecognition {
			got = append(got, p.Code)
		}
	}
	want := []string{"new_class", "self_review", "helper", "rec_summary", "rec_cell", "rec_section", "rec_base", "rec_decision"}
	if len(got) != len(want) {
		t.Fatalf("%v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%d: %s, want %s", i, got[i], want[i])
		}
	}
	for _, p := range set.AdmissionPapers() {
		if p.Sealed && p.Made {
			t.Errorf("%s is under its own secrecy rules and is never made here", p.Code)
		}
	}
}
