package taskweb_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/web/webtest"
	"chibo/task"
	"chibo/task/taskweb"
)

func TestTemplates(t *testing.T) {
	w := newWorld(t)
	taskweb.CheckPages(t, w.as(t, w.member))
}

func TestOwn(t *testing.T) {
	w := newWorld(t)
	w.fill(t)
	doc := w.get(t, w.member, "/tasks")
	var titles []string
	for _, h := range doc.Class("wall")[0].Tags("h3") {
		titles = append(titles, h.Text())
	}
	want := "Rà soát hộ nghèo, cận nghèo trong tổ dân phố|Chuẩn bị chuyên đề học tập và làm theo Bác|Vận động 12 hộ hiến đất mở rộng đường ngõ 3"
	if got := strings.Join(titles, "|"); got != want {
		t.Errorf("the nearest first:\n%s", got)
	}
	for name, words := range map[string][]string{
		"Rà soát hộ nghèo, cận nghèo trong tổ dân phố": {"quá hạn 5 ngày", "29/10/2026", "Nghị quyết 10-NQ/CB", "Chi bộ Tổ dân phố Hòa Bình"},
		"Chuẩn bị chuyên đề học tập và làm theo Bác":   {"hết hạn hôm nay", "Chi bộ Trường THPT Minh Khai", "Giao ngoài nghị quyết"},
		"Vận động 12 hộ hiến đất mở rộng đường ngõ 3":  {"còn 17 ngày"},
	} {
		text := doc.ID("task-" + w.tasks[name].String()).Text()
		for _, word := range words {
			if !strings.Contains(text, word) {
				t.Errorf("%q lacks %q", text, word)
			}
		}
	}
	if !doc.With("href", fmt.Sprintf("/documents/%d-%d", w.home.PartID, paperID)).OK() {
		t.Error("the resolution is not linked")
	}
	if text := doc.Tag("main").Text(); strings.Contains(text, "Dọn vệ sinh") || !strings.Contains(text, "Thu quỹ khuyến học") || !strings.Contains(text, "Hoàn thành chậm") {
		t.Error("another person's task, or no history")
	}
	if text := doc.ID("own-top").Text(); !strings.Contains(text, "3 nhiệm vụ") || !strings.Contains(text, "1 quá hạn") {
		t.Errorf("%q", text)
	}
}

func TestOwnEmpty(t *testing.T) {
	w := newWorld(t)
	for name, who := range map[string]access.Actor{"member": w.member, "admin": w.admin, "upper": w.upper} {
		if doc := w.get(t, who, "/tasks"); len(doc.Class("empty")) != 1 {
			t.Errorf("%s: no empty state", name)
		}
	}
	if got := w.status(t, access.Actor{}, "/tasks"); got != http.StatusSeeOther {
		t.Errorf("nobody is signed in: %d", got)
	}
}

