package quality

import (
	"context"

	"chibo/access"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/member"
	"chibo/org"
	"chibo/rulebook"
)

// Lost is a line that did not get all its points, with why.
type Lost struct {
	Title  rulebook.Text
	Lost10 int // tenths; 10 for a line that is not met on a sheet without points
	Reason string
	Level  rulebook.Text // what the records said; empty where a person judged
}

// MonthRow is a cell's line of the monthly table (rules.md 3.14).
type MonthRow struct {
	figure.CellRow
	Meeting ident.Ref // of the score; zero: none
	State   State     // of the score; empty: none
	Lost    []Lost
	Upper   string // the upper committee's reason
}

// MonthTable is the monthly table that a committee sends up (rules.md 3.14).
type MonthTable struct {
	Unit  org.Unit
	Month civil.Month
	Bands []rulebook.Band
	Rows  []MonthRow
	Below []figure.Child // as YearTable
}

// Month gives the table of a month, for who sees the unit's figures. Errors: NotFound
// for a month that has not begun.
func (s *Service) Month(ctx context.Context, actor access.Actor, unitID int64, month civil.Month) (t MonthTable, err error) {
	today := civil.From(s.DB.Clock().Now())
	if month > today.Month() || month.Year() < firstYear || month.Num() < 1 || month.Num() > 12 {
		return t, fault.New(fault.NotFound, "err.not_found")
	}
	t.Month = month
	err = s.DB.Read(ctx, func(q db.Q) error {
		g, err := ground(ctx, q, actor, unitID, month)
		if err != nil {
			return err
		}
		t.Unit, t.Bands = g.unit, s.Book.At(month.Last(), g.unit.Path).Bands()
		found, err := s.month(ctx, q, g, month)
		if err != nil {
			return err
		}
		for _, c := range g.cells {
			r := MonthRow{CellRow: c}
			if f, ok := found[c.CellID]; ok {
				r.Meeting, r.State, r.Lost, r.Upper = f.Meeting, f.State, f.Lost, f.Upper
			}
			t.Rows = append(t.Rows, r)
		}
		if t.Unit.IsAbove() {
			t.Below, err = below(ctx, q, g, month, month)
		}
		return err
	})
	return t, err
}

const (
	monthScoresSQL = `SELECT ` + columns + ` FROM org o JOIN score s ON s.part_id = o.part_id AND s.cell_id = o.id
 WHERE o.path >= $1 AND o.path < $2 AND s.month = $3 AND s.kind = 'regular' AND (CAST($4 AS bigint) = 0 OR o.parent_id = $4)`

	monthLinesSQL = `SELECT p.score_id, p.criterion, p.proposed10, p.self10, p.upper10, p.reason, p.evidence
  FROM org o JOIN score s ON s.part_id = o.part_id AND s.cell_id = o.id JOIN score_point p ON p.part_id = s.part_id AND p.score_id = s.id
 WHERE o.path >= $1 AND o.path < $2 AND s.month = $3 AND s.kind = 'regular' AND (CAST($4 AS bigint) = 0 OR o.parent_id = $4)`
)

// month gives what the scores of a month say, by cell.
func (s *Service) month(ctx context.Context, q db.Q, g plot, month civil.Month) (map[int64]MonthRow, error) {
	lo, hi := g.scope.Range()
	scores, err := db.List(ctx, q, scanScore, monthScoresSQL, lo, hi, month, g.under)
	if err != nil {
		return nil, err
	}
	kept := map[int64]map[string]point{}
	_, err = db.List(ctx, q, func(r db.Scanner) (point, error) {
		var id int64
		p, err := scanPoint(scanBefore{r, &id})
		if kept[id] == nil {
			kept[id] = map[string]point{}
		}
		kept[id][p.criterion] = p
		return p, err
	}, monthLinesSQL, lo, hi, month, g.under)
	if err != nil {
		return nil, err
	}
	out := make(map[int64]MonthRow, len(scores))
	for _, sc := range scores {
		set := s.Book.At(month.Last(), g.unit.Path)
		sc.fill(set.SheetByCode(sc.SheetCode), kept[sc.Ref.ID])
		row := MonthRow{Meeting: sc.Meeting, State: sc.State, Upper: sc.UpperReason}
		row.CellID = sc.CellID
		if sc.State != Proposed {
			row.Lost = sc.lost()
		}
		out[sc.CellID] = row
	}
	return out, nil
}

