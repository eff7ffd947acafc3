package documentweb

import (
	"net/http"
	"strconv"
	"strings"

	"chibo/document"
	"chibo/internal/ident"
	"chibo/internal/web"
)

// correctData is the dot of correct.html.
type correctData struct {
	document.View
	Kind     string
	Home     string
	Crumbs   []crumb
	Form     *web.Form
	Passages []document.Passage
}

func (s *Web) correctForm(w http.ResponseWriter, r *http.Request) error {
	return s.correctPage(w, r, web.NewForm(nil), nil)
}

// correctPage shows the form; typed are the words of an attempt that was refused.
func (s *Web) correctPage(w http.ResponseWriter, r *http.Request, form *web.Form, typed map[string]string) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	v, list, err := s.documents.Editable(r.Context(), who, ref)
	if err != nil {
		return err
	}
	for i, p := range list {
		if text, ok := typed[p.Path]; ok {
			list[i].Text = text
		}
	}
	l := web.LangOf(r)
	d := correctData{View: v, Kind: v.Title.In(l.Code()), Home: address(ref), Form: form, Passages: list}
	d.Crumbs = []crumb{{"/units/" + strconv.FormatInt(v.Unit.ID, 10), v.Unit.Name}, {d.Home, v.Symbol}, {"", l.T("document.correct")}}
	status := http.StatusOK
	if form.Status != 0 {
		status = form.Status
	}
	return s.pages.RenderStatus(w, r, status, "correct.html", d)
}

// reasonForm is what a correction says beside the new words.
type reasonForm struct {
	Version int    `form:"version"`
	Reason  string `form:"reason"`
	Op      string `form:"op"`
}

// passagePrefix begins the names of the fields that hold a paper's words.
const passagePrefix = "w-"

func (s *Web) correct(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	var in reasonForm
	if err = web.Decode(r, &in); err != nil {
		return err
	}
	typed := map[string]string{}
	for name, values := range r.PostForm {
		if path, ok := strings.CutPrefix(name, passagePrefix); ok {
			typed[path] = values[0]
		}
	}
	err = s.documents.Correct(r.Context(), who, ref, document.CorrectIn{From: in.Version, Texts: typed, Reason: in.Reason, Op: in.Op})
	if form, ok := web.Retry(r, err); ok {
		return s.correctPage(w, r, form, typed)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, address(ref)+"/changes", "document.flash.corrected")
}

// changesData is the dot of changes.html.
type changesData struct {
	document.View
	Kind    string
	Home    string
	Crumbs  []crumb
	From    document.Version
	To      document.Version
	Changes []document.Change
}

// FromHref and ToHref are the pages of the two versions.
func (d changesData) FromHref() string { return versionHref(d.Ref, d.From.N) }

// ToHref is the page of the later one.
func (d changesData) ToHref() string { return versionHref(d.Ref, d.To.N) }

func (s *Web) changes(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	to := whole(r.URL.Query().Get("to"))
	from := whole(r.URL.Query().Get("from"))
	if from == 0 {
		if from, to, err = s.latest(r, ref, to); err != nil {
			return err
		}
	}
	var d changesData
	if d.View, d.From, d.To, d.Changes, err = s.documents.Difference(r.Context(), who, ref, from, to); err != nil {
		return err
	}
	l := web.LangOf(r)
	d.Kind, d.Home = d.Title.In(l.Code()), address(ref)
	d.Crumbs = []crumb{{d.Home, d.Symbol}, {"", l.T("document.changes")}}
	return s.pages.Render(w, r, "changes.html", d)
}

// latest gives the last two versions up to one.
func (s *Web) latest(r *http.Request, ref ident.Ref, to int) (from, last int, err error) {
	who, _, err := asked(r)
	if err != nil {
		return 0, 0, err
	}
	v, _, _, _, err := s.documents.Difference(r.Context(), who, ref, 0, 0)
	if last = to; last == 0 {
		last = v.Version
	}
	return max(1, last-1), last, err
}

func whole(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return max(0, n)
}
