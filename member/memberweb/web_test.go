package memberweb_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/internal/seal"
	"chibo/internal/web"
	"chibo/internal/web/webtest"
	"chibo/member"
	"chibo/member/memberweb"
	"chibo/office"
	"chibo/org"
	"chibo/org/orgtest"
)

// texts stands for what other features' catalogues bring.
func texts() fstest.MapFS {
	return fstest.MapFS{"vi.json": {Data: []byte(`{"access.err.signed_out": "Cần đăng nhập.", "access.err.forbidden": "Không có quyền.", "org.err.not_found": "Không có."}`)}}
}

type world struct {
	orgtest.Tree
	db  *db.DB
	svc *member.Service

	kits map[string]*web.Kit // by who: pages are parsed once for each
}

// newWorld is the district of orgtest with three members in Hòa Bình, one of them
// exempt, and one in Thôn 2.
func newWorld(t *testing.T) (*world, map[string]member.Membership) {
	t.Helper()
	d := dbtest.New(t)
	w := &world{Tree: orgtest.District(t, d), db: d, kits: map[string]*web.Kit{}}
	w.svc = &member.Service{DB: d, Keys: seal.Fresh(), Book: w.Book, Log: slog.New(slog.DiscardHandler)}
	people := map[string]member.Membership{}
	for _, p := range []struct {
		cell     org.Unit
		name     string
		admitted civil.Date
		official civil.Date
	}{
		{w.HoaBinh, "Nguyễn Thị Hòa", civil.Of(2019, 7, 1), civil.Of(2020, 7, 1)},
		{w.HoaBinh, "Lưu Đình Khải", civil.Of(2022, 6, 30), civil.Of(2023, 6, 30)},
		{w.HoaBinh, "Thái Hữu Thụ", civil.Of(2026, 2, 3), civil.Date{}},
		{w.Village2, "Đặng Quốc Hoàn", civil.Of(2019, 6, 30), civil.Of(2020, 6, 30)},
	} {
		people[p.name] = w.join(t, p.cell, p.name, p.admitted, p.official)
	}
	m := people["Lưu Đình Khải"]
	w.write(t, func(tx *db.Tx) error {
		_, err := member.AddSpell(t.Context(), tx, member.Spell{Part: m.Part, MembershipID: m.ID, Kind: member.SpellExempt, From: civil.Of(2026, 1, 1), Reason: "Tuổi cao, sức yếu"})
		if err != nil {
			return err
		}
		_, err = office.Appoint(t.Context(), tx, office.NewOffice{Unit: w.HoaBinh, PersonID: m.PersonID, MembershipID: m.ID, Name: m.Name, Title: office.Secretary, From: civil.Of(2025, 5, 20)})
		return err
	})
	return w, people
}

func (w *world) write(t *testing.T, fn func(tx *db.Tx) error) {
	t.Helper()
	if err := w.db.Write(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func (w *world) join(t *testing.T, cell org.Unit, name string, admitted, official civil.Date) (m member.Membership) {
	t.Helper()
	w.write(t, func(tx *db.Tx) error {
		person, err := member.AddPerson(t.Context(), tx, member.Person{Part: cell.PartID, Name: name, Sex: "f", Birth: civil.Of(1970, 5, 2), Phone: "0912345678"})
		m = member.Membership{
			Part: cell.PartID, PersonID: person, CellID: cell.ID, Kind: member.KindHome, Name: name, From: admitted,
			Origin: member.OriginAdmission, AdmittedOn: admitted, OfficialOn: official,
		}
		if err == nil {
			m.ID, err = member.AddMembership(t.Context(), tx, m)
		}
		if err != nil {
			return err
		}
		return member.RefreshState(t.Context(), tx, m.Part, m.CellID, tx.Today())
	})
	return m
}

// as makes a kit in which everybody is who.
func (w *world) as(t *testing.T, who access.Actor) *web.Kit {
	t.Helper()
	if k := w.kits[fmt.Sprint(who)]; k != nil {
		return k
	}
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
	}, memberweb.Catalogue, texts())
	_, err := memberweb.New(memberweb.Config{Kit: k, DB: w.db, Book: w.Book, Members: w.svc})
	if err != nil {
		t.Fatal(err)
	}
	w.kits[fmt.Sprint(who)] = k
	return k
}

