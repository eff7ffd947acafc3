package reorg_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chibo/access"
	"chibo/document"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/meeting"
	"chibo/member"
	"chibo/office"
	"chibo/org"
	"chibo/org/orgtest"
	"chibo/quality"
	"chibo/reorg"
	"chibo/rulebook"
	"chibo/task"
)

// world is a province with communes, in the shape since 01/7/2025. Each commune has
// an organisation with cells, one of them in a section, a cell directly under it and a
// grassroots cell; each cell has members, figures and a secretary.
type world struct {
	d    *db.DB
	book *rulebook.Book
	s    *reorg.Service

	top      org.Unit
	communes []org.Unit
	parties  []org.Unit // one in each commune
	sections []org.Unit
	cells    []org.Unit // of the parties, three each, the last in the section
	direct   []org.Unit // a cell directly under each commune
	bases    []org.Unit // a grassroots cell in each commune
	members  map[int64][]int64

	keeper access.Actor
}

const perCell = 4

func start() civil.Date { return civil.Of(2025, 7, 1) }

func newWorld(t testing.TB, d *db.DB, communes int) *world {
	t.Helper()
	w := &world{d: d, book: orgtest.Book(t), members: map[int64][]int64{}}
	w.s = service(d, w.book)
	set := w.book.At(start(), "")
	err := d.Write(context.Background(), func(tx *db.Tx) error {
		add := func(parent int64, kind, name string) org.Unit {
			u, err := org.Add(context.Background(), tx, org.NewUnit{
				Set: set, ParentID: parent, Kind: kind, Name: name, Seq: int(tx.ID() % 1000), ValidFrom: start(), Place: "La Giang",
			})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			return u
		}
		w.top = add(0, org.KindProvince, "Đảng bộ tỉnh Mẫu")
		for i := range communes {
			c := add(w.top.ID, org.KindCommuneParty, fmt.Sprintf("Đảng bộ xã %d", i+1))
			p := add(c.ID, org.KindGrassrootsParty, fmt.Sprintf("Đảng bộ cơ quan xã %d", i+1))
			s := add(p.ID, org.KindSectional, fmt.Sprintf("Đảng bộ bộ phận %d", i+1))
			w.communes, w.parties, w.sections = append(w.communes, c), append(w.parties, p), append(w.sections, s)
			for k := range 3 {
				under := p.ID
				if k == 2 {
					under = s.ID
				}
				w.cells = append(w.cells, add(under, org.KindCell, fmt.Sprintf("Chi bộ số %d xã %d", k+1, i+1)))
			}
			w.direct = append(w.direct, add(c.ID, org.KindCell, fmt.Sprintf("Chi bộ thôn xã %d", i+1)))
			w.bases = append(w.bases, add(c.ID, org.KindGrassrootsCell, fmt.Sprintf("Chi bộ trường xã %d", i+1)))
		}
		for _, list := range [][]org.Unit{w.cells, w.direct, w.bases} {
			for _, cell := range list {
				if err := w.fill(tx, cell); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	w.keeper = access.Actor{AccountID: 9, PersonID: 1, Grants: []access.Grant{{Role: access.RoleKeeper, OrgID: w.top.ID, Path: w.top.Path}}}
	return w
}

func service(d *db.DB, book *rulebook.Book) *reorg.Service {
	return &reorg.Service{
		DB: d, Book: book, Rehome: rehome,
		Followers: []reorg.Follower{member.Follow(), office.Follow(book), document.Follow(), task.Follow(), meeting.Follow(), quality.Follow()},
	}
}

// rehome does what the composition root does.
func rehome(ctx context.Context, tx *db.Tx, unit, from, to int64) error {
	for _, f := range []func(context.Context, *db.Tx, int64, int64, int64) error{
		office.Rehome, document.Rehome, task.Rehome, quality.Rehome, meeting.Rehome, member.Rehome, figure.Rehome,
	} {
		if err := f(ctx, tx, unit, from, to); err != nil {
			return err
		}
	}
	return nil
}

// fill gives a cell its members, its secretary, a task and three months of figures.
func (w *world) fill(tx *db.Tx, cell org.Unit) error {
	ctx := context.Background()
	for k := range perCell {
		name := fmt.Sprintf("Lê Văn %c", 'A'+k)
		person, err := member.AddPerson(ctx, tx, member.Person{Part: cell.PartID, Name: name, Sex: "m", Birth: civil.Of(1970, 1, 1+k)})
		if err != nil {
			return err
		}
		m := member.Membership{
			Part: cell.PartID, PersonID: person, CellID: cell.ID, Name: name, From: start(), AdmittedOn: civil.Of(2000, 1, 1), OfficialOn: civil.Of(2001, 1, 1),
		}
		if k == perCell-1 {
			m.OfficialOn = civil.Date{}
		}
		id, err := member.AddMembership(ctx, tx, m)
		if err != nil {
			return err
		}
		w.members[cell.ID] = append(w.members[cell.ID], id)
		if k == 0 {
			if _, err := office.Appoint(ctx, tx, office.NewOffice{
				Unit: cell, PersonID: person, MembershipID: id, Name: name, Title: office.Secretary, From: start(),
			}); err != nil {
				return err
			}
		}
		if k == 1 {
			if _, err := member.AddSpell(ctx, tx, member.Spell{Part: cell.PartID, MembershipID: id, Kind: member.SpellExempt, From: start()}); err != nil {
				return err
			}
		}
	}
	if _, err := office.AddTerm(ctx, tx, office.Term{Part: cell.PartID, OrgID: cell.ID, Name: "2025-2030", From: start()}); err != nil {
		return err
	}
	if _, err := task.Assign(ctx, tx, cell.PartID, cell.ID, []task.NewTask{
		{Title: "Trồng cây", AssigneeID: w.members[cell.ID][0], Kind: task.Planned, StartOn: start(), Due: civil.Of(2026, 12, 1)},
	}); err != nil {
		return err
	}
	for m := range 3 {
		k := figure.Key{Part: cell.PartID, CellID: cell.ID, Month: civil.Month(202608).Add(m)}
		if err := figure.PutMeeting(ctx, tx, k, figure.Held{MetDay: k.Month.First(), Due: perCell, Present: perCell - 1, Excused: 1}); err != nil {
			return err
		}
	}
	return member.RefreshState(ctx, tx, cell.PartID, cell.ID, tx.Today())
}

func (w *world) today() civil.Date { return civil.From(w.d.Clock().Now()) }

func (w *world) facts() reorg.Facts {
	return reorg.Facts{OrgID: w.top.ID, Title: "Sắp xếp", BasisNo: "1-QĐ/TU", BasisBy: "Ban Thường vụ", BasisDay: w.today(), Day: w.today()}
}

func must(t rapid.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// draft puts down an act with its steps; each gets the id of the unit it founds.
func (w *world) draft(t rapid.TB, steps ...reorg.Step) int64 {
	t.Helper()
	id, err := w.s.Draft(context.Background(), w.keeper, w.facts())
	must(t, err)
	for _, st := range steps {
		_, err := w.s.PutStep(context.Background(), w.keeper, id, st)
		must(t, err)
	}
	return id
}

func (w *world) read(t rapid.TB, fn func(q db.Q) error) {
	t.Helper()
	must(t, w.d.Read(context.Background(), fn))
}

func (w *world) act(t rapid.TB, id int64) (a reorg.Act) {
	t.Helper()
	w.read(t, func(q db.Q) (err error) { a, _, err = w.s.Get(context.Background(), q, w.keeper, id); return err })
	return a
}

func (w *world) unit(t rapid.TB, id int64) (u org.Unit) {
	t.Helper()
	w.read(t, func(q db.Q) (err error) { u, err = org.ByID(context.Background(), q, id); return err })
	return u
}

func (w *world) start(t rapid.TB, id int64) {
	t.Helper()
	must(t, w.s.Start(context.Background(), w.keeper, id, w.act(t, id).Version))
}

// finish does what the job does.
func (w *world) finish(t rapid.TB, id int64) reorg.Act {
	t.Helper()
	for {
		more, err := w.s.Next(context.Background(), id)
		must(t, err)
		if !more {
			return w.act(t, id)
		}
	}
}

// carryOut runs an act to its end and wants it done.
func (w *world) carryOut(t rapid.TB, id int64) {
	t.Helper()
	w.start(t, id)
	if a := w.finish(t, id); a.State != reorg.StateDone || a.Done != a.Items {
		t.Fatalf("%s, %d of %d: %+v", a.State, a.Done, a.Items, a.Problem)
	}
}

func (w *world) takeBack(t rapid.TB, id int64) {
	t.Helper()
	must(t, w.s.TakeBack(context.Background(), w.keeper, id))
	if a := w.finish(t, id); a.State != reorg.StateUndone || a.Done != 0 {
		t.Fatalf("%s, %d of %d: %+v", a.State, a.Done, a.Items, a.Problem)
	}
}

func (w *world) rehearse(t rapid.TB, id int64) reorg.Rehearsal {
	t.Helper()
	r, err := w.s.Rehearse(context.Background(), w.keeper, id)
	must(t, err)
	return r
}

// tables are what an act may touch, each with what is compared.
func tables() map[string]string {
	return map[string]string{
		"org": `SELECT id || '|' || COALESCE(parent_id, 0) || '|' || path || '|' || depth || '|' || part_id || '|' || kind || '|' || type || '|' || name || '|' ||
			short || '|' || paper_name || '|' || place || '|' || seq || '|' || valid_from || '|' || valid_to || '|' || since || '|' || successor_id FROM org WHERE valid_from <> valid_to`,
		"org_past":     `SELECT org_id || '|' || from_day || '|' || to_day || '|' || path || '|' || name || '|' || part_id FROM org_past`,
		"person":       `SELECT part_id || '|' || id || '|' || name FROM person`,
		"membership":   `SELECT part_id || '|' || id || '|' || person_id || '|' || cell_id || '|' || from_day || '|' || to_day || '|' || ending || '|' || origin FROM membership`,
		"member_spell": `SELECT part_id || '|' || id || '|' || membership_id || '|' || from_day || '|' || to_day FROM member_spell`,
		"office":       `SELECT part_id || '|' || id || '|' || org_id || '|' || to_day FROM office`,
		"term":         `SELECT part_id || '|' || id || '|' || org_id || '|' || from_day || '|' || to_day FROM term`,
		"task":         `SELECT part_id || '|' || id || '|' || cell_id || '|' || assignee_id || '|' || state FROM task`,
		"cell_month":   `SELECT part_id || '|' || month || '|' || cell_id || '|' || present FROM cell_month`,
		"unit_month":   `SELECT part_id || '|' || month || '|' || cells || '|' || present || '|' || due FROM unit_month`,
		"cell_state":   `SELECT part_id || '|' || cell_id || '|' || members || '|' || officials || '|' || exempt FROM cell_state`,
		"unit_state":   `SELECT part_id || '|' || cells || '|' || members || '|' || officials || '|' || exempt FROM unit_state`,
		"access_grant": `SELECT id || '|' || person_id || '|' || role || '|' || org_id || '|' || from_day || '|' || to_day FROM access_grant`,
	}
}

func (w *world) contents(t rapid.TB) map[string]string {
	t.Helper()
	out := map[string]string{}
	for table, query := range tables() {
		w.read(t, func(q db.Q) error {
			list, err := db.List(context.Background(), q, func(s db.Scanner) (v string, err error) { return v, s.Scan(&v) }, query+" ORDER BY 1")
			for _, l := range list {
				out[table] += l + "\n"
			}
			return err
		})
	}
	return out
}

func same(t rapid.TB, before, after map[string]string) {
	t.Helper()
	for table := range before {
		if before[table] != after[table] {
			t.Errorf("%s differs:\n%s\n----\n%s", table, before[table], after[table])
		}
	}
}

func keys(err error) map[string]string {
	out := map[string]string{}
	for _, f := range fault.FieldsOf(err) {
		out[f.Field] = f.Key
	}
	return out
}

func ticking(d *db.DB) interface{ Advance(time.Duration) } { return dbtest.Clock(d) }
