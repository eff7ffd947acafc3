package meeting_test

import (
	"strings"
	"testing"
	"time"

	"chibo/ballot"
	"chibo/document"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/internal/paper"
	"chibo/meeting"
	"chibo/notify"
	"chibo/task"
)

// The whole life of a meeting, on both engines, down to the words of its papers.
func TestWholeStory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.lastMonth()
		day := civil.Of(2026, 11, 10)
		ref := w.convene(day)
		w.prepared(ref)
		w.planned(ref)
		_, err := w.s.Agree(ctx(), w.act(secretary), ref, meeting.AgreeIn{Hour: 8, PresentIDs: w.ids(secretary, committee)})
		w.must(err)
		w.must(w.s.Invite(ctx(), w.act(secretary), ref))
		w.announced(ref)
		w.before(ref)
		w.clk.Set(day.Time(19, 20))
		w.rollCall(ref)
		w.held(ref)
		w.clk.Set(day.Time(21, 15))
		w.must(w.s.Adjourn(ctx(), w.act(secretary), ref, w.get(ref).Version))
		w.closed(ref)
		w.sent(ref)
	})
}

func (w *world) prepared(ref ident.Ref) {
	t := w.t
	f := w.get(ref)
	if f.State != meeting.Preparing || f.ChairID != w.people[secretary].id || f.ClerkID != w.people[committee].id {
		t.Errorf("state %s chair %d clerk %d", f.State, f.ChairID, f.ClerkID)
	}
	if len(f.Items) == 0 || f.Planned < f.Required || f.Required == 0 {
		t.Errorf("%d items, %d minutes of %d", len(f.Items), f.Planned, f.Required)
	}
	if len(f.Steps) != 8 || f.Steps[0].Step != meeting.StepPrepare || f.Steps[7].Step != meeting.StepSend {
		t.Errorf("steps %+v", f.Steps)
	}
	if len(f.Tasks) != 3 || f.Direction == "" {
		t.Errorf("%d tasks to look back on, direction %q", len(f.Tasks), f.Direction)
	}
	member, err := w.s.Get(ctx(), w.act(member1), ref)
	w.must(err)
	if !member.Hidden || member.Direction != "" || len(member.Items) > 0 {
		t.Errorf("a member sees the draft before it is handed out: %+v", member)
	}
}

func (w *world) planned(ref ident.Ref) {
	f := w.get(ref)
	p := planOf(f)
	p.Direction = "Hoàn thành các chỉ tiêu năm 2026"
	p.Praise = "đồng chí Trần Thị Hòa"
	p.Shortcomings = "một số đồng chí ít phát biểu"
	p.Decisions = []meeting.Decision{
		{Title: "Vận động hiến đất mở rộng đường ngõ 5", AssigneeID: w.people[deputy].id, Due: civil.Of(2026, 11, 25), Product: "5 hộ hiến đất"},
		{Title: "Thăm gia đình chính sách", AssigneeID: w.people[member2].id, Due: civil.Of(2026, 11, 20)},
	}
	w.must(w.s.SavePlan(ctx(), w.act(committee), ref, p))
	g := w.get(ref)
	if g.Version != f.Version+1 || len(g.Decisions) != 2 || len(g.Items) != len(f.Items) || g.Praise != p.Praise {
		w.t.Errorf("after the plan: %+v", g.Meeting)
	}
}

// planOf makes the form that the page of a meeting sends back unchanged.
func planOf(f meeting.Full) meeting.Plan {
	return meeting.Plan{
		Day: f.Day, Hour: 19, Minute: 30, Place: f.Place, Theme: f.Theme, ChairID: f.ChairID, ClerkID: f.ClerkID, Items: f.Items,
		Review: f.Review, Direction: f.Direction, Praise: f.Praise, Shortcomings: f.Shortcomings, Decisions: f.Decisions, Version: f.Version,
	}
}

