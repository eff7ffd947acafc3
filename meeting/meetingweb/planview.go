package meetingweb

import (
	"strconv"
	"strings"

	"chibo/agenda"
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
	Template  string // from whose template the agenda was made
	Newer     string // whose template holds now, when that is another; "" the same
	Missing   []missingRow
	Guides    []guideRow
	Work      []workRow  // of the plan of the year
	Draft     *yearDraft // a plan of the year that waits for approval; nil none
	Bal       balanceView
}

// missingRow is an item of the template that the agenda does not have.
type missingRow struct {
	agenda.Item
	Kind string // of content, in words
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
	Guide  *agenda.Guidance // that the item is; nil none
	Work   string           // address of the item of the plan of the year that it is; "" none
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

func newPlanData(b base, p meeting.Planning, form *web.Form) planData {
	d := planData{
		base: b, Form: form, Fixed: b.State == meeting.Opened, Items: rowsOf(form, "items"), Decisions: rowsOf(form, "decisions"),
		FactsOpen: form.Err("day")+form.Err("time")+form.Err("place")+form.Err("theme")+form.Err("chair")+form.Err("clerk") != "",
	}
	for i := range d.Items {
		id := form.Value(d.Items[i].Prefix + "id")
		for _, it := range b.Full.Items {
			if text(it.ID) != id {
				continue
			}
			d.Items[i].Begun = !it.StartedAt.IsZero()
			if g, ok := p.Of[it.ID]; ok {
				d.Items[i].Guide = &g
			}
			if on, ok := p.WorkOn[it.ID]; ok {
				d.Items[i].Work = workHref(b.Unit.ID, on)
			}
		}
	}
	d.plan(p)
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

// plan puts in what stands beside the plan: whence its template is and what of it is
// missing, guidance, and the balance.
func (d *planData) plan(p meeting.Planning) {
	d.Template = d.origin(p.Made)
	if p.Made.ID != p.Template.ID {
		d.Newer = d.origin(p.Template)
	}
	for _, it := range p.Missing {
		d.Missing = append(d.Missing, missingRow{it, d.Content(it.Content)})
	}
	d.Guides = d.guides(p.Guidance)
	d.works(p)
	d.Bal = d.balance(asPlanned(d.Set, d.Full.Items), p.Spread, false)
}
