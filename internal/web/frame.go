package web

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
// puts the rest behind "Thêm".
type NavItem struct {
	Href   string
	Label  string // translation key
	Icon   string // name of an icon, see Icons
	Active bool   // the page belongs to this entry
	Count  int    // things that wait there; 0 shows nothing
}

// phoneNav is how many entries the bottom bar of a phone shows before "Thêm".
const phoneNav = 4

func (f Frame) withDefaults() Frame {
	if f.Home == "" {
		f.Home = "/"
	}
	if f.SignOut == "" {
		f.SignOut = "/signout"
	}
	return f
}

// NavFirst gives the entries that a phone shows at once.
func (f Frame) NavFirst() []NavItem {
	if len(f.Nav) <= phoneNav+1 {
		return f.Nav
	}
	return f.Nav[:phoneNav]
}

// NavRest gives the entries that a phone keeps behind "Thêm".
func (f Frame) NavRest() []NavItem {
	if len(f.Nav) <= phoneNav+1 {
		return nil
	}
	return f.Nav[phoneNav:]
}
