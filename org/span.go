package org

import (
	"context"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/tree"
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
	var kind, path string
	var part int64
	var several bool // other parts lie below
	err := q.QueryRow(ctx, spanSQL, scope.Unit().ID, s.Lo, s.Hi).Scan(&kind, &path, &part, &several)
	if db.NoRows(err) {
		return s, ErrNotFound
	}
	if err != nil || isAbove(kind) {
		return s, err
	}
	s.Part = part
	if scope.Unit().ID == part {
		if several {
			s.Part = 0
		}
		return s, nil
	}
	return s.below(ctx, q, tree.Path(path), part)
}

// SpanOfUnit is SpanOf for a scope whose unit has been read.
func SpanOfUnit(ctx context.Context, q db.Q, scope access.Scope, u Unit) (Span, error) {
	if u.IsAbove() || u.ID == u.PartID || u.ID != scope.Unit().ID {
		return SpanOf(ctx, q, scope)
	}
	s := Span{Part: u.PartID}
	s.Lo, s.Hi = scope.Range()
	return s.below(ctx, q, u.Path, u.PartID)
}

// below finds the part of a scope that is smaller than it.
func (s Span) below(ctx context.Context, q db.Q, path tree.Path, part int64) (Span, error) {
	s.Below = true
	for p := path; p != ""; p = p.Parent() {
		if p.ID() == part {
			s.PartLo, s.PartHi = p.Range()
			return s, nil
		}
	}
	// The part is no ancestor: its rows were kept when the unit was merged into another.
	u, err := ByID(ctx, q, part)
	s.PartLo, s.PartHi = u.Path.Range()
	return s, err
}

const spanSQL = `SELECT o.kind, o.path, o.part_id, EXISTS (SELECT 1 FROM org b WHERE b.id = b.part_id AND b.path > $2 AND b.path < $3)
  FROM org o WHERE o.id = $1`
