package accountweb_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"chibo/access"
	"chibo/account"
	"chibo/account/accountweb"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/web"
	"chibo/internal/web/webtest"
	"chibo/office/officetest"
	"chibo/org"
)

// desk is the pages over the people of officetest, each with an account whose login is
// made of the place in the list.
type desk struct {
	*house
	w      *officetest.World
	logins map[string]string
}

func newDesk(t *testing.T, with ...string) *desk {
	t.Helper()
	d := dbtest.New(t)
	w := officetest.New(t, d)
	h := &house{t: t, db: d}
	var err error
	if h.accounts, err = account.New(account.Config{DB: d, Clock: d.Clock(), Book: w.Book}); err != nil {
		t.Fatal(err)
	}
	store := account.NewSessions(d)
	t.Cleanup(store.Flush)
	door := accountweb.NewDoor(accountweb.DoorConfig{Accounts: h.accounts, Sessions: store})
	h.kit = webtest.Kit(t, web.Config{Session: door.Wrap, Clock: d.Clock(), Frame: frame}, accountweb.Catalogue)
	if _, err = accountweb.New(accountweb.Config{Kit: h.kit, DB: d, Door: door, Accounts: h.accounts, Book: w.Book, Clock: d.Clock()}); err != nil {
		t.Fatal(err)
	}
	h.kit.Handle("GET /{$}", func(w http.ResponseWriter, r *http.Request) error {
		who, err := access.Must(r.Context())
		if err == nil {
			_, err = io.WriteString(w, "home of "+who.Name)
		}
		return err
	})
	k := &desk{h, w, map[string]string{}}
	hash, err := h.accounts.Hash(t.Context(), password)
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range with {
		k.logins[name] = "nguoi" + strconv.Itoa(i)
		w.Write(t, func(ctx context.Context, tx *db.Tx) error {
			p := w.People[name]
			_, err := h.accounts.Create(ctx, tx, account.NewAccount{Login: k.logins[name], Hash: hash, PersonID: p.Ref.ID, PartID: p.Ref.Part, Name: name})
			return err
		})
	}
	return k
}

// as signs a person in with a browser of the own.
func (k *desk) as(name string) {
	k.t.Helper()
	k.base, k.browser = webtest.Client(k.t, k.kit)
	k.wantRedirect(k.post("/signin", "login", k.logins[name], "password", password), "/")
}

// send posts a form and gives the raw answer.
func (k *desk) send(path string, form url.Values) (int, http.Header, []byte) {
	k.t.Helper()
	req, err := http.NewRequestWithContext(k.t.Context(), http.MethodPost, k.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		k.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	res, err := k.browser.Do(req)
	if err != nil {
		k.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		k.t.Fatal(err)
	}
	return res.StatusCode, res.Header, body
}

func (k *desk) id(name string) string { return strconv.FormatInt(k.w.People[name].Ref.ID, 10) }

// The secretary sees who has an account, prints slips for the rest, and the paper alone
// holds the passwords.
func TestSlipsOfACell(t *testing.T) {
	k := newDesk(t, officetest.Secretary)
	k.as(officetest.Secretary)
	page := k.get("/accounts")
	webtest.A11y(t, page.doc)
	text := page.doc.ID("main").Text()
	for _, want := range []string{"Tài khoản", "trên 4 đảng viên", officetest.Member, "Cấp cho cả chi bộ (3 phiếu)"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on the page:\n%s", want, text)
		}
	}
	if strings.Contains(text, officetest.Stranger) {
		t.Error("a member of another cell")
	}
	cell := strconv.FormatInt(k.w.HoaBinh.ID, 10)
	form := url.Values{"unit": {cell}, "address": {"chibo.example.vn/x"}, "person": {k.id(officetest.Member), k.id(officetest.Committee)}}
	status, header, body := k.send("/accounts/slips", form)
	if status != http.StatusOK || header.Get("Content-Type") != "application/pdf" || header.Get("Cache-Control") != "no-store" || !bytes.HasPrefix(body, []byte("%PDF")) {
		t.Fatalf("%d %v", status, header)
	}
	form["address"] = []string{"ftp://x"}
	if a := k.post("/accounts/slips", "unit", cell, "address", "ftp://x", "person", k.id(officetest.Deputy)); a.status != 422 || !a.doc.ID("form-errors").OK() || a.doc.Value("address") != "ftp://x" {
		t.Errorf("a bad address: %d", a.status)
	}
	if a := k.post("/accounts/slips", "unit", cell, "address", "x.vn", "person", k.id(officetest.Stranger)); a.status != 422 {
		t.Errorf("somebody of another cell: %d", a.status)
	}
	if a := k.post("/accounts/slips", "unit", strconv.FormatInt(k.w.Village2.ID, 10), "address", "x.vn", "person", k.id(officetest.Stranger)); a.status != 403 {
		t.Errorf("another cell: %d", a.status)
	}
	if status, _, body = k.send("/accounts/slips", url.Values{"unit": {cell}, "address": {"x.vn"}, "all": {"true"}}); status != 200 || !bytes.HasPrefix(body, []byte("%PDF")) {
		t.Errorf("the whole cell: %d", status)
	}
	if text = k.get("/accounts").doc.ID("main").Text(); !strings.Contains(text, "thommt") {
		t.Errorf("no login after the slips:\n%s", text)
	}
}

