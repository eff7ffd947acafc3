package orgweb

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/web"
	"chibo/org"
)

// A page of a level of the tree, how many levels may be open at once, and how many
// units a search shows.
const (
	levelRows = 50
	openMost  = 40
	foundRows = 20
)

// treeQuery is what the address of the tree may say.
type treeQuery struct {
	Unit  int64  `form:"unit"`
	Open  string `form:"open"` // the units whose level is shown, with '.' between
	After string `form:"after"`
}

// treeData is the dot of tree.html.
type treeData struct {
	Query   treeQuery
	Look    web.Look
	Place   org.Place
	Name    string // of the unit on the day
	Kind    string
	Crumbs  []crumb
	NotThen bool // the unit did not live on the day
	Rows    []treeRow
	First   string // address of the first page, on a later one
	Next    string
	Find    findView
	Manage  bool
}

// treeRow is a unit in the outline.
type treeRow struct {
	size
	ID         int64
	Name       string
	Kind, Type string
	Lead       string
	Note       string // what differs from the other view
	Href       string // "" where the reader may not go
	Toggle     string // address with the level below shown or hidden; "" nothing below
	Open       bool
	Rows       []treeRow
	Cut        bool   // the level is longer than here
	More       string // address of that level on a page of its own
}

// size is how many cells and members stand under a unit, as far as they are counted.
type size struct {
	Cells, Members       int
	HasCells, HasMembers bool
}

func (s *Web) tree(w http.ResponseWriter, r *http.Request) error {
	d := treeData{}
	who, err := start(r, &d.Query)
	if err != nil {
		return err
	}
	d.Look = web.LookOf(r, s.today())
	begin := d
	_, err = s.db.Recall(r.Context(), func(q db.Q) error {
		d = begin
		return s.readTree(r, q, who, &d)
	})
	if err != nil {
		return err
	}
	return s.pages.RenderStatus(w, r, d.Look.Status(), "tree.html", d)
}

// readTree reads what the page of the tree shows beside the search.
func (s *Web) readTree(r *http.Request, q db.Q, who access.Actor, d *treeData) (err error) {
	ctx := r.Context()
	if d.Place, err = org.PlaceOf(ctx, q, who, access.FigureRead, d.Query.Unit); err != nil {
		return err
	}
	u := d.Place.Unit
	d.Name, d.Manage = u.Name, org.MayManage(who, u) && !d.Look.Past()
	g := grower{q: q, who: who, scope: d.Place.Scope, query: d.Query, look: d.Look, day: d.Look.On(s.today())}
	g.n = namer{lang: web.LangOf(r), book: s.book, set: s.book.At(g.day, u.Path)}
	d.Kind = g.n.kind(u)
	if err := d.way(ctx, q, who); err != nil {
		return err
	}
	if d.Look.Then() {
		g.view, err = org.On(ctx, q, d.Place.Scope, d.Look.Day)
		if fault.KindOf(err) == fault.NotFound {
			d.NotThen = true
			return nil
		}
		if err != nil {
			return err
		}
		d.Name, d.Kind = g.view.Top.Name, g.n.kind(g.view.Top.Unit)
	}
	for _, id := range strings.Split(d.Query.Open, ".") {
		if n, err := strconv.ParseInt(id, 10, 64); err == nil && len(g.open) < openMost {
			g.open = append(g.open, n)
		}
	}
	var more string
	if d.Rows, more, err = g.level(ctx, u, d.Query.After); err != nil {
		return err
	}
	if more != "" {
		d.Next = g.href(treeQuery{Unit: d.Query.Unit, After: more})
	}
	if d.Query.After != "" {
		d.First = g.href(treeQuery{Unit: d.Query.Unit})
	}
	return nil
}

