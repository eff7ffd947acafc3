package homeweb_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"chibo/access"
	"chibo/admission"
	"chibo/figure"
	"chibo/home"
	"chibo/home/homeweb"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/web/webtest"
	"chibo/internal/workday"
	"chibo/meeting"
	"chibo/notify"
	"chibo/org"
	"chibo/org/orgtest"
	"chibo/task"
)

func TestTemplates(t *testing.T) {
	homeweb.CheckPages(t, newWorld(t).as(t, access.Actor{}))
}

func TestSignedOut(t *testing.T) {
	if code, to := status(newWorld(t).as(t, access.Actor{}), "/"); code != 303 || !strings.HasPrefix(to, "/signin") {
		t.Errorf("%d to %q", code, to)
	}
}

func TestLead(t *testing.T) {
	w := newWorld(t)
	w.figures(t)
	lead := with(w.na, access.RoleLead, w.HoaBinh)
	path := w.meet(t, civil.Of(2026, 11, 24), meeting.Agreed, meeting.RollRow{}, meeting.StepPrepare)
	w.task(t, task.Task{Title: "Rà soát hộ nghèo", Due: today().AddDays(-3)})
	w.task(t, task.Task{Title: "Vận động hiến đất", Due: today().AddDays(4), ToldAt: today().Time(7, 0)})
	w.task(t, task.Task{Title: "Thu quỹ khuyến học", Due: today().AddDays(-1), DoneOn: today().AddDays(-2), ToldAt: today().Time(7, 0)})
	doc := w.get(t, lead, "/")
	if doc.Tag("h1").Text() != w.HoaBinh.Name {
		t.Errorf("h1 %q", doc.Tag("h1").Text())
	}
	has(t, doc, "1/8 bước", "muộn 2 ngày", "quy ước: ", "1 việc quá hạn", "quá 3 ngày", "còn 4 ngày", "Đã báo xong", "Cao Thị Na", "1.741", "85,0 %", "Chưa có")
	leads(t, doc, path, path+"/committee", "/cells/"+num(w.HoaBinh)+"/tasks", "/cells/"+num(w.HoaBinh)+"/meetings", "/members?cell="+num(w.HoaBinh))
	if n := len(doc.Class("path")[0].Tags("li")); n != 8 {
		t.Errorf("%d steps", n)
	}
	if n := strings.Count(doc.Tag("main").Text(), "Đã báo xong"); n != 1 {
		t.Errorf("%d tasks are told as done, want the one that is", n)
	}
}

// Each step of the path leads to the page where it is done.
func TestStepLinks(t *testing.T) {
	w := newWorld(t)
	lead := with(w.na, access.RoleLead, w.HoaBinh)
	var done []string
	for i, r := range w.Book.At(today(), w.HoaBinh.Path).MonthPath() {
		day := civil.Of(2026, 12, 3).AddMonths(-i) // the earlier one is the current one
		path := w.meet(t, day, meeting.Invited, meeting.RollRow{}, done...)
		want := path + map[string]string{
			meeting.StepPrepare: "/plan", meeting.StepCommittee: "/committee", meeting.StepInvite: "/invite",
			meeting.StepHold: "/run", meeting.StepScore: "/score",
		}[r.Code]
		doc := w.get(t, lead, "/")
		if got := doc.Class("lead-card")[0].Class("primary")[0].Attr("href"); got != want {
			t.Errorf("%s leads to %s, want %s", r.Code, got, want)
		}
		done = append(done, r.Code)
	}
	w.meet(t, civil.Of(2026, 1, 20), meeting.Invited, meeting.RollRow{}, done...)
	has(t, w.get(t, lead, "/"), "8/8 bước", "Đã xong các bước của tháng 01/2026")
}

