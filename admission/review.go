package admission

import (
	"context"
	"slices"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/meeting"
	"chibo/org"
)

// reviewMonths is how many months back a review may be put to a meeting; it is a matter of
// the page, no rule of the field.
const reviewMonths = 2

// ReviewMeetings gives the meetings of a cell in which its list can have been looked at,
// the latest first: begun or held, of this month and the one before. It checks no right.
func ReviewMeetings(ctx context.Context, q db.Q, cell org.Unit, today civil.Date) (out []meeting.Meeting, err error) {
	for back := range reviewMonths {
		list, err := meeting.OfMonth(ctx, q, cell.PartID, cell.ID, today.Month().Add(-back))
		if err != nil {
			return nil, err
		}
		slices.Reverse(list)
		for _, m := range list {
			if m.Body == meeting.BodyCell && !m.OpenedAt.IsZero() && !m.Day.After(today) {
				out = append(out, m)
			}
		}
	}
	return out, nil
}

// reviewedAt gives the day of a meeting in which the list was looked at. Field meeting.
func reviewedAt(ctx context.Context, tx *db.Tx, f *fault.Fields, cell org.Unit, id int64) (civil.Date, error) {
	list, err := ReviewMeetings(ctx, tx, cell, tx.Today())
	for _, m := range list {
		if m.Ref.ID == id {
			return m.Day, nil
		}
	}
	f.Add("meeting", "admission.err.review_meeting")
	return civil.Date{}, err
}
