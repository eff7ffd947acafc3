package admission

import (
	"context"
	"encoding/json"
	"slices"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/org"
	"chibo/reorg"
)

// Follow gives what happens to dossiers when units end: whoever takes over the cell has
// them, and what waited with a unit that is no more waits with the one that took its place.
// It comes after the register, which moves reserve members first.
func (s *Service) Follow() reorg.Follower {
	return reorg.Follower{Name: "admission", Ended: s.unitEnded, Undo: s.undo, Effects: effects, Holds: holdsRow}
}

// followed is a dossier that went to another cell, as it was before.
type followed struct {
	Part       int64 `json:"part"`
	ID         int64 `json:"id"`
	Cell       int64 `json:"cell"`
	Membership int64 `json:"membership"`
	NowPart    int64 `json:"now_part"`
	After      int   `json:"after"` // version it got

	Was   waiting `json:"was"`
	Line  int64   `json:"line"`  // of the trail, that says so
	Hands []int64 `json:"hands"` // units that had had it
}

// waiting is where a dossier stood.
type waiting struct {
	Holder  int64      `json:"holder"`
	Step    string     `json:"step"`
	Since   civil.Date `json:"since"`
	Clock   string     `json:"clock"`
	Due     civil.Date `json:"due"`
	Meeting int64      `json:"meeting"`
	Item    int64      `json:"item"`
	Version int        `json:"version"`
}

const ofUnitSQL = `SELECT ` + columns + ` FROM dossier d WHERE d.part_id = $2 AND d.cell_id = $1 OR d.holder_id = $1 ORDER BY d.part_id, d.id`

// seat gives who has taken over from a unit that ended: itself when it lives.
func seat(ctx context.Context, q db.Q, u org.Unit) (org.Unit, error) {
	for range 20 {
		if !u.Ended() || u.SuccessorID == 0 {
			return u, nil
		}
		next, err := org.ByID(ctx, q, u.SuccessorID)
		if err != nil {
			return u, err
		}
		u = next
	}
	return u, nil
}

func (s *Service) unitEnded(ctx context.Context, tx *db.Tx, u org.Unit, _ civil.Date) (any, error) {
	now, err := org.ByID(ctx, tx, u.ID)
	if err != nil {
		return nil, err
	}
	to, err := seat(ctx, tx, now)
	if err != nil || to.ID == u.ID {
		return nil, err
	}
	list, err := db.List(ctx, tx, scan, ofUnitSQL, u.ID, now.PartID)
	if err != nil {
		return nil, err
	}
	var out []followed
	for _, d := range list {
		was := followed{
			Part: d.Ref.Part, ID: d.Ref.ID, Cell: d.CellID, Membership: d.MembershipID,
			Was: waiting{d.HolderID, d.Step, d.Since, d.Clock, d.Due, d.MeetingID, d.ItemID, d.Version},
		}
		if was.Hands, err = handsOf(ctx, tx, d.Ref); err != nil {
			return nil, err
		}
		t, err := s.turnOf(ctx, tx, d)
		if err != nil {
			return nil, err
		}
		if d.CellID == u.ID && to.IsCell() {
			membership, err := goesOn(ctx, tx, d, to)
			if err != nil {
				return nil, err
			}
			if err := t.goTo(ctx, to, membership); err != nil {
				return nil, err
			}
		}
		if err := t.settle(ctx, Record{Step: StepReorg, Outcome: Passed, Day: tx.Today(), Body: to.Name, UnitID: to.ID}, "reorganised"); err != nil {
			return nil, err
		}
		was.NowPart, was.After = t.d.Ref.Part, t.d.Version
		if err := tx.QueryRow(ctx, lastLineSQL, t.d.Ref.Part, t.d.Ref.ID).Scan(&was.Line); err != nil {
			return nil, err
		}
		out = append(out, was)
	}
	if len(out) == 0 {
		return nil, nil
	}
	return out, nil
}

// goesOn gives the membership in another cell that goes on from a reserve member's.
func goesOn(ctx context.Context, q *db.Tx, d Dossier, to org.Unit) (int64, error) {
	if d.MembershipID == 0 {
		return 0, nil
	}
	m, err := member.ByID(ctx, q, ident.Ref{Part: d.Ref.Part, ID: d.MembershipID})
	if fault.KindOf(err) == fault.NotFound { // it has gone to the new part with its cell
		m, err = member.ByID(ctx, q, ident.Ref{Part: to.PartID, ID: d.MembershipID})
	}
	if err != nil {
		return 0, err
	}
	if m.CellID == to.ID {
		return m.ID, nil
	}
	next, err := member.InCell(ctx, q, to, m.PersonID, q.Today())
	if fault.KindOf(err) == fault.NotFound {
		return d.MembershipID, nil
	}
	return next.ID, err
}

