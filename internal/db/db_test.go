package db_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
)

const (
	createNote = `CREATE TABLE note (part_id bigint NOT NULL, id bigint NOT NULL, text text NOT NULL, PRIMARY KEY (part_id, id), UNIQUE (part_id, text))`
	createLine = `CREATE TABLE line (part_id bigint NOT NULL, id bigint NOT NULL, note_id bigint NOT NULL, PRIMARY KEY (part_id, id),
FOREIGN KEY (part_id, note_id) REFERENCES note (part_id, id))`
	insertNote = `INSERT INTO note (part_id, id, text) VALUES ($1, $2, $3)`
	insertLine = `INSERT INTO line (part_id, id, note_id) VALUES ($1, $2, $3)`
	countNotes = `SELECT count(*) FROM note WHERE part_id = $1`
	noteTexts  = `SELECT text FROM note WHERE part_id = $1 ORDER BY text`
)

// each runs a test on both engines, with the tables note and line.
func each(t *testing.T, fn func(t *testing.T, d *db.DB)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		must(t, d.Write(t.Context(), func(tx *db.Tx) error {
			if _, err := tx.Exec(t.Context(), createNote); err != nil {
				return err
			}
			_, err := tx.Exec(t.Context(), createLine)
			return err
		}))
		fn(t, d)
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func note(ctx context.Context, text string) func(*db.Tx) error {
	return func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, insertNote, 1, tx.ID(), text)
		return err
	}
}

func texts(t *testing.T, d *db.DB) string {
	t.Helper()
	var list []string
	must(t, d.Read(t.Context(), func(q db.Q) (err error) {
		list, err = db.List(t.Context(), q, func(s db.Scanner) (v string, err error) { return v, s.Scan(&v) }, noteTexts, 1)
		return err
	}))
	return strings.Join(list, " ")
}

func TestWriteIsSeenAndErrorsLeaveNothing(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		must(t, d.Write(ctx, note(ctx, "a")))
		mine := errors.New("mine")
		err := d.Write(ctx, func(tx *db.Tx) error {
			must(t, note(ctx, "b")(tx))
			tx.OnCommit(func() { t.Error("a hook of a transaction that was rolled back") })
			return mine
		})
		if !errors.Is(err, mine) {
			t.Fatalf("got %v", err)
		}
		if got := texts(t, d); got != "a" {
			t.Fatalf("notes %q", got)
		}
	})
}

func TestOneInstantForATransaction(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		dbtest.Clock(d).Set(time.Date(2026, 11, 3, 18, 30, 0, 999_999, time.UTC))
		must(t, d.Write(t.Context(), func(tx *db.Tx) error {
			first := tx.Now()
			dbtest.Clock(d).Advance(time.Hour)
			if !tx.Now().Equal(first) || first.Nanosecond() != 0 || first.UnixMilli() != tx.NowMS() {
				t.Errorf("now %v, then %v, %d", first, tx.Now(), tx.NowMS())
			}
			if tx.Today() != civil.Of(2026, 11, 4) { // half past one in Viet Nam
				t.Errorf("today is %v", tx.Today())
			}
			return nil
		}))
	})
}

func TestHooksRunOnceAfterTheCommit(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		for _, write := range []func(*db.DB, context.Context, func(*db.Tx) error) error{(*db.DB).Write, (*db.DB).WriteGrouped} {
			var seen []string
			must(t, write(d, t.Context(), func(tx *db.Tx) error {
				tx.OnCommit(func() { seen = append(seen, texts(t, d)) })
				return note(t.Context(), "n"+string(rune('a'+len(texts(t, d)))))(tx)
			}))
			if len(seen) != 1 || seen[0] == "" {
				t.Fatalf("hook saw %q", seen)
			}
		}
	})
}

func TestPanicRollsBackAndReachesTheCaller(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		for _, write := range []func(*db.DB, context.Context, func(*db.Tx) error) error{(*db.DB).Write, (*db.DB).WriteGrouped} {
			func() {
				defer func() {
					if p := recover(); p != "boom" {
						t.Errorf("recovered %v", p)
					}
				}()
				write(d, t.Context(), func(tx *db.Tx) error { //nolint:errcheck // it panics
					must(t, note(t.Context(), "lost")(tx))
					panic("boom")
				})
			}()
			must(t, write(d, t.Context(), func(*db.Tx) error { return nil })) // the connection is well
		}
		if got := texts(t, d); got != "" {
			t.Fatalf("notes %q", got)
		}
	})
}

