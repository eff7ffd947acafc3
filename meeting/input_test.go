package meeting_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"chibo/access"
	"chibo/ballot"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/member"
)

func TestConveneRefuses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.convene(civil.Of(2026, 11, 10))
		for name, c := range map[string]struct {
			change     func(in *meeting.ConveneIn)
			field, key string
		}{
			"in the past":          {func(in *meeting.ConveneIn) { in.Day = today().AddDays(-1) }, "day", "meeting.err.past"},
			"doubled in the month": {func(in *meeting.ConveneIn) { in.Day = civil.Of(2026, 11, 20) }, "month", "meeting.err.doubled"},
			"no day":               {func(in *meeting.ConveneIn) { in.Day = civil.Date{} }, "day", "meeting.err.day"},
			"a month only":         {func(in *meeting.ConveneIn) { in.Day, _ = civil.Parse("2026-12") }, "day", "meeting.err.day"},
			"day of another month": {func(in *meeting.ConveneIn) { in.Month = 202701 }, "day", "meeting.err.other_month"},
			"hour 24":              {func(in *meeting.ConveneIn) { in.Hour = 24 }, "hour", "meeting.err.hour"},
			"no place":             {func(in *meeting.ConveneIn) { in.Place = " " }, "place", "meeting.err.place"},
			"unknown kind":         {func(in *meeting.ConveneIn) { in.Kind = "party" }, "kind", "meeting.err.kind"},
			"thematic, no theme":   {func(in *meeting.ConveneIn) { in.Kind = meeting.Thematic }, "theme", "meeting.err.theme"},
		} {
			i := in(w, civil.Of(2026, 12, 3))
			c.change(&i)
			_, err := w.s.Convene(ctx(), w.act(secretary), i)
			if err == nil {
				t.Errorf("%s: accepted", name)
			}
			field(t, err, c.field, c.key)
		}
		if n := w.count(`SELECT COUNT(*) FROM meeting`); n != 1 {
			t.Errorf("%d meetings, want the first one only", n)
		}
		_, err := w.s.Convene(ctx(), w.act(committee), in(w, civil.Of(2026, 12, 3)))
		is(t, err, access.ErrForbidden)
		i := in(w, civil.Of(2026, 11, 20))
		i.Kind = meeting.Extraordinary
		if _, err := w.s.Convene(ctx(), w.act(deputy), i); err != nil {
			t.Errorf("an extraordinary meeting beside the regular one: %v", err)
		}
		w.must(w.s.SavePlan(ctx(), w.act(committee), w.convene(civil.Of(2026, 12, 3)), planOf(w.get(w.last()))))
	})
}

// last gives the meeting that was made last.
func (w *world) last() ident.Ref {
	w.t.Helper()
	return ident.Ref{Part: w.cell.PartID, ID: int64(w.count(`SELECT MAX(id) FROM meeting`))}
}

// Two people convene the month's meeting at the same moment.
func TestConveneTwiceAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		errs := both(func(i int) error {
			_, err := w.s.Convene(ctx(), w.act(i), in(w, civil.Of(2026, 11, 10)))
			return err
		})
		if len(errs) != 1 || fault.KindOf(errs[0]) != fault.Invalid {
			t.Errorf("errors %v, want one refusal at the field", errs)
		}
		if n := w.count(`SELECT COUNT(*) FROM meeting`); n != 1 {
			t.Errorf("%d meetings", n)
		}
	})
}

// both runs an act by secretary and deputy at the same moment and gives the failures.
func both(act func(i int) error) []error {
	var wg sync.WaitGroup
	var mu sync.Mutex
	var errs []error
	start := make(chan struct{})
	for _, i := range []int{secretary, deputy} {
		wg.Go(func() {
			<-start
			if err := act(i); err != nil {
				mu.Lock()
				errs = append(errs, err)
				mu.Unlock()
			}
		})
	}
	close(start)
	wg.Wait()
	return errs
}

