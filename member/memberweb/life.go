package memberweb

import (
	"context"
	"net/http"

	"chibo/access"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/member"
	"chibo/org"
	"chibo/rulebook"
)

// lifeRoutes adds the pages of what changes where members are and how they stand.
func (s *Web) lifeRoutes(kit *web.Kit) {
	for pattern, h := range map[string]web.HandlerFunc{
		"GET /life": s.life,

		"GET /transfers":                    s.transfers,
		"GET /transfers/{ref}":              s.transfer,
		"POST /transfers/{ref}/left":        s.stepOf(s.lives.ConfirmLeft),
		"POST /transfers/{ref}/arrived":     s.stepOf(s.lives.ConfirmArrived),
		"POST /transfers/{ref}/returned":    s.stepOf(s.lives.ConfirmReturned),
		"POST /transfers/{ref}/cancelled":   s.stepOf(s.lives.Cancel),
		"GET /members/{ref}/transfer":       s.moveForm,
		"POST /members/{ref}/transfer":      s.move,
		"POST /members/{ref}/transfer/find": s.moveFind,
		"GET /cells/{id}/arrivals/new":      s.expectForm,
		"POST /cells/{id}/arrivals/new":     s.expect,
		"GET /cells/{id}/members/new":       s.enterForm,
		"POST /cells/{id}/members/new":      s.enter,

		"GET /members/{ref}/spells/new":  s.spellNew,
		"POST /members/{ref}/spells/new": s.spellBegin,
		"GET /spells/{ref}":              s.spellForm,
		"POST /spells/{ref}":             s.spellChange,
		"POST /spells/{ref}/end":         s.spellEnd,
		"POST /spells/{ref}/reported":    s.reported,
		"GET /away":                      s.away,

		"GET /cells/{id}/fees":  s.fees,
		"POST /cells/{id}/fees": s.noteFee,

		"GET /members/{ref}/leave":    s.leaveForm,
		"POST /members/{ref}/leave":   s.leave,
		"GET /leavings":               s.leavings,
		"GET /leavings/{ref}":         s.leaving,
		"POST /leavings/{ref}":        s.decideLeaving,
		"GET /members/{ref}/restore":  s.restoreForm,
		"POST /members/{ref}/restore": s.restore,

		"GET /registers": s.registers,
	} {
		kit.Handle(pattern, h)
	}
}

// manyRows is how many rows a list of these pages holds at most.
const manyRows = 500

// options gives a list of the rulebook as choices.
func (n namer) options(key string) []web.Option {
	var out []web.Option
	for _, c := range n.set.Choices(key) {
		out = append(out, web.Option{Value: c.Code, Label: c.Title.In(n.lang.Code())})
	}
	return out
}

// choice gives the words of a code of a list, the code itself when it is free words.
func (n namer) choice(key, code string) string {
	for _, o := range n.options(key) {
		if o.Value == code {
			return o.Label
		}
	}
	return code
}

// unitQuery is the place that a list is asked for.
type unitQuery struct {
	Unit int64 `form:"unit"`
	Cell int64 `form:"cell"` // the same, as other pages link
}

func (u unitQuery) id() int64 {
	if u.Cell != 0 {
		return u.Cell
	}
	return u.Unit
}

// lifeData is the dot of life.html.
type lifeData struct {
	Place   place
	Cell    bool // the place is one cell
	Keeps   bool
	Fees    bool // may note the fee
	Month   civil.Month
	Paid    int
	Of      int
	Open    int // transfers to be confirmed
	Late    int
	ToUs    int // of Open, those that wait for this place
	Away    int
	Overdue int // reports of members away
	Exempt  int
	Asked   int // proposals that somebody leaves
	Hints   []member.Suggestion
	Size    []sizeView
}

// sizeView is what the rules say of the cell's size.
type sizeView struct {
	Key         string
	Count, Need int
	Rule        rulebook.Rule
}

func (s *Web) life(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	var in unitQuery
	if err := web.DecodeQuery(r, &in); err != nil {
		return errLost()
	}
	d, day := lifeData{}, s.today()
	err = s.db.Read(r.Context(), func(q db.Q) error {
		if d.Place, err = at(r.Context(), q, who, in.id()); err != nil {
			return err
		}
		return d.read(r.Context(), q, s, who, day)
	})
	if err != nil {
		return err
	}
	return s.pages.Render(w, r, "life.html", d)
}

func (d *lifeData) read(ctx context.Context, q db.Q, s *Web, who access.Actor, day civil.Date) error {
	u := d.Place.Unit
	d.Cell, d.Keeps, d.Fees, d.Month = u.IsCell(), member.MayKeep(who, u), member.MayNoteFee(who, u), day.Month()
	list, err := member.Transfers(ctx, q, d.Place.Scope, member.TransferFilter{Open: true, Limit: manyRows})
	if err != nil {
		return err
	}
	for _, t := range list {
		d.Open++
		if late(s.lives.Clocks(t, day)) {
			d.Late++
		}
		if d.Cell && t.ToCell == u.ID && t.May(member.Arrived) {
			d.ToUs++
		}
	}
	away, err := member.InSpell(ctx, q, d.Place.Scope, member.SpellAway, day, manyRows)
	if err != nil {
		return err
	}
	for _, a := range away {
		d.Away++
		if overdue(a.Spell, day) {
			d.Overdue++
		}
	}
	asked, err := member.Proposals(ctx, q, d.Place.Scope, manyRows)
	d.Asked = len(asked)
	if err != nil {
		return err
	}
	state, err := figure.StateOf(ctx, q, d.Place.Scope)
	if err != nil || !d.Cell {
		d.Exempt = state.Exempt
		return err
	}
	d.Exempt = state.Exempt
	d.Size = sizes(s.book.At(day, u.Path), u, state)
	fee, err := member.FeeOf(ctx, q, u, d.Month, day)
	if err != nil {
		return err
	}
	d.Paid, d.Of = fee.Paid, len(fee.Rows)
	d.Hints, err = s.lives.Suggestions(ctx, q, u, day)
	return err
}

