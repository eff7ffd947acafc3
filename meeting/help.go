package meeting

import (
	"context"
	"strconv"
	"strings"
	"time"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/notify"
)

// How the presence of a member who was helped is known.
const (
	KnownRoom  = "room"  // seen in the room
	KnownPhone = "phone" // spoken to on the telephone
	KnownOther = "other" // otherwise, in words
)

// Acts of the trail of a presence that somebody else noted.
const (
	TrailHelp    = "help"
	TrailContest = "contest"
	TrailSettle  = "settle"
)

// Trail is one act about a presence that somebody else noted.
type Trail struct {
	MembershipID int64
	Act          string // TrailHelp, TrailContest, TrailSettle
	Presence     string // as it stood after the act
	Text         string
	ByID         int64 // membership of who did it; 0 not a member of the cell
	At           time.Time
}

// HelpIn notes the presence of a member who cannot check in alone.
type HelpIn struct {
	MembershipID int64
	Known        string // KnownRoom, KnownPhone, KnownOther
	Note         string // required with KnownOther
	Code         string // of the moment; the meeting secretary needs none
	Op           string // made on the device; sent twice, done once
}

// Help notes a member as present on the word of another one who is in the room, or of
// the meeting secretary. It stands in the roll as such, the helped member is told and may
// contest it. Somebody noted before keeps the first note. Field errors: member (nobody,
// oneself), known, note, code; ErrNotIn when the helper is not in the room.
func (s *Service) Help(ctx context.Context, actor access.Actor, ref ident.Ref, in HelpIn) (CheckedIn, error) {
	in.Note = strings.TrimSpace(in.Note)
	if err := in.check(); err != nil {
		return CheckedIn{}, err
	}
	done, wait, err := s.guard().Try(ctx, strconv.FormatInt(actor.AccountID, 10))
	if err != nil {
		return CheckedIn{}, err
	}
	if wait > 0 {
		return CheckedIn{}, fault.Field("code", "meeting.err.code_tries", "Seconds", int(wait/time.Second)+1)
	}
	out, wrong := CheckedIn{}, false
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		out, wrong = CheckedIn{}, false
		h, helper, row, err := s.helping(ctx, tx, actor, ref, in)
		if err != nil {
			return err
		}
		if row.Presence == Present {
			out = CheckedIn{At: row.ArrivedAt, Again: true}
			return nil
		}
		if helper.needsCode && !codeFits(h.secret, strings.Join(strings.Fields(in.Code), ""), tx.Now()) {
			wrong = true
			return fault.Field("code", "meeting.err.code")
		}
		out.At = tx.Now()
		row.Presence, row.Reason, row.ArrivedAt, row.How, row.Late = Present, "", out.At, ByHelp, false
		row.HelpedBy, row.Known, row.KnownNote = helper.id, in.Known, in.Note
		return s.helped(ctx, tx, actor, h, row, in.Op)
	})
	done(!wrong)
	return out, err
}

func (in HelpIn) check() error {
	var f fault.Fields
	if in.MembershipID == 0 {
		f.Add("member", "meeting.err.help_member")
	}
	if in.Known != KnownRoom && in.Known != KnownPhone && in.Known != KnownOther {
		f.Add("known", "meeting.err.help_known")
	}
	if in.Known == KnownOther && in.Note == "" {
		f.Add("note", "meeting.err.help_note")
	}
	fits(&f, "note", in.Note, maxReason)
	return f.Err()
}

// helper is who helps a member to check in.
type helper struct {
	id        int64 // membership; 0 an officer who is no member here
	needsCode bool
}

// helping finds the helper and the member who is helped, and whether that may be.
func (s *Service) helping(ctx context.Context, tx *db.Tx, actor access.Actor, ref ident.Ref, in HelpIn) (h held, by helper, row RollRow, err error) {
	h, err = s.enter(ctx, tx, actor, ref, mayClerk)
	if fault.KindOf(err) == fault.Forbidden {
		by.needsCode = true
		h, err = s.enter(ctx, tx, actor, ref, mayTake)
	}
	if err != nil {
		return h, by, row, err
	}
	if err := h.rollTime(tx.Now()); err != nil {
		return h, by, row, err
	}
	if by.id, err = h.membershipOf(ctx, tx, actor); err != nil {
		return h, by, row, err
	}
	if in.MembershipID == by.id {
		return h, by, row, fault.Field("member", "meeting.err.help_self")
	}
	if by.needsCode {
		own, err := rollOne(ctx, tx, ref, by.id)
		if err != nil {
			return h, by, row, err
		}
		aways, err := awaysOf(ctx, tx, ref)
		if err != nil {
			return h, by, row, err
		}
		if own.Aways = aways[by.id]; !own.InRoom() {
			return h, by, row, ErrNotIn
		}
	}
	row, err = rollOne(ctx, tx, ref, in.MembershipID)
	return h, by, row, err
}

// helped writes an assisted presence, its trail, and tells the member.
func (s *Service) helped(ctx context.Context, tx *db.Tx, actor access.Actor, h held, row RollRow, op string) error {
	if op == "" {
		op = ident.NewDevice()
	}
	t := Trail{MembershipID: row.MembershipID, Act: TrailHelp, Presence: Present, Text: row.KnownNote, ByID: row.HelpedBy, At: tx.Now()}
	if err := insertTrail(ctx, tx, h.Ref, t, op); err != nil {
		return err
	}
	if err := s.mark(ctx, tx, actor, h, row); err != nil {
		return err
	}
	return tellMember(ctx, tx, h, row.MembershipID, "meeting.helped")
}

