package meetingweb

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"chibo/internal/web"
	"chibo/internal/web/webtest"
)

// CheckPreparePages checks the fields that the pages of the preparing half name.
func CheckPreparePages(t *testing.T, k *web.Kit) {
	webtest.CheckPages(t, webtest.Pages(t, k, only("list", "new", "show", "plan", "committee", "invite", "slips", "year", "change", "groups", "sessions", "group", "seat", "papers", "wording", "balance")), map[string]any{
		"list.html": listData{}, "new.html": newData{}, "show.html": showData{}, "plan.html": planData{},
		"year.html": yearData{}, "committee.html": committeeData{}, "invite.html": inviteData{}, "slips.html": slipsData{},
		"change.html": changeData{}, "groups.html": groupsData{}, "sessions.html": sessionsData{}, "group.html": groupData{},
		"seat.html": seatData{}, "papers.html": papersData{}, "wording.html": wordingData{}, "balance.html": balanceData{},
	})
}

// only is the embedded pages cut to some of them.
func only(names ...string) fs.FS {
	keep := map[string]bool{}
	for _, n := range names {
		keep["pages/"+n+".html"] = true
	}
	return subset{keep}
}

type subset struct{ keep map[string]bool }

func (s subset) Open(name string) (fs.File, error) { return pageFiles.Open(name) }

func (s subset) Glob(pattern string) ([]string, error) {
	all, err := fs.Glob(pageFiles, pattern)
	return slices.DeleteFunc(all, func(name string) bool { return !s.keep[name] && !strings.HasPrefix(name, "pages/parts/") }), err
}
