package e2e

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

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
	opts                          []option
}

func newStory(t *testing.T, opts ...option) *story {
	st := &story{t: t, s: serve(t), opts: opts}
	st.sec = st.sit("the secretary", secretary)
	return st
}

func (st *story) sit(name, login string) *person {
	st.t.Helper()
	p := st.s.sit(st.t, name, st.opts...)
	p.signIn(login)
	return p
}

// The whole month of a cell: from convening to the committee above.
func TestStory(t *testing.T) {
	st := newStory(t)
	st.play()
	st.papers()
	st.tasks()
	st.above()
	st.gauge()
	st.quiet()
	sec := st.sec
	t.Logf("the secretary's whole meeting: %d clicks of %d, %d typed texts of %d", sec.clicks, mostClicks, sec.typed, mostTyped)
	if sec.clicks > mostClicks || sec.typed > mostTyped {
		t.Errorf("%d clicks and %d typed texts: more than %d and %d", sec.clicks, sec.typed, mostClicks, mostTyped)
	}
}

// The same month where no page may run a script: everything is a link or a form.
func TestStoryWithoutScript(t *testing.T) {
	st := newStory(t, noScript)
	st.play()
	st.tasks()
	st.above()
	st.quiet()
}

// play goes the month path from the first step to the last.
func (st *story) play() {
	for _, step := range []func(){
		st.convene, st.prepare, st.agree, st.invite, st.answers, st.gather, st.rollCall, st.items, st.judge, st.vote, st.close, st.score, st.send,
	} {
		step()
	}
}

func (st *story) quiet() {
	for _, p := range []*person{st.sec, st.elder, st.young, st.hall, st.town} {
		p.quiet()
	}
}

// convene calls the month's meeting for today, as the calendar beside the day gives it.
func (st *story) convene() {
	p := st.sec
	p.press("main a.btn.primary[href^='/meetings/new']", "")
	p.at("/meetings/new")
	p.picksDay("#f-day", 2026, 11, 22)
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
	p.chooses("#waiting li:first-child select[name=pick]", "Ốm đau")
	p.press("#waiting li:first-child button[value=no]", "")
	p.until("the noted answer", "document.querySelector('#given li')")
}

// answers: a member opens the invitation, says yes and writes an opinion.
func (st *story) answers() {
	p := st.sit("the elder member", elder)
	st.elder = p
	p.width(phone)
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

	st.hall = st.sit("the hall's screen", clerk)
	_, err := chromedp.Call(st.hall.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: "window.setInterval = () => 0; window.loaded = Math.random();",
	})
	if err != nil {
		st.t.Fatal(err)
	}
	st.hall.open(st.ref + "/hall")
	before := st.present()

	st.young = st.sit("the young member", young)
	st.young.width(phone)
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

// waits for the hall to show n present.
func (st *story) waits(n int) {
	st.t.Helper()
	st.inHall(strconv.Itoa(n)+" present", "norm(find('.hall-count b','').innerText) === '"+strconv.Itoa(n)+"'")
}

