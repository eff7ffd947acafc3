package meeting_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"chibo/access"
	"chibo/document"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/rulebook"
)

// What the child is told: the database, the meeting and the people, in one line.
const killFlag = "CHIBO_MEETING_KILL_CHILD"

// A process that has told of an act is killed at once: whatever it told of is there when
// the database is opened again, and nothing half-written.
func TestKilled(t *testing.T) {
	if os.Getenv(killFlag) != "" {
		killChild()
		return
	}
	for _, after := range []int{1, 4, 7, 8, 9} {
		t.Run(strconv.Itoa(after), func(t *testing.T) { killAfter(t, after) })
	}
}

// killAfter kills the child when it has told of so many acts: seven check-ins, then the
// closing. 9 is never told; there the child ends by itself.
func killAfter(t *testing.T, after int) {
	path := filepath.Join(t.TempDir(), "kill.db")
	d := openAt(t, path, dbtest.Day())
	w := newWorld(t, d)
	ref := w.ready(civil.Of(2026, 11, 10))
	for _, i := range comers() {
		w.must(w.s.Mark(ctx(), w.act(committee), ref, w.people[i].id, meeting.Unexcused, ""))
	}
	version := w.get(ref).Version
	words := []string{path, ref.String(), strconv.Itoa(version), strconv.FormatInt(w.clk.Now().UnixMilli(), 10)}
	for _, i := range append([]int{secretary}, comers()...) {
		words = append(words, strconv.FormatInt(w.act(i).PersonID, 10))
	}
	w.must(d.Close())
	told := runChild(t, strings.Join(words, " "), after)

	d = openAt(t, path, w.clk.Now())
	defer d.Close() //nolint:errcheck // the test is over
	w.d, w.s.DB, w.s.Documents.DB = d, d, d
	f := w.get(ref)
	for i, who := range comers() {
		if r := w.row(ref, who); i < told && r.Presence != meeting.Present {
			t.Errorf("check-in %d was told and is lost", i)
		}
	}
	docs, tasks := w.count(`SELECT COUNT(*) FROM document`), w.count(`SELECT COUNT(*) FROM task`)
	switch f.State {
	case meeting.Opened:
		w.nothing(ref)
		if told > len(comers()) {
			t.Error("the closing was told and is lost")
		}
	case meeting.Closed:
		if docs != 2 || tasks != 1 || w.count(`SELECT COUNT(*) FROM blob`) != 4 || w.count(`SELECT COUNT(*) FROM cell_month WHERE met_day <> ''`) != 1 {
			t.Errorf("closed with %d papers and %d tasks", docs, tasks)
		}
	default:
		t.Errorf("state %s", f.State)
	}
	w.numbersOnce(ref)
}

// numbersOnce closes the meeting when the kill left it open, and the next month's after
// it: whatever the kill met, no number and no resolution is used twice and none is left
// out.
func (w *world) numbersOnce(ref ident.Ref) {
	w.t.Helper()
	w.clk, _ = w.d.Clock().(*clock.Fake) // of the database that was opened again
	if f := w.get(ref); f.State == meeting.Opened {
		w.must(w.s.Adjourn(ctx(), w.act(secretary), ref, f.Version))
	}
	next := w.opened(civil.Of(2026, 12, 3))
	w.callAll(next)
	w.adopt(next)
	w.must(w.s.Adjourn(ctx(), w.act(secretary), next, w.get(next).Version))
	for i, m := range []ident.Ref{ref, next} {
		docs := w.get(m).Documents
		if len(docs) != 2 || docs[0].Number != i+1 || docs[1].Number != i+1 || docs[0].Kind == docs[1].Kind {
			w.t.Errorf("papers of the %d. meeting: %+v", i+1, docs)
		}
	}
	if docs, symbols := w.count(`SELECT COUNT(*) FROM document`), w.count(`SELECT COUNT(DISTINCT symbol) FROM document`); docs != 4 || symbols != 4 {
		w.t.Errorf("%d papers with %d symbols", docs, symbols)
	}
}

// comers check in one after the other in the child.
func comers() []int {
	return []int{deputy, committee, member1, member2, member3, member4, member5}
}

func openAt(t testing.TB, path string, now time.Time) *db.DB {
	t.Helper()
	d, err := db.Open(ctx(), db.Options{URL: path, Clock: clock.Fixed(now)})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// runChild gives how many acts the child told of before it was killed.
func runChild(t *testing.T, words string, after int) (told int) {
	t.Helper()
	c, cancel := context.WithCancel(ctx())
	defer cancel()
	cmd := exec.CommandContext(c, os.Args[0], "-test.run=^TestKilled$") //nolint:gosec // this test itself
	cmd.Env = append(os.Environ(), killFlag+"="+words)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if !strings.HasPrefix(lines.Text(), "told ") {
			continue
		}
		if told++; told == after {
			cmd.Process.Kill() //nolint:errcheck // SIGKILL; it may be gone already
		}
	}
	cmd.Wait() //nolint:errcheck // it was killed
	if told < min(after, len(comers())+1) {
		t.Fatalf("the child told of %d acts only", told)
	}
	return told
}

func killChild() {
	words := strings.Fields(os.Getenv(killFlag))
	fail := func(err error) {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(3)
		}
	}
	ms, err := strconv.ParseInt(words[3], 10, 64)
	fail(err)
	d, err := db.Open(ctx(), db.Options{URL: words[0], Clock: clock.Fixed(time.UnixMilli(ms))})
	fail(err)
	ref, err := ident.ParseRef(words[1])
	fail(err)
	version, err := strconv.Atoi(words[2])
	fail(err)
	book, err := rulebook.New()
	fail(err)
	s := &meeting.Service{DB: d, Book: book, Documents: &document.Service{DB: d, Book: book}}
	code, _, err := s.Code(ctx(), access.System(), ref)
	fail(err)
	for i, p := range words[5:] {
		person, err := strconv.ParseInt(p, 10, 64)
		fail(err)
		actor := access.System()
		actor.AccountID, actor.PersonID, actor.PartID = int64(100+i), person, ref.Part
		_, err = s.CheckIn(ctx(), actor, ref, code)
		fail(err)
		fmt.Println("told", i)
	}
	fail(s.Adjourn(ctx(), access.System(), ref, version))
	fmt.Println("told closing")
}
