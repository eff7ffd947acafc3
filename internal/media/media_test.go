package media_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"

	"chibo/internal/media"
)

func picture() image.Image {
	m := image.NewRGBA(image.Rect(0, 0, 24, 16))
	for i := range 24 {
		m.Set(i, i%16, color.RGBA{200, uint8(i * 9), 30, 255})
	}
	return m
}

func jpg(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture(), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// withExif puts an Exif segment with a direction and a place into a JPEG.
func withExif(plain []byte, order string, direction byte) []byte {
	var t []byte
	if order == "MM" {
		t = append([]byte("MM\x00\x2a\x00\x00\x00\x08\x00\x02"), 1, 0x12, 0, 3, 0, 0, 0, 1, 0, direction, 0, 0)
	} else {
		t = append([]byte("II\x2a\x00\x08\x00\x00\x00\x02\x00"), 0x12, 1, 3, 0, 1, 0, 0, 0, direction, 0, 0, 0)
	}
	t = append(t, []byte("....GPS 18.5321 N 105.6012 E hidden place")...)
	body := append([]byte("Exif\x00\x00"), t...)
	n := len(body) + 2
	seg := append([]byte{0xff, 0xe1, byte(n >> 8), byte(n)}, body...)
	com := []byte{0xff, 0xfe, 0, 9, 's', 'e', 'c', 'r', 'e', 't', '!'}
	out := append([]byte{}, plain[:2]...)
	out = append(append(out, seg...), com...)
	return append(out, plain[2:]...)
}

func zipOf(t testing.TB, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, n := range names {
		if _, err := z.Create(n); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSniff(t *testing.T) {
	var p bytes.Buffer
	if err := png.Encode(&p, picture()); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		data []byte
		want string
		err  error
	}{
		{"photograph", jpg(t), "image/jpeg", nil},
		{"drawing", p.Bytes(), "image/png", nil},
		{"paper", []byte("%PDF-1.7 ..."), "application/pdf", nil},
		{"word", zipOf(t, "[Content_Types].xml", "word/document.xml"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document", nil},
		{"sheet", zipOf(t, "[Content_Types].xml", "xl/workbook.xml"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", nil},
		{"word with macros", zipOf(t, "[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "", media.ErrMacros},
		{"plain archive", zipOf(t, "run.exe"), "", media.ErrUnknown},
		{"a torn archive", zipOf(t, "[Content_Types].xml", "word/document.xml")[:40], "", media.ErrUnknown},
		{"old word", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 ..."), "", media.ErrOldDoc},
		{"phone's photograph", []byte("\x00\x00\x00\x18ftypheic\x00\x00"), "", media.ErrHEIC},
		{"program", []byte("MZ\x90\x00"), "", media.ErrUnknown},
		{"page", []byte("<html><script>alert(1)</script>"), "", media.ErrUnknown},
		{"drawing that runs", []byte("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"), "", media.ErrUnknown},
		{"nothing", nil, "", media.ErrUnknown},
	} {
		k, err := media.Sniff(bytes.NewReader(c.data))
		if k.Type != c.want || !errors.Is(err, c.err) && err != c.err {
			t.Errorf("%s: %q %v", c.name, k.Type, err)
		}
	}
}

// A photograph loses place and comment, keeps its picture bit by bit and the
// direction in which it is shown.
func TestCleanJPEG(t *testing.T) {
	plain := jpg(t)
	for _, order := range []string{"MM", "II"} {
		for direction := byte(1); direction <= 8; direction++ {
			var out bytes.Buffer
			if err := media.Clean(media.Kind{Type: "image/jpeg"}, bytes.NewReader(withExif(plain, order, direction)), &out); err != nil {
				t.Fatal(err)
			}
			got := out.Bytes()
			if bytes.Contains(got, []byte("GPS")) || bytes.Contains(got, []byte("secret")) {
				t.Fatal("what the photograph tells is still there")
			}
			if hasExif := bytes.Contains(got, []byte("Exif")); hasExif != (direction > 1) {
				t.Errorf("%s %d: exif %v", order, direction, hasExif)
			}
			a, err := jpeg.Decode(bytes.NewReader(got))
			b, _ := jpeg.Decode(bytes.NewReader(plain))
			if err != nil || !bytes.Equal(a.(*image.YCbCr).Y, b.(*image.YCbCr).Y) {
				t.Fatalf("the picture changed: %v", err)
			}
			var again bytes.Buffer
			if err := media.Clean(media.Kind{Type: "image/jpeg"}, bytes.NewReader(got), &again); err != nil || !bytes.Equal(again.Bytes(), got) {
				t.Errorf("%s %d: cleaning twice is not cleaning once: %v", order, direction, err)
			}
		}
	}
}

func TestCleanPNG(t *testing.T) {
	var p bytes.Buffer
	if err := png.Encode(&p, picture()); err != nil {
		t.Fatal(err)
	}
	plain := p.Bytes()
	text := append([]byte{0, 0, 0, 10}, []byte("tEXtplace GPS!\x00\x00\x00\x00")...)
	marked := append(append(append([]byte{}, plain[:33]...), text...), plain[33:]...)
	var out bytes.Buffer
	if err := media.Clean(media.Kind{Type: "image/png"}, bytes.NewReader(marked), &out); err != nil || !bytes.Equal(out.Bytes(), plain) {
		t.Errorf("%v, %d bytes, want %d", err, out.Len(), len(plain))
	}
}

func TestCleanWebP(t *testing.T) {
	piece := func(name string, data ...byte) []byte {
		b := append([]byte(name), byte(len(data)), 0, 0, 0)
		return append(b, data...)
	}
	body := append(piece("VP8X", 0x0c, 0, 0, 0, 9, 0, 0, 9, 0, 0), piece("VP8 ", 1, 2, 3, 4)...)
	with := append(append([]byte{}, body...), piece("EXIF", 'G', 'P', 'S', '!')...)
	file := append([]byte("RIFF\x00\x00\x00\x00WEBP"), with...)
	var out bytes.Buffer
	if err := media.Clean(media.Kind{Type: "image/webp"}, bytes.NewReader(file), &out); err != nil {
		t.Fatal(err)
	}
	if got := out.Bytes(); bytes.Contains(got, []byte("GPS")) || got[20] != 0 || int(got[4]) != len(got)-8 {
		t.Errorf("%q", got)
	}
}

func FuzzClean(f *testing.F) {
	f.Add(jpg(f))
	f.Add(withExif(jpg(f), "II", 6))
	f.Add([]byte("\x89PNG\r\n\x1a\n\xff\xff\xff\xffIHDR"))
	f.Add([]byte("RIFF\xff\xff\xff\xffWEBPVP8X\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		k, err := media.Sniff(bytes.NewReader(data))
		if err != nil {
			return
		}
		var out bytes.Buffer
		_ = media.Clean(k, bytes.NewReader(data), &out) // may refuse, must not panic
		if out.Len() > len(data)+64 {
			t.Errorf("%d bytes grew to %d", len(data), out.Len())
		}
	})
}
