package accountweb

import (
	"errors"
	"net/http"

	"chibo/access"
	"chibo/account"
	"chibo/internal/web"
)

// ownData is the dot of account.html.
type ownData struct {
	Name     string
	Sessions []sessionRow
	Others   int       // sessions besides this one
	Form     *web.Form // of the password
	Min      int       // characters of a password
}

type sessionRow struct {
	account.Session
	Current bool // the browser that asks
}

func (s *Web) account(w http.ResponseWriter, r *http.Request) error {
	return s.showOwn(w, r, http.StatusOK, web.NewForm(nil))
}

func (s *Web) showOwn(w http.ResponseWriter, r *http.Request, status int, form *web.Form) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	list, err := s.accounts.Sessions(r.Context(), who)
	if err != nil {
		return err
	}
	d := ownData{Name: who.Name, Form: form, Min: account.MinPassword}
	current := s.door.current(r)
	for _, v := range list {
		row := sessionRow{Session: v, Current: v.Hash == current}
		if row.Current {
			d.Sessions = append([]sessionRow{row}, d.Sessions...)
			continue
		}
		d.Sessions = append(d.Sessions, row)
		d.Others++
	}
	return s.pages.RenderStatus(w, r, status, "account.html", d)
}

type passwordIn struct {
	Old   string `form:"old"`
	New   string `form:"new"`
	Again string `form:"again"`
}

func (s *Web) password(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	var in passwordIn
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	err = s.accounts.ChangePassword(r.Context(), who, account.Change{Old: in.Old, New: in.New, Again: in.Again, Keep: s.door.current(r)})
	if err == nil {
		return web.SeeOther(w, r, "/account", "account.password_changed")
	}
	form, ok := web.Retry(r, err)
	if errors.Is(err, account.ErrWait) {
		form, ok = &web.Form{Message: web.Message(r, err), Status: http.StatusTooManyRequests}, true
	}
	if !ok {
		return err
	}
	form.Values = nil // no password comes back
	return s.showOwn(w, r, form.Status, form)
}

func (s *Web) end(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	var in struct {
		Session string `form:"session"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	err = s.accounts.Revoke(r.Context(), who, in.Session)
	switch {
	case errors.Is(err, account.ErrNoSession): // ended twice: what was wanted is so
	case err != nil:
		return err
	}
	if in.Session == s.door.current(r) {
		return s.signOut(w, r)
	}
	return web.SeeOther(w, r, "/account", "account.session_ended")
}

func (s *Web) endOthers(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	if err := s.accounts.RevokeOthers(r.Context(), who, s.door.current(r)); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/account", "account.others_ended")
}
