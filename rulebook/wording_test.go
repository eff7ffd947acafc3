package rulebook_test

import (
	"encoding/json"
	"strings"
	"testing"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/tree"
	"chibo/rulebook"
)

func TestWordingFill(t *testing.T) {
	w := rulebook.Wording{Text: "{Tên chi bộ} họp lúc {GIO HOP}; {tên chi bộ}, {nơi}.", Fields: []string{"tên chi bộ", "giờ họp", "nơi"}}
	if u := w.Unknown(); u != "" {
		t.Errorf("unknown %q", u)
	}
	// A value is no template: its braces stand as they are.
	got := w.Fill("tên chi bộ", "chi bộ {nơi}", "giờ họp", "19 giờ", "nơi", "")
	if want := "Chi bộ {nơi} họp lúc 19 giờ; chi bộ {nơi}, ."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	for text, want := range map[string]string{
		"{giờ hop}": "", "{họ tên}": "{họ tên}", "a { b": "{", "a } b": "}", "{}": "{}", "{{nơi}}": "{", "không": "", "{" + strings.Repeat("x", 50): "{",
	} {
		if got := (rulebook.Wording{Text: text, Fields: w.Fields}).Unknown(); got != want {
			t.Errorf("%q: unknown %q, want %q", text, got, want)
		}
	}
}

// A committee's own words hold for itself and below from their day on, a nearer unit's
// before them; the words of the program stay the root.
func TestWordingIsInheritedAndDated(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		book, err := rulebook.New()
		if err != nil {
			t.Fatal(err)
		}
		const key = "wording.minutes.closing"
		set := func(org int64, text string, from civil.Date) error {
			value, _ := json.Marshal(map[string]string{"text": text})
			return d.Write(t.Context(), func(tx *db.Tx) error {
				return book.Override(t.Context(), tx, 1, rulebook.Override{OrgID: org, Key: key, Value: value, ValidFrom: from, Source: "Mẫu của đảng ủy"})
			})
		}
		if err := set(7, "Họp xong lúc {giờ kết thúc}.", civil.Of(2026, 11, 1)); err != nil {
			t.Fatal(err)
		}
		if err := set(9, "Chi bộ nghỉ lúc {giờ kết thúc}.", civil.Of(2026, 12, 1)); err != nil {
			t.Fatal(err)
		}
		root := book.At(civil.Of(2026, 10, 31), "1.7.9.").Wording(key)
		if root.Text != root.Root || !strings.Contains(root.Text, "kết thúc lúc") || root.Rule.OrgID != 0 {
			t.Errorf("before its day: %+v", root)
		}
		for _, c := range []struct {
			day  civil.Date
			path tree.Path
			want string
		}{
			{civil.Of(2026, 11, 1), "1.7.9.", "Họp xong lúc {giờ kết thúc}."},
			{civil.Of(2026, 12, 1), "1.7.9.", "Chi bộ nghỉ lúc {giờ kết thúc}."},
			{civil.Of(2026, 12, 1), "1.7.", "Họp xong lúc {giờ kết thúc}."},
			{civil.Of(2026, 12, 1), "1.", root.Root},
		} {
			w := book.At(c.day, c.path).Wording(key)
			if w.Text != c.want || w.Root != root.Root || len(w.Fields) == 0 || w.Title.Vi == "" {
				t.Errorf("%s %s: %+v, want %q", c.day, c.path, w, c.want)
			}
		}
		for text, want := range map[string]string{
			"Xong {họ tên}.": "rulebook.err.field", "": "rulebook.err.words", strings.Repeat("ế", rulebook.MaxWording+1): "rulebook.err.words",
			"Xong } lúc": "rulebook.err.field",
		} {
			err := set(7, text, civil.Of(2026, 11, 1))
			if f := fault.FieldsOf(err); len(f) != 1 || f[0].Field != "value" || f[0].Key != want {
				t.Errorf("%.20q: %v, want %s", text, err, want)
			}
		}
	})
}
