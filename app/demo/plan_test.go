package demo

import (
	"reflect"
	"testing"

	"chibo/internal/civil"
)

// The report's figures (rules.md 0.22), whatever the day.
func TestPlanHasTheReportsFigures(t *testing.T) {
	for _, today := range []civil.Date{civil.Of(2026, 11, 22), civil.Of(2026, 3, 1), civil.Of(2028, 2, 29)} {
		cells := plan(today)
		dependent, members, admitted, reserve := 0, 0, 0, 0
		for _, c := range cells {
			if c.index >= 0 {
				dependent++
			}
			members += len(c.people)
			officials := 0
			for _, p := range c.people {
				if !p.admitted.Before(admittedFrom()) && !p.admitted.After(admittedTo()) {
					admitted++
				}
				if p.official.IsZero() {
					reserve++
				} else {
					officials++
				}
				if age := p.admitted.Year() - p.birth.Year(); age < 18 {
					t.Errorf("%s: somebody admitted at %d", c.name, age)
				}
				if p.admitted.After(today) || p.official.After(today) {
					t.Errorf("%s: a day after %s", c.name, today)
				}
			}
			if officials < 3 {
				t.Errorf("%s has %d official members", c.name, officials)
			}
		}
		if len(shape()) != grassrootsUnits || dependent != dependentCells || members != allMembers || admitted != admittedInAll {
			t.Errorf("%s: %d units, %d cells, %d members, %d admitted", today, len(shape()), dependent, members, admitted)
		}
		if reserve < 40 || reserve > 150 {
			t.Errorf("%s: %d reserve members", today, reserve)
		}
	}
}

func TestSameDaySamePlan(t *testing.T) {
	today := civil.Of(2026, 11, 22)
	if !reflect.DeepEqual(plan(today), plan(today)) {
		t.Error("two plans of one day differ")
	}
}

func TestGrassrootsCellsAreBelowThirty(t *testing.T) {
	for _, c := range plan(civil.Of(2026, 11, 22)) {
		if c.index < 0 && len(c.people) >= 30 { // rules.md 1.19
			t.Errorf("%s has %d members", c.name, len(c.people))
		}
	}
}
