package meeting

import (
	"context"
	"slices"
	"strings"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
)

// Texts of a meeting that SaveText writes.
const (
	FieldReview       = "review"
	FieldDirection    = "direction"
	FieldPraise       = "praise"
	FieldShortcomings = "shortcomings"
	FieldConclusion   = "conclusion"
	FieldTheme        = "theme"
)

// text gives the text that a field names, nil for none.
func (m *Meeting) text(field string) *string {
	switch field {
	case FieldReview:
		return &m.Review
	case FieldDirection:
		return &m.Direction
	case FieldPraise:
		return &m.Praise
	case FieldShortcomings:
		return &m.Shortcomings
	case FieldConclusion:
		return &m.Conclusion
	case FieldTheme:
		return &m.Theme
	}
	return nil
}

// maxOf is the most characters of the text that a field names.
func maxOf(field string) int {
	if field == FieldTheme {
		return maxShort
	}
	return maxLong
}

// SaveText saves one text while it is being written and gives the meeting's new
// version. was is the text the writer began from, nil to write in any case; when the
// stored one is another, ErrStale carries it as Other and nothing is written; so does
// ErrPen when another person is writing it in the open meeting.
func (s *Service) SaveText(ctx context.Context, actor access.Actor, ref ident.Ref, field, text string, was *string) (version int, err error) {
	text = strings.TrimSpace(text)
	return s.piece(ctx, actor, ref, "text", map[string]any{"field": field}, func(tx *db.Tx, h *held) error {
		if err := fit(field, text, maxOf(field)); err != nil {
			return err
		}
		at := h.text(field)
		if at == nil {
			return fault.Field("field", "meeting.err.field")
		}
		if was != nil && h.State == Opened {
			if err := holdPen(ctx, tx, actor, ref, field, *at); err != nil {
				return err
			}
		}
		switch {
		case *at == text:
			return nil
		case was != nil && strings.TrimSpace(*was) != *at:
			return fault.New(fault.Conflict, ErrStale.Key, "Other", *at)
		case field == FieldTheme && text == "" && h.Kind == Thematic:
			return fault.Field(FieldTheme, "meeting.err.theme")
		case field != FieldConclusion && field != FieldTheme:
			if err := draftOpen(ctx, tx, ref); err != nil {
				return err
			}
		}
		*at = text
		return nil
	})
}

// Conclude saves the chair's conclusion; see SaveText.
func (s *Service) Conclude(ctx context.Context, actor access.Actor, ref ident.Ref, text string, was *string) (version int, err error) {
	return s.SaveText(ctx, actor, ref, FieldConclusion, text, was)
}

// SetRoles names the chair and the meeting secretary, 0 for none.
func (s *Service) SetRoles(ctx context.Context, actor access.Actor, ref ident.Ref, chairID, clerkID int64) (version int, err error) {
	return s.piece(ctx, actor, ref, "roles", nil, func(tx *db.Tx, h *held) error {
		in, err := cellBody(ctx, tx, h.Meeting)
		if err != nil {
			return err
		}
		var f fault.Fields
		if chairID != 0 && !in[chairID] {
			f.Add("chair", "meeting.err.person")
		}
		if clerkID != 0 && !in[clerkID] {
			f.Add("clerk", "meeting.err.person")
		}
		h.ChairID, h.ClerkID = chairID, clerkID
		return f.Err()
	})
}

// AddItem puts an item at the end of the agenda. Field errors: title, minutes, speaker.
func (s *Service) AddItem(ctx context.Context, actor access.Actor, ref ident.Ref, it Item) (id int64, err error) {
	_, err = s.piece(ctx, actor, ref, "item.add", nil, func(tx *db.Tx, h *held) error {
		if err := it.checkAlone(ctx, tx, h.Meeting); err != nil {
			return err
		}
		items, err := itemsOf(ctx, tx, ref)
		if err != nil {
			return err
		}
		id = tx.ID()
		return insertItems(ctx, tx, ref, []Item{{
			ID: id, Seq: nextSeq(len(items), func(i int) int { return items[i].Seq }),
			Title: strings.TrimSpace(it.Title), Content: it.Content, Minutes: it.Minutes, SpeakerID: it.SpeakerID,
		}})
	})
	return id, err
}

func nextSeq(n int, seq func(int) int) int {
	if n == 0 {
		return 1
	}
	return seq(n-1) + 1
}

func (it Item) checkAlone(ctx context.Context, q db.Q, m Meeting) error {
	in, err := cellBody(ctx, q, m)
	if err != nil {
		return err
	}
	var f fault.Fields
	it.check(&f, "", in)
	return f.Err()
}

func cellBody(ctx context.Context, q db.Q, m Meeting) (map[int64]bool, error) {
	body, err := member.Body(ctx, q, m.Ref.Part, m.OrgID, m.Day)
	return inBody(body), err
}

// EditItem changes title, content, minutes and speaker of an item.
func (s *Service) EditItem(ctx context.Context, actor access.Actor, ref ident.Ref, it Item) (version int, err error) {
	return s.piece(ctx, actor, ref, "item.edit", nil, func(tx *db.Tx, h *held) error {
		if err := it.checkAlone(ctx, tx, h.Meeting); err != nil {
			return err
		}
		old, _, err := itemOf(ctx, tx, ref, it.ID)
		if err != nil {
			return err
		}
		old.Title, old.Content, old.Minutes, old.SpeakerID = strings.TrimSpace(it.Title), it.Content, it.Minutes, it.SpeakerID
		return updateItem(ctx, tx, ref, old)
	})
}

