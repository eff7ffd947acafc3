package question

import (
	"context"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/org"
)

// Who may see and do what, in words:
//
//   - A member asks in the own cells, reads the own questions with their whole trail,
//     reads the answer and may ask again once. A person who has left the cell still
//     reads what he or she asked there.
//   - The cell committee enters what it heard from people or from a member who cannot
//     write it, reads all questions of its cell with the names, and tells the answer to
//     who cannot read it here. Other members of the cell read none.
//   - The cell's lead decides: answers, sends up, joins, declines. Whoever plans a
//     meeting puts a question on its agenda.
//   - Officers of a committee read a question when it was sent to that committee, then
//     and afterwards, and act on it while it is in their hands. The asker's name they
//     read when the asker wished so. Nobody acts for a committee who serves only one
//     above it.
//   - Officers above see of all other questions below that they are there: the cell,
//     the kind, the days, the state and who has it; not the text and not the asker.
//   - The follower of a cell and an administrator read none.
const (
	seesNone = iota
	seesText // of a question that was sent to the own committee
	seesAll  // also the asker's name: the cell committee and the asker
)

// serves says whether the actor acts for exactly this unit.
func serves(actor access.Actor, u org.Unit) bool {
	if u.IsCell() {
		return actor.Can(access.Lead, u.Access())
	}
	own := actor
	own.Grants = nil
	for _, g := range actor.Grants {
		if g.OrgID == u.ID || g.OrgID == 0 { // 0: the program itself
			own.Grants = append(own.Grants, g)
		}
	}
	return own.Can(access.Answer, u.Access())
}

// MayServe says whether the actor acts for exactly this unit, for pages.
func MayServe(actor access.Actor, u org.Unit) bool { return serves(actor.Quiet(), u) }

// MayEnter says whether the actor enters what was heard from others in the cell, and
// reads its questions.
func MayEnter(actor access.Actor, cell org.Unit) bool {
	return cell.IsCell() && actor.Can(access.Prepare, cell.Access())
}

// MayCount says whether the actor sees that questions are there, in the unit and below.
func MayCount(actor access.Actor, u org.Unit) bool {
	return MayEnter(actor, u) || actor.Can(access.Answer, u.Access())
}

// scopeOf gives the scope in which the actor sees that questions are there.
func scopeOf(actor access.Actor, u org.Unit) (access.Scope, error) {
	if MayEnter(actor, u) {
		return access.For(actor, access.Prepare, u.Access())
	}
	return access.For(actor, access.Answer, u.Access())
}

// isOwn says whether the actor is the asker. For that nobody is anybody's stand-in.
func isOwn(ctx context.Context, q db.Q, actor access.Actor, x Question) (bool, error) {
	if x.AskerID == 0 || actor.PersonID == 0 {
		return false, nil
	}
	m, err := member.ByID(ctx, q, ident.Ref{Part: x.Ref.Part, ID: x.AskerID})
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	return m.PersonID == actor.PersonID, err
}

// sees says how much of the question the actor reads, and whether it is the own one.
func sees(ctx context.Context, q db.Q, actor access.Actor, x Question, cell org.Unit) (what int, own bool, err error) {
	if own, err = isOwn(ctx, q, actor, x); err != nil || own {
		return seesAll, own, err
	}
	if MayEnter(actor, cell) {
		return seesAll, false, nil
	}
	units, err := db.List(ctx, q, func(s db.Scanner) (id int64, err error) { return id, s.Scan(&id) }, handsOfSQL, x.Ref.Part, x.Ref.ID)
	if err != nil {
		return seesNone, false, err
	}
	for _, id := range units {
		u, err := org.ByID(ctx, q, id)
		if err != nil {
			return seesNone, false, err
		}
		if !u.IsCell() && serves(actor, u) {
			return seesText, false, nil
		}
	}
	return seesNone, false, nil
}
