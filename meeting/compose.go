package meeting

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/paper"
)

// document makes the frame of a paper; the caller adds blocks and signatures.
func (f Frame) document(subject string) paper.Document {
	return paper.Document{
		Title:     f.KindTitle + " " + strings.ReplaceAll(subject, "\n", " "),
		Date:      f.Day.String(),
		Style:     f.Style,
		Header:    paper.Header{Upper: f.Upper, Issuer: f.Issuer},
		Number:    f.Words.NumberPrefix + f.Symbol,
		PlaceDate: f.Place + ", " + f.Day.Long(),
		Kind:      f.KindTitle,
		Subject:   subject,
		Watermark: f.Watermark,
	}
}

// recipients are the lines under "Nơi nhận:" (rules.md 7.15).
func (f Frame) recipients() []string {
	var out []string
	if f.UpperName != "" {
		out = append(out, CommitteeName(f.UpperName)+wordReport)
	}
	return append(out, wordToMembers, stopped(f.Words.Keep))
}

// recipientsTo are those lines with others than the members in the middle.
func (f Frame) recipientsTo(line string) []string {
	out := f.recipients()
	out[len(out)-2] = line
	return out
}

// CommitteeName names the committee that leads a Party organisation: that of "Đảng bộ
// thị trấn" is "Đảng ủy thị trấn", that of "Đảng bộ huyện" is "Huyện ủy" (rules.md 1.02).
func CommitteeName(unit string) string {
	rest, ok := strings.CutPrefix(unit, wordParty)
	if !ok {
		return unit
	}
	for _, level := range []string{"huyện", "tỉnh", "quận", "thị xã", "thành phố"} {
		if name, ok := strings.CutPrefix(rest, level+" "); ok {
			short := map[string]string{"huyện": "Huyện ủy ", "tỉnh": "Tỉnh ủy ", "quận": "Quận ủy ", "thị xã": "Thị ủy ", "thành phố": "Thành ủy "}
			return short[level] + name
		}
	}
	return wordCommittee + rest
}

// Subject is the summary under the kind of paper (rules.md 7.10).
func (h HeldFacts) Subject() string {
	s := meetingTitle(h.Kind) + " tháng " + monthWords(h.Month)
	if h.Kind == Thematic && h.Theme != "" {
		s += "\n" + h.Theme
	}
	return s
}

// monthWords gives "11 năm 2026"; months 1 and 2 have a leading zero as in dates
// (rules.md 7.09).
func monthWords(m civil.Month) string {
	if m.Num() < 3 {
		return fmt.Sprintf("%02d năm %d", m.Num(), m.Year())
	}
	return fmt.Sprintf("%d năm %d", m.Num(), m.Year())
}

// hour gives "19 giờ 30 phút", "19 giờ 00 phút", in Viet Nam's time.
func hour(t time.Time) string {
	t = t.In(clock.Zone())
	return fmt.Sprintf("%02d giờ %02d phút", t.Hour(), t.Minute())
}

// attendance is the sentence on who was there (rules.md 2.22, 2.36).
func (h HeldFacts) attendance() string {
	a := h.Attendance
	var b strings.Builder
	fmt.Fprintf(&b, "Tổng số đảng viên %d đồng chí (chính thức %d, dự bị %d)", a.Members, a.Officials, a.Reserves)
	for _, c := range []struct {
		n    int
		text string
	}{
		{a.Exempt, "được miễn công tác và sinh hoạt đảng"},
		{a.TempOut, "sinh hoạt tạm thời nơi khác"},
		{a.Away, "được tạm miễn sinh hoạt do đi làm ăn xa"},
		{a.Suspended, "đang bị đình chỉ sinh hoạt"},
		{a.Guests, "nơi khác đến sinh hoạt tạm thời"},
	} {
		if c.n > 0 {
			fmt.Fprintf(&b, "; %s %d", c.text, c.n)
		}
	}
	fmt.Fprintf(&b, "; phải dự %d; có mặt %d (chính thức %d, dự bị %d), đạt %s",
		a.Due, a.Present, a.PresentOfficial, a.PresentReserve, a.Percent())
	fmt.Fprintf(&b, "; vắng có lý do %d%s", a.Excused, h.absent(true))
	fmt.Fprintf(&b, "; vắng không lý do %d%s", a.Unexcused, h.absent(false))
	if a.Beside > 0 {
		fmt.Fprintf(&b, "; ngoài ra có %d đồng chí không thuộc diện phải dự đến dự", a.Beside)
	}
	return b.String()
}

