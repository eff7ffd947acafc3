package ballot

import (
	"context"
	"strings"
	"time"

	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
)

const insertSQL = `INSERT INTO vote (part_id, id, owner, owner_id, subject, purpose, method, rule, rule_id,
       num, den, strict, base, needed, state, opened_at, matter_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'open', $15, $16)`

// Open begins a vote. It fails with field errors (subject, purpose), ErrNoRule or
// ErrNoBase.
func Open(ctx context.Context, tx *db.Tx, n NewVote) (Vote, error) {
	n.Subject = strings.TrimSpace(n.Subject)
	if err := n.check(); err != nil {
		return Vote{}, err
	}
	ref := ident.Ref{Part: n.Part, ID: tx.ID()}
	t, base := n.Set.Ratio(n.RuleKey), baseOf(n.Electors)
	_, err := tx.Exec(ctx, insertSQL, ref.Part, ref.ID, n.Owner, n.OwnerID, n.Subject, n.Purpose, methodOpen,
		n.RuleKey, n.Set.Rule(n.RuleKey).ID, t.Num, t.Den, t.Strict, base, t.Needed(base), tx.NowMS(), n.MatterID)
	if err != nil {
		return Vote{}, err
	}
	for _, e := range n.Electors {
		if err := putElector(ctx, tx, ref, e); err != nil {
			return Vote{}, err
		}
	}
	return Get(ctx, tx, ref)
}

const electorSQL = `INSERT INTO vote_elector (part_id, vote_id, membership_id, in_base, may_cast, reason)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (part_id, vote_id, membership_id) DO UPDATE
   SET in_base = excluded.in_base, may_cast = excluded.may_cast, reason = excluded.reason`

func putElector(ctx context.Context, tx *db.Tx, ref ident.Ref, e Elector) error {
	_, err := tx.Exec(ctx, electorSQL, ref.Part, ref.ID, e.MembershipID, e.InBase, e.MayCast, e.Reason)
	return err
}

const dropElectorSQL = `DELETE FROM vote_elector WHERE part_id = $1 AND vote_id = $2 AND membership_id = $3`

const baseSQL = `UPDATE vote SET base = $3, needed = $4, version = version + 1
 WHERE part_id = $1 AND id = $2 AND state = 'open'`

// RefreshElectors takes in a changed roll while the vote is open. Whoever has cast
// keeps the place held then. It fails with ErrClosed, ErrNoBase, or ErrHandsFull
// when more hands were counted than electors are left: the count goes first.
func RefreshElectors(ctx context.Context, tx *db.Tx, ref ident.Ref, electors []Elector) (Vote, error) {
	v, err := opened(ctx, tx, ref)
	if err != nil {
		return Vote{}, err
	}
	seats, err := Seats(ctx, tx, ref)
	if err != nil {
		return Vote{}, err
	}
	next, gone := merge(seats, electors)
	base := baseOf(next)
	if base == 0 {
		return Vote{}, ErrNoBase
	}
	for _, id := range gone {
		if _, err := tx.Exec(ctx, dropElectorSQL, ref.Part, ref.ID, id); err != nil {
			return Vote{}, err
		}
	}
	for _, e := range next {
		if err := putElector(ctx, tx, ref, e); err != nil {
			return Vote{}, err
		}
	}
	res, err := tx.Exec(ctx, baseSQL, ref.Part, ref.ID, base, v.Threshold.Needed(base))
	if err := one(res, err, ErrClosed); err != nil {
		return Vote{}, err
	}
	if v, err = Get(ctx, tx, ref); err != nil {
		return Vote{}, err
	}
	if v.Cast() > v.Present {
		return Vote{}, ErrHandsFull
	}
	return v, nil
}

// merge gives the electorate after a change of the roll, and who left it.
func merge(seats []Seat, electors []Elector) (next []Elector, gone []int64) {
	held := make(map[int64]Seat, len(seats))
	for _, s := range seats {
		held[s.MembershipID] = s
	}
	for _, e := range electors {
		if s, ok := held[e.MembershipID]; ok && s.Choice != "" {
			e = s.Elector
		}
		delete(held, e.MembershipID)
		next = append(next, e)
	}
	for _, s := range seats {
		if _, left := held[s.MembershipID]; !left {
			continue
		}
		if s.Choice != "" {
			next = append(next, s.Elector)
		} else {
			gone = append(gone, s.MembershipID)
		}
	}
	return next, gone
}

// opened gives a vote that still takes casts, or ErrClosed.
func opened(ctx context.Context, q db.Q, ref ident.Ref) (Vote, error) {
	v, err := Get(ctx, q, ref)
	if err == nil && !v.IsOpen() {
		err = ErrClosed
	}
	return v, err
}

// Receipt is the answer to a cast.
type Receipt struct {
	Choice   Choice
	At       time.Time
	Again    bool // the same was cast before; nothing changed
	Replaced bool // it took the place of another choice
}

const castSQL = `INSERT INTO vote_cast (part_id, vote_id, membership_id, choice, at, by_account)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (part_id, vote_id, membership_id) DO UPDATE
   SET choice = excluded.choice, at = excluded.at, by_account = excluded.by_account`

