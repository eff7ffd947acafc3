package main

import (
	"context"
	"fmt"
	"html"
	"regexp"
	"time"
)

// level is one reader of the large sample and whom of the district it is held against:
// the reader who has the same work there. In today's shape the commune does what the
// district did (rules.md 1.04).
type level struct {
	name        string
	login, base string
	limit       float64 // times the base's time; 0: told only
}

func levels(size string) []level {
	list := []level{
		{"cell secretary", secretary, secretary, 2},
		{"grassroots committee", committee, committee, 2},
		{"commune officer", "tochuc.xa", district, 2},
		{"province officer", "tochuc.tinh", district, 2},
	}
	if size == "nation" {
		list = append(list, level{"officer of the Centre", "tochuc.tw", district, 0})
	}
	return list
}

const (
	levelRounds = 3
	levelAsks   = 20
	tenth       = 9 // steps from the first page of a list to its tenth
)

// levelPage is one page of a level, measured on both servers.
type levelPage struct {
	level level
	name  string
	large asked
	small asked
}

// asked is what the requests for one page took.
type asked struct {
	server []time.Duration
	cpu    time.Duration // of the server's process, for all of them
	bytes  int
}

func (a *asked) add(b asked) {
	a.server, a.cpu, a.bytes = append(a.server, b.server...), a.cpu+b.cpu, b.bytes
}

// each is the processor time of one request.
func (a asked) each() float64 { return ms(a.cpu) / float64(max(1, len(a.server))) }

// levels measures server times of the pages of each level in the large sample and in a
// district, both started anew in each round and asked in turn.
func (l *lab) levels(ctx context.Context) error {
	l.out.part(fmt.Sprintf("Pages of each level: %s against a district", l.large.size))
	if err := l.ready(ctx, l.small); err != nil {
		return err
	}
	if err := l.ready(ctx, l.large); err != nil {
		return err
	}
	var pages []*levelPage
	var high int64
	for round := range levelRounds {
		now, resident, err := l.levelRound(ctx)
		if err != nil {
			return err
		}
		high = max(high, resident)
		if round == 0 {
			pages = now
			continue
		}
		for i := range pages {
			pages[i].large.add(now[i].large)
			pages[i].small.add(now[i].small)
		}
	}
	for _, p := range pages {
		l.tellLevel(p)
	}
	l.out.note(l.large.size+": highest resident memory of the server", fmt.Sprintf("%.0f MB", megabytes(high)))
	l.out.note("machine's load", load())
	return nil
}

// ready makes a sample when it is not there.
func (l *lab) ready(ctx context.Context, data sample) error {
	if err := l.build(ctx); err != nil {
		return err
	}
	began := time.Now()
	s, err := start(ctx, l.bin, data, false)
	if err != nil {
		return err
	}
	defer s.stop()
	if err := s.complete(ctx); err != nil {
		return err
	}
	if took := time.Since(began); took > time.Minute {
		_, high, _ := resident(s.cmd.Process.Pid)
		l.out.note("made "+data.size+" in", fmt.Sprintf("%.0f s, %.0f MB", took.Seconds(), megabytes(high)))
	}
	return nil
}

func (l *lab) levelRound(ctx context.Context) ([]*levelPage, int64, error) {
	large, err := start(ctx, l.bin, l.large, true)
	if err != nil {
		return nil, 0, err
	}
	defer large.stop()
	small, err := start(ctx, l.bin, l.small, true)
	if err != nil {
		return nil, 0, err
	}
	defer small.stop()
	for _, s := range []*server{large, small} {
		if err := s.complete(ctx); err != nil {
			return nil, 0, err
		}
	}
	var pages []*levelPage
	firsts := map[string]asked{} // of the small server by login: later looks are from memory
	for _, lv := range levels(l.large.size) {
		list, err := lv.measure(ctx, large, small, firsts)
		if err != nil {
			return nil, 0, fmt.Errorf("%s: %w", lv.name, err)
		}
		pages = append(pages, list...)
	}
	_, high, _ := resident(large.cmd.Process.Pid)
	return pages, high, nil
}

