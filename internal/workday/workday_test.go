package workday_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"chibo/internal/civil"
	"chibo/internal/workday"
)

func calendar(t testing.TB) *workday.Calendar {
	t.Helper()
	c, err := workday.New()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func date(t testing.TB, s string) civil.Date {
	t.Helper()
	d, err := civil.Parse(s)
	if err != nil || !d.IsDay() {
		t.Fatalf("%q is no day: %v", s, err)
	}
	return d
}

// The first day of each lunar year as it was published. In 2007 and 2030 the new
// moon comes in the last hour of the day in Ha Noi, and Tết is a day before China's.
func TestTet(t *testing.T) {
	for _, s := range []string{
		"1976-01-31", "1985-01-21", "1999-02-16", "2000-02-05", "2007-02-17", "2008-02-07", "2009-01-26",
		"2010-02-14", "2011-02-03", "2012-01-23", "2013-02-10", "2014-01-31", "2015-02-19", "2016-02-08", "2017-01-28",
		"2018-02-16", "2019-02-05", "2020-01-25", "2021-02-12", "2022-02-01", "2023-01-22", "2024-02-10", "2025-01-29",
		"2026-02-17", "2027-02-06", "2028-01-26", "2029-02-13", "2030-02-02",
	} {
		d := date(t, s)
		day, month, year, leap := workday.Lunar(d)
		if day != 1 || month != 1 || year != d.Year() || leap {
			t.Errorf("%s is %d/%d/%d leap %v", s, day, month, year, leap)
		}
	}
}

func TestLunarDates(t *testing.T) {
	for s, want := range map[string]string{
		"2020-05-23": "1/4 nhuận Canh Tý",
		"2023-03-22": "1/2 nhuận Quý Mão",
		"2025-07-25": "1/6 nhuận Ất Tỵ",
		"2025-08-23": "1/7 Ất Tỵ",
		"2026-04-26": "10/3 Bính Ngọ",
		"2025-04-07": "10/3 Ất Tỵ",
		"2024-04-18": "10/3 Giáp Thìn",
		"2025-10-06": "15/8 Ất Tỵ",
		"2026-02-16": "29/12 Ất Tỵ",
		"2026-10-24": "15/9 Bính Ngọ",
		"1945-09-02": "26/7 Ất Dậu",
	} {
		if got := workday.LunarVi(date(t, s)); got != want {
			t.Errorf("%s is %s; want %s", s, got, want)
		}
	}
	for s, want := range map[string]string{
		"2026-11-11": "mồng 3 tháng 10 âm lịch",
		"2026-02-17": "mồng 1 tháng Giêng âm lịch",
		"2026-02-10": "ngày 23 tháng Chạp âm lịch",
		"2025-07-25": "mồng 1 tháng 6 nhuận âm lịch",
	} {
		if got := workday.LunarLong(date(t, s)); got != want {
			t.Errorf("%s is %s; want %s", s, got, want)
		}
	}
	if workday.LunarVi(civil.Date{}) != "" {
		t.Error("an unknown day has a lunar date")
	}
}

// From one day to the next the lunar day grows by one or a month of 29 or 30 days ends.
func TestLunarRuns(t *testing.T) {
	d := civil.Of(1950, 1, 1)
	day, month, year, leap := workday.Lunar(d)
	for d.Year() < 2080 {
		d = d.AddDays(1)
		nd, nm, ny, nl := workday.Lunar(d)
		switch {
		case nd == day+1 && nm == month && ny == year && nl == leap:
		case nd == 1 && (day == 29 || day == 30) && (nm == month && nl && !leap || nm == month%12+1 && !nl):
			if (nm == 1) != (ny == year+1) && !(nm == 1 && nl) {
				t.Fatalf("%s is %d/%d/%d after %d/%d/%d", d, nd, nm, ny, day, month, year)
			}
		default:
			t.Fatalf("%s is %d/%d/%d %v after %d/%d/%d %v", d, nd, nm, ny, nl, day, month, year, leap)
		}
		day, month, year, leap = nd, nm, ny, nl
	}
}

func TestIsWorkday(t *testing.T) {
	c := calendar(t)
	for s, want := range map[string]bool{
		"2026-11-03": true,
		"2026-11-07": false, // Saturday
		"2026-02-17": false, // Tết
		"2026-01-10": true,  // Saturday worked for 2/1
		"2026-08-22": true,
		"2026-08-31": false,
		"2026-04-27": false, // Giỗ Tổ fell on Sunday
		"2025-05-02": false,
		"2025-04-26": true,
		"2027-02-05": false, // computed: day before Tết
		"2027-02-10": false, // for Saturday 6/2
		"2027-02-11": false, // for Sunday 7/2
		"2027-02-12": true,
		"2019-09-02": false,
		"2019-09-03": true,
		"2028-09-01": false, // computed: two days since 2021
		"2028-09-04": false, // 2/9/2028 is a Saturday
	} {
		if got := c.IsWorkday(date(t, s)); got != want {
			t.Errorf("IsWorkday(%s) = %v (%s)", s, got, c.Holiday(date(t, s)))
		}
	}
}

// The announced lists agree with the calendar: Tết is in them, each day off is a
// weekday, each Saturday worked is a Saturday.
func TestAnnouncedYears(t *testing.T) {
	c := calendar(t)
	for year := 2021; year <= 2030; year++ {
		days := c.Holidays(year)
		if c.Source(year) == "" || len(days) < 9 || len(days) > 14 {
			t.Errorf("%d: %d days off, source %q", year, len(days), c.Source(year))
		}
		worked := 0
		for d := civil.Of(year, 1, 1); d.Year() == year; d = d.AddDays(1) {
			if c.IsWorkday(d) && d.Weekday() == time.Saturday {
				worked++
			}
			if c.IsWorkday(d) && d.Weekday() == time.Sunday {
				t.Errorf("%s is a Sunday with work", d)
			}
			if day, month, _, leap := workday.Lunar(d); !leap && month == 1 && day <= 3 && c.IsWorkday(d) {
				t.Errorf("%s is Tết with work", d)
			}
		}
		if law := 11; year < 2026 && len(days)-worked != law {
			t.Errorf("%d: %d days off without %d in exchange; the law gives %d", year, len(days), worked, law)
		}
	}
}

// Case 8 of rules.md section 13: a ceremony 31 working days after receipt is late.
func TestDeadline(t *testing.T) {
	c := calendar(t)
	got := c.Add(date(t, "2026-01-30"), 30)
	if got.String() != "2026-03-20" { // Tết takes 16-20/2
		t.Errorf("30 working days after 30/01/2026 = %s", got.Vi())
	}
	if n := c.Between(date(t, "2026-01-30"), date(t, "2026-03-23")); n != 31 {
		t.Errorf("Between = %d", n)
	}
	if got := c.Add(date(t, "2026-03-15"), 30); got.String() != "2026-04-24" {
		t.Errorf("30 working days after 15/03/2026 = %s", got.Vi())
	}
	if got := c.Add(date(t, "2026-11-07"), 0); got.String() != "2026-11-07" {
		t.Errorf("0 days after a Saturday = %s", got)
	}
	if got := c.Add(date(t, "2026-11-09"), -1); got.String() != "2026-11-06" {
		t.Errorf("the working day before Monday = %s", got)
	}
}

func TestCountingProperties(t *testing.T) {
	c := calendar(t)
	rapid.Check(t, func(t *rapid.T) {
		d := civil.Of(2019, 1, 1).AddDays(rapid.IntRange(0, 4000).Draw(t, "day"))
		n := rapid.IntRange(-90, 90).Draw(t, "n")
		e := c.Add(d, n)
		if c.Between(d, e) != n {
			t.Fatalf("%s + %d = %s, but Between = %d", d, n, e, c.Between(d, e))
		}
		if n != 0 && !c.IsWorkday(e) {
			t.Fatalf("%s + %d = %s is no working day", d, n, e)
		}
		m := rapid.IntRange(0, 60).Draw(t, "m")
		if n >= 0 && c.Add(e, m) != c.Add(d, n+m) {
			t.Fatalf("%s + %d + %d", d, n, m)
		}
	})
}
