package agenda_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"chibo/access"
	"chibo/agenda"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/office/officetest"
	"chibo/org"
	"chibo/rulebook"
)

// world is the district of officetest, with types of cell. It is 3/11/2026.
type world struct {
	*officetest.World
	s                              *agenda.Service
	district, town, lead, neighbor access.Actor
	ops                            int
}

func today() civil.Date { return civil.Of(2026, 11, 3) }

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := &world{World: officetest.New(t, d)}
	w.s = &agenda.Service{DB: d, Book: w.Book}
	w.typed(t, &w.HoaBinh, "residential")
	w.typed(t, &w.Market, "office")
	w.district, w.town = w.Actor(t, officetest.DistrictStaff), w.Actor(t, officetest.TownKeeper)
	w.lead, w.neighbor = w.Actor(t, officetest.Secretary), w.Actor(t, officetest.OtherUpper)
	return w
}

// typed gives a cell its type.
func (w *world) typed(t *testing.T, u *org.Unit, typ string) {
	t.Helper()
	w.Write(t, func(ctx context.Context, tx *db.Tx) (err error) {
		set := w.Book.At(today(), "")
		_, err = org.ChangeKind(ctx, tx, org.Change{Set: set, Day: today()}, u.ID, u.Kind, typ)
		if err != nil {
			return err
		}
		*u, err = org.ByID(ctx, tx, u.ID)
		return err
	})
}

func (w *world) op() string {
	w.ops++
	return "device-" + string(rune('a'+w.ops/26)) + string(rune('a'+w.ops%26))
}

// holds gives what holds for a cell on a day.
func (w *world) holds(t *testing.T, cell org.Unit, kind string, day civil.Date) agenda.Template {
	t.Helper()
	var out agenda.Template
	err := w.DB.Read(t.Context(), func(q db.Q) (err error) {
		out, err = agenda.For(t.Context(), q, w.set(cell, day), cell.Path, cell.Type, kind, day)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (w *world) set(u org.Unit, day civil.Date) rulebook.Set { return w.Book.At(day, u.Path) }

// item is a good item of a template.
func item(title, content string, minutes int) agenda.Item {
	return agenda.Item{Section: agenda.Main, Title: title, Content: content, Minutes: minutes, Speaker: "secretary"}
}

// save makes a template of one item, called title.
func (w *world) save(t *testing.T, who access.Actor, u org.Unit, kind, cellType string, from civil.Date, title string) {
	t.Helper()
	in := agenda.SaveIn{OrgID: u.ID, Kind: kind, CellType: cellType, From: from, Source: "Hướng dẫn số 1", Op: w.op(), Items: []agenda.Item{item(title, "learning", 90)}}
	in.Seen = w.seen(t, who, u, kind, cellType)
	if err := w.s.Save(t.Context(), who, in); err != nil {
		t.Fatalf("%s: %v", title, err)
	}
}

func (w *world) seen(t *testing.T, who access.Actor, u org.Unit, kind, cellType string) int64 {
	t.Helper()
	v, err := w.s.Show(t.Context(), who, u.ID, kind, cellType, civil.Date{})
	if err != nil {
		t.Fatal(err)
	}
	return v.Latest
}

// fields gives the names of the fields that an error is about.
func fields(err error) []string {
	var out []string
	for _, f := range fault.FieldsOf(err) {
		out = append(out, f.Field)
	}
	slices.Sort(out)
	return out
}

func wantIs(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}
