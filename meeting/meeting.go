package meeting

import (
	"time"

	"chibo/internal/civil"
	"chibo/internal/ident"
)

// Bodies that meet (rules.md 1.33, 2.45).
const (
	BodyCell      = "cell"
	BodyCommittee = "cell_committee"
)

// Kinds of meeting that the program itself knows (rules.md 2.01, 2.02, 2.45); the rulebook
// has more, with what each needs (rulebook.MeetingKind).
const (
	Regular       = "regular"
	Thematic      = "thematic"
	Extraordinary = "extraordinary"
	Congress      = "congress"
)

// States, in the order of a meeting's life. Cancelled is the end of one that was
// announced and called off.
const (
	Preparing = "preparing"
	Agreed    = "agreed"
	Invited   = "invited"
	Opened    = "open"
	Closed    = "closed"
	Sent      = "sent"
	Cancelled = "cancelled"
)

// Forms of a meeting (rules.md 2.42-2.44).
const (
	FormFull   = "full"   // the whole body in one room
	FormGroup  = "group"  // each Party group for itself
	FormOnline = "online" // everybody over the network
	FormMixed  = "mixed"  // some in the room, some over the network
)

// Presence in the roll (rules.md 2.22); the empty text is "not yet called".
const (
	Present   = "present"
	Excused   = "excused"
	Unexcused = "unexcused"
)

// How a presence came into the roll.
const (
	ByCode  = "code"
	ByHand  = "hand"  // noted by the meeting secretary
	ByHelp  = "help"  // noted with somebody's help: RollRow.HelpedBy, Known
	ByCarry = "carry" // from the meeting of the same evening before it
)

// Answers to an invitation.
const (
	Yes = "yes"
	No  = "no"
)

// Phases of an opinion.
const (
	Before = "before"
	During = "during"
)

// Purposes of a vote in a meeting.
const (
	PurposeResolution = "resolution"
	PurposeAgenda     = "agenda"
	PurposeScore      = "score"
	PurposeOther      = "other"
)

// Meeting is one meeting of a body.
type Meeting struct {
	Ref      ident.Ref
	OrgID    int64  // the cell
	Body     string // BodyCell, BodyCommittee
	Kind     string // a kind of the rulebook
	Month    civil.Month
	Day      civil.Date
	StartsAt time.Time // planned
	Place    string
	Theme    string
	Form     string // FormFull, FormGroup, FormOnline, FormMixed
	State    string
	ChairID  int64 // membership
	ClerkID  int64 // membership of the meeting secretary; 0 not named

	Review       string // draft resolution, part I
	Direction    string // part II
	Praise       string
	Shortcomings string
	Conclusion   string // the chair's

	AgreedBy  int64 // id of the committee meeting that agreed it, same part; 0 none
	ItemID    int64 // item under way; 0 none
	FeePaid   int   // members announced as having paid; -1 not announced
	InvitedAt time.Time
	OpenedAt  time.Time
	ClosedAt  time.Time
	SentAt    time.Time // instants are zero when it has not happened
	CreatedAt time.Time
	Version   int

	AfterID   int64  // the regular meeting of the same evening after which it is held; 0 none
	AllowedBy string // who allowed another form than FormFull, and why (rules.md 2.44)
	Room      string // address of the room on the network: in no paper, in no event

	TemplateID int64 // committee's template that the agenda was made from; 0 the rulebook's

	secret string // key of the changing code
}

// Item is one item of the agenda.
type Item struct {
	ID        int64
	Seq       int // from 1
	Title     string
	Content   string // rulebook content kind
	Minutes   int    // planned
	SpeakerID int64  // membership; 0 nobody in particular
	Note      string // what the clerk noted
	StartedAt time.Time
	EndedAt   time.Time
	ResumedAt time.Time     // begun again; zero: never
	Earlier   time.Duration // of the turns before that
	Code      string        // of the template's item it was made from; "" own

	made bool // by the program while the plan is saved: its id is new
}

// Since gives from when the item would have run without a pause, for a clock.
func (i Item) Since() time.Time {
	if i.ResumedAt.IsZero() {
		return i.StartedAt
	}
	return i.ResumedAt.Add(-i.Earlier)
}

// Spent gives the minutes the item took until now or its end, 0 when not begun. The time
// between two turns is not its own.
func (i Item) Spent(now time.Time) int {
	switch {
	case i.StartedAt.IsZero():
		return 0
	case i.EndedAt.IsZero():
		return minutesBetween(i.Since(), now)
	}
	return minutesBetween(i.Since(), i.EndedAt)
}

// begin starts the item, or goes on with it.
func (i Item) begin(now time.Time) Item {
	switch {
	case i.StartedAt.IsZero():
		i.StartedAt = now
	case !i.EndedAt.IsZero():
		i.Earlier, i.ResumedAt = i.EndedAt.Sub(i.Since()), now
	}
	i.EndedAt = time.Time{}
	return i
}

// Decision is one line of part III of the resolution: who, what, until when
// (rules.md 2.37).
type Decision struct {
	ID         int64
	Seq        int // from 1
	Title      string
	AssigneeID int64 // membership
	Due        civil.Date
	Product    string // what is expected (rules.md 6.05)
	TaskID     int64  // task of an earlier resolution that goes on by this line; 0 a new one
	WorkID     int64  // item of the plan of the year that it carries out; 0 none
}

// Step is one step of the month path.
type Step struct {
	Step    string // rulebook code
	OwnerID int64  // membership; 0 nobody named
	Due     civil.Date
	DoneOn  civil.Date // zero: not done
}

// Late says whether the step was done after its day, or is not done and the day is over.
func (s Step) Late(today civil.Date) bool {
	if s.DoneOn.IsZero() {
		return s.Due.Before(today)
	}
	return s.Due.Before(s.DoneOn)
}

// RollRow is one member of the body in the roll of the day.
type RollRow struct {
	MembershipID int64
	PersonID     int64
	Name         string
	Official     bool
	Standing     string // member standing on the day
	SeenAt       time.Time
	Answer       string // Yes, No, "" none
	AnswerReason string
	Presence     string // Present, Excused, Unexcused, "" not called
	Reason       string
	ArrivedAt    time.Time
	How          string // ByCode, ByHand, ByHelp, ByCarry
	HelpedBy     int64  // membership of who helped; 0 nobody
	Known        string // how a presence by help is known: KnownRoom, KnownPhone, KnownOther
	KnownNote    string
	Late         bool   // came after the opening
	Contested    bool   // the member says that it is wrong, and nobody has settled it
	Aways        []Away // times out of the room
}

// away says that the member is noted as not there.
func (r RollRow) away() bool { return r.Presence == Excused || r.Presence == Unexcused }

// Opinion is what a member wrote before the meeting or said in it. An empty text
// says that the member spoke and the words were not noted.
type Opinion struct {
	ID           int64
	ItemID       int64 // 0: on the whole
	MembershipID int64
	Name         string
	Phase        string // Before, During
	Text         string
	At           time.Time
	Own          bool      // written by the member, not by the clerk
	ReadAt       time.Time // when it was read out for an absent member; zero: not
	byAccount    int64
	op           string
}

func minutesBetween(a, b time.Time) int { return max(0, int(b.Sub(a)/time.Minute)) }

func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
