package insight_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chibo/access"
	"chibo/figure"
	"chibo/insight"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/office/officetest"
	"chibo/org/orgtest"
	"chibo/quality"
	"chibo/task"
)

type world struct {
	*officetest.World
	s *insight.Service
}

func newWorld(t testing.TB, d *db.DB) *world {
	t.Helper()
	w := &world{World: officetest.New(t, d)}
	w.s = &insight.Service{DB: d, Book: w.Book, Tasks: &task.Service{DB: d}}
	return w
}

const copied = "Chi bộ thống nhất các nội dung đã bàn, phân công đảng viên thực hiện đúng tiến độ"

// hold writes a regular meeting so many months ago with its conclusion, and gives it.
func (w *world) hold(t testing.TB, ago int, conclusion string) meeting.Meeting {
	t.Helper()
	day := civil.From(w.DB.Clock().Now()).AddMonths(-ago)
	m := meeting.Meeting{
		Ref: ident.Ref{Part: w.HoaBinh.PartID, ID: w.DB.IDs().Next()}, OrgID: w.HoaBinh.ID, Body: meeting.BodyCell, Kind: meeting.Regular, Month: day.Month(), Day: day,
		StartsAt: day.Time(8, 0), OpenedAt: day.Time(8, 0), ClosedAt: day.Time(9, 40), State: meeting.Closed, Place: "Nhà văn hóa", FeePaid: -1, Conclusion: conclusion,
	}
	w.Write(t, func(ctx context.Context, tx *db.Tx) error {
		return meeting.InsertHistory(ctx, tx, []meeting.HistoryMeeting{{Meeting: m}})
	})
	return m
}

func (w *world) closed(t testing.TB, m meeting.Meeting) {
	t.Helper()
	if err := w.s.Closed(t.Context(), m); err != nil {
		t.Fatal(err)
	}
}

// asked lets the cell be asked about the same words.
func (w *world) asked(t testing.TB) civil.Month {
	t.Helper()
	for _, ago := range []int{2, 1} {
		w.hold(t, ago, copied)
	}
	m := w.hold(t, 0, "Chi bộ thống nhất các nội dung đã bàn,  PHÂN CÔNG đảng viên thực hiện đúng tiến độ")
	w.closed(t, m)
	return m.Month
}

