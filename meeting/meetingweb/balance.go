package meetingweb

import (
	"fmt"
	"net/http"

	"chibo/agenda"
	"chibo/internal/web"
	"chibo/meeting"
	"chibo/rulebook"
)

// balanceView is a table of minutes by kind of content, with how they lie in other cells.
type balanceView struct {
	Bars    web.Bars
	Spread  string // what the middle mark stands for; why there is none
	Note    string // that professional matters take most of it
	Rule    string // where its threshold is from
	Most    string // the threshold as the script reads it
	Noted   bool   // the note is to be seen
	Planned int
	Spent   int
}

// balance makes it from the shares of a meeting; twice also shows what was spent.
func (b base) balance(shares []agenda.Share, s agenda.Spread, twice bool) balanceView {
	lang := b.lang.Code()
	rule, most := b.Set.Rule(rulebook.BalanceProfessionalMost), b.Set.Ratio(rulebook.BalanceProfessionalMost)
	v := balanceView{Rule: rule.Cite(lang), Spread: b.spreadText(s)}
	v.Bars = web.Bars{ID: "bars", Caption: b.lang.T("meeting.balance"), Unit: "'", Twice: twice}
	counted, spentCounted, professional, spentProfessional := 0, 0, 0, 0
	for _, k := range b.Set.ContentKinds() {
		row := web.Bar{Key: k.Code, Label: k.Title.In(lang), Light: !k.Weighs, Alert: k.Weighs && !k.Party}
		for _, x := range shares {
			if x.Content == k.Code {
				row.Value, row.Second = x.Planned, x.Spent
			}
		}
		if q := s.Of[k.Code]; s.Known() && q.High > 0 {
			row.Low, row.Mid, row.High = q.Low, q.Median, q.High
			row.Note = b.lang.T("meeting.balance.others", "Low", percent(q.Low), "High", percent(q.High))
		}
		if k.Weighs {
			counted, spentCounted = counted+row.Value, spentCounted+row.Second
		}
		if row.Alert {
			professional, spentProfessional = professional+row.Value, spentProfessional+row.Second
			strict := 0
			if most.Strict {
				strict = 1
			}
			v.Most = fmt.Sprintf("%s %d %d %d", k.Code, most.Num, most.Den, strict)
		}
		v.Planned, v.Spent = v.Planned+row.Value, v.Spent+row.Second
		v.Bars.Rows = append(v.Bars.Rows, row)
	}
	v.Bars = v.Bars.Fit()
	v.Note = b.lang.T("meeting.balance.professional")
	v.Noted = most.Passes(professional, counted)
	if twice {
		v.Noted = most.Passes(spentProfessional, spentCounted)
	}
	return v
}

// percent rounds thousandths to whole percent.
func percent(thousandths int) int { return (thousandths + 5) / 10 }

func (b base) spreadText(s agenda.Spread) string {
	if !s.Known() {
		return b.lang.T("meeting.balance.unknown", "Least", b.Set.Int(rulebook.BalanceSpreadMinCells))
	}
	return b.lang.T("meeting.balance.spread", "Meetings", s.Meetings, "Cells", s.Cells, "Name", s.Under, "From", s.From.Vi(), "To", s.To.Vi())
}

// balanceData is the dot of balance.html.
type balanceData struct {
	base
	View   balanceView
	Rows   []spentRow
	Spread agenda.Spread
}

// spentRow is an item with what was planned for it and what it took.
type spentRow struct {
	Title, Content string
	Planned, Spent int
	Begun          bool
}

// balancePage shows what a meeting that is over spent its minutes on.
func (h *Web) balancePage(w http.ResponseWriter, r *http.Request) error {
	who, f, err := h.full(r)
	if err != nil {
		return err
	}
	b := newBase(r, f, "meeting.balance")
	if !b.Over() || b.State == meeting.Cancelled {
		return web.SeeOther(w, r, b.Href)
	}
	p, err := h.svc.Planning(r.Context(), who, f.Ref)
	if err != nil {
		return err
	}
	d := balanceData{base: b, View: b.balance(f.Shares(), p.Spread, true), Spread: p.Spread}
	for _, it := range f.Items {
		d.Rows = append(d.Rows, spentRow{it.Title, b.Content(it.Content), it.Minutes, it.Spent(f.Now), !it.StartedAt.IsZero()})
	}
	return h.pages.Render(w, r, "balance.html", d)
}

// origin says from whose template the agenda was made.
func (b base) origin(t agenda.Template) string {
	if t.OrgID == 0 {
		return b.lang.T("meeting.plan.template_root", "Source", t.Rule.Cite(b.lang.Code()))
	}
	return b.lang.T("meeting.plan.template_of", "Name", t.Owner, "Day", t.From.Vi())
}

// guideRow is a guidance that the plan can take up.
type guideRow struct {
	agenda.Guidance
	Href    string
	Content string
}

func (b base) guides(list []agenda.Guidance) []guideRow {
	out := make([]guideRow, len(list))
	for i, g := range list {
		out[i] = guideRow{g, "/guidance/" + text(g.ID), b.Content(g.Content)}
	}
	return out
}

// asPlanned gives the minutes by kind of content of the items as the form holds them.
func asPlanned(set rulebook.Set, items []meeting.Item) []agenda.Share {
	f := meeting.Full{Set: set, Items: items}
	return f.Shares()
}
