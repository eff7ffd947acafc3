package admission

import (
	"strings"
	"time"
	"unicode/utf8"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/viet"
	"chibo/internal/workday"
	"chibo/meeting"
	"chibo/member"
	"chibo/rulebook"
)

// State is where a dossier stands as a whole.
type State string

// The states. Only an open one moves.
const (
	Open    State = "open"
	Stopped State = "stopped" // before the ceremony; may be taken up again
	Done    State = "done"    // recognised
	Removed State = "removed" // left the Party as a reserve member
)

// Key gives the translation key of the state.
func (s State) Key() string { return "admission.state." + string(s) }

// Steps that the program itself looks at; all others are only data.
const (
	StepTrack       = "track"
	StepClass       = "class"
	StepCellVote    = "cell_vote"
	StepDecision    = "decision"
	StepCeremony    = "ceremony"
	StepRecVote     = "rec_vote"
	StepRecDecision = "rec_decision"

	// What is written into the trail beside the steps of the way.
	StepStop   = "stop"
	StepResume = "resume"
	StepMove   = "move"
	StepTake   = "take"
	StepRemove = "remove"
	StepExtend = "extend"
	StepReorg  = "reorg"
)

// Kinds of step (rulebook.AdmissionStep.Kind).
const (
	KindDay         = "day"
	KindCheck       = "check"
	KindVote        = "vote"
	KindBody        = "body"
	KindDecision    = "decision"
	KindCeremony    = "ceremony"
	KindRecognition = "recognition"
)

// Outcomes of a step.
const (
	Passed = "passed"
	Failed = "failed"
	Back   = "back" // sent back to be completed
)

var (
	// ErrNotFound says that there is no such dossier.
	ErrNotFound = fault.New(fault.NotFound, "admission.err.not_found")
	// ErrChanged says that somebody else has changed it meanwhile.
	ErrChanged = fault.New(fault.Conflict, "admission.err.changed")
	// ErrState says that this cannot be done with the dossier as it stands.
	ErrState = fault.New(fault.Conflict, "admission.err.state")
	// ErrOrder says that another step comes before; it carries Step, its code.
	ErrOrder = fault.New(fault.Conflict, "admission.err.order")
	// ErrTwice says that the person has an open dossier, or is a member.
	ErrTwice = fault.New(fault.Conflict, "admission.err.twice")
	// ErrElsewhere says that a person of this name and birth has one in another cell.
	ErrElsewhere = fault.New(fault.Conflict, "admission.err.elsewhere")
	// ErrMoving says that it is handed over to another cell and not yet taken.
	ErrMoving = fault.New(fault.Conflict, "admission.err.moving")
	// ErrByVote says that the step is a vote of a meeting.
	ErrByVote = fault.New(fault.Conflict, "admission.err.by_vote")
)

// Lengths of texts, in characters.
const (
	nameMost = 100
	lineMost = 200
	textMost = 2000
)

// Person is what the dossier knows of the person: what conditions and statistics use.
type Person struct {
	Name         string
	Sex          string     // "f" or "m"
	Birth        civil.Date // to the day, the month or the year
	Citizen      bool       // of Viet Nam
	Ethnic       string     // code of rulebook people.ethnic_groups
	Education    string     // code of rulebook education.levels
	Professional string     // code of rulebook education.professional
	Occupation   string     // code of rulebook admission.occupations
	Owner        bool       // of a private business
	YouthUnion   bool       // a member of it
	YouthBase    bool       // the place has a base of it
	TradeUnion   bool       // a member of it
	EducationAs  string     // code of an education exception; "" none
	Again        bool       // was a member before
	LeftOn       civil.Date // the Party, of one who was
	Disunity     bool       // after serious disunity (4.16)
}

