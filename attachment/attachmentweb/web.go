package attachmentweb

import (
	"embed"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strconv"

	"chibo/access"
	"chibo/attachment"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/web"
)

// Catalogue holds the texts of these pages and of the errors of attachment.
//
//go:embed i18n/*.json
var Catalogue embed.FS

//go:embed pages/*.html
var pageFiles embed.FS

// Config says what the pages are made of.
type Config struct {
	Kit   *web.Kit            // required
	Files *attachment.Service // required
}

// Web has the pages. Make it with New.
type Web struct {
	files *attachment.Service
	pages *web.Pages
}

// New makes the pages and adds their routes to the kit.
func New(cfg Config) (*Web, error) {
	pages, err := cfg.Kit.Pages(pageFiles)
	if err != nil {
		return nil, err
	}
	s := &Web{files: cfg.Files, pages: pages}
	cfg.Kit.Handle("GET /meetings/{ref}/files", s.of(attachment.Meeting))
	cfg.Kit.Handle("POST /meetings/{ref}/files", s.add(attachment.Meeting))
	cfg.Kit.Handle("GET /tasks/{ref}/files", s.of(attachment.Task))
	cfg.Kit.Handle("POST /tasks/{ref}/files", s.add(attachment.Task))
	cfg.Kit.Handle("GET /decisions/{ref}/files", s.of(attachment.Decision))
	cfg.Kit.Handle("POST /decisions/{ref}/files", s.add(attachment.Decision))
	cfg.Kit.Handle("GET /proofs/{ref}/files", s.of(attachment.Proof))
	cfg.Kit.Handle("POST /proofs/{ref}/files", s.add(attachment.Proof))
	cfg.Kit.Handle("GET /campaigns/{ref}/files", s.of(attachment.Campaign))
	cfg.Kit.Handle("POST /campaigns/{ref}/files", s.add(attachment.Campaign))
	cfg.Kit.Handle("GET /files/{ref}", s.send)
	cfg.Kit.Handle("POST /files/{ref}/remove", s.remove)
	return s, nil
}

// listData is the dot of list.html.
type listData struct {
	attachment.Panel
	Action string // address of this page
	Crumbs []crumb
	Form   *web.Form
	Rows   []row
	Most   int // MiB of one file
}

// crumb is one step of the way to the page.
type crumb struct{ Href, Label string }

// row is a file in the list.
type row struct {
	attachment.File
	Kind    string // in words
	Text    string // its size
	Removes bool   // the reader may take it away
}

func address(of attachment.Of) string { return "/" + of.Owner + "s/" + of.Ref.String() + "/files" }

func (s *Web) of(owner string) web.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		d, err := s.data(r, owner, web.NewForm(nil))
		if err != nil {
			return err
		}
		return s.pages.Render(w, r, "list.html", d)
	}
}

func (s *Web) data(r *http.Request, owner string, form *web.Form) (d listData, err error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return d, err
	}
	of := attachment.Of{Owner: owner}
	if of.Ref, err = web.Ref(r, "ref"); err != nil {
		return d, err
	}
	if d.Panel, err = s.files.Look(r.Context(), who, of); err != nil {
		return d, err
	}
	l := web.LangOf(r)
	d.Form, d.Action, d.Most = form, address(of), attachment.MaxSize>>20
	d.Crumbs = []crumb{
		{"/units/" + strconv.FormatInt(d.Place.OrgID, 10), d.Place.Name}, {d.Place.Href, l.T("attachment.owner." + owner)}, {"", l.T("attachment.title")},
	}
	for _, f := range d.Files {
		d.Rows = append(d.Rows, row{f, l.T("attachment.type." + typeKey(f.Type)), sizeText(f.Size), d.May && (f.By == who.AccountID || d.Place.Lead)})
	}
	return d, nil
}

func typeKey(t string) string {
	switch t {
	case "image/jpeg", "image/png", "image/webp":
		return "image"
	case "application/pdf":
		return "pdf"
	case "application/vnd.openxmlformats-officedocument.wordprocessingml.document":
		return "word"
	}
	return "sheet"
}

func sizeText(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%d KB", max(1, n>>10))
	}
	return fmt.Sprintf("%d,%d MB", n>>20, (n>>10)%1024*10/1024)
}

// formRoom is what a form of files needs beside the file, in bytes.
const formRoom = 1 << 20

func (s *Web) add(owner string) web.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		web.AllowBody(w, r, attachment.MaxSize+formRoom)
		err := s.receive(r, owner)
		if err == nil {
			return web.SeeOther(w, r, r.URL.Path, "attachment.added")
		}
		if fault.KindOf(err) == fault.TooLarge {
			err = fault.Field("file", "attachment.err.large", "Most", attachment.MaxSize>>20)
		}
		form, ok := web.Retry(r, err)
		if !ok {
			return err
		}
		d, err := s.data(r, owner, form)
		if err != nil {
			return err
		}
		return s.pages.RenderStatus(w, r, form.Status, "list.html", d)
	}
}

func (s *Web) receive(r *http.Request, owner string) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	ref, err := web.Ref(r, "ref")
	if err != nil {
		return err
	}
	var in struct {
		Note string `form:"note"`
		Op   string `form:"op"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	file, header, err := r.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) {
		return fault.Field("file", "attachment.err.none")
	}
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "err.form")
	}
	defer file.Close() //nolint:errcheck // only read
	_, err = s.files.Add(r.Context(), who, attachment.Of{Owner: owner, Ref: ref}, header.Filename, in.Note, in.Op, file)
	return err
}

// filePolicy lets nothing in a file run or load anything.
const filePolicy = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"

func (s *Web) send(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := s.named(r)
	if err != nil {
		return err
	}
	f, err := s.files.Open(r.Context(), who, ref)
	if err != nil {
		return err
	}
	how := "attachment"
	if f.IsImage() {
		how = "inline"
	}
	h := w.Header()
	h.Set("Content-Type", f.Type)
	h.Set("Content-Length", strconv.FormatInt(f.Size, 10))
	h.Set("Content-Disposition", mime.FormatMediaType(how, map[string]string{"filename": f.Name}))
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("ETag", `"`+f.Hash+`"`)
	if r.Header.Get("If-None-Match") == `"`+f.Hash+`"` {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	if err := s.files.Send(r.Context(), f, w); err != nil {
		panic(http.ErrAbortHandler) // the answer has begun: cut it off rather than end it short
	}
	return nil
}

func (s *Web) named(r *http.Request) (access.Actor, ident.Ref, error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return who, ident.Ref{}, err
	}
	ref, err := web.Ref(r, "ref")
	return who, ref, err
}

func (s *Web) remove(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := s.named(r)
	if err != nil {
		return err
	}
	f, err := s.files.Remove(r.Context(), who, ref)
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, address(f.Of), "attachment.removed")
}
