package ballot

import (
	"time"

	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/rulebook"
)

// Choice is what an elector says. Other is to abstain or to hold another opinion.
type Choice string

// The choices.
const (
	Yes   Choice = "yes"
	No    Choice = "no"
	Other Choice = "other"
)

// Valid says whether it is one of the choices.
func (c Choice) Valid() bool { return c == Yes || c == No || c == Other }

// Key gives the translation key of the choice.
func (c Choice) Key() string { return "ballot.choice." + string(c) }

// What a vote is for.
const (
	Resolution = "resolution" // pass the meeting's resolution
	Agenda     = "agenda"     // approve the programme
	Score      = "score"      // agree the meeting's score
	AnyOther   = "other"

	Admission   = "admission"   // propose one person's admission, rules.md 4.27
	Recognition = "recognition" // propose one reserve member's recognition, rules.md 4.35
)

// methodOpen is the only method here: raised hands and phones.
const methodOpen = "open"

// State says whether a vote still takes casts.
type State string

// The states.
const (
	StateOpen   State = "open"
	StateClosed State = "closed"
)

var (
	// ErrNotFound says that there is no such vote.
	ErrNotFound = fault.New(fault.NotFound, "ballot.err.not_found")
	// ErrNoBase says that nobody is in the base, so nothing can pass.
	ErrNoBase = fault.New(fault.Invalid, "ballot.err.no_base")
	// ErrNoRule says that the rulebook has no threshold for this vote on the day.
	ErrNoRule = fault.New(fault.Invalid, "ballot.err.no_rule")
	// ErrClosed says that the vote is over; also to the second person who closes it.
	ErrClosed = fault.New(fault.Conflict, "ballot.err.closed")
	// ErrChanged says that somebody else has changed the vote meanwhile.
	ErrChanged = fault.New(fault.Conflict, "ballot.err.changed")
	// ErrStranger says that the person is not on the roll of this vote.
	ErrStranger = fault.New(fault.Forbidden, "ballot.err.stranger")
	// ErrReserve says that a reserve member has no vote (rules.md 2.30).
	ErrReserve = fault.New(fault.Forbidden, "ballot.err.reserve")
	// ErrAbsent says that the person is not marked as present.
	ErrAbsent = fault.New(fault.Forbidden, "ballot.err.absent")
	// ErrNoRight says that a guest or a suspended member has no vote here.
	ErrNoRight = fault.New(fault.Forbidden, "ballot.err.no_right")
	// ErrHandsFull says that raised hands were counted for everybody who has not
	// cast, so one more choice would count a person twice.
	ErrHandsFull = fault.New(fault.Conflict, "ballot.err.hands_full")
)

// NewVote is a vote to be opened. All fields but MatterID are required.
type NewVote struct {
	Part     int64
	Owner    string // "meeting"
	OwnerID  int64
	Subject  string // what is voted on, as it stands in the minutes
	Purpose  string // Resolution, Agenda, Score, AnyOther
	RuleKey  string // rulebook.VoteOrdinary, …
	Set      rulebook.Set
	Electors []Elector
	MatterID int64 // of a feature above, that the vote decides on; 0 none
}

// Hands are choices counted in the room, of electors who did not cast.
type Hands struct{ Yes, No, Other int }

// Sum gives how many hands were counted.
func (h Hands) Sum() int { return h.Yes + h.No + h.Other }

// Vote is an open vote with what is counted so far, or its result.
type Vote struct {
	Ref     ident.Ref
	Owner   string
	OwnerID int64
	Subject string
	Purpose string
	Method  string

	RuleKey   string         // rulebook key of the threshold
	RuleID    string         // fact of rules.md
	Threshold rulebook.Ratio // as of the day

	State    State
	Base     int // people a share is taken of
	Needed   int // the least number of yes that passes
	Yes      int // phones and hands together
	No       int
	Other    int
	Hands    Hands // of these, raised hands
	Present  int   // electors who may cast
	Absent   int   // electors in the base who are not here
	Passed   bool  // as things stand; final when closed
	OpenedAt time.Time
	ClosedAt time.Time // zero while open
	Version  int
	MatterID int64 // of a feature above; 0 none
}

// Cast gives how many choices are counted so far.
func (v Vote) Cast() int { return v.Yes + v.No + v.Other }

// Silent gives how many electors who are present have said nothing yet.
func (v Vote) Silent() int { return max(v.Present-v.Cast(), 0) }

// Left gives how many raised hands can be counted at most: electors present who
// have not cast on a phone.
func (v Vote) Left() int { return max(v.Present-v.Cast()+v.Hands.Sum(), 0) }

// IsOpen says whether the vote still takes casts.
func (v Vote) IsOpen() bool { return v.State == StateOpen }

// Rule gives the rule behind the threshold with its source, for the screen: the
// one of the Set of the meeting's day.
func (v Vote) Rule(set rulebook.Set) rulebook.Rule { return set.Rule(v.RuleKey) }

// PurposeKey gives the translation key of what the vote is for.
func (v Vote) PurposeKey() string { return "ballot.purpose." + v.Purpose }

// ThresholdKey gives the translation key of the threshold in words, which takes Num
// and Den: more than, or at least.
func (v Vote) ThresholdKey() string {
	if v.Threshold.Strict {
		return "ballot.threshold.more_than"
	}
	return "ballot.threshold.at_least"
}

// settle computes what follows from the counts.
func (v *Vote) settle() {
	v.Needed = v.Threshold.Needed(v.Base)
	v.Passed = v.Threshold.Passes(v.Yes, v.Base)
}

func (n NewVote) check() error {
	var f fault.Fields
	if n.Subject == "" {
		f.Add("subject", "ballot.err.subject")
	}
	switch n.Purpose {
	case Resolution, Agenda, Score, AnyOther, Admission, Recognition:
	default:
		f.Add("purpose", "ballot.err.purpose")
	}
	if err := f.Err(); err != nil {
		return err
	}
	if n.Set.Ratio(n.RuleKey).Den <= 0 {
		return ErrNoRule
	}
	if baseOf(n.Electors) == 0 {
		return ErrNoBase
	}
	return nil
}
