package orgweb

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/web"
	"chibo/org"
	"chibo/rulebook"
)

// unitIn is what the forms send of a unit.
type unitIn struct {
	Name      string     `form:"name"`
	Short     string     `form:"short"`
	PaperName string     `form:"paper_name"`
	Kind      string     `form:"kind"`
	Type      string     `form:"type"`
	Code      string     `form:"code"`
	Place     string     `form:"place"`
	Hall      string     `form:"hall"`
	Day       civil.Date `form:"day"`
	Again     string     `form:"again"` // found another one afterwards

	Seq     int        `form:"seq"`
	Founded civil.Date `form:"founded"`
	Version int        `form:"version"`
	How     string     `form:"how"` // change, correct
}

func (in unitIn) naming() org.Naming {
	return org.Naming{Name: in.Name, Short: in.Short, PaperName: in.PaperName, Place: in.Place, Hall: in.Hall, Code: in.Code}
}

// formData is the dot of new.html and edit.html.
type formData struct {
	Unit     org.Unit // the one changed, or the one above the new one
	Crumbs   []crumb
	Form     *web.Form
	Kinds    []web.Option
	Types    []web.Option
	Hows     []web.Option
	Code     string // an example
	CodeRule string
	Stale    []clash // somebody else's text beside the own
}

// clash is a field in which what was typed differs from what is kept now.
type clash struct{ Label, Typed, Kept string }

// managed reads the unit of a form and asks the right to change it.
func (s *Web) managed(r *http.Request) (d formData, who access.Actor, err error) {
	if who, err = access.Must(r.Context()); err != nil {
		return d, who, err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return d, who, err
	}
	ctx := r.Context()
	err = s.db.Read(ctx, func(q db.Q) error {
		if d.Unit, err = org.ByID(ctx, q, id); err != nil {
			return err
		}
		if !org.MayManage(who, d.Unit) {
			return access.ErrForbidden
		}
		return d.way(ctx, q, who)
	})
	return d, who, err
}

func (d *formData) way(ctx context.Context, q db.Q, who access.Actor) error {
	above, err := org.Ancestors(ctx, q, d.Unit)
	for _, a := range append(above, d.Unit) {
		if org.CanSee(who, a) {
			d.Crumbs = append(d.Crumbs, crumb{unitHref(a.ID), a.Short})
		}
	}
	return err
}

// choices fills in the kinds that may stand under the parent's by the rules of today,
// the types they may have, and what the rules say of a code. A kind or type the unit
// has is among them in any case.
func (d *formData) choices(r *http.Request, s *Web, parent string, now org.Unit) {
	lang := web.LangOf(r).Code()
	set := s.book.At(s.today(), d.Unit.Path)
	seen := map[string]bool{}
	types := func(list []rulebook.Choice) {
		for _, c := range list {
			if !seen[c.Code] {
				seen[c.Code] = true
				d.Types = append(d.Types, web.Option{Value: c.Code, Label: c.Title.In(lang)})
			}
		}
	}
	for _, k := range set.OrgKinds() {
		if k.MayStandUnder(parent) || k.Code == now.Kind {
			d.Kinds = append(d.Kinds, web.Option{Value: k.Code, Label: k.Title.In(lang)})
			types(org.Types(set, k.Code))
		}
	}
	if k := set.OrgKind(now.Kind); now.Kind != "" && !hasOption(d.Kinds, now.Kind) {
		d.Kinds = append(d.Kinds, web.Option{Value: now.Kind, Label: k.Title.In(lang)})
		types(org.Types(set, now.Kind))
	}
	d.Code, d.CodeRule = org.CodeExample(set), set.Rule(rulebook.OrgCodeGroups).Cite(lang)
}

func hasOption(list []web.Option, value string) bool {
	for _, o := range list {
		if o.Value == value {
			return true
		}
	}
	return false
}

func (s *Web) newForm(w http.ResponseWriter, r *http.Request) error {
	d, _, err := s.managed(r)
	if err != nil {
		return err
	}
	d.Form = web.NewForm(nil).Set("day", s.today().Vi())
	return s.showNew(w, r, http.StatusOK, d)
}

func (s *Web) showNew(w http.ResponseWriter, r *http.Request, status int, d formData) error {
	d.choices(r, s, d.Unit.Kind, org.Unit{})
	if len(d.Kinds) == 1 && d.Form.Value("kind") == "" {
		d.Form.Set("kind", d.Kinds[0].Value)
	}
	return s.pages.RenderStatus(w, r, status, "new.html", d)
}

