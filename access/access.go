package access

import (
	"context"

	"chibo/internal/fault"
	"chibo/internal/tree"
)

// Who may do what, in words:
//
//   - A member sees the own cell's meetings, tasks and papers, takes part in its
//     meetings, and sees the own record.
//   - A member of the cell committee also sees the cell's list of members,
//     prepares meetings, keeps the roll and the notes.
//   - The cell's lead (secretary, deputy) also convenes, opens, votes, closes
//     and sends (rules.md 1.37), and opens members' records.
//   - The upper committee's member who follows a cell reads that cell as a member
//     does, and sees its list.
//   - An officer of a committee above reads everything that is not a private
//     record in the units below, sees the lists of members, opens records (each
//     opening is logged) and decides scores.
//   - The organisation officer of a committee (cán bộ tổ chức) keeps the register of
//     the units below: reads as an officer does, enters and corrects members,
//     imports lists, records transfers, changes the tree, and, for a reason that is
//     logged, sees a whole identity number. Scores are not the officer's.
//   - The cell's lead keeps the register of the own cell, and gives its members a new
//     first password in person.
//   - The administrator manages units and accounts and imports lists, and reads no
//     member's record.
const (
	RoleAdmin     = "admin"
	RoleLead      = "lead"
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
	ScoreDecide Action = "score.decide"
	FigureRead  Action = "figure.read"
	UnitManage  Action = "unit.manage" // found, rename, reorganise

	RegisterKeep   Action = "register.keep"   // enter and correct members, transfers, spells
	RegisterImport Action = "register.import" // many at once
	Reveal         Action = "member.reveal"   // whole identity and card number, for a reason

	AccountReset Action = "account.reset" // a new first password, in person
	Admin        Action = "admin"
)

func allows(role string, a Action) bool {
	switch role {
	case roleSystem:
		return true
	case RoleAdmin:
		return a == Admin || a == UnitManage || a == FigureRead || a == RegisterImport || a == AccountReset
	case RoleKeeper:
		return a == CellRead || a == MemberList || a == MemberRead || a == FigureRead || a == UnitManage ||
			a == RegisterKeep || a == RegisterImport || a == Reveal || a == AccountReset
	case RoleUpper:
		return a == CellRead || a == MemberList || a == MemberRead || a == ScoreDecide || a == FigureRead
	case RoleFollower:
		return a == CellRead || a == MemberList || a == FigureRead
	case RoleMember:
		return a == CellRead || a == TakePart
	case RoleCommittee:
		return a == CellRead || a == MemberList || a == Prepare || a == Clerk || a == FigureRead
	case RoleLead:
		return a == CellRead || a == MemberList || a == MemberRead || a == Prepare || a == Clerk || a == Lead || a == FigureRead ||
			a == RegisterKeep || a == AccountReset
	}
	return false
}

// Grant is a right in force now.
type Grant struct {
	Role  string
	OrgID int64
	Path  tree.Path
}

// Actor is who acts: a signed-in account and its rights on this day.
type Actor struct {
	AccountID int64
	PersonID  int64 // 0: an administrator outside the register
	PartID    int64 // part of the person's record
	Name      string
	Grants    []Grant
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

// Can says whether the actor may do the action in the unit.
func (a Actor) Can(action Action, u Unit) bool {
	for _, g := range a.Grants {
		if allows(g.Role, action) && (g.Role == roleSystem || g.Path.Contains(u.Path)) {
			return true
		}
	}
	return false
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
		if allows(g.Role, action) && (best == nil || g.Path.Depth() < best.Path.Depth()) {
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
func With(ctx context.Context, a Actor) context.Context { return context.WithValue(ctx, key{}, a) }

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
