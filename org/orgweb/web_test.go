package orgweb_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"chibo/access"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/web"
	"chibo/internal/web/webtest"
	"chibo/member"
	"chibo/office"
	"chibo/org"
	"chibo/org/orgtest"
	"chibo/org/orgweb"
)

func today() civil.Date { return civil.Of(2026, 11, 22) }

// texts stands for what other features' catalogues bring.
func texts() fstest.MapFS {
	return fstest.MapFS{"vi.json": {Data: []byte(`{"access.err.signed_out": "Cần đăng nhập.", "access.err.forbidden": "Không có quyền."}`)}}
}

// world is the district of orgtest with people and months in the cell Hòa Bình.
type world struct {
	orgtest.Tree
	db *db.DB
}

func newWorld(t *testing.T) *world {
	t.Helper()
	d := dbtest.New(t)
	w := &world{Tree: orgtest.District(t, d), db: d}
	cell := w.HoaBinh
	w.write(t, func(tx *db.Tx) error {
		ctx := t.Context()
		var first int64
		for i, name := range []string{"Lưu Đình Khải", "Kiều Thị Hạnh", "Thái Hữu Thụ", "Nguyễn Thị Hòa"} {
			person, err := member.AddPerson(ctx, tx, member.Person{Part: cell.PartID, Name: name, Sex: "f", Phone: "0912345678"})
			if err != nil {
				return err
			}
			m := member.Membership{Part: cell.PartID, PersonID: person, CellID: cell.ID, Name: name, From: civil.Of(2018, 1, 1)}
			if i < 3 {
				m.OfficialOn = civil.Of(2012, 1, 1)
			}
			if m.ID, err = member.AddMembership(ctx, tx, m); err != nil {
				return err
			}
			if i == 0 {
				first = m.ID
				_, err = office.Appoint(ctx, tx, office.NewOffice{Unit: cell, PersonID: person, MembershipID: first, Name: name, Title: office.Secretary, From: civil.Of(2025, 5, 20)})
			}
			if i == 2 {
				_, err = member.AddSpell(ctx, tx, member.Spell{Part: cell.PartID, MembershipID: m.ID, Kind: member.SpellExempt, From: civil.Of(2026, 1, 1)})
			}
			if err != nil {
				return err
			}
		}
		_, err := office.AddTerm(ctx, tx, office.Term{Part: cell.PartID, OrgID: cell.ID, Name: "2025-2030", From: civil.Of(2025, 5, 20)})
		if err != nil {
			return err
		}
		if err := member.RefreshState(ctx, tx, cell.PartID, cell.ID, today()); err != nil {
			return err
		}
		for _, month := range []civil.Month{202610, 202611} {
			k := figure.Key{Part: cell.PartID, Month: month, CellID: cell.ID}
			if err := figure.PutMeeting(ctx, tx, k, figure.Held{MetDay: month.First().AddDays(2), Due: 3, Present: 2, Minutes: 90}); err != nil {
				return err
			}
			if month == 202611 {
				continue
			}
			if err := figure.PutScore(ctx, tx, k, 886, figure.GradeFair); err != nil {
				return err
			}
			if err := figure.PutSent(ctx, tx, k, civil.Of(2026, 10, 12), 4); err != nil {
				return err
			}
		}
		return nil
	})
	return w
}

func (w *world) write(t *testing.T, fn func(tx *db.Tx) error) {
	t.Helper()
	if err := w.db.Write(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// as makes a kit in which everybody is who.
func (w *world) as(t *testing.T, who access.Actor) *web.Kit {
	t.Helper()
	clk := clock.Fixed(today().Time(8, 0))
	k := webtest.Kit(t, web.Config{
		Clock: clk,
		Session: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				if who.AccountID != 0 {
					r = r.WithContext(access.With(r.Context(), who))
				}
				next.ServeHTTP(rw, r)
			})
		},
	}, orgweb.Catalogue, texts())
	if _, err := orgweb.New(orgweb.Config{Kit: k, DB: w.db, Book: w.Book, Units: &org.Service{DB: w.db, Book: w.Book}, Clock: clk}); err != nil {
		t.Fatal(err)
	}
	return k
}

func code(k *web.Kit, path string) int {
	rw := httptest.NewRecorder()
	k.ServeHTTP(rw, httptest.NewRequest(http.MethodGet, path, nil))
	return rw.Code
}

func page(t *testing.T, k *web.Kit, path string) *webtest.Document {
	t.Helper()
	doc := webtest.Get(t, k, path)
	webtest.A11y(t, doc)
	return doc
}

func rows(doc *webtest.Document, id string) []webtest.Element {
	return doc.ID(id).Tag("tbody").Tags("tr")
}

func unitPath(u org.Unit) string { return "/units/" + strconv.FormatInt(u.ID, 10) }

func TestTemplates(t *testing.T) {
	orgweb.CheckPages(t, newWorld(t).as(t, access.Actor{}))
}

func TestUnitsByRole(t *testing.T) {
	w := newWorld(t)
	doc := page(t, w.as(t, orgtest.Actor(access.RoleUpper, w.District)), "/units")
	if got := doc.Tag("h1").Text(); got != "3 tổ chức cơ sở đảng" {
		t.Errorf("h1 %q", got)
	}
	list := rows(doc, "units")
	if len(list) != 3 {
		t.Fatalf("%d rows", len(list))
	}
	for _, want := range []string{"Đảng bộ thị trấn Đức Thọ", "Đảng bộ cơ sở", "1/2", "66,7 %"} {
		if !strings.Contains(list[0].Text(), want) {
			t.Errorf("the town's row lacks %q: %s", want, list[0].Text())
		}
	}
	if !doc.With("href", "/members?unit="+strconv.FormatInt(w.District.ID, 10)).OK() {
		t.Error("an officer has no way to the members")
	}
	doc = page(t, w.as(t, orgtest.Actor(access.RoleAdmin, w.District)), "/units")
	if len(rows(doc, "units")) != 3 || strings.Contains(doc.Raw, "/members") {
		t.Error("the administrator sees all units and no way to members")
	}
	doc = page(t, w.as(t, orgtest.Actor(access.RoleUpper, w.Town)), "/units")
	if got := doc.Tag("h1").Text(); got != "1 tổ chức cơ sở đảng" {
		t.Errorf("the town's officer: %q", got)
	}
	doc = page(t, w.as(t, orgtest.Actor(access.RoleLead, w.HoaBinh)), "/units")
	if !doc.With("href", unitPath(w.HoaBinh)).OK() || doc.ID("units").OK() {
		t.Error("a cell's lead is shown the way to the own cell")
	}
}

// In the shape of communes the organisations of a commune lie in one part.
func TestUnitsUnderACommune(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	set := w.Book.At(today(), "")
	var commune org.Unit
	d := dbtest.New(t)
	err := d.Write(ctx, func(tx *db.Tx) (err error) {
		if commune, err = org.Add(ctx, tx, org.NewUnit{Set: set, Kind: org.KindCommuneParty, Name: "Đảng bộ xã Đức Thọ"}); err != nil {
			return err
		}
		for i := range 2 {
			u, err := org.Add(ctx, tx, org.NewUnit{Set: set, ParentID: commune.ID, Kind: org.KindGrassrootsParty, Name: fmt.Sprintf("Đảng bộ cơ sở %d", i), Seq: i})
			if err != nil {
				return err
			}
			cell, err := org.Add(ctx, tx, org.NewUnit{Set: set, ParentID: u.ID, Kind: org.KindCell, Name: "Chi bộ"})
			if err != nil {
				return err
			}
			if err := figure.PutState(ctx, tx, cell.PartID, cell.ID, figure.State{Cells: 1, Members: 10 + i, Officials: 10 + i}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	c := &world{Tree: orgtest.Tree{Book: w.Book}, db: d}
	c.write(t, func(tx *db.Tx) error { // rules.md 1.07: one led directly
		_, err := org.Add(ctx, tx, org.NewUnit{Set: set, ParentID: commune.ID, Kind: org.KindCell, Name: "Chi bộ Trạm Y tế"})
		return err
	})
	own := page(t, c.as(t, orgtest.Actor(access.RoleUpper, commune)), unitPath(commune))
	if len(rows(own, "units")) != 2 || len(rows(own, "cells")) != 1 || !strings.Contains(own.ID("cells").Text(), "Trạm Y tế") {
		t.Error("a commune's page shows its organisations and the cells it leads directly")
	}
	list := rows(page(t, c.as(t, orgtest.Actor(access.RoleUpper, commune)), "/units"), "units")
	if len(list) != 2 || !strings.Contains(list[0].Text(), "10") || !strings.Contains(list[1].Text(), "11") {
		t.Errorf("%d rows", len(list))
	}
}

func TestCells(t *testing.T) {
	w := newWorld(t)
	k := w.as(t, orgtest.Actor(access.RoleUpper, w.District))
	doc := page(t, k, "/cells")
	if got := doc.Tag("h1").Text(); got != "4 chi bộ trực thuộc" {
		t.Errorf("h1 %q", got)
	}
	for path, want := range map[string]int{
		"/cells": 4, "/cells?q=hoa+binh": 1, "/cells?q=Hòa+Bình": 1, "/cells?kind=grassroots_cell": 1,
		"/cells?unit=" + strconv.FormatInt(w.Commune.ID, 10): 2, "/cells?q=kh%C3%B4ng+c%C3%B3": 0,
	} {
		doc := page(t, k, path)
		if got := len(rows(doc, "cells")); got != want {
			t.Errorf("%s: %d rows, want %d", path, got, want)
		}
	}
	row := rows(page(t, k, "/cells?q=hoa+binh"), "cells")[0].Text()
	for _, want := range []string{"Thị trấn", "Đã họp 03/11/2026", "88,6", "Khá", "4"} {
		if !strings.Contains(strings.ToLower(row), strings.ToLower(want)) {
			t.Errorf("the row lacks %q: %s", want, row)
		}
	}
	if got := doc.Form("/cells").Value("q"); got != "" {
		t.Errorf("search %q without one", got)
	}
	if got := page(t, k, "/cells?q=hoa+binh").Form("/cells").Value("q"); got != "hoa binh" {
		t.Errorf("the search is not kept: %q", got)
	}
}

func TestCellsPages(t *testing.T) {
	w := newWorld(t)
	const more = 2*orgweb.PageRows + 3
	w.write(t, func(tx *db.Tx) error {
		for i := range more {
			_, err := org.Add(t.Context(), tx, org.NewUnit{Set: w.Book.At(orgtest.Founded(), ""), ParentID: w.Commune.ID, Kind: org.KindCell, Name: fmt.Sprintf("Chi bộ Xóm %03d", i), Seq: i % 7})
			if err != nil {
				return err
			}
		}
		return nil
	})
	k := w.as(t, orgtest.Actor(access.RoleUpper, w.District))
	seen, pages := map[string]bool{}, 0
	for path := "/cells?q=xom"; path != ""; pages++ {
		doc := page(t, k, path)
		for _, r := range rows(doc, "cells") {
			name := r.Tag("th").Text()
			if seen[name] {
				t.Errorf("%s stands on two pages", name)
			}
			seen[name] = true
		}
		path = doc.With("rel", "next").Attr("href")
	}
	if len(seen) != more || pages != 3 {
		t.Errorf("%d cells on %d pages, want %d on 3", len(seen), pages, more)
	}
}

func TestSeveralPlaces(t *testing.T) {
	w := newWorld(t)
	who := orgtest.Actor(access.RoleFollower, w.HoaBinh)
	who.Grants = append(who.Grants, orgtest.Actor(access.RoleFollower, w.Village2).Grants...)
	k := w.as(t, who)
	doc := page(t, k, "/cells")
	if len(rows(doc, "cells")) != 1 || len(doc.ID("f-unit").Tags("option")) != 2 {
		t.Error("a follower of two cells chooses between them")
	}
	doc = page(t, k, "/cells?unit="+strconv.FormatInt(w.Village2.ID, 10))
	if !strings.Contains(doc.Tag("tbody").Text(), "Chi bộ Thôn 2") {
		t.Error("the other cell is not shown")
	}
}

func TestCellPage(t *testing.T) {
	w := newWorld(t)
	doc := page(t, w.as(t, orgtest.Actor(access.RoleLead, w.HoaBinh)), unitPath(w.HoaBinh))
	text := doc.Tag("main").Text()
	for _, want := range []string{"Bí thư chi bộ", "Lưu Đình Khải", "2025-2030", "60 tháng", "294-QĐ/TW", "Được miễn công tác", "muộn 4 ngày", "88,6"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if n := len(rows(doc, "months")); n != 12 {
		t.Errorf("%d months", n)
	}
	sum := 0
	for _, r := range rows(doc, "standings") {
		n, _ := strconv.Atoi(r.Tag("td").Text())
		sum += n
	}
	if sum != 4 {
		t.Errorf("the standings add up to %d, not to the cell's 4 members", sum)
	}
	id := strconv.FormatInt(w.HoaBinh.ID, 10)
	for _, href := range []string{"/cells/" + id + "/meetings", "/cells/" + id + "/tasks", "/members?cell=" + id} {
		if !doc.With("href", href).OK() {
			t.Errorf("no way to %s", href)
		}
	}
	if doc.With("href", unitPath(w.Town)).OK() {
		t.Error("a link to a unit the lead may not see")
	}
}

// rules.md 1.18: fewer than three official members.
func TestSizeNotice(t *testing.T) {
	w := newWorld(t)
	k := w.as(t, orgtest.Actor(access.RoleUpper, w.District))
	if text := page(t, k, unitPath(w.Village2)).Tag("main").Text(); !strings.Contains(text, "không đủ để họp và biểu quyết") || !strings.Contains(text, "theo ") {
		t.Error("an empty cell goes without its notice and rule")
	}
	if text := page(t, k, unitPath(w.HoaBinh)).Tag("main").Text(); strings.Contains(text, "không đủ để họp") {
		t.Error("a cell of three official members is called too small")
	}
}

func TestUnitsAbove(t *testing.T) {
	w := newWorld(t)
	k := w.as(t, orgtest.Actor(access.RoleUpper, w.District))
	if got := len(rows(page(t, k, unitPath(w.District)), "units")); got != 3 {
		t.Errorf("%d organisations on the district's page", got)
	}
	doc := page(t, k, unitPath(w.Town))
	if got := len(rows(doc, "cells")); got != 2 { // one in the section
		t.Errorf("%d cells on the town's page", got)
	}
	if !doc.With("href", unitPath(w.District)).OK() {
		t.Error("no way up")
	}
	if got := len(rows(page(t, k, unitPath(w.Section)), "cells")); got != 1 {
		t.Errorf("%d cells on the section's page", got)
	}
}

func TestMemberSeesNoFigures(t *testing.T) {
	w := newWorld(t)
	doc := page(t, w.as(t, orgtest.Actor(access.RoleMember, w.HoaBinh)), unitPath(w.HoaBinh))
	if doc.ID("months").OK() || doc.ID("standings").OK() || strings.Contains(doc.Raw, "/members") || !strings.Contains(doc.Raw, "Lưu Đình Khải") {
		t.Error("a member sees who is in office, and no figures")
	}
}

func TestRefused(t *testing.T) {
	w := newWorld(t)
	stranger := orgtest.Actor(access.RoleMember, w.Village2)
	for _, c := range []struct {
		who  access.Actor
		path string
		want int
	}{
		{access.Actor{}, "/units", 303},
		{access.Actor{}, unitPath(w.HoaBinh), 303},
		{stranger, "/units", 403},
		{stranger, "/cells", 403},
		{stranger, unitPath(w.HoaBinh), 403},
		{stranger, unitPath(w.District), 403},
		{orgtest.Actor(access.RoleLead, w.HoaBinh), "/cells?unit=" + strconv.FormatInt(w.Village2.ID, 10), 403},
		{orgtest.Actor(access.RoleUpper, w.District), "/units/7", 404},
		{orgtest.Actor(access.RoleUpper, w.District), "/units/x", 404},
		{orgtest.Actor(access.RoleUpper, w.District), "/cells?unit=x", 404},
		{orgtest.Actor(access.RoleUpper, w.District), "/cells?kind=district", 404},
		{orgtest.Actor(access.RoleUpper, w.District), "/cells?after=%27", 404},
		{orgtest.Actor(access.RoleUpper, w.District), "/cells?seen=-9&after=1.1.1.1.1.1", 200},
	} {
		if got := code(w.as(t, c.who), c.path); got != c.want {
			t.Errorf("%s for %v: %d, want %d", c.path, c.who.Grants, got, c.want)
		}
	}
}

func TestHostileText(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{`<script>alert(1)</script>"><img src=x onerror=alert(1)>`, strings.Repeat("dài ", 1250), "\u202eđảo", "{{.Unit}}"} {
		var u org.Unit
		w.write(t, func(tx *db.Tx) (err error) {
			u, err = org.Add(t.Context(), tx, org.NewUnit{Set: w.Book.At(orgtest.Founded(), ""), ParentID: w.Commune.ID, Kind: org.KindCell, Name: name, Hall: name})
			return err
		})
		k := w.as(t, orgtest.Actor(access.RoleUpper, w.District))
		for _, path := range []string{unitPath(u), "/cells?unit=" + strconv.FormatInt(u.ID, 10), unitPath(w.Commune), "/cells?q=%3Cscript%3Ealert"} {
			if doc := page(t, k, path); strings.Contains(doc.Raw, "<script>alert") || strings.Contains(doc.Raw, "<img src=x") {
				t.Errorf("%s: %.20q became markup", path, name)
			}
		}
	}
}
