package task

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/viet"
	"chibo/member"
	"chibo/notify"
	"chibo/org"
)

// Lengths of texts, in characters.
const (
	titleMost = 500
	textMost  = 2000
)

// GiveIn is work given outside of a meeting (rules.md 6.02, 6.05).
type GiveIn struct {
	CellID    int64
	Title     string
	Product   string     // what is expected
	Assignees []int64    // memberships in the cell, one task for each
	Due       civil.Date // a whole day, not before today
	Kind      Kind       // zero: Unplanned
}

// Give gives work to members of the cell between meetings and tells them. Work that the
// same person has given in the same words for the same day, and that is open, was sent
// twice: it stays one. It fails with fields title, product, assignee and due, or access.ErrForbidden. All or none.
func (s *Service) Give(ctx context.Context, actor access.Actor, in GiveIn) error {
	if in.Kind == "" {
		in.Kind = Unplanned
	}
	in.Title, in.Product = viet.Clean(in.Title), viet.Clean(in.Product)
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		cell, err := s.cell(ctx, tx, actor, in.CellID)
		if err != nil {
			return err
		}
		_, err = s.GiveFor(ctx, tx, actor, cell, in)
		return err
	})
}

// GiveFor is Give in the caller's transaction for an act whose own right the caller has
// checked, and gives the ids of the tasks.
func (s *Service) GiveFor(ctx context.Context, tx *db.Tx, actor access.Actor, cell org.Unit, in GiveIn) ([]int64, error) {
	body, err := member.Body(ctx, tx, cell.PartID, cell.ID, tx.Today())
	if err != nil {
		return nil, err
	}
	if err := in.check(body, tx.Today()); err != nil {
		return nil, err
	}
	out := make([]int64, len(in.Assignees))
	for i, id := range in.Assignees {
		if out[i], err = s.giveOne(ctx, tx, actor, cell, body, in, id); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// cell gives a cell to who may give and judge work there.
func (s *Service) cell(ctx context.Context, q db.Q, actor access.Actor, id int64) (org.Unit, error) {
	cell, err := org.ByID(ctx, q, id)
	switch {
	case err != nil:
		return cell, err
	case !cell.IsCell():
		return cell, org.ErrNotFound
	case !MayGive(actor, cell):
		return cell, access.ErrForbidden
	}
	return cell, nil
}

func (in GiveIn) check(body []member.OnDay, today civil.Date) error {
	var f fault.Fields
	switch n := utf8.RuneCountInString(in.Title); {
	case n == 0:
		f.Add("title", "task.err.title")
	case n > titleMost:
		f.Add("title", "task.err.long", "Most", titleMost)
	}
	if utf8.RuneCountInString(in.Product) > titleMost {
		f.Add("product", "task.err.long", "Most", titleMost)
	}
	if len(in.Assignees) == 0 {
		f.Add("assignee", "task.err.assignee")
	}
	for i, id := range in.Assignees {
		if slices.Contains(in.Assignees[:i], id) || !known(body, id) {
			f.Add("assignee", "task.err.not_in_cell")
			break
		}
	}
	switch {
	case !in.Due.IsDay():
		f.Add("due", "task.err.due")
	case in.Due.Before(today):
		f.Add("due", "task.err.due_past", "Day", today.Vi())
	}
	return f.Err()
}

func known(body []member.OnDay, id int64) bool {
	return slices.ContainsFunc(body, func(m member.OnDay) bool { return m.MembershipID == id })
}

const (
	sameSQL = `SELECT t.id FROM task t WHERE t.part_id = $1 AND t.assignee_id = $2 AND t.state = 'open' AND t.cell_id = $3 AND t.given_by = $4
  AND t.title = $5 AND t.product = $6 AND t.due = $7 AND t.kind = $8 ORDER BY t.id LIMIT 1`

	givenBySQL = `UPDATE task SET given_by = $3 WHERE part_id = $1 AND id = $2`
)

func (s *Service) giveOne(ctx context.Context, tx *db.Tx, actor access.Actor, cell org.Unit, body []member.OnDay, in GiveIn, assignee int64) (int64, error) {
	var same int64
	err := tx.QueryRow(ctx, sameSQL, cell.PartID, assignee, cell.ID, actor.AccountID, in.Title, in.Product, in.Due, string(in.Kind)).Scan(&same)
	if !db.NoRows(err) {
		return same, err
	}
	ids, err := Assign(ctx, tx, cell.PartID, cell.ID, []NewTask{{
		Title: in.Title, Product: in.Product, AssigneeID: assignee, Kind: in.Kind, Due: in.Due,
	}})
	if err != nil {
		return 0, err
	}
	ref := ident.Ref{Part: cell.PartID, ID: ids[0]}
	if _, err := tx.Exec(ctx, givenBySQL, ref.Part, ref.ID, actor.AccountID); err != nil {
		return 0, err
	}
	if err := note(ctx, tx, actor, ref, Event{Kind: EventGiven}); err != nil {
		return 0, err
	}
	if err := tell(ctx, tx, cell, body, assignee, "task.given_direct", in.Due); err != nil {
		return 0, err
	}
	return ref.ID, audit.Record(ctx, tx, audit.Entry{
		Part: ref.Part, Account: actor.AccountID, Action: "task.give", Target: "task", TargetID: ref.ID,
		Detail: map[string]any{"kind": string(in.Kind), "due": in.Due.String()},
	})
}

// tell sends a notice on a task to the member it concerns.
func tell(ctx context.Context, tx *db.Tx, cell org.Unit, body []member.OnDay, membership int64, kind string, day civil.Date) error {
	i := slices.IndexFunc(body, func(m member.OnDay) bool { return m.MembershipID == membership })
	if i < 0 {
		return nil
	}
	return notify.Send(ctx, tx, notify.Notice{
		Kind: kind, Args: map[string]any{"Cell": cell.Name, "Day": day}, Href: "/tasks",
	}, notify.To{Part: cell.PartID, PersonID: body[i].PersonID})
}

// ChangeIn is another day or another member for a task that is open.
type ChangeIn struct {
	Due      civil.Date
	Assignee int64 // membership
	Reason   string
	Version  int // of the task, as it was shown
}

const changeSQL = `UPDATE task SET due = $3, assignee_id = $4, version = version + 1
 WHERE part_id = $1 AND id = $2 AND version = $5 AND state = 'open'`

// Change gives an open task another day or another member, with the reason, and tells
// both. It fails with fields due, assignee and reason, ErrJudged or ErrChanged.
func (s *Service) Change(ctx context.Context, actor access.Actor, ref ident.Ref, in ChangeIn) error {
	in.Reason = strings.TrimSpace(in.Reason)
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		t, cell, body, err := s.toChange(ctx, tx, actor, ref, in.Version)
		if err != nil {
			return err
		}
		if err := in.check(t, body, tx.Today()); err != nil {
			return err
		}
		res, err := tx.Exec(ctx, changeSQL, ref.Part, ref.ID, in.Due, in.Assignee, in.Version)
		if err := one(res, err, ErrChanged); err != nil {
			return err
		}
		if in.Due != t.Due {
			err := note(ctx, tx, actor, ref, Event{Kind: EventDue, Was: t.Due.String(), Became: in.Due.String(), Note: in.Reason})
			if err != nil {
				return err
			}
			if err := tell(ctx, tx, cell, body, in.Assignee, "task.moved", in.Due); err != nil {
				return err
			}
		}
		if in.Assignee != t.AssigneeID {
			err := note(ctx, tx, actor, ref, Event{Kind: EventHolder, Was: nameOf(body, t.AssigneeID), Became: nameOf(body, in.Assignee), Note: in.Reason})
			if err != nil {
				return err
			}
			if err := tell(ctx, tx, cell, body, in.Assignee, "task.given_direct", in.Due); err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx, audit.Entry{
			Part: ref.Part, Account: actor.AccountID, Action: "task.change", Target: "task", TargetID: ref.ID,
			Detail: map[string]any{"due": in.Due.String(), "assignee": in.Assignee != t.AssigneeID},
		})
	})
}