func TestPlanRefuses(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ref := w.convene(civil.Of(2026, 11, 10))
	before := w.get(ref)
	for name, c := range map[string]struct {
		change     func(p *meeting.Plan)
		field, key string
	}{
		"zero minutes":      {func(p *meeting.Plan) { p.Items[1].Minutes = 0 }, "items.1.minutes", "meeting.err.minutes"},
		"minus minutes":     {func(p *meeting.Plan) { p.Items[0].Minutes = -5 }, "items.0.minutes", "meeting.err.minutes"},
		"no agenda":         {func(p *meeting.Plan) { p.Items = nil }, "items", "meeting.err.no_items"},
		"item, no title":    {func(p *meeting.Plan) { p.Items[0].Title = " " }, "items.0.title", "meeting.err.title"},
		"speaker, stranger": {func(p *meeting.Plan) { p.Items[0].SpeakerID = 5 }, "items.0.speaker", "meeting.err.person"},
		"chair, stranger":   {func(p *meeting.Plan) { p.ChairID = 5 }, "chair", "meeting.err.person"},
		"past day":          {func(p *meeting.Plan) { p.Day = civil.Of(2026, 11, 2) }, "day", "meeting.err.past"},
		"nobody does it": {func(p *meeting.Plan) {
			p.Decisions = []meeting.Decision{{Title: "Việc", Due: civil.Of(2026, 11, 20)}}
		}, "decisions.0.assignee", "meeting.err.person"},
		"due before the meeting": {func(p *meeting.Plan) {
			p.Decisions = []meeting.Decision{{Title: "Việc", AssigneeID: w.people[member1].id, Due: civil.Of(2026, 11, 9)}}
		}, "decisions.0.due", "meeting.err.due_before"},
	} {
		p := planOf(before)
		p.Items = append([]meeting.Item(nil), before.Items...)
		p.Direction = "Văn bản khác"
		c.change(&p)
		err := w.s.SavePlan(ctx(), w.act(secretary), ref, p)
		if err == nil {
			t.Errorf("%s: accepted", name)
		}
		field(t, err, c.field, c.key)
	}
	if after := w.get(ref); after.Version != before.Version || after.Direction != before.Direction {
		t.Errorf("something was kept: %+v", after.Meeting)
	}
	_, err := w.s.AddItem(ctx(), w.act(committee), ref, meeting.Item{Title: "Mục mới"})
	field(t, err, "minutes", "meeting.err.minutes")
}

// A form that was opened before somebody else's change keeps nothing.
func TestStaleVersion(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ref := w.convene(civil.Of(2026, 11, 10))
		old := planOf(w.get(ref))
		w.decide(ref)
		old.Direction, old.Place = "Văn bản cũ", "Nơi khác"
		old.Items = old.Items[:3]
		is(t, w.s.SavePlan(ctx(), w.act(secretary), ref, old), meeting.ErrStale)
		f := w.get(ref)
		if f.Direction == old.Direction || f.Place == old.Place || len(f.Items) == 3 || len(f.Decisions) != 1 {
			t.Errorf("half of a stale plan was kept: %+v", f.Meeting)
		}
		was := "không phải văn bản đang có"
		_, err := w.s.SaveText(ctx(), w.act(committee), ref, meeting.FieldDirection, "mới", &was)
		is(t, err, meeting.ErrStale)
		was = f.Direction
		v, err := w.s.SaveText(ctx(), w.act(committee), ref, meeting.FieldDirection, "mới", &was)
		if err != nil || v != f.Version+1 || w.get(ref).Direction != "mới" {
			t.Errorf("version %d after %d: %v", v, f.Version, err)
		}
	})
}

// Who saves again after somebody removed rows meanwhile gets them back as new ones.
func TestPlanBringsBack(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ref := w.convene(civil.Of(2026, 11, 10))
	w.decide(ref)
	mine := planOf(w.get(ref))
	_, err := w.s.RemoveItem(ctx(), w.act(committee), ref, mine.Items[1].ID)
	w.must(err)
	_, err = w.s.RemoveDecision(ctx(), w.act(committee), ref, mine.Decisions[0].ID)
	w.must(err)
	is(t, w.s.SavePlan(ctx(), w.act(secretary), ref, mine), meeting.ErrStale)
	mine.Version = w.get(ref).Version
	w.must(w.s.SavePlan(ctx(), w.act(secretary), ref, mine))
	f := w.get(ref)
	if len(f.Items) != len(mine.Items) || f.Items[1].Title != mine.Items[1].Title || f.Items[1].ID == mine.Items[1].ID || f.Items[0].ID != mine.Items[0].ID {
		t.Errorf("items %+v", f.Items)
	}
	if len(f.Decisions) != 1 || f.Decisions[0].Title != mine.Decisions[0].Title || f.Decisions[0].ID == mine.Decisions[0].ID {
		t.Errorf("decisions %+v", f.Decisions)
	}
}

func TestFeeRefuses(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ref := w.opened(civil.Of(2026, 11, 10))
	for _, n := range []int{-1, everybody + 1} {
		field(t, w.s.FeePaid(ctx(), w.act(committee), ref, n), "fee", "meeting.err.fee")
	}
	if got := w.get(ref).FeePaid; got != -1 {
		t.Errorf("%d stored", got)
	}
}

