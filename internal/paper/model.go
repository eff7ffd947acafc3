package paper

// Version is the version of the model written by [Document.JSON] and read by [Parse].
const Version = 1

// Document is one paper: everything that is printed and the style it is printed in. It is a value: the
// renderers never change it. The zero values of optional fields print nothing.
type Document struct {
	// V is the version of the model. Zero means [Version]; JSON always writes it.
	V int `json:"v"`
	// Title is metadata (PDF and DOCX properties). Empty means kind and subject.
	Title string `json:"title,omitempty"`
	// Language is the BCP 47 tag of the text, e.g. "vi". Empty means "vi".
	Language string `json:"language,omitempty"`
	// Date is the day of the document, "2006-01-02". It fixes the creation date inside the files, so
	// that the same document gives the same bytes on every day. Empty means a fixed day in the past.
	Date string `json:"date,omitempty"`
	// Style holds all measures and fixed words (rules.md 7.01-7.15), data from the rulebook.
	Style Style `json:"style"`
	// Header is the upper left column.
	Header Header `json:"header"`
	// Number is the whole number line, e.g. "Số 05-NQ/CB" (rules.md 7.06).
	Number string `json:"number,omitempty"`
	// PlaceDate is the line under the mark, e.g. "Đức Thọ, ngày 03 tháng 11 năm 2026" (rules.md 7.09).
	PlaceDate string `json:"place_date,omitempty"`
	// Kind is the type name in capitals, e.g. "NGHỊ QUYẾT". Empty makes an official letter: the subject
	// is then set small and italic under the number (rules.md 7.11).
	Kind string `json:"kind,omitempty"`
	// Subject is the summary under the kind; "\n" begins a new line.
	Subject string `json:"subject,omitempty"`
	// Blocks is the body in reading order.
	Blocks []Block `json:"blocks,omitempty"`
	// Signatures are the signing columns; see [Signature].
	Signatures []Signature `json:"signatures,omitempty"`
	// Recipients are the lines under "Nơi nhận:", without the dash, with their own punctuation
	// (rules.md 7.15). None prints no list.
	Recipients []string `json:"recipients,omitempty"`
	// Watermark is printed diagonally in light grey behind every page; at most 60 letters
	// of it. Empty prints none.
	Watermark string `json:"watermark,omitempty"`
}

// Header is the left column at the top of the first page (rules.md 7.05). The right column's first line
// is [HeadStyle].Mark.
type Header struct {
	// Upper is the upper organisation, not bold. Empty leaves the line out.
	Upper string `json:"upper,omitempty"`
	// Issuer is the issuing organisation, bold.
	Issuer string `json:"issuer,omitempty"`
}

// BlockType says what a [Block] is.
type BlockType string

// The kinds of block.
const (
	HeadingBlock   BlockType = "heading"   // bold, stays with what follows
	ParagraphBlock BlockType = "paragraph" // justified with first-line indent unless Align says otherwise
	ItemBlock      BlockType = "item"      // a paragraph that begins with Style.ItemMark
	TableBlock     BlockType = "table"     // Table is set
	SpacerBlock    BlockType = "spacer"    // empty space of Height mm
)

// Align is the alignment of a paragraph, a heading, a column or a cell.
type Align string

// The alignments. The empty value is the default of its place: justified in the body, left in a table.
const (
	AlignDefault Align = ""
	AlignLeft    Align = "left"
	AlignCenter  Align = "center"
	AlignRight   Align = "right"
)

// Block is one piece of the body. Make it with [Heading], [Paragraph], [Item], [Grid] or [Spacer].
type Block struct {
	Type BlockType `json:"type"`
	// Runs is the text of a heading, paragraph or item. "\n" in a run begins a new paragraph.
	Runs []Run `json:"runs,omitempty"`
	// Align applies to headings and paragraphs. A centred or right-aligned one has no first-line indent.
	Align Align `json:"align,omitempty"`
	// NoIndent drops the first-line indent.
	NoIndent bool `json:"no_indent,omitempty"`
	// KeepNext keeps the block on one page with the beginning of the next one. Headings always do.
	KeepNext bool `json:"keep_next,omitempty"`
	// Table is set for a TableBlock only.
	Table *Table `json:"table,omitempty"`
	// Height of a SpacerBlock, mm.
	Height float64 `json:"height,omitempty"`
}

// Run is a piece of text in one face.
type Run struct {
	Text   string `json:"text"`
	Bold   bool   `json:"bold,omitempty"`
	Italic bool   `json:"italic,omitempty"`
}

// Table is a ruled table; its header row is repeated on each page it reaches.
type Table struct {
	Columns []Column `json:"columns"`
	Rows    []Row    `json:"rows,omitempty"`
}

// Column is one column of a [Table].
type Column struct {
	// Title is the header cell. A table whose titles are all empty has no header row.
	Title string `json:"title,omitempty"`
	// Width in mm. Columns of width 0 share what the others leave; columns wider together than the
	// text are scaled down.
	Width float64 `json:"width,omitempty"`
	Align Align   `json:"align,omitempty"`
}

// Row is one row of a [Table]; missing cells are empty, surplus ones are not printed.
type Row struct {
	// Cells hold plain text; "\n" begins a new line.
	Cells []string `json:"cells"`
	// Bold sets the whole row bold (totals).
	Bold bool `json:"bold,omitempty"`
}

// Side is the column of a signature.
type Side string

// The sides. The empty value is right.
const (
	SideRight Side = "right"
	SideLeft  Side = "left"
)

// Signature is one signing column (rules.md 7.14, 7.16). When one of them is on the left (minutes) the
// recipients stand below all signatures, otherwise to the left of them. Several on one side stand one
// under the other.
type Signature struct {
	// Authority is the line "T/M CHI BỘ". Empty leaves it out.
	Authority string `json:"authority,omitempty"`
	// Post is the line "BÍ THƯ"; "\n" begins a new line.
	Post string `json:"post,omitempty"`
	// Name is the full name, bold, under the free space for the hand or the digital signature.
	Name string `json:"name,omitempty"`
	Side Side   `json:"side,omitempty"`
}

// Heading makes a bold heading such as "I- NỘI DUNG SINH HOẠT". The text is printed as given.
func Heading(text string) Block {
	return Block{Type: HeadingBlock, Runs: []Run{{Text: text}}}
}

// Paragraph makes a justified paragraph of runs.
func Paragraph(runs ...Run) Block { return Block{Type: ParagraphBlock, Runs: runs} }

// Item makes a paragraph that begins with the item mark ("- "); the runs come without it.
func Item(runs ...Run) Block { return Block{Type: ItemBlock, Runs: runs} }

// Grid makes a table block.
func Grid(t Table) Block { return Block{Type: TableBlock, Table: &t} }

// Spacer makes an empty space of the given height in mm.
func Spacer(mm float64) Block { return Block{Type: SpacerBlock, Height: mm} }

// Text makes a plain run.
func Text(s string) Run { return Run{Text: s} }

// Bold makes a bold run.
func Bold(s string) Run { return Run{Text: s, Bold: true} }

// Italic makes an italic run.
func Italic(s string) Run { return Run{Text: s, Italic: true} }

// Cells makes a plain table row.
func Cells(cells ...string) Row { return Row{Cells: cells} }
