package task_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/notify"
	"chibo/org"
	"chibo/org/orgtest"
	"chibo/rulebook"
	"chibo/task"
)

// desk is the cell Hòa Bình of orgtest with three members.
type desk struct {
	orgtest.Tree
	d       *db.DB
	s       *task.Service
	members []member.Membership
	lead    access.Actor
}

func newDesk(t *testing.T, d *db.DB) *desk {
	t.Helper()
	k := &desk{Tree: orgtest.District(t, d), d: d, s: &task.Service{DB: d}}
	k.lead = orgtest.Actor(access.RoleLead, k.HoaBinh)
	k.lead.Name = "Võ Đình Khải"
	write(t, d, func(ctx context.Context, tx *db.Tx) error {
		var b member.Batch
		for _, name := range []string{"Trần Thị Hòa", "Lê Văn Thủy", "Đinh Thị Mận"} {
			p := member.Person{Part: k.HoaBinh.PartID, ID: tx.ID(), Name: name, Sex: "f"}
			b.Persons = append(b.Persons, p)
			b.Memberships = append(b.Memberships, member.Membership{Part: p.Part, ID: tx.ID(), PersonID: p.ID, CellID: k.HoaBinh.ID, Name: name, From: civil.Of(2016, 1, 1)})
		}
		k.members = b.Memberships
		return member.AddAll(ctx, tx, b)
	})
	return k
}

func (k *desk) today() civil.Date { return civil.From(k.d.Clock().Now()) }

// open gives the cell's open tasks.
func (k *desk) open(t *testing.T) (list []task.Task) {
	t.Helper()
	read(t, k.d, func(ctx context.Context, q db.Q) (err error) {
		list, err = task.OpenOf(ctx, q, k.HoaBinh.PartID, k.HoaBinh.ID, 50)
		return err
	})
	return list
}

func (k *desk) notices(t *testing.T, who int) (kinds []string) {
	t.Helper()
	read(t, k.d, func(ctx context.Context, q db.Q) error {
		list, err := notify.List(ctx, q, k.HoaBinh.PartID, k.members[who].PersonID, 20)
		for _, n := range list {
			kinds = append(kinds, n.Kind)
		}
		return err
	})
	return kinds
}

func fieldKeys(err error) string {
	var out []string
	for _, f := range fault.FieldsOf(err) {
		out = append(out, f.Field+" "+strings.TrimPrefix(f.Key, "task.err."))
	}
	var fe *fault.Error
	if len(out) == 0 && errors.As(err, &fe) {
		return fe.Key
	}
	return strings.Join(out, ", ")
}

