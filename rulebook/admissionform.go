package rulebook

import "fmt"

const admissionForms = "admission.forms"

// AdmissionForm is a form of the KNĐ series (rules.md 4h), filled from the dossier or, where
// the paper is written by hand, a sheet that says what belongs into it. Its words are the
// rules "wording.knd_<Code>.<piece>".
type AdmissionForm struct {
	Code   string   `json:"code"`              // of AdmissionPaper, or FormRegister
	Form   string   `json:"form"`              // number of the form, "6-KNĐ"
	Pair   string   `json:"pair,omitempty"`    // its number when two introduce together
	Title  Text     `json:"title"`             // name above the text, "Nghị quyết"
	Kind   string   `json:"kind,omitempty"`    // of paper that it is issued as (rules.md 7.18); "" it has no number
	By     string   `json:"by,omitempty"`      // who issues it, as of AdmissionStep
	Sign   string   `json:"sign,omitempty"`    // who signs: a body of paper.words, or one of the values below
	SignAs string   `json:"sign_as,omitempty"` // words of the signature, where no body signs
	Mark   string   `json:"mark,omitempty"`    // head of another organisation's paper
	Lines  int      `json:"lines,omitempty"`   // ruled lines under each thing asked; 0: guidance only
	Bare   bool     `json:"bare,omitempty"`    // no Party organisation stands at its head
	Pieces []string `json:"pieces"`            // of its words
}

// FormRegister is the book of reserve members.
const FormRegister = "register"

// Who signs a form beside the bodies of paper.words.
const (
	SignPerson      = "person"      // who writes it by hand
	SignIntroducers = "introducers" // the members who introduce
	SignHelper      = "helper"      // the member who helps
	SignOutside     = "outside"     // another organisation
)

// Key gives the rule of a piece of its words.
func (f AdmissionForm) Key(piece string) string { return "wording.knd_" + f.Code + "." + piece }

// Hand says whether people write the paper by hand and the form is guidance only.
func (f AdmissionForm) Hand() bool { return f.Sign == SignPerson }

// AdmissionForms gives the forms in force, none before the first set.
func (s Set) AdmissionForms() []AdmissionForm { return value[[]AdmissionForm](s, admissionForms) }

// AdmissionForm gives the form of a paper; ok is false for none.
func (s Set) AdmissionForm(code string) (f AdmissionForm, ok bool) {
	for _, f := range s.AdmissionForms() {
		if f.Code == code {
			return f, true
		}
	}
	return f, false
}

// AdmissionFormsRule gives where the set of forms comes from, and how sure that is.
func (s Set) AdmissionFormsRule() Rule { return s.Rule(admissionForms) }

func checkAdmissionForms(list []AdmissionForm) error {
	for _, f := range list {
		if (f.Kind == "") != (f.By == "") {
			return fmt.Errorf("form %q has a number and nobody who issues it, or the other way round", f.Code)
		}
		if f.Code != FormRegister && len(f.Pieces) == 0 {
			return fmt.Errorf("form %q has no words", f.Code)
		}
	}
	return titled(list, func(f AdmissionForm) (string, Text) { return f.Code, f.Title })
}
