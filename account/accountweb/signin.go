package accountweb

import (
	"errors"
	"net/http"
	"net/url"

	"chibo/access"
	"chibo/account"
	"chibo/internal/fault"
	"chibo/internal/viet"
	"chibo/internal/web"
)

type signInIn struct {
	Login    string `form:"login"`
	Password string `form:"password"`
	Next     string `form:"next"`
}

// signInData is the dot of signin.html.
type signInData struct {
	Form     *web.Form
	Next     string
	Sample   bool // a demo: sample people are offered
	People   []sampleRow
	Password string // theirs
}

type sampleRow struct {
	account.Account
	Initial string // of the given name, in the circle beside it
}

func (s *Web) signInForm(w http.ResponseWriter, r *http.Request) error {
	next := web.LocalPath(r.URL.Query().Get("next"))
	if _, in := access.From(r.Context()); in {
		return web.SeeOther(w, r, orHome(next))
	}
	return s.showSignIn(w, r, http.StatusOK, web.NewForm(nil), next)
}

func (s *Web) showSignIn(w http.ResponseWriter, r *http.Request, status int, form *web.Form, next string) error {
	d := signInData{Form: form, Next: next, Sample: s.sample != "", Password: s.sample}
	if d.Sample {
		people, err := s.accounts.Samples(r.Context())
		if err != nil {
			return err
		}
		for _, a := range people {
			d.People = append(d.People, sampleRow{a, viet.Initials(viet.GivenName(a.Name))})
		}
	}
	return s.pages.RenderStatus(w, r, status, "signin.html", d)
}

func orHome(path string) string {
	if path == "" {
		return "/"
	}
	return path
}

func (s *Web) signIn(w http.ResponseWriter, r *http.Request) error {
	var in signInIn
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	next, addr := web.LocalPath(in.Next), web.Addr(r).String()
	a, err := account.Account{}, error(nil)
	if wait := s.limit.Wait(addr); wait > 0 {
		err = account.Waiting(wait)
	} else if in.Login == "" || in.Password == "" {
		err = missing(in)
	} else if a, err = s.accounts.SignIn(r.Context(), in.Login, in.Password); errors.Is(err, account.ErrWrong) {
		s.limit.Wrong(addr)
	}
	if err == nil {
		if err := s.door.signIn(w, r, a); err != nil {
			return err
		}
		return web.SeeOther(w, r, orHome(next))
	}
	form, status := refused(r, in, err)
	if form == nil {
		return err
	}
	return s.showSignIn(w, r, status, form, next)
}

func missing(in signInIn) error {
	var f fault.Fields
	if in.Login == "" {
		f.Add("login", "account.err.login_missing")
	}
	if in.Password == "" {
		f.Add("password", "account.err.password_missing")
	}
	return f.Err()
}

// refused gives the form that comes back, with the login but never the password;
// nil when err is not about what was typed.
func refused(r *http.Request, in signInIn, err error) (*web.Form, int) {
	form := &web.Form{
		Values: url.Values{"login": {in.Login}}, Errs: web.FieldErrors(r, err),
		Message: web.Message(r, err), Status: http.StatusUnprocessableEntity,
	}
	switch {
	case errors.Is(err, account.ErrWait):
		form.Status = http.StatusTooManyRequests
	case errors.Is(err, account.ErrWrong), errors.Is(err, account.ErrLapsed):
	case fault.KindOf(err) == fault.Invalid:
		again, _ := web.Retry(r, err)
		form.Problems = again.Problems
	default:
		return nil, 0
	}
	return form, form.Status
}

func (s *Web) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := s.door.signOut(w, r); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/signin", "account.signed_out")
}
