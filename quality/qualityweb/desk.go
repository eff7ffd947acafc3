package qualityweb

import (
	"net/http"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/web"
	"chibo/quality"
)

// deskData is the dot of desk.html.
type deskData struct {
	quality.Desk
	Tabs    tabs
	Crumbs  []crumb
	Parts   []deskPart
	Waiting int
}

// deskPart is one part of the desk: what it is, and its lines.
type deskPart struct {
	Key   string // of its texts
	Lines []deskLine
}

// deskLine is a score on the desk as the page shows it.
type deskLine struct {
	quality.DeskLine
	Href string
	Said string
	Late bool
}

// desk answers GET /units/{id}/scores: what a committee has to decide. Who decides
// nothing here is led to the year.
func (h *Web) desk(w http.ResponseWriter, r *http.Request) error {
	who, id, err := unitOf(r)
	if err != nil {
		return err
	}
	d := deskData{}
	if d.Desk, err = h.scores.DeskOf(r.Context(), who, id); err != nil {
		if who.Quiet().Can(access.FigureRead, d.Unit.Access()) && d.Unit.ID != 0 {
			return web.SeeOther(w, r, yearHref(id, civil.From(h.scores.DB.Clock().Now()).Year()))
		}
		return err
	}
	if d.Unit.IsCell() {
		return web.SeeOther(w, r, yearHref(id, d.Today.Year()))
	}
	l := web.LangOf(r)
	d.Tabs, d.Crumbs = newTabs(who, d.Unit, "desk"), unitCrumbs(l, d.Unit, "quality.desk.title")
	set := h.scores.Book.At(d.Today, d.Unit.Path)
	for _, p := range []struct {
		key   string
		lines []quality.DeskLine
	}{{"appeals", d.Appeals}, {"decide", d.Decide}, {"asked", d.Asked}} {
		part := deskPart{Key: p.key}
		for _, x := range p.lines {
			n := deskLine{DeskLine: x, Href: talkAddress(x.Meeting), Late: x.Talk.Late(d.Today)}
			if x.Talk.State == "" {
				n.Href = address(x.Meeting)
			}
			points10, grade := x.Final()
			n.Said = said(l, set.SheetByCode(x.SheetCode), points10, grade)
			part.Lines = append(part.Lines, n)
		}
		d.Parts = append(d.Parts, part)
	}
	d.Waiting = len(d.Appeals) + len(d.Decide)
	return h.pages.Render(w, r, "desk.html", d)
}
