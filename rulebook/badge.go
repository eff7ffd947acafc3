package rulebook

import (
	"slices"

	"chibo/internal/civil"
)

// Badges is the rules of the badges of Party age on a day (rules.md 5.40-5.43).
type Badges struct {
	Years      []int    // 30, 40, 45, …
	Days       []string // "02-03": month and day
	Excluded   bool     // the Party age leaves out interruptions
	Early      int      // months a seriously ill member may have it earlier
	EarlyOld   int      // the same from EarlyOldFrom years on
	OldFrom    int
	Posthumous int // months after which a dead member would have reached it
}

// Badges gives the rules of badges.
func (s Set) Badges() Badges {
	return Badges{
		Years: s.Ints(BadgeYears), Days: value[[]string](s, BadgeDays), Excluded: s.Text(BadgeInterruption) == "excluded",
		Early: s.Int(BadgeEarlyMonths), EarlyOld: s.Int(BadgeEarlyOldMonths), OldFrom: s.Int(BadgeEarlyOldFrom),
		Posthumous: s.Int(BadgePosthumousMonths),
	}
}

// EarlyFor gives how many months earlier a badge may be given for serious illness.
func (b Badges) EarlyFor(years int) int {
	if years >= b.OldFrom {
		return b.EarlyOld
	}
	return b.Early
}

// On gives the days of a year on which badges are given, in order.
func (b Badges) On(year int) []civil.Date {
	var out []civil.Date
	for _, md := range b.Days {
		if d, err := civil.Parse(civil.Of(year, 1, 1).String()[:5] + md); err == nil {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, civil.Date.Compare)
	return out
}

// Next gives the first day from a day on, that day among them, on which badges are
// given; the zero Date when the rules name none.
func (b Badges) Next(day civil.Date) civil.Date {
	for _, d := range append(b.On(day.Year()), b.On(day.Year()+1)...) {
		if !d.Before(day) {
			return d
		}
	}
	return civil.Date{}
}

// Before gives the last such day before a day.
func (b Badges) Before(day civil.Date) civil.Date {
	all := append(b.On(day.Year()-1), b.On(day.Year())...)
	for _, d := range slices.Backward(all) {
		if d.Before(day) {
			return d
		}
	}
	return civil.Date{}
}
