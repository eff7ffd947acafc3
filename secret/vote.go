package secret

import (
	"slices"
	"strings"
	"time"

	"chibo/ballot"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/rulebook"
)

// What a vote is for.
const (
	Election    = "election"
	Discipline  = "discipline"
	Admission   = "admission"
	Recognition = "recognition"
	AnyOther    = "other"
)

// Kinds of ballot.
const (
	Question   = "question"   // one of the options; the first is to agree
	Candidates = "candidates" // from a least to a most number of names
	Ladder     = "ladder"     // one form of discipline; the options begin with the heaviest
)

// State says how far a vote is.
type State string

// The states. A void vote is held again: its codes were lost.
const (
	StateOpen    State = "open"
	StateClosed  State = "closed"
	StateCounted State = "counted"
	StateVoid    State = "void"
)

// Bounds of a ballot. They guard the program against slips, they are no rules of the field;
// who counts are two at least, because two must agree.
const (
	maxOptions = 60
	maxSubject = 500
	maxTitle   = 200
)

var (
	// ErrNotFound says that there is no such vote.
	ErrNotFound = fault.New(fault.NotFound, "secret.err.not_found")
	// ErrNoBase says that nobody is in the base, so nothing can pass.
	ErrNoBase = fault.New(fault.Invalid, "secret.err.no_base")
	// ErrState says that the vote is not at the step that this act needs.
	ErrState = fault.New(fault.Conflict, "secret.err.state")
	// ErrChanged says that somebody else changed the vote meanwhile.
	ErrChanged = fault.New(fault.Conflict, "secret.err.changed")
	// ErrStranger says that the person is not on the roll of this vote.
	ErrStranger = fault.New(fault.Forbidden, "secret.err.stranger")
	// ErrNoVote says that the person has no vote here, or is not in the room.
	ErrNoVote = fault.New(fault.Forbidden, "secret.err.no_vote")
	// ErrPaperOnly says that this vote is on paper.
	ErrPaperOnly = fault.New(fault.Conflict, "secret.err.paper_only")
	// ErrTooLate says that a ballot came after the casting had ended; it is not in the box.
	ErrTooLate = fault.New(fault.Conflict, "secret.err.too_late")
	// ErrHasPaper says that the person was given a paper ballot.
	ErrHasPaper = fault.New(fault.Conflict, "secret.err.has_paper")
	// ErrCast says that the person has voted; the first ballot stands.
	ErrCast = fault.New(fault.Conflict, "secret.err.cast")
	// ErrTooFew says that so few chose one way that the count would tell who they are:
	// all vote on paper.
	ErrTooFew = fault.New(fault.Conflict, "secret.err.too_few")
	// ErrShared says that somebody else was on this phone today: the ballot would not be
	// known to be the person's own, so the person votes on paper.
	ErrShared = fault.New(fault.Conflict, "secret.err.shared")
	// ErrAssisted says that somebody helped the person to sign in today.
	ErrAssisted = fault.New(fault.Conflict, "secret.err.assisted")
	// ErrHelped says that somebody else noted the person as present.
	ErrHelped = fault.New(fault.Conflict, "secret.err.helped")
	// ErrUnknownPhone says that it is not known whose phone this is.
	ErrUnknownPhone = fault.New(fault.Conflict, "secret.err.unknown_phone")
	// ErrCodes says that the codes do not open the box.
	ErrCodes = fault.New(fault.Invalid, "secret.err.codes")
	// ErrWait says that too many wrong codes were tried; it has the seconds to wait.
	ErrWait = fault.New(fault.Conflict, "secret.err.wait")
	// ErrPaperOpen says that the paper ballots were not typed by two people who agree.
	ErrPaperOpen = fault.New(fault.Conflict, "secret.err.paper_open")
)

// Option is one line of the ballot.
type Option struct {
	Seq          int // from 1
	Title        string
	MembershipID int64 // the candidate; 0 none
	RuleKey      string
	RuleID       string
	Threshold    rulebook.Ratio // of the day; zero: it cannot pass
	Votes        int            // 0 until counted
	Passed       bool
}

