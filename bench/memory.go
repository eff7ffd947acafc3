package main

import (
	"context"
	"fmt"
	"sync"
	"time"
)

const (
	memoryLimit = 150 // MB, 10^6 bytes
	loads       = 1_000
	readers     = 4 // people who look at once
)

// memory reads the resident memory while the complete district is looked at: of the
// process that has made it, which is what a visitor runs, and of one started later.
func (l *lab) memory(ctx context.Context) error {
	l.out.part(fmt.Sprintf("Resident memory over %d pages, %d people at once", loads, readers))
	if err := l.fill(ctx); err != nil {
		return err
	}
	if l.filler != nil && !l.reused {
		if err := l.residentOf(ctx, l.filler, "process that made the district"); err != nil {
			return err
		}
	}
	s, err := l.again(ctx, false)
	if err != nil {
		return err
	}
	defer s.stop()
	return l.residentOf(ctx, s, "process started on it")
}

func (l *lab) residentOf(ctx context.Context, s *server, name string) error {
	pid := s.cmd.Process.Pid
	before, highBefore, ok := resident(pid)
	if !ok {
		l.out.note(name, "needs /proc")
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	watched := make(chan int64)
	go func() { watched <- watch(ctx, pid) }()
	if err := stroll(ctx, s); err != nil {
		return err
	}
	after, high, _ := resident(pid)
	cancel()
	l.out.most(name+": highest while looked at", megabytes(max(after, <-watched)), memoryLimit, "MB")
	l.out.note("  before / after / highest since its start", fmt.Sprintf("%.0f / %.0f / %.0f MB", megabytes(before), megabytes(after), megabytes(max(high, highBefore))))
	return nil
}

// watch gives the highest resident memory until ctx ends.
func watch(ctx context.Context, pid int) (highest int64) {
	t := time.NewTicker(20 * time.Millisecond)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return highest
		case <-t.C:
			now, _, _ := resident(pid)
			highest = max(highest, now)
		}
	}
}

// stroll lets four people of four levels look at pages, loads in all.
func stroll(ctx context.Context, s *server) error {
	var wg sync.WaitGroup
	failed := make(chan error, readers)
	for _, login := range []string{secretary, member, committee, district} {
		wg.Go(func() {
			if err := wander(ctx, s, login, loads/readers); err != nil {
				failed <- fmt.Errorf("%s: %w", login, err)
			}
		})
	}
	wg.Wait()
	close(failed)
	return <-failed
}

func wander(ctx context.Context, s *server, login string, n int) error {
	v, err := signIn(ctx, s, login)
	if err != nil {
		return err
	}
	pages, err := v.around(ctx)
	if err != nil {
		return err
	}
	for i := range n {
		a, err := v.get(ctx, pages[i%len(pages)])
		if err != nil {
			return err
		}
		s.forget(a.id)
	}
	return nil
}