func TestErrorClasses(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		must(t, d.Write(ctx, note(ctx, "a")))
		if err := d.Write(ctx, note(ctx, "a")); !db.IsUnique(err) || db.IsForeignKey(err) {
			t.Errorf("unique: %v", err)
		}
		err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, insertLine, 1, tx.ID(), 12345)
			return err
		})
		if !db.IsForeignKey(err) || db.IsUnique(err) {
			t.Errorf("foreign key: %v", err)
		}
		err = d.Read(ctx, func(q db.Q) error {
			var s string
			return q.QueryRow(ctx, `SELECT text FROM note WHERE part_id = $1 AND id = $2`, 7, 7).Scan(&s)
		})
		if !db.NoRows(err) {
			t.Errorf("no rows: %v", err)
		}
		if err := d.Read(ctx, func(q db.Q) error { _, err := q.Exec(ctx, insertNote, 1, 1, "x"); return err }); err == nil {
			t.Error("a Read that wrote")
		}
		err = d.Read(ctx, func(q db.Q) error {
			var id int64
			return q.QueryRow(ctx, `INSERT INTO note (part_id, id, text) VALUES ($1, $2, $3) RETURNING id`, 1, 1, "x").Scan(&id)
		})
		if err == nil || texts(t, d) != "a" {
			t.Errorf("a Read that wrote by a query: %v", err)
		}
	})
}

// Both engines refuse to go on after a failed statement, so that code that passes on
// SQLite passes on PostgreSQL.
func TestNothingAfterAFailedStatement(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		err := d.Write(ctx, func(tx *db.Tx) error {
			must(t, note(ctx, "a")(tx))
			if err := note(ctx, "a")(tx); !db.IsUnique(err) {
				t.Errorf("got %v", err)
			}
			if err := note(ctx, "b")(tx); err == nil {
				t.Error("went on")
			}
			var n int
			if err := tx.QueryRow(ctx, countNotes, 1).Scan(&n); err == nil {
				t.Error("went on to read")
			}
			return nil
		})
		if err == nil || texts(t, d) != "" {
			t.Fatalf("committed: %v, notes %q", err, texts(t, d))
		}
	})
}

func TestTry(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		var hooks []string
		must(t, d.Write(ctx, func(tx *db.Tx) error {
			must(t, note(ctx, "a")(tx))
			err := tx.Try(ctx, func() error {
				tx.OnCommit(func() { hooks = append(hooks, "lost") })
				must(t, note(ctx, "lost")(tx))
				must(t, tx.Try(ctx, func() error { return note(ctx, "lost too")(tx) }))
				return note(ctx, "a")(tx)
			})
			if !db.IsUnique(err) {
				t.Errorf("got %v", err)
			}
			tx.OnCommit(func() { hooks = append(hooks, "kept") })
			must(t, tx.Try(ctx, func() error { return note(ctx, "b")(tx) }))
			return note(ctx, "c")(tx)
		}))
		if got := texts(t, d); got != "a b c" || strings.Join(hooks, " ") != "kept" {
			t.Fatalf("notes %q, hooks %q", got, hooks)
		}
	})
}

func TestTryInsideAGroupThatPanics(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		func() {
			defer func() { recover() }()                //nolint:errcheck // the panic is the test
			d.WriteGrouped(ctx, func(tx *db.Tx) error { //nolint:errcheck // it panics
				must(t, note(ctx, "before")(tx))
				return tx.Try(ctx, func() error {
					must(t, note(ctx, "inside")(tx))
					panic("boom")
				})
			})
		}()
		if got := texts(t, d); got != "" {
			t.Fatalf("notes %q", got)
		}
	})
}

func TestReadIsASnapshot(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		must(t, d.Read(ctx, func(q db.Q) error {
			var n int
			must(t, q.QueryRow(ctx, countNotes, 1).Scan(&n)) // the snapshot begins here
			must(t, d.Write(ctx, note(ctx, "later")))
			must(t, q.QueryRow(ctx, countNotes, 1).Scan(&n))
			if n != 0 {
				t.Errorf("saw %d notes of later", n)
			}
			return nil
		}))
	})
}

// No increment is lost and nobody gets an error, however many write at once.
func TestConcurrentWriters(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		const writers, rounds = 8, 25
		ctx := t.Context()
		must(t, d.Write(ctx, func(tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `CREATE TABLE counter (part_id bigint NOT NULL PRIMARY KEY, n bigint NOT NULL)`); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `INSERT INTO counter (part_id, n) VALUES ($1, $2)`, 1, 0)
			return err
		}))
		increment := func(tx *db.Tx) error {
			var n int
			if err := tx.QueryRow(ctx, `SELECT n FROM counter WHERE part_id = $1`, 1).Scan(&n); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `UPDATE counter SET n = $1 WHERE part_id = $2`, n+1, 1)
			return err
		}
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				write := d.Write
				if w%2 == 1 {
					write = d.WriteGrouped
				}
				for range rounds {
					if err := write(ctx, increment); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		must(t, d.Read(ctx, func(q db.Q) error {
			var n int
			must(t, q.QueryRow(ctx, `SELECT n FROM counter WHERE part_id = $1`, 1).Scan(&n))
			if n != writers*rounds {
				t.Errorf("counted %d, want %d", n, writers*rounds)
			}
			return nil
		}))
	})
}

