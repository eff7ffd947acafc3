package rulebook_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/tree"
	"chibo/rulebook"
)

const (
	district = tree.Path("1.")
	town     = tree.Path("1.2.")
	cell     = tree.Path("1.2.3.")
	other    = tree.Path("1.4.5.")
)

func put(t *testing.T, d *db.DB, b *rulebook.Book, org tree.Path, key, value, from, to string) {
	t.Helper()
	day := func(s string) civil.Date {
		x, err := civil.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		return b.Override(t.Context(), tx, 7, rulebook.Override{
			OrgID: org.ID(), Key: key, Value: json.RawMessage(value), ValidFrom: day(from), ValidTo: day(to), Source: "01-QĐ/HU (05/01/2026)",
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestOverride(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBook(t)
		put(t, d, b, district, rulebook.ShapeKey, `"district"`, "2025-07-01", "")
		put(t, d, b, district, rulebook.MeetingReportDaysAfter, `5`, "2026-01-01", "")
		put(t, d, b, town, rulebook.MeetingReportDaysAfter, `3`, "2026-03-01", "2026-06-01")
		put(t, d, b, cell, rulebook.ScoreSheetRegular, `"B"`, "2026-01-01", "")
		put(t, d, b, town, rulebook.MeetingMinMinutesRegular, `120`, "2026-01-01", "")
		put(t, d, b, town, rulebook.MeetingMinMinutesRegular, `null`, "2026-09-01", "")

		again := newBook(t)
		if err := d.Read(t.Context(), func(q db.Q) error { return again.Reload(t.Context(), q) }); err != nil {
			t.Fatal(err)
		}
		for name, book := range map[string]*rulebook.Book{"as written": b, "read anew": again} {
			t.Run(name, func(t *testing.T) { checkOverrides(t, book) })
		}

		var mine []rulebook.Override
		err := d.Read(t.Context(), func(q db.Q) (err error) {
			mine, err = b.Overrides(t.Context(), q, town.ID())
			return err
		})
		if err != nil || len(mine) != 3 || mine[0].MadeBy != 7 || mine[0].MadeAt == 0 || mine[0].ID == 0 || mine[0].ValidTo.String() != "2026-06-01" {
			t.Errorf("the town's overrides: %+v, %v", mine, err)
		}
	})
}

func checkOverrides(t *testing.T, b *rulebook.Book) {
	t.Helper()
	day := func(s string) civil.Date {
		d, _ := civil.Parse(s)
		return d
	}
	for _, c := range []struct {
		key, day string
		at       tree.Path
		want     int
	}{
		{rulebook.MeetingReportDaysAfter, "2025-12-31", cell, 2},
		{rulebook.MeetingReportDaysAfter, "2026-01-01", cell, 5},
		{rulebook.MeetingReportDaysAfter, "2026-03-01", cell, 3}, // the nearest wins
		{rulebook.MeetingReportDaysAfter, "2026-03-01", other, 5},
		{rulebook.MeetingReportDaysAfter, "2026-06-01", cell, 5}, // its time is over
		{rulebook.MeetingReportDaysAfter, "2026-06-01", "", 2},
		{rulebook.MeetingReportDaysAfter, "2026-06-01", "9.", 2},
		{rulebook.MeetingMinMinutesRegular, "2026-08-31", town, 120},
		{rulebook.MeetingMinMinutesRegular, "2026-09-01", town, 90}, // withdrawn
	} {
		if got := b.At(day(c.day), c.at).Int(c.key); got != c.want {
			t.Errorf("%s at %q on %s = %d; want %d", c.key, c.at, c.day, got, c.want)
		}
	}
	s := b.At(day("2026-11-03"), cell)
	if s.Shape() != rulebook.ShapeDistrict || s.Sheet("regular").Code != "B" || s.Sheet("thematic").Code != "A" {
		t.Errorf("shape %s, sheet %s", s.Shape(), s.Sheet("regular").Code)
	}
	r := s.Rule(rulebook.MeetingReportDaysAfter)
	if !r.Overridden() || r.OrgID != district.ID() || r.Status != rulebook.Local || r.Cite("vi") != "theo 01-QĐ/HU (05/01/2026)" || r.ID != "2.20" || r.Title.Vi == "" {
		t.Errorf("rule = %+v", r)
	}
	if due := s.MonthPath()[7].Offset; due != 5 {
		t.Errorf("papers go up after %d days", due)
	}
	if b.At(day("2026-11-03"), "8.9.").Shape() != rulebook.ShapeCommune {
		t.Error("another tree is touched")
	}
}

// What cannot be meant is refused at its field, and nothing is written.
func TestOverrideRefuses(t *testing.T) {
	d, b := dbtest.New(t), newBook(t)
	good := rulebook.Override{OrgID: 1, Key: rulebook.VoteOrdinary, Value: json.RawMessage(`{"num": 2, "den": 3}`), ValidFrom: civil.Of(2026, 1, 1), Source: "x"}
	if err := b.Check(good); err != nil {
		t.Fatal(err)
	}
	for field, spoil := range map[string]func(*rulebook.Override){
		"key":        func(o *rulebook.Override) { o.Key = "no.such" },
		"org":        func(o *rulebook.Override) { o.OrgID = 0 },
		"value":      func(o *rulebook.Override) { o.Value = json.RawMessage(`{"num": 3, "den": 2}`) },
		"valid_from": func(o *rulebook.Override) { o.ValidFrom = civil.Date{} },
		"valid_to":   func(o *rulebook.Override) { o.ValidTo = o.ValidFrom },
		"source":     func(o *rulebook.Override) { o.Source = " " },
	} {
		o := good
		spoil(&o)
		err := d.Write(t.Context(), func(tx *db.Tx) error { return b.Override(t.Context(), tx, 7, o) })
		fields := fault.FieldsOf(err)
		if fault.KindOf(err) != fault.Invalid || !slices.ContainsFunc(fields, func(f fault.FieldError) bool { return f.Field == field }) {
			t.Errorf("%s: %v", field, err)
		}
	}
	for _, sheet := range []string{`"C"`, `"D"`, `"Z"`} { // not whole, or not there
		o := good
		o.Key, o.Value = rulebook.ScoreSheetRegular, json.RawMessage(sheet)
		if err := b.Check(o); fault.KindOf(err) != fault.Invalid {
			t.Errorf("sheet %s: %v", sheet, err)
		}
	}
	o := good
	o.Key, o.Value = rulebook.ShapeKey, json.RawMessage(`"circle"`)
	if err := b.Check(o); err == nil {
		t.Error("an unknown shape is accepted")
	}
}

// A transaction that fails changes no rule.
func TestOverrideRolledBack(t *testing.T) {
	d, b := dbtest.New(t), newBook(t)
	stop := errors.New("stop")
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		o := rulebook.Override{OrgID: 1, Key: rulebook.CellCommitteeMax, Value: json.RawMessage("5"), ValidFrom: civil.Of(2026, 1, 1), Source: "x"}
		if err := b.Override(t.Context(), tx, 7, o); err != nil {
			return err
		}
		return stop
	})
	if !errors.Is(err, stop) {
		t.Fatal(err)
	}
	if got := b.At(civil.Of(2026, 11, 3), district).Int(rulebook.CellCommitteeMax); got != 7 {
		t.Errorf("the rule is %d", got)
	}
}
