package accountweb_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"chibo/access"
	"chibo/account"
	"chibo/account/accountweb"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/web"
	"chibo/internal/web/webtest"
	"chibo/rulebook"
)

const password = "mật khẩu mẫu"

// house is the pages over a database, served, with a browser in front.
type house struct {
	t        *testing.T
	db       *db.DB
	accounts *account.Service
	kit      *web.Kit
	base     string
	browser  *http.Client
}

func build(t *testing.T, sample string) *house {
	t.Helper()
	d := dbtest.New(t)
	book, err := rulebook.New()
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, db: d}
	if h.accounts, err = account.New(account.Config{DB: d, Clock: d.Clock(), Book: book}); err != nil {
		t.Fatal(err)
	}
	store := account.NewSessions(d)
	t.Cleanup(store.Flush)
	door := accountweb.NewDoor(accountweb.DoorConfig{Accounts: h.accounts, Sessions: store})
	h.kit = webtest.Kit(t, web.Config{Session: door.Wrap, Clock: d.Clock(), Frame: frame}, accountweb.Catalogue)
	_, err = accountweb.New(accountweb.Config{
		Kit: h.kit, DB: d, Door: door, Accounts: h.accounts, Book: book, Clock: d.Clock(), SamplePassword: sample, AddressWrong: 20,
	})
	if err != nil {
		t.Fatal(err)
	}
	h.kit.Handle("GET /{$}", func(w http.ResponseWriter, r *http.Request) error {
		who, err := access.Must(r.Context())
		if err != nil {
			return err
		}
		_, err = io.WriteString(w, "home of "+who.Name)
		return err
	})
	h.base, h.browser = webtest.Client(t, h.kit)
	return h
}

func frame(r *http.Request) web.Frame {
	who, in := access.From(r.Context())
	return web.Frame{SignedIn: in, UserName: who.Name}
}

