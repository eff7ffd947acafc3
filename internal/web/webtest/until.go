package webtest

import (
	"testing"
	"time"
)

// patience is how long Until waits before it fails: far longer than anything takes.
const patience = 20 * time.Second

// Until waits for a condition that another goroutine brings about, looking again
// every few milliseconds, and fails the test when it does not come.
func Until(t testing.TB, what string, holds func() bool) {
	t.Helper()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	end := time.NewTimer(patience)
	defer end.Stop()
	for !holds() {
		select {
		case <-look.C:
		case <-end.C:
			t.Fatalf("waited in vain for %s", what)
		}
	}
}
