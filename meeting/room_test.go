package meeting_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chibo/access"
	"chibo/ballot"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/meeting"
)

func each(t *testing.T, fn func(t *testing.T, w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { fn(t, newWorld(t, d)) })
}

// Somebody is in the room from the arrival on, less the times away, whatever they are.
func TestStay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := civil.Of(2026, 11, 10).Time(19, 0)
		at := func(m int) time.Time { return base.Add(time.Duration(m) * time.Minute) }
		came := rapid.IntRange(0, 30).Draw(t, "came")
		s := meeting.Stay{Came: at(came)}
		m := came
		in := map[int]bool{} // by minute, the slow way
		for x := came; x <= 300; x++ {
			in[x] = true
		}
		for range rapid.IntRange(0, 5).Draw(t, "aways") {
			left := m + rapid.IntRange(0, 20).Draw(t, "left")
			back := left + rapid.IntRange(0, 20).Draw(t, "out")
			a := meeting.Away{Left: at(left), Back: at(back)}
			if rapid.Bool().Draw(t, "stays out") {
				a.Back, back = time.Time{}, 301
			}
			for x := left; x < back; x++ {
				in[x] = false
			}
			s.Aways = append(s.Aways, a)
			if m = back; a.Back.IsZero() {
				break
			}
		}
		for x := range 300 {
			if s.In(at(x)) != in[x] {
				t.Fatalf("minute %d: in %v, want %v; %+v", x, s.In(at(x)), in[x], s)
			}
		}
		if !s.Out().IsZero() && s.In(at(400)) {
			t.Fatal("out, and in the room")
		}
	})
}

// Who leaves may not vote any more and stays in the base of the register (rules.md 2.27);
// who is back may. The room is kept with the vote and does not change afterwards.
func TestRoomOfAVote(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ref := w.opened(civil.Of(2026, 11, 10))
		w.callAll(ref)
		w.clk.Advance(10 * time.Minute)
		for _, who := range []int{member1, member2} {
			w.must(w.s.Leave(ctx(), w.act(committee), ref, meeting.MoveIn{WhoID: w.people[who].id, Op: "leave-" + w.people[who].name}))
		}
		// Sent twice from a bad line: done once.
		w.must(w.s.Leave(ctx(), w.act(committee), ref, meeting.MoveIn{WhoID: w.people[member1].id, Op: "leave-" + w.people[member1].name}))
		guest, err := w.s.AddGuest(ctx(), w.act(committee), ref, meeting.GuestIn{Kind: meeting.GuestOther, Name: "Nguyễn Thị Ngoãn", Unit: "Hội Phụ nữ", Op: "g"})
		w.must(err)
		again, err := w.s.AddGuest(ctx(), w.act(committee), ref, meeting.GuestIn{Kind: meeting.GuestOther, Name: "Nguyễn Thị Ngoãn", Op: "g"})
		if err != nil || again != guest {
			t.Errorf("sent twice: %d, %d, %v", guest, again, err)
		}
		vote, err := w.s.OpenVote(ctx(), w.act(committee), ref, "Việc khác", meeting.PurposeOther)
		w.must(err)
		v := w.get(ref).Votes[0]
		if v.Base != 9 || v.Present != 5 {
			t.Errorf("base %d, may cast %d; want 9 of the register and 5 in the room", v.Base, v.Present)
		}
		_, err = w.s.Cast(ctx(), w.act(member1), ref, vote.ID, ballot.Yes)
		is(t, err, ballot.ErrAbsent)
		// Back by the code, and may.
		code, _, err := w.s.Code(ctx(), w.act(committee), ref)
		w.must(err)
		if _, err := w.s.CheckIn(ctx(), w.act(member1), ref, code); err != nil {
			t.Errorf("back by the code: %v", err)
		}
		if _, err := w.s.Cast(ctx(), w.act(member1), ref, vote.ID, ballot.Yes); err != nil {
			t.Errorf("back, and may not vote: %v", err)
		}
		f := w.get(ref)
		_, err = w.s.CloseVote(ctx(), w.act(committee), ref, vote.ID, f.Votes[0].Version)
		w.must(err)
		room := w.get(ref).Rooms[vote.ID]
		want := w.ids(secretary, deputy, committee, member1, member3, member4, reserve)
		slices.Sort(want)
		if !slices.Equal(room.Members, want) || !slices.Equal(room.Guests, []string{"Nguyễn Thị Ngoãn, Hội Phụ nữ"}) {
			t.Errorf("room %v %v, want %v", room.Members, room.Guests, want)
		}
		w.must(w.s.Leave(ctx(), w.act(committee), ref, meeting.MoveIn{WhoID: w.people[member3].id}))
		is(t, w.s.RemoveGuest(ctx(), w.act(committee), ref, guest), meeting.ErrInRoom)
		if again := w.get(ref).Rooms[vote.ID]; !slices.Equal(again.Members, want) {
			t.Errorf("the room of a closed vote changed: %v", again.Members)
		}
	})
}

