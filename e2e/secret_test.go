package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

const deputy = "phobithu.hoabinh"

// ballots is an election by secret ballot in the cell of the story.
type ballots struct {
	*story
	at       string   // address of the vote
	team     []string // names
	codes    []string
	receipts map[*person]string
}

// An election by secret ballot, on phones and on paper: allowed by the committee above, opened with three
// slips, cast on two phones (one of which runs no script), on helpers' phones and on paper, counted by
// two who must agree, opened with two codes. The hall shows turnout, and then only who passed.
func TestSecretElection(t *testing.T) {
	b := &ballots{story: newStory(t), receipts: map[*person]string{}}
	for _, step := range []func(){b.allow, b.meet, b.openVote, b.phones, b.borrowed, b.helpers, b.paper, b.countPaper, b.openBox, b.found} {
		step()
	}
	b.quiet()
}

// allow has the committee above record its decision.
func (b *ballots) allow() {
	cell := must1[string](b.sec, "document.querySelector(\"nav a[href^='/cells/'], main a[href^='/cells/']\").getAttribute('href').split('/')[2]")
	p := b.sit("the town's officer", town)
	b.town = p
	p.open("/units/" + cell + "/secret-ballots")
	p.sees("Chỉ bỏ phiếu giấy")
	p.types("#f-decision", "Quyết định số 12-QĐ/ĐU ngày 01/10/2026")
	p.press("form[action$='/secret-ballots'] button.btn.primary", "")
	p.sees("Được bỏ phiếu kín trên điện thoại")
}

// meet opens the meeting with everybody in the room, and lights the hall's screen, which has
// no timer: what changes on it came as an event.
func (b *ballots) meet() {
	b.convene()
	b.prepare()
	b.agree()
	p := b.sec
	p.press("#send button.btn.primary", "")
	p.until("the list of answers", "document.querySelector('#waiting li')")
	p.open(b.ref + "/run")
	p.press("#run-head form[action$='/open'] button", "")
	p.until("the open meeting", "calm() && document.querySelector('#run-item')")
	p.press("#run-roll button[value=present][name=rest]", "")
	p.agrees()
	p.until("nobody left to call", "calm() && !document.querySelector('#run-roll button[name=rest]')")
	b.hall = b.sit("the hall's screen", clerk)
	_, err := chromedp.Call(b.hall.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: "window.setInterval = () => 0; window.loaded = Math.random();",
	})
	if err != nil {
		b.t.Fatal(err)
	}
	b.hall.open(b.ref + "/hall")
}

func (b *ballots) openVote() {
	p := b.sec
	p.open(b.ref + "/secret")
	p.press("main a.btn[href$='kind=candidates']", "")
	p.types("#f-subject", "Bầu chi ủy nhiệm kỳ 2025–2030")
	for _, login := range []string{secretary, deputy, clerk} {
		p.press("#f-options label.check", b.s.nameOf(b.t, login))
	}
	p.types("#f-seats", "2")
	known := []string{"Chọn đảng viên"}
	for _, login := range []string{secretary, deputy, clerk, elder, young} {
		known = append(known, b.s.nameOf(b.t, login))
	}
	b.team = strings.Split(must1[string](p, "[...document.querySelector('#f-team1').options].map((o) => norm(o.textContent)).filter((n) => !"+quote(strings.Join(known, "|"))+".split('|').includes(n)).slice(0, 3).join('|')"), "|")
	for i, name := range b.team {
		p.chooses(fmt.Sprintf("#f-team%d", i+1), name)
	}
	p.press("#f-way label", "Điện thoại")
	p.press("main form button.btn.primary", "")
	p.agrees()
	p.until("three slips", "document.querySelectorAll('.code-slip').length === 3")
	b.codes = strings.Split(must1[string](p, "[...document.querySelectorAll('.code-slip h2')].map((e) => norm(e.innerText)).join('|')"), "|")
	p.press("a.btn.primary", "")
	p.until("the vote", "calm() && document.querySelector('#vote')")
	b.at = p.path()
	b.inHall("the secret vote with its turnout alone", "find('.hall-main h1', 'Bầu chi ủy') && find('#hall-turnout b', '0') && !find('.hall-list', '')")
}

