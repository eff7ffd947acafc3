package demo

import (
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/quality"
	"chibo/rulebook"
	"chibo/task"
)

// facts are the measures that the score sheet's evidence is proposed from, as the
// quality feature takes them from a real meeting.
func (s *sheetOf) facts(att meeting.Attendance, reviews []task.PastReview) rulebook.Facts {
	done := 0
	for _, r := range reviews {
		if r.Result.CarriedOut() {
			done++
		}
	}
	need := meeting.RequiredMinutes(s.set)
	items := len(s.agenda())
	return rulebook.Facts{
		"present": rulebook.Share(att.Present, att.Due), "unexcused": rulebook.Count(att.Unexcused), "long_excused": rulebook.Yes(false),
		"committee_met": rulebook.Yes(s.p.agreed), "draft": rulebook.Yes(s.p.docsEarly >= 0), "notice": rulebook.Yes(s.p.docsEarly > 0),
		"uploaded": rulebook.Yes(s.p.docsEarly > 0), "items_ready": rulebook.Yes(true), "book_kept": rulebook.Yes(true),
		"minutes_adopted": rulebook.Yes(true), "documents_online": rulebook.Yes(s.p.docsEarly > 0),
		"steps_done": rulebook.Share(int(s.p.upto*8+0.5), 8), "items_done": rulebook.Share(int(float64(items)*s.p.upto+0.5), items),
		"criticism": rulebook.Yes(s.p.praised), "speakers": rulebook.Share(len(s.p.speakers), max(1, att.Present)),
		"tasks_done": rulebook.Share(done, len(reviews)), "concluded": rulebook.Yes(true), "reported": rulebook.Yes(s.p.sentLate == 0),
		"minutes_short": rulebook.Count(max(0, need-s.p.minutes)), "held": rulebook.Share(min(s.p.minutes, need), max(1, need)),
		"ideology_minutes": rulebook.Count(15),
	}
}

// score is the cell's own score on the sheet of the day, proposed from the facts;
// what the facts leave open is answered by the cell's care. Where the committee
// above decided, it mostly follows.
func (s *sheetOf) score(att meeting.Attendance, reviews []task.PastReview) quality.Score {
	sheet := s.set.Sheet(meeting.Regular)
	facts := s.facts(att, reviews)
	r := chance(s.i, s.p.month, 8)
	out := quality.Score{
		Ref: ident.Ref{Part: s.ref.Part, ID: s.id(idScore)}, Meeting: s.ref, CellID: s.c.unit.ID, Month: s.p.month, SheetCode: sheet.Code,
		Upper10: quality.None, State: quality.Sent, VoteID: 0, Sheet: sheet, ConfirmedAt: s.p.opened,
	}
	total := 0
	for _, c := range sheet.Criteria {
		g := quality.Group{Criterion: c}
		for _, leaf := range c.Leaves() {
			line := quality.Line{Criterion: leaf, Max10: leaf.Max * 10, Proposed10: quality.None, Upper10: quality.None}
			if n, ok := leaf.Propose(facts); ok {
				line.Proposed10, line.Self10 = n, n
			} else {
				part := min(1, s.c.care+0.02+r.Float64()*0.16)
				line.Self10 = int(float64(leaf.Max)*part+0.5) * 10
			}
			total += line.Self10
			g.Lines = append(g.Lines, line)
		}
		out.Groups = append(out.Groups, g)
	}
	band := sheet.Grade(total, func(string) bool { return true })
	out.Self10, out.SelfGrade = total, band.Code
	if sheet.Mode == rulebook.ModePass {
		out.Self10 = quality.None
	}
	s.decided(&out, r.IntN(100), total)
	return out
}

// decided adds the decision of the committee above for months that are over: now
// and then some points less than the cell gave itself.
func (s *sheetOf) decided(out *quality.Score, luck, total int) {
	if s.sent().IsZero() {
		out.State = quality.Confirmed
		return
	}
	if s.fill.Today.Month().Sub(s.p.month) < 1 || s.c.story && s.fill.Today.Month().Sub(s.p.month) < 1 {
		return
	}
	out.State, out.DecidedAt = quality.Decided, s.p.opened.AddDate(0, 0, 6)
	out.Upper10, out.UpperGrade = out.Self10, out.SelfGrade
	if (luck < 12 || s.generous()) && out.Self10 != quality.None {
		out.Upper10 = total - 30
		out.UpperGrade = out.Sheet.Grade(out.Upper10, func(string) bool { return true }).Code
		out.UpperReason = "Biên bản chưa ghi đủ ý kiến của đảng viên phát biểu."
	}
}