func TestCancelledContext(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		for _, write := range []func(*db.DB, context.Context, func(*db.Tx) error) error{(*db.DB).Write, (*db.DB).WriteGrouped} {
			ctx, cancel := context.WithCancel(t.Context())
			err := write(d, ctx, func(tx *db.Tx) error {
				if err := note(ctx, "lost")(tx); err != nil { // run a second time, see Options.Twice
					return err
				}
				cancel()
				return note(ctx, "lost too")(tx)
			})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("in the middle: %v", err)
			}
			if err := write(d, ctx, note(ctx, "lost")); !errors.Is(err, context.Canceled) {
				t.Errorf("before: %v", err)
			}
			must(t, write(d, t.Context(), func(*db.Tx) error { return nil }))
		}
		if got := texts(t, d); got != "" {
			t.Fatalf("notes %q", got)
		}
	})
}

// A reader whose user has left stops, and its connection serves the next one.
func TestCancelStopsARunningQuery(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		const forever = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n`
		for range 10 {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
			err := d.Read(ctx, func(q db.Q) error {
				var n int
				return q.QueryRow(ctx, forever).Scan(&n)
			})
			cancel()
			if err == nil {
				t.Fatal("counted to infinity")
			}
		}
		if got := texts(t, d); got != "" {
			t.Fatalf("notes %q", got)
		}
	})
}

func TestMany(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		for _, n := range []int{0, 1, 15, 16, 17, 300} {
			must(t, d.Write(ctx, func(tx *db.Tx) error {
				var rows [][]any
				for range n {
					id := tx.ID()
					rows = append(rows, []any{n, id, civil.From(tx.Now()).String() + " " + time.UnixMilli(id).String()})
				}
				return db.Many(ctx, tx, `INSERT INTO note (part_id, id, text) VALUES ($1, $2, $3) ON CONFLICT (part_id, id) DO NOTHING`, rows)
			}))
			must(t, d.Read(ctx, func(q db.Q) error {
				var got int
				must(t, q.QueryRow(ctx, countNotes, n).Scan(&got))
				if got != n {
					t.Errorf("%d rows of %d", got, n)
				}
				return nil
			}))
		}
	})
}

// A plain INSERT of many rows goes another way in PostgreSQL (COPY), with the same
// result: values of every type, and a row that is there already is an error.
func TestManyPlainRows(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		const n = 700
		insert := func(first int) error {
			return d.Write(ctx, func(tx *db.Tx) error {
				rows := make([][]any, n)
				for i := range rows {
					rows[i] = []any{int64(7), first + i, "Đặng\t\"\\\n" + strconv.Itoa(first+i)}
				}
				return db.Many(ctx, tx, insertNote, rows)
			})
		}
		must(t, insert(1))
		if err := insert(n); !db.IsUnique(err) { // the last row again
			t.Errorf("a row that is there: %v", err)
		}
		must(t, d.Read(ctx, func(q db.Q) error {
			var got int
			must(t, q.QueryRow(ctx, countNotes, 7).Scan(&got))
			var text string
			must(t, q.QueryRow(ctx, `SELECT text FROM note WHERE part_id = 7 AND id = 700`).Scan(&text))
			if got != n || text != "Đặng\t\"\\\n700" {
				t.Errorf("%d rows, the last %q", got, text)
			}
			return nil
		}))
	})
}

func TestManyRefuses(t *testing.T) {
	d := dbtest.New(t)
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		for _, bad := range []string{
			`INSERT INTO note (part_id, id) VALUES ($1, 7)`,
			`INSERT INTO note (part_id, id) VALUES ($2, $1)`,
			`INSERT INTO note (part_id, id) SELECT 1, 2`,
			`INSERT INTO note (part_id, id) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET part_id = $3`,
		} {
			if err := db.Many(t.Context(), tx, bad, [][]any{{1, 2}}); err == nil {
				t.Errorf("accepted %s", bad)
			}
		}
		return db.Many(t.Context(), tx, insertNote, [][]any{{1, 2}})
	})
	if err == nil {
		t.Error("accepted a row that is too short")
	}
}

func TestClosedAnswersUnavailable(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		must(t, d.Close())
		must(t, d.Close())
		ctx := t.Context()
		for name, err := range map[string]error{
			"read":    d.Read(ctx, func(db.Q) error { return nil }),
			"write":   d.Write(ctx, func(*db.Tx) error { return nil }),
			"grouped": d.WriteGrouped(ctx, func(*db.Tx) error { return nil }),
			"direct":  d.Direct(ctx, func(db.Q) error { return nil }),
		} {
			if fault.KindOf(err) != fault.Unavailable {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// LIKE minds case on both engines, and text is compared by bytes.
func TestEnginesAgreeOnText(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		for _, s := range []string{"an", "An", "ăn"} {
			must(t, d.Write(ctx, note(ctx, s)))
		}
		must(t, d.Read(ctx, func(q db.Q) error {
			var n int
			must(t, q.QueryRow(ctx, `SELECT count(*) FROM note WHERE part_id = $1 AND text LIKE $2 ESCAPE '\'`, 1, "a%").Scan(&n))
			if n != 1 {
				t.Errorf("LIKE 'a%%' found %d", n)
			}
			return nil
		}))
	})
}
