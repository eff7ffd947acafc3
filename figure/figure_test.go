package figure_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"chibo/access"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/org"
	"chibo/org/orgtest"
)

// world is what the figures must say: the facts as the test told them.
type world struct {
	tree  orgtest.Tree
	cells map[figure.Key]figure.CellMonth
	state map[int64]figure.State
}

func (w *world) at(k figure.Key) figure.CellMonth {
	if c, ok := w.cells[k]; ok {
		return c
	}
	return figure.CellMonth{Part: k.Part, Month: k.Month, CellID: k.CellID, Score10: figure.NoScore}
}

// sum adds up the facts of the cells under a unit by hand.
func (w *world) sum(u org.Unit, month civil.Month) figure.UnitMonth {
	s := figure.UnitMonth{Month: month}
	for _, cell := range w.tree.Cells {
		if !u.Path.Contains(cell.Path) {
			continue
		}
		s.Of++
		if c, ok := w.cells[figure.Key{Part: cell.PartID, Month: month, CellID: cell.ID}]; ok {
			addCell(&s, c)
			w.addBack(&s, c)
		}
	}
	return s
}

// addBack adds what a month says together with those before it.
func (w *world) addBack(s *figure.UnitMonth, c figure.CellMonth) {
	before := func(m civil.Month) figure.CellMonth {
		return w.at(figure.Key{Part: c.Part, Month: m, CellID: c.CellID})
	}
	first := c.Thematic > 0
	for m := c.Month.QuarterFirst(); m < c.Month; m = m.Add(1) {
		first = first && before(m).Thematic == 0
	}
	if first {
		s.Themed++
	}
	if figure.Low(c.Grade) && figure.Low(before(c.Month.Add(-1)).Grade) {
		s.Twice++
	}
}

func addCell(s *figure.UnitMonth, c figure.CellMonth) {
	one := func(is bool) int {
		if is {
			return 1
		}
		return 0
	}
	s.Cells++
	s.Met += one(c.Met())
	s.Thematic += one(c.Thematic > 0)
	s.Due += c.Due
	s.Present += c.Present
	s.Excused += c.Excused
	s.Unexcused += c.Unexcused
	s.Speakers += c.Speakers
	s.Minutes += c.Minutes
	s.Agreed += one(c.Agreed)
	s.TasksDue += c.TasksDue
	s.TasksDone += c.TasksDone
	s.Good += one(c.Grade == figure.GradeGood)
	s.Fair += one(c.Grade == figure.GradeFair)
	s.Average += one(c.Grade == figure.GradeAverage)
	s.Weak += one(c.Grade == figure.GradeWeak)
	s.Passed += one(c.Grade == figure.GradePass)
	s.Failed += one(c.Grade == figure.GradeFail)
	s.Sent += one(!c.SentDay.IsZero())
	s.SentLate += one(c.SentLate > 0)
}

// act tells one random fact and does the same to the world.
func (w *world) act(t *rapid.T, ctx context.Context, tx *db.Tx, first civil.Month) error {
	cell := rapid.SampledFrom(w.tree.Cells).Draw(t, "cell")
	month := first.Add(rapid.IntRange(0, 2).Draw(t, "month"))
	k := figure.Key{Part: cell.PartID, Month: month, CellID: cell.ID}
	c := w.at(k)
	n := rapid.IntRange(0, 40)
	defer func() { w.cells[k] = c }()
	switch rapid.IntRange(0, 4).Draw(t, "what") {
	case 0:
		c.MetDay, c.Due, c.Present = month.First().AddDays(n.Draw(t, "day")%28), n.Draw(t, "due"), n.Draw(t, "present")
		c.Excused, c.Unexcused, c.Speakers = n.Draw(t, "excused"), n.Draw(t, "unexcused"), n.Draw(t, "speakers")
		c.Minutes, c.Agreed = n.Draw(t, "minutes"), rapid.Bool().Draw(t, "agreed")
		return figure.PutMeeting(ctx, tx, k, figure.Held{
			MetDay: c.MetDay, Due: c.Due, Present: c.Present, Excused: c.Excused,
			Unexcused: c.Unexcused, Speakers: c.Speakers, Minutes: c.Minutes, Agreed: c.Agreed,
		})
	case 1:
		c.Thematic = max(c.Thematic, 1)
		return figure.PutThematic(ctx, tx, k)
	case 2:
		c.TasksDue, c.TasksDone = n.Draw(t, "due"), n.Draw(t, "done")
		return figure.PutTasks(ctx, tx, k, c.TasksDue, c.TasksDone)
	case 3:
		c.Score10 = rapid.IntRange(-1, 1000).Draw(t, "score")
		c.Grade = rapid.SampledFrom([]string{"", "good", "fair", "average", "weak", "pass", "fail"}).Draw(t, "grade")
		return figure.PutScore(ctx, tx, k, c.Score10, c.Grade)
	case 4:
		c.SentDay, c.SentLate = month.Last(), n.Draw(t, "late")%3
		return figure.PutSent(ctx, tx, k, c.SentDay, c.SentLate)
	}
	return nil
}

