package i18n

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"

	"chibo/internal/civil"
)

// message is a text cut into literals and places for values. Most texts have no
// place at all and cost a map look-up. Texts with plural forms are left to the
// library.
type message struct {
	parts  []part
	plural bool
	names  []string // the values it needs, sorted
}

type part struct {
	text  string // a literal, when name is empty
	name  string
	group bool // {{int .Name}}
}

// compile cuts a message and checks its placeholders.
func compile(m *goi18n.Message) (message, error) {
	parts, err := cut(m.Other)
	if err != nil {
		return message{}, err
	}
	if m.Other == "" {
		return message{}, fmt.Errorf("the text is empty")
	}
	msg := message{parts: parts, names: names(parts)}
	if m.One == "" {
		return msg, nil
	}
	one, err := cut(m.One)
	if err != nil {
		return message{}, err
	}
	msg.plural = true
	msg.names = names(append(one, parts...))
	if !slices.Contains(msg.names, "Count") {
		msg.names = append(msg.names, "Count")
	}
	return msg, nil
}

var placeholder = regexp.MustCompile(`\{\{ *(int +)?\.([A-Z][A-Za-z0-9]*) *\}\}`)

// cut splits text at its placeholders.
func cut(text string) ([]part, error) {
	var out []part
	at := 0
	for _, m := range placeholder.FindAllStringSubmatchIndex(text, -1) {
		if m[0] > at {
			out = append(out, part{text: text[at:m[0]]})
		}
		out = append(out, part{name: text[m[4]:m[5]], group: m[2] >= 0})
		at = m[1]
	}
	if at < len(text) {
		out = append(out, part{text: text[at:]})
	}
	for _, p := range out {
		if strings.Contains(p.text, "{{") || strings.Contains(p.text, "}}") {
			return nil, fmt.Errorf("a placeholder is {{.Name}} or {{int .Name}}, not as in %q", p.text)
		}
	}
	return out, nil
}

func names(parts []part) []string {
	var out []string
	for _, p := range parts {
		if p.name != "" {
			out = append(out, p.name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// values reads name, value pairs, or one map of them.
func values(args []any) map[string]any {
	if len(args) == 1 {
		m, _ := args[0].(map[string]any)
		return m
	}
	m := make(map[string]any, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		if name, ok := args[i].(string); ok {
			m[name] = args[i+1]
		}
	}
	return m
}

// render puts the values into the text of key.
func (l *Lang) render(key string, m message, v map[string]any) string {
	for _, name := range m.names {
		if _, ok := v[name]; !ok {
			l.b.miss(l.code, key+"{"+name+"}")
		}
	}
	if m.plural {
		return l.renderPlural(key, v)
	}
	var b strings.Builder
	for _, p := range m.parts {
		if p.name == "" {
			b.WriteString(p.text)
			continue
		}
		b.WriteString(l.value(v, p.name, p.group))
	}
	return b.String()
}

// renderPlural lets the library choose the form by the value named Count.
func (l *Lang) renderPlural(key string, v map[string]any) string {
	shown := make(map[string]any, len(v))
	for name := range v {
		shown[name] = l.value(v, name, false)
	}
	text, err := l.local.Localize(&goi18n.LocalizeConfig{
		MessageID: key, PluralCount: v["Count"], TemplateData: shown,
		Funcs: map[string]any{"int": func(s any) string { return l.grouped(fmt.Sprint(s)) }},
	})
	if err != nil && text == "" {
		l.b.miss(l.code, key)
		return "⟦" + key + "⟧"
	}
	return text
}

// value writes one value: days, months and instants in the language's form,
// numbers plain (they may be years) or grouped, all else by its own String.
func (l *Lang) value(v map[string]any, name string, group bool) string {
	val, ok := v[name]
	if !ok {
		return "⟦" + name + "⟧"
	}
	switch x := val.(type) {
	case string:
		return x
	case civil.Date:
		return l.Date(x)
	case civil.Month:
		return l.Month(x)
	case time.Time:
		return l.DateTime(x)
	case int:
		if !group {
			return strconv.Itoa(x)
		}
		return l.Int(x)
	}
	s := fmt.Sprint(val)
	if group {
		return l.grouped(s)
	}
	return s
}