// Leaving before arriving, in the future, within an earlier absence, twice; coming after
// having left: each is refused at its field, and nothing is written.
func TestMovesThatCannotBe(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ref := w.opened(civil.Of(2026, 11, 10)) // 19:30
	who := w.people[member1].id
	act, move := w.act(committee), func(at string) meeting.MoveIn { return meeting.MoveIn{WhoID: who, At: at} }
	is(t, w.s.Leave(ctx(), act, ref, move("")), meeting.ErrNotIn)
	w.clk.Advance(40 * time.Minute) // 20:10
	w.must(w.s.Arrive(ctx(), act, ref, move("19:50")))
	if r := w.row(ref, member1); !r.Late || !r.ArrivedAt.Equal(civil.Of(2026, 11, 10).Time(19, 50)) {
		t.Errorf("arrival %v, late %v", r.ArrivedAt, r.Late)
	}
	field(t, w.s.Leave(ctx(), act, ref, move("19:40")), "at", "meeting.err.left_early")
	field(t, w.s.Leave(ctx(), act, ref, move("20:40")), "at", "meeting.err.left_early") // not yet: that is yesterday's
	field(t, w.s.Leave(ctx(), act, ref, move("giờ này")), "at", "meeting.err.clock")
	field(t, w.s.Leave(ctx(), act, ref, move("25:00")), "at", "meeting.err.clock")
	w.must(w.s.Leave(ctx(), act, ref, move("20:00")))
	is(t, w.s.Leave(ctx(), act, ref, move("")), meeting.ErrNotIn)
	field(t, w.s.Arrive(ctx(), act, ref, move("20:05")), "at", "meeting.err.came_after")
	field(t, w.s.Return(ctx(), act, ref, move("19:55")), "at", "meeting.err.back_early")
	w.must(w.s.Return(ctx(), act, ref, move("20:05")))
	w.must(w.s.Return(ctx(), act, ref, move(""))) // is in: nothing
	field(t, w.s.Leave(ctx(), act, ref, move("20:03")), "at", "meeting.err.left_early")
	w.must(w.s.Leave(ctx(), w.act(member1), ref, meeting.MoveIn{At: "19:00"})) // the own word counts from now
	aways := w.row(ref, member1).Aways
	if len(aways) != 2 || !aways[1].Left.Equal(w.clk.Now()) || !aways[1].Back.IsZero() {
		t.Errorf("times away %+v", aways)
	}
	is(t, w.s.Leave(ctx(), w.act(member2), ref, meeting.MoveIn{WhoID: who}), access.ErrForbidden)
	// The call taken back takes the times with it.
	w.must(w.s.Mark(ctx(), act, ref, who, "", ""))
	if n := w.count(`SELECT COUNT(*) FROM roll_away`); n != 0 {
		t.Errorf("%d times away are left", n)
	}
}

