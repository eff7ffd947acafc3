package meetingweb

import (
	"testing"

	"chibo/internal/web"
	"chibo/internal/web/webtest"
)

// CheckRunPages checks the fields that the pages of the running half name.
func CheckRunPages(t *testing.T, k *web.Kit) {
	webtest.CheckPages(t, webtest.Pages(t, k, only("run", "roll", "hall", "vote", "checkin")), map[string]any{
		"run.html": runData{}, "roll.html": rollData{}, "hall.html": hallData{}, "vote.html": voteData{}, "checkin.html": checkinData{},
	})
}
