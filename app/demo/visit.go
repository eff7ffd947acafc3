package demo

import (
	"context"
	"slices"

	"chibo/access"
	"chibo/insight"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/org"
	"chibo/visit"
)

// visits lets officers of the town attend two of its cells and leave cards: the story's
// cell has one to answer, a neighbour has answered, has a task of it and a plan. It is
// played once, when the months are there; without Visited nothing is done.
func (f *Fill) visits(ctx context.Context) error {
	cells := plan(f.Today)
	story := slices.IndexFunc(cells, func(c cellPlan) bool { return c.story })
	if f.Visited == nil || f.Planned == nil || story < 0 {
		return nil
	}
	var done int
	err := f.DB.Read(ctx, func(q db.Q) error { return q.QueryRow(ctx, isDoneSQL, "visits").Scan(&done) })
	if err != nil || done > 0 {
		return err
	}
	neighbour := slices.IndexFunc(cells, func(c cellPlan) bool { return c.unit == cells[story].unit && !c.story && c.short != townOffice })
	office := slices.IndexFunc(cells, func(c cellPlan) bool { return c.short == townOffice })
	if err := f.attend(ctx, story, office, "Ngô Bá Chiến", map[string]string{
		"preparation": "Tài liệu gửi trước 3 ngày, đảng viên đã đọc; dự thảo nghị quyết còn dài.",
		"discussion":  "Bảy đồng chí phát biểu, phần lớn là chi ủy. Nên mời các đồng chí trẻ trước.",
		"learn":       "Cách giao việc rõ người, rõ hạn, rõ sản phẩm ngay trong buổi họp.",
		"mend":        "Kết luận cần ghi cụ thể từng việc, không lặp lại kết luận tháng trước.",
	}, false); err != nil {
		return err
	}
	if err := f.attend(ctx, neighbour, office, "Trịnh Thị Kim Oanh", map[string]string{
		"chairing": "Điều hành đúng thời gian, tóm tắt sau mỗi nội dung.",
		"mend":     "Phần tự phê bình và phê bình còn chung chung.",
	}, true); err != nil {
		return err
	}
	return f.once(ctx, "visits", func(*db.Tx) error { return nil })
}

// attend leaves a card at a cell; with work it becomes a task, is answered, and the cell
// takes a measure.
func (f *Fill) attend(ctx context.Context, i, office int, name string, remarks map[string]string, work bool) error {
	var cell, town org.Unit
	var body []member.OnDay
	err := f.DB.Read(ctx, func(q db.Q) (err error) {
		if cell, err = org.ByID(ctx, q, cellIDs+int64(i)); err != nil {
			return err
		}
		if town, err = org.ByID(ctx, q, cell.ParentID); err != nil {
			return err
		}
		body, err = member.Body(ctx, q, cell.PartID, cell.ID, f.Today)
		return err
	})
	if err != nil {
		return err
	}
	people := plan(f.Today)
	k := slices.IndexFunc(people[office].people, func(p personPlan) bool { return p.name == name })
	officer := access.Actor{PartID: cell.PartID, PersonID: personID(office, k), Name: name, Grants: []access.Grant{{Role: access.RoleUpper, OrgID: town.ID, Path: town.Path}}}
	in := visit.LeaveIn{CellID: cell.ID, Remarks: remarks, Op: "demo-visit-" + cell.Short}
	day := monthOf(i, &people[i], f.Today.Month().Add(-1), f.Today)
	if in.Day = day.day; day.held {
		in.Meeting = ident.Ref{Part: cell.PartID, ID: monthID(i, day.month, f.Today, idMeeting)}
	}
	ref, err := f.Visited.Leave(ctx, officer, in)
	if err != nil || !work {
		if err == nil {
			err = f.Visited.Take(ctx, officer, ref, "learn")
		}
		return taken(err)
	}
	lead := access.Actor{PartID: cell.PartID, Name: body[0].Name, Grants: []access.Grant{{Role: access.RoleLead, OrgID: cell.ID, Path: cell.Path}}}
	if err := taken(f.Visited.ToTask(ctx, officer, ref, "mend")); err != nil {
		return err
	}
	if err := taken(f.Visited.Answer(ctx, lead, ref, "Chi bộ tiếp thu. Từ tháng sau, chi ủy gợi ý trước hai đồng chí tự phê bình theo việc được giao.", 1)); err != nil {
		return err
	}
	return f.Planned.Plan(ctx, lead, insight.PlanIn{
		CellID: cell.ID, Title: "Mỗi buổi mời hai đồng chí tự phê bình theo việc được giao", Owner: body[0].MembershipID, Due: f.Today.AddDays(45), Op: "demo-plan-1",
	})
}

// taken passes over what was played before the sample was stopped.
func taken(err error) error {
	if fault.KindOf(err) == fault.Conflict && err != nil {
		return nil
	}
	return err
}
