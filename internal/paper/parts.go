package paper

// head makes the two columns at the top of the first page (rules.md 7.04-7.06, 7.11).
func (f *flow) head() {
	h, d := f.style.Head, f.doc
	pitch, left := pt(h.Pitch), mm(h.LeftWidth)
	g := &grid{widths: []int{left, f.width - left}}
	var l, r []*para
	add := func(to *[]*para, text string, fc face, size float64) {
		*to = append(*to, plains(text, fc, size, pitch, AlignCenter)...)
	}
	add(&l, d.Header.Upper, regular, h.UpperSize)
	add(&l, d.Header.Issuer, bold, h.IssuerSize)
	if len(l) > 0 {
		add(&l, h.Star, regular, h.NumberSize)
	}
	add(&l, d.Number, regular, h.NumberSize)
	if d.Kind == "" {
		add(&l, d.Subject, italic, h.LetterSize)
	}
	if h.Mark != "" {
		mark := plain(h.Mark, bold, h.MarkSize, pitch, AlignCenter)
		r = append(r, mark, f.ruleUnder(mark, f.width-left))
	}
	add(&r, d.PlaceDate, italic, h.DateSize)
	if len(l)+len(r) == 0 {
		return
	}
	for _, p := range append(append([]*para(nil), l...), r...) {
		p.keepNext = true
	}
	f.addRow(&row{grid: g, cells: [][]*para{l, r}, keepNext: true})
}

// ruleUnder is the rule below the mark, as long as the mark's text: an empty paragraph with indents and an
// upper border, because both text programs draw that alike.
func (f *flow) ruleUnder(mark *para, width int) *para {
	h := f.style.Head
	probe := *mark
	probe.lay(width)
	longest := 0.0
	for _, l := range probe.lines {
		from, to := l.extent()
		longest = max(longest, to-from)
	}
	side := max(0, (width-int(longest))/2)
	p := gap(max(pt(h.DateGap), twip))
	p.before, p.left, p.right, p.rule = pt(h.RuleGap), side, side, pt(h.RuleWidth)
	return p
}

// numberLine is where the page number stands: from the sheet's edge to its line, and the line's height. It never
// reaches into the text, or text programs would push the text down.
func (f *flow) numberLine() (top, pitch int) {
	pitch = min(f.pitchFor(f.style.Number.Size), mm(f.style.Page.Top))
	return min(mm(f.style.Number.Top), mm(f.style.Page.Top)-pitch), pitch
}

// kind makes kind, subject and dashes (rules.md 7.10); a letter has none of them.
func (f *flow) kind() {
	h, d := f.style.Head, f.doc
	var all []*para
	if d.Kind != "" {
		all = append(all, plains(d.Kind, bold, h.KindSize, f.pitchFor(h.KindSize), AlignCenter)...)
		for _, p := range plains(d.Subject, bold, h.SubjectSize, f.pitchFor(h.SubjectSize), AlignCenter) {
			f.balance(p)
			all = append(all, p)
		}
		if h.Dashes != "" && d.Subject != "" {
			all = append(all, plain(h.Dashes, regular, h.SubjectSize, f.pitchFor(h.SubjectSize), AlignCenter))
		}
	}
	if len(all) == 0 {
		if len(f.parts) > 0 && h.KindBefore > 0 {
			f.add(gap(pt(h.KindBefore)))
		}
		return
	}
	all[0].before = pt(h.KindBefore)
	all[len(all)-1].after = pt(h.DashesAfter)
	for _, p := range all {
		p.keepNext, p.keepLines = true, true
		f.add(p)
	}
}

// balance gives a centred paragraph equal indents so that its lines become about equally long.
func (f *flow) balance(p *para) {
	p.lay(f.width)
	lines := len(p.lines)
	if lines < 2 || lines > 4 {
		return
	}
	low, high := 0, f.width/3
	for high-low > twip {
		side := (low + high) / 2
		p.left, p.right = side, side
		if p.lay(f.width); len(p.lines) <= lines {
			low = side
		} else {
			high = side
		}
	}
	low = max(0, low-2*twip) // never so tight that another program needs one more line
	p.left, p.right = low, low
}

