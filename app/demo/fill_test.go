package demo_test

import (
	"context"
	"testing"

	"chibo/access"
	"chibo/account"
	"chibo/app/demo"
	"chibo/document"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/seal"
	"chibo/meeting"
	"chibo/member"
	"chibo/org"
	"chibo/rulebook"
	"chibo/task"
)

// district is one sample for all tests of this file: making it takes some seconds.
type district struct {
	db   *db.DB
	book *rulebook.Book
	docs *document.Service
}

func fill(t *testing.T, ctx context.Context, today civil.Date, path string) district {
	t.Helper()
	clk := clock.Fixed(today.Time(8, 0))
	d, err := db.Open(ctx, db.Options{URL: path, Clock: clk, Bulk: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	book, err := rulebook.New()
	if err != nil {
		t.Fatal(err)
	}
	acc, err := account.New(account.Config{DB: d, Clock: clk, Book: book})
	if err != nil {
		t.Fatal(err)
	}
	f := &demo.Fill{DB: d, Book: book, Accounts: acc, Keys: seal.Fresh(), Today: today}
	if err := f.Run(ctx); err != nil {
		t.Fatal(err)
	}
	return district{d, book, &document.Service{DB: d, Book: book}}
}

func TestSampleDistrict(t *testing.T) {
	if testing.Short() {
		t.Skip("makes the whole sample")
	}
	today := civil.Of(2026, 11, 22)
	path := t.TempDir() + "/demo.db"
	first := fill(t, t.Context(), today, path)
	if err := first.db.Close(); err != nil {
		t.Fatal(err)
	}
	s := fill(t, t.Context(), today, path) // a second run finds everything and writes nothing twice
	system := access.System()
	err := s.db.Read(t.Context(), func(q db.Q) error {
		top, err := org.Top(t.Context(), q)
		if err != nil {
			return err
		}
		t.Run("figures", func(t *testing.T) { reportsFigures(t, q, top, today) })
		t.Run("rollups", func(t *testing.T) { rollups(t, s.db, q, top, today) })
		t.Run("papers", func(t *testing.T) { papers(t, s, q, system, today) })
		t.Run("letters", func(t *testing.T) { letters(t, q) })
		t.Run("numbers", func(t *testing.T) { numbers(t, q) })
		t.Run("wall", func(t *testing.T) { believable(t, q, top, today) })
		t.Run("admissions", func(t *testing.T) { onTheWay(t, s, q, top, today) })
		t.Run("lives", func(t *testing.T) { lively(t, s, q, today) })
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The report's figures as the pages count them (rules.md 0.22).
func reportsFigures(t *testing.T, q db.Q, top org.Unit, today civil.Date) {
	scope, err := access.For(access.System(), access.FigureRead, top.Access())
	if err != nil {
		t.Fatal(err)
	}
	kinds, err := org.CountKinds(t.Context(), q, scope, today)
	if err != nil {
		t.Fatal(err)
	}
	if n := kinds[org.KindGrassrootsParty] + kinds[org.KindGrassrootsCell]; n != 35 {
		t.Errorf("%d grassroots organisations", n)
	}
	if kinds[org.KindCell] != 289 {
		t.Errorf("%d dependent cells", kinds[org.KindCell])
	}
	state, err := figure.StateOf(t.Context(), q, scope)
	if err != nil || state.Members != 8701 {
		t.Errorf("%d members, %v", state.Members, err)
	}
	from, to := (&demo.Fill{}).Period()
	n, err := member.CountAdmitted(t.Context(), q, scope, from, to.AddDays(1))
	if err != nil || n != 269 {
		t.Errorf("%d admitted, %v", n, err)
	}
}

// What the bulk doors wrote is what the ordinary functions count.
func rollups(t *testing.T, d *db.DB, q db.Q, top org.Unit, today civil.Date) {
	scope, _ := access.For(access.System(), access.FigureRead, top.Access())
	month := today.Month().Add(-1)
	sum, err := figure.Month(t.Context(), q, scope, month)
	if err != nil {
		t.Fatal(err)
	}
	cells, err := figure.Cells(t.Context(), q, scope, month)
	if err != nil {
		t.Fatal(err)
	}
	met, present := 0, 0
	for _, c := range cells {
		if c.Met() {
			met++
		}
		present += c.Present
	}
	if len(cells) != 299 || sum.Met != met || sum.Present != present || met < 270 {
		t.Errorf("%d cells, %d met (%d summed), %d present (%d summed)", len(cells), met, sum.Met, present, sum.Present)
	}
	story := storyCell(t, q)
	s := &meeting.Service{DB: d}
	list, err := s.List(t.Context(), access.System(), story.ID, 100)
	if err != nil {
		t.Fatal(err)
	}
	regular := 0
	for _, m := range list {
		if m.Kind == meeting.Regular {
			regular++
		}
		if m.Month == month && m.Kind == meeting.Regular {
			row := cellOf(t, cells, story.ID)
			if m.Present != row.Present || m.Due != row.Due {
				t.Errorf("roll says %d of %d, the figure %d of %d", m.Present, m.Due, row.Present, row.Due)
			}
		}
	}
	if regular != 35 {
		t.Errorf("the story's cell has held %d regular meetings in 35 months", regular)
	}
	open, err := task.OpenOf(t.Context(), q, story.PartID, story.ID, 50)
	if err != nil || len(open) != 3 {
		t.Errorf("%d open tasks of the story's cell, %v", len(open), err)
	}
}

func cellOf(t *testing.T, cells []figure.CellRow, id int64) figure.CellRow {
	t.Helper()
	for _, c := range cells {
		if c.CellID == id {
			return c
		}
	}
	t.Fatalf("no row of cell %d", id)
	return figure.CellRow{}
}

func storyCell(t *testing.T, q db.Q) org.Unit {
	t.Helper()
	top, err := org.Top(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	scope, _ := access.For(access.System(), access.FigureRead, top.Access())
	list, err := org.List(t.Context(), q, scope, org.Filter{Kind: org.KindCell, Search: "to dan pho hoa binh"})
	if err != nil || len(list) != 1 {
		t.Fatalf("%d cells found, %v", len(list), err)
	}
	return list[0]
}

// Papers of the history open as files, each kind numbered without a gap in its term
// (rules.md 7.07), on the sheet of their own day.
func papers(t *testing.T, s district, q db.Q, system access.Actor, today civil.Date) {
	story := storyCell(t, q)
	docs, err := document.ByOrg(t.Context(), q, story.PartID, story.ID, 200)
	if err != nil || len(docs) < 70 {
		t.Fatalf("%d papers, %v", len(docs), err)
	}
	numbers := map[[2]any]int{}
	for i := len(docs) - 1; i >= 0; i-- {
		d := docs[i]
		key := [2]any{d.TermID, d.Kind}
		if last := numbers[key]; last != 0 && d.Number != last+1 {
			t.Errorf("%s on %s follows %d", d.Symbol, d.On, last)
		}
		numbers[key] = d.Number
	}
	for _, d := range []document.Document{docs[0], docs[len(docs)-1]} {
		f, err := s.docs.File(t.Context(), system, d.Ref, 0, document.PDF)
		if err != nil || len(f.Data) < 5000 || f.Frozen {
			t.Errorf("%s: %d bytes, frozen %v, %v", d.Symbol, len(f.Data), f.Frozen, err)
		}
	}
}

// Some cells meet late, some have no thematic meeting this quarter, some admit
// nobody for years.
func believable(t *testing.T, q db.Q, top org.Unit, today civil.Date) {
	scope, _ := access.For(access.System(), access.FigureRead, top.Access())
	thematic, err := figure.Thematic(t.Context(), q, scope, today.Month())
	if err != nil || len(thematic) < 30 || len(thematic) > 200 {
		t.Errorf("%d cells without a thematic meeting, %v", len(thematic), err)
	}
	barren, err := figure.LastAdmitted(t.Context(), q, scope, today.AddMonths(-36))
	if err != nil || len(barren) < 60 || len(barren) > 220 {
		t.Errorf("%d cells without an admission for three years, %v", len(barren), err)
	}
	last, err := figure.Month(t.Context(), q, scope, today.Month().Add(-1))
	if err != nil || last.Good == 0 || last.Fair == 0 || last.Average+last.Weak == 0 || last.Present*100 < last.Due*80 {
		t.Errorf("last month: %+v, %v", last, err)
	}
	old, err := figure.Month(t.Context(), q, scope, 202509)
	if err != nil || old.Passed+old.Failed == 0 || old.Good != 0 { // before 28/10/2025: pass or fail
		t.Errorf("September 2025: %+v, %v", old, err)
	}
}
