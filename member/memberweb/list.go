package memberweb

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"chibo/access"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/web"
	"chibo/member"
)

// listQuery is what the address of the list may say.
type listQuery struct {
	Search   string `form:"q"`
	Unit     int64  `form:"unit"`
	Cell     int64  `form:"cell"` // the same as unit, as other pages link
	Standing string `form:"standing"`
	After    string `form:"after"`
	Seen     int    `form:"seen"` // rows on the pages before, for the words only
}

// listData is the dot of members.html.
type listData struct {
	Query     listQuery
	Look      web.Look // members go with their cell: a past day is shown by today's tree
	Place     place
	Form      *web.Form
	Units     []web.Option // units to choose from; empty where there is no choice
	Standings []web.Option
	OneCell   bool
	Filtered  bool
	Total     int // of the place
	Found     int
	Rows      []listRow
	First     int // place of the first row in the list
	Last      int
	Start     string // address of the first page, on a later one
	Next      string
	Clear     string // address without search and standing
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
	d.Look = web.LookOf(r, s.today())
	ctx, day := r.Context(), d.Look.On(s.today())
	err = s.db.Read(ctx, func(q db.Q) error {
		if d.Place, err = at(ctx, q, who, d.Query.Unit); err != nil {
			return err
		}
		n := namer{web.LangOf(r), s.book.At(day, d.Place.Unit.Path)}
		d.Standings = n.standings()
		known := func(o web.Option) bool { return o.Value == d.Query.Standing }
		if d.Query.Standing != "" && !slices.ContainsFunc(d.Standings, known) {
			return errLost()
		}
		if d.Units, err = choices(ctx, q, who, d.Place, day); err != nil {
			return err
		}
		return d.read(ctx, q, n, who, day)
	})
	if err != nil {
		return err
	}
	d.Form = web.NewForm(nil).Set("q", d.Query.Search).Set("unit", d.Place.chosen(d.Query.Unit)).Set("standing", d.Query.Standing)
	return s.pages.RenderStatus(w, r, d.Look.Status(), "members.html", d)
}

// count gives how many members the place has: of today the figure that is kept, since
// above communes there are too many to be counted for each page.
func (d *listData) count(ctx context.Context, q db.Q, f member.Filter) (int, error) {
	if d.OneCell || d.Look.Then() {
		return member.Count(ctx, q, d.Place.Scope, f)
	}
	s, err := figure.StateOf(ctx, q, d.Place.Scope)
	return s.Members, err
}

func (d *listData) read(ctx context.Context, q db.Q, n namer, who access.Actor, day civil.Date) error {
	d.OneCell, d.Filtered = d.Place.Unit.IsCell(), d.Query.Search != "" || d.Query.Standing != ""
	filter := member.Filter{Day: day}
	if d.OneCell {
		filter.CellID = d.Place.Unit.ID
	}
	var err error
	if d.Total, err = d.count(ctx, q, filter); err != nil {
		return err
	}
	d.Found = d.Total
	filter.Search, filter.Standing = d.Query.Search, d.Query.Standing
	if d.Filtered {
		if d.Found, err = member.Count(ctx, q, d.Place.Scope, filter); err != nil {
			return err
		}
		d.Clear = d.Look.Add(listQuery{Unit: d.Query.Unit}.href("", 0))
	}
	filter.Limit, filter.After = pageRows+1, d.Query.After
	rows, err := member.List(ctx, q, d.Place.Scope, filter)
	if err != nil {
		return err
	}
	if d.Query.After == "" || d.Query.Seen < 0 || d.Query.Seen > d.Found {
		d.Query.Seen = 0
	}
	if len(rows) > pageRows {
		rows = rows[:pageRows]
		d.Next = d.Look.Add(d.Query.href(rows[pageRows-1].Cursor(), d.Query.Seen+pageRows))
	}
	if d.Query.After != "" {
		d.Start = d.Look.Add(d.Query.href("", 0))
	}
	d.First, d.Last = d.Query.Seen+1, min(d.Query.Seen+len(rows), d.Found)
	for _, row := range rows {
		d.Rows = append(d.Rows, listRow{row, opens(who, d.Place, row.PersonID), n.standing(row.Standing), tone(row.Standing)})
	}
	return nil
}

// href gives the address of the list, of its page after the cursor.
func (l listQuery) href(after string, seen int) string {
	return address("/members", after, seen, "q", l.Search, "unit", idText(l.Unit), "standing", l.Standing)
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
