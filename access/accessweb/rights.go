package accessweb

import (
	"context"
	"net/http"
	"slices"

	"chibo/access"
	"chibo/account"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/member"
	"chibo/office"
	"chibo/org"
)

// hubData is the dot of rights.html: the search for a person, and the own units.
type hubData struct {
	Form  *web.Form
	Asked bool
	Found []foundRow
	More  bool
	Unit  org.Unit // top of what the reader sees
	Admin bool
}

// foundRow is a person that was found.
type foundRow struct {
	Name, Cell string
	Href, Give string // Give: giving a right, for an administrator
}

// personData is the dot of person.html: what a person may do, and why.
type personData struct {
	Crumbs  []crumb
	Name    string
	Own     bool
	Day     civil.Date
	Today   civil.Date
	Form    *web.Form // of the day
	Self    string    // this page's address
	Outside bool      // an administrator outside the register
	Reasons []reason
	Readers []reason // who may open the person's record or see the name in a list; own page
	Posts   []postView
	Account account.Status
	AcctURL string
	Give    string // giving a right, for an administrator
}

// postView is an own post, with what its holder decides.
type postView struct {
	Name      string
	Standin   string // address of a new charge
	Kept      string // address of what the unit keeps; "" for other posts than the secretary's
	KeptCount int
}

// unitData is the dot of unit.html: who may do what in a unit.
type unitData struct {
	Crumbs  []crumb
	Unit    org.Unit
	Day     civil.Date
	Today   civil.Date
	Form    *web.Form
	Reasons []reason
	Members []access.Action // what every member of the cell may do; empty above cells
	Outside []account.Status
	Kept    []access.Keeping
}

// found is how many people a search shows.
const found = 30

func (s *Web) hub(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	if _, err := access.Any(who, access.RightsRead); err != nil {
		return web.SeeOther(w, r, "/rights/me")
	}
	d, err := s.hubOf(r, who)
	if err != nil {
		return err
	}
	return s.pages.Render(w, r, "rights.html", d)
}

func (s *Web) hubOf(r *http.Request, who access.Actor) (hubData, error) {
	d := hubData{Form: web.NewForm(nil)}
	scope, err := access.Any(who, access.RightsRead)
	if err != nil {
		return d, err
	}
	d.Admin = who.Can(access.Admin, scope.Unit())
	err = s.db.Read(r.Context(), func(q db.Q) error {
		d.Unit, err = org.ByID(r.Context(), q, scope.Unit().ID)
		return err
	})
	return d, err
}

