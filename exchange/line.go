package exchange

import (
	"errors"
	"regexp"
	"strings"
	"unicode"

	"chibo/internal/civil"
	"chibo/internal/fault"
	"chibo/internal/sheet"
	"chibo/internal/viet"
)

// line is one row of the sheet under its mapping, and what is said about it.
type line struct {
	row    sheet.Row
	m      *Mapping
	edits  map[string]string // what a person typed over the cells, by field
	answer string            // to the row's question: same, other, skip
	issues []Issue
}

// The answers to a question.
const (
	AnswerSame  = "same"  // it is the person of the register, or of the earlier row
	AnswerOther = "other" // it is somebody else
	AnswerSkip  = "skip"  // leave the row out
)

func (l *line) cell(field string) sheet.Cell {
	if v, ok := l.edits[field]; ok {
		return sheet.Cell{Text: v}
	}
	return l.row.Cell(l.m.Column(field))
}

// has says whether a field has a column.
func (l *line) has(field string) bool { return l.m.Column(field) >= 0 }

// text gives a cell's text with spaces put right.
func (l *line) text(field string) string {
	c := l.cell(field)
	if !l.sound(field, c) {
		return ""
	}
	return viet.Clean(c.Text)
}

// sound notes a formula without a value, and one that failed.
func (l *line) sound(field string, c sheet.Cell) bool {
	switch c.Kind {
	case sheet.Blank:
		l.bad(field, "exchange.err.formula")
		return false
	case sheet.Broken:
		l.bad(field, "exchange.err.formula_broken")
		return false
	}
	return true
}

func (l *line) note(level Level, field, key string, args ...any) {
	e := fault.New(fault.Invalid, key, args...)
	for _, i := range l.issues {
		if i.Field == field && i.Key == key {
			return
		}
	}
	l.issues = append(l.issues, Issue{
		Row: l.row.N, Field: field, Column: l.m.Heading(field), Value: l.cell(field).Text, Level: level, Key: key, Args: e.Args,
	})
}

func (l *line) bad(field, key string, args ...any)  { l.note(Error, field, key, args...) }
func (l *line) warn(field, key string, args ...any) { l.note(Warning, field, key, args...) }
func (l *line) ask(field, key string, args ...any)  { l.note(Question, field, key, args...) }

// fail notes the fields of a fault of a lower feature, at the same fields here.
func (l *line) fail(err error, field string) {
	var f *fault.Error
	if !errors.As(err, &f) {
		l.bad(field, "err.internal")
		return
	}
	if len(f.Fields) == 0 {
		l.issues = append(l.issues, Issue{Row: l.row.N, Field: field, Column: l.m.Heading(field), Value: l.cell(field).Text, Level: Error, Key: f.Key, Args: f.Args})
	}
	for _, x := range f.Fields {
		at := field
		if l.has(x.Field) {
			at = x.Field
		}
		l.issues = append(l.issues, Issue{Row: l.row.N, Field: at, Column: l.m.Heading(at), Value: l.cell(at).Text, Level: Error, Key: x.Key, Args: x.Args})
	}
}

func (l *line) worst() Level {
	w := Warning
	for _, i := range l.issues {
		w = max(w, i.Level)
	}
	return w
}

// date reads a day, month or year; what cannot be read is noted.
func (l *line) date(field string, latest civil.Date) civil.Date {
	c := l.cell(field)
	if !l.sound(field, c) {
		return civil.Date{}
	}
	d, err := sheet.ParseDate(c, latest)
	if err != nil {
		l.fail(err, field)
	}
	return d
}

// tick reads a mark.
func (l *line) tick(field string) bool {
	c := l.cell(field)
	folded := viet.Fold(c.Text)
	switch {
	case !l.sound(field, c):
	case c.Text == "" || folded != "" && has(vocabulary().No, folded):
	case c.Text == "✓" || c.Text == "√" || c.Text == "*" || c.Text == "+", has(vocabulary().Yes, folded):
		return true
	default:
		l.bad(field, "exchange.err.tick")
	}
	return false
}

var indexRow = regexp.MustCompile(`^\(?\d{1,2}\)?$`)

// plain says why a row is no entry: nothing in it for any field, the numbers under a
// heading, the heading again, a sum, the words under a table.
func (l *line) plain(k Kind) bool {
	var texts []string
	numbered, again := true, 0
	for i, c := range l.row.Cells {
		if c.Text == "" {
			continue
		}
		texts = append(texts, c.Text)
		numbered = numbered && indexRow.MatchString(c.Text)
		if i < len(l.m.Texts) && len(c.Text) > 2 && viet.Clean(c.Text) == l.m.Texts[i] {
			again++
		}
	}
	mapped := 0
	for f := range l.m.Columns {
		if l.cell(f).Text != "" {
			mapped++
		}
	}
	if mapped == 0 || numbered && len(texts) > 1 || again > 1 {
		return true
	}
	first := viet.Fold(firstWords(texts))
	for _, w := range vocabulary().Total {
		if first == w || strings.HasPrefix(first, w+" ") && mapped <= 3 && l.days(k) == 0 {
			return true
		}
	}
	dated := strings.Contains(first, "ngay") && strings.Contains(first, "thang") && strings.Contains(first, "nam")
	if dated && len(texts) == 1 {
		return true
	}
	if len(texts) > 3 || l.days(k) > 0 {
		return false
	}
	for _, t := range texts {
		f := viet.Fold(t)
		for _, w := range vocabulary().Tail {
			if f == w || strings.HasPrefix(f, w+" ") {
				return true
			}
		}
	}
	return dated
}

// days counts the cells that look like days, which sums and signatures have not.
func (l *line) days(k Kind) int {
	n := 0
	for _, f := range Fields(k) {
		if f.Class == "date" && l.cell(f.Code).Text != "" && like(l.cell(f.Code), "date") {
			n++
		}
	}
	return n
}

// firstWords gives the first cell with letters.
func firstWords(texts []string) string {
	for _, t := range texts {
		if strings.ContainsFunc(t, unicode.IsLetter) {
			return t
		}
	}
	return ""
}

// group says that the row is only a title over the rows below it: one text, or a
// number and a text.
func (l *line) group() (string, bool) {
	var texts []string
	for i, c := range l.row.Cells {
		if c.Text != "" && (i == 0 || c.Text != l.row.Cells[i-1].Text) {
			texts = append(texts, c.Text)
		}
	}
	switch {
	case len(texts) == 1:
		return viet.Clean(texts[0]), true
	case len(texts) == 2 && len([]rune(texts[0])) <= 4:
		return viet.Clean(texts[1]), true
	}
	return "", false
}

// properName puts the case of a name right where it is all capitals or all small.
func properName(s string) string {
	s = viet.Clean(s)
	if s != strings.ToUpper(s) && s != strings.ToLower(s) {
		return s
	}
	words := strings.Fields(strings.ToLower(s))
	for i, w := range words {
		r := []rune(w)
		for j := range r {
			if j == 0 || r[j-1] == '\'' || r[j-1] == '’' || r[j-1] == '-' {
				r[j] = unicode.ToUpper(r[j])
			}
		}
		words[i] = string(r)
	}
	return strings.Join(words, " ")
}

// digitsOf gives the digits of a number's cell, with the zeros it lost where that is
// certain.
func digitsOf(l *line, field string, length int) (string, bool) {
	c := l.cell(field)
	d, ok := sheet.Digits(c)
	if !ok {
		return "", false
	}
	d, _ = sheet.LostZeros(c, d, length)
	return d, true
}
