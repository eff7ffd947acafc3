package e2e

import (
	"bytes"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// What a whole regular meeting may cost its secretary.
const (
	mostClicks = 60
	mostTyped  = 3
)

// The story's words, invented for it.
const (
	decisionText   = "Vận động 12 hộ dân ngõ 5 hiến đất mở rộng đường"
	memberOpinion  = "Đề nghị chi bộ có ý kiến về đèn đường ngõ 3"
	notedOpinion   = "Nhất trí với báo cáo, đề nghị rõ thời hạn từng việc"
	conclusionText = "Chi bộ thống nhất các nội dung đã bàn, mỗi đồng chí làm xong việc được giao đúng hạn"
)

const (
	secretary = "bithu.hoabinh"
	clerk     = "chiuy.hoabinh"
	elder     = "thom.hoabinh"
	young     = "nghia.hoabinh"
	town      = "danguy.thitran"
	district  = "tochuc.huyen"
)

// story is the cell's month with everybody in it at their own screen.
type story struct {
	t                             *testing.T
	s                             *server
	sec, elder, young, hall, town *person
	ref                           string // address of the meeting
}

// The whole month of a cell: from convening to the committee above.
func TestStory(t *testing.T) {
	s := serve(t)
	st := &story{t: t, s: s}
	st.sec = s.sit(t, "the secretary")
	st.sec.signIn(secretary)
	st.convene()
	st.prepare()
	st.agree()
	st.invite()
	st.answers()
	st.gather()
	st.rollCall()
	st.items()
	st.judge()
	st.vote()
	st.close()
	st.score()
	st.send()
	st.papers()
	st.tasks()
	st.above()
	st.district()
	for _, p := range []*person{st.sec, st.elder, st.young, st.hall, st.town} {
		p.quiet()
	}
	t.Logf("the secretary's whole meeting: %d clicks of %d, %d typed texts of %d", st.sec.clicks, mostClicks, st.sec.typed, mostTyped)
	if st.sec.clicks > mostClicks || st.sec.typed > mostTyped {
		t.Errorf("%d clicks and %d typed texts: more than %d and %d", st.sec.clicks, st.sec.typed, mostClicks, mostTyped)
	}
}

// convene calls the month's meeting for today, as the calendar beside the day gives it.
func (st *story) convene() {
	p := st.sec
	p.press("main a.btn.primary[href^='/meetings/new']", "")
	p.at("/meetings/new")
	p.picksDay("#f-day", "2026-11-22")
	p.press("#new button.btn.primary", "")
	p.at("/plan")
	st.ref = strings.TrimSuffix(p.path(), "/plan")
}

// prepare adds one decision to the draft that is there already.
func (st *story) prepare() {
	p := st.sec
	if n := must1[int](p, "document.querySelectorAll('#f-items ol.agenda > li').length"); n < 5 {
		st.t.Errorf("the agenda has %d items from its template", n)
	}
	p.until("the tasks of last month", "document.querySelector('#tasks-h')")
	p.types("textarea[name='new_decision.title']", decisionText)
	p.chooses("select[name='new_decision.assignee']", st.s.nameOf(st.t, young))
	p.press("#plan main button[value=add_decision], #plan button[value=add_decision]", "")
	p.seesIn("#f-decisions ol.agenda summary", decisionText)
	p.press("#plan button[value=done]", "")
	p.at("/committee")
}

func (st *story) agree() {
	st.sec.press("#agree button.btn.primary", "")
	st.sec.at("/invite")
}

// invite sends the invitations, looks at the slips and notes what somebody said on the
// telephone.
func (st *story) invite() {
	p := st.sec
	p.press("#send button.btn.primary", "")
	p.until("the list of answers", "document.querySelector('#waiting li')")
	p.press("header a[href$='/slips']", "")
	p.at("/slips")
	p.until("slips for everybody who has not looked", "document.querySelectorAll('.slip').length > 10")
	p.sees(st.s.nameOf(st.t, elder))
	p.press("a[href$='/invite']", "")
	p.at("/invite")
	p.chooses("#waiting li:last-child select[name=pick]", "Ốm đau")
	p.press("#waiting li:last-child button[value=no]", "")
	p.until("the noted answer", "document.querySelector('#given li')")
}

// answers: a member opens the invitation, says yes and writes an opinion.
func (st *story) answers() {
	p := st.s.sit(st.t, "the elder member")
	st.elder = p
	p.width(phone)
	p.signIn(elder)
	p.press("main a.btn[href='"+st.ref+"']", "")
	p.at(st.ref)
	p.press("#answer button[value=yes]", "")
	p.until("the noted yes", "!find('#answer button[value=yes]', '')")
	p.types("#opinions textarea[name=text]", memberOpinion)
	p.press("#opinions button.btn.primary", "")
	p.seesIn("#opinions li", memberOpinion)
}

// gather: the hall's screen lights up, and a member checks in by the code on it. The
// screen has no timer, so what changes on it came as an event.
func (st *story) gather() {
	p := st.sec
	p.press("header a.btn[href='"+st.ref+"']", "")
	p.at(st.ref)
	p.press("main a.btn.primary[href$='/run']", "")
	p.at("/run")

	st.hall = st.s.sit(st.t, "the hall's screen")
	st.hall.signIn(clerk)
	_, err := chromedp.Call(st.hall.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: "window.setInterval = () => 0; window.loaded = Math.random();",
	})
	if err != nil {
		st.t.Fatal(err)
	}
	st.hall.open(st.ref + "/hall")
	before := st.present()

	st.young = st.s.sit(st.t, "the young member")
	st.young.width(phone)
	st.young.signIn(young)
	st.checkIn(st.young)
	st.waits(before + 1)
	st.checkIn(st.elder)
	st.waits(before + 2)
}

