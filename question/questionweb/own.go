package questionweb

import (
	"context"
	"net/http"
	"strconv"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/web"
	"chibo/member"
	"chibo/org"
	"chibo/question"
)

// ownLimit is how many questions of one membership the own page shows.
const ownLimit = 100

// ownData is the dot of own.html.
type ownData struct {
	Items   []item
	Unread  int // answers that were not read
	Asks    bool
	Several bool // lines must name their cell
}

// own answers GET /questions.
func (h *Web) own(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	var d ownData
	err = h.svc.DB.Read(r.Context(), func(q db.Q) error {
		if who.PersonID == 0 {
			return nil
		}
		all, err := member.Every(r.Context(), q, who.PersonID)
		if err != nil {
			return err
		}
		lines, err := question.OfAsker(r.Context(), q, all, ownLimit)
		if err != nil {
			return err
		}
		d.Items = h.items(web.LangOf(r).Code(), lines)
		cells, err := cellsOf(r.Context(), q, who, h.today())
		d.Asks = len(cells) > 0
		return err
	})
	if err != nil {
		return err
	}
	for _, i := range d.Items {
		if i.Unread() {
			d.Unread++
		}
		d.Several = d.Several || i.CellID != d.Items[0].CellID
	}
	return h.pages.Render(w, r, "own.html", d)
}

// cellsOf gives the cells in which a person may ask.
func cellsOf(ctx context.Context, q db.Q, who access.Actor, day civil.Date) ([]org.Unit, error) {
	if who.PersonID == 0 {
		return nil, nil
	}
	var out []org.Unit
	for _, g := range who.In(access.RoleMember) {
		cell, err := org.ByID(ctx, q, g.OrgID)
		if err != nil {
			return nil, err
		}
		_, err = member.InCell(ctx, q, cell, who.PersonID, day)
		if fault.KindOf(err) == fault.NotFound || cell.Ended() {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, cell)
	}
	return out, nil
}

// askForm is what a member asks.
type askForm struct {
	Cell  int64  `form:"cell"`
	Kind  string `form:"kind"`
	Text  string `form:"text"`
	Named string `form:"named"` // yes, no
	Op    string `form:"op"`
}

// askData is the dot of ask.html.
type askData struct {
	Crumbs []crumb
	Form   *web.Form
	Cells  []web.Option
	Kinds  []web.Option
	Upper  string // committee right above the cell; "" none or several cells
	Days   int    // working days for an answer of the cell; 0: no rule
}

func (h *Web) askData(r *http.Request) (d askData, err error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return d, err
	}
	l := web.LangOf(r)
	d.Kinds = h.kinds(l.Code())
	d.Crumbs = []crumb{{"/questions", l.T("question.own.title")}, {"", l.T("question.ask.title")}}
	err = h.svc.DB.Read(r.Context(), func(q db.Q) error {
		cells, err := cellsOf(r.Context(), q, who, h.today())
		if err != nil {
			return err
		}
		if len(cells) == 0 {
			return access.ErrForbidden
		}
		for _, c := range cells {
			d.Cells = append(d.Cells, web.Option{Value: strconv.FormatInt(c.ID, 10), Label: c.Name})
		}
		d.Days = h.svc.AnswerDays(cells[0])
		if len(cells) == 1 && cells[0].ParentID != 0 {
			up, err := org.ByID(r.Context(), q, cells[0].ParentID)
			d.Upper = up.Name
			return err
		}
		return nil
	})
	return d, err
}

// askForm answers GET /questions/new.
func (h *Web) askForm(w http.ResponseWriter, r *http.Request) error {
	d, err := h.askData(r)
	if err != nil {
		return err
	}
	d.Form = web.NewForm(askForm{Kind: d.Kinds[0].Value, Named: "no"}).Set("cell", d.Cells[0].Value)
	return h.pages.Render(w, r, "ask.html", d)
}

// ask answers POST /questions.
func (h *Web) ask(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	var f askForm
	if err = web.Decode(r, &f); err == nil {
		ref, err2 := h.svc.Ask(r.Context(), who, question.AskIn{CellID: f.Cell, Kind: f.Kind, Text: f.Text, Named: f.Named == "yes", Op: f.Op})
		if err = err2; err == nil {
			return web.SeeOther(w, r, question.Href(ref), "question.flash.asked")
		}
	}
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	d, err := h.askData(r)
	if err != nil {
		return err
	}
	d.Form = form
	return h.pages.RenderStatus(w, r, form.Status, "ask.html", d)
}
