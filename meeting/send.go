package meeting

import (
	"context"

	"chibo/access"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/notify"
	"chibo/office"
	"chibo/org"
	"chibo/rulebook"
)

// Send sends papers and score of a closed meeting up (rules.md 2.20, 8.01): the figures
// get the day and the lateness, the officers of the committee above and the follower a
// notice. Errors: ErrState; what OnSent refuses.
func (s *Service) Send(ctx context.Context, actor access.Actor, ref ident.Ref) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		h, err := s.enter(ctx, tx, actor, ref, mayLead)
		if err != nil {
			return err
		}
		if err := h.in(Closed); err != nil {
			return err
		}
		h.State, h.SentAt = Sent, tx.Now()
		for _, told := range s.OnSent {
			if err := told(ctx, tx, h.Meeting); err != nil {
				return err
			}
		}
		if err := updateMeeting(ctx, tx, h.Meeting, 1); err != nil {
			return err
		}
		late := lateDays(h.set, h.Day, tx.Today())
		if h.Kind == Regular {
			if err := figure.PutSent(ctx, tx, h.figureKey(), tx.Today(), late); err != nil {
				return err
			}
		}
		if err := StepDone(ctx, tx, ref, StepSend, tx.Today()); err != nil {
			return err
		}
		if err := h.tellUpper(ctx, tx); err != nil {
			return err
		}
		s.tell(tx, ref, LiveState)
		return record(ctx, tx, actor, ref, "send", map[string]any{"late": late})
	})
}

// Deadline gives the last day on which papers and score go up in time (rules.md 2.20):
// calendar days, the day of the meeting not counted (14.20).
func Deadline(set rulebook.Set, day civil.Date) civil.Date {
	return day.AddDays(set.Int(rulebook.MeetingReportDaysAfter))
}

// lateDays gives the days after the deadline, 0 in time.
func lateDays(set rulebook.Set, day, sent civil.Date) int {
	return max(0, sent.Sub(Deadline(set, day)))
}

// tellUpper sends a notice to who holds a post in the unit above, and to the follower.
func (h held) tellUpper(ctx context.Context, tx *db.Tx) error {
	if h.unit.ParentID == 0 {
		return nil
	}
	upper, err := org.ByID(ctx, tx, h.unit.ParentID)
	if err != nil {
		return err
	}
	above, err := office.Holders(ctx, tx, upper.PartID, upper.ID, tx.Today())
	if err != nil {
		return err
	}
	own, err := office.Holders(ctx, tx, h.Ref.Part, h.OrgID, tx.Today())
	if err != nil {
		return err
	}
	var to []notify.To
	for _, o := range above {
		if to, err = addReceiver(ctx, tx, to, o.PersonID, upper.PartID); err != nil {
			return err
		}
	}
	for _, o := range own {
		if o.Title != office.Follower {
			continue
		}
		if to, err = addReceiver(ctx, tx, to, o.PersonID, upper.PartID); err != nil {
			return err
		}
	}
	return notify.Send(ctx, tx, notify.Notice{Kind: "meeting.sent", Href: Href(h.Ref), Args: noticeArgs(h.Meeting, h.unit)}, to...)
}
