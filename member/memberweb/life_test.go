package memberweb_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/seal"
	"chibo/internal/web"
	"chibo/internal/web/webtest"
	"chibo/internal/workday"
	"chibo/member"
	"chibo/member/memberweb"
	"chibo/org"
	"chibo/org/orgtest"
)

// lifeTexts are the texts of org's rules on the size of a cell.
func lifeTexts() fstest.MapFS {
	all := texts()
	all["vi.json"] = &fstest.MapFile{Data: []byte(`{"access.err.signed_out": "Cần đăng nhập.", "access.err.forbidden": "Không có quyền.", "org.err.not_found": "Không có.",
 "org.size.cell_small": "Dưới {{.Limit}} đảng viên chính thức"}`)}
	return all
}

// lifeAs is as with the pages of what changes members.
func (w *world) lifeAs(t *testing.T, who access.Actor) *web.Kit {
	t.Helper()
	k := webtest.Kit(t, web.Config{
		Clock: w.db.Clock(),
		Session: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				if who.AccountID != 0 {
					r = r.WithContext(access.With(r.Context(), who))
				}
				next.ServeHTTP(rw, r)
			})
		},
	}, memberweb.Catalogue, lifeTexts())
	_, err := memberweb.New(memberweb.Config{Kit: k, DB: w.db, Book: w.Book, Members: w.svc, Life: w.life(t)})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func (w *world) life(t *testing.T) *member.Life {
	t.Helper()
	days, err := workday.New()
	if err != nil {
		t.Fatal(err)
	}
	return &member.Life{DB: w.db, Book: w.Book, Days: days, Keys: seal.Fresh(), Duties: twoTasks}
}

// twoTasks stands for what task knows of a member's open work.
func twoTasks(_ context.Context, _ db.Q, actor access.Actor, _ member.Membership, cell org.Unit, day civil.Date) (member.Duties, error) {
	d := member.Duties{Open: 2}
	if actor.Can(access.CellRead, cell.Access()) {
		d.List = []member.Duty{{Title: "Vận động hiến đất", Href: "/tasks/1-2", Due: day.AddDays(-1), Overdue: true}, {Title: "Thu đảng phí", Href: "/tasks/1-3", Due: day}}
	}
	return d, nil
}

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

// send posts a form and gives the answer with its page.
func send(t *testing.T, k *web.Kit, path string, pairs ...string) (*httptest.ResponseRecorder, *webtest.Document) {
	t.Helper()
	rw := webtest.Post(t, k, path, form(pairs...))
	return rw, webtest.Doc(t, rw.Body.String())
}

// sent is send for what must be taken; it gives where it leads.
func sent(t *testing.T, k *web.Kit, path string, pairs ...string) string {
	t.Helper()
	rw, doc := send(t, k, path, pairs...)
	if rw.Code != http.StatusSeeOther {
		t.Fatalf("%s: %d %s", path, rw.Code, doc.ID("main").Text())
	}
	return rw.Header().Get("Location")
}

func cellPath(u org.Unit, rest string) string { return fmt.Sprintf("/cells/%d/%s", u.ID, rest) }

