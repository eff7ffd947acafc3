// Package ballot holds a cell's open votes: who is in the base, who may cast, what
// was cast on phones and by raised hands, and whether it passed.
//
// Words. The base is the membership that a share is taken of, not the people in the
// room (rules.md 2.27-2.29). An elector is a person of the roll with an answer to two
// questions: in the base? may cast? and the reason. A cast is a choice given on a
// phone; hands are choices counted in the room of those who did not cast. A reserved
// opinion (ý kiến bảo lưu) stands beside the result (rules.md 2.19).
//
// Invariants:
//
//   - One cast for each elector; the same again changes nothing, another one replaces
//     it while the vote is open.
//   - Casts and hands together are never more than the electors present.
//   - Who has cast stays an elector of this vote, whatever happens to the roll.
//   - The result is whole numbers by the threshold of the day, kept in the row
//     (rules.md 2.31, 2.32, 2.35); nothing changes after Close but reserved opinions.
//   - A vote without a base does not exist.
//
// The caller owns the meeting around the vote: it asks access, hands in the
// electorate, and writes the audit entry. The secret ballot is another thing and
// not here.
//
// Example:
//
//	v, err := ballot.Open(ctx, tx, ballot.NewVote{Part: part, Owner: "meeting", OwnerID: id, Subject: "…",
//		Purpose: ballot.Resolution, RuleKey: rulebook.VoteOrdinary, Set: set, Electors: ballot.Electors(people)})
//	_, err = ballot.Cast(ctx, tx, v.Ref, membership, ballot.Yes, account)
//	v, err = ballot.Close(ctx, tx, v.Ref, v.Version)
package ballot