func (w *world) cell(t testing.TB, name string) insight.Cell {
	t.Helper()
	c, err := w.s.Cell(t.Context(), w.Actor(t, name), w.HoaBinh.ID)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Signs by the rules of today: three meetings with the same words, two with all of three
// tasks reported on the eve, three scores above the official one.
func TestSigns(t *testing.T) {
	set := orgtest.Book(t).At(civil.Of(2026, 11, 3), "")
	texts := func(list ...string) (out []insight.Evening) {
		for _, s := range list {
			out = append(out, insight.Evening{Texts: []string{s, ""}})
		}
		return out
	}
	tasks := func(pairs ...int) (out []insight.Evening) {
		for i := 0; i < len(pairs); i += 2 {
			out = append(out, insight.Evening{Done: pairs[i], Eve: pairs[i+1]})
		}
		return out
	}
	scores := func(pairs ...int) (out []insight.Judged) {
		for i := 0; i < len(pairs); i += 2 {
			out = append(out, insight.Judged{Self10: pairs[i], Upper10: pairs[i+1]})
		}
		return out
	}
	for name, c := range map[string]struct {
		evenings []insight.Evening
		judged   []insight.Judged
		want     string
		count    int
	}{
		"nothing held":                       {nil, nil, "", 0},
		"the same words three times":         {texts(copied, copied, copied), nil, insight.SameText, 3},
		"but for case, marks and spaces":     {texts(copied, strings.ToUpper(copied), strings.ReplaceAll(copied, " ", "  ")), nil, insight.SameText, 3},
		"twice only":                         {texts(copied, copied, "Khác"), nil, "", 0},
		"other words between":                {texts(copied, "Chi bộ thảo luận kỹ về con đường ngõ 3 và cách vận động", copied, copied), nil, "", 0},
		"short words may repeat":             {texts("Không có.", "Không có.", "Không có."), nil, "", 0},
		"a text that is not always there":    {[]insight.Evening{{Texts: []string{copied}}, {Texts: nil}, {Texts: []string{copied}}}, nil, "", 0},
		"all on the eve, twice":              {tasks(3, 3, 4, 4), nil, insight.OnEve, 2},
		"one of them earlier":                {tasks(3, 3, 4, 3), nil, "", 0},
		"too few tasks to say":               {tasks(2, 2, 2, 2), nil, "", 0},
		"three scores above":                 {nil, scores(950, 920, 910, 900, 880, 870), insight.Above, 3},
		"scores without points do not count": {nil, scores(950, 920, quality.None, quality.None, 910, 900, 880, 870), insight.Above, 3},
		"the latest as decided":              {nil, scores(900, 900, 910, 900, 880, 870, 880, 870), "", 0},
		"never lower, once equal":            {nil, scores(950, 920, 900, 900, 880, 870), "", 0},
	} {
		got := insight.Signs(set, c.evenings, c.judged)
		if c.want == "" && len(got) != 0 || c.want != "" && (len(got) != 1 || got[c.want] != c.count) {
			t.Errorf("%s: %v, want %s %d", name, got, c.want, c.count)
		}
	}
}

// Who may see and do what, as access.go says it.
func TestRights(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ctx := context.Background()
	month := w.asked(t)
	committee := []string{officetest.Secretary, officetest.Deputy, officetest.Committee}
	above := []string{officetest.TownSecretary, officetest.TownKeeper, officetest.DistrictStaff}
	figures := append(append([]string{officetest.Follower, officetest.AdminPerson}, committee...), above...)
	cell := func(ok func(insight.Cell) bool) func(access.Actor) error {
		return func(a access.Actor) error {
			c, err := w.s.Cell(ctx, a, w.HoaBinh.ID)
			if err != nil {
				return err
			}
			return officetest.May(ok(c))
		}
	}
	signs := cell(func(c insight.Cell) bool { return len(c.Signs) > 0 })
	w.Only(t, "the cell's figures", cell(func(insight.Cell) bool { return true }), figures...)
	w.Only(t, "a question while it is the cell's own", signs, committee...)
	w.Only(t, "answering", func(a access.Actor) error {
		err := w.s.Answer(ctx, a, insight.AnswerIn{CellID: w.HoaBinh.ID, Code: insight.SameText, Month: month, Text: "x", Version: 99})
		if fault.KindOf(err) == fault.Conflict {
			return nil
		}
		return err
	}, committee...)
	w.Only(t, "planning", func(a access.Actor) error {
		err := w.s.Plan(ctx, a, insight.PlanIn{CellID: w.HoaBinh.ID})
		if len(fault.FieldsOf(err)) > 0 {
			return nil
		}
		return err
	}, officetest.Secretary, officetest.Deputy)
	w.Only(t, "the town's page", func(a access.Actor) error { _, err := w.s.Unit(ctx, a, w.Town.ID); return err }, append([]string{officetest.AdminPerson}, above...)...)
	dbtest.Clock(w.DB).Advance(10 * 24 * time.Hour)
	w.Only(t, "a question after the rule's days", signs, append(append([]string{officetest.Follower}, committee...), above...)...)
	w.Only(t, "a question on the town's page", func(a access.Actor) error {
		u, err := w.s.Unit(ctx, a, w.Town.ID)
		if err != nil {
			return err
		}
		return officetest.May(len(u.Signs) == 1)
	}, above...)
}

// A question comes once, goes to the leads, is the cell's own until it answers or the days
// are over, and is not asked again within the rule's months.
func TestAskedAndAnswered(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, month := t.Context(), w.asked(t)
		signs := w.cell(t, officetest.Secretary).Signs
		if len(signs) != 1 || signs[0].Code != insight.SameText || signs[0].Count != 3 || signs[0].Month != month {
			t.Fatalf("%+v", signs)
		}
		var told int
		must(t, d.Read(ctx, func(q db.Q) error {
			return q.QueryRow(ctx, `SELECT COUNT(*) FROM notice WHERE kind = 'insight.asked'`).Scan(&told)
		}))
		if told != 2 {
			t.Errorf("%d leads were told", told)
		}
		dbtest.Clock(d).Advance(31 * 24 * time.Hour)
		w.closed(t, w.hold(t, 0, copied))
		if n := len(w.cell(t, officetest.Secretary).Signs); n != 1 {
			t.Errorf("%d questions: asked again the next month", n)
		}
		in := insight.AnswerIn{CellID: w.HoaBinh.ID, Code: insight.SameText, Month: month, Text: "Chi bộ dùng lại mẫu, sẽ ghi cụ thể hơn", Version: signs[0].Version}
		must(t, w.s.Answer(ctx, w.Actor(t, officetest.Deputy), in))
		if err := w.s.Answer(ctx, w.Actor(t, officetest.Secretary), in); !errors.Is(err, insight.ErrChanged) {
			t.Errorf("from an old page: %v", err)
		}
		in.Month = in.Month.Add(5)
		if err := w.s.Answer(ctx, w.Actor(t, officetest.Secretary), in); !errors.Is(err, insight.ErrNotFound) {
			t.Errorf("a question that was not asked: %v", err)
		}
	})
}

func TestAnswerOpensIt(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	month := w.asked(t)
	if n := len(w.cell(t, officetest.TownSecretary).Signs); n != 0 {
		t.Errorf("the town sees %d questions that are the cell's own", n)
	}
	must(t, w.s.Answer(t.Context(), w.Actor(t, officetest.Secretary), insight.AnswerIn{CellID: w.HoaBinh.ID, Code: insight.SameText, Month: month, Text: "Vì sao", Version: 1}))
	if s := w.cell(t, officetest.TownSecretary).Signs; len(s) != 1 || s[0].Answer != "Vì sao" {
		t.Errorf("the town sees %+v", s)
	}
	signs, _, err := w.s.Waiting(t.Context(), w.Actor(t, officetest.Secretary), w.HoaBinh)
	if err != nil || len(signs) != 0 {
		t.Errorf("an answered question still waits: %d, %v", len(signs), err)
	}
}

