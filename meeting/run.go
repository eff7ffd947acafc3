package meeting

import (
	"context"
	"strings"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/rulebook"
	"chibo/task"
)

// OpenMeeting opens the meeting on its day: the roll is brought up to date with the
// members of the day, the tasks to look back on with what came since; one that follows
// another in the same evening begins with its roll. Errors: ErrState; fields groups (of one
// by group: somebody is in none), day (another day), kind (the regular meeting before it is not over, or there is none), chair (nobody
// named), items (no agenda). Presence below two thirds never stops it (rules.md 2.26).
func (s *Service) OpenMeeting(ctx context.Context, actor access.Actor, ref ident.Ref) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		h, err := s.enter(ctx, tx, actor, ref, mayLead)
		if err != nil {
			return err
		}
		return s.open(ctx, tx, actor, h)
	})
}

// OpenToday opens a meeting whose day was to be another: it moves the day to today,
// within its month, tells everybody who was invited, and opens. Errors as OpenMeeting,
// and field day when today lies in another month.
func (s *Service) OpenToday(ctx context.Context, actor access.Actor, ref ident.Ref) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		h, err := s.enter(ctx, tx, actor, ref, mayLead)
		if err != nil {
			return err
		}
		if err := h.in(Invited); err != nil {
			return err
		}
		if today := tx.Today(); h.Day != today {
			if today.Month() != h.Month {
				return fault.Field("day", "meeting.err.not_today", "Day", h.Day.Vi())
			}
			next := h.Meeting
			next.Day, next.StartsAt = today, tx.Now()
			if err := s.movedTo(ctx, tx, actor, h, next, ChangeMoved, ""); err != nil {
				return err
			}
			h.Meeting = next
		}
		return s.open(ctx, tx, actor, h)
	})
}

func (s *Service) open(ctx context.Context, tx *db.Tx, actor access.Actor, h held) error {
	if err := h.mayOpen(ctx, tx, h.set); err != nil {
		return err
	}
	h.State, h.OpenedAt = Opened, tx.Now()
	if h.secret == "" {
		return ErrState
	}
	if err := updateMeeting(ctx, tx, h.Meeting, 1); err != nil {
		return err
	}
	body, err := bodyOf(ctx, tx, h.Meeting)
	if err != nil {
		return err
	}
	if err := syncRoll(ctx, tx, h.Meeting, body); err != nil {
		return err
	}
	if err := seatAll(ctx, tx, h); err != nil {
		return err
	}
	if h.AfterID != 0 {
		if err := carryRoll(ctx, tx, h.Meeting, actor.AccountID); err != nil {
			return err
		}
	}
	if h.Kind == Regular {
		if _, err := task.StartReview(ctx, tx, h.Ref.Part, h.Ref.ID, h.OrgID, h.Day); err != nil {
			return err
		}
	}
	s.tell(tx, h.Ref, LiveState)
	return record(ctx, tx, actor, h.Ref, "open", nil)
}

func (m Meeting) mayOpen(ctx context.Context, tx *db.Tx, set rulebook.Set) error {
	if err := m.notOver(); err != nil {
		return err
	}
	if err := m.in(Invited); err != nil {
		return err
	}
	var f fault.Fields
	if err := m.withRegular(ctx, tx, set, &f); err != nil {
		return err
	}
	if m.Day != tx.Today() && !m.lastsOver(tx.Today()) {
		f.Add("day", "meeting.err.not_today", "Day", m.Day.Vi())
	}
	if m.ChairID == 0 {
		f.Add("chair", "meeting.err.no_chair")
	}
	items, err := itemsOf(ctx, tx, m.Ref)
	if err != nil {
		return err
	}
	if len(items) == 0 {
		f.Add("items", "meeting.err.no_items")
	}
	return f.Err()
}

// StartItem begins an item and ends the one under way. Item 0 ends it and begins none.
// An item begun again goes on from the time it had taken. Who was speaking has spoken.
func (s *Service) StartItem(ctx context.Context, actor access.Actor, ref ident.Ref, itemID int64) error {
	return s.course(ctx, actor, ref, "item.start", func(tx *db.Tx, h *held) error {
		if err := endItems(ctx, tx, ref); err != nil {
			return err
		}
		if err := s.endTurn(ctx, tx, actor, *h, false); err != nil {
			return err
		}
		h.ItemID = itemID
		s.tell(tx, ref, LiveItem)
		if itemID == 0 {
			return nil
		}
		it, _, err := itemOf(ctx, tx, ref, itemID)
		if err != nil {
			return err
		}
		return updateItem(ctx, tx, ref, it.begin(tx.Now()))
	})
}

