package paper

import (
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"
)

// randomDocument has headings, items, tables and long and short paragraphs in any order.
func randomDocument(seed int64) Document {
	r := rand.New(rand.NewSource(seed))
	words := strings.Fields("Đồng chí Trần Thị Hòa: đề nghị hỗ trợ ba hộ khó khăn kinh phí xây lại hàng rào; (84,6%), 05-NQ/CB " +
		"2025-2030 kinh tế - xã hội, 399-QĐ/TW 10/11/2026 T/M chi-bộ “tự soi, tự sửa” và/hoặc nghiêm trang! 1.250.000 nghiệp-đoàn")
	text := func(n int) string {
		out := make([]string, 1+r.Intn(n))
		for i := range out {
			out[i] = words[r.Intn(len(words))]
		}
		return strings.Join(out, " ")
	}
	d := sampleResolution()
	d.Blocks, d.Subject = nil, text(40)
	d.Style.Body.After, d.Style.Body.Pitch = float64(3*r.Intn(3)), 18+float64(r.Intn(3))/2
	if r.Intn(2) == 0 {
		d.Signatures = sampleMinutes().Signatures
	}
	for range 2 + r.Intn(25) {
		switch r.Intn(10) {
		case 0:
			d.Blocks = append(d.Blocks, Heading(text(15)))
		case 1:
			d.Blocks = append(d.Blocks, Item(Text(text(40))))
		case 2:
			t := Table{Columns: []Column{{Title: "TT", Width: 12, Align: AlignCenter}, {Title: "Nhiệm vụ", Width: 60}, {Title: "Người"}}}
			for j := range 1 + r.Intn(25) {
				t.Rows = append(t.Rows, Cells(fmt.Sprint(j+1), text(15), text(6)))
			}
			d.Blocks = append(d.Blocks, Grid(t))
		case 3:
			d.Blocks = append(d.Blocks, Spacer(5))
		default:
			d.Blocks = append(d.Blocks, Paragraph(Bold(text(8)+" "), Text(text(120)), Italic(" "+text(10))))
		}
	}
	return d
}

// TestPageRules holds the rules of page breaks over many documents.
func TestPageRules(t *testing.T) {
	n := int64(400)
	if testing.Short() {
		n = 60
	}
	for seed := range n {
		f := build(randomDocument(seed).normal())
		pages := f.paginate()
		checkAllPlaced(t, seed, f, pages)
		for no, p := range pages {
			checkPage(t, seed, f, no, p)
		}
		checkEnd(t, seed, f, pages)
	}
}

// checkAllPlaced: every line once and in order.
func checkAllPlaced(t *testing.T, seed int64, f *flow, pages []page) {
	t.Helper()
	var want, got []string
	for _, p := range f.parts {
		if p.row != nil {
			want = append(want, fmt.Sprintf("%p", p.row))
			continue
		}
		for i := range p.para.lines {
			want = append(want, fmt.Sprintf("%p %d", p.para, i))
		}
	}
	for _, p := range pages {
		for _, it := range p.items {
			if id := fmt.Sprintf("%p", it.row); it.row != nil {
				if !it.row.isHead || !slices.Contains(got, id) { // a repeated head counts once
					got = append(got, id)
				}
				continue
			}
			for i := it.from; i < it.to; i++ {
				got = append(got, fmt.Sprintf("%p %d", it.para, i))
			}
		}
	}
	if !slices.Equal(want, got) {
		t.Errorf("seed %d: lines lost, doubled or out of order", seed)
	}
}

// checkPage: nothing over the edge, no widow or orphan, no heading at the foot, each table with its head.
func checkPage(t *testing.T, seed int64, f *flow, no int, p page) {
	t.Helper()
	for k, it := range p.items {
		bottom := it.y
		if it.row != nil {
			bottom += it.row.height()
			if head := it.row.grid.head; k == 0 && head != nil && it.row != head {
				t.Errorf("seed %d page %d: table goes on without its head", seed, no+1)
			}
			if it.row.isHead && k == len(p.items)-1 {
				t.Errorf("seed %d page %d: a head alone at the foot", seed, no+1)
			}
		} else {
			bottom += (it.to - it.from) * it.para.pitch
			lines := len(it.para.lines)
			if n := it.to - it.from; n < f.style.Body.MinLines && n < lines {
				t.Errorf("seed %d page %d: %d line of %d alone", seed, no+1, n, lines)
			}
			if it.para.role == roleHeading && k == len(p.items)-1 {
				t.Errorf("seed %d page %d: a heading at the foot", seed, no+1)
			}
		}
		if bottom > f.height {
			t.Errorf("seed %d page %d: %d twips over the edge", seed, no+1, bottom-f.height)
		}
	}
}

