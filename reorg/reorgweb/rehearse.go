package reorgweb

import (
	"net/http"

	"chibo/internal/db"
	"chibo/internal/web"
	"chibo/org"
	"chibo/reorg"
)

// rehearsalData is the dot of rehearsal.html.
type rehearsalData struct {
	Crumbs []crumb
	Act    reorg.Act
	Root   org.Unit
	Href   string
	reorg.Rehearsal
	Blocked []blocked
	Warned  []warned
	Told    []told
	Tree    []branch  // the tree as it will be, of what is touched
	Before  []bodyRow // organisations before and after, with their cells
	After   []bodyRow
	Counts  []count
	Lines   []stepLine
	Waits   bool // nothing but the day of effect is in the way
}

// blocked is something that stands in the way, with the step or the page to go to.
type blocked struct{ Text, Where, Href string }

// warned is what the rules ask.
type warned struct{ Text, Rule, Href string }

// told is a line of a feature.
type told struct {
	Text   string
	Blocks bool
	Items  []toldItem
}

type toldItem struct{ Text, Href string }

// branch is a unit of the new tree with what comes to it.
type branch struct {
	Name, Href string
	New        bool
	Merged     []string
	Moved      []string
	Cells      int // that come from those merged
	Members    int
}

// bodyRow is an organisation with its cells and members.
type bodyRow struct {
	Name                               string
	Cells, Members, Officials, Reserve int
	New                                bool
}

// count says how many units something happens to.
type count struct {
	Key   string
	Count int
	Lines []changeLine
}

// changeLine is what happens to one unit.
type changeLine struct {
	Name, Href, Text string
}

func (h *Web) rehearsal(w http.ResponseWriter, r *http.Request) error {
	who, id, err := asked(r)
	if err != nil {
		return err
	}
	d := rehearsalData{Href: href(id)}
	if d.Rehearsal, err = h.reorgs.Rehearse(r.Context(), who, id); err != nil {
		return err
	}
	err = h.read(r.Context(), func(q db.Q) error {
		if d.Act, d.Root, err = h.reorgs.Get(r.Context(), q, who, id); err != nil {
			return err
		}
		if d.Act.State != reorg.StateDraft {
			return reorg.ErrNotDraft
		}
		n := newNamer(q, web.LangOf(r), h.reorgs.Book.At(h.today(), d.Root.Path), d.Act)
		for i, s := range d.Act.Steps {
			line, err := n.step(r.Context(), s)
			if err != nil {
				return err
			}
			line.No = i + 1
			d.Lines = append(d.Lines, line)
		}
		d.fill(n)
		return nil
	})
	if err != nil {
		return err
	}
	l := web.LangOf(r)
	d.Crumbs = []crumb{{"/reorganisations", l.T("reorg.title")}, {d.Href, d.Act.Title}, {"", l.T("reorg.rehearsal")}}
	return h.pages.Render(w, r, "rehearsal.html", d)
}

func (d *rehearsalData) fill(n namer) {
	for _, p := range d.Problems {
		b := blocked{Text: n.problem(p), Href: p.Href}
		for _, line := range d.Lines {
			if line.ID == p.Step && p.Step != 0 {
				b.Where = n.lang.T("reorg.in_step", "No", line.No, "Text", line.Text)
				b.Href = d.Href + "/steps/" + idText(p.Step)
			}
		}
		if b.Href == "#facts" {
			b.Href = d.Href + "#facts"
		}
		d.Blocked = append(d.Blocked, b)
	}
	d.Waits = len(d.Problems) == 1 && d.Problems[0].Key == "reorg.err.day_waits"
	for _, w := range d.Warnings {
		d.Warned = append(d.Warned, n.warning(w))
	}
	for _, e := range d.Effects {
		t := told{Text: n.say(e.Key, e.Args), Blocks: e.Blocks}
		for _, it := range e.Items {
			text := it.Text
			if label := it.Label.In(n.lang.Code()); label != "" {
				text = label + ": " + text
			}
			t.Items = append(t.Items, toldItem{text, it.Href})
		}
		d.Told = append(d.Told, t)
	}
	d.branches()
	d.Before, d.After = rows(d.Rehearsal.Before), rows(d.Rehearsal.After)
	d.counts(n)
}

