package app

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"chibo/access"
	"chibo/home"
	"chibo/internal/db"
	"chibo/internal/web"
	"chibo/member"
	"chibo/member/memberweb"
	"chibo/notify"
	"chibo/org"
)

// frame gives what surrounds a page: whose desk it is and where one can go.
func (a *App) frame(r *http.Request) web.Frame {
	f := web.Frame{Demo: a.cfg.Sample, NoticeURL: "/notices"}
	if a.cfg.Progress != nil {
		f.DemoProgress = a.cfg.Progress()
	}
	actor, ok := access.From(r.Context())
	if !ok {
		return f
	}
	f.SignedIn, f.UserName, f.UserKey = true, actor.Name, strconv.FormatInt(actor.AccountID, 36)
	unit := home.Committee(actor)
	cell := home.Cell(actor)
	if unit == 0 {
		unit = cell
	}
	waiting := 0
	_, err := a.cfg.DB.Recall(r.Context(), func(q db.Q) (err error) {
		if f.Notices, err = notify.Unread(r.Context(), q, actor.PartID, actor.PersonID); err != nil {
			return err
		}
		if f.UnitName, f.UpperName, err = desk(r.Context(), q, unit); err != nil {
			return err
		}
		scope, err := access.Any(actor, access.RegisterKeep)
		if err != nil { // corrections wait for others
			return nil //nolint:nilerr // a right that the person does not have
		}
		waiting, err = member.CountWaiting(r.Context(), q, scope)
		return err
	})
	if err != nil { // the page itself will say so
		return f
	}
	if r.URL.Path == "/account/first" { // nothing else opens yet
		return f
	}
	f.FindURL = findURL(r.URL.Path, actor)
	f.Nav, f.Account = nav(r.URL.Path, actor, cell), ownMenu(actor, cell)
	f.Nav = append(f.Nav, corrections(r.URL.Path, waiting)...)
	f.Panels = a.panels(r)
	return f
}

// desk gives the names of the unit whose desk it is and of the one above it.
func desk(ctx context.Context, q db.Q, unit int64) (name, upper string, err error) {
	if unit == 0 {
		return "", "", nil
	}
	u, err := org.ByID(ctx, q, unit)
	if err != nil || u.ParentID == 0 {
		return u.Name, "", err
	}
	up, err := org.ByID(ctx, q, u.ParentID)
	return u.Name, up.Name, err
}

// corrections is the way to the corrections of records that wait for the person; there is
// none when nothing waits.
func corrections(path string, waiting int) []web.NavItem {
	if waiting == 0 {
		return nil
	}
	const href = "/corrections"
	active := path == href || strings.HasPrefix(path, href+"/")
	return []web.NavItem{{Href: href, Label: "app.nav.corrections", Icon: "edit", Count: waiting, Active: active}}
}

// findURL is where the search box of the header posts; the page of the search has its
// own box.
func findURL(path string, actor access.Actor) string {
	if path == "/find" || !memberweb.MayFind(actor) {
		return ""
	}
	return "/find"
}

// Headings of the navigation behind "Thêm".
const (
	groupWork   = "app.nav.group.work"
	groupTree   = "app.nav.group.tree"
	groupRights = "app.nav.group.rights"
)

