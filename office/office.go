package office

import (
	"slices"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/org"
)

// Titles (rules.md 1.36).
const (
	Secretary       = "secretary"
	Deputy          = "deputy"
	CommitteeMember = "committee" // chi ủy viên in a cell, ủy viên in a committee above
	Standing        = "standing"  // ủy viên ban thường vụ, rules.md 1.26
	GroupHead       = "group_head"
	GroupDeputy     = "group_deputy"
	Follower        = "follower"
	Staff           = "staff"
)

// Bodies.
const (
	BodyCellCommittee = "cell_committee" // chi ủy
	BodyCommittee     = "committee"      // đảng ủy
	BodyStandingBoard = "standing_board" // ban thường vụ
)

// How a post was given.
const (
	Elected   = "elected"
	Appointed = "appointed"
)

// ErrNobody says that nobody holds the post on the day.
var ErrNobody = fault.New(fault.NotFound, "office.err.nobody")

// Holder is a person in a post.
type Holder struct {
	Part         int64 // of the unit
	ID           int64 // of the post held
	OrgID        int64
	PersonID     int64
	MembershipID int64  // in the cell; 0 for a post outside the own cell
	Name         string // as it was then
	Title        string
	Body         string // "" without a committee
	From         civil.Date
	To           civil.Date // first day without; zero: open
	How          string
	Source       string // what it rests on: "Biên bản kiểm phiếu số 01-BBKP/CB"
}

// Ref names the held post.
func (h Holder) Ref() ident.Ref { return ident.Ref{Part: h.Part, ID: h.ID} }

// rank orders titles as people read them; -1 for a title that is none.
func rank(title string) int {
	return slices.Index([]string{Secretary, GroupHead, Deputy, GroupDeputy, Standing, CommitteeMember, Follower, Staff}, title)
}

// roles gives the rights that go with a title in a unit. The lead of a cell is its
// secretary and its deputy, who convenes only as the secretary's stand-in (rules.md 1.37); in a committee above every post reads
// what is below, and its organisation officers keep the register too.
func roles(u org.Unit, title string) []string {
	switch {
	case u.Kind == org.KindPartyGroup: // a group has no desk of its own
		return nil
	case title == Follower:
		return []string{access.RoleFollower}
	case !u.IsCell() && title == Staff:
		return []string{access.RoleUpper, access.RoleKeeper}
	case !u.IsCell():
		return []string{access.RoleUpper}
	case title == Secretary:
		return []string{access.RoleLead}
	case title == Deputy:
		return []string{access.RoleDeputy}
	case title == CommitteeMember:
		return []string{access.RoleCommittee}
	}
	return nil
}

// Term is a term of a unit's committee; papers are numbered within it (rules.md 7.07).
type Term struct {
	Part  int64
	ID    int64
	OrgID int64
	Name  string // "2025-2030"
	From  civil.Date
	To    civil.Date // first day of the next; zero: open
}
