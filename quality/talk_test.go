package quality_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/notify"
	"chibo/office/officetest"
	"chibo/quality"
	"chibo/rulebook"
)

// talkWorld is the district of officetest with a meeting of Hòa Bình that the cell has
// scored and confirmed.
type talkWorld struct {
	*officetest.World
	s     *quality.Service
	ref   ident.Ref
	facts meeting.EvidenceFacts

	lead, town, district access.Actor
}

func newTalkWorld(t *testing.T, d *db.DB) *talkWorld {
	t.Helper()
	book, err := rulebook.New()
	if err != nil {
		t.Fatal(err)
	}
	w := &talkWorld{World: officetest.New(t, d)}
	w.lead, w.town, w.district = w.Actor(t, officetest.Secretary), w.Actor(t, officetest.TownSecretary), w.Actor(t, officetest.DistrictStaff)
	w.ref = ident.Ref{Part: w.HoaBinh.PartID, ID: 900001}
	w.facts = good(w.HoaBinh)
	w.s = &quality.Service{DB: d, Book: book, Evidence: func(context.Context, db.Q, ident.Ref) (meeting.EvidenceFacts, error) {
		return w.facts, nil
	}}
	w.confirm(t)
	return w
}

func (w *talkWorld) confirm(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	s, err := w.s.Score(ctx, w.lead, w.ref)
	if err != nil {
		t.Fatal(err)
	}
	var in []quality.Point
	for _, l := range s.Questions() {
		in = append(in, quality.Point{Criterion: l.Criterion.Code, Value10: l.Max10})
	}
	if _, err := w.s.SetPoints(ctx, w.lead, w.ref, in, s.Version); err != nil {
		t.Fatal(err)
	}
	if err := w.s.Confirm(ctx, w.lead, w.ref, quality.ConfirmIn{}); err != nil {
		t.Fatal(err)
	}
}

