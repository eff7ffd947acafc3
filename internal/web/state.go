package web

import (
	"context"
	"io"
	"net/http"
	"net/netip"

	"chibo/internal/i18n"
)

// state is what the middleware learns about a request. One pointer travels in
// the context, so that outer middleware sees what inner middleware filled in.
type state struct {
	kit     *Kit
	id      string     // request id, shown to the person on an internal error
	route   string     // pattern that matched, for the log
	addr    netip.Addr // real address of the client
	secure  bool       // the client speaks HTTPS
	exposed bool       // what was sent is readable before it reaches this machine
	body    io.ReadCloser
	lang    *i18n.Lang
	theme   string // auto, light, dark
	size    string // normal, large
	written *recorder
	inner   *http.Request // the request as it reached the mux, with its session
}

type stateKey struct{}

func withState(r *http.Request, s *state) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), stateKey{}, s))
}

// stateOf gives the request's state; a request that did not pass the chain
// (a handler called directly by a test) has an empty one.
func stateOf(r *http.Request) *state {
	if s, ok := r.Context().Value(stateKey{}).(*state); ok {
		return s
	}
	return &state{theme: themeAuto, size: sizeNormal}
}

// reached tells whether r, or the request it was made from, went through the
// session middleware to the mux.
func reached(r *http.Request) bool {
	inner := stateOf(r).inner
	return inner != nil && (r == inner || r.Context() != nil && r.Pattern != "")
}

// LangOf gives the language of the request.
func LangOf(r *http.Request) *i18n.Lang { return stateOf(r).lang }

// Addr gives the client's real address: the nearest one that no trusted proxy
// added. It is the zero value when the connection's address is not an IP.
func Addr(r *http.Request) netip.Addr { return stateOf(r).addr }

// Secure tells whether the client speaks HTTPS, possibly with a trusted proxy.
func Secure(r *http.Request) bool { return stateOf(r).secure }

// Exposed tells whether what the client sends can be read on the way to this machine: there
// is no TLS, or a proxy on another machine ends it. It goes by the connection alone; no header
// that a proxy sends counts. A proxy in a container or a virtual machine beside the program
// has an address of its own and is taken for another machine.
func Exposed(r *http.Request) bool { return stateOf(r).exposed }
