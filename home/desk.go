package home

import (
	"context"
	"errors"

	"chibo/access"
	"chibo/admission"
	"chibo/campaign"
	"chibo/document"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/meeting"
	"chibo/member"
	"chibo/org"
	"chibo/quality"
	"chibo/rulebook"
	"chibo/task"
)

// Step is a step of the month path as the first page shows it.
type Step struct {
	Code   string
	Title  rulebook.Text
	Action rulebook.Text
	Rule   rulebook.Rule
	Due    civil.Date
	DoneOn civil.Date
	Late   int  // days: done after its day, or not done and the day is over
	Next   bool // the first that is not done
}

// Done says whether the step was taken.
func (s Step) Done() bool { return !s.DoneOn.IsZero() }

// Desk is the first page of a cell's people.
type Desk struct {
	Unit        org.Unit
	Day         civil.Date
	Meeting     *meeting.Meeting // being prepared or held, or held and not sent; nil none
	Last        *meeting.Meeting // the latest one held; nil none
	Me          member.Membership
	Member      bool             // the person is a member of this cell
	Row         *meeting.RollRow // own line in the roll of Meeting; nil not invited yet
	Steps       []Step
	Month       civil.Month         // of the next meeting to convene, when there is none
	Tasks       []task.Task         // the cell's open tasks for its committee, else the own ones
	ToRead      []document.Document // papers that the person is still to confirm having read
	Names       map[int64]string
	Overdue     int  // of all these tasks, shown or not
	Thematic    bool // held in this quarter
	Duty        meeting.PlanQuarter
	Campaign    []campaign.OwnStep  // the next step of each campaign in which the cell takes part
	Turns       []quality.Turn      // scores about which the cell owes the committee above an answer
	Dossiers    []admission.Dossier // that wait for the cell, the most pressing first
	DossiersAll int                 // of these, shown or not
	Helped      int                 // people on their way into the Party whom the reader helps
	Trend       []figure.CellMonth
	State       figure.State
	Lead        bool
	Convene     bool
	Prepare     bool
}

// openTasks is how many tasks a first page shows.
const openTasks = 8

// DeskOf builds the first page of an actor in the own cell.
func DeskOf(ctx context.Context, q db.Q, s *meeting.Service, actor access.Actor, u org.Unit, day civil.Date) (Desk, error) {
	if _, err := access.For(actor, access.CellRead, u.Access()); err != nil {
		return Desk{}, err
	}
	d := Desk{Unit: u, Day: day, Lead: actor.Can(access.Lead, u.Access()), Convene: actor.Can(access.Convene, u.Access()), Prepare: actor.Can(access.Prepare, u.Access())}
	for _, part := range []func(context.Context, db.Q, *meeting.Service, access.Actor) error{d.meetings, d.mine, d.work, d.figures} {
		if err := part(ctx, q, s, actor); err != nil {
			return Desk{}, err
		}
	}
	var err error
	if d.Turns, err = quality.TurnsOf(ctx, q, actor, u); err != nil {
		return Desk{}, err
	}
	return d, d.dossiers(ctx, q, actor)
}

func (d *Desk) meetings(ctx context.Context, q db.Q, s *meeting.Service, _ access.Actor) error {
	m, ok, err := meeting.Current(ctx, q, d.Unit.PartID, d.Unit.ID)
	if err != nil {
		return err
	}
	d.Month = d.Day.Month()
	if ok {
		d.Meeting = &m
		if err := d.path(ctx, q, s, m); err != nil {
			return err
		}
	}
	last, ok, err := meeting.Last(ctx, q, d.Unit.PartID, d.Unit.ID)
	if ok {
		d.Last = &last
		if last.Month >= d.Month {
			d.Month = last.Month.Add(1)
		}
	}
	return err
}

func (d *Desk) path(ctx context.Context, q db.Q, s *meeting.Service, m meeting.Meeting) error {
	steps, err := s.Steps(ctx, q, m, d.Unit)
	if err != nil {
		return err
	}
	rules := map[string]rulebook.Step{}
	for _, r := range s.Rules(m, d.Unit).MonthPath() {
		rules[r.Code] = r
	}
	found := false
	for _, st := range steps {
		r := rules[st.Step]
		v := Step{Code: st.Step, Title: r.Title, Action: r.Action, Rule: r.Rule, Due: st.Due, DoneOn: st.DoneOn}
		end := st.DoneOn
		if end.IsZero() {
			end = d.Day
			v.Next, found = !found, true
		}
		v.Late = max(0, end.Sub(st.Due))
		d.Steps = append(d.Steps, v)
	}
	return nil
}

