package secret_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chibo/ballot"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/secret"
)

// How many votes the reader watches, and how many where time is short.
const votesWatched, votesWatchedShort = 200, 24

// watched is a vote as the test knows it: who chose what, in which order.
type watched struct {
	v      secret.Vote
	voters []int64 // in the order in which they vote
	chose  map[int64]int
	totals [3]int
}

// A reader without the codes, who has every byte of the files and the log as they were at
// every moment, every row in its physical order, and the published totals, guesses no
// better than from turnout and totals. The same reader on a store that is weak on purpose
// finds out nearly everybody, or the test is worth nothing.
func TestReaderWithoutTheCodes(t *testing.T) {
	n := votesWatched
	if testing.Short() {
		n = votesWatchedShort
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newReader(t, d)
		box, codes := newBox(t)
		rnd := rand.New(rand.NewPCG(5, 30))
		var votes []*watched
		for i := range n {
			votes = append(votes, castAll(t, d, r, box, []int{5, 10, 30}[i%3], int64(i), rnd))
		}
		r.look()
		sealed := allBoxes(t, d)
		for _, w := range votes {
			write(t, d, func(tx *db.Tx) error { return secret.Close(t.Context(), tx, w.v.Ref, w.v.Version) })
		}
		r.look()
		key, err := secret.Unlock(t.Context(), d, votes[0].v.Ref, codes)
		must(t, err)
		for _, w := range votes {
			write(t, d, func(tx *db.Tx) error {
				v, err := secret.Count(t.Context(), tx, w.v.Ref, key)
				for i, o := range v.Options {
					if o.Votes != w.totals[i] {
						t.Errorf("counted %d of %s, cast were %d", o.Votes, o.Title, w.totals[i])
					}
				}
				return err
			})
		}
		must(t, secret.Forget(t.Context(), d))
		r.look()
		for name, guess := range r.guesses(votes) {
			judge(t, name, votes, guess)
		}
		forgotten(t, r, sealed)

		weak, found := r.weak(t, d, rnd), false
		for name, guess := range r.guesses(weak) {
			t.Logf("weak %s %.2f", name, hits(weak, guess))
			if share := hits(weak, guess); share > 0.9 {
				t.Logf("the weak store is read by its %s: %.0f %%", name, 100*share)
				found = true
			}
		}
		if found {
			return
		}
		t.Error("the reader finds out nobody even in a store that is weak on purpose")
	})
}

func castAll(t *testing.T, d *db.DB, r *reader, box *secret.Box, n int, seed int64, rnd *rand.Rand) *watched {
	in := question(t, d, 3, box) // the three are of the counting team; one of them is absent
	for i := range in.Electors {
		in.Electors[i].MayCast = false
	}
	in.Options = []secret.Option{{Title: tokens()[0], RuleKey: in.Options[0].RuleKey}, {Title: tokens()[1]}, {Title: tokens()[2]}}
	w := &watched{chose: map[int64]int{}}
	for i := range n {
		id := int64(400_000_000_000_000) + seed*1000 + int64(i)
		in.Electors = append(in.Electors, ballot.Elector{MembershipID: id, InBase: true, MayCast: true, Reason: ballot.ReasonOfficial})
		w.voters = append(w.voters, id)
	}
	rnd.Shuffle(n, func(i, j int) { w.voters[i], w.voters[j] = w.voters[j], w.voters[i] })
	w.v = open(t, d, in)
	for _, id := range w.voters {
		c := rnd.IntN(3)
		w.chose[id], w.totals[c] = c, w.totals[c]+1
		write(t, d, func(tx *db.Tx) error {
			_, err := secret.Cast(t.Context(), tx, w.v.Ref, id, mark(3, c), fmt.Sprint(id))
			return err
		})
		r.tick()
	}
	return w
}

// tokens are how the choices are written, in a ballot and in the weak store.
func tokens() [3]string { return [3]string{"phuong-an-mot", "phuong-an-hai", "phuong-an-ba"} }

// reader is who has the server: files, log, rows.
type reader struct {
	t      *testing.T
	d      *db.DB
	lite   string // path of the SQLite file; "" PostgreSQL
	folder string // PostgreSQL's

	blobs   [][]byte // what each commit changed, in order
	from    int64    // read so far of SQLite's log
	salt    [8]byte
	pages   map[uint32][]byte
	files   []byte   // everything in the files, at the last look
	planted bool     // the weak store is there
	lines   []string // rows of all tables in physical order, at all looks
}

func newReader(t *testing.T, d *db.DB) *reader {
	r := &reader{t: t, d: d, pages: map[uint32][]byte{}}
	must(t, d.Read(t.Context(), func(q db.Q) error {
		if d.Dialect() == db.SQLite {
			var n int
			var name string
			return q.QueryRow(t.Context(), "PRAGMA database_list").Scan(&n, &name, &r.lite)
		}
		return q.QueryRow(t.Context(), "SHOW data_directory").Scan(&r.folder)
	}))
	return r
}

