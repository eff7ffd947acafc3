package home_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"chibo/access"
	"chibo/figure"
	"chibo/home"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/org"
	"chibo/org/orgtest"
	"chibo/task"
)

func (w *world) desk(t *testing.T, actor access.Actor, cell org.Unit, day civil.Date) (home.Desk, error) {
	t.Helper()
	var out home.Desk
	err := w.d.Read(t.Context(), func(q db.Q) (err error) {
		out, err = home.DeskOf(t.Context(), q, w.s, actor, cell, day)
		return err
	})
	return out, err
}

func (w *world) mustDesk(t *testing.T, actor access.Actor, cell org.Unit, day civil.Date) home.Desk {
	t.Helper()
	d, err := w.desk(t, actor, cell, day)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// plan gives a regular meeting of Hòa Bình on a day with its month path; done are the
// codes of the steps taken, each on the day after its own.
func (w *world) plan(day civil.Date, state string, done ...string) meeting.HistoryMeeting {
	h := meeting.HistoryMeeting{Meeting: meeting.Meeting{
		Ref: ident.Ref{Part: w.HoaBinh.PartID}, OrgID: w.HoaBinh.ID, Kind: meeting.Regular, Month: day.Month(), Day: day,
		StartsAt: day.Time(19, 30), Place: "Nhà văn hóa", State: state, FeePaid: -1,
	}}
	path := w.Book.At(day, w.HoaBinh.Path).MonthPath()
	for i := range path {
		r := path[len(path)-1-i] // stored in any order
		s := meeting.Step{Step: r.Code, Due: r.Due(day)}
		for _, code := range done {
			if code == r.Code {
				s.DoneOn = s.Due.AddDays(1)
			}
		}
		h.Steps = append(h.Steps, s)
	}
	return h
}

func (w *world) put(t *testing.T, list ...meeting.HistoryMeeting) {
	t.Helper()
	w.write(t, func(ctx context.Context, tx *db.Tx) error { return meeting.InsertHistory(ctx, tx, list) })
}

func (w *world) tasks(t *testing.T, list ...task.Task) {
	t.Helper()
	for i := range list {
		list[i].Ref.Part, list[i].CellID, list[i].StartOn = w.HoaBinh.PartID, w.HoaBinh.ID, civil.Of(2026, 9, 1)
	}
	w.write(t, func(ctx context.Context, tx *db.Tx) error { return task.AddAll(ctx, tx, task.Batch{Tasks: list}) })
}

// The first step that is not done is the next one, in the order of the path; a step is
// late by the days after its own, taken or not.
func TestDeskPath(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		day := civil.Of(2026, 12, 3)
		w.put(t, w.plan(day, meeting.Agreed, meeting.StepPrepare), w.plan(civil.Of(2026, 11, 3), meeting.Sent))
		at := w.Book.At(day, w.HoaBinh.Path).MonthPath()[1].Due(day).AddDays(2) // two days after the committee's day
		desk := w.mustDesk(t, orgtest.Actor(access.RoleLead, w.HoaBinh), w.HoaBinh, at)
		if desk.Meeting == nil || desk.Meeting.Day != day || desk.Last == nil || desk.Last.Month != 202611 || desk.Month != 202612 {
			t.Fatalf("meeting %+v, last %+v, month %v", desk.Meeting, desk.Last, desk.Month)
		}
		path := w.Book.At(day, w.HoaBinh.Path).MonthPath()
		if len(desk.Steps) != len(path) {
			t.Fatalf("%d steps, want %d", len(desk.Steps), len(path))
		}
		for i, s := range desk.Steps {
			late := max(0, at.Sub(s.Due))
			if i == 0 {
				late = 1
			}
			if s.Code != path[i].Code || s.Due != path[i].Due(day) || s.Next != (i == 1) || s.Done() != (i == 0) || s.Late != late {
				t.Errorf("step %d: %+v, want late %d", i, s, late)
			}
			if s.Title.In("vi") == "" || s.Action.In("vi") == "" || s.Rule.Source == "" {
				t.Errorf("step %d says nothing: %+v", i, s)
			}
		}
		if desk.Steps[1].Late != 2 {
			t.Errorf("the committee's step is %d days late, want 2", desk.Steps[1].Late)
		}
	})
}

