package taskweb

import (
	"context"

	"chibo/document"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/member"
	"chibo/task"
)

// item is a task as a line of a page shows it.
type item struct {
	task.Task
	State    task.State // as people see it today
	Tone     string     // ok, warn, bad, info or empty
	DaysLeft int        // below zero: days since it was due
	Who      string     // the assignee; empty when the record is gone
	Cell     string     // set where a page mixes cells
	Paper    string     // symbol of the resolution it comes from
	PaperURL string
	Meeting  string    // address of the meeting that decided it
	Form     *web.Form // the report on it, on the own page
	Bad      bool      // that report was refused
	Files    int       // set on the cell's page
}

// Open says whether the task still waits for a verdict.
func (i item) Open() bool { return i.Task.State == task.Open }

// Told says whether the assignee says it is done.
func (i item) Told() bool { return i.State == task.Told }

// Late says whether the task is overdue today.
func (i item) Late() bool { return i.State == task.Overdue }

// Until is DaysLeft without its sign, for the wording.
func (i item) Until() int { return max(i.DaysLeft, -i.DaysLeft) }

// TextMax is the longest word on a task, in characters.
func (item) TextMax() int { return textMax }

// soonDays is how many days before its day a task is shown as pressing; it is a
// matter of the page, no rule of the field.
const soonDays = 3

func toneOf(s task.State, left int) string {
	switch s {
	case task.Done, task.Beyond, task.Told:
		return "ok"
	case task.Late:
		return "warn"
	case task.Undone, task.Overdue:
		return "bad"
	}
	if left <= soonDays {
		return "warn"
	}
	return ""
}

// names finds what the lines of one page name, each record once.
type names struct {
	q      db.Q
	papers map[ident.Ref]document.Document
	people map[ident.Ref]string
}

func newNames(q db.Q) names {
	return names{q: q, papers: map[ident.Ref]document.Document{}, people: map[ident.Ref]string{}}
}

// meet takes the members of a cell at once.
func (n names) meet(ctx context.Context, part, cellID int64, day civil.Date) error {
	body, err := member.Body(ctx, n.q, part, cellID, day)
	for _, m := range body {
		n.people[ident.Ref{Part: part, ID: m.MembershipID}] = m.Name
	}
	return err
}

// item makes the line of a task. A record that is gone leaves its name empty.
func (n names) item(ctx context.Context, t task.Task, day civil.Date) (item, error) {
	i := item{Task: t, State: t.Now(day), DaysLeft: t.Due.Sub(day)}
	i.Tone = toneOf(i.State, i.DaysLeft)
	if t.SourceID != 0 {
		i.Meeting = "/meetings/" + ident.Ref{Part: t.Ref.Part, ID: t.SourceID}.String()
	}
	if t.DocumentID != 0 {
		paper, err := n.paper(ctx, ident.Ref{Part: t.Ref.Part, ID: t.DocumentID})
		if err != nil {
			return item{}, err
		}
		if paper.Symbol != "" {
			i.Paper, i.PaperURL = paper.Symbol, "/documents/"+paper.Ref.String()
		}
	}
	return i, nil
}

func (n names) paper(ctx context.Context, ref ident.Ref) (document.Document, error) {
	if d, ok := n.papers[ref]; ok {
		return d, nil
	}
	d, err := document.ByRef(ctx, n.q, ref)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return document.Document{}, err
	}
	n.papers[ref] = d
	return d, nil
}

// who gives the name of a membership, also of one that has ended.
func (n names) who(ctx context.Context, ref ident.Ref) (string, error) {
	if name, ok := n.people[ref]; ok {
		return name, nil
	}
	m, err := member.ByID(ctx, n.q, ref)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return "", err
	}
	n.people[ref] = m.Name
	return m.Name, nil
}
