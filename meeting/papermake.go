package meeting

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/paper"
)

// PaperFacts is everything that the papers around a meeting are composed from: the
// conclusion of the cell committee, notice, invitation, programme, report and extract.
type PaperFacts struct {
	Frame
	HeldFacts
	Starts     time.Time // as planned
	Over       bool
	Items      []ItemFacts
	Tasks      []TaskFacts
	Decisions  []DecisionFacts // an extract has one
	Score      *ScoreLine
	Vote       *VoteFacts   // that adopted the resolution; nil: none
	Secret     *SecretFacts // that an extract tells; nil: it tells a decision
	Resolution string       // its symbol; empty: none
	Committee  CommitteeFacts
	Signer     PersonFacts
	Text       string // as typed; what it is depends on the kind
	To         string // whom an invitation or an extract is for
}

// CommitteeFacts is the cell committee's meeting that agreed the plan (rules.md 2.08).
type CommitteeFacts struct {
	Held         time.Time
	Place        string
	Present, All int
}

// ComposePaper makes a paper of one of the kinds that are no minutes and no resolution.
// It is a pure function of the facts.
func ComposePaper(kind string, f PaperFacts) paper.Document {
	var d paper.Document
	switch kind {
	case PaperConclusion:
		d = f.conclusion()
	case PaperNotice:
		d = f.notice()
	case PaperInvitation:
		d = f.invitation()
	case PaperProgramme:
		d = f.programme()
	case PaperReport:
		d = f.report()
	case PaperExtract:
		d = f.extract()
	}
	finish(d.Blocks, f.Words.End)
	return d
}

// event names the meeting in a sentence: "buổi sinh hoạt chi bộ thường kỳ tháng 11 năm 2026".
func (f PaperFacts) event() string {
	return strings.TrimSuffix(eventOf(f.Kind)+" tháng "+monthWords(f.Month)+", "+quotedTheme(f.HeldFacts), ", ")
}

func quotedTheme(h HeldFacts) string {
	if h.Kind != Thematic || h.Theme == "" {
		return ""
	}
	return "chuyên đề “" + flat(h.Theme) + "”"
}

func (f PaperFacts) opening(pairs ...string) paper.Block {
	return paper.Paragraph(paper.Text(f.say("opening", pairs...)))
}

func (f PaperFacts) closing(pairs ...string) paper.Block {
	return paper.Paragraph(paper.Text(stopped(f.say("closing", pairs...))))
}

// numbered makes one numbered paragraph of each line.
func numbered(text string) []paper.Block {
	var out []paper.Block
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, paper.Paragraph(paper.Text(strconv.Itoa(len(out)+1)+". "+stopped(line))))
		}
	}
	return out
}

// conclusion is that of the cell committee (kết luận; rules.md 2.08, 7.18).
func (f PaperFacts) conclusion() paper.Document {
	d := f.document("về chuẩn bị " + f.event())
	d.Blocks = append(d.Blocks, f.opening("ngày họp", civil.From(f.Committee.Held).Long(), "địa điểm", strings.TrimRight(flat(f.Committee.Place), "."),
		"tên chi bộ", f.CellName, "buổi sinh hoạt", f.event(), "có mặt", strconv.Itoa(f.Committee.Present), "tổng số", strconv.Itoa(f.Committee.All),
		"chủ trì", f.Chair.named()))
	d.Blocks = append(d.Blocks, numbered(f.Text)...)
	d.Blocks = append(d.Blocks, paper.Paragraph(paper.Text(stopped(f.say("carry_out")))))
	d.Signatures = f.signed(BodyCommittee, f.Signer)
	d.Recipients = f.recipientsTo(wordToCommittee)
	return d
}

