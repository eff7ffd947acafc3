package voice

import (
	"context"
	"strconv"

	"chibo/access"
	"chibo/account"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/member"
	"chibo/notify"
	"chibo/org"
	"chibo/rulebook"
)

// Href is the page on which a meeting's members answer and read.
func Href(ref ident.Ref) string { return "/meetings/" + ref.String() + "/word" }

// Closed asks the members about a meeting of a cell that has just been closed, for
// meeting.Service.OnClosed: where the kind is scored and the rules of its day ask.
func (s *Service) Closed(ctx context.Context, tx *db.Tx, m meeting.Meeting) error {
	if s.Keys == nil || m.Body != meeting.BodyCell {
		return nil
	}
	cell, err := org.ByID(ctx, tx, m.OrgID)
	if err != nil {
		return err
	}
	set := s.Book.At(m.Day, cell.Path)
	kind, _ := set.MeetingKind(m.Kind)
	b := Box{
		Meeting: m.Ref, CellID: m.OrgID, Month: m.Month, Items: codes(set.Choices(rulebook.VoiceItems)), Levels: codes(set.Choices(rulebook.VoiceScale)),
		Least: set.Int(rulebook.VoiceLeast), ClosesOn: tx.Today().AddDays(set.Int(rulebook.VoiceWindowDays)), State: Opened,
	}
	if !kind.Scored || len(b.Items) == 0 || len(b.Levels) < 2 || !set.Has(rulebook.VoiceWindowDays) {
		return nil
	}
	if err := insertBox(ctx, tx, b); err != nil {
		return err
	}
	to, err := asked(ctx, tx, m)
	if err != nil {
		return err
	}
	return notify.Send(ctx, tx, notify.Notice{
		Kind: "voice.asked", Href: Href(m.Ref), Args: map[string]any{"Day": m.Day, "Until": b.ClosesOn},
	}, to...)
}

// asked gives who is asked: the members of the day. The record of a guest member may lie
// elsewhere.
func asked(ctx context.Context, q db.Q, m meeting.Meeting) ([]notify.To, error) {
	body, err := member.Body(ctx, q, m.Ref.Part, m.OrgID, m.Day)
	if err != nil {
		return nil, err
	}
	to := make([]notify.To, 0, len(body))
	for _, p := range body {
		part := m.Ref.Part
		if p.Standing == member.StandingGuest {
			a, err := account.ByPerson(ctx, q, p.PersonID)
			if err != nil && fault.KindOf(err) != fault.NotFound {
				return nil, err
			}
			if err == nil {
				part = a.PartID
			}
		}
		to = append(to, notify.To{Part: part, PersonID: p.PersonID})
	}
	return to, nil
}

// Answer keeps what the actor thinks of a meeting: a level for each item, by their codes.
// Said again within the window, the last word stands. Field errors: the code of an item
// without a level. ErrNotFound, ErrOver, ErrStranger.
func (s *Service) Answer(ctx context.Context, actor access.Actor, ref ident.Ref, levels map[string]string) error {
	return s.DB.WriteGrouped(ctx, func(tx *db.Tx) error {
		b, err := boxOf(ctx, tx, ref)
		if err != nil {
			return err
		}
		id, _, err := s.seat(ctx, tx, actor, b)
		if err != nil {
			return err
		}
		if id == 0 {
			return ErrStranger
		}
		if !b.Takes(tx.Today()) {
			return ErrOver
		}
		text, err := b.encode(levels)
		if err != nil {
			return err
		}
		return s.put(ctx, tx, ref, id, text)
	})
}

// seat gives the membership with which the actor stands on the meeting's roll, 0 for
// none, and the cell.
func (s *Service) seat(ctx context.Context, q db.Q, actor access.Actor, b Box) (int64, org.Unit, error) {
	cell, err := org.ByID(ctx, q, b.CellID)
	if err != nil || !mayAnswer(actor, cell) {
		return 0, cell, err
	}
	m, err := meeting.ByRef(ctx, q, b.Meeting)
	if err != nil {
		return 0, cell, err
	}
	own, err := member.ByPerson(ctx, q, b.Meeting.Part, actor.PersonID, m.Day)
	if err != nil {
		return 0, cell, err
	}
	for _, p := range own {
		if p.CellID != b.CellID {
			continue
		}
		_, err := meeting.RollOf(ctx, q, b.Meeting, p.ID)
		switch {
		case err == nil:
			return p.ID, cell, nil
		case fault.KindOf(err) != fault.Forbidden && fault.KindOf(err) != fault.NotFound:
			return 0, cell, err
		}
	}
	return 0, cell, nil
}

