package document

import (
	"context"
	"strings"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/org"
)

// Who may read a paper and do what with it, in words:
//
//   - Whoever may read the meetings of the unit that issued it, which are its members,
//     its committee, those who follow it and the officers of the committees above. An
//     administrator reads no papers.
//   - For whom an extract was made reads that extract though not the unit's other papers:
//     the person it names, or who may read the unit it names.
//   - A paper of a guarded act, one that is about a person, is read by whom its feature
//     lets read: neither the unit nor those above have it by what they are.
//   - Nobody changes a paper. The lead of the unit issues a later version of it, with a
//     reason; both stay.
//   - A member of the unit confirms for himself or herself to have read; the committee
//     notes it for one without a telephone, and sees who has and who has not. Others see
//     how many.

// Guard says whether the actor may read a paper of a guarded act: nil, or
// access.ErrForbidden. An act is guarded when its owner has a colon: the name before it is
// the feature's, what follows is the feature's own ("dossier:cell").
type Guard func(ctx context.Context, q db.Q, who access.Actor, d Document) error

// Guarded says whether the paper is of a guarded act.
func (d Document) Guarded() bool { return strings.Contains(d.Owner, ":") }

func (s *Service) guarded(ctx context.Context, q db.Q, who access.Actor, d Document) error {
	name, _, _ := strings.Cut(d.Owner, ":")
	guard, ok := s.Guards[name]
	if !ok {
		return access.ErrForbidden
	}
	return guard(ctx, q, who, d)
}

// open gives the paper and its unit when the actor may read it.
func (s *Service) open(ctx context.Context, q db.Q, who access.Actor, ref ident.Ref) (Document, org.Unit, error) {
	d, err := ByRef(ctx, q, ref)
	if err != nil {
		return Document{}, org.Unit{}, err
	}
	u, err := org.ByID(ctx, q, d.OrgID)
	if err != nil {
		return Document{}, org.Unit{}, err
	}
	if d.Guarded() {
		return d, u, s.guarded(ctx, q, who, d)
	}
	if _, err = access.For(who, access.CellRead, u.Access()); err == nil {
		return d, u, nil
	}
	if named, err := addressed(ctx, q, who, ref); err != nil || named {
		return d, u, err
	}
	return Document{}, org.Unit{}, access.ErrForbidden
}

// addressed says whether the paper was made for the actor, or for a unit that the actor
// may read.
func addressed(ctx context.Context, q db.Q, who access.Actor, ref ident.Ref) (bool, error) {
	list, err := Addressees(ctx, q, ref)
	if err != nil {
		return false, err
	}
	for _, a := range list {
		switch {
		case a.Kind == ToPerson && who.PersonID != 0 && a.PersonID == who.PersonID:
			return true, nil
		case a.Kind != ToUnit:
			continue
		}
		u, err := org.ByID(ctx, q, a.UnitID)
		if err != nil {
			return false, err
		}
		if who.Can(access.CellRead, u.Access()) {
			return true, nil
		}
	}
	return false, nil
}