func (st *story) present() int {
	st.t.Helper()
	n, err := strconv.Atoi(st.hall.text(".hall-count b"))
	if err != nil {
		st.t.Fatal(err)
	}
	return n
}

// waits for the hall to show n present, by an event and without being loaded again.
func (st *story) waits(n int) {
	st.t.Helper()
	mark := must1[float64](st.hall, "window.loaded")
	st.hall.until(strconv.Itoa(n)+" present", "norm(find('.hall-count b','').innerText) === '"+strconv.Itoa(n)+"'")
	if again := must1[float64](st.hall, "window.loaded"); again != mark {
		st.t.Error("the hall's page was loaded again")
	}
}

func (st *story) checkIn(p *person) {
	p.open(st.ref + "/checkin")
	p.types("input[name=code]", st.code())
	p.press("#checkin button.btn.primary", "")
	p.until("being noted as present", "find('#checkin .tag.ok', '')")
}

// code reads the code of the moment where the clerk sees it.
func (st *story) code() string {
	st.t.Helper()
	st.hall.open(st.ref + "/hall")
	code := st.hall.text(".hall-digits")
	if len(code) != 4 {
		st.t.Fatalf("code %q", code)
	}
	return code
}

// rollCall opens the meeting and calls everybody else at once; who said no is excused.
func (st *story) rollCall() {
	p := st.sec
	p.press("#run-head form[action$='/open'] button", "")
	p.until("the open meeting", "calm() && document.querySelector('#run-item')")
	p.press("#run-roll button[value=present][name=rest]", "")
	p.agrees()
	p.until("one who said no, left to call", "calm() && document.querySelectorAll('#run-roll > ul > li').length === 1")
	p.press("#run-roll button[value=absent][name=rest]", "")
	p.agrees()
	p.until("nobody left to call", "calm() && !document.querySelector('#run-roll button[name=rest]')")
	st.hall.until("almost everybody", "Number(find('.hall-count b','').innerText) > 15")
}

// items starts the agenda one by one, and notes an opinion at one of them.
func (st *story) items() {
	p := st.sec
	for n := 1; ; n++ {
		next := "#run-head form[action*='/items/'] button, #run-item footer form[action*='/items/'] button"
		if !p.has(next, "") {
			break
		}
		p.press(next, "")
		p.until("item "+strconv.Itoa(n), "calm() && find('#item-h', "+quote(strconv.Itoa(n)+". ")+")")
		st.hall.seesIn(".hall-main h1", must1[string](p, "norm(document.querySelector('#item-h').innerText).replace(/^[0-9]+[.] /, '')"))
		if n == 4 {
			st.opinion()
		}
	}
}

func (st *story) opinion() {
	p := st.sec
	p.chooses("#run-item select[name=member]", st.s.nameOf(st.t, elder))
	p.types("#run-item textarea[name=text]", notedOpinion)
	p.press("#run-item button.btn", must1[string](p, "norm(document.querySelector('#run-item textarea[name=text]').form.querySelector('button').innerText)"))
	p.seesIn("#run-said li", notedOpinion)
	if !p.has("#run-silent button[name=spoke]", "") {
		p.press("#silent-names summary", "")
	}
	p.press("#run-silent button[name=spoke]", "")
	p.until("two who spoke", "calm() && document.querySelectorAll('#run-said li').length >= 2")
}

func (st *story) judge() {
	p := st.sec
	p.press("#run-tasks form[action$='/judge'] button", "")
	p.until("all tasks judged", "calm() && !document.querySelector('#run-tasks form[action$=\"/judge\"]')")
}

// vote opens the vote on the resolution; a member votes on the phone, the hands of the
// others are counted, and the hall shows the result.
func (st *story) vote() {
	p := st.sec
	p.press("#run-vote form[action$='/votes'] button.btn.primary", "")
	p.until("the open vote", "calm() && document.querySelector('#run-vote form[action$=\"/close\"]')")
	st.hall.until("the vote in the hall", "find('.hall-main .bars', '')")

	m := st.young
	m.open(st.ref)
	m.press("#now a.btn[href*='/votes/']", "")
	m.press("#vote label.choice", "")
	m.press("#vote button.btn.primary", "")
	m.until("the noted vote", "calm() && find('#vote .alert.ok', '')")
	p.until("one vote on the phone", "norm(document.querySelector('#run-vote .bars').innerText).includes('1')")

	p.press("#run-vote form[action$='/close'] button.btn.primary", "")
	p.agrees()
	p.until("the result", "calm() && !document.querySelector('#run-vote form[action$=\"/close\"]') && document.querySelector('#run-vote [id^=past-] .tag.ok')")
	st.hall.until("the result in the hall", "find('.hall-main h1', 'thông qua')")
}

