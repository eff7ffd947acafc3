package officeweb

import (
	"context"
	"errors"
	"net/http"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/member"
	"chibo/office"
	"chibo/org"
)

// giveForm is what the form of a post sends. Search is a name, or a part of it, as
// people type it; it stands in the body, never in the address.
type giveForm struct {
	Title   string     `form:"title"`
	Day     civil.Date `form:"day"`
	Search  string     `form:"search"`
	Member  string     `form:"member"`
	How     string     `form:"how"`
	Replace bool       `form:"replace"`
	Find    bool       `form:"find"` // the button that looks for names
}

// giveData is the dot of give.html.
type giveData struct {
	base
	Titles []web.Option
	Hows   []web.Option
	People []web.Option // found
	Asked  bool         // names were looked for
	More   bool         // more than are shown
	Taken  bool         // somebody holds the post: offer to replace
}

// foundRows is how many persons a search for a name shows.
const foundRows = 20

func (s *Web) giveData(r *http.Request, f giveForm) (d giveData, err error) {
	d.Unit, err = s.open(r, office.MayGive, func(ctx context.Context, q db.Q, who access.Actor, n namer, u org.Unit) error {
		for _, o := range office.Givable(n.set, u) {
			d.Titles = append(d.Titles, web.Option{Value: o.Code, Label: o.Title.In(n.lang.Code())})
		}
		if len(d.Titles) == 0 {
			return errLost()
		}
		for _, how := range []string{office.Elected, office.Appointed} {
			d.Hows = append(d.Hows, web.Option{Value: how, Label: n.lang.T("office.how." + how)})
		}
		return d.find(ctx, q, who, n, u, f)
	})
	d.Crumbs = way(r, d.Unit, web.LangOf(r).T("office.give.title"))
	return d, err
}

// find gives the persons the form offers: for following a cell those who hold posts
// above it, and otherwise the unit's members with the name.
func (d *giveData) find(ctx context.Context, q db.Q, who access.Actor, n namer, u org.Unit, f giveForm) error {
	if u.IsCell() {
		return d.holders(ctx, q, n, u)
	}
	if f.Search == "" {
		return nil
	}
	d.Asked = true
	scope, err := member.ListScope(who, u)
	if err != nil {
		return err
	}
	rows, err := member.List(ctx, q, scope, member.Filter{Day: n.day, Search: f.Search, Limit: foundRows + 1})
	if d.More = len(rows) > foundRows; d.More {
		rows = rows[:foundRows]
	}
	for _, row := range rows {
		d.People = append(d.People, web.Option{Value: row.Ref.String(), Label: row.Name, Hint: row.CellShort})
	}
	return err
}

func (d *giveData) holders(ctx context.Context, q db.Q, n namer, u org.Unit) error {
	d.Asked = true
	above, err := org.Ancestors(ctx, q, u)
	if err != nil {
		return err
	}
	seen := map[int64]bool{}
	for i := len(above) - 1; i >= 0; i-- {
		held, err := office.Holders(ctx, q, above[i].PartID, above[i].ID, n.day)
		if err != nil {
			return err
		}
		for _, h := range held {
			if seen[h.PersonID] {
				continue
			}
			seen[h.PersonID] = true
			home, err := homeOf(ctx, q, h.PersonID, n.day)
			if err != nil {
				return err
			}
			if home.ID != 0 {
				d.People = append(d.People, web.Option{
					Value: home.Ref().String(), Label: h.Name, Hint: n.title(above[i].Kind, h.Title) + ", " + above[i].Short,
				})
			}
		}
	}
	return nil
}

// homeOf gives the home membership of a person whose part is not known: the rights of a
// member lead to the cell. The zero Membership says that there is none today.
func homeOf(ctx context.Context, q db.Q, personID int64, day civil.Date) (member.Membership, error) {
	grants, err := access.LoadGrants(ctx, q, personID, day)
	if err != nil {
		return member.Membership{}, err
	}
	for _, g := range grants {
		if g.Role != access.RoleMember {
			continue
		}
		cell, err := org.ByID(ctx, q, g.OrgID)
		if err != nil {
			return member.Membership{}, err
		}
		m, err := member.InCell(ctx, q, cell, personID, day)
		if err == nil && m.Kind == member.KindHome || err != nil && !errors.Is(err, member.ErrNotFound) {
			return m, err
		}
	}
	return member.Membership{}, nil
}

func (s *Web) giveForm(w http.ResponseWriter, r *http.Request) error {
	d, err := s.giveData(r, giveForm{})
	if err != nil {
		return err
	}
	d.Form = web.NewForm(giveForm{Day: s.today(), Title: d.Titles[0].Value, How: office.Appointed})
	return s.pages.Render(w, r, "give.html", d)
}

func (s *Web) give(w http.ResponseWriter, r *http.Request) error {
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	var f giveForm
	err = web.Decode(r, &f)
	if err == nil && f.Find {
		d, err := s.giveData(r, f)
		if err != nil {
			return err
		}
		d.Form = web.NewForm(f)
		return s.pages.Render(w, r, "give.html", d)
	}
	if err == nil {
		ref, _ := ident.ParseRef(f.Member) // none is told at the field
		_, err = s.svc.Give(r.Context(), who, office.GiveIn{
			OrgID: id, Title: f.Title, Member: ref, Day: f.Day, How: f.How, Replace: f.Replace,
		})
	}
	if err != nil {
		return s.retry(w, r, err, "give.html", func(form *web.Form) (any, error) {
			d, err := s.giveData(r, f)
			d.Form, d.Taken = form, form.Err("title") != "" || f.Replace
			return d, err
		})
	}
	return web.SeeOther(w, r, listHref(id), "office.give.done")
}