// undo gives back what nobody has acted on since; what was acted on stays where it is.
func (s *Service) undo(ctx context.Context, tx *db.Tx, note json.RawMessage) error {
	var list []followed
	if err := json.Unmarshal(note, &list); err != nil {
		return err
	}
	for _, f := range list {
		d, err := byRef(ctx, tx, ident.Ref{Part: f.NowPart, ID: f.ID})
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return err
		}
		if d.Version != f.After {
			continue
		}
		if err := s.giveBack(ctx, tx, d, f); err != nil {
			return err
		}
	}
	return nil
}

const (
	lastLineSQL = `SELECT MAX(id) FROM dossier_step WHERE part_id = $1 AND dossier_id = $2`
	dropLineSQL = `DELETE FROM dossier_step WHERE part_id = $1 AND dossier_id = $2 AND id = $3`
	dropHandSQL = `DELETE FROM dossier_hand WHERE part_id = $1 AND dossier_id = $2 AND org_id = $3`
	restoreSQL  = `UPDATE dossier SET cell_id = $4, membership_id = $5, holder_id = $6, step = $7, since = $8, clock = $9, due = $10, meeting_id = $11, item_id = $12,
  version = $13 WHERE part_id = $1 AND id = $2 AND version = $3`
)

func handsOf(ctx context.Context, q db.Q, ref ident.Ref) ([]int64, error) {
	return db.List(ctx, q, func(s db.Scanner) (id int64, err error) { return id, s.Scan(&id) }, handsSQL, ref.Part, ref.ID)
}

// giveBack puts a dossier exactly where it stood: an act that was taken back leaves no line.
func (s *Service) giveBack(ctx context.Context, tx *db.Tx, d Dossier, f followed) error {
	t, err := s.turnOf(ctx, tx, d)
	if err != nil {
		return err
	}
	if d.CellID != f.Cell {
		back, err := org.ByID(ctx, tx, f.Cell)
		if err != nil {
			return err
		}
		if err := t.goTo(ctx, back, f.Membership); err != nil {
			return err
		}
	}
	ref := t.d.Ref
	if _, err := tx.Exec(ctx, dropLineSQL, ref.Part, ref.ID, f.Line); err != nil {
		return err
	}
	hands, err := handsOf(ctx, tx, ref)
	if err != nil {
		return err
	}
	for _, id := range hands {
		if slices.Contains(f.Hands, id) {
			continue
		}
		if _, err := tx.Exec(ctx, dropHandSQL, ref.Part, ref.ID, id); err != nil {
			return err
		}
	}
	w := f.Was
	res, err := tx.Exec(ctx, restoreSQL, ref.Part, ref.ID, d.Version, f.Cell, f.Membership, w.Holder, w.Step, w.Since, w.Clock, w.Due, w.Meeting, w.Item, w.Version)
	if err := one(res, err, ErrChanged); err != nil {
		return err
	}
	return t.log(ctx, "reorganised", nil)
}

const heldSQL = `SELECT COUNT(*) FROM dossier d WHERE d.state = 'open' AND (d.holder_id = $1 OR d.part_id = $2 AND d.cell_id = $1)`

func effects(ctx context.Context, q db.Q, a reorg.Asked) ([]reorg.Effect, error) {
	all := 0
	for _, u := range a.Ended {
		var n int
		if err := q.QueryRow(ctx, heldSQL, u.ID, u.PartID).Scan(&n); err != nil {
			return nil, err
		}
		all += n
	}
	if all == 0 {
		return nil, nil
	}
	return []reorg.Effect{{Key: "reorg.effect.dossiers", Args: map[string]any{"Count": all}}}, nil
}

const holdsSQL = `SELECT COUNT(*) FROM dossier WHERE part_id = $1 AND id = $2`

func holdsRow(ctx context.Context, q db.Q, part, id int64) (bool, error) {
	var n int
	err := q.QueryRow(ctx, holdsSQL, part, id).Scan(&n)
	return n > 0, err
}