// stand tells a random state of a cell and does the same to the world.
func (w *world) stand(t *rapid.T, ctx context.Context, tx *db.Tx, first civil.Month) error {
	cell := rapid.SampledFrom(w.tree.Cells).Draw(t, "cell")
	n := rapid.IntRange(0, 40)
	s := figure.State{
		Cells: 1, Members: n.Draw(t, "members"), Officials: n.Draw(t, "officials"), Reserves: n.Draw(t, "reserves"),
		Exempt: n.Draw(t, "exempt"), Away: n.Draw(t, "away"), LastAdmitted: first.First(),
	}
	w.state[cell.ID] = s
	return figure.PutState(ctx, tx, cell.PartID, cell.ID, s)
}

// Whatever is told in whatever order, and told twice, every sum at every level is
// the sum of the facts.
func TestRollUpsAreTheSumOfTheFacts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tree := orgtest.District(t, d)
		w := &world{tree: tree, cells: map[figure.Key]figure.CellMonth{}, state: map[int64]figure.State{}}
		first := civil.Month(201601)
		rapid.Check(t, func(rt *rapid.T) {
			ctx := t.Context()
			first = first.Add(3) // months of its own, since the database stays
			steps := rapid.IntRange(1, 12).Draw(rt, "steps")
			err := d.Write(ctx, func(tx *db.Tx) error {
				for range steps {
					tell := w.act
					if rapid.IntRange(0, 5).Draw(rt, "state") == 0 {
						tell = w.stand
					}
					if err := tell(rt, ctx, tx, first); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				rt.Fatal(err)
			}
			units := append([]org.Unit{tree.District, tree.Section, tree.Market}, tree.Grassroots...)
			u := rapid.SampledFrom(units).Draw(rt, "unit")
			if err := d.Read(ctx, func(q db.Q) error { return w.compare(rt, t, q, u, first) }); err != nil {
				rt.Fatal(err)
			}
		})
	})
}

func (w *world) compare(rt *rapid.T, t *testing.T, q db.Q, u org.Unit, first civil.Month) error {
	ctx := t.Context()
	scope := orgtest.Scope(t, u, access.FigureRead)
	trend, err := figure.Trend(ctx, q, scope, first, first.Add(2))
	if err != nil {
		return err
	}
	for i := range 3 {
		month := first.Add(i)
		want := w.sum(u, month)
		got, err := figure.Month(ctx, q, scope, month)
		if err != nil {
			return err
		}
		if got != want {
			rt.Fatalf("%s in %d:\n got %+v\nwant %+v", u.Short, month, got, want)
		}
		if want.Of = 0; trend[i] != want {
			rt.Fatalf("trend of %s in %d:\n got %+v\nwant %+v", u.Short, month, trend[i], want)
		}
		if err := w.compareRows(rt, t, q, u, scope, month); err != nil {
			return err
		}
	}
	want := figure.State{}
	for _, cell := range w.tree.Cells {
		if s, ok := w.state[cell.ID]; ok && u.Path.Contains(cell.Path) {
			want.Cells++
			want.Members += s.Members
			want.Officials += s.Officials
			want.Reserves += s.Reserves
			want.Exempt += s.Exempt
			want.Away += s.Away
		}
	}
	got, err := figure.StateOf(ctx, q, scope)
	if got.LastAdmitted = (civil.Date{}); got != want {
		rt.Fatalf("state of %s:\n got %+v\nwant %+v", u.Short, got, want)
	}
	return err
}