func get(k *web.Kit, path string) *httptest.ResponseRecorder {
	rw := httptest.NewRecorder()
	k.ServeHTTP(rw, httptest.NewRequest(http.MethodGet, path, nil))
	return rw
}

func page(t *testing.T, k *web.Kit, path string) *webtest.Document {
	t.Helper()
	doc := webtest.Get(t, k, path)
	webtest.A11y(t, doc)
	return doc
}

func names(doc *webtest.Document) (out []string) {
	for _, table := range doc.ID("list").Class("stack") {
		if table.Data != "table" {
			continue
		}
		for _, r := range table.Tag("tbody").Tags("tr") {
			out = append(out, r.Tag("th").Text())
		}
	}
	return out
}

func unit(u org.Unit) string { return strconv.FormatInt(u.ID, 10) }

func TestTemplates(t *testing.T) {
	w, _ := newWorld(t)
	memberweb.CheckPages(t, w.as(t, access.Actor{}))
}

func TestListByRole(t *testing.T) {
	w, people := newWorld(t)
	for _, c := range []struct {
		role  string
		unit  org.Unit
		title string
		opens bool
	}{
		{access.RoleUpper, w.District, "4 đảng viên", true},
		{access.RoleUpper, w.Commune, "1 đảng viên", true},
		{access.RoleLead, w.HoaBinh, "3 đảng viên", true},
		{access.RoleCommittee, w.HoaBinh, "3 đảng viên", false},
		{access.RoleFollower, w.HoaBinh, "3 đảng viên", false},
	} {
		doc := page(t, w.as(t, orgtest.Actor(c.role, c.unit)), "/members")
		if got := doc.Tag("h1").Text(); got != c.title {
			t.Errorf("%s: h1 %q, want %q", c.role, got, c.title)
		}
		if got := strconv.Itoa(len(names(doc))) + " đảng viên"; got != c.title {
			t.Errorf("%s: %s in the list", c.role, got)
		}
		if strings.Contains(doc.Raw, "0912345678") || !strings.Contains(doc.Raw, "09•• ••• 678") {
			t.Errorf("%s: numbers are not masked", c.role)
		}
		m := people["Nguyễn Thị Hòa"]
		if c.unit.ID == w.HoaBinh.ID && doc.With("href", "/members/"+m.Ref().String()).OK() != c.opens {
			t.Errorf("%s: way to the record, want %v", c.role, c.opens)
		}
	}
}

func posted(t *testing.T, k *web.Kit, path string, values url.Values) *webtest.Document {
	t.Helper()
	rw := webtest.Post(t, k, path, values)
	if rw.Code != http.StatusOK {
		t.Fatalf("POST %s: %d", path, rw.Code)
	}
	doc := webtest.Doc(t, rw.Body.String())
	webtest.A11y(t, doc)
	return doc
}

// The name looked for goes in the body; the filters stay in the address.
func TestSearchInTheList(t *testing.T) {
	w, _ := newWorld(t)
	k := w.as(t, orgtest.Actor(access.RoleUpper, w.District))
	for _, c := range []struct{ path, typed, want string }{
		{"/members", "hoa", "Nguyễn Thị Hòa Đặng Quốc Hoàn"},
		{"/members", "Hoà", "Nguyễn Thị Hòa Đặng Quốc Hoàn"},
		{"/members", "quoc dang", "Đặng Quốc Hoàn"},
		{"/members", "khai hoa binh", "Lưu Đình Khải"},
		{"/members", "xyz", ""},
		{"/members?standing=exempt", "khai", "Lưu Đình Khải"},
		{"/members?standing=reserve", "khai", ""},
		{"/members?unit=" + unit(w.Market), "hoa", ""},
		{"/members?unit=" + unit(w.Commune), "hoan", "Đặng Quốc Hoàn"},
	} {
		doc := posted(t, k, c.path, url.Values{"q": {c.typed}})
		got := names(doc)
		for _, name := range got {
			if !strings.Contains(c.want, name) {
				t.Errorf("%s %q: found %s", c.path, c.typed, name)
			}
		}
		if len(got)*3 != len(strings.Fields(c.want)) {
			t.Errorf("%s %q: found %v, want %s", c.path, c.typed, got, c.want)
		}
		form := doc.First(func(e webtest.Element) bool { return e.Attr("action") == c.path && e.Attr("method") == "post" })
		if form.Value("q") != c.typed || strings.Contains(doc.Raw, "?q=") || strings.Contains(doc.Raw, "&amp;q=") {
			t.Errorf("%s %q: the search is not kept, or stands in an address", c.path, c.typed)
		}
	}
	if got := posted(t, k, "/members", url.Values{"q": {"hoa"}}).ID("list-h").Text(); got != "Tìm thấy 2 đồng chí" {
		t.Errorf("heading %q", got)
	}
	if got := posted(t, k, "/members", url.Values{"q": {"  "}}).ID("list-h").Text(); got != "Danh sách theo tên" {
		t.Errorf("nothing typed: %q", got)
	}
	// An old address with a name in it gives the whole list.
	if got := names(page(t, k, "/members?q=hoa")); len(got) != 4 {
		t.Errorf("a name in the address still searches: %v", got)
	}
}

