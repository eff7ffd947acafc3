package meeting

import (
	"context"
	"time"

	"chibo/access"
	"chibo/ballot"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/org"
	"chibo/secret"
)

// ByRef gives a meeting's own row, or ErrNotFound. It checks no right: the caller does.
func ByRef(ctx context.Context, q db.Q, ref ident.Ref) (Meeting, error) {
	return meetingByRef(ctx, q, ref)
}

// RegularOf gives a cell's regular meeting of a month; ok is false when there is none.
func RegularOf(ctx context.Context, q db.Q, part, cellID int64, month civil.Month) (m Meeting, ok bool, err error) {
	return regularOf(ctx, q, part, cellID, BodyCell, month)
}

const currentSQL = `SELECT ` + meetingColumns + ` FROM meeting
 WHERE part_id = $1 AND org_id = $2 AND body = 'cell' AND state IN ('preparing', 'agreed', 'invited', 'open')
 ORDER BY day, id LIMIT 1`

const unsentSQL = `SELECT ` + meetingColumns + ` FROM meeting
 WHERE part_id = $1 AND org_id = $2 AND body = 'cell' AND state = 'closed'
 ORDER BY day DESC, id DESC LIMIT 1`

// Current gives the cell's meeting that is being prepared or held, the earliest first,
// else the latest one that was closed and not sent up; ok is false when there is none.
func Current(ctx context.Context, q db.Q, part, cellID int64) (m Meeting, ok bool, err error) {
	m, err = scanMeeting(q.QueryRow(ctx, currentSQL, part, cellID))
	if db.NoRows(err) {
		m, err = scanMeeting(q.QueryRow(ctx, unsentSQL, part, cellID))
	}
	if db.NoRows(err) {
		return Meeting{}, false, nil
	}
	return m, err == nil, err
}

const lastSQL = `SELECT ` + meetingColumns + ` FROM meeting
 WHERE part_id = $1 AND org_id = $2 AND body = 'cell' AND kind = 'regular' AND state IN ('closed', 'sent')
 ORDER BY day DESC, id DESC LIMIT 1`

// Last gives the cell's latest regular meeting that was held; ok is false when there is none.
func Last(ctx context.Context, q db.Q, part, cellID int64) (m Meeting, ok bool, err error) {
	m, err = scanMeeting(q.QueryRow(ctx, lastSQL, part, cellID))
	if db.NoRows(err) {
		return Meeting{}, false, nil
	}
	return m, err == nil, err
}

// Steps gives a meeting's month path in order. It checks no right: the caller does.
func (s *Service) Steps(ctx context.Context, q db.Q, m Meeting, u org.Unit) ([]Step, error) {
	steps, err := stepsOf(ctx, q, m.Ref)
	return inPathOrder(s.Rules(m, u), steps), err
}

// RollOf gives one member's row in a meeting without the name; ErrStranger when there is
// none. It checks no right: the caller does.
func RollOf(ctx context.Context, q db.Q, ref ident.Ref, membershipID int64) (RollRow, error) {
	return rollOne(ctx, q, ref, membershipID)
}

// Summary is a line of a list of meetings.
type Summary struct {
	Meeting
	Due, Present int
}

const listSQL = `SELECT ` + meetingColumns + ` FROM meeting
 WHERE part_id = $1 AND org_id = $2 AND body = 'cell' ORDER BY day DESC, id DESC LIMIT $3`

const countsSQL = `SELECT r.meeting_id,
       COUNT(*) FILTER (WHERE r.standing IN ('official', 'reserve', 'guest')),
       COUNT(*) FILTER (WHERE r.standing IN ('official', 'reserve', 'guest') AND r.presence = 'present')
  FROM roll r JOIN meeting m ON m.part_id = r.part_id AND m.id = r.meeting_id
 WHERE m.part_id = $1 AND m.org_id = $2 AND m.body = 'cell' AND m.day >= $3
 GROUP BY r.meeting_id`

// List gives a cell's meetings, the latest first.
func (s *Service) List(ctx context.Context, actor access.Actor, cellID int64, limit int) ([]Summary, error) {
	var out []Summary
	err := s.DB.Read(ctx, func(q db.Q) error {
		u, err := org.ByID(ctx, q, cellID)
		if err != nil {
			return err
		}
		if err := may(actor, mayRead, u, false); err != nil {
			return err
		}
		list, err := db.List(ctx, q, scanMeeting, listSQL, u.PartID, cellID, limit)
		if err != nil || len(list) == 0 {
			return err
		}
		type count struct {
			id           int64
			due, present int
		}
		counts, err := db.List(ctx, q, func(s db.Scanner) (count, error) {
			var c count
			err := s.Scan(&c.id, &c.due, &c.present)
			return c, err
		}, countsSQL, u.PartID, cellID, list[len(list)-1].Day)
		if err != nil {
			return err
		}
		by := make(map[int64]count, len(counts))
		for _, c := range counts {
			by[c.id] = c
		}
		for _, m := range list {
			out = append(out, Summary{Meeting: m, Due: by[m.Ref.ID].due, Present: by[m.Ref.ID].present})
		}
		return nil
	})
	return out, err
}