// A meeting that crosses midnight: times before it are of the evening before, and the
// electorate and the minutes know who was there.
func TestRollOverMidnight(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	w.lastMonth()
	ref := w.opened(civil.Of(2026, 11, 10))
	w.clk.Set(civil.Of(2026, 11, 10).Time(23, 50))
	w.callAll(ref)
	w.clk.Set(civil.Of(2026, 11, 11).Time(0, 20))
	w.must(w.s.Leave(ctx(), w.act(committee), ref, meeting.MoveIn{WhoID: w.people[member1].id, At: "23:55"}))
	w.must(w.s.Return(ctx(), w.act(committee), ref, meeting.MoveIn{WhoID: w.people[member1].id, At: "00:10"}))
	w.must(w.s.Arrive(ctx(), w.act(committee), ref, meeting.MoveIn{WhoID: w.people[exempt].id, At: "00:15"}))
	a := w.row(ref, member1).Aways
	if len(a) != 1 || !a[0].Left.Equal(civil.Of(2026, 11, 10).Time(23, 55)) || !a[0].Back.Equal(civil.Of(2026, 11, 11).Time(0, 10)) {
		t.Fatalf("away %+v", a)
	}
	w.decide(ref)
	w.adopt(ref)
	w.must(w.s.Adjourn(ctx(), w.act(secretary), ref, w.get(ref).Version))
	text := w.record(ref)
	for _, want := range []string{
		"đồng chí Phạm Quốc Khánh vắng mặt từ 23 giờ 55 phút đến 00 giờ 10 phút", "đồng chí Phan Văn Tự đến lúc 00 giờ 15 phút",
		"Trong phòng lúc biểu quyết có 9 đảng viên",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the minutes do not say %q:\n%s", want, text)
		}
	}
}

// record gives the text of the issued minutes.
func (w *world) record(ref ident.Ref) string {
	w.t.Helper()
	for _, d := range w.get(ref).Documents {
		if d.Kind == meeting.PaperMinutes {
			_, text := w.text(d)
			return text
		}
	}
	w.t.Fatal("no minutes")
	return ""
}

// An assisted check-in says who helped and how it is known; the helped member is told,
// may contest it, and the contest stands until it is settled, with its trail.
func TestHelpAndContest(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ref := w.opened(civil.Of(2026, 11, 10))
		code, _, err := w.s.Code(ctx(), w.act(committee), ref)
		w.must(err)
		in := meeting.HelpIn{MembershipID: w.people[member2].id, Known: meeting.KnownRoom, Code: code, Op: "h1"}
		_, err = w.s.Help(ctx(), w.act(member1), ref, in)
		is(t, err, meeting.ErrNotIn) // the helper is not here
		_, err = w.s.CheckIn(ctx(), w.act(member1), ref, code)
		w.must(err)
		bad := in
		bad.Code = "0"
		_, err = w.s.Help(ctx(), w.act(member1), ref, bad)
		field(t, err, "code", "meeting.err.code")
		bad = in
		bad.MembershipID = w.people[member1].id
		_, err = w.s.Help(ctx(), w.act(member1), ref, bad)
		field(t, err, "member", "meeting.err.help_self")
		_, err = w.s.Help(ctx(), w.act(member1), ref, meeting.HelpIn{MembershipID: in.MembershipID, Known: meeting.KnownOther, Code: code})
		field(t, err, "note", "meeting.err.help_note")
		_, err = w.s.Help(ctx(), w.act(member1), ref, in)
		w.must(err)
		if again, err := w.s.Help(ctx(), w.act(member1), ref, in); err != nil || !again.Again {
			t.Errorf("sent twice: %+v %v", again, err)
		}
		r := w.row(ref, member2)
		if r.Presence != meeting.Present || r.How != meeting.ByHelp || r.HelpedBy != w.people[member1].id || r.Known != meeting.KnownRoom {
			t.Errorf("row %+v", r)
		}
		if n := w.count(`SELECT COUNT(*) FROM notice WHERE kind = 'meeting.helped' AND person_id = $1`, w.act(member2).PersonID); n != 1 {
			t.Errorf("told %d times", n)
		}
		w.contests(ref)
	})
}

