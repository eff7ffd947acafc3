package admission

import (
	"slices"

	"chibo/internal/civil"
	"chibo/rulebook"
)

// Mark says how a condition stands.
type Mark string

// The marks.
const (
	Met       Mark = "met"
	Missing   Mark = "missing"
	Exception Mark = "exception" // not met, and a paper allows it
	Doubt     Mark = "doubt"     // a person has to look at it
	Unknown   Mark = "unknown"   // no rule of that day is known
)

// Kinds of paper that allow an exception.
const (
	PaperConsentAge       = "consent.age"
	PaperConsentEducation = "consent.education"
)

// Condition is one condition with how it stands and what says so.
type Condition struct {
	Code  string
	Mark  Mark
	Why   string        // translation key "admission.cond.<code>.<why>"
	Args  []any         // of that text
	Paper string        // kind of the paper that proves or would allow it; "" none
	Rule  rulebook.Rule // zero: no rule of the day
	Hard  bool          // the cell does not vote while it is missing
}

// Key gives the translation key of what is said about it.
func (c Condition) Key() string { return "admission.cond." + c.Code + "." + c.Why }

// Stops says whether the cell cannot vote because of it.
func (c Condition) Stops() bool { return c.Hard && c.Mark == Missing }

// Asks says whether a person has to give a reason to go on.
func (c Condition) Asks() bool { return c.Mark == Doubt || c.Mark == Missing && !c.Hard }

// Introducer is who introduces the person.
type Introducer struct {
	Seq          int
	Way          string // WayMember, WayYouth, WayTrade
	MembershipID int64  // 0: an organisation, or a member sent from above
	Name         string
	Since        civil.Date // from when they have worked together
	Sent         bool       // by the committee above (rules.md 4.21)
	Number       string     // of the organisation's resolution
	Day          civil.Date

	Official bool // on the day that is looked at
}

// The ways to introduce.
const (
	WayMember = "member"
	WayYouth  = "youth"
	WayTrade  = "trade"
)

// Facts are what conditions are reckoned from.
type Facts struct {
	Person      Person
	CellType    string
	Class       civil.Date // of the certificate; zero none
	Introducers []Introducer
	Papers      []Paper
	Before      int // how often the person was admitted again before
}

func (f Facts) paper(kind string) (Paper, bool) {
	i := slices.IndexFunc(f.Papers, func(p Paper) bool { return p.Kind == kind && p.Present })
	if i < 0 {
		return Paper{}, false
	}
	return f.Papers[i], true
}

// AgeMonths gives the age in full months from the month of birth (rules.md 14.23); ok is
// false when only the year is known.
func AgeMonths(birth, day civil.Date) (int, bool) {
	if birth.MonthNum() == 0 {
		return 0, false
	}
	return (day.Year()-birth.Year())*12 + day.MonthNum() - birth.MonthNum(), true
}

// Conditions gives what is known of each condition on a day, by the rules of that day. It
// is a proposal: a person decides.
func Conditions(set rulebook.Set, f Facts, day civil.Date) []Condition {
	out := []Condition{citizen(set, f), age(set, f, day), education(set, f), certificate(set, f, day), introducers(set, f, day)}
	if f.Person.Again {
		out = append(out, readmission(set, f, day))
	}
	return append(out, papersThere(set, f))
}

func citizen(set rulebook.Set, f Facts) Condition {
	c := Condition{Code: "citizen", Mark: Met, Why: "yes", Hard: true, Rule: set.Rule(rulebook.CandidateMinMonths)}
	if !f.Person.Citizen {
		c.Mark, c.Why = Missing, "no"
	}
	return c
}

