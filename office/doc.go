// Package office keeps who holds which post in which unit, from day to day, and the
// terms of committees.
//
// Words. A title is the post: secretary, deputy, committee (a further member of the
// committee), follower (the upper committee's member who follows a cell), staff (an
// officer of a committee above). The cell committee is the chi ủy of a cell; a cell
// without one is led by secretary and deputy (rules.md 1.21, 2.08).
//
// A charge (Standin) lets another person do part of a post's work from day to day. What
// a unit keeps from the levels above is its secretary's decision (Keep).
//
// Invariants: periods are half-open; a post is never deleted, it ends; each post
// carries the rights that go with it, written through access and ended with it; who
// may be elected, and whether a cell has a committee, follows the rules of the day of
// the election (rules.md 1c).
//
//	secretary, err := office.HolderOf(ctx, q, cell.PartID, cell.ID, office.Secretary, day)
package office