// contests lets member2 contest what member1 noted, and the secretary settle it.
func (w *world) contests(ref ident.Ref) {
	t := w.t
	is(t, w.s.Contest(ctx(), w.act(member1), ref, "Không đúng", ""), meeting.ErrNoContest) // by the own code
	field(t, w.s.Contest(ctx(), w.act(member2), ref, " ", ""), "text", "meeting.err.contest")
	w.must(w.s.Contest(ctx(), w.act(member2), ref, "Tôi ở viện, không dự", "c1"))
	w.must(w.s.Contest(ctx(), w.act(member2), ref, "Tôi ở viện, không dự", "c1"))
	if r := w.row(ref, member2); !r.Contested || r.Presence != meeting.Present {
		t.Errorf("contested %+v: it changes no figure", r)
	}
	is(t, w.s.Settle(ctx(), w.act(member3), ref, meeting.SettleIn{MembershipID: w.people[member2].id, Text: "Vâng"}), access.ErrForbidden)
	field(t, w.s.Settle(ctx(), w.act(committee), ref, meeting.SettleIn{MembershipID: w.people[member2].id}), "text", "meeting.err.settle")
	in := meeting.SettleIn{MembershipID: w.people[member2].id, Presence: meeting.Excused, Reason: "illness", Text: "Đã sửa", Op: "s1"}
	w.must(w.s.Settle(ctx(), w.act(committee), ref, in))
	w.must(w.s.Settle(ctx(), w.act(committee), ref, in))
	r := w.row(ref, member2)
	if r.Contested || r.Presence != meeting.Excused || r.Reason != "illness" || r.HelpedBy != 0 {
		t.Errorf("settled %+v", r)
	}
	var acts []string
	for _, x := range w.get(ref).Trail {
		acts = append(acts, x.Act+" "+x.Presence)
	}
	if want := []string{"help present", "contest present", "settle excused"}; !slices.Equal(acts, want) {
		t.Errorf("trail %q, want %q", acts, want)
	}
	own, err := w.s.Get(ctx(), w.act(member2), ref)
	w.must(err)
	other, err := w.s.Get(ctx(), w.act(member3), ref)
	w.must(err)
	if len(own.Trail) != 3 || len(other.Trail) != 0 {
		t.Errorf("the own trail has %d acts, a third member sees %d", len(own.Trail), len(other.Trail))
	}
}

// A contest after the closing is kept and answered; roll, figures and papers stand.
func TestContestAfterClosing(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	w.lastMonth()
	ref := w.ready(civil.Of(2026, 11, 10))
	w.must(w.s.Adjourn(ctx(), w.act(secretary), ref, w.get(ref).Version))
	before := w.get(ref).Attendance
	w.must(w.s.Contest(ctx(), w.act(member6), ref, "Tôi có xin phép", ""))
	if r := w.row(ref, member6); !r.Contested {
		t.Error("not shown to the secretary")
	}
	id := w.people[member6].id
	is(t, w.s.Settle(ctx(), w.act(secretary), ref, meeting.SettleIn{MembershipID: id, Presence: meeting.Excused, Reason: "illness", Text: "Sửa"}), meeting.ErrAlreadyClosed)
	if r := w.row(ref, member6); !r.Contested {
		t.Error("a refused answer settled it")
	}
	w.must(w.s.Settle(ctx(), w.act(secretary), ref, meeting.SettleIn{MembershipID: id, Text: "Sẽ lập bản đính chính"}))
	is(t, w.s.Settle(ctx(), w.act(secretary), ref, meeting.SettleIn{MembershipID: id, Text: "Lại"}), meeting.ErrNoContest)
	if after := w.get(ref).Attendance; after != before {
		t.Errorf("the attendance of a closed meeting changed: %+v, %+v", before, after)
	}
	is(t, w.s.Leave(ctx(), w.act(committee), ref, meeting.MoveIn{WhoID: id}), meeting.ErrAlreadyClosed)
	_, err := w.s.AddGuest(ctx(), w.act(committee), ref, meeting.GuestIn{Kind: meeting.GuestOther, Name: "Ai đó"})
	is(t, err, meeting.ErrAlreadyClosed)
}

// Two devices check the same member in: the second gets the first answer, one arrival.
func TestTwoDevices(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ref := w.opened(civil.Of(2026, 11, 10))
		code, _, err := w.s.Code(ctx(), w.act(committee), ref)
		w.must(err)
		first, err := w.s.CheckIn(ctx(), w.act(member1), ref, code)
		w.must(err)
		w.clk.Advance(5 * time.Second)
		second, err := w.s.CheckIn(ctx(), w.act(member1), ref, code)
		if err != nil || !second.Again || !second.At.Equal(first.At) {
			t.Errorf("second device: %+v %v, want the first answer %v", second, err, first.At)
		}
	})
}

