package meeting_test

import (
	"strings"
	"testing"
	"time"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/meeting"
)

func order(f meeting.Full) string {
	var out []string
	for _, p := range f.Speeches {
		state := "spoke"
		if p.Waits() {
			state = "waits"
		} else if p.Speaks() {
			state = "speaks"
		}
		words := strings.Fields(p.Name)
		out = append(out, words[len(words)-1]+" "+state)
	}
	return strings.Join(out, ", ")
}

// The order of speakers: own phone, the meeting secretary for others, the word given,
// one tap ends it and keeps how long, and the minutes have it.
func TestOrderOfSpeakers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ref := w.opened(civil.Of(2026, 11, 6))
		_, err := w.s.AskToSpeak(ctx(), w.act(member1), ref, 0, "")
		is(t, err, meeting.ErrNotIn)
		w.callAll(ref)
		items := w.get(ref).Items
		w.must(w.s.StartItem(ctx(), w.act(committee), ref, items[2].ID))
		first, err := w.s.AskToSpeak(ctx(), w.act(member1), ref, 0, "op1")
		w.must(err)
		for _, op := range []string{"op1", "op2"} { // sent twice, and asked twice
			if again, err := w.s.AskToSpeak(ctx(), w.act(member1), ref, 0, op); err != nil || again != first {
				t.Errorf("asked again by %s: %d, %v", op, again, err)
			}
		}
		w.clk.Advance(time.Second)
		second, err := w.s.AskToSpeak(ctx(), w.act(committee), ref, w.people[reserve].id, "")
		w.must(err)
		if _, err := w.s.AskToSpeak(ctx(), w.act(member1), ref, w.people[member2].id, ""); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a member put another into the order: %v", err)
		}
		_, err = w.s.AskToSpeak(ctx(), w.act(member3), ref, 0, "")
		w.must(err)
		w.must(w.s.Withdraw(ctx(), w.act(member3), ref, 0))
		if got := order(w.get(ref)); got != "Khánh waits, Na waits" {
			t.Fatal(got)
		}
		w.must(w.s.GiveWord(ctx(), w.act(secretary), ref, first))
		w.clk.Advance(150 * time.Second)
		w.must(w.s.GiveWord(ctx(), w.act(secretary), ref, second)) // who had the word has spoken
		w.must(w.s.GiveWord(ctx(), w.act(secretary), ref, second)) // a second finger
		if got := order(w.get(ref)); got != "Na speaks, Khánh spoke" {
			t.Fatal(got)
		}
		_, err = w.s.AddOpinion(ctx(), w.act(reserve), ref, meeting.OpinionIn{ItemID: items[2].ID, Text: "Tôi nhất trí"})
		w.must(err)
		w.clk.Advance(time.Minute)
		w.must(w.s.Spoke(ctx(), w.act(secretary), ref, second))
		w.must(w.s.Spoke(ctx(), w.act(secretary), ref, second))
		f := w.get(ref)
		if took := f.Speeches[0].Took(f.Now); f.Speeches[0].Name != w.people[member1].name || took != 150*time.Second {
			t.Errorf("%s spoke %v", f.Speeches[0].Name, took)
		}
		if len(f.Opinions) != 2 || f.Speakers != 2 || f.Opinions[1].Text != "" && f.Opinions[0].Text != "" {
			t.Errorf("noted: %+v", f.Opinions)
		}
		// Noted as heard without the queue: nobody waits who was heard.
		_, err = w.s.AskToSpeak(ctx(), w.act(member2), ref, 0, "")
		w.must(err)
		_, err = w.s.AddOpinion(ctx(), w.act(committee), ref, meeting.OpinionIn{ItemID: items[2].ID, MembershipID: w.people[member2].id})
		w.must(err)
		third, err := w.s.AskToSpeak(ctx(), w.act(member4), ref, 0, "")
		w.must(err)
		w.must(w.s.GiveWord(ctx(), w.act(committee), ref, third))
		_, err = w.s.AskToSpeak(ctx(), w.act(deputy), ref, 0, "")
		w.must(err)
		w.must(w.s.StartItem(ctx(), w.act(committee), ref, items[3].ID)) // the turn ends with the item
		if got := order(w.get(ref)); got != "Hòa waits, Khánh spoke, Na spoke, Ước spoke, Ánh spoke" {
			t.Error(got)
		}
		last, err := w.s.AskToSpeak(ctx(), w.act(member3), ref, 0, "")
		w.must(err)
		w.must(w.s.GiveWord(ctx(), w.act(committee), ref, last)) // still speaks at the end
		w.decide(ref)
		w.adopt(ref)
		w.must(w.s.Adjourn(ctx(), w.act(secretary), ref, w.get(ref).Version))
		if papers := dump(t, d)["document"]; strings.Count(papers, "Đồng chí "+w.people[member3].name+" phát biểu ý kiến.") != 1 {
			t.Error("who spoke at the end is not in the minutes once")
		}
		if got := order(w.get(ref)); strings.Contains(got, "waits") || strings.Contains(got, "speaks") || w.get(ref).Speakers != 5 {
			t.Errorf("after the end: %s, %d spoke", got, w.get(ref).Speakers)
		}
		_, err = w.s.AskToSpeak(ctx(), w.act(member1), ref, 0, "")
		is(t, err, meeting.ErrState)
		is(t, w.s.GiveWord(ctx(), w.act(secretary), ref, second), meeting.ErrAlreadyClosed)
	})
}

