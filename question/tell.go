package question

import (
	"context"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/notify"
	"chibo/org"
)

// actors gives where the notices of those lie who act for a unit.
func actors(ctx context.Context, tx *db.Tx, u org.Unit) (to []notify.To, err error) {
	today := tx.Today()
	var people []int64
	if u.IsCell() {
		people, err = access.Leads(ctx, tx, u.ID, today)
	} else {
		people, err = access.Holders(ctx, tx, access.RoleUpper, u.ID, today)
	}
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		part, err := access.HomePart(ctx, tx, p, today)
		if err != nil {
			return nil, err
		}
		if part != 0 {
			to = append(to, notify.To{Part: part, PersonID: p})
		}
	}
	return to, nil
}

// tellAsker tells the member who asked; nobody, when it was heard from people.
func tellAsker(ctx context.Context, tx *db.Tx, q Question, kind, cell, unit string) error {
	if q.AskerID == 0 {
		return nil
	}
	m, err := member.ByID(ctx, tx, ident.Ref{Part: q.Ref.Part, ID: q.AskerID})
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	part, err := access.HomePart(ctx, tx, m.PersonID, tx.Today())
	if err != nil || part == 0 {
		return err
	}
	return notify.Send(ctx, tx, notify.Notice{
		Kind: kind, Href: Href(q.Ref), Args: map[string]any{"Cell": cell, "Unit": unit, "Due": q.Due},
	}, notify.To{Part: part, PersonID: m.PersonID})
}
