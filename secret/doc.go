// Package secret holds secret votes: elections and votes on discipline (rules.md 1.32,
// 2.33), on paper, and on phones where the upper committee has allowed it. What it
// prevents and what it cannot is said in docs/adr/0030.
//
// Words. A ballot marks options: one of a question's (agree, do not, other opinion), one
// form of discipline of a ladder that begins with the heaviest, or candidates from a
// least to a most number. The box is a pair of keys made for one vote: ballots are sealed
// to the public one; the private one is kept only sealed under each two of three codes,
// whose slips the counting team holds. A fingerprint is a short print of a sealed ballot.
//
// Invariants:
//
//   - A choice lives in the memory of one request. Marks have no text, no JSON and no
//     place in a log.
//   - One ballot for each elector, the first one; who was given paper casts no other.
//   - Nobody is in the count twice, and paper is never more than was given out.
//   - Fewer than the least number of one way beside the other: all vote on paper, and what
//     was sealed is erased unopened.
//   - The count is one transaction: totals and fingerprints written, sealed ballots and
//     keys erased. Before it the codes open the box as often as needed.
//   - What was erased is noted until it is unreadable in the engine's files (Erasing).
//   - The base is that of open votes; thresholds are whole numbers by the rule of the day.
//
// The caller owns the meeting around the vote: it asks access, hands in the electorate
// and writes the audit entry.
//
// Example:
//
//	box, slips, err := secret.NewBox()
//	v, err := secret.Open(ctx, tx, secret.New{…, Box: box})
//	sealed, err := v.Seal(membership, marks)
//	receipt, err := secret.Put(ctx, tx, v.Ref, sealed, op)
//	err = secret.Close(ctx, tx, v.Ref, v.Version)
//	err = secret.EnterPaper(ctx, tx, v.Ref, seat, account, secret.Paper{…})
//	key, err := secret.Unlock(ctx, d, v.Ref, slips)
//	v, err = secret.Count(ctx, tx, v.Ref, key)
//	err = d.Forget(ctx)
package secret
