package meeting_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chibo/ballot"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/meeting"
)

// life drives a meeting by acts in any order and holds it against what the words of
// doc.go promise.
type life struct {
	*world
	rt       *rapid.T
	ref      ident.Ref
	state    string
	present  map[int]bool
	called   map[int]bool
	decision int
	vote     ident.Ref // open
	adopted  bool
	spoken   int
	then     ident.Ref // that follows in the same evening
}

// due are the people bound to attend.
func due() []int {
	return []int{secretary, deputy, committee, member1, member2, member3, member4, member5, member6, reserve}
}

func TestLifeOfAMeeting(t *testing.T) {
	d := dbtest.New(t)
	w := newWorld(t, d)
	month := civil.Month(202611)
	rapid.Check(t, func(rt *rapid.T) {
		month = month.Add(1) // each run has its own month of the same cell
		day := month.First().AddDays(9)
		w.clk.Set(day.Time(8, 0))
		l := &life{world: w, rt: rt, state: meeting.Preparing, present: map[int]bool{}, called: map[int]bool{}}
		l.ref = w.convene(day)
		rt.Repeat(map[string]func(*rapid.T){
			"agree": l.agree, "invite": l.invite, "open": l.openIt, "mark": l.markOne, "rest": l.rest, "decide": l.decideOne,
			"vote": l.voteIt, "cast": l.castIt, "close vote": l.closeVote, "speak": l.speak, "turn": l.turn, "praise": l.praise, "adjourn": l.adjournIt, "send": l.sendIt,
			"postpone": l.postponeIt, "call off": l.callOffIt, "form": l.formIt, "follow": l.followIt, "second": l.openSecond,
			"forward": l.forward, "on": l.forward, "further": l.forward, "": l.holds,
		})
	})
}

// forward does the act that is next in a well-run meeting, so that runs get to their end.
func (l *life) forward(rt *rapid.T) {
	switch {
	case l.state == meeting.Preparing:
		l.agree(rt)
	case l.state == meeting.Agreed:
		l.invite(rt)
	case l.state == meeting.Invited:
		l.openIt(rt)
	case l.state == meeting.Closed:
		l.sendIt(rt)
	case l.state == meeting.Sent:
		l.adjournIt(rt) // refused
	case l.state == meeting.Cancelled:
		l.decideOne(rt) // refused
	case !l.vote.IsZero():
		l.closeVote(rt)
	case slices.ContainsFunc(due(), func(i int) bool { return !l.called[i] }):
		for _, i := range due() {
			l.must(l.s.Mark(ctx(), l.act(committee), l.ref, l.people[i].id, meeting.Present, ""))
			l.present[i], l.called[i] = true, true
		}
	case l.decision > 0 && !l.adopted:
		l.voteIt(rt)
	default:
		l.adjournIt(rt)
	}
}

func (l *life) want(err error, ok bool) bool {
	if (err == nil) != ok {
		l.rt.Fatalf("in %s: %v, want success %v", l.state, err, ok)
	}
	return ok
}

func (l *life) over() bool { return l.state == meeting.Closed || l.state == meeting.Sent }

func (l *life) agree(*rapid.T) {
	_, err := l.s.Agree(ctx(), l.act(secretary), l.ref, meeting.AgreeIn{PresentIDs: l.ids(secretary, deputy)})
	if l.want(err, l.state == meeting.Preparing) {
		l.state = meeting.Agreed
	}
}

func (l *life) invite(*rapid.T) {
	if l.want(l.s.Invite(ctx(), l.act(secretary), l.ref), l.state == meeting.Agreed) {
		l.state = meeting.Invited
	}
}

func (l *life) openIt(*rapid.T) {
	if l.want(l.s.OpenMeeting(ctx(), l.act(deputy), l.ref), l.state == meeting.Invited) {
		l.state = meeting.Opened
	}
}

func (l *life) markOne(rt *rapid.T) {
	who := rapid.SampledFrom(due()).Draw(rt, "who")
	presence := rapid.SampledFrom([]string{meeting.Present, meeting.Excused, meeting.Unexcused, ""}).Draw(rt, "presence")
	err := l.s.Mark(ctx(), l.act(committee), l.ref, l.people[who].id, presence, "business")
	if l.want(err, l.state == meeting.Invited || l.state == meeting.Opened) {
		l.present[who], l.called[who] = presence == meeting.Present, presence != ""
	}
}

func (l *life) rest(*rapid.T) {
	_, _, err := l.s.MarkRest(ctx(), l.act(committee), l.ref)
	if l.want(err, l.state == meeting.Opened) {
		for _, i := range due() {
			l.called[i] = true
		}
	}
}

