package meetingweb

import (
	"context"
	"net/http"
	"time"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/meeting"
)

// committeeForm notes the cell committee's meeting that agreed the plan.
type committeeForm struct {
	Day        civil.Date `form:"day"`
	Time       string     `form:"time"`
	Place      string     `form:"place"`
	Present    []int64    `form:"present"`
	Conclusion string     `form:"conclusion"`
}

// committeeData is the dot of committee.html.
type committeeData struct {
	base
	Form   *web.Form
	People []officer
	Has    bool // the cell has a committee, else secretary and deputy agree (rules.md 2.08)
	Step   pathStep
}

// officer is one who agrees the plan.
type officer struct {
	ID         int64
	Name, Post string
	Here       bool
}

func (h *Web) committeeForm(w http.ResponseWriter, r *http.Request) error {
	_, f, err := h.full(r)
	if err != nil {
		return err
	}
	if !f.Me.Prepare {
		return access.ErrForbidden
	}
	form := committeeForm{Day: h.today(), Time: justNow(f.Now), Place: f.Place}
	for _, o := range f.Officers {
		form.Present = append(form.Present, o.MembershipID)
	}
	return h.pages.Render(w, r, "committee.html", newCommitteeData(newBase(r, f, "meeting.committee.crumb"), web.NewForm(form)))
}

// justNow is the half hour that is under way, when a committee that has just agreed will
// have begun.
func justNow(now time.Time) string {
	return now.In(clock.Zone()).Truncate(30 * time.Minute).Format("15:04")
}

func newCommitteeData(b base, form *web.Form) committeeData {
	d := committeeData{base: b, Form: form, Step: b.step(meeting.StepCommittee)}
	seen := map[int64]bool{}
	for _, o := range b.Officers {
		d.Has = d.Has || o.Body != ""
		if seen[o.MembershipID] {
			continue
		}
		seen[o.MembershipID] = true
		id := text(o.MembershipID)
		d.People = append(d.People, officer{
			o.MembershipID, o.Name, b.Post(o.MembershipID), form.Has("present", id) || form.Has("present["+id+"]", id),
		})
	}
	return d
}

func (h *Web) committee(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	var in committeeForm
	err = web.Decode(r, &in)
	if err == nil {
		err = h.agree(r.Context(), who, ref, in)
	}
	if form, ok := web.Retry(r, err); ok {
		_, f, err := h.full(r)
		if err != nil {
			return err
		}
		if !f.Me.Prepare {
			return access.ErrForbidden
		}
		return h.pages.RenderStatus(w, r, form.Status, "committee.html", newCommitteeData(newBase(r, f, "meeting.committee.crumb"), form))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, meeting.Href(ref)+"/invite", "meeting.flash.agreed")
}

func (h *Web) agree(ctx context.Context, who access.Actor, ref ident.Ref, in committeeForm) error {
	hour, minute, ok := clockTime(in.Time)
	if !ok {
		hour = -1
	}
	_, err := h.svc.Agree(ctx, who, ref, meeting.AgreeIn{
		Day: in.Day, Hour: hour, Minute: minute, Place: in.Place, PresentIDs: in.Present, Conclusion: in.Conclusion,
	})
	return renamed(err, called("hour", "time"))
}
