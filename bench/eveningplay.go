package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"chibo/bench/evening"
	"chibo/internal/civil"
	"chibo/meeting"
)

// real is how long an evening lasts of which the program is asked in less time.
const real = 90 * time.Minute

// Shares of the evening: when people come, and how long a vote takes in a room.
const (
	coming   = 0.30
	voteFrom = 0.55 // when the first room opens its vote
	voteTo   = 0.82 // and the last
	voting   = 0.05
	ending   = 0.92
)

// saying is one of how many members who speak on a phone.
const saying = 3

// times are what was measured, by what was done.
type times struct {
	mu sync.Mutex
	by map[string][]time.Duration
}

func (t *times) add(what string, took time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.by[what] = append(t.by[what], took)
}

// What is measured.
const (
	reads    = "page read by a member"
	checkIns = "check-in"
	opinions = "opinion"
	votes    = "vote"
	runs     = "run page of a chair"
	leads    = "act of a chair"
	closings = "closing with both papers"
	sendings = "sending up"
	screens  = "page that a screen looks at again"
)

// play plays the whole evening in all rooms at the same time, faster than life.
func (n *night) play(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	t := &times{by: map[string][]time.Duration{}}
	n.s.Took()
	var wg, looking sync.WaitGroup
	failed := make(chan error, 100_000)
	looks, stopLooking := context.WithCancel(ctx)
	defer stopLooking()
	if err := n.look(looks, t, &looking, failed); err != nil {
		return err
	}
	before, _ := cpu(n.s.Pid())
	began := time.Now()
	for _, r := range n.rooms {
		e := &play{night: n, Room: r, t: t, began: began, vote: voteFrom + rand.Float64()*(voteTo-voteFrom), voteOpen: make(chan struct{})} //nolint:gosec // no secret
		wg.Go(func() {
			if err := e.chair(ctx); err != nil {
				failed <- fmt.Errorf("chair of %s: %w", r.Cell.Name, err)
				cancel()
			}
		})
		for _, who := range r.Members {
			wg.Go(func() {
				if err := e.member(ctx, who); err != nil {
					failed <- fmt.Errorf("member of %s: %w", r.Cell.Name, err)
					cancel()
				}
			})
		}
	}
	wg.Wait()
	took := time.Since(began)
	stopLooking()
	looking.Wait()
	close(failed)
	if err := <-failed; err != nil {
		return err
	}
	after, _ := cpu(n.s.Pid())
	n.tell(t, took, after-before)
	return nil
}

// tell prints what was measured.
func (n *night) tell(t *times, took, used time.Duration) {
	var all []time.Duration
	for _, list := range t.by {
		all = append(all, list...)
	}
	n.out.note(fmt.Sprintf("an evening of %.0f min in %.1f min", real.Minutes(), took.Minutes()), fmt.Sprintf("%.0f times as fast", real.Seconds()/took.Seconds()))
	n.out.note("  requests, of them in a second", fmt.Sprintf("%d, %.0f", len(all), float64(len(all))/took.Seconds()))
	n.out.note("  processor time of the server", fmt.Sprintf("%.2f cores, %.2f ms a request", used.Seconds()/took.Seconds(), ms(used)/float64(len(all))))
	n.out.most("all requests, 99th percentile", ms(percentile(all, 99)), actLimit, "ms")
	for _, what := range slices.Sorted(maps.Keys(t.by)) {
		list := t.by[what]
		figure := fmt.Sprintf("%.0f, %.0f", ms(percentile(list, 50)), ms(percentile(list, 99)))
		if what == closings {
			n.out.most("  "+what+", 99th percentile", ms(percentile(list, 99)), closeLimit, "ms")
		}
		n.out.note(fmt.Sprintf("  %s (%d): median, 99th percentile", what, len(list)), figure+" ms")
	}
	server := n.s.Took()
	for _, route := range []string{"POST /meetings/{ref}/adjourn"} {
		n.out.note("  server time of "+route, fmt.Sprintf("%.0f, %.0f ms", ms(percentile(server[route], 50)), ms(percentile(server[route], 99))))
	}
}

