package web

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"

	"chibo/internal/i18n"
)

//go:embed layout/*.html layout/pages/*.html
var layoutFiles embed.FS

// Catalogue holds the machinery's own translations (keys "web." and "err.") as
// i18n/vi.json and i18n/en.json; app loads it together with the features' ones.
//
//go:embed i18n/*.json
var Catalogue embed.FS

func ownPages() fs.FS {
	sub, err := fs.Sub(layoutFiles, "layout")
	if err != nil {
		panic(err) // the embedded folder is part of the program
	}
	return sub
}

// Languages are the codes that pages are parsed for; the first is the default.
func Languages() []string { return []string{langDefault, "en"} }

// Pages are the parsed pages of one feature, in every language. Make them with
// Kit.Pages; they may be used by many requests at once.
type Pages struct {
	kit  *Kit
	fsys fs.FS
	set  map[string]func() (page, error) // by language and file: "vi/show.html"

	drawing sync.Mutex
	drawn   map[part]template.HTML
}

// part is a part of a page as it was drawn once.
type part struct {
	lang, page, name string
	data             any
}

// mostDrawn is how many parts are kept; then all are forgotten.
const mostDrawn = 8192

// Pages finds every pages/*.html of a feature; each is parsed together with the layout
// when it is first shown in a language, since most are not for days: all of them together
// take tens of MB. Tests show every page. A page defines "title" and "main" (dot is the page's data), and
// if it wants "lead" (classes of main), "head" (extra links), "bar" (actions at
// the bottom of a phone). One that defines "hall" instead of "main" fills a
// projector screen; one that defines "sheet" is printed. What pages/parts/*.html
// define is there for all pages of the feature.
func (k *Kit) Pages(fsys fs.FS) (*Pages, error) {
	p := &Pages{kit: k, fsys: fsys}
	var err error
	p.set, err = p.parse()
	return p, err
}

// page is one parsed file and what it defines.
type page struct {
	t                *template.Template
	layout           string
	hall, sheet, bar bool
}

func (p *Pages) parse() (map[string]func() (page, error), error) {
	files, err := fs.Glob(p.fsys, "pages/*.html")
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("web: no pages/*.html found (%w)", err)
	}
	parts, err := fs.Glob(p.fsys, "pages/parts/*.html")
	if err != nil {
		return nil, err
	}
	set := map[string]func() (page, error){}
	for _, code := range Languages() {
		base := sync.OnceValues(func() (*template.Template, error) { return p.base(code, parts) })
		for _, file := range files {
			set[code+"/"+path.Base(file)] = sync.OnceValues(func() (page, error) {
				b, err := base()
				if err != nil {
					return page{}, err
				}
				return p.page(b, file, p.kit.cfg.Bundle.Lang(code))
			})
		}
	}
	return set, nil
}

// base is what all pages of a feature have in a language.
func (p *Pages) base(code string, parts []string) (*template.Template, error) {
	base := template.New("base").Funcs(p.kit.funcs(p.kit.cfg.Bundle.Lang(code)))
	base, err := base.ParseFS(layoutFiles, "layout/*.html")
	if err != nil {
		return nil, fmt.Errorf("web: layout: %w", err)
	}
	if len(parts) == 0 {
		return base, nil
	}
	if base, err = base.ParseFS(p.fsys, parts...); err != nil {
		return nil, fmt.Errorf("web: parts: %w", err)
	}
	return base, nil
}

func (p *Pages) page(base *template.Template, file string, l *i18n.Lang) (page, error) {
	t, err := base.Clone()
	if err == nil {
		t, err = t.ParseFS(p.fsys, file)
	}
	if err != nil {
		return page{}, fmt.Errorf("web: page %s: %w", file, err)
	}
	pg, err := complete(t)
	if err != nil {
		return page{}, fmt.Errorf("web: page %s: %w", file, err)
	}
	fold(t, l)
	return pg, nil
}

// complete chooses the layout by what the page defines and fills in the parts
// it leaves out.
func complete(t *template.Template) (page, error) {
	has := func(name string) bool { return t.Lookup(name) != nil }
	pg := page{t: t, layout: "layout", hall: has("hall"), sheet: has("sheet"), bar: has("bar")}
	switch {
	case !has("title"):
		return pg, errors.New(`defines no "title"`)
	case pg.hall:
		pg.layout = "layout-hall"
	case pg.sheet:
		pg.layout = "layout-sheet"
	case !has("main"):
		return pg, errors.New(`defines no "main", "hall" or "sheet"`)
	}
	for _, name := range []string{"head", "bar", "main", "hall", "sheet"} {
		if has(name) {
			continue
		}
		if _, err := t.New(name).Parse(""); err != nil {
			return pg, err
		}
	}
	return pg, nil
}

