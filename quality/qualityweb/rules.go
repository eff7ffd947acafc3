package qualityweb

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"

	"chibo/internal/civil"
	"chibo/internal/fault"
	"chibo/internal/i18n"
	"chibo/internal/web"
	"chibo/quality"
	"chibo/rulebook"
)

func (h *Web) registerRules(k *web.Kit) {
	k.Handle("GET /units/{id}/scores/rules", h.rules)
	k.Handle("POST /units/{id}/scores/rules", h.setRules)
	k.Handle("POST /units/{id}/scores/rules/back", h.backRule)
}

func rulesHref(unit int64) string { return scoresHref(unit) + "/rules" }

// rulesData is the dot of rules.html.
type rulesData struct {
	quality.RuleList
	Tabs   tabs
	Crumbs []crumb
	Form   *web.Form // what is set
	Back   *web.Form // what ends
	Holds  []ruleView
	Made   []madeView
	Judges []web.Option
	Missed []web.Option
	Bands  []web.Option
	Own    []web.Option // rules of the unit's own
}

// ruleView is a rule that holds, in words.
type ruleView struct {
	quality.RuleNow
	Name string
	Says []string
	Cite string
}

// gradeRow is one grade of the year in the form.
type gradeRow struct {
	Name   string
	Prefix string
	Gap    string // what the source does not give
}

// rulesIn is the form.
type rulesIn struct {
	AnswerDays int         `form:"answer_days"`
	AppealDays int         `form:"appeal_days"`
	SettleDays int         `form:"settle_days"`
	AppealTo   string      `form:"appeal_to"`
	Missed     string      `form:"missed"`
	Grades     []gradeForm `form:"grades"`
	ValidFrom  civil.Date  `form:"valid_from"`
	Source     string      `form:"source"`
}

type gradeForm struct {
	Grade string `form:"grade"`
	All   string `form:"all"`
	Least string `form:"least"`
	Count int    `form:"count"`
	Whole bool   `form:"whole"` // nothing is missing: the committee's own condition
}

// year makes the rule; a grade that is left as it was keeps what its source does not give.
func (in rulesIn) year(was rulebook.YearRule) rulebook.YearRule {
	out := rulebook.YearRule{Missed: in.Missed}
	for i, g := range in.Grades {
		if g.All == "" {
			continue
		}
		y := rulebook.YearGrade{Grade: g.Grade, All: g.All, Least: g.Least, Count: g.Count}
		if i < len(was.Grades) && !g.Whole {
			same := was.Grades[i]
			if same.Gap = (rulebook.Text{}); reflect.DeepEqual(same, y) {
				y = was.Grades[i]
			}
		}
		out.Grades = append(out.Grades, y)
	}
	return out
}

func (h *Web) rules(w http.ResponseWriter, r *http.Request) error {
	return h.renderRules(w, r, nil, nil)
}

func (h *Web) renderRules(w http.ResponseWriter, r *http.Request, form, back *web.Form) error {
	who, id, err := unitOf(r)
	if err != nil {
		return err
	}
	list, err := h.scores.Rules(r.Context(), who, id)
	if err != nil {
		return err
	}
	l, status := web.LangOf(r), http.StatusOK
	d := rulesData{RuleList: list, Tabs: newTabs(who, list.Unit, "rules"), Crumbs: unitCrumbs(l, list.Unit, "quality.rules.title"), Form: form, Back: back}
	for _, f := range []*web.Form{form, back} {
		if f != nil {
			status = f.Status
		}
	}
	bands := list.Set.Bands()
	d.dress(l, bands)
	if d.Form == nil {
		d.Form = d.filled(bands)
	}
	if d.Back == nil {
		d.Back = web.NewForm(nil).Set("back_from", list.Today.AddDays(1).Vi())
	}
	return h.pages.RenderStatus(w, r, status, "rules.html", d)
}

// dress makes what the page shows.
func (d *rulesData) dress(l *i18n.Lang, bands []rulebook.Band) {
	for _, n := range d.Now {
		v := ruleView{RuleNow: n, Name: n.Title.In(l.Code()), Says: inWords(l, bands, n.Key, n.Value), Cite: n.Cite(l.Code())}
		d.Holds = append(d.Holds, v)
		if n.Own {
			d.Own = append(d.Own, web.Option{Value: n.Key, Label: v.Name})
		}
	}
	for _, o := range d.RuleList.Made {
		v := madeView{From: o.ValidFrom, Source: o.Source, Name: l.T("quality.sheets.back")}
		for _, n := range d.Now {
			if n.Key == o.Key {
				v.Kind = n.Title.In(l.Code())
			}
		}
		if says := inWords(l, bands, o.Key, o.Value); len(says) > 0 {
			v.Name = says[0]
		}
		d.Made = append(d.Made, v)
	}
	d.Judges = []web.Option{
		{Value: rulebook.AppealAbove, Label: l.T("quality.rules.above")}, {Value: rulebook.AppealDirect, Label: l.T("quality.rules.direct")},
	}
	d.Missed = []web.Option{
		{Value: rulebook.MissedBreaks, Label: l.T("quality.rules.breaks")}, {Value: rulebook.MissedLeftOut, Label: l.T("quality.rules.left_out")},
	}
	for _, b := range bands {
		d.Bands = append(d.Bands, web.Option{Value: b.Code, Label: b.Title.In(l.Code())})
	}
}

