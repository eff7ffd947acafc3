package admission

import (
	"chibo/internal/civil"
	"chibo/internal/workday"
	"chibo/rulebook"
)

// ClocksOf reckons the deadlines of a way.
func ClocksOf(rules func(civil.Date) rulebook.Set, days *workday.Calendar, way Way, defs []rulebook.AdmissionClock) []Clock {
	return clocksOf(rules, days, way, defs)
}
