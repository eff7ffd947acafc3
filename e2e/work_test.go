package e2e

import "testing"

// The year's plan of a cell: an item is added and the plan approved; an item of this month
// goes onto the agenda and into the draft resolution; the one in charge gets a task, and its
// result is told.
func TestYearsWork(t *testing.T) {
	st := newStory(t)
	p := st.sec
	p.open("/cells/1000/workplan?year=2027")
	p.press("main a.btn.primary[href*='/workplan/new']", "")
	p.at("/workplan/new")
	p.types("#f-title", "Xây dựng tủ sách của tổ dân phố")
	p.chooses("#f-from", "Tháng 4")
	p.chooses("#f-who", st.s.nameOf(t, young))
	p.press("#add button.btn.primary", "")
	p.seesIn("#items", "Xây dựng tủ sách của tổ dân phố")
	p.press("#approve > summary", "")
	p.press("#approve-form button.btn.primary", "")
	p.seesIn("#standing", "Chi bộ thông qua ngày 22/11/2026")

	p.open("/")
	st.convene()
	const item = "Kiểm điểm, đánh giá, xếp loại chi bộ và đảng viên cuối năm"
	p.press("#work li:has(b a) button[aria-label$='"+item+"'][value^=take_work]", "")
	p.seesIn("#f-items ol.agenda", item)
	p.press("#work button[aria-label$='"+item+"'][value^=give_work]", "")
	p.seesIn("#f-decisions ol.agenda", item)

	p.open("/cells/1000/workplan?year=2026")
	p.press("#items a[href^='/workplan/']", "")
	p.until("the item's page", "calm() && location.pathname.startsWith('/workplan/')")
	p.open("/cells/1000/workplan?year=2026")
	late := must1[string](p, "[...document.querySelectorAll('#items tr')].find((r) => r.textContent.includes('hiến đất')).querySelector('a').getAttribute('href')")
	p.open(late)
	p.press("#task > summary", "")
	p.press("#task-form button", "")
	p.seesIn("main", "Kiều Thị Hạnh")
	p.press("#report > summary", "")
	p.press("#report-form label.choice:nth-of-type(1)", "")
	p.types("#f-report-text", "Đủ 10 hộ đã hiến đất")
	p.press("#report-form button.btn.primary", "")
	p.seesIn("main", "Đủ 10 hộ đã hiến đất")
	p.open("/cells/1000/workplan?year=2026")
	if n := must1[int](p, "[...document.querySelectorAll('#items tbody tr')].filter((r) => r.textContent.includes('Đã xong') && r.textContent.includes('hiến đất')).length"); n != 1 {
		t.Errorf("%d rows say that it is done", n)
	}
	p.quiet()
}
