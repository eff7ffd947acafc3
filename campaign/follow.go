package campaign

import (
	"context"
	"encoding/json"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/org"
	"chibo/reorg"
)

// Follow gives what happens to campaigns when units end: those of a committee that ends go
// on with whoever takes over. Reports need nothing: they stay with their unit, and who
// takes part follows the tree.
func Follow() reorg.Follower {
	return reorg.Follower{Name: "campaign", Ended: ended, Undo: undo, Effects: effects, Holds: holds}
}

// moved is a committee whose campaigns went to another.
type moved struct {
	From, To int64
	IDs      []int64
}

const (
	ofOrgSQL  = `SELECT id FROM campaign WHERE org_id = $1 AND closed_at = 0 ORDER BY id`
	handSQL   = `UPDATE campaign SET org_id = $2, version = version + 1 WHERE id = $1 AND org_id = $3`
	countsSQL = `SELECT COUNT(*) FROM campaign WHERE org_id = $1 AND closed_at = 0`
	holdsSQL  = `SELECT COUNT(*) FROM campaign_report WHERE part_id = $1 AND id = $2`
)

func ended(ctx context.Context, tx *db.Tx, u org.Unit, _ civil.Date) (any, error) {
	now, err := org.ByID(ctx, tx, u.ID)
	if err != nil {
		return nil, err
	}
	to := now
	for to.Ended() && (to.SuccessorID != 0 || to.ParentID != 0) {
		next := to.SuccessorID
		if next == 0 {
			next = to.ParentID
		}
		if to, err = org.ByID(ctx, tx, next); err != nil {
			return nil, err
		}
	}
	if to.ID == u.ID || to.IsCell() {
		return nil, nil
	}
	m := moved{From: u.ID, To: to.ID}
	m.IDs, err = db.List(ctx, tx, func(s db.Scanner) (id int64, err error) { return id, s.Scan(&id) }, ofOrgSQL, u.ID)
	if err != nil || len(m.IDs) == 0 {
		return nil, err
	}
	for _, id := range m.IDs {
		if _, err := tx.Exec(ctx, handSQL, id, to.ID, u.ID); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func undo(ctx context.Context, tx *db.Tx, note json.RawMessage) error {
	var m moved
	if err := json.Unmarshal(note, &m); err != nil {
		return err
	}
	for _, id := range m.IDs {
		if _, err := tx.Exec(ctx, handSQL, id, m.From, m.To); err != nil {
			return err
		}
	}
	return nil
}

// effects says how many campaigns go to another committee, and how many steps ending units
// were still to take.
func effects(ctx context.Context, q db.Q, a reorg.Asked) ([]reorg.Effect, error) {
	campaigns, open := 0, 0
	for _, u := range a.Ended {
		var n int
		if err := q.QueryRow(ctx, countsSQL, u.ID).Scan(&n); err != nil {
			return nil, err
		}
		campaigns += n
		list, err := openFor(ctx, q, u)
		if err != nil {
			return nil, err
		}
		for _, c := range list {
			open += len(c.Open())
		}
	}
	var out []reorg.Effect
	if campaigns > 0 {
		out = append(out, reorg.Effect{Key: "reorg.effect.campaigns", Args: map[string]any{"Count": campaigns}})
	}
	if open > 0 {
		out = append(out, reorg.Effect{Key: "reorg.effect.campaign_steps", Args: map[string]any{"Count": open}})
	}
	return out, nil
}

func holds(ctx context.Context, q db.Q, part, id int64) (bool, error) {
	var n int
	err := q.QueryRow(ctx, holdsSQL, part, id).Scan(&n)
	return n > 0, err
}
