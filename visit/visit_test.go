package visit_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/office/officetest"
	"chibo/task"
	"chibo/visit"
)

// world is the district of officetest with a meeting of Hòa Bình that was held, with the
// town's secretary among its guests.
type world struct {
	*officetest.World
	s   *visit.Service
	ref ident.Ref // of the meeting
}

func newWorld(t testing.TB, d *db.DB) *world {
	t.Helper()
	w := &world{World: officetest.New(t, d)}
	w.s = &visit.Service{DB: d, Book: w.Book, Tasks: &task.Service{DB: d}}
	day := civil.From(d.Clock().Now())
	w.ref = ident.Ref{Part: w.HoaBinh.PartID, ID: d.IDs().Next()}
	w.Write(t, func(ctx context.Context, tx *db.Tx) error {
		err := meeting.InsertHistory(ctx, tx, []meeting.HistoryMeeting{{Meeting: meeting.Meeting{
			Ref: w.ref, OrgID: w.HoaBinh.ID, Body: meeting.BodyCell, Kind: meeting.Regular, Month: day.Month(), Day: day, StartsAt: day.Time(8, 0),
			OpenedAt: day.Time(8, 0), ClosedAt: day.Time(9, 40), State: meeting.Closed, Place: "Nhà văn hóa", FeePaid: -1,
		}}})
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO meeting_guest (part_id, id, meeting_id, kind, name, post, unit, came_at, by_account, op) VALUES ($1, $2, $3, 'upper', $4, '', '', 1, 1, 'g')`,
			w.ref.Part, tx.ID(), w.ref.ID, officetest.TownSecretary)
		return err
	})
	return w
}

const (
	learn = "Cách chi bộ giao việc rõ người, rõ hạn"
	mend  = "Phần thảo luận còn ít đồng chí phát biểu"
)

func (w *world) in(remarks ...string) visit.LeaveIn {
	in := visit.LeaveIn{CellID: w.HoaBinh.ID, Meeting: w.ref, Remarks: map[string]string{}}
	for i := 0; i < len(remarks); i += 2 {
		in.Remarks[remarks[i]] = remarks[i+1]
	}
	return in
}

func (w *world) leave(t testing.TB, name string) ident.Ref {
	t.Helper()
	ref, err := w.s.Leave(t.Context(), w.Actor(t, name), w.in("learn", learn, "mend", mend))
	must(t, err)
	return ref
}

func (w *world) open(t testing.TB, name string, ref ident.Ref) visit.View {
	t.Helper()
	v, err := w.s.Open(t.Context(), w.Actor(t, name), ref)
	must(t, err)
	return v
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Who may see and do what, as access.go says it.
func TestRights(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ctx := context.Background()
	visitors := []string{officetest.Follower, officetest.TownSecretary, officetest.TownKeeper} // the keeper serves the town too
	committee := []string{officetest.Secretary, officetest.Deputy, officetest.Committee}
	readers := append(append([]string{officetest.Member, officetest.DistrictStaff}, committee...), visitors...)
	w.Only(t, "leaving a card", func(a access.Actor) error { _, err := w.s.Leave(ctx, a, w.in("mend", mend)); return err }, visitors...)
	ref := w.leave(t, officetest.TownSecretary)
	w.Only(t, "reading a card", func(a access.Actor) error { _, err := w.s.Open(ctx, a, ref); return err }, readers...)
	w.Only(t, "the cell's list", func(a access.Actor) error { _, _, err := w.s.OfCell(ctx, a, w.HoaBinh.ID, 9); return err }, readers...)
	w.Only(t, "answering", func(a access.Actor) error { return old(w.s.Answer(ctx, a, ref, "Tiếp thu", 99)) }, committee...)
	w.Only(t, "giving a task to the cell", func(a access.Actor) error { return old(w.s.ToTask(ctx, a, ref, "mend")) }, visitors...)
	w.Only(t, "taking it upon the committee", func(a access.Actor) error { return old(w.s.Take(ctx, a, ref, "learn")) }, visitors...)
	w.Only(t, "saying that it is done", func(a access.Actor) error { return w.s.Done(ctx, a, ref, "learn") }, visitors...)
	w.Only(t, "the committee's desk", func(a access.Actor) error { _, err := w.s.DeskOf(ctx, a, w.Town.ID, 9); return err }, officetest.TownSecretary, officetest.TownKeeper, officetest.DistrictStaff)
	standin := w.Actor(t, officetest.OtherUpper)
	standin.Grants = append(standin.Grants, access.Grant{Role: access.RoleUpper, OrgID: w.Town.ID, Path: w.Town.Path, For: 5})
	if _, err := w.s.Leave(ctx, standin, w.in("mend", mend)); !errors.Is(err, access.ErrForbidden) {
		t.Errorf("a stand-in left a card: %v", err)
	}
	upper := access.Actor{AccountID: 9, PersonID: 9, Name: "X", Grants: []access.Grant{{Role: access.RoleUpper, OrgID: w.District.ID, Path: w.District.Path}}}
	if _, err := w.s.Leave(ctx, upper, w.in("mend", mend)); !errors.Is(err, access.ErrForbidden) {
		t.Errorf("an officer two levels up left a card: %v", err)
	}
}

// old turns the refusal of an old page, or of work done already, into no refusal.
func old(err error) error {
	if fault.KindOf(err) == fault.Conflict {
		return nil
	}
	return err
}

// A card is kept once, in the order of the aspects, and says whether the visitor is on the
// list of guests; the cell's lead is told.
func TestLeave(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		who := w.Actor(t, officetest.TownSecretary)
		in := w.in("mend", mend, "preparation", "  Tài liệu gửi trước 3 ngày  ", "content", " ")
		in.Op = ident.NewDevice()
		ref, err := w.s.Leave(t.Context(), who, in)
		must(t, err)
		again, err := w.s.Leave(t.Context(), who, in)
		if err != nil || again != ref {
			t.Errorf("sent twice: %v, %v", again, err)
		}
		v := w.open(t, officetest.Member, ref)
		if len(v.Remarks) != 2 || v.Remarks[0].Aspect != "preparation" || v.Remarks[0].Text != "Tài liệu gửi trước 3 ngày" || v.Remarks[1].Aspect != "mend" {
			t.Errorf("%+v", v.Remarks)
		}
		if !v.OnRoll || v.UnitName != w.Town.Name || v.ByName != officetest.TownSecretary || v.MeetingID != w.ref.ID {
			t.Errorf("%+v", v.Visit)
		}
		if w.open(t, officetest.Member, w.leave(t, officetest.Follower)).OnRoll {
			t.Error("the follower was not among the guests")
		}
		var told int
		must(t, d.Read(t.Context(), func(q db.Q) error {
			return q.QueryRow(t.Context(), `SELECT COUNT(*) FROM notice WHERE kind = 'visit.left'`).Scan(&told)
		}))
		if told != 4 { // secretary and deputy, of two cards
			t.Errorf("%d notices", told)
		}
	})
}

func TestRefused(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	who := w.Actor(t, officetest.Follower)
	today := civil.From(w.DB.Clock().Now())
	for name, c := range map[string]struct {
		in    visit.LeaveIn
		field string
	}{
		"nothing said":      {w.in("mend", "  "), "preparation"},
		"no day":            {visit.LeaveIn{CellID: w.HoaBinh.ID, Remarks: map[string]string{"mend": mend}}, "day"},
		"a day to come":     {visit.LeaveIn{CellID: w.HoaBinh.ID, Day: today.AddDays(1), Remarks: map[string]string{"mend": mend}}, "day"},
		"before the cell":   {visit.LeaveIn{CellID: w.HoaBinh.ID, Day: civil.Of(1930, 2, 3), Remarks: map[string]string{"mend": mend}}, "day"},
		"too long":          {w.in("mend", strings.Repeat("a", 2001)), "mend"},
		"an unknown aspect": {w.in("other", mend), "preparation"},
	} {
		_, err := w.s.Leave(t.Context(), who, c.in)
		if f := fault.FieldsOf(err); len(f) == 0 || f[0].Field != c.field {
			t.Errorf("%s: %v", name, err)
		}
	}
	in := visit.LeaveIn{CellID: w.HoaBinh.ID, Day: today.AddDays(-3), Remarks: map[string]string{"mend": mend}}
	if _, err := w.s.Leave(t.Context(), who, in); err != nil {
		t.Errorf("said with its day: %v", err)
	}
	in.Meeting = ident.Ref{Part: w.ref.Part, ID: 1}
	if _, err := w.s.Leave(t.Context(), who, in); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a meeting of nobody: %v", err)
	}
}

// A remark becomes one task of the cell's secretary, due as the rule says, and one thing
// that the committee has taken upon itself until it is done.
func TestRemarkBecomesWork(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ctx, who := t.Context(), w.Actor(t, officetest.TownSecretary)
	ref := w.leave(t, officetest.TownSecretary)
	must(t, w.s.ToTask(ctx, who, ref, "mend"))
	if err := w.s.ToTask(ctx, who, ref, "mend"); !errors.Is(err, visit.ErrTaken) {
		t.Errorf("a second task: %v", err)
	}
	must(t, w.s.Take(ctx, who, ref, "learn"))
	if err := w.s.Take(ctx, who, ref, "learn"); !errors.Is(err, visit.ErrTaken) {
		t.Errorf("taken twice: %v", err)
	}
	if err := w.s.Done(ctx, who, ref, "mend"); !errors.Is(err, visit.ErrNotFound) {
		t.Errorf("done without having been taken: %v", err)
	}
	v := w.open(t, officetest.Secretary, ref)
	today := civil.From(w.DB.Clock().Now())
	must(t, w.DB.Read(ctx, func(q db.Q) error {
		x, err := task.ByRef(ctx, q, ident.Ref{Part: ref.Part, ID: v.Remarks[1].TaskID})
		if err != nil || x.Title != mend || x.AssigneeID != w.People[officetest.Secretary].Member.ID || x.CellID != w.HoaBinh.ID || x.Due != today.AddDays(30) {
			t.Errorf("%+v, %v", x, err)
		}
		return err
	}))
	desk := func() visit.Desk {
		d, err := w.s.DeskOf(ctx, who, w.Town.ID, 9)
		must(t, err)
		return d
	}
	if d := desk(); len(d.Left) != 1 || len(d.Own) != 1 || d.Own[0].Remarks[0].Text != learn || d.Own[0].CellName != w.HoaBinh.Name {
		t.Errorf("%+v", d)
	}
	must(t, w.s.Done(ctx, who, ref, "learn"))
	must(t, w.s.Done(ctx, who, ref, "learn"))
	if d := desk(); len(d.Own) != 0 {
		t.Errorf("done and still there: %+v", d.Own)
	}
}

// The cell answers, may mend its answer, and is told when somebody else was faster.
func TestAnswer(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ctx, ref := t.Context(), w.leave(t, officetest.Follower)
	lead := w.Actor(t, officetest.Secretary)
	if err := w.s.Answer(ctx, lead, ref, "  ", 1); len(fault.FieldsOf(err)) != 1 {
		t.Errorf("an empty answer: %v", err)
	}
	must(t, w.s.Answer(ctx, lead, ref, "Chi bộ tiếp thu", 1))
	if err := w.s.Answer(ctx, w.Actor(t, officetest.Deputy), ref, "Khác", 1); !errors.Is(err, visit.ErrChanged) {
		t.Errorf("from an old page: %v", err)
	}
	must(t, w.s.Answer(ctx, w.Actor(t, officetest.Deputy), ref, "Chi bộ tiếp thu, tháng sau làm", 2))
	v := w.open(t, officetest.Follower, ref)
	if v.Answer != "Chi bộ tiếp thu, tháng sau làm" || v.AnsweredBy != officetest.Deputy {
		t.Errorf("%+v", v.Visit)
	}
}
