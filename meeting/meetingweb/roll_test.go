package meetingweb_test

import (
	"bytes"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// One member's own page in the roll: arrival, leaving, return, each refused at its field
// with what was typed, and the roll says it.
func TestSeatPage(t *testing.T) {
	w := newHall(t)
	ref := w.opened()
	at := href(ref)
	seat := at + "/roll/" + num(w.ids[inFirst])
	w.be(inCommittee)
	if w.page(seat).ID("left").OK() {
		t.Error("somebody who is not here may leave")
	}
	w.clk.Advance(30 * time.Minute) // 19:55
	w.ok(seat, seat+"/move", "move", "arrive", "at", "19:40")
	if got := w.page(at + "/roll").ID("m-" + num(w.ids[inFirst])).Text(); !strings.Contains(got, "19:40") || !strings.Contains(got, "đến sau khai mạc") {
		t.Errorf("the roll says %q", got)
	}
	doc := w.fails(422, seat+"/move", "move", "leave", "at", "19:30")
	if got := doc.Tag("main").Text(); !strings.Contains(got, "19:40") {
		t.Errorf("left before coming: %q", got)
	}
	w.ok(seat, seat+"/move", "move", "leave", "at", "19:50", "op", "a")
	if got := w.page(at + "/roll").ID("roll-count").Text(); !strings.Contains(got, "Đã rời phòng") {
		t.Errorf("the roll does not say who is out: %q", got)
	}
	w.ok(seat, seat+"/move", "move", "return", "at", "19:52")
	if got := w.page(seat).Tag("header").Text() + w.page(seat).Tag("main").Text(); !strings.Contains(got, "vắng từ 19:50 đến 19:52") {
		t.Errorf("the times away are not shown: %q", got)
	}
	w.be(inFirst)
	w.fails(403, seat+"/move", "move", "leave")
	if got := w.get(seat).Code; got != 403 {
		t.Errorf("a member opens the page of another: %d", got)
	}
}

// The helped member sees who helped and how it is known, says that it is wrong, and reads
// the answer; who keeps the roll sees it until then, the others never.
func TestContestPages(t *testing.T) {
	w := newHall(t)
	ref := w.opened()
	at := href(ref)
	code := w.code(at)
	w.be(inFirst)
	w.ok(at+"/checkin", at+"/checkin", "code", code)
	if !w.page(at+"/checkin?help=1").Form(at+"/help").OK() || !w.page(at+"/checkin").Link("Điểm danh giúp").OK() {
		t.Fatal("no way to help")
	}
	doc := w.fails(422, at+"/help", "member", num(w.ids[inSecond]), "known", "other", "code", code)
	if !doc.ID("e-note").OK() {
		t.Error("how it is known is not asked for at its field")
	}
	w.ok(at+"/checkin", at+"/help", "member", num(w.ids[inSecond]), "known", "phone", "code", code, "op", "x")
	w.be(inSecond)
	if got := w.page(at).ID("noted").Text(); !strings.Contains(got, "Phạm Quốc Khánh điểm danh giúp (Nói chuyện qua điện thoại)") {
		t.Errorf("the helped member reads %q", got)
	}
	doc = w.fails(422, at+"/contest", "wrong", "")
	if !doc.ID("e-wrong").OK() {
		t.Error("an empty contest is not told at its field")
	}
	w.ok(at, at+"/contest", "wrong", "Tôi ở viện", "op", "y")
	w.be(inThird)
	if w.page(at).ID("disputed").OK() || strings.Contains(w.page(at).Tag("main").Text(), "Tôi ở viện") {
		t.Error("a third member sees the contest")
	}
	w.be(inCommittee)
	for _, page := range []string{at, at + "/roll"} {
		if got := w.page(page).Tag("main").Text(); !strings.Contains(got, "báo điểm danh sai") {
			t.Errorf("%s does not tell who keeps the roll", page)
		}
	}
	seat := at + "/roll/" + num(w.ids[inSecond])
	w.fails(422, seat+"/settle", "settle", "", "result", "illness")
	w.ok(seat, seat+"/settle", "settle", "Đã sửa theo lời đồng chí", "result", "illness", "op", "z")
	if got := w.page(seat).ID("trail").Text(); !strings.Contains(got, "Tôi ở viện") || !strings.Contains(got, "vắng có lý do") {
		t.Errorf("trail %q", got)
	}
	w.be(inSecond)
	if got := w.page(at).ID("noted").Text(); !strings.Contains(got, "Đã sửa theo lời đồng chí") {
		t.Errorf("the member reads %q", got)
	}
}

// Guests and the figures with their rules stand on the roll; hostile words are text.
func TestGuestsAndFigures(t *testing.T) {
	w := newHall(t)
	ref := w.opened()
	at := href(ref)
	w.be(inCommittee)
	doc := w.fails(422, at+"/guests", "name", "", "kind", "guest", "back", at+"/roll")
	if !doc.ID("e-name").OK() {
		t.Error("a guest without a name is not told at its field")
	}
	hostile := `<b onclick="x">Ưỡng & Ẵm</b>`
	w.ok(at+"/roll", at+"/guests", "name", hostile, "unit", "Hội Nông dân", "kind", "guest", "back", at+"/roll", "op", "g")
	if got := w.page(at + "/roll").ID("roll-guests").Text(); !strings.Contains(got, hostile) {
		t.Errorf("guests %q", got)
	}
	guest := w.full(ref).Guests[0]
	w.ok(at+"/roll", at+"/guests/"+num(guest.ID), "move", "leave", "back", at+"/roll", "op", "h")
	if got := w.page(at + "/roll").ID("roll-guests").Text(); !strings.Contains(got, "ra về lúc") {
		t.Errorf("guests %q", got)
	}
	w.here(ref, inSecretary, inDeputy, inCommittee)
	if got := w.page(at + "/roll").ID("roll-figures").Text(); !strings.Contains(got, "90,0") || !strings.Contains(got, "42-HD") || !strings.Contains(got, "miễn 1") {
		t.Errorf("figures %q", got)
	}
	if got := w.page(at + "/roll").ID("roll-count").Text(); !strings.Contains(got, "Không tìm thấy văn bản") || !strings.Contains(got, "chỉ nhắc") {
		t.Errorf("two thirds is not said to be unverified and only a reminder: %q", got)
	}
}

// The roll of a cell of 300, names with every Vietnamese letter: the page stays small and
// comes fast, before the call and after it.
func TestRollOf300(t *testing.T) {
	letters := []string{"Ẵ", "ắ", "ặ", "ẩ", "Ỡ", "ợ", "Ữ", "ự", "Đ", "ỹ", "ỵ", "ễ", "ệ", "ỗ", "ộ", "ỉ", "ị", "ủ", "ụ"}
	names := make([]string, 300)
	for i := range names {
		names[i] = fmt.Sprintf("Nguyễn %s%s Thị Hồng %s %03d", letters[i%len(letters)], letters[(i/3)%len(letters)], letters[(i/7)%len(letters)], i)
	}
	w := newHall(t, names...)
	ref := w.opened()
	w.be(inCommittee)
	size := func(path string) (int, time.Duration) {
		best := time.Hour
		var body bytes.Buffer
		for range 5 {
			body.Reset()
			rec := httptest.NewRecorder()
			rec.Body = &body
			start := time.Now()
			w.kit.ServeHTTP(rec, httptest.NewRequest("GET", path, nil))
			best = min(best, time.Since(start))
		}
		if body.Len() == 0 || !bytes.Contains(body.Bytes(), []byte(names[299])) {
			t.Fatalf("%s: the last of 300 is not there", path)
		}
		return body.Len(), best
	}
	for _, path := range []string{"/roll", "/run"} {
		n, took := size(href(ref) + path)
		t.Logf("%s, nobody called: %d KB in %v", path, n/1024, took)
		if n > 600<<10 {
			t.Errorf("%s has %d KB", path, n/1024)
		}
	}
	if _, err := w.svc.MarkRestPresent(w.ctx(), w.act(inSecretary), ref); err != nil {
		t.Fatal(err)
	}
	n, took := size(href(ref) + "/roll")
	t.Logf("/roll, all called: %d KB in %v", n/1024, took)
	if n > 600<<10 {
		t.Errorf("the roll has %d KB", n/1024)
	}
}

// Who prepares sees which papers the members were given, when against the rule of the
// day (rules.md 2.10), and who has not opened them.
func TestPapersHandedOut(t *testing.T) {
	w := newHall(t)
	ref := w.invited() // on the day itself: later than the rule has it
	w.be(inFirst)
	w.page(href(ref)) // opens the invitation
	w.be(inCommittee)
	got := w.page(href(ref) + "/invite").ID("handed").Text()
	for _, want := range []string{"dự thảo nghị quyết", "muộn so với quy định", "42-HD", "1 đồng chí đã mở", hallNames()[inSecond]} {
		if !strings.Contains(got, want) {
			t.Errorf("the page does not say %q: %q", want, got)
		}
	}
	for _, row := range w.page(href(ref) + "/invite").ID("readers").Tags("li") {
		if opened := !strings.Contains(row.Text(), "chưa mở"); opened != strings.Contains(row.Text(), hallNames()[inFirst]) {
			t.Errorf("what is known of one member: %s", row.Text())
		}
	}
}
