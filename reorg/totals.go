package reorg

import (
	"context"
	"encoding/json"

	"chibo/access"
	"chibo/figure"
	"chibo/internal/db"
	"chibo/org"
)

// totalMonths is how many months the totals look back, the present one included.
const totalMonths = 12

// Total is what the whole root consists of and has done, at one moment.
type Total struct {
	State figure.State     `json:"state"`
	Month figure.UnitMonth `json:"months"` // the sum of the last twelve months; Of and Month are not filled
}

// Totals are an act's figures: an act moves people and what they did, it makes
// neither.
type Totals struct {
	Before *Total `json:"before,omitempty"`
	After  *Total `json:"after,omitempty"`
	Undone *Total `json:"undone,omitempty"`
}

// Equal says whether nobody and nothing was lost or won: all is as it was, except
// that there may be fewer cells, or more.
func (t Total) Equal(o Total) bool {
	t.State.Cells, o.State.Cells = 0, 0
	return t == o
}

func totalOf(ctx context.Context, tx *db.Tx, root org.Unit) (t Total, err error) {
	scope, err := access.For(access.System(), access.FigureRead, root.Access())
	if err != nil {
		return t, err
	}
	if t.State, err = figure.StateOf(ctx, tx, scope); err != nil {
		return t, err
	}
	last := tx.Today().Month()
	list, err := figure.Trend(ctx, tx, scope, last.Add(1-totalMonths), last)
	for _, m := range list {
		t.Month = t.Month.Plus(m)
	}
	return t, err
}

const totalsSQL = `SELECT totals FROM reorg_act WHERE id = $1`

const putTotalsSQL = `UPDATE reorg_act SET totals = $2 WHERE id = $1`

// keepTotals puts the figures of now into those of the act.
func (s *Service) keepTotals(ctx context.Context, tx *db.Tx, id int64, root org.Unit, put func(t *Totals, now Total)) error {
	t, err := TotalsOf(ctx, tx, id)
	if err != nil {
		return err
	}
	now, err := totalOf(ctx, tx, root)
	if err != nil {
		return err
	}
	put(&t, now)
	data, err := json.Marshal(t)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, putTotalsSQL, id, string(data))
	return err
}

// TotalsOf gives the figures of an act as far as they are known. It checks no right.
func TotalsOf(ctx context.Context, q db.Q, id int64) (t Totals, err error) {
	var text string
	if err := q.QueryRow(ctx, totalsSQL, id).Scan(&text); err != nil || text == "" {
		return t, err
	}
	return t, json.Unmarshal([]byte(text), &t)
}
