package qualityweb

import (
	"net/http"
	"slices"
	"strings"

	"chibo/access"
	"chibo/internal/fault"
	"chibo/internal/i18n"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/quality"
	"chibo/rulebook"
)

// The acts of the conversation, as their addresses and forms name them.
const (
	actDispute = "dispute"
	actAnswer  = "answer"
	actAccept  = "accept"
	actAppeal  = "appeal"
	actSettle  = "settle"
)

// talkData is the dot of talk.html.
type talkData struct {
	quality.View
	Meeting string
	Crumbs  []crumb
	Act     string    // whose form was refused
	Form    *web.Form // refused; nil: none was
	Entries []entry
	Open    []dispute // that the cell has to answer
	Lines   []web.Option
	Links   []web.Option
	Turn    string // name of the unit whose turn it is
	Rule    string // behind the day
	Late    bool
	Claims  []claim // lines of the form that decides
	Final   string  // what counts, in words
	Choices []web.Option
}

// entry is one thing that was said as the page shows it.
type entry struct {
	quality.Entry
	Cell  bool   // the cell said it
	Title string // what was done
	Line  string // the line it is about
	Said  string // points or grade, in words
	Href  string // the records it points to
	Where string
}

// dispute is one that waits for the cell's word.
type dispute struct {
	entry
	Own string // the cell's points, in words
}

// claim is a line that the committee sees otherwise, in the form that decides.
type claim struct {
	Code  string
	Title string
	Own   string
	Name  string // of the field
	Value string
	Err   string
	Max   int
}

// fieldUpper names the fields of the committee's points: upper.A5.
const fieldUpper = "upper."

func talkAddress(ref ident.Ref) string { return quality.Href(ref) }

// talk answers GET /meetings/{ref}/score/talk.
func (h *Web) talk(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	return h.renderTalk(w, r, who, ref, "", nil)
}

func (h *Web) renderTalk(w http.ResponseWriter, r *http.Request, who access.Actor, ref ident.Ref, act string, form *web.Form) error {
	v, err := h.scores.Open(r.Context(), who, ref)
	if err != nil {
		return err
	}
	l := web.LangOf(r)
	d := talkData{View: v, Meeting: "/meetings/" + ref.String(), Act: act, Form: form, Late: v.Talk.Late(v.Today)}
	d.Crumbs = crumbs(l, ref, v.Cell, v.Month)
	d.Crumbs[len(d.Crumbs)-1].Href = address(ref)
	d.Crumbs = append(d.Crumbs, crumb{"", l.T("quality.crumb.talk")})
	d.fill(l)
	d.Turn, d.Rule = h.turn(v, l.Code())
	status := http.StatusOK
	if form != nil {
		status = form.Status
	}
	return h.pages.RenderStatus(w, r, status, "talk.html", d)
}

// turn says whose turn it is, and under which rule until when.
func (h *Web) turn(v quality.View, lang string) (unit, rule string) {
	set := h.scores.Book.At(v.Today, v.Cell.Path)
	switch v.Talk.State {
	case quality.Asked:
		return v.Cell.Name, set.Rule(rulebook.ScoreAnswerDays).Cite(lang)
	case quality.Answered:
		return v.Upper.Name, set.Rule(rulebook.ScoreAnswerDays).Cite(lang)
	case quality.Appealed:
		return v.Judge.Name, set.Rule(rulebook.ScoreAppealAnswerDays).Cite(lang)
	}
	return "", set.Rule(rulebook.ScoreAppealDays).Cite(lang)
}

func (d *talkData) fill(l *i18n.Lang) {
	for _, e := range d.Said {
		d.Entries = append(d.Entries, d.entry(l, e))
	}
	for _, e := range d.Disputes {
		x := dispute{entry: d.entry(l, e)}
		if line := lineOf(d.Score, e.Criterion); line != nil {
			x.Own = got(l, line.Self10, line.Max10, d.HasPoints())
		}
		d.Open = append(d.Open, x)
	}
	for _, x := range d.View.Lines() {
		d.Lines = append(d.Lines, web.Option{
			Value: x.Criterion.Code, Label: x.Criterion.Title.In(l.Code()) + " (" + got(l, x.Self10, x.Max10, d.HasPoints()) + ")",
		})
	}
	for _, link := range []string{quality.LinkRoll, quality.LinkItems, quality.LinkOpinions, quality.LinkTasks, quality.LinkDocuments, quality.LinkCommittee} {
		d.Links = append(d.Links, web.Option{Value: link, Label: l.T("quality.records." + link)})
	}
	d.Claims = claims(l, d.View, d.FormOf(actSettle))
	points10, grade := d.View.Final()
	d.Final = said(l, d.Sheet, points10, grade)
	for _, b := range d.Sheet.Bands {
		d.Choices = append(d.Choices, web.Option{Value: b.Code, Label: b.Title.In(l.Code())})
	}
}

// said gives points and a grade in words.
func said(l *i18n.Lang, sheet rulebook.Sheet, points10 int, grade string) string {
	title := sheet.Band(grade).Title.In(l.Code())
	if title == "" {
		title = l.T(quality.GradeKey(grade))
	}
	if points10 == quality.None {
		return title
	}
	return l.T("quality.points", "Points", tenthsIn(l, points10)) + ", " + title
}

func lineOf(s quality.Score, code string) *quality.Line {
	lines := s.Lines()
	i := slices.IndexFunc(lines, func(x quality.Line) bool { return x.Criterion.Code == code })
	if i < 0 {
		return nil
	}
	return &lines[i]
}

