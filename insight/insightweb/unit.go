package insightweb

import (
	"net/http"
	"slices"

	"chibo/access"
	"chibo/figure"
	"chibo/insight"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/i18n"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/meeting"
	"chibo/org"
)

// unitData is the dot of unit.html.
type unitData struct {
	insight.Unit
	Crumbs []crumb
	Rows   []unitRow
	Lies   []lie
	Over   []overRow
	Signs  []asking
}

// unitRow is a month of a committee's cells.
type unitRow struct {
	Month                     civil.Month
	Met, Present, Due         int
	Speakers, TasksDone       int
	TasksDue, Late, Graded    int
	Good, Fair, Average, Weak int
	Passed, Failed            int
	Parts                     web.PanelRow
}

// overRow is a cell, or a unit, in the order of the tree.
type overRow struct {
	Name, Href                  string
	Score, Present, Talk, Tasks string
}

// asking is a question that a cell was asked.
type asking struct {
	insight.Asked
	Ask, Href string
}

// unit answers GET /units/{id}/insight.
func (h *Web) unit(w http.ResponseWriter, r *http.Request) error {
	who, id, err := asked(r)
	if err != nil {
		return err
	}
	u, err := h.svc.Unit(r.Context(), who, id)
	if err != nil {
		return err
	}
	l := web.LangOf(r)
	d := unitData{Unit: u, Lies: lies(l, u.Spread), Crumbs: []crumb{{"/units/" + text(id), u.Unit.Name}, {"", l.T("insight.title")}}}
	for _, m := range slices.Backward(u.Months) {
		d.Rows = append(d.Rows, rowOf(l, m))
	}
	for _, x := range u.Over {
		d.Over = append(d.Over, overOf(l, x, u.OfUnits))
	}
	for _, g := range u.Signs {
		d.Signs = append(d.Signs, asking{g, l.T("insight.sign."+g.Code, "Count", g.Count), insight.Href(g.CellID) + "#signs"})
	}
	return h.pages.Render(w, r, "unit.html", d)
}

func rowOf(l *i18n.Lang, m figure.UnitMonth) unitRow {
	v := unitRow{
		Month: m.Month, Met: m.Met, Present: m.Present, Due: m.Due, Speakers: m.Speakers, TasksDone: m.TasksDone, TasksDue: m.TasksDue, Late: m.SentLate,
		Good: m.Good, Fair: m.Fair, Average: m.Average, Weak: m.Weak, Passed: m.Passed, Failed: m.Failed,
	}
	for _, g := range []struct {
		n           int
		grade, tone string
	}{
		{m.Good, figure.GradeGood, "ok"},
		{m.Passed, figure.GradePass, "ok"},
		{m.Fair, figure.GradeFair, "info"},
		{m.Average, figure.GradeAverage, "warn"},
		{m.Weak, figure.GradeWeak, "bad"},
		{m.Failed, figure.GradeFail, "bad"},
	} {
		if g.n > 0 {
			v.Graded += g.n
			v.Parts.Parts = append(v.Parts.Parts, web.NewPart(l, g.n, g.tone, l.T("insight.grade."+g.grade)))
		}
	}
	return v
}

func overOf(l *i18n.Lang, x insight.Row, ofUnits bool) overRow {
	v := overRow{Name: x.Name, Href: insight.Href(x.ID)}
	if ofUnits {
		v.Href = "/units/" + text(x.ID) + "/insight"
	}
	for code, to := range map[string]*string{insight.Score: &v.Score, insight.Attendance: &v.Present, insight.Speakers: &v.Talk, insight.Tasks: &v.Tasks} {
		if n, ok := x.Value(code); ok {
			*to = show(l, code, n)
		}
	}
	return v
}

// Panels gives what other pages show, by the pattern of their address.
func (h *Web) Panels() map[string]web.PanelFunc {
	return map[string]web.PanelFunc{
		"GET /{$}": h.home, "GET /meetings/{ref}": h.meeting, "GET /meetings/{ref}/plan": h.meeting,
	}
}

// home shows the cell's own questions and measures on the first page of its committee.
func (h *Web) home(r *http.Request) ([]web.Panel, error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return nil, err
	}
	for _, g := range who.Grants {
		if g.For == 0 && g.Allows(access.Prepare) {
			return h.waiting(r, who, g.OrgID)
		}
	}
	return nil, nil
}

// meeting shows them while a meeting is prepared and held.
func (h *Web) meeting(r *http.Request) ([]web.Panel, error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return nil, err
	}
	ref, err := web.Ref(r, "ref")
	if err != nil {
		return nil, err
	}
	m, err := h.meetingOf(r, ref)
	if err != nil || m.Body != meeting.BodyCell || !m.ClosedAt.IsZero() {
		return nil, err
	}
	return h.waiting(r, who, m.OrgID)
}

func (h *Web) meetingOf(r *http.Request, ref ident.Ref) (m meeting.Meeting, err error) {
	err = h.svc.DB.Read(r.Context(), func(q db.Q) error {
		m, err = meeting.ByRef(r.Context(), q, ref)
		return err
	})
	return m, err
}

func (h *Web) waiting(r *http.Request, who access.Actor, cellID int64) ([]web.Panel, error) {
	var cell org.Unit
	_, err := h.svc.DB.Recall(r.Context(), func(q db.Q) (err error) {
		cell, err = org.ByID(r.Context(), q, cellID)
		return err
	})
	if err != nil || !cell.IsCell() {
		return nil, err
	}
	signs, open, err := h.svc.Waiting(r.Context(), who, cell)
	if err != nil || len(signs)+len(open) == 0 {
		return nil, err
	}
	l := web.LangOf(r)
	p := web.Panel{ID: "insight", Title: l.T("insight.panel.title"), Href: insight.Href(cell.ID), Action: l.T("insight.panel.do"), Icon: "chart"}
	for _, g := range signs {
		p.Rows = append(p.Rows, web.PanelRow{Label: l.T("insight.sign."+g.Code, "Count", g.Count), Tag: l.T("insight.panel.ask"), Tone: "warn"})
	}
	list, err := h.measures(r.Context(), who, open, civil.From(h.svc.DB.Clock().Now()))
	for _, m := range list {
		p.Rows = append(p.Rows, web.PanelRow{Label: m.Title, Href: "/tasks/" + m.Task.String(), Note: l.T("insight.panel.row", "Name", m.Who, "Due", l.Date(m.Due)), Tag: l.T(m.State), Tone: m.Tone})
	}
	return []web.Panel{p}, err
}