// close writes the conclusion and closes the meeting.
func (st *story) close() {
	p := st.sec
	p.types("#run-words textarea[name=conclusion]", conclusionText)
	p.press("#run-words form:has(textarea[name=conclusion]) button", "")
	p.until("the written conclusion", "calm() && find('#run-words header .tag.ok', '')")
	p.press("#run-close form[action$='/adjourn'] button", "")
	p.agrees()
	p.at(st.ref)
	p.until("the papers", "document.querySelectorAll('#papers li').length === 2")
	st.hall.until("the end in the hall", "!document.querySelector('.hall-digits')")
}

// score takes the points that the records propose, has the cell confirm them.
func (st *story) score() {
	p := st.sec
	p.press("#now a.btn.primary[href$='/score']", "")
	p.at("/score")
	if p.has("form[action$='/score/propose'] button", "") {
		p.press("form[action$='/score/propose'] button", "")
		p.until("the proposed points", "calm() && document.querySelector('form[action$=\"/confirm\"], [formaction$=\"/confirm\"]')")
	}
	p.press("form[action$='/score/confirm'] button, button[formaction$='/score/confirm']", "")
	if p.has("dialog.ask", "") {
		p.agrees()
	}
	p.until("the confirmed score", "calm() && !document.querySelector('form[action$=\"/confirm\"], [formaction$=\"/confirm\"]')")
}

func (st *story) send() {
	p := st.sec
	p.press("main a[href='"+st.ref+"']", "")
	p.at(st.ref)
	p.press("#now form[action$='/send'] button", "")
	p.until("the papers on their way", "calm() && !document.querySelector('form[action$=\"/send\"]') && document.querySelectorAll('.path li.done').length === 8")
}

// papers reads minutes and resolution back in both forms.
func (st *story) papers() {
	p := st.sec
	refs := must1[[]string](p, "[...document.querySelectorAll('#papers li b a')].map((a) => a.getAttribute('href'))")
	if len(refs) != 2 {
		st.t.Fatalf("papers %q", refs)
	}
	all := ""
	for _, ref := range refs {
		pdf, docx := p.fetch(ref+".pdf"), p.fetch(ref+".docx")
		if !bytes.HasPrefix(pdf, []byte("%PDF-")) || !bytes.HasPrefix(docx, []byte("PK\x03\x04")) {
			st.t.Errorf("%s: %d bytes of PDF and %d of DOCX are none", ref, len(pdf), len(docx))
		}
		words, ok := wordsOf(st.t, pdf)
		if !ok {
			st.t.Log("pdftotext is not installed: the papers' words were not read back")
			return
		}
		all += words + "\n"
	}
	for _, want := range []string{
		"-NQ/CB", "-BB/CB", "NGHỊ QUYẾT", "BIÊN BẢN", "CHI BỘ TỔ DÂN PHỐ HÒA BÌNH", "T/M CHI BỘ", "ngày 22 tháng 11 năm 2026",
		st.s.nameOf(st.t, secretary), st.s.nameOf(st.t, young), decisionText, notedOpinion, conclusionText, "DỮ LIỆU MẪU",
	} {
		if !strings.Contains(strings.ToLower(all), strings.ToLower(want)) {
			st.t.Errorf("no %q in the papers:\n%s", want, all)
		}
	}
}

// tasks: the decision is the member's task now.
func (st *story) tasks() {
	st.young.open("/tasks")
	st.young.sees(decisionText, "-NQ/CB")
}

// above: the town's officer sees what came and decides the score.
func (st *story) above() {
	p := st.s.sit(st.t, "the town's officer")
	st.town = p
	p.signIn(town)
	p.open("/notices")
	p.press("main a[href='"+st.ref+"'], main form[action*='/notices'] button", "")
	p.open(st.ref)
	p.press("#now a.btn.primary[href$='/score']", "")
	p.at("/score")
	p.press("form[action$='/score/decide'] button.btn.primary, form[action$='/score/decide'] button", "")
	if p.has("dialog.ask", "") {
		p.agrees()
	}
	p.until("the official score", "calm() && !document.querySelector('form[action$=\"/decide\"] button.btn.primary')")
	p.open("/")
	p.sees("Thị trấn Đức Thọ")
	st.sec.open(st.ref)
	st.sec.until("the settled score", "find('#papers .tag.ok', '')")
}

// district: four figures, each the heading of the list it opens.
func (st *story) district() {
	p := st.s.sit(st.t, "the district's officer")
	p.signIn(district)
	for path, figure := range map[string]string{"/units": "35", "/cells": "289", "/members": "8.701", "/admitted": "269"} {
		p.open("/")
		p.seesIn("#stats a[href^='"+path+"'], #stats *:has(> a[href^='"+path+"'])", figure)
		p.press("#stats a[href^='"+path+"']", "")
		p.at(path)
		p.seesIn("h1", figure)
	}
	p.quiet()
	_ = time.Now
}
