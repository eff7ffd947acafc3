package admission

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
//   - The cell committee sees the people its cell tracks, with their dossiers. The lead of
//     the cell opens dossiers, notes the steps of the cell, papers, introducers and helpers,
//     puts a person on an agenda, hands a dossier over and stops it. Other members of the
//     committee enter what the cell said of a person and the work it gave.
//   - The person who is helped signs in nowhere. Who helps somebody reads that dossier's way
//     and enters the own comments and the work; of the papers, the conditions and the trail
//     nothing.
//   - Officers and organisation officers of a committee read a dossier when it came to that
//     committee, then and afterwards, and note what the committee decided.
//   - What a level above decided is noted by that level, or from its paper by any level
//     below it down to the cell: paper comes first.
//   - The organisation officer of a committee also sees the names on the board of the units
//     below, to keep the register; opening a dossier that is not in the own hands is refused.
//   - Other officers above see on the board that somebody waits: the cell, the step, the
//     days; no name.
//   - Nobody acts for a committee who serves only one above it. Other members of the cell,
//     who follows it, and an administrator see nothing.
//   - Whoever sees a unit's board reads its year in numbers, over the unit and below. The list
//     behind a number names members where it is about the register (sex, age); where it is
//     about what a dossier knows (occupation, ethnic group, steps), it names them to the cell
//     committee and the organisation officer, to others it says the cell and the day.
//   - Numbers that are kept of nobody are typed by who acts for exactly that unit.
//   - The cell's lead makes the cell's plan, an officer of a committee that committee's.
//     How long stopped dossiers are kept is set by an officer for the own committee.
type sight int

const (
	seesNone sight = iota
	seesWay        // the way and the notes: who helps
	seesAll
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
	return own.Can(access.Answer, u.Access()) || own.Can(access.RegisterKeep, u.Access())
}

// MayServe says whether the actor acts for exactly this unit, for pages.
func MayServe(actor access.Actor, u org.Unit) bool { return serves(actor.Quiet(), u) }

// MayList says whether the actor sees the people whom the cell tracks.
func MayList(actor access.Actor, cell org.Unit) bool {
	return cell.IsCell() && actor.Can(access.Prepare, cell.Access())
}

// MayLead says whether the actor acts for the cell.
func MayLead(actor access.Actor, cell org.Unit) bool {
	return cell.IsCell() && actor.Can(access.Lead, cell.Access())
}

// MayBoard says whether the actor sees the board of the unit.
func MayBoard(actor access.Actor, u org.Unit) bool {
	return MayList(actor, u) || actor.Can(access.Answer, u.Access()) || actor.Can(access.RegisterKeep, u.Access())
}

// MayName says whether the actor sees names on the board of the unit, for pages.
func MayName(actor access.Actor, u org.Unit) bool { return mayName(actor.Quiet(), u) }

// mayName says whether the actor sees names on the board.
func mayName(actor access.Actor, u org.Unit) bool {
	return MayList(actor, u) || actor.Can(access.RegisterKeep, u.Access())
}

// boardScope gives the scope of a board.
func boardScope(actor access.Actor, u org.Unit) (access.Scope, error) {
	for _, a := range []access.Action{access.Prepare, access.RegisterKeep} {
		if actor.Can(a, u.Access()) {
			return access.For(actor, a, u.Access())
		}
	}
	return access.For(actor, access.Answer, u.Access())
}

// mayRecord says whether the actor notes a step of the unit: for the unit itself, or for
// one between it and the cell, from the paper.
func mayRecord(actor access.Actor, p Place, u org.Unit) bool {
	for _, x := range []org.Unit{p.Cell, p.Section, p.Base, p.Above} {
		if x.ID != 0 && serves(actor, x) {
			return true
		}
		if x.ID == u.ID {
			return false
		}
	}
	return false
}

// sees says how much of a dossier the actor reads.
func sees(ctx context.Context, q db.Q, actor access.Actor, d Dossier, cell org.Unit) (sight, error) {
	if MayList(actor, cell) {
		return seesAll, nil
	}
	hands, err := db.List(ctx, q, func(s db.Scanner) (id int64, err error) { return id, s.Scan(&id) }, handsSQL, d.Ref.Part, d.Ref.ID)
	if err != nil {
		return seesNone, err
	}
	for _, id := range hands {
		u, err := org.ByID(ctx, q, id)
		if err != nil {
			return seesNone, err
		}
		if !u.IsCell() && serves(actor, u) {
			return seesAll, nil
		}
	}
	if d.ToCell != 0 {
		to, err := org.ByID(ctx, q, d.ToCell)
		if err != nil {
			return seesNone, err
		}
		if MayLead(actor, to) {
			return seesAll, nil
		}
	}
	helps, err := isHelper(ctx, q, actor, d)
	if helps {
		return seesWay, err
	}
	return seesNone, err
}

// isHelper says whether the actor helps the person today. For that nobody is anybody's
// stand-in.
func isHelper(ctx context.Context, q db.Q, actor access.Actor, d Dossier) (bool, error) {
	if actor.PersonID == 0 {
		return false, nil
	}
	list, err := helpersOf(ctx, q, d.Ref)
	if err != nil {
		return false, err
	}
	for _, h := range list {
		if !h.To.IsZero() {
			continue
		}
		m, err := member.ByID(ctx, q, ident.Ref{Part: d.Ref.Part, ID: h.MembershipID})
		switch {
		case fault.KindOf(err) == fault.NotFound:
		case err != nil:
			return false, err
		case m.PersonID == actor.PersonID:
			return true, nil
		}
	}
	return false, nil
}