func (w *world) announced(ref ident.Ref) {
	f := w.get(ref)
	if len(f.Roll) != everybody || f.Committee == nil || f.Committee.Present != 2 || f.Committee.All != 3 {
		w.t.Errorf("roll of %d, committee %+v", len(f.Roll), f.Committee)
	}
	for i, p := range w.people {
		if got := w.unread(p.actor.PersonID); got != 1 {
			w.t.Errorf("person %d has %d notices", i, got)
		}
	}
	if got := w.unread(9001); got != 1 {
		w.t.Errorf("the follower has %d notices (rules.md 2.09)", got)
	}
}

func (w *world) unread(person int64) (n int) {
	w.must(w.d.Read(ctx(), func(q db.Q) (err error) {
		n, err = notify.Unread(ctx(), q, w.cell.PartID, person)
		return err
	}))
	return n
}

func (w *world) before(ref ident.Ref) {
	w.must(errNo(w.s.MarkSeen(ctx(), w.act(member1), ref)))
	w.must(w.s.Answer(ctx(), w.act(member1), ref, true, ""))
	field(w.t, w.s.Answer(ctx(), w.act(member5), ref, false, " "), "reason", "meeting.err.reason")
	w.must(w.s.Answer(ctx(), w.act(member5), ref, false, "illness"))
	w.must(w.s.PhoneAnswer(ctx(), w.act(committee), ref, w.people[member2].id, true, ""))
	_, err := w.s.AddOpinion(ctx(), w.act(member1), ref, meeting.OpinionIn{Text: "Đề nghị sửa đường ngõ 3", Op: "a"})
	w.must(err)
	twice, err := w.s.AddOpinion(ctx(), w.act(member1), ref, meeting.OpinionIn{Text: "Đề nghị sửa đường ngõ 3", Op: "a"})
	w.must(err)
	f := w.get(ref)
	if len(f.Opinions) != 1 || f.Opinions[0].ID != twice || f.Opinions[0].Phase != meeting.Before {
		w.t.Errorf("opinions %+v", f.Opinions)
	}
}

func (w *world) rollCall(ref ident.Ref) {
	code, expires, err := w.s.Code(ctx(), w.act(committee), ref)
	w.must(err)
	if left := expires.Sub(w.clk.Now()); len(code) != 4 || left <= 0 || left > 30*time.Second {
		w.t.Errorf("code %q for %s", code, left)
	}
	for _, i := range []int{secretary, deputy, committee, member1, member2, member3, reserve, exempt} {
		if _, err := w.s.CheckIn(ctx(), w.act(i), ref, " "+code+" "); err != nil {
			w.t.Errorf("check-in of %d: %v", i, err)
		}
	}
	w.clk.Set(w.get(ref).Day.Time(19, 30))
	w.must(w.s.OpenMeeting(ctx(), w.act(secretary), ref))
	w.must(w.s.Mark(ctx(), w.act(committee), ref, w.people[member4].id, meeting.Present, ""))
	excused, unexcused, err := w.s.MarkRest(ctx(), w.act(committee), ref)
	w.must(err)
	a := w.get(ref).Attendance
	want := meeting.Attendance{
		Members: 12, Officials: 11, Reserves: 1, Exempt: 1, TempOut: 1, Due: 10, Present: 8, PresentOfficial: 7, PresentReserve: 1,
		Excused: 1, Unexcused: 1, Beside: 1,
	}
	if excused != 1 || unexcused != 1 || a != want {
		w.t.Errorf("%d excused, %d not: %+v", excused, unexcused, a)
	}
}

func (w *world) held(ref ident.Ref) {
	w.must(w.s.FeePaid(ctx(), w.act(committee), ref, 10))
	f := w.get(ref)
	for i, it := range f.Items {
		w.must(w.s.StartItem(ctx(), w.act(committee), ref, it.ID))
		if i == 2 {
			w.must(w.s.NoteItem(ctx(), w.act(committee), ref, it.ID, "Chi bộ thông qua chương trình", nil))
		}
		w.clk.Advance(5 * time.Minute)
	}
	_, err := w.s.AddOpinion(ctx(), w.act(committee), ref, meeting.OpinionIn{ItemID: f.Items[3].ID, MembershipID: w.people[member3].id, Text: "Đồng ý với báo cáo"})
	w.must(err)
	_, err = w.s.AddOpinion(ctx(), w.act(committee), ref, meeting.OpinionIn{ItemID: f.Items[3].ID, MembershipID: w.people[member4].id})
	w.must(err)
	r := f.Tasks[0]
	w.must(w.s.JudgeTask(ctx(), w.act(committee), ref, r.Ref.ID, task.Done, "Đủ 5 hộ", r.Version))
	n, err := w.s.JudgeRest(ctx(), w.act(committee), ref)
	w.must(err)
	if n != 2 {
		w.t.Errorf("%d tasks judged by the proposal", n)
	}
	w.voted(ref)
	_, err = w.s.Conclude(ctx(), w.act(secretary), ref, "Chi bộ thống nhất các nội dung đã bàn", nil)
	w.must(err)
}