func TestReport(t *testing.T) {
	w := newWorld(t)
	w.fill(t)
	ref := w.tasks["Vận động 12 hộ hiến đất mở rộng đường ngõ 3"].String()
	path := "/tasks/" + ref + "/report"
	rec := webtest.Post(t, w.as(t, w.member), path, url.Values{"text": {"  "}})
	doc := webtest.Doc(t, rec.Body.String())
	webtest.A11y(t, doc)
	if rec.Code != http.StatusUnprocessableEntity || doc.ID("e-text-"+ref).Text() == "" || !doc.ID("report-"+ref).HasAttr("open") || !doc.With("href", "#f-text-"+ref).OK() {
		t.Errorf("empty: %d", rec.Code)
	}
	long := strings.Repeat("dài ", 1250)
	rec = webtest.Post(t, w.as(t, w.member), path, url.Values{"text": {long}, "done": {"true"}})
	doc = webtest.Doc(t, rec.Body.String())
	if rec.Code != http.StatusUnprocessableEntity || strings.TrimSpace(doc.ID("f-text-"+ref).Text()) != strings.TrimSpace(long) || !doc.Form(path).With("name", "done").HasAttr("checked") {
		t.Errorf("too long: %d, and what was typed is gone", rec.Code)
	}
	for _, step := range []struct {
		form url.Values
		want string
	}{
		{url.Values{"text": {"Đã gặp 7/12 hộ <script>alert(1)</script>"}}, "còn 17 ngày"},
		{url.Values{"text": {"Cả 12 hộ đã ký"}, "done": {"true"}}, "đã báo xong"},
	} {
		if rec := webtest.Post(t, w.as(t, w.member), path, step.form); rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != "/tasks" {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
		doc := w.get(t, w.member, "/tasks")
		row := doc.ID("task-" + ref).Text()
		if !strings.Contains(row, step.want) || !strings.Contains(row, step.form.Get("text")) || strings.Contains(doc.Raw, "<script>alert") {
			t.Errorf("%q", row)
		}
	}
}

func TestReportRefused(t *testing.T) {
	w := newWorld(t)
	w.fill(t)
	form := url.Values{"text": {"Chữ tôi đã gõ"}}
	tai := w.tasks["Dọn vệ sinh nhà văn hóa"].String()
	for name, who := range map[string]access.Actor{"another member": w.member, "stranger": w.stranger, "admin": w.admin} {
		if rec := webtest.Post(t, w.as(t, who), "/tasks/"+tai+"/report", form); rec.Code != http.StatusForbidden {
			t.Errorf("%s: %d", name, rec.Code)
		}
	}
	if rec := webtest.Post(t, w.as(t, w.lead), "/tasks/"+tai+"/report", form); rec.Code != http.StatusSeeOther {
		t.Errorf("the committee for a member: %d", rec.Code)
	}
	for _, bad := range []string{"x", fmt.Sprintf("%d-1", w.home.PartID)} {
		if rec := webtest.Post(t, w.as(t, w.member), "/tasks/"+bad+"/report", form); rec.Code != http.StatusNotFound {
			t.Errorf("%s: %d", bad, rec.Code)
		}
	}
	judged := w.tasks["Thu quỹ khuyến học"].String()
	rec := webtest.Post(t, w.as(t, w.member), "/tasks/"+judged+"/report", form)
	if doc := webtest.Doc(t, rec.Body.String()); rec.Code != http.StatusConflict || !strings.Contains(doc.ID("own-top").Text(), "Chữ tôi đã gõ") {
		t.Errorf("judged: %d, and what was typed is gone", rec.Code)
	}
}

func TestCell(t *testing.T) {
	w := newWorld(t)
	w.fill(t)
	base := fmt.Sprintf("/cells/%d/tasks", w.home.ID)
	for name, who := range map[string]access.Actor{"lead": w.lead, "upper": w.upper, "member": w.member} {
		for tab, want := range map[string]int{"": 3, "?tab=overdue": 1, "?tab=closed": 2, "?tab=x": 3} {
			doc := w.get(t, who, base+tab)
			if got := len(doc.Tag("tbody").Tags("tr")); got != want {
				t.Errorf("%s%s: %d rows", name, tab, got)
			}
			if len(doc.Tag("main").Tags("form")) != 0 {
				t.Error("something can be changed here")
			}
		}
	}
	doc := w.get(t, w.lead, base)
	row := doc.ID("task-" + w.tasks["Dọn vệ sinh nhà văn hóa"].String()).Text()
	for _, want := range []string{"Nguyễn Hữu Tài", "05/11/2026", "còn 2 ngày", "10-NQ/CB", "Đang thực hiện"} {
		if !strings.Contains(row, want) {
			t.Errorf("%q lacks %q", row, want)
		}
	}
	if sub := doc.Class("sub")[0].Text(); !strings.Contains(sub, "3 nhiệm vụ đang thực hiện, 1 nhiệm vụ quá hạn") {
		t.Errorf("%q", sub)
	}
	for name, who := range map[string]access.Actor{"admin": w.admin, "stranger": w.stranger} {
		if got := w.status(t, who, base); got != http.StatusForbidden {
			t.Errorf("%s: %d", name, got)
		}
	}
	for _, path := range []string{"/cells/x/tasks", "/cells/1/tasks", fmt.Sprintf("/cells/%d/tasks", w.home.ParentID)} {
		if got := w.status(t, w.upper, path); got != http.StatusNotFound {
			t.Errorf("%s: %d", path, got)
		}
	}
}

func TestCellEmptyAndHostile(t *testing.T) {
	w := newWorld(t)
	base := fmt.Sprintf("/cells/%d/tasks", w.home.ID)
	for _, tab := range []string{"", "?tab=overdue", "?tab=closed"} {
		if doc := w.get(t, w.lead, base+tab); len(doc.Class("empty")) != 1 {
			t.Errorf("%q: no empty state", tab)
		}
	}
	texts := []string{`<script>alert(1)</script><img src=x onerror=alert(1)>`, strings.Repeat("dài ", 1250), "\u202eđảo \u2028 ngược", "{{.Title}}"}
	w.write(t, func(ctx context.Context, tx *db.Tx) error {
		var list []task.NewTask
		for _, text := range texts {
			// The assignee's record is gone.
			list = append(list, task.NewTask{SourceID: 1, DocumentID: 2, Title: text, Product: text, AssigneeID: 99, Due: civil.Of(2026, 11, 30)},
				task.NewTask{Title: text, Product: text, AssigneeID: w.lan, Due: civil.Of(2026, 11, 30)})
		}
		_, err := task.Assign(ctx, tx, w.home.PartID, w.home.ID, list)
		return err
	})
	for _, path := range []string{base, "/tasks"} {
		doc := w.get(t, w.member, path)
		if strings.Contains(doc.Raw, "<script>alert") || strings.Contains(doc.Raw, "<img") {
			t.Errorf("%s: text became markup", path)
		}
	}
	if text := w.get(t, w.lead, base).Tag("main").Text(); !strings.Contains(text, "Chưa rõ đồng chí thực hiện") {
		t.Error("a task without a person")
	}
	w.write(t, func(ctx context.Context, tx *db.Tx) error {
		_, err := task.Assign(ctx, tx, w.home.PartID, w.home.ID, many(w.tai))
		return err
	})
	if doc := w.get(t, w.lead, base); len(doc.Tag("tbody").Tags("tr")) != 200 || !strings.Contains(doc.Tag("main").Text(), "200 nhiệm vụ đầu") {
		t.Error("the limit is not told")
	}
}

func many(who int64) (list []task.NewTask) {
	for i := range 210 {
		list = append(list, task.NewTask{Title: fmt.Sprintf("Việc số %d", i+1), AssigneeID: who, Due: civil.Of(2026, 12, 1)})
	}
	return list
}

// Work between meetings: the lead's form keeps what was typed, the task is there, and
// nobody else finds the form.
func TestGiveBetweenMeetings(t *testing.T) {
	w := newWorld(t)
	path := fmt.Sprintf("/cells/%d/tasks", w.home.ID)
	for name, want := range map[string]struct {
		who  access.Actor
		code int
	}{"member": {w.member, 403}, "upper": {w.upper, 403}, "admin": {w.admin, 403}, "stranger": {w.stranger, 403}, "lead": {w.lead, 200}} {
		if got := w.status(t, want.who, path+"/new"); got != want.code {
			t.Errorf("%s: %d, want %d", name, got, want.code)
		}
	}
	k := w.as(t, w.lead)
	webtest.A11y(t, webtest.Get(t, k, path+"/new"))
	form := url.Values{"title": {"Vận động <b>5 hộ</b>"}, "due": {"31/02/2027"}, "assignee": {fmt.Sprint(w.tai)}}
	rw := webtest.Post(t, k, path, form)
	doc := webtest.Doc(t, rw.Body.String())
	if rw.Code != http.StatusUnprocessableEntity || !doc.ID("e-due").OK() || doc.ID("f-title").Text() != "Vận động <b>5 hộ</b>" || !doc.With("checked", "").OK() {
		t.Errorf("%d: what was typed is lost, or no message at the day", rw.Code)
	}
	form.Set("due", "30/12/2026")
	if rw := webtest.Post(t, k, path, form); rw.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", rw.Code, rw.Body)
	}
	if doc := w.get(t, w.lead, path); !strings.Contains(doc.Raw, "Vận động &lt;b&gt;5 hộ") {
		t.Error("the task is not in the list")
	}
}

