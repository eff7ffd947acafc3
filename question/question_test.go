package question_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/notify"
	"chibo/office/officetest"
	"chibo/question"
)

// notices gives the kinds of a person's notices, the newest first.
func (w *world) notices(t testing.TB, name string) (out []string) {
	t.Helper()
	p := w.People[name]
	w.read(t, func(ctx context.Context, q db.Q) error {
		list, err := notify.List(ctx, q, p.Ref.Part, p.Ref.ID, 50)
		for _, n := range list {
			out = append(out, n.Kind)
			for _, v := range n.Args {
				if s, ok := v.(string); ok && (strings.Contains(s, asked) || strings.Contains(s, officetest.Member)) {
					t.Errorf("a notice to %s says %q", name, s)
				}
			}
		}
		return err
	})
	return out
}

// A question goes from a member through the cell, the town and the district and comes
// back answered; each holder has its own clock (rules.md 2.21); everybody concerned is told.
func TestTheWayUpAndBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx := context.Background()
		lead, town, district := w.Actor(t, officetest.Secretary), w.Actor(t, officetest.TownSecretary), w.Actor(t, officetest.DistrictStaff)
		today := civil.From(d.Clock().Now())
		ref := w.ask(t, false)
		q := w.get(t, ref)
		if q.State != question.InCell || q.HolderID != w.HoaBinh.ID || q.Due != w.s.Days.Add(today, 30) {
			t.Fatalf("%+v", q)
		}
		if n := w.notices(t, officetest.Secretary); len(n) != 1 || n[0] != "question.new" {
			t.Errorf("the secretary is told %v", n)
		}
		w.must(t, w.s.Up(ctx, lead, ref, w.act(t, ref, "Vượt thẩm quyền của chi bộ")))
		if q = w.get(t, ref); q.State != question.Above || q.HolderID != w.Town.ID || q.Due != w.s.Days.Add(today, 30) {
			t.Fatalf("at the town: %+v", q)
		}
		dbtest.Clock(d).Advance(48 * time.Hour)
		later := civil.From(d.Clock().Now())
		w.must(t, w.s.Up(ctx, town, ref, w.act(t, ref, "")))
		if q = w.get(t, ref); q.HolderID != w.District.ID || q.Due != w.s.Days.Add(later, 60) {
			t.Fatalf("at the district: %+v", q)
		}
		if err := w.s.Up(ctx, district, ref, w.act(t, ref, "")); !errors.Is(err, question.ErrTop) {
			t.Errorf("above the top: %v", err)
		}
		w.must(t, w.s.SendTo(ctx, district, ref, w.act(t, ref, "Thuộc xã Yên Hồ"), w.Commune.ID))
		other := w.Actor(t, officetest.OtherUpper)
		w.must(t, w.s.Answer(ctx, other, ref, w.act(t, ref, answer)))
		if q = w.get(t, ref); q.State != question.Answered || q.HolderID != w.HoaBinh.ID || q.Answer != answer || q.AnsweredBy != w.Commune.ID || !q.Due.IsZero() || !q.Unread() {
			t.Fatalf("answered: %+v", q)
		}
		for name, kind := range map[string]string{officetest.Member: "question.answered", officetest.Secretary: "question.back"} {
			if n := w.notices(t, name); len(n) == 0 || n[0] != kind {
				t.Errorf("%s is told %v", name, n)
			}
		}
		mine := w.Actor(t, officetest.Member)
		w.must(t, w.s.Again(ctx, mine, ref, w.act(t, ref, "Quý I của năm nào?")))
		if q = w.get(t, ref); q.State != question.InCell || q.Round != 2 || q.HolderID != w.HoaBinh.ID {
			t.Fatalf("again: %+v", q)
		}
		w.must(t, w.s.Answer(ctx, lead, ref, w.act(t, ref, "Năm 2027.")))
		w.must(t, w.s.Read(ctx, mine, ref, w.act(t, ref, "")))
		if err := w.s.Again(ctx, mine, ref, w.act(t, ref, "Nữa?")); !errors.Is(err, question.ErrAskedTwice) {
			t.Errorf("a third time: %v", err)
		}
		v, err := w.s.Open(ctx, mine, ref)
		w.must(t, err)
		var kinds []string
		for _, s := range v.Steps {
			kinds = append(kinds, s.Kind)
		}
		if got := strings.Join(kinds, " "); got != "asked up up to answered again answered read" {
			t.Errorf("the trail: %s", got)
		}
	})
}

