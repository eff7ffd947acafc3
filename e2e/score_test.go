package e2e

import (
	"strings"
	"testing"
)

// A cell scores its meeting, the town disputes a line with its records, the cell keeps
// its points, the town decides lower, the cell appeals, the district settles; each grade
// stands in the year's table at once, and the conversation shows all of it on a phone.
func TestScoreConversation(t *testing.T) {
	st := newStory(t)
	st.play()
	score := st.ref + "/score"
	townsman := st.sit("the town's officer", town)
	year := func() string {
		townsman.open("/units/100/scores/year?year=2026")
		return must1[string](townsman, `(() => { const r = [...document.querySelectorAll('table.months tbody tr')].find((r) => norm(r.textContent).includes('Hòa Bình'));
			return r.children[13].querySelector('.sr').textContent.trim(); })()`)
	}
	own := year()
	if !strings.Contains(own, "Khá") {
		t.Fatalf("the cell's own grade in the year's table: %q", own)
	}

	townsman.open(score)
	townsman.press("#decide a[href$='/score/talk#dispute']", "")
	townsman.at("/score/talk")
	townsman.chooses("#f-dispute-criterion", "Điều hành")
	townsman.types("#f-dispute-points", "1")
	townsman.chooses("#f-dispute-link", "Điểm danh")
	townsman.types("#f-dispute-text", "Hai đồng chí vắng chưa ghi lý do, chủ trì chưa nhắc.")
	townsman.press("#dispute button.btn.primary", "")
	townsman.sees("Chờ chi bộ trả lời", "Hai đồng chí vắng chưa ghi lý do")
	if year() != own {
		t.Error("a dispute changed the year")
	}

	sec := st.sec
	sec.open("/notices")
	sec.press("#notices a", "có ý kiến về điểm sinh hoạt")
	sec.at("/score/talk")
	if !sec.has("#talk a[href*='?about=absent#roll']", "") {
		t.Error("the dispute does not lead to the roll")
	}
	sec.types("textarea[name=text]", "Lý do đã ghi ở biên bản, trang hai.")
	sec.press("form[action$='/score/answer'] button.btn.primary", "")
	sec.sees("Chi bộ giữ điểm và giải thích")

	townsman.open(score)
	townsman.types("#f-reason", "Sổ điểm danh phải ghi ngay tại buổi họp, nhiều mục cần làm lại.")
	townsman.types("input[name='upper.A4.8']", "1")
	townsman.press("#decide form[action$='/score/decide'] button.btn.primary", "")
	townsman.until("the official score", "calm() && find('header .tag.ok', '')")
	decided := year()
	if !strings.Contains(decided, "Trung bình") {
		t.Errorf("the year's table did not follow the decision: %q", decided)
	}

	sec.width(phone)
	sec.open(score + "/talk")
	sec.press("#appeal summary", "")
	sec.types("#appeal textarea", "Đề nghị xem lại biên bản trang hai.")
	sec.press("#appeal button.btn.primary", "")
	sec.sees("Đang giải quyết khiếu nại")
	if year() != decided {
		t.Error("an appeal changed the year")
	}

	staff := st.sit("the district's officer", district)
	staff.open("/notices")
	staff.press("#notices a", "khiếu nại kết quả xếp loại")
	staff.at("/score/talk")
	staff.types("input[name='upper.A4.8']", "10")
	staff.types("#settle textarea", "Biên bản đã ghi đủ lý do, giữ điểm của chi bộ.")
	staff.press("#settle button.btn.primary", "")
	staff.sees("kết quả là cuối cùng")
	if settled := year(); settled != own {
		t.Errorf("the year's table did not follow the settlement: %q, was %q", settled, own)
	}
	sec.open(score + "/talk")
	for _, said := range []string{"Cấp trên có ý kiến", "Chi bộ giữ điểm và giải thích", "Cấp trên quyết định xếp loại", "Chi bộ khiếu nại", "Đã giải quyết khiếu nại"} {
		sec.seesIn("#talk", said)
	}
	for _, p := range []*person{st.sec, st.elder, st.young, st.hall, townsman, staff} {
		p.quiet()
	}
}
