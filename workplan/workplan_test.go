package workplan_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/office/officetest"
	"chibo/task"
	"chibo/workplan"
)

// rules.md 8.05: the plan from a draft to results, and what was changed stays readable.
func TestLifeOfAPlan(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, lead, body := t.Context(), w.actor(t, officetest.Secretary), w.actor(t, officetest.Committee)
		in := w.in(" Sơ kết  6 tháng ", 6, 6)
		in.WhoID, in.Op = w.People[officetest.Member].Member.ID, "op-add-000001"
		ref := w.add(t, in)
		if again := w.add(t, in); again != ref {
			t.Errorf("sent twice: %v, then %v", ref, again)
		}
		late := w.add(t, w.in("Kết nạp quần chúng ưu tú", 3, 9))
		v := w.open(t)
		if len(v.Lines) != 2 || v.Lines[1].Title != "Sơ kết 6 tháng" || v.Lines[1].WhoName != officetest.Member || v.Plan.Approved() {
			t.Fatalf("%+v", v.Lines)
		}
		if got := keyOf(w.s.Report(ctx, lead, ref, workplan.ReportIn{Result: workplan.Done, Version: 1})); got != workplan.ErrNotApproved.Key {
			t.Errorf("a result of a draft: %q", got)
		}
		stale := v.Plan.Version - 1
		if got := keyOf(w.s.Approve(ctx, lead, workplan.ApproveIn{CellID: w.HoaBinh.ID, Year: 2026, Day: civil.Of(2026, 1, 3), Version: stale})); got != workplan.ErrChanged.Key {
			t.Errorf("approved what was not shown: %q", got)
		}
		w.must(t, w.s.Approve(ctx, lead, workplan.ApproveIn{CellID: w.HoaBinh.ID, Year: 2026, MeetingID: heldID, Version: v.Plan.Version}))
		v = w.open(t)
		if !v.Plan.Approved() || v.Plan.ApprovedOn != civil.Of(2026, 1, 5) || v.Plan.MeetingID != heldID || len(v.Changes()) != 0 {
			t.Fatalf("%+v, changes %v", v.Plan, v.Changes())
		}
		move := workplan.ItemIn{From: 202603, To: 202612, Title: "Kết nạp quần chúng ưu tú", Version: 1}
		if got := keyOf(w.s.Edit(ctx, body, late, move)); got != "reason workplan.err.reason" {
			t.Errorf("moved without a reason: %q", got)
		}
		move.Reason = "Quần chúng đi học lớp nhận thức trong tháng 11"
		w.must(t, w.s.Edit(ctx, body, late, move))
		if got := keyOf(w.s.Edit(ctx, lead, late, move)); got != workplan.ErrChanged.Key {
			t.Errorf("two people: %q", got)
		}
		changes := w.open(t).Changes()
		if len(changes) != 1 || changes[0].Kind != workplan.StepMonths || changes[0].Was != "202603-202609" || changes[0].Became != "202603-202612" ||
			changes[0].Name != officetest.Committee || changes[0].Reason != move.Reason {
			t.Errorf("%+v", changes)
		}
		w.must(t, w.s.Report(ctx, w.actor(t, officetest.Member), ref, workplan.ReportIn{Result: workplan.Part, Text: "Đã họp, chưa gửi báo cáo", Version: 1}))
		if got := w.item(t, ref); got.Line.State != workplan.StateLate || got.Line.Result != workplan.Part {
			t.Errorf("partly, five months ago: %+v", got.Line)
		}
		w.must(t, w.s.Report(ctx, body, ref, workplan.ReportIn{Result: workplan.Done, MeetingID: heldID, Version: 2}))
		w.must(t, w.s.Drop(ctx, body, late, workplan.DropIn{Reason: "Chuyển sang năm sau", Version: 2}))
		v = w.open(t)
		if v.Sum != (workplan.Sum{All: 1, Done: 1}) || len(v.Lines) != 2 || v.Lines[0].State != workplan.StateDropped {
			t.Errorf("%+v %+v", v.Sum, v.Lines)
		}
		w.must(t, w.s.Back(ctx, body, late, workplan.DropIn{Reason: "Kịp trong tháng 12", Version: 3}))
		if v = w.open(t); v.Sum.All != 2 || len(v.Changes()) != 3 {
			t.Errorf("%+v %+v", v.Sum, v.Changes())
		}
	})
}

