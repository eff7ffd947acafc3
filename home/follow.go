package home

import (
	"context"

	"chibo/access"
	"chibo/internal/db"
	"chibo/meeting"
	"chibo/org"
)

// Followed is a cell that a member of the upper committee follows (rules.md 2.09).
type Followed struct {
	Unit  org.Unit
	Above string           // name of the unit above; "" none
	Next  *meeting.Meeting // being prepared or held; nil none
	Last  *meeting.Meeting // the latest one held; nil none
}

// FollowedOf gives the units that an actor follows, each once, in the order of the
// tree. Next and Last are filled for cells.
func FollowedOf(ctx context.Context, q db.Q, actor access.Actor) ([]Followed, error) {
	var out []Followed
	seen := map[int64]bool{}
	for _, g := range actor.In(access.RoleFollower) {
		if seen[g.OrgID] {
			continue
		}
		seen[g.OrgID] = true
		f, err := follow(ctx, q, g.OrgID)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

func follow(ctx context.Context, q db.Q, id int64) (Followed, error) {
	u, err := org.ByID(ctx, q, id)
	if err != nil {
		return Followed{}, err
	}
	f := Followed{Unit: u}
	if u.ParentID != 0 {
		above, err := org.ByID(ctx, q, u.ParentID)
		if err != nil {
			return Followed{}, err
		}
		f.Above = above.Name
	}
	if !u.IsCell() {
		return f, nil
	}
	m, ok, err := meeting.Current(ctx, q, u.PartID, u.ID)
	if err != nil {
		return Followed{}, err
	}
	if ok && m.State != meeting.Closed {
		f.Next = &m
	}
	last, ok, err := meeting.Last(ctx, q, u.PartID, u.ID)
	if ok {
		f.Last = &last
	}
	return f, err
}
