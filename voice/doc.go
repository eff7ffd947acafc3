// Package voice asks the members what they think of a meeting, and keeps who said what
// from everybody: docs/adr/0036 says what that holds against and what not.
//
// Words. A box is opened with the close of a scored meeting of a cell and stays open for
// some days (rulebook voice.window_days). An answer gives one level of a scale to each of
// a few plain items. When the window has closed the box is settled once: with enough
// answers (voice.least) the sums of each item are shown, with fewer nothing ever is.
//
// Invariants:
//
//   - An answer is readable in the memory of one request, and of the one settlement.
//     It is stored sealed with a key outside of the database, all answers of a box at one length.
//   - A stored answer names nobody: its key is a keyed print of meeting and membership.
//     It has no hour, no order and no audit entry, and it is no event.
//   - What is stored of a settled box is the sum of each item by itself; the sealed
//     answers are erased in the same transaction, and the files made to forget them.
//   - There is no running result: before the settlement nobody sees a number.
//   - Within the window the last answer of a member stands.
//
// Example:
//
//	err := svc.Closed(ctx, tx, meeting)            // meeting.Service.OnClosed
//	err = svc.Answer(ctx, actor, ref, map[string]string{"prepared": "yes", …})
//	n, err := svc.Settle(ctx)                      // a job
//	view, err := svc.Open(ctx, actor, ref)
package voice
