package workplan

import (
	"context"
	"slices"
	"strconv"
	"unicode/utf8"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/viet"
	"chibo/member"
	"chibo/org"
)

// ItemIn is an item as a form sends it.
type ItemIn struct {
	CellID   int64 // of a new one
	Year     int   // likewise
	From, To civil.Month
	Title    string
	Content  string // content kind; "" is other
	WhoID    int64  // membership; 0 nobody yet
	Product  string
	Note     string
	Reason   string // required once the plan is approved
	Version  int    // of the item as it was shown; a new one has none
	Op       string // id made on the device
}

// contentOther is the kind of what nobody has put under another.
const contentOther = "other"

// cell gives a living cell.
func (s *Service) cell(ctx context.Context, q db.Q, id int64) (org.Unit, error) {
	u, err := org.ByID(ctx, q, id)
	if err == nil && !u.IsCell() {
		err = org.ErrNotFound
	}
	return u, err
}

// writing gives the cell and the plan of a year to who writes it; of this year or the
// next the plan is begun when there is none.
func (s *Service) writing(ctx context.Context, tx *db.Tx, actor access.Actor, cellID int64, year int) (cell org.Unit, p Plan, err error) {
	if cell, err = s.cell(ctx, tx, cellID); err != nil {
		return cell, p, err
	}
	if cell.Ended() {
		return cell, p, ErrEnded
	}
	if !MayWrite(actor, cell) {
		return cell, p, access.ErrForbidden
	}
	if p, err = planOf(ctx, tx, cell.PartID, cell.ID, year); err != nil || p.Ref.ID != 0 {
		return cell, p, err
	}
	if now := tx.Today().Year(); year < now || year > now+1 {
		return cell, p, fault.Field("from", "workplan.err.year", "First", now, "Last", now+1)
	}
	p.Ref.ID, p.State, p.Version = tx.ID(), Draft, 1
	if _, err = tx.Exec(ctx, insertPlanSQL, p.Ref.Part, p.Ref.ID, p.CellID, p.Year, p.State); err != nil {
		return cell, p, err
	}
	return cell, p, act{actor: actor, plan: p}.note(ctx, tx, Step{Kind: StepStart})
}

// Add puts an item into the plan of a year; the first one begins the plan. Sent twice, it
// is added once. Field errors: title, from, to, content, who, product, note, reason.
// ErrFull, ErrEnded, access.ErrForbidden.
func (s *Service) Add(ctx context.Context, actor access.Actor, in ItemIn) (ref ident.Ref, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		cell, p, err := s.writing(ctx, tx, actor, in.CellID, in.Year)
		if err != nil {
			return err
		}
		if ref, err = addedBy(ctx, tx, p, in.Op, actor); err != nil || ref.ID != 0 {
			return err
		}
		body, err := member.Body(ctx, tx, cell.PartID, cell.ID, tx.Today())
		if err != nil {
			return err
		}
		next := Item{Ref: ident.Ref{Part: p.Ref.Part, ID: tx.ID()}, PlanID: p.Ref.ID, CellID: cell.ID, Source: FromOwn}
		if p.Approved() {
			next.AddedOn = tx.Today()
		}
		if err := s.take(in, &next, p, cell, body, tx.Today()); err != nil {
			return err
		}
		if err := hasRoom(ctx, tx, p, 1); err != nil {
			return err
		}
		if err := insertItems(ctx, tx, []Item{next}); err != nil {
			return err
		}
		ref = next.Ref
		a := act{actor: actor, plan: p, reason: viet.Clean(in.Reason), op: in.Op}
		step := Step{ItemID: next.Ref.ID, Title: next.Title, Kind: StepAdd, Became: next.Months()}
		return s.done(ctx, tx, a, "add", next.Ref.ID, step)
	})
	return ref, err
}

const addedSQL = `SELECT s.item_id FROM work_step s WHERE s.part_id = $1 AND s.op = $2 AND s.op <> '' AND s.account = $3`

// addedBy gives the item that the same act has added before; ID zero: none.
func addedBy(ctx context.Context, q db.Q, p Plan, op string, actor access.Actor) (ref ident.Ref, err error) {
	if op == "" {
		return ref, nil
	}
	err = q.QueryRow(ctx, addedSQL, p.Ref.Part, op, actor.AccountID).Scan(&ref.ID)
	if db.NoRows(err) {
		return ident.Ref{}, nil
	}
	ref.Part = p.Ref.Part
	return ref, err
}

const countItemsSQL = `SELECT COUNT(*) FROM work_item WHERE part_id = $1 AND plan_id = $2`

