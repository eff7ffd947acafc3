package ical_test

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"chibo/internal/ical"
)

func at(h int) time.Time { return time.Date(2026, 11, 10, h, 30, 0, 0, time.FixedZone("+07", 7*3600)) }

// lines unfolds a file after holding every line to RFC 5545, section 3.1.
func lines(t interface {
	Helper()
	Fatalf(string, ...any)
}, b []byte,
) []string {
	t.Helper()
	if !utf8.Valid(b) || bytes.Contains(bytes.ReplaceAll(b, []byte("\r\n"), nil), []byte("\n")) {
		t.Fatalf("not valid UTF-8, or a bare line break:\n%q", b)
	}
	var out []string
	for _, line := range strings.Split(strings.TrimSuffix(string(b), "\r\n"), "\r\n") {
		if len(line) > 75 || !utf8.ValidString(line) {
			t.Fatalf("line of %d bytes, or cut within a letter: %q", len(line), line)
		}
		if rest, folded := strings.CutPrefix(line, " "); folded && len(out) > 0 {
			out[len(out)-1] += rest
			continue
		}
		out = append(out, line)
	}
	return out
}

func value(t *testing.T, list []string, name string) string {
	t.Helper()
	found := ""
	for _, l := range list {
		if v, ok := strings.CutPrefix(l, name+":"); ok {
			if found != "" {
				t.Errorf("%s stands twice", name)
			}
			found = v
		}
	}
	return found
}

func TestWrite(t *testing.T) {
	b, err := ical.Write(ical.Calendar{Name: "Lịch họp", Stamp: at(8), Events: []ical.Event{{
		UID: "meeting-1-2@chibo", Seq: 7, Start: at(19), End: at(21), Summary: "Sinh hoạt thường kỳ", Place: "Nhà văn hóa; ngõ 3, tổ 5",
	}}})
	if err != nil {
		t.Fatal(err)
	}
	list := lines(t, b)
	for name, want := range map[string]string{
		"BEGIN": "", "VERSION": "2.0", "METHOD": "PUBLISH", "UID": "meeting-1-2@chibo", "SEQUENCE": "7", "DTSTAMP": "20261110T013000Z",
		"DTSTART": "20261110T123000Z", "DTEND": "20261110T143000Z", "SUMMARY": "Sinh hoạt thường kỳ", "STATUS": "CONFIRMED",
		"LOCATION": `Nhà văn hóa\; ngõ 3\, tổ 5`,
	} {
		if name == "BEGIN" {
			if list[0] != "BEGIN:VCALENDAR" || list[len(list)-1] != "END:VCALENDAR" {
				t.Errorf("frame %q", list)
			}
			continue
		}
		if got := value(t, list, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if value(t, list, "PRODID") == "" || value(t, list, "DESCRIPTION") != "" {
		t.Errorf("%q", list)
	}
}

func TestCancelled(t *testing.T) {
	b, err := ical.Write(ical.Calendar{Stamp: at(8), Events: []ical.Event{{UID: "x", Seq: 9, Start: at(19), End: at(21), Summary: "Họp", Cancelled: true}}})
	if err != nil {
		t.Fatal(err)
	}
	if list := lines(t, b); value(t, list, "METHOD") != "CANCEL" || value(t, list, "STATUS") != "CANCELLED" {
		t.Errorf("%q", list)
	}
}

// Whatever people type comes out of the file as it went in.
func TestAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.OneOf(
			rapid.SampledFrom([]rune("Ẵắặẩỡợữựđỹỵễệỗộỉịủụ ,;:\\\"\n<>&=")), rapid.Rune(),
		)).Filter(func(s string) bool {
			return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == 0x7f })
		}).Draw(t, "text")
		b, err := ical.Write(ical.Calendar{Stamp: at(8), Events: []ical.Event{{UID: "x", Start: at(19), End: at(21), Summary: "s" + text}}})
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range lines(t, b) {
			if v, ok := strings.CutPrefix(l, "SUMMARY:"); ok {
				got := strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\,`, ",", `\;`, ";").Replace(v)
				if got != "s"+text {
					t.Fatalf("came out as %q, went in as %q", got, "s"+text)
				}
			}
		}
	})
}
