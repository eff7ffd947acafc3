package meeting

import (
	"context"
	"time"

	"chibo/internal/db"
	"chibo/internal/ident"
)

// Times out of the room.

const awaysSQL = `SELECT who_id, left_at, back_at FROM roll_away WHERE part_id = $1 AND meeting_id = $2 ORDER BY who_id, left_at, id`

// awaysOf gives the times out of the room by membership or guest.
func awaysOf(ctx context.Context, q db.Q, ref ident.Ref) (map[int64][]Away, error) {
	type line struct {
		who        int64
		left, back int64
	}
	rows, err := db.List(ctx, q, func(s db.Scanner) (l line, err error) { return l, s.Scan(&l.who, &l.left, &l.back) }, awaysSQL, ref.Part, ref.ID)
	out := make(map[int64][]Away, len(rows))
	for _, r := range rows {
		out[r.who] = append(out[r.who], Away{instant(r.left), instant(r.back)})
	}
	return out, err
}

const awayOpSQL = `SELECT COUNT(*) FROM roll_away WHERE part_id = $1 AND meeting_id = $2 AND op = $3`

// awayKnown says whether a leaving came with the same op before.
func awayKnown(ctx context.Context, q db.Q, ref ident.Ref, op string) (bool, error) {
	n := 0
	err := q.QueryRow(ctx, awayOpSQL, ref.Part, ref.ID, op).Scan(&n)
	return n > 0, err
}

const insertAwaySQL = `INSERT INTO roll_away (part_id, id, meeting_id, who_id, left_at, by_account, op) VALUES ($1, $2, $3, $4, $5, $6, $7)`

func insertAway(ctx context.Context, tx *db.Tx, ref ident.Ref, who int64, at time.Time, by int64, op string) error {
	_, err := tx.Exec(ctx, insertAwaySQL, ref.Part, tx.ID(), ref.ID, who, millis(at), by, op)
	return err
}

const endAwaySQL = `UPDATE roll_away SET back_at = $4 WHERE part_id = $1 AND meeting_id = $2 AND who_id = $3 AND back_at = 0`

func endAway(ctx context.Context, tx *db.Tx, ref ident.Ref, who int64, at time.Time) error {
	_, err := tx.Exec(ctx, endAwaySQL, ref.Part, ref.ID, who, millis(at))
	return err
}

const dropAwaysSQL = `DELETE FROM roll_away WHERE part_id = $1 AND meeting_id = $2 AND who_id = $3`

func dropAways(ctx context.Context, tx *db.Tx, ref ident.Ref, who int64) error {
	_, err := tx.Exec(ctx, dropAwaysSQL, ref.Part, ref.ID, who)
	return err
}

// Guests.

const guestColumns = `id, kind, name, post, unit, came_at`

const guestsSQL = `SELECT ` + guestColumns + ` FROM meeting_guest WHERE part_id = $1 AND meeting_id = $2 ORDER BY came_at, id`

const guestSQL = `SELECT ` + guestColumns + ` FROM meeting_guest WHERE part_id = $1 AND meeting_id = $2 AND id = $3`

func scanGuest(s db.Scanner) (Guest, error) {
	var g Guest
	var came int64
	err := s.Scan(&g.ID, &g.Kind, &g.Name, &g.Post, &g.Unit, &came)
	g.CameAt = instant(came)
	return g, err
}

// guestsOf gives the guests in the order of their coming, without times away.
func guestsOf(ctx context.Context, q db.Q, ref ident.Ref) ([]Guest, error) {
	return db.List(ctx, q, scanGuest, guestsSQL, ref.Part, ref.ID)
}

// guestOne gives one guest, or ErrStranger.
func guestOne(ctx context.Context, q db.Q, ref ident.Ref, id int64) (Guest, error) {
	g, err := scanGuest(q.QueryRow(ctx, guestSQL, ref.Part, ref.ID, id))
	if db.NoRows(err) {
		err = ErrStranger
	}
	return g, err
}

const guestOpSQL = `SELECT id FROM meeting_guest WHERE part_id = $1 AND meeting_id = $2 AND op = $3`

// guestKnown gives the guest that came with the same op before, 0 for none.
func guestKnown(ctx context.Context, q db.Q, ref ident.Ref, op string) (id int64, err error) {
	err = q.QueryRow(ctx, guestOpSQL, ref.Part, ref.ID, op).Scan(&id)
	if db.NoRows(err) {
		return 0, nil
	}
	return id, err
}

