package sheet

import (
	"bytes"
	"context"
	"io"
	"path"
	"strings"

	"chibo/internal/fault"
	"chibo/internal/viet"
)

// Kind is what a cell holds.
type Kind uint8

// The kinds of cells.
const (
	Text   Kind = iota
	Number      // Text is the raw number, without an exponent
	Bool        // Text is "1" or "0"
	Broken      // Text is the error that a formula gave: #REF!
	Blank       // a formula that was never worked out: there is no value
)

// Cell is one cell of a row.
type Cell struct {
	Text    string
	Kind    Kind
	Formula bool // the value was saved with a formula
}

// Row is one row that has at least one cell with something in it.
type Row struct {
	N     int // as people count, from 1
	Cells []Cell
	At    float64 // how far in the file this row lies, 0 to 1
}

// Cell gives the cell of a column, empty beyond the last one.
func (r Row) Cell(col int) Cell {
	if col < 0 || col >= len(r.Cells) {
		return Cell{}
	}
	return r.Cells[col]
}

// Merge is a group of cells that are shown as one. Rows and columns count from 0.
type Merge struct{ Row1, Row2, Col1, Col2 int }

// Limits bound what is read. A zero field is its default.
type Limits struct {
	Bytes    int64 // of the file; 64 MiB
	Unpacked int64 // of one sheet; 1 GiB
	Strings  int64 // of the texts of a workbook; 128 MiB
	Rows     int   // 400,000
	Cols     int   // 200; further columns are left out
	Cell     int   // bytes of one cell; 32,767 as Excel has it, times 4
}

const (
	maxBytes    = 64 << 20
	maxUnpacked = 1 << 30
	maxStrings  = 128 << 20
	maxRows     = 400_000
	maxCols     = 200
	maxCell     = 4 * 32_767
)

func (l Limits) filled() Limits {
	or := func(n *int64, d int64) {
		if *n == 0 {
			*n = d
		}
	}
	or(&l.Bytes, maxBytes)
	or(&l.Unpacked, maxUnpacked)
	or(&l.Strings, maxStrings)
	for _, p := range []struct {
		n *int
		d int
	}{{&l.Rows, maxRows}, {&l.Cols, maxCols}, {&l.Cell, maxCell}} {
		if *p.n == 0 {
			*p.n = p.d
		}
	}
	return l
}

// MaxBytes is the largest file that Open takes by default, in bytes.
const MaxBytes = maxBytes

// Head is what one look through a sheet tells.
type Head struct {
	Rows     int   // with something in them
	Last     int   // number of the last one
	Top      []Row // the first rows, with merged cells filled downward
	Merges   []Merge
	Formulas int            // cells with a formula
	Charsets []viet.Charset // of each column, where it is not Unicode
	Old      int            // columns that are not in Unicode
}

// topRows is how many rows Head.Top holds: enough for a title, a heading and a
// sample of every column.
const topRows = 120

// Charset gives the charset of a column.
func (h Head) Charset(col int) viet.Charset {
	if col < len(h.Charsets) {
		return h.Charsets[col]
	}
	return viet.Unicode
}

// File is an opened file. It is for one goroutine.
type File struct {
	lim    Limits
	sheets []string
	book   *workbook // of .xlsx
	text   *textFile // of .csv
}