// nav is the way through the program for the roles that a person holds: what is needed
// every day first, the rest under headings.
func nav(path string, actor access.Actor, cell int64) []web.NavItem {
	items := []web.NavItem{{Href: "/", Label: "app.nav.home", Icon: "home"}}
	add := func(href, label, icon, group string) {
		items = append(items, web.NavItem{Href: href, Label: label, Icon: icon, Group: group})
	}
	switch {
	case actor.Has(access.RoleUpper):
		committeeNav(home.Committee(actor), add)
	case actor.Has(access.RoleLead) || actor.Has(access.RoleDeputy) || actor.Has(access.RoleCommittee):
		add(fmt.Sprintf("/cells/%d/meetings", cell), "app.nav.meetings", "calendar", "")
		add(fmt.Sprintf("/cells/%d/tasks", cell), "app.nav.tasks", "tasks", "")
		add("/members", "app.nav.members", "people", "")
		add(fmt.Sprintf("/cells/%d/questions", cell), "app.nav.questions", "chat", "")
		add(fmt.Sprintf("/cells/%d/admission", cell), "app.nav.admission", "star", "")
		add(fmt.Sprintf("/cells/%d/workplan", cell), "app.nav.work", "book", groupWork)
		add("/papers", "app.nav.papers", "file", groupWork)
		add(fmt.Sprintf("/units/%d/scores/year", cell), "app.nav.scores", "chart", groupWork)
		add(fmt.Sprintf("/cells/%d/insight", cell), "app.nav.insight", "clock", groupWork)
		add("/life", "app.nav.life", "flag", groupTree)
	case cell != 0:
		add(fmt.Sprintf("/cells/%d/meetings", cell), "app.nav.meetings", "calendar", "")
		add("/tasks", "app.nav.mine", "tasks", "")
		add("/questions", "app.nav.ask", "chat", "")
		add("/papers", "app.nav.papers", "file", "")
	case actor.Has(access.RoleAdmin) || actor.Has(access.RoleKeeper):
		add("/tree", "app.nav.tree", "tree", "")
		add("/units", "app.nav.units", "building", "")
	}
	if actor.Has(access.RoleKeeper) || actor.Has(access.RoleAdmin) {
		add("/imports", "app.nav.imports", "upload", groupTree)
		add("/reorganisations", "app.nav.reorg", "split", groupTree)
	}
	switch {
	case actor.Has(access.RoleAdmin) || actor.Has(access.RoleKeeper):
		add("/accounts", "app.nav.accounts", "key", groupRights)
		add("/rights", "app.nav.rights", "eye", groupRights)
	case actor.Has(access.RoleLead) || actor.Has(access.RoleDeputy):
		add("/accounts", "app.nav.accounts", "key", groupTree)
	}
	return marked(path, items)
}

// committeeNav is the way through the program for who serves in a committee above cells.
func committeeNav(unit int64, add func(href, label, icon, group string)) {
	of := func(page string) string { return fmt.Sprintf("/units/%d/%s", unit, page) }
	add("/cells", "app.nav.cells", "wall", "")
	add(of("questions"), "app.nav.questions", "chat", "")
	add(of("scores"), "app.nav.scores", "chart", "")
	add(of("admission"), "app.nav.admission", "star", "")
	add("/members", "app.nav.members", "people", "")
	add(of("campaigns"), "app.nav.campaigns", "flag", groupWork)
	add(of("guidance"), "app.nav.guidance", "book", groupWork)
	add(of("workplan"), "app.nav.works", "tasks", groupWork)
	add(of("visits"), "app.nav.visits", "eye", groupWork)
	add("/papers", "app.nav.papers", "file", groupWork)
	add(of("insight"), "app.nav.insight", "clock", groupWork)
	add("/units", "app.nav.units", "building", groupTree)
	add("/tree", "app.nav.tree", "tree", groupTree)
	add("/life", "app.nav.life", "flag", groupTree)
	add("/admitted", "app.nav.admitted", "star", groupTree)
}

// marked marks the entry that leads nearest to the page.
func marked(path string, items []web.NavItem) []web.NavItem {
	best := -1
	for i, it := range items {
		here := path == it.Href || (it.Href != "/" && strings.HasPrefix(path, it.Href+"/"))
		if here && (best < 0 || len(it.Href) > len(items[best].Href)) {
			best = i
		}
	}
	if best >= 0 {
		items[best].Active = true
	}
	return items
}

// hasPost says whether the actor holds a post, or does somebody's work.
func hasPost(actor access.Actor) bool {
	for _, g := range actor.Grants {
		if g.For != 0 || (actor.PersonID != 0 && g.Role != access.RoleMember && g.Role != access.RoleAdmin) {
			return true
		}
	}
	return false
}

// ownMenu is the menu of the person's own things.
func ownMenu(actor access.Actor, cell int64) []web.NavItem {
	var items []web.NavItem
	if actor.Has(access.RoleUpper) && cell != 0 {
		items = append(items, web.NavItem{Href: "/?cell=1", Label: "app.nav.owncell", Icon: "people"})
	}
	if cell != 0 {
		items = append(items,
			web.NavItem{Href: "/tasks", Label: "app.nav.mine", Icon: "tasks"},
			web.NavItem{Href: "/questions", Label: "app.nav.ask", Icon: "chat"},
			web.NavItem{Href: "/members/me", Label: "app.nav.record", Icon: "person"})
	}
	items = append(items, web.NavItem{Href: "/rights/me", Label: "app.nav.myrights", Icon: "eye"})
	if hasPost(actor) {
		items = append(items, web.NavItem{Href: "/standins", Label: "app.nav.standins", Icon: "hand"})
	}
	return append(items, web.NavItem{Href: "/account", Label: "app.nav.account", Icon: "key"})
}