// voted: 11 official members, one in temporary activity elsewhere and absent, one exempt
// who came: base 10 (rules.md 2.28).
func (w *world) voted(ref ident.Ref) {
	t := w.t
	vote, err := w.s.OpenVote(ctx(), w.act(committee), ref, "", meeting.PurposeResolution)
	w.must(err)
	if _, err := w.s.OpenVote(ctx(), w.act(committee), ref, "", meeting.PurposeAgenda); err == nil {
		t.Error("two votes at once")
	}
	if _, err := w.s.Cast(ctx(), w.act(member1), ref, vote.ID, ballot.Yes); err != nil {
		t.Error(err)
	}
	_, err = w.s.Cast(ctx(), w.act(reserve), ref, vote.ID, ballot.Yes)
	is(t, err, ballot.ErrReserve)
	_, err = w.s.SaveText(ctx(), w.act(committee), ref, meeting.FieldDirection, "khác", nil)
	is(t, err, meeting.ErrAdopted)
	w.must(w.s.Mark(ctx(), w.act(committee), ref, w.people[member6].id, meeting.Present, "")) // comes late
	v := w.get(ref).Votes[0]
	if v.Base != 10 || v.Needed != 6 || v.Present != 9 || v.Yes != 1 {
		t.Errorf("base %d needed %d present %d yes %d", v.Base, v.Needed, v.Present, v.Yes)
	}
	done, err := w.s.CloseByHands(ctx(), w.act(committee), ref, vote.ID, ballot.Hands{Yes: 7, No: 1}, v.Version)
	w.must(err)
	if !done.Passed || done.Yes != 8 {
		t.Errorf("result %+v", done)
	}
	w.must(w.s.Reserve(ctx(), w.act(member4), ref, vote.ID, 0, "Cần làm ngõ 3 trước"))
}

func (w *world) closed(ref ident.Ref) {
	t := w.t
	f := w.get(ref)
	if f.State != meeting.Closed || len(f.Documents) != 2 {
		t.Fatalf("state %s, %d papers", f.State, len(f.Documents))
	}
	docs := map[string]document.Document{}
	for _, doc := range f.Documents {
		docs[doc.Kind] = doc
		if !doc.Frozen() || doc.Number != 1 || doc.On != f.Day {
			t.Errorf("paper %+v", doc)
		}
	}
	w.resolution(docs[meeting.PaperResolution])
	w.minutes(docs[meeting.PaperMinutes])
	w.must(w.d.Read(ctx(), func(q db.Q) error {
		given, err := task.BySource(ctx(), q, ref.Part, ref.ID)
		if err != nil {
			return err
		}
		if len(given) != 2 || given[0].AssigneeID != w.people[deputy].id || given[0].DocumentID != docs[meeting.PaperResolution].Ref.ID || given[0].StartOn != f.Day {
			t.Errorf("tasks %+v", given)
		}
		rows, err := figure.CellTrend(ctx(), q, ref.Part, f.OrgID, f.Month, f.Month)
		if err != nil {
			return err
		}
		m := rows[0]
		if m.MetDay != f.Day || m.Due != 10 || m.Present != 9 || m.Speakers != 2 || m.Minutes != 105 || !m.Agreed || m.TasksDue != 2 || m.TasksDone != 1 {
			t.Errorf("figures %+v", m)
		}
		return nil
	}))
	w.must(w.d.Read(ctx(), func(q db.Q) error {
		e, err := w.s.Evidence(ctx(), q, ref)
		if e.Minutes != 105 || e.RequiredMinutes != 90 || e.DocsDaysBefore != 7 || !e.HasFollowerNotice || e.VotesHeld != 1 || e.ItemsDone != e.ItemsTotal ||
			e.MaxExcusedRun != 1 || e.ReviewDue != 2 || e.ReviewDone != 1 || !e.CommitteeMet || !e.Praised || e.ContentMinutes["ideology"] != 5 {
			t.Errorf("evidence %+v", e)
		}
		return err
	}))
}

