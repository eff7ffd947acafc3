package reorg

import (
	"context"
	"slices"

	"chibo/access"
	"chibo/audit"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/viet"
	"chibo/org"
	"chibo/rulebook"
)

// Service holds the use cases.
type Service struct {
	DB        *db.DB         // required
	Book      *rulebook.Book // required
	Followers []Follower     // in the order in which they follow
	// Rehome takes all rows of a unit to another part; required.
	Rehome func(ctx context.Context, tx *db.Tx, unitID, from, to int64) error
}

// unitsMost is how many units a step may name: a whole district, with room.
const unitsMost = 2000

// Draft begins an act and gives its id. Field error: "title".
func (s *Service) Draft(ctx context.Context, actor access.Actor, f Facts) (id int64, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		root, err := org.ByID(ctx, tx, f.OrgID)
		if err != nil {
			return err
		}
		if _, err := access.For(actor, access.UnitManage, root.Access()); err != nil {
			return err
		}
		if f, err = f.clean(); err != nil {
			return err
		}
		id = tx.ID()
		if err := insertAct(ctx, tx, id, f, actor.AccountID); err != nil {
			return err
		}
		return record(ctx, tx, actor, root, "reorg.draft", id, nil)
	})
	return id, err
}

// PutDraft writes a draft with its steps as they are, for the sample data; steps have
// no ids yet. What is wrong with them is said by the rehearsal.
func PutDraft(ctx context.Context, tx *db.Tx, f Facts, steps []Step) (int64, error) {
	id := tx.ID()
	if err := insertAct(ctx, tx, id, f, 0); err != nil {
		return 0, err
	}
	for i, st := range steps {
		st.ID = tx.ID()
		if err := putStep(ctx, tx, id, i, st); err != nil {
			return 0, err
		}
	}
	return id, nil
}

func (f Facts) clean() (Facts, error) {
	f.Title, f.BasisNo, f.BasisBy, f.Remark = viet.Clean(f.Title), viet.Clean(f.BasisNo), viet.Clean(f.BasisBy), viet.Clean(f.Remark)
	var bad fault.Fields
	if f.Title == "" {
		bad.Add("title", "reorg.err.title_empty")
	}
	if !f.Day.IsZero() && !f.Day.IsDay() {
		bad.Add("day", "org.err.day_empty")
	}
	if !f.BasisDay.IsZero() && !f.BasisDay.IsDay() {
		bad.Add("basis_day", "org.err.day_empty")
	}
	return f, bad.Err()
}

func record(ctx context.Context, tx *db.Tx, actor access.Actor, root org.Unit, action string, id int64, detail map[string]any) error {
	return audit.Record(ctx, tx, audit.Entry{
		Part: root.PartID, Account: actor.AccountID, Action: action, Target: "reorg", TargetID: id, Detail: detail,
	})
}

// Get gives an act with its root.
func (s *Service) Get(ctx context.Context, q db.Q, actor access.Actor, id int64) (Act, org.Unit, error) {
	return held(ctx, q, actor, id)
}

// edit runs a change of a draft.
func (s *Service) edit(ctx context.Context, actor access.Actor, id int64, change func(tx *db.Tx, a Act, root org.Unit) error) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		a, root, err := held(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if a.State != StateDraft {
			return ErrNotDraft
		}
		return change(tx, a, root)
	})
}

// Save keeps the head of a draft. The root stays. Field errors: "title", "day",
// "basis_day".
func (s *Service) Save(ctx context.Context, actor access.Actor, id int64, f Facts) error {
	return s.edit(ctx, actor, id, func(tx *db.Tx, a Act, _ org.Unit) error {
		f, err := f.clean()
		if err != nil {
			return err
		}
		f.OrgID = a.OrgID
		if f == a.Facts {
			return nil
		}
		return saveFacts(ctx, tx, a, f)
	})
}

// Drop throws a draft away.
func (s *Service) Drop(ctx context.Context, actor access.Actor, id int64) error {
	return s.edit(ctx, actor, id, func(tx *db.Tx, _ Act, root org.Unit) error {
		if err := dropAct(ctx, tx, id); err != nil {
			return err
		}
		return record(ctx, tx, actor, root, "reorg.drop", id, nil)
	})
}

