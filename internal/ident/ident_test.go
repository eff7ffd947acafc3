package ident_test

import (
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chibo/internal/clock"
	"chibo/internal/ident"
)

func day() time.Time { return time.Date(2026, 11, 3, 1, 0, 0, 0, time.UTC) }

// Whatever the clock does, ids of one Maker rise and stay below 2^53.
func TestRisesWhateverTheClockDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		clk := clock.Fixed(day())
		m := ident.New(rapid.IntRange(0, ident.Nodes-1).Draw(t, "node"), clk)
		last := m.Last()
		for range rapid.IntRange(1, 300).Draw(t, "count") {
			if rapid.Bool().Draw(t, "move") {
				clk.Advance(time.Duration(rapid.IntRange(-5000, 5000).Draw(t, "ms")) * time.Millisecond)
			}
			if rapid.IntRange(0, 20).Draw(t, "lease") == 0 {
				after := last + int64(rapid.IntRange(0, 1<<20).Draw(t, "after"))
				m.Lease(rapid.IntRange(0, ident.Nodes-1).Draw(t, "node"), after)
				last = max(last, after)
			}
			id := m.Next()
			if id <= last || id >= ident.Max {
				t.Fatalf("id %d after %d", id, last)
			}
			if m.Last() != id {
				t.Fatalf("Last is %d, want %d", m.Last(), id)
			}
			last = id
		}
	})
}

func TestUniqueOverNodesAndGoroutines(t *testing.T) {
	const nodes, workers, each = 3, 4, 2000
	clk := clock.Fixed(day())
	var mu sync.Mutex
	seen := make(map[int64]bool)
	var wg sync.WaitGroup
	for node := range nodes {
		m := ident.New(node, clk)
		for range workers {
			wg.Go(func() {
				ids := make([]int64, each)
				for i := range ids {
					ids[i] = m.Next()
				}
				mu.Lock()
				defer mu.Unlock()
				for _, id := range ids {
					if seen[id] {
						t.Errorf("id %d given twice", id)
					}
					seen[id] = true
				}
			})
		}
	}
	wg.Wait()
	if len(seen) != nodes*workers*each {
		t.Fatalf("%d ids, want %d", len(seen), nodes*workers*each)
	}
}

func TestCarriesItsTime(t *testing.T) {
	clk := clock.Fixed(day())
	m := ident.New(7, clk)
	first := m.Next()
	if !ident.Time(first).Equal(day()) {
		t.Fatalf("time of the first id is %v", ident.Time(first))
	}
	for range 10 * ident.PerMS {
		m.Next()
	}
	if got := ident.Time(m.Last()); !got.Equal(day().Add(10 * time.Millisecond)) {
		t.Fatalf("after 640 more ids the time is %v", got)
	}
	clk.Advance(time.Second)
	if got := ident.Time(m.Next()); !got.Equal(clk.Now()) {
		t.Fatalf("the Maker did not come back to the clock: %v", got)
	}
}

// The headroom that doc.go promises.
func TestRoomUntil2093(t *testing.T) {
	m := ident.New(ident.Nodes-1, clock.Fixed(time.Date(2093, 8, 31, 0, 0, 0, 0, time.UTC)))
	if id := m.Next(); id >= ident.Max {
		t.Fatalf("id %d is not below 2^53", id)
	}
	before := ident.New(0, clock.Fixed(time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)))
	if id := before.Next(); id != 0 {
		t.Fatalf("before the epoch ids start at 0, got %d", id)
	}
}

func TestDevice(t *testing.T) {
	a, b := ident.NewDevice(), ident.NewDevice()
	if len(a) != 32 || a == b {
		t.Fatalf("%q %q", a, b)
	}
}

func TestNodeOutOfRangePanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Fatal("no panic")
		}
	}()
	ident.New(ident.Nodes, clock.System())
}