// Dossier is one person's one attempt.
type Dossier struct {
	Ref          ident.Ref
	CellID       int64
	Person       Person
	State        State
	Step         string // code of the one that waits; "" none
	HolderID     int64  // unit that acts next
	Since        civil.Date
	Clock        string // code of the nearest deadline; "" none
	Due          civil.Date
	TrackedOn    civil.Date
	ReviewedOn   civil.Date // last look of the cell; zero: none yet
	MeetingID    int64      // on whose agenda the person stands; 0 none
	ItemID       int64
	DecidedOn    civil.Date // decision of admission
	JoinedOn     civil.Date // ceremony
	OfficialOn   civil.Date
	MembershipID int64 // in the cell, from the ceremony on
	StopReason   string
	StoppedOn    civil.Date
	KeepUntil    civil.Date
	ToCell       int64 // handed over to, not yet taken; 0 none
	Version      int

	byAccount int64
	at        int64
	op        string
}

// Reserve says whether the person is a reserve member now.
func (d Dossier) Reserve() bool { return d.State == Open && !d.JoinedOn.IsZero() }

// Late says whether the nearest deadline is over.
func (d Dossier) Late(day civil.Date) bool {
	return d.State == Open && !d.Due.IsZero() && d.Due.Before(day)
}

// Meeting names the meeting on whose agenda the person stands.
func (d Dossier) Meeting() ident.Ref { return ident.Ref{Part: d.Ref.Part, ID: d.MeetingID} }

// Href is the page of a dossier.
func Href(ref ident.Ref) string { return "/dossiers/" + ref.String() }

// Service has the use cases. All fields are required.
type Service struct {
	DB       *db.DB
	Book     *rulebook.Book
	Days     *workday.Calendar
	Meetings *meeting.Service
	Life     *member.Life
}

// Act is what every act on a dossier brings.
type Act struct {
	Note    string
	Version int    // of the dossier, as it was shown
	Op      string // id made on the device; the same one again changes nothing
}

func (p *Person) tidy() {
	p.Name = viet.Clean(p.Name)
	if !p.Again {
		p.LeftOn, p.Disunity = civil.Date{}, false
	}
}

// check gives the field errors of a person on a day, by the lists in force.
func (p Person) check(f *fault.Fields, set rulebook.Set, today civil.Date) {
	switch n := utf8.RuneCountInString(p.Name); {
	case n == 0:
		f.Add("name", "admission.err.name")
	case n > nameMost:
		f.Add("name", "admission.err.long", "Most", nameMost)
	}
	if p.Sex != "f" && p.Sex != "m" {
		f.Add("sex", "admission.err.sex")
	}
	switch earliest := set.Int(rulebook.BirthEarliest); {
	case p.Birth.IsZero():
		f.Add("birth", "admission.err.birth")
	case p.Birth.Year() > today.Year() || p.Birth.IsDay() && p.Birth.After(today):
		f.Add("birth", "admission.err.future", "Day", today.Vi())
	case p.Birth.Year() < earliest:
		f.Add("birth", "admission.err.birth_early", "Year", earliest)
	}
	for _, c := range []struct{ field, code, key string }{
		{"ethnic", p.Ethnic, rulebook.EthnicGroups},
		{"education", p.Education, rulebook.EducationLevels},
		{"professional", p.Professional, rulebook.EducationProfessional},
		{"occupation", p.Occupation, rulebook.AdmissionOccupations},
	} {
		if c.code != "" && !has(set.Choices(c.key), c.code) {
			f.Add(c.field, "admission.err.choose")
		}
	}
	if p.Again {
		checkDay(f, "left_on", p.LeftOn, today)
	}
}

func has(list []rulebook.Choice, code string) bool {
	for _, c := range list {
		if c.Code == code {
			return true
		}
	}
	return false
}

// checkDay refuses what is not a whole day, and a day that has not come: what is noted
// has happened.
func checkDay(f *fault.Fields, field string, day, today civil.Date) {
	switch {
	case day.IsZero():
		f.Add(field, "admission.err.day_empty")
	case !day.IsDay():
		f.Add(field, "admission.err.day_partial")
	case day.After(today):
		f.Add(field, "admission.err.future", "Day", today.Vi())
	}
}

// fits adds an error at the field when the text has more characters than most.
func fits(f *fault.Fields, field, text string, most int) {
	if utf8.RuneCountInString(text) > most {
		f.Add(field, "admission.err.long", "Most", most)
	}
}

func tidy(texts ...*string) {
	for _, t := range texts {
		*t = strings.TrimSpace(*t)
	}
}

func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