// checkEnd: the signatures stand with at least two lines (or a row) of the body, recipients with the signatures.
func checkEnd(t *testing.T, seed int64, f *flow, pages []page) {
	t.Helper()
	last := pages[len(pages)-1]
	end := map[*row]bool{}
	for _, p := range f.parts[f.end:] {
		if p.row != nil {
			end[p.row] = true
		}
	}
	for k, it := range last.items {
		if end[it.row] {
			before := 0
			for _, b := range last.items[:k] {
				if b.row != nil {
					before += 2
				} else if len(b.para.spans) > 0 {
					before += b.to - b.from
					if b.to-b.from == len(b.para.lines) {
						before++ // a whole short paragraph will do
					}
				}
			}
			if before < 2 {
				t.Errorf("seed %d: signatures alone on page %d", seed, len(pages))
			}
			return
		}
	}
	t.Errorf("seed %d: signatures are not on the last page", seed)
}

// TestSignatureNeverAlone pushes the end of a paper over the page's foot line by line.
func TestSignatureNeverAlone(t *testing.T) {
	long := strings.Repeat("Chi bộ thống nhất giao đồng chí phụ trách báo cáo. ", 40)
	for _, tail := range []Block{Paragraph(Text("Một dòng.")), Paragraph(Text(long)), Grid(Table{Columns: []Column{{Title: "TT"}}, Rows: []Row{Cells("1"), Cells("2")}})} {
		for lines := range 45 {
			d := sampleResolution()
			d.Blocks = nil
			for range lines {
				d.Blocks = append(d.Blocks, Paragraph(Text("Dòng.")))
			}
			d.Blocks = append(d.Blocks, tail)
			f := build(d.normal())
			checkEnd(t, int64(lines), f, f.paginate())
		}
	}
}

func TestTableHeadRepeats(t *testing.T) {
	d := longTable(100)
	l, err := Measure(d)
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Lines) < 4 {
		t.Fatalf("%d pages, want a table over several", len(l.Lines))
	}
	for i, lines := range l.Lines {
		want := slices.ContainsFunc(lines, func(s string) bool { return s == "Nguyễn Thị Phương Ánh" })
		if has := slices.Contains(lines, "Họ và tên"); has != want {
			t.Errorf("page %d: head %v, rows %v", i+1, has, want)
		}
	}
}

func TestColumnWidths(t *testing.T) {
	width := mm(165)
	for name, c := range map[string]struct {
		columns []Column
		sum     int
	}{
		"as given":      {[]Column{{Width: 50}, {Width: 60}}, mm(50) + mm(60)},
		"rest shared":   {[]Column{{Width: 50}, {}, {}}, width},
		"too wide":      {[]Column{{Width: 150}, {Width: 150}}, width},
		"no room left":  {[]Column{{Width: 165}, {}}, width},
		"all are equal": {[]Column{{}, {}, {}}, width},
	} {
		sum := 0
		for _, w := range columnWidths(c.columns, width) {
			if w <= 0 {
				t.Errorf("%s: a column of no width", name)
			}
			sum += w
		}
		if sum != c.sum {
			t.Errorf("%s: %d twips, want %d", name, sum, c.sum)
		}
	}
}

// Justified lines reach both margins; the last one does not; no line is longer than its column.
func TestJustified(t *testing.T) {
	for seed := range int64(50) {
		for _, p := range build(randomDocument(seed).normal()).parts {
			if p.para == nil || p.para.align != alignJustify {
				continue
			}
			for i, l := range p.para.lines {
				from, to := l.extent()
				left := float64(p.para.left)
				if i == 0 {
					left += float64(p.para.first)
				}
				right := float64(p.para.width - p.para.right)
				if to > right+0.01 || from < left-0.01 {
					t.Fatalf("seed %d: line %q leaves its column", seed, l.text())
				}
				if spaced := strings.Contains(l.text(), " "); i < len(p.para.lines)-1 && spaced && right-to > 0.01 {
					t.Fatalf("seed %d: line %q is not justified", seed, l.text())
				}
			}
		}
	}
}