func TestFilters(t *testing.T) {
	w, _ := newWorld(t)
	k := w.as(t, orgtest.Actor(access.RoleUpper, w.District))
	for path, want := range map[string]string{
		"/members?standing=exempt":          "Lưu Đình Khải",
		"/members?standing=reserve":         "Thái Hữu Thụ",
		"/members?cell=" + unit(w.Village2): "Đặng Quốc Hoàn",
	} {
		if got := names(page(t, k, path)); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %v, want %s", path, got, want)
		}
	}
}

func TestPaging(t *testing.T) {
	w, _ := newWorld(t)
	const more = 2*memberweb.PageRows + 5
	for i := range more {
		w.join(t, w.Village10, fmt.Sprintf("Hồ Văn %c%c", 'A'+i%20, 'a'+i/20), civil.Of(2024, 1, 1).AddDays(i%40), civil.Date{})
	}
	k := w.as(t, orgtest.Actor(access.RoleUpper, w.Commune))
	for _, first := range []string{"/members?cell=" + unit(w.Village10), "/admitted?from=2024&to=2024&unit=" + unit(w.Village10)} {
		seen, pages := map[string]bool{}, 0
		for path := first; path != ""; pages++ {
			doc := page(t, k, path)
			for _, name := range names(doc) {
				if seen[name] {
					t.Errorf("%s stands on two pages", name)
				}
				seen[name] = true
			}
			path = doc.With("rel", "next").Attr("href")
		}
		if len(seen) != more || pages != 3 {
			t.Errorf("%s: %d members on %d pages, want %d on 3", first, len(seen), pages, more)
		}
	}
}

func TestAdmitted(t *testing.T) {
	w, _ := newWorld(t)
	k := w.as(t, orgtest.Actor(access.RoleUpper, w.District))
	for path, want := range map[string]string{
		"/admitted?from=2019-07-01&to=2022-06-30": "2 đảng viên mới kết nạp", // both ends inside
		"/admitted?from=01/07/2019&to=30/06/2022": "2 đảng viên mới kết nạp",
		"/admitted?from=2019&to=2022":             "3 đảng viên mới kết nạp",
		"/admitted?from=07/2019&to=06/2022":       "2 đảng viên mới kết nạp",
		"/admitted?from=02/07/2019&to=29/06/2022": "0 đảng viên mới kết nạp",
		"/admitted":                   "1 đảng viên mới kết nạp", // this year
		"/admitted?from=0001&to=9998": "4 đảng viên mới kết nạp",
		"/admitted?from=2019&unit=" + unit(w.Commune): "1 đảng viên mới kết nạp",
	} {
		doc := page(t, k, path)
		if got := doc.Tag("h1").Text(); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
		if got := strconv.Itoa(len(names(doc))) + " đảng viên mới kết nạp"; got != want {
			t.Errorf("%s: %s in the list", path, got)
		}
		sum := 0
		bars := doc.ID("bars").Tag("tbody").Tags("tr")
		for _, r := range bars {
			n, _ := strconv.Atoi(r.Class("num")[0].Text())
			sum += n
			below := page(t, k, r.Tag("a").Attr("href"))
			if got := below.Tag("h1").Text(); got != strconv.Itoa(n)+" đảng viên mới kết nạp" {
				t.Errorf("%s: the bar says %d, its list %q", path, n, got)
			}
		}
		if len(bars) > 0 && strconv.Itoa(sum)+" đảng viên mới kết nạp" != want {
			t.Errorf("%s: the bars add up to %d", path, sum)
		}
	}
}