// measure asks for the pages of a level on both servers.
func (lv level) measure(ctx context.Context, large, small *server, firsts map[string]asked) ([]*levelPage, error) {
	a, err := signIn(ctx, large, lv.login)
	if err != nil {
		return nil, err
	}
	b, err := signIn(ctx, small, lv.base)
	if err != nil {
		return nil, err
	}
	first := &levelPage{level: lv, name: "home, first look"} // nothing is kept of it yet
	if first.large, err = a.times(ctx, "/", 1); err != nil {
		return nil, err
	}
	if _, known := firsts[lv.base]; !known {
		if firsts[lv.base], err = b.times(ctx, "/", 1); err != nil {
			return nil, err
		}
	}
	first.small = firsts[lv.base]
	out := []*levelPage{first}
	here, err := a.levelPaths(ctx)
	if err != nil {
		return nil, err
	}
	there, err := b.levelPaths(ctx)
	if err != nil {
		return nil, err
	}
	for _, name := range levelPages() {
		if here[name] == "" || there[name] == "" {
			continue // not a page of this level
		}
		p := &levelPage{level: lv, name: name}
		if err := p.ask(ctx, a, b, here[name], there[name], levelAsks); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// ask asks both servers for a page n times each.
func (p *levelPage) ask(ctx context.Context, a, b *visitor, here, there string, n int) (err error) {
	if p.large, err = a.times(ctx, here, n); err == nil {
		p.small, err = b.times(ctx, there, n)
	}
	return err
}

// The pages in the order of the table.
func levelPages() []string {
	return []string{"home", "tree", "units", "unit", "cells", "members", "members, page 10", "record"}
}

var (
	unitLink   = regexp.MustCompile(`href="(/units/[0-9]+)"`)
	recordLink = regexp.MustCompile(`href="(/members/[0-9]+-[0-9]+)"`)
	nextLink   = regexp.MustCompile(`href="(/members\?[^"]*after=[^"]*)"`)
)

// levelPaths finds the pages of a person by the links that they see.
func (v *visitor) levelPaths(ctx context.Context) (map[string]string, error) {
	out := map[string]string{"home": "/", "members": "/members"}
	if units, err := v.links(ctx, "/units", unitLink); err == nil && len(units) > 0 {
		out["units"], out["tree"], out["unit"], out["cells"] = "/units", "/tree", units[0], "/cells"
	}
	at := "/members"
	records, err := v.links(ctx, at, recordLink)
	if err != nil {
		return nil, err
	}
	if len(records) > 0 {
		out["record"] = records[0]
	}
	for range tenth {
		next, err := v.links(ctx, at, nextLink)
		if err != nil {
			return nil, err
		}
		if len(next) == 0 {
			return out, nil
		}
		at = html.UnescapeString(next[len(next)-1])
	}
	out["members, page 10"] = at
	return out, nil
}

// times asks for one page n times.
func (v *visitor) times(ctx context.Context, path string, n int) (out asked, err error) {
	before, _ := cpu(v.s.cmd.Process.Pid)
	for range n {
		a, err := v.get(ctx, path)
		if err != nil {
			return out, err
		}
		took, ok := v.s.serverTime(a.id)
		if !ok {
			return out, fmt.Errorf("%s: no line in the access log", path)
		}
		out.server, out.bytes = append(out.server, took), len(a.body)
	}
	after, _ := cpu(v.s.cmd.Process.Pid)
	out.cpu = after - before
	return out, nil
}

// quiet is the percentile that is compared: what a page costs when the machine does
// little else meanwhile. Both sides are taken alike.
const quiet = 10

func (l *lab) tellLevel(p *levelPage) {
	at := quiet
	if len(p.large.server) < levelAsks {
		at = 0 // few looks: the quickest
	}
	here, there := percentile(p.large.server, at), percentile(p.small.server, at)
	name := p.level.name + ": " + p.name
	ratio := float64(here) / float64(there)
	if p.level.limit > 0 {
		l.out.most(name+", times the district's", ratio, p.level.limit, "times")
	} else {
		l.out.note(name+", times the district's", fmt.Sprintf("%.2f times", ratio))
	}
	l.out.note("  here / there", fmt.Sprintf("%.2f / %.2f ms", ms(here), ms(there)))
	l.out.note("  median here / there", fmt.Sprintf("%.2f / %.2f ms", ms(percentile(p.large.server, 50)), ms(percentile(p.small.server, 50))))
	l.out.note("  95th percentile here / there", fmt.Sprintf("%.2f / %.2f ms", ms(percentile(p.large.server, 95)), ms(percentile(p.small.server, 95))))
	if len(p.large.server) >= levelAsks {
		l.out.note("  processor time a request, here / there", fmt.Sprintf("%.2f / %.2f ms", p.large.each(), p.small.each()))
	}
	l.out.note("  page, unpacked", fmt.Sprintf("%.1f KB", float64(p.large.bytes)/1e3))
}
