package homeweb

import (
	"context"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"chibo/access"
	"chibo/campaign"
	"chibo/figure"
	"chibo/home"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/web"
	"chibo/member"
	"chibo/notify"
	"chibo/org"
	"chibo/rulebook"
)

// shown is how many cells of a group stand on the wall before "more".
const shown = 4

type wallData struct {
	Wall         home.Wall
	District     bool
	Shape        *rulebook.Rule // the unit keeps a shape of its own
	Filling      bool           // sample data is still being made
	Percent      int
	Unread       int
	Ask          askLine
	Grassroots   int
	Cells        int
	Members      int
	Admitted     int
	From, To     civil.Date
	AdmittedHref string
	MonthHref    string
	NotMetHref   string // the group's place on the page, or where the months stand
	LateHref     string
	Graded       bool
	All          string // the group that is shown whole
	Groups       []groupView
	Morning      []template.HTML // lines as they are drawn
	Base         string          // address of this page
	Own          bool            // it is the reader's first page
	Acts         bool            // the reader acts for a committee here
	Visits       []visitView
	Waiting      home.Waiting
	Steps        []campaign.OwnStep // of the committee itself
	Trend        []trendView
	Units        []figure.UnitRow
}

type groupView struct {
	Kind  home.Kind
	Title string // translation key
	Rule  string
	Grave bool
	Total int
	More  int
	Rows  []template.HTML // lines as they are drawn

	CountKey, MoreKey string // translation keys: of cells, or of units
}

type rowView struct {
	home.Row
	Kind     home.Kind
	Title    string // translation key of the kind
	Href     string
	Ago      string // translation key of the unit of time
	Count    int    // in that unit
	SinceKey string
	Note     string // translation key; ""
	Rule     string
	PostKey  string   // translation key of whom to call
	Done     home.Act // what was done last
	Did      string   // translation key of it; ""
	DidAgo   int      // days since
	Do       string   // translation key of the act to propose; "" none
	DoHref   string
	More     string           // address of the other acts
	Score    string           // address of the score, for Weak
	Month    figure.CellMonth // the month's facts, in a list behind a number
}

// lineView is a line of a wall with all that it shows, comparable: see web.Pages.Part.
type lineView struct {
	Row    rowView
	Acts   bool // the reader acts
	Titled bool // the line says what it is about
	Main   bool // the first of all
}

type trendView struct {
	Short        string
	Value        string // of the month in an address
	Present, Due int
	Tone         string
}

// wallOf shows the wall of a unit in the reader's part of the tree.
func (h *Web) wallOf(w http.ResponseWriter, r *http.Request) error {
	actor, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	return h.committee(w, r, actor, id, r.URL.Path)
}

// committee shows the wall of a unit: of one above very many cells that of units.
func (h *Web) committee(w http.ResponseWriter, r *http.Request, actor access.Actor, unitID int64, base string) error {
	var u org.Unit
	var state figure.State
	_, err := h.db.Recall(r.Context(), func(q db.Q) (err error) {
		if u, err = org.ByID(r.Context(), q, unitID); err != nil || !u.IsAbove() {
			return err
		}
		scope, err := figure.ScopeOf(actor, u)
		if err != nil {
			return err
		}
		state, err = figure.StateOf(r.Context(), q, scope)
		return err
	})
	switch {
	case err != nil:
		return err
	case u.IsCell():
		return web.SeeOther(w, r, "/units/"+strconv.FormatInt(u.ID, 10))
	case home.IsHigh(u, state):
		return h.high(w, r, web.LangOf(r).Code(), actor, u, state, base)
	}
	return h.wall(w, r, actor, u, base)
}