func TestTaskPage(t *testing.T) {
	w := newWorld(t)
	w.fill(t)
	ref := w.tasks["Dọn vệ sinh nhà văn hóa"].String()
	path := "/tasks/" + ref
	if doc := w.get(t, w.member, path); doc.ID("conclude").OK() || doc.ID("change").OK() {
		t.Error("a member is offered to judge")
	}
	for name, c := range map[string]struct {
		who  access.Actor
		code int
	}{"upper": {w.upper, 200}, "admin": {w.admin, 403}, "stranger": {w.stranger, 403}} {
		if got := w.status(t, c.who, path); got != c.code {
			t.Errorf("%s: %d, want %d", name, got, c.code)
		}
	}
	k := w.as(t, w.lead)
	doc := w.get(t, w.lead, path)
	version := doc.ID("conclude").With("name", "version").Attr("value")
	if rw := webtest.Post(t, k, path+"/conclude", url.Values{"result": {"undone"}, "version": {version}}); rw.Code != http.StatusUnprocessableEntity {
		t.Errorf("not done without a word: %d", rw.Code)
	}
	change := url.Values{"due": {"20/12/2026"}, "assignee": {fmt.Sprint(w.lan)}, "reason": {"Đồng chí Tài ốm"}, "version": {version}}
	if rw := webtest.Post(t, k, path+"/change", change); rw.Code != http.StatusSeeOther {
		t.Fatalf("change: %d %s", rw.Code, rw.Body)
	}
	rw := webtest.Post(t, k, path+"/change", change) // from a page of before
	if doc := webtest.Doc(t, rw.Body.String()); rw.Code != http.StatusConflict || doc.Value("reason") != "" && doc.ID("f-reason").Text() != "Đồng chí Tài ốm" {
		t.Errorf("an old page: %d", rw.Code)
	}
	doc = w.get(t, w.lead, path)
	if text := doc.ID("events").Text(); !strings.Contains(text, "20/12/2026") || !strings.Contains(text, "Nguyễn Hữu Tài") || !strings.Contains(text, "Đồng chí Tài ốm") {
		t.Errorf("events: %q", text)
	}
	version = doc.ID("conclude").With("name", "version").Attr("value")
	if rw := webtest.Post(t, k, path+"/conclude", url.Values{"result": {"done"}, "version": {version}}); rw.Code != http.StatusSeeOther {
		t.Fatalf("conclude: %d", rw.Code)
	}
	if doc := w.get(t, w.lead, path); doc.ID("conclude").OK() || !strings.Contains(doc.ID("events").Text(), "Hoàn thành") {
		t.Error("a judged task is offered again, or its verdict is not told")
	}
	w.write(t, func(ctx context.Context, tx *db.Tx) error { // the account of the lead
		_, err := tx.Exec(ctx, `INSERT INTO account (id, login, pass, person_id, part_id, name, created_at) VALUES ($1, 'lead', 'x', 77, $2, 'Phan Thị Bí', 1)`, w.lead.AccountID, w.home.PartID)
		return err
	})
	for name, want := range map[string]bool{"Dọn vệ sinh nhà văn hóa": true, "Tặng quà gia đình chính sách": true, "Vận động 12 hộ hiến đất mở rộng đường ngõ 3": false} {
		if got := strings.Contains(w.get(t, w.member, "/tasks/"+w.tasks[name].String()).Text(), "Phan Thị Bí"); got != want {
			t.Errorf("%s: who judged is named %v, want %v", name, got, want)
		}
	}
}

func TestYear(t *testing.T) {
	w := newWorld(t)
	w.fill(t)
	path := fmt.Sprintf("/members/%d-%d/tasks", w.home.PartID, w.lan)
	for name, c := range map[string]struct {
		who  access.Actor
		code int
	}{"own": {w.member, 200}, "lead": {w.lead, 200}, "upper": {w.upper, 403}, "admin": {w.admin, 403}, "stranger": {w.stranger, 403}} {
		if got := w.status(t, c.who, path); got != c.code {
			t.Errorf("%s: %d, want %d", name, got, c.code)
		}
	}
	doc := w.get(t, w.member, path)
	if text := doc.Tag("main").Text(); !strings.Contains(text, "Thu quỹ khuyến học") || strings.Contains(text, "Dọn vệ sinh") {
		t.Error("the year lacks an own task, or shows another's")
	}
	if doc := w.get(t, w.member, path+"?year=2020"); !doc.Class("empty")[0].OK() {
		t.Error("a year without tasks says so")
	}
}
