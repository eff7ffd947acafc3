package reorg

import (
	"time"

	"chibo/internal/civil"
	"chibo/internal/fault"
)

// The states of an act.
const (
	StateDraft   = "draft"
	StateRunning = "running"
	StateStopped = "stopped" // an item was refused: to be gone on with, or taken back
	StateDone    = "done"
	StateUndoing = "undoing"
	StateUndone  = "undone"
)

// The kinds of steps.
const (
	Found    = "found"    // a new unit: To is its parent, New what it is
	Move     = "move"     // Units go under To
	Merge    = "merge"    // Units are merged into To, which takes over what is below them and their members
	Rename   = "rename"   // the one of Units is called New
	Kind     = "kind"     // the one of Units becomes of New's kind and type
	Assign   = "assign"   // Members leave the cell, the one of Units, for the cell To
	Dissolve = "dissolve" // Units end; what is below them and their members go to To, if given
)

// Kinds gives the kinds of steps in the order in which people are offered them.
func Kinds() []string { return []string{Found, Move, Merge, Assign, Rename, Kind, Dissolve} }

// Facts are the head of an act.
type Facts struct {
	OrgID    int64      // the root: all units of the act lie under it
	Title    string     // required
	BasisNo  string     // number of the decision; asked for before it is carried out
	BasisDay civil.Date // its day
	BasisBy  string     // who issued it
	Day      civil.Date // of effect; a future one waits as a draft
	Remark   string     // shown on every page of the act
}

// Act is a reorganisation.
type Act struct {
	ID int64
	Facts
	State     string
	Items     int // of the plan, once begun
	Done      int // of them in force
	Problem   *Problem
	MadeBy    int64 // account
	MadeAt    time.Time
	StartedAt time.Time // zero: not begun
	EndedAt   time.Time
	Version   int
	Steps     []Step
}

// Busy says whether a job is at work on the act.
func (a Act) Busy() bool { return a.State == StateRunning || a.State == StateUndoing }

// New is what a unit is founded as, or renamed to.
type New struct {
	ID        int64  `json:"id,omitempty"` // of a founded unit, given when the step is put down, so that others can name it
	Kind      string `json:"kind,omitempty"`
	Type      string `json:"type,omitempty"`
	Name      string `json:"name,omitempty"`
	Short     string `json:"short,omitempty"`
	PaperName string `json:"paper_name,omitempty"`
	Place     string `json:"place,omitempty"`
	Code      string `json:"code,omitempty"`
}

// Step is one line of an act.
type Step struct {
	ID      int64   `json:"-"`
	Kind    string  `json:"kind"`
	Units   []int64 `json:"units,omitempty"`
	To      int64   `json:"to,omitempty"`
	New     New     `json:"new,omitzero"`
	Members []int64 `json:"members,omitempty"` // memberships
}

// Unit gives the one unit of a step that has one, 0 for none.
func (s Step) Unit() int64 {
	if len(s.Units) == 0 {
		return 0
	}
	return s.Units[0]
}

// Problem is what stands in the way of an act, in words by key, and where to look.
type Problem struct {
	Step int64          `json:"step,omitempty"`
	Unit int64          `json:"unit,omitempty"`
	Key  string         `json:"key"`
	Args map[string]any `json:"args,omitempty"`
	Href string         `json:"href,omitempty"` // zero: the page of Unit
}

// problemOf gives the first thing an error says. ok is false for an error that says
// nothing to people.
func problemOf(err error) (p Problem, ok bool) {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict, fault.NotFound, fault.Forbidden, fault.Gone:
	default:
		return p, false
	}
	if fields := fault.FieldsOf(err); len(fields) > 0 {
		return Problem{Key: fields[0].Key, Args: fields[0].Args}, true
	}
	p.Key, p.Args = keyOf(err)
	return p, p.Key != ""
}

// The errors of acts.
var (
	ErrNotFound = fault.New(fault.NotFound, "reorg.err.not_found")
	ErrNotDraft = fault.New(fault.Conflict, "reorg.err.not_draft")
	ErrStale    = fault.New(fault.Conflict, "reorg.err.stale")
	ErrBegun    = fault.New(fault.Conflict, "reorg.err.begun")
	ErrBlocked  = fault.New(fault.Conflict, "reorg.err.blocked")
	ErrLater    = fault.New(fault.Conflict, "reorg.err.later")
	ErrNoSteps  = fault.New(fault.Invalid, "reorg.err.no_steps")
)
