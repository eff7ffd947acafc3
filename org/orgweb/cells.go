package orgweb

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"chibo/access"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/web"
	"chibo/org"
)

// pageRows is how many cells a page of the list holds.
const pageRows = 50

// cellsQuery is what the address of the list may say.
type cellsQuery struct {
	Search string `form:"q"`
	Unit   int64  `form:"unit"`
	Kind   string `form:"kind"`
	After  string `form:"after"`
	Seen   int    `form:"seen"` // rows on the pages before, for the words only
}

// cellsData is the dot of cells.html.
type cellsData struct {
	Query cellsQuery
	Look  web.Look
	// NotThen says that the place did not live on the day.
	NotThen bool
	Place   org.Place
	Month   civil.Month
	Form    *web.Form
	Units   []web.Option // organisations to choose from; empty where there is no choice
	Tabs    []kindTab
	Total   int // of the kind, before the search
	Found   int
	Rows    []cellRow
	First   int // place of the first row in the list
	Last    int
	Start   string // address of the first page, on a later one
	Next    string
	Clear   string // address of the list without the search
}

// kindTab leads to the list of one kind of cell.
type kindTab struct {
	Href, Label string
	Count       int
	Active      bool
}

// cellRow is a cell with this month's meeting and its latest score.
type cellRow struct {
	figure.CellRow
	TypeTitle string
	Score     scoreView
	Href      string // "" where the reader may not go
}

// scoreView is a month's score: points in tenths, or figure.NoScore with a grade
// only (rules.md 3.11), or nothing.
type scoreView struct {
	Month       civil.Month // zero: no score
	Score10     int
	Title, Tone string
}

func (s *Web) cells(w http.ResponseWriter, r *http.Request) error {
	d := cellsData{Look: web.LookOf(r, s.today())}
	who, err := start(r, &d.Query)
	if err != nil {
		return err
	}
	day := d.Look.On(s.today())
	d.Month = day.Month()
	if d.Query.Kind == "" {
		d.Query.Kind = org.KindCell
	}
	if k := d.Query.Kind; k != org.KindCell && k != org.KindGrassrootsCell {
		return fault.New(fault.NotFound, "err.not_found")
	}
	ctx := r.Context()
	begin := d
	_, err = s.db.Recall(ctx, func(q db.Q) (err error) {
		d = begin
		if d.Place, err = org.PlaceOf(ctx, q, who, access.FigureRead, d.Query.Unit); err != nil {
			return err
		}
		n := namer{lang: web.LangOf(r), book: s.book, set: s.book.At(day, d.Place.Unit.Path)}
		if d.Look.Then() {
			return d.readThen(ctx, q, n, who)
		}
		if err := d.choices(ctx, q, n, who, day); err != nil {
			return err
		}
		return d.read(ctx, q, n, who, day)
	})
	if err != nil {
		return err
	}
	d.Form = web.NewForm(nil).Set("q", d.Query.Search).Set("unit", d.Place.Chosen(d.Query.Unit))
	return s.pages.RenderStatus(w, r, d.Look.Status(), "cells.html", d)
}

// choices makes the tabs of kinds and the list of organisations to choose from.
func (d *cellsData) choices(ctx context.Context, q db.Q, n namer, who access.Actor, day civil.Date) error {
	kinds, err := org.CountKinds(ctx, q, d.Place.Scope, day)
	if err != nil {
		return err
	}
	d.Total = kinds[d.Query.Kind]
	for _, k := range org.CellKinds() {
		if kinds[k] > 0 || k == d.Query.Kind {
			d.Tabs = append(d.Tabs, kindTab{
				Href: d.href(cellsQuery{Kind: k, Unit: d.Query.Unit}, "", 0), Label: n.set.OrgKind(k).Title.In(n.lang.Code()),
				Count: kinds[k], Active: k == d.Query.Kind,
			})
		}
	}
	own, err := org.PlaceOf(ctx, q, who, access.FigureRead, 0)
	if err != nil {
		return err
	}
	if len(own.Tops) > 0 {
		for _, u := range own.Tops {
			d.Units = append(d.Units, web.Option{Value: idText(u.ID), Label: u.Name})
		}
		return nil
	}
	higher, err := higher(ctx, q, own)
	if err != nil {
		return err
	}
	var list []org.Unit
	if higher {
		list, err = org.Children(ctx, q, own.Scope, own.Unit.ID, "", listMax)
	} else {
		list, err = org.List(ctx, q, own.Scope, org.Filter{Kind: org.KindGrassrootsParty, Day: day, Limit: listMax})
	}
	if err != nil || len(list) < 2 {
		return err
	}
	known := d.Place.Unit.ID == own.Unit.ID
	for _, u := range list {
		known = known || u.ID == d.Place.Unit.ID
		d.Units = append(d.Units, web.Option{Value: idText(u.ID), Label: u.Name})
	}
	if !known {
		d.Units = append(d.Units, web.Option{Value: idText(d.Place.Unit.ID), Label: d.Place.Unit.Name})
	}
	return nil
}

