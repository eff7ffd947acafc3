package home

import (
	"context"
	"fmt"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/org"
	"chibo/quality"
	"chibo/rulebook"
)

// lateTalks is the wall's group of conversations about scores whose day has passed: of
// the units below, who are reminded, and of the committee itself, which answers.
func lateTalks(ctx context.Context, q db.Q, scope access.Scope, u org.Unit, set rulebook.Set, day civil.Date) (Group, error) {
	g := Group{Kind: Talks, Rule: set.Rule(rulebook.ScoreAnswerDays), Units: true}
	list, err := quality.LateIn(ctx, q, scope, day)
	for _, l := range list {
		r := Row{
			CellID: l.TurnID, Name: l.Turn, UnitShort: l.TurnUpper, Since: l.Due, Note: string(l.State), Href: quality.Href(l.Meeting),
			Text: fmt.Sprintf("%s, %02d/%d", l.Cell, l.Month.Num(), l.Month.Year()), Grave: l.State == quality.Appealed, Own: l.TurnID == u.ID,
		}
		g.Rows = append(g.Rows, r)
	}
	return g, err
}