// What the cell declined goes to the committee above when it is asked again: the cell
// cannot keep a member from being heard.
func TestDeclinedGoesAbove(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx := context.Background()
		lead, mine := w.Actor(t, officetest.Secretary), w.Actor(t, officetest.Member)
		ref := w.ask(t, true)
		if err := w.s.Decline(ctx, lead, ref, w.act(t, ref, " ")); fault.KindOf(err) != fault.Invalid {
			t.Errorf("declined without a reason: %v", err)
		}
		w.must(t, w.s.Decline(ctx, lead, ref, w.act(t, ref, "Đã trả lời tháng trước")))
		w.must(t, w.s.Again(ctx, mine, ref, w.act(t, ref, "Chưa ai trả lời tôi")))
		if q := w.get(t, ref); q.State != question.Above || q.HolderID != w.Town.ID {
			t.Errorf("%+v", q)
		}
	})
}

// Questions of the same matter go together and are answered together; each asker is told.
func TestJoined(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx := context.Background()
		lead, town := w.Actor(t, officetest.Secretary), w.Actor(t, officetest.TownSecretary)
		a, b, c := w.ask(t, false), w.ask(t, true), w.ask(t, false)
		w.must(t, w.s.Join(ctx, lead, a, w.act(t, a, ""), b.ID))
		w.must(t, w.s.Join(ctx, lead, b, w.act(t, b, "Cùng nội dung"), c.ID)) // takes a along
		for _, ref := range []ident.Ref{a, b} {
			if q := w.get(t, ref); q.State != question.Joined || q.JoinedTo != c.ID {
				t.Errorf("%+v", q)
			}
		}
		if err := w.s.Answer(ctx, lead, a, w.act(t, a, "x")); !errors.Is(err, question.ErrState) {
			t.Errorf("a joined one is answered alone: %v", err)
		}
		if err := w.s.Join(ctx, lead, c, w.act(t, c, ""), a.ID); fault.KindOf(err) != fault.Invalid {
			t.Errorf("joined in a ring: %v", err)
		}
		w.must(t, w.s.Up(ctx, lead, c, w.act(t, c, "")))
		for _, ref := range []ident.Ref{a, b, c} {
			if q := w.get(t, ref); q.HolderID != w.Town.ID || q.Due.IsZero() {
				t.Errorf("%+v", q)
			}
		}
		w.must(t, w.s.Answer(ctx, town, c, w.act(t, c, answer)))
		for _, ref := range []ident.Ref{a, b, c} {
			if q := w.get(t, ref); q.State != question.Answered || q.Answer != answer || q.HolderID != w.HoaBinh.ID {
				t.Errorf("%+v", q)
			}
		}
		told := 0
		for _, k := range w.notices(t, officetest.Member) {
			if k == "question.answered" {
				told++
			}
		}
		if told != 3 {
			t.Errorf("%d answers told", told)
		}
	})
}

// What is heard from people has no name; what a member says who has no phone is that
// member's own question, and both say who entered it.
func TestEntered(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx := context.Background()
		who := w.Actor(t, officetest.Committee)
		in := question.EnterIn{AskIn: question.AskIn{CellID: w.HoaBinh.ID, Kind: "petition", Text: asked, Op: ident.NewDevice()}}
		if _, err := w.s.Enter(ctx, who, in); fault.KindOf(err) != fault.Invalid {
			t.Errorf("from nobody: %v", err)
		}
		in.Heard = "Cử tri tổ dân phố Hòa Bình"
		ref, err := w.s.Enter(ctx, who, in)
		w.must(t, err)
		if again, err := w.s.Enter(ctx, who, in); err != nil || again != ref {
			t.Errorf("sent twice: %v %v", again, err)
		}
		if q := w.get(t, ref); q.AskerID != 0 || q.ByName != officetest.Committee || q.Named {
			t.Errorf("%+v", q)
		}
		w.must(t, w.s.Answer(ctx, w.Actor(t, officetest.Secretary), ref, w.act(t, ref, answer)))
		if err := w.s.Read(ctx, who, ref, w.act(t, ref, "")); fault.KindOf(err) != fault.Invalid {
			t.Errorf("told without saying how: %v", err)
		}
		w.must(t, w.s.Read(ctx, who, ref, w.act(t, ref, "Nói tại họp tổ dân phố")))

		in.Heard, in.Op, in.Member = "", ident.NewDevice(), w.People[officetest.Stranger].Member.ID
		if _, err := w.s.Enter(ctx, who, in); fault.KindOf(err) != fault.Invalid {
			t.Errorf("from a member of another cell: %v", err)
		}
		in.Member = w.People[officetest.Member].Member.ID
		if ref, err = w.s.Enter(ctx, who, in); err != nil {
			t.Fatal(err)
		}
		v, err := w.s.Open(ctx, w.Actor(t, officetest.Member), ref)
		if err != nil || !v.Own || v.ByName != officetest.Committee {
			t.Errorf("the member sees %+v, %v", v.Question, err)
		}
		if n := w.notices(t, officetest.Member); len(n) != 1 || n[0] != "question.entered" {
			t.Errorf("the member is told %v", n)
		}
	})
}

