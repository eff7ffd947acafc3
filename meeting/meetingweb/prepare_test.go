package meetingweb_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/web/webtest"
	"chibo/meeting"
	"chibo/meeting/meetingweb"
	"chibo/org/orgtest"
	"chibo/task"
)

func TestPrepareTemplates(t *testing.T) {
	w := newWorld(t)
	meetingweb.CheckPreparePages(t, w.as(w.who(secretary)))
}

// page gives a page that is sound for screen readers too.
func page(t *testing.T, h http.Handler, path string) *webtest.Document {
	t.Helper()
	doc := webtest.Get(t, h, path)
	webtest.A11y(t, doc)
	return doc
}

// again wants a form that came back with a status and gives its page.
func again(t *testing.T, rec *httptest.ResponseRecorder, status int) *webtest.Document {
	t.Helper()
	if rec.Code != status {
		t.Fatalf("status %d, want %d: %s", rec.Code, status, rec.Body)
	}
	doc := webtest.Doc(t, rec.Body.String())
	webtest.A11y(t, doc)
	return doc
}

// leads wants a redirect to an address.
func leads(t *testing.T, rec *httptest.ResponseRecorder, to string) {
	t.Helper()
	if rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != to {
		t.Fatalf("status %d to %q, want %q: %.2000s", rec.Code, rec.Header().Get("Location"), to, rec.Body)
	}
}

func (w *world) listPath() string { return "/cells/" + strconv.FormatInt(w.cell.ID, 10) + "/meetings" }

func (w *world) newPath() string { return "/meetings/new?cell=" + strconv.FormatInt(w.cell.ID, 10) }

func TestList(t *testing.T) {
	w := newWorld(t)
	empty := page(t, w.as(w.who(secretary)), w.listPath())
	if !empty.Link("Đặt lịch sinh hoạt").OK() {
		t.Error("an empty list does not lead the secretary to the first meeting")
	}
	if page(t, w.as(w.who(member1)), w.listPath()).Link("Đặt lịch").OK() {
		t.Error("a member is offered to convene")
	}
	ref := w.sent()
	for who, actor := range map[string]access.Actor{"secretary": w.who(secretary), "member": w.who(member1), "upper": w.upper()} {
		doc := page(t, w.as(actor), w.listPath())
		if l := doc.Link("Sinh hoạt thường kỳ tháng 11"); l.Attr("href") != meeting.Href(ref) {
			t.Errorf("%s: no link to the meeting", who)
		}
		if !strings.Contains(doc.Text(), "10/11") {
			t.Errorf("%s: no attendance in %s", who, doc.Text())
		}
	}
	if got := status(w.as(w.stranger()), w.listPath()); got != http.StatusForbidden {
		t.Errorf("a stranger gets %d", got)
	}
	if got := status(w.as(w.who(secretary)), "/cells/9/meetings"); got != http.StatusNotFound {
		t.Errorf("an unknown cell gives %d", got)
	}
	if got := status(w.as(access.Actor{}), w.listPath()); got != http.StatusSeeOther {
		t.Errorf("nobody signed in gives %d", got)
	}
}

