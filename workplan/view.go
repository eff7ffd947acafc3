package workplan

import (
	"context"
	"slices"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/org"
	"chibo/rulebook"
	"chibo/task"
)

// Line is an item with what stands beside it.
type Line struct {
	Item
	State State
	Left  bool        // who was in charge is in the cell no longer
	Mine  bool        // the reader is in charge
	Tasks []task.Task // that came out of it
	Taken []Taken     // agendas on which it stands or stood
}

// Proposed gives the result that its tasks speak for: all carried out is done, some is
// partly; NotTold when there are none or nothing is carried out. A person decides.
func (l Line) Proposed() Result {
	done := 0
	for _, t := range l.Tasks {
		if t.State.CarriedOut() {
			done++
		}
	}
	switch {
	case done == 0:
		return NotTold
	case done == len(l.Tasks):
		return Done
	}
	return Part
}

// View is a plan as its page shows it.
type View struct {
	Cell    org.Unit
	Year    int
	Today   civil.Date
	Set     rulebook.Set
	Plan    Plan
	Lines   []Line // by month; none of a draft that the reader does not read
	Steps   []Step
	Taken   []Taken // agendas on which the plan as a whole stands or stood
	Sum     Sum
	Body    []member.OnDay // to whom something can be given
	Last    int            // items of the year before that can be taken over
	Hidden  bool           // there is a draft, which the reader does not read
	Kept    string         // unit that keeps the tasks from the reader; "" none
	Write   bool
	Approve bool
	Give    bool
}

// Changes gives what was changed since the plan was approved.
func (v View) Changes() (out []Step) {
	for _, s := range v.Steps {
		if s.After && s.Kind != StepResult && s.Kind != StepTask {
			out = append(out, s)
		}
	}
	return out
}

// PlanOf gives the plan of a cell and year with its items, for who has checked the right;
// ID zero: there is none.
func PlanOf(ctx context.Context, q db.Q, cell org.Unit, year int) (Plan, []Item, error) {
	p, err := planOf(ctx, q, cell.PartID, cell.ID, year)
	if err != nil || p.Ref.ID == 0 {
		return p, nil, err
	}
	items, err := itemsOf(ctx, q, p.Ref)
	return p, items, err
}

// Open gives the plan of a cell and year to whoever may read the cell.
func (s *Service) Open(ctx context.Context, actor access.Actor, cellID int64, year int) (v View, err error) {
	err = s.DB.Read(ctx, func(q db.Q) error {
		v, err = s.OpenIn(ctx, q, actor, cellID, year)
		return err
	})
	return v, err
}

// OpenIn is Open within the caller's reading.
func (s *Service) OpenIn(ctx context.Context, q db.Q, actor access.Actor, cellID int64, year int) (v View, err error) {
	if v.Cell, err = s.cell(ctx, q, cellID); err != nil {
		return v, err
	}
	if !MayRead(actor, v.Cell) {
		return v, access.ErrForbidden
	}
	v.Year, v.Today = year, s.today()
	v.Set = s.Book.At(v.Today, v.Cell.Path)
	if v.Plan, err = planOf(ctx, q, v.Cell.PartID, v.Cell.ID, year); err != nil {
		return v, err
	}
	quiet := actor.Quiet()
	v.Write, v.Approve, v.Give = MayWrite(quiet, v.Cell), MayApprove(quiet, v.Cell), MayGive(quiet, v.Cell)
	if v.Plan.Ref.ID != 0 && !v.Plan.Approved() && !MayReadDraft(quiet, v.Cell) {
		v.Hidden = true
		return v, nil
	}
	if v.Body, err = member.Body(ctx, q, v.Cell.PartID, v.Cell.ID, v.Today); err != nil {
		return v, err
	}
	if err := v.last(ctx, q); err != nil || v.Plan.Ref.ID == 0 {
		return v, err
	}
	return v, v.read(ctx, q, actor)
}

// last counts what could be taken over, while that is possible.
func (v *View) last(ctx context.Context, q db.Q) error {
	if !v.Write || v.Plan.Approved() {
		return nil
	}
	p, err := planOf(ctx, q, v.Cell.PartID, v.Cell.ID, v.Year-1)
	if err != nil {
		return err
	}
	had, err := itemsOf(ctx, q, p.Ref)
	for _, i := range had {
		if i.Dropped == "" {
			v.Last++
		}
	}
	return err
}

func (v *View) read(ctx context.Context, q db.Q, actor access.Actor) error {
	items, err := itemsOf(ctx, q, v.Plan.Ref)
	if err != nil {
		return err
	}
	v.Sum = SumOf(items, v.Today)
	me := v.me(actor)
	if !v.Plan.Approved() { // nothing of a draft can be late
		v.Sum.Late = 0
	}
	for _, i := range items {
		state := StatePlanned
		if v.Plan.Approved() {
			state = i.Now(v.Today)
		}
		v.Lines = append(v.Lines, Line{
			Item: i, State: state, Left: i.WhoID != 0 && nameOf(v.Body, i.WhoID) == "", Mine: i.WhoID != 0 && i.WhoID == me,
		})
	}
	if v.Steps, err = db.List(ctx, q, scanStep, stepsSQL, v.Plan.Ref.Part, v.Plan.Ref.ID); err != nil {
		return err
	}
	taken, err := db.List(ctx, q, scanTaken, takenOfSQL, v.Plan.Ref.Part, v.Plan.Ref.ID)
	if err != nil {
		return err
	}
	for _, t := range taken {
		if t.ItemID == 0 {
			v.Taken = append(v.Taken, t)
		} else if n := v.at(t.ItemID); n >= 0 {
			v.Lines[n].Taken = append(v.Lines[n].Taken, t)
		}
	}
	return v.tasks(ctx, q, actor)
}

