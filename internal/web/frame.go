package web

import "slices"

// Frame is what surrounds every page. app makes it from the request's session;
// texts in it are shown as they are, keys are translated.
type Frame struct {
	UnitName  string // whose desk this is: "Chi bộ Tổ dân phố Hòa Bình"
	UpperName string // the unit above it; may be empty
	UserName  string // the person signed in, as typed in the record
	UserKey   string // opaque id of the person; keeps drafts of several people on one device apart
	SignedIn  bool
	Home      string // where the unit's name leads; empty means "/"
	SignOut   string // where the sign-out form posts; empty means "/signout"
	Nav       []NavItem
	Account   []NavItem // entries of the account menu above language and sign-out
	Notices   int       // unread notices, shown in the account menu
	NoticeURL string    // where notices are read; empty hides the entry
	FindURL   string    // where the search box of the header posts; empty: there is none
	Demo      bool      // shows the badge "Dữ liệu mẫu" on every page
	// DemoProgress is how far sample data is built, in per cent; 0 and 100 show nothing.
	DemoProgress int
	// Panels are what other features say on this page.
	Panels []Panel
}

// NavItem is one entry of the navigation. A phone shows the first four and
// puts the rest behind "Thêm"; a wide screen puts there those that have a group, where
// the navigation is long.
type NavItem struct {
	Href   string
	Label  string // translation key
	Icon   string // name of an icon, see Icons
	Active bool   // the page belongs to this entry
	Count  int    // things that wait there; 0 shows nothing
	Group  string // translation key of the heading under which it stands; "" it is needed every day
}

// NavGroup is a part of the navigation behind "Thêm".
type NavGroup struct {
	Label string // translation key
	Items []NavItem
}

const (
	phoneNav = 4 // entries that the bottom bar of a phone shows before "Thêm"
	wideNav  = 8 // entries that a wide screen shows without one
)

func (f Frame) withDefaults() Frame {
	if f.Home == "" {
		f.Home = "/"
	}
	if f.SignOut == "" {
		f.SignOut = "/signout"
	}
	return f
}

// NavDaily gives the entries of every day: all where there are few.
func (f Frame) NavDaily() (daily []NavItem) {
	if len(f.Nav) <= wideNav {
		return f.Nav
	}
	for _, it := range f.Nav {
		if it.Group == "" {
			daily = append(daily, it)
		}
	}
	return daily
}

// NavGroups gives the other entries under their headings, in the order in which these come.
func (f Frame) NavGroups() (out []NavGroup) {
	if len(f.Nav) <= wideNav {
		return nil
	}
	for _, it := range f.Nav {
		if it.Group == "" {
			continue
		}
		i := slices.IndexFunc(out, func(g NavGroup) bool { return g.Label == it.Group })
		if i < 0 {
			i, out = len(out), append(out, NavGroup{Label: it.Group})
		}
		out[i].Items = append(out[i].Items, it)
	}
	return out
}

// NavOpen says whether the page belongs to an entry of a group: it is shown unfolded.
func (f Frame) NavOpen() bool {
	return slices.ContainsFunc(f.Nav, func(it NavItem) bool { return it.Active && it.Group != "" })
}

// NavFirst gives the entries that a phone shows at once.
func (f Frame) NavFirst() []NavItem {
	if len(f.Nav) <= phoneNav+1 {
		return f.Nav
	}
	daily := f.NavDaily()
	return daily[:min(phoneNav, len(daily))]
}

// NavRest gives the entries of every day that a phone keeps behind "Thêm", before the groups.
func (f Frame) NavRest() []NavItem {
	if len(f.Nav) <= phoneNav+1 {
		return nil
	}
	daily := f.NavDaily()
	return daily[min(phoneNav, len(daily)):]
}
