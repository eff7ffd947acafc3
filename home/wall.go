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
	Late        Kind = "late"         // met, but papers and score not sent in time, rules.md 2.20
	Slow        Kind = "slow"         // preparation late for long, rules.md 2.07
	Weak        Kind = "weak"         // average or weak twice running, rules.md 3.01
	NoThematic  Kind = "no_thematic"  // none in the quarter, rules.md 2.02
	Tasks       Kind = "tasks"        // tasks long overdue, which have risen to this level, rules.md 6.05
	NoAdmission Kind = "no_admission" // nobody admitted for years, rules.md 0.23
)

// Row is one cell on the wall.
type Row struct {
	CellID    int64
	Name      string
	UnitShort string
	Secretary string     // whom to call; "" nobody in office
	Since     civil.Date // zero: none on record
	Days      int        // since then; 0 when Since is zero
	Grave     bool       // for the second time, or long
	Note      string     // a grade, for Weak
	Tasks     int        // how many, for Tasks
}

// Group is all cells with one matter, each cell once.
type Group struct {
	Kind Kind
	Rule rulebook.Rule // why it stands there
	Rows []Row         // the gravest first
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
	Unit   org.Unit
	Day    civil.Date
	Today  []meeting.DayRow
	Groups []Group // only those with rows
	Cells  int
	Now    figure.UnitMonth // this month
	Before figure.UnitMonth // last month
	Trend  []figure.UnitMonth
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

// WallOf builds the wall of a unit for an actor who sees its figures.
func WallOf(ctx context.Context, q db.Q, book *rulebook.Book, actor access.Actor, u org.Unit, day civil.Date) (Wall, error) {
	scope, err := figure.ScopeOf(actor, u)
	if err != nil {
		return Wall{}, err
	}
	w := Wall{Unit: u, Day: day}
	month := day.Month()
	if w.Trend, err = figure.Trend(ctx, q, scope, month.Add(1-trendMonths), month); err != nil {
		return Wall{}, err
	}
	w.Before = w.Trend[len(w.Trend)-2]
	if w.Now, err = figure.Month(ctx, q, scope, month); err != nil { // with the number of cells, which a trend has not
		return Wall{}, err
	}
	if w.Today, err = meeting.Today(ctx, q, scope, day); err != nil {
		return Wall{}, err
	}
	b := builder{set: book.At(day, u.Path), day: day}
	if err := b.read(ctx, q, scope, u); err != nil {
		return Wall{}, err
	}
	w.Cells = len(b.now)
	w.Now.Of, w.Before.Of = len(b.now), len(b.before)
	for _, g := range []Group{b.notMet(), b.late(), b.slow(), b.weak(), b.tasks(), b.noThematic(), b.noAdmission()} {
		if len(g.Rows) > 0 {
			slices.SortStableFunc(g.Rows, gravest)
			w.Groups = append(w.Groups, g)
		}
	}
	return w, nil
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
	since       civil.Date               // when the years without an admission begin
	founded     map[int64]civil.Date
	callees     map[int64]string
	thematic    []figure.CellName
	risen       []task.Risen
	slowCells   []meeting.LateCell
	barren      []figure.CellName
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
	if b.callees, err = office.Secretaries(ctx, q, scope, b.day); err != nil {
		return err
	}
	if b.risen, err = task.RisenIn(ctx, q, scope, u.Depth, b.day, b.set.Int(rulebook.TaskRiseDays)); err != nil {
		return err
	}
	if b.slowCells, err = meeting.LateIn(ctx, q, scope, b.day, b.set.Int(rulebook.PathRiseDays)); err != nil {
		return err
	}
	if b.thematic, err = figure.Thematic(ctx, q, scope, month); err != nil {
		return err
	}
	b.since = b.day.AddMonths(-12 * b.set.Int(rulebook.WallNoAdmissionYears))
	b.founded = make(map[int64]civil.Date, len(b.now))
	for _, c := range b.now {
		b.founded[c.CellID] = c.Founded
	}
	b.barren, err = figure.LastAdmitted(ctx, q, scope, b.since)
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

func (b *builder) row(c figure.CellRow, since civil.Date) Row {
	r := Row{CellID: c.CellID, Name: c.Name, UnitShort: c.UnitShort, Secretary: b.callees[c.CellID], Since: since}
	if !since.IsZero() {
		r.Days = b.day.Sub(since)
	}
	return r
}

func (b *builder) notMet() Group {
	g := Group{Kind: NotMet, Rule: b.set.Rule(rulebook.MeetingRegularPerMonth)}
	for _, c := range b.now {
		if c.Met() {
			continue
		}
		last, lived := b.last[c.CellID]
		since := last.MetDay
		for _, day := range []civil.Date{b.older[c.CellID].MetDay, b.met[c.CellID]} {
			if since.IsZero() {
				since = day
			}
		}
		r := b.row(c, since)
		r.Grave = lived && !last.Met() // a cell founded this month has missed none before
		g.Rows = append(g.Rows, r)
	}
	return g
}

// late are the cells whose papers have been due for some days: the cell itself sees it
// from the first (the month path), the committee above only when it lasts.
func (b *builder) late() Group {
	g := Group{Kind: Late, Rule: b.set.Rule(rulebook.MeetingReportDaysAfter)}
	days, lasts := b.set.Int(rulebook.MeetingReportDaysAfter), b.set.Int(rulebook.WallSendingLateDays)
	seen := map[int64]bool{}
	for _, list := range [][]figure.CellRow{b.before, b.now} {
		for _, c := range list {
			due := c.MetDay.AddDays(days)
			if !c.Met() || !c.SentDay.IsZero() || !due.AddDays(lasts).Before(b.day) || seen[c.CellID] {
				continue
			}
			seen[c.CellID] = true
			r := b.row(c, due)
			r.Grave = c.Month < b.day.Month()
			g.Rows = append(g.Rows, r)
		}
	}
	return g
}

// slow are the cells whose preparation has waited longer than its owner alone is told of.
func (b *builder) slow() Group {
	g := Group{Kind: Slow, Rule: b.set.Rule(rulebook.PathRiseDays)}
	cells := make(map[int64]figure.CellRow, len(b.now))
	for _, c := range b.now {
		cells[c.CellID] = c
	}
	for _, l := range b.slowCells {
		if c, living := cells[l.CellID]; living {
			r := b.row(c, l.Oldest)
			r.Grave = l.Count > 1
			g.Rows = append(g.Rows, r)
		}
	}
	return g
}

func (b *builder) weak() Group {
	g := Group{Kind: Weak, Rule: b.set.Rule(rulebook.ScoreBandsKey)}
	low := func(grade string) bool {
		return grade == figure.GradeAverage || grade == figure.GradeWeak || grade == figure.GradeFail
	}
	for _, c := range b.now {
		first, second := b.last[c.CellID], c
		if c.Grade == "" {
			first, second = b.older[c.CellID], b.last[c.CellID]
		}
		if low(first.Grade) && low(second.Grade) {
			r := b.row(c, first.MetDay)
			r.Note, r.Grave = second.Grade, second.Grade != figure.GradeAverage
			g.Rows = append(g.Rows, r)
		}
	}
	return g
}

func (b *builder) tasks() Group {
	g := Group{Kind: Tasks, Rule: b.set.Rule(rulebook.TaskRiseDays)}
	cells := make(map[int64]figure.CellRow, len(b.now))
	for _, c := range b.now {
		cells[c.CellID] = c
	}
	for _, t := range b.risen {
		c, living := cells[t.CellID]
		if !living {
			continue
		}
		r := b.row(c, t.Oldest)
		r.Tasks, r.Grave = t.Count, t.Count > 1
		g.Rows = append(g.Rows, r)
	}
	return g
}

func (b *builder) noThematic() Group {
	g := Group{Kind: NoThematic, Rule: b.set.Rule(rulebook.MeetingThematicPerQuarter)}
	end := b.day.Month().QuarterLast().Last()
	for _, c := range b.thematic {
		r := b.named(c)
		r.Since = b.day.Month().QuarterFirst().First()
		r.Days = b.day.Sub(r.Since)
		r.Grave = end.Sub(b.day) <= b.set.Int(rulebook.WallThematicWarnDays)
		g.Rows = append(g.Rows, r)
	}
	return g
}

func (b *builder) noAdmission() Group {
	g := Group{Kind: NoAdmission, Rule: b.set.Rule(rulebook.WallNoAdmissionYears)}
	for _, c := range b.barren {
		if day, ok := b.founded[c.ID]; !ok || day.After(b.since.Month().Last()) {
			continue // younger than the years in question
		}
		r := b.named(c)
		r.Since = c.LastAdmitted
		if !r.Since.IsZero() {
			r.Days = b.day.Sub(r.Since)
		}
		g.Rows = append(g.Rows, r)
	}
	return g
}

func (b *builder) named(c figure.CellName) Row {
	return Row{CellID: c.ID, Name: c.Name, UnitShort: c.UnitShort, Secretary: b.callees[c.ID]}
}
