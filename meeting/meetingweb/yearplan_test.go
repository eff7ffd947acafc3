package meetingweb_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"chibo/access"
	"chibo/internal/web/webtest"
)

func TestYearByRole(t *testing.T) {
	w := newWorld(t)
	path := fmt.Sprintf("/cells/%d/year", w.cell.ID)
	for name, c := range map[string]struct {
		who           access.Actor
		code          int
		theme, series bool
	}{
		"secretary": {w.who(secretary), 200, true, true},
		"committee": {w.who(committee), 200, true, false},
		"member":    {w.who(member1), 200, false, false},
		"upper":     {w.upper(), 200, false, false},
		"stranger":  {w.stranger(), 403, false, false},
	} {
		k := w.as(c.who)
		if got := status(k, path); got != c.code {
			t.Errorf("%s: %d, want %d", name, got, c.code)
			continue
		}
		if c.code != 200 {
			continue
		}
		doc := page(t, k, path)
		if doc.ID("theme").OK() != c.theme || doc.ID("series").OK() != c.series || len(doc.ID("months").Tag("tbody").Tags("tr")) != 12 {
			t.Errorf("%s: forms %v %v", name, doc.ID("theme").OK(), doc.ID("series").OK())
		}
	}
}

// The fixed day and a theme are set, and the form of the next meeting has both.
func TestYearLeadsToTheMeeting(t *testing.T) {
	w := newWorld(t)
	k := w.as(w.who(secretary))
	path := fmt.Sprintf("/cells/%d/year", w.cell.ID)
	rw := webtest.Post(t, k, path+"/series", url.Values{"day": {"x"}, "time": {"19:45"}, "place": {"Hội trường <b>mới</b>"}, "shift": {"after"}})
	if doc := webtest.Doc(t, rw.Body.String()); rw.Code != http.StatusUnprocessableEntity || doc.Value("place") != "Hội trường <b>mới</b>" {
		t.Errorf("an unknown day: %d", rw.Code)
	}
	if rw := webtest.Post(t, k, path+"/series", url.Values{"day": {"5-6"}, "time": {"19:45"}, "place": {"Hội trường mới"}, "shift": {"after"}}); rw.Code != http.StatusSeeOther {
		t.Fatalf("series: %d %s", rw.Code, rw.Body)
	}
	doc := page(t, k, path)
	months := doc.ID("theme").Tag("select").Tags("option")
	if rw := webtest.Post(t, k, path+"/themes", url.Values{"month": {months[0].Attr("value")}, "theme": {"Khu dân cư kiểu mẫu"}}); rw.Code != http.StatusSeeOther {
		t.Fatalf("theme: %d %s", rw.Code, rw.Body)
	}
	doc = page(t, k, path)
	if !strings.Contains(doc.Text(), "Thứ bảy cuối cùng") && !strings.Contains(doc.Text(), "Thứ Bảy cuối cùng") {
		t.Error("the fixed day is not told")
	}
	link := doc.First(func(e webtest.Element) bool { return strings.Contains(e.Attr("href"), "&plan=") })
	form := page(t, k, link.Attr("href"))
	if form.ID("f-theme").Attr("value") != "Khu dân cư kiểu mẫu" || form.Value("time") != "19:45" || form.Value("place") != "Hội trường mới" {
		t.Errorf("theme %q, time %q, place %q", form.ID("f-theme").Attr("value"), form.Value("time"), form.Value("place"))
	}
	drop := doc.First(func(e webtest.Element) bool { return strings.HasSuffix(e.Attr("action"), "/drop") })
	if rw := webtest.Post(t, k, drop.Attr("action"), nil); rw.Code != http.StatusSeeOther {
		t.Errorf("drop: %d", rw.Code)
	}
}
