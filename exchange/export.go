package exchange

import (
	"context"
	"io"

	"chibo/access"
	"chibo/audit"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/sheet"
	"chibo/internal/viet"
	"chibo/member"
	"chibo/office"
	"chibo/org"
)

// ExportIn is a list that is taken out of the register.
type ExportIn struct {
	Kind     Kind   // required
	OrgID    int64  // required
	Search   string // of members: a name as typed, see member.Find
	Standing string // of members
	Numbers  bool   // card numbers, whole for who may reveal them
	Text     bool   // .csv instead of .xlsx
	Reason   string // required
}

// reasonMost is how many letters of a reason are kept.
const reasonMost = 300

// Export writes a list as the actor sees it, after noting who took it and why: one
// line of the reading log, whatever its length.
func (s *Service) Export(ctx context.Context, actor access.Actor, in ExportIn, out io.Writer, t Words) error {
	u, scope, err := s.mayExport(ctx, actor, &in)
	if err != nil {
		return err
	}
	e := &export{in: in, unit: u, scope: scope, day: s.today(), sees: sightOf(actor, u), t: t, svc: s, ctx: ctx}
	n, err := e.count()
	if err != nil {
		return err
	}
	if err := s.note(ctx, actor, u, in, n); err != nil {
		return err
	}
	begin := sheet.NewWorkbook
	if in.Text {
		begin = sheet.NewText
	}
	w, err := begin(out, e.page())
	if err != nil {
		return err
	}
	if err := e.rows(w); err != nil {
		return err
	}
	return w.Close()
}

func (s *Service) mayExport(ctx context.Context, actor access.Actor, in *ExportIn) (u org.Unit, scope access.Scope, err error) {
	var f fault.Fields
	if in.Reason = viet.Clean(in.Reason); in.Reason == "" {
		f.Add("reason", "exchange.err.reason")
	} else if len([]rune(in.Reason)) > reasonMost {
		f.Add("reason", "exchange.err.reason_long", "Most", reasonMost)
	}
	if !in.Kind.Known() {
		f.Add("kind", "exchange.err.kind")
	}
	if err := f.Err(); err != nil {
		return u, scope, err
	}
	err = s.DB.Read(ctx, func(q db.Q) error {
		if u, err = org.ByID(ctx, q, in.OrgID); err != nil {
			return err
		}
		scope, err = MayExport(actor, in.Kind, u)
		return err
	})
	return u, scope, err
}

func (s *Service) note(ctx context.Context, actor access.Actor, u org.Unit, in ExportIn, rows int) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		err := audit.RecordReading(ctx, tx, audit.Reading{
			Part: u.PartID, Account: actor.AccountID, Reader: actor.Name, OrgID: u.ID, What: audit.ReadExport, Reason: in.Reason, Rows: rows,
		})
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{
			Part: u.PartID, Account: actor.AccountID, Action: "exchange.export", Target: "org", TargetID: u.ID,
			Detail: map[string]any{"kind": string(in.Kind), "rows": rows, "csv": in.Text},
		})
	})
}

// export is one list on its way out. Rows are read a page at a time, so that no
// snapshot stays open while a slow reader takes them, and memory is bounded.
type export struct {
	svc   *Service
	ctx   context.Context //nolint:containedctx // it lives as long as the list
	in    ExportIn
	unit  org.Unit
	scope access.Scope
	day   civil.Date
	sees  sight
	t     Words
	n     int
	hits  []member.Row // of a search
}

const exportPage = 1000

func (e *export) filter() member.Filter {
	f := member.Filter{Day: e.day, Standing: e.in.Standing, Limit: exportPage}
	if e.unit.IsCell() {
		f.CellID = e.unit.ID
	}
	return f
}

func (e *export) count() (n int, err error) {
	err = e.svc.DB.Read(e.ctx, func(q db.Q) error {
		switch e.in.Kind {
		case Members:
			if e.in.Search != "" {
				return e.find(q)
			}
			n, err = member.Count(e.ctx, q, e.scope, e.filter())
		case Units:
			n, err = org.Count(e.ctx, q, e.scope, org.Filter{Day: e.day})
		default:
			n, err = e.officesOf(q, nil)
		}
		return err
	})
	return max(n, len(e.hits)), err
}