// phones lets two members vote on their phones; one of them runs no script.
func (b *ballots) phones() {
	b.elder = b.sit("the elder member", elder)
	b.opts = append(b.opts, noScript)
	b.young = b.sit("the young member without script", young)
	for n, m := range []*person{b.elder, b.young} {
		m.width(phone)
		m.open(b.ref + "/checkin")
		m.press("main a.btn.primary", "Đến phiếu kín")
		m.at(b.at)
		m.press("#vote fieldset:nth-of-type(1) label.choice", "Bầu")
		m.press("#vote fieldset:nth-of-type(2) label.choice", "Bầu")
		m.press("#vote button.btn.primary", "")
		m.agrees()
		m.until("the receipt", "calm() && find('#vote .alert.ok .mono', '')")
		b.receipts[m] = m.text("#vote .mono")
		if m.has("#vote input", "") {
			b.t.Errorf("%s can choose again", m.name)
		}
		b.inHall("a ballot more", fmt.Sprintf("norm(find('#hall-turnout b', '').innerText) === '%d'", n+1))
	}
}

// borrowed lends the young member's phone to the deputy, who is led to a paper ballot.
func (b *ballots) borrowed() {
	m := b.young
	b.change(m, deputy)
	m.open(b.at)
	m.until("the way to paper", "calm() && find('#vote .alert.warn', 'Mời đồng chí bỏ phiếu giấy')")
	if m.has("#vote input", "") {
		b.t.Error("a borrowed phone offers a ballot")
	}
	b.pictures("secret-borrowed", m)
	b.change(m, young)
	b.pictures("secret-hall", b.hall)
}

// change signs somebody out of a browser and another in.
func (b *ballots) change(p *person, login string) {
	b.t.Helper()
	must1[bool](p, `(document.querySelector("form[action='/signout']").submit(), true)`)
	p.at("/signin")
	p.signIn(login)
}

// pictures takes pictures where they are asked for.
func (b *ballots) pictures(name string, p *person) {
	if *shotsDir == "" {
		return
	}
	p.shots(name)
	if p != b.hall {
		p.width(phone)
	}
}

// helpers are members whose browsers are not looked at: they send what the page would send.
func (b *ballots) helpers() {
	var last *http.Client
	for _, login := range []string{"dv04.hoabinh", "dv05.hoabinh", "dv06.hoabinh", "dv07.hoabinh"} {
		last = b.helper(nil, login)
		if status, body := b.send(last, login); status != http.StatusSeeOther {
			b.t.Fatalf("%s: %d\n%.800s", login, status, body)
		}
	}
	// Somebody borrows the last phone.
	last = b.helper(last, "dv08.hoabinh")
	if status, body := b.send(last, "borrowed"); status != http.StatusConflict || !strings.Contains(body, "có người khác đã đăng nhập trên máy này") {
		b.t.Errorf("a borrowed phone: %d\n%.800s", status, body)
	}
	b.inHall("six ballots", "norm(find('#hall-turnout b', '').innerText) === '6'")
}

// helper signs somebody in, on a phone of one's own or, after signing the other out, on a
// borrowed one.
func (b *ballots) helper(c *http.Client, login string) *http.Client {
	b.t.Helper()
	if c == nil {
		jar, err := cookiejar.New(nil)
		if err != nil {
			b.t.Fatal(err)
		}
		c = &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	} else if status, body := b.post(c, "/signout", nil); status != http.StatusSeeOther {
		b.t.Fatalf("signing out: %d\n%.800s", status, body)
	}
	password := b.s.People[0].Password // the same for everybody of the sample
	if status, body := b.post(c, "/signin", url.Values{"login": {login}, "password": {password}}); status != http.StatusSeeOther {
		b.t.Fatalf("%s signs in: %d\n%.800s", login, status, body)
	}
	return c
}

func (b *ballots) send(c *http.Client, op string) (int, string) {
	b.t.Helper()
	return b.post(c, b.at+"/cast", url.Values{"m01": {"1"}, "m02": {"1"}, "m03": {"0"}, "op": {op}})
}

