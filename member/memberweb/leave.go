package memberweb

import (
	"context"
	"net/http"

	"chibo/access"
	"chibo/audit"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/member"
	"chibo/org"
	"chibo/rulebook"
)

// leaveData is the dot of leave.html.
type leaveData struct {
	subject
	Kind  string // "": to be chosen
	Form  *web.Form
	Facts member.LeavingFacts // of a removal, as they stand today
	Rule  rulebook.Rule       // that a removal rests on
	Size  []sizeView          // of the cell without this member
}

func knownLeaving(kind string) bool {
	switch kind {
	case member.EndingDeath, member.EndingRemoval, member.EndingResignation, member.EndingExpulsion:
		return true
	}
	return false
}

func (s *Web) leaveData(r *http.Request, kind string) (d leaveData, who access.Actor, err error) {
	if d.subject, who, err = s.subject(r, "ref"); err != nil {
		return d, who, err
	}
	if kind != "" && !knownLeaving(kind) {
		return d, who, errLost()
	}
	d.Kind = kind
	n := s.namer(r, d.Cell)
	d.Crumbs = append(d.Crumbs, crumb{"", n.lang.T("life.leave")})
	return d, who, s.db.Read(r.Context(), func(q db.Q) error {
		if d.Size, err = s.sizeWithout(r.Context(), q, d.Cell, d.Member); err != nil || kind != member.EndingRemoval {
			return err
		}
		d.Rule = n.set.Rule(rulebook.RemovalMonthsInYear)
		d.Facts, err = s.lives.Facts(r.Context(), q, d.Cell, d.Member.ID, s.today())
		return err
	})
}

// sizeWithout says what the rules will say of the cell's size when the member has left
// (rules.md 1.18, 1.25).
func (s *Web) sizeWithout(ctx context.Context, q db.Q, cell org.Unit, m member.Membership) ([]sizeView, error) {
	scope, err := access.For(access.System(), access.FigureRead, cell.Access())
	if err != nil {
		return nil, err
	}
	state, err := figure.StateOf(ctx, q, scope)
	if m.Kind == member.KindHome && m.To.IsZero() {
		state.Members--
		if m.OfficialAt(s.today()) {
			state.Officials--
		}
	}
	var out []sizeView
	for _, v := range sizes(s.book.At(s.today(), cell.Path), cell, state) {
		if v.Key == "org.size.cell_small" {
			out = append(out, v)
		}
	}
	return out, err
}

func (s *Web) leaveForm(w http.ResponseWriter, r *http.Request) error {
	d, _, err := s.leaveData(r, r.URL.Query().Get("kind"))
	if err != nil {
		return err
	}
	d.Form = web.NewForm(nil).Set("proposed_on", s.today().Vi())
	return s.pages.Render(w, r, "leave.html", d)
}

func (s *Web) leave(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Kind       string     `form:"kind"`
		Reason     string     `form:"reason"`
		ProposedOn civil.Date `form:"proposed_on"`
		Day        civil.Date `form:"day"`
	}
	err := web.Decode(r, &in)
	d, who, err2 := s.leaveData(r, in.Kind)
	if err2 != nil {
		return err2
	}
	href, said := "/members/"+d.Member.Ref().String(), "life.saved"
	switch {
	case err != nil:
	case in.Kind == member.EndingDeath:
		err = s.lives.RecordDeath(r.Context(), who, d.Member.Ref(), in.Day, in.Reason)
	default:
		var ref ident.Ref
		ref, err = s.lives.Propose(r.Context(), who, d.Member.Ref(), in.Kind, in.Reason, in.ProposedOn)
		href, said = "/leavings/"+ref.String(), "life.proposed"
	}
	if form, ok := asTyped(r, err); ok {
		d.Form = form
		return s.pages.RenderStatus(w, r, form.Status, "leave.html", d)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, href, said)
}

// leavingData is the dot of leaving.html.
type leavingData struct {
	subject
	Leaving member.Leaving
	Form    *web.Form
	Act     string // "drop" when dropping was refused
	Size    []sizeView
	Rule    rulebook.Rule
	Keeps   bool
}

// leavingOf reads a proposal for who may open records in the cell.
func (s *Web) leavingOf(r *http.Request) (d leavingData, who access.Actor, err error) {
	if who, err = access.Must(r.Context()); err != nil {
		return d, who, err
	}
	ref, err := web.Ref(r, "ref")
	if err != nil {
		return d, who, err
	}
	l := web.LangOf(r)
	return d, who, s.db.Read(r.Context(), func(q db.Q) error {
		if d.Leaving, err = member.LeavingByID(r.Context(), q, ref); err != nil {
			return err
		}
		if d.Member, err = member.ByID(r.Context(), q, d.Leaving.Membership()); err != nil {
			return err
		}
		if d.Cell, err = org.ByID(r.Context(), q, d.Leaving.CellID); err != nil {
			return err
		}
		if !who.Can(access.MemberRead, d.Cell.Access()) {
			return access.ErrForbidden
		}
		d.Keeps = member.MayKeep(who, d.Cell)
		d.Rule = s.book.At(d.Leaving.ProposedOn, d.Cell.Path).Rule(rulebook.RemovalMonthsInYear)
		d.Crumbs = []crumb{
			{"/life?unit=" + idText(d.Cell.ID), d.Cell.Short}, {"/leavings?unit=" + idText(d.Cell.ID), l.T("life.leavings")}, {"", d.Leaving.Name},
		}
		d.Size, err = s.sizeWithout(r.Context(), q, d.Cell, d.Member)
		return err
	})
}

