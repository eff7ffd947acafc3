package homeweb_test

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/meeting"
	"chibo/org/orgtest"
)

func TestZZ(t *testing.T) {
	w := newWorld(t)
	w.figures(t)
	w.meet(t, civil.Of(2026, 12, 3), meeting.Opened, meeting.RollRow{Presence: meeting.Present})
	os.MkdirAll("/tmp/hometests", 0o755)
	for name, who := range map[string]access.Actor{"follow": with(orgtest.Actor(access.RoleFollower, w.HoaBinh), access.RoleFollower, w.Village2), "here": w.na, "town": orgtest.Actor(access.RoleUpper, w.Town)} {
		srv := httptest.NewServer(w.as(t, who))
		out, err := exec.Command("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--user-data-dir="+t.TempDir(), "--hide-scrollbars", "--window-size=500,900", "--screenshot=/tmp/hometests/"+name+".png", srv.URL+"/").CombinedOutput()
		if err != nil {
			t.Log(string(out))
		}
		srv.Close()
	}
}