func (s *Web) found(w http.ResponseWriter, r *http.Request) error {
	d, who, err := s.managed(r)
	if err != nil {
		return err
	}
	var in unitIn
	var u org.Unit
	if err = web.Decode(r, &in); err == nil {
		u, err = s.units.Found(r.Context(), who, org.NewUnit{
			ParentID: d.Unit.ID, Kind: in.Kind, Type: in.Type, Name: in.Name, Short: in.Short, PaperName: in.PaperName,
			Code: in.Code, Place: in.Place, Hall: in.Hall, ValidFrom: in.Day,
		})
	}
	switch form, ok := web.Retry(r, err); {
	case err != nil && !ok:
		return err
	case err != nil:
		d.Form = form
		return s.showNew(w, r, form.Status, d)
	case in.Again != "":
		return web.SeeOther(w, r, unitHref(d.Unit.ID)+"/new", "org.new.done")
	}
	return web.SeeOther(w, r, unitHref(u.ID), "org.new.done")
}

func (s *Web) editForm(w http.ResponseWriter, r *http.Request) error {
	d, _, err := s.managed(r)
	if err != nil {
		return err
	}
	a := d.Unit.Asked()
	d.Form = web.NewForm(unitIn{
		Name: a.Name, Short: a.Short, PaperName: a.PaperName, Kind: a.Kind, Type: a.Type, Code: a.Code, Place: a.Place, Hall: a.Hall,
		Day: s.today(), Seq: a.Seq, Founded: a.Founded, Version: a.Version, How: "change",
	})
	return s.showEdit(w, r, http.StatusOK, d)
}

func (s *Web) showEdit(w http.ResponseWriter, r *http.Request, status int, d formData) error {
	parent := ""
	if d.Unit.ParentID != 0 {
		err := s.db.Read(r.Context(), func(q db.Q) error {
			p, err := org.ByID(r.Context(), q, d.Unit.ParentID)
			parent = p.Kind
			return err
		})
		if err != nil {
			return err
		}
	}
	d.choices(r, s, parent, d.Unit)
	lang := web.LangOf(r)
	d.Hows = []web.Option{
		{Value: "change", Label: lang.T("org.edit.change"), Hint: lang.T("org.edit.change.hint")},
		{Value: "correct", Label: lang.T("org.edit.correct"), Hint: lang.T("org.edit.correct.hint")},
	}
	return s.pages.RenderStatus(w, r, status, "edit.html", d)
}

func (s *Web) edit(w http.ResponseWriter, r *http.Request) error {
	d, who, err := s.managed(r)
	if err != nil {
		return err
	}
	var in unitIn
	if err = web.Decode(r, &in); err == nil {
		e := org.Edit{
			ID: d.Unit.ID, Version: in.Version, Naming: in.naming(), Kind: in.Kind, Type: in.Type, Seq: in.Seq,
			Founded: in.Founded, Day: in.Day, Correct: in.How == "correct",
		}
		_, err = s.units.Edit(r.Context(), who, e)
	}
	if err == nil {
		return web.SeeOther(w, r, unitHref(d.Unit.ID), "org.edit.done")
	}
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	d.Form = form
	if errors.Is(err, org.ErrStale) {
		d.stale(r, s, in)
	}
	return s.showEdit(w, r, form.Status, d)
}

// stale lists where what was typed differs from what somebody else has saved since;
// saving once more is over that.
func (d *formData) stale(r *http.Request, s *Web, in unitIn) {
	lang := web.LangOf(r)
	n := namer{lang: lang, book: s.book, set: s.book.At(s.today(), d.Unit.Path)}
	kept := d.Unit.Asked()
	kind := func(code string) string { return n.set.OrgKind(code).Title.In(lang.Code()) }
	for _, c := range []struct{ label, typed, kept string }{
		{"org.f.name", in.Name, kept.Name},
		{"org.f.short", in.Short, kept.Short},
		{"org.f.paper_name", in.PaperName, kept.PaperName},
		{"org.f.kind", kind(in.Kind), kind(kept.Kind)},
		{"org.f.type", n.typ(in.Type), n.typ(kept.Type)},
		{"org.f.code", in.Code, kept.Code},
		{"org.f.place", in.Place, kept.Place},
		{"org.f.hall", in.Hall, kept.Hall},
		{"org.f.seq", strconv.Itoa(in.Seq), strconv.Itoa(kept.Seq)},
		{"org.f.founded", in.Founded.Vi(), kept.Founded.Vi()},
	} {
		if c.typed != c.kept {
			d.Stale = append(d.Stale, clash{lang.T(c.label), c.typed, c.kept})
		}
	}
	d.Form.Set("version", strconv.Itoa(d.Unit.Version))
}
