package workplan

import (
	"context"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/org"
)

// Offer is what the plans of a cell offer to a meeting of a month.
type Offer struct {
	Items []Item // of approved plans, that have begun and are not settled, the oldest first
	Plan  Plan   // a draft that waits for the cell's approval; ID zero: none
}

// backMonths is how far back unfinished items are offered to a meeting.
const backMonths = 12

const openSQL = `SELECT ` + itemColumns + ` FROM work_item i JOIN work_plan p ON p.part_id = i.part_id AND p.id = i.plan_id
 WHERE i.part_id = $1 AND i.cell_id = $2 AND i.from_month <= $3 AND i.to_month >= $4 AND p.state = 'approved'
   AND i.dropped = '' AND i.result IN ('', 'part') ORDER BY i.to_month, i.from_month, i.id`

// openItems gives the items of a cell that have begun by the month and are not settled.
func openItems(ctx context.Context, q db.Q, cell org.Unit, month civil.Month) ([]Item, error) {
	return db.List(ctx, q, scanItem, openSQL, cell.PartID, cell.ID, month, month.Add(-backMonths))
}

const takenByCellSQL = `SELECT ` + takenColumns + ` FROM work_taken t WHERE t.part_id = $1 AND t.cell_id = $2 AND (t.day = '' OR t.day >= $3)`

const draftsSQL = `SELECT ` + planColumns + ` FROM work_plan p
 WHERE p.part_id = $1 AND p.cell_id = $2 AND p.state = 'draft' AND p.year >= $3 AND p.year <= $4 ORDER BY p.year`

// OfferTo gives what the plans offer to a meeting of a month: what stands on an agenda
// that waits, or was dealt with in that month, is not offered again. It checks no right.
func OfferTo(ctx context.Context, q db.Q, cell org.Unit, month civil.Month) (o Offer, err error) {
	taken, err := db.List(ctx, q, scanTaken, takenByCellSQL, cell.PartID, cell.ID, month.First())
	if err != nil {
		return o, err
	}
	items, whole := map[int64]bool{}, map[int64]bool{}
	for _, t := range taken {
		if t.ItemID == 0 {
			whole[t.PlanID] = true
		} else {
			items[t.ItemID] = true
		}
	}
	list, err := openItems(ctx, q, cell, month)
	if err != nil {
		return o, err
	}
	for _, i := range list {
		if !items[i.Ref.ID] {
			o.Items = append(o.Items, i)
		}
	}
	drafts, err := db.List(ctx, q, scanPlan, draftsSQL, cell.PartID, cell.ID, month.Year(), month.Year()+1)
	for _, p := range drafts {
		if o.Plan.Ref.ID == 0 && !whole[p.Ref.ID] {
			o.Plan = p
		}
	}
	return o, err
}

const takeSQL = `INSERT INTO work_taken (part_id, meeting_id, agenda_item_id, cell_id, plan_id, item_id) VALUES ($1, $2, $3, $4, $5, $6)
 ON CONFLICT DO NOTHING`

// Take notes that an item of the cell was put on the agenda of a meeting, as an item of
// that. It gives the item; ErrNotFound when it is of no approved plan of the cell,
// ErrChanged when it is settled. It checks no right.
func Take(ctx context.Context, tx *db.Tx, cell org.Unit, id int64, meeting ident.Ref, onItem int64) (Item, error) {
	i, err := itemByRef(ctx, tx, ident.Ref{Part: meeting.Part, ID: id})
	if err != nil {
		return i, err
	}
	p, err := planByID(ctx, tx, ident.Ref{Part: meeting.Part, ID: i.PlanID})
	switch {
	case err != nil:
		return i, err
	case i.CellID != cell.ID || !p.Approved():
		return i, ErrNotFound
	case i.Settled():
		return i, ErrChanged
	}
	_, err = tx.Exec(ctx, takeSQL, meeting.Part, meeting.ID, onItem, cell.ID, i.PlanID, i.Ref.ID)
	return i, err
}

