package orgweb

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"chibo/access"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/member"
	"chibo/office"
	"chibo/org"
	"chibo/rulebook"
)

// trendMonths is how many months the page of a unit looks back, this one included.
const trendMonths = 12

// unitData is the dot of unit.html.
type unitData struct {
	Crumbs      []crumb
	Unit        org.Unit
	Kind, Type  string
	Upper       string // the unit directly above
	Day         civil.Date
	Figures     bool // the reader sees figures here
	Lists       bool // and lists of members
	Reads       bool // and meetings
	State       figure.State
	Now         figure.UnitMonth
	Latest      cellMonth // of a cell: the latest month with a meeting
	Notices     []noticeView
	Holders     []holderView
	Term        office.Term // Name is empty when none is on record
	TermMonths  int
	TermRule    string
	Standings   []standingView
	Units       []unitRow
	Cells       []cellRow
	CellMonths  []cellMonth
	UnitMonths  []figure.UnitMonth
	MembersHref string
	Grassroots  int // organisations below

	Look      web.Look
	Manage    bool   // the reader may found units below and change this one
	Tree      string // address of the tree below; "" for who has none
	Below     []treeRow
	More      bool // Below is the beginning only
	History   []stateView
	Successor link
	Merged    []link
}

// unitsMost is up to how many grassroots organisations a page names one by one, with
// their month; of more, and where there are none yet, it shows the level directly below.
const unitsMost = 200

// noticeView says what the rules ask of a unit of this size.
type noticeView struct{ Text, Rule string }

// holderView is a person in office.
type holderView struct {
	office.Holder
	Post string
	Href string // the record, for who may open it
}

// standingView counts the members of one standing.
type standingView struct {
	Title string
	Count int
	Href  string
}

// cellMonth is a month of a cell.
type cellMonth struct {
	figure.CellMonth
	Now   bool // the present month, in which what is missing is not late
	Score scoreView
}

func (s *Web) unit(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	ctx, d := r.Context(), unitData{Day: s.today(), Look: web.LookOf(r, s.today())}
	begin := d
	_, err = s.db.Recall(ctx, func(q db.Q) (err error) {
		d = begin
		if d.Unit, err = org.ByID(ctx, q, id); err != nil {
			return err
		}
		if !org.CanSee(who, d.Unit) {
			return access.ErrForbidden
		}
		if d.Look.Past() {
			return nil
		}
		n := namer{lang: web.LangOf(r), book: s.book, set: s.book.At(d.Day, d.Unit.Path)}
		if d.History, err = history(ctx, q, n, d.Unit); err != nil {
			return err
		}
		if err := d.kin(ctx, q, who); err != nil {
			return err
		}
		d.Manage = org.MayManage(who, d.Unit)
		return d.read(ctx, q, n, who)
	})
	if err != nil {
		return err
	}
	if d.Look.Past() {
		return s.unitThen(w, r, who, d.Unit, d.Look)
	}
	return s.pages.RenderStatus(w, r, d.Look.Status(), "unit.html", d)
}

func (d *unitData) read(ctx context.Context, q db.Q, n namer, who access.Actor) error {
	u := d.Unit.Access()
	d.Figures, d.Lists, d.Reads = who.Can(access.FigureRead, u), who.Can(access.MemberList, u), who.Can(access.CellRead, u)
	d.Kind, d.Type = n.kind(d.Unit), n.typ(d.Unit.Type)
	if err := d.way(ctx, q, who); err != nil {
		return err
	}
	if err := d.offices(ctx, q, n, who); err != nil || !d.Figures {
		return err
	}
	d.Tree = "/tree?unit=" + idText(d.Unit.ID)
	scope, err := figure.ScopeOf(who, d.Unit)
	if err != nil {
		return err
	}
	if d.State, err = figure.StateOf(ctx, q, scope); err != nil {
		return err
	}
	for _, notice := range org.CheckSize(n.set, d.Unit.Kind, d.State.Officials, d.State.Members) {
		d.Notices = append(d.Notices, noticeView{n.lang.T(notice.Key, "Limit", notice.Limit), notice.Rule.Cite(n.lang.Code())})
	}
	if err := d.standings(ctx, q, n, who); err != nil {
		return err
	}
	if d.Unit.IsCell() {
		return d.months(ctx, q, n)
	}
	return d.subtree(ctx, q, n, who, scope)
}

// way makes the crumbs: only units whose page the reader may open.
func (d *unitData) way(ctx context.Context, q db.Q, who access.Actor) error {
	above, err := org.Ancestors(ctx, q, d.Unit)
	for _, a := range above {
		d.Upper = a.Name
		if org.CanSee(who, a) {
			d.Crumbs = append(d.Crumbs, crumb{unitHref(a.ID), a.Short})
		}
	}
	d.Crumbs = append(d.Crumbs, crumb{"", d.Unit.Short})
	return err
}

