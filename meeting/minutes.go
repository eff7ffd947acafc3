package meeting

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

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
	for _, part := range minutesParts() {
		d.Blocks = append(d.Blocks, part(f, &no)...)
	}
	finish(d.Blocks, f.Words.End)
	d.Signatures = []paper.Signature{
		{Post: f.Words.MinutesLeft, Name: f.Clerk.Name, Side: paper.SideLeft},
		{Post: f.Words.MinutesRight, Name: f.Chair.Name, Side: paper.SideRight},
	}
	d.Recipients = f.recipients()
	return d
}

// minutesPart is a part of minutes; one without a fact gives nothing and takes no number.
type minutesPart func(f MinutesFacts, no *roman) []paper.Block

// minutesParts are the parts of minutes in their order. Whoever adds to what minutes
// tell puts a part here.
func minutesParts() []minutesPart {
	return []minutesPart{
		MinutesFacts.opening, MinutesFacts.way, MinutesFacts.groups, MinutesFacts.programme, MinutesFacts.content, MinutesFacts.review, MinutesFacts.votes,
		MinutesFacts.assigned, MinutesFacts.conclusion, MinutesFacts.score, MinutesFacts.closing,
	}
}

func (f MinutesFacts) opening(*roman) []paper.Block {
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
		out = append(out, labelled(labelVisitors, stopped(namedAll(f.Visitors))))
	}
	if len(f.Guests) > 0 {
		out = append(out, labelled(labelGuests, stopped(strings.Join(f.Guests, "; "))))
	}
	if len(f.Moves) > 0 {
		out = append(out, labelled(labelMoves, stopped(movesText(f.Moves))))
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
	out := []paper.Block{no.heading(f.say("head_programme"))}
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
		out = append(out, paper.Paragraph(paper.Bold(f.say("general")+":")))
		out = append(out, said(f.General)...)
	}
	if len(f.ReadOut) > 0 {
		out = append(out, paper.Paragraph(paper.Bold(f.say("read_out")+":")))
		out = append(out, said(f.ReadOut)...)
	}
	if len(out) == 0 {
		return nil
	}
	return append([]paper.Block{no.heading(f.say("head_content"))}, out...)
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
		out = append(out, reviewTable(f.Tasks), f.reviewSum(f.Tasks))
	}
	out = append(out, merits(labelPraise, f.Praise, f.Praised)...)
	out = append(out, merits(labelRemind, f.Shortcomings, f.Reminded)...)
	if len(out) == 0 {
		return nil
	}
	return append([]paper.Block{no.heading(f.say("head_review"))}, out...)
}

func (f MinutesFacts) votes(no *roman) []paper.Block {
	if len(f.Votes)+len(f.Secrets) == 0 {
		return nil
	}
	out := []paper.Block{no.heading(f.say("head_votes"))}
	for i, v := range f.Votes {
		out = append(out, paper.Paragraph(
			paper.Bold(strconv.Itoa(i+1)+". "+flat(v.Subject)),
			paper.Text(" (biểu quyết công khai): "+v.sentence()+wordStop+v.Room.sentence())))
		if len(v.Reserved) > 0 {
			out = append(out, paper.Paragraph(paper.Text(labelKept)))
			out = append(out, said(v.Reserved)...)
		}
	}
	return append(out, secretLines(f.Secrets, len(f.Votes)+1, func(s SecretFacts) string {
		return stopped(f.say("secret", "số biên bản", s.Protocol))
	})...)
}

func (f MinutesFacts) conclusion(no *roman) []paper.Block {
	if f.Conclusion == "" && f.Resolution == "" {
		return nil
	}
	out := append([]paper.Block{no.heading(f.say("head_conclusion"))}, paragraphs(f.Conclusion)...)
	if f.Resolution != "" {
		out = append(out, paper.Paragraph(paper.Text(stopped(f.say("issued", "số nghị quyết", f.Resolution)))))
	}
	return out
}

func (f MinutesFacts) assigned(no *roman) []paper.Block {
	if len(f.Decisions) == 0 {
		return nil
	}
	return []paper.Block{no.heading(f.say("head_tasks")), decisionTable(f.Decisions)}
}

func (f MinutesFacts) score(no *roman) []paper.Block {
	if f.Score == nil {
		return nil
	}
	return append([]paper.Block{no.heading(f.say("head_score"))}, f.Score.blocks()...)
}

// closing is the last sentence. A meeting that ran past midnight names the day.
func (f MinutesFacts) closing(*roman) []paper.Block {
	day := "cùng ngày"
	if end := civil.From(f.Closed); end != civil.From(f.Opened) {
		day = end.Long()
	}
	text := f.say("closing", "giờ kết thúc", hour(f.Closed), "ngày kết thúc", day, "tên chi bộ", f.CellName)
	return []paper.Block{paper.Paragraph(paper.Text(stopped(text)))}
}
