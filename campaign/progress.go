package campaign

import (
	"context"
	"strconv"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/org"
)

// Count is how far a step is in a subtree.
type Count struct {
	Of       int // units that take part
	Done     int // reported or accepted
	Accepted int
	Waiting  int // reported, to be looked at
	Returned int
}

// Open counts the units that have not reported, or were sent back.
func (c Count) Open() int { return c.Of - c.Done }

// Href is the page of a campaign, seen from a unit; unit 0 leaves it to the reader.
func Href(id, unit int64) string {
	href := "/campaigns/" + strconv.FormatInt(id, 10)
	if unit != 0 {
		href += "?unit=" + strconv.FormatInt(unit, 10)
	}
	return href
}

// StepHref is the list of the units of a step.
func StepHref(id, step int64) string {
	return "/campaigns/" + strconv.FormatInt(id, 10) + "/steps/" + strconv.FormatInt(step, 10)
}

// kindsMost is how many kinds of unit there are at most, for SQL.
const kindsMost = 10

// meant are the arguments that say who takes part in a step: a range of paths, the
// committee itself, the day by which one must have been founded, and kinds.
func (c Campaign) meant(lo, hi string, step Step) []any {
	out := []any{lo, hi, c.OrgID, step.Due}
	for i := range kindsMost {
		kind := ""
		if i < len(c.Kinds) {
			kind = c.Kinds[i]
		}
		out = append(out, kind)
	}
	return out
}

// takesPart is the condition of meant, with the unit as o. It stands in every query about
// who takes part, so that numbers and lists agree.
const takesPart = ` o.path >= $1 AND o.path < $2 AND o.id <> $3 AND o.valid_from <= $4 AND o.valid_to = ''
   AND o.kind IN ($5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`

const (
	ofSQL = `SELECT COUNT(*) FROM org o WHERE` + takesPart

	// The reports lie with their units' parts: those under the range, and those of units
	// whose part stands above it.
	statesSQL = `SELECT r.state, COUNT(*) FROM org p CROSS JOIN campaign_report r CROSS JOIN org o
 WHERE p.id = p.part_id AND p.path >= $17 AND p.path < $18 AND r.part_id = p.id AND r.campaign_id = $15 AND r.step_id = $16 AND o.id = r.org_id AND` + takesPart + `
 GROUP BY r.state`
)

// count gives how far a step is in the scope.
func (c Campaign) count(ctx context.Context, q db.Q, span org.Span, step Step) (n Count, err error) {
	args := c.meant(span.Lo, span.Hi, step)
	if err = q.QueryRow(ctx, ofSQL, args...).Scan(&n.Of); err != nil {
		return n, err
	}
	type pair struct {
		state State
		n     int
	}
	list, err := db.List(ctx, q, func(s db.Scanner) (p pair, err error) {
		err = s.Scan(&p.state, &p.n)
		return p, err
	}, statesSQL, append(args, c.ID, step.ID, span.PartLo, span.PartHi)...)
	for _, p := range list {
		switch p.state {
		case Accepted:
			n.Accepted += p.n
		case Reported:
			n.Waiting += p.n
		case Returned:
			n.Returned += p.n
		}
	}
	n.Done = n.Accepted + n.Waiting
	return n, err
}

// UnitLine is a unit in the list of a step.
type UnitLine struct {
	OrgID  int64
	Name   string
	Upper  string // short name of the unit above
	State  State
	Day    civil.Date
	Cursor string
}

const (
	unitColumns = `SELECT o.id, o.name, COALESCE(u.short, ''), o.path, COALESCE(r.state, ''), COALESCE(r.day, '') FROM org o
  LEFT JOIN org u ON u.id = o.parent_id
  LEFT JOIN campaign_report r ON r.part_id = o.part_id AND r.campaign_id = $15 AND r.step_id = $16 AND r.org_id = o.id
 WHERE` + takesPart + ` AND o.path > $17`

	openUnitsSQL    = unitColumns + ` AND (r.state IS NULL OR r.state NOT IN ('reported', 'accepted')) ORDER BY o.path LIMIT $18`
	waitingUnitsSQL = unitColumns + ` AND r.state = 'reported' ORDER BY o.path LIMIT $18`
	doneUnitsSQL    = unitColumns + ` AND r.state IN ('reported', 'accepted') ORDER BY o.path LIMIT $18`
	allUnitsSQL     = unitColumns + ` ORDER BY o.path LIMIT $18`
)

