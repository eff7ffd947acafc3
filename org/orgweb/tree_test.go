package orgweb_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/web"
	"chibo/internal/web/webtest"
	"chibo/org"
	"chibo/org/orgtest"
)

// post sends a form and gives the answer's status, where it leads, and its page.
func post(t *testing.T, k *web.Kit, path string, form url.Values) (int, string, *webtest.Document) {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	rw := httptest.NewRecorder()
	k.ServeHTTP(rw, r)
	doc := webtest.Doc(t, rw.Body.String())
	if rw.Code == http.StatusOK || rw.Code == http.StatusUnprocessableEntity || rw.Code == http.StatusConflict {
		webtest.A11y(t, doc)
	}
	return rw.Code, rw.Header().Get("Location"), doc
}

func outline(doc *webtest.Document) string { return doc.ID("tree").Text() }

func TestTreeByRole(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		who     access.Actor
		see     []string
		not     []string
		manages bool
	}{
		{orgtest.Actor(access.RoleUpper, w.District), []string{"Đảng bộ thị trấn Đức Thọ", "Đảng bộ xã Yên Hồ", "Chi bộ Thư viện", "2 chi bộ", "4 đảng viên"}, []string{"Chi bộ Thôn 2"}, false},
		{orgtest.Actor(access.RoleKeeper, w.Town), []string{"Chi bộ Tổ dân phố Hòa Bình", "Bí thư: Lưu Đình Khải", "Đảng bộ bộ phận Chợ"}, []string{"Yên Hồ"}, true},
		{orgtest.Actor(access.RoleAdmin, w.District), []string{"Đảng bộ xã Yên Hồ"}, nil, true},
		{orgtest.Actor(access.RoleLead, w.HoaBinh), []string{"Chưa có tổ chức nào trực thuộc"}, []string{"Lập tổ chức"}, false},
	} {
		doc := page(t, w.as(t, c.who), "/tree")
		for _, want := range c.see {
			if !strings.Contains(outline(doc), want) {
				t.Errorf("%v: the outline lacks %q: %s", c.who.Grants, want, outline(doc))
			}
		}
		for _, no := range c.not {
			if strings.Contains(outline(doc), no) {
				t.Errorf("%v: the outline shows %q", c.who.Grants, no)
			}
		}
		if doc.With("href", unitPath(doc2unit(w, c.who))+"/new").OK() != c.manages {
			t.Errorf("%v: a way to found units: want %v", c.who.Grants, c.manages)
		}
	}
}

func doc2unit(w *world, who access.Actor) org.Unit {
	for _, u := range []org.Unit{w.District, w.Town, w.HoaBinh} {
		if u.ID == who.Grants[0].OrgID {
			return u
		}
	}
	return org.Unit{}
}

// The outline opens level by level by plain links.
func TestTreeOpens(t *testing.T) {
	w := newWorld(t)
	k := w.as(t, orgtest.Actor(access.RoleUpper, w.District))
	doc := page(t, k, "/tree")
	var href string
	for _, a := range doc.ID("tree").Tags("a") {
		if a.Attr("aria-label") == "Mở Đảng bộ thị trấn Đức Thọ" {
			href = a.Attr("href")
		}
	}
	doc = page(t, k, href)
	if !strings.Contains(outline(doc), "Chi bộ Tổ dân phố Hòa Bình") || strings.Contains(outline(doc), "Chi bộ Chợ") || strings.Contains(outline(doc), "Chi bộ Thôn 2") {
		t.Errorf("one level was opened: %s", outline(doc))
	}
	doc = page(t, k, fmt.Sprintf("/tree?open=%d.%d", w.Town.ID, w.Section.ID))
	if !strings.Contains(outline(doc), "Chi bộ Chợ") {
		t.Errorf("two levels: %s", outline(doc))
	}
	for _, a := range doc.ID("tree").Tags("a") {
		if a.Attr("aria-label") == "Thu gọn Đảng bộ thị trấn Đức Thọ" {
			href = a.Attr("href")
		}
	}
	if doc = page(t, k, href); strings.Contains(outline(doc), "Chi bộ Chợ") {
		t.Error("closing the town leaves its section open")
	}
}

