package admissionweb

import (
	"bytes"
	"html/template"
	"net/http"
	"strconv"

	"chibo/access"
	"chibo/admission"
	"chibo/document"
	"chibo/internal/civil"
	"chibo/internal/paper"
	"chibo/internal/web"
	"chibo/rulebook"
)

func (h *Web) registerForms(k *web.Kit) {
	k.Handle("GET /dossiers/{ref}/forms/{form}", h.form)
	k.Handle("POST /dossiers/{ref}/forms/{form}", h.issueForm)
	k.Handle("GET /dossiers/{ref}/index", h.index)
	k.Handle("GET /units/{id}/admission/register", h.register)
}

// formData is the dot of form.html.
type formData struct {
	admission.FormView
	Crumbs  []crumb
	Form    *web.Form
	Name    string
	Fields  []answerField
	Preview template.HTML
	Cite    string
	Unsure  bool // the number of the form may be another one by now
}

// answerField is what the form asks for.
type answerField struct{ Name, Label string }

// Answered says whether anything can be typed before the paper is issued.
func (d formData) Answered() bool { return d.Issues && len(d.Fields) > 0 }

// formIn is what is typed into a form.
type formIn struct {
	Version int    `form:"version"`
	Op      string `form:"op"`
}

const answerPrefix = "answer-"

// form answers GET /dossiers/{ref}/forms/{form}?as=pdf.
func (h *Web) form(w http.ResponseWriter, r *http.Request) error {
	if f, ok := fileFormat(r); ok {
		who, ref, err := h.asked(r)
		if err != nil {
			return err
		}
		file, err := h.svc.FormFile(r.Context(), who, ref, r.PathValue("form"), f)
		return send(w, file, f, err)
	}
	d, err := h.formData(r, web.NewForm(nil))
	if err != nil {
		return err
	}
	return h.pages.Render(w, r, "form.html", d)
}

func (h *Web) formData(r *http.Request, form *web.Form) (d formData, err error) {
	who, ref, err := h.asked(r)
	if err != nil {
		return d, err
	}
	if d.FormView, err = h.svc.Form(r.Context(), who, ref, r.PathValue("form")); err != nil {
		return d, err
	}
	l := web.LangOf(r)
	d.Form, d.Name = form, d.Paper.Title.In(l.Code())
	d.Cite, d.Unsure = d.Rule.Cite(l.Code()), d.Rule.Status == rulebook.Unverified
	for i, ask := range d.Asks {
		d.Fields = append(d.Fields, answerField{answerPrefix + strconv.Itoa(i), ask})
	}
	d.Crumbs = []crumb{{unitHref(d.Cell.ID), d.Cell.Short}, {admission.Href(ref), d.Person.Name}}
	if d.Whole {
		d.Crumbs = append(d.Crumbs, crumb{admission.Href(ref) + "/papers", l.T("admission.papers.title")})
	}
	d.Crumbs = append(d.Crumbs, crumb{"", d.Number})
	d.Preview, err = rendered(d.Draft)
	return d, err
}

// issueForm answers POST /dossiers/{ref}/forms/{form}.
func (h *Web) issueForm(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := h.asked(r)
	if err != nil {
		return err
	}
	var in formIn
	if err = web.Decode(r, &in); err == nil {
		issue := admission.FormIn{Code: r.PathValue("form"), Version: in.Version, Op: in.Op}
		for i := 0; ; i++ {
			values, ok := r.PostForm[answerPrefix+strconv.Itoa(i)]
			if !ok {
				break
			}
			issue.Answers = append(issue.Answers, web.Text(values[0]))
		}
		if _, err = h.svc.IssueForm(r.Context(), who, ref, issue); err == nil {
			return web.SeeOther(w, r, admission.Href(ref)+"/papers", "admission.flash.form")
		}
	}
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	d, err := h.formData(r, form)
	if err != nil {
		return err
	}
	return h.pages.RenderStatus(w, r, form.Status, "form.html", d)
}

// index answers GET /dossiers/{ref}/index?as=pdf&forms=1: the list of the dossier on paper.
func (h *Web) index(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := h.asked(r)
	if err != nil {
		return err
	}
	f, ok := fileFormat(r)
	if !ok {
		f = document.PDF
	}
	file, err := h.svc.IndexFile(r.Context(), who, ref, f, r.URL.Query().Get("forms") != "")
	return send(w, file, f, err)
}

// registerYears is how far back the book of reserve members goes when nothing is asked.
const registerYears = 2

// register answers GET /units/{id}/admission/register?from=&as=pdf: the book of reserve
// members.
func (h *Web) register(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	from, err := civil.ParseVi(r.URL.Query().Get("from"))
	if err != nil || !from.IsDay() {
		from = civil.Of(h.today().Year()-registerYears, 1, 1)
	}
	f, ok := fileFormat(r)
	if !ok {
		f = document.PDF
	}
	file, err := h.svc.RegisterFile(r.Context(), who, id, from, f)
	return send(w, file, f, err)
}

// fileFormat gives the kind of file that the address asks for; ok is false for a page.
func fileFormat(r *http.Request) (f document.Format, ok bool) {
	switch f = document.Format(r.URL.Query().Get("as")); f {
	case document.PDF, document.DOCX:
		return f, true
	}
	return "", false
}

// send gives a file whose name names nobody, to be kept by nobody on the way.
func send(w http.ResponseWriter, file document.File, f document.Format, err error) error {
	if err != nil {
		return err
	}
	head := w.Header()
	head.Set("Content-Type", f.MediaType())
	head.Set("Content-Disposition", `attachment; filename="`+file.Name+`"`)
	head.Set("Cache-Control", "private, no-store")
	_, err = w.Write(file.Data)
	return err
}

// rendered gives a paper as part of a page.
func rendered(content paper.Document) (template.HTML, error) {
	var text bytes.Buffer
	err := paper.HTML(&text, content)
	return template.HTML(text.String()), err //nolint:gosec // escaped by paper.HTML
}
