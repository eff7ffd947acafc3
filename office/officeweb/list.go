package officeweb

import (
	"context"
	"errors"
	"net/http"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/member"
	"chibo/office"
	"chibo/org"
)

// pastRows is how many ended posts the page shows.
const pastRows = 100

// listData is the dot of list.html.
type listData struct {
	base
	Notices []noticeView
	Held    []holderView
	Past    []holderView
	Terms   []office.Term
	Elects  bool // the reader may record an election
	Appoint bool
	Gives   bool
	Term    bool
}

// noticeView is what a rule says against the posts on record.
type noticeView struct{ Text, Rule string }

// holderView is a person in a post.
type holderView struct {
	office.Holder
	Post string
	Href string // the record, for who may open it
	Ends bool   // the reader may end it
}

func (s *Web) list(w http.ResponseWriter, r *http.Request) error {
	var d listData
	u, err := s.open(r, org.CanSee, d.read)
	if err != nil {
		return err
	}
	d.Unit, d.Crumbs = u, way(r, u, "")
	return s.pages.Render(w, r, "list.html", d)
}

func (d *listData) read(ctx context.Context, q db.Q, who access.Actor, n namer, u org.Unit) error {
	day := n.day
	held, err := office.Holders(ctx, q, u.PartID, u.ID, day)
	if err != nil {
		return err
	}
	past, err := office.Past(ctx, q, u.PartID, u.ID, day, pastRows)
	if err != nil {
		return err
	}
	if d.Terms, err = office.Terms(ctx, q, u.PartID, u.ID); err != nil {
		return err
	}
	facts := office.Facts{Unit: u, Day: day, Holders: held}
	if facts.Term, err = office.TermOn(ctx, q, u.PartID, u.ID, day); err != nil && !errors.Is(err, office.ErrNoTerm) {
		return err
	}
	if u.IsCell() {
		if facts.Body, err = member.Body(ctx, q, u.PartID, u.ID, day); err != nil {
			return err
		}
	}
	for _, notice := range office.Check(n.set, facts) {
		d.Notices = append(d.Notices, noticeView{n.lang.T(notice.Key, notice.Args...), notice.Rule.Cite(n.lang.Code())})
	}
	ends := office.MayEnd(who, u)
	d.Held, d.Past = views(held, who, n, u, ends), views(past, who, n, u, false)
	d.Elects = u.IsCell() && office.MayElect(who, u)
	d.Appoint = u.IsCell() && office.MayAppoint(who, u)
	d.Gives = office.MayGive(who, u) && len(office.Givable(n.set, u)) > 0
	d.Term = office.MayTerm(who, u)
	return nil
}

func views(list []office.Holder, who access.Actor, n namer, u org.Unit, ends bool) []holderView {
	opens := u.IsCell() && who.Can(access.MemberRead, u.Access())
	var out []holderView
	for _, h := range list {
		v := holderView{Holder: h, Post: n.title(u.Kind, h.Title), Ends: ends}
		if opens && h.MembershipID != 0 {
			v.Href = "/members/" + ident.Ref{Part: h.Part, ID: h.MembershipID}.String()
		}
		out = append(out, v)
	}
	return out
}

// retry shows a page again with what was typed and what is wrong.
func (s *Web) retry(w http.ResponseWriter, r *http.Request, err error, page string, show func(f *web.Form) (any, error)) error {
	f, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	data, err := show(f)
	if err != nil {
		return err
	}
	return s.pages.RenderStatus(w, r, f.Status, page, data)
}
