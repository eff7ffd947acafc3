package home

import (
	"context"
	"slices"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/office"
	"chibo/org"
	"chibo/rulebook"
)

// What a committee does about a line of its wall.
const (
	Remind = "remind" // a notice to who leads the unit
	Visit  = "visit"  // somebody of the committee goes there on a day
	Help   = "help"   // the committee offers help
)

// Acts gives what can be done, in the order of a page.
func Acts() []string { return []string{Remind, Visit, Help} }

// Act is what a committee did about a line of its wall.
type Act struct {
	Ref       ident.Ref
	UnitID    int64 // that the line was about
	OrgID     int64 // committee that acted
	Kind      Kind
	Act       string
	Day       civil.Date // when it was done
	Text      string     // what was said to the unit
	On        civil.Date // of a visit: the day planned
	VisitorID int64      // person who goes
	Visitor   string
	DoneOn    civil.Date // of a visit: the day it took place; zero: not yet
	Result    string
	ByName    string
	Version   int
}

// Errors of acts.
var (
	ErrNoAct   = fault.New(fault.NotFound, "home.err.no_act")
	ErrNobody  = fault.New(fault.Conflict, "home.err.nobody")
	ErrChanged = fault.New(fault.Conflict, "home.err.changed")
)

// Service has the use cases of the wall. All fields are required.
type Service struct {
	DB   *db.DB
	Book *rulebook.Book
}

// subject is what acts are about.
type subject struct {
	unit int64
	kind Kind
}

// actsBack is how far back acts are shown on a wall, in days.
const actsBack = 45

const actColumns = `a.part_id, a.id, a.unit_id, a.org_id, a.kind, a.act, a.day, a.text, a.visit_on, a.visitor_id, a.visitor, a.done_on, a.result, a.by_name, a.version`

func scanAct(s db.Scanner) (a Act, err error) {
	err = s.Scan(&a.Ref.Part, &a.Ref.ID, &a.UnitID, &a.OrgID, &a.Kind, &a.Act, &a.Day, &a.Text, &a.On, &a.VisitorID, &a.Visitor, &a.DoneOn,
		&a.Result, &a.ByName, &a.Version)
	return a, err
}

// Of each matter of a unit the last act alone, found in the index wall_act_last: a committee
// may have reminded of it many times.
const (
	lastOf = ` AND a.day >= $3 AND a.id IN (SELECT MAX(b.id)`
	ofEach = ` AND b.day >= $3 GROUP BY b.unit_id, b.kind) ORDER BY a.id`

	latestSQL = `SELECT ` + actColumns + ` FROM org o JOIN wall_act a ON a.part_id = o.part_id AND a.unit_id = o.id
 WHERE o.path >= $1 AND o.path < $2` + lastOf + ` FROM org u JOIN wall_act b ON b.part_id = u.part_id AND b.unit_id = u.id
   WHERE u.path >= $1 AND u.path < $2` + ofEach
	latestPartsSQL = `SELECT ` + actColumns + ` FROM org p JOIN wall_act a ON a.part_id = p.id
 WHERE p.id = p.part_id AND p.path >= $1 AND p.path < $2` + lastOf + ` FROM org u JOIN wall_act b ON b.part_id = u.id
   WHERE u.id = u.part_id AND u.path >= $1 AND u.path < $2` + ofEach
)

// latestActs gives the last act about each line of the scope, of any committee: part by
// part, where it has whole parts.
func latestActs(ctx context.Context, q db.Q, scope access.Scope, day civil.Date) (map[subject]Act, error) {
	span, err := org.SpanOf(ctx, q, scope)
	if err != nil {
		return nil, err
	}
	query := latestPartsSQL
	if span.Below {
		query = latestSQL
	}
	list, err := db.List(ctx, q, scanAct, query, span.Lo, span.Hi, day.AddDays(-actsBack))
	out := make(map[subject]Act, len(list))
	for _, a := range list {
		out[subject{a.UnitID, a.Kind}] = a
	}
	return out, err
}

const belowSQL = `SELECT ` + actColumns + ` FROM org o JOIN wall_act a ON a.part_id = o.part_id AND a.unit_id = o.id
 WHERE o.parent_id = $4 AND o.path >= $1 AND o.path < $2 AND a.day >= $3 ORDER BY a.id`

// actsBelow gives the last act about each matter of the units right below.
func actsBelow(ctx context.Context, q db.Q, scope access.Scope, u org.Unit, day civil.Date) (map[subject]Act, error) {
	lo, hi := scope.Range()
	list, err := db.List(ctx, q, scanAct, belowSQL, lo, hi, day.AddDays(-actsBack), u.ID)
	out := make(map[subject]Act, len(list))
	for _, a := range list {
		out[subject{a.UnitID, a.Kind}] = a
	}
	return out, err
}

const aboutSQL = `SELECT ` + actColumns + ` FROM wall_act a WHERE a.part_id = $1 AND a.unit_id = $2 AND a.day >= $3 ORDER BY a.id DESC LIMIT 20`

