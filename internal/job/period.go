package job

import (
	"context"
	"strconv"
	"time"

	"chibo/internal/clock"
	"chibo/internal/db"
)

const (
	periodTries = 3

	// keptDone is how long the key of a job that was done is remembered.
	keptDone = 30 * 24 * time.Hour
)

const (
	forgetDone = `DELETE FROM job WHERE state = 'done' AND run_at < $1`
	// Spans only go up, so the keys of those before are not needed.
	forgetSpans = `DELETE FROM job WHERE state = 'done' AND kind = $1 AND key <> $2`
)

// period is what happens once in each span of time.
type period struct {
	kind string
	d    time.Duration
	seen int64 // the last span that was enqueued by this runner
}

// Every has fn run once in each span of d, on one of the nodes. Spans are counted in
// Viet Nam's time, so that those of a day begin at midnight and those of an hour at the
// full hour; fn runs soon after the beginning. A span in which no node was up is not
// made up for. name names it for all nodes and versions.
func (r *Runner) Every(name string, d time.Duration, fn func(ctx context.Context) error) {
	p := &period{kind: "every:" + name, d: d, seen: -1}
	r.Register(p.kind, func(ctx context.Context, _ []byte) error { return fn(ctx) })
	r.periods = append(r.periods, p)
}

// tick enqueues what begins now. The key makes sure that one node does it.
func (r *Runner) tick(ctx context.Context) error {
	now := r.DB.Clock().Now()
	_, offset := now.In(clock.Zone()).Zone()
	local := now.UnixMilli() + int64(offset)*1000
	for _, p := range r.periods {
		span := local / p.d.Milliseconds()
		if span == p.seen {
			continue
		}
		key := p.kind + ":" + strconv.FormatInt(span, 10)
		err := r.DB.Write(ctx, func(tx *db.Tx) error {
			if _, err := tx.Exec(ctx, forgetDone, now.Add(-keptDone).UnixMilli()); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, forgetSpans, p.kind, key); err != nil {
				return err
			}
			return Enqueue(ctx, tx, p.kind, nil, Key(key), Tries(periodTries))
		})
		if err != nil {
			return err
		}
		p.seen = span
	}
	return nil
}
