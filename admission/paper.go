package admission

import (
	"context"
	"slices"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/rulebook"
)

// Paper is what is recorded of one paper: that it is there, never what it says
// (rules.md 5.24, 9.15).
type Paper struct {
	Kind      string // code of rulebook admission.papers, PaperConsentAge, PaperConsentEducation
	Present   bool
	Number    string
	Day       civil.Date // of the paper
	Pages     int
	Kept      string // code of rulebook admission.keeps
	CheckedBy string
	CheckedOn civil.Date
	Note      string
	Version   int
}

// pagesMost bounds the pages of one paper, against a slip.
const pagesMost = 999

// Kinds gives the papers that can be recorded on a day: those of the forms in force, and
// the consents of an exception.
func Kinds(set rulebook.Set) []rulebook.AdmissionPaper {
	return append(slices.Clone(set.AdmissionPapers()),
		rulebook.AdmissionPaper{Code: PaperConsentAge, Part: rulebook.PartAdmission, Title: rulebook.Text{
			Vi: "Ý kiến đồng ý xét kết nạp người trên 60 tuổi của ban thường vụ cấp ủy trực thuộc Trung ương", En: "Consent to the admission of a person over 60",
		}},
		rulebook.AdmissionPaper{Code: PaperConsentEducation, Part: rulebook.PartAdmission, Title: rulebook.Text{
			Vi: "Ý kiến đồng ý về trình độ học vấn của ban thường vụ cấp ủy trực thuộc Trung ương", En: "Consent about the education",
		}})
}

// PutPaper records a paper. Who acts for the cell may, and a committee that has the
// dossier in hand. Fields kind, day, pages, kept, checked_by, checked_on, note; ErrState.
func (s *Service) PutPaper(ctx context.Context, actor access.Actor, ref ident.Ref, p Paper, act Act) error {
	tidy(&p.Number, &p.CheckedBy, &p.Note)
	return s.act(ctx, actor, ref, act, keepsPapers, func(ctx context.Context, t *turn) error {
		if t.d.State == Stopped || t.d.State == Removed {
			return ErrState
		}
		var f fault.Fields
		t.checkPaper(&f, p)
		if err := f.Err(); err != nil {
			return err
		}
		_, err := t.tx.Exec(ctx, putPaperSQL, ref.Part, ref.ID, p.Kind, p.Present, p.Number, p.Day, p.Pages, p.Kept, p.CheckedBy, p.CheckedOn, p.Note, t.tx.NowMS())
		if err != nil {
			return err
		}
		return t.save(ctx, "paper")
	})
}

// keepsPapers asks that the actor acts for the cell, or for the unit whose turn it is.
func keepsPapers(ctx context.Context, t *turn) error {
	if MayLead(t.actor, t.cell) {
		return nil
	}
	holder, err := t.s.unit(ctx, t.tx, t.d.HolderID)
	if err == nil && !serves(t.actor, holder) {
		err = access.ErrForbidden
	}
	return err
}

func (t *turn) checkPaper(f *fault.Fields, p Paper) {
	set, today := t.set(), t.tx.Today()
	if !slices.ContainsFunc(Kinds(set), func(k rulebook.AdmissionPaper) bool { return k.Code == p.Kind }) {
		f.Add("kind", "admission.err.choose")
	}
	if p.Present && (p.Kind == PaperConsentAge || p.Kind == PaperConsentEducation) && p.Number == "" {
		f.Add("number", "admission.err.number")
	}
	for _, d := range []struct {
		field string
		day   civil.Date
		asked bool
	}{{"paper_day", p.Day, p.Present}, {"checked_on", p.CheckedOn, p.CheckedBy != ""}} {
		if d.asked || !d.day.IsZero() {
			checkDay(f, d.field, d.day, today)
		}
	}
	if p.Pages < 0 || p.Pages > pagesMost {
		f.Add("pages", "admission.err.pages", "Most", pagesMost)
	}
	if p.Kept != "" && !has(set.Choices(rulebook.AdmissionKeeps), p.Kept) {
		f.Add("kept", "admission.err.choose")
	}
	fits(f, "number", p.Number, nameMost)
	fits(f, "checked_by", p.CheckedBy, nameMost)
	fits(f, "note", p.Note, lineMost)
}

// Slot is a place in the list of the dossier: the paper as the rules ask for it, and what
// is recorded of it.
type Slot struct {
	rulebook.AdmissionPaper
	Paper        // zero: nothing recorded
	Due     bool // its step is done, so it should be there
	Consent bool // of an exception
}

// list puts what is recorded into the required order (rules.md 4.43, 4.44): of the forms
// of a day. What does not apply to the person is left out.
func list(set rulebook.Set, way Way, introduced string, papers []Paper) []Slot {
	var out []Slot
	for _, k := range Kinds(set) {
		s := Slot{AdmissionPaper: k, Consent: k.Step == ""}
		i := slices.IndexFunc(papers, func(p Paper) bool { return p.Kind == k.Code })
		if i >= 0 {
			s.Paper = papers[i]
		}
		leg, ok := way.Leg(k.Step)
		s.Due = ok && leg.Done != nil
		switch {
		case i >= 0:
		case k.Way != "" && k.Way != introduced, ok && leg.Skip, s.Consent:
			continue
		}
		out = append(out, s)
	}
	return out
}