// find searches by name or login. The text comes in the body and stays out of every
// address; the search is one line of the reading log.
func (s *Web) find(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	var in struct {
		Search string `form:"q"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	d, err := s.hubOf(r, who)
	if err != nil {
		return err
	}
	d.Form, d.Asked = web.NewForm(nil).Set("q", in.Search), true
	if in.Search == "" {
		d.Asked = false
		return s.pages.Render(w, r, "rights.html", d)
	}
	ctx := r.Context()
	err = s.db.Read(ctx, func(q db.Q) error { return s.search(ctx, q, who, &d, in.Search) })
	if err != nil {
		return err
	}
	err = s.db.WriteGrouped(ctx, func(tx *db.Tx) error {
		return audit.RecordReading(ctx, tx, audit.Reading{
			Part: d.Unit.PartID, Account: who.AccountID, Reader: who.Name, OrgID: d.Unit.ID, What: audit.ReadList, Rows: max(1, len(d.Found)),
		})
	})
	if err != nil {
		return err
	}
	return s.pages.Render(w, r, "rights.html", d)
}

func (s *Web) search(ctx context.Context, q db.Q, who access.Actor, d *hubData, text string) error {
	scope, err := access.For(who, access.RightsRead, d.Unit.Access())
	if err != nil {
		return err
	}
	add := func(ref ident.Ref, name, cell string) {
		row := foundRow{Name: name, Cell: cell, Href: personHref(ref)}
		if d.Admin {
			row.Give = "/rights/direct/new?person=" + ref.String()
		}
		d.Found = append(d.Found, row)
	}
	if a, err := account.ByLogin(ctx, q, text); err == nil && a.PersonID != 0 {
		rights, err := access.HeldBy(ctx, q, a.PersonID, s.today())
		if err != nil {
			return err
		}
		for _, c := range cellsOf(rights, s.today()) {
			if who.Can(access.RightsRead, c) {
				cell, err := org.ByID(ctx, q, c.ID)
				if err != nil {
					return err
				}
				add(ident.Ref{Part: a.PartID, ID: a.PersonID}, a.Name, cell.Short)
				return nil
			}
		}
	} else if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	hits, err := member.Find(ctx, q, scope, member.Query{Text: text, Day: s.today(), Limit: found})
	if err != nil {
		return err
	}
	d.More = hits.More || hits.Cut
	for _, m := range hits.Hits {
		add(ident.Ref{Part: m.Ref.Part, ID: m.PersonID}, m.Name, m.CellShort)
	}
	return nil
}

// dayOf reads the day that a page is asked for; a bad one is a field error.
func (s *Web) dayOf(r *http.Request) (civil.Date, *web.Form, error) {
	var in struct {
		Day civil.Date `form:"day"`
	}
	err := web.DecodeQuery(r, &in)
	if err == nil && !in.Day.IsZero() && !in.Day.IsDay() {
		err = fault.Field("day", "access.err.day")
	}
	if err != nil {
		form, ok := web.Retry(r, err)
		if !ok {
			return civil.Date{}, nil, err
		}
		form.Set("day", web.Text(r.URL.Query().Get("day")))
		return s.today(), form, nil
	}
	if in.Day.IsZero() {
		in.Day = s.today()
	}
	return in.Day, web.NewForm(nil).Set("day", in.Day.Vi()), nil
}

func (s *Web) me(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	return s.showPerson(w, r, who, ident.Ref{Part: who.PartID, ID: who.PersonID}, true)
}

func (s *Web) person(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	ref, err := web.Ref(r, "ref")
	if err != nil {
		return err
	}
	return s.showPerson(w, r, who, ref, ref.ID == who.PersonID)
}

func (s *Web) showPerson(w http.ResponseWriter, r *http.Request, who access.Actor, ref ident.Ref, own bool) error {
	day, form, err := s.dayOf(r)
	if err != nil {
		return err
	}
	d := personData{Own: own, Day: day, Today: s.today(), Form: form, Self: "/rights/me", Name: who.Name}
	if !own {
		d.Self = personHref(ref)
	}
	err = s.db.Read(r.Context(), func(q db.Q) error {
		return d.read(r.Context(), q, s, who, ref, newResolver(s.words(web.LangOf(r), day), q))
	})
	if err != nil {
		return err
	}
	status := http.StatusOK
	if form.Status != 0 {
		status = form.Status
	}
	return s.pages.RenderStatus(w, r, status, "person.html", d)
}

func (d *personData) read(ctx context.Context, q db.Q, s *Web, who access.Actor, ref ident.Ref, v *resolver) error {
	if d.Own && who.PersonID == 0 {
		d.Outside = true
		d.Reasons = []reason{{Why: v.lang.T("access.why.outside"), Below: true, Actions: who.Grants[0].Actions()}}
		return nil
	}
	held, err := access.HeldBy(ctx, q, ref.ID, d.Day)
	if err != nil {
		return err
	}
	if d.Day != d.Today { // what was to come then is of no use now
		held = slices.DeleteFunc(held, func(h access.Held) bool { return h.From.After(d.Day) })
	}
	if !d.Own {
		if err := d.open(ctx, q, s, who, ref); err != nil {
			return err
		}
	}
	if d.Reasons, err = v.reasons(ctx, held); err != nil {
		return err
	}
	if !d.Own {
		d.Crumbs = []crumb{{"/rights", v.lang.T("access.rights")}, {"", d.Name}}
		return nil
	}
	if err := d.readers(ctx, q, who, held, v); err != nil {
		return err
	}
	return d.posts(ctx, q, who, v)
}

// open checks that the reader sees this person's rights, by where the person is a
// member today, and finds the name.
func (d *personData) open(ctx context.Context, q db.Q, s *Web, who access.Actor, ref ident.Ref) error {
	now, err := access.HeldBy(ctx, q, ref.ID, s.today())
	if err != nil {
		return err
	}
	cells := cellsOf(now, s.today())
	may := func(a access.Action) bool {
		return slices.ContainsFunc(cells, func(u access.Unit) bool { return who.Can(a, u) })
	}
	if !may(access.RightsRead) {
		return access.ErrForbidden
	}
	p, err := member.PersonOf(ctx, q, ref.Part, ref.ID)
	if err != nil {
		return err
	}
	d.Name = p.Name
	if may(access.Admin) {
		d.Give = "/rights/direct/new?person=" + ref.String()
	}
	d.Account, err = account.StatusOf(ctx, q, ref.ID)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	d.AcctURL = "/accounts/" + text(d.Account.ID)
	return err
}

// readers lists who may open the own record or see the own name in a list.
func (d *personData) readers(ctx context.Context, q db.Q, who access.Actor, held []access.Held, v *resolver) error {
	for _, c := range cellsOf(held, d.Day) {
		over, err := access.HeldOver(ctx, q, c.Path, d.Day)
		if err != nil {
			return err
		}
		over = slices.DeleteFunc(over, func(h access.Held) bool {
			return h.PersonID == who.PersonID || !h.Allows(access.MemberRead) && !h.Allows(access.MemberList)
		})
		list, err := v.reasons(ctx, over)
		if err != nil {
			return err
		}
		for _, r := range list {
			r.Actions = slices.DeleteFunc(r.Actions, func(a access.Action) bool {
				return a != access.MemberRead && a != access.MemberList && a != access.Reveal
			})
			d.Readers = append(d.Readers, r)
		}
	}
	return nil
}

func (d *personData) posts(ctx context.Context, q db.Q, who access.Actor, v *resolver) error {
	list, err := office.OfPerson(ctx, q, who.PersonID, d.Today)
	for _, h := range list {
		u, err := v.unit(ctx, h.OrgID)
		if err != nil {
			return err
		}
		p := postView{Name: v.post(u, h.Title) + " · " + u.Short, Standin: "/standins/new?post=" + h.Ref().String()}
		if h.Title == office.Secretary {
			p.Kept = "/units/" + text(u.ID) + "/kept"
			all, err := access.Keepings(ctx, q, u.ID)
			if err != nil {
				return err
			}
			for _, k := range all {
				if k.EndedAt == 0 {
					p.KeptCount++
				}
			}
		}
		d.Posts = append(d.Posts, p)
	}
	return err
}

func (s *Web) unit(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	day, form, err := s.dayOf(r)
	if err != nil {
		return err
	}
	d := unitData{Day: day, Today: s.today(), Form: form}
	l := web.LangOf(r)
	err = s.db.Read(r.Context(), func(q db.Q) error { return d.read(r.Context(), q, who, id, newResolver(s.words(l, day), q)) })
	if err != nil {
		return err
	}
	status := http.StatusOK
	if form.Status != 0 {
		status = form.Status
	}
	return s.pages.RenderStatus(w, r, status, "unit.html", d)
}

func (d *unitData) read(ctx context.Context, q db.Q, who access.Actor, id int64, v *resolver) (err error) {
	if d.Unit, err = v.unit(ctx, id); err != nil {
		return err
	}
	if _, err := access.For(who, access.RightsRead, d.Unit.Access()); err != nil {
		return err
	}
	d.Crumbs = []crumb{{"/rights", v.lang.T("access.rights")}, {"", d.Unit.Short}}
	held, err := access.HeldOver(ctx, q, d.Unit.Path, d.Day)
	if err != nil {
		return err
	}
	if d.Reasons, err = v.reasons(ctx, held); err != nil {
		return err
	}
	if d.Unit.IsCell() {
		d.Members = access.Grant{Role: access.RoleMember}.Actions()
	}
	if d.Outside, err = account.Outside(ctx, q); err != nil {
		return err
	}
	all, err := access.Keepings(ctx, q, id)
	d.Kept = slices.DeleteFunc(all, func(k access.Keeping) bool { return k.EndedAt != 0 })
	return err
}
