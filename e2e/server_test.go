package e2e

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience bounds every wait: far more than any page takes, so that a slow machine
// does not fail a journey.
const patience = 20 * time.Second

// server is the program as its user starts it.
type server struct {
	URL    string `json:"url"`
	People []struct {
		Login, Password, Name, Office, Unit string
	} `json:"people"`

	cmd  *exec.Cmd
	log  *logTail
	exit chan error
	day  string // on its clock
}

// logTail keeps what the program logs and tells when a line holds a word.
type logTail struct {
	mu    sync.Mutex
	lines []string
	until string
	found chan struct{}
}

func (l *logTail) read(r io.Reader) {
	s := bufio.NewScanner(r)
	for s.Scan() {
		l.mu.Lock()
		l.lines = append(l.lines, s.Text())
		if l.until != "" && strings.Contains(s.Text(), l.until) {
			close(l.found)
			l.until = ""
		}
		l.mu.Unlock()
	}
}

func (l *logTail) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.lines, "\n")
}

// start runs the demo in dir and reads the line that says where it listens.
func start(binary, dir string) (*server, error) { return startOn(binary, dir, today) }

// startOn runs it on a later day than the sample's.
func startOn(binary, dir, day string) (*server, error) {
	s := &server{exit: make(chan error, 1), log: &logTail{until: "demo.filled", found: make(chan struct{})}, day: day}
	s.cmd = exec.Command(binary, "demo", "--json", "--dir", dir, "--addr", "127.0.0.1:0", "--today", today, "--now", day)
	s.cmd.Env = append(os.Environ(), "CHIBO_DEMO_DB=")
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	errs, err := s.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	logged := make(chan struct{})
	go func() { defer close(logged); s.log.read(errs) }()
	line, readErr := bufio.NewReader(out).ReadBytes('\n')
	go func() { <-logged; s.exit <- s.cmd.Wait() }()
	if readErr == nil {
		readErr = json.Unmarshal(line, s)
	}
	if readErr != nil {
		return nil, errors.Join(fmt.Errorf("the demo gave no line: %w\n%s", readErr, s.log.text()), s.stop())
	}
	return s, nil
}

// stop asks the process to end, by its own id, and waits for it.
func (s *server) stop() error {
	_ = s.cmd.Process.Signal(syscall.SIGTERM) // it may have ended by itself
	select {
	case err := <-s.exit:
		return err
	case <-time.After(patience):
		return errors.Join(errors.New("the demo does not stop when asked to"), s.cmd.Process.Kill())
	}
}

// makeSample lets the program make the whole district in dir.
func makeSample(binary, dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	s, err := start(binary, dir)
	if err != nil {
		return err
	}
	select {
	case <-s.log.found:
		return s.stop()
	case err := <-s.exit:
		return fmt.Errorf("the demo ended: %w\n%s", err, s.log.text())
	case <-time.After(6 * patience):
		return errors.Join(fmt.Errorf("the history is not complete\n%s", s.log.text()), s.stop())
	}
}

// serve starts the program on a copy of the sample that only this journey sees.
func serve(t *testing.T) *server {
	t.Helper()
	s, _ := serveIn(t)
	return s
}

// again ends the program and starts it on the same folder on a later day. Whoever sat at a
// screen sits down anew.
func (s *server) again(t *testing.T, dir, day string) {
	t.Helper()
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	next, err := startOn(shared.binary, dir, day)
	if err != nil {
		t.Fatal(err)
	}
	*s = *next
}

// serveIn is serve that also gives the folder.
func serveIn(t *testing.T) (*server, string) {
	t.Helper()
	needBrowser(t)
	beforeMidnight(t)
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(shared.sample)); err != nil {
		t.Fatal(err)
	}
	s, err := start(shared.binary, dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Logf("the program logged:\n%s", tail(s.log.text(), 1500))
		}
	})
	return s, dir
}

// beforeMidnight lets a day end in Viet Nam before a journey begins, since a meeting
// is opened on its own day: the demo has the machine's time of day.
func beforeMidnight(t *testing.T) {
	t.Helper()
	zone := time.FixedZone("Asia/Ho_Chi_Minh", 7*60*60)
	now := time.Now().In(zone)
	left := time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 1, 0, zone).Sub(now)
	if left < 3*time.Minute {
		t.Logf("waiting %s for the day to end", left.Round(time.Second))
		<-time.After(left)
	}
}

func (s *server) nameOf(t *testing.T, login string) string {
	t.Helper()
	for _, p := range s.People {
		if p.Login == login {
			return p.Name
		}
	}
	t.Fatalf("%s is not among the people of the demo", login)
	return ""
}

func tail(s string, n int) string {
	if len(s) > n {
		return "…" + s[len(s)-n:]
	}
	return s
}
