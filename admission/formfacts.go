package admission

import (
	"context"
	"slices"
	"strings"

	"chibo/document"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/meeting"
	"chibo/office"
	"chibo/org"
	"chibo/rulebook"
)

// Papers that others name, by code of the list.
const (
	paperCell    = "cell"
	paperBase    = "base"
	paperRecCell = "rec_cell"
	paperRecBase = "rec_base"
)

// formDay gives the day whose forms and words a paper follows: that of its step, else today.
func (v View) formDay(step string) civil.Date {
	if leg, ok := v.Way.Leg(step); ok && leg.Last != nil && leg.Last.Day.IsDay() {
		return leg.Last.Day
	}
	return v.Today
}

// slot gives a paper of the list as the rules of a day have it.
func slot(set rulebook.Set, code string) (rulebook.AdmissionPaper, bool) {
	for _, p := range set.AdmissionPapers() {
		if p.Code == code {
			return p, true
		}
	}
	return rulebook.AdmissionPaper{}, false
}

// form is a form of a dossier, ready to be filled.
type form struct {
	rulebook.AdmissionForm
	paper rulebook.AdmissionPaper
	set   rulebook.Set
	unit  org.Unit   // who writes it
	upper org.Unit   // above it; zero at the top
	day   civil.Date // of the paper; zero: written by hand later
	leg   Leg        // its step
}

// formOf finds a form of a dossier; ErrNotFound for one that is not made here, or not of
// this cell.
func (s *Service) formOf(ctx context.Context, q db.Q, v View, code string) (f form, err error) {
	p, ok := slot(v.Set, code)
	if !ok {
		return f, ErrNotFound
	}
	on := v.formDay(p.Step)
	f.set = s.Book.At(on, v.Cell.Path)
	if f.AdmissionForm, ok = f.set.AdmissionForm(code); !ok {
		return f, ErrNotFound
	}
	f.paper, f.unit = p, v.Cell
	f.leg, _ = v.Way.Leg(p.Step)
	if f.By != "" {
		u, ok := v.Place.Of(f.By)
		if !ok || f.leg.Skip {
			return f, ErrNotFound
		}
		if f.unit = u; f.leg.Done != nil {
			f.day = f.leg.Done.Day
		}
	}
	if f.unit.ParentID != 0 {
		f.upper, err = org.ByID(ctx, q, f.unit.ParentID)
	}
	return f, err
}

// facts reads what a form is filled with.
func (s *Service) formFacts(ctx context.Context, q db.Q, v View, f form) (FormFacts, error) {
	out := FormFacts{
		Form: f.AdmissionForm, Words: map[string]rulebook.Wording{}, Fixed: f.set.PaperWords(), Upper: f.upper.PaperName, Issuer: f.unit.PaperName,
		Place: f.unit.Place, Day: f.day, JoinedOn: v.JoinedOn, OfficialOn: v.OfficialOn, EndsOn: s.ProbationEnd(v), Held: unknownHeld(),
		Units: unitsOf(v.Place), Person: personFacts(v, f.set),
	}
	if out.OfficialOn.IsZero() {
		out.OfficialOn = out.EndsOn
	}
	for _, piece := range f.Pieces {
		out.Words[piece] = f.set.Wording(f.Key(piece))
	}
	out.Watermark = s.Watermark()
	for _, p := range v.People {
		if p.Way == WayMember {
			out.Introduced = append(out.Introduced, p.Name)
		}
	}
	out.Pair = len(out.Introduced) > 1
	for _, h := range v.Helpers {
		if h.To.IsZero() {
			out.Helpers, out.HelpsSince = append(out.Helpers, h.Name), h.From
		}
	}
	if err := f.set.PaperStyle(&out.Style); err != nil {
		return out, err
	}
	if err := s.heldBy(ctx, q, v, f, &out); err != nil {
		return out, err
	}
	if err := s.named(ctx, q, v, f, &out); err != nil {
		return out, err
	}
	return out, s.signer(ctx, q, f, &out)
}

// unitsOf names the units as sentences do.
func unitsOf(p Place) FormUnits {
	u := FormUnits{Cell: p.Cell.Name, Above: formBoard + meeting.CommitteeName(p.Above.Name), Base: meeting.CommitteeName(p.Above.Name)}
	if p.Base.ID != 0 {
		u.Base = meeting.CommitteeName(p.Base.Name)
	}
	if p.Section.ID != 0 {
		u.Section = meeting.CommitteeName(p.Section.Name)
	}
	if p.Above.IsCell() {
		u.Above, u.Base = "", ""
	}
	return u
}

func personFacts(v View, set rulebook.Set) FormPerson {
	p := v.Person
	title := func(key, code string) string {
		for _, c := range set.Choices(key) {
			if c.Code == code {
				return lowerFirst(c.Title.Vi)
			}
		}
		return ""
	}
	out := FormPerson{
		Name: p.Name, Education: title(rulebook.EducationLevels, p.Education), Professional: title(rulebook.EducationProfessional, p.Professional),
		Occupation: title(rulebook.AdmissionOccupations, p.Occupation), Reserve: !v.JoinedOn.IsZero(), Birth: p.Birth.Vi(),
	}
	for _, c := range set.Choices(rulebook.EthnicGroups) {
		if c.Code == p.Ethnic {
			out.Ethnic = c.Title.Vi
		}
	}
	if out.Sex = "nam"; p.Sex == "f" {
		out.Sex = "nữ"
	}
	return out
}

