package quality

import (
	"context"

	"chibo/internal/db"
	"chibo/reorg"
)

// Follow gives what scores say to a reorganisation: those that wait are decided by
// the committee that stands above the cell then (rules.md 3.05).
func Follow() reorg.Follower { return reorg.Follower{Name: "quality", Effects: effects} }

const waitingOfSQL = `SELECT COUNT(*) FROM score WHERE part_id = $1 AND cell_id = $2 AND state IN ('confirmed', 'sent')`

func effects(ctx context.Context, q db.Q, a reorg.Asked) ([]reorg.Effect, error) {
	all := 0
	for _, c := range a.Cells {
		var n int
		if err := q.QueryRow(ctx, waitingOfSQL, c.PartID, c.ID).Scan(&n); err != nil {
			return nil, err
		}
		all += n
	}
	if all == 0 {
		return nil, nil
	}
	return []reorg.Effect{{Key: "reorg.effect.scores", Args: map[string]any{"Count": all}}}, nil
}
