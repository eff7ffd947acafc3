package question

import (
	"strings"
	"time"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/workday"
	"chibo/rulebook"
)

// State is where a question stands.
type State string

// The states. The first four are open, the last two wait for nothing but to be read.
const (
	InCell   State = "cell"   // the cell has to decide
	OnAgenda State = "agenda" // on the agenda of a meeting of the cell
	Above    State = "up"     // with a committee above
	Joined   State = "joined" // goes with another of the same matter
	Answered State = "answered"
	Declined State = "declined"
)

// Key gives the translation key of the state.
func (s State) Key() string { return "question.state." + string(s) }

// Open says whether an answer is still to come.
func (s State) Open() bool { return s != Answered && s != Declined }

// Kinds of step.
const (
	StepAsked    = "asked"
	StepAgenda   = "agenda"
	StepOff      = "off" // taken off the agenda
	StepUp       = "up"
	StepTo       = "to" // to the competent committee
	StepJoined   = "joined"
	StepAnswered = "answered"
	StepDeclined = "declined"
	StepExtended = "extended"
	StepRead     = "read"
	StepTold     = "told" // the cell told the asker
	StepAgain    = "again"
	StepHanded   = "handed" // a reorganisation gave the holder's work to another unit
)

// Lengths of texts, in characters.
const (
	textMost  = 5000
	noteMost  = 10000
	heardMost = 120
)

var (
	// ErrNotFound says that there is no such question.
	ErrNotFound = fault.New(fault.NotFound, "question.err.not_found")
	// ErrChanged says that somebody else has changed the question meanwhile.
	ErrChanged = fault.New(fault.Conflict, "question.err.changed")
	// ErrState says that this cannot be done with the question as it stands.
	ErrState = fault.New(fault.Conflict, "question.err.state")
	// ErrAskedTwice says that the question was asked again before.
	ErrAskedTwice = fault.New(fault.Conflict, "question.err.asked_twice")
	// ErrTop says that nobody stands above the holder.
	ErrTop = fault.New(fault.Conflict, "question.err.top")
)

// Question is one question, proposal or suggestion.
type Question struct {
	Ref        ident.Ref
	CellID     int64
	AskerID    int64  // membership; 0 heard from people
	Heard      string // from whom, when heard from people
	Kind       string // code of rulebook question.kinds
	Text       string
	Named      bool   // committees above may read the asker's name
	ByName     string // who entered it for the asker; "" the asker did
	At         time.Time
	Day        civil.Date
	State      State
	HolderID   int64      // unit whose turn it is
	Since      civil.Date // day it came there
	Due        civil.Date // last day for the holder; zero: none
	MeetingID  int64      // on whose agenda it is; 0 none
	ItemID     int64
	JoinedTo   int64 // id of a question of the same cell; 0 none
	Round      int   // 1, or 2 when it was asked again
	Answer     string
	AnsweredBy int64 // unit; 0 none
	AnsweredOn civil.Date
	ReadOn     civil.Date // the asker read the answer, or was told it; zero not yet
	Version    int

	byAccount int64
	op        string
}

// Late says whether the holder's day is over.
func (q Question) Late(day civil.Date) bool {
	return q.State.Open() && !q.Due.IsZero() && q.Due.Before(day)
}

// Unread says whether there is an answer that the asker does not know yet.
func (q Question) Unread() bool { return !q.State.Open() && q.ReadOn.IsZero() }

// Service has the use cases. All fields are required.
type Service struct {
	DB   *db.DB
	Book *rulebook.Book
	Days *workday.Calendar
}

// Act is what every act on a question brings.
type Act struct {
	Text    string // answer, reason or accompanying word
	Version int    // of the question, as it was shown
	Op      string // id made on the device; the same one again changes nothing
	// InMeeting says that one on an agenda was dealt with in that meeting.
	InMeeting bool
}

func instant(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

// shortAt is how many characters of a text a list shows.
const shortAt = 160

// Short gives the beginning of the text, on one line, for lists.
func (q Question) Short() string { return cut(q.Text, shortAt) }

// cut gives the first characters of a text on one line.
func cut(text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "…"
	}
	return text
}
