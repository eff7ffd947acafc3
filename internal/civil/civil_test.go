package civil_test

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chibo/internal/civil"
)

func TestParseVi(t *testing.T) {
	for in, want := range map[string]string{
		"3/11/2026": "2026-11-03", "03-11-2026": "2026-11-03", "11/2026": "2026-11", "1954": "1954",
		"": "", "2026-11-03": "2026-11-03", "29/02/2024": "2024-02-29",
	} {
		got, err := civil.ParseVi(in)
		if err != nil || got.String() != want {
			t.Errorf("ParseVi(%q) = %v, %v; want %s", in, got, err, want)
		}
	}
	for _, in := range []string{"31/02/2001", "29/2/2025", "13/2026", "a/b/c", "1/1/26", "0/1/2026", "1/1/2026/1"} {
		if got, err := civil.ParseVi(in); !errors.Is(err, civil.ErrFormat) {
			t.Errorf("ParseVi(%q) = %v, %v; want ErrFormat", in, got, err)
		}
	}
}

// Leading zeros of a document's date: rules.md 7.09.
func TestLong(t *testing.T) {
	for d, want := range map[civil.Date]string{
		civil.Of(2026, 1, 5):  "ngày 05 tháng 01 năm 2026",
		civil.Of(2026, 3, 12): "ngày 12 tháng 3 năm 2026",
		civil.Of(2026, 11, 3): "ngày 03 tháng 11 năm 2026",
		civil.Of(2026, 2, 28): "ngày 28 tháng 02 năm 2026",
	} {
		if got := d.Long(); got != want {
			t.Errorf("Long(%s) = %q; want %q", d, got, want)
		}
	}
}

func TestDayInVietNam(t *testing.T) {
	at := time.Date(2026, 11, 3, 17, 30, 0, 0, time.UTC) // half past midnight of the 4th
	if got := civil.From(at).String(); got != "2026-11-04" {
		t.Errorf("From = %s", got)
	}
	if got := civil.Of(2026, 11, 4).Time(0, 30); !got.Equal(at) {
		t.Errorf("Time = %s", got)
	}
}

func TestAddMonths(t *testing.T) {
	if got := civil.Of(2026, 1, 31).AddMonths(1).String(); got != "2026-02-28" {
		t.Errorf("31/01 + 1 = %s", got)
	}
	if got := civil.Of(2025, 3, 15).AddMonths(12).String(); got != "2026-03-15" {
		t.Errorf("15/03/2025 + 12 = %s", got)
	}
	if got := civil.Month(202611).QuarterLast(); got != 202612 {
		t.Errorf("quarter's last = %d", got)
	}
}

func TestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := civil.Of(rapid.IntRange(1900, 2100).Draw(t, "y"), rapid.IntRange(1, 12).Draw(t, "m"), rapid.IntRange(1, 28).Draw(t, "d"))
		n := rapid.IntRange(-9999, 9999).Draw(t, "n")
		e := d.AddDays(n)
		if e.Sub(d) != n {
			t.Fatalf("%s + %d = %s, but Sub = %d", d, n, e, e.Sub(d))
		}
		back, err := civil.ParseVi(e.Vi())
		if err != nil || back != e {
			t.Fatalf("%s read back as %s, %v", e.Vi(), back, err)
		}
		if k := rapid.IntRange(-500, 500).Draw(t, "k"); d.Month().Add(k).Sub(d.Month()) != k {
			t.Fatalf("month %d + %d", d.Month(), k)
		}
	})
}