// A visitor of the committee above is chosen, not typed, and stands in the minutes with
// the post; hostile words are only words.
func TestGuests(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	w.lastMonth()
	ref := w.opened(civil.Of(2026, 11, 10))
	act := w.act(committee)
	var lan int64
	for _, v := range w.get(ref).Visitors {
		if v.Name == "Mai Thị Lan" {
			lan = v.ID
		}
	}
	if lan == 0 || len(w.get(ref).Visitors) != 2 {
		t.Fatalf("visitors %+v, want follower and the secretary above", w.get(ref).Visitors)
	}
	_, err := w.s.AddGuest(ctx(), act, ref, meeting.GuestIn{HolderID: lan})
	w.must(err)
	var tri int64
	for _, v := range w.get(ref).Visitors {
		if v.Name == "Lương Hữu Trí" {
			tri = v.ID
		}
	}
	follower, err := w.s.AddGuest(ctx(), act, ref, meeting.GuestIn{HolderID: tri})
	w.must(err)
	for _, g := range w.get(ref).Guests {
		if g.ID == follower && (g.Post == "" || g.Unit != w.town.Name || g.Kind != meeting.GuestUpper) {
			t.Errorf("the follower is recorded as %+v: the office is missing", g)
		}
	}
	hostile := `<script>alert("x")</script> Ưỡng Quỹ Ẵm`
	_, err = w.s.AddGuest(ctx(), act, ref, meeting.GuestIn{Kind: meeting.GuestOther, Name: hostile})
	w.must(err)
	_, err = w.s.AddGuest(ctx(), act, ref, meeting.GuestIn{Kind: meeting.GuestOther})
	field(t, err, "name", "meeting.err.guest_name")
	_, err = w.s.AddGuest(ctx(), act, ref, meeting.GuestIn{Kind: "king", Name: "Ai"})
	field(t, err, "kind", "meeting.err.guest_kind")
	_, err = w.s.AddGuest(ctx(), act, ref, meeting.GuestIn{Kind: meeting.GuestOther, Name: strings.Repeat("ữ", 201)})
	field(t, err, "name", "meeting.err.too_long")
	_, err = w.s.AddGuest(ctx(), act, ref, meeting.GuestIn{HolderID: 99})
	field(t, err, "holder", "meeting.err.guest_name")
	_, err = w.s.AddGuest(ctx(), w.act(member1), ref, meeting.GuestIn{Kind: meeting.GuestOther, Name: "Ai"})
	is(t, err, access.ErrForbidden)
	w.callAll(ref)
	if a := w.get(ref).Attendance; a.Due != 10 || a.Present != 8 {
		t.Errorf("guests are in the ratio: %+v", a)
	}
	w.decide(ref)
	w.adopt(ref)
	w.must(w.s.Adjourn(ctx(), w.act(secretary), ref, w.get(ref).Version))
	text := w.record(ref)
	for _, want := range []string{"đồng chí Mai Thị Lan, Bí thư", "Khách mời: " + hostile, "8 đảng viên, 3 đại biểu, khách mời"} {
		if !strings.Contains(text, want) {
			t.Errorf("the minutes do not say %q:\n%s", want, text)
		}
	}
}

// The year's record counts months without a reason, this meeting's own among them
// (rules.md 2.25), for who keeps the roll only.
func TestYearRecord(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	w.lastMonth()
	ref := w.ready(civil.Of(2026, 11, 10))
	rec, err := w.s.YearRecord(ctx(), w.act(committee), ref)
	w.must(err)
	if got := rec[w.people[member6].id].Skipped; len(got) != 1 || got[0] != civil.Of(2026, 11, 1).Month() {
		t.Errorf("skipped %v", got)
	}
	if got := rec[w.people[member5].id]; len(got.Skipped) != 0 || got.ExcusedRun != 1 {
		t.Errorf("excused %+v", got)
	}
	w.must(w.s.Adjourn(ctx(), w.act(secretary), ref, w.get(ref).Version))
	rec, err = w.s.YearRecord(ctx(), w.act(committee), ref)
	if got := rec[w.people[member6].id].Skipped; err != nil || len(got) != 1 {
		t.Errorf("counted twice after the closing: %v %v", got, err)
	}
	_, err = w.s.YearRecord(ctx(), w.act(member1), ref)
	is(t, err, access.ErrForbidden)
}
