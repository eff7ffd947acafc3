package access_test

import (
	"context"
	"errors"
	"slices"
	"strings"
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
	standin := func(role string, p tree.Path, only ...access.Action) access.Actor {
		words := ""
		for _, a := range only {
			words += " " + string(a)
		}
		return access.Actor{Grants: []access.Grant{{Role: role, Path: p, Only: strings.TrimSpace(words), For: 9}}}
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
		{"deputy leads an open meeting", at(access.RoleDeputy, cell), access.Lead, cell, true},
		{"deputy does not convene", at(access.RoleDeputy, cell), access.Convene, cell, false},
		{"deputy keeps the register", at(access.RoleDeputy, cell), access.RegisterKeep, cell, true},
		{"deputy takes part as the member he also is", at(access.RoleDeputy, cell), access.TakePart, cell, false},
		{"stand-in does what was given", standin(access.RoleLead, cell, access.CellRead, access.Convene), access.Convene, cell, true},
		{"stand-in does nothing that was not given", standin(access.RoleLead, cell, access.CellRead, access.Convene), access.MemberRead, cell, false},
		{"stand-in gets nothing that the role lacks", standin(access.RoleLead, cell, access.Reveal), access.Reveal, cell, false},
		{"stand-in does nothing beside", standin(access.RoleLead, cell, access.Convene), access.Convene, other, false},
		{"follower takes no part", at(access.RoleFollower, cell), access.TakePart, cell, false},
		{"follower opens no record", at(access.RoleFollower, cell), access.MemberRead, cell, false},
		{"administrator sees who may do what", at(access.RoleAdmin, district), access.RightsRead, cell, true},
		{"keeper sees who may do what below", at(access.RoleKeeper, town), access.RightsRead, cell, true},
		{"keeper sees it not above", at(access.RoleKeeper, town), access.RightsRead, district, false},
		{"lead does not see others' rights", at(access.RoleLead, cell), access.RightsRead, cell, false},
		{"lead gives accounts in the own cell", at(access.RoleLead, cell), access.AccountReset, cell, true},
		{"lead gives none in the next cell", at(access.RoleLead, cell), access.AccountReset, other, false},
		{"keeper administers nothing", at(access.RoleKeeper, district), access.Admin, cell, false},
		{"keeper does nothing where a path only begins alike", at(access.RoleKeeper, "1.2."), access.RegisterKeep, "1.23.4.", false},
		{"officer above answers", at(access.RoleUpper, town), access.Answer, cell, true},
		{"keeper answers nothing", at(access.RoleKeeper, town), access.Answer, cell, false},
		{"administrator answers nothing", at(access.RoleAdmin, district), access.Answer, cell, false},
		{"follower answers nothing", at(access.RoleFollower, cell), access.Answer, cell, false},
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
		{"officer gives agendas", at(access.RoleUpper, town), access.AgendaKeep, town, true},
		{"keeper gives agendas", at(access.RoleKeeper, town), access.AgendaKeep, town, true},
		{"deputy gives the cell's", at(access.RoleDeputy, cell), access.AgendaKeep, cell, true},
		{"committee of a cell gives none", at(access.RoleCommittee, cell), access.AgendaKeep, cell, false},
		{"administrator gives none", at(access.RoleAdmin, district), access.AgendaKeep, town, false},
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

// Every action has its place in the list that pages show, and every role some.
func TestActionsAreListed(t *testing.T) {
	all := access.Actions()
	for _, role := range []string{
		access.RoleAdmin, access.RoleLead, access.RoleDeputy, access.RoleCommittee, access.RoleMember, access.RoleUpper, access.RoleFollower, access.RoleKeeper,
	} {
		if len((access.Grant{Role: role}).Actions()) < 2 {
			t.Errorf("%s allows next to nothing", role)
		}
	}
	sorted := slices.Clone(all)
	slices.Sort(sorted)
	if len(slices.Compact(sorted)) != len(all) || len(all) != 19 {
		t.Errorf("%d actions: %v", len(all), all)
	}
}
