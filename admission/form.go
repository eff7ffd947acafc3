package admission

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"chibo/internal/civil"
	"chibo/internal/paper"
	"chibo/rulebook"
)

// Fixed marks of the forms. Papers are Vietnamese whatever language the reader has chosen.
const (
	formGap     = "……" // what is not known, to be written by hand
	formDate    = "ngày …… tháng …… năm ………"
	formTo      = "Kính gửi: "
	formKeep    = "Lưu hồ sơ."
	formSample  = "DỮ LIỆU MẪU"
	formTrial   = "XEM THỬ"
	formComrade = "đồng chí "
	formBoard   = "Ban Thường vụ "
	formNo      = "Mẫu "
	formReport  = " (báo cáo),"
)

// Watermark gives what stands across everything that leaves the program in a demonstration;
// "" nothing.
func (s *Service) Watermark() string {
	if s.Meetings == nil || !s.Meetings.Sample {
		return ""
	}
	return formSample
}

// dotsLong are the dots of a ruled line, a little less than the width of the text.
const dotsLong = 132

// FormFacts is everything that a form is composed from. What is not known is empty and
// becomes a gap to be written by hand.
type FormFacts struct {
	Form      rulebook.AdmissionForm
	Words     map[string]rulebook.Wording // by piece
	Style     paper.Style
	Fixed     rulebook.Words
	Upper     string // paper name of the unit above the one that writes
	Issuer    string
	Place     string
	Day       civil.Date // zero: written by hand later
	Symbol    string     // of a paper with a number
	Pair      bool       // two members introduce together
	Watermark string

	Person     FormPerson
	Units      FormUnits
	Held       FormHeld
	Introduced []string // members who introduce
	Helpers    []string
	HelpsSince civil.Date
	CellPaper  FormPaper // resolution of the cell
	BasePaper  FormPaper // of the grassroots committee
	Decision   FormPaper
	JoinedOn   civil.Date
	EndsOn     civil.Date // end of the probation
	OfficialOn civil.Date
	Answers    []string // what was typed to each thing asked, in their order
	Signer     FormSigner
	To         []string // recipients
}

// FormPerson is what a form says of the person; nothing of relatives.
type FormPerson struct {
	Name, Birth, Sex, Ethnic, Education, Professional, Occupation string
	Reserve                                                       bool
}

// FormUnits names the units as sentences do.
type FormUnits struct{ Cell, Section, Base, Above string }

// FormPaper is a paper that another one names.
type FormPaper struct {
	Number string
	Day    civil.Date
}

// FormHeld is the meeting that decided. Numbers below zero are not known.
type FormHeld struct {
	Day                                civil.Date
	Members, Officials, Reserves       int
	Present, PresentOfficial, PresentR int
	Chair, Clerk                       string
	Base, Yes, No                      int
}

// unknownHeld is a meeting of which nothing is known.
func unknownHeld() FormHeld {
	return FormHeld{Members: -1, Officials: -1, Reserves: -1, Present: -1, PresentOfficial: -1, PresentR: -1, Base: -1, Yes: -1, No: -1}
}

// FormSigner is who signs for a body.
type FormSigner struct{ Authority, Post, Name string }

// ComposeForm makes a form of the KNĐ series (rules.md 4h). It is a pure function of the
// facts.
func ComposeForm(f FormFacts) paper.Document {
	title := strings.ToUpper(f.Form.Title.Vi)
	d := paper.Document{
		Title: f.Form.Title.Vi + " " + f.number(), Date: f.Day.String(), Style: f.Style, Header: paper.Header{Upper: f.Upper, Issuer: f.Issuer},
		Number: f.Symbol, PlaceDate: f.Place + ", " + f.long(f.Day), Kind: title, Subject: f.say("subject"), Watermark: f.Watermark,
	}
	if d.Number = f.Fixed.NumberPrefix + f.Symbol; f.Form.Kind == "" {
		d.Number = formNo + f.number()
	}
	if f.Form.Bare {
		d.Header, d.PlaceDate = paper.Header{Issuer: formGap + formGap + formGap + formGap}, formGap+", "+formDate
		if f.Form.Hand() {
			d.Header, d.PlaceDate = paper.Header{Issuer: formNo + f.number()}, ""
			d.Number = ""
		}
	}
	if f.Form.Mark != "" {
		d.Style.Head.Mark = f.Form.Mark
	}
	if to := f.say("to"); to != "" {
		d.Blocks = append(d.Blocks, paper.Block{Type: paper.ParagraphBlock, Align: paper.AlignCenter, Runs: []paper.Run{paper.Text(formTo + to)}})
	}
	d.Blocks = append(d.Blocks, f.lines("opening")...)
	d.Blocks = append(d.Blocks, f.asked()...)
	d.Blocks = append(d.Blocks, f.lines("result")...)
	d.Blocks = append(d.Blocks, f.lines("closing")...)
	d.Signatures, d.Recipients = f.signed(), f.To
	return d
}

