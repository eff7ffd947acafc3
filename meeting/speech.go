package meeting

import (
	"context"
	"fmt"
	"slices"
	"time"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/ident"
)

// Speech is a member's turn to speak: asked for, given by the chair, ended.
type Speech struct {
	ID           int64
	ItemID       int64 // under way when it was asked for; 0 none
	MembershipID int64
	Name         string
	AskedAt      time.Time
	BeganAt      time.Time // zero: waits, or spoke without being given the word here
	EndedAt      time.Time // zero: waits or speaks
}

// Waits says whether the member waits for the word.
func (p Speech) Waits() bool { return p.BeganAt.IsZero() && p.EndedAt.IsZero() }

// Speaks says whether the member has the word.
func (p Speech) Speaks() bool { return !p.BeganAt.IsZero() && p.EndedAt.IsZero() }

// Took gives how long the member spoke, until now or the end; 0 when that is not known.
func (p Speech) Took(now time.Time) time.Duration {
	switch {
	case p.BeganAt.IsZero():
		return 0
	case p.EndedAt.IsZero():
		return max(0, now.Sub(p.BeganAt))
	}
	return p.EndedAt.Sub(p.BeganAt)
}

const (
	speechesSQL = `SELECT id, item_id, membership_id, asked_at, began_at, ended_at FROM speech
 WHERE part_id = $1 AND meeting_id = $2 ORDER BY CASE WHEN ended_at > 0 THEN 2 WHEN began_at > 0 THEN 0 ELSE 1 END, ended_at, asked_at, id`
	insertSpeechSQL = `INSERT INTO speech (part_id, id, meeting_id, item_id, membership_id, asked_at, by_account, op)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`
	speechOpSQL   = `SELECT id FROM speech WHERE part_id = $1 AND meeting_id = $2 AND op = $3`
	openSpeechSQL = `SELECT id FROM speech WHERE part_id = $1 AND meeting_id = $2 AND membership_id = $3 AND ended_at = 0`
	dropSpeechSQL = `DELETE FROM speech WHERE part_id = $1 AND meeting_id = $2 AND membership_id = $3 AND began_at = 0 AND ended_at = 0`
	dropQueueSQL  = `DELETE FROM speech WHERE part_id = $1 AND meeting_id = $2 AND began_at = 0 AND ended_at = 0`
	beginSQL      = `UPDATE speech SET began_at = $4 WHERE part_id = $1 AND meeting_id = $2 AND id = $3 AND began_at = 0 AND ended_at = 0`
	endSpeechSQL  = `UPDATE speech SET ended_at = $4 WHERE part_id = $1 AND meeting_id = $2 AND id = $3 AND ended_at = 0`
)

// speechesOf gives the turns of a meeting: who speaks, who waits in order, who spoke.
func speechesOf(ctx context.Context, q db.Q, ref ident.Ref) ([]Speech, error) {
	return db.List(ctx, q, func(s db.Scanner) (p Speech, err error) {
		var asked, began, ended int64
		err = s.Scan(&p.ID, &p.ItemID, &p.MembershipID, &asked, &began, &ended)
		p.AskedAt, p.BeganAt, p.EndedAt = instant(asked), instant(began), instant(ended)
		return p, err
	}, speechesSQL, ref.Part, ref.ID)
}

// AskToSpeak puts a member who is present at the end of the order of speakers and gives
// the place's id; who waits or speaks already keeps the place. membershipID 0 is the
// actor; another one is put there by the meeting secretary. Errors: ErrState,
// ErrStranger, ErrNotIn.
func (s *Service) AskToSpeak(ctx context.Context, actor access.Actor, ref ident.Ref, membershipID int64, op string) (id int64, err error) {
	err = s.DB.WriteGrouped(ctx, func(tx *db.Tx) error {
		h, row, err := s.seat(ctx, tx, actor, ref, membershipID)
		if err != nil {
			return err
		}
		if err := h.in(Opened); err != nil {
			return err
		}
		if op == "" {
			op = ident.NewDevice()
		}
		if id, err = one64(ctx, tx, speechOpSQL, ref.Part, ref.ID, op); err != nil || id != 0 {
			return err
		}
		if id, err = one64(ctx, tx, openSpeechSQL, ref.Part, ref.ID, row.MembershipID); err != nil || id != 0 {
			return err
		}
		if err := row.mustBeIn(ctx, tx, ref); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, insertSpeechSQL, ref.Part, tx.ID(), ref.ID, h.ItemID, row.MembershipID, tx.NowMS(), actor.AccountID, op)
		if err != nil {
			return err
		}
		// Of two devices of one member that ask at once, both get the one place.
		if id, err = one64(ctx, tx, openSpeechSQL, ref.Part, ref.ID, row.MembershipID); err != nil {
			return err
		}
		s.tell(tx, ref, LiveOpinion)
		return record(ctx, tx, actor, ref, "speech.ask", map[string]any{"membership": row.MembershipID})
	})
	return id, err
}