func TestConvene(t *testing.T) {
	w := newWorld(t)
	lead, committee := with(w.na, access.RoleLead, w.HoaBinh), with(w.na, access.RoleCommittee, w.HoaBinh)
	href := "/meetings/new?cell=" + num(w.HoaBinh)
	doc := w.get(t, lead, "/") // an empty cell
	leads(t, doc, href)
	has(t, doc, "Chuẩn bị sinh hoạt tháng 11/2026", "Không có nhiệm vụ nào đang mở", "Chưa có kỳ họp nào")
	w.meet(t, civil.Of(2026, 11, 3), meeting.Sent, meeting.RollRow{})
	doc = w.get(t, committee, "/")
	has(t, doc, "Chuẩn bị sinh hoạt tháng 12/2026", "Kỳ trước họp ngày 03/11/2026")
	lacks(t, doc, href) // only the lead convenes
}

func TestMember(t *testing.T) {
	for _, c := range []struct {
		name  string
		state string
		row   meeting.RollRow
		want  string
		link  string
		bad   []string
	}{
		{"none", "", meeting.RollRow{}, "Chưa có lịch họp mới", "/members/me", []string{"/checkin"}},
		{"preparing", meeting.Preparing, meeting.RollRow{}, "Chi ủy đang chuẩn bị", "/members/me", []string{"/checkin"}},
		{"asked", meeting.Invited, meeting.RollRow{}, "Xem giấy mời và trả lời", "$", []string{"/checkin"}},
		{"coming", meeting.Invited, meeting.RollRow{Answer: meeting.Yes}, "Đồng chí đã báo sẽ dự", "$", []string{"Xem giấy mời"}},
		{"not coming", meeting.Invited, meeting.RollRow{Answer: meeting.No}, "Đồng chí đã xin vắng", "$", []string{"Xem giấy mời"}},
		{"open", meeting.Opened, meeting.RollRow{}, "Chi bộ đang họp", "$/checkin", []string{"Xem giấy mời"}},
		{"here", meeting.Opened, meeting.RollRow{Presence: meeting.Present, How: meeting.ByCode}, "Đồng chí đã điểm danh", "$", []string{"/checkin"}},
		{"over", meeting.Closed, meeting.RollRow{}, "Chưa có lịch họp mới", "$", []string{"Xem giấy mời", "/checkin"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			path := ""
			if c.state != "" {
				path = w.meet(t, today().AddDays(2), c.state, c.row)
			}
			w.task(t, task.Task{Title: "Rà soát hộ nghèo", Due: today().AddDays(-3)})
			doc := w.get(t, w.na, "/")
			has(t, doc, c.want, "Rà soát hộ nghèo", "1 việc quá hạn")
			leads(t, doc, strings.Replace(c.link, "$", path, 1), "/tasks", "/cells/"+num(w.HoaBinh)+"/meetings")
			lacks(t, doc, c.bad...)
			lacks(t, doc, "/members?cell", `class="path"`)
		})
	}
}

// Who is not on the roll is not asked to answer or to check in.
func TestMemberNotInvited(t *testing.T) {
	w := newWorld(t)
	w.meet(t, today(), meeting.Opened, meeting.RollRow{})
	doc := w.get(t, w.man, "/")
	has(t, doc, "Chi bộ đang họp", "Đồng chí không có việc nào đang mở")
	lacks(t, doc, "/checkin", "Rà soát")
}

func TestNotices(t *testing.T) {
	w := newWorld(t)
	w.write(t, func(ctx context.Context, tx *db.Tx) error {
		return notify.Send(ctx, tx, notify.Notice{Kind: "meeting.invited", Href: "/"}, notify.To{Part: w.na.PartID, PersonID: w.na.PersonID})
	})
	leads(t, w.get(t, w.na, "/"), "/notices")
	leads(t, w.get(t, with(w.na, access.RoleUpper, w.Town), "/"), "/notices")
	lacks(t, w.get(t, w.man, "/"), "/notices")
}

