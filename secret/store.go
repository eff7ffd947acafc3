package secret

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"chibo/ballot"
	"chibo/internal/db"
	"chibo/internal/ident"
)

const voteColumns = `SELECT v.part_id, v.id, v.owner, v.owner_id, v.subject, v.purpose, v.kind, v.seats, v.mark_min, v.mark_max, v.round, v.least, v.phones,
       v.warrant, v.guarded, v.guard_why, v.item_id, v.post, v.slate, v.protocol_id, v.base, v.state, v.public_key, v.key_12, v.key_13, v.key_23, v.tries, v.tried_at, v.sealed, v.broken,
       v.issued, v.returned, v.invalid, v.prints, v.opened_at, v.closed_at, v.counted_at, v.version FROM secret_vote v`

const voteSQL = voteColumns + ` WHERE v.part_id = $1 AND v.id = $2`

func scanVote(s db.Scanner) (v Vote, err error) {
	var opened, closed, counted, tried int64
	var prints string
	err = s.Scan(&v.Ref.Part, &v.Ref.ID, &v.Owner, &v.OwnerID, &v.Subject, &v.Purpose, &v.Kind, &v.Seats, &v.Min, &v.Max, &v.Round, &v.Least, &v.Phones,
		&v.Warrant, &v.Guarded, &v.GuardWhy, &v.ItemID, &v.Post, &v.Slate, &v.Protocol, &v.Base, &v.State, &v.box.public, &v.box.pairs[0], &v.box.pairs[1], &v.box.pairs[2],
		&v.Tries, &tried, &v.Sealed, &v.Broken, &v.Issued, &v.Returned, &v.Invalid, &prints, &opened, &closed, &counted, &v.Version)
	v.OpenedAt, v.ClosedAt, v.CountedAt, v.triedAt = instant(opened), instant(closed), instant(counted), instant(tried)
	v.Prints = strings.Fields(prints)
	return v, err
}

const optionsSQL = `SELECT seq, title, membership_id, rule, rule_id, num, den, strict, votes, passed
  FROM secret_option WHERE part_id = $1 AND vote_id = $2 ORDER BY seq`

func scanOption(s db.Scanner) (o Option, err error) {
	err = s.Scan(&o.Seq, &o.Title, &o.MembershipID, &o.RuleKey, &o.RuleID, &o.Threshold.Num, &o.Threshold.Den, &o.Threshold.Strict, &o.Votes, &o.Passed)
	return o, err
}

const teamSQL = `SELECT membership_id FROM secret_team WHERE part_id = $1 AND vote_id = $2 ORDER BY seat`

const turnoutSQL = `SELECT count(*) FILTER (WHERE may_cast), count(*) FILTER (WHERE paper), count(*) FILTER (WHERE in_base)
  FROM secret_elector WHERE part_id = $1 AND vote_id = $2`

const sealedCountSQL = `SELECT count(*) FROM secret_ballot WHERE part_id = $1 AND vote_id = $2`

// Blank gives a vote with what stands on its ballot, and without its team and turnout:
// what is needed to fill one in.
func Blank(ctx context.Context, q db.Q, ref ident.Ref) (Vote, error) {
	v, err := scanVote(q.QueryRow(ctx, voteSQL, ref.Part, ref.ID))
	if db.NoRows(err) {
		return Vote{}, ErrNotFound
	}
	if err != nil {
		return Vote{}, err
	}
	v.Options, err = db.List(ctx, q, scanOption, optionsSQL, ref.Part, ref.ID)
	return v, err
}

// Get gives a vote: its options, and while it is open how many have voted. Never a
// running result.
func Get(ctx context.Context, q db.Q, ref ident.Ref) (Vote, error) {
	v, err := Blank(ctx, q, ref)
	if err != nil {
		return Vote{}, err
	}
	if v.Team, err = db.List(ctx, q, func(s db.Scanner) (id int64, err error) { return id, s.Scan(&id) }, teamSQL, ref.Part, ref.ID); err != nil {
		return Vote{}, err
	}
	if err := q.QueryRow(ctx, turnoutSQL, ref.Part, ref.ID).Scan(&v.Present, &v.Paper, &v.Base); err != nil {
		return Vote{}, err
	}
	if v.State == StateOpen || v.State == StateClosed {
		err = q.QueryRow(ctx, sealedCountSQL, ref.Part, ref.ID).Scan(&v.Sealed)
	}
	return v, err
}

const protocolSQL = `UPDATE secret_vote SET protocol_id = $3 WHERE part_id = $1 AND id = $2 AND state = 'counted' AND protocol_id = 0`

// SetProtocol notes the counting protocol of a counted vote. ErrState when it has one.
func SetProtocol(ctx context.Context, tx *db.Tx, ref ident.Ref, document int64) error {
	res, err := tx.Exec(ctx, protocolSQL, ref.Part, ref.ID, document)
	return one(res, err, ErrState)
}

const byOwnerSQL = `SELECT id FROM secret_vote WHERE part_id = $1 AND owner_id = $2 AND owner = $3 ORDER BY id`

// ByOwner gives the secret votes of a thing (a meeting), in the order they were opened.
func ByOwner(ctx context.Context, q db.Q, part int64, owner string, ownerID int64) ([]Vote, error) {
	ids, err := db.List(ctx, q, func(s db.Scanner) (id int64, err error) { return id, s.Scan(&id) }, byOwnerSQL, part, ownerID, owner)
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

// Ways in which an elector votes.
const (
	WayNone  = ""
	WayPaper = "paper"
	WayPhone = "phone"
)

// Seat is an elector with the way, never the content.
type Seat struct {
	ballot.Elector
	Way string
}

const seatsSQL = `SELECT e.membership_id, e.in_base, e.may_cast, e.reason, e.paper, b.membership_id IS NOT NULL
  FROM secret_elector e LEFT JOIN secret_ballot b ON b.part_id = e.part_id AND b.vote_id = e.vote_id AND b.membership_id = e.membership_id
 WHERE e.part_id = $1 AND e.vote_id = $2 ORDER BY e.membership_id`

const seatSQL = `SELECT e.membership_id, e.in_base, e.may_cast, e.reason, e.paper, b.membership_id IS NOT NULL
  FROM secret_elector e LEFT JOIN secret_ballot b ON b.part_id = e.part_id AND b.vote_id = e.vote_id AND b.membership_id = e.membership_id
 WHERE e.part_id = $1 AND e.vote_id = $2 AND e.membership_id = $3`

func scanSeat(s db.Scanner) (seat Seat, err error) {
	var paper, phone bool
	err = s.Scan(&seat.MembershipID, &seat.InBase, &seat.MayCast, &seat.Reason, &paper, &phone)
	switch {
	case paper:
		seat.Way = WayPaper
	case phone:
		seat.Way = WayPhone
	}
	return seat, err
}

// Seats gives the electorate person by person: who may vote, and who has. After the
// count only paper is known.
func Seats(ctx context.Context, q db.Q, ref ident.Ref) ([]Seat, error) {
	return db.List(ctx, q, scanSeat, seatsSQL, ref.Part, ref.ID)
}

// SeatOf gives one person's place in a vote, or ErrStranger.
func SeatOf(ctx context.Context, q db.Q, ref ident.Ref, membershipID int64) (Seat, error) {
	s, err := scanSeat(q.QueryRow(ctx, seatSQL, ref.Part, ref.ID, membershipID))
	if db.NoRows(err) {
		err = ErrStranger
	}
	return s, err
}

func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
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