// play is the evening of one room.
type play struct {
	*night
	*evening.Room
	t        *times
	began    time.Time
	vote     float64 // when it is opened, a share of the evening
	voteOpen chan struct{}
	voteHref string

	wall   sync.Mutex
	code   string
	codeAt time.Time // when it was read
}

// until waits for a moment of the evening.
func (e *play) until(ctx context.Context, share float64) error {
	t := time.NewTimer(time.Until(e.began.Add(time.Duration(share * float64(e.length)))))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return errors.New("given up")
	}
}

// see reads a page.
func (e *play) see(ctx context.Context, p *evening.Phone, what string, who *evening.Person, path string, plain bool) (evening.Answer, error) {
	a, err := p.Get(ctx, who.Token, path, plain)
	if err == nil && a.Status != http.StatusOK {
		err = fmt.Errorf("GET %s: %d", path, a.Status)
	}
	e.t.add(what, a.Took)
	return a, err
}

// send posts a form and, as a browser does, reads the page it leads to.
func (e *play) send(ctx context.Context, p *evening.Phone, what string, who *evening.Person, path string, form url.Values) error {
	a, err := p.Post(ctx, who.Token, path, form)
	if err == nil && a.Status != http.StatusSeeOther {
		err = fmt.Errorf("POST %s: %d, %s", path, a.Status, evening.Trouble(a.Body))
	}
	e.t.add(what, a.Took)
	if err != nil && a.Status == http.StatusConflict {
		err = fmt.Errorf("%w: %w", errConflict, err)
	}
	if err != nil {
		return err
	}
	page := reads
	if who == e.Chair {
		page = runs
	}
	_, err = e.see(ctx, p, page, who, a.To, false)
	return err
}

// member comes, reads, checks in, perhaps speaks, votes.
func (e *play) member(ctx context.Context, who *evening.Person) error {
	p := evening.NewPhone(e.s.Addr)
	defer p.Close()
	if err := e.until(ctx, 0.01+rand.Float64()*coming); err != nil { //nolint:gosec // no secret
		return err
	}
	for _, page := range []string{"", "/checkin"} {
		if _, err := e.see(ctx, p, reads, who, e.Href()+page, false); err != nil {
			return err
		}
	}
	code, err := e.onTheWall(ctx)
	if err != nil {
		return err
	}
	if err := e.send(ctx, p, checkIns, who, e.Href()+"/checkin", url.Values{"code": {code}}); err != nil {
		return err
	}
	p.Close()
	if who.Membership%saying == 0 {
		if err := e.until(ctx, coming+0.02+rand.Float64()*(voteFrom-coming-0.04)); err != nil { //nolint:gosec // no secret
			return err
		}
		if err := e.say(ctx, p, who); err != nil {
			return err
		}
		p.Close()
	}
	if !who.Official {
		return nil
	}
	select {
	case <-e.voteOpen:
	case <-ctx.Done():
		return nil
	}
	if err := e.until(ctx, e.vote+0.01+rand.Float64()*voting); err != nil { //nolint:gosec // no secret
		return err
	}
	if _, err := e.see(ctx, p, reads, who, e.voteHref, false); err != nil {
		return err
	}
	err = e.send(ctx, p, votes, who, e.voteHref+"/cast", url.Values{"choice": {"yes"}})
	if errors.Is(err, errConflict) {
		return nil // too late: the hands were counted and the vote closed, as the page says
	}
	return err
}

// errConflict is the answer to an act that came too late.
var errConflict = errors.New("too late")

// codeStays is how long a code that was read is typed: shorter than it is good for.
const codeStays = 15 * time.Second

// onTheWall gives the code that everybody in the room sees.
func (e *play) onTheWall(ctx context.Context) (string, error) {
	e.wall.Lock()
	defer e.wall.Unlock()
	if time.Since(e.codeAt) < codeStays {
		return e.code, nil
	}
	p := evening.NewPhone(e.s.Addr)
	defer p.Close()
	var err error
	e.codeAt = time.Now()
	e.code, err = codeOf(ctx, p, e.Room)
	return e.code, err
}

