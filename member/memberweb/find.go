package memberweb

import (
	"context"
	"net/http"
	"slices"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/i18n"
	"chibo/internal/web"
	"chibo/member"
	"chibo/org"
)

// findQuery is the body of a search. What is looked for never stands in an address: it
// would be in the history of the browser and in the log of a proxy.
type findQuery struct {
	Text string `form:"q"`
	Left bool   `form:"left"` // who has left, too
	Live bool   `form:"live"` // asked for while somebody types
}

// findData is the dot of find.html.
type findData struct {
	Query    findQuery
	Form     *web.Form
	Members  bool // the reader may list members somewhere
	Opens    bool // and open records somewhere: may look for cards
	Searched bool
	Card     bool // the digits of a card were typed
	Waits    bool // and are looked for when the button is pressed
	People   []hitRow
	More     bool
	Cut      bool
	Cap      int
	Narrowed []org.Unit
	Units    []unitHit
	MoreUnit bool
	Say      string // for screen readers
}

// hitRow is a member found.
type hitRow struct {
	member.Hit
	Href        string
	Title, Tone string // of the standing
	Gone        bool
}

// unitHit is a unit found.
type unitHit struct {
	org.Unit
	Href, KindTitle string
}

const (
	findPeople = 20
	findUnits  = 8
)

func (s *Web) findStart(w http.ResponseWriter, r *http.Request) error {
	who, err := finder(r)
	if err != nil {
		return err
	}
	return s.pages.Render(w, r, "find.html", newFindData(who))
}

// finder gives the reader, who may list members or read figures of units somewhere.
func finder(r *http.Request) (access.Actor, error) {
	who, err := access.Must(r.Context())
	if err == nil && !MayFind(who) {
		err = access.ErrForbidden
	}
	return who, err
}

// MayFind says whether the actor has a use of the search: may list members, or see
// units and their figures, somewhere.
func MayFind(who access.Actor) bool {
	return len(who.Tops(access.MemberList)) > 0 || len(who.Tops(access.FigureRead)) > 0
}

func newFindData(who access.Actor) findData {
	return findData{
		Form:    web.NewForm(nil),
		Members: len(who.Tops(access.MemberList)) > 0, Opens: len(who.Tops(access.MemberRead)) > 0,
	}
}

func (s *Web) find(w http.ResponseWriter, r *http.Request) error {
	who, err := finder(r)
	if err != nil {
		return err
	}
	d := newFindData(who)
	if err := web.Decode(r, &d.Query); err != nil {
		return err
	}
	d.Form.Set("q", d.Query.Text).Set("left", r.PostForm.Get("left"))
	digits, card := member.CardNumber(d.Query.Text, member.CardLeast(s.book.At(s.today(), "")))
	d.Card = card && d.Opens
	d.Searched = d.Card || len(member.FindWords(d.Query.Text)) > 0
	lang, day := web.LangOf(r), s.today()
	switch {
	case d.Card && d.Query.Live:
		d.Waits = true
	case d.Card:
		err = s.findCards(r.Context(), &d, who, digits, lang, day)
	case d.Searched:
		err = s.findAll(r.Context(), &d, who, lang, day)
	}
	if form, ok := web.Retry(r, err); ok { // too many searches by card
		form.Message = lang.T("member.find.refused")
		d.Form, d.Searched = form, false
		return s.pages.RenderStatus(w, r, form.Status, "find.html", d)
	}
	if err != nil {
		return err
	}
	d.Say = d.words(lang)
	return s.pages.Render(w, r, "find.html", d)
}

// words tells in one sentence what was found.
func (d findData) words(lang *i18n.Lang) string {
	switch {
	case !d.Searched:
		return ""
	case d.Waits:
		return lang.T("member.find.card.press")
	case len(d.People)+len(d.Units) == 0:
		return lang.T("member.nothing.any")
	}
	return lang.T("member.find.say", "People", len(d.People), "Units", len(d.Units))
}

