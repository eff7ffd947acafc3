package workplan

import (
	"context"

	"chibo/internal/db"
)

// Past is a plan with its rows as they are to stand, for sample data. Of steps all but
// After is taken, which follows from the day of the approval.
type Past struct {
	Plan  Plan
	Items []Item
	Steps []Step
}

const insertPastSQL = `INSERT INTO work_plan (part_id, id, cell_id, year, state, approved_on, meeting_id, note) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`

// InsertHistory writes it. It checks nothing: the caller does.
func InsertHistory(ctx context.Context, tx *db.Tx, list []Past) error {
	var plans, steps [][]any
	var items []Item
	for _, h := range list {
		p := h.Plan
		plans = append(plans, []any{p.Ref.Part, p.Ref.ID, p.CellID, p.Year, p.State, p.ApprovedOn, p.MeetingID, p.Note})
		for _, i := range h.Items {
			i.Ref.Part, i.PlanID, i.CellID = p.Ref.Part, p.Ref.ID, p.CellID
			items = append(items, i)
		}
		for n, s := range h.Steps {
			after := p.Approved() && s.At.After(p.ApprovedOn.Time(23, 59))
			steps = append(steps, []any{
				p.Ref.Part, p.Ref.ID + int64(n), p.Ref.ID, s.ItemID, s.Title, s.At.UnixMilli(), int64(0), s.Name, s.Kind, s.Was, s.Became, s.Reason, after, "",
			})
		}
	}
	if err := db.Many(ctx, tx, insertPastSQL, plans); err != nil {
		return err
	}
	if err := insertItems(ctx, tx, items); err != nil {
		return err
	}
	return db.Many(ctx, tx, insertStepSQL, steps)
}
