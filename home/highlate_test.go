package home_test

import (
	"context"
	"errors"
	"testing"

	"chibo/access"
	"chibo/admission"
	"chibo/figure"
	"chibo/home"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/tree"
	"chibo/internal/workday"
	"chibo/org"
	"chibo/org/orgtest"
	"chibo/quality"
	"chibo/rulebook"
	"chibo/task"
)

// lately lets things be late all over the district: conversations about scores, tasks and
// dossiers, each beside one that is not.
func (w *world) lately(t *testing.T) {
	t.Helper()
	yesterday, days := today().AddDays(-1), w.Book.At(today(), w.District.Path).Int(rulebook.TaskRiseDays)
	for i, x := range []struct {
		cell  org.Unit
		state quality.TalkState
		to    string
		due   civil.Date
	}{
		{w.HoaBinh, quality.Asked, "", yesterday},                         // the cell's turn
		{w.Market, quality.Answered, "", yesterday},                       // the section's
		{w.Market, quality.Appealed, rulebook.AppealAbove, yesterday},     // the town's
		{w.Village2, quality.Appealed, rulebook.AppealAbove, yesterday},   // the district's
		{w.Village10, quality.Appealed, rulebook.AppealDirect, yesterday}, // the commune's
		{w.Office, quality.Answered, "", yesterday},                       // the district's
		{w.Office, quality.Appealed, rulebook.AppealAbove, yesterday},     // nobody stands above: the district's
		{w.Village2, quality.Asked, "", today()},                          // not over yet
		{w.Office, quality.Over, "", civil.Date{}},
	} {
		w.talk(t, x.cell, int64(700+i), x.state, x.to, x.due)
	}
	w.write(t, func(ctx context.Context, tx *db.Tx) error {
		for _, x := range []struct {
			cell  org.Unit
			level int
			over  int // days beyond those after which it rises to the district
			done  civil.Date
		}{
			{w.HoaBinh, 2, 1, civil.Date{}},
			{w.HoaBinh, 2, 9, civil.Date{}},
			{w.Market, 3, 1, civil.Date{}},
			{w.Office, 1, 1, civil.Date{}},
			{w.Village2, 2, 0, civil.Date{}},
			{w.Village10, 2, 5, yesterday}, // too early; done
		} {
			due := today().AddDays(-days*x.level - x.over)
			b := task.Batch{Tasks: []task.Task{{Title: "x", CellID: x.cell.ID, AssigneeID: 1, StartOn: civil.Of(2026, 1, 1), Due: due, DoneOn: x.done}}}
			b.Tasks[0].Ref.Part = x.cell.PartID
			if err := task.AddAll(ctx, tx, b); err != nil {
				return err
			}
		}
		return nil
	})
	w.dossier(t, w.HoaBinh, "Đoàn Thị Mận", yesterday)
	w.dossier(t, w.HoaBinh, "Cao Thị Na", yesterday)
	w.dossier(t, w.Village2, "Hồ Thị Lê", today().AddDays(-90))
	w.dossier(t, w.Market, "Mai Thị Sim", today())
}

// What is late by a day that passed is counted from indexes, by unit right below: as many as
// the wall of the same committee lists cell by cell, and as the list behind each number has.
func TestHighLate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.lately(t)
		wall, h := w.upper(t, w.District, today()), w.high(t)
		for _, k := range []home.Kind{home.Talks, home.Tasks} {
			want, own := map[int64]int{}, 0
			for _, r := range group(wall, k).Rows {
				if id := w.District.Path.Toward(w.pathOf(r.CellID)); id != 0 {
					want[id]++
				} else {
					own++
				}
			}
			g := highGroup(h, k)
			if g.Rule.Source == "" || g.Total != len(group(wall, k).Rows) || len(g.Rows) != len(want) || k == home.Talks && (own != 3 || h.OwnTalks != own) {
				t.Errorf("%s: %+v, own %d; the wall lists %v and %d", k, g, h.OwnTalks, want, own)
			}
			for _, r := range g.Rows {
				if r.Count != want[r.UnitID] || r.Count == 0 {
					t.Errorf("%s: %s has %d, the wall lists %d", k, r.Name, r.Count, want[r.UnitID])
				}
				list := w.listOf(t, r.UnitID, home.Ask{What: g.What, Level: w.District.Depth})
				if list.Total != r.Count || len(list.Cells) != r.Count || list.Rule.ID != g.Rule.ID {
					t.Errorf("%s: %s has %d, its list %d: %+v", k, r.Name, r.Count, list.Total, list.Cells)
				}
			}
			if list := w.listOf(t, w.District.ID, home.Ask{What: g.What}); list.Total != g.Total || len(list.Cells) != g.Total {
				t.Errorf("%s: %d, its list has %d", k, g.Total, list.Total)
			}
		}
		if g := highGroup(h, home.Tasks); len(g.Rows) != 2 || g.Things || g.Rows[0].UnitID != w.Town.ID || g.Rows[0].Count != 2 || g.Rows[0].Of != 2 || g.Rows[1].UnitID != w.Office.ID {
			t.Errorf("tasks: %+v", g)
		}
		w.dossiersAsTheBoard(t, highGroup(h, home.Dossiers))
	})
}

