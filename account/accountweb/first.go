package accountweb

import (
	"net/http"

	"chibo/access"
	"chibo/account"
	"chibo/internal/web"
)

// firstData is the dot of first.html: an own password instead of the first one.
type firstData struct {
	Name string
	Form *web.Form
	Min  int
}

func (s *Web) firstForm(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	if first, _ := r.Context().Value(firstKey{}).(bool); !first {
		return web.SeeOther(w, r, "/account")
	}
	return s.pages.Render(w, r, "first.html", firstData{who.Name, web.NewForm(nil), account.MinPassword})
}

func (s *Web) first(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	var in passwordIn
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	err = s.accounts.ChooseOwn(r.Context(), who, account.Change{New: in.New, Again: in.Again, Keep: s.door.current(r)})
	if err == nil {
		return web.SeeOther(w, r, "/", "account.first_done")
	}
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	form.Values = nil // no password comes back
	return s.pages.RenderStatus(w, r, form.Status, "first.html", firstData{who.Name, form, account.MinPassword})
}
