package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Limits of the start, in seconds.
const (
	firstPageLimit = 10
	completeLimit  = 30
)

// demo measures a first start on an empty folder: until somebody sees a page, and
// until 36 months of history are there. Neither is pinned: it is what a visitor of
// this machine waits for.
func (l *lab) demo(ctx context.Context) error {
	l.out.part("The sample district, from an empty folder")
	if err := l.build(ctx); err != nil {
		return err
	}
	empty := filepath.Join(l.dir, "empty")
	before := load()
	s, err := start(ctx, l.bin, sample{dir: empty}, false)
	if err != nil {
		return err
	}
	l.filler, l.district = s, empty
	v, err := signIn(ctx, s, "")
	if err != nil {
		return err
	}
	if _, err := v.get(ctx, "/signin"); err != nil {
		return err
	}
	first := time.Since(s.began)
	if err := s.complete(ctx); err != nil {
		return err
	}
	l.made = true
	l.out.most("start to first page", first.Seconds(), firstPageLimit, "s")
	l.out.most("start to complete district", s.filled.Seconds(), completeLimit, "s")
	if used, ok := cpu(s.cmd.Process.Pid); ok {
		l.out.note("  processor time until then, user + system", fmt.Sprintf("%.2f s", used.Seconds()))
	}
	size, err := folderSize(l.district)
	l.out.note("size of the database", fmt.Sprintf("%.1f MB", megabytes(size)))
	l.out.note("machine's load before and after", before+" / "+load())
	return err
}

func folderSize(dir string) (total int64, err error) {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		info, err := os.Stat(filepath.Join(dir, e.Name()))
		if os.IsNotExist(err) { // a write-ahead log that was folded in meanwhile
			continue
		}
		if err != nil {
			return 0, err
		}
		total += info.Size()
	}
	return total, err
}
