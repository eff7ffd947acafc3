package memberweb

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/web"
	"chibo/member"
	"chibo/org"
	"chibo/rulebook"
)

// ownData is the dot of own.html: everything the register holds about the reader.
type ownData struct {
	recordData
	Corrections []correctionView
	Waiting     bool // one of them waits
	Readings    []readingView
	More        bool // there are more than are shown
	Lists       []listReadView
	Form        *web.Form // how far back
	Spans       []web.Option
	Keep        string // how long readings are kept, with the rule
	KeepRule    string
}

// readingView is one look at the own record.
type readingView struct {
	At                        time.Time
	Reader, Office, What, Why string
	ReasonGiven               bool
}

// listReadView is how often somebody read a list of the own cell or above it.
type listReadView struct {
	Reader, Office, What, Unit string
	Count                      int
	Last                       time.Time
}

// correctionView is a correction as its member sees it.
type correctionView struct {
	member.Correction
	Waits   bool
	Direct  bool
	Rows    []changeView
	Due     string // day by which it must be answered
	DueRule string
}

// readingsMost is how many looks the own page shows.
const readingsMost = 500

// monthsBack is how far back the own page looks when nothing else is chosen.
const monthsBack = 12

type ownQuery struct {
	Months int `form:"months"`
}

// mine reads everything for the own page.
func (s *Web) mine(r *http.Request) (d ownData, n namer, err error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return d, n, err
	}
	var query ownQuery
	if err := web.DecodeQuery(r, &query); err != nil {
		return d, n, errLost()
	}
	own, err := s.ownMembership(r.Context(), who)
	if err != nil {
		return d, n, err
	}
	if d.Record, err = s.members.Open(r.Context(), who, own.Ref()); err != nil {
		return d, n, err
	}
	n = s.namer(r, d.Cell)
	keep := n.set.Int(rulebook.ReadLogKeepMonths)
	months := query.Months
	if months <= 0 || months > keep {
		months = min(monthsBack, keep)
	}
	d.Spans = spans(n, keep)
	d.Form = web.NewForm(nil).Set("months", strconv.Itoa(months))
	d.Keep = n.lang.T("member.read.keep", "Months", keep)
	d.KeepRule = n.set.Rule(rulebook.ReadLogKeepMonths).Cite(n.lang.Code())
	err = s.db.Read(r.Context(), func(q db.Q) error {
		if err := d.fill(r.Context(), q, s, n, who); err != nil {
			return err
		}
		if err := d.corrections(r.Context(), q, s, n); err != nil {
			return err
		}
		return d.readings(r.Context(), q, n, s.today().AddMonths(-months).Time(0, 0))
	})
	return d, n, err
}

func spans(n namer, keep int) (list []web.Option) {
	for _, m := range []int{3, monthsBack, keep} {
		if m <= keep {
			list = append(list, web.Option{Value: strconv.Itoa(m), Label: n.lang.T("member.read.months", "Count", m)})
		}
	}
	return slices.CompactFunc(list, func(a, b web.Option) bool { return a.Value == b.Value })
}

// ownMembership gives the reader's own membership of today, the home one first;
// member.ErrNotFound for an administrator outside the register, or one who has left.
func (s *Web) ownMembership(ctx context.Context, who access.Actor) (m member.Membership, err error) {
	if who.PersonID == 0 {
		return m, member.ErrNotFound
	}
	err = s.db.Read(ctx, func(q db.Q) error {
		list, err := member.ByPerson(ctx, q, who.PartID, who.PersonID, s.today())
		if err == nil && len(list) == 0 {
			err = member.ErrNotFound
		}
		if err == nil {
			m = list[0]
		}
		return err
	})
	return m, err
}

// own answers GET /members/me.
func (s *Web) own(w http.ResponseWriter, r *http.Request) error {
	d, _, err := s.mine(r)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return s.pages.Render(w, r, "own.html", d)
}

func (d *ownData) corrections(ctx context.Context, q db.Q, s *Web, n namer) error {
	list, err := s.members.CorrectionsOf(ctx, q, d.PersonID, 50)
	for _, c := range list {
		v := correctionView{Correction: c, Waits: c.Waits(), Direct: c.State == member.CorrectionDirect}
		for _, ch := range c.Changes {
			v.Rows = append(v.Rows, n.change(ch, ch.Old))
		}
		if v.Waits {
			d.Waiting = true
			v.Due, v.DueRule = n.due(c)
		}
		d.Corrections = append(d.Corrections, v)
	}
	return err
}

