package meeting

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"chibo/internal/civil"
	"chibo/internal/paper"
	"chibo/rulebook"
	"chibo/secret"
)

// CountFacts is everything that the protocol of a secret count is composed from (biên bản
// kiểm phiếu; rules.md 1.32, 2.34, 2.35). Its numbers join paper and phones: what one way
// brought stands nowhere.
type CountFacts struct {
	Frame
	HeldFacts
	SecretFacts
	Seats    int
	Base     int // people a share is taken of
	InRoom   int // who could cast
	Sums     secret.Sums
	Broken   int    // of the invalid, ballots of phones that did not open
	Warrant  string // decision that allowed phones; empty: all on paper
	Lines    []CountLine
	Team     []string // the head first
	Prints   []string // sorted
	Recorded time.Time
}

// CountLine is one line of the result.
type CountLine struct {
	Title     string
	Votes     int
	Cumulated int // of a ladder: with the heavier forms
	Threshold rulebook.Ratio
	Source    string // of the threshold
	Passed    bool
}

// SecretFacts is a counted secret vote as other papers tell it.
type SecretFacts struct {
	Subject  string
	Ballot   string // secret.Question, Candidates, Ladder
	Round    int
	Void     bool     // given up before the count
	Guarded  bool     // outside of its protocol only whether it passed
	Places   int      // to be filled, of candidates
	Passed   []string // titles of what passed
	Result   string   // with numbers; empty when guarded
	Protocol string   // symbol; empty: none yet
}

// outcome says what came out, without a number of votes.
func (f SecretFacts) outcome() string {
	switch {
	case f.Void:
		return "không kiểm phiếu, chi bộ bỏ phiếu lại"
	case f.Ballot == secret.Candidates && len(f.Passed) == 0:
		return "không ai đủ số phiếu để trúng cử"
	case f.Ballot == secret.Candidates:
		return fmt.Sprintf("trúng cử %d/%d: %s", len(f.Passed), f.Places, strings.Join(f.Passed, ", "))
	case len(f.Passed) == 0:
		return "không đủ số phiếu theo quy định"
	case f.Ballot == secret.Ladder:
		return "đủ số phiếu theo quy định: " + lowerFirst(f.Passed[0])
	}
	return "đủ số phiếu theo quy định"
}

// sentence is the outcome, with the numbers where they may be told.
func (f SecretFacts) sentence() string {
	if f.Result == "" || f.Void {
		return f.outcome() + wordStop
	}
	return f.Result + "; " + f.outcome() + wordStop
}

// how names the way of voting, with the round.
func (f SecretFacts) how() string {
	if f.Round > 1 {
		return fmt.Sprintf(" (bỏ phiếu kín, lần %d): ", f.Round)
	}
	return " (bỏ phiếu kín): "
}

// lines are the secret votes as minutes and resolutions list them, numbered from no.
func secretLines(list []SecretFacts, no int, more func(SecretFacts) string) []paper.Block {
	var out []paper.Block
	for i, s := range list {
		text := s.how() + s.sentence()
		if more != nil && s.Protocol != "" {
			text += " " + more(s)
		}
		out = append(out, paper.Paragraph(paper.Bold(strconv.Itoa(no+i)+". "+flat(s.Subject)), paper.Text(text)))
	}
	return out
}

// ComposeCount makes the protocol of a secret count. It is a pure function of the facts.
func ComposeCount(f CountFacts) paper.Document {
	d := f.document(lowerFirst(flat(f.SecretFacts.Subject)))
	var no roman
	d.Blocks = append(d.Blocks, f.opening()...)
	d.Blocks = append(d.Blocks, no.heading(f.say("head_base")), f.sentence("base", "cơ sở", strconv.Itoa(f.Base), "có mặt", strconv.Itoa(f.InRoom)))
	d.Blocks = append(d.Blocks, no.heading(f.say("head_ballots")))
	d.Blocks = append(d.Blocks, f.ballots()...)
	d.Blocks = append(d.Blocks, no.heading(f.say("head_result")))
	d.Blocks = append(d.Blocks, f.result()...)
	if len(f.Prints) > 0 {
		d.Blocks = append(d.Blocks, no.heading(f.say("head_prints")), f.sentence("prints", "số mã", strconv.Itoa(len(f.Prints))), f.prints())
	}
	d.Blocks = append(d.Blocks, f.sentence("closing", "giờ kết thúc", hour(f.Recorded)))
	finish(d.Blocks, f.Words.End)
	for i, name := range f.Team {
		post := "sign_member"
		if i == 0 {
			post = "sign_team"
		}
		d.Signatures = append(d.Signatures, paper.Signature{Post: f.say(post), Name: name, Side: paper.SideLeft})
		if i == 0 { // the head of the team and the chair sign side by side
			d.Signatures = append(d.Signatures, paper.Signature{Post: f.say("sign_chair"), Name: f.Chair.Name, Side: paper.SideRight})
		}
	}
	d.Recipients = []string{stopped(f.Words.Keep)}
	if f.UpperName != "" {
		d.Recipients = []string{CommitteeName(f.UpperName) + wordReport, stopped(f.Words.Keep)}
	}
	return d
}

