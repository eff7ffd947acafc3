package db

import (
	"context"
	"errors"
	"sync"
)

// groupMax is how many grouped writes share one commit at most. More only makes
// each wait longer: at 500 the commit is already a small part of the time.
const groupMax = 500

// WriteGrouped is Write for small hot writes: everything that waits at the same time
// shares one transaction, with a savepoint for each, so that one flush to the disk
// serves hundreds of callers. It returns after the commit. A fn that fails or panics
// is taken back alone and gets its own error. The promises of Write hold.
//
// There is one such transaction at a time, in PostgreSQL too: of several that read and write
// neighbouring rows most lose, and are written again.
func (d *DB) WriteGrouped(ctx context.Context, fn func(tx *Tx) error) error {
	j := &groupJob{ctx: ctx, fn: fn, done: make(chan struct{})}
	if !d.group.add(j) {
		return errClosed()
	}
	select {
	case <-j.done:
	case <-ctx.Done():
		if d.group.remove(j) {
			return ctx.Err()
		}
		<-j.done // it is being written: the answer comes at once, and it is the truth
	}
	if j.panicked {
		panic(j.panic)
	}
	if j.err != nil {
		return known(j.err)
	}
	j.tx.committed()
	return nil
}

type groupJob struct {
	ctx  context.Context //nolint:containedctx // the job runs for this caller, in another goroutine
	fn   func(tx *Tx) error
	done chan struct{}

	tx       *Tx // the committed one
	err      error
	panic    any
	panicked bool
	late     bool // it was run again because a key was taken
}

// group is the queue before the grouping writer.
type group struct {
	d *DB

	mu     sync.Mutex
	wake   *sync.Cond
	queue  []*groupJob
	closed bool
	wg     sync.WaitGroup
}

func startGroup(d *DB) *group {
	g := &group{d: d}
	g.wake = sync.NewCond(&g.mu)
	g.wg.Go(g.run)
	return g
}

func (g *group) add(j *groupJob) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return false
	}
	g.queue = append(g.queue, j)
	g.wake.Signal()
	return true
}

// remove says whether j was still waiting and now never runs.
func (g *group) remove(j *groupJob) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for i, other := range g.queue {
		if other == j {
			g.queue = append(g.queue[:i], g.queue[i+1:]...)
			return true
		}
	}
	return false
}

// close waits until all that was accepted is answered.
func (g *group) close() {
	g.mu.Lock()
	g.closed = true
	g.wake.Broadcast()
	g.mu.Unlock()
	g.wg.Wait()
}

func (g *group) run() {
	for {
		batch := g.take()
		if batch == nil {
			return
		}
		g.answer(batch)
	}
}

// take waits for work and gives what is there, nil when the group is closed and empty.
func (g *group) take() []*groupJob {
	g.mu.Lock()
	defer g.mu.Unlock()
	for len(g.queue) == 0 {
		if g.closed {
			return nil
		}
		g.wake.Wait()
	}
	n := min(len(g.queue), groupMax)
	batch := append([]*groupJob(nil), g.queue[:n]...)
	g.queue = append(g.queue[:0], g.queue[n:]...)
	return batch
}

var (
	errOne      = errors.New("db: one of a group has failed")
	errRehearse = errors.New("db: a group that was only rehearsed")
)

// answer writes the batch in one transaction: without savepoints first, which are a seventh
// of all statements of a small act, and when one fails, with them. When that as a whole
// fails, for a reason that may be the fault of one (a constraint checked at the commit), each
// gets its own.
func (g *group) answer(batch []*groupJob) {
	ctx := context.Background()
	if g.d.twice { // see Options.Twice
		g.d.write(ctx, func(tx *Tx) error { return errors.Join(together(tx, batch), errRehearse) }) //nolint:errcheck // it is taken back
	}
	err := g.d.write(ctx, func(tx *Tx) error { return together(tx, batch) })
	if errors.Is(err, errOne) {
		err = g.d.write(ctx, func(tx *Tx) error {
			for _, j := range batch {
				if err := j.run(tx); err != nil {
					return err
				}
			}
			return nil
		})
	}
	for _, j := range batch {
		switch {
		case err != nil && len(batch) > 1 && !errors.Is(err, errBusy()):
			g.answer([]*groupJob{j})
			continue
		case err == nil && !j.late && g.d.mayBeLate(j.err): // the others are written; it alone once more
			j.late = true
			g.answer([]*groupJob{j})
			continue
		case err != nil && j.err == nil && !j.panicked:
			j.err = err
		}
		close(j.done)
	}
}

// together runs all jobs in one transaction in which none may fail.
func together(shared *Tx, batch []*groupJob) error {
	for _, j := range batch {
		switch ok := j.try(shared); {
		case !ok && mayRetry(j.err):
			return j.err
		case !ok:
			return errOne
		}
	}
	return nil
}

// try runs one job in the shared transaction and says whether it went well. Who does not
// wait any more is left out.
func (j *groupJob) try(shared *Tx) bool {
	j.err, j.panicked, j.panic = j.ctx.Err(), false, nil
	if j.err != nil {
		return true
	}
	j.tx = &Tx{d: shared.d, s: shared.s, now: shared.now, steps: true, shares: true}
	j.call()
	shared.wrote = shared.wrote.with(j.tx.wrote)
	if j.err == nil && !j.panicked {
		j.err = j.tx.fatal
	}
	switch {
	case j.panicked:
		return false
	case j.err != nil: // who only looked and was refused leaves nothing to take back
		return j.tx.fatal == nil && len(j.tx.wrote) == 0
	}
	shared.late = append(shared.late, j.tx.late...)
	return true
}

// run runs one job in the shared transaction, in a part of its own. Its own failure is kept
// in the job; the error it returns is one that the others cannot survive.
func (j *groupJob) run(shared *Tx) error {
	ctx := context.Background()
	if err := shared.save(ctx, "one"); err != nil {
		return err
	}
	late := len(shared.late)
	if j.try(shared) {
		err := shared.keep(ctx, "one")
		if err == nil {
			return nil
		}
		j.err = err // of a statement that was only sent
	}
	if mayRetry(j.err) { // the whole transaction has lost, not this job
		return j.err
	}
	shared.late = shared.late[:late]
	return shared.back(ctx, "one")
}

func (j *groupJob) call() {
	returned := false
	defer func() {
		if !returned {
			j.panicked, j.panic = true, recover()
		}
	}()
	j.err = j.fn(j.tx)
	returned = true
}