func (s *Web) leaving(w http.ResponseWriter, r *http.Request) error {
	d, _, err := s.leavingOf(r)
	if err != nil {
		return err
	}
	d.Form = web.NewForm(nil)
	w.Header().Set("Cache-Control", "no-store")
	return s.pages.Render(w, r, "leaving.html", d)
}

// decideLeaving takes the decision on a proposal, or drops it.
func (s *Web) decideLeaving(w http.ResponseWriter, r *http.Request) error {
	d, who, err := s.leavingOf(r)
	if err != nil {
		return err
	}
	var in struct {
		Act        string     `form:"act"`
		Decision   string     `form:"decision"`
		DecisionOn civil.Date `form:"decision_on"`
		Day        civil.Date `form:"day"`
		Why        string     `form:"why"`
		Version    int        `form:"version"`
	}
	err = web.Decode(r, &in)
	switch {
	case err != nil:
	case in.Act == "drop":
		err = s.lives.DropLeaving(r.Context(), who, d.Leaving.Ref, in.Why, in.Version)
	default:
		err = s.lives.ConfirmLeaving(r.Context(), who, d.Leaving.Ref, member.ConfirmIn{
			Decision: in.Decision, DecisionOn: in.DecisionOn, Day: in.Day, Version: in.Version,
		})
	}
	form, ok := asTyped(r, err)
	switch {
	case err == nil:
		return web.SeeOther(w, r, "/leavings/"+d.Leaving.Ref.String(), "life.saved")
	case !ok:
		return err
	}
	if d, _, err = s.leavingOf(r); err != nil { // somebody may have decided it
		return err
	}
	d.Form, d.Act = form, in.Act
	return s.pages.RenderStatus(w, r, form.Status, "leaving.html", d)
}

// leavingsData is the dot of leavings.html.
type leavingsData struct {
	Place place
	Form  *web.Form
	Units []web.Option
	Rows  []member.Leaving
	Hints []hintView
	Asked bool // suggestions were reckoned: the place is small enough
	Limit int
	Rule  rulebook.Rule
}

// hintView is a suggestion with its cell.
type hintView struct {
	member.Suggestion
	Ref   ident.Ref
	Cell  string
	Keeps bool
}

// hintCells is how many cells suggestions are reckoned for at once.
const hintCells = 60

func (s *Web) leavings(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	var in unitQuery
	if err := web.DecodeQuery(r, &in); err != nil {
		return errLost()
	}
	d, day := leavingsData{}, s.today()
	err = s.db.Read(r.Context(), func(q db.Q) error {
		if d.Place, err = at(r.Context(), q, who, in.id()); err != nil {
			return err
		}
		if d.Units, err = choices(r.Context(), q, who, d.Place, day); err != nil {
			return err
		}
		if d.Rows, err = member.Proposals(r.Context(), q, d.Place.Scope, manyRows); err != nil {
			return err
		}
		set := s.book.At(day, d.Place.Unit.Path)
		d.Limit, d.Rule = set.Int(rulebook.RemovalMonthsInYear), set.Rule(rulebook.RemovalMonthsInYear)
		return d.suggest(r.Context(), q, s, who, day)
	})
	if err != nil {
		return err
	}
	d.Form = web.NewForm(nil).Set("unit", d.Place.Chosen(in.id()))
	if err := s.members.NoteList(r.Context(), who, d.Place.Unit, audit.ReadList, len(d.Rows)+len(d.Hints)); err != nil {
		return err
	}
	return s.pages.Render(w, r, "leavings.html", d)
}

func (d *leavingsData) suggest(ctx context.Context, q db.Q, s *Web, who access.Actor, day civil.Date) error {
	cells := []org.Unit{d.Place.Unit}
	if !d.Place.Unit.IsCell() {
		var err error
		cells, err = org.List(ctx, q, d.Place.Scope, org.Filter{Kinds: org.CellKinds(), Day: day, Limit: hintCells + 1})
		if err != nil {
			return err
		}
	}
	d.Hints = nil
	if d.Asked = len(cells) <= hintCells; !d.Asked {
		return nil
	}
	for _, c := range cells {
		list, err := s.lives.Suggestions(ctx, q, c, day)
		if err != nil {
			return err
		}
		for _, h := range list {
			d.Hints = append(d.Hints, hintView{h, ident.Ref{Part: c.PartID, ID: h.MembershipID}, c.Short, member.MayKeep(who, c)})
		}
	}
	return nil
}
