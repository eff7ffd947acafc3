package questionweb

import (
	"net/http"
	"strconv"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/question"
	"chibo/rulebook"
)

// actForm is what the forms of a question's page send.
type actForm struct {
	Text    string     `form:"text"`
	Due     civil.Date `form:"due"`
	Unit    int64      `form:"unit"`
	Other   int64      `form:"other"`
	Meeting bool       `form:"meeting"`
	Version int        `form:"version"`
	Op      string     `form:"op"`
}

func (f actForm) act() question.Act {
	return question.Act{Text: f.Text, Version: f.Version, Op: f.Op, InMeeting: f.Meeting}
}

// showData is the dot of show.html.
type showData struct {
	question.View
	item   item
	Crumbs []crumb
	Bad    string    // the act that was refused; "" none
	Form   *web.Form // what it sent; else empty
	Steps  []stepView
	Units  []web.Option
	Others []web.Option
	Days   int    // working days of the holder; 0: no rule
	Cite   string // the rule behind them
}

// KindName names the kind.
func (d showData) KindName() string { return d.item.KindName }

// Tone is that of the state.
func (d showData) Tone() string { return d.item.Tone }

// Dated says whether the holder has a day; Left and Until how far it is.
func (d showData) Dated() bool { return d.item.Dated }

// Left gives the days to the holder's day; below zero: over.
func (d showData) Left() int { return d.item.Left }

// Until is Left without its sign, for the wording.
func (d showData) Until() int { return d.item.Until() }

// FormOf gives the form of an act: as it was sent when it was refused, else empty.
func (d showData) FormOf(act string) *web.Form {
	if d.Bad == act {
		return d.Form
	}
	return web.NewForm(nil)
}

// Decides says whether the reader can answer, send on, join or decline.
func (d showData) Decides() bool { return d.Acts }

// Knows says whether the reader can note that the asker knows the answer.
func (d showData) Knows() bool { return d.Unread() && (d.Own || d.InCell) }

// AsksAgain says whether the reader can ask again.
func (d showData) AsksAgain() bool {
	return !d.State.Open() && !d.NoAgain && (d.Own || d.InCell)
}

// stepView is a step in words.
type stepView struct {
	question.Step
	Title string
	Who   string
	Said  bool // Note is shown: the text of the first step stands above
}

// show answers GET /questions/{ref}.
func (h *Web) show(w http.ResponseWriter, r *http.Request) error {
	d, err := h.showData(r)
	if err != nil {
		return err
	}
	return h.pages.Render(w, r, "show.html", d)
}

func (h *Web) showData(r *http.Request) (d showData, err error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return d, err
	}
	ref, err := web.Ref(r, "ref")
	if err != nil {
		return d, err
	}
	if d.View, err = h.svc.Open(r.Context(), who, ref); err != nil {
		return d, err
	}
	l := web.LangOf(r)
	d.item = h.item(l.Code(), question.Line{Question: d.Question})
	if d.Days = h.svc.AnswerDays(d.Holder); d.Days > 0 {
		d.Cite = h.svc.Book.At(d.Since, d.Holder.Path).Rule(rulebook.AnswerWorkingDays).Cite(l.Code())
	}
	for _, s := range d.View.Steps {
		d.Steps = append(d.Steps, stepOf(l.T, s))
	}
	for _, u := range d.Unit {
		d.Units = append(d.Units, web.Option{Value: strconv.FormatInt(u.ID, 10), Label: u.Name})
	}
	for _, o := range d.View.Others {
		d.Others = append(d.Others, web.Option{Value: strconv.FormatInt(o.Ref.ID, 10), Label: o.Short()})
	}
	switch {
	case d.InCell:
		d.Crumbs = []crumb{{unitHref(d.Cell.ID), d.Cell.Short}, {cellHref(d.Cell.ID), l.T("question.cell.title")}}
	case d.Own:
		d.Crumbs = []crumb{{"/questions", l.T("question.own.title")}}
	default:
		d.Crumbs = []crumb{{unitHref(d.Holder.ID), d.Holder.Short}}
		if d.Acts {
			d.Crumbs = append(d.Crumbs, crumb{deskHref(d.Holder.ID), l.T("question.desk.title")})
		}
	}
	d.Crumbs = append(d.Crumbs, crumb{"", l.T("question.show.crumb")})
	return d, nil
}

