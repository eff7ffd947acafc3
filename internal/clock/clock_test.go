package clock_test

import (
	"testing"
	"time"

	"chibo/internal/clock"
)

func TestMoved(t *testing.T) {
	evening := time.Date(2026, 11, 22, 18, 0, 0, 0, clock.Zone())
	m := clock.StartAt(evening)
	if d := m.Now().Sub(evening); d < 0 || d > time.Minute {
		t.Errorf("starts %s after", d)
	}
	m.NotBefore(evening.Add(-time.Hour))
	if m.Now().Before(evening) {
		t.Error("went back")
	}
	m.NotBefore(evening.Add(time.Hour))
	if m.Now().Before(evening.Add(time.Hour)) {
		t.Error("did not go on")
	}
}