// notice tells the members (thông báo; rules.md 2.09, 2.10).
func (f PaperFacts) notice() paper.Document {
	subject := "về " + f.event()
	if f.Over {
		subject = "kết quả " + f.event()
	}
	d := f.document(subject)
	d.Blocks = append(d.Blocks, f.opening("tên chi bộ", f.CellName, "buổi sinh hoạt", f.event()))
	d.Blocks = append(d.Blocks, numbered(f.Text)...)
	d.Blocks = append(d.Blocks, f.closing("tên chi bộ", f.CellName))
	d.Signatures = f.signed(BodyCommittee, f.Signer)
	d.Recipients = f.recipients()
	return d
}

// invitation asks somebody to come (giấy mời).
func (f PaperFacts) invitation() paper.Document {
	d := f.document("dự " + f.event())
	d.Blocks = append(d.Blocks, f.opening("tên chi bộ", f.CellName, "người được mời", flat(f.To), "buổi sinh hoạt", f.event()),
		labelled(labelTime, "bắt đầu lúc "+hour(f.Starts)+", "+civil.From(f.Starts).Long()+wordStop),
		labelled(labelPlace, stopped(flat(f.HeldFacts.Place))))
	d.Blocks = append(d.Blocks, labelledLines(labelContent, f.Text)...)
	d.Blocks = append(d.Blocks, f.closing("người được mời", flat(f.To)))
	d.Signatures = f.signed(BodyCommittee, f.Signer)
	d.Recipients = []string{wordAsInvited, stopped(f.Words.Keep)}
	return d
}

// labelledLines puts a label before the first of the lines.
func labelledLines(label, text string) []paper.Block {
	out := paragraphs(text)
	if len(out) > 0 {
		out[0].Runs = append([]paper.Run{paper.Bold(label)}, out[0].Runs...)
	}
	return out
}

// programme is that of one meeting, with the hour of each item (chương trình).
func (f PaperFacts) programme() paper.Document {
	d := f.document(f.Subject())
	d.Blocks = append(d.Blocks, f.opening("giờ bắt đầu", hour(f.Starts), "ngày họp", civil.From(f.Starts).Long(),
		"địa điểm", strings.TrimRight(flat(f.HeldFacts.Place), "."), "chủ trì", f.Chair.named()))
	t := paper.Table{Columns: []paper.Column{
		{Title: colNo, Width: 11, Align: paper.AlignCenter},
		{Title: colHour, Width: 30, Align: paper.AlignCenter},
		{Title: colContent},
		{Title: colWho, Width: 42},
	}}
	at, all := f.Starts.In(clock.Zone()), 0
	for i, it := range f.Items {
		end := at.Add(time.Duration(it.Minutes) * time.Minute)
		t.Rows = append(t.Rows, paper.Cells(strconv.Itoa(i+1), at.Format("15:04")+" - "+end.Format("15:04"), flat(it.Title), it.Speaker))
		at, all = end, all+it.Minutes
	}
	d.Blocks = append(d.Blocks, paper.Grid(t), f.closing("số phút", strconv.Itoa(all)))
	d.Signatures = f.signed(BodyCommittee, f.Signer)
	d.Recipients = f.recipients()
	return d
}

// report tells the committee above how the meeting went (báo cáo; rules.md 2.20).
func (f PaperFacts) report() paper.Document {
	d := f.document("kết quả " + f.event())
	var no roman
	d.Blocks = append(d.Blocks, f.sayOpening(), no.heading(f.say("head_course")), paper.Paragraph(paper.Text(f.course())))
	d.Blocks = append(d.Blocks, no.heading(f.say("head_result")))
	if len(f.Tasks) > 0 {
		d.Blocks = append(d.Blocks, reviewTable(f.Tasks))
	}
	d.Blocks = append(d.Blocks, f.reviewSum(f.Tasks))
	if f.Resolution != "" || len(f.Decisions) > 0 {
		d.Blocks = append(d.Blocks, no.heading(f.say("head_decided")))
		if f.Vote != nil {
			d.Blocks = append(d.Blocks, paper.Paragraph(paper.Text("Nghị quyết số "+f.Resolution+": "+f.Vote.sentence()+wordStop)))
		}
		if len(f.Decisions) > 0 {
			d.Blocks = append(d.Blocks, decisionTable(f.Decisions))
		}
	}
	if f.Score != nil {
		d.Blocks = append(d.Blocks, no.heading(f.say("head_score")), f.Score.blocks()[0])
	}
	d.Blocks = append(d.Blocks, no.heading(f.say("head_proposals")))
	if lines := paragraphs(f.Text); len(lines) > 0 {
		d.Blocks = append(d.Blocks, lines...)
	} else {
		d.Blocks = append(d.Blocks, paper.Paragraph(paper.Text(stopped(f.say("no_proposals")))))
	}
	d.Signatures = f.signed(BodyCell, f.Signer)
	d.Recipients = []string{stopped(f.Words.Keep)}
	if f.UpperName != "" {
		d.Recipients = []string{CommitteeName(f.UpperName) + wordReport, stopped(f.Words.Keep)}
	}
	return d
}