// toChange gives an open task to who may change and judge it.
func (s *Service) toChange(ctx context.Context, q db.Q, actor access.Actor, ref ident.Ref, version int) (t Task, cell org.Unit, body []member.OnDay, err error) {
	if t, err = ByRef(ctx, q, ref); err != nil {
		return t, cell, nil, err
	}
	if cell, err = s.cell(ctx, q, actor, t.CellID); err != nil {
		return t, cell, nil, err
	}
	switch {
	case t.State != Open:
		return t, cell, nil, ErrJudged
	case t.Version != version:
		return t, cell, nil, ErrChanged
	}
	body, err = member.Body(ctx, q, cell.PartID, cell.ID, civil.From(s.DB.Clock().Now()))
	return t, cell, body, err
}

func (in ChangeIn) check(t Task, body []member.OnDay, today civil.Date) error {
	var f fault.Fields
	switch {
	case !in.Due.IsDay():
		f.Add("due", "task.err.due")
	case in.Due != t.Due && in.Due.Before(today):
		f.Add("due", "task.err.due_past", "Day", today.Vi())
	}
	if in.Assignee != t.AssigneeID && !known(body, in.Assignee) {
		f.Add("assignee", "task.err.not_in_cell")
	}
	switch n := utf8.RuneCountInString(in.Reason); {
	case n == 0:
		f.Add("reason", "task.err.reason")
	case n > textMost:
		f.Add("reason", "task.err.long", "Most", textMost)
	}
	if len(f) == 0 && in.Due == t.Due && in.Assignee == t.AssigneeID {
		f.Add("due", "task.err.nothing_changed")
	}
	return f.Err()
}