func TestGrassrootsWall(t *testing.T) {
	w := newWorld(t)
	w.figures(t)
	path := w.meet(t, today(), meeting.Opened, meeting.RollRow{})
	upper := with(w.na, access.RoleUpper, w.Town)
	doc := w.get(t, upper, "/")
	has(t, doc, w.Town.Name, "Hôm nay cần biết", "1 / 2 chi bộ", "Còn 1 chi bộ chưa họp", "85,0 %", "17 trên 20", "3.481",
		"Bí thư: đ/c Lưu Đình Khải", "Chưa có bí thư", "quá hạn từ 05/11/2026", "17 ngày", "Chưa ghi nhận lần nào", "Đang họp", "Tốt", "Điều lệ Đảng")
	leads(t, doc, path, unitPath(w.Market), "/cells/"+num(w.HoaBinh)+"/meetings", "/members", "#g-not_met", "#g-late", "#g-no_thematic")
	lacks(t, doc, "Thôn 2", "Thư viện", `id="units"`, "/admitted")
	row := doc.With("aria-labelledby", "g-late").Class("wall")[0].Tag("li")
	if row.Tag("h3").Tag("a").Attr("href") != "/cells/"+num(w.HoaBinh)+"/meetings" || row.Class("btn")[0].Attr("href") != unitPath(w.HoaBinh)+"/act?kind=late&act=remind" || !row.HasClass("warn") {
		t.Errorf("the late row: %s", row.Text())
	}
	if doc.With("aria-labelledby", "g-not_met").Class("wall")[0].Tag("li").HasClass("warn") {
		t.Error("a cell that has never met is not grave")
	}
	has(t, w.get(t, upper, "/?cell=1"), w.HoaBinh.Name, "Kính chào đồng chí") // the own cell
	has(t, w.get(t, orgtest.Actor(access.RoleUpper, w.Town), "/?cell=1"), "Hôm nay cần biết")
}

func TestDistrictWall(t *testing.T) {
	w := newWorld(t)
	w.figures(t)
	w.cfg.From, w.cfg.To = civil.Of(2026, 1, 1), civil.Of(2026, 5, 19)
	doc := w.get(t, orgtest.Actor(access.RoleUpper, w.District), "/")
	stats := doc.ID("stats").Class("stat")
	for i, c := range []struct{ label, figure, href string }{
		{"Tổ chức cơ sở đảng", "3", "/units"},
		{"Chi bộ trực thuộc", "4", "/cells"},
		{"Đảng viên", "8.701", "/members"},
		{"Kết nạp đảng viên", "2", "/admitted?from=2026-01-01&to=2026-05-19"},
	} {
		s := stats[i]
		if s.Tag("h3").Text() != c.label || s.Tag("b").Text() != c.figure || s.Tag("a").Attr("href") != c.href {
			t.Errorf("stat %d: %s %s", i, s.Text(), s.Tag("a").Attr("href"))
		}
	}
	rows := doc.ID("units").Tag("tbody").Tags("tr")
	if len(rows) != 3 || rows[0].Tag("a").Attr("href") != unitPath(w.Town) || !strings.Contains(rows[0].Text(), "1/2") {
		t.Errorf("%d organisations", len(rows))
	}
	lacks(t, doc, "Giữ mô hình")
	w.cfg.From, w.cfg.To = civil.Date{}, civil.Date{}
	leads(t, w.get(t, orgtest.Actor(access.RoleUpper, w.District), "/"), "/admitted?from=2026-01-01&to=2026-11-22")
}

func TestShapeIsSaid(t *testing.T) {
	w := newWorld(t)
	w.override(t)
	has(t, w.get(t, orgtest.Actor(access.RoleUpper, w.District), "/"), "Giữ mô hình cấp huyện", "01/07/2025", "Quy định 01-QĐ/HU")
}

