package ballot

import "chibo/rulebook"

// Person is somebody on the roll, as the electorate needs to know.
type Person struct {
	MembershipID int64
	Official     bool
	Standing     string // official, reserve, exempt, temp_out, suspended, interrupted, guest, away
	Present      bool   // in the room now
}

// The reasons, person by person. The screen says them with "ballot.reason.<code>".
const (
	ReasonOfficial       = "official"         // in the base, present, casts
	ReasonAbsent         = "absent"           // in the base, not here
	ReasonExemptPresent  = "exempt_present"   // exempt, but came: counts and casts
	ReasonExemptAbsent   = "exempt_absent"    // exempt and not here: not in the base
	ReasonTempOutPresent = "temp_out_present" // introduced elsewhere, but came
	ReasonTempOutAbsent  = "temp_out_absent"  // introduced elsewhere and not here
	ReasonReserve        = "reserve"          // has no vote
	ReasonSuspended      = "suspended"
	ReasonInterrupted    = "interrupted" // has no duties and rights for the time, rules.md 5.01
	ReasonGuest          = "guest"       // votes in the home cell

	ReasonSuspendedVotes = "suspended_votes" // by the rule of the day suspended members vote
	ReasonGuestVotes     = "guest_votes"     // by the rule of the day guests vote; in the base while here
)

// Elector is a person with his or her place in one vote.
type Elector struct {
	MembershipID int64
	InBase       bool
	MayCast      bool
	Reason       string
}

// Outside says whether the reason keeps somebody out of the cell's votes altogether: a
// guest votes at home, who is suspended or interrupted nowhere.
func Outside(reason string) bool {
	return reason == ReasonGuest || reason == ReasonSuspended || reason == ReasonInterrupted
}

// ReasonKey gives the translation key of the reason.
func (e Elector) ReasonKey() string { return "ballot.reason." + e.Reason }

// Electors says who is in the base and who may cast. The base is all official
// members, without those introduced elsewhere for a time and the exempt ones who
// are not here; if they came, they count (rules.md 2.28). An official member who is
// absent, with or without a reason, stays in the base (2.29). Reserve members have
// every right but to vote (2.30). A member away for work without being introduced
// elsewhere is an official member like others.
func Electors(people []Person) []Elector { return Rights{}.Electors(people) }

// Rights says who votes beside the members of whom no rule doubts it. No source was found
// for either, so both are rules of the day (vote.suspended, vote.guest).
type Rights struct {
	Suspended bool // official members whose Party life is suspended
	Guests    bool // official members of another cell who are here for a time
}

// RightsOf gives those of a day.
func RightsOf(set rulebook.Set) Rights {
	return Rights{Suspended: set.Text(rulebook.VoteSuspended) == "yes", Guests: set.Text(rulebook.VoteGuest) == "yes"}
}

// Electors is [Electors] under these rights.
func (r Rights) Electors(people []Person) []Elector {
	out := make([]Elector, len(people))
	for i, p := range people {
		out[i] = r.elector(p)
	}
	return out
}

func (r Rights) elector(p Person) Elector {
	e := Elector{MembershipID: p.MembershipID}
	switch {
	case r.Guests && p.Standing == "guest" && p.Official:
		e.InBase, e.MayCast, e.Reason = p.Present, p.Present, ReasonGuestVotes
	case r.Suspended && p.Standing == "suspended" && p.Official:
		e.InBase, e.MayCast, e.Reason = true, p.Present, ReasonSuspendedVotes
	case p.Standing == "guest":
		e.Reason = ReasonGuest
	case p.Standing == "suspended", p.Standing == "interrupted":
		e.Reason = p.Standing
	case !p.Official || p.Standing == "reserve":
		e.Reason = ReasonReserve
	case p.Standing == "exempt":
		e.InBase, e.MayCast = p.Present, p.Present
		e.Reason = either(p.Present, ReasonExemptPresent, ReasonExemptAbsent)
	case p.Standing == "temp_out":
		e.InBase, e.MayCast = p.Present, p.Present
		e.Reason = either(p.Present, ReasonTempOutPresent, ReasonTempOutAbsent)
	default:
		e.InBase, e.MayCast = true, p.Present
		e.Reason = either(p.Present, ReasonOfficial, ReasonAbsent)
	}
	return e
}

func either(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}

func baseOf(electors []Elector) int {
	n := 0
	for _, e := range electors {
		if e.InBase {
			n++
		}
	}
	return n
}
