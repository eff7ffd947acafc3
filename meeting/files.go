package meeting

import (
	"context"

	"chibo/access"
	"chibo/attachment"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/task"
)

// Files answers for the files of meetings: papers to be read before, photographs of
// the evening. Whoever sees the meeting's plan sees them; who prepares it or, while it
// is open, keeps its notes adds to them, also afterwards.
func (s *Service) Files() attachment.Owner {
	return attachment.Owner{
		See: func(ctx context.Context, q db.Q, actor access.Actor, ref ident.Ref) (attachment.Place, error) {
			return s.fileOwner(ctx, q, actor, ref, mayRead)
		},
		Add: func(ctx context.Context, q db.Q, actor access.Actor, ref ident.Ref) (attachment.Place, error) {
			return s.fileOwner(ctx, q, actor, ref, mayPlan)
		},
		Opened: s.fileOpened,
	}
}

func (s *Service) fileOwner(ctx context.Context, q db.Q, actor access.Actor, ref ident.Ref, r right) (attachment.Place, error) {
	h, err := s.enter(ctx, q, actor, ref, r)
	if err != nil {
		return attachment.Place{}, err
	}
	early := h.State == Preparing || h.State == Agreed
	if early && !actor.Can(access.Prepare, h.unit.Access()) {
		return attachment.Place{}, access.ErrForbidden // the plan is not out yet
	}
	return attachment.Place{
		Part: ref.Part, OrgID: h.unit.ID, Name: h.unit.Name, Title: h.Day.Vi(), Href: "/meetings/" + ref.String(),
		Lead: actor.Can(access.Lead, h.unit.Access()),
	}, nil
}

// DecisionFiles answers for the files of decisions: a drawing of the road, a list of
// households. Whoever sees the draft, or once the meeting is over its resolution, sees
// them; who may write into the draft adds to them, also afterwards.
func (s *Service) DecisionFiles() attachment.Owner {
	answer := func(r right) func(context.Context, db.Q, access.Actor, ident.Ref) (attachment.Place, error) {
		return func(ctx context.Context, q db.Q, actor access.Actor, ref ident.Ref) (attachment.Place, error) {
			return s.decisionOwner(ctx, q, actor, ref, r)
		}
	}
	return attachment.Owner{See: answer(mayRead), Add: answer(mayPlan)}
}

const decisionSQL = `SELECT meeting_id, title FROM decision WHERE part_id = $1 AND id = $2`

func (s *Service) decisionOwner(ctx context.Context, q db.Q, actor access.Actor, ref ident.Ref, r right) (attachment.Place, error) {
	at := ident.Ref{Part: ref.Part}
	var title string
	err := q.QueryRow(ctx, decisionSQL, ref.Part, ref.ID).Scan(&at.ID, &title)
	if db.NoRows(err) {
		return attachment.Place{}, ErrNoDecision
	}
	if err != nil {
		return attachment.Place{}, err
	}
	place, err := s.fileOwner(ctx, q, actor, at, r)
	if err != nil {
		return attachment.Place{}, err
	}
	h, err := s.load(ctx, q, at)
	if err != nil || h.over() {
		place.Title = title
		return place, err
	}
	_, kept, err := access.KeptFrom(ctx, q, actor, access.CellRead, h.unit.Access(), access.KeptDrafts)
	if err == nil && kept {
		return attachment.Place{}, access.ErrForbidden // a draft is not read from above
	}
	place.Title = title
	return place, err
}

const decisionOfSQL = `SELECT id FROM decision WHERE part_id = $1 AND meeting_id = $2 ORDER BY seq, id`

// DecisionOf gives the decision of which a task was made; ok is false for a task that
// comes from elsewhere.
func DecisionOf(ctx context.Context, q db.Q, t task.Task) (ref ident.Ref, ok bool, err error) {
	if t.SourceID == 0 {
		return ident.Ref{}, false, nil
	}
	ids, err := db.List(ctx, q, func(s db.Scanner) (id int64, err error) { return id, s.Scan(&id) }, decisionOfSQL, t.Ref.Part, t.SourceID)
	if err != nil || t.Seq < 1 || t.Seq > len(ids) {
		return ident.Ref{}, false, err
	}
	return ident.Ref{Part: t.Ref.Part, ID: ids[t.Seq-1]}, true, nil
}
