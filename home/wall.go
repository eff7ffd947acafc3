package home

import (
	"cmp"
	"context"
	"slices"

	"chibo/access"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/meeting"
	"chibo/office"
	"chibo/org"
	"chibo/rulebook"
	"chibo/task"
)

// Kind names what a group of lines on the wall is about.
type Kind string

// The kinds, in the order of the wall.
const (
	NotMet      Kind = "not_met"      // no regular meeting yet this month, rules.md 2.01
	NotBegun    Kind = "not_begun"    // its preparation should have begun, rules.md 2.07
	Late        Kind = "late"         // met, but papers and score not sent in time, rules.md 2.20
	Slow        Kind = "slow"         // preparation late for long, rules.md 2.07
	Weak        Kind = "weak"         // average or weak twice running, rules.md 3.01
	NoThematic  Kind = "no_thematic"  // none in the quarter, rules.md 2.02
	Tasks       Kind = "tasks"        // tasks long overdue, which have risen to this level, rules.md 6.05
	NoAdmission Kind = "no_admission" // nobody admitted for years, rules.md 0.23
	Steps       Kind = "campaign"     // steps of a campaign late
	Talks       Kind = "score_talk"   // a day passed in a conversation about a score, rules.md 3.05
	Dossiers    Kind = "dossier"      // dossiers of admission late or soon due, rules.md 4.31
)

// Kinds gives the kinds in the order of the wall.
func Kinds() []Kind {
	return []Kind{NotMet, NotBegun, Late, Slow, Weak, Talks, Tasks, Dossiers, Steps, NoThematic, NoAdmission}
}

// Row is one cell, or unit, on the wall.
type Row struct {
	CellID    int64 // the cell, or the unit, that the line is about
	Name      string
	UnitShort string
	Secretary string        // whom to call; "" nobody in office
	Post      string        // that person's title
	Since     civil.Date    // zero: none on record
	Days      int           // since then; 0 when Since is zero
	Grave     bool          // for the second time, or long
	Note      string        // a grade, for Weak; whose turn it is, for Talks
	Own       bool          // the committee's own turn: it opens the line and reminds nobody
	Tasks     int           // how many, for Tasks
	Meets     civil.Date    // for NotMet: the day of the meeting that is being prepared; zero: none
	About     rulebook.Text // what it is about as the rulebook words it, for Dossiers; shown before Text
	Text      string        // what it is about, for Steps and lines of other features
	Href      string        // where the line leads; "": to the unit
	Last      *Act          // what was done last about it; nil: nothing lately
	Next      string        // the act to be proposed; "": wait, it was done lately
}

// Group is all cells with one matter, each cell once.
type Group struct {
	Kind Kind
	Rule rulebook.Rule // why it stands there
	Rows []Row         // the gravest first

	Units bool // the rows are of units, or several of one
}

// Grave counts the rows that have been waiting long.
func (g Group) Grave() int {
	n := 0
	for _, r := range g.Rows {
		if r.Grave {
			n++
		}
	}
	return n
}

// Wall is a committee's morning.
type Wall struct {
	Unit    org.Unit
	Day     civil.Date
	Today   []meeting.DayRow
	Groups  []Group // only those with rows
	Morning []Line  // what to do first
	Cells   int
	Now     figure.UnitMonth // this month
	Before  figure.UnitMonth // last month
	Trend   []figure.UnitMonth
}

// Count gives the rows of a kind.
func (w Wall) Count(k Kind) int {
	for _, g := range w.Groups {
		if g.Kind == k {
			return len(g.Rows)
		}
	}
	return 0
}

// Months that a wall looks back: for the trend of a first page, and for the last
// meeting of a cell that has long held none.
const (
	trendMonths = 12
	recordYears = 10
)

// Source gives a group of lines of a higher feature for the wall of a unit. Rows carry
// their own Text and Href; whom to call and what was done about them is added here.
type Source func(ctx context.Context, q db.Q, scope access.Scope, u org.Unit, set rulebook.Set, day civil.Date) (Group, error)