// One act calls the rest as present, but not who said no; a vote under way follows it.
func TestMarkRestPresent(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ref := w.invited(civil.Of(2026, 11, 10))
		w.must(w.s.Answer(ctx(), w.act(member1), ref, false, "illness"))
		w.clk.Set(civil.Of(2026, 11, 10).Time(19, 30))
		w.must(w.s.OpenMeeting(ctx(), w.act(secretary), ref))
		w.must(w.s.Mark(ctx(), w.act(committee), ref, w.people[member2].id, meeting.Unexcused, ""))
		_, err := w.s.MarkRestPresent(ctx(), w.act(member3), ref)
		is(t, err, access.ErrForbidden)
		before := w.count(`SELECT COUNT(*) FROM audit WHERE action = 'meeting.roll.rest'`)
		n, err := w.s.MarkRestPresent(ctx(), w.act(committee), ref)
		w.must(err)
		a := w.get(ref).Attendance
		if n != 8 || a.Present != 8 || a.Unexcused != 1 || a.Uncalled != 1 || a.Beside != 0 {
			t.Errorf("%d called, %+v", n, a)
		}
		if got := w.count(`SELECT COUNT(*) FROM audit WHERE action = 'meeting.roll.rest'`); got != before+1 {
			t.Errorf("%d audit entries after %d", got, before)
		}
	})
}

func TestWarnsOfNoScore(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	var line meeting.ScoreLine
	var ok bool
	w.s.ScoreFor = func(context.Context, db.Q, ident.Ref) (meeting.ScoreLine, bool, error) { return line, ok, nil }
	warned := func(ref ident.Ref) bool {
		return slices.ContainsFunc(w.get(ref).Warnings, func(x meeting.Warning) bool { return x.Key == meeting.WarnNoScore })
	}
	ref := w.invited(civil.Of(2026, 11, 10))
	if warned(ref) {
		t.Error("warned before the opening")
	}
	w.clk.Set(civil.Of(2026, 11, 10).Time(19, 30))
	w.must(w.s.OpenMeeting(ctx(), w.act(secretary), ref))
	for _, c := range []struct{ has, settled, want bool }{{false, false, true}, {true, false, true}, {true, true, false}} {
		ok, line.Settled = c.has, c.settled
		if got := warned(ref); got != c.want {
			t.Errorf("%+v: warned %v", c, got)
		}
	}
}

func TestPieces(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ref := w.convene(civil.Of(2026, 11, 10))
	n := len(w.get(ref).Items)
	id, err := w.s.AddItem(ctx(), w.act(committee), ref, meeting.Item{Title: "Mục mới", Content: "members", Minutes: 5})
	w.must(err)
	_, err = w.s.MoveItem(ctx(), w.act(committee), ref, id, -n)
	w.must(err)
	if f := w.get(ref); f.Items[0].ID != id || len(f.Items) != n+1 || f.Items[n].Seq != n+1 {
		t.Errorf("items %+v", f.Items)
	}
	_, err = w.s.EditItem(ctx(), w.act(committee), ref, meeting.Item{ID: id, Title: "Mục khác", Content: "members", Minutes: 7})
	w.must(err)
	if it := w.get(ref).Items[0]; it.Minutes != 7 || it.Title != "Mục khác" {
		t.Errorf("item %+v", it)
	}
	_, err = w.s.RemoveItem(ctx(), w.act(committee), ref, id)
	w.must(err)
	_, err = w.s.RemoveItem(ctx(), w.act(committee), ref, id)
	is(t, err, meeting.ErrNoItem)
	w.decide(ref)
	d := w.get(ref).Decisions[0]
	d.Title = "Việc khác"
	_, err = w.s.EditDecision(ctx(), w.act(committee), ref, d)
	w.must(err)
	if got := w.get(ref).Decisions; len(got) != 1 || got[0].Title != "Việc khác" || got[0].Seq != 1 {
		t.Errorf("decisions %+v", got)
	}
	_, err = w.s.RemoveDecision(ctx(), w.act(committee), ref, d.ID)
	w.must(err)
	_, err = w.s.RemoveDecision(ctx(), w.act(committee), ref, d.ID)
	is(t, err, meeting.ErrNoDecision)
	_, err = w.s.SetRoles(ctx(), w.act(secretary), ref, w.people[deputy].id, w.people[member1].id)
	w.must(err)
	if f := w.get(ref); f.ChairID != w.people[deputy].id || f.ClerkID != w.people[member1].id {
		t.Errorf("chair %d clerk %d", f.ChairID, f.ClerkID)
	}
	_, err = w.s.SaveText(ctx(), w.act(member1), ref, meeting.FieldReview, "x", nil)
	is(t, err, access.ErrForbidden)
}