func TestConvene(t *testing.T) {
	w := newWorld(t)
	k := w.as(w.who(secretary))
	doc := page(t, k, w.newPath())
	if doc.Value("day") != "10/11/2026" || doc.Value("time") != "19:30" || doc.Value("kind") != "regular" {
		t.Errorf("proposed %q %q %q", doc.Value("day"), doc.Value("time"), doc.Value("kind"))
	}
	for _, actor := range []access.Actor{w.who(member1), w.who(committee), w.upper(), w.stranger()} {
		if got := status(w.as(actor), w.newPath()); got != http.StatusForbidden {
			t.Errorf("%s gets %d", actor.Name, got)
		}
	}
	form := func(pairs ...string) url.Values {
		v := url.Values{
			"cell": {strconv.FormatInt(w.cell.ID, 10)}, "kind": {"regular"}, "day": {"10/11/2026"}, "time": {"19:30"}, "place": {"Nhà văn hóa"},
		}
		for i := 0; i < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		return v
	}
	for _, bad := range []struct{ field, value, says string }{
		{"day", "02/11/2026", "Ngày 02/11/2026 đã qua"},
		{"day", "31/02/2027", ""},
		{"time", "25:99", "Giờ họp"},
		{"place", "", "địa điểm"},
		{"kind", "party", "loại sinh hoạt"},
	} {
		doc := again(t, webtest.Post(t, k, "/meetings", form(bad.field, bad.value)), http.StatusUnprocessableEntity)
		if bad.field != "kind" && doc.Value(bad.field) != bad.value {
			t.Errorf("%s: typed %q came back as %q", bad.field, bad.value, doc.Value(bad.field))
		}
		if e := doc.ID("e-" + bad.field).Text(); !strings.Contains(e, bad.says) || e == "" {
			t.Errorf("%s %q: says %q", bad.field, bad.value, e)
		}
		if doc.Value("place") != form(bad.field, bad.value).Get("place") {
			t.Errorf("%s: the place was lost", bad.field)
		}
	}
	rec := webtest.Post(t, k, "/meetings", form())
	to := rec.Header().Get("Location")
	leads(t, rec, to)
	if !strings.HasSuffix(to, "/plan") {
		t.Errorf("goes on to %q", to)
	}
	twice := again(t, webtest.Post(t, k, "/meetings", form("day", "12/11/2026", "place", "Hội trường")), http.StatusUnprocessableEntity)
	if e := twice.ID("e-day").Text(); !strings.Contains(e, "10/11/2026") || twice.Value("place") != "Hội trường" {
		t.Errorf("second meeting of the month: %q, place %q", e, twice.Value("place"))
	}
	if twice.Link("Mở buổi thường kỳ").Attr("href")+"/plan" != to {
		t.Error("the form does not lead to the month's meeting")
	}
	thematic := again(t, webtest.Post(t, k, "/meetings", form("kind", "thematic")), http.StatusUnprocessableEntity)
	if thematic.ID("e-theme").Text() == "" {
		t.Error("a thematic meeting without a theme")
	}
	if rec := webtest.Post(t, w.as(w.who(member1)), "/meetings", form()); rec.Code != http.StatusForbidden {
		t.Errorf("a member convenes: %d", rec.Code)
	}
	if page(t, k, w.newPath()).Value("day")[3:] != "12/2026" {
		t.Error("the next month is not proposed")
	}
}

// planOf reads the plan's form as a browser would send it.
func planOf(t *testing.T, doc *webtest.Document) url.Values {
	t.Helper()
	v := url.Values{}
	for _, tag := range []string{"input", "textarea", "select"} {
		for _, e := range doc.ID("plan").Tags(tag) {
			v.Set(e.Attr("name"), doc.Value(e.Attr("name")))
		}
	}
	return v
}

func TestPlan(t *testing.T) {
	w := newWorld(t)
	ref := w.prepared()
	k, path := w.as(w.who(committee)), meeting.Href(ref)+"/plan"
	doc := page(t, k, path)
	before := w.get(ref)
	leads(t, webtest.Post(t, k, path, planOf(t, doc)), path)
	same := w.get(ref)
	if len(same.Items) != len(before.Items) || len(same.Decisions) != 1 || same.Direction != before.Direction || !same.StartsAt.Equal(before.StartsAt) {
		t.Error("a form sent unchanged changes the plan")
	}
	w.planMoves(t, k, ref)

	form := planOf(t, page(t, k, path))
	form.Set("new_decision.title", "Thăm gia đình chính sách")
	form.Set("new_decision.assignee", strconv.FormatInt(w.people[member2].id, 10))
	form.Set("do", "done")
	leads(t, webtest.Post(t, w.as(w.who(secretary)), path, form), meeting.Href(ref)+"/committee")
	if f := w.get(ref); len(f.Decisions) != 2 || f.Decisions[1].Title != "Thăm gia đình chính sách" {
		t.Errorf("decisions %+v", f.Decisions)
	}
	form = planOf(t, page(t, k, path))
	form.Set("do", "drop_decision:0")
	leads(t, webtest.Post(t, k, path, form), path)
	if f := w.get(ref); len(f.Decisions) != 1 || f.Decisions[0].Title != "Thăm gia đình chính sách" {
		t.Errorf("after removal %+v", f.Decisions)
	}
}