func (d *ownData) readings(ctx context.Context, q db.Q, n namer, since time.Time) error {
	names := unitNames{q: q, known: map[int64]string{}}
	ids, err := member.IDs(ctx, q, d.Part, d.PersonID)
	if err != nil {
		return err
	}
	var list []audit.Noted
	for _, id := range ids {
		more, err := audit.ReadingsOf(ctx, q, id, since, readingsMost+1)
		if err != nil {
			return err
		}
		list = append(list, more...)
	}
	slices.SortStableFunc(list, func(a, b audit.Noted) int { return b.At.Compare(a.At) })
	if d.More = len(list) > readingsMost; d.More {
		list = list[:readingsMost]
	}
	for _, x := range list {
		v := readingView{At: x.At, Reader: x.Reader, What: n.lang.T("member.what." + x.What), Why: x.Reason, ReasonGiven: x.Reason != ""}
		if x.Reason == member.ReasonReview || x.Reason == member.ReasonTwins {
			v.Why = n.lang.T(x.Reason)
		}
		if v.Office, err = names.office(ctx, n, x.Role, x.RoleOrg); err != nil {
			return err
		}
		d.Readings = append(d.Readings, v)
	}
	return d.lists(ctx, q, n, names, since)
}

// lists takes the readings of lists that the member stands in: of the cell and of
// every unit above.
func (d *ownData) lists(ctx context.Context, q db.Q, n namer, names unitNames, since time.Time) error {
	above, err := org.Ancestors(ctx, q, d.Cell)
	if err != nil {
		return err
	}
	for _, u := range append([]org.Unit{d.Cell}, above...) {
		list, err := audit.ListsOf(ctx, q, u.PartID, u.ID, since)
		if err != nil {
			return err
		}
		for _, x := range list {
			v := listReadView{Reader: x.Reader, What: n.lang.T("member.what." + x.What), Unit: u.Name, Count: x.Count, Last: x.Last}
			if v.Office, err = names.office(ctx, n, x.Role, x.RoleOrg); err != nil {
				return err
			}
			d.Lists = append(d.Lists, v)
		}
	}
	slices.SortStableFunc(d.Lists, func(a, b listReadView) int { return b.Last.Compare(a.Last) })
	return nil
}

// unitNames finds the name of each unit once.
type unitNames struct {
	q     db.Q
	known map[int64]string
}

// office says in which office somebody read: "Cán bộ tổ chức, Đảng bộ …".
func (u unitNames) office(ctx context.Context, n namer, role string, orgID int64) (string, error) {
	if role == "" || orgID == 0 {
		return "", nil
	}
	unit, err := u.name(ctx, orgID)
	key := "member.role." + role
	if err != nil || !n.lang.Has(key) {
		return unit, err
	}
	return n.lang.T(key) + ", " + unit, nil
}

func (u unitNames) name(ctx context.Context, id int64) (string, error) {
	if _, ok := u.known[id]; !ok {
		unit, err := org.ByID(ctx, u.q, id)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return "", err
		}
		u.known[id] = unit.Name
	}
	return u.known[id], nil
}

// copyData is the dot of own_sheet.html and what the file of the own copy says.
type copyData struct {
	Title    string        `json:"title"`
	MadeAt   string        `json:"made_at"`
	Sections []copySection `json:"sections"`
}

type copySection struct {
	Title string    `json:"title"`
	Rows  []copyRow `json:"rows"`
}

type copyRow struct {
	Label string `json:"label"`
	Text  string `json:"text"`
}

// copyOf gathers the own copy: the page's things, and what other features hold.
func (s *Web) copyOf(r *http.Request) (copyData, error) {
	d, n, err := s.mine(r)
	if err != nil {
		return copyData{}, err
	}
	c := copyData{Title: n.lang.T("member.copy.title", "Name", d.PersonName), MadeAt: n.lang.DateTime(s.clock.Now())}
	c.Sections = d.sections(n)
	own := append([]member.Membership{d.Membership}, d.Others...)
	err = s.db.Read(r.Context(), func(q db.Q) error {
		for _, asked := range s.members.Asked {
			h, err := asked(r.Context(), q, own)
			if err != nil {
				return err
			}
			sec := copySection{Title: n.lang.T(h.Name)}
			for _, row := range h.Rows {
				if row.Key != "" {
					row.Text = n.lang.T(row.Key, row.Args...)
				}
				sec.Rows = append(sec.Rows, copyRow{n.lang.Date(row.Day), row.Text})
			}
			c.Sections = append(c.Sections, sec)
		}
		return nil
	})
	return c, err
}

