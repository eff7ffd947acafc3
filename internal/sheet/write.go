package sheet

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Align is how a column is laid out.
type Align uint8

// The alignments.
const (
	Left Align = iota
	Center
	Right
)

// Column is one column of a table to be written.
type Column struct {
	Title string
	Width float64 // in letters; zero: 14
	Align Align
}

// Page is a table with what an office expects around it: whose it is, its title and
// day, numbered lines, and room for signatures.
type Page struct {
	Name    string   // of the sheet; zero: "Danh sách"
	Left    []string // top left, above each other: upper body, issuing body
	Right   []string // top right: name of the Party, place and day
	Title   string
	Sub     string // below the title
	Columns []Column
	Sign    []string // who signs below, side by side
	Mark    string   // over each page, such as "DỮ LIỆU MẪU"; "" none
	Notes   []string // a second sheet of explanations; nil none
	Plain   bool     // only the heading and the rows, for a sheet that is read again
}

// Writer takes the rows of a table. Close it in the end.
type Writer interface {
	// Row writes a line. An int is a number, everything else a text: what a person has
	// typed never becomes a formula.
	Row(values ...any) error
	Close() error
}

const font = "Times New Roman"

// book is a Writer of .xlsx.
type book struct {
	out    io.Writer
	page   Page
	file   *excelize.File
	sw     *excelize.StreamWriter
	styles map[string]int
	row    int
}

// NewWorkbook begins an .xlsx, which is sent to out by Close.
func NewWorkbook(out io.Writer, p Page) (Writer, error) {
	b := &book{out: out, page: p, file: excelize.NewFile(), styles: map[string]int{}}
	if err := b.begin(); err != nil {
		b.file.Close() //nolint:errcheck // the first error is the one to tell
		return nil, err
	}
	return b, nil
}

func (b *book) begin() error {
	name := b.page.Name
	if name == "" {
		name = "Danh sách"
	}
	if err := b.file.SetSheetName("Sheet1", name); err != nil {
		return err
	}
	if err := b.makeStyles(); err != nil {
		return err
	}
	if err := b.paper(name); err != nil {
		return err
	}
	var err error
	if b.sw, err = b.file.NewStreamWriter(name); err != nil {
		return err
	}
	for i, c := range b.page.Columns {
		w := c.Width
		if w == 0 {
			w = 14
		}
		if err := b.sw.SetColWidth(i+1, i+1, w); err != nil {
			return err
		}
	}
	head := b.headRow()
	if err := b.sw.SetPanes(&excelize.Panes{Freeze: true, YSplit: head, TopLeftCell: fmt.Sprintf("A%d", head+1), ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	err = b.file.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("'%s'!$%d:$%d", name, head, head), Scope: name,
	})
	if err != nil {
		return err
	}
	return b.top()
}

// headRow gives the number of the row with the titles of columns.
func (b *book) headRow() int {
	if b.page.Plain {
		return 1
	}
	n := max(len(b.page.Left), len(b.page.Right)) + 1 + 1 // and the title
	if b.page.Sub != "" {
		n++
	}
	return n + 2
}

