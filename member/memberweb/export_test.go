package memberweb

import (
	"maps"
	"testing"

	"chibo/internal/civil"
	"chibo/internal/web"
	"chibo/internal/web/webtest"
)

// PageRows is how many members a page of a list holds.
const PageRows = pageRows

// BarsMost is how many bars a period is cut into at most.
const BarsMost = barsMost

// Pieces gives the first and last days of a period's bars.
func Pieces(from, to civil.Date) (days [][2]civil.Date) {
	list, _ := pieces(from, to)
	for _, b := range list {
		days = append(days, [2]civil.Date{b.from, b.to})
	}
	return days
}

// CheckPages checks the fields that the pages name.
func CheckPages(t *testing.T, k *web.Kit) {
	dots := map[string]any{
		"members.html": listData{}, "admitted.html": admittedData{}, "record.html": recordData{},
		"find.html": findData{}, "own.html": ownData{}, "own_sheet.html": copyData{}, "reveal.html": revealData{}, "fields.html": fieldsData{},
		"corrections.html": waitingData{}, "review.html": reviewData{}, "badges.html": badgesData{}, "badges_sheet.html": badgesData{},
		"duplicates.html": duplicatesData{}, "twins.html": twinsData{},
	}
	maps.Copy(dots, lifeDots())
	webtest.CheckPages(t, webtest.Pages(t, k, pageFiles), dots)
}
