package reorgweb_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"chibo/access"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/web"
	"chibo/internal/web/webtest"
	"chibo/member"
	"chibo/office"
	"chibo/org"
	"chibo/org/orgtest"
	"chibo/org/orgweb"
	"chibo/reorg"
	"chibo/reorg/reorgweb"
)

// texts stands for what other features' catalogues bring.
func texts() fstest.MapFS {
	return fstest.MapFS{"vi.json": {Data: []byte(`{"access.err.signed_out": "Cần đăng nhập.", "access.err.forbidden": "Không có quyền."}`)}}
}

// hostile is a name that would break a page that does not escape it.
const hostile = `Chi bộ <script>alert("x")</script> & "Thôn" {{.}} ` + "\u202e" + ` rất dài rất dài rất dài rất dài rất dài rất dài`

// world is a province with two communes, in the shape since 01/7/2025.
type world struct {
	d                *db.DB
	s                *reorg.Service
	top, a, b        org.Unit
	cells            []org.Unit // three of a, one of b
	members          []int64    // of the first cell
	keeper, stranger access.Actor
}

func newWorld(t *testing.T) *world {
	t.Helper()
	book := orgtest.Book(t)
	w := &world{d: dbtest.New(t)}
	w.s = &reorg.Service{
		DB: w.d, Book: book, Followers: []reorg.Follower{member.Follow(), office.Follow(book)},
		Rehome: func(ctx context.Context, tx *db.Tx, unit, from, to int64) error {
			for _, f := range []func(context.Context, *db.Tx, int64, int64, int64) error{office.Rehome, member.Rehome, figure.Rehome} {
				if err := f(ctx, tx, unit, from, to); err != nil {
					return err
				}
			}
			return nil
		},
	}
	day := civil.Of(2025, 7, 1)
	set := book.At(day, "")
	err := w.d.Write(t.Context(), func(tx *db.Tx) error {
		add := func(parent int64, kind, name string) org.Unit {
			u, err := org.Add(t.Context(), tx, org.NewUnit{Set: set, ParentID: parent, Kind: kind, Name: name, ValidFrom: day})
			if err != nil {
				t.Fatal(err)
			}
			return u
		}
		w.top = add(0, org.KindProvince, "Đảng bộ tỉnh Mẫu")
		w.a, w.b = add(w.top.ID, org.KindCommuneParty, "Đảng bộ xã An"), add(w.top.ID, org.KindCommuneParty, "Đảng bộ xã Bình")
		w.cells = []org.Unit{
			add(w.a.ID, org.KindCell, "Chi bộ Thôn 1"), add(w.a.ID, org.KindCell, "Chi bộ Thôn 2"), add(w.a.ID, org.KindCell, hostile),
			add(w.b.ID, org.KindCell, "Chi bộ Thôn 9"),
		}
		for _, c := range w.cells {
			for k := range 4 {
				name := fmt.Sprintf("Lê Thị %c", 'A'+k)
				p, err := member.AddPerson(t.Context(), tx, member.Person{Part: c.PartID, Name: name, Sex: "f"})
				if err != nil {
					return err
				}
				m, err := member.AddMembership(t.Context(), tx, member.Membership{Part: c.PartID, PersonID: p, CellID: c.ID, Name: name, From: day, OfficialOn: day, AdmittedOn: day})
				if err != nil {
					return err
				}
				if c.ID == w.cells[0].ID {
					w.members = append(w.members, m)
				}
			}
			if err := member.RefreshState(t.Context(), tx, c.PartID, c.ID, tx.Today()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	w.keeper = orgtest.Actor(access.RoleKeeper, w.top)
	w.stranger = orgtest.Actor(access.RoleUpper, w.top)
	return w
}

func (w *world) as(t *testing.T, who access.Actor) *web.Kit {
	t.Helper()
	k := webtest.Kit(t, web.Config{
		Clock: w.d.Clock(),
		Session: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				if who.AccountID != 0 {
					r = r.WithContext(access.With(r.Context(), who))
				}
				next.ServeHTTP(rw, r)
			})
		},
	}, reorgweb.Catalogue, orgweb.Catalogue, texts())
	if _, err := reorgweb.New(reorgweb.Config{Kit: k, Reorgs: w.s}); err != nil {
		t.Fatal(err)
	}
	return k
}

func page(t *testing.T, k *web.Kit, path string) *webtest.Document {
	t.Helper()
	doc := webtest.Get(t, k, path)
	webtest.A11y(t, doc)
	if text := doc.Text(); strings.Contains(text, "⟦") {
		t.Errorf("%s lacks a text: %s", path, text)
	}
	return doc
}

// post sends a form and gives the answer.
func post(t *testing.T, k *web.Kit, path string, values ...string) *httptest.ResponseRecorder {
	t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(values); i += 2 {
		form.Add(values[i], values[i+1])
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	rw := httptest.NewRecorder()
	k.ServeHTTP(rw, r)
	return rw
}

func id(n int64) string { return strconv.FormatInt(n, 10) }

// begin posts a new act and gives its address.
func begin(t *testing.T, k *web.Kit, w *world) string {
	t.Helper()
	rw := post(t, k, "/reorganisations", "title", "Sắp xếp các thôn", "root", id(w.top.ID))
	to := rw.Header().Get("Location")
	if rw.Code != http.StatusSeeOther || !strings.HasPrefix(to, "/reorganisations/") {
		t.Fatalf("%d %s", rw.Code, to)
	}
	rw = post(t, k, to, "title", "Sắp xếp các thôn", "basis_no", "12-QĐ/TU", "basis_day", "01/11/2026", "basis_by", "Ban Thường vụ", "day", "03/11/2026")
	if rw.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", rw.Code, rw.Body)
	}
	return to
}

func TestFields(t *testing.T) {
	reorgweb.CheckPages(t, newWorld(t).as(t, access.Actor{}))
}

// The whole way: put down, rehearse, carry out, take back, begin again.
func TestTheWholeWay(t *testing.T) {
	w := newWorld(t)
	k := w.as(t, w.keeper)
	page(t, k, "/reorganisations") // empty
	act := begin(t, k, w)
	for _, kind := range reorg.Kinds() {
		page(t, k, act+"/steps/new?kind="+kind)
		page(t, k, act+"/steps/new?kind="+kind+"&q=thon&in="+id(w.a.ID))
	}
	page(t, k, act+"/steps/new?kind=rename&unit="+id(w.cells[2].ID))
	page(t, k, act+"/steps/new?kind=assign&unit="+id(w.cells[0].ID))

	steps := func(values ...string) {
		t.Helper()
		if rw := post(t, k, act+"/steps", values...); rw.Code != http.StatusSeeOther {
			t.Fatalf("%v: %d %s", values, rw.Code, rw.Body)
		}
	}
	steps("kind", "found", "unit_kind", org.KindCell, "type", "residential", "name", "Chi bộ Thôn Mới", "to", id(w.b.ID))
	steps("kind", "merge", "units", id(w.cells[0].ID), "units", id(w.cells[1].ID), "to", id(w.cells[3].ID))
	steps("kind", "move", "units", id(w.cells[2].ID), "to", id(w.b.ID))
	steps("kind", "rename", "units", id(w.cells[2].ID), "name", hostile+" 2")

	doc := page(t, k, act)
	if n := len(doc.ID("steps").Class("agenda")); n != 1 || len(doc.ID("steps").Tag("ol").Tags("li")) != 4 {
		t.Errorf("%d lists", n)
	}
	if strings.Contains(webtest.Get(t, k, act).Text(), "<script>alert") && doc.Tag("main").Tag("script").OK() {
		t.Error("a name became a script")
	}
	doc = page(t, k, act+"/rehearsal")
	start := doc.Form(act + "/start")
	if !start.OK() || !strings.Contains(doc.Text(), "Có thể thực hiện") || !strings.Contains(doc.Text(), "Tổng số khớp") {
		t.Fatalf("cannot be carried out: %s", doc.Text())
	}
	version := start.Value("version")
	if rw := post(t, k, act+"/start", "version", "1"); rw.Code != http.StatusConflict {
		t.Errorf("an old version: %d", rw.Code)
	}
	if rw := post(t, k, act+"/start", "version", version); rw.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", rw.Code, rw.Body)
	}
	doc = page(t, k, act)
	if !doc.ID("running").OK() || !strings.Contains(doc.Text(), "0 %") {
		t.Errorf("no progress: %s", doc.Text())
	}
	if rw := post(t, k, act+"/start", "version", version); rw.Code != http.StatusConflict {
		t.Errorf("begun twice: %d", rw.Code)
	}
	if rw := post(t, k, act, "title", "Khác"); rw.Code != http.StatusConflict {
		t.Errorf("changed while it runs: %d", rw.Code)
	}
	w.finish(t, act)
	doc = page(t, k, act)
	if !strings.Contains(doc.Text(), "Đã thực hiện xong") || !strings.Contains(doc.Text(), "Tổng số khớp") {
		t.Errorf("not done: %s", doc.Text())
	}
	page(t, k, "/reorganisations")
	if doc = page(t, k, act+"/undo"); !doc.Form(act + "/undo").OK() {
		t.Fatalf("cannot be taken back: %s", doc.Text())
	}
	if rw := post(t, k, act+"/undo"); rw.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", rw.Code, rw.Body)
	}
	page(t, k, act)
	w.finish(t, act)
	if doc = page(t, k, act); !strings.Contains(doc.Text(), "Đúng như trước") {
		t.Errorf("not as before: %s", doc.Text())
	}
	rw := post(t, k, act+"/again")
	again := rw.Header().Get("Location")
	if rw.Code != http.StatusSeeOther || len(page(t, k, again).ID("steps").Tag("ol").Tags("li")) != 4 {
		t.Errorf("%d %s", rw.Code, again)
	}
	if rw := post(t, k, again+"/drop"); rw.Code != http.StatusSeeOther {
		t.Errorf("%d", rw.Code)
	}
}