// tick reads what was added to SQLite's log: pages as they were after each commit. What
// differs from the page before is what the commit wrote.
func (r *reader) tick() {
	if r.lite == "" {
		return
	}
	f, err := os.Open(r.lite + "-wal")
	must(r.t, err)
	defer f.Close() //nolint:errcheck // only read
	head := make([]byte, 32)
	if _, err := f.ReadAt(head, 0); err != nil {
		return
	}
	if !bytes.Equal(head[16:24], r.salt[:]) { // begun anew
		copy(r.salt[:], head[16:24])
		r.from = 32
	}
	size := int(binary.BigEndian.Uint32(head[8:12]))
	frame := make([]byte, 24+size)
	var blob []byte
	for {
		if _, err := f.ReadAt(frame, r.from); err != nil || !bytes.Equal(frame[8:16], r.salt[:]) {
			return
		}
		r.from += int64(len(frame))
		page := binary.BigEndian.Uint32(frame[:4])
		blob = append(blob, changed(r.pages[page], frame[24:])...)
		r.pages[page] = slices.Clone(frame[24:])
		if binary.BigEndian.Uint32(frame[4:8]) != 0 { // the commit
			r.blobs, blob = append(r.blobs, blob), nil
		}
	}
}

// changed gives the bytes of the new page that differ from the old, with a little around.
func changed(old, now []byte) (out []byte) {
	if old == nil {
		return slices.Clone(now)
	}
	for i := 0; i < len(now); i++ {
		if old[i] == now[i] {
			continue
		}
		end := i
		for j := i; j < len(now) && j < end+16; j++ {
			if old[j] != now[j] {
				end = j
			}
		}
		out = append(out, now[max(0, i-4):min(len(now), end+4)]...)
		i = end + 1
	}
	return out
}

// look reads every file and every row.
func (r *reader) look() {
	r.files = nil
	root := r.folder
	if r.lite != "" {
		root = filepath.Dir(r.lite)
	}
	var log []byte
	paths := r.paths()
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || r.lite == "" && !strings.Contains(path, "pg_wal") && !slices.Contains(paths, path) {
			return err
		}
		data, err := os.ReadFile(path)
		if os.IsNotExist(err) || os.IsPermission(err) {
			return nil
		}
		if strings.Contains(path, "pg_wal") {
			log = append(log, data...)
		} else {
			r.files = append(r.files, data...)
		}
		return err
	})
	must(r.t, err)
	r.blobs = append(r.blobs, split(log)...)
	r.rows()
}

// paths gives PostgreSQL's files of the tables: the only ones worth reading beside the log.
func (r *reader) paths() (out []string) {
	if r.lite != "" {
		return nil
	}
	for _, table := range r.tables() {
		must(r.t, r.d.Read(r.t.Context(), func(q db.Q) error {
			var p string
			err := q.QueryRow(r.t.Context(), "SELECT pg_relation_filepath('"+table+"')").Scan(&p)
			out = append(out, filepath.Join(r.folder, filepath.FromSlash(p)))
			return err
		}))
	}
	return out
}

// split cuts PostgreSQL's log where no record of one transaction reaches over: after
// every commit there is a flush, and records follow each other.
func split(log []byte) (out [][]byte) {
	const step = 1 << 13
	for i := 0; i < len(log); i += step {
		out = append(out, log[i:min(len(log), i+2*step)])
	}
	return out
}

func (r *reader) tables() []string {
	list := []string{"secret_vote", "secret_option", "secret_elector", "secret_ballot", "secret_team", "secret_paper", "audit"}
	if r.planted {
		list = append(list, "weak_mark", "weak_choice")
	}
	return list
}

func (r *reader) rows() {
	for _, table := range r.tables() {
		order := map[bool]string{true: "rowid", false: "ctid"}[r.lite != ""]
		must(r.t, r.d.Read(r.t.Context(), func(q db.Q) error {
			rows, err := q.Query(r.t.Context(), "SELECT * FROM "+table+" ORDER BY "+order)
			if err != nil {
				return err
			}
			defer rows.Close() //nolint:errcheck // rows.Err tells
			names, err := rows.Columns()
			if err != nil {
				return err
			}
			for rows.Next() {
				vals := make([]any, len(names))
				ptrs := make([]any, len(names))
				for i := range vals {
					ptrs[i] = &vals[i]
				}
				if err := rows.Scan(ptrs...); err != nil {
					return err
				}
				r.lines = append(r.lines, table+" "+fmt.Sprint(vals...))
			}
			return rows.Err()
		}))
	}
}

