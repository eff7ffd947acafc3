package memberweb

import (
	"context"
	"net/http"
	"slices"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/member"
	"chibo/org"
	"chibo/rulebook"
)

// transferView is a transfer as a line or a page shows it.
type transferView struct {
	member.Transfer
	Clocks   []member.Clock
	Late     bool
	Waits    string // what is to be done next, a translation key; "" nothing
	Mine     bool   // by the reader
	Warnings []member.Warning
}

// Nearest gives the clock that matters: the first one that is late, or the next to run
// out. The zero Clock has no code.
func (v transferView) Nearest() member.Clock {
	if len(v.Clocks) == 0 {
		return member.Clock{}
	}
	return v.Clocks[0]
}

// Days is Left of the nearest clock without its sign, for the wording.
func (v transferView) Days() int { return max(v.Nearest().Left, -v.Nearest().Left) }

func (s *Web) viewOf(t member.Transfer, day civil.Date, lang string) transferView {
	v := transferView{Transfer: t, Clocks: s.lives.Clocks(t, day), Warnings: s.lives.Warnings(t, lang)}
	v.Late = late(v.Clocks)
	switch {
	case t.May(member.LeftCell):
		v.Waits = "life.waits.left"
	case t.May(member.Arrived) && t.ToCell == 0:
		v.Waits = "life.waits.told"
	case t.May(member.Arrived):
		v.Waits = "life.waits.arrived"
	case t.May(member.Returned):
		v.Waits = "life.waits.returned"
	}
	return v
}

// transfersData is the dot of transfers.html.
type transfersData struct {
	Place place
	Keeps bool
	Cell  bool
	Form  *web.Form
	Units []web.Option
	Rows  []transferView
	Late  int
}

// transfers lists what is to be confirmed, late ones first.
func (s *Web) transfers(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	var in unitQuery
	if err := web.DecodeQuery(r, &in); err != nil {
		return errLost()
	}
	d, day := transfersData{}, s.today()
	err = s.db.Read(r.Context(), func(q db.Q) error {
		if d.Place, err = at(r.Context(), q, who, in.id()); err != nil {
			return err
		}
		if d.Units, err = choices(r.Context(), q, who, d.Place, day); err != nil {
			return err
		}
		list, err := member.Transfers(r.Context(), q, d.Place.Scope, member.TransferFilter{Open: true, Limit: manyRows})
		d.Rows = nil
		for _, t := range list {
			v := s.viewOf(t, day, web.LangOf(r).Code())
			v.Mine = s.waitsFor(r.Context(), q, who, t)
			d.Rows = append(d.Rows, v)
		}
		return err
	})
	if err != nil {
		return err
	}
	d.Cell, d.Keeps = d.Place.Unit.IsCell(), member.MayKeep(who, d.Place.Unit)
	d.sort()
	d.Form = web.NewForm(nil).Set("unit", d.Place.Chosen(in.id()))
	if err := s.members.NoteList(r.Context(), who, d.Place.Unit, audit.ReadList, len(d.Rows)); err != nil {
		return err
	}
	return s.pages.Render(w, r, "transfers.html", d)
}

// sort puts what is late first, then by the nearest day.
func (d *transfersData) sort() {
	for _, v := range d.Rows {
		if v.Late {
			d.Late++
		}
	}
	slices.SortStableFunc(d.Rows, func(a, b transferView) int {
		switch {
		case len(a.Clocks) == 0 || len(b.Clocks) == 0:
			return len(b.Clocks) - len(a.Clocks)
		default:
			return a.Nearest().Due.Compare(b.Nearest().Due)
		}
	})
}

// waitsFor says whether the next act is the reader's: who keeps the cell that is to
// confirm.
func (s *Web) waitsFor(ctx context.Context, q db.Q, who access.Actor, t member.Transfer) bool {
	cell := t.FromCell
	if t.May(member.Arrived) && t.ToCell != 0 {
		cell = t.ToCell
	}
	u, err := org.ByID(ctx, q, cell)
	return err == nil && member.MayKeep(who, u)
}

