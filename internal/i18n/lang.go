package i18n

import (
	"strconv"
	"strings"
	"time"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"

	"chibo/internal/civil"
	"chibo/internal/clock"
)

// Lang is one language: its texts and its forms of numbers and days.
type Lang struct {
	b     *Bundle
	code  string
	local *goi18n.Localizer
	texts map[string]message
	f     format
}

// format is what differs in the writing of numbers and days.
type format struct {
	thousands, decimal, percent string
	weekdays                    [7]string // from Sunday
	months                      [12]string
	vietnamese                  bool
}

func formatFor(code string) format {
	if code == Default {
		return format{
			thousands: ".", decimal: ",", percent: " %", vietnamese: true,
			weekdays: [7]string{"Chủ nhật", "Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy"},
		}
	}
	f := format{thousands: ",", decimal: ".", percent: "%"}
	for i := range f.weekdays {
		f.weekdays[i] = time.Weekday(i).String()
	}
	for i := range f.months {
		f.months[i] = time.Month(i + 1).String()
	}
	return f
}

// Code gives the language's code, "vi" or "en".
func (l *Lang) Code() string { return l.code }

// Has says whether the language has a text of its own for key.
func (l *Lang) Has(key string) bool {
	_, ok := l.texts[key]
	return ok
}

// Plain gives the language's own text for key when it is the same each time: one without
// values.
func (l *Lang) Plain(key string) (string, bool) {
	m, ok := l.texts[key]
	if !ok || len(m.names) > 0 || len(m.parts) != 1 {
		return "", false
	}
	return m.parts[0].text, true
}

// T gives the text of key. args are name, value pairs, or one map[string]any. A
// key that only Vietnamese has is shown in Vietnamese; one that nobody has as
// ⟦key⟧; both are told to the hook of OnMissing.
func (l *Lang) T(key string, args ...any) string {
	m, ok := l.texts[key]
	if !ok {
		l.b.miss(l.code, key)
		if vi := l.b.langs[Default]; vi != l && vi.Has(key) {
			return vi.T(key, args...)
		}
		return "⟦" + key + "⟧"
	}
	if len(m.names) == 0 {
		if len(m.parts) == 1 {
			return m.parts[0].text
		}
		return ""
	}
	return l.render(key, m, values(args))
}

// Int gives a number with its thousands grouped: 8.701 in Vietnamese, 8,701 in English.
func (l *Lang) Int(n int) string { return l.grouped(strconv.Itoa(n)) }

// grouped puts the separator into a decimal number; any other text stays.
func (l *Lang) grouped(s string) string {
	digits := strings.TrimPrefix(s, "-")
	if strings.Trim(digits, "0123456789") != "" {
		return s
	}
	var b strings.Builder
	b.WriteString(s[:len(s)-len(digits)])
	for i, r := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(l.f.thousands)
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Percent gives num of den with one decimal, rounded half away from zero in exact
// integers: "97,3 %" in Vietnamese, "97.3%" in English, "–" of nothing.
func (l *Lang) Percent(num, den int) string {
	if den == 0 {
		return "–"
	}
	sign := ""
	if (num < 0) != (den < 0) && num != 0 {
		sign = "-"
	}
	n, d := abs(num), abs(den)
	tenths := (n*2000 + d) / (2 * d)
	return sign + l.Int(tenths/10) + l.f.decimal + strconv.Itoa(tenths%10) + l.f.percent
}

func abs(n int) int { return max(n, -n) }

// Date gives 03/11/2026 in both languages, less when less is known, "" when nothing is.
func (l *Lang) Date(d civil.Date) string { return d.Vi() }

// DateLong gives "ngày 03 tháng 11 năm 2026" (rules.md 7.09) or "3 November 2026".
func (l *Lang) DateLong(d civil.Date) string {
	switch {
	case l.f.vietnamese:
		return d.Long()
	case d.IsDay():
		return strconv.Itoa(d.Day()) + " " + l.f.months[d.MonthNum()-1] + " " + strconv.Itoa(d.Year())
	case d.MonthNum() > 0:
		return l.Month(d.Month())
	}
	return d.Vi()
}

// Month gives "tháng 11/2026" or "November 2026", "" for none.
func (l *Lang) Month(m civil.Month) string {
	switch {
	case m == 0:
		return ""
	case l.f.vietnamese:
		return "tháng " + m.Vi()
	}
	return l.f.months[m.Num()-1] + " " + strconv.Itoa(m.Year())
}

// Weekday gives "Thứ Ba" or "Tuesday".
func (l *Lang) Weekday(d civil.Date) string { return l.f.weekdays[d.Weekday()] }

// Time gives the hour and minute in Viet Nam, "19:30"; "" of the zero time.
func (l *Lang) Time(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(clock.Zone()).Format("15:04")
}

// DateTime gives the hour and the day in Viet Nam: "19:30, 03/11/2026"; "" of the
// zero time.
func (l *Lang) DateTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return l.Time(t) + ", " + l.Date(civil.From(t))
}
