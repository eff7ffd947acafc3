package meetingweb

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/meeting"
	"chibo/member"
	"chibo/rulebook"
)

// Words of the roll's forms beside the presences: a reason that was typed, and the call
// taken back.
const (
	absentTyped    = "typed"
	absentUncalled = "uncalled"
	restPresent    = "present"
)

// bigRoll is from how many names on the choices of each one are on an own page, so that
// the roll of a large cell still comes in one breath. A measure of the program.
const bigRoll = 60

func dayOf(t time.Time) civil.Date { return civil.From(t) }

// rollView is the roll as its panel shows it.
type rollView struct {
	meeting.Attendance
	Code     string     // to check in with; "" not now
	Expires  time.Time  // of the code
	Seconds  int        // until then
	Calling  bool       // the roll can be called now
	Open     bool       // the meeting is open
	Waiting  []rollLine // not called yet
	Done     []rollLine
	Extra    []rollLine // not bound to attend
	Here     int        // of Waiting: the rest that is called as here
	Absent   int        // of Waiting: the rest that is called as absent
	Expected int        // of these: answered that they cannot come
	Reasons  []web.Option
	Few      bool   // below the share that is wanted
	Needed   int    // the least number of that share
	Rule     string // where it is from
	Big      bool   // so many wait that each one's choices are on an own page
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

// rollData is the dot of roll.html.
type rollData struct {
	base
	Call     rollView
	Disputed []rollLine // contested, and nobody has settled it
	Outside  []rollLine // left, and not back
	Guests   guestsView
	Figures  figuresView
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
	d := rollData{base: newShort(r, f, "meeting.call.title")}
	var err error
	d.Call, err = h.rollView(r, who, d.base, miss)
	d.Call.Back, d.Call.Swap = rollHref(f.Ref), "roll-count roll-list roll-figures"
	if err != nil {
		return d, err
	}
	for _, list := range [][]rollLine{d.Call.Waiting, d.Call.Done, d.Call.Extra} {
		for _, line := range list {
			if line.Contested {
				d.Disputed = append(d.Disputed, line)
			}
			if line.Presence == meeting.Present && !line.InRoom() {
				d.Outside = append(d.Outside, line)
			}
		}
	}
	if d.Guests = d.guests(miss); d.Guests.Form.Status != 0 {
		d.Call.Form = nil // the guests' own card says it
	}
	d.Figures, err = h.figures(r, d.base)
	return d, err
}

func (h *Web) rollView(r *http.Request, who access.Actor, f base, miss failure) (rollView, error) {
	lang := f.lang
	v := rollView{
		Attendance: f.Attendance, Href: f.Href, Reasons: f.Reasons(), Open: f.State == meeting.Opened, Form: miss.at(partRoll),
		Calling: f.State == meeting.Opened || f.Day == dayOf(f.Now), Back: runHref(f.Ref), Swap: "run-head run-vote run-close run-roll run-silent",
	}
	q := f.Set.Ratio(rulebook.MeetingQuorumWarning)
	v.Few = f.Attendance.Due > 0 && q.Den > 0 && !q.Passes(f.Attendance.Present, f.Attendance.Due)
	v.Needed, v.Rule = q.Needed(f.Attendance.Due), f.Set.Rule(rulebook.MeetingQuorumWarning).Cite(lang.Code())
	begun, ended := f.ToCome(false), f.ToCome(true)
	for _, row := range f.Roll {
		line := f.line(row)
		if miss.Part == partRoll && miss.ID == text(row.MembershipID) {
			line.Wrong = strings.Join(problems(miss.Form), " ")
			v.Form = nil
		}
		switch {
		case !isDue(row):
			v.Extra = append(v.Extra, line)
		case row.Presence == "":
			v.Waiting = append(v.Waiting, line)
			v.rest(row, !begun[row.MembershipID], !ended[row.MembershipID])
		default:
			v.Done = append(v.Done, line)
		}
	}
	v.Big = len(v.Waiting) > bigRoll
	return v, h.readCode(r, who, f.Full, &v)
}

// rest counts a member who waits to be called among those whom one press calls.
func (v *rollView) rest(row meeting.RollRow, begun, ended bool) {
	no := row.Answer == meeting.No
	if begun && !no {
		v.Here++
	}
	if ended {
		v.Absent++
		if no {
			v.Expected++
		}
	}
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

// line gives a row of the roll with what the person at the door wants to know.
func (b base) line(row meeting.RollRow) rollLine {
	var notes []string
	for _, v := range b.Sessions {
		if slices.Contains(v.Seats, row.MembershipID) {
			notes = append(notes, v.Name)
		}
	}
	if row.Standing != member.StandingOfficial {
		notes = append(notes, cmp.Or(b.Standing(row.Standing), b.lang.T("meeting.call.away")))
	}
	switch {
	case row.Presence == meeting.Present:
		notes = append(notes, b.hereNotes(row)...)
	case row.Presence == meeting.Excused:
		notes = append(notes, b.lang.T("meeting.call.excused_why", "Why", b.Reason(row.Reason)))
	case row.Presence == meeting.Unexcused:
		notes = append(notes, b.lang.T("meeting.call.unexcused"))
	case row.Answer == meeting.No:
		notes = append(notes, b.lang.T("meeting.call.said_no", "Why", b.Reason(row.AnswerReason)))
	case row.Answer == meeting.Yes:
		notes = append(notes, b.lang.T("meeting.call.said_yes"))
	}
	return rollLine{RollRow: row, Said: row.Answer == meeting.No, Note: strings.Join(notes, " · ")}
}

// hereNotes say since when a member is here, how that is known, and who left.
func (b base) hereNotes(row meeting.RollRow) []string {
	notes := []string{b.lang.T(fmt.Sprintf("meeting.call.here_%s", row.How), "Time", b.lang.Time(row.ArrivedAt), "Name", b.Who(row.HelpedBy), "Known", b.Known(row))}
	if row.Late {
		notes = append(notes, b.lang.T("meeting.call.late"))
	}
	for _, a := range row.Aways {
		if a.Back.IsZero() {
			notes = append(notes, b.lang.T("meeting.call.left", "Time", b.lang.Time(a.Left)))
		} else {
			notes = append(notes, b.lang.T("meeting.call.away_from", "From", b.lang.Time(a.Left), "To", b.lang.Time(a.Back)))
		}
	}
	return notes
}

// Known says how an assisted presence is known.
func (b base) Known(row meeting.RollRow) string {
	switch row.Known {
	case meeting.KnownOther:
		return row.KnownNote
	case "":
		return ""
	}
	known := b.lang.T("meeting.help.known." + row.Known)
	if row.KnownNote != "" {
		known += ": " + row.KnownNote
	}
	return known
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
	_, err := h.svc.MarkRestPresent(r.Context(), who, ref)
	return err
}
