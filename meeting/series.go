package meeting

import (
	"context"
	"strings"
	"time"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/workday"
	"chibo/org"
)

// What a series does when its day is a holiday.
const (
	ShiftKeep   = "keep"
	ShiftBefore = "before"
	ShiftAfter  = "after"
)

// LastDay and LastWeek stand for the last day of a month and the last of a weekday in it.
const (
	LastDay  = 31
	LastWeek = 5
)

// Series is the fixed day on which a cell meets (rules.md 2.05): a day of the month, or
// the nth of a weekday.
type Series struct {
	From    civil.Month // first month for which it counts
	Day     int         // of the month; LastDay is its last day; 0: by weekday
	Nth     int         // 1 to 4, or LastWeek; 0: by day
	Weekday time.Weekday
	Shift   string // ShiftKeep, ShiftBefore, ShiftAfter
	Minute  int    // of the day, in Viet Nam
	Place   string
}

// plainDay is the day of a month before holidays are looked at.
func (s Series) plainDay(m civil.Month) civil.Date {
	last := m.Last()
	if s.Nth == 0 {
		return m.First().AddDays(min(s.Day, last.Day()) - 1)
	}
	first := m.First().AddDays((int(s.Weekday) - int(m.First().Weekday()) + 7) % 7)
	day := first.AddDays(7 * (s.Nth - 1))
	for day.After(last) {
		day = day.AddDays(-7)
	}
	return day
}

// DayIn gives the day of the month on which the cell meets, and the name of the holiday
// that moved it. A meeting stays in its month: where all days on the asked side are
// holidays, it goes to the other side.
func (s Series) DayIn(m civil.Month, cal *workday.Calendar) (day civil.Date, holiday string) {
	day = s.plainDay(m)
	holiday = cal.Holiday(day)
	if holiday == "" || s.Shift == ShiftKeep || s.Shift == "" {
		return day, holiday
	}
	step := 1
	if s.Shift == ShiftBefore {
		step = -1
	}
	for _, step := range []int{step, -step} {
		d := day
		for d.Month() == m && cal.Holiday(d) != "" {
			d = d.AddDays(step)
		}
		if d.Month() == m {
			return d, holiday
		}
	}
	return day, holiday
}

func (s Series) check() error {
	var f fault.Fields
	byDay := s.Nth == 0 && s.Day >= 1 && s.Day <= LastDay
	byWeek := s.Day == 0 && s.Nth >= 1 && s.Nth <= LastWeek && s.Weekday >= time.Sunday && s.Weekday <= time.Saturday
	if !byDay && !byWeek {
		f.Add("day", "meeting.err.series_day")
	}
	if s.Shift != ShiftKeep && s.Shift != ShiftBefore && s.Shift != ShiftAfter {
		f.Add("shift", "meeting.err.series_shift")
	}
	if s.Minute < 0 || s.Minute >= 24*60 {
		f.Add("time", "meeting.err.hour")
	}
	if s.Place == "" {
		f.Add("place", "meeting.err.place")
	}
	fits(&f, "place", s.Place, maxShort)
	return f.Err()
}

const insertSeriesSQL = `INSERT INTO meeting_series (part_id, id, org_id, from_month, day, nth, weekday, shift, minute, place, made_at, made_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`

// SetSeries fixes the day on which the cell meets, from this month on; what was planned
// before stays. The cell's lead decides it. Field errors: day, shift, time, place.
func (s *Service) SetSeries(ctx context.Context, actor access.Actor, cellID int64, in Series) error {
	in.Place = strings.TrimSpace(in.Place)
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		u, err := planCell(ctx, tx, actor, cellID, access.Lead)
		if err != nil {
			return err
		}
		if err := in.check(); err != nil {
			return err
		}
		id := tx.ID()
		_, err = tx.Exec(ctx, insertSeriesSQL, u.PartID, id, u.ID, tx.Today().Month(), in.Day, in.Nth, int(in.Weekday), in.Shift, in.Minute, in.Place,
			tx.NowMS(), actor.AccountID)
		if err != nil {
			return err
		}
		return record(ctx, tx, actor, ident.Ref{Part: u.PartID, ID: id}, "series", map[string]any{"day": in.Day, "nth": in.Nth, "weekday": int(in.Weekday)})
	})
}

// planCell gives the cell to who may do the action in it.
func planCell(ctx context.Context, q db.Q, actor access.Actor, id int64, action access.Action) (org.Unit, error) {
	u, err := org.ByID(ctx, q, id)
	if err != nil {
		return u, err
	}
	if !u.IsCell() {
		return u, org.ErrNotFound
	}
	_, err = access.For(actor, action, u.Access())
	return u, err
}

const seriesSQL = `SELECT from_month, day, nth, weekday, shift, minute, place FROM meeting_series
 WHERE part_id = $1 AND org_id = $2 AND from_month <= $3 ORDER BY from_month DESC, id DESC LIMIT 1`

// SeriesOf gives the cell's series that counts for a month; ok is false when none was
// fixed.
func SeriesOf(ctx context.Context, q db.Q, part, cellID int64, month civil.Month) (s Series, ok bool, err error) {
	var weekday int
	err = q.QueryRow(ctx, seriesSQL, part, cellID, month).Scan(&s.From, &s.Day, &s.Nth, &weekday, &s.Shift, &s.Minute, &s.Place)
	if db.NoRows(err) {
		return Series{}, false, nil
	}
	s.Weekday = time.Weekday(weekday)
	return s, err == nil, err
}
