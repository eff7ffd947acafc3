package accessweb

import (
	"testing"

	"chibo/internal/web"
	"chibo/internal/web/webtest"
)

// CheckPages checks the fields that the pages name.
func CheckPages(t *testing.T, k *web.Kit) {
	webtest.CheckPages(t, webtest.Pages(t, k, pageFiles), map[string]any{
		"rights.html": hubData{}, "person.html": personData{}, "unit.html": unitData{}, "directs.html": directsData{},
		"direct.html": directData{}, "standins.html": standinsData{}, "standin.html": standinData{}, "kept.html": keptData{},
	})
}
