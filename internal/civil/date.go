package civil

import (
	"cmp"
	"database/sql/driver"
	"fmt"
	"strconv"
	"strings"
	"time"

	"chibo/internal/clock"
	"chibo/internal/fault"
)

// Date is a day, a month or a year of the Gregorian calendar; the zero value is
// "not known". Comparable with ==.
type Date struct {
	year       int16
	month, day int8 // 0 when not known
}

// Of makes a whole day, normalising overflow as time.Date does (32/1 is 1/2).
func Of(y, m, d int) Date {
	return fromTime(time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC))
}

// From gives the day in Viet Nam at the instant t.
func From(t time.Time) Date { return fromTime(t.In(clock.Zone())) }

func fromTime(t time.Time) Date {
	y, m, d := t.Date()
	return Date{int16(y), int8(m), int8(d)}
}

// ErrFormat says that a text is not a date; its message tells the right form.
var ErrFormat = fault.New(fault.Invalid, "err.date_format")

// Parse reads the stored form. The empty text gives the zero Date.
func Parse(s string) (Date, error) {
	if s == "" {
		return Date{}, nil
	}
	parts := strings.Split(s, "-")
	if len(parts) > 3 || len(parts[0]) != 4 {
		return Date{}, ErrFormat
	}
	return build(parts)
}

// ParseVi reads what people type: dd/mm/yyyy, mm/yyyy or yyyy, with / - . or
// spaces between. A day that does not exist (31/02) is ErrFormat, never guessed.
func ParseVi(s string) (Date, error) {
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("/-. ", r) })
	if len(parts) == 0 {
		return Date{}, nil
	}
	if len(parts) == 3 && len(parts[0]) == 4 { // an ISO date from a date picker
		return build(parts)
	}
	for i, j := 0, len(parts)-1; i < j; i, j = i+1, j-1 {
		parts[i], parts[j] = parts[j], parts[i]
	}
	if len(parts) > 3 || len(parts[0]) != 4 {
		return Date{}, ErrFormat
	}
	return build(parts)
}

func build(parts []string) (Date, error) {
	var n [3]int
	for i, p := range parts {
		v, err := strconv.Atoi(p)
		if err != nil || v <= 0 || (i > 0 && len(p) > 2) {
			return Date{}, ErrFormat
		}
		n[i] = v
	}
	d := Date{int16(n[0]), int8(n[1]), int8(n[2])}
	if n[1] > 12 || n[2] > 31 {
		return Date{}, ErrFormat
	}
	if n[2] > 0 && Of(n[0], n[1], n[2]) != d {
		return Date{}, ErrFormat
	}
	return d, nil
}

// IsZero says whether nothing is known.
func (d Date) IsZero() bool { return d.year == 0 }

// IsDay says whether the date is known to the day.
func (d Date) IsDay() bool { return d.day != 0 }

// Year gives the year, 0 when not known.
func (d Date) Year() int { return int(d.year) }

// MonthNum gives the month 1-12, 0 when not known.
func (d Date) MonthNum() int { return int(d.month) }

// Day gives the day of the month, 0 when not known.
func (d Date) Day() int { return int(d.day) }

// Month gives the yyyymm of the date.
func (d Date) Month() Month { return Month(int(d.year)*100 + int(d.month)) }

// String gives the stored form.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	b := make([]byte, 0, len("2006-01-02"))
	b = digits(b, int(d.year), 1000)
	for _, part := range [...]int8{d.month, d.day} {
		if part == 0 {
			break
		}
		b = digits(append(b, '-'), int(part), 10)
	}
	return string(b)
}

// digits appends n from its place of value first on, with leading zeros.
func digits(b []byte, n, first int) []byte {
	for ; first > 0; first /= 10 {
		b = append(b, byte('0'+n/first%10))
	}
	return b
}

// Vi gives the form people read: 03/11/2026, 11/2026 or 2026.
func (d Date) Vi() string {
	switch {
	case d.IsZero():
		return ""
	case d.month == 0:
		return fmt.Sprintf("%04d", d.year)
	case d.day == 0:
		return fmt.Sprintf("%02d/%04d", d.month, d.year)
	}
	return fmt.Sprintf("%02d/%02d/%04d", d.day, d.month, d.year)
}

// Long gives the form of a Party document: a day below 10 and the months 1 and 2
// have a leading zero (rules.md 7.09).
func (d Date) Long() string {
	if !d.IsDay() {
		return d.Vi()
	}
	month := strconv.Itoa(int(d.month))
	if d.month < 3 {
		month = "0" + month
	}
	return fmt.Sprintf("ngày %02d tháng %s năm %d", d.day, month, d.year)
}

// std gives the first instant of the date in UTC; unknown parts are 1.
func (d Date) std() time.Time {
	return time.Date(int(d.year), time.Month(max(d.month, 1)), int(max(d.day, 1)), 0, 0, 0, 0, time.UTC)
}

// Time gives the instant at hour:minute of the day in Viet Nam.
func (d Date) Time(hour, minute int) time.Time {
	return time.Date(int(d.year), time.Month(max(d.month, 1)), int(max(d.day, 1)), hour, minute, 0, 0, clock.Zone())
}

// Weekday gives the day of the week.
func (d Date) Weekday() time.Weekday { return d.std().Weekday() }

// AddDays moves by n days.
func (d Date) AddDays(n int) Date { return fromTime(d.std().AddDate(0, 0, n)) }

// AddMonths moves by n months; a day that the month lacks becomes its last one
// (31/01 + 1 is 28/02).
func (d Date) AddMonths(n int) Date {
	m := d.Month().Add(n)
	last := m.Last()
	if int(d.day) < last.Day() {
		return Date{last.year, last.month, d.day}
	}
	return last
}

// Sub gives the days from e to d.
func (d Date) Sub(e Date) int { return int(d.std().Sub(e.std()).Hours() / 24) }

// Compare orders by time: -1, 0 or 1. The zero Date comes first.
func (d Date) Compare(e Date) int {
	return cmp.Or(cmp.Compare(d.year, e.year), cmp.Compare(d.month, e.month), cmp.Compare(d.day, e.day))
}

// Before says whether d is earlier than e.
func (d Date) Before(e Date) bool { return d.Compare(e) < 0 }

// After says whether d is later than e.
func (d Date) After(e Date) bool { return d.Compare(e) > 0 }

// Value stores the date as text.
func (d Date) Value() (driver.Value, error) { return d.String(), nil }

// Scan reads the stored text; NULL is the zero Date.
func (d *Date) Scan(src any) (err error) {
	switch v := src.(type) {
	case nil:
		*d = Date{}
	case string:
		*d, err = Parse(v)
	case []byte:
		*d, err = Parse(string(v))
	default:
		err = fmt.Errorf("civil: cannot read a date from %T", src)
	}
	return err
}

// MarshalText writes the stored form, for JSON.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the stored form, for JSON.
func (d *Date) UnmarshalText(b []byte) (err error) {
	*d, err = Parse(string(b))
	return err
}
