package qr

import (
	"fmt"
	"strings"

	"rsc.io/qr"

	"chibo/internal/fault"
)

// quiet is the empty border, in modules, that readers need.
const quiet = 4

// ErrTooLong says that the text does not fit a QR code (about 2,300 bytes).
var ErrTooLong = fault.New(fault.TooLarge, "err.qr_too_long")

// SVG draws text with medium error correction, which still reads from a creased
// slip. The result is an <svg class="qr"> element without ids, title or style;
// the page gives it its size and its words. Error: ErrTooLong.
func SVG(text string) (string, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return "", fault.Wrap(err, fault.TooLarge, ErrTooLong.Key)
	}
	side := code.Size + 2*quiet
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" class="qr" viewBox="0 0 %d %d" shape-rendering="crispEdges" aria-hidden="true" focusable="false">`, side, side)
	fmt.Fprintf(&b, `<rect class="qr-light" width="%d" height="%d" fill="#fff"/><path class="qr-dark" fill="#000" d="`, side, side)
	for y := range code.Size {
		writeRow(&b, code, y)
	}
	b.WriteString(`"/></svg>`)
	return b.String(), nil
}

// writeRow draws the dark runs of one row as rectangles one module high.
func writeRow(b *strings.Builder, code *qr.Code, y int) {
	for x := 0; x < code.Size; x++ {
		run := 0
		for x+run < code.Size && code.Black(x+run, y) {
			run++
		}
		if run > 0 {
			fmt.Fprintf(b, "M%d %dh%dv1h-%dz", x+quiet, y+quiet, run, run)
			x += run
		}
	}
}

// Modules gives the dark modules of the code that SVG draws, row by row, without the
// quiet zone: for a paper. Error: ErrTooLong.
func Modules(text string) ([][]bool, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return nil, fault.Wrap(err, fault.TooLarge, ErrTooLong.Key)
	}
	out := make([][]bool, code.Size)
	for y := range out {
		out[y] = make([]bool, code.Size)
		for x := range out[y] {
			out[y][x] = code.Black(x, y)
		}
	}
	return out, nil
}
