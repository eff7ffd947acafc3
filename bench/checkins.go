package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"chibo/bench/hall"
)

const (
	hallCommand  = "serve-hall" // this program as the server of the check-ins
	clients      = 256
	hallMembers  = 2_048
	hallRounds   = 5
	checkinLimit = 5 // times the rate of one transaction each
)

// serveHall is the other process: it makes the hall in dir, prints its address, and
// serves until it is asked to end.
func serveHall(ctx context.Context, dir string) error {
	h, err := hall.Open(ctx, dir, hallMembers)
	if err != nil {
		return err
	}
	defer h.Close() //nolint:errcheck // the folder is thrown away
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	context.AfterFunc(ctx, func() { l.Close() }) //nolint:errcheck // Serve sees it
	if err := json.NewEncoder(os.Stdout).Encode(l.Addr().String()); err != nil {
		return err
	}
	return h.Serve(ctx, l)
}

// checkins compares the two ways in turn, round by round, so that both meet the same
// machine; the ratio is that of the middle rates.
func (l *lab) checkins(ctx context.Context) error {
	l.out.part(fmt.Sprintf("Check-ins of a full hall: %d members, %d connections, synchronous FULL", hallMembers, clients))
	dir := filepath.Join(l.dir, "hall")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	flush, err := flushTime(dir)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, self, hallCommand, dir)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	defer func() {
		cmd.Process.Signal(os.Interrupt) //nolint:errcheck // it may have ended
		cmd.Wait()                       //nolint:errcheck // ended as it was asked to
	}()
	var addr string
	if err := json.NewDecoder(out).Decode(&addr); err != nil {
		return fmt.Errorf("the hall did not open: %w", err)
	}
	c, err := connect(addr)
	if err != nil {
		return err
	}
	defer c.close()
	c.pid = cmd.Process.Pid
	return l.compare(c, flush)
}

func (l *lab) compare(c *crowd, flush time.Duration) error {
	rates := map[string][]time.Duration{}
	used := map[string]time.Duration{}
	for round := range hallRounds + 1 {
		for _, way := range []string{hall.CheckInAlone, hall.CheckIn, hall.UpdateAlone, hall.Update} {
			before, _ := cpu(c.pid)
			took, err := c.all(way)
			if err != nil {
				return err
			}
			after, _ := cpu(c.pid)
			if round > 0 { // the first warms up
				rates[way], used[way] = append(rates[way], took), used[way]+after-before
			}
			if way == hall.CheckIn || way == hall.CheckInAlone {
				if _, err := c.all(hall.Reset); err != nil {
					return err
				}
			}
		}
	}
	for _, pair := range [][3]string{
		{"whole check-in", hall.CheckIn, hall.CheckInAlone},
		{"its one UPDATE alone", hall.Update, hall.UpdateAlone},
	} {
		together, alone := percentile(rates[pair[1]], 50), percentile(rates[pair[2]], 50)
		l.out.least(pair[0]+": group commit against one each", float64(alone)/float64(together), checkinLimit, "times")
		l.out.note("  rate by group commit / one each", fmt.Sprintf("%.0f / %.0f a s", hallMembers/together.Seconds(), hallMembers/alone.Seconds()))
		each := func(way string) float64 { return ms(used[way]) * 1000 / hallMembers / hallRounds }
		l.out.note("  processor time each, group commit / one each", fmt.Sprintf("%.0f / %.0f µs", each(pair[1]), each(pair[2])))
	}
	l.out.note("one flush of this disk (4 KB, fsync), median", fmt.Sprintf("%.2f ms", ms(flush)))
	l.out.note("machine's load", load())
	return nil
}

// crowd is the load generator: one connection for each phone.
type crowd struct {
	phones []*phone
	pid    int // of the server
}

type phone struct {
	c  net.Conn
	in *bufio.Reader
}

func connect(addr string) (*crowd, error) {
	c := &crowd{}
	for range clients {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			c.close()
			return nil, err
		}
		c.phones = append(c.phones, &phone{conn, bufio.NewReader(conn)})
	}
	return c, nil
}

func (c *crowd) close() {
	for _, p := range c.phones {
		p.c.Close() //nolint:errcheck // nothing is left to say
	}
}

// all lets every member of the hall go one way, each phone serving several, and gives
// how long it took from the first to the last.
func (c *crowd) all(way string) (time.Duration, error) {
	var wg sync.WaitGroup
	failed := make(chan error, len(c.phones))
	began := time.Now()
	for k, p := range c.phones {
		wg.Go(func() {
			for i := k; i < hallMembers; i += len(c.phones) {
				if err := p.say(way, i); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	wg.Wait()
	took := time.Since(began)
	close(failed)
	return took, <-failed
}

func (p *phone) say(way string, i int) error {
	if _, err := fmt.Fprintf(p.c, "%s %d\n", way, i); err != nil {
		return err
	}
	line, err := p.in.ReadString('\n')
	if err == nil && line != "ok\n" {
		err = fmt.Errorf("%s %d: %s", way, i, line)
	}
	return err
}

// flushTime says how long this disk takes to make a small write durable: what a
// transaction of its own waits for, and what a group shares.
func flushTime(dir string) (time.Duration, error) {
	f, err := os.Create(filepath.Join(dir, "flush"))
	if err != nil {
		return 0, err
	}
	defer f.Close() //nolint:errcheck // thrown away
	block := make([]byte, 4096)
	var times []time.Duration
	for range 100 {
		began := time.Now()
		if _, err := f.Write(block); err != nil {
			return 0, err
		}
		if err := f.Sync(); err != nil {
			return 0, err
		}
		times = append(times, time.Since(began))
	}
	return percentile(times, 50), nil
}