// block adds one block of the body.
func (f *flow) block(b Block) {
	s := f.style.Body
	switch b.Type {
	case TableBlock:
		f.table(*b.Table)
		return
	case SpacerBlock:
		f.add(gap(max(twip, min(mm(b.Height), f.height/2))))
		return
	}
	runs := b.Runs
	if b.Type == ItemBlock {
		runs = withMark(s.ItemMark, runs)
	}
	for _, spans := range paragraphs(runs) {
		p := &para{role: roleBody, spans: spans, size: s.Size, pitch: pt(s.Pitch), align: alignJustify, after: pt(s.After)}
		if b.Type == HeadingBlock {
			p.role, p.align, p.keepLines = roleHeading, AlignLeft, true
			for i := range p.spans {
				p.spans[i].face |= bold
			}
		}
		if b.Align != AlignDefault {
			p.align = b.Align
		}
		if !b.NoIndent && p.align != AlignCenter && p.align != AlignRight {
			p.first = mm(s.FirstLine)
		}
		p.keepNext = b.KeepNext || b.Type == HeadingBlock
		f.add(p)
	}
}

// table adds a ruled table and the space after it.
func (f *flow) table(t Table) {
	s := f.style.Table
	g := &grid{widths: columnWidths(t.Columns, f.width), padX: mm(s.PadX), padY: pt(s.PadY), border: max(1, pt(s.Border))}
	for _, w := range g.widths {
		g.left += w
	}
	g.left = max(0, (f.width-g.left)/2)
	if t.hasTitles() {
		titles := make([]string, len(t.Columns))
		for i, c := range t.Columns {
			titles[i] = c.Title
		}
		head := f.tableRow(g, t.Columns, Row{Cells: titles, Bold: true}, true)
		head.layCells()
		if head.height() <= f.height/3 { // a taller one is printed once, like any row
			head.isHead, head.middle = true, true
			part{row: head}.setKeepNext()
			f.parts = append(f.parts, part{row: head})
			g.head = head
		} else {
			f.addRow(head)
		}
	}
	for _, r := range t.Rows {
		f.addRow(f.tableRow(g, t.Columns, r, false))
	}
	end := f.parts[len(f.parts)-1]
	end.row.last = true
	end.setKeepNext() // or the space could begin a page, or be one
	f.add(gap(max(twip, pt(s.After))))
}

// tableRow makes the cells of one row; titles are centred.
func (f *flow) tableRow(g *grid, columns []Column, r Row, title bool) *row {
	s := f.style.Table
	out := &row{grid: g, cells: make([][]*para, len(columns))}
	for i, c := range columns {
		align := c.Align
		if title {
			align = AlignCenter
		} else if align == AlignDefault {
			align = AlignLeft
		}
		out.cells[i] = plains(r.cell(i), faceOf(r.Bold, false), s.Size, pt(s.Pitch), align)
		if len(out.cells[i]) == 0 {
			out.cells[i] = []*para{{size: s.Size, pitch: pt(s.Pitch), align: align}}
		}
		for _, p := range out.cells[i] {
			p.role = roleCell
		}
	}
	return out
}

// columnWidths are the widths in twips: given ones, the rest shared by those without, all scaled to fit.
func columnWidths(columns []Column, width int) []int {
	out := make([]int, len(columns))
	sum, open := 0, 0
	for i, c := range columns {
		out[i] = mm(c.Width)
		sum += out[i]
		if c.Width <= 0 {
			open++
		}
	}
	if open > 0 {
		share := max((width-sum)/open, width/(2*len(columns)))
		for i, c := range columns {
			if c.Width <= 0 {
				out[i] = share
				sum += share
			}
		}
	}
	if sum > width || open > 0 {
		fit(out, sum, width)
	}
	return out
}

