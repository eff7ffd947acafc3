package figure_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"chibo/access"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/org"
	"chibo/org/orgtest"
)

// something does one random act of those that change figures: facts of a cell told by its
// meeting, its tasks, its score, its papers; what it consists of; many months at once, as an
// import does; a cell taken to another part, as a reorganisation does.
func something(ctx context.Context, tx *db.Tx, r *rand.Rand, tree orgtest.Tree, first civil.Month) error {
	cell := tree.Cells[r.IntN(len(tree.Cells))]
	part := tree.Parts[r.IntN(len(tree.Parts))].ID // also where the cell was or may go
	k := figure.Key{Part: part, Month: first.Add(r.IntN(5)), CellID: cell.ID}
	grades := []string{"", figure.GradeGood, figure.GradeFair, figure.GradeAverage, figure.GradeWeak, figure.GradeFail}
	switch r.IntN(9) {
	case 0, 1:
		return figure.PutScore(ctx, tx, k, r.IntN(1000), grades[r.IntN(len(grades))])
	case 2:
		return figure.PutMeeting(ctx, tx, k, figure.Held{MetDay: k.Month.First().AddDays(r.IntN(28)), Due: r.IntN(30), Present: r.IntN(30), Speakers: r.IntN(9), Minutes: r.IntN(200), Agreed: r.IntN(2) == 0})
	case 3:
		return figure.PutThematic(ctx, tx, k)
	case 4:
		return figure.PutTasks(ctx, tx, k, r.IntN(9), r.IntN(9))
	case 5:
		return figure.PutSent(ctx, tx, k, k.Month.Last(), r.IntN(3))
	case 6:
		if r.IntN(4) == 0 {
			return figure.DropState(ctx, tx, part, cell.ID)
		}
		return figure.PutState(ctx, tx, part, cell.ID, figure.State{Members: r.IntN(40), Officials: r.IntN(40), Exempt: r.IntN(5), LastAdmitted: first.First()})
	case 7:
		return imported(ctx, tx, r, part, tree.Cells, first)
	}
	return moved(ctx, tx, cell.ID, part, tree.Parts[r.IntN(len(tree.Parts))].ID, first)
}

// imported brings months of a cell that is new to the part, and sums them.
func imported(ctx context.Context, tx *db.Tx, r *rand.Rand, part int64, cells []org.Unit, first civil.Month) error {
	id := cells[0].ID + 1_000_000 + tx.ID()%1_000_000
	var list []figure.CellMonth
	for i := range 5 {
		m := first.Add(i)
		list = append(list, figure.CellMonth{Part: part, Month: m, CellID: id, MetDay: m.First(), Thematic: r.IntN(2), Due: r.IntN(30), Score10: figure.NoScore, Grade: figure.GradeAverage})
	}
	if err := figure.PutCellMonths(ctx, tx, list); err != nil {
		return err
	}
	for i := range 5 {
		if err := figure.RebuildUnit(ctx, tx, part, first.Add(i)); err != nil {
			return err
		}
	}
	return nil
}

// moved takes the rows of a cell from one part to another, those that are there already in
// the other one given up.
func moved(ctx context.Context, tx *db.Tx, cell, from, to int64, first civil.Month) error {
	if from == to {
		return nil
	}
	for _, query := range []string{`DELETE FROM cell_month WHERE part_id = $1 AND cell_id = $2`, `DELETE FROM cell_state WHERE part_id = $1 AND cell_id = $2`} {
		if _, err := tx.Exec(ctx, query, to, cell); err != nil {
			return err
		}
	}
	for i := range 5 { // of what was given up
		if err := figure.RebuildUnit(ctx, tx, to, first.Add(i)); err != nil {
			return err
		}
	}
	return figure.Rehome(ctx, tx, cell, from, to)
}

