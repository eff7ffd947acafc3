package exchange

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/job"
	"chibo/org"
)

const (
	jobCheck = "exchange.check"
	jobWrite = "exchange.write"
	jobTries = 3

	// keptFor is how long a sheet is kept that nobody goes on with.
	keptFor    = 24 * time.Hour
	sweepEvery = time.Hour
)

// Jobs registers the work of the background: checking and writing of runs, and the
// forgetting of old ones.
func (s *Service) Jobs(r *job.Runner) {
	r.Register(jobCheck, func(ctx context.Context, p []byte) error { return s.work(ctx, p, Checking) })
	r.Register(jobWrite, func(ctx context.Context, p []byte) error { return s.work(ctx, p, Writing) })
	r.Every("exchange.sweep", sweepEvery, s.sweep)
}

// live is a run that this process works on.
type live struct {
	share  float64
	cancel context.CancelCauseFunc
}

// errCancelled is the cause of a context that a person has ended.
var errCancelled = errors.New("exchange: cancelled")

func (s *Service) begin(ctx context.Context, ref ident.Ref) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.live == nil {
		s.live = map[ident.Ref]*live{}
	}
	s.live[ref] = &live{cancel: cancel}
	return ctx, func() {
		cancel(nil)
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.live, ref)
	}
}

func (s *Service) share(ref ident.Ref) float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l := s.live[ref]; l != nil {
		return l.share
	}
	return -1
}

func (s *Service) told(ref ident.Ref) func(float64) {
	return func(share float64) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if l := s.live[ref]; l != nil {
			l.share = share
		}
	}
}

func (s *Service) cancel(ref ident.Ref) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.live[ref]
	if l != nil {
		l.cancel(errCancelled)
	}
	return l != nil
}

// Cancel ends the job of a run. What it has written is taken back, all of it; a job
// that is done already stays done.
func (s *Service) Cancel(ctx context.Context, actor access.Actor, ref ident.Ref) error {
	r, err := s.View(ctx, actor, ref)
	if err != nil || r.State != Checking && r.State != Writing {
		return err
	}
	if s.cancel(ref) {
		return nil // the job itself notes it
	}
	back := Checked
	if r.State == Checking {
		back = Choosing
	}
	return s.settle(ctx, ref, r.State, back, "exchange.cancelled")
}

const settleSQL = `UPDATE import_run SET state = $4, fault = $5 WHERE part_id = $1 AND id = $2 AND state = $3`

// settle changes the state, unless it has changed meanwhile.
func (s *Service) settle(ctx context.Context, ref ident.Ref, from, to State, key string) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, settleSQL, ref.Part, ref.ID, string(from), string(to), key)
		return err
	})
}

// work does the job of a run that is in the state. A run that was given up or settled
// otherwise needs nothing.
func (s *Service) work(ctx context.Context, data []byte, state State) error {
	var p payload
	if err := json.Unmarshal(data, &p); err != nil {
		return err
	}
	ref := ident.Ref{Part: p.Part, ID: p.ID}
	run, pass, err := s.prepare(ctx, ref, state)
	if err != nil || run == nil {
		return s.stopped(ctx, ref, state, err)
	}
	pass.sees = p.Sees
	inner, end := s.begin(ctx, ref)
	defer end()
	pass.told = s.told(ref)
	if state == Checking {
		err = s.check(inner, *run, pass)
	} else {
		err = s.write(inner, *run, pass)
	}
	if err != nil && errors.Is(context.Cause(inner), errCancelled) {
		back := Checked
		if state == Checking {
			back = Choosing
		}
		return s.settle(ctx, ref, state, back, "exchange.cancelled")
	}
	return s.stopped(ctx, ref, state, err)
}

// stopped notes a failure that has words; others are tried again by the queue.
func (s *Service) stopped(ctx context.Context, ref ident.Ref, state State, err error) error {
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind == fault.Internal || f.Kind == fault.Unavailable {
		return err
	}
	return s.settle(ctx, ref, state, Stopped, f.Key)
}

