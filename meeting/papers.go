package meeting

import (
	"context"

	"chibo/ballot"
	"chibo/internal/db"
	"chibo/member"
	"chibo/org"
	"chibo/question"
	"chibo/rulebook"
	"chibo/secret"
	"chibo/task"
)

// proceedings is everything that happened in a meeting: all that its papers and its
// page tell, read once.
type proceedings struct {
	held
	upper     org.Unit
	o         officers
	names     map[int64]string
	body      []member.OnDay
	roll      []RollRow
	items     []Item
	opinions  []Opinion
	turns     []Speech
	mentions  []Mention
	decisions []Decision
	review    []task.ReviewRow
	votes     []ballot.Vote
	secrets   []secret.Vote
	protocols map[int64]string // symbol, by secret vote
	reserved  map[int64][]ballot.ReservedOpinion
	score     *ScoreLine
	questions []question.Dealt // what was done with those on the agenda
	scores    bool             // a feature above keeps scores
	pair      *Pair
	guests    []Guest
	rooms     map[int64]Room // by vote
	trail     []Trail
	sessions  []Session
	online    map[int64]string
}

// read gathers the proceedings of a meeting.
func (s *Service) read(ctx context.Context, q db.Q, h held) (p proceedings, err error) {
	p.held = h
	if h.unit.ParentID != 0 {
		if p.upper, err = org.ByID(ctx, q, h.unit.ParentID); err != nil {
			return p, err
		}
	}
	if p.o, err = officersOf(ctx, q, h.unit, h.Day); err != nil {
		return p, err
	}
	if p.body, err = bodyOf(ctx, q, h.Meeting); err != nil {
		return p, err
	}
	p.names = make(map[int64]string, len(p.body))
	for _, m := range p.body {
		p.names[m.MembershipID] = m.Name
	}
	if p.roll, err = rollOf(ctx, q, h.Meeting, p.body); err != nil {
		return p, err
	}
	if p.items, err = itemsOf(ctx, q, h.Ref); err != nil {
		return p, err
	}
	if p.opinions, err = opinionsOf(ctx, q, h.Ref); err != nil {
		return p, err
	}
	if p.turns, err = speechesOf(ctx, q, h.Ref); err != nil {
		return p, err
	}
	if p.mentions, err = mentionsOf(ctx, q, h.Ref); err != nil {
		return p, err
	}
	if p.decisions, err = decisionsOf(ctx, q, h.Ref); err != nil {
		return p, err
	}
	if p.questions, err = question.DealtIn(ctx, q, h.Ref.Part, h.Ref.ID); err != nil {
		return p, err
	}
	if p.review, err = task.Review(ctx, q, h.Ref.Part, h.Ref.ID); err != nil {
		return p, err
	}
	if p.votes, err = ballot.ByOwner(ctx, q, h.Ref.Part, owner, h.Ref.ID); err != nil {
		return p, err
	}
	if p.secrets, err = secret.ByOwner(ctx, q, h.Ref.Part, owner, h.Ref.ID); err != nil {
		return p, err
	}
	if err = p.readProtocols(ctx, q); err != nil {
		return p, err
	}
	if p.pair, err = pairOf(ctx, q, h.Meeting); err != nil {
		return p, err
	}
	if p.sessions, err = sessionsOf(ctx, q, h); err != nil {
		return p, err
	}
	if p.online, err = onlineOf(ctx, q, h.Meeting, p.roll); err != nil {
		return p, err
	}
	if err := p.readReserved(ctx, q); err != nil {
		return p, err
	}
	return p, p.readRoom(ctx, q)
}

func (p *proceedings) readReserved(ctx context.Context, q db.Q) error {
	p.reserved = map[int64][]ballot.ReservedOpinion{}
	for _, v := range p.votes {
		list, err := ballot.Reserved(ctx, q, v.Ref)
		if err != nil {
			return err
		}
		p.reserved[v.Ref.ID] = list
	}
	return nil
}

// askScore asks the feature above for the score.
func (p *proceedings) askScore(ctx context.Context, q db.Q, s *Service) error {
	if s.ScoreFor == nil {
		return nil
	}
	p.scores = true
	line, ok, err := s.ScoreFor(ctx, q, p.Ref)
	if ok {
		p.score = &line
	}
	return err
}

// graded is the score as papers tell it: one that has no grade yet, because not all of its
// lines are answered, is none.
func (p proceedings) graded() *ScoreLine {
	if p.score == nil || p.score.Grade == "" {
		return nil
	}
	return p.score
}

// facts of how the meeting went.
func (p proceedings) heldFacts() HeldFacts {
	f := HeldFacts{
		Kind: p.Kind, Theme: p.Theme, Month: p.Month, Opened: p.OpenedAt, Closed: p.ClosedAt, Place: p.Meeting.Place,
		Chair: p.o.person(p.set, p.ChairID, p.names[p.ChairID]), Attendance: Count(p.roll), FeePaid: p.FeePaid,
	}
	p.groupFacts(&f)
	if p.ClerkID != 0 {
		f.Clerk = p.o.person(p.set, p.ClerkID, p.names[p.ClerkID])
	}
	for _, r := range p.roll {
		if isDue(r.Standing) && r.away() {
			f.Absent = append(f.Absent, AbsentFacts{Name: r.Name, Excused: r.Presence == Excused, Reason: reasonText(p.set, r.Reason)})
		}
	}
	for _, g := range p.guests {
		if g.Kind == GuestUpper {
			f.Visitors = append(f.Visitors, PersonFacts{Name: g.Name, Post: joined(g.Post, g.Unit)})
		} else {
			f.Guests = append(f.Guests, g.Label())
		}
	}
	f.Moves = p.moves()
	return f
}

