package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"
)

// token is a piece of XML.
type token uint8

const (
	tokenStart token = iota + 1
	tokenEnd
	tokenText
)

var (
	errXML     = errors.New("sheet: not well-formed XML")
	errDoctype = errors.New("sheet: XML with a document type")
	errLong    = errors.New("sheet: a piece of XML is too long")
)

// xmlReader cuts XML into tokens, as far as workbooks need it: no document types and
// no entities of their own, so that nothing can unfold. It reads UTF-8 only.
type xmlReader struct {
	r     *bufio.Reader
	max   int    // bytes of one token
	buf   []byte // of the token
	name  []byte // of an element, without its prefix; valid until next
	attrs []byte
	self  bool // an element that ends where it starts: its end comes next
	open  int  // elements that are open
}

func newXML(r io.Reader, max int) *xmlReader {
	return &xmlReader{r: bufio.NewReaderSize(r, 64<<10), max: max + 4096}
}

// next gives the next token: for a start or an end name is set, for a text buf, with
// entities resolved. io.EOF comes when all elements are closed.
func (x *xmlReader) next() (token, error) {
	if x.self {
		x.self = false
		x.open--
		return tokenEnd, nil
	}
	for {
		b, err := x.r.ReadByte()
		switch {
		case err == io.EOF && x.open > 0:
			return 0, io.ErrUnexpectedEOF
		case err != nil:
			return 0, err
		}
		if b != '<' {
			if err := x.r.UnreadByte(); err != nil {
				return 0, err
			}
			return tokenText, x.text()
		}
		t, skip, err := x.tag()
		if err != nil || !skip {
			return t, err
		}
	}
}

// text reads up to the next tag, which it leaves.
func (x *xmlReader) text() error {
	if err := x.upTo('<'); err != nil {
		if err == io.EOF && x.open == 0 {
			return nil
		}
		return unexpected(err)
	}
	x.buf = x.buf[:len(x.buf)-1]
	x.buf = unescape(x.buf)
	return x.r.UnreadByte()
}

// upTo reads into buf up to the byte, with it.
func (x *xmlReader) upTo(end byte) error {
	x.buf = x.buf[:0]
	return x.more(end)
}

func (x *xmlReader) more(end byte) error {
	for {
		piece, err := x.r.ReadSlice(end)
		x.buf = append(x.buf, piece...)
		if len(x.buf) > x.max {
			return errLong
		}
		if err != bufio.ErrBufferFull {
			return err
		}
	}
}

// tag reads what begins with "<". skip is true for what has no meaning here.
func (x *xmlReader) tag() (t token, skip bool, err error) {
	if err := x.upTo('>'); err != nil {
		return 0, false, unexpected(err)
	}
	switch {
	case bytes.HasPrefix(x.buf, []byte("!--")):
		return 0, true, x.until("-->")
	case bytes.HasPrefix(x.buf, []byte("![CDATA[")):
		if err := x.until("]]>"); err != nil {
			return 0, false, err
		}
		x.buf = x.buf[len("![CDATA[") : len(x.buf)-len("]]>")]
		return tokenText, false, nil
	case bytes.HasPrefix(x.buf, []byte("!")):
		return 0, false, errDoctype
	case bytes.HasPrefix(x.buf, []byte("?")):
		return 0, true, x.until("?>")
	}
	body := x.buf[:len(x.buf)-1]
	if len(body) > 0 && body[0] == '/' {
		if x.open == 0 {
			return 0, false, errXML
		}
		x.open--
		x.name = local(bytes.TrimSpace(body[1:]))
		return tokenEnd, false, nil
	}
	// A ">" inside of an attribute's value is allowed.
	for !balanced(body) {
		if err := x.more('>'); err != nil {
			return 0, false, unexpected(err)
		}
		body = x.buf[:len(x.buf)-1]
	}
	if len(body) > 0 && body[len(body)-1] == '/' {
		x.self = true
		body = body[:len(body)-1]
	}
	at := bytes.IndexAny(body, " \t\r\n")
	if at < 0 {
		at = len(body)
	}
	if at == 0 {
		return 0, false, errXML
	}
	x.name, x.attrs = local(body[:at]), body[at:]
	x.open++
	return tokenStart, false, nil
}

func (x *xmlReader) until(end string) error {
	for !bytes.HasSuffix(x.buf, []byte(end)) {
		if err := x.more('>'); err != nil {
			return unexpected(err)
		}
	}
	return nil
}

func balanced(body []byte) bool {
	return bytes.IndexByte(body, '"') < 0 && bytes.IndexByte(body, '\'') < 0 || quotesClosed(body)
}

func quotesClosed(body []byte) bool {
	var open byte
	for _, b := range body {
		switch {
		case open == 0 && (b == '"' || b == '\''):
			open = b
		case b == open:
			open = 0
		}
	}
	return open == 0
}

func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

func local(name []byte) []byte {
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		return name[i+1:]
	}
	return name
}

// attr gives the value of an attribute of the last start, nil without it. The name is
// without a prefix.
func (x *xmlReader) attr(name string) []byte {
	rest := x.attrs
	for {
		eq := bytes.IndexByte(rest, '=')
		if eq < 0 {
			return nil
		}
		key := local(bytes.TrimSpace(rest[:eq]))
		rest = bytes.TrimLeft(rest[eq+1:], " \t\r\n")
		if len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
			return nil
		}
		end := bytes.IndexByte(rest[1:], rest[0])
		if end < 0 {
			return nil
		}
		if string(key) == name {
			return unescape(bytes.Clone(rest[1 : end+1]))
		}
		rest = rest[end+2:]
	}
}

// unescape resolves the five entities and numbers, in place: the result is never
// longer. Others stay as they are.
func unescape(b []byte) []byte {
	at := bytes.IndexByte(b, '&')
	if at < 0 {
		return b
	}
	out := b[:at]
	for i := at; i < len(b); i++ {
		if b[i] != '&' {
			out = append(out, b[i])
			continue
		}
		end := bytes.IndexByte(b[i:min(len(b), i+12)], ';')
		if end < 2 {
			out = append(out, b[i])
			continue
		}
		if r := entity(string(b[i+1 : i+end])); r != 0 && utf8.RuneLen(r) <= end+1 {
			out = utf8.AppendRune(out, r)
			i += end
			continue
		}
		out = append(out, b[i])
	}
	return out
}

func entity(name string) rune {
	switch name {
	case "amp":
		return '&'
	case "lt":
		return '<'
	case "gt":
		return '>'
	case "quot":
		return '"'
	case "apos":
		return '\''
	}
	if name[0] != '#' {
		return 0
	}
	digits, base := name[1:], 10
	if len(digits) > 1 && (digits[0] == 'x' || digits[0] == 'X') {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n == 0 || !utf8.ValidRune(rune(n)) {
		return 0
	}
	return rune(n)
}
