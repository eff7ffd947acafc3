package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"chibo/internal/fault"
	"chibo/internal/ident"
)

const flashCookie = "flash"

// flashKey tells whether s can be what a flash cookie holds: a translation key,
// so that a forged cookie can only choose among the program's own sentences.
func flashKey(s string) bool {
	other := func(c rune) bool { return (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' && c != '.' }
	return strings.Contains(s, ".") && !strings.ContainsFunc(s, other)
}

// SeeOther sends the browser to a page of this site (303). flash is a
// translation key shown once on that page; it must have no values.
func SeeOther(w http.ResponseWriter, r *http.Request, to string, flash ...string) error {
	if len(flash) > 0 && flashKey(flash[0]) {
		http.SetCookie(w, &http.Cookie{
			Name: flashCookie, Value: flash[0], Path: "/", MaxAge: 60,
			HttpOnly: true, Secure: Secure(r), SameSite: http.SameSiteLaxMode,
		})
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// takeFlash gives the translated flash message and forgets it.
func takeFlash(w http.ResponseWriter, r *http.Request) string {
	c, err := r.Cookie(flashCookie)
	if err != nil {
		return ""
	}
	http.SetCookie(w, &http.Cookie{Name: flashCookie, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	if !flashKey(c.Value) {
		return ""
	}
	if lang := LangOf(r); lang.Has(c.Value) {
		return lang.T(c.Value)
	}
	return ""
}

// ID gives the identifier in the path's wildcard name. A malformed one is
// NotFound: the address leads nowhere.
func ID(r *http.Request, name string) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue(name), 10, 64)
	if err != nil || id <= 0 {
		return 0, fault.New(fault.NotFound, "err.not_found")
	}
	return id, nil
}

// Ref gives the part-keyed identifier ("part-id") in the path's wildcard name.
// A malformed one is NotFound.
func Ref(r *http.Request, name string) (ident.Ref, error) {
	ref, err := ident.ParseRef(r.PathValue(name))
	if err != nil || ref.IsZero() {
		return ident.Ref{}, fault.New(fault.NotFound, "err.not_found")
	}
	return ref, nil
}

// moved sends the browser on when a row that the address names lies in another part
// now; whatever was posted is posted again there. A row may come back, so nobody is
// told that it moved for good.
func (k *Kit) moved(w http.ResponseWriter, r *http.Request) bool {
	if k.cfg.Moved == nil || stateOf(r).written.code != 0 {
		return false
	}
	segs := strings.Split(r.URL.Path, "/")
	for i, seg := range segs {
		name, ext, dotted := strings.Cut(seg, ".") // a file has its kind after the ref
		ref, err := ident.ParseRef(name)
		if err != nil {
			continue
		}
		now, ok, err := k.cfg.Moved(r.Context(), ref)
		if err != nil || !ok {
			return false
		}
		segs[i] = now.String()
		if dotted {
			segs[i] += "." + ext
		}
		to := url.URL{Path: strings.Join(segs, "/"), RawQuery: r.URL.RawQuery}
		http.Redirect(w, r, to.String(), http.StatusTemporaryRedirect)
		return true
	}
	return false
}