// recomputed adds up what is stored of single cells, in Go, without the program's SQL.
func recomputed(t *testing.T, q db.Q, part int64, first civil.Month) (months map[civil.Month]figure.UnitMonth, state figure.State) {
	t.Helper()
	w := &world{cells: map[figure.Key]figure.CellMonth{}}
	_, err := db.List(t.Context(), q, func(s db.Scanner) (bool, error) {
		c := figure.CellMonth{Part: part}
		var agreed int
		err := s.Scan(&c.Month, &c.CellID, &c.MetDay, &c.Thematic, &c.Due, &c.Present, &c.Excused, &c.Unexcused, &c.Speakers, &c.Minutes, &agreed,
			&c.TasksDue, &c.TasksDone, &c.Score10, &c.Grade, &c.SentDay, &c.SentLate)
		c.Agreed = agreed != 0
		w.cells[figure.Key{Part: part, Month: c.Month, CellID: c.CellID}] = c
		return true, err
	}, `SELECT month, cell_id, met_day, thematic, due, present, excused, unexcused, speakers, minutes, agreed, tasks_due, tasks_done, score10, grade, sent_day, sent_late
  FROM cell_month WHERE part_id = $1 AND month >= $2 AND month <= $3`, part, first.Add(-2), first.Add(6))
	if err != nil {
		t.Fatal(err)
	}
	months = map[civil.Month]figure.UnitMonth{}
	for k, c := range w.cells {
		sum := months[k.Month]
		sum.Month = k.Month
		addCell(&sum, c)
		w.addBack(&sum, c)
		months[k.Month] = sum
	}
	_, err = db.List(t.Context(), q, func(s db.Scanner) (bool, error) {
		var one figure.State
		err := s.Scan(&one.Members, &one.Officials, &one.Reserves, &one.Exempt, &one.Away)
		one.Cells = 1
		state = state.Plus(one)
		return true, err
	}, `SELECT members, officials, reserves, exempt, away FROM cell_state WHERE part_id = $1`, part)
	if err != nil {
		t.Fatal(err)
	}
	return months, state
}

// Whatever many do at once, in whatever order, each part's sums are those of its cells. On
// PostgreSQL the writers are connections of their own.
func TestManyWritersLeaveExactSums(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tree := orgtest.District(t, d)
		first := civil.Month(201601)
		rapid.Check(t, func(rt *rapid.T) {
			first = first.Add(5) // months of its own, since the database stays
			writers, acts := rapid.IntRange(2, 8).Draw(rt, "writers"), rapid.IntRange(1, 6).Draw(rt, "acts")
			grouped, seed := rapid.Bool().Draw(rt, "grouped"), rapid.Uint64().Draw(rt, "seed")
			var wg sync.WaitGroup
			errs := make(chan error, writers*acts)
			for i := range writers {
				wg.Go(func() {
					for j := range acts {
						write := d.Write
						if grouped {
							write = d.WriteGrouped
						}
						if err := write(context.Background(), func(tx *db.Tx) error {
							r := rand.New(rand.NewPCG(seed, uint64(i*100+j))) // the same again when the function runs again
							return something(context.Background(), tx, r, tree, first)
						}); err != nil {
							errs <- err
						}
					}
				})
			}
			wg.Wait()
			close(errs)
			for err := range errs {
				rt.Fatal(err)
			}
			if err := d.Read(t.Context(), func(q db.Q) error { return sumsAgree(t, rt, q, tree, first) }); err != nil {
				rt.Fatal(err)
			}
		})
	})
}

func sumsAgree(t *testing.T, rt *rapid.T, q db.Q, tree orgtest.Tree, first civil.Month) error {
	for _, p := range tree.Parts {
		scope := orgtest.Scope(t, p, access.FigureRead)
		trend, err := figure.Trend(t.Context(), q, scope, first, first.Add(6))
		if err != nil {
			return err
		}
		want, state := recomputed(t, q, p.ID, first)
		for _, got := range trend {
			x := want[got.Month]
			x.Month = got.Month
			if got != x {
				rt.Fatalf("%s in %d:\n got %+v\nwant %+v", p.Short, got.Month, got, x)
			}
		}
		got, err := figure.StateOf(t.Context(), q, scope)
		if err != nil {
			return err
		}
		if got.LastAdmitted = (civil.Date{}); got != state {
			rt.Fatalf("state of %s:\n got %+v\nwant %+v", p.Short, got, state)
		}
	}
	return nil
}
