package meeting

import (
	"context"
	"strconv"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/org"
	"chibo/reorg"
)

// Follow gives what meetings say to a reorganisation: one that is being held must end
// first, and one that a unit still prepares must be held or cancelled before the unit
// ends. A meeting held since stands in the way of taking the act back.
func Follow() reorg.Follower {
	return reorg.Follower{Name: "meeting", Effects: effects, Later: later, Holds: holds}
}

const underWaySQL = `SELECT m.id, m.day, m.state FROM meeting m
 WHERE m.part_id = $1 AND m.org_id = $2 AND m.state IN ('preparing', 'agreed', 'invited', 'open', 'closed') ORDER BY m.day, m.id`

type underWay struct {
	id    int64
	day   civil.Date
	state string
}

// effects looks at the meetings that are not over: under way in any unit that the act
// touches, and not sent up in a unit that ends.
func effects(ctx context.Context, q db.Q, a reorg.Asked) ([]reorg.Effect, error) {
	ends := map[int64]bool{}
	units := map[int64]org.Unit{}
	var order []int64
	for i, list := range [][]org.Unit{a.Ended, a.Cells, a.Rehomed} {
		for _, u := range list {
			if _, ok := units[u.ID]; !ok {
				units[u.ID] = u
				order = append(order, u.ID)
			}
			if i == 0 {
				ends[u.ID] = true
			}
		}
	}
	held := reorg.Effect{Key: "reorg.effect.meetings_open", Blocks: true}
	ending := reorg.Effect{Key: "reorg.effect.meetings_ending", Blocks: true}
	waiting := 0
	for _, id := range order {
		u := units[id]
		list, err := db.List(ctx, q, func(s db.Scanner) (m underWay, err error) { return m, s.Scan(&m.id, &m.day, &m.state) }, underWaySQL, u.PartID, u.ID)
		if err != nil {
			return nil, err
		}
		for _, m := range list {
			it := reorg.EffectItem{Text: u.Name + ", " + m.day.Vi(), Href: "/meetings/" + ident.Ref{Part: u.PartID, ID: m.id}.String()}
			switch {
			case m.state == Opened:
				held.Items = append(held.Items, it)
			case ends[id]:
				ending.Items = append(ending.Items, it)
			case m.state != Closed:
				waiting++
			}
		}
	}
	var out []reorg.Effect
	for _, e := range []reorg.Effect{held, ending} {
		if len(e.Items) > 0 {
			e.Args = map[string]any{"Count": len(e.Items)}
			out = append(out, e)
		}
	}
	if waiting > 0 {
		out = append(out, reorg.Effect{Key: "reorg.effect.meetings_go", Args: map[string]any{"Count": waiting}})
	}
	return out, nil
}

const laterSQL = `SELECT m.id, m.day, m.state FROM meeting m
 WHERE m.part_id = $1 AND m.org_id = $2 AND m.day >= $3 AND m.opened_at > 0 ORDER BY m.id`

func later(ctx context.Context, q db.Q, units []org.Unit, day civil.Date) ([]reorg.Sign, error) {
	var out []reorg.Sign
	for _, u := range units {
		list, err := db.List(ctx, q, func(s db.Scanner) (m underWay, err error) { return m, s.Scan(&m.id, &m.day, &m.state) }, laterSQL, u.PartID, u.ID, day)
		if err != nil {
			return nil, err
		}
		for _, m := range list {
			out = append(out, reorg.Sign{
				Mark: "m" + strconv.FormatInt(m.id, 10), Key: "reorg.later.meeting", Args: map[string]any{"Unit": u.Name, "Day": m.day.Vi()},
				Href: "/meetings/" + ident.Ref{Part: u.PartID, ID: m.id}.String(),
			})
		}
	}
	return out, nil
}

const holdsSQL = `SELECT COUNT(*) FROM meeting WHERE part_id = $1 AND id = $2`

func holds(ctx context.Context, q db.Q, part, id int64) (bool, error) {
	var n int
	err := q.QueryRow(ctx, holdsSQL, part, id).Scan(&n)
	return n > 0, err
}
