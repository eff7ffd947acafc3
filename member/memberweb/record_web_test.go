package memberweb_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/web"
	"chibo/internal/web/webtest"
	"chibo/member"
	"chibo/member/memberweb"
	"chibo/org"
	"chibo/org/orgtest"
)

const (
	cardNo = "010200012345"
	idNo   = "001056001234"
)

// full puts a person whose record holds everything into a cell.
func (w *world) full(t *testing.T, cell org.Unit, p member.Person, admitted civil.Date) (m member.Membership) {
	t.Helper()
	w.write(t, func(tx *db.Tx) (err error) {
		p.Part, p.ID = cell.PartID, tx.ID()
		if p.Sex == "" {
			p.Sex = "f"
		}
		if p, err = p.Sealed(w.svc.Keys); err != nil {
			return err
		}
		if _, err = member.AddPerson(t.Context(), tx, p); err != nil {
			return err
		}
		m = member.Membership{
			Part: cell.PartID, PersonID: p.ID, CellID: cell.ID, Kind: member.KindHome, Name: p.Name, From: civil.Of(2015, 1, 1),
			Origin: member.OriginTransfer, AdmittedOn: admitted, OfficialOn: admitted,
		}
		m.ID, err = member.AddMembership(t.Context(), tx, m)
		return err
	})
	return m
}

func (w *world) thom(t *testing.T) member.Membership {
	t.Helper()
	return w.full(t, w.HoaBinh, member.Person{Name: "Mai Thị Thơm", Birth: civil.Of(1956, 4, 17), Phone: "0912345678", Card: cardNo, IDNo: idNo}, civil.Of(1984, 9, 2))
}

func self(w *world, m member.Membership) access.Actor {
	a := orgtest.Actor(access.RoleMember, w.HoaBinh)
	a.PersonID, a.PartID, a.AccountID = m.PersonID, m.Part, 70
	return a
}

func keeper(w *world) access.Actor {
	a := orgtest.Actor(access.RoleKeeper, w.Town)
	a.PersonID, a.AccountID, a.Name = 0, 71, "Trịnh Thị Kim Oanh"
	return a
}

func post(t *testing.T, k *web.Kit, path string, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	return webtest.Post(t, k, path, form)
}

func TestReveal(t *testing.T) {
	w, _ := newWorld(t)
	m := w.thom(t)
	path := "/members/" + m.Ref().String()
	k := w.as(t, keeper(w))
	doc := page(t, k, path)
	if text := doc.Tag("main").Text(); strings.Contains(text, cardNo) || strings.Contains(text, idNo) || !strings.Contains(text, "••••••••• 345") || !strings.Contains(text, "42 năm 2 tháng") {
		t.Errorf("the record shows %s", text)
	}
	if !doc.ID("reveal").OK() || page(t, w.as(t, orgtest.Actor(access.RoleLead, w.HoaBinh)), path).ID("reveal").OK() {
		t.Error("only the organisation officer is offered whole numbers")
	}
	form := url.Values{"what": {"reveal.idno"}, "reason": {"x"}}
	rec := post(t, k, path+"/reveal", form)
	again := webtest.Doc(t, rec.Body.String())
	webtest.A11y(t, again)
	if rec.Code != http.StatusUnprocessableEntity || strings.Contains(again.Raw, idNo) || !again.ID("e-reason").OK() || again.Form(path+"/reveal").Value("reason") != "x" {
		t.Errorf("a short reason: %d", rec.Code)
	}
	form.Set("reason", "Đối chiếu khi cấp lại thẻ")
	rec = post(t, k, path+"/reveal", form)
	shown := webtest.Doc(t, rec.Body.String())
	webtest.A11y(t, shown)
	if rec.Code != http.StatusOK || shown.ID("number").Text() != "001 056 001 234" || rec.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%d %q %q", rec.Code, shown.ID("number").Text(), rec.Header().Get("Cache-Control"))
	}
	for name, who := range map[string]access.Actor{
		"lead": orgtest.Actor(access.RoleLead, w.HoaBinh), "upper": orgtest.Actor(access.RoleUpper, w.District), "admin": orgtest.Actor(access.RoleAdmin, w.District),
	} {
		if rec := post(t, w.as(t, who), path+"/reveal", form); rec.Code != http.StatusForbidden || strings.Contains(rec.Body.String(), "001 056") {
			t.Errorf("%s: %d", name, rec.Code)
		}
	}
	own := page(t, w.as(t, self(w, m)), "/members/me")
	reads := own.ID("readings").Text()
	for _, want := range []string{"Trịnh Thị Kim Oanh", "Cán bộ tổ chức, Đảng bộ thị trấn Đức Thọ", "Số định danh cá nhân", "Đối chiếu khi cấp lại thẻ", "theo chức trách", "60 tháng"} {
		if !strings.Contains(reads, want) {
			t.Errorf("who looked lacks %q: %s", want, reads)
		}
	}
	for _, want := range []string{cardNo, idNo, "0912345678", "17/04/1956"} {
		if !strings.Contains(own.Raw, want) {
			t.Errorf("the own page lacks %q", want)
		}
	}
}

