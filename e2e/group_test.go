package e2e

import (
	"strconv"
	"strings"
	"testing"
)

// People of the sample's cell that has Party groups.
const (
	groupSecretary = "bithu.binhminh"
	groupHead1     = "to1.binhminh"
	groupHead2     = "to2.binhminh"
)

// What a meeting by group may cost.
const (
	mostGroupClicks = 60 // of the secretary, as a meeting of the whole cell
	mostGroupTyped  = 3
	mostHeadClicks  = 15 // of the head of one group
	mostHeadTyped   = 2
)

const (
	allowedText = "Chi ủy thống nhất, báo cáo Đảng ủy thị trấn"
	groupSaid1  = "Tổ 1 nhất trí với dự thảo, đề nghị làm trước Tết"
	groupSaid2  = "Tổ 2 nhất trí, có ý kiến về kinh phí"
)

// A cell of 50 and more meets by group (rules.md 2.42-2.44): convened once, each head
// keeps roll, opinions and hands of the own group on one page, the votes are joined, and
// there is one set of papers.
func TestGroupMeeting(t *testing.T) {
	st := &story{t: t, s: serve(t)}
	st.sec = st.sit("the secretary", groupSecretary)
	st.conveneByGroup()
	st.prepare2()
	st.agree()
	p := st.sec
	p.press("#send button.btn.primary", "")
	p.until("the list of answers", "document.querySelector('#waiting li')")
	p.press("header a.btn[href='"+st.ref+"']", "")
	p.press("main a.btn.primary[href$='/groups']", "")
	p.press("section.lead-card form[action$='/open'] button", "")
	p.press("#votes button[value=resolution]", "")
	p.until("the open vote", "calm() && document.querySelector('#votes form[action$=\"/close\"]')")

	heads := []*person{st.group(groupHead1, groupSaid1, 0), st.group(groupHead2, groupSaid2, 1)}
	p.open(st.ref + "/groups")
	p.press("#votes form[action$='/close'] button", "")
	p.agrees()
	p.until("the closed vote", "calm() && !document.querySelector('#votes form[action$=\"/close\"]')")
	p.press("#votes a[href$='/run']", "")
	p.at("/run")
	if p.has("#run-tasks form[action$='/judge'] button", "") {
		st.judge()
	}
	p.press("#run-close form[action$='/adjourn'] button", "")
	p.agrees()
	p.at(st.ref)
	p.until("one set of papers", "document.querySelectorAll('#papers li').length === 2")
	st.groupPapers()
	st.score()
	st.send()
	t.Logf("a meeting by group, the secretary: %d clicks of %d, %d typed texts of %d", p.clicks, mostGroupClicks, p.typed, mostGroupTyped)
	if p.clicks > mostGroupClicks || p.typed > mostGroupTyped {
		t.Errorf("%d clicks and %d typed texts: more than %d and %d", p.clicks, p.typed, mostGroupClicks, mostGroupTyped)
	}
	for _, h := range heads {
		t.Logf("%s: %d clicks of %d, %d typed texts of %d", h.name, h.clicks, mostHeadClicks, h.typed, mostHeadTyped)
		if h.clicks > mostHeadClicks || h.typed > mostHeadTyped {
			t.Errorf("%s: %d clicks, %d typed texts", h.name, h.clicks, h.typed)
		}
		h.quiet()
	}
	p.quiet()
}

func (st *story) conveneByGroup() {
	p := st.sec
	p.open("/")
	p.press("main a.btn.primary[href^='/meetings/new']", "")
	p.at("/meetings/new")
	p.picksDay("#f-day", 2026, 11, 22)
	p.press("#way > summary", "")
	p.press("#way label:has(input[value=group])", "")
	p.types("#way input[name=allowed]", allowedText)
	p.press("#new button.btn.primary", "")
	p.at("/plan")
	st.ref = strings.TrimSuffix(p.path(), "/plan")
}

func (st *story) prepare2() {
	p := st.sec
	p.types("textarea[name='new_decision.title']", decisionText)
	p.chooses("select[name='new_decision.assignee']", st.s.nameOf(st.t, groupHead1))
	p.press("#plan button[value=add_decision]", "")
	p.seesIn("#f-decisions ol.agenda summary", decisionText)
	p.press("#plan button[value=done]", "")
	p.at("/committee")
}

// group is the meeting of one group, kept by its head on a telephone; one says no to the
// draft.
func (st *story) group(login, said string, against int) *person {
	p := st.sit(login, login)
	p.width(phone)
	p.open("/")
	p.press("main a[href^='"+st.ref+"']", "")
	// A member of the cell committee comes from the next step, the others from the list of groups.
	p.press("#now a.btn.primary[href*='/groups/'], #sessions a.btn.primary[href*='/groups/']", "")
	p.press("form[action$='/begin'] button", "")
	p.until("the group's meeting", "calm() && document.querySelector('form[action$=\"/end\"]')")
	p.press("#roll form:not(:has(input[name=member])) button", "")
	p.agrees()
	p.until("everybody called", "calm() && !document.querySelector('#roll form button[data-confirm]')")
	if against > 0 {
		left := must1[string](p, "document.querySelector('input[name=yes]').value")
		n, err := strconv.Atoi(left)
		if err != nil {
			st.t.Fatal(err)
		}
		must1[bool](p, "(() => { for (const [k, v] of [['yes', "+strconv.Itoa(n-against)+"], ['no', "+strconv.Itoa(against)+"]]) document.querySelector('input[name=' + k + ']').value = v; return true; })()")
		p.typed++
	}
	p.press("form[action$='/hands'] button.btn.primary", "")
	p.until("the counted hands", "calm() && find('form[action$=\"/hands\"] .tag.ok', '')")
	p.types("#note textarea", said)
	p.press("#note button.btn", "")
	p.until("the stored note", "calm() && norm(document.querySelector('#note textarea').value) === "+quote(said))
	p.press("form[action$='/end'] button", "")
	p.until("the group that has met", "calm() && !document.querySelector('form[action$=\"/end\"]')")
	return p
}

func (st *story) groupPapers() {
	p, all := st.sec, ""
	for _, ref := range must1[[]string](p, "[...document.querySelectorAll('#papers li b a')].map((a) => a.getAttribute('href'))") {
		words, ok := wordsOf(st.t, p.fetch(ref+".pdf"))
		if !ok {
			st.t.Log("pdftotext is not installed: the papers' words were not read back")
			return
		}
		all += words + "\n"
	}
	for _, want := range []string{
		"Tổ đảng số 1:", "Tổ đảng số 2:", "Họp theo tổ đảng", allowedText, groupSaid1, groupSaid2, "không tán thành 1,", decisionText,
	} {
		if !strings.Contains(strings.ToLower(all), strings.ToLower(want)) {
			st.t.Errorf("no %q in the papers:\n%s", want, all)
		}
	}
}
