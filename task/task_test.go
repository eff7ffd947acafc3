package task_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/tree"
	"chibo/member"
	"chibo/org"
	"chibo/rulebook"
	"chibo/task"
)

const part, cell = 7, 70

func write(t testing.TB, d *db.DB, fn func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	if err := try(d, fn); err != nil {
		t.Fatal(err)
	}
}

func try(d *db.DB, fn func(ctx context.Context, tx *db.Tx) error) error {
	ctx := context.Background()
	return d.Write(ctx, func(tx *db.Tx) error { return fn(ctx, tx) })
}

func read(t testing.TB, d *db.DB, fn func(ctx context.Context, q db.Q) error) {
	t.Helper()
	ctx := context.Background()
	if err := d.Read(ctx, func(q db.Q) error { return fn(ctx, q) }); err != nil {
		t.Fatal(err)
	}
}

// given is a task of member 1 or more, begun on 3/10/2026, with its due day.
func given(title string, due civil.Date) task.NewTask {
	return task.NewTask{SourceID: 500, Seq: 1, Title: title, AssigneeID: 1, StartOn: civil.Of(2026, 10, 3), Due: due}
}

func assign(t testing.TB, d *db.DB, tasks ...task.NewTask) []int64 {
	t.Helper()
	var ids []int64
	write(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
		ids, err = task.Assign(ctx, tx, part, cell, tasks)
		return err
	})
	return ids
}

func start(t testing.TB, d *db.DB, review int64, day civil.Date) (n int) {
	t.Helper()
	write(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
		n, err = task.StartReview(ctx, tx, part, review, cell, day)
		return err
	})
	return n
}

func review(t testing.TB, d *db.DB, id int64) (rows []task.ReviewRow) {
	t.Helper()
	read(t, d, func(ctx context.Context, q db.Q) (err error) {
		rows, err = task.Review(ctx, q, part, id)
		return err
	})
	return rows
}

func judge(d *db.DB, reviewID int64, row task.ReviewRow, result task.State) (out task.Task, err error) {
	err = try(d, func(ctx context.Context, tx *db.Tx) error {
		out, err = task.Judge(ctx, tx, task.Verdict{ReviewID: reviewID, Task: row.Ref, Result: result, Note: "đã kiểm tra", By: 9, Version: row.Version})
		return err
	})
	return out, err
}

func TestAssign(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		day := civil.Of(2026, 11, 20)
		ids := assign(t, d, given("Một", day), task.NewTask{SourceID: 500, Seq: 2, Title: "Hai", AssigneeID: 2, Due: day, Product: "danh sách", Kind: task.Unplanned})
		read(t, d, func(ctx context.Context, q db.Q) error {
			list, err := task.BySource(ctx, q, part, 500)
			if err != nil {
				return err
			}
			if len(list) != 2 || list[0].Ref.ID != ids[0] || list[0].Kind != task.Planned || list[1].Product != "danh sách" {
				t.Errorf("%+v", list)
			}
			if list[1].StartOn != civil.Of(2026, 11, 3) || list[1].State != task.Open || list[1].Version != 1 {
				t.Errorf("%+v", list[1])
			}
			_, err = task.ByRef(ctx, q, ident.Ref{Part: part, ID: 1})
			if !errors.Is(err, task.ErrNotFound) {
				t.Errorf("no task: %v", err)
			}
			return nil
		})
		err := try(d, func(ctx context.Context, tx *db.Tx) error {
			_, err := task.Assign(ctx, tx, part, cell, []task.NewTask{given("Ba", day), {}})
			return err
		})
		if f := fault.FieldsOf(err); len(f) != 3 || f[0].Field != "title" || f[1].Field != "assignee" || f[2].Field != "due" {
			t.Errorf("empty: %v", err)
		}
		err = try(d, func(ctx context.Context, tx *db.Tx) error {
			_, err := task.Assign(ctx, tx, part, cell, []task.NewTask{given("Ba", civil.Of(2026, 10, 2))})
			return err
		})
		if f := fault.FieldsOf(err); len(f) != 1 || f[0].Args["Start"] != "03/10/2026" {
			t.Errorf("due before start: %v", err)
		}
		read(t, d, func(ctx context.Context, q db.Q) error {
			list, err := task.OpenOf(ctx, q, part, cell, 10)
			if len(list) != 2 {
				t.Errorf("half of a batch stayed: %d", len(list))
			}
			return err
		})
	})
}

