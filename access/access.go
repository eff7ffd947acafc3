package access

import (
	"context"
	"strings"

	"chibo/audit"
	"chibo/internal/fault"
	"chibo/internal/tree"
)

// Who may do what, in words:
//
//   - A member sees the own cell's meetings, tasks and papers, takes part in its
//     meetings, and sees the own record.
//   - A member of the cell committee also sees the cell's list of members,
//     prepares meetings, keeps the roll and the notes.
//   - The cell's lead (secretary, deputy) also opens, votes, closes and sends, and
//     opens members' records. The lead keeps the register of the own cell, and gives
//     its members a new first password in person.
//   - Only the secretary convenes; the deputy does when authorised, that is as the
//     secretary's stand-in (rules.md 1.37).
//   - The upper committee's member who follows a cell reads that cell as a member
//     does, and sees its list.
//   - An officer of a committee above reads everything that is not a private
//     record in the units below, sees the lists of members, opens records (each
//     opening is logged), decides scores, and answers what was sent up to the own
//     committee.
//   - The organisation officer of a committee (cán bộ tổ chức) keeps the register of
//     the units below: reads as an officer does, enters and corrects members,
//     imports lists, records transfers, changes the tree, and, for a reason that is
//     logged, sees a whole identity number. Scores are not the officer's.
//   - The administrator manages units and accounts and imports lists, and reads no
//     member's record. The administrator and the organisation officer see who may do
//     what in the units below, and why.
//   - The officers and the organisation officer of a committee, and a cell's lead, make
//     the agenda templates and the guidance of their own unit.
//   - A stand-in may do what was given of the post's work, in its unit and from day to
//     day, and passes nothing on; what is done so is labelled.
//   - A unit may keep kinds of records from all who read from above it; see Kept.
const (
	RoleAdmin     = "admin"
	RoleLead      = "lead"
	RoleDeputy    = "deputy" // a lead who does not convene
	RoleCommittee = "committee"
	RoleMember    = "member"
	RoleUpper     = "upper"
	RoleFollower  = "follower"
	RoleKeeper    = "keeper"
	roleSystem    = "system"
)

// Action is something a person wants to do.
type Action string

// The actions.
const (
	CellRead    Action = "cell.read"
	MemberList  Action = "member.list"
	MemberRead  Action = "member.read"
	TakePart    Action = "meeting.take_part"
	Prepare     Action = "meeting.prepare"
	Clerk       Action = "meeting.clerk"
	Lead        Action = "meeting.lead"
	Convene     Action = "meeting.convene"
	ScoreDecide Action = "score.decide"
	Answer      Action = "question.answer" // what was sent up to the committee
	AgendaKeep  Action = "agenda.keep"     // templates and guidance, of the own unit
	FigureRead  Action = "figure.read"
	UnitManage  Action = "unit.manage" // found, rename, reorganise

	RegisterKeep   Action = "register.keep"   // enter and correct members, transfers, spells
	RegisterImport Action = "register.import" // many at once
	Reveal         Action = "member.reveal"   // whole identity and card number, for a reason

	AccountReset Action = "account.reset" // first passwords
	RightsRead   Action = "rights.read"   // who may do what, and why
	Admin        Action = "admin"
)

// Actions gives every action, as pages list them: reading first.
func Actions() []Action {
	return []Action{
		CellRead, TakePart, FigureRead, MemberList, MemberRead, Reveal, Convene, Prepare, Clerk, Lead, ScoreDecide, Answer,
		AgendaKeep,
		RegisterKeep, RegisterImport, UnitManage, AccountReset, RightsRead, Admin,
	}
}

func allows(role string, a Action) bool {
	switch role {
	case roleSystem:
		return true
	case RoleAdmin:
		return a == Admin || a == UnitManage || a == FigureRead || a == RegisterImport || a == AccountReset ||
			a == RightsRead
	case RoleKeeper:
		return a == CellRead || a == MemberList || a == MemberRead || a == FigureRead || a == UnitManage ||
			a == RegisterKeep || a == RegisterImport || a == Reveal || a == AccountReset || a == RightsRead || a == AgendaKeep
	case RoleUpper:
		return a == CellRead || a == MemberList || a == MemberRead || a == ScoreDecide || a == Answer || a == FigureRead || a == AgendaKeep
	case RoleFollower:
		return a == CellRead || a == MemberList || a == FigureRead
	case RoleMember:
		return a == CellRead || a == TakePart
	case RoleCommittee:
		return a == CellRead || a == MemberList || a == Prepare || a == Clerk || a == FigureRead
	case RoleLead:
		return a == Convene || allows(RoleDeputy, a)
	case RoleDeputy:
		return a == CellRead || a == MemberList || a == MemberRead || a == Prepare || a == Clerk || a == Lead || a == FigureRead ||
			a == RegisterKeep || a == AccountReset || a == AgendaKeep
	}
	return false
}

// Grant is a right in force now.
type Grant struct {
	Role  string
	OrgID int64
	Path  tree.Path

	// Only narrows what the role allows: actions with a space between, as a stand-in
	// holds them. Empty: all that the role allows.
	Only    string
	For     int64  // person whose stand-in the holder is; 0: an own right
	ForName string // that person's name
}