func (w *world) sent(ref ident.Ref) {
	w.clk.Advance(4 * 24 * time.Hour)
	w.must(w.s.Send(ctx(), w.act(secretary), ref))
	f := w.get(ref)
	if f.State != meeting.Sent || f.Late != 2 {
		w.t.Errorf("state %s late %d", f.State, f.Late)
	}
	for _, st := range f.Steps {
		if st.DoneOn.IsZero() && st.Step != meeting.StepScore {
			w.t.Errorf("step %s is not done", st.Step)
		}
	}
	if w.unread(9002) != 1 {
		w.t.Error("the committee above was not told")
	}
}

// text gives the paper's words in reading order.
func (w *world) text(doc document.Document) (paper.Document, string) {
	w.t.Helper()
	v, err := w.s.Documents.Open(ctx(), w.act(secretary), doc.Ref, 0)
	w.must(err)
	var b strings.Builder
	for _, bl := range v.Content.Blocks {
		for _, r := range bl.Runs {
			b.WriteString(r.Text)
		}
		if bl.Table != nil {
			for _, r := range bl.Table.Rows {
				b.WriteString(strings.Join(r.Cells, "|") + "\n")
			}
		}
		b.WriteString("\n")
	}
	return v.Content, b.String()
}

// resolution checks rules.md 2.36-2.38 and 7.04-7.15.
func (w *world) resolution(doc document.Document) {
	c, text := w.text(doc)
	if c.Kind != "NGHỊ QUYẾT" || c.Subject != "sinh hoạt chi bộ thường kỳ tháng 11 năm 2026" || c.Number != "Số 01-NQ/CB" ||
		c.PlaceDate != "Đức Thọ, ngày 10 tháng 11 năm 2026" || c.Header.Issuer != "CHI BỘ TỔ DÂN PHỐ HÒA BÌNH" || c.Header.Upper != "ĐẢNG BỘ THỊ TRẤN ĐỨC THỌ" {
		w.t.Errorf("frame %q %q %q %q %+v", c.Kind, c.Subject, c.Number, c.PlaceDate, c.Header)
	}
	s := c.Signatures
	if len(s) != 1 || s[0].Authority != "T/M CHI BỘ" || s[0].Post != "BÍ THƯ" || s[0].Name != "Võ Đình Khải" {
		w.t.Errorf("signatures %+v", s)
	}
	if r := c.Recipients; len(r) != 3 || r[0] != "Đảng ủy thị trấn Đức Thọ (báo cáo)," || r[2] != "Lưu Chi bộ." {
		w.t.Errorf("recipients %q", r)
	}
	w.says(text, []string{
		"Ngày 10 tháng 11 năm 2026, tại Nhà văn hóa Tổ dân phố Hòa Bình, Chi bộ Tổ dân phố Hòa Bình tổ chức sinh hoạt thường kỳ tháng 11 năm 2026.",
		"Tổng số đảng viên 12 đồng chí (chính thức 11, dự bị 1); được miễn công tác và sinh hoạt đảng 1; sinh hoạt tạm thời nơi khác 1; phải dự 10; có mặt 9 (chính thức 8, dự bị 1), đạt 90%",
		"vắng có lý do 1 (đồng chí Bùi Đức Lợi: ốm đau); vắng không lý do 0; ngoài ra có 1 đồng chí không thuộc diện phải dự đến dự.",
		"Thời gian sinh hoạt 105 phút (từ 19 giờ 30 phút đến 21 giờ 15 phút).",
		"Chủ trì: đồng chí Võ Đình Khải, Bí thư chi bộ. Thư ký: đồng chí Lê Văn Thủy, Chi ủy viên. Đảng phí: 10 đồng chí đã đóng đảng phí.",
		"I- KẾT QUẢ THỰC HIỆN NGHỊ QUYẾT THÁNG TRƯỚC",
		"1|Vận động hiến đất mở rộng ngõ 3 (đồng chí Trần Thị Hòa)|Quá hạn|Hoàn thành: đủ 5 hộ",
		"|Đang thực hiện|Tiếp tục thực hiện", "Đã hoàn thành 1/2 nhiệm vụ đến hạn (50%); 1 nhiệm vụ tiếp tục thực hiện.",
		"Biểu dương: đồng chí Trần Thị Hòa.",
		"Hạn chế, nguyên nhân: một số đồng chí ít phát biểu.",
		"II- PHƯƠNG HƯỚNG, NHIỆM VỤ THÁNG 11", "Hoàn thành các chỉ tiêu năm 2026.",
		"III- PHÂN CÔNG, TỔ CHỨC THỰC HIỆN",
		"1|Vận động hiến đất mở rộng đường ngõ 5|Trần Thị Hòa|25/11/2026|5 hộ hiến đất",
		"Nghị quyết được 8/10 đảng viên chính thức (80%) biểu quyết tán thành.",
	})
}

