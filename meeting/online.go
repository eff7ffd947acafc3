package meeting

import (
	"context"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
)

// How it is known that somebody takes part over the network.
const (
	OnlineSeen = "seen" // the meeting secretary sees or hears the member in the room
	OnlineCode = "code" // the member typed the code that was read out there
)

const (
	onlineSQL    = `SELECT membership_id, how FROM roll_online WHERE part_id = $1 AND meeting_id = $2`
	putOnlineSQL = `INSERT INTO roll_online (part_id, meeting_id, membership_id, how, at, by_account) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (part_id, meeting_id, membership_id) DO UPDATE SET how = excluded.how, at = excluded.at, by_account = excluded.by_account`
	dropOnlineSQL = `DELETE FROM roll_online WHERE part_id = $1 AND meeting_id = $2 AND membership_id = $3`
)

// onlineOf gives how it is known of each member who takes part over the network. In a
// meeting that is online altogether it is everybody who is present, by how the presence
// came into the roll.
func onlineOf(ctx context.Context, q db.Q, m Meeting, roll []RollRow) (map[int64]string, error) {
	out := map[int64]string{}
	if !m.Networked() {
		return out, nil
	}
	if m.Form == FormOnline {
		for _, r := range roll {
			if r.Presence != Present {
				continue
			}
			if out[r.MembershipID] = OnlineSeen; r.How == ByCode {
				out[r.MembershipID] = OnlineCode
			}
		}
		return out, nil
	}
	_, err := db.List(ctx, q, func(s db.Scanner) (struct{}, error) {
		var id int64
		var how string
		err := s.Scan(&id, &how)
		out[id] = how
		return struct{}{}, err
	}, onlineSQL, m.Ref.Part, m.Ref.ID)
	return out, err
}

// MarkOnline notes that a present member of a mixed meeting takes part over the network,
// or does not. The meeting secretary marks who is seen in the room; a member who has
// checked in by the code marks himself or herself with membershipID 0. Field error: online
// (another form, not present). ErrState unless the roll is being called.
func (s *Service) MarkOnline(ctx context.Context, actor access.Actor, ref ident.Ref, membershipID int64, online bool) error {
	return s.DB.WriteGrouped(ctx, func(tx *db.Tx) error {
		h, row, err := s.seat(ctx, tx, actor, ref, membershipID)
		if err != nil {
			return err
		}
		if err := h.rollTime(tx.Now()); err != nil {
			return err
		}
		how := OnlineSeen
		switch {
		case h.Form != FormMixed:
			return fault.Field("online", "meeting.err.not_mixed")
		case row.Presence != Present:
			return fault.Field("online", "meeting.err.online_absent")
		case membershipID == 0:
			how = OnlineCode
		}
		if online {
			_, err = tx.Exec(ctx, putOnlineSQL, ref.Part, ref.ID, row.MembershipID, how, tx.NowMS(), actor.AccountID)
		} else {
			_, err = tx.Exec(ctx, dropOnlineSQL, ref.Part, ref.ID, row.MembershipID)
		}
		if err != nil {
			return err
		}
		s.tell(tx, ref, LiveRoll)
		return record(ctx, tx, actor, ref, "roll.online", map[string]any{"membership": row.MembershipID, "online": online})
	})
}
