package memberweb

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"chibo/access"
	"chibo/audit"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/i18n"
	"chibo/internal/web"
	"chibo/member"
	"chibo/org"
)

// listQuery is what the address of the list may say.
type listQuery struct {
	Unit     int64  `form:"unit"`
	Cell     int64  `form:"cell"` // the same as unit, as other pages link
	Standing string `form:"standing"`
	After    string `form:"after"`
	Seen     int    `form:"seen"` // rows on the pages before, for the words only
}

// listData is the dot of members.html.
type listData struct {
	Query     listQuery
	Look      web.Look
	NotThen   bool   // the place did not live on the day
	Name      string // of the place: of the day, as reported then
	Elsewhere int    // members then in cells that the reader may not list today
	Place     place
	Form      *web.Form
	Units     []web.Option // units to choose from; empty where there is no choice
	Standings []web.Option
	OneCell   bool
	Filtered  bool   // by standing or by name
	Text      string // the name looked for; never in an address
	More, Cut bool   // of a search: there are more, and more than were compared
	Cap       int
	Total     int  // of the place
	Uncounted bool // Total is not known
	Found     int
	Many      bool   // Found is the least there are
	Action    string // where a search posts: the filters stay in the address
	Rows      []listRow
	First     int // place of the first row in the list
	Last      int
	Start     string // address of the first page, on a later one
	Next      string
	Clear     string // address without search and standing

	then *member.Then // as reported then; nil: by today's tree
}

// listRow is a member in the list.
type listRow struct {
	member.Row
	Opens       bool
	Title, Tone string // of the standing
}

func (s *Web) list(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	d := listData{}
	if err := web.DecodeQuery(r, &d.Query); err != nil {
		return fault.Wrap(err, fault.NotFound, "err.not_found")
	}
	if d.Query.Cell != 0 {
		d.Query.Unit, d.Query.Cell = d.Query.Cell, 0
	}
	if d.Text, err = searched(r); err != nil {
		return err
	}
	d.Look = web.LookOf(r, s.today()) // after searched, which reads the body
	ctx := r.Context()
	var n namer
	begin := d
	_, err = s.db.Recall(ctx, func(q db.Q) (err error) { // what surrounds the list names no member
		d = begin
		n, err = d.frame(ctx, q, s, who, web.LangOf(r))
		return err
	})
	if err != nil {
		return err
	}
	err = s.db.Read(ctx, func(q db.Q) error {
		if err := d.look(ctx, q, who); err != nil || d.NotThen {
			return err
		}
		return d.read(ctx, q, n, who, s.today())
	})
	if err != nil {
		return err
	}
	if err := s.members.NoteList(ctx, who, d.Place.Unit, audit.ReadList, len(d.Rows)); err != nil {
		return err
	}
	d.Form = web.NewForm(nil).Set("q", d.Text).Set("unit", d.Place.Chosen(d.Query.Unit)).Set("standing", d.Query.Standing)
	return s.pages.RenderStatus(w, r, d.Look.Status(), "members.html", d)
}

// frame reads the place of the list, what can be chosen, and how many members are there.
func (d *listData) frame(ctx context.Context, q db.Q, s *Web, who access.Actor, l *i18n.Lang) (n namer, err error) {
	day := d.Look.On(s.today())
	if d.Place, err = at(ctx, q, who, d.Query.Unit); err != nil {
		return n, err
	}
	n = namer{l, s.book.At(day, d.Place.Unit.Path)}
	d.Standings = n.standings()
	known := func(o web.Option) bool { return o.Value == d.Query.Standing }
	if d.Query.Standing != "" && !slices.ContainsFunc(d.Standings, known) {
		return n, errLost()
	}
	if d.Units, err = choices(ctx, q, who, d.Place, day); err != nil || d.Look.Past() {
		return n, err
	}
	return n, d.total(ctx, q, d.filter(day), s.today())
}

// filter is the whole place on a day.
func (d *listData) filter(day civil.Date) member.Filter {
	f := member.Filter{Day: day}
	if d.Place.Unit.IsCell() {
		f.CellID = d.Place.Unit.ID
	}
	return f
}

// searched gives the name that the body of a request looks for.
func searched(r *http.Request) (string, error) {
	if r.Method != http.MethodPost {
		return "", nil
	}
	var in struct {
		Text string `form:"q"`
	}
	err := web.Decode(r, &in)
	return in.Text, err
}

// look takes the view of a past day as reported then.
func (d *listData) look(ctx context.Context, q db.Q, who access.Actor) error {
	d.Name = d.Place.Unit.Name
	if !d.Look.Then() {
		return nil
	}
	view, err := org.On(ctx, q, d.Place.Scope, d.Look.Day)
	if fault.KindOf(err) == fault.NotFound {
		d.NotThen = true
		return nil
	}
	if err != nil {
		return err
	}
	d.Name = view.Top.Name
	may, err := widest(ctx, q, who, d.Place)
	if err != nil {
		return err
	}
	d.then = &member.Then{View: view, May: may}
	d.Elsewhere, err = d.then.Elsewhere(ctx, q)
	return err
}