// Every page for every role: who may see it, with data and without, and nothing for
// others.
func TestLifePagesByRole(t *testing.T) {
	w, people := newWorld(t)
	m := people["Nguyễn Thị Hòa"]
	rec := "/members/" + m.Ref().String()
	lead := w.lifeAs(t, orgtest.Actor(access.RoleLead, w.HoaBinh))
	transfer := sent(t, lead, rec+"/transfer", "kind", "internal", "to_cell", unit(w.Market), "basis", "12-QĐ", "basis_on", "01/10/2026")
	sent(t, lead, "/members/"+people["Thái Hữu Thụ"].Ref().String()+"/spells/new", "kind", "away", "from", "01/06/2026", "place", "Bình Dương")
	leaving := sent(t, lead, "/members/"+people["Thái Hữu Thụ"].Ref().String()+"/leave", "kind", "resignation", "reason", "đơn xin", "proposed_on", "02/11/2026")
	spell := w.spellOf(t, people["Thái Hữu Thụ"])
	own := orgtest.Actor(access.RoleMember, w.HoaBinh)
	own.PersonID, own.PartID = m.PersonID, m.Part
	lists := []string{"/life", "/transfers", "/away", "/leavings", "/registers", "/registers?list=exempt", "/registers?list=transfers", "/registers?list=reserve", "/registers?list=dead"}
	keeping := []string{
		rec + "/transfer", rec + "/transfer?kind=official", rec + "/transfer?kind=temporary", rec + "/transfer?kind=abroad", rec + "/spells/new",
		rec + "/spells/new?kind=exempt", rec + "/spells/new?kind=away", rec + "/spells/new?kind=suspended", rec + "/leave", rec + "/leave?kind=removal",
		rec + "/leave?kind=death", rec + "/restore", "/spells/" + spell, cellPath(w.HoaBinh, "members/new"), cellPath(w.HoaBinh, "arrivals/new"),
	}
	for _, c := range []struct {
		name                        string
		who                         access.Actor
		lists, keep, move, fee, end int
	}{
		{"lead", orgtest.Actor(access.RoleLead, w.HoaBinh), 200, 200, 200, 200, 200},
		{"committee", orgtest.Actor(access.RoleCommittee, w.HoaBinh), 200, 403, 200, 200, 403},
		{"keeper", orgtest.Actor(access.RoleKeeper, w.District), 200, 200, 200, 200, 200},
		{"officer above", orgtest.Actor(access.RoleUpper, w.Town), 200, 403, 200, 200, 200},
		{"follower", orgtest.Actor(access.RoleFollower, w.HoaBinh), 200, 403, 200, 200, 403},
		{"member", own, 403, 403, 200, 403, 403}, // the own transfer
		{"another member", orgtest.Actor(access.RoleMember, w.HoaBinh), 403, 403, 403, 403, 403},
		{"the receiving lead", orgtest.Actor(access.RoleLead, w.Market), 200, 403, 200, 403, 403},
		{"a strange lead", orgtest.Actor(access.RoleLead, w.Village2), 200, 403, 403, 403, 403},
		{"administrator", orgtest.Actor(access.RoleAdmin, w.District), 403, 403, 403, 403, 403},
		{"nobody", access.Actor{}, 303, 303, 303, 303, 303}, // to the door
	} {
		k := w.lifeAs(t, c.who)
		check := func(want int, paths ...string) {
			t.Helper()
			for _, p := range paths {
				if got := get(k, p).Code; got != want {
					t.Errorf("%s at %s: %d, want %d", c.name, p, got, want)
				} else if got == 200 {
					page(t, k, p)
				}
			}
		}
		check(c.lists, lists...)
		check(c.keep, keeping...)
		check(c.move, transfer)
		check(c.fee, cellPath(w.HoaBinh, "fees"), cellPath(w.HoaBinh, "fees?month=202601"))
		check(c.end, leaving)
	}
	for _, p := range []string{
		"/transfers/1-1", "/transfers/x", "/spells/1-1", "/leavings/1-1", "/members/1-1/transfer", rec + "/transfer?kind=x", rec + "/spells/new?kind=temp_out",
		rec + "/leave?kind=transfer", "/registers?list=x", "/life?unit=x", "/life?unit=7", cellPath(w.HoaBinh, "fees?month=202613"), cellPath(w.HoaBinh, "fees?month=202612"),
		cellPath(w.HoaBinh, "members/new?transfer=1-1"), cellPath(w.Town, "fees"), cellPath(w.Town, "members/new"),
	} {
		if got := get(w.lifeAs(t, orgtest.Actor(access.RoleKeeper, w.District)), p).Code; got != 404 {
			t.Errorf("%s: %d", p, got)
		}
	}
}

func (w *world) spellOf(t *testing.T, m member.Membership) string {
	t.Helper()
	var list []member.Spell
	w.write(t, func(tx *db.Tx) (err error) {
		list, err = member.SpellsOf(t.Context(), tx, m.Ref())
		return err
	})
	return list[0].Ref().String()
}

