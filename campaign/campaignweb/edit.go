package campaignweb

import (
	"fmt"
	"net/http"
	"strconv"

	"chibo/access"
	"chibo/campaign"
	"chibo/internal/civil"
	"chibo/internal/web"
	"chibo/org"
)

// editForm is a campaign as it is typed.
type editForm struct {
	Title   string    `form:"title"`
	Text    string    `form:"text"`
	Kinds   []string  `form:"kinds"`
	Steps   []stepRow `form:"steps"`
	Version int       `form:"version"`
	Op      string    `form:"op"`
}

type stepRow struct {
	ID    int64      `form:"id"`
	Title string     `form:"title"`
	Due   civil.Date `form:"due"`
}

func (f editForm) steps() (out []campaign.StepIn) {
	for _, s := range f.Steps {
		out = append(out, campaign.StepIn{ID: s.ID, Title: s.Title, Due: s.Due})
	}
	return out
}

// editData is the dot of edit.html.
type editData struct {
	Unit     org.Unit
	Crumbs   []crumb
	Form     *web.Form
	Kinds    []web.Option
	Rows     []int
	Fresh    bool // a new campaign
	Action   string
	Back     string
	Campaign campaign.Campaign
	Files    string // address of the guidance's files; "" for a new one
}

func (h *Web) newData(r *http.Request, rows int) (d editData, err error) {
	who, id, err := asked(r)
	if err != nil {
		return d, err
	}
	v, err := h.svc.List(r.Context(), who, id)
	if err != nil {
		return d, err
	}
	if !v.Keep {
		return d, access.ErrForbidden
	}
	l := web.LangOf(r)
	d = editData{
		Unit: v.Unit, Fresh: true, Action: listHref(id), Back: listHref(id), Rows: upTo(rows),
		Crumbs: []crumb{{unitHref(id), v.Unit.Name}, {listHref(id), l.T("campaign.title")}, {"", l.T("campaign.begin")}},
	}
	for _, k := range v.Kinds {
		d.Kinds = append(d.Kinds, web.Option{Value: k.Code, Label: fmt.Sprintf("%s (%d)", k.Title.In(l.Code()), k.Count)})
	}
	return d, nil
}

func upTo(n int) (out []int) {
	for i := range n {
		out = append(out, i)
	}
	return out
}

func (h *Web) beginForm(w http.ResponseWriter, r *http.Request) error {
	d, err := h.newData(r, freshSteps)
	if err != nil {
		return err
	}
	d.Form = web.NewForm(editForm{Op: newOp()})
	return h.pages.Render(w, r, "edit.html", d)
}

func (h *Web) begin(w http.ResponseWriter, r *http.Request) error {
	who, id, err := asked(r)
	if err != nil {
		return err
	}
	var f editForm
	var made int64
	if err = web.Decode(r, &f); err == nil {
		made, err = h.svc.Begin(r.Context(), who, campaign.BeginIn{OrgID: id, Title: f.Title, Text: f.Text, Kinds: f.Kinds, Steps: f.steps(), Op: f.Op})
	}
	if err == nil {
		return web.SeeOther(w, r, campaign.Href(made, 0), "campaign.flash.begun")
	}
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	d, err := h.newData(r, max(freshSteps, len(f.Steps)))
	if err != nil {
		return err
	}
	d.Form = form
	return h.pages.RenderStatus(w, r, form.Status, "edit.html", d)
}

func (h *Web) changeData(r *http.Request) (d editData, v campaign.Shown, err error) {
	who, id, err := asked(r)
	if err != nil {
		return d, v, err
	}
	if v, err = h.svc.Show(r.Context(), who, id, 0); err != nil {
		return d, v, err
	}
	if !v.Keep || !v.Running() {
		return d, v, access.ErrForbidden
	}
	l := web.LangOf(r)
	at := campaign.Href(id, 0)
	d = editData{
		Unit: v.Owning, Action: at + "/edit", Back: at, Rows: upTo(len(v.Steps) + 2), Campaign: v.Campaign, Files: "/campaigns/" + v.Ref().String() + "/files",
		Crumbs: []crumb{{listHref(v.OrgID), l.T("campaign.title")}, {at, v.Title}, {"", l.T("campaign.change")}},
	}
	return d, v, nil
}

func (h *Web) changeForm(w http.ResponseWriter, r *http.Request) error {
	d, v, err := h.changeData(r)
	if err != nil {
		return err
	}
	f := editForm{Title: v.Title, Text: v.Text, Version: v.Version}
	for _, s := range v.Steps {
		f.Steps = append(f.Steps, stepRow{s.ID, s.Title, s.Due})
	}
	d.Form = web.NewForm(f)
	return h.pages.Render(w, r, "edit.html", d)
}

func (h *Web) change(w http.ResponseWriter, r *http.Request) error {
	who, id, err := asked(r)
	if err != nil {
		return err
	}
	var f editForm
	if err = web.Decode(r, &f); err == nil {
		err = h.svc.Change(r.Context(), who, campaign.ChangeIn{ID: id, Title: f.Title, Text: f.Text, Steps: f.steps(), Version: f.Version})
	}
	if err == nil {
		return web.SeeOther(w, r, campaign.Href(id, 0), "campaign.flash.changed")
	}
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	d, _, err := h.changeData(r)
	if err != nil {
		return err
	}
	d.Form = form
	if len(f.Steps) > len(d.Rows) {
		d.Rows = upTo(len(f.Steps))
	}
	return h.pages.RenderStatus(w, r, form.Status, "edit.html", d)
}

func (h *Web) close(w http.ResponseWriter, r *http.Request) error {
	who, id, err := asked(r)
	if err != nil {
		return err
	}
	version, _ := strconv.Atoi(r.FormValue("version")) //nolint:errcheck // a wrong one is told as changed
	if err := h.svc.Close(r.Context(), who, id, version); err != nil {
		return err
	}
	return web.SeeOther(w, r, campaign.Href(id, 0), "campaign.flash.closed")
}
