package quality

import (
	"time"

	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/rulebook"
)

// None is the value of points that nobody gave, and of all points on a sheet
// without points.
const None = -1

// State says how far a score is.
type State string

// The states.
const (
	Proposed  State = "proposed"  // the cell is working on it
	Confirmed State = "confirmed" // the cell has agreed it
	Sent      State = "sent"      // it went up with the papers
	Decided   State = "decided"   // the upper committee has given the official grade
)

// Key gives the translation key of the state.
func (s State) Key() string { return "quality.state." + string(s) }

// Grades of a sheet without points; those of the others are its bands' codes.
const (
	Pass = figure.GradePass
	Fail = figure.GradeFail
)

// GradeKey gives the translation key of a grade, also for the empty one.
func GradeKey(grade string) string {
	if grade == "" {
		return "quality.grade.none"
	}
	return "quality.grade." + grade
}

var (
	// ErrNotFound says that the meeting has no score yet.
	ErrNotFound = fault.New(fault.NotFound, "quality.err.not_found")
	// ErrNotHeld says that the meeting has not begun, so nothing speaks for a score.
	ErrNotHeld = fault.New(fault.Conflict, "quality.err.not_held")
	// ErrNoSheet says that no sheet that can be scored is in force for this meeting.
	ErrNoSheet = fault.New(fault.Invalid, "quality.err.no_sheet")
	// ErrSettled says that the cell has confirmed the score: it is proposed no more.
	ErrSettled = fault.New(fault.Conflict, "quality.err.settled")
	// ErrNotConfirmed says that the cell has not confirmed the score yet.
	ErrNotConfirmed = fault.New(fault.Conflict, "quality.err.not_confirmed")
	// ErrChanged says that somebody else has changed the score meanwhile.
	ErrChanged = fault.New(fault.Conflict, "quality.err.changed")
	// ErrFinal says that an appeal has been settled, so the grade changes no more.
	ErrFinal = fault.New(fault.Conflict, "quality.err.final")
	// ErrTurn says that it is not this side's turn in the conversation, or that it is over.
	ErrTurn = fault.New(fault.Conflict, "quality.err.turn")
	// ErrAppealed says that an appeal is under way, or that the cell has appealed before.
	ErrAppealed = fault.New(fault.Conflict, "quality.err.appealed")
	// ErrAppealLate says that the time to appeal is over.
	ErrAppealLate = fault.New(fault.Conflict, "quality.err.appeal_late")
	// ErrVote says that the vote named is not this meeting's, is still open, or did
	// not agree the score.
	ErrVote = fault.New(fault.Invalid, "quality.err.vote")
)

// Line is one criterion that is scored by itself.
type Line struct {
	Criterion  rulebook.Criterion // shared: do not change it
	Max10      int                // tenths of a point
	Proposed10 int                // from the evidence; None: a person is asked
	Self10     int                // None: not answered yet
	Upper10    int                // the upper committee's; None: as the cell gave
	Reason     string             // why self differs from proposed
	Evidence   Evidence
}

// Final10 gives what counts for the line: the upper committee's points, without any
// the cell's.
func (l Line) Final10() int {
	if l.Upper10 != None {
		return l.Upper10
	}
	return l.Self10
}

// Asked says whether the evidence says nothing and a person judges.
func (l Line) Asked() bool { return l.Proposed10 == None }

func (l Line) self() int { return l.Self10 }

// Unanswered says whether the cell has still to give its points.
func (l Line) Unanswered() bool { return l.Self10 == None }

// Changed says whether the cell gave other points than the evidence speaks for.
func (l Line) Changed() bool { return !l.Asked() && !l.Unanswered() && l.Self10 != l.Proposed10 }

// Group is a criterion at the top of the sheet with its lines; one without parts
// is a group of itself.
type Group struct {
	Criterion  rulebook.Criterion
	Max10      int
	Proposed10 int // sum of the lines; None when one asks
	Self10     int // sum of the lines; None when one is not answered
	Lines      []Line
}

