package rulebook

import (
	"fmt"
)

// YearRule says how the grades of the regular meetings of a year become one (rules.md
// 3.12). Grades are tried in order, the best first.
type YearRule struct {
	Missed string      `json:"missed"` // MissedBreaks or MissedLeftOut
	Grades []YearGrade `json:"grades"`
}

// What a month without its regular meeting does to "all meetings".
const (
	MissedBreaks  = "breaks" // rules.md 14.26
	MissedLeftOut = "left_out"
)

// YearGrade is the condition of one grade of the year.
type YearGrade struct {
	Grade string `json:"grade"`           // a band of score.bands
	All   string `json:"all"`             // every meeting has this grade or a better one
	Least string `json:"least,omitempty"` // and this one or a better one …
	Count int    `json:"count,omitempty"` // … so many meetings at the least
	Gap   Text   `json:"gap,omitzero"`    // what the source does not give: nothing follows from the rest
}

func checkYearRule(r YearRule) error {
	if r.Missed != MissedBreaks && r.Missed != MissedLeftOut {
		return fmt.Errorf("a missed month %q", r.Missed)
	}
	for _, g := range r.Grades {
		if g.Grade == "" || g.All == "" || (g.Least == "") != (g.Count == 0) || g.Count < 0 || g.Count > 12 {
			return fmt.Errorf("the condition of %q is not whole", g.Grade)
		}
	}
	return when(len(r.Grades) == 0, "no grade")
}