// NoteItem keeps what the meeting secretary writes on an item. was is the note the
// writer began from, nil to write in any case; when the stored one is another, ErrStale
// carries it as Other and nothing is written; so does ErrPen when another person is
// writing the notes.
func (s *Service) NoteItem(ctx context.Context, actor access.Actor, ref ident.Ref, itemID int64, note string, was *string) error {
	note = strings.TrimSpace(note)
	if err := fit("note", note, maxNote); err != nil {
		return err
	}
	return s.course(ctx, actor, ref, "item.note", func(tx *db.Tx, _ *held) error {
		it, _, err := itemOf(ctx, tx, ref, itemID)
		if err != nil {
			return err
		}
		if was != nil {
			if err := holdPen(ctx, tx, actor, ref, PenNotes, it.Note); err != nil {
				return err
			}
		}
		s.tell(tx, ref, LiveItem)
		switch {
		case it.Note == note:
			return nil
		case was != nil && strings.TrimSpace(*was) != it.Note:
			return fault.New(fault.Conflict, ErrStale.Key, "Other", it.Note)
		}
		it.Note = note
		return updateItem(ctx, tx, ref, it)
	})
}

// FeePaid notes how many members were announced as having paid the Party fee (rules.md
// 2.15). Field error: fee (negative, more than the roll has).
func (s *Service) FeePaid(ctx context.Context, actor access.Actor, ref ident.Ref, n int) error {
	return s.course(ctx, actor, ref, "fee", func(tx *db.Tx, h *held) error {
		rows, err := rollRows(ctx, tx, ref)
		if err != nil {
			return err
		}
		if n < 0 || n > len(rows) {
			return fault.Field("fee", "meeting.err.fee", "Most", len(rows))
		}
		h.FeePaid = n
		return nil
	})
}

// JudgeTask writes the cell's verdict on a task of the table that looks back. version is
// that of the task. Until the meeting is opened the cell committee may propose one, which
// the meeting can change (rules.md 2.08).
func (s *Service) JudgeTask(ctx context.Context, actor access.Actor, ref ident.Ref, taskID int64, result task.State, note string, version int) error {
	if err := fit("remark", note, maxReason); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		h, err := s.enter(ctx, tx, actor, ref, mayPlan)
		if err != nil {
			return err
		}
		if err := h.notOver(); err != nil {
			return err
		}
		_, err = task.Judge(ctx, tx, task.Verdict{
			ReviewID: ref.ID, Task: ident.Ref{Part: ref.Part, ID: taskID}, Result: result, Note: strings.TrimSpace(note),
			By: actor.AccountID, Version: version,
		})
		if err != nil {
			return err
		}
		s.tell(tx, ref, LiveItem)
		return record(ctx, tx, actor, ref, "task.judge", map[string]any{"task": taskID, "result": string(result)})
	})
}

// JudgeRest takes the result that the facts speak for on every task that nobody has
// judged yet (task.ReviewRow.Proposed), and gives how many.
func (s *Service) JudgeRest(ctx context.Context, actor access.Actor, ref ident.Ref) (n int, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		n = 0
		h, err := s.enter(ctx, tx, actor, ref, mayPlan)
		if err != nil {
			return err
		}
		if err := h.notOver(); err != nil {
			return err
		}
		rows, err := task.Review(ctx, tx, ref.Part, ref.ID)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if r.Result != "" {
				continue
			}
			v := task.Verdict{ReviewID: ref.ID, Task: r.Ref, Result: r.Proposed(), By: actor.AccountID, Version: r.Version}
			if _, err := task.Judge(ctx, tx, v); err != nil {
				return err
			}
			n++
		}
		s.tell(tx, ref, LiveItem)
		return record(ctx, tx, actor, ref, "task.judge_rest", map[string]any{"tasks": n})
	})
	return n, err
}

// course runs a mark in the course of an open meeting; it makes no new version, so
// nobody's open form grows stale by it.
func (s *Service) course(ctx context.Context, actor access.Actor, ref ident.Ref, action string, change func(tx *db.Tx, h *held) error) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		h, err := s.enter(ctx, tx, actor, ref, mayClerk)
		if err != nil {
			return err
		}
		if err := h.notOver(); err != nil {
			return err
		}
		if err := h.in(Opened); err != nil {
			return err
		}
		if err := change(tx, &h); err != nil {
			return err
		}
		if err := updateMeeting(ctx, tx, h.Meeting, 0); err != nil {
			return err
		}
		return record(ctx, tx, actor, ref, action, nil)
	})
}
