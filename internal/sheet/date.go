package sheet

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"chibo/internal/civil"
	"chibo/internal/fault"
	"chibo/internal/viet"
)

var (
	clockTail = regexp.MustCompile(`[ t]+\d{1,2}:\d{2}(:\d{2})?([.,]\d+)?( ?[ap]m)?( ?z|[+-]\d{2}:?\d{2})?$`)
	dateWords = regexp.MustCompile(`\b(ngay|thang|nam|mung|t)(\d|\b)`)
	months    = regexp.MustCompile(`\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b`)
)

// ErrDate says that a text is no day, month or year; its value is Value. ErrNoSuchDay
// says that it is written as a day and there is none such: 31/02/2001.
var (
	ErrDate      = fault.New(fault.Invalid, "sheet.err.date")
	ErrNoSuchDay = fault.New(fault.Invalid, "sheet.err.no_such_day")
)

// ParseDate reads a day, a month or a year as people type it, and the serial number
// by which a workbook keeps a day. A year of two digits is in the hundred years before
// latest. What is no day is reported and never guessed: the order is day, month, year.
func ParseDate(c Cell, latest civil.Date) (civil.Date, error) {
	s := strings.TrimSpace(c.Text)
	if s == "" {
		return civil.Date{}, nil
	}
	if c.Kind == Number {
		return fromNumber(s, latest)
	}
	t := strings.ToLower(viet.NFC(s))
	t = clockTail.ReplaceAllString(strings.TrimSpace(t), "")
	t = foldKeep(t)
	t = months.ReplaceAllStringFunc(t, func(m string) string {
		return strconv.Itoa(strings.Index("janfebmaraprmayjunjulaugsepoctnovdec", m[:3])/3 + 1)
	})
	t = dateWords.ReplaceAllString(t, " $2")
	parts := strings.FieldsFunc(t, func(r rune) bool { return strings.ContainsRune(" /-.,\\_–—()", r) })
	for _, p := range parts {
		if _, err := strconv.Atoi(p); err != nil || len(p) > 8 {
			return civil.Date{}, bad(ErrDate, s)
		}
	}
	return fromParts(s, parts, latest)
}

// foldKeep takes the marks off, and keeps what stands between words.
func foldKeep(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < 0x80 || strings.ContainsRune("–—", r) {
			b.WriteRune(r)
			continue
		}
		b.WriteString(viet.Fold(string(r)))
	}
	return b.String()
}

func bad(e *fault.Error, value string) error { return fault.New(e.Kind, e.Key, "Value", value) }

func fromParts(s string, parts []string, latest civil.Date) (civil.Date, error) {
	switch len(parts) {
	case 1:
		switch len(parts[0]) {
		case 4:
			return build(s, parts[0], "", "", latest)
		case 6, 7, 8:
			return packed(s, parts[0], latest)
		}
	case 2:
		if len(parts[0]) == 4 {
			return build(s, parts[0], parts[1], "", latest)
		}
		if len(parts[1]) == 4 {
			return build(s, parts[1], parts[0], "", latest)
		}
	case 3:
		if len(parts[0]) == 4 {
			return build(s, parts[0], parts[1], parts[2], latest)
		}
		return build(s, parts[2], parts[1], parts[0], latest)
	}
	return civil.Date{}, bad(ErrDate, s)
}

// packed reads a day without anything between: 03021990, and 3021990 whose zero a
// table has lost.
func packed(s, d string, latest civil.Date) (civil.Date, error) {
	switch {
	case len(d) == 6:
		return build(s, d[4:], d[2:4], d[:2], latest)
	case len(d) == 7:
		d = "0" + d
	}
	got, err := build(s, d[4:], d[2:4], d[:2], latest)
	if err != nil {
		if year, day := d[:4], d[6:]; year >= "1900" && year <= "2099" {
			return build(s, year, d[4:6], day, latest)
		}
	}
	return got, err
}

func build(s, year, month, day string, latest civil.Date) (civil.Date, error) {
	y, _ := strconv.Atoi(year) //nolint:errcheck // digits only, seen before
	if len(year) == 2 {
		y += latest.Year() / 100 * 100
		if y > latest.Year() {
			y -= 100
		}
	} else if len(year) != 4 || y < 1800 || y > 2200 {
		return civil.Date{}, bad(ErrDate, s)
	}
	iso := strconv.Itoa(y)
	for _, p := range []string{month, day} {
		if p == "" {
			continue
		}
		if len(p) > 2 {
			return civil.Date{}, bad(ErrDate, s)
		}
		if n, _ := strconv.Atoi(p); n == 0 { //nolint:errcheck // digits only; 00/00/1960 is written for a year
			if day == p && month != "" || p == month && strings.Trim(day, "0") == "" {
				continue
			}
			return civil.Date{}, bad(ErrNoSuchDay, s)
		}
		iso += "-" + p
	}
	d, err := civil.Parse(iso)
	if err != nil {
		return civil.Date{}, bad(ErrNoSuchDay, s)
	}
	return d, nil
}

// The serial numbers of days: 1 is 1/1/1900, and 60 a day that was not.
const (
	firstSerial = 61    // 1/3/1900
	lastSerial  = 80000 // in 2119
)

func fromNumber(s string, latest civil.Date) (civil.Date, error) {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return civil.Date{}, bad(ErrDate, s)
	}
	whole := strings.IndexByte(s, '.') < 0
	n := int(math.Floor(v))
	switch {
	case whole && n >= 1800 && n <= 2200: // a year; as a serial number a day before 1906
		return build(s, s, "", "", latest)
	case whole && len(s) >= 7 && len(s) <= 8:
		return packed(s, s, latest)
	case n >= firstSerial && n <= lastSerial && (n > 2200 || whole):
		return civil.From(time.Date(1899, time.December, 30+n, 12, 0, 0, 0, time.UTC)), nil
	}
	return civil.Date{}, bad(ErrDate, s)
}
