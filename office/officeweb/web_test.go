package officeweb_test

import (
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
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/internal/web/webtest"
	"chibo/member"
	"chibo/office"
	"chibo/office/officeweb"
	"chibo/org"
	"chibo/org/orgtest"
)

// texts stands for what other features' catalogues bring.
func texts() fstest.MapFS {
	return fstest.MapFS{"vi.json": {Data: []byte(`{"access.err.signed_out": "Cần đăng nhập.", "access.err.forbidden": "Không có quyền.", "org.err.not_found": "Không có đơn vị."}`)}}
}

// world is the district of orgtest with ten official members in the cell Hòa Bình.
type world struct {
	orgtest.Tree
	db  *db.DB
	svc *office.Service
	in  []member.Membership
}

func newWorld(t *testing.T) *world {
	t.Helper()
	d := dbtest.New(t)
	w := &world{Tree: orgtest.District(t, d), db: d}
	w.svc = &office.Service{DB: d, Book: w.Book}
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		var b member.Batch
		for i := range 10 {
			p := member.Person{Part: w.HoaBinh.PartID, ID: tx.ID(), Name: fmt.Sprintf("Nguyễn Thị %c <b>", 'A'+rune(i)), Sex: "f"}
			b.Persons = append(b.Persons, p)
			b.Memberships = append(b.Memberships, member.Membership{
				Part: p.Part, ID: tx.ID(), PersonID: p.ID, CellID: w.HoaBinh.ID, Name: p.Name, From: civil.Of(2015, 1, 1), OfficialOn: civil.Of(2010, 1, 1),
			})
		}
		w.in = b.Memberships
		return member.AddAll(t.Context(), tx, b)
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) today() civil.Date { return civil.From(w.db.Clock().Now()) }

// as makes a kit in which everybody is who.
func (w *world) as(t *testing.T, who access.Actor) *web.Kit {
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
	}, officeweb.Catalogue, texts())
	if _, err := officeweb.New(officeweb.Config{Kit: k, Offices: w.svc}); err != nil {
		t.Fatal(err)
	}
	return k
}

func offices(u org.Unit, more string) string { return fmt.Sprintf("/units/%d/offices%s", u.ID, more) }

func (w *world) id(i int) string { return fmt.Sprint(w.in[i].ID) }

func TestTemplates(t *testing.T) {
	officeweb.CheckPages(t, newWorld(t).as(t, access.Actor{}))
}

// Each page for each role: who may record finds the form, who may read the list, and
// nobody else anything.
func TestPagesByRole(t *testing.T) {
	w := newWorld(t)
	pages := []string{"", "/elect", "/appoint", "/give", "/term"}
	for _, c := range []struct {
		name string
		who  access.Actor
		unit org.Unit
		want string // status of each page
	}{
		{"nobody", access.Actor{}, w.HoaBinh, "303 303 303 303 303"},
		{"member", orgtest.Actor(access.RoleMember, w.HoaBinh), w.HoaBinh, "200 403 403 403 403"},
		{"committee", orgtest.Actor(access.RoleCommittee, w.HoaBinh), w.HoaBinh, "200 403 403 403 403"},
		{"lead", orgtest.Actor(access.RoleLead, w.HoaBinh), w.HoaBinh, "200 200 403 403 200"},
		{"lead of another cell", orgtest.Actor(access.RoleLead, w.Market), w.HoaBinh, "403 403 403 403 403"},
		{"officer above", orgtest.Actor(access.RoleUpper, w.Town), w.HoaBinh, "200 200 200 200 200"},
		{"officer beside", orgtest.Actor(access.RoleUpper, w.Commune), w.HoaBinh, "403 403 403 403 403"},
		{"keeper", orgtest.Actor(access.RoleKeeper, w.District), w.Town, "200 404 404 200 200"},
		{"administrator", orgtest.Actor(access.RoleAdmin, w.District), w.Town, "200 404 404 403 200"},
	} {
		k := w.as(t, c.who)
		var got []string
		for _, p := range pages {
			rw := httptest.NewRecorder()
			k.ServeHTTP(rw, httptest.NewRequest(http.MethodGet, offices(c.unit, p), nil))
			got = append(got, fmt.Sprint(rw.Code))
			if rw.Code == http.StatusOK {
				webtest.A11y(t, webtest.Doc(t, rw.Body.String()))
			}
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: %s, want %s", c.name, s, c.want)
		}
	}
}

func TestElectionRecorded(t *testing.T) {
	w := newWorld(t)
	k := w.as(t, orgtest.Actor(access.RoleLead, w.HoaBinh))
	post := func(form url.Values) *httptest.ResponseRecorder {
		return webtest.Post(t, k, offices(w.HoaBinh, "/elect"), form)
	}
	day := w.today().Vi()
	rw := post(url.Values{"day": {day}, "secretary": {w.id(0)}})
	doc := webtest.Doc(t, rw.Body.String())
	if rw.Code != http.StatusUnprocessableEntity || !strings.Contains(doc.Raw, "phải bầu chi ủy") {
		t.Errorf("ten official members without a committee: %d", rw.Code)
	}
	if doc.Value("day") != day || doc.Value("secretary") != w.id(0) {
		t.Error("what was chosen is lost")
	}
	if rw := post(url.Values{"day": {"31/02/2026"}, "secretary": {w.id(0)}}); rw.Code != http.StatusUnprocessableEntity || !strings.Contains(rw.Body.String(), "31/02/2026") {
		t.Errorf("a day that does not exist: %d", rw.Code)
	}
	rw = post(url.Values{"day": {day}, "secretary": {w.id(0)}, "deputy": {w.id(1)}, "committee": {w.id(2), w.id(0)}})
	if rw.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", rw.Code, rw.Body)
	}
	doc = webtest.Get(t, k, offices(w.HoaBinh, ""))
	rows := doc.ID("held").Tag("tbody").Tags("tr")
	if len(rows) != 3 || !strings.Contains(rows[0].Text(), "Bí thư chi bộ") || !strings.Contains(rows[0].Text(), "Nguyễn Thị A <b>") {
		t.Errorf("held: %d rows", len(rows))
	}
	if !strings.Contains(doc.ID("notices").Text(), "nhiệm kỳ") {
		t.Error("a missing term is not told")
	}
}

