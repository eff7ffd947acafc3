package demo

import (
	"context"
	"iter"
	"runtime/debug"
	"time"

	"chibo/agenda"
	"chibo/ballot"
	"chibo/document"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/org"
	"chibo/quality"
	"chibo/rulebook"
	"chibo/task"
)

// History makes what Ground has left: of a district the months, the latest first,
// each in its own transaction; of a larger sample commune after commune.
func (f *Fill) History(ctx context.Context) error {
	if e, ok := extentOf(f.Size); ok {
		return f.wideHistory(ctx, wideOf(e, f.Today))
	}
	return f.districtHistory(ctx)
}

func (f *Fill) districtHistory(ctx context.Context) error {
	todo, err := f.missing(ctx)
	if err != nil {
		return err
	}
	f.stepped(historyMonths-len(todo), historyMonths)
	if len(todo) == 0 {
		if err := f.scenario(ctx); err != nil {
			return err
		}
		if err := f.visits(ctx); err != nil {
			return err
		}
		return f.DB.Durable(ctx)
	}
	g, err := f.ground(ctx)
	if err != nil {
		return err
	}
	// Composing makes much that lives shortly; a lazier collector is worth its memory
	// until the last month.
	defer debug.SetGCPercent(debug.SetGCPercent(fillGC))
	for b := range f.prepare(ctx, g, todo) {
		if b.err != nil {
			return b.err
		}
		err := f.once(ctx, b.month.Vi(), func(tx *db.Tx) error {
			if err := b.write(ctx, tx); err != nil {
				return err
			}
			if err := b.after.write(ctx, tx, f.Book); err != nil {
				return err
			}
			return figure.RebuildMonths(ctx, tx, b.month, b.month)
		})
		if err != nil {
			return err
		}
		f.stepped(int(f.steps.Load())+1, historyMonths)
	}
	if err := f.scenario(ctx); err != nil {
		return err
	}
	if err := f.visits(ctx); err != nil {
		return err
	}
	if err := f.DB.Analyze(ctx); err != nil {
		return err
	}
	return f.DB.Durable(ctx)
}

// fillGC is the garbage collector's patience while months are composed, in per cent.
const fillGC = 250

// missing lists the months that are not written yet, the latest first.
func (f *Fill) missing(ctx context.Context) (todo []civil.Month, err error) {
	err = f.DB.Read(ctx, func(q db.Q) error {
		todo = nil
		for n := range historyMonths {
			m := f.Today.Month().Add(-n)
			var done int
			if err := q.QueryRow(ctx, isDoneSQL, m.Vi()).Scan(&done); err != nil {
				return err
			}
			if done == 0 {
				todo = append(todo, m)
			}
		}
		return nil
	})
	return todo, err
}

// prepare composes each month while the one before is being written: what a
// month holds is worked out on one core and stored by the other.
func (f *Fill) prepare(ctx context.Context, g *ground, todo []civil.Month) iter.Seq[*batch] {
	return func(yield func(*batch) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		ready := make(chan *batch)
		go func() {
			defer close(ready)
			numbers := f.numbering(g)
			for _, m := range todo {
				b := &batch{month: m, frames: map[string]meeting.Frame{}}
				b.err = f.compose(b, g, numbers[b.month])
				select {
				case ready <- b:
				case <-ctx.Done():
					return
				}
			}
		}()
		for b := range ready {
			if !yield(b) {
				return
			}
		}
	}
}

// ground reads the district back; ids follow from the plan.
func (f *Fill) ground(ctx context.Context) (*ground, error) {
	g := &ground{}
	err := f.DB.Read(ctx, func(q db.Q) (err error) {
		if g.top, err = org.ByID(ctx, q, topID); err != nil {
			return err
		}
		g.units, g.cells = nil, nil
		for i := range shape() {
			u, err := org.ByID(ctx, q, unitIDs+int64(i))
			if err != nil {
				return err
			}
			g.units = append(g.units, u)
		}
		for i, p := range plan(f.Today) {
			c := cell{cellPlan: p, unit: g.units[p.unit], upper: g.top, lead: leaders(p, f.Today)}
			if p.index >= 0 {
				c.upper = g.units[p.unit]
				if c.unit, err = org.ByID(ctx, q, cellIDs+int64(i)); err != nil {
					return err
				}
			}
			for k := range p.people {
				c.members = append(c.members, personID(i, k))
			}
			g.cells = append(g.cells, c)
		}
		return nil
	})
	return g, err
}

// Ids of one cell's month lie together: room for 100 things.
func monthID(i int, m civil.Month, today civil.Date, what int) int64 {
	return int64(10_000_000) + (int64(i)*historyMonths*2+int64(today.Month().Sub(m)))*100 + int64(what)
}