func (w *world) compareRows(rt *rapid.T, t *testing.T, q db.Q, u org.Unit, scope access.Scope, month civil.Month) error {
	rows, err := figure.Cells(t.Context(), q, scope, month)
	if err != nil {
		return err
	}
	n := 0
	for _, cell := range w.tree.Cells {
		if u.Path.Contains(cell.Path) {
			n++
			i := slices.IndexFunc(rows, func(r figure.CellRow) bool { return r.CellID == cell.ID })
			if want := w.at(figure.Key{Part: cell.PartID, Month: month, CellID: cell.ID}); i < 0 || rows[i].CellMonth != want {
				rt.Fatalf("%s: %+v, want %+v", cell.Short, rows, want)
			}
		}
	}
	if n != len(rows) {
		rt.Fatalf("%d cells of %s, want %d", len(rows), u.Short, n)
	}
	units, err := figure.ByUnit(t.Context(), q, scope, month)
	var want []org.Unit
	for _, g := range w.tree.Grassroots {
		if u.Path.Contains(g.Path) {
			want = append(want, g)
		}
	}
	if len(units) != len(want) {
		rt.Fatalf("%d units under %s, want %d", len(units), u.Short, len(want))
	}
	for i, g := range want {
		if units[i].ID != g.ID || units[i].UnitMonth != w.sum(g, month) {
			rt.Fatalf("%s: %+v, want %+v", g.Short, units[i], w.sum(g, month))
		}
	}
	return err
}