// 3,000 siblings are pages, not a page.
func TestTreePages(t *testing.T) {
	w := newWorld(t)
	const more = 3000
	w.write(t, func(tx *db.Tx) error {
		for i := range more {
			_, err := org.Add(t.Context(), tx, org.NewUnit{
				Set: w.Book.At(orgtest.Founded(), ""), ParentID: w.Commune.ID, Kind: org.KindCell, Name: fmt.Sprintf("Chi bộ Xóm %04d", i), Seq: i % 7, ValidFrom: orgtest.Founded(),
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	k := w.as(t, orgtest.Actor(access.RoleUpper, w.District))
	id := strconv.FormatInt(w.Commune.ID, 10)
	for _, day := range []string{"", "&day=01/05/2024", "&day=01/05/2024&tree=now"} {
		seen, pages := map[string]bool{}, 0
		for path := "/tree?unit=" + id + day; path != "" && pages < 3; pages++ {
			doc := webtest.Get(t, k, path)
			rows := doc.ID("tree").Tags("li")
			if len(rows) != 50 {
				t.Errorf("%s: %d rows", path, len(rows))
			}
			for _, r := range rows {
				name := r.Tag("b").Text()
				if seen[name] {
					t.Errorf("%s stands on two pages", name)
				}
				seen[name] = true
			}
			path = doc.With("rel", "next").Attr("href")
			if path == "" {
				t.Errorf("%s: no way on", day)
			}
		}
		doc := webtest.Get(t, k, "/tree?open="+id+day)
		if n := len(doc.ID("tree").Tags("li")); n != 3+50+1 || !doc.Link("Xem tiếp các tổ chức thuộc Đảng bộ xã Yên Hồ").OK() {
			t.Errorf("%q: %d rows with one level open, or no way to the rest", day, n)
		}
	}
}

func TestTreeSearch(t *testing.T) {
	w := newWorld(t)
	k := w.as(t, orgtest.Actor(access.RoleKeeper, w.Town))
	for typed, want := range map[string]string{
		"hoa binh": "Chi bộ Tổ dân phố Hòa Bình", "HOÀ BÌNH": "Chi bộ Tổ dân phố Hòa Bình", "thôn": "Không tìm thấy “thôn”",
		"<script>alert(1)</script>": "Không tìm thấy", "%": "Không tìm thấy", "": "",
	} {
		status, _, doc := post(t, k, "/tree", url.Values{"q": {typed}, "unit": {"0"}})
		got := doc.ID("found").Text()
		if status != 200 || !strings.Contains(got, want) || want == "" && strings.TrimSpace(got) != "" {
			t.Errorf("%q: %d %s", typed, status, got)
		}
		if strings.Contains(doc.Raw, "<script>alert") {
			t.Errorf("%q became markup", typed)
		}
		if strings.HasPrefix(want, "Không") && !strings.Contains(got, "thử gõ ít chữ hơn") {
			t.Errorf("%q: nothing says what to do", typed)
		}
	}
	if status, _, _ := post(t, w.as(t, orgtest.Actor(access.RoleMember, w.HoaBinh)), "/tree", url.Values{"q": {"hoa"}}); status != 403 {
		t.Errorf("a member without an office searches: %d", status)
	}
	// The words never stand in an address.
	field := page(t, k, "/tree").With("role", "search")
	if field.Attr("method") != "post" || !field.ID("f-q").OK() {
		t.Error("the search is sent in the address")
	}
}

func TestFoundAUnit(t *testing.T) {
	w := newWorld(t)
	k := w.as(t, orgtest.Actor(access.RoleKeeper, w.District))
	path := unitPath(w.Town) + "/new"
	doc := page(t, k, path)
	if got := doc.Form(path).Value("day"); got != today().Vi() {
		t.Errorf("the day begins as %q", got)
	}
	good := url.Values{"name": {"Chi bộ Trường Tiểu học"}, "kind": {org.KindCell}, "type": {"school"}, "day": {"01/09/2024"}, "code": {"38168053000002"}}
	status, to, _ := post(t, k, path, good)
	if status != http.StatusSeeOther || !strings.HasPrefix(to, "/units/") {
		t.Fatalf("%d %s", status, to)
	}
	text := page(t, k, to).Tag("main").Text()
	for _, want := range []string{"Chi bộ Trường Tiểu học", "Học sinh, sinh viên", "38.168.053.000.002", "01/09/2024"} {
		if !strings.Contains(text, want) {
			t.Errorf("the new unit's page lacks %q", want)
		}
	}
	for name, c := range map[string]struct {
		change url.Values
		field  string
	}{
		"no name":                  {url.Values{"name": {""}}, "name"},
		"10,000 characters":        {url.Values{"name": {strings.Repeat("ố", 10000)}}, "name"},
		"the same once more":       {url.Values{}, "name"},
		"a code taken":             {url.Values{"name": {"Chi bộ Khác"}}, "code"},
		"a bad code":               {url.Values{"name": {"Chi bộ Khác"}, "code": {"abc"}}, "code"},
		"a kind that may not":      {url.Values{"name": {"Chi bộ Khác"}, "code": {""}, "kind": {org.KindGrassrootsParty}, "type": {""}}, "kind"},
		"a type of another kind":   {url.Values{"name": {"Chi bộ Khác"}, "code": {""}, "type": {"ward"}}, "type"},
		"a day that is none":       {url.Values{"name": {"Chi bộ Khác"}, "code": {""}, "day": {"31/02/2001"}}, "day"},
		"a day to come":            {url.Values{"name": {"Chi bộ Khác"}, "code": {""}, "day": {"01/01/2030"}}, "day"},
		"before the unit above it": {url.Values{"name": {"Chi bộ Khác"}, "code": {""}, "day": {"01/01/2001"}}, "day"},
	} {
		form := url.Values{}
		for f, v := range good {
			form[f] = v
		}
		for f, v := range c.change {
			form[f] = v
		}
		status, _, doc := post(t, k, path, form)
		if status != http.StatusUnprocessableEntity || !doc.ID("e-"+c.field).OK() {
			t.Errorf("%s: %d, field errors %s", name, status, doc.ID("form-errors").Text())
			continue
		}
		for f, v := range form {
			if got := doc.Form(path).Value(f); got != v[0] && f != "type" && f != "kind" { // what is no choice cannot be shown as chosen
				t.Errorf("%s: %s comes back as %.30q", name, f, got)
			}
		}
	}
	var n int
	w.write(t, func(tx *db.Tx) error { return tx.QueryRow(t.Context(), `SELECT COUNT(*) FROM org`).Scan(&n) })
	if n != 10 {
		t.Errorf("%d units after one founding and many refusals", n)
	}
	form := url.Values{"name": {"Chi bộ Tiếp"}, "kind": {org.KindCell}, "day": {"01/09/2024"}, "again": {"1"}}
	if status, to, _ := post(t, k, path, form); status != http.StatusSeeOther || to != path {
		t.Errorf("found, then another: %d %s", status, to)
	}
}

func TestEditAUnit(t *testing.T) {
	w := newWorld(t)
	k := w.as(t, orgtest.Actor(access.RoleKeeper, w.Town))
	path := unitPath(w.HoaBinh) + "/edit"
	form := func() url.Values {
		doc, out := page(t, k, path).Form(path), url.Values{}
		for _, f := range []string{"name", "short", "paper_name", "kind", "type", "code", "place", "hall", "seq", "founded", "version", "day"} {
			out.Set(f, doc.Value(f))
		}
		out.Set("how", "change")
		return out
	}
	mine, theirs := form(), form()
	mine.Set("name", "Chi bộ Tổ dân phố Hòa An")
	mine.Set("day", "01/03/2024")
	if status, to, doc := post(t, k, path, mine); status != http.StatusSeeOther || to != unitPath(w.HoaBinh) {
		t.Fatalf("%d %s %s", status, to, doc.ID("form-errors").Text())
	}
	doc := page(t, k, unitPath(w.HoaBinh))
	if h := doc.ID("history").Text(); !strings.Contains(h, "Chi bộ Tổ dân phố Hòa Bình") || !strings.Contains(h, "từ 01/01/2015 đến trước 01/03/2024") {
		t.Errorf("history: %s", h)
	}
	// Somebody else had the same form open.
	theirs.Set("hall", "Nhà văn hóa mới")
	theirs.Set("name", "Chi bộ Tổ dân phố Hòa Thuận")
	status, _, doc := post(t, k, path, theirs)
	stale := doc.ID("stale").Text()
	if status != http.StatusConflict || !strings.Contains(stale, "Hòa Thuận") || !strings.Contains(stale, "Hòa An") || !strings.Contains(stale, "Nhà văn hóa mới") {
		t.Fatalf("%d %s", status, stale)
	}
	back := doc.Form(path)
	if back.Value("name") != "Chi bộ Tổ dân phố Hòa Thuận" || back.Value("hall") != "Nhà văn hóa mới" || back.Value("version") == theirs.Get("version") {
		t.Errorf("what was typed is not kept: %q %q", back.Value("name"), back.Value("hall"))
	}
	theirs.Set("version", back.Value("version"))
	theirs.Set("day", "31/02/2001")
	if status, _, doc = post(t, k, path, theirs); status != http.StatusUnprocessableEntity || !doc.ID("e-day").OK() || doc.Form(path).Value("day") != "31/02/2001" {
		t.Errorf("a day that is none: %d", status)
	}
	theirs.Set("day", "01/02/2024") // before the change of 01/03
	if status, _, doc = post(t, k, path, theirs); status != http.StatusUnprocessableEntity || !doc.ID("e-day").OK() {
		t.Errorf("a day before the last change: %d", status)
	}
	theirs.Set("how", "correct")
	if status, _, doc = post(t, k, path, theirs); status != http.StatusSeeOther {
		t.Errorf("a correction: %d %s", status, doc.ID("form-errors").Text())
	}
}

func TestFormsByRole(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		who  access.Actor
		unit org.Unit
		want int
	}{
		{access.Actor{}, w.Town, 303},
		{orgtest.Actor(access.RoleUpper, w.District), w.Town, 403},
		{orgtest.Actor(access.RoleLead, w.HoaBinh), w.HoaBinh, 403},
		{orgtest.Actor(access.RoleMember, w.HoaBinh), w.HoaBinh, 403},
		{orgtest.Actor(access.RoleKeeper, w.Town), w.Commune, 403},
		{orgtest.Actor(access.RoleKeeper, w.Town), w.Town, 200},
		{orgtest.Actor(access.RoleAdmin, w.District), w.HoaBinh, 200},
	} {
		k := w.as(t, c.who)
		for _, form := range []string{"/new", "/edit"} {
			if got := code(k, unitPath(c.unit)+form); got != c.want {
				t.Errorf("%s of %s for %v: %d, want %d", form, c.unit.Short, c.who.Grants, got, c.want)
			}
			if c.want == 200 {
				page(t, k, unitPath(c.unit)+form)
				continue
			}
			want := c.want
			if want == 303 {
				want = 401
			}
			if status, _, _ := post(t, k, unitPath(c.unit)+form, url.Values{"name": {"X"}}); status != want {
				t.Errorf("POST %s of %s for %v: %d, want %d", form, c.unit.Short, c.who.Grants, status, want)
			}
		}
	}
	k := w.as(t, orgtest.Actor(access.RoleAdmin, w.District))
	if got := code(k, "/units/4/edit"); got != 404 {
		t.Errorf("no unit: %d", got)
	}
	var group org.Unit
	w.write(t, func(tx *db.Tx) (err error) {
		group, err = org.Add(t.Context(), tx, org.NewUnit{Set: w.Book.At(orgtest.Founded(), ""), ParentID: w.HoaBinh.ID, Kind: org.KindPartyGroup, Name: "Tổ đảng 1", ValidFrom: orgtest.Founded()})
		return err
	})
	if doc := page(t, k, unitPath(group)+"/new"); !strings.Contains(doc.Raw, "Ở đây không lập tổ chức trực thuộc") {
		t.Error("nothing stands under a group, and nothing says so")
	}
}

// A cell went to another organisation and was renamed on 01/07/2024: both views.
func TestPastDay(t *testing.T) {
	w := newWorld(t)
	c := org.Change{Set: w.Book.At(orgtest.Founded(), ""), Day: civil.Of(2024, 7, 1)}
	w.write(t, func(tx *db.Tx) error {
		if _, err := org.Move(t.Context(), tx, c, w.Village10.ID, w.Section.ID, 0); err != nil {
			return err
		}
		if _, err := org.Rename(t.Context(), tx, c, w.Village10.ID, org.Naming{Name: "Chi bộ Thôn Mười"}); err != nil {
			return err
		}
		_, err := org.End(t.Context(), tx, c, w.Market.ID, w.Village10.ID)
		return err
	})
	district, commune := w.as(t, orgtest.Actor(access.RoleUpper, w.District)), w.as(t, orgtest.Actor(access.RoleUpper, w.Commune))
	text := func(k *web.Kit, path string) string {
		t.Helper()
		doc := page(t, k, path)
		if strings.Contains(path, "day=") && (!strings.Contains(doc.ID("look").Text(), "Đang xem ngày") || !doc.With("href", strings.Split(path, "?")[0]).OK() && !strings.Contains(path, "unit=")) {
			t.Errorf("%s: no banner or no way back", path)
		}
		return doc.Tag("main").Text()
	}
	for _, c := range []struct {
		k         *web.Kit
		path      string
		want, not []string
	}{
		{district, "/tree?unit=" + id(w.Commune) + "&day=30/06/2024", []string{"theo cây tổ chức khi đó", "Chi bộ Thôn 10", "Nay là Chi bộ Thôn Mười"}, nil},
		{district, "/tree?unit=" + id(w.Commune) + "&day=30/06/2024&tree=now", []string{"theo cây tổ chức hôm nay", "Chi bộ Thôn 2"}, []string{"Thôn 10", "Thôn Mười"}},
		{district, "/tree?unit=" + id(w.Section) + "&day=30/06/2024&tree=now", []string{"Khi đó là Chi bộ Thôn 10"}, []string{"Chi bộ Chợ"}},
		{district, "/tree?unit=" + id(w.Section) + "&day=30/06/2024", []string{"Chi bộ Chợ", "Kết thúc hoạt động 01/07/2024"}, []string{"Thôn 10"}},
		{commune, "/tree?day=30/06/2024", []string{"Chi bộ Thôn 10", "Nay do tổ chức khác quản lý"}, nil},
		{district, unitPath(w.Commune) + "?day=30/06/2024", []string{"Đảng bộ xã Yên Hồ", "Chi bộ Thôn 10"}, nil},
		{district, unitPath(w.Commune) + "?day=30/06/2024&tree=now", []string{"Chi bộ Thôn 2"}, []string{"Chi bộ Thôn 10"}},
		{district, unitPath(w.Village10) + "?day=30/06/2024", []string{"Chi bộ Thôn 10", "thuộc Đảng bộ xã Yên Hồ", "Nay là Chi bộ Thôn Mười"}, nil},
		{district, unitPath(w.Market) + "?day=30/06/2024", []string{"Chi bộ Chợ"}, nil},
		{district, unitPath(w.Market) + "?day=01/07/2024", []string{"Ngày 01/07/2024 chưa có Chi bộ Chợ", "kết thúc hoạt động từ 01/07/2024"}, nil},
		{district, unitPath(w.Town) + "?day=30/06/2014", []string{"Ngày 30/06/2014 chưa có", "thành lập ngày 01/01/2015"}, nil},
		{district, unitPath(w.HoaBinh) + "?day=30/06/2026", []string{"Bí thư chi bộ", "Lưu Đình Khải", "3 chính thức, 1 dự bị"}, nil},
		{district, "/cells?unit=" + id(w.Commune) + "&day=30/06/2024", []string{"Chi bộ Thôn 10", "2 chi bộ trực thuộc"}, nil},
		{district, "/cells?unit=" + id(w.Commune) + "&day=30/06/2024&tree=now", []string{"1 chi bộ trực thuộc"}, []string{"Chi bộ Thôn 10"}},
		{district, unitPath(w.Market), []string{"Nhập vào", "Chi bộ Thôn Mười"}, nil},
		{district, unitPath(w.Village10), []string{"Đã nhập vào tổ chức này", "Chi bộ Chợ", "Lịch sử tổ chức", "thuộc Đảng bộ xã Yên Hồ"}, nil},
	} {
		got := text(c.k, c.path)
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s lacks %q: %s", c.path, want, got)
			}
		}
		for _, not := range c.not {
			if strings.Contains(got, not) {
				t.Errorf("%s shows %q", c.path, not)
			}
		}
	}
	// The cell's own pages of that day are for those above it now.
	if got := code(commune, unitPath(w.Village10)+"?day=30/06/2024"); got != 403 {
		t.Errorf("the commune opens a cell it has given away: %d", got)
	}
	// Sums of the day: all units then or now are the same district.
	for _, tree := range []string{"", "&tree=now"} {
		if got := text(district, unitPath(w.District)+"?day=30/06/2024"+tree); !strings.Contains(got, "/ 5 chi bộ") && !strings.Contains(got, "/ 4 chi bộ") {
			t.Errorf("%q: %s", tree, got)
		}
	}
}

func TestDaysThatCannotBeShown(t *testing.T) {
	w := newWorld(t)
	k := w.as(t, orgtest.Actor(access.RoleUpper, w.District))
	for _, path := range []string{"/tree", "/cells", unitPath(w.HoaBinh)} {
		for day, want := range map[string]string{
			"31/02/2001": "Ngày chưa đúng", "05/2024": "đủ ngày, tháng, năm", "01/01/2100": "chưa tới", "<b>": "Ngày chưa đúng",
		} {
			rw := httptest.NewRecorder()
			k.ServeHTTP(rw, httptest.NewRequest(http.MethodGet, path+"?day="+url.QueryEscape(day), nil))
			doc := webtest.Doc(t, rw.Body.String())
			webtest.A11y(t, doc)
			if rw.Code != http.StatusUnprocessableEntity || !strings.Contains(doc.ID("e-day").Text(), want) || doc.ID("f-day").Attr("value") != day {
				t.Errorf("%s on %s: %d %s", path, day, rw.Code, doc.ID("e-day").Text())
			}
		}
	}
	if doc := page(t, k, "/tree?day="+today().Vi()); doc.ID("look").OK() {
		t.Error("today is shown as a past day")
	}
}

func TestHostileNamesInTheTree(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{`<script>alert(1)</script>"><img src=x onerror=alert(1)>`, strings.Repeat("dài ", 1250), "\u202eđảo", "{{.Unit}}"} {
		var u org.Unit
		w.write(t, func(tx *db.Tx) (err error) {
			u, err = org.Add(t.Context(), tx, org.NewUnit{Set: w.Book.At(orgtest.Founded(), ""), ParentID: w.Commune.ID, Kind: org.KindCell, Name: name, Hall: name, ValidFrom: orgtest.Founded()})
			if err != nil {
				return err
			}
			_, err = org.Rename(t.Context(), tx, org.Change{Set: w.Book.At(today(), ""), Day: civil.Of(2024, 1, 1)}, u.ID, org.Naming{Name: "sau " + name})
			return err
		})
		k := w.as(t, orgtest.Actor(access.RoleKeeper, w.District))
		for _, path := range []string{
			"/tree?unit=" + id(w.Commune), "/tree?unit=" + id(w.Commune) + "&day=01/05/2023", "/tree?unit=" + id(w.Commune) + "&day=01/05/2023&tree=now",
			unitPath(u) + "/edit", unitPath(u) + "/new", unitPath(u) + "?day=01/05/2023", unitPath(u), "/cells?unit=" + id(w.Commune) + "&day=01/05/2023",
		} {
			if doc := page(t, k, path); strings.Contains(doc.Raw, "<script>alert") || strings.Contains(doc.Raw, "<img src=x") {
				t.Errorf("%s: %.20q became markup", path, name)
			}
		}
	}
}

// Each role looks back at what it sees today, and at no more of persons.
func TestPastDayByRole(t *testing.T) {
	w := newWorld(t)
	const day = "?day=30/06/2026"
	for _, c := range []struct {
		who  access.Actor
		path string
		want int
		has  string
		not  string
	}{
		{orgtest.Actor(access.RoleMember, w.HoaBinh), unitPath(w.HoaBinh) + day, 200, "Lưu Đình Khải", "chính thức"},
		{orgtest.Actor(access.RoleMember, w.HoaBinh), unitPath(w.Town) + day, 403, "", ""},
		{orgtest.Actor(access.RoleMember, w.HoaBinh), "/tree" + day, 403, "", ""},
		{orgtest.Actor(access.RoleLead, w.HoaBinh), unitPath(w.HoaBinh) + day, 200, "/members?cell=", ""},
		{orgtest.Actor(access.RoleAdmin, w.District), unitPath(w.HoaBinh) + day, 200, "3 chính thức", "/members"},
		{orgtest.Actor(access.RoleUpper, w.Commune), unitPath(w.HoaBinh) + day, 403, "", ""},
		{access.Actor{}, "/tree" + day, 303, "", ""},
	} {
		k := w.as(t, c.who)
		if got := code(k, c.path); got != c.want {
			t.Errorf("%s for %v: %d, want %d", c.path, c.who.Grants, got, c.want)
			continue
		}
		if c.want != 200 {
			continue
		}
		raw := page(t, k, c.path).Raw
		if !strings.Contains(raw, c.has) || c.not != "" && strings.Contains(raw, c.not) {
			t.Errorf("%s for %v lacks %q or shows %q", c.path, c.who.Grants, c.has, c.not)
		}
	}
}

func id(u org.Unit) string { return strconv.FormatInt(u.ID, 10) }

// From a unit's page who may change units goes to the reorganisations; others are not
// led there, and a cell's page offers none.
func TestUnitLeadsToReorganisations(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		role string
		unit org.Unit
		want bool
	}{
		{access.RoleKeeper, w.Town, true},
		{access.RoleAdmin, w.Town, true},
		{access.RoleKeeper, w.HoaBinh, false},
		{access.RoleUpper, w.Town, false},
	} {
		doc := page(t, w.as(t, orgtest.Actor(c.role, w.District)), unitPath(c.unit))
		if got := doc.Link("Sắp xếp tổ chức").OK(); got != c.want {
			t.Errorf("%s at %s: %v", c.role, c.unit.Short, got)
		}
	}
}
