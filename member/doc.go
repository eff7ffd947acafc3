// Package member keeps persons and their memberships in cells.
//
// Words. A person is apart from a membership: the membership says in which cell a
// person is, from which day to which, with the name as it was then, and other
// features point to it by part and id. A home membership is the one that counts; a
// guest is in a cell for temporary activity (rules.md 5.12). A spell is a time in
// which rights or duties differ: exempt (5.18), temporarily out, away for work
// (5.15), suspended (5.38), interrupted (5.01). Standing is how a member stands on one day: the spell,
// or guest, or official, or reserve (5.02).
//
// Invariants: periods are half-open, [from, to), and ” is open; spells of one
// membership do not overlap; whoever is official stays so whatever the spell, so
// Official is a flag of its own. A change of members is followed by RefreshState in
// the same transaction, which keeps the cell's figures.
//
// Where members are changes through Life. A transfer is a record of a move and a small
// machine: announced, left, arrived, returned or cancelled; each side confirms its own
// half, and the confirmation moves the membership, the rights, the person's row and the
// figures in one transaction. Official and temporary transfers are recorded, not
// conducted (rules.md 5.14). A leaving is a proposal with its facts; a person confirms
// it with the decision. Clocks and suggestions are reckoned when read, from dated
// rules, and stored nowhere. Of the fee only settled or not is kept (5.44). See
// docs/adr/0012.
//
// A person is at home in at most one cell on a day, in whatever part; the person's row
// lies in the part of the last home.
//
// A record holds only what modules use (5.47). The identity number is sealed for its
// person; card, identity and telephone numbers are masked for everybody but the
// member, and one at a time is revealed for a reason. Each look by somebody else is
// noted through audit, with the office and the reason, and shown to the member. A
// correction is proposed by the member and decided field by field, or made by an
// officer; the names of the past stay. Badges follow the Party age, which is bounds
// where dates are not known to the day. Two records of one person are joined by
// re-pointing memberships, and can be taken apart again.
//
// Persons' names stand in no log, address or audit detail.
//
// Find finds members as people type; docs/adr/0015 says how. Whoever changes a person's
// name, other name, part or merging calls Reindex in the same transaction.
//
//	people, err := member.Body(ctx, q, cell.PartID, cell.ID, day)
//	ref, err := life.Announce(ctx, actor, membership, member.AnnounceIn{Kind: member.TransferInternal, …})
package member