// A member comes from outside, with dates known in part; what is wrong is said at the
// field with everything kept, and who looks like somebody of the register is asked of.
func TestEnterByHand(t *testing.T) {
	w, _ := newWorld(t)
	k := w.lifeAs(t, orgtest.Actor(access.RoleLead, w.HoaBinh))
	path := cellPath(w.HoaBinh, "members/new")
	fields := map[string]string{"name": "NGUYEN THI HOA", "sex": "f", "birth": "1970", "origin": "founded", "from": "31/02/2026", "admitted_on": "05/1999", "card": "10200012345"}
	post := func() (*httptest.ResponseRecorder, *webtest.Document) {
		var pairs []string
		for name, v := range fields {
			pairs = append(pairs, name, v)
		}
		return send(t, k, path, pairs...)
	}
	rw, doc := post()
	if rw.Code != 422 || doc.ID("f-from").Attr("value") != "31/02/2026" || !doc.ID("e-from").OK() || doc.ID("f-name").Attr("value") != "NGUYEN THI HOA" {
		t.Errorf("a day that is none: %d, %s", rw.Code, doc.ID("form-errors").Text())
	}
	fields["from"] = "02/01/2026"
	if rw, doc = post(); rw.Code != 422 || !strings.Contains(doc.ID("e-card").Text(), "số 0") {
		t.Errorf("a lost zero: %d, %s", rw.Code, doc.ID("e-card").Text())
	}
	fields["card"] = ""
	rw, doc = post()
	webtest.A11y(t, doc)
	if rw.Code != 409 || !strings.Contains(doc.ID("same").Text(), "Nguyễn Thị Hòa") || doc.ID("f-birth").Attr("value") != "1970" {
		t.Fatalf("the same person: %d, %s", rw.Code, doc.ID("main").Text())
	}
	if n := len(names(page(t, k, "/members"))); n != 3 {
		t.Errorf("%d members: something was written", n)
	}
	fields["sure"] = "true"
	rw, _ = post()
	if rw.Code != 303 {
		t.Fatal(rw.Code)
	}
	got := page(t, k, rw.Header().Get("Location"))
	if !strings.Contains(got.ID("party").Text(), "05/1999") || !got.ID("life").OK() {
		t.Errorf("%s", got.ID("party").Text())
	}
}

// From the record to the other cell's confirmation, as two leads do it with plain forms.
func TestInternalMoveThroughThePages(t *testing.T) {
	w, people := newWorld(t)
	m := people["Nguyễn Thị Hòa"]
	from, to := w.lifeAs(t, orgtest.Actor(access.RoleLead, w.HoaBinh)), w.lifeAs(t, orgtest.Actor(access.RoleLead, w.Village2))
	rec := "/members/" + m.Ref().String()
	doc := page(t, from, rec+"/transfer?kind=internal")
	if doc.ID("f-to_cell").Text() != "Chọn chi bộChi bộ Chợ" && !strings.Contains(doc.ID("f-to_cell").Text(), "Chi bộ Chợ") || strings.Contains(doc.ID("f-to_cell").Text(), "Thôn 2") {
		t.Errorf("cells of the own organisation: %q", doc.ID("f-to_cell").Text())
	}
	rw, doc := send(t, from, rec+"/transfer/find", "kind", "internal", "find", "thôn 2")
	if rw.Code != 200 || !strings.Contains(doc.ID("f-to_cell").Text(), "Chi bộ Thôn 2") {
		t.Errorf("found: %q", doc.ID("f-to_cell").Text())
	}
	rw, doc = send(t, from, rec+"/transfer", "kind", "internal", "basis", "12-QĐ", "basis_on", "01/10/2026")
	if rw.Code != 422 || doc.ID("f-basis").Attr("value") != "12-QĐ" || !doc.ID("e-to_cell").OK() {
		t.Errorf("no cell: %d", rw.Code)
	}
	href := sent(t, from, rec+"/transfer", "kind", "internal", "to_cell", unit(w.Village2), "basis", "12-QĐ", "basis_on", "01/10/2026")
	if text := page(t, from, href).ID("duties").Text(); !strings.Contains(text, "2 việc được giao còn dở") || !strings.Contains(text, "Vận động hiến đất") {
		t.Errorf("open work, to the cell that gave it: %s", text)
	}
	if text := page(t, to, href).ID("duties").Text(); !strings.Contains(text, "2 việc") || strings.Contains(text, "hiến đất") {
		t.Errorf("open work, to the receiving cell: %s", text)
	}
	if page(t, from, href).Form(href + "/arrived").OK() {
		t.Error("the leaving side is offered the other one's confirmation")
	}
	if !strings.Contains(page(t, to, "/life").ID("life").Text(), "1 đồng chí chờ chi bộ xác nhận đến") {
		t.Error("the receiving cell is not told")
	}
	f := page(t, to, href).Form(href + "/arrived")
	if !f.OK() {
		t.Fatal("no way to confirm")
	}
	rw, doc = send(t, to, href+"/arrived", "version", f.Value("version"), "day", "31/12/2026")
	if rw.Code != 422 || doc.ID("f-day").Attr("value") != "31/12/2026" || !doc.ID("e-day").OK() {
		t.Errorf("a day to come: %d", rw.Code)
	}
	sent(t, to, href+"/arrived", "version", f.Value("version"), "day", "02/11/2026")
	rw, doc = send(t, to, href+"/arrived", "version", f.Value("version"), "day", "02/11/2026")
	if rw.Code != 409 || !strings.Contains(doc.ID("main").Text(), "đã được xác nhận đến rồi") {
		t.Errorf("twice: %d %s", rw.Code, doc.ID("main").Text())
	}
	if got := names(page(t, to, "/members")); len(got) != 2 {
		t.Errorf("in the receiving cell: %v", got)
	}
	if got := names(page(t, from, "/members")); len(got) != 2 {
		t.Errorf("in the cell that was left: %v", got)
	}
	if reg := page(t, from, "/registers?list=left&from=2026&to=2026"); !strings.Contains(reg.ID("list").Text(), "Nguyễn Thị Hòa") {
		t.Errorf("register: %s", reg.ID("list").Text())
	}
}

