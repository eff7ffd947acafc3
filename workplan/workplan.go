package workplan

import (
	"context"
	"strconv"
	"time"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/rulebook"
	"chibo/task"
)

// States of a plan.
const (
	Draft    = "draft"
	Approved = "approved"
)

// Result is what came of an item.
type Result string

// The results. NotTold is of an item that is still to come or under way.
const (
	NotTold Result = ""
	Done    Result = "done"
	Part    Result = "part" // partly: the rest is still to do
	Undone  Result = "undone"
)

// Results gives those that can be told.
func Results() []Result { return []Result{Done, Part, Undone} }

// State is how an item stands on a day.
type State string

// The states of an item.
const (
	StatePlanned State = "planned" // of a draft
	StateComing  State = "coming"
	StateNow     State = "now"  // its months have begun and are not over
	StateLate    State = "late" // its months are over, and it is neither done nor given up
	StateDone    State = "done"
	StatePart    State = "part"
	StateUndone  State = "undone"
	StateDropped State = "dropped"
)

// Key gives the translation key of the state.
func (s State) Key() string { return "workplan.state." + string(s) }

// Where an item comes from, beside the code of an occasion.
const (
	FromOwn  = ""
	FromLast = "last" // the plan of the year before
)

// Lengths of texts, in characters, and the most items of a plan: guards against slips.
const (
	titleMost = 300
	textMost  = 500
	toldMost  = 2000
	itemsMost = 200
)

var (
	// ErrNotFound says that there is no such plan or item.
	ErrNotFound = fault.New(fault.NotFound, "workplan.err.not_found")
	// ErrChanged says that somebody else has changed it meanwhile.
	ErrChanged = fault.New(fault.Conflict, "workplan.err.changed")
	// ErrApproved says that the plan was approved already.
	ErrApproved = fault.New(fault.Conflict, "workplan.err.approved")
	// ErrNotApproved says that the cell has not approved the plan yet.
	ErrNotApproved = fault.New(fault.Conflict, "workplan.err.not_approved")
	// ErrEmpty says that a plan without items cannot be approved.
	ErrEmpty = fault.New(fault.Conflict, "workplan.err.empty")
	// ErrDropped says that the item was dropped.
	ErrDropped = fault.New(fault.Conflict, "workplan.err.dropped")
	// ErrFull says that the plan has as many items as it can.
	ErrFull = fault.New(fault.Conflict, "workplan.err.full")
	// ErrNothingLast says that the year before has no items to take over.
	ErrNothingLast = fault.New(fault.Conflict, "workplan.err.nothing_last")
	// ErrEnded says that the cell is no more.
	ErrEnded = fault.New(fault.Conflict, "workplan.err.ended")
)

// Plan is the work plan of a cell and a year. ID zero: there is none yet.
type Plan struct {
	Ref        ident.Ref
	CellID     int64
	Year       int
	State      string
	ApprovedOn civil.Date
	MeetingID  int64  // that approved it; 0 on a day without a meeting here
	Note       string // with the approval
	Version    int
}

// Approved says whether the cell has approved it.
func (p Plan) Approved() bool { return p.State == Approved }

// Item is one line of a plan.
type Item struct {
	Ref       ident.Ref
	PlanID    int64
	CellID    int64
	From, To  civil.Month
	Title     string
	Content   string // content kind of the rulebook
	WhoID     int64  // membership; 0 nobody yet
	WhoName   string // as it was then
	Product   string // what must come out of it
	Note      string
	Source    string // FromOwn, FromLast, code of an occasion
	Result    Result
	Told      string // in words
	ToldOn    civil.Date
	ProofID   int64  // meeting that proves it; 0 none
	Dropped   string // why; "" it stands
	DroppedOn civil.Date
	AddedOn   civil.Date // when it came after the approval; zero: it was approved
	Version   int
}

// Settled says whether there is nothing more to do.
func (i Item) Settled() bool { return i.Result == Done || i.Result == Undone || i.Dropped != "" }

// IsLate says whether its months are over and it is not settled.
func (i Item) IsLate(day civil.Date) bool { return !i.Settled() && i.To.Last().Before(day) }

// Now gives how the item stands on a day.
func (i Item) Now(day civil.Date) State {
	switch {
	case i.Dropped != "":
		return StateDropped
	case i.Result == Done:
		return StateDone
	case i.Result == Undone:
		return StateUndone
	case i.IsLate(day):
		return StateLate
	case i.Result == Part:
		return StatePart
	case day.Before(i.From.First()):
		return StateComing
	}
	return StateNow
}

// In says whether the item's months hold this one.
func (i Item) In(m civil.Month) bool { return i.From <= m && m <= i.To }

// Sum counts the items of a plan that stand.
type Sum struct{ All, Done, Part, Undone, Late int }

// SumOf counts items as they stand on a day.
func SumOf(list []Item, day civil.Date) (s Sum) {
	for _, i := range list {
		if i.Dropped != "" {
			continue
		}
		s.All++
		if i.IsLate(day) {
			s.Late++
		}
		switch i.Result {
		case Done:
			s.Done++
		case Part:
			s.Part++
		case Undone:
			s.Undone++
		}
	}
	return s
}

// Kinds of step.
const (
	StepStart     = "start"
	StepLast      = "last"      // Became: how many items were taken over
	StepOccasions = "occasions" // likewise
	StepAdd       = "add"
	StepTitle     = "title"
	StepMonths    = "months" // Was, Became: "202703-202705"
	StepWho       = "who"
	StepProduct   = "product"
	StepContent   = "content"
	StepNote      = "note"
	StepDrop      = "drop"
	StepBack      = "back"   // put back after it was dropped
	StepResult    = "result" // Became: Done, Part, Undone
	StepTask      = "task"   // Became: name of who got it
	StepApprove   = "approve"
)

// Step is one act on a plan.
type Step struct {
	ItemID int64  // 0 the plan as a whole
	Title  string // of the item then
	At     time.Time
	Name   string // who acted, as the account was called then
	Kind   string
	Was    string
	Became string
	Reason string
	After  bool // the plan was approved then
}

// Taken is that an item, or the plan as a whole, stands on the agenda of a meeting.
type Taken struct {
	Meeting ident.Ref
	PlanID  int64
	ItemID  int64      // 0 the plan as a whole
	OnItem  int64      // item of the agenda
	Day     civil.Date // of the meeting that dealt with it; zero: not yet
}

// Service has the use cases. DB, Book and Tasks are required.
type Service struct {
	DB    *db.DB
	Book  *rulebook.Book
	Tasks *task.Service

	// Held is asked for a meeting of the cell: its day, and whether it was held. Nil: no
	// meeting can be named.
	Held func(ctx context.Context, q db.Q, meeting ident.Ref, cellID int64) (day civil.Date, ok bool, err error)
}

// Href gives the address of a plan.
func Href(cell int64, year int) string {
	return "/cells/" + strconv.FormatInt(cell, 10) + "/workplan?year=" + strconv.Itoa(year)
}

// ItemHref gives the address of an item.
func ItemHref(ref ident.Ref) string { return "/workplan/" + ref.String() }

// Months gives the span as a step keeps it.
func (i Item) Months() string {
	return strconv.Itoa(int(i.From)) + "-" + strconv.Itoa(int(i.To))
}

func instant(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