// Withdraw takes a member out of the order of speakers; who does not wait there is not
// changed. membershipID 0 is the actor.
func (s *Service) Withdraw(ctx context.Context, actor access.Actor, ref ident.Ref, membershipID int64) error {
	return s.DB.WriteGrouped(ctx, func(tx *db.Tx) error {
		h, row, err := s.seat(ctx, tx, actor, ref, membershipID)
		if err != nil {
			return err
		}
		if err := h.in(Opened); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, dropSpeechSQL, ref.Part, ref.ID, row.MembershipID); err != nil {
			return err
		}
		s.tell(tx, ref, LiveOpinion)
		return record(ctx, tx, actor, ref, "speech.withdraw", map[string]any{"membership": row.MembershipID})
	})
}

// GiveWord gives a waiting member the word; who had it has spoken.
func (s *Service) GiveWord(ctx context.Context, actor access.Actor, ref ident.Ref, id int64) error {
	return s.turn(ctx, actor, ref, "speech.begin", id, func(tx *db.Tx, h held, list []Speech, i int) error {
		if list[i].Speaks() {
			return nil
		}
		for _, p := range list {
			if p.Speaks() {
				if err := s.spoke(ctx, tx, actor, h, p); err != nil {
					return err
				}
			}
		}
		_, err := tx.Exec(ctx, beginSQL, ref.Part, ref.ID, id, tx.NowMS())
		return err
	})
}

// Spoke ends a member's turn: who spoke and how long is kept, and that stands in the
// minutes.
func (s *Service) Spoke(ctx context.Context, actor access.Actor, ref ident.Ref, id int64) error {
	return s.turn(ctx, actor, ref, "speech.end", id, func(tx *db.Tx, h held, list []Speech, i int) error {
		return s.spoke(ctx, tx, actor, h, list[i])
	})
}

// turn runs an act on one turn of an open meeting. One that has ended is left as it is.
func (s *Service) turn(ctx context.Context, actor access.Actor, ref ident.Ref, action string, id int64,
	act func(tx *db.Tx, h held, list []Speech, i int) error,
) error {
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
		list, err := speechesOf(ctx, tx, ref)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(p Speech) bool { return p.ID == id })
		switch {
		case i < 0:
			return ErrNotFound
		case !list[i].EndedAt.IsZero():
			return nil
		}
		if err := act(tx, h, list, i); err != nil {
			return err
		}
		s.tell(tx, ref, LiveOpinion)
		return record(ctx, tx, actor, ref, action, map[string]any{"membership": list[i].MembershipID})
	})
}

// spoke ends a turn and notes that the member spoke, unless words of the member on this
// item have come since it began.
func (s *Service) spoke(ctx context.Context, tx *db.Tx, actor access.Actor, h held, p Speech) error {
	if _, err := tx.Exec(ctx, endSpeechSQL, h.Ref.Part, h.Ref.ID, p.ID, tx.NowMS()); err != nil {
		return err
	}
	item, since := p.ItemID, p.AskedAt
	if h.ItemID != 0 {
		item = h.ItemID
	}
	if p.Speaks() {
		since = p.BeganAt
	}
	said, err := opinionsOf(ctx, tx, h.Ref)
	if err != nil {
		return err
	}
	if noted(said, p.MembershipID, item, since) {
		return nil
	}
	o := Opinion{
		ID: tx.ID(), ItemID: item, MembershipID: p.MembershipID, Phase: During, At: tx.Now(), byAccount: actor.AccountID,
		op: fmt.Sprintf("speech-%d", p.ID),
	}
	_, err = tx.Exec(ctx, insertOpinionSQL, opinionRow(h.Ref, o)...)
	return err
}

// noted says whether words of a member on an item have come since an instant.
func noted(list []Opinion, membershipID, itemID int64, since time.Time) bool {
	return slices.ContainsFunc(list, func(o Opinion) bool {
		return o.MembershipID == membershipID && o.Phase == During && o.ItemID == itemID && !o.At.Before(since)
	})
}

// heard ends the turn of a member whom the meeting secretary has just noted as having
// spoken, so that nobody waits who was heard.
func heard(ctx context.Context, tx *db.Tx, ref ident.Ref, membershipID int64) error {
	id, err := one64(ctx, tx, openSpeechSQL, ref.Part, ref.ID, membershipID)
	if err != nil || id == 0 {
		return err
	}
	_, err = tx.Exec(ctx, endSpeechSQL, ref.Part, ref.ID, id, tx.NowMS())
	return err
}

// endTurn ends the turn of who speaks, when the chair goes on to another item or closes
// the meeting; then nobody waits any more either.
func (s *Service) endTurn(ctx context.Context, tx *db.Tx, actor access.Actor, h held, last bool) error {
	list, err := speechesOf(ctx, tx, h.Ref)
	if err != nil {
		return err
	}
	for _, p := range list {
		if p.Speaks() {
			if err := s.spoke(ctx, tx, actor, h, p); err != nil {
				return err
			}
		}
	}
	if last {
		_, err = tx.Exec(ctx, dropQueueSQL, h.Ref.Part, h.Ref.ID)
	}
	return err
}