func (d *cellsData) read(ctx context.Context, q db.Q, n namer, who access.Actor, day civil.Date) error {
	filter := org.Filter{Kind: d.Query.Kind, Search: d.Query.Search, Day: day}
	var err error
	if d.Found, err = org.Count(ctx, q, d.Place.Scope, filter); err != nil {
		return err
	}
	filter.Limit, filter.After = pageRows+1, d.Query.After
	list, err := org.List(ctx, q, d.Place.Scope, filter)
	if err != nil {
		return err
	}
	shown := list[:min(len(list), pageRows)]
	last := ""
	if len(shown) > 0 {
		last = shown[len(shown)-1].Cursor()
	}
	d.turn(len(list), last)
	if d.Query.Search != "" {
		d.Clear = d.href(cellsQuery{Kind: d.Query.Kind, Unit: d.Query.Unit}, "", 0)
	}
	if d.Look.Past() {
		d.Rows, err = rowsOn(ctx, q, n, who, shown, day)
		return err
	}
	d.Rows, err = cellRows(ctx, q, n, d.Place.Scope, day.Month(), shown)
	return err
}

// turn makes the way to the next page and back to the first: n rows were read, one
// more than a page holds when there is a next one, which begins after last.
func (d *cellsData) turn(n int, last string) {
	if d.Query.After == "" || d.Query.Seen < 0 || d.Query.Seen > d.Found {
		d.Query.Seen = 0
	}
	if n > pageRows {
		n = pageRows
		d.Next = d.href(d.Query, last, d.Query.Seen+n)
	}
	if d.Query.After != "" {
		d.Start = d.href(d.Query, "", 0)
	}
	d.First, d.Last = d.Query.Seen+1, min(d.Query.Seen+n, d.Found)
}

// href gives the address of a list on the day shown.
func (d *cellsData) href(to cellsQuery, after string, seen int) string {
	return d.Look.Add(to.href(after, seen))
}

// cellRows joins cells to their figures: this month's, and the score of this month
// or the one before.
func cellRows(ctx context.Context, q db.Q, n namer, scope access.Scope, month civil.Month, list []org.Unit) ([]cellRow, error) {
	rows, last := map[int64]figure.CellRow{}, map[int64]figure.CellRow{}
	seen := map[int64]bool{}
	for _, u := range list { // a page is of few parts, the list may be of thousands
		if seen[u.PartID] {
			continue
		}
		seen[u.PartID] = true
		for m, into := range map[civil.Month]map[int64]figure.CellRow{month: rows, month.Add(-1): last} {
			cells, err := figure.CellsOf(ctx, q, scope, u.PartID, m)
			if err != nil {
				return nil, err
			}
			for _, c := range cells {
				into[c.CellID] = c
			}
		}
	}
	out := make([]cellRow, 0, len(list))
	for _, u := range list {
		row := cellRow{CellRow: rows[u.ID], TypeTitle: n.typ(u.Type), Href: unitHref(u.ID)}
		for _, c := range []figure.CellMonth{row.CellMonth, last[u.ID].CellMonth} {
			if row.Score = n.score(u, c); row.Score.Month != 0 {
				break
			}
		}
		out = append(out, row)
	}
	return out, nil
}

func (n namer) score(u org.Unit, c figure.CellMonth) scoreView {
	if c.Month == 0 || c.Grade == "" && c.Score10 < 0 {
		return scoreView{}
	}
	v := scoreView{Month: c.Month, Score10: c.Score10}
	v.Title, v.Tone = n.grade(u.Path, c.Month, c.Grade)
	return v
}

// href gives the address of the list, of its page after the cursor.
func (c cellsQuery) href(after string, seen int) string {
	v := url.Values{}
	for name, value := range map[string]string{"q": c.Search, "unit": idText(c.Unit), "after": after} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if c.Kind != org.KindCell {
		v.Set("kind", c.Kind)
	}
	if after != "" {
		v.Set("seen", strconv.Itoa(seen))
	}
	if len(v) == 0 {
		return "/cells"
	}
	return "/cells?" + v.Encode()
}

func idText(id int64) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}
