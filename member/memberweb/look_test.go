package memberweb_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/web/webtest"
	"chibo/member"
	"chibo/org"
	"chibo/org/orgtest"
)

// The list of a past day: who was there, with the standing of that day.
func TestListOfAPastDay(t *testing.T) {
	w, _ := newWorld(t)
	k := w.as(t, orgtest.Actor(access.RoleUpper, w.District))
	for day, want := range map[string][]string{
		"01/07/2019": {"Nguyễn Thị Hòa", "Đặng Quốc Hoàn"},
		"30/06/2019": {"Đặng Quốc Hoàn"},
		"01/01/2001": nil,
	} {
		doc := page(t, k, "/members?day="+day)
		got := names(doc)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("on %s: %v, want %v", day, got, want)
		}
		if banner := doc.ID("look").Text(); !strings.Contains(banner, day) || !doc.Link("Về hôm nay").OK() {
			t.Errorf("on %s: %s", day, banner)
		}
	}
	if text := page(t, k, "/members?day=01/07/2019").ID("list").Text(); !strings.Contains(text, "dự bị") || strings.Contains(text, "chính thức") {
		t.Errorf("standings of the day: %s", text)
	}
	if back := page(t, k, "/members?unit="+unit(w.Town)+"&day=01/07/2019").Link("Về hôm nay").Attr("href"); back != "/members?unit="+unit(w.Town) {
		t.Errorf("back to %s", back)
	}
	for _, day := range []string{"31/02/2001", "2001", "01/01/2100"} {
		if rw := get(k, "/members?day="+day); rw.Code != http.StatusUnprocessableEntity || !strings.Contains(rw.Body.String(), `id="e-day"`) {
			t.Errorf("%s: %d", day, rw.Code)
		}
	}
}

// A cell that has moved since: in the tree of the day its members stand under the unit
// of then, with the names of then; the unit that gave it away reads a number only.
func TestListAsReportedThen(t *testing.T) {
	w, _ := newWorld(t)
	move := civil.Of(2024, 7, 1)
	w.write(t, func(tx *db.Tx) error {
		change := org.Change{Set: w.Book.At(move, ""), Day: move}
		moved, err := org.Move(t.Context(), tx, change, w.Village2.ID, w.Town.ID, 0)
		for _, m := range moved {
			if err := member.Rehome(t.Context(), tx, m.Unit, m.From, m.To); err != nil {
				return err
			}
		}
		if err == nil {
			_, err = org.Rename(t.Context(), tx, change, w.Village2.ID, org.Naming{Name: "Chi bộ Sông La <b>"})
		}
		return err
	})
	office := w.as(t, orgtest.Actor(access.RoleUpper, w.District))
	address := "/members?day=01/01/2024&unit=" + unit(w.Commune)
	doc := page(t, office, address)
	if got := names(doc); !slices.Equal(got, []string{"Đặng Quốc Hoàn"}) {
		t.Errorf("as reported then: %v", got)
	}
	if text := doc.ID("list").Text(); !strings.Contains(text, "Chi bộ Thôn 2") || !strings.Contains(text, "Đảng bộ xã Yên Hồ") || strings.Contains(text, "Sông La") {
		t.Errorf("names of then: %s", text)
	}
	if got := names(page(t, office, address+"&tree=now")); len(got) != 0 {
		t.Errorf("by today's tree: %v", got)
	}
	now := page(t, office, "/members?day=01/01/2024&tree=now&unit="+unit(w.Town)).ID("list").Text()
	if !strings.Contains(now, "Đặng Quốc Hoàn") || !strings.Contains(now, "Sông La") {
		t.Errorf("by today's tree: %s", now)
	}
	commune := w.as(t, orgtest.Actor(access.RoleUpper, w.Commune))
	doc = page(t, commune, "/members?day=01/01/2024")
	if text := doc.Tag("main").Text(); len(names(doc)) != 0 || !strings.Contains(text, "1 đảng viên ở những chi bộ nay thuộc tổ chức khác") || strings.Contains(text, "Hoàn") {
		t.Errorf("who gave the cell away reads %s", text)
	}
	for typed, want := range map[string][]string{"hoan": {"Đặng Quốc Hoàn"}, "hoàn thôn 2": {"Đặng Quốc Hoàn"}, "hoàn sông la": nil} {
		rw := post(t, office, "/members?unit="+unit(w.Commune), url.Values{"q": {typed}, "day": {"01/01/2024"}})
		found := webtest.Doc(t, rw.Body.String())
		if got := names(found); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", typed, got, want)
		}
		if href := found.Link("Theo cây tổ chức hôm nay").Attr("href"); !strings.Contains(href, "unit="+unit(w.Commune)) || strings.Contains(href, "ho") {
			t.Errorf("the other tree leads to %s", href)
		}
	}
	if doc := page(t, office, "/members?day=01/01/2014"); !strings.Contains(doc.Tag("main").Text(), "chưa thành lập") {
		t.Error("a day before the founding")
	}
}
