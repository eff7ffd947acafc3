package admissionweb

import (
	"net/http"

	"chibo/access"
	"chibo/admission"
	"chibo/internal/web"
)

// helpedView is somebody whom the reader helps.
type helpedView struct {
	admission.Helped
	Step string
	Href string
	Main bool // the one to look at first
}

// helpingData is the dot of helping.html.
type helpingData struct {
	Crumbs []crumb
	People []helpedView
}

// helping answers GET /helping: the people whom the reader helps.
func (h *Web) helping(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	list, err := h.svc.Helping(r.Context(), who)
	if err != nil {
		return err
	}
	l := web.LangOf(r)
	d := helpingData{Crumbs: []crumb{{"/", l.T("admission.helping.home")}, {"", l.T("admission.helping.title")}}}
	set, pressed := h.svc.Book.At(h.today(), ""), false
	for _, x := range list {
		v := helpedView{Helped: x, Step: stepTitle(l.Code(), set, x.Dossier.Step), Href: admission.Href(x.Ref)}
		if v.Main = x.Quiet && !pressed; v.Main {
			pressed = true
		}
		d.People = append(d.People, v)
	}
	return h.pages.Render(w, r, "helping.html", d)
}
