package secret

import (
	"context"

	"chibo/ballot"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/rulebook"
)

const insertSQL = `INSERT INTO secret_vote (part_id, id, owner, owner_id, subject, purpose, kind, seats, mark_min, mark_max, round, least, phones, warrant,
  guarded, guard_why, item_id, post, slate, base, state, public_key, key_12, key_13, key_23, opened_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, 'open', $21, $22, $23, $24, $25)`

const insertOptionSQL = `INSERT INTO secret_option (part_id, vote_id, seq, title, membership_id, rule, rule_id, num, den, strict)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

const insertTeamSQL = `INSERT INTO secret_team (part_id, vote_id, seat, membership_id) VALUES ($1, $2, $3, $4)`

// Open begins a secret vote. Errors: fields subject, purpose, kind, options, seats, min,
// max, slate, warrant, team, guard_why (a small body whose numbers shall be shown needs the reason);
// ErrNoBase; ErrTooFew when phones are wanted and too few people may cast.
func Open(ctx context.Context, tx *db.Tx, n New) (Vote, error) {
	if err := n.check(); err != nil {
		return Vote{}, err
	}
	least := n.Set.Int(rulebook.SecretLeastEachWay)
	var box Box
	if n.Box != nil {
		if box = *n.Box; casting(n.Electors) < least {
			return Vote{}, tooFew(least)
		}
	}
	ref := ident.Ref{Part: n.Part, ID: tx.ID()}
	if _, err := tx.Exec(ctx, insertSQL, ref.Part, ref.ID, n.Owner, n.OwnerID, n.Subject, n.Purpose, n.Kind, n.Seats, n.Min, n.Max, n.Round, least,
		n.Box != nil, n.Warrant, n.Guarded, n.GuardWhy, n.ItemID, n.Post, n.Slate, n.base(), box.public, box.pairs[0], box.pairs[1], box.pairs[2], tx.NowMS()); err != nil {
		return Vote{}, err
	}
	for _, o := range n.Options {
		if _, err := tx.Exec(ctx, insertOptionSQL, ref.Part, ref.ID, o.Seq, o.Title, o.MembershipID, o.RuleKey, o.RuleID,
			o.Threshold.Num, o.Threshold.Den, o.Threshold.Strict); err != nil {
			return Vote{}, err
		}
	}
	for i, id := range n.Team {
		if _, err := tx.Exec(ctx, insertTeamSQL, ref.Part, ref.ID, i+1, id); err != nil {
			return Vote{}, err
		}
	}
	for _, e := range n.Electors {
		if err := putElector(ctx, tx, ref, e); err != nil {
			return Vote{}, err
		}
	}
	return Get(ctx, tx, ref)
}

const electorSQL = `INSERT INTO secret_elector (part_id, vote_id, membership_id, in_base, may_cast, reason) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (part_id, vote_id, membership_id) DO UPDATE SET in_base = excluded.in_base, may_cast = excluded.may_cast, reason = excluded.reason`

func putElector(ctx context.Context, tx *db.Tx, ref ident.Ref, e ballot.Elector) error {
	_, err := tx.Exec(ctx, electorSQL, ref.Part, ref.ID, e.MembershipID, e.InBase, e.MayCast, e.Reason)
	return err
}

const dropElectorSQL = `DELETE FROM secret_elector WHERE part_id = $1 AND vote_id = $2 AND membership_id = $3`

// Refresh takes in a changed roll while the vote is open. Whoever has voted, or was given
// paper, keeps the place held then.
func Refresh(ctx context.Context, tx *db.Tx, ref ident.Ref, electors []ballot.Elector) error {
	if _, err := in(ctx, tx, ref, StateOpen); err != nil {
		return err
	}
	seats, err := Seats(ctx, tx, ref)
	if err != nil {
		return err
	}
	held := make(map[int64]Seat, len(seats))
	for _, s := range seats {
		held[s.MembershipID] = s
	}
	for _, e := range electors {
		s, ok := held[e.MembershipID]
		delete(held, e.MembershipID)
		if ok && s.Way != WayNone {
			continue
		}
		if err := putElector(ctx, tx, ref, e); err != nil {
			return err
		}
	}
	for id, s := range held {
		if s.Way != WayNone {
			continue
		}
		if _, err := tx.Exec(ctx, dropElectorSQL, ref.Part, ref.ID, id); err != nil {
			return err
		}
	}
	return nil
}

// in gives a vote that is in the state, or ErrState.
func in(ctx context.Context, q db.Q, ref ident.Ref, state State) (Vote, error) {
	v, err := Get(ctx, q, ref)
	if err == nil && v.State != state {
		err = ErrState
	}
	return v, err
}

const paperSQL = `UPDATE secret_elector SET paper = $4 WHERE part_id = $1 AND vote_id = $2 AND membership_id = $3 AND may_cast`

// GivePaper notes that an elector was given a paper ballot, or gave it back unused.
// Errors: ErrState, ErrStranger, ErrNoVote, ErrCast.
func GivePaper(ctx context.Context, tx *db.Tx, ref ident.Ref, membershipID int64, given bool) error {
	if _, err := in(ctx, tx, ref, StateOpen); err != nil {
		return err
	}
	seat, err := SeatOf(ctx, tx, ref, membershipID)
	if err != nil {
		return err
	}
	if seat.Way == WayPhone {
		return ErrCast
	}
	res, err := tx.Exec(ctx, paperSQL, ref.Part, ref.ID, membershipID, given)
	return one(res, err, ErrNoVote)
}

const (
	eraseBallotsSQL = `DELETE FROM secret_ballot WHERE part_id = $1 AND vote_id = $2`
	toPaperSQL      = `UPDATE secret_vote SET phones = FALSE, public_key = '', key_12 = '', key_13 = '', key_23 = '', version = version + 1
 WHERE part_id = $1 AND id = $2 AND state = 'open' AND version = $3`
)

// ToPaper makes everybody vote on paper: what was sealed is erased unopened, with the keys.
func ToPaper(ctx context.Context, tx *db.Tx, ref ident.Ref, version int) error {
	res, err := tx.Exec(ctx, toPaperSQL, ref.Part, ref.ID, version)
	if err := one(res, err, ErrChanged); err != nil {
		return err
	}
	return eraseBallots(ctx, tx, ref)
}

const closeSQL = `UPDATE secret_vote SET state = 'closed', closed_at = $3, version = version + 1
 WHERE part_id = $1 AND id = $2 AND state = 'open' AND version = $4`

// Close ends the casting. ErrTooFew says that so few voted one way, beside others who
// voted the other, that ToPaper has to come first.
func Close(ctx context.Context, tx *db.Tx, ref ident.Ref, version int) error {
	v, err := in(ctx, tx, ref, StateOpen)
	if err != nil {
		return err
	}
	if v.TooFew() {
		return tooFew(v.Least)
	}
	res, err := tx.Exec(ctx, closeSQL, ref.Part, ref.ID, tx.NowMS(), version)
	return one(res, err, ErrChanged)
}

const voidSQL = `UPDATE secret_vote SET state = 'void', sealed = $3, public_key = '', key_12 = '', key_13 = '', key_23 = '', counted_at = $4, version = version + 1
 WHERE part_id = $1 AND id = $2 AND state IN ('open', 'closed') AND version = $5`

// Void gives up a vote before its count: two of the three slips are lost, or it was opened by
// mistake. What was sealed is erased unopened, and the vote is held again.
func Void(ctx context.Context, tx *db.Tx, ref ident.Ref, version int) error {
	v, err := Get(ctx, tx, ref)
	if err != nil {
		return err
	}
	if v.State != StateOpen && v.State != StateClosed {
		return ErrState
	}
	res, err := tx.Exec(ctx, voidSQL, ref.Part, ref.ID, v.Sealed, tx.NowMS(), version)
	if err := one(res, err, ErrChanged); err != nil {
		return err
	}
	if _, err = tx.Exec(ctx, erasePapersSQL, ref.Part, ref.ID); err != nil {
		return err
	}
	return eraseBallots(ctx, tx, ref)
}

func tooFew(least int) error { return fault.New(fault.Conflict, "secret.err.too_few", "Least", least) }
