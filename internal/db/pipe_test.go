package db_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"chibo/internal/db"
	"chibo/internal/db/dbtest"
)

var errNone = errors.New("no row")

// trips says how many round trips f takes on PostgreSQL, 0 on SQLite.
func trips(t *testing.T, d *db.DB, f func()) int64 {
	t.Helper()
	before, _ := db.Trips(d)
	f()
	after, _ := db.Trips(d)
	return after - before
}

func sendNote(ctx context.Context, tx *db.Tx, text string) error {
	return tx.Send(ctx, insertNote, 1, tx.ID(), text)
}

const renameNote = `UPDATE note SET text = $3 WHERE part_id = $1 AND text = $2`

// What is sent runs in order, is seen by what is asked afterwards, and goes there with it: the
// begin, three statements and a question are one round trip, what is left and the commit another.
func TestSendGoesWithTheNext(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		n := trips(t, d, func() {
			must(t, d.Write(ctx, func(tx *db.Tx) error {
				must(t, sendNote(ctx, tx, "a"))
				must(t, sendNote(ctx, tx, "b"))
				must(t, tx.SendOne(ctx, errNone, renameNote, 1, "a", "c"))
				var n int
				must(t, tx.QueryRow(ctx, countNotes, 1).Scan(&n))
				if n != 2 {
					t.Errorf("saw %d notes", n)
				}
				return sendNote(ctx, tx, "d")
			}))
		})
		if got := texts(t, d); got != "b c d" {
			t.Errorf("notes %q", got)
		}
		if n > 2+1 { // one for the mark of the ids
			t.Errorf("%d round trips", n)
		}
	})
}

// A statement that was sent and fails is told by the next one or by the commit, and nothing
// of the transaction stays, whatever its function makes of the error.
func TestSendThatFails(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		must(t, d.Write(ctx, note(ctx, "taken")))
		for name, then := range map[string]func(tx *db.Tx) error{
			"commit":   func(*db.Tx) error { return nil },
			"question": func(tx *db.Tx) error { var n int; return tx.QueryRow(ctx, countNotes, 1).Scan(&n) },
			"kept quiet": func(tx *db.Tx) error {
				if _, err := tx.Exec(ctx, insertNote, 1, tx.ID(), "after"); err == nil {
					t.Error("went on to write")
				}
				return nil
			},
			"together": func(tx *db.Tx) error {
				return db.Together(ctx, tx, func(q db.Q) error { var n int; return q.QueryRow(ctx, countNotes, 1).Scan(&n) })
			},
		} {
			err := d.Write(ctx, func(tx *db.Tx) error {
				if err := sendNote(ctx, tx, "before"); err != nil {
					return err
				}
				if err := sendNote(ctx, tx, "taken"); err != nil { // SQLite says it at once
					return err
				}
				return then(tx)
			})
			if !db.IsUnique(err) || texts(t, d) != "taken" {
				t.Errorf("%s: %v, notes %q", name, err, texts(t, d))
			}
		}
		err := d.Write(ctx, func(tx *db.Tx) error {
			if err := sendNote(ctx, tx, "before"); err != nil {
				return err
			}
			return tx.SendOne(ctx, errNone, renameNote, 1, "nobody", "x")
		})
		if !errors.Is(err, errNone) || texts(t, d) != "taken" {
			t.Errorf("no row was no error: %v, notes %q", err, texts(t, d))
		}
	})
}

func TestSendInTry(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		must(t, d.Write(ctx, func(tx *db.Tx) error {
			must(t, sendNote(ctx, tx, "a"))
			err := tx.Try(ctx, func() error {
				if err := sendNote(ctx, tx, "b"); err != nil {
					return err
				}
				return sendNote(ctx, tx, "a")
			})
			if !db.IsUnique(err) {
				t.Errorf("Try: %v", err)
			}
			err = tx.Try(ctx, func() error { return tx.SendOne(ctx, errNone, renameNote, 1, "nobody", "x") })
			if !errors.Is(err, errNone) {
				t.Errorf("Try: %v", err)
			}
			must(t, tx.Try(ctx, func() error { return sendNote(ctx, tx, "c") }))
			return sendNote(ctx, tx, "d")
		}))
		if got := texts(t, d); got != "a c d" {
			t.Errorf("notes %q", got)
		}
	})
}

