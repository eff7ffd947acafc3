package accountweb

import (
	"context"
	"net/http"
	"strconv"

	"chibo/access"
	"chibo/account"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/i18n"
	"chibo/internal/web"
	"chibo/member"
	"chibo/org"
	"chibo/rulebook"
)

// rosterData is the dot of accounts.html: who has an account, unit by unit, and in a
// cell person by person.
type rosterData struct {
	Crumbs []crumb
	Unit   org.Unit
	Units  []unitRow   // below; empty in a cell
	People []personRow // of a cell
	Sum    account.Tally
	Admins []account.Status // outside the register, for an administrator of the whole
	Form   *web.Form        // of the slips
	Days   int              // a first password is valid
	Rule   string
	Chosen int // people who may get a slip
	More   bool
}

type crumb struct{ Href, Label string }

type unitRow struct {
	org.Unit
	account.Tally
}

// personRow is a member of the cell.
type personRow struct {
	ID     int64
	Name   string
	Guest  bool
	Status account.Status
	Has    bool   // an account
	State  string // none, blocked, closed, lapsed, never, used
	Tone   string
	Slip   bool // may get one
	Due    bool // has none that works
	Higher bool // passwords are given higher up
}

// unitsMost is how many units a page lists.
const unitsMost = 300

func (s *Web) roster(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Unit int64 `form:"unit"`
	}
	if err := web.DecodeQuery(r, &in); err != nil {
		return fault.Wrap(err, fault.NotFound, "err.not_found")
	}
	d, err := s.rosterOf(r, in.Unit)
	if err != nil {
		return err
	}
	return s.pages.Render(w, r, "accounts.html", d)
}

func (s *Web) rosterOf(r *http.Request, unit int64) (rosterData, error) {
	who, err := access.Must(r.Context())
	if err != nil {
		return rosterData{}, err
	}
	d := rosterData{Form: web.NewForm(nil).Set("address", addressOf(r))}
	err = s.db.Read(r.Context(), func(q db.Q) error { return d.read(r.Context(), q, s, web.LangOf(r), who, unit) })
	return d, err
}