func (b *book) makeStyles() error {
	border := []excelize.Border{}
	for _, side := range []string{"left", "right", "top", "bottom"} {
		border = append(border, excelize.Border{Type: side, Style: 1, Color: "808080"})
	}
	align := func(h string, wrap bool) *excelize.Alignment {
		return &excelize.Alignment{Horizontal: h, Vertical: "center", WrapText: wrap}
	}
	text, whole := "@", 3 // 3: #,##0, in a Vietnamese Excel with dots
	for name, s := range map[string]*excelize.Style{
		"plain":  {Font: &excelize.Font{Family: font, Size: 13}, Alignment: align("center", false)},
		"bold":   {Font: &excelize.Font{Family: font, Size: 13, Bold: true}, Alignment: align("center", false)},
		"title":  {Font: &excelize.Font{Family: font, Size: 16, Bold: true}, Alignment: align("center", false)},
		"italic": {Font: &excelize.Font{Family: font, Size: 13, Italic: true}, Alignment: align("center", false)},
		"mark":   {Font: &excelize.Font{Family: font, Size: 16, Bold: true, Color: "A3161A"}, Alignment: align("center", false)},
		"head": {
			Font: &excelize.Font{Family: font, Size: 12, Bold: true}, Alignment: align("center", true), Border: border,
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"F3E9D2"}},
		},
		"left":   {Font: &excelize.Font{Family: font, Size: 12}, Alignment: align("left", true), Border: border, CustomNumFmt: &text},
		"center": {Font: &excelize.Font{Family: font, Size: 12}, Alignment: align("center", true), Border: border, CustomNumFmt: &text},
		"right":  {Font: &excelize.Font{Family: font, Size: 12}, Alignment: align("right", false), Border: border, CustomNumFmt: &text},
		"number": {Font: &excelize.Font{Family: font, Size: 12}, Alignment: align("right", false), Border: border, NumFmt: whole},
		"middle": {Font: &excelize.Font{Family: font, Size: 12}, Alignment: align("center", false), Border: border, NumFmt: whole},
		"note":   {Font: &excelize.Font{Family: font, Size: 13}, Alignment: align("left", true)},
	} {
		id, err := b.file.NewStyle(s)
		if err != nil {
			return err
		}
		b.styles[name] = id
	}
	return nil
}

// paper sets A4 across, as wide as the page, with page numbers.
func (b *book) paper(name string) error {
	a4, wide, one, many, yes := 9, "landscape", 1, 0, true
	if err := b.file.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &yes}); err != nil {
		return err
	}
	if err := b.file.SetPageLayout(name, &excelize.PageLayoutOptions{Size: &a4, Orientation: &wide, FitToWidth: &one, FitToHeight: &many}); err != nil {
		return err
	}
	// Margins of Party papers, in inches (rules.md section 7): 20, 20, 30, 15 mm.
	top, left, right := 20/25.4, 30/25.4, 15/25.4
	if err := b.file.SetPageMargins(name, &excelize.PageLayoutMarginsOptions{Top: &top, Bottom: &top, Left: &left, Right: &right}); err != nil {
		return err
	}
	head := &excelize.HeaderFooterOptions{OddFooter: `&C&"` + font + `"&11&P/&N`}
	if b.page.Mark != "" {
		head.OddHeader = `&C&"` + font + `,Bold"&28&KBFBFBF` + b.page.Mark
	}
	return b.file.SetHeaderFooter(name, head)
}

// span writes a text over columns.
func (b *book) span(row, from, to int, style, text string) error {
	return b.spans(row, cellSpan{from, to, style, text})
}

type cellSpan struct {
	from, to    int // columns from 0, both inside
	style, text string
}

func (b *book) spans(row int, list ...cellSpan) error {
	values := make([]any, 0, len(b.page.Columns))
	for _, s := range list {
		for len(values) <= s.from {
			values = append(values, nil)
		}
		values[s.from] = excelize.Cell{StyleID: b.styles[s.style], Value: s.text}
	}
	if err := b.sw.SetRow(fmt.Sprintf("A%d", row), values); err != nil {
		return err
	}
	for _, s := range list {
		if s.to > s.from {
			if err := b.sw.MergeCell(fmt.Sprintf("%s%d", ColumnName(s.from), row), fmt.Sprintf("%s%d", ColumnName(s.to), row)); err != nil {
				return err
			}
		}
	}
	return nil
}

// top writes what stands above the rows.
func (b *book) top() error {
	last := len(b.page.Columns) - 1
	if !b.page.Plain {
		half := last / 2
		at := func(list []string, i int) string {
			if i < len(list) {
				return list[i]
			}
			return ""
		}
		n := max(len(b.page.Left), len(b.page.Right))
		for i := range n {
			b.row++
			style := "plain"
			if i == len(b.page.Left)-1 || i == 0 && len(b.page.Right) > 1 {
				style = "bold"
			}
			right := style
			if i == len(b.page.Right)-1 && i > 0 {
				right = "italic"
			}
			if err := b.spans(b.row, cellSpan{0, half, style, at(b.page.Left, i)}, cellSpan{half + 1, last, right, at(b.page.Right, i)}); err != nil {
				return err
			}
		}
		b.row++
		if b.page.Mark != "" {
			if err := b.span(b.row, 0, last, "mark", b.page.Mark); err != nil {
				return err
			}
		}
		b.row++
		if err := b.span(b.row, 0, last, "title", b.page.Title); err != nil {
			return err
		}
		if b.page.Sub != "" {
			b.row++
			if err := b.span(b.row, 0, last, "italic", b.page.Sub); err != nil {
				return err
			}
		}
		b.row++
	}
	b.row++
	values := make([]any, len(b.page.Columns))
	for i, c := range b.page.Columns {
		values[i] = excelize.Cell{StyleID: b.styles["head"], Value: c.Title}
	}
	return b.sw.SetRow(fmt.Sprintf("A%d", b.row), values, excelize.RowOpts{Height: 34})
}