// about ties prints and seals to one membership at one meeting: put under another row,
// an answer does not open.
func about(ref ident.Ref, membership int64) string {
	return "voice/" + strconv.FormatInt(ref.ID, 10) + "/" + strconv.FormatInt(membership, 10)
}

// put seals the answer under the print of its writer. A print that an older key made
// stays: one member has one answer.
func (s *Service) put(ctx context.Context, tx *db.Tx, ref ident.Ref, membership int64, text string) error {
	if s.Keys == nil {
		return ErrOver
	}
	mark, _, err := s.marked(ctx, tx, ref, membership)
	if err != nil {
		return err
	}
	box, err := s.Keys.Seal(text, "voice/"+mark)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, putSealedSQL, ref.Part, ref.ID, mark, box)
	return err
}

// marked gives the print under which a membership's answer lies, or would; there says
// which.
func (s *Service) marked(ctx context.Context, q db.Q, ref ident.Ref, membership int64) (mark string, there bool, err error) {
	marks := s.Keys.MACs(about(ref, membership))
	for _, m := range marks {
		var n int
		if err := q.QueryRow(ctx, isMarkedSQL, ref.Part, ref.ID, m).Scan(&n); err != nil {
			return "", false, err
		}
		if n > 0 {
			return m, true, nil
		}
	}
	return marks[0], false, nil
}

// Open gives what was asked about a meeting as the actor may see it.
func (s *Service) Open(ctx context.Context, actor access.Actor, ref ident.Ref) (v View, err error) {
	err = s.DB.Read(ctx, func(q db.Q) error {
		v, err = s.open(ctx, q, actor, ref)
		return err
	})
	return v, err
}

func (s *Service) open(ctx context.Context, q db.Q, actor access.Actor, ref ident.Ref) (v View, err error) {
	if v.Box, err = boxOf(ctx, q, ref); err != nil {
		return v, err
	}
	id, cell, err := s.seat(ctx, q, actor, v.Box)
	if err != nil {
		return v, err
	}
	if v.Cell = cell; id == 0 {
		if err := canRead(actor, cell); err != nil {
			return v, err
		}
	}
	m, err := meeting.ByRef(ctx, q, ref)
	if err != nil {
		return v, err
	}
	v.Day, v.Set = m.Day, s.Book.At(m.Day, cell.Path)
	today := civil.From(s.DB.Clock().Now())
	if id != 0 && s.Keys != nil && v.Takes(today) {
		v.May = true
		if _, v.Answered, err = s.marked(ctx, q, ref, id); err != nil {
			return v, err
		}
	}
	if v.State == Shown {
		v.Sums, err = sumsOf(ctx, q, v.Box)
	}
	return v, err
}

// Waiting gives the newest meeting of the actor's own cells on which he or she can still
// say something and has not; ok is false when there is none.
func (s *Service) Waiting(ctx context.Context, actor access.Actor) (v View, ok bool, err error) {
	if s.Keys == nil || actor.PersonID == 0 {
		return v, false, nil
	}
	var open []Box
	_, err = s.DB.Recall(ctx, func(q db.Q) error { // mostly there is none
		open = nil
		for _, g := range actor.In(access.RoleMember) {
			cell, err := org.ByID(ctx, q, g.OrgID)
			if err != nil {
				return err
			}
			list, err := openOf(ctx, q, cell.PartID, cell.ID)
			if err != nil {
				return err
			}
			open = append(open, list...)
		}
		return nil
	})
	if err != nil || len(open) == 0 {
		return v, false, err
	}
	err = s.DB.Read(ctx, func(q db.Q) error {
		for _, b := range open {
			if v, err = s.open(ctx, q, actor, b.Meeting); err != nil {
				return err
			}
			if ok = v.May && !v.Answered; ok {
				return nil
			}
		}
		return nil
	})
	return v, ok, err
}
