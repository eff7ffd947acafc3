package meeting

import (
	"context"
	"strings"
	"time"

	"chibo/access"
	"chibo/ballot"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/notify"
)

// A meeting by group (rules.md 2.43) is one meeting: one agenda, one draft, one roll, one
// set of votes and papers. Each Party group meets for itself, with own hour, place,
// leader and notes; its members are called in the one roll, its raised hands are a part
// of the one count. The meeting is opened by the cell's lead on the day of the first
// group and closed when all groups have met.

// RunHref is the page on which the meeting is held: that of its groups, or the run page.
func (m Meeting) RunHref() string {
	if m.Form == FormGroup {
		return Href(m.Ref) + "/groups"
	}
	return Href(m.Ref) + "/run"
}

// Session is the meeting of one group.
type Session struct {
	GroupID  int64
	Name     string
	StartsAt time.Time // planned
	Place    string
	LeaderID int64 // membership; 0 nobody
	Note     string
	OpenedAt time.Time
	ClosedAt time.Time // zero: not yet
	Version  int

	Seats []int64        // memberships that meet with the group
	Hands map[int64]bool // votes in which its hands were counted
}

// ErrGroupsOpen says that groups have not met yet; it carries Count.
var ErrGroupsOpen = fault.New(fault.Conflict, "meeting.err.groups_open")

// ErrNoSession says that no group meets under this id in the meeting.
var ErrNoSession = fault.New(fault.NotFound, "meeting.err.no_session")

const (
	sessionsSQL = `SELECT group_id, name, starts_at, place, leader_id, note, opened_at, closed_at, version FROM group_session
 WHERE part_id = $1 AND meeting_id = $2 ORDER BY name, group_id`

	seatsOfSQL = `SELECT membership_id, group_id FROM session_seat WHERE part_id = $1 AND meeting_id = $2 ORDER BY membership_id`

	handsOfSQL = `SELECT vote_id, group_id, yes, no, other FROM session_hands WHERE part_id = $1 AND meeting_id = $2`

	insertSessionSQL = `INSERT INTO group_session (part_id, meeting_id, group_id, name, starts_at, place, leader_id)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`

	dropSessionSQL = `DELETE FROM group_session WHERE part_id = $1 AND meeting_id = $2 AND group_id = $3`

	shiftSessionsSQL = `UPDATE group_session SET starts_at = starts_at + CAST($3 AS bigint), version = version + 1
 WHERE part_id = $1 AND meeting_id = $2`

	updateSessionSQL = `UPDATE group_session SET starts_at = $4, place = $5, leader_id = $6, note = $7, opened_at = $8, closed_at = $9,
  version = version + 1
 WHERE part_id = $1 AND meeting_id = $2 AND group_id = $3 AND version = $10`

	insertSeatSQL = `INSERT INTO session_seat (part_id, meeting_id, membership_id, group_id) VALUES ($1, $2, $3, $4)`
)

// sessionsOf gives the groups of a meeting with who meets in each: before the opening who
// belongs to the group today.
func sessionsOf(ctx context.Context, q db.Q, h held) ([]Session, error) {
	if h.Form != FormGroup {
		return nil, nil
	}
	list, err := db.List(ctx, q, func(s db.Scanner) (v Session, err error) {
		var starts, opened, closed int64
		err = s.Scan(&v.GroupID, &v.Name, &starts, &v.Place, &v.LeaderID, &v.Note, &opened, &closed, &v.Version)
		v.StartsAt, v.OpenedAt, v.ClosedAt, v.Hands = instant(starts), instant(opened), instant(closed), map[int64]bool{}
		return v, err
	}, sessionsSQL, h.Ref.Part, h.Ref.ID)
	if err != nil {
		return nil, err
	}
	at := make(map[int64]int, len(list))
	for i, v := range list {
		at[v.GroupID] = i
	}
	if err := seatGroups(ctx, q, h, list, at); err != nil {
		return nil, err
	}
	hands, err := handsOf(ctx, q, h.Ref)
	for _, c := range hands {
		if i, ok := at[c.group]; ok {
			list[i].Hands[c.vote] = true
		}
	}
	return list, err
}

