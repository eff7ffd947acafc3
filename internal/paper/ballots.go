package paper

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// Ballot is what stands on every ballot of a vote. Nothing in it tells one sheet from
// another.
type Ballot struct {
	Issuer  string    // "CHI BỘ TỔ DÂN PHỐ HÒA BÌNH"
	Title   string    // in capitals, "PHIẾU BẦU"
	Subject string    // what is voted on; "\n" begins a new line
	How     []string  // how to mark, one sentence each
	No      string    // over the numbers of the rows
	Head    [2]string // over the rows and over the boxes
	Rows    []string  // what can be marked, in order
	Boxes   bool      // a box to mark beside each row; false: names are struck out
	Note    string    // small, at the foot: what makes it invalid
	Sample  string    // grey, at the foot: marks sample data; "" none
}

// Measures of a ballot at full size, in points.
const (
	ballotPad  = 26.0 // from the cut lines to the text
	ballotNo   = 26.0 // width of the column of numbers
	ballotBox  = 62.0 // width of the column of boxes
	ballotSide = 13.0 // side of a box
	ballotCell = 4.5  // padding of a row
	ballotLine = 1.25 // line distance
	ballotLow  = 0.5  // smallest scale
)

// ballotGrids are the ways to cut a sheet, most ballots first: columns and rows.
func ballotGrids() [][2]int { return [][2]int{{2, 2}, {1, 2}, {1, 1}} }

// BallotsOnPage gives how many such ballots stand on an A4 sheet.
func BallotsOnPage(b Ballot) int {
	grid, _ := b.fit()
	return grid[0] * grid[1]
}

// fit finds the smallest ballot that the text fits on, and the scale of its letters.
func (b Ballot) fit() (grid [2]int, scale float64) {
	for _, g := range ballotGrids() {
		if b.height(sheetWide/float64(g[0]), 1) <= sheetHigh/float64(g[1]) {
			return g, 1
		}
	}
	grid = [2]int{1, 1}
	for scale = 1; scale > ballotLow && b.height(sheetWide, scale) > sheetHigh; scale -= 0.02 {
	}
	return grid, scale
}

func (b Ballot) height(wide, scale float64) float64 {
	p := &ballotPen{wide: wide, scale: scale}
	return p.ballot(b, 0, 0) + ballotPad
}

// Ballots writes n ballots that are all the same, as many on an A4 sheet as fit, with lines
// to cut along. made is the day inside the file.
func Ballots(w io.Writer, b Ballot, n int, lang string, made time.Time) error {
	pdf := fpdf.NewCustom(&fpdf.InitType{OrientationStr: "P", UnitStr: "pt", Size: fpdf.SizeType{Wd: sheetWide, Ht: sheetHigh}})
	pdf.SetMargins(0, 0, 0)
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(made)
	pdf.SetModificationDate(made)
	pdf.SetProducer("chibo", true)
	pdf.SetLang(lang)
	pdf.SetTitle(basicPlane(clean(b.Title)), true)
	grid, scale := b.fit()
	wide, high := sheetWide/float64(grid[0]), sheetHigh/float64(grid[1])
	p := &ballotPen{cardPen: cardPen{pen: pen{pdf: pdf, size: -1}}, wide: wide, scale: scale, draws: true}
	for i := range n {
		at := i % (grid[0] * grid[1])
		if at == 0 {
			pdf.AddPage()
			p.cutLines(grid)
		}
		p.ballot(b, float64(at%grid[0])*wide, float64(at/grid[0])*high)
	}
	if n == 0 {
		pdf.AddPage()
	}
	var out bytes.Buffer
	if err := pdf.Output(&out); err != nil {
		return fmt.Errorf("paper: ballots: %w", err)
	}
	_, err := w.Write(out.Bytes())
	return err
}

// ballotPen writes a ballot, or only measures it.
type ballotPen struct {
	cardPen
	wide, scale float64
	draws       bool
}

