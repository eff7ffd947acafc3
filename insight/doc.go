// Package insight reads a cell's meetings over a year: trend, how the cell lies among
// cells of its kind and size, what its minutes went to, and questions where a score does
// not seem to rest on anything; and it keeps the few measures by which a cell improves.
//
// Words. A measure of a meeting is a share in thousandths, points in tenths or minutes. A
// spread gives five numbers of it over other cells: least, quarters, most. A sign is a
// pattern that a rule names (the same text each month, all tasks reported on the eve, the
// own score always above the official one); it is a question, never a verdict. A measure
// of improvement is a task of the cell with a mark beside it, so it stands in the table
// that opens each meeting until it is judged.
//
// Invariants:
//
//   - Cells are shown in the order of the tree or as a spread, never ranked.
//   - A spread is shown of at least as many other cells as the rule asks for, and names none.
//   - The cell sees a sign at once; above it, it is seen when the cell has answered, or
//     when the rule's days have gone by.
//   - One sign is not asked again within the rule's months.
//   - No threshold stands in this package.
//
// Example:
//
//	err := svc.Closed(ctx, meeting) // after meeting.Service.OnClosed, in a job
//	v, err := svc.Cell(ctx, actor, cellID)
//	err = svc.Answer(ctx, actor, insight.AnswerIn{…})
//	err = svc.Plan(ctx, actor, insight.PlanIn{…})
package insight
