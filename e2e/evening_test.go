package e2e

import "testing"

// What the second meeting of an evening may cost its secretary on top of the regular one.
const mostThematicClicks = 10

const themeText = "Giữ gìn vệ sinh môi trường khu dân cư"

// A thematic meeting right after the regular one of the evening: called from the page of
// the regular one, agreed and announced with it, opened when that is closed, with its roll.
func TestThematicAfterRegular(t *testing.T) {
	st := newStory(t)
	st.convene()
	p := st.sec
	p.open(st.ref)
	clicks := p.clicks
	p.press("main a.btn[href*='after=']", "")
	p.at("/meetings/new")
	p.types("#new input[name=theme]", themeText)
	p.press("#new button.btn.primary", "")
	p.at("/plan")
	clicks = p.clicks - clicks
	p.open(st.ref + "/plan")
	st.prepare()
	st.agree()
	p.press("#send button.btn.primary", "")
	p.until("the list of answers", "document.querySelector('#waiting li')")
	p.open(st.ref)
	p.seesIn("#evening", themeText)
	second := must1[string](p, "document.querySelector('#evening a').getAttribute('href')")
	p.open(second + "/run")
	if !p.has("form[action$='/open'] button", "") {
		t.Fatal("the second meeting has no run page")
	}
	p.open(st.ref + "/run")
	p.press("#run-head form[action$='/open'] button", "")
	p.until("the open meeting", "calm() && document.querySelector('#run-item')")
	p.press("#run-roll button[value=present][name=rest]", "")
	p.agrees()
	p.until("nobody left to call", "calm() && !document.querySelector('#run-roll button[name=rest]')")
	st.judge()
	p.press("#run-vote form[action$='/votes'] button.btn.primary", "")
	p.until("the open vote", "calm() && document.querySelector('#run-vote form[action$=\"/close\"]')")
	p.press("#run-vote form[action$='/close'] button.btn.primary", "")
	p.agrees()
	p.until("the result", "calm() && !document.querySelector('#run-vote form[action$=\"/close\"]')")
	p.press("#run-close form[action$='/adjourn'] button", "")
	p.agrees()
	p.at(st.ref)
	before := p.clicks
	p.press("section.lead-card a.btn.primary[href='"+second+"/run']", "")
	p.press("#run-head form[action$='/open'] button", "")
	p.until("the open second meeting with the roll of the first", "calm() && document.querySelector('#run-item') && !document.querySelector('#run-roll button[name=rest]')")
	p.press("#run-close form[action$='/adjourn'] button", "")
	p.agrees()
	p.at(second)
	p.until("its own minutes", "document.querySelectorAll('#papers li').length === 1")
	clicks += p.clicks - before
	t.Logf("the thematic meeting on top: %d clicks of %d", clicks, mostThematicClicks)
	if clicks > mostThematicClicks {
		t.Errorf("%d clicks, more than %d", clicks, mostThematicClicks)
	}
	p.quiet()
}
