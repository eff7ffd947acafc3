package meeting

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/paper"
	"chibo/member"
	"chibo/org"
	"chibo/rulebook"
)

// rules.md 2.22, 2.23: exempt ones who come count beside, reserve members and guests are due.
func TestAttendance(t *testing.T) {
	row := func(standing string, official bool, presence string) RollRow {
		return RollRow{Standing: standing, Official: official, Presence: presence}
	}
	roll := []RollRow{
		row(member.StandingOfficial, true, Present), row(member.StandingOfficial, true, Excused), row(member.StandingOfficial, true, Unexcused),
		row(member.StandingOfficial, true, ""), row(member.StandingReserve, false, Present), row(member.StandingGuest, true, Present),
		row(member.SpellExempt, true, Present), row(member.SpellExempt, true, ""), row(member.SpellTempOut, true, ""),
		row(member.SpellAway, false, ""), row(member.SpellSuspended, true, ""),
	}
	want := Attendance{
		Members: 10, Officials: 8, Reserves: 2, Exempt: 2, TempOut: 1, Away: 1, Suspended: 1, Guests: 1,
		Due: 6, Present: 3, PresentOfficial: 2, PresentReserve: 1, Excused: 1, Unexcused: 1, Uncalled: 1, Beside: 1,
	}
	if got := Count(roll); got != want {
		t.Errorf("%+v\nwant %+v", got, want)
	}
	if got := Count(roll).Here(); got != 4 {
		t.Errorf("%d here", got)
	}
}

func TestPercent(t *testing.T) {
	for want, c := range map[string][2]int{
		"85,2%": {23, 27}, "100%": {5, 5}, "0%": {0, 9}, "33,3%": {1, 3}, "66,7%": {2, 3}, "50%": {1, 2}, "0,1%": {1, 1999},
	} {
		if got := percent(c[0], c[1]); got != want {
			t.Errorf("%d of %d: %s, want %s", c[0], c[1], got, want)
		}
	}
	if percent(1, 0) != "0%" {
		t.Error("a share of nobody")
	}
}

func TestCode(t *testing.T) {
	at := time.Unix(3000, 0)
	code := codeAt("secret", stepAt(at))
	if len(code) != 4 || code == codeAt("secret", stepAt(at)+1) || code == codeAt("other", stepAt(at)) {
		t.Errorf("code %q", code)
	}
	for after, want := range map[time.Duration]bool{0: true, 29 * time.Second: true, 59 * time.Second: true, 60 * time.Second: false, -time.Second: false} {
		if got := codeFits("secret", code, at.Add(after)); got != want {
			t.Errorf("after %s: %v, want %v", after, got, want)
		}
	}
	if codeFits("", codeAt("", stepAt(at)), at) {
		t.Error("a meeting without a secret has a code")
	}
}

func TestCommitteeName(t *testing.T) {
	for unit, want := range map[string]string{
		"Đảng bộ thị trấn Đức Thọ": "Đảng ủy thị trấn Đức Thọ", "Đảng bộ huyện Đức Thọ": "Huyện ủy Đức Thọ",
		"Đảng bộ xã Yên Hồ": "Đảng ủy xã Yên Hồ", "Đảng bộ tỉnh Hà Tĩnh": "Tỉnh ủy Hà Tĩnh", "Khối khác": "Khối khác",
	} {
		if got := CommitteeName(unit); got != want {
			t.Errorf("%s: %s, want %s", unit, got, want)
		}
	}
}

// A thematic meeting under the rules of before 2026, past midnight, with a list that
// passes or fails: closing mark, theme, empty parts.
func TestThematicPapersOfTheirTime(t *testing.T) {
	book, err := rulebook.New()
	if err != nil {
		t.Fatal(err)
	}
	day := civil.Of(2025, 2, 7)
	cell := org.Unit{Kind: org.KindCell, Name: "Chi bộ Thôn 2", PaperName: "CHI BỘ THÔN 2", Place: "Yên Hồ"}
	upper := org.Unit{Kind: org.KindGrassrootsParty, Name: "Đảng bộ xã Yên Hồ", PaperName: "ĐẢNG BỘ XÃ YÊN HỒ"}
	frame, err := NewFrame(book.At(day, ""), cell, upper, PaperMinutes, day, true)
	if err != nil {
		t.Fatal(err)
	}
	frame.Symbol = "07-BB/CB"
	held := HeldFacts{
		Kind: Thematic, Theme: "Học tập và làm theo Bác về cần, kiệm", Month: 202502, Opened: day.Time(22, 0), Closed: day.AddDays(1).Time(0, 30),
		Place: "Nhà văn hóa Thôn 2", Chair: PersonFacts{Name: "Đinh Thị Mận", Post: "Phó bí thư chi bộ", Sign: "PHÓ BÍ THƯ"}, FeePaid: -1,
	}
	score := &ScoreLine{Self10: -1, Grade: "Đạt", Settled: true, Rows: []ScoreRow{{Code: "E1", Name: "Tham dự", Self10: -1, Mark: "Đạt"}}}
	m := ComposeMinutes(MinutesFacts{Frame: frame, HeldFacts: held, Score: score})
	if m.Subject != "sinh hoạt chuyên đề tháng 02 năm 2025\nHọc tập và làm theo Bác về cần, kiệm" || m.Watermark != "DỮ LIỆU MẪU" ||
		m.PlaceDate != "Yên Hồ, ngày 07 tháng 02 năm 2025" || m.Style.Page.Left != 30 {
		t.Errorf("frame %+v", m)
	}
	text := words(m)
	if !strings.HasSuffix(text, "00 giờ 30 phút, ngày 08 tháng 02 năm 2025. Biên bản đã được thư ký đọc lại trước chi bộ./.\n") {
		t.Errorf("the end of\n%s", text)
	}
	if !strings.Contains(text, "Chi bộ tự chấm: xếp loại Đạt.") || strings.Contains(text, "Thư ký: ") || strings.Contains(text, "đảng phí") {
		t.Errorf("the words of\n%s", text)
	}
	if frame, err = NewFrame(book.At(day, ""), cell, upper, PaperResolution, day, true); err != nil {
		t.Fatal(err)
	}
	r := ComposeResolution(ResolutionFacts{Frame: frame, HeldFacts: held, Direction: "Làm theo", Vote: VoteFacts{Base: 9, Yes: 9, Passed: true}})
	if got := words(r); !strings.Contains(got, "I- PHƯƠNG HƯỚNG, NHIỆM VỤ THÁNG 2") || !strings.HasSuffix(got, "(100%) biểu quyết tán thành./.\n") {
		t.Errorf("the words of\n%s", got)
	}
	if s := r.Signatures; s[0].Authority != "T/M CHI BỘ" || s[0].Post != "PHÓ BÍ THƯ" {
		t.Errorf("signature %+v", s)
	}
}

