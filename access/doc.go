// Package access answers one question: may this person do this to that unit?
//
// A right is a grant: a role over a unit and all below it, between two days.
// Memberships write the member's own (member), offices and stand-ins theirs
// (office), an administrator those without a post (account). A role allows a fixed list
// of actions, see access.go, which reads as prose first; a stand-in's grant allows a
// part of them and names for whom. What a unit keeps from the levels above is asked
// here too (kept.go).
//
// Invariants: a Scope is opaque and only For and Any make one, so a list query
// that asks for a Scope cannot be run without a right; queries compare the
// unit's path with Scope.Range, so rights are part of the query, never a filter
// afterwards. An act for which a stand-in's grant was needed is labelled in the audit
// (docs/adr/0016).
//
//	scope, err := access.For(actor, access.MemberList, cell.Access())
//	lo, hi := scope.Range()
package access