func TestBadPeriod(t *testing.T) {
	w, _ := newWorld(t)
	k := w.as(t, orgtest.Actor(access.RoleUpper, w.District))
	for query, field := range map[string]string{
		"from=31/02/2019&to=30/06/2022":      "from",
		"from=01/07/2019&to=abc":             "to",
		"from=01/07/2022&to=30/06/2019":      "to",
		"from=&to=30/06/2022":                "from",
		"from=%3Cscript%3Ealert(1)&to=1%222": "from",
	} {
		rec := get(k, "/admitted?"+query)
		if rec.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", query, rec.Code)
			continue
		}
		doc := webtest.Doc(t, rec.Body.String())
		webtest.A11y(t, doc)
		if !doc.ID("e-"+field).OK() || strings.Contains(doc.Raw, "<script>alert") {
			t.Errorf("%s: no error at %s", query, field)
		}
		typed, _ := url.ParseQuery(query)
		for _, name := range []string{"from", "to"} {
			if got := doc.Form("/admitted").Value(name); got != typed.Get(name) {
				t.Errorf("%s: %s came back as %q", query, name, got)
			}
		}
	}
}

// Whatever the period, its bars cover it without gap or overlap, and are few.
func TestPieces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := func(label string) civil.Date {
			return civil.Of(rapid.IntRange(1, 9998).Draw(t, label+"-y"), rapid.IntRange(1, 12).Draw(t, label+"-m"), rapid.IntRange(1, 28).Draw(t, label+"-d"))
		}
		from, to := day("from"), day("to")
		if to.Before(from) {
			from, to = to, from
		}
		list := memberweb.Pieces(from, to)
		if len(list) == 0 {
			return
		}
		if len(list) > memberweb.BarsMost {
			t.Fatalf("%d bars", len(list))
		}
		next := from
		for _, b := range list {
			if b[0] != next || b[1].Before(b[0]) {
				t.Fatalf("%s–%s after %s", b[0], b[1], next)
			}
			next = b[1].AddDays(1)
		}
		if next != to.AddDays(1) {
			t.Fatalf("ends at %s, not %s", next, to)
		}
	})
}