func seatGroups(ctx context.Context, q db.Q, h held, list []Session, at map[int64]int) error {
	if !h.OpenedAt.IsZero() {
		_, err := db.List(ctx, q, func(s db.Scanner) (struct{}, error) {
			var id, group int64
			err := s.Scan(&id, &group)
			if i, ok := at[group]; ok {
				list[i].Seats = append(list[i].Seats, id)
			}
			return struct{}{}, err
		}, seatsOfSQL, h.Ref.Part, h.Ref.ID)
		return err
	}
	in, err := placed(ctx, q, h.unit)
	if err != nil {
		return err
	}
	body, err := bodyOf(ctx, q, h.Meeting)
	for _, p := range body {
		if i, ok := at[in[p.MembershipID]]; ok {
			list[i].Seats = append(list[i].Seats, p.MembershipID)
		}
	}
	return err
}

type groupHands struct {
	vote, group int64
	ballot.Hands
}

func handsOf(ctx context.Context, q db.Q, ref ident.Ref) ([]groupHands, error) {
	return db.List(ctx, q, func(s db.Scanner) (c groupHands, err error) {
		return c, s.Scan(&c.vote, &c.group, &c.Yes, &c.No, &c.Other)
	}, handsOfSQL, ref.Part, ref.ID)
}

// setGroups makes the sessions of a meeting agree with its form and with the groups of
// its cell, until it is opened.
func setGroups(ctx context.Context, tx *db.Tx, h held) error {
	had, err := sessionsOf(ctx, tx, held{Meeting: h.withForm(FormGroup), unit: h.unit})
	if err != nil {
		return err
	}
	gone := make(map[int64]bool, len(had))
	for _, v := range had {
		gone[v.GroupID] = true
	}
	if h.Form == FormGroup {
		units, err := groupsOf(ctx, tx, h.unit)
		if err != nil {
			return err
		}
		for _, g := range units {
			delete(gone, g.ID)
			head, err := headOf(ctx, tx, g, h.Day)
			if err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, insertSessionSQL, h.Ref.Part, h.Ref.ID, g.ID, g.Name, millis(h.StartsAt), h.Place, head.MembershipID); err != nil {
				return err
			}
		}
	}
	for id := range gone {
		if _, err := tx.Exec(ctx, dropSessionSQL, h.Ref.Part, h.Ref.ID, id); err != nil {
			return err
		}
	}
	return nil
}

func (m Meeting) withForm(form string) Meeting {
	m.Form = form
	return m
}

// seatAll writes who meets with which group when the meeting is opened. It refuses at the
// field groups while somebody bound to attend is in none.
func seatAll(ctx context.Context, tx *db.Tx, h held) error {
	if h.Form != FormGroup {
		return nil
	}
	if err := setGroups(ctx, tx, h); err != nil {
		return err
	}
	before := h
	before.OpenedAt = time.Time{}
	list, err := sessionsOf(ctx, tx, before)
	if err != nil {
		return err
	}
	var rows [][]any
	in := map[int64]bool{}
	for _, v := range list {
		for _, id := range v.Seats {
			in[id] = true
			rows = append(rows, []any{h.Ref.Part, h.Ref.ID, id, v.GroupID})
		}
	}
	body, err := bodyOf(ctx, tx, h.Meeting)
	if err != nil {
		return err
	}
	loose := 0
	for _, p := range body {
		if isDue(p.Standing) && !in[p.MembershipID] {
			loose++
		}
	}
	if loose > 0 {
		return fault.Field("groups", "meeting.err.loose", "Count", loose)
	}
	return db.Many(ctx, tx, insertSeatSQL, rows)
}

// SessionIn is when, where and under whom a group meets.
type SessionIn struct {
	Day          civil.Date
	Hour, Minute int
	Place        string
	LeaderID     int64
	Version      int // of the session, as it was shown
}

// SetSession says when, where and under whom a group meets, until it has begun. The cell's
// lead does it; once the meeting is announced, the group's members are told. Field errors:
// day (before the meeting's day, another month), hour, place, leader (not of the group).
func (s *Service) SetSession(ctx context.Context, actor access.Actor, ref ident.Ref, groupID int64, in SessionIn) error {
	return s.session(ctx, actor, ref, groupID, mayLead, "group.set", func(tx *db.Tx, h held, v *Session) error {
		if err := h.in(Preparing, Agreed, Invited, Opened); err != nil {
			return err
		}
		switch {
		case v.Version != in.Version:
			return ErrStale
		case !v.OpenedAt.IsZero():
			return fault.Field("day", "meeting.err.group_begun")
		}
		if err := in.check(h.Meeting, *v); err != nil {
			return err
		}
		v.StartsAt, v.Place, v.LeaderID = in.Day.Time(in.Hour, in.Minute), strings.TrimSpace(in.Place), in.LeaderID
		if h.State != Invited && h.State != Opened {
			return nil
		}
		return s.tellGroup(ctx, tx, h, *v)
	})
}

