package task

import (
	"time"

	"chibo/internal/civil"
	"chibo/internal/fault"
	"chibo/internal/ident"
)

// State is what a task is judged to be.
type State string

// The states (rules.md 6.05). Open is both "not yet judged" and "goes on".
const (
	Open   State = "open"
	Done   State = "done"
	Late   State = "late"   // done after its day
	Beyond State = "beyond" // done, and more than was asked
	Undone State = "undone"
)

// The states a review can note for its start, beside Open.
const (
	Overdue State = "overdue" // open after its day, nothing told
	Told    State = "told"    // the assignee says it is done
)

// Key gives the translation key of the state.
func (s State) Key() string { return "task.state." + string(s) }

// Valid says whether a task can be judged to the state.
func (s State) Valid() bool {
	switch s {
	case Open, Done, Late, Beyond, Undone:
		return true
	}
	return false
}

// CarriedOut says whether the work was done, in time or not.
func (s State) CarriedOut() bool { return s == Done || s == Late || s == Beyond }

// Kind says whether the task was planned (rules.md 6.05).
type Kind string

// The kinds.
const (
	Planned   Kind = "planned"   // from the month's plan
	Unplanned Kind = "unplanned" // given in between
)

// Key gives the translation key of the kind.
func (k Kind) Key() string { return "task.kind." + string(k) }

var (
	// ErrNotFound says that there is no such task, or it is not in that review.
	ErrNotFound = fault.New(fault.NotFound, "task.err.not_found")
	// ErrChanged says that somebody else has changed the task meanwhile.
	ErrChanged = fault.New(fault.Conflict, "task.err.changed")
	// ErrJudged says that a task that has its verdict is no longer reported on.
	ErrJudged = fault.New(fault.Conflict, "task.err.judged")
)

// Task is one piece of work of one member.
type Task struct {
	Ref        ident.Ref
	CellID     int64
	SourceID   int64 // meeting that decided it; 0 none
	DocumentID int64 // its resolution; 0 none
	Seq        int   // number of the decision there
	Title      string
	Product    string // what is expected
	AssigneeID int64  // membership
	Kind       Kind
	StartOn    civil.Date
	Due        civil.Date
	State      State
	Progress   string     // the assignee's last word
	ToldAt     time.Time  // when it was said; zero never
	DoneOn     civil.Date // day the assignee or the cell says it was done; zero not done
	JudgedBy   int64      // account; 0 not judged
	Verdict    string     // why, where it was judged between meetings
	GivenBy    int64      // account that gave it between meetings; 0 a meeting did
	Version    int
}

// IsOverdue says whether the task is late on the day: open, its day past, and not
// even told as done.
func (t Task) IsOverdue(day civil.Date) bool {
	return t.State == Open && t.DoneOn.IsZero() && t.Due.Before(day)
}

// Now gives the state as people see it on the day: overdue and told beside the
// stored ones.
func (t Task) Now(day civil.Date) State {
	switch {
	case t.State != Open:
		return t.State
	case !t.DoneOn.IsZero():
		return Told
	case t.Due.Before(day):
		return Overdue
	}
	return Open
}

// NewTask is a task to be given. SourceID, DocumentID and Seq say where it comes
// from and may be zero. Kind empty means Planned, StartOn zero means today.
type NewTask struct {
	SourceID   int64
	DocumentID int64
	Seq        int
	Title      string // required
	Product    string
	AssigneeID int64 // required, membership
	Kind       Kind
	StartOn    civil.Date
	Due        civil.Date // required, a whole day, not before StartOn
}

func (n *NewTask) settle(today civil.Date) error {
	if n.Kind == "" {
		n.Kind = Planned
	}
	if n.StartOn.IsZero() {
		n.StartOn = today
	}
	var f fault.Fields
	if n.Title == "" {
		f.Add("title", "task.err.title")
	}
	if n.AssigneeID == 0 {
		f.Add("assignee", "task.err.assignee")
	}
	switch {
	case !n.Due.IsDay():
		f.Add("due", "task.err.due")
	case n.Due.Before(n.StartOn):
		f.Add("due", "task.err.due_before_start", "Start", n.StartOn.Vi())
	}
	return f.Err()
}

// ReviewRow is a line of the table that opens a meeting.
type ReviewRow struct {
	Task
	Before State  // Open, Overdue or Told, when the review began
	Result State  // "" not yet judged
	Note   string // of the cell, with the result
}

// Proposed gives the result that the facts speak for, for a form to offer: told as
// done is done or late, overdue is undone, the rest goes on. A person decides.
func (r ReviewRow) Proposed() State {
	switch {
	case r.Result != "":
		return r.Result
	case r.Before == Overdue && r.DoneOn.IsZero():
		return Undone
	case r.DoneOn.IsZero():
		return Open
	case r.DoneOn.After(r.Due):
		return Late
	}
	return Done
}

// Verdict is the cell's judgement of a task in a review.
type Verdict struct {
	ReviewID int64
	Task     ident.Ref
	Result   State
	Note     string
	By       int64 // account
	Version  int   // of the task, as it was shown
}

// Outcome counts a review's results.
type Outcome struct {
	Done, Late, Beyond, Undone int
	GoingOn                    int // judged open: its day has not come, or it was given more time
	Unjudged                   int
	OverdueGoingOn             int // of GoingOn, those that were overdue at the start
}

// Due counts the tasks whose time had come: those with a verdict, the overdue ones
// that go on, and those nobody has judged.
func (o Outcome) Due() int {
	return o.Done + o.Late + o.Beyond + o.Undone + o.OverdueGoingOn + o.Unjudged
}

// CarriedOut counts the tasks that were done, in time or not.
func (o Outcome) CarriedOut() int { return o.Done + o.Late + o.Beyond }