func (w *world) planMoves(t *testing.T, k http.Handler, ref ident.Ref) {
	t.Helper()
	path, n := meeting.Href(ref)+"/plan", len(w.get(ref).Items)
	titles := func() (first, second string) { f := w.get(ref); return f.Items[0].Title, f.Items[1].Title }
	a, b := titles()
	send := func(pairs ...string) {
		t.Helper()
		form := planOf(t, page(t, k, path))
		for i := 0; i < len(pairs); i += 2 {
			form.Set(pairs[i], pairs[i+1])
		}
		leads(t, webtest.Post(t, k, path, form), path)
	}
	send("do", "up:1")
	if x, y := titles(); x != b || y != a {
		t.Errorf("moved up: %q, %q", x, y)
	}
	send("do", "down:0", "items[0].minutes", "9")
	if x, y := titles(); x != a || y != b || w.get(ref).Items[1].Minutes != 9 {
		t.Errorf("moved down: %q, %q", x, y)
	}
	send("new_item.title", "Bàn việc thu gom rác", "do", "add_item")
	if f := w.get(ref); len(f.Items) != n+1 || f.Items[n].Title != "Bàn việc thu gom rác" {
		t.Errorf("added: %+v", f.Items)
	}
	send("do", "drop:"+strconv.Itoa(n))
	if got := len(w.get(ref).Items); got != n {
		t.Errorf("removed: %d items, want %d", got, n)
	}
	for _, odd := range []string{"drop:99", "drop:x", "up:-1", "down:-7", "nothing", "up:"} {
		send("do", odd)
		if got := len(w.get(ref).Items); got != n {
			t.Errorf("%s: %d items", odd, got)
		}
	}
}

func TestPlanKeepsWhatWasTyped(t *testing.T) {
	w := newWorld(t)
	ref := w.prepared()
	k, path := w.as(w.who(secretary)), meeting.Href(ref)+"/plan"
	for _, bad := range []struct{ name, id, value, do, says string }{
		{"items[2].minutes", "items.2.minutes", "0", "", "từ 1 đến"},
		{"items[2].minutes", "items.2.minutes", "abc", "", ""},
		{"items[2].minutes", "items.2.minutes", "0", "down:2", "từ 1 đến"},
		{"items[0].title", "items.0.title", "", "drop:4", "nội dung"},
		{"day", "day", "01/11/2026", "", "đã qua"},
		{"day", "day", "10/12/2026", "", "tháng"},
		{"day", "day", "10/11/2028", "", "quá xa"},
		{"place", "place", strings.Repeat("ữ", 201), "", "tối đa 200 chữ"},
		{"items[1].title", "items.1.title", strings.Repeat("ữ", 501), "", "tối đa 500 chữ"},
		{"review", "review", strings.Repeat("ữ", 10001), "", "tối đa 10.000 chữ"},
		{"new_item.title", "new_item.title", "", "add_item", "nội dung"},
		{"new_decision.title", "new_decision.title", "", "add_decision", "nội dung"},
	} {
		form := planOf(t, page(t, k, path))
		form.Set(bad.name, bad.value)
		form.Set("do", bad.do)
		form.Set("direction", "Chữ vừa gõ <script>alert(1)</script>")
		doc := again(t, webtest.Post(t, k, path, form), http.StatusUnprocessableEntity)
		if doc.Value(bad.name) != bad.value || doc.Value("direction") != form.Get("direction") {
			t.Errorf("%s %q: came back as %q, %q", bad.name, bad.value, doc.Value(bad.name), doc.Value("direction"))
		}
		if e := doc.ID("e-" + bad.id).Text(); e == "" || !strings.Contains(e, bad.says) {
			t.Errorf("%s %q: says %q", bad.name, bad.value, e)
		}
	}
	form := planOf(t, page(t, k, path))
	form.Set("new_decision.title", "Việc không có người làm")
	doc := again(t, webtest.Post(t, k, path, form), http.StatusUnprocessableEntity)
	if doc.Value("new_decision.title") != "Việc không có người làm" || !strings.Contains(doc.ID("f-decisions").Text(), "chọn một đảng viên") {
		t.Error("a decision without a person")
	}
	if got := len(w.get(ref).Decisions); got != 1 {
		t.Errorf("half of the plan was written: %d decisions", got)
	}
}

func TestPlanOfTwo(t *testing.T) {
	w := newWorld(t)
	ref := w.prepared()
	k, path := w.as(w.who(secretary)), meeting.Href(ref)+"/plan"
	mine := planOf(t, page(t, k, path))
	_, err := w.s.SaveText(context.Background(), w.who(committee), ref, meeting.FieldDirection, "Chữ của đồng chí Thủy", nil)
	w.must(err)
	mine.Set("direction", "Chữ của đồng chí Khải")
	doc := again(t, webtest.Post(t, k, path, mine), http.StatusConflict)
	if doc.Value("direction") != "Chữ của đồng chí Khải" || !strings.Contains(doc.Text(), "Chữ của đồng chí Thủy") {
		t.Error("a conflict does not show both texts")
	}
	if got := w.get(ref).Direction; got != "Chữ của đồng chí Thủy" {
		t.Errorf("the second overwrote the first: %q", got)
	}
	leads(t, webtest.Post(t, k, path, planOf(t, doc)), path)
	if got := w.get(ref).Direction; got != "Chữ của đồng chí Khải" {
		t.Errorf("saved knowingly: %q", got)
	}
}

