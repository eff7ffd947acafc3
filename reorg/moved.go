package reorg

import (
	"context"

	"chibo/internal/db"
	"chibo/internal/ident"
)

const movedSQL = `SELECT DISTINCT m.to_part FROM reorg_moved m WHERE m.from_part = $1 ORDER BY m.to_part`

// partsMost bounds the search for a row: so many parts the rows of one part have not
// gone to.
const partsMost = 200

// Moved answers an old address: where a row is now that was in the ref's part once. It
// follows the record of moves from part to part and asks the features which part has
// the row. ok is false when none has.
func (s *Service) Moved(ctx context.Context, q db.Q, ref ident.Ref) (now ident.Ref, ok bool, err error) {
	seen := map[int64]bool{ref.Part: true}
	for queue := []int64{ref.Part}; len(queue) > 0 && len(seen) < partsMost; queue = queue[1:] {
		next, err := db.List(ctx, q, func(row db.Scanner) (p int64, err error) { return p, row.Scan(&p) }, movedSQL, queue[0])
		if err != nil {
			return now, false, err
		}
		for _, part := range next {
			if seen[part] {
				continue
			}
			seen[part] = true
			queue = append(queue, part)
			if ok, err := s.holds(ctx, q, part, ref.ID); err != nil || ok {
				return ident.Ref{Part: part, ID: ref.ID}, ok, err
			}
		}
	}
	return now, false, nil
}

func (s *Service) holds(ctx context.Context, q db.Q, part, id int64) (bool, error) {
	for _, f := range s.Followers {
		if f.Holds == nil {
			continue
		}
		if ok, err := f.Holds(ctx, q, part, id); err != nil || ok {
			return ok, err
		}
	}
	return false, nil
}