// A group shows a few cells and opens whole.
func TestMoreCells(t *testing.T) {
	w := newWorld(t)
	w.write(t, func(ctx context.Context, tx *db.Tx) error {
		for i := range 10 {
			_, err := org.Add(ctx, tx, org.NewUnit{
				Set: w.Book.At(orgtest.Founded(), ""), ParentID: w.Commune.ID, Kind: org.KindCell, Name: fmt.Sprintf("Chi bộ Xóm %d", i), Seq: 10 + i, ValidFrom: orgtest.Founded(),
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	who := orgtest.Actor(access.RoleUpper, w.Commune)
	count := func(doc *webtest.Document, kind string) int {
		return len(doc.With("aria-labelledby", "g-"+kind).Class("wall")[0].Tags("li"))
	}
	doc := w.get(t, who, "/")
	more := doc.Link("Xem thêm 8 chi bộ").Attr("href")
	if n := count(doc, "not_met"); n != homeweb.Shown || more != "/?all=not_met#g-not_met" {
		t.Errorf("%d rows, more at %q", n, more)
	}
	doc = w.get(t, who, "/?all=not_met")
	if a, b := count(doc, "not_met"), count(doc, "no_admission"); a != 12 || b != homeweb.Shown {
		t.Errorf("%d and %d rows", a, b)
	}
	w.get(t, who, "/?all=%22%3E%3Cscript%3E")
}

// Nothing to remind of: the figures still open something.
func TestCalm(t *testing.T) {
	w := newWorld(t)
	w.figures(t)
	w.write(t, func(ctx context.Context, tx *db.Tx) error {
		for _, m := range []civil.Month{202610, 202611} {
			for _, c := range []org.Unit{w.HoaBinh, w.Market} {
				k := figure.Key{Part: c.PartID, Month: m, CellID: c.ID}
				if err := figure.PutMeeting(ctx, tx, k, figure.Held{MetDay: m.First(), Due: 9, Present: 9}); err != nil {
					return err
				}
				if err := figure.PutSent(ctx, tx, k, m.First(), 0); err != nil {
					return err
				}
				if err := figure.PutThematic(ctx, tx, k); err != nil {
					return err
				}
			}
		}
		return nil
	})
	doc := w.get(t, orgtest.Actor(access.RoleUpper, w.Town), "/")
	has(t, doc, "Không có việc phải nhắc", "2 / 2 chi bộ", "Còn 0 chi bộ chưa họp")
	leads(t, doc, unitPath(w.Town)+"/figures")
	lacks(t, doc, "#g-")
}

func TestFollower(t *testing.T) {
	w := newWorld(t)
	next := w.meet(t, civil.Of(2026, 12, 3), meeting.Invited, meeting.RollRow{})
	who := orgtest.Actor(access.RoleFollower, w.HoaBinh)
	who = with(with(who, access.RoleFollower, w.Village2), access.RoleFollower, w.Commune)
	doc := w.get(t, who, "/")
	has(t, doc, "Chi bộ tôi theo dõi", w.HoaBinh.Name, w.Town.Name, "Buổi họp 03/12/2026, 19:30", w.Village2.Name, "Chưa có lịch họp mới")
	leads(t, doc, next, unitPath(w.HoaBinh), unitPath(w.Village2), unitPath(w.Commune), "/cells/"+num(w.HoaBinh)+"/meetings", "/cells/"+num(w.Village2)+"/meetings")
	if n := len(doc.ID("followed").Tags("li")); n != 3 {
		t.Errorf("%d rows", n)
	}
	lacks(t, doc, "/cells/"+num(w.Commune)+"/meetings", "Thôn 10", "Chưa có phần việc")
	has(t, w.get(t, with(w.na, access.RoleFollower, w.Village2), "/"), "Kính chào đồng chí") // the own cell comes first
}

func TestAdmin(t *testing.T) {
	w := newWorld(t)
	doc := w.get(t, orgtest.Actor(access.RoleAdmin, w.District), "/")
	has(t, doc, w.District.Name, "không xem hồ sơ đảng viên")
	leads(t, doc, unitPath(w.District), "/units", "/account")
	lacks(t, doc, "/members", "/meetings")
	doc = w.get(t, orgtest.Actor(access.RoleAdmin, w.Town), "/") // shown the way to the own unit, not to the top
	leads(t, doc, unitPath(w.Town))
	lacks(t, doc, unitPath(w.District)+`"`)
	leads(t, doc, "/tree")
	has(t, doc, "Bốn việc để chi bộ vào dùng được") // nobody has an account yet: the next steps
	leads(t, doc, "/accounts", "/rights")
}

func TestNothing(t *testing.T) {
	w := newWorld(t)
	has(t, w.get(t, access.Actor{AccountID: 5}, "/"), "Tài khoản chưa gắn với chi bộ nào")
	if code, _ := status(w.as(t, access.Actor{AccountID: 5}), "/no"); code != 404 {
		t.Errorf("another address: %d", code)
	}
}

func TestEmptyData(t *testing.T) {
	w := newWorld(t)
	for _, u := range []org.Unit{w.District, w.Commune, w.Section} {
		doc := w.get(t, orgtest.Actor(access.RoleUpper, u), "/")
		has(t, doc, "Hôm nay không có chi bộ nào họp", "Chưa có buổi nào được chấm điểm", "Chưa có kỳ họp nào", "Chưa ghi nhận lần nào")
		if text := doc.Tag("main").Text(); strings.Contains(text, "NaN") || strings.Contains(text, "/0001") || strings.Contains(text, "-1") {
			t.Errorf("a figure that is none: %s", text)
		}
	}
	has(t, w.get(t, orgtest.Actor(access.RoleCommittee, w.Village2), "/"), w.Village2.Name)
}

func TestFilling(t *testing.T) {
	w := newWorld(t)
	w.cfg.Progress = func() int { return 37 }
	for _, who := range []access.Actor{orgtest.Actor(access.RoleUpper, w.District), orgtest.Actor(access.RoleLead, w.HoaBinh), orgtest.Actor(access.RoleAdmin, w.District)} {
		has(t, w.get(t, who, "/"), "Đã xong 37 %")
	}
	w.cfg.Progress = func() int { return 100 }
	lacks(t, w.get(t, orgtest.Actor(access.RoleUpper, w.District), "/"), "data-poll", "Đã xong")
}

func TestHostileText(t *testing.T) {
	for _, name := range []string{`<script>alert(1)</script>"><img src=x onerror=alert(1)>`, strings.Repeat("dài ", 400), "\u202eđảo", "{{.Unit}}"} {
		w := newWorld(t)
		var u org.Unit
		w.write(t, func(ctx context.Context, tx *db.Tx) (err error) {
			u, err = org.Add(ctx, tx, org.NewUnit{
				Set: w.Book.At(orgtest.Founded(), ""), ParentID: w.Town.ID, Kind: org.KindCell, Name: name, Short: name, Hall: name, ValidFrom: orgtest.Founded(),
			})
			return err
		})
		w.HoaBinh = u
		w.naID = 77
		w.meet(t, today(), meeting.Invited, meeting.RollRow{})
		w.task(t, task.Task{Title: name, Due: today()})
		for _, who := range []access.Actor{
			orgtest.Actor(access.RoleUpper, w.District), orgtest.Actor(access.RoleUpper, w.Town), orgtest.Actor(access.RoleLead, u),
			orgtest.Actor(access.RoleMember, u), orgtest.Actor(access.RoleFollower, u), orgtest.Actor(access.RoleAdmin, u),
		} {
			lacks(t, w.get(t, who, "/?all=not_met"), "<script>alert", "<img src=x")
		}
	}
}

// A deputy who is not authorised to convene is told who does, instead of a button that
// would be refused.
func TestDeputySeesWhoConvenes(t *testing.T) {
	w := newWorld(t)
	doc := w.get(t, orgtest.Actor(access.RoleDeputy, w.Village2), "/")
	if !doc.ID("who-convenes").OK() {
		t.Error("nothing says who begins")
	}
	lacks(t, doc, "/meetings/new")
	if w.get(t, orgtest.Actor(access.RoleLead, w.Village2), "/").ID("who-convenes").OK() {
		t.Error("the secretary is told to ask the secretary")
	}
}

// A member who helps somebody is led there from the own first page; nobody else is.
func TestHelpingOnTheFirstPage(t *testing.T) {
	w := newWorld(t)
	w.write(t, func(ctx context.Context, tx *db.Tx) error {
		s := &admission.Service{DB: w.d, Book: w.Book, Days: w.days(t)}
		return s.AddAll(ctx, tx, today(), []admission.Past{w.dossier(admission.Helper{MembershipID: w.naID, Name: "Cao Thị Na", From: today()})})
	})
	for _, c := range []struct {
		who  access.Actor
		want int
	}{{w.na, 1}, {w.man, 0}} {
		n := 0
		for _, a := range webtest.Get(t, w.as(t, c.who), "/").Tags("a") {
			if a.Attr("href") == "/helping" {
				n++
				if !strings.Contains(a.Text(), "1") {
					t.Errorf("how many are helped: %q", a.Text())
				}
			}
		}
		if n != c.want {
			t.Errorf("%s: %d links, want %d", c.who.Name, n, c.want)
		}
	}
}

// The wall says in the reader's language at which step a dossier waits.
func TestDossiersOnTheWallInBothLanguages(t *testing.T) {
	w := newWorld(t)
	w.cfg.More = []home.Source{home.LateDossiers}
	steps := w.Book.At(today(), w.HoaBinh.Path).AdmissionSteps()
	w.write(t, func(ctx context.Context, tx *db.Tx) error {
		s := &admission.Service{DB: w.d, Book: w.Book, Days: w.days(t)}
		p := w.dossier()
		for _, st := range steps {
			if st.Code == "base" {
				break
			}
			if st.Code == admission.StepTrack {
				continue
			}
			p.Records = append(p.Records, admission.Record{Step: st.Code, Outcome: admission.Passed, Day: civil.Of(2026, 1, 12)})
		}
		return s.AddAll(ctx, tx, today(), []admission.Past{p})
	})
	upper := with(access.Actor{AccountID: 9, PersonID: 9, PartID: w.Town.PartID, Name: "Bí thư"}, access.RoleUpper, w.Town)
	for _, lang := range []string{"vi", "en"} {
		doc := webtest.Get(t, w.as(t, upper), unitPath(w.Town)+"/wall", &http.Cookie{Name: "lang", Value: lang})
		want := ""
		for _, st := range steps {
			if st.Code == "base" {
				want = st.Title.In(lang)
			}
		}
		if got := doc.Tag("main").Text(); want == "" || !strings.Contains(got, want) {
			t.Errorf("%s: %q is not on the wall: %s", lang, want, got)
		}
	}
}

// dossier is somebody whom Hòa Bình has tracked since the winter.
func (w *world) dossier(helpers ...admission.Helper) admission.Past {
	day := civil.Of(2026, 1, 5)
	return admission.Past{
		Dossier: admission.Dossier{CellID: w.HoaBinh.ID, TrackedOn: day, Person: admission.Person{Name: "Lê Văn Tám", Sex: "m", Birth: civil.Of(1996, 3, 4), Citizen: true}},
		Records: []admission.Record{{Step: admission.StepTrack, Outcome: admission.Passed, Day: day}}, Helpers: helpers,
	}
}

func (w *world) days(t *testing.T) *workday.Calendar {
	t.Helper()
	days, err := workday.New()
	if err != nil {
		t.Fatal(err)
	}
	return days
}
