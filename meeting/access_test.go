package meeting

import (
	"testing"

	"chibo/access"
	"chibo/org"
)

// Reads as the prose of access.go: who, in which place of the tree, may do what in the
// cell of the story.
func TestWhoMayDoWhat(t *testing.T) {
	district := org.Unit{ID: 1, Path: "1."}
	town := org.Unit{ID: 2, Path: "1.2."}
	cell := org.Unit{ID: 3, Path: "1.2.3."}
	other := org.Unit{ID: 4, Path: "1.2.4."}
	for _, c := range []struct {
		who   string
		role  string
		at    org.Unit
		clerk bool // named as the secretary of the meeting
		may   []right
	}{
		{"the secretary", access.RoleLead, cell, false, []right{mayRead, mayConvene, mayLead, mayPrepare, mayClerk}},
		{"the deputy, not authorised", access.RoleDeputy, cell, false, []right{mayRead, mayLead, mayPrepare, mayClerk}},
		{"the cell committee", access.RoleCommittee, cell, false, []right{mayRead, mayPrepare, mayClerk}},
		{"a member", access.RoleMember, cell, false, []right{mayRead, mayTake}},
		{"a member named as meeting secretary", access.RoleMember, cell, true, []right{mayRead, mayTake, mayClerk}},
		{"the follower", access.RoleFollower, cell, false, []right{mayRead}},
		{"a follower named as meeting secretary, not a member", access.RoleFollower, cell, true, []right{mayRead}},
		{"an officer of the town", access.RoleUpper, town, false, []right{mayRead}},
		{"an officer of the district", access.RoleUpper, district, false, []right{mayRead}},
		{"the organisation officer of the town", access.RoleKeeper, town, false, []right{mayRead}},
		{"the administrator", access.RoleAdmin, district, false, nil},
		{"an officer of a committee beside", access.RoleUpper, org.Unit{ID: 23, Path: "1.23."}, false, nil},
		{"an officer of a unit whose path only begins alike", access.RoleUpper, org.Unit{ID: 33, Path: "1.2.33."}, false, nil},
		{"the lead of another cell", access.RoleLead, other, false, nil},
		{"a member of another cell", access.RoleMember, other, false, nil},
	} {
		actor := access.Actor{AccountID: 1, PersonID: 1, Grants: []access.Grant{{Role: c.role, OrgID: c.at.ID, Path: c.at.Path}}}
		allowed := map[right]bool{}
		for _, r := range c.may {
			allowed[r] = true
		}
		for _, r := range []right{mayRead, mayConvene, mayLead, mayPrepare, mayClerk, mayTake} {
			if got := may(actor, r, cell, c.clerk) == nil; got != allowed[r] {
				t.Errorf("%s, %s: %v, want %v", c.who, r, got, allowed[r])
			}
		}
	}
	for _, r := range []right{mayRead, mayConvene, mayLead, mayPrepare, mayClerk, mayTake} {
		if err := may(access.System(), r, cell, false); err != nil {
			t.Errorf("the program itself, %s: %v", r, err)
		}
	}
}

// A deputy who is the secretary's stand-in for convening convenes, and nobody else is
// let in by it.
func TestStandinConvenes(t *testing.T) {
	cell := org.Unit{ID: 3, Path: "1.2.3."}
	deputy := access.Actor{AccountID: 1, PersonID: 2, Grants: []access.Grant{
		{Role: access.RoleDeputy, OrgID: 3, Path: cell.Path},
		{Role: access.RoleLead, OrgID: 3, Path: cell.Path, Only: "cell.read meeting.convene", For: 1, ForName: "Khải"},
	}}
	if err := may(deputy, mayConvene, cell, false); err != nil {
		t.Errorf("authorised: %v", err)
	}
	outsider := access.Actor{AccountID: 1, PersonID: 2, Grants: deputy.Grants[1:]}
	for _, r := range []right{mayLead, mayPrepare, mayClerk, mayTake} {
		if may(outsider, r, cell, false) == nil {
			t.Errorf("the charge to convene gives %s", r)
		}
	}
}
