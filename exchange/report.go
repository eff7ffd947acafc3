package exchange

import "chibo/rulebook"

// Level is how much an issue weighs.
type Level int

// The levels. An error and an open question keep their row out; a warning does not.
const (
	Warning Level = iota
	Question
	Error
)

// Issue is what there is to say about one cell.
type Issue struct {
	Row    int            `json:"row"`   // as people count; 0: the whole sheet
	Field  string         `json:"field"` // code
	Column string         `json:"column"`
	Value  string         `json:"value"` // what stands there
	Level  Level          `json:"level"`
	Key    string         `json:"key"` // translation key, with Args
	Args   map[string]any `json:"args,omitempty"`
	Source string         `json:"source,omitempty"` // of the rule, for a warning about one
}

// Change is one field of a row that the register has otherwise. Old is empty where the
// reader may not see it.
type Change struct {
	Row   int    `json:"row"`
	Name  string `json:"name"` // of the person or unit, as in the sheet
	Field string `json:"field"`
	Old   string `json:"old"`
	New   string `json:"new"`
}

// Report is what an import would do, or did.
type Report struct {
	Rows      int      `json:"rows"` // with data
	New       int      `json:"new"`
	Changed   int      `json:"changed"`
	Unchanged int      `json:"unchanged"`
	Skipped   int      `json:"skipped"` // rows that are no entries, or that a person left out
	Failed    int      `json:"failed"`  // rows with an error or an open question
	Asked     int      `json:"asked"`   // of them, those that only wait for an answer
	Issues    []Issue  `json:"issues"`
	More      int      `json:"more"` // issues beyond those that are kept
	Changes   []Change `json:"changes"`
	Cells     int      `json:"cells"` // cells, or units, that entries go to

	Mapping map[string]string `json:"mapping"` // heading by field
}

// kept bounds what a report remembers: a sheet that is wrong in every line is told
// by its first thousands.
const (
	keptIssues  = 20_000
	keptChanges = 5_000
)

func (r *Report) issue(i Issue) {
	if len(r.Issues) >= keptIssues {
		r.More++
		return
	}
	r.Issues = append(r.Issues, i)
}

func (r *Report) change(c Change) {
	if len(r.Changes) < keptChanges {
		r.Changes = append(r.Changes, c)
	}
}

// Nothing says that the sheet would change nothing.
func (r Report) Nothing() bool { return r.New == 0 && r.Changed == 0 }

func source(r rulebook.Rule) string { return r.Source + " (rules.md " + r.ID + ")" }

// outcome is what becomes of one row.
type outcome int

const (
	skipped outcome = iota
	fresh
	changed
	unchanged
	failed
)

func (r *Report) count(o outcome) {
	switch o {
	case skipped:
		r.Skipped++
	case fresh:
		r.New++
	case changed:
		r.Changed++
	case unchanged:
		r.Unchanged++
	case failed:
		r.Failed++
	}
}
