package insight

import (
	"context"
	"strconv"

	"chibo/access"
	"chibo/agenda"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/meeting"
	"chibo/org"
	"chibo/rulebook"
	"chibo/task"
	"chibo/voice"
)

// Service has the use cases. All fields are required.
type Service struct {
	DB    *db.DB
	Book  *rulebook.Book
	Tasks *task.Service
}

var (
	// ErrNotFound says that there is no such question.
	ErrNotFound = fault.New(fault.NotFound, "insight.err.not_found")
	// ErrChanged says that somebody else has answered meanwhile.
	ErrChanged = fault.New(fault.Conflict, "insight.err.changed")
	// ErrEnough says that as many measures are open as the rule allows at one time.
	ErrEnough = fault.New(fault.Conflict, "insight.err.enough")
)

// Href is the page of a cell.
func Href(cellID int64) string { return "/cells/" + strconv.FormatInt(cellID, 10) + "/insight" }

// months is how many months a page reads.
const months = 12

func (s *Service) cell(ctx context.Context, q db.Q, id int64) (org.Unit, error) {
	cell, err := org.ByID(ctx, q, id)
	if err == nil && !cell.IsCell() {
		return cell, org.ErrNotFound
	}
	return cell, err
}

// Cell is a cell's year as one reader may see it.
type Cell struct {
	Unit     org.Unit
	Set      rulebook.Set // of today
	Months   []figure.CellMonth
	Spread   Spread
	Shares   []agenda.Share // minutes of the regular meetings of these months
	Contents agenda.Spread  // how they lie in cells of the type
	Voices   []voice.Past   // what members said, the latest first; empty to who reads figures alone
	Signs    []Sign
	Measures []Measure
	Reads    bool // contents too, not the figures alone
	Own      bool // of the cell committee: answers questions
	Plans    bool // makes the plan
	Today    civil.Date
}

// Cell gives a cell's year.
func (s *Service) Cell(ctx context.Context, actor access.Actor, cellID int64) (c Cell, err error) {
	c.Today = civil.From(s.DB.Clock().Now())
	err = s.DB.Read(ctx, func(q db.Q) error {
		if c.Unit, err = s.cell(ctx, q, cellID); err != nil {
			return err
		}
		if _, err := scopeOf(actor, c.Unit); err != nil {
			return err
		}
		c.Set = s.Book.At(c.Today, c.Unit.Path)
		c.Reads, c.Own, c.Plans = reads(actor, c.Unit), own(actor.Quiet(), c.Unit), MayPlan(actor.Quiet(), c.Unit)
		to := c.Today.Month()
		if c.Months, err = figure.CellTrend(ctx, q, c.Unit.PartID, c.Unit.ID, to.Add(1-months), to); err != nil {
			return err
		}
		if c.Spread, err = spreadFor(ctx, q, c.Set, c.Unit, to); err != nil {
			return err
		}
		if c.Shares, err = agenda.SpentBy(ctx, q, c.Unit.PartID, c.Unit.ID, meeting.Regular, to.Add(1-months), to); err != nil {
			return err
		}
		if c.Contents, err = agenda.SpreadFor(ctx, q, c.Set, c.Unit, meeting.Regular, to); err != nil {
			return err
		}
		return c.read(ctx, q)
	})
	return c, err
}

// read adds what is more than figures.
func (c *Cell) read(ctx context.Context, q db.Q) (err error) {
	if !c.Reads {
		return nil
	}
	if c.Voices, err = voice.OfCell(ctx, q, c.Unit.PartID, c.Unit.ID, months); err != nil {
		return err
	}
	all, err := signsOf(ctx, q, c.Unit.PartID, c.Unit.ID, c.Today.Month().Add(1-months))
	if err != nil {
		return err
	}
	hide := c.Set.Int(rulebook.InsightHideDays)
	for _, g := range all {
		if c.Own || g.Open(c.Today, hide) {
			c.Signs = append(c.Signs, g)
		}
	}
	c.Measures, err = measuresOf(ctx, q, c.Unit.PartID, c.Unit.ID)
	return err
}

// Waiting gives the newest questions that the cell has not answered, and its open measures,
// for who is of the cell committee.
func (s *Service) Waiting(ctx context.Context, actor access.Actor, cell org.Unit) (signs []Sign, open []Measure, err error) {
	if !own(actor.Quiet(), cell) {
		return nil, nil, access.ErrForbidden
	}
	_, err = s.DB.Recall(ctx, func(q db.Q) error {
		all, err := signsOf(ctx, q, cell.PartID, cell.ID, civil.From(s.DB.Clock().Now()).Month().Add(1-months))
		if err != nil {
			return err
		}
		signs = nil
		for _, g := range all {
			if g.Answer == "" {
				signs = append(signs, g)
			}
		}
		open, err = openMeasures(ctx, q, cell.PartID, cell.ID)
		return err
	})
	return signs, open, err
}

// Unit is a committee's subtree over a year.
type Unit struct {
	Unit     org.Unit
	Set      rulebook.Set
	Months   []figure.UnitMonth
	Spread   Spread // over its cells; above the parts over the units right under it
	Over     []Row  // what the spread is over, in the order of the tree
	OfUnits  bool   // Over are units, not cells
	Signs    []Asked
	Plans    []CellPlan
	Reads    bool
	Today    civil.Date
	HideDays int
}

// listMost bounds the lists of a committee's page.
const listMost = 60

// Unit gives the page of a committee.
func (s *Service) Unit(ctx context.Context, actor access.Actor, unitID int64) (u Unit, err error) {
	u.Today = civil.From(s.DB.Clock().Now())
	err = s.DB.Read(ctx, func(q db.Q) error {
		if u.Unit, err = org.ByID(ctx, q, unitID); err != nil {
			return err
		}
		if u.Unit.IsCell() {
			return org.ErrNotFound
		}
		scope, err := scopeOf(actor, u.Unit)
		if err != nil {
			return err
		}
		u.Set, u.Reads = s.Book.At(u.Today, u.Unit.Path), reads(actor, u.Unit)
		u.HideDays = u.Set.Int(rulebook.InsightHideDays)
		to := u.Today.Month()
		if u.Months, err = figure.Trend(ctx, q, scope, to.Add(1-months), to); err != nil {
			return err
		}
		if err := u.lie(ctx, q, scope, to); err != nil || !u.Reads {
			return err
		}
		if u.Signs, err = below(ctx, q, scope, to.Add(1-months), u.Today.AddDays(-u.HideDays), listMost); err != nil {
			return err
		}
		u.Plans, err = plansBelow(ctx, q, scope, u.Today.AddMonths(-months), listMost)
		return err
	})
	return u, err
}

// lie gathers how the cells of a part lie, or the units right under a higher committee.
func (u *Unit) lie(ctx context.Context, q db.Q, scope access.Scope, to civil.Month) (err error) {
	from := to.Add(1 - max(1, u.Set.Int(rulebook.InsightSpreadMonths)))
	if u.Unit.IsAbove() {
		u.OfUnits = true
		list, err := figure.Children(ctx, q, scope, u.Unit, from, to, civil.Date{})
		for _, c := range list {
			row := Row{ID: c.ID, Name: c.Name, Members: c.Members}
			for _, m := range c.Months {
				row.unit(m)
			}
			u.Over = append(u.Over, row)
		}
		u.Spread = spreadOf(u.Over, nil)
		return err
	}
	if u.Over, err = cellRows(ctx, q, scope, from, to); err != nil {
		return err
	}
	u.Spread = spreadOf(u.Over, nil)
	return nil
}
