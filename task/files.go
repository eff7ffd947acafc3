package task

import (
	"context"

	"chibo/access"
	"chibo/attachment"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/org"
)

// Files answers for the files of tasks, the proof of what was done: whoever may see the
// cell's tasks sees them; who may report on a task adds to it until it has its verdict.
func (s *Service) Files() attachment.Owner {
	return attachment.Owner{
		See: func(ctx context.Context, q db.Q, actor access.Actor, ref ident.Ref) (attachment.Place, error) {
			_, place, err := s.fileOwner(ctx, q, actor, ref)
			return place, err
		},
		Add: func(ctx context.Context, q db.Q, actor access.Actor, ref ident.Ref) (attachment.Place, error) {
			t, place, err := s.fileOwner(ctx, q, actor, ref)
			if err != nil {
				return place, err
			}
			switch err := s.reporter(ctx, q, actor, t); {
			case fault.KindOf(err) == fault.Forbidden:
				return place, access.ErrForbidden
			case err != nil:
				return place, err
			case t.State != Open:
				return place, ErrJudged
			}
			return place, nil
		},
	}
}

func (s *Service) fileOwner(ctx context.Context, q db.Q, actor access.Actor, ref ident.Ref) (t Task, place attachment.Place, err error) {
	if t, err = ByRef(ctx, q, ref); err != nil {
		return t, place, err
	}
	cell, err := org.ByID(ctx, q, t.CellID)
	if err != nil {
		return t, place, err
	}
	if err := opens(ctx, q, actor, cell); err != nil {
		return t, place, err
	}
	return t, attachment.Place{
		Part: ref.Part, OrgID: cell.ID, Name: cell.Name, Title: t.Title, Href: "/tasks", Lead: actor.Can(access.Lead, cell.Access()),
	}, nil
}
