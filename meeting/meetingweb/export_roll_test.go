package meetingweb

import (
	"testing"

	"chibo/internal/web"
	"chibo/internal/web/webtest"
)

// CheckCalendarPage checks the fields that the page of the own calendar names.
func CheckCalendarPage(t *testing.T, k *web.Kit) {
	webtest.CheckPages(t, webtest.Pages(t, k, only("calendar")), map[string]any{"calendar.html": calendarData{}})
}