// minutes checks rules.md 2.39 and 7.16.
func (w *world) minutes(doc document.Document) {
	c, text := w.text(doc)
	s := c.Signatures
	if c.Kind != "BIÊN BẢN" || c.Number != "Số 01-BB/CB" || len(s) != 2 || s[0].Name != "Lê Văn Thủy" || s[0].Side != paper.SideLeft || s[1].Post != "CHỦ TRÌ" {
		w.t.Errorf("frame %q %q %+v", c.Kind, c.Number, s)
	}
	w.says(text, []string{
		"Thời gian: bắt đầu lúc 19 giờ 30 phút, ngày 10 tháng 11 năm 2026.",
		"Địa điểm: Nhà văn hóa Tổ dân phố Hòa Bình.",
		"Thành phần: Tổng số đảng viên 12", "đồng chí Bùi Đức Lợi: ốm đau",
		"Chủ trì: đồng chí Võ Đình Khải, Bí thư chi bộ. Thư ký: đồng chí Lê Văn Thủy, Chi ủy viên.",
		"I- CHƯƠNG TRÌNH SINH HOẠT", "1. Tuyên bố lý do",
		"II- NỘI DUNG SINH HOẠT", "Chi bộ thông qua chương trình.",
		"Có 2 lượt ý kiến:", "Đồng chí Hoàng Văn Đoàn: Đồng ý với báo cáo.", "Đồng chí Ngô Xuân Ánh phát biểu ý kiến.",
		"Ý kiến khác của đảng viên", "Đồng chí Phạm Quốc Khánh: Đề nghị sửa đường ngõ 3.",
		"BIỂU QUYẾT", "1. Thông qua Nghị quyết tháng 11 năm 2026 (biểu quyết công khai): tính trên 10 đảng viên chính thức, cần từ 6 phiếu; " +
			"tán thành 8/10 (80%), không tán thành 1, ý kiến khác 0, không tham gia biểu quyết 1; được thông qua.",
		"Ý kiến bảo lưu: ", "Đồng chí Ngô Xuân Ánh: Cần làm ngõ 3 trước.",
		"KẾT LUẬN CỦA CHỦ TRÌ", "Chi bộ thống nhất các nội dung đã bàn.", "Chi bộ ban hành Nghị quyết số 01-NQ/CB.",
		"Buổi sinh hoạt kết thúc lúc 21 giờ 15 phút, cùng ngày.",
	})
}

// says wants the words in this order.
func (w *world) says(text string, words []string) {
	w.t.Helper()
	rest := text
	for _, want := range words {
		_, after, ok := strings.Cut(rest, want)
		if !ok {
			w.t.Errorf("no %q (in its place) in:\n%s", want, text)
			return
		}
		rest = after
	}
}
