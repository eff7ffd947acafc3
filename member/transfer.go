package member

import (
	"slices"
	"strings"

	"chibo/internal/civil"
	"chibo/internal/fault"
	"chibo/internal/ident"
)

// Kinds of transfer (rules.md 5.04).
const (
	TransferInternal  = "internal"  // between cells of the organisation: done here
	TransferOfficial  = "official"  // papers and procedure run outside, both ends are recorded
	TransferAbroad    = "abroad"    // an official one to a Party organisation abroad
	TransferTemporary = "temporary" // the home cell keeps the member (5.12)
)

// States of a transfer.
const (
	Announced = "announced" // there is a decision or request
	LeftCell  = "left"      // the cell that is left has confirmed
	Arrived   = "arrived"   // the receiving side has confirmed
	Returned  = "returned"  // came back: not received, or the temporary time is over
	Cancelled = "cancelled" // came to nothing before anybody left
)

// Transfer is one move of a member, recorded and not conducted (rules.md 5.14).
type Transfer struct {
	Ref            ident.Ref
	Kind           string
	State          string
	PersonID       int64 // 0: comes from outside and is not in the register yet
	Name           string
	FromCell       int64 // 0: from outside, then FromText
	FromMembership int64
	FromText       string
	ToCell         int64 // 0: to outside, then ToText
	ToMembership   int64
	ToText         string
	SpellID        int64      // temp_out at home, during a temporary one
	Basis          string     // decision or request
	BasisOn        civil.Date // takes effect, or the residence changed
	IntroducedOn   civil.Date
	UntilOn        civil.Date // planned last day of a temporary one
	Study          bool
	LeftOn         civil.Date // first day outside the cell that was left
	ArrivedOn      civil.Date
	EndedOn        civil.Date // returned or cancelled
	Hold           string     // rulebook transfer.holds (rules.md 5.09): warns, never locks
	Note           string
	Version        int

	FromName, ToName string // of the cells or organisations, as lists show them
}

// Inside says whether both ends are cells of this program.
func (t Transfer) Inside() bool { return t.FromCell != 0 && t.ToCell != 0 }

// Incoming says that the member comes from outside.
func (t Transfer) Incoming() bool { return t.FromCell == 0 }

// Open says whether something is still to be confirmed. A temporary one is open until
// the return.
func (t Transfer) Open() bool { return len(t.Next()) > 0 }

// Pending says whether the member is on the way: clocks run.
func (t Transfer) Pending() bool { return t.State == Announced || t.State == LeftCell }

// Next gives the states that may follow.
func (t Transfer) Next() []string {
	switch t.State {
	case Announced:
		if t.Kind == TransferInternal || t.Incoming() {
			return []string{Arrived, Cancelled}
		}
		return []string{LeftCell, Cancelled}
	case LeftCell:
		return []string{Arrived, Returned}
	case Arrived:
		if t.Kind == TransferTemporary {
			return []string{Returned}
		}
	}
	return nil
}

// May says whether the state may follow.
func (t Transfer) May(state string) bool { return slices.Contains(t.Next(), state) }

// errNot says that the transfer does not stand so that the act fits: somebody was
// there before, or it is over.
func (t Transfer) errNot() error {
	return fault.New(fault.Conflict, "member.err.transfer."+t.State)
}

// AnnounceIn is a transfer as it is announced. One end is a cell of this program, the
// other another cell or words.
type AnnounceIn struct {
	Kind         string
	FromText     string // from outside: the organisation
	Name         string // from outside: who comes
	ToCell       int64
	ToText       string
	Basis        string
	BasisOn      civil.Date
	IntroducedOn civil.Date
	UntilOn      civil.Date
	Study        bool
	Hold         string
	Note         string
}

func (in *AnnounceIn) tidy() {
	for _, s := range []*string{&in.FromText, &in.Name, &in.ToText, &in.Basis, &in.Note} {
		*s = strings.TrimSpace(*s)
	}
	if in.Kind != TransferTemporary {
		in.UntilOn, in.Study = civil.Date{}, false
	}
}

// check gives the field errors of the paper's part; the ends are checked where they
// are known.
func (in AnnounceIn) check(today civil.Date) fault.Fields {
	var f fault.Fields
	switch in.Kind {
	case TransferInternal, TransferOfficial, TransferAbroad, TransferTemporary:
	default:
		f.Add("kind", "member.err.transfer_kind")
	}
	if in.Basis == "" {
		f.Add("basis", "member.err.basis_empty")
	}
	checkDay(&f, "basis_on", in.BasisOn, today)
	if !in.IntroducedOn.IsZero() {
		checkDay(&f, "introduced_on", in.IntroducedOn, today)
	}
	switch {
	case in.Kind != TransferTemporary:
	case !in.UntilOn.IsDay():
		f.Add("until_on", "member.err.until_empty")
	case !in.BasisOn.Before(in.UntilOn):
		f.Add("until_on", "member.err.to_before_from")
	}
	return f
}
