package meetingweb

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"

	"chibo/internal/web"
	"chibo/meeting"
	"chibo/rulebook"
)

// protocolData is the dot of secret_protocol.html.
type protocolData struct {
	base
	Subject string
	At      string // address of the vote
	Form    *web.Form
	Preview template.HTML
}

// protocol shows the counting protocol before it is signed; afterwards it leads to the
// paper.
func (h *Web) protocol(w http.ResponseWriter, r *http.Request) error {
	return h.showProtocol(w, r, web.NewForm(nil))
}

func (h *Web) showProtocol(w http.ResponseWriter, r *http.Request, form *web.Form) error {
	who, f, err := h.full(r)
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	content, err := h.svc.PreviewProtocol(r.Context(), who, f.Ref, id)
	if err != nil {
		return err
	}
	d := protocolData{base: newShort(r, f, "meeting.secret.protocol"), At: secretHref(f.Ref, id), Form: form, Subject: content.Subject}
	if d.Preview, err = rendered(content); err != nil {
		return err
	}
	status := http.StatusOK
	if form.Status != 0 {
		status = form.Status
	}
	return h.pages.RenderStatus(w, r, status, "secret_protocol.html", d)
}

func (h *Web) issueProtocol(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	doc, err := h.svc.IssueProtocol(r.Context(), who, ref, id)
	if err != nil {
		form, ok := web.Retry(r, err)
		if !ok {
			return err
		}
		return h.showProtocol(w, r, form)
	}
	return web.SeeOther(w, r, "/documents/"+doc.Ref.String(), "meeting.secret.flash_protocol")
}

// ballots gives the paper ballots of an open vote to print and cut.
func (h *Web) ballots(w http.ResponseWriter, r *http.Request) error {
	who, f, err := h.full(r)
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if _, err := h.svc.WriteBallots(r.Context(), who, f.Ref, id, &b); err != nil {
		return h.secretRefused(w, r, who, f, err)
	}
	head := w.Header()
	head.Set("Content-Type", "application/pdf")
	head.Set("Content-Length", fmt.Sprint(b.Len()))
	head.Set("Content-Disposition", `inline; filename="phieu-kin.pdf"`)
	head.Set("Cache-Control", "no-store")
	_, err = w.Write(b.Bytes())
	return err
}

// electedData is the dot of secret_elected.html.
type electedData struct {
	base
	E    meeting.Elected
	Form *web.Form
	Rule string // on the rounds
}

// electedForm is how the posts are recorded.
type electedForm struct {
	Term string `form:"name"`
	How  string `form:"how"`
}

func (h *Web) elected(w http.ResponseWriter, r *http.Request) error {
	return h.showElected(w, r, web.NewForm(electedForm{}))
}

func (h *Web) showElected(w http.ResponseWriter, r *http.Request, form *web.Form) error {
	who, f, err := h.full(r)
	if err != nil {
		return err
	}
	d := electedData{base: newShort(r, f, "meeting.elected.title"), Form: form, Rule: f.Set.Rule(rulebook.ElectionRounds).Cite(web.LangOf(r).Code())}
	if d.E, err = h.svc.Elected(r.Context(), who, f.Ref); err != nil {
		return err
	}
	if form.Value("how") == "" { // a term begins with a secretary
		form.Set("how", map[bool]string{true: "term", false: "keep"}[d.E.Secretary != nil])
	}
	status := http.StatusOK
	if form.Status != 0 {
		status = form.Status
	}
	return h.pages.RenderStatus(w, r, status, "secret_elected.html", d)
}

func (h *Web) recordElected(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	var in electedForm
	if err = web.Decode(r, &in); err == nil {
		election := meeting.ElectionIn{Keep: in.How == "keep"}
		if in.How == "term" {
			election.Term = in.Term
		}
		err = h.svc.RecordElection(r.Context(), who, ref, election)
	}
	if err != nil {
		form, ok := web.Retry(r, err)
		if !ok {
			return err
		}
		return h.showElected(w, r, form)
	}
	return web.SeeOther(w, r, meeting.Href(ref)+"/secret/elected", "meeting.elected.flash")
}
