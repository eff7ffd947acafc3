package member

import (
	"context"

	"chibo/internal/db"
	"chibo/internal/viet"
	"chibo/org"
)

const (
	hitThenColumns = thenColumns + ` FROM membership m CROSS JOIN org c` + thenJoins + ` WHERE c.id = m.cell_id AND c.path >= $9 AND c.path < $10 AND `

	hitOfPersonThenSQL = hitThenColumns + `m.part_id = $7 AND m.person_id = $8 AND` + stood + ` ORDER BY m.sort, m.id, s.id`
	hitThenSQL         = hitThenColumns + `m.part_id = $7 AND m.id = $8 AND` + stood + ` ORDER BY s.id`

	// Cells that stood in the view: all of them, or only those that stand outside of $5
	// to $6 today.
	findStoodSQL = `SELECT m.part_id, m.person_id, m.id, COALESCE(f.name, ''), m.name, COALESCE(f.other_name, ''), m.sort
  FROM ` + stoodCells + ` CROSS JOIN org c CROSS JOIN membership m LEFT JOIN person f ON f.part_id = m.part_id AND f.id = m.person_id
 WHERE c.id = t.id AND m.part_id = t.part_id AND m.cell_id = t.id AND m.from_day <= $3 AND (m.to_day = '' OR m.to_day > $3)
   AND ($5 = '' OR c.path < $5 OR c.path >= $6) LIMIT $4`
)

// Find is Find in the view, by the names that people and their units had on the day, or
// that people have today.
func (t Then) Find(ctx context.Context, q db.Q, in Query) (Found, error) {
	typed := FindWords(in.Text)
	if len(typed) == 0 {
		return Found{}, nil
	}
	if in.Limit <= 0 {
		in.Limit = findLimit
	}
	in.Day, in.Past = t.View.Day, true
	found, err := t.find(ctx, q, in, typed)
	if err != nil || len(typed) < 2 || found.Cut || len(found.Hits) > 0 {
		return found, err
	}
	return narrowed(ctx, &thenGround{q: q, then: t, what: in}, in.Limit, typed)
}

// find reads the members of up to narrowCells cells. In more, those who are members of
// the unit today are gathered as for today, and only cells that have left it are read.
func (t Then) find(ctx context.Context, q db.Q, in Query, typed []viet.Word) (Found, error) {
	s := newSearch(q, t.May, in, typed)
	s.then = &t
	wide, err := t.wide(ctx, q)
	if err != nil {
		return Found{}, err
	}
	away := [2]string{}
	if wide {
		if s.span, err = org.SpanOf(ctx, q, t.View.Scope); err != nil {
			return Found{}, err
		}
		s.few, s.whole = fewParts(q), isTop(t.View.Scope)
		if err := s.gather(ctx); err != nil {
			return Found{}, err
		}
		away[0], away[1] = t.View.Scope.Range()
	}
	lo, hi := t.View.Range()
	list, err := db.List(ctx, q, scanInCell, findStoodSQL, lo, hi, in.Day, cellsMost, away[0], away[1])
	if err != nil {
		return Found{}, err
	}
	s.add(list)
	return s.best(ctx)
}

// thenGround is the ground of a past day: what stood in a view.
type thenGround struct {
	q    db.Q
	then Then
	what Query
	seen map[int64]org.Then
}

func (g *thenGround) top() int64 { return g.then.View.Top.ID }

func (g *thenGround) units(ctx context.Context, words []viet.Word) ([]org.Unit, bool, error) {
	list, cut, err := g.then.View.Find(ctx, g.q, words)
	g.seen = map[int64]org.Then{}
	out := make([]org.Unit, 0, len(list))
	for _, t := range list {
		g.seen[t.ID] = t
		out = append(out, t.Unit)
	}
	return out, cut, err
}

func (g *thenGround) in(ctx context.Context, u org.Unit, typed []viet.Word) (Found, error) {
	below := g.then
	below.View = below.View.Under(g.seen[u.ID])
	return below.find(ctx, g.q, g.what, typed)
}
