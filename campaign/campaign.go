package campaign

import (
	"context"
	"slices"
	"strings"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/tree"
	"chibo/org"
	"chibo/rulebook"
)

// Campaign is what a committee asks of many units below.
type Campaign struct {
	ID         int64
	OrgID      int64
	Owner      string // name of the committee
	Short      string
	Title      string
	Text       string
	Kinds      []string // of unit that take part
	By         string
	At         int64 // UTC milliseconds
	ClosedAt   int64 // 0: running
	ClosedName string
	Version    int
	Steps      []Step // in order

	path tree.Path // of the committee
	part int64
}

// Ref names the campaign as the owner of files.
func (c Campaign) Ref() ident.Ref { return ident.Ref{Part: c.part, ID: c.ID} }

// Running says whether units still report.
func (c Campaign) Running() bool { return c.ClosedAt == 0 }

// MeantFor says whether a unit takes part, as it stands.
func (c Campaign) MeantFor(u org.Unit) bool {
	return u.ID != c.OrgID && c.path.Contains(u.Path) && slices.Contains(c.Kinds, u.Kind)
}

// Step is a part of a campaign with its day.
type Step struct {
	ID    int64
	Title string
	Due   civil.Date
}

// Step gives one of the steps; ok is false when there is none of that id.
func (c Campaign) Step(id int64) (Step, bool) {
	i := slices.IndexFunc(c.Steps, func(s Step) bool { return s.ID == id })
	if i < 0 {
		return Step{}, false
	}
	return c.Steps[i], true
}

// State is where a report stands.
type State string

// The states. Missing is no row, or files alone.
const (
	Missing  State = ""
	Draft    State = "draft"
	Reported State = "reported"
	Accepted State = "accepted"
	Returned State = "returned"
)

// Done says whether the step counts as done.
func (s State) Done() bool { return s == Reported || s == Accepted }

// Report is what a unit reported of a step.
type Report struct {
	Ref      ident.Ref
	Campaign int64
	Step     int64
	OrgID    int64
	State    State
	Note     string
	Day      civil.Date
	Version  int
}

// Word is one word about a report.
type Word struct {
	State State
	Text  string
	By    string
	At    int64
}

// Errors.
var (
	ErrNotFound = fault.New(fault.NotFound, "campaign.err.not_found")
	ErrChanged  = fault.New(fault.Conflict, "campaign.err.changed")
	ErrClosed   = fault.New(fault.Conflict, "campaign.err.closed")
	ErrNotMeant = fault.New(fault.Conflict, "campaign.err.not_meant")
)

// Service has the use cases. DB and Book are required; Files counts the files of a report.
type Service struct {
	DB    *db.DB
	Book  *rulebook.Book
	Files func(ctx context.Context, q db.Q, report ident.Ref) (int, error)
}

const columns = `k.id, k.org_id, o.name, o.short, o.path, o.part_id, k.title, k.text, k.kinds, k.by_name, k.at, k.closed_at, k.closed_name, k.version`

func scan(s db.Scanner) (c Campaign, err error) {
	var kinds, path string
	err = s.Scan(&c.ID, &c.OrgID, &c.Owner, &c.Short, &path, &c.part, &c.Title, &c.Text, &kinds, &c.By, &c.At, &c.ClosedAt, &c.ClosedName, &c.Version)
	c.path = tree.Path(path)
	c.Kinds = strings.FieldsFunc(kinds, func(r rune) bool { return r == ',' })
	return c, err
}

// joined writes kinds as they are stored.
func joined(kinds []string) string { return "," + strings.Join(kinds, ",") + "," }

const (
	byIDSQL  = `SELECT ` + columns + ` FROM campaign k JOIN org o ON o.id = k.org_id WHERE k.id = $1`
	stepsSQL = `SELECT id, title, due FROM campaign_step WHERE campaign_id = $1 ORDER BY seq, id`
)

