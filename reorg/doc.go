// Package reorg changes the tree of units by acts: one decision with its legal basis,
// its day and many steps (found, move, merge, split, rename, change of kind,
// dissolve), which is rehearsed, carried out, and taken back as one.
//
// Words. A step is what an officer puts down, often for many units at once. An item
// is what is done in one transaction: one unit with all below it that must move
// together. The root is the unit under which everything of an act lies; whoever may
// change units there may keep its acts.
//
// Invariants. A draft names units and changes nothing. A rehearsal runs the items on
// the tree inside a transaction that is rolled back, so it meets every rule that the
// act would meet. Carried out, each item is one transaction with the rows of its
// units: a process that is killed leaves every unit whole, either moved or not begun,
// and the job goes on where it was. Figures above are right after every item. Each
// item keeps what is needed to take it back; taken back in reverse, the tree, its
// past, offices, members and figures are as if the act had never been. That is
// refused while something later rests on the act, and what that is, is said.
//
// Features above follow by handlers (Follower): they end the offices of a unit that
// ended, tell what would change, and what has changed since.
//
//	id, err := s.Draft(ctx, actor, reorg.Facts{OrgID: province.ID, Title: "Sắp xếp …"})
//	err = s.AddStep(ctx, actor, id, reorg.Step{Kind: reorg.Move, Units: cells, To: ward.ID})
//	r, err := s.Rehearse(ctx, actor, id)
//	err = s.Start(ctx, actor, id, version) // then the job does it
package reorg
