package accountweb_test

import (
	"io"
	"net/http"
	"testing"

	"chibo/access"
	"chibo/account"
	"chibo/internal/db"
)

// A browser keeps its mark when somebody signs out, and the next one who signs in on it is not
// alone on it.
func TestTwoPeopleOnOneBrowser(t *testing.T) {
	h := build(t, "")
	h.person("lan.hb", "Hồ Thị Lan", 31)
	h.person("tu.pv", "Phan Văn Tự", 32)
	h.kit.Handle("GET /hand", func(w http.ResponseWriter, r *http.Request) error {
		who, err := access.Must(r.Context())
		if err != nil {
			return err
		}
		var hand account.Hand
		err = h.db.Read(r.Context(), func(q db.Q) (err error) {
			hand, err = account.HandOf(r.Context(), q, who, h.db.Clock().Now())
			return err
		})
		if err == nil {
			_, err = io.WriteString(w, string(hand))
		}
		return err
	})
	hand := func(want account.Hand) {
		t.Helper()
		if got := h.get("/hand").doc.Text(); got != string(want) {
			t.Errorf("the hand is %q, want %q", got, want)
		}
	}
	in := func(login string) answer { return h.post("/signin", "login", login, "password", password) }
	marks := func(a answer) (out []string) {
		for _, c := range (&http.Response{Header: a.header}).Cookies() {
			if c.Name == "device" {
				if !c.HttpOnly || len(c.Value) != 32 {
					t.Errorf("the mark: %+v", c)
				}
				out = append(out, c.Value)
			}
		}
		return out
	}
	first := marks(in("lan.hb"))
	hand(account.HandOwn)
	h.wantRedirect(h.post("/signout"), "/signin")
	again := marks(in("lan.hb"))
	if len(first) != 1 || len(again) != 1 || first[0] != again[0] {
		t.Errorf("the marks of one browser: %v, then %v", first, again)
	}
	hand(account.HandOwn)
	h.post("/signout")
	in("tu.pv")
	hand(account.HandShared)
}