// Vote is a secret vote as everybody may know it: never what a person chose.
type Vote struct {
	Ref      ident.Ref
	Owner    string
	OwnerID  int64
	Subject  string
	Purpose  string
	Kind     string
	Seats    int
	Min, Max int // options that one ballot marks
	Round    int
	Least    int
	Phones   bool
	Warrant  string
	Guarded  bool
	GuardWhy string
	ItemID   int64  // of the owner's agenda; 0 none
	Post     string // that an election fills, in the owner's words; "" none
	Slate    bool   // of Candidates: one mark for all the names
	Protocol int64  // document that tells the numbers; 0 none yet
	State    State
	Options  []Option
	Team     []int64 // memberships of the counting team, by seat

	Base     int // people a share is taken of
	Present  int // electors who may cast
	Paper    int // of these, with a paper ballot
	Sealed   int // ballots cast on phones
	Broken   int // of these, which did not open
	Issued   int
	Returned int
	Invalid  int
	Prints   []string // sorted

	Tries     int
	OpenedAt  time.Time
	ClosedAt  time.Time
	CountedAt time.Time
	Version   int

	triedAt time.Time
	box     Box
}

// Waiting gives how many electors in the room have neither cast nor taken paper.
func (v Vote) Waiting() int { return max(v.Present-v.Sealed-v.Paper, 0) }

// TooFew says whether so few have chosen one way beside the other that their votes would
// be known.
func (v Vote) TooFew() bool {
	return v.Sealed > 0 && (v.Sealed < v.Least || v.Paper > 0 && v.Paper < v.Least)
}

// Sums are the ballots of both ways together, as the protocol states them.
type Sums struct{ Issued, Returned, Valid, Invalid int }

// Sums gives them once the vote is counted. A ballot of a phone is issued and returned in
// one; what did not open is invalid.
func (v Vote) Sums() Sums {
	s := Sums{Issued: v.Sealed + v.Issued, Returned: v.Sealed + v.Returned, Invalid: v.Broken + v.Invalid}
	s.Valid = s.Returned - s.Invalid
	return s
}

// Valid gives how many ballots the result rests on.
func (v Vote) Valid() int { return v.Sums().Valid }

// New is a vote to be opened.
type New struct {
	Part     int64
	Owner    string // "meeting"
	OwnerID  int64
	Subject  string
	Purpose  string
	Kind     string
	Options  []Option // Title, MembershipID, RuleKey
	Seats    int      // of Candidates
	Min, Max int      // of Candidates; others mark exactly one
	Round    int      // from 1
	Slate    bool     // of Candidates: every ballot marks all the names or none
	ItemID   int64    // see Vote
	Post     string   // see Vote
	Set      rulebook.Set
	Electors []ballot.Elector
	Team     []int64 // memberships; two or three, three with a Box: each holds a slip
	Box      *Box    // nil: paper only
	Warrant  string  // decision of the upper committee that allows phones; required with Box
	Guarded  bool
	GuardWhy string // required when the committee decides against what is proposed
}

func (n *New) check() error {
	var f fault.Fields
	n.Subject, n.Warrant, n.GuardWhy = strings.TrimSpace(n.Subject), strings.TrimSpace(n.Warrant), strings.TrimSpace(n.GuardWhy)
	if n.Subject == "" {
		f.Add("subject", "secret.err.subject")
	}
	if len([]rune(n.Subject)) > maxSubject {
		f.Add("subject", "secret.err.long", "Max", maxSubject)
	}
	switch n.Purpose {
	case Election, Discipline, Admission, Recognition, AnyOther:
	default:
		f.Add("purpose", "secret.err.purpose")
	}
	n.checkOptions(&f)
	n.checkTeam(&f)
	if n.Box != nil && n.Warrant == "" {
		f.Add("warrant", "secret.err.warrant")
	}
	if !n.Guarded && n.GuardWhy == "" && n.small() {
		f.Add("guard_why", "secret.err.guard_why")
	}
	if err := f.Err(); err != nil {
		return err
	}
	if n.base() == 0 {
		return ErrNoBase
	}
	return nil
}

