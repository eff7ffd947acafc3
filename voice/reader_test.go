package voice_test

import (
	"bytes"
	"context"
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

	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/voice"
)

// How many meetings the reader watches.
const (
	meetingsWatched = 24
	membersWatched  = 9
)

// A reader of every byte of the files and the log, at every moment, who lacks the key file:
// who answered, what was answered, and nothing of it is found. The same reader on a store
// that is weak on purpose finds nearly everybody, or the test is worth nothing.
func TestReaderWithoutTheKeyFile(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, membersWatched)
		r := newReader(t, d)
		rnd := rand.New(rand.NewPCG(6, 36))
		var seen []*watched
		n := meetingsWatched
		if testing.Short() {
			n = 8
		}
		for range n {
			x := &watched{ref: w.holdAgain(t), chose: map[int64]int{}}
			r.tick()
			for _, k := range rnd.Perm(membersWatched)[:6+rnd.IntN(2)] { // two or three stay silent
				c := rnd.IntN(3)
				x.chose[w.ids[k]], x.order = c, append(x.order, w.ids[k])
				x.totals[c]++
				w.ref = x.ref
				w.answer(t, w.others[k], []string{"yes", "partly", "no"}[c])
				r.tick()
			}
			r.look()
			seen = append(seen, x)
			r.boxes = append(r.boxes, r.sealed()...)
		}
		w.over(t)
		r.look()
		for name, guess := range r.guesses(seen) {
			judge(t, name, seen, guess)
		}
		r.silent(w.ids)
		r.forgotten()
		weak := r.weak(rnd)
		r.look()
		if share := r.hits(weak, r.near(weak)); share < 0.7 { // one in three would be luck
			t.Errorf("the reader finds %.0f %% in a store that is weak on purpose: the test proves nothing", 100*share)
		}
	})
}

// watched is a meeting as the test knows it.
type watched struct {
	ref    ident.Ref
	order  []int64 // memberships, as they answered
	chose  map[int64]int
	totals [3]int
}

type reader struct {
	t      *testing.T
	d      *db.DB
	lite   string
	folder string // PostgreSQL's

	blobs [][]byte // what each commit changed, in order
	from  int64
	salt  [8]byte
	pages map[uint32][]byte
	files []byte
	rows  []string // of all looks, in physical order
	boxes []string
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

// tick reads what was added to SQLite's log: what each commit changed.
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
	frame := make([]byte, 24+int(binary.BigEndian.Uint32(head[8:12])))
	var blob []byte
	for {
		if _, err := f.ReadAt(frame, r.from); err != nil || !bytes.Equal(frame[8:16], r.salt[:]) {
			return
		}
		r.from += int64(len(frame))
		page, old := binary.BigEndian.Uint32(frame[:4]), []byte(nil)
		if old = r.pages[page]; old == nil {
			blob = append(blob, frame[24:]...)
		} else {
			blob = append(blob, changed(old, frame[24:])...)
		}
		r.pages[page] = slices.Clone(frame[24:])
		if binary.BigEndian.Uint32(frame[4:8]) != 0 { // the commit
			r.blobs, blob = append(r.blobs, blob), nil
		}
	}
}

// changed gives the bytes that differ, with a little around.
func changed(old, now []byte) (out []byte) {
	for i := range now {
		if old[i] != now[i] {
			out = append(out, now[max(0, i-4):min(len(now), i+5)]...)
		}
	}
	return out
}

func (r *reader) tables() []string {
	return []string{"voice_box", "voice_sealed", "voice_sum", "audit", "notice"}
}

// look reads every file and every row in its physical order.
func (r *reader) look() {
	r.files = nil
	root := r.folder
	if r.lite != "" {
		root = filepath.Dir(r.lite)
	}
	var log []byte
	must(r.t, filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || r.lite == "" && !strings.Contains(path, "pg_wal") {
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return nil //nolint:nilerr // taken away meanwhile, or not ours to read
		}
		if r.lite == "" {
			log = append(log, data...)
		} else {
			r.files = append(r.files, data...)
		}
		return nil
	}))
	for i := 0; i < len(log); i += 1 << 13 {
		r.blobs = append(r.blobs, log[i:min(len(log), i+1<<14)])
	}
	order := map[bool]string{true: "rowid", false: "ctid"}[r.lite != ""]
	for _, table := range r.tables() {
		must(r.t, r.d.Read(r.t.Context(), func(q db.Q) error {
			rows, err := q.Query(r.t.Context(), "SELECT * FROM "+table+" ORDER BY "+order) //nolint:gosec // names of this file
			if err != nil {
				return err
			}
			defer rows.Close() //nolint:errcheck // rows.Err tells
			names, err := rows.Columns()
			if err != nil {
				return err
			}
			for rows.Next() {
				vals, ptrs := make([]any, len(names)), make([]any, len(names))
				for i := range vals {
					ptrs[i] = &vals[i]
				}
				if err := rows.Scan(ptrs...); err != nil {
					return err
				}
				r.rows = append(r.rows, table+" "+strings.TrimSpace(fmt.Sprintln(vals...)))
			}
			return rows.Err()
		}))
	}
}

