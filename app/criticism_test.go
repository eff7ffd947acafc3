package app

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"chibo/ballot"

	"chibo/meeting"
	"chibo/office/officetest"
)

// What was said of somebody in the room. It must be found on its own page by its readers
// and nowhere else.
const criticised = "dấu kín zqxkvw còn nóng nảy"

// People of every kind ask for every page with real ids and queries, before and after the meeting
// is closed: the text is on its own page for its readers alone. Papers, search,
// exports, files, notices, the hall, the wall and the home pages are among the pages.
func TestCriticismStandsOnItsOwnPageOnly(t *testing.T) {
	s := newSweep(t)
	m, w := s.app.Meetings, s.w
	page := s.ids["ref"][0]
	lead := w.Actor(t, officetest.Secretary)
	list, err := m.List(t.Context(), lead, w.HoaBinh.ID, 1)
	s.must(err)
	at := list[0].Ref
	s.must(m.SetReaders(t.Context(), lead, at, meeting.ReadersCommittee, "Chi bộ thống nhất"))
	_, err = m.AddCriticism(t.Context(), w.Actor(t, officetest.Member), at, meeting.CriticismIn{Text: criticised})
	s.must(err)
	readers := map[string]bool{officetest.Secretary: true, officetest.Deputy: true, officetest.Committee: true, officetest.Member: true}
	walk := func(people ...string) {
		for _, who := range people {
			seen := s.walkFor(who, "zqxkvw")
			for _, path := range seen {
				if path != "/meetings/"+page+"/criticism" || !readers[who] {
					t.Errorf("%q reads it at %s", who, path)
				}
			}
			if readers[who] && len(seen) != 1 {
				t.Errorf("%s, who may, reads it on %d pages", who, len(seen))
			}
		}
	}
	before := []string{officetest.Member, officetest.Follower, officetest.TownSecretary, officetest.AdminPerson}
	after := []string{"", officetest.Secretary, officetest.Stranger, officetest.TownKeeper, officetest.DistrictStaff}
	if testing.Short() { // the same walk by fewer people
		before, after = []string{officetest.Member, officetest.Follower}, []string{officetest.TownSecretary}
	}
	walk(before...)
	// The officer above sees that there is something, and how much.
	res := s.do(s.browser(officetest.TownKeeper), "GET", "/meetings/"+page+"/criticism", nil)
	if body := res.Body.String(); res.Code != http.StatusOK || !strings.Contains(body, "1 ý kiến") {
		t.Errorf("the town's officer is told nothing: %d", res.Code)
	}
	f, err := m.Get(t.Context(), lead, at)
	s.must(err)
	_, err = m.CloseByHands(t.Context(), lead, at, f.Votes[0].Ref.ID, ballot.Hands{Yes: f.Votes[0].Left()}, f.Votes[0].Version)
	s.must(err)
	s.must(m.VoidSecret(t.Context(), lead, at, f.Secrets[0].Ref.ID, f.Secrets[0].Version))
	_, _, err = m.MarkRest(t.Context(), lead, at)
	s.must(err)
	f, err = m.Get(t.Context(), lead, at)
	s.must(err)
	s.must(m.Adjourn(t.Context(), lead, at, f.Version))
	f, err = m.Get(t.Context(), lead, at)
	s.must(err)
	if len(f.Documents) == 0 {
		t.Fatal("no papers")
	}
	for _, d := range f.Documents {
		s.ids["file"] = append(s.ids["file"], d.Ref.String())
		s.ids["ref"] = append(s.ids["ref"], d.Ref.String())
	}
	walk(after...)
}

// walkFor asks for every page as somebody and gives where the word is read.
func (s *sweep) walkFor(who, word string) (seen []string) {
	s.t.Helper()
	c := s.browser(who)
	for _, pattern := range s.app.Routes() {
		method, paths := s.addresses(pattern)
		if method != "GET" {
			continue
		}
		if !strings.Contains(pattern, "{") {
			for _, q := range append(s.queries()[1:], "?q="+url.QueryEscape("nóng nảy")) {
				paths = append(paths, paths[0]+q)
			}
		}
		for _, path := range paths {
			if res := s.do(c, method, path, nil); strings.Contains(res.Body.String(), word) {
				seen = append(seen, path)
			}
		}
	}
	return seen
}
