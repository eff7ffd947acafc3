package home_test

import (
	"context"
	"testing"

	"chibo/access"
	"chibo/document"
	"chibo/figure"
	"chibo/home"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/meeting"
	"chibo/member"
	"chibo/office"
	"chibo/org"
	"chibo/org/orgtest"
)

// today is a day in the middle of a quarter, 39 days before its end.
func today() civil.Date { return civil.Of(2026, 11, 22) }

// world is the district of orgtest; what its cells did is told by the tests.
type world struct {
	orgtest.Tree
	d *db.DB
	s *meeting.Service
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := &world{Tree: orgtest.District(t, d), d: d}
	w.s = &meeting.Service{DB: d, Book: w.Book, Documents: &document.Service{DB: d, Book: w.Book}}
	return w
}

func (w *world) write(t *testing.T, fn func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	if err := w.d.Write(t.Context(), func(tx *db.Tx) error { return fn(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

// month is what a test tells of a cell's month; the zero days are "not done".
type month struct {
	cell     org.Unit
	met      civil.Date
	sent     civil.Date
	thematic int
	grade    string
}

func (w *world) months(t *testing.T, list ...month) {
	t.Helper()
	rows := make([]figure.CellMonth, 0, len(list))
	for _, m := range list {
		rows = append(rows, figure.CellMonth{
			Part: m.cell.PartID, Month: m.met.Month(), CellID: m.cell.ID, MetDay: m.met, Thematic: m.thematic,
			Due: 10, Present: 9, Grade: m.grade, Score10: figure.NoScore, SentDay: m.sent,
		})
	}
	w.write(t, func(ctx context.Context, tx *db.Tx) error {
		if err := figure.PutCellMonths(ctx, tx, rows); err != nil {
			return err
		}
		return figure.RebuildMonths(ctx, tx, 201001, 202612)
	})
}

// well gives the months of a cell in which nothing is wrong.
func well(cell org.Unit) []month {
	var out []month
	for _, m := range []civil.Month{202609, 202610, 202611} {
		day := m.First().AddDays(2)
		out = append(out, month{cell: cell, met: day, sent: day.AddDays(1), thematic: 1, grade: figure.GradeGood})
	}
	return out
}

// admitted says when each cell admitted somebody the last time.
func (w *world) admitted(t *testing.T, by map[int64]civil.Date) {
	t.Helper()
	w.write(t, func(ctx context.Context, tx *db.Tx) error {
		var list []figure.CellState
		for _, c := range w.Cells {
			s := figure.State{Cells: 1, Members: 10, Officials: 10, LastAdmitted: today().AddMonths(-6)}
			if day, ok := by[c.ID]; ok {
				s.LastAdmitted = day
			}
			list = append(list, figure.CellState{Part: c.PartID, CellID: c.ID, State: s})
		}
		return figure.PutStates(ctx, tx, list)
	})
}

// wellBut tells of good months of all cells, those of one cell instead as given.
func (w *world) wellBut(t *testing.T, cell org.Unit, instead ...month) {
	t.Helper()
	w.admitted(t, nil)
	list := instead
	for _, c := range w.Cells {
		if c.ID != cell.ID {
			list = append(list, well(c)...)
		}
	}
	w.months(t, list...)
}

func (w *world) wall(t *testing.T, actor access.Actor, u org.Unit, day civil.Date) (home.Wall, error) {
	t.Helper()
	var out home.Wall
	err := w.d.Read(t.Context(), func(q db.Q) (err error) {
		out, err = home.WallOf(t.Context(), q, w.Book, actor, u, day)
		return err
	})
	return out, err
}

// upper gives the wall of the unit's own officer.
func (w *world) upper(t *testing.T, u org.Unit, day civil.Date) home.Wall {
	t.Helper()
	out, err := w.wall(t, orgtest.Actor(access.RoleUpper, u), u, day)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func group(w home.Wall, k home.Kind) home.Group {
	for _, g := range w.Groups {
		if g.Kind == k {
			return g
		}
	}
	return home.Group{}
}

// join puts a person into a cell and gives the actor, a member there, and the membership.
func (w *world) join(t *testing.T, cell org.Unit, name string) (access.Actor, int64) {
	t.Helper()
	var person, id int64
	w.write(t, func(ctx context.Context, tx *db.Tx) (err error) {
		if person, err = member.AddPerson(ctx, tx, member.Person{Part: cell.PartID, Name: name, Sex: "f"}); err != nil {
			return err
		}
		id, err = member.AddMembership(ctx, tx, member.Membership{
			Part: cell.PartID, PersonID: person, CellID: cell.ID, Name: name,
			From: civil.Of(2018, 1, 1), AdmittedOn: civil.Of(2012, 1, 1), OfficialOn: civil.Of(2013, 1, 1),
		})
		return err
	})
	a := access.Actor{AccountID: person, PersonID: person, PartID: cell.PartID, Name: name, Grants: []access.Grant{grant(access.RoleMember, cell)}}
	return a, id
}

func grant(role string, u org.Unit) access.Grant {
	return access.Grant{Role: role, OrgID: u.ID, Path: u.Path}
}

// secretary appoints one, for the wall to name.
func (w *world) secretary(t *testing.T, cell org.Unit, name string) {
	t.Helper()
	w.write(t, func(ctx context.Context, tx *db.Tx) error {
		_, err := office.Appoint(ctx, tx, office.NewOffice{Unit: cell, PersonID: 900, Name: name, Title: office.Secretary, From: civil.Of(2025, 5, 20)})
		return err
	})
}
