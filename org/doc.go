// Package org keeps the tree of units: committees above, grassroots
// organisations, sectional organisations and cells (rules.md 1a, 1b).
//
// Words. A unit stands at a path, "1.34.345.", whose last number is its own id. A
// part is the unit under whose id the rows of a subtree lie together: the
// committee directly above the grassroots organisations where that is a commune's,
// and the grassroots organisation itself in a stand-alone district. A cell is a
// unit that holds monthly meetings: a dependent cell or a grassroots cell.
//
// Invariants: the path of a unit, even of one that lived on no day, is the path of its
// parent and its own id; it is kept here only and never copied into facts. Which kind
// may stand under which is rulebook data, checked on the day the unit is founded or
// moved. A unit is never deleted: it ends on a day, and org_past keeps what it was,
// one row for each state that lasted a day or more. What a unit is now began on
// Unit.SinceDay.
//
// Changes (Rename, ChangeKind, Move, End) run in the caller's transaction after the
// caller has checked the right. Where a change gives a unit another part, it says so,
// and the caller takes the rows there in the same transaction (db.Rehome). A change
// that belongs to a step of a reorganisation can be taken back by Restore.
//
// A past day: OnDay gives one unit as it was, On a View of all that stood under a
// scope's unit then. Find searches names and codes, Found and Service.Edit are what
// people do by hand.
//
//	u, err := org.ByID(ctx, q, id)
//	scope, err := access.For(actor, access.FigureRead, u.Access())
//	cells, err := org.List(ctx, q, scope, org.Filter{Kinds: org.CellKinds(), Day: today})
package org
