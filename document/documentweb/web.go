package documentweb

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"time"

	"chibo/access"
	"chibo/document"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/paper"
	"chibo/internal/web"
)

// Catalogue holds the texts of these pages.
//
//go:embed i18n/*.json
var Catalogue embed.FS

//go:embed pages/*.html
var pageFiles embed.FS

// Config says what the pages are made of.
type Config struct {
	Kit       *web.Kit          // required; its ExtraCSS must hold paper.CSS()
	Documents *document.Service // required
}

// Web has the pages. Make it with New.
type Web struct {
	documents *document.Service
	pages     *web.Pages
}

// New makes the pages and adds their routes to the kit.
func New(cfg Config) (*Web, error) {
	pages, err := cfg.Kit.Pages(pageFiles)
	if err != nil {
		return nil, err
	}
	s := &Web{documents: cfg.Documents, pages: pages}
	cfg.Kit.Handle("GET /papers", s.papers)
	cfg.Kit.Handle("POST /papers", s.find)
	cfg.Kit.Handle("GET /documents/{file}", s.serve)
	cfg.Kit.Handle("POST /documents/{ref}/read", s.confirm)
	cfg.Kit.Handle("GET /documents/{ref}/readers", s.readers)
	cfg.Kit.Handle("POST /documents/{ref}/readers", s.noteRead)
	cfg.Kit.Handle("GET /documents/{ref}/correct", s.correctForm)
	cfg.Kit.Handle("POST /documents/{ref}/correct", s.correct)
	cfg.Kit.Handle("GET /documents/{ref}/changes", s.changes)
	return s, nil
}

// serve answers with the page or a file, by the ending of the address: "7-81",
// "7-81.pdf", and with a version "7-81.v1", "7-81.v1.pdf".
func (s *Web) serve(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	name, ending, _ := strings.Cut(r.PathValue("file"), ".")
	ref, err := ident.ParseRef(name)
	if err != nil {
		return err
	}
	n := 0
	if v, ok := strings.CutPrefix(ending, "v"); ok {
		var rest string
		v, rest, _ = strings.Cut(v, ".")
		if n, err = strconv.Atoi(v); err != nil || n < 1 {
			return fault.New(fault.NotFound, "err.not_found")
		}
		ending = rest
	}
	switch f := document.Format(ending); {
	case ending == "" && !strings.HasSuffix(r.PathValue("file"), "."):
		return s.show(w, r, who, ref, n)
	case f == document.PDF, f == document.DOCX:
		return s.download(w, r, who, ref, n, f)
	}
	return fault.New(fault.NotFound, "err.not_found")
}

// crumb is one step of the way to the page.
type crumb struct{ Href, Label string }

// showData is the dot of show.html.
type showData struct {
	document.View
	Kind    string // in words, "Nghị quyết"
	Home    string // address of the paper
	Address string // of what is shown; with an ending, of its file
	Act     string // page of what the paper tells of; empty when it has none
	Crumbs  []crumb
	Text    template.HTML
	Proofs  []proof
}

// proof is a hash in pieces of eight, so that it breaks on a phone.
type proof struct {
	Label, ID string
	Pieces    []string
}

func address(ref ident.Ref) string { return "/documents/" + ref.String() }

// versionHref is the page of a version.
func versionHref(ref ident.Ref, n int) string { return address(ref) + ".v" + strconv.Itoa(n) }

func (s *Web) show(w http.ResponseWriter, r *http.Request, who access.Actor, ref ident.Ref, n int) error {
	v, err := s.documents.Open(r.Context(), who, ref, n)
	if err != nil {
		return err
	}
	l := web.LangOf(r)
	d := showData{View: v, Kind: v.Title.In(l.Code()), Home: address(ref), Address: address(ref)}
	if !v.InForce() {
		d.Address = versionHref(ref, v.Shown.N)
	}
	if d.Text, err = rendered(v.Content); err != nil {
		return err
	}
	if v.Inside {
		d.Crumbs = []crumb{{"/units/" + strconv.FormatInt(v.Unit.ID, 10), v.Unit.Name}}
		if v.Owner == "meeting" {
			d.Act = "/meetings/" + ident.Ref{Part: ref.Part, ID: v.OwnerID}.String()
			d.Crumbs = append(d.Crumbs, crumb{d.Act, l.T("document.meeting")})
		}
	}
	d.Crumbs = append(d.Crumbs, crumb{"", v.Symbol})
	d.Proofs = []proof{{l.T("document.proof_model"), "hash-model", pieces(v.Shown.ModelHash)}}
	if v.Shown.Frozen() {
		d.Proofs = append(d.Proofs, proof{l.T("document.proof_pdf"), "hash-pdf", pieces(v.Shown.PDFHash)},
			proof{l.T("document.proof_docx"), "hash-docx", pieces(v.Shown.DOCXHash)})
	}
	return s.pages.Render(w, r, "show.html", d)
}

// rendered gives a paper as part of a page.
func rendered(content paper.Document) (template.HTML, error) {
	var text bytes.Buffer
	err := paper.HTML(&text, content)
	return template.HTML(text.String()), err //nolint:gosec // escaped by paper.HTML
}

func pieces(hash string) []string {
	var out []string
	for ; len(hash) > 8; hash = hash[8:] {
		out = append(out, hash[:8])
	}
	return append(out, hash)
}

func (s *Web) download(w http.ResponseWriter, r *http.Request, who access.Actor, ref ident.Ref, n int, f document.Format) error {
	file, err := s.documents.File(r.Context(), who, ref, n, f)
	if err != nil {
		return err
	}
	if err := s.documents.MarkRead(r.Context(), who, ref); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", f.MediaType())
	h.Set("Content-Disposition", `attachment; filename="`+file.Name+`"`)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("ETag", `"`+file.Hash+`"`)
	http.ServeContent(w, r, file.Name, time.Time{}, bytes.NewReader(file.Data))
	return nil
}
