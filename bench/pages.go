package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"
)

// The sample people who look.
const (
	secretary = "bithu.hoabinh"
	member    = "thom.hoabinh"
	committee = "bithu.thitran"
	district  = "tochuc.huyen"
)

const (
	pageLimit = 10 // ms of server time at the 95th percentile
	rounds    = 5
	perRound  = 200 // requests for one page, or as many as fit in
	roundTime = 2500 * time.Millisecond
	leastAsk  = 20 // so that a 95th percentile means something
	warmUp    = 20
)

// target is one page that is asked for again and again by one person.
type target struct {
	name  string
	limit float64 // ms at the 95th percentile; 0: none
	path  string
	v     *visitor

	server, round []time.Duration
	worst         []time.Duration // 95th percentile of each round, server time
	bytes         int
	cpu           time.Duration
}

// pages measures on one core: each round asks for every page in turn, the health
// check first, which is the baseline of the ratios.
func (l *lab) pages(ctx context.Context) error {
	l.out.part("Server time of a page on one core")
	s, err := l.again(ctx, true)
	if err != nil {
		return err
	}
	defer s.stop()
	if !s.oneCore {
		l.out.note("GOMAXPROCS=1 only; no tool to pin the process here", "")
	}
	targets, err := aims(ctx, s)
	if err != nil {
		return err
	}
	for round := range rounds + 1 {
		for i := range targets {
			if err := targets[i].ask(ctx, s, round == 0); err != nil {
				return err
			}
		}
	}
	base := targets[0]
	for _, t := range targets[1:] {
		l.tell(t, base)
	}
	l.out.note("baseline GET /healthz: server / round trip, median", fmt.Sprintf("%.2f / %.2f ms", ms(percentile(base.server, 50)), ms(percentile(base.round, 50))))
	l.out.note("machine's load", load())
	return nil
}

// aims signs the people in and finds the pages by the links that they see.
func aims(ctx context.Context, s *server) ([]target, error) {
	var out []target
	add := func(v *visitor, limit float64, name, path string) {
		out = append(out, target{name: name, limit: limit, path: path, v: v})
	}
	door, err := signIn(ctx, s, "")
	if err != nil {
		return nil, err
	}
	add(door, 0, "health check", "/healthz")
	sec, err := signIn(ctx, s, secretary)
	if err != nil {
		return nil, err
	}
	lists, err := sec.links(ctx, "/?cell=1", listLink)
	if err != nil {
		return nil, err
	}
	if len(lists) == 0 {
		return nil, errors.New("no list of meetings on the home page")
	}
	meetings, err := sec.meetings(ctx, lists[0])
	if err != nil {
		return nil, err
	}
	add(sec, pageLimit, "meeting page, the latest", meetings[0])
	if last := meetings[len(meetings)-1]; last != meetings[0] {
		add(sec, pageLimit, "meeting page, an earlier one", last)
	}
	up, err := signIn(ctx, s, district)
	if err != nil {
		return nil, err
	}
	add(up, pageLimit, "district home", "/")
	add(sec, 0, "list of the cell's meetings", lists[0])
	add(sec, 0, "secretary's home", "/?cell=1")
	town, err := signIn(ctx, s, committee)
	if err != nil {
		return nil, err
	}
	add(town, 0, "town committee's home", "/")
	add(up, 0, "list of the cells", "/cells")
	return out, nil
}

// ask asks for the page as often as one round has it; the warm-up is not counted.
func (t *target) ask(ctx context.Context, s *server, warm bool) error {
	n := perRound
	if warm {
		n = warmUp
	}
	var server []time.Duration
	before, _ := cpu(s.cmd.Process.Pid)
	began := time.Now()
	for i := range n {
		if i >= leastAsk && time.Since(began) > roundTime {
			break
		}
		a, err := t.v.get(ctx, t.path)
		if err != nil {
			return err
		}
		took, ok := s.serverTime(a.id)
		if !ok {
			return fmt.Errorf("%s: no line in the access log", t.path)
		}
		if t.bytes = len(a.body); warm {
			continue
		}
		server, t.round = append(server, took), append(t.round, a.round)
	}
	if warm {
		return nil
	}
	after, _ := cpu(s.cmd.Process.Pid)
	t.cpu += after - before
	t.server = append(t.server, server...)
	t.worst = append(t.worst, percentile(server, 95))
	return nil
}

// tell prints a page. Judged is the middle one of the rounds' 95th percentiles, so
// that one disturbed round of a busy machine does not decide.
func (l *lab) tell(t, base target) {
	name, p95 := t.name+": server time, 95th percentile", ms(percentile(t.worst, 50))
	if t.limit > 0 {
		l.out.most(name, p95, t.limit, "ms")
	} else {
		l.out.note(name, fmt.Sprintf("%.2f ms", p95))
	}
	l.out.note("  best round / all rounds / median of all", fmt.Sprintf("%.2f / %.2f / %.2f ms", ms(slices.Min(t.worst)), ms(percentile(t.server, 95)), ms(percentile(t.server, 50))))
	if t.cpu > 0 {
		l.out.note("  processor time a request, user + system", fmt.Sprintf("%.2f ms", ms(t.cpu)/float64(len(t.server))))
	}
	l.out.note("  round trip against the health check's, median", fmt.Sprintf("%.1f times", ms(percentile(t.round, 50))/ms(percentile(base.round, 50))))
	l.out.note("  page, unpacked", fmt.Sprintf("%.1f KB", float64(t.bytes)/1e3))
}

// Links in pages.
var (
	meetingLink = regexp.MustCompile(`href="(/meetings/[0-9][^"/?#]*)"`)
	listLink    = regexp.MustCompile(`href="(/cells/[0-9]+/meetings)"`)
	ownLink     = regexp.MustCompile(`href="(/(?:meetings/[0-9][^"/?#]*|cells|units|units/[0-9]+|tasks|notices|account|cells/[0-9]+/meetings))"`)
)

// links gives what the expression finds in a page, each once.
func (v *visitor) links(ctx context.Context, path string, re *regexp.Regexp) ([]string, error) {
	a, err := v.get(ctx, path)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, m := range re.FindAllSubmatch(a.body, -1) {
		if link := string(m[1]); !slices.Contains(out, link) {
			out = append(out, link)
		}
	}
	return out, nil
}

// meetings gives the pages of the meetings on a list, the latest first.
func (v *visitor) meetings(ctx context.Context, list string) ([]string, error) {
	out, err := v.links(ctx, list, meetingLink)
	if err == nil && len(out) == 0 {
		err = fmt.Errorf("no meeting on %s", list)
	}
	return out, err
}

// around gives the pages that a person reaches from home in one or two steps.
func (v *visitor) around(ctx context.Context) ([]string, error) {
	pages := []string{"/"}
	near, err := v.links(ctx, "/", ownLink)
	if err != nil {
		return nil, err
	}
	pages = append(pages, near...)
	for _, p := range near {
		far, err := v.links(ctx, p, meetingLink)
		if err != nil {
			return nil, err
		}
		pages = append(pages, far...)
	}
	return pages, nil
}