// What an absent member sends while the others meet was not said in the room: it waits to
// be read out as what was sent before; who comes in later speaks as everybody.
func TestOpinionSentFromElsewhereWhileTheOthersMeet(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ref := w.opened(civil.Of(2026, 11, 6))
		w.callAll(ref)
		say := func(who int, text string) {
			_, err := w.s.AddOpinion(ctx(), w.act(who), ref, meeting.OpinionIn{Text: text})
			w.must(err)
		}
		say(member5, "Tôi ốm, xin gửi ý kiến") // noted as excused
		say(member1, "Tôi có mặt")
		if f := w.get(ref); len(f.Unread()) != 1 || f.Unread()[0].MembershipID != w.people[member5].id || f.Speakers != 1 {
			t.Errorf("%d wait to be read out, %d spoke", len(f.Unread()), f.Speakers)
		}
		w.must(w.s.Mark(ctx(), w.act(committee), ref, w.people[member5].id, meeting.Present, ""))
		say(member5, "Tôi vừa đến")
		if f := w.get(ref); f.Speakers != 2 {
			t.Errorf("%d spoke, want 2", f.Speakers)
		}
	})
}

// An item begun again goes on from the time it had taken: the pause is not its own.
func TestItemClockLeavesOutThePause(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ref := w.opened(civil.Of(2026, 11, 6))
		it := w.get(ref).Items
		start := func(id int64, then time.Duration) {
			w.must(w.s.StartItem(ctx(), w.act(committee), ref, id))
			w.clk.Advance(then)
		}
		start(it[0].ID, 4*time.Minute)
		start(it[1].ID, 20*time.Minute)
		start(it[0].ID, 3*time.Minute)
		start(it[1].ID, time.Minute)
		start(it[0].ID, 2*time.Minute)
		f := w.get(ref)
		if a, b := f.Items[0].Spent(f.Now), f.Items[1].Spent(f.Now); a != 9 || b != 21 {
			t.Errorf("%d and %d minutes, want 9 and 21", a, b)
		}
		if f.Now.Sub(f.Items[0].Since()) != 9*time.Minute {
			t.Errorf("a clock would show %v", f.Now.Sub(f.Items[0].Since()))
		}
		w.must(w.s.SavePlan(ctx(), w.act(committee), ref, planOf(f))) // the form of the plan does not carry the clock
		f = w.get(ref)
		if a, b := f.Items[0].Spent(f.Now), f.Items[1].Spent(f.Now); a != 9 || b != 21 {
			t.Errorf("after the plan was saved %d and %d minutes, want 9 and 21", a, b)
		}
	})
}

