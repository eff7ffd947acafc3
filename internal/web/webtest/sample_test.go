package webtest_test

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/fault"
	"chibo/internal/web"
	"chibo/internal/web/webtest"
)

// This file is an example of a feature's web package: routes, a list, a form
// that comes back with what was typed, and its tests.

type sampleWeb struct {
	pages    *web.Pages
	meetings []sampleMeeting
	today    civil.Date
}

type sampleMeeting struct {
	Day     civil.Date `form:"day"`
	Place   string     `form:"place"`
	Minutes int        `form:"minutes"`
}

type (
	listData struct{ Meetings []sampleMeeting }
	newData  struct{ Form *web.Form }
)

func (h *sampleWeb) register(t testing.TB, k *web.Kit) {
	h.pages = webtest.Pages(t, k, os.DirFS("testdata/sample"))
	k.Handle("GET /meetings", h.list)
	k.Handle("GET /meetings/new", h.form)
	k.Handle("POST /meetings", h.create)
}

func (h *sampleWeb) list(w http.ResponseWriter, r *http.Request) error {
	return h.pages.Render(w, r, "list.html", listData{h.meetings})
}

func (h *sampleWeb) form(w http.ResponseWriter, r *http.Request) error {
	return h.pages.Render(w, r, "new.html", newData{web.NewForm(sampleMeeting{Day: h.today, Minutes: 90})})
}