// Many writers of one part at once leave its sum right.
func TestManyWritersOfOnePart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tree := orgtest.District(t, d)
		const month, rounds = civil.Month(202611), 8
		var wg sync.WaitGroup
		for _, cell := range []org.Unit{tree.HoaBinh, tree.Market} {
			for i := range rounds {
				wg.Go(func() {
					k := figure.Key{Part: cell.PartID, Month: month, CellID: cell.ID}
					err := d.Write(context.Background(), func(tx *db.Tx) error {
						if i%2 == 0 {
							return figure.PutTasks(context.Background(), tx, k, 7, 3)
						}
						return figure.PutMeeting(context.Background(), tx, k, figure.Held{MetDay: month.First(), Due: 20, Present: 18})
					})
					if err != nil {
						t.Error(err)
					}
				})
			}
		}
		wg.Wait()
		err := d.Read(t.Context(), func(q db.Q) error {
			m, err := figure.Month(t.Context(), q, orgtest.Scope(t, tree.Town, access.FigureRead), month)
			if m.Met != 2 || m.Due != 40 || m.Present != 36 || m.TasksDue != 14 || m.TasksDone != 6 {
				t.Errorf("%+v", m)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// The path for imports gives what the path of single facts gives.
func TestBulk(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tree := orgtest.District(t, d)
		w := world{tree: tree, cells: map[figure.Key]figure.CellMonth{}}
		var list []figure.CellMonth
		var states []figure.CellState
		for i, cell := range tree.Cells {
			for j := range 14 {
				month := civil.Month(202510).Add(j)
				c := figure.CellMonth{
					Part: cell.PartID, Month: month, CellID: cell.ID, MetDay: month.First().AddDays(i), Thematic: j % 2, Due: 20 + i,
					Present: 15 + j%4, Excused: 3, Unexcused: j % 2, Speakers: i, Minutes: 90, Agreed: j%3 > 0, TasksDue: 5, TasksDone: j % 5,
					Score10: 850 + i, Grade: figure.GradeFair, SentDay: month.Last(), SentLate: j % 3,
				}
				list = append(list, c)
				w.cells[figure.Key{Part: c.Part, Month: month, CellID: c.CellID}] = c
			}
			states = append(states, figure.CellState{Part: cell.PartID, CellID: cell.ID, State: figure.State{Members: 10 * (i + 1)}})
		}
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			if err := figure.PutCellMonths(t.Context(), tx, list); err != nil {
				return err
			}
			if err := figure.PutStates(t.Context(), tx, states); err != nil {
				return err
			}
			return figure.RebuildMonths(t.Context(), tx, 202510, 202610)
		})
		if err != nil {
			t.Fatal(err)
		}
		err = d.Write(t.Context(), func(tx *db.Tx) error {
			for _, p := range tree.Parts {
				if err := figure.RebuildUnit(t.Context(), tx, p.ID, 202611); err != nil {
					return err
				}
			}
			scope := orgtest.Scope(t, tree.District, access.FigureRead)
			trend, err := figure.Trend(t.Context(), tx, scope, 202510, 202612)
			for _, got := range trend {
				want := w.sum(tree.District, got.Month)
				if want.Of = 0; got != want {
					t.Errorf("%d:\n got %+v\nwant %+v", got.Month, got, want)
				}
			}
			if len(trend) != 15 || trend[14].Cells != 0 {
				t.Errorf("%d months, the last %+v", len(trend), trend[len(trend)-1])
			}
			s, err2 := figure.StateOf(t.Context(), tx, scope)
			if s.Members != 150 || s.Cells != 5 || err2 != nil {
				t.Errorf("%+v %v", s, err2)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestListsOfLack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tree := orgtest.District(t, d)
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			ctx := t.Context()
			key := func(u org.Unit, m civil.Month) figure.Key { return figure.Key{Part: u.PartID, Month: m, CellID: u.ID} }
			for _, e := range []error{
				figure.PutThematic(ctx, tx, key(tree.HoaBinh, 202610)),
				figure.PutThematic(ctx, tx, key(tree.Market, 202609)), // the quarter before
				figure.PutThematic(ctx, tx, key(tree.Office, 202612)),
				figure.PutTasks(ctx, tx, key(tree.Village2, 202611), 3, 1),
				figure.PutState(ctx, tx, tree.HoaBinh.PartID, tree.HoaBinh.ID, figure.State{LastAdmitted: civil.Of(2025, 5, 1)}),
				figure.PutState(ctx, tx, tree.Market.PartID, tree.Market.ID, figure.State{LastAdmitted: civil.Of(2019, 5, 1)}),
				figure.PutState(ctx, tx, tree.Office.PartID, tree.Office.ID, figure.State{}),
			} {
				if e != nil {
					return e
				}
			}
			scope := orgtest.Scope(t, tree.District, access.FigureRead)
			names := func(list []figure.CellName, err error) string {
				s := fmt.Sprint(err)
				for _, c := range list {
					s += ", " + c.Short
				}
				return s
			}
			if got := names(figure.Thematic(ctx, tx, scope, 202611)); got != "<nil>, Chi bộ Chợ, Chi bộ Thôn 2, Chi bộ Thôn 10" {
				t.Errorf("no thematic meeting: %s", got)
			}
			if got := names(figure.LastAdmitted(ctx, tx, scope, civil.Of(2023, 1, 1))); got != "<nil>, Chi bộ Thôn 2, Chi bộ Thôn 10, Chi bộ Thư viện, Chi bộ Chợ" {
				t.Errorf("no admission: %s", got)
			}
			trend, err := figure.CellTrend(ctx, tx, tree.HoaBinh.PartID, tree.HoaBinh.ID, 202609, 202611)
			if len(trend) != 3 || trend[0].Score10 != figure.NoScore || trend[1].Thematic != 1 || trend[2].Month != 202611 {
				t.Errorf("%+v", trend)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// The prose of access.go.
func TestWhoSeesFigures(t *testing.T) {
	d := dbtest.New(t)
	tree := orgtest.District(t, d)
	for _, c := range []struct {
		role     string
		at, unit org.Unit
		want     bool
	}{
		{access.RoleLead, tree.HoaBinh, tree.HoaBinh, true},
		{access.RoleLead, tree.HoaBinh, tree.Market, false},
		{access.RoleCommittee, tree.HoaBinh, tree.HoaBinh, true},
		{access.RoleFollower, tree.Market, tree.Market, true},
		{access.RoleFollower, tree.Market, tree.Town, false},
		{access.RoleUpper, tree.Town, tree.Market, true},
		{access.RoleUpper, tree.District, tree.Village2, true},
		{access.RoleUpper, tree.Town, tree.District, false},
		{access.RoleAdmin, tree.District, tree.Town, true},
		{access.RoleMember, tree.HoaBinh, tree.HoaBinh, false},
	} {
		if _, err := figure.ScopeOf(orgtest.Actor(c.role, c.at), c.unit); (err == nil) != c.want {
			t.Errorf("%s of %s sees %s: %v, want %v", c.role, c.at.Short, c.unit.Short, err, c.want)
		}
	}
}