// How an item stands on a day.
func TestStates(t *testing.T) {
	day := civil.Of(2026, 11, 3)
	for _, c := range []struct {
		name string
		i    workplan.Item
		want workplan.State
	}{
		{"next month", workplan.Item{From: 202612, To: 202612}, workplan.StateComing},
		{"this month", workplan.Item{From: 202611, To: 202611}, workplan.StateNow},
		{"a span", workplan.Item{From: 202601, To: 202612}, workplan.StateNow},
		{"last month", workplan.Item{From: 202610, To: 202610}, workplan.StateLate},
		{"last month, partly", workplan.Item{From: 202610, To: 202610, Result: workplan.Part}, workplan.StateLate},
		{"this month, partly", workplan.Item{From: 202610, To: 202611, Result: workplan.Part}, workplan.StatePart},
		{"done early", workplan.Item{From: 202612, To: 202612, Result: workplan.Done}, workplan.StateDone},
		{"not done", workplan.Item{From: 202601, To: 202601, Result: workplan.Undone}, workplan.StateUndone},
		{"dropped", workplan.Item{From: 202601, To: 202601, Dropped: "x"}, workplan.StateDropped},
	} {
		if got := c.i.Now(day); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	end := workplan.Item{From: 202610, To: 202610}
	if end.IsLate(civil.Of(2026, 10, 31)) || !end.IsLate(civil.Of(2026, 11, 1)) {
		t.Error("late from the first day after its months")
	}
}

func TestBadItems(t *testing.T) {
	d := dbtest.New(t)
	w := newWorld(t, d)
	body := w.actor(t, officetest.Committee)
	w.add(t, w.in("Một việc", 1, 1))
	change := func(f func(in *workplan.ItemIn)) workplan.ItemIn {
		in := w.in("Việc", 2, 3)
		f(&in)
		return in
	}
	for _, c := range []struct {
		name string
		in   workplan.ItemIn
		want string
	}{
		{"nothing", change(func(in *workplan.ItemIn) { in.Title = " \n " }), "title workplan.err.title"},
		{"long", change(func(in *workplan.ItemIn) { in.Title = strings.Repeat("ễ", 301) }), "title workplan.err.long"},
		{"month 13", change(func(in *workplan.ItemIn) { in.From, in.To = 202613, 202613 }), "from workplan.err.month"},
		{"another year", change(func(in *workplan.ItemIn) { in.To = 202701 }), "to workplan.err.month"},
		{"backwards", change(func(in *workplan.ItemIn) { in.From, in.To = 202605, 202604 }), "to workplan.err.span"},
		{"no month", change(func(in *workplan.ItemIn) { in.From, in.To = 0, 0 }), "from workplan.err.month"},
		{"a stranger", change(func(in *workplan.ItemIn) { in.WhoID = w.People[officetest.Stranger].Member.ID }), "who workplan.err.who"},
		{"a kind nobody knows", change(func(in *workplan.ItemIn) { in.Content = "x" }), "content workplan.err.content"},
		{"long product and note", change(func(in *workplan.ItemIn) { in.Product, in.Note = strings.Repeat("a", 501), strings.Repeat("b", 501) }), "product workplan.err.long; note workplan.err.long"},
		{"the year after next", change(func(in *workplan.ItemIn) { in.Year, in.From, in.To = 2028, 202801, 202801 }), "from workplan.err.year"},
		{"last year", change(func(in *workplan.ItemIn) { in.Year, in.From, in.To = 2025, 202501, 202501 }), "from workplan.err.year"},
		{"hostile letters", change(func(in *workplan.ItemIn) { in.Title = "<script>\u202eX</script>" }), ""},
		{"the second month left out", change(func(in *workplan.ItemIn) { in.To = 0 }), ""},
	} {
		if _, err := w.s.Add(t.Context(), body, c.in); keyOf(err) != c.want {
			t.Errorf("%s: %q, want %q", c.name, keyOf(err), c.want)
		}
	}
	if n := len(w.open(t).Lines); n != 3 {
		t.Errorf("%d items: what was refused left something", n)
	}
}

func TestBadApprovalsAndResults(t *testing.T) {
	d := dbtest.New(t)
	w := newWorld(t, d)
	ctx, lead := t.Context(), w.actor(t, officetest.Secretary)
	approve := func(in workplan.ApproveIn) string {
		in.CellID, in.Year = w.HoaBinh.ID, 2026
		return keyOf(w.s.Approve(ctx, lead, in))
	}
	if got := approve(workplan.ApproveIn{Day: civil.Of(2026, 1, 3)}); got != workplan.ErrEmpty.Key {
		t.Errorf("no plan: %q", got)
	}
	ref := w.add(t, w.in("Việc", 2, 2))
	v := w.open(t).Plan.Version
	for _, c := range []struct {
		name, want string
		in         workplan.ApproveIn
	}{
		{"no day", "day workplan.err.day", workplan.ApproveIn{}},
		{"a month alone", "day workplan.err.day", workplan.ApproveIn{Day: civil.Of(2026, 1, 0)}},
		{"tomorrow", "day workplan.err.future", workplan.ApproveIn{Day: civil.Of(2026, 11, 4)}},
		{"years before", "day workplan.err.early", workplan.ApproveIn{Day: civil.Of(2024, 12, 31)}},
		{"another cell's meeting", "meeting workplan.err.meeting", workplan.ApproveIn{MeetingID: 1}},
		{"long note", "note workplan.err.long", workplan.ApproveIn{Day: civil.Of(2026, 1, 3), Note: strings.Repeat("a", 501)}},
	} {
		c.in.Version = v
		if c.name == "a month alone" {
			c.in.Day, _ = civil.Parse("2026-01")
		}
		if got := approve(c.in); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	w.approve(t)
	if got := approve(workplan.ApproveIn{Day: civil.Of(2026, 1, 3), Version: v + 1}); got != workplan.ErrApproved.Key {
		t.Errorf("twice: %q", got)
	}
	for _, c := range []struct {
		name, want string
		in         workplan.ReportIn
	}{
		{"nothing", "result workplan.err.result; text workplan.err.told", workplan.ReportIn{}},
		{"another word", "result workplan.err.result", workplan.ReportIn{Result: "x", Text: "x"}},
		{"not done and no word", "text workplan.err.told", workplan.ReportIn{Result: workplan.Undone}},
		{"long", "text workplan.err.long", workplan.ReportIn{Result: workplan.Done, Text: strings.Repeat("ễ", 2001)}},
		{"a meeting elsewhere", "meeting workplan.err.meeting", workplan.ReportIn{Result: workplan.Done, MeetingID: 1}},
	} {
		c.in.Version = 1
		if got := keyOf(w.s.Report(ctx, lead, ref, c.in)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if _, err := w.s.TakeLast(ctx, lead, w.HoaBinh.ID, 2026, ""); keyOf(err) != workplan.ErrApproved.Key {
		t.Errorf("many at once into an approved plan: %v", err)
	}
	past := w.in("Việc", 3, 3)
	past.Reason = "x"
	if _, err := w.s.Add(ctx, lead, past); keyOf(err) != "to workplan.err.past" {
		t.Errorf("added to a month that is over: %v", err)
	}
}

// Months kept, who left is in charge no longer, nothing twice, nothing told.
func TestLastYearAndOccasions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, lead := t.Context(), w.actor(t, officetest.Secretary)
		cell := w.HoaBinh.ID
		if _, err := w.s.TakeLast(ctx, lead, cell, 2027, "op-last-0001"); keyOf(err) != workplan.ErrNothingLast.Key {
			t.Fatalf("nothing last year: %v", err)
		}
		stays, leaves := w.in("Ở lại", 2, 2), w.in("Đã đi", 3, 5)
		stays.WhoID, leaves.WhoID = w.People[officetest.Deputy].Member.ID, w.People[officetest.Member].Member.ID
		w.add(t, stays)
		gone := w.add(t, leaves)
		dropped := w.add(t, w.in("Bỏ", 7, 7))
		w.approve(t)
		w.must(t, w.s.Drop(ctx, lead, dropped, workplan.DropIn{Reason: "Không còn", Version: 1}))
		w.must(t, w.s.Report(ctx, lead, gone, workplan.ReportIn{Result: workplan.Done, Version: 1}))
		w.Write(t, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE membership SET to_day = '2026-10-01' WHERE id = $1`, w.People[officetest.Member].Member.ID)
			return err
		})
		if line := w.item(t, gone).Line; !line.Left || line.WhoName != officetest.Member {
			t.Errorf("who left is named as then, and it is said: %+v", line)
		}
		n, err := w.s.TakeLast(ctx, lead, cell, 2027, "op-last-0002")
		if err != nil || n != 2 {
			t.Fatalf("%d, %v", n, err)
		}
		if n, err := w.s.TakeLast(ctx, lead, cell, 2027, "op-last-0003"); err != nil || n != 0 {
			t.Errorf("a second time: %d, %v", n, err)
		}
		v, err := w.s.Open(ctx, lead, cell, 2027)
		if err != nil || len(v.Lines) != 2 {
			t.Fatalf("%+v, %v", v.Lines, err)
		}
		a, b := v.Lines[0], v.Lines[1]
		if a.From != 202702 || a.WhoName != officetest.Deputy || a.Source != workplan.FromLast || b.From != 202703 || b.To != 202705 || b.WhoID != 0 || b.Result != "" {
			t.Errorf("%+v\n%+v", a.Item, b.Item)
		}
		n, err = w.s.TakeOccasions(ctx, lead, cell, 2027, []string{"badges", "review"}, "op-occ-00001")
		if err != nil || n != 5 { // rules.md 5.41 has four days, 2.45 one span
			t.Errorf("%d, %v", n, err)
		}
		if n, err := w.s.TakeOccasions(ctx, lead, cell, 2027, []string{"badges", "halfyear"}, "op-occ-00002"); err != nil || n != 1 {
			t.Errorf("what is there does not come again: %d, %v", n, err)
		}
		if _, err := w.s.TakeOccasions(ctx, lead, cell, 2027, []string{"x"}, ""); keyOf(err) != "codes workplan.err.codes" {
			t.Errorf("none chosen: %v", err)
		}
	})
}

// What a meeting is offered, and what becomes of it there.
func TestAgenda(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.add(t, w.in("Tháng sau", 12, 12))
		now, late := w.add(t, w.in("Tháng này", 11, 11)), w.add(t, w.in("Chậm", 8, 9))
		offer := func(month civil.Month) (o workplan.Offer) {
			w.must(t, d.Read(t.Context(), func(q db.Q) (err error) {
				o, err = workplan.OfferTo(t.Context(), q, w.HoaBinh, month)
				return err
			}))
			return o
		}
		titles := func(o workplan.Offer) (out []string) {
			for _, i := range o.Items {
				out = append(out, i.Title)
			}
			return out
		}
		if o := offer(202611); len(o.Items) != 0 || o.Plan.Year != 2026 {
			t.Fatalf("a draft waits for approval and offers itself alone: %+v", o)
		}
		w.approve(t)
		if o := offer(202611); !slices.Equal(titles(o), []string{"Chậm", "Tháng này"}) || o.Plan.Ref.ID != 0 {
			t.Fatalf("%v %+v", titles(o), o.Plan)
		}
		m := ident.Ref{Part: w.HoaBinh.PartID, ID: 900}
		w.Write(t, func(ctx context.Context, tx *db.Tx) error {
			if _, err := workplan.Take(ctx, tx, w.HoaBinh, now.ID, m, 1); err != nil {
				return err
			}
			_, err := workplan.Take(ctx, tx, w.HoaBinh, late.ID, m, 2)
			return err
		})
		if o := offer(202611); len(o.Items) != 0 {
			t.Errorf("on an agenda and offered again: %v", titles(o))
		}
		w.Write(t, func(ctx context.Context, tx *db.Tx) error {
			_, err := workplan.Take(ctx, tx, w.Village2, now.ID, ident.Ref{Part: w.Village2.PartID, ID: 901}, 1)
			if err == nil {
				t.Error("another cell took it")
			}
			return workplan.Dealt(ctx, tx, m, civil.Of(2026, 11, 3), []int64{1})
		})
		if o := offer(202611); !slices.Equal(titles(o), []string{"Chậm"}) {
			t.Errorf("what the meeting did not come to is open again: %v", titles(o))
		}
		if o := offer(202612); !slices.Equal(titles(o), []string{"Chậm", "Tháng này", "Tháng sau"}) {
			t.Errorf("next month, not settled: %v", titles(o))
		}
		if line := w.item(t, now).Line; len(line.Taken) != 1 || line.Taken[0].Day != civil.Of(2026, 11, 3) {
			t.Errorf("%+v", line.Taken)
		}
	})
}

func TestTasks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, lead, holder := t.Context(), w.actor(t, officetest.Secretary), w.People[officetest.Member].Member
		ref := w.add(t, w.in("Thăm gia đình chính sách", 10, 11))
		give := workplan.GiveIn{Assignee: holder.ID, Due: civil.Of(2026, 11, 30), Version: 1, Op: "op-give-0001"}
		if got := keyOf(w.s.Give(ctx, lead, ref, give)); got != workplan.ErrNotApproved.Key {
			t.Errorf("out of a draft: %q", got)
		}
		w.approve(t)
		for _, c := range []struct {
			name, want string
			in         workplan.GiveIn
		}{
			{"nobody", "assignee task.err.assignee", workplan.GiveIn{Due: give.Due, Version: 1}},
			{"yesterday", "due task.err.due_past", workplan.GiveIn{Assignee: holder.ID, Due: civil.Of(2026, 11, 2), Version: 1}},
			{"stale", workplan.ErrChanged.Key, workplan.GiveIn{Assignee: holder.ID, Due: give.Due, Version: 7}},
		} {
			if got := keyOf(w.s.Give(ctx, lead, ref, c.in)); got != c.want {
				t.Errorf("%s: %q, want %q", c.name, got, c.want)
			}
		}
		w.must(t, w.s.Give(ctx, lead, ref, give))
		w.must(t, w.s.Give(ctx, lead, ref, give))
		line := w.item(t, ref).Line
		if len(line.Tasks) != 1 || line.Tasks[0].Title != "Thăm gia đình chính sách" || line.Tasks[0].Kind != task.Planned || line.Proposed() != workplan.NotTold {
			t.Fatalf("%+v", line.Tasks)
		}
		w.must(t, w.s.Tasks.Conclude(ctx, lead, line.Tasks[0].Ref, task.ConcludeIn{Result: task.Done, Version: line.Tasks[0].Version}))
		if line = w.item(t, ref).Line; line.Proposed() != workplan.Done || line.Result != workplan.NotTold {
			t.Errorf("its tasks speak for done; a person says it: %q %q", line.Proposed(), line.Result)
		}
	})
}

// Whatever is done in whatever order: months lie in the year, an approved plan never goes
// back, loses no item and gains no change without a reason, and steps only grow.
func TestPlanProperty(t *testing.T) {
	d := dbtest.New(t)
	w := newWorld(t, d)
	lead := w.actor(t, officetest.Secretary)
	w.add(t, w.in("Đầu tiên", 1, 12))
	approved, steps, items := false, 0, 1
	rapid.Check(t, func(rt *rapid.T) {
		ctx := context.Background()
		v := w.open(t)
		l := rapid.SampledFrom(v.Lines).Draw(rt, "line")
		month := func(name string) civil.Month { return civil.Month(202600 + rapid.IntRange(-1, 14).Draw(rt, name)) }
		reason := rapid.SampledFrom([]string{"", "Có lý do"}).Draw(rt, "reason")
		in := workplan.ItemIn{CellID: w.HoaBinh.ID, Year: 2026, From: month("from"), To: month("to"), Title: rapid.SampledFrom([]string{"", "Một", "Hai"}).Draw(rt, "title"), Reason: reason, Version: l.Version}
		var err error
		switch rapid.SampledFrom([]string{"add", "edit", "drop", "back", "report", "approve"}).Draw(rt, "act") {
		case "add":
			_, err = w.s.Add(ctx, lead, in)
		case "edit":
			err = w.s.Edit(ctx, lead, l.Ref, in)
		case "drop":
			if len(v.Lines) > 1 {
				err = w.s.Drop(ctx, lead, l.Ref, workplan.DropIn{Reason: reason, Version: l.Version})
			}
		case "back":
			err = w.s.Back(ctx, lead, l.Ref, workplan.DropIn{Reason: reason, Version: l.Version})
		case "report":
			err = w.s.Report(ctx, lead, l.Ref, workplan.ReportIn{Result: rapid.SampledFrom(workplan.Results()).Draw(rt, "result"), Text: reason, Version: l.Version})
		case "approve":
			err = w.s.Approve(ctx, lead, workplan.ApproveIn{CellID: w.HoaBinh.ID, Year: 2026, Day: civil.Of(2026, 1, 3), Version: v.Plan.Version})
		}
		if k := fault.KindOf(err); err != nil && k != fault.Invalid && k != fault.Conflict {
			rt.Fatalf("%v", err)
		}
		v = w.open(t)
		switch {
		case approved && !v.Plan.Approved():
			rt.Fatal("an approved plan is a draft again")
		case approved && len(v.Lines) < items:
			rt.Fatal("an item of an approved plan is gone")
		case len(v.Steps) < steps:
			rt.Fatal("a step is gone")
		}
		for _, x := range v.Lines {
			if x.From > x.To || x.From < 202601 || x.To > 202612 || x.Title == "" {
				rt.Fatalf("%+v", x.Item)
			}
		}
		for _, c := range v.Changes() {
			if c.Reason == "" {
				rt.Fatalf("changed without a reason: %+v", c)
			}
		}
		approved, steps, items = v.Plan.Approved(), len(v.Steps), len(v.Lines)
	})
}

// The prose of access.go as a table.
func TestRights(t *testing.T) {
	d := dbtest.New(t)
	w := newWorld(t, d)
	in := w.in("Việc", 11, 11)
	in.WhoID = w.People[officetest.Member].Member.ID
	ref := w.add(t, in)
	reads := func(name string) (plan, lines bool) {
		v, err := w.s.Open(t.Context(), w.actor(t, name), w.HoaBinh.ID, 2026)
		if err != nil && keyOf(err) != access.ErrForbidden.Key {
			t.Fatal(err)
		}
		return err == nil, len(v.Lines) > 0
	}
	type who struct {
		name                                      string
		read, draft, write, approve, report, task bool
		below                                     bool
	}
	all := []who{
		{name: officetest.Secretary, read: true, draft: true, write: true, approve: true, report: true, task: true},
		{name: officetest.Deputy, read: true, draft: true, write: true, approve: true, report: true, task: true},
		{name: officetest.Committee, read: true, draft: true, write: true, report: true},
		{name: officetest.Member, read: true, draft: true, report: true}, // in charge
		{name: officetest.Follower, read: true},
		{name: officetest.TownSecretary, read: true, below: true},
		{name: officetest.TownKeeper, read: true, below: true},
		{name: officetest.DistrictStaff, read: true},
		{name: officetest.OtherUpper},
		{name: officetest.Neighbour},
		{name: officetest.Stranger},
		{name: officetest.AdminPerson},
	}
	for _, p := range all {
		read, lines := reads(p.name)
		if read != p.read || lines != p.draft {
			t.Errorf("%s: reads %v, the draft %v", p.name, read, lines)
		}
		_, err := w.s.OpenItem(t.Context(), w.actor(t, p.name), ref)
		if (err == nil) != p.draft {
			t.Errorf("%s: an item of a draft: %v", p.name, err)
		}
	}
	w.approve(t)
	refused := func(err error) bool { return fault.KindOf(err) == fault.Forbidden }
	for _, p := range all {
		a := w.actor(t, p.name)
		if read, lines := reads(p.name); read != p.read || lines != p.read {
			t.Errorf("%s: reads %v %v", p.name, read, lines)
		}
		// Bad input: who may do it hears of the field, and nothing changes.
		_, err := w.s.Add(t.Context(), a, workplan.ItemIn{CellID: w.HoaBinh.ID, Year: 2026})
		edit := w.s.Edit(t.Context(), a, ref, workplan.ItemIn{Version: 1})
		drop := w.s.Drop(t.Context(), a, ref, workplan.DropIn{Version: 1})
		if refused(err) == p.write || refused(edit) == p.write || refused(drop) == p.write {
			t.Errorf("%s writes: %v, %v, %v", p.name, err, edit, drop)
		}
		err = w.s.Approve(t.Context(), a, workplan.ApproveIn{CellID: w.HoaBinh.ID, Year: 2026})
		if refused(err) == p.approve {
			t.Errorf("%s approves: %v", p.name, err)
		}
		if err := w.s.Report(t.Context(), a, ref, workplan.ReportIn{Version: 1}); refused(err) == p.report {
			t.Errorf("%s reports: %v", p.name, err)
		}
		if err := w.s.Give(t.Context(), a, ref, workplan.GiveIn{Version: 1}); refused(err) == p.task {
			t.Errorf("%s gives a task: %v", p.name, err)
		}
		b, err := w.s.BelowOf(t.Context(), a, w.Town.ID, 2026, "", "")
		if p.name == officetest.DistrictStaff {
			p.below = true
		}
		if (err == nil) != p.below {
			t.Errorf("%s sees the cells of the town: %v", p.name, err)
		}
		if err == nil && (b.Approved != 1 || b.Cells < 2 || len(b.List) != b.Cells) {
			t.Errorf("%s: %+v", p.name, b)
		}
	}
}

// Whoever is asked first: the desk of the committee and of who is in charge.
func TestDesk(t *testing.T) {
	d := dbtest.New(t)
	w := newWorld(t, d)
	desk := func(name string) (out workplan.Desk) {
		w.must(t, d.Read(t.Context(), func(q db.Q) (err error) {
			out, err = w.s.DeskOf(t.Context(), q, w.actor(t, name), w.HoaBinh)
			return err
		}))
		return out
	}
	if got := desk(officetest.Secretary); got.Year != 2027 || got.Begun {
		t.Errorf("in November next year's plan is asked for: %+v", got)
	}
	in := w.in("Của tôi, chậm", 9, 9)
	in.WhoID = w.People[officetest.Member].Member.ID
	w.add(t, in)
	w.add(t, w.in("Của chi bộ", 11, 11))
	if got := desk(officetest.Secretary); got.Year != 2026 || !got.Begun || !got.Passed || got.Items != 2 {
		t.Errorf("this year's is a draft still: %+v", got)
	}
	w.approve(t)
	if got := desk(officetest.Member); got.All != 1 || got.Late != 1 || !got.Lines[0].Mine || got.Year != 0 {
		t.Errorf("who is in charge: %+v", got)
	}
	if got := desk(officetest.Committee); got.All != 2 || got.Late != 1 || got.Year != 2027 {
		t.Errorf("the committee: %+v", got)
	}
	for _, name := range []string{officetest.Follower, officetest.TownSecretary} {
		if got := desk(name); got.All != 0 || got.Year != 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
	// The committee above sees what is late for longer than the rule's days.
	b, err := w.s.BelowOf(t.Context(), w.actor(t, officetest.TownSecretary), w.Town.ID, 2026, workplan.TabLate, "")
	if err != nil || len(b.List) != 1 || b.List[0].Late != 1 || b.List[0].All != 2 {
		t.Errorf("%+v, %v", b.List, err)
	}
}