// TakePlan notes that a draft was put on the agenda of a meeting that is to approve it.
// ErrNotFound, ErrApproved. It checks no right.
func TakePlan(ctx context.Context, tx *db.Tx, cell org.Unit, id int64, meeting ident.Ref, onItem int64) (Plan, error) {
	p, err := planByID(ctx, tx, ident.Ref{Part: meeting.Part, ID: id})
	switch {
	case err != nil:
		return p, err
	case p.CellID != cell.ID:
		return p, ErrNotFound
	case p.Approved():
		return p, ErrApproved
	}
	_, err = tx.Exec(ctx, takeSQL, meeting.Part, meeting.ID, onItem, cell.ID, p.Ref.ID, 0)
	return p, err
}

// OfCell gives an item of an approved plan of the cell that is not settled; ErrNotFound.
// It checks no right.
func OfCell(ctx context.Context, q db.Q, cell org.Unit, id int64) (Item, error) {
	i, err := itemByRef(ctx, q, ident.Ref{Part: cell.PartID, ID: id})
	if err != nil {
		return i, err
	}
	p, err := planByID(ctx, q, ident.Ref{Part: cell.PartID, ID: i.PlanID})
	if err == nil && (i.CellID != cell.ID || !p.Approved() || i.Settled()) {
		err = ErrNotFound
	}
	return i, err
}

const (
	untakeSQL        = `DELETE FROM work_taken WHERE part_id = $1 AND meeting_id = $2 AND agenda_item_id = $3`
	untakeMeetingSQL = `DELETE FROM work_taken WHERE part_id = $1 AND meeting_id = $2`
	dealtSQL         = `UPDATE work_taken SET day = $4 WHERE part_id = $1 AND meeting_id = $2 AND agenda_item_id = $3`
	undealtSQL       = `DELETE FROM work_taken WHERE part_id = $1 AND meeting_id = $2 AND day = ''`
)

// DropItem forgets that an item of an agenda, which is taken off it, was one of the plan.
func DropItem(ctx context.Context, tx *db.Tx, meeting ident.Ref, onItem int64) error {
	_, err := tx.Exec(ctx, untakeSQL, meeting.Part, meeting.ID, onItem)
	return err
}

// DropMeeting forgets what stood on the agenda of a meeting that is given up.
func DropMeeting(ctx context.Context, tx *db.Tx, meeting ident.Ref) error {
	_, err := tx.Exec(ctx, untakeMeetingSQL, meeting.Part, meeting.ID)
	return err
}

// Dealt notes, when a meeting is closed, with which items of its agenda it has dealt. What
// it did not come to is offered to the next one.
func Dealt(ctx context.Context, tx *db.Tx, meeting ident.Ref, day civil.Date, begun []int64) error {
	for _, id := range begun {
		if _, err := tx.Exec(ctx, dealtSQL, meeting.Part, meeting.ID, id, day); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, undealtSQL, meeting.Part, meeting.ID)
	return err
}

// OnAgenda is what an item of an agenda is of the plan.
type OnAgenda struct {
	Taken
	Item Item // ID zero: the plan as a whole
	Year int
}

// OfMeeting gives what of the plan stands on the agenda of a meeting, by item of that. It
// checks no right.
func OfMeeting(ctx context.Context, q db.Q, meeting ident.Ref) (map[int64]OnAgenda, error) {
	list, err := db.List(ctx, q, scanTaken, takenInSQL, meeting.Part, meeting.ID)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	out := make(map[int64]OnAgenda, len(list))
	for _, t := range list {
		on := OnAgenda{Taken: t}
		if t.ItemID != 0 {
			if on.Item, err = itemByRef(ctx, q, ident.Ref{Part: meeting.Part, ID: t.ItemID}); fault.KindOf(err) == fault.NotFound {
				continue
			}
			if err != nil {
				return nil, err
			}
		}
		p, err := planByID(ctx, q, ident.Ref{Part: meeting.Part, ID: t.PlanID})
		if err != nil {
			return nil, err
		}
		on.Year = p.Year
		out[t.OnItem] = on
	}
	return out, nil
}