func itemOf(ctx context.Context, q db.Q, ref ident.Ref, id int64) (it Item, all []Item, err error) {
	all, err = itemsOf(ctx, q, ref)
	if err != nil {
		return Item{}, nil, err
	}
	i := slices.IndexFunc(all, func(it Item) bool { return it.ID == id })
	if i < 0 {
		return Item{}, nil, ErrNoItem
	}
	return all[i], all, nil
}

// MoveItem moves an item by so many places, up when by is negative.
func (s *Service) MoveItem(ctx context.Context, actor access.Actor, ref ident.Ref, itemID int64, by int) (version int, err error) {
	return s.piece(ctx, actor, ref, "item.move", nil, func(tx *db.Tx, _ *held) error {
		it, all, err := itemOf(ctx, tx, ref, itemID)
		if err != nil {
			return err
		}
		from := slices.IndexFunc(all, func(x Item) bool { return x.ID == itemID })
		to := min(max(from+by, 0), len(all)-1)
		all = slices.Insert(slices.Delete(all, from, from+1), to, it)
		for i, x := range all {
			if x.Seq == i+1 {
				continue
			}
			x.Seq = i + 1
			if err := updateItem(ctx, tx, ref, x); err != nil {
				return err
			}
		}
		return nil
	})
}

// RemoveItem takes an item off the agenda; one that has begun stays, and so does the
// last one.
func (s *Service) RemoveItem(ctx context.Context, actor access.Actor, ref ident.Ref, itemID int64) (version int, err error) {
	return s.piece(ctx, actor, ref, "item.remove", nil, func(tx *db.Tx, h *held) error {
		it, all, err := itemOf(ctx, tx, ref, itemID)
		switch {
		case err != nil:
			return err
		case !it.StartedAt.IsZero():
			return fault.Field("items", "meeting.err.item_begun")
		case len(all) == 1:
			return fault.Field("items", "meeting.err.no_items")
		}
		if err := deleteItem(ctx, tx, ref, itemID); err != nil {
			return err
		}
		return s.offAgenda(ctx, tx, actor, h.Meeting)
	})
}

// AddDecision adds a line to part III of the draft. Field errors: title, assignee, due.
func (s *Service) AddDecision(ctx context.Context, actor access.Actor, ref ident.Ref, d Decision) (id int64, err error) {
	_, err = s.piece(ctx, actor, ref, "decision.add", nil, func(tx *db.Tx, h *held) error {
		if err := d.checkAlone(ctx, tx, h.Meeting); err != nil {
			return err
		}
		list, err := decisionsOf(ctx, tx, ref)
		if err != nil {
			return err
		}
		d.Title, d.Product = strings.TrimSpace(d.Title), strings.TrimSpace(d.Product)
		if i := slices.IndexFunc(list, d.says); i >= 0 { // sent twice
			id = list[i].ID
			return nil
		}
		id = tx.ID()
		d.ID, d.Seq = id, nextSeq(len(list), func(i int) int { return list[i].Seq })
		return insertDecisions(ctx, tx, ref, []Decision{d})
	})
	return id, err
}

// checkAlone checks one decision, and that the draft may still be changed.
func (d Decision) checkAlone(ctx context.Context, q db.Q, m Meeting) error {
	in, err := cellBody(ctx, q, m)
	if err != nil {
		return err
	}
	var f fault.Fields
	d.check(&f, "", m.Day, in)
	if err := f.Err(); err != nil {
		return err
	}
	return draftOpen(ctx, q, m.Ref)
}

// EditDecision changes a line of part III; its place stays.
func (s *Service) EditDecision(ctx context.Context, actor access.Actor, ref ident.Ref, d Decision) (version int, err error) {
	return s.piece(ctx, actor, ref, "decision.edit", nil, func(tx *db.Tx, h *held) error {
		if err := d.checkAlone(ctx, tx, h.Meeting); err != nil {
			return err
		}
		list, err := decisionsOf(ctx, tx, ref)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(x Decision) bool { return x.ID == d.ID })
		if i < 0 {
			return ErrNoDecision
		}
		d.Seq, d.Title, d.Product = list[i].Seq, strings.TrimSpace(d.Title), strings.TrimSpace(d.Product)
		return updateDecision(ctx, tx, ref, d)
	})
}

// RemoveDecision takes a line out of part III.
func (s *Service) RemoveDecision(ctx context.Context, actor access.Actor, ref ident.Ref, id int64) (version int, err error) {
	return s.piece(ctx, actor, ref, "decision.remove", nil, func(tx *db.Tx, _ *held) error {
		if err := draftOpen(ctx, tx, ref); err != nil {
			return err
		}
		return deleteDecision(ctx, tx, ref, id)
	})
}

// piece runs a small change of the plan: right, stage, change, new version, audit.
func (s *Service) piece(ctx context.Context, actor access.Actor, ref ident.Ref, action string, detail map[string]any,
	change func(tx *db.Tx, h *held) error,
) (version int, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		h, err := s.enter(ctx, tx, actor, ref, mayPlan)
		if err != nil {
			return err
		}
		if err := h.notOver(); err != nil {
			return err
		}
		if err := change(tx, &h); err != nil {
			return err
		}
		if err := updateMeeting(ctx, tx, h.Meeting, 1); err != nil {
			return err
		}
		version = h.Version + 1
		s.tell(tx, ref, LiveItem)
		return record(ctx, tx, actor, ref, action, detail)
	})
	return version, err
}
