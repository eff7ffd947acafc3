package document

import (
	"strconv"
	"strings"
	"time"

	"chibo/internal/civil"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/viet"
)

// Document is an issued paper without its content.
type Document struct {
	Ref       ident.Ref
	OrgID     int64 // the unit that issued it
	TermID    int64
	Kind      string // "NQ", "BB": rules.md 7.18
	Number    int
	Symbol    string // "05-NQ/CB"
	Subject   string
	On        civil.Date // the day on the paper
	Owner     string     // what it tells of: "meeting"; see Guard for "dossier:cell"
	OwnerID   int64
	ModelHash string    // SHA-256 of the model of version 1, hex
	PDFHash   string    // SHA-256 of its frozen PDF, hex; empty when not frozen
	DOCXHash  string    // the same of the DOCX
	IssuedAt  time.Time // when it was issued in the program
	IssuedBy  int64     // account; 0: the program
	Version   int       // the one in force; 1: never corrected
}

// Frozen says whether the files themselves are kept.
func (d Document) Frozen() bool { return d.PDFHash != "" }

// FileName gives the name of a downloaded file in plain letters:
// "NQ-05-CB-2026-11-03.pdf", with "-ban-2" for the second version.
func (d Document) FileName(version int, format Format) string {
	number, rest, _ := strings.Cut(d.Symbol, "-")
	kind, suffix, _ := strings.Cut(rest, "/")
	name := strings.Join([]string{ascii(kind), ascii(number), ascii(suffix), d.On.String()}, "-")
	if version > 1 {
		name += "-ban-" + strconv.Itoa(version)
	}
	return name + "." + string(format)
}

// ascii turns ĐU into DU; what has no plain letter is left out.
func ascii(s string) string {
	return strings.Map(func(r rune) rune {
		if r > '~' || r <= ' ' {
			return -1
		}
		return r
	}, strings.ReplaceAll(strings.ToUpper(viet.Fold(s)), " ", "-"))
}

// PlainName gives a name in plain capital letters, for a file.
func PlainName(s string) string { return ascii(s) }

// Format is a kind of file.
type Format string

// The formats.
const (
	PDF  Format = "pdf"
	DOCX Format = "docx"
)

// MediaType gives the format's media type.
func (f Format) MediaType() string {
	if f == DOCX {
		return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	}
	return "application/pdf"
}

// Expected failures.
var (
	// ErrNotFound says that there is no such paper.
	ErrNotFound = fault.New(fault.NotFound, "document.err.not_found")
	// ErrKind says that the unit may not issue papers of the kind on that day
	// (rules.md 7.19, 14.27).
	ErrKind = fault.New(fault.Invalid, "document.err.kind")
	// ErrNoTerm says that the unit has no term of its committee on that day, so
	// that there is no row of numbers to go on with (rules.md 7.07).
	ErrNoTerm = fault.New(fault.Invalid, "document.err.no_term")
	// ErrReplaced says that somebody else has corrected the paper meanwhile.
	ErrReplaced = fault.New(fault.Conflict, "document.err.replaced")
	// ErrDamaged says that what is kept is not what was issued.
	ErrDamaged = fault.New(fault.Internal, "document.err.damaged")
)
