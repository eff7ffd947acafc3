package meeting

import (
	"context"

	"chibo/access"
	"chibo/attachment"
	"chibo/internal/db"
	"chibo/internal/ident"
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