func nameOf(body []member.OnDay, id int64) string {
	for _, m := range body {
		if m.MembershipID == id {
			return m.Name
		}
	}
	return ""
}

// ConcludeIn is a verdict given between meetings.
type ConcludeIn struct {
	Result  State  // Done, Late, Beyond or Undone
	Note    string // required for Beyond and Undone
	Version int    // of the task, as it was shown
}

const concludeSQL = `UPDATE task SET state = $3, done_on = $4, judged_by = $5, verdict = $6, version = version + 1
 WHERE part_id = $1 AND id = $2 AND version = $7 AND state = 'open'`

// Conclude judges a task between meetings; the next meeting finds it closed. It fails
// with fields result and note, ErrJudged or ErrChanged.
func (s *Service) Conclude(ctx context.Context, actor access.Actor, ref ident.Ref, in ConcludeIn) error {
	in.Note = strings.TrimSpace(in.Note)
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		t, cell, body, err := s.toChange(ctx, tx, actor, ref, in.Version)
		if err != nil {
			return err
		}
		if err := in.check(); err != nil {
			return err
		}
		switch {
		case !in.Result.CarriedOut():
			t.DoneOn = civil.Date{}
		case t.DoneOn.IsZero():
			t.DoneOn = tx.Today()
		}
		res, err := tx.Exec(ctx, concludeSQL, ref.Part, ref.ID, string(in.Result), t.DoneOn, actor.AccountID, in.Note, in.Version)
		if err := one(res, err, ErrChanged); err != nil {
			return err
		}
		if err := note(ctx, tx, actor, ref, Event{Kind: EventVerdict, Became: string(in.Result), Note: in.Note}); err != nil {
			return err
		}
		if err := tell(ctx, tx, cell, body, t.AssigneeID, "task.judged", tx.Today()); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{
			Part: ref.Part, Account: actor.AccountID, Action: "task.conclude", Target: "task", TargetID: ref.ID,
			Detail: map[string]any{"result": string(in.Result)},
		})
	})
}

func (in ConcludeIn) check() error {
	var f fault.Fields
	if !in.Result.Valid() || in.Result == Open {
		f.Add("result", "task.err.result")
	}
	switch n := utf8.RuneCountInString(in.Note); {
	case n == 0 && (in.Result == Undone || in.Result == Beyond):
		f.Add("note", "task.err.verdict_note")
	case n > textMost:
		f.Add("note", "task.err.long", "Most", textMost)
	}
	return f.Err()
}