func hasRoom(ctx context.Context, q db.Q, p Plan, more int) error {
	var n int
	err := q.QueryRow(ctx, countItemsSQL, p.Ref.Part, p.Ref.ID).Scan(&n)
	if err == nil && n+more > itemsMost {
		err = fault.New(ErrFull.Kind, ErrFull.Key, "Most", itemsMost)
	}
	return err
}

// done counts the plan's version up, writes the steps and the audit.
func (s *Service) done(ctx context.Context, tx *db.Tx, a act, what string, item int64, steps ...Step) error {
	if _, err := tx.Exec(ctx, touchPlanSQL, a.plan.Ref.Part, a.plan.Ref.ID); err != nil {
		return err
	}
	if err := a.note(ctx, tx, steps...); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Entry{
		Part: a.plan.Ref.Part, Account: a.actor.AccountID, Action: "workplan." + what, Target: "work_plan", TargetID: a.plan.Ref.ID,
		Detail: map[string]any{"item": item, "year": a.plan.Year, "after": a.plan.Approved()},
	})
}

// take checks what was sent and puts it into the item. Who is in charge already may stay
// so after having left; the pages say it.
func (s *Service) take(in ItemIn, i *Item, p Plan, cell org.Unit, body []member.OnDay, today civil.Date) error {
	var f fault.Fields
	was := *i
	i.Title, i.Product, i.Note, i.From, i.To = viet.Clean(in.Title), viet.Clean(in.Product), viet.Clean(in.Note), in.From, in.To
	if i.Content = in.Content; i.Content == "" {
		i.Content = contentOther
	}
	text(&f, "title", i.Title, titleMost, "workplan.err.title")
	text(&f, "product", i.Product, textMost, "")
	text(&f, "note", i.Note, textMost, "")
	known := i.Content == was.Content
	for _, k := range s.Book.At(today, cell.Path).ContentKinds() {
		known = known || k.Code == i.Content
	}
	if !known {
		f.Add("content", "workplan.err.content")
	}
	if i.To == 0 {
		i.To = i.From
	}
	switch {
	case !monthOf(i.From, p.Year):
		f.Add("from", "workplan.err.month", "Year", p.Year)
	case !monthOf(i.To, p.Year):
		f.Add("to", "workplan.err.month", "Year", p.Year)
	case i.To < i.From:
		f.Add("to", "workplan.err.span")
	case p.Approved() && i.To != was.To && i.To < today.Month():
		f.Add("to", "workplan.err.past")
	}
	if i.WhoID = in.WhoID; i.WhoID != was.WhoID {
		i.WhoName = nameOf(body, i.WhoID)
		if i.WhoID != 0 && i.WhoName == "" {
			f.Add("who", "workplan.err.who")
		}
	}
	if p.Approved() {
		text(&f, "reason", viet.Clean(in.Reason), textMost, "workplan.err.reason")
	}
	return f.Err()
}

// text checks the length of a text; empty is the error of one that must not be.
func text(f *fault.Fields, field, value string, most int, empty string) {
	switch n := utf8.RuneCountInString(value); {
	case n == 0 && empty != "":
		f.Add(field, empty)
	case n > most:
		f.Add(field, "workplan.err.long", "Most", most)
	}
}

func monthOf(m civil.Month, year int) bool { return m.Year() == year && m.Num() >= 1 && m.Num() <= 12 }

func nameOf(body []member.OnDay, id int64) string {
	n := slices.IndexFunc(body, func(m member.OnDay) bool { return m.MembershipID == id })
	if n < 0 {
		return ""
	}
	return body[n].Name
}

// item gives an item with its plan and cell, to who writes it.
func (s *Service) item(ctx context.Context, tx *db.Tx, actor access.Actor, ref ident.Ref) (i Item, p Plan, cell org.Unit, err error) {
	if i, err = itemByRef(ctx, tx, ref); err != nil {
		return i, p, cell, err
	}
	if p, err = planByID(ctx, tx, ident.Ref{Part: ref.Part, ID: i.PlanID}); err != nil {
		return i, p, cell, err
	}
	if cell, err = org.ByID(ctx, tx, i.CellID); err != nil {
		return i, p, cell, err
	}
	if !MayWrite(actor, cell) {
		return i, p, cell, access.ErrForbidden
	}
	return i, p, cell, nil
}