// Tasks are born from a resolution and closed in the next meeting; what goes on
// comes back (rules.md 6.04).
func TestReviewCarriesOver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		november, december := civil.Of(2026, 11, 3), civil.Of(2026, 12, 3)
		assign(t, d, given("đã xong", civil.Of(2026, 10, 30)), given("quá hạn", civil.Of(2026, 10, 31)), given("còn thời gian", civil.Of(2026, 12, 20)),
			task.NewTask{Title: "chưa bắt đầu", AssigneeID: 1, StartOn: civil.Of(2026, 11, 10), Due: december})
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE task SET done_on = '2026-10-29' WHERE title = 'đã xong'`)
			return err
		})
		if n := start(t, d, 600, november); n != 3 {
			t.Fatalf("%d rows", n)
		}
		rows := review(t, d, 600)
		for i, want := range []struct{ before, proposed task.State }{{task.Told, task.Done}, {task.Overdue, task.Undone}, {task.Open, task.Open}} {
			if rows[i].Before != want.before || rows[i].Proposed() != want.proposed || rows[i].Result != "" {
				t.Errorf("%s: %+v", rows[i].Title, rows[i])
			}
		}
		done, err := judge(d, 600, rows[0], task.Beyond)
		if err != nil || done.DoneOn != civil.Of(2026, 10, 29) || done.State != task.Beyond || done.JudgedBy != 9 {
			t.Fatalf("%+v, %v", done, err)
		}
		if _, err := judge(d, 600, rows[0], task.Done); !errors.Is(err, task.ErrChanged) {
			t.Errorf("an old page: %v", err)
		}
		if _, err := judge(d, 600, rows[1], "perhaps"); len(fault.FieldsOf(err)) != 1 {
			t.Errorf("no result: %v", err)
		}
		if _, err := judge(d, 999, rows[1], task.Done); !errors.Is(err, task.ErrNotFound) {
			t.Errorf("another review: %v", err)
		}
		// The overdue one gets more time, then is called undone, then done today.
		for _, result := range []task.State{task.Undone, task.Late, task.Open} {
			got, err := judge(d, 600, rows[1], result)
			if err != nil || got.State != result || got.DoneOn.IsZero() == result.CarriedOut() {
				t.Fatalf("%s: %+v, %v", result, got, err)
			}
			rows[1].Version = got.Version
		}
		read(t, d, func(ctx context.Context, q db.Q) error {
			o, err := task.OutcomeOf(ctx, q, part, 600)
			if o != (task.Outcome{Beyond: 1, GoingOn: 1, OverdueGoingOn: 1, Unjudged: 1}) {
				t.Errorf("%+v", o)
			}
			return err
		})
		// Looking again takes in what came since and keeps what was judged.
		assign(t, d, given("thêm", civil.Of(2026, 11, 30)))
		if n := start(t, d, 600, november); n != 4 || review(t, d, 600)[0].Result != task.Beyond {
			t.Fatalf("started again: %d rows", n)
		}
		for _, r := range review(t, d, 600)[2:] {
			if _, err := judge(d, 600, r, task.Open); err != nil {
				t.Fatal(err)
			}
		}
		read(t, d, func(ctx context.Context, q db.Q) error {
			due, fulfilled, err := task.FulfilledOf(ctx, q, part, 600)
			if due != 2 || fulfilled != 1 {
				t.Errorf("fulfilled %d of %d", fulfilled, due)
			}
			return err
		})
		if n := start(t, d, 601, december); n != 4 {
			t.Errorf("carried over: %d rows", n)
		}
		for _, r := range review(t, d, 601) {
			if r.Title == "đã xong" {
				t.Error("a task with its verdict came back")
			}
		}
		write(t, d, func(ctx context.Context, tx *db.Tx) error { return task.ForgetReview(ctx, tx, part, 601) })
		if len(review(t, d, 601)) != 0 || len(review(t, d, 600)) != 4 {
			t.Error("a review given up")
		}
	})
}

// A meeting does not look back on the tasks it gives itself, nor on another cell's.
func TestReviewKnowsWhoseTasks(t *testing.T) {
	d := dbtest.New(t)
	assign(t, d, given("của cuộc họp này", civil.Of(2026, 12, 1)))
	write(t, d, func(ctx context.Context, tx *db.Tx) error {
		_, err := task.Assign(ctx, tx, part, cell+1, []task.NewTask{given("chi bộ khác", civil.Of(2026, 12, 1))})
		return err
	})
	if n := start(t, d, 500, civil.Of(2026, 11, 3)); n != 0 {
		t.Errorf("%d rows", n)
	}
}

func TestOfAndOverdue(t *testing.T) {
	d := dbtest.New(t)
	assign(t, d, given("sau", civil.Of(2026, 12, 1)), given("trước", civil.Of(2026, 11, 1)), given("xong", civil.Of(2026, 10, 10)))
	start(t, d, 600, civil.Of(2026, 11, 3))
	for _, r := range review(t, d, 600) {
		if r.Title != "xong" {
			continue
		}
		if _, err := judge(d, 600, r, task.Done); err != nil {
			t.Fatal(err)
		}
	}
	read(t, d, func(ctx context.Context, q db.Q) error {
		list, err := task.Of(ctx, q, part, 1)
		if err != nil {
			return err
		}
		if len(list) != 3 || list[0].Title != "trước" || list[1].Title != "sau" || list[2].Title != "xong" {
			t.Errorf("%+v", list)
		}
		day := civil.Of(2026, 11, 3)
		if !list[0].IsOverdue(day) || list[0].Now(day) != task.Overdue || list[1].Now(day) != task.Open || list[2].Now(day) != task.Done {
			t.Errorf("on %s: %s %s %s", day.Vi(), list[0].Now(day), list[1].Now(day), list[2].Now(day))
		}
		if list[0].IsOverdue(civil.Of(2026, 11, 1)) {
			t.Error("overdue on its own day")
		}
		closed, err := task.ClosedOf(ctx, q, part, cell, 10)
		if len(closed) != 1 {
			t.Errorf("closed: %+v", closed)
		}
		return err
	})
}

// units makes a district with two cells of its own and gives them.
func units(t *testing.T, d *db.DB) (top, a, b org.Unit) {
	t.Helper()
	book, err := rulebook.New()
	if err != nil {
		t.Fatal(err)
	}
	write(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
		set := book.At(civil.Of(2020, 1, 1), "")
		if top, err = org.Add(ctx, tx, org.NewUnit{Set: set, Kind: org.KindDistrict, Name: "Huyện", ValidFrom: civil.Of(2020, 1, 1)}); err != nil {
			return err
		}
		for _, u := range []*org.Unit{&a, &b} {
			if *u, err = org.Add(ctx, tx, org.NewUnit{Set: set, ParentID: top.ID, Kind: org.KindGrassrootsCell, Name: "Chi bộ", ValidFrom: civil.Of(2020, 1, 1)}); err != nil {
				return err
			}
		}
		return nil
	})
	return top, a, b
}

func actor(role string, path tree.Path, person int64) access.Actor {
	return access.Actor{AccountID: 5, PersonID: person, Grants: []access.Grant{{Role: role, Path: path}}}
}

func TestCountsAndLists(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		top, a, b := units(t, d)
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			late, soon := civil.Of(2026, 11, 1), civil.Of(2026, 12, 1)
			if _, err := task.Assign(ctx, tx, a.PartID, a.ID, []task.NewTask{given("1", late), given("2", soon), given("3", late)}); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `UPDATE task SET done_on = '2026-11-01' WHERE title = '3'`); err != nil {
				return err
			}
			_, err := task.Assign(ctx, tx, b.PartID, b.ID, []task.NewTask{given("4", late)})
			return err
		})
		day := civil.Of(2026, 11, 3)
		for _, c := range []struct {
			path          tree.Path
			open, overdue int
		}{{top.Path, 4, 2}, {a.Path, 3, 1}, {b.Path, 1, 1}} {
			scope, err := access.Any(actor(access.RoleUpper, c.path, 0), access.FigureRead)
			if err != nil {
				t.Fatal(err)
			}
			read(t, d, func(ctx context.Context, q db.Q) error {
				open, overdue, err := task.Counts(ctx, q, scope, day)
				if err != nil {
					return err
				}
				if open != c.open || overdue != c.overdue {
					t.Errorf("%s: %d open, %d overdue", c.path, open, overdue)
				}
				// The records behind the counts, page by page.
				for _, o := range []struct {
					overdue bool
					want    int
				}{{false, c.open}, {true, c.overdue}} {
					n, f := 0, task.Filter{Overdue: o.overdue, Day: day, Limit: 1}
					for {
						page, err := task.List(ctx, q, scope, f)
						if err != nil {
							return err
						}
						if len(page) == 0 {
							break
						}
						n, f.AfterDue, f.AfterID = n+1, page[0].Due, page[0].Ref.ID
					}
					if n != o.want {
						t.Errorf("%s: listed %d, want %d", c.path, n, o.want)
					}
				}
				return nil
			})
		}
	})
}

func TestReport(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		_, a, b := units(t, d)
		s := &task.Service{DB: d}
		var ref ident.Ref
		var person int64
		write(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
			if person, err = member.AddPerson(ctx, tx, member.Person{Part: a.PartID, Name: "Trần Thị Mơ", Sex: "f"}); err != nil {
				return err
			}
			m, err := member.AddMembership(ctx, tx, member.Membership{
				Part: a.PartID, PersonID: person, CellID: a.ID, Kind: member.KindHome, Name: "Trần Thị Mơ",
				From: civil.Of(2020, 1, 1), Origin: member.OriginFounded, AdmittedOn: civil.Of(2015, 5, 1), OfficialOn: civil.Of(2016, 5, 1),
			})
			if err != nil {
				return err
			}
			n := given("Vận động", civil.Of(2026, 11, 20))
			n.AssigneeID = m
			ids, err := task.Assign(ctx, tx, a.PartID, a.ID, []task.NewTask{n})
			if err == nil {
				ref = ident.Ref{Part: a.PartID, ID: ids[0]}
			}
			return err
		})
		own := actor(access.RoleMember, a.Path, person)
		if err := s.Report(ctx, own, ref, " ", false); len(fault.FieldsOf(err)) != 1 {
			t.Errorf("nothing said: %v", err)
		}
		for name, who := range map[string]access.Actor{
			"another member":             actor(access.RoleMember, a.Path, person+1),
			"the committee of elsewhere": actor(access.RoleCommittee, b.Path, 0),
			"who left the cell":          {PersonID: person},
		} {
			if err := s.Report(ctx, who, ref, "x", false); !errors.Is(err, task.ErrNotYours) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := s.Report(ctx, own, ref, "đã gặp ba hộ", false); err != nil {
			t.Fatal(err)
		}
		got, mine, err := s.Open(ctx, own, ref)
		if err != nil || !mine || got.Progress != "đã gặp ba hộ" || !got.DoneOn.IsZero() || got.ToldAt.IsZero() {
			t.Fatalf("%+v, %v", got, err)
		}
		if err := s.Report(ctx, actor(access.RoleCommittee, a.Path, 0), ref, "xong", true); err != nil {
			t.Fatal(err)
		}
		dbtest.Clock(d).Advance(48 * time.Hour)
		if err := s.Report(ctx, own, ref, "xong, có danh sách", true); err != nil {
			t.Fatal(err)
		}
		if got, _, _ = s.Open(ctx, own, ref); got.DoneOn != civil.Of(2026, 11, 3) || got.State != task.Open || got.Now(civil.Of(2026, 12, 1)) != task.Told {
			t.Errorf("the first day counts, the meeting judges: %+v", got)
		}
		if _, mine, err := s.Open(ctx, actor(access.RoleUpper, a.Path, 0), ref); err != nil || mine {
			t.Errorf("the officer above reads only: %v, %v", mine, err)
		}
		if _, _, err := s.Open(ctx, actor(access.RoleMember, b.Path, 3), ref); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("the next cell: %v", err)
		}
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			if _, err := task.StartReview(ctx, tx, a.PartID, 600, a.ID, civil.Of(2026, 11, 5)); err != nil {
				return err
			}
			_, err := task.Judge(ctx, tx, task.Verdict{ReviewID: 600, Task: ref, Result: task.Done, By: 5, Version: got.Version})
			return err
		})
		if err := s.Report(ctx, own, ref, "thêm", false); !errors.Is(err, task.ErrJudged) {
			t.Errorf("after the verdict: %v", err)
		}
	})
}

func TestAddAll(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			id := tx.ID()
			return task.AddAll(ctx, tx, task.Batch{
				Tasks: []task.Task{
					{Ref: ident.Ref{Part: part, ID: id}, CellID: cell, Title: "cũ", AssigneeID: 1, StartOn: civil.Of(2026, 1, 3), Due: civil.Of(2026, 1, 30), State: task.Late, DoneOn: civil.Of(2026, 2, 1)},
					{Ref: ident.Ref{Part: part}, CellID: cell, Title: "mới", AssigneeID: 1, StartOn: civil.Of(2026, 1, 3), Due: civil.Of(2026, 11, 30)},
				},
				Reviews: []task.PastReview{{Part: part, ReviewID: 300, TaskID: id, Before: task.Overdue, Result: task.Late}},
			})
		})
		if rows := review(t, d, 300); len(rows) != 1 || rows[0].Result != task.Late || rows[0].Proposed() != task.Late {
			t.Errorf("%+v", rows)
		}
		if n := start(t, d, 600, civil.Of(2026, 11, 3)); n != 1 {
			t.Errorf("%d rows", n)
		}
	})
}
