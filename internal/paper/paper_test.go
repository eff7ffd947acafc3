package paper

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The stored form of issued papers must not change unnoticed: they are hashed.
func TestJSONGolden(t *testing.T) {
	got, err := sampleMinutes().JSON()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", "minutes.json")
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("canonical JSON changed; run with -update only if no stored paper can be affected\n%s", got)
	}
}

func TestJSONRoundTrip(t *testing.T) {
	for name, d := range samples() {
		first, err := d.JSON()
		if err != nil {
			t.Fatal(name, err)
		}
		back, err := Parse(first)
		if err != nil {
			t.Fatal(name, err)
		}
		second, err := back.JSON()
		if err != nil || !bytes.Equal(first, second) {
			t.Errorf("%s: not the same after a round trip (%v)", name, err)
		}
		if !bytes.Equal(pdfOf(t, d), pdfOf(t, back)) || !bytes.Equal(docxOf(t, d), docxOf(t, back)) {
			t.Errorf("%s: stored JSON renders otherwise than the document", name)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	good, _ := sampleResolution().JSON()
	for name, c := range map[string]struct {
		json string
		want error
	}{
		"not json":       {"{", ErrModel},
		"newer version":  {strings.Replace(string(good), `{"v":1`, `{"v":2`, 1), ErrVersion},
		"no version":     {strings.Replace(string(good), `{"v":1`, `{"v":0`, 1), ErrVersion},
		"unknown field":  {strings.Replace(string(good), `{"v":1`, `{"v":1,"seal":"x"`, 1), ErrModel},
		"unknown block":  {strings.Replace(string(good), `"type":"item"`, `"type":"image"`, 1), ErrModel},
		"bad date":       {strings.Replace(string(good), `"date":"2026-11-03"`, `"date":"03/11/2026"`, 1), ErrModel},
		"missing margin": {strings.Replace(string(good), `"width":210`, `"width":0`, 1), ErrStyle},
	} {
		if _, err := Parse([]byte(c.json)); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
}

func TestValidate(t *testing.T) {
	for name, change := range map[string]func(*Document){
		"no style":          func(d *Document) { d.Style = Style{} },
		"odd size":          func(d *Document) { d.Style.Body.Size = 13.3 },
		"no font":           func(d *Document) { d.Style.Body.Font = "" },
		"no orphan control": func(d *Document) { d.Style.Body.MinLines = 0 },
		"bad block":         func(d *Document) { d.Blocks = append(d.Blocks, Block{}) },
		"empty table":       func(d *Document) { d.Blocks = append(d.Blocks, Grid(Table{})) },
		"bad align":         func(d *Document) { d.Blocks[0].Align = "both" },
		"bad side":          func(d *Document) { d.Signatures[0].Side = "top" },
		"negative spacer":   func(d *Document) { d.Blocks = append(d.Blocks, Spacer(-1)) },
	} {
		d := sampleMinutes()
		change(&d)
		if err := d.Validate(); err == nil {
			t.Errorf("%s: accepted", name)
		}
		if PDF(&bytes.Buffer{}, d) == nil || DOCX(&bytes.Buffer{}, d) == nil || HTML(&bytes.Buffer{}, d) == nil {
			t.Errorf("%s: rendered", name)
		}
		if _, err := Measure(d); err == nil {
			t.Errorf("%s: measured", name)
		}
	}
	if err := sampleMinutes().Validate(); err != nil {
		t.Error(err)
	}
}

func TestDeterministic(t *testing.T) {
	for name, d := range samples() {
		if !bytes.Equal(pdfOf(t, d), pdfOf(t, d)) {
			t.Errorf("%s: two PDFs differ", name)
		}
		if !bytes.Equal(docxOf(t, d), docxOf(t, d)) {
			t.Errorf("%s: two DOCX differ", name)
		}
		first := htmlOf(t, d)
		if first != htmlOf(t, d) {
			t.Errorf("%s: two previews differ", name)
		}
	}
}

// The renderers must not touch the caller's document, and several may run at once.
func TestRenderersShareNothing(t *testing.T) {
	d := sampleMinutes()
	before, _ := d.JSON()
	want := pdfOf(t, d)
	done := make(chan []byte)
	for range 4 {
		go func() {
			var b bytes.Buffer
			if err := PDF(&b, d); err != nil {
				b.Reset()
			}
			done <- b.Bytes()
		}()
	}
	for range 4 {
		if !bytes.Equal(<-done, want) {
			t.Error("a PDF drawn beside others differs")
		}
	}
	if after, _ := d.JSON(); !bytes.Equal(before, after) {
		t.Error("the document was changed")
	}
}

func TestHTML(t *testing.T) {
	got := htmlOf(t, sampleMinutes())
	for _, want := range []string{
		`<article class="paper" lang="vi" data-watermark="DỮ LIỆU MẪU">`,
		`<h2 class="paper-kind">BIÊN BẢN</h2>`,
		`<h3 class="paper-h">I- NỘI DUNG SINH HOẠT</h3>`,
		`<strong>Thời gian: </strong>19 giờ 30 phút`,
		`<th scope="col">Nhiệm vụ</th>`,
		`<td class="paper-center">25/11/2026</td>`,
		`<em>nhấn mạnh vai trò nêu gương của đảng viên</em>`,
		`<p class="paper-name">Lê Văn Thủy</p>`,
		`<li>- Lưu Chi bộ.</li>`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("preview lacks %q", want)
		}
	}
	for _, never := range []string{"style=", "<script", "<style", "onclick"} {
		if strings.Contains(got, never) {
			t.Errorf("preview has %q, which a strict policy forbids", never)
		}
	}
	for _, class := range classes(got) {
		if class != "paper" && !strings.HasPrefix(class, "paper-") {
			t.Errorf("class %q could meet one of the page's own", class)
		}
	}
}

// classes are all class names in some HTML.
func classes(s string) []string {
	var out []string
	for _, part := range strings.Split(s, `class="`)[1:] {
		names, _, _ := strings.Cut(part, `"`)
		out = append(out, strings.Fields(names)...)
	}
	return out
}

func TestLetterSubjectUnderNumber(t *testing.T) {
	l, err := Measure(sampleLetter())
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(l.Lines[0], "\n")
	if !strings.Contains(text, "Số 12-CV/CB\nvề việc đăng ký") || strings.Contains(text, "-----") {
		t.Errorf("subject of a letter is not under its number (rules.md 7.11):\n%s", text)
	}
}

func TestSignatureAreas(t *testing.T) {
	l, err := Measure(sampleMinutes())
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Signatures) != 2 {
		t.Fatal("want two areas")
	}
	left, right := l.Signatures[0], l.Signatures[1]
	if left.Page != 2 || right.Page != 2 || left.H < 24 || left.W < 60 || left.X < 29 || right.X < left.X+left.W-1 || left.Y != right.Y {
		t.Errorf("areas %+v %+v", left, right)
	}
}
