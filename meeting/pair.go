package meeting

import (
	"context"
	"time"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/rulebook"
)

// A thematic meeting may follow the regular one of the same evening (rules.md 2.03,
// 2.06). It is a meeting of its own, with its own agenda, minutes, resolution and
// figures; the two are agreed, announced, moved and called off together, and the second
// is opened when the first is closed.

// Pair is the other meeting of the same evening.
type Pair struct {
	Meeting
	Minutes int // of its agenda, once it is over the minutes that it took
}

const afterSQL = `SELECT ` + meetingColumns + ` FROM meeting WHERE part_id = $1 AND after_id = $2 AND after_id <> 0 AND state <> 'cancelled'`

// following gives the meeting that is to be held after the regular one; ok is false when
// there is none.
func following(ctx context.Context, q db.Q, regular ident.Ref) (m Meeting, ok bool, err error) {
	m, err = scanMeeting(q.QueryRow(ctx, afterSQL, regular.Part, regular.ID))
	if db.NoRows(err) {
		return Meeting{}, false, nil
	}
	return m, err == nil, err
}

// pairOf gives the meeting with which a meeting shares its evening, nil when it stands
// alone.
func pairOf(ctx context.Context, q db.Q, m Meeting) (*Pair, error) {
	var other Meeting
	var err error
	ok := m.AfterID != 0
	switch {
	case ok:
		other, err = meetingByRef(ctx, q, ident.Ref{Part: m.Ref.Part, ID: m.AfterID})
	case m.Kind == Regular:
		other, ok, err = following(ctx, q, m.Ref)
	}
	if err != nil || !ok {
		return nil, err
	}
	p := &Pair{Meeting: other}
	if other.over() {
		p.Minutes = minutesBetween(other.OpenedAt, other.ClosedAt)
		return p, nil
	}
	p.Minutes, err = plannedMinutes(ctx, q, other.Ref)
	return p, err
}

// FirstOf gives a regular meeting that another may follow and when it is to end. It checks
// no right: the caller does.
func FirstOf(ctx context.Context, q db.Q, ref ident.Ref) (m Meeting, ends time.Time, err error) {
	if m, err = meetingByRef(ctx, q, ref); err != nil {
		return m, ends, err
	}
	n, err := plannedMinutes(ctx, q, ref)
	return m, m.StartsAt.Add(minutes(n)), err
}

func plannedMinutes(ctx context.Context, q db.Q, ref ident.Ref) (n int, err error) {
	items, err := itemsOf(ctx, q, ref)
	for _, it := range items {
		n += it.Minutes
	}
	return n, err
}

// required gives the least length of a meeting (rules.md 2.03): of a regular one that of
// its rule; of a thematic one held after it what the two together still need; of any
// other none, for no rule was found.
func required(set rulebook.Set, m Meeting, pair *Pair) int {
	switch {
	case m.Kind == Regular:
		return RequiredMinutes(set)
	case m.AfterID != 0 && pair != nil && set.Has(rulebook.MeetingMinMinutesCombined):
		return max(0, set.Int(rulebook.MeetingMinMinutesCombined)-pair.Minutes)
	}
	return 0
}

// checkAfter holds a meeting that is to follow a regular one against it, and a thematic
// one against the rule that it never stands instead of the regular one (rules.md 2.02,
// 2.06). It gives the time and place that the evening gives.
func (m *Meeting) checkAfter(ctx context.Context, q *db.Tx, f *fault.Fields, set rulebook.Set) error {
	kind, _ := set.MeetingKind(m.Kind)
	if m.AfterID == 0 {
		if kind.NotInstead != Regular || !m.Day.IsDay() {
			return nil
		}
		_, ok, err := regularOf(ctx, q, m.Ref.Part, m.OrgID, m.Body, m.Month)
		if err == nil && !ok {
			f.Add("kind", "meeting.err.instead", "Month", m.Month.Vi())
		}
		return err
	}
	first, err := meetingByRef(ctx, q, ident.Ref{Part: m.Ref.Part, ID: m.AfterID})
	if err != nil {
		return err
	}
	_, taken, err := following(ctx, q, first.Ref)
	switch {
	case err != nil:
		return err
	case first.OrgID != m.OrgID || first.Kind != Regular || first.Body != BodyCell || kind.NotInstead != Regular:
		f.Add("kind", "meeting.err.after")
	case first.Form == FormGroup:
		f.Add("kind", "meeting.err.after_group")
	case taken:
		f.Add("kind", "meeting.err.after_taken")
	case first.State == Sent || first.State == Cancelled || first.Day.Before(q.Today()):
		f.Add("kind", "meeting.err.after_over", "Day", first.Day.Vi())
	}
	return m.joinEvening(ctx, q, first)
}

