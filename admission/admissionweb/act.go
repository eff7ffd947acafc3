package admissionweb

import (
	"context"
	"net/http"
	"strconv"

	"chibo/access"
	"chibo/admission"
	"chibo/internal/civil"
	"chibo/internal/ident"
	"chibo/internal/web"
)

// actForm is what the forms of a dossier's page send.
type actForm struct {
	Step     string     `form:"step"`
	Outcome  string     `form:"outcome"`
	Day      civil.Date `form:"day"`
	Received civil.Date `form:"received"`
	Number   string     `form:"number"`
	Body     string     `form:"body"`
	Yes      int        `form:"yes"`
	No       int        `form:"no"`
	Base     int        `form:"base"`
	Official civil.Date `form:"official"`
	Consent  string     `form:"consent"`
	Sure     bool       `form:"sure"`
	Note     string     `form:"note"`
	Meeting  int64      `form:"meeting"`
	Reason   string     `form:"reason"`
	Cell     int64      `form:"cell"`
	Helper   int64      `form:"helper"`
	Clock    string     `form:"clock"`
	Days     int        `form:"days"`
	Kind     string     `form:"kind"`
	Text     string     `form:"text"`
	Verdict  string     `form:"verdict"`
	Due      civil.Date `form:"due"`
	Line     int64      `form:"line"`
	Version  int        `form:"version"`
	Op       string     `form:"op"`
}

func (f actForm) act() admission.Act {
	return admission.Act{Note: f.Note, Version: f.Version, Op: f.Op}
}

// doer does what a form of the page asks.
type doer func(ctx context.Context, who access.Actor, ref ident.Ref, f actForm) error

// acts gives the acts of the page by the last part of their address.
func (h *Web) acts() map[string]doer {
	s := h.svc
	return map[string]doer{
		"step": func(ctx context.Context, who access.Actor, ref ident.Ref, f actForm) error {
			return s.Record(ctx, who, ref, admission.RecordIn{
				Step: f.Step, Outcome: f.Outcome, Day: f.Day, Received: f.Received, Number: f.Number, Body: f.Body, Yes: f.Yes, No: f.No, Base: f.Base,
				Official: f.Official, Consent: f.Consent, Sure: f.Sure, Act: f.act(),
			})
		},
		"receive": func(ctx context.Context, who access.Actor, ref ident.Ref, f actForm) error {
			return s.Receive(ctx, who, ref, f.Received, f.act())
		},
		"strike": func(ctx context.Context, who access.Actor, ref ident.Ref, f actForm) error {
			return s.Strike(ctx, who, ref, f.act())
		},
		"agenda": func(ctx context.Context, who access.Actor, ref ident.Ref, f actForm) error {
			return s.PutOnAgenda(ctx, who, ref, f.Meeting, f.act())
		},
		"stop": func(ctx context.Context, who access.Actor, ref ident.Ref, f actForm) error {
			return s.Stop(ctx, who, ref, f.Reason, f.Day, f.act())
		},
		"resume": func(ctx context.Context, who access.Actor, ref ident.Ref, f actForm) error {
			return s.Resume(ctx, who, ref, f.act())
		},
		"remove": func(ctx context.Context, who access.Actor, ref ident.Ref, f actForm) error {
			return s.Remove(ctx, who, ref, admission.RemoveIn{Number: f.Number, On: f.Received, Day: f.Day, Act: f.act()})
		},
		"move": func(ctx context.Context, who access.Actor, ref ident.Ref, f actForm) error {
			return s.HandOver(ctx, who, ref, f.Cell, f.act())
		},
		"stay": func(ctx context.Context, who access.Actor, ref ident.Ref, f actForm) error {
			return s.KeepHere(ctx, who, ref, f.act())
		},
		"extend": func(ctx context.Context, who access.Actor, ref ident.Ref, f actForm) error {
			return s.Extend(ctx, who, ref, f.Clock, f.Days, f.act())
		},
		"helper": func(ctx context.Context, who access.Actor, ref ident.Ref, f actForm) error {
			return s.Help(ctx, who, ref, f.Helper, f.Day, f.act())
		},
		"helped": func(ctx context.Context, who access.Actor, ref ident.Ref, f actForm) error {
			return s.EndHelp(ctx, who, ref, f.Helper, f.act())
		},
		"note": func(ctx context.Context, who access.Actor, ref ident.Ref, f actForm) error {
			return s.AddNote(ctx, who, ref, admission.Note{Kind: f.Kind, Day: f.Day, Due: f.Due, Verdict: f.Verdict, Text: f.Text}, f.act())
		},
		"done": func(ctx context.Context, who access.Actor, ref ident.Ref, f actForm) error {
			return s.DoneWork(ctx, who, ref, f.Line, f.act())
		},
	}
}

// do decodes a form of the page and does what it asks; what is refused comes back with the
// page, at the form it belongs to.
func (h *Web) do(name string, act doer) web.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		who, err := access.Must(r.Context())
		if err != nil {
			return err
		}
		ref, err := web.Ref(r, "ref")
		if err != nil {
			return err
		}
		var f actForm
		if err = web.Decode(r, &f); err == nil {
			err = act(r.Context(), who, ref, f)
		}
		if err == nil {
			return web.SeeOther(w, r, admission.Href(ref), "admission.flash."+name)
		}
		form, ok := web.Retry(r, err)
		if !ok {
			return err
		}
		d, err := h.showData(r)
		if err != nil {
			return err
		}
		d.Bad = name
		if f.Step != "" && f.Step != d.Next.Code {
			d.Bad = f.Step // a step beside the one that waits has a form of its own
		}
		for i := range form.Problems {
			form.Problems[i].Field = d.Bad + "-" + form.Problems[i].Field // several forms on the page
		}
		d.Form = form.Set("version", strconv.Itoa(d.Version)) // sent again, it means what is shown now
		return h.pages.RenderStatus(w, r, form.Status, "show.html", d)
	}
}

// take answers POST /dossiers/{ref}/take: the dossier may have a new address then.
func (h *Web) take(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	ref, err := web.Ref(r, "ref")
	if err != nil {
		return err
	}
	var f actForm
	if err := web.Decode(r, &f); err != nil {
		return err
	}
	now, err := h.svc.Take(r.Context(), who, ref, f.act())
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, admission.Href(now), "admission.flash.take")
}
