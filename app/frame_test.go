package app

import (
	"slices"
	"testing"

	"chibo/access"
	"chibo/internal/web"
)

// dailyMost is how many entries a menu has before "Thêm", the first page among them.
const dailyMost = 6

// Whoever signs in finds the things of every day first, at most six of them; the rest stands
// under headings, and nothing is there twice.
func TestMenus(t *testing.T) {
	grants := func(roles ...string) (a access.Actor) {
		a.PersonID = 7
		for i, r := range roles {
			a.Grants = append(a.Grants, access.Grant{Role: r, OrgID: int64(10 + i), Path: "10."})
		}
		return a
	}
	for name, c := range map[string]struct {
		actor access.Actor
		cell  int64
		first []string
	}{
		"committee":       {grants(access.RoleUpper), 0, []string{"/", "/cells", "/units/10/questions", "/units/10/scores"}},
		"keeper there":    {grants(access.RoleUpper, access.RoleKeeper), 0, []string{"/", "/cells", "/units/10/questions", "/units/10/scores"}},
		"secretary":       {grants(access.RoleLead), 12, []string{"/", "/cells/12/meetings", "/cells/12/tasks", "/members"}},
		"cell committee":  {grants(access.RoleCommittee), 12, []string{"/", "/cells/12/meetings", "/cells/12/tasks", "/members"}},
		"member":          {grants(access.RoleMember), 12, []string{"/", "/cells/12/meetings", "/tasks", "/questions"}},
		"administrator":   {grants(access.RoleAdmin), 0, []string{"/", "/tree", "/units", "/imports"}},
		"lead and keeper": {grants(access.RoleLead, access.RoleKeeper), 12, []string{"/", "/cells/12/meetings", "/cells/12/tasks", "/members"}},
	} {
		f := web.Frame{Nav: nav("/", c.actor, c.cell)}
		seen := map[string]bool{}
		daily := f.NavDaily()
		all := slices.Clone(daily)
		for _, g := range f.NavGroups() {
			all = append(all, g.Items...)
		}
		for _, it := range all {
			if seen[it.Href] {
				t.Errorf("%s: %s twice", name, it.Href)
			}
			seen[it.Href] = true
		}
		if len(all) != len(f.Nav) || len(f.NavGroups()) > 0 && len(daily) > dailyMost {
			t.Errorf("%s: %d entries of every day, %d of %d in all", name, len(daily), len(all), len(f.Nav))
		}
		for i, href := range c.first {
			if daily[i].Href != href {
				t.Errorf("%s: entry %d is %s, want %s", name, i, daily[i].Href, href)
			}
		}
	}
	// The page of a group's entry is marked, and its group unfolded.
	f := web.Frame{Nav: nav("/units/10/campaigns/new", grants(access.RoleUpper), 0)}
	if !f.NavOpen() || f.NavGroups()[0].Items[0].Href != "/units/10/campaigns" || !f.NavGroups()[0].Items[0].Active {
		t.Errorf("%+v", f.NavGroups())
	}
}
