package home_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"chibo/access"
	"chibo/figure"
	"chibo/home"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/internal/tree"
	"chibo/meeting"
	"chibo/org"
	"chibo/org/orgtest"
	"chibo/rulebook"
	"chibo/task"
)

// same compares a group with what is expected of its rows: the cell, since when, grave.
func same(t *testing.T, g home.Group, want ...home.Row) {
	t.Helper()
	if len(g.Rows) != len(want) {
		t.Fatalf("%q has rows %+v, want %d", g.Kind, g.Rows, len(want))
	}
	if len(want) > 0 && g.Rule.Source == "" {
		t.Errorf("%q accuses without a rule", g.Kind)
	}
	for i, r := range g.Rows {
		x := want[i]
		if r.CellID != x.CellID || r.Since != x.Since || r.Grave != x.Grave || r.Note != x.Note {
			t.Errorf("%q row %d: %+v, want %+v", g.Kind, i, r, x)
		}
		days := 0
		if !r.Since.IsZero() {
			days = today().Sub(r.Since)
		}
		if r.Days != days {
			t.Errorf("%q row %d: %d days, want %d", g.Kind, i, r.Days, days)
		}
		if r.Name == "" || r.UnitShort == "" {
			t.Errorf("%q row %d has no name: %+v", g.Kind, i, r)
		}
	}
}

func TestCalm(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.wellBut(t, w.HoaBinh, well(w.HoaBinh)...)
		wall := w.upper(t, w.District, today())
		if len(wall.Groups) != 0 || wall.Cells != 5 || wall.Count(home.NotMet) != 0 {
			t.Errorf("groups %+v, %d cells", wall.Groups, wall.Cells)
		}
		if wall.Now.Of != 5 || wall.Now.Met != 5 || wall.Now.NotMet() != 0 || wall.Before.Of != 5 || wall.Before.Sent != 5 || wall.Before.Month != 202610 {
			t.Errorf("this month %+v, last %+v", wall.Now, wall.Before)
		}
		if len(wall.Trend) != 12 || wall.Trend[0].Month != 202512 || wall.Trend[11].Present != 45 {
			t.Errorf("trend %+v", wall.Trend)
		}
	})
}

// rules.md 2.01
func TestNotMet(t *testing.T) {
	on := civil.Of
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.admitted(t, nil)
		w.secretary(t, w.Village10, "Kiều Thị Hạnh")
		list := well(w.HoaBinh)
		list = append(list, well(w.Office)[:2]...)                                        // missed this month only
		list = append(list, well(w.Village2)[0])                                          // and last month
		list = append(list, month{cell: w.Village10, met: on(2024, 5, 3), sent: today()}) // and for years
		w.months(t, list...)
		var young org.Unit
		w.write(t, func(ctx context.Context, tx *db.Tx) (err error) {
			young, err = org.Add(ctx, tx, org.NewUnit{
				Set: w.Book.At(today(), ""), ParentID: w.Commune.ID, Kind: org.KindCell, Name: "Chi bộ Trường Mầm non", Seq: 9, ValidFrom: on(2026, 11, 16),
			})
			return err
		})
		lasts := today().Month().Last().AddDays(-w.Book.At(today(), w.District.Path).Int(rulebook.MeetingPrepareDaysBefore))
		g := group(w.upper(t, w.District, today()), home.NotMet)
		same(t, g,
			home.Row{CellID: w.Market.ID, Grave: true}, // none on record
			home.Row{CellID: w.Village10.ID, Since: on(2024, 5, 3), Grave: true},
			home.Row{CellID: w.Village2.ID, Since: on(2026, 9, 3), Grave: true},
			home.Row{CellID: w.Office.ID, Since: on(2026, 10, 3)},
		)
		for day, want := range map[civil.Date]bool{lasts.AddDays(-1): false, lasts: true} { // founded this month: nothing missed before
			rows := group(w.upper(t, w.District, day), home.NotMet).Rows
			if got := slices.ContainsFunc(rows, func(r home.Row) bool { return r.CellID == young.ID && !r.Grave }); got != want {
				t.Errorf("on %s the young cell is there: %v, want %v", day.Vi(), got, want)
			}
		}
		if g.Grave() != 3 || g.Rows[1].Secretary != "Kiều Thị Hạnh" || g.Rows[0].Secretary != "" {
			t.Errorf("%d grave, secretaries of %+v", g.Grave(), g.Rows)
		}
	})
}

