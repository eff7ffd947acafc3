package demo

import (
	"fmt"
	"math/rand/v2"

	"chibo/internal/civil"
	"chibo/member"
)

// personOf gives the record of the k-th person of the i-th cell. What the plan does
// not say comes from a source of the person's own.
func personOf(p personPlan, part int64, i, k int) member.Person {
	id := personID(i, k)
	r := rand.New(rand.NewPCG(51, uint64(id)))
	out := member.Person{Part: part, ID: id, Name: p.name, Sex: sexOf(p), Birth: known(r, p.birth), Phone: p.phone}
	if r.IntN(40) == 0 {
		out.OtherName = rareName(r, p.female)
	}
	if !p.official.IsZero() { // the card comes when a member is official
		out.Card = cardOf(id)
	}
	if r.IntN(50) > 0 { // an old record may lack it
		out.IDNo = idnoOf(p, i, k)
	}
	return out
}

// known leaves out the day of some births, and of some the month: papers of old know
// no more.
func known(r *rand.Rand, birth civil.Date) civil.Date {
	out := birth
	switch x := r.IntN(120); {
	case !birth.IsDay():
	case x == 0:
		out, _ = civil.Parse(fmt.Sprintf("%04d", birth.Year()))
	case x < 3:
		out, _ = civil.Parse(fmt.Sprintf("%04d-%02d", birth.Year(), birth.MonthNum()))
	}
	return out
}

// cardOf gives a card number of twelve digits (rules.md 5.29), different for each
// person: the factor has no divisor of ten.
func cardOf(id int64) string {
	return fmt.Sprintf("%012d", uint64(id)*387_420_489%1_000_000_000_000)
}

// Identity numbers begin with the code of the place of birth, which goes to 096: from
// 900 they are nobody's.
const (
	nowhere   = 900
	cellRoom  = 200 // numbers that each cell has
	idnoRange = 100_000_000
)

// idnoOf gives an identity number of twelve digits, different for each person, in the
// real form: place, century and sex, year of birth, a number.
func idnoOf(p personPlan, i, k int) string {
	n := (i*cellRoom + k) * 15_479_341 % idnoRange
	century := 0
	if p.birth.Year() >= 2000 {
		century = 2
	}
	if p.female {
		century++
	}
	return fmt.Sprintf("%03d%d%02d%06d", nowhere+n/1_000_000, century, p.birth.Year()%100, n%1_000_000)
}
