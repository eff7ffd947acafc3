package web

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzhttp"

	"chibo/internal/fault"
	"chibo/internal/ident"
)

type middleware func(http.Handler) http.Handler

// chain is the visible list of everything a request passes, outermost first.
func (k *Kit) chain() (http.Handler, error) {
	zip, err := compress()
	if err != nil {
		return nil, err
	}
	session := middleware(k.cfg.Session)
	if session == nil {
		session = func(h http.Handler) http.Handler { return h }
	}
	list := []middleware{
		k.begin,
		k.recovered,
		k.accessLog,
		k.realAddress,
		securityHeaders,
		zip,
		k.language,
		k.crossOrigin,
		k.bodyLimit,
		session,
	}
	var h http.Handler = http.HandlerFunc(k.route)
	for _, m := range slices.Backward(list) {
		h = m(h)
	}
	return h, nil
}

// route is the innermost handler: it turns the mux's own refusals into pages.
func (k *Kit) route(w http.ResponseWriter, r *http.Request) {
	stateOf(r).inner = r
	h, pattern := k.mux.Handler(r)
	if pattern != "" {
		k.mux.ServeHTTP(w, r)
		return
	}
	probe := &headProbe{header: http.Header{}}
	h.ServeHTTP(probe, r)
	switch {
	case probe.code == http.StatusMethodNotAllowed:
		w.Header().Set("Allow", probe.header.Get("Allow"))
		k.showError(w, r, errorPage{Code: http.StatusMethodNotAllowed, Text: LangOf(r).T("err.method")})
	case probe.code >= 300 && probe.code < 400:
		h.ServeHTTP(w, r)
	default:
		k.fail(w, r, fault.New(fault.NotFound, "err.not_found"))
	}
}

// begin gives the request its state and its id.
func (k *Kit) begin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := &recorder{ResponseWriter: w}
		s := &state{kit: k, id: ident.NewDevice()[:12], theme: themeAuto, size: sizeNormal, written: rec}
		s.lang = k.cfg.Bundle.Lang(langDefault)
		rec.Header().Set("X-Request-Id", s.id)
		next.ServeHTTP(rec, withState(r, s))
	})
}

// recovered turns a panic into an internal error of this request alone.
func (k *Kit) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler {
				panic(v)
			}
			if inner := stateOf(r).inner; inner != nil {
				r = inner // it carries the session, so the page keeps its frame
			}
			k.fail(w, r, fmt.Errorf("panic: %v\n%s", v, debug.Stack()))
		}()
		next.ServeHTTP(w, r)
	})
}

// accessLog writes one line per request: the pattern, never the path, its
// query or an address, because those may tell about a person.
func (k *Kit) accessLog(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := k.cfg.Clock.Now()
		next.ServeHTTP(w, r)
		s := stateOf(r)
		level := slog.LevelInfo
		if strings.HasPrefix(s.route, "GET /static/") {
			level = slog.LevelDebug
		}
		route := s.route
		if route == "" {
			route = r.Method + " (none)"
		}
		k.log.LogAttrs(context.WithoutCancel(r.Context()), level, "request",
			slog.String("id", s.id), slog.String("route", route),
			slog.Int("status", s.written.status()), slog.Int64("bytes", s.written.bytes),
			slog.Duration("took", k.cfg.Clock.Now().Sub(start)))
	})
}

// realAddress finds the client's address behind trusted proxies: the first
// address from the right of X-Forwarded-For that is not a trusted proxy.
func (k *Kit) realAddress(next http.Handler) http.Handler {
	trusted := func(a netip.Addr) bool {
		return slices.ContainsFunc(k.cfg.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(a) })
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := stateOf(r)
		s.secure = r.TLS != nil
		if ap, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
			s.addr = ap.Addr().Unmap()
			s.exposed = r.TLS == nil && !s.addr.IsLoopback() && !ownAddress(r, s.addr)
		}
		if trusted(s.addr) {
			s.secure = s.secure || r.Header.Get("X-Forwarded-Proto") == "https"
			hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
			for _, hop := range slices.Backward(hops) {
				a, err := netip.ParseAddr(strings.TrimSpace(hop))
				if err != nil {
					break
				}
				if s.addr = a.Unmap(); !trusted(s.addr) {
					break
				}
			}
		}
		next.ServeHTTP(w, r)
	})
}

// ownAddress tells whether a connection comes from this machine, by the address at which it
// reached this program: a proxy here that forwards to the machine's address in its network
// has that very address. Nobody elsewhere can have it: what is answered to one's own
// address does not leave the machine, so no connection from elsewhere comes about.
func ownAddress(r *http.Request, from netip.Addr) bool {
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return false
	}
	ap, err := netip.ParseAddrPort(local.String())
	return err == nil && ap.Addr().Unmap() == from
}

// contentPolicy allows only what this server itself sends; nothing inline.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
	"font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; media-src 'self' blob:; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func securityHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(self), microphone=(), geolocation=(), payment=(), usb=()")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "private, no-store")
		if Secure(r) {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// compress packs pages and texts; streams pass untouched, since an event must
// not wait for a full buffer.
func compress() (middleware, error) {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(1000), gzhttp.EnableZstd(false),
		gzhttp.ContentTypes([]string{"text/html", "text/plain", "text/csv", "text/calendar", "application/json", "image/svg+xml"}))
	if err != nil {
		return nil, err
	}
	return func(next http.Handler) http.Handler {
		zipped := wrap(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.Header.Get("Accept"), "text/event-stream") {
				next.ServeHTTP(w, r)
				return
			}
			zipped.ServeHTTP(w, r)
		})
	}, nil
}

// crossOrigin refuses a form posted from another site.
func (k *Kit) crossOrigin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := k.origin.Check(r); err != nil {
			k.fail(w, r, fault.Wrap(err, fault.Forbidden, "err.cross_origin"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// bodyLimit stops reading a body at the kit's limit.
func (k *Kit) bodyLimit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		stateOf(r).body = r.Body
		r.Body = http.MaxBytesReader(w, r.Body, k.cfg.MaxBody)
		next.ServeHTTP(w, r)
	})
}

// AllowBody lets a handler read a body of up to max bytes, for files. It must
// be called before anything of the body is read.
func AllowBody(w http.ResponseWriter, r *http.Request, max int64) {
	if s := stateOf(r); s.body != nil {
		r.Body = http.MaxBytesReader(w, s.body, max)
	}
}
