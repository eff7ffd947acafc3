package meeting

import (
	"context"
	"strconv"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/office"
	"chibo/org"
)

// Group is a Party group of a cell with its members of today (rules.md 1.15).
type Group struct {
	Unit    org.Unit
	Head    string // of the group; "" nobody in office
	HeadID  int64  // membership in the cell; 0 nobody
	Members []member.OnDay
}

// Groups is how a cell is divided.
type Groups struct {
	Unit   org.Unit
	Groups []Group
	Loose  []member.OnDay // in no group
	Lead   bool           // the viewer divides
}

// GroupsOf gives the Party groups of a cell with their members to whoever may read it.
func (s *Service) GroupsOf(ctx context.Context, actor access.Actor, cellID int64) (g Groups, err error) {
	err = s.DB.Read(ctx, func(q db.Q) error {
		if g.Unit, err = planCell(ctx, q, actor, cellID, access.CellRead); err != nil {
			return err
		}
		g.Lead = actor.Can(access.Lead, g.Unit.Access())
		day := civil.From(s.DB.Clock().Now())
		body, err := member.Body(ctx, q, g.Unit.PartID, cellID, day)
		if err != nil {
			return err
		}
		g.Groups, g.Loose, err = divide(ctx, q, g.Unit, body, day)
		return err
	})
	return g, err
}

const placedSQL = `SELECT membership_id, group_id FROM group_member WHERE part_id = $1 AND org_id = $2`

// placed gives the group of each member of a cell.
func placed(ctx context.Context, q db.Q, u org.Unit) (map[int64]int64, error) {
	out := map[int64]int64{}
	_, err := db.List(ctx, q, func(s db.Scanner) (struct{}, error) {
		var id, group int64
		err := s.Scan(&id, &group)
		out[id] = group
		return struct{}{}, err
	}, placedSQL, u.PartID, u.ID)
	return out, err
}

// divide puts the members of a day into the living groups of their cell.
func divide(ctx context.Context, q db.Q, u org.Unit, body []member.OnDay, day civil.Date) (groups []Group, loose []member.OnDay, err error) {
	units, err := groupsOf(ctx, q, u)
	if err != nil {
		return nil, nil, err
	}
	in, err := placed(ctx, q, u)
	if err != nil {
		return nil, nil, err
	}
	at := map[int64]int{}
	for i, g := range units {
		at[g.ID] = i
		head, err := headOf(ctx, q, g, day)
		if err != nil {
			return nil, nil, err
		}
		groups = append(groups, Group{Unit: g, Head: head.Name, HeadID: head.MembershipID})
	}
	for _, p := range body {
		i, ok := at[in[p.MembershipID]]
		if !ok {
			loose = append(loose, p)
			continue
		}
		groups[i].Members = append(groups[i].Members, p)
	}
	return groups, loose, nil
}

// headOf gives the head of a group on a day, the zero Holder for nobody.
func headOf(ctx context.Context, q db.Q, g org.Unit, day civil.Date) (office.Holder, error) {
	list, err := office.Holders(ctx, q, g.PartID, g.ID, day)
	for _, h := range list {
		if h.Title == office.GroupHead {
			return h, err
		}
	}
	return office.Holder{}, err
}

const placeSQL = `INSERT INTO group_member (part_id, membership_id, org_id, group_id) VALUES ($1, $2, $3, $4)
ON CONFLICT (part_id, membership_id) DO UPDATE SET org_id = excluded.org_id, group_id = excluded.group_id`

const unplaceSQL = `DELETE FROM group_member WHERE part_id = $1 AND membership_id = $2`

// Divide puts members of a cell into its Party groups, or with group 0 into none. The
// cell's lead does it; who has met with a group stays there in that meeting. Field errors:
// "group.<membership>" for somebody or a group that is not of the cell.
func (s *Service) Divide(ctx context.Context, actor access.Actor, cellID int64, into map[int64]int64) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		u, err := planCell(ctx, tx, actor, cellID, access.Lead)
		if err != nil {
			return err
		}
		units, err := groupsOf(ctx, tx, u)
		if err != nil {
			return err
		}
		known := map[int64]bool{0: true}
		for _, g := range units {
			known[g.ID] = true
		}
		body, err := member.Body(ctx, tx, u.PartID, u.ID, tx.Today())
		if err != nil {
			return err
		}
		in := inBody(body)
		var f fault.Fields
		for id, group := range into {
			if !in[id] || !known[group] {
				f.Add("group."+strconv.FormatInt(id, 10), "meeting.err.group_member")
			}
		}
		if err := f.Err(); err != nil {
			return err
		}
		for id, group := range into {
			if err := place(ctx, tx, u, id, group); err != nil {
				return err
			}
		}
		return record(ctx, tx, actor, ident.Ref{Part: u.PartID, ID: u.ID}, "divide", map[string]any{"members": len(into)})
	})
}

func place(ctx context.Context, tx *db.Tx, u org.Unit, membershipID, group int64) error {
	if group == 0 {
		_, err := tx.Exec(ctx, unplaceSQL, u.PartID, membershipID)
		return err
	}
	_, err := tx.Exec(ctx, placeSQL, u.PartID, membershipID, u.ID, group)
	return err
}

// PlaceAll puts members into groups at once, for sample data and imports. It checks
// nothing: the caller does.
func PlaceAll(ctx context.Context, tx *db.Tx, cell org.Unit, into map[int64]int64) error {
	for id, group := range into {
		if err := place(ctx, tx, cell, id, group); err != nil {
			return err
		}
	}
	return nil
}
