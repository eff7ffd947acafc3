package sheet

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"chibo/internal/fault"
	"chibo/internal/viet"
)

// textFile is a .csv: text with one row a line.
type textFile struct {
	r     io.ReaderAt
	size  int64
	enc   encoding.Encoding // nil: UTF-8
	skip  int64             // byte order mark
	comma rune
}

// probe is how much of a text file is looked at, in bytes.
const probe = 256 << 10

func (f *File) openText(r io.ReaderAt, size int64) error {
	head := make([]byte, min(size, probe))
	n, err := r.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return err
	}
	head = head[:n]
	t := &textFile{r: r, size: size}
	if err := t.encodingOf(head); err != nil {
		return err
	}
	text := head[min(int64(len(head)), t.skip):]
	if t.enc != nil {
		if text, err = t.enc.NewDecoder().Bytes(text); err != nil {
			return damaged(err)
		}
	}
	t.comma = separator(string(text))
	f.text, f.sheets = t, []string{"csv"}
	return nil
}

// encodingOf finds how the bytes mean letters: by a mark at the start, by being valid
// UTF-8, and else by which of Windows-1258 and the fonts of old gives Vietnamese words.
func (t *textFile) encodingOf(head []byte) error {
	utf16 := func(e unicode.Endianness, mark int64) {
		t.enc, t.skip = unicode.UTF16(e, unicode.IgnoreBOM), mark
	}
	switch {
	case bytes.HasPrefix(head, []byte{0xef, 0xbb, 0xbf}):
		t.skip = 3
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		utf16(unicode.LittleEndian, 2)
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		utf16(unicode.BigEndian, 2)
	case zeros(head, 1)*5 > len(head):
		utf16(unicode.LittleEndian, 0)
	case zeros(head, 0)*5 > len(head):
		utf16(unicode.BigEndian, 0)
	case bytes.IndexByte(head, 0) >= 0:
		return fault.New(fault.Invalid, "sheet.err.kind")
	case validUTF8(head):
	default:
		t.enc = eightBit(head)
	}
	return nil
}

func zeros(b []byte, from int) (n int) {
	for i := from; i < len(b); i += 2 {
		if b[i] == 0 {
			n++
		}
	}
	return n
}

// validUTF8 forgives a letter that is cut at the end.
func validUTF8(b []byte) bool {
	for i := 0; i < utf8.UTFMax && i <= len(b); i++ {
		if utf8.Valid(b[:len(b)-i]) {
			return true
		}
	}
	return false
}

func eightBit(head []byte) encoding.Encoding {
	words := func(e encoding.Encoding) []string {
		b, err := e.NewDecoder().Bytes(head)
		if err != nil {
			return nil
		}
		return strings.FieldsFunc(string(b), func(r rune) bool { return strings.ContainsRune(",;\t\r\n\"", r) })
	}
	if viet.Recognise(words(charmap.Windows1252)) != viet.Unicode {
		return charmap.Windows1252 // the columns are converted later
	}
	return charmap.Windows1258
}

// separator finds what stands between cells: the sign that gives the first lines the
// same number of cells, more than one.
func separator(text string) rune {
	best, bestScore := ',', 0
	lines := strings.SplitN(text, "\n", 30)
	if len(lines) > 1 {
		lines = lines[:len(lines)-1] // the last may be cut
	}
	for _, sep := range []rune{',', ';', '\t', '|'} {
		counts := map[int]int{}
		for _, l := range lines {
			if n := outside(l, sep); n > 0 {
				counts[n]++
			}
		}
		for n, lines := range counts {
			if score := lines*lines*4 + n; score > bestScore {
				best, bestScore = sep, score
			}
		}
	}
	return best
}

// outside counts the sign outside of quotes.
func outside(line string, sep rune) (n int) {
	quoted := false
	for _, r := range line {
		switch {
		case r == '"':
			quoted = !quoted
		case r == sep && !quoted:
			n++
		}
	}
	return n
}

func (t *textFile) walk(ctx context.Context, lim Limits, fn func(Row) error) error {
	count := &counted{r: io.NewSectionReader(t.r, t.skip, t.size-t.skip), total: t.size}
	var src io.Reader = count
	if t.enc != nil {
		src = transform.NewReader(count, t.enc.NewDecoder())
	}
	lines := &bounded{r: bufio.NewReaderSize(src, 64<<10), max: lim.Cell * 4}
	r := csv.NewReader(lines)
	r.Comma, r.FieldsPerRecord, r.LazyQuotes, r.ReuseRecord = t.comma, -1, true, true
	for n := 0; ; n++ {
		rec, err := r.Read()
		var f *fault.Error
		switch {
		case err == io.EOF:
			return nil
		case errors.As(err, &f):
			return f
		case err != nil:
			return damaged(err)
		}
		if n%1000 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		line, _ := r.FieldPos(0)
		row := Row{N: line, At: count.share()}
		for i, s := range rec[:min(len(rec), lim.Cols)] {
			if s = strings.TrimSpace(strings.ToValidUTF8(s, "\ufffd")); s != "" {
				for len(row.Cells) < i {
					row.Cells = append(row.Cells, Cell{})
				}
				row.Cells = append(row.Cells, Cell{Text: unwrap(s)})
			}
		}
		lines.left = 0
		if len(row.Cells) > 0 {
			if err := fn(row); err != nil {
				return err
			}
		}
	}
}

// unwrap takes away what programs put around a cell so that Excel leaves it alone:
// ="0912345678".
func unwrap(s string) string {
	if strings.HasPrefix(s, `="`) && strings.HasSuffix(s, `"`) && len(s) > 3 {
		return s[2 : len(s)-1]
	}
	return s
}

// bounded refuses a record without an end: a quote that never closes would else take
// the whole file into memory.
type bounded struct {
	r    *bufio.Reader
	max  int
	left int // bytes since the last record
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left > b.max+len(p)+(64<<10) {
		return 0, fault.New(fault.Invalid, "sheet.err.quote")
	}
	n, err := b.r.Read(p)
	b.left += n
	return n, err
}
