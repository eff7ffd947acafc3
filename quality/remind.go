package quality

import (
	"context"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/notify"
	"chibo/org"
)

// remindPage is how many conversations Remind looks at in one transaction.
const remindPage = 500

// lateTalk is a conversation whose day has passed.
type lateTalk struct {
	score   ident.Ref
	meeting ident.Ref
	month   civil.Month
	cellID  int64
	Talk
}

const (
	lateTalksSQL = `SELECT t.part_id, t.score_id, s.meeting_id, s.month, t.cell_id, t.state, t.appeal_to, t.due
  FROM score_talk t JOIN score s ON s.part_id = t.part_id AND s.id = t.score_id
 WHERE t.state <> 'closed' AND t.due <> '' AND t.due < $1 AND t.told <> t.due
   AND (t.part_id, t.score_id) > ($2, $3) ORDER BY t.part_id, t.score_id LIMIT $4`

	toldTalkSQL = `UPDATE score_talk SET told = due WHERE part_id = $1 AND score_id = $2 AND state = $3 AND due = $4 AND told <> due`
)

func scanLate(r db.Scanner) (l lateTalk, err error) {
	err = r.Scan(&l.score.Part, &l.score.ID, &l.meeting.ID, &l.month, &l.cellID, &l.State, &l.AppealTo, &l.Due)
	l.meeting.Part = l.score.Part
	return l, err
}

// Remind tells whose turn it is in a conversation, once, that its day has passed: the cell
// that has not answered, the committee that has not decided, or the one that has not
// settled an appeal. It may run at any time and again.
func (s *Service) Remind(ctx context.Context) error {
	today := civil.From(s.DB.Clock().Now())
	var after ident.Ref
	for {
		var page []lateTalk
		err := s.DB.Read(ctx, func(q db.Q) (err error) {
			page, err = db.List(ctx, q, scanLate, lateTalksSQL, today, after.Part, after.ID, remindPage)
			return err
		})
		if err != nil || len(page) == 0 {
			return err
		}
		after = page[len(page)-1].score
		err = s.DB.Write(ctx, func(tx *db.Tx) error {
			for _, l := range page {
				if err := s.remind(ctx, tx, l); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}

// remind tells of one; nothing is said where an answer came between reading and writing.
func (s *Service) remind(ctx context.Context, tx *db.Tx, l lateTalk) error {
	res, err := tx.Exec(ctx, toldTalkSQL, l.score.Part, l.score.ID, string(l.State), l.Due)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err
	}
	cell, err := org.ByID(ctx, tx, l.cellID)
	if err != nil {
		return err
	}
	owner, err := s.turnOf(ctx, tx, cell, l.Talk)
	if err != nil || owner.ID == 0 {
		return err
	}
	to, err := serving(ctx, tx, owner)
	if err != nil {
		return err
	}
	return notify.Send(ctx, tx, notify.Notice{
		Kind: "score.late_" + string(l.State), Href: Href(l.meeting),
		Args: map[string]any{"Cell": cell.Name, "Month": l.month, "Due": l.Due},
	}, to...)
}

// turnOf gives the unit whose turn it is.
func (s *Service) turnOf(ctx context.Context, q db.Q, cell org.Unit, t Talk) (org.Unit, error) {
	if t.State == Asked {
		return cell, nil
	}
	upper, err := directUpper(ctx, q, cell)
	if err != nil || t.State != Appealed {
		return upper, err
	}
	return judge(ctx, q, upper, t.AppealTo)
}

// LateTalk is a conversation about a score whose day has passed, for a committee's wall.
type LateTalk struct {
	Cell    string // its short name
	Month   civil.Month
	Meeting ident.Ref
	State   TalkState
	Due     civil.Date

	TurnID    int64 // the cell or committee whose turn it is
	Turn      string
	TurnUpper string // short name of the unit above that one
}

// As lateBelowSQL: from the parts to their open conversations.
const lateInSQL = `SELECT o.short, s.month, s.part_id, s.meeting_id, t.state, t.due, w.id, w.name, COALESCE(v.short, '')
  FROM org b CROSS JOIN score_talk t CROSS JOIN org o CROSS JOIN score s
             LEFT JOIN org p ON p.id = o.parent_id
             JOIN org w ON w.id = CASE WHEN t.state = 'asked' THEN o.id
               WHEN t.state = 'appealed' AND t.appeal_to = 'above' THEN COALESCE(p.parent_id, p.id) ELSE p.id END
             LEFT JOIN org v ON v.id = w.parent_id
 WHERE b.id = b.part_id AND b.path >= $4 AND b.path < $5 AND t.part_id = b.id AND t.state <> 'closed' AND t.due <> '' AND t.due || '' < $3
   AND o.id = t.cell_id AND o.path >= $1 AND o.path < $2 AND s.part_id = t.part_id AND s.id = t.score_id AND w.path >= $1
 ORDER BY t.due, t.score_id LIMIT $6`

// lateMost is how many conversations a wall is given.
const lateMost = 1000

// LateIn gives the conversations whose day has passed while it was the turn of a cell or
// committee of the scope, the oldest first.
func LateIn(ctx context.Context, q db.Q, scope access.Scope, day civil.Date) ([]LateTalk, error) {
	span, err := org.SpanOf(ctx, q, scope)
	if err != nil {
		return nil, err
	}
	return db.List(ctx, q, func(r db.Scanner) (l LateTalk, err error) {
		err = r.Scan(&l.Cell, &l.Month, &l.Meeting.Part, &l.Meeting.ID, &l.State, &l.Due, &l.TurnID, &l.Turn, &l.TurnUpper)
		return l, err
	}, lateInSQL, span.Lo, span.Hi, day, span.PartLo, span.PartHi, lateMost)
}
