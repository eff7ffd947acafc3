package home

import (
	"context"

	"chibo/access"
	"chibo/campaign"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/org"
	"chibo/rulebook"
)

// lateSteps is the wall's group of units that are late with steps of campaigns.
func lateSteps(ctx context.Context, q db.Q, scope access.Scope, u org.Unit, set rulebook.Set, day civil.Date) (Group, error) {
	g := Group{Kind: Steps, Rule: set.Rule(rulebook.WallCampaign), Units: true}
	list, err := campaign.LateIn(ctx, q, scope, u, day.AddDays(1-set.Int(rulebook.WallCampaign)))
	for _, l := range list {
		text := l.Title + ": " + l.Step
		g.Rows = append(g.Rows, Row{
			CellID: l.OrgID, Name: l.Name, UnitShort: l.Upper, Since: l.Since, Text: text, Grave: l.More > 0 || l.State == campaign.Returned,
			Href: campaign.Href(l.Campaign, l.OrgID),
		})
	}
	return g, err
}

// lateSteps adds, for each late step of a campaign, the units right below with late ones.
func (h *High) lateSteps(ctx context.Context, q db.Q, scope access.Scope, set rulebook.Set, acts map[subject]Act) error {
	list, err := campaign.LateParts(ctx, q, scope, h.Unit, h.Day.AddDays(1-set.Int(rulebook.WallCampaign)))
	for _, l := range list {
		g := HighGroup{Kind: Steps, Rule: set.Rule(rulebook.WallCampaign), Text: l.Title + ": " + l.Step.Title, Href: campaign.StepHref(l.Campaign, l.Step.ID) + "?tab=open&unit=%d"}
		for _, p := range l.Parts {
			row := HighRow{UnitID: p.OrgID, Name: p.Name, Count: p.Of - p.Done, Of: p.Of}
			if a, done := acts[subject{p.OrgID, Steps}]; done {
				row.Last = &a
			}
			g.Total += row.Count
			g.Rows = append(g.Rows, row)
		}
		h.add(g)
	}
	return err
}

// Waiting is what waits for an officer of a committee in its campaigns.
type Waiting struct {
	Reports int
	Href    string
}

// WaitingOf counts the reports that wait for the unit.
func WaitingOf(ctx context.Context, q db.Q, scope access.Scope, u org.Unit) (w Waiting, err error) {
	n, first, err := campaign.WaitingFor(ctx, q, scope, u)
	if n > 0 {
		w = Waiting{n, campaign.Href(first, 0)}
	}
	return w, err
}
