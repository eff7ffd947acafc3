package documentweb

import (
	"net/http"
	"slices"
	"strconv"

	"chibo/access"
	"chibo/document"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/web"
	"chibo/org"
)

// findData is the dot of find.html.
type findData struct {
	document.Found
	Form     *web.Form
	Options  []web.Option // places to look in, when there are several
	Searched bool

	kinds map[string]string // names of kinds of paper
}

// Kind names the kind of a paper: "NQ" is "Nghị quyết".
func (d findData) Kind(code string) string { return d.kinds[code] }

func (s *Web) kindNames(r *http.Request) map[string]string {
	out := map[string]string{}
	today := civil.From(s.documents.DB.Clock().Now())
	for _, c := range s.documents.Book.At(today, "").Choices("paper.names") {
		out[c.Code] = c.Title.In(web.LangOf(r).Code())
	}
	return out
}

// findUnit gives the unit that is asked for, else the highest whose papers the reader may
// read; a reader with several is offered them.
func (s *Web) findUnit(r *http.Request, who access.Actor, id int64) (int64, []web.Option, error) {
	tops := who.Tops(access.CellRead)
	if len(tops) == 0 {
		return 0, nil, access.ErrForbidden
	}
	if id == 0 {
		id = tops[0]
	}
	if !slices.Contains(tops, id) {
		tops = append([]int64{id}, tops...)
	}
	var out []web.Option
	err := s.documents.DB.Read(r.Context(), func(q db.Q) error {
		out = nil
		for _, id := range tops {
			u, err := org.ByID(r.Context(), q, id)
			if err != nil {
				return err
			}
			out = append(out, web.Option{Value: strconv.FormatInt(id, 10), Label: u.Name})
		}
		return nil
	})
	if len(out) == 1 {
		out = nil
	}
	return id, out, err
}

// papers answers GET /papers?unit=: the latest papers of a cell, and the search.
func (s *Web) papers(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	id, err := strconv.ParseInt("0"+r.URL.Query().Get("unit"), 10, 64)
	if err != nil {
		return fault.New(fault.NotFound, "err.not_found")
	}
	d := findData{Form: web.NewForm(nil), kinds: s.kindNames(r)}
	if id, d.Options, err = s.findUnit(r, who, id); err != nil {
		return err
	}
	d.Form.Set("unit", strconv.FormatInt(id, 10))
	if d.Found, err = s.documents.Latest(r.Context(), who, id); err != nil {
		return err
	}
	return s.pages.Render(w, r, "find.html", d)
}

// find answers POST /papers. What is looked for travels in the body: it would stand in the
// history of the browser and in the log of a proxy.
func (s *Web) find(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	var in struct {
		Text string `form:"q"`
		Unit int64  `form:"unit"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	if len(document.Words(in.Text)) == 0 {
		to := "/papers"
		if in.Unit != 0 {
			to += "?unit=" + strconv.FormatInt(in.Unit, 10)
		}
		return web.SeeOther(w, r, to)
	}
	d := findData{Searched: true, kinds: s.kindNames(r)}
	id, options, err := s.findUnit(r, who, in.Unit)
	if err != nil {
		return err
	}
	d.Options, d.Form = options, web.NewForm(nil).Set("q", in.Text).Set("unit", strconv.FormatInt(id, 10))
	if d.Found, err = s.documents.Find(r.Context(), who, id, in.Text); err != nil {
		return err
	}
	return s.pages.Render(w, r, "find.html", d)
}
