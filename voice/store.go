package voice

import (
	"context"
	"strings"

	"chibo/internal/db"
	"chibo/internal/ident"
)

const columns = `b.part_id, b.meeting_id, b.cell_id, b.month, b.items, b.levels, b.least, b.closes_on, b.state, b.answers`

func scanBox(r db.Scanner) (b Box, err error) {
	var items, levels string
	err = r.Scan(&b.Meeting.Part, &b.Meeting.ID, &b.CellID, &b.Month, &items, &levels, &b.Least, &b.ClosesOn, &b.State, &b.Answers)
	b.Items, b.Levels = words(items), words(levels)
	return b, err
}

const (
	boxSQL = `SELECT ` + columns + ` FROM voice_box b WHERE b.part_id = $1 AND b.meeting_id = $2`

	openOfSQL = `SELECT ` + columns + ` FROM voice_box b WHERE b.part_id = $1 AND b.cell_id = $2 AND b.state = 'open' ORDER BY b.month DESC, b.meeting_id DESC`

	ofCellSQL = `SELECT ` + columns + ` FROM voice_box b WHERE b.part_id = $1 AND b.cell_id = $2 ORDER BY b.month DESC, b.meeting_id DESC LIMIT $3`

	dueSQL = `SELECT ` + columns + ` FROM voice_box b WHERE b.state = 'open' AND b.closes_on < $1 ORDER BY b.closes_on, b.part_id, b.meeting_id LIMIT $2`

	insertBoxSQL = `INSERT INTO voice_box (part_id, meeting_id, cell_id, month, items, levels, least, closes_on, state, answers)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

	settledSQL = `UPDATE voice_box SET state = $3, answers = $4 WHERE part_id = $1 AND meeting_id = $2`

	isMarkedSQL = `SELECT COUNT(*) FROM voice_sealed WHERE part_id = $1 AND meeting_id = $2 AND mark = $3`

	putSealedSQL = `INSERT INTO voice_sealed (part_id, meeting_id, mark, box) VALUES ($1, $2, $3, $4)
ON CONFLICT (part_id, meeting_id, mark) DO UPDATE SET box = excluded.box`

	sealedSQL = `SELECT mark, box FROM voice_sealed WHERE part_id = $1 AND meeting_id = $2 ORDER BY mark`

	eraseSQL = `DELETE FROM voice_sealed WHERE part_id = $1 AND meeting_id = $2`

	sumsSQL = `SELECT item, level, count FROM voice_sum WHERE part_id = $1 AND meeting_id = $2`

	insertSumSQL = `INSERT INTO voice_sum (part_id, meeting_id, item, level, count) VALUES ($1, $2, $3, $4, $5)`
)

func boxOf(ctx context.Context, q db.Q, ref ident.Ref) (Box, error) {
	b, err := scanBox(q.QueryRow(ctx, boxSQL, ref.Part, ref.ID))
	if db.NoRows(err) {
		return Box{}, ErrNotFound
	}
	return b, err
}

func openOf(ctx context.Context, q db.Q, part, cellID int64) ([]Box, error) {
	return db.List(ctx, q, scanBox, openOfSQL, part, cellID)
}

func (b Box) row() []any {
	return []any{
		b.Meeting.Part, b.Meeting.ID, b.CellID, b.Month, strings.Join(b.Items, ","), strings.Join(b.Levels, ","), b.Least, b.ClosesOn, string(b.State), b.Answers,
	}
}

func insertBox(ctx context.Context, tx *db.Tx, b Box) error {
	_, err := tx.Exec(ctx, insertBoxSQL, b.row()...)
	return err
}

func (b Box) sumRows(sums []Sum) (rows [][]any) {
	for _, s := range sums {
		for i, level := range b.Levels {
			rows = append(rows, []any{b.Meeting.Part, b.Meeting.ID, s.Item, level, s.Count[i]})
		}
	}
	return rows
}

func putSums(ctx context.Context, tx *db.Tx, b Box, sums []Sum) error {
	return db.Many(ctx, tx, insertSumSQL, b.sumRows(sums))
}

func sumsOf(ctx context.Context, q db.Q, b Box) ([]Sum, error) {
	type row struct {
		item, level string
		count       int
	}
	rows, err := db.List(ctx, q, func(r db.Scanner) (x row, err error) { return x, r.Scan(&x.item, &x.level, &x.count) }, sumsSQL, b.Meeting.Part, b.Meeting.ID)
	if err != nil {
		return nil, err
	}
	by := map[[2]string]int{}
	for _, x := range rows {
		by[[2]string{x.item, x.level}] = x.count
	}
	out := b.empty()
	for i := range out {
		for k, level := range b.Levels {
			out[i].Count[k] = by[[2]string{out[i].Item, level}]
		}
	}
	return out, nil
}

// Past is a settled box with its sums, for sample data and imports.
type Past struct {
	Box
	Sums []Sum
}

// AddPast writes boxes of the past as they are to stand.
func AddPast(ctx context.Context, tx *db.Tx, list []Past) error {
	var boxes, sums [][]any
	for _, p := range list {
		boxes = append(boxes, p.row())
		sums = append(sums, p.sumRows(p.Sums)...)
	}
	if err := db.Many(ctx, tx, insertBoxSQL, boxes); err != nil {
		return err
	}
	return db.Many(ctx, tx, insertSumSQL, sums)
}

// OfCell gives the boxes of a cell with the sums of those that are shown, the latest
// first. It checks no right: the caller does.
func OfCell(ctx context.Context, q db.Q, part, cellID int64, limit int) ([]Past, error) {
	boxes, err := db.List(ctx, q, scanBox, ofCellSQL, part, cellID, limit)
	if err != nil {
		return nil, err
	}
	out := make([]Past, len(boxes))
	for i, b := range boxes {
		out[i].Box = b
		if b.State != Shown {
			continue
		}
		if out[i].Sums, err = sumsOf(ctx, q, b); err != nil {
			return nil, err
		}
	}
	return out, nil
}