// find gathers whom a search finds. A list that would leave out some of them without
// saying so is refused.
func (e *export) find(q db.Q) error {
	found, err := member.Find(e.ctx, q, e.scope, member.Query{
		Text: e.in.Search, Day: e.day, Standing: e.in.Standing, Limit: exportPage,
	})
	if err != nil {
		return err
	}
	if found.Cut || found.More {
		var f fault.Fields
		f.Add("q", "exchange.err.search_wide", "Most", exportPage)
		return f.Err()
	}
	for _, h := range found.Hits {
		e.hits = append(e.hits, h.Row)
	}
	return nil
}

func (e *export) page() sheet.Page {
	place := e.unit.Place
	if place != "" {
		place += ", "
	}
	t := e.t
	p := sheet.Page{
		Name: t("exchange.export." + string(e.in.Kind)), Left: []string{viet.Upper(e.unit.Name)},
		Right: []string{"ĐẢNG CỘNG SẢN VIỆT NAM", place + e.day.Long()},
		Title: viet.Upper(t("exchange.export." + string(e.in.Kind))), Sub: t("exchange.export.sub", "Day", e.day.Vi()),
		Sign: []string{viet.Upper(t("exchange.export.maker")), viet.Upper(t("exchange.export.head"))},
	}
	if e.svc.Sample {
		p.Mark = viet.Upper(t("exchange.export.sample"))
	}
	col := func(key string, width float64, a sheet.Align) {
		p.Columns = append(p.Columns, sheet.Column{Title: t(key), Width: width, Align: a})
	}
	col("exchange.col.number", 6, sheet.Center)
	switch e.in.Kind {
	case Members:
		col("exchange.field.members.name", 28, sheet.Left)
		col("exchange.field.members.sex", 8, sheet.Center)
		col("exchange.field.members.birth", 13, sheet.Center)
		col("exchange.field.members.cell", 26, sheet.Left)
		col("exchange.field.members.unit", 26, sheet.Left)
		col("exchange.field.members.admitted", 13, sheet.Center)
		col("exchange.field.members.official", 13, sheet.Center)
		col("exchange.field.members.status", 18, sheet.Left)
		col("exchange.field.members.phone", 16, sheet.Center)
		if e.in.Numbers {
			col("exchange.field.members.card", 18, sheet.Center)
		}
	case Units:
		col("exchange.field.units.code", 20, sheet.Left)
		col("exchange.field.units.name", 44, sheet.Left)
		col("exchange.field.units.parent", 34, sheet.Left)
		col("exchange.field.units.kind", 26, sheet.Left)
		col("exchange.field.units.from", 13, sheet.Center)
		col("exchange.col.members", 12, sheet.Right)
	default:
		col("exchange.field.offices.name", 28, sheet.Left)
		col("exchange.field.offices.unit", 40, sheet.Left)
		col("exchange.field.offices.title", 28, sheet.Left)
		col("exchange.field.offices.from", 13, sheet.Center)
		col("exchange.field.offices.how", 16, sheet.Left)
	}
	return p
}

func (e *export) rows(w sheet.Writer) error {
	switch e.in.Kind {
	case Members:
		return e.members(w)
	case Units:
		return e.units(w)
	}
	return e.svc.DB.Read(e.ctx, func(q db.Q) error {
		_, err := e.officesOf(q, w)
		return err
	})
}

