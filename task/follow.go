package task

import (
	"context"
	"encoding/json"

	"chibo/internal/db"
	"chibo/org"
	"chibo/reorg"
)

// Follow gives what happens to tasks when cells are reorganised: what is open goes
// with the member who has it, when the new cell lies in the same part; otherwise it
// stays in the cell that gave it, and the rehearsal says so.
func Follow() reorg.Follower {
	return reorg.Follower{Name: "task", Transferred: transferred, Undo: undo, Effects: effects, Holds: holds}
}

// followed is what is needed to take it back.
type followed struct {
	Part, From int64
	Tasks      []followedTask
}

type followedTask struct{ ID, Old int64 }

const openOfMemberSQL = `SELECT id FROM task WHERE part_id = $1 AND assignee_id = $2 AND cell_id = $3 AND state = 'open' ORDER BY id`

const handSQL = `UPDATE task SET cell_id = $3, assignee_id = $4, version = version + 1 WHERE part_id = $1 AND id = $2 AND state = 'open'`

func transferred(ctx context.Context, tx *db.Tx, t reorg.Transfer, pairs []reorg.Pair) (any, error) {
	if t.From.PartID != t.To.PartID {
		return nil, nil
	}
	out := followed{Part: t.From.PartID, From: t.From.ID}
	for _, p := range pairs {
		ids, err := db.List(ctx, tx, func(s db.Scanner) (id int64, err error) { return id, s.Scan(&id) }, openOfMemberSQL, out.Part, p.Old, t.From.ID)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			if _, err := tx.Exec(ctx, handSQL, out.Part, id, t.To.ID, p.New); err != nil {
				return nil, err
			}
			out.Tasks = append(out.Tasks, followedTask{ID: id, Old: p.Old})
		}
	}
	if len(out.Tasks) == 0 {
		return nil, nil
	}
	return out, nil
}

func undo(ctx context.Context, tx *db.Tx, note json.RawMessage) error {
	var f followed
	if err := json.Unmarshal(note, &f); err != nil {
		return err
	}
	for _, t := range f.Tasks {
		if _, err := tx.Exec(ctx, handSQL, f.Part, t.ID, f.From, t.Old); err != nil {
			return err
		}
	}
	return nil
}

const openCountSQL = `SELECT COUNT(*) FROM task WHERE part_id = $1 AND cell_id = $2 AND state = 'open'`

func effects(ctx context.Context, q db.Q, a reorg.Asked) ([]reorg.Effect, error) {
	count := func(list []org.Unit) (all int, err error) {
		for _, c := range list {
			var n int
			if err := q.QueryRow(ctx, openCountSQL, c.PartID, c.ID).Scan(&n); err != nil {
				return 0, err
			}
			all += n
		}
		return all, nil
	}
	all, err := count(a.Cells)
	if err != nil || all == 0 {
		return nil, err
	}
	out := []reorg.Effect{{Key: "reorg.effect.tasks", Args: map[string]any{"Count": all}}}
	leaving, err := count(a.Leaving)
	if leaving > 0 {
		out = append(out, reorg.Effect{Key: "reorg.effect.tasks_leave", Args: map[string]any{"Count": leaving}})
	}
	return out, err
}

const holdsSQL = `SELECT COUNT(*) FROM task WHERE part_id = $1 AND id = $2`

func holds(ctx context.Context, q db.Q, part, id int64) (bool, error) {
	var n int
	err := q.QueryRow(ctx, holdsSQL, part, id).Scan(&n)
	return n > 0, err
}