// number is that of the form.
func (f FormFacts) number() string {
	if f.Pair && f.Form.Pair != "" {
		return f.Form.Pair
	}
	return f.Form.Form
}

func (f FormFacts) long(d civil.Date) string {
	if !d.IsDay() {
		return formDate
	}
	return d.Long()
}

func (f FormFacts) say(piece string) string {
	return strings.TrimSpace(f.Words[piece].Fill(f.pairs()...))
}

// lines makes the paragraphs of a piece. A line that begins with a dash is an item, one in
// capitals stands in the middle, and the name of an article is bold.
func (f FormFacts) lines(piece string) []paper.Block {
	w := f.Words[piece]
	var out []paper.Block
	for line := range strings.SplitSeq(w.Text, "\n") {
		line = strings.TrimSpace(line)
		words := rulebook.Wording{Text: line}
		text := strings.TrimSpace(words.Fill(f.pairs()...))
		if text == "" {
			continue
		}
		item, isItem := strings.CutPrefix(text, "- ")
		article, rest, isArticle := strings.Cut(text, ". ")
		switch {
		case capitals(line):
			out = append(out, paper.Block{
				Type: paper.ParagraphBlock, Align: paper.AlignCenter, KeepNext: true, Runs: []paper.Run{paper.Bold(strings.ToUpper(text))},
			})
		case isItem:
			out = append(out, paper.Item(paper.Text(item)))
		case isArticle && strings.HasPrefix(article, "Điều "):
			out = append(out, paper.Paragraph(paper.Bold(article+". "), paper.Text(rest)))
		default:
			out = append(out, paper.Paragraph(paper.Text(text)))
		}
	}
	return out
}

// capitals says whether a line has letters and all of them are capitals.
func capitals(s string) bool {
	return strings.ContainsFunc(s, unicode.IsLetter) && !strings.ContainsFunc(s, unicode.IsLower)
}