// way makes the crumbs: the trees of the units above that the reader may see.
func (d *treeData) way(ctx context.Context, q db.Q, who access.Actor) error {
	above, err := org.Ancestors(ctx, q, d.Place.Unit)
	for _, a := range above {
		if who.Can(access.FigureRead, a.Access()) {
			d.Crumbs = append(d.Crumbs, crumb{d.Look.Add("/tree?unit=" + idText(a.ID)), a.Short})
		}
	}
	if len(d.Crumbs) > 0 {
		d.Crumbs = append(d.Crumbs, crumb{"", d.Place.Unit.Short})
	}
	return err
}

// href gives an address of the tree on the day shown.
func (g *grower) href(to treeQuery) string {
	v := url.Values{}
	for name, value := range map[string]string{"unit": idText(to.Unit), "open": to.Open, "after": to.After} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if len(v) == 0 {
		return g.look.Add("/tree")
	}
	return g.look.Add("/tree?" + v.Encode())
}

// toggle gives the address with the level under the unit opened or closed.
func (g *grower) toggle(id int64) (href string, open bool) {
	var ids []string
	for _, o := range g.open {
		if o != id {
			ids = append(ids, idText(o))
		}
	}
	if open = slices.Contains(g.open, id); !open {
		ids = append(ids, idText(id))
	}
	to := g.query
	to.Open = strings.Join(ids, ".")
	return g.href(to), open
}

// findIn is what the search form sends, in its body.
type findIn struct {
	Typed string `form:"q"`
	Unit  int64  `form:"unit"`
	Open  string `form:"open"`
	Day   string `form:"day"`
	Tree  string `form:"tree"`
}

// findView is what a search has found.
type findView struct {
	Form  *web.Form
	Typed string
	Rows  []foundRow
	More  bool
}

// foundRow is a unit that was found.
type foundRow struct {
	Name, Kind, Upper, Code string
	Href                    string
	Ended                   civil.Date
	NotThen                 bool // it did not live on the day shown
}

func (s *Web) find(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	var in findIn
	if err := web.Decode(r, &in); err != nil {
		return fault.Wrap(err, fault.NotFound, "err.not_found")
	}
	d := treeData{Query: treeQuery{Unit: in.Unit, Open: in.Open}, Look: web.LookOf(r, s.today())}
	d.Look.Path = "/tree"
	d.Find.Typed, d.Find.Form = in.Typed, web.NewForm(nil).Set("q", in.Typed)
	err = s.db.Read(r.Context(), func(q db.Q) error {
		if err := s.readTree(r, q, who, &d); err != nil {
			return err
		}
		return d.find(r, q, s, who)
	})
	if err != nil {
		return err
	}
	return s.pages.Render(w, r, "tree.html", d)
}

// find searches all places of the reader, whichever the page shows.
func (d *treeData) find(r *http.Request, q db.Q, s *Web, who access.Actor) error {
	ctx := r.Context()
	for _, id := range who.Tops(access.FigureRead) {
		p, err := org.PlaceOf(ctx, q, who, access.FigureRead, id)
		if err != nil {
			return err
		}
		n := namer{lang: web.LangOf(r), book: s.book, set: s.book.At(s.today(), p.Unit.Path)}
		found, err := org.FindTyped(ctx, q, p.Scope, n.set, d.Find.Typed, foundRows-len(d.Find.Rows))
		if err != nil {
			return err
		}
		d.Find.More = d.Find.More || found.More
		for _, f := range found.Units {
			row := foundRow{Name: f.Name, Kind: n.kind(f), Upper: f.ParentShort, Code: f.Code, Href: d.Look.Add(unitHref(f.ID)), Ended: f.ValidTo}
			if d.Look.Past() {
				_, err := org.OnDay(ctx, q, f.ID, d.Look.Day)
				if row.NotThen = fault.KindOf(err) == fault.NotFound; err != nil && !row.NotThen {
					return err
				}
			}
			d.Find.Rows = append(d.Find.Rows, row)
		}
		if len(d.Find.Rows) >= foundRows {
			break
		}
	}
	return nil
}
