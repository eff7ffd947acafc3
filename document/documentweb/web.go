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
	cfg.Kit.Handle("GET /documents/{file}", s.serve)
	return s, nil
}

// serve answers with the page or a file, by the ending of the address.
func (s *Web) serve(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	name, format, file := strings.Cut(r.PathValue("file"), ".")
	ref, err := ident.ParseRef(name)
	if err != nil {
		return err
	}
	switch f := document.Format(format); {
	case !file:
		return s.show(w, r, who, ref)
	case f == document.PDF, f == document.DOCX:
		return s.download(w, r, who, ref, f)
	}
	return fault.New(fault.NotFound, "err.not_found")
}

// crumb is one step of the way to the page.
type crumb struct{ Href, Label string }

// showData is the dot of show.html.
type showData struct {
	document.View
	Kind    string // in words, "Nghị quyết"
	Address string // of this page; with an ending, of a file
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

func (s *Web) show(w http.ResponseWriter, r *http.Request, who access.Actor, ref ident.Ref) error {
	v, err := s.documents.Open(r.Context(), who, ref)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := paper.HTML(&text, v.Content); err != nil {
		return err
	}
	l := web.LangOf(r)
	d := showData{
		View: v, Kind: v.Title.In(l.Code()), Address: "/documents/" + ref.String(),
		Text: template.HTML(text.String()), //nolint:gosec // escaped by paper.HTML
	}
	d.Crumbs = []crumb{{"/units/" + strconv.FormatInt(v.Unit.ID, 10), v.Unit.Name}}
	if v.Owner == "meeting" {
		d.Act = "/meetings/" + ident.Ref{Part: ref.Part, ID: v.OwnerID}.String()
		d.Crumbs = append(d.Crumbs, crumb{d.Act, l.T("document.meeting")})
	}
	d.Crumbs = append(d.Crumbs, crumb{"", v.Symbol})
	d.Proofs = []proof{{l.T("document.proof_model"), "hash-model", pieces(v.ModelHash)}}
	if v.Frozen() {
		d.Proofs = append(d.Proofs, proof{l.T("document.proof_pdf"), "hash-pdf", pieces(v.PDFHash)},
			proof{l.T("document.proof_docx"), "hash-docx", pieces(v.DOCXHash)})
	}
	return s.pages.Render(w, r, "show.html", d)
}

func pieces(hash string) []string {
	var out []string
	for ; len(hash) > 8; hash = hash[8:] {
		out = append(out, hash[:8])
	}
	return append(out, hash)
}

func (s *Web) download(w http.ResponseWriter, r *http.Request, who access.Actor, ref ident.Ref, f document.Format) error {
	file, err := s.documents.File(r.Context(), who, ref, f)
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