// Asks gives what the form asks for, a line each.
func Asks(w rulebook.Wording) []string {
	var out []string
	for line := range strings.SplitSeq(w.Text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// asked makes what is asked, each with what was typed to it or with ruled lines; of a form
// that people write by hand only what belongs into it.
func (f FormFacts) asked() []paper.Block {
	var out []paper.Block
	for i, ask := range Asks(f.Words["asks"]) {
		if f.Form.Lines == 0 {
			out = append(out, paper.Item(paper.Text(listed(ask))))
			continue
		}
		label := strconv.Itoa(i+1) + ". " + ask + ": "
		if i < len(f.Answers) && f.Answers[i] != "" {
			text := strings.Split(f.Answers[i], "\n")
			out = append(out, paper.Paragraph(paper.Bold(label), paper.Text(strings.TrimSpace(text[0]))))
			for _, line := range text[1:] {
				if line = strings.TrimSpace(line); line != "" {
					out = append(out, paper.Paragraph(paper.Text(line)))
				}
			}
			continue
		}
		out = append(out, paper.Block{Type: paper.ParagraphBlock, Align: paper.AlignLeft, KeepNext: true, Runs: []paper.Run{paper.Bold(label)}})
		for range f.Form.Lines {
			out = append(out, paper.Block{
				Type: paper.ParagraphBlock, Align: paper.AlignLeft, NoIndent: true, Runs: []paper.Run{paper.Text(strings.Repeat(".", dotsLong))},
			})
		}
	}
	return out
}

// listed ends an item with the mark of a list.
func listed(s string) string {
	if r, _ := utf8.DecodeLastRuneInString(s); unicode.IsPunct(r) {
		return s
	}
	return s + ";"
}

// signed gives who signs.
func (f FormFacts) signed() []paper.Signature {
	switch f.Form.Sign {
	case rulebook.SignIntroducers:
		return f.each(f.Introduced)
	case rulebook.SignHelper:
		return f.each(f.Helpers)[:1]
	case rulebook.SignPerson, rulebook.SignOutside:
		return []paper.Signature{{Post: f.Form.SignAs, Side: paper.SideRight}}
	}
	return []paper.Signature{{Authority: f.Signer.Authority, Post: f.Signer.Post, Name: f.Signer.Name, Side: paper.SideRight}}
}

// each is a place to sign for each of those named, for one at least.
func (f FormFacts) each(names []string) []paper.Signature {
	if len(names) == 0 {
		names = []string{""}
	}
	var out []paper.Signature
	for i, name := range names {
		side := paper.SideRight
		if len(names) > 1 && i == 0 {
			side = paper.SideLeft
		}
		out = append(out, paper.Signature{Post: f.Form.SignAs, Name: name, Side: side})
	}
	return out
}

// pairs are the values of the words, by name.
func (f FormFacts) pairs() []string {
	p, u, h := f.Person, f.Units, f.Held
	called := "quần chúng"
	if p.Reserve {
		called = strings.TrimSpace(formComrade)
	}
	out := []string{
		"gọi", called, "họ tên", p.Name, "ngày sinh", p.Birth, "giới tính", p.Sex, "dân tộc", p.Ethnic, "học vấn", p.Education, "chuyên môn", p.Professional,
		"nghề nghiệp", p.Occupation,
		"tên chi bộ", u.Cell, "đảng ủy bộ phận", u.Section, "đảng ủy cơ sở", u.Base, "cấp quyết định", u.Above, "nơi quyết định", u.Above,
		"chủ trì", h.Chair, "thư ký", h.Clerk,
		"người giới thiệu", named(f.Introduced), "người giúp đỡ", named(f.Helpers),
		"nghị quyết chi bộ", f.CellPaper.words(), "nghị quyết đảng ủy", f.BasePaper.words(), "số quyết định", f.Decision.Number,
	}
	for name, n := range map[string]int{
		"tổng số": h.Members, "chính thức": h.Officials, "dự bị": h.Reserves, "có mặt": h.Present, "có mặt chính thức": h.PresentOfficial,
		"có mặt dự bị": h.PresentR, "vắng mặt": absent(h), "cơ số": h.Base, "tán thành": h.Yes, "không tán thành": h.No,
	} {
		out = append(out, name, counted(n))
	}
	out = append(out, "tỷ lệ tán thành", share(h.Yes, h.Base), "tỷ lệ không tán thành", share(h.No, h.Base))
	for name, day := range map[string]civil.Date{
		"ngày họp": h.Day, "ngày giúp đỡ": f.HelpsSince, "ngày quyết định": f.Decision.Day, "ngày kết nạp": f.JoinedOn, "ngày hết dự bị": f.EndsOn,
		"ngày chính thức": f.OfficialOn,
	} {
		out = append(out, name, f.long(day))
	}
	for i := 1; i < len(out); i += 2 {
		if out[i] == "" {
			out[i] = formGap + formGap
		}
	}
	return out
}

func named(names []string) string {
	var out []string
	for _, n := range names {
		out = append(out, formComrade+n)
	}
	return strings.Join(out, " và ")
}

func (p FormPaper) words() string {
	switch {
	case p.Number == "" && !p.Day.IsDay():
		return "(số " + formGap + ", " + formDate + ")"
	case p.Number == "":
		return p.Day.Long()
	case !p.Day.IsDay():
		return "số " + p.Number
	}
	return "số " + p.Number + ", " + p.Day.Long()
}

func absent(h FormHeld) int {
	if h.Members < 0 || h.Present < 0 {
		return -1
	}
	return max(0, h.Members-h.Present)
}

func counted(n int) string {
	switch {
	case n < 0:
		return formGap
	case n > 0 && n < 10:
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// share gives a part in percent with one decimal, as Vietnamese papers write it.
func share(n, of int) string {
	if n < 0 || of <= 0 {
		return formGap + "%"
	}
	tenths := (n*2000/of + 1) / 2
	s := strconv.Itoa(tenths / 10)
	if tenths%10 != 0 {
		s += "," + strconv.Itoa(tenths%10)
	}
	return s + "%"
}
