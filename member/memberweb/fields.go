package memberweb

import (
	"time"

	"chibo/internal/civil"
	"chibo/internal/web"
	"chibo/member"
	"chibo/rulebook"
)

// fieldsForm is the form of a record's fields, for a proposal and for an officer.
type fieldsForm struct {
	Name       string     `form:"name"`
	OtherName  string     `form:"other_name"`
	Sex        string     `form:"sex"`
	Birth      civil.Date `form:"birth"`
	Phone      string     `form:"phone"`
	Card       string     `form:"card"`
	IDNo       string     `form:"idno"`
	AdmittedOn civil.Date `form:"admitted_on"`
	OfficialOn civil.Date `form:"official_on"`
	Note       string     `form:"note"`
	Version    int        `form:"version"`
	ClearCard  bool       `form:"clear_card"`
	ClearIDNo  bool       `form:"clear_idno"`
}

func formOf(v member.Values) fieldsForm {
	return fieldsForm{
		Name: v.Name, OtherName: v.OtherName, Sex: v.Sex, Birth: v.Birth, Phone: v.Phone, Card: v.Card, IDNo: v.IDNo,
		AdmittedOn: v.AdmittedOn, OfficialOn: v.OfficialOn,
	}
}

// cleared gives the numbers that are to be taken out.
func (f fieldsForm) cleared() (out []string) {
	if f.ClearCard {
		out = append(out, member.FieldCard)
	}
	if f.ClearIDNo {
		out = append(out, member.FieldIDNo)
	}
	return out
}

func (f fieldsForm) values() member.Values {
	return member.Values{
		Name: f.Name, OtherName: f.OtherName, Sex: f.Sex, Birth: f.Birth, Phone: f.Phone, Card: f.Card, IDNo: f.IDNo,
		AdmittedOn: f.AdmittedOn, OfficialOn: f.OfficialOn,
	}
}

// changeView is one field of a correction in words, with the difference marked.
type changeView struct {
	member.Change
	Label       string
	Old, New    string // in words
	OldD, NewD  diff
	State, Tone string
	When        time.Time
	May         bool   // the reader decides on it
	Moved       bool   // the record holds something else by now
	Now         string // what it holds
}

// diff is a text cut around what differs.
type diff struct{ Pre, Mid, Post string }

// differ cuts two texts around the part in which they differ.
func differ(a, b string) (x, y diff) {
	p, q := []rune(a), []rune(b)
	pre := 0
	for pre < len(p) && pre < len(q) && p[pre] == q[pre] {
		pre++
	}
	post := 0
	for post < len(p)-pre && post < len(q)-pre && p[len(p)-1-post] == q[len(q)-1-post] {
		post++
	}
	cut := func(r []rune) diff {
		return diff{string(r[:pre]), string(r[pre : len(r)-post]), string(r[len(r)-post:])}
	}
	return cut(p), cut(q)
}

// value says a stored field in words.
func (n namer) value(field, text string) string {
	switch field {
	case member.FieldSex:
		if text == "f" || text == "m" {
			return n.lang.T("member.sex." + text)
		}
	case member.FieldBirth, member.FieldAdmittedOn, member.FieldOfficialOn:
		if d, err := civil.Parse(text); err == nil {
			return d.Vi()
		}
	}
	return text
}

// change says one field of a correction; now is what the record holds.
func (n namer) change(ch member.Change, now string) changeView {
	v := changeView{
		Change: ch, Label: n.lang.T("member.field." + ch.Field), Old: n.value(ch.Field, ch.Old), New: n.value(ch.Field, ch.New),
		When: ch.DecidedAt, Moved: now != ch.Old, Now: n.value(ch.Field, now),
	}
	v.OldD, v.NewD = differ(v.Old, v.New)
	switch ch.Verdict {
	case member.Accepted:
		v.State, v.Tone = n.lang.T("member.verdict.accepted"), "ok"
	case member.Refused:
		v.State, v.Tone = n.lang.T("member.verdict.refused"), "bad"
	default:
		v.State, v.Tone = n.lang.T("member.verdict.waits"), "warn"
	}
	return v
}

// due says by which day a proposal must be answered, and under which rule.
func (n namer) due(c member.Correction) (day, rule string) {
	days := n.set.Int(rulebook.CorrectionAnswerDays)
	if days == 0 {
		return "", ""
	}
	return civil.From(c.At).AddDays(days).Vi(), n.set.Rule(rulebook.CorrectionAnswerDays).Cite(n.lang.Code())
}

func (n namer) sexes() []web.Option {
	return []web.Option{{Value: "f", Label: n.lang.T("member.sex.f")}, {Value: "m", Label: n.lang.T("member.sex.m")}}
}
