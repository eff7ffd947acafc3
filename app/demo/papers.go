package demo

import (
	"fmt"
	"time"

	"chibo/ballot"
	"chibo/document"
	"chibo/internal/civil"
	"chibo/internal/ident"
	"chibo/internal/paper"
	"chibo/meeting"
	"chibo/quality"
	"chibo/rulebook"
	"chibo/task"
)

// number is how far a cell's papers have come by the end of a month, per kind and
// term (rules.md 7.07).
type number struct {
	resolution, minutes, thematic int
	now                           bool // in the present term
}

// numbering counts the papers of all months since the terms began.
func (f *Fill) numbering(g *ground) map[civil.Month][]number {
	out := map[civil.Month][]number{}
	running := make([]number, len(g.cells))
	for m := termBefore().Month().Add(1); m <= f.Today.Month(); m = m.Add(1) {
		for i := range g.cells {
			c, n := &g.cells[i].cellPlan, &running[i]
			if !heldIn(g.base+i, c, m, f.Today) {
				continue
			}
			if !n.now && !dayOf(g.base+i, c, m).Before(termNow()) {
				*n = number{now: true} // a new term begins at 01
			}
			n.resolution++
			n.minutes++
			if thematicIn(g.base+i, c, m, f.Today) {
				n.minutes++
				n.thematic = n.minutes
			}
		}
		out[m] = append([]number(nil), running...)
	}
	return out
}

// papers keeps minutes and resolution as model and hash; files are rendered when
// somebody opens them.
func (s *sheetOf) papers(b *batch, h meeting.HistoryMeeting, att meeting.Attendance, reviews []task.PastReview, vote ballot.Vote, score quality.Score) error {
	held := s.held(h, att)
	first := s.numbers.minutes
	if s.p.thematic {
		first = s.numbers.thematic - 1
	}
	res := meeting.ResolutionFacts{
		HeldFacts: held, Review: h.Meeting.Review, Tasks: s.lookedBack(reviews), Praise: h.Meeting.Praise, Shortcomings: h.Meeting.Shortcomings,
		Direction: h.Meeting.Direction, Decisions: s.decisions(), Score: scoreLine(score), Vote: voteFacts(vote, att),
	}
	min := meeting.MinutesFacts{
		HeldFacts: held, Items: s.items(h), General: s.said(h), Tasks: res.Tasks, Votes: []meeting.VoteFacts{res.Vote}, Decisions: res.Decisions,
		Conclusion: h.Meeting.Conclusion, Praise: h.Meeting.Praise, Shortcomings: h.Meeting.Shortcomings, Score: res.Score,
	}
	for _, n := range h.Mentions {
		res.Praised = append(res.Praised, meeting.SaidFacts{Name: s.p.roll[s.p.speakers[0]].Name, Text: n.Text})
	}
	min.Praised = res.Praised
	err := s.paper(b, meeting.PaperResolution, idResolution, s.numbers.resolution, s.ref.ID, func(f meeting.Frame) paper.Document {
		res.Frame = f
		min.Resolution = f.Symbol
		return meeting.ComposeResolution(res)
	})
	if err != nil {
		return err
	}
	err = s.paper(b, meeting.PaperMinutes, idMinutes, first, s.ref.ID, func(f meeting.Frame) paper.Document {
		min.Frame = f
		return meeting.ComposeMinutes(min)
	})
	if err != nil || !s.p.thematic {
		return err
	}
	th := s.thematicMeeting()
	held = s.held(th, att)
	return s.paper(b, meeting.PaperMinutes, idThematicMinutes, s.numbers.thematic, th.Meeting.Ref.ID, func(f meeting.Frame) paper.Document {
		return meeting.ComposeMinutes(meeting.MinutesFacts{
			Frame: f, HeldFacts: held, Items: s.items(th), Conclusion: th.Meeting.Conclusion,
		})
	})
}

func (s *sheetOf) paper(b *batch, kind string, what, number int, owner int64, compose func(meeting.Frame) paper.Document) error {
	frame, err := s.frame(b, kind)
	if err != nil {
		return err
	}
	k, ok := s.set.PaperKind(s.c.unit.Kind, kind)
	if !ok {
		return fmt.Errorf("demo: %s may not be issued on %s", kind, s.p.day)
	}
	frame.Symbol = k.Symbol(number)
	doc := compose(frame)
	model, err := doc.JSON()
	if err != nil {
		return err
	}
	term := termID(s.c.unit.ID, !s.p.day.Before(termNow()))
	b.papers = append(b.papers, document.Past{
		Ref: ident.Ref{Part: s.ref.Part, ID: s.id(what)}, OrgID: s.c.unit.ID, TermID: term, Kind: kind, Number: number, Symbol: frame.Symbol,
		Subject: doc.Subject, On: s.p.day, Owner: "meeting", OwnerID: owner, At: s.p.opened.Add(3 * time.Hour), Content: doc, Model: model,
	})
	return nil
}