func TestOwnCopy(t *testing.T) {
	w, people := newWorld(t)
	m := w.thom(t)
	w.svc.Asked = nil
	page(t, w.as(t, keeper(w)), "/members/"+m.Ref().String())
	k := w.as(t, self(w, m))
	sheet := page(t, k, "/members/me/print")
	rec := get(k, "/members/me/copy")
	var file struct {
		Title    string
		Sections []struct {
			Title string
			Rows  []struct{ Label, Text string }
		}
	}
	if err := json.Unmarshal(rec.Body.Bytes(), &file); err != nil || !strings.Contains(rec.Header().Get("Content-Disposition"), "attachment") || strings.Contains(rec.Header().Get("Content-Disposition"), "Th") {
		t.Fatalf("%v %q", err, rec.Header().Get("Content-Disposition"))
	}
	rows := 0
	for _, s := range file.Sections {
		for _, r := range s.Rows {
			rows++
			if !strings.Contains(sheet.Tag("main").Text(), r.Label) {
				t.Errorf("the printed copy lacks %q", r.Label)
			}
		}
	}
	if rows != 13 || !strings.Contains(rec.Body.String(), idNo) || !strings.Contains(rec.Body.String(), "Trịnh Thị Kim Oanh") {
		t.Errorf("%d rows: %s", rows, rec.Body)
	}
	empty := page(t, w.as(t, self(w, people["Thái Hữu Thụ"])), "/members/me")
	if !strings.Contains(empty.ID("readings").Text(), "Chưa có ai mở hồ sơ") || !strings.Contains(empty.ID("corrections").Text(), "Chưa có đề nghị nào") {
		t.Error("an empty own page says so")
	}
	for _, path := range []string{"/members/me", "/members/me/print", "/members/me/copy", "/members/me/correct"} {
		if got := get(w.as(t, orgtest.Actor(access.RoleAdmin, w.District)), path).Code; got != http.StatusNotFound {
			t.Errorf("%s for who is no member: %d", path, got)
		}
		if got := get(w.as(t, access.Actor{}), path).Code; got != http.StatusSeeOther {
			t.Errorf("%s for nobody: %d", path, got)
		}
	}
}

// correctForm gives what the form of a proposal posts, with a change.
func correctForm(t *testing.T, doc *webtest.Document, action string, change ...string) url.Values {
	t.Helper()
	v := url.Values{}
	for _, name := range []string{"name", "other_name", "sex", "birth", "phone", "card", "idno", "admitted_on", "official_on", "note", "version"} {
		v.Set(name, doc.Form(action).Value(name))
	}
	for i := 0; i < len(change); i += 2 {
		v.Set(change[i], change[i+1])
	}
	return v
}

