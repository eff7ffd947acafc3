package org

import (
	"context"

	"chibo/access"
	"chibo/internal/db"
)

// Span says where the rows of a scope lie, for queries that join facts to the tree.
type Span struct {
	// Lo and Hi bound the paths of the scope: path >= Lo AND path < Hi.
	Lo, Hi string
	// PartLo and PartHi bound the paths of the parts whose rows belong to the scope,
	// wholly or, when Below, in part. The parts are the units with id = part_id in it.
	PartLo, PartHi string
	// Part is the one part that holds all rows; 0 when there are several, as above the
	// parts, and in a part into which others were merged.
	Part int64
	// Below says that the scope is smaller than its part: roll-ups of the part say
	// more than the scope may see, and rows of single cells must be read.
	Below bool
}

// SpanOf gives the span of a scope.
func SpanOf(ctx context.Context, q db.Q, scope access.Scope) (Span, error) {
	s := Span{}
	s.Lo, s.Hi = scope.Range()
	s.PartLo, s.PartHi = s.Lo, s.Hi
	if scope.Unit().ID == 0 { // the program itself, over the whole
		return s, nil
	}
	u, err := ByID(ctx, q, scope.Unit().ID)
	if err != nil || u.IsAbove() {
		return s, err
	}
	s.Part = u.PartID
	if u.ID == u.PartID {
		return s, s.several(ctx, q)
	}
	s.Below = true
	for p := u.Path; p != ""; p = p.Parent() {
		if p.ID() == u.PartID {
			s.PartLo, s.PartHi = p.Range()
			return s, nil
		}
	}
	// The part is no ancestor: its rows were kept when the unit was merged into another.
	part, err := ByID(ctx, q, u.PartID)
	s.PartLo, s.PartHi = part.Path.Range()
	return s, err
}

const partsBelowSQL = `SELECT COUNT(*) FROM org o WHERE o.id = o.part_id AND o.path > $1 AND o.path < $2`

// several forgets the one part when others lie below it.
func (s *Span) several(ctx context.Context, q db.Q) error {
	var n int
	err := q.QueryRow(ctx, partsBelowSQL, s.Lo, s.Hi).Scan(&n)
	if n > 0 {
		s.Part = 0
	}
	return err
}
