package paper

import "math"

// twip is the number of twips in a point. Heights are whole twips everywhere, as in DOCX, so that both outputs
// add up the same sums.
const twip = 20

func pt(v float64) int { return int(math.Round(v * twip)) }
func mm(v float64) int { return int(math.Round(v * 72 / 25.4 * twip)) }

// alignJustify is the alignment of the running text.
const alignJustify Align = "justify"

// role names what a paragraph is; DOCX makes a named style of some.
type role string

const (
	roleBody    role = "body"
	roleHeading role = "heading"
	roleCell    role = "cell"
	roleOther   role = ""
)

// para is one paragraph ready to be laid: measures in twips, size in points.
type para struct {
	role        role
	spans       []span
	size        float64
	pitch       int
	align       Align
	first       int // first-line indent
	left, right int // indents
	before      int // never used where the paragraph could begin a page
	after       int
	underline   bool
	rule        int // thickness of a rule over the whole width above the paragraph
	keepNext    bool
	keepLines   bool
	sign        int // 1 + index of the signature whose name this is: its `before` is the free area

	width     int
	lines     []line
	pageBreak bool // DOCX must begin a page here
	loose     bool // DOCX need not keep it with the next: it is cut by the page's end anyway
}

// height is the paragraph without the space after it.
func (p *para) height() int { return p.before + len(p.lines)*p.pitch }

// grid is what rows of one table share.
type grid struct {
	widths []int
	left   int // from the margin to the table's left edge
	padX   int
	padY   int
	border int // 0: a borderless frame
	head   *row
}

// row is one row of a grid: a column of paragraphs per cell.
type row struct {
	grid      *grid
	cells     [][]*para
	isHead    bool
	middle    bool // cells are centred vertically
	last      bool // of its table: the table's lower border follows
	keepNext  bool
	pageBreak bool // DOCX must begin a page here
	whole     *row // set on the pieces of a row too tall for a page: the row they are cut from
	piece     int  // number of the piece
}

// height is the row with padding and its upper border.
func (r *row) height() int {
	h := 0
	for _, c := range r.cells {
		h = max(h, cellHeight(c))
	}
	return h + 2*r.grid.padY + r.grid.border
}

// extent is what the row takes in the flow.
func (r *row) extent() int {
	if r.last {
		return r.height() + r.grid.border
	}
	return r.height()
}

func cellHeight(c []*para) int {
	h := 0
	for _, p := range c {
		h += p.height() + p.after
	}
	return h
}

// part is one thing in the flow: a paragraph or a row.
type part struct {
	para *para
	row  *row
}

func (p part) keepNext() bool {
	if p.para != nil {
		return p.para.keepNext
	}
	return p.row.keepNext
}

// setKeepNext binds the part to the next one, the row's texts included: that is how DOCX says it.
func (p part) setKeepNext() {
	if p.para != nil {
		p.para.keepNext = true
		return
	}
	p.row.keepNext = true
	for _, c := range p.row.cells {
		for _, q := range c {
			q.keepNext = true
		}
	}
}

// flow is a document cut into parts, all lines laid.
type flow struct {
	doc    Document // normal
	style  Style
	width  int // of the text, twips
	height int // of the text, twips
	parts  []part
	end    int // index of the first part of the end matter (signatures, recipients)
}

// build makes the flow of a valid, normal document.
func build(d Document) *flow {
	s := d.Style
	f := &flow{doc: d, style: s}
	f.width = mm(s.Page.Width) - mm(s.Page.Left) - mm(s.Page.Right)
	f.height = mm(s.Page.Height) - mm(s.Page.Top) - mm(s.Page.Bottom)
	f.head()
	f.kind()
	for _, b := range d.Blocks {
		f.block(b)
	}
	f.bindEnd()
	f.end = len(f.parts)
	f.signatures()
	return f
}

// add lays a paragraph over the text's width and appends it.
func (f *flow) add(p *para) {
	p.lay(f.width)
	f.parts = append(f.parts, part{para: p})
}

// addRow lays the cells and appends the row, in pieces when no page could hold it.
func (f *flow) addRow(r *row) {
	r.layCells()
	room := f.height - pt(f.style.Table.After) - twip - r.grid.border // the space after it stays with it
	if r.grid.head != nil {
		room -= r.grid.head.height()
	}
	for _, piece := range r.pieces(room) {
		f.parts = append(f.parts, part{row: piece})
	}
}

func (r *row) layCells() {
	for i, c := range r.cells {
		for _, p := range c {
			p.lay(r.grid.widths[i] - 2*r.grid.padX)
		}
	}
}

// pieces cuts a row that is taller than room at its lines.
func (r *row) pieces(room int) []*row {
	if r.height() <= room {
		return []*row{r}
	}
	room -= 2*r.grid.padY + r.grid.border
	var out []*row
	for i, c := range r.cells {
		n, used := 0, 0
		for _, p := range c {
			start := 0
			for k := range p.lines {
				if need := p.pitch; used+need > room && used > 0 {
					putPiece(&out, r, i, n, p, start, k)
					n, used, start = n+1, 0, k
				}
				used += p.pitch
				if k == 0 {
					used += p.before
				}
			}
			putPiece(&out, r, i, n, p, start, len(p.lines))
			used += p.after
		}
	}
	return out
}

// putPiece adds lines from..to of a cell's paragraph to piece n of the row.
func putPiece(out *[]*row, r *row, cell, n int, p *para, from, to int) {
	for len(*out) <= n {
		*out = append(*out, &row{grid: r.grid, cells: make([][]*para, len(r.cells)), whole: r, piece: len(*out)})
	}
	if from == to {
		return
	}
	q := *p
	q.lines = p.lines[from:to]
	if from > 0 {
		q.before = 0
	}
	if to < len(p.lines) {
		q.after = 0
	}
	c := &(*out)[n].cells[cell]
	*c = append(*c, &q)
}

// plain is a paragraph of one face, not laid.
func plain(text string, fc face, size float64, pitch int, align Align) *para {
	p := &para{size: size, pitch: pitch, align: align}
	if all := paragraphs([]Run{{Text: text}}); len(all) > 0 {
		for _, s := range all[0] {
			p.spans = append(p.spans, span{s.text, fc})
		}
	}
	return p
}

// plains is a text with line feeds as paragraphs of one face.
func plains(text string, fc face, size float64, pitch int, align Align) []*para {
	var out []*para
	for _, spans := range paragraphs([]Run{{Text: text}}) {
		p := &para{size: size, pitch: pitch, align: align}
		for _, s := range spans {
			p.spans = append(p.spans, span{s.text, fc})
		}
		out = append(out, p)
	}
	return out
}

// gap is empty space as a paragraph, which every program understands alike.
func gap(height int) *para { return &para{size: 1, pitch: height, align: AlignLeft} }

// pitchFor is the body's line distance, grown for letters that are larger than the body's.
func (f *flow) pitchFor(size float64) int {
	return pt(f.style.Body.Pitch * max(1, size/f.style.Body.Size))
}
