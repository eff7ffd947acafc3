package demo

import (
	"context"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/workplan"
)

// workIDs is before the ids of the sample's work plans: a thousand for each cell, a
// hundred for each year.
const workIDs = 60_000_000

// draftFrom is the month from which cells of the sample draft next year's plan.
const draftFrom = 11

// planned is an item of a sample plan: from which month to which, who (a place in the
// story's cell; 0 whoever leads), and what came of it once its months are over.
type planned struct {
	from, to int
	who      int
	title    string
	content  string
	product  string
	result   workplan.Result
	told     string
}

func storyWork() []planned {
	return []planned{
		{1, 1, castSecretary, "Thông qua chương trình công tác, kế hoạch chuyên đề, chương trình kiểm tra, giám sát năm", "party_building", "Nghị quyết; các chương trình, kế hoạch", workplan.Done, ""},
		{1, 2, castElder, "Thăm, chúc Tết đảng viên cao tuổi, đảng viên khó khăn", "members", "12 đồng chí đều được thăm", workplan.Done, "Đã thăm đủ 12 đồng chí, có quà của chi bộ."},
		{1, 2, castClerk, "Đảng viên đăng ký, cam kết tu dưỡng, rèn luyện, phấn đấu", "learning", "Bản cam kết của từng đảng viên", workplan.Done, ""},
		{3, 3, castYoung, "Rà soát quần chúng ưu tú, phân công đảng viên giúp đỡ", "members", "Danh sách nguồn, phân công người giúp đỡ", workplan.Done, "Chọn 3 quần chúng, đã phân công 3 đồng chí."},
		{3, 9, castDeputy, "Kiểm tra, giám sát 2 đảng viên về chấp hành nghị quyết", "inspection", "Kết luận kiểm tra, báo cáo giám sát", workplan.Done, "Hai kết luận đã thông báo trong chi bộ."},
		{4, 10, castDeputy, "Vận động hiến đất mở rộng đường ngõ 5", "political_task", "10 hộ hiến đất, đường rộng 4 m", workplan.Part, "Đã có 7 trên 10 hộ, còn 3 hộ đi làm xa."},
		{6, 6, castSecretary, "Sơ kết 6 tháng, bổ sung nhiệm vụ 6 tháng cuối năm", "review", "Báo cáo sơ kết", workplan.Done, ""},
		{7, 7, castElder, "Thăm gia đình thương binh, liệt sĩ, người có công dịp 27/7", "mass_work", "15 gia đình được thăm", workplan.Done, "Đã thăm 15 gia đình."},
		{8, 8, castYoung, "Tổ chức cho quần chúng ưu tú học lớp nhận thức về Đảng", "members", "2 giấy chứng nhận", workplan.Undone, "Lớp học chuyển sang quý I năm sau."},
		{11, 11, castYoung, "Lãnh đạo tổ chức Ngày hội Đại đoàn kết toàn dân tộc", "mass_work", "Ngày hội có trên 80% số hộ tham dự", workplan.Done, "Có 142 trên 160 hộ tham dự."},
		{11, 11, castClerk, "Lấy ý kiến nhận xét nơi cư trú đối với đảng viên đang công tác", "members", "Phiếu nhận xét", workplan.NotTold, ""},
		{11, 12, castSecretary, "Kiểm điểm, đánh giá, xếp loại chi bộ và đảng viên cuối năm", "criticism", "Bản kiểm điểm, biên bản, đề nghị xếp loại", workplan.NotTold, ""},
		{1, 12, castDeputy, "Thu, nộp đảng phí; thông báo tình hình đóng đảng phí", "members", "Sổ thu, nộp đảng phí", workplan.NotTold, ""},
		{12, 12, castClerk, "Đảng viên khai phiếu bổ sung hồ sơ; chi ủy kiểm tra, gửi cấp trên", "members", "Phiếu bổ sung hồ sơ đảng viên", workplan.NotTold, ""},
		{12, 12, castSecretary, "Tổng kết công tác năm, dự thảo kế hoạch năm sau", "review", "Báo cáo tổng kết; dự thảo kế hoạch", workplan.NotTold, ""},
	}
}

// commonWork is what every other cell of the sample plans.
func commonWork() []planned {
	return []planned{
		{1, 1, 0, "Thông qua chương trình công tác, kế hoạch chuyên đề của năm", "party_building", "Nghị quyết", workplan.Done, ""},
		{1, 2, 1, "Đảng viên đăng ký, cam kết tu dưỡng, rèn luyện", "learning", "Bản cam kết", workplan.Done, ""},
		{3, 9, 1, "Kiểm tra, giám sát đảng viên theo chương trình năm", "inspection", "Kết luận, báo cáo", workplan.Done, ""},
		{6, 6, 0, "Sơ kết công tác 6 tháng", "review", "Báo cáo sơ kết", workplan.Done, ""},
		{11, 12, 0, "Kiểm điểm, đánh giá, xếp loại cuối năm", "criticism", "Biên bản, đề nghị xếp loại", workplan.Done, ""},
		{12, 12, 0, "Tổng kết công tác năm", "review", "Báo cáo tổng kết", workplan.Done, ""},
	}
}

