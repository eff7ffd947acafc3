package reorg_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/org"
	"chibo/reorg"
)

// model is what the test remembers: the tree of each day, and what each act changed.
type model struct {
	*world
	days         map[civil.Date]map[int64]seen
	acts         []remembered
	done, undone int
	cancelled    int
	told         []string // what happened, for whoever looks for the cause
}

// remembered is an act with what it found and left.
type remembered struct {
	id    int64
	day   civil.Date
	found map[int64]seen // of the units it changed; a missing one did not live
	left  map[int64]seen
}

// actsEach is how many random acts one check makes on a tree of its own; there are a
// hundred checks, and twenty short ones where time is short.
const actsEach, actsShort = 50, 5

// Whatever acts are carried out and taken back, in whatever order: the tree equals its
// recomputation, sums equal their cells, nobody is without a cell, and the tree of
// every day before is the one that was seen on that day.
func TestTreeAfterRandomActs(t *testing.T) {
	acts, done, undone, cancelled, each := 0, 0, 0, 0, actsEach
	if testing.Short() {
		each = actsShort
	}
	rapid.Check(t, func(rt *rapid.T) {
		d := dbtest.New(t)
		defer d.Close() //nolint:errcheck // thrown away
		m := &model{world: newWorld(t, d, 3), days: map[civil.Date]map[int64]seen{}}
		for range each {
			m.step(rt)
			acts++
		}
		m.compare(rt)
		done, undone, cancelled = done+m.done, undone+m.undone, cancelled+m.cancelled
	})
	t.Logf("%d turns: %d acts carried out, %d taken back, %d cancelled under way", acts, done, undone, cancelled)
	if !testing.Short() && (done < acts/5 || undone < acts/20 || cancelled == 0) {
		t.Error("too few of them happened: the draws are wrong")
	}
}

// The same, shorter, on both engines, on one tree that grows old. What fails here is
// told with what led there; it cannot be made shorter.
func TestTreeAfterRandomActsOnBothEngines(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := &model{world: newWorld(t, d, 3), days: map[civil.Date]map[int64]seen{}}
		rapid.Check(t, m.step)
		rapid.Check(t, func(rt *rapid.T) {
			if rapid.IntRange(0, 19).Draw(rt, "compare") == 0 {
				m.compare(rt)
			}
		})
		t.Logf("%d acts carried out, %d taken back", m.done, m.undone)
	})
}

// step lets a day pass, carries out a random act, or takes one back.
func (m *model) step(rt *rapid.T) {
	switch n := rapid.IntRange(0, 9).Draw(rt, "what"); {
	case n < 2:
		m.days[m.today()] = m.asOf(rt, m.today())
		ticking(m.d).Advance(24 * time.Hour)
	case n < 5 && len(m.acts) > 0:
		m.undo(rt)
	default:
		m.random(rt)
	}
}

// check looks at the tree; it fails the run, so that the shortest one is looked for.
func (m *model) check(rt *rapid.T) {
	m.failWith(rt, m.problems(rt))
}

// failWith ends the run with all that is wrong, and what led there, in one message: it is
// what remains of a failure that nobody can repeat.
func (m *model) failWith(rt *rapid.T, wrong []string) {
	if len(wrong) > 0 {
		rt.Fatalf("%s\nafter:\n%s", strings.Join(wrong, "\n"), strings.Join(m.told, "\n"))
	}
}

