package qr_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
	"testing"

	rscqr "rsc.io/qr"

	"chibo/internal/qr"
)

type svg struct {
	ViewBox string `xml:"viewBox,attr"`
	Path    struct {
		D string `xml:"d,attr"`
	} `xml:"path"`
}

// The picture, read back module by module, is the code.
func TestSVGReadsBack(t *testing.T) {
	for _, text := range []string{"1", "https://chibo.example/m/7/checkin?code=481516", strings.Repeat("Chi bộ ", 40)} {
		got, err := qr.SVG(text)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(got, "style") {
			t.Error("an inline style would be refused by the page's policy")
		}
		var s svg
		if err := xml.Unmarshal([]byte(got), &s); err != nil {
			t.Fatal(err)
		}
		code, err := rscqr.Encode(text, rscqr.M)
		if err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf("0 0 %d %d", code.Size+8, code.Size+8); s.ViewBox != want {
			t.Errorf("viewBox = %q; want %q", s.ViewBox, want)
		}
		dark := map[[2]int]bool{}
		for part := range strings.SplitSeq(strings.TrimPrefix(s.Path.D, "M"), "M") {
			var x, y, run, back int
			if _, err := fmt.Sscanf(part, "%d %dh%dv1h-%dz", &x, &y, &run, &back); err != nil || run != back {
				t.Fatalf("path part %q: %v", part, err)
			}
			for i := range run {
				dark[[2]int{x + i - 4, y - 4}] = true
			}
		}
		for y := range code.Size {
			for x := range code.Size {
				if dark[[2]int{x, y}] != code.Black(x, y) {
					t.Fatalf("module %d,%d of %q differs", x, y, text)
				}
			}
		}
	}
}

func TestTooLong(t *testing.T) {
	if _, err := qr.SVG(strings.Repeat("x", 5000)); !errors.Is(err, qr.ErrTooLong) {
		t.Errorf("err = %v", err)
	}
}

// Modules gives what SVG draws.
func TestModules(t *testing.T) {
	got, err := qr.Modules("https://chibo.example/signin")
	if err != nil {
		t.Fatal(err)
	}
	code, err := rscqr.Encode("https://chibo.example/signin", rscqr.M)
	if err != nil {
		t.Fatal(err)
	}
	for y := range code.Size {
		for x := range code.Size {
			if got[y][x] != code.Black(x, y) {
				t.Fatalf("module %d,%d differs", x, y)
			}
		}
	}
	if _, err := qr.Modules(strings.Repeat("x", 5000)); !errors.Is(err, qr.ErrTooLong) {
		t.Errorf("err = %v", err)
	}
}
