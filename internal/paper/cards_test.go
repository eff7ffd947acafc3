package paper

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func slip(name, login, password string) Card {
	code := make([][]bool, 25)
	for y := range code {
		code[y] = make([]bool, 25)
		for x := range code[y] {
			code[y][x] = (x+y)%3 == 0
		}
	}
	return Card{
		Issuer: "Chi bộ Tổ dân phố Hòa Bình", Title: "PHIẾU ĐĂNG NHẬP LẦN ĐẦU", Name: "Đồng chí " + name,
		Pairs: []CardPair{{Label: "Địa chỉ", Value: "chibo.ducminh.vn"}, {Label: "Tên đăng nhập", Value: login}, {Label: "Mật khẩu lần đầu", Value: password}},
		Steps: []string{"Mở địa chỉ trên bằng trình duyệt.", "Gõ tên đăng nhập và mật khẩu."}, Note: "Dùng được đến hết ngày 17/11/2026.", Code: code, Under: "Quét để mở",
	}
}

// Every word of a card stands in the PDF, three cards to a page, and the same cards give
// the same bytes. Decomposed letters and control signs become plain ones.
func TestCards(t *testing.T) {
	made := time.Date(2026, 11, 3, 2, 0, 0, 0, time.UTC)
	cards := []Card{
		slip("Mai Thị Thơm", "thommt", "sen-lua-tre-482"), slip("Tha\u0301i Hữu Thụ", "thuth", "cam-dua-nha-276"), slip("Kiều\x00 Thị Hạnh", "hanhkt", "may-xanh-gio-933"),
		slip(strings.Repeat("Dài ", 60), strings.Repeat("rong", 12), "a-b-c-222"),
	}
	var a, b bytes.Buffer
	for _, w := range []*bytes.Buffer{&a, &b} {
		if err := Cards(w, "Phiếu đăng nhập", "vi", made, cards); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("two makings differ")
	}
	if n := bytes.Count(a.Bytes(), []byte("/Type /Page\n")); n != 2 {
		t.Errorf("%d pages for four cards, want 2", n)
	}
	text := strings.Join(pdfText(t, a.Bytes()), " ")
	for _, want := range []string{"thommt", "sen-lua-tre-482", "Thái", "PHIẾU", "17/11/2026.", "chibo.ducminh.vn"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the paper: %.400s", want, text)
		}
	}
}
