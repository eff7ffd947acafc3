package meetingweb

import (
	"net/http"
	"strconv"
	"strings"

	"chibo/internal/civil"
	"chibo/internal/fault"
	"chibo/internal/i18n"
	"chibo/internal/web"
	"chibo/meeting"
	"chibo/member"
	"chibo/rulebook"
)

// base is what every page of one meeting shows: the meeting itself and its words in the
// reader's language.
type base struct {
	meeting.Full
	Name   string // "Sinh hoạt thường kỳ tháng 11"
	Href   string
	Crumbs []crumb
	Today  civil.Date

	lang *i18n.Lang
}

// newBase makes the base of a page; at is the page's own name, empty for the meeting's
// own page.
func newBase(r *http.Request, f meeting.Full, at string) base {
	l := web.LangOf(r)
	b := base{Full: f, Name: nameOf(l, f.Meeting), Href: meeting.Href(f.Ref), Today: civil.From(f.Now), lang: l}
	b.Crumbs = []crumb{{cellHref(f.Unit.ID), f.Unit.Name}, {listHref(f.Unit.ID), l.T("meeting.list.title")}}
	if at == "" {
		b.Crumbs = append(b.Crumbs, crumb{"", b.Name})
	} else {
		b.Crumbs = append(b.Crumbs, crumb{b.Href, b.Name}, crumb{"", l.T(at)})
	}
	return b
}

// nameOf names a meeting as people speak of it.
func nameOf(l *i18n.Lang, m meeting.Meeting) string {
	return l.T("meeting.name."+m.Kind, "Month", m.Month.Num(), "Year", m.Month.Year(), "Theme", m.Theme)
}

// Who gives a member's name, empty for nobody.
func (b base) Who(id int64) string { return b.Names[id] }

// WhoText gives the name behind a membership as a form holds it.
func (b base) WhoText(id string) string {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || b.Names[n] == "" {
		return b.lang.T("meeting.plan.everybody")
	}
	return b.Names[n]
}

// ItemName gives the title of an agenda item, empty for none.
func (b base) ItemName(id int64) string {
	for _, it := range b.Items {
		if it.ID == id {
			return it.Title
		}
	}
	return ""
}

// PaperName names a kind of paper: "NQ" is "Nghị quyết".
func (b base) PaperName(kind string) string {
	k, _ := b.Set.PaperKind(b.Unit.Kind, kind)
	return k.Title.In(b.lang.Code())
}

// Post gives a member's office in the cell, empty for none.
func (b base) Post(id int64) string {
	title := b.Titles[id]
	if title == "" {
		return ""
	}
	o, _ := b.Set.Office(b.Unit.Kind, title)
	return o.Title.In(b.lang.Code())
}

// Content names what an agenda item is about.
func (b base) Content(code string) string {
	for _, k := range b.Set.ContentKinds() {
		if k.Code == code {
			return k.Title.In(b.lang.Code())
		}
	}
	return ""
}

// Reason gives a reason of absence as people read it: one of the list, or free words.
func (b base) Reason(s string) string {
	for _, c := range b.Set.AbsenceReasons() {
		if c.Code == s {
			return c.Title.In(b.lang.Code())
		}
	}
	return s
}

// Reasons gives the list of reasons to choose from.
func (b base) Reasons() []web.Option { return choices(b.Set.AbsenceReasons(), b.lang.Code()) }

// Standing names how a member stands on the day.
func (b base) Standing(code string) string {
	if code == member.SpellAway {
		return b.lang.T("meeting.standing.away")
	}
	for _, c := range b.Set.Choices("member.standings") {
		if c.Code == code {
			return c.Title.In(b.lang.Code())
		}
	}
	return ""
}

func titleOf(list []rulebook.Choice, code, lang string) string {
	for _, c := range list {
		if c.Code == code {
			return c.Title.In(lang)
		}
	}
	return ""
}

func choices(list []rulebook.Choice, lang string) []web.Option {
	out := make([]web.Option, len(list))
	for i, c := range list {
		out[i] = web.Option{Value: c.Code, Label: c.Title.In(lang)}
	}
	return out
}

// Lines cuts a text into its paragraphs.
func (b base) Lines(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == '\n' })
}

// People gives the members of the day to choose from.
func (b base) People() []web.Option {
	out := make([]web.Option, len(b.Body))
	for i, p := range b.Body {
		out[i] = web.Option{Value: text(p.MembershipID), Label: p.Name}
		if post := b.Post(p.MembershipID); post != "" {
			out[i].Label += " – " + post
		}
	}
	return out
}

// Tone gives the colour of the meeting's state.
func (b base) Tone() string { return toneOf(b.State) }

func toneOf(state string) string {
	switch state {
	case meeting.Preparing:
		return "warn"
	case meeting.Agreed, meeting.Invited:
		return "info"
	case meeting.Opened:
		return "bad"
	case meeting.Closed, meeting.Sent:
		return "ok"
	}
	return ""
}

// Handed says that the plan has been handed out to the members.
func (b base) Handed() bool { return b.State != meeting.Preparing && b.State != meeting.Agreed }

// Over says that the meeting has been closed, or called off.
func (b base) Over() bool {
	return b.State == meeting.Closed || b.State == meeting.Sent || b.State == meeting.Cancelled
}

// HasDraft says whether anything of the resolution is written.
func (b base) HasDraft() bool {
	return b.Review+b.Direction+b.Praise+b.Shortcomings != "" || len(b.Decisions) > 0
}

// Days gives the days from today to the meeting, negative after it.
func (b base) Days() int { return b.Day.Sub(b.Today) }

// Noted are the warnings in words.
func (b base) Noted() []string {
	out := make([]string, len(b.Warnings))
	for i, w := range b.Warnings {
		out[i] = b.lang.T(w.Key, w.Args)
	}
	return out
}

// renamed gives err with its fields under the names that the form uses; a name that is
// not in the list stays.
func renamed(err error, name func(field string) string) error {
	fields := fault.FieldsOf(err)
	if len(fields) == 0 {
		return err
	}
	out := make(fault.Fields, len(fields))
	for i, f := range fields {
		f.Field = name(f.Field)
		out[i] = f
	}
	return out.Err()
}

// called gives a renaming by a list of pairs.
func called(pairs ...string) func(string) string {
	return func(field string) string {
		for i := 0; i+1 < len(pairs); i += 2 {
			if pairs[i] == field {
				return pairs[i+1]
			}
		}
		return field
	}
}

// clockTime reads "19:30" as a time field sends it.
func clockTime(s string) (hour, minute int, ok bool) {
	h, m, found := strings.Cut(s, ":")
	if !found {
		return 0, 0, false
	}
	m, _, _ = strings.Cut(m, ":") // some browsers send seconds
	hour, ok1 := small(h)
	minute, ok2 := small(m)
	return hour, minute, ok1 && ok2 && hour < 24 && minute < 60
}

func small(s string) (n int, ok bool) {
	if s == "" || len(s) > 2 {
		return 0, false
	}
	for _, c := range s {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}
