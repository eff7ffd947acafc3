package meeting

import (
	"context"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
)

// UpperGuests gives the guests of a meeting who came for a committee above. It checks no
// right: the caller does.
func UpperGuests(ctx context.Context, q db.Q, ref ident.Ref) (out []Guest, err error) {
	all, err := guestsOf(ctx, q, ref)
	for _, g := range all {
		if g.Kind == GuestUpper {
			out = append(out, g)
		}
	}
	return out, err
}

const heldLatelySQL = `SELECT ` + meetingColumns + ` FROM meeting
 WHERE part_id = $1 AND org_id = $2 AND body = 'cell' AND state IN ('closed', 'sent') ORDER BY day DESC, id DESC LIMIT $3`

// HeldLately gives a cell's last meetings of any kind that were held, the latest first. It
// checks no right: the caller does.
func HeldLately(ctx context.Context, q db.Q, part, cellID int64, limit int) ([]Meeting, error) {
	return db.List(ctx, q, scanMeeting, heldLatelySQL, part, cellID, limit)
}

const ofMonthSQL = `SELECT ` + meetingColumns + ` FROM meeting WHERE part_id = $1 AND org_id = $2 AND month = $3 ORDER BY day, id`

// OfMonth gives all meetings of a cell and of its committee in a month. It checks no
// right: the caller does.
func OfMonth(ctx context.Context, q db.Q, part, cellID int64, month civil.Month) ([]Meeting, error) {
	return db.List(ctx, q, scanMeeting, ofMonthSQL, part, cellID, month)
}
