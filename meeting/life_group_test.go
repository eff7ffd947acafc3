package meeting_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chibo/access"
	"chibo/ballot"
	"chibo/internal/civil"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/org"
)

// groupLife drives a meeting by group by acts of its lead and of the heads of its groups
// in any order (rules.md 2.43, 2.44).
type groupLife struct {
	*world
	rt       *rapid.T
	groups   [2]org.Unit
	ref      ident.Ref
	month    civil.Month
	state    string
	begun    [2]bool
	called   [2]bool
	heads    [2]bool // the group's head is called
	others   [2]bool // and everybody else of the group
	ended    [2]bool
	counted  [2]bool
	yes, sum [2]int
	decision int
	vote     ident.Ref // open
	adopted  bool
	acts     int
}

// Three months of a year may be held by group; each run has one of them.
func TestLifeOfAMeetingByGroup(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	groups, added := w.large()
	w.halves(groups, added)
	month := civil.Month(202610)
	rapid.Check(t, func(rt *rapid.T) {
		month = month.Add(4)
		day := month.First().AddDays(9)
		w.clk.Set(day.Time(8, 0))
		l := &groupLife{world: w, rt: rt, groups: groups, month: month, state: meeting.Preparing}
		ref, err := w.s.Convene(ctx(), w.act(secretary), byGroup(w, day))
		w.must(err)
		l.ref = ref
		rt.Repeat(map[string]func(*rapid.T){
			"begin": l.begin, "rest": l.rest, "mark": l.mark, "note": l.note, "decide": l.decideOne, "vote": l.openVote, "hands": l.hands,
			"close vote": l.closeVote, "end": l.end, "adjourn": l.adjourn, "send": l.send,
			"forward": l.forward, "on": l.forward, "further": l.forward, "": l.holds,
		})
	})
}

func (l *groupLife) want(err error, ok bool) bool {
	if (err == nil) != ok {
		l.rt.Fatalf("in %s, begun %v, called %v, ended %v, counted %v: %v, want success %v", l.state, l.begun, l.called, l.ended, l.counted, err, ok)
	}
	return ok
}

func (l *groupLife) over() bool { return l.state == meeting.Closed || l.state == meeting.Sent }

func (l *groupLife) head(g int) access.Actor { return l.act(member1 + g) }

func (l *groupLife) one(rt *rapid.T) int { return rapid.IntRange(0, 1).Draw(rt, "group") }

// forward does the act that is next in a well-run meeting.
func (l *groupLife) forward(rt *rapid.T) {
	switch l.state {
	case meeting.Preparing:
		_, err := l.s.Agree(ctx(), l.act(secretary), l.ref, meeting.AgreeIn{PresentIDs: l.ids(secretary, deputy)})
		l.must(err)
		l.state = meeting.Agreed
		return
	case meeting.Agreed:
		l.must(l.s.Invite(ctx(), l.act(secretary), l.ref))
		l.state = meeting.Invited
		return
	case meeting.Invited:
		l.must(l.s.OpenMeeting(ctx(), l.act(secretary), l.ref))
		l.state = meeting.Opened
		return
	case meeting.Closed, meeting.Sent:
		l.send(rt)
		return
	}
	if l.decision > 0 && l.vote.IsZero() && !l.adopted {
		l.openVote(rt)
		return
	}
	for g := range 2 {
		switch {
		case !l.begun[g]:
			l.beginIt(g)
			return
		case !l.called[g]:
			l.restOf(g)
			return
		case !l.vote.IsZero() && !l.counted[g]:
			l.count2(g, l.left(g), 0)
			return
		case !l.ended[g]:
			l.endIt(g)
			return
		}
	}
	if !l.vote.IsZero() {
		l.closeVote(rt)
		return
	}
	l.adjourn(rt)
}

func (l *groupLife) begin(rt *rapid.T) { l.beginIt(l.one(rt)) }

func (l *groupLife) beginIt(g int) {
	if l.want(l.s.BeginSession(ctx(), l.head(g), l.ref, l.groups[g].ID), l.state == meeting.Opened) {
		l.begun[g] = true
	}
	if err := l.s.BeginSession(ctx(), l.head(1-g), l.ref, l.groups[g].ID); err == nil {
		l.rt.Fatal("a head begins the meeting of the other group")
	}
}

func (l *groupLife) rest(rt *rapid.T) { l.restOf(l.one(rt)) }

func (l *groupLife) restOf(g int) {
	if l.want(l.s.MarkSeat(ctx(), l.head(g), l.ref, l.groups[g].ID, 0, meeting.Present, ""), l.state == meeting.Opened) {
		l.called[g], l.others[g], l.heads[g] = true, true, true
	}
}

// mark calls the group's head as excused or present, or takes the call back.
func (l *groupLife) mark(rt *rapid.T) {
	g := l.one(rt)
	presence := rapid.SampledFrom([]string{meeting.Present, meeting.Excused, ""}).Draw(rt, "presence")
	err := l.s.MarkSeat(ctx(), l.head(g), l.ref, l.groups[g].ID, l.people[member1+g].id, presence, "illness")
	full := errors.Is(err, ballot.ErrHandsFull)
	if full && (l.vote.IsZero() || !l.counted[g] || l.sum[g] < l.left(g)) {
		l.rt.Fatalf("a hand less than %d is refused: %d were counted", l.left(g), l.sum[g])
	}
	if !full && l.want(err, l.state == meeting.Opened) {
		l.heads[g] = presence != ""
		l.called[g] = l.others[g] && l.heads[g]
		if !l.vote.IsZero() && l.counted[g] && l.sum[g] > l.left(g) {
			l.rt.Fatalf("%d hands of %d", l.sum[g], l.left(g))
		}
	}
	if err := l.s.MarkSeat(ctx(), l.head(g), l.ref, l.groups[g].ID, l.people[member2-g].id, meeting.Present, ""); err == nil {
		l.rt.Fatal("a head calls a member of the other group")
	}
}

