package qualityweb

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/i18n"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/meeting"
	"chibo/org"
	"chibo/quality"
	"chibo/rulebook"
)

// show answers GET /meetings/{ref}/score.
func (h *Web) show(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	return h.render(w, r, who, ref, nil)
}

// render shows the page, with the form that was refused when there is one.
func (h *Web) render(w http.ResponseWriter, r *http.Request, who access.Actor, ref ident.Ref, form *web.Form) error {
	status := http.StatusOK
	if form != nil {
		status = form.Status
	}
	v, err := h.scores.Open(r.Context(), who, ref)
	if errors.Is(err, quality.ErrNotFound) {
		data, err := h.blank(r, who, ref, form)
		if err != nil {
			return err
		}
		return h.pages.RenderStatus(w, r, status, "blank.html", data)
	}
	if err != nil {
		return err
	}
	rule := h.scores.Book.At(v.Month.Last(), v.Cell.Path).Rule(rulebook.ScoreBandsKey)
	d := newShow(web.LangOf(r), v, rule, form)
	if who.Quiet().Can(access.FigureRead, v.Cell.Access()) {
		d.YearHref = yearHref(v.Cell.ID, v.Month.Year())
	}
	return h.pages.RenderStatus(w, r, status, "show.html", d)
}

// blankData is the dot of blank.html: a meeting without a score.
type blankData struct {
	Meeting    string // its address
	Cell       org.Unit
	Month      civil.Month
	Crumbs     []crumb
	Held       bool // it has begun
	HasSheet   bool // a sheet that can be scored is in force
	MayPropose bool
	Form       *web.Form
}

func (h *Web) blank(r *http.Request, who access.Actor, ref ident.Ref, form *web.Form) (blankData, error) {
	var f meeting.EvidenceFacts
	err := h.scores.DB.Read(r.Context(), func(q db.Q) (err error) {
		f, err = h.facts(r.Context(), q, who, ref)
		return err
	})
	if err != nil {
		return blankData{}, err
	}
	sheet := h.scores.Book.At(f.Day, f.Org.Path).Sheet(f.Kind)
	return blankData{
		Meeting: "/meetings/" + ref.String(), Cell: f.Org, Month: f.Month, Form: form,
		Crumbs:   crumbs(web.LangOf(r), ref, f.Org, f.Month),
		Held:     f.State == meeting.Opened || f.State == meeting.Closed || f.State == meeting.Sent,
		HasSheet: sheet.Code != "" && sheet.Complete, MayPropose: who.Can(access.Prepare, f.Org.Access()),
	}, nil
}

func (h *Web) facts(ctx context.Context, q db.Q, who access.Actor, ref ident.Ref) (meeting.EvidenceFacts, error) {
	f, err := h.scores.Evidence(ctx, q, ref)
	if err != nil {
		return f, err
	}
	_, err = access.For(who, access.CellRead, f.Org.Access())
	return f, err
}

func crumbs(l *i18n.Lang, ref ident.Ref, cell org.Unit, month civil.Month) []crumb {
	return []crumb{
		{"/cells/" + strconv.FormatInt(cell.ID, 10) + "/meetings", cell.Name},
		{"/meetings/" + ref.String(), l.T("quality.crumb.meeting", "Month", l.Month(month))},
		{"", l.T("quality.crumb.score")},
	}
}

// showData is the dot of show.html.
type showData struct {
	quality.View
	Meeting   string // its address
	Crumbs    []crumb
	Form      *web.Form // refused; nil when nothing was
	Deciding  *web.Form // of the form that decides
	Groups    []group
	Questions []line // what only people can answer, for who may
	Waiting   int    // lines nobody answered
	Bands     []band
	Hard      []string // conditions beside the bands, in words
	Sources   []source
	Shown10   int    // sum of the points as the form shows them, None without
	ShownIs   bool   // Shown10 is no stored sum: answers chosen beforehand are in it
	Grade     string // the same as a grade, in words
	GradeTone string
	SelfTitle string       // the cell's grade, in words
	UpTitle   string       // the decided grade, in words; empty before
	Choices   []web.Option // grades that may be decided on a sheet without points
	Claims    []claim      // lines that the committee sees otherwise
	YearHref  string       // the cell's year; "" the reader does not see its figures
}

// title is a grade in the words of the sheet.
func (d showData) title(l *i18n.Lang, grade string) string {
	if t := d.Sheet.Band(grade).Title.In(l.Code()); t != "" {
		return t
	}
	return l.T(quality.GradeKey(grade))
}

