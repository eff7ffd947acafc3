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
	"chibo/rulebook"
)

// The registers (rules.md 5.26).
const (
	regLeft      = "left"
	regDead      = "dead"
	regTransfers = "transfers"
	regExempt    = "exempt"
	regReserve   = "reserve"
)

// registerQuery is what the address of a register may say.
type registerQuery struct {
	List string     `form:"list"`
	Unit int64      `form:"unit"`
	From civil.Date `form:"from"`
	To   civil.Date `form:"to"`
}

// registersData is the dot of registers.html: a sheet to read and to print.
type registersData struct {
	Query     registerQuery
	Place     place
	Form      *web.Form
	Units     []web.Option
	Lists     []web.Option
	Period    bool // the register is of some days; otherwise of one
	Left      []member.LeftRow
	Transfers []member.Transfer
	Exempt    []exemptRow
	Reserve   []member.Row
	Count     int
	More      bool // there are more than the page holds
	Failed    bool
}

// exemptRow is an exempt member with the reason in words.
type exemptRow struct {
	member.SpellRow
	Why string
}

// Limit is how many rows the page holds.
func (registersData) Limit() int { return manyRows }

func (s *Web) registers(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	d, day := registersData{}, s.today()
	bad := web.DecodeQuery(r, &d.Query)
	for _, f := range fault.FieldsOf(bad) {
		if f.Field != "from" && f.Field != "to" {
			return errLost()
		}
	}
	n := s.namer(r, d.Place.Unit)
	if err := d.lists(n); err != nil {
		return err
	}
	if bad == nil {
		bad = d.Query.complete(day, d.Period)
	}
	err = s.db.Read(r.Context(), func(q db.Q) error {
		if d.Place, err = at(r.Context(), q, who, d.Query.Unit); err != nil {
			return err
		}
		if d.Units, err = choices(r.Context(), q, who, d.Place, day); err != nil || bad != nil {
			return err
		}
		return d.read(r.Context(), q, s.namer(r, d.Place.Unit))
	})
	if err != nil {
		return err
	}
	form, again := web.Retry(r, bad)
	switch {
	case again:
		form.Message, d.Failed = n.lang.T("member.admitted.check"), true
		for _, name := range []string{"list", "unit", "from", "to"} {
			form.Set(name, web.Text(r.URL.Query().Get(name)))
		}
		d.Form = form
		return s.pages.RenderStatus(w, r, form.Status, "registers.html", d)
	case bad != nil:
		return bad
	}
	d.Form = web.NewForm(d.Query).Set("unit", d.Place.Chosen(d.Query.Unit))
	if err := s.members.NoteList(r.Context(), who, d.Place.Unit, audit.ReadList, d.Count); err != nil {
		return err
	}
	return s.pages.Render(w, r, "registers.html", d)
}

// lists names the registers and checks the one asked for.
func (d *registersData) lists(n namer) error {
	known := false
	if d.Query.List == "" {
		d.Query.List = regLeft
	}
	for _, code := range []string{regLeft, regDead, regTransfers, regExempt, regReserve} {
		d.Lists = append(d.Lists, web.Option{Value: code, Label: n.lang.T("life.register." + code)})
		known = known || code == d.Query.List
	}
	if !known {
		return errLost()
	}
	d.Period = d.Query.List != regExempt && d.Query.List != regReserve
	return nil
}

// complete makes whole days: this year without a word; a list of one day is that of To.
func (p *registerQuery) complete(day civil.Date, period bool) error {
	if !period {
		p.From = civil.Date{}
		if p.To.IsZero() {
			p.To = day
		}
		if !p.To.IsDay() {
			return fault.Field("to", "member.err.day_empty")
		}
		return nil
	}
	q := periodQuery{From: p.From, To: p.To}
	err := q.complete(day)
	p.From, p.To = q.From, q.To
	return err
}

func (d *registersData) read(ctx context.Context, q db.Q, n namer) (err error) {
	scope, from, to := d.Place.Scope, d.Query.From, d.Query.To
	switch d.Query.List {
	case regLeft, regDead:
		ending := ""
		if d.Query.List == regDead {
			ending = member.EndingDeath
		}
		d.Left, err = member.LeftIn(ctx, q, scope, from, to, ending, manyRows+1)
		d.Left = cutRows(d.Left, d)
	case regTransfers:
		d.Transfers, err = member.Transfers(ctx, q, scope, member.TransferFilter{From: from, To: to, Limit: manyRows + 1})
		d.Transfers = cutRows(d.Transfers, d)
	case regReserve:
		d.Reserve, err = member.List(ctx, q, scope, member.Filter{Day: to, Standing: member.StandingReserve, Limit: manyRows + 1})
		d.Reserve = cutRows(d.Reserve, d)
	case regExempt:
		var rows []member.SpellRow
		rows, err = member.InSpell(ctx, q, scope, member.SpellExempt, to, manyRows+1)
		d.Exempt = nil
		for _, x := range cutRows(rows, d) {
			d.Exempt = append(d.Exempt, exemptRow{x, n.choice(rulebook.ExemptReasons, x.Reason)})
		}
	}
	return err
}

// cutRows keeps what the page holds and says whether there is more.
func cutRows[T any](rows []T, d *registersData) []T {
	if d.More = len(rows) > manyRows; d.More {
		rows = rows[:manyRows]
	}
	d.Count = len(rows)
	return rows
}
