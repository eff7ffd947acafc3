package homeweb

import (
	"context"
	"fmt"
	"net/http"

	"chibo/access"
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
	Rows  []rowView
}

type rowView struct {
	home.Row
	Href     string
	Ago      string // translation key of the unit of time
	Count    int    // in that unit
	SinceKey string
	Next     string // translation key of the next step
	Note     string // translation key; ""
}

type trendView struct {
	Short        string
	Present, Due int
	Tone         string
}

// committee shows the first page for the highest unit the person serves.
func (h *Web) committee(w http.ResponseWriter, r *http.Request, actor access.Actor, unitID int64) error {
	var u org.Unit
	var state figure.State
	err := h.db.Read(r.Context(), func(q db.Q) (err error) {
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
	case home.IsHigh(u, state):
		return h.high(w, r, web.LangOf(r).Code(), actor, u, state)
	}
	return h.wall(w, r, actor, unitID)
}

// wall shows what a committee sees cell by cell.
func (h *Web) wall(w http.ResponseWriter, r *http.Request, actor access.Actor, unitID int64) error {
	now := h.clk.Now()
	day := civil.From(now)
	commits := h.db.Commits() // before reading: what is committed meanwhile makes the page stale
	var data wallData
	var unread int
	var ask askLine
	err := h.db.Read(r.Context(), func(q db.Q) error {
		u, err := org.ByID(r.Context(), q, unitID)
		if err != nil {
			return err
		}
		if _, err := figure.ScopeOf(actor, u); err != nil {
			return err
		}
		if unread, err = notify.Unread(r.Context(), q, actor.PartID, actor.PersonID); err != nil {
			return err
		}
		if ask, err = h.asked(r.Context(), q, actor, u); err != nil {
			return err
		}
		var kept bool
		if data, kept = h.walls.get(unitID, commits, day, now); kept {
			return nil
		}
		data = wallData{}
		if data.Wall, err = home.WallOf(r.Context(), q, h.book, actor, u, day); err != nil {
			return err
		}
		if err := h.counts(r.Context(), q, actor, u, day, &data); err != nil {
			return err
		}
		h.walls.put(unitID, data, commits, day, now)
		return nil
	})
	if err != nil {
		return err
	}
	data.All, data.Unread = r.FormValue("all"), unread
	data.Ask = ask
	data.Percent, data.Filling = h.filling()
	h.dress(&data, web.LangOf(r).Code())
	return h.pages.Render(w, r, "wall.html", data)
}

func (h *Web) counts(ctx context.Context, q db.Q, actor access.Actor, u org.Unit, day civil.Date, data *wallData) error {
	scope, err := figure.ScopeOf(actor, u)
	if err != nil {
		return err
	}
	state, err := figure.StateOf(ctx, q, scope)
	if err != nil {
		return err
	}
	data.Members, data.District = state.Members, u.IsAbove()
	data.MonthHref = fmt.Sprintf("/units/%d", u.ID)
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
func (h *Web) dress(data *wallData, lang string) {
	for _, g := range data.Wall.Groups {
		v := groupView{
			Kind: g.Kind, Title: "home.group." + string(g.Kind), Rule: g.Rule.Cite(lang), Grave: g.Grave() > 0, Total: len(g.Rows),
		}
		rows := g.Rows
		if len(rows) > shown && data.All != string(g.Kind) {
			v.More = len(rows) - shown
			rows = rows[:shown]
		}
		for _, row := range rows {
			v.Rows = append(v.Rows, viewOf(g.Kind, row))
		}
		data.Groups = append(data.Groups, v)
	}
	b := data.Wall.Before
	data.Graded = b.Good+b.Fair+b.Average+b.Weak > 0
	data.NotMetHref, data.LateHref = data.groupHref(home.NotMet), data.groupHref(home.Late)
	data.Trend = trendOf(data.Wall.Trend)
}

func trendOf(months []figure.UnitMonth) (out []trendView) {
	for _, m := range months {
		if m.Due > 0 {
			out = append(out, trendView{Short: m.Month.Vi(), Present: m.Present, Due: m.Due, Tone: "info"})
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

func viewOf(kind home.Kind, row home.Row) rowView {
	v := rowView{Row: row, SinceKey: "home.since." + string(kind), Next: "home.next." + string(kind)}
	v.Href = fmt.Sprintf("/units/%d", row.CellID)
	if kind == home.Late || kind == home.Slow {
		v.Href = fmt.Sprintf("/cells/%d/meetings", row.CellID)
	}
	if kind == home.Tasks {
		v.Href = fmt.Sprintf("/cells/%d/tasks?tab=overdue", row.CellID)
	}
	switch {
	case row.Days > 2*365:
		v.Ago, v.Count = "home.ago.years", row.Days/365
	case row.Days > 90:
		v.Ago, v.Count = "home.ago.months", row.Days/30
	default:
		v.Ago, v.Count = "home.ago.days", row.Days
	}
	if row.Note != "" {
		v.Note = "home.grade." + row.Note
	}
	return v
}