// Somebody else took out an item meanwhile: saving again puts the plan as it was typed.
func TestPlanOfTwoRemoved(t *testing.T) {
	w := newWorld(t)
	ref := w.prepared()
	k, path := w.as(w.who(secretary)), meeting.Href(ref)+"/plan"
	mine, before := planOf(t, page(t, k, path)), w.get(ref)
	_, err := w.s.RemoveItem(context.Background(), w.who(committee), ref, before.Items[1].ID)
	w.must(err)
	doc := again(t, webtest.Post(t, k, path, mine), http.StatusConflict)
	leads(t, webtest.Post(t, k, path, planOf(t, doc)), path)
	if f := w.get(ref); len(f.Items) != len(before.Items) || f.Items[1].Title != before.Items[1].Title {
		t.Errorf("items %+v", f.Items)
	}
}

func TestCancel(t *testing.T) {
	w := newWorld(t)
	ref := w.prepared()
	k, path := w.as(w.who(secretary)), meeting.Href(ref)
	ask := page(t, k, path+"/plan").Form(path + "/cancel")
	if !ask.OK() || ask.Attr("data-confirm") == "" {
		t.Error("the plan does not offer to cancel, or does not ask")
	}
	if page(t, w.as(w.who(committee)), path+"/plan").Form(path + "/cancel").OK() {
		t.Error("a committee member is offered to cancel")
	}
	if rec := webtest.Post(t, w.as(w.who(committee)), path+"/cancel", nil); rec.Code != http.StatusForbidden {
		t.Errorf("a committee member cancels: %d", rec.Code)
	}
	leads(t, webtest.Post(t, k, path+"/cancel", nil), w.listPath())
	if got := status(k, path); got != http.StatusNotFound {
		t.Errorf("the cancelled meeting: %d", got)
	}
	page(t, k, w.listPath())
}

func TestCommittee(t *testing.T) {
	w := newWorld(t)
	ref := w.prepared()
	k, path := w.as(w.who(secretary)), meeting.Href(ref)+"/committee"
	doc := page(t, k, path)
	if doc.Value("day") != "03/11/2026" || len(doc.ID("f-present").Tags("input")) != 3 {
		t.Errorf("day %q, %d people", doc.Value("day"), len(doc.ID("f-present").Tags("input")))
	}
	if page(t, w.as(w.who(committee)), path).ID("agree").OK() {
		t.Error("a committee member is offered what only the lead does")
	}
	form := url.Values{"day": {"09/11/2026"}, "time": {"08:00"}, "place": {"Nhà bí thư"}, "conclusion": {"Đồng ý <b>"}}
	bad := again(t, webtest.Post(t, k, path, form), http.StatusUnprocessableEntity)
	if bad.Value("place") != "Nhà bí thư" || bad.Value("conclusion") != "Đồng ý <b>" || bad.ID("e-day").Text() == "" {
		t.Error("a day to come: what was typed is lost or nothing is said")
	}
	if !strings.Contains(bad.ID("f-present").Text(), "ít nhất một người") {
		t.Error("nobody was there, and nothing is said")
	}
	id := strconv.FormatInt(w.people[secretary].id, 10)
	form = url.Values{"day": {"03/11/2026"}, "time": {"08:00"}, "place": {"Nhà bí thư"}, "present": {id}}
	leads(t, webtest.Post(t, k, path, form), meeting.Href(ref)+"/invite")
	if !strings.Contains(page(t, k, path).Text(), "1/3: Võ Đình Khải") {
		t.Error("the committee's meeting is not shown")
	}
	again(t, webtest.Post(t, k, path, form), http.StatusConflict)
}

func TestPreparingIsRefused(t *testing.T) {
	w := newWorld(t)
	ref := w.prepared()
	for _, page := range []string{"/plan", "/committee", "/invite", "/slips"} {
		for _, actor := range []access.Actor{w.who(member1), w.upper(), w.stranger()} {
			if got := status(w.as(actor), meeting.Href(ref)+page); got != http.StatusForbidden {
				t.Errorf("%s: %s gets %d", page, actor.Name, got)
			}
		}
		if got := status(w.as(w.who(secretary)), "/meetings/"+ident.Ref{Part: ref.Part, ID: 5}.String()+page); got != http.StatusNotFound {
			t.Errorf("%s of no meeting: %d", page, got)
		}
		if got := status(w.as(w.who(secretary)), "/meetings/x"+page); got != http.StatusNotFound {
			t.Errorf("%s of a bad address: %d", page, got)
		}
	}
	for path, form := range map[string]url.Values{
		"/plan": planOf(t, page(t, w.as(w.who(secretary)), meeting.Href(ref)+"/plan")), "/committee": {"day": {"03/11/2026"}, "time": {"08:00"}}, "/invite": nil, "/send": nil,
	} {
		if rec := webtest.Post(t, w.as(w.who(member1)), meeting.Href(ref)+path, form); rec.Code != http.StatusForbidden {
			t.Errorf("a member posts %s: %d", path, rec.Code)
		}
	}
}

