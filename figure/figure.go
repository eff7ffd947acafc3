package figure

import (
	"chibo/internal/civil"
	"chibo/internal/tree"
)

// The grades of a month's meeting (rules.md 3.01; passed and failed are those of
// the list of 2018, 3g).
const (
	GradeGood    = "good"
	GradeFair    = "fair"
	GradeAverage = "average"
	GradeWeak    = "weak"
	GradePass    = "pass"
	GradeFail    = "fail"
)

// NoScore is the Score10 of a month without points.
const NoScore = -1

// Key names a cell-month. Part is the part of the cell at the time of the facts.
type Key struct {
	Part   int64
	Month  civil.Month
	CellID int64
}

// CellMonth is what one cell did in a month.
type CellMonth struct {
	Part      int64
	Month     civil.Month
	CellID    int64
	MetDay    civil.Date // day of the regular meeting; zero: not held
	Thematic  int        // thematic meetings held
	Due       int        // members bound to attend (rules.md 2.22, 2.23)
	Present   int
	Excused   int
	Unexcused int
	Speakers  int // different members who spoke
	Minutes   int // length of the regular meeting
	Agreed    bool
	TasksDue  int
	TasksDone int
	Score10   int    // tenths of a point; NoScore: none
	Grade     string // "": none
	SentDay   civil.Date
	SentLate  int // days after the deadline
}

// Met says whether the regular meeting was held.
func (c CellMonth) Met() bool { return !c.MetDay.IsZero() }

// Held is what the close of a regular meeting tells.
type Held struct {
	MetDay    civil.Date
	Due       int
	Present   int
	Excused   int
	Unexcused int
	Speakers  int
	Minutes   int
	Agreed    bool // the cell committee met before (rules.md 2.08)
}

// UnitMonth is the sum of the cell-months of a part, or of all parts of a scope.
type UnitMonth struct {
	Month     civil.Month
	Of        int // cells that live in the month, with a row or without
	Cells     int // cells with a row
	Met       int // cells that held the regular meeting
	Thematic  int // cells that held a thematic meeting
	Due       int
	Present   int
	Excused   int
	Unexcused int
	Speakers  int
	Minutes   int
	Agreed    int // cells whose committee met before
	TasksDue  int
	TasksDone int
	Good      int // cells by grade
	Fair      int
	Average   int
	Weak      int
	Passed    int
	Failed    int
	Sent      int // cells whose papers and score went up
	SentLate  int // cells that sent after the deadline
	Themed    int // cells whose first thematic meeting of the quarter it was
	Twice     int // cells below fair in this month and in the one before
}

// NotMet gives how many living cells have not held the month's regular meeting.
func (u UnitMonth) NotMet() int { return max(0, u.Of-u.Met) }

// UnitRow is one grassroots organisation (or commune) in a month.
type UnitRow struct {
	ID      int64
	Path    tree.Path
	Kind    string
	Type    string
	Name    string
	Short   string
	Members int
	UnitMonth
}

// CellRow is one cell in a month; a cell without a row has not met.
type CellRow struct {
	Name      string
	Short     string
	Kind      string
	Type      string
	UnitID    int64 // the unit directly above
	UnitShort string
	Members   int
	Founded   civil.Date
	Ended     civil.Date // zero: it lives
	CellMonth

	LastAdmitted civil.Date // the last decision of admission; zero: nobody on record
}

// State is what a cell, or a scope, consists of on the day it was last computed.
type State struct {
	Cells        int // 1 for a cell
	Members      int // home members, reserve and exempt ones too, guests not
	Officials    int
	Reserves     int
	Exempt       int
	Away         int        // in temporary activity or at work elsewhere
	LastAdmitted civil.Date // of a cell only: the last decision of admission
}

// CellName is a cell in a list of cells that lack something.
type CellName struct {
	ID           int64
	PartID       int64
	Name         string
	Short        string
	UnitID       int64
	UnitShort    string
	LastAdmitted civil.Date // filled by LastAdmitted; zero: nobody on record
}

// Plus adds another unit-month, without its Month and Of.
func (u UnitMonth) Plus(o UnitMonth) UnitMonth {
	to, from := u.dest(), o.dest()
	for i := range to {
		*to[i].(*int) += *from[i].(*int)
	}
	return u
}