func (h *sampleWeb) create(w http.ResponseWriter, r *http.Request) error {
	var in sampleMeeting
	err := web.Decode(r, &in)
	if err == nil {
		err = h.convene(in)
	}
	if form, ok := web.Retry(r, err); ok {
		return h.pages.RenderStatus(w, r, form.Status, "new.html", newData{form})
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/meetings", "sample.saved")
}

// convene stands for a use case of the domain.
func (h *sampleWeb) convene(in sampleMeeting) error {
	var bad fault.Fields
	if in.Day.Before(h.today) {
		bad.Add("day", "sample.err.past", "Day", in.Day)
	}
	if in.Place == "" {
		bad.Add("place", "sample.err.place")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	h.meetings = append(h.meetings, in)
	return nil
}

func sampleFrame(*http.Request) web.Frame {
	item := func(href, label, icon string, active bool) web.NavItem {
		return web.NavItem{Href: href, Label: label, Icon: icon, Active: active}
	}
	more := func(href, label, icon string) web.NavItem {
		return web.NavItem{Href: href, Label: label, Icon: icon, Group: "sample.reports"}
	}
	return web.Frame{
		UnitName: "Chi bộ Tổ dân phố Hòa Bình", UpperName: "Đảng bộ thị trấn Đức Thọ",
		UserName: "Võ Đình Khải", UserKey: "k1", SignedIn: true, NoticeURL: "/notices", Notices: 3, Demo: true,
		Nav: []web.NavItem{
			item("/home", "sample.home", "home", true), item("/m", "sample.meetings", "calendar", false),
			item("/t", "sample.tasks", "tasks", false), item("/a", "sample.admission", "person", false),
			item("/r", "sample.reports", "chart", false), item("/d", "sample.documents", "book", false),
			item("/n", "sample.news", "news", false), more("/e", "sample.tasks", "tasks"), more("/f", "sample.documents", "book"),
		},
		Account: []web.NavItem{item("/account", "sample.home", "key", false)},
	}
}

type samplePerson struct {
	ID                  int
	Name, Note, Initial string
	Present             bool
}

type sampleUnit struct {
	ID                           int
	Name, Grade, Tone            string
	Cells, Members, Met, Present int
}

type sampleCrumb struct{ Href, Label string }

// sampleData fills the pattern book.
type sampleData struct {
	Crumbs []sampleCrumb
	Day    civil.Date
	Start  int64
	People []samplePerson
	Units  []sampleUnit
	Form   *web.Form
	Bad    *web.Form
}

func sampleNow() time.Time { return civil.Of(2026, 11, 3).Time(20, 12) }

func sample() sampleData {
	bad := web.NewForm(nil).Set("day", "31/02/2026").Set("place", "").Set("kind", "regular").Set("notify", "true")
	bad.Message = "Có chỗ cần xem lại trước khi lưu."
	bad.Errs["day"], bad.Errs["place"] = "Ngày chưa đúng, xin ghi như 03/11/2026.", "Xin ghi nơi họp."
	bad.Problems = []web.Problem{{Field: "day", Text: bad.Errs["day"]}, {Field: "place", Text: bad.Errs["place"]}}
	return sampleData{
		Crumbs: []sampleCrumb{{"/", "Trang đầu"}, {"/m", "Sinh hoạt"}, {"", "Tháng 11/2026"}},
		Day:    civil.Of(2026, 11, 3), Start: sampleNow().Add(-42 * time.Minute).UnixMilli(),
		People: []samplePerson{
			{1, "Cao Thị Lý", "Đến muộn 19:41", "L", true},
			{2, "Đặng Thị Ước", "Báo vắng: đi viện", "Ư", false},
			{3, "Hoàng Văn Đoàn", "Chưa trả lời", "Đ", false},
			{4, "Bùi Đức Lợi", "Đảng viên dự bị", "L", true},
		},
		Units: []sampleUnit{
			{1, "Đảng bộ xã Lâm Trung Thủy", "Khá", "info", 14, 412, 12, 347},
			{2, "Đảng bộ xã Hòa Lạc", "Khá", "info", 11, 301, 9, 250},
			{3, "Đảng bộ thị trấn Đức Thọ", "Tốt", "ok", 16, 688, 16, 623},
			{4, "Đảng bộ xã An Dũng", "Trung bình", "warn", 10, 274, 9, 235},
		},
		Form: web.NewForm(nil), Bad: bad,
	}
}

// sampleKit serves the pattern book and the example feature.
func sampleKit(t testing.TB) *web.Kit {
	dir := os.DirFS("testdata/sample")
	k := webtest.Kit(t, web.Config{Frame: sampleFrame, Clock: clock.Fixed(sampleNow())}, dir)
	h := &sampleWeb{today: civil.Of(2026, 11, 3)}
	h.register(t, k)
	for path, page := range map[string]string{
		"/home": "kitchen.html", "/hall": "hall.html", "/slips": "slips.html", "/login": "signin.html", "/paper": "paper.html",
	} {
		k.Handle("GET "+path, func(w http.ResponseWriter, r *http.Request) error {
			return h.pages.Render(w, r, page, sample())
		})
	}
	return k
}

func TestTemplateFields(t *testing.T) {
	k := sampleKit(t)
	pages := webtest.Pages(t, k, os.DirFS("testdata/sample"))
	webtest.CheckPages(t, pages, map[string]any{
		"kitchen.html": sampleData{}, "hall.html": sampleData{}, "slips.html": sampleData{}, "signin.html": sampleData{},
		"paper.html": sampleData{}, "list.html": listData{}, "new.html": newData{},
	})
}

func TestPatternBookStructure(t *testing.T) {
	k := sampleKit(t)
	for _, path := range []string{"/home", "/hall", "/slips", "/login", "/paper", "/meetings", "/meetings/new"} {
		for _, lang := range web.Languages() {
			t.Run(path+" "+lang, func(t *testing.T) {
				doc := webtest.Get(t, k, path, &http.Cookie{Name: "lang", Value: lang})
				webtest.A11y(t, doc)
				if got := doc.Tag("html").Attr("lang"); got != lang {
					t.Errorf("lang %q", got)
				}
				if !strings.Contains(doc.Text(), map[string]string{"vi": "Dữ liệu mẫu", "en": "Sample data"}[lang]) {
					t.Error("the badge of sample data is missing")
				}
			})
		}
	}
}

func TestFormComesBackFilled(t *testing.T) {
	k := sampleKit(t)
	rec := webtest.Post(t, k, "/meetings", url.Values{"day": {"01/11/2026"}, "place": {"  "}, "minutes": {"90"}, "stray": {"x"}})
	if rec.Code != http.StatusUnprocessableEntity {
		t.Fatalf("status %d", rec.Code)
	}
	doc := webtest.Doc(t, rec.Body.String())
	webtest.A11y(t, doc)
	if got := doc.Value("day"); got != "01/11/2026" {
		t.Errorf("day came back as %q", got)
	}
	if got := doc.ID("e-day").Text(); got != "Ngày họp 01/11/2026 đã qua." {
		t.Errorf("message at the day: %q", got)
	}
	if !strings.HasPrefix(doc.ID("f-day").Attr("aria-describedby"), "e-day") || doc.ID("form-errors").With("href", "#f-place").Text() == "" {
		t.Error("the field or the summary does not lead to the message")
	}
}

func TestUnreadableNumberAndDate(t *testing.T) {
	k := sampleKit(t)
	rec := webtest.Post(t, k, "/meetings", url.Values{"day": {"31/02/2027"}, "place": {"Hội trường"}, "minutes": {"một giờ"}})
	doc := webtest.Doc(t, rec.Body.String())
	if rec.Code != http.StatusUnprocessableEntity || doc.Value("minutes") != "một giờ" || doc.Value("day") != "31/02/2027" {
		t.Fatalf("status %d, minutes %q, day %q", rec.Code, doc.Value("minutes"), doc.Value("day"))
	}
	if !strings.Contains(doc.ID("e-day").Text(), "03/11/2026") || !strings.Contains(doc.ID("e-minutes").Text(), "số nguyên") {
		t.Errorf("messages %q, %q", doc.ID("e-day").Text(), doc.ID("e-minutes").Text())
	}
}

func TestSaveShowsFlashOnce(t *testing.T) {
	k := sampleKit(t)
	base, client := webtest.Client(t, k)
	res, err := client.PostForm(base+"/meetings", url.Values{"day": {"10/11/2026"}, "place": {"Hội trường"}})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/meetings" {
		t.Fatalf("status %d to %q", res.StatusCode, res.Header.Get("Location"))
	}
	for i, want := range []bool{true, false} {
		page, err := client.Get(base + "/meetings")
		if err != nil {
			t.Fatal(err)
		}
		defer page.Body.Close()
		var b strings.Builder
		if _, err := io.Copy(&b, page.Body); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(webtest.Doc(t, b.String()).ID("flash").Text(), "Đã lưu"); got != want {
			t.Errorf("visit %d: flash shown is %v", i+1, got)
		}
	}
}
