package sheet

import (
	"cmp"
	"context"
	"errors"
	"io"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// walk gives the rows of a sheet and then its merged cells.
func (b *workbook) walk(ctx context.Context, sheet int, lim Limits, fn func(Row) error) ([]Merge, error) {
	if b.texts == nil {
		if err := b.readTexts(ctx, lim); err != nil {
			return nil, err
		}
	}
	part := b.parts[b.paths[sheet]]
	rc, err := b.open(b.paths[sheet], lim.Unpacked)
	if err != nil {
		return nil, err
	}
	defer rc.Close() //nolint:errcheck // it was only read
	count := &counted{r: rc, total: int64(min(part.UncompressedSize64, 1<<62))}
	w := &cellWalk{x: newXML(count, lim.Cell), texts: b.texts, lim: lim, count: count, fn: fn, ctx: ctx}
	if err := w.run(); err != nil {
		return nil, partError(err)
	}
	slices.SortFunc(w.merges, func(a, b Merge) int { return cmp.Or(cmp.Compare(a.Row1, b.Row1), cmp.Compare(a.Col1, b.Col1)) })
	return w.merges, nil
}

type counted struct {
	r           io.Reader
	read, total int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.read += int64(n)
	return n, err
}

func (c *counted) share() float64 {
	if c.total <= 0 {
		return 0
	}
	return min(1, float64(c.read)/float64(c.total))
}

// cellWalk is one walk through a sheet's XML.
type cellWalk struct {
	x      *xmlReader
	texts  *texts
	lim    Limits
	count  *counted
	fn     func(Row) error
	ctx    context.Context //nolint:containedctx // it lives as long as the walk
	merges []Merge

	row    Row
	rows   int
	col    int
	kind   string // attribute t of the cell
	value  []byte
	has    bool // the cell has a value
	inline []byte
	cell   Cell
	in     string // element whose text is wanted: v, t
	rPh    int
}

var errOrder = errors.New("sheet: rows are out of order")

const maxMerges = 200_000

func (w *cellWalk) run() error {
	for {
		t, err := w.x.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		switch t {
		case tokenText:
			w.text()
		case tokenStart:
			err = w.start()
		case tokenEnd:
			err = w.end()
		}
		if err != nil {
			return err
		}
	}
}

func (w *cellWalk) text() {
	switch {
	case w.in == "v":
		w.value = append(w.value, w.x.buf...)
		w.has = true
	case w.in == "t" && w.rPh == 0:
		w.inline = append(w.inline, unhex(w.x.buf)...)
		w.has = true
	}
}

func (w *cellWalk) start() error {
	w.in = ""
	switch string(w.x.name) {
	case "row":
		n := w.row.N + 1
		if r := w.x.attr("r"); r != nil {
			var err error
			if n, err = strconv.Atoi(string(r)); err != nil || n <= w.row.N {
				return errOrder
			}
		}
		w.row = Row{N: n}
		w.col = -1
		if w.rows++; w.rows%1000 == 0 && w.ctx.Err() != nil {
			return w.ctx.Err()
		}
	case "c":
		w.col++
		if r := w.x.attr("r"); r != nil {
			if col, ok := column(r); ok {
				w.col = col
			}
		}
		w.kind, w.value, w.inline, w.has, w.cell = string(w.x.attr("t")), w.value[:0], w.inline[:0], false, Cell{}
	case "f":
		w.cell.Formula = true
	case "v":
		w.in = "v"
	case "t":
		w.in = "t"
	case "rPh":
		w.rPh++
	case "mergeCell":
		if m, ok := merge(w.x.attr("ref")); ok && len(w.merges) < maxMerges {
			w.merges = append(w.merges, m)
		}
	}
	return nil
}

func (w *cellWalk) end() error {
	w.in = ""
	switch string(w.x.name) {
	case "rPh":
		w.rPh--
	case "c":
		w.put()
	case "row":
		if len(w.row.Cells) == 0 {
			return nil
		}
		w.row.At = w.count.share()
		return w.fn(w.row)
	}
	return nil
}

// put adds the cell that ends to its row, when there is something in it.
func (w *cellWalk) put() {
	if w.col < 0 || w.col >= w.lim.Cols {
		return
	}
	c := w.cell
	switch w.kind {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(string(w.value)))
		if err != nil {
			i = -1
		}
		c.Text, w.has = w.texts.at(i)
	case "inlineStr":
		c.Text = string(w.inline)
	case "str", "d":
		c.Text = string(unhex(w.value))
	case "b":
		c.Kind, c.Text = Bool, string(w.value)
	case "e":
		c.Kind, c.Text = Broken, string(w.value)
	default:
		c.Kind, c.Text = Number, decimal(strings.TrimSpace(string(w.value)))
	}
	c.Text = strings.TrimSpace(strings.ToValidUTF8(c.Text, "\ufffd"))
	switch {
	case c.Formula && !w.has:
		c = Cell{Kind: Blank, Formula: true}
	case c.Text == "":
		return
	}
	for len(w.row.Cells) < w.col {
		w.row.Cells = append(w.row.Cells, Cell{})
	}
	if len(w.row.Cells) == w.col {
		w.row.Cells = append(w.row.Cells, c)
	} else {
		w.row.Cells[w.col] = c
	}
}

// decimal writes a number without an exponent and without a needless ".0".
func decimal(s string) string {
	if strings.ContainsAny(s, "eE") && len(s) < 40 {
		if f, _, err := big.ParseFloat(s, 10, 128, big.ToNearestEven); err == nil && f.MantExp(nil) < 256 {
			s = f.Text('f', 15)
		}
	}
	if strings.Contains(s, ".") {
		// Excel keeps fifteen digits; what is behind them is noise of halves.
		if v, err := strconv.ParseFloat(s, 64); err == nil && len(s) > 16 && v < 1e15 && v > -1e15 {
			s = strconv.FormatFloat(v, 'f', 9, 64)
		}
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// column reads the column of "BC12", from 0.
func column(ref []byte) (int, bool) {
	n := 0
	for _, b := range ref {
		if b >= 'a' && b <= 'z' {
			b -= 'a' - 'A'
		}
		if b < 'A' || b > 'Z' {
			break
		}
		if n = n*26 + int(b-'A') + 1; n > 16_384 {
			return 0, false
		}
	}
	return n - 1, n > 0
}

func merge(ref []byte) (Merge, bool) {
	a, z, ok := strings.Cut(string(ref), ":")
	if !ok {
		return Merge{}, false
	}
	var m Merge
	var ok1, ok2 bool
	m.Row1, m.Col1, ok1 = place(a)
	m.Row2, m.Col2, ok2 = place(z)
	return m, ok1 && ok2 && m.Row1 <= m.Row2 && m.Col1 <= m.Col2
}

func place(ref string) (row, col int, ok bool) {
	col, ok = column([]byte(ref))
	n, err := strconv.Atoi(strings.TrimLeft(strings.ToUpper(ref), "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
	return n - 1, col, ok && err == nil && n > 0
}

// ColumnName gives the letters of a column, from 0: "A", "BC".
func ColumnName(col int) string {
	name := ""
	for n := col + 1; n > 0; n = (n - 1) / 26 {
		name = string(rune('A'+(n-1)%26)) + name
	}
	return name
}