// transferData is the dot of transfer.html.
type transferData struct {
	transferView
	Crumbs []crumb
	From   org.Unit // zero: outside
	To     org.Unit
	KeepsF bool
	KeepsT bool
	Record string // address of the record for who may open it
	Hold   string
	Form   *web.Form
	Act    string // the refused act, or ""
	Own    bool
	Size   []sizeView // what the rules say of the cell that is left, without the member
	Duties member.Duties
}

// Can says whether the reader may take the act now.
func (d transferData) Can(state string) bool {
	if !d.May(state) {
		return false
	}
	switch state {
	case member.LeftCell:
		return d.KeepsF
	case member.Arrived:
		return d.KeepsT || d.ToCell == 0 && d.KeepsF
	}
	return d.KeepsF || d.KeepsT
}

func (s *Web) transfer(w http.ResponseWriter, r *http.Request) error {
	d, _, err := s.transferOf(r)
	if err != nil {
		return err
	}
	d.Form = web.NewForm(nil).Set("day", s.today().Vi())
	if !d.IntroducedOn.IsZero() {
		d.Form.Set("introduced_on", d.IntroducedOn.Vi())
	}
	w.Header().Set("Cache-Control", "no-store")
	return s.pages.Render(w, r, "transfer.html", d)
}

// transferOf reads a transfer for who may see one of its ends, and for its member.
func (s *Web) transferOf(r *http.Request) (d transferData, who access.Actor, err error) {
	if who, err = access.Must(r.Context()); err != nil {
		return d, who, err
	}
	ref, err := web.Ref(r, "ref")
	if err != nil {
		return d, who, err
	}
	return d, who, s.db.Read(r.Context(), func(q db.Q) error {
		t, err := member.TransferByID(r.Context(), q, ref)
		if err != nil {
			return err
		}
		d.transferView = s.viewOf(t, s.today(), web.LangOf(r).Code())
		if err := d.read(r.Context(), q, s.namer(r, org.Unit{}), who); err != nil {
			return err
		}
		if d.KeepsF || d.KeepsT {
			if d.Duties, err = s.lives.DutiesOf(r.Context(), q, who, t); err != nil {
				return err
			}
		}
		if !d.Pending() || d.FromCell == 0 || d.Kind == member.TransferTemporary || !d.KeepsF && !d.KeepsT {
			return nil
		}
		m, err := member.ByID(r.Context(), q, ident.Ref{Part: ref.Part, ID: d.FromMembership})
		if err == nil {
			d.Size, err = s.sizeWithout(r.Context(), q, d.From, m)
		}
		return err
	})
}

func (d *transferData) read(ctx context.Context, q db.Q, n namer, who access.Actor) (err error) {
	d.Own = who.PersonID != 0 && who.PersonID == d.PersonID
	sees := d.Own
	for _, end := range []struct {
		id    int64
		u     *org.Unit
		keeps *bool
	}{{d.FromCell, &d.From, &d.KeepsF}, {d.ToCell, &d.To, &d.KeepsT}} {
		if end.id == 0 {
			continue
		}
		if *end.u, err = org.ByID(ctx, q, end.id); err != nil {
			return err
		}
		*end.keeps = member.MayKeep(who, *end.u)
		sees = sees || who.Can(access.MemberList, end.u.Access())
		if who.Can(access.MemberList, end.u.Access()) && len(d.Crumbs) == 0 {
			d.Crumbs = []crumb{{"/life?unit=" + idText(end.id), end.u.Short}, {"/transfers?unit=" + idText(end.id), n.lang.T("life.transfers")}}
		}
	}
	if !sees {
		return access.ErrForbidden
	}
	d.Crumbs = append(d.Crumbs, crumb{"", d.Name})
	d.Hold = n.choice(rulebook.TransferHolds, d.Transfer.Hold)
	switch {
	case d.ToMembership != 0 && (d.Own || who.Can(access.MemberRead, d.To.Access())):
		d.Record = "/members/" + ident.Ref{Part: d.To.PartID, ID: d.ToMembership}.String()
	case d.FromMembership != 0 && (d.Own || who.Can(access.MemberRead, d.From.Access())):
		d.Record = "/members/" + ident.Ref{Part: d.Ref.Part, ID: d.FromMembership}.String()
	}
	return nil
}