func (w *world) opened(t *testing.T) (n int) {
	t.Helper()
	err := w.db.Read(t.Context(), func(q db.Q) error {
		return q.QueryRow(t.Context(), `SELECT COUNT(*) FROM audit WHERE action = 'member.open'`).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestRecord(t *testing.T) {
	w, people := newWorld(t)
	m := people["Lưu Đình Khải"]
	path := "/members/" + m.Ref().String()
	for _, c := range []struct {
		role  string
		unit  org.Unit
		phone string
	}{{access.RoleUpper, w.District, "09•• ••• 678"}, {access.RoleLead, w.HoaBinh, "0912345678"}} {
		before := w.opened(t)
		doc := page(t, w.as(t, orgtest.Actor(c.role, c.unit)), path)
		if w.opened(t) != before+1 || !strings.Contains(doc.ID("logged").Text(), "Lần mở hồ sơ này được ghi lại") {
			t.Errorf("%s: the opening is not logged, or the page does not say so", c.role)
		}
		text := doc.Tag("main").Text()
		for _, want := range []string{c.phone, "30/06/2022", "30/06/2023", "02/05/1970", "Được miễn công tác", "Tuổi cao, sức yếu", "Bí thư chi bộ"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: the record lacks %q", c.role, want)
			}
		}
	}
	own := orgtest.Actor(access.RoleMember, w.HoaBinh)
	own.PersonID, own.PartID = m.PersonID, m.Part
	k, before := w.as(t, own), w.opened(t)
	if rec := get(k, path); rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != "/members/me" {
		t.Errorf("own record: %d %s", rec.Code, rec.Header().Get("Location"))
	}
	doc := page(t, k, "/members/me")
	if !doc.ID("own").OK() || doc.ID("logged").OK() || w.opened(t) != before || !strings.Contains(doc.Raw, "0912345678") {
		t.Error("the own record opens whole and is not logged")
	}
}

// Another membership, an ended one, and a reader who may not see the units above.
func TestRecordOfWhoLeft(t *testing.T) {
	w, people := newWorld(t)
	m := people["Nguyễn Thị Hòa"]
	w.write(t, func(tx *db.Tx) error {
		if err := member.EndMembership(t.Context(), tx, m.Part, m.ID, civil.Of(2026, 10, 1), "transfer"); err != nil {
			return err
		}
		next := m
		next.ID, next.CellID, next.From, next.Origin = 0, w.Market.ID, civil.Of(2026, 10, 1), member.OriginTransfer
		_, err := member.AddMembership(t.Context(), tx, next)
		return err
	})
	doc := page(t, w.as(t, orgtest.Actor(access.RoleLead, w.HoaBinh)), "/members/"+m.Ref().String())
	for _, want := range []string{"Đã rời chi bộ này từ 01/10/2026", "chuyển sinh hoạt đi", "Chi bộ Chợ"} {
		if !strings.Contains(doc.Tag("main").Text(), want) {
			t.Errorf("the record lacks %q", want)
		}
	}
	if doc.With("href", "/units/"+unit(w.Town)).OK() {
		t.Error("a link to a unit the lead may not see")
	}
}

func TestRefused(t *testing.T) {
	w, people := newWorld(t)
	record := "/members/" + people["Nguyễn Thị Hòa"].Ref().String()
	upper, lead := orgtest.Actor(access.RoleUpper, w.District), orgtest.Actor(access.RoleLead, w.HoaBinh)
	plain, admin := orgtest.Actor(access.RoleMember, w.HoaBinh), orgtest.Actor(access.RoleAdmin, w.District)
	committee, other := orgtest.Actor(access.RoleCommittee, w.HoaBinh), orgtest.Actor(access.RoleLead, w.Village2)
	for _, c := range []struct {
		who  access.Actor
		path string
		want int
	}{
		{access.Actor{}, "/members", 303},
		{access.Actor{}, record, 303},
		{access.Actor{}, "/members/me", 303},
		{access.Actor{}, "/admitted", 303},
		{plain, "/members", 403},
		{plain, "/admitted", 403},
		{plain, record, 403},
		{admin, "/members", 403},
		{admin, "/admitted", 403},
		{admin, record, 403},
		{admin, "/members/me", 404},
		{committee, record, 403},
		{other, record, 403},
		{other, "/members?cell=" + unit(w.HoaBinh), 403},
		{lead, "/members?unit=" + unit(w.Town), 403},
		{lead, "/admitted?unit=" + unit(w.District), 403},
		{access.Actor{}, "/find", 303},
		{plain, "/find", 403},
		{upper, "/members?cell=7", 404},
		{upper, "/members?cell=x", 404},
		{upper, "/members?standing=x", 404},
		{upper, "/admitted?unit=x", 404},
		{upper, "/members/1-1", 404},
		{upper, "/members/x", 404},
		{upper, "/members/" + ident.Ref{Part: w.Town.ID, ID: 1}.String(), 404},
	} {
		if got := get(w.as(t, c.who), c.path).Code; got != c.want {
			t.Errorf("%s for %v: %d, want %d", c.path, c.who.Grants, got, c.want)
		}
	}
	if n := w.opened(t); n != 0 {
		t.Errorf("%d refused openings are logged as openings", n)
	}
}

func TestHostileText(t *testing.T) {
	w, _ := newWorld(t)
	k := w.as(t, orgtest.Actor(access.RoleLead, w.HoaBinh))
	for i, name := range []string{`<script>alert(1)</script>"><img src=x onerror=alert(1)>`, strings.Repeat("dài ", 49), "\u202eđảo", "{{.Name}}"} {
		m := w.join(t, w.HoaBinh, name, civil.Of(2026, 3, 1).AddDays(i), civil.Date{})
		for _, path := range []string{"/members", "/members/" + m.Ref().String(), "/admitted?from=2026"} {
			if doc := page(t, k, path); strings.Contains(doc.Raw, "<script>alert") || strings.Contains(doc.Raw, "<img src=x") {
				t.Errorf("%s: %.20q became markup", path, name)
			}
		}
		for _, path := range []string{"/members", "/find"} {
			if doc := posted(t, k, path, url.Values{"q": {name}}); strings.Contains(doc.Raw, "<script>alert") || strings.Contains(doc.Raw, "<img src=x") {
				t.Errorf("POST %s: %.20q became markup", path, name)
			}
		}
	}
}

func TestEmptyCell(t *testing.T) {
	w, _ := newWorld(t)
	k := w.as(t, orgtest.Actor(access.RoleLead, w.Market))
	for path, want := range map[string]string{"/members": "0 đảng viên", "/admitted": "0 đảng viên mới kết nạp"} {
		if got := page(t, k, path).Tag("h1").Text(); got != want {
			t.Errorf("%s: %q", path, got)
		}
	}
}