func (d *Desk) mine(ctx context.Context, q db.Q, s *meeting.Service, actor access.Actor) error {
	me, err := member.InCell(ctx, q, d.Unit, actor.PersonID, d.Day)
	if errors.Is(err, member.ErrNotFound) { // an officer who looks at a cell is no member of it
		return nil
	}
	if err != nil {
		return err
	}
	d.Me, d.Member = me, true
	if d.ToRead, err = document.ToRead(ctx, q, s.Book.At(d.Day, d.Unit.Path), d.Unit, actor.PersonID, d.Day); err != nil {
		return err
	}
	if d.Meeting == nil {
		return nil
	}
	row, err := meeting.RollOf(ctx, q, d.Meeting.Ref, me.ID)
	if errors.Is(err, meeting.ErrStranger) { // not invited yet
		return nil
	}
	if err == nil {
		d.Row = &row
	}
	return err
}

func (d *Desk) work(ctx context.Context, q db.Q, _ *meeting.Service, actor access.Actor) error {
	if err := d.tasks(ctx, q, actor); err != nil {
		return err
	}
	body, err := member.Body(ctx, q, d.Unit.PartID, d.Unit.ID, d.Day)
	d.Names = map[int64]string{}
	for _, m := range body {
		d.Names[m.MembershipID] = m.Name
	}
	return err
}

// tasks reads the tasks to show; Overdue counts all, also those beyond openTasks.
func (d *Desk) tasks(ctx context.Context, q db.Q, actor access.Actor) error {
	if d.Prepare {
		scope, err := access.For(actor, access.CellRead, d.Unit.Access())
		if err != nil {
			return err
		}
		if _, d.Overdue, err = task.Counts(ctx, q, scope, d.Day); err != nil {
			return err
		}
		d.Tasks, err = task.OpenOf(ctx, q, d.Unit.PartID, d.Unit.ID, openTasks)
		return err
	}
	if !d.Member {
		return nil
	}
	list, err := task.Of(ctx, q, d.Unit.PartID, d.Me.ID)
	for _, t := range list {
		if t.IsOverdue(d.Day) {
			d.Overdue++
		}
		if t.State == task.Open && len(d.Tasks) < openTasks {
			d.Tasks = append(d.Tasks, t)
		}
	}
	return err
}

func (d *Desk) figures(ctx context.Context, q db.Q, s *meeting.Service, actor access.Actor) error {
	if !d.Prepare {
		return nil
	}
	month := d.Day.Month()
	var err error
	if d.Trend, err = figure.CellTrend(ctx, q, d.Unit.PartID, d.Unit.ID, month.Add(1-trendMonths), month); err != nil {
		return err
	}
	for _, m := range d.Trend {
		if m.Month >= month.QuarterFirst() && m.Thematic > 0 {
			d.Thematic = true
		}
	}
	if d.Campaign, err = campaign.NextSteps(ctx, q, d.Unit, d.Day); err != nil {
		return err
	}
	if d.Duty, err = s.Duty(ctx, q, d.Unit, d.Day); err != nil {
		return err
	}
	scope, err := figure.ScopeOf(actor, d.Unit)
	if err != nil {
		return err
	}
	d.State, err = figure.StateOf(ctx, q, scope)
	return err
}

// Cell gives the cell whose desk an actor has: where the person leads, else
// serves in the committee, else is a member; 0 when none.
func Cell(actor access.Actor) int64 {
	standin := int64(0) // where only somebody else's work is done: after all that is one's own
	for _, role := range []string{access.RoleLead, access.RoleDeputy, access.RoleCommittee, access.RoleMember} {
		for _, g := range actor.In(role) {
			if g.For == 0 {
				return g.OrgID
			}
			if standin == 0 {
				standin = g.OrgID
			}
		}
	}
	return standin
}

// Committee gives the highest unit above cells that an actor serves; 0 when none.
func Committee(actor access.Actor) int64 {
	var top access.Grant
	for _, g := range actor.In(access.RoleUpper) {
		if top.OrgID == 0 || g.Path.Depth() < top.Path.Depth() {
			top = g
		}
	}
	return top.OrgID
}