// Tabs of the list of a step.
const (
	TabOpen    = "open"    // has not reported, or was sent back
	TabWaiting = "waiting" // reported, to be looked at
	TabDone    = "done"    // reported or accepted
	TabAll     = "all"
)

// units gives units of a step by tab, in the order of their paths.
func (c Campaign) units(ctx context.Context, q db.Q, lo, hi string, step Step, tab, after string, limit int) ([]UnitLine, error) {
	query := allUnitsSQL
	switch tab {
	case TabOpen:
		query = openUnitsSQL
	case TabWaiting:
		query = waitingUnitsSQL
	case TabDone:
		query = doneUnitsSQL
	}
	return db.List(ctx, q, func(s db.Scanner) (u UnitLine, err error) {
		err = s.Scan(&u.OrgID, &u.Name, &u.Upper, &u.Cursor, &u.State, &u.Day)
		return u, err
	}, query, append(c.meant(lo, hi, step), c.ID, step.ID, after, limit)...)
}

// PartCount is how far a step is under one unit right below another.
type PartCount struct {
	OrgID int64
	Name  string
	Of    int
	Done  int
}

const (
	partsOfSQL = `SELECT c.id, c.name, COUNT(*) FROM org c CROSS JOIN org o
 WHERE c.parent_id = $15 AND c.path >= $1 AND c.path < $2 AND c.valid_to = ''
   AND o.path >= c.path AND o.path < substr(c.path, 1, length(c.path) - 1) || '/' AND o.path || '' >= $1 AND o.path || '' < $2 AND` + takesPart + `
 GROUP BY c.id, c.name, c.seq ORDER BY c.seq, c.id`
	partsDoneSQL = `SELECT c.id, c.name, COUNT(*) FROM org c CROSS JOIN org p CROSS JOIN campaign_report r CROSS JOIN org o
 WHERE c.parent_id = $15 AND c.path >= $1 AND c.path < $2 AND c.valid_to = ''
   AND p.path >= c.path AND p.path < substr(c.path, 1, length(c.path) - 1) || '/' AND p.path || '' >= $1 AND p.path || '' < $2
   AND p.id = p.part_id AND r.part_id = p.id AND r.campaign_id = $16 AND r.step_id = $17 AND r.state IN ('reported', 'accepted')
   AND o.id = r.org_id AND` + takesPart + ` GROUP BY c.id, c.name`
)

// Parts gives how far a step is under each unit right below the one, which stands above
// the parts: what a committee above very many units looks at instead of single ones.
func (c Campaign) parts(ctx context.Context, q db.Q, scope access.Scope, unit int64, step Step) ([]PartCount, error) {
	lo, hi := scope.Range()
	scan := func(s db.Scanner) (p PartCount, err error) {
		err = s.Scan(&p.OrgID, &p.Name, &p.Of)
		return p, err
	}
	args := append(c.meant(lo, hi, step), unit)
	list, err := db.List(ctx, q, scan, partsOfSQL, args...)
	if err != nil {
		return nil, err
	}
	done, err := db.List(ctx, q, scan, partsDoneSQL, append(args, c.ID, step.ID)...)
	at := make(map[int64]int, len(done))
	for _, p := range done {
		at[p.OrgID] = p.Of
	}
	for i := range list {
		list[i].Done = at[list[i].OrgID]
	}
	return list, err
}

// Taking is a campaign as a unit that takes part sees it.
type Taking struct {
	Campaign
	Reports map[int64]Report // by step
}

// Open gives the steps that the unit is still to take, the earliest first.
func (t Taking) Open() (out []Step) {
	for _, s := range t.Steps {
		if !t.Reports[s.ID].State.Done() {
			out = append(out, s)
		}
	}
	return out
}

// openFor gives the running campaigns in which a unit takes part, with its reports. It
// checks no right: the caller does.
func openFor(ctx context.Context, q db.Q, u org.Unit) (out []Taking, err error) {
	list, err := runningFor(ctx, q, u.Path)
	if err != nil {
		return nil, err
	}
	for _, c := range list {
		if !c.MeantFor(u) {
			continue
		}
		t := Taking{Campaign: c, Reports: map[int64]Report{}}
		reports, err := db.List(ctx, q, scanReport, reportsOfSQL, u.PartID, c.ID, u.ID)
		if err != nil {
			return nil, err
		}
		for _, r := range reports {
			t.Reports[r.Step] = r
		}
		out = append(out, t)
	}
	return out, nil
}

