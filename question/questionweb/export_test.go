package questionweb

import (
	"testing"

	"chibo/internal/web"
	"chibo/internal/web/webtest"
)

// CheckPages checks the fields that the pages name.
func CheckPages(t *testing.T, k *web.Kit) {
	t.Helper()
	webtest.CheckPages(t, webtest.Pages(t, k, pageFiles), map[string]any{
		"own.html": ownData{}, "ask.html": askData{}, "enter.html": enterData{}, "show.html": showData{}, "cell.html": cellData{}, "desk.html": deskData{},
	})
}