func TestCorrectionOnPages(t *testing.T) {
	w, _ := newWorld(t)
	m := w.thom(t)
	me, office := w.as(t, self(w, m)), w.as(t, keeper(w))
	lead := w.as(t, orgtest.Actor(access.RoleLead, w.HoaBinh))
	const action = "/members/me/correct"
	doc := page(t, me, action)
	bad := post(t, me, action, correctForm(t, doc, action, "birth", "31/02/1956", "card", "10200012345", "phone", "0977"))
	again := webtest.Doc(t, bad.Body.String())
	webtest.A11y(t, again)
	if bad.Code != http.StatusUnprocessableEntity || !again.ID("e-birth").OK() || !strings.Contains(again.ID("e-card").Text(), "mất số 0") || again.Form(action).Value("phone") != "0977" ||
		again.Form(action).Value("birth") != "31/02/1956" {
		t.Errorf("a bad proposal: %d", bad.Code)
	}
	good := post(t, me, action, correctForm(t, doc, action, "name", "Mai Thị Thảo", "phone", "0977 000 111", "note", "<script>alert(1)</script>"))
	if good.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", good.Code, good.Body)
	}
	if own := page(t, me, "/members/me"); !strings.Contains(own.ID("corrections").Text(), "đang chờ") || own.With("href", action).OK() {
		t.Error("the own page does not say that a proposal waits")
	}
	if list := page(t, lead, "/corrections").ID("list").Text(); !strings.Contains(list, "Mai Thị Thơm") || !strings.Contains(list, "Họ và tên, Điện thoại") {
		t.Errorf("the lead's list: %s", list)
	}
	href := page(t, office, "/corrections").ID("list").Tag("a").Attr("href")
	show := page(t, lead, href)
	if text := show.ID("decide").Text(); strings.Contains(text, "Thảo") || !strings.Contains(text, "77 000 111") || strings.Contains(show.Raw, "<script>alert") {
		t.Errorf("the lead sees %s", text)
	}
	form := url.Values{"version": {show.Form(href).Value("version")}, "person": {show.Form(href).Value("person")}, "v[phone]": {"accepted"}}
	if rec := post(t, lead, href, url.Values{"version": form["version"], "person": form["person"]}); rec.Code != http.StatusUnprocessableEntity {
		t.Errorf("nothing chosen: %d", rec.Code)
	}
	if rec := post(t, lead, href, form); rec.Code != http.StatusSeeOther {
		t.Fatalf("%d", rec.Code)
	}
	form.Set("v[name]", "refused")
	form.Del("v[phone]")
	if rec := post(t, office, href, form); rec.Code != http.StatusConflict || !strings.Contains(rec.Body.String(), "vừa được người khác sửa") {
		t.Errorf("on an old version: %d", rec.Code)
	}
	fresh := page(t, office, href)
	all := url.Values{"version": {fresh.Form(href).Value("version")}, "person": {fresh.Form(href).Value("person")}, "open": {"name"}, "all": {"refused"}}
	if rec := post(t, office, href, all); rec.Code != http.StatusUnprocessableEntity || !webtest.Doc(t, rec.Body.String()).ID("e-answer").OK() {
		t.Errorf("refused without a word: %d", rec.Code)
	}
	all.Set("answer", "Giấy khai sinh ghi tên khác")
	if rec := post(t, office, href, all); rec.Code != http.StatusSeeOther {
		t.Fatalf("%d", rec.Code)
	}
	own := page(t, me, "/members/me").ID("corrections").Text()
	for _, want := range []string{"chấp nhận", "không chấp nhận", "Giấy khai sinh ghi tên khác", "đã trả lời"} {
		if !strings.Contains(own, want) {
			t.Errorf("the answer lacks %q: %s", want, own)
		}
	}
	if empty := page(t, office, "/corrections").Raw; !strings.Contains(empty, "Không có đề nghị nào đang chờ") {
		t.Error("the empty list says nothing")
	}
}

