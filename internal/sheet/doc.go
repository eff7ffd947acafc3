// Package sheet reads and writes tables that people keep: .xlsx and .csv.
//
// Words. A file has sheets; a sheet has rows of cells. Row numbers are those that a
// person sees, from 1. A raw number is what the file holds: 36557 for a day, not what
// a format makes of it.
//
// Invariants of reading: a file is streamed, never held as a whole; nothing in it is
// run or worked out (a formula gives the result that was saved with it, a file with
// macros is refused); sizes are held to Limits, also those that a file only claims, and
// parts that are not asked for are not unpacked; texts come out composed (NFC) and in
// Unicode, also when the column was typed in a font of TCVN3 or VNI; what is wrong
// with a file is a fault that says what to do, and never a shorter table.
//
// Invariants of writing: text is text, whatever sign it begins with; the rows are
// written as they come, in bounded memory.
//
//	f, err := sheet.Open("danh sach.xlsx", r, size, sheet.Limits{})
//	head, err := f.Inspect(ctx, 0)
//	err = f.Each(ctx, 0, head, func(row sheet.Row) error { … })
package sheet
