// Package quality scores a cell's meeting on the sheet in force on the meeting's
// day: proposed from evidence, agreed by the cell, decided by the committee above.
//
// Words. A sheet, its criteria and bands are rulebook data (rules.md 3.03). A line is
// a criterion without parts. Proposed points come from the meeting's own records
// (evidence); where these say nothing, the line asks a person. Self points are the
// cell's; upper points and grade are the direct upper committee's, which decides
// (rules.md 3.05, 3.07). A talk is the conversation about a score: the committee disputes
// a line, the cell answers or appeals; entries are added and never changed. The list of 2018 has no points: a line is met or not, the
// meeting passes when all are (rules.md 3.11).
//
// Invariants:
//
//   - A score is a proposal with its evidence until a person confirms it.
//   - Self points that differ from proposed ones carry a reason.
//   - What the cell gave stays beside what the upper committee decided.
//   - Only a decision, or an appeal that is settled, changes the grade that counts; the
//     figures follow in the same transaction, and the tables of month and year with them.
//   - Points are tenths of a point, -1 for none; a grade is the first band that a sum
//     reaches, so 89.9 is fair and 90.0 good (rules.md 3.01).
//   - No number of a sheet stands in this package.
//   - One score for a meeting; it is named by the meeting's Ref.
//
// Example:
//
//	score, err := svc.Score(ctx, actor, meetingRef)
//	score, err = svc.SetPoints(ctx, actor, meetingRef, []quality.Point{{Criterion: "A5", Value10: 50}}, score.Version)
//	err = svc.Confirm(ctx, actor, meetingRef, quality.ConfirmIn{Version: v})
package quality
