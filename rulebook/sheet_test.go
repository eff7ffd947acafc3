package rulebook_test

import (
	"testing"

	"pgregory.net/rapid"

	"chibo/internal/civil"
	"chibo/rulebook"
)

func TestSheetByDate(t *testing.T) {
	b := newBook(t)
	for day, want := range map[string]string{"2018-07-05": "", "2018-07-06": "E", "2025-10-27": "E", "2025-10-28": "A", "2026-11-03": "A"} {
		for _, kind := range []string{"regular", "thematic"} {
			if got := on(t, b, day).Sheet(kind); got.Code != want {
				t.Errorf("%s on %s: sheet %q; want %q", kind, day, got.Code, want)
			}
		}
	}
	a := on(t, b, "2026-11-03").Sheet("regular")
	want := []struct {
		code string
		max  int
	}{{"A1", 5}, {"A2", 5}, {"A3", 10}, {"A4", 40}, {"A5", 5}, {"A6", 30}, {"A7", 5}}
	for i, w := range want {
		if c := a.Criteria[i]; c.Code != w.code || c.Max != w.max {
			t.Errorf("%s has %d; want %s with %d", c.Code, c.Max, w.code, w.max)
		}
	}
	if a.Max != 100 || a.Mode != rulebook.ModePoints || a.Rule.Status != rulebook.VerifiedB || len(a.Criteria) != 7 {
		t.Errorf("sheet A = %+v", a)
	}
	for _, c := range a.Leaves() { // rules.md 14.02: the levels are not HD 42's own
		if c.Status != rulebook.Convention || c.Source == "" || c.Ask.Vi == "" || c.Evidence == "" {
			t.Errorf("%s: %s", c.Code, c.Status)
		}
	}
	if e := on(t, b, "2026-11-03").SheetByCode("E"); e.Code != "E" || e.Band("pass").Title.Vi != "Đạt" {
		t.Error("an old score cannot be shown")
	}
}

func full() rulebook.Facts {
	yes := rulebook.Yes(true)
	return rulebook.Facts{
		"minutes_short": rulebook.Count(0), "held": rulebook.Share(90, 90),
		"present": rulebook.Share(20, 20), "unexcused": rulebook.Count(0), "long_excused": rulebook.Count(0),
		"items_ready": rulebook.Share(14, 14), "draft": yes, "committee_met": yes, "notice": yes, "uploaded": yes,
		"steps_done": rulebook.Share(14, 14), "items_done": rulebook.Share(14, 14), "thematic_done": rulebook.Share(2, 2),
		"criticism": yes, "speakers": rulebook.Share(12, 20), "book_kept": yes, "ideology_minutes": rulebook.Count(15),
		"documents_online": yes, "tasks_done": rulebook.Share(9, 10), "concluded": yes, "minutes_adopted": yes, "reported": yes,
	}
}

func TestProposals(t *testing.T) {
	a := on(t, newBook(t), "2026-11-03").Sheet("regular")
	bSheet := on(t, newBook(t), "2026-11-03").SheetByCode("B")
	with := func(name string, m rulebook.Measure) rulebook.Facts {
		f := full()
		f[name] = m
		return f
	}
	short := func(n int) rulebook.Facts {
		f := full()
		f["minutes_short"], f["held"] = rulebook.Count(n), rulebook.Share(90-n, 90)
		return f
	}
	for _, c := range []struct {
		sheet rulebook.Sheet
		code  string
		facts rulebook.Facts
		want  int // tenths; -1: asked
	}{
		// rules.md 14.25
		{a, "A1", short(0), 50},
		{a, "A1", short(1), 40},
		{a, "A1", short(15), 40},
		{a, "A1", short(16), 30},
		{a, "A1", short(30), 30},
		{a, "A1", short(31), 20},
		{a, "A1", short(45), 20},
		{a, "A1", short(46), 10},
		{a, "A2", with("present", rulebook.Share(18, 20)), 50},
		{a, "A2", with("present", rulebook.Share(17, 20)), 40},
		{a, "A2", with("present", rulebook.Share(1, 2)), 10},
		{a, "A2", with("unexcused", rulebook.Count(1)), 10},
		{a, "A3", full(), 100},
		{a, "A3", with("uploaded", rulebook.Yes(false)), 80},
		{a, "A3", with("items_ready", rulebook.Share(7, 14)), 85},
		{a, "A4", full(), -1}, // chairing is asked
		{a, "A4.4", with("speakers", rulebook.Share(11, 20)), 50},
		{a, "A4.4", with("speakers", rulebook.Share(10, 20)), 40},
		{a, "A4.4", with("speakers", rulebook.Share(8, 20)), 40}, // exactly 40 %: rules.md 14.25
		{a, "A4.4", with("speakers", rulebook.Share(7, 20)), 30},
		{a, "A4.4", with("speakers", rulebook.Share(5, 20)), 20},
		{a, "A4.6", with("ideology_minutes", rulebook.Count(14)), 0},
		{a, "A4.6", with("ideology_minutes", rulebook.Count(30)), 10},
		{a, "A4.6", with("ideology_minutes", rulebook.Count(31)), 0},
		{a, "A5", full(), -1},
		{a, "A6", full(), 300},
		{a, "A6", with("tasks_done", rulebook.Share(89, 100)), 270},
		{a, "A6", with("tasks_done", rulebook.Share(2, 3)), 200},
		{a, "A6", with("tasks_done", rulebook.Share(0, 3)), 100},
		{a, "A6", with("tasks_done", rulebook.Share(0, 0)), -1}, // nothing was due
		{a, "A7", full(), 50},
		{a, "A7", with("reported", rulebook.Yes(false)), 40},
		{bSheet, "B2", full(), 50},
		{bSheet, "B2", with("long_excused", rulebook.Count(1)), 40},
		{bSheet, "B2", with("unexcused", rulebook.Count(1)), 10}, // no extra point: rules.md 14.25
	} {
		cr, ok := c.sheet.Find(c.code)
		if !ok {
			t.Fatalf("no %s", c.code)
		}
		got, known := cr.Propose(c.facts)
		if !known {
			got = -1
		}
		if got != c.want {
			t.Errorf("%s = %d tenths; want %d", c.code, got, c.want)
		}
	}
	a1, _ := a.Find("A1")
	if got := a1.LevelOf(short(20)); got != 2 {
		t.Errorf("20 minutes short is level %d", got)
	}
}