func (f PaperFacts) sayOpening() paper.Block {
	above := wordAbove
	if f.UpperName != "" {
		above = CommitteeName(f.UpperName)
	}
	return f.opening("tên chi bộ", f.CellName, "cấp trên", above, "buổi sinh hoạt", f.event())
}

// course says in a sentence when and with whom the meeting was held.
func (f PaperFacts) course() string {
	return fmt.Sprintf("N%s, tại %s, từ %s đến %s (%d phút). %s.", strings.TrimPrefix(civil.From(f.Opened).Long(), "n"),
		strings.TrimRight(flat(f.HeldFacts.Place), "."), hour(f.Opened), f.until(), f.minutes(), f.attendance())
}

// extract gives one decision to one addressee, and nothing else of the resolution (bản
// trích sao).
func (f PaperFacts) extract() paper.Document {
	if f.Secret != nil {
		return f.extractSecret()
	}
	d := f.document("nội dung Nghị quyết số " + f.Resolution)
	d.Blocks = append(d.Blocks, f.opening("tên chi bộ", f.CellName, "số nghị quyết", f.Resolution, "ngày nghị quyết", civil.From(f.Opened).Long(),
		"buổi sinh hoạt", f.event(), "nơi nhận", flat(f.To)))
	for _, x := range f.Decisions {
		d.Blocks = append(d.Blocks, labelled(labelTask, stopped(flat(x.Title))))
		if x.Assignee != "" {
			d.Blocks = append(d.Blocks, labelled(labelWho, wordCommunist+x.Assignee+wordStop))
		}
		d.Blocks = append(d.Blocks, labelled(labelDue, x.Due.Long()+wordStop))
		if x.Product != "" {
			d.Blocks = append(d.Blocks, labelled(labelProduct, stopped(flat(x.Product))))
		}
	}
	d.Blocks = append(d.Blocks, f.closing("số nghị quyết", f.Resolution))
	d.Signatures = f.signed(BodyCell, f.Signer)
	d.Recipients = []string{strings.TrimRight(flat(f.To), ".,;") + wordCarryOut, stopped(f.Words.Keep)}
	return d
}

// extractSecret gives the outcome of one secret vote, never its numbers.
func (f PaperFacts) extractSecret() paper.Document {
	d := f.document("kết quả bỏ phiếu kín")
	d.Blocks = append(d.Blocks, paper.Paragraph(paper.Text(f.say("opening_secret", "tên chi bộ", f.CellName, "buổi sinh hoạt", f.event(),
		"ngày họp", civil.From(f.Opened).Long(), "nơi nhận", flat(f.To)))),
		labelled(labelContent, stopped(flat(f.Secret.Subject))), labelled(labelOutcome, f.Secret.outcome()+wordStop))
	d.Signatures = f.signed(BodyCell, f.Signer)
	d.Recipients = []string{strings.TrimRight(flat(f.To), ".,;") + wordCarryOut, stopped(f.Words.Keep)}
	return d
}