// ownPrint answers GET /members/me/print.
func (s *Web) ownPrint(w http.ResponseWriter, r *http.Request) error {
	c, err := s.copyOf(r)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return s.pages.Render(w, r, "own_sheet.html", c)
}

// ownFile answers GET /members/me/copy with the own copy as one readable file.
func (s *Web) ownFile(w http.ResponseWriter, r *http.Request) error {
	c, err := s.copyOf(r)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	day := s.clock.Now().In(clock.Zone()).Format("2006-01-02")
	w.Header().Set("Content-Disposition", `attachment; filename="ho-so-`+day+`.json"`)
	_, err = w.Write(append(text, '\n'))
	return err
}

// sections says what the own page shows, line by line.
func (d *ownData) sections(n namer) []copySection {
	t := n.lang.T
	person := copySection{Title: t("member.record.person"), Rows: []copyRow{
		{t("member.field.name"), d.PersonName},
		{t("member.field.other_name"), d.OtherName},
		{t("member.field.sex"), n.value(member.FieldSex, d.Sex)},
		{t("member.field.birth"), d.Birth.Vi()},
		{t("member.field.phone"), d.Phone},
		{t("member.field.card"), d.Card},
		{t("member.field.idno"), d.IDNo},
	}}
	party := copySection{Title: t("member.record.party"), Rows: []copyRow{
		{t("member.col.standing"), d.Title},
		{t("member.field.admitted_on"), d.AdmittedOn.Vi()},
		{t("member.field.official_on"), d.OfficialOn.Vi()},
		{t("member.age"), d.Age.Text + " " + d.Age.Note},
	}}
	out := []copySection{person, party, d.placesSection(n)}
	times := copySection{Title: t("member.record.times")}
	for _, x := range d.Times {
		times.Rows = append(times.Rows, copyRow{x.Title, span(x.From.Vi(), x.Last.Vi()) + words(x.Place, x.Reason)})
	}
	posts := copySection{Title: t("member.record.posts")}
	for _, p := range d.Posts {
		posts.Rows = append(posts.Rows, copyRow{p.Title, p.Unit + ", " + span(p.From.Vi(), p.To.Vi())})
	}
	badges := copySection{Title: t("member.badges")}
	for _, b := range d.Badges {
		badges.Rows = append(badges.Rows, copyRow{t("member.badge.years", "Years", b.Years), t("member.badge.state."+b.State) + words(b.GivenOn.Vi(), b.Decision, b.GivenBy)})
	}
	changes := copySection{Title: t("member.corrections")}
	for _, c := range d.Corrections {
		for _, row := range c.Rows {
			changes.Rows = append(changes.Rows, copyRow{n.lang.DateTime(c.At), row.Label + ": " + row.Old + " → " + row.New + words(row.State, row.Decider, row.Answer)})
		}
	}
	reads := copySection{Title: t("member.read")}
	for _, x := range d.Readings {
		reads.Rows = append(reads.Rows, copyRow{n.lang.DateTime(x.At), x.Reader + words(x.Office, x.What, x.Why)})
	}
	lists := copySection{Title: t("member.read.lists")}
	for _, x := range d.Lists {
		lists.Rows = append(lists.Rows, copyRow{n.lang.DateTime(x.Last), x.Reader + words(x.Office, x.What, x.Unit, t("member.read.times", "Count", x.Count))})
	}
	out = append(out, times, posts, badges, changes, reads, lists)
	for i := range out { // the file says "nothing", not null
		if out[i].Rows == nil {
			out[i].Rows = []copyRow{}
		}
	}
	return out
}

func (d *ownData) placesSection(n namer) copySection {
	s := copySection{Title: n.lang.T("member.record.places")}
	for _, p := range d.Places {
		s.Rows = append(s.Rows, copyRow{p.Cell, n.lang.T("member.kind."+p.Kind) + ", " + span(p.From.Vi(), p.To.Vi()) + words(p.Name)})
	}
	return s
}

func span(from, to string) string {
	if to == "" {
		return from + " – …"
	}
	return from + " – " + to
}

// words joins what is there, each after a dot.
func words(parts ...string) (out string) {
	for _, p := range parts {
		if p != "" {
			out += " · " + p
		}
	}
	return out
}
