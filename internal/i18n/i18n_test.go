package i18n_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"

	"chibo/internal/civil"
	"chibo/internal/i18n"
)

func files(pairs ...string) fstest.MapFS {
	m := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return m
}

func load(t testing.TB) *i18n.Bundle {
	t.Helper()
	b, err := i18n.Load(
		files("i18n/vi.json", `{"m.title":"Sinh hoạt {{.Name}} {{.Day}}","m.plain":"Họp","m.count":"{{int .Count}} đảng viên","m.vi_only":"riêng"}`,
			"i18n/en.json", `{"m.title":"Meeting of {{.Name}} {{.Day}}","m.plain":"Meeting","m.count":{"one":"{{.Count}} member","other":"{{int .Count}} members"}}`),
		files("vi.json", `{"n.year":"năm {{.Year}}"}`, "en.json", `{"n.year":"year {{.Year}}"}`, "note.txt", "not a catalogue"),
	)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestT(t *testing.T) {
	b := load(t)
	vi, en := b.Lang("vi"), b.Lang("en")
	day := civil.Of(2026, 11, 3)
	for _, c := range []struct{ got, want string }{
		{vi.T("m.plain"), "Họp"},
		{en.T("m.plain"), "Meeting"},
		{vi.T("m.title", "Name", "Chi bộ Thôn 2", "Day", day), "Sinh hoạt Chi bộ Thôn 2 03/11/2026"},
		{en.T("m.title", map[string]any{"Name": "A & B", "Day": day}), "Meeting of A & B 03/11/2026"},
		{vi.T("m.count", "Count", 8701), "8.701 đảng viên"},
		{vi.T("m.count", "Count", int64(8701)), "8.701 đảng viên"},
		{en.T("m.count", "Count", 1), "1 member"},
		{en.T("m.count", "Count", 8701), "8,701 members"},
		{vi.T("n.year", "Year", 2026), "năm 2026"},
		{b.Lang("fr").Code(), "vi"},
	} {
		if c.got != c.want {
			t.Errorf("got %q; want %q", c.got, c.want)
		}
	}
	if !slices.Equal(b.Codes(), []string{"vi", "en"}) {
		t.Errorf("Codes = %v", b.Codes())
	}
}

func TestMissingIsShownAndTold(t *testing.T) {
	b := load(t)
	var told []string
	b.OnMissing(func(lang, key string) { told = append(told, lang+":"+key) })
	if got := b.Lang("vi").T("no.such"); got != "⟦no.such⟧" {
		t.Errorf("got %q", got)
	}
	if got := b.Lang("en").T("m.vi_only"); got != "riêng" {
		t.Errorf("got %q", got)
	}
	if got := b.Lang("vi").T("n.year"); got != "năm ⟦Year⟧" {
		t.Errorf("got %q", got)
	}
	if want := []string{"vi:no.such", "en:m.vi_only", "vi:n.year{Year}"}; !slices.Equal(told, want) {
		t.Errorf("told %v; want %v", told, want)
	}
}

func TestLoadRefuses(t *testing.T) {
	for name, src := range map[string]fstest.MapFS{
		"no Vietnamese":    files("en.json", `{"a.b":"x"}`),
		"not JSON":         files("vi.json", `{`),
		"a list":           files("vi.json", `["a"]`),
		"key twice":        files("vi.json", `{"a.b":"x","a.b":"y"}`),
		"key in two files": files("vi.json", `{"a.b":"x"}`, "x/vi.json", `{"a.b":"y"}`),
		"code in a text":   files("vi.json", `{"a.b":"{{if .X}}y{{end}}"}`),
		"small letter":     files("vi.json", `{"a.b":"{{.name}}"}`),
		"empty text":       files("vi.json", `{"a.b":""}`),
	} {
		if _, err := i18n.Load(src); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestMatch(t *testing.T) {
	b := load(t)
	for accept, want := range map[string]string{
		"": "vi", "vi-VN,vi;q=0.9": "vi", "en-GB,en;q=0.8": "en", "fr,en;q=0.4": "en", "ja": "vi", ";;;": "vi",
	} {
		if got := b.Match(accept).Code(); got != want {
			t.Errorf("Match(%q) = %s; want %s", accept, got, want)
		}
	}
}

func TestForms(t *testing.T) {
	vi, en := load(t).Lang("vi"), load(t).Lang("en")
	day := civil.Of(2026, 11, 3)
	at := day.Time(19, 30)
	for _, c := range []struct{ got, want string }{
		{vi.Int(8701), "8.701"},
		{en.Int(8701), "8,701"},
		{vi.Int(-1234567), "-1.234.567"},
		{vi.Int(100), "100"},
		{vi.Int(-100), "-100"},
		{vi.Percent(973, 1000), "97,3 %"},
		{en.Percent(973, 1000), "97.3%"},
		{vi.Percent(1, 3), "33,3 %"},
		{vi.Percent(2, 3), "66,7 %"},
		{vi.Percent(1, 2000), "0,1 %"},
		{vi.Percent(8, 8), "100,0 %"},
		{vi.Percent(0, 0), "–"},
		{vi.Percent(-1, 4), "-25,0 %"},
		{vi.Date(day), "03/11/2026"},
		{vi.DateLong(day), "ngày 03 tháng 11 năm 2026"},
		{en.DateLong(day), "3 November 2026"},
		{en.DateLong(must(civil.Parse("2026-11"))), "November 2026"},
		{en.DateLong(must(civil.Parse("2026"))), "2026"},
		{vi.Weekday(day), "Thứ Ba"},
		{en.Weekday(day), "Tuesday"},
		{vi.Weekday(civil.Of(2026, 11, 1)), "Chủ nhật"},
		{vi.Month(202611), "tháng 11/2026"},
		{en.Month(202611), "November 2026"},
		{vi.Time(at.UTC()), "19:30"},
		{vi.DateTime(at), "19:30, 03/11/2026"},
		{vi.Time(time.Time{}), ""},
	} {
		if c.got != c.want {
			t.Errorf("got %q; want %q", c.got, c.want)
		}
	}
}

func must(d civil.Date, err error) civil.Date {
	if err != nil {
		panic(err)
	}
	return d
}

func TestIntReadsBack(t *testing.T) {
	vi := load(t).Lang("vi")
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int().Draw(t, "n")
		s := vi.Int(n)
		plain := strings.ReplaceAll(s, ".", "")
		if plain != strconv.Itoa(n) {
			t.Fatalf("Int(%d) = %q", n, s)
		}
		for i, group := range strings.Split(strings.TrimPrefix(s, "-"), ".") {
			if (i > 0 && len(group) != 3) || len(group) > 3 {
				t.Fatalf("Int(%d) = %q", n, s)
			}
		}
	})
}

func TestScanAndCheck(t *testing.T) {
	src := files(
		"a/web.go", "package a\nvar ErrX = fault.New(fault.Conflict, \"a.err.x\")\nfunc f() { l.T(\"a.title\"); fs.Add(\"day\", \"a.err.past\"); g(\"a.state.\" + s); h(\"a.kind\") }",
		"a/page.html", `<h1>{{t "a.page"}}</h1>{{tr "a.gone" "N" 3}}{{$.L.T "a.dot"}}{{t (printf "a.form.%s" .Form)}}`,
		"a/web_test.go", `package a; var x = l.T("a.only_test")`,
		"a/.hidden/x.go", `package a; var x = l.T("a.hidden")`,
	)
	used, err := i18n.Scan(src)
	if err != nil {
		t.Fatal(err)
	}
	used.Add("a.given")
	used.AddPrefix("b.")
	b, err := i18n.Load(files(
		"vi.json", `{"a.err.x":"x","a.title":"{{.N}}","a.err.past":"p","a.state.open":"o","a.kind":"k","a.page":"p","a.dot":"d","a.form.one":"1","a.given":"g","b.any":"b","a.dead":"x"}`,
		"en.json", `{"a.err.x":"x","a.title":"{{.M}}","a.err.past":"p","a.state.open":"o","a.kind":"k","a.page":"p","a.dot":"d","a.form.one":"1","a.given":"g","a.extra":"e","a.dead":"x"}`,
	))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`"a.dead" is used by nothing`,
		`a/page.html asks for "a.gone", which no catalogue has`,
		`en: "a.extra" has no Vietnamese text`,
		`en: "a.title" needs values [M], in Vietnamese [N]`,
		`en: "b.any" is missing`,
	}
	if got := i18n.Check(b, used); !slices.Equal(got, want) {
		t.Errorf("got:\n%s", strings.Join(got, "\n"))
	}
}

func BenchmarkT(b *testing.B) {
	vi := load(b).Lang("vi")
	b.Run("plain", func(b *testing.B) {
		for b.Loop() {
			vi.T("m.plain")
		}
	})
	b.Run("values", func(b *testing.B) {
		for b.Loop() {
			vi.T("m.title", "Name", "Thôn 2", "Day", "x")
		}
	})
}
