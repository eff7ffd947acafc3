package meeting

import (
	"context"

	"chibo/internal/civil"
	"chibo/internal/db"
)

const skippedSQL = `SELECT DISTINCT r.membership_id, m.month FROM meeting m JOIN roll r ON r.part_id = m.part_id AND r.meeting_id = m.id
 WHERE m.part_id = $1 AND (CAST($2 AS bigint) = 0 OR m.org_id = $2) AND m.body = 'cell' AND m.kind = 'regular'
   AND m.day >= $3 AND m.day < $4 AND m.state IN ('closed', 'sent') AND r.presence = 'unexcused'
 ORDER BY m.month, r.membership_id`

// Skipped gives the months of a year in which members of a part, or of one of its
// cells, stayed away from the regular meeting without a reason (rules.md 5.30), from the
// rolls of meetings that are closed. It is what member.Life asks.
func Skipped(ctx context.Context, q db.Q, part, cellID int64, year int) (map[int64][]civil.Month, error) {
	out := map[int64][]civil.Month{}
	_, err := db.List(ctx, q, func(s db.Scanner) (struct{}, error) {
		var id int64
		var month civil.Month
		err := s.Scan(&id, &month)
		out[id] = append(out[id], month)
		return struct{}{}, err
	}, skippedSQL, part, cellID, civil.Of(year, 1, 1), civil.Of(year+1, 1, 1))
	return out, err
}
