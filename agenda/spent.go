package agenda

import (
	"context"
	"slices"
	"strings"

	"chibo/internal/civil"
	"chibo/internal/db"
)

const spentBySQL = `SELECT b.shares FROM agenda_balance b WHERE b.part_id = $1 AND b.cell_id = $2 AND b.kind = $3 AND b.month >= $4 AND b.month <= $5`

// SpentBy gives what the meetings of one cell and kind spent their minutes on over some
// months, both inside. It checks no right: the caller does.
func SpentBy(ctx context.Context, q db.Q, part, cellID int64, kind string, from, to civil.Month) ([]Share, error) {
	list, err := db.List(ctx, q, func(r db.Scanner) (s string, err error) { return s, r.Scan(&s) }, spentBySQL, part, cellID, kind, from, to)
	if err != nil {
		return nil, err
	}
	by := map[string]Share{}
	for _, text := range list {
		for _, x := range decode(text) {
			s := by[x.Content]
			by[x.Content] = Share{x.Content, s.Planned + x.Planned, s.Spent + x.Spent}
		}
	}
	out := make([]Share, 0, len(by))
	for _, s := range by {
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b Share) int { return strings.Compare(a.Content, b.Content) })
	return out, nil
}