// With a first password no page opens but the one that asks for an own password.
func TestFirstPasswordOpensOnePage(t *testing.T) {
	k := newDesk(t)
	slips, err := k.accounts.Slips(t.Context(), k.w.Actor(t, officetest.Secretary), []account.Person{{ID: k.w.People[officetest.Member].Ref.ID, Name: officetest.Member}})
	if err != nil {
		t.Fatal(err)
	}
	k.base, k.browser = webtest.Client(t, k.kit)
	k.wantRedirect(k.post("/signin", "login", slips[0].Login, "password", slips[0].Password, "next", "/accounts"), "/accounts")
	for _, path := range []string{"/", "/account", "/accounts", "/nothing"} {
		k.wantRedirect(k.get(path), "/account/first")
	}
	k.wantRedirect(k.post("/account/password", "old", slips[0].Password, "new", password, "again", password), "/account/first")
	page := k.get("/account/first")
	webtest.A11y(t, page.doc)
	if a := k.post("/account/first", "new", "ngắn", "again", "x"); a.status != 422 || a.doc.Value("new") != "" {
		t.Errorf("a short one: %d", a.status)
	}
	k.wantRedirect(k.post("/account/first", "new", password, "again", password), "/")
	if a := k.get("/"); a.status != 200 {
		t.Errorf("home: %d", a.status)
	}
	k.wantRedirect(k.get("/account/first"), "/account")
}

// A reset in person shows the new password once, on a page that is not kept.
func TestResetPage(t *testing.T) {
	k := newDesk(t, officetest.Secretary, officetest.Member, officetest.TownSecretary, officetest.Neighbour, officetest.AdminPerson)
	var id string
	err := k.db.Read(t.Context(), func(q db.Q) error {
		a, err := account.ByPerson(t.Context(), q, k.w.People[officetest.Member].Ref.ID)
		id = "/accounts/" + strconv.FormatInt(a.ID, 10)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int{officetest.Secretary: 200, officetest.AdminPerson: 200, officetest.Member: 403, officetest.TownSecretary: 403, officetest.Neighbour: 403} {
		k.as(name)
		if a := k.get(id); a.status != want {
			t.Errorf("%s opens the account: %d", name, a.status)
		}
		if want == 403 {
			if a := k.post(id+"/reset", "reason", "x"); a.status != want {
				t.Errorf("%s resets: %d", name, a.status)
			}
		}
	}
	k.as(officetest.Secretary)
	page := k.get(id)
	webtest.A11y(t, page.doc)
	if page.doc.Form(id + "/state/block").OK() {
		t.Error("a secretary is offered to block")
	}
	if a := k.post(id+"/state/block", "reason", "x"); a.status != 403 {
		t.Errorf("a secretary blocks: %d", a.status)
	}
	if a := k.post(id+"/reset", "reason", ""); a.status != 422 || a.doc.ID("e-reason").Text() == "" {
		t.Errorf("without a reason: %d", a.status)
	}
	done := k.post(id+"/reset", "reason", "Quên mật khẩu")
	if done.status != 200 || done.header.Get("Cache-Control") != "no-store" || !strings.Contains(done.doc.ID("main").Text(), "-") {
		t.Errorf("%d %v", done.status, done.header)
	}
	k.as(officetest.AdminPerson)
	k.wantRedirect(k.post(id+"/state/block", "reason", "Nghỉ"), id)
	k.wantRedirect(k.post(id+"/state/unblock"), id)
	k.wantRedirect(k.post(id+"/state/close"), id)
	k.wantRedirect(k.post(id+"/state/reopen"), id)
	k.wantRedirect(k.post(id+"/state/sessions"), id)
	if a := k.post(id + "/state/erase"); a.status != 404 {
		t.Errorf("an unknown act: %d", a.status)
	}
}

// The overviews above cells, by who looks.
func TestRosterOfUnits(t *testing.T) {
	k := newDesk(t, officetest.TownKeeper, officetest.DistrictStaff, officetest.AdminPerson, officetest.Member, officetest.TownSecretary, officetest.Follower)
	at := func(u org.Unit) string { return "/accounts?unit=" + strconv.FormatInt(u.ID, 10) }
	for _, c := range []struct {
		who, path string
		want      int
		has       string
	}{
		{officetest.TownKeeper, "/accounts", 200, k.w.HoaBinh.Short},
		{officetest.TownKeeper, at(k.w.HoaBinh), 200, officetest.Member},
		{officetest.TownKeeper, at(k.w.Commune), 403, ""},
		{officetest.TownKeeper, at(k.w.District), 403, ""},
		{officetest.DistrictStaff, "/accounts", 200, k.w.Town.Short},
		{officetest.AdminPerson, "/accounts", 200, k.w.Commune.Short},
		{officetest.AdminPerson, at(k.w.Village2), 200, officetest.Stranger},
		{officetest.Member, "/accounts", 403, ""},
		{officetest.TownSecretary, "/accounts", 403, ""},
		{officetest.Follower, at(k.w.HoaBinh), 403, ""},
		{officetest.AdminPerson, "/accounts?unit=x", 404, ""},
	} {
		k.as(c.who)
		a := k.get(c.path)
		if a.status != c.want || !strings.Contains(a.doc.Text(), c.has) {
			t.Errorf("%s at %s: %d", c.who, c.path, a.status)
		}
		if a.status == 200 {
			webtest.A11y(t, a.doc)
		}
	}
}
