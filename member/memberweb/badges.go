package memberweb

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/member"
	"chibo/org"
	"chibo/rulebook"
)

// badgeQuery is what the address of a list of badges may say.
type badgeQuery struct {
	Unit  int64      `form:"unit"`
	Day   civil.Date `form:"day"`
	Early bool       `form:"early"`
}

// badgesData is the dot of badges.html and badges_sheet.html.
type badgesData struct {
	Query    badgeQuery
	Place    place
	Units    []web.Option
	Form     *web.Form
	Days     []web.Option // days of giving to choose from
	Day      civil.Date
	Before   civil.Date
	Groups   []badgeGroup
	Counts   []badgeCount
	Total    int
	Early    string // address with who could have it early, "" when they are shown
	Print    string
	Rule     string
	OutRule  string
	MayKeep  bool
	MayGive  bool
	Proposed int
}

// badgeGroup is a part of the list.
type badgeGroup struct {
	Code string
	Kind string // of the grant it is proposed for
	Rows []badgeRow
	Free int // without a badge yet: they can be proposed
	All  int // members in the group; Rows may be fewer
}

// More says how many are not shown: a smaller unit shows them.
func (g badgeGroup) More() int { return g.All - len(g.Rows) }

// groupMost is how many rows of a group a page shows; the printed list has all.
const groupMost = 100

// badgeRow is a member in it.
type badgeRow struct {
	member.BadgeRow
	Reach string // day on which it is reached, or between which
	Opens bool
}

// badgeCount is how many of one badge there are.
type badgeCount struct{ Years, Count, Given int }

func (s *Web) badges(w http.ResponseWriter, r *http.Request) error {
	return s.showBadges(w, r, "badges.html", nil)
}

// badgesPrint answers GET /badges/print.
func (s *Web) badgesPrint(w http.ResponseWriter, r *http.Request) error {
	return s.showBadges(w, r, "badges_sheet.html", nil)
}

// showBadges shows the list of a day; form is a refused act on it, nil for none.
func (s *Web) showBadges(w http.ResponseWriter, r *http.Request, page string, form *web.Form) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	d := badgesData{Form: form}
	values := r.URL.Query()
	if form != nil {
		values = form.Values
	}
	if err := decodeBadges(&d.Query, values); err != nil {
		return errLost()
	}
	n := s.namerOf(r)
	err = s.db.Read(r.Context(), func(q db.Q) error { return d.read(r.Context(), q, s, n, who) })
	if err != nil {
		return err
	}
	if err := s.members.NoteList(r.Context(), who, d.Place.Unit, audit.ReadList, d.Total); err != nil {
		return err
	}
	if page == "badges.html" {
		d.shorten()
	}
	status := http.StatusOK
	if form != nil {
		status = form.Status
	} else {
		d.Form = web.NewForm(nil).Set("unit", d.Place.Chosen(d.Query.Unit)).Set("day", d.Day.String())
	}
	return s.pages.RenderStatus(w, r, status, page, d)
}

func decodeBadges(q *badgeQuery, v url.Values) error {
	r := &http.Request{URL: &url.URL{RawQuery: url.Values{"unit": v["unit"], "day": v["day"], "early": v["early"]}.Encode()}}
	return web.DecodeQuery(r, q)
}

func (d *badgesData) read(ctx context.Context, q db.Q, s *Web, n namer, who access.Actor) (err error) {
	if d.Place, err = at(ctx, q, who, d.Query.Unit); err != nil {
		return err
	}
	scope, err := access.For(who, access.MemberRead, d.Place.Unit.Access())
	if err != nil {
		return err
	}
	if d.Units, err = choices(ctx, q, who, d.Place, s.today()); err != nil {
		return err
	}
	n.set = s.book.At(s.today(), d.Place.Unit.Path)
	rules := n.set.Badges()
	if d.Day = d.Query.Day; d.Day.IsZero() {
		d.Day = rules.Next(s.today())
	}
	if !slices.Contains(rules.On(d.Day.Year()), d.Day) {
		return errLost()
	}
	d.Days = badgeDays(rules, s.today(), d.Day)
	list, err := s.members.BadgeDayOf(ctx, q, scope, d.Day, d.Query.Early)
	if err != nil {
		return err
	}
	d.Before = list.Before
	d.group(list, who)
	d.count()
	d.MayKeep = who.Can(access.RegisterKeep, d.Place.Unit.Access())
	d.MayGive = member.MayGiveBadges(who, d.Place.Unit)
	d.Rule = n.set.Rule(rulebook.BadgeYears).Cite(n.lang.Code())
	out := n.set.Rule(rulebook.BadgeInterruption)
	d.OutRule = out.Cite(n.lang.Code()) + " (" + out.Status.Title().In(n.lang.Code()) + ")"
	d.Print = d.href("/badges/print", d.Query.Early)
	if !d.Query.Early {
		d.Early = d.href("/badges", true)
	}
	return nil
}

func (d *badgesData) href(path string, early bool) string {
	yes := ""
	if early {
		yes = "true"
	}
	return address(path, "", 0, "unit", idText(d.Query.Unit), "day", d.Day.String(), "early", yes)
}