// works lets the cells of the sample have work plans: the story's with results and a
// draft of the next year, others by how well they are run.
func (f *Fill) works(ctx context.Context, tx *db.Tx, g *ground) error {
	var list []workplan.Past
	year := f.Today.Year()
	for i := range g.cells {
		c := &g.cells[i]
		switch {
		case c.story:
			list = append(list, f.storyYear(g, i))
		case c.care > 0.4:
			list = append(list, f.workYear(g, i, year, commonWork(), true))
		case c.care > 0.3:
			list = append(list, f.workYear(g, i, year, commonWork(), false))
		}
		if f.Today.MonthNum() >= draftFrom && (c.story || c.care > 0.7) {
			items := commonWork()
			if c.story {
				items = storyWork()
			}
			list = append(list, f.workYear(g, i, year+1, items, false))
		}
	}
	return workplan.InsertHistory(ctx, tx, list)
}

// workYear is a plan of a cell; approved in January, when that is over.
func (f *Fill) workYear(g *ground, i, year int, items []planned, approved bool) workplan.Past {
	c := &g.cells[i]
	base := int64(workIDs + (g.base+i)*1000 + (year-f.Today.Year()+1)*100)
	h := workplan.Past{Plan: workplan.Plan{Ref: ident.Ref{Part: c.unit.PartID, ID: base}, CellID: c.unit.ID, Year: year, State: workplan.Draft}}
	january := civil.Month(year*100 + 1)
	if m := monthOf(g.base+i, &c.cellPlan, january, f.Today); approved && m.held && m.day.Before(f.Today) {
		h.Plan.State, h.Plan.ApprovedOn = workplan.Approved, m.day
		h.Plan.MeetingID = monthID(g.base+i, january, f.Today, idMeeting)
	}
	for n, p := range items {
		who := p.who
		if !c.story {
			who = c.lead[p.who%len(c.lead)]
		}
		it := workplan.Item{
			Ref: ident.Ref{ID: base + int64(n)}, From: civil.Month(year*100 + p.from), To: civil.Month(year*100 + p.to), Title: p.title, Content: p.content,
			Product: p.product, WhoID: c.members[who], WhoName: c.people[who].name,
		}
		if year > f.Today.Year() && n%4 == 3 { // nobody is named yet
			it.WhoID, it.WhoName = 0, ""
		}
		told := it.To.Last().AddDays(-2)
		if h.Plan.Approved() && told.Before(f.Today) && (c.story || c.care > 0.55 || n%3 > 0) {
			if it.Result, it.Told = p.result, p.told; it.Result != workplan.NotTold {
				it.ToldOn = told
			}
		}
		h.Items = append(h.Items, it)
	}
	lead := c.people[c.lead[0]].name
	first := january.First().AddDays(-20)
	h.Steps = append(h.Steps, workplan.Step{Kind: workplan.StepStart, At: first.Time(8, 30), Name: lead})
	if h.Plan.Approved() {
		h.Steps = append(h.Steps, workplan.Step{Kind: workplan.StepApprove, At: h.Plan.ApprovedOn.Time(21, 0), Name: lead, Became: h.Plan.ApprovedOn.String()})
	}
	return h
}

// storyYear is the plan of the story's cell, with what was changed after the approval.
func (f *Fill) storyYear(g *ground, i int) workplan.Past {
	c, year := &g.cells[i], f.Today.Year()
	h := f.workYear(g, i, year, storyWork(), true)
	if !h.Plan.Approved() {
		return h
	}
	change := func(month, day int, s workplan.Step, do func()) {
		if on := civil.Of(year, month, day); on.Before(f.Today) {
			s.At = on.Time(9, 15)
			do()
			h.Steps = append(h.Steps, s)
		}
	}
	by := func(k int) string { return c.people[k].name }
	moved := &h.Items[5]
	month := func(m int) civil.Month { return civil.Month(year*100 + m) }
	span := func(from, to int) string { return workplan.Item{From: month(from), To: month(to)}.Months() }
	change(6, 8, workplan.Step{
		ItemID: moved.Ref.ID, Title: moved.Title, Kind: workplan.StepMonths, Was: span(4, 6), Became: span(4, 10), Name: by(castDeputy),
		Reason: "Ba hộ đi làm xa, chờ về mới bàn được.",
	}, func() {})
	gone := workplan.Item{
		Ref: ident.Ref{ID: h.Plan.Ref.ID + 50}, From: month(8), To: month(8), Title: "Tham quan mô hình khu dân cư kiểu mẫu ở xã bạn", Content: "learning",
		WhoID: c.members[castSecretary], WhoName: by(castSecretary), Product: "Bài học áp dụng cho tổ dân phố",
	}
	drop := "Xã bạn đang sắp xếp lại thôn, hẹn năm sau."
	change(8, 4, workplan.Step{ItemID: gone.Ref.ID, Title: gone.Title, Kind: workplan.StepDrop, Was: span(8, 8), Name: by(castSecretary), Reason: drop}, func() {
		gone.Dropped, gone.DroppedOn = drop, civil.Of(year, 8, 4)
	})
	h.Items = append(h.Items, gone)
	more := workplan.Item{
		Ref: ident.Ref{ID: h.Plan.Ref.ID + 51}, From: month(9), To: month(12), Title: "Vận động nhân dân tham gia bảo hiểm y tế", Content: "political_task",
		WhoID: c.members[castClerk], WhoName: by(castClerk), Product: "Trên 95% nhân khẩu có thẻ", AddedOn: civil.Of(year, 9, 3),
	}
	change(9, 3, workplan.Step{
		ItemID: more.Ref.ID, Title: more.Title, Kind: workplan.StepAdd, Became: span(9, 12), Name: by(castSecretary), Reason: "Theo hướng dẫn của Đảng ủy thị trấn.",
	}, func() { h.Items = append(h.Items, more) })
	return h
}
