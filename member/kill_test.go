package member_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/internal/workday"
	"chibo/member"
	"chibo/rulebook"
)

// What the child is told: the database, the receiving cell and the memberships.
const killFlag = "CHIBO_MEMBER_KILL_CHILD"

// A process that has told of a transfer is killed at once: what it told of is there when
// the database is opened again, whole, and nothing is half-moved.
func TestKilledAfterATransfer(t *testing.T) {
	if os.Getenv(killFlag) != "" {
		if err := moveUntilKilled(strings.Fields(os.Getenv(killFlag))); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(3)
		}
		return
	}
	path := filepath.Join(t.TempDir(), "kill.db")
	d := openFile(t, path)
	r := newRegister(t, d)
	words := []string{path, fmt.Sprint(r.Village2.ID)}
	var refs []ident.Ref
	for i := range 120 {
		refs = append(refs, join(t, d, r.HoaBinh, official(fmt.Sprintf("Người %d", i))))
		words = append(words, refs[i].String())
	}
	write(t, d, func(tx *db.Tx) error {
		return member.RefreshState(t.Context(), tx, r.HoaBinh.PartID, r.HoaBinh.ID, tx.Today())
	})
	r.must(d.Close())
	told := killMover(t, strings.Join(words, " "), 7)

	d = openFile(t, path)
	defer d.Close() //nolint:errcheck // the test is over
	r.d = d
	moved := 0
	for i, ref := range refs {
		old := r.member(ref)
		if i < told && old.To.IsZero() {
			t.Errorf("transfer %d was told and is lost", i)
		}
		part, cells := old.Part, 0
		if !old.To.IsZero() {
			part, moved = r.Village2.PartID, moved+1
		}
		r.must(d.Read(t.Context(), func(q db.Q) error {
			if _, err := member.PersonOf(t.Context(), q, part, old.PersonID); err != nil {
				t.Errorf("%d: the person is not where the membership is: %v", i, err)
			}
			grants, err := access.LoadGrants(t.Context(), q, old.PersonID, today())
			if cells = len(grants); cells != 1 {
				t.Errorf("%d: %d rights", i, cells)
			}
			return err
		}))
	}
	if a, b := r.size(r.HoaBinh).Members, r.size(r.Village2).Members; a != len(refs)-moved || b != moved || moved < told {
		t.Errorf("%d moved (%d told), the figures say %d and %d", moved, told, a, b)
	}
}

func openFile(t testing.TB, path string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), db.Options{URL: path, Clock: clock.Fixed(dbtest.Day())})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// killMover gives how many transfers the child told of before it was killed.
func killMover(t *testing.T, words string, after int) (told int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledAfterATransfer$") //nolint:gosec // this test itself
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
		if lines.Text() != "told" {
			continue
		}
		if told++; told == after {
			cmd.Process.Kill() //nolint:errcheck // SIGKILL
		}
	}
	if err := cmd.Wait(); err == nil || cmd.ProcessState.ExitCode() != -1 {
		t.Fatalf("the child ended by itself after %d: %v", told, err)
	}
	return told
}

func moveUntilKilled(words []string) error {
	ctx := context.Background()
	d, err := db.Open(ctx, db.Options{URL: words[0], Clock: clock.Fixed(dbtest.Day())})
	if err != nil {
		return err
	}
	days, err := workday.New()
	if err != nil {
		return err
	}
	book, err := rulebook.New()
	if err != nil {
		return err
	}
	l := &member.Life{DB: d, Book: book, Days: days}
	in := member.AnnounceIn{Kind: member.TransferInternal, Basis: "1-QĐ", BasisOn: civil.Of(2026, 11, 1)}
	if _, err := fmt.Sscan(words[1], &in.ToCell); err != nil {
		return err
	}
	for _, word := range words[2:] {
		ref, err := ident.ParseRef(word)
		if err != nil {
			return err
		}
		if _, err := l.MoveAtOnce(ctx, access.System(), ref, in, civil.Of(2026, 11, 2)); err != nil {
			return err
		}
		fmt.Println("told")
	}
	return nil
}
