package meetingweb

import (
	"net/http"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/i18n"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/meeting"
	"chibo/workplan"
)

// workRow is an item of the plan of the year that a meeting may take up.
type workRow struct {
	workplan.Item
	When  string
	Tone  string
	State string // translation key
	On    bool   // it stands on the agenda
	Gives bool   // it can become a decision: somebody of the body is in charge
}

// yearDraft is a draft of the plan of a year that waits for the cell's approval.
type yearDraft struct {
	ID   int64
	Year int
	Href string
}

// workHref is where what stands on the agenda of the plan of the year is read.
func workHref(cell int64, on workplan.OnAgenda) string {
	if on.ItemID == 0 {
		return workplan.Href(cell, on.Year)
	}
	return workplan.ItemHref(on.Item.Ref)
}

func workMonths(l *i18n.Lang, from, to civil.Month) string {
	if from == to {
		return l.T("workplan.month", "Month", from.Num())
	}
	return l.T("workplan.months", "From", from.Num(), "To", to.Num())
}

func workTone(s workplan.State) string {
	switch s {
	case workplan.StateDone:
		return "ok"
	case workplan.StateLate, workplan.StateUndone:
		return "bad"
	case workplan.StatePart:
		return "warn"
	case workplan.StateNow:
		return "info"
	}
	return ""
}

// works lists what the plan of the year offers: what is not on the agenda, and what is
// there and no decision yet.
func (d *planData) works(p meeting.Planning) {
	given := map[int64]bool{}
	for _, x := range d.Full.Decisions {
		given[x.WorkID] = true
	}
	body := map[int64]bool{}
	for _, m := range d.Body {
		body[m.MembershipID] = true
	}
	add := func(i workplan.Item, on bool) {
		s := i.Now(d.Today)
		gives := body[i.WhoID] && !given[i.Ref.ID] && !i.Settled()
		if on && !gives {
			return
		}
		d.Work = append(d.Work, workRow{Item: i, When: workMonths(d.lang, i.From, i.To), Tone: workTone(s), State: s.Key(), On: on, Gives: gives})
	}
	for _, it := range d.Full.Items {
		if on, ok := p.WorkOn[it.ID]; ok && on.ItemID != 0 {
			add(on.Item, true)
		}
	}
	for _, i := range p.Work.Items {
		add(i, false)
	}
	if y := p.Work.Plan; y.Ref.ID != 0 {
		d.Draft = &yearDraft{ID: y.Ref.ID, Year: y.Year, Href: workplan.Href(d.Unit.ID, y.Year)}
	}
}

// runWork is an item of the plan of the year on the agenda of a meeting that is held, for
// which there is no decision yet.
type runWork struct {
	workplan.Item
	Form *web.Form
}

// giveWorkForm makes a decision of it.
type giveWorkForm struct {
	Work     int64      `form:"work"`
	Assignee int64      `form:"assignee"`
	Due      civil.Date `form:"due"`
}

func (h *Web) fillWork(r *http.Request, d *runData) error {
	if d.Draft.Locked {
		return nil
	}
	on, err := h.svc.WorkOf(r.Context(), d.Ref)
	if err != nil || len(on) == 0 {
		return err
	}
	given := map[int64]bool{}
	for _, x := range d.Decisions {
		given[x.WorkID] = true
	}
	for _, it := range d.Items {
		x, ok := on[it.ID]
		if !ok || x.ItemID == 0 || given[x.ItemID] || x.Item.Settled() {
			continue
		}
		form := web.NewForm(giveWorkForm{Work: x.ItemID, Assignee: x.Item.WhoID, Due: x.Item.DueIn(d.Day)})
		d.Draft.Work = append(d.Draft.Work, runWork{x.Item, form})
	}
	return nil
}

// giveWork answers POST /meetings/{ref}/work.
func (h *Web) giveWork(r *http.Request, who access.Actor, ref ident.Ref) error {
	var in giveWorkForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	return h.svc.GiveWork(r.Context(), who, ref, in.Work, in.Assignee, in.Due)
}
