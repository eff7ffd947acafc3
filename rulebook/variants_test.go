package rulebook_test

import (
	"context"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/rulebook"
)

// The five variants of rules.md 3c to 3g give back what their sources give, and say
// where these end.
func TestVariantsReproduceTheirSources(t *testing.T) {
	set := on(t, newBook(t), "2026-11-03")
	points := func(list []rulebook.Criterion) (out []int) {
		for _, c := range list {
			out = append(out, c.Max)
		}
		return out
	}
	for code, want := range map[string]struct {
		groups   []int
		complete bool
		gap      bool
	}{
		"A": {[]int{5, 5, 10, 40, 5, 30, 5}, true, true}, // 14.02: the levels are local
		"B": {[]int{5, 5, 10, 30, 10, 5, 30, 5}, true, false},
		"C": {[]int{15, 20, 45, 20}, false, true}, // group totals only
		"D": {nil, false, true},                   // conditions only
		"E": {[]int{1, 4, 6, 1, 1}, true, false},  // no points
	} {
		s := set.SheetByCode(code)
		if got := points(s.Criteria); !slices.Equal(got, want.groups) || s.Complete != want.complete || (s.Gap.Vi != "") != want.gap {
			t.Errorf("%s: groups %v, complete %v, gap %q", code, got, s.Complete, s.Gap.Vi)
		}
		if s.Rule.Source == "" || s.Rule.ID == "" {
			t.Errorf("%s has no source", code)
		}
	}
	parts := map[string][]int{
		"A3": {3, 2, 2, 1, 2}, // content 5; committee, notice, upload 5
		"B2": {4, 1}, "B3": {3, 2, 2, 1, 2}, "B4": {5, 10, 5, 2, 5, 1, 1, 1}, "B5": {2, 4, 3, 1}, "B8": {2, 2, 1},
	}
	for code, want := range parts {
		c, _ := set.SheetByCode(code[:1]).Find(code)
		if got := points(c.Parts); !slices.Equal(got, want) {
			t.Errorf("%s has parts %v; want %v", code, got, want)
		}
	}
	if a4, _ := set.SheetByCode("A").Find("A4"); a4.Parts[0].Max != 5 || a4.Parts[len(a4.Parts)-1].Max != 10 || a4.Max-5-10 != 25 {
		t.Error("A4 is steps 5, content and opinions 25, chairing 10")
	}
	for _, c := range set.SheetByCode("C").Criteria {
		if len(c.Parts) > 0 || c.Levels != nil {
			t.Errorf("%s knows more than its source", c.Code)
		}
	}
	d := set.SheetByCode("D")
	if len(d.Hard) != 1 || !slices.Equal(d.Hard[0].Full, []string{"attendance", "length", "speakers", "minutes"}) || d.Hard[0].Band != "good" || d.Hard[0].Else != "fair" {
		t.Errorf("D: %+v", d.Hard)
	}
	if b6, _ := set.SheetByCode("B").Find("B6"); b6.Gap.Vi == "" {
		t.Error("B6 does not say that its parts have no names")
	}
	levels := map[string][]int{"B1": {5, 4, 3, 2, 1}, "B2.1": {1, 4, 3, 2, 1}, "B4.5": {5, 4, 3, 2}, "B7": {30, 27, 24, 20, 15, 10}}
	for code, want := range levels {
		c, _ := set.SheetByCode("B").Find(code)
		var got []int
		for _, l := range c.Levels {
			got = append(got, l.Points)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s has levels %v; want %v", code, got, want)
		}
	}
	var bands []int
	for _, b := range set.Bands() {
		bands = append(bands, b.From)
	}
	if !slices.Equal(bands, []int{90, 70, 50, 0}) { // rules.md 3.01
		t.Errorf("bands %v", bands)
	}
}

// A sheet that is not whole is looked at, and cannot be chosen.
func TestIncompleteSheetIsNotChosen(t *testing.T) {
	b := newBook(t)
	for code, want := range map[string]bool{`"A"`: true, `"B"`: true, `"C"`: false, `"D"`: false, `"nothing"`: false} {
		err := b.Check(rulebook.Override{OrgID: 1, Key: rulebook.ScoreSheetRegular, Value: []byte(code), ValidFrom: civil.Of(2026, 1, 1), Source: "x"})
		if (err == nil) != want {
			t.Errorf("%s: %v", code, err)
		}
	}
}