// What a month's id stands for.
const (
	idMeeting = iota
	idThematic
	idCommittee
	idVote
	idScore
	idMinutes
	idResolution
	idThematicMinutes
	idGuidance
	idTask // and the next two
)

// sheetOf gives a cell's month as rows are made from it.
type sheetOf struct {
	fill    *Fill
	i       int
	c       *cell
	p       monthPlan
	before  monthPlan // the month before, for the tasks that are looked back on
	set     rulebook.Set
	ref     ident.Ref
	numbers number
}

// batch collects a month's rows for the features' bulk doors.
type batch struct {
	month    civil.Month
	err      error // composing it failed
	frames   map[string]meeting.Frame
	meetings []meeting.HistoryMeeting
	tasks    task.Batch
	votes    []ballot.PastVote
	scores   []quality.Score
	papers   []document.Past
	figures  []figure.CellMonth
	agendas  agenda.History
	balances []agenda.Balance
	after    lookedBack
}

func (f *Fill) compose(b *batch, g *ground, numbers []number) error {
	for i := range g.cells {
		s := sheetOf{fill: f, i: g.base + i, c: &g.cells[i], numbers: numbers[i]}
		s.p = monthOf(s.i, &s.c.cellPlan, b.month, f.Today)
		s.before = monthOf(s.i, &s.c.cellPlan, b.month.Add(-1), f.Today)
		s.set = f.Book.At(s.p.day, s.c.unit.Path)
		s.ref = ident.Ref{Part: s.c.unit.PartID, ID: s.id(idMeeting)}
		if err := s.add(b); err != nil {
			return err
		}
	}
	return nil
}

func (b *batch) write(ctx context.Context, tx *db.Tx) error {
	if err := meeting.InsertHistory(ctx, tx, b.meetings); err != nil {
		return err
	}
	if err := agenda.InsertHistory(ctx, tx, b.agendas); err != nil {
		return err
	}
	if err := agenda.PutBalances(ctx, tx, b.balances); err != nil {
		return err
	}
	if err := task.AddAll(ctx, tx, b.tasks); err != nil {
		return err
	}
	if err := ballot.AddAll(ctx, tx, b.votes); err != nil {
		return err
	}
	if err := quality.AddAll(ctx, tx, b.scores); err != nil {
		return err
	}
	if err := document.AddPast(ctx, tx, b.papers); err != nil {
		return err
	}
	return figure.PutCellMonths(ctx, tx, b.figures)
}

func (s *sheetOf) id(what int) int64 { return monthID(s.i, s.p.month, s.fill.Today, what) }

// add puts a cell's month into the batch.
func (s *sheetOf) add(b *batch) error {
	switch {
	case s.p.held:
		return s.addHeld(b)
	case s.soon():
		b.meetings = append(b.meetings, s.invited())
	}
	return nil
}

// soon says whether the meeting is so near that a careful cell has sent its
// invitations; the story's is left to the visitor.
func (s *sheetOf) soon() bool {
	days := s.p.day.Sub(s.fill.Today)
	return !s.c.story && !s.c.byGroup && days >= 0 && days <= 4 && s.p.agreed
}

func (s *sheetOf) addHeld(b *batch) error {
	for k := range s.p.roll {
		s.p.roll[k].MembershipID = s.c.members[s.p.people[k]]
	}
	att := meeting.Count(s.p.roll)
	if s.p.agreed {
		b.meetings = append(b.meetings, s.committee())
	}
	reviews := s.reviews()
	b.tasks.Reviews = append(b.tasks.Reviews, reviews...)
	b.tasks.Tasks = append(b.tasks.Tasks, s.tasks()...)
	vote := s.vote(att)
	b.votes = append(b.votes, vote)
	score := s.score(att, reviews)
	b.scores = append(b.scores, score)
	s.lookBack(b, att, score)
	main := s.main(b, att, reviews)
	b.held(s, main)
	if s.p.thematic {
		b.held(s, s.thematicMeeting())
	}
	if err := s.papers(b, main, att, reviews, vote.Vote, score); err != nil {
		return err
	}
	b.figures = append(b.figures, s.figure(att, reviews, score))
	return nil
}

// held adds a meeting that was closed.
func (b *batch) held(s *sheetOf, h meeting.HistoryMeeting) {
	b.meetings = append(b.meetings, h)
	b.balances = append(b.balances, meeting.BalanceOf(h.Meeting, s.set, s.c.kind, h.Items))
}

