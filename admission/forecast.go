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

// tries is how often a past stay is drawn that lasted at least as long as the open one has;
// where none is found the dossier counts as not decided on.
const tries = 40

// Forecast tries the rest of the year many times. In each trial the past stays at every step
// are drawn anew from themselves, then each open dossier takes the end of one of them that
// lasted longer than it has waited until now. The same question gives the same answer.
func Forecast(open []Ahead, past map[string][]Stay, o Outline) Outlook {
	var out Outlook
	ends := map[string][]Stay{}
	known := make([]Ahead, 0, len(open))
	for _, a := range open {
		list, seen := ends[a.Step]
		if !seen {
			list = usable(past[a.Step], o.Left)
			ends[a.Step] = list
			if len(list) >= o.Least {
				out.Past += len(list)
			}
		}
		if len(list) < max(o.Least, 1) {
			out.Unknown++
			continue
		}
		known = append(known, a)
	}
	if out.Known = len(known); out.Known == 0 {
		return out
	}
	draw := rand.New(rand.NewPCG(o.Seed, uint64(out.Known))) //nolint:gosec // an estimate, no secret
	sums := make([]int, min(max(trialWork/out.Known, trialsLeast), trialsMost))
	for i := range sums {
		sums[i] = trial(draw, known, ends, o)
	}
	slices.Sort(sums)
	at := func(percent int) int { return sums[min(len(sums)-1, len(sums)*percent/100)] }
	out.Low, out.Middle, out.High = at(o.Low), at(50), at(o.High)
	return out
}

// usable leaves out open stays that have lasted for less than what is left: what will come
// of them in that time is not known.
func usable(list []Stay, left int) []Stay {
	return slices.DeleteFunc(slices.Clone(list), func(p Stay) bool { return p.End == EndOpen && p.Days < left })
}

func trial(draw *rand.Rand, open []Ahead, ends map[string][]Stay, o Outline) (sum int) {
	drawn := map[string][]Stay{}
	for _, a := range open {
		list, ok := drawn[a.Step]
		if !ok {
			all := ends[a.Step]
			if len(all) < max(o.Least, 1) {
				continue
			}
			list = make([]Stay, len(all))
			for i := range list {
				list[i] = all[draw.IntN(len(all))]
			}
			drawn[a.Step] = list
		}
		for range tries {
			p := list[draw.IntN(len(list))]
			if p.Days <= a.Days || p.End == EndOpen && p.Days < a.Days+o.Left {
				continue
			}
			if p.End == EndDecided && p.Days <= a.Days+o.Left {
				sum++
			}
			break
		}
	}
	return sum
}
