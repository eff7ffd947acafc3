package paper

import (
	"encoding/binary"
	"sync"
	"unicode"

	"codeberg.org/go-fonts/liberation/liberationserifbold"
	"codeberg.org/go-fonts/liberation/liberationserifbolditalic"
	"codeberg.org/go-fonts/liberation/liberationserifitalic"
	"codeberg.org/go-fonts/liberation/liberationserifregular"
)

// face is one of the four cuts of the font: bit 0 bold, bit 1 italic.
type face uint8

const (
	regular face = 0
	bold    face = 1
	italic  face = 2
	faces        = 4
)

func faceOf(b, i bool) face {
	f := regular
	if b {
		f |= bold
	}
	if i {
		f |= italic
	}
	return f
}

// code is the style letters of the PDF writer.
func (f face) code() string { return [faces]string{"", "B", "I", "BI"}[f] }

func (f face) data() []byte {
	switch f {
	case bold:
		return liberationserifbold.TTF
	case italic:
		return liberationserifitalic.TTF
	case bold | italic:
		return liberationserifbolditalic.TTF
	}
	return liberationserifregular.TTF
}

// metrics are what is read of one face: which glyph a code point has, how far each glyph advances.
type metrics struct {
	ttf        []byte
	tables     map[string]int // offsets
	unitsPerEm float64
	glyphs     [1 << 16]uint16 // of the basic plane; 0 is no glyph
	advances   []uint16        // of the glyphs, font units
	substitute rune            // printed for a letter that the font does not have
}

// faceMetrics reads the faces once per process, when they are first needed (some ms).
var faceMetrics = sync.OnceValue(func() (all [faces]*metrics) {
	for f := range all {
		all[f] = readMetrics(face(f).data())
	}
	return all
})

func (m *metrics) u16(at int) int { return int(binary.BigEndian.Uint16(m.ttf[at:])) }
func (m *metrics) i16(at int) int { return int(int16(binary.BigEndian.Uint16(m.ttf[at:]))) }
func (m *metrics) u32(at int) int { return int(binary.BigEndian.Uint32(m.ttf[at:])) }

// readMetrics reads cmap (format 4) and hmtx of a TrueType file. The files are embedded and known, so a
// malformed one is a programming error and panics.
func readMetrics(ttf []byte) *metrics {
	m := &metrics{ttf: ttf, tables: map[string]int{}}
	for i := range m.u16(4) {
		at := 12 + 16*i
		m.tables[string(ttf[at:at+4])] = m.u32(at + 8)
	}
	m.unitsPerEm = float64(m.u16(m.tables["head"] + 18))
	wide := m.u16(m.tables["hhea"] + 34)
	m.advances = make([]uint16, m.u16(m.tables["maxp"]+4))
	for i := range m.advances {
		m.advances[i] = uint16(m.u16(m.tables["hmtx"] + 4*min(i, wide-1)))
	}
	m.readMap()
	m.substitute = '?'
	if m.glyphs['\u25A1'] != 0 {
		m.substitute = '\u25A1'
	}
	return m
}

// readMap fills glyphs from the Unicode character map.
func (m *metrics) readMap() {
	cmap, sub := m.tables["cmap"], 0
	for i := range m.u16(cmap + 2) {
		if at := cmap + 4 + 8*i; m.u16(at) == 3 && m.u16(at+2) == 1 {
			sub = cmap + m.u32(at+4)
		}
	}
	if sub == 0 || m.u16(sub) != 4 {
		panic("paper: font without a format 4 character map")
	}
	segments := m.u16(sub+6) / 2
	ends, starts := sub+14, sub+16+2*segments
	deltas, offsets := starts+2*segments, starts+4*segments
	for s := range segments {
		start := m.u16(starts + 2*s)
		for c := start; c <= m.u16(ends+2*s) && c < 0xFFFF; c++ {
			glyph := c
			if off := m.u16(offsets + 2*s); off != 0 {
				if glyph = m.u16(offsets + 2*s + off + 2*(c-start)); glyph == 0 {
					continue
				}
			}
			m.glyphs[c] = uint16(glyph + m.u16(deltas+2*s))
		}
	}
}

// glyph is the character that stands for r in this face, or -1 for one that shows nothing (joiners, variation
// selectors, marks the font does not have).
func (m *metrics) glyph(r rune) rune {
	if r >= 0 && r < 0xFFFF && m.glyphs[r] != 0 {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}
	if unicode.In(r, unicode.Cf, unicode.Mn, unicode.Me) || r >= 0x1F3FB && r <= 0x1F3FF {
		return -1
	}
	return m.substitute
}

// printed is the text with characters the face lacks replaced as they will be drawn.
func (f face) printed(s string) string {
	m := faceMetrics()[f]
	out := make([]rune, 0, len(s))
	for _, r := range s {
		if r = m.glyph(r); r >= 0 {
			out = append(out, r)
		}
	}
	return string(out)
}

// width is the length of the text in twips at a size in points.
func (f face) width(s string, size float64) float64 {
	m := faceMetrics()[f]
	units := 0
	for _, r := range s {
		if r = m.glyph(r); r >= 0 {
			units += int(m.advances[m.glyphs[r]])
		}
	}
	return float64(units) * size * twip / m.unitsPerEm
}
