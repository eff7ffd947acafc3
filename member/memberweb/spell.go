package memberweb

import (
	"context"
	"errors"
	"net/http"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/member"
	"chibo/rulebook"
)

// spellData is the dot of spell.html.
type spellData struct {
	subject
	Kind    string // "": to be chosen
	Title   string // of the kind
	Spell   member.Spell
	Form    *web.Form
	Reasons []web.Option
	Rule    rulebook.Rule // that the kind rests on
	Every   int           // months between reports
	Longest int           // months of an absence
	Act     string        // "end" when the ending was refused
}

// spellForm is the posted form of a spell.
type spellForm struct {
	Kind     string     `form:"kind"`
	From     civil.Date `form:"from"`
	Last     civil.Date `form:"last"`
	Reason   string     `form:"reason"`
	Words    string     `form:"words"` // a reason in free words
	Place    string     `form:"place"`
	Host     string     `form:"host"`
	Contact  string     `form:"contact"`
	Basis    string     `form:"basis"`
	ReportOn civil.Date `form:"report_on"`
	Version  int        `form:"version"`
}

func (f spellForm) in() member.SpellIn {
	reason := f.Reason
	if f.Words != "" {
		reason = f.Words
	}
	return member.SpellIn{
		Kind: f.Kind, From: f.From, Last: f.Last, Reason: reason, Place: f.Place, Host: f.Host, Contact: f.Contact, Basis: f.Basis, ReportOn: f.ReportOn,
	}
}

func (d *spellData) rules(n namer) {
	d.Title = n.standing(d.Kind)
	switch d.Kind {
	case member.SpellExempt:
		d.Reasons, d.Rule = n.options(rulebook.ExemptReasons), n.set.Rule(rulebook.ExemptReasons)
	case member.SpellAway:
		d.Every, d.Longest, d.Rule = n.set.Int(rulebook.AwayReportMonths), n.set.Int(rulebook.AwayMaxMonths), n.set.Rule(rulebook.AwayMaxMonths)
	}
}

// knownSpell says whether people begin a spell of the kind by hand.
func knownSpell(kind string) bool {
	switch kind {
	case member.SpellExempt, member.SpellAway, member.SpellSuspended, member.SpellInterrupted:
		return true
	}
	return false
}

// spellNew asks which kind of time begins, then for what it needs.
func (s *Web) spellNew(w http.ResponseWriter, r *http.Request) error {
	d, _, err := s.newSpell(r, r.URL.Query().Get("kind"))
	if err != nil {
		return err
	}
	d.Form = web.NewForm(nil).Set("from", s.today().Vi())
	return s.pages.Render(w, r, "spell.html", d)
}

func (s *Web) newSpell(r *http.Request, kind string) (d spellData, who access.Actor, err error) {
	if d.subject, who, err = s.subject(r, "ref"); err != nil {
		return d, who, err
	}
	if kind != "" && !knownSpell(kind) {
		return d, who, errLost()
	}
	d.Kind = kind
	n := s.namer(r, d.Cell)
	d.rules(n)
	d.Crumbs = append(d.Crumbs, crumb{"", n.lang.T("life.spell")})
	return d, who, nil
}