// dossiersAsTheBoard holds the number of late dossiers against the board that it opens.
func (w *world) dossiersAsTheBoard(t *testing.T, g home.HighGroup) {
	t.Helper()
	days, err := workday.New()
	if err != nil {
		t.Fatal(err)
	}
	s := &admission.Service{DB: w.d, Book: w.Book, Days: days, Meetings: w.s}
	if !g.Things || g.Total != 3 || len(g.Rows) != 2 || g.Href != "/units/%d/admission?tab=late" {
		t.Errorf("dossiers: %+v", g)
	}
	err = w.d.Read(t.Context(), func(q db.Q) error {
		for _, r := range g.Rows {
			u, err := org.ByID(t.Context(), q, r.UnitID)
			if err != nil {
				return err
			}
			counts, err := s.CountsOf(t.Context(), q, orgtest.Actor(access.RoleUpper, u), u, today())
			if err != nil {
				return err
			}
			late := 0
			for _, c := range counts {
				late += c.Late
			}
			if late != r.Count {
				t.Errorf("%s has %d late dossiers, its board %d", r.Name, r.Count, late)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// pathOf gives where a unit of the tree stands.
func (w *world) pathOf(id int64) tree.Path {
	for _, u := range append([]org.Unit{w.District, w.Town, w.Commune, w.Section}, w.Cells...) {
		if u.ID == id {
			return u.Path
		}
	}
	return ""
}

func (w *world) listOf(t *testing.T, unit int64, ask home.Ask) (p home.ListPage) {
	t.Helper()
	err := w.d.Read(t.Context(), func(q db.Q) error {
		u, err := org.ByID(t.Context(), q, unit)
		if err != nil {
			return err
		}
		p, err = home.ListOf(t.Context(), q, w.Book, orgtest.Actor(access.RoleUpper, u), u, ask, today())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Above very many cells the list behind such a number is of the units right below, and its
// sum is the number.
func TestPartsToday(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.lately(t)
		w.write(t, func(ctx context.Context, tx *db.Tx) error {
			var states []figure.CellState
			for i := range 1000 {
				states = append(states, figure.CellState{Part: w.Commune.ID, CellID: int64(1_000_000 + i), State: figure.State{Cells: 1, LastAdmitted: today()}})
			}
			return figure.PutStates(ctx, tx, states)
		})
		h := w.high(t)
		for _, k := range []home.Kind{home.Talks, home.Tasks} {
			g := highGroup(h, k)
			list, sum := w.listOf(t, w.District.ID, home.Ask{What: g.What}), 0
			for _, p := range list.Parts {
				sum += p.Count
			}
			if len(list.Parts) < 2 || list.Total != g.Total || sum != g.Total || len(list.Cells) != 0 {
				t.Errorf("%s: %d of %d, %+v", k, list.Total, g.Total, list.Parts)
			}
		}
		err := d.Read(t.Context(), func(q db.Q) error {
			_, err := home.ListOf(t.Context(), q, w.Book, orgtest.Actor(access.RoleUpper, w.Town), w.District, home.Ask{What: home.WhatTalks}, today())
			return err
		})
		if !errors.Is(err, access.ErrForbidden) {
			t.Errorf("the town's officer sees the district's: %v", err)
		}
	})
}

// That cells have not met is nothing to press before the last days on which preparation for a
// meeting of the month would have to begin (rules.md 2.07).
func TestNotMetIsEarly(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	last := today().Month().Last().AddDays(-w.Book.At(today(), w.District.Path).Int(rulebook.MeetingPrepareDaysBefore))
	for day, want := range map[civil.Date]bool{civil.Of(2026, 11, 1): true, last.AddDays(-1): true, last: false, civil.Of(2026, 11, 30): false} {
		err := w.d.Read(t.Context(), func(q db.Q) error {
			h, err := home.HighOf(t.Context(), q, w.Book, orgtest.Actor(access.RoleUpper, w.District), w.District, figure.State{}, day)
			if g := highGroup(h, home.NotMet); g.Total != 5 || g.Early != want {
				t.Errorf("on %s: early %v of %d, want %v", day.Vi(), g.Early, g.Total, want)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