func TestDeskWithoutMeeting(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		lead := orgtest.Actor(access.RoleLead, w.HoaBinh)
		desk := w.mustDesk(t, lead, w.HoaBinh, today())
		if desk.Meeting != nil || desk.Last != nil || desk.Month != 202611 || len(desk.Steps) != 0 || desk.Member {
			t.Errorf("an empty cell: %+v", desk)
		}
		w.put(t, w.plan(civil.Of(2026, 9, 3), meeting.Sent)) // one was missed: this month is the next
		if desk = w.mustDesk(t, lead, w.HoaBinh, today()); desk.Month != 202611 || desk.Last.Month != 202609 {
			t.Errorf("after September: %v", desk.Month)
		}
		w.put(t, w.plan(civil.Of(2026, 11, 3), meeting.Sent)) // this month's is over
		if desk = w.mustDesk(t, lead, w.HoaBinh, today()); desk.Month != 202612 || desk.Meeting != nil {
			t.Errorf("after November: %v", desk.Month)
		}
		w.put(t, w.plan(civil.Of(2026, 10, 3), meeting.Closed)) // held and not sent up stays on the desk
		if desk = w.mustDesk(t, lead, w.HoaBinh, today()); desk.Meeting == nil || desk.Meeting.State != meeting.Closed {
			t.Errorf("held and not sent: %+v", desk.Meeting)
		}
	})
}

func TestDeskOfEachRole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.wellBut(t, w.HoaBinh, well(w.HoaBinh)...)
		me, id := w.join(t, w.HoaBinh, "Thái Thị Mận")
		h := w.plan(civil.Of(2026, 12, 3), meeting.Invited, meeting.StepPrepare)
		h.Roll = []meeting.RollRow{{MembershipID: id, Standing: "official", Answer: meeting.Yes}}
		w.put(t, h)

		desk := w.mustDesk(t, me, w.HoaBinh, today())
		if !desk.Member || desk.Me.ID != id || desk.Row == nil || desk.Row.Answer != meeting.Yes || desk.Prepare || desk.Lead {
			t.Errorf("member: %+v", desk)
		}
		if desk.Trend != nil || desk.State.Members != 0 {
			t.Error("a member sees figures")
		}
		both := me
		both.Grants = append(both.Grants, grant(access.RoleLead, w.HoaBinh))
		desk = w.mustDesk(t, both, w.HoaBinh, today())
		if !desk.Member || desk.Row == nil || !desk.Prepare || !desk.Lead || len(desk.Trend) != 12 || desk.State.Members != 10 || !desk.Thematic {
			t.Errorf("lead who is a member: %+v", desk)
		}
		desk = w.mustDesk(t, orgtest.Actor(access.RoleCommittee, w.HoaBinh), w.HoaBinh, today())
		if desk.Lead || !desk.Prepare || desk.Member || desk.Row != nil {
			t.Errorf("committee: %+v", desk)
		}
		other, _ := w.join(t, w.HoaBinh, "Cao Thị Na") // joined after the invitation
		if desk = w.mustDesk(t, other, w.HoaBinh, today()); !desk.Member || desk.Row != nil {
			t.Errorf("not on the roll: %+v", desk)
		}
		for _, who := range []access.Actor{{}, orgtest.Actor(access.RoleLead, w.Village2), orgtest.Actor(access.RoleAdmin, w.District), orgtest.Actor(access.RoleUpper, w.Commune)} {
			if got, err := w.desk(t, who, w.HoaBinh, today()); !errors.Is(err, access.ErrForbidden) || got.Unit.ID != 0 {
				t.Errorf("%+v: %v", who.Grants, err)
			}
		}
	})
}

// An officer above and a follower look at a cell in which they are no member.
func TestDeskOfAnOfficer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		_, id := w.join(t, w.HoaBinh, "Thái Thị Mận")
		w.put(t, w.plan(civil.Of(2026, 12, 3), meeting.Invited))
		w.tasks(t, task.Task{Title: "Rà soát hộ nghèo", AssigneeID: id, Due: today()})
		for _, who := range []access.Actor{orgtest.Actor(access.RoleUpper, w.Town), orgtest.Actor(access.RoleFollower, w.HoaBinh)} {
			desk := w.mustDesk(t, who, w.HoaBinh, today())
			if desk.Member || desk.Row != nil || desk.Prepare || desk.Meeting == nil || len(desk.Tasks) != 0 || desk.Overdue != 0 {
				t.Errorf("%+v: %+v", who.Grants, desk)
			}
		}
	})
}

