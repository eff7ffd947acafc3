// Package visit keeps what a member of the committee above saw at a cell's meeting: the
// observer's card.
//
// Words. A visit is one attendance, on the meeting's list of guests or said by the
// visitor. A remark is a text on one aspect (rulebook visit.aspects): preparation,
// chairing, content, discussion, what to learn, what to mend. A remark becomes work in
// one act: a task of the cell (package task), or something that the committee takes upon
// itself, which the card and the committee's page keep until it is done.
//
// Invariants:
//
//   - A card has a visitor, a day that is not to come, and at least one remark; what is on
//     it is never changed. The cell answers once, and may mend its answer.
//   - A remark becomes a task of the cell once, and work of the committee once.
//   - Remarks are about the meeting. They reach no audit entry and no notice.
//
// Example:
//
//	ref, err := svc.Leave(ctx, actor, visit.LeaveIn{CellID: cell, Meeting: meetingRef, Remarks: …, Op: op})
//	err = svc.Answer(ctx, actor, ref, text, version)
//	err = svc.ToTask(ctx, actor, ref, "mend")
//	err = svc.Take(ctx, actor, ref, "learn")
package visit
