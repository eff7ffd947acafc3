package web

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/go-playground/form/v4"
	"golang.org/x/text/unicode/norm"

	"chibo/internal/civil"
	"chibo/internal/fault"
	"chibo/internal/ident"
)

// formMemory is how much of a multipart body is kept in memory, in bytes.
const formMemory = 1 << 20

// Form is what a page shows in its fields: the values as they were typed and
// what is wrong with them. The zero value is an empty form.
type Form struct {
	Values   url.Values
	Errs     map[string]string // message by field, translated
	Problems []Problem         // the same in the order they were found, for the summary
	Message  string            // what happened to the whole, when it was refused
	Status   int               // 422 or 409 after a failed attempt, otherwise 0
}

// Problem is one field and what is wrong with it, for the summary on top.
type Problem struct{ Field, Text string }

// NewForm fills a form from a struct with `form` tags; nil makes an empty one.
// Dates become dd/mm/yyyy (or mm/yyyy, yyyy), as they are typed.
func NewForm(v any) *Form {
	f := &Form{Values: url.Values{}, Errs: map[string]string{}}
	if v == nil {
		return f
	}
	values, err := newEncoder().Encode(v)
	if err == nil {
		f.Values = values
	}
	return f
}

// Set puts one value and gives the form back.
func (f *Form) Set(name, value string) *Form {
	f.Values.Set(name, value)
	return f
}

// Value is what the field shows.
func (f *Form) Value(name string) string {
	if f == nil {
		return ""
	}
	return f.Values.Get(name)
}

// Has tells whether a field that may hold several values holds this one.
func (f *Form) Has(name, value string) bool {
	return f != nil && slices.Contains(f.Values[name], value)
}

// Err is what is wrong with the field, empty when nothing is.
func (f *Form) Err(name string) string {
	if f == nil {
		return ""
	}
	return f.Errs[name]
}

// Retry makes the form that comes back after err: everything as it was typed, a
// message at each field. It tells false when err is not about the input
// (neither Invalid nor Conflict); then the handler returns err.
func Retry(r *http.Request, err error) (*Form, bool) {
	status := 0
	switch fault.KindOf(err) {
	case fault.Invalid:
		status = http.StatusUnprocessableEntity
	case fault.Conflict:
		status = http.StatusConflict
	default:
		return nil, false
	}
	f := &Form{Values: r.PostForm, Errs: FieldErrors(r, err), Status: status, Message: Message(r, err)}
	if f.Values == nil {
		f.Values = url.Values{}
	}
	for _, fe := range fault.FieldsOf(err) {
		f.Problems = append(f.Problems, Problem{fe.Field, LangOf(r).T(fe.Key, fe.Args)})
	}
	return f, true
}

// FieldErrors gives the translated message of each field in err; the first one
// counts when a field has several.
func FieldErrors(r *http.Request, err error) map[string]string {
	m := map[string]string{}
	for _, fe := range fault.FieldsOf(err) {
		if m[fe.Field] == "" {
			m[fe.Field] = LangOf(r).T(fe.Key, fe.Args)
		}
	}
	return m
}

// Message gives the translated message of err, or of an internal error when
// err has none of its own.
func Message(r *http.Request, err error) string {
	var e *fault.Error
	if errors.As(err, &e) && e.Key != "" {
		return LangOf(r).T(e.Key, e.Args)
	}
	return LangOf(r).T("err.internal")
}

// Decode reads the posted form into v, a pointer to a struct with `form` tags.
// Texts are trimmed and normalised (NFC, plain line ends); fields without a tag
// or unknown to v are ignored; a number or date that cannot be read becomes a
// field error (Invalid). A body over the limit is TooLarge.
func Decode(r *http.Request, v any) error {
	if err := parse(r); err != nil {
		return err
	}
	return decode(r, v, r.PostForm)
}

// DecodeQuery reads the address's query into v like Decode.
func DecodeQuery(r *http.Request, v any) error {
	return decode(r, v, normal(r.URL.Query()))
}

