package db_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"chibo/internal/clock"
	"chibo/internal/db"
)

// writerFile, when set, turns the test binary into a writer that is going to be killed.
const writerFile = "CHIBO_TEST_KILL_FILE"

func TestMain(m *testing.M) {
	if path := os.Getenv(writerFile); path != "" {
		if err := writeUntilKilled(path, os.Getenv("CHIBO_TEST_KILL_HOW") == "grouped"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// The locks of the process on its file stay while it is open, after Durable too: without
// them another program that reads the file takes the log away on leaving, and with it
// what was written last.
func TestDurableKeepsTheLocks(t *testing.T) {
	d, err := db.Open(t.Context(), db.Options{
		URL: filepath.Join(t.TempDir(), "x.db"), Clock: clock.System(), Migrations: notes(), Bulk: true,
	})
	must(t, err)
	defer d.Close()
	before := ownLocks(t)
	if before == 0 {
		t.Skip("the system does not tell the locks of this process")
	}
	must(t, d.Durable(t.Context()))
	if after := ownLocks(t); after != before {
		t.Errorf("%d locks before, %d after", before, after)
	}
}

// ownLocks counts the locks that the system knows of this process.
func ownLocks(t *testing.T) (n int) {
	t.Helper()
	list, err := os.ReadFile("/proc/locks")
	if err != nil {
		t.Skip(err)
	}
	for line := range strings.Lines(string(list)) {
		if slices.Contains(strings.Fields(line), strconv.Itoa(os.Getpid())) {
			n++
		}
	}
	return n
}

// writeUntilKilled writes rows from eight goroutines and prints each text that was
// acknowledged.
func writeUntilKilled(path string, grouped bool) error {
	ctx := context.Background()
	d, err := db.Open(ctx, db.Options{URL: path, Clock: clock.System(), Migrations: notes()})
	if err != nil {
		return err
	}
	write := d.Write
	if grouped {
		write = d.WriteGrouped
	}
	errs := make(chan error)
	var out sync.Mutex
	for w := range 8 {
		go func() {
			for i := 0; ; i++ {
				text := fmt.Sprintf("%d-%d-%d", os.Getpid(), w, i)
				if err := write(ctx, note(ctx, text)); err != nil {
					errs <- err
					return
				}
				out.Lock()
				fmt.Println(text)
				out.Unlock()
			}
		}()
	}
	return <-errs
}

// Killed in the middle of writing, again and again: every write that was acknowledged
// is there afterwards.
func TestAcknowledgedWritesSurviveAKill(t *testing.T) {
	for _, how := range []string{"alone", "grouped"} {
		t.Run(how, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.db")
			acknowledged := map[string]bool{}
			for range 3 {
				killWriter(t, path, how, acknowledged)
			}
			d, err := db.Open(t.Context(), db.Options{URL: path, Clock: clock.System(), Migrations: notes()})
			must(t, err)
			defer d.Close()
			for _, text := range strings.Fields(texts(t, d)) {
				delete(acknowledged, text)
			}
			if len(acknowledged) > 0 {
				t.Errorf("%d acknowledged writes are lost", len(acknowledged))
			}
		})
	}
}

// killWriter lets a writer acknowledge some hundred writes, kills it without warning,
// and notes all that it managed to say.
func killWriter(t *testing.T, path, how string, acknowledged map[string]bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$") //nolint:gosec // this very test
	cmd.Env = append(os.Environ(), writerFile+"="+path, "CHIBO_TEST_KILL_HOW="+how)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	lines := bufio.NewScanner(out)
	for n := 0; lines.Scan(); n++ {
		acknowledged[lines.Text()] = true
		if n == 300 {
			must(t, cmd.Process.Kill())
		}
	}
	if err := cmd.Wait(); err == nil || cmd.ProcessState.ExitCode() != -1 {
		t.Fatalf("the writer ended by itself: %v", err)
	}
}
