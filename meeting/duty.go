package meeting

import (
	"context"
	"strconv"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/notify"
	"chibo/org"
)

// YearHref is the page of a cell's year.
func YearHref(cellID int64) string { return "/cells/" + strconv.FormatInt(cellID, 10) + "/year" }

// owingSQL gives cells that have held no thematic meeting in the quarter and were not told.
const (
	owingSQL = `SELECT o.id FROM org o
  LEFT JOIN duty_told t ON t.part_id = o.part_id AND t.org_id = o.id AND t.month = $1
  LEFT JOIN meeting m ON m.part_id = o.part_id AND m.org_id = o.id AND m.body = 'cell' AND m.kind = 'thematic'
    AND m.month >= $1 AND m.month <= $2 AND m.state IN ('closed', 'sent')
 WHERE o.kind IN ('cell', 'grassroots_cell') AND o.valid_to = '' AND t.month IS NULL AND m.id IS NULL AND o.id > $3 ORDER BY o.id LIMIT $4`

	dutyToldSQL = `INSERT INTO duty_told (part_id, org_id, month, at) VALUES ($1, $2, $3, $4)
ON CONFLICT (part_id, org_id, month) DO NOTHING`
)

// dutyPage is how many cells RemindDuty looks at in one transaction.
const dutyPage = 200

// RemindDuty tells the leads of cells that the quarter ends and its thematic duty is not
// done (rules.md 2.02), each cell once a quarter. It may run at any time and again.
func (s *Service) RemindDuty(ctx context.Context) error {
	today := civil.From(s.DB.Clock().Now())
	first, last := today.Month().QuarterFirst(), today.Month().QuarterLast()
	for after, more := int64(0), true; more; {
		err := s.DB.Write(ctx, func(tx *db.Tx) error {
			ids, err := db.List(ctx, tx, func(r db.Scanner) (id int64, err error) { return id, r.Scan(&id) }, owingSQL, first, last, after, dutyPage)
			more = len(ids) == dutyPage
			for _, id := range ids {
				if err := s.tellDuty(ctx, tx, id, first, today); err != nil {
					return err
				}
			}
			if len(ids) > 0 {
				after = ids[len(ids)-1]
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) tellDuty(ctx context.Context, tx *db.Tx, cellID int64, quarter civil.Month, today civil.Date) error {
	u, err := org.ByID(ctx, tx, cellID)
	if err != nil {
		return err
	}
	d, err := s.Duty(ctx, tx, u, today)
	if err != nil || !d.Pressing {
		return err
	}
	if _, err := tx.Exec(ctx, dutyToldSQL, u.PartID, u.ID, quarter, tx.NowMS()); err != nil {
		return err
	}
	people, err := access.Leads(ctx, tx, u.ID, today)
	if err != nil {
		return err
	}
	var to []notify.To
	for _, p := range people {
		part, err := access.HomePart(ctx, tx, p, today)
		if err != nil {
			return err
		}
		if part != 0 {
			to = append(to, notify.To{Part: part, PersonID: p})
		}
	}
	return notify.Send(ctx, tx, notify.Notice{
		Kind: "meeting.duty", Href: YearHref(u.ID), Args: map[string]any{"Cell": u.Name, "Number": d.Number, "Day": d.Last},
	}, to...)
}
