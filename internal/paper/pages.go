package paper

// placed is a part, or some lines of it, at a height on a page.
type placed struct {
	y        int // top of the first line (paragraph) or of the row, twips from the top margin
	para     *para
	from, to int // lines of para
	row      *row
}

// page is what one sheet shows.
type page struct{ items []placed }

// A page break decided by no more than this, twips, is pinned in DOCX: programs differ in the last fraction of a
// point of a page's height, more so after table rows, where they may add borders differently.
const (
	pageSlack = 10
	rowSlack  = 10
)

// pager fills pages.
type pager struct {
	flow  *flow
	pages []page
	y     int
	rows  int // on this page
}

// paginate places all parts and marks the paragraphs at which DOCX must begin a page. The rules: a heading
// stays with two lines of what follows, a paragraph leaves and takes at least MinLines lines, a row is not cut,
// a table's head is repeated and never alone, the end matter stays with the end of the body.
func (f *flow) paginate() []page {
	g := &pager{flow: f, pages: make([]page, 1)}
	for i := 0; i < len(f.parts); i++ {
		g.start(i)
		if p := f.parts[i]; p.para != nil {
			g.para(i, p.para)
		} else {
			g.row(i, p.row)
		}
	}
	return g.pages
}

func (g *pager) room() int { return g.flow.height }

func (g *pager) put(p placed) {
	last := &g.pages[len(g.pages)-1]
	last.items = append(last.items, p)
}

func (g *pager) turn() {
	g.pages = append(g.pages, page{})
	g.y, g.rows = 0, 0
}

// start turns the page when the beginning of part i, with all it must keep with, does not fit.
func (g *pager) start(i int) {
	if g.y == 0 || i > 0 && g.flow.parts[i-1].keepNext() && !g.tall(i-1) {
		return // at the top already, or decided when its chain began
	}
	need, end := g.need(i)
	over := g.y + need - g.room()
	if over <= 0 {
		return
	}
	doubtful := over <= pageSlack+g.rows*rowSlack
	g.turn()
	switch p := g.flow.parts[i]; {
	case p.para != nil:
		p.para.pageBreak = end || doubtful
	case end && p.row.grid.border > 0 && p.row != p.row.grid.head && p.row.whole == nil:
		// LibreOffice does not keep a table's row with what follows: DOCX goes on in a second table, after
		// a paragraph of one point that begins the page.
		p.row.pageBreak = true
		g.y = twip
	}
}

// tall tells whether the chain through part i is longer than a page, so that it was not kept.
func (g *pager) tall(i int) bool {
	for i > 0 && g.flow.parts[i-1].keepNext() {
		i--
	}
	need, _ := g.need(i)
	return need > g.room()
}

// need is the height that must fit for part i to begin on this page, and whether that reaches the end matter.
func (g *pager) need(i int) (height int, end bool) {
	parts := g.flow.parts
	for ; i < len(parts); i++ {
		end = end || i >= g.flow.end
		p := parts[i]
		switch {
		case p.row != nil:
			height += p.row.extent()
			if !p.keepNext() && !p.row.last {
				height += p.row.grid.border // the lower border, should the page end here
			}
		case i+1 < len(parts) && p.keepNext() && g.least(p.para) == len(p.para.lines):
			height += p.para.height() + p.para.after
		default:
			return height + p.para.before + g.least(p.para)*p.para.pitch, end
		}
		if !p.keepNext() {
			return height, end
		}
	}
	return height, end
}

// least is the number of lines a paragraph must have on the page where it begins.
func (g *pager) least(p *para) int {
	n := max(1, g.flow.style.Body.MinLines)
	if p.keepLines || len(p.lines) < 2*n {
		return len(p.lines)
	}
	return n
}

// para places the lines of part i, over pages where needed.
func (g *pager) para(i int, p *para) {
	y := g.y + p.before
	from := 0
	for from < len(p.lines) {
		n := g.lines(i, p, from, y)
		if n > 0 {
			g.put(placed{y: y, para: p, from: from, to: from + n})
		}
		from += n
		y += n * p.pitch
		if from < len(p.lines) {
			g.turn()
			y = 0
		}
	}
	g.y = y + p.after
}

// lines is how many lines of p from `from` on go to this page at y.
func (g *pager) lines(i int, p *para, from, y int) int {
	left := len(p.lines) - from
	fit := max(0, g.room()-y) / p.pitch
	least := max(1, g.flow.style.Body.MinLines)
	p.loose = p.loose || fit < left
	if fit >= left {
		if !p.keepNext || i+1 >= len(g.flow.parts) {
			return left
		}
		// The paragraph fits; does what it keeps with? If not, its last lines go over with that.
		need, _ := g.need(i + 1)
		if y+left*p.pitch+p.after+need <= g.room() || left < 2*least || p.keepLines {
			return left
		}
		return left - least
	}
	if y == 0 && fit == 0 {
		return 1 // a line taller than the page: go on regardless
	}
	n := min(fit, left)
	if left-n < least {
		n = left - least
	}
	if n < least && y > 0 && from == 0 {
		return 0
	}
	return max(n, 1)
}

// row places part i, with the table's head when it begins a page.
func (g *pager) row(i int, r *row) {
	fresh := func() bool { return len(g.pages[len(g.pages)-1].items) == 0 }
	if !fresh() && g.y+r.height() > g.room() {
		g.turn()
	}
	if head := r.grid.head; fresh() && head != nil && head != r && i > 0 && g.flow.parts[i-1].row != nil {
		g.put(placed{y: g.y, row: head})
		g.y += head.height()
		g.rows++
	}
	g.put(placed{y: g.y, row: r})
	g.y += r.extent()
	g.rows++
}
