package quality

import (
	"context"
	"slices"

	"chibo/access"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/org"
	"chibo/rulebook"
)

// YearMonth is one month of a cell's year.
type YearMonth struct {
	figure.CellMonth
	Counts bool // the cell lived in it and it is over, or its meeting was held
}

// Graded says whether the month's meeting has a grade.
func (m YearMonth) Graded() bool { return m.Grade != "" }

// YearCheck is one grade of the year with how far its condition holds (rules.md 3.12).
type YearCheck struct {
	rulebook.YearGrade
	Broken  []civil.Month // months that are worse than All, or were missed
	Waiting []civil.Month // held and not graded yet
	Have    int           // meetings of Least or better
}

// Holds says whether what is known of the condition holds.
func (c YearCheck) Holds() bool {
	return len(c.Broken) == 0 && len(c.Waiting) == 0 && c.Have >= c.Count
}

// Known says whether the source gives the condition whole.
func (c YearCheck) Known() bool { return c.Gap.Vi == "" }

// YearResult is what the rule says of a cell's year: a proposal.
type YearResult struct {
	Grade  string // "": nothing follows
	Gap    rulebook.Text
	Checks []YearCheck
	Count  map[string]int // meetings by grade
	Missed int            // months without their regular meeting
	Mean10 int            // mean of the points, in tenths; None without
	Scored int            // meetings with points
}

// SumUp applies the rule to the months that count. Bands are the grades, the best first;
// a grade that is none of them (the list of 2018) breaks every condition.
func SumUp(rule rulebook.YearRule, bands []rulebook.Band, months []YearMonth) YearResult {
	r := YearResult{Count: map[string]int{}, Mean10: None}
	sum := 0
	for _, m := range months {
		if !m.Counts {
			continue
		}
		if !m.Met() && !m.Graded() {
			r.Missed++
			continue
		}
		r.Count[m.Grade]++
		if m.Score10 != None {
			sum += m.Score10
			r.Scored++
		}
	}
	if r.Scored > 0 {
		r.Mean10 = (2*sum + r.Scored) / (2 * r.Scored)
	}
	for _, g := range rule.Grades {
		c := check(rule, bands, g, months)
		r.Checks = append(r.Checks, c)
		if r.Grade == "" && r.Gap.Vi == "" && c.Holds() && len(r.Count) > 0 {
			if r.Gap = c.Gap; c.Known() {
				r.Grade = g.Grade
			}
		}
	}
	return r
}

func check(rule rulebook.YearRule, bands []rulebook.Band, g rulebook.YearGrade, months []YearMonth) YearCheck {
	rank := func(code string) int {
		return slices.IndexFunc(bands, func(b rulebook.Band) bool { return b.Code == code })
	}
	reaches := func(grade, least string) bool {
		at := rank(grade)
		return at >= 0 && at <= rank(least)
	}
	c := YearCheck{YearGrade: g}
	for _, m := range months {
		switch {
		case !m.Counts:
		case !m.Graded() && m.Met():
			c.Waiting = append(c.Waiting, m.Month)
		case !m.Graded():
			if rule.Missed == rulebook.MissedBreaks {
				c.Broken = append(c.Broken, m.Month)
			}
		case !reaches(m.Grade, g.All):
			c.Broken = append(c.Broken, m.Month)
		}
		if m.Counts && m.Graded() && g.Least != "" && reaches(m.Grade, g.Least) {
			c.Have++
		}
	}
	return c
}

// YearRow is a cell's year.
type YearRow struct {
	figure.CellRow
	Months []YearMonth // January first
	YearResult
}

// YearTable is a year of the cells of a committee, or of one cell.
type YearTable struct {
	Unit   org.Unit
	Year   int
	Upto   civil.Month // last month that is over
	Rule   rulebook.YearRule
	Source rulebook.Rule
	Bands  []rulebook.Band
	Cells  []YearRow
	Below  []figure.Child // units right below one that stands above the parts; their cells are in their own tables
	Scores []Score        // of one cell: its scores of the year without their lines
	Sum    YearResult     // Count and Missed over all cells
}

// firstYear is the first year a table is made for: that of the list of 2018.
const firstYear = 2018

