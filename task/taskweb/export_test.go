package taskweb

import (
	"testing"

	"chibo/internal/web"
	"chibo/internal/web/webtest"
)

// CheckPages checks the fields that the pages name.
func CheckPages(t *testing.T, k *web.Kit) {
	webtest.CheckPages(t, webtest.Pages(t, k, pageFiles), map[string]any{"own.html": ownData{}, "cell.html": cellData{}, "give.html": giveData{}, "show.html": showData{}, "year.html": yearData{}})
}
