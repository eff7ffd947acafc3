package officeweb

import (
	"context"
	"net/http"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/web"
	"chibo/office"
	"chibo/org"
	"chibo/rulebook"
)

// termForm is what the form of a new term sends.
type termForm struct {
	Name string     `form:"name"`
	Day  civil.Date `form:"day"`
}

// termData is the dot of term.html.
type termData struct {
	base
	Months int // length of a term now
	Rule   string
}

func (s *Web) termData(r *http.Request) (d termData, err error) {
	d.Unit, err = s.open(r, office.MayTerm, func(_ context.Context, _ db.Q, _ access.Actor, n namer, u org.Unit) error {
		key := rulebook.TermGrassrootsMonths
		if u.IsCell() {
			key = rulebook.TermCellMonths
		}
		d.Months, d.Rule = n.set.Int(key), n.set.Rule(key).Cite(n.lang.Code())
		return nil
	})
	d.Crumbs = way(r, d.Unit, web.LangOf(r).T("office.term.title"))
	return d, err
}

func (s *Web) termForm(w http.ResponseWriter, r *http.Request) error {
	d, err := s.termData(r)
	if err != nil {
		return err
	}
	d.Form = web.NewForm(termForm{Day: s.today()})
	return s.pages.Render(w, r, "term.html", d)
}

func (s *Web) term(w http.ResponseWriter, r *http.Request) error {
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	var f termForm
	if err = web.Decode(r, &f); err == nil {
		err = s.svc.BeginTerm(r.Context(), who, office.TermIn{OrgID: id, Name: f.Name, From: f.Day})
	}
	if err != nil {
		return s.retry(w, r, err, "term.html", func(form *web.Form) (any, error) {
			d, err := s.termData(r)
			d.Form = form
			return d, err
		})
	}
	return web.SeeOther(w, r, listHref(id), "office.term.done")
}

// endForm is what the form of an ended post sends.
type endForm struct {
	Day civil.Date `form:"day"`
}

// endData is the dot of end.html.
type endData struct {
	base
	Held holderView
}

func (s *Web) endData(r *http.Request) (d endData, err error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return d, err
	}
	ref, err := web.Ref(r, "ref")
	if err != nil {
		return d, err
	}
	err = s.svc.DB.Read(r.Context(), func(q db.Q) error {
		h, err := office.HolderByRef(r.Context(), q, ref)
		if err != nil {
			return err
		}
		if d.Unit, err = org.ByID(r.Context(), q, h.OrgID); err != nil {
			return err
		}
		if !office.MayEnd(who, d.Unit) {
			return access.ErrForbidden
		}
		day := s.today()
		n := namer{web.LangOf(r), s.svc.Book.At(day, d.Unit.Path), day}
		d.Held = holderView{Holder: h, Post: n.title(d.Unit.Kind, h.Title)}
		return nil
	})
	d.Crumbs = way(r, d.Unit, web.LangOf(r).T("office.end.title"))
	return d, err
}

func (s *Web) endForm(w http.ResponseWriter, r *http.Request) error {
	d, err := s.endData(r)
	if err != nil {
		return err
	}
	d.Form = web.NewForm(endForm{Day: s.today()})
	return s.pages.Render(w, r, "end.html", d)
}

func (s *Web) end(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	d, err := s.endData(r)
	if err != nil {
		return err
	}
	var f endForm
	if err = web.Decode(r, &f); err == nil {
		err = s.svc.EndPost(r.Context(), who, d.Held.Ref(), f.Day)
	}
	if err != nil {
		return s.retry(w, r, err, "end.html", func(form *web.Form) (any, error) {
			d.Form = form
			return d, nil
		})
	}
	return web.SeeOther(w, r, listHref(d.Unit.ID), "office.end.done")
}