// Bad input: nothing, too long, no such kind; an act on an old page; an act sent twice.
func TestBadInput(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ctx := context.Background()
	mine, lead := w.Actor(t, officetest.Member), w.Actor(t, officetest.Secretary)
	for _, in := range []question.AskIn{
		{CellID: w.HoaBinh.ID, Kind: "question"}, {CellID: w.HoaBinh.ID, Kind: "x", Text: "a"}, {CellID: w.HoaBinh.ID, Kind: "question", Text: strings.Repeat("ữ", 5001)},
	} {
		if _, err := w.s.Ask(ctx, mine, in); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: %v", in.Kind, err)
		}
	}
	ref := w.ask(t, false)
	old := w.act(t, ref, answer)
	old.Op = ident.NewDevice()
	if err := w.s.Answer(ctx, lead, ref, question.Act{Text: answer, Version: 7}); !errors.Is(err, question.ErrChanged) {
		t.Errorf("an old page: %v", err)
	}
	w.must(t, w.s.Answer(ctx, lead, ref, old))
	w.must(t, w.s.Answer(ctx, lead, ref, old)) // the answer of before
	v, err := w.s.Open(ctx, mine, ref)
	if err != nil || len(v.Steps) != 2 {
		t.Errorf("%d steps, %v", len(v.Steps), err)
	}
	if err := w.s.Answer(ctx, lead, ref, w.act(t, ref, "khác")); !errors.Is(err, question.ErrState) {
		t.Errorf("answered again: %v", err)
	}
}

// A longer time needs a reason, which the asker reads, and has an end (rules.md 2.21).
func TestExtend(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx := context.Background()
		lead := w.Actor(t, officetest.Secretary)
		ref := w.ask(t, false)
		due := w.get(t, ref).Due
		for name, c := range map[string]struct {
			text string
			day  civil.Date
		}{"no reason": {"", due.AddDays(3)}, "earlier": {"x", due}, "no day": {"x", civil.Date{}}, "too far": {"x", due.AddDays(90)}} {
			if err := w.s.Extend(ctx, lead, ref, w.act(t, ref, c.text), c.day); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		w.must(t, w.s.Extend(ctx, lead, ref, w.act(t, ref, "Chờ thị trấn khảo sát"), due.AddDays(14)))
		if q := w.get(t, ref); q.Due != due.AddDays(14) || q.HolderID != w.HoaBinh.ID {
			t.Errorf("%+v", q)
		}
		if n := w.notices(t, officetest.Member); len(n) != 1 || n[0] != "question.extended" {
			t.Errorf("the asker is told %v", n)
		}
	})
}

// The holder is warned before its day and after it, each once; the committee right above
// is told when it is over for long, and sees who and since when, not what.
func TestRemind(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx := context.Background()
		ref := w.ask(t, false)
		due := w.get(t, ref).Due
		run := func(day civil.Date) {
			dbtest.Clock(d).Set(day.Time(9, 0))
			for range 2 {
				w.must(t, w.s.Remind(ctx))
			}
		}
		run(w.s.Days.Add(due, -6))
		run(w.s.Days.Add(due, -5))
		if n := w.notices(t, officetest.Secretary); strings.Join(n, " ") != "question.soon question.new" {
			t.Errorf("before: %v", n)
		}
		run(due.AddDays(1))
		run(due.AddDays(7))
		if n := w.notices(t, officetest.TownSecretary); len(n) != 0 {
			t.Errorf("the town is told early: %v", n)
		}
		run(due.AddDays(8))
		if n := w.notices(t, officetest.Secretary); strings.Join(n, " ") != "question.late question.soon question.new" {
			t.Errorf("after: %v", n)
		}
		if n := w.notices(t, officetest.TownSecretary); strings.Join(n, " ") != "question.risen" {
			t.Errorf("the town: %v", n)
		}
		w.read(t, func(ctx context.Context, q db.Q) error {
			lines, err := w.s.Risen(ctx, q, w.Actor(t, officetest.TownSecretary), w.Town, 10)
			if err != nil || len(lines) != 1 || lines[0].Text != "" || lines[0].Asker != "" || lines[0].Unit != w.HoaBinh.Name {
				t.Errorf("%+v, %v", lines, err)
			}
			desk, err := w.s.DeskOf(ctx, q, w.Actor(t, officetest.Secretary), w.HoaBinh)
			if err != nil || desk.Late != 1 || desk.Waiting != 1 {
				t.Errorf("%+v, %v", desk, err)
			}
			return nil
		})
	})
}
