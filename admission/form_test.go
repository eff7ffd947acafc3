package admission_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chibo/admission"
	"chibo/internal/civil"
	"chibo/internal/paper"
	"chibo/rulebook"
)

var (
	updateGolden = flag.Bool("update", false, "write the golden papers anew")
	pagesTo      = flag.String("pages", "", "folder for the golden papers as PDF and DOCX, to look at")
)

// formDay is a day on which the style and the words of 2026 hold.
var formDay = civil.Of(2026, 11, 3)

// facts fill a form completely.
func facts(t testing.TB, code string) admission.FormFacts {
	t.Helper()
	book, err := rulebook.New()
	if err != nil {
		t.Fatal(err)
	}
	s := book.At(formDay, "")
	form, ok := s.AdmissionForm(code)
	if !ok {
		t.Fatalf("no form of %s", code)
	}
	f := admission.FormFacts{
		Form: form, Words: map[string]rulebook.Wording{}, Fixed: s.PaperWords(), Upper: "ĐẢNG BỘ THỊ TRẤN ĐỨC THỌ", Issuer: "CHI BỘ TỔ DÂN PHỐ HÒA BÌNH",
		Place: "Đức Thọ", Day: formDay, Symbol: "05-" + form.Kind + "/CB", Watermark: "DỮ LIỆU MẪU",
		Person: admission.FormPerson{
			Name: "Đoàn Thị Mận", Birth: "12/06/1994", Sex: "nữ", Ethnic: "Kinh", Education: "tốt nghiệp THPT", Professional: "cao đẳng", Occupation: "nông dân, ngư dân",
		},
		Units: admission.FormUnits{
			Cell: "Chi bộ Tổ dân phố Hòa Bình", Section: "Đảng ủy bộ phận Chợ", Base: "Đảng ủy thị trấn Đức Thọ", Above: "Ban Thường vụ Huyện ủy Đức Thọ",
		},
		Held: admission.FormHeld{
			Day: formDay, Members: 28, Officials: 27, Reserves: 1, Present: 24, PresentOfficial: 23, PresentR: 1, Chair: "đồng chí Lưu Đình Khải, Bí thư Chi bộ",
			Clerk: "đồng chí Thái Hữu Thụ, Chi ủy viên", Base: 23, Yes: 22, No: 1,
		},
		Introduced: []string{"Kiều Thị Hạnh", "Mai Thị Thơm"}, Helpers: []string{"Thái Hữu Thụ"}, HelpsSince: civil.Of(2026, 1, 5),
		CellPaper: admission.FormPaper{Number: "12-NQ/CB", Day: civil.Of(2026, 9, 3)}, BasePaper: admission.FormPaper{Number: "31-NQ/ĐU", Day: civil.Of(2026, 10, 6)},
		JoinedOn: civil.Of(2025, 10, 20), EndsOn: civil.Of(2026, 10, 20), OfficialOn: civil.Of(2026, 10, 20),
		Signer: admission.FormSigner{Authority: "T/M CHI BỘ", Post: "BÍ THƯ", Name: "Lưu Đình Khải"}, To: []string{"Đảng ủy thị trấn Đức Thọ (báo cáo),", "Lưu hồ sơ."},
	}
	f.Pair = true
	if err := s.PaperStyle(&f.Style); err != nil {
		t.Fatal(err)
	}
	for _, piece := range form.Pieces {
		f.Words[piece] = s.Wording(form.Key(piece))
	}
	if form.Kind == "" {
		f.To = nil
	}
	return f
}