// badgeDays gives the days of giving from the last year's to the next year's.
func badgeDays(rules rulebook.Badges, today, chosen civil.Date) (list []web.Option) {
	days := append(append(rules.On(today.Year()-1), rules.On(today.Year())...), rules.On(today.Year()+1)...)
	if !slices.Contains(days, chosen) {
		days = append(days, chosen)
		slices.SortFunc(days, civil.Date.Compare)
	}
	for _, day := range days {
		list = append(list, web.Option{Value: day.String(), Label: day.Vi()})
	}
	return list
}

func (d *badgesData) group(list member.BadgeDay, who access.Actor) {
	for _, code := range []string{member.GroupDue, member.GroupLate, member.GroupUnsure, member.GroupPosthumous, member.GroupEarly} {
		g := badgeGroup{Code: code}
		for _, x := range list.Rows {
			if x.Group != code {
				continue
			}
			g.All++
			row := badgeRow{BadgeRow: x, Reach: x.First.Vi(), Opens: who.Can(access.MemberRead, d.Place.Unit.Access())}
			if x.First != x.Last {
				row.Reach += " – " + x.Last.Vi()
			}
			g.Kind = x.Kind()
			switch {
			case x.Badge == nil:
				g.Free++
			case x.Badge.State == member.BadgeProposed:
				d.Proposed++
			}
			g.Rows = append(g.Rows, row)
		}
		if len(g.Rows) > 0 {
			d.Groups = append(d.Groups, g)
		}
	}
}

// shorten keeps the page readable: the highest badges come first.
func (d *badgesData) shorten() {
	for i := range d.Groups {
		g := &d.Groups[i]
		g.Rows = g.Rows[:min(len(g.Rows), groupMost)]
	}
}

// count counts each badge over all that counts for the day: who only could have it
// early and is not proposed is not counted.
func (d *badgesData) count() {
	by := map[int]*badgeCount{}
	for _, g := range d.Groups {
		for _, x := range g.Rows {
			if g.Code == member.GroupEarly && x.Badge == nil {
				continue
			}
			c := by[x.Years]
			if c == nil {
				c = &badgeCount{Years: x.Years}
				by[x.Years] = c
			}
			c.Count++
			d.Total++
			if x.Badge != nil && x.Badge.State == member.BadgeGiven {
				c.Given++
			}
		}
	}
	for _, c := range by {
		d.Counts = append(d.Counts, *c)
	}
	slices.SortFunc(d.Counts, func(a, b badgeCount) int { return cmp.Compare(b.Years, a.Years) })
}

// badgesForm is an act on the list.
type badgesForm struct {
	Unit     int64       `form:"unit"`
	Day      civil.Date  `form:"day"`
	Kind     string      `form:"kind"`
	Who      []ident.Ref `form:"who"`
	Badges   []ident.Ref `form:"badge"`
	One      ident.Ref   `form:"one"`
	On       civil.Date  `form:"on"`
	By       string      `form:"by"`
	Decision string      `form:"decision"`
}

// actOnBadges decodes an act, does it, and shows the list again: as it is now, or with
// what was refused.
func (s *Web) actOnBadges(w http.ResponseWriter, r *http.Request, flash string, act func(who access.Actor, in badgesForm, u org.Unit) error) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	var in badgesForm
	if err = web.Decode(r, &in); err == nil {
		var p place
		err = s.db.Read(r.Context(), func(q db.Q) error {
			p, err = at(r.Context(), q, who, in.Unit)
			return err
		})
		if err == nil {
			err = act(who, in, p.Unit)
		}
	}
	if form, ok := web.Retry(r, err); ok {
		return s.showBadges(w, r, "badges.html", form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, address("/badges", "", 0, "unit", idText(in.Unit), "day", in.Day.String()), flash)
}

// badgesPropose answers POST /badges/propose.
func (s *Web) badgesPropose(w http.ResponseWriter, r *http.Request) error {
	return s.actOnBadges(w, r, "member.badge.proposed", func(who access.Actor, in badgesForm, u org.Unit) error {
		_, err := s.members.ProposeBadges(r.Context(), who, member.ProposeBadgesIn{Unit: u, Day: in.Day, Kind: in.Kind, Members: in.Who})
		return err
	})
}

// badgesGive answers POST /badges/give.
func (s *Web) badgesGive(w http.ResponseWriter, r *http.Request) error {
	return s.actOnBadges(w, r, "member.badge.given", func(who access.Actor, in badgesForm, u org.Unit) error {
		return s.members.GiveBadges(r.Context(), who, member.GiveBadgesIn{Unit: u, Badges: in.Badges, On: in.On, By: in.By, Decision: in.Decision})
	})
}

// badgesDrop answers POST /badges/drop.
func (s *Web) badgesDrop(w http.ResponseWriter, r *http.Request) error {
	return s.actOnBadges(w, r, "member.badge.dropped", func(who access.Actor, in badgesForm, u org.Unit) error {
		return s.members.DropBadge(r.Context(), who, u, in.One)
	})
}