// One tap per member, one for all, one to take it back; without a script.
func TestFeePage(t *testing.T) {
	w, people := newWorld(t)
	k := w.lifeAs(t, orgtest.Actor(access.RoleCommittee, w.HoaBinh))
	path := cellPath(w.HoaBinh, "fees")
	doc := page(t, k, path)
	if n := len(doc.ID("list").Tags("button")); n != 3 {
		t.Fatalf("%d buttons", n)
	}
	one := fmt.Sprint(people["Thái Hữu Thụ"].ID)
	to := sent(t, k, path, "month", "202611", "paid", one)
	if !strings.HasSuffix(to, "#m"+one) || doc.ID("list").With("name", "paid").Attr("value") == "" {
		t.Error(to)
	}
	back := sent(t, k, path, "month", "202611", "all", "true")
	doc = page(t, k, back)
	if !strings.Contains(doc.ID("fee").Text(), "3 trên 3 đồng chí đã đóng") {
		t.Errorf("%s", doc.ID("fee").Text())
	}
	undo := doc.ID("fee").With("name", "undo").Attr("value")
	doc = page(t, k, sent(t, k, path, "month", "202611", "undo", undo))
	if !strings.Contains(doc.ID("fee").Text(), "1 trên 3 đồng chí đã đóng") {
		t.Errorf("undone: %s", doc.ID("fee").Text())
	}
	for _, bad := range [][]string{{"month", "x"}, {"month", "202612", "all", "true"}, {"month", "202611", "paid", "77"}, {}} {
		if rw, _ := send(t, k, path, bad...); rw.Code != 404 && rw.Code != 422 {
			t.Errorf("%v: %d", bad, rw.Code)
		}
	}
	upper := w.lifeAs(t, orgtest.Actor(access.RoleUpper, w.Town))
	if doc := page(t, upper, path); len(doc.ID("list").Tags("button")) != 0 {
		t.Error("a committee that reads is offered to press")
	}
	if rw, _ := send(t, upper, path, "month", "202611", "all", "true"); rw.Code != 403 {
		t.Errorf("%d", rw.Code)
	}
}

