package paper

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"math"
	"strings"
)

// xmlText collects XML; text goes through the standard escaper.
type xmlText struct{ bytes.Buffer }

func (x *xmlText) raw(s string)                 { x.WriteString(s) }
func (x *xmlText) rawf(format string, a ...any) { fmt.Fprintf(&x.Buffer, format, a...) }
func (x *xmlText) text(s string)                { _ = xml.EscapeText(&x.Buffer, []byte(s)) } // a Buffer never fails
func (x *xmlText) flag(on bool, tag string)     { x.when(on, `<w:`+tag+`/>`) }
func (x *xmlText) when(on bool, s string) {
	if on {
		x.WriteString(s)
	}
}
func halfPoints(size float64) int { return int(math.Round(size * 2)) }
func eighths(twips int) int       { return max(2, int(math.Round(float64(twips)*8/twip))) }

// documentXML is the body: paragraphs, tables, page setup.
func (f *flow) documentXML() string {
	var x xmlText
	x.raw(`<w:document ` + nsWord + ` ` + nsRel + `><w:body>`)
	for i := 0; i < len(f.parts); {
		if p := f.parts[i].para; p != nil {
			f.paraXML(&x, p)
			i++
			continue
		}
		g, from := f.parts[i].row.grid, i
		for i < len(f.parts) && f.parts[i].row != nil && f.parts[i].row.grid == g && (i == from || !f.parts[i].row.pageBreak) {
			i++
		}
		if f.parts[from].row.pageBreak {
			turn := gap(twip)
			turn.pageBreak = true
			f.paraXML(&x, turn)
		}
		f.tableXML(&x, g, f.parts[from:i])
	}
	pg := f.style.Page
	top, _ := f.numberLine()
	x.raw(`<w:sectPr><w:headerReference w:type="default" r:id="rId4"/><w:headerReference w:type="first" r:id="rId5"/>`)
	x.rawf(`<w:pgSz w:w="%d" w:h="%d"/>`, mm(pg.Width), mm(pg.Height))
	x.rawf(`<w:pgMar w:top="%d" w:right="%d" w:bottom="%d" w:left="%d" w:header="%d" w:footer="%d" w:gutter="0"/>`,
		mm(pg.Top), mm(pg.Right), mm(pg.Bottom), mm(pg.Left), top, mm(pg.Bottom)/2)
	x.when(f.style.Number.From != 1, `<w:titlePg/>`)
	x.raw(`</w:sectPr></w:body></w:document>`)
	return x.String()
}

// styleOf is the paragraph that a role's named style describes; what differs is written with the paragraph.
func (f *flow) styleOf(r role) (id string, base para) {
	b, t := f.style.Body, f.style.Table
	base = para{size: b.Size, pitch: pt(b.Pitch), align: AlignLeft}
	switch r {
	case roleBody:
		base.align, base.first, base.after = alignJustify, mm(b.FirstLine), pt(b.After)
		return "PaperBody", base
	case roleHeading:
		base.first, base.after, base.keepNext, base.keepLines = mm(b.FirstLine), pt(b.After), true, true
		return "Heading1", base
	case roleCell:
		base.size, base.pitch = t.Size, pt(t.Pitch)
		return "PaperCell", base
	}
	return "", base
}

// paraXML writes one paragraph.
func (f *flow) paraXML(x *xmlText, p *para) {
	id, base := f.styleOf(p.role)
	x.raw(`<w:p><w:pPr>`)
	if id != "" {
		x.rawf(`<w:pStyle w:val="%s"/>`, id)
	}
	x.flag(p.keepNext && !p.loose && !base.keepNext, "keepNext")
	x.flag(p.keepLines && !base.keepLines, "keepLines")
	x.flag(p.pageBreak, "pageBreakBefore")
	if p.rule > 0 {
		x.rawf(`<w:pBdr><w:top w:val="single" w:sz="%d" w:space="0" w:color="000000"/></w:pBdr>`, eighths(p.rule))
	}
	measures(x, p, &base)
	if len(p.spans) == 0 { // the mark of an empty paragraph has a size, too
		x.rawf(`<w:rPr><w:sz w:val="%d"/><w:szCs w:val="%[1]d"/></w:rPr>`, halfPoints(p.size))
	}
	x.raw(`</w:pPr>`)
	for _, r := range p.docxRuns() {
		x.raw(`<w:r>`)
		runProps(x, r.face, p, &base)
		if r.text == "" {
			x.raw(`<w:br/></w:r>`)
			continue
		}
		x.raw(`<w:t xml:space="preserve">`)
		x.text(r.text)
		x.raw(`</w:t></w:r>`)
	}
	x.raw(`</w:p>`)
}