func TestGiveChangeConclude(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		ctx, cell, today := t.Context(), k.HoaBinh.ID, k.today()
		a, b := k.members[0].ID, k.members[1].ID
		good := task.GiveIn{CellID: cell, Title: " Vận động  hộ ngõ 2 ", Assignees: []int64{a, b}, Due: today.AddDays(10)}
		for _, c := range []struct {
			name  string
			actor access.Actor
			in    task.GiveIn
			want  string
		}{
			{"a member", orgtest.Actor(access.RoleMember, k.HoaBinh), good, "access.err.forbidden"},
			{"the lead of another cell", orgtest.Actor(access.RoleLead, k.Market), good, "access.err.forbidden"},
			{"an officer above", orgtest.Actor(access.RoleUpper, k.Town), good, "access.err.forbidden"},
			{"in a committee", orgtest.Actor(access.RoleLead, k.Town), task.GiveIn{CellID: k.Town.ID, Title: "x", Assignees: []int64{a}, Due: today}, "org.err.not_found"},
			{"nothing filled in", k.lead, task.GiveIn{CellID: cell}, "title title, assignee assignee, due due"},
			{"a stranger", k.lead, task.GiveIn{CellID: cell, Title: "x", Assignees: []int64{a, 5}, Due: today}, "assignee not_in_cell"},
			{"one twice", k.lead, task.GiveIn{CellID: cell, Title: "x", Assignees: []int64{a, a}, Due: today}, "assignee not_in_cell"},
			{"yesterday", k.lead, task.GiveIn{CellID: cell, Title: "x", Assignees: []int64{a}, Due: today.AddDays(-1)}, "due due_past"},
			{"10,000 characters", k.lead, task.GiveIn{CellID: cell, Title: strings.Repeat("ễ", 10_000), Assignees: []int64{a}, Due: today}, "title long"},
		} {
			if got := fieldKeys(k.s.Give(ctx, c.actor, c.in)); got != c.want {
				t.Errorf("give, %s: %q, want %q", c.name, got, c.want)
			}
		}
		if list := k.open(t); len(list) != 0 {
			t.Fatalf("refused tasks stayed: %+v", list)
		}
		for range 2 { // sent twice, by a slow line or a second press
			if err := k.s.Give(ctx, k.lead, good); err != nil {
				t.Fatal(err)
			}
		}
		list := k.open(t)
		if len(list) != 2 || list[0].Title != "Vận động hộ ngõ 2" || list[0].Kind != task.Unplanned || list[0].GivenBy != k.lead.AccountID {
			t.Fatalf("%+v", list)
		}
		one := list[0]
		for _, c := range []struct {
			name string
			in   task.ChangeIn
			want string
		}{
			{"no reason", task.ChangeIn{Due: today.AddDays(20), Assignee: one.AssigneeID, Version: one.Version}, "reason reason"},
			{"nothing changed", task.ChangeIn{Due: one.Due, Assignee: one.AssigneeID, Reason: "x", Version: one.Version}, "due nothing_changed"},
			{"a stranger", task.ChangeIn{Due: one.Due, Assignee: 9, Reason: "x", Version: one.Version}, "assignee not_in_cell"},
			{"as it was before", task.ChangeIn{Due: today.AddDays(20), Assignee: one.AssigneeID, Reason: "x", Version: 0}, "task.err.changed"},
			{"another day and another member", task.ChangeIn{Due: today.AddDays(20), Assignee: k.members[2].ID, Reason: "Đồng chí ốm", Version: one.Version}, ""},
			{"the same again from an old page", task.ChangeIn{Due: today.AddDays(30), Assignee: a, Reason: "x", Version: one.Version}, "task.err.changed"},
		} {
			if got := fieldKeys(k.s.Change(ctx, k.lead, one.Ref, c.in)); got != c.want {
				t.Errorf("change, %s: %q, want %q", c.name, got, c.want)
			}
		}
		for _, c := range []struct {
			name string
			in   task.ConcludeIn
			want string
		}{
			{"no result", task.ConcludeIn{Version: 2}, "result result"},
			{"goes on is no verdict", task.ConcludeIn{Result: task.Open, Version: 2}, "result result"},
			{"not done without a word", task.ConcludeIn{Result: task.Undone, Version: 2}, "note verdict_note"},
			{"beyond without a word", task.ConcludeIn{Result: task.Beyond, Version: 2}, "note verdict_note"},
			{"beyond", task.ConcludeIn{Result: task.Beyond, Note: "Gấp đôi số hộ", Version: 2}, ""},
			{"again", task.ConcludeIn{Result: task.Done, Version: 3}, "task.err.judged"},
		} {
			if got := fieldKeys(k.s.Conclude(ctx, k.lead, one.Ref, c.in)); got != c.want {
				t.Errorf("conclude, %s: %q, want %q", c.name, got, c.want)
			}
		}
		read(t, d, func(ctx context.Context, q db.Q) error {
			got, err := task.ByRef(ctx, q, one.Ref)
			if got.State != task.Beyond || got.Verdict != "Gấp đôi số hộ" || got.DoneOn != today || got.JudgedBy != k.lead.AccountID {
				t.Errorf("%+v", got)
			}
			events, err2 := task.Events(ctx, q, one.Ref)
			var kinds []string
			for _, e := range events {
				kinds = append(kinds, e.Kind)
				if e.Name != "Võ Đình Khải" {
					t.Errorf("event by %q", e.Name)
				}
			}
			if strings.Join(kinds, " ") != "given due assignee verdict" {
				t.Errorf("events %v", kinds)
			}
			return errors.Join(err, err2)
		})
		if got := strings.Join(k.notices(t, 2), " "); got != "task.judged task.given_direct task.moved" {
			t.Errorf("whom it was passed to was told %q", got)
		}
	})
}

