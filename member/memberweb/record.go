package memberweb

import (
	"context"
	"net/http"
	"strings"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/web"
	"chibo/member"
	"chibo/office"
	"chibo/org"
)

// recordData is the dot of record.html: what the register holds, and nothing that
// was reckoned from it.
type recordData struct {
	member.Record
	Crumbs      []crumb
	Own         bool
	Masked      bool   // the telephone number is not shown whole
	Title, Tone string // of the standing
	ListHref    string // the cell's list, for who may see it
	Posts       []postView
	Times       []timeView
	Past        []pastView
	Life        panel
}

// postView is a post that the person holds.
type postView struct {
	Title, Unit string
	From        civil.Date
}

// timeView is a time in which rights or duties differ.
type timeView struct {
	member.Spell
	Title string
	Last  civil.Date // inside; zero: open
}

// pastView is another membership of the person.
type pastView struct {
	member.Membership
	Cell string
}

// own leads to the reader's own record.
func (s *Web) own(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	var list []member.Membership
	err = s.db.Read(r.Context(), func(q db.Q) error {
		if who.PersonID != 0 {
			list, err = member.ByPerson(r.Context(), q, who.PartID, who.PersonID, s.today())
		}
		return err
	})
	if err != nil {
		return err
	}
	if len(list) == 0 { // an administrator outside the register, or one who has left
		return member.ErrNotFound
	}
	return web.SeeOther(w, r, "/members/"+list[0].Ref().String())
}

func (s *Web) record(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	ref, err := web.Ref(r, "ref")
	if err != nil {
		return err
	}
	d := recordData{}
	if d.Record, err = s.members.Open(r.Context(), who, ref); err != nil {
		return err
	}
	d.Own = who.PersonID != 0 && who.PersonID == d.PersonID
	d.Masked = strings.Contains(d.Phone, "•")
	err = s.db.Read(r.Context(), func(q db.Q) error {
		n := s.namerOf(r, d.Cell)
		if d.Life, err = s.panelOf(r.Context(), q, who, d.Record, n); err != nil {
			return err
		}
		return d.fill(r.Context(), q, s, n)
	})
	if err != nil {
		return err
	}
	d.way(who, web.LangOf(r).T("member.record"))
	w.Header().Set("Cache-Control", "no-store")
	return s.pages.Render(w, r, "record.html", d)
}

func (d *recordData) fill(ctx context.Context, q db.Q, s *Web, n namer) error {
	d.Title, d.Tone = n.standing(d.Standing), tone(d.Standing)
	posts, err := office.OfPerson(ctx, q, d.PersonID, s.today())
	if err != nil {
		return err
	}
	for _, h := range posts {
		u, err := org.ByID(ctx, q, h.OrgID)
		if err != nil {
			return err
		}
		o, _ := n.set.Office(u.Kind, h.Title)
		d.Posts = append(d.Posts, postView{o.Title.In(n.lang.Code()), u.Name, h.From})
	}
	for _, x := range d.Spells {
		t := timeView{Spell: x, Title: n.standing(x.Kind)}
		if !x.To.IsZero() {
			t.Last = x.To.AddDays(-1)
		}
		d.Times = append(d.Times, t)
	}
	for _, m := range d.Others {
		u, err := org.ByID(ctx, q, m.CellID)
		if err != nil {
			return err
		}
		d.Past = append(d.Past, pastView{m, u.Name})
	}
	return nil
}

// way makes the crumbs: only pages that the reader may open.
func (d *recordData) way(who access.Actor, here string) {
	if d.Unit.ID != d.Cell.ID && org.CanSee(who, d.Unit) {
		d.Crumbs = append(d.Crumbs, crumb{"/units/" + idText(d.Unit.ID), d.Unit.Short})
	}
	if org.CanSee(who, d.Cell) {
		d.Crumbs = append(d.Crumbs, crumb{"/units/" + idText(d.Cell.ID), d.Cell.Short})
	}
	if who.Can(access.MemberList, d.Cell.Access()) {
		d.ListHref = "/members?cell=" + idText(d.Cell.ID)
	}
	d.Crumbs = append(d.Crumbs, crumb{"", here})
}