// sizes gives what rules.md 1.18 to 1.25 say of a cell's size now.
func sizes(set rulebook.Set, cell org.Unit, state figure.State) []sizeView {
	var out []sizeView
	for _, n := range org.CheckSize(set, cell.Kind, state.Officials, state.Members) {
		v := sizeView{Key: n.Key, Need: n.Limit, Rule: n.Rule, Count: state.Members}
		if n.Key == "org.size.cell_small" {
			v.Count = state.Officials
		}
		out = append(out, v)
	}
	return out
}

func late(list []member.Clock) bool {
	for _, c := range list {
		if c.Late() {
			return true
		}
	}
	return false
}

// overdue says whether the report of a member away is late, or nobody has said when it
// is due.
func overdue(s member.Spell, day civil.Date) bool { return s.ReportOn.Before(day) }

// panel is what a record shows of the member's life in the register, and what its
// reader may do.
type panel struct {
	On        bool // these pages are there
	Ref       ident.Ref
	Keeps     bool
	Home      bool       // a member of the cell today
	Gone      bool       // left, and may be restored
	Spells    []timeView // that run today or are to come
	Transfers []member.Transfer
	Leaving   []member.Leaving
	Year      int
	FeePaid   int
	FeeOf     int
}

// panelOf fills the panel of a record for its reader.
func (s *Web) panelOf(ctx context.Context, q db.Q, who access.Actor, rec member.Record, n namer) (p panel, err error) {
	day := s.today()
	own := who.PersonID != 0 && who.PersonID == rec.PersonID
	p = panel{On: s.lives != nil, Ref: rec.Ref(), Keeps: member.MayKeep(who, rec.Cell), Year: day.Year()}
	if !p.On {
		return p, nil
	}
	in := rec.To.IsZero() || rec.To.After(day)
	p.Home = in && rec.Kind == member.KindHome
	p.Gone = !in && rec.Kind == member.KindHome && rec.Ending != member.EndingTransfer
	for _, x := range rec.Spells {
		if x.To.IsZero() || x.To.After(day) {
			p.Spells = append(p.Spells, n.time(x))
		}
	}
	ids, err := member.IDs(ctx, q, rec.Part, rec.PersonID)
	if err != nil {
		return p, err
	}
	for _, id := range ids {
		list, err := member.TransfersOf(ctx, q, id)
		if err != nil {
			return p, err
		}
		p.Transfers = append(p.Transfers, list...)
	}
	if p.Keeps || own {
		if p.Leaving, err = member.LeavingsOf(ctx, q, rec.Ref()); err != nil {
			return p, err
		}
	}
	if !p.Home {
		return p, nil
	}
	fee, err := member.FeeOf(ctx, q, rec.Cell, day.Month(), day)
	for _, f := range fee.Rows {
		if f.MembershipID == rec.ID {
			p.FeePaid, p.FeeOf = f.Year, f.Of
		}
	}
	return p, err
}

// subject is the membership that a form is about, with its cell; only who keeps the
// register there gets it.
type subject struct {
	Member member.Membership
	Cell   org.Unit
	Crumbs []crumb
}

func (s *Web) subject(r *http.Request, name string) (out subject, who access.Actor, err error) {
	if who, err = access.Must(r.Context()); err != nil {
		return out, who, err
	}
	ref, err := web.Ref(r, name)
	if err != nil {
		return out, who, err
	}
	return out, who, s.db.Read(r.Context(), func(q db.Q) error { return out.read(r.Context(), q, who, ref) })
}

func (u *subject) read(ctx context.Context, q db.Q, who access.Actor, ref ident.Ref) (err error) {
	if u.Member, err = member.ByID(ctx, q, ref); err != nil {
		return err
	}
	if u.Cell, err = org.ByID(ctx, q, u.Member.CellID); err != nil {
		return err
	}
	if !member.MayKeep(who, u.Cell) {
		return access.ErrForbidden
	}
	u.Crumbs = []crumb{{"/life?unit=" + idText(u.Cell.ID), u.Cell.Short}, {"/members/" + ref.String(), u.Member.Name}}
	return nil
}

// cellOf gives the cell in the path for who keeps its register.
func (s *Web) cellOf(r *http.Request) (cell org.Unit, who access.Actor, err error) {
	if who, err = access.Must(r.Context()); err != nil {
		return cell, who, err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return cell, who, err
	}
	err = s.db.Read(r.Context(), func(q db.Q) error {
		cell, err = org.ByID(r.Context(), q, id)
		return err
	})
	switch {
	case err != nil:
		return cell, who, err
	case !cell.IsCell():
		return cell, who, errLost()
	case !member.MayKeep(who, cell):
		return cell, who, access.ErrForbidden
	}
	return cell, who, nil
}

// asTyped says whether an error is about the input, and gives the form that comes back.
func asTyped(r *http.Request, err error) (*web.Form, bool) {
	if err == nil {
		return nil, false
	}
	f, ok := web.Retry(r, err)
	if ok && len(fault.FieldsOf(err)) > 0 {
		f.Message = web.LangOf(r).T("life.check")
	}
	return f, ok
}