func (e *play) say(ctx context.Context, p *evening.Phone, who *evening.Person) error {
	a, err := e.see(ctx, p, reads, who, e.Href(), true)
	if err != nil {
		return err
	}
	path := e.Href() + "/opinions/own"
	f, err := evening.FormOf(a.Body, path)
	if err != nil {
		return err
	}
	item := strconv.FormatInt(e.Items[rand.IntN(len(e.Items))], 10)                                                                               //nolint:gosec // no secret
	return e.send(ctx, p, opinions, who, path, f.With("item", item, "text", "Tôi đồng ý với dự thảo, đề nghị làm rõ người phụ trách từng việc.")) // a usual sentence
}

// chair runs the meeting.
func (e *play) chair(ctx context.Context) error {
	p := evening.NewPhone(e.s.Addr)
	defer p.Close()
	steps := []move{{0.05, leads, "/run", "/open", nil}}
	for i, id := range e.Items {
		at := 0.08 + 0.45*float64(i)/float64(len(e.Items))
		steps = append(steps, move{at, leads, "/run", fmt.Sprintf("/items/%d/start", id), nil})
		if i == 1 {
			steps = append(steps, move{at + 0.02, leads, "/run", fmt.Sprintf("/items/%d/note", id), []string{"note", "Các đồng chí nhất trí cao với báo cáo."}})
		}
	}
	due := civil.From(time.Now()).AddDays(20).Vi()
	steps = append(steps,
		move{0.53, leads, "/run", "/judge", nil},
		move{0.54, leads, "/run", "/decisions", []string{"title", "Vận động hiến đất mở rộng đường ngõ 5", "assignee", strconv.FormatInt(e.Chair.Membership, 10), "due", due}},
		move{e.vote, leads, "/run", "/votes", []string{"purpose", meeting.PurposeResolution}},
		move{e.vote + voting + 0.03, leads, "/run", "VOTE/close", nil},
		move{ending - 0.02, leads, "/run", "/roll/rest", []string{"rest", "absent"}},
		move{ending - 0.01, leads, "/run", "/text", []string{"field", meeting.FieldConclusion, meeting.FieldConclusion, "Chi bộ thống nhất các nội dung.", "was", ""}},
		move{ending + rand.Float64()*0.04, closings, "/run", "/adjourn", nil}, //nolint:gosec // no secret
		move{0.97, leads, "/score", "/score/propose", nil},
		move{0.98, leads, "/score", "/score/confirm", nil},
		move{0.985, sendings, "", "/send", nil},
	)
	for _, st := range steps {
		if err := e.until(ctx, st.at+rand.Float64()*0.01); err != nil { //nolint:gosec // no secret
			return err
		}
		var tried error
		for range looksAgain {
			err := e.lead(ctx, p, st)
			if err == nil {
				tried = nil
				break
			}
			tried = errors.Join(tried, fmt.Errorf("%s: %w", st.action, err))
		}
		if tried != nil {
			return tried
		}
		p.Close()
	}
	return nil
}

// looksAgain is how often a chair tries an act: somebody may vote while the hands are
// being counted.
const looksAgain = 5

// move is one act of the chair at a moment of the evening.
type move struct {
	at     float64
	what   string
	page   string
	action string
	with   []string
}

// lead does one act of the chair, from the page as it is now.
func (e *play) lead(ctx context.Context, p *evening.Phone, st move) error {
	a, err := e.see(ctx, p, runs, e.Chair, e.Href()+st.page, true)
	if err != nil {
		return err
	}
	action := e.Href() + st.action
	if rest, ok := strings.CutPrefix(st.action, "VOTE"); ok {
		action = e.voteHref + rest
	}
	f, err := evening.FormOf(a.Body, action)
	if err != nil {
		if slices.Contains([]string{"/judge", "/score/propose", "/roll/rest"}, st.action) {
			return nil // nothing is left to judge, to propose, to call
		}
		return err
	}
	if err := e.send(ctx, p, st.what, e.Chair, action, f.With(st.with...)); err != nil || st.action != "/votes" {
		return err
	}
	e.voteHref, err = voteOf(ctx, p, e.Room)
	if err == nil {
		close(e.voteOpen)
	}
	return err
}