// guesses gives what the reader thinks each voter chose, by four ways of reading.
func (r *reader) guesses(votes []*watched) map[string]func(w *watched, id int64) int {
	order := r.order(votes)
	return map[string]func(*watched, int64) int{
		"neighbours in the log": r.near(votes),
		"order of the rows":     func(w *watched, id int64) int { return order[[2]int64{w.v.Ref.ID, id}] - 1 },
		"rows with a name":      r.named,
		"shape of the ballots":  r.learned(votes),
	}
}

// near finds the choice that was written next to a voter, in what a commit changed.
func (r *reader) near(votes []*watched) func(w *watched, id int64) int {
	type found struct{ choice, dist int }
	best := map[int64]found{}
	for _, w := range votes {
		for _, id := range w.voters {
			best[id] = found{-1, 400}
		}
	}
	for _, b := range r.blobs {
		at, choice := tokensIn(b)
		if len(at) == 0 {
			continue
		}
		for i := range b {
			for _, id := range idsAt(b, i) {
				f, ok := best[id]
				if !ok {
					continue
				}
				k, _ := slices.BinarySearch(at, i)
				for _, k := range []int{k - 1, k} {
					if k >= 0 && k < len(at) && abs(at[k]-i) < f.dist {
						f = found{choice[k], abs(at[k] - i)}
					}
				}
				best[id] = f
			}
		}
	}
	return func(_ *watched, id int64) int { return best[id].choice }
}

// tokensIn gives where choices stand in the clear.
func tokensIn(b []byte) (at, choice []int) {
	where := map[int]int{}
	for c, token := range tokens() {
		for from := 0; ; {
			i := bytes.Index(b[from:], []byte(token))
			if i < 0 {
				break
			}
			where[from+i] = c
			at = append(at, from+i)
			from += i + 1
		}
	}
	slices.Sort(at)
	for _, i := range at {
		choice = append(choice, where[i])
	}
	return at, choice
}