// A plan is two or three tasks that stand in each next review until they are judged.
func TestPlanComesBack(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ctx, lead := t.Context(), w.Actor(t, officetest.Secretary)
	today := civil.From(w.DB.Clock().Now())
	plan := func(title string) error {
		return w.s.Plan(ctx, lead, insight.PlanIn{CellID: w.HoaBinh.ID, Title: title, Owner: w.People[officetest.Deputy].Member.ID, Due: today.AddDays(60), About: insight.SameText, Op: title})
	}
	must(t, plan("Ghi kết luận cụ thể từng việc"))
	must(t, plan("Ghi kết luận cụ thể từng việc")) // sent twice
	must(t, plan("Mời ba đồng chí ít phát biểu"))
	must(t, plan("Gửi tài liệu trước ba ngày"))
	if err := plan("Việc thứ tư"); !errors.Is(err, insight.ErrEnough) {
		t.Errorf("a fourth one: %v", err)
	}
	if err := w.s.Plan(ctx, lead, insight.PlanIn{CellID: w.HoaBinh.ID}); err == nil {
		t.Error("a plan of nothing")
	}
	list := w.cell(t, officetest.Secretary).Measures
	if len(list) != 3 || list[0].About != insight.SameText {
		t.Fatalf("%+v", list)
	}
	for review := int64(900); review < 902; review++ { // of two meetings
		var rows []task.ReviewRow
		w.Write(t, func(ctx context.Context, tx *db.Tx) (err error) {
			if _, err = task.StartReview(ctx, tx, w.HoaBinh.PartID, review, w.HoaBinh.ID, today.AddDays(30)); err != nil {
				return err
			}
			rows, err = task.Review(ctx, tx, w.HoaBinh.PartID, review)
			return err
		})
		if len(rows) != 3 {
			t.Errorf("%d measures come back", len(rows))
		}
		if review == 900 {
			continue
		}
		w.Write(t, func(ctx context.Context, tx *db.Tx) error {
			_, err := task.Judge(ctx, tx, task.Verdict{ReviewID: review, Task: rows[0].Ref, Result: task.Done, By: 1, Version: rows[0].Version})
			return err
		})
	}
	_, open, err := w.s.Waiting(ctx, lead, w.HoaBinh)
	if err != nil || len(open) != 2 {
		t.Errorf("%d open, %v", len(open), err)
	}
	must(t, plan("Việc thứ tư"))
}

// The five numbers are those of the sorted values, whatever the cells did.
func TestSpread(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	month := civil.From(w.DB.Clock().Now()).Month()
	rapid.Check(t, func(rt *rapid.T) {
		var want []int
		w.Write(t, func(ctx context.Context, tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `DELETE FROM cell_month`); err != nil {
				return err
			}
			var list []figure.CellMonth
			for _, c := range w.Cells {
				due := rapid.IntRange(1, 40).Draw(rt, "due")
				present := rapid.IntRange(0, due).Draw(rt, "present")
				list = append(list, figure.CellMonth{Part: c.PartID, Month: month, CellID: c.ID, MetDay: month.First(), Due: due, Present: present, Minutes: 90, Score10: figure.NoScore})
				if c.PartID == w.Town.PartID {
					want = append(want, (present*1000+due/2)/due)
				}
			}
			return figure.PutCellMonths(ctx, tx, list)
		})
		u, err := w.s.Unit(t.Context(), w.Actor(t, officetest.TownSecretary), w.Town.ID)
		if err != nil {
			rt.Fatal(err)
		}
		slices.Sort(want)
		i := slices.IndexFunc(u.Spread.Of, func(l insight.Lie) bool { return l.Code == insight.Attendance })
		if i < 0 || len(u.Over) != len(want) {
			rt.Fatalf("%d cells, %+v", len(u.Over), u.Spread)
		}
		l := u.Spread.Of[i]
		if l.Least != want[0] || l.Most != want[len(want)-1] || l.Mid != want[(len(want)-1)/2] || l.Low > l.Mid || l.Mid > l.High {
			rt.Errorf("%+v of %v", l, want)
		}
		if slices.ContainsFunc(u.Spread.Of, func(l insight.Lie) bool { return l.Code == insight.Score }) {
			rt.Error("a spread of scores where nobody has one")
		}
	})
}

// A spread among others needs as many of the kind and size as the rule asks for, and
// names none.
func TestSpreadNeedsEnough(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	if c := w.cell(t, officetest.Secretary); c.Spread.Known() {
		t.Errorf("a spread over %d cells", c.Spread.Cells)
	}
	if u, err := w.s.Unit(t.Context(), w.Actor(t, officetest.DistrictStaff), w.District.ID); err != nil || !u.OfUnits || len(u.Over) != len(w.Grassroots) {
		t.Errorf("the district lies over %d units, %v", len(u.Over), err)
	}
}