// Met says whether all lines of the group have all points, for a sheet without
// points.
func (g Group) Met() bool { return g.Self10 == g.Max10 }

// Score is a meeting's score.
type Score struct {
	Ref     ident.Ref // of the score itself
	Meeting ident.Ref
	CellID  int64
	Month   civil.Month
	Kind    string // of the meeting: "regular", "thematic"

	SheetCode   string
	Self10      int // sum; None without points, or while a line is not answered
	SelfGrade   string
	Upper10     int // None: not decided, or without points
	UpperGrade  string
	UpperReason string

	State       State
	VoteID      int64 // the vote that agreed it; 0 none
	ConfirmedAt time.Time
	DecidedAt   time.Time
	DecidedBy   int64     // account
	AppealedAt  time.Time // an appeal was settled, so the grade is final; zero: none was
	Version     int

	Sheet  rulebook.Sheet // filled by Open and the use cases, not by lists
	Groups []Group        // likewise
}

// HasPoints says whether the sheet gives points, or only met and not met.
func (s Score) HasPoints() bool { return s.Sheet.Mode != rulebook.ModePass }

// Max10 gives the most points the sheet has, in tenths.
func (s Score) Max10() int {
	n := 0
	for _, g := range s.Groups {
		n += g.Max10
	}
	return n
}

// Final gives what counts: the upper committee's decision, before it the cell's own.
func (s Score) Final() (points10 int, grade string) {
	if s.State == Decided {
		return s.Upper10, s.UpperGrade
	}
	return s.Self10, s.SelfGrade
}

// Differs says whether the upper committee decided otherwise than the cell.
func (s Score) Differs() bool {
	return s.State == Decided && (s.Upper10 != s.Self10 || s.UpperGrade != s.SelfGrade)
}

// Lines gives all lines in the order of the sheet.
func (s Score) Lines() []Line {
	var out []Line
	for _, g := range s.Groups {
		out = append(out, g.Lines...)
	}
	return out
}

// Questions gives the lines that a person has still to answer.
func (s Score) Questions() []Line {
	var out []Line
	for _, l := range s.Lines() {
		if l.Unanswered() {
			out = append(out, l)
		}
	}
	return out
}

// line gives a line by its criterion's code.
func (s *Score) line(code string) *Line {
	for g := range s.Groups {
		for l := range s.Groups[g].Lines {
			if s.Groups[g].Lines[l].Criterion.Code == code {
				return &s.Groups[g].Lines[l]
			}
		}
	}
	return nil
}

// settle adds up the groups, and the sum and grade of the cell.
func (s *Score) settle() {
	s.Self10, s.SelfGrade = 0, ""
	for i := range s.Groups {
		g := &s.Groups[i]
		g.Max10, g.Proposed10, g.Self10 = 0, 0, 0
		for _, l := range g.Lines {
			g.Max10 += l.Max10
			g.Proposed10 = plus(g.Proposed10, l.Proposed10)
			g.Self10 = plus(g.Self10, l.Self10)
		}
		s.Self10 = plus(s.Self10, g.Self10)
	}
	if s.Self10 == None {
		return
	}
	s.SelfGrade = s.gradeOf(s.Self10, Line.self)
	if !s.HasPoints() {
		s.Self10 = None
	}
}

// plus adds points; what nobody gave makes the sum unknown.
func plus(a, b int) int {
	if a == None || b == None {
		return None
	}
	return a + b
}

// gradeOf gives the grade of a sum by the sheet's bands and hard conditions, which
// ask for all points of the lines as the cell gave them or as they count in the end
// (rules.md 3.01, 3.09, 3.11).
func (s Score) gradeOf(tenths int, of func(Line) int) string {
	if !s.HasPoints() {
		if tenths == s.Max10() {
			return Pass
		}
		return Fail
	}
	return s.Sheet.Grade(tenths, func(evidence string) bool {
		for _, l := range s.Lines() {
			if l.Criterion.Evidence == evidence && of(l) < l.Max10 {
				return false
			}
		}
		return true
	}).Code
}
