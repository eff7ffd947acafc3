package workday

import (
	"slices"
	"time"

	"github.com/rickar/cal/v2"

	"chibo/internal/civil"
)

// Calendar knows the working days. It does not change and is safe for use from
// many goroutines. Years outside First to Last have weekends only.
type Calendar struct {
	lib  *cal.BusinessCalendar
	off  map[civil.Date]string // weekdays without work, and holidays on weekends
	work map[civil.Date]bool   // Saturdays with work
	srcs map[int]string
}

// First and Last bound the years whose holidays are known or computed.
const (
	First = 2000
	Last  = 2080
)

// New reads the embedded holidays. Error: data that cannot be read.
func New() (*Calendar, error) {
	c := &Calendar{off: map[civil.Date]string{}, work: map[civil.Date]bool{}, srcs: map[int]string{}}
	if err := c.fill(); err != nil {
		return nil, err
	}
	c.lib = cal.NewBusinessCalendar()
	c.lib.WorkdayFunc = func(t time.Time) bool { return c.isWorkday(civil.From(t)) }
	return c, nil
}

func (c *Calendar) isWorkday(d civil.Date) bool {
	if c.work[d] {
		return true
	}
	_, off := c.off[d]
	return !off && !weekend(d)
}

func weekend(d civil.Date) bool {
	return d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
}

// noon is an instant inside the day, whatever is added to it.
func noon(d civil.Date) time.Time { return d.Time(12, 0) }

// IsWorkday says whether people work on the day.
func (c *Calendar) IsWorkday(d civil.Date) bool { return c.lib.IsWorkday(noon(d)) }

// Add gives the n-th working day after d, before d when n is negative, d itself
// when n is 0. d need not be a working day and is never counted (rules.md 14.20).
func (c *Calendar) Add(d civil.Date, n int) civil.Date {
	return civil.From(c.lib.WorkdaysFrom(noon(d), n))
}

// Between gives how many working days b is after a: those after a up to b itself;
// negative when b is earlier. Between(a, Add(a, n)) is n.
func (c *Calendar) Between(a, b civil.Date) int {
	switch b.Compare(a) {
	case 1:
		return c.lib.WorkdaysInRange(noon(a.AddDays(1)), noon(b))
	case -1:
		return -c.lib.WorkdaysInRange(noon(b), noon(a.AddDays(-1)))
	}
	return 0
}

// Holiday gives the name of the holiday that keeps people from work on the day, ""
// when there is none.
func (c *Calendar) Holiday(d civil.Date) string { return c.off[d] }

// Holidays lists the days of a year on which people do not work although they
// would, in order.
func (c *Calendar) Holidays(year int) []civil.Date {
	var out []civil.Date
	for d := range c.off {
		if d.Year() == year && !weekend(d) {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, civil.Date.Compare)
	return out
}

// Source says where the holidays of a year come from, "" for a year that has none.
func (c *Calendar) Source(year int) string { return c.srcs[year] }
