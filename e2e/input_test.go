package e2e

import "testing"

// What is wrong is said at its field, and everything typed is kept.
func TestBadInput(t *testing.T) {
	st := newStory(t)
	st.atTheDoor()
	st.dayIsOver()
	st.convene()
	st.twiceInAMonth()
	st.noMinutes()
	st.prepare()
	st.agree()
	st.invite()
	st.noReason()
	st.wrongCode()
	st.tooManyHands()
	st.sec.quiet()
	st.elder.quiet()
}

func (st *story) atTheDoor() {
	p := st.s.sit(st.t, "somebody at the door")
	p.open("/signin")
	p.types("#f-login", secretary)
	p.types("#f-password", "sai mật khẩu")
	p.press("#signin-form button", "")
	p.until("a message", "calm() && find('#form-errors', '')")
	p.holds("#f-login", secretary)
	p.quiet()
}

func (st *story) dayIsOver() {
	p := st.sec
	p.open("/")
	p.press("main a.btn.primary[href^='/meetings/new']", "")
	p.types("#f-day", "01/11/2026")
	p.types("#f-place", "Sân đình Hòa Bình")
	p.press("#new button.btn.primary", "")
	p.seesIn("#e-day", "01/11/2026")
	p.holds("#f-day", "01/11/2026")
	p.holds("#f-place", "Sân đình Hòa Bình")
	p.types("#f-day", "31/02/2026")
	p.press("#new button.btn.primary", "")
	p.until("a message at the day", "calm() && find('#e-day', '')")
	p.holds("#f-day", "31/02/2026")
	p.open("/")
}

func (st *story) twiceInAMonth() {
	p := st.sec
	cell := must1[string](p, "document.querySelector(\"nav a[href^='/cells/'], main a[href^='/cells/']\").getAttribute('href').split('/')[2]")
	p.open("/meetings/new?cell=" + cell)
	p.types("#f-day", "28/11/2026")
	p.press("#new button.btn.primary", "")
	p.until("a message and the way to the other meeting", "calm() && find('#new .err, #form-errors', '22/11/2026') && find(\"#new a[href='"+st.ref+"']\", '')")
	p.holds("#f-day", "28/11/2026")
	p.open(st.ref + "/plan")
}

func (st *story) noMinutes() {
	p := st.sec
	p.press("#item-1 summary", "")
	p.types("#item-1 input[name='items[1].minutes']", "0")
	p.types("textarea[name=direction]", "Giữ nguyên những gì đã gõ")
	p.press("#plan button[value=done]", "")
	p.until("a message at the minutes", "calm() && find('#item-1 .err', '')")
	p.holds("#item-1 input[name='items[1].minutes']", "0")
	p.holds("textarea[name=direction]", "Giữ nguyên những gì đã gõ")
	p.types("#item-1 input[name='items[1].minutes']", "4")
}

// noReason: who cannot come says why.
func (st *story) noReason() {
	p := st.sit("the elder member", elder)
	st.elder = p
	p.open(st.ref)
	p.press("#say-no summary", "")
	p.press("#say-no button[value=no]", "")
	p.until("a message at the reason", "calm() && find('#say-no .err, #say-no #form-errors', '')")
}

func (st *story) wrongCode() {
	p := st.elder
	p.open(st.ref + "/checkin")
	p.types("input[name=code]", "12")
	p.press("#checkin button.btn.primary", "")
	p.until("a message at the code", "calm() && find('#checkin .err', '')")
	p.holds("input[name=code]", "12")

	stranger := st.sit("a stranger", district)
	stranger.open(st.ref + "/checkin")
	stranger.until("being told so", "calm() && !find('input[name=code]', '')")
}

// tooManyHands: more hands than members who can raise one.
func (st *story) tooManyHands() {
	p := st.sec
	p.open(st.ref + "/run")
	p.press("#run-head form[action$='/open'] button", "")
	p.until("the open meeting", "calm() && document.querySelector('#run-item')")
	p.press("#run-roll button[value=present][name=rest]", "")
	p.agrees()
	p.until("the roll called", "calm() && "+uncalled+" < 3")
	p.slowAnswers()
	p.press("#run-vote form[action$='/votes'] button.btn.primary", "")
	p.types("#f-yes", "999")
	p.until("the slow answer", "window.answered")
	p.holds("#f-yes", "999")
	p.press("#run-vote form[action$='/close'] button.btn.primary", "")
	p.agrees()
	p.until("a message at the hands", "calm() && find('#run-vote .err, #run-vote #form-errors', '')")
	p.holds("#f-yes", "999")
}

// slowAnswers lets forms wait for their answer as on a weak network. The change itself is
// seen before, by the page's live parts: what is typed into them stays.
func (p *person) slowAnswers() {
	p.t.Helper()
	must1[bool](p, `(() => { const send = window.fetch; window.fetch = async (url, options) => {
		const res = await send(url, options);
		if (options && options.method === "POST") { await new Promise((done) => setTimeout(done, 1500)); setTimeout(() => { window.answered = true; }, 100); }
		return res;
	}; return true; })()`)
}

// holds wants a field to hold what was typed.
func (p *person) holds(sel, text string) {
	p.t.Helper()
	if got := must1[string](p, "find("+quote(sel)+",'').value"); got != text {
		p.t.Errorf("%s: %s holds %q, not the typed %q", p.name, sel, got, text)
	}
}