// sighting is how many members of a place a search has shown.
type sighting struct {
	unit org.Unit
	rows int
}

// findAll looks for names and notes for each place how many members were shown.
func (s *Web) findAll(ctx context.Context, d *findData, who access.Actor, lang *i18n.Lang, day civil.Date) error {
	var seen []sighting
	err := s.db.Read(ctx, func(q db.Q) (err error) {
		seen, err = s.findNames(ctx, q, d, who, lang, day)
		return err
	})
	for _, one := range seen {
		if err == nil {
			err = s.members.NoteFind(ctx, who, one.unit, d.Query.Live, one.rows)
		}
	}
	return err
}

// findNames looks for members and units in all places of the reader.
func (s *Web) findNames(ctx context.Context, q db.Q, d *findData, who access.Actor, lang *i18n.Lang, day civil.Date) (seen []sighting, err error) {
	for _, id := range who.Tops(access.MemberList) {
		p, err := at(ctx, q, who, id)
		if err != nil {
			return seen, err
		}
		found, err := member.Find(ctx, q, p.Scope, member.Query{Text: d.Query.Text, Day: day, Left: d.Query.Left, Limit: findPeople})
		if err != nil {
			return seen, err
		}
		before := len(d.People)
		d.take(found, who, p, namer{lang, s.book.At(day, p.Unit.Path)}, day)
		seen = append(seen, sighting{p.Unit, len(d.People) - before})
	}
	for _, id := range who.Tops(access.FigureRead) {
		u, err := org.ByID(ctx, q, id)
		if err != nil {
			return seen, err
		}
		scope, err := access.For(who, access.FigureRead, u.Access())
		if err != nil {
			return seen, err
		}
		found, err := org.Find(ctx, q, scope, org.Query{Words: member.FindWords(d.Query.Text), Day: day, Limit: findUnits})
		if err != nil {
			return seen, err
		}
		d.takeUnits(found, func(u org.Unit) string { return s.book.At(day, u.Path).OrgKind(u.Kind).Title.In(lang.Code()) })
	}
	return seen, nil
}

func (d *findData) takeUnits(found org.Found, kind func(org.Unit) string) {
	d.MoreUnit = d.MoreUnit || found.More
	for _, u := range found.Units {
		if len(d.Units) == findUnits {
			d.MoreUnit = true
			return
		}
		d.Units = append(d.Units, unitHit{u, "/units/" + idText(u.ID), kind(u)})
	}
}

// findCards looks for cards where the reader may open records.
func (s *Web) findCards(ctx context.Context, d *findData, who access.Actor, digits string, lang *i18n.Lang, day civil.Date) error {
	for _, id := range who.Tops(access.MemberRead) {
		var p place
		err := s.db.Read(ctx, func(q db.Q) (err error) { p, err = at(ctx, q, who, id); return err })
		if err != nil {
			return err
		}
		found, err := s.members.Cards(ctx, who, p.Unit, digits, day)
		if err != nil {
			return err
		}
		d.take(found, who, p, namer{lang, s.book.At(day, p.Unit.Path)}, day)
	}
	return nil
}

// take adds what was found in one place.
func (d *findData) take(found member.Found, who access.Actor, p place, n namer, day civil.Date) {
	d.Cap = max(d.Cap, found.Cap)
	d.More, d.Cut, d.Narrowed = d.More || found.More, d.Cut || found.Cut, append(d.Narrowed, found.Units...)
	for _, h := range found.Hits {
		if slices.ContainsFunc(d.People, func(o hitRow) bool { return o.Ref == h.Ref }) {
			continue
		}
		if len(d.People) == findPeople {
			d.More = true
			return
		}
		row := hitRow{Hit: h, Href: "/units/" + idText(h.CellID), Title: n.standing(h.Standing), Tone: tone(h.Standing)}
		if opens(who, p, h.PersonID) {
			row.Href = "/members/" + h.Ref.String()
		}
		row.Gone = !h.To.IsZero() && h.To.Compare(day) <= 0
		d.People = append(d.People, row)
	}
}
