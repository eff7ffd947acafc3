package job_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/job"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func enqueue(t *testing.T, d *db.DB, kind string, payload any, opts ...job.Option) {
	t.Helper()
	must(t, d.Write(t.Context(), func(tx *db.Tx) error { return job.Enqueue(t.Context(), tx, kind, payload, opts...) }))
}

func due(t *testing.T, r *job.Runner) int {
	t.Helper()
	n, err := r.RunDue(t.Context())
	must(t, err)
	return n
}

func status(t *testing.T, d *db.DB) (c job.Counts) {
	t.Helper()
	must(t, d.Read(t.Context(), func(q db.Q) (err error) {
		c, err = job.Status(t.Context(), q, d.Clock().Now())
		return err
	}))
	return c
}

// recorder is a handler that notes what it got and fails as long as it is told to.
type recorder struct {
	mu   sync.Mutex
	got  []string
	fail error
}

func (r *recorder) handle(_ context.Context, payload []byte) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got = append(r.got, string(payload))
	return r.fail
}

func TestRunsOnceInOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var rec recorder
		r := &job.Runner{DB: d}
		r.Register("a", rec.handle)
		enqueue(t, d, "a", 1)
		dbtest.Clock(d).Advance(time.Millisecond)
		enqueue(t, d, "a", 2)
		enqueue(t, d, "a", 3, job.At(d.Clock().Now().Add(time.Hour)))
		if n := due(t, r); n != 2 || !slices.Equal(rec.got, []string{"1", "2"}) {
			t.Fatalf("ran %d: %v", n, rec.got)
		}
		dbtest.Clock(d).Advance(time.Hour)
		if n := due(t, r); n != 1 || rec.got[2] != "3" {
			t.Fatalf("ran %d: %v", n, rec.got)
		}
		if c := status(t, d); c != (job.Counts{}) {
			t.Fatalf("left %+v", c)
		}
	})
}

func TestBelongsToTheTransaction(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		mine := errors.New("mine")
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			must(t, job.Enqueue(t.Context(), tx, "a", nil))
			return mine
		})
		if !errors.Is(err, mine) || status(t, d).Ready != 0 {
			t.Fatalf("%v, %+v", err, status(t, d))
		}
	})
}

func TestKeyIsDoneOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var rec recorder
		r := &job.Runner{DB: d}
		r.Register("a", rec.handle)
		for range 2 {
			enqueue(t, d, "a", 1, job.Key("a:1"))
			enqueue(t, d, "a", 1, job.Key("a:1"))
			due(t, r)
		}
		if len(rec.got) != 1 {
			t.Fatalf("ran %d times", len(rec.got))
		}
	})
}

func TestFailsLaterAndLaterThenIsDead(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rec := recorder{fail: fmt.Errorf("letter to Nguyễn Văn An: %w", fault.New(fault.Unavailable, "mail.err.down"))}
		r := &job.Runner{DB: d}
		r.Register("a", rec.handle)
		enqueue(t, d, "a", 1, job.Tries(3))
		for attempt, wait := range []time.Duration{0, 8 * time.Second, 16 * time.Second} {
			dbtest.Clock(d).Advance(wait - time.Millisecond)
			if n := due(t, r); n != 0 && attempt > 0 {
				t.Fatalf("attempt %d came before %v", attempt+1, wait)
			}
			dbtest.Clock(d).Advance(wait/2 + 2*time.Millisecond) // at most half as much again
			due(t, r)
			if len(rec.got) != attempt+1 {
				t.Fatalf("%d attempts, want %d", len(rec.got), attempt+1)
			}
		}
		if c := status(t, d); c.Dead != 1 || c.Ready != 0 {
			t.Fatalf("%+v", c)
		}
		if text := lastError(t, d); text != "unavailable mail.err.down" {
			t.Errorf("kept %q", text)
		}
		rec.fail = nil
		must(t, d.Write(t.Context(), func(tx *db.Tx) error {
			n, err := job.Revive(t.Context(), tx)
			if n != 1 {
				t.Errorf("revived %d", n)
			}
			return err
		}))
		if due(t, r) != 1 || status(t, d) != (job.Counts{}) {
			t.Fatalf("after Revive %+v", status(t, d))
		}
	})
}

func lastError(t *testing.T, d *db.DB) (text string) {
	t.Helper()
	must(t, d.Read(t.Context(), func(q db.Q) error {
		return q.QueryRow(t.Context(), `SELECT last_error FROM job`).Scan(&text)
	}))
	return text
}

func TestPanicIsAFailureWithoutItsText(t *testing.T) {
	d := dbtest.New(t)
	r := &job.Runner{DB: d}
	r.Register("a", func(context.Context, []byte) error { panic("Nguyễn Văn An") })
	r.Register("b", func(context.Context, []byte) error { return fmt.Errorf("Nguyễn: %w", errors.New("Văn An")) })
	for _, kind := range []string{"a", "b"} {
		enqueue(t, d, kind, nil, job.Tries(1))
		due(t, r)
		text := lastError(t, d)
		if text == "" || strings.Contains(text, "An") {
			t.Errorf("%s kept %q", kind, text)
		}
		must(t, d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `DELETE FROM job`)
			return err
		}))
	}
}