func TestEditOnPages(t *testing.T) {
	w, _ := newWorld(t)
	m := w.thom(t)
	path := "/members/" + m.Ref().String() + "/edit"
	office, lead := w.as(t, keeper(w)), w.as(t, orgtest.Actor(access.RoleLead, w.HoaBinh))
	doc := page(t, office, path)
	if strings.Contains(doc.Raw, cardNo) || strings.Contains(doc.Raw, idNo) || strings.Contains(doc.Raw, "0912345678") {
		t.Error("the form holds whole numbers")
	}
	first := page(t, lead, path)
	if rec := post(t, lead, path, correctForm(t, first, path, "phone", "0966 123 456", "note", "Đồng chí gọi báo số mới")); rec.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	rec := post(t, office, path, correctForm(t, doc, path, "name", "Mai Thị Thảo", "note", "Theo giấy khai sinh"))
	both := webtest.Doc(t, rec.Body.String())
	webtest.A11y(t, both)
	if rec.Code != http.StatusConflict || both.Form(path).Value("name") != "Mai Thị Thảo" || !strings.Contains(both.ID("both").Text(), "Mai Thị Thơm") {
		t.Errorf("a conflict shows both: %d %s", rec.Code, both.ID("both").Text())
	}
	if rec := post(t, office, path, correctForm(t, both, path)); rec.Code != http.StatusSeeOther {
		t.Errorf("after it was seen: %d", rec.Code)
	}
	for name, who := range map[string]access.Actor{
		"member": self(w, m), "committee": orgtest.Actor(access.RoleCommittee, w.HoaBinh), "upper": orgtest.Actor(access.RoleUpper, w.District),
		"admin": orgtest.Actor(access.RoleAdmin, w.District), "next cell": orgtest.Actor(access.RoleLead, w.Village2),
	} {
		k := w.as(t, who)
		if got := get(k, path).Code; got != http.StatusForbidden {
			t.Errorf("%s edits: %d", name, got)
		}
		if got := post(t, k, path, correctForm(t, doc, path)).Code; got != http.StatusForbidden {
			t.Errorf("%s posts an edit: %d", name, got)
		}
	}
}

func TestBadgesOnPages(t *testing.T) {
	w, _ := newWorld(t)
	m := w.full(t, w.HoaBinh, member.Person{Name: "An <b>Đậm</b>"}, civil.Of(1996, 11, 7))
	w.full(t, w.Village2, member.Person{Name: "Ba xã khác"}, civil.Of(1996, 11, 7))
	const day = "2026-11-07"
	lead, office := w.as(t, orgtest.Actor(access.RoleLead, w.HoaBinh)), w.as(t, keeper(w))
	doc := page(t, lead, "/badges?day="+day)
	if text := doc.ID("g-due").Text(); !strings.Contains(text, "An <b>Đậm</b>") || strings.Contains(text, "Ba xã khác") || doc.ID("give").OK() {
		t.Errorf("the cell's list: %s", text)
	}
	form := url.Values{"unit": {unit(w.HoaBinh)}, "day": {day}, "kind": {"normal"}}
	if rec := post(t, lead, "/badges/propose", form); rec.Code != http.StatusUnprocessableEntity || !strings.Contains(rec.Body.String(), "chọn ít nhất một người") {
		t.Errorf("nobody chosen: %d", rec.Code)
	}
	form.Set("who", m.Ref().String())
	if rec := post(t, lead, "/badges/propose", form); rec.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	doc = page(t, office, "/badges?day="+day)
	ref := doc.ID("give").Tag("input").Attr("value")
	if !strings.Contains(doc.ID("counts").Text(), "Huy hiệu 30 năm") || !doc.ID("give").OK() || ref == "" {
		t.Error("the officer is not offered to record giving")
	}
	badge := doc.ID("give").With("name", "badge").Attr("value")
	give := url.Values{"unit": {unit(w.Town)}, "day": {day}, "badge": {badge}, "on": {"31/02/2026"}, "by": {"Huyện ủy"}, "decision": {""}}
	if rec := post(t, office, "/badges/give", give); rec.Code != http.StatusUnprocessableEntity || webtest.Doc(t, rec.Body.String()).Form("/badges/give").Value("by") != "Huyện ủy" {
		t.Errorf("a bad day: %d", rec.Code)
	}
	give.Set("on", "03/11/2026")
	give.Set("decision", "215-QĐ/HU")
	if rec := post(t, office, "/badges/give", give); rec.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	if sheet := page(t, office, "/badges/print?day="+day).Tag("main").Text(); !strings.Contains(sheet, "đã trao") || !strings.Contains(sheet, "chưa kiểm chứng") {
		t.Errorf("the printed list: %s", sheet)
	}
	if own := page(t, w.as(t, self(w, m)), "/members/me").ID("badges").Text(); !strings.Contains(own, "Huy hiệu 30 năm") || !strings.Contains(own, "215-QĐ/HU") {
		t.Errorf("the own page: %s", own)
	}
	for path, want := range map[string]int{"/badges?day=2026-11-08": 404, "/badges?day=x": 404, "/badges?unit=7": 404, "/badges?unit=" + unit(w.District): 403} {
		if got := get(office, path).Code; got != want {
			t.Errorf("%s: %d", path, got)
		}
	}
	for name, who := range map[string]access.Actor{
		"member": orgtest.Actor(access.RoleMember, w.HoaBinh), "committee": orgtest.Actor(access.RoleCommittee, w.HoaBinh), "admin": orgtest.Actor(access.RoleAdmin, w.District),
	} {
		if got := get(w.as(t, who), "/badges").Code; got != http.StatusForbidden {
			t.Errorf("%s sees badges: %d", name, got)
		}
	}
	if empty := page(t, w.as(t, orgtest.Actor(access.RoleLead, w.Market)), "/badges").Raw; !strings.Contains(empty, "Không có ai đủ tuổi Đảng") {
		t.Error("an empty list says nothing")
	}
}

