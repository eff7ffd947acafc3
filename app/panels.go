package app

import (
	"fmt"
	"net/http"

	"chibo/access"
	"chibo/burden/burdenweb"
	"chibo/insight/insightweb"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/web"
	"chibo/org"
	"chibo/visit/visitweb"
	"chibo/voice/voiceweb"
	"chibo/workplan"
	"chibo/workplan/workplanweb"
)

// afterPages registers the pages of the features that look back on meetings, and what
// they say on the pages of others.
func (a *App) afterPages() error {
	voices, err := voiceweb.New(a.kit, a.Voices)
	if err != nil {
		return err
	}
	visits, err := visitweb.New(visitweb.Config{Kit: a.kit, Visits: a.Visits, Tasks: a.Tasks})
	if err != nil {
		return err
	}
	burdens, err := burdenweb.New(a.kit, a.Burdens)
	if err != nil {
		return err
	}
	insights, err := insightweb.New(insightweb.Config{Kit: a.kit, Insight: a.Insights, Tasks: a.Tasks})
	if err != nil {
		return err
	}
	a.besides(voices.Panels(), visits.Panels(), insights.Panels(), burdens.Panels(), map[string]web.PanelFunc{"GET /units/{id}": a.looking})
	return nil
}

// workPages registers the pages of the yearly work plan, and what it says on a first page.
func (a *App) workPages() error {
	works, err := workplanweb.New(workplanweb.Config{Kit: a.kit, Works: a.Works, Meetings: a.Meetings})
	if err != nil {
		return err
	}
	a.besides(works.Panels())
	return nil
}

// looking leads from the page of a unit to the pages that look back on its meetings.
func (a *App) looking(r *http.Request) ([]web.Panel, error) {
	actor, err := access.Must(r.Context())
	if err != nil {
		return nil, err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return nil, err
	}
	var u org.Unit
	_, err = a.cfg.DB.Recall(r.Context(), func(q db.Q) (err error) {
		u, err = org.ByID(r.Context(), q, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	l := web.LangOf(r)
	p := web.Panel{ID: "looking", Title: l.T("app.look.title")}
	add := func(may bool, href, key string) {
		if may {
			p.Rows = append(p.Rows, web.PanelRow{Label: l.T(key), Href: fmt.Sprintf(href, id)})
		}
	}
	figures := actor.Quiet().Can(access.FigureRead, u.Access())
	add(figures && u.IsCell(), "/cells/%d/insight", "app.look.insight")
	add(figures && !u.IsCell(), "/units/%d/insight", "app.look.insight_unit")
	add(u.IsCell() && actor.Quiet().Can(access.CellRead, u.Access()), "/cells/%d/visits", "app.look.visits")
	add(!u.IsCell() && actor.Quiet().Can(access.ScoreDecide, u.Access()), "/units/%d/visits", "app.look.visits")
	add(figures, "/units/%d/burden", "app.look.burden")
	add(u.IsCell() && actor.Quiet().Can(access.CellRead, u.Access()), "/cells/%d/workplan", "app.look.work")
	add(workplan.MayCount(actor.Quiet(), u), "/units/%d/workplan", "app.look.work_unit")
	if len(p.Rows) == 0 {
		return nil, nil
	}
	return []web.Panel{p}, nil
}

// besides takes what features say on pages of others.
func (a *App) besides(list ...map[string]web.PanelFunc) {
	if a.beside == nil {
		a.beside = map[string][]web.PanelFunc{}
	}
	for _, panels := range list {
		for pattern, f := range panels {
			a.beside[pattern] = append(a.beside[pattern], f)
		}
	}
}

// panels gives what other features say on the page that answers the request. One that
// fails is left out and logged: the page stands without it.
func (a *App) panels(r *http.Request) (out []web.Panel) {
	for _, f := range a.beside[r.Pattern] {
		list, err := f(r)
		switch fault.KindOf(err) {
		case fault.Forbidden, fault.NotFound, fault.Unauthenticated:
			continue
		}
		if err != nil {
			a.cfg.Log.Error("panel", "route", r.Pattern, "error", err.Error())
			continue
		}
		out = append(out, list...)
	}
	return out
}