func (d *listData) read(ctx context.Context, q db.Q, n namer, who access.Actor, today civil.Date) error {
	day := d.Look.On(today)
	d.OneCell, d.Filtered = d.Place.Unit.IsCell(), d.Text != "" || d.Query.Standing != ""
	d.Action = d.Query.href("", 0)
	filter := d.filter(day)
	if err := d.count(ctx, q, filter, today); err != nil {
		return err
	}
	if d.Filtered {
		d.Clear = d.Look.Add(listQuery{Unit: d.Query.Unit}.href("", 0))
	}
	if d.Text != "" {
		return d.search(ctx, q, n, who, day)
	}
	filter.Standing = d.Query.Standing
	filter.Limit, filter.After = pageRows+1, d.Query.After
	var rows []member.Row
	var err error
	if d.then != nil {
		rows, err = d.then.List(ctx, q, filter)
	} else {
		rows, err = member.List(ctx, q, d.Place.Scope, filter)
	}
	if err != nil {
		return err
	}
	if d.Query.After == "" || d.Query.Seen < 0 || d.Query.Seen > d.Found && !d.Many {
		d.Query.Seen = 0
	}
	if len(rows) > pageRows {
		rows = rows[:pageRows]
		d.Next = d.Look.Add(d.Query.href(rows[pageRows-1].Cursor(), d.Query.Seen+pageRows))
	}
	if d.Query.After != "" {
		d.Start = d.Look.Add(d.Query.href("", 0))
	}
	d.First, d.Last = d.Query.Seen+1, d.Query.Seen+len(rows)
	if !d.Many {
		d.Last = min(d.Last, d.Found)
	}
	for _, row := range rows {
		d.Rows = append(d.Rows, listRow{row, opens(who, d.Place, row.PersonID), n.standing(row.Standing), tone(row.Standing)})
	}
	return nil
}

// countMost is up to how many members with one standing are counted in a wide scope.
const countMost = 1001

// count counts the members of the place, and those of the standing. Above the parts
// the figures have the number, and of a standing only some are counted.
func (d *listData) count(ctx context.Context, q db.Q, f member.Filter, today civil.Date) (err error) {
	if d.Look.Past() {
		if err := d.total(ctx, q, f, today); err != nil {
			return err
		}
	}
	above := d.Place.Unit.IsAbove()
	d.Found, f.Standing = d.Total-d.Elsewhere, d.Query.Standing
	switch {
	case f.Standing == "" && d.Uncounted:
		d.Found, d.Many = 0, true
		return nil
	case f.Standing == "" || d.Text != "":
		return nil
	case d.then != nil:
		d.Found, err = d.then.CountUpTo(ctx, q, f, countMost)
	case above:
		d.Found, err = member.CountUpTo(ctx, q, d.Place.Scope, f, countMost)
	default:
		d.Found, err = member.Count(ctx, q, d.Place.Scope, f)
		return err
	}
	if d.Many = d.Found == countMost; d.Many {
		d.Found--
	}
	return err
}

// total counts all members of the place.
func (d *listData) total(ctx context.Context, q db.Q, f member.Filter, today civil.Date) error {
	above := d.Place.Unit.IsAbove()
	switch {
	case d.Look.Past() && above:
		view := org.View{Scope: d.Place.Scope, Day: d.Look.Day}
		if d.then != nil {
			view = d.then.View
		}
		n, known, err := member.FarSize(ctx, q, view, d.then != nil, today)
		d.Total, d.Uncounted = n, !known
		return err
	case above:
		state, err := figure.StateOf(ctx, q, d.Place.Scope)
		d.Total = state.Members
		return err
	case d.then != nil:
		size, err := member.SizeThen(ctx, q, d.then.View)
		d.Total = size.Members
		return err
	}
	n, err := member.Count(ctx, q, d.Place.Scope, f)
	d.Total = n
	return err
}

// search lists whom the name looked for fits.
func (d *listData) search(ctx context.Context, q db.Q, n namer, who access.Actor, day civil.Date) error {
	in := member.Query{Text: d.Text, Day: day, Standing: d.Query.Standing, Limit: pageRows, Past: d.Look.Past()}
	var found member.Found
	var err error
	if d.then != nil {
		found, err = d.then.Find(ctx, q, in)
	} else {
		found, err = member.Find(ctx, q, d.Place.Scope, in)
	}
	if err != nil {
		return err
	}
	d.Found, d.More, d.Cut, d.Cap = len(found.Hits), found.More, found.Cut, found.Cap
	for _, h := range found.Hits {
		d.Rows = append(d.Rows, listRow{h.Row, opens(who, d.Place, h.PersonID), n.standing(h.Standing), tone(h.Standing)})
	}
	return nil
}

// href gives the address of the list, of its page after the cursor.
func (l listQuery) href(after string, seen int) string {
	return address("/members", after, seen, "unit", idText(l.Unit), "standing", l.Standing)
}

// address makes an address with the pairs that have a value and the place in a list.
func address(path, after string, seen int, pairs ...string) string {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			v.Set(pairs[i], pairs[i+1])
		}
	}
	if after != "" {
		v.Set("after", after)
		v.Set("seen", strconv.Itoa(seen))
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}
