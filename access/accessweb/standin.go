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
	"chibo/rulebook"
)

// standinsData is the dot of standins.html.
type standinsData struct {
	Posts []postView    // of the reader, from which something can be given
	Given []standinView // by the reader
	Held  []standinView // what the reader does for others
	Below []standinView // of the units below whose secretary the reader is above
}

// standinView is a charge as a line of the page.
type standinView struct {
	office.Standin
	Post string     // of the giver
	Now  bool       // in force today
	Open bool       // not over
	Done audit.Done // in the giver's place
	Text string     // how it ended
}

// standinData is the dot of standin.html: the form of a new charge.
type standinData struct {
	Crumbs []crumb
	Ref    ident.Ref
	Post   string
	Unit   org.Unit
	People []web.Option
	Duties []web.Option
	Most   int
	Rule   string
	Form   *web.Form
}

type standinIn struct {
	Post   string     `form:"post"`
	Person string     `form:"person"`
	Login  string     `form:"login"`
	Duty   []string   `form:"duty"`
	From   civil.Date `form:"from"`
	To     civil.Date `form:"to"`
	Reason string     `form:"reason"`
}

func (s *Web) standins(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	var d standinsData
	v := s.words(web.LangOf(r), s.today())
	err = s.db.Read(r.Context(), func(q db.Q) error { return d.read(r.Context(), q, who, newResolver(v, q)) })
	if err != nil {
		return err
	}
	return s.pages.Render(w, r, "standins.html", d)
}

func (d *standinsData) read(ctx context.Context, q db.Q, who access.Actor, v *resolver) error {
	if who.PersonID == 0 {
		return nil
	}
	var p personData
	p.Today = v.day
	if err := p.posts(ctx, q, who, v); err != nil {
		return err
	}
	d.Posts = p.Posts
	own, err := office.StandinsOf(ctx, q, who.PersonID)
	if err != nil {
		return err
	}
	for _, x := range own {
		view, err := v.standin(ctx, x)
		if err != nil {
			return err
		}
		if x.GiverID == who.PersonID {
			d.Given = append(d.Given, view)
		} else {
			d.Held = append(d.Held, view)
		}
	}
	below, err := office.StandinsBelow(ctx, q, who.PersonID, v.day)
	if err != nil {
		return err
	}
	for _, x := range below {
		view, err := v.standin(ctx, x)
		if err != nil {
			return err
		}
		d.Below = append(d.Below, view)
	}
	return nil
}

func (v *resolver) standin(ctx context.Context, x office.Standin) (standinView, error) {
	view := standinView{Standin: x, Now: x.On(v.day), Open: x.Open(v.day)}
	u, err := v.unit(ctx, x.OrgID)
	if err != nil {
		return view, err
	}
	view.Post = v.post(u, x.Title)
	if x.EndedHow != "" {
		view.Text = v.lang.T("access.standin.ended." + x.EndedHow)
	}
	a, err := account.ByPerson(ctx, v.q, x.PersonID)
	if fault.KindOf(err) == fault.NotFound {
		return view, nil
	}
	if err != nil {
		return view, err
	}
	view.Done, err = audit.DoneFor(ctx, v.q, x.GiverID, a.ID, x.MadeAt)
	return view, err
}

func (s *Web) standinForm(w http.ResponseWriter, r *http.Request) error {
	d, err := s.standinOf(r, ref(r.URL.Query().Get("post")))
	if err != nil {
		return err
	}
	d.Form = web.NewForm(nil).Set("from", s.today().Vi())
	return s.pages.Render(w, r, "standin.html", d)
}

// standinOf gathers what the form of a charge from one's own post shows.
func (s *Web) standinOf(r *http.Request, post ident.Ref) (standinData, error) {
	d := standinData{Ref: post}
	who, err := access.Must(r.Context())
	if err != nil {
		return d, err
	}
	l := web.LangOf(r)
	v := s.words(l, s.today())
	err = s.db.Read(r.Context(), func(q db.Q) error {
		posts, err := office.OfPerson(r.Context(), q, who.PersonID, s.today())
		if err != nil {
			return err
		}
		i := slices.IndexFunc(posts, func(h office.Holder) bool { return h.Ref() == post })
		if i < 0 || who.PersonID == 0 {
			return access.ErrForbidden
		}
		return d.read(r.Context(), q, v, posts[i])
	})
	d.Crumbs = []crumb{{"/standins", l.T("access.standins")}, {"", d.Post}}
	return d, err
}

