package orgweb

import (
	"testing"

	"chibo/internal/web"
	"chibo/internal/web/webtest"
)

// PageRows is how many cells a page of the list holds.
const PageRows = pageRows

// CheckPages checks the fields that the pages name.
func CheckPages(t *testing.T, k *web.Kit) {
	webtest.CheckPages(t, webtest.Pages(t, k, pageFiles), map[string]any{
		"units.html": unitsData{}, "cells.html": cellsData{}, "unit.html": unitData{},
		"tree.html": treeData{}, "new.html": formData{}, "edit.html": formData{}, "unit_then.html": thenData{},
	})
}
