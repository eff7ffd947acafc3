package secret

import (
	"context"

	"chibo/internal/db"
)

const (
	rehomeOption = `INSERT INTO secret_option (part_id, vote_id, seq, title, membership_id, rule, rule_id, num, den, strict, votes, passed)
SELECT CAST($3 AS bigint), t.vote_id, t.seq, t.title, t.membership_id, t.rule, t.rule_id, t.num, t.den, t.strict, t.votes, t.passed
  FROM secret_option t WHERE t.part_id = $2 AND t.vote_id = $1`
	dropOption = `DELETE FROM secret_option WHERE part_id = $2 AND vote_id = $1`

	rehomeElector = `INSERT INTO secret_elector (part_id, vote_id, membership_id, in_base, may_cast, reason, paper)
SELECT CAST($3 AS bigint), t.vote_id, t.membership_id, t.in_base, t.may_cast, t.reason, t.paper
  FROM secret_elector t WHERE t.part_id = $2 AND t.vote_id = $1`
	dropElector = `DELETE FROM secret_elector WHERE part_id = $2 AND vote_id = $1`

	rehomeBallot = `INSERT INTO secret_ballot (part_id, vote_id, membership_id, op, box)
SELECT CAST($3 AS bigint), t.vote_id, t.membership_id, t.op, t.box
  FROM secret_ballot t WHERE t.part_id = $2 AND t.vote_id = $1`
	dropBallot = `DELETE FROM secret_ballot WHERE part_id = $2 AND vote_id = $1`

	rehomeTeam = `INSERT INTO secret_team (part_id, vote_id, seat, membership_id)
SELECT CAST($3 AS bigint), t.vote_id, t.seat, t.membership_id
  FROM secret_team t WHERE t.part_id = $2 AND t.vote_id = $1`
	dropTeam = `DELETE FROM secret_team WHERE part_id = $2 AND vote_id = $1`

	rehomePaper = `INSERT INTO secret_paper (part_id, vote_id, seat, by_account, issued, returned, invalid, votes, at)
SELECT CAST($3 AS bigint), t.vote_id, t.seat, t.by_account, t.issued, t.returned, t.invalid, t.votes, t.at
  FROM secret_paper t WHERE t.part_id = $2 AND t.vote_id = $1`
	dropPaper = `DELETE FROM secret_paper WHERE part_id = $2 AND vote_id = $1`

	rehomeVote = `INSERT INTO secret_vote (part_id, id, owner, owner_id, subject, purpose, kind, seats, mark_min, mark_max, round, least, phones, warrant,
  guarded, guard_why, item_id, post, slate, protocol_id, base, state, public_key, key_12, key_13, key_23, tries, tried_at, sealed, broken, issued, returned, invalid, prints,
  opened_at, closed_at, counted_at, version)
SELECT CAST($3 AS bigint), t.id, t.owner, t.owner_id, t.subject, t.purpose, t.kind, t.seats, t.mark_min, t.mark_max, t.round, t.least, t.phones,
  t.warrant, t.guarded, t.guard_why, t.item_id, t.post, t.slate, t.protocol_id, t.base, t.state, t.public_key, t.key_12, t.key_13, t.key_23, t.tries, t.tried_at, t.sealed, t.broken,
  t.issued, t.returned, t.invalid, t.prints, t.opened_at, t.closed_at, t.counted_at, t.version
  FROM secret_vote t WHERE t.part_id = $2 AND t.id = $1`
	dropVote = `DELETE FROM secret_vote WHERE part_id = $2 AND id = $1`
)

// Rehomed lists the tables whose rows follow a secret vote to another part. A ballot is
// bound to its vote and voter, not to the part, and opens there too.
func Rehomed() []db.Rehoming {
	return []db.Rehoming{
		{Insert: rehomeOption, Delete: dropOption},
		{Insert: rehomeElector, Delete: dropElector},
		{Insert: rehomeBallot, Delete: dropBallot},
		{Insert: rehomeTeam, Delete: dropTeam},
		{Insert: rehomePaper, Delete: dropPaper},
		{Insert: rehomeVote, Delete: dropVote},
	}
}

const (
	rehomeWarrant = `INSERT INTO secret_warrant (part_id, id, org_id, decision, from_day, to_day, by_account, at)
SELECT CAST($3 AS bigint), t.id, t.org_id, t.decision, t.from_day, t.to_day, t.by_account, t.at
  FROM secret_warrant t WHERE t.part_id = $2 AND t.org_id = $1`
	dropWarrant = `DELETE FROM secret_warrant WHERE part_id = $2 AND org_id = $1`
)

// UnitRehomed lists the tables whose rows follow a unit to another part.
func UnitRehomed() []db.Rehoming { return []db.Rehoming{{Insert: rehomeWarrant, Delete: dropWarrant}} }

// RehomeUnit takes the decisions recorded for a unit to another part.
func RehomeUnit(ctx context.Context, tx *db.Tx, unitID, from, to int64) error {
	return db.Rehome(ctx, tx, UnitRehomed(), unitID, from, to)
}

const votesOfSQL = `SELECT v.id FROM secret_vote v WHERE v.part_id = $1 AND v.owner_id = $2 ORDER BY v.id`

// Rehome takes the secret votes of an owner, a meeting, to another part, in the
// transaction that takes the owner there.
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
