package homeweb

import (
	"context"
	"fmt"
	"net/http"

	"chibo/access"
	"chibo/campaign"
	"chibo/figure"
	"chibo/home"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/member"
	"chibo/org"
	"chibo/rulebook"
)

// highData is the first page of a committee above very many cells.
type highData struct {
	High         home.High
	Filling      bool // sample data is still being made
	Percent      int
	Unread       int
	Ask          askLine
	Admitted     int
	From, To     civil.Date
	AdmittedHref string
	All          string // the group that is shown whole
	Groups       []highGroup
	Base         string // address of this page
	Own          bool   // it is the reader's first page
	Acts         bool   // the reader acts for a committee here
	Morning      []highFirst
	Visits       []visitView
	Waiting      home.Waiting
	Steps        []campaign.OwnStep // of the committee itself
	Trend        []trendView
	Past         string // address of the months
}

type highGroup struct {
	home.HighGroup
	ID    string // of its heading: several steps of campaigns have one each
	Title string // translation key
	Cite  string
	Href  string // the whole list
	Lines []highRow
	More  int

	CountKey, ColKey, ShareKey string // translation keys: what is counted, and of what
}

// highFirst is what to do first: the unit in which a matter weighs most.
type highFirst struct {
	highRow
	Title    string // translation key
	Text     string
	Cite     string
	Things   bool
	CountKey string // translation key
}

// morningRows is how many rows of a matter are looked at for one on which nothing was done
// lately.
const morningRows = 20

// morningMatters is of how many matters one unit is said first: as many as one reads in one
// look.
const morningMatters = 5

// first gives, of each matter, the first unit on which nothing was done in the days; nothing
// of one for which there is still time.
func (v highGroup) first(day civil.Date, wait int) (f highFirst, ok bool) {
	if v.Early {
		return f, false
	}
	for _, row := range v.HighGroup.Rows[:min(len(v.HighGroup.Rows), morningRows)] {
		if row.Last == nil || !row.Last.Day.AddDays(wait).After(day) {
			return highFirst{v.row(row, day), v.Title, v.Text, v.Cite, v.Things, v.CountKey}, true
		}
	}
	return f, false
}

func (v highGroup) row(row home.HighRow, day civil.Date) highRow {
	x := highRow{HighRow: row, Href: highHref(row.UnitID, v.HighGroup), Act: fmt.Sprintf("/units/%d/act?kind=%s", row.UnitID, v.Kind)}
	if row.Last != nil {
		x.Did, x.Ago = "home.did."+row.Last.Act, day.Sub(row.Last.Day)
	}
	return x
}

type highRow struct {
	home.HighRow
	Href string
	Act  string // address of the acts about the unit
	Did  string // translation key; ""
	Ago  int
}

// high shows the page; whether it is the right one for the unit was asked before.
func (h *Web) high(w http.ResponseWriter, r *http.Request, lang string, actor access.Actor, u org.Unit, state figure.State, base string) error {
	now := h.clk.Now()
	day, rules := civil.From(now), h.book.Edition() // before reading
	own, err := h.own(r.Context(), actor, u)
	if err != nil {
		return err
	}
	data, kept := h.highs.get(u.ID, rules, day, now)
	if !kept {
		err := h.db.Read(r.Context(), func(q db.Q) (err error) {
			data, err = h.readHigh(r.Context(), q, actor, u, state, day)
			return err
		})
		if err != nil {
			return err
		}
		h.highs.put(u.ID, data, db.Seen{}, rules, day, now)
	}
	data.All, data.Unread, data.Ask, data.Visits = r.FormValue("all"), own.unread, own.ask, own.visits
	data.Base, data.Own, data.Acts = base, base == "/", actor.Quiet().Can(access.Answer, u.Access())
	data.Past = fmt.Sprintf("/units/%d/figures", u.ID)
	data.Percent, data.Filling = h.filling()
	data.dress(lang, h.book.At(day, u.Path).Int(rulebook.WallRemindAgainDays))
	data.Trend = trendOf(data.High.Trend)
	return h.pages.Render(w, r, "high.html", data)
}

// dress makes what the page shows of the groups; wait is how many days an act is fresh.
func (d *highData) dress(lang string, wait int) {
	for _, g := range d.High.Groups {
		v := highGroup{
			HighGroup: g, ID: "g-" + string(g.Kind), Title: "home.high." + string(g.Kind), Cite: g.Rule.Cite(lang),
			Href: highHref(d.High.Unit.ID, g), ShareKey: "home.high.share",
		}
		if n := len(d.Groups); n > 0 && d.Groups[n-1].Kind == g.Kind {
			v.ID += fmt.Sprintf("-%d", n)
		}
		v.CountKey, v.ColKey = countKeys(g)
		if g.Things {
			v.ShareKey = "home.high.per_cell"
		}
		rows := g.Rows
		if len(rows) > shown && d.All != string(g.Kind) {
			v.More, rows = len(rows)-shown, rows[:shown]
		}
		for _, row := range rows {
			v.Lines = append(v.Lines, v.row(row, d.High.Day))
		}
		d.Groups = append(d.Groups, v)
		if f, ok := v.first(d.High.Day, wait); ok && len(d.Morning) < morningMatters {
			d.Morning = append(d.Morning, f)
		}
	}
}

func (h *Web) readHigh(ctx context.Context, q db.Q, actor access.Actor, u org.Unit, state figure.State, day civil.Date) (highData, error) {
	scope, err := figure.ScopeOf(actor, u)
	if err != nil {
		return highData{}, err
	}
	var d highData
	if d.High, err = home.HighOf(ctx, q, h.book, actor, u, state, day); err != nil {
		return d, err
	}
	if d.Waiting, err = home.WaitingOf(ctx, q, scope, u); err != nil {
		return d, err
	}
	if d.Steps, err = campaign.NextSteps(ctx, q, u, day); err != nil {
		return d, err
	}
	d.From, d.To = h.period(day)
	d.AdmittedHref = fmt.Sprintf("/admitted?from=%s&to=%s", d.From, d.To)
	d.Admitted, err = member.CountAdmitted(ctx, q, scope, d.From, d.To.AddDays(1))
	return d, err
}

// countKeys says what a matter counts, beside a number and above a column.
func countKeys(g home.HighGroup) (beside, above string) {
	switch g.Kind {
	case home.Steps:
		return "home.units.count", "home.high.count_units"
	case home.Talks:
		return "home.talks.count", "home.high.count_talks"
	case home.Dossiers:
		return "home.dossiers.count", "home.high.count_dossiers"
	}
	return "home.cells", "home.high.count"
}

// highHref is the list that a number of the page opens.
func highHref(unit int64, g home.HighGroup) string {
	if g.Href != "" {
		return fmt.Sprintf(g.Href, unit)
	}
	href := fmt.Sprintf("/units/%d/figures/%s", unit, g.What)
	if g.Month != 0 {
		href += "?month=" + monthText(g.Month)
	}
	return href
}
