// Package figure keeps the numbers that committees look at: what each cell did in
// a month, what it consists of, and the sums of both for each part.
//
// Words. A cell-month is one cell's row for one month; a unit-month is the sum of
// the cell-months of a part. Cell-state and unit-state are the same for what is not
// monthly. A part is explained in org.
//
// Invariants: the features above write facts of single cells (Put…), in the
// transaction of the act, and each write leaves the part's sum right: the unit's
// row is touched first, which puts writers of one part in a row, and then computed
// again from its cells. So a Put can be repeated, and an import or a move heals
// itself by RebuildUnit. Nothing above the part is stored; it is added up when
// read. Percentages are made by the caller, from whole numbers.
//
//	err := figure.PutMeeting(ctx, tx, figure.Key{Part: p, Month: 202611, CellID: c}, figure.Held{…})
//	month, err := figure.Month(ctx, q, scope, 202611)
package figure