// idsAt reads a number at a place in the ways in which engines and logs write it.
func idsAt(b []byte, i int) (ids []int64) {
	if i+8 <= len(b) {
		ids = append(ids, int64(binary.LittleEndian.Uint64(b[i:])), int64(binary.BigEndian.Uint64(b[i:])), int64(binary.BigEndian.Uint64(b[i:])>>16))
	}
	if i+15 <= len(b) && (i == 0 || !digit(b[i-1])) && digit(b[i]) {
		ids = append(ids, number(string(b[i:i+15])))
	}
	return ids
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

func abs(n int) int { return max(n, -n) }

// order joins the k-th row with a voter to the k-th row with a choice, of each vote.
func (r *reader) order(votes []*watched) map[[2]int64]int {
	out := map[[2]int64]int{}
	for _, w := range votes {
		id := fmt.Sprint(w.v.Ref.ID)
		for _, table := range []string{"secret_ballot", "secret_elector", "weak_mark"} {
			var marks []int64
			var choices []int
			for _, l := range r.lines {
				if !strings.Contains(l, id) {
					continue
				}
				for _, voter := range w.voters {
					if strings.HasPrefix(l, table+" ") && strings.Contains(l, fmt.Sprint(voter)) && !slices.Contains(marks, voter) {
						marks = append(marks, voter)
					}
				}
				for c, token := range tokens() {
					if !strings.HasPrefix(l, "secret_option") && strings.Contains(l, token) {
						choices = append(choices, c)
					}
				}
			}
			for k := range min(len(marks), len(choices)) {
				out[[2]int64{w.v.Ref.ID, marks[k]}] = choices[k] + 1
			}
		}
	}
	return out
}

// named looks for a row that has the voter and a choice.
func (r *reader) named(w *watched, id int64) int {
	for _, l := range r.lines {
		if !strings.Contains(l, fmt.Sprint(id)) || !strings.Contains(l, fmt.Sprint(w.v.Ref.ID)) {
			continue
		}
		for c, token := range tokens() {
			if strings.Contains(l, token) {
				return c
			}
		}
	}
	return -1
}

// learned takes half of the votes as known, finds the one bit or length of the sealed text
// that goes best with the choice, and guesses the other half by it.
func (r *reader) learned(votes []*watched) func(w *watched, id int64) int {
	text := map[int64]string{}
	for _, l := range r.lines {
		if f := strings.Fields(l); f[0] == "secret_ballot" {
			text[number(f[3])] = f[len(f)-1]
		}
	}
	feature := func(id int64, k int) int {
		s := text[id]
		if k == 0 || s == "" {
			return len(s) % 7
		}
		return int(s[k%len(s)]) % 3
	}
	best, right, by := 0, -1, map[int]int{}
	for k := range 200 {
		seen := map[int]*[3]int{}
		for i, w := range votes {
			for id, c := range w.chose {
				if f := feature(id, k); i%2 == 0 {
					if seen[f] == nil {
						seen[f] = &[3]int{}
					}
					seen[f][c]++
				}
			}
		}
		sum, to := 0, map[int]int{}
		for f, n := range seen {
			to[f] = argmax(*n)
			sum += n[to[f]]
		}
		if sum > right {
			best, right, by = k, sum, to
		}
	}
	half := map[int64]bool{}
	for i, w := range votes {
		half[w.v.Ref.ID] = i%2 == 1
	}
	return func(w *watched, id int64) int {
		if !half[w.v.Ref.ID] { // known to the reader: not a guess
			return -1
		}
		if c, ok := by[feature(id, best)]; ok {
			return c
		}
		return -1
	}
}

func number(s string) (n int64) {
	fmt.Sscan(strings.Trim(s, "[]"), &n) //nolint:errcheck // 0 is nobody
	return n
}

func argmax(n [3]int) int {
	best := 0
	for i := range n {
		if n[i] > n[best] {
			best = i
		}
	}
	return best
}

// judge compares a reader's guesses with what the totals alone give: everybody chose what
// most chose. One-sided, p < 0.001 with a margin for four readers.
func judge(t *testing.T, name string, votes []*watched, guess func(*watched, int64) int) {
	t.Helper()
	n, hit, base := 0, 0, 0.0
	variance := 0.0
	for _, w := range votes {
		most := argmax(w.totals)
		for id, c := range w.chose {
			g := guess(w, id)
			if g < 0 {
				g = most
			}
			n++
			if g == c {
				hit++
			}
			p := float64(w.totals[most]) / float64(len(w.chose))
			base += p
			variance += p * (1 - p)
		}
	}
	z := (float64(hit) - base) / math.Sqrt(variance)
	t.Logf("%s: %d of %d, from totals alone %.0f, z %.1f", name, hit, n, base, z)
	if z > 3.5 {
		t.Errorf("%s: the reader knows more than the totals", name)
	}
}

func hits(votes []*watched, guess func(*watched, int64) int) float64 {
	n, hit := 0, 0
	for _, w := range votes {
		for id, c := range w.chose {
			n++
			if guess(w, id) == c {
				hit++
			}
		}
	}
	return float64(hit) / float64(n)
}

// weak is a store as one would make it without thought: who voted in one table, what was
// chosen in another, both written in one transaction.
func (r *reader) weak(t *testing.T, d *db.DB, rnd *rand.Rand) (votes []*watched) {
	write(t, d, func(tx *db.Tx) error {
		if _, err := tx.Exec(t.Context(), "CREATE TABLE weak_mark (vote bigint, voter bigint)"); err != nil {
			return err
		}
		_, err := tx.Exec(t.Context(), "CREATE TABLE weak_choice (vote bigint, choice text)")
		return err
	})
	r.planted = true
	r.tick()
	for i := range votesWatchedShort {
		w := &watched{chose: map[int64]int{}}
		w.v.Ref.ID = int64(500_000_000_000_000) + int64(i)*1000
		for j := range 10 {
			id := int64(600_000_000_000_000) + int64(i)*1000 + int64(j)
			c := rnd.IntN(3)
			w.voters, w.chose[id], w.totals[c] = append(w.voters, id), c, w.totals[c]+1
			write(t, d, func(tx *db.Tx) error {
				if _, err := tx.Exec(t.Context(), "INSERT INTO weak_mark VALUES ($1, $2)", w.v.Ref.ID, id); err != nil {
					return err
				}
				_, err := tx.Exec(t.Context(), "INSERT INTO weak_choice VALUES ($1, $2)", w.v.Ref.ID, tokens()[c])
				return err
			})
			r.tick()
		}
		votes = append(votes, w)
	}
	r.look()
	return votes
}

func allBoxes(t *testing.T, d *db.DB) (out [][]byte) {
	must(t, d.Read(t.Context(), func(q db.Q) error {
		list, err := db.List(t.Context(), q, func(s db.Scanner) (v string, err error) { return v, s.Scan(&v) },
			`SELECT box FROM secret_ballot UNION ALL SELECT key_12 FROM secret_vote UNION ALL SELECT key_13 FROM secret_vote UNION ALL SELECT key_23 FROM secret_vote`)
		for _, v := range list {
			out = append(out, []byte(v[20:60]))
		}
		return err
	}))
	return out
}

// forgotten wants none of what was sealed in the files after the count.
func forgotten(t *testing.T, r *reader, sealed [][]byte) {
	t.Helper()
	left := 0
	for _, s := range sealed {
		if bytes.Contains(r.files, s) {
			left++
		}
	}
	if left > 0 || len(sealed) == 0 {
		t.Errorf("%d of %d sealed texts are still in the files", left, len(sealed))
	}
}