// frame is what stands around a paper's text. Reading the style of a day costs more
// than the paper's words, so one frame serves all papers of a kind and style.
func (s *sheetOf) frame(b *batch, kind string) (meeting.Frame, error) {
	key := kind + s.set.Rule(rulebook.PaperStyleKey).ValidFrom.String()
	frame, ok := b.frames[key]
	if !ok {
		var err error
		if frame, err = meeting.NewFrame(s.set, s.c.unit, s.c.upper, kind, s.p.day, true); err != nil {
			return frame, err
		}
		b.frames[key] = frame
	}
	frame.Upper, frame.UpperName, frame.Issuer, frame.CellName = s.c.upper.PaperName, s.c.upper.Name, s.c.unit.PaperName, s.c.unit.Name
	frame.Place, frame.Day = s.c.unit.Place, s.p.day
	return frame, nil
}

func (s *sheetOf) held(h meeting.HistoryMeeting, att meeting.Attendance) meeting.HeldFacts {
	m := h.Meeting
	lead := s.c.lead
	f := meeting.HeldFacts{
		Kind: m.Kind, Theme: m.Theme, Month: m.Month, Opened: m.OpenedAt, Closed: m.ClosedAt, Place: m.Place, Attendance: att, FeePaid: m.FeePaid,
		Chair: meeting.PersonFacts{Name: s.c.people[lead[0]].name, Post: "Bí thư", Sign: "BÍ THƯ"},
		Clerk: meeting.PersonFacts{Name: s.c.people[lead[len(lead)-1]].name, Post: "Chi ủy viên"},
	}
	if len(lead) < 3 {
		f.Clerk.Post = "Phó bí thư"
	}
	names := map[string]string{}
	for _, c := range s.set.AbsenceReasons() {
		names[c.Code] = c.Title.Vi
	}
	for _, r := range s.p.roll {
		if r.Presence == meeting.Excused || r.Presence == meeting.Unexcused {
			f.Absent = append(f.Absent, meeting.AbsentFacts{Name: r.Name, Excused: r.Presence == meeting.Excused, Reason: names[r.Reason]})
		}
	}
	return f
}

func (s *sheetOf) items(h meeting.HistoryMeeting) []meeting.ItemFacts {
	var out []meeting.ItemFacts
	for _, it := range h.Items {
		if !it.StartedAt.IsZero() {
			out = append(out, meeting.ItemFacts{Title: it.Title, Minutes: it.Minutes})
		}
	}
	return out
}

func (s *sheetOf) said(h meeting.HistoryMeeting) []meeting.SaidFacts {
	var out []meeting.SaidFacts
	for n, o := range h.Opinions {
		if n < written {
			out = append(out, meeting.SaidFacts{Name: s.p.roll[s.p.speakers[n]].Name, Text: o.Text})
		}
	}
	return out
}

func (s *sheetOf) lookedBack(reviews []task.PastReview) []meeting.TaskFacts {
	var out []meeting.TaskFacts
	for n, r := range reviews {
		t := s.before.tasks[n]
		out = append(out, meeting.TaskFacts{Title: t.title, Assignee: s.c.people[t.who].name, Due: t.due, Before: string(r.Before), Result: string(r.Result)})
	}
	return out
}

func (s *sheetOf) decisions() []meeting.DecisionFacts {
	var out []meeting.DecisionFacts
	for _, t := range s.p.tasks {
		out = append(out, meeting.DecisionFacts{Title: t.title, Assignee: s.c.people[t.who].name, Due: t.due, Product: t.product})
	}
	return out
}

func voteFacts(v ballot.Vote, att meeting.Attendance) meeting.VoteFacts {
	return meeting.VoteFacts{
		Subject: v.Subject, Base: v.Base, Needed: v.Threshold.Needed(v.Base), Yes: v.Yes, No: v.No, Other: v.Other,
		Gone: max(0, v.Base-v.Yes-v.No-v.Other), Passed: v.Threshold.Passes(v.Yes, v.Base),
	}
}

func scoreLine(s quality.Score) *meeting.ScoreLine {
	line := &meeting.ScoreLine{Title: s.Sheet.Title.Vi, Self10: s.Self10, Max10: s.Sheet.Max * 10, Grade: s.Sheet.Band(s.SelfGrade).Title.Vi, Settled: true}
	for _, g := range s.Groups {
		row := meeting.ScoreRow{Code: g.Criterion.Code, Name: g.Criterion.Title.Vi, Max10: g.Criterion.Max * 10}
		for _, l := range g.Lines {
			row.Self10 += l.Self10
		}
		if s.Self10 == quality.None {
			row.Mark = "Đạt"
			if row.Self10 < row.Max10 {
				row.Mark = "Chưa đạt"
			}
			row.Self10 = quality.None
		}
		line.Rows = append(line.Rows, row)
	}
	return line
}