func TestDeskTasks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		me, mine := w.join(t, w.HoaBinh, "Thái Thị Mận")
		_, other := w.join(t, w.HoaBinh, "Cao Thị Na")
		yesterday := today().AddDays(-1)
		w.tasks(t,
			task.Task{Title: "Quá hạn", AssigneeID: mine, Due: yesterday},
			task.Task{Title: "Hôm nay", AssigneeID: mine, Due: today()},
			task.Task{Title: "Đã báo xong", AssigneeID: mine, Due: yesterday, DoneOn: yesterday, ToldAt: yesterday.Time(8, 0)},
			task.Task{Title: "Đã báo, chưa xong", AssigneeID: other, Due: yesterday, ToldAt: yesterday.Time(8, 0)},
			task.Task{Title: "Đã chấm", AssigneeID: mine, Due: yesterday, State: task.Undone},
		)
		desk := w.mustDesk(t, me, w.HoaBinh, today())
		if len(desk.Tasks) != 3 || desk.Overdue != 1 {
			t.Errorf("own: %d overdue, %+v", desk.Overdue, desk.Tasks)
		}
		lead := orgtest.Actor(access.RoleLead, w.HoaBinh)
		desk = w.mustDesk(t, lead, w.HoaBinh, today())
		if len(desk.Tasks) != 4 || desk.Overdue != 2 || desk.Tasks[3].Title != "Hôm nay" || desk.Names[other] != "Cao Thị Na" {
			t.Errorf("the cell's: %d overdue, %+v", desk.Overdue, desk.Tasks)
		}
		for i := range 9 { // more than a first page shows
			w.tasks(t, task.Task{Title: fmt.Sprintf("Việc cũ %d", i), AssigneeID: mine, Due: yesterday.AddDays(-i - 1)})
		}
		if desk = w.mustDesk(t, lead, w.HoaBinh, today()); len(desk.Tasks) != 8 || desk.Overdue != 11 {
			t.Errorf("the cell's: %d shown, %d overdue", len(desk.Tasks), desk.Overdue)
		}
		if desk = w.mustDesk(t, me, w.HoaBinh, today()); len(desk.Tasks) != 8 || desk.Overdue != 10 {
			t.Errorf("own: %d shown, %d overdue", len(desk.Tasks), desk.Overdue)
		}
	})
}

// rules.md 2.02: a thematic meeting of the quarter before does not count.
func TestDeskThematic(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.months(t, well(w.HoaBinh)[0])
		if desk := w.mustDesk(t, orgtest.Actor(access.RoleLead, w.HoaBinh), w.HoaBinh, today()); desk.Thematic || desk.Trend[9].Grade != figure.GradeGood {
			t.Errorf("thematic %v, trend %+v", desk.Thematic, desk.Trend)
		}
	})
}

func TestFollowed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.put(t, w.plan(civil.Of(2026, 11, 3), meeting.Closed), w.plan(civil.Of(2026, 12, 3), meeting.Invited))
		read := func(grants ...access.Grant) (list []home.Followed) {
			err := d.Read(t.Context(), func(q db.Q) (err error) {
				list, err = home.FollowedOf(t.Context(), q, access.Actor{Grants: grants})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		a, b := grant(access.RoleFollower, w.HoaBinh), grant(access.RoleFollower, w.Commune)
		list := read(grant(access.RoleMember, w.Village2), a, b, a)
		if len(list) != 2 || list[0].Unit.ID != w.HoaBinh.ID || list[0].Above != w.Town.Name || list[1].Unit.ID != w.Commune.ID {
			t.Fatalf("%+v", list)
		}
		if list[0].Next == nil || list[0].Next.Day != civil.Of(2026, 12, 3) || list[0].Last == nil || list[0].Last.Month != 202611 || list[1].Next != nil {
			t.Errorf("%+v", list)
		}
		if list = read(grant(access.RoleMember, w.Village2)); len(list) != 0 {
			t.Errorf("nothing followed: %+v", list)
		}
	})
}

// Of a meeting that is over and waits to be sent up, the follower sees the last one.
func TestFollowedAfterTheMeeting(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.put(t, w.plan(civil.Of(2026, 11, 3), meeting.Closed))
		err := d.Read(t.Context(), func(q db.Q) error {
			list, err := home.FollowedOf(t.Context(), q, orgtest.Actor(access.RoleFollower, w.HoaBinh))
			if len(list) != 1 || list[0].Next != nil || list[0].Last == nil {
				t.Errorf("%+v", list)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