func (e *export) members(w sheet.Writer) error {
	f := e.filter()
	for {
		var list []member.Row
		var more map[int64]member.Contact
		err := e.svc.DB.Read(e.ctx, func(q db.Q) (err error) {
			if list = e.hits; e.in.Search == "" {
				list, err = member.List(e.ctx, q, e.scope, f)
			}
			if err != nil || !e.in.Numbers && !e.sees.Phones {
				return err
			}
			more, err = member.Contacts(e.ctx, q, list)
			return err
		})
		if err != nil {
			return err
		}
		for _, r := range list {
			if err := w.Row(e.member(r, more[r.PersonID])...); err != nil {
				return err
			}
		}
		if e.in.Search != "" || len(list) < exportPage {
			return nil
		}
		f.After = list[len(list)-1].Cursor()
	}
}

func (e *export) member(r member.Row, c member.Contact) []any {
	e.n++
	phone := r.Phone
	if e.sees.Phones {
		phone = c.Phone
	}
	sex := ""
	if r.Sex != "" {
		sex = e.t("member.sex." + r.Sex)
	}
	out := []any{
		e.n, r.Name, sex, e.seen(r.Birth), r.CellShort, r.UnitShort, e.seen(r.AdmittedOn), e.seen(r.OfficialOn),
		e.standing(r.Standing), phone,
	}
	if e.in.Numbers {
		card := c.Card
		if !e.sees.Numbers {
			card = member.MaskCard(card)
		}
		out = append(out, card)
	}
	return out
}

// seen gives a day of the record to who may open records.
func (e *export) seen(d civil.Date) string {
	if e.sees.Records {
		return d.Vi()
	}
	return ""
}

func (e *export) standing(code string) string {
	for _, c := range e.svc.Book.At(e.day, e.unit.Path).Choices("member.standings") {
		if c.Code == code {
			return c.Title.Vi
		}
	}
	if code == member.SpellAway {
		return e.t("member.standing.away")
	}
	return e.t("member.standing.other")
}

func (e *export) units(w sheet.Writer) error {
	set := e.svc.Book.At(e.day, e.unit.Path)
	f := org.Filter{Day: e.day, Limit: exportPage}
	for {
		var list []org.Unit
		sizes := map[int64]int{}
		err := e.svc.DB.Read(e.ctx, func(q db.Q) (err error) {
			if list, err = org.List(e.ctx, q, e.scope, f); err != nil {
				return err
			}
			for _, u := range list {
				at, err := access.For(e.scope.Actor(), access.FigureRead, u.Access())
				if err != nil {
					return err
				}
				st, err := figure.StateOf(e.ctx, q, at)
				if err != nil {
					return err
				}
				sizes[u.ID] = st.Members
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, u := range list {
			e.n++
			if err := w.Row(e.n, u.Code, u.Name, u.ParentShort, set.OrgKind(u.Kind).Title.Vi, u.ValidFrom.Vi(), sizes[u.ID]); err != nil {
				return err
			}
		}
		if len(list) < exportPage {
			return nil
		}
		f.After = list[len(list)-1].Cursor()
	}
}

// officesOf gives the posts of the day, unit by unit; without a writer it counts them.
func (e *export) officesOf(q db.Q, w sheet.Writer) (n int, err error) {
	f := org.Filter{Day: e.day, Limit: exportPage}
	for {
		list, err := org.List(e.ctx, q, e.scope, f)
		if err != nil {
			return n, err
		}
		for _, u := range list {
			held, err := office.Holders(e.ctx, q, u.PartID, u.ID, e.day)
			if err != nil {
				return n, err
			}
			n += len(held)
			if w == nil {
				continue
			}
			for _, h := range held {
				if err := w.Row(e.office(u, h)...); err != nil {
					return n, err
				}
			}
		}
		if len(list) < exportPage {
			return n, nil
		}
		f.After = list[len(list)-1].Cursor()
	}
}

func (e *export) office(u org.Unit, h office.Holder) []any {
	e.n++
	title := h.Title
	if o, ok := e.svc.Book.At(e.day, u.Path).Office(u.Kind, h.Title); ok {
		title = o.Title.Vi
	}
	how := "exchange.how.elected"
	if h.How == office.Appointed {
		how = "exchange.how.appointed"
	}
	return []any{e.n, h.Name, u.Name, title, h.From.Vi(), e.t(how)}
}