// A cell that met last month is no matter of this month until its own day is over: the day
// it prepares for, else the day of last month, at the latest the month's last days.
func TestNotMetBeforeItsDay(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	list := append(well(w.HoaBinh)[:2], well(w.Market)[:2]...) // on the 3rd; the market prepares for the 22nd
	w.months(t, append(append(list, well(w.Village10)[:2]...), append(well(w.Office), well(w.Village2)...)...)...)
	w.write(t, func(ctx context.Context, tx *db.Tx) error {
		return meeting.InsertHistory(ctx, tx, []meeting.HistoryMeeting{plannedToday(w.Market)})
	})
	for day, want := range map[civil.Date][]int64{
		civil.Of(2026, 11, 1):  nil,
		civil.Of(2026, 11, 3):  nil,
		civil.Of(2026, 11, 4):  {w.HoaBinh.ID, w.Village10.ID},
		today():                {w.HoaBinh.ID, w.Village10.ID},
		today().AddDays(1):     {w.HoaBinh.ID, w.Market.ID, w.Village10.ID},
		civil.Of(2026, 11, 30): {w.HoaBinh.ID, w.Market.ID, w.Village10.ID},
	} {
		var got []int64
		for _, r := range group(w.upper(t, w.District, day), home.NotMet).Rows {
			got = append(got, r.CellID)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("on %s: %v, want %v", day.Vi(), got, want)
		}
	}
}

// rules.md 2.20: the days come from the rules, also from a unit's own.
func TestLate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		days := w.Book.At(today(), w.District.Path).Int(rulebook.MeetingReportDaysAfter)
		lasts := w.Book.At(today(), w.District.Path).Int(rulebook.WallSendingLateDays)
		met := today().AddDays(-days - lasts) // late, and today is the last day on which only the cell sees it
		open := func(c org.Unit, day civil.Date) month { return month{cell: c, met: day, thematic: 1} }
		w.admitted(t, nil)
		w.months(t,
			open(w.HoaBinh, met),
			open(w.Market, met.AddDays(-1)),                              // one day more
			open(w.Village2, civil.Of(2026, 10, 3)), well(w.Village2)[2], // last month's
			open(w.Village10, civil.Of(2026, 10, 20)), open(w.Village10, met.AddDays(-5)), // both: one row
			well(w.Office)[1], well(w.Office)[2],
		)
		late := group(w.upper(t, w.District, today()), home.Late)
		same(t, late,
			home.Row{CellID: w.Village2.ID, Since: civil.Of(2026, 10, 3).AddDays(days), Grave: true},
			home.Row{CellID: w.Village10.ID, Since: civil.Of(2026, 10, 20).AddDays(days), Grave: true},
			home.Row{CellID: w.Market.ID, Since: today().AddDays(-lasts - 1)},
		)
		w.write(t, func(ctx context.Context, tx *db.Tx) error {
			return w.Book.Override(ctx, tx, 1, rulebook.Override{
				OrgID: w.District.ID, Key: rulebook.MeetingReportDaysAfter, Value: json.RawMessage(`5`), ValidFrom: civil.Of(2026, 11, 1), Source: "Quy định 01-QĐ/HU",
			})
		})
		late = group(w.upper(t, w.District, today()), home.Late)
		if len(late.Rows) != 2 || late.Rows[0].Since != civil.Of(2026, 10, 8) || late.Rule.Source != "Quy định 01-QĐ/HU" {
			t.Errorf("with five days: %+v", late)
		}
	})
}

