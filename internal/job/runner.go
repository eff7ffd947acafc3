package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"

	"chibo/internal/db"
	"chibo/internal/fault"
)

const (
	defaultWorkers = 2
	defaultPoll    = time.Second
	defaultLease   = 2 * time.Minute
	defaultGrace   = 20 * time.Second

	firstPause = 10 * time.Second
	lastPause  = 6 * time.Hour
)

// Handler does the work of a job. payload is the JSON that was enqueued. ctx ends when
// the claim does, or when the program can wait no longer.
type Handler func(ctx context.Context, payload []byte) error

// Runner runs jobs. Fill the fields and register all handlers before Run; neither is
// for many goroutines.
type Runner struct {
	DB  *db.DB       // required
	Log *slog.Logger // nil logs nothing

	Workers int           // jobs at once; zero is 2
	Poll    time.Duration // pause when nothing is due; zero is 1 s
	Lease   time.Duration // longest time for a job; zero is 2 min
	Grace   time.Duration // time for running jobs after the end of Run's ctx; zero is 20 s

	handlers map[string]Handler
	periods  []*period
}

// Register sets the handler of a kind. Jobs of kinds without a handler are left for
// other nodes.
func (r *Runner) Register(kind string, h Handler) {
	if r.handlers == nil {
		r.handlers = make(map[string]Handler)
	}
	if _, ok := r.handlers[kind]; ok {
		panic("job: two handlers for " + kind)
	}
	r.handlers[kind] = h
}

// Run runs jobs until ctx ends, then lets those that run come to an end, for Grace at
// most; what is cut off then runs again later. It returns nil.
func (r *Runner) Run(ctx context.Context) error {
	work, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	stopCut := context.AfterFunc(ctx, func() {
		time.AfterFunc(orElse(r.Grace, defaultGrace), cut)
	})
	defer stopCut()
	var wg sync.WaitGroup
	for i := range orElse(r.Workers, defaultWorkers) {
		wg.Go(func() { r.loop(ctx, work, i == 0) })
	}
	wg.Wait()
	return nil
}

// loop is one worker. The first also looks after what happens periodically.
func (r *Runner) loop(ctx, work context.Context, first bool) {
	for ctx.Err() == nil {
		if first {
			r.warn(r.tick(ctx))
		}
		ran, err := r.one(ctx, work)
		r.warn(err)
		if ran && err == nil {
			continue
		}
		poll := orElse(r.Poll, defaultPoll)
		pause(ctx, poll/2+rand.N(poll)) // random, so that nodes do not ask in step
	}
}

// RunDue runs all that is due by the DB's clock, one after the other, until nothing is,
// and says how many it ran. It is for tests and for commands that end.
func (r *Runner) RunDue(ctx context.Context) (ran int, err error) {
	if err := r.tick(ctx); err != nil {
		return 0, err
	}
	for {
		ok, err := r.one(ctx, ctx)
		if err != nil || !ok {
			return ran, err
		}
		ran++
	}
}

// claimed is a job that this runner has until its lease ends.
type claimed struct {
	id              int64
	kind, payload   string
	attempts, tries int
	claim           string
}

// one claims a job and runs it. ran is false when none was due.
func (r *Runner) one(ctx, work context.Context) (ran bool, err error) {
	for {
		j, err := r.claim(ctx)
		if err != nil || j == nil {
			return false, err
		}
		h, ok := r.handlers[j.kind]
		if !ok {
			if err := r.leave(work, j); err != nil {
				return false, err
			}
			continue
		}
		jobCtx, end := context.WithTimeout(work, orElse(r.Lease, defaultLease))
		failure := call(jobCtx, h, j.payload)
		end()
		return true, r.settle(context.WithoutCancel(work), j, failure, work.Err() != nil)
	}
}

// call runs a handler; a panic is an error like any other.
func call(ctx context.Context, h Handler, payload string) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &panicError{value: p, stack: debug.Stack()}
		}
	}()
	return h(ctx, []byte(payload))
}

type panicError struct {
	value any
	stack []byte
}

func (p *panicError) Error() string { return fmt.Sprintf("panic: %T", p.value) }

// settle writes down how a job ended.
func (r *Runner) settle(ctx context.Context, j *claimed, failure error, cut bool) error {
	switch {
	case failure == nil:
		return r.finish(ctx, j)
	case cut:
		return r.putBack(ctx, j)
	}
	what := describe(failure)
	attrs := []any{"job", j.id, "kind", j.kind, "attempt", j.attempts, "error", what}
	var p *panicError
	if errors.As(failure, &p) {
		attrs = append(attrs, "stack", string(p.stack))
	}
	if j.attempts >= j.tries {
		r.log().Error("job is dead", attrs...)
		return r.bury(ctx, j, what)
	}
	r.log().Warn("job failed, will be tried again", attrs...)
	return r.postpone(ctx, j, what)
}

// backoff is the pause after an attempt: doubled each time, a fifth more or less.
func backoff(attempt int) time.Duration {
	d := lastPause
	if n := attempt - 1; n < 12 { // 10 s * 2^12 is above lastPause
		d = min(firstPause<<n, lastPause)
	}
	return d*4/5 + rand.N(d*2/5)
}

// describe says what failed without the values in it: texts of errors may hold names
// and addresses, their kinds, keys and types do not.
func describe(err error) string {
	var f *fault.Error
	var p *panicError
	switch {
	case errors.As(err, &f):
		return f.Kind.String() + " " + f.Key
	case errors.As(err, &p):
		return p.Error()
	case errors.Is(err, context.DeadlineExceeded):
		return "took too long"
	}
	text := fmt.Sprintf("%T", err)
	for e := errors.Unwrap(err); e != nil; e = errors.Unwrap(e) {
		text = fmt.Sprintf("%s > %T", text, e)
	}
	return text
}

func (r *Runner) log() *slog.Logger {
	if r.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return r.Log
}

func (r *Runner) warn(err error) {
	if err != nil && !errors.Is(err, context.Canceled) {
		r.log().Warn("the job queue", "error", describe(err))
	}
}

func orElse[T int | time.Duration](v, zero T) T {
	if v == 0 {
		return zero
	}
	return v
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