// Names lists the files of the pages, sorted.
func (p *Pages) Names() []string {
	var names []string
	for key := range p.set {
		if name, ok := strings.CutPrefix(key, langDefault+"/"); ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Template gives the parsed page in a language. Tests
// use it to check fields against Go types.
func (p *Pages) Template(lang, name string) (*template.Template, error) {
	pg, err := p.get(lang, name)
	return pg.t, err
}

func (p *Pages) get(lang, name string) (page, error) {
	set := p.set
	if p.kit.cfg.Reload {
		fresh, err := p.parse()
		if err != nil {
			return page{}, err
		}
		set = fresh
	}
	get, ok := set[lang+"/"+name]
	if !ok {
		return page{}, fmt.Errorf("web: there is no page %q", name)
	}
	return get()
}

// view is the dot of the layout.
type view struct {
	Frame
	Lang, Theme, Size string
	Now               int64  // Unix milliseconds, so that clocks on the page run by the server's time
	Path              string // of this request, where preferences return to
	Flash             string
	Hall, Sheet, Bar  bool
	Data              any
}

// Render answers 200 with a page of this feature; data is the dot of its parts.
func (p *Pages) Render(w http.ResponseWriter, r *http.Request, name string, data any) error {
	return p.RenderStatus(w, r, http.StatusOK, name, data)
}

// RenderStatus is Render with another status: 422 for a form that comes back.
func (p *Pages) RenderStatus(w http.ResponseWriter, r *http.Request, code int, name string, data any) error {
	s := stateOf(r)
	pg, err := p.get(s.lang.Code(), name)
	if err != nil {
		return err
	}
	v := view{
		Frame: p.kit.frameOf(r), Lang: s.lang.Code(), Theme: s.theme, Size: s.size,
		Now: p.kit.cfg.Clock.Now().UnixMilli(), Flash: takeFlash(w, r),
		Hall: pg.hall, Sheet: pg.sheet, Data: data,
	}
	if v.Bar, err = pg.hasBar(data); err != nil {
		return fmt.Errorf("web: page %s: %w", name, err)
	}
	if r.Method == http.MethodGet {
		v.Path = r.URL.RequestURI()
	}
	var buf bytes.Buffer
	if err := pg.t.ExecuteTemplate(&buf, pg.layout, v); err != nil {
		return fmt.Errorf("web: page %s: %w", name, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", v.Lang)
	w.Header().Add("Vary", "Cookie")
	w.WriteHeader(code)
	_, _ = w.Write(buf.Bytes()) // the reader may have gone; nothing is left to do
	return nil
}

// Part draws what a page defines under a name. The drawing is kept: data must be comparable, without
// pointers, and all that the part shows. A list of which one line changes is then drawn
// by that line.
func (p *Pages) Part(r *http.Request, page, name string, data any) (template.HTML, error) {
	lang := LangOf(r).Code()
	key := part{lang, page, name, data}
	p.drawing.Lock()
	out, kept := p.drawn[key]
	p.drawing.Unlock()
	if kept && !p.kit.cfg.Reload {
		return out, nil
	}
	t, err := p.Template(lang, page)
	if err != nil {
		return "", err
	}
	var buf strings.Builder
	if err := t.ExecuteTemplate(&buf, name, data); err != nil {
		return "", fmt.Errorf("web: page %s: %w", page, err)
	}
	out = template.HTML(buf.String()) //nolint:gosec // the template has escaped it
	p.drawing.Lock()
	defer p.drawing.Unlock()
	if len(p.drawn) >= mostDrawn || p.drawn == nil {
		p.drawn = make(map[part]template.HTML)
	}
	p.drawn[key] = out
	return out, nil
}

// hasBar says whether the page has actions for the bottom of a phone this time: a
// bar of nothing would only hide the way through the program.
func (pg page) hasBar(data any) (bool, error) {
	if !pg.bar {
		return false, nil
	}
	var buf bytes.Buffer
	err := pg.t.ExecuteTemplate(&buf, "bar", data)
	return len(bytes.TrimSpace(buf.Bytes())) > 0, err
}

// frameOf asks app for the frame. A request that failed before its session was
// loaded, or whose session cannot be read, gets an empty one.
func (k *Kit) frameOf(r *http.Request) (f Frame) {
	if !reached(r) {
		return Frame{}.withDefaults()
	}
	return k.cfg.Frame(r).withDefaults()
}