// fit scales widths to an exact sum.
func fit(widths []int, sum, width int) {
	left := width
	for i := range widths {
		if i == len(widths)-1 {
			widths[i] = left
			return
		}
		widths[i] = widths[i] * width / sum
		left -= widths[i]
	}
}

// bindEnd ties the end of the body to the signatures: the last paragraph goes with them, whole when it is not
// long; the last row of a table goes with the space after it.
func (f *flow) bindEnd() {
	if len(f.doc.Signatures)+len(f.doc.Recipients) == 0 {
		return
	}
	for i := len(f.parts) - 1; i >= 0; i-- {
		p := f.parts[i]
		p.setKeepNext()
		if p.row != nil || len(p.para.spans) > 0 {
			if p.para != nil && p.para.height() <= f.height/3 {
				p.para.keepLines = true
			}
			return
		}
	}
}

// signatures makes the end matter (rules.md 7.14-7.16).
func (f *flow) signatures() {
	s := f.style.Sign
	recipients := f.recipients()
	if len(f.doc.Signatures) == 0 {
		for i, p := range recipients {
			if i == 0 {
				p.before = pt(s.Before)
			}
			f.add(p)
		}
		return
	}
	var l, r []*para
	for i, sig := range f.doc.Signatures {
		if sig.Side == SideLeft {
			l = append(l, f.signature(i, sig)...)
		} else {
			r = append(r, f.signature(i, sig)...)
		}
	}
	below := len(l) > 0
	if !below && len(recipients) > 0 {
		recipients[0].before = pt(s.Before)
		l = recipients
	}
	right := mm(s.RightWidth)
	if below && len(r) > 0 {
		right = f.width / 2
	}
	last := len(f.parts)
	f.addRow(&row{grid: &grid{widths: []int{f.width - right, right}}, cells: [][]*para{l, r}})
	for _, p := range f.parts[last:] {
		p.setKeepNext()
	}
	if !below || len(recipients) == 0 {
		f.add(gap(twip)) // a text needs a paragraph after its last table
		return
	}
	recipients[0].before = pt(f.style.Body.After)
	for i, p := range recipients {
		p.keepNext = i < len(recipients)-1 && len(recipients) <= shortList
		f.add(p)
	}
}

// shortList is the longest list of recipients, title included, that is kept together with the signatures.
const shortList = 16

// signature makes the lines of one signing column.
func (f *flow) signature(index int, sig Signature) []*para {
	s := f.style.Sign
	pitch := pt(s.Pitch)
	var out []*para
	out = append(out, plains(sig.Authority, faceOf(s.AuthorityBold, false), s.Size, pitch, AlignCenter)...)
	out = append(out, plains(sig.Post, faceOf(s.postBold(sig), false), s.Size, pitch, AlignCenter)...)
	if len(out) > 0 {
		out[0].before = pt(s.Before)
	}
	name := plain(sig.Name, bold, s.Size, pitch, AlignCenter)
	name.before, name.sign = mm(s.Space), index+1
	return append(out, name)
}

// recipients makes the list at the lower left (rules.md 7.15).
func (f *flow) recipients() []*para {
	s := f.style.Sign
	if len(f.doc.Recipients) == 0 {
		return nil
	}
	var out []*para
	if s.RecipientsTitle != "" {
		title := plain(s.RecipientsTitle, regular, s.RecipientsTitleSize, pt(max(s.RecipientsPitch, s.RecipientsTitleSize*1.25)), AlignLeft)
		title.underline = true
		out = append(out, title)
	}
	for _, line := range f.doc.Recipients {
		runs := withMark(f.style.Body.ItemMark, []Run{{Text: line}})
		for _, spans := range paragraphs(runs) {
			out = append(out, &para{spans: spans, size: s.RecipientsSize, pitch: pt(s.RecipientsPitch), align: AlignLeft})
		}
	}
	return out
}
