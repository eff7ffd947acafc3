package exchange

import (
	"chibo/access"
	"chibo/org"
)

// Who may see and do what here, in words:
//
//   - Lists of members are imported by who has access.RegisterImport in the target
//     unit: its organisation officer, or one above, and the administrator.
//   - Units and posts are imported by who may also manage units there: posts give
//     rights.
//   - An import that is under way is seen by nobody but who began it.
//   - Of people who are in the register already, the importer sees what the own rights
//     allow: without access.MemberList no name, without access.MemberRead no old
//     value, numbers masked without access.Reveal.
//   - A list is exported by who may see it (access.MemberList, and for units and posts
//     access.FigureRead); a reason is asked and one line of the reading log written.
//     Numbers are masked without access.Reveal, telephone numbers without access.Lead.

// MayImport gives the scope in which the actor may import a kind into the unit, or
// access.ErrForbidden.
func MayImport(actor access.Actor, k Kind, u org.Unit) (access.Scope, error) {
	if k != Members && !actor.Can(access.UnitManage, u.Access()) {
		return access.Scope{}, access.ErrForbidden
	}
	return access.For(actor, access.RegisterImport, u.Access())
}

// MayExport gives the scope in which the actor may export a kind, or
// access.ErrForbidden.
func MayExport(actor access.Actor, k Kind, u org.Unit) (access.Scope, error) {
	if k == Members {
		return access.For(actor, access.MemberList, u.Access())
	}
	return access.For(actor, access.FigureRead, u.Access())
}
