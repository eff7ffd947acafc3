package web

import (
	"net/http"
	"net/url"

	"chibo/internal/civil"
)

// Look is the past day that a page shows, as its address says: ?day=dd/mm/yyyy, and
// &tree=now for the figures of that day by today's tree. The zero Look is today. The
// partial "look" shows it, with the way back.
type Look struct {
	Day     civil.Date // zero: today
	ByToday bool       // by today's tree
	Form    *Form      // the day as it was typed, and what is wrong with it
	Path    string
	Keep    url.Values // the rest of the address
}

// LookOf reads the day from the address. A day that does not exist, that is not whole
// or that has not come is an error at the field, and the page shows today.
func LookOf(r *http.Request, today civil.Date) Look {
	query := r.URL.Query()
	l := Look{Path: r.URL.Path, ByToday: query.Get("tree") == "now", Keep: url.Values{}}
	l.Form = NewForm(nil)
	for name, list := range query {
		if name != "day" && name != "tree" && name != "after" && name != "seen" {
			l.Keep[name] = list
		}
	}
	if r.Method == http.MethodPost {
		query = r.PostForm
		l.ByToday = query.Get("tree") == "now"
	}
	typed := Text(query.Get("day"))
	l.Form.Set("day", typed)
	day, err := civil.ParseVi(typed)
	key := ""
	switch {
	case err != nil:
		key = "err.field_date"
	case !day.IsZero() && !day.IsDay():
		key = "web.look.whole"
	case day.After(today):
		key = "web.look.future"
	}
	if key != "" {
		l.Form.Errs["day"] = LangOf(r).T(key)
		l.Form.Status = http.StatusUnprocessableEntity
		day = civil.Date{}
	}
	if day != today {
		l.Day = day
	}
	return l
}

// Past says whether the page shows another day than today.
func (l Look) Past() bool { return !l.Day.IsZero() }

// Then says whether the page shows the tree of the day.
func (l Look) Then() bool { return l.Past() && !l.ByToday }

// On gives the day that the page shows.
func (l Look) On(today civil.Date) civil.Date {
	if l.Past() {
		return l.Day
	}
	return today
}

// Status is what the page is answered with.
func (l Look) Status() int {
	if l.Form != nil && l.Form.Status != 0 {
		return l.Form.Status
	}
	return http.StatusOK
}

// Add puts the day into an address of this site, so that a link stays on it.
func (l Look) Add(href string) string {
	if !l.Past() {
		return href
	}
	u, err := url.Parse(href)
	if err != nil {
		return href
	}
	v := u.Query()
	l.set(v, l.ByToday)
	u.RawQuery = v.Encode()
	return u.String()
}

func (l Look) set(v url.Values, byToday bool) {
	v.Set("day", l.Day.Vi())
	if byToday {
		v.Set("tree", "now")
	}
}

func (l Look) address(change func(v url.Values)) string {
	v := url.Values{}
	for name, list := range l.Keep {
		v[name] = list
	}
	change(v)
	if len(v) == 0 {
		return l.Path
	}
	return l.Path + "?" + v.Encode()
}

// Back is the same page today.
func (l Look) Back() string { return l.address(func(url.Values) {}) }

// AsThen is the same page by the tree of the day.
func (l Look) AsThen() string { return l.address(func(v url.Values) { l.set(v, false) }) }

// AsToday is the same page by today's tree.
func (l Look) AsToday() string { return l.address(func(v url.Values) { l.set(v, true) }) }
