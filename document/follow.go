package document

import (
	"context"
	"strconv"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/org"
	"chibo/reorg"
)

// Follow gives what papers say to a reorganisation: those of before keep the names of
// before, and one that a unit issued since stands in the way of taking the act back.
// The papers of a meeting go with the meeting, which says so itself.
func Follow() reorg.Follower {
	return reorg.Follower{Name: "document", Later: later, Holds: holds}
}

const laterSQL = `SELECT id, symbol FROM document
 WHERE part_id = $1 AND org_id = $2 AND issued_on >= $3 AND owner <> 'meeting' ORDER BY id`

func later(ctx context.Context, q db.Q, units []org.Unit, day civil.Date) ([]reorg.Sign, error) {
	var out []reorg.Sign
	for _, u := range units {
		list, err := db.List(ctx, q, func(s db.Scanner) (reorg.Sign, error) {
			var id int64
			var symbol string
			err := s.Scan(&id, &symbol)
			return reorg.Sign{
				Mark: "d" + strconv.FormatInt(id, 10), Key: "reorg.later.paper", Args: map[string]any{"Symbol": symbol, "Unit": u.Name},
				Href: "/documents/" + ident.Ref{Part: u.PartID, ID: id}.String(),
			}, err
		}, laterSQL, u.PartID, u.ID, day)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

const holdsSQL = `SELECT COUNT(*) FROM document WHERE part_id = $1 AND id = $2`

func holds(ctx context.Context, q db.Q, part, id int64) (bool, error) {
	var n int
	err := q.QueryRow(ctx, holdsSQL, part, id).Scan(&n)
	return n > 0, err
}
