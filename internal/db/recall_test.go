package db_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
)

// recallUnits are the units of the tests: two parts under a top, each with a cell.
var recallUnits = []struct {
	id, part int64
	path     string
}{{1, 1, "1."}, {2, 2, "1.2."}, {3, 3, "1.3."}, {21, 2, "1.2.21."}, {31, 3, "1.3.31."}}

const insertUnit = `INSERT INTO org (id, parent_id, path, depth, part_id, kind, type, name, short, paper_name, place, hall, fold, code, seq, valid_from)
VALUES ($1, $2, $3, $4, $5, $6, '', 'x', 'x', 'x', '', '', 'x', '', 1, '2020-01-01')`

func growRecall(t *testing.T, d *db.DB) {
	t.Helper()
	must(t, d.Write(t.Context(), func(tx *db.Tx) error {
		for _, u := range recallUnits {
			var parent any
			depth := len(u.path) / 2
			if len(u.path) > 2 {
				parent = int64(1)
			}
			if _, err := tx.Exec(t.Context(), insertUnit, u.id, parent, u.path, depth, u.part, "grassroots"); err != nil {
				return err
			}
		}
		return nil
	}))
}

// Statements as features ask them: of one part, of a range of paths, of all.
const (
	recallCells  = `SELECT o.id, c.month, c.met_day, c.grade FROM org o JOIN cell_month c ON c.part_id = o.part_id AND c.cell_id = o.id WHERE o.path >= $1 AND o.path < $2 ORDER BY o.id, c.month`
	recallNotice = `SELECT COUNT(*) FROM notice WHERE part_id = $1 AND person_id = $2`
	recallAll    = `SELECT COUNT(*) FROM notice`
	recallNone   = `SELECT c.grade FROM cell_month c WHERE c.part_id = $1 AND c.month = $2 AND c.cell_id = $3`

	putCell   = `INSERT INTO cell_month (part_id, month, cell_id, grade) VALUES ($1, $2, $3, $4) ON CONFLICT (part_id, month, cell_id) DO UPDATE SET grade = excluded.grade`
	gradeAll  = `UPDATE cell_month SET grade = $1 WHERE month = $2`
	dropCell  = `DELETE FROM cell_month WHERE part_id = $1 AND month = $2 AND cell_id = $3`
	putMany   = `INSERT INTO notice (part_id, id, person_id, kind, args, href, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	putNotice = `INSERT INTO notice (part_id, id, person_id, kind, args, href, at) VALUES ($1, $2, $3, 'k', '{}', '/', 0)`
	moveUnit  = `UPDATE org SET path = $2 WHERE id = $1`
)

// shown is what a page of the tests makes of all statements.
func shown(ctx context.Context, q db.Q) (string, error) {
	type line struct {
		id, month int
		met       civil.Date
		grade     string
	}
	out := ""
	for _, r := range [][2]string{{"1.", "1/"}, {"1.2.", "1.2/"}, {"1.3.", "1.3/"}} {
		list, err := db.List(ctx, q, func(s db.Scanner) (l line, err error) {
			err = s.Scan(&l.id, &l.month, &l.met, &l.grade)
			return l, err
		}, recallCells, r[0], r[1])
		if err != nil {
			return "", err
		}
		out += fmt.Sprint(list, "\n")
	}
	for _, part := range []int64{2, 3} {
		var n int
		if err := q.QueryRow(ctx, recallNotice, part, 7).Scan(&n); err != nil {
			return "", err
		}
		grade := "none"
		if err := q.QueryRow(ctx, recallNone, part, 202611, 10*part+1).Scan(&grade); err != nil && !db.NoRows(err) {
			return "", err
		}
		out += fmt.Sprint(n, grade, "\n")
	}
	var n int
	err := q.QueryRow(ctx, recallAll).Scan(&n)
	return out + fmt.Sprint(n), err
}

// Whatever is written, and however, a Recall shows what a Read shows.
func TestRecallShowsTheDatabase(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		growRecall(t, d)
		rapid.Check(t, func(t *rapid.T) {
			ctx := context.Background()
			for range rapid.IntRange(1, 8).Draw(t, "acts") {
				part := rapid.SampledFrom([]int64{2, 3}).Draw(t, "part")
				grade := rapid.SampledFrom([]string{"good", "weak", "fair"}).Draw(t, "grade")
				act := func(tx *db.Tx) (err error) {
					switch rapid.IntRange(0, 5).Draw(t, "act") {
					case 0:
						_, err = tx.Exec(ctx, putCell, part, 202611, 10*part+1, grade)
					case 1:
						_, err = tx.Exec(ctx, gradeAll, grade, 202611)
					case 2:
						_, err = tx.Exec(ctx, dropCell, part, 202611, 10*part+1)
					case 3:
						err = db.Many(ctx, tx, putMany, [][]any{{int64(2), tx.ID(), 7, "k", "{}", "/", 0}, {part, tx.ID(), 7, "k", "{}", "/", 0}})
					case 4:
						err = tx.Try(ctx, func() error {
							_, err := tx.Exec(ctx, putNotice, part, tx.ID(), 7)
							return errors.Join(err, errTaken)
						})
						if errors.Is(err, errTaken) {
							err = nil
						}
					case 5: // the cell moves under the other unit, its rows stay
						_, err = tx.Exec(ctx, moveUnit, 10*part+1, rapid.SampledFrom([]string{"1.2.", "1.3."}).Draw(t, "under")+fmt.Sprint(10*part+1, "."))
					}
					return err
				}
				var err error
				switch rapid.IntRange(0, 2).Draw(t, "way") {
				case 0:
					err = d.Write(ctx, act)
				case 1:
					err = d.Write(ctx, func(tx *db.Tx) error { return errors.Join(act(tx), errTaken) })
				case 2:
					err = d.Direct(ctx, func(q db.Q) error {
						_, err := q.Exec(ctx, putCell, part, 202611, 10*part+1, grade)
						return err
					})
				}
				if err != nil && !errors.Is(err, errTaken) {
					t.Fatal(err)
				}
				var want, got string
				if err := d.Read(ctx, func(q db.Q) (err error) { want, err = shown(ctx, q); return err }); err != nil {
					t.Fatal(err)
				}
				if _, err := d.Recall(ctx, func(q db.Q) (err error) { got, err = shown(ctx, q); return err }); err != nil {
					t.Fatal(err)
				}
				if got != want {
					t.Fatalf("recalled\n%s\nthe database has\n%s", got, want)
				}
			}
		})
	})
}

var errTaken = errors.New("taken back")

// A second look asks nothing; a write in a part makes anew what was made of that part.
func TestRecallAsksAgain(t *testing.T) {
	d, asked := dbtest.Counting(t)
	growRecall(t, d)
	ctx := t.Context()
	look := func(lo, hi string, part int64) (db.Seen, int64) {
		t.Helper()
		before := asked.Load()
		seen, err := d.Recall(ctx, func(q db.Q) error {
			var n int
			if err := q.QueryRow(ctx, recallNotice, part, 7).Scan(&n); err != nil {
				return err
			}
			_, err := db.List(ctx, q, func(s db.Scanner) (int, error) {
				var id, month int
				var met, grade string
				return id, s.Scan(&id, &month, &met, &grade)
			}, recallCells, lo, hi)
			return err
		})
		must(t, err)
		return seen, asked.Load() - before
	}
	two, _ := look("1.2.", "1.2/", 2)
	three, _ := look("1.3.", "1.3/", 3)
	for _, c := range []struct {
		what       string
		do         func(tx *db.Tx) error
		two, three int64
	}{
		{"nothing", func(*db.Tx) error { return nil }, 0, 0},
		{"the cells of a part", func(tx *db.Tx) error { _, err := tx.Exec(ctx, putCell, 2, 202611, 21, "good"); return err }, 1, 0},
		{"notices of a part", func(tx *db.Tx) error { _, err := tx.Exec(ctx, putNotice, 3, tx.ID(), 7); return err }, 0, 1},
		{"all cells", func(tx *db.Tx) error { _, err := tx.Exec(ctx, gradeAll, "weak", 202611); return err }, 1, 1},
		{"the tree", func(tx *db.Tx) error { _, err := tx.Exec(ctx, moveUnit, 31, "1.3.31."); return err }, 2, 2},
	} {
		must(t, d.Write(ctx, c.do))
		if two.Holds() != (c.two == 0) || three.Holds() != (c.three == 0) {
			t.Errorf("%s: what was seen holds: %v, %v", c.what, two.Holds(), three.Holds())
		}
		var n, m int64
		two, n = look("1.2.", "1.2/", 2)
		three, m = look("1.3.", "1.3/", 3)
		if n != c.two || m != c.three {
			t.Errorf("%s was written: %d and %d statements, want %d and %d", c.what, n, m, c.two, c.three)
		}
	}
	dbtest.Clock(d).Advance(16 * time.Second) // another process may have written
	if two.Holds() {
		t.Error("what was seen holds for ever")
	}
	if _, n := look("1.2.", "1.2/", 2); n == 0 {
		t.Error("nothing is asked again after 15 seconds")
	}
}

// What is read while others write is of one moment: all notices of a commit or none.
func TestRecallIsOneMoment(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		growRecall(t, d)
		ctx := t.Context()
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				for range 60 {
					err := d.WriteGrouped(ctx, func(tx *db.Tx) error {
						for _, part := range []int64{2, 3} {
							if _, err := tx.Exec(ctx, putNotice, part, tx.ID(), 7); err != nil {
								return err
							}
						}
						return nil
					})
					if err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		for range 3 {
			wg.Go(func() {
				last := -1
				for last < 60 && ctx.Err() == nil {
					var n [2]int
					_, err := d.Recall(ctx, func(q db.Q) error {
						for i, part := range []int64{2, 3} {
							if err := q.QueryRow(ctx, recallNotice, part, 7).Scan(&n[i]); err != nil {
								return err
							}
						}
						return nil
					})
					if err != nil || n[0] != n[1] || n[0] < last {
						t.Errorf("%v after %d: %v", n, last, err)
						return
					}
					last = n[0]
				}
			})
		}
		wg.Wait()
	})
}

// Rows from memory scan as rows of the engine do.
func TestRecalledRowsScan(t *testing.T) {
	type text string
	type number int
	each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		must(t, d.Write(ctx, note(ctx, "2026-11-30")))
		const query = `SELECT n.text, n.text, n.text, n.text, COUNT(*), COUNT(*), COUNT(*), SUM(n.part_id), COUNT(*) FROM note n WHERE n.part_id = $1 GROUP BY n.text`
		var want, got []any
		scan := func(s db.Scanner) ([]any, error) {
			var a string
			var b text
			var c civil.Date
			var raw []byte
			var e int
			var f number
			var g int64
			var h int
			var k bool
			err := s.Scan(&a, &b, &c, &raw, &e, &f, &g, &h, &k)
			return []any{a, b, c, string(raw), e, f, g, h, k}, err
		}
		must(t, d.Read(ctx, func(q db.Q) (err error) { want, err = scan(q.QueryRow(ctx, query, 1)); return err }))
		for range 2 {
			_, err := d.Recall(ctx, func(q db.Q) (err error) { got, err = scan(q.QueryRow(ctx, query, 1)); return err })
			must(t, err)
			if !slices.Equal(got, want) {
				t.Errorf("%v, want %v", got, want)
			}
		}
		var s string
		_, err := d.Recall(ctx, func(q db.Q) error { return q.QueryRow(ctx, query, 2).Scan(&s) })
		if !db.NoRows(err) {
			t.Errorf("%v, want no rows", err)
		}
		_, err = d.Recall(ctx, func(q db.Q) error { _, err := q.Exec(ctx, insertNote, 1, 2, "x"); return err })
		if err == nil {
			t.Error("a Recall wrote")
		}
	})
}
