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
func (d *DB) WriteGrouped(ctx context.Context, fn func(tx *Tx) error) error {
	return d.grouped(&groupJob{ctx: ctx, fn: fn, by: anyWriter, done: make(chan struct{})})
}

// WriteGroupedIn is WriteGrouped for what changes the sums of a part: all that is given for
// one part is written by the same of PostgreSQL's writers, so that these do not lose against
// each other.
func (d *DB) WriteGroupedIn(ctx context.Context, part int64, fn func(tx *Tx) error) error {
	by := int(uint64(part) % uint64(d.eng.writers())) //nolint:gosec // ids are positive
	return d.grouped(&groupJob{ctx: ctx, fn: fn, by: by, done: make(chan struct{})})
}

func (d *DB) grouped(j *groupJob) error {
	if !d.group.add(j) {
		return errClosed()
	}
	select {
	case <-j.done:
	case <-j.ctx.Done():
		if d.group.remove(j) {
			return j.ctx.Err()
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
	by   int // number of the writer, anyWriter for whichever is free
	done chan struct{}

	tx       *Tx // the committed one
	err      error
	panic    any
	panicked bool
}

// anyWriter is the number of no writer.
const anyWriter = -1

// group is the queue before the grouping writers.
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
	for n := range d.eng.writers() {
		g.wg.Go(func() { g.run(n) })
	}
	return g
}

func (g *group) add(j *groupJob) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return false
	}
	g.queue = append(g.queue, j)
	if j.by == anyWriter {
		g.wake.Signal()
	} else {
		g.wake.Broadcast()
	}
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

func (g *group) run(n int) {
	for {
		batch := g.take(n)
		if batch == nil {
			return
		}
		g.answer(batch)
	}
}

// take waits for work of a writer and gives what is there, nil when the group is closed and
// has none for it.
func (g *group) take(n int) []*groupJob {
	g.mu.Lock()
	defer g.mu.Unlock()
	for {
		var batch, rest []*groupJob
		for _, j := range g.queue {
			if len(batch) < groupMax && (j.by == anyWriter || j.by == n) {
				batch = append(batch, j)
			} else {
				rest = append(rest, j)
			}
		}
		if len(batch) > 0 {
			g.queue = rest
			return batch
		}
		if g.closed {
			return nil
		}
		g.wake.Wait()
	}
}

// answer writes the batch in one transaction. When that as a whole fails, for a
// reason that may be the fault of one (a constraint checked at the commit), each gets
// its own.
func (g *group) answer(batch []*groupJob) {
	err := g.d.write(context.Background(), func(tx *Tx) error {
		for _, j := range batch {
			if err := j.run(tx); err != nil {
				return err
			}
		}
		return nil
	})
	for _, j := range batch {
		switch {
		case err != nil && len(batch) > 1 && !errors.Is(err, errBusy()):
			g.answer([]*groupJob{j})
			continue
		case err != nil && j.err == nil && !j.panicked:
			j.err = err
		}
		close(j.done)
	}
}

// run runs one job in the shared transaction. Its own failure is kept in the job; the
// error it returns is one that the others cannot survive.
func (j *groupJob) run(shared *Tx) error {
	j.err, j.panicked, j.panic = j.ctx.Err(), false, nil
	if j.err != nil {
		return nil
	}
	ctx := context.Background()
	if err := shared.save(ctx, "one"); err != nil {
		return err
	}
	if shared.d.twice {
		if err := j.rehearse(ctx, shared); err != nil {
			return err
		}
	}
	j.tx = &Tx{d: shared.d, s: shared.s, now: shared.now, steps: true}
	j.call()
	shared.wrote = shared.wrote.with(j.tx.wrote)
	if j.err == nil && !j.panicked {
		j.err = j.tx.fatal
	}
	if j.err == nil && !j.panicked {
		return shared.keep(ctx, "one")
	}
	if mayRetry(j.err) { // the whole transaction has lost, not this job
		return j.err
	}
	return shared.back(ctx, "one")
}

// rehearse runs the job and takes it back, see Options.Twice.
func (j *groupJob) rehearse(ctx context.Context, shared *Tx) error {
	j.tx = &Tx{d: shared.d, s: shared.s, now: shared.now, steps: true}
	j.call()
	if err := shared.back(ctx, "one"); err != nil {
		return err
	}
	j.err, j.panicked, j.panic = nil, false, nil
	return shared.save(ctx, "one")
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
