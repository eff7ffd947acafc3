package secret

import "slices"

// settle writes what each option got and what passed, in whole numbers of the base
// (rules.md 2.32). Nothing passes without a threshold.
func (v *Vote) settle(sums []int) {
	for i := range v.Options {
		v.Options[i].Votes, v.Options[i].Passed = sums[i], false
	}
	switch v.Kind {
	case Ladder:
		v.settleLadder()
	case Candidates:
		v.settleCandidates()
	default:
		o := &v.Options[0]
		o.Passed = o.Threshold.Passes(o.Votes, v.Base)
	}
}

// settleLadder counts from the heaviest form downward: who voted for a heavier one is for
// the lighter one at least (rules.md 2.34). The first that reaches its threshold passes.
func (v *Vote) settleLadder() {
	sum := 0
	for i := range v.Options {
		o := &v.Options[i]
		if o.Threshold.Den == 0 { // "no discipline" ends the ladder
			return
		}
		sum += o.Votes
		if o.Threshold.Passes(sum, v.Base) {
			o.Passed = true
			return
		}
	}
}

// settleCandidates elects those over the threshold, the most votes first. Where the last
// seats are between equals, none of them is elected: that is for the next round, or for
// whoever decides (no source was found for a rule).
func (v *Vote) settleCandidates() {
	var over []int
	for i, o := range v.Options {
		if o.Threshold.Passes(o.Votes, v.Base) {
			over = append(over, i)
		}
	}
	slices.SortStableFunc(over, func(a, b int) int { return v.Options[b].Votes - v.Options[a].Votes })
	for rank, i := range over {
		if rank >= v.Seats {
			return
		}
		if len(over) > v.Seats && v.Options[i].Votes == v.Options[over[v.Seats]].Votes {
			return
		}
		v.Options[i].Passed = true
	}
}

// Cumulative gives, for a ladder, what counts for each option: its own votes and those
// of heavier forms.
func (v Vote) Cumulative() []int {
	out, sum := make([]int, len(v.Options)), 0
	for i, o := range v.Options {
		sum += o.Votes
		out[i] = sum
		if v.Kind != Ladder || o.Threshold.Den == 0 {
			out[i] = o.Votes
		}
	}
	return out
}

// Outside gives the vote as it is known outside of its counting protocol: where so few
// vote that numbers would tell persons, only what passed.
func (v Vote) Outside() Vote {
	if !v.Guarded || v.State != StateCounted {
		return v
	}
	v.Options = slices.Clone(v.Options)
	for i := range v.Options {
		v.Options[i].Votes = 0
	}
	v.Invalid = 0
	return v
}

// Elected gives how many seats are filled.
func (v Vote) Elected() (n int) {
	for _, o := range v.Options {
		if o.Passed {
			n++
		}
	}
	return n
}
