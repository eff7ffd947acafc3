package app

import (
	"errors"
	"testing"

	"chibo/app/demo"
	"chibo/internal/civil"
	"chibo/internal/fault"
)

// The scenario that is asked for is the one that is made; what cannot be played is
// refused in words before anything is written.
func TestScenarioOfTheFlags(t *testing.T) {
	for _, c := range []struct {
		size, scenario string
		today          civil.Date
		want           string
	}{
		{"district", demo.Scenario2025, civil.Of(2026, 11, 3), ""},
		{"", demo.Scenario2025, civil.Of(2025, 7, 1), ""},
		{"province", "", civil.Of(2026, 11, 3), ""},
		{"district", demo.Scenario2025, civil.Of(2025, 6, 30), "app.err.scenario_day"},
		{"province", demo.Scenario2025, civil.Of(2026, 11, 3), "app.err.scenario_size"},
		{"nation", demo.Scenario2025, civil.Of(2026, 11, 3), "app.err.scenario_size"},
	} {
		cmd := &demoCmd{Size: c.size, Scenario: c.scenario}
		err := cmd.fits(c.today)
		key := ""
		var bad *fault.Error
		if errors.As(err, &bad) {
			key = bad.Key
		}
		if key != c.want {
			t.Errorf("%s %s on %s: %q, want %q", c.size, c.scenario, c.today, key, c.want)
		}
		if f := cmd.sample(c.today); f.Scenario != c.scenario || f.Size != demo.Size(c.size) || f.Today != c.today {
			t.Errorf("%s %s makes %q of size %q", c.size, c.scenario, f.Scenario, f.Size)
		}
	}
}
