package admission

import (
	"math/rand/v2"
	"slices"
)

// Ending is what became of a past stay at a step.
type Ending int

// The endings. Open says that the dossier has not ended: until today, no decision.
const (
	EndOpen Ending = iota
	EndDecided
	EndStopped
)

// Stay is one dossier at one step: the days from when it began to wait there until the
// decision of admission, until it was stopped, or until today.
type Stay struct {
	Days int
	End  Ending
}

// Ahead is an open dossier that has not been decided on: where it waits, and for how long.
type Ahead struct {
	Step string
	Days int
}

// Outlook says how many of the open dossiers may be decided on before the year ends. It is
// an estimate: Low and High are the marks between which most of the trials lie.
type Outlook struct {
	Known             int // open dossiers that were estimated
	Unknown           int // left out: too few past ones at their step
	Low, Middle, High int
	Past              int // past stays that were used
}

// Outline says how an outlook is reckoned.
type Outline struct {
	Left      int // days that are left of the year
	Least     int // past stays at a step, fewer give no estimate
	Low, High int // percentiles
	Seed      uint64
}

// Trials are repeated so often, at least and at most; between them so that all take
// about as many steps.
const (
	trialsLeast = 100
	trialsMost  = 1000
	trialWork   = 1_000_000
)

// Forecast tries the rest of the year many times. In each trial the past stays at every step
// are drawn anew from themselves, then each open dossier takes the end of one of them that
// lasted longer than it has waited until now; where there is none it counts as not decided
// on. The same question gives the same answer.
func Forecast(open []Ahead, past map[string][]Stay, o Outline) Outlook {
	var out Outlook
	steps := map[string]*sample{}
	var order []*sample // a map has none, and the draws must come alike
	for _, a := range open {
		x, seen := steps[a.Step]
		if !seen {
			if x = newSample(past[a.Step], o.Left); x.size() < max(o.Least, 1) {
				x = nil
			} else {
				order = append(order, x)
				out.Past += x.size()
			}
			steps[a.Step] = x
		}
		if x == nil {
			out.Unknown++
			continue
		}
		x.add(a.Days, o.Left)
		out.Known++
	}
	if out.Known == 0 {
		return out
	}
	draw := rand.New(rand.NewPCG(o.Seed, uint64(out.Known))) //nolint:gosec // an estimate, no secret
	sums := make([]int, min(max(trialWork/(out.Known+out.Past), trialsLeast), trialsMost))
	for i := range sums {
		for _, x := range order {
			sums[i] += x.trial(draw)
		}
	}
	slices.Sort(sums)
	at := func(percent int) int { return sums[min(len(sums)-1, len(sums)*percent/100)] }
	out.Low, out.Middle, out.High = at(o.Low), at(50), at(o.High)
	return out
}

// sample is the past stays at one step, and the open dossiers that wait there.
type sample struct {
	ended []Stay // by days
	still []Stay // by days: those that have not ended
	open  []spot

	// Of one trial: how often each was drawn, summed up from the first on.
	endedBy, decidedBy, stillBy []int
}

// spot is the place of an open dossier among the past stays.
type spot struct {
	from int // first of ended that lasted longer than it has waited
	to   int // first of ended that lasted beyond the year's end
	late int // first of still that is known not to have ended by then
}

// newSample leaves out open stays that have lasted for less than what is left: what will
// come of them in that time is not known.
func newSample(list []Stay, left int) *sample {
	x := &sample{}
	for _, p := range list {
		switch {
		case p.End != EndOpen:
			x.ended = append(x.ended, p)
		case p.Days >= left:
			x.still = append(x.still, p)
		}
	}
	days := func(a, b Stay) int { return a.Days - b.Days }
	slices.SortStableFunc(x.ended, days)
	slices.SortStableFunc(x.still, days)
	x.endedBy, x.decidedBy, x.stillBy = make([]int, len(x.ended)+1), make([]int, len(x.ended)+1), make([]int, len(x.still)+1)
	return x
}

func (x *sample) size() int { return len(x.ended) + len(x.still) }

func (x *sample) add(waited, left int) {
	after := func(list []Stay, days int) int {
		i, _ := slices.BinarySearchFunc(list, days+1, func(p Stay, d int) int { return p.Days - d })
		return i
	}
	x.open = append(x.open, spot{after(x.ended, waited), after(x.ended, waited+left), after(x.still, waited+left-1)})
}

func (x *sample) trial(draw *rand.Rand) (decided int) {
	x.redraw(draw)
	for _, s := range x.open {
		of := x.endedBy[len(x.ended)] - x.endedBy[s.from] + x.stillBy[len(x.still)] - x.stillBy[s.late]
		if of > 0 && draw.IntN(of) < x.decidedBy[s.to]-x.decidedBy[s.from] {
			decided++
		}
	}
	return decided
}

// redraw draws as many stays as there are, each as often as it comes.
func (x *sample) redraw(draw *rand.Rand) {
	clear(x.endedBy)
	clear(x.stillBy)
	for range x.size() {
		if i := draw.IntN(x.size()); i < len(x.ended) {
			x.endedBy[i+1]++
		} else {
			x.stillBy[i-len(x.ended)+1]++
		}
	}
	for i, p := range x.ended {
		x.decidedBy[i+1] = x.decidedBy[i]
		if p.End == EndDecided {
			x.decidedBy[i+1] += x.endedBy[i+1]
		}
		x.endedBy[i+1] += x.endedBy[i]
	}
	for i := range x.still {
		x.stillBy[i+1] += x.stillBy[i]
	}
}
