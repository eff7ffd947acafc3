package meetingweb

import (
	"net/http"

	"chibo/access"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/meeting"
)

func (h *Web) registerCriticism(k *web.Kit) {
	k.Handle("GET /meetings/{ref}/criticism", h.criticism)
	k.Handle("POST /meetings/{ref}/criticism", h.criticise)
	k.Handle("POST /meetings/{ref}/criticism/{id}/remove", h.uncriticise)
	k.Handle("POST /meetings/{ref}/criticism/rule", h.readers)
}

func criticismHref(ref ident.Ref) string { return meeting.Href(ref) + "/criticism" }

// criticismForm is a new entry. By is who said it, noted by the meeting secretary; 0 the
// viewer. About 0 is self-criticism.
type criticismForm struct {
	By    int64  `form:"by"`
	About int64  `form:"about"`
	Text  string `form:"text"`
	Op    string `form:"op"`
}

// readersForm is the cell's own rule on who reads.
type readersForm struct {
	Readers string `form:"readers"`
	Source  string `form:"source"`
}

// criticismData is the dot of criticism.html. Form and RuleForm are those that came back,
// or fresh ones.
type criticismData struct {
	base
	View     meeting.CriticismView
	Form     *web.Form
	RuleForm *web.Form
	Cite     string // where the rule is from
	Speakers []web.Option
	About    []web.Option
	Readers  []web.Option
}

// criticism shows the entries that the viewer reads, and of the others only how many.
func (h *Web) criticism(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	return h.showCriticism(w, r, who, ref, nil, nil)
}

func (h *Web) showCriticism(w http.ResponseWriter, r *http.Request, who access.Actor, ref ident.Ref, form, rule *web.Form) error {
	v, err := h.svc.Criticisms(r.Context(), who, ref)
	if err != nil {
		return err
	}
	d := criticismData{base: newShort(r, v.Full, "meeting.crit.title"), View: v, Form: form, RuleForm: rule}
	lang := d.lang
	d.Cite = v.Rule.Cite(lang.Code())
	if d.Form == nil {
		d.Form = web.NewForm(nil)
	}
	if d.RuleForm == nil {
		d.RuleForm = web.NewForm(readersForm{Readers: v.Readers, Source: lang.T("meeting.crit.source_eg")})
	}
	for _, code := range []string{meeting.ReadersRoom, meeting.ReadersCommittee, meeting.ReadersMembers} {
		d.Readers = append(d.Readers, web.Option{Value: code, Label: lang.T("meeting.crit.readers." + code)})
	}
	for _, row := range d.Roll {
		if row.InRoom() {
			d.Speakers = append(d.Speakers, web.Option{Value: text(row.MembershipID), Label: row.Name})
		}
		d.About = append(d.About, web.Option{Value: text(row.MembershipID), Label: row.Name})
	}
	status := http.StatusOK
	for _, f := range []*web.Form{form, rule} {
		if f != nil {
			status = f.Status
		}
	}
	return h.pages.RenderStatus(w, r, status, "criticism.html", d)
}

func (h *Web) criticise(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	var in criticismForm
	if err = web.Decode(r, &in); err == nil {
		_, err = h.svc.AddCriticism(r.Context(), who, ref, meeting.CriticismIn{SaidByID: in.By, AboutID: in.About, Text: in.Text, Op: in.Op})
	}
	if form, ok := web.Retry(r, err); ok {
		return h.showCriticism(w, r, who, ref, form, nil)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, criticismHref(ref), "meeting.crit.flash.kept")
}

func (h *Web) uncriticise(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	if err := h.svc.RemoveCriticism(r.Context(), who, ref, id); err != nil {
		return err
	}
	return web.SeeOther(w, r, criticismHref(ref), "meeting.run.flash.removed")
}

// readers writes the cell's own rule.
func (h *Web) readers(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	var in readersForm
	if err = web.Decode(r, &in); err == nil {
		err = h.svc.SetReaders(r.Context(), who, ref, in.Readers, in.Source)
	}
	if form, ok := web.Retry(r, err); ok {
		return h.showCriticism(w, r, who, ref, nil, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, criticismHref(ref), "meeting.crit.flash.rule")
}