func text(s string) rulebook.Text { return rulebook.Text{Vi: s, En: s} }

func bound(n int) *int { return &n }

// table is a sheet with one line of levels by the share present.
func table(levels ...rulebook.Level) rulebook.Sheet {
	for i := range levels {
		levels[i].Title = text("mức")
		if i < len(levels)-1 {
			levels[i].Measure, levels[i].Percent = "present", true
		}
	}
	return rulebook.Sheet{
		Title: text("Biểu"), Mode: rulebook.ModePoints, Max: 10, Complete: true,
		Criteria: []rulebook.Criterion{{Code: "X", Title: text("Dự họp"), Max: 10, Method: rulebook.MethodLevels, Evidence: "attendance", Ask: text("?"), Levels: levels}},
	}
}

// Gaps and overlaps of a table are said at their place.
func TestTablesAreChecked(t *testing.T) {
	rest := rulebook.Level{Points: 1}
	for name, c := range map[string]struct {
		levels []rulebook.Level
		want   string // field and key; "" none
	}{
		"falling from above": {[]rulebook.Level{{Points: 10, From: bound(90)}, {Points: 5, From: bound(50)}, rest}, ""},
		"both bounds":        {[]rulebook.Level{{Points: 10, From: bound(90)}, {Points: 5, From: bound(50), To: bound(90)}, rest}, ""},
		"above and to meet":  {[]rulebook.Level{{Points: 10, Above: bound(90)}, {Points: 5, From: bound(50)}, rest}, ""},
		"gap":                {[]rulebook.Level{{Points: 10, From: bound(90)}, {Points: 5, From: bound(50), To: bound(80)}, rest}, "criteria.0.levels rulebook.sheet.err.gap"},
		"a hole above":       {[]rulebook.Level{{Points: 10, From: bound(90)}, {Points: 5, From: bound(80), To: bound(85)}, {Points: 3, From: bound(70)}, rest}, "criteria.0.levels.2.from rulebook.sheet.err.gap"},
		"overlap":            {[]rulebook.Level{{Points: 10, From: bound(90)}, {Points: 5, From: bound(50), To: bound(95)}, rest}, "criteria.0.levels.1.from rulebook.sheet.err.overlap"},
		"never reached":      {[]rulebook.Level{{Points: 10, From: bound(50)}, {Points: 5, From: bound(90)}, rest}, "criteria.0.levels.1.from rulebook.sheet.err.overlap"},
		"turned round":       {[]rulebook.Level{{Points: 10, From: bound(90), To: bound(50)}, rest}, "criteria.0.levels.0.to rulebook.sheet.err.bound"},
		"no bound":           {[]rulebook.Level{{Points: 10}, rest}, "criteria.0.levels.0.from rulebook.sheet.err.no_bound"},
		"too many points":    {[]rulebook.Level{{Points: 11, From: bound(90)}, rest}, "criteria.0.levels.0.points rulebook.sheet.err.level_points"},
		"never all points":   {[]rulebook.Level{{Points: 9, From: bound(90)}, rest}, "criteria.0.levels rulebook.sheet.err.top"},
		"no rest":            {[]rulebook.Level{rest}, "criteria.0.levels rulebook.sheet.err.rest"},
	} {
		var got []string
		for _, f := range table(c.levels...).Check() {
			got = append(got, f.Field+" "+f.Key)
		}
		if c.want == "" && len(got) > 0 || c.want != "" && !slices.Contains(got, c.want) {
			t.Errorf("%s: %v; want %q", name, got, c.want)
		}
	}
	s := table(rulebook.Level{Points: 10, From: bound(90)}, rest)
	s.Criteria[0].Evidence, s.Max = "weather", 12
	s.Bands = []rulebook.Band{{Code: "good", Title: text("Tốt"), From: 20}, {Code: "weak", Title: text("Kém"), From: 20}}
	s.Hard = []rulebook.HardCondition{{Band: "good", Full: []string{"speakers"}, Else: "weak"}}
	var fields []string
	for _, f := range s.Check() {
		fields = append(fields, f.Field)
	}
	for _, want := range []string{"criteria", "criteria.0.evidence", "bands.0.from", "bands.1.from", "hard.0.full"} {
		if !slices.Contains(fields, want) {
			t.Errorf("nothing is said at %s: %v", want, fields)
		}
	}
}