// rules.md 3.01
func TestWeak(t *testing.T) {
	graded := func(c org.Unit, grades ...string) []month {
		list := well(c)
		for i, g := range grades {
			list[i].grade = g
		}
		return list
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.admitted(t, nil)
		var list []month
		list = append(list, graded(w.HoaBinh, figure.GradeWeak, figure.GradeWeak, figure.GradeGood)...)      // over
		list = append(list, graded(w.Market, figure.GradeFair, figure.GradeAverage, figure.GradeWeak)...)    // twice, now weak
		list = append(list, graded(w.Village2, figure.GradeAverage, figure.GradeAverage, "")...)             // this month not scored yet
		list = append(list, graded(w.Village10, figure.GradeAverage, figure.GradeFair, figure.GradeWeak)...) // not running
		list = append(list, graded(w.Office, figure.GradePass, figure.GradeFail, figure.GradeFail)...)       // the list of 2018
		w.months(t, list...)
		same(t, group(w.upper(t, w.District, today()), home.Weak),
			home.Row{CellID: w.Market.ID, Since: civil.Of(2026, 10, 3), Grave: true, Note: figure.GradeWeak},
			home.Row{CellID: w.Office.ID, Since: civil.Of(2026, 10, 3), Grave: true, Note: figure.GradeFail},
			home.Row{CellID: w.Village2.ID, Since: civil.Of(2026, 9, 3), Note: figure.GradeAverage},
		)
	})
}

// rules.md 2.02
func TestNoThematic(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		bare := well(w.HoaBinh) // September's thematic meeting is of the quarter before
		bare[1].thematic, bare[2].thematic = 0, 0
		w.wellBut(t, w.HoaBinh, bare...)
		first := civil.Of(2026, 10, 1)
		same(t, group(w.upper(t, w.District, today()), home.NoThematic), home.Row{CellID: w.HoaBinh.ID, Since: first})

		end := civil.Of(2026, 12, 31)
		warn := w.Book.At(today(), w.District.Path).Int(rulebook.WallThematicWarnDays)
		for _, c := range []struct {
			day   civil.Date
			grave bool
		}{{end.AddDays(-warn - 1), false}, {end.AddDays(-warn), true}, {end, true}} {
			g := group(w.upper(t, w.District, c.day), home.NoThematic)
			row := home.Row{}
			for _, r := range g.Rows {
				if r.CellID == w.HoaBinh.ID {
					row = r
				}
			}
			if row.Since != first || row.Grave != c.grave {
				t.Errorf("on %v: %+v, want grave %v", c.day, row, c.grave)
			}
		}
	})
}

// rules.md 0.23
func TestNoAdmission(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		edge := today().AddMonths(-12 * w.Book.At(today(), w.District.Path).Int(rulebook.WallNoAdmissionYears))
		w.admitted(t, map[int64]civil.Date{
			w.HoaBinh.ID: edge, w.Market.ID: edge.AddDays(-1), w.Village2.ID: {}, w.Office.ID: civil.Of(2019, 9, 2),
		})
		w.write(t, func(ctx context.Context, tx *db.Tx) error { // too young to be called barren
			_, err := org.Add(ctx, tx, org.NewUnit{
				Set: w.Book.At(today(), ""), ParentID: w.Commune.ID, Kind: org.KindCell, Name: "Chi bộ Trường Mầm non", ValidFrom: civil.Of(2025, 9, 1),
			})
			return err
		})
		same(t, group(w.upper(t, w.District, today()), home.NoAdmission),
			home.Row{CellID: w.Village2.ID}, // none on record
			home.Row{CellID: w.Office.ID, Since: civil.Of(2019, 9, 2)},
			home.Row{CellID: w.Market.ID, Since: edge.AddDays(-1)},
		)
	})
}

