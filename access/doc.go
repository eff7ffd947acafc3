// Package access answers one question: may this person do this to that unit?
//
// A right is a grant: a role over a unit and all below it, between two days.
// Memberships write the member's own (member), offices theirs (office); nobody
// else does yet, and stand-ins will write here too. A role allows a fixed list of
// actions, see access.go, which reads as prose first.
//
// Invariants: a Scope is opaque and only For and Any make one, so a list query
// that asks for a Scope cannot be run without a right; queries compare the
// unit's path with Scope.Range, so rights are part of the query, never a filter
// afterwards.
//
//	scope, err := access.For(actor, access.MemberList, cell.Access())
//	lo, hi := scope.Range()
package access
