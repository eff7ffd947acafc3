package web_test

import (
	"slices"
	"strings"
	"testing"

	"chibo/internal/web"
)

// A short way through the program is shown whole; of a long one what has no group stands
// first, and nothing is lost: not on a wide screen, not on a phone.
func TestNavIsGrouped(t *testing.T) {
	labels := func(items []web.NavItem) (s string) {
		for _, it := range items {
			s += it.Label
		}
		return s
	}
	item := func(label, group string) web.NavItem {
		return web.NavItem{Href: "/" + label, Label: label, Group: group}
	}
	long := web.Frame{Nav: []web.NavItem{
		item("a", ""), item("b", ""), item("c", "x"), item("d", ""), item("e", "y"), item("f", ""), item("g", "x"), item("h", ""), item("i", ""),
	}}
	for _, c := range []struct {
		nav                       []web.NavItem
		daily, first, rest, group string
	}{
		{nil, "", "", "", ""},
		{long.Nav[:5], "abcde", "abcde", "", ""},
		{long.Nav[:8], "abcdefgh", "abcd", "efgh", ""},
		{long.Nav, "abdfhi", "abdf", "hi", "x:cg y:e"},
	} {
		f := web.Frame{Nav: c.nav}
		var groups []string
		for _, g := range f.NavGroups() {
			groups = append(groups, g.Label+":"+labels(g.Items))
		}
		if got := strings.Join(groups, " "); labels(f.NavDaily()) != c.daily || labels(f.NavFirst()) != c.first || labels(f.NavRest()) != c.rest || got != c.group {
			t.Errorf("%d entries: daily %q, first %q, rest %q, groups %q", len(c.nav), labels(f.NavDaily()), labels(f.NavFirst()), labels(f.NavRest()), got)
		}
	}
	if long.NavOpen() {
		t.Error("unfolded without a page in it")
	}
	long.Nav = slices.Clone(long.Nav)
	if long.Nav[1].Active = true; long.NavOpen() {
		t.Error("unfolded for an entry of every day")
	}
	if long.Nav[6].Active = true; !long.NavOpen() {
		t.Error("folded although the page belongs to it")
	}
}
