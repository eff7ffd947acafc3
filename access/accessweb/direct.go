package accessweb

import (
	"context"
	"net/http"

	"chibo/access"
	"chibo/account"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/member"
	"chibo/org"
)

// directsData is the dot of directs.html: rights given without a post.
type directsData struct {
	Crumbs []crumb
	Unit   org.Unit
	List   []directRow
	Form   *web.Form // of the end that was refused
	Bad    int64     // which one that was
}

type directRow struct {
	account.Direct
	Over bool
}

// directData is the dot of direct.html: the form that gives a right.
type directData struct {
	Crumbs []crumb
	Ref    ident.Ref
	Name   string
	Units  []web.Option
	Roles  []web.Option
	Form   *web.Form
}

type directIn struct {
	Person string     `form:"person"`
	Role   string     `form:"role"`
	Unit   int64      `form:"unit"`
	From   civil.Date `form:"from"`
	To     civil.Date `form:"to"`
	Reason string     `form:"reason"`
}

func (s *Web) directs(w http.ResponseWriter, r *http.Request) error {
	d, err := s.directsOf(r)
	if err != nil {
		return err
	}
	return s.pages.Render(w, r, "directs.html", d)
}

func (s *Web) directsOf(r *http.Request) (directsData, error) {
	d := directsData{Form: web.NewForm(nil)}
	who, err := access.Must(r.Context())
	if err != nil {
		return d, err
	}
	scope, err := access.Any(who, access.Admin)
	if err != nil {
		return d, err
	}
	l := web.LangOf(r)
	d.Crumbs = []crumb{{"/rights", l.T("access.rights")}, {"", l.T("access.direct")}}
	err = s.db.Read(r.Context(), func(q db.Q) error {
		if d.Unit, err = org.ByID(r.Context(), q, scope.Unit().ID); err != nil {
			return err
		}
		list, err := account.Directs(r.Context(), q, scope, s.today())
		for _, x := range list {
			d.List = append(d.List, directRow{x, x.Over(s.today())})
		}
		return err
	})
	return d, err
}

func (s *Web) directForm(w http.ResponseWriter, r *http.Request) error {
	d, err := s.directOf(r, r.URL.Query().Get("person"))
	if err != nil {
		return err
	}
	d.Form = web.NewForm(nil).Set("from", s.today().Vi()).Set("role", access.RoleKeeper)
	return s.pages.Render(w, r, "direct.html", d)
}

// directOf finds the person, and the units of the person's way up in which the reader
// administers.
func (s *Web) directOf(r *http.Request, person string) (directData, error) {
	var d directData
	who, err := access.Must(r.Context())
	if err != nil {
		return d, err
	}
	if _, err := access.Any(who, access.Admin); err != nil {
		return d, err
	}
	if d.Ref, err = ident.ParseRef(person); err != nil || d.Ref.IsZero() {
		return d, errLost()
	}
	l := web.LangOf(r)
	for _, role := range []string{access.RoleKeeper, access.RoleAdmin} {
		d.Roles = append(d.Roles, web.Option{Value: role, Label: l.T("access.role." + role), Hint: l.T("access.role." + role + ".hint")})
	}
	err = s.db.Read(r.Context(), func(q db.Q) error { return d.read(r.Context(), q, s, who) })
	d.Crumbs = []crumb{{"/rights", l.T("access.rights")}, {"/rights/direct", l.T("access.direct")}, {"", d.Name}}
	return d, err
}

func (d *directData) read(ctx context.Context, q db.Q, s *Web, who access.Actor) error {
	held, err := access.HeldBy(ctx, q, d.Ref.ID, s.today())
	if err != nil {
		return err
	}
	for _, c := range cellsOf(held, s.today()) {
		for _, id := range c.Path.Ids() {
			u, err := org.ByID(ctx, q, id)
			if err != nil {
				return err
			}
			if who.Can(access.Admin, u.Access()) {
				d.Units = append(d.Units, web.Option{Value: text(id), Label: u.Name})
			}
		}
	}
	if len(d.Units) == 0 {
		return access.ErrForbidden
	}
	p, err := member.PersonOf(ctx, q, d.Ref.Part, d.Ref.ID)
	d.Name = p.Name
	return err
}

func (s *Web) giveDirect(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	var in directIn
	bad := web.Decode(r, &in)
	if bad != nil && fault.KindOf(bad) != fault.Invalid {
		return bad
	}
	d, err := s.directOf(r, in.Person)
	if err != nil {
		return err
	}
	if bad == nil {
		_, bad = s.accounts.Give(r.Context(), who, account.DirectIn{
			Person: account.Person{ID: d.Ref.ID, Name: d.Name}, Role: in.Role, OrgID: in.Unit, From: in.From, To: in.To, Reason: in.Reason,
		})
	}
	if bad == nil {
		return web.SeeOther(w, r, "/rights/direct", "access.flash.given")
	}
	form, ok := web.Retry(r, bad)
	if !ok {
		return bad
	}
	d.Form = form
	return s.pages.RenderStatus(w, r, form.Status, "direct.html", d)
}

func (s *Web) endDirect(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	var in struct {
		Reason string `form:"reason"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	if err = s.accounts.EndDirect(r.Context(), who, id, in.Reason); err == nil {
		return web.SeeOther(w, r, "/rights/direct", "access.flash.ended")
	}
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	d, err := s.directsOf(r)
	if err != nil {
		return err
	}
	d.Form, d.Bad = form, id
	return s.pages.RenderStatus(w, r, form.Status, "directs.html", d)
}

// ref reads a "part-id" that came in a form; the zero Ref when it is none.
func ref(s string) ident.Ref {
	r, err := ident.ParseRef(s)
	if err != nil {
		return ident.Ref{}
	}
	return r
}