// Praise and reminders by name stand in both papers and in the member's year; once the
// resolution is voted on they stay as they are.
func TestMentions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ref := w.opened(civil.Of(2026, 11, 6))
		w.callAll(ref)
		praise := meeting.MentionIn{MembershipID: w.people[member1].id, Kind: meeting.Praise, Text: "vận động được 12 hộ hiến đất", Op: "p"}
		id, err := w.s.AddMention(ctx(), w.act(committee), ref, praise)
		w.must(err)
		if again, err := w.s.AddMention(ctx(), w.act(committee), ref, praise); err != nil || again != id {
			t.Errorf("sent twice: %d, %d, %v", id, again, err)
		}
		_, err = w.s.AddMention(ctx(), w.act(committee), ref, meeting.MentionIn{MembershipID: w.people[member6].id, Kind: meeting.Remind, Text: "vắng không báo"})
		w.must(err)
		gone, err := w.s.AddMention(ctx(), w.act(committee), ref, meeting.MentionIn{MembershipID: w.people[deputy].id, Kind: meeting.Praise, Text: "lầm"})
		w.must(err)
		w.must(w.s.RemoveMention(ctx(), w.act(committee), ref, gone))
		_, err = w.s.AddMention(ctx(), w.act(committee), ref, meeting.MentionIn{MembershipID: 5, Kind: "x"})
		field(t, err, "who", "meeting.err.person")
		field(t, err, "kind", "meeting.err.mention_kind")
		field(t, err, "why", "meeting.err.mention_why")
		if _, err := w.s.AddMention(ctx(), w.act(member1), ref, praise); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a member praised: %v", err)
		}
		w.decide(ref)
		w.adopt(ref)
		is(t, w.s.RemoveMention(ctx(), w.act(committee), ref, id), meeting.ErrAdopted)
		praise.Op = ""
		_, err = w.s.AddMention(ctx(), w.act(committee), ref, praise)
		is(t, err, meeting.ErrAdopted)
		w.must(w.s.Adjourn(ctx(), w.act(secretary), ref, w.get(ref).Version))
		papers := dump(t, d)["document"]
		for _, want := range []string{"Đồng chí Phạm Quốc Khánh: vận động được 12 hộ hiến đất.", "Đồng chí Đinh Thị Mận: vắng không báo."} {
			if strings.Count(papers, want) != 2 {
				t.Errorf("%q stands %d times in the two papers", want, strings.Count(papers, want))
			}
		}
		if strings.Contains(papers, "lầm") {
			t.Error("what was taken back is in a paper")
		}
		for year, want := range map[int]int{2025: 0, 2026: 1, 2027: 0} {
			err := d.Read(ctx(), func(q db.Q) error {
				list, err := meeting.MentionedIn(ctx(), q, ident.Ref{Part: ref.Part, ID: w.people[member1].id}, year)
				if len(list) != want || want == 1 && (list[0].Meeting != ref || list[0].Day != civil.Of(2026, 11, 6)) {
					t.Errorf("%d: %+v", year, list)
				}
				return err
			})
			w.must(err)
		}
	})
}

// What absent members sent in is read out and minuted, and is no vote.
func TestOpinionsOfAbsentMembersAreReadOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ref := w.invited(civil.Of(2026, 11, 6))
		say := func(who int, text string) int64 {
			id, err := w.s.AddOpinion(ctx(), w.act(who), ref, meeting.OpinionIn{Text: text})
			w.must(err)
			return id
		}
		read, unread, here := say(member5, "Tôi đồng ý mở đường"), say(member6, "Tôi không đồng ý"), say(member1, "Nên bàn thêm")
		w.clk.Set(civil.Of(2026, 11, 6).Time(19, 30))
		w.must(w.s.OpenMeeting(ctx(), w.act(secretary), ref))
		w.callAll(ref)
		if f := w.get(ref); len(f.SentByAbsent()) != 2 || len(f.Unread()) != 2 || hints(f)[meeting.HintUnread] != 1 {
			t.Errorf("%d sent by absent members, %d unread, %v", len(f.SentByAbsent()), len(f.Unread()), f.Hints)
		}
		w.must(w.s.ReadOut(ctx(), w.act(committee), ref, read))
		w.must(w.s.ReadOut(ctx(), w.act(committee), ref, read))
		is(t, w.s.ReadOut(ctx(), w.act(committee), ref, 77), meeting.ErrNotFound)
		if err := w.s.ReadOut(ctx(), w.act(member1), ref, unread); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a member: %v", err)
		}
		w.decide(ref)
		w.adopt(ref)
		f := w.get(ref)
		if v := f.Votes[0]; v.Yes != 7 || v.Base != 9 || len(f.Unread()) != 1 {
			t.Errorf("an opinion counted as a vote: %d of %d; %d unread", v.Yes, v.Base, len(f.Unread()))
		}
		w.must(w.s.Adjourn(ctx(), w.act(secretary), ref, f.Version))
		papers := dump(t, d)["document"]
		for text, want := range map[string]int{"Tôi đồng ý mở đường": 1, "Tôi không đồng ý": 0, "Nên bàn thêm": 1, "không tính là phiếu biểu quyết": 1} {
			if n := strings.Count(papers, text); n != want {
				t.Errorf("%q stands %d times, want %d", text, n, want)
			}
		}
		_ = here
	})
}

func hints(f meeting.Full) map[string]int {
	out := map[string]int{}
	for _, h := range f.Hints {
		out[h.Key]++
	}
	return out
}