// PutStep adds a step to a draft, or changes the one with st.ID, and gives it as it
// is kept. Field errors: "units", "to", "members", "kind" and "name".
func (s *Service) PutStep(ctx context.Context, actor access.Actor, id int64, st Step) (Step, error) {
	err := s.edit(ctx, actor, id, func(tx *db.Tx, a Act, root org.Unit) error {
		at := len(a.Steps)
		if st.ID != 0 {
			if at = slices.IndexFunc(a.Steps, func(o Step) bool { return o.ID == st.ID }); at < 0 {
				return ErrNotFound
			}
			st.Kind, st.New.ID = a.Steps[at].Kind, a.Steps[at].New.ID
		} else {
			st.ID = tx.ID()
			if st.Kind == Found {
				st.New.ID = tx.ID()
			}
		}
		st.clean()
		c := checker{q: tx, act: a, root: root, book: s.Book, day: a.dayOr(tx.Today())}
		if err := c.step(ctx, st); err != nil {
			return err
		}
		if err := putStep(ctx, tx, a.ID, at, st); err != nil {
			return err
		}
		return touch(ctx, tx, a.ID)
	})
	return st, err
}

// dayOr gives the day of effect, or another one while none is chosen.
func (a Act) dayOr(day civil.Date) civil.Date {
	if a.Day.IsDay() {
		return a.Day
	}
	return day
}

func (s *Step) clean() {
	n := &s.New
	n.Name, n.Short, n.PaperName = viet.Clean(n.Name), viet.Clean(n.Short), viet.Clean(n.PaperName)
	n.Place, n.Code = viet.Clean(n.Place), viet.Clean(n.Code)
	slices.Sort(s.Members)
	s.Members = slices.Compact(s.Members)
	seen := map[int64]bool{}
	s.Units = slices.DeleteFunc(slices.Clone(s.Units), func(id int64) bool {
		again := seen[id] || id == 0
		seen[id] = true
		return again
	})
}

// DropStep removes a step of a draft. Other steps that name a unit that it founded
// are refused when the act is rehearsed.
func (s *Service) DropStep(ctx context.Context, actor access.Actor, id, step int64) error {
	return s.edit(ctx, actor, id, func(tx *db.Tx, a Act, _ org.Unit) error {
		if err := dropStep(ctx, tx, a.ID, step); err != nil {
			return err
		}
		return touch(ctx, tx, a.ID)
	})
}

// Again makes a new draft of an act that was taken back, with new numbers for the
// units that it founds.
func (s *Service) Again(ctx context.Context, actor access.Actor, id int64) (next int64, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		a, root, err := held(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if a.State != StateUndone {
			return ErrBegun
		}
		next = tx.ID()
		if err := insertAct(ctx, tx, next, a.Facts, actor.AccountID); err != nil {
			return err
		}
		for i, st := range renumbered(tx, a.Steps) {
			if err := putStep(ctx, tx, next, i, st); err != nil {
				return err
			}
		}
		return record(ctx, tx, actor, root, "reorg.draft", next, map[string]any{"again": id})
	})
	return next, err
}

func renumbered(tx *db.Tx, steps []Step) []Step {
	ids := map[int64]int64{}
	for _, st := range steps {
		if st.Kind == Found {
			ids[st.New.ID] = tx.ID()
		}
	}
	to := func(id int64) int64 {
		if n, ok := ids[id]; ok {
			return n
		}
		return id
	}
	out := slices.Clone(steps)
	for i := range out {
		out[i].ID, out[i].To, out[i].New.ID = tx.ID(), to(out[i].To), to(out[i].New.ID)
		out[i].Units = slices.Clone(out[i].Units)
		for k, id := range out[i].Units {
			out[i].Units[k] = to(id)
		}
	}
	return out
}

// NoteList keeps that the actor saw the list of a cell's members while choosing who
// goes; who sees what on a page is the page's to check.
func (s *Service) NoteList(ctx context.Context, actor access.Actor, cell org.Unit, rows int) error {
	return s.DB.WriteGrouped(ctx, func(tx *db.Tx) error {
		return audit.RecordReading(ctx, tx, audit.Reading{
			Part: cell.PartID, Account: actor.AccountID, Reader: actor.Name, OrgID: cell.ID, What: audit.ReadList, Rows: rows,
		})
	})
}

// weigh asks the one feature that keeps members.
func (s *Service) weigh(ctx context.Context, q db.Q, cell org.Unit, members []int64, day civil.Date) (state figure.State, err error) {
	for _, f := range s.Followers {
		if f.Weigh != nil {
			return f.Weigh(ctx, q, cell, members, day)
		}
	}
	return state, nil
}