func TestAgreeRefuses(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ref := w.convene(civil.Of(2026, 11, 10))
	is(t, w.s.Invite(ctx(), w.act(secretary), ref), meeting.ErrState)
	for name, c := range map[string]struct {
		in         meeting.AgreeIn
		field, key string
	}{
		"nobody":     {meeting.AgreeIn{}, "present", "meeting.err.nobody"},
		"a stranger": {meeting.AgreeIn{PresentIDs: w.ids(secretary, member1)}, "present", "meeting.err.not_committee"},
		"tomorrow":   {meeting.AgreeIn{Day: today().AddDays(1), PresentIDs: w.ids(secretary)}, "day", "meeting.err.future"},
		"hour":       {meeting.AgreeIn{Hour: -1, PresentIDs: w.ids(secretary)}, "hour", "meeting.err.hour"},
	} {
		_, err := w.s.Agree(ctx(), w.act(secretary), ref, c.in)
		if err == nil {
			t.Errorf("%s: accepted", name)
		}
		field(t, err, c.field, c.key)
	}
	_, err := w.s.Agree(ctx(), w.act(secretary), ref, meeting.AgreeIn{PresentIDs: w.ids(secretary, deputy)})
	w.must(err)
	_, err = w.s.Agree(ctx(), w.act(secretary), ref, meeting.AgreeIn{PresentIDs: w.ids(secretary, deputy)})
	is(t, err, meeting.ErrState)
}

func TestCheckInRefuses(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	day := civil.Of(2026, 11, 10)
	ref := w.invited(day)
	_, err := w.s.CheckIn(ctx(), w.act(member1), ref, "0000")
	if fault.KindOf(err) != fault.Conflict {
		t.Errorf("a week before: %v", err)
	}
	w.clk.Set(day.Time(19, 30))
	w.must(w.s.OpenMeeting(ctx(), w.act(secretary), ref))
	code, _, err := w.s.Code(ctx(), w.act(committee), ref)
	w.must(err)
	if _, _, err := w.s.Code(ctx(), w.act(member1), ref); err == nil {
		t.Error("a member sees the code")
	}
	stranger := access.Actor{AccountID: 900, PersonID: 901, PartID: w.cell.PartID}
	_, err = w.s.CheckIn(ctx(), stranger, ref, code)
	is(t, err, meeting.ErrStranger)
	first, err := w.s.CheckIn(ctx(), w.act(member1), ref, code)
	w.must(err)
	w.clk.Advance(10 * time.Second)
	again, err := w.s.CheckIn(ctx(), w.act(member1), ref, code)
	if err != nil || !again.Again || !again.At.Equal(first.At) || first.Again {
		t.Errorf("twice: %+v then %+v, %v", first, again, err)
	}
	w.clk.Advance(30 * time.Second)
	if _, err := w.s.CheckIn(ctx(), w.act(member2), ref, code); err != nil {
		t.Errorf("the code before: %v", err)
	}
	w.clk.Advance(time.Minute)
	_, err = w.s.CheckIn(ctx(), w.act(member3), ref, code)
	field(t, err, "code", "meeting.err.code")
	w.tooMany(ref)
}

// tooMany: after five wrong codes within a minute even the right one waits.
func (w *world) tooMany(ref ident.Ref) {
	t := w.t
	right, _, err := w.s.Code(ctx(), w.act(committee), ref)
	w.must(err)
	wrong := "0000"
	if right == wrong {
		wrong = "1111"
	}
	for range 5 {
		_, err := w.s.CheckIn(ctx(), w.act(member4), ref, wrong)
		field(t, err, "code", "meeting.err.code")
	}
	_, err = w.s.CheckIn(ctx(), w.act(member4), ref, right)
	field(t, err, "code", "meeting.err.code_tries")
	if _, err := w.s.CheckIn(ctx(), w.act(member5), ref, right); err != nil {
		t.Errorf("another account waits too: %v", err)
	}
	w.clk.Advance(time.Minute)
	right, _, err = w.s.Code(ctx(), w.act(committee), ref)
	w.must(err)
	if _, err := w.s.CheckIn(ctx(), w.act(member4), ref, right); err != nil {
		t.Errorf("after a minute: %v", err)
	}
}

