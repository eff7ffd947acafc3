// Package accessweb has the pages about rights: what a person may do and why, who may
// do what in a unit, on any day; rights given without a post; stand-ins; what a unit
// keeps from the levels above.
//
// Words. A reason is one source of rights (a membership, a post, a stand-in's charge, a
// right given directly) with everything that it lets a person do, in plain sentences.
//
// Invariants: names are searched by forms whose text stays in the request's body; a
// search in other people's rights is one line of the reading log; the own rights are
// everybody's to see.
//
//	_, err := accessweb.New(accessweb.Config{Kit: kit, DB: d, Book: book, Accounts: accounts, Offices: offices})
package accessweb
