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

// Shifted runs at the machine's pace but offset by a constant, for a demo whose
// day is chosen with --today.
func Shifted(by time.Duration) Clock { return shifted(by) }

type shifted time.Duration

func (s shifted) Now() time.Time { return time.Now().UTC().Add(time.Duration(s)) }

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
