package question

import (
	"context"

	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/member"
)

// Dealt is what a meeting did with a question on its agenda.
type Dealt struct {
	ItemID int64
	Kind   string // StepAnswered, StepUp or StepDeclined
	To     string // committee it was sent up to
	Text   string // answer, reason or accompanying word
	Asker  string // name, of one who wishes to be named; else ""
}

const dealtSQL = `SELECT s.item_id, s.kind, s.to_name, s.note, CASE WHEN q.named THEN q.asker_id ELSE 0 END
  FROM question_step s JOIN question q ON q.part_id = s.part_id AND q.id = s.question_id
 WHERE s.part_id = $1 AND s.meeting_id = $2 AND s.meeting_id <> 0 AND s.item_id <> 0 AND s.kind IN ('answered', 'up', 'declined') AND q.joined_to = 0 ORDER BY s.id`

// DealtIn gives what a meeting did with the questions on its agenda, in order, as its
// minutes say it: they are read above the cell, so only those are named who wish it. It
// checks no right.
func DealtIn(ctx context.Context, q db.Q, part, meetingID int64) ([]Dealt, error) {
	type row struct {
		Dealt
		asker int64
	}
	rows, err := db.List(ctx, q, func(s db.Scanner) (r row, err error) {
		return r, s.Scan(&r.ItemID, &r.Kind, &r.To, &r.Text, &r.asker)
	}, dealtSQL, part, meetingID)
	if err != nil {
		return nil, err
	}
	out := make([]Dealt, len(rows))
	for i, r := range rows {
		if r.asker != 0 {
			m, err := member.ByID(ctx, q, ident.Ref{Part: part, ID: r.asker})
			if err != nil {
				return nil, err
			}
			r.Asker = m.Name
		}
		out[i] = r.Dealt
	}
	return out, nil
}

const onAgendaSQL = `SELECT ` + columns + ` FROM question q WHERE q.part_id = $1 AND q.cell_id = $2 AND q.state = 'agenda' AND q.meeting_id = $3 ORDER BY q.id`

// OnAgendaOf gives the questions that stand on the agenda of a meeting of the cell. It
// checks no right: see ToDecide.
func OnAgendaOf(ctx context.Context, q db.Q, meeting ident.Ref, cellID int64) ([]Question, error) {
	return db.List(ctx, q, scan, onAgendaSQL, meeting.Part, cellID, meeting.ID)
}
