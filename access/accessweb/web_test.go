package accessweb_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"chibo/access"
	"chibo/access/accessweb"
	"chibo/account"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/web"
	"chibo/internal/web/webtest"
	"chibo/office"
	"chibo/office/officetest"
)

// texts stands for what other features' catalogues bring.
func texts() fstest.MapFS {
	return fstest.MapFS{"vi.json": {Data: []byte(`{"access.err.signed_out": "Cần đăng nhập.", "access.err.forbidden": "Không có quyền.", "org.err.not_found": "Không có.",
 "office.err.day_empty": "Nhập ngày.", "office.err.to_before_from": "Ngày cuối phải sau.", "account.err.reason": "Ghi lý do.", "account.err.day_past": "Trước hôm nay {{.Day}}.",
 "account.err.last_admin": "Người quản trị duy nhất.", "account.err.role": "Chọn quyền."}`)}}
}

type desk struct {
	t   *testing.T
	w   *officetest.World
	kit *web.Kit
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := dbtest.New(t)
	return deskOf(t, officetest.New(t, d), "")
}

// deskOf serves the pages to one person, with the rights of the moment.
func deskOf(t *testing.T, w *officetest.World, name string) *desk {
	t.Helper()
	accounts, err := account.New(account.Config{DB: w.DB, Clock: w.DB.Clock(), Book: w.Book})
	if err != nil {
		t.Fatal(err)
	}
	session := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if name != "" {
				r = r.WithContext(access.With(r.Context(), w.Actor(t, name)))
			}
			next.ServeHTTP(rw, r)
		})
	}
	kit := webtest.Kit(t, web.Config{Session: session, Clock: w.DB.Clock()}, accessweb.Catalogue, texts())
	_, err = accessweb.New(accessweb.Config{Kit: kit, DB: w.DB, Book: w.Book, Accounts: accounts, Offices: &office.Service{DB: w.DB, Book: w.Book}})
	if err != nil {
		t.Fatal(err)
	}
	return &desk{t, w, kit}
}

func (k *desk) as(name string) *desk { return deskOf(k.t, k.w, name) }

func (k *desk) get(path string) (int, *webtest.Document) {
	k.t.Helper()
	r := httptest.NewRequestWithContext(k.t.Context(), http.MethodGet, path, nil)
	out := httptest.NewRecorder()
	k.kit.ServeHTTP(out, r)
	doc := webtest.Doc(k.t, out.Body.String())
	if out.Code == http.StatusOK {
		webtest.A11y(k.t, doc)
	}
	return out.Code, doc
}

func (k *desk) post(path string, pairs ...string) (int, *webtest.Document) {
	k.t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	out := webtest.Post(k.t, k.kit, path, form)
	return out.Code, webtest.Doc(k.t, out.Body.String())
}

func (k *desk) has(path string, want ...string) *webtest.Document {
	k.t.Helper()
	code, doc := k.get(path)
	text := doc.ID("main").Text()
	for _, s := range want {
		if code != http.StatusOK || !strings.Contains(text, s) {
			k.t.Errorf("%s (%d) does not say %q:\n%s", path, code, s, text)
		}
	}
	return doc
}

func TestTemplates(t *testing.T) { accessweb.CheckPages(t, newDesk(t).kit) }

// Who opens which page.
func TestWhoOpensWhat(t *testing.T) {
	k := newDesk(t)
	person := "/rights/people/" + k.w.People[officetest.Member].Ref.String()
	cell, town := "/rights/units/"+strconv.FormatInt(k.w.HoaBinh.ID, 10), "/rights/units/"+strconv.FormatInt(k.w.Town.ID, 10)
	kept := "/units/" + strconv.FormatInt(k.w.HoaBinh.ID, 10) + "/kept"
	for _, c := range []struct {
		who   string
		codes [7]int // hub, own, Thơm's, the cell's, the town's, given directly, what the cell keeps
	}{
		{"", [7]int{303, 303, 303, 303, 303, 303, 303}}, // to the sign-in,
		{officetest.Member, [7]int{303, 200, 200, 403, 403, 403, 200}},
		{officetest.Secretary, [7]int{303, 200, 403, 403, 403, 403, 200}},
		{officetest.Committee, [7]int{303, 200, 403, 403, 403, 403, 200}},
		{officetest.Follower, [7]int{303, 200, 403, 403, 403, 403, 200}},
		{officetest.Neighbour, [7]int{303, 200, 403, 403, 403, 403, 403}},
		{officetest.TownSecretary, [7]int{303, 200, 403, 403, 403, 403, 200}},
		{officetest.TownKeeper, [7]int{200, 200, 200, 200, 200, 403, 200}},
		{officetest.DistrictStaff, [7]int{200, 200, 200, 200, 200, 403, 200}},
		{officetest.AdminPerson, [7]int{200, 200, 200, 200, 200, 200, 200}},
	} {
		desk := k.as(c.who)
		for i, path := range []string{"/rights", "/rights/me", person, cell, town, "/rights/direct", kept} {
			if code, _ := desk.get(path); code != c.codes[i] {
				t.Errorf("%q at %s: %d, want %d", c.who, path, code, c.codes[i])
			}
		}
	}
}

