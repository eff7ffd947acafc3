package demo

import (
	"context"

	"chibo/audit"
	"chibo/burden"
	"chibo/insight"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/quality"
	"chibo/rulebook"
	"chibo/voice"
)

// lookedBack is what a month leaves for those who look back on it.
type lookedBack struct {
	voices  []voice.Past
	burdens []burden.Past
	signs   []insight.Sign
}

func (l lookedBack) write(ctx context.Context, tx *db.Tx, book *rulebook.Book) error {
	if err := voice.AddPast(ctx, tx, l.voices); err != nil {
		return err
	}
	if err := insight.AddPast(ctx, tx, l.signs); err != nil {
		return err
	}
	return burden.AddPast(ctx, tx, book, l.burdens)
}

// For how many months back members were asked, in the story's cell and elsewhere, and the
// program's burden was counted.
const (
	askedStory    = 12
	askedMonths   = 4
	burdenMonths  = 12
	generousEvery = 29 // every so many cells one gives itself more than the committee above
)

// generous says whether the cell's own score always lies above the official one.
func (s *sheetOf) generous() bool { return !s.c.story && s.i%generousEvery == 3 }

// lookBack adds what members said, what the month cost and what the figures ask.
func (s *sheetOf) lookBack(b *batch, att meeting.Attendance, score quality.Score) {
	ago := s.fill.Today.Month().Sub(s.p.month)
	if ago < askedMonths || s.c.story && ago < askedStory {
		if v, ok := s.voice(att); ok {
			b.after.voices = append(b.after.voices, v)
		}
	}
	if ago < burdenMonths {
		b.after.burdens = append(b.after.burdens, s.burden(att))
	}
	copied := s.c.story && ago == 1
	if ago != 1 || !copied && (!s.generous() || score.Self10 == quality.None) {
		return
	}
	sign := insight.Sign{Part: s.ref.Part, CellID: s.c.unit.ID, Code: insight.Above, Month: s.p.month, Count: 9, SeenOn: s.p.day}
	if copied {
		sign.Code, sign.Count = insight.SameText, copiedMonths
	} else if s.i%2 == 0 {
		sign.Answer = "Chi bộ hiểu tiêu chí thảo luận theo số ý kiến; cấp trên tính theo số đồng chí phát biểu. Từ nay chi bộ chấm theo số đồng chí."
		sign.AnsweredBy, sign.AnsweredOn = s.c.people[s.c.lead[0]].name, s.p.day.AddDays(4)
	}
	b.after.signs = append(b.after.signs, sign)
}

// copiedMonths is in how many of the last meetings the story's cell wrote the same
// conclusion, so that its committee finds a question.
const copiedMonths = 3

// copiedText is that conclusion, empty for any other month.
func (s *sheetOf) copiedText() string {
	ago := s.fill.Today.Month().Sub(s.p.month)
	if !s.c.story || ago < 1 || ago > copiedMonths {
		return ""
	}
	return "Chi bộ thống nhất các nội dung đã bàn; đảng viên được giao việc thực hiện đúng tiến độ và báo cáo chi bộ trong buổi sinh hoạt sau."
}

// voice is what members said of the meeting: settled when its days are over, else open.
func (s *sheetOf) voice(att meeting.Attendance) (v voice.Past, ok bool) {
	r := chance(s.i, s.p.month, 21)
	items, levels := s.set.Choices(rulebook.VoiceItems), s.set.Choices(rulebook.VoiceScale)
	v.Box = voice.Box{
		Meeting: s.ref, CellID: s.c.unit.ID, Month: s.p.month, Least: s.set.Int(rulebook.VoiceLeast), ClosesOn: s.p.day.AddDays(s.set.Int(rulebook.VoiceWindowDays)),
		State: voice.Opened,
	}
	for _, c := range items {
		v.Items = append(v.Items, c.Code)
	}
	for _, c := range levels {
		v.Levels = append(v.Levels, c.Code)
	}
	if len(items) == 0 || len(levels) == 0 {
		return v, false
	}
	if !v.ClosesOn.Before(s.fill.Today) {
		return v, true
	}
	n := int(float64(att.Present) * (0.25 + 0.4*r.Float64()))
	if v.State = voice.Few; n < v.Least {
		return v, true
	}
	v.State, v.Answers = voice.Shown, n
	for _, item := range v.Items {
		sum := voice.Sum{Item: item, Count: make([]int, len(levels))}
		for range n {
			k := 0
			for k < len(levels)-1 && r.Float64() > 0.35+0.5*s.c.care {
				k++
			}
			sum.Count[k]++
		}
		v.Sums = append(v.Sums, sum)
	}
	return v, true
}

// burden is what a month of a cell costs, as its acts would have been recorded.
func (s *sheetOf) burden(att meeting.Attendance) burden.Past {
	r := chance(s.i, s.p.month, 22)
	p := burden.Past{Cell: ident.Ref{Part: s.ref.Part, ID: s.c.unit.ID}, Month: s.p.month}
	add := func(action string, people, program int) {
		p.Acts = append(p.Acts, audit.Count{Action: action, People: people, Program: program})
	}
	add("meeting.convene", 1, 0)
	add("meeting.plan", 1+r.IntN(3), 0)
	add("meeting.text", 1+r.IntN(3), 0)
	add("meeting.decision.add", len(s.p.tasks), 0)
	add("meeting.invite", 1, 0)
	add("meeting.open", 1, 0)
	add("meeting.roll", 1+att.Excused+att.Unexcused, 0)
	add("meeting.item.start", len(s.agenda()), 0)
	add("meeting.vote.open", 1, 0)
	add("meeting.task.judge", 1+r.IntN(3), 0)
	add("meeting.adjourn", 1, 0)
	add("meeting.opinion", len(s.p.speakers)/3, 0)
	add("meeting.answer", att.Present/2, 0)
	add("score.propose", 0, 1)
	add("score.points", 1, 0)
	add("score.confirm", 1, 0)
	add("task.report", len(s.p.tasks), 0)
	if s.p.agreed {
		add("meeting.agree", 1, 0)
	}
	if s.p.sentLate >= 0 {
		add("meeting.send", 1, 0)
	}
	return p
}