// ActsAbout gives the acts about a unit since a day, the latest first, to whoever sees its
// figures.
func ActsAbout(ctx context.Context, q db.Q, actor access.Actor, u org.Unit, since civil.Date) ([]Act, error) {
	if !actor.Can(access.FigureRead, u.Access()) {
		return nil, access.ErrForbidden
	}
	return db.List(ctx, q, scanAct, aboutSQL, u.PartID, u.ID, since)
}

// steps says what is proposed about a line first, and what when that did not help.
func steps(k Kind) (first, then string) {
	switch k {
	case Weak, NoAdmission:
		return Visit, Help
	case Tasks:
		return Help, Visit
	}
	return Remind, Visit
}

// acted says what was done about the lines, and what is to be done next: nothing while an
// act is fresh or a visit is still to come.
func (b *builder) acted(g *Group) {
	wait := b.set.Int(rulebook.WallRemindAgainDays)
	for i := range g.Rows {
		r := &g.Rows[i]
		first, then := steps(g.Kind)
		if r.Own {
			continue
		}
		r.Next = first
		a, done := b.acts[subject{r.CellID, g.Kind}]
		if !done {
			continue
		}
		r.Last = &a
		switch {
		case a.Act == Visit && a.DoneOn.IsZero() && !a.On.Before(b.day), a.Day.AddDays(wait).After(b.day):
			r.Next = ""
		case a.Act == first:
			r.Next = then
		}
	}
}

// Line is a row of the wall with its kind.
type Line struct {
	Kind Kind
	Rule rulebook.Rule
	Row
}

// morningLines is how many lines are said first: as many as one reads in one look.
const morningLines = 5

// first gives what to do first: the grave lines on which nothing was done lately, kind by
// kind in turn, so that no matter hides the others; then the others.
func first(groups []Group) []Line {
	var out []Line
	seen := map[int64]bool{}
	for _, grave := range []bool{true, false} {
		for at := 0; at < morningLines && len(out) < morningLines; at++ {
			for _, g := range groups {
				if len(out) == morningLines {
					break
				}
				rows := slices.DeleteFunc(slices.Clone(g.Rows[:min(len(g.Rows), morningLines*4)]), func(r Row) bool {
					return r.Next == "" || r.Grave != grave || seen[r.CellID]
				})
				if len(rows) > 0 {
					seen[rows[0].CellID] = true
					out = append(out, Line{g.Kind, g.Rule, rows[0]})
				}
			}
		}
	}
	return out
}

// Person is somebody whom a form offers.
type Person struct {
	ID    int64
	Name  string
	Title string // of the post
	Org   int64
}

// Acting is what the page of an act shows.
type Acting struct {
	Unit     org.Unit
	From     org.Unit // committee that acts
	Callees  []Person // who is told
	Visitors []Person // who may go: the follower first
	Last     []Act
	Today    civil.Date
	Set      rulebook.Set
}

// Acting gives what an act about a unit needs, to who may act; else access.ErrForbidden.
func (s *Service) Acting(ctx context.Context, actor access.Actor, unitID int64) (v Acting, err error) {
	v.Today = civil.From(s.DB.Clock().Now())
	err = s.DB.Read(ctx, func(q db.Q) (err error) {
		if err = v.read(ctx, q, actor, unitID); err != nil {
			return err
		}
		v.Set = s.Book.At(v.Today, v.Unit.Path)
		v.Last, err = db.List(ctx, q, scanAct, aboutSQL, v.Unit.PartID, v.Unit.ID, v.Today.AddDays(-actsBack))
		return err
	})
	return v, err
}

func (v *Acting) read(ctx context.Context, q db.Q, actor access.Actor, unitID int64) (err error) {
	if v.Unit, err = org.ByID(ctx, q, unitID); err != nil {
		return err
	}
	from, ok := actsFrom(actor, v.Unit)
	if !ok {
		return access.ErrForbidden
	}
	if v.From, err = org.ByID(ctx, q, from); err != nil {
		return err
	}
	own, err := office.Holders(ctx, q, v.Unit.PartID, v.Unit.ID, v.Today)
	if err != nil {
		return err
	}
	above, err := office.Holders(ctx, q, v.From.PartID, v.From.ID, v.Today)
	if err != nil {
		return err
	}
	for _, h := range own {
		p := Person{h.PersonID, h.Name, h.Title, h.OrgID}
		switch h.Title {
		case office.Secretary, office.Deputy:
			v.Callees = append(v.Callees, p)
		case office.Follower:
			v.Visitors = append(v.Visitors, p)
		}
	}
	for _, h := range above {
		if !slices.ContainsFunc(v.Visitors, func(p Person) bool { return p.ID == h.PersonID }) {
			v.Visitors = append(v.Visitors, Person{h.PersonID, h.Name, h.Title, h.OrgID})
		}
	}
	return nil
}
