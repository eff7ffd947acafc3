package media

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"

	"chibo/internal/fault"
)

// Kind is a type of file that may be kept.
type Kind struct {
	Type  string // "image/jpeg"
	Ext   string // "jpg"
	Image bool   // a browser may show it in place
}

// Errors of Sniff.
var (
	ErrUnknown = fault.New(fault.Invalid, "err.media_unknown") // not a type that is kept
	ErrMacros  = fault.New(fault.Invalid, "err.media_macros")  // an office file that runs something
	ErrHEIC    = fault.New(fault.Invalid, "err.media_heic")    // a photograph that browsers do not show
	ErrOldDoc  = fault.New(fault.Invalid, "err.media_old")     // .doc, .xls: may run something
)

// headSize is how many bytes are enough to tell every kind but the office ones.
const headSize = 32

// File is what Sniff and Clean read.
type File interface {
	io.Reader
	io.ReaderAt
	io.Seeker
}

// Sniff says what the file is by its content.
func Sniff(f File) (Kind, error) {
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return Kind{}, err
	}
	head := make([]byte, headSize)
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return Kind{}, err
	}
	head = head[:n]
	begins := func(s string) bool { return bytes.HasPrefix(head, []byte(s)) }
	at := func(i int, s string) bool { return len(head) >= i+len(s) && string(head[i:i+len(s)]) == s }
	switch {
	case begins("\xff\xd8\xff"):
		return Kind{"image/jpeg", "jpg", true}, nil
	case begins("\x89PNG\r\n\x1a\n"):
		return Kind{"image/png", "png", true}, nil
	case begins("RIFF") && at(8, "WEBP"):
		return Kind{"image/webp", "webp", true}, nil
	case begins("%PDF-"):
		return Kind{"application/pdf", "pdf", false}, nil
	case begins("PK\x03\x04"):
		return sniffZip(f, size)
	case begins("\xd0\xcf\x11\xe0"):
		return Kind{}, ErrOldDoc
	case at(4, "ftyphei"), at(4, "ftyphev"), at(4, "ftypmif1"), at(4, "ftypmsf1"):
		return Kind{}, ErrHEIC
	}
	return Kind{}, ErrUnknown
}

// sniffZip tells an office file from other archives by the names in it; nothing is
// unpacked.
func sniffZip(f io.ReaderAt, size int64) (Kind, error) {
	z, err := zip.NewReader(f, size)
	if err != nil {
		return Kind{}, ErrUnknown
	}
	word, sheet, office := false, false, false
	for _, e := range z.File {
		name := strings.ToLower(e.Name)
		switch {
		case strings.HasSuffix(name, "vbaproject.bin"), strings.Contains(name, "/activex/"), strings.Contains(name, "macrosheets/"):
			return Kind{}, ErrMacros
		case name == "[content_types].xml":
			office = true
		case name == "word/document.xml":
			word = true
		case name == "xl/workbook.xml":
			sheet = true
		}
	}
	switch {
	case office && word:
		return Kind{"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx", false}, nil
	case office && sheet:
		return Kind{"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", false}, nil
	}
	return Kind{}, ErrUnknown
}
