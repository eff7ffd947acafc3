package paper

import (
	"bytes"
	_ "embed"
	"fmt"
	"html"
	"io"
	"strings"
)

//go:embed paper.css
var css string

// CSS is the style sheet for what [HTML] writes: a white sheet on screen in every theme, the bare text in print.
// All its classes begin with "paper-" or are "paper".
func CSS() string { return css }

// HTML writes the document as one <article class="paper">: semantic, escaped, without inline styles or scripts, so
// it may be put into a page as template.HTML under a strict content security policy. It is a preview of the text,
// not of the page breaks. The kind is an h2, the headings are h3. The error is that of [Document.Validate] or of w.
func HTML(w io.Writer, d Document) error {
	if err := d.Validate(); err != nil {
		return err
	}
	x := &htmlText{doc: d.normal()}
	x.article()
	_, err := w.Write(x.Bytes())
	return err
}

type htmlText struct {
	bytes.Buffer
	doc Document
}

func (x *htmlText) raw(s string)  { x.WriteString(s) }
func (x *htmlText) text(s string) { x.WriteString(html.EscapeString(s)) }

// lines writes each line of a text as one element, nothing when it is empty.
func (x *htmlText) lines(tag, class, s string) {
	for _, spans := range paragraphs([]Run{{Text: s}}) {
		x.raw("<" + tag + ` class="` + class + `">`)
		x.spans(spans)
		x.raw("</" + tag + ">\n")
	}
}

// spans writes runs with <strong> and <em>.
func (x *htmlText) spans(spans []span) {
	for _, s := range spans {
		if s.face&bold != 0 {
			x.raw("<strong>")
		}
		if s.face&italic != 0 {
			x.raw("<em>")
		}
		x.text(s.text)
		if s.face&italic != 0 {
			x.raw("</em>")
		}
		if s.face&bold != 0 {
			x.raw("</strong>")
		}
	}
}

func (x *htmlText) article() {
	x.raw(`<article class="paper" lang="`)
	x.text(x.doc.language())
	x.raw(`"`)
	if x.doc.Watermark != "" {
		x.raw(` data-watermark="`)
		x.text(strings.ReplaceAll(x.doc.Watermark, "\n", " "))
		x.raw(`"`)
	}
	x.raw(">\n")
	x.head()
	x.raw("<div class=\"paper-body\">\n")
	x.blocks()
	x.raw("</div>\n")
	x.end()
	x.raw("</article>\n")
}

// head writes both columns, kind and subject.
func (x *htmlText) head() {
	d, h := x.doc, x.doc.Style.Head
	x.raw("<header class=\"paper-head\">\n<div class=\"paper-from\">\n")
	x.lines("p", "paper-upper", d.Header.Upper)
	x.lines("p", "paper-issuer", d.Header.Issuer)
	if h.Star != "" && d.Header.Upper+d.Header.Issuer != "" {
		x.raw(`<p class="paper-star" aria-hidden="true">`)
		x.text(h.Star)
		x.raw("</p>\n")
	}
	x.lines("p", "paper-number", d.Number)
	if d.Kind == "" {
		x.lines("p", "paper-about", d.Subject)
	}
	x.raw("</div>\n<div class=\"paper-side\">\n")
	x.lines("p", "paper-mark", h.Mark)
	x.lines("p", "paper-date", d.PlaceDate)
	x.raw("</div>\n</header>\n")
	if d.Kind != "" {
		x.raw("<div class=\"paper-title\">\n")
		x.lines("h2", "paper-kind", strings.ReplaceAll(d.Kind, "\n", " "))
		x.lines("p", "paper-subject", d.Subject)
		if h.Dashes != "" && d.Subject != "" {
			x.raw(`<p class="paper-dashes" aria-hidden="true">`)
			x.text(h.Dashes)
			x.raw("</p>\n")
		}
		x.raw("</div>\n")
	}
}

// blocks writes the body; neighbouring items make one list.
func (x *htmlText) blocks() {
	list := false
	for _, b := range x.doc.Blocks {
		if item := b.Type == ItemBlock; item != list {
			if list = item; list {
				x.raw("<ul class=\"paper-items\">\n")
			} else {
				x.raw("</ul>\n")
			}
		}
		x.block(b)
	}
	if list {
		x.raw("</ul>\n")
	}
}

