package rulebook

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// Keys of the way into the Party (rules.md 4); the lists of steps, deadlines and papers
// have readers of their own.
const (
	CandidateMinMonths    = "candidate.min_months"
	CandidateYouthMonths  = "candidate.youth_months"
	CandidateEducation    = "candidate.education"
	EducationLevels       = "education.levels"
	EducationProfessional = "education.professional"
	IntroducerNumber      = "introducer.number"
	IntroducerUnionCells  = "introducer.union_cells"
	HelpersMost           = "helpers.most"
	ReadmissionTimes      = "readmission.times"
	VoteBaseAdmission     = "vote.base_admission"
	VoteDecideAdmission   = "vote.decide_admission"
	VoteDecideAuthorised  = "vote.decide_authorised"
	RecognitionVotesMost  = "recognition.votes_most"
	DecideCommune         = "decide.commune"
	CeremonyStart         = "ceremony.start"
	AdmissionAlarmDays    = "admission.alarm_days"
	AdmissionRiseDays     = "admission.rise_days"
	AdmissionReviewMonths = "admission.review_months"
	AdmissionKeepMonths   = "admission.keep_months"
	AdmissionTargetRate   = "admission.target_rate"
	AdmissionStopReasons  = "admission.stop_reasons"
	AdmissionVerdicts     = "admission.verdicts"
	AdmissionOccupations  = "admission.occupations"
	AdmissionKeeps        = "admission.keeps"
	EthnicGroups          = "people.ethnic_groups"

	admissionSteps      = "admission.steps"
	admissionClocks     = "admission.clocks"
	admissionPapers     = "admission.papers"
	educationExceptions = "candidate.education_exceptions"
)

// Values of CeremonyStart and DecideCommune.
const (
	StartReceived  = "received" // the day on which the decision came to the cell
	StartIssued    = "issued"   // the day of the decision
	DecideStanding = "standing" // the commune committee's own standing board
)

// Parts of the way, and of the dossier.
const (
	PartAdmission   = "admission"
	PartRecognition = "recognition"
)

// AdmissionStep is one step of the way from first contact to recognition. A step with a
// Vote is passed by that threshold.
type AdmissionStep struct {
	Code    string   `json:"code"`
	Title   Text     `json:"title"`
	Do      Text     `json:"do"`    // what is to be done, as a button says it
	By      string   `json:"by"`    // who acts: "cell", "section", "base", "above"
	Kind    string   `json:"kind"`  // "day", "check", "vote", "body", "decision", "ceremony", "recognition"
	Needs   []string `json:"needs"` // steps that come before
	Part    string   `json:"part"`  // PartAdmission or PartRecognition
	Beside  bool     `json:"beside,omitempty"`
	Vote    string   `json:"vote,omitempty"`    // key of the threshold
	Purpose string   `json:"purpose,omitempty"` // of the vote in a meeting
	Fact    string   `json:"rule"`
}

// AdmissionClock is a deadline of a dossier: the step it is for, the step from which it
// runs, and the keys of its length.
type AdmissionClock struct {
	Code    string `json:"code"`
	Step    string `json:"step"`
	From    string `json:"from"`
	Start   string `json:"start,omitempty"`  // key that says from which day of From
	Months  string `json:"months,omitempty"` // key; these first
	Days    string `json:"days,omitempty"`   // key; then so many working days
	Extend  string `json:"extend,omitempty"` // key of the longest extension in working days
	Opens   bool   `json:"opens,omitempty"`  // the step is not done before the months are over
	Consent bool   `json:"consent,omitempty"`
	Title   Text   `json:"title"`
	Fact    string `json:"rule"`
}

// AdmissionPaper is one paper of a dossier, in the order of the list (rules.md 4.43, 4.44).
type AdmissionPaper struct {
	Code   string `json:"code"`
	Form   string `json:"form"` // number of the form on the day; may be empty
	Title  Text   `json:"title"`
	Part   string `json:"part"`
	Step   string `json:"step"`             // with which it comes
	Way    string `json:"way,omitempty"`    // only where this organisation introduces: "youth", "trade"
	Hand   bool   `json:"hand,omitempty"`   // written by hand: recorded, never made here
	Sealed bool   `json:"sealed,omitempty"` // under its own secrecy rules: only that it is there (5.24)
	Made   bool   `json:"made,omitempty"`   // the program can fill it from the dossier
}

// EducationException lowers the least education for some people (rules.md 4.13).
type EducationException struct {
	Code    string `json:"code"`
	Min     string `json:"min"`     // code of EducationLevels
	Consent bool   `json:"consent"` // written consent of the standing board under the Centre
	Title   Text   `json:"title"`
}

// AdmissionSteps gives the steps in order.
func (s Set) AdmissionSteps() []AdmissionStep { return value[[]AdmissionStep](s, admissionSteps) }

// AdmissionClocks gives the deadlines.
func (s Set) AdmissionClocks() []AdmissionClock { return value[[]AdmissionClock](s, admissionClocks) }

// AdmissionPapers gives the papers in the required order, none before the first set of forms.
func (s Set) AdmissionPapers() []AdmissionPaper { return value[[]AdmissionPaper](s, admissionPapers) }

// AdmissionPapersRule gives where that list comes from.
func (s Set) AdmissionPapersRule() Rule { return s.Rule(admissionPapers) }

// EducationExceptions gives who may have less general education.
func (s Set) EducationExceptions() []EducationException {
	return value[[]EducationException](s, educationExceptions)
}

// EducationExceptionsRule gives where they come from.
func (s Set) EducationExceptionsRule() Rule { return s.Rule(educationExceptions) }

// Codes gives a list of codes, nil when no rule is in force.
func (s Set) Codes(key string) []string { return value[[]string](s, key) }

// decodeAdmission reads the shapes of the way into the Party; ok is false for others.
func decodeAdmission(k Key, raw json.RawMessage) (v any, ok bool, err error) {
	switch k.Shape {
	case "admission_steps":
		v, err = checked(raw, checkAdmissionSteps)
	case "admission_clocks":
		v, err = checked(raw, func(list []AdmissionClock) error {
			for _, c := range list {
				if c.Step == "" || c.From == "" || c.Months == "" && c.Days == "" {
					return fmt.Errorf("deadline %q lacks its steps or its length", c.Code)
				}
			}
			return titled(list, func(c AdmissionClock) (string, Text) { return c.Code, c.Title })
		})
	case "admission_papers":
		v, err = checked(raw, func(list []AdmissionPaper) error {
			return titled(list, func(p AdmissionPaper) (string, Text) { return p.Code, p.Title })
		})
	case "admission_forms":
		v, err = checked(raw, checkAdmissionForms)
	case "education_exceptions":
		v, err = checked(raw, func(list []EducationException) error {
			return titled(list, func(e EducationException) (string, Text) { return e.Code, e.Title })
		})
	default:
		return nil, false, nil
	}
	return v, true, err
}

// checkAdmissionSteps refuses a step that comes after one it is needed for.
func checkAdmissionSteps(list []AdmissionStep) error {
	var seen []string
	for _, st := range list {
		for _, need := range st.Needs {
			if !slices.Contains(seen, need) {
				return fmt.Errorf("step %q needs %q, which does not stand before it", st.Code, need)
			}
		}
		seen = append(seen, st.Code)
	}
	if len(list) == 0 {
		return errors.New("no steps")
	}
	return titled(list, func(st AdmissionStep) (string, Text) { return st.Code, st.Title })
}