func (l *groupLife) note(rt *rapid.T) {
	g := l.one(rt)
	was := ""
	for _, v := range l.get(l.ref).Sessions {
		if v.GroupID == l.groups[g].ID {
			was = v.Note
		}
	}
	l.want(l.s.NoteSession(ctx(), l.head(g), l.ref, l.groups[g].ID, was+"ý", was), l.state == meeting.Opened)
}

func (l *groupLife) decideOne(*rapid.T) {
	_, err := l.s.AddDecision(ctx(), l.act(committee), l.ref, meeting.Decision{
		Title: fmt.Sprintf("Việc thứ %d", l.decision+1), AssigneeID: l.people[member1].id, Due: l.month.Add(2).First(),
	})
	if l.want(err, !l.over() && !l.adopted && l.vote.IsZero()) {
		l.decision++
	}
}

func (l *groupLife) openVote(*rapid.T) {
	vote, err := l.s.OpenVote(ctx(), l.act(committee), l.ref, "", meeting.PurposeResolution)
	if l.want(err, l.state == meeting.Opened && l.vote.IsZero() && !l.adopted) {
		l.vote, l.counted, l.yes, l.sum = vote, [2]bool{}, [2]int{}, [2]int{}
	}
}

// left is how many hands the group may raise.
func (l *groupLife) left(g int) int {
	v, err := l.s.Group(ctx(), l.head(g), l.ref, l.groups[g].ID)
	l.must(err)
	return v.Votes[0].Left
}

func (l *groupLife) hands(rt *rapid.T) {
	if l.vote.IsZero() {
		return
	}
	g := l.one(rt)
	left := l.left(g)
	yes := rapid.IntRange(0, left+1).Draw(rt, "yes")
	l.count2(g, yes, rapid.IntRange(0, max(left-yes, 0)).Draw(rt, "no"))
}

func (l *groupLife) count2(g, yes, no int) {
	left := l.left(g)
	err := l.s.CountGroup(ctx(), l.head(g), l.ref, l.groups[g].ID, l.vote.ID, ballot.Hands{Yes: yes, No: no})
	if l.want(err, yes+no <= left) {
		l.counted[g], l.yes[g], l.sum[g] = true, yes, yes+no
	}
}

func (l *groupLife) closeVote(*rapid.T) {
	if l.vote.IsZero() {
		return
	}
	ok := true
	for g := range 2 {
		ok = ok && (l.counted[g] || l.ended[g] && l.left(g) == 0)
	}
	votes := l.get(l.ref).Votes
	done, err := l.s.CloseVote(ctx(), l.act(secretary), l.ref, l.vote.ID, votes[len(votes)-1].Version)
	if !l.want(err, ok) {
		return
	}
	if done.Base != 51 || done.Yes != l.yes[0]+l.yes[1] || done.Passed != (2*done.Yes > done.Base) {
		l.rt.Fatalf("%d of %d, groups %v, passed: %v", done.Yes, done.Base, l.yes, done.Passed)
	}
	l.vote, l.adopted = ident.Ref{}, done.Passed
}

func (l *groupLife) end(rt *rapid.T) { l.endIt(l.one(rt)) }

func (l *groupLife) endIt(g int) {
	ok := l.state == meeting.Opened && l.begun[g] && l.called[g]
	if l.want(l.s.EndSession(ctx(), l.head(g), l.ref, l.groups[g].ID), ok) {
		l.ended[g] = true
	}
}

func (l *groupLife) adjourn(*rapid.T) {
	all := l.ended[0] && l.ended[1] && l.called[0] && l.called[1]
	ready := l.state == meeting.Opened && all && l.vote.IsZero() && (l.adopted || l.decision == 0)
	if l.want(l.s.Adjourn(ctx(), l.act(secretary), l.ref, l.get(l.ref).Version), ready) {
		l.state = meeting.Closed
	}
}

func (l *groupLife) send(*rapid.T) {
	if l.want(l.s.Send(ctx(), l.act(secretary), l.ref), l.state == meeting.Closed) {
		l.state = meeting.Sent
	}
}

// holds is what must be so after every act: one meeting, one roll, one set of papers.
func (l *groupLife) holds(*rapid.T) {
	l.clk.Advance(time.Second)
	if l.acts++; l.acts%5 != 0 && !l.over() { // the whole of 54 members takes its time
		return
	}
	f := l.get(l.ref)
	if f.State != l.state {
		l.rt.Fatalf("state %s, want %s", f.State, l.state)
	}
	if a := f.Attendance; a.Due != 52 || a.Present+a.Excused+a.Unexcused+a.Uncalled != a.Due {
		l.rt.Fatalf("attendance %+v", a)
	}
	for i, v := range f.Sessions {
		if begun, ended := !v.OpenedAt.IsZero(), !v.ClosedAt.IsZero(); begun != l.begun[i] || ended != l.ended[i] || ended && !begun {
			l.rt.Fatalf("%s: begun %v, ended %v", v.Name, begun, ended)
		}
	}
	papers := 0
	if l.over() {
		if papers = 1; l.adopted {
			papers = 2
		}
	}
	if got := fmt.Sprint(len(f.Documents), len(f.Sessions)); got != fmt.Sprint(papers, 2) {
		l.rt.Fatalf("papers and groups: %s, want %d papers", got, papers)
	}
}
