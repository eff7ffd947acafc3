package meeting_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/workday"
	"chibo/meeting"
)

func calendar(t testing.TB) *workday.Calendar {
	t.Helper()
	cal, err := workday.New()
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

// rules.md 2.05; holidays and Tết are data.
func TestSeriesDays(t *testing.T) {
	cal := calendar(t)
	for _, c := range []struct {
		name  string
		s     meeting.Series
		month civil.Month
		want  string
		moved bool
	}{
		{"the third", meeting.Series{Day: 3, Shift: meeting.ShiftAfter}, 202611, "2026-11-03", false},
		{"the 31st of a short month", meeting.Series{Day: meeting.LastDay}, 202602, "2026-02-28", false},
		{"the last day of a leap February", meeting.Series{Day: meeting.LastDay}, 202802, "2028-02-29", false},
		{"the first Sunday", meeting.Series{Nth: 1, Weekday: time.Sunday}, 202611, "2026-11-01", false},
		{"the fourth Saturday", meeting.Series{Nth: 4, Weekday: time.Saturday}, 202611, "2026-11-28", false},
		{"the last Sunday, the fifth", meeting.Series{Nth: meeting.LastWeek, Weekday: time.Sunday}, 202611, "2026-11-29", false},
		{"the last Monday, the fourth", meeting.Series{Nth: meeting.LastWeek, Weekday: time.Monday}, 202602, "2026-02-23", false},
		{"2 September, after", meeting.Series{Day: 2, Shift: meeting.ShiftAfter}, 202609, "2026-09-03", true},
		{"2 September, kept", meeting.Series{Day: 2, Shift: meeting.ShiftKeep}, 202609, "2026-09-02", false},
		{"1 May, before: not out of the month", meeting.Series{Day: 1, Shift: meeting.ShiftBefore}, 202605, "2026-05-02", true},
		{"30 April, after: not out of the month", meeting.Series{Day: 30, Shift: meeting.ShiftAfter}, 202604, "2026-04-29", true},
	} {
		day, holiday := c.s.DayIn(c.month, cal)
		if cal.Holiday(day) != "" && c.s.Shift != meeting.ShiftKeep && c.s.Shift != "" {
			t.Errorf("%s: %s is a holiday", c.name, day)
		}
		if day.String() != c.want || (holiday != "") != (c.moved || c.s.Shift == meeting.ShiftKeep) {
			t.Errorf("%s: %s (%s), want %s", c.name, day, holiday, c.want)
		}
	}
}

// Whatever is fixed: the day lies in its month, is the asked one unless that is a holiday,
// and is no holiday when it may move.
func TestSeriesProperty(t *testing.T) {
	cal := calendar(t)
	rapid.Check(t, func(t *rapid.T) {
		s := meeting.Series{Shift: rapid.SampledFrom([]string{meeting.ShiftKeep, meeting.ShiftBefore, meeting.ShiftAfter}).Draw(t, "shift")}
		if rapid.Bool().Draw(t, "by day") {
			s.Day = rapid.IntRange(1, meeting.LastDay).Draw(t, "day")
		} else {
			s.Nth, s.Weekday = rapid.IntRange(1, meeting.LastWeek).Draw(t, "nth"), time.Weekday(rapid.IntRange(0, 6).Draw(t, "weekday"))
		}
		month := civil.Month(rapid.IntRange(2020, 2030).Draw(t, "year")*100 + rapid.IntRange(1, 12).Draw(t, "month"))
		day, holiday := s.DayIn(month, cal)
		if day.Month() != month {
			t.Fatalf("%+v in %s: %s", s, month.Vi(), day)
		}
		if holiday == "" && s.Nth > 0 && day.Weekday() != s.Weekday {
			t.Fatalf("%+v in %s: %s is another weekday", s, month.Vi(), day)
		}
		if s.Shift != meeting.ShiftKeep && cal.Holiday(day) != "" {
			t.Fatalf("%+v in %s: %s is %s", s, month.Vi(), day, cal.Holiday(day))
		}
	})
}

func TestYearPlan(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, cell := t.Context(), w.cell.ID
		series := meeting.Series{Day: 3, Shift: meeting.ShiftAfter, Minute: 19*60 + 30, Place: "Nhà văn hóa"}
		for _, c := range []struct {
			name  string
			actor access.Actor
			s     meeting.Series
			want  string
		}{
			{"a member", w.act(member1), series, "access.err.forbidden"},
			{"the committee", w.act(committee), series, "access.err.forbidden"},
			{"no day", w.act(secretary), meeting.Series{Shift: meeting.ShiftKeep, Place: "x"}, "day meeting.err.series_day"},
			{"both", w.act(secretary), meeting.Series{Day: 3, Nth: 1, Shift: meeting.ShiftKeep, Place: "x"}, "day meeting.err.series_day"},
			{"no place", w.act(secretary), meeting.Series{Day: 3, Shift: meeting.ShiftKeep}, "place meeting.err.place"},
			{"no shift", w.act(secretary), meeting.Series{Day: 3, Place: "x"}, "shift meeting.err.series_shift"},
			{"24:00", w.act(secretary), meeting.Series{Day: 3, Shift: meeting.ShiftKeep, Place: "x", Minute: 24 * 60}, "time meeting.err.hour"},
			{"right", w.act(secretary), series, ""},
		} {
			if got := keyOf(w.s.SetSeries(ctx, c.actor, cell, c.s)); got != c.want {
				t.Errorf("series, %s: %q, want %q", c.name, got, c.want)
			}
		}
		today := civil.From(d.Clock().Now())
		month := today.Month()
		for _, c := range []struct {
			name  string
			actor access.Actor
			t     meeting.Theme
			want  string
		}{
			{"a member", w.act(member1), meeting.Theme{Month: month, Text: "x"}, "access.err.forbidden"},
			{"nothing", w.act(committee), meeting.Theme{Month: month, Text: " "}, "theme meeting.err.theme"},
			{"last month", w.act(committee), meeting.Theme{Month: month.Add(-1), Text: "x"}, "month meeting.err.theme_month"},
			{"month 13", w.act(committee), meeting.Theme{Month: 202613, Text: "x"}, "month meeting.err.theme_month"},
			{"long", w.act(committee), meeting.Theme{Month: month, Text: strings.Repeat("ễ", 201)}, "theme meeting.err.too_long"},
			{"a stranger", w.act(committee), meeting.Theme{Month: month, Text: "x", SpeakerID: 4}, "speaker meeting.err.person"},
			{"right", w.act(committee), meeting.Theme{Month: month, Text: " Khu dân cư kiểu mẫu ", SpeakerID: w.people[member1].id}, ""},
			{"sent twice", w.act(committee), meeting.Theme{Month: month, Text: "Khu dân cư kiểu mẫu", SpeakerID: w.people[member1].id}, ""},
		} {
			if got := keyOf(w.s.AddTheme(ctx, c.actor, cell, c.t)); got != c.want {
				t.Errorf("theme, %s: %q, want %q", c.name, got, c.want)
			}
		}
		p, err := w.s.Year(ctx, w.act(member1), cell, today.Year())
		if err != nil {
			t.Fatal(err)
		}
		m := p.Months[month.Num()-1]
		if m.Day.Month() != month || len(m.Themes) != 1 || m.Themes[0].Text != "Khu dân cư kiểu mẫu" || m.Themes[0].Speaker != w.people[member1].name {
			t.Errorf("%+v", m)
		}
		if before := p.Months[0]; month.Num() > 1 && !before.Day.IsZero() {
			t.Errorf("a month before the series has a day: %+v", before)
		}
		q := p.Quarters[month.Quarter()-1]
		if q.Need != 1 || q.Held != 0 || q.Planned != 1 || q.Missed {
			t.Errorf("quarter %+v", q)
		}
		if _, err := w.s.Year(ctx, access.Actor{AccountID: 1}, cell, 2026); keyOf(err) != "access.err.forbidden" {
			t.Errorf("a stranger reads the year: %v", err)
		}
		if _, err := w.s.DropTheme(ctx, w.act(member1), m.Themes[0].Ref); keyOf(err) != "access.err.forbidden" {
			t.Errorf("a member drops: %v", err)
		}
		if id, err := w.s.DropTheme(ctx, w.act(deputy), m.Themes[0].Ref); err != nil || id != cell {
			t.Error(err)
		}
		if _, err := w.s.DropTheme(ctx, w.act(deputy), m.Themes[0].Ref); keyOf(err) != meeting.ErrNotFound.Key {
			t.Errorf("dropped twice: %v", err)
		}
	})
}

// keyOf gives "field key" of an error with one field, its key otherwise, "" for none.
func keyOf(err error) string {
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