// sentence is a piece of the kind's standing words as a paragraph.
func (f CountFacts) sentence(piece string, pairs ...string) paper.Block {
	return paper.Paragraph(paper.Text(stopped(f.say(piece, pairs...))))
}

func (f CountFacts) opening() []paper.Block {
	event := strings.TrimSuffix(eventOf(f.Kind)+" tháng "+monthWords(f.Month)+", "+quotedTheme(f.HeldFacts), ", ")
	out := []paper.Block{f.sentence("opening", "ngày họp", civil.From(f.Opened).Long(), "địa điểm", strings.TrimRight(flat(f.HeldFacts.Place), "."),
		"buổi sinh hoạt", event, "tên chi bộ", f.CellName, "nội dung", lowerFirst(strings.TrimRight(flat(f.SecretFacts.Subject), ".")))}
	if f.Round > 1 {
		out = append(out, f.sentence("round", "lần", strconv.Itoa(f.Round)))
	}
	team := make([]string, len(f.Team))
	for i, name := range f.Team {
		if team[i] = wordCommunist + name; i == 0 {
			team[i] += " (tổ trưởng)"
		}
	}
	return append(out, f.sentence("team", "tổ kiểm phiếu", strings.Join(team, ", ")))
}

func (f CountFacts) ballots() []paper.Block {
	out := []paper.Block{f.sentence("ballots", "phát ra", strconv.Itoa(f.Sums.Issued), "thu về", strconv.Itoa(f.Sums.Returned),
		"hợp lệ", strconv.Itoa(f.Sums.Valid), "không hợp lệ", strconv.Itoa(f.Sums.Invalid))}
	if f.Warrant != "" {
		out = append(out, f.sentence("phones", "quyết định", strings.TrimRight(flat(f.Warrant), ".")))
	}
	if f.Broken > 0 {
		out = append(out, f.sentence("broken", "số phiếu", strconv.Itoa(f.Broken)))
	}
	return out
}

// result is thresholds, table and outcome.
func (f CountFacts) result() []paper.Block {
	out := f.thresholds()
	if f.Ballot == secret.Ladder {
		out = append(out, f.sentence("cumulated"))
	}
	out = append(out, f.table())
	switch {
	case f.Ballot == secret.Candidates && len(f.Passed) == 0:
		out = append(out, f.sentence("none_elected"))
	case f.Ballot == secret.Candidates:
		out = append(out, f.sentence("elected", "số người", strconv.Itoa(len(f.Passed)), "số cần bầu", strconv.Itoa(f.Seats), "danh sách", strings.Join(f.Passed, ", ")))
	case len(f.Passed) == 0:
		out = append(out, f.sentence("failed"))
	default:
		out = append(out, f.sentence("passed", "kết quả", "“"+f.Passed[0]+"”"))
	}
	if f.Guarded {
		out = append(out, f.sentence("guarded"))
	}
	return out
}

// thresholds says once for each rule how many votes it needs, and of which lines when
// there are several.
func (f CountFacts) thresholds() []paper.Block {
	type need struct {
		ratio  rulebook.Ratio
		source string
	}
	var order []need
	of := map[need][]string{}
	for _, l := range f.Lines {
		if l.Threshold.Den == 0 {
			continue
		}
		n := need{l.Threshold, l.Source}
		if len(of[n]) == 0 {
			order = append(order, n)
		}
		of[n] = append(of[n], l.Title)
	}
	var out []paper.Block
	for _, n := range order {
		b := f.sentence("threshold", "ngưỡng", ratioWords(n.ratio), "số phiếu", strconv.Itoa(n.ratio.Needed(f.Base)), "căn cứ", n.source)
		if len(order) > 1 {
			b.Runs = append([]paper.Run{paper.Text(strings.Join(of[n], ", ") + ": ")}, b.Runs...)
		}
		out = append(out, b)
	}
	return out
}

// ratioWords gives a threshold as papers say it.
func ratioWords(r rulebook.Ratio) string {
	word := "ít nhất"
	if r.Strict {
		word = "trên"
	}
	return fmt.Sprintf("%s %d/%d số đảng viên được tính", word, r.Num, r.Den)
}

