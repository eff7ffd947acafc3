package e2e

import (
	"strconv"
	"strings"
	"testing"
)

// What the way of one person may cost the cell's lead, both meetings without their agenda
// and papers apart.
const (
	mostWayClicks = 60
	mostWayTyped  = 25
)

// The person of this journey, invented for it.
const candidateName = "Đoàn Thị Mận"

// The days of the journey: the sample's own, then later ones to which the clock is moved.
const (
	handedOver = "30/11/2026" // the decision has come, the ceremony is held
	nearTheEnd = "15/11/2027" // of the probation
	recognised = "05/12/2027"
)

// From the first contact to the recognition, through two meetings of the cell, on one clock
// that is moved from day to day (rules.md 4.06-4.36).
func TestAdmissionJourney(t *testing.T) {
	j := newAdmission(t)
	j.track()
	j.until("committee")
	j.meet("admission")
	j.above("base", town, "", "8", "11")
	j.above("decision", district, "12-QĐ/HU", "9", "11")

	j.moveTo(handedOver)
	j.receive()
	j.step("ceremony", handedOver)
	j.isMember("dự bị")

	j.moveTo(nearTheEnd)
	j.alarmed()
	for _, step := range []string{"member_cv", "new_class", "review", "rec_opinions"} {
		j.step(step, nearTheEnd)
	}
	j.moveTo(recognised)
	j.meet("recognition")
	j.above("rec_base", town, "", "9", "11")
	j.above("rec_decision", district, "15-QĐ/HU", "9", "11")
	j.open()
	j.lead.seesIn("#now", "chính thức")
	j.isMember("")
	j.lead.quiet()
	t.Logf("from first contact to recognition, the cell's lead: %d clicks of %d, %d typed texts of %d", j.clicks, mostWayClicks, j.typed, mostWayTyped)
	if j.clicks > mostWayClicks || j.typed > mostWayTyped {
		t.Errorf("%d clicks and %d typed texts: more than %d and %d", j.clicks, j.typed, mostWayClicks, mostWayTyped)
	}
}

// wayIn is one person's way, with whoever must act at the own screen.
type wayIn struct {
	t             *testing.T
	s             *server
	dir           string
	lead          *person
	ref           string // address of the dossier
	cell          string // of the list
	clicks, typed int
}

func newAdmission(t *testing.T) *wayIn {
	s, dir := serveIn(t)
	j := &wayIn{t: t, s: s, dir: dir}
	j.sit()
	return j
}

func (j *wayIn) sit() {
	j.lead = j.s.sit(j.t, "the cell's lead")
	j.lead.signIn(secretary)
}

// moveTo lets a later day begin: the program starts again on the same folder.
func (j *wayIn) moveTo(day string) {
	j.t.Helper()
	j.lead.quiet()
	j.clicks, j.typed = j.clicks+j.lead.clicks, j.typed+j.lead.typed
	j.lead = nil
	j.s.again(j.t, j.dir, day)
	j.sit()
}

func (j *wayIn) open() { j.lead.open(j.ref) }

// track puts the person on the cell's list and names who introduces.
func (j *wayIn) track() {
	p := j.lead
	p.open("/")
	j.cell = must1[string](p, "document.querySelector('a[href$=\"/admission\"][href^=\"/cells/\"]').getAttribute('href')")
	p.press("a[href='"+j.cell+"']", "")
	p.at("/admission")
	p.press("main a.btn.primary[href$='/new']", "")
	p.types("#f-name", candidateName)
	p.press("label:has(input[name=sex][value=f])", "")
	p.types("#f-birth", "12/06/1994")
	p.chooses("#f-education", "THPT")
	p.chooses("#f-helper", j.s.nameOf(j.t, clerk))
	p.types("#f-on", "01/03/2026")
	p.press("#track button.btn.primary", "")
	p.seesIn("h1", candidateName)
	j.ref = p.path()
	p.press("a[href$='/introducers']", "")
	for i, login := range []string{clerk, elder} {
		no := strconv.Itoa(i)
		p.chooses("#f-way-"+no, "Đảng viên")
		p.chooses("#f-member-"+no, j.s.nameOf(j.t, login))
		p.types("#f-since-"+no, "2020")
	}
	p.press("#introducers button.btn.primary", "")
	p.seesIn("h1", candidateName)
}

// until notes the steps of the cell up to one of them.
func (j *wayIn) until(last string) {
	for _, s := range []struct{ step, day string }{
		{"class", "20/06/2026"},
		{"application", "01/07/2026"},
		{"cv", "05/07/2026"},
		{"verify_ask", "10/07/2026"},
		{"verify", "20/09/2026"},
		{"opinions", "15/10/2026"},
		{"committee", "10/11/2026"},
	} {
		j.step(s.step, s.day)
		if s.step == last {
			return
		}
	}
}

