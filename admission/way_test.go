package admission_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"chibo/admission"
	"chibo/internal/civil"
	"chibo/internal/fault"
	"chibo/internal/workday"
	"chibo/org"
	"chibo/org/orgtest"
	"chibo/rulebook"
)

// clocksAt reckons the deadlines of steps done on days; a decision's may name its second
// day after a slash.
func clocksAt(t *testing.T, done map[string][2]string) map[string]admission.Clock {
	t.Helper()
	book := orgtest.Book(t)
	days, err := workday.New()
	if err != nil {
		t.Fatal(err)
	}
	set := book.At(civil.Of(2026, 11, 3), "")
	var records []admission.Record
	for i, st := range set.AdmissionSteps() {
		if d, ok := done[st.Code]; ok {
			records = append(records, admission.Record{ID: int64(i + 1), Step: st.Code, Outcome: admission.Passed, Day: day(t, d[0]), Received: day(t, d[1])})
		}
	}
	way := admission.Walk(set.AdmissionSteps(), place(true, true), records, 3)
	out := map[string]admission.Clock{}
	for _, c := range admission.ClocksOf(func(d civil.Date) rulebook.Set { return book.At(d, "") }, days, way, set.AdmissionClocks()) {
		out[c.Code] = c
	}
	return out
}

func place(section, base bool) admission.Place {
	p := admission.Place{Cell: org.Unit{ID: 1}, Above: org.Unit{ID: 4}}
	if section {
		p.Section = org.Unit{ID: 2}
	}
	if base {
		p.Base = org.Unit{ID: 3}
	}
	return p
}

// Deadlines: the start, the kind of day and the length are those of the version of the day
// on which they begin, rules.md 4.31-4.39.
func TestClocks(t *testing.T) {
	for _, c := range []struct {
		name  string
		done  map[string][2]string
		clock string
		opens string
		due   string // "" no deadline
	}{
		// 4.31: 60 working days from the cell's resolution, since 2016
		{"decision, resolution of 2021", map[string][2]string{"cell_vote": {"04/10/2021", ""}}, "decide", "", "27/12/2021"},
		{"decision, resolution of 2025", map[string][2]string{"cell_vote": {"05/5/2025", ""}}, "decide", "", "28/7/2025"},
		{"decision, resolution before 29-QĐ", map[string][2]string{"cell_vote": {"04/7/2016", ""}}, "decide", "", ""},

		// 4.32: from the receipt under 232 and 294, from the issue under 208
		{"ceremony, received", map[string][2]string{"decision": {"03/3/2025", "10/3/2025"}}, "ceremony", "", "22/4/2025"},
		{"ceremony, received before Tết", map[string][2]string{"decision": {"05/1/2026", "12/1/2026"}}, "ceremony", "", "02/3/2026"},
		{"ceremony, not received yet", map[string][2]string{"decision": {"03/3/2025", ""}}, "ceremony", "", ""},
		{"ceremony, decided the day before 208", map[string][2]string{"decision": {"25/7/2026", "05/8/2026"}}, "ceremony", "", "18/9/2026"},
		{"ceremony, decided on the first day of 208", map[string][2]string{"decision": {"26/7/2026", "05/8/2026"}}, "ceremony", "", "08/9/2026"},
		{"ceremony, 208, not received yet", map[string][2]string{"decision": {"27/7/2026", ""}}, "ceremony", "", "09/9/2026"},
		{"ceremony, decision of 2021: no rule is known", map[string][2]string{"decision": {"04/10/2021", "11/10/2021"}}, "ceremony", "", ""},

		// 4.34, 4.35, case 9
		{"case 9: probation and consideration", map[string][2]string{"ceremony": {"15/3/2025", ""}}, "consider", "15/3/2026", "24/4/2026"},
		{"ceremony of 29 February", map[string][2]string{"ceremony": {"29/2/2024", ""}}, "consider", "", ""},
		{"ceremony of 2021: no time to consider is known", map[string][2]string{"ceremony": {"04/10/2021", ""}}, "consider", "", ""},

		// 4.31 for recognition, 4.39, 4.14; 24/11/2026 and 7/4/2025 are days off, Saturday 26/4/2025 was worked
		{"recognition, resolution of 2026", map[string][2]string{"rec_vote": {"02/11/2026", ""}}, "recognise", "", "15/12/2026"},
		{"member CV, 2025", map[string][2]string{"ceremony": {"17/3/2025", ""}}, "member_cv", "", "28/4/2025"},
		{"member CV before 12-HD: no rule", map[string][2]string{"ceremony": {"04/10/2021", ""}}, "member_cv", "", ""},
		{"certificate", map[string][2]string{"class": {"03/10/2021", ""}}, "certificate", "", "03/10/2026"},
	} {
		got, ok := clocksAt(t, c.done)[c.clock]
		if ok != (c.due != "") || ok && (got.Due != day(t, c.due) || c.opens != "" && got.Opens != day(t, c.opens)) {
			t.Errorf("%s: %v due %s opens %s, want due %s opens %s", c.name, ok, got.Due.Vi(), got.Opens.Vi(), c.due, c.opens)
		}
	}
}

