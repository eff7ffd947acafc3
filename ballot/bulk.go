package ballot

import (
	"context"
	"time"

	"chibo/internal/db"
)

// PastVote is a closed vote of the past, for an import or the sample data. Without
// electors it shows its counts only.
type PastVote struct {
	Vote
	Electors []Elector
}

const addVoteSQL = `INSERT INTO vote (part_id, id, owner, owner_id, subject, purpose, method, rule, rule_id, num, den,
       strict, base, needed, state, yes, no, other, hand_yes, hand_no, hand_other, passed, opened_at, closed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)`

const addElectorSQL = `INSERT INTO vote_elector (part_id, vote_id, membership_id, in_base, may_cast, reason)
VALUES ($1, $2, $3, $4, $5, $6)`

// AddAll writes closed votes. A vote without an id gets one. Needed and Passed follow
// from the threshold and the counts, whatever the caller says.
func AddAll(ctx context.Context, tx *db.Tx, past []PastVote) error {
	votes := make([][]any, 0, len(past))
	var electors [][]any
	for _, p := range past {
		v := p.Vote
		if v.Ref.ID == 0 {
			v.Ref.ID = tx.ID()
		}
		v.settle()
		votes = append(votes, []any{
			v.Ref.Part, v.Ref.ID, v.Owner, v.OwnerID, v.Subject, v.Purpose, methodOpen, v.RuleKey, v.RuleID,
			v.Threshold.Num, v.Threshold.Den, v.Threshold.Strict, v.Base, v.Needed, string(StateClosed), v.Yes, v.No, v.Other,
			v.Hands.Yes, v.Hands.No, v.Hands.Other, v.Passed, millis(v.OpenedAt), millis(v.ClosedAt),
		})
		for _, e := range p.Electors {
			electors = append(electors, []any{v.Ref.Part, v.Ref.ID, e.MembershipID, e.InBase, e.MayCast, e.Reason})
		}
	}
	if err := db.Many(ctx, tx, addVoteSQL, votes); err != nil {
		return err
	}
	return db.Many(ctx, tx, addElectorSQL, electors)
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