func (in SessionIn) check(m Meeting, v Session) error {
	var f fault.Fields
	switch {
	case !in.Day.IsDay():
		f.Add("day", "meeting.err.day")
	case in.Day.Before(m.Day):
		f.Add("day", "meeting.err.group_early", "Day", m.Day.Vi())
	case in.Day.Month() != m.Month:
		f.Add("day", "meeting.err.other_month", "Month", m.Month.Vi())
	}
	if in.Hour < 0 || in.Hour > 23 || in.Minute < 0 || in.Minute > 59 {
		f.Add("hour", "meeting.err.hour")
	}
	if strings.TrimSpace(in.Place) == "" {
		f.Add("place", "meeting.err.place")
	}
	fits(&f, "place", in.Place, maxShort)
	if in.LeaderID != 0 && !v.has(in.LeaderID) {
		f.Add("leader", "meeting.err.group_member")
	}
	return f.Err()
}

func (v Session) has(membershipID int64) bool {
	for _, id := range v.Seats {
		if id == membershipID {
			return true
		}
	}
	return false
}

func (s *Service) tellGroup(ctx context.Context, tx *db.Tx, h held, v Session) error {
	body, err := bodyOf(ctx, tx, h.Meeting)
	if err != nil {
		return err
	}
	mine := body[:0:0]
	for _, p := range body {
		if v.has(p.MembershipID) {
			mine = append(mine, p)
		}
	}
	to, err := everybody(ctx, tx, h.Meeting, mine)
	if err != nil {
		return err
	}
	args := noticeArgs(h.Meeting, h.unit)
	args["At"], args["Place"], args["Group"] = v.StartsAt, v.Place, v.Name
	return notify.Send(ctx, tx, notify.Notice{Kind: "meeting.group", Href: Href(h.Ref), Args: args}, to...)
}

// BeginSession notes that a group has begun to meet; its leader or the meeting secretary
// does it, in an open meeting. Again changes nothing.
func (s *Service) BeginSession(ctx context.Context, actor access.Actor, ref ident.Ref, groupID int64) error {
	return s.session(ctx, actor, ref, groupID, mayClerk, "group.begin", func(tx *db.Tx, h held, v *Session) error {
		if err := h.in(Opened); err != nil {
			return err
		}
		if v.OpenedAt.IsZero() {
			v.OpenedAt = tx.Now()
		}
		return nil
	})
}

// EndSession notes that a group has met: its members were called. Errors: ErrRollOpen with
// Count of those who were not.
func (s *Service) EndSession(ctx context.Context, actor access.Actor, ref ident.Ref, groupID int64) error {
	return s.session(ctx, actor, ref, groupID, mayClerk, "group.end", func(tx *db.Tx, h held, v *Session) error {
		if err := h.in(Opened); err != nil {
			return err
		}
		if v.OpenedAt.IsZero() {
			return fault.New(fault.Conflict, "meeting.err.group_not_begun")
		}
		rows, err := rollRows(ctx, tx, ref)
		if err != nil {
			return err
		}
		n := 0
		for _, r := range rows {
			if r.Presence == "" && isDue(r.Standing) && v.has(r.MembershipID) {
				n++
			}
		}
		if n > 0 {
			return fault.New(ErrRollOpen.Kind, ErrRollOpen.Key, "Count", n)
		}
		if v.ClosedAt.IsZero() {
			v.ClosedAt = tx.Now()
		}
		return nil
	})
}

// NoteSession keeps what a group's meeting noted. was is the note the writer began from;
// when the stored one is another, ErrStale carries it as Other and nothing is written.
func (s *Service) NoteSession(ctx context.Context, actor access.Actor, ref ident.Ref, groupID int64, note, was string) error {
	note = strings.TrimSpace(note)
	if err := fit("note", note, maxLong); err != nil {
		return err
	}
	return s.session(ctx, actor, ref, groupID, mayClerk, "group.note", func(_ *db.Tx, h held, v *Session) error {
		switch err := h.in(Opened); {
		case err != nil:
			return err
		case strings.TrimSpace(was) != v.Note && v.Note != note:
			return fault.New(fault.Conflict, ErrStale.Key, "Other", v.Note)
		}
		v.Note = note
		return nil
	})
}

