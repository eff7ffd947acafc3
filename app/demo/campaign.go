package demo

import (
	"context"
	"fmt"

	"chibo/campaign"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/org"
)

// Days of the sample's campaigns, from the demo's day.
const (
	congressPapers  = -40
	congressPeople  = -12
	congressHeld    = 20
	reviewMeets     = 6
	reviewSent      = 26
	congressLate    = 7  // of the organisations, by index: no personnel plan yet
	congressBack    = 19 // sent back
	congressWaiting = 4  // so many have held it, waiting to be looked at
	reviewDone      = 5  // cells of the town that have met for the review
)

// campaigns lets the district follow the congresses of its organisations, as the report's
// district did, and the town the review at the year's end of its cells.
func (f *Fill) campaigns(ctx context.Context, tx *db.Tx, g *ground) error {
	if err := f.congress(ctx, tx, g); err != nil {
		return err
	}
	town := g.units[0]
	h := campaign.History{
		Owner: town, Title: fmt.Sprintf("Kiểm điểm, đánh giá, xếp loại năm %d", f.Today.Year()), Kinds: []string{org.KindCell}, By: "Ngô Bá Chiến",
		Text: "Chi bộ họp kiểm điểm tập thể và từng đảng viên, bỏ phiếu đề nghị xếp loại.\nHồ sơ gồm biên bản, bản kiểm điểm và bảng tổng hợp, gửi về Văn phòng Đảng ủy.",
		Steps: []campaign.StepIn{
			{Title: "Chi bộ họp kiểm điểm", Due: f.Today.AddDays(reviewMeets)},
			{Title: "Gửi hồ sơ xếp loại", Due: f.Today.AddDays(reviewSent)},
		},
	}
	n := 0
	for i := range g.cells {
		c := &g.cells[i]
		if c.unit.ParentID != town.ID || c.story || n == reviewDone {
			continue
		}
		state := campaign.Accepted
		if n == 0 {
			state = campaign.Reported
		}
		h.Reports = append(h.Reports, campaign.HistoryReport{
			Unit: c.unit, State: state, Note: "Đã họp, bỏ phiếu xong; biên bản gửi kèm.", By: c.people[c.lead[0]].name, Day: f.Today.AddDays(-2 - n),
		})
		n++
	}
	_, err := campaign.Add(ctx, tx, h)
	return err
}

func (f *Fill) congress(ctx context.Context, tx *db.Tx, g *ground) error {
	h := campaign.History{
		Owner: g.top, Title: "Đại hội đảng bộ, chi bộ cơ sở", Kinds: []string{org.KindGrassrootsParty, org.KindGrassrootsCell}, By: "Dương Khắc Toàn",
		Text: "Mỗi tổ chức cơ sở chuẩn bị văn kiện và nhân sự, trình cấp ủy huyện duyệt trước khi tổ chức đại hội.\nBáo từng bước kèm số văn bản hoặc tệp; vướng thì báo sớm để cử người giúp.",
		Steps: []campaign.StepIn{
			{Title: "Duyệt văn kiện", Due: f.Today.AddDays(congressPapers)},
			{Title: "Duyệt nhân sự", Due: f.Today.AddDays(congressPeople)},
			{Title: "Tổ chức đại hội", Due: f.Today.AddDays(congressHeld)},
		},
	}
	add := func(u org.Unit, step int, state campaign.State, note, reason string, day civil.Date) {
		h.Reports = append(h.Reports, campaign.HistoryReport{Unit: u, Step: step, State: state, Note: note, Reason: reason, By: "Văn phòng cấp ủy", Day: day})
	}
	for i, u := range g.units {
		add(u, 0, campaign.Accepted, fmt.Sprintf("Tờ trình số %02d-TTr/ĐU, văn kiện đã thông qua.", 3+i%20), "", f.Today.AddDays(congressPapers-1-i%9))
		switch {
		case i == congressLate:
		case i == congressBack:
			add(u, 1, campaign.Returned, "Đề án nhân sự gửi kèm.", "Thiếu cơ cấu nữ và trẻ; đề nghị bổ sung rồi trình lại.", f.Today.AddDays(congressPeople-2))
		default:
			add(u, 1, campaign.Accepted, "Đề án nhân sự đã thông qua.", "", f.Today.AddDays(congressPeople-1-i%7))
		}
		if i >= 1 && i <= congressWaiting {
			add(u, 2, campaign.Reported, "Đại hội thành công, nghị quyết gửi kèm.", "", f.Today.AddDays(-i))
		}
	}
	_, err := campaign.Add(ctx, tx, h)
	return err
}