const insertGuestSQL = `INSERT INTO meeting_guest (part_id, id, meeting_id, kind, name, post, unit, came_at, by_account, op)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

func insertGuest(ctx context.Context, tx *db.Tx, ref ident.Ref, g Guest, by int64, op string) error {
	_, err := tx.Exec(ctx, insertGuestSQL, ref.Part, g.ID, ref.ID, g.Kind, g.Name, g.Post, g.Unit, millis(g.CameAt), by, op)
	return err
}

const deleteGuestSQL = `DELETE FROM meeting_guest WHERE part_id = $1 AND meeting_id = $2 AND id = $3`

func deleteGuest(ctx context.Context, tx *db.Tx, ref ident.Ref, id int64) error {
	if _, err := tx.Exec(ctx, deleteGuestSQL, ref.Part, ref.ID, id); err != nil {
		return err
	}
	return dropAways(ctx, tx, ref, id)
}

// Rooms.

const insertRoomSQL = `INSERT INTO vote_room (part_id, meeting_id, vote_id, who_id, label) VALUES ($1, $2, $3, $4, $5)`

const roomsSQL = `SELECT vote_id, who_id, label FROM vote_room WHERE part_id = $1 AND meeting_id = $2 ORDER BY vote_id, who_id`

// inRoom is one person in the room at one vote.
type inRoom struct {
	voteID, whoID int64
	label         string // of a guest
}

func roomsOf(ctx context.Context, q db.Q, ref ident.Ref) ([]inRoom, error) {
	return db.List(ctx, q, func(s db.Scanner) (r inRoom, err error) { return r, s.Scan(&r.voteID, &r.whoID, &r.label) }, roomsSQL, ref.Part, ref.ID)
}

// roomsByVote sorts who was in the room by vote.
func roomsByVote(list []inRoom) map[int64]Room {
	out := map[int64]Room{}
	for _, r := range list {
		room := out[r.voteID]
		if r.label == "" {
			room.Members = append(room.Members, r.whoID)
		} else {
			room.Guests = append(room.Guests, r.label)
		}
		out[r.voteID] = room
	}
	return out
}

// The trail of presences that somebody else noted.

const insertTrailSQL = `INSERT INTO roll_trail (part_id, id, meeting_id, membership_id, act, presence, text, by_id, at, op)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

func insertTrail(ctx context.Context, tx *db.Tx, ref ident.Ref, t Trail, op string) error {
	_, err := tx.Exec(ctx, insertTrailSQL, ref.Part, tx.ID(), ref.ID, t.MembershipID, t.Act, t.Presence, t.Text, t.ByID, millis(t.At), op)
	return err
}

const trailSQL = `SELECT membership_id, act, presence, text, by_id, at FROM roll_trail WHERE part_id = $1 AND meeting_id = $2 ORDER BY id`

func trailOf(ctx context.Context, q db.Q, ref ident.Ref) ([]Trail, error) {
	return db.List(ctx, q, scanTrail, trailSQL, ref.Part, ref.ID)
}

func scanTrail(s db.Scanner) (Trail, error) {
	var t Trail
	var at int64
	err := s.Scan(&t.MembershipID, &t.Act, &t.Presence, &t.Text, &t.ByID, &at)
	t.At = instant(at)
	return t, err
}

const trailOfSQL = `SELECT membership_id, act, presence, text, by_id, at FROM roll_trail WHERE part_id = $1 AND membership_id = $2 ORDER BY id`

// TrailOf gives what was noted of a member's presence by others, and what the member said
// to it, of all meetings. It checks no right: it is for the member's own copy.
func TrailOf(ctx context.Context, q db.Q, membership ident.Ref) ([]Trail, error) {
	return db.List(ctx, q, scanTrail, trailOfSQL, membership.Part, membership.ID)
}

const trailOpSQL = `SELECT COUNT(*) FROM roll_trail WHERE part_id = $1 AND meeting_id = $2 AND op = $3`

func trailKnown(ctx context.Context, q db.Q, ref ident.Ref, op string) (bool, error) {
	n := 0
	err := q.QueryRow(ctx, trailOpSQL, ref.Part, ref.ID, op).Scan(&n)
	return n > 0, err
}

const contestedSQL = `UPDATE roll SET contested = $4 WHERE part_id = $1 AND meeting_id = $2 AND membership_id = $3`

func putContested(ctx context.Context, tx *db.Tx, ref ident.Ref, membershipID int64, contested bool) error {
	_, err := tx.Exec(ctx, contestedSQL, ref.Part, ref.ID, membershipID, contested)
	return err
}
