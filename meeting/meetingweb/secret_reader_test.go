package meetingweb_test

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"chibo/internal/db"
)

// key names a voter in a vote.
type key struct{ vote, voter int64 }

// reader is who has the server: files, log, rows, backups, the server's log.
type reader struct {
	t       *testing.T
	d       *db.DB
	log     *logged
	account map[int64]int64 // of a membership
	came    []key           // in the order in which they voted: the log and the rows tell
	lite    string          // path of the SQLite file; "" PostgreSQL
	folder  string          // PostgreSQL's
	base    string          // its folder of this database

	blobs    [][]byte             // what each commit changed, in order; then pieces of logs and backups
	ticks    []int                // how much was written with each of came
	segments map[string]time.Time // of PostgreSQL's log: when what was read of it was written
	from     int64                // read so far of SQLite's log
	salt     [8]byte
	pages    map[uint32][]byte
	files    []byte   // everything in the files, and the backup, at the last look
	lines    []string // rows of all tables in physical order, at all looks
	marked   []string // of these, which have a choice in the clear
}

func newReader(t *testing.T, d *db.DB, log *logged) *reader {
	r := &reader{t: t, d: d, log: log, account: map[int64]int64{}, pages: map[uint32][]byte{}, segments: map[string]time.Time{}}
	must(t, d.Read(t.Context(), func(q db.Q) error {
		if d.Dialect() == db.SQLite {
			var n int
			var name string
			return q.QueryRow(t.Context(), "PRAGMA database_list").Scan(&n, &name, &r.lite)
		}
		var oid int64
		if err := q.QueryRow(t.Context(), "SELECT oid FROM pg_database WHERE datname = current_database()").Scan(&oid); err != nil {
			return err
		}
		r.base = strconv.FormatInt(oid, 10)
		return q.QueryRow(t.Context(), "SHOW data_directory").Scan(&r.folder)
	}))
	return r
}

// tick reads what was added to SQLite's log: pages as they were after each commit. What
// differs from the page before is what the commit wrote; it gives how much that is.
func (r *reader) tick() (written int) {
	if r.lite == "" {
		return 0
	}
	f, err := os.Open(r.lite + "-wal")
	must(r.t, err)
	defer f.Close() //nolint:errcheck // only read
	head := make([]byte, 32)
	if _, err := f.ReadAt(head, 0); err != nil {
		return 0
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
			return written
		}
		r.from += int64(len(frame))
		page := binary.BigEndian.Uint32(frame[:4])
		blob = append(blob, changed(r.pages[page], frame[24:])...)
		r.pages[page] = slices.Clone(frame[24:])
		if binary.BigEndian.Uint32(frame[4:8]) != 0 { // the commit
			written += len(blob)
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

// look reads every file and every row, and makes a backup and reads that.
func (r *reader) look(when string) {
	r.t.Helper()
	r.files = nil
	root := r.folder
	if r.lite != "" {
		root = filepath.Dir(r.lite)
	}
	log := r.readLog()
	if r.lite == "" { // what is in the server's memory goes into the files too
		must(r.t, r.d.Direct(r.t.Context(), func(q db.Q) error { _, err := q.Exec(r.t.Context(), "CHECKPOINT"); return err }))
	}
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if os.IsNotExist(err) { // gone meanwhile
			return nil
		}
		if err != nil || e.IsDir() {
			return err
		}
		if r.lite == "" && strings.Contains(path, "pg_wal") {
			return nil // read above
		}
		if r.lite == "" && strings.Contains(path, string(filepath.Separator)+"base"+string(filepath.Separator)) && filepath.Base(filepath.Dir(path)) != r.base {
			return nil // another test's database
		}
		data, err := os.ReadFile(path)
		if os.IsNotExist(err) || os.IsPermission(err) {
			return nil
		}
		r.files = append(r.files, data...)
		return err
	})
	must(r.t, err)
	copied := r.backup()
	r.files = append(r.files, copied...)
	r.keep(copied)
	r.rows()
	r.t.Logf("%s: %d bytes of files and backup, %d of the engine's log, %d of the server's, %d rows so far", when, len(r.files), log, len(r.log.text()), len(r.lines))
}

// readLog reads what is new in PostgreSQL's log, as somebody does who archives it: the server
// throws away what it needs no longer. It gives how many bytes were read.
func (r *reader) readLog() (n int) {
	if r.lite != "" {
		return 0
	}
	segments, err := filepath.Glob(filepath.Join(r.folder, "pg_wal", "*"))
	must(r.t, err)
	for _, path := range segments {
		info, err := os.Stat(path)
		if err != nil || info.IsDir() || info.ModTime().Equal(r.segments[path]) {
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			continue // thrown away meanwhile
		}
		r.segments[path] = info.ModTime()
		r.keep(data)
		n += len(data)
	}
	return n
}

