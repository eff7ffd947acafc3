package paper

import (
	"strings"
	"unicode"

	"chibo/internal/viet"
)

// clean makes text safe for all three outputs: valid UTF-8 in NFC (decomposed Vietnamese prints with floating
// marks), no control characters (XML forbids them), no direction overrides (they could make a paper read
// differently from its bytes). "\n" stays, other white space becomes a plain space, a no-break space stays.
func clean(s string) string {
	if isPlain(s) {
		return s
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return viet.NFC(strings.Map(cleanRune, s))
}

// isPlain tells, in one pass, that nothing is to be cleaned: printable ASCII and the composed Latin letters that
// Vietnamese is written with. It spares almost every text of a paper the slow way.
func isPlain(s string) bool {
	for _, r := range s {
		if (r < ' ' && r != '\n') || (r > '~' && r < 0xC0) || (r > 0x24F && r < 0x1E00) || r > 0x1EFF {
			return false
		}
	}
	return true
}

func cleanRune(r rune) rune {
	switch {
	case r == '\n' || r == '\u00A0' || r == '\u202F':
		return r
	case r == '\r' || r == '\u2028' || r == '\u2029':
		return '\n'
	case unicode.IsSpace(r):
		return ' '
	case unicode.IsControl(r), r == 0xFFFE, r == 0xFFFF:
		return -1
	case r == '\u00AD' || r == '\u200B' || r == '\uFEFF', r >= 0x200E && r <= 0x200F,
		r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
		return -1
	}
	return r
}

// normal is a deep copy of the document with clean texts and the version set: what is hashed is what is printed.
func (d Document) normal() Document {
	d.V = Version
	for _, s := range []*string{
		&d.Title, &d.Language, &d.Date, &d.Number, &d.PlaceDate, &d.Kind, &d.Subject, &d.Watermark,
		&d.Header.Upper, &d.Header.Issuer, &d.Style.Name, &d.Style.Head.Mark, &d.Style.Head.Star,
		&d.Style.Head.Dashes, &d.Style.Body.Font, &d.Style.Body.ItemMark, &d.Style.Sign.RecipientsTitle,
	} {
		*s = strings.TrimSpace(clean(*s))
	}
	blocks := make([]Block, len(d.Blocks))
	for i, b := range d.Blocks {
		blocks[i] = b.normal()
	}
	d.Blocks = blocks
	signatures := make([]Signature, len(d.Signatures))
	for i, s := range d.Signatures {
		s.Authority, s.Post, s.Name = clean(s.Authority), clean(s.Post), clean(s.Name)
		if s.Side == "" {
			s.Side = SideRight
		}
		signatures[i] = s
	}
	d.Signatures = signatures
	d.Recipients = cleanAll(d.Recipients)
	return d
}

func (b Block) normal() Block {
	runs := make([]Run, len(b.Runs))
	for i, r := range b.Runs {
		r.Text = clean(r.Text)
		runs[i] = r
	}
	b.Runs = runs
	if b.Table != nil {
		t := Table{Columns: make([]Column, len(b.Table.Columns)), Rows: make([]Row, len(b.Table.Rows))}
		for i, c := range b.Table.Columns {
			c.Title = clean(c.Title)
			t.Columns[i] = c
		}
		for i, r := range b.Table.Rows {
			r.Cells = cleanAll(r.Cells)
			t.Rows[i] = r
		}
		b.Table = &t
	}
	return b
}

func cleanAll(in []string) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = clean(s)
	}
	return out
}

// hasTitles tells whether the table has a header row.
func (t *Table) hasTitles() bool {
	for _, c := range t.Columns {
		if strings.TrimSpace(c.Title) != "" {
			return true
		}
	}
	return false
}

// cell is the text of one cell, empty when the row is short.
func (r Row) cell(i int) string {
	if i < len(r.Cells) {
		return r.Cells[i]
	}
	return ""
}

// span is a piece of one paragraph in one face.
type span struct {
	text string
	face face
}

// paragraphs cuts runs at line feeds into paragraphs of spans; runs of spaces become one, spaces at both ends
// go, empty paragraphs are left out. The runs must be clean.
func paragraphs(runs []Run) [][]span {
	var out [][]span
	var current []span
	space := true // at a paragraph's start spaces are dropped
	end := func() {
		if n := len(current); n > 0 {
			if current[n-1].text = strings.TrimRight(current[n-1].text, " "); current[n-1].text == "" {
				current = current[:n-1]
			}
		}
		if len(current) > 0 {
			out = append(out, current)
		}
		current, space = nil, true
	}
	for _, r := range runs {
		for i, part := range strings.Split(r.Text, "\n") {
			if i > 0 {
				end()
			}
			var b strings.Builder
			for _, c := range part {
				if c != ' ' || !space {
					b.WriteRune(c)
				}
				space = c == ' '
			}
			if b.Len() > 0 {
				current = append(current, span{b.String(), faceOf(r.Bold, r.Italic)})
			}
		}
	}
	end()
	return out
}

// withMark puts the item mark and a space before the first paragraph of an item, unless the text brings it.
func withMark(mark string, runs []Run) []Run {
	if mark == "" || len(runs) > 0 && strings.HasPrefix(strings.TrimSpace(runs[0].Text), mark+" ") {
		return runs
	}
	return append([]Run{{Text: mark + " "}}, runs...)
}
