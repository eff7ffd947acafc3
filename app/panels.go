package app

import (
	"net/http"

	"chibo/burden/burdenweb"
	"chibo/insight/insightweb"
	"chibo/internal/fault"
	"chibo/internal/web"
	"chibo/visit/visitweb"
	"chibo/voice/voiceweb"
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
	a.besides(voices.Panels(), visits.Panels(), insights.Panels(), burdens.Panels())
	return nil
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
