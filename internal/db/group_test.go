package db_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
)

// Bad rows of many kinds among good ones: each caller gets its own answer.
func TestGroupRefusesTheBadAlone(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		const callers = 120
		ctx := t.Context()
		must(t, d.Write(ctx, note(ctx, "taken")))
		mine := errors.New("mine")
		errs := make([]error, callers)
		release := hold(t, d)
		var wg sync.WaitGroup
		for i := range callers {
			wg.Go(func() {
				errs[i] = d.WriteGrouped(ctx, func(tx *db.Tx) error {
					if err := note(ctx, fmt.Sprintf("n%03d", i))(tx); err != nil {
						return err
					}
					switch i % 4 {
					case 1:
						return mine
					case 2:
						return note(ctx, "taken")(tx)
					}
					return nil
				})
			})
		}
		release()
		wg.Wait()
		for i, err := range errs {
			switch i % 4 {
			case 1:
				if !errors.Is(err, mine) {
					t.Errorf("caller %d: %v", i, err)
				}
			case 2:
				if !db.IsUnique(err) {
					t.Errorf("caller %d: %v", i, err)
				}
			default:
				if err != nil {
					t.Errorf("caller %d: %v", i, err)
				}
			}
		}
		must(t, d.Read(ctx, func(q db.Q) error {
			var n int
			must(t, q.QueryRow(ctx, countNotes, 1).Scan(&n))
			if n != callers/2+1 {
				t.Errorf("%d notes, want %d", n, callers/2+1)
			}
			return nil
		}))
	})
}

// hold keeps the SQLite writer busy until release is called, so that a queue forms.
// On PostgreSQL it only holds one of the connections.
func hold(t *testing.T, d *db.DB) (release func()) {
	t.Helper()
	begun, end := make(chan struct{}), make(chan struct{})
	go d.Write(context.Background(), func(*db.Tx) error { //nolint:errcheck // it writes nothing
		close(begun)
		<-end
		return nil
	})
	<-begun
	return func() { close(end) }
}

// A constraint that is checked at the commit refuses the whole transaction; the
// innocent are written all the same.
func TestGroupSurvivesARefusedCommit(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		must(t, d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `CREATE TABLE late (part_id bigint NOT NULL, id bigint NOT NULL, note_id bigint NOT NULL, PRIMARY KEY (part_id, id),
FOREIGN KEY (part_id, note_id) REFERENCES note (part_id, id) DEFERRABLE INITIALLY DEFERRED)`)
			return err
		}))
		const callers = 20
		errs := make([]error, callers)
		release := hold(t, d)
		var wg sync.WaitGroup
		for i := range callers {
			wg.Go(func() {
				errs[i] = d.WriteGrouped(ctx, func(tx *db.Tx) error {
					if i == 7 {
						_, err := tx.Exec(ctx, `INSERT INTO late (part_id, id, note_id) VALUES ($1, $2, $3)`, 1, tx.ID(), 999)
						return err
					}
					return note(ctx, fmt.Sprintf("n%03d", i))(tx)
				})
			})
		}
		release()
		wg.Wait()
		for i, err := range errs {
			if (i == 7) != db.IsForeignKey(err) || (i != 7 && err != nil) {
				t.Errorf("caller %d: %v", i, err)
			}
		}
	})
}

// Who stops waiting before the turn comes is told so, and nothing is written.
func TestGroupCallerLeavesTheQueue(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		if d.Dialect() != db.SQLite {
			t.Skip("only SQLite has one writer that can be held")
		}
		release := hold(t, d)
		ctx, cancel := context.WithCancel(t.Context())
		first, second := make(chan error), make(chan error)
		go func() { first <- d.WriteGrouped(t.Context(), note(t.Context(), "first")) }()
		go func() { second <- d.WriteGrouped(ctx, note(ctx, "second")) }()
		cancel()
		release()
		if err := <-first; err != nil {
			t.Error(err)
		}
		if err := <-second; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		if got := texts(t, d); got != "first" {
			t.Errorf("notes %q", got)
		}
	})
}

// Close answers everyone: with a commit that holds, or with a refusal.
func TestCloseDrainsTheGroup(t *testing.T) {
	d, reopen := fileDB(t)
	ctx := t.Context()
	var mu sync.Mutex
	written := 0
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() {
			err := d.WriteGrouped(ctx, note(ctx, fmt.Sprintf("n%03d", i)))
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				written++
			case fault.KindOf(err) != fault.Unavailable:
				t.Errorf("caller %d: %v", i, err)
			}
		})
	}
	must(t, d.Close())
	wg.Wait()
	must(t, reopen().Read(ctx, func(q db.Q) error {
		var n int
		must(t, q.QueryRow(ctx, countNotes, 1).Scan(&n))
		if n != written {
			t.Errorf("%d acknowledged, %d there", written, n)
		}
		return nil
	}))
}

// A full disk takes back the transaction by itself in SQLite. Nothing of it may be
// written then, and all goes on when there is room again.
func TestFullDisk(t *testing.T) {
	d, _ := fileDB(t)
	ctx := t.Context()
	big := strings.Repeat("x", 100_000)
	pages := func(pragma string) {
		must(t, d.Direct(ctx, func(q db.Q) error {
			var n int
			return q.QueryRow(ctx, pragma).Scan(&n)
		}))
	}
	for _, write := range []func(*db.DB, context.Context, func(*db.Tx) error) error{(*db.DB).Write, (*db.DB).WriteGrouped} {
		pages(`PRAGMA max_page_count=30`)
		err := write(d, ctx, func(tx *db.Tx) error {
			must(t, note(ctx, "lost")(tx))
			err := note(ctx, big)(tx)
			if err == nil {
				t.Error("the disk was not full")
			}
			if note(ctx, "lost too")(tx) == nil {
				t.Error("went on outside of the transaction")
			}
			return err
		})
		if fault.KindOf(err) != fault.Unavailable || !strings.Contains(err.Error(), "err.db_full") {
			t.Errorf("got %v", err)
		}
		pages(`PRAGMA max_page_count=100000`)
		if got := texts(t, d); got != "" {
			t.Errorf("notes %.50q", got)
		}
	}
	must(t, d.WriteGrouped(ctx, note(ctx, big)))
}

// With Options.Twice a function runs two times and leaves what one run leaves, so that a
// function that changes what it has captured is found out.
func TestGroupTwice(t *testing.T) {
	d, err := db.Open(t.Context(), db.Options{URL: t.TempDir() + "/twice.db", Clock: clock.Fixed(dbtest.Day()), Migrations: notes(), Twice: true})
	must(t, err)
	t.Cleanup(func() { d.Close() })
	runs := 0
	must(t, d.WriteGrouped(t.Context(), func(tx *db.Tx) error {
		runs++
		return note(t.Context(), "once")(tx)
	}))
	if got := texts(t, d); runs != 2 || got != "once" {
		t.Errorf("%d runs left %q", runs, got)
	}
	mine := errors.New("mine")
	if err := d.WriteGrouped(t.Context(), func(tx *db.Tx) error { return mine }); !errors.Is(err, mine) {
		t.Errorf("got %v", err)
	}
}
