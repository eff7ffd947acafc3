// Package question keeps what members and people ask: questions, proposals and
// complaint-like suggestions on their way from a cell up to who is competent and
// back to who asked (rules.md 2.17, 2.18, 2.21).
//
// Words. The asker is the member who asks, for himself or through the cell
// committee, or people in general ("cử tri thôn 3"), of whom no personal data is
// kept. The holder is the unit whose turn it is; a hand is one stay with a holder, a
// step one act. A question is decided in the cell (on an agenda, answered, sent up,
// joined with another of the same matter, declined); a committee above answers it,
// passes it further up or sends it to the committee that is competent.
//
// Invariants:
//
//   - A question has exactly one holder at any time: one open hand, and the last step
//     leads to it. A joined one has the holder of the one it is joined to.
//   - Steps are added, never changed: the trail tells the state.
//   - Each holder has an own clock in working days (rules.md 2.21); a longer time
//     needs a reason, which the asker reads.
//   - An answer goes back to the cell and to the asker, who may ask again once. What
//     the cell declined goes to the committee above it when it is asked again.
//   - The name of an asker who does not wish it is read by nobody above the cell.
//   - Texts and names never reach the audit log or a notice.
//
// Example:
//
//	ref, err := svc.Ask(ctx, member, question.AskIn{CellID: cell, Kind: "proposal", Text: "…", Op: op})
//	err = svc.Up(ctx, secretary, ref, question.Act{Text: "…", Version: 1, Op: op})
//	err = svc.Answer(ctx, officer, ref, question.Act{Text: "…", Version: 2, Op: op})
package question
