package insight

import (
	"context"
	"slices"
	"strconv"

	"chibo/access"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/org"
	"chibo/rulebook"
)

// Codes of the measures of a meeting, in the order in which pages show them.
const (
	Score      = "score"      // tenths of a point
	Attendance = "attendance" // thousandths of those who had to come
	Speakers   = "speakers"   // thousandths of those present
	Tasks      = "tasks"      // thousandths of the tasks that were due
	Minutes    = "minutes"
)

// Kinds gives the codes in their order.
func Kinds() []string { return []string{Score, Attendance, Speakers, Tasks, Minutes} }

// Row is what one cell, or all cells of a unit, did over some months.
type Row struct {
	ID      int64
	Name    string
	Members int

	met, due, present, speakers, minutes, tasksDue, tasksDone int
	scored, points                                            int
}

func (r *Row) cell(c figure.CellMonth) {
	if !c.Met() {
		return
	}
	r.met++
	r.due, r.present, r.speakers, r.minutes = r.due+c.Due, r.present+c.Present, r.speakers+c.Speakers, r.minutes+c.Minutes
	r.tasksDue, r.tasksDone = r.tasksDue+c.TasksDue, r.tasksDone+c.TasksDone
	if c.Score10 != figure.NoScore {
		r.scored, r.points = r.scored+1, r.points+c.Score10
	}
}

func (r *Row) unit(u figure.UnitMonth) {
	r.met += u.Met
	r.due, r.present, r.speakers, r.minutes = r.due+u.Due, r.present+u.Present, r.speakers+u.Speakers, r.minutes+u.Minutes
	r.tasksDue, r.tasksDone = r.tasksDue+u.TasksDue, r.tasksDone+u.TasksDone
}

// Met says how many regular meetings the row is over.
func (r Row) Met() int { return r.met }

// Value gives a measure of the row; ok is false where nothing speaks for one.
func (r Row) Value(code string) (n int, ok bool) {
	num, den, times := 0, 0, 1000
	switch code {
	case Score:
		num, den, times = r.points, r.scored, 1
	case Attendance:
		num, den = r.present, r.due
	case Speakers:
		num, den = r.speakers, r.present
	case Tasks:
		num, den = r.tasksDone, r.tasksDue
	case Minutes:
		num, den, times = r.minutes, r.met, 1
	}
	if den == 0 {
		return 0, false
	}
	return (num*times + den/2) / den, true
}

// Spread is how cells lie, by measure.
type Spread struct {
	Under string // unit whose cells they are; empty: those of the page
	Size  string // of the cells, as "10-19"; empty: any
	Cells int
	Of    []Lie
}

// Known says whether there is something to show.
func (s Spread) Known() bool { return s.Cells > 0 }

// Lie is how one measure lies.
type Lie struct {
	Code                        string
	Least, Low, Mid, High, Most int
	Own                         int
	HasOwn                      bool
}

// spreadOf gives the five numbers of each measure over the rows, with the own row beside
// them where there is one.
func spreadOf(rows []Row, mine *Row) Spread {
	s := Spread{Cells: len(rows)}
	for _, code := range Kinds() {
		var list []int
		for _, r := range rows {
			if n, ok := r.Value(code); ok {
				list = append(list, n)
			}
		}
		if len(list) == 0 {
			continue
		}
		slices.Sort(list)
		at := func(quarter int) int { return list[(len(list)-1)*quarter/4] }
		l := Lie{Code: code, Least: at(0), Low: at(1), Mid: at(2), High: at(3), Most: at(4)}
		if mine != nil {
			l.Own, l.HasOwn = mine.Value(code)
		}
		s.Of = append(s.Of, l)
	}
	return s
}

// cellRows gives the cells of a scope that live in the last of the months, in the order of
// the tree.
func cellRows(ctx context.Context, q db.Q, scope access.Scope, from, to civil.Month) ([]Row, error) {
	rows, _, err := cellsIn(ctx, q, scope, from, to)
	return rows, err
}

func cellsIn(ctx context.Context, q db.Q, scope access.Scope, from, to civil.Month) ([]Row, []figure.CellRow, error) {
	last, err := figure.Cells(ctx, q, scope, to)
	if err != nil {
		return nil, nil, err
	}
	rows, at := make([]Row, len(last)), make(map[int64]int, len(last))
	for i, c := range last {
		rows[i] = Row{ID: c.CellID, Name: c.Name, Members: c.Members}
		rows[i].cell(c.CellMonth)
		at[c.CellID] = i
	}
	for m := from; m < to; m = m.Add(1) {
		list, err := figure.Cells(ctx, q, scope, m)
		if err != nil {
			return nil, nil, err
		}
		for _, c := range list {
			if i, ok := at[c.CellID]; ok {
				rows[i].cell(c.CellMonth)
			}
		}
	}
	return rows, last, nil
}

// spreadFor gives how the other cells of the cell's type and size lie: in the smallest unit
// above it that has as many as the rule asks for, its part or the one right above that.
// The figures of others are read for the program; what leaves it names none of them.
func spreadFor(ctx context.Context, q db.Q, set rulebook.Set, cell org.Unit, to civil.Month) (Spread, error) {
	least := set.Int(rulebook.InsightSpreadMinCells)
	above, err := org.Ancestors(ctx, q, cell)
	if err != nil || least == 0 {
		return Spread{}, err
	}
	from := to.Add(1 - max(1, set.Int(rulebook.InsightSpreadMonths)))
	slices.Reverse(above)
	for _, u := range above {
		scope, err := access.For(access.System(), access.FigureRead, u.Access())
		if err != nil {
			return Spread{}, err
		}
		rows, cells, err := cellsIn(ctx, q, scope, from, to)
		if err != nil {
			return Spread{}, err
		}
		if s, ok := among(set, cell, rows, cells, least); ok {
			s.Under = u.Name
			return s, nil
		}
		if u.IsAbove() {
			break
		}
	}
	return Spread{}, nil
}

// among keeps the other cells of the type and size.
func among(set rulebook.Set, cell org.Unit, rows []Row, cells []figure.CellRow, least int) (Spread, bool) {
	bands := set.Ints(rulebook.InsightSizeBands)
	mine := slices.IndexFunc(rows, func(r Row) bool { return r.ID == cell.ID })
	if mine < 0 {
		return Spread{}, false
	}
	size := bandOf(bands, rows[mine].Members)
	var others []Row
	for i, r := range rows {
		if i != mine && cells[i].Type == cell.Type && bandOf(bands, r.Members) == size && r.met > 0 {
			others = append(others, r)
		}
	}
	if len(others) < least {
		return Spread{}, false
	}
	s := spreadOf(others, &rows[mine])
	s.Size = sizeText(bands, size)
	return s, true
}

// bandOf gives the place of a size among the marks.
func bandOf(marks []int, n int) int {
	i, found := slices.BinarySearch(marks, n)
	if found {
		return i + 1
	}
	return i
}

// sizeText writes a band of sizes: "< 10", "10-19", "≥ 50".
func sizeText(marks []int, band int) string {
	switch {
	case len(marks) == 0:
		return ""
	case band == 0:
		return "< " + strconv.Itoa(marks[0])
	case band >= len(marks):
		return "≥ " + strconv.Itoa(marks[len(marks)-1])
	}
	return strconv.Itoa(marks[band-1]) + "–" + strconv.Itoa(marks[band]-1)
}