// age: from the 18th birthday, to the full months of the rule (rules.md 4.09-4.11).
func age(set rulebook.Set, f Facts, day civil.Date) Condition {
	c := Condition{Code: "age", Mark: Met, Why: "fits", Hard: true, Rule: set.Rule(rulebook.CandidateAgeMonths)}
	months, ok := AgeMonths(f.Person.Birth, day)
	if !ok {
		c.Mark, c.Why = Missing, "year_only"
		return c
	}
	c.Args = []any{"Years", months / 12, "Months", months % 12}
	least := set.Int(rulebook.CandidateMinMonths)
	birthday := f.Person.Birth.IsDay() && f.Person.Birth.AddMonths(least).After(day)
	switch span := set.Range(rulebook.CandidateAgeMonths); {
	case months < least || birthday:
		c.Mark, c.Why, c.Rule = Missing, "young", set.Rule(rulebook.CandidateMinMonths)
	case !set.Has(rulebook.CandidateAgeMonths):
		c.Mark, c.Why, c.Rule = Unknown, "no_upper", set.Rule(rulebook.CandidateMinMonths)
	case months < span.Min:
		c.Mark, c.Why = Missing, "young"
	case months > span.Max:
		c.Paper = PaperConsentAge
		if c.Mark, c.Why = Missing, "old"; f.allowed(PaperConsentAge, day) {
			c.Mark, c.Why = Exception, "consent"
		}
	}
	return c
}

// allowed says whether the paper of an exception is there, written before the day.
func (f Facts) allowed(kind string, day civil.Date) bool {
	p, ok := f.paper(kind)
	return ok && p.Number != "" && p.Day.IsDay() && !p.Day.After(day)
}

// education: the least level of the rule, or of an exception with its paper (4.12, 4.13).
func education(set rulebook.Set, f Facts) Condition {
	c := Condition{Code: "education", Mark: Met, Why: "fits", Hard: true, Rule: set.Rule(rulebook.CandidateEducation)}
	level := func(code string) int {
		return slices.IndexFunc(set.Choices(rulebook.EducationLevels), func(x rulebook.Choice) bool { return x.Code == code })
	}
	switch has := level(f.Person.Education); {
	case !set.Has(rulebook.CandidateEducation):
		c.Mark, c.Why, c.Hard = Unknown, "no_rule", false
	case has < 0:
		c.Mark, c.Why = Missing, "unknown"
	case has < level(set.Text(rulebook.CandidateEducation)):
		c.Mark, c.Why = Missing, "low"
		for _, e := range set.EducationExceptions() {
			if e.Code != f.Person.EducationAs || has < level(e.Min) {
				continue
			}
			c.Rule, c.Args = set.EducationExceptionsRule(), []any{"As", e.Title.Vi}
			if c.Mark, c.Why = Exception, "exception"; e.Consent {
				c.Paper = PaperConsentEducation
				if _, there := f.paper(PaperConsentEducation); !there {
					c.Mark, c.Why = Missing, "consent"
				}
			}
		}
	}
	return c
}

// certificate: not older than the rule says (4.14). An old one is a warning.
func certificate(set rulebook.Set, f Facts, day civil.Date) Condition {
	c := Condition{Code: "certificate", Mark: Met, Why: "valid", Paper: "certificate", Rule: set.Rule(rulebook.ClassValidMonths)}
	switch {
	case !f.Class.IsDay():
		c.Mark, c.Why = Missing, "none"
	case !set.Has(rulebook.ClassValidMonths):
		c.Mark, c.Why, c.Args = Unknown, "no_rule", []any{"Day", f.Class.Vi()}
	default:
		until := f.Class.AddMonths(set.Int(rulebook.ClassValidMonths))
		c.Args = []any{"Day", f.Class.Vi(), "Until", until.Vi()}
		if until.Before(day) {
			c.Mark, c.Why = Doubt, "old"
		}
	}
	return c
}

// WayOf says who has to introduce a person on a day: two official members, or one with the
// Youth Union or the trade union (rules.md 4.17-4.19).
func WayOf(set rulebook.Set, f Facts, day civil.Date) string {
	months, ok := AgeMonths(f.Person.Birth, day)
	switch {
	case ok && f.Person.YouthBase && set.Range(rulebook.CandidateYouthMonths).Holds(months):
		return WayYouth
	case !f.Person.YouthBase && slices.Contains(set.Codes(rulebook.IntroducerUnionCells), f.CellType):
		return WayTrade
	}
	return WayMember
}