// sealed gives what lies sealed now.
func (r *reader) sealed() (out []string) {
	must(r.t, r.d.Read(r.t.Context(), func(q db.Q) (err error) {
		out, err = db.List(r.t.Context(), q, func(s db.Scanner) (v string, err error) { return v, s.Scan(&v) }, `SELECT box FROM voice_sealed`)
		return err
	}))
	return out
}

// guesses are three ways of reading: what stands next to a member in a commit, the order of
// the rows, and the shape of the sealed texts learned from half of the meetings.
func (r *reader) guesses(seen []*watched) map[string]func(*watched, int64) int {
	return map[string]func(*watched, int64) int{"neighbours in the log": r.near(seen), "order and shape of the sealed texts": r.learned(seen)}
}

// codes are how answers are written before they are sealed, and in the weak store.
func codes() [3]string { return [3]string{"1111", "2222", "3333"} }

// near finds the answer that was written nearest to a membership.
func (r *reader) near(seen []*watched) func(*watched, int64) int {
	type found struct{ choice, dist int }
	best := map[string]found{}
	key := func(x *watched, id int64) string { return fmt.Sprint(x.ref.ID, " ", id) }
	for _, b := range r.blobs {
		var at, choice []int
		for c, code := range codes() {
			for from := 0; ; {
				i := bytes.Index(b[from:], []byte(code))
				if i < 0 {
					break
				}
				at, choice = append(at, from+i), append(choice, c)
				from += i + 1
			}
		}
		if len(at) == 0 || len(at) > 400 {
			continue
		}
		for _, x := range seen {
			for id := range x.chose {
				for _, i := range places(b, id) {
					for k := range at {
						f, ok := best[key(x, id)]
						if dist := abs(at[k] - i); (!ok || dist < f.dist) && dist < 400 && len(places(b, x.ref.ID)) > 0 {
							best[key(x, id)] = found{choice[k], dist}
						}
					}
				}
			}
		}
	}
	return func(x *watched, id int64) int {
		if f, ok := best[key(x, id)]; ok {
			return f.choice
		}
		return -1
	}
}

// places gives where a number stands, in the ways in which engines and logs write it.
func places(b []byte, n int64) (out []int) {
	little, big := binary.LittleEndian.AppendUint64(nil, uint64(n)), binary.BigEndian.AppendUint64(nil, uint64(n))
	for _, form := range [][]byte{little, big, big[2:], []byte(fmt.Sprint(n))} {
		for from := 0; ; {
			i := bytes.Index(b[from:], form)
			if i < 0 {
				break
			}
			out = append(out, from+i)
			from += i + 1
		}
	}
	return out
}

// learned takes half of the meetings as known, finds the one byte of the sealed texts, in
// the order in which they lie, that goes best with the answers, and guesses the other half.
func (r *reader) learned(seen []*watched) func(*watched, int64) int {
	texts := map[int64][]string{} // by meeting, as they lie
	for _, line := range r.rows {
		f := strings.Fields(line)
		if f[0] != "voice_sealed" {
			continue
		}
		var id int64
		fmt.Sscan(f[2], &id) //nolint:errcheck // 0 is none
		if box := f[len(f)-1]; !slices.Contains(texts[id], box) {
			texts[id] = append(texts[id], box)
		}
	}
	feature := func(x *watched, id int64, k int) int {
		list, i := texts[x.ref.ID], slices.Index(x.order, id)
		if i < 0 || i >= len(list) || k >= len(list[i]) {
			return -1
		}
		return int(list[i][k]) % 3
	}
	best, right, by := 0, -1, map[int]int{}
	for k := range 40 {
		count := map[int]*[3]int{}
		for i, x := range seen {
			for id, c := range x.chose {
				if f := feature(x, id, k); i%2 == 0 && f >= 0 {
					if count[f] == nil {
						count[f] = &[3]int{}
					}
					count[f][c]++
				}
			}
		}
		sum, to := 0, map[int]int{}
		for f, n := range count {
			to[f] = argmax(*n)
			sum += n[to[f]]
		}
		if sum > right {
			best, right, by = k, sum, to
		}
	}
	return func(x *watched, id int64) int {
		if slices.Index(seen, x)%2 == 0 { // known: not a guess
			return -1
		}
		if c, ok := by[feature(x, id, best)]; ok {
			return c
		}
		return -1
	}
}