// Leaving: the facts, the warning about a cell that becomes too small, the decision.
func TestLeavingThroughThePages(t *testing.T) {
	w, people := newWorld(t)
	m := people["Nguyễn Thị Hòa"]
	var fees []member.Fee
	for month := civil.Month(202601); month <= 202604; month = month.Add(1) {
		fees = append(fees, member.Fee{Part: m.Part, CellID: m.CellID, MembershipID: people["Lưu Đình Khải"].ID, Month: month})
	}
	w.write(t, func(tx *db.Tx) error {
		if err := member.RefreshState(t.Context(), tx, w.HoaBinh.PartID, w.HoaBinh.ID, tx.Today()); err != nil {
			return err
		}
		return member.AddFees(t.Context(), tx, fees)
	})
	k := w.lifeAs(t, orgtest.Actor(access.RoleLead, w.HoaBinh))
	doc := page(t, k, "/leavings")
	if !strings.Contains(doc.ID("hints").Text(), "01/2026, 02/2026, 03/2026, 04/2026") || len(doc.ID("hints").Tags("li")) != 1 { // the reserve member came in February
		t.Fatalf("%s", doc.ID("main").Text())
	}
	path := "/members/" + m.Ref().String() + "/leave"
	doc = page(t, k, path+"?kind=removal")
	if !strings.Contains(doc.ID("main").Text(), "04/2026") || !strings.Contains(doc.ID("main").Text(), "Dưới 3 đảng viên chính thức") {
		t.Errorf("%s", doc.ID("main").Text())
	}
	rw, doc := send(t, k, path, "kind", "removal", "reason", "", "proposed_on", "02/11/2026")
	if rw.Code != 422 || !doc.ID("e-reason").OK() {
		t.Errorf("no reason: %d", rw.Code)
	}
	href := sent(t, k, path, "kind", "removal", "reason", "Không đóng đảng phí", "proposed_on", "02/11/2026")
	if n := len(names(page(t, k, "/members"))); n != 3 {
		t.Error("a proposal ended the membership")
	}
	rw, doc = send(t, k, href, "act", "confirm", "version", "1", "decision", "", "decision_on", "02/11/2026", "day", "03/11/2026")
	if rw.Code != 422 || !doc.ID("e-decision").OK() || doc.ID("f-day").Attr("value") != "03/11/2026" {
		t.Errorf("no decision: %d", rw.Code)
	}
	sent(t, k, href, "act", "confirm", "version", "1", "decision", "5-QĐ", "decision_on", "02/11/2026", "day", "03/11/2026")
	if rw, _ := send(t, k, href, "act", "confirm", "version", "1", "decision", "5-QĐ", "decision_on", "02/11/2026", "day", "03/11/2026"); rw.Code != 409 {
		t.Errorf("twice: %d", rw.Code)
	}
	doc = page(t, k, "/members/"+m.Ref().String())
	if !doc.ID("life").Link("Phục hồi đảng tịch").OK() {
		t.Errorf("%s", doc.ID("main").Text())
	}
	sent(t, k, "/members/"+m.Ref().String()+"/restore", "basis", "6-QĐ", "basis_on", "03/11/2026", "day", "03/11/2026")
	if n := len(names(page(t, k, "/members"))); n != 3 {
		t.Errorf("restored: %d", n)
	}
}

// Away: overdue first, one tap sets the next day, pressed twice it moves once.
func TestAwayPage(t *testing.T) {
	w, people := newWorld(t)
	k := w.lifeAs(t, orgtest.Actor(access.RoleLead, w.HoaBinh))
	rec := "/members/" + people["Thái Hữu Thụ"].Ref().String()
	sent(t, k, rec+"/spells/new", "kind", "away", "from", "01/06/2026", "place", "Bình Dương", "host", "Công ty may", "contact", "0100 111 222", "report_on", "01/10/2026")
	rec2 := "/members/" + people["Nguyễn Thị Hòa"].Ref().String()
	sent(t, k, rec2+"/spells/new", "kind", "away", "from", "01/10/2026", "place", "Đà Nẵng")
	doc := page(t, k, "/away")
	lines := doc.ID("away").Tags("h3")
	if len(lines) != 2 || lines[0].Text() != "Thái Hữu Thụ" || !strings.Contains(doc.ID("away").Text(), "Quá 33 ngày") || !strings.Contains(doc.ID("away").Text(), "quy ước") {
		t.Fatalf("%s", doc.ID("main").Text())
	}
	spell := w.spellOf(t, people["Thái Hữu Thụ"])
	for range 2 {
		if to := sent(t, k, "/spells/"+spell+"/reported", "due", "01/10/2026", "back", "/away"); to != "/away" {
			t.Error(to)
		}
	}
	if to := sent(t, k, "/spells/"+spell+"/reported", "due", "01/10/2026", "back", "https://example.org"); strings.Contains(to, "example") {
		t.Error(to)
	}
	if doc = page(t, k, "/away"); !strings.Contains(doc.ID("away").Text(), "hẹn 03/02/2027") {
		t.Errorf("%s", doc.ID("away").Text())
	}
	rw, doc := send(t, k, rec+"/spells/new", "kind", "exempt", "from", "01/07/2026", "reason", "old", "words", "")
	if rw.Code != 422 || !strings.Contains(doc.ID("e-from").Text(), "đang đi xa từ 01/06/2026") {
		t.Errorf("overlap: %d %s", rw.Code, doc.ID("e-from").Text())
	}
	sent(t, k, "/spells/"+spell, "kind", "away", "version", "2", "from", "01/06/2026", "place", "Đồng Nai", "report_on", "03/02/2027")
	if rw, _ := send(t, k, "/spells/"+spell, "kind", "away", "version", "2", "from", "01/06/2026", "place", "Huế"); rw.Code != 409 {
		t.Errorf("an old version: %d", rw.Code)
	}
	rw, doc = send(t, k, "/spells/"+spell+"/end", "last", "01/05/2026")
	if rw.Code != 422 || doc.ID("f-last_end").Attr("value") != "01/05/2026" {
		t.Errorf("ends before it began: %d", rw.Code)
	}
	sent(t, k, "/spells/"+spell+"/end", "last", "02/11/2026")
	// A list that is read is one line of the log, whatever its length.
	n := 0
	w.write(t, func(tx *db.Tx) error {
		return tx.QueryRow(t.Context(), `SELECT COUNT(*) FROM read_log WHERE person_id = 0 AND rows = 2`).Scan(&n)
	})
	if n == 0 {
		t.Error("reading the list was not noted")
	}
}

