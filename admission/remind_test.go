package admission_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"chibo/admission"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/viet"
	"chibo/org"
	"chibo/rulebook"
)

const crowdSQL = `INSERT INTO dossier (part_id, id, cell_id, name, fold, sort, sex, birth, citizen, state, step, holder_id, since, clock, due, tracked_on, by_account, at, op)
VALUES ($1, $2, $3, $4, $5, $6, 'f', '1994-06-12', $7, 'open', 'base', $8, $9, 'decide', $10, $9, 1, 0, $11)`

// crowd lets dossiers of a cell wait with a unit, each with one deadline.
func (w *world) crowd(t testing.TB, n int, cell, holder org.Unit, due civil.Date) {
	t.Helper()
	w.Write(t, func(ctx context.Context, tx *db.Tx) error {
		var rows, clocks [][]any
		for range n {
			id := tx.ID()
			name := fmt.Sprintf("Người %d", id)
			rows = append(rows, []any{cell.PartID, id, cell.ID, name, viet.Fold(name), viet.SortKey(name), true, holder.ID, due.AddDays(-60), due, fmt.Sprintf("op-%d", id)})
			clocks = append(clocks, []any{cell.PartID, id, "decide", due.AddDays(-60), due, due})
		}
		for _, r := range rows {
			if _, err := tx.Exec(ctx, crowdSQL, r...); err != nil {
				return err
			}
		}
		return db.Many(ctx, tx, `INSERT INTO dossier_clock (part_id, dossier_id, clock, from_day, due, plain_due) VALUES ($1, $2, $3, $4, $5, $6)`, clocks)
	})
}

// toldOf counts the marks, the notices of a kind, and the dossiers with another number of
// such notices than each should have.
func toldOf(t testing.TB, d *db.DB, kind string, each int) (marks, notices, odd int) {
	t.Helper()
	err := d.Read(context.Background(), func(q db.Q) error {
		ctx := context.Background()
		if err := q.QueryRow(ctx, `SELECT COUNT(*) FROM dossier_told`).Scan(&marks); err != nil {
			return err
		}
		list, err := db.List(ctx, q, func(s db.Scanner) (n int, err error) { return n, s.Scan(&n) },
			`SELECT COUNT(*) FROM notice WHERE kind = $1 GROUP BY href`, kind)
		for _, n := range list {
			notices += n
			if n != each {
				odd++
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return marks, notices, odd
}

// Who acts for many units is who acts for each: lead and deputies of a cell, officers and
// organisation officers of a committee; and of what is late the levels above, so far as the
// rule of its day rises.
func TestAlarmsOfMany(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.crowd(t, 230, w.HoaBinh, w.HoaBinh, w.today().AddDays(10)) // over one page
		w.crowd(t, 30, w.HoaBinh, w.Town, w.today().AddDays(-2))
		w.crowd(t, 20, w.Village2, w.Village2, w.today().AddDays(-20))
		w.must(t, w.s.Remind(t.Context()))
		for _, c := range []struct {
			kind          string
			each, notices int
		}{
			{"admission.due", 2, 230 * 2},         // secretary and deputy
			{"admission.late", 0, 30*2 + 20},      // the town's secretary and keeper; a secretary alone
			{"admission.risen", 0, 30 + 20*2 + 0}, // the district's staff; the commune and the district
		} {
			_, notices, _ := toldOf(t, d, c.kind, c.each)
			if notices != c.notices {
				t.Errorf("%s: %d notices, want %d", c.kind, notices, c.notices)
			}
		}
		if marks, _, odd := toldOf(t, d, "admission.due", 2); marks != 280 || odd != 0 {
			t.Errorf("%d marks, %d told not twice", marks, odd)
		}
	})
}

// Several that tell at once tell each deadline once.
func TestAlarmsAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.crowd(t, 450, w.HoaBinh, w.HoaBinh, w.today().AddDays(10))
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				if err := w.s.Remind(context.Background()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if marks, notices, odd := toldOf(t, d, "admission.due", 2); marks != 450 || notices != 900 || odd != 0 {
			t.Errorf("%d marks, %d notices, %d not told once", marks, notices, odd)
		}
	})
}

