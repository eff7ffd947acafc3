package paper

import "unicode"

// frag is a part of a word in one face.
type frag struct {
	text string
	face face
	w    float64 // twips
}

// word is what a line cannot break.
type word struct {
	frags []frag
	w     float64 // twips
	gap   float64 // width of the space after it; 0 at a hyphen and at the end
	x     float64 // from the left edge of the column, set when its line is laid
}

func (w word) text() string {
	s := ""
	for _, f := range w.frags {
		s += f.text
	}
	return s
}

// line is one laid line.
type line struct {
	words []word
	// hard marks a line whose end another program could see elsewhere (a close fit, or a place inside the
	// next word where some programs break); DOCX then carries an explicit line break.
	hard bool
}

// The edges of what counts as fitting, twips. Programs round widths differently in the last hundredths of a
// point: a line is filled a hair less than it could be, and one that would be full within closeFit is pinned.
const (
	hair     = 1.0
	closeFit = 4.0
)

// words cuts spans at spaces and after hyphens between letters (where Word and LibreOffice break, too).
func words(spans []span, size float64) []word {
	var out []word
	var current word
	var buf []rune
	flush := func(f face) {
		if len(buf) > 0 {
			s := string(buf)
			w := f.width(s, size)
			current.frags = append(current.frags, frag{s, f, w})
			current.w += w
			buf = buf[:0]
		}
	}
	done := func(gap float64) {
		if len(current.frags) > 0 {
			current.gap = gap
			out = append(out, current)
		}
		current = word{}
	}
	for _, s := range spans {
		letters := []rune(s.text)
		for i, r := range letters {
			if r == ' ' {
				flush(s.face)
				done(s.face.width(" ", size))
				continue
			}
			buf = append(buf, r)
			if r == '-' && i > 0 && i+1 < len(letters) && unicode.IsLetter(letters[i-1]) && unicode.IsLetter(letters[i+1]) {
				flush(s.face)
				done(0)
			}
		}
		flush(s.face)
	}
	done(0)
	return out
}

// lay breaks the paragraph's text into lines for a column of the given width in twips and sets every word's place.
func (p *para) lay(width int) {
	p.width, p.lines = width, nil
	queue := words(p.spans, p.size)
	for len(queue) > 0 {
		avail := float64(width - p.left - p.right)
		if len(p.lines) == 0 {
			avail -= float64(p.first)
		}
		n, used := fill(queue, avail)
		if n == 0 {
			head, tail := split(queue[0], avail, p.size)
			queue = append([]word{head, tail}, queue[1:]...)
			n = 1
		}
		l := line{words: append([]word(nil), queue[:n]...)}
		queue = queue[n:]
		if len(queue) > 0 {
			l.hard = pinned(queue[0], avail-used-l.words[n-1].gap, avail, p.size)
		}
		p.place(&l, len(p.lines) == 0, len(queue) == 0)
		p.lines = append(p.lines, l)
	}
	if len(p.lines) == 0 {
		p.lines = []line{{}}
	}
}

// fill counts the words that fit and how much they use.
func fill(queue []word, avail float64) (n int, used float64) {
	x := 0.0
	for i, w := range queue {
		if x+w.w > avail-hair {
			return i, used
		}
		used = x + w.w
		x = used + w.gap
	}
	return len(queue), used
}

// split cuts a word that is longer than a whole line; at least one character goes to the head.
func split(w word, avail, size float64) (head, tail word) {
	tail.gap = w.gap
	for i, f := range w.frags {
		letters := []rune(f.text)
		cut := 0
		for _, r := range letters {
			step := f.face.width(string(r), size)
			if head.w+step > avail-hair && (cut > 0 || len(head.frags) > 0) {
				break
			}
			head.w += step
			cut++
		}
		if cut > 0 {
			head.frags = append(head.frags, frag{string(letters[:cut]), f.face, f.face.width(string(letters[:cut]), size)})
		}
		if cut < len(letters) {
			rest := string(letters[cut:])
			tail.frags = append(tail.frags, frag{rest, f.face, f.face.width(rest, size)})
			tail.frags = append(tail.frags, w.frags[i+1:]...)
			break
		}
	}
	for _, f := range tail.frags {
		tail.w += f.w
	}
	return head, tail
}

// pinned tells whether another program could put the next word, or its beginning, on the line that has this
// much room left.
func pinned(next word, room, avail, size float64) bool {
	if next.w > avail { // too long for any line: every program cuts it at a letter of its own choice
		return false
	}
	if next.w <= room+closeFit {
		return true
	}
	x, may := 0.0, false
	for _, f := range next.frags {
		for _, r := range f.text {
			if may && (unicode.IsLetter(r) || unicode.IsDigit(r) || r >= wideFrom) {
				return true
			}
			if x += f.face.width(string(r), size); x > room+closeFit {
				return false
			}
			may = breaksAfter(r)
		}
	}
	return false
}

// wideFrom is where ideographs, symbols and emoji begin, between which programs break lines.
const wideFrom = 0x2E80

// breaksAfter lists characters after which at least one common program breaks a word.
func breaksAfter(r rune) bool {
	switch r {
	case '-', '/', '!', '?', '|', '…', '\u2010', '\u2012', '–', '—':
		return true
	}
	return r >= wideFrom
}

// place sets the x of each word: justified lines stretch their spaces, the last one does not.
func (p *para) place(l *line, first, last bool) {
	left, right := float64(p.left), float64(p.width-p.right)
	if first {
		left += float64(p.first)
	}
	natural, gaps := 0.0, 0
	for i, w := range l.words {
		natural += w.w
		if i < len(l.words)-1 {
			natural += w.gap
			if w.gap > 0 {
				gaps++
			}
		}
	}
	x, stretch := left, 0.0
	switch room := right - left - natural; p.align {
	case alignJustify:
		if !last && gaps > 0 {
			stretch = room / float64(gaps)
		}
	case AlignCenter:
		x += room / 2
	case AlignRight:
		x += room
	}
	for i := range l.words {
		w := &l.words[i]
		w.x = x
		x += w.w + w.gap
		if w.gap > 0 {
			x += stretch
		}
	}
}

// extent is where the line's text begins and ends, twips from the left edge of the column.
func (l line) extent() (from, to float64) {
	if len(l.words) == 0 {
		return 0, 0
	}
	end := l.words[len(l.words)-1]
	return l.words[0].x, end.x + end.w
}

// text is the line as read.
func (l line) text() string {
	s := ""
	for i, w := range l.words {
		s += w.text()
		if w.gap > 0 && i < len(l.words)-1 {
			s += " "
		}
	}
	return s
}