// Of many that share a commit the one fails whose statement it was, not the one that asked
// next; who only looked and refused fails alone too.
func TestSendInGroup(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		const callers = 90
		ctx := t.Context()
		must(t, d.Write(ctx, note(ctx, "taken")))
		errs := make([]error, callers)
		release := hold(t, d)
		var wg sync.WaitGroup
		for i := range callers {
			wg.Go(func() {
				errs[i] = d.WriteGrouped(ctx, func(tx *db.Tx) error {
					var n int
					if err := tx.QueryRow(ctx, countNotes, 1).Scan(&n); err != nil {
						return err
					}
					switch i % 9 {
					case 1:
						return sendNote(ctx, tx, "taken")
					case 2:
						return errNone
					case 3:
						return tx.SendOne(ctx, errNone, renameNote, 1, "nobody", "x")
					}
					return sendNote(ctx, tx, fmt.Sprintf("n%03d", i))
				})
			})
		}
		release()
		wg.Wait()
		good := 1
		for i, err := range errs {
			switch i % 9 {
			case 1:
				if !db.IsUnique(err) {
					t.Errorf("caller %d: %v", i, err)
				}
			case 2, 3:
				if !errors.Is(err, errNone) {
					t.Errorf("caller %d: %v", i, err)
				}
			default:
				good++
				if err != nil {
					t.Errorf("caller %d: %v", i, err)
				}
			}
		}
		must(t, d.Read(ctx, func(q db.Q) error {
			var n int
			must(t, q.QueryRow(ctx, countNotes, 1).Scan(&n))
			if n != good {
				t.Errorf("%d notes, want %d", n, good)
			}
			return nil
		}))
	})
}

// Who loses against another is written again when what it sent, or its commit, says so.
func TestSendIsRetried(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		const writers, rounds = 6, 15
		ctx := t.Context()
		must(t, d.Write(ctx, func(tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `CREATE TABLE counter (part_id bigint NOT NULL PRIMARY KEY, n bigint NOT NULL)`); err != nil {
				return err
			}
			return tx.Send(ctx, `INSERT INTO counter (part_id, n) VALUES ($1, $2)`, 1, 0)
		}))
		count := func(q db.Q) (n int, err error) {
			err = q.QueryRow(ctx, `SELECT n FROM counter WHERE part_id = $1`, 1).Scan(&n)
			return n, err
		}
		var wg sync.WaitGroup
		for range writers {
			wg.Go(func() {
				for range rounds {
					err := d.Write(ctx, func(tx *db.Tx) error {
						var n int
						err := db.Together(ctx, tx, func(q db.Q) (err error) { n, err = count(q); return err })
						if err != nil {
							return err
						}
						return tx.SendOne(ctx, errNone, `UPDATE counter SET n = $1 WHERE part_id = $2`, n+1, 1)
					})
					if err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		must(t, d.Read(ctx, func(q db.Q) error {
			if n, err := count(q); err != nil || n != writers*rounds {
				t.Errorf("counted %d, %v; want %d", n, err, writers*rounds)
			}
			return nil
		}))
	})
}

// A cancelled context stops what waits in the middle of several statements, writes nothing,
// and leaves the database usable.
func TestPipeIsCancelled(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		err := d.Write(ctx, func(tx *db.Tx) error {
			must(t, sendNote(ctx, tx, "sent"))
			cancel()
			return nil
		})
		if !errors.Is(err, context.Canceled) || texts(t, d) != "" {
			t.Errorf("committed: %v, notes %q", err, texts(t, d))
		}
		if d.Dialect() != db.Postgres {
			return
		}
		ctx, cancel = context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		began := time.Now()
		err = d.Write(ctx, func(tx *db.Tx) error {
			must(t, sendNote(ctx, tx, "sent"))
			must(t, tx.Send(ctx, `SELECT pg_sleep(20)`))
			return note(ctx, "asked")(tx)
		})
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) > 10*time.Second || texts(t, d) != "" {
			t.Errorf("after %s: %v, notes %q", time.Since(began), err, texts(t, d))
		}
		must(t, d.Write(t.Context(), note(t.Context(), "after")))
	})
}

