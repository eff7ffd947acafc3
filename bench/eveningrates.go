package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	"chibo/bench/evening"
)

// few is how many acts are done one at a time, the baseline of the rates.
const few = 400

// castRounds is how often everybody votes: the last choice counts.
const castRounds = 3

// seat is one person in one room, with what is asked for there.
type seat struct {
	room *evening.Room
	who  *evening.Person
	path string
	form url.Values
}

// rates measures how many check-ins and votes the program takes in a second: whole
// requests of signed-in members, through every right, committed before they are answered.
func (n *night) rates(ctx context.Context) error {
	seats, err := n.atTheDoor(ctx)
	if err != nil {
		return err
	}
	if err := n.rate(ctx, "check-ins", seats); err != nil {
		return err
	}
	for round := range castRounds {
		if round == 0 {
			if seats, err = n.atTheVote(ctx); err != nil {
				return err
			}
		}
		for i := range seats {
			seats[i].form = url.Values{"choice": {[]string{"yes", "no", "other"}[round]}}
		}
		if err := n.rate(ctx, "votes", seats); err != nil {
			return err
		}
	}
	return nil
}

// atTheDoor gives everybody of the extraordinary meetings the code of the moment.
func (n *night) atTheDoor(ctx context.Context) ([]seat, error) {
	var out []seat
	p := evening.NewPhone(n.s.Addr)
	defer p.Close()
	for _, r := range n.more {
		code, err := codeOf(ctx, p, r)
		if err != nil {
			return nil, err
		}
		for _, who := range r.Members {
			out = append(out, seat{r, who, r.Href() + "/checkin", url.Values{"code": {code}}})
		}
	}
	rand.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out, nil
}

var codeText = regexp.MustCompile(`<b>(\d{4})</b>`)

// codeOf reads the code of the roll call from the chair's page.
func codeOf(ctx context.Context, p *evening.Phone, r *evening.Room) (string, error) {
	a, err := p.Get(ctx, r.Chair.Token, r.Href()+"/roll", true)
	if err != nil {
		return "", err
	}
	m := codeText.FindSubmatch(a.Body)
	if m == nil {
		return "", fmt.Errorf("%d: no code on %s/roll", a.Status, r.Href())
	}
	return string(m[1]), nil
}

// atTheVote opens meeting and vote in every room and gives who may vote there.
func (n *night) atTheVote(ctx context.Context) ([]seat, error) {
	var out []seat
	p := evening.NewPhone(n.s.Addr)
	defer p.Close()
	for _, r := range n.more {
		if err := do(ctx, p, r.Chair, r.Href()+"/open", nil); err != nil {
			return nil, err
		}
		if err := do(ctx, p, r.Chair, r.Href()+"/votes", url.Values{"purpose": {"other"}, "subject": {"Việc của buổi tối"}}); err != nil {
			return nil, err
		}
		vote, err := voteOf(ctx, p, r)
		if err != nil {
			return nil, err
		}
		for _, who := range r.Members {
			if who.Official {
				out = append(out, seat{r, who, vote + "/cast", nil})
			}
		}
	}
	rand.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out, nil
}

// voteOf gives the address of the vote that is open in a room.
func voteOf(ctx context.Context, p *evening.Phone, r *evening.Room) (string, error) {
	a, err := p.Get(ctx, r.Chair.Token, r.Href()+"/run", true)
	if err != nil {
		return "", err
	}
	acts, err := evening.Actions(a.Body)
	for _, act := range acts {
		if vote, ok := strings.CutSuffix(act, "/close"); ok {
			return vote, nil
		}
	}
	return "", errors.Join(err, fmt.Errorf("%d: no open vote on %s/run", a.Status, r.Href()))
}

// do posts a form that must be taken.
func do(ctx context.Context, p *evening.Phone, who *evening.Person, path string, form url.Values) error {
	a, err := p.Post(ctx, who.Token, path, form)
	if err == nil && a.Status != http.StatusSeeOther {
		err = fmt.Errorf("POST %s: %d", path, a.Status)
	}
	return err
}

// rate lets the first few act one at a time and then all others at once.
func (n *night) rate(ctx context.Context, name string, seats []seat) error {
	first := min(few, len(seats)/4)
	alone, _, err := n.rush(ctx, seats[:first], 1)
	if err != nil {
		return err
	}
	before, _ := cpu(n.s.Pid())
	took, times, err := n.rush(ctx, seats[first:], eveningPhone)
	if err != nil {
		return err
	}
	after, _ := cpu(n.s.Pid())
	acts := float64(len(seats) - first)
	perSecond, one := acts/took.Seconds(), float64(first)/alone.Seconds()
	n.out.least(fmt.Sprintf("%s, %d connections, all at once", name, eveningPhone), perSecond, rateLimit, "a s")
	n.out.note("  against one at a time on one connection", fmt.Sprintf("%.1f times (%.0f a s)", perSecond/one, one))
	n.out.note("  processor time of the server each", fmt.Sprintf("%.0f µs", ms(after-before)*1000/acts))
	n.out.note("  answered after: median, 99th percentile", fmt.Sprintf("%.0f, %.0f ms", ms(percentile(times, 50)), ms(percentile(times, 99))))
	return nil
}

// rush lets so many phones do the acts as fast as they are answered.
func (n *night) rush(ctx context.Context, seats []seat, phones int) (took time.Duration, times []time.Duration, err error) {
	var wg sync.WaitGroup
	times = make([]time.Duration, len(seats))
	failed := make(chan error, phones)
	began := time.Now()
	for k := range phones {
		wg.Go(func() {
			p := evening.NewPhone(n.s.Addr)
			defer p.Close()
			for i := k; i < len(seats); i += phones {
				a, err := p.Post(ctx, seats[i].who.Token, seats[i].path, seats[i].form)
				if err == nil && a.Status != http.StatusSeeOther {
					err = fmt.Errorf("POST %s: %d", seats[i].path, a.Status)
				}
				if times[i] = a.Took; err != nil {
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
