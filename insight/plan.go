package insight

import (
	"context"
	"slices"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/rulebook"
	"chibo/task"
)

// Measure is one measure of improvement: what it is and how far stands with its task.
type Measure struct {
	Task  ident.Ref
	About string // code of a sign; "" none
	Day   civil.Date
}

// PlanIn is a measure to be taken.
type PlanIn struct {
	CellID int64
	Title  string
	Owner  int64 // membership
	Due    civil.Date
	About  string // code of a sign; "" none
	Op     string // made on the device; sent twice, kept once
}

// Plan takes a measure: a task of the cell, which comes back in the next meetings until it
// is judged. Field errors: title, assignee, due. ErrEnough when as many are open as the
// rule allows; access.ErrForbidden.
func (s *Service) Plan(ctx context.Context, actor access.Actor, in PlanIn) error {
	if in.Op == "" {
		in.Op = ident.NewDevice()
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		cell, err := s.cell(ctx, tx, in.CellID)
		if err != nil {
			return err
		}
		if !MayPlan(actor, cell) {
			return access.ErrForbidden
		}
		var known int
		if err := tx.QueryRow(ctx, knownSQL, cell.PartID, in.Op).Scan(&known); err != nil || known > 0 {
			return err
		}
		open, err := openMeasures(ctx, tx, cell.PartID, cell.ID)
		if err != nil {
			return err
		}
		if most := s.Book.At(tx.Today(), cell.Path).Int(rulebook.InsightMeasuresMost); len(open) >= most {
			return fault.New(ErrEnough.Kind, ErrEnough.Key, "Most", most)
		}
		if !slices.Contains([]string{"", SameText, OnEve, Above}, in.About) {
			in.About = ""
		}
		ids, err := s.Tasks.GiveFor(ctx, tx, actor, cell, task.GiveIn{Title: in.Title, Assignees: owners(in.Owner), Due: in.Due, Kind: task.Planned})
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, insertMeasureSQL, cell.PartID, cell.ID, ids[0], in.About, tx.Today(), actor.AccountID, in.Op); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{
			Part: cell.PartID, Account: actor.AccountID, Action: "insight.plan", Target: "org", TargetID: cell.ID, Detail: map[string]any{"task": ids[0]},
		})
	})
}

func owners(id int64) []int64 {
	if id == 0 {
		return nil
	}
	return []int64{id}
}

// measuresMost is how many of the latest measures are looked at.
const measuresMost = 12

// openMeasures gives the measures of a cell whose tasks are not judged.
func openMeasures(ctx context.Context, q db.Q, part, cellID int64) (out []Measure, err error) {
	list, err := measuresOf(ctx, q, part, cellID)
	if err != nil {
		return nil, err
	}
	for _, m := range list {
		state, err := task.StateOf(ctx, q, m.Task)
		if fault.KindOf(err) == fault.NotFound && err != nil {
			continue
		}
		if err != nil {
			return nil, err
		}
		if state == task.Open {
			out = append(out, m)
		}
	}
	return out, nil
}