// Allows says whether the grant allows the action, wherever it stands.
func (g Grant) Allows(a Action) bool {
	return allows(g.Role, a) && (g.Only == "" || strings.Contains(" "+g.Only+" ", " "+string(a)+" "))
}

// Actions gives what the grant allows, as pages list it.
func (g Grant) Actions() []Action {
	var out []Action
	for _, a := range Actions() {
		if g.Allows(a) {
			out = append(out, a)
		}
	}
	return out
}

// Actor is who acts: a signed-in account and its rights on this day.
type Actor struct {
	AccountID int64
	PersonID  int64 // 0: an administrator outside the register
	PartID    int64 // part of the person's record
	Name      string
	Session   string // names the browser's session and opens nothing; empty: no browser
	Grants    []Grant

	acting *audit.Acting // for whom this request acts; nil: nobody's stand-in
}

// System is the program itself: jobs and the making of sample data.
func System() Actor {
	return Actor{Grants: []Grant{{Role: roleSystem}}}
}

// Unit is the unit that an action touches, as access needs it.
type Unit struct {
	ID     int64
	Path   tree.Path
	PartID int64
}

// Scope is a proof that the actor may do the action in a subtree.
type Scope struct {
	actor  Actor
	action Action
	unit   Unit
}

// ErrForbidden says that the actor may not; the message names no unit.
var ErrForbidden = fault.New(fault.Forbidden, "access.err.forbidden")

// ErrSignedOut says that nobody is signed in.
var ErrSignedOut = fault.New(fault.Unauthenticated, "access.err.signed_out")

// Can says whether the actor may do the action in the unit. Where only a right held
// for somebody else says so, the acts of this request are that person's stand-in's.
func (a Actor) Can(action Action, u Unit) bool {
	var standin *Grant
	for i, g := range a.Grants {
		if !g.Allows(action) || (g.Role != roleSystem && !g.Path.Contains(u.Path)) {
			continue
		}
		if g.For == 0 {
			return true
		}
		standin = &a.Grants[i]
	}
	if standin == nil {
		return false
	}
	a.acting.Needed(standin.For)
	return true
}

// Quiet gives the actor for a page that asks what to offer: that labels no act.
func (a Actor) Quiet() Actor {
	a.acting = nil
	return a
}

// Has says whether the actor holds the role anywhere, for menus.
func (a Actor) Has(role string) bool {
	for _, g := range a.Grants {
		if g.Role == role {
			return true
		}
	}
	return false
}

// In gives the grants of a role, in the order of the tree.
func (a Actor) In(role string) []Grant {
	var out []Grant
	for _, g := range a.Grants {
		if g.Role == role {
			out = append(out, g)
		}
	}
	return out
}

// For gives the scope of the action in the unit and below, or ErrForbidden.
func For(actor Actor, action Action, u Unit) (Scope, error) {
	if !actor.Can(action, u) {
		return Scope{}, ErrForbidden
	}
	return Scope{actor: actor, action: action, unit: u}, nil
}

// Any gives the widest subtree in which the actor may do the action: the
// starting point of a page that names no unit. PartID is not known here.
func Any(actor Actor, action Action) (Scope, error) {
	var best *Grant
	for i, g := range actor.Grants {
		if g.Allows(action) && (best == nil || g.Path.Depth() < best.Path.Depth()) {
			best = &actor.Grants[i]
		}
	}
	if best == nil {
		return Scope{}, ErrForbidden
	}
	return Scope{actor: actor, action: action, unit: Unit{ID: best.OrgID, Path: best.Path}}, nil
}

// Range gives the half-open range of paths in the scope, for SQL:
// path >= lo AND path < hi.
func (s Scope) Range() (lo, hi string) {
	if s.unit.Path == "" { // only the program itself has the whole
		return "", "~"
	}
	return s.unit.Path.Range()
}

// Unit gives the unit at the top of the scope.
func (s Scope) Unit() Unit { return s.unit }

// Actor gives who holds the scope.
func (s Scope) Actor() Actor { return s.actor }

type key struct{}

// With puts the actor into the context of a request.
func With(ctx context.Context, a Actor) context.Context {
	for _, g := range a.Grants {
		if g.For != 0 && a.acting == nil {
			a.acting = new(audit.Acting)
			ctx = audit.WithActing(ctx, a.acting)
		}
	}
	return context.WithValue(ctx, key{}, a)
}

// From gives the actor of a request; false when nobody is signed in.
func From(ctx context.Context) (Actor, bool) {
	a, ok := ctx.Value(key{}).(Actor)
	return a, ok
}

// Must gives the actor of a request, or ErrSignedOut.
func Must(ctx context.Context) (Actor, error) {
	a, ok := From(ctx)
	if !ok {
		return Actor{}, ErrSignedOut
	}
	return a, nil
}

// Narrow gives the same right in a unit of the scope, or ErrForbidden for one outside.
func (s Scope) Narrow(u Unit) (Scope, error) {
	if !s.unit.Path.Contains(u.Path) {
		return Scope{}, ErrForbidden
	}
	return Scope{actor: s.actor, action: s.action, unit: u}, nil
}