func TestTogether(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		must(t, d.Write(ctx, func(tx *db.Tx) error { return errors.Join(note(ctx, "a")(tx), note(ctx, "b")(tx)) }))
		var list []string
		var one, two, none int
		reads := []func(q db.Q) error{
			func(q db.Q) (err error) {
				list, err = db.List(ctx, q, func(s db.Scanner) (v string, err error) { return v, s.Scan(&v) }, noteTexts, 1)
				return err
			},
			func(q db.Q) error { // two, one after the other
				if err := q.QueryRow(ctx, countNotes, 1).Scan(&one); err != nil {
					return err
				}
				return q.QueryRow(ctx, countNotes, one).Scan(&two)
			},
			func(q db.Q) error {
				var text string
				if err := q.QueryRow(ctx, noteTexts, 7).Scan(&text); !db.NoRows(err) {
					return fmt.Errorf("of no row: %q, %w", text, err)
				}
				none++
				return nil
			},
			func(db.Q) error { return nil },
		}
		n := trips(t, d, func() {
			must(t, d.Read(ctx, func(q db.Q) error { return db.Together(ctx, q, reads...) }))
		})
		if fmt.Sprint(list, one, two, none) != "[a b] 2 0 1" {
			t.Errorf("read %v %d %d %d", list, one, two, none)
		}
		if n > 2 {
			t.Errorf("%d round trips", n)
		}
		if _, err := d.Recall(ctx, func(q db.Q) error { return db.Together(ctx, q, reads...) }); err != nil || two != 0 || none < 2 {
			t.Errorf("recalled %d, %d: %v", two, none, err)
		}
	})
}

// The first error of a function ends all; it may write nothing; a panic goes through.
func TestTogetherFails(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		mine := errors.New("mine")
		ask := func(q db.Q) error { var n int; return q.QueryRow(ctx, countNotes, 1).Scan(&n) }
		went := false
		must(t, d.Read(ctx, func(q db.Q) error {
			err := db.Together(ctx, q, ask, func(db.Q) error { return mine }, func(q db.Q) error { went = ask(q) == nil; return nil })
			if !errors.Is(err, mine) || went {
				t.Errorf("%v, went on: %t", err, went)
			}
			return nil
		}))
		err := d.Write(ctx, func(tx *db.Tx) error {
			return db.Together(ctx, tx, ask, func(q db.Q) error {
				_, err := q.Exec(ctx, insertNote, 1, tx.ID(), "x")
				return err
			})
		})
		if err == nil || texts(t, d) != "" {
			t.Errorf("wrote: %v, notes %q", err, texts(t, d))
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Error("a panic was lost")
				}
			}()
			d.Read(ctx, func(q db.Q) error { //nolint:errcheck // it panics
				return db.Together(ctx, q, ask, func(q db.Q) error { _ = ask(q); panic("mine") })
			})
		}()
		err = d.Write(ctx, func(tx *db.Tx) error { // the statement of one fails: who asked is told
			return db.Together(ctx, tx, ask, func(q db.Q) error { var n int; return q.QueryRow(ctx, countNotes, "x").Scan(&n) }, ask)
		})
		if d.Dialect() == db.Postgres && err == nil { // SQLite compares texts with numbers
			t.Error("a wrong statement was no error")
		}
		must(t, d.Write(ctx, note(ctx, "after")))
	})
}

