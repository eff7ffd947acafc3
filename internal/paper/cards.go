package paper

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// Card is a small sheet that is cut off a page and handed to one person.
type Card struct {
	Issuer string     // "Chi bộ Tổ dân phố Hòa Bình"
	Title  string     // in capitals, "PHIẾU ĐĂNG NHẬP LẦN ĐẦU"
	Name   string     // of the person
	Pairs  []CardPair // what must be read letter by letter, in big type
	Steps  []string   // numbered from 1
	Note   string     // small, at the foot
	Code   [][]bool   // dark modules of a QR code, row by row; nil: none
	Under  string     // small, under the code
}

// CardPair is a label with the value that is copied from it.
type CardPair struct{ Label, Value string }

// Measures of a card, in points. Three stand on an A4 sheet, with a cut line between.
const (
	cardsOnPage = 3
	sheetWide   = 595.28
	sheetHigh   = 841.89
	cardHigh    = sheetHigh / cardsOnPage
	cardSide    = 42.0
	cardTop     = 24.0
	cardCode    = 108.0 // side of the code
	cardGap     = 18.0
)

// Cards writes the cards as a PDF, three to a page. Nothing of it is kept anywhere; title
// and language are the file's own. made is the day inside the file.
func Cards(w io.Writer, title, lang string, made time.Time, cards []Card) error {
	pdf := fpdf.NewCustom(&fpdf.InitType{OrientationStr: "P", UnitStr: "pt", Size: fpdf.SizeType{Wd: sheetWide, Ht: sheetHigh}})
	pdf.SetMargins(0, 0, 0)
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(made)
	pdf.SetModificationDate(made)
	pdf.SetProducer("chibo", true)
	pdf.SetLang(lang)
	pdf.SetTitle(basicPlane(clean(title)), true)
	p := &cardPen{pen: pen{pdf: pdf, size: -1}}
	for i, c := range cards {
		at := i % cardsOnPage
		if at == 0 {
			pdf.AddPage()
		}
		p.card(c, float64(at)*cardHigh)
		if at < cardsOnPage-1 {
			p.cut(float64(at+1) * cardHigh)
		}
	}
	var b bytes.Buffer
	if err := pdf.Output(&b); err != nil {
		return fmt.Errorf("paper: cards: %w", err)
	}
	_, err := w.Write(b.Bytes())
	return err
}

type cardPen struct{ pen }

func (p *cardPen) card(c Card, top float64) {
	left, right := cardSide, sheetWide-cardSide
	if c.Code != nil {
		right -= cardCode + cardGap
		p.code(c.Code, right+cardGap, top+cardTop+6)
		p.centred(c.Under, right+cardGap, cardCode, top+cardTop+cardCode+20)
	}
	y := top + cardTop
	y = p.text(regular, 12, c.Issuer, left, right, y)
	y = p.text(bold, 15, c.Title, left, right, y+2)
	y = p.text(bold, 18, c.Name, left, right, y+4) + 4
	for _, pair := range c.Pairs {
		y = p.pair(pair, left, right, y)
	}
	if c.Code != nil {
		y = max(y, top+cardTop+cardCode+28)
	}
	for i, s := range c.Steps {
		number := fmt.Sprintf("%d. ", i+1)
		p.word(bold, 13, number, left, y+13)
		y = p.text(regular, 13, s, left+points(bold.width(number, 13)), sheetWide-cardSide, y)
	}
	if c.Note != "" {
		p.text(italic, 11, c.Note, left, sheetWide-cardSide, y+3)
	}
}

// pair writes a label and, on the same line, its value in big type.
func (p *cardPen) pair(c CardPair, left, right, y float64) float64 {
	const size, label, wide = 21.0, 13.0, 118.0
	value := clean(c.Value)
	s := size
	for s > 11 && points(bold.width(value, s)) > right-left-wide {
		s -= 0.5
	}
	p.word(regular, label, clean(c.Label), left, y+size)
	p.word(bold, s, value, left+wide, y+size)
	return y + size + 8
}

// text breaks a text into lines and gives where the next one begins.
func (p *cardPen) text(f face, size float64, s string, left, right, y float64) float64 {
	line := ""
	flush := func() {
		if line != "" {
			p.word(f, size, line, left, y+size)
			y += size * 1.22
		}
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

func (p *cardPen) word(f face, size float64, s string, x, base float64) {
	if s = f.printed(s); strings.TrimSpace(s) != "" {
		p.use(f, size)
		p.pdf.Text(x, base, s)
	}
}

func (p *cardPen) centred(s string, left, wide, base float64) {
	size := 10.0
	s = clean(s)
	for size > 6 && points(regular.width(s, size)) > wide {
		size -= 0.5
	}
	p.word(regular, size, s, left+(wide-points(regular.width(s, size)))/2, base)
}

// code draws the dark modules; a quiet zone is the paper around.
func (p *cardPen) code(dark [][]bool, left, top float64) {
	if len(dark) == 0 {
		return
	}
	side := cardCode / float64(len(dark))
	for y, row := range dark {
		for x := 0; x < len(row); x++ {
			run := 0
			for x+run < len(row) && row[x+run] {
				run++
			}
			if run > 0 {
				p.pdf.Rect(left+float64(x)*side, top+float64(y)*side, float64(run)*side, side, "F")
				x += run
			}
		}
	}
}

// cut draws the line along which the sheet is cut.
func (p *cardPen) cut(y float64) {
	p.pdf.SetLineWidth(0.6)
	p.pdf.SetDashPattern([]float64{5, 4}, 0)
	p.pdf.Line(cardSide/2, y, sheetWide-cardSide/2, y)
	p.pdf.SetDashPattern(nil, 0)
}
