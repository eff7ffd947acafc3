package reorgweb

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"time"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/web"
	"chibo/org"
	"chibo/reorg"
)

// actData is the dot of draft.html, progress.html and result.html.
type actData struct {
	Crumbs []crumb
	reorg.Act
	Href  string
	Root  org.Unit
	Tone  string
	Lines []stepLine
	Form  *web.Form
	Kinds []string

	Waits   bool // the day of effect has not come
	Today   string
	Stopped string // what stopped it
	StopRef string
	Totals  reorg.Totals
	Equal   bool          // the figures after are those before
	Back    bool          // the figures taken back are those before
	Took    time.Duration // from the beginning to the end, or to now
	Left    time.Duration // an estimate, zero when there is none yet
	Next    string        // the unit under way
	Signs   []sign        // what stands in the way of taking it back
}

// sign is one thing that stands in the way.
type sign struct{ Text, Href string }

// Percent says how far the act is.
func (d actData) Percent() int {
	if d.Items == 0 {
		return 0
	}
	n := d.Done * 100 / d.Items
	if d.State == reorg.StateUndoing {
		n = 100 - n
	}
	return n
}

// Seconds gives a length of time in whole seconds, a begun one counted.
func (actData) Seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }

func (h *Web) act(w http.ResponseWriter, r *http.Request) error { return h.showAct(w, r, nil) }

// showAct shows an act in its state; f is a form that comes back.
func (h *Web) showAct(w http.ResponseWriter, r *http.Request, f *web.Form) error {
	who, id, err := asked(r)
	if err != nil {
		return err
	}
	d := actData{Href: href(id), Kinds: reorg.Kinds(), Form: f}
	err = h.read(r.Context(), func(q db.Q) error { return h.load(r, q, who, id, &d) })
	if err != nil {
		return err
	}
	status := http.StatusOK
	if f != nil {
		status = max(status, f.Status)
	}
	page := "result.html"
	switch d.State {
	case reorg.StateDraft:
		page = "draft.html"
	case reorg.StateRunning, reorg.StateUndoing:
		page = "progress.html"
	}
	return h.pages.RenderStatus(w, r, status, page, d)
}

func (h *Web) load(r *http.Request, q db.Q, who access.Actor, id int64, d *actData) (err error) {
	ctx := r.Context()
	if d.Act, d.Root, err = h.reorgs.Get(ctx, q, who, id); err != nil {
		return err
	}
	l := web.LangOf(r)
	d.Tone = toneOf(d.State)
	d.Crumbs = []crumb{{"/reorganisations", l.T("reorg.title")}, {"", d.Title}}
	if d.Form == nil {
		d.Form = web.NewForm(headForm{
			Title: d.Title, BasisNo: d.BasisNo, BasisDay: d.BasisDay, BasisBy: d.BasisBy, Day: d.Day, Remark: d.Remark,
		})
	}
	if !who.Can(access.MemberList, d.Root.Access()) { // an administrator sees no member's name
		d.Kinds = slices.DeleteFunc(d.Kinds, func(kind string) bool { return kind == reorg.Assign })
	}
	today := h.today()
	d.Today, d.Waits = today.Vi(), d.Day.IsDay() && d.Day.After(today)
	n := newNamer(q, l, h.reorgs.Book.At(today, d.Root.Path), d.Act)
	found, err := org.FoundNames(ctx, q, d.ID)
	if err != nil {
		return err
	}
	maps.Copy(n.names, found) // an act that was carried out speaks of units as it found them
	for i, s := range d.Steps {
		line, err := n.step(ctx, s)
		if err != nil {
			return err
		}
		line.No, line.Edit = i+1, d.Href+"/steps/"+idText(s.ID)
		d.Lines = append(d.Lines, line)
	}
	if d.State == reorg.StateDraft {
		return nil
	}
	return d.course(ctx, q, h.reorgs.DB.Clock().Now(), n)
}

// course reads how an act under way or past goes, or went.
func (d *actData) course(ctx context.Context, q db.Q, now time.Time, n namer) (err error) {
	if d.Problem != nil {
		d.Stopped = n.problem(*d.Problem)
		if d.Problem.Unit != 0 {
			d.StopRef = unitHref(d.Problem.Unit)
		}
	}
	if d.Totals, err = reorg.TotalsOf(ctx, q, d.ID); err != nil {
		return err
	}
	if d.Totals.Before != nil {
		d.Equal = d.Totals.After != nil && d.Totals.Before.Equal(*d.Totals.After)
		d.Back = d.Totals.Undone != nil && *d.Totals.Before == *d.Totals.Undone
	}
	d.Took = d.EndedAt.Sub(d.StartedAt)
	if !d.Busy() {
		return nil
	}
	d.Took = now.Sub(d.StartedAt)
	if d.State == reorg.StateRunning && d.Done > 0 {
		d.Left = d.Took / time.Duration(d.Done) * time.Duration(d.Items-d.Done)
	}
	id, err := reorg.UnderWay(ctx, q, d.Act)
	if err != nil || id == 0 {
		return err
	}
	d.Next, err = n.unit(ctx, id)
	return err
}