// MarkSeat notes the presence of a member of the group; empty membership calls all of the
// group who were not called yet as present, except who answered no. See Mark.
func (s *Service) MarkSeat(ctx context.Context, actor access.Actor, ref ident.Ref, groupID, membershipID int64, presence, reason string) error {
	reason = strings.TrimSpace(reason)
	if presence != "" && presence != Present && presence != Excused && presence != Unexcused {
		return fault.Field("presence", "meeting.err.presence")
	}
	if err := fit("reason", reason, maxReason); err != nil {
		return err
	}
	return s.session(ctx, actor, ref, groupID, mayClerk, "group.roll", func(tx *db.Tx, h held, v *Session) error {
		if err := h.in(Opened); err != nil {
			return err
		}
		if membershipID != 0 {
			if !v.has(membershipID) {
				return ErrStranger
			}
			row, err := rollOne(ctx, tx, ref, membershipID)
			if err != nil {
				return err
			}
			if err := row.call(presence, reason, tx.Now()); err != nil {
				return err
			}
			return s.mark(ctx, tx, actor, h, row)
		}
		return s.markGroup(ctx, tx, actor, h, *v)
	})
}

func (s *Service) markGroup(ctx context.Context, tx *db.Tx, actor access.Actor, h held, v Session) error {
	rows, err := rollRows(ctx, tx, h.Ref)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.Presence != "" || row.Answer == No || !isDue(row.Standing) || !v.has(row.MembershipID) {
			continue
		}
		if err := row.call(Present, "", tx.Now()); err != nil {
			return err
		}
		if err := s.mark(ctx, tx, actor, h, row); err != nil {
			return err
		}
	}
	return nil
}

// session runs an act on the meeting of one group. Where the meeting secretary may act,
// the group's leader may too, in the own group.
func (s *Service) session(ctx context.Context, actor access.Actor, ref ident.Ref, groupID int64, need right, action string,
	act func(tx *db.Tx, h held, v *Session) error,
) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		h, v, err := s.enterGroup(ctx, tx, actor, ref, groupID, need)
		if err != nil {
			return err
		}
		if err := h.notOver(); err != nil {
			return err
		}
		was := v
		if err := act(tx, h, &v); err != nil {
			return err
		}
		if v.changed(was) {
			res, err := tx.Exec(ctx, updateSessionSQL, ref.Part, ref.ID, groupID, millis(v.StartsAt), v.Place, v.LeaderID, v.Note,
				millis(v.OpenedAt), millis(v.ClosedAt), was.Version)
			if err := one(res, err, ErrStale); err != nil {
				return err
			}
		}
		s.tell(tx, ref, LiveRoll)
		return record(ctx, tx, actor, ref, action, map[string]any{"group": groupID})
	})
}

func (v Session) changed(was Session) bool {
	return !v.StartsAt.Equal(was.StartsAt) || v.Place != was.Place || v.LeaderID != was.LeaderID || v.Note != was.Note ||
		!v.OpenedAt.Equal(was.OpenedAt) || !v.ClosedAt.Equal(was.ClosedAt)
}

func (s *Service) enterGroup(ctx context.Context, q db.Q, actor access.Actor, ref ident.Ref, groupID int64, need right) (h held, v Session, err error) {
	h, refused := s.enter(ctx, q, actor, ref, need)
	if refused != nil && (need != mayClerk || fault.KindOf(refused) != fault.Forbidden) {
		return h, v, refused
	}
	if refused != nil {
		if h, err = s.enter(ctx, q, actor, ref, mayTake); err != nil {
			return h, v, refused
		}
	}
	list, err := sessionsOf(ctx, q, h)
	if err != nil {
		return h, v, err
	}
	for _, v := range list {
		if v.GroupID != groupID {
			continue
		}
		if refused == nil {
			return h, v, nil
		}
		me, err := h.membershipOf(ctx, q, actor)
		if err == nil && me != 0 && me == v.LeaderID {
			return h, v, nil
		}
		return h, v, refused
	}
	if refused != nil {
		return h, v, refused
	}
	return h, v, ErrNoSession
}
