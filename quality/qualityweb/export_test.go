package qualityweb

import (
	"testing"

	"chibo/internal/web"
	"chibo/internal/web/webtest"
)

// CheckPages checks the fields that the pages name.
func CheckPages(t *testing.T, k *web.Kit) {
	webtest.CheckPages(t, webtest.Pages(t, k, pageFiles), map[string]any{
		"show.html": showData{}, "blank.html": blankData{}, "talk.html": talkData{}, "desk.html": deskData{}, "year.html": yearData{}, "month.html": monthData{},
		"half.html": halfData{}, "sheets.html": sheetsData{}, "sheet.html": oneData{}, "sheetedit.html": sheetData{}, "rules.html": rulesData{},
	})
}
