package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"
)

// table prints the figures as they come, and counts the limits that are broken.
type table struct {
	w      io.Writer
	broken int
}

// machine says what was measured on; the load tells whether it was quiet.
func (t *table) machine() {
	fmt.Fprintf(t.w, "%s  %s/%s  %d cores  %s  load %s\n", time.Now().Format("2006-01-02 15:04"),
		runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version(), load())
}

// load gives the machine's load over 1, 5 and 15 minutes, "?" where it is not told.
func load() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "?"
	}
	return strings.Join(strings.Fields(string(b))[:3], " ")
}

// part begins a group of figures.
func (t *table) part(title string) { fmt.Fprintf(t.w, "\n%s\n", title) }

// note prints a figure without a limit.
func (t *table) note(name, figure string) { t.row(name, figure, "", "") }

// most prints a figure that has to stay below the limit; the unit is that of both.
func (t *table) most(name string, figure, limit float64, unit string) {
	t.judge(name, figure, "<", limit, unit, figure < limit)
}

// least prints a figure that has to reach the limit.
func (t *table) least(name string, figure, limit float64, unit string) {
	t.judge(name, figure, ">=", limit, unit, figure >= limit)
}

func (t *table) judge(name string, figure float64, sign string, limit float64, unit string, ok bool) {
	verdict := "ok"
	if !ok {
		verdict = "BROKEN"
		t.broken++
	}
	t.row(name, fmt.Sprintf("%.2f %s", figure, unit), fmt.Sprintf("%s %g %s", sign, limit, unit), verdict)
}

func (t *table) row(name, figure, limit, verdict string) {
	line := fmt.Sprintf("  %-58s %16s  %-10s %s", name, figure, limit, verdict)
	fmt.Fprintln(t.w, strings.TrimRight(line, " "))
}