// wall shows what a committee sees cell by cell.
func (h *Web) wall(w http.ResponseWriter, r *http.Request, actor access.Actor, u org.Unit, base string) error {
	now := h.clk.Now()
	day, rules := civil.From(now), h.book.Edition() // before reading
	if _, err := figure.ScopeOf(actor, u); err != nil {
		return err
	}
	own, err := h.own(r.Context(), actor, u)
	if err != nil {
		return err
	}
	data, kept := h.walls.get(u.ID, rules, day, now)
	if !kept {
		seen, err := h.db.Recall(r.Context(), func(q db.Q) (err error) {
			data, err = h.readWall(r.Context(), q, actor, u, day)
			return err
		})
		if err != nil {
			return err
		}
		h.walls.put(u.ID, data, seen, rules, day, now)
	}
	data.All, data.Unread, data.Ask, data.Visits = r.FormValue("all"), own.unread, own.ask, own.visits
	data.Base, data.Own, data.Acts = base, base == "/", actor.Quiet().Can(access.Answer, u.Access())
	data.Percent, data.Filling = h.filling()
	if err := h.dress(r, &data); err != nil {
		return err
	}
	return h.pages.Render(w, r, "wall.html", data)
}

// ownPart is what of a wall is the reader's own.
type ownPart struct {
	unread int
	ask    askLine
	visits []visitView
}

func (h *Web) own(ctx context.Context, actor access.Actor, u org.Unit) (o ownPart, err error) {
	_, err = h.db.Recall(ctx, func(q db.Q) (err error) {
		if o.unread, err = notify.Unread(ctx, q, actor.PartID, actor.PersonID); err != nil {
			return err
		}
		if o.ask, err = h.asked(ctx, q, actor, u); err != nil {
			return err
		}
		list, err := home.Visits(ctx, q, actor.PersonID)
		o.visits = visitViews(list, civil.From(h.clk.Now()))
		return err
	})
	return o, err
}

func (h *Web) readWall(ctx context.Context, q db.Q, actor access.Actor, u org.Unit, day civil.Date) (data wallData, err error) {
	if data.Wall, err = home.WallOf(ctx, q, h.book, actor, u, day, h.more...); err != nil {
		return data, err
	}
	if err := h.counts(ctx, q, actor, u, day, &data); err != nil {
		return data, err
	}
	data.Steps, err = campaign.NextSteps(ctx, q, u, day)
	return data, err
}

func (h *Web) counts(ctx context.Context, q db.Q, actor access.Actor, u org.Unit, day civil.Date, data *wallData) error {
	scope, err := figure.ScopeOf(actor, u)
	if err != nil {
		return err
	}
	if data.Waiting, err = home.WaitingOf(ctx, q, scope, u); err != nil {
		return err
	}
	state, err := figure.StateOf(ctx, q, scope)
	if err != nil {
		return err
	}
	data.Members, data.District = state.Members, u.IsAbove()
	data.MonthHref = fmt.Sprintf("/units/%d/figures", u.ID)
	if !data.District {
		return nil
	}
	kinds, err := org.CountKinds(ctx, q, scope, day)
	if err != nil {
		return err
	}
	data.Grassroots = kinds[org.KindGrassrootsParty] + kinds[org.KindGrassrootsCell]
	data.Cells = kinds[org.KindCell]
	data.From, data.To = h.period(day)
	data.AdmittedHref = "/admitted?from=" + data.From.String() + "&to=" + data.To.String()
	if data.Admitted, err = member.CountAdmitted(ctx, q, scope, data.From, data.To.AddDays(1)); err != nil {
		return err
	}
	if rule := h.book.At(day, u.Path).Rule(rulebook.ShapeKey); rule.Overridden() {
		data.Shape = &rule
	}
	data.Units, err = figure.ByUnit(ctx, q, scope, day.Month())
	return err
}

// dress makes what the page shows of the wall's groups and trend.
func (h *Web) dress(r *http.Request, data *wallData) error {
	lang := web.LangOf(r).Code()
	for _, g := range data.Wall.Groups {
		v := groupView{
			Kind: g.Kind, Title: "home.group." + string(g.Kind), Rule: g.Rule.Cite(lang), Grave: g.Grave() > 0, Total: len(g.Rows), CountKey: "home.cells", MoreKey: "home.more",
		}
		if g.Units {
			v.CountKey, v.MoreKey = "home.units.count", "home.high.more"
		}
		rows := g.Rows
		if len(rows) > shown && data.All != string(g.Kind) {
			v.More = len(rows) - shown
			rows = rows[:shown]
		}
		for _, row := range rows {
			line, err := h.line(r, lineView{Row: data.view(lang, g.Kind, row), Acts: data.Acts})
			if err != nil {
				return err
			}
			v.Rows = append(v.Rows, line)
		}
		data.Groups = append(data.Groups, v)
	}
	for i, l := range data.Wall.Morning {
		v := data.view(lang, l.Kind, l.Row)
		v.Rule = l.Rule.Cite(lang)
		line, err := h.line(r, lineView{Row: v, Acts: data.Acts, Titled: true, Main: i == 0})
		if err != nil {
			return err
		}
		data.Morning = append(data.Morning, line)
	}
	b := data.Wall.Before
	data.Graded = b.Good+b.Fair+b.Average+b.Weak > 0
	data.NotMetHref, data.LateHref = data.groupHref(home.NotMet), data.groupHref(home.Late)
	data.Trend = trendOf(data.Wall.Trend)
	return nil
}

