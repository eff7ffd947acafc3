package meeting_test

import (
	"testing"
	"time"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/meeting"
)

const theme = "Xây dựng nông thôn mới kiểu mẫu"

// followed calls a thematic meeting right after a regular one.
func (w *world) followed(first ident.Ref) ident.Ref {
	w.t.Helper()
	ref, err := w.s.Convene(ctx(), w.act(secretary), meeting.ConveneIn{CellID: w.cell.ID, Kind: meeting.Thematic, Theme: theme, AfterID: first.ID})
	w.must(err)
	return ref
}

// A thematic meeting after the regular one of the same evening (rules.md 2.03, 2.06): one
// agreement, one invitation, two meetings with papers and figures of their own.
func TestThematicAfterRegular(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		day := civil.Of(2026, 11, 10)
		first := w.convene(day)
		then := w.followed(first)
		f := w.get(then)
		planned := w.get(first).Planned
		if f.Day != day || !f.StartsAt.Equal(day.Time(19, 30).Add(time.Duration(planned)*time.Minute)) || f.AfterID != first.ID {
			t.Errorf("it begins at %s on %s", f.StartsAt, f.Day)
		}
		if want := max(0, 120-planned); f.Required != want || f.Pair == nil || f.Pair.Minutes != planned {
			t.Errorf("required %d, want %d; pair %+v", f.Required, want, f.Pair)
		}
		_, err := w.s.Agree(ctx(), w.act(secretary), first, meeting.AgreeIn{Hour: 8, PresentIDs: w.ids(secretary, deputy)})
		w.must(err)
		w.must(w.s.Invite(ctx(), w.act(secretary), first))
		if g := w.get(then); g.State != meeting.Invited || g.AgreedBy == 0 || g.AgreedBy != w.get(first).AgreedBy || len(g.Roll) != everybody {
			t.Errorf("the second: %s, agreed by %d, roll of %d", g.State, g.AgreedBy, len(g.Roll))
		}
		if n := w.unread(w.act(member1).PersonID); n != 1 {
			t.Errorf("%d notices of one evening", n)
		}
		w.clk.Set(day.Time(19, 30))
		field(t, w.s.OpenMeeting(ctx(), w.act(secretary), then), "kind", "meeting.err.regular_first")
		w.must(w.s.OpenMeeting(ctx(), w.act(secretary), first))
		w.callAll(first)
		w.decide(first)
		w.adopt(first)
		field(t, w.s.OpenMeeting(ctx(), w.act(secretary), then), "kind", "meeting.err.regular_first")
		w.clk.Set(day.Time(23, 50))
		w.must(w.s.Adjourn(ctx(), w.act(secretary), first, w.get(first).Version))
		w.clk.Set(day.AddDays(1).Time(0, 10)) // the evening runs past midnight
		w.must(w.s.OpenMeeting(ctx(), w.act(secretary), then))
		w.carried(then)
		w.decide(then)
		w.adopt(then)
		w.clk.Set(day.AddDays(1).Time(0, 50))
		w.must(w.s.Adjourn(ctx(), w.act(secretary), then, w.get(then).Version))
		for ref, symbols := range map[ident.Ref][2]string{first: {"01-NQ/CB", "01-BB/CB"}, then: {"02-NQ/CB", "02-BB/CB"}} {
			docs := w.get(ref).Documents
			if len(docs) != 2 || docs[0].Symbol != symbols[0] || docs[1].Symbol != symbols[1] {
				t.Errorf("papers %+v, want %v", docs, symbols)
			}
		}
		if n := w.count(`SELECT COUNT(*) FROM cell_month WHERE thematic = 1 AND met_day = '2026-11-10'`); n != 1 {
			t.Errorf("%d months with both", n)
		}
	})
}

