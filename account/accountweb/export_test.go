package accountweb

import (
	"testing"

	"chibo/internal/web"
	"chibo/internal/web/webtest"
)

// CheckPages checks the fields that the pages name.
func CheckPages(t *testing.T, k *web.Kit) {
	pages := webtest.Pages(t, k, pageFiles)
	webtest.CheckPages(t, pages, map[string]any{
		"signin.html": signInData{}, "account.html": ownData{}, "setup.html": setupData{},
		"first.html": firstData{}, "accounts.html": rosterData{}, "person.html": personData{}, "reset.html": resetData{},
	})
}