// finish does what the job does.
func (w *world) finish(t *testing.T, act string) {
	t.Helper()
	n, err := strconv.ParseInt(strings.TrimPrefix(act, "/reorganisations/"), 10, 64)
	for more := true; err == nil && more; {
		more, err = w.s.Next(t.Context(), n)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Something that happened since stands on the page with its link, and nothing is
// taken back.
func TestUndoNamesWhatStandsInTheWay(t *testing.T) {
	w := newWorld(t)
	k := w.as(t, w.keeper)
	act := begin(t, k, w)
	post(t, k, act+"/steps", "kind", "move", "units", id(w.cells[0].ID), "to", id(w.b.ID))
	post(t, k, act+"/start", "version", page(t, k, act+"/rehearsal").Form(act+"/start").Value("version"))
	w.finish(t, act)
	err := w.d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := org.Rename(t.Context(), tx, org.Change{Set: w.s.Book.At(tx.Today(), ""), Day: tx.Today()}, w.cells[0].ID, org.Naming{Name: "Chi bộ Thôn Một"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	doc := page(t, k, act+"/undo")
	if doc.Form(act+"/undo").OK() || !doc.Link("Chi bộ Thôn Một đã thay đổi sau đó").OK() {
		t.Errorf("%s", doc.Text())
	}
	if rw := post(t, k, act+"/undo"); rw.Code != http.StatusConflict || !strings.Contains(rw.Body.String(), "đã thay đổi sau đó") {
		t.Errorf("%d %s", rw.Code, rw.Body)
	}
}

// What is wrong is said at its field, and everything typed comes back.
func TestMistakesComeBack(t *testing.T) {
	w := newWorld(t)
	k := w.as(t, w.keeper)
	act := begin(t, k, w)
	for _, c := range []struct {
		name, path, field, typed string
		values                   []string
	}{
		{"no title", "/reorganisations", "title", "", []string{"title", "  ", "root", id(w.top.ID)}},
		{"a day that is none", act, "day", "31/02/2026", []string{"title", "x", "day", "31/02/2026"}},
		{"no unit", act + "/steps", "units", "", []string{"kind", "move", "to", id(w.b.ID), "in", id(w.a.ID)}},
		{"a cell into a committee", act + "/steps", "to", "", []string{"kind", "merge", "units", id(w.cells[0].ID), "to", id(w.b.ID), "in", id(w.a.ID)}},
		{"under itself", act + "/steps", "to", "", []string{"kind", "move", "units", id(w.a.ID), "to", id(w.a.ID), "in", id(w.top.ID)}},
		{"a kind that may not stand there", act + "/steps", "kind", "Chi bộ lạc chỗ", []string{"kind", "found", "unit_kind", org.KindCell, "name", "Chi bộ lạc chỗ", "to", id(w.top.ID)}},
		{"nobody goes", act + "/steps", "members", "", []string{"kind", "assign", "units", id(w.cells[0].ID), "to", id(w.cells[1].ID), "unit", id(w.cells[0].ID)}},
		{"no number", act + "/steps", "to", "", []string{"kind", "move", "units", id(w.cells[0].ID), "to", "x", "in", id(w.a.ID)}},
	} {
		rw := post(t, k, c.path, c.values...)
		doc := webtest.Doc(t, rw.Body.String())
		if rw.Code != http.StatusUnprocessableEntity || !doc.ID("form-errors").Tag("a").OK() {
			t.Errorf("%s: %d %s", c.name, rw.Code, doc.Text())
		}
		if c.typed != "" && !strings.Contains(rw.Body.String(), c.typed) {
			t.Errorf("%s: what was typed is gone", c.name)
		}
	}
	for _, path := range []string{
		act + "/steps/new?kind=explode", act + "/steps/77", "/reorganisations/77", act + "/steps/new", "/reorganisations/x",
	} {
		rw := httptest.NewRecorder()
		k.ServeHTTP(rw, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		if rw.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, rw.Code)
		}
	}
	// A rehearsal of an act without steps and basis says so, with where to go.
	rw := post(t, k, "/reorganisations", "title", "Trống", "root", id(w.top.ID))
	doc := page(t, k, rw.Header().Get("Location")+"/rehearsal")
	for _, want := range []string{"Phương án chưa có việc nào.", "Chưa có ngày có hiệu lực.", "Chưa ghi đủ căn cứ"} {
		if !strings.Contains(doc.Text(), want) {
			t.Errorf("%q is missing in %s", want, doc.Text())
		}
	}
}

// Nobody but the keepers and administrators of the root sees any of it.
func TestOthersSeeNothing(t *testing.T) {
	w := newWorld(t)
	act := begin(t, w.as(t, w.keeper), w)
	for name, who := range map[string]access.Actor{
		"an officer": w.stranger, "a keeper elsewhere": orgtest.Actor(access.RoleKeeper, w.a), "a secretary": orgtest.Actor(access.RoleLead, w.cells[0]),
	} {
		k := w.as(t, who)
		for _, path := range []string{act, act + "/rehearsal", act + "/undo", act + "/steps/new?kind=move"} {
			rw := httptest.NewRecorder()
			k.ServeHTTP(rw, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
			if rw.Code != http.StatusForbidden {
				t.Errorf("%s at %s: %d", name, path, rw.Code)
			}
		}
		for _, path := range []string{act, act + "/steps", act + "/start", act + "/undo", act + "/drop", act + "/resume", act + "/again"} {
			if rw := post(t, k, path, "title", "x", "kind", "move", "units", id(w.cells[0].ID), "to", id(w.b.ID), "version", "1"); rw.Code != http.StatusForbidden {
				t.Errorf("%s posts to %s: %d", name, path, rw.Code)
			}
		}
	}
	k := w.as(t, access.Actor{})
	rw := httptest.NewRecorder()
	k.ServeHTTP(rw, httptest.NewRequestWithContext(t.Context(), http.MethodGet, act, nil))
	if rw.Code != http.StatusSeeOther || !strings.HasPrefix(rw.Header().Get("Location"), "/signin") {
		t.Errorf("signed out: %d", rw.Code)
	}
}