// stepForm is what an act on a transfer is sent with.
type stepForm struct {
	Day          civil.Date `form:"day"`
	IntroducedOn civil.Date `form:"introduced_on"`
	Note         string     `form:"note"`
	Version      int        `form:"version"`
}

// stepOf makes the handler of an act.
func (s *Web) stepOf(act func(context.Context, access.Actor, ident.Ref, member.StepIn) error) web.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		d, who, err := s.transferOf(r)
		if err != nil {
			return err
		}
		var in stepForm
		if err = web.Decode(r, &in); err == nil {
			err = act(r.Context(), who, d.Ref, member.StepIn(in))
		}
		if err == nil {
			return web.SeeOther(w, r, member.TransferHref(d.Ref), "life.saved")
		}
		form, ok := asTyped(r, err)
		if !ok {
			return err
		}
		if d, _, err = s.transferOf(r); err != nil { // somebody may have changed it
			return err
		}
		d.Form, d.Act = form, lastPart(r.URL.Path)
		return s.pages.RenderStatus(w, r, form.Status, "transfer.html", d)
	}
}

func lastPart(path string) string {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '/' {
			return path[i+1:]
		}
	}
	return path
}

// moveData is the dot of move.html.
type moveData struct {
	subject
	Kind   string // "": to be chosen
	Find   string
	Cells  []web.Option
	Holds  []web.Option
	Both   bool // the reader keeps more than this cell, and may do both sides at once
	Form   *web.Form
	Spread rulebook.Range // of a temporary time, months
	Rules  []rulebook.Rule
}

// moveQuery is which form is shown; the cell that is looked for stands in no address.
type moveQuery struct {
	Kind string `form:"kind"`
	Find string `form:"-"`
}

// moveFind shows the form with the cells whose names were looked for.
func (s *Web) moveFind(w http.ResponseWriter, r *http.Request) error {
	var in announceForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	return s.showMove(w, r, moveQuery{Kind: in.Kind, Find: in.Find})
}

// moveForm asks which kind of transfer, then for what it needs.
func (s *Web) moveForm(w http.ResponseWriter, r *http.Request) error {
	var in moveQuery
	if err := web.DecodeQuery(r, &in); err != nil {
		return errLost()
	}
	return s.showMove(w, r, in)
}

func (s *Web) showMove(w http.ResponseWriter, r *http.Request, in moveQuery) error {
	d, _, err := s.moveData(r, in)
	if err != nil {
		return err
	}
	d.Form = web.NewForm(nil).Set("kind", d.Kind).Set("find", in.Find).Set("day", s.today().Vi())
	if len(d.Cells) == 1 {
		d.Form.Set("to_cell", d.Cells[0].Value)
	}
	return s.pages.Render(w, r, "move.html", d)
}