// absent lists the names in brackets, with the reason of those who gave one (rules.md 2.39).
func (h HeldFacts) absent(excused bool) string {
	var names []string
	for _, p := range h.Absent {
		if p.Excused != excused {
			continue
		}
		name := wordCommunist + p.Name
		if excused && p.Reason != "" {
			name += ": " + lowerFirst(p.Reason)
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return ""
	}
	return " (" + strings.Join(names, "; ") + ")"
}

// fee is the sentence on the Party fee, empty when it was not announced (rules.md 2.15).
func (h HeldFacts) fee() string {
	if h.FeePaid < 0 {
		return ""
	}
	return strconv.Itoa(h.FeePaid) + " đồng chí đã đóng đảng phí"
}

// named gives "đồng chí Võ Đình Khải, Bí thư Chi bộ".
func (p PersonFacts) named() string {
	if p.Post == "" {
		return wordCommunist + p.Name
	}
	return wordCommunist + p.Name + ", " + p.Post
}

// labelled makes a paragraph that begins with a bold label.
func labelled(label, text string) paper.Block {
	return paper.Paragraph(paper.Bold(label), paper.Text(text))
}

// merits makes the part on praise, or on reminders and shortcomings: a text, and members
// by name (rules.md 2.37).
func merits(label, text string, names []SaidFacts) []paper.Block {
	if text == "" && len(names) == 0 {
		return nil
	}
	out := []paper.Block{labelled(label, stopped(flat(text)))}
	return append(out, said(names)...)
}

// paragraphs makes one paragraph of each line of a typed text.
func paragraphs(text string) []paper.Block {
	var out []paper.Block
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, paper.Paragraph(paper.Text(stopped(line))))
		}
	}
	return out
}

// stopped ends a typed text with a full stop when it has no mark of its own.
func stopped(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".!?:;…") || strings.HasSuffix(s, "…") {
		return s
	}
	return s + wordStop
}

// flat puts a typed text on one line, for a sentence or a cell of a table.
func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

// lowerFirst begins a text small that goes on in a sentence, unless it begins with what
// is always written large: an abbreviation, the Party, or a name of three words.
func lowerFirst(s string) string {
	words := strings.Fields(s)
	if len(words) == 0 {
		return s
	}
	first := []rune(words[0])
	name := len(words) > 2 && !slices.ContainsFunc(words[:3], func(w string) bool { return !unicode.IsUpper([]rune(w)[0]) })
	if name || words[0] == "Đảng" || len(first) > 1 && unicode.IsUpper(first[1]) {
		return s
	}
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[n:]
}

// roman numbers the headings in the way of Party papers: "I- ", "II- ".
type roman int

