package reorg_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/reorg"
	"chibo/rulebook"
)

// What the child is told: the database and the act.
const killFile, killAct = "CHIBO_REORG_KILL_FILE", "CHIBO_REORG_KILL_ACT"

// A process is killed without warning while it carries out an act, or takes it back:
// every cell is moved whole or not at all, sums are right, and the next process goes
// on to the same end.
func TestKilled(t *testing.T) {
	if path := os.Getenv(killFile); path != "" {
		killChild(path)
		return
	}
	for _, after := range []int{1, 3, 6} {
		t.Run(strconv.Itoa(after), func(t *testing.T) { killAfter(t, after) })
	}
}

func openFile(t testing.TB, path string) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), db.Options{URL: path, Clock: clock.Fixed(dbtest.Day())})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func killAfter(t *testing.T, after int) {
	path := filepath.Join(t.TempDir(), "kill.db")
	d := openFile(t, path)
	w := newWorld(t, d, 3)
	before := w.contents(t)
	id := w.draft(t,
		reorg.Step{Kind: reorg.Move, Units: []int64{w.parties[0].ID}, To: w.communes[1].ID},
		reorg.Step{Kind: reorg.Move, Units: []int64{w.direct[0].ID, w.direct[2].ID}, To: w.communes[1].ID},
		reorg.Step{Kind: reorg.Merge, Units: []int64{w.bases[0].ID, w.bases[2].ID}, To: w.bases[1].ID},
		reorg.Step{Kind: reorg.Assign, Units: []int64{w.cells[6].ID}, To: w.bases[1].ID, Members: w.members[w.cells[6].ID][:2]},
		reorg.Step{Kind: reorg.Dissolve, Units: []int64{w.communes[0].ID}},
	)
	if r := w.rehearse(t, id); !r.Open() {
		t.Fatalf("%+v", r.Problems)
	}
	w.start(t, id)
	for _, state := range []string{reorg.StateDone, reorg.StateUndone} {
		must(t, d.Close())
		told := runChild(t, path, id, after)
		d = openFile(t, path)
		w.d, w.s = d, service(d, w.book)
		w.consistent(t)
		a := w.act(t, id)
		if a.Busy() {
			done := a.Done
			if a.State == reorg.StateUndoing {
				done = a.Items - a.Done
			}
			if done < told {
				t.Errorf("%d items were told of, %d are there", told, done)
			}
		}
		if a = w.finish(t, id); a.State != state {
			t.Fatalf("%s, want %s: %+v", a.State, state, a.Problem)
		}
		w.consistent(t)
		if state == reorg.StateDone {
			must(t, w.s.TakeBack(t.Context(), w.keeper, id))
		}
	}
	same(t, before, w.contents(t))
	must(t, d.Close())
}

// runChild lets a process work on the act, kills it when it has told of so many items,
// and gives how many it told of.
func runChild(t *testing.T, path string, id int64, after int) (told int) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestKilled$") //nolint:gosec // this very test
	cmd.Env = append(os.Environ(), killFile+"="+path, killAct+"="+strconv.FormatInt(id, 10))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if lines.Text() != "item" {
			break
		}
		if told++; told == after {
			must(t, cmd.Process.Kill())
			break
		}
	}
	if err := cmd.Wait(); told == after && err == nil {
		t.Log("the child was quicker than its end")
	}
	return told
}

func killChild(path string) {
	d, err := db.Open(context.Background(), db.Options{URL: path, Clock: clock.Fixed(dbtest.Day())})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	book, err := rulebook.New()
	if err != nil {
		os.Exit(1)
	}
	s := service(d, book)
	id, _ := strconv.ParseInt(os.Getenv(killAct), 10, 64)
	for {
		more, err := s.Next(context.Background(), id)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		if !more {
			os.Exit(0)
		}
		fmt.Println("item")
	}
}

// Readers who look while an act is carried out see each cell whole: its members, its
// figures and its place belong to one another at every moment.
func TestReadersSeeWholeCells(t *testing.T) {
	w := newWorld(t, dbtest.New(t), 3)
	id := w.draft(t,
		reorg.Step{Kind: reorg.Move, Units: []int64{w.cells[0].ID, w.cells[1].ID, w.cells[3].ID}, To: w.communes[2].ID},
		reorg.Step{Kind: reorg.Merge, Units: []int64{w.bases[0].ID}, To: w.bases[2].ID},
	)
	w.start(t, id)
	stop, looked := make(chan struct{}), make(chan int)
	go func() {
		n := 0
		for {
			select {
			case <-stop:
				looked <- n
				return
			default:
				w.oneLook(t)
				n++
			}
		}
	}()
	a := w.finish(t, id)
	w.takeBack(t, id)
	close(stop)
	if n := <-looked; n == 0 || a.State != reorg.StateDone {
		t.Errorf("%d looks, %s", n, a.State)
	}
}

// oneLook reads, in one snapshot, the sums of the province and of each commune, and
// the members cell by cell.
func (w *world) oneLook(t *testing.T) {
	ctx := context.Background()
	err := w.d.Read(ctx, func(q db.Q) error {
		var members, months, bad int
		for _, x := range []struct {
			query string
			to    *int
		}{
			{`SELECT SUM(members) FROM unit_state`, &members},
			{`SELECT SUM(present) FROM unit_month`, &months},
			{`SELECT COUNT(*) FROM cell_state c JOIN org o ON o.id = c.cell_id WHERE o.part_id <> c.part_id`, &bad},
		} {
			if err := q.QueryRow(ctx, x.query).Scan(x.to); err != nil {
				return err
			}
		}
		cells := 15
		if members != cells*perCell || months != cells*3*(perCell-1) || bad != 0 {
			t.Errorf("a reader saw %d members, %d attendances, %d cells torn", members, months, bad)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
