package member_test

import (
	"errors"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/org"
	"chibo/org/orgtest"
)

// The prose of access.go about changes of the register, line by line: who, where,
// what, whether it is allowed. What is allowed may still be refused for another reason.
func TestWhoChangesTheRegister(t *testing.T) {
	r := newRegister(t, dbtest.New(t))
	ref := join(t, r.d, r.HoaBinh, official("Trần Văn Ba"))
	at := func(role string, u org.Unit) access.Actor { return orgtest.Actor(role, u) }
	own := at(access.RoleMember, r.HoaBinh)
	own.PersonID = r.member(ref).PersonID
	tr, err := r.l.Announce(t.Context(), r.lead(r.HoaBinh), ref, move(member.TransferInternal, r.Village2))
	r.must(err)
	enter := func(who access.Actor) error {
		_, _, err := r.l.Enter(t.Context(), who, member.EnterIn{CellID: r.HoaBinh.ID})
		return err
	}
	begin := func(who access.Actor) error {
		_, err := r.l.BeginSpell(t.Context(), who, ref, member.SpellIn{})
		return err
	}
	propose := func(who access.Actor) error {
		_, err := r.l.Propose(t.Context(), who, ref, "", "", civil.Date{})
		return err
	}
	announce := func(who access.Actor) error {
		_, err := r.l.Announce(t.Context(), who, ref, member.AnnounceIn{})
		return err
	}
	arrive := func(who access.Actor) error {
		return r.l.ConfirmArrived(t.Context(), who, tr, member.StepIn{Version: 1})
	}
	fee := func(who access.Actor) error {
		_, err := r.l.NoteFee(t.Context(), who, member.FeeIn{CellID: r.HoaBinh.ID})
		return err
	}
	death := func(who access.Actor) error { return r.l.RecordDeath(t.Context(), who, ref, civil.Date{}, "") }
	restore := func(who access.Actor) error {
		_, err := r.l.Restore(t.Context(), who, ref, member.RestoreIn{CellID: r.HoaBinh.ID})
		return err
	}
	expect := func(who access.Actor) error {
		_, err := r.l.Expect(t.Context(), who, member.ExpectIn{CellID: r.HoaBinh.ID})
		return err
	}
	type act struct {
		name string
		do   func(access.Actor) error
	}
	keeping := []act{
		{"enters", enter},
		{"begins a spell", begin},
		{"proposes", propose},
		{"announces", announce},
		{"records a death", death},
		{"restores", restore},
		{"expects", expect},
		{"notes the fee", fee},
	}
	for _, c := range []struct {
		name string
		who  access.Actor
		acts []act
		may  bool
	}{
		{"the cell's lead", at(access.RoleLead, r.HoaBinh), keeping, true},
		{"the town's keeper", at(access.RoleKeeper, r.Town), keeping, true},
		{"the district's keeper", at(access.RoleKeeper, r.District), keeping, true},
		{"the next cell's lead", at(access.RoleLead, r.Market), keeping, false},
		{"the commune's keeper", at(access.RoleKeeper, r.Commune), keeping, false},
		{"the cell's committee, but for the fee", at(access.RoleCommittee, r.HoaBinh), keeping[:7], false},
		{"the cell's committee", at(access.RoleCommittee, r.HoaBinh), keeping[7:], true},
		{"an officer above", at(access.RoleUpper, r.Town), keeping, false},
		{"who follows the cell", at(access.RoleFollower, r.HoaBinh), keeping, false},
		{"the member", own, keeping, false},
		{"the administrator", at(access.RoleAdmin, r.District), keeping, false},
		{"nobody", access.Actor{}, keeping, false},
		{"the receiving cell's lead", at(access.RoleLead, r.Village2), []act{{"confirms the arrival", arrive}}, true},
		{"the receiving commune's keeper", at(access.RoleKeeper, r.Commune), []act{{"confirms the arrival", arrive}}, true},
		{"the leaving cell's lead", at(access.RoleLead, r.HoaBinh), []act{{"confirms the arrival", arrive}}, false},
		{"the leaving town's keeper", at(access.RoleKeeper, r.Town), []act{{"confirms the arrival", arrive}}, false},
		{"the keeper of both", at(access.RoleKeeper, r.District), []act{{"confirms the arrival", arrive}}, true},
		{"the member", own, []act{{"confirms the arrival", arrive}}, false},
	} {
		for _, a := range c.acts {
			if err := a.do(c.who); errors.Is(err, access.ErrForbidden) == c.may || err == nil {
				t.Errorf("%s %s: %v, allowed %v", c.name, a.name, err, c.may)
			}
		}
	}
	if r.transfer(tr).State != member.Announced || r.body(r.HoaBinh) != "Trần Văn Ba official" {
		t.Error("something was done")
	}
	if err := r.l.Cancel(t.Context(), at(access.RoleLead, r.Market), ident.Ref{Part: tr.Part, ID: tr.ID}, member.StepIn{Version: 1}); !errors.Is(err, access.ErrForbidden) {
		t.Errorf("a third cell cancels: %v", err)
	}
}
