package e2e

import (
	"fmt"
	"strings"
	"testing"
)

const (
	campaignTitle = "Rà soát sổ nghị quyết quý IV"
	firstStep     = "Đối chiếu sổ nghị quyết với biên bản"
	big           = "bithu.binhminh"
)

// course is a campaign of the town with whoever acts in it.
type course struct {
	t    *testing.T
	s    *server
	dir  string
	town *person
	at   string // address of the campaign
	of   int    // cells that take part
}

// The town defines a campaign with steps and days, a cell reports the first one from a
// phone with a proof in words, the town accepts it; two days after the step's day those who
// have not reported stand on the town's wall, one of them is reminded, reports, and is gone
// from it. The numbers follow each time and are as long as the lists they open.
func TestCampaign(t *testing.T) {
	s, dir := serveIn(t)
	c := &course{t: t, s: s, dir: dir}
	c.sit()
	c.define()
	c.counts(0)
	c.report(secretary, "Đã đối chiếu 12 nghị quyết với biên bản, khớp.")
	c.counts(1)
	c.accept()
	c.counts(1)

	c.town.quiet()
	s.again(t, dir, "25/11/2026")
	c.sit()
	c.late(c.of - 1)
	c.remind("Bình Minh")
	c.reminded()
	c.counts(2)
	c.late(c.of - 2)
	if c.town.has("section:has(> header > #g-campaign) li", "Tổ dân phố Bình Minh") {
		t.Error("who was reminded and has reported is still late")
	}
	c.town.quiet()
}

func (c *course) sit() {
	c.town = c.s.sit(c.t, "the town's officer")
	c.town.signIn(town)
}

// define makes the campaign, found from the first page through the menu.
func (c *course) define() {
	p := c.town
	p.press("nav.side summary", "Thêm")
	p.press("nav.side a[href$='/campaigns']", "")
	p.at("/campaigns")
	p.press("main a.btn.primary[href$='/campaigns/new']", "")
	p.at("/campaigns/new")
	p.types("#f-title", campaignTitle)
	p.press("#campaign button.btn.primary", "") // neither who takes part nor a step
	p.until("what is missing, and what was typed", "calm() && find('#form-errors', '') && document.querySelector('#f-title').value === "+quote(campaignTitle))
	p.press("label:has(input[name=kinds][value=cell])", "")
	p.types("input[name='steps[0].title']", firstStep)
	p.picksDay("input[name='steps[0].due']", 2026, 11, 23)
	p.types("input[name='steps[1].title']", "Gửi danh mục nghị quyết")
	p.picksDay("input[name='steps[1].due']", 2026, 12, 15)
	p.press("#campaign button.btn.primary", "")
	p.sees("Đã mở đợt việc", firstStep, "23/11/2026")
	c.at = p.path()
	c.of = must1[int](p, `Number(norm(find("#steps td.num", "").innerText).split("/")[1].match(/^[0-9]+/)[0])`)
	if c.of < 5 {
		c.t.Fatalf("%d cells take part", c.of)
	}
}

// counts wants so many to have taken the first step, and the list behind the number of those
// who have not to be as long as it says.
func (c *course) counts(done int) {
	c.t.Helper()
	p := c.town
	p.open(c.at)
	p.until(fmt.Sprintf("%d of %d", done, c.of), fmt.Sprintf(`calm() && norm(find("#steps td.num", "").innerText).startsWith("%d/%d")`, done, c.of))
	p.press("#steps td.num a[href*='tab=open']", "")
	p.sees(fmt.Sprintf("%d/%d đơn vị chưa xong", c.of-done, c.of))
	if n := must1[int](p, "document.querySelectorAll('#units > li').length"); n != c.of-done {
		c.t.Errorf("%d lines for %d cells", n, c.of-done)
	}
}

// report lets a cell's lead report the first step from the own first page.
func (c *course) report(login, text string) {
	p := c.s.sit(c.t, login)
	p.signIn(login)
	p.width(phone)
	p.open("/")
	p.press("#campaigns a", firstStep)
	p.seesIn("h1", campaignTitle)
	p.press("section.lead-card form[action$='/report'] button.btn.primary", "") // nothing to show for it
	p.until("the question for a proof", "calm() && find('.err', 'Hãy viết kết quả')")
	p.types("section.lead-card textarea[name=note]", text)
	p.press("section.lead-card form[action$='/report'] button.btn.primary", "")
	p.sees("Đã báo lên cấp ủy", "Đã báo, chờ xem", text)
	p.open("/")
	p.until("the next step instead", "calm() && find('#campaigns li', 'Gửi danh mục nghị quyết') && !find('#campaigns li', "+quote(firstStep)+")")
	p.quiet()
}

// accept looks at the report that waits.
func (c *course) accept() {
	p := c.town
	p.open("/")
	p.seesIn("#waiting", "chờ cấp ủy xem")
	p.open(c.at)
	p.press("#steps a[href*='tab=waiting']", "")
	p.press("#units a", "Hòa Bình")
	p.press("button[name=accept][value=yes]", "")
	p.sees("Đã chấp nhận")
}

// late wants so many cells late with the first step on the town's wall.
func (c *course) late(n int) {
	c.t.Helper()
	p := c.town
	p.open("/?all=campaign")
	p.until(fmt.Sprintf("%d late on the wall", n), fmt.Sprintf(`calm() && find("section:has(> header > #g-campaign) header .tag", "%d đơn vị")`, n))
	list := must1[[]string](p, `[...document.querySelectorAll("section:has(> header > #g-campaign) li")].map((e) => norm(e.textContent))`)
	if len(list) != n {
		c.t.Errorf("%d lines for %d cells", len(list), n)
	}
	for _, line := range list {
		if strings.Contains(line, "Tổ dân phố Hòa Bình") || !strings.Contains(line, firstStep) || !strings.Contains(line, "23/11/2026") {
			c.t.Errorf("not a line of who is late with the step: %s", line)
		}
	}
}

// remind sends a cell the reminder that the wall has prepared.
func (c *course) remind(cell string) {
	p := c.town
	p.press("section:has(> header > #g-campaign) a.btn", "Nhắc: Chi bộ Tổ dân phố "+cell)
	p.at("/act")
	p.press("#act button.btn.primary", "")
	p.sees("Đã gửi lời nhắc")
	p.open("/?all=campaign")
	p.until("that it was done", "calm() && find('section:has(> header > #g-campaign) li', "+quote(cell)+").innerText.includes('đã nhắc hôm nay')")
}

// reminded lets the cell find the reminder and report.
func (c *course) reminded() {
	p := c.s.sit(c.t, "who was reminded")
	p.signIn(big)
	p.open("/notices")
	p.seesIn("#notices", "Bước của đợt việc quá hạn")
	p.quiet()
	c.report(big, "Đã đối chiếu, thiếu một nghị quyết, đã bổ sung.")
}
