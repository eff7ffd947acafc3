package paper

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"

	"codeberg.org/go-pdf/fpdf"
)

// family is the name of the font inside the PDF.
const family = "LiberationSerif"

// baseline is where letters stand in a line of exact height, as a part of the height: as LibreOffice draws it.
const baseline = 0.8

// PDF writes the document as PDF with subset fonts. The same document gives the same bytes. The error is that of
// [Document.Validate] or of w.
func PDF(w io.Writer, d Document) error { return Bundle(w, d) }

// Bundle writes papers one after the other into one PDF, each on pages of its own that are counted from 1. Size of
// the sheet and properties are those of the first. The error is that of [Document.Validate], of no paper, or of w.
func Bundle(w io.Writer, list ...Document) error {
	if len(list) == 0 {
		return fmt.Errorf("%w: no paper", ErrModel)
	}
	var pen *pen
	for _, d := range list {
		if err := d.Validate(); err != nil {
			return err
		}
		f := build(d.normal())
		if pen == nil {
			var err error
			if pen, err = newPen(f); err != nil {
				return err
			}
		}
		pen.draw(f)
	}
	var b bytes.Buffer // so that w gets all or nothing of a failed drawing
	if err := pen.pdf.Output(&b); err != nil {
		return fmt.Errorf("paper: pdf: %w", err)
	}
	_, err := w.Write(b.Bytes())
	return err
}

// draw adds the pages of a paper.
func (p *pen) draw(f *flow) {
	p.flow, p.left, p.top = f, mm(f.style.Page.Left), mm(f.style.Page.Top)
	for n, page := range f.paginate() {
		p.pdf.AddPage()
		p.watermark()
		if from := f.style.Number.From; from > 0 && n+1 >= from {
			p.pageNumber(n + 1)
		}
		for _, it := range page.items {
			p.item(it)
		}
	}
}

// pen draws laid lines.
type pen struct {
	pdf       *fpdf.Fpdf
	flow      *flow
	left, top int
	face      face
	size      float64
	have      [faces]bool
}

func newPen(f *flow) (*pen, error) {
	pg := f.style.Page
	at, err := f.doc.date()
	if err != nil {
		return nil, err
	}
	pdf := fpdf.NewCustom(&fpdf.InitType{
		OrientationStr: "P", UnitStr: "pt",
		Size: fpdf.SizeType{Wd: pg.Width * 72 / 25.4, Ht: pg.Height * 72 / 25.4},
	})
	pdf.SetMargins(0, 0, 0)
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(at)
	pdf.SetModificationDate(at)
	pdf.SetProducer("chibo", true)
	pdf.SetLang(f.doc.language())
	pdf.SetTitle(basicPlane(f.doc.title()), true)
	pdf.SetAuthor(basicPlane(f.doc.Header.Issuer), true)
	return &pen{pdf: pdf, flow: f, left: mm(pg.Left), top: mm(pg.Top), size: -1}, nil
}

// basicPlane drops what the PDF writer cannot put into its properties.
func basicPlane(s string) string {
	return strings.Map(func(r rune) rune {
		if r > 0xFFFF {
			return -1
		}
		return r
	}, s)
}

// use selects a face and size; a face is embedded when it is first used.
func (p *pen) use(f face, size float64) {
	if !p.have[f] {
		// A copy: the writer may append to slices of what it is given, and other documents share the original.
		p.pdf.AddUTF8FontFromBytes(family, f.code(), bytes.Clone(f.data()))
		p.have[f] = true
		p.size = -1
	}
	if p.face != f || p.size != size {
		p.pdf.SetFont(family, f.code(), size)
		p.face, p.size = f, size
	}
}

func points(twips float64) float64 { return twips / twip }

func (p *pen) item(it placed) {
	if it.row != nil && it.row.grid.border > 0 {
		p.rules(it)
	}
	p.flow.visit(it, func(q *para, x, y, from, to int) {
		if q.rule > 0 && from == 0 {
			p.ruleOver(q, x, y)
		}
		for i := from; i < to; i++ {
			p.line(q, q.lines[i], x, y+(i-from)*q.pitch)
		}
	})
}

// line draws each word at its own place. The space goes with the word, so that text copied from the file has it.
func (p *pen) line(q *para, l line, x, y int) {
	base := points(float64(p.top+y) + baseline*float64(q.pitch))
	for i, w := range l.words {
		at := float64(p.left+x) + w.x
		for k, fr := range w.frags {
			text := fr.face.printed(fr.text)
			if k == len(w.frags)-1 && w.gap > 0 && i < len(l.words)-1 {
				text += " "
			}
			if text != "" {
				p.use(fr.face, q.size)
				p.pdf.Text(points(at), base, text)
			}
			at += fr.w
		}
	}
	if q.underline && len(l.words) > 0 {
		from, to := l.extent()
		p.pdf.SetLineWidth(q.size / 20)
		under := base + q.size*0.11
		p.pdf.Line(points(float64(p.left+x)+from), under, points(float64(p.left+x)+to), under)
	}
}

