package paper

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf16"

	"chibo/internal/viet"
)

// pdfText reads the shown text of each page out of the file's own content streams, in drawing order.
func pdfText(tb testing.TB, b []byte) []string {
	tb.Helper()
	var out []string
	for _, part := range bytes.Split(b, []byte("\nstream\n"))[1:] {
		raw, _, _ := bytes.Cut(part, []byte("\nendstream"))
		z, err := zlib.NewReader(bytes.NewReader(raw))
		if err != nil {
			continue // not compressed: a character map
		}
		body, err := io.ReadAll(z)
		if err != nil || !bytes.Contains(body, []byte(" w\n")) && !bytes.Contains(body, []byte(" Td (")) {
			continue // a font
		}
		var page strings.Builder
		for _, shown := range strings.Split(string(body), " Td (")[1:] {
			page.WriteString(pdfString(shown))
		}
		out = append(out, page.String())
	}
	return out
}

// pdfString reads an escaped UTF-16 string up to its closing bracket.
func pdfString(s string) string {
	var raw []byte
	for i := 0; i < len(s) && s[i] != ')'; i++ {
		c := s[i]
		if c == '\\' {
			i++
			if c = s[i]; c == 'r' {
				c = '\r'
			}
		}
		raw = append(raw, c)
	}
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = uint16(raw[2*i])<<8 | uint16(raw[2*i+1])
	}
	return string(utf16.Decode(units))
}

// docxPart is one file of the package.
func docxPart(tb testing.TB, b []byte, name string) string {
	tb.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		tb.Fatal(err)
	}
	f, err := z.Open(name)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	body, err := io.ReadAll(f)
	if err != nil {
		tb.Fatal(err)
	}
	return string(body)
}

// docxText is the text of the body, one line per paragraph; it fails on XML that is not well-formed.
func docxText(tb testing.TB, b []byte) string {
	tb.Helper()
	dec := xml.NewDecoder(strings.NewReader(docxPart(tb, b, "word/document.xml")))
	var out strings.Builder
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return out.String()
		}
		if err != nil {
			tb.Fatalf("document.xml: %v", err)
		}
		switch v := tok.(type) {
		case xml.CharData:
			out.Write(v)
		case xml.StartElement:
			if v.Name.Local == "br" {
				out.WriteByte(' ')
			}
		case xml.EndElement:
			if v.Name.Local == "p" {
				out.WriteByte('\n')
			}
		}
	}
}

// wellFormed reads every XML file of the package.
func wellFormed(tb testing.TB, b []byte) {
	tb.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		tb.Fatal(err)
	}
	for _, f := range z.File {
		dec := xml.NewDecoder(strings.NewReader(docxPart(tb, b, f.Name)))
		for {
			if _, err := dec.Token(); err != nil {
				if !errors.Is(err, io.EOF) {
					tb.Errorf("%s: %v", f.Name, err)
				}
				break
			}
		}
	}
}

// letters drops all spaces: what remains must be the same in every form.
func letters(s string) string { return strings.Join(strings.Fields(s), "") }

// What is drawn on each page of the PDF is what the layout says, and DOCX has the same text.
func TestTextReadsBack(t *testing.T) {
	for name, d := range samples() {
		l, err := Measure(d)
		if err != nil {
			t.Fatal(err)
		}
		pages := pdfText(t, pdfOf(t, d))
		if len(pages) != len(l.Lines) {
			t.Fatalf("%s: %d pages, want %d", name, len(pages), len(l.Lines))
		}
		for i, lines := range l.Lines {
			want := letters(strings.Join(lines, ""))
			got := letters(pages[i])
			if i+1 >= d.Style.Number.From {
				got = strings.TrimPrefix(got, string(rune('1'+i)))
			}
			if got != want {
				t.Errorf("%s page %d: drawn\n%s\nwant\n%s", name, i+1, got, want)
			}
		}
		text := docxText(t, docxOf(t, d))
		for _, want := range []string{d.Header.Issuer, d.Number, d.PlaceDate, d.Style.Head.Mark, d.Signatures[0].Name, "- Lưu Chi bộ.\n"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: DOCX lacks %q", name, want)
			}
		}
		if name != "table" { // the PDF repeats the heads of tables
			if got, want := letters(text), letters(strings.Join(flat(l.Lines), "")); got != want {
				t.Errorf("%s: DOCX has\n%s\nwant\n%s", name, got, want)
			}
		}
		wellFormed(t, docxOf(t, d))
	}
}

func flat(pages [][]string) []string {
	var out []string
	for _, p := range pages {
		out = append(out, p...)
	}
	return out
}

func TestDOCXMeasures(t *testing.T) {
	b := docxOf(t, sampleMinutes())
	body := docxPart(t, b, "word/document.xml")
	for _, want := range []string{
		`<w:pgSz w:w="11906" w:h="16838"/>`,
		`<w:pgMar w:top="1134" w:right="850" w:bottom="1134" w:left="1701" w:header="567"`,
		`<w:titlePg/>`, `<w:tblHeader/>`, `<w:cantSplit/>`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("document.xml lacks %s", want)
		}
	}
	styles := docxPart(t, b, "word/styles.xml")
	for _, want := range []string{
		`w:ascii="Times New Roman"`, `<w:sz w:val="28"/>`, `w:line="370" w:lineRule="exact"`, `w:firstLine="567"/><w:jc w:val="both"/>`, `w:val="vi-VN"`,
	} {
		if !strings.Contains(styles, want) {
			t.Errorf("styles.xml lacks %s", want)
		}
	}
	if head := docxPart(t, b, "word/header1.xml"); !strings.Contains(head, " PAGE ") || !strings.Contains(head, `string="DỮ LIỆU MẪU"`) {
		t.Error("header lacks page number or watermark")
	}
	if first := docxPart(t, b, "word/header2.xml"); strings.Contains(first, " PAGE ") {
		t.Error("the first page has a number (rules.md 7.03)")
	}
}