// WallOf builds the wall of a unit for an actor who sees its figures.
func WallOf(ctx context.Context, q db.Q, book *rulebook.Book, actor access.Actor, u org.Unit, day civil.Date, more ...Source) (Wall, error) {
	scope, err := figure.ScopeOf(actor, u)
	if err != nil {
		return Wall{}, err
	}
	w := Wall{Unit: u, Day: day}
	month := day.Month()
	if w.Trend, err = figure.Trend(ctx, q, scope, month.Add(1-trendMonths), month); err != nil {
		return Wall{}, err
	}
	w.Before, w.Now = w.Trend[len(w.Trend)-2], w.Trend[len(w.Trend)-1]
	if w.Today, err = meeting.Today(ctx, q, scope, day); err != nil {
		return Wall{}, err
	}
	b := builder{set: book.At(day, u.Path), day: day}
	if err := b.read(ctx, q, scope, u); err != nil {
		return Wall{}, err
	}
	w.Cells = len(b.now)
	w.Now.Of, w.Before.Of = len(b.now), len(b.before)
	groups := []Group{b.notMet(), b.notBegun(), b.late(), b.slow(), b.weak(), b.tasks(), b.noThematic(), b.noAdmission()}
	for _, source := range append([]Source{lateTalks, lateSteps}, more...) {
		g, err := source(ctx, q, scope, u, b.set, day)
		if err != nil {
			return Wall{}, err
		}
		b.fill(&g)
		groups = append(groups, g)
	}
	for _, g := range groups {
		if len(g.Rows) > 0 {
			b.acted(&g)
			slices.SortStableFunc(g.Rows, gravest)
			w.Groups = append(w.Groups, g)
		}
	}
	w.Morning = first(w.Groups)
	return w, nil
}

// fill adds to the lines of a Source whom to call and for how long they have waited.
func (b *builder) fill(g *Group) {
	for i := range g.Rows {
		r := &g.Rows[i]
		b.call(r)
		if !r.Since.IsZero() {
			r.Days = b.day.Sub(r.Since)
		}
	}
}

// gravest orders rows: the grave ones, in each half those without any record, then
// the longest.
func gravest(a, b Row) int {
	rank := func(r Row) int {
		switch {
		case r.Grave && r.Since.IsZero():
			return 0
		case r.Grave:
			return 1
		case r.Since.IsZero():
			return 2
		}
		return 3
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(b.Days, a.Days))
}

// builder holds what the groups are made from.
type builder struct {
	set         rulebook.Set
	day         civil.Date
	now, before []figure.CellRow
	last        map[int64]figure.CellRow // last month by cell
	older       map[int64]figure.CellRow // the month before it
	met         map[int64]civil.Date     // last meeting before these, of cells without one since
	callees     map[int64]office.Callee
	planned     map[int64]civil.Date // the day of the month's meeting that is being prepared
	acts        map[subject]Act
	risen       []task.Risen
	slowCells   []meeting.LateCell
}

func (b *builder) read(ctx context.Context, q db.Q, scope access.Scope, u org.Unit) (err error) {
	month := b.day.Month()
	if b.now, err = figure.Cells(ctx, q, scope, month); err != nil {
		return err
	}
	earlier, err := figure.Earlier(ctx, q, scope, b.now, month.Add(-2), month.Add(-1))
	if err != nil {
		return err
	}
	b.last, b.older = earlier[month.Add(-1)], earlier[month.Add(-2)]
	for _, c := range b.now { // in the order of the tree
		if last, lived := b.last[c.CellID]; lived {
			b.before = append(b.before, last)
		}
	}
	if err = b.record(ctx, q, month); err != nil {
		return err
	}
	if b.callees, err = office.Callees(ctx, q, scope, b.day); err != nil {
		return err
	}
	if b.planned, err = meeting.Planned(ctx, q, scope, month); err != nil {
		return err
	}
	if b.acts, err = latestActs(ctx, q, scope, b.day); err != nil {
		return err
	}
	if b.risen, err = task.RisenIn(ctx, q, scope, u.Depth, b.day, b.set.Int(rulebook.TaskRiseDays)); err != nil {
		return err
	}
	b.slowCells, err = meeting.LateIn(ctx, q, scope, b.day, b.set.Int(rulebook.PathRiseDays))
	return err
}

// record looks up the last meeting of the cells that have held none in the three
// months at hand, so that the wall never says "none on record" of a cell that met.
func (b *builder) record(ctx context.Context, q db.Q, month civil.Month) error {
	b.met = map[int64]civil.Date{}
	for _, c := range b.now {
		older, lived := b.older[c.CellID]
		if !lived || c.Met() || b.last[c.CellID].Met() || older.Met() {
			continue
		}
		list, err := figure.CellTrend(ctx, q, c.Part, c.CellID, month.Add(-12*recordYears), month.Add(-3))
		if err != nil {
			return err
		}
		for _, m := range list {
			if m.Met() {
				b.met[c.CellID] = m.MetDay
			}
		}
	}
	return nil
}
