package sheet

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"chibo/internal/fault"
)

// workbook is an .xlsx: a zip of XML parts, of which few are read.
type workbook struct {
	parts map[string]*zip.File // by name in lower case
	paths []string             // of the sheets that are shown
	texts *texts               // read when the first sheet is
}

// suspicious is how much smaller than its content a part may be; real sheets of the
// same row again and again reach 60.
const (
	suspicious     = 250
	suspiciousFrom = 32 << 20 // bytes unpacked
	maxPart        = 8 << 20  // of the small parts
	maxParts       = 5_000
)

func bomb() error { return fault.New(fault.TooLarge, "sheet.err.bomb") }

func (f *File) openBook(r io.ReaderAt, size int64) error {
	zr, err := zip.NewReader(r, size)
	if err != nil {
		return damaged(err)
	}
	if len(zr.File) > maxParts {
		return bomb()
	}
	b := &workbook{parts: make(map[string]*zip.File, len(zr.File))}
	for _, p := range zr.File {
		name := strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(p.Name, "\\", "/"), "/"))
		if strings.HasSuffix(name, "vbaproject.bin") {
			return fault.New(fault.Invalid, "sheet.err.macros")
		}
		b.parts[name] = p
	}
	if b.parts["xl/workbook.xml"] == nil {
		if b.parts["content.xml"] != nil || b.parts["mimetype"] != nil { // OpenDocument
			return fault.New(fault.Invalid, "sheet.err.ods")
		}
		return fault.New(fault.Invalid, "sheet.err.kind")
	}
	f.book = b
	f.sheets, err = b.list()
	return err
}

// open opens a part of at most max bytes.
func (b *workbook) open(name string, max int64) (io.ReadCloser, error) {
	p := b.parts[name]
	if p == nil {
		return nil, damaged(errors.New("sheet: part is missing"))
	}
	size, packed := int64(min(p.UncompressedSize64, 1<<62)), int64(min(p.CompressedSize64, 1<<62))
	if size > max || size > suspiciousFrom && size/suspicious > packed {
		return nil, bomb()
	}
	rc, err := p.Open()
	if err != nil {
		return nil, damaged(err)
	}
	return struct {
		io.Reader
		io.Closer
	}{&limited{rc, max}, rc}, nil
}

// limited gives a fault where a part is longer than it may be.
type limited struct {
	r    io.Reader
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, bomb()
	}
	return n, err
}

// partError tells what is wrong with the XML of a part.
func partError(err error) error {
	var f *fault.Error
	if err == nil || errors.As(err, &f) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return damaged(err)
}

// elements calls fn for each start of an element of a small part.
func (b *workbook) elements(name string, fn func(x *xmlReader)) error {
	rc, err := b.open(name, maxPart)
	if err != nil {
		return err
	}
	defer rc.Close() //nolint:errcheck // it was only read
	x := newXML(rc, maxPart)
	for {
		t, err := x.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return partError(err)
		}
		if t == tokenStart {
			fn(x)
		}
	}
}

// list reads which sheets there are; hidden ones are left out, unless all are.
func (b *workbook) list() ([]string, error) {
	target := map[string]string{}
	if b.parts["xl/_rels/workbook.xml.rels"] != nil {
		err := b.elements("xl/_rels/workbook.xml.rels", func(x *xmlReader) {
			if string(x.name) == "Relationship" {
				target[string(x.attr("Id"))] = string(x.attr("Target"))
			}
		})
		if err != nil {
			return nil, err
		}
	}
	type sheetRef struct {
		name, path string
		hidden     bool
	}
	var all []sheetRef
	err := b.elements("xl/workbook.xml", func(x *xmlReader) {
		if string(x.name) != "sheet" {
			return
		}
		s := sheetRef{name: string(x.attr("name")), hidden: len(x.attr("state")) > 0 && string(x.attr("state")) != "visible"}
		s.path = partPath(target[string(x.attr("id"))])
		if b.parts[s.path] != nil {
			all = append(all, s)
		}
	})
	if err != nil {
		return nil, err
	}
	shown := slices.DeleteFunc(slices.Clone(all), func(s sheetRef) bool { return s.hidden })
	if len(shown) == 0 {
		shown = all
	}
	if len(shown) == 0 {
		return nil, damaged(errors.New("sheet: a workbook without sheets"))
	}
	var names []string
	for _, s := range shown {
		names = append(names, s.name)
		b.paths = append(b.paths, s.path)
	}
	return names, nil
}

func partPath(target string) string {
	target = strings.ToLower(strings.ReplaceAll(target, "\\", "/"))
	if strings.HasPrefix(target, "/") {
		return strings.TrimPrefix(path.Clean(target), "/")
	}
	return path.Join("xl", target)
}

// texts are the shared texts of a workbook, in one piece of memory.
type texts struct {
	all []byte
	end []uint32
}

func (t *texts) at(i int) (string, bool) {
	if i < 0 || i >= len(t.end) {
		return "", false
	}
	from := uint32(0)
	if i > 0 {
		from = t.end[i-1]
	}
	return string(t.all[from:t.end[i]]), true
}

func (b *workbook) readTexts(ctx context.Context, lim Limits) error {
	b.texts = &texts{}
	const name = "xl/sharedstrings.xml"
	if b.parts[name] == nil {
		return nil
	}
	rc, err := b.open(name, lim.Strings)
	if err != nil {
		return err
	}
	defer rc.Close() //nolint:errcheck // it was only read
	x := newXML(rc, lim.Cell)
	inText, phonetic, items := false, 0, 0
	for {
		t, err := x.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return partError(err)
		}
		switch {
		case t == tokenText:
			if inText && phonetic == 0 {
				b.texts.all = append(b.texts.all, unhex(x.buf)...)
			}
		case string(x.name) == "t":
			inText = t == tokenStart
		case string(x.name) == "rPh":
			if t == tokenStart {
				phonetic++
			} else {
				phonetic--
			}
		case string(x.name) == "si" && t == tokenEnd:
			b.texts.end = append(b.texts.end, uint32(len(b.texts.all))) //nolint:gosec // below Limits.Strings
			if items++; items%10_000 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
		}
	}
}

// unhex resolves the workbook's own escapes of signs that XML cannot hold: _x000D_.
func unhex(b []byte) []byte {
	at := bytes.Index(b, []byte("_x"))
	if at < 0 {
		return b
	}
	out := b[:at]
	for i := at; i < len(b); i++ {
		if i+7 <= len(b) && b[i] == '_' && b[i+1] == 'x' && b[i+6] == '_' {
			if n, err := strconv.ParseUint(string(b[i+2:i+6]), 16, 16); err == nil && n < 0x80 {
				out = append(out, byte(n))
				i += 6
				continue
			}
		}
		out = append(out, b[i])
	}
	return out
}