func lowerFirst(s string) string {
	r := []rune(s)
	if len(r) > 1 && strings.ToUpper(string(r[1])) == string(r[1]) { // an abbreviation
		return s
	}
	return strings.ToLower(string(r[:min(1, len(r))])) + string(r[min(1, len(r)):])
}

// heldBy reads the vote of the form's step and who was there.
func (s *Service) heldBy(ctx context.Context, q db.Q, v View, f form, out *FormFacts) error {
	r := f.leg.Done
	if r == nil || f.Kind == "" {
		return nil
	}
	h := &out.Held
	h.Day = r.Day
	if r.Base > 0 {
		h.Base, h.Yes, h.No = r.Base, r.Yes, r.No
		if f.By != "cell" {
			h.Members = r.Base
		}
	}
	if r.MeetingID == 0 {
		return nil
	}
	facts, err := s.Meetings.Held(ctx, q, r.Meeting(v.Ref.Part))
	if fault.KindOf(err) == fault.NotFound { // it was of a cell that was left
		return nil
	}
	a := facts.Attendance
	h.Members, h.Officials, h.Reserves = a.Members, a.Officials, a.Reserves
	h.Present, h.PresentOfficial, h.PresentR = a.Present, a.PresentOfficial, a.PresentReserve
	h.Chair, h.Clerk = facts.Chair.Named(), facts.Clerk.Named()
	return err
}

// named reads the numbers of the papers that a decision names.
func (s *Service) named(ctx context.Context, q db.Q, v View, f form, out *FormFacts) error {
	made, err := s.madeOf(ctx, q, v)
	if err != nil {
		return err
	}
	ref := func(code string) FormPaper {
		p, _ := slot(v.Set, code)
		r := v.Way.Done(p.Step)
		out := FormPaper{Number: r.Number, Day: r.Day}
		for _, sl := range v.Slots {
			if sl.Code == code && sl.Present && sl.Number != "" {
				out = FormPaper{Number: sl.Number, Day: sl.Day}
			}
		}
		if list := made[code]; len(list) > 0 {
			d := list[len(list)-1]
			out = FormPaper{Number: d.Symbol, Day: d.On}
		}
		return out
	}
	out.CellPaper, out.BasePaper = ref(paperCell), ref(paperBase)
	if f.paper.Part == rulebook.PartRecognition {
		out.CellPaper, out.BasePaper = ref(paperRecCell), ref(paperRecBase)
	}
	d := v.Way.Done(StepDecision)
	out.Decision = FormPaper{Number: d.Number, Day: d.Day}
	return nil
}

// signer finds who signs for the body of the form, and who receives it.
func (s *Service) signer(ctx context.Context, q db.Q, f form, out *FormFacts) error {
	body := f.Sign
	holders, err := office.Holders(ctx, q, f.unit.PartID, f.unit.ID, f.dayOr(s))
	if err != nil {
		return err
	}
	if body == meeting.BodyCommittee {
		has, err := office.HasCommittee(ctx, q, f.unit.PartID, f.unit.ID, f.dayOr(s))
		if err != nil {
			return err
		}
		if !has {
			body = meeting.BodyCell
		}
	}
	if f.unit.IsCell() && body != meeting.BodyCommittee {
		body = meeting.BodyCell
	}
	out.Signer.Authority = out.Fixed.Authority[body]
	for _, title := range []string{office.Secretary, office.Deputy} {
		i := slices.IndexFunc(holders, func(h office.Holder) bool { return h.Title == title })
		if i >= 0 {
			out.Signer.Post, out.Signer.Name = out.Fixed.Posts[title], holders[i].Name
			break
		}
	}
	if f.Kind == "" {
		return nil
	}
	out.To = f.receivers(out)
	return nil
}

func (f form) dayOr(s *Service) civil.Date {
	if f.day.IsDay() {
		return f.day
	}
	return civil.From(s.DB.Clock().Now())
}

// receivers are the lines under "Nơi nhận:" (rules.md 7.15).
func (f form) receivers(out *FormFacts) []string {
	var to []string
	switch {
	case f.By == "above":
		to = []string{out.Units.Base + ",", out.Units.Cell + ","}
		if out.Units.Base == "" {
			to = []string{out.Units.Cell + ","}
		}
	case f.upper.ID != 0:
		to = []string{meeting.CommitteeName(f.upper.Name) + formReport}
	}
	return append(to, formKeep)
}

// madeOf gives the papers that were issued of a dossier, by the code of the list, in the
// order they were issued.
func (s *Service) madeOf(ctx context.Context, q db.Q, v View) (map[string][]document.Document, error) {
	out := map[string][]document.Document{}
	units := []org.Unit{v.Place.Cell, v.Place.Section, v.Place.Base, v.Place.Above}
	hands, err := db.List(ctx, q, func(r db.Scanner) (id int64, err error) { return id, r.Scan(&id) }, handsSQL, v.Ref.Part, v.Ref.ID)
	if err != nil {
		return nil, err
	}
	for _, id := range hands { // of a cell that was left
		u, err := org.ByID(ctx, q, id)
		if err != nil {
			return nil, err
		}
		units = append(units, u)
	}
	var parts []int64
	for _, u := range units {
		if u.ID == 0 || slices.Contains(parts, u.PartID) {
			continue
		}
		parts = append(parts, u.PartID)
		list, err := document.ByGuarded(ctx, q, u.PartID, formOwner, v.Ref.ID)
		if err != nil {
			return nil, err
		}
		for _, d := range list {
			code := strings.TrimPrefix(d.Owner, formOwner+":")
			out[code] = append(out[code], d)
		}
	}
	return out, nil
}
