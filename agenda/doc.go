// Package agenda has what committees give to the meetings below them: agenda templates
// and guidance; and it keeps what closed meetings spent their minutes on.
//
// Words. A template is the order of a meeting for a kind of meeting and a type of cell
// (rules.md 1.34, 2.15-2.17): items with minutes, kind of content and who speaks. The
// rulebook's own is the root; each committee may put its own in the place of it, for
// itself and all units below, from a day on. Guidance is a matter that a committee asks
// cells to talk about between two days (2.11). A cell takes it up by putting it on an
// agenda. The balance of a meeting is its minutes by kind of content; the spread is how
// the shares of each kind lie in other cells of the same type.
//
// Invariants:
//
//   - The nearest committee wins, of its own templates the one for the type of cell over
//     the one for every type, of those the latest that has begun.
//   - A template is never changed: a new version has a new row, withdrawing too. A
//     meeting copies the items, so it keeps what it had.
//   - A unit that ended stands above nobody: its templates and guidance end with it.
//   - Guidance counts as taken up when a meeting that was closed has dealt with it.
//   - The spread is read from one row for each closed meeting and names no cell; it is
//     shown only over as many other cells as the rulebook asks for.
//
// Example:
//
//	t, err := agenda.For(ctx, q, set, cell.Path, cell.Type, "regular", day)
//	for _, it := range t.Items { … }
package agenda