// B4 in a month without a theme: its points go to the regular content.
func TestThematicPoints(t *testing.T) {
	b := on(t, newBook(t), "2026-11-03").SheetByCode("B")
	with, without := b.For("thematic"), b.For()
	if c, ok := with.Find("B4.3"); !ok || c.Max != 5 {
		t.Error("a month with a theme scores it")
	}
	if _, ok := without.Find("B4.3"); ok {
		t.Error("a month without a theme scores one")
	}
	for _, s := range []rulebook.Sheet{with, without} {
		sum := 0
		for _, c := range s.Leaves() {
			sum += c.Max
		}
		if sum != 100 {
			t.Errorf("the lines add up to %d", sum)
		}
	}
	if c, _ := b.Find("B4.2"); c.Max != 10 {
		t.Error("the sheet itself was changed")
	}
}

// rules.md 3.01, 3.09 and case 14.
func TestGrades(t *testing.T) {
	s := on(t, newBook(t), "2026-11-03")
	all, none := func(string) bool { return true }, func(string) bool { return false }
	a, d := s.SheetByCode("A"), s.SheetByCode("D")
	for _, c := range []struct {
		sheet  rulebook.Sheet
		tenths int
		full   func(string) bool
		want   string
	}{
		{a, 1000, none, "good"},
		{a, 900, none, "good"},
		{a, 899, none, "fair"},
		{a, 700, none, "fair"},
		{a, 699, none, "average"},
		{a, 500, none, "average"},
		{a, 499, none, "weak"},
		{a, 0, none, "weak"},
		{a, 930, func(e string) bool { return e != "attendance" }, "good"},
		{d, 930, func(e string) bool { return e != "attendance" }, "fair"},
		{d, 930, all, "good"},
		{d, 890, all, "fair"},
		{d, 400, none, "weak"},
	} {
		if got := c.sheet.Grade(c.tenths, c.full); got.Code != c.want || got.Title.Vi == "" {
			t.Errorf("%s with %d: %q; want %q", c.sheet.Code, c.tenths, got.Code, c.want)
		}
	}
	if a.Band("good").Title.Vi != "Tốt" || a.Band("weak").Title.Vi != "Kém" {
		t.Error("the grades have other names")
	}
}

// Variant E, rules.md 3.11: all or nothing.
func TestPassList(t *testing.T) {
	e := newBook(t).At(civil.Of(2024, 5, 3), "").Sheet("regular")
	sum := 0
	for _, c := range e.Leaves() {
		sum += c.Max
	}
	if e.Mode != rulebook.ModePass || sum != e.Max {
		t.Fatalf("lines %d of %d", sum, e.Max)
	}
	if e.Grade(e.Max*10, nil).Code != "pass" || e.Grade(e.Max*10-10, nil).Code != "fail" {
		t.Error("one line that is not met fails the meeting")
	}
	c, _ := e.Find("E1")
	for present, want := range map[int]int{17: 0, 18: 10, 20: 10} { // more than 85 % of 20
		f := full()
		f["present"] = rulebook.Share(present, 20)
		if got, ok := c.Propose(f); !ok || got != want {
			t.Errorf("%d of 20: %d", present, got)
		}
	}
}

// Proposals stay between nothing and all points, whatever the facts, and fuller
// facts never give less where the measure is a share.
func TestProposalBounds(t *testing.T) {
	s := on(t, newBook(t), "2026-11-03")
	leaves := append(s.SheetByCode("A").Leaves(), s.SheetByCode("B").Leaves()...)
	leaves = append(leaves, s.SheetByCode("E").Leaves()...)
	rapid.Check(t, func(t *rapid.T) {
		f := rulebook.Facts{}
		for name := range full() {
			f[name] = rulebook.Share(rapid.IntRange(-5, 200).Draw(t, name), rapid.IntRange(0, 120).Draw(t, name+" of"))
		}
		for _, c := range leaves {
			got, ok := c.Propose(f)
			if ok && (got < 0 || got > c.Max*10) {
				t.Fatalf("%s: %d of %d", c.Code, got, c.Max*10)
			}
			if !ok && got != 0 {
				t.Fatalf("%s: asked, and %d", c.Code, got)
			}
		}
	})
}
