package meeting

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chibo/internal/civil"
	"chibo/internal/paper"
	"chibo/org"
	"chibo/rulebook"
	"chibo/secret"
)

var (
	updateGolden = flag.Bool("update", false, "write the golden papers anew")
	pagesTo      = flag.String("pages", "", "folder for the golden papers as PDF and DOCX, to look at")
)

// alphabet is a name with every Vietnamese letter that names may have.
const alphabet = "Ắ Ằ Ẳ Ẵ Ặ Ấ Ầ Ẩ Ẫ Ậ Đ É È Ẻ Ẽ Ẹ Ế Ề Ể Ễ Ệ Í Ì Ỉ Ĩ Ị Ó Ò Ỏ Õ Ọ Ố Ồ Ổ Ỗ Ộ Ớ Ờ Ở Ỡ Ợ Ú Ù Ủ Ũ Ụ Ứ Ừ Ử Ữ Ự Ý Ỳ Ỷ Ỹ Ỵ á à ả ã ạ ắ ằ ẳ ẵ ặ ấ ầ ẩ ẫ ậ đ é è ẻ ẽ ẹ ế ề ể ễ ệ í ì ỉ ĩ ị ó ò ỏ õ ọ ố ồ ổ ỗ ộ ớ ờ ở ỡ ợ ú ù ủ ũ ụ ứ ừ ử ữ ự ý ỳ ỷ ỹ ỵ"

// goldenPapers are a paper of each kind of one evening, and the extremes.
func goldenPapers(t *testing.T) map[string]paper.Document {
	t.Helper()
	out := map[string]paper.Document{}
	for _, tmpl := range Templates() {
		out[tmpl.Code] = goldenFacts(t, tmpl.Kind).compose(tmpl.Kind)
	}
	long := goldenFacts(t, PaperMinutes)
	long.minutes.Items[1].Note = strings.Repeat("Chi bộ thảo luận kỹ từng việc, ", 1666) + "rồi thống nhất"
	out["minutes-long-item"] = long.compose(PaperMinutes)
	many := goldenFacts(t, PaperMinutes)
	many.minutes.Absent = nil
	for i := range 300 {
		many.minutes.Absent = append(many.minutes.Absent, AbsentFacts{Name: fmt.Sprintf("Nguyễn Thị Ước %d", i+1), Excused: i%2 == 0, Reason: "Đi làm xa"})
		many.minutes.General = append(many.minutes.General, SaidFacts{Name: fmt.Sprintf("Nguyễn Thị Ước %d", i+1), Text: "Nhất trí"})
	}
	many.minutes.Attendance = Attendance{Members: 310, Officials: 300, Reserves: 10, Due: 310, Present: 10, PresentOfficial: 10, Excused: 150, Unexcused: 150}
	out["minutes-300"] = many.compose(PaperMinutes)
	ladder := goldenFacts(t, PaperCount)
	ladder.count.SecretFacts = SecretFacts{Subject: "Xem xét kỷ luật\nđồng chí <b>A</b>", Ballot: secret.Ladder, Round: 2, Passed: []string{"Cảnh cáo"}}
	ladder.count.Base, ladder.count.Prints, ladder.count.Warrant, ladder.count.Broken = 11, nil, "", 1
	half, two := rulebook.Ratio{Num: 1, Den: 2, Strict: true}, rulebook.Ratio{Num: 2, Den: 3}
	ladder.count.Lines = []CountLine{
		{Title: "Đề nghị khai trừ", Votes: 2, Cumulated: 2, Threshold: two, Source: "Điều lệ Đảng, Điều 38.3"},
		{Title: "Cảnh cáo", Votes: 4, Cumulated: 6, Threshold: half, Source: "Điều lệ Đảng, Điều 38.3", Passed: true},
		{Title: "Khiển trách", Votes: 3, Cumulated: 9, Threshold: half, Source: "Điều lệ Đảng, Điều 38.3"},
		{Title: "Không kỷ luật", Votes: 1},
	}
	out["count_ladder"] = ladder.compose(PaperCount)
	told := goldenFacts(t, PaperMinutes)
	told.minutes.Secrets = []SecretFacts{
		{Subject: "Bầu chi ủy", Ballot: secret.Candidates, Round: 2, Guarded: true, Places: 3, Passed: []string{"Nguyễn Văn A", "Trần Thị B"}, Protocol: "01-BBKP/CB"},
		{Subject: "Công nhận chính thức", Ballot: secret.Question, Round: 1, Passed: []string{"Đồng ý"}, Result: "đồng ý 15/19 (78,9%), không đồng ý 4/19 (21,1%)", Protocol: "02-BBKP/CB"},
		{Subject: "Việc mất mã", Ballot: secret.Question, Round: 1, Void: true},
	}
	out["minutes_secret"] = told.compose(PaperMinutes)
	decided := goldenFacts(t, PaperResolution)
	decided.resolution.Secrets = told.minutes.Secrets[:2]
	out["resolution_secret"] = decided.compose(PaperResolution)
	extract := goldenFacts(t, PaperExtract)
	extract.other.Secret = &told.minutes.Secrets[1]
	out["extract_secret"] = extract.compose(PaperExtract)
	hostile := goldenFacts(t, PaperExtract)
	hostile.other.Decisions[0] = DecisionFacts{
		Title: "<script>alert(1)</script> {nơi nhận} \u202e=SUM(A1)\x00 %s ]]> " + strings.Repeat("khôngcódấucách", 40), Assignee: alphabet, Due: civil.Of(2027, 2, 9), Product: "\n\n&amp;",
	}
	hostile.other.To = "Hội <b>{tên chi bộ}</b> \"'"
	out["extract-hostile"] = hostile.compose(PaperExtract)
	return out
}