// keep keeps the pieces of a log or a backup that have a choice in the clear.
func (r *reader) keep(data []byte) {
	for _, piece := range split(data) {
		if slices.ContainsFunc(tokensOf(), func(token string) bool { return bytes.Contains(piece, []byte(token)) }) {
			r.blobs = append(r.blobs, slices.Clone(piece))
		}
	}
}

// backup makes one as an operator does, and gives its bytes.
func (r *reader) backup() []byte {
	r.t.Helper()
	if r.lite != "" {
		to := filepath.Join(r.t.TempDir(), "backup.db")
		must(r.t, r.d.Direct(r.t.Context(), func(q db.Q) error {
			_, err := q.Exec(r.t.Context(), "VACUUM INTO '"+to+"'")
			return err
		}))
		data, err := os.ReadFile(to)
		must(r.t, err)
		return data
	}
	tool, err := exec.LookPath("pg_dump")
	if err != nil || os.Getenv("CHIBO_TEST_PG") == "" { // a server of this run alone has no address to give it
		if os.Getenv("CHIBO_TEST_ALL") != "" {
			r.t.Error("no pg_dump, or no CHIBO_TEST_PG: no backup of PostgreSQL is read")
		}
		return nil
	}
	var name string
	must(r.t, r.d.Read(r.t.Context(), func(q db.Q) error { return q.QueryRow(r.t.Context(), "SELECT current_database()").Scan(&name) }))
	dsn, err := url.Parse(os.Getenv("CHIBO_TEST_PG"))
	must(r.t, err)
	dsn.Path = "/" + name
	out, err := exec.CommandContext(r.t.Context(), tool, "--data-only", dsn.String()).Output()
	must(r.t, err)
	return out
}

// split cuts a long text into pieces that reach over each other: records follow each other,
// and what belongs together is near.
func split(log []byte) (out [][]byte) {
	const step = 1 << 13
	for i := 0; i < len(log); i += step {
		out = append(out, log[i:min(len(log), i+step+step/4)])
	}
	return out
}

func (r *reader) tables() (out []string) {
	query := "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%WITHOUT ROWID%' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '%fts%' ORDER BY name"
	if r.lite == "" {
		query = "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY c.relname"
	}
	must(r.t, r.d.Read(r.t.Context(), func(q db.Q) (err error) {
		out, err = db.List(r.t.Context(), q, func(s db.Scanner) (v string, err error) { return v, s.Scan(&v) }, query)
		return err
	}))
	return out
}

// rows reads every table in its physical order.
func (r *reader) rows() {
	order := map[bool]string{true: "rowid", false: "ctid"}[r.lite != ""]
	for _, table := range r.tables() {
		must(r.t, r.d.Read(r.t.Context(), func(q db.Q) error {
			rows, err := q.Query(r.t.Context(), `SELECT * FROM "`+table+`" ORDER BY `+order)
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
				r.lines = append(r.lines, table+" "+strings.TrimSpace(fmt.Sprintln(vals...)))
			}
			return rows.Err()
		}))
	}
	r.marked = nil
	for _, l := range r.lines {
		if !strings.HasPrefix(l, "secret_option ") && slices.ContainsFunc(tokensOf(), func(token string) bool { return strings.Contains(l, token) }) {
			r.marked = append(r.marked, l)
		}
	}
}

func tokensOf() []string { t := tokens(); return t[:] }

// left gives how many sealed texts stand in the files, or in the backup, of the last look.
func (r *reader) left(sealed []string) int {
	const from, length = 20, 40
	parts := map[string]bool{}
	for _, s := range sealed {
		parts[s[from:from+length]] = true
	}
	found := map[string]bool{}
	for i := 0; i+length <= len(r.files); i++ {
		if b := r.files[i : i+length]; parts[string(b)] {
			found[string(b)] = true
		}
	}
	return len(found)
}

// The ways in which the reader reads.
const (
	byLog    = "neighbours in the log"
	byOrder  = "order of the rows"
	byName   = "rows with a name"
	byShape  = "shape of the ballots"
	byTime   = "the server's log"
	byLength = "what each commit wrote"
	byAll    = "log, order and names, weighed against the totals"
)

// guesses gives what the reader thinks each voter chose, by each way of reading.
func (r *reader) guesses(votes []*watched) map[string]guesser {
	joined, near := r.order(votes), r.near(votes)
	order := func(w *watched, id int64) int {
		if c, ok := joined[key{w.v.Ref.ID, id}]; ok {
			return c
		}
		return -1
	}
	said := func(g guesser) feature {
		return func(k key) int {
			w := &watched{}
			w.v.Ref.ID = k.vote
			return g(w, k.voter)
		}
	}
	return map[string]guesser{
		byLog:    near,
		byOrder:  order,
		byName:   r.named,
		byAll:    learned(votes, []feature{said(near), said(order), said(r.named)}),
		byShape:  learned(votes, r.shapes()),
		byTime:   learned(votes, r.served()),
		byLength: learned(votes, r.lengths()),
	}
}

