package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"chibo/bench/evening"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/meeting"
)

// Limits of an evening.
const (
	allCells     = 1_000 // more than there are
	actLimit     = 250   // ms at the 99th percentile
	rateLimit    = 1_000 // a second
	closeLimit   = 300   // ms
	eventLimit   = 500   // ms from an event to the last of so many screens
	listeners    = 1_000
	crowdSize    = 10_000
	crowdLimit   = 400 // MB
	eveningPhone = 256 // connections of the rates
)

// night is an evening on which the district meets: the server, and the rooms.
type night struct {
	*lab
	s     *evening.Server
	rooms []*evening.Room // a regular meeting in each cell
	more  []*evening.Room // and an extraordinary one, for the rates

	length time.Duration            // of the evening as it is played
	votes  map[*evening.Room]string // addresses of open votes
	said   map[string]bool          // who last voted yes: only a change is told to the screens
	last   int                      // who voted last
}

// evening plays an evening of the sample district.
func (l *lab) evening(ctx context.Context) error {
	l.out.part("An evening: the cells of the district meet at the same time")
	if err := l.build(ctx); err != nil {
		return err
	}
	file, key, err := l.lastMonth(ctx)
	if err != nil {
		return err
	}
	n := &night{lab: l, length: l.length, votes: map[*evening.Room]string{}, said: map[string]bool{}}
	began := time.Now()
	if err := n.stage(ctx, file); err != nil {
		return err
	}
	people := 0
	for _, r := range n.rooms {
		people += len(r.Members)
	}
	l.out.note("cells, members on the rolls", fmt.Sprintf("%d, %d", len(n.rooms), people))
	l.out.note("  prepared and signed in within (not judged)", fmt.Sprintf("%.1f s", time.Since(began).Seconds()))
	// The crowd has a process of its own: what it takes is not what others left behind.
	for _, part := range [][]step{{{"crowd", n.crowd}}, {{"large", n.largest}}, {{"rates", n.rates}, {"screens", n.toScreens}, {"play", n.play}}} {
		if err := n.with(ctx, file, key, part); err != nil {
			return err
		}
	}
	return nil
}

// step is one part of an evening.
type step struct {
	name string
	run  func(context.Context) error
}

// with starts the program and does some steps with it.
func (n *night) with(ctx context.Context, file, key string, steps []step) (err error) {
	steps = slices.DeleteFunc(steps, func(s step) bool { return n.steps != "" && !strings.Contains(","+n.steps+",", ","+s.name+",") })
	if len(steps) == 0 {
		return nil
	}
	if n.s, err = evening.Serve(ctx, n.bin, file, key); err != nil {
		return err
	}
	defer n.s.Stop()
	for _, step := range steps {
		before := load()
		if err := step.run(ctx); err != nil {
			return fmt.Errorf("%w\n%s", err, n.s.Words())
		}
		n.out.note("  machine's load before and after", before+" / "+load())
	}
	return nil
}

// lastMonth gives a copy of the district as it was at the end of last month, so that no
// cell has met in this one yet.
func (l *lab) lastMonth(ctx context.Context) (file, key string, err error) {
	day := civil.From(clock.System().Now()).Month().First().AddDays(-1)
	s, err := start(ctx, l.bin, sample{dir: l.district, day: day.Vi()}, false)
	if err != nil {
		return "", "", err
	}
	err = s.complete(ctx)
	s.stop()
	if err != nil {
		return "", "", err
	}
	file, key = filepath.Join(l.dir, "evening.db"), filepath.Join(l.dir, "evening.key")
	if err = copyFile(file, filepath.Join(l.district, "demo-"+day.String()+".db")); err == nil {
		err = copyFile(key, filepath.Join(l.district, "demo.key"))
	}
	return file, key, err
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // it was read only
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		return err
	}
	return out.Close()
}

func (n *night) stage(ctx context.Context, file string) error {
	d, err := db.Open(ctx, db.Options{URL: file, Clock: clock.System(), Bulk: true})
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // Durable has said whether all is there
	st, err := evening.NewStager(d)
	if err != nil {
		return err
	}
	cells, err := st.Cells(ctx, n.cells)
	if err != nil {
		return err
	}
	if n.rooms, err = st.Stage(ctx, cells, meeting.Regular); err != nil {
		return err
	}
	if n.more, err = st.Stage(ctx, cells, meeting.Extraordinary); err != nil {
		return err
	}
	return d.Durable(ctx)
}
