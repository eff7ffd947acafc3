package sqlcheck_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"chibo/internal/db/sqlcheck"
)

// Whatever a unit may keep from above is asked about before a page or a file reads it:
// docs/adr/0026. A way that does not ask stands in known with the reason; a new one
// fails here, and so does a reason that nobody needs any more.
func TestKeptIsAskedFor(t *testing.T) {
	all, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	for kind, g := range guards() {
		doors, reasons := g.Doors(all.Funcs, edge), known()[kind]
		for _, d := range doors {
			if reasons[d] == "" {
				t.Errorf("%s may be kept from above, and nothing asks on the way: %s\nask access.KeptFrom before reading, or say in known why not", kind, d)
			}
		}
		for d := range reasons {
			if !slices.Contains(doors, d) {
				t.Errorf("%s: no such way any more: %s", kind, d)
			}
		}
	}
}

func TestDoors(t *testing.T) {
	kept := func(sql string) bool { return strings.Contains(sql, "phone") }
	g := sqlcheck.Guard{Reads: kept, Asks: func(sql string) bool { return strings.Contains(sql, "kept") }, By: []string{"access.KeptFrom"}}
	funcs := []sqlcheck.Func{
		{Name: "store.Person", Pkg: "store", SQL: []string{"SELECT phone"}},
		{Name: "store.List", Pkg: "store", SQL: []string{"SELECT phone, kept"}},
		{Name: "store.Asks", Pkg: "store", Uses: []string{"access.KeptFrom"}},
		{Name: "store.Open", Pkg: "store", Uses: []string{"store.Person", "store.Asks"}},
		{Name: "store.Deep", Pkg: "store", Uses: []string{"store.Person"}},
		{Name: "web.raw", Pkg: "web", SQL: []string{"SELECT phone"}},
		{Name: "web.forgets", Pkg: "web", Uses: []string{"store.Deep"}},
		{Name: "web.both", Pkg: "web", Uses: []string{"store.Open", "store.Person"}},
		{Name: "web.asks", Pkg: "web", Uses: []string{"store.Person", "store.Asks"}},
		{Name: "web.list", Pkg: "web", Uses: []string{"store.List", "store.Open"}},
	}
	want := []string{"web.both < store.Person", "web.forgets < store.Deep", "web.raw"}
	if got := g.Doors(funcs, func(pkg string) bool { return pkg == "web" }); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// edge is a package that makes pages and files.
func edge(pkg string) bool {
	return strings.HasSuffix(pkg, "web") && pkg != "chibo/internal/web" || pkg == "chibo/exchange"
}

// guards says for each kind that a unit may keep which columns hold it. Drafts are
// another feature's texts in many tables; meeting.Full hides them.
func guards() map[string]sqlcheck.Guard {
	reads := func(patterns ...string) func(string) bool {
		var all []*regexp.Regexp
		for _, p := range patterns {
			all = append(all, regexp.MustCompile(`(?is)`+p))
		}
		return func(sql string) bool {
			if !strings.HasPrefix(strings.TrimSpace(sql), "SELECT") && !strings.HasPrefix(strings.TrimSpace(sql), "WITH") {
				return false
			}
			for _, p := range all {
				if p.MatchString(sql) {
					return true
				}
			}
			return false
		}
	}
	asks := func(sql string) bool { return strings.Contains(sql, "FROM kept k") }
	by := []string{"chibo/access.KeptFrom", "(chibo/access.Scope).Reach"}
	return map[string]sqlcheck.Guard{
		// Telephone numbers, and notes on where a member is and why.
		"contact":  {Reads: reads(`\bphone\b`, `\.(place|host|contact|reason)\b.*\bmember_spell\b`), Asks: asks, By: by},
		"tasks":    {Reads: reads(`\bt?\.?title\b.*\bFROM task\b`, `\btitle\b.*\bJOIN task\b`), Asks: asks, By: by},
		"opinions": {Reads: reads(`\btext\b.*\bFROM opinion\b`), Asks: asks, By: by},
	}
}

// known gives the ways that do not ask, by kind, with the reason.
func known() map[string]map[string]string {
	return map[string]map[string]string{
		"contact": {
			"(*chibo/access/accessweb.directData).read < chibo/member.PersonOf":              "shows the name",
			"(*chibo/access/accessweb.personData).open < chibo/member.PersonOf":              "shows the name",
			"(*chibo/exchange.memberTaker).amend < chibo/member.PersonOf":                    "writes what the list says",
			"(*chibo/exchange.register).load < chibo/member.EachKnown":                       "compared with the list; shown to the cell's lead only, see sight",
			"(*chibo/meeting/meetingweb.Web).addPhones < (*chibo/member.Service).CallList":   "for the cell's own lead only",
			"(*chibo/member/memberweb.Web).corrections < chibo/member.Waiting":               "names the fields that wait, shows none",
			"(*chibo/member/memberweb.Web).duplicates < (*chibo/member.Service).AlikeIn":     "gives no number",
			"(*chibo/member/memberweb.Web).saveEdit < (*chibo/member.Service).Edit":          "an act; Editable shows no number to who is above",
			"(*chibo/member/memberweb.badgesData).read < (*chibo/member.Service).BadgeDayOf": "interruptions only, for the Party age",
		},
		"tasks": {
			"(*chibo/home/homeweb.Web).desk < chibo/home.DeskOf":                                      "the own tasks, and the cell's for its lead and committee",
			"(*chibo/meeting/meetingweb.Web).issueProtocol < (*chibo/meeting.Service).IssueProtocol":  "issued by the cell's own lead, of a count",
			"(*chibo/meeting/meetingweb.Web).showProtocol < (*chibo/meeting.Service).PreviewProtocol": "for the cell's own committee, of a count",
			"(*chibo/meeting/meetingweb.Web).makePaper < (*chibo/meeting.Service).IssuePaper":         "made by the cell's own lead, of adopted things",
			"(*chibo/meeting/meetingweb.Web).preview < (*chibo/meeting.Service).PreviewPaper":         "for the cell's own committee",
			"(*chibo/meeting/meetingweb.Web).newData < chibo/task.OpenOf":                             "for who prepares the cell's own meeting",
			"(*chibo/meeting/meetingweb.Web).showData < chibo/task.BySource":                          "shows the reader's own",
			"(*chibo/task/taskweb.Web).year < chibo/task.OfYear":                                      "the own list, or of the cell's own committee",
			"(*chibo/task/taskweb.ownData).take < chibo/task.Of":                                      "the own list",
		},
		"opinions": {
			"(*chibo/meeting/meetingweb.Web).hall < (*chibo/meeting.Service).Facts":                   "counts who spoke, gives no text",
			"(*chibo/meeting/meetingweb.Web).issueProtocol < (*chibo/meeting.Service).IssueProtocol":  "issued by the cell's own lead, of a count",
			"(*chibo/meeting/meetingweb.Web).showProtocol < (*chibo/meeting.Service).PreviewProtocol": "for the cell's own committee, of a count",
			"(*chibo/meeting/meetingweb.Web).makePaper < (*chibo/meeting.Service).IssuePaper":         "made by the cell's own lead, of adopted things",
			"(*chibo/meeting/meetingweb.Web).preview < (*chibo/meeting.Service).PreviewPaper":         "for the cell's own committee",
		},
	}
}