func stepOf(t func(key string, args ...any) string, s question.Step) stepView {
	v := stepView{Step: s, Said: s.Kind != question.StepAsked && s.Note != ""}
	v.Title = t("question.step."+s.Kind, "Unit", s.Unit, "To", s.ToName, "Due", s.Due.Vi())
	switch {
	case s.Name != "":
		v.Who = s.Name
	case s.Own:
		v.Who = t("question.step.asker")
	default:
		v.Who = t("question.step.system")
	}
	return v
}

// do decodes a form of the page and does what it asks; what is refused comes back with
// the page, at the form it belongs to.
func (h *Web) do(w http.ResponseWriter, r *http.Request, name string, act func(access.Actor, ident.Ref, actForm) error) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	ref, err := web.Ref(r, "ref")
	if err != nil {
		return err
	}
	var f actForm
	if err = web.Decode(r, &f); err == nil {
		err = act(who, ref, f)
	}
	if err == nil {
		return web.SeeOther(w, r, question.Href(ref), "question.flash."+name)
	}
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	d, err := h.showData(r)
	if err != nil {
		return err
	}
	for i := range form.Problems {
		form.Problems[i].Field = name + "-" + form.Problems[i].Field // several forms on the page
	}
	form.Set("version", strconv.Itoa(d.Version)) // sent again, it means what is shown now
	d.Bad, d.Form = name, form
	return h.pages.RenderStatus(w, r, form.Status, "show.html", d)
}

func (h *Web) answer(w http.ResponseWriter, r *http.Request) error {
	return h.do(w, r, "answer", func(who access.Actor, ref ident.Ref, f actForm) error {
		return h.svc.Answer(r.Context(), who, ref, f.act())
	})
}

func (h *Web) up(w http.ResponseWriter, r *http.Request) error {
	return h.do(w, r, "up", func(who access.Actor, ref ident.Ref, f actForm) error {
		return h.svc.Up(r.Context(), who, ref, f.act())
	})
}

func (h *Web) to(w http.ResponseWriter, r *http.Request) error {
	return h.do(w, r, "to", func(who access.Actor, ref ident.Ref, f actForm) error {
		return h.svc.SendTo(r.Context(), who, ref, f.act(), f.Unit)
	})
}

func (h *Web) join(w http.ResponseWriter, r *http.Request) error {
	return h.do(w, r, "join", func(who access.Actor, ref ident.Ref, f actForm) error {
		return h.svc.Join(r.Context(), who, ref, f.act(), f.Other)
	})
}

func (h *Web) decline(w http.ResponseWriter, r *http.Request) error {
	return h.do(w, r, "decline", func(who access.Actor, ref ident.Ref, f actForm) error {
		return h.svc.Decline(r.Context(), who, ref, f.act())
	})
}

func (h *Web) extend(w http.ResponseWriter, r *http.Request) error {
	return h.do(w, r, "extend", func(who access.Actor, ref ident.Ref, f actForm) error {
		return h.svc.Extend(r.Context(), who, ref, f.act(), f.Due)
	})
}

func (h *Web) read(w http.ResponseWriter, r *http.Request) error {
	return h.do(w, r, "read", func(who access.Actor, ref ident.Ref, f actForm) error {
		return h.svc.Read(r.Context(), who, ref, f.act())
	})
}

func (h *Web) again(w http.ResponseWriter, r *http.Request) error {
	return h.do(w, r, "again", func(who access.Actor, ref ident.Ref, f actForm) error {
		return h.svc.Again(r.Context(), who, ref, f.act())
	})
}