// What the cell does not have is skipped, and holds nothing up.
func TestSkippedUnits(t *testing.T) {
	set := orgtest.Book(t).At(civil.Of(2026, 11, 3), "")
	done := func(codes ...string) (out []admission.Record) {
		for i, c := range codes {
			out = append(out, admission.Record{ID: int64(i + 1), Step: c, Outcome: admission.Passed, Day: civil.Of(2026, 1, i+1)})
		}
		return out
	}
	for _, c := range []struct {
		section, base bool
		want          string
	}{{true, true, "section"}, {false, true, "base"}, {false, false, "decision"}} {
		way := admission.Walk(set.AdmissionSteps(), place(c.section, c.base), done("track", "class", "application", "cv", "verify_ask", "verify", "opinions", "committee", "cell_vote"), 3)
		if next, ok := way.Next(); !ok || next.Code != c.want {
			t.Errorf("section %v, base %v: %s waits, want %s", c.section, c.base, next.Code, c.want)
		}
		if err := way.Refuse("decision", civil.Of(2026, 1, 5)); !c.base && fault.FieldsOf(err) == nil {
			t.Errorf("a decision before the vote: %v", err)
		}
	}
}

// After three votes of recognition that failed the level above decides (rules.md 4.37).
func TestThreeFailedVotes(t *testing.T) {
	set := orgtest.Book(t).At(civil.Of(2026, 11, 3), "")
	var records []admission.Record
	id := int64(0)
	add := func(step, outcome string) {
		id++
		records = append(records, admission.Record{ID: id, Step: step, Outcome: outcome, Day: civil.Of(2026, 1, int(id))})
	}
	for _, st := range set.AdmissionSteps() {
		if st.Code == "rec_vote" {
			break
		}
		add(st.Code, admission.Passed)
	}
	for i := range 4 {
		way := admission.Walk(set.AdmissionSteps(), place(false, true), records, set.Int(rulebook.RecognitionVotesMost))
		leg, _ := way.Leg("rec_vote")
		next, _ := way.Next()
		if want := i >= 3; leg.Up != want || (next.Code == "rec_base") != want {
			t.Errorf("after %d votes: up %v, waits %s", i, leg.Up, next.Code)
		}
		add("rec_vote", admission.Failed)
	}
}

// Whatever is noted in whatever order, no step stands before one it needs, none before the
// day of those, and the one that waits can be done.
func TestWayProperty(t *testing.T) {
	set := orgtest.Book(t).At(civil.Of(2026, 11, 3), "")
	steps := set.AdmissionSteps()
	rapid.Check(t, func(rt *rapid.T) {
		p := place(rapid.Bool().Draw(rt, "section"), rapid.Bool().Draw(rt, "base"))
		var records []admission.Record
		for id := range int64(60) {
			way := admission.Walk(steps, p, records, 3)
			st := rapid.SampledFrom(steps).Draw(rt, "step")
			on := civil.Of(2026, 1, 1).AddDays(rapid.IntRange(0, 40).Draw(rt, "day") + int(id)/2)
			outcome := rapid.SampledFrom([]string{admission.Passed, admission.Passed, admission.Failed}).Draw(rt, "outcome")
			next, ok := way.Next()
			if ok && (!next.Ready || next.Over()) {
				rt.Fatalf("%s waits and cannot be done", next.Code)
			}
			if err := way.Refuse(st.Code, on); err != nil {
				if ok && st.Code == next.Code && fault.FieldsOf(err) == nil {
					rt.Fatalf("the step that waits is refused whatever its day: %v", err)
				}
				continue
			}
			for _, need := range st.Needs {
				leg, _ := way.Leg(need)
				if !leg.Over() {
					rt.Fatalf("%s before %s", st.Code, need)
				}
				if leg.Done != nil && on.Before(leg.Done.Day) {
					rt.Fatalf("%s on a day before %s", st.Code, need)
				}
			}
			records = append(records, admission.Record{ID: id + 1, Step: st.Code, Outcome: outcome, Day: on})
		}
		way := admission.Walk(steps, p, records, 3)
		for _, l := range way.Waiting() {
			if l.Over() || !l.Ready {
				rt.Fatalf("%s waits", l.Code)
			}
		}
		if _, ok := way.Next(); !ok && slices.ContainsFunc(way, func(l admission.Leg) bool { return !l.Beside && !l.Over() }) {
			rt.Fatal("nothing waits and the way is not over")
		}
	})
}
