package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

// longest is the time after which a run is given up.
const longest = 90 * time.Minute

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	if len(os.Args) == 3 && os.Args[1] == hallCommand {
		exit(serveHall(ctx, os.Args[2]))
	}
	exit(run(ctx))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func run(ctx context.Context) error {
	strict := flag.Bool("strict", false, "exit with 1 when a limit is broken")
	keep := flag.String("dir", "", "folder that keeps the district for the next run; demo always begins with an empty one")
	size := flag.String("size", "province", "what levels, move and wall compare with a district: province or nation; wall also: district")
	url := flag.String("db", "", "its database, a file or postgres://…, made when it is not there; empty: a file in the folder")
	base := flag.String("base", "", "database of the district for levels; empty: a file in the folder")
	key := flag.String("key", "", "file of the keys of -db; empty: demo.key in the folder")
	day := flag.String("today", "", "day of -db, dd/mm/yyyy; empty: the machine's")
	length := flag.Duration("evening", 5*time.Minute, "how long the evening of 90 minutes takes as it is played")
	cells := flag.Int("cells", allCells, "how many cells meet in the evening, at most")
	steps := flag.String("steps", "", "steps of the evening (crowd, large, rates, screens, play), with commas; screens needs rates; empty: all")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: go run ./bench [-strict] [-dir folder] [-size size] [-db url] [demo] [memory] [pages] [checkins] [import] [levels] [move] [wall] [scores] [evening] [secret] [admission]")
		flag.PrintDefaults()
	}
	flag.Parse()
	dir, err := os.MkdirTemp("", "chibo-bench-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // it is the system's temporary folder
	l := &lab{dir: dir, bin: filepath.Join(dir, "chibo"), district: filepath.Join(dir, "sample"), out: table{w: os.Stdout}}
	if *keep != "" {
		l.district = *keep
	}
	l.large = sample{dir: l.district, size: *size, url: *url, key: *key, day: *day}
	l.small = sample{dir: l.district, url: *base, day: *day}
	l.length, l.cells, l.steps = *length, *cells, *steps
	defer l.close()
	if err := l.measure(ctx, flag.Args()); err != nil {
		return err
	}
	if *strict && l.out.broken > 0 {
		return fmt.Errorf("%d limits broken", l.out.broken)
	}
	return nil
}

// lab is one run: a folder, the program, and the district that the parts share.
type lab struct {
	dir, bin string
	district string // folder of the district's database
	out      table
	filler   *server // the process that made the district, while it runs
	made     bool    // the district is there
	reused   bool    // it was there before this run

	small, large sample // what levels and move compare

	length time.Duration // of an evening as it is played
	cells  int           // that meet in it
	steps  string        // of it
}

// part is what one word on the command line measures.
type part struct {
	name string
	run  func(context.Context) error
}

// measure runs the named parts, all of them when none is named. The order is fixed:
// the process that made the district is also the one whose memory is read.
func (l *lab) measure(ctx context.Context, names []string) error {
	parts := []part{{"demo", l.demo}, {"memory", l.memory}, {"pages", l.pages}, {"checkins", l.checkins}, {"import", l.imports}, {"levels", l.levels}, {"move", l.move}, {"wall", l.wall}, {"scores", l.scores}, {"evening", l.evening}, {"secret", l.secrets}, {"admission", l.admissions}}
	for _, n := range names {
		if !slices.ContainsFunc(parts, func(p part) bool { return p.name == n }) {
			return fmt.Errorf("no part %q", n)
		}
	}
	l.out.machine()
	for _, p := range parts {
		if !slices.Contains(names, p.name) && (len(names) > 0 || p.name == "levels" || p.name == "move" || p.name == "wall" || p.name == "scores" || p.name == "admission") {
			continue // what needs a large sample is done only when it is named
		}
		if err := p.run(ctx); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return nil
}

// build makes the program once, as a release is made.
func (l *lab) build(ctx context.Context) error {
	if _, err := os.Stat(l.bin); err == nil {
		return nil
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", l.bin, "chibo/cmd/chibo")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w\n%s", err, out)
	}
	return nil
}

// fill starts the program on an empty folder and waits until the district is
// complete. The second call does nothing.
func (l *lab) fill(ctx context.Context) error {
	if l.made {
		return nil
	}
	if err := l.build(ctx); err != nil {
		return err
	}
	size, _ := folderSize(l.district)
	l.reused = size > 0
	s, err := start(ctx, l.bin, sample{dir: l.district}, false)
	if err != nil {
		return err
	}
	l.filler = s
	if err := s.complete(ctx); err != nil {
		return err
	}
	l.made = true
	return nil
}

// again starts the program anew on the complete district. With oneCore it has one
// processor, where the machine can be told so.
func (l *lab) again(ctx context.Context, oneCore bool) (*server, error) {
	if err := l.fill(ctx); err != nil {
		return nil, err
	}
	l.close()
	s, err := start(ctx, l.bin, sample{dir: l.district}, oneCore)
	if err != nil {
		return nil, err
	}
	if err := s.complete(ctx); err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

// close ends the process that made the district.
func (l *lab) close() {
	if l.filler != nil {
		l.filler.stop()
		l.filler = nil
	}
}