// Facts are the small facts of a running meeting for the hall: counts and titles; of
// members only the names of who speaks and who is next.
type Facts struct {
	State       string
	OpenedAt    time.Time
	Attendance  Attendance
	Item        *Item // under way; nil none
	Items       int
	ItemsBegun  int
	Vote        *ballot.Vote // the open one, else the last one that was closed; nil none
	Secret      *secret.Vote // the last one that was opened; the hall shows its turnout, later only whether it passed
	Opinions    int          // in the meeting
	Speakers    int
	Speaking    *Speech  // has the word; nil nobody
	Next        []Speech // the first who wait for it
	Waiting     int      // all who wait
	Now         time.Time
	Unit        org.Unit
	Day         civil.Date
	Kind, Theme string
	Month       civil.Month
	Place       string
	StartsAt    time.Time
}

// MayRead says whether the actor sees the meeting: what a screen is asked that only
// listens.
func (s *Service) MayRead(ctx context.Context, actor access.Actor, ref ident.Ref) error {
	return s.DB.Read(ctx, func(q db.Q) error {
		_, err := s.enter(ctx, q, actor, ref, mayRead)
		return err
	})
}

// Facts gives the facts for the hall page.
func (s *Service) Facts(ctx context.Context, actor access.Actor, ref ident.Ref) (Facts, error) {
	var f Facts
	err := s.DB.Read(ctx, func(q db.Q) error {
		h, err := s.enter(ctx, q, actor, ref, mayRead)
		if err != nil {
			return err
		}
		f = Facts{
			State: h.State, OpenedAt: h.OpenedAt, Now: s.DB.Clock().Now(), Unit: h.unit, Day: h.Day, Kind: h.Kind, Theme: h.Theme,
			Month: h.Month, Place: h.Place, StartsAt: h.StartsAt,
		}
		body, err := bodyOf(ctx, q, h.Meeting)
		if err != nil {
			return err
		}
		roll, err := rollOf(ctx, q, h.Meeting, body)
		if err != nil {
			return err
		}
		f.Attendance = Count(roll)
		if err := f.readTurns(ctx, q, h, roll); err != nil {
			return err
		}
		return f.readCourse(ctx, q, h)
	})
	return f, err
}

// mostNext is how many of those who wait the hall shows by name.
const mostNext = 4

func (f *Facts) readTurns(ctx context.Context, q db.Q, h held, roll []RollRow) error {
	list, err := speechesOf(ctx, q, h.Ref)
	if err != nil {
		return err
	}
	names := make(map[int64]string, len(roll))
	for _, r := range roll {
		names[r.MembershipID] = r.Name
	}
	for _, p := range list {
		p.Name = names[p.MembershipID]
		switch {
		case p.Speaks():
			f.Speaking = &p
		case p.Waits():
			if f.Waiting++; len(f.Next) < mostNext {
				f.Next = append(f.Next, p)
			}
		}
	}
	return nil
}

func (f *Facts) readCourse(ctx context.Context, q db.Q, h held) error {
	items, err := itemsOf(ctx, q, h.Ref)
	if err != nil {
		return err
	}
	f.Items = len(items)
	for i, it := range items {
		if !it.StartedAt.IsZero() {
			f.ItemsBegun++
		}
		if it.ID == h.ItemID && h.ItemID != 0 {
			f.Item = &items[i]
		}
	}
	opinions, err := opinionsOf(ctx, q, h.Ref)
	if err != nil {
		return err
	}
	p := proceedings{opinions: opinions}
	f.Speakers = p.speakers()
	for _, o := range opinions {
		if o.Phase == During {
			f.Opinions++
		}
	}
	votes, err := ballot.ByOwner(ctx, q, h.Ref.Part, owner, h.Ref.ID)
	if err != nil {
		return err
	}
	for i := range votes {
		if f.Vote == nil || votes[i].IsOpen() || !f.Vote.IsOpen() {
			f.Vote = &votes[i]
		}
	}
	secrets, err := outside(ctx, q, h.Ref)
	if n := len(secrets); n > 0 {
		f.Secret = &secrets[n-1]
	}
	return err
}
