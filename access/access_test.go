package access_test

import (
	"context"
	"errors"
	"testing"

	"chibo/access"
	"chibo/internal/tree"
)

// The prose of access.go, line by line: actor, place, action, expected.
func TestWhoMayDoWhat(t *testing.T) {
	const district, town, cell, other = tree.Path("1."), tree.Path("1.2."), tree.Path("1.2.3."), tree.Path("1.2.4.")
	at := func(role string, p tree.Path) access.Actor {
		return access.Actor{Grants: []access.Grant{{Role: role, Path: p}}}
	}
	for _, c := range []struct {
		name   string
		actor  access.Actor
		action access.Action
		unit   tree.Path
		want   bool
	}{
		{"member reads own cell", at(access.RoleMember, cell), access.CellRead, cell, true},
		{"member takes part", at(access.RoleMember, cell), access.TakePart, cell, true},
		{"member does not see the list", at(access.RoleMember, cell), access.MemberList, cell, false},
		{"member does not read the next cell", at(access.RoleMember, cell), access.CellRead, other, false},
		{"member does not read upward", at(access.RoleMember, cell), access.CellRead, town, false},
		{"committee prepares", at(access.RoleCommittee, cell), access.Prepare, cell, true},
		{"committee does not convene", at(access.RoleCommittee, cell), access.Lead, cell, false},
		{"committee opens no record", at(access.RoleCommittee, cell), access.MemberRead, cell, false},
		{"lead convenes", at(access.RoleLead, cell), access.Lead, cell, true},
		{"lead takes part as the member he also is", at(access.RoleLead, cell), access.TakePart, cell, false},
		{"lead decides no score", at(access.RoleLead, cell), access.ScoreDecide, cell, false},
		{"follower reads the cell followed", at(access.RoleFollower, cell), access.CellRead, cell, true},
		{"follower reads no other", at(access.RoleFollower, cell), access.CellRead, other, false},
		{"officer above reads below", at(access.RoleUpper, district), access.CellRead, cell, true},
		{"officer above decides", at(access.RoleUpper, town), access.ScoreDecide, cell, true},
		{"officer above does not lead", at(access.RoleUpper, district), access.Lead, cell, false},
		{"officer above does not read beside", at(access.RoleUpper, "1.5."), access.CellRead, cell, false},
		{"administrator manages", at(access.RoleAdmin, district), access.UnitManage, town, true},
		{"administrator imports", at(access.RoleAdmin, district), access.RegisterImport, cell, true},
		{"administrator keeps no register", at(access.RoleAdmin, district), access.RegisterKeep, cell, false},
		{"keeper keeps the register below", at(access.RoleKeeper, district), access.RegisterKeep, cell, true},
		{"keeper changes the tree below", at(access.RoleKeeper, district), access.UnitManage, town, true},
		{"keeper reveals", at(access.RoleKeeper, town), access.Reveal, cell, true},
		{"keeper decides no score", at(access.RoleKeeper, district), access.ScoreDecide, cell, false},
		{"keeper does nothing beside", at(access.RoleKeeper, "1.5."), access.RegisterKeep, cell, false},
		{"lead keeps the own register", at(access.RoleLead, cell), access.RegisterKeep, cell, true},
		{"lead reveals nothing", at(access.RoleLead, cell), access.Reveal, cell, false},
		{"officer above keeps no register", at(access.RoleUpper, district), access.RegisterKeep, cell, false},
		{"administrator reads no record", at(access.RoleAdmin, district), access.MemberRead, cell, false},
		{"nobody", access.Actor{}, access.CellRead, cell, false},
		{"a path that only begins alike", at(access.RoleUpper, "1.2."), access.CellRead, "1.23.", false},
	} {
		_, err := access.For(c.actor, c.action, access.Unit{Path: c.unit})
		if got := err == nil; got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
		if err != nil && !errors.Is(err, access.ErrForbidden) {
			t.Errorf("%s: %v is not ErrForbidden", c.name, err)
		}
	}
}

func TestAnyTakesTheWidest(t *testing.T) {
	a := access.Actor{Grants: []access.Grant{
		{Role: access.RoleMember, Path: "1.2.3.", OrgID: 3},
		{Role: access.RoleUpper, Path: "1.", OrgID: 1},
	}}
	s, err := access.Any(a, access.CellRead)
	if err != nil || s.Unit().ID != 1 {
		t.Fatalf("Any = %+v, %v", s.Unit(), err)
	}
	if lo, hi := s.Range(); lo != "1." || hi != "1/" {
		t.Errorf("Range = %q, %q", lo, hi)
	}
	if _, err := access.Any(access.Actor{}, access.CellRead); !errors.Is(err, access.ErrForbidden) {
		t.Errorf("nobody: %v", err)
	}
}

func TestContext(t *testing.T) {
	if _, err := access.Must(context.Background()); !errors.Is(err, access.ErrSignedOut) {
		t.Errorf("empty context: %v", err)
	}
	ctx := access.With(context.Background(), access.Actor{AccountID: 7})
	if a, err := access.Must(ctx); err != nil || a.AccountID != 7 {
		t.Errorf("Must = %+v, %v", a, err)
	}
}
