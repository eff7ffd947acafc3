package paper

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// tool finds a program or skips; with CHIBO_TEST_ALL=1 a required one must be there.
func tool(t *testing.T, name string, required bool) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if required && os.Getenv("CHIBO_TEST_ALL") == "1" {
			t.Fatalf("%s not found", name)
		}
		t.Skipf("%s not found", name)
	}
	return path
}

// pagesOf reads a PDF with pdftotext: lines of each page without spaces.
func pagesOf(t *testing.T, pdftotext, file string) [][]string {
	t.Helper()
	out, err := exec.Command(pdftotext, "-layout", file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	var pages [][]string
	for _, p := range strings.Split(strings.TrimSuffix(string(out), "\f"), "\f") {
		var lines []string
		for _, l := range strings.Split(p, "\n") {
			if l = letters(l); l != "" {
				lines = append(lines, l)
			}
		}
		pages = append(pages, lines)
	}
	return pages
}

// Another program reads the same lines out of the PDF as the layout has.
func TestPDFReadByOthers(t *testing.T) {
	pdftotext := tool(t, "pdftotext", true)
	d := sampleMinutes()
	d.Blocks = d.Blocks[:10] // columns of tables and signatures come interleaved
	d.Signatures, d.Recipients = nil, nil
	file := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(file, pdfOf(t, d), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := Measure(d)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(pagesOf(t, pdftotext, file)[0], "\n")
	for _, line := range l.Lines[0][6:] {
		if !strings.Contains(got, letters(line)) {
			t.Errorf("pdftotext does not see the line %q", line)
		}
	}
}

// LibreOffice breaks the DOCX into the lines and pages of the PDF.
func TestDOCXBreaksLikePDF(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	soffice, pdftotext := tool(t, "soffice", false), tool(t, "pdftotext", true)
	dir := t.TempDir()
	all := samples()
	for _, seed := range []int64{1, 5, 10, 28, 36, 39, 46, 60} {
		all["random"+string(rune('a'+seed%26))] = randomDocument(seed)
	}
	args := []string{"--headless", "-env:UserInstallation=file://" + filepath.Join(dir, "profile"), "--convert-to", "pdf", "--outdir", filepath.Join(dir, "docx")}
	for name, d := range all {
		if err := os.WriteFile(filepath.Join(dir, name+".pdf"), pdfOf(t, d), 0o600); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, name+".docx")
		if err := os.WriteFile(file, docxOf(t, d), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, file)
	}
	if out, err := exec.Command(soffice, args...).CombinedOutput(); err != nil {
		t.Skipf("soffice cannot convert here: %v %s", err, out)
	}
	for name := range all {
		want := pagesOf(t, pdftotext, filepath.Join(dir, name+".pdf"))
		got := pagesOf(t, pdftotext, filepath.Join(dir, "docx", name+".pdf"))
		if len(got) != len(want) {
			t.Errorf("%s: %d pages, the PDF has %d", name, len(got), len(want))
			continue
		}
		for i := range want {
			if g, w := strings.Join(got[i], "\n"), strings.Join(want[i], "\n"); g != w {
				t.Errorf("%s page %d: LibreOffice breaks\n%s\nthe PDF\n%s", name, i+1, g, w)
			}
		}
	}
}
