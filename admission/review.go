package admission

import (
	"context"
	"slices"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
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

// reviewedAt gives day and item of a meeting in which the list was looked at. Field meeting.
func reviewedAt(ctx context.Context, tx *db.Tx, f *fault.Fields, cell org.Unit, at ReviewAt) (ReviewAt, error) {
	list, err := ReviewMeetings(ctx, tx, cell, tx.Today())
	if err != nil {
		return at, err
	}
	i := slices.IndexFunc(list, func(m meeting.Meeting) bool { return m.Ref.ID == at.Meeting })
	if i < 0 {
		f.Add("meeting", "admission.err.review_meeting")
		return at, nil
	}
	at.Day = list[i].Day
	at.Item, err = reviewItem(ctx, tx, list[i].Ref, at.Item)
	return at, err
}

const mattersOfMeetingSQL = `SELECT d.item_id FROM dossier d WHERE d.part_id = $1 AND d.meeting_id = $2 AND d.meeting_id <> 0`

// reviewItem gives the item of the agenda under which the list was looked at: the one asked
// for, else the only one on members, without those on one person alone; 0 for none.
func reviewItem(ctx context.Context, q db.Q, ref ident.Ref, asked int64) (int64, error) {
	items, err := meeting.Agenda(ctx, q, ref)
	if err != nil {
		return 0, err
	}
	alone, err := db.List(ctx, q, func(s db.Scanner) (id int64, err error) { return id, s.Scan(&id) }, mattersOfMeetingSQL, ref.Part, ref.ID)
	if err != nil {
		return 0, err
	}
	found, more := int64(0), false
	for _, it := range items {
		switch {
		case it.Content != meeting.ContentMembers || slices.Contains(alone, it.ID):
		case it.ID == asked:
			return asked, nil
		default:
			found, more = it.ID, more || found != 0
		}
	}
	if more {
		return 0, nil
	}
	return found, nil
}

// topics gives the titles of the items under which notes were made.
func topics(ctx context.Context, q db.Q, part int64, notes []Note) (map[int64]string, error) {
	out := map[int64]string{}
	read := map[int64]bool{}
	for _, n := range notes {
		if n.ItemID == 0 || read[n.MeetingID] {
			continue
		}
		read[n.MeetingID] = true
		items, err := meeting.Agenda(ctx, q, ident.Ref{Part: part, ID: n.MeetingID})
		if err != nil {
			return nil, err
		}
		for _, it := range items {
			out[it.ID] = it.Title
		}
	}
	return out, nil
}