// reasonText gives a reason in words: the title of a rulebook code, else as typed.
func reasonText(set rulebook.Set, reason string) string {
	for _, c := range set.AbsenceReasons() {
		if c.Code == reason {
			return c.Title.Vi
		}
	}
	return reason
}

func (p proceedings) frame(kind string, sample bool) (Frame, error) {
	return NewFrame(p.set, p.unit, p.upper, kind, p.Day, sample)
}

func (p proceedings) minutesFacts(frame Frame, resolution string) MinutesFacts {
	f := MinutesFacts{
		Frame: frame, HeldFacts: p.heldFacts(), Tasks: p.taskFacts(), Decisions: p.decisionFacts(), Resolution: resolution,
		Conclusion: p.Conclusion, Praise: p.Praise, Shortcomings: p.Shortcomings, Score: p.graded(),
		Praised: p.named(Praise), Reminded: p.named(Remind),
	}
	at := make(map[int64]int, len(p.items))
	for i, it := range p.items {
		at[it.ID] = i
		f.Items = append(f.Items, ItemFacts{
			Title: it.Title, Minutes: it.Minutes, Speaker: p.names[it.SpeakerID], Begun: !it.StartedAt.IsZero(),
			Procedure: !weighs(p.set, it.Content), Note: it.Note,
		})
	}
	p.dealt(f.Items, at)
	away := map[int64]bool{}
	for _, r := range p.roll {
		away[r.MembershipID] = r.away()
	}
	for _, o := range p.opinions {
		said := SaidFacts{Name: p.names[o.MembershipID], Text: o.Text}
		if o.Phase == Before && away[o.MembershipID] {
			if !o.ReadAt.IsZero() {
				f.ReadOut = append(f.ReadOut, said)
			}
			continue
		}
		if i, ok := at[o.ItemID]; ok {
			f.Items[i].Said = append(f.Items[i].Said, said)
		} else {
			f.General = append(f.General, said)
		}
	}
	for _, t := range p.turns { // who speaks while the meeting is closed has spoken
		if i, ok := at[t.ItemID]; ok && t.Speaks() && !noted(p.opinions, t.MembershipID, t.ItemID, t.BeganAt) {
			f.Items[i].Said = append(f.Items[i].Said, SaidFacts{Name: p.names[t.MembershipID]})
		}
	}
	for _, v := range p.votes {
		f.Votes = append(f.Votes, p.voteFacts(v))
	}
	f.Secrets = p.secretFacts()
	return f
}

// named gives the mentions of a kind.
func (p proceedings) named(kind string) []SaidFacts {
	var out []SaidFacts
	for _, m := range p.mentions {
		if m.Kind == kind {
			out = append(out, SaidFacts{Name: p.names[m.MembershipID], Text: m.Text})
		}
	}
	return out
}

// weighs says whether a kind of content is more than procedure.
func weighs(set rulebook.Set, content string) bool {
	for _, c := range set.ContentKinds() {
		if c.Code == content {
			return c.Weighs
		}
	}
	return true
}

func (p proceedings) resolutionFacts(frame Frame, adopted ballot.Vote) ResolutionFacts {
	return ResolutionFacts{
		Frame: frame, HeldFacts: p.heldFacts(), Review: p.Review, Tasks: p.taskFacts(), Praise: p.Praise, Shortcomings: p.Shortcomings,
		Direction: p.Direction, Decisions: p.decisionFacts(), Score: p.graded(), Vote: p.voteFacts(adopted),
		Praised: p.named(Praise), Reminded: p.named(Remind), Secrets: p.secretResults(),
	}
}

func (p proceedings) voteFacts(v ballot.Vote) VoteFacts {
	f := VoteFacts{
		Subject: v.Subject, Base: v.Base, Needed: v.Needed, Yes: v.Yes, No: v.No, Other: v.Other,
		Gone: max(v.Base-v.Cast(), 0), Passed: v.Passed,
	}
	f.Room = p.roomFacts(v.Ref.ID)
	for _, r := range p.reserved[v.Ref.ID] {
		f.Reserved = append(f.Reserved, SaidFacts{Name: p.names[r.MembershipID], Text: r.Text})
	}
	return f
}

func (p proceedings) taskFacts() []TaskFacts {
	var out []TaskFacts
	for _, r := range p.review {
		out = append(out, TaskFacts{
			Title: r.Title, Assignee: p.names[r.AssigneeID], Due: r.Due, Before: string(r.Before), Result: string(r.Result), Note: r.Note,
		})
	}
	return out
}

func (p proceedings) decisionFacts() []DecisionFacts {
	out := make([]DecisionFacts, len(p.decisions))
	for i, d := range p.decisions {
		out[i] = DecisionFacts{Title: d.Title, Assignee: p.names[d.AssigneeID], Due: d.Due, Product: d.Product}
	}
	return out
}

// adopted gives the vote that adopted the resolution; ok is false when none did.
func (p proceedings) adopted() (v ballot.Vote, ok bool) {
	for _, v := range p.votes {
		if v.Purpose == ballot.Resolution && !v.IsOpen() && v.Passed {
			return v, true
		}
	}
	return ballot.Vote{}, false
}
