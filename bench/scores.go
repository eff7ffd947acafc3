package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"chibo/access"
	"chibo/figure"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/quality"
	"chibo/rulebook"
)

const (
	scoreClients = 128
	scoreTime    = 4 * time.Second
	scoreLimit   = 1000 // a second
	scoresMost   = 4000
)

// scores saves scores with their roll-up: the committee's decision as the use case does it,
// with rights, evidence, audit and figures, and the figures' part alone. It writes: use a
// sample that may change.
func (l *lab) scores(ctx context.Context) error {
	l.out.part(fmt.Sprintf("Scores saved with their roll-up: %d clients", scoreClients))
	if err := l.ready(ctx, l.small); err != nil {
		return err
	}
	d, book, err := l.small.open(ctx)
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // nothing is left to do with it
	list, err := scoresOf(ctx, d)
	if err != nil {
		return err
	}
	if len(list) < scoreClients {
		return fmt.Errorf("%d scores only: the sample is not complete", len(list))
	}
	decide := deciding(d, book, list)
	before := own()
	rate, err := rateOf(ctx, list, decide)
	if err != nil {
		return err
	}
	l.out.least("decisions of the committee a second, all of the use case", rate, scoreLimit, "a second")
	l.out.note("  processor time of this process each", fmt.Sprintf("%.2f ms", ms(own()-before)/(rate*scoreTime.Seconds())))
	rate, err = rateOf(ctx, list, putting(d, list))
	if err != nil {
		return err
	}
	l.out.least("a score into the figures with its roll-up, a second", rate, scoreLimit, "a second")
	rate, err = rateOf(ctx, list[:1], putting(d, list[:1]))
	if err != nil {
		return err
	}
	l.out.note("  the same, one after the other", fmt.Sprintf("%.0f a second", rate))
	l.out.note("machine's load", load())
	return nil
}

// scored is a score of the sample.
type scored struct {
	meeting ident.Ref
	key     figure.Key
}

const scoredSQL = `SELECT s.part_id, s.meeting_id, s.cell_id, s.month FROM score s JOIN meeting m ON m.part_id = s.part_id AND m.id = s.meeting_id
 WHERE s.state IN ('confirmed', 'sent', 'decided') AND m.kind = 'regular' ORDER BY s.month DESC, s.id LIMIT $1`

func scoresOf(ctx context.Context, d *db.DB) (list []scored, err error) {
	err = d.Read(ctx, func(q db.Q) error {
		list, err = db.List(ctx, q, func(s db.Scanner) (x scored, err error) {
			err = s.Scan(&x.meeting.Part, &x.meeting.ID, &x.key.CellID, &x.key.Month)
			x.key.Part = x.meeting.Part
			return x, err
		}, scoredSQL, scoresMost)
		return err
	})
	return list, err
}

// turn says for the n-th act which of two grades it gives, so that each act on a score
// changes its grade: what costs most.
func turn(list []scored, n int) int { return (n/len(list) + n%len(list)) % 2 }

func deciding(d *db.DB, book *rulebook.Book, list []scored) func(context.Context, scored, int) error {
	meetings := &meeting.Service{DB: d, Book: book}
	s := &quality.Service{DB: d, Book: book, Evidence: meetings.Evidence}
	system := access.System()
	return func(ctx context.Context, x scored, n int) error {
		err := s.Decide(ctx, system, x.meeting, quality.DecideIn{Points10: [2]int{750, 950}[turn(list, n)], Reason: "Xem lại theo biên bản"})
		if len(fault.FieldsOf(err)) > 0 { // a sheet without points
			err = s.Decide(ctx, system, x.meeting, quality.DecideIn{Grade: [2]string{quality.Pass, quality.Fail}[turn(list, n)], Reason: "Xem lại theo biên bản"})
		}
		if errors.Is(err, quality.ErrAppealed) || errors.Is(err, quality.ErrFinal) {
			return nil // a few of the sample
		}
		return err
	}
}

func putting(d *db.DB, list []scored) func(context.Context, scored, int) error {
	return func(ctx context.Context, x scored, n int) error {
		return d.WriteGrouped(ctx, func(tx *db.Tx) error {
			return figure.PutScore(ctx, tx, x.key, 750, [2]string{figure.GradeFair, figure.GradeGood}[turn(list, n)])
		})
	}
}

// rateOf lets clients do the act for a while, each with scores of its own, and gives how
// often a second it was done.
func rateOf(ctx context.Context, list []scored, act func(context.Context, scored, int) error) (float64, error) {
	clients := min(scoreClients, len(list))
	var done atomic.Int64
	errs := make([]error, clients)
	began := time.Now()
	var wg sync.WaitGroup
	for c := range clients {
		wg.Go(func() {
			for n := c; time.Since(began) < scoreTime && ctx.Err() == nil; n += clients {
				if err := act(ctx, list[n%len(list)], n); err != nil {
					errs[c] = err
					return
				}
				done.Add(1)
			}
		})
	}
	wg.Wait()
	return float64(done.Load()) / time.Since(began).Seconds(), errors.Join(errs...)
}
