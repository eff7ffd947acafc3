package paper

// vertex is a point of a glyph's outline, font units, y upwards.
type vertex struct {
	x, y float64
	on   bool // on the curve; otherwise the control point of a quadratic curve
}

// contour is one closed line; it begins on the curve, and no two control points are neighbours.
type contour []vertex

// Flags of TrueType's glyf table.
const (
	onCurve, xByte, yByte, repeated, xSame, ySame = 1, 2, 4, 8, 16, 32

	argWords, argXY, oneScale, moreParts, twoScales, matrix = 1, 2, 8, 32, 64, 128
)

// maxDepth bounds glyphs made of glyphs; the fonts use two levels.
const maxDepth = 5

// outline is the shape of a glyph.
func (m *metrics) outline(glyph int) []contour { return m.outlineAt(glyph, 0) }

func (m *metrics) outlineAt(glyph, depth int) []contour {
	from, to := m.locate(glyph)
	if from == to || depth > maxDepth {
		return nil
	}
	at := m.tables["glyf"] + from
	if n := m.i16(at); n >= 0 {
		return m.simple(at+10, n)
	}
	var out []contour
	for at, more := at+10, true; more; {
		flags, part := m.u16(at), m.u16(at+2)
		at += 4
		var dx, dy float64
		if flags&argWords != 0 {
			dx, dy = float64(m.i16(at)), float64(m.i16(at+2))
			at += 4
		} else {
			dx, dy = float64(int8(m.ttf[at])), float64(int8(m.ttf[at+1]))
			at += 2
		}
		if flags&argXY == 0 {
			dx, dy = 0, 0 // points to be matched; the fonts do not use it
		}
		a, b, c, d := 1.0, 0.0, 0.0, 1.0
		scale := func(i int) float64 { return float64(m.i16(at+2*i)) / (1 << 14) }
		switch {
		case flags&oneScale != 0:
			a, d = scale(0), scale(0)
			at += 2
		case flags&twoScales != 0:
			a, d = scale(0), scale(1)
			at += 4
		case flags&matrix != 0:
			a, b, c, d = scale(0), scale(1), scale(2), scale(3)
			at += 8
		}
		for _, o := range m.outlineAt(part, depth+1) {
			for i, v := range o {
				o[i].x, o[i].y = a*v.x+c*v.y+dx, b*v.x+d*v.y+dy
			}
			out = append(out, o)
		}
		more = flags&moreParts != 0
	}
	return out
}

// locate is where the glyph's data stands in the glyf table.
func (m *metrics) locate(glyph int) (from, to int) {
	loca := m.tables["loca"]
	if m.u16(m.tables["head"]+50) == 0 {
		return 2 * m.u16(loca+2*glyph), 2 * m.u16(loca+2*glyph+2)
	}
	return m.u32(loca + 4*glyph), m.u32(loca + 4*glyph + 4)
}

// simple reads a glyph of n contours; at is behind its header.
func (m *metrics) simple(at, n int) []contour {
	if n == 0 {
		return nil
	}
	ends := at
	count := m.u16(ends+2*(n-1)) + 1
	at += 2 * n
	at += 2 + m.u16(at) // hinting instructions
	flags := make([]byte, 0, count)
	for len(flags) < count {
		f := m.ttf[at]
		at++
		flags = append(flags, f)
		if f&repeated != 0 {
			for range m.ttf[at] {
				flags = append(flags, f)
			}
			at++
		}
	}
	points := make([]vertex, count)
	value := 0
	next := func(short, same bool) {
		switch {
		case short && same:
			value += int(m.ttf[at])
			at++
		case short:
			value -= int(m.ttf[at])
			at++
		case !same:
			value += m.i16(at)
			at += 2
		}
	}
	for i, f := range flags[:count] {
		next(f&xByte != 0, f&xSame != 0)
		points[i] = vertex{x: float64(value), on: f&onCurve != 0}
	}
	value = 0
	for i, f := range flags[:count] {
		next(f&yByte != 0, f&ySame != 0)
		points[i].y = float64(value)
	}
	var out []contour
	begin := 0
	for i := range n {
		end := m.u16(ends+2*i) + 1
		out = append(out, explicit(points[begin:end]))
		begin = end
	}
	return out
}

// explicit adds the points on the curve that TrueType leaves out between two control points.
func explicit(in []vertex) contour {
	var out contour
	for i, v := range in {
		if prev := in[(i+len(in)-1)%len(in)]; !v.on && !prev.on {
			out = append(out, vertex{(prev.x + v.x) / 2, (prev.y + v.y) / 2, true})
		}
		out = append(out, v)
	}
	for i, v := range out {
		if v.on {
			return append(append(contour(nil), out[i:]...), out[:i]...)
		}
	}
	return nil
}