// What a page asked together once and has to ask again goes to PostgreSQL in one round trip,
// and is what is there now.
func TestRecallAsksTogether(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		growRecall(t, d)
		ctx := t.Context()
		look := func() (out string) {
			_, err := d.Recall(ctx, func(q db.Q) (err error) {
				out, err = shown(ctx, q)
				return err
			})
			must(t, err)
			return out
		}
		look()
		quiet := trips(t, d, func() { look() }) // dbtest asks what comes from memory once more
		for i := range 3 {
			must(t, d.Write(ctx, func(tx *db.Tx) error {
				if _, err := tx.Exec(ctx, gradeAll, "good", 202611); err != nil {
					return err
				}
				_, err := tx.Exec(ctx, putCell, 2, 202601+i, 21, "weak")
				return errors.Join(err, db.Many(ctx, tx, putMany, [][]any{{int64(2), tx.ID(), 7, "k", "{}", "/", 0}, {int64(3), tx.ID(), 7, "k", "{}", "/", 0}}))
			}))
			var want, got string
			must(t, d.Read(ctx, func(q db.Q) (err error) {
				want, err = shown(ctx, q)
				return err
			}))
			n := trips(t, d, func() { got = look() })
			if got != want {
				t.Errorf("shown\n%s\nis\n%s", got, want)
			}
			if n > 0 && n >= quiet-2 { // four are asked again in one, and not compared
				t.Errorf("%d round trips, %d while nothing was written", n, quiet)
			}
		}
	})
}

// A statement in the middle of the rows of another is refused, and does not hang.
func TestNestedStatement(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		if d.Dialect() != db.Postgres {
			t.Skip("SQLite can")
		}
		ctx := t.Context()
		must(t, d.Write(ctx, note(ctx, "a")))
		must(t, d.Read(ctx, func(q db.Q) error {
			_, err := db.List(ctx, q, func(db.Scanner) (n int, err error) { return n, q.QueryRow(ctx, countNotes, 1).Scan(&n) }, noteTexts, 1)
			if err == nil {
				t.Error("it was allowed")
			}
			return nil
		}))
	})
}

type word string

// Values come into every kind of place as they do through database/sql.
func TestPlacesOfValues(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		must(t, d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(ctx, insertNote, 1, 7, "đảng"); return err }))
		const query = `SELECT n.id, n.id, n.id, n.text, n.text, n.text, n.text, (SELECT m.text FROM note m WHERE m.id = 9), (SELECT m.id FROM note m WHERE m.id = 9), n.id > 3, SUM(n.id), AVG(n.id)
  FROM note n WHERE n.part_id = $1 GROUP BY n.id, n.text`
		type all struct {
			n    int
			u    uint16
			pn   *int64
			s    string
			w    word
			ps   *string
			b    []byte
			none *string
			null sql.NullInt64
			yes  bool
			sum  int
			mean float64
		}
		read := func(s db.Scanner) (a all, err error) {
			return a, s.Scan(&a.n, &a.u, &a.pn, &a.s, &a.w, &a.ps, &a.b, &a.none, &a.null, &a.yes, &a.sum, &a.mean)
		}
		check := func(a all, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			if a.n != 7 || a.u != 7 || *a.pn != 7 || a.s != "đảng" || a.w != "đảng" || *a.ps != "đảng" || string(a.b) != "đảng" ||
				a.none != nil || a.null.Valid || !a.yes || a.sum != 7 || a.mean != 7 {
				t.Errorf("%+v", a)
			}
		}
		ask := func(q db.Q) error {
			check(read(q.QueryRow(ctx, query, 1)))
			list, err := db.List(ctx, q, read, query, 1)
			if err != nil || len(list) != 1 {
				t.Fatal(list, err)
			}
			check(list[0], nil)
			var s string
			if err := q.QueryRow(ctx, `SELECT m.text FROM note m WHERE m.part_id = $1 UNION ALL SELECT NULL ORDER BY 1 DESC`, 2).Scan(&s); err == nil {
				t.Error("NULL went into a text")
			}
			return nil
		}
		must(t, d.Read(ctx, ask))
		must(t, d.Write(ctx, func(tx *db.Tx) error { return ask(tx) }))
		must(t, d.Read(ctx, func(q db.Q) error { return db.Together(ctx, q, ask, ask) }))
		_, err := d.Recall(ctx, ask)
		must(t, err)
	})
}
