package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// server is the program as its own process, with what it says about itself.
type server struct {
	cmd      *exec.Cmd
	url      string
	password string
	oneCore  bool

	began     time.Time
	announced time.Duration // from the start of the process to the line with its address
	filled    time.Duration // to the complete district

	mu      sync.Mutex
	took    map[string]time.Duration // server time of a request, by its id
	last    []string                 // the latest lines of the log, for a failure
	done    chan struct{}            // closed when the district is complete
	isDone  bool
	exited  chan struct{}
	exitErr error
}

// sample says where the data of a server lie.
type sample struct {
	dir  string // its folder
	size string // "" is the district
	url  string // of its database; "" is a file in the folder
	key  string // file of the keys; "" is one in the folder
	day  string // dd/mm/yyyy; "" is the machine's
}

func (s sample) args() []string {
	args := []string{"demo", "--json", "--dir", s.dir, "--addr", "127.0.0.1:0"}
	for flag, value := range map[string]string{"--size": s.size, "--db": s.url, "--key": s.key, "--today": s.day} {
		if value != "" {
			args = append(args, flag, value)
		}
	}
	return args
}

// start starts `chibo demo` on a free port, and returns when it has announced its
// address. With oneCore the process has one processor.
func start(ctx context.Context, bin string, data sample, oneCore bool) (*server, error) {
	args := append([]string{bin}, data.args()...)
	s := &server{took: map[string]time.Duration{}, done: make(chan struct{}), exited: make(chan struct{})}
	env := os.Environ()
	if oneCore {
		env = append(env, "GOMAXPROCS=1")
		if tool, err := exec.LookPath("taskset"); err == nil {
			args = append([]string{tool, "-c", strconv.Itoa(runtime.NumCPU() - 1)}, args...)
			s.oneCore = true
		}
	}
	s.cmd = exec.CommandContext(ctx, args[0], args[1:]...)
	s.cmd.Env = env
	s.cmd.Cancel = func() error { return s.cmd.Process.Signal(syscall.SIGTERM) }
	s.cmd.WaitDelay = 15 * time.Second
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	stderr, err := s.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	s.began = time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	go s.listen(stderr)
	if err := s.greet(stdout); err != nil {
		s.stop()
		return nil, fmt.Errorf("no address: %w\n%s", err, s.words())
	}
	return s, nil
}

// greet reads the one line of JSON.
func (s *server) greet(stdout io.Reader) error {
	var hello struct {
		URL    string
		People []struct{ Login, Password string }
	}
	if err := json.NewDecoder(stdout).Decode(&hello); err != nil {
		return err
	}
	s.announced, s.url = time.Since(s.began), hello.URL
	if len(hello.People) > 0 {
		s.password = hello.People[0].Password
	}
	return nil
}

// listen reads the program's log: the server time of each request, and the word that
// the district is complete.
func (s *server) listen(stderr io.Reader) {
	lines := bufio.NewScanner(stderr)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		s.hear(lines.Text())
	}
	s.exitErr = s.cmd.Wait()
	close(s.exited)
}

func (s *server) hear(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case strings.Contains(line, " msg=demo.filled") && !s.isDone:
		s.filled, s.isDone = time.Since(s.began), true
		close(s.done)
	case strings.Contains(line, " msg=request "):
		if took, err := time.ParseDuration(value(line, "took")); err == nil {
			s.took[value(line, "id")] = took
		}
	default:
		if len(s.last) == 20 {
			s.last = s.last[1:]
		}
		s.last = append(s.last, line)
	}
}

// value gives an attribute of a log line, as far as it has no blanks.
func value(line, key string) string {
	_, rest, _ := strings.Cut(line, " "+key+"=")
	v, _, _ := strings.Cut(rest, " ")
	return v
}

// serverTime gives how long the program worked on the request with this id, from the
// access log: everything between the first middleware and the last byte handed to the
// connection. The line may come a moment after the answer.
func (s *server) serverTime(id string) (time.Duration, bool) {
	for range 200 {
		s.mu.Lock()
		took, ok := s.took[id]
		delete(s.took, id)
		s.mu.Unlock()
		if ok {
			return took, true
		}
		time.Sleep(time.Millisecond)
	}
	return 0, false
}

// complete waits until the program says that the district is complete.
func (s *server) complete(ctx context.Context) error {
	select {
	case <-s.done:
		return nil
	case <-s.exited:
		return fmt.Errorf("the program ended: %w\n%s", s.exitErr, s.words())
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *server) words() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.last, "\n")
}

// stop asks the process to end and waits for it.
func (s *server) stop() {
	s.cmd.Process.Signal(syscall.SIGTERM) //nolint:errcheck // it may have ended
	select {
	case <-s.exited:
	case <-time.After(15 * time.Second):
		s.cmd.Process.Kill() //nolint:errcheck // the same
		<-s.exited
	}
}

// forget drops the server time of a request that nobody asks for.
func (s *server) forget(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.took, id)
}