const killFlag = "CHIBO_ADMISSION_KILL_CHILD"

// A night that is killed, at any instant and again and again, neither loses an alarm nor
// tells one twice: what was told is marked in the same transaction.
func TestKilledWhileReminding(t *testing.T) {
	if flag := os.Getenv(killFlag); flag != "" {
		if err := remindUntilKilled(flag); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(3)
		}
		return
	}
	path := filepath.Join(t.TempDir(), "kill.db")
	open := func() *db.DB {
		d, err := db.Open(t.Context(), db.Options{URL: path, Clock: clock.Fixed(dbtest.Day())})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	const all = 700
	d := open()
	w := newWorld(t, d)
	w.crowd(t, all, w.HoaBinh, w.HoaBinh, w.today().AddDays(10))
	w.must(t, d.Close())

	partly, last := false, 0
	for _, after := range []int{2, 3, 150, 420, 500, 700, 900} {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledWhileReminding$") //nolint:gosec // this test itself
		cmd.Env = append(os.Environ(), killFlag+"="+strconv.Itoa(after)+" "+path)
		out, err := cmd.CombinedOutput()
		if err != nil && cmd.ProcessState.ExitCode() != -1 {
			t.Fatalf("the child failed by itself: %v\n%s", err, out)
		}
		d = open()
		marks, notices, odd := toldOf(t, d, "admission.due", 2)
		w.must(t, d.Close())
		if notices != 2*marks || odd != 0 || marks < last {
			t.Errorf("killed after %d looks at the clock: %d marks (%d before), %d notices, %d dossiers not told twice", after, marks, last, notices, odd)
		}
		last = marks
		partly = partly || marks > 0 && marks < all
	}
	if !partly {
		t.Error("no child was killed in the middle")
	}
	d = open()
	defer d.Close() //nolint:errcheck // the test is over
	w.s.DB = d
	w.must(t, w.s.Remind(t.Context()))
	if marks, notices, odd := toldOf(t, d, "admission.due", 2); marks != all || notices != 2*all || odd != 0 {
		t.Errorf("in the end %d marks, %d notices, %d not told once", marks, notices, odd)
	}
}

// dying is a clock that ends its process, as a power cut does, when it is looked at for the
// last time: a transaction looks once, and so does each new id.
type dying struct {
	clock.Clock
	left atomic.Int64
}

func (c *dying) Now() time.Time {
	if c.left.Add(-1) == 0 {
		if p, err := os.FindProcess(os.Getpid()); err == nil {
			p.Kill() //nolint:errcheck // there is nobody to tell
		}
		select {}
	}
	return c.Clock.Now()
}

func remindUntilKilled(flag string) error {
	after, path, _ := strings.Cut(flag, " ")
	n, err := strconv.Atoi(after)
	if err != nil {
		return err
	}
	c := &dying{Clock: clock.Fixed(dbtest.Day())}
	d, err := db.Open(context.Background(), db.Options{URL: path, Clock: c})
	if err != nil {
		return err
	}
	book, err := rulebook.New()
	if err != nil {
		return err
	}
	c.left.Store(int64(n))
	return (&admission.Service{DB: d, Book: book}).Remind(context.Background())
}

// A cell without a secretary holds up nobody else.
func TestAlarmsOfNobody(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	w.crowd(t, 3, w.Office, w.Office, w.today().AddDays(5)) // a cell without a secretary
	w.crowd(t, 1, w.HoaBinh, w.HoaBinh, w.today().AddDays(5))
	w.must(t, w.s.Remind(t.Context()))
	if marks, notices, _ := toldOf(t, w.DB, "admission.due", 2); marks != 4 || notices != 2 {
		t.Errorf("%d marks, %d notices", marks, notices)
	}
}
