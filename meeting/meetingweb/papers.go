package meetingweb

import (
	"bytes"
	"html/template"
	"net/http"
	"strconv"

	"chibo/access"
	"chibo/document"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/paper"
	"chibo/internal/web"
	"chibo/meeting"
	"chibo/secret"
)

func (h *Web) registerPapers(k *web.Kit) {
	k.Handle("GET /meetings/{ref}/papers", h.papers)
	k.Handle("POST /meetings/{ref}/papers", h.makePaper)
	k.Handle("GET /units/{id}/wording", h.wording)
	k.Handle("POST /units/{id}/wording", h.word)
}

// paperForm is a paper as it is being made.
type paperForm struct {
	Kind     string `form:"kind"`
	Text     string `form:"text"`
	ToKind   string `form:"to_kind"`
	Member   int64  `form:"member"` // person
	Unit     int64  `form:"unit"`
	To       string `form:"to"`
	Decision int64  `form:"decision"`
	Do       string `form:"do"`
	Op       string `form:"op"`
}

func (f paperForm) in() meeting.PaperIn {
	in := meeting.PaperIn{Kind: f.Kind, Text: f.Text, Decision: f.Decision, Op: f.Op, To: document.Addressee{Kind: document.ToText, Name: f.To}}
	if f.Kind == meeting.PaperExtract {
		switch f.ToKind {
		case document.ToPerson:
			in.To = document.Addressee{Kind: document.ToPerson, PersonID: f.Member}
		case document.ToUnit:
			in.To = document.Addressee{Kind: document.ToUnit, UnitID: f.Unit}
		}
	}
	return in
}

// papersData is the dot of papers.html.
type papersData struct {
	base
	Offers    []offerView
	Making    *offerView // the kind being made; nil: the list
	Form      *web.Form
	Preview   template.HTML
	ToKinds   []web.Option
	Persons   []web.Option
	Units     []web.Option
	Decisions []web.Option
	Op        string
}

// offerView is a kind of paper that can be made.
type offerView struct {
	meeting.PaperOffer
	Title  string // "Thông báo"
	Hint   string
	Href   string
	Text   bool // asks for words
	Invite bool // asks for a free addressee
	Pick   bool // asks for a decision and its addressee
}

func (h *Web) papers(w http.ResponseWriter, r *http.Request) error {
	who, f, err := h.full(r)
	if err != nil {
		return err
	}
	kind := r.URL.Query().Get("kind")
	form := paperForm{Kind: kind, ToKind: document.ToPerson}
	if id, err := strconv.ParseInt(r.URL.Query().Get("decision"), 10, 64); err == nil {
		form.Decision = id
	}
	d, err := h.papersData(r, f, kind, web.NewForm(form))
	if err != nil {
		return err
	}
	if d.Making != nil && d.Making.PaperOffer.Text != "" {
		form.Text = d.Making.PaperOffer.Text
		d.Form = web.NewForm(form)
	}
	if d.Making != nil && !d.Making.Text && !d.Making.Invite && !d.Making.Pick { // nothing to ask: the paper itself
		if d.Preview, err = h.preview(r, who, f.Ref, form.in()); err != nil {
			return err
		}
	}
	return h.pages.Render(w, r, "papers.html", d)
}

func (h *Web) papersData(r *http.Request, f meeting.Full, kind string, form *web.Form) (papersData, error) {
	d := papersData{base: newBase(r, f, "meeting.make"), Form: form, Op: ident.NewDevice()}
	if !f.Me.Prepare {
		return d, access.ErrForbidden
	}
	for _, o := range f.Offers() {
		v := offerView{
			PaperOffer: o, Title: d.PaperName(o.Kind), Hint: d.lang.T("meeting.make.hint." + o.Kind), Href: d.Href + "/papers?kind=" + o.Kind,
			Text:   o.Kind == meeting.PaperConclusion || o.Kind == meeting.PaperNotice || o.Kind == meeting.PaperInvitation || o.Kind == meeting.PaperReport,
			Invite: o.Kind == meeting.PaperInvitation, Pick: o.Kind == meeting.PaperExtract,
		}
		d.Offers = append(d.Offers, v)
		if o.Kind == kind {
			d.Making = &d.Offers[len(d.Offers)-1]
		}
	}
	if kind != "" && d.Making == nil {
		return d, meeting.ErrNotFound
	}
	if d.Making == nil || !d.Making.Pick {
		return d, nil
	}
	return d, h.addressees(r, &d)
}

// addressees fills in for whom an extract may be, and of what.
func (h *Web) addressees(r *http.Request, d *papersData) error {
	for _, k := range []string{document.ToPerson, document.ToUnit, document.ToText} {
		d.ToKinds = append(d.ToKinds, web.Option{Value: k, Label: d.lang.T("meeting.make.to." + k)})
	}
	for _, p := range d.Body {
		d.Persons = append(d.Persons, web.Option{Value: text(p.PersonID), Label: p.Name})
	}
	for _, x := range d.base.Decisions {
		d.Decisions = append(d.Decisions, web.Option{Value: text(x.ID), Label: x.Title})
	}
	for _, v := range d.Secrets {
		if v.State == secret.StateCounted {
			d.Decisions = append(d.Decisions, web.Option{Value: text(v.Ref.ID), Label: d.lang.T("meeting.make.secret", "Subject", v.Subject)})
		}
	}
	return h.svc.DB.Read(r.Context(), func(q db.Q) error {
		units, err := meeting.Neighbours(r.Context(), q, d.Unit)
		for _, u := range units {
			d.Units = append(d.Units, web.Option{Value: text(u.ID), Label: u.Name})
		}
		return err
	})
}

func (h *Web) preview(r *http.Request, who access.Actor, ref ident.Ref, in meeting.PaperIn) (template.HTML, error) {
	content, err := h.svc.PreviewPaper(r.Context(), who, ref, in)
	if err != nil {
		return "", err
	}
	return rendered(content)
}

// rendered gives a paper as part of a page.
func rendered(content paper.Document) (template.HTML, error) {
	var b bytes.Buffer
	err := paper.HTML(&b, content)
	return template.HTML(b.String()), err //nolint:gosec // escaped by paper.HTML
}

// makePaper shows the paper, or signs and issues it.
func (h *Web) makePaper(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	var in paperForm
	var shown template.HTML
	err = web.Decode(r, &in)
	if err == nil && in.Do == "issue" {
		var doc document.Document
		if doc, err = h.svc.IssuePaper(r.Context(), who, ref, in.in()); err == nil {
			return web.SeeOther(w, r, "/documents/"+doc.Ref.String(), "meeting.flash.paper")
		}
	} else if err == nil {
		shown, err = h.preview(r, who, ref, in.in())
	}
	form, refused := web.Retry(r, err)
	if err != nil && !refused {
		return err
	}
	_, f, err := h.full(r)
	if err != nil {
		return err
	}
	if !refused {
		form = web.NewForm(in)
	}
	d, err := h.papersData(r, f, in.Kind, form)
	if err != nil {
		return err
	}
	if d.Preview = shown; in.Op != "" {
		d.Op = in.Op // what is shown and what is issued are one act
	}
	status := http.StatusOK
	if refused {
		status = form.Status
	}
	return h.pages.RenderStatus(w, r, status, "papers.html", d)
}
