package account

import (
	"context"
	"sync"
	"time"

	"chibo/internal/clock"
)

// Limiter slows down guessing: after Max wrong tries within Window a key (a
// login, an address) waits until the oldest of them is Window ago. Tries of one key run
// one after the other, so that a hundred at the same moment are still counted.
// It lives in memory; a restart forgets it.
type Limiter struct {
	max    int
	window time.Duration
	clk    clock.Clock

	mu   sync.Mutex
	keys map[string]*tries
}

type tries struct {
	turn  chan struct{} // holds one token while a try runs
	users int           // goroutines that hold this entry
	wrong []time.Time   // oldest first
}

// maxKeys bounds the memory that made-up logins can take; what is forgotten first
// has no recent wrong try.
const maxKeys = 50_000

// NewLimiter makes a limiter of max wrong tries within window.
func NewLimiter(max int, window time.Duration, clk clock.Clock) *Limiter {
	return &Limiter{max: max, window: window, clk: clk, keys: map[string]*tries{}}
}

// Try waits for the key's turn. With wait zero the caller may try and must call
// done once, saying whether the try was right; a right try forgets the wrong
// ones. With wait above zero the caller must not try, and done is nil.
func (l *Limiter) Try(ctx context.Context, key string) (done func(right bool), wait time.Duration, err error) {
	t := l.enter(key)
	select {
	case t.turn <- struct{}{}:
	case <-ctx.Done():
		l.leave(key, t)
		return nil, 0, ctx.Err()
	}
	if wait = l.wait(t); wait > 0 {
		<-t.turn
		l.leave(key, t)
		return nil, wait, nil
	}
	return func(right bool) {
		l.mu.Lock()
		if right {
			t.wrong = nil
		} else {
			t.wrong = append(t.wrong, l.clk.Now())
		}
		l.mu.Unlock()
		<-t.turn
		l.leave(key, t)
	}, 0, nil
}

// Wrong counts a wrong try of a key that is not tried through Try.
func (l *Limiter) Wrong(key string) {
	t := l.enter(key)
	l.mu.Lock()
	l.recent(t)
	t.wrong = append(t.wrong, l.clk.Now())
	l.mu.Unlock()
	l.leave(key, t)
}

// Wait says how long the key must wait, zero when it may try.
func (l *Limiter) Wait(key string) time.Duration {
	t := l.enter(key)
	defer l.leave(key, t)
	return l.wait(t)
}

func (l *Limiter) wait(t *tries) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.recent(t)
	if len(t.wrong) < l.max {
		return 0
	}
	return t.wrong[len(t.wrong)-l.max].Add(l.window).Sub(l.clk.Now())
}

// recent drops the tries that no longer count.
func (l *Limiter) recent(t *tries) {
	from := l.clk.Now().Add(-l.window)
	for len(t.wrong) > 0 && !t.wrong[0].After(from) {
		t.wrong = t.wrong[1:]
	}
}

func (l *Limiter) enter(key string) *tries {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := l.keys[key]
	if t == nil {
		if len(l.keys) >= maxKeys {
			l.prune()
		}
		t = &tries{turn: make(chan struct{}, 1)}
		l.keys[key] = t
	}
	t.users++
	return t
}

func (l *Limiter) leave(key string, t *tries) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if t.users--; t.users == 0 && len(t.wrong) == 0 {
		delete(l.keys, key)
	}
}

func (l *Limiter) prune() {
	for key, t := range l.keys {
		if l.recent(t); t.users == 0 && len(t.wrong) == 0 {
			delete(l.keys, key)
		}
	}
}
