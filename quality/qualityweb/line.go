package qualityweb

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"chibo/internal/i18n"
	"chibo/internal/web"
	"chibo/quality"
	"chibo/rulebook"
)

// group is a criterion at the top of the sheet as the page shows it.
type group struct {
	quality.Group
	Title   string
	Tone    string
	Got     string // its points, or what is missing
	Single  bool   // it has no parts: its only line is itself
	Waiting int    // lines nobody answered
	Lines   []line
}

// line is a line of the sheet as the page shows it.
type line struct {
	quality.Line
	Title    string
	Ask      string
	Facts    []string // what is on record, in sentences
	Level    string   // the level that the facts chose
	Href     string   // the records themselves; empty: none
	LinkText string
	Note     int // number of the source of its levels; 0: the sheet's own
	Tone     string
	Got      string // its points, or that it is not answered

	Points    string // in the form: stored, chosen beforehand, or as typed
	Reason    string
	ErrPoints string
	ErrReason string
	Stored    string // differs from what was typed, after somebody else's change
	Options   []web.Option
	Wide      bool // more options than fit as radios: a select
	Open      bool // the form of the line is unfolded
}

// Convention says whether the levels are a convention of our own.
func (l line) Convention() bool { return l.Criterion.Status == rulebook.Convention }

// FieldPoints is the name of the points' field.
func (l line) FieldPoints() string { return fieldPoints + l.Criterion.Code }

// FieldReason is the name of the reason's field.
func (l line) FieldReason() string { return fieldReason + l.Criterion.Code }

// records gives the address of the very records behind a kind of evidence.
func records(meeting, link string) string {
	switch link {
	case quality.LinkRoll:
		return meeting + "?about=absent#roll"
	case quality.LinkItems:
		return meeting + "?about=items#agenda"
	case quality.LinkOpinions:
		return meeting + "?about=spoken#opinions"
	case quality.LinkDocuments:
		return meeting + "#papers"
	}
	return meeting + "#" + link
}

func newLine(l *i18n.Lang, x quality.Line, hasPoints bool, meeting string, form *web.Form) line {
	c := x.Criterion
	out := line{Line: x, Title: c.Title.In(l.Code()), Ask: c.Ask.In(l.Code()), Tone: toneOf(x.Self10, x.Max10)}
	if out.Ask == "" {
		out.Ask = out.Title
	}
	for _, f := range x.Evidence.Facts {
		out.Facts = append(out.Facts, l.T(f.Key(), f.Args()))
	}
	if n := x.Evidence.Level; n != nil && *n >= 0 && *n < len(c.Levels) {
		out.Level = c.Levels[*n].Title.In(l.Code())
	}
	if x.Evidence.Link != "" {
		out.Href, out.LinkText = records(meeting, x.Evidence.Link), l.T(x.Evidence.LinkKey())
	}
	out.Got = got(l, x.Self10, x.Max10, hasPoints)
	out.choices(l, hasPoints)
	out.fill(form)
	return out
}

// fill puts the values into the fields of the line.
func (l *line) fill(form *web.Form) {
	stored := l.Max10 // a question nobody answered: all points are chosen beforehand
	if !l.Unanswered() {
		stored = l.Self10
	}
	l.Points, l.Reason = plainTenths(stored), l.Line.Reason
	l.Open = l.Changed()
	if form == nil {
		return
	}
	l.ErrPoints, l.ErrReason = form.Err(l.FieldPoints()), form.Err(l.FieldReason())
	l.Open = l.Open || l.ErrPoints != "" || l.ErrReason != ""
	if !form.Values.Has(l.FieldPoints()) {
		return
	}
	if typed := form.Value(l.FieldPoints()); typed != l.Points {
		if !l.Unanswered() && form.Status == http.StatusConflict {
			l.Stored = l.Points
		}
		l.Points, l.Open = typed, true
	}
	l.Reason = form.Value(l.FieldReason())
}

// radiosMax is how many choices stand as radios; more go into a select.
const radiosMax = 5

// choices gives what a person may choose for the line: its levels, or full, each
// whole point between, and none.
func (l *line) choices(lang *i18n.Lang, hasPoints bool) {
	add := func(tenths int, key string) {
		l.Options = append(l.Options, web.Option{
			Value: plainTenths(tenths), Label: lang.T(key, "Points", tenthsIn(lang, tenths)),
		})
	}
	switch {
	case !hasPoints:
		add(l.Max10, "quality.choice.met")
		add(0, "quality.choice.unmet")
		return
	case len(l.Criterion.Levels) > 0:
		l.levels(lang)
	case l.Criterion.Method == rulebook.MethodYes || l.Criterion.Max == 1:
		add(l.Max10, "quality.choice.full")
		add(0, "quality.choice.none")
	default:
		add(l.Max10, "quality.choice.full")
		for n := l.Criterion.Max - 1; n > 0; n-- {
			add(n*10, "quality.choice.part")
		}
		add(0, "quality.choice.none")
		l.Wide = len(l.Options) > radiosMax
	}
	value := plainTenths(max(l.Self10, 0))
	if !l.Unanswered() && !slices.ContainsFunc(l.Options, func(o web.Option) bool { return o.Value == value }) {
		add(l.Self10, "quality.choice.part")
	}
}

