package paper

import (
	"fmt"
	"math/rand"
	"os"
	"strings"
	"testing"
)

func randDoc(r *rand.Rand) Document {
	base := strings.Fields("Đồng chí Trần Thị Hòa: đề nghị hỗ trợ ba hộ khó khăn kinh phí xây lại hàng rào sau khi hiến đất mở rộng đường ngõ 3; phân công đảng viên phụ trách từng hộ. 22/26 (84,6%), 05-NQ/CB 2025-2030 kinh tế - xã hội, 399-QĐ/TW ngày 10/11/2026 T/M chi-bộ “tự soi, tự sửa” (Nghị quyết số 21-NQ/TW) và/hoặc nghiêm trang! 100% 1.250.000 đồng/người/tháng ưu tú Đảng ủy xã http://example.vn/van-ban/05-nq-cb nghiệp-đoàn-viên")
	txt := func(n int) string {
		var s []string
		for i := 0; i < n; i++ {
			s = append(s, base[r.Intn(len(base))])
		}
		return strings.Join(s, " ")
	}
	d := sampleResolution()
	d.Blocks = nil
	d.Style.Body.After = []float64{0, 3, 6}[r.Intn(3)]
	d.Style.Body.Pitch = 18 + float64(r.Intn(3))/2
	d.Subject = txt(4 + r.Intn(40))
	if r.Intn(2) == 0 {
		d.Signatures = sampleMinutes().Signatures
	}
	n := 3 + r.Intn(25)
	for i := 0; i < n; i++ {
		switch k := r.Intn(10); {
		case k == 0:
			d.Blocks = append(d.Blocks, Heading(strings.ToUpper(txt(3+r.Intn(15)))))
		case k == 1:
			d.Blocks = append(d.Blocks, Item(Text(txt(5+r.Intn(40)))))
		case k == 2:
			t := Table{Columns: []Column{{Title: "TT", Width: 12, Align: AlignCenter}, {Title: "Nhiệm vụ", Width: 60}, {Title: "Người"}, {Title: "Thời hạn", Width: 30, Align: AlignRight}}}
			for j := 0; j < 1+r.Intn(20); j++ {
				t.Rows = append(t.Rows, Cells(fmt.Sprint(j+1), txt(1+r.Intn(15)), txt(1+r.Intn(6)), "25/11/2026"))
			}
			d.Blocks = append(d.Blocks, Grid(t))
		case k == 3:
			d.Blocks = append(d.Blocks, Spacer(5))
		default:
			d.Blocks = append(d.Blocks, Paragraph(Bold(txt(1+r.Intn(8))+" "), Text(txt(3+r.Intn(120))+" "), Italic(txt(1+r.Intn(10)))))
		}
	}
	return d
}
func TestZZRand(t *testing.T) {
	os.MkdirAll("/tmp/paper/rnd", 0o755)
	for i := 0; i < 200; i++ {
		d := randDoc(rand.New(rand.NewSource(int64(i))))
		n := fmt.Sprintf("r%02d", i)
		hard, lines, brk := 0, 0, 0
		f := build(d.normal())
		f.paginate()
		for _, p := range f.parts {
			if p.para != nil {
				if p.para.pageBreak {
					brk++
				}
				for _, l := range p.para.lines {
					lines++
					if l.hard {
						hard++
					}
				}
			}
		}
		t.Log(n, "hard", hard, "of", lines, "pagebreaks", brk)
		os.WriteFile("/tmp/paper/rnd/"+n+".pdf", pdfOf(t, d), 0o644)
		os.WriteFile("/tmp/paper/rnd/"+n+".docx", docxOf(t, d), 0o644)
	}
}