// A meeting that ended on another day says so in each paper, and its length is that of the
// meeting, not the hours between the first opening and the last closing.
func TestPapersOfAMeetingOfTwoDays(t *testing.T) {
	day := civil.Of(2026, 11, 10)
	held := HeldFacts{Kind: Regular, Month: 202611, Opened: day.Time(19, 30), Closed: day.AddDays(2).Time(21, 0), Lasted: 95, FeePaid: -1}
	book, err := rulebook.New()
	if err != nil {
		t.Fatal(err)
	}
	frame, err := NewFrame(book.At(day, ""), org.Unit{Kind: org.KindCell, Name: "Chi bộ Thôn 2"}, org.Unit{}, PaperResolution, day, false)
	if err != nil {
		t.Fatal(err)
	}
	for kind, text := range map[string]string{
		PaperResolution: words(ComposeResolution(ResolutionFacts{Frame: frame, HeldFacts: held})),
		PaperReport:     words(ComposePaper(PaperReport, PaperFacts{HeldFacts: held, Over: true})),
	} {
		if !strings.Contains(text, "19 giờ 30 phút đến 21 giờ 00 phút ngày 12 tháng 11 năm 2026") || !strings.Contains(text, "95 phút") {
			t.Errorf("%s:\n%s", kind, text)
		}
	}
	held.Closed, held.Lasted = day.Time(21, 5), 0
	if text := words(ComposePaper(PaperReport, PaperFacts{HeldFacts: held, Over: true})); !strings.Contains(text, "đến 21 giờ 05 phút (95 phút)") {
		t.Errorf("of one evening:\n%s", text)
	}
}

func words(d paper.Document) string {
	var b strings.Builder
	for _, bl := range d.Blocks {
		for _, r := range bl.Runs {
			b.WriteString(r.Text)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// The same facts give the same paper: nothing in it comes from the clock.
func TestComposeIsPure(t *testing.T) {
	f := MinutesFacts{HeldFacts: HeldFacts{Opened: time.Date(2026, 11, 3, 19, 30, 0, 0, clock.Zone()), FeePaid: -1}}
	if a, b := ComposeMinutes(f), ComposeMinutes(f); !reflect.DeepEqual(a, b) {
		t.Error("two papers of the same facts differ")
	}
}

func TestStopped(t *testing.T) {
	for in, want := range map[string]string{"a": "a.", "a.": "a.", "a!": "a!", "à": "à.", "…": "…", "a;": "a;", "": "", "đủ ": "đủ."} {
		if got := stopped(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{
		"Ốm đau": "ốm đau", "Bầu Bí thư chi bộ": "bầu Bí thư chi bộ", "Đảng viên dự bị": "Đảng viên dự bị", "UBND xã đã trả lời": "UBND xã đã trả lời",
		"Võ Đình Khải đã đến từng hộ": "Võ Đình Khải đã đến từng hộ", "A": "a", "": "", "12 hộ": "12 hộ",
	} {
		if got := lowerFirst(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// Minutes claim nothing of items the meeting never came to; where nobody marked the
// course, every item with a speaker was presented.
func TestMinutesOfItemsNotBegun(t *testing.T) {
	items := []ItemFacts{
		{Title: "Một", Speaker: "Khải", Begun: true},
		{Title: "Hai", Speaker: "Hòa"},
		{Title: "Ba", Speaker: "Thủy", Note: "Đã bàn"},
		{Title: "Bốn", Speaker: "Ước", Said: []SaidFacts{{Name: "Lợi", Text: "Nhất trí"}}},
	}
	for _, known := range []bool{true, false} {
		items[0].Begun = known
		text := words(ComposeMinutes(MinutesFacts{Items: items}))
		for name, want := range map[string]bool{"Khải": true, "Hòa": !known, "Thủy": true, "Ước": true} {
			if got := strings.Contains(text, "Đồng chí "+name+" trình bày."); got != want {
				t.Errorf("known %v: %s presented %v in\n%s", known, name, got, text)
			}
		}
	}
}