func (f CountFacts) table() paper.Block {
	t := paper.Table{Columns: []paper.Column{{Title: colNo, Width: 11, Align: paper.AlignCenter}, {Title: colOption}}}
	count := func(title string, width float64) {
		t.Columns = append(t.Columns, paper.Column{Title: title, Width: width, Align: paper.AlignCenter})
	}
	ladder := f.Ballot == secret.Ladder
	switch {
	case ladder:
		t.Columns[1].Title = colForm
		count(colVotes, 20)
		count(colCumulated, 24)
		count(colNeeded, 22)
	default:
		if f.Ballot == secret.Candidates {
			t.Columns[1].Title = colCandidate
		}
		count(colVotes, 24)
		count(colShare, 24)
	}
	count(colOutcome, 32)
	for i, l := range f.Lines {
		cells := []string{strconv.Itoa(i + 1), flat(l.Title), strconv.Itoa(l.Votes)}
		if ladder {
			cells = append(cells, textOf(l.Threshold.Den > 0, strconv.Itoa(l.Cumulated)), textOf(l.Threshold.Den > 0, strconv.Itoa(l.Threshold.Needed(f.Base))))
		} else {
			cells = append(cells, percent(l.Votes, f.Base))
		}
		word := "Đủ số phiếu"
		if f.Ballot == secret.Candidates {
			word = "Trúng cử"
		}
		t.Rows = append(t.Rows, paper.Row{Cells: append(cells, textOf(l.Passed, word)), Bold: l.Passed})
	}
	return paper.Grid(t)
}

func textOf(on bool, s string) string {
	if on {
		return s
	}
	return ""
}

// prints lists the fingerprints in columns, by letters.
func (f CountFacts) prints() paper.Block {
	const columns = 4
	t := paper.Table{Columns: make([]paper.Column, columns)}
	for i := range t.Columns {
		t.Columns[i].Align = paper.AlignCenter
	}
	for at := 0; at < len(f.Prints); at += columns {
		t.Rows = append(t.Rows, paper.Cells(f.Prints[at:min(at+columns, len(f.Prints))]...))
	}
	return paper.Grid(t)
}

// BallotFacts is everything a ballot is made from (phiếu bầu, phiếu biểu quyết). Nothing of
// it belongs to one sheet: all ballots of a vote are the same.
type BallotFacts struct {
	Frame
	Subject  string
	Ballot   string // secret.Question, Candidates, Ladder
	Round    int
	Seats    int
	Min, Max int
	Strike   bool // names are struck out
	Slate    bool // one mark for the whole list
	Titles   []string
}

// how is how to mark, one sentence each.
func (f BallotFacts) how() []string {
	switch f.Ballot {
	case secret.Ladder:
		return []string{f.say("ladder")}
	case secret.Question:
		return []string{f.say("question")}
	}
	pairs := []string{"nhiều nhất", strconv.Itoa(f.Max), "ít nhất", strconv.Itoa(f.Min), "số cần bầu", strconv.Itoa(f.Seats)}
	if f.Slate {
		return []string{f.say("slate", pairs...)}
	}
	out := []string{f.say("tick", pairs...)}
	if f.Strike {
		out[0] = f.say("strike", pairs...)
	}
	if f.Min > 0 {
		out = append(out, f.say("least", pairs...))
	}
	return out
}

// Sheet is the ballot as it is printed and cut.
func (f BallotFacts) Sheet() paper.Ballot {
	b := paper.Ballot{
		Issuer: f.Issuer, Title: f.KindTitle, Subject: flat(f.Subject), How: f.how(), No: colNo, Head: [2]string{colOption, colMarkHere}, Rows: f.Titles,
		Boxes: !f.Strike || f.Ballot != secret.Candidates, Note: stopped(f.say("invalid")), Sample: f.Watermark,
	}
	if f.Round > 1 {
		b.Subject += fmt.Sprintf("\nLần bỏ phiếu thứ %d", f.Round)
	}
	switch f.Ballot {
	case secret.Candidates:
		b.Head[0] = colCandidate
	case secret.Ladder:
		b.Head[0] = colForm
	}
	if f.Slate {
		b.Subject += "\n" + strings.Join(f.Titles, ", ")
		b.Head[0], b.Rows, b.Boxes = colOption, []string{textSlateYes, textSlateNo}, true
	}
	return b
}

// ComposeBallot is the ballot as a page to look at while its words are chosen.
func ComposeBallot(f BallotFacts) paper.Document {
	b := f.Sheet()
	d := f.document(b.Subject)
	d.Number, d.PlaceDate = "", ""
	for _, s := range b.How {
		d.Blocks = append(d.Blocks, paper.Block{Type: paper.ParagraphBlock, Runs: []paper.Run{paper.Italic(s)}, Align: paper.AlignCenter})
	}
	t := paper.Table{Columns: []paper.Column{{Title: colNo, Width: 11, Align: paper.AlignCenter}, {Title: b.Head[0]}}}
	if b.Boxes {
		t.Columns = append(t.Columns, paper.Column{Title: b.Head[1], Width: 36})
	}
	for i, row := range b.Rows {
		t.Rows = append(t.Rows, paper.Cells(strconv.Itoa(i+1), row))
	}
	d.Blocks = append(d.Blocks, paper.Grid(t), paper.Paragraph(paper.Text(b.Note)))
	return d
}