// decompose writes text the way some keyboards and old files do.
func decompose(s string) string {
	return strings.NewReplacer("ế", "e\u0302\u0301", "Ủ", "U\u0309", "ộ", "o\u0323\u0302", "ữ", "u\u031b\u0303").Replace(s)
}

func TestDecomposedInput(t *testing.T) {
	d := sampleResolution()
	d.Subject = decompose("biểu quyết ở Chi bộ, giữ nếp")
	d.Blocks = append(d.Blocks, Grid(Table{Columns: []Column{{Title: decompose("Số phiếu")}}, Rows: []Row{Cells(decompose("Tổng cộng"))}}))
	d.Recipients = []string{decompose("Lưu Chi bộ.")}
	for name, text := range map[string]string{
		"pdf": strings.Join(pdfText(t, pdfOf(t, d)), ""), "docx": docxText(t, docxOf(t, d)), "html": htmlOf(t, d),
	} {
		if text != viet.NFC(text) {
			t.Errorf("%s: decomposed letters in the output", name)
		}
		if !strings.Contains(letters(text), letters("biểu quyết ở Chi bộ, giữ nếp")) {
			t.Errorf("%s: text lost", name)
		}
	}
}

// hostile texts must neither crash nor break a file.
var hostile = []string{
	`<script>alert("1")</script> & ]]> <!-- ' " \ ( ) %`,
	strings.Repeat("x", 3000),
	strings.Repeat("Đảng", 400),
	"\U0001F600\u200d\U0001F468 ☑ ✓ 中文字 \uFFFD \uFFFE\x00\x07\x1b \u202Eđảo\u202C",
	"bad \xff\xfe utf-8", "\n\n\n", "   ", "a\r\nb\rc\u2028d", "\u0301\u0302", strings.Repeat("- ", 300), strings.Repeat("một\n", 60),
}

// hostileDocument has the text everywhere.
func hostileDocument(s string) Document {
	d := sampleMinutes()
	d.Title, d.Number, d.PlaceDate, d.Kind, d.Subject, d.Watermark = s, s, s, s, s, s
	d.Header = Header{Upper: s, Issuer: s}
	d.Blocks = append(d.Blocks, Heading(s), Paragraph(Bold(s), Italic(s)), Item(Text(s)),
		Grid(Table{Columns: []Column{{Title: s, Width: 20}, {Title: s}, {}}, Rows: []Row{Cells(s, s, s, s), Cells(), {Cells: []string{s}, Bold: true}}}))
	d.Signatures = []Signature{{Authority: s, Post: s, Name: s}, {Post: s, Name: s, Side: SideLeft}}
	d.Recipients = []string{s, "", s}
	return d
}

func checkHostile(t *testing.T, s string) {
	t.Helper()
	d := hostileDocument(s)
	pages := pdfText(t, pdfOf(t, d))
	l, err := Measure(d)
	if err != nil || len(pages) < 1 || len(l.Lines) < len(pages) {
		t.Fatalf("%d pages drawn, %d laid, %v", len(pages), len(l.Lines), err)
	}
	wellFormed(t, docxOf(t, d))
	text := htmlOf(t, d)
	if strings.Contains(text, "<script>") || strings.Contains(text, "\x00") {
		t.Error("preview lets markup through")
	}
	dec := xml.NewDecoder(strings.NewReader(text)) // the fragment is well-formed but for void elements
	dec.Strict, dec.AutoClose, dec.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	for {
		if _, err := dec.Token(); err != nil {
			if !errors.Is(err, io.EOF) {
				t.Errorf("preview: %v", err)
			}
			break
		}
	}
	if _, err := d.JSON(); err != nil {
		t.Error(err)
	}
}

func TestHostile(t *testing.T) {
	for _, s := range hostile {
		checkHostile(t, s)
	}
	var empty Document
	empty.Style = partyStyle()
	if len(pdfOf(t, empty)) == 0 || len(docxOf(t, empty)) == 0 {
		t.Error("an empty document has no file")
	}
}

func FuzzRender(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) <= 4_000 {
			checkHostile(t, s)
		}
	})
}

func BenchmarkPDF(b *testing.B) { // budget 200 ms
	d := sampleMinutes()
	for b.Loop() {
		if err := PDF(io.Discard, d); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDOCX(b *testing.B) { // budget 50 ms
	d := sampleMinutes()
	for b.Loop() {
		if err := DOCX(io.Discard, d); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHTML(b *testing.B) {
	d := sampleMinutes()
	for b.Loop() {
		if err := HTML(io.Discard, d); err != nil {
			b.Fatal(err)
		}
	}
}
