package meeting

import (
	"context"
	"strconv"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/member"
)

// Attendance is the arithmetic of a roll (rules.md 2.22, 2.23). Bound to attend are
// official and reserve members and temporary guests; exempt, suspended and away ones
// are not, and when one of them comes, he or she counts beside, not in the ratio.
type Attendance struct {
	Members   int // all on the roll but guests
	Officials int // of Members
	Reserves  int // of Members

	Exempt    int // standing on the day; each also in Members
	TempOut   int
	Away      int
	Suspended int
	Guests    int // members of other cells in temporary activity here; not in Members

	Due             int
	Present         int
	PresentOfficial int
	PresentReserve  int
	Excused         int
	Unexcused       int
	Uncalled        int // due, and nobody has said yet
	Beside          int // not due, and came
}

// Tenths gives present per due in tenths of a percent, rounded to the nearest; 0 when
// nobody is due.
func (a Attendance) Tenths() int { return tenths(a.Present, a.Due) }

// Percent gives the ratio as people read it, "85,2%".
func (a Attendance) Percent() string { return percent(a.Present, a.Due) }

// Here counts everybody in the room.
func (a Attendance) Here() int { return a.Present + a.Beside }

// Count works out the attendance of a roll.
func Count(roll []RollRow) Attendance {
	var a Attendance
	for _, r := range roll {
		a.addStanding(r)
		if !isDue(r.Standing) {
			if r.Presence == Present {
				a.Beside++
			}
			continue
		}
		a.Due++
		a.addPresence(r)
	}
	return a
}

func (a *Attendance) addStanding(r RollRow) {
	switch r.Standing {
	case member.StandingGuest:
		a.Guests++
		return
	case member.SpellExempt:
		a.Exempt++
	case member.SpellTempOut:
		a.TempOut++
	case member.SpellAway:
		a.Away++
	case member.SpellSuspended:
		a.Suspended++
	}
	a.Members++
	if r.Official {
		a.Officials++
	} else {
		a.Reserves++
	}
}

func (a *Attendance) addPresence(r RollRow) {
	switch r.Presence {
	case Present:
		a.Present++
		if r.Official {
			a.PresentOfficial++
		} else {
			a.PresentReserve++
		}
	case Excused:
		a.Excused++
	case Unexcused:
		a.Unexcused++
	default:
		a.Uncalled++
	}
}

// isDue says whether a member of this standing is bound to attend (rules.md 2.23).
func isDue(standing string) bool {
	return standing == member.StandingOfficial || standing == member.StandingReserve || standing == member.StandingGuest
}

// tenths gives part of whole in tenths of a percent, rounded half up.
func tenths(part, whole int) int {
	if whole <= 0 {
		return 0
	}
	return (2000*part + whole) / (2 * whole)
}

// percent writes a share with at most one decimal after a comma.
func percent(part, whole int) string {
	t := tenths(part, whole)
	s := strconv.Itoa(t / 10)
	if t%10 != 0 {
		s += "," + strconv.Itoa(t%10)
	}
	return s + "%"
}

// YearRecord is a member's attendance of the regular meetings of a year that the rules
// speak of (rules.md 2.23, 2.25, 5.30).
type YearRecord struct {
	Skipped    []civil.Month // absent without a reason, by closed meetings and this one
	ExcusedRun int           // excused absences in a row that reach into this meeting
}

// YearRecord gives the members' attendance of the year up to a meeting, for who keeps
// its roll. What follows from it is a proposal that the cell decides on.
func (s *Service) YearRecord(ctx context.Context, actor access.Actor, ref ident.Ref) (map[int64]YearRecord, error) {
	out := map[int64]YearRecord{}
	err := s.DB.Read(ctx, func(q db.Q) error {
		h, err := s.enter(ctx, q, actor, ref, mayClerk)
		if err != nil {
			return err
		}
		skipped, err := Skipped(ctx, q, ref.Part, h.OrgID, h.Day.Year())
		if err != nil {
			return err
		}
		runs, err := excusedRuns(ctx, q, h.Meeting)
		if err != nil {
			return err
		}
		rows, err := rollRows(ctx, q, ref)
		for _, r := range rows {
			rec := YearRecord{Skipped: skipped[r.MembershipID], ExcusedRun: runs[r.MembershipID]}
			if h.Kind == Regular && !h.over() && r.Presence == Unexcused {
				rec.Skipped = append(rec.Skipped, h.Month)
			}
			out[r.MembershipID] = rec
		}
		return err
	})
	return out, err
}