// me gives the reader's membership in the cell; 0 none.
func (v View) me(actor access.Actor) int64 {
	n := slices.IndexFunc(v.Body, func(m member.OnDay) bool { return actor.PersonID != 0 && m.PersonID == actor.PersonID })
	if n < 0 {
		return 0
	}
	return v.Body[n].MembershipID
}

func (v View) at(item int64) int {
	return slices.IndexFunc(v.Lines, func(l Line) bool { return l.Ref.ID == item })
}

// tasks puts the tasks beside their items, unless the cell keeps them from the reader.
func (v *View) tasks(ctx context.Context, q db.Q, actor access.Actor) error {
	by, kept, err := task.Kept(ctx, q, actor, v.Cell)
	if err != nil || kept {
		v.Kept = by.Name
		return err
	}
	type link struct{ item, task int64 }
	links, err := db.List(ctx, q, func(s db.Scanner) (l link, err error) { return l, s.Scan(&l.item, &l.task) }, tasksOfSQL, v.Plan.Ref.Part, v.Plan.Ref.ID)
	if err != nil {
		return err
	}
	for _, l := range links {
		t, err := task.ByRef(ctx, q, ident.Ref{Part: v.Plan.Ref.Part, ID: l.task})
		if fault.KindOf(err) == fault.NotFound && err != nil {
			continue
		}
		if err != nil {
			return err
		}
		if n := v.at(l.item); n >= 0 {
			v.Lines[n].Tasks = append(v.Lines[n].Tasks, t)
		}
	}
	return nil
}

// ItemView is one item as its page shows it.
type ItemView struct {
	View
	Line  Line
	Trail []Step // of the item
	Tells bool   // the reader may tell the result
}

// OpenItem gives one item to whoever reads its plan.
func (s *Service) OpenItem(ctx context.Context, actor access.Actor, ref ident.Ref) (v ItemView, err error) {
	err = s.DB.Read(ctx, func(q db.Q) error {
		i, err := itemByRef(ctx, q, ref)
		if err != nil {
			return err
		}
		p, err := planByID(ctx, q, ident.Ref{Part: ref.Part, ID: i.PlanID})
		if err != nil {
			return err
		}
		if v.View, err = s.OpenIn(ctx, q, actor, i.CellID, p.Year); err != nil {
			return err
		}
		n := v.at(ref.ID)
		if n < 0 {
			return access.ErrForbidden // of a draft that is not read from above
		}
		v.Line = v.Lines[n]
		v.Tells = v.Plan.Approved() && i.Dropped == "" && !v.Cell.Ended() && (v.Write || v.Line.Mine)
		v.Trail, err = db.List(ctx, q, scanStep, itemStepsSQL, ref.Part, ref.ID)
		return err
	})
	return v, err
}

// Desk is what the plans of a cell ask of a person this month.
type Desk struct {
	Lines  []Line // begun and not settled, late ones first: all for who writes, else the own ones
	All    int    // of these, shown or not
	Late   int
	Year   int  // of a plan that is missing or waits for approval; 0 none
	Begun  bool // it is a draft
	Items  int  // of the draft
	Passed bool // the month until which it should be approved is over
}

// deskMost is how many items a first page shows.
const deskMost = 5

// DeskOf gives what the plans ask of a person of the cell.
func (s *Service) DeskOf(ctx context.Context, q db.Q, actor access.Actor, cell org.Unit) (d Desk, err error) {
	quiet, today := actor.Quiet(), s.today()
	if !MayReadDraft(quiet, cell) { // who only looks at the cell
		return d, nil
	}
	list, err := openItems(ctx, q, cell, today.Month())
	if err != nil {
		return d, err
	}
	var me int64
	if actor.PersonID != 0 {
		m, err := member.InCell(ctx, q, cell, actor.PersonID, today)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return d, err
		}
		me = m.ID
	}
	writes := MayWrite(quiet, cell)
	for _, i := range list {
		l := Line{Item: i, State: i.Now(today), Mine: me != 0 && i.WhoID == me}
		if !writes && !l.Mine {
			continue
		}
		d.All++
		if l.State == StateLate {
			d.Late++
		}
		if len(d.Lines) < deskMost {
			d.Lines = append(d.Lines, l)
		}
	}
	if writes {
		err = d.waits(ctx, q, s.Book.At(today, cell.Path), cell, today)
	}
	return d, err
}

// waits says which year's plan is still to be made or approved.
func (d *Desk) waits(ctx context.Context, q db.Q, set rulebook.Set, cell org.Unit, today civil.Date) error {
	years := []int{today.Year()}
	if today.MonthNum() >= set.Int(rulebook.WorkDraftMonth) {
		years = append(years, today.Year()+1)
	}
	for _, y := range years {
		p, err := planOf(ctx, q, cell.PartID, cell.ID, y)
		if err != nil {
			return err
		}
		if p.Approved() || y == today.Year() && p.Ref.ID == 0 && len(years) > 1 { // too late to begin this year's
			continue
		}
		d.Year, d.Begun = y, p.Ref.ID != 0
		d.Passed = y == today.Year() && today.MonthNum() > set.Int(rulebook.WorkApproveMonth)
		if d.Begun {
			err = q.QueryRow(ctx, countItemsSQL, p.Ref.Part, p.Ref.ID).Scan(&d.Items)
		}
		return err
	}
	return nil
}
