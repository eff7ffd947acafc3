package demo

import "math/rand/v2"

// Size is how large the sample is.
type Size string

// The sizes. District is the newspaper's district of before 01/7/2025, the others
// have the shape since then: province, communes, grassroots organisations, cells.
const (
	District Size = "district"
	Province Size = "province" // 150,000 members
	Nation   Size = "nation"   // 5.5 million members (rules.md 10.01 to 10.06)
)

// extent says how much of everything a size has. Sums are exact; how they fall on
// the communes is chance.
type extent struct {
	provinces  int
	communes   int
	grassroots int // organisations, with those that are one cell
	cells      int // dependent cells
	members    int
	months     int // of figures
	full       int // communes whose meetings, votes and papers are there, from the first
	central    bool
}

// extentOf gives the extent of a size; false for the district, which has a plan of
// its own.
func extentOf(s Size) (extent, bool) {
	switch s {
	case Province:
		return extent{provinces: 1, communes: 98, grassroots: 1_475, cells: 8_824, members: 150_000, months: historyMonths, full: 1}, true
	case Nation:
		return extent{
			provinces: 34, communes: 3_321, grassroots: 50_000, cells: 300_000, members: 5_500_000, months: 12,
			full: 98, central: true,
		}, true
	case tiny:
		return extent{provinces: 2, communes: 6, grassroots: 30, cells: 90, members: 1_500, months: 3, full: 2, central: true}, true
	}
	return extent{}, false
}

// tiny is for tests.
const tiny Size = "tiny"

// shares cuts totals into parts of different size: the parts of a total differ by
// chance and add up exactly.
type shares struct{ upto []float64 } // upto[i]: weights of the first i parts, of 1

// sharesOf gives n shares. Chance does not depend on anything but n.
func sharesOf(n int) shares {
	r := rand.New(rand.NewPCG(34, uint64(n)))
	s := shares{upto: make([]float64, n+1)}
	for i := range n {
		s.upto[i+1] = s.upto[i] + 0.7 + 0.6*r.Float64()
	}
	all := s.upto[n]
	for i := range s.upto {
		s.upto[i] /= all
	}
	return s
}

// before gives how much of total the parts before i have.
func (s shares) before(total, i int) int { return int(float64(total)*s.upto[i] + 0.5) }

// of gives how much of total part i has.
func (s shares) of(total, i int) int { return s.before(total, i+1) - s.before(total, i) }
