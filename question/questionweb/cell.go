package questionweb

import (
	"net/http"
	"strconv"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/web"
	"chibo/member"
	"chibo/org"
	"chibo/question"
)

// cellLimit is how many questions a tab shows at most.
const cellLimit = 200

// The tabs of a cell's questions.
const (
	tabOpen = "open"
	tabDone = "done"
)

// cellData is the dot of cell.html.
type cellData struct {
	Cell   org.Unit
	Crumbs []crumb
	Tab    string
	Items  []item
	Desk   question.Desk
	More   bool // there are more than the limit
	Enters bool // the reader enters what was heard
}

// Limit is how many questions are shown at most.
func (cellData) Limit() int { return cellLimit }

// cell answers GET /cells/{id}/questions?tab=.
func (h *Web) cell(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	d := cellData{Tab: tabOpen}
	if r.URL.Query().Get("tab") == tabDone {
		d.Tab = tabDone
	}
	l := web.LangOf(r)
	err = h.svc.DB.Read(r.Context(), func(q db.Q) error {
		if d.Cell, err = org.ByID(r.Context(), q, id); err != nil {
			return err
		}
		if !question.MayCount(who.Quiet(), d.Cell) {
			return access.ErrForbidden
		}
		if !d.Cell.IsCell() {
			return org.ErrNotFound
		}
		lines, err := question.OfCell(r.Context(), q, who, d.Cell, d.Tab == tabDone, cellLimit+1)
		if err != nil {
			return err
		}
		if d.More = len(lines) > cellLimit; d.More {
			lines = lines[:cellLimit]
		}
		d.Items = h.items(l.Code(), lines)
		d.Desk, err = h.svc.DeskOf(r.Context(), q, who, d.Cell)
		return err
	})
	if err != nil {
		return err
	}
	d.Enters = question.MayEnter(who.Quiet(), d.Cell)
	d.Crumbs = []crumb{{unitHref(d.Cell.ID), d.Cell.Short}, {"", l.T("question.cell.title")}}
	return h.pages.Render(w, r, "cell.html", d)
}

// enterForm is what the cell committee heard.
type enterForm struct {
	From   string `form:"from"` // member, people
	Member int64  `form:"member"`
	Heard  string `form:"heard"`
	Kind   string `form:"kind"`
	Text   string `form:"text"`
	Named  string `form:"named"` // yes, no
	Op     string `form:"op"`
}

// The two from whom something is heard.
const (
	fromMember = "member"
	fromPeople = "people"
)

// enterData is the dot of enter.html.
type enterData struct {
	Cell   org.Unit
	Crumbs []crumb
	Form   *web.Form
	People []web.Option
	Kinds  []web.Option
}

func (h *Web) enterData(r *http.Request) (d enterData, err error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return d, err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return d, err
	}
	l := web.LangOf(r)
	d.Kinds = h.kinds(l.Code())
	err = h.svc.DB.Read(r.Context(), func(q db.Q) error {
		if d.Cell, err = org.ByID(r.Context(), q, id); err != nil {
			return err
		}
		if !d.Cell.IsCell() {
			return org.ErrNotFound
		}
		if !question.MayEnter(who.Quiet(), d.Cell) {
			return access.ErrForbidden
		}
		body, err := member.Body(r.Context(), q, d.Cell.PartID, d.Cell.ID, h.today())
		for _, m := range body {
			d.People = append(d.People, web.Option{Value: strconv.FormatInt(m.MembershipID, 10), Label: m.Name})
		}
		return err
	})
	d.Crumbs = []crumb{{unitHref(d.Cell.ID), d.Cell.Short}, {cellHref(d.Cell.ID), l.T("question.cell.title")}, {"", l.T("question.enter.title")}}
	return d, err
}

// enterForm answers GET /cells/{id}/questions/new.
func (h *Web) enterForm(w http.ResponseWriter, r *http.Request) error {
	d, err := h.enterData(r)
	if err != nil {
		return err
	}
	d.Form = web.NewForm(enterForm{From: fromPeople, Kind: d.Kinds[len(d.Kinds)-1].Value, Named: "no"})
	return h.pages.Render(w, r, "enter.html", d)
}

// enter answers POST /cells/{id}/questions.
func (h *Web) enter(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	var f enterForm
	if err = web.Decode(r, &f); err == nil {
		in := question.EnterIn{AskIn: question.AskIn{CellID: id, Kind: f.Kind, Text: f.Text, Named: f.Named == "yes", Op: f.Op}, Heard: f.Heard}
		if f.From == fromMember {
			in.Member = f.Member
			if in.Member == 0 {
				in.Member = -1 // nobody was chosen: the field says so
			}
		}
		ref, err2 := h.svc.Enter(r.Context(), who, in)
		if err = err2; err == nil {
			return web.SeeOther(w, r, question.Href(ref), "question.flash.entered")
		}
	}
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	d, err := h.enterData(r)
	if err != nil {
		return err
	}
	d.Form = form
	return h.pages.RenderStatus(w, r, form.Status, "enter.html", d)
}