// Edit changes an item, also its months. Field errors as those of Add; ErrChanged,
// ErrDropped, ErrNotFound.
func (s *Service) Edit(ctx context.Context, actor access.Actor, ref ident.Ref, in ItemIn) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		old, p, cell, err := s.item(ctx, tx, actor, ref)
		if err != nil {
			return err
		}
		if again, err := stepped(ctx, tx, ref.Part, in.Op, actor.AccountID); err != nil || again {
			return err
		}
		switch {
		case old.Version != in.Version:
			return ErrChanged
		case old.Dropped != "":
			return ErrDropped
		}
		body, err := member.Body(ctx, tx, cell.PartID, cell.ID, tx.Today())
		if err != nil {
			return err
		}
		next := old
		if err := s.take(in, &next, p, cell, body, tx.Today()); err != nil {
			return err
		}
		steps := changes(old, next)
		if len(steps) == 0 {
			return nil
		}
		if err := updateItem(ctx, tx, next); err != nil {
			return err
		}
		return s.done(ctx, tx, act{actor: actor, plan: p, reason: viet.Clean(in.Reason), op: in.Op}, "edit", ref.ID, steps...)
	})
}

// changes says what differs, a step for each.
func changes(old, next Item) (out []Step) {
	add := func(kind, was, became string) {
		if was != became {
			out = append(out, Step{ItemID: next.Ref.ID, Title: old.Title, Kind: kind, Was: was, Became: became})
		}
	}
	add(StepTitle, old.Title, next.Title)
	add(StepMonths, old.Months(), next.Months())
	add(StepContent, old.Content, next.Content)
	if old.WhoID != next.WhoID {
		add(StepWho, old.WhoName, next.WhoName)
	}
	add(StepProduct, old.Product, next.Product)
	add(StepNote, old.Note, next.Note)
	return out
}

// DropIn is a word on an item that is dropped or put back.
type DropIn struct {
	Reason  string // required once the plan is approved
	Version int    // of the item as it was shown
	Op      string // id made on the device
}

// Drop takes an item out of the plan: out of a draft for good, of an approved plan with
// its reason and so that it stays readable. Field error: reason. ErrChanged, ErrDropped.
func (s *Service) Drop(ctx context.Context, actor access.Actor, ref ident.Ref, in DropIn) error {
	reason := viet.Clean(in.Reason)
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if again, err := stepped(ctx, tx, ref.Part, in.Op, actor.AccountID); err != nil || again {
			return err
		}
		i, p, _, err := s.item(ctx, tx, actor, ref)
		switch {
		case err != nil:
			return err
		case i.Dropped != "":
			return ErrDropped
		case i.Version != in.Version:
			return ErrChanged
		}
		a := act{actor: actor, plan: p, reason: reason, op: in.Op}
		step := Step{ItemID: ref.ID, Title: i.Title, Kind: StepDrop, Was: i.Months()}
		if !p.Approved() {
			if err := s.forget(ctx, tx, i); err != nil {
				return err
			}
			return s.done(ctx, tx, a, "drop", ref.ID, step)
		}
		var f fault.Fields
		text(&f, "reason", reason, textMost, "workplan.err.reason")
		if err := f.Err(); err != nil {
			return err
		}
		i.Dropped, i.DroppedOn = reason, tx.Today()
		if err := updateItem(ctx, tx, i); err != nil {
			return err
		}
		return s.done(ctx, tx, a, "drop", ref.ID, step)
	})
}

func (s *Service) forget(ctx context.Context, tx *db.Tx, i Item) error {
	res, err := tx.Exec(ctx, deleteItemSQL, i.Ref.Part, i.Ref.ID, i.Version)
	return one(res, err, ErrChanged)
}

// Back puts a dropped item into the plan again. Field error: reason. ErrChanged.
func (s *Service) Back(ctx context.Context, actor access.Actor, ref ident.Ref, in DropIn) error {
	reason := viet.Clean(in.Reason)
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		i, p, _, err := s.item(ctx, tx, actor, ref)
		if err != nil {
			return err
		}
		if again, err := stepped(ctx, tx, ref.Part, in.Op, actor.AccountID); err != nil || again {
			return err
		}
		if i.Version != in.Version || i.Dropped == "" {
			return ErrChanged
		}
		var f fault.Fields
		text(&f, "reason", reason, textMost, "workplan.err.reason")
		if err := f.Err(); err != nil {
			return err
		}
		i.Dropped, i.DroppedOn = "", civil.Date{}
		if err := updateItem(ctx, tx, i); err != nil {
			return err
		}
		a := act{actor: actor, plan: p, reason: reason, op: in.Op}
		return s.done(ctx, tx, a, "back", ref.ID, Step{ItemID: ref.ID, Title: i.Title, Kind: StepBack, Became: i.Months()})
	})
}

// count writes how many items came at once, for a step.
func count(n int) string { return strconv.Itoa(n) }