func (b *ballots) post(c *http.Client, path string, form url.Values) (int, string) {
	b.t.Helper()
	res, err := c.PostForm(b.s.URL+path, form)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // read to its end
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

// paper goes to everybody else.
func (b *ballots) paper() {
	p := b.sec
	p.open(b.at)
	p.press("#turnout button", "đã phát phiếu giấy cho")
	p.agrees()
	p.until("nobody who waits", "calm() && find('#turnout li', 'Chưa bỏ phiếu: 0')")
	if p.has("#vote .num", "") || p.has("#turnout .num", "") {
		b.t.Error("a running result is shown")
	}
	p.press("form[action$='/close'] button.btn.primary", "")
	p.agrees()
	p.until("the count of paper", "calm() && find('form[action$=\"/entry\"]', '')")
	b.inHall("the counting team at work", "find('.hall-main h1', 'Tổ kiểm phiếu đang làm việc')")
}

// countPaper has two of the team type what they counted; the first one counts again when the second
// differs.
func (b *ballots) countPaper() {
	p := b.sec
	n, err := strconv.Atoi(must1[string](p, "norm(find('#turnout li', 'Đã nhận phiếu giấy').innerText).match(/[0-9]+/)[0]"))
	if err != nil || n < 5 {
		b.t.Fatalf("%d on paper: %v", n, err)
	}
	entry := func(name string, invalid int, votes ...int) {
		p.chooses("#f-seat", name)
		p.types("#f-issued", strconv.Itoa(n))
		p.types("#f-returned", strconv.Itoa(n))
		p.types("#f-invalid", strconv.Itoa(invalid))
		for i, v := range votes {
			p.types(fmt.Sprintf("#f-votes-%d", i+1), strconv.Itoa(v))
		}
		p.press("form[action$='/entry'] button.btn.primary", "")
	}
	entry(b.team[0], 1, n-1, n-2, 0)
	p.until("the first count", "calm() && find('#turnout', 'đã nhập')")
	entry(b.team[1], 1, n-1, n-1, 0)
	p.until("that the counts differ", "calm() && find('#turnout .alert.warn', 'khác nhau')")
	entry(b.team[0], 1, n-1, n-1, 0)
	p.until("the codes", "calm() && find('#f-code1', '')")
}

// openBox types a code with a slip of the finger, then two right ones.
func (b *ballots) openBox() {
	p := b.sec
	wrong := b.codes[0][:len(b.codes[0])-1] + string('0'+(b.codes[0][len(b.codes[0])-1]-'0'+1)%10)
	p.types("#f-code1", wrong)
	p.types("#f-code3", b.codes[2])
	p.press("form[action$='/count'] button.btn.primary", "")
	p.until("what is wrong with the code", "calm() && find('#e-code1', '16 chữ số')")
	p.types("#f-code1", b.codes[0])
	p.types("#f-code3", b.codes[2])
	p.press("form[action$='/count'] button.btn.primary", "")
	p.until("the result", "calm() && find('#vote', 'Trúng cử 2/2')")
	b.pictures("secret-result", p)
	b.inHall("who passed, without numbers", "find('.hall-main h1', 'Trúng cử 2/2') && !find('.hall-list', '') && !find('#hall-turnout', '')")
}

// found looks for both receipts in the list, where no numbers stand.
func (b *ballots) found() {
	for _, m := range []*person{b.elder, b.young} {
		m.open(b.at)
		m.sees("Trúng cử 2/2")
		if m.has("#vote .num", "") {
			b.t.Errorf("%s sees numbers of a guarded vote", m.name)
		}
		m.press("#vote details summary", "mã phiếu đã đếm")
		m.until("the own receipt", "find('.prints li', "+quote(b.receipts[m])+")")
		sorted := must1[bool](m, "(() => { const l = [...document.querySelectorAll('.prints li')].map((e) => norm(e.innerText)); return l.length === 6 && l.every((v, i) => !i || l[i - 1] < v); })()")
		if !sorted {
			b.t.Error("the list of receipts is not sorted, or not whole")
		}
	}
}