func TestLifeHostileText(t *testing.T) {
	w, _ := newWorld(t)
	k := w.lifeAs(t, orgtest.Actor(access.RoleKeeper, w.District))
	for name, bad := range map[string]string{"markup": `<script>alert(1)</script>"><img src=x onerror=alert(1)>`, "long": strings.Repeat("dài ", 1200), "template": "{{.Name}}"} {
		m := w.join(t, w.HoaBinh, string([]rune(bad)[:min(190, len([]rune(bad)))]), civil.Of(2020, 3, 1), civil.Date{})
		rec := "/members/" + m.Ref().String()
		href := sent(t, k, rec+"/transfer", "kind", "official", "to_text", bad, "basis", bad, "basis_on", "01/10/2026", "note", bad)
		sent(t, k, rec+"/spells/new", "kind", "away", "from", "01/06/2026", "place", bad, "host", bad, "contact", bad, "reason", bad)
		leave := sent(t, k, rec+"/leave", "kind", "resignation", "reason", bad, "proposed_on", "02/11/2026")
		for _, p := range []string{
			href, leave, rec, "/transfers", "/away", "/leavings", cellPath(w.HoaBinh, "fees"), "/registers?list=transfers", rec + "/leave?kind=death", "/spells/" + w.spellOf(t, m),
		} {
			if doc := page(t, k, p); strings.Contains(doc.Raw, "<script>alert") || strings.Contains(doc.Raw, "<img src=x") {
				t.Errorf("%s at %s became markup", name, p)
			}
		}
		if rw, doc := send(t, k, rec+"/transfer/find", "kind", "internal", "find", bad); rw.Code != 200 || strings.Contains(doc.Raw, "<script>alert") {
			t.Errorf("%s looked for: %d", name, rw.Code)
		}
		rw, doc := send(t, k, rec+"/transfer", "kind", "official", "to_text", bad, "basis", bad)
		if rw.Code != 422 || doc.ID("f-to_text").Attr("value") != strings.TrimSpace(bad) {
			t.Errorf("%s: %d, not kept", name, rw.Code)
		}
	}
}

// The pages with nobody in the cell.
func TestLifeEmpty(t *testing.T) {
	w, _ := newWorld(t)
	k := w.lifeAs(t, orgtest.Actor(access.RoleLead, w.Market))
	for _, p := range []string{"/life", "/transfers", "/away", "/leavings", "/registers", "/registers?list=reserve", cellPath(w.Market, "fees")} {
		page(t, k, p)
	}
	if rw := get(k, "/registers?from=31/02/2026"); rw.Code != 422 || !strings.Contains(rw.Body.String(), "31/02/2026") {
		t.Errorf("a day that is none: %d", rw.Code)
	}
}
