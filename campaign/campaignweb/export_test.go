package campaignweb

import (
	"testing"

	"chibo/internal/web"
	"chibo/internal/web/webtest"
)

// CheckPages checks the fields that the pages name.
func CheckPages(t *testing.T, k *web.Kit) {
	webtest.CheckPages(t, webtest.Pages(t, k, pageFiles), map[string]any{
		"list.html": listData{}, "edit.html": editData{}, "show.html": showData{}, "units.html": unitsData{},
	})
}
