// Package workplan keeps the yearly work plan of a cell: what the cell does in which
// month, who is in charge, what must come out of it, and what came (rules.md 8.05).
//
// Words. A plan is of one cell and one year. An item is one line of it: what, in which
// month or span of months, who, what must come out. An occasion is a matter that comes
// every year, offered by the rulebook. A step is one act on a plan.
//
// A plan is a draft until the cell has approved it; the lead notes when, and in which
// meeting. From then on whatever is added, changed, moved or dropped needs a reason and
// stays readable beside the plan: what was approved can always be told from what became
// of it.
//
// Invariants:
//
//   - One plan of a cell and year; it goes back to a draft never.
//   - An item of an approved plan is dropped, not deleted, and can be put back.
//   - Steps are added, never changed. An act sent twice is done once (its op).
//   - An item lies in the year of its plan, from one month to the same or a later one.
//   - What the state of tasks says about an item is a proposal: its result is told by a
//     person, done, partly or not done, in words.
//   - An item is late when its last month is over and nobody has told that it is done or
//     not done. Who is in charge and the cell see it first, the committee above when it
//     lasts.
//   - A draft is read in the cell only.
//
// The meeting, a higher feature, puts items on an agenda (Take) and makes decisions of
// them; it says what became of both (Dealt, Given).
//
// Example:
//
//	ref, err := svc.Add(ctx, committee, workplan.ItemIn{CellID: cell, Year: 2027, From: 202703, To: 202703, Title: "…"})
//	err = svc.Approve(ctx, secretary, workplan.ApproveIn{CellID: cell, Year: 2027, Day: day, Version: 1})
//	err = svc.Report(ctx, secretary, ref, workplan.ReportIn{Result: workplan.Done, Text: "…", Version: 2})
package workplan