// Year gives the table of a year as the grades are now, for who sees the unit's figures
// (rules.md 3.12, 3.13). Errors: NotFound for a year that has no table.
func (s *Service) Year(ctx context.Context, actor access.Actor, unitID int64, year int) (t YearTable, err error) {
	today := civil.From(s.DB.Clock().Now())
	if year < firstYear || year > today.Year() {
		return t, fault.New(fault.NotFound, "err.not_found")
	}
	t.Year, t.Upto = year, min(today.Month().Add(-1), civil.Month(year*100+12))
	first, last := civil.Month(year*100+1), civil.Month(year*100+12)
	day := last.Last()
	if day.After(today) {
		day = today
	}
	err = s.DB.Read(ctx, func(q db.Q) error {
		g, err := ground(ctx, q, actor, unitID, day.Month())
		if err != nil {
			return err
		}
		set := s.Book.At(day, g.unit.Path)
		t.Unit, t.Rule, t.Source, t.Bands = g.unit, set.YearRule(), set.Rule(rulebook.ScoreYearKey), set.Bands()
		months, err := figure.Months(ctx, q, g.scope, g.under, first, last)
		if err != nil {
			return err
		}
		for _, c := range g.cells {
			t.Cells = append(t.Cells, t.row(c, months[c.CellID]))
		}
		if t.Unit.IsCell() {
			t.Scores, err = ofYear(ctx, q, t.Unit, first, last)
			return err
		}
		if t.Unit.IsAbove() {
			t.Below, err = below(ctx, q, g, first, day.Month())
		}
		return err
	})
	t.Sum.Count = map[string]int{}
	for _, r := range t.Cells {
		for g, n := range r.Count {
			t.Sum.Count[g] += n
		}
		t.Sum.Missed += r.Missed
	}
	return t, err
}

// row makes a cell's year of its figures.
func (t YearTable) row(c figure.CellRow, facts map[civil.Month]figure.CellMonth) YearRow {
	r := YearRow{CellRow: c}
	for n := range 12 {
		m := civil.Month(t.Year*100 + n + 1)
		x, ok := facts[m]
		if !ok {
			x = figure.CellMonth{Part: c.Part, CellID: c.CellID, Month: m, Score10: figure.NoScore}
		}
		lived := !c.Founded.After(m.Last())
		r.Months = append(r.Months, YearMonth{CellMonth: x, Counts: lived && (m <= t.Upto || x.Met() || x.Grade != "")})
	}
	r.YearResult = SumUp(t.Rule, t.Bands, r.Months)
	return r
}

// plot is a unit with the cells that a table of it lists.
type plot struct {
	unit  org.Unit
	scope access.Scope // of the unit's figures
	under int64        // only cells right under this unit; 0: all below
	cells []figure.CellRow
}

// ground finds the cells that a table of the unit lists in a month: all below it, or
// those right under one that stands above the parts.
func ground(ctx context.Context, q db.Q, actor access.Actor, unitID int64, month civil.Month) (g plot, err error) {
	if g.unit, err = org.ByID(ctx, q, unitID); err != nil {
		return g, err
	}
	if g.scope, err = figure.ScopeOf(actor, g.unit); err != nil {
		return g, err
	}
	if !g.unit.IsAbove() {
		g.cells, err = figure.Cells(ctx, q, g.scope, month)
		return g, err
	}
	g.under = g.unit.ID
	g.cells, err = figure.CellsUnder(ctx, q, g.scope, g.unit.ID, month)
	return g, err
}

// below gives the units right below that are no cells.
func below(ctx context.Context, q db.Q, g plot, from, to civil.Month) ([]figure.Child, error) {
	list, err := figure.Children(ctx, q, g.scope, g.unit, from, to, civil.Date{})
	return slices.DeleteFunc(list, func(c figure.Child) bool { return slices.Contains(org.CellKinds(), c.Kind) }), err
}

const ofYearSQL = `SELECT ` + columns + ` FROM score s WHERE s.part_id = $1 AND s.cell_id = $2 AND s.month >= $3 AND s.month <= $4
 ORDER BY s.month, s.id`

func ofYear(ctx context.Context, q db.Q, cell org.Unit, from, to civil.Month) ([]Score, error) {
	return db.List(ctx, q, scanScore, ofYearSQL, cell.PartID, cell.ID, from, to)
}
