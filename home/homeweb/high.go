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
	"chibo/member"
	"chibo/notify"
	"chibo/org"
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
	Trend        []trendView
}

type highGroup struct {
	home.HighGroup
	Title string // translation key
	Cite  string
	More  int
}

// high shows the page; whether it is the right one for the unit was asked before.
func (h *Web) high(w http.ResponseWriter, r *http.Request, lang string, actor access.Actor, u org.Unit, state figure.State) error {
	now := h.clk.Now()
	day := civil.From(now)
	var data highData
	var unread int
	var ask askLine
	err := h.db.Read(r.Context(), func(q db.Q) (err error) {
		if unread, err = notify.Unread(r.Context(), q, actor.PartID, actor.PersonID); err != nil {
			return err
		}
		if ask, err = h.asked(r.Context(), q, actor, u); err != nil {
			return err
		}
		var kept bool
		if data, kept = h.highs.get(u.ID, 0, day, now); kept {
			return nil
		}
		if data, err = h.readHigh(r.Context(), q, actor, u, state, day); err != nil {
			return err
		}
		h.highs.put(u.ID, data, 0, day, now)
		return nil
	})
	if err != nil {
		return err
	}
	data.All, data.Unread = r.FormValue("all"), unread
	data.Ask = ask
	data.Percent, data.Filling = h.filling()
	for _, g := range data.High.Groups {
		v := highGroup{HighGroup: g, Title: "home.high." + string(g.Kind), Cite: g.Rule.Cite(lang)}
		if len(g.Rows) > shown && data.All != string(g.Kind) {
			v.More, v.Rows = len(g.Rows)-shown, g.Rows[:shown]
		}
		data.Groups = append(data.Groups, v)
	}
	data.Trend = trendOf(data.High.Trend)
	return h.pages.Render(w, r, "high.html", data)
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
	d.From, d.To = h.period(day)
	d.AdmittedHref = fmt.Sprintf("/admitted?from=%s&to=%s", d.From, d.To)
	d.Admitted, err = member.CountAdmitted(ctx, q, scope, d.From, d.To.AddDays(1))
	return d, err
}