// A node dies in the middle: nobody else has the job until the lease ends, then it runs
// again.
func TestKilledInTheMiddleRunsAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		enqueue(t, d, "a", 1)
		dieInTheMiddle(t, d)
		var rec recorder
		alive := &job.Runner{DB: d}
		alive.Register("a", rec.handle)
		if n := due(t, alive); n != 0 {
			t.Fatal("took a job that another one has")
		}
		dbtest.Clock(d).Advance(3 * time.Minute)
		if n := due(t, alive); n != 1 || len(rec.got) != 1 {
			t.Fatalf("ran %d", n)
		}
	})
}

// dieInTheMiddle runs a job whose handler ends the goroutine of its runner, which leaves
// all as a killed process does: claimed, and neither done nor failed.
func dieInTheMiddle(t *testing.T, d *db.DB) {
	t.Helper()
	r := &job.Runner{DB: d}
	begun := false
	r.Register("a", func(context.Context, []byte) error {
		begun = true
		runtime.Goexit()
		return nil
	})
	var wg sync.WaitGroup
	wg.Go(func() { r.RunDue(t.Context()) }) //nolint:errcheck // it does not come back
	wg.Wait()
	if !begun {
		t.Fatal("the job was not begun")
	}
}

// The first runner comes back after its lease: it must not undo what the second did.
func TestLateRunnerHasLostTheJob(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		enqueue(t, d, "a", 1, job.Key("a:1"))
		var rec recorder
		second := &job.Runner{DB: d}
		second.Register("a", rec.handle)
		first := &job.Runner{DB: d}
		first.Register("a", func(context.Context, []byte) error {
			dbtest.Clock(d).Advance(3 * time.Minute)
			due(t, second)
			return errors.New("late")
		})
		due(t, first)
		if c := status(t, d); c != (job.Counts{}) || len(rec.got) != 1 {
			t.Fatalf("%+v, second ran %d", c, len(rec.got))
		}
	})
}

func TestClaimedOnceByManyRunners(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const jobs, runners = 60, 4
		must(t, d.Write(t.Context(), func(tx *db.Tx) error {
			for i := range jobs {
				must(t, job.Enqueue(t.Context(), tx, "a", i))
			}
			return nil
		}))
		var rec recorder
		var wg sync.WaitGroup
		for range runners {
			r := &job.Runner{DB: d}
			r.Register("a", rec.handle)
			wg.Go(func() {
				if _, err := r.RunDue(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		slices.Sort(rec.got)
		if len(rec.got) != jobs || len(slices.Compact(rec.got)) != jobs {
			t.Fatalf("ran %d of %d", len(rec.got), jobs)
		}
	})
}

func TestUnknownKindIsLeft(t *testing.T) {
	d := dbtest.New(t)
	enqueue(t, d, "future", 1)
	if n := due(t, &job.Runner{DB: d}); n != 0 || status(t, d).Ready != 1 {
		t.Fatalf("ran %d, %+v", n, status(t, d))
	}
	var rec recorder
	r := &job.Runner{DB: d}
	r.Register("future", rec.handle)
	dbtest.Clock(d).Advance(24 * time.Hour)
	if n := due(t, r); n != 1 {
		t.Fatalf("ran %d", n)
	}
}

func TestRunStopsGracefully(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		enqueue(t, d, "slow", 1)
		enqueue(t, d, "stuck", 1)
		begun := make(chan struct{}, 2)
		release := make(chan struct{})
		r := &job.Runner{DB: d, Poll: time.Millisecond, Grace: 50 * time.Millisecond}
		r.Register("slow", func(context.Context, []byte) error {
			begun <- struct{}{}
			<-release
			return nil
		})
		r.Register("stuck", func(ctx context.Context, _ []byte) error {
			begun <- struct{}{}
			<-ctx.Done()
			return ctx.Err()
		})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- r.Run(ctx) }()
		<-begun
		<-begun
		stop()
		close(release)
		must(t, <-done)
		// The slow one came to its end; the stuck one was cut off and runs again.
		if c := status(t, d); c.Ready != 1 || c.Dead != 0 {
			t.Fatalf("%+v", c)
		}
	})
}

func TestEveryRunsOnceInASpan(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		clk := dbtest.Clock(d)
		clk.Set(time.Date(2026, 11, 3, 23, 30, 0, 0, clock.Zone()))
		ran := 0
		node := func() *job.Runner {
			r := &job.Runner{DB: d}
			r.Every("report", 24*time.Hour, func(context.Context) error { ran++; return nil })
			return r
		}
		a, b := node(), node()
		for range 3 {
			due(t, a)
			due(t, b)
		}
		if ran != 1 {
			t.Fatalf("ran %d times on the first day", ran)
		}
		clk.Set(time.Date(2026, 11, 4, 0, 0, 1, 0, clock.Zone())) // past midnight in Viet Nam
		due(t, b)
		due(t, a)
		due(t, node())
		if ran != 2 {
			t.Fatalf("ran %d times in two days", ran)
		}
	})
}
