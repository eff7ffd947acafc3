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
	"chibo/rulebook"
)

// recordData is the dot of record.html, and a part of the own page's.
type recordData struct {
	member.Record
	Crumbs      []crumb
	Own         bool
	Masked      bool   // the telephone number is not shown whole
	Title, Tone string // of the standing
	ListHref    string // the cell's list, for who may see it
	Age         ageView
	Posts       []postView
	Times       []timeView
	Life        panel
	Places      []placeView // all memberships, the latest first
	Badges      []badgeView
	MayEdit     bool
	Hidden      []web.Option // numbers that may be revealed for a reason
	Reveal      *web.Form
}

// postView is a post that the person holds or held.
type postView struct {
	Title, Unit string
	From, To    civil.Date
}

// timeView is a time in which rights or duties differ.
type timeView struct {
	member.Spell
	Title string
	Last  civil.Date // inside; zero: open
}

// placeView is a membership of the person.
type placeView struct {
	member.Membership
	Cell string
	Href string // its record, for who may open it and is not there
	Here bool
}

// badgeView is a badge of Party age.
type badgeView struct {
	member.Badge
	Given bool
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
	if who.PersonID != 0 && who.PersonID == d.PersonID && d.To.IsZero() {
		return web.SeeOther(w, r, "/members/me")
	}
	n := s.namer(r, d.Cell)
	err = s.db.Read(r.Context(), func(q db.Q) error { return d.fill(r.Context(), q, s, n, who) })
	if err != nil {
		return err
	}
	d.way(who, n.lang.T("member.record"))
	w.Header().Set("Cache-Control", "no-store")
	return s.pages.Render(w, r, "record.html", d)
}

// namer gives the words of the rules of today for a unit in the reader's language.
func (s *Web) namer(r *http.Request, u org.Unit) namer {
	return namer{web.LangOf(r), s.book.At(s.today(), u.Path)}
}

func (d *recordData) fill(ctx context.Context, q db.Q, s *Web, n namer, who access.Actor) error {
	d.Own = who.PersonID != 0 && who.PersonID == d.PersonID
	d.Masked = strings.Contains(d.Phone, "•")
	d.Title, d.Tone = n.standing(d.Standing), tone(d.Standing)
	var err error
	if d.Life, err = s.panelOf(ctx, q, who, d.Record, n); err != nil {
		return err
	}
	d.Age = n.age(d.Record.Age, s.today())
	d.MayEdit = !d.Own && d.To.IsZero() && member.MayKeepRecord(who, d.Cell, d.PersonID)
	d.Hidden = d.hidden(n, who)
	d.Reveal = web.NewForm(nil)
	for _, x := range d.Spells {
		d.Times = append(d.Times, n.time(x))
	}
	ids, err := member.IDs(ctx, q, d.Part, d.PersonID)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := d.held(ctx, q, n, id); err != nil {
			return err
		}
	}
	return d.places(ctx, q, who)
}

// held reads the posts and badges of one id of the person.
func (d *recordData) held(ctx context.Context, q db.Q, n namer, personID int64) error {
	posts, err := office.HeldBy(ctx, q, personID)
	if err != nil {
		return err
	}
	for _, h := range posts {
		u, err := org.ByID(ctx, q, h.OrgID)
		if err != nil {
			return err
		}
		o, _ := n.set.Office(u.Kind, h.Title)
		d.Posts = append(d.Posts, postView{o.Title.In(n.lang.Code()), u.Name, h.From, h.To})
	}
	list, err := member.BadgesOf(ctx, q, personID)
	for _, b := range list {
		d.Badges = append(d.Badges, badgeView{b, b.State == member.BadgeGiven})
	}
	return err
}

func (d *recordData) places(ctx context.Context, q db.Q, who access.Actor) error {
	for _, m := range append([]member.Membership{d.Membership}, d.Others...) {
		u, err := org.ByID(ctx, q, m.CellID)
		if err != nil {
			return err
		}
		p := placeView{Membership: m, Cell: u.Name, Here: m.ID == d.ID && m.Part == d.Part}
		if !p.Here && !d.Own && who.Can(access.MemberRead, u.Access()) {
			p.Href = "/members/" + m.Ref().String()
		}
		d.Places = append(d.Places, p)
	}
	return nil
}

// hidden gives the numbers that are recorded and masked for a reader who may reveal.
func (d *recordData) hidden(n namer, who access.Actor) (list []web.Option) {
	if d.Own || !member.MayReveal(who, d.Cell) {
		return nil
	}
	for _, x := range []struct{ what, num string }{
		{"reveal.idno", d.IDNo}, {"reveal.card", d.Card}, {"reveal.phone", d.Phone},
	} {
		if strings.Contains(x.num, "•") {
			list = append(list, web.Option{Value: x.what, Label: n.lang.T("member.what." + x.what)})
		}
	}
	return list
}

func (n namer) time(x member.Spell) timeView {
	t := timeView{Spell: x, Title: n.standing(x.Kind)}
	if !x.To.IsZero() {
		t.Last = x.To.AddDays(-1)
	}
	return t
}

// ageView is a Party age in words.
type ageView struct {
	Text string // "42 năm 3 tháng"
	Note string // why it is not exact, or what was left out
	Rule string
}

// age says a Party age; what the dates do not tell is said, not guessed.
func (n namer) age(a member.Age, day civil.Date) (v ageView) {
	least, most, known := a.Months(day)
	switch {
	case !known:
		v.Text = n.lang.T("member.age.unknown")
		return v
	case least == most:
		v.Text = n.lang.T("member.age.exact", "Years", least/12, "Months", least%12)
	case least/12 == most/12:
		v.Text = n.lang.T("member.age.years", "Years", least/12)
	default:
		v.Text = n.lang.T("member.age.between", "Least", least/12, "Most", most/12)
	}
	if !a.Start.IsDay() {
		v.Note = n.lang.T("member.age.partial", "Day", a.Start.Vi())
	}
	if len(a.Out) > 0 {
		v.Note = strings.TrimSpace(v.Note + " " + n.lang.T("member.age.out"))
		rule := n.set.Rule(rulebook.BadgeInterruption)
		v.Rule = rule.Cite(n.lang.Code()) + " (" + rule.Status.Title().In(n.lang.Code()) + ")"
	}
	return v
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
