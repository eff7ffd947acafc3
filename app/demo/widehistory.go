package demo

import (
	"context"
	"fmt"
	"runtime/debug"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/meeting"
	"chibo/org"
	"chibo/rulebook"
)

// newUnits gives the units of a commune to be founded: its organisations, then their
// cells, in the order of the plan.
func (w *wide) newUnits(p *communePlan, set rulebook.Set) []org.NewUnit {
	list := make([]org.NewUnit, 0, len(p.units)+len(p.cells))
	for n, u := range p.units {
		in := org.NewUnit{
			Set: set, ID: wideUnitIDs + int64(p.unit0+n), ParentID: communeIDs + int64(p.index), Kind: org.KindGrassrootsParty, Type: u.typ,
			Name: "Đảng bộ " + lowerStart(u.name), Short: u.short, Place: u.place, Code: fmt.Sprintf("%s.%03d", w.codeOf(p.index), n+1),
			Seq: n + 1, ValidFrom: founded(),
		}
		if u.grassrootsCell() {
			in.Kind, in.Type, in.Name, in.Hall = org.KindGrassrootsCell, u.kinds[0], "Chi bộ "+u.name, "Phòng họp cơ quan"
		}
		list = append(list, in)
	}
	for i, q := range p.cells {
		if q.index < 0 {
			continue
		}
		above := list[q.unit]
		list = append(list, org.NewUnit{
			Set: set, ID: wideCellIDs + int64(p.cell0+i), ParentID: above.ID, Kind: org.KindCell, Type: q.kind, Name: q.name, Short: q.short,
			Place: above.Place, Hall: hallOf(q), Code: fmt.Sprintf("%s.000.%03d", above.Code, q.index+1), Seq: q.index + 1, ValidFrom: founded(),
		})
	}
	return list
}

// meetingSteps is what the meetings of a commune weigh in the progress, a commune
// without them being one.
const meetingSteps = 6

// wideHistory makes the meetings of the first commune, then commune after commune.
// The indexes that lie across communes are made at the end: kept up row by row they
// would be read and written all over for each of them.
func (f *Fill) wideHistory(ctx context.Context, w *wide) error {
	defer debug.SetGCPercent(debug.SetGCPercent(wideGC))
	all, n := w.communes+w.full*meetingSteps+1, 0
	did := func(steps int) { n += steps; f.stepped(n, all) }
	done, err := f.isDone(ctx, wholeStep)
	if err != nil {
		return err
	}
	if done {
		did(all)
		return f.DB.Durable(ctx)
	}
	if err := f.DB.PutOff(ctx, "person", "membership"); err != nil {
		return err
	}
	if err := f.meetings(ctx, w, 0); err != nil {
		return err
	}
	did(meetingSteps)
	for c := range w.communes {
		err := f.once(ctx, communeStep(c), func(tx *db.Tx) error {
			_, err := f.settle(ctx, tx, w, c)
			return err
		})
		if err != nil {
			return err
		}
		did(1)
		if c > 0 && c < w.full {
			if err := f.meetings(ctx, w, c); err != nil {
				return err
			}
			did(meetingSteps)
		}
	}
	if err := f.DB.CatchUp(ctx); err != nil {
		return err
	}
	if err := f.DB.Analyze(ctx); err != nil {
		return err
	}
	if err := f.once(ctx, wholeStep, func(*db.Tx) error { return nil }); err != nil {
		return err
	}
	did(1)
	return f.DB.Durable(ctx)
}

// wholeStep is noted when nothing is left to do.
const wholeStep = "whole"

// wideGC keeps memory small: the nation is made in pieces of one commune.
const wideGC = 100

func (f *Fill) isDone(ctx context.Context, step string) (done bool, err error) {
	err = f.DB.Read(ctx, func(q db.Q) error {
		var n int
		err := q.QueryRow(ctx, isDoneSQL, step).Scan(&n)
		done = n > 0
		return err
	})
	return done, err
}

// meetings makes the months of a commune with everything that belongs to them, one
// transaction for each month, then their sums.
func (f *Fill) meetings(ctx context.Context, w *wide, c int) error {
	step := func(m civil.Month) string { return fmt.Sprintf("commune %d, %s", c, m.Vi()) }
	if done, err := f.isDone(ctx, step(0)); err != nil || done {
		return err
	}
	g, err := f.communeGround(ctx, w, c)
	if err != nil {
		return err
	}
	numbers := f.numbering(g)
	for back := range w.months {
		m := f.Today.Month().Add(-back)
		err := f.once(ctx, step(m), func(tx *db.Tx) error {
			b := &batch{month: m, frames: map[string]meeting.Frame{}}
			if err := f.compose(b, g, numbers[m]); err != nil {
				return err
			}
			return b.write(ctx, tx)
		})
		if err != nil {
			return err
		}
	}
	return f.once(ctx, step(0), func(tx *db.Tx) error { return f.sumUp(ctx, tx, w, g) })
}

// communeGround reads a commune back; ids follow from the plan.
func (f *Fill) communeGround(ctx context.Context, w *wide, c int) (*ground, error) {
	p := w.commune(c)
	var g *ground
	err := f.DB.Read(ctx, func(q db.Q) error {
		top, err := org.ByID(ctx, q, communeIDs+int64(c))
		if err != nil {
			return err
		}
		var units []org.Unit
		for _, in := range w.newUnits(&p, f.Book.At(newShape(), "")) {
			u, err := org.ByID(ctx, q, in.ID)
			if err != nil {
				return err
			}
			units = append(units, u)
		}
		g = w.groundOf(&p, top, units, f.Today)
		g.number()
		return nil
	})
	return g, err
}