// goldenForms are every form filled, and one with nothing known.
func goldenForms(t testing.TB) map[string]paper.Document {
	t.Helper()
	book, err := rulebook.New()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]paper.Document{}
	for _, f := range book.At(formDay, "").AdmissionForms() {
		if f.Code != rulebook.FormRegister {
			out[f.Code] = admission.ComposeForm(facts(t, f.Code))
		}
	}
	typed := facts(t, "cell")
	typed.Answers = []string{"Lý lịch rõ ràng.", "Lập trường vững vàng.\nChấp hành tốt chủ trương.", "", "Hoàn thành tốt nhiệm vụ."}
	out["cell-typed"] = admission.ComposeForm(typed)
	empty := facts(t, "cell")
	empty.Held = admission.FormHeld{Members: -1, Officials: -1, Reserves: -1, Present: -1, PresentOfficial: -1, PresentR: -1, Base: -1, Yes: -1, No: -1}
	empty.Person = admission.FormPerson{Name: empty.Person.Name}
	empty.Day = civil.Date{}
	out["cell-empty"] = admission.ComposeForm(empty)
	s := book.At(formDay, "")
	out["index"] = admission.ComposeIndex(indexFacts(s, typed))
	out["register"] = admission.ComposeRegister(admission.RegisterFacts{
		Style: typed.Style, Upper: typed.Upper, Issuer: typed.Issuer, Place: typed.Place, Day: formDay, From: civil.Of(2025, 1, 1), Number: "18-KNĐ", Title: "Sổ đảng viên dự bị",
		Rows: []admission.RegisterRow{
			{Name: "Đoàn Thị Mận", Birth: civil.Of(1994, 6, 12), Cell: "Tổ dân phố Hòa Bình", Helper: "Thái Hữu Thụ", Decision: admission.FormPaper{Number: "12-QĐ/HU", Day: civil.Of(2026, 3, 3)}, JoinedOn: civil.Of(2026, 3, 20), EndsOn: civil.Of(2027, 3, 20)},
			{Name: "Lò Văn Sẵn", Birth: civil.Of(1990, 1, 2), Cell: "Tổ dân phố Bình Minh", Decision: admission.FormPaper{Number: "05-QĐ/HU", Day: civil.Of(2025, 3, 3)}, JoinedOn: civil.Of(2025, 3, 20), OfficialOn: civil.Of(2026, 3, 20), Recognition: admission.FormPaper{Number: "44-QĐ/HU"}},
			{Name: "Hồ Thị Nết", Birth: civil.Of(1991, 1, 2), Cell: "Tổ dân phố Bình Minh", Removed: true, JoinedOn: civil.Of(2025, 5, 20)},
		},
	})
	return out
}

func indexFacts(s rulebook.Set, f admission.FormFacts) admission.IndexFacts {
	var slots []admission.Slot
	for i, p := range s.AdmissionPapers() {
		slot := admission.Slot{AdmissionPaper: p, Due: i < 9}
		if i < 7 {
			slot.Paper = admission.Paper{Kind: p.Code, Present: true, Number: fmt.Sprintf("%02d", i+1), Day: civil.Of(2026, 8, i+1), Pages: 2, Kept: "cell", CheckedBy: "Thái Hữu Thụ", CheckedOn: civil.Of(2026, 9, 1)}
		}
		slots = append(slots, slot)
	}
	return admission.IndexFacts{
		Style: f.Style, Upper: f.Upper, Issuer: f.Issuer, Place: f.Place, Day: formDay, Person: f.Person, Cell: f.Units.Cell, Slots: slots,
		Keeps: s.Choices(rulebook.AdmissionKeeps), Source: s.AdmissionPapersRule().Source,
	}
}