// Open looks at a file. The name is used for its ending only. It reads the least that
// tells what the file is: a file that is too large is refused unread.
//
// Faults are TooLarge (sheet.err.too_large, sheet.err.bomb) and Invalid, each with
// what to do: sheet.err.xls, .macros, .locked, .kind, .damaged, .empty.
func Open(name string, r io.ReaderAt, size int64, lim Limits) (*File, error) {
	f := &File{lim: lim.filled()}
	if size > f.lim.Bytes {
		return nil, TooLarge(f.lim.Bytes)
	}
	head := make([]byte, 8)
	n, err := r.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return nil, err
	}
	head = head[:n]
	switch ext := strings.ToLower(path.Ext(name)); {
	case n == 0:
		return nil, fault.New(fault.Invalid, "sheet.err.empty")
	case ext == ".xlsm" || ext == ".xltm" || ext == ".xlam":
		return nil, fault.New(fault.Invalid, "sheet.err.macros")
	case bytes.HasPrefix(head, []byte{0xd0, 0xcf, 0x11, 0xe0}):
		if ext == ".xlsx" { // an encrypted workbook is packed as an old one
			return nil, fault.New(fault.Invalid, "sheet.err.locked")
		}
		return nil, fault.New(fault.Invalid, "sheet.err.xls")
	case ext == ".xls":
		return nil, fault.New(fault.Invalid, "sheet.err.xls")
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		err = f.openBook(r, size)
	case ext == ".csv" || ext == ".txt" || ext == ".tsv":
		err = f.openText(r, size)
	default:
		return nil, fault.New(fault.Invalid, "sheet.err.kind")
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// TooLarge is the fault of a file above max bytes.
func TooLarge(max int64) error {
	return fault.New(fault.TooLarge, "sheet.err.too_large", "MB", max>>20)
}

func damaged(cause error) error { return fault.Wrap(cause, fault.Invalid, "sheet.err.damaged") }

// Sheets gives the names of the sheets that a person sees, in their order.
func (f *File) Sheets() []string { return f.sheets }

// Inspect looks through one sheet, all of it, and tells what it is like.
func (f *File) Inspect(ctx context.Context, sheet int) (Head, error) {
	var h Head
	tail, err := f.walk(ctx, sheet, func(r Row) error {
		h.Rows++
		h.Last = r.N
		if h.Rows > f.lim.Rows {
			return fault.New(fault.TooLarge, "sheet.err.rows", "Rows", f.lim.Rows)
		}
		for _, c := range r.Cells {
			if c.Formula {
				h.Formulas++
			}
		}
		if len(h.Top) < topRows {
			h.Top = append(h.Top, r)
		}
		return nil
	})
	if err != nil {
		return Head{}, err
	}
	if h.Rows == 0 {
		return Head{}, fault.New(fault.Invalid, "sheet.err.no_rows")
	}
	h.Merges = tail
	h.recognise()
	fill := filler(h.Merges)
	for i := range h.Top {
		h.Top[i] = fill(h.mend(h.Top[i]))
	}
	return h, nil
}

// recognise finds the charset of each column from the first rows.
func (h *Head) recognise() {
	width := 0
	for _, r := range h.Top {
		width = max(width, len(r.Cells))
	}
	h.Charsets = make([]viet.Charset, width)
	var all []string
	for col := range width {
		var texts []string
		for _, r := range h.Top {
			if c := r.Cell(col); c.Kind == Text && c.Text != "" {
				texts = append(texts, c.Text)
			}
		}
		all = append(all, texts...)
		h.Charsets[col] = viet.Recognise(texts)
	}
	// A column with few old letters is judged with its neighbours: one font is used
	// for a table.
	if whole := viet.Recognise(all); whole != viet.Unicode {
		for col := range h.Charsets {
			h.Charsets[col] = whole
		}
		h.Old = width
		return
	}
	for _, c := range h.Charsets {
		if c != viet.Unicode {
			h.Old++
		}
	}
}

// mend turns the texts of a row into composed Unicode.
func (h *Head) mend(r Row) Row {
	for i, c := range r.Cells {
		if c.Kind == Text && !plain(c.Text) {
			r.Cells[i].Text = viet.Mend(h.Charset(i), c.Text)
		}
	}
	return r
}

func plain(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// Each gives the rows of a sheet one after the other, with texts in Unicode and cells
// that are merged downward filled. It ends at the first error of fn, which it gives.
// The cells of a row are fn's to keep.
func (f *File) Each(ctx context.Context, sheet int, h Head, fn func(Row) error) error {
	fill := filler(h.Merges)
	n := 0
	_, err := f.walk(ctx, sheet, func(r Row) error {
		if n++; n > f.lim.Rows {
			return fault.New(fault.TooLarge, "sheet.err.rows", "Rows", f.lim.Rows)
		}
		return fn(fill(h.mend(r)))
	})
	return err
}

func (f *File) walk(ctx context.Context, sheet int, fn func(Row) error) ([]Merge, error) {
	if sheet < 0 || sheet >= len(f.sheets) {
		return nil, fault.New(fault.Invalid, "sheet.err.no_sheet", "Count", len(f.sheets))
	}
	if f.book != nil {
		return f.book.walk(ctx, sheet, f.lim, fn)
	}
	return nil, f.text.walk(ctx, f.lim, fn)
}

// filler gives a function that fills the lower cells of merges with the text of the
// first, for rows that come in order. Cells to the right are left empty: a title over
// the whole width is one cell.
func filler(merges []Merge) func(Row) Row {
	type open struct {
		Merge
		cell Cell
	}
	var active []open
	next := 0
	return func(r Row) Row {
		row := r.N - 1
		for next < len(merges) && merges[next].Row1 <= row {
			if m := merges[next]; m.Row1 == row && m.Row2 > m.Row1 {
				active = append(active, open{m, r.Cell(m.Col1)})
			}
			next++
		}
		kept := active[:0]
		for _, m := range active {
			if row > m.Row2 {
				continue
			}
			kept = append(kept, m)
			if row > m.Row1 && r.Cell(m.Col1).Text == "" && m.cell.Text != "" {
				for len(r.Cells) <= m.Col1 {
					r.Cells = append(r.Cells, Cell{})
				}
				r.Cells[m.Col1] = m.cell
			}
		}
		active = kept
		return r
	}
}
