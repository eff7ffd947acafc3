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
//   - The organisation officer of a committee above does as an officer does and,
//     for a reason that the member will read, sees one whole number at a time: card,
//     identity number or telephone. How many in an hour is limited.
//   - Where a unit keeps contacts from above, whoever reads from above it sees neither
//     telephone numbers nor the notes on where a member is, and sees that they are kept.
//   - The administrator of the program sees no list and no record; names only, where
//     accounts and rights are given.
//   - Card and identity number are masked for everybody else, the telephone number as
//     said above. The member sees the own ones whole, and who looked at the record,
//     when, in which office and why.
//
// Who changes a record, in words:
//
//   - A member proposes corrections of the own record and may take them back while
//     they wait. Nobody else proposes for a member: who may decide corrects directly.
//   - The cell's lead decides on telephone number and other name of the own cell; the
//     organisation officer above decides on every field. Nobody decides on the own
//     name, birth, card, identity number or Party dates.
//   - The cell's lead and the organisation officer above propose badges; only the
//     officer records that one was given.
//   - Only the organisation officer joins two records into one, where both lie below.
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

// Who changes the register, in words:
//
//   - The cell's lead enters members of the own cell, records transfers from and to it,
//     begins and ends spells, proposes and records that a member leaves.
//   - The organisation officer of a committee above does all that for the cells below.
//     Who keeps the register of both cells of a move may do both sides at once.
//   - The arrival of a member is confirmed by who keeps the receiving cell's register,
//     the leaving by who keeps that of the cell that is left; nobody confirms for
//     the other side.
//   - The cell's committee also notes the monthly fee. Nobody else does but the
//     keepers of the register.
//   - Officers above and who follows the cell read all these lists and change nothing.
//   - A member sees the own transfers, spells and fee on the own record, of others
//     nothing.
//   - The administrator sees none of it.

// MayKeep says whether the actor keeps the register of the unit.
func MayKeep(actor access.Actor, u org.Unit) bool { return actor.Can(access.RegisterKeep, u.Access()) }

// MayNoteFee says whether the actor notes the monthly fee of the cell.
func MayNoteFee(actor access.Actor, cell org.Unit) bool {
	return MayKeep(actor, cell) || actor.Can(access.Clerk, cell.Access())
}

// MayReveal says whether the actor may see a whole number of a member of the cell,
// for a reason.
func MayReveal(actor access.Actor, cell org.Unit) bool {
	return actor.Can(access.Reveal, cell.Access())
}
