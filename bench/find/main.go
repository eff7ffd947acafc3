package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/member"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "find:", err)
		os.Exit(1)
	}
}

// lab is one run.
type lab struct {
	d      *db.DB
	day    civil.Date
	rounds int
	each   bool
	rand   *rand.Rand
}

func run(ctx context.Context) error {
	url := flag.String("db", "", "filled database: a SQLite file or an address of PostgreSQL")
	rounds := flag.Int("rounds", 5, "how often each text is looked for")
	each := flag.Bool("each", false, "tell the figures of each text")
	rebuild := flag.Bool("rebuild", false, "make the index anew")
	seed := flag.Uint64("seed", 1, "of the choice of units and names")
	flag.Parse()
	d, err := db.Open(ctx, db.Options{URL: *url, Clock: clock.System()})
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // it was only read
	l := &lab{d: d, day: civil.From(d.Clock().Now()), rounds: *rounds, each: *each, rand: rand.New(rand.NewPCG(*seed, 1))}
	load, _ := os.ReadFile("/proc/loadavg") //nolint:errcheck // empty where there is none
	fmt.Printf("%s  %s  %s/%s  %d cores  %s  load %s\n", time.Now().Format("2006-01-02 15:04"), d.Dialect(),
		runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version(), strings.TrimSpace(string(load)))
	if err := l.index(ctx, *rebuild); err != nil {
		return err
	}
	places, err := l.places(ctx)
	if err != nil {
		return err
	}
	for _, p := range places {
		if err := l.measure(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// index makes the index of names where there is none.
func (l *lab) index(ctx context.Context, rebuild bool) error {
	missing := false
	err := l.d.Read(ctx, func(q db.Q) (err error) {
		missing, err = member.FindMissing(ctx, q)
		return err
	})
	if err != nil || !missing && !rebuild {
		return err
	}
	before, began := l.size(ctx), time.Now()
	if err := member.RebuildFind(ctx, l.d, nil); err != nil {
		return err
	}
	fmt.Printf("index made in %.0f s, database grew by %d MiB\n", time.Since(began).Seconds(), (l.size(ctx)-before)>>20)
	return l.d.Analyze(ctx)
}

const (
	sizeSQLite   = `SELECT (p.page_count - f.freelist_count) * s.page_size FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size s`
	sizePostgres = `SELECT pg_database_size(current_database())`
)

func (l *lab) size(ctx context.Context) (bytes int64) {
	query := sizeSQLite
	if l.d.Dialect() == db.Postgres {
		query = sizePostgres
	}
	err := l.d.Read(ctx, func(q db.Q) error { return q.QueryRow(ctx, query).Scan(&bytes) })
	if err != nil {
		fmt.Fprintln(os.Stderr, "find: size:", err)
	}
	return bytes
}

// took is the time of one search for one text.
type took struct {
	text string
	all  []time.Duration
}

func (l *lab) measure(ctx context.Context, p place) error {
	texts, err := l.texts(ctx, p)
	if err != nil {
		return err
	}
	perText := make([]took, len(texts))
	var p50, p95 []float64
	for round := range l.rounds + 1 { // the first warms the cache
		var all []time.Duration
		for i, text := range texts {
			t, err := l.ask(ctx, p.scope, text)
			if err != nil {
				return fmt.Errorf("%q: %w", text, err)
			}
			if round > 0 {
				perText[i].text, perText[i].all, all = text, append(perText[i].all, t), append(all, t)
			}
		}
		if round > 0 {
			p50, p95 = append(p50, percentile(all, 50)), append(p95, percentile(all, 95))
		}
	}
	plain, err := l.plain(ctx, p, texts)
	if err != nil {
		return err
	}
	limit := p.limit[l.d.Dialect()]
	fmt.Printf("%-9s %6d units %8d persons  %3d texts  median %7.2f ms  p95 %7.2f ms (limit %3.0f, %s)  plain LIKE median %8.2f p95 %8.2f ms (%.0f times)\n",
		p.name, p.units, p.persons, len(texts), middle(p50), middle(p95), limit, verdict(middle(p95), limit),
		percentile(plain, 50), percentile(plain, 95), percentile(plain, 95)/middle(p95))
	slices.SortFunc(perText, func(a, b took) int { return int(percentile(b.all, 50)*1e3) - int(percentile(a.all, 50)*1e3) })
	for i, t := range perText {
		if i < 5 || l.each || t.text == "nguyen" {
			fmt.Printf("          %-28q median %7.2f ms  slowest %7.2f ms\n", t.text, percentile(t.all, 50), percentile(t.all, 100))
		}
	}
	return nil
}

func verdict(p95, limit float64) string {
	if p95 < limit {
		return "ok"
	}
	return "BROKEN"
}

func (l *lab) ask(ctx context.Context, scope access.Scope, text string) (time.Duration, error) {
	began := time.Now()
	err := l.d.Read(ctx, func(q db.Q) error {
		_, err := member.Find(ctx, q, scope, member.Query{Text: text, Day: l.day})
		return err
	})
	return time.Since(began), err
}

func percentile(d []time.Duration, p int) float64 {
	if len(d) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(d))
	return float64(s[min(len(s)-1, len(s)*p/100)].Microseconds()) / 1e3
}

func middle(f []float64) float64 { return slices.Sorted(slices.Values(f))[len(f)/2] }