func (l *life) decideOne(*rapid.T) {
	_, err := l.s.AddDecision(ctx(), l.act(committee), l.ref, meeting.Decision{
		Title: fmt.Sprintf("Việc thứ %d", l.decision+1), AssigneeID: l.people[member1].id, Due: civil.Of(2099, 1, 1),
	})
	if l.want(err, !l.over() && l.state != meeting.Cancelled && !l.adopted && l.vote.IsZero()) {
		l.decision++
	}
}

func (l *life) voteIt(*rapid.T) {
	vote, err := l.s.OpenVote(ctx(), l.act(committee), l.ref, "", meeting.PurposeResolution)
	if l.want(err, l.state == meeting.Opened && l.vote.IsZero() && !l.adopted) {
		l.vote = vote
	}
}

func (l *life) castIt(rt *rapid.T) {
	if l.vote.IsZero() {
		return
	}
	who := rapid.SampledFrom(due()).Draw(rt, "who")
	_, err := l.s.Cast(ctx(), l.act(who), l.ref, l.vote.ID, rapid.SampledFrom([]ballot.Choice{ballot.Yes, ballot.No}).Draw(rt, "choice"))
	voted := slices.ContainsFunc(l.get(l.ref).Votes, func(v meeting.VoteView) bool { return v.Ref == l.vote && v.Cast() > 0 })
	if err == nil && (who == reserve || !voted) {
		rt.Fatalf("%d cast", who)
	}
	if err != nil && l.present[who] && who != reserve {
		rt.Fatalf("%d is present and may not cast: %v", who, err)
	}
}

func (l *life) closeVote(rt *rapid.T) {
	if l.vote.IsZero() {
		return
	}
	f := l.get(l.ref)
	v := f.Votes[len(f.Votes)-1]
	hands := ballot.Hands{Yes: rapid.IntRange(0, v.Left()).Draw(rt, "hands")}
	done, err := l.s.CloseByHands(ctx(), l.act(committee), l.ref, l.vote.ID, hands, v.Version)
	if l.want(err, true) {
		if done.Passed != (2*done.Yes > done.Base) || done.Base != 9 {
			rt.Fatalf("%d of %d passed: %v", done.Yes, done.Base, done.Passed)
		}
		l.vote, l.adopted = ident.Ref{}, done.Passed
	}
}

func (l *life) speak(rt *rapid.T) {
	op := rapid.StringMatching(`[a-c]`).Draw(rt, "op")
	before := len(l.get(l.ref).Opinions)
	_, err := l.s.AddOpinion(ctx(), l.act(member1), l.ref, meeting.OpinionIn{Text: "ý kiến", Op: op})
	l.want(err, l.state == meeting.Invited || l.state == meeting.Opened)
	if after := len(l.get(l.ref).Opinions); err == nil && after > before {
		if l.spoken++; l.spoken > 3 {
			rt.Fatal("an opinion sent twice was kept twice")
		}
	}
}

// turn is a member's way through the order of speakers.
func (l *life) turn(*rapid.T) {
	id, err := l.s.AskToSpeak(ctx(), l.act(member2), l.ref, 0, "")
	if !l.want(err, l.state == meeting.Opened && l.present[member2]) {
		return
	}
	l.must(l.s.GiveWord(ctx(), l.act(committee), l.ref, id))
	l.must(l.s.Spoke(ctx(), l.act(committee), l.ref, id))
}

// praise: what goes into the papers does not change once it is voted on.
func (l *life) praise(*rapid.T) {
	_, err := l.s.AddMention(ctx(), l.act(committee), l.ref, meeting.MentionIn{MembershipID: l.people[member1].id, Kind: meeting.Praise, Text: "tốt"})
	l.want(err, !l.over() && l.state != meeting.Cancelled && !l.adopted && l.vote.IsZero())
	_, err = l.s.AddCriticism(ctx(), l.act(member1), l.ref, meeting.CriticismIn{Text: "còn chậm"})
	l.want(err, l.state == meeting.Opened && l.present[member1])
}

func (l *life) adjournIt(*rapid.T) {
	f := l.get(l.ref)
	all := !slices.ContainsFunc(due(), func(i int) bool { return !l.called[i] })
	ready := l.state == meeting.Opened && all && l.vote.IsZero() && (l.adopted || l.decision == 0)
	err := l.s.Adjourn(ctx(), l.act(secretary), l.ref, f.Version)
	if l.over() && !errors.Is(err, meeting.ErrAlreadyClosed) {
		l.rt.Fatalf("closed again: %v", err)
	}
	if l.want(err, ready) {
		l.state = meeting.Closed
	}
}

