package documentweb

import (
	"testing"

	"chibo/internal/web"
	"chibo/internal/web/webtest"
)

// CheckPages checks the fields that the page names.
func CheckPages(t *testing.T, k *web.Kit) {
	webtest.CheckPages(t, webtest.Pages(t, k, pageFiles), map[string]any{
		"show.html": showData{}, "readers.html": readersData{}, "correct.html": correctData{}, "changes.html": changesData{}, "find.html": findData{},
	})
}
