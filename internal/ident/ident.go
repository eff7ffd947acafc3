package ident

import (
	"crypto/rand"
	"encoding/hex"
	"sync"
	"time"

	"chibo/internal/clock"
)

const (
	nodeBits = 6
	seqBits  = 6

	// Nodes is how many node numbers there are: 0 up to Nodes-1.
	Nodes = 1 << nodeBits

	// PerMS is how many ids a Maker gives in a millisecond before it runs ahead of
	// the clock.
	PerMS = 1 << seqBits

	// Millisecond is the distance between two ids of one node that are a
	// millisecond apart.
	Millisecond = 1 << (nodeBits + seqBits)

	// Max is above every id: 2^53, the end of JavaScript's exact integers.
	Max = 1 << 53

	// epochMS is 2024-01-01T00:00:00Z in Unix milliseconds.
	epochMS = 1704067200000
)

// Maker gives ids of one node. It is safe for use from many goroutines.
type Maker struct {
	clk clock.Clock

	mu   sync.Mutex
	node int64
	tick int64 // milliseconds and sequence of the last id, without the node; -1 before the first
}

// New makes a Maker for a node, 0 up to Nodes-1; it panics outside of that, which
// is an error of the program. No two Makers may run with the same node at the same
// time on one database.
func New(node int, clk clock.Clock) *Maker {
	m := &Maker{clk: clk, tick: -1}
	m.setNode(node)
	return m
}

// Next gives the next id: above every id this Maker gave, below Max, and at the
// clock's time unless the Maker has run ahead of it.
func (m *Maker) Next() int64 {
	now := (m.clk.Now().UnixMilli() - epochMS) << seqBits
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tick = max(now, m.tick+1, 0)
	return m.id()
}

// Last gives the last id, -1 when none was given.
func (m *Maker) Last() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.tick < 0 {
		return -1
	}
	return m.id()
}

// Node gives the node number.
func (m *Maker) Node() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return int(m.node)
}

// Lease makes the Maker go on as the given node, with ids above after. It never
// goes back to ids it could have given before.
func (m *Maker) Lease(node int, after int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.setNode(node)
	// The next millisecond is above after, whatever node and sequence it had.
	m.tick = max(m.tick, (after>>(nodeBits+seqBits)+1)<<seqBits-1)
}

func (m *Maker) id() int64 {
	ms, seq := m.tick>>seqBits, m.tick&(PerMS-1)
	return ms<<(nodeBits+seqBits) | m.node<<seqBits | seq
}

func (m *Maker) setNode(node int) {
	if node < 0 || node >= Nodes {
		panic("ident: node number out of range")
	}
	m.node = int64(node)
}

// Time gives the instant inside an id, in UTC. It is when the id was made, or a
// little later when its Maker had run ahead of the clock.
func Time(id int64) time.Time {
	return time.UnixMilli(id>>(nodeBits+seqBits) + epochMS).UTC()
}

// NewDevice gives 128 random bits as 32 hexadecimal digits.
func NewDevice() string {
	var b [16]byte
	rand.Read(b[:]) //nolint:errcheck // never fails: it stops the program instead
	return hex.EncodeToString(b[:])
}