func introducers(set rulebook.Set, f Facts, day civil.Date) Condition {
	way := WayOf(set, f, day)
	c := Condition{Code: "introducers", Mark: Met, Why: way, Hard: true, Rule: set.Rule(rulebook.IntroducerMinMonths)}
	need := set.Int(rulebook.IntroducerNumber)
	if way != WayMember {
		need--
	}
	good, short, reserve := 0, 0, 0
	organisation := false
	for _, i := range f.Introducers {
		switch {
		case i.Way == way && way != WayMember:
			organisation = i.Number != "" && i.Day.IsDay() && !i.Day.After(day)
		case i.Way != WayMember:
		case i.MembershipID != 0 && !i.Official:
			reserve++
		case !i.Sent && !together(i.Since, day, set.Int(rulebook.IntroducerMinMonths)):
			short++
		default:
			good++
		}
	}
	c.Args = []any{"Have", good, "Need", need}
	switch {
	case way == WayYouth && !f.Person.YouthUnion, way == WayTrade && !f.Person.TradeUnion:
		c.Mark, c.Why = Missing, way+"_not_member"
	case way != WayMember && !organisation:
		c.Mark, c.Why = Missing, way+"_none"
	case good < need && short > 0:
		c.Mark, c.Why = Missing, "short"
	case good < need && reserve > 0:
		c.Mark, c.Why = Missing, "reserve"
	case good < need:
		c.Mark, c.Why = Missing, "few"
	}
	return c
}

// together says whether somebody has known the person for so many months on the day; a
// month or a year counts from its end.
func together(since, day civil.Date, months int) bool {
	if since.IsZero() {
		return false
	}
	if since.IsDay() {
		return !since.AddMonths(months).After(day)
	}
	m := since.MonthNum()
	if m == 0 {
		m = 12
	}
	return (day.Year()-since.Year())*12+day.MonthNum()-m > months
}

// readmission: the months since leaving, never after serious disunity, once (4.16).
func readmission(set rulebook.Set, f Facts, day civil.Date) Condition {
	c := Condition{Code: "readmission", Mark: Met, Why: "fits", Hard: true, Rule: set.Rule(rulebook.ReadmissionMinMonths)}
	least := set.Int(rulebook.ReadmissionMinMonths)
	c.Args = []any{"Months", least, "Day", f.Person.LeftOn.Vi()}
	switch {
	case f.Person.Disunity:
		c.Mark, c.Why = Missing, "disunity"
	case !f.Person.LeftOn.IsDay():
		c.Mark, c.Why = Missing, "unknown"
	case !set.Has(rulebook.ReadmissionMinMonths):
		c.Mark, c.Why, c.Hard = Unknown, "no_rule", false
	case f.Person.LeftOn.AddMonths(least).After(day):
		c.Mark, c.Why, c.Args = Missing, "early", []any{"Months", least, "Day", f.Person.LeftOn.AddMonths(least).Vi()}
	case f.Before >= set.Int(rulebook.ReadmissionTimes):
		c.Mark, c.Why, c.Rule = Doubt, "again", set.Rule(rulebook.ReadmissionTimes)
	}
	return c
}

// papersThere counts what should be in the dossier before the cell votes (4.43).
func papersThere(set rulebook.Set, f Facts) Condition {
	c := Condition{Code: "papers", Mark: Met, Why: "all", Rule: set.AdmissionPapersRule()}
	all := set.AdmissionPapers()
	if len(all) == 0 {
		c.Mark, c.Why = Unknown, "no_rule"
		return c
	}
	missing := 0
	for _, p := range all {
		if p.Part != rulebook.PartAdmission || !before(set, p.Step, StepCellVote) || p.Way != "" {
			continue
		}
		if _, ok := f.paper(p.Code); !ok {
			missing++
		}
	}
	if c.Args = []any{"Count", missing}; missing > 0 {
		c.Mark, c.Why = Missing, "missing"
	}
	return c
}

// before says whether a step stands before another one.
func before(set rulebook.Set, step, other string) bool {
	for _, st := range set.AdmissionSteps() {
		switch st.Code {
		case other:
			return false
		case step:
			return true
		}
	}
	return false
}
