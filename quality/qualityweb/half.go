package qualityweb

import (
	"fmt"
	"net/http"
	"strings"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/web"
	"chibo/quality"
)

// halfData is the dot of half.html.
type halfData struct {
	quality.HalfTable
	Tabs       tabs
	Crumbs     []crumb
	Below      []belowRow
	Prev, Next string
	Book       string
}

func halfHref(unit int64, year, half int) string {
	return fmt.Sprintf("%s/half?half=%d-%d", scoresHref(unit), year, half)
}

// half answers GET /units/{id}/scores/half?half=2026-1.
func (h *Web) half(w http.ResponseWriter, r *http.Request) error {
	who, d, err := h.readHalf(r)
	if err != nil {
		return err
	}
	d.Tabs = newTabs(who, d.Unit, "half")
	return h.pages.Render(w, r, "half.html", d)
}

func (h *Web) readHalf(r *http.Request) (access.Actor, halfData, error) {
	who, id, err := unitOf(r)
	if err != nil {
		return who, halfData{}, err
	}
	today := civil.From(h.scores.DB.Clock().Now())
	year, half := today.Year(), (today.MonthNum()+5)/6
	if _, err := fmt.Sscanf(r.URL.Query().Get("half"), "%4d-%1d", &year, &half); err != nil {
		year, half = today.Year(), (today.MonthNum()+5)/6
	}
	t, err := h.scores.Half(r.Context(), who, id, year, half)
	if err != nil {
		return who, halfData{}, err
	}
	d := halfData{HalfTable: t, Crumbs: unitCrumbs(web.LangOf(r), t.Unit, "quality.half.crumb")}
	d.Prev = halfHref(id, year-2+half, 3-half)
	if from, _ := t.Months(); from+6 <= today.Month() || half == 2 && year < today.Year() {
		d.Next = halfHref(id, year+half-1, 3-half)
	}
	d.Book = strings.Replace(halfHref(id, year, half), "/half?", "/half.xlsx?", 1)
	for _, c := range t.Below {
		d.Below = append(d.Below, belowRow{Child: c, Href: halfHref(c.ID, year, half)})
	}
	return who, d, nil
}
