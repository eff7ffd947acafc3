package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"chibo/internal/i18n"
)

const (
	langDefault = i18n.Default
	themeAuto   = "auto"
	sizeNormal  = "normal"
)

// prefAge is how long a device keeps its language, theme and size.
const prefAge = 400 * 24 * time.Hour

// pref is one choice a device keeps in a cookie of the same name.
type pref struct {
	name   string
	values []string // the first is the default
}

func prefList() []pref {
	return []pref{
		{"lang", []string{langDefault, "en"}},
		{"theme", []string{themeAuto, "light", "dark"}},
		{"size", []string{sizeNormal, "large"}},
	}
}

func (p pref) of(r *http.Request) string {
	if c, err := r.Cookie(p.name); err == nil && slices.Contains(p.values, c.Value) {
		return c.Value
	}
	return p.values[0]
}

// language reads the device's choices of language, theme and size.
func (k *Kit) language(next http.Handler) http.Handler {
	list := prefList()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := stateOf(r)
		s.lang = k.cfg.Bundle.Lang(list[0].of(r))
		s.theme, s.size = list[1].of(r), list[2].of(r)
		next.ServeHTTP(w, r)
	})
}

// savePrefs keeps the choices that were sent (lang, theme, size) and goes back.
func (k *Kit) savePrefs(w http.ResponseWriter, r *http.Request) error {
	for _, p := range prefList() {
		v := r.PostFormValue(p.name)
		if !slices.Contains(p.values, v) {
			continue
		}
		http.SetCookie(w, &http.Cookie{
			Name: p.name, Value: v, Path: "/", MaxAge: int(prefAge.Seconds()),
			Secure: Secure(r), SameSite: http.SameSiteLaxMode,
		})
	}
	return SeeOther(w, r, back(r))
}

// back gives the page of this site that the request came from.
func back(r *http.Request) string {
	if to := LocalPath(r.PostFormValue("back")); to != "" {
		return to
	}
	if u, err := url.Parse(r.Referer()); err == nil && u.Host == r.Host {
		if to := LocalPath(u.RequestURI()); to != "" {
			return to
		}
	}
	return "/"
}

// LocalPath gives s when it is a path of this site that is safe to redirect
// to, and otherwise the empty string.
func LocalPath(s string) string {
	if !strings.HasPrefix(s, "/") || strings.HasPrefix(s, "//") || strings.ContainsAny(s, "\\\r\n\t") {
		return ""
	}
	u, err := url.Parse(s)
	if err != nil || u.Host != "" || u.Scheme != "" {
		return ""
	}
	return s
}