func (n namer) warning(w reorg.Warning) warned {
	args := w.Args
	out := warned{Rule: w.Rule.Cite(n.lang.Code())}
	if notice, ok := args["Notice"].(string); ok {
		out.Text = n.lang.T("reorg.warn.size", "Name", args["Name"], "Count", args["Count"], "Notice", n.lang.T(notice, "Limit", args["Limit"]))
	} else {
		out.Text = n.say(w.Key, args)
	}
	return out
}

// branches groups the changes by where they lead: the tree as it will be.
func (d *rehearsalData) branches() {
	at := map[int64]int{}
	of := func(id int64, name string) *branch {
		if i, ok := at[id]; ok {
			return &d.Tree[i]
		}
		at[id] = len(d.Tree)
		d.Tree = append(d.Tree, branch{Name: name, Href: unitHref(id)})
		return &d.Tree[at[id]]
	}
	merged := map[int64]int64{} // a unit that is merged, and into which
	for _, ch := range d.Changes {
		if ch.What == reorg.Merge {
			merged[ch.Unit.ID] = ch.ParentID
		}
	}
	for _, ch := range d.Changes {
		switch ch.What {
		case reorg.Found:
			b := of(ch.Unit.ID, ch.Unit.Name)
			b.New, b.Href = true, ""
		case reorg.Merge:
			b := of(ch.ParentID, ch.Parent)
			b.Merged = append(b.Merged, ch.Unit.Name)
		case reorg.Move:
			b := of(ch.ParentID, ch.Parent)
			b.Cells += ch.Cells
			b.Members += ch.Members
			if merged[ch.WasParentID] != ch.ParentID { // not brought along by a merger
				b.Moved = append(b.Moved, ch.Unit.Name)
			}
		}
	}
}

func rows(list []reorg.FigureRow) (out []bodyRow) {
	for _, f := range list {
		out = append(out, bodyRow{
			Name: f.Unit.Name, Cells: f.State.Cells, Members: f.State.Members, Officials: f.State.Officials, Reserve: f.State.Reserves,
		})
	}
	return out
}

// counts gathers the changes by what they are.
func (d *rehearsalData) counts(n namer) {
	for _, what := range []string{reorg.Found, reorg.Merge, reorg.Move, reorg.Assign, reorg.Rename, reorg.Kind, reorg.Dissolve} {
		c := count{Key: "reorg.count." + what}
		for _, ch := range d.Changes {
			if ch.What == what {
				c.Lines = append(c.Lines, n.change(ch))
			}
		}
		if c.Count = len(c.Lines); c.Count > 0 {
			d.Counts = append(d.Counts, c)
		}
	}
}

// change says what happens to one unit.
func (n namer) change(ch reorg.Change) changeLine {
	l := changeLine{Name: ch.Unit.Name, Href: unitHref(ch.Unit.ID)}
	switch ch.What {
	case reorg.Found:
		l.Href = ""
		l.Text = n.lang.T("reorg.change.found", "Kind", n.kind(ch.Unit.Kind), "Parent", ch.Parent)
	case reorg.Move:
		l.Text = n.lang.T("reorg.change.move", "From", ch.WasParent, "To", ch.Parent)
	case reorg.Merge:
		l.Text = n.lang.T("reorg.change.merge", "To", ch.Parent)
	case reorg.Assign:
		l.Text = n.lang.T("reorg.change.assign", "Count", ch.Members, "To", ch.Parent)
	case reorg.Rename:
		l.Name = ch.Was.Name
		l.Text = n.lang.T("reorg.change.rename", "Name", ch.Unit.Name)
	case reorg.Kind:
		l.Text = n.lang.T("reorg.change.kind", "From", n.kind(ch.Was.Kind), "To", n.kind(ch.Unit.Kind))
	case reorg.Dissolve:
		l.Text = n.lang.T("reorg.change.dissolve")
		if ch.Parent != "" {
			l.Text = n.lang.T("reorg.change.dissolve_to", "To", ch.Parent)
		}
	}
	return l
}