// scanBefore scans one value before those that are asked for.
type scanBefore struct {
	db.Scanner
	id *int64
}

func (s scanBefore) Scan(to ...any) error { return s.Scanner.Scan(append([]any{s.id}, to...)...) }

// lost gives the lines that did not get all their points, in the order of the sheet.
func (s Score) lost() (out []Lost) {
	for _, l := range s.Lines() {
		n := l.Final10()
		if n == None || n >= l.Max10 {
			continue
		}
		x := Lost{Title: l.Criterion.Title, Lost10: l.Max10 - n, Reason: l.Reason}
		if at := l.Evidence.Level; at != nil && *at >= 0 && *at < len(l.Criterion.Levels) {
			x.Level = l.Criterion.Levels[*at].Title
		}
		out = append(out, x)
	}
	return out
}

// HalfRow is a cell's line of the half-year table (rules.md 3.15).
type HalfRow struct {
	figure.CellRow
	Meetings  int // regular meetings held
	Due       int // members bound to attend, all meetings together
	Present   int
	Speakers  int
	Thematic  int // months with a thematic meeting
	Planned   int // themes of the plan
	Admitted  int
	Unexcused int
}

// HalfTable is the half-year table (rules.md 3.15). Inspection and supervision are no
// records of this program yet: their column stays empty, to be filled in by hand.
type HalfTable struct {
	Unit  org.Unit
	Year  int
	Half  int // 1 or 2
	Rows  []HalfRow
	Sum   HalfRow
	Below []figure.Child // as YearTable
}

// Months gives the first and last month of the half.
func (t HalfTable) Months() (from, to civil.Month) {
	from = civil.Month(t.Year*100 + 1 + 6*(t.Half-1))
	return from, from + 5
}

// Half gives the table of a half year, for who sees the unit's figures. Errors: NotFound
// for a half that has not begun.
func (s *Service) Half(ctx context.Context, actor access.Actor, unitID int64, year, half int) (t HalfTable, err error) {
	today := civil.From(s.DB.Clock().Now())
	t.Year, t.Half = year, half
	from, to := t.Months()
	if half < 1 || half > 2 || year < firstYear || from > today.Month() {
		return t, fault.New(fault.NotFound, "err.not_found")
	}
	err = s.DB.Read(ctx, func(q db.Q) error {
		g, err := ground(ctx, q, actor, unitID, min(to, today.Month()))
		if err != nil {
			return err
		}
		t.Unit = g.unit
		months, err := figure.Months(ctx, q, g.scope, g.under, from, to)
		if err != nil {
			return err
		}
		if len(g.cells) == 0 { // a unit far above: its cells are in the tables below
			t.Below, err = below(ctx, q, g, from, min(to, today.Month()))
			return err
		}
		planned, err := meeting.PlannedThemes(ctx, q, g.scope, from, to)
		if err != nil {
			return err
		}
		admitted, err := member.AdmittedCells(ctx, q, g.scope, from.First(), to.Last().AddDays(1))
		if err != nil {
			return err
		}
		for _, c := range g.cells {
			r := HalfRow{CellRow: c, Planned: planned[c.CellID], Admitted: admitted[c.CellID]}
			for _, m := range months[c.CellID] {
				r.take(m)
			}
			t.Rows = append(t.Rows, r)
			t.Sum.plus(r)
		}
		if t.Unit.IsAbove() {
			t.Below, err = below(ctx, q, g, from, min(to, today.Month()))
		}
		return err
	})
	return t, err
}

func (r *HalfRow) take(m figure.CellMonth) {
	if m.Met() {
		r.Meetings++
	}
	if m.Thematic > 0 {
		r.Thematic++
	}
	r.Due, r.Present, r.Unexcused, r.Speakers = r.Due+m.Due, r.Present+m.Present, r.Unexcused+m.Unexcused, r.Speakers+m.Speakers
}

func (r *HalfRow) plus(o HalfRow) {
	r.Members, r.Meetings, r.Thematic, r.Planned, r.Admitted = r.Members+o.Members, r.Meetings+o.Meetings, r.Thematic+o.Thematic, r.Planned+o.Planned, r.Admitted+o.Admitted
	r.Due, r.Present, r.Unexcused, r.Speakers = r.Due+o.Due, r.Present+o.Present, r.Unexcused+o.Unexcused, r.Speakers+o.Speakers
}
