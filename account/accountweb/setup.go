package accountweb

import (
	"net/http"

	"chibo/account"
	"chibo/internal/civil"
	"chibo/internal/web"
)

type setupIn struct {
	UnitName  string `form:"unit_name"`
	UnitKind  string `form:"unit_kind"`
	UnitPlace string `form:"unit_place"`
	Name      string `form:"name"`
	Login     string `form:"login"`
	Password  string `form:"password"`
	Again     string `form:"again"`
}

// setupData is the dot of setup.html.
type setupData struct {
	Form  *web.Form
	Kinds []web.Option // the kinds that may stand at the top
	Min   int          // characters of a password
}

func (s *Web) setupForm(w http.ResponseWriter, r *http.Request) error {
	exists, err := s.accounts.Exists(r.Context())
	if err != nil {
		return err
	}
	if exists {
		return web.SeeOther(w, r, "/")
	}
	return s.showSetup(w, r, http.StatusOK, web.NewForm(nil))
}

func (s *Web) showSetup(w http.ResponseWriter, r *http.Request, status int, form *web.Form) error {
	d := setupData{Form: form, Min: account.MinPassword}
	lang := web.LangOf(r).Code()
	for _, k := range s.book.At(civil.From(s.clk.Now()), "").OrgKinds() {
		if k.MayStandUnder("") {
			d.Kinds = append(d.Kinds, web.Option{Value: k.Code, Label: k.Title.In(lang)})
		}
	}
	return s.pages.RenderStatus(w, r, status, "setup.html", d)
}

func (s *Web) setup(w http.ResponseWriter, r *http.Request) error {
	var in setupIn
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	a, err := s.accounts.Setup(r.Context(), account.SetupIn{
		Name: in.Name, Login: in.Login, Password: in.Password, Again: in.Again,
		UnitName: in.UnitName, UnitKind: in.UnitKind, UnitPlace: in.UnitPlace,
	})
	if err != nil {
		form, ok := web.Retry(r, err)
		if !ok {
			return err
		}
		form.Values.Del("password")
		form.Values.Del("again")
		return s.showSetup(w, r, form.Status, form)
	}
	if err := s.door.signIn(w, r, a); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/", "account.setup_done")
}