// measures writes spacing, indents and alignment where they differ from the style's.
func measures(x *xmlText, p, base *para) {
	if p.before != base.before || p.after != base.after || p.pitch != base.pitch {
		x.rawf(`<w:spacing w:before="%d" w:after="%d" w:line="%d" w:lineRule="exact"/>`, p.before, p.after, p.pitch)
	}
	if p.left != base.left || p.right != base.right || p.first != base.first {
		x.rawf(`<w:ind w:left="%d" w:right="%d" w:firstLine="%d"/>`, p.left, p.right, p.first)
	}
	if p.align != base.align {
		x.rawf(`<w:jc w:val="%s"/>`, jc(p.align))
	}
}

func jc(a Align) string {
	if a == alignJustify {
		return "both"
	}
	return string(a)
}

// runProps writes the face and size of a run.
func runProps(x *xmlText, fc face, p, base *para) {
	boldStyle := p.role == roleHeading
	if fc == regular && !p.underline && p.size == base.size && !boldStyle {
		return
	}
	x.raw(`<w:rPr>`)
	x.when(fc&bold != 0 && !boldStyle, `<w:b/><w:bCs/>`)
	x.when(fc&italic != 0, `<w:i/><w:iCs/>`)
	if p.size != base.size {
		x.rawf(`<w:sz w:val="%d"/><w:szCs w:val="%[1]d"/>`, halfPoints(p.size))
	}
	x.when(p.underline, `<w:u w:val="single"/>`)
	x.raw(`</w:rPr>`)
}

// docxRuns are the laid lines joined again, faces apart; an empty text is a line break.
func (p *para) docxRuns() []span {
	var out []span
	var b strings.Builder
	current := regular
	flush := func() {
		if b.Len() > 0 {
			out = append(out, span{b.String(), current})
			b.Reset()
		}
	}
	for i, l := range p.lines {
		for k, w := range l.words {
			for _, fr := range w.frags {
				if fr.face != current {
					flush()
					current = fr.face
				}
				b.WriteString(fr.text)
			}
			if last := k == len(l.words)-1; w.gap > 0 && !(last && l.hard) && !(last && i == len(p.lines)-1) {
				b.WriteByte(' ')
			}
		}
		if l.hard {
			flush()
			out = append(out, span{"", current})
		}
	}
	flush()
	return out
}

// tableXML writes the rows of one grid as a table.
func (f *flow) tableXML(x *xmlText, g *grid, parts []part) {
	total := 0
	for _, w := range g.widths {
		total += w
	}
	x.rawf(`<w:tbl><w:tblPr><w:tblW w:w="%d" w:type="dxa"/>`, total)
	// Before mode 15 a table hangs out to the left by its padding; the indent takes that back.
	x.rawf(`<w:tblInd w:w="%d" w:type="dxa"/>`, g.left+g.padX)
	if g.border > 0 {
		x.raw(`<w:tblBorders>`)
		for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
			x.rawf(`<w:%s w:val="single" w:sz="%d" w:space="0" w:color="000000"/>`, side, eighths(g.border))
		}
		x.raw(`</w:tblBorders>`)
	}
	x.rawf(`<w:tblLayout w:type="fixed"/><w:tblCellMar><w:top w:w="%d" w:type="dxa"/><w:left w:w="%d" w:type="dxa"/>`+
		`<w:bottom w:w="%[1]d" w:type="dxa"/><w:right w:w="%[2]d" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>`, g.padY, g.padX)
	for _, w := range g.widths {
		x.rawf(`<w:gridCol w:w="%d"/>`, w)
	}
	x.raw(`</w:tblGrid>`)
	if g.head != nil && parts[0].row != g.head {
		f.rowXML(x, g.head, false)
	}
	for _, p := range parts {
		r := p.row
		if r.whole != nil {
			if r.piece > 0 {
				continue // the whole row is written once
			}
			r = r.whole
		}
		f.rowXML(x, r, p.row.whole != nil)
	}
	x.raw(`</w:tbl>`)
}

