package ballot

import (
	"context"

	"chibo/internal/db"
)

const (
	rehomeVoteElector = `INSERT INTO vote_elector (part_id, vote_id, membership_id, in_base, may_cast, reason)
SELECT CAST($3 AS bigint), t.vote_id, t.membership_id, t.in_base, t.may_cast, t.reason
  FROM vote_elector t WHERE t.part_id = $2 AND t.vote_id = $1`
	dropVoteElector = `DELETE FROM vote_elector WHERE part_id = $2 AND vote_id = $1`

	rehomeVoteCast = `INSERT INTO vote_cast (part_id, vote_id, membership_id, choice, at, by_account)
SELECT CAST($3 AS bigint), t.vote_id, t.membership_id, t.choice, t.at, t.by_account
  FROM vote_cast t WHERE t.part_id = $2 AND t.vote_id = $1`
	dropVoteCast = `DELETE FROM vote_cast WHERE part_id = $2 AND vote_id = $1`

	rehomeVoteReserved = `INSERT INTO vote_reserved (part_id, vote_id, membership_id, text, at)
SELECT CAST($3 AS bigint), t.vote_id, t.membership_id, t.text, t.at
  FROM vote_reserved t WHERE t.part_id = $2 AND t.vote_id = $1`
	dropVoteReserved = `DELETE FROM vote_reserved WHERE part_id = $2 AND vote_id = $1`

	rehomeVote = `INSERT INTO vote (part_id, id, owner, owner_id, subject, purpose, method, rule, rule_id, num, den, strict, base, needed, state, yes, no,
  other, hand_yes, hand_no, hand_other, passed, opened_at, closed_at, version, matter_id)
SELECT CAST($3 AS bigint), t.id, t.owner, t.owner_id, t.subject, t.purpose, t.method, t.rule, t.rule_id, t.num, t.den, t.strict, t.base,
  t.needed, t.state, t.yes, t.no, t.other, t.hand_yes, t.hand_no, t.hand_other, t.passed, t.opened_at,
  t.closed_at, t.version, t.matter_id
  FROM vote t WHERE t.part_id = $2 AND t.id = $1`
	dropVote = `DELETE FROM vote WHERE part_id = $2 AND id = $1`
)

// Rehomed lists the tables whose rows follow a vote to another part.
func Rehomed() []db.Rehoming {
	return []db.Rehoming{
		{Insert: rehomeVoteElector, Delete: dropVoteElector},
		{Insert: rehomeVoteCast, Delete: dropVoteCast},
		{Insert: rehomeVoteReserved, Delete: dropVoteReserved},
		{Insert: rehomeVote, Delete: dropVote},
	}
}

const votesOfSQL = `SELECT v.id FROM vote v WHERE v.part_id = $1 AND v.owner_id = $2 ORDER BY v.id`

// Rehome takes the votes of an owner, a meeting, to another part, in the transaction
// that takes the owner there.
func Rehome(ctx context.Context, tx *db.Tx, ownerID, from, to int64) error {
	ids, err := db.List(ctx, tx, func(s db.Scanner) (id int64, err error) { return id, s.Scan(&id) }, votesOfSQL, from, ownerID)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := db.Rehome(ctx, tx, Rehomed(), id, from, to); err != nil {
			return err
		}
	}
	return nil
}