// tellMember sends a notice about the meeting to one member of the roll.
func tellMember(ctx context.Context, tx *db.Tx, h held, membershipID int64, kind string) error {
	m, err := member.ByID(ctx, tx, ident.Ref{Part: h.Ref.Part, ID: membershipID})
	if err != nil {
		return err
	}
	to, err := addReceiver(ctx, tx, nil, m.PersonID, h.Ref.Part)
	if err != nil {
		return err
	}
	return notify.Send(ctx, tx, notify.Notice{Kind: kind, Href: Href(h.Ref), Args: noticeArgs(h.Meeting, h.unit)}, to...)
}

// Contest says that the actor's presence as somebody else noted it is wrong. It changes
// no figure; it is shown to the meeting secretary until settled, also after the closing,
// when the papers stand. Field text: empty, too long. ErrNoContest when nobody else noted
// anything; ErrStranger.
func (s *Service) Contest(ctx context.Context, actor access.Actor, ref ident.Ref, text, op string) error {
	if text = strings.TrimSpace(text); text == "" {
		return fault.Field("text", "meeting.err.contest")
	}
	if err := fit("text", text, maxReason); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		h, row, err := s.seat(ctx, tx, actor, ref, 0)
		if err != nil {
			return err
		}
		if op == "" {
			op = ident.NewDevice()
		}
		if known, err := trailKnown(ctx, tx, ref, op); err != nil || known {
			return err
		}
		if row.Presence == "" || row.How == ByCode {
			return ErrNoContest
		}
		t := Trail{MembershipID: row.MembershipID, Act: TrailContest, Presence: row.Presence, Text: text, ByID: row.MembershipID, At: tx.Now()}
		if err := insertTrail(ctx, tx, ref, t, op); err != nil {
			return err
		}
		if err := putContested(ctx, tx, ref, row.MembershipID, true); err != nil {
			return err
		}
		for _, id := range []int64{h.ChairID, h.ClerkID} {
			if id != 0 && id != row.MembershipID {
				if err := tellMember(ctx, tx, h, id, "meeting.contested"); err != nil {
					return err
				}
			}
		}
		s.tell(tx, ref, LiveRoll)
		return record(ctx, tx, actor, ref, "roll.contest", map[string]any{"membership": row.MembershipID})
	})
}

// SettleIn answers a contest. Presence empty keeps what was noted; another one changes
// the roll, until the meeting is closed.
type SettleIn struct {
	MembershipID     int64
	Presence, Reason string
	Text             string // said to the member; required
	Op               string
}

// Settle answers a contested presence; the member is told and the trail is kept. Field
// errors: text, presence, reason. ErrNoContest when nothing is contested, ErrAlreadyClosed
// when the roll is to be changed after the closing.
func (s *Service) Settle(ctx context.Context, actor access.Actor, ref ident.Ref, in SettleIn) error {
	in.Text, in.Reason = strings.TrimSpace(in.Text), strings.TrimSpace(in.Reason)
	if err := in.check(); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		h, row, err := s.seat(ctx, tx, actor, ref, in.MembershipID)
		if err != nil {
			return err
		}
		if in.Op == "" {
			in.Op = ident.NewDevice()
		}
		if known, err := trailKnown(ctx, tx, ref, in.Op); err != nil || known {
			return err
		}
		if !row.Contested {
			return ErrNoContest
		}
		if in.Presence != "" && in.Presence != row.Presence {
			if err := h.notOver(); err != nil {
				return err
			}
			if err := row.call(in.Presence, in.Reason, tx.Now()); err != nil {
				return err
			}
			if err := s.mark(ctx, tx, actor, h, row); err != nil {
				return err
			}
		}
		by, err := h.membershipOf(ctx, tx, actor)
		if err != nil {
			return err
		}
		t := Trail{MembershipID: row.MembershipID, Act: TrailSettle, Presence: row.Presence, Text: in.Text, ByID: by, At: tx.Now()}
		if err := insertTrail(ctx, tx, ref, t, in.Op); err != nil {
			return err
		}
		if err := putContested(ctx, tx, ref, row.MembershipID, false); err != nil {
			return err
		}
		if err := tellMember(ctx, tx, h, row.MembershipID, "meeting.settled"); err != nil {
			return err
		}
		s.tell(tx, ref, LiveRoll)
		return record(ctx, tx, actor, ref, "roll.settle", map[string]any{"membership": row.MembershipID, "presence": row.Presence})
	})
}

func (in SettleIn) check() error {
	var f fault.Fields
	if in.Text == "" {
		f.Add("text", "meeting.err.settle")
	}
	if in.MembershipID == 0 {
		f.Add("member", "meeting.err.help_member")
	}
	if in.Presence != "" && in.Presence != Present && in.Presence != Excused && in.Presence != Unexcused {
		f.Add("presence", "meeting.err.presence")
	}
	fits(&f, "text", in.Text, maxReason)
	return f.Err()
}