func byID(ctx context.Context, q db.Q, id int64) (Campaign, error) {
	c, err := scan(q.QueryRow(ctx, byIDSQL, id))
	if db.NoRows(err) {
		return Campaign{}, ErrNotFound
	}
	if err != nil {
		return Campaign{}, err
	}
	return c, c.readSteps(ctx, q)
}

func (c *Campaign) readSteps(ctx context.Context, q db.Q) (err error) {
	c.Steps, err = db.List(ctx, q, func(s db.Scanner) (x Step, err error) { return x, s.Scan(&x.ID, &x.Title, &x.Due) }, stepsSQL, c.ID)
	return err
}

// lineageMost is how many units may stand above one another.
const lineageMost = 9

// lineage gives the units on the way to the path, itself too, padded for SQL.
func lineage(p tree.Path) []any {
	out := make([]any, lineageMost)
	ids := p.Ids()
	for i := range out {
		out[i] = int64(0)
		if i < len(ids) {
			out[i] = ids[i]
		}
	}
	return out
}

const runningSQL = `SELECT ` + columns + ` FROM campaign k JOIN org o ON o.id = k.org_id
 WHERE k.org_id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9) AND k.closed_at = 0 ORDER BY o.depth, k.id DESC LIMIT 50`

// runningFor gives the running campaigns of a unit and of those above it, with steps.
func runningFor(ctx context.Context, q db.Q, p tree.Path) ([]Campaign, error) {
	list, err := db.List(ctx, q, scan, runningSQL, lineage(p)...)
	for i := range list {
		if err = list[i].readSteps(ctx, q); err != nil {
			return nil, err
		}
	}
	return list, err
}

const ownSQL = `SELECT ` + columns + ` FROM campaign k JOIN org o ON o.id = k.org_id WHERE k.org_id = $1 ORDER BY k.closed_at > 0, k.id DESC LIMIT 100`

const reportColumns = `r.part_id, r.id, r.campaign_id, r.step_id, r.org_id, r.state, r.note, r.day, r.version`

func scanReport(s db.Scanner) (r Report, err error) {
	err = s.Scan(&r.Ref.Part, &r.Ref.ID, &r.Campaign, &r.Step, &r.OrgID, &r.State, &r.Note, &r.Day, &r.Version)
	return r, err
}

const (
	reportSQL      = `SELECT ` + reportColumns + ` FROM campaign_report r WHERE r.part_id = $1 AND r.campaign_id = $2 AND r.step_id = $3 AND r.org_id = $4`
	reportByRefSQL = `SELECT ` + reportColumns + ` FROM campaign_report r WHERE r.part_id = $1 AND r.id = $2`
	reportsOfSQL   = `SELECT ` + reportColumns + ` FROM campaign_report r WHERE r.part_id = $1 AND r.campaign_id = $2 AND r.org_id = $3`
	wordsSQL       = `SELECT state, text, by_name, at FROM campaign_word WHERE part_id = $1 AND report_id = $2 ORDER BY id`
)

// reportOf gives a unit's report of a step; a zero one when there is none.
func reportOf(ctx context.Context, q db.Q, u org.Unit, campaign, step int64) (Report, error) {
	r, err := scanReport(q.QueryRow(ctx, reportSQL, u.PartID, campaign, step, u.ID))
	if db.NoRows(err) {
		return Report{Campaign: campaign, Step: step, OrgID: u.ID}, nil
	}
	return r, err
}

func reportByRef(ctx context.Context, q db.Q, ref ident.Ref) (Report, error) {
	r, err := scanReport(q.QueryRow(ctx, reportByRefSQL, ref.Part, ref.ID))
	if db.NoRows(err) {
		return r, ErrNotFound
	}
	return r, err
}

func words(ctx context.Context, q db.Q, ref ident.Ref) ([]Word, error) {
	return db.List(ctx, q, func(s db.Scanner) (w Word, err error) {
		return w, s.Scan(&w.State, &w.Text, &w.By, &w.At)
	}, wordsSQL, ref.Part, ref.ID)
}