func (w *talkWorld) open(t *testing.T, who access.Actor) quality.View {
	t.Helper()
	v, err := w.s.Open(t.Context(), who, w.ref)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (w *talkWorld) grade(t *testing.T) (score10 int, grade string) {
	t.Helper()
	err := w.DB.Read(t.Context(), func(q db.Q) error {
		return q.QueryRow(t.Context(), `SELECT score10, grade FROM cell_month WHERE part_id = $1 AND month = $2 AND cell_id = $3`,
			w.ref.Part, 202611, w.HoaBinh.ID).Scan(&score10, &grade)
	})
	if err != nil {
		t.Fatal(err)
	}
	return score10, grade
}

// told counts the notices of a kind that lie with somebody.
func (w *talkWorld) told(t *testing.T, name, kind string) (n int) {
	t.Helper()
	p := w.People[name]
	err := w.DB.Read(t.Context(), func(q db.Q) error {
		list, err := notify.List(t.Context(), q, p.Cell.PartID, p.Ref.ID, 50)
		for _, x := range list {
			if x.Kind == kind {
				n++
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func kinds(said []quality.Entry) (out []string) {
	for _, e := range said {
		out = append(out, e.Kind)
	}
	return out
}

// The whole conversation: the town disputes with evidence, the cell keeps its points,
// the town decides, the cell appeals, the district settles; the year follows each time.
func TestConversation(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := newTalkWorld(t, d), t.Context()
		self, _ := w.grade(t)
		year := func() string {
			y, err := w.s.Year(ctx, w.town, w.Town.ID, 2026)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range y.Cells {
				if r.CellID == w.HoaBinh.ID {
					return r.Months[10].Grade
				}
			}
			t.Fatal("the cell is not in the town's year")
			return ""
		}
		if year() != "good" {
			t.Fatalf("the year begins with %q", year())
		}
		say := func(points int, text, link string) quality.SayIn {
			return quality.SayIn{Criterion: "A6", Points10: points, Text: text, Link: link, Op: ident.NewDevice()}
		}
		dispute := say(100, "Hai nhiệm vụ chưa có sản phẩm.", quality.LinkTasks)
		if err := w.s.Dispute(ctx, w.lead, w.ref, dispute); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("the cell disputes its own score: %v", err)
		}
		if err := w.s.Dispute(ctx, w.district, w.ref, dispute); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("a committee further up disputes: %v", err)
		}
		if err := w.s.Dispute(ctx, w.town, w.ref, dispute); err != nil {
			t.Fatal(err)
		}
		if err := w.s.Dispute(ctx, w.town, w.ref, dispute); err != nil {
			t.Errorf("the same sent twice: %v", err)
		}
		v := w.open(t, w.lead)
		if len(v.Said) != 1 || v.Talk.State != quality.Asked || !v.MayAnswer || v.MayAppeal || v.Said[0].Link != quality.LinkTasks || v.Said[0].ByName != officetest.TownSecretary ||
			v.Talk.Due != v.Today.AddDays(5) || w.told(t, officetest.Secretary, "score.dispute") != 1 {
			t.Fatalf("after the dispute: %+v", v.Talk)
		}
		if got, _ := w.grade(t); got != self {
			t.Errorf("a dispute changed the points to %d", got)
		}
		if err := w.s.Answer(ctx, w.lead, w.ref, say(quality.None, "", "")); fault.KindOf(err) != fault.Invalid {
			t.Errorf("an answer without a reason: %v", err)
		}
		if err := w.s.Answer(ctx, w.lead, w.ref, say(quality.None, "Sản phẩm lưu ở nhà văn hóa.", "")); err != nil {
			t.Fatal(err)
		}
		if v = w.open(t, w.town); v.Talk.State != quality.Answered || len(v.Disputes) != 0 || w.told(t, officetest.TownSecretary, "score.answer") != 1 {
			t.Errorf("after the answer: %+v", v.Talk)
		}
		if err := w.s.Appeal(ctx, w.lead, w.ref, say(quality.None, "x", "")); !errors.Is(err, quality.ErrNotConfirmed) && !errors.Is(err, quality.ErrSettled) {
			t.Errorf("an appeal before a decision: %v", err)
		}
		in := quality.DecideIn{Lines: quality.Claimed(v.Said), Reason: "Chưa thấy sản phẩm.", Version: v.Version}
		if err := w.s.Decide(ctx, w.town, w.ref, in); err != nil {
			t.Fatal(err)
		}
		v = w.open(t, w.lead)
		if n, grade := w.grade(t); n != self-200 || grade != "fair" || v.Self10 != self || v.SelfGrade != "good" || year() != "fair" {
			t.Errorf("decided: figure %d %s, self %d %s, year %s", n, grade, v.Self10, v.SelfGrade, year())
		}
		if !v.MayAppeal || v.Judge.ID != w.District.ID {
			t.Fatalf("the cell may not appeal to the district: %s", v.Judge.Name)
		}
		if err := w.s.Appeal(ctx, w.lead, w.ref, say(quality.None, "Đã gửi ảnh sản phẩm.", quality.LinkTasks)); err != nil {
			t.Fatal(err)
		}
		if in.Version = 0; !errors.Is(w.s.Decide(ctx, w.town, w.ref, in), quality.ErrAppealed) {
			t.Error("the town decides again during the appeal")
		}
		if year() != "fair" {
			t.Error("an appeal changed the grade")
		}
		if w.told(t, officetest.DistrictStaff, "score.appeal") != 1 || w.told(t, officetest.TownSecretary, "score.appeal") != 1 {
			t.Error("the district or the town does not know of the appeal")
		}
		settle := quality.DecideIn{Lines: map[string]int{"A6": 270}, Reason: "Ảnh đã đủ, còn một việc chậm."}
		if err := w.s.Settle(ctx, w.town, w.ref, settle); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("who decided settles the appeal: %v", err)
		}
		if err := w.s.Settle(ctx, w.district, w.ref, settle); err != nil {
			t.Fatal(err)
		}
		v = w.open(t, w.lead)
		if n, grade := w.grade(t); n != self-30 || grade != "good" || year() != "good" || v.MayAppeal || v.Talk.State != quality.Over {
			t.Errorf("settled: %d %s, year %s, %+v", n, grade, year(), v.Talk)
		}
		if err := w.s.Decide(ctx, w.town, w.ref, in); !errors.Is(err, quality.ErrFinal) {
			t.Errorf("a final grade is changed: %v", err)
		}
		want := []string{quality.EntryDispute, quality.EntryAnswer, quality.EntryDecide, quality.EntryAppeal, quality.EntrySettle}
		if got := kinds(v.Said); !slices.Equal(got, want) {
			t.Errorf("kept %v; want %v", got, want)
		}
		for _, e := range v.Said {
			if e.ByName == "" || e.UnitName == "" || e.At.IsZero() || e.Kind != quality.EntryDecide && e.Text == "" {
				t.Errorf("%s lacks its name, time or reason: %+v", e.Kind, e)
			}
		}
	})
}

// Disputes of several lines are answered one by one; what the cell accepts is what the
// decision begins with.
func TestSeveralDisputes(t *testing.T) {
	w := newTalkWorld(t, dbtest.New(t))
	ctx := t.Context()
	for _, code := range []string{"A6", "A5"} {
		if err := w.s.Dispute(ctx, w.town, w.ref, quality.SayIn{Criterion: code, Points10: 20, Text: "Vì sao?"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.s.Accept(ctx, w.lead, w.ref, quality.SayIn{Criterion: "A5"}); err != nil {
		t.Fatal(err)
	}
	if v := w.open(t, w.lead); v.Talk.State != quality.Asked || len(v.Disputes) != 1 || v.Disputes[0].Criterion != "A6" || v.Said[2].Points10 != 20 {
		t.Errorf("one is still open: %+v", v.Talk)
	}
	if err := w.s.Answer(ctx, w.lead, w.ref, quality.SayIn{Criterion: "A5", Text: "Đổi ý."}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a line is answered twice: %v", err)
	}
	if err := w.s.Answer(ctx, w.lead, w.ref, quality.SayIn{Criterion: "A6", Text: "Đã làm."}); err != nil {
		t.Fatal(err)
	}
	if v := w.open(t, w.town); v.Talk.State != quality.Answered || len(quality.Claimed(v.Said)) != 2 {
		t.Errorf("answered: %+v", v.Talk)
	}
	for field, in := range map[string]quality.SayIn{
		"criterion": {Criterion: "Z9", Points10: quality.None, Text: "x"},
		"points":    {Criterion: "A5", Points10: 51, Text: "x"},
		"text":      {Criterion: "A5", Points10: 10},
		"link":      {Criterion: "A5", Points10: 10, Text: "x", Link: "elsewhere"},
	} {
		fields := fault.FieldsOf(w.s.Dispute(ctx, w.town, w.ref, in))
		if len(fields) != 1 || fields[0].Field != field {
			t.Errorf("%s: refused at %v", field, fields)
		}
	}
}

// The deadline and the address of an appeal are rules that a committee may set.
func TestAppealByRule(t *testing.T) {
	for _, c := range []struct {
		name, key, value string
		check            func(t *testing.T, w *talkWorld, v quality.View)
	}{
		{"to the direct committee", rulebook.ScoreAppealTo, `"direct"`, func(t *testing.T, w *talkWorld, v quality.View) {
			if !v.MayAppeal || v.Judge.ID != w.Town.ID {
				t.Errorf("judged by %s", v.Judge.Name)
			}
		}},
		{"no days", rulebook.ScoreAppealDays, `3`, func(t *testing.T, w *talkWorld, v quality.View) {
			if v.AppealBy != civil.From(v.DecidedAt).AddDays(3) {
				t.Errorf("until %s", v.AppealBy)
			}
		}},
	} {
		w := newTalkWorld(t, dbtest.New(t))
		w.Write(t, func(ctx context.Context, tx *db.Tx) error {
			return w.s.Book.Override(ctx, tx, 1, rulebook.Override{OrgID: w.Town.ID, Key: c.key, Value: []byte(c.value), ValidFrom: civil.Of(2026, 1, 1), Source: "x"})
		})
		if err := w.s.Decide(t.Context(), w.town, w.ref, quality.DecideIn{Points10: 600, Reason: "Chưa đạt."}); err != nil {
			t.Fatal(err)
		}
		c.check(t, w, w.open(t, w.lead))
	}
}

// Whatever is said in whatever order: entries are only added, the cell's points never
// change, and the figure is always what counts.
func TestNothingIsOverwritten(t *testing.T) {
	w := newTalkWorld(t, dbtest.New(t))
	ctx := t.Context()
	before := w.open(t, w.lead)
	rapid.Check(t, func(rt *rapid.T) {
		said := w.open(t, w.lead).Said
		code := rapid.SampledFrom([]string{"A5", "A6", "A4.8"}).Draw(rt, "line")
		in := quality.SayIn{Criterion: code, Points10: rapid.IntRange(0, 40).Draw(rt, "points"), Text: "lời"}
		var err error
		switch rapid.IntRange(0, 5).Draw(rt, "act") {
		case 0:
			err = w.s.Dispute(ctx, w.town, w.ref, in)
		case 1:
			err = w.s.Answer(ctx, w.lead, w.ref, in)
		case 2:
			err = w.s.Accept(ctx, w.lead, w.ref, in)
		case 3:
			err = w.s.Decide(ctx, w.town, w.ref, quality.DecideIn{Lines: map[string]int{code: in.Points10}, Reason: "lý do"})
		case 4:
			err = w.s.Appeal(ctx, w.lead, w.ref, in)
		case 5:
			err = w.s.Settle(ctx, w.district, w.ref, quality.DecideIn{Lines: map[string]int{code: in.Points10}, Reason: "lý do"})
		}
		if k := fault.KindOf(err); err != nil && k != fault.Conflict && k != fault.Invalid {
			rt.Fatal(err)
		}
		v := w.open(t, w.lead)
		want := len(said)
		if err == nil {
			want++
		}
		if len(v.Said) != want || !slices.Equal(kinds(v.Said)[:len(said)], kinds(said)) {
			rt.Fatalf("%d entries after %d: %v", len(v.Said), len(said), err)
		}
		if v.Self10 != before.Self10 || v.SelfGrade != before.SelfGrade {
			rt.Fatal("the cell's points changed")
		}
		points, grade := v.Final()
		if n, g := w.grade(t); n != points || g != grade {
			rt.Fatalf("figure %d %s; counts %d %s", n, g, points, grade)
		}
	})
}

// Case 14 of rules.md section 13, by a whole score: 93 points without full attendance are
// fair under the conditions of variant D, and good under the framework A.
func TestCase14(t *testing.T) {
	for _, c := range []struct {
		hard bool
		want string
	}{{false, "good"}, {true, "fair"}} {
		w := newWorld(t, dbtest.New(t))
		ctx := context.Background()
		set := w.s.Book.At(civil.Of(2026, 11, 3), "")
		if c.hard { // the framework's criteria with D's conditions: D itself names none
			sheet := set.SheetByCode("A")
			sheet.Hard = set.SheetByCode("D").Hard
			write(t, w.d, func(ctx context.Context, tx *db.Tx) error {
				_, err := w.s.Book.PutSheet(ctx, tx, 1, rulebook.OwnSheet{OrgID: w.facts.Org.ParentID, Kinds: []string{meeting.Regular}, Sheet: sheet, From: civil.Of(2026, 11, 1), Source: "điều kiện theo biểu D"})
				return err
			})
		}
		w.facts.Present, w.facts.Excused = 17, 3 // A2 loses one point of five
		w.facts.ReviewDone = 8                   // A6 gives 27 of 30
		s := w.answer(t, w.score(t))
		missing := s.Self10 - 930
		s, err := w.s.SetPoint(ctx, w.committee, w.ref, "A4.8", 100-missing, "")
		if err != nil || s.Self10 != 930 || s.SelfGrade != c.want {
			t.Errorf("conditions %v: %d points are %q, want %q (%v)", c.hard, s.Self10, s.SelfGrade, c.want, err)
		}
		if c.hard && len(s.Sheet.Hard) != 1 {
			t.Error("the conditions are lost")
		}
	}
}