// step notes one step of the cell on a day.
func (j *wayIn) step(code, day string) {
	j.t.Helper()
	p := j.lead
	if p.path() != j.ref {
		j.open()
	}
	form := "#form-step:has(input[name=step][value=" + code + "])"
	if !p.has(form, "") {
		form = "form[action$='/step']:has(input[name=step][value=" + code + "])"
	}
	if !p.has(form, "") { // a step beside the way lies folded
		p.press("details:has(input[name=step][value="+code+"]) > summary", "")
	}
	p.types(form+" input[name=day]", day)
	if code == "committee" {
		p.types(form+" textarea[name=note]", "Chi ủy đã xem lại hồ sơ, đề nghị chi bộ xét")
	}
	p.press(form+" button.btn.primary", "")
	p.until("the noted step "+code, "calm() && !document.querySelector('form[action$=\"/step\"] input[name=step][value="+code+"]')")
}

// meet lets the cell meet today with the person on the agenda, and votes on nothing else.
func (j *wayIn) meet(purpose string) {
	j.t.Helper()
	p := j.lead
	p.open(strings.TrimSuffix(j.cell, "/admission") + "/meetings")
	p.press("main a[href^='/meetings/new']", "")
	p.at("/meetings/new")
	p.types("#f-day", j.s.day)
	p.press("#new button.btn.primary", "")
	p.at("/plan")
	ref := strings.TrimSuffix(p.path(), "/plan")
	j.open()
	p.chooses("#agenda select[name=meeting]", j.s.day[:5])
	p.press("#agenda button.btn.primary", "")
	p.until("the person on the agenda", "calm() && find('#now a[href="+quote(ref)+"]', '')")
	p.open(ref + "/plan")
	p.press("#plan button[value=done]", "")
	p.at("/committee")
	p.press("#agree button.btn.primary", "")
	p.at("/invite")
	p.press("#send button.btn.primary", "")
	p.until("the list of answers", "document.querySelector('#waiting li')")
	p.open(ref + "/run")
	p.press("#run-head form[action$='/open'] button", "")
	p.until("the open meeting", "calm() && document.querySelector('#run-item')")
	p.press("#run-roll button[value=present][name=rest]", "")
	p.agrees()
	p.until("nobody left to call", "calm() && !document.querySelector('#run-roll button[name=rest]')")
	if p.has("#run-tasks form[action$='/judge'] button", "") {
		p.press("#run-tasks form[action$='/judge'] button", "")
		p.until("all tasks judged", "calm() && !document.querySelector('#run-tasks form[action$=\"/judge\"]')")
	}
	p.press("#run-vote form:has(input[name=matter]) button.btn.primary", "")
	p.until("the open vote on "+purpose, "calm() && document.querySelector('#run-vote form[action$=\"/close\"]')")
	p.press("#run-vote form[action$='/close'] button.btn.primary", "")
	p.agrees()
	p.until("the result", "calm() && !document.querySelector('#run-vote form[action$=\"/close\"]') && document.querySelector('#run-vote [id^=past-] .tag.ok')")
	p.press("#run-close form[action$='/adjourn'] button", "")
	p.agrees()
	p.at(ref)
	j.open()
	p.until("the way beyond the vote", "calm() && !find('#agenda', '') && !find('#now a[href="+quote(ref)+"]', '')")
}

// above lets a committee note what it decided today.
func (j *wayIn) above(step, login, number, yes, base string) {
	j.t.Helper()
	p := j.s.sit(j.t, "who notes "+step, noScript)
	p.signIn(login)
	p.open(j.ref)
	form := "form[action$='/step']:has(input[name=step][value=" + step + "])"
	p.types(form+" input[name=day]", j.s.day)
	if number != "" {
		p.types(form+" input[name=number]", number)
		p.types(form+" input[name=body]", "Ban Thường vụ Huyện ủy")
	}
	p.types(form+" input[name=yes]", yes)
	p.types(form+" input[name=no]", "0")
	p.types(form+" input[name=base]", base)
	p.press(form+" button.btn.primary", "")
	p.until("the noted step "+step, "calm() && !find("+quote(form)+", '')")
	p.quiet()
	j.t.Logf("%s: %d clicks, %d typed texts", p.name, p.clicks, p.typed)
}

// receive notes that the decision has come to the cell.
func (j *wayIn) receive() {
	p := j.lead
	j.open()
	p.types("#receive input[name=received]", j.s.day)
	p.press("#receive button.btn.primary", "")
	p.until("the noted receipt", "calm() && document.querySelector('form[action$=\"/step\"] input[name=step][value=ceremony]')")
}

// isMember finds the person in the list of members: with a word, or without the word of a
// reserve.
func (j *wayIn) isMember(word string) {
	p := j.lead
	p.open("/members")
	p.seesIn("tr", candidateName)
	row := strings.ToLower(must1[string](p, "norm(find('tr', "+quote(candidateName)+").innerText)"))
	if reserve := strings.Contains(row, "dự bị"); reserve != (word == "dự bị") {
		j.t.Errorf("the list of members says %q", row)
	}
}

// alarmed: the end of the probation was told to who must act, without the name.
func (j *wayIn) alarmed() {
	p := j.lead
	p.until("the alarm", `(() => { if (!calm()) return false; if (location.pathname !== "/notices") { location.href = "/notices"; return false; }
		if (norm(document.body.innerText).includes("Một hồ sơ phát triển đảng viên của")) return true; location.reload(); return false; })()`)
	if strings.Contains(p.text("main"), candidateName) {
		j.t.Error("a notice names the person")
	}
	j.open()
	p.sees("30/11/2027")
}
