package webtest

import (
	"strings"
	"testing"
)

// A11y checks what holds for every page: a language, a title, one h1, one main,
// ids that are unique, a name for every control and link, a text for every
// picture, nothing inline.
func A11y(t testing.TB, doc *Document) {
	t.Helper()
	for _, p := range Problems(doc) {
		t.Error(p)
	}
}

// Problems lists what A11y would complain about.
func Problems(doc *Document) []string {
	var out []string
	say := func(s string) { out = append(out, s) }
	if doc.Tag("html").Attr("lang") == "" {
		say("html has no lang")
	}
	if doc.Tag("title").Text() == "" {
		say("the page has no title")
	}
	if n := len(doc.Tags("h1")); n != 1 {
		say(strings.Repeat("h1 ", n) + "found: a page has exactly one h1")
	}
	if len(doc.Tags("main")) != 1 {
		say("a page has exactly one main")
	}
	ids := map[string]bool{}
	labels := map[string]string{}
	for _, l := range doc.Tags("label") {
		labels[l.Attr("for")] += l.Text()
	}
	for _, e := range doc.All(func(Element) bool { return true }) {
		if id := e.Attr("id"); id != "" {
			if ids[id] {
				say("id " + id + " is given twice")
			}
			ids[id] = true
		}
		inline(e, say)
		named(e, labels, say)
	}
	for _, e := range doc.All(func(e Element) bool { return e.HasAttr("aria-describedby") || e.HasAttr("aria-labelledby") }) {
		for _, id := range strings.Fields(e.Attr("aria-describedby") + " " + e.Attr("aria-labelledby")) {
			if !ids[id] {
				say("<" + e.Data + "> refers to id " + id + ", which is not there")
			}
		}
	}
	if strings.Contains(doc.Raw, "⟦") {
		say("a text is missing: ⟦")
	}
	return out
}

func inline(e Element, say func(string)) {
	if e.HasAttr("style") || e.Data == "style" || e.Data == "script" && !e.HasAttr("src") {
		say("<" + e.Data + "> carries an inline style or script")
	}
	for _, a := range e.Node.Attr {
		if strings.HasPrefix(a.Key, "on") {
			say("<" + e.Data + "> carries the inline handler " + a.Key)
		}
		if (a.Key == "href" || a.Key == "action") && strings.HasPrefix(strings.ToLower(a.Val), "javascript:") {
			say("<" + e.Data + "> carries a script address")
		}
	}
}

func named(e Element, labels map[string]string, say func(string)) {
	name := e.Text() + e.Attr("aria-label") + e.Attr("aria-labelledby")
	where := "<" + e.Data + " name=" + e.Attr("name") + " id=" + e.Attr("id") + " href=" + e.Attr("href") + ">"
	switch e.Data {
	case "input", "select", "textarea":
		if e.Attr("type") == "hidden" {
			return
		}
		for p := e.Parent; p != nil; p = p.Parent {
			if p.Data == "label" {
				name += Element{p}.Text()
			}
		}
		if e.Data == "select" {
			name = e.Attr("aria-label") + e.Attr("aria-labelledby")
		}
		if id := e.Attr("id"); id != "" {
			name += labels[id]
		}
	case "a", "button", "summary", "th":
		for _, img := range e.Tags("img") {
			name += img.Attr("alt")
		}
	case "img":
		name = "x"
		if !e.HasAttr("alt") {
			name = ""
		}
	case "progress", "meter":
		name = e.Text() + e.Attr("aria-label")
	case "nav", "dialog", "fieldset":
		name = e.Attr("aria-label") + e.Attr("aria-labelledby") + e.Tag("legend").Text()
	default:
		return
	}
	if strings.TrimSpace(name) == "" {
		say(where + " has no name")
	}
}
