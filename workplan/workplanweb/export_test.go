package workplanweb

import (
	"testing"

	"chibo/internal/web"
	"chibo/internal/web/webtest"
)

// CheckPages checks the fields that the pages name.
func CheckPages(t *testing.T, k *web.Kit) {
	t.Helper()
	webtest.CheckPages(t, webtest.Pages(t, k, pageFiles), map[string]any{
		"plan.html": planData{}, "new.html": newData{}, "yearly.html": yearlyData{}, "item.html": itemData{}, "below.html": belowData{},
	})
}
