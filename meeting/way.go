package meeting

import (
	"context"
	"slices"
	"strings"
	"time"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/notify"
	"chibo/org"
	"chibo/rulebook"
)

// Way is how the members come together: the form of the meeting with what it needs
// (rules.md 2.42-2.44).
type Way struct {
	Form      string // FormFull, FormGroup, FormOnline, FormMixed; "" is FormFull
	AllowedBy string // who allowed another form than FormFull, and why; kept with the meeting
	Room      string // address of the room on the network, for FormOnline and FormMixed
}

// put takes the way into the meeting; what the form does not need is left out.
func (m *Meeting) put(w Way) {
	m.Form, m.AllowedBy, m.Room = w.Form, strings.TrimSpace(w.AllowedBy), strings.TrimSpace(w.Room)
	if m.Form == "" {
		m.Form = FormFull
	}
	if m.Form == FormFull {
		m.AllowedBy = ""
	}
	if !m.Networked() {
		m.Room = ""
	}
}

// Networked says whether some or all members take part over the network.
func (m Meeting) Networked() bool { return m.Form == FormOnline || m.Form == FormMixed }

// maxRoom bounds the address of a room.
const maxRoom = 500

// checkWay says at the fields form, allowed and room whether the cell may meet in this
// form on the day. A form that the rules of the day do not know is refused, one that needs
// leave wants to know who gave it (rules.md 2.42, 2.44), and a meeting by group is for a
// cell with Party groups that is large enough, so often a year (2.43).
func (s *Service) checkWay(ctx context.Context, q db.Q, f *fault.Fields, set rulebook.Set, u org.Unit, m Meeting) error {
	if m.Form == FormFull {
		return nil
	}
	if !slices.ContainsFunc(set.Choices("meeting.forms"), func(c rulebook.Choice) bool { return c.Code == m.Form }) {
		f.Add("form", "meeting.err.form")
		return nil
	}
	if m.AllowedBy == "" {
		f.Add("allowed", "meeting.err.allowed")
	}
	fits(f, "allowed", m.AllowedBy, maxReason)
	fits(f, "room", m.Room, maxRoom)
	if m.Form != FormGroup || !m.Day.IsDay() || !u.IsCell() {
		return nil
	}
	return checkGroups(ctx, q, f, set, u, m)
}

const groupMeetingsSQL = `SELECT COUNT(*) FROM meeting
 WHERE part_id = $1 AND org_id = $2 AND form = 'group' AND state <> 'cancelled' AND day >= $3 AND day < $4 AND id <> $5`

// checkGroups holds a meeting by group against its limits (rules.md 2.43).
func checkGroups(ctx context.Context, q db.Q, f *fault.Fields, set rulebook.Set, u org.Unit, m Meeting) error {
	groups, err := groupsOf(ctx, q, u)
	if err != nil {
		return err
	}
	body, err := member.Body(ctx, q, u.PartID, u.ID, m.Day)
	if err != nil {
		return err
	}
	members := 0
	for _, p := range body {
		if p.Standing != member.StandingGuest {
			members++
		}
	}
	first, n := civil.Of(m.Day.Year(), 1, 1), 0
	if err := q.QueryRow(ctx, groupMeetingsSQL, u.PartID, u.ID, first, civil.Of(m.Day.Year()+1, 1, 1), m.Ref.ID).Scan(&n); err != nil {
		return err
	}
	rule := set.Rule(rulebook.GroupMeetingMinMembers)
	least, most := set.Int(rulebook.GroupMeetingMinMembers), set.Int(rulebook.GroupMeetingMaxPerYear)
	switch {
	case len(groups) == 0:
		f.Add("form", "meeting.err.no_groups", "Source", rule.Source)
	case members < least:
		f.Add("form", "meeting.err.group_small", "Members", members, "Least", least, "Source", rule.Source)
	case n >= most:
		f.Add("form", "meeting.err.group_often", "Count", n, "Most", most, "Year", m.Day.Year(), "Source", rule.Source)
	}
	return nil
}

// groupsOf gives the living Party groups of a cell.
func groupsOf(ctx context.Context, q db.Q, u org.Unit) ([]org.Unit, error) {
	list, err := org.Living(ctx, q, u.Path)
	return slices.DeleteFunc(list, func(g org.Unit) bool { return g.Kind != org.KindPartyGroup || g.ParentID != u.ID }), err
}

const wayUpdateSQL = `UPDATE meeting SET form = $4, allowed_by = $5, room = $6, version = version + 1
 WHERE part_id = $1 AND id = $2 AND version = $3`

// SetWay changes how the members come together, until the meeting is opened; everybody
// invited is told. The meeting that follows in the same evening goes with it. Field errors:
// those of checkWay; form when a meeting that follows stands against it; room, once it is
// announced and there is none. ErrState, ErrStale.
func (s *Service) SetWay(ctx context.Context, actor access.Actor, ref ident.Ref, w Way, version int) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		h, err := s.enter(ctx, tx, actor, ref, mayLead)
		if err != nil {
			return err
		}
		if err := h.in(Preparing, Agreed, Invited); err != nil {
			return err
		}
		if h.Version != version {
			return ErrStale
		}
		next := h.Meeting
		next.put(w)
		var f fault.Fields
		then, ok, err := following(ctx, tx, ref)
		if err != nil {
			return err
		}
		if h.AfterID != 0 || ok && next.Form == FormGroup {
			f.Add("form", "meeting.err.after_form")
		}
		if err := s.checkWay(ctx, tx, &f, h.set, h.unit, next); err != nil {
			return err
		}
		if h.State == Invited {
			next.checkRoom(&f)
		}
		if err := f.Err(); err != nil {
			return err
		}
		if err := putWay(ctx, tx, next); err != nil {
			return err
		}
		if err := setGroups(ctx, tx, held{Meeting: next, unit: h.unit}); err != nil {
			return err
		}
		if ok {
			then.Form, then.AllowedBy, then.Room = next.Form, next.AllowedBy, next.Room
			if err := putWay(ctx, tx, then); err != nil {
				return err
			}
		}
		return s.wayChanged(ctx, tx, actor, h, next)
	})
}

func putWay(ctx context.Context, tx *db.Tx, m Meeting) error {
	res, err := tx.Exec(ctx, wayUpdateSQL, m.Ref.Part, m.Ref.ID, m.Version, m.Form, m.AllowedBy, m.Room)
	return one(res, err, ErrStale)
}

func (s *Service) wayChanged(ctx context.Context, tx *db.Tx, actor access.Actor, h held, next Meeting) error {
	if h.State == Invited && (next.Form != h.Form || next.Room != h.Room) {
		args := noticeArgs(next, h.unit)
		args["Form"] = next.Form
		if err := s.tellInvited(ctx, tx, next, notify.Notice{Kind: "meeting.form", Href: Href(next.Ref), Args: args}); err != nil {
			return err
		}
	}
	s.tell(tx, h.Ref, LiveState)
	return record(ctx, tx, actor, h.Ref, "form", map[string]any{"from": h.Form, "to": next.Form})
}

// checkRoom says that people are to be told where to come to on the network.
func (m Meeting) checkRoom(f *fault.Fields) {
	if m.Networked() && m.Room == "" {
		f.Add("room", "meeting.err.room")
	}
}

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }
