package memberweb_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/web/webtest"
	"chibo/member"
	"chibo/org"
	"chibo/org/orgtest"
)

// hits gives the first words of each line found, and where it leads.
func hits(doc *webtest.Document) (lines []string, hrefs map[string]string) {
	hrefs = map[string]string{}
	for _, ul := range doc.ID("found").Class("hits") {
		for _, a := range ul.Tags("a") {
			name := a.Tag("b").Text()
			lines, hrefs[name] = append(lines, name), a.Attr("href")
		}
	}
	return lines, hrefs
}

func typed(text string) url.Values { return url.Values{"q": {text}} }

// Who finds whom, and where a hit leads: rows 3 and 82 of the field.
func TestFindByRole(t *testing.T) {
	w, people := newWorld(t)
	record := "/members/" + people["Nguyễn Thị Hòa"].Ref().String()
	cell := "/units/" + unit(w.HoaBinh)
	for _, c := range []struct {
		name, role string
		unit       org.Unit
		typed      string
		want       string
		leads      string // of the first hit
	}{
		{"an officer above", access.RoleUpper, w.District, "thi hoa nguyen", "Nguyễn Thị Hòa", record},
		{"an officer above, units", access.RoleUpper, w.District, "hoa binh", "Chi bộ Tổ dân phố Hòa Bình", cell},
		{"an officer above, both", access.RoleUpper, w.District, "hoa", "Nguyễn Thị Hòa, Đặng Quốc Hoàn, Chi bộ Tổ dân phố Hòa Bình", record},
		{"an officer of the commune", access.RoleUpper, w.Commune, "hoa", "Đặng Quốc Hoàn", ""},
		{"the lead", access.RoleLead, w.HoaBinh, "hoa", "Nguyễn Thị Hòa, Chi bộ Tổ dân phố Hòa Bình", record},
		{"the lead of another cell", access.RoleLead, w.Village2, "nguyen", "", ""},
		{"the committee opens nobody's record", access.RoleCommittee, w.HoaBinh, "hòa", "Nguyễn Thị Hòa, Chi bộ Tổ dân phố Hòa Bình", cell},
		{"the follower", access.RoleFollower, w.HoaBinh, "thi hoa", "Nguyễn Thị Hòa", cell},
		{"the organisation officer", access.RoleKeeper, w.Town, "khai hoa binh", "Lưu Đình Khải", ""},
		{"the administrator sees units only", access.RoleAdmin, w.District, "hoa", "Chi bộ Tổ dân phố Hòa Bình", cell},
		{"signs only", access.RoleUpper, w.District, "%_'", "", ""},
	} {
		k := w.as(t, orgtest.Actor(c.role, c.unit))
		page(t, k, "/find")
		doc := posted(t, k, "/find", typed(c.typed))
		lines, hrefs := hits(doc)
		if got := strings.Join(lines, ", "); got != c.want {
			t.Errorf("%s, %q: %s, want %s", c.name, c.typed, got, c.want)
		}
		if c.leads != "" && hrefs[lines[0]] != c.leads {
			t.Errorf("%s: the hit leads to %s, want %s", c.name, hrefs[lines[0]], c.leads)
		}
		if got := doc.Form("/find").Value("q"); got != c.typed {
			t.Errorf("%s: what was typed came back as %q", c.name, got)
		}
	}
	for _, who := range []access.Actor{orgtest.Actor(access.RoleMember, w.HoaBinh), {}} {
		if code := webtest.Post(t, w.as(t, who), "/find", typed("hoa")).Code; code != http.StatusForbidden && code != http.StatusUnauthorized {
			t.Errorf("%v: %d", who.Grants, code)
		}
	}
}

// Two places that do not lie in each other are both searched, and nothing else.
func TestFindInSeveralPlaces(t *testing.T) {
	w, _ := newWorld(t)
	who := orgtest.Actor(access.RoleLead, w.HoaBinh)
	who.Grants = append(who.Grants, access.Grant{Role: access.RoleFollower, OrgID: w.Village2.ID, Path: w.Village2.Path})
	lines, _ := hits(posted(t, w.as(t, who), "/find", typed("hoa")))
	if got := strings.Join(lines, ", "); got != "Nguyễn Thị Hòa, Đặng Quốc Hoàn, Chi bộ Tổ dân phố Hòa Bình" {
		t.Errorf("found %s", got)
	}
}

func TestFindAdvice(t *testing.T) {
	w, people := newWorld(t)
	m := people["Nguyễn Thị Hòa"]
	w.write(t, func(tx *db.Tx) error {
		return member.EndMembership(t.Context(), tx, m.Part, m.ID, civil.Of(2026, 10, 1), "transfer")
	})
	k := w.as(t, orgtest.Actor(access.RoleUpper, w.Town))
	doc := posted(t, k, "/find", typed("nguyen thi hoa"))
	if lines, _ := hits(doc); len(lines) != 0 || len(doc.ID("found").Class("advice")) != 1 || doc.ID("found").Attr("data-say") == "" {
		t.Errorf("no advice, or somebody who has left: %v", lines)
	}
	doc = posted(t, k, "/find", url.Values{"q": {"nguyen thi hoa"}, "left": {"true"}})
	if lines, _ := hits(doc); len(lines) != 1 || !strings.Contains(doc.ID("found").Text(), "đã rời từ 01/10/2026") {
		t.Errorf("who has left is not found on wish: %v", lines)
	}
	if empty := posted(t, k, "/find", typed("  ")); len(empty.ID("found").Class("empty")) != 0 || empty.ID("found").Attr("data-say") != "" {
		t.Error("nothing typed is told as nothing found")
	}
}

func (w *world) cardSearches(t *testing.T) (n int) {
	t.Helper()
	err := w.db.Read(t.Context(), func(q db.Q) error {
		return q.QueryRow(t.Context(), `SELECT COUNT(*) FROM read_log WHERE what = $1`, audit.ReadFindCard).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A card is looked for when the button is pressed, not while its digits are typed.
func TestFindCard(t *testing.T) {
	w, people := newWorld(t)
	m := people["Nguyễn Thị Hòa"]
	w.write(t, func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE person SET card = '048001234567' WHERE part_id = $1 AND id = $2`, m.Part, m.PersonID)
		return err
	})
	k := w.as(t, orgtest.Actor(access.RoleLead, w.HoaBinh))
	live := posted(t, k, "/find", url.Values{"q": {"234567"}, "live": {"true"}})
	if lines, _ := hits(live); len(lines) != 0 || w.cardSearches(t) != 0 || !strings.Contains(live.ID("found").Text(), "bấm Tìm") {
		t.Errorf("looked for while typed: %v", lines)
	}
	doc := posted(t, k, "/find", typed("048 001 234 567"))
	if lines, _ := hits(doc); len(lines) != 1 || w.cardSearches(t) != 1 || !strings.Contains(doc.ID("found").Text(), "được ghi vào nhật ký") {
		t.Errorf("found %v, %d noted", lines, w.cardSearches(t))
	}
	if lines, _ := hits(posted(t, k, "/find", typed("048001"))); len(lines) != 0 {
		t.Errorf("found by the beginning: %v", lines)
	}
	before := w.cardSearches(t)
	committee := w.as(t, orgtest.Actor(access.RoleCommittee, w.HoaBinh))
	if lines, _ := hits(posted(t, committee, "/find", typed("234567"))); len(lines) != 0 || w.cardSearches(t) != before {
		t.Errorf("who may open no record found %v", lines)
	}
	for range 40 {
		if rec := webtest.Post(t, k, "/find", typed("234567")); rec.Code != http.StatusOK {
			doc := webtest.Doc(t, rec.Body.String())
			webtest.A11y(t, doc)
			if rec.Code != http.StatusUnprocessableEntity || !doc.ID("e-q").OK() || doc.Form("/find").Value("q") != "234567" {
				t.Errorf("refused with %d, error at the field %v", rec.Code, doc.ID("e-q").OK())
			}
			return
		}
	}
	t.Error("searches by card have no end")
}

// A search by name is one line of the reading log, however many letters were typed, with
// how many members were shown and not what was looked for.
func TestSearchIsNoted(t *testing.T) {
	w, _ := newWorld(t)
	k := w.as(t, orgtest.Actor(access.RoleUpper, w.Town))
	type line struct {
		what, reason string
		rows         int
		org          int64
	}
	lines := func() (out []line) {
		t.Helper()
		err := w.db.Read(t.Context(), func(q db.Q) (err error) {
			out, err = db.List(t.Context(), q, func(s db.Scanner) (l line, err error) {
				return l, s.Scan(&l.what, &l.reason, &l.rows, &l.org)
			}, `SELECT what, reason, rows, org_id FROM read_log ORDER BY id`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	want := func(when string, all ...line) {
		t.Helper()
		if got := lines(); !slices.Equal(got, all) {
			t.Errorf("%s: %+v, want %+v", when, got, all)
		}
	}
	live := func(text string) { posted(t, k, "/find", url.Values{"q": {text}, "live": {"true"}}) }
	live("xyz")
	want("nobody found")
	live("h")
	live("ho")
	want("while typing", line{audit.ReadFindTyping, "", 2, w.Town.ID})
	posted(t, k, "/find", typed("hòa"))
	first := line{audit.ReadFindName, "", 2, w.Town.ID}
	want("the search", first)
	posted(t, k, "/find", typed("khai"))
	want("another", first, line{audit.ReadFindName, "", 1, w.Town.ID})
}
