package memberweb_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"chibo/access"
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
