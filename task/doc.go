// Package task keeps what the cell has given its members to do: born from a
// decision of a meeting, reported on by the assignee, judged in the next meeting
// (rules.md 6.01, 6.04, 6.05).
//
// Words. A task is open until a meeting judges it: done, late (done after its
// day), beyond (more than asked, rules.md 6.13) or undone. A review is the table
// that opens a regular meeting: each open task with its state at the start and the
// result it was judged to (rules.md 2.37). A task judged open goes on and comes
// back in the next review by itself.
//
// Invariants:
//
//   - An assignee's word ("I have done it") is progress, never a verdict: the state
//     changes only by Judge.
//   - Whether a task is overdue is never stored; it is asked with a day.
//   - A task that was reported as done is not overdue while it waits for judgement.
//   - Titles, words and names never reach the audit log.
//
// Example:
//
//	ids, err := task.Assign(ctx, tx, part, cell, []task.NewTask{{Title: "…", AssigneeID: m, Due: day}})
//	n, err := task.StartReview(ctx, tx, part, nextMeeting, cell, day)
package task
