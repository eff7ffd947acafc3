package paper

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

// Errors of this package; test with errors.Is.
var (
	// ErrStyle is a style that cannot be printed (a measure missing or out of range).
	ErrStyle = errors.New("paper: style")
	// ErrModel is a document that is malformed: unknown block type, table without columns, bad date.
	ErrModel = errors.New("paper: model")
	// ErrVersion is stored JSON of a model version this program does not know.
	ErrVersion = errors.New("paper: model version")
)

// noDate is the creation date inside the files of a document without one.
const noDate = "2000-01-01"

// Validate checks that every measure is present and that text fits on the sheet. The error is an ErrStyle that
// names the JSON path of the first bad value.
func (s Style) Validate() error {
	textWidth := s.Page.Width - s.Page.Left - s.Page.Right
	textHeight := (s.Page.Height - s.Page.Top - s.Page.Bottom) * 72 / 25.4 // pt
	for _, c := range []struct {
		path          string
		v, least, top float64
	}{
		{"page.width", s.Page.Width, 50, 1000},
		{"page.height", s.Page.Height, 50, 1000},
		{"page.top", s.Page.Top, 5, 500},
		{"page.bottom", s.Page.Bottom, 0, 500},
		{"page.left", s.Page.Left, 0, 500},
		{"page.right", s.Page.Right, 0, 500},
		{"page.left and page.right", textWidth, 40, 1000},
		{"page.top and page.bottom", textHeight, 100, 3000},
		{"body.size", s.Body.Size, 4, 72},
		{"body.pitch", s.Body.Pitch, s.Body.Size * 0.8, textHeight / 10},
		{"body.first_line", s.Body.FirstLine, 0, textWidth / 2},
		{"body.after", s.Body.After, 0, 72},
		{"body.min_lines", float64(s.Body.MinLines), 1, 5},
		{"head.left_width", s.Head.LeftWidth, 15, textWidth - 15},
		{"head.pitch", s.Head.Pitch, 4, textHeight / 10},
		{"head.upper_size", s.Head.UpperSize, 4, 72},
		{"head.issuer_size", s.Head.IssuerSize, 4, 72},
		{"head.number_size", s.Head.NumberSize, 4, 72},
		{"head.mark_size", s.Head.MarkSize, 4, 72},
		{"head.rule_width", s.Head.RuleWidth, 0.1, 6},
		{"head.rule_gap", s.Head.RuleGap, 0, 72},
		{"head.date_gap", s.Head.DateGap, 0, 72},
		{"head.date_size", s.Head.DateSize, 4, 72},
		{"head.letter_size", s.Head.LetterSize, 4, 72},
		{"head.kind_before", s.Head.KindBefore, 0, 144},
		{"head.kind_size", s.Head.KindSize, 4, 72},
		{"head.subject_size", s.Head.SubjectSize, 4, 72},
		{"head.dashes_after", s.Head.DashesAfter, 0, 144},
		{"table.size", s.Table.Size, 4, 72},
		{"table.pitch", s.Table.Pitch, s.Table.Size * 0.8, textHeight / 10},
		{"table.pad_x", s.Table.PadX, 0, 10},
		{"table.pad_y", s.Table.PadY, 0, 36},
		{"table.border", s.Table.Border, 0.1, 6},
		{"table.after", s.Table.After, 0, 72},
		{"sign.before", s.Sign.Before, 0, 144},
		{"sign.right_width", s.Sign.RightWidth, 15, textWidth - 15},
		{"sign.size", s.Sign.Size, 4, 72},
		{"sign.pitch", s.Sign.Pitch, 4, textHeight / 10},
		{"sign.space", s.Sign.Space, 0, 100},
		{"sign.recipients_title_size", s.Sign.RecipientsTitleSize, 4, 72},
		{"sign.recipients_size", s.Sign.RecipientsSize, 4, 72},
		{"sign.recipients_pitch", s.Sign.RecipientsPitch, 4, textHeight / 10},
		{"page_number.from", float64(s.Number.From), 0, 2},
		{"page_number.top", s.Number.Top, 0, max(s.Page.Top, 1)},
		{"page_number.size", s.Number.Size, 4, 72},
		{"watermark.size", s.Water.Size, 8, 400},
		{"watermark.gray", float64(s.Water.Gray), 0, 255},
		{"watermark.angle", s.Water.Angle, -90, 90},
	} {
		if !(c.v >= c.least && c.v <= c.top) { // also refuses NaN
			return fmt.Errorf("%w: %s = %g, want %g to %g", ErrStyle, c.path, c.v, c.least, c.top)
		}
		if strings.HasSuffix(c.path, "size") && c.v*2 != math.Trunc(c.v*2) {
			return fmt.Errorf("%w: %s = %g, want whole or half points (DOCX knows no others)", ErrStyle, c.path, c.v)
		}
	}
	if s.Body.Font == "" {
		return fmt.Errorf("%w: body.font is empty", ErrStyle)
	}
	return nil
}