// committee is the cell committee's meeting that agreed the plan (rules.md 2.08).
func (s *sheetOf) committee() meeting.HistoryMeeting {
	at := s.p.opened.AddDate(0, 0, -2-s.p.docsEarly).Add(-time.Hour)
	h := meeting.HistoryMeeting{Meeting: meeting.Meeting{
		Ref: ident.Ref{Part: s.ref.Part, ID: s.id(idCommittee)}, OrgID: s.c.unit.ID, Body: meeting.BodyCommittee, Kind: meeting.Regular,
		Month: s.p.month, Day: civil.From(at), StartsAt: at, Place: s.c.unit.Hall, State: meeting.Closed,
		ChairID: s.c.members[s.c.lead[0]], OpenedAt: at, ClosedAt: at.Add(50 * time.Minute), FeePaid: -1,
		Conclusion: "Chi ủy thống nhất chương trình, dự thảo nghị quyết và những nội dung cần biểu quyết.",
	}}
	for _, k := range s.c.lead {
		h.Roll = append(h.Roll, meeting.RollRow{
			MembershipID: s.c.members[k], Standing: "official", Official: true, Presence: meeting.Present, ArrivedAt: at, How: meeting.ByHand,
		})
	}
	return h
}

// reviews looks back on the tasks of the month before (rules.md 2.37).
func (s *sheetOf) reviews() []task.PastReview {
	if !s.before.held {
		return nil
	}
	var out []task.PastReview
	for n, t := range s.before.tasks {
		before := task.Told
		if t.outcome == task.Undone || t.outcome == task.Late {
			before = task.Overdue
		}
		out = append(out, task.PastReview{
			Part: s.ref.Part, ReviewID: s.ref.ID, TaskID: monthID(s.i, s.before.month, s.fill.Today, idTask+n), Before: before, Result: t.outcome,
		})
	}
	return out
}

// tasks are those the month's resolution gave; they are judged when the next
// month's meeting was held, and stay open otherwise until a quarter has passed.
func (s *sheetOf) tasks() []task.Task {
	next := s.p.month.Add(1)
	judged := heldIn(s.i, &s.c.cellPlan, next, s.fill.Today) || s.fill.Today.Month().Sub(s.p.month) > 3
	var out []task.Task
	for n, t := range s.p.tasks {
		row := task.Task{
			Ref: ident.Ref{Part: s.ref.Part, ID: s.id(idTask + n)}, CellID: s.c.unit.ID, SourceID: s.ref.ID, DocumentID: s.id(idResolution), Seq: n + 1,
			Title: t.title, Product: t.product, AssigneeID: s.c.members[t.who], Kind: task.Planned, StartOn: s.p.day, Due: t.due, State: task.Open,
		}
		if !judged && t.outcome.CarriedOut() && t.due.Before(s.fill.Today) && n < 2 {
			row.Progress, row.ToldAt, row.DoneOn = "Đã làm xong, đề nghị chi bộ đánh giá.", t.due.Time(20, 0).UTC(), t.due
		}
		if judged {
			row.State = t.outcome
			if t.outcome.CarriedOut() {
				row.DoneOn = t.due.AddDays(-1)
			}
			if t.outcome == task.Late {
				row.DoneOn = t.due.AddDays(5)
			}
		}
		out = append(out, row)
	}
	return out
}

func (s *sheetOf) figure(att meeting.Attendance, reviews []task.PastReview, score quality.Score) figure.CellMonth {
	done := 0
	for _, r := range reviews {
		if r.Result.CarriedOut() {
			done++
		}
	}
	points, grade := score.Final()
	c := figure.CellMonth{
		Part: s.ref.Part, Month: s.p.month, CellID: s.c.unit.ID, MetDay: s.p.day, Due: att.Due, Present: att.Present,
		Excused: att.Excused, Unexcused: att.Unexcused, Speakers: len(s.p.speakers), Minutes: s.p.minutes, Agreed: s.p.agreed,
		TasksDue: len(reviews), TasksDone: done, Score10: points, Grade: grade,
	}
	if s.p.thematic {
		c.Thematic = 1
	}
	if sent := s.sent(); !sent.IsZero() {
		c.SentDay, c.SentLate = civil.From(sent), s.p.sentLate
	}
	return c
}

// sent gives when the papers went up; zero when they did not by the demo's day.
func (s *sheetOf) sent() time.Time {
	if s.p.sentLate < 0 {
		return time.Time{}
	}
	day := meeting.Deadline(s.set, s.p.day).AddDays(s.p.sentLate)
	if s.p.sentLate == 0 {
		day = s.p.day.AddDays(1)
	}
	if !day.Before(s.fill.Today) {
		return time.Time{}
	}
	return day.Time(9, 0).UTC()
}