// levels makes a choice of each level; levels of equal points are one choice.
func (l *line) levels(lang *i18n.Lang) {
	for _, v := range l.Criterion.Levels {
		value, label := strconv.Itoa(v.Points), v.Title.In(lang.Code())
		i := slices.IndexFunc(l.Options, func(o web.Option) bool { return o.Value == value })
		if i >= 0 {
			l.Options[i].Label += "; " + label
			continue
		}
		hint := lang.T("quality.choice.part", "Points", lang.Int(v.Points))
		l.Options = append(l.Options, web.Option{Value: value, Label: label, Hint: hint})
	}
	slices.SortStableFunc(l.Options, func(a, b web.Option) int {
		x, _ := readTenths(a.Value)
		y, _ := readTenths(b.Value)
		return y - x
	})
}

func tenthsIn(l *i18n.Lang, n int) string {
	if l.Code() == i18n.Default {
		return plainTenths(n)
	}
	return strings.ReplaceAll(plainTenths(n), ",", ".")
}

// got says the points of a line or group, or whether it is met.
func got(l *i18n.Lang, n, of int, hasPoints bool) string {
	switch {
	case n == quality.None:
		return l.T("quality.unanswered")
	case hasPoints:
		return tenthsIn(l, n) + "/" + tenthsIn(l, of)
	case n == of:
		return l.T(quality.GradeKey(quality.Pass))
	}
	return l.T(quality.GradeKey(quality.Fail))
}

// toneOf is the tone of points: all, some or none of them.
func toneOf(n, of int) string {
	switch {
	case n == quality.None:
		return "info"
	case n == of:
		return "ok"
	case n == 0:
		return "bad"
	}
	return "warn"
}

// source is a text that a part of the sheet follows.
type source struct {
	Text   string
	Status string // how sure it is, in words; empty when it was checked
}

// sources collects them, each once; the first is the sheet's own.
type sources struct {
	lang  *i18n.Lang
	sheet rulebook.Rule
	list  []source
}

func (s *sources) add(text string, status rulebook.Status) int {
	n := source{Text: text}
	if status != rulebook.Verified {
		n.Status = status.Title().In(s.lang.Code())
	}
	if i := slices.Index(s.list, n); i >= 0 {
		return i + 1
	}
	s.list = append(s.list, n)
	return len(s.list)
}

// note gives the number of the source of a line's levels, 0 when it is the sheet's.
func (s *sources) note(c rulebook.Criterion) int {
	if c.Source == "" && c.Status == "" {
		return 0
	}
	text, status := c.Source, c.Status
	if text == "" {
		text = s.sheet.Source
	}
	if status == "" {
		status = s.sheet.Status
	}
	if n := s.add(text, status); n > 1 {
		return n
	}
	return 0
}

// band is a grade with its edges.
type band struct {
	Title string
	Edges string
	Tone  string
	Now   bool
}

// tone of a grade: the best is good, the worst bad.
func tone(s rulebook.Sheet, grade string) string {
	i := slices.IndexFunc(s.Bands, func(b rulebook.Band) bool { return b.Code == grade })
	switch {
	case i < 0:
		return ""
	case i == 0:
		return "ok"
	case i == len(s.Bands)-1:
		return "bad"
	case i == 1:
		return "info"
	}
	return "warn"
}

func (d *showData) readBands(l *i18n.Lang, rule rulebook.Rule) {
	_, now := d.Final()
	for i, b := range d.Sheet.Bands {
		n := band{Title: b.Title.In(l.Code()), Tone: tone(d.Sheet, b.Code), Now: b.Code == now}
		switch {
		case !d.HasPoints() && b.Code == quality.Pass:
			n.Edges = l.T("quality.band.all", "From", b.From)
		case !d.HasPoints():
			n.Edges = l.T("quality.band.notall")
		case i == 0:
			n.Edges = l.T("quality.band.from", "From", b.From)
		case i == len(d.Sheet.Bands)-1:
			n.Edges = l.T("quality.band.under", "To", d.Sheet.Bands[i-1].From)
		default:
			n.Edges = l.T("quality.band.between", "From", b.From, "To", d.Sheet.Bands[i-1].From)
		}
		d.Bands = append(d.Bands, n)
	}
	for _, c := range d.Sheet.Hard {
		d.Hard = append(d.Hard, hardText(l, d.Sheet, c))
	}
	if d.HasPoints() {
		s := sources{lang: l, list: d.Sources}
		s.add(l.T("quality.source.bands", "Source", rule.Source), rule.Status)
		d.Sources = s.list
	}
}

// hardText says a condition of a sheet in words.
func hardText(l *i18n.Lang, s rulebook.Sheet, c rulebook.HardCondition) string {
	var names []string
	for _, x := range s.Leaves() {
		if slices.Contains(c.Full, x.Evidence) {
			names = append(names, x.Title.In(l.Code()))
		}
	}
	if len(names) == 0 { // its lines are not known
		for _, e := range c.Full {
			names = append(names, l.T("quality.evidence."+e))
		}
	}
	return l.T("quality.band.hard", "Band", s.Band(c.Band).Title.In(l.Code()), "Else", s.Band(c.Else).Title.In(l.Code()), "Names", strings.Join(names, "; "))
}
