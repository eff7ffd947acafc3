package rulebook

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"chibo/internal/fault"
	"chibo/internal/viet"
)

// Wording is a heading or a standing sentence of a kind of paper, with named fields in
// braces: "Buổi sinh hoạt kết thúc lúc {giờ kết thúc}." A name is read as people type it,
// with or without marks; one that begins with a capital gives its value a capital.
type Wording struct {
	Title  Text     `json:"title,omitzero"`   // what the piece is; only the root has it
	Text   string   `json:"text"`             // of the root, or of a committee's own
	Fields []string `json:"fields,omitempty"` // names that may stand in Text; only the root has them
	Rule   Rule     `json:"-"`                // where the text comes from
	Root   string   `json:"-"`                // the text of the program
}

// MaxWording is the most characters of a piece.
const MaxWording = 2000

var fieldMark = regexp.MustCompile(`\{[^{}]*\}`)

// Wording gives a piece of a kind of paper: the text of the nearest committee that has its
// own on the day, else that of the program. key is "wording.minutes.closing".
func (s Set) Wording(key string) Wording {
	v := s.find(key)
	if v == nil {
		return Wording{}
	}
	w, _ := v.val.(Wording)
	w.Rule, w.Root = v.rule, w.Text
	for _, b := range s.snap.base[key] {
		if root, ok := b.val.(Wording); ok && b.from <= s.day && s.day < b.to {
			w.Title, w.Fields, w.Root = root.Title, root.Fields, root.Text
		}
	}
	return w
}

// Fill puts values into the text. pairs are names and values by turns.
func (w Wording) Fill(pairs ...string) string {
	return fieldMark.ReplaceAllStringFunc(w.Text, func(mark string) string {
		name := strings.TrimSpace(mark[1 : len(mark)-1])
		for _, same := range []func(a, b string) bool{strings.EqualFold, sameFolded} { // the first is the quicker
			for i := 0; i+1 < len(pairs); i += 2 {
				if same(pairs[i], name) {
					return cased(name, pairs[i+1])
				}
			}
		}
		return ""
	})
}

func sameFolded(a, b string) bool { return viet.Fold(a) == viet.Fold(b) }

// cased gives the value a capital when the name has one.
func cased(name, value string) string {
	first, _ := utf8.DecodeRuneInString(name)
	if strings.ToUpper(string(first)) != string(first) || value == "" {
		return value
	}
	r, n := utf8.DecodeRuneInString(value)
	return strings.ToUpper(string(r)) + value[n:]
}

// Unknown gives the first name in the text that is none of the fields, a loose brace
// among them; "" when all are known.
func (w Wording) Unknown() string {
	for _, mark := range fieldMark.FindAllString(w.Text, -1) {
		name := strings.TrimSpace(mark[1 : len(mark)-1])
		if !slices.ContainsFunc(w.Fields, func(f string) bool { return sameFolded(f, name) }) {
			return mark
		}
	}
	rest := fieldMark.ReplaceAllString(w.Text, "")
	if i := strings.IndexAny(rest, "{}"); i >= 0 {
		return rest[i : i+1]
	}
	return ""
}

func checkWording(w Wording) error {
	switch n := utf8.RuneCountInString(w.Text); {
	case strings.TrimSpace(w.Text) == "" || n > MaxWording:
		return errors.New("no words, or too many")
	case w.Title.Vi != "" && w.Unknown() != "":
		return errors.New("the field " + w.Unknown() + " is not among those listed")
	}
	return nil
}

// fits checks the fields of a committee's own words against those of the root.
func (b *Book) fits(bad *fault.Fields, key string, w Wording) {
	all := b.snap.Load().base[key]
	if len(all) == 0 {
		bad.Add("key", "rulebook.err.key", "Key", key)
		return
	}
	root, _ := all[len(all)-1].val.(Wording)
	w.Fields = root.Fields
	switch name := w.Unknown(); {
	case name == "":
	case len(root.Fields) == 0:
		bad.Add("value", "rulebook.err.no_field")
	default:
		bad.Add("value", "rulebook.err.field", "Name", name, "Known", "{"+strings.Join(root.Fields, "}, {")+"}")
	}
}
