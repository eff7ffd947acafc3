package question

import (
	"context"
	"encoding/json"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/org"
	"chibo/reorg"
)

// Follow gives what happens to questions when units end: whoever takes over has them,
// with the same day, and the trail says so. Nothing is lost with a unit.
func Follow() reorg.Follower {
	return reorg.Follower{Name: "question", Ended: ended, Undo: undo, Effects: effects, Holds: holdsRow}
}

// followed is a question that went to another unit, as it was before.
type followed struct {
	Part    int64 `json:"part"`
	ID      int64 `json:"id"`
	Cell    int64 `json:"cell"`
	Holder  int64 `json:"holder"`
	State   State `json:"state"`
	Meeting int64 `json:"meeting"`
	Item    int64 `json:"item"`
	After   int   `json:"after"` // version it got
}

const ofUnitSQL = `SELECT ` + columns + ` FROM question q WHERE q.holder_id = $1 OR q.part_id = $2 AND q.cell_id = $1 ORDER BY q.part_id, q.id`

const followSQL = `UPDATE question SET cell_id = $3, holder_id = $4, state = $5, meeting_id = $6, item_id = $7, version = version + 1
 WHERE part_id = $1 AND id = $2`

func ended(ctx context.Context, tx *db.Tx, u org.Unit, _ civil.Date) (any, error) {
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
	for _, q := range list {
		was := followed{
			Part: q.Ref.Part, ID: q.Ref.ID, Cell: q.CellID, Holder: q.HolderID, State: q.State, Meeting: q.MeetingID, Item: q.ItemID, After: q.Version + 1,
		}
		if q.CellID == u.ID && to.IsCell() && to.PartID == q.Ref.Part {
			q.CellID = to.ID
		}
		if q.HolderID == u.ID {
			q.HolderID = to.ID
		}
		if q.State == OnAgenda { // of a meeting that is no more
			q.State, q.MeetingID, q.ItemID = InCell, 0, 0
		}
		if q.State == InCell && !to.IsCell() {
			q.State = Above
		}
		if err := hand(ctx, tx, q, was.Holder, to); err != nil {
			return nil, err
		}
		out = append(out, was)
	}
	if len(out) == 0 {
		return nil, nil
	}
	return out, nil
}

// hand writes that a reorganisation gave a question to another holder.
func hand(ctx context.Context, tx *db.Tx, q Question, from int64, to org.Unit) error {
	if _, err := tx.Exec(ctx, followSQL, q.Ref.Part, q.Ref.ID, q.CellID, q.HolderID, string(q.State), q.MeetingID, q.ItemID); err != nil {
		return err
	}
	if from == q.HolderID {
		return nil
	}
	if _, err := tx.Exec(ctx, closeHandSQL, q.Ref.Part, q.Ref.ID, tx.Today(), StepHanded); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, openHandSQL, q.Ref.Part, tx.ID(), q.Ref.ID, q.HolderID, tx.Today()); err != nil {
		return err
	}
	return addStep(ctx, tx, q.Ref, Step{Kind: StepHanded, FromID: from, ToID: q.HolderID, ToName: to.Name, State: q.State, Due: q.Due}, access.System().AccountID, "")
}

// undo gives back what nobody has acted on since; what was acted on stays where it is.
func undo(ctx context.Context, tx *db.Tx, note json.RawMessage) error {
	var list []followed
	if err := json.Unmarshal(note, &list); err != nil {
		return err
	}
	for _, f := range list {
		q, err := byRef(ctx, tx, ident.Ref{Part: f.Part, ID: f.ID})
		if err != nil {
			return err
		}
		if q.Version != f.After {
			continue
		}
		back, err := org.ByID(ctx, tx, f.Holder)
		if err != nil {
			return err
		}
		from := q.HolderID
		q.CellID, q.HolderID, q.State, q.MeetingID, q.ItemID = f.Cell, f.Holder, f.State, f.Meeting, f.Item
		if err := hand(ctx, tx, q, from, back); err != nil {
			return err
		}
	}
	return nil
}

const heldSQL = `SELECT COUNT(*) FROM question q WHERE q.holder_id = $1 AND q.state IN ('cell', 'agenda', 'up', 'joined')`

func effects(ctx context.Context, q db.Q, a reorg.Asked) ([]reorg.Effect, error) {
	all := 0
	for _, u := range a.Ended {
		var n int
		if err := q.QueryRow(ctx, heldSQL, u.ID).Scan(&n); err != nil {
			return nil, err
		}
		all += n
	}
	if all == 0 {
		return nil, nil
	}
	return []reorg.Effect{{Key: "reorg.effect.questions", Args: map[string]any{"Count": all}}}, nil
}

const holdsSQL = `SELECT COUNT(*) FROM question WHERE part_id = $1 AND id = $2`

func holdsRow(ctx context.Context, q db.Q, part, id int64) (bool, error) {
	var n int
	err := q.QueryRow(ctx, holdsSQL, part, id).Scan(&n)
	return n > 0, err
}