// Cast notes an elector's choice. byAccount is who pressed it: the elector, or a
// person who holds the phone for several. It fails with a field error on choice,
// ErrClosed, ErrStranger, ErrReserve, ErrNoRight, ErrAbsent, or ErrHandsFull.
// It reads no other elector's row unless hands were counted, so that a whole hall
// can cast at once.
func Cast(ctx context.Context, tx *db.Tx, ref ident.Ref, membershipID int64, c Choice, byAccount int64) (Receipt, error) {
	if !c.Valid() {
		return Receipt{}, fault.Field("choice", "ballot.err.choice")
	}
	v, err := scanVote(tx.QueryRow(ctx, voteSQL, ref.Part, ref.ID))
	switch {
	case db.NoRows(err):
		return Receipt{}, ErrNotFound
	case err != nil:
		return Receipt{}, err
	case !v.IsOpen():
		return Receipt{}, ErrClosed
	}
	seat, err := SeatOf(ctx, tx, ref, membershipID)
	if err != nil {
		return Receipt{}, err
	}
	if err := seat.right(); err != nil {
		return Receipt{}, err
	}
	if seat.Choice == c {
		return Receipt{Choice: c, At: seat.At, Again: true}, nil
	}
	if seat.Choice == "" && v.Hands.Sum() > 0 {
		if err := v.count(ctx, tx); err != nil {
			return Receipt{}, err
		}
		if v.Cast() >= v.Present {
			return Receipt{}, ErrHandsFull
		}
	}
	_, err = tx.Exec(ctx, castSQL, ref.Part, ref.ID, membershipID, string(c), tx.NowMS(), byAccount)
	return Receipt{Choice: c, At: tx.Now(), Replaced: seat.Choice != ""}, err
}

func (e Elector) right() error {
	switch {
	case e.MayCast:
		return nil
	case e.Reason == ReasonReserve:
		return ErrReserve
	case Outside(e.Reason):
		return ErrNoRight
	}
	return ErrAbsent
}

const handsSQL = `UPDATE vote SET hand_yes = $3, hand_no = $4, hand_other = $5, version = version + 1
 WHERE part_id = $1 AND id = $2 AND state = 'open' AND version = $6`

// CountHands notes the raised hands of those who did not cast; a new count takes the
// place of the one before. It fails with field errors (yes, no, other below zero;
// hands when they are more than the electors left, with Sum and Left), ErrClosed, or
// ErrChanged when version is not the present one.
func CountHands(ctx context.Context, tx *db.Tx, ref ident.Ref, h Hands, version int) (Vote, error) {
	v, err := opened(ctx, tx, ref)
	if err != nil {
		return Vote{}, err
	}
	if v.Version != version {
		return Vote{}, ErrChanged
	}
	if err := h.check(v.Left()); err != nil {
		return Vote{}, err
	}
	res, err := tx.Exec(ctx, handsSQL, ref.Part, ref.ID, h.Yes, h.No, h.Other, version)
	if err := one(res, err, ErrChanged); err != nil {
		return Vote{}, err
	}
	return Get(ctx, tx, ref)
}

func (h Hands) check(left int) error {
	var f fault.Fields
	for _, c := range []struct {
		field string
		n     int
	}{{"yes", h.Yes}, {"no", h.No}, {"other", h.Other}} {
		if c.n < 0 {
			f.Add(c.field, "ballot.err.negative")
		} else if c.n > left {
			f.Add(c.field, "ballot.err.too_many_hands", "Sum", c.n, "Left", left)
		}
	}
	if len(f) == 0 && h.Sum() > left {
		f.Add("hands", "ballot.err.too_many_hands", "Sum", h.Sum(), "Left", left)
	}
	return f.Err()
}

const reserveSQL = `INSERT INTO vote_reserved (part_id, vote_id, membership_id, text, at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (part_id, vote_id, membership_id) DO UPDATE SET text = excluded.text, at = excluded.at`

// Reserve keeps a member's own opinion beside the result (rules.md 2.19); a new text
// takes the place of the old. It stands open after Close too: the caller says
// until when. Anybody on the roll but guests and suspended members may, a reserve
// member as well: only the vote is not his. Errors: field text, ErrStranger, ErrNoRight.
func Reserve(ctx context.Context, tx *db.Tx, ref ident.Ref, membershipID int64, text string) error {
	text = strings.TrimSpace(text)
	if text == "" {
		return fault.Field("text", "ballot.err.reserved_text")
	}
	seat, err := SeatOf(ctx, tx, ref, membershipID)
	if err != nil {
		return err
	}
	if Outside(seat.Reason) {
		return ErrNoRight
	}
	_, err = tx.Exec(ctx, reserveSQL, ref.Part, ref.ID, membershipID, text, tx.NowMS())
	return err
}

const closeSQL = `UPDATE vote SET state = 'closed', base = $3, needed = $4, yes = $5, no = $6, other = $7,
       passed = $8, closed_at = $9, version = version + 1
 WHERE part_id = $1 AND id = $2 AND state = 'open' AND version = $10`

// Close fixes the base and the result. The second of two who close gets ErrClosed;
// ErrChanged says that the count was changed since it was shown.
func Close(ctx context.Context, tx *db.Tx, ref ident.Ref, version int) (Vote, error) {
	v, err := opened(ctx, tx, ref)
	if err != nil {
		return Vote{}, err
	}
	if v.Version != version {
		return Vote{}, ErrChanged
	}
	res, err := tx.Exec(ctx, closeSQL, ref.Part, ref.ID, v.Base, v.Needed, v.Yes, v.No, v.Other, v.Passed, tx.NowMS(), version)
	if err := one(res, err, ErrClosed); err != nil {
		return Vote{}, err
	}
	return Get(ctx, tx, ref)
}
