package meeting

import (
	"context"
	"strings"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
)

// OpinionIn is what a member thinks or said. Phase empty follows the stage: before the
// opening Before, then During, or Before still for who is noted as absent. MembershipID 0 is
// the actor; another one is noted by the meeting secretary, and then the text may be empty
// (spoke, words not noted).
type OpinionIn struct {
	ItemID       int64 // 0: on the whole
	MembershipID int64
	Phase        string
	Text         string
	Op           string // made on the device; sent twice, kept once. Empty: always new
	Sealed       bool   // without the name, before the meeting only; the id is 0 then
}

// AddOpinion keeps an opinion and gives its id. Field errors: text (empty from a member,
// too long), item, phase. ErrStranger when the speaker is not on the roll; ErrState before
// the invitation, ErrAlreadyClosed after closing.
func (s *Service) AddOpinion(ctx context.Context, actor access.Actor, ref ident.Ref, in OpinionIn) (id int64, err error) {
	in.Text = strings.TrimSpace(in.Text)
	if in.Text == "" && in.MembershipID == 0 {
		return 0, fault.Field("text", "meeting.err.text")
	}
	if err := fit("text", in.Text, maxOpinion); err != nil {
		return 0, err
	}
	if in.Sealed {
		return 0, s.seal(ctx, actor, ref, in)
	}
	err = s.DB.WriteGrouped(ctx, func(tx *db.Tx) error {
		h, row, err := s.seat(ctx, tx, actor, ref, in.MembershipID)
		if err != nil {
			return err
		}
		phase, err := in.phase(h.Meeting, row)
		if err != nil {
			return err
		}
		if id, err = in.known(ctx, tx, ref); err != nil || id != 0 {
			return err
		}
		if in.ItemID != 0 {
			if _, _, err := itemOf(ctx, tx, ref, in.ItemID); err != nil {
				return fault.Field("item", ErrNoItem.Key)
			}
		}
		id = tx.ID()
		o := Opinion{
			ID: id, ItemID: in.ItemID, MembershipID: row.MembershipID, Phase: phase, Text: in.Text, At: tx.Now(),
			byAccount: actor.AccountID, op: in.Op,
		}
		if o.op == "" {
			o.op = ident.NewDevice()
		}
		if _, err := tx.Exec(ctx, insertOpinionSQL, opinionRow(ref, o)...); err != nil {
			return err
		}
		if in.MembershipID != 0 && phase == During {
			if err := heard(ctx, tx, ref, row.MembershipID); err != nil {
				return err
			}
		}
		s.tell(tx, ref, LiveOpinion)
		return record(ctx, tx, actor, ref, "opinion", map[string]any{"opinion": id, "item": in.ItemID, "for_other": in.MembershipID != 0})
	})
	return id, err
}

// phase gives the phase the opinion belongs to at the meeting's stage. What somebody who
// is away sends while the others meet was not said there: it waits to be read out, as
// what was sent before.
func (in OpinionIn) phase(m Meeting, row RollRow) (string, error) {
	if err := m.notOver(); err != nil {
		return "", err
	}
	if err := m.in(Invited, Opened); err != nil {
		return "", err
	}
	now := Before
	if m.State == Opened && (in.MembershipID != 0 || !row.away()) {
		now = During
	}
	switch in.Phase {
	case "", now:
		return now, nil
	case Before: // written down at home, handed in during the meeting
		return Before, nil
	}
	return "", fault.Field("phase", "meeting.err.phase")
}

// known gives the opinion that came with the same op before, 0 for none.
func (in OpinionIn) known(ctx context.Context, q db.Q, ref ident.Ref) (int64, error) {
	if in.Op == "" {
		return 0, nil
	}
	o, err := scanOpinion(q.QueryRow(ctx, opinionOpSQL, ref.Part, ref.ID, in.Op))
	if db.NoRows(err) {
		return 0, nil
	}
	return o.ID, err
}

const editOpinionSQL = `UPDATE opinion SET text = $4 WHERE part_id = $1 AND meeting_id = $2 AND id = $3`

// EditOpinion changes the words that the meeting secretary noted, while the meeting is
// open. Before the meeting opens only the member's own words stand, and nobody changes
// them.
func (s *Service) EditOpinion(ctx context.Context, actor access.Actor, ref ident.Ref, id int64, text string) error {
	text = strings.TrimSpace(text)
	if err := fit("text", text, maxOpinion); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		h, err := s.enter(ctx, tx, actor, ref, mayClerk)
		if err != nil {
			return err
		}
		if err := h.in(Opened); err != nil {
			return err
		}
		list, err := opinionsOf(ctx, tx, ref)
		if err != nil {
			return err
		}
		for _, o := range list {
			if o.ID == id && o.Phase == During {
				if _, err := tx.Exec(ctx, editOpinionSQL, ref.Part, ref.ID, id, text); err != nil {
					return err
				}
				s.tell(tx, ref, LiveOpinion)
				return record(ctx, tx, actor, ref, "opinion.edit", map[string]any{"opinion": id})
			}
		}
		return ErrNotFound
	})
}