// rowXML writes one row; one taller than a page may be cut.
func (f *flow) rowXML(x *xmlText, r *row, cut bool) {
	x.raw(`<w:tr><w:trPr>`)
	x.flag(!cut, "cantSplit")
	x.flag(r.isHead, "tblHeader")
	x.raw(`</w:trPr>`)
	for i, c := range r.cells {
		x.rawf(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>`, r.grid.widths[i])
		x.when(r.middle, `<w:vAlign w:val="center"/>`)
		x.raw(`</w:tcPr>`)
		if len(c) == 0 {
			empty := gap(twip)
			empty.keepNext = r.keepNext
			c = []*para{empty}
		}
		for _, p := range c {
			f.paraXML(x, p)
		}
		x.raw(`</w:tc>`)
	}
	x.raw(`</w:tr>`)
}

// stylesXML names the styles of the running text, headings and cells.
func (f *flow) stylesXML() string {
	var x xmlText
	b := f.style.Body
	x.raw(`<w:styles ` + nsWord + `><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts`)
	for _, a := range []string{"ascii", "hAnsi", "eastAsia", "cs"} {
		x.raw(` w:` + a + `="`)
		x.text(b.Font)
		x.raw(`"`)
	}
	x.rawf(`/><w:sz w:val="%d"/><w:szCs w:val="%[1]d"/>`, halfPoints(b.Size))
	x.raw(`<w:lang w:val="`)
	lang := f.doc.language()
	if lang == "vi" {
		lang = "vi-VN"
	}
	x.text(lang)
	x.rawf(`"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:widowControl/><w:spacing w:before="0" w:after="0" w:line="%d" w:lineRule="exact"/>`+
		`</w:pPr></w:pPrDefault></w:docDefaults>`, pt(b.Pitch))
	x.raw(`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>` +
		`<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/></w:style>` +
		`<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/></w:style>`)
	_, pitch := f.numberLine()
	f.styleXML(&x, "Header", "header", "", para{size: f.style.Number.Size, pitch: pitch, align: AlignCenter}, "")
	_, body := f.styleOf(roleBody)
	f.styleXML(&x, "PaperBody", "Body Text", "", body, "")
	_, heading := f.styleOf(roleHeading)
	f.styleXML(&x, "Heading1", "heading 1", "PaperBody", heading, "<w:b/><w:bCs/>")
	_, cell := f.styleOf(roleCell)
	f.styleXML(&x, "PaperCell", "Table Contents", "", cell, "")
	x.raw(`</w:styles>`)
	return x.String()
}

// styleXML writes one paragraph style.
func (f *flow) styleXML(x *xmlText, id, name, next string, p para, face string) {
	x.rawf(`<w:style w:type="paragraph" w:styleId="%s"><w:name w:val="%s"/><w:basedOn w:val="Normal"/>`, id, name)
	if next != "" {
		x.rawf(`<w:next w:val="%s"/>`, next)
	}
	x.raw(`<w:qFormat/><w:pPr>`)
	x.flag(p.keepNext, "keepNext")
	x.flag(p.keepLines, "keepLines")
	x.rawf(`<w:spacing w:before="%d" w:after="%d" w:line="%d" w:lineRule="exact"/>`, p.before, p.after, p.pitch)
	x.rawf(`<w:ind w:left="%d" w:right="%d" w:firstLine="%d"/><w:jc w:val="%s"/>`, p.left, p.right, p.first, jc(p.align))
	x.when(id == "Heading1", `<w:outlineLvl w:val="0"/>`)
	x.rawf(`</w:pPr><w:rPr>%s<w:sz w:val="%d"/><w:szCs w:val="%[2]d"/></w:rPr></w:style>`, face, halfPoints(p.size))
}