// near finds the choice that was written next to a voter of a vote, in what a commit changed
// and in pieces of logs and backups.
func (r *reader) near(votes []*watched) guesser {
	type found struct{ choice, dist int }
	best := map[key]found{}
	isVote, isVoter := map[int64]bool{}, map[int64]bool{}
	for _, w := range votes {
		isVote[w.v.Ref.ID] = true
		for _, id := range w.voters {
			isVoter[id] = true
			best[key{w.v.Ref.ID, id}] = found{-1, 400}
		}
	}
	for _, b := range r.blobs {
		at, choice := tokensIn(b)
		if len(at) == 0 {
			continue
		}
		var voteAt []int
		var voteIDs []int64
		type seen struct {
			at int
			id int64
		}
		var voters []seen
		for i := range b {
			for _, id := range idsAt(b, i) {
				if isVote[id] {
					voteAt, voteIDs = append(voteAt, i), append(voteIDs, id)
				}
				if isVoter[id] {
					voters = append(voters, seen{i, id})
				}
			}
		}
		for _, v := range voters {
			k := nearest(voteAt, v.at)
			if k < 0 || abs(voteAt[k]-v.at) > 64 {
				continue
			}
			who := key{voteIDs[k], v.id}
			if _, ok := best[who]; !ok {
				continue
			}
			// The mark is written before the choice: what stands before it is more likely
			// the choice of who came before.
			after, _ := slices.BinarySearch(at, v.at)
			for c, weight := range map[int]int{after - 1: 2, after: 1} {
				if c >= 0 && c < len(at) && weight*abs(at[c]-v.at) < best[who].dist {
					best[who] = found{choice[c], weight * abs(at[c]-v.at)}
				}
			}
		}
	}
	return func(w *watched, id int64) int { return best[key{w.v.Ref.ID, id}].choice }
}

// nearest gives the index of the place that is nearest to i, -1 when there is none.
func nearest(at []int, i int) int {
	k, _ := slices.BinarySearch(at, i)
	if k == len(at) || k > 0 && i-at[k-1] <= at[k]-i {
		k--
	}
	return k
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
		ids = append(ids, int64(binary.LittleEndian.Uint64(b[i:])), int64(binary.BigEndian.Uint64(b[i:])), int64(binary.BigEndian.Uint64(b[i:])>>16)) //nolint:gosec // any bytes
	}
	if i+15 <= len(b) && (i == 0 || !digit(b[i-1])) && digit(b[i]) {
		n, _ := strconv.ParseInt(string(b[i:i+15]), 10, 64)
		ids = append(ids, n)
	}
	return ids
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

func abs(n int) int { return max(n, -n) }

// order joins the k-th row with a voter to the k-th row with a choice, of each vote.
func (r *reader) order(votes []*watched) map[key]int {
	out := map[key]int{}
	for _, table := range []string{"secret_ballot ", "secret_elector ", "audit ", "weak_mark "} {
		var lines []string
		for _, l := range r.lines {
			if strings.HasPrefix(l, table) {
				lines = append(lines, l)
			}
		}
		for _, w := range votes {
			id := fmt.Sprint(w.v.Ref.ID)
			var marks []int64
			for _, l := range lines {
				if !strings.Contains(l, id) {
					continue
				}
				for _, voter := range w.voters {
					if !slices.Contains(marks, voter) && (strings.Contains(l, fmt.Sprint(voter)) || r.byAccount(l, voter)) {
						marks = append(marks, voter)
					}
				}
			}
			var choices []int
			for _, l := range r.marked {
				for c, token := range tokens() {
					if strings.Contains(l, id) && strings.Contains(l, token) {
						choices = append(choices, c)
					}
				}
			}
			for k := range min(len(marks), len(choices)) {
				out[key{w.v.Ref.ID, marks[k]}] = choices[k]
			}
		}
	}
	return out
}

// byAccount says whether a line of the audit is of the voter's account.
func (r *reader) byAccount(line string, voter int64) bool {
	account, ok := r.account[voter]
	return ok && strings.HasPrefix(line, "audit ") && slices.Contains(strings.Fields(line), fmt.Sprint(account))
}

