package web

import (
	"html/template"
	"strings"
	"testing"
	"testing/fstest"

	"chibo/internal/i18n"
)

// What is written into a template beforehand is what it would have written itself.
func TestFold(t *testing.T) {
	b, err := i18n.Load(fstest.MapFS{"vi.json": {Data: []byte(`{"a.plain": "Bàn \"việc\" <b> & 'họp'", "a.named": "{{.Name}} họp"}`)}})
	if err != nil {
		t.Fatal(err)
	}
	l, calls := b.Lang("vi"), 0
	funcs := template.FuncMap{"t": func(key string, args ...any) string { calls++; return l.T(key, args...) }, "icon": icon}
	const text = `<p title="{{t "a.plain"}}">{{t "a.plain"}}{{icon "home"}}</p>{{if .}}<i>{{t "a.plain"}}</i>{{else}}{{t "a.plain"}}{{end}}` +
		`{{range .}}{{t "a.plain"}} {{t "a.named" "Name" .}}{{end}}{{with .}}<title>{{t "a.plain"}}</title>{{end}}<b id={{t "a.plain"}}></b>{{define "x"}}{{t "a.plain"}}{{end}}{{template "x"}}`
	parsed := func() *template.Template { return template.Must(template.New("p").Funcs(funcs).Parse(text)) }
	plain, folded := parsed(), parsed()
	fold(folded, l)
	for _, dot := range [][]string{nil, {"Na", "<Mận>"}} {
		var want, got strings.Builder
		if err := plain.Execute(&want, dot); err != nil {
			t.Fatal(err)
		}
		calls = 0
		if err := folded.Execute(&got, dot); err != nil {
			t.Fatal(err)
		}
		if got.String() != want.String() {
			t.Errorf("%s\nwant %s", got.String(), want.String())
		}
		if most := len(dot) + 1; calls > most { // the texts with values, and the attribute without quotes
			t.Errorf("%d texts were asked for, want at most %d", calls, most)
		}
	}
}
