package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync"
	"time"

	"chibo/bench/evening"
)

// waiting is how long an open page waits after an event before it fetches itself again
// (static/live.js), so that many events make one look.
const waiting = 250 * time.Millisecond

// halls is how many rooms the listeners are spread over.
const halls = 289

// screen is an open page that listens.
type screen struct {
	room *evening.Room
	who  *evening.Person
	page string
	s    *evening.Stream
}

// screens opens so many pages that listen: in each room the chair's, the hall's, then
// members' phones.
func (n *night) screens(ctx context.Context, rooms []*evening.Room, most int) ([]*screen, error) {
	var list []*screen
	for k := 0; len(list) < most; k++ {
		for _, r := range rooms {
			sc := &screen{room: r, who: r.Members[k%len(r.Members)]}
			if k < 2 {
				sc.who, sc.page = r.Chair, []string{"/run", "/hall"}[k]
			}
			if len(list) < most {
				list = append(list, sc)
			}
		}
	}
	failed := make(chan error, len(list))
	var wg sync.WaitGroup
	const dialling = 64
	for k := range dialling {
		wg.Go(func() {
			for i := k; i < len(list); i += dialling {
				var err error
				if list[i].s, err = evening.Listen(ctx, n.s.Addr, list[i].who.Token, list[i].room.Href()+"/live"); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	wg.Wait()
	close(failed)
	return list, <-failed
}

func leave(list []*screen) {
	for _, sc := range list {
		if sc.s != nil {
			sc.s.Close()
		}
	}
}

// look lets the screens of the evening look again whenever they hear of something.
func (n *night) look(ctx context.Context, t *times, wg *sync.WaitGroup, failed chan<- error) error {
	list, err := n.screens(ctx, n.rooms, min(listeners, listeners*len(n.rooms)/halls))
	if err != nil {
		leave(list)
		return err
	}
	n.out.note("screens that listen all the evening", fmt.Sprint(len(list)))
	context.AfterFunc(ctx, func() { leave(list) })
	for _, sc := range list {
		heard := make(chan struct{}, 1)
		wg.Go(func() {
			defer close(heard)
			for {
				if _, err := sc.s.Next(); err != nil {
					return
				}
				select {
				case heard <- struct{}{}:
				default:
				}
			}
		})
		wg.Go(func() {
			if err := n.again(ctx, sc, t, heard); err != nil && ctx.Err() == nil {
				failed <- err
			}
		})
	}
	return nil
}

// again fetches a screen's page after each event.
func (n *night) again(ctx context.Context, sc *screen, t *times, heard <-chan struct{}) error {
	p := evening.NewPhone(n.s.Addr)
	defer p.Close()
	for range heard {
		select {
		case <-time.After(waiting):
		case <-ctx.Done():
			return nil
		}
		select {
		case <-heard:
		default:
		}
		a, err := p.Get(ctx, sc.who.Token, sc.room.Href()+sc.page, false)
		if err != nil {
			return err
		}
		t.add(screens, a.Took)
		p.Close()
	}
	return nil
}

// events is how many events are timed.
const events = 100

// toScreens measures from the act to the screens: in one room after the other with the
// whole district listening, and in one room with a thousand listeners.
func (n *night) toScreens(ctx context.Context) error {
	list, err := n.screens(ctx, n.more, listeners)
	defer leave(list)
	if err != nil {
		return err
	}
	by := map[*evening.Room][]*screen{}
	for _, sc := range list {
		by[sc.room] = append(by[sc.room], sc)
	}
	var heard, shown []time.Duration
	for range events {
		r := n.more[rand.IntN(len(n.more))] //nolint:gosec // no secret
		h, s, err := n.event(ctx, r, by[r], true)
		if err != nil {
			return err
		}
		heard, shown = append(heard, h), append(shown, s)
	}
	n.out.most(fmt.Sprintf("event to screen, %d listeners in %d rooms, 99th percentile", len(list), len(n.more)), ms(percentile(shown, 99)), eventLimit, "ms")
	n.out.note("  of it: until it is heard; the page waits on purpose", fmt.Sprintf("%.0f; %.0f ms", ms(percentile(heard, 99)), ms(waiting)))
	leave(list)
	one, err := n.screens(ctx, n.more[:1], listeners)
	defer leave(one)
	if err != nil {
		return err
	}
	heard, shown = nil, nil
	for k := range events / 5 {
		h, s, err := n.event(ctx, n.more[0], one, k >= events/5-3)
		if err != nil {
			return err
		}
		if heard = append(heard, h); s > 0 {
			shown = append(shown, s)
		}
	}
	n.out.most(fmt.Sprintf("event to the last of %d listeners in one room, 99th percentile", len(one)), ms(percentile(heard, 99)), eventLimit, "ms")
	n.out.note("  until all of them have fetched their page again", fmt.Sprintf("%.0f ms", ms(percentile(shown, 50))))
	return nil
}

// event lets somebody change the vote in a room and waits until its screens have heard of
// it, and fetched the page again.
func (n *night) event(ctx context.Context, r *evening.Room, list []*screen, fetch bool) (heard, shown time.Duration, err error) {
	vote, err := n.voteIn(ctx, r)
	if err != nil {
		return 0, 0, err
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	failed := make(chan error, 2*len(list))
	began := time.Now()
	for _, sc := range list {
		wg.Go(func() {
			if _, err := sc.s.Next(); err != nil {
				failed <- err
				return
			}
			mu.Lock()
			heard = max(heard, time.Since(began))
			mu.Unlock()
			if !fetch {
				return
			}
			<-time.After(waiting)
			p := evening.NewPhone(n.s.Addr)
			defer p.Close()
			page := sc.page
			if page == "" {
				page = vote
			} else {
				page = r.Href() + page
			}
			if a, err := p.Get(ctx, sc.who.Token, page, false); err != nil || a.Status != http.StatusOK {
				failed <- fmt.Errorf("%s: %d %w", page, a.Status, err)
			}
			mu.Lock()
			shown = max(shown, time.Since(began))
			mu.Unlock()
		})
	}
	p := evening.NewPhone(n.s.Addr)
	defer p.Close()
	who := n.voter(r)
	n.said[who.Token] = !n.said[who.Token]
	choice := map[bool]string{true: "yes", false: "no"}[n.said[who.Token]]
	err = do(ctx, p, who, vote+"/cast", url.Values{"choice": {choice}})
	if err != nil {
		leave(list)
	}
	wg.Wait()
	close(failed)
	if err == nil {
		err = <-failed
	}
	return heard, shown, err
}

// voter gives somebody who may vote in a room, another one each time.
func (n *night) voter(r *evening.Room) *evening.Person {
	for {
		n.last++
		if who := r.Members[n.last%len(r.Members)]; who.Official {
			return who
		}
	}
}

// voteIn gives the address of the open vote of a room, which stays the same.
func (n *night) voteIn(ctx context.Context, r *evening.Room) (string, error) {
	if at, ok := n.votes[r]; ok {
		return at, nil
	}
	p := evening.NewPhone(n.s.Addr)
	defer p.Close()
	at, err := voteOf(ctx, p, r)
	n.votes[r] = at
	return at, err
}

// crowd measures the memory of a process that very many screens listen to.
func (n *night) crowd(ctx context.Context) error {
	before, _, ok := resident(n.s.Pid())
	if !ok {
		n.out.note("memory under listeners", "needs /proc")
		return nil
	}
	list, err := n.screens(ctx, n.more, crowdSize)
	defer leave(list)
	if err != nil {
		return err
	}
	watching, stop := context.WithTimeout(ctx, 10*time.Second)
	defer stop()
	high := watch(watching, n.s.Pid())
	n.out.most(fmt.Sprintf("memory with %d listeners", len(list)), megabytes(high), crowdLimit, "MB")
	n.out.note("  before them", fmt.Sprintf("%.0f MB", megabytes(before)))
	return nil
}