// ruleOver draws the upper border of a paragraph.
func (p *pen) ruleOver(q *para, x, y int) {
	p.pdf.SetLineWidth(points(float64(q.rule)))
	at := points(float64(p.top + y))
	p.pdf.Line(points(float64(p.left+x+q.left)), at, points(float64(p.left+x+q.width-q.right)), at)
}

// rules draws the border around each cell of a row; neighbours share lines.
func (p *pen) rules(it placed) {
	g := it.row.grid
	p.pdf.SetLineWidth(points(float64(g.border)))
	half := float64(g.border) / 2
	top := points(float64(p.top+it.y) + half)
	bottom := points(float64(p.top+it.y+it.row.height()) + half)
	x := float64(p.left + g.left)
	right := x
	for _, w := range g.widths {
		right += float64(w)
	}
	overhang := points(half) // closes the corners
	p.pdf.Line(points(x)-overhang, top, points(right)+overhang, top)
	p.pdf.Line(points(x)-overhang, bottom, points(right)+overhang, bottom)
	p.pdf.Line(points(x), top, points(x), bottom)
	for _, w := range g.widths {
		x += float64(w)
		p.pdf.Line(points(x), top, points(x), bottom)
	}
}

// pageNumber is centred over the text, in the margin.
func (p *pen) pageNumber(n int) {
	s := p.flow.style.Number
	text := strconv.Itoa(n)
	x := float64(p.left) + (float64(p.flow.width)-regular.width(text, s.Size))/2
	top, pitch := p.flow.numberLine()
	p.use(regular, s.Size)
	p.pdf.Text(points(x), points(float64(top)+baseline*float64(pitch)), text)
}

// watermark lies behind the text, through the middle of the text area. It is drawn as shapes: as text its letters
// would turn up between the lines of whoever searches, copies or listens to the paper.
func (p *pen) watermark() {
	text, size := p.flow.watermark()
	if text == "" {
		return
	}
	s := p.flow.style.Water
	x := points(float64(p.left) + float64(p.flow.width)/2)
	y := points(float64(p.top) + float64(p.flow.height)/2)
	m := faceMetrics()[bold]
	unit := size / m.unitsPerEm
	p.pdf.SetFillColor(s.Gray, s.Gray, s.Gray)
	p.pdf.TransformBegin()
	p.pdf.TransformRotate(s.Angle, x, y)
	at, base := x-points(bold.width(text, size))/2, y+size/3
	for _, r := range bold.printed(text) {
		for _, o := range m.outline(int(m.glyphs[r])) {
			p.shape(o, at, base, unit)
		}
		p.pdf.DrawPath("F")
		at += float64(m.advances[m.glyphs[r]]) * unit
	}
	p.pdf.TransformEnd()
	p.pdf.SetFillColor(0, 0, 0)
}

// shape adds one closed contour to the current path; quadratic curves become cubic ones.
func (p *pen) shape(o contour, x, y, unit float64) {
	at := func(vx, vy float64) (float64, float64) { return x + vx*unit, y - vy*unit }
	for i, v := range o {
		if i == 0 {
			p.pdf.MoveTo(at(v.x, v.y))
		} else if prev := o[i-1]; v.on && prev.on {
			p.pdf.LineTo(at(v.x, v.y))
		}
		if v.on {
			continue
		}
		from, to := o[i-1], o[(i+1)%len(o)]
		ax, ay := at(from.x+(v.x-from.x)*2/3, from.y+(v.y-from.y)*2/3)
		bx, by := at(to.x+(v.x-to.x)*2/3, to.y+(v.y-to.y)*2/3)
		ex, ey := at(to.x, to.y)
		p.pdf.CurveBezierCubicTo(ax, ay, bx, by, ex, ey)
	}
	p.pdf.ClosePath()
}

// maxWatermark is the number of letters of a watermark that are printed; a longer one could not be read anyway.
const maxWatermark = 60

// watermark is the text on one line and its size in points, made smaller when it is longer than the text is high.
func (f *flow) watermark() (string, float64) {
	text := strings.Join(strings.Fields(f.doc.Watermark), " ")
	if letters := []rune(text); len(letters) > maxWatermark {
		text = string(letters[:maxWatermark])
	}
	size := f.style.Water.Size
	if w, most := bold.width(text, size), float64(f.height)*0.9; w > most {
		size *= most / w
	}
	return text, size
}