// Row is Writer.Row.
func (b *book) Row(values ...any) error {
	b.row++
	cells := make([]any, len(values))
	for i, v := range values {
		cells[i] = b.cell(i, v)
	}
	return b.sw.SetRow(fmt.Sprintf("A%d", b.row), cells)
}

func (b *book) cell(col int, v any) excelize.Cell {
	align := Left
	if col < len(b.page.Columns) {
		align = b.page.Columns[col].Align
	}
	if n, ok := v.(int); ok {
		style := "number"
		if align == Center {
			style = "middle"
		}
		return excelize.Cell{StyleID: b.styles[style], Value: n}
	}
	return excelize.Cell{StyleID: b.styles[[...]string{"left", "center", "right"}[align]], Value: fmt.Sprint(v)}
}

// Close writes the signatures and sends the file.
func (b *book) Close() error {
	defer b.file.Close() //nolint:errcheck // it removes what was kept on disk; nothing else is left to do
	if n := len(b.page.Sign); n > 0 {
		b.row += 2
		last := len(b.page.Columns) - 1
		var list []cellSpan
		for i, who := range b.page.Sign {
			list = append(list, cellSpan{i * (last + 1) / n, (i+1)*(last+1)/n - 1, "bold", who})
		}
		if err := b.spans(b.row, list...); err != nil {
			return err
		}
	}
	if err := b.sw.Flush(); err != nil {
		return err
	}
	if err := b.notes(); err != nil {
		return err
	}
	_, err := b.file.WriteTo(b.out)
	return err
}

func (b *book) notes() error {
	if len(b.page.Notes) == 0 {
		return nil
	}
	const name = "Hướng dẫn"
	if _, err := b.file.NewSheet(name); err != nil {
		return err
	}
	if err := b.file.SetColWidth(name, "A", "A", 110); err != nil {
		return err
	}
	for i, text := range b.page.Notes {
		cell := fmt.Sprintf("A%d", i+1)
		if err := b.file.SetCellStr(name, cell, text); err != nil {
			return err
		}
		if err := b.file.SetCellStyle(name, cell, cell, b.styles["note"]); err != nil {
			return err
		}
	}
	return nil
}

// text is a Writer of .csv.
type text struct{ w *csv.Writer }

// NewText begins a .csv: commas, UTF-8 with a mark so that Excel reads the letters.
func NewText(out io.Writer, p Page) (Writer, error) {
	if _, err := io.WriteString(out, "\ufeff"); err != nil {
		return nil, err
	}
	t := &text{csv.NewWriter(out)}
	t.w.UseCRLF = true
	if p.Mark != "" && !p.Plain {
		if err := t.w.Write([]string{p.Mark}); err != nil {
			return nil, err
		}
	}
	titles := make([]any, len(p.Columns))
	for i, c := range p.Columns {
		titles[i] = c.Title
	}
	return t, t.Row(titles...)
}

// Row is Writer.Row. A text that a program would take for a formula gets a mark that
// makes it a text.
func (t *text) Row(values ...any) error {
	rec := make([]string, len(values))
	for i, v := range values {
		rec[i] = fmt.Sprint(v)
		if s, ok := v.(string); ok {
			rec[i] = Harmless(s)
		}
	}
	return t.w.Write(rec)
}

// Harmless puts an apostrophe before a text that begins as a formula does.
func Harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// Close is Writer.Close.
func (t *text) Close() error {
	t.w.Flush()
	return t.w.Error()
}