// The forms do not change unnoticed: what is issued is hashed, and people sign it. After a
// change on purpose look at the pages (-pages) and write them anew (-update).
func TestGoldenForms(t *testing.T) {
	for name, d := range goldenForms(t) {
		got, err := d.JSON()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		path := filepath.Join("testdata", "forms", name+".json")
		if *updateGolden {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is another paper now:\n%s", name, got)
		}
		var pdf, docx bytes.Buffer
		if err := paper.PDF(&pdf, d); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := paper.DOCX(&docx, d); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if *pagesTo == "" {
			continue
		}
		for ending, b := range map[string][]byte{".pdf": pdf.Bytes(), ".docx": docx.Bytes()} {
			if err := os.WriteFile(filepath.Join(*pagesTo, name+ending), b, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// words gives all text of a paper.
func words(d paper.Document) string {
	var b strings.Builder
	b.WriteString(d.Kind + "\n" + d.Subject + "\n")
	for _, x := range d.Blocks {
		for _, r := range x.Runs {
			b.WriteString(r.Text)
		}
		b.WriteString("\n")
		if x.Table != nil {
			for _, row := range x.Table.Rows {
				b.WriteString(strings.Join(row.Cells, " | ") + "\n")
			}
		}
	}
	return b.String()
}

// What is known stands in the form, what is not is a gap, and nothing is left unfilled.
func TestFormsAreFilled(t *testing.T) {
	for name, d := range goldenForms(t) {
		text := words(d)
		if strings.ContainsAny(text, "{}") || strings.Contains(text, " ,") {
			t.Errorf("%s:\n%s", name, text)
		}
		for _, kin := range []string{" cha ", " mẹ ", "vợ", "anh chị em"} {
			if strings.Contains(text, kin) {
				t.Errorf("%s asks for relatives (%q)", name, kin)
			}
		}
	}
	text := words(goldenForms(t)["cell"])
	for _, want := range []string{"22/23 đồng chí (đạt 95,7%)", "quần chúng Đoàn Thị Mận", "Lưu Đình Khải", "Ngày 03 tháng 11 năm 2026", "Ban Thường vụ Huyện ủy Đức Thọ"} {
		if !strings.Contains(text, want) {
			t.Errorf("the resolution lacks %q:\n%s", want, text)
		}
	}
	if empty := words(goldenForms(t)["cell-empty"]); !strings.Contains(empty, "……") || strings.Contains(empty, "-1") {
		t.Errorf("nothing known:\n%s", empty)
	}
}

// rules.md 4.42: which numbers hold is chosen by the day, and since the renumbering they are
// not sure.
func TestFormsByDate(t *testing.T) {
	book, err := rulebook.New()
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[civil.Date]string{
		civil.Of(2016, 1, 1): "", civil.Of(2021, 5, 1): "verified", civil.Of(2025, 6, 8): "verified", civil.Of(2025, 6, 9): "unverified", formDay: "unverified",
	} {
		s := book.At(day, "")
		if got := s.AdmissionFormsRule().Status; string(got) != want {
			t.Errorf("on %s the forms are %q, want %q", day, got, want)
		}
		if _, ok := s.AdmissionForm("cell"); ok != (want != "") {
			t.Errorf("on %s: a form of the cell %v", day, ok)
		}
	}
	if rule := book.At(formDay, "").AdmissionFormsRule(); !strings.Contains(rule.Source, "chưa đủ nguồn") {
		t.Errorf("source %q", rule.Source)
	}
	if f := facts(t, "introduction"); !strings.Contains(admission.ComposeForm(f).Number, "3A-KNĐ") {
		t.Error("two introduce together on form 3A")
	}
}

// rules.md 4.43, 4.44: the list has the required order, and one PDF holds several papers.
func TestIndexOrder(t *testing.T) {
	text := words(goldenForms(t)["index"])
	at := -1
	for _, want := range []string{
		"Giấy chứng nhận học lớp bồi dưỡng nhận thức", "Đơn xin vào Đảng", "Lý lịch của người xin", "Văn bản thẩm tra", "Giấy giới thiệu", "Tổng hợp ý kiến", "Nghị quyết của chi bộ đề nghị kết nạp",
		"Nghị quyết của đảng ủy cơ sở", "Quyết định kết nạp", "Lý lịch đảng viên", "Phiếu đảng viên", "đảng viên mới", "Bản tự kiểm điểm", "Nhận xét của đảng viên", "Quyết định công nhận",
	} {
		i := strings.Index(text, want)
		if i < at || i < 0 {
			t.Errorf("%q stands at %d, after %d", want, i, at)
		}
		at = i
	}
	var one, all bytes.Buffer
	list := goldenForms(t)
	if err := paper.PDF(&one, list["index"]); err != nil {
		t.Fatal(err)
	}
	if err := paper.Bundle(&all, list["index"], list["cell"], list["decision"]); err != nil {
		t.Fatal(err)
	}
	pages := func(b []byte) int { return bytes.Count(b, []byte("/Type /Page\n")) }
	if pages(all.Bytes()) < pages(one.Bytes())+2 {
		t.Errorf("%d pages together, %d of the list", pages(all.Bytes()), pages(one.Bytes()))
	}
	if paper.Bundle(&all) == nil {
		t.Error("a bundle of nothing")
	}
}
