package exchange_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"chibo/access"
	"chibo/exchange"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/seal"
	"chibo/org/orgtest"
)

// What the child is told: the database, the unit, and the share at which it stops to be
// killed; above 1 it is killed after it was told that all is stored.
const killFlag = "CHIBO_EXCHANGE_KILL_CHILD"

// A process that is killed in the middle of a list leaves nothing of it; what it said was
// stored is there, whole.
func TestKilledWhileAListIsRead(t *testing.T) {
	if words := strings.Fields(os.Getenv(killFlag)); len(words) == 3 {
		loadUntilKilled(t, words[0], words[1], words[2])
		return
	}
	path := filepath.Join(t.TempDir(), "kill.db")
	d := openFile(t, path)
	w := newWorld(t, d)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		share string
		want  int
	}{{"0.6", 0}, {"0.9", 0}, {"2", 3000}} {
		killReader(t, fmt.Sprintf("%s %d %s", path, w.Town.ID, c.share))
		d = openFile(t, path)
		n, figure := 0, 0
		err := d.Read(t.Context(), func(q db.Q) error {
			if err := q.QueryRow(t.Context(), `SELECT COUNT(*) FROM membership m JOIN person p ON p.part_id = m.part_id AND p.id = m.person_id`).Scan(&n); err != nil {
				return err
			}
			return q.QueryRow(t.Context(), `SELECT COALESCE(SUM(members), 0) FROM unit_state`).Scan(&figure)
		})
		if err != nil || n != c.want || figure != c.want {
			t.Errorf("killed at %s: %d members in the register, %d in the figures, %v", c.share, n, figure, err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func openFile(t *testing.T, path string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), db.Options{URL: path, Clock: clock.Fixed(dbtest.Day())})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// killReader kills the child once it says so.
func killReader(t *testing.T, words string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledWhileAListIsRead$") //nolint:gosec // this test itself
	cmd.Env = append(os.Environ(), killFlag+"="+words)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if lines.Text() == "now" {
			cmd.Process.Kill() //nolint:errcheck // SIGKILL
		} else {
			t.Log(lines.Text())
		}
	}
	if err := cmd.Wait(); err == nil || cmd.ProcessState.ExitCode() != -1 {
		t.Fatalf("the child ended by itself: %v", err)
	}
}

func loadUntilKilled(t *testing.T, path, into, at string) {
	stop := 0.0
	fmt.Sscan(at, &stop) //nolint:errcheck // zero stops at once
	die := func() { fmt.Println("now"); select {} }
	csv := manyRows(3000)
	s := &exchange.Service{DB: openFile(t, path), Book: orgtest.Book(t), Keys: seal.Fresh()}
	_, err := s.Load(t.Context(), access.System(), exchange.LoadIn{
		Kind: exchange.Members, Into: into, Name: "a.csv", Source: strings.NewReader(csv), Size: int64(len(csv)),
		Told: func(share float64) {
			if share >= stop {
				die()
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	die()
}