// ballot writes one whose corner is at x, y and gives where its text ends.
func (p *ballotPen) ballot(b Ballot, x, y float64) float64 {
	left, right := x+ballotPad, x+p.wide-ballotPad
	y += ballotPad
	y = p.block(bold, 10, b.Issuer, left, right, y, false)
	y = p.block(bold, 15, b.Title, left, right, y+10*p.scale, true)
	for line := range strings.SplitSeq(b.Subject, "\n") {
		y = p.block(bold, 12, line, left, right, y, true)
	}
	y += 4 * p.scale
	for _, s := range b.How {
		y = p.block(italic, 11.5, s, left, right, y, true)
	}
	y = p.table(b, left, right, y+6*p.scale)
	y = p.block(italic, 9.5, b.Note, left, right, y+6*p.scale, false)
	if b.Sample != "" {
		y = p.block(regular, 8, b.Sample, left, right, y, true)
	}
	return y
}

// table writes the rows, ruled, each with its number and perhaps a box.
func (p *ballotPen) table(b Ballot, left, right, y float64) float64 {
	top, edge, pad := y, right, ballotCell*p.scale
	if b.Boxes {
		edge = right - ballotBox
	}
	p.line(left, y, right, y)
	low := p.block(bold, 11, b.Head[0], left+ballotNo, edge, y+pad, true)
	p.block(bold, 11, b.No, left, left+ballotNo, y+pad, true)
	if b.Boxes {
		low = max(low, p.block(bold, 11, b.Head[1], edge, right, y+pad, true))
	}
	y = low + pad
	for i, row := range b.Rows {
		p.line(left, y, right, y)
		low := p.block(regular, 13, row, left+ballotNo+5, edge-4, y+pad, false) + pad
		p.block(regular, 13, strconv.Itoa(i+1), left, left+ballotNo, y+pad, true)
		if b.Boxes {
			p.box((edge+right)/2, (y+low)/2)
		}
		y = low
	}
	p.line(left, y, right, y)
	for _, x := range []float64{left, left + ballotNo, edge, right} {
		p.line(x, top, x, y)
	}
	return y
}

// block breaks a text into lines and gives where the next one begins.
func (p *ballotPen) block(f face, size float64, s string, left, right, y float64, centre bool) float64 {
	size *= p.scale
	line := ""
	flush := func() {
		if line == "" {
			return
		}
		if p.draws {
			x := left
			if centre {
				x += (right - left - points(f.width(line, size))) / 2
			}
			p.word(f, size, line, x, y+size)
		}
		y += size * ballotLine
		line = ""
	}
	for _, word := range strings.Fields(clean(s)) {
		next := strings.TrimSpace(line + " " + word)
		if line != "" && points(f.width(next, size)) > right-left {
			flush()
			next = word
		}
		line = next
	}
	flush()
	return y
}

func (p *ballotPen) line(x1, y1, x2, y2 float64) {
	if p.draws {
		p.pdf.SetLineWidth(0.6)
		p.pdf.Line(x1, y1, x2, y2)
	}
}

func (p *ballotPen) box(x, y float64) {
	if side := ballotSide * p.scale; p.draws {
		p.pdf.SetLineWidth(0.9)
		p.pdf.Rect(x-side/2, y-side/2, side, side, "D")
	}
}

// cutLines draws the lines along which the sheet is cut.
func (p *ballotPen) cutLines(grid [2]int) {
	p.pdf.SetLineWidth(0.5)
	p.pdf.SetDashPattern([]float64{5, 4}, 0)
	for i := 1; i < grid[0]; i++ {
		x := sheetWide * float64(i) / float64(grid[0])
		p.pdf.Line(x, 8, x, sheetHigh-8)
	}
	for i := 1; i < grid[1]; i++ {
		y := sheetHigh * float64(i) / float64(grid[1])
		p.pdf.Line(8, y, sheetWide-8, y)
	}
	p.pdf.SetDashPattern(nil, 0)
}