// joinEvening gives the meeting the day, form and place of the one before it, and as its
// beginning the time at which that one is to end.
func (m *Meeting) joinEvening(ctx context.Context, q db.Q, first Meeting) error {
	n, err := plannedMinutes(ctx, q, first.Ref)
	m.Month, m.Day, m.StartsAt = first.Month, first.Day, first.StartsAt.Add(minutes(n))
	m.Form, m.AllowedBy, m.Room = first.Form, first.AllowedBy, first.Room
	m.Place = first.Place
	return err
}

// withRegular refuses to open a meeting that must not stand instead of the regular one
// before that one was held: the one it follows is over, or the month has one.
func (m Meeting) withRegular(ctx context.Context, q db.Q, set rulebook.Set, f *fault.Fields) error {
	kind, _ := set.MeetingKind(m.Kind)
	switch {
	case m.AfterID != 0:
		first, err := meetingByRef(ctx, q, ident.Ref{Part: m.Ref.Part, ID: m.AfterID})
		if err == nil && first.State != Closed && first.State != Sent {
			f.Add("kind", "meeting.err.regular_first")
		}
		return err
	case kind.NotInstead == Regular:
		_, ok, err := regularOf(ctx, q, m.Ref.Part, m.OrgID, m.Body, m.Month)
		if err == nil && !ok {
			f.Add("kind", "meeting.err.instead", "Month", m.Month.Vi())
		}
		return err
	}
	return nil
}

// lastsOver says whether the meeting follows one that began on its day and ran past
// midnight.
func (m Meeting) lastsOver(today civil.Date) bool { return m.AfterID != 0 && today == m.Day.AddDays(1) }

// carryRoll takes the roll of the meeting before over into the one that follows: who was
// there stays, who was away stays away with the reason; who left before its end has to be
// called again.
func carryRoll(ctx context.Context, tx *db.Tx, m Meeting, by int64) error {
	first := ident.Ref{Part: m.Ref.Part, ID: m.AfterID}
	rows, err := rollRows(ctx, tx, first)
	if err != nil {
		return err
	}
	mine, err := rollRows(ctx, tx, m.Ref)
	if err != nil {
		return err
	}
	aways, err := awaysOf(ctx, tx, first)
	if err != nil {
		return err
	}
	on := make(map[int64]bool, len(mine))
	for _, r := range mine {
		on[r.MembershipID] = r.Presence == ""
	}
	for _, r := range rows {
		if r.Presence == "" || !on[r.MembershipID] {
			continue
		}
		if r.Aways = aways[r.MembershipID]; r.Presence == Present && !r.InRoom() {
			continue
		}
		r.How, r.Late = ByCarry, false
		if r.Presence == Present {
			r.ArrivedAt = tx.Now()
		}
		if err := putPresence(ctx, tx, m.Ref, r, by); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, carryOnlineSQL, m.Ref.Part, m.Ref.ID, first.ID)
	return err
}

const carryOnlineSQL = `INSERT INTO roll_online (part_id, meeting_id, membership_id, how, at, by_account)
SELECT o.part_id, CAST($2 AS bigint), o.membership_id, o.how, o.at, o.by_account FROM roll_online o
 WHERE o.part_id = $1 AND o.meeting_id = $3
ON CONFLICT (part_id, meeting_id, membership_id) DO NOTHING`