func TestOpenOnItsDayOnly(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	day := civil.Of(2026, 11, 10)
	ref := w.invited(day)
	field(t, w.s.OpenMeeting(ctx(), w.act(secretary), ref), "day", "meeting.err.not_today")
	p := planOf(w.get(ref))
	p.Day = today()
	w.must(w.s.SavePlan(ctx(), w.act(secretary), ref, p))
	if n := w.unread(w.people[member1].actor.PersonID); n != 2 {
		t.Errorf("%d notices after the day was moved", n)
	}
	w.must(w.s.OpenMeeting(ctx(), w.act(secretary), ref))
	p = planOf(w.get(ref))
	p.Place = "Nơi khác"
	field(t, w.s.SavePlan(ctx(), w.act(secretary), ref, p), "day", "meeting.err.begun")
}

// A vote in a meeting that nobody with a vote belongs to.
func TestVoteWithoutBase(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	day := civil.Of(2026, 11, 10)
	ref := w.opened(day)
	w.write(func(_ context.Context, tx *db.Tx) error {
		for i, p := range w.people {
			if i == exempt || i == tempOut {
				continue
			}
			s := member.Spell{Part: w.cell.PartID, MembershipID: p.id, Kind: member.SpellExempt, From: civil.Of(2026, 11, 10)}
			if _, err := member.AddSpell(ctx(), tx, s); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx(), `UPDATE roll SET standing = 'exempt' WHERE part_id = $1 AND meeting_id = $2`, ref.Part, ref.ID)
		return err
	})
	_, err := w.s.OpenVote(ctx(), w.act(secretary), ref, "", meeting.PurposeResolution)
	is(t, err, ballot.ErrNoBase)
	if n := w.count(`SELECT COUNT(*) FROM vote`); n != 0 {
		t.Errorf("%d votes", n)
	}
}

func TestRollByHand(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ref := w.opened(civil.Of(2026, 11, 10))
	id := w.people[member1].id
	field(t, w.s.Mark(ctx(), w.act(committee), ref, id, meeting.Excused, ""), "reason", "meeting.err.reason")
	field(t, w.s.Mark(ctx(), w.act(committee), ref, id, "maybe", ""), "presence", "meeting.err.presence")
	is(t, w.s.Mark(ctx(), w.act(committee), ref, 77, meeting.Present, ""), meeting.ErrStranger)
	is(t, w.s.Mark(ctx(), w.act(member2), ref, id, meeting.Present, ""), access.ErrForbidden)
	w.must(w.s.Mark(ctx(), w.act(committee), ref, id, meeting.Excused, "business"))
	w.must(w.s.Mark(ctx(), w.act(committee), ref, id, "", ""))
	if r := w.row(ref, member1); r.Presence != "" || r.Reason != "" || r.How != "" {
		t.Errorf("a call taken back: %+v", r)
	}
	w.must(w.s.Mark(ctx(), w.act(committee), ref, id, meeting.Present, ""))
	at := w.row(ref, member1).ArrivedAt
	w.clk.Advance(time.Minute)
	w.must(w.s.Mark(ctx(), w.act(committee), ref, id, meeting.Present, ""))
	if !w.row(ref, member1).ArrivedAt.Equal(at) {
		t.Error("marked present twice, the arrival moved")
	}
}

func (w *world) row(ref ident.Ref, who int) meeting.RollRow {
	w.t.Helper()
	for _, r := range w.get(ref).Roll {
		if r.MembershipID == w.people[who].id {
			return r
		}
	}
	w.t.Fatalf("no row of %d", who)
	return meeting.RollRow{}
}

// A meeting that was planned for another day is held today: it moves, everybody is
// told, and it opens, in one act.
func TestOpenToday(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ref := w.invited(civil.Of(2026, 11, 10))
	w.must(w.s.OpenToday(ctx(), w.act(secretary), ref))
	full := w.get(ref)
	if full.State != meeting.Opened || full.Day != today() || full.OpenedAt.IsZero() {
		t.Errorf("state %s on %s", full.State, full.Day)
	}
	if n := w.unread(w.people[member1].actor.PersonID); n != 2 {
		t.Errorf("%d notices after the day was moved", n)
	}
	if err := w.s.OpenToday(ctx(), w.act(secretary), ref); fault.KindOf(err) != fault.Conflict {
		t.Errorf("opened twice: %v", err)
	}
	other := w.invited(civil.Of(2026, 12, 8))
	field(t, w.s.OpenToday(ctx(), w.act(secretary), other), "day", "meeting.err.not_today")
	if err := w.s.OpenToday(ctx(), w.act(member1), other); !errors.Is(err, access.ErrForbidden) {
		t.Errorf("a member opened: %v", err)
	}
}
