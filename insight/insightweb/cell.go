package insightweb

import (
	"context"
	"net/http"
	"slices"

	"chibo/access"
	"chibo/insight"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/i18n"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/member"
	"chibo/rulebook"
	"chibo/task"
	"chibo/voice"
)

// cellData is the dot of cell.html.
type cellData struct {
	insight.Cell
	Crumbs  []crumb
	Rows    []monthRow
	Lies    []lie
	Bars    web.Bars
	Signs   []sign
	Plan    []measure
	Voices  []voiceRow
	Owners  []web.Option
	Form    *web.Form // of the plan
	Enough  bool      // as many measures are open as the rule allows
	Most    int
	Refused string
}

// sign is a question as the page shows it.
type sign struct {
	insight.Sign
	Ask    string
	Until  civil.Date // the cell's own until then; zero: open to all
	Rule   string
	Form   *web.Form
	Anchor string
}

// measure is a measure of improvement with its task.
type measure struct {
	insight.Measure
	Title, Who  string
	Due         civil.Date
	State, Tone string // of the task; State is a translation key
	Kept        bool   // the cell keeps its tasks from the reader
	Open        bool
}

// voiceRow is what members said of one meeting: how many gave the best level to each item.
type voiceRow struct {
	Month civil.Month
	Href  string
	Parts []voicePart
}

type voicePart struct {
	Title    string
	Yes, All int
}

// voicesMost is how many meetings show what members said.
const voicesMost = 6

// cell answers GET /cells/{id}/insight.
func (h *Web) cell(w http.ResponseWriter, r *http.Request) error {
	d, err := h.cellData(r)
	if err != nil {
		return err
	}
	return h.pages.Render(w, r, "cell.html", d)
}

func (h *Web) cellData(r *http.Request) (d cellData, err error) {
	who, id, err := asked(r)
	if err != nil {
		return d, err
	}
	if d.Cell, err = h.svc.Cell(r.Context(), who, id); err != nil {
		return d, err
	}
	l := web.LangOf(r)
	d.Form = web.NewForm(nil)
	d.Crumbs = []crumb{{"/units/" + text(id), d.Unit.Name}, {"", l.T("insight.title")}}
	for _, m := range slices.Backward(d.Months) {
		d.Rows = append(d.Rows, cellRow(l, m))
	}
	d.Lies, d.Bars, d.Most = lies(l, d.Spread), d.balance(l), d.Set.Int(rulebook.InsightMeasuresMost)
	for _, g := range d.Cell.Signs {
		d.Signs = append(d.Signs, d.sign(l, g))
	}
	for _, v := range d.Cell.Voices {
		if row, ok := d.voice(l, v); ok && len(d.Voices) < voicesMost {
			d.Voices = append(d.Voices, row)
		}
	}
	if d.Plan, err = h.measures(r.Context(), who, d.Measures, d.Today); err != nil {
		return d, err
	}
	open := 0
	for _, m := range d.Plan {
		if m.Open {
			open++
		}
	}
	d.Enough = open >= d.Most
	return d, d.owners(r.Context(), h.svc.DB)
}

func (d *cellData) sign(l *i18n.Lang, g insight.Sign) sign {
	v := sign{Sign: g, Ask: l.T("insight.sign."+g.Code, "Count", g.Count), Form: web.NewForm(nil).Set("text", g.Answer), Anchor: g.Code + "-" + g.Month.First().String()}
	if hide := d.Set.Int(rulebook.InsightHideDays); !g.Open(d.Today, hide) {
		v.Until = g.SeenOn.AddDays(hide)
	}
	key := map[string]string{insight.SameText: rulebook.InsightSameTextMonths, insight.OnEve: rulebook.InsightNightMonths, insight.Above: rulebook.InsightAboveMonths}[g.Code]
	v.Rule = d.Set.Rule(key).Cite(l.Code())
	return v
}

// balance gives the minutes of the year by kind of content, with how they lie elsewhere.
func (d *cellData) balance(l *i18n.Lang) web.Bars {
	b := web.Bars{ID: "content", Caption: l.T("insight.content"), Unit: "'"}
	for _, k := range d.Set.ContentKinds() {
		row := web.Bar{Key: k.Code, Label: k.Title.In(l.Code()), Light: !k.Weighs, Alert: k.Weighs && !k.Party}
		for _, x := range d.Shares {
			if x.Content == k.Code {
				row.Value = x.Spent
			}
		}
		if q := d.Contents.Of[k.Code]; d.Contents.Known() && q.High > 0 {
			row.Low, row.Mid, row.High = q.Low, q.Median, q.High
			row.Note = l.T("insight.content_others", "Low", (q.Low+5)/10, "High", (q.High+5)/10)
		}
		b.Rows = append(b.Rows, row)
	}
	return b.Fit()
}

