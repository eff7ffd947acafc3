// Package member keeps persons and their memberships in cells.
//
// Words. A person is apart from a membership: the membership says in which cell a
// person is, from which day to which, with the name as it was then, and other
// features point to it by part and id. A home membership is the one that counts; a
// guest is in a cell for temporary activity (rules.md 5.12). A spell is a time in
// which rights or duties differ: exempt (5.18), temporarily out, away for work
// (5.15), suspended (5.38). Standing is how a member stands on one day: the spell,
// or guest, or official, or reserve (5.02).
//
// Invariants: periods are half-open, [from, to), and ” is open; spells of one
// membership do not overlap; whoever is official stays so whatever the spell, so
// Official is a flag of its own. A change of members is followed by RefreshState in
// the same transaction, which keeps the cell's figures.
//
// Persons' names stand in no log, address or audit detail.
//
// Find finds members as people type; docs/adr/0015 says how. Whoever changes a person's
// name, other name, part or merging calls Reindex in the same transaction.
//
//	people, err := member.Body(ctx, q, cell.PartID, cell.ID, day)
package member
