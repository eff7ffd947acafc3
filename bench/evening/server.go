package evening

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Server is `chibo serve` as its own process.
type Server struct {
	Addr string // host:port

	cmd    *exec.Cmd
	exited chan struct{}

	mu   sync.Mutex
	took map[string][]time.Duration // server times by route, from the access log
	last []string                   // other lines of the log, the latest
}

var address = regexp.MustCompile(`http://([0-9.]+:[0-9]+)`)

// Serve starts the program over a database on a free port of this machine. env are
// further NAME=VALUE.
func Serve(ctx context.Context, bin, url, key string, env ...string) (*Server, error) {
	s := &Server{exited: make(chan struct{}), took: map[string][]time.Duration{}}
	s.cmd = exec.CommandContext(ctx, bin, "serve", "--addr", "127.0.0.1:0", "--db", url, "--key", key)
	s.cmd.Env = append(s.cmd.Environ(), env...)
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
	go s.listen(errs)
	line, err := bufio.NewReader(out).ReadString('\n')
	found := address.FindStringSubmatch(line)
	if err != nil || found == nil {
		s.Kill()
		return nil, fmt.Errorf("no address in %q: %w\n%s", line, err, s.Words())
	}
	s.Addr = found[1]
	return s, nil
}

func (s *Server) listen(errs io.Reader) {
	lines := bufio.NewScanner(errs)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		s.hear(lines.Text())
	}
	s.cmd.Wait() //nolint:errcheck // how it ended is known to who ended it
	close(s.exited)
}

func (s *Server) hear(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, rest, ok := strings.Cut(line, " msg=request "); ok {
		if took, err := time.ParseDuration(field(rest, "took=")); err == nil {
			route := strings.Trim(field(rest, "route="), `"`)
			s.took[route] = append(s.took[route], took)
			return
		}
	}
	if len(s.last) == 30 {
		s.last = s.last[1:]
	}
	s.last = append(s.last, line)
}

// field gives a value of a log line; a quoted one may hold blanks.
func field(line, key string) string {
	_, rest, _ := strings.Cut(line, key)
	end := " "
	if strings.HasPrefix(rest, `"`) {
		rest, end = rest[1:], `"`
	}
	v, _, _ := strings.Cut(rest, end)
	return v
}

// Took gives the server times of every route since the last call.
func (s *Server) Took() map[string][]time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.took
	s.took = map[string][]time.Duration{}
	return out
}

// Words gives what the program logged last, beside requests.
func (s *Server) Words() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.last, "\n")
}

// Pid is the process.
func (s *Server) Pid() int { return s.cmd.Process.Pid }

// Kill ends the process without warning (SIGKILL).
func (s *Server) Kill() {
	s.cmd.Process.Kill() //nolint:errcheck // it may have ended
	<-s.exited
}

// Stop asks the process to end and waits for it.
func (s *Server) Stop() {
	s.cmd.Process.Signal(syscall.SIGTERM) //nolint:errcheck // it may have ended
	select {
	case <-s.exited:
	case <-time.After(patience):
		s.Kill()
	}
}
