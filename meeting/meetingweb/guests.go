package meetingweb

import (
	"net/http"

	"chibo/access"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/meeting"
	"chibo/rulebook"
)

// guestsView are the guests of the evening, who are of no ratio and cast no vote.
type guestsView struct {
	Rows   []guestLine
	Choice []web.Option // visitors of the committee above who are not noted yet
	Form   *web.Form
	Kinds  []web.Option
}

type guestLine struct {
	meeting.Guest
	Note string
	Out  bool // left, and not back
}

// guests lists the guests and whom of the committee above one may choose.
func (d rollData) guests(miss failure) guestsView {
	v := guestsView{Form: web.NewForm(nil), Kinds: []web.Option{
		{Value: meeting.GuestUpper, Label: d.lang.T("meeting.guest.upper")}, {Value: meeting.GuestOther, Label: d.lang.T("meeting.guest.other")},
	}}
	if form := miss.at(partRoll); form != nil && form.Values.Has("name") {
		v.Form = form
	}
	here := map[string]bool{}
	for _, g := range d.Full.Guests {
		here[g.Name] = true
		v.Rows = append(v.Rows, d.guestLine(g))
	}
	for _, o := range d.Visitors {
		if here[o.Name] {
			continue
		}
		post, ok := d.Set.Office(d.Upper.Kind, o.Title)
		if !ok {
			post, _ = d.Set.Office(d.Unit.Kind, o.Title)
		}
		label := o.Name
		if p := post.Title.In(d.lang.Code()); p != "" {
			label += " – " + p
		}
		v.Choice = append(v.Choice, web.Option{Value: text(o.ID), Label: label})
	}
	return v
}

func (b base) guestLine(g meeting.Guest) guestLine {
	line := guestLine{Guest: g, Out: !g.Stay().Out().IsZero()}
	note := b.lang.T("meeting.call.here_hand", "Time", b.lang.Time(g.CameAt))
	for _, a := range g.Aways {
		if a.Back.IsZero() {
			note += " · " + b.lang.T("meeting.call.left", "Time", b.lang.Time(a.Left))
		} else {
			note += " · " + b.lang.T("meeting.call.away_from", "From", b.lang.Time(a.Left), "To", b.lang.Time(a.Back))
		}
	}
	line.Note = note
	return line
}

func (h *Web) addGuest(r *http.Request, who access.Actor, ref ident.Ref) error {
	var in struct {
		Holder int64  `form:"holder"`
		Kind   string `form:"kind"`
		Name   string `form:"name"`
		Post   string `form:"post"`
		Unit   string `form:"unit"`
		Op     string `form:"op"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	_, err := h.svc.AddGuest(r.Context(), who, ref, meeting.GuestIn{HolderID: in.Holder, Kind: in.Kind, Name: in.Name, Post: in.Post, Unit: in.Unit, Op: in.Op})
	return err
}

func (h *Web) moveGuest(r *http.Request, who access.Actor, ref ident.Ref) error {
	id, err := web.ID(r, "membership")
	if err != nil {
		return err
	}
	var in moveForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	move := meeting.MoveIn{WhoID: id, Op: in.Op}
	switch in.Move {
	case "leave":
		return h.svc.Leave(r.Context(), who, ref, move)
	case "return":
		return h.svc.Return(r.Context(), who, ref, move)
	case "remove":
		return h.svc.RemoveGuest(r.Context(), who, ref, id)
	}
	return fault.Field("move", "meeting.err.presence")
}

// figuresView are the figures of the attendance with their rules (rules.md 2.22-2.25).
type figuresView struct {
	meeting.Attendance
	Good     bool // reaches the aim
	Aim      string
	AimRule  string
	Skipping []skipLine
	SkipRule string
	Months   int // of absence without reason in a year that lead to a proposal
	Runs     []skipLine
	RunMost  int
	RunRule  string
}

// skipLine is a member with a number of months or times.
type skipLine struct {
	Name  string
	Count int
	Full  bool // as many as the rule speaks of
}

func (h *Web) figures(r *http.Request, b base) (figuresView, error) {
	lang := b.lang.Code()
	aim := b.Set.Ratio(rulebook.AttendanceGoodRatio)
	v := figuresView{
		Attendance: b.Attendance, Good: b.Attendance.Unexcused == 0 && aim.Passes(b.Attendance.Present, b.Attendance.Due),
		AimRule: b.Set.Rule(rulebook.AttendanceGoodRatio).Cite(lang), Months: b.Set.Int(rulebook.RemovalMonthsInYear),
		SkipRule: b.Set.Rule(rulebook.RemovalMonthsInYear).Cite(lang), RunMost: b.Set.Int(rulebook.AttendanceMaxConsecutiveExcused),
		RunRule: b.Set.Rule(rulebook.AttendanceMaxConsecutiveExcused).Cite(lang),
	}
	if aim.Den > 0 {
		key := "meeting.figures.from"
		if aim.Strict {
			key = "meeting.figures.above"
		}
		v.Aim = b.lang.T(key, "Percent", b.lang.Percent(aim.Num, aim.Den))
	}
	who, ref, err := asked(r)
	if err != nil {
		return v, err
	}
	record, err := h.svc.YearRecord(r.Context(), who, ref)
	if err != nil {
		return v, err
	}
	for _, row := range b.Roll {
		rec := record[row.MembershipID]
		if n := len(rec.Skipped); n > 0 && v.Months > 0 && n+1 >= v.Months {
			v.Skipping = append(v.Skipping, skipLine{row.Name, n, n >= v.Months})
		}
		if v.RunMost > 0 && rec.ExcusedRun >= v.RunMost {
			v.Runs = append(v.Runs, skipLine{row.Name, rec.ExcusedRun, rec.ExcusedRun > v.RunMost})
		}
	}
	return v, nil
}
