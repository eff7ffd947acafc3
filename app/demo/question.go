package demo

import (
	"context"
	"slices"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/org"
	"chibo/question"
)

// asked is a question of the sample: who asks, by place in the story's cell, and how far
// it is.
type asked struct {
	op     string // the same at each start: asked once
	person int    // 0: heard from people
	kind   string
	text   string
	named  bool
	up     string // word with which it was sent up; "" it was not
	answer string // of the town, or of the cell when it was not sent up
}

func sampleQuestions() []asked {
	return []asked{
		{
			op: "demo-question-1", person: castElder, kind: "question",
			text: "Đường ngõ 3 hỏng đã hai mùa mưa, các cháu đi học rất khó. Bao giờ thị trấn sửa? Bà con sẵn sàng góp công.",
			up:   "Vượt thẩm quyền của chi bộ, đề nghị Đảng ủy trả lời.",
		},
		{
			op: "demo-question-2", person: castYoung, kind: "proposal", named: true,
			text: "Đề xuất mỗi quý mời một đồng chí cựu chiến binh nói chuyện với đoàn viên trước buổi sinh hoạt chuyên đề.",
		},
		{
			op: "demo-question-3", kind: "petition", text: "Đề nghị lắp thêm thùng rác và đèn đường ở đầu ngõ 5.",
		},
		{
			op: "demo-question-4", person: castElder, kind: "question", named: true,
			text: "Đảng viên được miễn sinh hoạt thì đóng đảng phí thế nào?",
			up:   "Chi bộ xin ý kiến Đảng ủy để trả lời đồng bộ.",
			answer: "Đảng viên được miễn công tác và sinh hoạt vẫn đóng đảng phí theo quy định; hoàn cảnh khó khăn thì có đơn để chi bộ đề nghị " +
				"cấp có thẩm quyền xét miễn hoặc giảm.",
		},
	}
}

// Questions lets the story's cell have questions on their way: to decide, with the town,
// answered. Without Asked, and in a larger sample, nothing is done.
func (f *Fill) Questions(ctx context.Context) error {
	if _, wide := extentOf(f.Size); wide {
		return nil
	}
	i := slices.IndexFunc(plan(f.Today), func(c cellPlan) bool { return c.story })
	if f.Asked == nil || i < 0 {
		return nil
	}
	var cell, town org.Unit
	err := f.DB.Read(ctx, func(q db.Q) (err error) {
		if cell, err = org.ByID(ctx, q, cellIDs+int64(i)); err != nil {
			return err
		}
		town, err = org.ByID(ctx, q, cell.ParentID)
		return err
	})
	if err != nil {
		return err
	}
	people := plan(f.Today)[i].people
	act := func(role string, u org.Unit, person int) access.Actor {
		a := access.Actor{PartID: cell.PartID, Grants: []access.Grant{{Role: role, OrgID: u.ID, Path: u.Path}}}
		if person != 0 {
			a.PersonID, a.Name = personID(i, person), people[person].name
		}
		return a
	}
	lead, officer := act(access.RoleLead, cell, castSecretary), act(access.RoleUpper, town, 0)
	officer.Name = "Ngô Bá Chiến"
	for _, q := range sampleQuestions() {
		if err := f.askOne(ctx, q, cell, act(access.RoleMember, cell, q.person), lead, officer); err != nil {
			return err
		}
	}
	return nil
}

// askOne plays a question as far as it is; what was played before is left as it is.
func (f *Fill) askOne(ctx context.Context, q asked, cell org.Unit, who, lead, officer access.Actor) (err error) {
	var ref ident.Ref
	in := question.AskIn{CellID: cell.ID, Kind: q.kind, Text: q.text, Named: q.named, Op: q.op}
	if q.person == 0 {
		ref, err = f.Asked.Enter(ctx, lead, question.EnterIn{AskIn: in, Heard: "Cử tri tổ dân phố Hòa Bình"})
	} else {
		ref, err = f.Asked.Ask(ctx, who, in)
	}
	if err != nil {
		return err
	}
	if q.up != "" {
		if err := f.Asked.Up(ctx, lead, ref, question.Act{Text: q.up, Version: 1, Op: q.op + "-up"}); err != nil {
			return err
		}
	}
	if q.answer == "" {
		return nil
	}
	return f.Asked.Answer(ctx, officer, ref, question.Act{Text: q.answer, Version: 2, Op: q.op + "-answer"})
}