// random puts down an act of one to four steps and carries it out when nothing stands
// in the way: what was rehearsed well goes through.
func (m *model) random(rt *rapid.T) {
	ctx := context.Background()
	facts := m.facts()
	facts.Day = m.today().AddDays(-rapid.SampledFrom([]int{0, 0, 0, 1, 3}).Draw(rt, "days ago"))
	id, err := m.s.Draft(ctx, m.keeper, facts)
	must(rt, err)
	for range rapid.IntRange(1, 3).Draw(rt, "steps") {
		_, err := m.s.PutStep(ctx, m.keeper, id, m.draw(rt, id))
		if err != nil && fault.KindOf(err) != fault.Invalid {
			rt.Fatalf("a step: %v", err)
		}
	}
	r := m.rehearse(rt, id)
	err = m.s.Start(ctx, m.keeper, id, m.act(rt, id).Version)
	if !r.Open() {
		if !errors.Is(err, reorg.ErrBlocked) && !errors.Is(err, reorg.ErrNoSteps) {
			rt.Fatalf("%+v, and begun: %v", r.Problems, err)
		}
		must(rt, m.s.Drop(ctx, m.keeper, id))
		return
	}
	must(rt, err)
	if !r.Equal() {
		rt.Fatalf("members before and after: %+v", r.Sum)
	}
	before := m.asOf(rt, m.today())
	m.told = append(m.told, fmt.Sprintf("day %s: act %d of %s: %+v", m.today(), id, facts.Day, m.act(rt, id).Steps))
	for {
		more, err := m.s.Next(ctx, id)
		must(rt, err)
		if rapid.IntRange(0, 4).Draw(rt, "look") == 0 {
			m.check(rt) // after every item
		}
		if !more {
			break
		}
		if rapid.IntRange(0, 59).Draw(rt, "cancel") == 0 {
			m.cancel(rt, id, before)
			return
		}
	}
	if a := m.act(rt, id); a.State != reorg.StateDone {
		rt.Fatalf("rehearsed well, and %s: %+v\n%+v", a.State, a.Problem, a.Steps)
	}
	m.done++
	m.remember(id, facts.Day, before, m.asOf(rt, m.today()))
}

// cancel takes back an act that is under way: nothing of it is left.
func (m *model) cancel(rt *rapid.T, id int64, before map[int64]seen) {
	m.told = append(m.told, fmt.Sprintf("cancelled after %d of %d", m.act(rt, id).Done, m.act(rt, id).Items))
	must(rt, m.s.TakeBack(context.Background(), m.keeper, id))
	if a := m.finish(rt, id); a.State != reorg.StateUndone {
		rt.Fatalf("%s: %+v", a.State, a.Problem)
	}
	m.failWith(rt, differences(m.today(), before, m.asOf(rt, m.today())))
	m.check(rt)
	m.cancelled++
}

// draw gives a step; most lead where the rules allow it, some anywhere.
func (m *model) draw(rt *rapid.T, act int64) reorg.Step {
	var living []org.Unit
	for _, u := range m.all(rt) {
		if !u.Ended() && u.ID != m.top.ID {
			living = append(living, u)
		}
	}
	places := append([]org.Unit{m.top}, living...)
	for _, st := range m.act(rt, act).Steps {
		if st.Kind == reorg.Found {
			places = append(places, org.Unit{ID: st.New.ID, Kind: st.New.Kind})
		}
	}
	pick := func(name string, list []org.Unit, fit func(org.Unit) bool) org.Unit {
		var fits []org.Unit
		for _, u := range list {
			if fit(u) {
				fits = append(fits, u)
			}
		}
		if len(fits) == 0 || rapid.IntRange(0, 11).Draw(rt, "anywhere") == 0 {
			fits = list
		}
		return rapid.SampledFrom(fits).Draw(rt, name)
	}
	set := m.book.At(m.today(), m.top.Path)
	under := func(kind string) func(org.Unit) bool {
		return func(u org.Unit) bool { return set.OrgKind(kind).MayStandUnder(u.Kind) }
	}
	cell := func(u org.Unit) bool { return u.IsCell() }
	like := func(o org.Unit) func(org.Unit) bool {
		return func(u org.Unit) bool { return u.Kind == o.Kind && u.ID != o.ID }
	}
	unit := rapid.SampledFrom(living).Draw(rt, "unit")
	st := reorg.Step{Kind: rapid.SampledFrom(reorg.Kinds()).Draw(rt, "kind"), Units: []int64{unit.ID}}
	kinds := []string{org.KindCommuneParty, org.KindGrassrootsParty, org.KindGrassrootsCell, org.KindCell, org.KindSectional}
	switch st.Kind {
	case reorg.Found:
		st.Units, st.New = nil, reorg.New{Kind: rapid.SampledFrom(kinds).Draw(rt, "new kind"), Name: "Tổ chức mới"}
		st.To = pick("to", places, under(st.New.Kind)).ID
	case reorg.Rename:
		st.New.Name = rapid.SampledFrom([]string{"Tên A", "Tên B", "Tên C"}).Draw(rt, "name")
	case reorg.Kind:
		st.New.Kind = rapid.SampledFrom(kinds).Draw(rt, "to kind")
	case reorg.Assign:
		from := pick("from", living, cell)
		st.Units, st.To = []int64{from.ID}, pick("to", places, cell).ID
		st.Members = m.some(rt, from.ID)
	case reorg.Move:
		st.To = pick("to", places, under(unit.Kind)).ID
		if rapid.Bool().Draw(rt, "two") {
			st.Units = append(st.Units, pick("more", living, like(unit)).ID)
		}
	default:
		st.To = pick("to", places, like(unit)).ID
	}
	return st
}