func (d *talkData) entry(l *i18n.Lang, e quality.Entry) entry {
	out := entry{Entry: e, Cell: e.UnitID == d.Cell.ID, Title: l.T("quality.talk.kind." + e.Kind)}
	if x := lineOf(d.Score, e.Criterion); x != nil {
		out.Line = x.Criterion.Title.In(l.Code())
		if e.Points10 != quality.None {
			out.Said = got(l, e.Points10, x.Max10, d.HasPoints())
		}
	} else if e.Grade != "" {
		out.Said = said(l, d.Sheet, e.Points10, e.Grade)
	}
	if e.Link != "" {
		out.Href, out.Where = records(d.Meeting, e.Link), l.T("quality.link."+e.Link)
	}
	return out
}

// claims gives the lines that the committee sees otherwise, with what its form shows.
func claims(l *i18n.Lang, v quality.View, form *web.Form) (out []claim) {
	if !v.HasPoints() {
		return nil
	}
	claimed := quality.Claimed(v.Said)
	for _, x := range v.Score.Lines() {
		n, ok := claimed[x.Criterion.Code]
		if x.Upper10 != quality.None {
			n, ok = x.Upper10, true
		}
		if !ok {
			continue
		}
		c := claim{
			Code: x.Criterion.Code, Title: x.Criterion.Title.In(l.Code()), Own: got(l, x.Self10, x.Max10, true),
			Name: fieldUpper + x.Criterion.Code, Value: plainTenths(n), Max: x.Criterion.Max,
		}
		if form.Err(c.Name) != "" || form.Value(c.Name) != "" {
			c.Value, c.Err = form.Value(c.Name), form.Err(c.Name)
		}
		out = append(out, c)
	}
	return out
}

// FormOf gives the form of an act: as it was sent when it was refused, else empty.
func (d talkData) FormOf(act string) *web.Form {
	if d.Form != nil && d.Act == act {
		return d.Form
	}
	return web.NewForm(nil)
}

// AnswerForm gives the form of an answer to one line.
func (d talkData) AnswerForm(code string) *web.Form {
	if d.Form != nil && (d.Act == actAnswer || d.Act == actAccept) && d.Form.Value("criterion") == code {
		return d.Form
	}
	return web.NewForm(nil)
}

// sayIn is what the forms of the conversation send.
type sayIn struct {
	Criterion string `form:"criterion"`
	Points    string `form:"points"`
	Link      string `form:"link"`
	Text      string `form:"text"`
	Version   int    `form:"version"`
	Op        string `form:"op"`
}

// say answers POST …/score/dispute, answer, accept and appeal.
func (h *Web) say(act, flash string) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		who, ref, err := asked(r)
		if err != nil {
			return err
		}
		err = h.saying(r, who, ref, act)
		if err == nil {
			return web.SeeOther(w, r, talkAddress(ref), flash)
		}
		form, ok := web.Retry(r, err)
		if !ok {
			return err
		}
		for i := range form.Problems {
			form.Problems[i].Field = act + "-" + form.Problems[i].Field // several forms on the page
		}
		return h.renderTalk(w, r, who, ref, act, form)
	}
}

func (h *Web) saying(r *http.Request, who access.Actor, ref ident.Ref, act string) error {
	var in sayIn
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	say := quality.SayIn{Criterion: in.Criterion, Points10: quality.None, Link: in.Link, Text: in.Text, Version: in.Version, Op: in.Op}
	if in.Points != "" {
		n, ok := readTenths(in.Points)
		if !ok {
			return fault.Field("points", "quality.err.points")
		}
		say.Points10 = n
	}
	do := map[string]func() error{
		actDispute: func() error { return h.scores.Dispute(r.Context(), who, ref, say) },
		actAnswer:  func() error { return h.scores.Answer(r.Context(), who, ref, say) },
		actAccept:  func() error { return h.scores.Accept(r.Context(), who, ref, say) },
		actAppeal:  func() error { return h.scores.Appeal(r.Context(), who, ref, say) },
	}
	return do[act]()
}

// settle answers POST …/score/settle: the decision about an appeal.
func (h *Web) settle(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	d, err := h.decision(r, who, ref)
	if err == nil {
		err = h.scores.Settle(r.Context(), who, ref, d)
	}
	if form, ok := web.Retry(r, err); ok {
		return h.renderTalk(w, r, who, ref, actSettle, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, talkAddress(ref), "quality.flash.settled")
}

// decision reads a decision: points of single lines, a sum, or a grade.
func (h *Web) decision(r *http.Request, who access.Actor, ref ident.Ref) (quality.DecideIn, error) {
	var in decideIn
	if err := web.Decode(r, &in); err != nil {
		return quality.DecideIn{}, err
	}
	v, err := h.scores.Open(r.Context(), who, ref)
	if err != nil {
		return quality.DecideIn{}, err
	}
	lines := map[string]int{}
	var bad fault.Fields
	for name, typed := range r.PostForm {
		code, ok := strings.CutPrefix(name, fieldUpper)
		if !ok {
			continue
		}
		n, ok := readTenths(typed[0])
		if !ok {
			bad.Add(name, "quality.err.points")
		}
		lines[code] = n
	}
	if err := bad.Err(); err != nil {
		return quality.DecideIn{}, err
	}
	if len(lines) > 0 {
		in.Points = "0"
	}
	d, err := in.decision(v.HasPoints())
	if len(lines) > 0 {
		d.Lines = lines
	}
	d.Op = in.Op
	return d, err
}
