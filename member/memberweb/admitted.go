package memberweb

import (
	"context"
	"net/http"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/web"
	"chibo/member"
)

// periodQuery is what the address of the list of those admitted may say.
type periodQuery struct {
	From  civil.Date `form:"from"` // first day; a month or year stands for its first
	To    civil.Date `form:"to"`   // last day, inside; a month or year stands for its last
	Unit  int64      `form:"unit"`
	After string     `form:"after"`
	Seen  int        `form:"seen"` // rows on the pages before, for the words only
}

// admittedData is the dot of admitted.html.
type admittedData struct {
	Query  periodQuery
	Place  place
	Form   *web.Form
	Units  []web.Option
	Total  int
	Bars   []bar // empty where there is nothing to compare
	Most   int
	Years  bool // the bars are years
	Rows   []listRow
	First  int
	Last   int
	Start  string
	Next   string
	Failed bool // the period could not be read; there is no list
}

// bar counts who was admitted in one piece of the period.
type bar struct {
	Label, Href string
	Count       int
	from, to    civil.Date // both inside
}

func (s *Web) admitted(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	ctx, day := r.Context(), s.today()
	d := admittedData{}
	bad := web.DecodeQuery(r, &d.Query)
	for _, f := range fault.FieldsOf(bad) {
		if f.Field != "from" && f.Field != "to" { // no link or form of ours
			return errLost()
		}
	}
	if bad == nil {
		bad = d.Query.complete(day)
	}
	err = s.db.Read(ctx, func(q db.Q) error {
		if d.Place, err = at(ctx, q, who, d.Query.Unit); err != nil {
			return err
		}
		if d.Units, err = choices(ctx, q, who, d.Place, day); err != nil || bad != nil {
			return err
		}
		return d.read(ctx, q, namer{web.LangOf(r), s.book.At(day, d.Place.Unit.Path)}, who)
	})
	if err != nil {
		return err
	}
	if form, ok := web.Retry(r, bad); ok {
		form.Message = web.LangOf(r).T("member.admitted.check")
		for _, name := range []string{"from", "to", "unit"} {
			form.Set(name, web.Text(r.URL.Query().Get(name)))
		}
		d.Form, d.Failed = form, true
		return s.pages.RenderStatus(w, r, form.Status, "admitted.html", d)
	}
	if bad != nil {
		return bad
	}
	if err := s.members.NoteList(ctx, who, d.Place.Unit, audit.ReadList, len(d.Rows)); err != nil {
		return err
	}
	d.Form = web.NewForm(nil).Set("from", d.Query.From.Vi()).Set("to", d.Query.To.Vi()).Set("unit", d.Place.Chosen(d.Query.Unit))
	return s.pages.Render(w, r, "admitted.html", d)
}

// complete makes whole days of what was typed, this year up to today without a word.
func (p *periodQuery) complete(day civil.Date) error {
	if p.From.IsZero() && p.To.IsZero() {
		p.From = civil.Of(day.Year(), 1, 1)
	}
	if p.To.IsZero() {
		p.To = day
	}
	var bad fault.Fields
	if p.From.IsZero() {
		bad.Add("from", "member.admitted.from_empty")
		return bad.Err()
	}
	switch {
	case p.From.MonthNum() == 0:
		p.From = civil.Of(p.From.Year(), 1, 1)
	case !p.From.IsDay():
		p.From = p.From.Month().First()
	}
	switch {
	case p.To.MonthNum() == 0:
		p.To = civil.Of(p.To.Year(), 12, 31)
	case !p.To.IsDay():
		p.To = p.To.Month().Last()
	}
	if p.To.Before(p.From) {
		bad.Add("to", "member.admitted.order", "From", p.From.Vi())
	}
	return bad.Err()
}

func (d *admittedData) read(ctx context.Context, q db.Q, n namer, who access.Actor) error {
	from, end := d.Query.From, d.Query.To.AddDays(1)
	days, err := member.AdmittedDays(ctx, q, d.Place.Scope, from, end)
	if err != nil {
		return err
	}
	d.Bars, d.Years = pieces(from, d.Query.To)
	for _, day := range days {
		d.Total += day.Count
		for i := range d.Bars {
			if b := &d.Bars[i]; !day.Day.Before(b.from) && !day.Day.After(b.to) {
				b.Count += day.Count
			}
		}
	}
	for i := range d.Bars {
		b := &d.Bars[i]
		d.Most = max(d.Most, b.Count)
		b.Href = periodQuery{From: b.from, To: b.to, Unit: d.Query.Unit}.href("", 0)
	}
	rows, err := member.Admitted(ctx, q, d.Place.Scope, from, end, pageRows+1, d.Query.After)
	if err != nil {
		return err
	}
	if d.Query.After == "" || d.Query.Seen < 0 || d.Query.Seen > d.Total {
		d.Query.Seen = 0
	}
	if len(rows) > pageRows {
		rows = rows[:pageRows]
		d.Next = d.Query.href(rows[pageRows-1].AdmittedCursor(), d.Query.Seen+pageRows)
	}
	if d.Query.After != "" {
		d.Start = d.Query.href("", 0)
	}
	d.First, d.Last = d.Query.Seen+1, min(d.Query.Seen+len(rows), d.Total)
	for _, row := range rows {
		d.Rows = append(d.Rows, listRow{row, opens(who, d.Place, row.PersonID), n.standing(row.Standing), tone(row.Standing)})
	}
	return nil
}

// barsMost is how many bars stay easy to read.
const barsMost = 13

// pieces cuts a period into months of one year, or into years, several together
// when there would be too many. One piece alone compares nothing and is left out.
func pieces(from, to civil.Date) (list []bar, years bool) {
	if from.Year() == to.Year() {
		for m := from.Month(); m <= to.Month(); m = m.Add(1) {
			list = append(list, cut(m.Vi(), m.First(), m.Last(), from, to))
		}
	} else {
		years = true
		step := 1
		for _, wider := range []int{5, 10, 20, 50, 100, 500, 1000} {
			if to.Year()/step-from.Year()/step+1 > barsMost {
				step = wider
			}
		}
		for y := from.Year() - from.Year()%step; y <= to.Year(); y += step {
			b := cut("", civil.Of(max(y, 1), 1, 1), civil.Of(min(y+step-1, 9999), 12, 31), from, to)
			b.Label = b.from.Vi()[6:]
			if last := b.to.Vi()[6:]; last != b.Label {
				b.Label += "–" + last
			}
			list = append(list, b)
		}
	}
	if len(list) < 2 {
		return nil, years
	}
	return list, years
}

// cut makes a bar of the days first to last as far as they lie in the period.
func cut(label string, first, last, from, to civil.Date) bar {
	if first.Before(from) {
		first = from
	}
	if to.Before(last) {
		last = to
	}
	return bar{Label: label, from: first, to: last}
}

// href gives the address of the list, of its page after the cursor.
func (p periodQuery) href(after string, seen int) string {
	return address("/admitted", after, seen, "from", p.From.String(), "to", p.To.String(), "unit", idText(p.Unit))
}
