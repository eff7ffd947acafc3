package evening

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Form is a form of a page with the values it would send unchanged.
type Form struct {
	Action string
	Values url.Values
}

// FormOf gives the form of a page that posts to the address, also by one of its buttons.
func FormOf(page []byte, action string) (Form, error) {
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return Form{}, err
	}
	for n := range root.Descendants() {
		if n.DataAtom != atom.Form || attr(n, "action") != action && !goes(n, action) {
			continue
		}
		f := Form{Action: action, Values: url.Values{}}
		for e := range n.Descendants() {
			f.take(e)
		}
		return f, nil
	}
	return Form{}, fmt.Errorf("no form posts to %s; the page says: %.300s", action, strings.Join(strings.Fields(text(root)), " "))
}

// Actions gives every address a page posts to, in its order.
func Actions(page []byte) ([]string, error) {
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return nil, err
	}
	var out []string
	for n := range root.Descendants() {
		if n.DataAtom == atom.Form {
			out = append(out, attr(n, "action"))
		}
	}
	return out, nil
}

// Trouble gives what a page says is wrong.
func Trouble(page []byte) string {
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return err.Error()
	}
	var out []string
	for n := range root.Descendants() {
		if class := " " + attr(n, "class") + " "; strings.Contains(class, " err ") || strings.Contains(class, " alert ") {
			out = append(out, strings.Join(strings.Fields(text(n)), " "))
		}
	}
	return strings.Join(out, "; ")
}

// With gives the values with some of them set, as pairs of name and value.
func (f Form) With(pairs ...string) url.Values {
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Values.Set(pairs[i], pairs[i+1])
	}
	return f.Values
}

func goes(form *html.Node, action string) bool {
	for n := range form.Descendants() {
		if n.DataAtom == atom.Button && attr(n, "formaction") == action {
			return true
		}
	}
	return false
}

// take puts what a control sends into the values.
func (f *Form) take(n *html.Node) {
	name := attr(n, "name")
	if name == "" || has(n, "disabled") {
		return
	}
	switch n.DataAtom {
	case atom.Input:
		switch attr(n, "type") {
		case "radio", "checkbox":
			if has(n, "checked") {
				f.Values.Add(name, attr(n, "value"))
			}
		case "submit", "button", "file":
		default:
			f.Values.Add(name, attr(n, "value"))
		}
	case atom.Textarea:
		f.Values.Add(name, strings.TrimPrefix(text(n), "\n"))
	case atom.Select:
		for o := range n.Descendants() {
			if o.DataAtom == atom.Option && has(o, "selected") {
				f.Values.Add(name, attr(o, "value"))
			}
		}
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}
