package meetingweb

import (
	"net/http"
	"strings"
	"time"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/fault"
	"chibo/internal/i18n"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/meeting"
	"chibo/rulebook"
)

// Words of the roll's forms beside the presences: a reason that was typed, and the call
// taken back.
const (
	absentTyped    = "typed"
	absentUncalled = "uncalled"
	restPresent    = "present"
)

func dayOf(t time.Time) civil.Date { return civil.From(t) }

// rollView is the roll as its panel shows it.
type rollView struct {
	meeting.Attendance
	Code     string    // to check in with; "" not now
	Expires  time.Time // of the code
	Seconds  int       // until then
	Calling  bool      // the roll can be called now
	Open     bool      // the meeting is open
	Uncalled []rollLine
	Called   []rollLine
	Beside   []rollLine // not bound to attend
	Expected int        // of Uncalled: answered that they cannot come
	Reasons  []reason
	Few      bool   // below the share that is wanted
	Needed   int    // the least number of that share
	Rule     string // where it is from
	Back     string // page to come back to
	Swap     string // parts that a call changes
	Href     string
	Failed   string // membership whose form came back
	Form     *web.Form
}

// rollLine is one member in the roll.
type rollLine struct {
	meeting.RollRow
	Note  string // standing, answer, reason: what the person at the door wants to know
	Said  bool   // answered no with a reason, so one tap excuses
	Wrong string // why the call was refused
}

type reason struct{ Code, Title string }

// rollData is the dot of roll.html.
type rollData struct {
	F      meeting.Full
	Title  string
	Href   string
	Crumbs []crumb
	Roll   rollView
	Form   *web.Form // what was refused and belongs to no member
}

// roll shows the roll alone, for the phone at the door.
func (h *Web) roll(w http.ResponseWriter, r *http.Request) error {
	who, f, to, err := h.keeper(r)
	if err != nil {
		return err
	}
	if to != "" {
		return web.SeeOther(w, r, to)
	}
	d, err := h.rollData(r, who, f, failure{})
	if err != nil {
		return err
	}
	return h.pages.Render(w, r, "roll.html", d)
}

func (h *Web) rollData(r *http.Request, who access.Actor, f meeting.Full, miss failure) (rollData, error) {
	lang := web.LangOf(r)
	d := rollData{F: f, Title: titleOf(f, lang), Href: meeting.Href(f.Ref), Form: miss.at(partRoll)}
	d.Crumbs = []crumb{{d.Href, d.Title}, {"", lang.T("meeting.roll.title")}}
	var err error
	d.Roll, err = h.rollView(r, who, f, miss)
	d.Roll.Back, d.Roll.Swap = rollHref(f.Ref), "roll-count roll-list"
	return d, err
}

func (h *Web) rollView(r *http.Request, who access.Actor, f meeting.Full, miss failure) (rollView, error) {
	lang := web.LangOf(r)
	v := rollView{
		Attendance: f.Attendance, Href: meeting.Href(f.Ref), Open: f.State == meeting.Opened, Form: miss.at(partRoll),
		Calling: f.State == meeting.Opened || f.Day == dayOf(f.Now), Back: runHref(f.Ref), Swap: "run-head run-vote run-close run-roll run-silent",
	}
	for _, c := range f.Set.AbsenceReasons() {
		v.Reasons = append(v.Reasons, reason{c.Code, c.Title.In(lang.Code())})
	}
	q := f.Set.Ratio(rulebook.MeetingQuorumWarning)
	v.Few = f.Attendance.Due > 0 && q.Den > 0 && !q.Passes(f.Attendance.Present, f.Attendance.Due)
	v.Needed, v.Rule = q.Needed(f.Attendance.Due), f.Set.Rule(rulebook.MeetingQuorumWarning).Cite(lang.Code())
	for _, row := range f.Roll {
		line := lineOf(row, f.Set, lang)
		if miss.Part == partRoll && miss.ID == text(row.MembershipID) {
			line.Wrong = strings.Join(problems(miss.Form), " ")
			v.Form = nil
		}
		switch {
		case !isDue(row):
			v.Beside = append(v.Beside, line)
		case row.Presence == "":
			v.Uncalled = append(v.Uncalled, line)
			if row.Answer == meeting.No {
				v.Expected++
			}
		default:
			v.Called = append(v.Called, line)
		}
	}
	return v, h.readCode(r, who, f, &v)
}

