package app

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"chibo/access"
	"chibo/home"
	"chibo/internal/db"
	"chibo/internal/web"
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
	err := a.cfg.DB.Read(r.Context(), func(q db.Q) (err error) {
		if f.Notices, err = notify.Unread(r.Context(), q, actor.PartID, actor.PersonID); err != nil || unit == 0 {
			return err
		}
		u, err := org.ByID(r.Context(), q, unit)
		if err != nil {
			return err
		}
		f.UnitName = u.Name
		if u.ParentID != 0 {
			up, err := org.ByID(r.Context(), q, u.ParentID)
			f.UpperName = up.Name
			return err
		}
		return nil
	})
	if err != nil { // the page itself will say so
		return f
	}
	f.Nav, f.Account = nav(r.URL.Path, actor, cell), ownMenu(actor, cell)
	return f
}

// nav is the way through the program for the roles that a person holds.
func nav(path string, actor access.Actor, cell int64) []web.NavItem {
	items := []web.NavItem{{Href: "/", Label: "app.nav.home", Icon: "home"}}
	add := func(href, label, icon string) {
		items = append(items, web.NavItem{Href: href, Label: label, Icon: icon})
	}
	switch {
	case actor.Has(access.RoleUpper):
		add("/units", "app.nav.units", "building")
		add("/cells", "app.nav.cells", "wall")
		add("/members", "app.nav.members", "people")
		add("/tree", "app.nav.tree", "tree")
		add("/admitted", "app.nav.admitted", "star")
	case actor.Has(access.RoleLead) || actor.Has(access.RoleCommittee):
		add(fmt.Sprintf("/cells/%d/meetings", cell), "app.nav.meetings", "calendar")
		add(fmt.Sprintf("/cells/%d/tasks", cell), "app.nav.tasks", "tasks")
		add("/members", "app.nav.members", "people")
	case cell != 0:
		add(fmt.Sprintf("/cells/%d/meetings", cell), "app.nav.meetings", "calendar")
		add("/tasks", "app.nav.mine", "tasks")
	case actor.Has(access.RoleAdmin) || actor.Has(access.RoleKeeper):
		add("/tree", "app.nav.tree", "tree")
		add("/units", "app.nav.units", "building")
	}
	for i := range items {
		items[i].Active = path == items[i].Href || (items[i].Href != "/" && strings.HasPrefix(path, items[i].Href+"/"))
	}
	return items
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
			web.NavItem{Href: "/members/me", Label: "app.nav.record", Icon: "person"})
	}
	return append(items, web.NavItem{Href: "/account", Label: "app.nav.account", Icon: "key"})
}
