package admission

import (
	"chibo/internal/civil"
	"chibo/internal/paper"
	"chibo/meeting"
	"chibo/org"
	"chibo/rulebook"
)

// kindPrefix begins the name under which the words of a form are set.
const kindPrefix = "knd_"

// Worded gives the forms whose standing words a committee may set for itself and all below
// it, with a preview about somebody invented.
func Worded() meeting.Worded {
	return meeting.Worded{Templates: formTemplates, Preview: formPreview}
}

func formTemplates(set rulebook.Set) []meeting.Template {
	var out []meeting.Template
	for _, f := range set.AdmissionForms() {
		if len(f.Pieces) > 0 {
			out = append(out, meeting.Template{
				Kind: kindPrefix + f.Code, Code: kindPrefix + f.Code, Pieces: f.Pieces, Title: rulebook.Text{Vi: f.Form + " · " + f.Title.Vi, En: f.Form + " · " + f.Title.En},
			})
		}
	}
	return out
}

// formPreview fills a form with somebody invented.
func formPreview(set rulebook.Set, unit, upper org.Unit, t meeting.Template, words map[string]rulebook.Wording) (paper.Document, error) {
	form, ok := set.AdmissionForm(t.Kind[len(kindPrefix):])
	if !ok {
		return paper.Document{}, ErrNotFound
	}
	day := civil.Of(2026, 11, 3)
	f := FormFacts{
		Form: form, Words: words, Fixed: set.PaperWords(), Upper: upper.PaperName, Issuer: unit.PaperName, Place: unit.Place, Day: day,
		Symbol: formGap + "-" + form.Kind + "/" + set.Suffix(unit.Kind), Pair: true, Watermark: formTrial,
		Person: FormPerson{
			Name: "Nguyễn Thị A", Birth: "12/06/1998", Sex: "nữ", Ethnic: "Kinh", Education: "tốt nghiệp THPT", Professional: "cao đẳng", Occupation: "nông dân, ngư dân",
		},
		Units: FormUnits{
			Cell: "Chi bộ Tổ dân phố B", Section: "Đảng ủy bộ phận C", Base: "Đảng ủy xã D", Above: formBoard + "Đảng ủy cấp trên",
		},
		Held: FormHeld{
			Day: day, Members: 24, Officials: 22, Reserves: 2, Present: 21, PresentOfficial: 19, PresentR: 2, Chair: "đồng chí Nguyễn Văn E, Bí thư",
			Clerk: "đồng chí Trần Thị G", Base: 19, Yes: 18, No: 1,
		},
		Introduced: []string{"Lê Văn H", "Phạm Thị K"}, Helpers: []string{"Lê Văn H"}, HelpsSince: day.AddMonths(-10),
		CellPaper: FormPaper{Number: "11-NQ/CB", Day: day.AddDays(-40)}, BasePaper: FormPaper{Number: "23-NQ/ĐU", Day: day.AddDays(-20)},
		JoinedOn: day.AddMonths(-13), EndsOn: day.AddMonths(-1), OfficialOn: day.AddMonths(-1),
		Signer: FormSigner{Authority: set.PaperWords().Authority[form.Sign], Post: "BÍ THƯ", Name: "Nguyễn Văn E"},
	}
	if form.Kind != "" {
		f.To = []string{formKeep}
	}
	err := set.PaperStyle(&f.Style)
	return ComposeForm(f), err
}