func (w *world) carried(then ident.Ref) {
	w.t.Helper()
	a := w.get(then).Attendance
	if a.Present != 8 || a.Excused != 1 || a.Unexcused != 1 || a.Uncalled != 0 {
		w.t.Errorf("carried over: %+v", a)
	}
	if r := w.row(then, member1); r.How != meeting.ByCarry || r.ArrivedAt.IsZero() {
		w.t.Errorf("%+v", r)
	}
}

// A thematic meeting never stands instead of the regular one (rules.md 2.02, 2.06).
func TestThematicNeverInstead(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	in := in(w, civil.Of(2026, 11, 20))
	in.Kind, in.Theme = meeting.Thematic, theme
	_, err := w.s.Convene(ctx(), w.act(secretary), in)
	field(t, err, "kind", "meeting.err.instead")
	regular := w.invited(civil.Of(2026, 11, 10))
	alone, err := w.s.Convene(ctx(), w.act(secretary), in)
	w.must(err)
	_, err = w.s.Agree(ctx(), w.act(secretary), alone, meeting.AgreeIn{Hour: 8, PresentIDs: w.ids(secretary)})
	w.must(err)
	w.must(w.s.Invite(ctx(), w.act(secretary), alone))
	if f := w.get(alone); f.Required != 0 {
		t.Errorf("no rule asks for the length of a thematic meeting that stands alone, got %d", f.Required)
	}
	w.must(w.s.CallOff(ctx(), w.act(secretary), regular, w.get(regular).Version, "Bão số 9"))
	w.clk.Set(civil.Of(2026, 11, 20).Time(19, 30))
	field(t, w.s.OpenMeeting(ctx(), w.act(secretary), alone), "kind", "meeting.err.instead")
	w.convene(civil.Of(2026, 11, 28)) // the month is free again
	w.must(w.s.OpenMeeting(ctx(), w.act(secretary), alone))
}

func TestFollowRefuses(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	first := w.convene(civil.Of(2026, 11, 10))
	follow := func(in meeting.ConveneIn) error {
		in.CellID, in.AfterID = w.cell.ID, first.ID
		_, err := w.s.Convene(ctx(), w.act(secretary), in)
		return err
	}
	field(t, follow(meeting.ConveneIn{Kind: meeting.Thematic}), "theme", "meeting.err.theme")
	field(t, follow(meeting.ConveneIn{Kind: meeting.Extraordinary}), "kind", "meeting.err.after")
	w.must(follow(meeting.ConveneIn{Kind: meeting.Thematic, Theme: theme}))
	field(t, follow(meeting.ConveneIn{Kind: meeting.Thematic, Theme: theme}), "kind", "meeting.err.after_taken")
	second := w.get(first).Pair.Ref
	field(t, w.s.Postpone(ctx(), w.act(secretary), w.invitedPair(first, second), meeting.PostponeIn{
		Day: civil.Of(2026, 11, 12), Hour: 19, Reason: "bão", Version: w.get(second).Version,
	}), "day", "meeting.err.evening")
	p := planOf(w.get(second))
	p.Day = civil.Of(2026, 11, 12)
	field(t, w.s.SavePlan(ctx(), w.act(secretary), second, p), "day", "meeting.err.evening")
}

// invitedPair announces an evening of two meetings and gives the second.
func (w *world) invitedPair(first, second ident.Ref) ident.Ref {
	w.t.Helper()
	_, err := w.s.Agree(ctx(), w.act(secretary), first, meeting.AgreeIn{Hour: 8, PresentIDs: w.ids(secretary)})
	w.must(err)
	w.must(w.s.Invite(ctx(), w.act(secretary), first))
	return second
}

