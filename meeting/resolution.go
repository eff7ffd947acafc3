package meeting

import (
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
	d.Blocks = append(d.Blocks, paper.Paragraph(paper.Text(f.say("resolved"))))
	d.Blocks = append(d.Blocks, f.results(&no)...)
	if f.Direction != "" {
		d.Blocks = append(d.Blocks, no.heading(f.say("head_direction", "số tháng", strconv.Itoa(f.Month.Num()))))
		d.Blocks = append(d.Blocks, paragraphs(f.Direction)...)
	}
	if len(f.Secrets) > 0 {
		d.Blocks = append(d.Blocks, no.heading(f.say("head_secret")))
		d.Blocks = append(d.Blocks, secretLines(f.Secrets, 1, nil)...)
	}
	if len(f.Decisions) > 0 {
		d.Blocks = append(d.Blocks, no.heading(f.say("head_assigned")), decisionTable(f.Decisions),
			paper.Paragraph(paper.Text(stopped(f.say("carry_out")))))
	}
	if f.Score != nil {
		d.Blocks = append(d.Blocks, no.heading(f.say("head_score")))
		d.Blocks = append(d.Blocks, f.Score.blocks()...)
	}
	d.Blocks = append(d.Blocks, paper.Paragraph(paper.Text(f.adopted())))
	finish(d.Blocks, f.Words.End)
	d.Signatures = f.signed(BodyCell, f.Chair)
	d.Recipients = f.recipients()
	return d
}

// opening is the first paragraph (rules.md 2.36).
func (f ResolutionFacts) opening() string {
	parts := []string{f.say("opening", "ngày họp", civil.From(f.Opened).Long(), "địa điểm", strings.TrimRight(flat(f.HeldFacts.Place), "."),
		"tên chi bộ", f.CellName, "tổ chức sinh hoạt", meetingVerb(f.Kind), "tháng", monthWords(f.Month), "thành phần", f.attendance(),
		"số phút", strconv.Itoa(f.minutes()), "giờ bắt đầu", hour(f.Opened), "giờ kết thúc", f.until(),
		"chủ trì", f.Chair.named())}
	if f.Clerk.Name != "" {
		parts = append(parts, f.say("clerk", "thư ký", f.Clerk.named()))
	}
	if f.FeePaid >= 0 {
		parts = append(parts, f.say("fee", "số người", strconv.Itoa(f.FeePaid)))
	}
	return strings.Join(parts, " ")
}

func (f ResolutionFacts) results(no *roman) []paper.Block {
	if f.Review == "" && len(f.Tasks) == 0 && f.Praise == "" && f.Shortcomings == "" && len(f.Praised)+len(f.Reminded) == 0 {
		return nil
	}
	out := append([]paper.Block{no.heading(f.say("head_result"))}, paragraphs(f.Review)...)
	if len(f.Tasks) > 0 {
		out = append(out, reviewTable(f.Tasks))
	}
	out = append(out, f.reviewSum(f.Tasks))
	out = append(out, merits(labelPraise, f.Praise, f.Praised)...)
	return append(out, merits(labelFaults, f.Shortcomings, f.Reminded)...)
}

// adopted is the vote n/N with its share (rules.md 2.37).
func (f ResolutionFacts) adopted() string {
	return stopped(f.say("adopted", "số phiếu", strconv.Itoa(f.Vote.Yes), "cơ số", strconv.Itoa(f.Vote.Base), "tỷ lệ", percent(f.Vote.Yes, f.Vote.Base)))
}
