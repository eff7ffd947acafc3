package webtest

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Document is a parsed page.
type Document struct {
	Element
	Raw string
}

// Element is a part of a page. The zero Element (nothing was found) has no text,
// no attributes and no children, so that selectors can be chained.
type Element struct{ *html.Node }

// Doc parses a page.
func Doc(t testing.TB, body string) *Document {
	t.Helper()
	n, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return &Document{Element{n}, body}
}

// OK tells whether the element exists.
func (e Element) OK() bool { return e.Node != nil }

// ID finds the element with an id.
func (e Element) ID(id string) Element {
	return e.First(func(x Element) bool { return x.Attr("id") == id })
}

// Tag finds the first element of a tag.
func (e Element) Tag(tag string) Element {
	return e.First(func(x Element) bool { return x.Data == tag })
}

// Tags finds all elements of a tag, in order.
func (e Element) Tags(tag string) []Element {
	return e.All(func(x Element) bool { return x.Data == tag })
}

// Class finds all elements of a class, in order.
func (e Element) Class(class string) []Element {
	return e.All(func(x Element) bool { return x.HasClass(class) })
}

// With finds the first element whose attribute has this value.
func (e Element) With(attr, value string) Element {
	return e.First(func(x Element) bool { return x.HasAttr(attr) && x.Attr(attr) == value })
}

// Link finds the first link whose text contains text.
func (e Element) Link(text string) Element {
	return e.First(func(x Element) bool { return x.Data == "a" && strings.Contains(x.Text(), text) })
}

// Form finds the form that posts to an address.
func (e Element) Form(action string) Element {
	return e.First(func(x Element) bool { return x.Data == "form" && x.Attr("action") == action })
}

// First finds the first element, in document order, that ok accepts.
func (e Element) First(ok func(Element) bool) Element {
	if e.Node == nil {
		return Element{}
	}
	for n := range e.Descendants() {
		if n.Type == html.ElementNode && ok(Element{n}) {
			return Element{n}
		}
	}
	return Element{}
}

// All finds every element that ok accepts.
func (e Element) All(ok func(Element) bool) []Element {
	if e.Node == nil {
		return nil
	}
	var list []Element
	for n := range e.Descendants() {
		if n.Type == html.ElementNode && ok(Element{n}) {
			list = append(list, Element{n})
		}
	}
	return list
}

// Attr gives an attribute's value, empty when it is not there.
func (e Element) Attr(name string) string {
	v, _ := e.attr(name)
	return v
}

// HasAttr tells whether the attribute is there.
func (e Element) HasAttr(name string) bool {
	_, ok := e.attr(name)
	return ok
}

func (e Element) attr(name string) (string, bool) {
	if e.Node == nil {
		return "", false
	}
	for _, a := range e.Node.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// HasClass tells whether the element has a class.
func (e Element) HasClass(class string) bool {
	for _, c := range strings.Fields(e.Attr("class")) {
		if c == class {
			return true
		}
	}
	return false
}

// Text gives the element's text with single spaces.
func (e Element) Text() string {
	if e.Node == nil {
		return ""
	}
	var b strings.Builder
	for n := range e.Descendants() {
		if n.Type == html.TextNode && n.Parent.Data != "script" && n.Parent.Data != "style" {
			b.WriteString(n.Data)
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// Value gives what the field with a name holds: the typed value, the text of a
// textarea, the chosen option or radio.
func (e Element) Value(name string) string {
	f := e.First(func(x Element) bool {
		return x.Attr("name") == name && (x.Attr("type") != "radio" || x.HasAttr("checked"))
	})
	switch {
	case !f.OK():
		return ""
	case f.Data == "textarea":
		if f.FirstChild == nil {
			return ""
		}
		return f.FirstChild.Data
	case f.Data == "select":
		return f.First(func(x Element) bool { return x.Data == "option" && x.HasAttr("selected") }).Attr("value")
	}
	return f.Attr("value")
}