func (d *unitData) offices(ctx context.Context, q db.Q, n namer, who access.Actor) error {
	list, err := office.Holders(ctx, q, d.Unit.PartID, d.Unit.ID, d.Day)
	if err != nil {
		return err
	}
	opens := who.Can(access.MemberRead, d.Unit.Access())
	for _, h := range list {
		v := holderView{Holder: h, Post: n.title(d.Unit.Kind, h.Title)}
		if h.MembershipID != 0 && opens && d.Unit.IsCell() {
			v.Href = "/members/" + ident.Ref{Part: h.Part, ID: h.MembershipID}.String()
		}
		d.Holders = append(d.Holders, v)
	}
	d.Term, err = office.TermOn(ctx, q, d.Unit.PartID, d.Unit.ID, d.Day)
	if err != nil && !errors.Is(err, office.ErrNoTerm) {
		return err
	}
	key := rulebook.TermGrassrootsMonths
	if d.Unit.IsCell() {
		key = rulebook.TermCellMonths
	}
	if o, ok := n.set.Office(d.Unit.Kind, office.Secretary); ok {
		d.TermMonths, d.TermRule = o.TermMonths, n.set.Rule(key).Cite(n.lang.Code())
	}
	return nil
}

// standings counts members by standing: in a cell each by its own, for who may see
// the list; otherwise what the unit's figures tell.
func (d *unitData) standings(ctx context.Context, q db.Q, n namer, who access.Actor) error {
	if d.Lists {
		d.MembersHref = "/members?unit=" + idText(d.Unit.ID)
		if d.Unit.IsCell() {
			d.MembersHref = "/members?cell=" + idText(d.Unit.ID)
		}
	}
	if !d.Unit.IsCell() || !d.Lists {
		d.Standings = []standingView{
			{Title: n.standing(member.StandingOfficial), Count: d.State.Officials},
			{Title: n.standing(member.StandingReserve), Count: d.State.Reserves},
			{Title: n.lang.T("org.among.exempt"), Count: d.State.Exempt},
			{Title: n.lang.T("org.among.away"), Count: d.State.Away},
		}
		return nil
	}
	body, err := member.Body(ctx, q, d.Unit.PartID, d.Unit.ID, d.Day)
	counts := map[string]int{}
	for _, m := range body {
		counts[m.Standing]++
	}
	for _, code := range []string{
		member.StandingOfficial, member.StandingReserve, member.SpellExempt, member.SpellTempOut, member.SpellAway,
		member.SpellSuspended, member.SpellInterrupted, member.StandingGuest,
	} {
		if counts[code] > 0 {
			d.Standings = append(d.Standings, standingView{n.standing(code), counts[code], d.MembersHref + "&standing=" + code})
		}
	}
	return err
}

func (n namer) standing(code string) string {
	for _, c := range n.set.Choices("member.standings") {
		if c.Code == code {
			return c.Title.In(n.lang.Code())
		}
	}
	if code == member.SpellAway { // rules.md 5.15; kept apart by the register only
		return n.lang.T("org.standing.away")
	}
	return n.lang.T("org.standing.other")
}

// months reads a cell's months, the latest first, none from before it was founded.
func (d *unitData) months(ctx context.Context, q db.Q, n namer) error {
	now := d.Day.Month()
	list, err := figure.CellTrend(ctx, q, d.Unit.PartID, d.Unit.ID, now.Add(1-trendMonths), now)
	for i := len(list) - 1; i >= 0; i-- {
		c := list[i]
		if c.Month.Last().Before(d.Unit.ValidFrom) {
			break
		}
		m := cellMonth{CellMonth: c, Now: c.Month == now, Score: n.score(d.Unit, c)}
		if c.Met() && d.Latest.Month == 0 {
			d.Latest = m
		}
		d.CellMonths = append(d.CellMonths, m)
	}
	return err
}

// subtree reads what lies below a unit that is no cell.
func (d *unitData) subtree(ctx context.Context, q db.Q, n namer, who access.Actor, scope access.Scope) error {
	now := d.Day.Month()
	var err error
	if d.Now, err = figure.Month(ctx, q, scope, now); err != nil {
		return err
	}
	trend, err := figure.Trend(ctx, q, scope, now.Add(1-trendMonths), now)
	if err != nil {
		return err
	}
	for i := len(trend) - 1; i >= 0; i-- {
		d.UnitMonths = append(d.UnitMonths, trend[i])
	}
	kinds, err := org.CountKinds(ctx, q, scope, d.Day)
	if err != nil {
		return err
	}
	d.Grassroots = kinds[org.KindGrassrootsParty] + kinds[org.KindGrassrootsCell]
	if d.Grassroots > unitsMost || d.Unit.IsAbove() && d.Grassroots == 0 {
		g := grower{q: q, n: n, who: who, scope: scope, day: d.Day}
		var more string
		d.Below, more, err = g.level(ctx, d.Unit, "")
		d.More = more != ""
		return err
	}
	filter := org.Filter{Kinds: org.CellKinds(), Day: d.Day, Limit: listMax}
	if !d.Unit.IsGrassroots() && d.Grassroots > 0 {
		if d.Units, err = grassroots(ctx, q, n, who, scope, d.Day); err != nil || d.Unit.IsAbove() {
			return err
		}
		filter.Kinds = []string{org.KindCell} // rules.md 1.07: a commune also leads cells directly
	}
	list, err := org.List(ctx, q, scope, filter)
	if err != nil {
		return err
	}
	if len(d.Units) > 0 {
		list = slices.DeleteFunc(list, func(u org.Unit) bool { return u.ParentID != d.Unit.ID })
	}
	d.Cells, err = cellRows(ctx, q, n, scope, now, list)
	return err
}