func (h *house) person(login, name string, person int64) {
	h.t.Helper()
	ctx := context.Background()
	hash, err := h.accounts.Hash(ctx, password)
	if err != nil {
		h.t.Fatal(err)
	}
	err = h.db.Write(ctx, func(tx *db.Tx) error {
		_, err := h.accounts.Create(ctx, tx, account.NewAccount{
			Login: login, Hash: hash, PersonID: person, PartID: 7, Name: name, Sample: true,
			Office: "Bí thư", Unit: "Chi bộ Tổ dân phố Hòa Bình",
		})
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

type answer struct {
	status   int
	location string
	doc      *webtest.Document
	header   http.Header
}

func (h *house) do(b *http.Client, method, path string, form url.Values) answer {
	h.t.Helper()
	req, err := http.NewRequestWithContext(h.t.Context(), method, h.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		h.t.Fatal(err)
	}
	req.Header.Set("User-Agent", "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36")
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	res, err := b.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header.Get("Location"), webtest.Doc(h.t, string(body)), res.Header}
}

func (h *house) get(path string) answer { return h.do(h.browser, http.MethodGet, path, nil) }
func (h *house) post(path string, pairs ...string) answer {
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return h.do(h.browser, http.MethodPost, path, form)
}

func (h *house) wantRedirect(a answer, to string) {
	h.t.Helper()
	if a.status != http.StatusSeeOther || a.location != to {
		h.t.Fatalf("answered %d to %q, want a redirect to %q\n%s", a.status, a.location, to, a.doc.Text())
	}
}

func TestTemplates(t *testing.T) {
	h := build(t, "")
	accountweb.CheckPages(t, h.kit)
}

func TestFirstRun(t *testing.T) {
	h := build(t, "")
	for _, path := range []string{"/", "/signin", "/account", "/units/5"} {
		h.wantRedirect(h.get(path), "/setup")
	}
	page := h.get("/setup")
	webtest.A11y(t, page.doc)
	if n := len(page.doc.ID("f-unit_kind").Tags("option")); n < 2 {
		t.Errorf("%d kinds are offered", n)
	}
	bad := h.post("/setup", "unit_name", "Đảng bộ <b>huyện</b> Đức Thọ", "unit_kind", "province", "name", "Quản trị",
		"login", "có dấu", "password", "ngắn", "again", "khác")
	if bad.status != http.StatusUnprocessableEntity {
		t.Fatalf("bad input answered %d", bad.status)
	}
	webtest.A11y(t, bad.doc)
	for _, id := range []string{"e-login", "e-password", "e-again"} {
		if bad.doc.ID(id).Text() == "" {
			t.Errorf("no message at %s", id)
		}
	}
	for field, want := range map[string]string{
		"unit_name": "Đảng bộ <b>huyện</b> Đức Thọ", "unit_kind": "province", "name": "Quản trị", "login": "có dấu", "password": "", "again": "",
	} {
		if got := bad.doc.Tag("main").Value(field); got != want {
			t.Errorf("%s came back as %q, want %q", field, got, want)
		}
	}
	good := []string{
		"unit_name", "Đảng bộ huyện Đức Thọ", "unit_kind", "province", "unit_place", "Đức Thọ", "name", "Quản trị",
		"login", "quantri", "password", password, "again", password,
	}
	h.wantRedirect(h.post("/setup", good...), "/")
	if home := h.get("/"); home.doc.Text() != "home of Quản trị" {
		t.Errorf("after the setup: %q", home.doc.Text())
	}
	h.wantRedirect(h.get("/setup"), "/")
	again := h.post("/setup", good...)
	if again.status != http.StatusConflict {
		t.Errorf("a second setup answered %d", again.status)
	}
}

func TestSignInAndOut(t *testing.T) {
	h := build(t, "")
	h.person("lan.hb", "Hồ Thị Lan", 31)
	a := h.get("/account")
	h.wantRedirect(a, "/signin?next=%2Faccount")
	page := h.get(a.location)
	webtest.A11y(t, page.doc)
	if page.doc.Tag("form").OK() && page.doc.ID("sample-h").OK() {
		t.Error("sample people are offered outside of a demo")
	}
	wrong := h.post("/signin", "login", "lan.hb", "password", "sai <script>", "next", "/account")
	unknown := h.post("/signin", "login", "ai.do", "password", "sai <script>", "next", "/account")
	for _, w := range []answer{wrong, unknown} {
		if w.status != http.StatusUnprocessableEntity || w.doc.ID("form-errors").Text() != wrong.doc.ID("form-errors").Text() {
			t.Errorf("refused with %d: %s", w.status, w.doc.ID("form-errors").Text())
		}
		webtest.A11y(t, w.doc)
		if strings.Contains(w.doc.Raw, "sai ") {
			t.Error("the password came back")
		}
	}
	if got := wrong.doc.Tag("main").Value("login"); got != "lan.hb" {
		t.Errorf("the login came back as %q", got)
	}
	if got := wrong.doc.Tag("main").Value("next"); got != "/account" {
		t.Errorf("the next page came back as %q", got)
	}
	empty := h.post("/signin", "login", "", "password", "")
	if empty.doc.ID("e-login").Text() == "" || empty.doc.ID("e-password").Text() == "" {
		t.Error("no messages at empty fields")
	}
	h.wantRedirect(h.post("/signin", "login", "LAN.HB ", "password", password, "next", "/account"), "/account")
	own := h.get("/account")
	webtest.A11y(t, own.doc)
	if got := own.doc.ID("devices").Text(); !strings.Contains(got, "Chrome, Android Máy này") {
		t.Errorf("own sessions: %s", got)
	}
	h.wantRedirect(h.get("/signin?next=//evil.example"), "/")
	h.wantRedirect(h.post("/signout"), "/signin")
	h.wantRedirect(h.get("/account"), "/signin?next=%2Faccount")
}

func TestForeignNextIsDropped(t *testing.T) {
	h := build(t, "")
	h.person("lan.hb", "Hồ Thị Lan", 31)
	for _, next := range []string{"https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"} {
		h.wantRedirect(h.post("/signin", "login", "lan.hb", "password", password, "next", next), "/")
	}
}

func TestWaits(t *testing.T) {
	h := build(t, "")
	h.person("lan.hb", "Hồ Thị Lan", 31)
	for range 5 {
		h.post("/signin", "login", "lan.hb", "password", "sai")
	}
	w := h.post("/signin", "login", "lan.hb", "password", password)
	if w.status != http.StatusTooManyRequests || !strings.Contains(w.doc.ID("form-errors").Text(), "5 phút") {
		t.Errorf("answered %d: %s", w.status, w.doc.ID("form-errors").Text())
	}
	dbtest.Clock(h.db).Advance(5 * time.Minute)
	h.wantRedirect(h.post("/signin", "login", "lan.hb", "password", password), "/")
}

// One machine that tries many logins waits too, behind far more tries than a hall makes.
func TestAddressWaits(t *testing.T) {
	h := build(t, "")
	h.person("lan.hb", "Hồ Thị Lan", 31)
	for i := range 20 {
		h.post("/signin", "login", "nguoi"+strings.Repeat("x", i), "password", "sai")
	}
	if w := h.post("/signin", "login", "lan.hb", "password", password); w.status != http.StatusTooManyRequests {
		t.Errorf("answered %d", w.status)
	}
}

func TestSamplePeople(t *testing.T) {
	h := build(t, password)
	h.person("lan.hb", "Hồ Thị Lan", 31)
	h.person("xx", `Người <script>alert(1)</script> "mẫu"`, 32)
	page := h.get("/signin?next=/account")
	webtest.A11y(t, page.doc)
	cards := page.doc.Class("person-card")
	if len(cards) != 2 || !strings.Contains(cards[0].Text(), "Hồ Thị Lan Bí thư Chi bộ Tổ dân phố Hòa Bình") {
		t.Fatalf("offered: %d", len(cards))
	}
	if strings.Contains(page.doc.Raw, "<script>alert") {
		t.Error("a name became script")
	}
	form := page.doc.Class("samples")[0].Tag("form")
	h.wantRedirect(h.post(form.Attr("action"), "login", form.Value("login"), "password", form.Value("password"), "next", form.Value("next")), "/account")
}

func TestEnglish(t *testing.T) {
	h := build(t, password)
	h.person("lan.hb", "Hồ Thị Lan", 31)
	h.post("/prefs", "lang", "en")
	if page := h.get("/signin"); page.doc.Tag("h1").Text() != "Sign in" {
		t.Errorf("h1 is %q", page.doc.Tag("h1").Text())
	}
	for range 6 {
		h.post("/signin", "login", "lan.hb", "password", "sai")
	}
	if w := h.post("/signin", "login", "lan.hb", "password", password); !strings.Contains(w.doc.ID("form-errors").Text(), "5 minutes") {
		t.Errorf("refused with %q", w.doc.ID("form-errors").Text())
	}
}

func TestOwnSessions(t *testing.T) {
	h := build(t, "")
	h.person("lan.hb", "Hồ Thị Lan", 31)
	h.person("minh", "Phan Văn Minh", 32)
	base, browser := h.base, h.browser
	var others []*http.Client
	for range 3 {
		_, c := webtest.Client(t, h.kit)
		others = append(others, c)
		in := url.Values{"login": {"lan.hb"}, "password": {password}}
		if a := h.do(c, http.MethodPost, "/signin", in); a.status != http.StatusSeeOther {
			t.Fatalf("sign-in answered %d", a.status)
		}
	}
	h.base, h.browser = base, browser
	h.post("/signin", "login", "lan.hb", "password", password)
	page := h.get("/account")
	ends := page.doc.Form("/account/sessions/end")
	if n := len(page.doc.ID("devices").Tags("li")); n != 4 || !ends.OK() {
		t.Fatalf("%d sessions are shown", n)
	}
	victim := ends.Value("session")
	h.wantRedirect(h.post("/account/sessions/end", "session", victim), "/account")
	h.wantRedirect(h.post("/account/sessions/end", "session", victim), "/account") // twice is once
	if n := len(h.get("/account").doc.ID("devices").Tags("li")); n != 3 {
		t.Errorf("%d sessions are left, want 3", n)
	}
	h.wantRedirect(h.post("/account/sessions/end-others"), "/account")
	if n := len(h.get("/account").doc.ID("devices").Tags("li")); n != 1 {
		t.Errorf("%d sessions are left, want 1", n)
	}
	for _, c := range others {
		if a := h.do(c, http.MethodGet, "/account", nil); a.status != http.StatusSeeOther {
			t.Errorf("an ended session still opens: %d", a.status)
		}
	}
}

func TestPassword(t *testing.T) {
	h := build(t, "")
	h.person("lan.hb", "Hồ Thị Lan", 31)
	if a := h.post("/account/password", "old", password); a.status != http.StatusUnauthorized {
		t.Errorf("nobody changed a password: %d", a.status)
	}
	h.post("/signin", "login", "lan.hb", "password", password)
	bad := h.post("/account/password", "old", "bí mật cũ", "new", "bí mật mới", "again", "khác hẳn")
	if bad.status != http.StatusUnprocessableEntity || bad.doc.ID("e-again").Text() == "" {
		t.Errorf("answered %d", bad.status)
	}
	webtest.A11y(t, bad.doc)
	if strings.Contains(bad.doc.Raw, "bí mật") {
		t.Error("a password came back")
	}
	h.wantRedirect(h.post("/account/password", "old", password, "new", "một câu dài mới", "again", "một câu dài mới"), "/account")
	if a := h.get("/account"); a.status != http.StatusOK {
		t.Errorf("this session ended too: %d", a.status)
	}
}

func TestBlockedAccountIsOut(t *testing.T) {
	h := build(t, "")
	h.person("lan.hb", "Hồ Thị Lan", 31)
	h.post("/signin", "login", "lan.hb", "password", password)
	ctx := context.Background()
	err := h.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE account SET state = 'blocked'`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	h.wantRedirect(h.get("/account"), "/signin?next=%2Faccount")
}

func TestCookie(t *testing.T) {
	h := build(t, "")
	h.person("lan.hb", "Hồ Thị Lan", 31)
	a := h.post("/signin", "login", "lan.hb", "password", password)
	c := a.header.Get("Set-Cookie")
	for _, want := range []string{"session=", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"} {
		if !strings.Contains(c, want) {
			t.Errorf("cookie %q lacks %s", c, want)
		}
	}
	if strings.Contains(c, "Secure") {
		t.Error("a Secure cookie over plain HTTP would be lost")
	}
}

func TestDoorFailure(t *testing.T) {
	h := build(t, "")
	h.person("lan.hb", "Hồ Thị Lan", 31)
	h.post("/signin", "login", "lan.hb", "password", password)
	if a := h.get("/door/failed"); a.status != http.StatusNotFound {
		t.Errorf("the door's own route answered %d", a.status)
	}
	ctx := context.Background()
	err := h.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DROP TABLE account`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	a := h.get("/account")
	if a.status != http.StatusInternalServerError {
		t.Errorf("a broken database answered %d", a.status)
	}
}
