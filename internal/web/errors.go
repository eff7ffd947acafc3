package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"chibo/internal/fault"
)

// statusClientGone is logged when the reader left before the answer.
const statusClientGone = 499

// errorPage is the data of the page that tells what went wrong.
type errorPage struct {
	Code     int
	Text     string    // what happened
	Problems []Problem // fields that were refused, when the form could not come back
	Saved    bool      // say that what was typed is still in the form: go back
	ID       string    // request id, for internal errors
	SignIn   string    // where to sign in, for a post without a session
}

// status maps a kind of failure to an HTTP status, here and nowhere else.
func status(kind fault.Kind) int {
	switch kind {
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.Unauthenticated:
		return http.StatusUnauthorized
	case fault.Gone:
		return http.StatusGone
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}

// fail is the one place where an error becomes an answer. Only what nobody
// expected is logged; the person sees its request id.
func (k *Kit) fail(w http.ResponseWriter, r *http.Request, err error) {
	s := stateOf(r)
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		s.written.code = statusClientGone
		return
	}
	kind := fault.KindOf(err)
	if kind == fault.NotFound && k.moved(w, r) {
		return
	}
	page := errorPage{Code: status(kind), Text: Message(r, err), Saved: r.Method != http.MethodGet}
	if kind == fault.Internal || kind == fault.Unavailable {
		k.log.LogAttrs(context.WithoutCancel(r.Context()), slog.LevelError, "failed",
			slog.String("id", s.id), slog.String("route", s.route), slog.String("error", err.Error()))
		page.ID = s.id
	}
	if s.written.code != 0 {
		return // the answer has begun; all that is left was the log
	}
	if kind == fault.Unauthenticated {
		if isStream(r) {
			w.WriteHeader(page.Code)
			return
		}
		page.SignIn = k.cfg.SignIn
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			http.Redirect(w, r, k.cfg.SignIn+"?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
			return
		}
	}
	for _, fe := range fault.FieldsOf(err) {
		page.Problems = append(page.Problems, Problem{fe.Field, s.lang.T(fe.Key, fe.Args)})
	}
	k.showError(w, r, page)
}

// showError renders the error page; when even that fails, plain words.
func (k *Kit) showError(w http.ResponseWriter, r *http.Request, page errorPage) {
	s := stateOf(r)
	if isStream(r) {
		w.WriteHeader(page.Code)
		return
	}
	defer func() {
		if v := recover(); v != nil {
			k.log.Error("error page failed", "id", s.id, "error", v)
			http.Error(w, page.Text, page.Code)
		}
	}()
	if err := k.own.RenderStatus(w, r, page.Code, "error.html", page); err != nil {
		panic(err)
	}
}

func isStream(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "text/event-stream")
}