// Validate checks the document and its style; what it accepts can be rendered in every form. The error is an
// ErrStyle, ErrModel or ErrVersion.
func (d Document) Validate() error {
	if d.V != 0 && d.V != Version {
		return fmt.Errorf("%w %d, want %d", ErrVersion, d.V, Version)
	}
	if _, err := d.date(); err != nil {
		return err
	}
	for i, b := range d.Blocks {
		if err := b.validate(); err != nil {
			return fmt.Errorf("%w: blocks[%d]: %s", ErrModel, i, err.Error())
		}
	}
	for i, s := range d.Signatures {
		if s.Side != "" && s.Side != SideLeft && s.Side != SideRight {
			return fmt.Errorf("%w: signatures[%d]: side %q", ErrModel, i, s.Side)
		}
	}
	return d.Style.Validate()
}

func (b Block) validate() error {
	switch b.Type {
	case HeadingBlock, ParagraphBlock, ItemBlock:
		return b.Align.validate()
	case SpacerBlock:
		if !(b.Height >= 0 && b.Height <= 1000) {
			return fmt.Errorf("height %g", b.Height)
		}
		return nil
	case TableBlock:
		return b.Table.validate()
	}
	return fmt.Errorf("type %q", b.Type)
}

// maxColumns is more than a sheet can show; it keeps each column wider than a letter.
const maxColumns = 24

func (t *Table) validate() error {
	if t == nil || len(t.Columns) == 0 || len(t.Columns) > maxColumns {
		return fmt.Errorf("a table has 1 to %d columns", maxColumns)
	}
	for _, c := range t.Columns {
		if !(c.Width >= 0 && c.Width <= 1000) {
			return fmt.Errorf("column width %g", c.Width)
		}
		if err := c.Align.validate(); err != nil {
			return err
		}
	}
	return nil
}

func (a Align) validate() error {
	switch a {
	case AlignDefault, AlignLeft, AlignCenter, AlignRight:
		return nil
	}
	return fmt.Errorf("align %q", a)
}

// date is the fixed instant written into files: noon UTC of the document's day.
func (d Document) date() (time.Time, error) {
	day := d.Date
	if day == "" {
		day = noDate
	}
	t, err := time.Parse("2006-01-02", day)
	if err != nil {
		return time.Time{}, fmt.Errorf("%w: date %q", ErrModel, d.Date)
	}
	return t.Add(12 * time.Hour), nil
}

// language is the tag of the text.
func (d Document) language() string {
	if d.Language == "" {
		return "vi"
	}
	return d.Language
}

// title is the document's title property.
func (d Document) title() string {
	if d.Title != "" {
		return d.Title
	}
	title := ""
	for _, s := range append(paragraphs([]Run{{Text: d.Kind}}), paragraphs([]Run{{Text: d.Subject}})...) {
		if title != "" {
			title += " "
		}
		title += s[0].text
	}
	return title
}

// JSON is the canonical form of the document: clean NFC text, fields in fixed order, no optional zero values. The
// same document always gives the same bytes, so they can be hashed; [Parse] reads them back.
func (d Document) JSON() ([]byte, error) {
	if err := d.Validate(); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(d.normal()); err != nil {
		return nil, fmt.Errorf("paper: %w", err)
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// Parse reads a document written by [Document.JSON]. It refuses unknown fields (ErrModel) and versions
// (ErrVersion): a frozen paper is never shown with parts left out.
func Parse(data []byte) (Document, error) {
	var head struct{ V int }
	if err := json.Unmarshal(data, &head); err != nil {
		return Document{}, fmt.Errorf("%w: %w", ErrModel, err)
	}
	if head.V != Version {
		return Document{}, fmt.Errorf("%w %d, want %d", ErrVersion, head.V, Version)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	var d Document
	if err := dec.Decode(&d); err != nil {
		return Document{}, fmt.Errorf("%w: %w", ErrModel, err)
	}
	if err := d.Validate(); err != nil {
		return Document{}, err
	}
	return d.normal(), nil
}
