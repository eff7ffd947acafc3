package paper

import (
	"os"
	"testing"
)

func TestZZDump(t *testing.T) {
	os.MkdirAll("/tmp/paper/out", 0o755)
	for n, d := range samples() {
		os.WriteFile("/tmp/paper/out/"+n+".pdf", pdfOf(t, d), 0o644)
		os.WriteFile("/tmp/paper/out/"+n+".docx", docxOf(t, d), 0o644)
		os.WriteFile("/tmp/paper/out/"+n+".html", []byte("<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'><style>"+CSS()+"</style><body>"+htmlOf(t, d)), 0o644)
	}
}
