package admission

import (
	"context"
	"encoding/json"

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
		was := followed{Part: d.Ref.Part, ID: d.Ref.ID, Cell: d.CellID, Membership: d.MembershipID}
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
		t, err := s.turnOf(ctx, tx, d)
		if err != nil {
			return err
		}
		back, err := org.ByID(ctx, tx, f.Cell)
		if err != nil {
			return err
		}
		if d.CellID != f.Cell {
			if err := t.goTo(ctx, back, f.Membership); err != nil {
				return err
			}
		}
		if err := t.settle(ctx, Record{Step: StepReorg, Outcome: Back, Day: tx.Today(), Body: back.Name, UnitID: back.ID}, "reorganised"); err != nil {
			return err
		}
	}
	return nil
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
