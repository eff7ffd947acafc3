package rulebook

import (
	"math"
	"slices"
	"strconv"
)

// span is a half-open part of the line, in halves so that "above 50" and "from 50" differ:
// from n is 2n, above n is 2n+1, to n is 2n.
type span struct{ lo, hi int }

func (s span) empty() bool { return s.lo >= s.hi }

func (l Level) span() span {
	s := span{math.MinInt, math.MaxInt}
	if l.From != nil {
		s.lo = 2 * *l.From
	}
	if l.Above != nil {
		s.lo = max(s.lo, 2**l.Above+1)
	}
	if l.To != nil {
		s.hi = 2 * *l.To
	}
	return s
}

// minus gives what is left of s outside the taken parts, which are sorted and apart.
func (s span) minus(taken []span) (left []span) {
	for _, t := range taken {
		if cut := (span{s.lo, min(s.hi, t.lo)}); !cut.empty() {
			left = append(left, cut)
		}
		s.lo = max(s.lo, t.hi)
	}
	if !s.empty() {
		left = append(left, s)
	}
	return left
}

// joined adds a part to the taken ones and joins those that touch.
func joined(taken []span, s span) []span {
	taken = append(slices.Clone(taken), s)
	slices.SortFunc(taken, func(a, b span) int {
		if a.lo < b.lo {
			return -1
		}
		return 1
	})
	out := taken[:1]
	for _, t := range taken[1:] {
		if last := &out[len(out)-1]; t.lo <= last.hi {
			last.hi = max(last.hi, t.hi)
		} else {
			out = append(out, t)
		}
	}
	return out
}

// said gives a bound in the numbers of people.
func said(half int) string { return strconv.Itoa(half / 2) }

// levels asks that the best level gives all points, that points stay inside, that no
// level lies in an earlier one, that none is left out between two, and that the last
// catches what remains. A bound that is left open ends where an earlier level begins.
func (c *sheetCheck) levels(p string, cr Criterion) {
	if len(cr.Levels) < 2 || cr.Levels[len(cr.Levels)-1].Measure != "" {
		c.bad.Add(p+"levels", "rulebook.sheet.err.rest")
		return
	}
	top, taken := 0, map[string][]span{}
	for i, l := range cr.Levels {
		q := p + at("levels", i)
		top = max(top, l.Points)
		titledAt(c.bad, q+"title", l.Title)
		if l.Points < 0 || l.Points > cr.Max {
			c.bad.Add(q+"points", "rulebook.sheet.err.level_points", "Max", cr.Max)
		}
		if i == len(cr.Levels)-1 {
			break
		}
		if l.Measure != "" && !gives(cr.Evidence, l.Measure) {
			c.bad.Add(q+"measure", "rulebook.sheet.err.measure")
			continue
		}
		taken[l.Measure] = c.level(q, l, taken[l.Measure])
	}
	if top != cr.Max {
		c.bad.Add(p+"levels", "rulebook.sheet.err.top", "Max", cr.Max, "Top", top)
	}
	for _, parts := range taken {
		for i := 1; i < len(parts); i++ {
			c.bad.Add(p+"levels", "rulebook.sheet.err.gap", "From", said(parts[i-1].hi), "To", said(parts[i].lo))
		}
	}
}

func (c *sheetCheck) level(q string, l Level, taken []span) []span {
	s := l.span()
	switch {
	case l.Measure == "" || l.From == nil && l.Above == nil && l.To == nil:
		c.bad.Add(q+"from", "rulebook.sheet.err.no_bound")
		return taken
	case s.empty():
		c.bad.Add(q+"to", "rulebook.sheet.err.bound")
		return taken
	}
	left := s.minus(taken)
	both := (l.From != nil || l.Above != nil) && l.To != nil
	switch {
	case len(left) == 0 || both && (len(left) != 1 || left[0] != s):
		c.bad.Add(q+"from", "rulebook.sheet.err.overlap")
	case len(left) > 1: // an open bound would fill a hole between two levels above it
		hole := left[len(left)-1]
		if l.To != nil {
			hole = left[0]
		}
		c.bad.Add(q+"from", "rulebook.sheet.err.gap", "From", said(hole.lo), "To", said(hole.hi))
	}
	return joined(taken, s)
}
