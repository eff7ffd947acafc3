package meeting

import (
	"context"

	"chibo/access"
	"chibo/agenda"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/task"
	"chibo/workplan"
)

const (
	cancelMeetingSQL   = `DELETE FROM meeting WHERE part_id = $1 AND id = $2 AND version = $3`
	cancelItemsSQL     = `DELETE FROM meeting_item WHERE part_id = $1 AND meeting_id = $2`
	cancelDecisionsSQL = `DELETE FROM decision WHERE part_id = $1 AND meeting_id = $2`
	cancelStepsSQL     = `DELETE FROM meeting_step WHERE part_id = $1 AND meeting_id = $2`
	cancelRollSQL      = `DELETE FROM roll WHERE part_id = $1 AND meeting_id = $2`
	cancelSessionsSQL  = `DELETE FROM group_session WHERE part_id = $1 AND meeting_id = $2`
	cancelOpinionsSQL  = `DELETE FROM opinion WHERE part_id = $1 AND meeting_id = $2`
	cancelVersionsSQL  = `DELETE FROM plan_version WHERE part_id = $1 AND meeting_id = $2`
	cancelSeenSQL      = `DELETE FROM paper_seen WHERE part_id = $1 AND meeting_id = $2`
)

// Cancel takes back a meeting to which nobody was invited yet, with everything that was
// prepared for it and for the one that was to follow in the same evening. What the cell
// committee proposed on tasks falls with it: they are open again. A committee meeting that
// agreed the plan stays, for it was held. Errors: ErrState once the meeting was announced
// (see CallOff), ErrStale when somebody changes it meanwhile.
func (s *Service) Cancel(ctx context.Context, actor access.Actor, ref ident.Ref) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		h, err := s.enter(ctx, tx, actor, ref, mayLead)
		if err != nil {
			return err
		}
		if err := h.in(Preparing, Agreed); err != nil {
			return err
		}
		then, ok, err := following(ctx, tx, ref)
		if err != nil {
			return err
		}
		if ok {
			if err := s.giveUp(ctx, tx, actor, held{Meeting: then, unit: h.unit, set: h.set}); err != nil {
				return err
			}
		}
		return s.giveUp(ctx, tx, actor, h)
	})
}

// giveUp takes a meeting out of the record that was not announced.
func (s *Service) giveUp(ctx context.Context, tx *db.Tx, actor access.Actor, h held) error {
	ref := h.Ref
	res, err := tx.Exec(ctx, cancelMeetingSQL, ref.Part, ref.ID, h.Version)
	if err := one(res, err, ErrStale); err != nil {
		return err
	}
	for _, query := range []string{cancelItemsSQL, cancelDecisionsSQL, cancelStepsSQL, cancelRollSQL, cancelOpinionsSQL, cancelSessionsSQL, cancelVersionsSQL, cancelSeenSQL} {
		if _, err := tx.Exec(ctx, query, ref.Part, ref.ID); err != nil {
			return err
		}
	}
	if err := s.offAgenda(ctx, tx, actor, h.Meeting); err != nil {
		return err
	}
	if err := agenda.DropMeeting(ctx, tx, ref); err != nil {
		return err
	}
	if err := workplan.DropMeeting(ctx, tx, ref); err != nil {
		return err
	}
	if err := unjudge(ctx, tx, actor, ref); err != nil {
		return err
	}
	s.tell(tx, ref, LiveState)
	return record(ctx, tx, actor, ref, "cancel", map[string]any{"kind": h.Kind, "day": h.Day.String(), "state": h.State})
}

// unjudge opens the tasks again that were judged for a meeting that is given up, and
// takes its table that looks back away.
func unjudge(ctx context.Context, tx *db.Tx, actor access.Actor, ref ident.Ref) error {
	rows, err := task.Review(ctx, tx, ref.Part, ref.ID)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.Result == "" || r.Result == task.Open {
			continue
		}
		v := task.Verdict{ReviewID: ref.ID, Task: r.Ref, Result: task.Open, By: actor.AccountID, Version: r.Version}
		if _, err := task.Judge(ctx, tx, v); err != nil {
			return err
		}
	}
	return task.ForgetReview(ctx, tx, ref.Part, ref.ID)
}