func TestPostGivenFromASearch(t *testing.T) {
	w := newWorld(t)
	k := w.as(t, orgtest.Actor(access.RoleKeeper, w.Town))
	day := w.today().Vi()
	form := url.Values{"day": {day}, "title": {office.Secretary}, "how": {office.Elected}, "search": {"nguyen thi c"}, "find": {"true"}}
	doc := webtest.Doc(t, webtest.Post(t, k, offices(w.Town, "/give"), form).Body.String())
	ref := w.in[2].Ref().String()
	if !doc.With("value", ref).OK() || doc.With("value", w.in[3].Ref().String()).OK() {
		t.Fatal("the search does not offer whom it names")
	}
	form.Del("find")
	rw := webtest.Post(t, k, offices(w.Town, "/give"), form)
	if rw.Code != http.StatusUnprocessableEntity || webtest.Doc(t, rw.Body.String()).Value("search") != "nguyen thi c" {
		t.Errorf("nobody chosen: %d, and the name is kept", rw.Code)
	}
	form.Set("member", ref)
	if rw := webtest.Post(t, k, offices(w.Town, "/give"), form); rw.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", rw.Code, rw.Body)
	}
	form.Set("member", w.in[3].Ref().String())
	rw = webtest.Post(t, k, offices(w.Town, "/give"), form)
	if doc = webtest.Doc(t, rw.Body.String()); rw.Code != http.StatusUnprocessableEntity || !doc.ID("f-replace").OK() {
		t.Errorf("a second secretary is refused with the way to replace: %d", rw.Code)
	}
	form.Set("replace", "true")
	if rw := webtest.Post(t, k, offices(w.Town, "/give"), form); rw.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", rw.Code, rw.Body)
	}
	doc = webtest.Get(t, k, offices(w.Town, ""))
	if !strings.Contains(doc.ID("past").Text(), "Nguyễn Thị C") && !strings.Contains(doc.ID("held").Text(), "Nguyễn Thị D") {
		t.Error("the one before is not among the past")
	}
	follow := webtest.Get(t, k, offices(w.HoaBinh, "/give"))
	if !follow.With("value", w.in[3].Ref().String()).OK() {
		t.Error("the town's secretary is not offered to follow a cell")
	}
}

func TestEndAndTerm(t *testing.T) {
	w := newWorld(t)
	keeper := orgtest.Actor(access.RoleKeeper, w.Town)
	ref, err := w.svc.Give(t.Context(), keeper, office.GiveIn{OrgID: w.Town.ID, Title: office.Secretary, Member: w.in[0].Ref(), Day: w.today().AddDays(-5)})
	if err != nil {
		t.Fatal(err)
	}
	k := w.as(t, keeper)
	end := "/offices/" + ref.String() + "/end"
	if rw := webtest.Post(t, k, end, url.Values{"day": {w.today().AddDays(-9).Vi()}}); rw.Code != http.StatusUnprocessableEntity {
		t.Errorf("an end before the beginning: %d", rw.Code)
	}
	if rw := webtest.Post(t, k, end, url.Values{"day": {w.today().Vi()}}); rw.Code != http.StatusSeeOther {
		t.Errorf("end: %d", rw.Code)
	}
	if rw := webtest.Post(t, k, end, url.Values{"day": {w.today().Vi()}}); rw.Code != http.StatusConflict {
		t.Errorf("end again: %d", rw.Code)
	}
	gone := "/offices/" + ident.Ref{Part: w.Town.ID, ID: 9}.String() + "/end"
	rw := httptest.NewRecorder()
	if k.ServeHTTP(rw, httptest.NewRequest(http.MethodGet, gone, nil)); rw.Code != http.StatusNotFound {
		t.Errorf("unknown post: %d", rw.Code)
	}
	term := offices(w.Town, "/term")
	if rw := webtest.Post(t, k, term, url.Values{"name": {strings.Repeat("ễ", 200)}, "day": {w.today().Vi()}}); rw.Code != http.StatusUnprocessableEntity {
		t.Errorf("a long name: %d", rw.Code)
	}
	if rw := webtest.Post(t, k, term, url.Values{"name": {"2025-2030"}, "day": {w.today().Vi()}}); rw.Code != http.StatusSeeOther {
		t.Errorf("term: %d", rw.Code)
	}
	if doc := webtest.Get(t, k, offices(w.Town, "")); !strings.Contains(doc.ID("terms").Text(), "2025-2030") {
		t.Error("the term is not shown")
	}
}
