package paper

// Area is a rectangle on a page, mm from the upper left corner of the sheet.
type Area struct {
	Page       int // from 1
	X, Y, W, H float64
}

// Layout is where the printed text stands.
type Layout struct {
	// Lines are the text lines of each page in reading order: paragraphs, then cells left to right. Page
	// numbers and the watermark are not among them.
	Lines [][]string
	// Signatures are the free areas between post and name, in the order of [Document.Signatures]: the place
	// for a hand or for the visible mark of a digital signature.
	Signatures []Area
}

// Measure lays the document out without drawing it. PDF and DOCX have these lines and pages. The error is that
// of [Document.Validate].
func Measure(d Document) (Layout, error) {
	if err := d.Validate(); err != nil {
		return Layout{}, err
	}
	f := build(d.normal())
	pages := f.paginate()
	out := Layout{Lines: make([][]string, len(pages)), Signatures: make([]Area, len(d.Signatures))}
	for n, p := range pages {
		for _, it := range p.items {
			f.visit(it, func(q *para, x, y, from, to int) {
				for i := from; i < to; i++ {
					if s := q.lines[i].text(); s != "" {
						out.Lines[n] = append(out.Lines[n], s)
					}
				}
				if q.sign > 0 && from == 0 {
					out.Signatures[q.sign-1] = Area{
						Page: n + 1,
						X:    toMM(mm(f.style.Page.Left) + x), Y: toMM(mm(f.style.Page.Top) + y - q.before),
						W: toMM(q.width), H: toMM(q.before),
					}
				}
			})
		}
	}
	return out, nil
}

func toMM(twips int) float64 { return float64(twips) / twip * 25.4 / 72 }

// visit calls fn for each paragraph of a placed part with the place of its first shown line, twips from the
// upper left corner of the text area.
func (f *flow) visit(it placed, fn func(p *para, x, y, from, to int)) {
	if it.para != nil {
		fn(it.para, 0, it.y, it.from, it.to)
		return
	}
	g, x := it.row.grid, it.row.grid.left
	inner := it.row.height() - 2*g.padY - g.border
	for i, c := range it.row.cells {
		y := it.y + g.border + g.padY
		if it.row.middle {
			y += (inner - cellHeight(c)) / 2
		}
		for _, p := range c {
			fn(p, x+g.padX, y+p.before, 0, len(p.lines))
			y += p.height() + p.after
		}
		x += g.widths[i]
	}
}
