package admissionweb

import (
	"testing"

	"chibo/internal/web"
	"chibo/internal/web/webtest"
)

// CheckPages checks the fields that the pages name.
func CheckPages(t *testing.T, k *web.Kit) {
	t.Helper()
	webtest.CheckPages(t, webtest.Pages(t, k, pageFiles), map[string]any{
		"cell.html": cellData{}, "new.html": trackData{}, "edit.html": trackData{}, "review.html": reviewData{}, "show.html": showData{}, "helping.html": helpingData{},
		"papers.html": papersData{}, "introducers.html": introducersData{}, "board.html": boardData{}, "plan.html": planData{},
		"reading.html": readingData{}, "readinglist.html": behindData{},
		"form.html": formData{},
	})
}
