package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync"
	"time"

	"chibo/bench/evening"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/secret"
)

// Limits of secret ballots, and how many cells vote at most: each box takes some tenths of a
// second to make, on purpose.
const (
	ballotRate  = 1_000 // a second
	ballotLimit = 150   // ms at the 99th percentile
	ballotCells = 160
)

// ballotOf is one person's ballot in a room.
type ballotOf struct {
	box  *evening.Box
	who  *evening.Person
	form url.Values
}

// secrets measures how many secret ballots the program takes.
func (l *lab) secrets(ctx context.Context) error {
	l.out.part("Secret ballots: sealed, written and durable before they are answered")
	if err := l.build(ctx); err != nil {
		return err
	}
	file, key, err := l.lastMonth(ctx)
	if err != nil {
		return err
	}
	began := time.Now()
	ballots, err := l.boxes(ctx, file)
	if err != nil {
		return err
	}
	n := &night{lab: l}
	l.out.note("open boxes made within (not judged)", fmt.Sprintf("%.1f s", time.Since(began).Seconds()))
	err = n.with(ctx, file, key, []step{{"secret", func(ctx context.Context) error { return n.ballots(ctx, ballots) }}})
	if err != nil {
		return err
	}
	return l.kept(ctx, file, ballots)
}

// boxes opens a secret vote in every room and gives the ballots of all who may cast, in a
// random order of voters and with choices at random.
func (l *lab) boxes(ctx context.Context, file string) (out []ballotOf, err error) {
	d, err := db.Open(ctx, db.Options{URL: file, Clock: clock.System(), Bulk: true})
	if err != nil {
		return nil, err
	}
	defer d.Close() //nolint:errcheck // Durable has said whether all is there
	st, err := evening.NewStager(d)
	if err != nil {
		return nil, err
	}
	cells, err := st.Cells(ctx, min(l.cells, ballotCells))
	if err != nil {
		return nil, err
	}
	rooms, err := st.Stage(ctx, cells, meeting.Extraordinary)
	if err != nil {
		return nil, err
	}
	if err := st.Allow(ctx); err != nil {
		return nil, err
	}
	open := 0
	for _, r := range rooms {
		if err := st.Gather(ctx, r); err != nil {
			return nil, err
		}
		box, err := st.Open(ctx, r)
		if errors.Is(err, secret.ErrTooFew) {
			continue // a small cell votes on paper
		}
		if err != nil {
			return nil, err
		}
		open++
		for _, p := range r.Members {
			if p.Official {
				choice := fmt.Sprintf("%02d", 1+rand.IntN(3)) //nolint:gosec // no secret here
				out = append(out, ballotOf{box, p, url.Values{"choice": {choice}, "op": {ident.NewDevice()}}})
			}
		}
	}
	rand.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	l.out.note("open boxes, people who may cast", fmt.Sprintf("%d, %d", open, len(out)))
	return out, d.Durable(ctx)
}

// ballots casts a few one at a time, then half of the rest at the rate that is promised, each
// at its moment whether or not the ones before were answered, and the others all at once.
func (n *night) ballots(ctx context.Context, list []ballotOf) error {
	first := min(few, len(list)/4)
	alone, _, err := n.vote(ctx, list[:first], 1, 0)
	if err != nil {
		return err
	}
	half := first + (len(list)-first)/2
	before, _ := cpu(n.s.Pid())
	took, times, err := n.vote(ctx, list[first:half], eveningPhone, ballotRate)
	if err != nil {
		return err
	}
	middle, _ := cpu(n.s.Pid())
	paced := float64(half - first)
	n.out.least(fmt.Sprintf("ballots that come at %d a second, taken", ballotRate), paced/took.Seconds(), ballotRate*0.97, "a s")
	n.out.most("  answered after, from their moment on, 99th percentile", ms(percentile(times, 99)), ballotLimit, "ms")
	n.out.note("  median", fmt.Sprintf("%.1f ms", ms(percentile(times, 50))))
	n.out.note("  processor time of the server each", fmt.Sprintf("%.0f µs", ms(middle-before)*1000/paced))
	took, times, err = n.vote(ctx, list[half:], eveningPhone, 0)
	if err != nil {
		return err
	}
	after, _ := cpu(n.s.Pid())
	rest := float64(len(list) - half)
	n.out.least(fmt.Sprintf("ballots, %d connections, all at once", eveningPhone), rest/took.Seconds(), ballotRate, "a s")
	n.out.note("  against one at a time on one connection", fmt.Sprintf("%.1f times (%.0f a s)", rest/took.Seconds()*alone.Seconds()/float64(first), float64(first)/alone.Seconds()))
	n.out.note("  processor time of the server each", fmt.Sprintf("%.0f µs", ms(after-middle)*1000/rest))
	n.out.note("  answered after: median, 99th percentile", fmt.Sprintf("%.0f, %.0f ms", ms(percentile(times, 50)), ms(percentile(times, 99))))
	return nil
}

// vote lets so many phones cast the ballots: at so many a second, or with 0 as fast as they
// are answered. A ballot that comes at its moment is timed from it, also when all phones
// were waiting then.
func (n *night) vote(ctx context.Context, list []ballotOf, phones, rate int) (took time.Duration, times []time.Duration, err error) {
	var wg sync.WaitGroup
	times = make([]time.Duration, len(list))
	failed := make(chan error, phones)
	began := time.Now()
	for k := range phones {
		wg.Go(func() {
			p := evening.NewPhone(n.s.Addr)
			defer p.Close()
			for i := k; i < len(list); i += phones {
				moment := time.Now()
				if rate > 0 {
					moment = began.Add(time.Duration(i) * time.Second / time.Duration(rate))
					time.Sleep(time.Until(moment))
				}
				b := list[i]
				a, err := p.Post(ctx, b.who.Token, b.box.At()+"/cast", b.form)
				if err == nil && a.Status != http.StatusSeeOther {
					err = fmt.Errorf("POST %s/cast: %d, %s", b.box.At(), a.Status, evening.Trouble(a.Body))
				}
				if times[i] = time.Since(moment); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	wg.Wait()
	took = time.Since(began)
	close(failed)
	return took, times, <-failed
}

// kept looks whether every ballot that was answered is in its box, after the program ended.
func (l *lab) kept(ctx context.Context, file string, list []ballotOf) error {
	d, err := db.Open(ctx, db.Options{URL: file, Clock: clock.System()})
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // it was read only
	found := 0
	seen := map[int64]bool{}
	for _, b := range list {
		if seen[b.box.Vote] {
			continue
		}
		seen[b.box.Vote] = true
		err := d.Read(ctx, func(q db.Q) error {
			v, err := secret.Get(ctx, q, ident.Ref{Part: b.box.Ref.Part, ID: b.box.Vote})
			found += v.Sealed
			return err
		})
		if err != nil {
			return err
		}
	}
	l.out.note("ballots answered, in their boxes", fmt.Sprintf("%d, %d", len(list), found))
	if found != len(list) {
		return fmt.Errorf("%d ballots were answered and %d are there", len(list), found)
	}
	return nil
}