// silent wants no row of an answer that has a membership or a person in it, and none in
// the audit log: nobody can tell who answered from who did not.
func (r *reader) silent(ids []int64) {
	sealed := 0
	for _, line := range r.rows {
		table, _, _ := strings.Cut(line, " ")
		if table == "voice_sealed" {
			sealed++
		}
		if table == "notice" {
			continue // everybody is asked
		}
		for _, id := range ids {
			if strings.Contains(line, fmt.Sprint(id)) {
				r.t.Errorf("%s names a member", table)
				return
			}
		}
		if table == "audit" && strings.Contains(line, "voice") {
			r.t.Errorf("an answer is in the audit log: %s", line)
		}
	}
	lengths := map[int]bool{}
	for _, box := range r.boxes {
		lengths[len(box)] = true
	}
	if sealed == 0 || len(lengths) != 1 {
		r.t.Errorf("%d sealed rows were seen, of %d lengths", sealed, len(lengths))
	}
}

// forgotten wants nothing that was sealed in the files after the settlement.
func (r *reader) forgotten() {
	if r.lite == "" {
		return // PostgreSQL's own log keeps it, sealed
	}
	left := 0
	for _, box := range r.boxes {
		if bytes.Contains(r.files, []byte(box)) {
			left++
		}
	}
	if left > 0 || len(r.boxes) == 0 {
		r.t.Errorf("%d of %d sealed answers are still in the files", left, len(r.boxes))
	}
}

// weak is a store as one would make it without thought: who answered in one table, the
// answer in another, both in one transaction.
func (r *reader) weak(rnd *rand.Rand) (out []*watched) {
	exec := func(query string, args ...any) {
		must(r.t, r.d.Write(r.t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(context.Background(), query, args...); return err }))
	}
	exec("CREATE TABLE weak_mark (meeting bigint, member bigint)")
	exec("CREATE TABLE weak_answer (meeting bigint, answer text)")
	r.tick()
	for i := range meetingsWatched {
		x := &watched{ref: ident.Ref{Part: 1, ID: 500_000_000_000_000 + int64(i)*1000}, chose: map[int64]int{}}
		for j := range membersWatched {
			id, c := int64(600_000_000_000_000)+int64(i)*1000+int64(j), rnd.IntN(3)
			x.chose[id] = c
			must(r.t, r.d.Write(r.t.Context(), func(tx *db.Tx) error {
				if _, err := tx.Exec(r.t.Context(), "INSERT INTO weak_mark VALUES ($1, $2)", x.ref.ID, id); err != nil {
					return err
				}
				_, err := tx.Exec(r.t.Context(), "INSERT INTO weak_answer VALUES ($1, $2)", x.ref.ID, codes()[c])
				return err
			}))
			r.tick()
		}
		out = append(out, x)
	}
	return out
}

func (r *reader) hits(seen []*watched, guess func(*watched, int64) int) float64 {
	n, hit := 0, 0
	for _, x := range seen {
		for id, c := range x.chose {
			if n++; guess(x, id) == c {
				hit++
			}
		}
	}
	return float64(hit) / float64(n)
}

// judge compares guesses with what the sums alone give: everybody chose what most chose.
// One-sided, p < 0.001.
func judge(t *testing.T, name string, seen []*watched, guess func(*watched, int64) int) {
	t.Helper()
	n, hit, base, variance := 0, 0, 0.0, 0.0
	for _, x := range seen {
		most := argmax(x.totals)
		for id, c := range x.chose {
			g := guess(x, id)
			if g < 0 {
				g = most
			}
			if n++; g == c {
				hit++
			}
			p := float64(x.totals[most]) / float64(len(x.chose))
			base, variance = base+p, variance+p*(1-p)
		}
	}
	z := (float64(hit) - base) / math.Sqrt(variance)
	t.Logf("%s: %d of %d, from sums alone %.0f, z %.1f", name, hit, n, base, z)
	if z > 3.3 {
		t.Errorf("%s: the reader knows more than the sums", name)
	}
}

func argmax(n [3]int) (best int) {
	for i := range n {
		if n[i] > n[best] {
			best = i
		}
	}
	return best
}

func abs(n int) int { return max(n, -n) }

// What is opened is opened by the key alone: another key file opens nothing.
func TestAnotherKeyOpensNothing(t *testing.T) {
	w := newWorld(t, dbtest.New(t), 6)
	for _, who := range w.others {
		w.answer(t, who, "yes")
	}
	w.s.Keys = otherKey()
	w.over(t)
	if v := w.open(t, w.others[0]); v.State != voice.Few {
		t.Errorf("%+v", v)
	}
}
