package meeting

import (
	"context"
	"fmt"
	"strconv"

	"chibo/access"
	"chibo/document"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/paper"
	"chibo/office"
	"chibo/org"
	"chibo/workplan"
)

// OwnerWorkPlan names the owner of the paper of a plan of the year.
const OwnerWorkPlan = "work_plan"

// WorkFacts is what the plan of the year is composed from.
type WorkFacts struct {
	Frame
	Year     int
	Approved civil.Date
	Note     string // with the approval; empty: none
	Items    []WorkFact
	Signer   PersonFacts
}

// WorkFact is one line of the plan.
type WorkFact struct {
	Title, Who, Product, Note string
	From, To                  civil.Month
}

// ComposeWorkPlan makes the plan of the year (kế hoạch; rules.md 7.18, 8.05). It is a pure
// function of the facts.
func ComposeWorkPlan(f WorkFacts) paper.Document {
	d := f.document("công tác năm " + strconv.Itoa(f.Year))
	how := ""
	if f.Note != "" {
		how = " (" + flat(f.Note) + ")"
	}
	d.Blocks = append(d.Blocks, paper.Paragraph(paper.Text(f.say("opening", "tên chi bộ", f.CellName, "năm", strconv.Itoa(f.Year),
		"ngày thông qua", f.Approved.Long()+how))))
	var no roman
	d.Blocks = append(d.Blocks, no.heading(f.say("head_items")), workTable(f.Items), no.heading(f.say("head_carry")),
		paper.Paragraph(paper.Text(stopped(f.say("carry_out", "năm", strconv.Itoa(f.Year))))))
	finish(d.Blocks, f.Words.End)
	d.Signatures = f.signed(BodyCell, f.Signer)
	d.Recipients = f.recipients()
	return d
}

func workTable(list []WorkFact) paper.Block {
	t := paper.Table{Columns: []paper.Column{
		{Title: colNo, Width: 10, Align: paper.AlignCenter},
		{Title: colContent},
		{Title: colMonth, Width: 18, Align: paper.AlignCenter},
		{Title: colCharge, Width: 30},
		{Title: colOut, Width: 34},
		{Title: colNote, Width: 22},
	}}
	for i, w := range list {
		t.Rows = append(t.Rows, paper.Cells(strconv.Itoa(i+1), flat(w.Title), workMonths(w), w.Who, flat(w.Product), flat(w.Note)))
	}
	return paper.Grid(t)
}

// workMonths says in which months, on one line: "3", "3 - 5".
func workMonths(w WorkFact) string {
	if w.From == w.To {
		return strconv.Itoa(w.From.Num())
	}
	return fmt.Sprintf("%d\u00a0-\u00a0%d", w.From.Num(), w.To.Num())
}

// IssueWorkPlan issues the approved plan of a year as a paper of the cell, as it stands
// now; sent twice with one op, once. Errors: workplan.ErrNotApproved, those of
// document.Issue, access.ErrForbidden.
func (s *Service) IssueWorkPlan(ctx context.Context, actor access.Actor, cellID int64, year int, op string) (doc document.Document, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		cell, err := org.ByID(ctx, tx, cellID)
		if err != nil {
			return err
		}
		if !cell.IsCell() {
			return org.ErrNotFound
		}
		if !workplan.MayApprove(actor, cell) {
			return access.ErrForbidden
		}
		p, items, err := workplan.PlanOf(ctx, tx, cell, year)
		switch {
		case err != nil:
			return err
		case !p.Approved():
			return workplan.ErrNotApproved
		}
		f, err := s.workFacts(ctx, tx, cell, p, items)
		if err != nil {
			return err
		}
		doc, err = s.Documents.Issue(ctx, tx, document.IssueIn{
			Unit: cell, Kind: PaperPlan, Subject: ComposeWorkPlan(f).Subject, Owner: OwnerWorkPlan, OwnerID: p.Ref.ID, On: tx.Today(), By: actor.AccountID,
			Freeze: true, Op: op, Build: func(symbol string) (paper.Document, error) {
				f.Symbol = symbol
				return ComposeWorkPlan(f), nil
			},
		})
		return err
	})
	return doc, err
}

func (s *Service) workFacts(ctx context.Context, q *db.Tx, cell org.Unit, p workplan.Plan, items []workplan.Item) (f WorkFacts, err error) {
	upper := org.Unit{}
	if cell.ParentID != 0 {
		if upper, err = org.ByID(ctx, q, cell.ParentID); err != nil {
			return f, err
		}
	}
	set := s.Book.At(q.Today(), cell.Path)
	f = WorkFacts{Year: p.Year, Approved: p.ApprovedOn, Note: p.Note}
	if f.Frame, err = NewFrame(set, cell, upper, PaperPlan, q.Today(), s.Sample); err != nil {
		return f, err
	}
	o, err := officersOf(ctx, q, cell, q.Today())
	if err != nil {
		return f, err
	}
	for _, title := range []string{office.Deputy, office.Secretary} { // who leads signs (rules.md 7.14)
		for _, h := range o.list {
			if h.Title == title {
				f.Signer = o.person(set, h.MembershipID, h.Name)
			}
		}
	}
	for _, i := range items {
		if i.Dropped == "" {
			f.Items = append(f.Items, WorkFact{Title: i.Title, Who: i.WhoName, Product: i.Product, Note: i.Note, From: i.From, To: i.To})
		}
	}
	return f, nil
}

// inventedWork is a plan of nobody, for a template's preview.
func inventedWork(signer PersonFacts) WorkFacts {
	return WorkFacts{
		Year: 2027, Approved: civil.Of(2027, 1, 3), Signer: signer, Items: []WorkFact{
			{Title: "Thăm, chúc Tết đảng viên cao tuổi", Who: "Trần Thị B", Product: "Các đồng chí trong danh sách đều được thăm", From: 202701, To: 202702},
			{Title: "Sơ kết công tác 6 tháng", Who: signer.Name, Product: "Báo cáo sơ kết", From: 202706, To: 202706},
			{Title: "Kiểm điểm, đánh giá, xếp loại cuối năm", Product: "Biên bản, đề nghị xếp loại", Note: "Theo hướng dẫn của cấp trên", From: 202711, To: 202712},
		},
	}
}