func (l *life) sendIt(*rapid.T) {
	if l.want(l.s.Send(ctx(), l.act(secretary), l.ref), l.state == meeting.Closed) {
		l.state = meeting.Sent
	}
}

// postponeIt puts the meeting off by minutes, so that its day stays today.
func (l *life) postponeIt(*rapid.T) {
	f := l.get(l.ref)
	at := f.StartsAt.Add(time.Minute).In(clock.Zone())
	err := l.s.Postpone(ctx(), l.act(deputy), l.ref, meeting.PostponeIn{
		Day: f.Day, Hour: at.Hour(), Minute: at.Minute(), Reason: "mưa to", Version: f.Version,
	})
	l.want(err, l.state == meeting.Invited)
}

// callOffIt calls the meeting off, at times only, so that runs get further.
func (l *life) callOffIt(rt *rapid.T) {
	if rapid.IntRange(0, 5).Draw(rt, "really") != 0 {
		return
	}
	if l.want(l.s.CallOff(ctx(), l.act(secretary), l.ref, l.get(l.ref).Version, "mưa to"), l.state == meeting.Invited) {
		l.state = meeting.Cancelled
	}
}

func (l *life) formIt(rt *rapid.T) {
	w := meeting.Way{Form: rapid.SampledFrom([]string{meeting.FormFull, meeting.FormOnline, meeting.FormMixed}).Draw(rt, "form")}
	w.AllowedBy, w.Room = "Đảng ủy thị trấn", "phòng 1"
	l.want(l.s.SetWay(ctx(), l.act(secretary), l.ref, w, l.get(l.ref).Version),
		l.state == meeting.Preparing || l.state == meeting.Agreed || l.state == meeting.Invited)
}

// followIt calls a thematic meeting after this one.
func (l *life) followIt(*rapid.T) {
	ref, err := l.s.Convene(ctx(), l.act(secretary), meeting.ConveneIn{CellID: l.cell.ID, Kind: meeting.Thematic, Theme: theme, AfterID: l.ref.ID})
	if l.want(err, l.then.IsZero() && l.state != meeting.Sent && l.state != meeting.Cancelled) {
		l.then = ref
	}
}

// openSecond tries to open the second meeting, which must never stand instead of the first.
func (l *life) openSecond(*rapid.T) {
	if l.then.IsZero() {
		return
	}
	if err := l.s.OpenMeeting(ctx(), l.act(secretary), l.then); err == nil && !l.over() {
		l.rt.Fatalf("the second was opened while the first is %s", l.state)
	}
}

// evening is what must be so of the two meetings of an evening.
func (l *life) evening(first meeting.Full) {
	if l.then.IsZero() {
		return
	}
	g, err := l.s.Get(ctx(), l.act(secretary), l.then)
	switch {
	case errors.Is(err, meeting.ErrNotFound):
		if l.state != meeting.Cancelled {
			l.rt.Fatalf("the second is gone while the first is %s", l.state)
		}
		return
	case err != nil:
		l.rt.Fatal(err)
	case l.state == meeting.Cancelled && g.State != meeting.Cancelled:
		l.rt.Fatalf("the first was called off, the second is %s", g.State)
	case g.State == meeting.Opened && !l.over():
		l.rt.Fatalf("both are under way: the first is %s", l.state)
	case g.Form != first.Form || g.Day != first.Day || g.StartsAt.Before(first.StartsAt):
		l.rt.Fatalf("%s at %s after %s at %s", g.Form, g.StartsAt, first.Form, first.StartsAt)
	}
}

// holds is what must be so after every act.
func (l *life) holds(*rapid.T) {
	l.clk.Advance(time.Second)
	f := l.get(l.ref)
	if f.State != l.state {
		l.rt.Fatalf("state %s, want %s", f.State, l.state)
	}
	l.evening(f)
	a, here := f.Attendance, 0
	for _, p := range l.present {
		if p {
			here++
		}
	}
	if a.Due != len(due()) || a.Present != here || a.Present+a.Excused+a.Unexcused+a.Uncalled != a.Due {
		l.rt.Fatalf("attendance %+v with %d here", a, here)
	}
	papers := 0
	if l.over() {
		if papers = 1; l.adopted {
			papers = 2
		}
	}
	tasks := l.count(`SELECT COUNT(*) FROM task WHERE source_id = $1`, l.ref.ID)
	if len(f.Documents) != papers || (l.over() && tasks != l.decision) || (!l.over() && tasks != 0) {
		l.rt.Fatalf("%d papers, %d tasks of %d decisions in %s", len(f.Documents), tasks, l.decision, f.State)
	}
}
