package evening_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"chibo/bench/evening"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/secret"
)

// built is the program, built once.
var built = sync.OnceValues(func() (string, error) {
	dir, err := tempDir()
	if err != nil {
		return "", err
	}
	bin := filepath.Join(dir, "chibo")
	out, err := exec.Command("go", "build", "-o", bin, "chibo/cmd/chibo").CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w\n%s", err, out)
	}
	return bin, err
})

// scene is an evening of a few rooms before a program that is killed again and again.
type scene struct {
	t             *testing.T
	ctx           context.Context
	stop          context.CancelFunc
	bin, url, key string
	halls         []*hall
	play          func(h *hall, wg *sync.WaitGroup, failed chan<- error)
	ends          string         // state of every meeting at the end
	at            map[string]int // acts that a kill met, counted; nil: not asked for

	mu  sync.RWMutex // an act holds it for reading while it is under way, a kill for writing
	srv *evening.Server
}

// hall is a room with what was promised to the people in it.
type hall struct {
	*evening.Room
	s *scene

	arrived, voted sync.WaitGroup // everybody who is to come, to vote
	voting, closed chan struct{}
	vote           string // address of the vote on the resolution, once voting is closed

	mu       sync.Mutex
	promises []promise
	under    map[string]int // acts that are under way
}

// promise is an act that was acknowledged; kept says whether it is there.
type promise struct {
	what string
	kept func(seen) bool
}

// seen is what is stored of a meeting.
type seen struct {
	meeting.Full
	choices  map[int64]string    // by membership, in the vote on the resolution
	secrets  []secret.Vote       // with their numbers
	receipts map[[2]int64]string // of ballots in open boxes, by secret vote and membership
}

// newScene makes the rooms and starts the program; prepare does what is to be done before it
// starts.
func newScene(t *testing.T, url string, cells, members int, prepare ...func(st *evening.Stager, rooms []*evening.Room) error) *scene {
	t.Helper()
	bin, err := built()
	if err != nil {
		t.Fatal(err)
	}
	s := &scene{t: t, bin: bin, url: url, key: filepath.Join(t.TempDir(), "evening.key"), play: (*hall).play, ends: meeting.Sent}
	s.ctx, s.stop = context.WithCancel(t.Context())
	d := s.open(false)
	st, err := evening.NewStager(d)
	must(t, err)
	units, err := st.Village(s.ctx, cells, members)
	must(t, err)
	rooms, err := st.Stage(s.ctx, units, meeting.Regular)
	must(t, err)
	for _, p := range prepare {
		must(t, p(st, rooms))
	}
	must(t, d.Close())
	for _, r := range rooms {
		s.halls = append(s.halls, &hall{Room: r, s: s, voting: make(chan struct{}), closed: make(chan struct{}), under: map[string]int{}})
	}
	s.start()
	return s
}

// open opens the database beside the program, as it is after a kill.
func (s *scene) open(beside bool) *db.DB {
	s.t.Helper()
	o := db.Options{URL: s.url, Clock: clock.System(), NoMigrate: beside}
	if beside {
		o.IDs = ident.New(0, o.Clock)
	}
	d, err := db.Open(context.Background(), o)
	must(s.t, err)
	return d
}

func (s *scene) start() {
	s.t.Helper()
	srv, err := evening.Serve(context.Background(), s.bin, s.url, s.key)
	must(s.t, err)
	s.srv = srv
}

// failures is how often one act may fail before it counts as refused, dials how often
// nobody may answer: between a kill and the next start that is so for a moment.
const failures, dials = 100, 100_000

// errGone says that the evening was given up.
var errGone = errors.New("the evening is over")

// act does an act until the program has acknowledged it, whatever happens to the program
// meanwhile; then promise keeps what it promised. try says that it is done.
func (h *hall) act(what string, kept func(seen) bool, try func(p *evening.Phone) (done bool, err error)) error {
	for failed, dialled := 0, 0; ; {
		done, err := h.once(what, kept, try)
		if done {
			return nil
		}
		if h.s.ctx.Err() != nil {
			return errGone
		}
		var op *net.OpError
		if errors.As(err, &op) && op.Op == "dial" {
			dialled++
		} else {
			failed++
		}
		if failed == failures || dialled == dials {
			return fmt.Errorf("%s: %w", what, err)
		}
	}
}

func (h *hall) once(what string, kept func(seen) bool, try func(p *evening.Phone) (bool, error)) (bool, error) {
	h.s.mu.RLock()
	defer h.s.mu.RUnlock()
	p := evening.NewPhone(h.s.srv.Addr)
	defer p.Close()
	h.way(what, 1)
	done, err := try(p)
	h.way(what, -1)
	if err != nil || !done {
		return false, err
	}
	if kept != nil {
		h.mu.Lock()
		h.promises = append(h.promises, promise{what, kept})
		h.mu.Unlock()
	}
	return true, nil
}

// way notes that an act begins or ends.
func (h *hall) way(what string, n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.under[what] += n
}

// meets notes what a kill meets.
func (s *scene) meets() {
	for _, h := range s.halls {
		h.mu.Lock()
		for what, n := range h.under {
			if n > 0 && s.at != nil {
				s.at[what]++
			}
		}
		h.mu.Unlock()
	}
}

// taken says whether a form was taken.
func taken(a evening.Answer, err error) (bool, error) {
	if err == nil && a.Status != http.StatusSeeOther {
		err = fmt.Errorf("status %d", a.Status)
	}
	return err == nil, err
}

// run plays the evening with at most so many kills and gives how many there were.
func (s *scene) run(kills int, pause func()) (killed int) {
	s.t.Helper()
	over := make(chan struct{})
	failed := make(chan error, 1000)
	var wg sync.WaitGroup
	for _, h := range s.halls {
		s.play(h, &wg, failed)
	}
	go func() { wg.Wait(); close(over) }()
	for killed < kills && !s.waits(over, pause) {
		s.kill()
		killed++
	}
	select {
	case <-over:
	case err := <-failed:
		s.stop()
		<-over
		s.t.Errorf("%v\n%s", err, s.srv.Words())
	}
	select {
	case err := <-failed:
		s.t.Errorf("%v\n%s", err, s.srv.Words())
	default:
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.check(!s.t.Failed())
	for _, h := range s.halls {
		if len(h.promises) < 4*len(h.Members) && !s.t.Failed() {
			s.t.Errorf("only %d acts were acknowledged in %s", len(h.promises), h.Cell.Name)
		}
	}
	s.srv.Stop()
	s.stop()
	return killed
}

// waits pauses; true when the evening ended meanwhile, or cannot go on.
func (s *scene) waits(over <-chan struct{}, pause func()) bool {
	pause()
	select {
	case <-over:
		return true
	default:
		return s.t.Failed()
	}
}

// kill ends the program without warning, starts it again, and looks whether everything
// that was acknowledged is there.
func (s *scene) kill() {
	s.t.Helper()
	s.meets()
	s.srv.Kill()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.start()
	s.check(false)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func some[T any](list []T) T { return list[rand.IntN(len(list))] }

func contains[T any](list []T, is func(T) bool) bool { return slices.ContainsFunc(list, is) }
