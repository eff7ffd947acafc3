package workplan

import (
	"context"
	"slices"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/viet"
	"chibo/member"
	"chibo/notify"
	"chibo/org"
	"chibo/task"
)

// ApproveIn says when and where the cell approved its plan.
type ApproveIn struct {
	CellID    int64
	Year      int
	MeetingID int64      // of the cell, held; 0: on Day, without a meeting here
	Day       civil.Date // where MeetingID is 0
	Note      string     // number of a resolution, and the like
	Version   int        // of the plan, as it was shown
	Op        string     // id made on the device
}

const approveSQL = `UPDATE work_plan SET state = 'approved', approved_on = $4, meeting_id = $5, note = $6, version = version + 1
 WHERE part_id = $1 AND id = $2 AND version = $3 AND state = 'draft'`

// Approve notes that the cell has approved the plan, and tells those in charge. Field
// errors: day, meeting, note. ErrEmpty, ErrApproved, ErrChanged when somebody has changed
// the draft meanwhile.
func (s *Service) Approve(ctx context.Context, actor access.Actor, in ApproveIn) error {
	in.Note = viet.Clean(in.Note)
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		cell, err := s.cell(ctx, tx, in.CellID)
		if err != nil {
			return err
		}
		if !MayApprove(actor, cell) {
			return access.ErrForbidden
		}
		if again, err := stepped(ctx, tx, cell.PartID, in.Op, actor.AccountID); err != nil || again {
			return err
		}
		p, err := planOf(ctx, tx, cell.PartID, cell.ID, in.Year)
		switch {
		case err != nil:
			return err
		case p.Ref.ID == 0:
			return ErrEmpty
		case p.Approved():
			return ErrApproved
		case p.Version != in.Version:
			return ErrChanged
		}
		items, err := itemsOf(ctx, tx, p.Ref)
		if err != nil {
			return err
		}
		if len(items) == 0 {
			return ErrEmpty
		}
		if err := s.when(ctx, tx, &in, cell); err != nil {
			return err
		}
		res, err := tx.Exec(ctx, approveSQL, p.Ref.Part, p.Ref.ID, p.Version, in.Day, in.MeetingID, in.Note)
		if err := one(res, err, ErrChanged); err != nil {
			return err
		}
		a := act{actor: actor, plan: p, op: in.Op}
		if err := s.done(ctx, tx, a, "approve", 0, Step{Kind: StepApprove, Became: in.Day.String()}); err != nil {
			return err
		}
		return tellCharged(ctx, tx, cell, p.Year, items)
	})
}

// when settles the day of an approval.
func (s *Service) when(ctx context.Context, tx *db.Tx, in *ApproveIn, cell org.Unit) error {
	var f fault.Fields
	text(&f, "note", in.Note, textMost, "")
	if in.MeetingID != 0 {
		day, ok, err := s.held(ctx, tx, ident.Ref{Part: cell.PartID, ID: in.MeetingID}, cell.ID)
		if err != nil {
			return err
		}
		if in.Day = day; !ok {
			f.Add("meeting", "workplan.err.meeting")
		}
		return f.Err()
	}
	switch {
	case !in.Day.IsDay():
		f.Add("day", "workplan.err.day")
	case in.Day.After(tx.Today()):
		f.Add("day", "workplan.err.future")
	case in.Day.Year() < in.Year-1:
		f.Add("day", "workplan.err.early", "Year", in.Year-1)
	}
	return f.Err()
}

func (s *Service) held(ctx context.Context, q db.Q, meeting ident.Ref, cellID int64) (civil.Date, bool, error) {
	if s.Held == nil {
		return civil.Date{}, false, nil
	}
	return s.Held(ctx, q, meeting, cellID)
}

// tellCharged tells each member in charge once how many items are theirs.
func tellCharged(ctx context.Context, tx *db.Tx, cell org.Unit, year int, items []Item) error {
	body, err := member.Body(ctx, tx, cell.PartID, cell.ID, tx.Today())
	if err != nil {
		return err
	}
	for _, m := range body {
		n := 0
		for _, i := range items {
			if i.WhoID == m.MembershipID && i.Dropped == "" {
				n++
			}
		}
		if n == 0 {
			continue
		}
		err := notify.Send(ctx, tx, notify.Notice{
			Kind: "workplan.approved", Href: Href(cell.ID, year), Args: map[string]any{"Cell": cell.Name, "Year": year, "Count": n},
		}, notify.To{Part: cell.PartID, PersonID: m.PersonID})
		if err != nil {
			return err
		}
	}
	return nil
}

// ReportIn tells what came of an item.
type ReportIn struct {
	Result    Result
	Text      string // required unless it is done
	MeetingID int64  // that proves it; 0 none
	Version   int    // of the item as it was shown
	Op        string // id made on the device
}

