package burden

import (
	"context"
	"slices"
	"strings"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/org"
	"chibo/quality"
	"chibo/rulebook"
	"chibo/task"
)

// Service has the use cases. DB and Book are required.
type Service struct {
	DB   *db.DB
	Book *rulebook.Book
}

// monthsShown is how many months a page shows.
const monthsShown = 12

// Load is what was asked of a cell in a month, or of several together.
type Load struct {
	Month   civil.Month
	Cells   int // with a row; 1 for a cell
	Acts    int // of people
	Clicks  int
	Texts   int // typed
	Seconds int
	Filled  int // fields that the program filled itself
}

// Each gives a sum for one cell, rounded; 0 where there is none.
func (l Load) Each(sum int) int {
	if l.Cells == 0 {
		return 0
	}
	return (sum + l.Cells/2) / l.Cells
}

// Minutes gives the time of one cell.
func (l Load) Minutes() int { return (l.Each(l.Seconds) + 30) / 60 }

// Line is one kind of act with what it came to.
type Line struct {
	Act     rulebook.ActWork
	Acts    int // of people
	Program int // of the program itself
}

// add takes acts of one action into the load and its lines; what no rule knows costs
// nothing and is not shown.
func add(load *Load, lines *[]Line, works []rulebook.ActWork, d audit.Count) {
	w, ok := workOf(works, d.Action)
	if !ok {
		return
	}
	i := slices.IndexFunc(*lines, func(l Line) bool { return l.Act.Act == w.Act })
	if i < 0 {
		*lines, i = append(*lines, Line{Act: w}), len(*lines)
	}
	l := &(*lines)[i]
	l.Acts, l.Program = l.Acts+d.People, l.Program+d.Program
	load.Acts += d.People
	load.Clicks += d.People * w.Clicks
	load.Texts += d.People * w.Texts
	load.Seconds += d.People * w.Seconds
	load.Filled += (d.People + d.Program) * w.Filled
}

// workOf gives the work of an action: the longest beginning that a rule names.
func workOf(works []rulebook.ActWork, action string) (best rulebook.ActWork, ok bool) {
	for _, w := range works {
		if (w.Act == action || strings.HasSuffix(w.Act, ".") && strings.HasPrefix(action, w.Act)) && (!ok || len(w.Act) > len(best.Act)) {
			best, ok = w, true
		}
	}
	return best, ok
}

// measure counts the acts of a cell's month from the records.
func (s *Service) measure(ctx context.Context, q db.Q, cell org.Unit, month civil.Month) (Load, []Line, error) {
	load, lines := Load{Month: month, Cells: 1}, []Line(nil)
	works := s.Book.At(month.Last(), cell.Path).ActWorks()
	held, err := meeting.OfMonth(ctx, q, cell.PartID, cell.ID, month)
	if err != nil {
		return load, nil, err
	}
	count := func(target string, id int64) error {
		list, err := audit.CountOn(ctx, q, cell.PartID, target, id)
		for _, d := range list {
			add(&load, &lines, works, d)
		}
		return err
	}
	for _, m := range held {
		if err := count("meeting", m.Ref.ID); err != nil {
			return load, nil, err
		}
		score, err := quality.ByMeeting(ctx, q, m.Ref)
		if err == nil {
			err = count("score", score.Ref.ID)
		}
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return load, nil, err
		}
		ids, err := task.IDsBySource(ctx, q, cell.PartID, m.Ref.ID)
		if err != nil {
			return load, nil, err
		}
		for _, id := range ids {
			if err := count("task", id); err != nil {
				return load, nil, err
			}
		}
	}
	slices.SortStableFunc(lines, func(a, b Line) int { return b.Acts*b.Act.Clicks - a.Acts*a.Act.Clicks })
	return load, lines, nil
}

// Counted computes the row of a meeting's cell and month anew, after the meeting has
// closed or gone up. It reads on its own and writes the one row.
func (s *Service) Counted(ctx context.Context, m meeting.Meeting) error {
	var cell org.Unit
	var load Load
	err := s.DB.Read(ctx, func(q db.Q) (err error) {
		if cell, err = org.ByID(ctx, q, m.OrgID); err != nil || !cell.IsCell() {
			return err
		}
		load, _, err = s.measure(ctx, q, cell, m.Month)
		return err
	})
	if err != nil || !cell.IsCell() {
		return err
	}
	return s.DB.WriteGrouped(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, putSQL, load.row(ident.Ref{Part: cell.PartID, ID: cell.ID})...)
		return err
	})
}