func (r *roman) heading(text string) paper.Block {
	*r++
	return paper.Heading([]string{"", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"}[*r] + "- " + text)
}

// reviewTable looks back on the tasks (rules.md 2.37).
func reviewTable(tasks []TaskFacts) paper.Block {
	t := paper.Table{Columns: []paper.Column{
		{Title: colNo, Width: 11, Align: paper.AlignCenter},
		{Title: colTask},
		{Title: colBefore, Width: 32},
		{Title: colResult, Width: 40},
	}}
	for i, k := range tasks {
		title := flat(k.Title)
		if k.Assignee != "" {
			title += " (" + wordCommunist + k.Assignee + ")"
		}
		result := taskState(k.Result)
		if k.Result == "open" {
			result = textGoesOn
		}
		if k.Note != "" {
			result += ": " + lowerFirst(flat(k.Note))
		}
		t.Rows = append(t.Rows, paper.Cells(strconv.Itoa(i+1), title, taskState(k.Before), result))
	}
	return paper.Grid(t)
}

// fulfilled counts the tasks judged as carried out, in time, late or beyond.
func fulfilled(tasks []TaskFacts) (n int) {
	for _, k := range tasks {
		if k.Result == "done" || k.Result == "late" || k.Result == "beyond" {
			n++
		}
	}
	return n
}

// reviewSum is the sentence under the table. A task that goes on and whose day has not
// come is not counted as due, as in the evidence of the score.
func (f Frame) reviewSum(tasks []TaskFacts) paper.Block {
	if len(tasks) == 0 {
		return paper.Paragraph(paper.Text(stopped(f.say("no_tasks"))))
	}
	due, on := len(tasks), 0
	for _, k := range tasks {
		if k.Result != "open" {
			continue
		}
		if on++; k.Before != "overdue" {
			due--
		}
	}
	text := fmt.Sprintf("Đã hoàn thành %d/%d nhiệm vụ đến hạn (%s)", fulfilled(tasks), due, percent(fulfilled(tasks), due))
	if due == 0 {
		text = "Chưa có nhiệm vụ nào đến hạn"
	}
	if on > 0 {
		text += fmt.Sprintf("; %d nhiệm vụ tiếp tục thực hiện", on)
	}
	return paper.Paragraph(paper.Text(text + wordStop))
}

// decisionTable is part III: who, what, until when (rules.md 2.37).
func decisionTable(list []DecisionFacts) paper.Block {
	t := paper.Table{Columns: []paper.Column{
		{Title: colNo, Width: 11, Align: paper.AlignCenter},
		{Title: colTask},
		{Title: colWho, Width: 38},
		{Title: colDue, Width: 26, Align: paper.AlignCenter},
	}}
	products := false
	for _, d := range list {
		products = products || d.Product != ""
	}
	if products {
		t.Columns = append(t.Columns, paper.Column{Title: colProduct, Width: 34})
	}
	for i, d := range list {
		t.Rows = append(t.Rows, paper.Cells(strconv.Itoa(i+1), flat(d.Title), d.Assignee, d.Due.Vi(), flat(d.Product)))
	}
	return paper.Grid(t)
}

// sentence gives the arithmetic of a vote as the papers say it (rules.md 2.35).
func (v VoteFacts) sentence() string {
	result := "được thông qua"
	if !v.Passed {
		result = "không được thông qua"
	}
	return fmt.Sprintf("tính trên %d đảng viên chính thức, cần từ %d phiếu; tán thành %d/%d (%s), không tán thành %d, ý kiến khác %d, không tham gia biểu quyết %d; %s",
		v.Base, v.Needed, v.Yes, v.Base, percent(v.Yes, v.Base), v.No, v.Other, v.Gone, result)
}

// points writes tenths of a point: 93, 92,5.
func points(tenths int) string {
	if tenths < 0 {
		return ""
	}
	s := strconv.Itoa(tenths / 10)
	if tenths%10 != 0 {
		s += "," + strconv.Itoa(tenths%10)
	}
	return s
}

// score is the part on the score of the meeting.
func (s ScoreLine) blocks() []paper.Block {
	who := textScoreDraft
	if s.Settled {
		who = textScoreSelf
	}
	text := who + ": xếp loại " + s.Grade + wordStop
	if s.Self10 >= 0 {
		text = fmt.Sprintf("%s: %s/%s điểm, xếp loại %s.", who, points(s.Self10), points(s.Max10), s.Grade)
	}
	out := []paper.Block{paper.Paragraph(paper.Text(text))}
	if len(s.Rows) == 0 {
		return out
	}
	t := paper.Table{Columns: []paper.Column{
		{Title: colNo, Width: 11, Align: paper.AlignCenter},
		{Title: colCriteria},
		{Title: colMax, Width: 24, Align: paper.AlignCenter},
		{Title: colSelf, Width: 24, Align: paper.AlignCenter},
	}}
	if s.Self10 < 0 {
		t.Columns = []paper.Column{t.Columns[0], t.Columns[1], {Title: colMark, Width: 34, Align: paper.AlignCenter}}
	}
	for _, r := range s.Rows {
		if s.Self10 < 0 {
			t.Rows = append(t.Rows, paper.Cells(r.Code, r.Name, r.Mark))
			continue
		}
		t.Rows = append(t.Rows, paper.Cells(r.Code, r.Name, points(r.Max10), points(r.Self10)))
	}
	return append(out, paper.Grid(t))
}

// finish puts the closing mark of the day's rule at the end of the text (rules.md 7.13).
func finish(blocks []paper.Block, mark string) {
	if mark == "" || len(blocks) == 0 {
		return
	}
	runs := blocks[len(blocks)-1].Runs
	if len(runs) == 0 {
		return
	}
	last := &runs[len(runs)-1]
	last.Text = strings.TrimSuffix(last.Text, wordStop) + mark
}