// OwnStep is the next step that a unit is to take in a campaign.
type OwnStep struct {
	Campaign int64
	Title    string // of the campaign
	Owner    string // the committee
	Step     Step
	Returned bool
	Left     int // days to it; below zero: over
	Done     int // steps taken
	Of       int
	Href     string
}

// NextSteps gives the next step of each running campaign in which the unit takes part, for
// its first page. It checks no right: the caller knows that the reader acts there.
func NextSteps(ctx context.Context, q db.Q, u org.Unit, day civil.Date) (out []OwnStep, err error) {
	list, err := openFor(ctx, q, u)
	for _, t := range list {
		open := t.Open()
		if len(open) == 0 {
			continue
		}
		out = append(out, OwnStep{
			Campaign: t.ID, Title: t.Title, Owner: t.Short, Step: open[0], Returned: t.Reports[open[0].ID].State == Returned, Left: open[0].Due.Sub(day),
			Done: len(t.Steps) - len(open), Of: len(t.Steps), Href: Href(t.ID, u.ID),
		})
	}
	return out, err
}

// LateUnit is a unit with steps that are over.
type LateUnit struct {
	UnitLine
	Campaign int64
	Title    string // of the campaign
	Step     string // the earliest that is over
	Since    civil.Date
	More     int // further ones
}

// lateMost bounds the units of one step on a wall.
const lateMost = 2000

// LateIn gives the units of the scope that are late with steps of running campaigns of the
// scope's unit and of those above it, each unit once.
func LateIn(ctx context.Context, q db.Q, scope access.Scope, u org.Unit, day civil.Date) ([]LateUnit, error) {
	lo, hi := scope.Range()
	list, err := runningFor(ctx, q, u.Path)
	if err != nil {
		return nil, err
	}
	var out []LateUnit
	at := map[int64]int{}
	for _, c := range list {
		for _, s := range c.Steps {
			if !s.due(day) {
				continue
			}
			units, err := c.units(ctx, q, lo, hi, s, TabOpen, "", lateMost)
			if err != nil {
				return nil, err
			}
			for _, x := range units {
				if x.OrgID == u.ID { // the own steps stand elsewhere
					continue
				}
				if i, known := at[x.OrgID]; known {
					out[i].More++
					if s.Due.Before(out[i].Since) {
						out[i].Campaign, out[i].Title, out[i].Step, out[i].Since = c.ID, c.Title, s.Title, s.Due
					}
					continue
				}
				at[x.OrgID] = len(out)
				out = append(out, LateUnit{UnitLine: x, Campaign: c.ID, Title: c.Title, Step: s.Title, Since: s.Due})
			}
		}
	}
	return out, nil
}

// LatePart is how many units are late under one unit right below another.
type LatePart struct {
	Campaign int64
	Title    string // of the campaign
	Step     Step
	Parts    []PartCount // only those with late ones
}

// LateParts gives the late steps of running campaigns as a committee above very many units
// looks at them.
func LateParts(ctx context.Context, q db.Q, scope access.Scope, u org.Unit, day civil.Date) (out []LatePart, err error) {
	list, err := runningFor(ctx, q, u.Path)
	if err != nil {
		return nil, err
	}
	for _, c := range list {
		for _, s := range c.Steps {
			if !s.due(day) {
				continue
			}
			parts, err := c.parts(ctx, q, scope, u.ID, s)
			if err != nil {
				return nil, err
			}
			l := LatePart{Campaign: c.ID, Title: c.Title, Step: s}
			for _, p := range parts {
				if p.Done < p.Of {
					l.Parts = append(l.Parts, p)
				}
			}
			if len(l.Parts) > 0 {
				out = append(out, l)
			}
		}
	}
	return out, nil
}

// WaitingFor counts the reports that wait for an officer of the unit: of its own running
// campaigns.
func WaitingFor(ctx context.Context, q db.Q, scope access.Scope, u org.Unit) (n int, first int64, err error) {
	span, err := org.SpanOf(ctx, q, scope)
	if err != nil {
		return 0, 0, err
	}
	list, err := runningFor(ctx, q, u.Path)
	if err != nil {
		return 0, 0, err
	}
	for _, c := range list {
		if c.OrgID != u.ID {
			continue
		}
		for _, s := range c.Steps {
			k, err := c.count(ctx, q, span, s)
			if err != nil {
				return 0, 0, err
			}
			if k.Waiting > 0 && first == 0 {
				first = c.ID
			}
			n += k.Waiting
		}
	}
	return n, first, nil
}