// View is the load of a unit over the last months.
type View struct {
	Unit   org.Unit
	Months []Load // the latest first; those without a row are left out
	Lines  []Line // of a cell: act by act, of the newest month with a meeting
	Of     civil.Month
	Works  []rulebook.ActWork
	Rule   rulebook.Rule
}

// Last gives the newest month that is complete, or the newest there is; the zero Load for
// none.
func (v View) Last(today civil.Date) Load {
	for _, l := range v.Months {
		if l.Month < today.Month() {
			return l
		}
	}
	if len(v.Months) > 0 {
		return v.Months[0]
	}
	return Load{}
}

// Of gives the load of a unit: of a cell by the records of the moment.
func (s *Service) Of(ctx context.Context, actor access.Actor, unitID int64) (v View, err error) {
	today := civil.From(s.DB.Clock().Now())
	err = s.DB.Read(ctx, func(q db.Q) error {
		if v.Unit, err = org.ByID(ctx, q, unitID); err != nil {
			return err
		}
		scope, err := scopeOf(actor, v.Unit)
		if err != nil {
			return err
		}
		set := s.Book.At(today, v.Unit.Path)
		v.Works, v.Rule = set.ActWorks(), set.Rule(rulebook.BurdenActsKey)
		lo, hi := scope.Range()
		if v.Months, err = db.List(ctx, q, scan, sumSQL, lo, hi, today.Month().Add(1-monthsShown), today.Month()); err != nil {
			return err
		}
		if !v.Unit.IsCell() {
			return nil
		}
		for _, m := range []civil.Month{today.Month(), today.Month().Add(-1)} {
			load, lines, err := s.measure(ctx, q, v.Unit, m)
			if err != nil {
				return err
			}
			if load.Acts == 0 {
				continue
			}
			v.put(load)
			if v.Lines == nil {
				v.Lines, v.Of = lines, m
			}
		}
		return nil
	})
	return v, err
}

// put lets what the records say now stand for what was stored.
func (v *View) put(l Load) {
	i := slices.IndexFunc(v.Months, func(x Load) bool { return x.Month <= l.Month })
	switch {
	case i < 0:
		v.Months = append(v.Months, l)
	case v.Months[i].Month == l.Month:
		v.Months[i] = l
	default:
		v.Months = slices.Insert(v.Months, i, l)
	}
}

const (
	putSQL = insertSQL + `
ON CONFLICT (part_id, month, cell_id) DO UPDATE SET acts = excluded.acts, clicks = excluded.clicks, texts = excluded.texts, seconds = excluded.seconds, filled = excluded.filled`

	insertSQL = `INSERT INTO burden_month (part_id, month, cell_id, acts, clicks, texts, seconds, filled) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`

	sumSQL = `SELECT m.month, COUNT(*), COALESCE(SUM(m.acts), 0), COALESCE(SUM(m.clicks), 0), COALESCE(SUM(m.texts), 0), COALESCE(SUM(m.seconds), 0), COALESCE(SUM(m.filled), 0)
  FROM org o JOIN burden_month m ON m.part_id = o.part_id AND m.cell_id = o.id
 WHERE o.path >= $1 AND o.path < $2 AND m.month >= $3 AND m.month <= $4 GROUP BY m.month ORDER BY m.month DESC`
)

func scan(r db.Scanner) (l Load, err error) {
	return l, r.Scan(&l.Month, &l.Cells, &l.Acts, &l.Clicks, &l.Texts, &l.Seconds, &l.Filled)
}

func (l Load) row(cell ident.Ref) []any {
	return []any{cell.Part, l.Month, cell.ID, l.Acts, l.Clicks, l.Texts, l.Seconds, l.Filled}
}

// Past is the acts of a cell's month, for sample data.
type Past struct {
	Cell  ident.Ref // part and cell
	Month civil.Month
	Acts  []audit.Count
}

// AddPast writes loads of the past, each by the works of its month.
func AddPast(ctx context.Context, tx *db.Tx, book *rulebook.Book, list []Past) error {
	rows := make([][]any, len(list))
	for i, p := range list {
		load, works := Load{Month: p.Month}, book.At(p.Month.Last(), "").ActWorks()
		var lines []Line
		for _, d := range p.Acts {
			add(&load, &lines, works, d)
		}
		rows[i] = load.row(p.Cell)
	}
	return db.Many(ctx, tx, insertSQL, rows)
}