// some draws members of a cell.
func (m *model) some(rt *rapid.T, cell int64) (ids []int64) {
	m.read(rt, func(q db.Q) (err error) {
		ids, err = db.List(context.Background(), q, func(s db.Scanner) (id int64, err error) { return id, s.Scan(&id) },
			`SELECT id FROM membership WHERE cell_id = $1 AND to_day = '' ORDER BY id`, cell)
		return err
	})
	if len(ids) == 0 {
		return nil
	}
	return ids[:rapid.IntRange(1, len(ids)).Draw(rt, "members")]
}

// remember keeps what an act changed, and changes what is known of the days since.
func (m *model) remember(id int64, day civil.Date, before, after map[int64]seen) {
	r := remembered{id: id, day: day, found: map[int64]seen{}, left: map[int64]seen{}}
	for unit, s := range before {
		if after[unit] != s {
			r.found[unit] = s
		}
	}
	for unit, s := range after {
		if before[unit] != s {
			r.left[unit] = s
		}
	}
	m.acts = append(m.acts, r)
	m.since(day, r.found, r.left)
}

// since puts one state of some units in the place of another in all days from one on.
func (m *model) since(day civil.Date, from, to map[int64]seen) {
	for d, tree := range m.days {
		if d.Before(day) {
			continue
		}
		for id := range from {
			delete(tree, id)
		}
		for id, s := range to {
			if !d.Before(s.from) { // a unit founded later was moved with those above it
				tree[id] = s
			}
		}
	}
}

func (m *model) undo(rt *rapid.T) {
	ctx := context.Background()
	i := rapid.IntRange(max(0, len(m.acts)-3), len(m.acts)-1).Draw(rt, "act")
	r := m.acts[i]
	err := m.s.TakeBack(ctx, m.keeper, r.id)
	if errors.Is(err, reorg.ErrLater) {
		return
	}
	must(rt, err)
	m.told = append(m.told, fmt.Sprintf("day %s: act %d taken back", m.today(), r.id))
	if a := m.finish(rt, r.id); a.State != reorg.StateUndone {
		rt.Fatalf("%s: %+v", a.State, a.Problem)
	}
	m.undone++
	m.acts = slices.Delete(m.acts, i, i+1)
	m.since(r.day, r.left, r.found)
}

// compare looks at everything, today and on the days before.
func (m *model) compare(rt *rapid.T) {
	m.check(rt)
	var wrong []string
	for day, want := range m.days {
		wrong = append(wrong, differences(day, want, m.asOf(rt, day))...)
	}
	slices.Sort(wrong)
	m.failWith(rt, wrong)
}

// differences tells two trees of a day apart.
func differences(day civil.Date, want, got map[int64]seen) (out []string) {
	for id, s := range want {
		if got[id] != s {
			out = append(out, fmt.Sprintf("%s: %d was %+v, is remembered as %+v", day, id, s, got[id]))
		}
	}
	for id, s := range got {
		if _, ok := want[id]; !ok {
			out = append(out, fmt.Sprintf("%s: %d was not there, is remembered as %+v", day, id, s))
		}
	}
	slices.Sort(out)
	return out
}
