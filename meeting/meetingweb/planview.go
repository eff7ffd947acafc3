package meetingweb

import (
	"strconv"
	"strings"

	"chibo/internal/web"
	"chibo/meeting"
	"chibo/task"
)

// planData is the dot of plan.html.
type planData struct {
	base
	Form      *web.Form
	Items     []row // shadows those of the meeting: as they were typed
	Decisions []row
	Contents  []web.Option
	Fixed     bool // day, hour and place do not change any more
	FactsOpen bool
	Stale     []stored // what somebody else has stored meanwhile
	Tasks     []taskRow
	Questions []planQuestion
}

// row is one row of the plan's lists: N its place from 0, fields by their names.
type row struct {
	N, No  int
	Prefix string // "items[2]."
	Path   string // "items.2.": of its errors
	Bad    bool
	First  bool
	Last   bool
	Begun  bool
}

// stored is a text as it stands in the record beside what was typed.
type stored struct{ Label, Text string }

// taskRow is a line of the table that looks back.
type taskRow struct {
	task.ReviewRow
	Who   string
	State string // translation key
	Tone  string
}

func newPlanData(b base, form *web.Form) planData {
	d := planData{
		base: b, Form: form, Fixed: b.State == meeting.Opened, Items: rowsOf(form, "items"), Decisions: rowsOf(form, "decisions"),
		FactsOpen: form.Err("day")+form.Err("time")+form.Err("place")+form.Err("theme")+form.Err("chair")+form.Err("clerk") != "",
	}
	for i := range d.Items {
		id := form.Value(d.Items[i].Prefix + "id")
		for _, it := range b.Items {
			d.Items[i].Begun = d.Items[i].Begun || text(it.ID) == id && !it.StartedAt.IsZero()
		}
	}
	for _, k := range b.Set.ContentKinds() {
		d.Contents = append(d.Contents, web.Option{Value: k.Code, Label: k.Title.In(b.lang.Code())})
	}
	d.Tasks = b.taskRows()
	return d
}

// taskRows are the tasks of the table that looks back, in words.
func (b base) taskRows() []taskRow {
	out := make([]taskRow, len(b.Full.Tasks))
	for i, t := range b.Full.Tasks {
		state := t.Result
		if state == "" {
			state = t.Now(b.Today)
		}
		out[i] = taskRow{t, b.Who(t.AssigneeID), state.Key(), taskTone(state)}
	}
	return out
}

func taskTone(s task.State) string {
	switch s {
	case task.Done, task.Beyond, task.Told:
		return "ok"
	case task.Late:
		return "warn"
	case task.Undone, task.Overdue:
		return "bad"
	}
	return "info"
}

// rowsOf lists the rows that a form has under a name, with or without errors.
func rowsOf(form *web.Form, name string) []row {
	var out []row
	for n := 0; ; n++ {
		prefix := name + "[" + strconv.Itoa(n) + "]."
		if _, ok := form.Values[prefix+"id"]; !ok {
			break
		}
		path := name + "." + strconv.Itoa(n) + "."
		out = append(out, row{N: n, No: n + 1, Prefix: prefix, Path: path, First: n == 0, Bad: anyUnder(form, path)})
	}
	if len(out) > 0 {
		out[len(out)-1].Last = true
	}
	return out
}

func anyUnder(form *web.Form, path string) bool {
	for field := range form.Errs {
		if strings.HasPrefix(field, path) {
			return true
		}
	}
	return false
}

// differing lists the texts that stand in the record otherwise than they were typed.
func (b base) differing(form *web.Form) []stored {
	var out []stored
	for _, t := range []struct{ field, text string }{
		{"place", b.Place},
		{"theme", b.Theme},
		{"review", b.Review},
		{"direction", b.Direction},
		{"praise", b.Praise},
		{"shortcomings", b.Shortcomings},
	} {
		if form.Value(t.field) != t.text {
			out = append(out, stored{b.lang.T("meeting.plan." + t.field), t.text})
		}
	}
	var items, decisions []string
	for _, it := range b.Items {
		items = append(items, b.lang.T("meeting.plan.item_line", "Title", it.Title, "Minutes", it.Minutes))
	}
	for _, d := range b.Decisions {
		decisions = append(decisions, b.lang.T("meeting.plan.decision_line", "Title", d.Title, "Who", b.Who(d.AssigneeID), "Due", d.Due))
	}
	return append(out, stored{b.lang.T("meeting.agenda"), strings.Join(items, "\n")},
		stored{b.lang.T("meeting.plan.decisions"), strings.Join(decisions, "\n")})
}

// Balance gives the minutes of the agenda by what they are for: leading and building the
// Party, professional work, procedure (rules.md 0.23).
func (b base) Balance() (out struct{ Party, Professional, Procedure int }) {
	kinds := map[string]int{}
	for i, k := range b.Set.ContentKinds() {
		kinds[k.Code] = i
	}
	list := b.Set.ContentKinds()
	for _, it := range b.Full.Items {
		i, known := kinds[it.Content]
		switch {
		case !known || !list[i].Weighs:
			out.Procedure += it.Minutes
		case list[i].Party:
			out.Party += it.Minutes
		default:
			out.Professional += it.Minutes
		}
	}
	return out
}

// share is the minutes of one kind of content.
type share struct {
	Label   string
	Minutes int
}

// Shares gives the minutes of each kind of content on the agenda.
func (b base) Shares() []share {
	var out []share
	for _, k := range b.Set.ContentKinds() {
		n := 0
		for _, it := range b.Full.Items {
			if it.Content == k.Code {
				n += it.Minutes
			}
		}
		if n > 0 {
			out = append(out, share{k.Title.In(b.lang.Code()), n})
		}
	}
	return out
}