func (d *standinData) read(ctx context.Context, q db.Q, v words, post office.Holder) (err error) {
	if d.Unit, err = org.ByID(ctx, q, post.OrgID); err != nil {
		return err
	}
	d.Post = v.post(d.Unit, post.Title)
	set := v.book.At(v.day, d.Unit.Path)
	d.Most, d.Rule = set.Int(rulebook.StandinMaxDays), set.Rule(rulebook.StandinMaxDays).Cite(v.lang.Code())
	held, err := access.HeldFrom(ctx, q, access.FromOffice, post.ID)
	if err != nil {
		return err
	}
	for _, duty := range office.DutiesOf(held) {
		d.Duties = append(d.Duties, web.Option{Value: duty, Label: v.lang.T("access.duty." + duty)})
	}
	return d.candidates(ctx, q, v, post)
}

// candidates offers those who are near: holders of posts in the unit, and the members
// of a cell. Others are named by their login.
func (d *standinData) candidates(ctx context.Context, q db.Q, v words, post office.Holder) error {
	seen := map[int64]bool{post.PersonID: true}
	add := func(part, person int64, name, note string) {
		if !seen[person] {
			seen[person] = true
			label := name
			if note != "" {
				label += " · " + note
			}
			d.People = append(d.People, web.Option{Value: ident.Ref{Part: part, ID: person}.String(), Label: label})
		}
	}
	holders, err := office.Holders(ctx, q, d.Unit.PartID, d.Unit.ID, v.day)
	if err != nil {
		return err
	}
	for _, h := range holders {
		part, err := access.HomePart(ctx, q, h.PersonID, v.day)
		if err != nil {
			return err
		}
		if part != 0 {
			add(part, h.PersonID, h.Name, v.post(d.Unit, h.Title))
		}
	}
	if !d.Unit.IsCell() {
		return nil
	}
	body, err := member.Body(ctx, q, d.Unit.PartID, d.Unit.ID, v.day)
	for _, m := range body {
		if m.Standing != member.StandingGuest {
			add(d.Unit.PartID, m.PersonID, m.Name, "")
		}
	}
	return err
}

func (s *Web) giveStandin(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	var in standinIn
	bad := web.Decode(r, &in)
	if bad != nil && fault.KindOf(bad) != fault.Invalid {
		return bad
	}
	d, err := s.standinOf(r, ref(in.Post))
	if err != nil {
		return err
	}
	person := ref(in.Person)
	if bad == nil && in.Login != "" {
		person, bad = s.byLogin(r.Context(), in.Login)
	}
	if bad == nil {
		_, bad = s.offices.GiveStandin(r.Context(), who, office.StandinIn{
			Post: d.Ref, Person: person, Duties: in.Duty, From: in.From, To: in.To, Reason: in.Reason,
		})
	}
	if bad == nil {
		return web.SeeOther(w, r, "/standins", "access.flash.standin")
	}
	form, ok := web.Retry(r, bad)
	if !ok {
		return bad
	}
	d.Form = form
	return s.pages.RenderStatus(w, r, form.Status, "standin.html", d)
}

func (s *Web) byLogin(ctx context.Context, login string) (out ident.Ref, err error) {
	err = s.db.Read(ctx, func(q db.Q) error {
		a, err := account.ByLogin(ctx, q, login)
		if fault.KindOf(err) == fault.NotFound || err == nil && a.PersonID == 0 {
			return fault.Field("login", "access.err.login")
		}
		out = ident.Ref{Part: a.PartID, ID: a.PersonID}
		return err
	})
	return out, err
}

func (s *Web) endStandin(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	if err := s.offices.WithdrawStandin(r.Context(), who, id); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/standins", "access.flash.standin_ended")
}