func TestDuplicatesOnPages(t *testing.T) {
	w, _ := newWorld(t)
	a := w.thom(t)
	b := w.full(t, w.Market, member.Person{Name: "Mai Thi Thom", Birth: civil.Of(1956, 4, 17), IDNo: idNo}, civil.Of(1984, 9, 2))
	office := w.as(t, keeper(w))
	list := page(t, office, "/duplicates")
	if got := list.Tag("h1").Text(); got != "1 nhóm hồ sơ có thể trùng" {
		t.Errorf("h1 %q", got)
	}
	path := fmt.Sprintf("/duplicates/%d-%d/%d-%d", a.Part, a.PersonID, b.Part, b.PersonID)
	if !list.With("href", path).OK() {
		t.Fatalf("no way to %s", path)
	}
	doc := page(t, office, path)
	if strings.Contains(doc.Raw, idNo) || !strings.Contains(doc.Raw, "••••••••• 234") {
		t.Error("the comparison shows whole numbers")
	}
	form := url.Values{"do": {"merge"}, "version_a": {"1"}, "version_b": {"1"}}
	if rec := post(t, office, path, form); rec.Code != http.StatusUnprocessableEntity {
		t.Errorf("no choice: %d", rec.Code)
	}
	form.Set("keep", "a")
	form.Set("version_b", "7")
	if rec := post(t, office, path, form); rec.Code != http.StatusConflict {
		t.Errorf("another version: %d", rec.Code)
	}
	form.Set("version_b", "1")
	if rec := post(t, office, path, form); rec.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	done := page(t, office, "/duplicates")
	if rec := post(t, office, "/duplicates/undo", url.Values{"pair": {done.Form("/duplicates/undo").Value("pair")}}); rec.Code != http.StatusSeeOther {
		t.Fatalf("undo: %d %s", rec.Code, rec.Body)
	}
	if rec := post(t, office, path, url.Values{"do": {"distinct"}}); rec.Code != http.StatusSeeOther {
		t.Errorf("distinct: %d", rec.Code)
	}
	if got := page(t, office, "/duplicates").Tag("h1").Text(); got != "Hồ sơ trùng" {
		t.Errorf("after all: %q", got)
	}
	for name, who := range map[string]access.Actor{"lead": orgtest.Actor(access.RoleLead, w.HoaBinh), "upper": orgtest.Actor(access.RoleUpper, w.District)} {
		for _, p := range []string{"/duplicates", path} {
			if got := get(w.as(t, who), p).Code; got != http.StatusForbidden {
				t.Errorf("%s at %s: %d", name, p, got)
			}
		}
	}
}

