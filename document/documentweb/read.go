package documentweb

import (
	"net/http"
	"strconv"

	"chibo/access"
	"chibo/document"
	"chibo/internal/ident"
	"chibo/internal/web"
)

func asked(r *http.Request) (access.Actor, ident.Ref, error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return who, ident.Ref{}, err
	}
	ref, err := web.Ref(r, "ref")
	return who, ref, err
}

// versionForm names the version that the page showed.
type versionForm struct {
	Version int `form:"version"`
}

// confirm notes that the reader has read the paper.
func (s *Web) confirm(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	var in versionForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	if err := s.documents.Confirm(r.Context(), who, ref, in.Version); err != nil {
		return err
	}
	return web.SeeOther(w, r, address(ref), "document.flash.read")
}

// readersData is the dot of readers.html.
type readersData struct {
	document.View
	Kind    string
	Home    string
	Crumbs  []crumb
	Form    *web.Form
	Left    []document.ReaderRow // who has not confirmed
	Done    []document.ReaderRow
	Persons []web.Option
}

func (s *Web) readers(w http.ResponseWriter, r *http.Request) error {
	return s.readersPage(w, r, web.NewForm(nil))
}

func (s *Web) readersPage(w http.ResponseWriter, r *http.Request, form *web.Form) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	v, err := s.documents.Open(r.Context(), who, ref, 0)
	if err != nil {
		return err
	}
	if v.Reading.List == nil {
		return access.ErrForbidden // counts stand on the paper's page
	}
	l := web.LangOf(r)
	d := readersData{View: v, Kind: v.Title.In(l.Code()), Home: address(ref), Form: form}
	d.Crumbs = []crumb{{"/units/" + strconv.FormatInt(v.Unit.ID, 10), v.Unit.Name}, {d.Home, v.Symbol}, {"", l.T("document.readers_title")}}
	for _, row := range v.Reading.List {
		if row.HasRead() {
			d.Done = append(d.Done, row)
			continue
		}
		d.Left = append(d.Left, row)
		d.Persons = append(d.Persons, web.Option{Value: strconv.FormatInt(row.PersonID, 10), Label: row.Name})
	}
	status := http.StatusOK
	if form.Status != 0 {
		status = form.Status
	}
	return s.pages.RenderStatus(w, r, status, "readers.html", d)
}

// noteForm is a reading noted for somebody without a telephone.
type noteForm struct {
	Version int    `form:"version"`
	Person  int64  `form:"person"`
	How     string `form:"how"`
}

func (s *Web) noteRead(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	var in noteForm
	err = web.Decode(r, &in)
	if err == nil {
		err = s.documents.NoteRead(r.Context(), who, ref, in.Version, in.Person, in.How)
	}
	if form, ok := web.Retry(r, err); ok {
		return s.readersPage(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, address(ref)+"/readers", "document.flash.noted")
}
