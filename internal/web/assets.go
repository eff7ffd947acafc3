package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"

	"chibo/internal/fault"
)

//go:embed static
var staticFiles embed.FS

// bundles tells which files of static/ are sent together, in this order. The
// scripts are ES modules whose imports of each other fall away when they are
// joined, so their top-level names must differ.
func bundles() map[string][]string {
	return map[string][]string{
		"app.css":  {"base.css", "layout.css", "form.css", "parts.css", "meeting.css", "print.css"},
		"hall.css": {"hall.css"},
		"app.js":   {"dom.js", "swap.js", "live.js", "draft.js", "clock.js", "prefs.js", "tools.js", "find.js", "bars.js"},
		"logo.svg": {"logo.svg"},
	}
}

// assets are the style sheets, scripts and pictures under their hashed names.
type assets struct {
	fsys   fs.FS
	extra  []string
	reload bool
	mu     sync.RWMutex      // only a reload writes after the start
	byName map[string]*asset // "app.css"
	byURL  map[string]*asset // "app.0123456789.css"
}

// asset is one file as it is sent. Its packed forms are made once, when first
// asked for.
type asset struct {
	url, kind string
	raw       []byte
	once      sync.Once
	br, gz    []byte
}

func newAssets(fsys fs.FS, extra []string, reload bool) (*assets, error) {
	if fsys == nil {
		sub, err := fs.Sub(staticFiles, "static")
		if err != nil {
			return nil, err
		}
		fsys = sub
	}
	a := &assets{fsys: fsys, extra: extra, reload: reload}
	return a, a.load()
}

func (a *assets) load() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.byName, a.byURL = map[string]*asset{}, map[string]*asset{}
	for name, files := range bundles() {
		var all bytes.Buffer
		for _, file := range files {
			text, err := fs.ReadFile(a.fsys, file)
			if err != nil {
				return fmt.Errorf("web: asset: %w", err)
			}
			all.Write(text)
		}
		a.put(name, slim(name, all.String()))
	}
	a.put("extra.css", slim("extra.css", strings.Join(a.extra, "\n")))
	return nil
}

func (a *assets) put(name string, text []byte) {
	sum := sha256.Sum256(text)
	ext := path.Ext(name)
	hashed := strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:5]) + ext
	kinds := map[string]string{
		".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
	}
	as := &asset{url: "/static/" + hashed, kind: kinds[ext], raw: text}
	a.byName[name], a.byURL[hashed] = as, as
}

// slim drops what only writers need: comments on their own lines, indents, and
// in scripts the module words that joining makes needless.
func slim(name, text string) []byte {
	var out bytes.Buffer
	comment := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if comment {
			_, line, comment = cutComment(line)
		}
		if strings.HasPrefix(line, "/*") {
			_, line, comment = cutComment(line)
		}
		if strings.HasSuffix(name, ".js") {
			if strings.HasPrefix(line, "//") || strings.HasPrefix(line, "import ") {
				continue
			}
			line = strings.TrimPrefix(line, "export ")
		}
		if line != "" {
			out.WriteString(line)
			out.WriteByte('\n')
		}
	}
	return out.Bytes()
}

func cutComment(line string) (before, after string, open bool) {
	before, after, closed := strings.Cut(line, "*/")
	if !closed {
		return "", "", true
	}
	return before, strings.TrimSpace(after), false
}

// url gives the address of an asset by its plain name.
func (a *assets) url(name string) (string, error) {
	if a.reload {
		if err := a.load(); err != nil {
			return "", err
		}
	}
	a.mu.RLock()
	as := a.byName[name]
	a.mu.RUnlock()
	if as == nil {
		return "", fmt.Errorf("web: there is no asset %q", name)
	}
	return as.url, nil
}

// serve sends an asset in the best packing the reader takes. The address holds
// the content's hash, so the answer stays true for ever.
func (a *assets) serve(w http.ResponseWriter, r *http.Request) error {
	a.mu.RLock()
	as := a.byURL[r.PathValue("file")]
	a.mu.RUnlock()
	if as == nil {
		return fault.New(fault.NotFound, "err.not_found")
	}
	as.once.Do(as.pack)
	body, accept := as.raw, r.Header.Get("Accept-Encoding")
	h := w.Header()
	switch {
	case strings.Contains(accept, "br"):
		body = as.br
		h.Set("Content-Encoding", "br")
	case strings.Contains(accept, "gzip"):
		body = as.gz
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Type", as.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	h.Set("Content-Length", fmt.Sprint(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
	return nil
}

func (as *asset) pack() {
	var b, g bytes.Buffer
	bw := brotli.NewWriterLevel(&b, brotli.BestCompression)
	_, _ = bw.Write(as.raw) // a write to memory does not fail
	_ = bw.Close()
	gw, err := gzip.NewWriterLevel(&g, gzip.BestCompression)
	if err != nil {
		panic(err) // the level is a constant that the package knows
	}
	_, _ = gw.Write(as.raw)
	_ = gw.Close()
	as.br, as.gz = b.Bytes(), g.Bytes()
}

func (a *assets) favicon(w http.ResponseWriter, r *http.Request) error {
	url, err := a.url("logo.svg")
	if err != nil {
		return err
	}
	http.Redirect(w, r, url, http.StatusFound)
	return nil
}
