package homeweb

import (
	"testing"

	"chibo/internal/web"
	"chibo/internal/web/webtest"
)

// Shown is how many cells of a group stand on the wall before "more".
const Shown = shown

// CheckPages checks the fields that the pages name.
func CheckPages(t *testing.T, k *web.Kit) {
	t.Helper()
	webtest.CheckPages(t, webtest.Pages(t, k, files), map[string]any{
		"wall.html": wallData{}, "high.html": highData{}, "desk.html": deskData{}, "member.html": deskData{},
		"followed.html": followedData{}, "admin.html": adminData{}, "nothing.html": nil,
		"act.html": actData{}, "visits.html": visitsData{}, "figures.html": figuresData{}, "figure.html": figureData{},
	})
}
