package meeting

import (
	"fmt"
	"slices"
	"strconv"

	"chibo/internal/civil"
	"chibo/internal/paper"
)

// ComposeMinutes makes the minutes of a meeting (biên bản; rules.md 2.39, 7.16): time,
// place, attendance, absent members with reason, chair and meeting secretary,
// programme, what each speaker said, votes, conclusion, score, closing time, two
// signatures. It is a pure function of the facts.
func ComposeMinutes(f MinutesFacts) paper.Document {
	d := f.document(f.Subject())
	var no roman
	d.Blocks = append(d.Blocks, f.opening()...)
	d.Blocks = append(d.Blocks, f.programme(&no)...)
	d.Blocks = append(d.Blocks, f.content(&no)...)
	d.Blocks = append(d.Blocks, f.review(&no)...)
	d.Blocks = append(d.Blocks, f.votes(&no)...)
	if len(f.Decisions) > 0 {
		d.Blocks = append(d.Blocks, no.heading(headTasks), decisionTable(f.Decisions))
	}
	d.Blocks = append(d.Blocks, f.conclusion(&no)...)
	if f.Score != nil {
		d.Blocks = append(d.Blocks, no.heading(headScore))
		d.Blocks = append(d.Blocks, f.Score.blocks()...)
	}
	d.Blocks = append(d.Blocks, paper.Paragraph(paper.Text(f.closing())))
	finish(d.Blocks, f.Words.End)
	d.Signatures = []paper.Signature{
		{Post: f.Words.MinutesLeft, Name: f.Clerk.Name, Side: paper.SideLeft},
		{Post: f.Words.MinutesRight, Name: f.Chair.Name, Side: paper.SideRight},
	}
	d.Recipients = f.recipients()
	return d
}

func (f MinutesFacts) opening() []paper.Block {
	out := []paper.Block{
		labelled(labelTime, "bắt đầu lúc "+hour(f.Opened)+", "+civil.From(f.Opened).Long()+wordStop),
		labelled(labelPlace, stopped(f.HeldFacts.Place)),
		labelled(labelPeople, stopped(f.attendance())),
	}
	chair := []paper.Run{paper.Bold(labelChair), paper.Text(stopped(f.Chair.named()))}
	if f.Clerk.Name != "" {
		chair = append(chair, paper.Bold(" "+labelClerk), paper.Text(stopped(f.Clerk.named())))
	}
	out = append(out, paper.Paragraph(chair...))
	if len(f.Visitors) > 0 {
		text := ""
		for i, v := range f.Visitors {
			if i > 0 {
				text += "; "
			}
			text += v.named()
		}
		out = append(out, labelled(labelVisitors, stopped(text)))
	}
	if fee := f.fee(); fee != "" {
		out = append(out, labelled(labelFee, stopped(fee)))
	}
	if f.Kind == Thematic && f.Theme != "" {
		out = append(out, labelled(labelTheme, stopped(f.Theme)))
	}
	return out
}

func (f MinutesFacts) programme(no *roman) []paper.Block {
	if len(f.Items) == 0 {
		return nil
	}
	out := []paper.Block{no.heading(headProgramme)}
	for i, it := range f.Items {
		out = append(out, paper.Paragraph(paper.Text(fmt.Sprintf("%d. %s (%d phút).", i+1, flat(it.Title), it.Minutes))))
	}
	return out
}

func (f MinutesFacts) content(no *roman) []paper.Block {
	var out []paper.Block
	known := slices.ContainsFunc(f.Items, func(it ItemFacts) bool { return it.Begun })
	for i, it := range f.Items {
		silent := it.Note == "" && len(it.Said) == 0
		// Minutes claim of nobody to have presented what the meeting never came to.
		if silent && (it.Procedure || it.Speaker == "" || known && !it.Begun) {
			continue
		}
		lead := []paper.Run{paper.Bold(strconv.Itoa(i+1) + ". " + stopped(flat(it.Title)))}
		text := ""
		if it.Speaker != "" {
			text = " Đồng chí " + it.Speaker + " trình bày."
		}
		if it.Note != "" {
			text += " " + stopped(flat(it.Note))
		}
		if n := len(it.Said); n > 0 {
			text += fmt.Sprintf(" Có %d lượt ý kiến:", n)
		}
		out = append(out, paper.Paragraph(append(lead, paper.Text(text))...))
		out = append(out, said(it.Said)...)
	}
	if len(f.General) > 0 {
		out = append(out, paper.Paragraph(paper.Bold(textGeneral+":")))
		out = append(out, said(f.General)...)
	}
	if len(out) == 0 {
		return nil
	}
	return append([]paper.Block{no.heading(headContent)}, out...)
}

// said lists what members said, each under the own name (rules.md 2.39).
func said(list []SaidFacts) []paper.Block {
	var out []paper.Block
	for _, s := range list {
		if s.Text == "" {
			out = append(out, paper.Item(paper.Text("Đồng chí "+s.Name+" "+textNoSpeech+wordStop)))
			continue
		}
		out = append(out, paper.Item(paper.Text("Đồng chí "+s.Name+": "+stopped(flat(s.Text)))))
	}
	return out
}

func (f MinutesFacts) review(no *roman) []paper.Block {
	var out []paper.Block
	if len(f.Tasks) > 0 {
		out = append(out, reviewTable(f.Tasks), reviewSum(f.Tasks))
	}
	if f.Praise != "" {
		out = append(out, labelled(labelPraise, stopped(flat(f.Praise))))
	}
	if f.Shortcomings != "" {
		out = append(out, labelled(labelRemind, stopped(flat(f.Shortcomings))))
	}
	if len(out) == 0 {
		return nil
	}
	return append([]paper.Block{no.heading(headReview)}, out...)
}

func (f MinutesFacts) votes(no *roman) []paper.Block {
	if len(f.Votes) == 0 {
		return nil
	}
	out := []paper.Block{no.heading(headVotes)}
	for i, v := range f.Votes {
		out = append(out, paper.Paragraph(
			paper.Bold(strconv.Itoa(i+1)+". "+flat(v.Subject)),
			paper.Text(" (biểu quyết công khai): "+v.sentence()+wordStop)))
		if len(v.Reserved) > 0 {
			out = append(out, paper.Paragraph(paper.Text(labelKept)))
			out = append(out, said(v.Reserved)...)
		}
	}
	return out
}

func (f MinutesFacts) conclusion(no *roman) []paper.Block {
	if f.Conclusion == "" && f.Resolution == "" {
		return nil
	}
	out := append([]paper.Block{no.heading(headConclusion)}, paragraphs(f.Conclusion)...)
	if f.Resolution != "" {
		out = append(out, paper.Paragraph(paper.Text("Chi bộ ban hành Nghị quyết số "+f.Resolution+wordStop)))
	}
	return out
}

// closing is the last sentence. A meeting that ran past midnight names the day.
func (f MinutesFacts) closing() string {
	day := "cùng ngày"
	if end := civil.From(f.Closed); end != civil.From(f.Opened) {
		day = end.Long()
	}
	return "Buổi sinh hoạt kết thúc lúc " + hour(f.Closed) + ", " + day + wordStop + textReadBack
}