func (n *New) checkOptions(f *fault.Fields) {
	if len(n.Options) == 0 || len(n.Options) > maxOptions {
		f.Add("options", "secret.err.options", "Max", maxOptions)
	}
	seen := map[string]bool{}
	for i := range n.Options {
		o := &n.Options[i]
		o.Seq, o.Title = i+1, strings.TrimSpace(o.Title)
		switch {
		case o.Title == "":
			f.Add("options", "secret.err.option_empty", "Seq", o.Seq)
		case len([]rune(o.Title)) > maxTitle:
			f.Add("options", "secret.err.long", "Max", maxTitle)
		case seen[o.Title] && o.MembershipID == 0:
			f.Add("options", "secret.err.option_twice", "Title", o.Title)
		}
		seen[o.Title] = true
		if o.RuleKey != "" {
			o.Threshold, o.RuleID = n.Set.Ratio(o.RuleKey), n.Set.Rule(o.RuleKey).ID
			if o.Threshold.Den <= 0 {
				f.Add("options", "secret.err.no_rule")
			}
		}
	}
	switch n.Kind {
	case Question, Ladder:
		n.Min, n.Max, n.Seats = 1, 1, 1
	case Candidates:
		n.checkCandidates(f)
	default:
		f.Add("kind", "secret.err.kind")
	}
	n.Round = max(n.Round, 1)
}

func (n *New) checkCandidates(f *fault.Fields) {
	if n.Slate { // all or none, and all are elected or none
		if n.Set.Text(rulebook.SecretSlate) != "allowed" {
			f.Add("slate", "secret.err.slate")
		}
		n.Seats, n.Min, n.Max = len(n.Options), 0, len(n.Options)
	}
	if n.Seats < 1 || n.Seats > len(n.Options) {
		f.Add("seats", "secret.err.seats")
	}
	switch {
	case n.Max < 1 || n.Max > len(n.Options):
		f.Add("max", "secret.err.max")
	case n.Max > n.Seats && n.Set.Text(rulebook.SecretOverSeats) != "valid":
		f.Add("max", "secret.err.max_seats", "Seats", n.Seats)
	}
	if n.Min < 0 || n.Min > n.Max {
		f.Add("min", "secret.err.min")
	}
}

// checkTeam wants two or three people of the roll who do not stand on the ballot.
func (n *New) checkTeam(f *fault.Fields) {
	least := 2
	if n.Box != nil {
		least = Slips
	}
	if len(n.Team) < least || len(n.Team) > Slips {
		f.Add("team", "secret.err.team", "Least", least, "Most", Slips)
		return
	}
	on := map[int64]bool{}
	for _, e := range n.Electors {
		on[e.MembershipID] = true
	}
	for _, o := range n.Options {
		if o.MembershipID != 0 && slices.Contains(n.Team, o.MembershipID) {
			f.Add("team", "secret.err.team_candidate", "Name", o.Title)
		}
	}
	for _, id := range n.Team {
		if !on[id] {
			f.Add("team", "secret.err.team_twice")
			return
		}
		on[id] = false
	}
}

func (n *New) base() int {
	sum := 0
	for _, e := range n.Electors {
		if e.InBase {
			sum++
		}
	}
	return sum
}

// small says whether so few vote that a likely result tells how a person voted.
func (n *New) small() bool { return Small(n.Set, n.Electors) }

// Small says whether so few of the electors may cast that a likely result would reveal
// persons; below that number a vote should show outside its protocol only whether it
// passed.
func Small(set rulebook.Set, electors []ballot.Elector) bool {
	return casting(electors) < set.Int(rulebook.SecretSmallBody)
}

func casting(electors []ballot.Elector) (n int) {
	for _, e := range electors {
		if e.MayCast {
			n++
		}
	}
	return n
}

// marks checks a ballot against the rules of the vote.
func (v Vote) marks(m Marks) error {
	n := m.count()
	switch {
	case len(m) != len(v.Options):
		return fault.Field("marks", "secret.err.marks")
	case v.Slate && n != 0 && n != len(m):
		return fault.Field("marks", "secret.err.marks")
	case v.Kind == Candidates && v.Min == 0 && n > v.Max:
		return fault.Field("marks", "secret.err.marks_most", "Max", v.Max)
	case v.Kind == Candidates && (n < v.Min || n > v.Max):
		return fault.Field("marks", "secret.err.marks_between", "Min", v.Min, "Max", v.Max)
	case v.Kind != Candidates && n != 1:
		return fault.Field("marks", "secret.err.marks_one")
	}
	return nil
}