// A whole session leaves no name and no number in the log, and none in an address.
func TestLogHoldsNothingPersonal(t *testing.T) {
	w, _ := newWorld(t)
	m := w.thom(t)
	twin := w.full(t, w.Market, member.Person{Name: "Mai Thị Thơm", Birth: civil.Of(1956, 4, 17)}, civil.Of(1996, 11, 7))
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, nil))
	w.svc.Log = logger
	var locations []string
	kit := func(who access.Actor) *web.Kit {
		k := webtest.Kit(t, web.Config{Clock: w.db.Clock(), Log: logger, Session: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				next.ServeHTTP(rw, r.WithContext(access.With(r.Context(), who)))
			})
		}}, memberweb.Catalogue, texts())
		if _, err := memberweb.New(memberweb.Config{Kit: k, DB: w.db, Book: w.Book, Members: w.svc}); err != nil {
			t.Fatal(err)
		}
		return k
	}
	send := func(k *web.Kit, path string, form url.Values) {
		locations = append(locations, path, post(t, k, path, form).Header().Get("Location"))
	}
	me, office, lead := kit(self(w, m)), kit(keeper(w)), kit(orgtest.Actor(access.RoleLead, w.HoaBinh))
	ref := "/members/" + m.Ref().String()
	for _, path := range []string{"/members/me", "/members/me/copy", "/members/me/print", "/members/me/correct"} {
		get(me, path)
	}
	send(me, "/members/me/correct", correctForm(t, page(t, me, "/members/me/correct"), "/members/me/correct", "name", "Mai Thị Thảo", "card", "10200012345"))
	send(me, "/members/me/correct", correctForm(t, page(t, me, "/members/me/correct"), "/members/me/correct", "name", "Mai Thị Thảo", "idno", "001056009999"))
	for _, path := range []string{"/members", ref, "/corrections", "/badges?day=2026-11-07", "/duplicates", ref + "/edit"} {
		get(office, path)
	}
	send(office, ref+"/reveal", url.Values{"what": {"reveal.idno"}, "reason": {"Đối chiếu thẻ Thảo"}})
	send(office, ref+"/reveal", url.Values{"what": {"reveal.card"}, "reason": {"x"}})
	send(lead, ref+"/reveal", url.Values{"what": {"reveal.card"}, "reason": {"Đối chiếu thẻ Thảo"}})
	href := page(t, office, "/corrections").ID("list").Tag("a").Attr("href")
	review := page(t, office, href)
	send(office, href, url.Values{"version": {review.Form(href).Value("version")}, "person": {review.Form(href).Value("person")}, "open": {"name", "idno"}, "all": {"accepted"}})
	send(office, fmt.Sprintf("/duplicates/%d-%d/%d-%d", m.Part, m.PersonID, twin.Part, twin.PersonID), url.Values{"do": {"merge"}, "keep": {"a"}, "version_a": {"2"}, "version_b": {"1"}})
	everything := log.String() + strings.Join(locations, "\n")
	if strings.Count(log.String(), "msg=request") < 15 || !strings.Contains(log.String(), "member.reveal_refused") {
		t.Fatalf("the log is not that of the session:\n%s", log.String())
	}
	for _, text := range []string{"Thơm", "Thảo", "Mai", idNo, cardNo, "001056009999", "10200012345", "0912345678", "1956", "Oanh"} {
		if strings.Contains(everything, text) {
			t.Errorf("%q stands in the log or an address", text)
		}
	}
}

// Names of the past stay in what is shown of the past.
func TestHostileRecords(t *testing.T) {
	w, _ := newWorld(t)
	hostile := `"><img src=x onerror=alert(1)>{{.Name}}`
	m := w.full(t, w.HoaBinh, member.Person{Name: hostile, OtherName: hostile, Phone: hostile}, civil.Of(1996, 11, 7))
	office, me := w.as(t, keeper(w)), w.as(t, self(w, m))
	ref := "/members/" + m.Ref().String()
	for _, c := range []struct {
		k    *web.Kit
		path string
	}{
		{office, ref},
		{office, ref + "/edit"},
		{office, "/badges?day=2026-11-07"},
		{office, "/badges/print?day=2026-11-07"},
		{me, "/members/me"},
		{me, "/members/me/print"},
		{me, "/members/me/correct"},
	} {
		if doc := page(t, c.k, c.path); strings.Contains(doc.Raw, "<img src=x") {
			t.Errorf("%s: a name became markup", c.path)
		}
	}
}
