package admission_test

import (
	"testing"

	"pgregory.net/rapid"

	"chibo/admission"
)

func outline(left int) admission.Outline {
	return admission.Outline{Left: left, Least: 10, Low: 10, High: 90, Seed: 7}
}

func stays(n, days int, end admission.Ending) (out []admission.Stay) {
	for range n {
		out = append(out, admission.Stay{Days: days, End: end})
	}
	return out
}

func waiting(n, days int) (out []admission.Ahead) {
	for range n {
		out = append(out, admission.Ahead{Step: "base", Days: days})
	}
	return out
}

func TestForecast(t *testing.T) {
	past := func(list ...[]admission.Stay) map[string][]admission.Stay {
		var all []admission.Stay
		for _, l := range list {
			all = append(all, l...)
		}
		return map[string][]admission.Stay{"base": all}
	}
	for _, c := range []struct {
		name           string
		open           []admission.Ahead
		past           map[string][]admission.Stay
		left           int
		low, mid, high int
		known, unknown int
	}{
		{"all were decided on in time", waiting(8, 5), past(stays(12, 40, admission.EndDecided)), 60, 8, 8, 8, 8, 0},
		{"all took longer than the year has left", waiting(8, 5), past(stays(12, 400, admission.EndDecided)), 60, 0, 0, 0, 8, 0},
		{"all were stopped", waiting(8, 5), past(stays(12, 40, admission.EndStopped)), 60, 0, 0, 0, 8, 0},
		{"waits longer than any before", waiting(3, 90), past(stays(12, 40, admission.EndDecided)), 60, 0, 0, 0, 3, 0},
		{"nine past ones are too few", waiting(3, 5), past(stays(9, 40, admission.EndDecided)), 60, 0, 0, 0, 0, 3},
		{"open ones that have not waited long say nothing", waiting(3, 5), past(stays(9, 40, admission.EndDecided), stays(9, 20, admission.EndOpen)), 60, 0, 0, 0, 0, 3},
		{"nobody waits", nil, past(stays(12, 40, admission.EndDecided)), 60, 0, 0, 0, 0, 0},
		{"the year is over", waiting(4, 5), past(stays(12, 40, admission.EndDecided)), 0, 0, 0, 0, 4, 0},
	} {
		o := admission.Forecast(c.open, c.past, outline(c.left))
		if o.Low != c.low || o.Middle != c.mid || o.High != c.high || o.Known != c.known || o.Unknown != c.unknown {
			t.Errorf("%s: %+v", c.name, o)
		}
	}

	half := admission.Forecast(waiting(40, 5), past(stays(20, 40, admission.EndDecided), stays(20, 40, admission.EndStopped)), outline(60))
	if half.Middle < 17 || half.Middle > 23 || half.Low >= half.Middle || half.High <= half.Middle {
		t.Errorf("half of those before were decided on: %+v", half)
	}
	long := admission.Forecast(waiting(40, 5), past(stays(20, 40, admission.EndDecided), stays(20, 500, admission.EndOpen)), outline(60))
	if long.Middle < 17 || long.Middle > 23 {
		t.Errorf("those that still wait count as not in time: %+v", long)
	}
}

// The marks lie in order and within the open dossiers; the same question has the same
// answer; more time never makes fewer.
func TestForecastProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var list []admission.Stay
		for range rapid.IntRange(10, 60).Draw(t, "past") {
			list = append(list, admission.Stay{Days: rapid.IntRange(1, 300).Draw(t, "days"), End: admission.Ending(rapid.IntRange(1, 2).Draw(t, "end"))})
		}
		past := map[string][]admission.Stay{"base": list}
		open := waiting(rapid.IntRange(0, 50).Draw(t, "open"), rapid.IntRange(0, 100).Draw(t, "waited"))
		left := rapid.IntRange(0, 200).Draw(t, "left")
		o, again := admission.Forecast(open, past, outline(left)), admission.Forecast(open, past, outline(left))
		if o != again {
			t.Fatalf("%+v, then %+v", o, again)
		}
		if o.Low < 0 || o.Low > o.Middle || o.Middle > o.High || o.High > o.Known || o.Known+o.Unknown != len(open) {
			t.Fatalf("%+v of %d", o, len(open))
		}
		if later := admission.Forecast(open, past, outline(left+30)); later.Low < o.Low || later.Middle < o.Middle || later.High < o.High {
			t.Fatalf("%+v in %d days, %+v in %d", o, left, later, left+30)
		}
	})
}
