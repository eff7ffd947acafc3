package reorg

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/job"
	"chibo/org"
)

// JobKind is the kind of the job that carries out acts and takes them back.
const JobKind = "reorg.run"

// jobTime is how long one job works before it hands over to the next: well below the
// time after which another node would think it dead.
const jobTime = 45 * time.Second

// payload is what the job knows.
type payload struct {
	Act int64 `json:"act"`
}

// Start begins to carry out a draft that was seen as the version: the job does the
// rest. It rehearses once more, and refuses with ErrBlocked when something stands in
// the way, with ErrStale when the draft changed since, with ErrBegun when somebody
// else began it or another act is under way in the same tree.
func (s *Service) Start(ctx context.Context, actor access.Actor, id int64, version int) error {
	r, err := s.Rehearse(ctx, actor, id)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		a, root, err := held(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		switch {
		case a.State != StateDraft:
			return ErrBegun
		case a.Version != version:
			return ErrStale
		case len(a.Steps) == 0:
			return ErrNoSteps
		case !r.Open():
			return ErrBlocked
		}
		if err := s.alone(ctx, tx, a, root); err != nil {
			return err
		}
		return s.begin(ctx, tx, actor, a, root)
	})
}

const othersSQL = `SELECT COUNT(*) FROM reorg_act a JOIN org o ON o.id = a.org_id
 WHERE a.id <> $1 AND a.state IN ('running', 'undoing', 'stopped')
   AND ((o.path >= $2 AND o.path < $3) OR substr($4, 1, length(o.path)) = o.path)`

// alone refuses while another act is under way above, at or below the root: two acts
// on the same units at once would each undo what the other found.
func (s *Service) alone(ctx context.Context, tx *db.Tx, a Act, root org.Unit) error {
	lo, hi := root.Path.Range()
	var n int
	if err := tx.QueryRow(ctx, othersSQL, a.ID, lo, hi, string(root.Path)).Scan(&n); err != nil {
		return err
	}
	if n > 0 {
		return fault.New(fault.Conflict, "reorg.err.other_running")
	}
	return nil
}

func (s *Service) begin(ctx context.Context, tx *db.Tx, actor access.Actor, a Act, root org.Unit) error {
	scope, err := access.For(actor, access.UnitManage, root.Access())
	if err != nil {
		return err
	}
	ops, err := plan(ctx, tx, scope, a)
	if err != nil {
		return err
	}
	if err := putItems(ctx, tx, a.ID, ops); err != nil {
		return err
	}
	res, err := tx.Exec(ctx, beginSQL, a.ID, a.Version, len(ops), tx.NowMS(), actor.AccountID)
	if err := one(res, err, ErrBegun); err != nil {
		return err
	}
	if err := s.keepTotals(ctx, tx, a.ID, root, func(t *Totals, now Total) { t.Before = &now }); err != nil {
		return err
	}
	if err := record(ctx, tx, actor, root, "reorg.start", a.ID, map[string]any{"items": len(ops)}); err != nil {
		return err
	}
	return enqueue(ctx, tx, a.ID)
}

func enqueue(ctx context.Context, tx *db.Tx, id int64) error {
	return job.Enqueue(ctx, tx, JobKind, payload{Act: id})
}

// Resume goes on with an act that was stopped, after its cause was mended.
func (s *Service) Resume(ctx context.Context, actor access.Actor, id int64) error {
	return s.turn(ctx, actor, id, "reorg.resume", []string{StateStopped}, StateRunning, nil)
}

// TakeBack begins to take back an act, whole or as far as it went; the job does the
// rest. While it is being carried out that is its cancelling: what is under way is
// finished first. An act that something rests on since is refused with ErrLater; see
// Later for what that is.
func (s *Service) TakeBack(ctx context.Context, actor access.Actor, id int64) error {
	return s.turn(ctx, actor, id, "reorg.undo", []string{StateDone, StateStopped, StateRunning}, StateUndoing,
		func(tx *db.Tx, a Act) error {
			if a.State == StateRunning {
				return nil
			}
			signs, err := s.later(ctx, tx, a)
			if err == nil && len(signs) > 0 {
				err = ErrLater
			}
			return err
		})
}

