package ballot

import (
	"context"
	"database/sql"
	"time"

	"chibo/internal/db"
	"chibo/internal/ident"
)

const voteSQL = `SELECT part_id, id, owner, owner_id, subject, purpose, method, rule, rule_id, num, den, strict,
       base, needed, state, yes, no, other, hand_yes, hand_no, hand_other, passed, opened_at, closed_at, version, matter_id
  FROM vote WHERE part_id = $1 AND id = $2`

func scanVote(s db.Scanner) (Vote, error) {
	var v Vote
	var opened, closed int64
	err := s.Scan(&v.Ref.Part, &v.Ref.ID, &v.Owner, &v.OwnerID, &v.Subject, &v.Purpose, &v.Method, &v.RuleKey, &v.RuleID,
		&v.Threshold.Num, &v.Threshold.Den, &v.Threshold.Strict, &v.Base, &v.Needed, &v.State, &v.Yes, &v.No, &v.Other,
		&v.Hands.Yes, &v.Hands.No, &v.Hands.Other, &v.Passed, &opened, &closed, &v.Version, &v.MatterID)
	v.OpenedAt, v.ClosedAt = instant(opened), instant(closed)
	return v, err
}

func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

const presenceSQL = `SELECT count(*) FILTER (WHERE may_cast), count(*) FILTER (WHERE in_base AND NOT may_cast)
  FROM vote_elector WHERE part_id = $1 AND vote_id = $2`

const castCountSQL = `SELECT count(*) FILTER (WHERE choice = 'yes'), count(*) FILTER (WHERE choice = 'no'),
       count(*) FILTER (WHERE choice = 'other')
  FROM vote_cast WHERE part_id = $1 AND vote_id = $2`

// Get gives a vote with what is counted at this moment, or ErrNotFound.
func Get(ctx context.Context, q db.Q, ref ident.Ref) (Vote, error) {
	v, err := scanVote(q.QueryRow(ctx, voteSQL, ref.Part, ref.ID))
	if db.NoRows(err) {
		return Vote{}, ErrNotFound
	}
	if err != nil {
		return Vote{}, err
	}
	return v, v.count(ctx, q)
}

// count adds the people present and, while the vote is open, the casts.
func (v *Vote) count(ctx context.Context, q db.Q) error {
	if err := q.QueryRow(ctx, presenceSQL, v.Ref.Part, v.Ref.ID).Scan(&v.Present, &v.Absent); err != nil {
		return err
	}
	if !v.IsOpen() {
		return nil
	}
	var yes, no, other int
	if err := q.QueryRow(ctx, castCountSQL, v.Ref.Part, v.Ref.ID).Scan(&yes, &no, &other); err != nil {
		return err
	}
	v.Yes, v.No, v.Other = yes+v.Hands.Yes, no+v.Hands.No, other+v.Hands.Other
	v.settle()
	return nil
}

const byOwnerSQL = `SELECT id FROM vote WHERE part_id = $1 AND owner_id = $2 AND owner = $3 ORDER BY id`

// ByOwner gives the votes of a thing (a meeting), in the order they were opened.
func ByOwner(ctx context.Context, q db.Q, part int64, owner string, ownerID int64) ([]Vote, error) {
	ids, err := db.List(ctx, q, scanID, byOwnerSQL, part, ownerID, owner)
	if err != nil {
		return nil, err
	}
	votes := make([]Vote, len(ids))
	for i, id := range ids {
		if votes[i], err = Get(ctx, q, ident.Ref{Part: part, ID: id}); err != nil {
			return nil, err
		}
	}
	return votes, nil
}

func scanID(s db.Scanner) (id int64, err error) {
	err = s.Scan(&id)
	return id, err
}

// Seat is an elector with what he or she has cast; "" is nothing on a phone.
type Seat struct {
	Elector
	Choice Choice
	At     time.Time
}

const seatsSQL = `SELECT e.membership_id, e.in_base, e.may_cast, e.reason, COALESCE(c.choice, ''), COALESCE(c.at, 0)
  FROM vote_elector e LEFT JOIN vote_cast c
    ON c.part_id = e.part_id AND c.vote_id = e.vote_id AND c.membership_id = e.membership_id
 WHERE e.part_id = $1 AND e.vote_id = $2 ORDER BY e.membership_id`

func scanSeat(s db.Scanner) (Seat, error) {
	var v Seat
	var at int64
	err := s.Scan(&v.MembershipID, &v.InBase, &v.MayCast, &v.Reason, &v.Choice, &at)
	v.At = instant(at)
	return v, err
}

// Seats gives the electorate person by person.
func Seats(ctx context.Context, q db.Q, ref ident.Ref) ([]Seat, error) {
	return db.List(ctx, q, scanSeat, seatsSQL, ref.Part, ref.ID)
}

const seatSQL = `SELECT e.membership_id, e.in_base, e.may_cast, e.reason, COALESCE(c.choice, ''), COALESCE(c.at, 0)
  FROM vote_elector e LEFT JOIN vote_cast c
    ON c.part_id = e.part_id AND c.vote_id = e.vote_id AND c.membership_id = e.membership_id
 WHERE e.part_id = $1 AND e.vote_id = $2 AND e.membership_id = $3`

// SeatOf gives one person's place in a vote, or ErrStranger.
func SeatOf(ctx context.Context, q db.Q, ref ident.Ref, membershipID int64) (Seat, error) {
	s, err := scanSeat(q.QueryRow(ctx, seatSQL, ref.Part, ref.ID, membershipID))
	if db.NoRows(err) {
		return Seat{}, ErrStranger
	}
	return s, err
}

// ReservedOpinion is what a member keeps standing against the result.
type ReservedOpinion struct {
	MembershipID int64
	Text         string
	At           time.Time
}

const reservedSQL = `SELECT membership_id, text, at FROM vote_reserved
 WHERE part_id = $1 AND vote_id = $2 ORDER BY at, membership_id`

// Reserved gives the reserved opinions of a vote, the earliest first.
func Reserved(ctx context.Context, q db.Q, ref ident.Ref) ([]ReservedOpinion, error) {
	return db.List(ctx, q, func(s db.Scanner) (ReservedOpinion, error) {
		var r ReservedOpinion
		var at int64
		err := s.Scan(&r.MembershipID, &r.Text, &at)
		r.At = instant(at)
		return r, err
	}, reservedSQL, ref.Part, ref.ID)
}

// one gives none when a statement that had to change one row changed nothing.
func one(res sql.Result, err, none error) error {
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return none
}
