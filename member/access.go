package member

import (
	"chibo/access"
	"chibo/org"
)

// Who may see and do what here, in words:
//
//   - Everybody sees the own record, whole.
//   - The cell's committee and the member of the upper committee who follows the
//     cell see its list: name, standing, masked telephone number. They open nobody's
//     record.
//   - The cell's lead opens the records of the cell, and sees whole telephone numbers
//     there and on the list for calling; each is logged.
//   - An officer of a committee above sees the lists of all cells below and opens
//     records; each opening is logged; telephone numbers stay masked.
//   - The administrator of the program sees no list and no record.
//
//   - A search by name is a list: whoever sees the list of a unit finds its members,
//     and nobody outside of it. A search by the end of a Party card, six digits or more,
//     is for who may open records; it is limited and each one is noted.
//
// Lists and searches need a scope of access.MemberList.

// ListScope gives the scope in which the actor sees lists of members, or
// access.ErrForbidden.
func ListScope(actor access.Actor, u org.Unit) (access.Scope, error) {
	return access.For(actor, access.MemberList, u.Access())
}

// mayOpen says whether the actor may open a record of a member of the cell, and
// whether that is to be logged.
func mayOpen(actor access.Actor, cell org.Unit, personID int64) (may, logged bool) {
	if actor.PersonID != 0 && actor.PersonID == personID {
		return true, false
	}
	return actor.Can(access.MemberRead, cell.Access()), true
}

// seesPhone says whether the actor sees the whole telephone number of a member of
// the cell.
func seesPhone(actor access.Actor, cell org.Unit, personID int64) bool {
	return actor.PersonID != 0 && actor.PersonID == personID || actor.Can(access.Lead, cell.Access())
}
