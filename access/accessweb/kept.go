package accessweb

import (
	"context"
	"net/http"
	"time"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/web"
	"chibo/office"
	"chibo/org"
	"chibo/rulebook"
)

// keptData is the dot of kept.html: what a unit keeps from the levels above.
type keptData struct {
	Crumbs  []crumb
	Unit    org.Unit
	Kinds   []kindRow
	Past    []keptRow
	Decides bool // the reader is the secretary
	Rule    string
	Form    *web.Form
	Bad     string // kind whose form was refused
}

// kindRow is one kind of records.
type kindRow struct {
	Code, Title string
	Kept        *keptRow // nil: open to the levels above
}

type keptRow struct {
	access.Keeping
	Title string
}

// Since gives when it was decided.
func (k keptRow) Since() time.Time { return time.UnixMilli(k.At).UTC() }

// Until gives when it was opened again.
func (k keptRow) Until() time.Time { return time.UnixMilli(k.EndedAt).UTC() }

func (s *Web) kept(w http.ResponseWriter, r *http.Request) error {
	d, err := s.keptOf(r)
	if err != nil {
		return err
	}
	return s.pages.Render(w, r, "kept.html", d)
}

func (s *Web) keptOf(r *http.Request) (keptData, error) {
	d := keptData{Form: web.NewForm(nil)}
	who, err := access.Must(r.Context())
	if err != nil {
		return d, err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return d, err
	}
	v := s.words(web.LangOf(r), s.today())
	err = s.db.Read(r.Context(), func(q db.Q) error { return d.read(r.Context(), q, v, who, id) })
	return d, err
}

func (d *keptData) read(ctx context.Context, q db.Q, v words, who access.Actor, id int64) (err error) {
	if d.Unit, err = org.ByID(ctx, q, id); err != nil {
		return err
	}
	if !org.CanSee(who, d.Unit) && !who.Can(access.RightsRead, d.Unit.Access()) {
		return access.ErrForbidden
	}
	if d.Decides, err = office.Decides(ctx, q, who.PersonID, d.Unit, v.day); err != nil {
		return err
	}
	d.Crumbs = []crumb{{"/units/" + text(id), d.Unit.Short}, {"", v.lang.T("access.kept")}}
	set := v.book.At(v.day, d.Unit.Path)
	d.Rule = set.Rule(rulebook.KeptKinds).Cite(v.lang.Code())
	all, err := access.Keepings(ctx, q, id)
	titles, open := map[string]string{}, map[string]*keptRow{}
	for _, c := range set.Choices(rulebook.KeptKinds) {
		titles[c.Code] = c.Title.In(v.lang.Code())
	}
	for _, k := range all {
		row := keptRow{k, titles[k.Kind]}
		if row.Title == "" { // a kind that a unit above has taken from the list since
			row.Title = v.lang.T("access.kept.other")
		}
		if k.EndedAt == 0 {
			open[k.Kind] = &row
		} else {
			d.Past = append(d.Past, row)
		}
	}
	for _, c := range set.Choices(rulebook.KeptKinds) {
		d.Kinds = append(d.Kinds, kindRow{c.Code, c.Title.In(v.lang.Code()), open[c.Code]})
		delete(open, c.Code)
	}
	for _, k := range open {
		d.Kinds = append(d.Kinds, kindRow{k.Kind, k.Title, k})
	}
	return err
}

func (s *Web) keep(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	var in struct {
		Kind   string `form:"kind"`
		On     bool   `form:"on"`
		Reason string `form:"reason"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	err = s.offices.Keep(r.Context(), who, office.KeepIn{OrgID: id, Kind: in.Kind, On: in.On, Reason: in.Reason})
	if err == nil {
		flash := "access.flash.opened"
		if in.On {
			flash = "access.flash.kept"
		}
		return web.SeeOther(w, r, "/units/"+text(id)+"/kept", flash)
	}
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	d, err := s.keptOf(r)
	if err != nil {
		return err
	}
	d.Form, d.Bad = form, in.Kind
	return s.pages.RenderStatus(w, r, form.Status, "kept.html", d)
}