func newShow(l *i18n.Lang, v quality.View, rule rulebook.Rule, form *web.Form) showData {
	d := showData{View: v, Meeting: "/meetings/" + v.Meeting.String(), Crumbs: crumbs(l, v.Meeting, v.Cell, v.Month), Form: form}
	d.Waiting = len(v.Questions())
	d.readLines(l, form)
	d.nameProblems(l)
	d.sum()
	if d.GradeTone = tone(v.Sheet, d.Grade); d.Grade != "" {
		d.Grade = d.title(l, d.Grade)
	}
	d.readBands(l, rule)
	if d.SelfTitle = d.title(l, v.SelfGrade); d.Official() {
		d.UpTitle = d.title(l, v.UpperGrade)
	}
	for _, b := range v.Sheet.Bands {
		d.Choices = append(d.Choices, web.Option{Value: b.Code, Label: b.Title.In(l.Code())})
	}
	d.Claims = claims(l, v, form)
	d.Deciding = form
	if form == nil || len(form.Errs) == 0 && !form.Values.Has("reason") {
		d.Deciding = web.NewForm(nil)
		points10, grade := v.Final()
		if d.Deciding.Set("grade", grade); points10 != quality.None {
			d.Deciding.Set("points", plainTenths(points10))
		}
	}
	return d
}

// readLines makes the groups and questions of the page.
func (d *showData) readLines(l *i18n.Lang, form *web.Form) {
	s := sources{lang: l, sheet: d.Sheet.Rule}
	s.add(d.Sheet.Rule.Source, d.Sheet.Rule.Status)
	for _, g := range d.View.Groups {
		out := group{Group: g, Title: g.Criterion.Title.In(l.Code()), Tone: toneOf(g.Self10, g.Max10)}
		out.Single = len(g.Lines) == 1 && g.Lines[0].Criterion.Code == g.Criterion.Code
		for _, x := range g.Lines {
			n := newLine(l, x, d.HasPoints(), d.Meeting, form)
			n.Note = s.note(x.Criterion)
			out.Lines = append(out.Lines, n)
			if d.MayScore && x.Asked() {
				d.Questions = append(d.Questions, n)
			}
			if x.Unanswered() {
				out.Waiting++
			}
		}
		if out.Got = got(l, g.Self10, g.Max10, d.HasPoints()); out.Waiting > 0 {
			out.Got = l.T("quality.waiting", "Count", out.Waiting)
		}
		d.Groups = append(d.Groups, out)
	}
	d.Sources = s.list
}

// nameProblems puts the line's name before what is wrong with it.
func (d *showData) nameProblems(l *i18n.Lang) {
	if d.Form == nil {
		return
	}
	for i, p := range d.Form.Problems {
		for _, x := range d.Lines() {
			if c := x.Criterion; p.Field == fieldPoints+c.Code || p.Field == fieldReason+c.Code {
				d.Form.Problems[i].Text = l.T("quality.problem", "Line", c.Title.In(l.Code()), "Text", p.Text)
			}
		}
	}
}

// sum gives the sum and grade that the page leads with: what counts, or, while the
// cell is scoring, what it would be with the answers chosen beforehand.
func (d *showData) sum() {
	d.Shown10, d.Grade = d.Final()
	if d.State != quality.Proposed || !d.MayScore || d.Form != nil || d.Waiting == 0 {
		return
	}
	shown := map[string]bool{} // evidence that did not get all points
	d.Shown10, d.ShownIs = 0, true
	for _, g := range d.Groups {
		for _, x := range g.Lines {
			n, ok := readTenths(x.Points)
			if !ok {
				n = 0
			}
			d.Shown10 += n
			shown[x.Criterion.Evidence] = shown[x.Criterion.Evidence] || n < x.Max10
		}
	}
	d.Grade = d.Sheet.Grade(d.Shown10, func(evidence string) bool { return !shown[evidence] }).Code
	if !d.HasPoints() {
		if d.Grade = quality.Fail; d.Shown10 == d.Max10() {
			d.Grade = quality.Pass
		}
		d.Shown10 = quality.None
	}
}

// MetCount counts the lines that are met, on a sheet without points.
func (d showData) MetCount() int {
	n := 0
	for _, x := range d.Lines() {
		if x.Self10 == x.Max10 {
			n++
		}
	}
	return n
}

// Known says whether there is a sum or a grade to lead with.
func (d showData) Known() bool { return d.Grade != "" }

// SelfPoints is the cell's sum as a form gives it back.
func (d showData) SelfPoints() string { return plainTenths(max(d.Self10, 0)) }

// Official says whether the committee above has decided.
func (d showData) Official() bool { return d.State == quality.Decided }