// addressOf gives the address under which the browser found the program.
func addressOf(r *http.Request) string {
	if web.Secure(r) {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

func (d *rosterData) read(ctx context.Context, q db.Q, s *Web, l *i18n.Lang, who access.Actor, unit int64) error {
	if unit == 0 {
		scope, err := access.Any(who, access.AccountReset)
		if err != nil {
			return err
		}
		unit = scope.Unit().ID
	}
	var err error
	if d.Unit, err = org.ByID(ctx, q, unit); err != nil {
		return err
	}
	scope, err := access.For(who, access.AccountReset, d.Unit.Access())
	if err != nil {
		return err
	}
	day := civil.From(s.db.Clock().Now())
	set := s.book.At(day, d.Unit.Path)
	d.Days, d.Rule = set.Int(rulebook.AccountFirstDays), set.Rule(rulebook.AccountFirstDays).Cite(l.Code())
	if err := d.way(ctx, q, who); err != nil {
		return err
	}
	switch {
	case d.Unit.IsCell():
		return d.cell(ctx, q, s, who, day)
	case d.Unit.IsAbove():
		return d.above(ctx, q, who, scope)
	}
	return d.within(ctx, q, scope, day)
}

func (d *rosterData) way(ctx context.Context, q db.Q, who access.Actor) error {
	above, err := org.Ancestors(ctx, q, d.Unit)
	for _, u := range above {
		if who.Can(access.AccountReset, u.Access()) {
			d.Crumbs = append(d.Crumbs, crumb{rosterHref(u.ID), u.Short})
		}
	}
	d.Crumbs = append(d.Crumbs, crumb{"", d.Unit.Short})
	return err
}

func rosterHref(unit int64) string { return "/accounts?unit=" + strconv.FormatInt(unit, 10) }

// mostUnits is how many units below one the page lists.
const mostUnits = 500

// above lists the units directly below with the accounts of their parts.
func (d *rosterData) above(ctx context.Context, q db.Q, who access.Actor, scope access.Scope) error {
	list, err := org.Children(ctx, q, scope, d.Unit.ID, "", mostUnits)
	if err != nil {
		return err
	}
	parts, err := account.Parts(ctx, q, scope)
	if err != nil {
		return err
	}
	for _, u := range list {
		row := unitRow{Unit: u, Tally: parts[u.ID]}
		if u.IsAbove() {
			if row.Tally, err = sumOf(ctx, q, who, u); err != nil {
				return err
			}
		}
		sub, err := access.For(who, access.FigureRead, u.Access())
		if err != nil {
			return err
		}
		state, err := figure.StateOf(ctx, q, sub)
		if err != nil {
			return err
		}
		row.People = state.Members
		d.add(row)
	}
	if who.Can(access.Admin, d.Unit.Access()) && d.Unit.ParentID == 0 {
		d.Admins, err = account.Outside(ctx, q)
	}
	return err
}

func sumOf(ctx context.Context, q db.Q, who access.Actor, u org.Unit) (t account.Tally, err error) {
	scope, err := access.For(who, access.AccountReset, u.Access())
	if err != nil {
		return t, err
	}
	parts, err := account.Parts(ctx, q, scope)
	for _, p := range parts {
		t.Accounts, t.Never = t.Accounts+p.Accounts, t.Never+p.Never
	}
	return t, err
}

// within lists the cells of a unit inside one part.
func (d *rosterData) within(ctx context.Context, q db.Q, scope access.Scope, day civil.Date) error {
	list, err := org.List(ctx, q, scope, org.Filter{Kinds: org.CellKinds(), Day: day, Limit: unitsMost + 1})
	if err != nil {
		return err
	}
	if d.More = len(list) > unitsMost; d.More {
		list = list[:unitsMost]
	}
	cells, err := account.Cells(ctx, q, scope, day)
	if err != nil {
		return err
	}
	for _, u := range list {
		d.add(unitRow{Unit: u, Tally: cells[u.ID]})
	}
	return nil
}

func (d *rosterData) add(row unitRow) {
	d.Units = append(d.Units, row)
	d.Sum.People, d.Sum.Accounts, d.Sum.Never = d.Sum.People+row.People, d.Sum.Accounts+row.Accounts, d.Sum.Never+row.Never
}

func (d *rosterData) cell(ctx context.Context, q db.Q, s *Web, who access.Actor, day civil.Date) error {
	body, err := member.Body(ctx, q, d.Unit.PartID, d.Unit.ID, day)
	if err != nil {
		return err
	}
	accounts, err := account.InCell(ctx, q, d.Unit.ID, day)
	if err != nil {
		return err
	}
	for _, m := range body {
		row := personRow{ID: m.PersonID, Name: m.Name, Guest: m.Standing == member.StandingGuest}
		row.Status, row.Has = accounts[m.PersonID]
		rights, err := access.Reaching(ctx, q, m.PersonID, day)
		if err != nil {
			return err
		}
		may := account.MayGive(who, m.PersonID, rights)
		row.Higher = may != nil && m.PersonID != who.PersonID
		row.dress(s.db.Clock(), day)
		row.Slip = may == nil && !row.Guest && (!row.Has || row.Status.SignedAt.IsZero() && !row.Status.Sample && row.Status.State == account.Active && !row.Status.Closed(day))
		row.Due = row.Slip && (!row.Has || row.Status.Lapsed(s.db.Clock().Now()))
		d.People = append(d.People, row)
		d.Sum.People++
		if row.Has {
			d.Sum.Accounts++
			if row.Status.SignedAt.IsZero() {
				d.Sum.Never++
			}
		}
		if row.Slip {
			d.Chosen++
		}
	}
	return nil
}

// dress says how the account stands.
func (p *personRow) dress(clk clock.Clock, day civil.Date) {
	st := p.Status
	switch {
	case !p.Has:
		p.State, p.Tone = "none", "warn"
	case st.State == account.Blocked:
		p.State, p.Tone = "blocked", "bad"
	case st.Closed(day):
		p.State, p.Tone = "closed", "bad"
	case st.Lapsed(clk.Now()):
		p.State, p.Tone = "lapsed", "warn"
	case st.SignedAt.IsZero():
		p.State, p.Tone = "never", "info"
	default:
		p.State, p.Tone = "used", "ok"
	}
}
