package web

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"sort"

	"github.com/go-playground/form/v4"

	"chibo/internal/clock"
	"chibo/internal/i18n"
	"chibo/internal/ident"
)

// defaultMaxBody is the size of a request's body, in bytes, that is read
// unless a handler asks for more with AllowBody.
const defaultMaxBody = 1 << 20

// HandlerFunc answers a request or says what went wrong. A returned error must
// not have been logged and nothing may have been written before it.
type HandlerFunc func(w http.ResponseWriter, r *http.Request) error

// Config says what a kit is made of.
type Config struct {
	// Bundle holds every translation, those of Catalogue among them. Required.
	Bundle *i18n.Bundle
	// Log receives one line per request and each internal error. Nil means slog.Default().
	Log *slog.Logger
	// Clock gives the time shown by clocks on pages. Nil means the machine's.
	Clock clock.Clock
	// Frame gives what surrounds a page. Nil means an empty frame.
	Frame func(r *http.Request) Frame
	// Session loads and saves the session around every handler. Nil means none.
	Session func(http.Handler) http.Handler
	// TrustedProxies are the networks whose X-Forwarded-For and
	// X-Forwarded-Proto are believed. Empty means none.
	TrustedProxies []netip.Prefix
	// TrustedOrigins ("https://host") may post from another origin. Empty means none.
	TrustedOrigins []string
	// MaxBody limits a request's body, in bytes. Zero means 1 MiB.
	MaxBody int64
	// SignIn is the path of the sign-in page. Empty means "/signin".
	SignIn string
	// ExtraCSS are style sheets of other machinery (papers), served together as
	// the asset "extra.css" and linked by pages that define "head".
	ExtraCSS []string
	// Moved says where the row of an address with a "part-id" is now, when it is not
	// there: the page is then asked for again at its new address (docs/adr/0004). Nil
	// means that rows never move.
	Moved func(ctx context.Context, ref ident.Ref) (now ident.Ref, ok bool, err error)
	// Static replaces the embedded style sheets and scripts, to work on them
	// from disk. Nil means the embedded ones.
	Static fs.FS
	// Reload parses pages and assets again for each request, for work on them.
	Reload bool
}

// Kit is the web server of the program: a ServeMux with its middleware, its
// assets and its languages. Make it with NewKit.
type Kit struct {
	cfg     Config
	log     *slog.Logger
	mux     *http.ServeMux
	handler http.Handler
	assets  *assets
	decoder *form.Decoder
	origin  *http.CrossOriginProtection
	own     *Pages
	routes  []string
}

// NewKit makes a kit and its own routes (assets, preferences).
func NewKit(cfg Config) (*Kit, error) {
	if cfg.Bundle == nil {
		return nil, errors.New("web: Config.Bundle is required")
	}
	k := &Kit{cfg: withDefaults(cfg), mux: http.NewServeMux(), decoder: newDecoder()}
	k.log = k.cfg.Log
	var err error
	if k.assets, err = newAssets(k.cfg.Static, k.cfg.ExtraCSS, k.cfg.Reload); err != nil {
		return nil, err
	}
	k.origin = http.NewCrossOriginProtection()
	for _, o := range cfg.TrustedOrigins {
		if err := k.origin.AddTrustedOrigin(o); err != nil {
			return nil, fmt.Errorf("web: trusted origin: %w", err)
		}
	}
	if k.own, err = k.Pages(ownPages()); err != nil {
		return nil, err
	}
	if k.handler, err = k.chain(); err != nil {
		return nil, err
	}
	k.Handle("GET /static/{file}", k.assets.serve)
	k.Handle("GET /favicon.ico", k.assets.favicon)
	k.Handle("POST /prefs", k.savePrefs)
	return k, nil
}

func withDefaults(cfg Config) Config {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Frame == nil {
		cfg.Frame = func(*http.Request) Frame { return Frame{} }
	}
	if cfg.Clock == nil {
		cfg.Clock = clock.System()
	}
	if cfg.MaxBody == 0 {
		cfg.MaxBody = defaultMaxBody
	}
	if cfg.SignIn == "" {
		cfg.SignIn = "/signin"
	}
	return cfg
}

// Handle adds a route in ServeMux's words: "GET /meetings/{id}". It panics on a
// pattern that is malformed or already taken, as ServeMux does.
func (k *Kit) Handle(pattern string, h HandlerFunc) {
	k.routes = append(k.routes, pattern)
	k.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		stateOf(r).route = pattern
		if err := h(w, r); err != nil {
			k.fail(w, r, err)
		}
	})
}

// Routes lists the patterns of all routes, sorted.
func (k *Kit) Routes() []string {
	list := append([]string(nil), k.routes...)
	sort.Strings(list)
	return list
}

// ServeHTTP sends the request through the chain of middleware to its handler.
func (k *Kit) ServeHTTP(w http.ResponseWriter, r *http.Request) { k.handler.ServeHTTP(w, r) }
