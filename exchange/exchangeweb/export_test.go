package exchangeweb

import (
	"testing"

	"chibo/internal/web"
	"chibo/internal/web/webtest"
)

// PagesOf parses the pages for the check of their fields.
func PagesOf(t testing.TB, k *web.Kit) *web.Pages { return webtest.Pages(t, k, pageFiles) }

// Dots gives a value of each page's type.
func Dots() map[string]any {
	return map[string]any{
		"start.html": startData{}, "columns.html": columnsData{}, "wait.html": waitData{}, "review.html": reviewData{},
		"done.html": doneData{}, "stopped.html": doneData{}, "export.html": askData{},
	}
}