func decode(r *http.Request, v any, values url.Values) error {
	d := newDecoder
	if k := stateOf(r).kit; k != nil {
		d = func() *form.Decoder { return k.decoder }
	}
	err := d().Decode(v, values)
	var bad form.DecodeErrors
	if !errors.As(err, &bad) {
		return err
	}
	var fields fault.Fields
	for _, name := range slices.Sorted(maps.Keys(bad)) {
		key := "err.field_number"
		switch {
		case errors.Is(bad[name], errDate):
			key = "err.field_date"
		case errors.Is(bad[name], errChoice):
			key = "err.field_choice"
		}
		fields.Add(name, key)
	}
	return fields.Err()
}

// parse reads the body once and normalises its texts in place.
func parse(r *http.Request) error {
	if r.PostForm != nil {
		return nil
	}
	var err error
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		err = r.ParseMultipartForm(formMemory)
	} else {
		err = r.ParseForm()
	}
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return fault.Wrap(err, fault.TooLarge, "err.too_large")
	case err != nil:
		return fault.Wrap(err, fault.Invalid, "err.form")
	}
	r.PostForm = normal(r.PostForm)
	return nil
}

func normal(values url.Values) url.Values {
	for _, list := range values {
		for i, s := range list {
			list[i] = Text(s)
		}
	}
	return values
}

// Text brings a typed text into the form the program keeps: NFC, line ends as
// "\n", no space around it, no control characters.
func Text(s string) string {
	s = strings.ReplaceAll(norm.NFC.String(strings.ToValidUTF8(s, "")), "\r\n", "\n")
	s = strings.Map(func(c rune) rune {
		if c < ' ' && c != '\n' && c != '\t' || c == 0x7f {
			return -1
		}
		return c
	}, s)
	return strings.TrimSpace(s)
}

var (
	errDate   = errors.New("web: not a date")
	errChoice = errors.New("web: not one of the choices")
)

func newDecoder() *form.Decoder {
	d := form.NewDecoder()
	d.SetMode(form.ModeExplicit)
	d.SetMaxArraySize(2000)
	d.RegisterCustomTypeFunc(func(v []string) (any, error) {
		day, err := readDate(v[0])
		return day, err
	}, civil.Date{})
	d.RegisterCustomTypeFunc(func(v []string) (any, error) {
		day, err := readDate(v[0])
		if err != nil || day.IsZero() {
			return civil.Month(0), err
		}
		if day.MonthNum() == 0 {
			return civil.Month(0), errDate
		}
		return day.Month(), nil
	}, civil.Month(0))
	d.RegisterCustomTypeFunc(func(v []string) (any, error) {
		if v[0] == "" {
			return ident.Ref{}, nil
		}
		ref, err := ident.ParseRef(v[0])
		if err != nil {
			return ident.Ref{}, errChoice
		}
		return ref, nil
	}, ident.Ref{})
	return d
}

// readDate accepts what people type (dd/mm/yyyy) and what date pickers send.
func readDate(s string) (civil.Date, error) {
	if s == "" {
		return civil.Date{}, nil
	}
	if day, err := civil.ParseVi(s); err == nil {
		return day, nil
	}
	day, err := civil.Parse(s)
	if err != nil {
		return civil.Date{}, errDate
	}
	return day, nil
}

func newEncoder() *form.Encoder {
	e := form.NewEncoder()
	e.SetMode(form.ModeExplicit)
	e.RegisterCustomTypeFunc(func(v any) ([]string, error) { return []string{v.(civil.Date).Vi()}, nil }, civil.Date{})
	e.RegisterCustomTypeFunc(func(v any) ([]string, error) {
		if m := v.(civil.Month); m != 0 {
			return []string{m.Vi()}, nil
		}
		return []string{""}, nil
	}, civil.Month(0))
	e.RegisterCustomTypeFunc(func(v any) ([]string, error) {
		if ref := v.(ident.Ref); !ref.IsZero() {
			return []string{ref.String()}, nil
		}
		return []string{""}, nil
	}, ident.Ref{})
	return e
}