func (d *cellData) voice(l *i18n.Lang, v voice.Past) (voiceRow, bool) {
	newest := slices.IndexFunc(d.Cell.Voices, func(x voice.Past) bool { return x.State == voice.Shown })
	if v.State != voice.Shown || !slices.Equal(v.Items, d.Cell.Voices[newest].Items) { // one head for all rows
		return voiceRow{}, false
	}
	row := voiceRow{Month: v.Month, Href: voice.Href(v.Meeting)}
	titles := voice.View{Box: v.Box, Set: d.Set}
	for _, s := range v.Sums {
		row.Parts = append(row.Parts, voicePart{titles.ItemTitle(l.Code(), s.Item), s.Count[0], v.Answers})
	}
	return row, true
}

// measures puts the tasks to the measures, as far as the reader may see them.
func (h *Web) measures(ctx context.Context, who access.Actor, list []insight.Measure, today civil.Date) (out []measure, err error) {
	for _, m := range list {
		v := measure{Measure: m}
		t, _, err := h.tasks.Open(ctx, who, m.Task)
		if fault.KindOf(err) == fault.NotFound && err != nil {
			continue
		}
		if err != nil {
			if fault.KindOf(err) != fault.Forbidden {
				return nil, err
			}
			v.Kept = true
			out = append(out, v)
			continue
		}
		now := t.Now(today)
		v.Title, v.Due, v.State, v.Open = t.Title, t.Due, now.Key(), t.State == task.Open
		switch {
		case now.CarriedOut():
			v.Tone = "ok"
		case now == task.Overdue || now == task.Undone:
			v.Tone = "bad"
		case now == task.Told:
			v.Tone = "info"
		}
		err = h.svc.DB.Read(ctx, func(q db.Q) error {
			who, err := member.ByID(ctx, q, ident.Ref{Part: m.Task.Part, ID: t.AssigneeID})
			v.Who = who.Name
			return err
		})
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// owners fills whom a measure may be given to.
func (d *cellData) owners(ctx context.Context, database *db.DB) error {
	if !d.Plans {
		return nil
	}
	return database.Read(ctx, func(q db.Q) error {
		body, err := member.Body(ctx, q, d.Unit.PartID, d.Unit.ID, d.Today)
		d.Owners = nil
		for _, p := range body {
			d.Owners = append(d.Owners, web.Option{Value: text(p.MembershipID), Label: p.Name})
		}
		return err
	})
}

type answerForm struct {
	Code    string `form:"code"`
	Month   int    `form:"month"`
	Text    string `form:"text"`
	Version int    `form:"version"`
}

// answer answers POST /cells/{id}/insight/answer.
func (h *Web) answer(w http.ResponseWriter, r *http.Request) error {
	who, id, err := asked(r)
	if err != nil {
		return err
	}
	var f answerForm
	if err = web.Decode(r, &f); err == nil {
		err = h.svc.Answer(r.Context(), who, insight.AnswerIn{CellID: id, Code: f.Code, Month: civil.Month(f.Month), Text: f.Text, Version: f.Version})
	}
	if err == nil {
		return web.SeeOther(w, r, insight.Href(id), "insight.flash.answered")
	}
	return h.again(w, r, err, func(d *cellData, form *web.Form) {
		for i, g := range d.Signs {
			if g.Code == f.Code && g.Month == civil.Month(f.Month) {
				d.Signs[i].Form = form
			}
		}
	})
}

type planForm struct {
	Title string     `form:"title"`
	Owner int64      `form:"assignee"`
	Due   civil.Date `form:"due"`
	About string     `form:"about"`
	Op    string     `form:"op"`
}

// plan answers POST /cells/{id}/insight/plan.
func (h *Web) plan(w http.ResponseWriter, r *http.Request) error {
	who, id, err := asked(r)
	if err != nil {
		return err
	}
	var f planForm
	if err = web.Decode(r, &f); err == nil {
		err = h.svc.Plan(r.Context(), who, insight.PlanIn{CellID: id, Title: f.Title, Owner: f.Owner, Due: f.Due, About: f.About, Op: f.Op})
	}
	if err == nil {
		return web.SeeOther(w, r, insight.Href(id)+"#plan", "insight.flash.planned")
	}
	return h.again(w, r, err, func(d *cellData, form *web.Form) { d.Form = form })
}

func (h *Web) again(w http.ResponseWriter, r *http.Request, err error, put func(*cellData, *web.Form)) error {
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	d, err := h.cellData(r)
	if err != nil {
		return err
	}
	put(&d, form)
	return h.pages.RenderStatus(w, r, form.Status, "cell.html", d)
}
