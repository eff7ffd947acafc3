package meeting_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chibo/internal/civil"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/meeting"
)

// queue drives the order of speakers by acts in any order.
type queue struct {
	*world
	rt    *rapid.T
	ref   ident.Ref
	wait  []int64 // memberships in the order they asked
	now   int64   // membership that speaks; 0 nobody
	spoke int
}

// Whatever is pressed in whatever order: one speaks at a time, nobody waits twice, the
// order is that of asking, a turn that ended stays ended, and who spoke is noted.
func TestOrderOfSpeakersInAnyOrder(t *testing.T) {
	d := dbtest.New(t)
	w := newWorld(t, d)
	month := civil.Month(202611)
	rapid.Check(t, func(rt *rapid.T) {
		month = month.Add(1)
		day := month.First().AddDays(9)
		w.clk.Set(day.Time(8, 0))
		q := &queue{world: w, rt: rt, ref: w.opened(day)}
		w.callAll(q.ref)
		rt.Repeat(map[string]func(*rapid.T){"ask": q.ask, "leave": q.leave, "give": q.give, "end": q.end, "item": q.item, "": q.holds})
		w.adopt(q.ref)
		w.must(w.s.Adjourn(ctx(), w.act(secretary), q.ref, w.get(q.ref).Version))
		if f := w.get(q.ref); slices.ContainsFunc(f.Speeches, func(p meeting.Speech) bool { return p.EndedAt.IsZero() }) {
			rt.Fatalf("the meeting is over and somebody waits: %s", order(f))
		}
	})
}

func (q *queue) somebody(rt *rapid.T) int {
	return rapid.SampledFrom([]int{member1, member2, member3, reserve}).Draw(rt, "who")
}

func (q *queue) ask(rt *rapid.T) {
	who := q.somebody(rt)
	id := q.people[who].id
	_, err := q.s.AskToSpeak(ctx(), q.act(who), q.ref, 0, "")
	q.must(err)
	if id != q.now && !slices.Contains(q.wait, id) {
		q.wait = append(q.wait, id)
	}
}

func (q *queue) leave(rt *rapid.T) {
	who := q.somebody(rt)
	q.must(q.s.Withdraw(ctx(), q.act(who), q.ref, 0))
	q.wait = slices.DeleteFunc(q.wait, func(id int64) bool { return id == q.people[who].id })
}

// turnOf gives any turn of the meeting, 0 when there is none.
func (q *queue) turnOf(rt *rapid.T) (meeting.Speech, bool) {
	list := q.get(q.ref).Speeches
	if len(list) == 0 {
		return meeting.Speech{}, false
	}
	return list[rapid.IntRange(0, len(list)-1).Draw(rt, "turn")], true
}

func (q *queue) give(rt *rapid.T) {
	p, ok := q.turnOf(rt)
	if !ok {
		return
	}
	q.must(q.s.GiveWord(ctx(), q.act(committee), q.ref, p.ID))
	if p.Waits() {
		if q.now != 0 {
			q.spoke++
		}
		q.now = p.MembershipID
		q.wait = slices.DeleteFunc(q.wait, func(id int64) bool { return id == p.MembershipID })
	}
}

func (q *queue) end(rt *rapid.T) {
	p, ok := q.turnOf(rt)
	if !ok {
		return
	}
	q.must(q.s.Spoke(ctx(), q.act(committee), q.ref, p.ID))
	if p.EndedAt.IsZero() {
		q.spoke++
		if p.Speaks() {
			q.now = 0
		}
		q.wait = slices.DeleteFunc(q.wait, func(id int64) bool { return id == p.MembershipID })
	}
}

func (q *queue) item(rt *rapid.T) {
	items := q.get(q.ref).Items
	q.must(q.s.StartItem(ctx(), q.act(committee), q.ref, items[rapid.IntRange(0, len(items)-1).Draw(rt, "item")].ID))
	if q.now != 0 {
		q.spoke++
		q.now = 0
	}
}

func (q *queue) holds(*rapid.T) {
	q.clk.Advance(time.Second)
	f := q.get(q.ref)
	var wait []int64
	now, ended := int64(0), 0
	for _, p := range f.Speeches {
		switch {
		case p.Speaks() && now != 0:
			q.rt.Fatalf("two speak: %s", order(f))
		case p.Speaks():
			now = p.MembershipID
		case p.Waits():
			wait = append(wait, p.MembershipID)
		default:
			ended++
			if p.EndedAt.Before(p.AskedAt) || !p.BeganAt.IsZero() && p.EndedAt.Before(p.BeganAt) {
				q.rt.Fatalf("ended before it began: %+v", p)
			}
		}
	}
	if now != q.now || ended != q.spoke || !slices.Equal(wait, q.wait) {
		q.rt.Fatalf("%s; want %v waiting, %d speaking, %d spoke", order(f), q.wait, q.now, q.spoke)
	}
	if len(f.Opinions) != q.spoke {
		q.rt.Fatalf("%d turns and %d noted", q.spoke, len(f.Opinions))
	}
}
