package officeweb

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/web"
	"chibo/member"
	"chibo/office"
	"chibo/org"
	"chibo/rulebook"
)

// electForm is what the form of an election sends. Secretary and deputy are of the
// committee without being ticked.
type electForm struct {
	Day       civil.Date `form:"day"`
	Secretary int64      `form:"secretary"`
	Deputy    int64      `form:"deputy"`
	Others    []int64    `form:"committee"`
}

// electData is the dot of elect.html and appoint.html.
type electData struct {
	base
	People    []web.Option // who may be elected
	Officials int          // official members, which the size of the committee follows
	Committee bool         // the cell elects a committee
	Need      int
	Most      int // members of the committee; 0 no limit
	Rule      string
	MostRule  string
	Before    []holderView // who steps down
}

func (d *electData) read(ctx context.Context, q db.Q, who access.Actor, n namer, u org.Unit) error {
	if !u.IsCell() {
		return errLost()
	}
	body, err := member.Body(ctx, q, u.PartID, u.ID, n.day)
	if err != nil {
		return err
	}
	for _, m := range body {
		if !m.Official || m.Standing == member.StandingGuest {
			continue
		}
		d.Officials++
		if m.Standing != member.SpellSuspended {
			d.People = append(d.People, web.Option{Value: strconv.FormatInt(m.MembershipID, 10), Label: m.Name})
		}
	}
	d.Need = n.set.Int(rulebook.CellCommitteeMinOfficial)
	d.Committee = d.Officials >= d.Need
	d.Rule = n.set.Rule(rulebook.CellCommitteeMinOfficial).Cite(n.lang.Code())
	if n.set.Has(rulebook.CellCommitteeMax) {
		d.Most, d.MostRule = n.set.Int(rulebook.CellCommitteeMax), n.set.Rule(rulebook.CellCommitteeMax).Cite(n.lang.Code())
	}
	held, err := office.Committee(ctx, q, u.PartID, u.ID, n.day)
	d.Before = views(held, who, n, u, false)
	return err
}

func (s *Web) electData(r *http.Request, allowed may, title string) (d electData, err error) {
	d.Unit, err = s.open(r, allowed, d.read)
	d.Crumbs = way(r, d.Unit, web.LangOf(r).T(title))
	return d, err
}

func (s *Web) electForm(w http.ResponseWriter, r *http.Request) error {
	d, err := s.electData(r, office.MayElect, "office.elect.title")
	if err != nil {
		return err
	}
	d.Form = web.NewForm(electForm{Day: s.today()})
	return s.pages.Render(w, r, "elect.html", d)
}

func (s *Web) elect(w http.ResponseWriter, r *http.Request) error {
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	var f electForm
	if err = web.Decode(r, &f); err == nil {
		err = s.svc.Elect(r.Context(), who, f.in(id))
	}
	if err != nil {
		return s.retry(w, r, err, "elect.html", func(form *web.Form) (any, error) {
			d, err := s.electData(r, office.MayElect, "office.elect.title")
			d.Form = form
			return d, err
		})
	}
	return web.SeeOther(w, r, listHref(id), "office.elect.done")
}

func (f electForm) in(cell int64) office.ElectIn {
	in := office.ElectIn{CellID: cell, Day: f.Day, SecretaryID: f.Secretary, DeputyID: f.Deputy}
	if len(f.Others) == 0 {
		return in
	}
	for _, id := range append([]int64{f.Secretary, f.Deputy}, f.Others...) {
		if id != 0 && !slices.Contains(in.CommitteeIDs, id) {
			in.CommitteeIDs = append(in.CommitteeIDs, id)
		}
	}
	return in
}

// appointForm is what the form of an appointment by the upper committee sends.
type appointForm struct {
	Day    civil.Date `form:"day"`
	Member int64      `form:"secretary"`
}

func (s *Web) appointForm(w http.ResponseWriter, r *http.Request) error {
	d, err := s.electData(r, office.MayAppoint, "office.appoint.title")
	if err != nil {
		return err
	}
	d.Form = web.NewForm(appointForm{Day: s.today()})
	return s.pages.Render(w, r, "appoint.html", d)
}

func (s *Web) appoint(w http.ResponseWriter, r *http.Request) error {
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	var f appointForm
	if err = web.Decode(r, &f); err == nil {
		_, err = s.svc.AppointSecretary(r.Context(), who, office.AppointIn{CellID: id, MembershipID: f.Member, Day: f.Day})
	}
	if err != nil {
		return s.retry(w, r, err, "appoint.html", func(form *web.Form) (any, error) {
			d, err := s.electData(r, office.MayAppoint, "office.appoint.title")
			d.Form = form
			return d, err
		})
	}
	return web.SeeOther(w, r, listHref(id), "office.appoint.done")
}
