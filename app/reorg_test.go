package app

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"chibo/access"
	"chibo/app/demo"
	"chibo/document"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/i18n"
	"chibo/internal/ident"
	"chibo/internal/seal"
	"chibo/meeting"
	"chibo/office"
	"chibo/org"
	"chibo/reorg"
)

// sample makes the whole sample district under its province.
func sample(t *testing.T, path string, today civil.Date) *App {
	t.Helper()
	bundle, err := i18n.Load(texts()...)
	if err != nil {
		t.Fatal(err)
	}
	clk := clock.Fixed(today.Time(8, 0))
	d, err := db.Open(t.Context(), db.Options{URL: path, Clock: clk, Bulk: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	keys := seal.Fresh()
	a, err := New(t.Context(), Config{DB: d, Keys: keys, Clock: clk, Log: slog.New(slog.DiscardHandler), Bundle: bundle, Sample: true})
	if err != nil {
		t.Fatal(err)
	}
	f := &demo.Fill{DB: d, Book: a.Book, Accounts: a.Accounts, Keys: keys, Today: today, Scenario: demo.Scenario2025}
	if err := f.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a
}

// contents gives every row of every table whose rows an act touches, as text, without
// what only counts changes.
func contents(t *testing.T, d *db.DB) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	only := partTables(t, d)
	only["access_grant"] = columnsOf(t, d, "access_grant")
	for table, columns := range only {
		if slices.Contains([]string{"audit", "org_before"}, table) {
			continue
		}
		columns = slices.DeleteFunc(slices.Clone(columns), func(c string) bool { return c == "version" && (table == "org" || table == "task") })
		query := "SELECT " + strings.Join(columns, " || '|' || ") + " FROM " + table
		if table == "org" {
			columns[slices.Index(columns, "parent_id")] = "COALESCE(parent_id, 0)"
			query = "SELECT " + strings.Join(columns, " || '|' || ") + " FROM org WHERE valid_from <> valid_to"
		}
		err := d.Read(t.Context(), func(q db.Q) (err error) {
			out[table], err = db.List(t.Context(), q, func(s db.Scanner) (v string, err error) { return v, s.Scan(&v) }, query)
			return err
		})
		if err != nil {
			t.Fatal(table, err)
		}
		slices.Sort(out[table])
	}
	return out
}

func columnsOf(t *testing.T, d *db.DB, table string) (list []string) {
	t.Helper()
	err := d.Read(t.Context(), func(q db.Q) (err error) {
		list, err = db.List(t.Context(), q, func(s db.Scanner) (v string, err error) { return v, s.Scan(&v) }, `SELECT name FROM pragma_table_info($1)`, table)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func sameContents(t *testing.T, before, after map[string][]string) {
	t.Helper()
	for table, rows := range before {
		if slices.Equal(rows, after[table]) {
			continue
		}
		t.Errorf("%s: %d rows before, %d after", table, len(rows), len(after[table]))
		shown := 0
		for _, r := range rows {
			if _, ok := slices.BinarySearch(after[table], r); !ok && shown < 3 {
				shown++
				t.Errorf("  lost %s", r)
			}
		}
		for _, r := range after[table] {
			if _, ok := slices.BinarySearch(rows, r); !ok && shown < 6 {
				shown++
				t.Errorf("  new  %s", r)
			}
		}
	}
}

// line is what the test prints of a tree.
func line(t *testing.T, d *db.DB, id int64) string {
	t.Helper()
	var text string
	err := d.Read(t.Context(), func(q db.Q) error {
		u, err := org.ByID(t.Context(), q, id)
		if err != nil {
			return err
		}
		scope, err := access.For(access.System(), access.FigureRead, u.Access())
		if err != nil {
			return err
		}
		s, err := figure.StateOf(t.Context(), q, scope)
		if err != nil {
			return err
		}
		day := civil.From(d.Clock().Now())
		m, err := figure.Month(t.Context(), q, scope, day.Month().Add(-1))
		if err != nil {
			return err
		}
		kinds, err := org.CountKinds(t.Context(), q, scope, day)
		text = fmt.Sprintf("%-22s %3d cells %5d members (%d official); last month %d met of %d, %d present, %d good; living %v",
			u.Short, s.Cells, s.Members, s.Officials, m.Met, m.Of, m.Present, m.Good, kinds)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func provincial(t *testing.T, a *App) access.Actor {
	t.Helper()
	var who access.Actor
	err := a.cfg.DB.Read(t.Context(), func(q db.Q) error {
		top, err := org.Top(t.Context(), q)
		who = access.Actor{AccountID: 7, PersonID: 90_000, Grants: []access.Grant{{Role: access.RoleKeeper, OrgID: top.ID, Path: top.Path}}}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return who
}

func prepared(t *testing.T, a *App, who access.Actor) reorg.Act {
	t.Helper()
	var list []reorg.Act
	err := a.cfg.DB.Read(t.Context(), func(q db.Q) error {
		scope, err := access.Any(who, access.UnitManage)
		if err != nil {
			return err
		}
		list, err = reorg.List(t.Context(), q, scope)
		return err
	})
	if err != nil || len(list) != 1 {
		t.Fatalf("%d acts, %v", len(list), err)
	}
	return list[0]
}

// The change of 2025 forward and back: a district becomes communes and a district
// again, and nothing is lost, won or left.
func TestScenario2025(t *testing.T) {
	if testing.Short() {
		t.Skip("makes the whole sample")
	}
	a := sample(t, t.TempDir()+"/demo.db", civil.Of(2026, 11, 22))
	d, ctx := a.cfg.DB, t.Context()
	who := provincial(t, a)
	act := prepared(t, a, who)
	// What the day itself brings, reminders of tasks for one, is not the act's.
	run(t, a, func() error { return nil })
	before := contents(t, d)
	at := time.Now()
	r, err := a.Reorgs.Rehearse(ctx, who, act.ID)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("rehearsed in %v: %d items, %d units re-homed, %d changes, %d warnings, sum %+v -> %+v", time.Since(at), r.Items, r.Rehomed, len(r.Changes), len(r.Warnings), r.Sum[0], r.Sum[1])
	for _, p := range r.Problems {
		t.Errorf("stands in the way: %+v", p)
	}
	for _, e := range r.Effects {
		t.Logf("effect %s %v (%d things)", e.Key, e.Args, len(e.Items))
	}
	if !r.Equal() || len(r.After) == 0 {
		t.Errorf("the rehearsal loses members: %+v", r.Sum)
	}
	sameContents(t, before, contents(t, d))

	for _, id := range []int64{2, 1} {
		t.Log("before  ", line(t, d, id))
	}
	paper := oldPaper(t, a)
	at = time.Now()
	run(t, a, func() error { return a.Reorgs.Start(ctx, who, act.ID, act.Version) })
	t.Logf("carried out in %v", time.Since(at))
	for _, id := range []int64{2, 1, 50, 51, 52, 53, 54} {
		t.Log("after   ", line(t, d, id))
	}
	checkAfter(t, a, act.ID)
	paper.same(t, a)
	t.Run("new papers", func(t *testing.T) { newPapers(t, a) })
	at = time.Now()
	run(t, a, func() error { return a.Reorgs.TakeBack(ctx, who, act.ID) })
	t.Logf("taken back in %v", time.Since(at))
	for _, id := range []int64{2, 1} {
		t.Log("undone  ", line(t, d, id))
	}
	paper.same(t, a)
	sameContents(t, before, contents(t, d))
	read(t, d, func(q db.Q) error {
		x, err := reorg.TotalsOf(ctx, q, act.ID)
		if err == nil && (x.Before == nil || x.After == nil || x.Undone == nil || !x.Before.Equal(*x.After) || *x.Before != *x.Undone) {
			t.Errorf("totals: %+v %+v %+v", x.Before, x.After, x.Undone)
		}
		return err
	})
}

func read(t *testing.T, d *db.DB, fn func(q db.Q) error) {
	t.Helper()
	if err := d.Read(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

// run begins something and lets the job do it.
func run(t *testing.T, a *App, begin func() error) {
	t.Helper()
	if err := begin(); err != nil {
		t.Fatal(err)
	}
	if _, err := a.jobs.RunDue(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func checkAfter(t *testing.T, a *App, id int64) {
	t.Helper()
	read(t, a.cfg.DB, func(q db.Q) error {
		act, _, err := a.Reorgs.Get(t.Context(), q, provincial(t, a), id)
		if err != nil || act.State != reorg.StateDone || act.Done != act.Items {
			t.Fatalf("%+v %v", act.State, act.Problem)
		}
		var n int
		if err := q.QueryRow(t.Context(), `SELECT COUNT(*) FROM org o WHERE o.path >= '2.1.' AND o.path < '2.1/' AND o.valid_to = ''`).Scan(&n); err != nil || n != 0 {
			t.Errorf("%d units live in the district that was dissolved, %v", n, err)
		}
		return err
	})
}

// kept is a paper of before the act with its address and its file.
type kept struct {
	ref  ident.Ref
	data []byte
	text string
}

func storyCell(t *testing.T, d *db.DB) (cell org.Unit) {
	t.Helper()
	read(t, d, func(q db.Q) error {
		top, err := org.Top(t.Context(), q)
		if err != nil {
			return err
		}
		scope, err := access.For(access.System(), access.FigureRead, top.Access())
		if err != nil {
			return err
		}
		list, err := org.List(t.Context(), q, scope, org.Filter{Kind: org.KindCell, Search: "to dan pho hoa binh"})
		if err != nil || len(list) != 1 {
			t.Fatalf("%d cells, %v", len(list), err)
		}
		cell = list[0]
		return nil
	})
	return cell
}

func oldPaper(t *testing.T, a *App) kept {
	t.Helper()
	cell := storyCell(t, a.cfg.DB)
	var k kept
	read(t, a.cfg.DB, func(q db.Q) error {
		list, err := document.ByOrg(t.Context(), q, cell.PartID, cell.ID, 1)
		if err != nil || len(list) == 0 {
			t.Fatalf("no paper: %v", err)
		}
		k.ref = list[0].Ref
		return q.QueryRow(t.Context(), `SELECT model FROM document WHERE part_id = $1 AND id = $2`, k.ref.Part, k.ref.ID).Scan(&k.text)
	})
	f, err := a.Documents.File(t.Context(), access.System(), k.ref, 0, document.PDF)
	if err != nil || !strings.Contains(k.text, "ĐẢNG BỘ THỊ TRẤN ĐỨC THỌ") {
		t.Fatalf("%v, %s", err, k.text)
	}
	k.data = f.Data
	return k
}

// same says whether the old address still leads to the paper, with the old name of the
// unit above, byte for byte.
func (k kept) same(t *testing.T, a *App) {
	t.Helper()
	ref := k.ref
	if now, ok, err := a.moved(t.Context(), ref); err != nil {
		t.Fatal(err)
	} else if ok {
		ref = now
	}
	f, err := a.Documents.File(t.Context(), access.System(), ref, 0, document.PDF)
	if err != nil || !bytes.Equal(f.Data, k.data) {
		t.Errorf("the paper %v at %v: %v", k.ref, ref, err)
	}
}

// newPapers says what stands on papers after the act, and that rights followed: a
// meeting that is convened now stands under the new commune.
func newPapers(t *testing.T, a *App) {
	cell := storyCell(t, a.cfg.DB)
	day := civil.From(a.cfg.Clock.Now())
	var who access.Actor
	var terms [2]office.Term
	read(t, a.cfg.DB, func(q db.Q) error {
		secretary, err := office.HolderOf(t.Context(), q, cell.PartID, cell.ID, office.Secretary, day)
		if err != nil {
			return err
		}
		who = access.Actor{AccountID: 5, PersonID: secretary.PersonID, PartID: cell.PartID, Name: secretary.Name}
		if who.Grants, err = access.LoadGrants(t.Context(), q, secretary.PersonID, day); err != nil {
			return err
		}
		if terms[0], err = office.TermOn(t.Context(), q, cell.PartID, cell.ID, day); err != nil {
			return err
		}
		terms[1], err = office.TermOn(t.Context(), q, 50, 50, day)
		return err
	})
	if terms[0].Name != "2025-2030" || terms[1].From != day {
		t.Errorf("the cell's numbers go on in %+v, the new commune's begin in %+v", terms[0], terms[1])
	}
	ref, err := a.Meetings.Convene(t.Context(), who, meeting.ConveneIn{
		CellID: cell.ID, Kind: meeting.Extraordinary, Month: day.AddDays(3).Month(), Day: day.AddDays(3), Hour: 19, Place: "Nhà văn hóa",
	})
	if err != nil {
		t.Fatal(err)
	}
	f, err := a.Meetings.Get(t.Context(), who, ref)
	if err != nil || f.Upper.PaperName != "ĐẢNG BỘ XÃ LA TRUNG" || ref.Part != 50 {
		t.Errorf("a new meeting of %v stands under %q: %v", ref, f.Upper.PaperName, err)
	}
	if err := a.Meetings.Cancel(t.Context(), who, ref); err != nil {
		t.Fatal(err)
	}
	var officer []access.Grant
	read(t, a.cfg.DB, func(q db.Q) (err error) {
		var person int64
		if err = q.QueryRow(t.Context(), `SELECT person_id FROM account WHERE login = 'tochuc.huyen'`).Scan(&person); err != nil {
			return err
		}
		officer, err = access.LoadGrants(t.Context(), q, person, day)
		return err
	})
	for _, g := range officer {
		if g.Role == access.RoleKeeper {
			t.Errorf("the district's officer keeps a right: %+v", g)
		}
	}
}