// Nothing of a cell beside or above stands on a wall.
func TestWallOfAPart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d) // nobody has met, ever
		w.write(t, func(ctx context.Context, tx *db.Tx) error {
			return meeting.InsertHistory(ctx, tx, []meeting.HistoryMeeting{plannedToday(w.Market), plannedToday(w.Village2)})
		})
		wall := w.upper(t, w.Town, today())
		if wall.Cells != 2 || wall.Now.Of != 2 || len(wall.Groups) != 3 || len(wall.Today) != 1 || wall.Today[0].CellID != w.Market.ID {
			t.Errorf("%d cells, %+v, groups %+v, today %+v", wall.Cells, wall.Now, wall.Groups, wall.Today)
		}
		for _, g := range wall.Groups {
			for _, r := range g.Rows {
				if r.CellID != w.HoaBinh.ID && r.CellID != w.Market.ID {
					t.Errorf("%q shows %s", g.Kind, r.Name)
				}
			}
		}
		if g := group(w.upper(t, w.Section, today()), home.NotMet); len(g.Rows) != 1 || g.Rows[0].CellID != w.Market.ID {
			t.Errorf("the section's: %+v", g.Rows)
		}
		for _, who := range []access.Actor{{}, orgtest.Actor(access.RoleMember, w.HoaBinh), orgtest.Actor(access.RoleUpper, w.Commune), orgtest.Actor(access.RoleLead, w.HoaBinh)} {
			if out, err := w.wall(t, who, w.Town, today()); !errors.Is(err, access.ErrForbidden) || len(out.Groups) != 0 {
				t.Errorf("%+v: %v", who.Grants, err)
			}
		}
	})
}

func plannedToday(cell org.Unit) meeting.HistoryMeeting {
	return meeting.HistoryMeeting{Meeting: meeting.Meeting{
		Ref: ident.Ref{Part: cell.PartID}, OrgID: cell.ID, Kind: meeting.Regular, Month: today().Month(), Day: today(),
		StartsAt: today().Time(19, 30), Place: "Nhà văn hóa", State: meeting.Invited, FeePaid: -1,
	}}
}

func TestDuties(t *testing.T) {
	at := func(role string, id int64, path tree.Path) access.Grant {
		return access.Grant{Role: role, OrgID: id, Path: path}
	}
	for _, c := range []struct {
		name       string
		grants     []access.Grant
		unit, cell int64
	}{
		{"nobody", nil, 0, 0},
		{"member", []access.Grant{at(access.RoleMember, 3, "1.2.3.")}, 0, 3},
		{"leads one cell, member of another", []access.Grant{at(access.RoleMember, 3, "1.2.3."), at(access.RoleLead, 4, "1.2.4.")}, 0, 4},
		{"committee before member", []access.Grant{at(access.RoleMember, 3, "1.2.3."), at(access.RoleCommittee, 5, "1.2.5.")}, 0, 5},
		{"the highest unit, not the first", []access.Grant{at(access.RoleUpper, 9, "1.10.9."), at(access.RoleUpper, 2, "1.2.")}, 2, 0},
		{"follower", []access.Grant{at(access.RoleFollower, 3, "1.2.3.")}, 0, 0},
		{"administrator", []access.Grant{at(access.RoleAdmin, 1, "1.")}, 0, 0},
	} {
		a := access.Actor{Grants: c.grants}
		if u, cell := home.Committee(a), home.Cell(a); u != c.unit || cell != c.cell {
			t.Errorf("%s: unit %d, cell %d; want %d, %d", c.name, u, cell, c.unit, c.cell)
		}
	}
}

// A task long overdue stands on the wall of the level it has risen to.
func TestWallTasks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		days := w.Book.At(today(), w.District.Path).Int(rulebook.TaskRiseDays)
		due := today().AddDays(-days - 1)
		w.write(t, func(ctx context.Context, tx *db.Tx) error {
			_, err := task.Assign(ctx, tx, w.HoaBinh.PartID, w.HoaBinh.ID, []task.NewTask{{Title: "x", AssigneeID: 1, StartOn: civil.Of(2026, 1, 1), Due: due}})
			return err
		})
		g := group(w.upper(t, w.Town, today()), home.Tasks)
		if len(g.Rows) != 1 || g.Rows[0].CellID != w.HoaBinh.ID || g.Rows[0].Since != due || g.Rows[0].Tasks != 1 || g.Rows[0].Grave {
			t.Errorf("town: %+v", g)
		}
		if g := group(w.upper(t, w.District, today()), home.Tasks); len(g.Rows) != 0 {
			t.Errorf("district, too early: %+v", g)
		}
		if g := group(w.upper(t, w.District, due.AddDays(2*days+1)), home.Tasks); len(g.Rows) != 1 {
			t.Errorf("district, after twice the days: %+v", g)
		}
	})
}