// prepare loads a run and makes its pass; nil when there is nothing to do.
func (s *Service) prepare(ctx context.Context, ref ident.Ref, state State) (*Run, *pass, error) {
	var r Run
	p := &pass{svc: s, day: s.today()}
	err := s.DB.Read(ctx, func(q db.Q) (err error) {
		if r, err = s.scanRun(q.QueryRow(ctx, runByRefSQL, ref.Part, ref.ID)); err != nil {
			return err
		}
		if p.target, err = org.ByID(ctx, q, r.OrgID); err != nil {
			return err
		}
		p.edits, p.answers, err = s.said(ctx, q, ref)
		return err
	})
	if db.NoRows(err) || err == nil && r.State != state {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	// The right was proved when the job was asked for; the scope is that of the unit.
	if p.scope, err = access.For(access.System(), access.RegisterImport, p.target.Access()); err != nil {
		return nil, nil, err
	}
	p.kind, p.m, p.strict = r.Kind, r.Mapping, r.Mode == All
	if p.file, err = s.open(ctx, r); err != nil {
		return nil, nil, err
	}
	if p.head, err = p.file.Inspect(ctx, r.Mapping.Sheet); err != nil {
		return nil, nil, err
	}
	return &r, p, nil
}

// RowView is a row about which there is something to say.
type RowView struct {
	Row     int               `json:"row"`
	Level   int               `json:"level"` // -1 a change, else a Level
	Values  map[string]string `json:"values"`
	Issues  []Issue           `json:"issues"`
	Changes []Change          `json:"changes"`
	Answer  string            `json:"answer"`
}

// check looks through the rows and keeps what there is to say.
func (s *Service) check(ctx context.Context, r Run, p *pass) error {
	p.strict = false
	rows := map[int]*RowView{}
	p.seen = func(l *line) {
		if len(rows) < keptRows {
			v := &RowView{Row: l.row.N, Level: int(l.worst()), Issues: l.issues, Values: map[string]string{}, Answer: l.answer}
			for f := range p.m.Columns {
				v.Values[f] = l.cell(f).Text
			}
			rows[l.row.N] = v
		}
	}
	rep, err := s.carryOut(ctx, access.Actor{AccountID: r.AccountID}, p, false, nil)
	if err != nil {
		return err
	}
	for _, c := range rep.Changes {
		v := rows[c.Row]
		if v == nil && len(rows) < keptRows {
			v = &RowView{Row: c.Row, Level: -1, Values: map[string]string{"name": c.Name}}
			rows[c.Row] = v
		}
		if v != nil {
			v.Changes = append(v.Changes, c)
		}
	}
	for _, i := range rep.Issues {
		if i.Row == 0 && len(rows) < keptRows {
			n := -len(rows) - 1 // of the whole sheet: before all rows
			rows[n] = &RowView{Row: n, Level: int(i.Level), Issues: []Issue{i}}
		}
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, dropRowsSQL, r.Ref.Part, r.Ref.ID); err != nil {
			return err
		}
		if err := s.insertRows(ctx, tx, r.Ref, rows); err != nil {
			return err
		}
		return setReport(ctx, tx, r.Ref, rep, Checked, "")
	})
}

// keptRows bounds the rows that a page can show; the error sheet has all.
const keptRows = 5_000

func (s *Service) insertRows(ctx context.Context, tx *db.Tx, ref ident.Ref, rows map[int]*RowView) error {
	args := make([][]any, 0, len(rows))
	for _, n := range sortedKeys(rows) {
		box, err := s.sealed(ref, "row", rows[n])
		if err != nil {
			return err
		}
		args = append(args, []any{ref.Part, ref.ID, n, rows[n].Level, box})
	}
	return db.Many(ctx, tx, insertRowSQL, args)
}

// setReport keeps the counts of a report; issues and changes lie in rows.
func setReport(ctx context.Context, tx *db.Tx, ref ident.Ref, rep Report, st State, key string) error {
	rep.Issues, rep.Changes, rep.Mapping = nil, nil, nil
	text, err := json.Marshal(rep)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, setReportSQL, ref.Part, ref.ID, string(text), string(st), key)
	return err
}

// write stores the entries, marks the run done and forgets the file, all at once.
func (s *Service) write(ctx context.Context, r Run, p *pass) error {
	rep, err := s.carryOut(ctx, access.Actor{AccountID: r.AccountID}, p, true, func(tx *db.Tx) error {
		if err := drop(ctx, tx, r.Ref, false); err != nil {
			return err
		}
		return setReport(ctx, tx, r.Ref, p.rep, Done, "")
	})
	if err != nil {
		return err
	}
	if p.strict && rep.Failed > 0 { // the register has changed since the check
		return s.settle(ctx, r.Ref, Writing, Choosing, "exchange.err.meanwhile")
	}
	return nil
}

// sweep forgets runs that nobody went on with.
func (s *Service) sweep(ctx context.Context) error {
	before := s.DB.Clock().Now().Add(-keptFor).UnixMilli()
	var old []ident.Ref
	err := s.DB.Read(ctx, func(q db.Q) (err error) {
		old, err = db.List(ctx, q, func(sc db.Scanner) (r ident.Ref, err error) {
			err = sc.Scan(&r.Part, &r.ID)
			return r, err
		}, oldRunsSQL, before)
		return err
	})
	for _, ref := range old {
		if err != nil {
			return err
		}
		s.cancel(ref)
		err = s.DB.Write(ctx, func(tx *db.Tx) error { return drop(ctx, tx, ref, true) })
	}
	return err
}

// Rows gives what there is to say about rows of a level (-1: changes), a page at a time
// after the row.
func (s *Service) Rows(ctx context.Context, actor access.Actor, ref ident.Ref, level, after, limit int) (list []RowView, err error) {
	if _, err := s.View(ctx, actor, ref); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(q db.Q) error {
		list, err = db.List(ctx, q, func(sc db.Scanner) (v RowView, err error) {
			var n int
			var box string
			if err = sc.Scan(&n, &box); err == nil {
				err = s.opened(ref, "row", box, &v)
			}
			return v, err
		}, rowsOfSQL, ref.Part, ref.ID, level, after, limit)
		return err
	})
	return list, err
}

// Levels counts the rows of each level that Rows gives.
func (s *Service) Levels(ctx context.Context, actor access.Actor, ref ident.Ref) (map[int]int, error) {
	if _, err := s.View(ctx, actor, ref); err != nil {
		return nil, err
	}
	out := map[int]int{}
	err := s.DB.Read(ctx, func(q db.Q) error {
		type pair struct{ level, n int }
		list, err := db.List(ctx, q, func(sc db.Scanner) (p pair, err error) {
			err = sc.Scan(&p.level, &p.n)
			return p, err
		}, countRowsSQL, ref.Part, ref.ID)
		for _, p := range list {
			out[p.level] = p.n
		}
		return err
	})
	return out, err
}
