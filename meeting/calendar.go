package meeting

import (
	"context"
	"time"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/member"
)

// Entry is a meeting as a calendar shows it: when, where, what kind. No agenda, no paper
// and nobody's name.
type Entry struct {
	Meeting
	Ends time.Time
}

// UID names the meeting in calendars for its whole life.
func (m Meeting) UID() string { return "meeting-" + m.Ref.String() + "@chibo" }

// usualMinutes is how long a meeting without an agenda or a rule stands in a calendar,
// which wants an end. A measure of the program, no rule.
const usualMinutes = 90

// Ends gives when the meeting is planned to end.
func (f Full) Ends() time.Time {
	n := max(f.Planned, f.Required)
	if n == 0 {
		n = usualMinutes
	}
	return f.StartsAt.Add(time.Duration(n) * time.Minute)
}

const ownMeetingsSQL = `SELECT ` + meetingColumns + ` FROM meeting
 WHERE part_id = $1 AND org_id = $2 AND body = 'cell' AND day >= $3 AND day <= $4 AND invited_at > 0 ORDER BY day, id`

const ownRollSQL = `SELECT r.meeting_id FROM roll r JOIN meeting m ON m.part_id = r.part_id AND m.id = r.meeting_id
 WHERE r.part_id = $1 AND r.membership_id = $2 AND m.day >= $3 AND m.day <= $4`

// The span of a person's calendar, in days before and after today. A measure of the
// program.
const (
	calendarBack  = 62
	calendarAhead = 366
)

// OwnCalendar gives the announced meetings on whose roll a person stands, from two months
// back to a year ahead, also those called off. It checks no right: the caller knows the
// person.
func OwnCalendar(ctx context.Context, q db.Q, part, personID int64, today civil.Date) ([]Entry, error) {
	mine, err := member.ByPerson(ctx, q, part, personID, today)
	if err != nil {
		return nil, err
	}
	var out []Entry
	from, to := today.AddDays(-calendarBack), today.AddDays(calendarAhead)
	for _, m := range mine {
		list, err := db.List(ctx, q, scanMeeting, ownMeetingsSQL, part, m.CellID, from, to)
		if err != nil {
			return nil, err
		}
		ids, err := db.List(ctx, q, func(s db.Scanner) (id int64, err error) { return id, s.Scan(&id) }, ownRollSQL, part, m.ID, from, to)
		if err != nil {
			return nil, err
		}
		on := make(map[int64]bool, len(ids))
		for _, id := range ids {
			on[id] = true
		}
		for _, x := range list {
			if !on[x.Ref.ID] {
				continue
			}
			ends, err := endsOf(ctx, q, x)
			if err != nil {
				return nil, err
			}
			out = append(out, Entry{x, ends})
		}
	}
	return out, nil
}

func endsOf(ctx context.Context, q db.Q, m Meeting) (time.Time, error) {
	n, err := plannedMinutes(ctx, q, ident.Ref{Part: m.Ref.Part, ID: m.Ref.ID})
	if n == 0 {
		n = usualMinutes
	}
	return m.StartsAt.Add(time.Duration(n) * time.Minute), err
}