// save keeps the head of a draft, and goes on where the button leads.
func (h *Web) save(w http.ResponseWriter, r *http.Request) error {
	who, id, err := asked(r)
	if err != nil {
		return err
	}
	var in headForm
	if err = web.Decode(r, &in); err == nil {
		err = h.reorgs.Save(r.Context(), who, id, in.facts())
	}
	if err != nil {
		f, ok := web.Retry(r, err)
		if !ok {
			return err
		}
		return h.showAct(w, r, f)
	}
	to := href(id)
	if r.PostFormValue("do") == "rehearse" {
		to += "/rehearsal"
	}
	return web.SeeOther(w, r, to)
}

// ordered runs an order about an act and shows the act again; what is refused comes
// back as words on top of it.
func (h *Web) ordered(w http.ResponseWriter, r *http.Request, flash string, order func(who access.Actor, id int64) error) error {
	who, id, err := asked(r)
	if err != nil {
		return err
	}
	if err := order(who, id); err != nil {
		f, ok := web.Retry(r, err)
		if !ok {
			return err
		}
		f.Values = nil
		return h.showAct(w, r, f)
	}
	return web.SeeOther(w, r, href(id), flash)
}

func (h *Web) start(w http.ResponseWriter, r *http.Request) error {
	return h.ordered(w, r, "reorg.flash.started", func(who access.Actor, id int64) error {
		var in struct {
			Version int `form:"version"`
		}
		if err := web.Decode(r, &in); err != nil {
			return err
		}
		return h.reorgs.Start(r.Context(), who, id, in.Version)
	})
}

func (h *Web) resume(w http.ResponseWriter, r *http.Request) error {
	return h.ordered(w, r, "reorg.flash.started", func(who access.Actor, id int64) error {
		return h.reorgs.Resume(r.Context(), who, id)
	})
}

// askUndo says what taking the act back means, and what stands in the way.
func (h *Web) askUndo(w http.ResponseWriter, r *http.Request) error { return h.showUndo(w, r, nil) }

func (h *Web) showUndo(w http.ResponseWriter, r *http.Request, f *web.Form) error {
	who, id, err := asked(r)
	if err != nil {
		return err
	}
	d := actData{Href: href(id), Form: f}
	err = h.read(r.Context(), func(q db.Q) error {
		if err := h.load(r, q, who, id, &d); err != nil {
			return err
		}
		if d.State != reorg.StateDone && d.State != reorg.StateStopped {
			return reorg.ErrBegun
		}
		signs, err := h.reorgs.Later(r.Context(), q, who, id)
		for _, s := range signs {
			if s.Key == "reorg.later.member" && !who.Can(access.MemberList, d.Root.Access()) {
				s.Key, s.Href = "reorg.later.members", "/cells"
			}
			d.Signs = append(d.Signs, sign{web.LangOf(r).T(s.Key, s.Args), s.Href})
		}
		return err
	})
	if err != nil {
		return err
	}
	return h.pages.RenderStatus(w, r, max(http.StatusOK, d.Form.Status), "undo.html", d)
}

func (h *Web) undo(w http.ResponseWriter, r *http.Request) error {
	who, id, err := asked(r)
	if err != nil {
		return err
	}
	if err := h.reorgs.TakeBack(r.Context(), who, id); err != nil {
		f, ok := web.Retry(r, err)
		if !ok {
			return err
		}
		f.Values = nil
		if errors.Is(err, reorg.ErrLater) {
			return h.showUndo(w, r, f)
		}
		return h.showAct(w, r, f)
	}
	return web.SeeOther(w, r, href(id), "reorg.flash.undoing")
}

func (h *Web) drop(w http.ResponseWriter, r *http.Request) error {
	who, id, err := asked(r)
	if err != nil {
		return err
	}
	if err := h.reorgs.Drop(r.Context(), who, id); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/reorganisations", "reorg.flash.dropped")
}

func (h *Web) again(w http.ResponseWriter, r *http.Request) error {
	who, id, err := asked(r)
	if err != nil {
		return err
	}
	next, err := h.reorgs.Again(r.Context(), who, id)
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, href(next))
}
