package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"time"

	"chibo/access"
	"chibo/access/accessweb"
	"chibo/account/accountweb"
	"chibo/admission"
	"chibo/admission/admissionweb"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/i18n"
	"chibo/internal/web"
	"chibo/internal/workday"
	"chibo/rulebook"
)

// Limits of admissions.
const (
	boardLimit  = 25 // ms at the 95th percentile, of a province with some 5,000 open dossiers
	yearLimit   = 250
	nightLimit  = 60 // s for the nation's alarms
	heldLimit   = 25 // ms: a page of the board while they are told, 95th percentile
	heldWrites  = 500
	boardAsks   = 200
	betweenAsks = 20 * time.Millisecond
)

// admissions measures the pages of dossiers and the night's alarms, on a nation that it makes
// itself in an empty database: -db names one on PostgreSQL, else it is a file.
func (l *lab) admissions(ctx context.Context) error {
	l.out.part("Dossiers of admission: the board of a province, the night's alarms of the nation")
	url := l.large.url
	if url == "" {
		url = filepath.Join(l.dir, "admission.db")
	}
	d, err := db.Open(ctx, db.Options{URL: url, Clock: clock.System(), Bulk: true, WriterCache: 65536})
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // nothing is left to do with it
	n := &nation{db: d}
	began, used := time.Now(), self()
	if err := n.make(ctx); err != nil {
		return err
	}
	l.out.note("dossiers open / cells / units (not judged)", fmt.Sprintf("%d / %d / %d", n.open, n.cells, n.units))
	l.out.note("  made in, wall clock / processor time", fmt.Sprintf("%.0f / %.0f s", time.Since(began).Seconds(), (self()-used).Seconds()))
	l.out.note("  database", string(d.Dialect()))
	if err := d.Durable(ctx); err != nil {
		return err
	}
	a, err := newAdmissionPages(d, n)
	if err != nil {
		return err
	}
	for _, p := range a.pages(n) {
		if err := a.tell(ctx, l, p); err != nil {
			return err
		}
	}
	if err := a.night(ctx, l, n, "the first night"); err != nil {
		return err
	}
	err = a.night(ctx, l, n, "again, with nothing new")
	l.out.note("machine's load", load())
	return err
}

func self() time.Duration {
	used, _ := cpu(os.Getpid())
	return used
}

// admissionPages is the pages of dossiers with one reader, without the network.
type admissionPages struct {
	svc *admission.Service
	kit *web.Kit
}

func newAdmissionPages(d *db.DB, n *nation) (*admissionPages, error) {
	book, err := rulebook.New()
	if err != nil {
		return nil, err
	}
	days, err := workday.New()
	if err != nil {
		return nil, err
	}
	texts, err := i18n.Load(web.Catalogue, accessweb.Catalogue, accountweb.Catalogue, admissionweb.Catalogue)
	if err != nil {
		return nil, err
	}
	a := &admissionPages{svc: &admission.Service{DB: d, Book: book, Days: days}}
	who := access.Actor{AccountID: 1, Name: "Cán bộ tổ chức", Grants: []access.Grant{{Role: access.RoleKeeper, OrgID: n.province.ID, Path: n.province.Path}}}
	a.kit, err = web.NewKit(web.Config{
		Bundle: texts, Log: slog.New(slog.DiscardHandler),
		Frame: func(*http.Request) web.Frame { return web.Frame{SignedIn: true, UserName: who.Name} },
		Session: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				next.ServeHTTP(w, r.WithContext(access.With(r.Context(), who)))
			})
		},
	})
	if err != nil {
		return nil, err
	}
	_, err = admissionweb.New(admissionweb.Config{Kit: a.kit, Admissions: a.svc})
	return a, err
}

// boardPage is one page that is asked for.
type boardPage struct {
	name, path string
	limit      float64 // ms
}

func (a *admissionPages) pages(n *nation) []boardPage {
	base := admission.BoardHref(n.province.ID)
	return []boardPage{
		{"pipeline board of the province", base + "?tab=all", boardLimit},
		{"  one step of it", base + "?tab=all&step=opinions", boardLimit},
		{"deadline list of the province", base + "?tab=late", boardLimit},
		{"the year in numbers of the province", base + "/reading", yearLimit},
	}
}

func (a *admissionPages) ask(ctx context.Context, path string) (time.Duration, error) {
	rec := httptest.NewRecorder()
	began := time.Now()
	a.kit.ServeHTTP(rec, httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil))
	took := time.Since(began)
	if rec.Code != http.StatusOK {
		return took, fmt.Errorf("%s: %d %s", path, rec.Code, rec.Body)
	}
	return took, nil
}

func (a *admissionPages) tell(ctx context.Context, l *lab, p boardPage) error {
	var took []time.Duration
	asks := boardAsks
	if p.limit == yearLimit {
		asks = leastAsk / 4
	}
	used := time.Duration(0)
	for i := range asks + warmUp/4 {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if i == warmUp/4 {
			used = self()
		}
		one, err := a.ask(ctx, p.path)
		if err != nil {
			return err
		}
		if i >= warmUp/4 {
			took = append(took, one)
		}
	}
	used = self() - used
	name := p.name + ": server time, 95th percentile"
	l.out.most(name, ms(percentile(took, 95)), p.limit, "ms")
	l.out.note("  median / processor time of the process for one", fmt.Sprintf("%.1f / %.1f ms", ms(percentile(took, 50)), ms(used)/float64(len(took))))
	return nil
}

// night tells the alarms while somebody reads the board and somebody writes.
func (a *admissionPages) night(ctx context.Context, l *lab, n *nation, name string) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var wg sync.WaitGroup
	var reads, writes []time.Duration
	var readErr, writeErr error
	wg.Go(func() {
		for ctx.Err() == nil && readErr == nil {
			var one time.Duration
			if one, readErr = a.ask(context.WithoutCancel(ctx), admission.BoardHref(n.province.ID)+"?tab=late"); readErr == nil {
				reads = append(reads, one)
			}
			time.Sleep(betweenAsks)
		}
	})
	wg.Go(func() {
		for ctx.Err() == nil && writeErr == nil {
			began := time.Now()
			if writeErr = n.write(context.WithoutCancel(ctx)); writeErr == nil {
				writes = append(writes, time.Since(began))
			}
			time.Sleep(betweenAsks)
		}
	})
	began, used := time.Now(), self()
	err := a.svc.Remind(ctx)
	took := time.Since(began)
	used = self() - used
	stop()
	wg.Wait()
	if err != nil {
		return err
	}
	if readErr != nil {
		return readErr
	}
	if writeErr != nil && len(writes) == 0 {
		return writeErr
	}
	told, err := n.told(context.WithoutCancel(ctx))
	if err != nil {
		return err
	}
	l.out.most("alarms of the nation, "+name, took.Seconds(), nightLimit, "s")
	l.out.note("  alarms told so far / processor time of the process", fmt.Sprintf("%d / %.1f s", told, used.Seconds()))
	if len(reads) >= leastAsk {
		l.out.most("  the deadline list meanwhile, 95th percentile", ms(percentile(reads, 95)), heldLimit, "ms")
	}
	l.out.most("  a small write meanwhile, longest", ms(percentile(writes, 100)), heldWrites, "ms")
	return nil
}