// The two meetings of an evening are given up, called off and put off together.
func TestEveningTogether(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		first := w.convene(civil.Of(2026, 11, 10))
		w.followed(first)
		w.must(w.s.Cancel(ctx(), w.act(secretary), first))
		if n := w.count(`SELECT COUNT(*) FROM meeting`) + w.count(`SELECT COUNT(*) FROM meeting_item`); n != 0 {
			t.Errorf("%d rows are left", n)
		}
		first = w.convene(civil.Of(2026, 11, 10))
		second := w.invitedPair(first, w.followed(first))
		w.must(w.s.Postpone(ctx(), w.act(deputy), first, meeting.PostponeIn{
			Day: civil.Of(2026, 11, 14), Hour: 20, Reason: "Mưa lũ, đường ngập", Version: w.get(first).Version,
		}))
		f, g := w.get(first), w.get(second)
		if g.Day != f.Day || !g.StartsAt.Equal(f.StartsAt.Add(time.Duration(f.Planned)*time.Minute)) || g.Steps[0].Due == f.Steps[7].Due {
			t.Errorf("%s %s after %s", g.Day, g.StartsAt, f.StartsAt)
		}
		if len(f.Changes) != 1 || f.Changes[0].What != meeting.ChangePostponed || f.Changes[0].Reason != "Mưa lũ, đường ngập" {
			t.Errorf("changes %+v", f.Changes)
		}
		before := w.unread(w.act(member1).PersonID)
		follower := w.unread(9001)
		w.must(w.s.CallOff(ctx(), w.act(secretary), first, f.Version, "Hội trường bị tốc mái"))
		if n := w.unread(w.act(member1).PersonID); n != before+1 {
			t.Errorf("%d notices, %d before", n, before)
		}
		if w.unread(9001) != follower+1 {
			t.Error("the follower was invited and is not told")
		}
		for _, ref := range []ident.Ref{first, second} {
			if f := w.get(ref); f.State != meeting.Cancelled || f.Changes[len(f.Changes)-1].What != meeting.ChangeCancelled {
				t.Errorf("%s %+v", f.State, f.Changes)
			}
		}
		is(t, w.s.OpenMeeting(ctx(), w.act(secretary), first), meeting.ErrCancelled)
		p := planOf(w.get(first))
		is(t, w.s.SavePlan(ctx(), w.act(secretary), first, p), meeting.ErrCancelled)
		w.invited(civil.Of(2026, 11, 20))
	})
}

func TestPostponeAndCallOffRefuse(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ref := w.invited(civil.Of(2026, 11, 10))
	v := w.get(ref).Version
	put := func(in meeting.PostponeIn) error {
		in.Version = v
		return w.s.Postpone(ctx(), w.act(secretary), ref, in)
	}
	field(t, put(meeting.PostponeIn{Day: civil.Of(2026, 11, 12), Hour: 19}), "reason", "meeting.err.why")
	field(t, put(meeting.PostponeIn{Day: civil.Of(2026, 12, 2), Hour: 19, Reason: "bão"}), "day", "meeting.err.other_month")
	field(t, put(meeting.PostponeIn{Day: today().AddDays(-1), Hour: 19, Reason: "bão"}), "day", "meeting.err.past")
	field(t, put(meeting.PostponeIn{Day: civil.Of(2026, 11, 10), Hour: 19, Minute: 30, Reason: "bão"}), "day", "meeting.err.same_day")
	field(t, w.s.CallOff(ctx(), w.act(secretary), ref, v, "  "), "reason", "meeting.err.why")
	is(t, w.s.CallOff(ctx(), w.act(secretary), ref, v-1, "bão"), meeting.ErrStale)
	w.must(put(meeting.PostponeIn{Day: civil.Of(2026, 11, 12), Hour: 19, Reason: "bão"}))
	is(t, put(meeting.PostponeIn{Day: civil.Of(2026, 11, 13), Hour: 19, Reason: "bão"}), meeting.ErrStale)
	w.clk.Set(civil.Of(2026, 11, 12).Time(19, 0))
	w.must(w.s.OpenMeeting(ctx(), w.act(secretary), ref))
	is(t, w.s.CallOff(ctx(), w.act(secretary), ref, w.get(ref).Version, "bão"), meeting.ErrState)
}