// What a person may do and why, in sentences, today and on another day; and who reads
// the own record.
func TestRightsInSentences(t *testing.T) {
	k := newDesk(t)
	own := k.as(officetest.Secretary).has("/rights/me", "Là đảng viên của Chi bộ Tổ dân phố Hòa Bình", "Triệu tập họp chi bộ", "Từ ngày 20/05/2020, chưa có ngày kết thúc",
		"Ai xem được thông tin của tôi", officetest.TownKeeper, "Ủy quyền")
	if !own.With("href", "/standins/new?post="+k.w.People[officetest.Secretary].Office.String()).OK() {
		t.Error("no way to a stand-in from the own post")
	}
	path := "/rights/people/" + k.w.People[officetest.Deputy].Ref.String()
	keeper := k.as(officetest.TownKeeper)
	deputy := keeper.has(path, officetest.Deputy, "Phó bí thư", "Khai mạc, bế mạc")
	if strings.Contains(deputy.Text(), "Triệu tập") {
		t.Error("a deputy convenes by the page")
	}
	before := keeper.has(path+"?day=01/01/2019", "Không có quyền nào vào ngày này")
	if strings.Contains(before.ID("main").Text(), "Khai mạc") {
		t.Error("rights of 2020 in 2019")
	}
	if code, doc := keeper.get(path + "?day=31/02/2026"); code != 422 || doc.Value("day") != "31/02/2026" {
		t.Errorf("a day that is none: %d", code)
	}
	keeper.has("/rights/units/"+strconv.FormatInt(k.w.HoaBinh.ID, 10), officetest.Secretary, "Đảng viên chi bộ", officetest.TownSecretary, officetest.DistrictStaff, officetest.Follower)
}

// A person is found by name or login in the own units only; what was typed stands in no
// address, and the search is on the reading log.
func TestFind(t *testing.T) {
	k := newDesk(t)
	k.w.Write(t, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO account (id, login, pass, person_id, part_id, name, created_at) VALUES (1, 'thom', '', $1, $2, $3, 0)`,
			k.w.People[officetest.Member].Ref.ID, k.w.Town.ID, officetest.Member)
		return err
	})
	for _, c := range []struct {
		who, q string
		want   string
		finds  bool
	}{
		{officetest.TownKeeper, "thom", officetest.Member, true},
		{officetest.TownKeeper, "Mai Thị", officetest.Member, true},
		{officetest.TownKeeper, "Lựu", officetest.Stranger, false},
		{officetest.DistrictStaff, "Lựu", officetest.Stranger, true},
		{officetest.AdminPerson, "thom", officetest.Member, true},
	} {
		code, doc := k.as(c.who).post("/rights", "q", c.q)
		if code != 200 || strings.Contains(doc.ID("found").Text(), c.want) != c.finds {
			t.Errorf("%s looks for %q: %d\n%s", c.who, c.q, code, doc.ID("found").Text())
		}
	}
	if code, _ := k.as(officetest.Secretary).post("/rights", "q", "thom"); code != 403 {
		t.Errorf("a secretary searches: %d", code)
	}
	n := 0
	k.w.Write(t, func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT COUNT(*) FROM read_log WHERE what = 'list'`).Scan(&n)
	})
	if n != 5 {
		t.Errorf("%d searches on the log, want 5", n)
	}
}