// readCode puts the code of the moment into the view, when it is time for it.
func (h *Web) readCode(r *http.Request, who access.Actor, f meeting.Full, v *rollView) error {
	if !v.Calling || !f.Me.Clerk {
		return nil
	}
	code, expires, err := h.svc.Code(r.Context(), who, f.Ref)
	if k := fault.KindOf(err); err != nil && (k == fault.Conflict || k == fault.Forbidden) {
		return nil
	}
	v.Code, v.Expires, v.Seconds = code, expires, seconds(f.Now, expires)
	return err
}

func seconds(now, then time.Time) int { return max(0, int(then.Sub(now)/time.Second)) }

func problems(f *web.Form) (out []string) {
	if f == nil {
		return nil
	}
	for _, p := range f.Problems {
		out = append(out, p.Text)
	}
	if len(out) == 0 && f.Message != "" {
		out = append(out, f.Message)
	}
	return out
}

// isDue says whether the member is bound to attend (rules.md 2.22, 2.23).
func isDue(row meeting.RollRow) bool { return meeting.Count([]meeting.RollRow{row}).Due == 1 }

func lineOf(row meeting.RollRow, set rulebook.Set, lang *i18n.Lang) rollLine {
	l := rollLine{RollRow: row, Said: row.Answer == meeting.No}
	var notes []string
	if row.Standing != "official" {
		notes = append(notes, standing(row.Standing, set, lang))
	}
	switch {
	case row.Presence == meeting.Present:
		notes = append(notes, lang.T("meeting.roll.here_"+row.How, "Time", lang.Time(row.ArrivedAt)))
	case row.Presence == meeting.Excused:
		notes = append(notes, lang.T("meeting.roll.excused_why", "Why", reasonWords(row.Reason, set, lang)))
	case row.Presence == meeting.Unexcused:
		notes = append(notes, lang.T("meeting.roll.unexcused"))
	case row.Answer == meeting.No:
		notes = append(notes, lang.T("meeting.roll.said_no", "Why", reasonWords(row.AnswerReason, set, lang)))
	case row.Answer == meeting.Yes:
		notes = append(notes, lang.T("meeting.roll.said_yes"))
	}
	l.Note = strings.Join(notes, " · ")
	return l
}

func standing(code string, set rulebook.Set, lang *i18n.Lang) string {
	for _, c := range set.Choices("member.standings") {
		if c.Code == code {
			return c.Title.In(lang.Code())
		}
	}
	return lang.T("meeting.roll.away")
}

// reasonWords gives a reason of absence as people read it.
func reasonWords(code string, set rulebook.Set, lang *i18n.Lang) string {
	for _, c := range set.AbsenceReasons() {
		if c.Code == code {
			return c.Title.In(lang.Code())
		}
	}
	return code
}

// markForm calls one member: Presence by its own button, Absent by one of the choices
// behind "Vắng": a code of a reason, or one of the words above.
type markForm struct {
	Presence string `form:"presence"`
	Absent   string `form:"absent"`
	Reason   string `form:"reason"`
}

func (in markForm) call() (presence, reason string, err error) {
	switch in.Absent {
	case "":
		if in.Presence == "" {
			return "", "", fault.Field("presence", "meeting.err.presence")
		}
		return in.Presence, in.Reason, nil
	case absentUncalled:
		return "", "", nil
	case meeting.Unexcused:
		return meeting.Unexcused, "", nil
	case absentTyped:
		return meeting.Excused, in.Reason, nil
	}
	return meeting.Excused, in.Absent, nil
}

func (h *Web) mark(r *http.Request, who access.Actor, ref ident.Ref) error {
	id, err := web.ID(r, "membership")
	if err != nil {
		return err
	}
	var in markForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	presence, why, err := in.call()
	if err != nil {
		return err
	}
	return h.svc.Mark(r.Context(), who, ref, id, presence, why)
}

// markRest calls everybody bound to attend who was not called yet: all here, or all
// absent by what they answered.
func (h *Web) markRest(r *http.Request, who access.Actor, ref ident.Ref) error {
	var in struct {
		Rest string `form:"rest"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	if in.Rest != restPresent {
		_, _, err := h.svc.MarkRest(r.Context(), who, ref)
		return err
	}
	f, err := h.svc.Get(r.Context(), who, ref)
	if err != nil {
		return err
	}
	for _, row := range f.Roll {
		if row.Presence != "" || row.Answer == meeting.No || !isDue(row) {
			continue
		}
		if err := h.svc.Mark(r.Context(), who, ref, row.MembershipID, meeting.Present, ""); err != nil {
			return err
		}
	}
	return nil
}
