package agenda

import (
	"context"
	"encoding/json"
	"slices"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/tree"
	"chibo/org"
	"chibo/rulebook"
)

// Kinds of meeting that have templates beside those of the rulebook's list.
const (
	regular       = "regular"
	combined      = "combined"
	CellCommittee = "cell_committee"
)

// Sections of an agenda, in their order (rules.md 2.15-2.17).
const (
	Opening = "opening"
	Main    = "main"
	Closing = "closing"
)

func rank(section string) int { return slices.Index([]string{Opening, Main, Closing}, section) }

// Template is the order of a meeting.
type Template struct {
	ID       int64  // 0: the rulebook's
	OrgID    int64  // whose it is; 0: the rulebook's
	Owner    string // name of the unit
	Short    string
	Kind     string     // of meeting
	CellType string     // for which it was made; "" every type
	From     civil.Date // first day
	Source   string     // the paper or the reason it was made by
	By       string     // who made it
	At       int64      // UTC milliseconds
	Items    []Item
	Rule     rulebook.Rule // of the rulebook's own

	withdrawn bool
	path      tree.Path // of the unit
}

// Withdrawn says that the version goes back to what stands above.
func (t Template) Withdrawn() bool { return t.withdrawn }

// Minutes gives the sum over the items.
func (t Template) Minutes() (n int) {
	for _, it := range t.Items {
		n += it.Minutes
	}
	return n
}

// Item is one item of a template.
type Item struct {
	Code     string `json:"code"` // unique in the template, the same in all its versions
	Section  string `json:"section"`
	Title    string `json:"title"`
	Content  string `json:"content"` // rulebook content kind
	Minutes  int    `json:"minutes"`
	Speaker  string `json:"speaker"`            // rulebook speaker role
	Optional bool   `json:"optional,omitempty"` // may be left out
}

// Kinds gives the kinds of meeting of a cell that have templates: those of the rulebook's
// list, then the meeting of the cell committee.
func Kinds(set rulebook.Set) []rulebook.Choice {
	var out []rulebook.Choice
	for _, k := range set.MeetingKinds() {
		c := rulebook.Choice{Code: k.Agenda, Title: k.Title}
		if len(set.Agenda("", k.Agenda).Items) > 0 && !has(out, k.Agenda) {
			out = append(out, c)
		}
	}
	for _, b := range set.Choices("meeting.bodies") {
		if b.Code == CellCommittee {
			out = append(out, b)
		}
	}
	return out
}

const templateColumns = `t.id, t.org_id, o.name, o.short, o.path, t.kind, t.cell_type, t.valid_from, t.items, t.source, t.by_name, t.at`

func scanTemplate(s db.Scanner) (t Template, err error) {
	var items, path string
	if err = s.Scan(&t.ID, &t.OrgID, &t.Owner, &t.Short, &path, &t.Kind, &t.CellType, &t.From, &items, &t.Source, &t.By, &t.At); err != nil {
		return t, err
	}
	t.path = tree.Path(path)
	if t.withdrawn = items == ""; t.withdrawn {
		return t, nil
	}
	return t, json.Unmarshal([]byte(items), &t.Items)
}

const holdingSQL = `SELECT ` + templateColumns + ` FROM agenda_template t JOIN org o ON o.id = t.org_id
 WHERE t.org_id IN ($4, $5, $6, $7, $8, $9, $10, $11, $12) AND t.kind = $1 AND t.cell_type IN ('', $2) AND t.valid_from <= $3
 ORDER BY o.depth DESC, t.cell_type DESC, t.valid_from DESC, t.id DESC`

// lineageMost is how many units a path of the tree may have (rules.md 1a, 1b).
const lineageMost = 9

// lineage gives the ids of a path as parameters.
func lineage(p tree.Path) []any {
	args := make([]any, lineageMost)
	ids := p.Ids()
	ids = ids[max(0, len(ids)-lineageMost):]
	for i := range args {
		args[i] = int64(0)
		if i < len(ids) {
			args[i] = ids[i]
		}
	}
	return args
}

// For gives the template that holds for a unit and a type of cell on a day; the set is
// that of the day. Of a combined meeting the theme stands before the closing part
// (rules.md 2.06).
func For(ctx context.Context, q db.Q, set rulebook.Set, at tree.Path, cellType, kind string, day civil.Date) (Template, error) {
	ask := kind
	if kind == combined {
		ask = regular
	}
	list, err := db.List(ctx, q, scanTemplate, holdingSQL, append([]any{ask, cellType, day}, lineage(at)...)...)
	if err != nil {
		return Template{}, err
	}
	t, ok := holding(list)
	if !ok {
		return root(set, cellType, kind), nil
	}
	if kind == combined {
		t.Items = withTheme(t.Items, set)
	}
	return t, nil
}

// holding gives the first version of the first committee that has one in force. The list
// is in the order of holdingSQL.
func holding(list []Template) (Template, bool) {
	for i, t := range list {
		latest := i == 0 || list[i-1].OrgID != t.OrgID || list[i-1].CellType != t.CellType
		if latest && !t.withdrawn {
			return t, true
		}
	}
	return Template{}, false
}