func (s *Service) turn(ctx context.Context, actor access.Actor, id int64, action string, from []string, to string, check func(*db.Tx, Act) error) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		a, root, err := held(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		for _, state := range from {
			if a.State != state {
				continue
			}
			if check != nil {
				if err := check(tx, a); err != nil {
					return err
				}
			}
			if err := s.alone(ctx, tx, a, root); err != nil {
				return err
			}
			if err := turn(ctx, tx, id, state, to, nil, 0); err != nil {
				return err
			}
			if err := record(ctx, tx, actor, root, action, id, nil); err != nil {
				return err
			}
			return enqueue(ctx, tx, id)
		}
		return ErrBegun
	})
}

// Run is the handler of JobKind: it carries out or takes back item after item until
// the act is complete, for jobTime at most, and then hands over to a job that goes
// on. It can be stopped anywhere and run twice.
func (s *Service) Run(ctx context.Context, data []byte) error {
	var p payload
	if err := json.Unmarshal(data, &p); err != nil {
		return err
	}
	until := s.DB.Clock().Now().Add(jobTime)
	for {
		more, err := s.Next(ctx, p.Act)
		if err != nil || !more {
			return err
		}
		if s.DB.Clock().Now().After(until) {
			return s.DB.Write(ctx, func(tx *db.Tx) error { return enqueue(ctx, tx, p.Act) })
		}
	}
}

// Next carries out or takes back one item of an act under way, in one transaction.
// more is false when nothing is left, or the act was stopped.
func (s *Service) Next(ctx context.Context, id int64) (more bool, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		more = false
		a, err := actByID(ctx, tx, id)
		if err != nil {
			return err
		}
		switch a.State {
		case StateRunning:
			more, err = s.forward(ctx, tx, a)
		case StateUndoing:
			more, err = s.back(ctx, tx, a)
		}
		return err
	})
	var stopped *stoppedError
	if errors.As(err, &stopped) {
		return false, s.DB.Write(ctx, func(tx *db.Tx) error {
			err := turn(ctx, tx, id, stopped.from, StateStopped, &stopped.problem, 0)
			if errors.Is(err, ErrBegun) { // somebody turned it meanwhile
				return nil
			}
			return err
		})
	}
	return more, err
}

// stoppedError is an item that was refused for a reason that people can mend.
type stoppedError struct {
	from    string
	problem Problem
	cause   error
}

func (e *stoppedError) Error() string { return "reorg: stopped: " + e.cause.Error() }

func (e *stoppedError) Unwrap() error { return e.cause }

func stopped(a Act, it item, err error) error {
	p, ok := problemOf(err)
	if !ok {
		return err
	}
	p.Step, p.Unit = it.Op.Step, it.Op.Unit
	return &stoppedError{from: a.State, problem: p, cause: err}
}

func (s *Service) forward(ctx context.Context, tx *db.Tx, a Act) (bool, error) {
	it, ok, err := itemIn(tx.QueryRow(ctx, nextItemSQL, a.ID))
	if err != nil {
		return false, err
	}
	if !ok {
		return false, s.finish(ctx, tx, a, StateDone, "reorg.done")
	}
	notes, err := s.do(ctx, tx, a, it, false)
	if err != nil {
		return false, stopped(a, it, err)
	}
	return true, markItem(ctx, tx, a.ID, it, tx.NowMS(), notes)
}

func (s *Service) back(ctx context.Context, tx *db.Tx, a Act) (bool, error) {
	it, ok, err := itemIn(tx.QueryRow(ctx, lastItemSQL, a.ID))
	if err != nil {
		return false, err
	}
	if !ok {
		return false, s.finish(ctx, tx, a, StateUndone, "reorg.undone")
	}
	if err := s.undoItem(ctx, tx, a, it); err != nil {
		return false, stopped(a, it, err)
	}
	return true, markItem(ctx, tx, a.ID, it, 0, "")
}

// finish ends an act that is complete, or wholly taken back.
func (s *Service) finish(ctx context.Context, tx *db.Tx, a Act, state, action string) error {
	root, err := org.ByID(ctx, tx, a.OrgID)
	if err != nil {
		return err
	}
	if err := turn(ctx, tx, a.ID, a.State, state, nil, tx.NowMS()); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, dropSignsSQL, a.ID); err != nil {
		return err
	}
	put := func(t *Totals, now Total) { t.Undone = &now }
	if state == StateDone {
		put = func(t *Totals, now Total) { t.After = &now }
		if err := s.keepSigns(ctx, tx, a); err != nil {
			return err
		}
	}
	if err := s.keepTotals(ctx, tx, a.ID, root, put); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Entry{Part: root.PartID, Action: action, Target: "reorg", TargetID: a.ID, Detail: map[string]any{"items": a.Items}})
}
