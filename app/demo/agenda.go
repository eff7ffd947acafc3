package demo

import (
	"context"

	"chibo/agenda"
	"chibo/internal/db"
	"chibo/meeting"
	"chibo/org"
)

// Ids of the sample's guidance and template.
const (
	guideResolution = 1 + iota
	guideWaste
	guideOffice
	guideTown
	templateTown
)

// agendas lets the committees of the sample give something to their cells: guidance of
// the district, some of which cells have dealt with, and the town's own template.
func (f *Fill) agendas(ctx context.Context, tx *db.Tx, g *ground) error {
	town := g.units[0]
	first, last := f.Today.Month().Add(-1).First(), f.Today.Month().Add(1).Last()
	at := first.Time(9, 0).UnixMilli()
	guide := func(id int64, u org.Unit, by, title, content string, minutes int, types ...string) agenda.Guidance {
		return agenda.Guidance{
			ID: id, OrgID: u.ID, Title: title, Content: content, Minutes: minutes, From: first, Until: last, Types: types, By: by, At: at,
			Text: "Bí thư hoặc đảng viên được phân công trình bày ngắn.\nChi bộ thảo luận việc liên quan đến mình, kết luận việc làm, người làm và thời hạn.",
		}
	}
	h := agenda.History{Guidance: []agenda.Guidance{
		guide(guideResolution, g.top, "Ban Thường vụ", "Quán triệt nghị quyết mới của cấp trên; liên hệ việc của chi bộ", "policy", 15),
		guide(guideWaste, g.top, "Ban Thường vụ", "Phân loại rác tại nguồn, giữ gìn vệ sinh đường làng, ngõ xóm", "political_task", 10, residential),
		guide(guideOffice, g.top, "Ban Thường vụ", "Bàn việc lãnh đạo của chi bộ, không bàn thay chuyên môn", "party_building", 10, bureau, school),
		guide(guideTown, town, "Đảng ủy thị trấn", "Vận động nhân dân tham gia bảo hiểm y tế", "political_task", 10, residential),
	}}
	var items []agenda.Item
	for _, it := range f.Book.At(f.Today, town.Path).Agenda(residential, meeting.Regular).Items {
		items = append(items, agenda.Item{
			Code: it.Code, Section: it.Section, Title: it.Title.Vi, Content: it.Content, Minutes: it.Minutes, Speaker: it.Speaker, Optional: it.Optional,
		})
		if it.Code == "mass" {
			items = append(items, agenda.Item{
				Code: "households", Section: agenda.Main, Title: "Đảng viên phụ trách hộ báo cáo, phản ánh ý kiến của nhân dân", Content: "mass_work", Minutes: 5,
				Speaker: "members", Optional: true,
			})
		}
	}
	h.Templates = []agenda.Template{{
		ID: templateTown, OrgID: town.ID, Kind: meeting.Regular, CellType: residential, From: first, Source: "Ý kiến của Ban Thường vụ Đảng ủy thị trấn",
		By: "Đảng ủy thị trấn", At: at, Items: items,
	}}
	return agenda.InsertHistory(ctx, tx, h)
}

// dealt lets two of three cells deal with the district's guidance in the month in which it
// came.
func (s *sheetOf) dealt(b *batch, h *meeting.HistoryMeeting) {
	if s.p.month != s.fill.Today.Month().Add(-1) || s.i%3 == 0 || len(h.Items) < 3 {
		return
	}
	it := meeting.Item{ID: s.id(idGuidance), Title: "Quán triệt nghị quyết mới của cấp trên; liên hệ việc của chi bộ", Content: "policy", Minutes: 15}
	h.Items = append(h.Items[:2:2], append([]meeting.Item{it}, h.Items[2:]...)...)
	b.agendas.Taken = append(b.agendas.Taken, agenda.PastTaken{
		Meeting: s.ref, GuidanceID: guideResolution, CellID: s.c.unit.ID, ItemID: it.ID, Day: s.p.day,
	})
}

// leaning lets some months of offices and schools turn to professional matters, as the
// report says of them (rules.md 0.23).
func (s *sheetOf) leaning(items []meeting.Item) {
	if (s.c.kind != bureau && s.c.kind != school) || (s.i+int(s.p.month))%3 == 0 {
		return
	}
	for n := range items {
		if items[n].Code == "task" {
			items[n].Content = "professional"
			items[n].Minutes += 5 * (s.i % 5)
		}
	}
}