// filled is the form with the rules as they are.
func (d *rulesData) filled(bands []rulebook.Band) *web.Form {
	f := web.NewForm(nil).Set("valid_from", d.Today.AddDays(1).Vi()).Set("appeal_to", d.Set.Text(rulebook.ScoreAppealTo))
	for field, key := range map[string]string{
		"answer_days": rulebook.ScoreAnswerDays, "appeal_days": rulebook.ScoreAppealDays, "settle_days": rulebook.ScoreAppealAnswerDays,
	} {
		f.Set(field, strconv.Itoa(d.Set.Int(key)))
	}
	year := d.Set.YearRule()
	f.Set("missed", year.Missed)
	for i, g := range gradesOf(year, bands) {
		p := "grades[" + strconv.Itoa(i) + "]."
		f.Set(p+"all", g.All).Set(p+"least", g.Least)
		if g.Count > 0 {
			f.Set(p+"count", strconv.Itoa(g.Count))
		}
	}
	return f
}

// Rows gives a row for each grade but the last, which is what is left over.
func (d rulesData) Rows(l string) (out []gradeRow) {
	for i, g := range gradesOf(d.Set.YearRule(), d.Set.Bands()) {
		row := gradeRow{Prefix: "grades[" + strconv.Itoa(i) + "].", Gap: g.Gap.In(l)}
		for _, b := range d.Set.Bands() {
			if b.Code == g.Grade {
				row.Name = b.Title.In(l)
			}
		}
		out = append(out, row)
	}
	return out
}

// gradesOf gives the grades of the rule and those that a committee may add.
func gradesOf(year rulebook.YearRule, bands []rulebook.Band) []rulebook.YearGrade {
	out := append([]rulebook.YearGrade{}, year.Grades...)
	for i, b := range bands {
		if i >= len(year.Grades) && i < len(bands)-1 {
			out = append(out, rulebook.YearGrade{Grade: b.Code})
		}
	}
	return out
}

// inWords says a value; nothing for one that was taken back.
func inWords(l *i18n.Lang, bands []rulebook.Band, key string, value json.RawMessage) (out []string) {
	if len(value) == 0 || string(value) == "null" {
		return nil
	}
	switch key {
	case rulebook.ScoreYearKey:
		var y rulebook.YearRule
		if json.Unmarshal(value, &y) != nil {
			return nil
		}
		for _, g := range y.Grades {
			out = append(out, condition(l, bands, g))
		}
		return append(out, l.T("quality.rules."+y.Missed))
	case rulebook.ScoreAppealTo:
		code, _ := strconv.Unquote(string(value)) //nolint:errcheck // a code, as the rulebook checks
		return []string{l.T("quality.rules." + code)}
	}
	return []string{l.T("quality.rules.days", "Count", string(value))}
}

func (h *Web) setRules(w http.ResponseWriter, r *http.Request) error {
	who, id, err := unitOf(r)
	if err != nil {
		return err
	}
	list, err := h.scores.Rules(r.Context(), who, id)
	if err != nil {
		return err
	}
	var in rulesIn
	if err = web.Decode(r, &in); err == nil {
		was := list.Set.YearRule()
		for i, g := range gradesOf(was, list.Set.Bands()) {
			if i < len(in.Grades) {
				in.Grades[i].Grade = g.Grade
			}
		}
		err = h.scores.SetRules(r.Context(), who, quality.RulesIn{
			OrgID: id, AnswerDays: in.AnswerDays, AppealDays: in.AppealDays, SettleDays: in.SettleDays, AppealTo: in.AppealTo, Year: in.year(was),
			From: in.ValidFrom, Source: in.Source,
		})
	}
	if form, ok := web.Retry(r, err); ok {
		return h.renderRules(w, r, form, nil)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, rulesHref(id), "quality.flash.rules")
}

// backIn is the form that ends a rule.
type backIn struct {
	Key       string     `form:"key"`
	ValidFrom civil.Date `form:"back_from"`
	Source    string     `form:"back_source"`
}

func (h *Web) backRule(w http.ResponseWriter, r *http.Request) error {
	who, id, err := unitOf(r)
	if err != nil {
		return err
	}
	var in backIn
	if err = web.Decode(r, &in); err == nil {
		err = h.scores.BackRule(r.Context(), who, id, in.Key, in.ValidFrom, in.Source)
		fields := fault.FieldsOf(err)
		for i, f := range fields { // the names of this form, beside those of the other one
			if name, ok := map[string]string{"valid_from": "back_from", "source": "back_source"}[f.Field]; ok {
				fields[i].Field = name
			}
		}
	}
	if form, ok := web.Retry(r, err); ok {
		return h.renderRules(w, r, nil, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, rulesHref(id), "quality.flash.rules")
}