func goldenFacts(t *testing.T, kind string) specimen {
	t.Helper()
	book, err := rulebook.New()
	if err != nil {
		t.Fatal(err)
	}
	day := civil.Of(2026, 11, 3)
	cell := org.Unit{Kind: org.KindCell, Name: "Chi bộ Tổ dân phố Hòa Bình", PaperName: "CHI BỘ TỔ DÂN PHỐ HÒA BÌNH", Place: "Đức Thọ"}
	upper := org.Unit{Kind: org.KindGrassrootsParty, Name: "Đảng bộ thị trấn Đức Thọ", PaperName: "ĐẢNG BỘ THỊ TRẤN ĐỨC THỌ"}
	f := inventedFacts()
	f.minutes.Clerk.Name, f.resolution.Clerk.Name = "Đặng Thị Ưởng", "Đặng Thị Ưởng"
	if f.frame, err = NewFrame(book.At(day, ""), cell, upper, kind, day, true); err != nil {
		t.Fatal(err)
	}
	f.frame.Symbol = "05-" + kind + "/CB"
	return f
}

// The papers of every kind do not change unnoticed: what is stored is hashed, and people
// sign them. After a change on purpose look at the pages (-pages) and write them anew
// (-update).
func TestGoldenPapers(t *testing.T) {
	for name, d := range goldenPapers(t) {
		got, err := d.JSON()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		path := filepath.Join("testdata", "papers", name+".json")
		if *updateGolden && !strings.Contains(name, "-") {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if !strings.Contains(name, "-") {
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s is another paper now:\n%s", name, got)
			}
		}
		var pdf, docx bytes.Buffer
		if err := paper.PDF(&pdf, d); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := paper.DOCX(&docx, d); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if *pagesTo != "" {
			for ending, b := range map[string][]byte{".pdf": pdf.Bytes(), ".docx": docx.Bytes()} {
				if err := os.WriteFile(filepath.Join(*pagesTo, name+ending), b, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// rules.md 7.04-7.16 on a paper of each kind, and that no field is left unfilled.
func TestFormOfEveryKind(t *testing.T) {
	for _, tmpl := range Templates() {
		d := goldenFacts(t, tmpl.Kind).compose(tmpl.Kind)
		if tmpl.Kind == PaperBallot || tmpl.Kind == PaperVoting { // no paper that is issued
			if d.Number != "" || d.PlaceDate != "" || len(d.Signatures)+len(d.Recipients) > 0 {
				t.Errorf("%s bears %q, %q, %v, %q: nothing may tell one ballot from another", tmpl.Code, d.Number, d.PlaceDate, d.Signatures, d.Recipients)
			}
			continue
		}
		if d.Header.Upper != "ĐẢNG BỘ THỊ TRẤN ĐỨC THỌ" || d.Header.Issuer != "CHI BỘ TỔ DÂN PHỐ HÒA BÌNH" || d.Style.Head.Mark != "ĐẢNG CỘNG SẢN VIỆT NAM" {
			t.Errorf("%s: head %+v", tmpl.Code, d.Header)
		}
		if d.Number != "Số 05-"+tmpl.Kind+"/CB" || d.PlaceDate != "Đức Thọ, ngày 03 tháng 11 năm 2026" || d.Kind == "" || d.Kind != strings.ToUpper(d.Kind) || d.Subject == "" {
			t.Errorf("%s: %q %q %q %q", tmpl.Code, d.Number, d.PlaceDate, d.Kind, d.Subject)
		}
		if n := len(d.Recipients); n == 0 || d.Recipients[n-1] != "Lưu Chi bộ." {
			t.Errorf("%s: recipients %q", tmpl.Code, d.Recipients)
		}
		if s := d.Signatures; tmpl.Kind != PaperMinutes && tmpl.Kind != PaperCount && (len(s) != 1 || !strings.HasPrefix(s[0].Authority, "T/M CHI ") || s[0].Post != "BÍ THƯ" || s[0].Name != "Nguyễn Văn A") {
			t.Errorf("%s: signed %+v", tmpl.Code, s)
		}
		text := words(d)
		if strings.ContainsAny(text, "{}") || strings.Contains(text, "..") || strings.Contains(text, " ,") || strings.Contains(text, "  ") {
			t.Errorf("%s: the words of\n%s", tmpl.Code, text)
		}
		if !strings.HasSuffix(strings.TrimSpace(text), ".") || strings.HasSuffix(strings.TrimSpace(text), "./.") {
			t.Errorf("%s ends with %q", tmpl.Code, text[max(0, len(text)-40):])
		}
	}
	if s := goldenFacts(t, PaperConclusion).compose(PaperConclusion).Signatures; s[0].Authority != "T/M CHI ỦY" {
		t.Errorf("the conclusion is signed %+v", s)
	}
}

// An extract says one decision and nothing else of its resolution.
func TestExtractSaysOneDecision(t *testing.T) {
	f := goldenFacts(t, PaperExtract)
	f.other.Decisions = f.other.Decisions[:1]
	text := words(f.compose(PaperExtract))
	for _, other := range []string{"hiến đất", "19/19", "Nhất trí", "Ốm đau"} {
		if strings.Contains(text, other) {
			t.Errorf("the extract tells %q:\n%s", other, text)
		}
	}
	if !strings.Contains(text, "Giúp đỡ hai hộ nghèo") || !strings.Contains(text, "Hội Nông dân") {
		t.Errorf("the extract:\n%s", text)
	}
}