func (s *Web) moveData(r *http.Request, in moveQuery) (d moveData, who access.Actor, err error) {
	if d.subject, who, err = s.subject(r, "ref"); err != nil {
		return d, who, err
	}
	switch in.Kind {
	case "", member.TransferInternal, member.TransferOfficial, member.TransferTemporary, member.TransferAbroad:
	default:
		return d, who, errLost()
	}
	n := s.namer(r, d.Cell)
	d.Kind, d.Find, d.Holds = in.Kind, in.Find, n.options(rulebook.TransferHolds)
	d.Crumbs = append(d.Crumbs, crumb{"", n.lang.T("life.move")})
	d.Both = who.Can(access.RegisterKeep, access.Unit{Path: d.Cell.Path.Parent()})
	d.Spread = n.set.Range(rulebook.TemporaryMonths)
	for _, key := range []string{rulebook.TransferStartWorkingDays, rulebook.TransferCompleteDays, rulebook.TransferPresentWorkingDays} {
		if n.set.Has(key) {
			d.Rules = append(d.Rules, n.set.Rule(key))
		}
	}
	if d.Kind == "" || d.Kind == member.TransferAbroad {
		return d, who, nil
	}
	err = s.db.Read(r.Context(), func(q db.Q) error {
		d.Cells, err = receivers(r.Context(), q, d.Cell, in.Find, s.today())
		return err
	})
	return d, who, err
}

// receivers gives the cells that a member may go to: those of the own organisation,
// or those whose name has the words looked for. Names of units are no secret.
func receivers(ctx context.Context, q db.Q, from org.Unit, find string, day civil.Date) ([]web.Option, error) {
	unit, limit := from.PartID, choiceMax
	if find != "" {
		top, err := org.Top(ctx, q)
		if err != nil {
			return nil, err
		}
		unit, limit = top.ID, 50
	}
	u, err := org.ByID(ctx, q, unit)
	if err != nil {
		return nil, err
	}
	scope, err := access.For(access.System(), access.CellRead, u.Access())
	if err != nil {
		return nil, err
	}
	list, err := org.List(ctx, q, scope, org.Filter{Kinds: org.CellKinds(), Day: day, Search: find, Limit: limit})
	var out []web.Option
	for _, c := range list {
		if c.ID == from.ID {
			continue
		}
		label := c.Name
		if c.ParentShort != "" && c.PartID != from.PartID {
			label += " – " + c.ParentShort
		}
		out = append(out, web.Option{Value: idText(c.ID), Label: label})
	}
	return out, err
}

// announceForm is the posted form of a transfer.
type announceForm struct {
	Kind         string     `form:"kind"`
	Find         string     `form:"find"`
	ToCell       int64      `form:"to_cell"`
	ToText       string     `form:"to_text"`
	FromText     string     `form:"from_text"`
	Name         string     `form:"name"`
	Basis        string     `form:"basis"`
	BasisOn      civil.Date `form:"basis_on"`
	IntroducedOn civil.Date `form:"introduced_on"`
	UntilOn      civil.Date `form:"until_on"`
	Study        bool       `form:"study"`
	Hold         string     `form:"hold"`
	Note         string     `form:"note"`
	Done         bool       `form:"done"`
	Day          civil.Date `form:"day"`
}

func (f announceForm) in() member.AnnounceIn {
	return member.AnnounceIn{
		Kind: f.Kind, ToCell: f.ToCell, ToText: f.ToText, FromText: f.FromText, Name: f.Name, Basis: f.Basis, BasisOn: f.BasisOn,
		IntroducedOn: f.IntroducedOn, UntilOn: f.UntilOn, Study: f.Study, Hold: f.Hold, Note: f.Note,
	}
}

func (s *Web) move(w http.ResponseWriter, r *http.Request) error {
	var in announceForm
	err := web.Decode(r, &in)
	d, who, err2 := s.moveData(r, moveQuery{Kind: in.Kind, Find: in.Find})
	if err2 != nil {
		return err2
	}
	if d.Kind == "" && err == nil {
		err = fault.Field("kind", "member.err.transfer_kind")
	}
	var ref ident.Ref
	switch {
	case err != nil:
	case in.Done:
		ref, err = s.lives.MoveAtOnce(r.Context(), who, d.Member.Ref(), in.in(), in.Day)
	default:
		ref, err = s.lives.Announce(r.Context(), who, d.Member.Ref(), in.in())
	}
	if form, ok := asTyped(r, err); ok {
		d.Form = form
		return s.pages.RenderStatus(w, r, form.Status, "move.html", d)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, member.TransferHref(ref), "life.saved")
}
