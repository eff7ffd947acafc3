package meeting

import (
	"fmt"
	"strconv"
	"strings"

	"chibo/internal/civil"
	"chibo/internal/paper"
)

// ComposeResolution makes the resolution of a meeting (nghị quyết; rules.md
// 2.36-2.38): the opening paragraph; I. result of last month with its table, praise,
// shortcomings; II. direction; III. who, what, until when; IV. score; the vote with its
// share; signature for the cell. It is a pure function of the facts.
func ComposeResolution(f ResolutionFacts) paper.Document {
	d := f.document(f.Subject())
	var no roman
	d.Blocks = append(d.Blocks, paper.Paragraph(paper.Text(f.opening())))
	if f.Kind == Thematic && f.Theme != "" {
		d.Blocks = append(d.Blocks, labelled(labelTheme, stopped(f.Theme)))
	}
	d.Blocks = append(d.Blocks, paper.Paragraph(paper.Text(textResolved)))
	d.Blocks = append(d.Blocks, f.results(&no)...)
	if f.Direction != "" {
		d.Blocks = append(d.Blocks, no.heading(headDirection+strconv.Itoa(f.Month.Num())))
		d.Blocks = append(d.Blocks, paragraphs(f.Direction)...)
	}
	if len(f.Decisions) > 0 {
		d.Blocks = append(d.Blocks, no.heading(headAssigned), decisionTable(f.Decisions), paper.Paragraph(paper.Text(textCarryOut+wordStop)))
	}
	if f.Score != nil {
		d.Blocks = append(d.Blocks, no.heading(headSelf))
		d.Blocks = append(d.Blocks, f.Score.blocks()...)
	}
	d.Blocks = append(d.Blocks, paper.Paragraph(paper.Text(f.adopted())))
	finish(d.Blocks, f.Words.End)
	post := f.Chair.Sign
	if post == "" {
		post = strings.ToUpper(f.Chair.Post)
	}
	d.Signatures = []paper.Signature{{Authority: f.Words.Authority[BodyCell], Post: post, Name: f.Chair.Name, Side: paper.SideRight}}
	d.Recipients = f.recipients()
	return d
}

// opening is the first paragraph (rules.md 2.36).
func (f ResolutionFacts) opening() string {
	var b strings.Builder
	day := civil.From(f.Opened).Long()
	fmt.Fprintf(&b, "N%s, tại %s, %s %s tháng %s. ", strings.TrimPrefix(day, "n"), strings.TrimRight(flat(f.HeldFacts.Place), "."),
		f.CellName, meetingVerb(f.Kind), monthWords(f.Month))
	fmt.Fprintf(&b, "%s. ", f.attendance())
	fmt.Fprintf(&b, "Thời gian sinh hoạt %d phút (từ %s đến %s). ", minutesBetween(f.Opened, f.Closed), hour(f.Opened), hour(f.Closed))
	fmt.Fprintf(&b, "Chủ trì: %s.", f.Chair.named())
	if f.Clerk.Name != "" {
		fmt.Fprintf(&b, " Thư ký: %s.", f.Clerk.named())
	}
	if fee := f.fee(); fee != "" {
		fmt.Fprintf(&b, " Đảng phí: %s.", fee)
	}
	return b.String()
}

func (f ResolutionFacts) results(no *roman) []paper.Block {
	if f.Review == "" && len(f.Tasks) == 0 && f.Praise == "" && f.Shortcomings == "" {
		return nil
	}
	out := append([]paper.Block{no.heading(headResult)}, paragraphs(f.Review)...)
	if len(f.Tasks) > 0 {
		out = append(out, reviewTable(f.Tasks))
	}
	out = append(out, reviewSum(f.Tasks))
	if f.Praise != "" {
		out = append(out, labelled(labelPraise, stopped(flat(f.Praise))))
	}
	if f.Shortcomings != "" {
		out = append(out, labelled(labelFaults, stopped(flat(f.Shortcomings))))
	}
	return out
}

// adopted is the vote n/N with its share (rules.md 2.37).
func (f ResolutionFacts) adopted() string {
	return fmt.Sprintf("Nghị quyết được %d/%d đảng viên chính thức (%s) biểu quyết tán thành.",
		f.Vote.Yes, f.Vote.Base, percent(f.Vote.Yes, f.Vote.Base))
}