func (s *Web) spellBegin(w http.ResponseWriter, r *http.Request) error {
	var in spellForm
	err := web.Decode(r, &in)
	d, who, err2 := s.newSpell(r, in.Kind)
	if err2 != nil {
		return err2
	}
	if err == nil {
		_, err = s.lives.BeginSpell(r.Context(), who, d.Member.Ref(), in.in())
	}
	if form, ok := asTyped(r, err); ok {
		d.Form = form
		return s.pages.RenderStatus(w, r, form.Status, "spell.html", d)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/members/"+d.Member.Ref().String(), "life.saved")
}

// spellOf gives the spell in the path for who keeps the register.
func (s *Web) spellOf(r *http.Request) (d spellData, who access.Actor, err error) {
	if who, err = access.Must(r.Context()); err != nil {
		return d, who, err
	}
	ref, err := web.Ref(r, "ref")
	if err != nil {
		return d, who, err
	}
	err = s.db.Read(r.Context(), func(q db.Q) error {
		if d.Spell, err = member.SpellByID(r.Context(), q, ref); err != nil {
			return err
		}
		if err = d.subject.read(r.Context(), q, who, ident.Ref{Part: d.Spell.Part, ID: d.Spell.MembershipID}); err != nil {
			return err
		}
		may, err := member.MayOpenSpell(r.Context(), q, who, d.Cell)
		if err == nil && !may {
			err = access.ErrForbidden
		}
		return err
	})
	if err != nil {
		return d, who, err
	}
	d.Kind = d.Spell.Kind
	n := s.namer(r, d.Cell)
	d.rules(n)
	d.Crumbs = append(d.Crumbs, crumb{"", d.Title})
	return d, who, nil
}

func (d *spellData) fill() {
	x := d.Spell
	form := spellForm{
		Kind: x.Kind, From: x.From, Last: x.Last(), Reason: x.Reason, Place: x.Place, Host: x.Host, Contact: x.Contact, Basis: x.Basis,
		ReportOn: x.ReportOn, Version: x.Version,
	}
	known := false
	for _, o := range d.Reasons {
		known = known || o.Value == x.Reason
	}
	if len(d.Reasons) > 0 && !known {
		form.Reason, form.Words = "", x.Reason
	}
	d.Form = web.NewForm(form)
}

func (s *Web) spellForm(w http.ResponseWriter, r *http.Request) error {
	d, _, err := s.spellOf(r)
	if err != nil {
		return err
	}
	d.fill()
	return s.pages.Render(w, r, "spell.html", d)
}

func (s *Web) spellChange(w http.ResponseWriter, r *http.Request) error {
	d, who, err := s.spellOf(r)
	if err != nil {
		return err
	}
	var in spellForm
	if err = web.Decode(r, &in); err == nil {
		err = s.lives.ChangeSpell(r.Context(), who, d.Spell.Ref(), in.Version, in.in())
	}
	return s.afterSpell(w, r, d, "", err)
}

func (s *Web) spellEnd(w http.ResponseWriter, r *http.Request) error {
	d, who, err := s.spellOf(r)
	if err != nil {
		return err
	}
	var in struct {
		Last civil.Date `form:"last"`
	}
	if err = web.Decode(r, &in); err == nil {
		err = s.lives.FinishSpell(r.Context(), who, d.Spell.Ref(), in.Last)
	}
	return s.afterSpell(w, r, d, "end", err)
}

func (s *Web) afterSpell(w http.ResponseWriter, r *http.Request, d spellData, act string, err error) error {
	if form, ok := asTyped(r, err); ok {
		d.Act = act
		if act == "" {
			d.Form = form
		} else {
			d.fill()
			last := form.Value("last")
			d.Form.Errs, d.Form.Problems, d.Form.Message = form.Errs, form.Problems, form.Message
			d.Form.Set("last_end", last)
		}
		return s.pages.RenderStatus(w, r, form.Status, "spell.html", d)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/members/"+d.Member.Ref().String(), "life.saved")
}

// awayData is the dot of away.html.
type awayData struct {
	Place   place
	Form    *web.Form
	Units   []web.Option
	Cell    bool
	Rows    []awayRow
	Overdue int
	Every   int
	Rule    rulebook.Rule
	Query   unitQuery
}

// awayRow is a member away, with what the reader may do.
type awayRow struct {
	member.SpellRow
	Late  bool
	Days  int // until the report, below zero since
	Keeps bool
	Long  bool // longer than the rule allows
}

// Since is Days without its sign, for the wording.
func (r awayRow) Since() int { return max(r.Days, -r.Days) }

func (s *Web) away(w http.ResponseWriter, r *http.Request) error {
	who, err := access.Must(r.Context())
	if err != nil {
		return err
	}
	d, day := awayData{}, s.today()
	if err := web.DecodeQuery(r, &d.Query); err != nil {
		return errLost()
	}
	err = s.db.Read(r.Context(), func(q db.Q) error {
		if d.Place, err = at(r.Context(), q, who, d.Query.id()); err != nil {
			return err
		}
		if d.Units, err = choices(r.Context(), q, who, d.Place, day); err != nil {
			return err
		}
		return d.read(r.Context(), q, s.namer(r, d.Place.Unit), who, day)
	})
	if err != nil {
		return err
	}
	d.Form = web.NewForm(nil).Set("unit", d.Place.Chosen(d.Query.id()))
	if err := s.members.NoteList(r.Context(), who, d.Place.Unit, audit.ReadList, len(d.Rows)); err != nil {
		return err
	}
	return s.pages.Render(w, r, "away.html", d)
}

func (d *awayData) read(ctx context.Context, q db.Q, n namer, who access.Actor, day civil.Date) error {
	d.Cell = d.Place.Unit.IsCell()
	d.Every, d.Rule = n.set.Int(rulebook.AwayReportMonths), n.set.Rule(rulebook.AwayReportMonths)
	rows, err := member.InSpell(ctx, q, d.Place.Scope, member.SpellAway, day, manyRows)
	keeps := member.MayKeep(who, d.Place.Unit)
	longest := n.set.Int(rulebook.AwayMaxMonths)
	d.Rows, d.Overdue = nil, 0
	for _, x := range rows {
		a := awayRow{SpellRow: x, Late: overdue(x.Spell, day), Keeps: keeps && !x.Kept}
		if !x.ReportOn.IsZero() {
			a.Days = x.ReportOn.Sub(day)
		}
		a.Long = longest > 0 && !day.Before(x.From.AddMonths(longest))
		if a.Late {
			d.Overdue++
		}
		d.Rows = append(d.Rows, a)
	}
	return err
}

// reported notes that a member away has reported; pressed in a list, the list comes
// back.
func (s *Web) reported(w http.ResponseWriter, r *http.Request) error {
	d, who, err := s.spellOf(r)
	if err != nil {
		return err
	}
	var in struct {
		Due  civil.Date `form:"due"`
		Back string     `form:"back"`
	}
	if err := web.Decode(r, &in); err != nil {
		return errLost()
	}
	back := web.LocalPath(in.Back)
	if back == "" {
		back = "/away?unit=" + idText(d.Cell.ID)
	}
	err = s.lives.Reported(r.Context(), who, d.Spell.Ref(), in.Due)
	switch {
	case err == nil:
		return web.SeeOther(w, r, back, "life.away.reported")
	case errors.Is(err, member.ErrChanged): // somebody else has noted it
		return web.SeeOther(w, r, back)
	}
	return err
}