// root is the rulebook's own template.
func root(set rulebook.Set, cellType, kind string) Template {
	a := set.Agenda(cellType, kind)
	return Template{Kind: kind, CellType: cellType, From: a.Rule.ValidFrom, Source: a.Rule.Source, Rule: a.Rule, Items: itemsOf(a.Items)}
}

func itemsOf(list []rulebook.AgendaItem) []Item {
	out := make([]Item, len(list))
	for i, it := range list {
		out[i] = Item{
			Code: it.Code, Section: it.Section, Title: it.Title.Vi, Content: it.Content, Minutes: it.Minutes, Speaker: it.Speaker, Optional: it.Optional,
		}
	}
	return out
}

func withTheme(items []Item, set rulebook.Set) []Item {
	at := slices.IndexFunc(items, func(it Item) bool { return it.Section == Closing })
	if at < 0 {
		at = len(items)
	}
	return slices.Insert(slices.Clone(items), at, itemsOf(set.Agenda("any", "theme").Items)...)
}

const templateSQL = `SELECT ` + templateColumns + ` FROM agenda_template t JOIN org o ON o.id = t.org_id WHERE t.id = $1`

// ByID gives a version of a committee's template; ErrNotFound.
func ByID(ctx context.Context, q db.Q, id int64) (Template, error) {
	t, err := scanTemplate(q.QueryRow(ctx, templateSQL, id))
	if db.NoRows(err) {
		return Template{}, ErrNotFound
	}
	return t, err
}

const versionsSQL = `SELECT ` + templateColumns + ` FROM agenda_template t JOIN org o ON o.id = t.org_id
 WHERE t.org_id = $1 AND t.kind = $2 AND t.cell_type = $3 ORDER BY t.valid_from DESC, t.id DESC LIMIT 50`

// versions gives a unit's own versions for a kind and a type, the latest first.
func versions(ctx context.Context, q db.Q, orgID int64, kind, cellType string) ([]Template, error) {
	return db.List(ctx, q, scanTemplate, versionsSQL, orgID, kind, cellType)
}

// Missing gives the template's items that the agenda does not have, by the codes and
// titles that it has.
func (t Template) Missing(codes, titles []string) []Item {
	var out []Item
	for _, it := range t.Items {
		if !slices.Contains(codes, it.Code) && !slices.Contains(titles, it.Title) {
			out = append(out, it)
		}
	}
	return out
}

// Place gives where an item of the template belongs in an agenda that has the codes (""
// for items of its own): behind the nearest item before it that stands there. An item
// that the template does not have goes before the closing part, for it is talked about.
func (t Template) Place(code string, codes []string) int {
	at := slices.IndexFunc(t.Items, func(it Item) bool { return it.Code == code && code != "" })
	if at < 0 {
		for i, c := range codes {
			if k := slices.IndexFunc(t.Items, func(it Item) bool { return it.Code == c && c != "" }); k >= 0 && t.Items[k].Section == Closing {
				return i
			}
		}
		return len(codes)
	}
	for i := at - 1; i >= 0; i-- {
		if k := slices.Index(codes, t.Items[i].Code); k >= 0 {
			return k + 1
		}
	}
	return 0
}

// Line is one kind of meeting and type of cell, with the template that holds.
type Line struct {
	Kind, CellType string // CellType "": every type that has no line of its own
	Template       Template
	Next           []Template // the unit's own versions that begin later, the nearest first
}

const aboveSQL = `SELECT ` + templateColumns + ` FROM agenda_template t JOIN org o ON o.id = t.org_id
 WHERE t.org_id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9)
 ORDER BY o.depth DESC, t.cell_type DESC, t.valid_from DESC, t.id DESC`

// Holding lists what holds at a unit on a day for each kind of meeting: for a cell of its
// type, for a committee of each type.
func Holding(ctx context.Context, q db.Q, set rulebook.Set, u org.Unit, day civil.Date) ([]Line, error) {
	all, err := db.List(ctx, q, scanTemplate, aboveSQL, lineage(u.Path)...)
	if err != nil {
		return nil, err
	}
	types := []string{u.Type}
	if !u.IsCell() {
		types = []string{}
		for _, c := range set.CellTypes() {
			types = append(types, c.Code)
		}
	}
	var out []Line
	for _, k := range Kinds(set) {
		for _, typ := range types {
			out = append(out, lineOf(all, set, u, k.Code, typ, day))
		}
	}
	return out, nil
}

func lineOf(all []Template, set rulebook.Set, u org.Unit, kind, cellType string, day civil.Date) Line {
	l := Line{Kind: kind, CellType: cellType}
	var begun []Template
	for _, t := range all {
		switch {
		case t.Kind != kind || t.CellType != "" && t.CellType != cellType:
		case !t.From.After(day):
			begun = append(begun, t)
		case t.OrgID == u.ID:
			l.Next = append(l.Next, t)
		}
	}
	slices.Reverse(l.Next)
	var ok bool
	if l.Template, ok = holding(begun); !ok {
		l.Template = root(set, cellType, kind)
	}
	return l
}
