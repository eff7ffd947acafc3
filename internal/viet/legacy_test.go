package viet_test

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"chibo/internal/viet"
)

func TestLegacyLetters(t *testing.T) {
	for _, c := range []struct {
		charset  viet.Charset
		in, want string
	}{
		{viet.TCVN3, "NguyÔn V¨n §øc", "Nguyễn Văn Đức"},
		{viet.TCVN3, "TrÇn ThÞ Ph\u00adîng", "Trần Thị Phượng"},
		{viet.TCVN3, "Ph¹m Quúnh Nh\u00ad", "Phạm Quỳnh Như"},
		{viet.TCVN3, "L£ ThÞ \u00ddt", "LÊ Thị ít"},
		{viet.TCVN3, "NGUYÔN V¡N HïNG", "NGUYỄN VĂN HÙNG"}, // a capital font
		{viet.TCVN3, "Chi bé Tæ d©n phè Hßa B×nh", "Chi bộ Tổ dân phố Hòa Bình"},
		{viet.VNI, "Nguyeãn Vaên Ñöùc", "Nguyễn Văn Đức"},
		{viet.VNI, "Traàn Thò Phöôïng", "Trần Thị Phượng"},
		{viet.VNI, "NGUYEÃN VAÊN HUØNG", "NGUYỄN VĂN HÙNG"},
		{viet.VNI, "Leâ Thæ, Lyù, Kyø, Myõ, Thuûy", "Lê Thỉ, Lý, Kỳ, Mỹ, Thủy"},
		{viet.VNI, "Chi boä Toå daân phoá Hoøa Bình", "Chi bộ Tổ dân phố Hòa Bình"},
	} {
		if got := viet.FromLegacy(c.charset, c.in); got != c.want {
			t.Errorf("%s: %q = %q, want %q", c.charset, c.in, got, c.want)
		}
	}
}

func TestRecognise(t *testing.T) {
	for _, c := range []struct {
		name  string
		texts []string
		want  viet.Charset
	}{
		{"modern", []string{"Nguyễn Văn An", "Trần Thị Hà", "Tô Hà"}, viet.Unicode},
		{"modern letters that are also Western", []string{"Tô Hà", "Lê Xuân Hoàn", "Bé Tí"}, viet.Unicode},
		{"tcvn3", []string{"NguyÔn V¨n An", "Bé", "Hoa"}, viet.TCVN3},
		{"tcvn3 capital font", []string{"NGUYÔN V¡N HïNG", "L£ THÞ HOA"}, viet.TCVN3},
		{"vni", []string{"Nguyeãn Vaên An", "Leâ Thò Hoa"}, viet.VNI},
		{"plain", []string{"Nguyen Van An", "12", ""}, viet.Unicode},
		{"another language", []string{"Peña München ©"}, viet.Unicode},
	} {
		if got := viet.Recognise(c.texts); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	if got := viet.Mend(viet.TCVN3, "Bé"); got != "Bộ" {
		t.Errorf("in its column: %q", got)
	}
	if got := viet.Mend(viet.TCVN3, "Bế Văn Đàn"); got != "Bế Văn Đàn" {
		t.Errorf("a modern text in an old column: %q", got)
	}
	if got := viet.Mend(viet.Unicode, "TrÇn ThÞ H»ng"); got != "Trần Thị Hằng" {
		t.Errorf("an old text in a modern column: %q", got)
	}
	if got := viet.Mend(viet.Unicode, norm.NFD.String("Hoà")); got != "Hoà" {
		t.Errorf("decomposed: %q", got)
	}
}

// toTCVN3 writes a text as a .VnTime font needs it: the way back of the table.
func toTCVN3(s string) string {
	var b strings.Builder
	for _, r := range s {
		found := false
		for in := rune(0xa1); in <= 0xff && !found; in++ {
			if out := viet.FromLegacy(viet.TCVN3, string(in)); out == string(r) && in != r || out == string(r) && r == 'ý' {
				b.WriteRune(in)
				found = true
			}
		}
		if !found {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func TestTCVN3ThereAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.SampledFrom([]rune("aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ "))).Draw(t, "s")
		if got := viet.FromLegacy(viet.TCVN3, toTCVN3(s)); got != s {
			t.Fatalf("%q became %q and then %q", s, toTCVN3(s), got)
		}
	})
}

func FuzzMend(f *testing.F) {
	for _, s := range []string{"NguyÔn", "Ñöùc", "Hoà", "\u00ad", "©®", "İi̇"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, c := range []viet.Charset{viet.Unicode, viet.TCVN3, viet.VNI} {
			if got := viet.Mend(c, s); !norm.NFC.IsNormalString(got) {
				t.Fatalf("Mend(%s, %q) = %q is not composed", c, s, got)
			}
		}
	})
}