func (h *Web) line(r *http.Request, v lineView) (template.HTML, error) {
	if v.Row.Last != nil {
		v.Row.Done, v.Row.Last = *v.Row.Last, nil
	}
	return h.pages.Part(r, "wall.html", "wall-row", v)
}

// view is a row without the name of the unit whose wall it is: it stands above the page.
func (d *wallData) view(lang string, kind home.Kind, row home.Row) rowView {
	v := viewOf(d.Wall.Day, lang, kind, row)
	if v.UnitShort == d.Wall.Unit.Short {
		v.UnitShort = ""
	}
	return v
}

func trendOf(months []figure.UnitMonth) (out []trendView) {
	for _, m := range months {
		if m.Due > 0 {
			out = append(out, trendView{Short: m.Month.Vi(), Value: monthText(m.Month), Present: m.Present, Due: m.Due, Tone: "info"})
		}
	}
	return out
}

// groupHref is where a figure opens: its group when it has rows, else the months.
func (d *wallData) groupHref(k home.Kind) string {
	if d.Wall.Count(k) > 0 {
		return "#g-" + string(k)
	}
	return d.MonthHref
}

func viewOf(day civil.Date, lang string, kind home.Kind, row home.Row) rowView {
	row.Text = strings.TrimSpace(row.About.In(lang) + " " + row.Text)
	v := rowView{Row: row, Kind: kind, Title: "home.group." + string(kind), SinceKey: "home.since." + string(kind), Href: row.Href}
	unit := fmt.Sprintf("/units/%d", row.CellID)
	switch {
	case v.Href != "":
	case kind == home.Late || kind == home.Slow || kind == home.NotBegun:
		v.Href = fmt.Sprintf("/cells/%d/meetings", row.CellID)
	case kind == home.Tasks:
		v.Href = fmt.Sprintf("/cells/%d/tasks?tab=overdue", row.CellID)
	default:
		v.Href = unit
	}
	if kind == home.Weak {
		v.Score = unit + "/score"
	}
	v.Ago, v.Count = agoOf(row.Days)
	if kind == home.Dossiers && row.Days <= 0 { // not over yet
		v.Ago, v.Count, v.SinceKey = "home.ago.left", -row.Days, "home.since.coming"
	}
	if row.Note != "" {
		v.Note = "home.grade." + row.Note
		if kind == home.Talks {
			v.Note = "home.turn." + row.Note
		}
	}
	if row.Secretary != "" {
		v.PostKey = "home.post." + row.Post
	}
	if row.Last != nil {
		v.DidAgo = day.Sub(row.Last.Day)
		v.Did = "home.did." + row.Last.Act
		if row.Last.Act == home.Visit && row.Last.DoneOn.IsZero() {
			v.Did = "home.did.plan"
		}
	}
	if row.Own {
		v.Do, v.DoHref = "home.do.own", v.Href
		return v
	}
	v.More = unit + "/act?kind=" + string(kind)
	if row.Next != "" {
		v.Do, v.DoHref = "home.do."+row.Next, v.More+"&act="+row.Next
	}
	return v
}

// agoOf gives a span of days in words: the key of its unit, and how many.
func agoOf(days int) (key string, n int) {
	switch {
	case days > 2*365:
		return "home.ago.years", days / 365
	case days > 90:
		return "home.ago.months", days / 30
	}
	return "home.ago.days", days
}
