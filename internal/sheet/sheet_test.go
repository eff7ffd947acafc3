package sheet_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"chibo/internal/civil"
	"chibo/internal/fault"
	"chibo/internal/sheet"
	"chibo/internal/viet"
)

// book makes a workbook with the library that many programs write with.
func book(t testing.TB, fill func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	fill(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func set(t testing.TB, f *excelize.File, cell string, v any) {
	t.Helper()
	if err := f.SetCellValue("Sheet1", cell, v); err != nil {
		t.Fatal(err)
	}
}

func open(name string, b []byte) (*sheet.File, error) {
	return sheet.Open(name, bytes.NewReader(b), int64(len(b)), sheet.Limits{})
}

// read gives all texts of the first sheet, a line for each row.
func read(t testing.TB, name string, b []byte) (string, sheet.Head) {
	t.Helper()
	f, err := open(name, b)
	if err != nil {
		t.Fatal(err)
	}
	h, err := f.Inspect(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	err = f.Each(t.Context(), 0, h, func(r sheet.Row) error {
		fmt.Fprintf(&out, "%d:", r.N)
		for _, c := range r.Cells {
			out.WriteString(c.Text + "|")
		}
		out.WriteString("\n")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), h
}

func TestWorkbook(t *testing.T) {
	b := book(t, func(f *excelize.File) {
		set(t, f, "A1", "DANH SÁCH")
		set(t, f, "A3", norm.NFD.String("Nguyễn Văn Đức"))
		set(t, f, "B3", 36557)
		set(t, f, "C3", 38090001234.0)
		set(t, f, "D3", true)
		set(t, f, "A5", "Chi bộ Thôn 2")
		set(t, f, "B5", "a & b <c> \"d\"")
		set(t, f, "B6", "x")
		if err := f.MergeCell("Sheet1", "A5", "A6"); err != nil {
			t.Fatal(err)
		}
		if err := f.SetCellFormula("Sheet1", "E3", "=B3+1"); err != nil {
			t.Fatal(err)
		}
	})
	got, h := read(t, "a.xlsx", b)
	want := "1:DANH SÁCH|\n3:Nguyễn Văn Đức|36557|38090001234|1||\n5:Chi bộ Thôn 2|a & b <c> \"d\"|\n6:Chi bộ Thôn 2|x|\n"
	if got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
	if h.Rows != 4 || h.Last != 6 || h.Formulas != 1 || len(h.Merges) != 1 {
		t.Errorf("%+v", h)
	}
	if c := h.Top[1].Cell(4); c.Kind != sheet.Blank || !c.Formula {
		t.Errorf("a formula that was never worked out: %+v", c)
	}
	if c := h.Top[1].Cell(2); c.Kind != sheet.Number {
		t.Errorf("a number: %+v", c)
	}
}

// The reader gives what the library gives, for any table.
func TestWorkbookLikeTheLibrary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.StringOf(rapid.SampledFrom([]rune("aăNguyễn &<>'\"_x0041_\t=+"))), rapid.Just(""))
		rows := rapid.SliceOfN(rapid.SliceOfN(text, 1, 5), 1, 8).Draw(t, "rows")
		f := excelize.NewFile()
		for i, r := range rows {
			for j, s := range r {
				cell, _ := excelize.CoordinatesToCellName(j+1, i+1) //nolint:errcheck // small numbers
				if err := f.SetCellStr("Sheet1", cell, s); err != nil {
					t.Fatal(err)
				}
			}
		}
		var b bytes.Buffer
		if err := f.Write(&b); err != nil {
			t.Fatal(err)
		}
		sf, err := open("x.xlsx", b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		err = sf.Each(context.Background(), 0, sheet.Head{}, func(r sheet.Row) error {
			for j, c := range r.Cells {
				if want := strings.TrimSpace(norm.NFC.String(rows[r.N-1][j])); c.Text != want {
					t.Fatalf("row %d column %d: %q, want %q", r.N, j, c.Text, want)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestText(t *testing.T) {
	const table = "STT;Họ và tên;Chi bộ\r\n1;Nguyễn Thị Hòa;\"Thôn 2; Thôn 3\"\r\n2;Trần Văn Đức;Thôn 10\r\n"
	const want = "1:STT|Họ và tên|Chi bộ|\n2:1|Nguyễn Thị Hòa|Thôn 2; Thôn 3|\n3:2|Trần Văn Đức|Thôn 10|\n"
	encode := func(b []byte, err error) []byte {
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for name, b := range map[string][]byte{
		"utf-8":               []byte(table),
		"utf-8 with a mark":   []byte("\ufeff" + table),
		"decomposed":          []byte(norm.NFD.String(table)),
		"utf-16":              encode(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(table))),
		"utf-16 big":          encode(unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(table))),
		"utf-16 without mark": encode(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().Bytes([]byte(table))),
		"windows-1258":        encode(charmap.Windows1258.NewEncoder().Bytes([]byte(to1258(table)))),
		"tcvn3":               encode(charmap.Windows1252.NewEncoder().Bytes([]byte("STT;Hä vµ tªn;Chi bé\n1;NguyÔn ThÞ Hßa;\"Th«n 2; Th«n 3\"\n2;TrÇn V¨n §øc;Th«n 10\n"))),
		"vni":                 encode(charmap.Windows1252.NewEncoder().Bytes([]byte("STT;Hoï vaø teân;Chi boä\n1;Nguyeãn Thò Hoøa;\"Thoân 2; Thoân 3\"\n2;Traàn Vaên Ñöùc;Thoân 10\n"))),
	} {
		if got, _ := read(t, name+".csv", b); got != want {
			t.Errorf("%s:\n%s", name, got)
		}
	}
	for sep, want := range map[string]string{",": "a|b|c|", "\t": "a|b|c|", ";": "a|b|c|"} {
		got, _ := read(t, "x.csv", []byte(strings.Join([]string{"a", "b", "c"}, sep)+"\n"+strings.Join([]string{"1", "2", "3"}, sep)+"\n"))
		if !strings.HasPrefix(got, "1:"+want) {
			t.Errorf("%q: %s", sep, got)
		}
	}
}

// to1258 writes letters that Windows-1258 has as a letter and a tone.
func to1258(s string) string {
	var b strings.Builder
	for _, r := range s {
		if _, err := charmap.Windows1258.NewEncoder().String(string(r)); err == nil {
			b.WriteRune(r)
			continue
		}
		d := []rune(norm.NFD.String(string(r)))
		tone := -1
		for i, m := range d {
			if strings.ContainsRune("\u0300\u0309\u0303\u0301\u0323", m) {
				tone = i
			}
		}
		base := string(d[:tone]) + string(d[tone+1:])
		b.WriteString(norm.NFC.String(base) + string(d[tone]))
	}
	return b.String()
}

func TestOldFontsInAWorkbook(t *testing.T) {
	b := book(t, func(f *excelize.File) {
		for i, name := range []string{"Hä vµ tªn", "NguyÔn V¨n An", "L\u00aa ThÞ BÐ", "Ph¹m Quúnh Nh\u00ad", "Trần Văn Mới"} {
			set(t, f, fmt.Sprintf("A%d", i+1), name)
		}
	})
	got, h := read(t, "x.xlsx", b)
	if want := "1:Họ và tên|\n2:Nguyễn Văn An|\n3:Lê Thị Bé|\n4:Phạm Quỳnh Như|\n5:Trần Văn Mới|\n"; got != want {
		t.Errorf("%s", got)
	}
	if h.Old != 1 || h.Charset(0) != viet.TCVN3 {
		t.Errorf("%d columns, %s", h.Old, h.Charset(0))
	}
}

// zipOf makes a zip of parts.
func zipOf(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, text := range parts {
		p, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(p, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func parts(sheetXML string) map[string]string {
	return map[string]string{
		"xl/workbook.xml":            `<workbook xmlns:r="r"><sheets><sheet name="A" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml":   sheetXML,
	}
}

// What is wrong with a file is one clear answer, and never a shorter table.
func TestBadFiles(t *testing.T) {
	macros := parts(`<worksheet/>`)
	macros["xl/vbaProject.bin"] = "x"
	unfold := parts(`<!DOCTYPE x [<!ENTITY a "aaaaaaaa">]><worksheet/>`)
	cut := book(t, func(f *excelize.File) { set(t, f, "A1", "x") })
	long := parts(`<worksheet><sheetData><row><c t="inlineStr"><is><t>` + strings.Repeat("a", 200_000) + `</t></is></c></row></sheetData></worksheet>`)
	for _, c := range []struct {
		name string
		file string
		b    []byte
		want string
	}{
		{"empty", "a.xlsx", nil, "sheet.err.empty"},
		{"old format", "a.xls", []byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1}, "sheet.err.xls"},
		{"old format by name", "a.xls", []byte("anything"), "sheet.err.xls"},
		{"locked", "a.xlsx", []byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1}, "sheet.err.locked"},
		{"macros by name", "a.xlsm", zipOf(t, parts(`<worksheet/>`)), "sheet.err.macros"},
		{"macros inside", "a.xlsx", zipOf(t, macros), "sheet.err.macros"},
		{"a picture", "a.png", []byte("\x89PNG\r\n\x1a\n"), "sheet.err.kind"},
		{"a document", "a.docx", zipOf(t, map[string]string{"word/document.xml": "<x/>"}), "sheet.err.kind"},
		{"an open document", "a.ods", zipOf(t, map[string]string{"content.xml": "<x/>"}), "sheet.err.ods"},
		{"cut off", "a.xlsx", cut[:len(cut)/2], "sheet.err.damaged"},
		{"binary as csv", "a.csv", []byte("a\x00\x01\x02b"), "sheet.err.kind"},
		{"XML cut off", "a.xlsx", zipOf(t, parts(`<worksheet><sheetData><row r="1"><c><v>1</v></c></row>`)), "sheet.err.damaged"},
		{"rows out of order", "a.xlsx", zipOf(t, parts(`<worksheet><sheetData><row r="2"><c><v>1</v></c></row><row r="1"><c><v>1</v></c></row></sheetData></worksheet>`)), "sheet.err.damaged"},
		{"entities of its own", "a.xlsx", zipOf(t, unfold), "sheet.err.damaged"},
		{"a cell without end", "a.xlsx", zipOf(t, long), "sheet.err.damaged"},
		{"nothing in it", "a.xlsx", zipOf(t, parts(`<worksheet><sheetData/></worksheet>`)), "sheet.err.no_rows"},
		{"a quote without end", "a.csv", []byte("a,b\n1,\"" + strings.Repeat("x,y\n", 400_000)), "sheet.err.quote"},
	} {
		f, err := open(c.file, c.b)
		if err == nil {
			_, err = f.Inspect(t.Context(), 0)
		}
		var e *fault.Error
		if !errors.As(err, &e) || e.Key != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

// none fails the test when anything is read of it.
type none struct{ t *testing.T }

func (n none) ReadAt([]byte, int64) (int, error) {
	n.t.Error("the file was read")
	return 0, io.EOF
}

func TestTooLargeIsRefusedUnread(t *testing.T) {
	_, err := sheet.Open("a.xlsx", none{t}, 500<<20, sheet.Limits{})
	if fault.KindOf(err) != fault.TooLarge {
		t.Errorf("%v", err)
	}
}

func TestBombs(t *testing.T) {
	// One row again and again: 60 MB that pack into 60 kB.
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, text := range parts("") {
		p, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if name != "xl/worksheets/sheet1.xml" {
			if _, err := io.WriteString(p, text); err != nil {
				t.Fatal(err)
			}
			continue
		}
		row := strings.Repeat(" ", 1<<20)
		for range 60 {
			if _, err := io.WriteString(p, row); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := open("bomb.xlsx", b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Inspect(t.Context(), 0); fault.KindOf(err) != fault.TooLarge {
		t.Errorf("a bomb: %v", err)
	}
	small := book(t, func(f *excelize.File) {
		for i := range 200 {
			set(t, f, fmt.Sprintf("A%d", i+1), "a text that takes its place")
		}
	})
	for name, lim := range map[string]sheet.Limits{"unpacked": {Unpacked: 1000}, "strings": {Strings: 20}, "rows": {Rows: 100}} {
		f, err := sheet.Open("x.xlsx", bytes.NewReader(small), int64(len(small)), lim)
		if err == nil {
			_, err = f.Inspect(t.Context(), 0)
		}
		if fault.KindOf(err) != fault.TooLarge {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestHeading(t *testing.T) {
	words := map[string]int{"ho va ten": 10, "nam sinh": 6, "nam sinh nam": 9, "nam sinh nu": 9, "ngay vao dang": 8, "so the": 8, "nam": 3, "nu": 3}
	score := func(text string) int { return words[viet.Fold(text)] }
	b := book(t, func(f *excelize.File) {
		set(t, f, "A1", "DANH SÁCH ĐẢNG VIÊN NĂM SINH 1950 TRỞ VỀ TRƯỚC")
		set(t, f, "A3", "STT")
		set(t, f, "B3", "Họ và tên")
		set(t, f, "C3", "Năm sinh")
		set(t, f, "C4", "Nam")
		set(t, f, "D4", "Nữ")
		set(t, f, "E3", "Ngày vào Đảng")
		set(t, f, "B5", "Nguyễn Văn An")
		set(t, f, "C5", 1950)
		for _, m := range [][2]string{{"A1", "E1"}, {"A3", "A4"}, {"B3", "B4"}, {"C3", "D3"}, {"E3", "E4"}} {
			if err := f.MergeCell("Sheet1", m[0], m[1]); err != nil {
				t.Fatal(err)
			}
		}
	})
	_, h := read(t, "x.xlsx", b)
	got := sheet.FindHeading(h, score)
	if got.Row != 3 || got.Height != 2 || strings.Join(got.Texts, "|") != "STT|Họ và tên|Năm sinh Nam|Năm sinh Nữ|Ngày vào Đảng" {
		t.Errorf("%+v", got)
	}
	_, h = read(t, "x.csv", []byte("STT,Họ và tên,Năm sinh,,Số thẻ\n,,Nam,Nữ,\n1,Nguyễn Văn An,1950,,12\n"))
	if got := sheet.FindHeading(h, score); got.Height != 2 || strings.Join(got.Texts, "|") != "STT|Họ và tên|Năm sinh Nam|Năm sinh Nữ|Số thẻ" {
		t.Errorf("without merged cells: %+v", got)
	}
	_, h = read(t, "x.csv", []byte("1,2\n3,4\n"))
	if got := sheet.FindHeading(h, score); got.Row != 0 {
		t.Errorf("no heading: %+v", got)
	}
}

func TestParseDate(t *testing.T) {
	latest := civil.Of(2026, 11, 3)
	text := func(s string) sheet.Cell { return sheet.Cell{Text: s} }
	num := func(s string) sheet.Cell { return sheet.Cell{Text: s, Kind: sheet.Number} }
	for _, c := range []struct {
		cell sheet.Cell
		want string
	}{
		{text("3/2/1990"), "1990-02-03"},
		{text("03/02/1990"), "1990-02-03"},
		{text("03-02-1990"), "1990-02-03"},
		{text("03.02.1990"), "1990-02-03"},
		{text(" 3 / 2 / 1990 "), "1990-02-03"},
		{text("3-2-90"), "1990-02-03"},
		{text("3/2/05"), "2005-02-03"},
		{text("3/2/27"), "1927-02-03"},
		{text("1990-02-03"), "1990-02-03"},
		{text("1990-02-03T00:00:00Z"), "1990-02-03"},
		{text("03/02/1990 00:00:00"), "1990-02-03"},
		{text("3/2/1990 12:00 AM"), "1990-02-03"},
		{text("ngày 3 tháng 2 năm 1990"), "1990-02-03"},
		{text("Ngày 03 tháng 02 năm 1990"), "1990-02-03"},
		{text(norm.NFD.String("ngày 3 tháng 2 năm 1990")), "1990-02-03"},
		{text("3 tháng 2, 1990"), "1990-02-03"},
		{text("tháng 2/1990"), "1990-02"},
		{text("T2/1990"), "1990-02"},
		{text("tháng 2 năm 1990"), "1990-02"},
		{text("02-1990"), "1990-02"},
		{text("1990"), "1990"},
		{text("năm 1990"), "1990"},
		{text("00/00/1990"), "1990"},
		{text("00/02/1990"), "1990-02"},
		{text("03021990"), "1990-02-03"},
		{text("19900203"), "1990-02-03"},
		{text("03-Feb-1990"), "1990-02-03"},
		{text("03-Feb-90"), "1990-02-03"},
		{num("1990"), "1990"},
		{num("36557"), "2000-02-01"},
		{num("36557.5"), "2000-02-01"},
		{num("32907"), "1990-02-03"},
		{num("3021990"), "1990-02-03"},
		{text(""), ""},
		{text("29/02/2024"), "2024-02-29"},
	} {
		got, err := sheet.ParseDate(c.cell, latest)
		if err != nil || got.String() != c.want {
			t.Errorf("%q: %s, %v; want %s", c.cell.Text, got, err, c.want)
		}
	}
	for _, s := range []string{"31/02/2001", "29/2/2025", "12/25/1990", "32/01/1990", "0/1/1990x", "31/4/1980", "00/13/1990"} {
		if d, err := sheet.ParseDate(text(s), latest); err == nil {
			t.Errorf("%q became %s", s, d)
		}
	}
	for s, want := range map[string]*fault.Error{"31/02/2001": sheet.ErrNoSuchDay, "khoảng 1950": sheet.ErrDate, "3/2": sheet.ErrDate, "x": sheet.ErrDate, "1990-1991": sheet.ErrDate, "12": sheet.ErrDate} {
		if _, err := sheet.ParseDate(text(s), latest); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", s, err, want)
		}
	}
	for _, s := range []string{"3.199", "12", "-5", "999999", "1e9"} {
		if d, err := sheet.ParseDate(num(s), latest); err == nil {
			t.Errorf("the number %s became %s", s, d)
		}
	}
}

// Every day reads back in each of its spellings, and as its serial number.
func TestDateProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := civil.Of(1906, 1, 10).AddDays(rapid.IntRange(0, 47_000).Draw(t, "days"))
		latest := d.AddDays(rapid.IntRange(0, 30_000).Draw(t, "later"))
		for _, form := range []string{"%d/%d/%d", "%02d-%02d-%d", "%d.%d.%d", "ngày %d tháng %d năm %d", "%02d%02d%d"} {
			s := fmt.Sprintf(form, d.Day(), d.MonthNum(), d.Year())
			if got, err := sheet.ParseDate(sheet.Cell{Text: s}, latest); err != nil || got != d {
				t.Fatalf("%s: %s, %v", s, got, err)
			}
		}
		serial := fmt.Sprint(d.Sub(civil.Of(1899, 12, 30)))
		if got, err := sheet.ParseDate(sheet.Cell{Text: serial, Kind: sheet.Number}, latest); err != nil || got != d {
			t.Fatalf("serial %s: %s, %v; want %s", serial, got, err, d)
		}
		short := fmt.Sprintf("%d/%d/%02d", d.Day(), d.MonthNum(), d.Year()%100)
		if latest.Year()-d.Year() < 100 {
			if got, err := sheet.ParseDate(sheet.Cell{Text: short}, latest); err != nil || got != d {
				t.Fatalf("%s before %s: %s, %v", short, latest, got, err)
			}
		}
	})
}

func TestNumbers(t *testing.T) {
	for in, want := range map[string]string{
		"912345678": "0912345678 true true", "0912345678": "0912345678 false true", "+84 912 345 678": "0912345678 false true",
		"0912.345.678": "0912345678 false true", "0912345678; 0987654321": "0912345678 false true", "02393 831 234": "02393831234 false true",
		"không có": " false false", "": " false true", "12": "12 false false",
	} {
		phone, mended, ok := sheet.Phone(sheet.Cell{Text: in})
		if got := fmt.Sprint(phone, " ", mended, " ", ok); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
	if d, ok := sheet.LostZeros(sheet.Cell{Kind: sheet.Number}, "38090001234", 12); d != "038090001234" || !ok {
		t.Errorf("%s %v", d, ok)
	}
	if d, ok := sheet.LostZeros(sheet.Cell{}, "38090001234", 12); d != "38090001234" || ok {
		t.Errorf("of a text nothing is put back: %s %v", d, ok)
	}
	if got := sheet.ColumnName(0) + sheet.ColumnName(25) + sheet.ColumnName(26) + sheet.ColumnName(701); got != "AZAAZZ" {
		t.Error(got)
	}
}

// FuzzOpen: whatever the bytes, there is an answer, soon, and texts are composed.
func FuzzOpen(f *testing.F) {
	f.Add("a.xlsx", zipOf(f, parts(`<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Họ tên</t></is></c><c><f>1</f></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells></worksheet>`)))
	f.Add("a.csv", []byte("a;b\n1;\"2\n"))
	f.Add("a.csv", []byte("\xff\xfea\x00;\x00b\x00"))
	f.Add("a.csv", []byte("NguyÔn;V¨n"))
	f.Add("a.xlsx", []byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, name string, b []byte) {
		file, err := sheet.Open(name, bytes.NewReader(b), int64(len(b)), sheet.Limits{Unpacked: 1 << 20, Strings: 1 << 20})
		if err != nil {
			if fault.KindOf(err) == fault.Internal {
				t.Fatalf("an error without words: %v", err)
			}
			return
		}
		for i := range file.Sheets() {
			h, err := file.Inspect(t.Context(), i)
			if err != nil {
				if fault.KindOf(err) == fault.Internal {
					t.Fatalf("an error without words: %v", err)
				}
				continue
			}
			sheet.FindHeading(h, func(s string) int { return len(s) % 3 })
			n := 0
			err = file.Each(t.Context(), i, h, func(r sheet.Row) error {
				n++
				for _, c := range r.Cells {
					if !norm.NFC.IsNormalString(c.Text) {
						t.Fatalf("%q is not composed", c.Text)
					}
				}
				return nil
			})
			if err != nil || n != h.Rows {
				t.Fatalf("%d rows, then %d, %v", h.Rows, n, err)
			}
		}
	})
}

// FuzzDate: what is read as a day can be written again.
func FuzzDate(f *testing.F) {
	for _, s := range []string{"31/02/2001", "ngày 3 tháng 2 năm 1990", "3.199", "T2/90", "0000", "٣/٢/١٩٩٠"} {
		f.Add(s, false)
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, s string, number bool) {
		c := sheet.Cell{Text: s}
		if number {
			c.Kind = sheet.Number
		}
		d, err := sheet.ParseDate(c, civil.Of(2026, 11, 3))
		if err == nil && !d.IsZero() {
			if back, err := civil.Parse(d.String()); err != nil || back != d {
				t.Fatalf("%q became %s", s, d)
			}
		}
	})
}

// What is written is text or a number, laid out for an office, and reads back.
func TestWriter(t *testing.T) {
	p := sheet.Page{
		Left: []string{"ĐẢNG BỘ HUYỆN", "ĐẢNG ỦY THỊ TRẤN"}, Right: []string{"ĐẢNG CỘNG SẢN VIỆT NAM", "Đức Thọ, ngày 03 tháng 11 năm 2026"},
		Title: "DANH SÁCH ĐẢNG VIÊN", Sub: "Tính đến 03/11/2026", Mark: "DỮ LIỆU MẪU", Sign: []string{"NGƯỜI LẬP", "T/M ĐẢNG ỦY"}, Notes: []string{"Ghi chú"},
		Columns: []sheet.Column{{Title: "STT", Align: sheet.Center}, {Title: "Họ và tên", Width: 30}, {Title: "Điện thoại", Align: sheet.Right}},
	}
	write := func(begin func(io.Writer, sheet.Page) (sheet.Writer, error)) []byte {
		var b bytes.Buffer
		w, err := begin(&b, p)
		if err != nil {
			t.Fatal(err)
		}
		for i, name := range []string{"=HYPERLINK(\"x\")", "+84", "-1", "@sum", "Nguyễn Văn An", "\x00x"} {
			if err := w.Row(i+1, name, "0912345678"); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	b := write(sheet.NewWorkbook)
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	const name = "Danh sách"
	for row := 8; row <= 13; row++ {
		if formula, err := f.GetCellFormula(name, fmt.Sprintf("B%d", row)); formula != "" || err != nil {
			t.Errorf("row %d has the formula %q, %v", row, formula, err)
		}
	}
	if v, _ := f.GetCellValue(name, "B8"); v != "=HYPERLINK(\"x\")" {
		t.Errorf("B8 = %q", v)
	}
	if kind, _ := f.GetCellType(name, "A8"); kind != excelize.CellTypeNumber && kind != excelize.CellTypeUnset {
		t.Errorf("A8 is no number: %v", kind)
	}
	layout, err := f.GetPageLayout(name)
	if err != nil || *layout.Orientation != "landscape" || *layout.Size != 9 || *layout.FitToWidth != 1 {
		t.Errorf("%+v, %v", layout, err)
	}
	if names := f.GetDefinedName(); len(names) != 1 || names[0].RefersTo != "'Danh sách'!$7:$7" {
		t.Errorf("%+v", names)
	}
	style, err := f.GetCellStyle(name, "B8")
	if err != nil {
		t.Fatal(err)
	}
	if s, err := f.GetStyle(style); err != nil || s.Font.Family != "Times New Roman" {
		t.Errorf("%+v, %v", s, err)
	}
	if head, err := f.GetHeaderFooter(name); err != nil || !strings.Contains(head.OddHeader, "DỮ LIỆU MẪU") {
		t.Errorf("%+v, %v", head, err)
	}
	got, _ := read(t, "x.xlsx", b)
	for _, want := range []string{"DỮ LIỆU MẪU", "7:STT|Họ và tên|Điện thoại|", "12:5|Nguyễn Văn An|0912345678|", "T/M ĐẢNG ỦY"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing:\n%s", want, got)
		}
	}
	csv := string(write(sheet.NewText))
	if !strings.Contains(csv, "1,\"'=HYPERLINK(\"\"x\"\")\",0912345678\r\n2,'+84,") {
		t.Errorf("%q", csv)
	}
}
