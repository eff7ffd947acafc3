package clock

import (
	"sync"
	"time"
)

// Zone is Viet Nam's time, without summer time, so no zone database is needed.
// It is a value made on each call: there is nothing to change by accident.
func Zone() *time.Location { return time.FixedZone("+07", 7*60*60) }

// Clock gives the present instant.
type Clock interface {
	Now() time.Time
}

// System reads the machine's clock, in UTC.
func System() Clock { return system{} }

type system struct{}

func (system) Now() time.Time { return time.Now().UTC() }

// Moved runs at the machine's pace from another instant, for a demo whose day is
// chosen. It is safe for use from many goroutines.
type Moved struct {
	mu sync.Mutex
	by time.Duration
}

// StartAt makes a Moved that says t now.
func StartAt(t time.Time) *Moved { return &Moved{by: time.Until(t)} }

// Now gives the moved instant, in UTC.
func (m *Moved) Now() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return time.Now().UTC().Add(m.by)
}

// NotBefore moves the clock on to t when it is behind: what was recorded before a
// restart must not lie in the future.
func (m *Moved) NotBefore(t time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.by = max(m.by, time.Until(t))
}

// Fake stands still until it is moved. It is safe for use from many goroutines.
type Fake struct {
	mu  sync.Mutex
	now time.Time
}

// Fixed makes a Fake that says t until it is moved.
func Fixed(t time.Time) *Fake { return &Fake{now: t.UTC()} }

// Now gives the instant that was set last.
func (f *Fake) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// Set moves the clock to t.
func (f *Fake) Set(t time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = t.UTC()
}

// Advance moves the clock by d.
func (f *Fake) Advance(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
}