// A task is reminded of once when near and once when over, however often the job
// runs; a new day begins anew; what was told as done is left alone.
func TestRemindOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		ctx := t.Context()
		clk, ok := d.Clock().(*clock.Fake)
		if !ok {
			t.Fatal("the test's clock does not move")
		}
		days := k.Book.At(k.today(), k.HoaBinh.Path).Int(rulebook.TaskRemindDaysBefore)
		give := func(who, in int) {
			t.Helper()
			if err := k.s.Give(ctx, k.lead, task.GiveIn{CellID: k.HoaBinh.ID, Title: "Việc", Assignees: []int64{k.members[who].ID}, Due: k.today().AddDays(in)}); err != nil {
				t.Fatal(err)
			}
		}
		give(0, days)
		give(1, days+1)
		remind := func(want0, want1 string) {
			t.Helper()
			for range 3 {
				if err := k.s.Remind(ctx, k.Book); err != nil {
					t.Fatal(err)
				}
			}
			for who, want := range []string{want0, want1} {
				if got := strings.Join(k.notices(t, who), " "); got != want {
					t.Errorf("%d was told %q, want %q", who, got, want)
				}
			}
		}
		remind("task.soon task.given_direct", "task.given_direct")
		clk.Advance(24 * time.Hour)
		remind("task.soon task.given_direct", "task.soon task.given_direct")
		late := k.open(t)[1]
		if err := k.s.Report(ctx, k.lead, late.Ref, "xong", true); err != nil { // for member 1, who cannot
			t.Fatal(err)
		}
		for range days + 2 {
			clk.Advance(24 * time.Hour)
		}
		remind("task.overdue task.soon task.given_direct", "task.soon task.given_direct")
	})
}

// A task overdue for the days of the rule rises to the committee above the cell, for
// twice as many to the one above that.
func TestRisen(t *testing.T) {
	d := dbtest.New(t)
	k := newDesk(t, d)
	days := k.Book.At(k.today(), k.HoaBinh.Path).Int(rulebook.TaskRiseDays)
	put := func(over int) {
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := task.Assign(ctx, tx, k.HoaBinh.PartID, k.HoaBinh.ID, []task.NewTask{{
				Title: "x", AssigneeID: k.members[0].ID, StartOn: civil.Of(2020, 1, 1), Due: k.today().AddDays(-over),
			}})
			return err
		})
	}
	risen := func(u org.Unit) (n int) {
		read(t, d, func(ctx context.Context, q db.Q) error {
			list, err := task.RisenIn(ctx, q, orgtest.Scope(t, u, access.FigureRead), u.Depth, k.today(), days)
			for _, r := range list {
				n += r.Count
			}
			return err
		})
		return n
	}
	for _, c := range []struct{ over, town, district int }{{days, 0, 0}, {days + 1, 1, 0}, {2 * days, 2, 0}, {2*days + 1, 3, 1}} {
		put(c.over)
		if a, b := risen(k.Town), risen(k.District); a != c.town || b != c.district {
			t.Errorf("%d days over: town %d of %d, district %d of %d", c.over, a, c.town, b, c.district)
		}
	}
	if n := risen(k.Commune); n != 0 {
		t.Errorf("a commune beside sees %d", n)
	}
}

func TestOfYear(t *testing.T) {
	d := dbtest.New(t)
	k := newDesk(t, d)
	ref := ident.Ref{Part: k.HoaBinh.PartID, ID: k.members[0].ID}
	write(t, d, func(ctx context.Context, tx *db.Tx) error {
		var b task.Batch
		for i, c := range []struct {
			due   civil.Date
			state task.State
		}{
			{civil.Of(2025, 12, 31), task.Done},
			{civil.Of(2026, 1, 1), task.Done},
			{civil.Of(2026, 6, 1), task.Beyond},
			{civil.Of(2026, 6, 2), task.Late},
			{civil.Of(2026, 12, 31), task.Open},
			{civil.Of(2027, 1, 1), task.Undone},
		} {
			b.Tasks = append(b.Tasks, task.Task{
				Ref: ident.Ref{Part: ref.Part, ID: int64(100 + i)}, CellID: k.HoaBinh.ID, Title: "x", AssigneeID: ref.ID, Kind: task.Planned,
				StartOn: civil.Of(2025, 1, 1), Due: c.due, State: c.state, Version: 1,
			})
		}
		return task.AddAll(ctx, tx, b)
	})
	read(t, d, func(ctx context.Context, q db.Q) error {
		list, err := task.OfYear(ctx, q, ref, 2026)
		if got, want := task.SumOf(list), (task.YearSum{All: 4, Done: 1, Beyond: 1, Late: 1, Open: 1}); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
		return err
	})
}