// Report tells the result of an item of an approved plan. Field errors: result, text,
// meeting. ErrNotApproved, ErrDropped, ErrChanged, access.ErrForbidden.
func (s *Service) Report(ctx context.Context, actor access.Actor, ref ident.Ref, in ReportIn) error {
	in.Text = viet.Clean(in.Text)
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		i, p, cell, err := s.reportable(ctx, tx, actor, ref)
		if err != nil {
			return err
		}
		if again, err := stepped(ctx, tx, ref.Part, in.Op, actor.AccountID); err != nil || again {
			return err
		}
		switch {
		case !p.Approved():
			return ErrNotApproved
		case i.Dropped != "":
			return ErrDropped
		case i.Version != in.Version:
			return ErrChanged
		}
		if err := s.checkReport(ctx, tx, in, cell); err != nil {
			return err
		}
		was := i.Result
		i.Result, i.Told, i.ToldOn, i.ProofID = in.Result, in.Text, tx.Today(), in.MeetingID
		if err := updateItem(ctx, tx, i); err != nil {
			return err
		}
		a := act{actor: actor, plan: p, reason: in.Text, op: in.Op}
		return s.done(ctx, tx, a, "report", ref.ID, Step{ItemID: ref.ID, Title: i.Title, Kind: StepResult, Was: string(was), Became: string(i.Result)})
	})
}

// reportable gives an item to who tells its result: the committee, and who is in charge.
func (s *Service) reportable(ctx context.Context, q db.Q, actor access.Actor, ref ident.Ref) (i Item, p Plan, cell org.Unit, err error) {
	if i, err = itemByRef(ctx, q, ref); err != nil {
		return i, p, cell, err
	}
	if p, err = planByID(ctx, q, ident.Ref{Part: ref.Part, ID: i.PlanID}); err != nil {
		return i, p, cell, err
	}
	if cell, err = org.ByID(ctx, q, i.CellID); err != nil {
		return i, p, cell, err
	}
	own, err := ownItem(ctx, q, actor, cell, i, s)
	if err == nil && (cell.Ended() || !own && !MayWrite(actor, cell)) {
		err = access.ErrForbidden
	}
	return i, p, cell, err
}

func (s *Service) checkReport(ctx context.Context, q db.Q, in ReportIn, cell org.Unit) error {
	var f fault.Fields
	if !slices.Contains(Results(), in.Result) {
		f.Add("result", "workplan.err.result")
	}
	empty := ""
	if in.Result != Done {
		empty = "workplan.err.told"
	}
	text(&f, "text", in.Text, toldMost, empty)
	if in.MeetingID != 0 {
		_, ok, err := s.held(ctx, q, ident.Ref{Part: cell.PartID, ID: in.MeetingID}, cell.ID)
		if err != nil {
			return err
		}
		if !ok {
			f.Add("meeting", "workplan.err.meeting")
		}
	}
	return f.Err()
}

// GiveIn makes a task of an item.
type GiveIn struct {
	Assignee int64 // membership
	Due      civil.Date
	Version  int    // of the item as it was shown
	Op       string // id made on the device
}

// Give gives a task out of an item of an approved plan. Field errors: assignee, due.
// ErrNotApproved, ErrDropped, ErrChanged.
func (s *Service) Give(ctx context.Context, actor access.Actor, ref ident.Ref, in GiveIn) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		i, p, cell, err := s.item(ctx, tx, actor, ref)
		if err != nil {
			return err
		}
		if !MayGive(actor, cell) {
			return access.ErrForbidden
		}
		if again, err := stepped(ctx, tx, ref.Part, in.Op, actor.AccountID); err != nil || again {
			return err
		}
		switch {
		case !p.Approved():
			return ErrNotApproved
		case i.Dropped != "":
			return ErrDropped
		case i.Version != in.Version:
			return ErrChanged
		}
		var to []int64
		if in.Assignee != 0 {
			to = []int64{in.Assignee}
		}
		ids, err := s.Tasks.GiveFor(ctx, tx, actor, cell, task.GiveIn{Title: i.Title, Product: i.Product, Assignees: to, Due: in.Due, Kind: task.Planned})
		if err != nil {
			return err
		}
		if err := Given(ctx, tx, ref, cell.ID, ids[0]); err != nil {
			return err
		}
		body, err := member.Body(ctx, tx, cell.PartID, cell.ID, tx.Today())
		if err != nil {
			return err
		}
		step := Step{ItemID: ref.ID, Title: i.Title, Kind: StepTask, Became: nameOf(body, in.Assignee)}
		return s.done(ctx, tx, act{actor: actor, plan: p, op: in.Op}, "task", ref.ID, step)
	})
}

// Given notes that a task came out of an item. It checks no right.
func Given(ctx context.Context, tx *db.Tx, item ident.Ref, cellID, taskID int64) error {
	_, err := tx.Exec(ctx, insertTaskSQL, item.Part, item.ID, taskID, cellID)
	return err
}

// DueIn proposes the last day of a task of the item: the end of its last month, or of this
// one when that is over.
func (i Item) DueIn(today civil.Date) civil.Date {
	return max(i.To, today.Month()).Last()
}