// The whole way of a stand-in through the pages.
func TestStandinPages(t *testing.T) {
	k := newDesk(t)
	lead := k.as(officetest.Secretary)
	post, today := k.w.People[officetest.Secretary].Office.String(), civil.From(k.w.DB.Clock().Now())
	form := lead.has("/standins/new?post="+post, officetest.Deputy, officetest.Member, "Triệu tập họp chi bộ", "Nhiều nhất 90 ngày")
	if strings.Contains(form.Text(), "số định danh khi có lý do") {
		t.Error("a duty that the post does not give is offered")
	}
	if code, _ := k.as(officetest.Deputy).get("/standins/new?post=" + post); code != 403 {
		t.Errorf("from another's post: %d", code)
	}
	code, doc := lead.post("/standins", "post", post, "person", k.w.People[officetest.Deputy].Ref.String(), "duty", "convene", "from", "31/02/2026", "to", today.Vi(), "reason", "Đi học")
	if code != 422 || doc.Value("reason") != "Đi học" || doc.ID("e-from").Text() == "" {
		t.Errorf("a bad day: %d", code)
	}
	if code, doc = lead.post("/standins", "post", post, "login", "nobody", "duty", "convene", "from", today.Vi(), "to", today.Vi(), "reason", "Đi học"); code != 422 || doc.ID("e-login").Text() == "" {
		t.Errorf("an unknown login: %d", code)
	}
	code, _ = lead.post("/standins", "post", post, "person", k.w.People[officetest.Deputy].Ref.String(), "duty", "convene", "duty", "meeting", "from", today.Vi(), "to", today.Vi(), "reason", "Đi học")
	if code != 303 {
		t.Fatalf("given: %d", code)
	}
	lead.has("/standins", "Tôi đã ủy quyền", officetest.Deputy, "Thu hồi")
	deputy := k.as(officetest.Deputy).has("/standins", "Tôi đang làm thay", "Đi học", "Thôi làm thay")
	k.as(officetest.TownSecretary).has("/standins", "Ở các tổ chức trực thuộc", officetest.Deputy)
	k.as(officetest.Deputy).has("/rights/me", "Làm thay đồng chí "+officetest.Secretary, "Triệu tập")
	k.as(officetest.Committee).has("/standins", "Đồng chí đi vắng?")
	end := deputy.First(func(e webtest.Element) bool { return strings.HasSuffix(e.Attr("action"), "/end") }).Attr("action")
	if code, _ := k.as(officetest.Committee).post(end); code != 404 {
		t.Errorf("somebody else ends it: %d", code)
	}
	if code, _ := k.as(officetest.TownSecretary).post(end); code != 303 {
		t.Errorf("the secretary above ends it: %d", code)
	}
	lead.has("/standins", "Đã thu hồi.")
}

// Rights given without a post, through the pages.
func TestDirectPages(t *testing.T) {
	k := newDesk(t)
	admin, ref := k.as(officetest.AdminPerson), k.w.People[officetest.Stranger].Ref.String()
	admin.has("/rights/direct", "Chưa giao quyền nào")
	admin.has("/rights/direct/new?person="+ref, officetest.Stranger, "Công tác tổ chức", k.w.Commune.Name)
	for _, who := range []string{officetest.TownKeeper, officetest.DistrictStaff, officetest.OtherUpper} {
		if code, _ := k.as(who).get("/rights/direct/new?person=" + ref); code != 403 {
			t.Errorf("%s gives rights: %d", who, code)
		}
	}
	unit, today := strconv.FormatInt(k.w.Commune.ID, 10), civil.From(k.w.DB.Clock().Now())
	if code, doc := admin.post("/rights/direct", "person", ref, "role", "keeper", "unit", unit, "from", today.Vi(), "reason", ""); code != 422 || doc.ID("e-reason").Text() == "" {
		t.Errorf("without a reason: %d", code)
	}
	if code, _ := admin.post("/rights/direct", "person", ref, "role", "keeper", "unit", unit, "from", today.Vi(), "reason", "Mới cài đặt"); code != 303 {
		t.Fatalf("given: %d", code)
	}
	doc := admin.has("/rights/direct", officetest.Stranger, "Mới cài đặt")
	k.as(officetest.Stranger).has("/rights/me", "Được giao làm công tác tổ chức")
	end := doc.First(func(e webtest.Element) bool { return strings.HasSuffix(e.Attr("action"), "/end") }).Attr("action")
	if code, _ := admin.post(end, "reason", ""); code != 422 {
		t.Errorf("ended without a reason: %d", code)
	}
	if code, _ := admin.post(end, "reason", "Đã có chức vụ"); code != 303 {
		t.Errorf("ended: %d", code)
	}
	admin.has("/rights/direct", "Kết thúc vì: Đã có chức vụ.")
}

// What a unit keeps, decided and shown.
func TestKeptPages(t *testing.T) {
	k := newDesk(t)
	path := "/units/" + strconv.FormatInt(k.w.HoaBinh.ID, 10) + "/kept"
	lead := k.as(officetest.Secretary)
	if doc := k.as(officetest.Deputy).has(path, "Từng việc đã giao"); doc.Form(path).OK() {
		t.Error("a deputy is offered to decide")
	}
	if !lead.has(path, "Ý kiến đảng viên").Form(path).OK() {
		t.Error("the secretary is not offered to decide")
	}
	if code, doc := lead.post(path, "kind", "tasks", "on", "true", "reason", ""); code != 422 || !doc.ID("form-errors").OK() {
		t.Errorf("without a reason: %d", code)
	}
	if code, _ := lead.post(path, "kind", "tasks", "on", "true", "reason", "Chi bộ đã bàn"); code != 303 {
		t.Fatalf("kept: %d", code)
	}
	k.as(officetest.TownSecretary).has(path, "đang giữ lại", "Chi bộ đã bàn", officetest.Secretary)
	if code, _ := k.as(officetest.TownSecretary).post(path, "kind", "tasks"); code != 403 {
		t.Errorf("the town opens it: %d", code)
	}
	if code, _ := lead.post(path, "kind", "tasks"); code != 303 {
		t.Fatalf("opened: %d", code)
	}
	lead.has(path, "Trước đây")
}