func (x *htmlText) block(b Block) {
	tag, class, runs := "p", "paper-p", b.Runs
	switch b.Type {
	case TableBlock:
		x.table(b.Table)
		return
	case SpacerBlock:
		x.raw("<div class=\"paper-spacer\"></div>\n")
		return
	case HeadingBlock:
		tag, class = "h3", "paper-h"
	case ItemBlock:
		tag, class = "li", "paper-item"
		runs = withMark(x.doc.Style.Body.ItemMark, runs)
	}
	if b.Align != AlignDefault {
		class += " paper-" + string(b.Align)
	}
	if b.NoIndent {
		class += " paper-flush"
	}
	for _, spans := range paragraphs(runs) {
		x.raw("<" + tag + ` class="` + class + `">`)
		x.spans(spans)
		x.raw("</" + tag + ">\n")
	}
}

// table writes widths as classes in twentieths of the table, since a strict policy allows no style attribute.
func (x *htmlText) table(t *Table) {
	widths := columnWidths(t.Columns, mm(x.doc.Style.Page.Width-x.doc.Style.Page.Left-x.doc.Style.Page.Right))
	sum := 0
	for _, w := range widths {
		sum += w
	}
	x.raw("<table class=\"paper-table\">\n<colgroup>")
	for _, w := range widths {
		fmt.Fprintf(x, `<col class="paper-w%d">`, max(1, (w*20+sum/2)/max(1, sum)))
	}
	x.raw("</colgroup>\n")
	if t.hasTitles() {
		x.raw("<thead><tr>")
		for _, c := range t.Columns {
			x.raw(`<th scope="col">`)
			x.cell(c.Title)
			x.raw("</th>")
		}
		x.raw("</tr></thead>\n")
	}
	x.raw("<tbody>\n")
	for _, r := range t.Rows {
		x.raw("<tr>")
		if r.Bold {
			x.Truncate(x.Len() - 1)
			x.raw(` class="paper-total">`)
		}
		for i, c := range t.Columns {
			x.raw("<td")
			if c.Align != AlignDefault {
				x.raw(` class="paper-` + string(c.Align) + `"`)
			}
			x.raw(">")
			x.cell(r.cell(i))
			x.raw("</td>")
		}
		x.raw("</tr>\n")
	}
	x.raw("</tbody>\n</table>\n")
}

func (x *htmlText) cell(s string) {
	for i, spans := range paragraphs([]Run{{Text: s}}) {
		if i > 0 {
			x.raw("<br>")
		}
		x.spans(spans)
	}
}

// end writes signatures and recipients.
func (x *htmlText) end() {
	d := x.doc
	if len(d.Signatures)+len(d.Recipients) == 0 {
		return
	}
	class := "paper-end"
	for _, s := range d.Signatures {
		if s.Side == SideLeft {
			class = "paper-end paper-both"
		}
	}
	x.raw("<footer class=\"" + class + "\">\n")
	for _, side := range []Side{SideLeft, SideRight} {
		for _, s := range d.Signatures {
			if s.Side != side {
				continue
			}
			x.raw(`<div class="paper-sign paper-sign-` + string(side) + "\">\n")
			x.lines("p", "paper-authority"+weight(d.Style.Sign.AuthorityBold), s.Authority)
			x.lines("p", "paper-post"+weight(d.Style.Sign.postBold(s)), s.Post)
			x.lines("p", "paper-name", s.Name)
			x.raw("</div>\n")
		}
	}
	if len(d.Recipients) > 0 {
		x.raw("<div class=\"paper-recipients\">\n")
		x.lines("p", "paper-recipients-title", d.Style.Sign.RecipientsTitle)
		x.raw("<ul>\n")
		for _, r := range d.Recipients {
			for _, spans := range paragraphs(withMark(d.Style.Body.ItemMark, []Run{{Text: r}})) {
				x.raw("<li>")
				x.spans(spans)
				x.raw("</li>\n")
			}
		}
		x.raw("</ul>\n</div>\n")
	}
	x.raw("</footer>\n")
}

// weight is the class of bold lines.
func weight(isBold bool) string {
	if isBold {
		return " paper-bold"
	}
	return ""
}
