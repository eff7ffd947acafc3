package visitweb

import (
	"testing"

	"chibo/internal/web"
	"chibo/internal/web/webtest"
)

// CheckPages checks the fields that the pages name.
func CheckPages(t *testing.T, k *web.Kit) {
	t.Helper()
	webtest.CheckPages(t, webtest.Pages(t, k, pageFiles), map[string]any{
		"list.html": listData{}, "new.html": formData{}, "show.html": showData{}, "desk.html": deskData{},
	})
}
