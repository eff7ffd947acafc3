package workplan

import (
	"context"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/org"
	"chibo/rulebook"
)

// Tabs of the list of cells.
const (
	TabAll     = ""
	TabMissing = "missing" // no approved plan
	TabLate    = "late"    // an item late for long
)

// CellPlan is how the plan of a cell stands, as a committee above sees it.
type CellPlan struct {
	OrgID      int64
	Name       string
	Upper      string // short name of the unit above
	State      string // Draft, Approved, "" none
	ApprovedOn civil.Date
	All        int // items of an approved plan that stand
	Done       int
	Late       int // late for long
	path       string
}

// Below is how the plans of the cells under a committee stand in a year.
type Below struct {
	Unit     org.Unit
	Year     int
	Today    civil.Date
	Days     int // after which an item that is late is seen above
	Rule     rulebook.Rule
	Cells    int // living
	Approved int
	Drafts   int
	List     []CellPlan // one page, by the tree
	Next     string     // cursor of the next page; "" no more
}

const belowCountSQL = `SELECT COUNT(*), COUNT(*) FILTER (WHERE p.state = 'approved'), COUNT(*) FILTER (WHERE p.state = 'draft') FROM org o
  LEFT JOIN work_plan p ON p.part_id = o.part_id AND p.cell_id = o.id AND p.year = $4
 WHERE o.path >= $1 AND o.path < $2 AND o.kind IN ('cell', 'grassroots_cell') AND (o.valid_to = '' OR o.valid_to > $3)`

const belowSQL = `SELECT o.id, o.name, u.short, o.path, COALESCE(p.state, ''), COALESCE(p.approved_on, ''), COUNT(i.id),
       COUNT(i.id) FILTER (WHERE i.result = 'done'), COUNT(i.id) FILTER (WHERE i.result IN ('', 'part') AND i.to_month < $5)
  FROM org o JOIN org u ON u.id = o.parent_id
  LEFT JOIN work_plan p ON p.part_id = o.part_id AND p.cell_id = o.id AND p.year = $4
  LEFT JOIN work_item i ON i.part_id = p.part_id AND i.plan_id = p.id AND p.state = 'approved' AND i.dropped = ''
 WHERE o.path >= $1 AND o.path < $2 AND o.kind IN ('cell', 'grassroots_cell') AND (o.valid_to = '' OR o.valid_to > $3) AND o.path > $6
   AND ($7 <> 'missing' OR p.state IS NULL OR p.state <> 'approved')
 GROUP BY o.id, o.name, u.short, o.path, p.state, p.approved_on
HAVING $7 <> 'late' OR COUNT(i.id) FILTER (WHERE i.result IN ('', 'part') AND i.to_month < $5) > 0
 ORDER BY o.path LIMIT $8`

// belowOf is how many cells a page has.
const belowOf = 50

// BelowOf gives how the plans of the cells under a committee stand, to who reads figures
// there. after is Below.Next of the page before. What is late for fewer days than the rule
// says is the cell's own matter.
func (s *Service) BelowOf(ctx context.Context, actor access.Actor, unitID int64, year int, tab, after string) (b Below, err error) {
	b.Year, b.Today = year, s.today()
	err = s.DB.Read(ctx, func(q db.Q) error {
		if b.Unit, err = org.ByID(ctx, q, unitID); err != nil {
			return err
		}
		if !MayCount(actor, b.Unit) {
			return access.ErrForbidden
		}
		scope, err := access.For(actor, access.FigureRead, b.Unit.Access())
		if err != nil {
			return err
		}
		set := s.Book.At(b.Today, b.Unit.Path)
		b.Days, b.Rule = set.Int(rulebook.WorkRiseDays), set.Rule(rulebook.WorkRiseDays)
		lo, hi := scope.Range()
		if err := q.QueryRow(ctx, belowCountSQL, lo, hi, b.Today, year).Scan(&b.Cells, &b.Approved, &b.Drafts); err != nil {
			return err
		}
		// The last month whose end lies more than the days back is before this one.
		since := b.Today.AddDays(-b.Days).Month()
		b.List, err = db.List(ctx, q, func(r db.Scanner) (c CellPlan, err error) {
			err = r.Scan(&c.OrgID, &c.Name, &c.Upper, &c.path, &c.State, &c.ApprovedOn, &c.All, &c.Done, &c.Late)
			return c, err
		}, belowSQL, lo, hi, b.Today, year, since, after, tab, belowOf+1)
		if len(b.List) > belowOf {
			b.List = b.List[:belowOf]
			b.Next = b.List[belowOf-1].path
		}
		return err
	})
	return b, err
}