// Hostile texts and a cell without anybody come out whole on every page.
func TestHostileAndEmpty(t *testing.T) {
	w := newWorld(t)
	of := func(most int) string {
		head := `<script>alert("x")</script>&amp;"'` + "\u202eabc "
		return head + strings.Repeat("ữ", most-utf8.RuneCountInString(head))
	}
	evil := of(5000)
	w.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := task.Assign(ctx, tx, w.cell.PartID, w.cell.ID, []task.NewTask{{Title: evil, AssigneeID: w.people[member1].id, Due: day()}})
		return err
	})
	ctx := context.Background()
	ref, err := w.s.Convene(ctx, w.who(secretary), meeting.ConveneIn{
		CellID: w.cell.ID, Kind: "seminar", Theme: of(200), Day: day(), Hour: 19, Place: of(200),
	})
	w.must(err)
	_, err = w.s.AddItem(ctx, w.who(secretary), ref, meeting.Item{Title: of(500), Minutes: 5})
	w.must(err)
	_, err = w.s.AddDecision(ctx, w.who(secretary), ref, meeting.Decision{Title: of(500), Product: of(300), AssigneeID: w.people[deputy].id, Due: day()})
	w.must(err)
	_, err = w.s.SaveText(ctx, w.who(secretary), ref, meeting.FieldDirection, evil, nil)
	w.must(err)
	k := w.as(w.who(secretary))
	look := func(paths ...string) {
		t.Helper()
		for _, p := range paths {
			if strings.Contains(page(t, k, p).Raw, `<script>alert`) {
				t.Errorf("%s lets a script through", p)
			}
		}
	}
	h := meeting.Href(ref)
	look(w.listPath(), h, h+"/plan", h+"/committee", h+"/invite", h+"/slips?all=1")
	_, err = w.s.Agree(ctx, w.who(secretary), ref, meeting.AgreeIn{Hour: 8, PresentIDs: []int64{w.people[secretary].id}, Place: of(200), Conclusion: evil})
	w.must(err)
	w.must(w.s.Invite(ctx, w.who(secretary), ref))
	w.must(w.s.Answer(ctx, w.who(member1), ref, false, of(300)))
	_, err = w.s.AddOpinion(ctx, w.who(member1), ref, meeting.OpinionIn{Text: evil[:200]})
	w.must(err)
	look(w.listPath(), h, h+"/plan", h+"/committee", h+"/invite?phones=1", h+"/slips")
}

// A cell of nobody has its pages too; and a unit that is no cell holds no meetings.
func TestEmptyCell(t *testing.T) {
	w := newWorld(t)
	k := w.as(orgtest.Actor(access.RoleLead, w.bare))
	cell := strconv.FormatInt(w.bare.ID, 10)
	page(t, k, "/cells/"+cell+"/meetings")
	page(t, k, "/meetings/new?cell="+cell)
	form := url.Values{"cell": {cell}, "kind": {"extraordinary"}, "day": {"10/11/2026"}, "time": {"19:30"}, "place": {"Nhà văn hóa"}}
	rec := webtest.Post(t, k, "/meetings", form)
	path := strings.TrimSuffix(rec.Header().Get("Location"), "/plan")
	leads(t, rec, path+"/plan")
	for _, p := range []string{"", "/plan", "/committee", "/invite", "/slips?all=1"} {
		page(t, k, path+p)
	}
	leads(t, webtest.Post(t, k, path+"/invite", nil), path+"/invite")
	for _, p := range []string{"", "/plan", "/committee", "/invite", "/slips"} {
		page(t, k, path+p)
	}
	k = w.as(orgtest.Actor(access.RoleLead, w.town))
	form.Set("cell", strconv.FormatInt(w.town.ID, 10))
	if doc := again(t, webtest.Post(t, k, "/meetings", form), http.StatusUnprocessableEntity); !strings.Contains(doc.ID("form-errors").Text(), "không phải là chi bộ") {
		t.Error("a committee convened as a cell")
	}
}