// inHall waits for something on the hall's screen: it comes by an event and without the
// page being loaded again. Where scripts are off somebody loads it.
func (st *story) inHall(what, expr string) {
	st.t.Helper()
	if st.hall.plain {
		st.hall.open(st.ref + "/hall")
		st.hall.until(what, expr)
		return
	}
	mark := must1[float64](st.hall, "window.loaded")
	st.hall.until(what, expr)
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

// code reads the code of the moment: from the run page, which keeps itself up to date,
// or without script from the hall's screen, which somebody loads again.
func (st *story) code() string {
	st.t.Helper()
	if st.hall.plain {
		st.hall.open(st.ref + "/hall")
		return st.hall.text(".hall-digits")
	}
	const shown = "(norm(document.querySelector('#run-roll').innerText).match(/(^| )([0-9]{4})( |$)/) || [])[2]"
	st.sec.until("the code", shown)
	return must1[string](st.sec, shown)
}

// uncalled counts those on the run page whose call is still to come.
const uncalled = "[...document.querySelectorAll('#run-roll li')].filter((e) => !e.closest('details.fold')).length"

// rollCall opens the meeting and calls everybody else at once; who said no is excused.
func (st *story) rollCall() {
	p := st.sec
	p.press("#run-head form[action$='/open'] button", "")
	p.until("the open meeting", "calm() && document.querySelector('#run-item')")
	p.press("#run-roll button[value=present][name=rest]", "")
	p.agrees()
	p.until("one who said no, left to call", "calm() && "+uncalled+" === 1")
	p.press("#run-roll button[value=absent][name=rest]", "")
	p.agrees()
	p.until("nobody left to call", "calm() && !document.querySelector('#run-roll button[name=rest]')")
	st.inHall("almost everybody", "Number(find('.hall-count b','').innerText) > 15")
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
		title := must1[string](p, "norm(document.querySelector('#item-h').innerText).replace(/^[0-9]+[.] /, '')")
		if n%5 == 1 || !p.plain {
			st.inHall("item "+title, "find('.hall-main h1', "+quote(title)+")")
		}
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
	st.inHall("the vote in the hall", "find('.hall-main h1', 'Nghị quyết') && find('.hall-main', 'Tán thành')")

	m := st.young
	m.open(st.ref)
	m.press("#now a.btn[href*='/votes/']", "")
	m.press("#vote label.choice", "")
	m.press("#vote button.btn.primary", "")
	m.until("the noted vote", "calm() && find('#vote .alert.ok', '')")
	if p.plain {
		p.open(st.ref + "/run")
	}
	p.until("one vote on the phone", "norm(document.querySelector('#run-vote .bars').innerText).includes('1')")

	p.press("#run-vote form[action$='/close'] button.btn.primary", "")
	p.agrees()
	p.until("the result", "calm() && !document.querySelector('#run-vote form[action$=\"/close\"]') && document.querySelector('#run-vote [id^=past-] .tag.ok')")
	st.inHall("the result in the hall", "find('.hall-main h1', 'thông qua')")
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
	st.inHall("the end in the hall", "!document.querySelector('.hall-digits')")
}

// score takes the points that the records propose, with the full ones that stand chosen
// where the records say nothing, and has the cell confirm them.
func (st *story) score() {
	p := st.sec
	p.press("#now a.btn.primary[href$='/score']", "")
	p.at("/score")
	if p.has("form[action$='/score/propose'] button", "") {
		p.press("form[action$='/score/propose'] button", "")
		p.until("the proposed points", "calm() && find('button[formaction$=\"/confirm\"]', '')")
	}
	p.press("button[formaction$='/score/confirm']", "")
	p.until("the confirmed score", "calm() && !document.querySelector('[formaction$=\"/confirm\"]')")
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
		st.s.nameOf(st.t, secretary), st.s.nameOf(st.t, young), decisionText, notedOpinion, conclusionText,
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

// gauge holds what the program says it asked of the cell against what everybody in the
// cell really pressed and typed: the rulebook's work of each act is measured here.
func (st *story) gauge() {
	p := st.sec
	clicks, typed := 0, 0
	for _, q := range []*person{st.sec, st.elder, st.young, st.hall} {
		clicks, typed = clicks+q.clicks, typed+q.typed
	}
	p.open("/units/" + strings.Split(must1[string](p, "document.querySelector('a[href$=\"/insight\"]').getAttribute('href')"), "/")[2] + "/burden")
	said := must1[[]int](p, "[...['clicks', 'texts', 'acts']].map((n) => Number(document.querySelector('#months').dataset[n]))")
	st.t.Logf("the gauge says %d clicks and %d typed texts in %d acts; pressed were %d, typed %d", said[0], said[1], said[2], clicks, typed)
	if off := said[0]*10 - clicks*10; off > 2*clicks || -off > 2*clicks {
		st.t.Errorf("the gauge is more than a fifth off")
	}
	if off := said[1] - typed; off > 2 || off < -2 {
		st.t.Errorf("%d typed texts said, %d typed", said[1], typed)
	}
}

// above: the town's officer sees what came and decides the score.
func (st *story) above() {
	p := st.sit("the town's officer", town)
	st.town = p
	p.open("/notices")
	p.press("#notices a", "đã gửi nghị quyết")
	p.at(st.ref)
	p.press("#now a.btn.primary[href$='/score']", "")
	p.at("/score")
	p.press(".lead-card form[action$='/score/decide'] button.btn.primary", "")
	p.until("the official score", "calm() && find('header .tag.ok', '')")
	p.open("/")
	p.until("the cell off the list of those that have not met", "!norm((document.querySelector('section[aria-labelledby=g-not_met]') || document.body.firstChild).textContent).includes('Hòa Bình')")
	p.open("/units/100")
	p.seesIn("tr", "Tổ dân phố Hòa Bình")
	st.sec.open(st.ref)
	st.sec.until("the settled score", "find('#papers .tag.ok', '')")
}

// The district's home: four figures, each the heading of the list it opens.
func TestDistrictFigures(t *testing.T) {
	p := serve(t).sit(t, "the district's officer")
	p.signIn(district)
	for path, figure := range map[string]string{"/units": "35", "/cells": "289", "/members": "8.701", "/admitted": "269"} {
		p.open("/")
		p.seesIn("#stats .stat:has(a[href^='"+path+"']) .figure", figure)
		p.press("#stats a[href^='"+path+"']", "")
		p.at(path)
		p.seesIn("h1", figure)
	}
	p.quiet()
}