// named looks for a row that has the voter and a choice.
func (r *reader) named(w *watched, id int64) int {
	for _, l := range r.marked {
		if !strings.Contains(l, fmt.Sprint(w.v.Ref.ID)) || !strings.Contains(l, fmt.Sprint(id)) && !r.byAccount(l, id) {
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

// feature is something about a voter's ballot that can be seen, in few values.
type feature func(k key) int

// shapes are lengths and characters of the sealed texts.
func (r *reader) shapes() (out []feature) {
	text := map[key]string{}
	for _, l := range r.lines {
		if f := strings.Fields(l); f[0] == "secret_ballot" && len(f) == 6 {
			vote, _ := strconv.ParseInt(f[2], 10, 64)
			voter, _ := strconv.ParseInt(f[3], 10, 64)
			text[key{vote, voter}] = f[5]
		}
	}
	out = append(out, func(k key) int { return len(text[k]) })
	for n := range 200 {
		out = append(out, func(k key) int {
			if s := text[k]; s != "" {
				return int(s[n*len(s)/200]) % 3
			}
			return -1
		})
	}
	return out
}

var castLine = regexp.MustCompile(`route="POST /meetings/\{ref\}/secret/\{id\}/cast" status=(\d+) bytes=(\d+) took=(\S+)`)

// served are the answers in the server's log: their status, length and time.
func (r *reader) served() []feature {
	lines := castLine.FindAllStringSubmatch(r.log.text(), -1)
	if len(lines) != len(r.came) {
		r.t.Errorf("the server's log has %d ballots of %d", len(lines), len(r.came))
		return nil
	}
	at := map[key]int{}
	took := make([]float64, len(lines))
	for i, k := range r.came {
		at[k] = i
		d, err := time.ParseDuration(lines[i][3])
		must(r.t, err)
		took[i] = float64(d)
	}
	out := []feature{
		func(k key) int { return len(lines[at[k]][0]) },
		func(k key) int { n, _ := strconv.Atoi(lines[at[k]][1]); return n },
		func(k key) int { n, _ := strconv.Atoi(lines[at[k]][2]); return n },
	}
	for _, parts := range []int{2, 3, 5, 10, 30} {
		rank := ranks(took, parts)
		out = append(out, func(k key) int { return rank[at[k]] })
	}
	return out
}

// lengths are how much each ballot's commit changed.
func (r *reader) lengths() []feature {
	if r.lite == "" || len(r.ticks) < len(r.came) {
		return nil
	}
	at := map[key]int{}
	wrote := make([]float64, len(r.came))
	for i, k := range r.came {
		at[k], wrote[i] = i, float64(r.ticks[i])
	}
	out := []feature{func(k key) int { return r.ticks[at[k]] }}
	for _, parts := range []int{2, 3, 10, 30} {
		rank := ranks(wrote, parts)
		out = append(out, func(k key) int { return rank[at[k]] })
	}
	return out
}

// ranks sorts values into so many equal parts.
func ranks(v []float64, parts int) []int {
	order := make([]int, len(v))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(v[a], v[b]) })
	out := make([]int, len(v))
	for rank, i := range order {
		out[i] = rank * parts / len(v)
	}
	return out
}

// learned takes half of the votes as known, finds the one feature that goes best with the
// choice there, and guesses the other half by it together with the totals: what each choice had,
// times how often the feature went with the choice.
func learned(votes []*watched, features []feature) guesser {
	type table struct {
		seen  map[int]*[3]float64
		total [3]float64
	}
	guess := func(t table, f feature, w *watched, id int64) int {
		best, most := -1, 0.0
		n := t.seen[f(key{w.v.Ref.ID, id})]
		if n == nil {
			n = &[3]float64{}
		}
		for c, total := range w.totals {
			if p := float64(total) * (n[c] + 1) / (t.total[c] + float64(len(t.seen)) + 1); p > most {
				best, most = c, p
			}
		}
		return best
	}
	best, right, by := -1, -1, table{}
	for n, f := range features {
		t := table{seen: map[int]*[3]float64{}}
		for i := 0; i < len(votes); i += 2 {
			for id, c := range votes[i].chose {
				v := f(key{votes[i].v.Ref.ID, id})
				if t.seen[v] == nil {
					t.seen[v] = &[3]float64{}
				}
				t.seen[v][c]++
				t.total[c]++
			}
		}
		sum := 0
		for i := 0; i < len(votes); i += 2 {
			for id, c := range votes[i].chose {
				if guess(t, f, votes[i], id) == c {
					sum++
				}
			}
		}
		if sum > right {
			best, right, by = n, sum, t
		}
	}
	guessed := map[int64]bool{}
	for i, w := range votes {
		guessed[w.v.Ref.ID] = i%2 == 1
	}
	return func(w *watched, id int64) int {
		switch {
		case !guessed[w.v.Ref.ID]:
			return notGuessed
		case best < 0:
			return -1
		}
		return guess(by, features[best], w, id)
	}
}