// In a table that is accepted, each share falls into exactly one of the levels that a
// reader would name by their half-open bounds, or into the rest.
func TestAcceptedTablesAreHalfOpen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var levels []rulebook.Level
		for range rapid.IntRange(1, 4).Draw(t, "levels") {
			from := rapid.IntRange(0, 99).Draw(t, "from")
			levels = append(levels, rulebook.Level{Points: 10, From: &from, To: bound(rapid.IntRange(1, 101).Draw(t, "to"))})
		}
		s := table(append(levels, rulebook.Level{Points: 0})...)
		if len(s.Check()) > 0 {
			return
		}
		n := rapid.IntRange(0, 100).Draw(t, "present")
		fits := 0
		for _, l := range levels {
			if *l.From <= n && n < *l.To {
				fits++
			}
		}
		at := s.Criteria[0].LevelOf(rulebook.Facts{"present": rulebook.Share(n, 100)})
		if fits > 1 || (fits == 0) != (at == len(levels)) {
			t.Fatalf("%d %%: %d levels fit, level %d is taken", n, fits, at)
		}
	})
}

// A committee's own sheet holds below it from its day on, for the kinds of meeting it is
// for; what was scored by it stays readable anywhere, and after the program starts again.
func TestOwnSheet(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBook(t)
		own := table(rulebook.Level{Points: 10, From: bound(90)}, rulebook.Level{Points: 2})
		own.Bands = []rulebook.Band{{Code: "good", Title: text("Tốt"), From: 8}, {Code: "weak", Title: text("Kém"), From: 0}}
		put := func(in rulebook.OwnSheet) (code string, err error) {
			err = d.Write(t.Context(), func(tx *db.Tx) error {
				code, err = b.PutSheet(t.Context(), tx, 7, in)
				return err
			})
			return code, err
		}
		in := rulebook.OwnSheet{OrgID: town.ID(), Kinds: []string{"thematic"}, Sheet: own, From: civil.Of(2026, 6, 1), Source: "05-HD/ĐU (20/5/2026)"}
		code, err := put(in)
		if err != nil {
			t.Fatal(err)
		}
		again := newBook(t)
		if err := d.Read(t.Context(), func(q db.Q) error { return again.Reload(context.Background(), q) }); err != nil {
			t.Fatal(err)
		}
		for name, book := range map[string]*rulebook.Book{"as written": b, "read anew": again} {
			day := func(m int) rulebook.Set { return book.At(civil.Of(2026, m, 15), cell) }
			if day(5).Sheet("thematic").Code != "A" || day(6).Sheet("thematic").Code != code || day(6).Sheet("regular").Code != "A" {
				t.Errorf("%s: May %q, June %q, regular %q", name, day(5).Sheet("thematic").Code, day(6).Sheet("thematic").Code, day(6).Sheet("regular").Code)
			}
			if got := book.At(civil.Of(2020, 1, 1), "").SheetByCode(code); got.Max != 10 || got.Band("good").From != 8 || got.Rule.OrgID != town.ID() || got.Rule.Status != rulebook.Local {
				t.Errorf("%s: kept as %+v", name, got.Rule)
			}
			if book.At(civil.Of(2026, 6, 15), other).Sheet("thematic").Code != "A" {
				t.Errorf("%s: it holds beside the town", name)
			}
			codes := func(s rulebook.Set) (out []string) {
				for _, x := range s.Sheets() {
					out = append(out, x.Code)
				}
				return out
			}
			if got := codes(day(6)); !slices.Equal(got, []string{"A", "B", "C", "D", "E", code}) {
				t.Errorf("%s: sheets %v", name, got)
			}
		}
		bad := in
		bad.Sheet.Max, bad.Kinds, bad.Source = 11, nil, " "
		_, err = put(bad)
		var fields []string
		for _, f := range fault.FieldsOf(err) {
			fields = append(fields, f.Field)
		}
		if !slices.Contains(fields, "criteria") || !slices.Contains(fields, "kinds") || !slices.Contains(fields, "source") {
			t.Errorf("refused at %v", fields)
		}
	})
}
