package office_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/office"
	"chibo/office/officetest"
	"chibo/org"
	"chibo/rulebook"
)

// Every kind that the rulebook offers is one that the program keeps, and the other way.
func TestKindsAreWired(t *testing.T) {
	book, err := rulebook.New()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range book.At(civil.Of(2026, 11, 3), "").Choices(rulebook.KeptKinds) {
		got = append(got, c.Code)
	}
	want := []string{access.KeptContact, access.KeptOpinions, access.KeptDrafts, access.KeptTasks}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// Who decides what a cell keeps, and from whom it is kept then.
func TestKeep(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := officetest.New(t, d)
		s := service(w)
		in := office.KeepIn{OrgID: w.HoaBinh.ID, Kind: access.KeptTasks, On: true, Reason: "Chi bộ đã bàn"}
		for _, who := range []string{
			"", officetest.Deputy, officetest.Committee, officetest.Member, officetest.Follower, officetest.TownSecretary,
			officetest.Neighbour, officetest.DistrictStaff, officetest.AdminPerson,
		} {
			if err := s.Keep(t.Context(), w.Actor(t, who), in); !errors.Is(err, access.ErrForbidden) {
				t.Errorf("%q decides for the cell: %v", who, err)
			}
		}
		lead := w.Actor(t, officetest.Secretary)
		bad := in
		bad.Kind = "figures"
		if err := s.Keep(t.Context(), lead, bad); !slices.Equal(fields(err), []string{"kind office.err.kept_kind"}) {
			t.Errorf("figures are kept: %v", err)
		}
		bad = in
		bad.Reason = ""
		if err := s.Keep(t.Context(), lead, bad); !slices.Equal(fields(err), []string{"reason office.err.reason_empty"}) {
			t.Errorf("without a reason: %v", err)
		}
		keptTable(t, w, w.HoaBinh, nil)
		if err := s.Keep(t.Context(), lead, in); err != nil {
			t.Fatal(err)
		}
		if err := s.Keep(t.Context(), lead, in); err != nil {
			t.Errorf("a second time changes nothing: %v", err)
		}
		keptTable(t, w, w.HoaBinh, []string{officetest.Follower, officetest.TownSecretary, officetest.TownKeeper, officetest.DistrictStaff})
		keptTable(t, w, w.Market, nil)
		told(t, w, officetest.TownSecretary, "unit.keep")
		in.On = false
		if err := s.Keep(t.Context(), lead, in); err != nil {
			t.Fatal(err)
		}
		keptTable(t, w, w.HoaBinh, nil)
		town := office.KeepIn{OrgID: w.Town.ID, Kind: access.KeptTasks, On: true, Reason: "Đảng ủy thống nhất"}
		if err := s.Keep(t.Context(), w.Actor(t, officetest.TownSecretary), town); err != nil {
			t.Fatal(err)
		}
		// The town keeps what lies in its cells from the district, not from itself.
		keptTable(t, w, w.HoaBinh, []string{officetest.DistrictStaff})
		keptTable(t, w, w.Village2, nil)
		w.Write(t, func(ctx context.Context, tx *db.Tx) error {
			list, err := access.Keepings(ctx, tx, w.HoaBinh.ID)
			if len(list) != 1 || list[0].EndedAt == 0 || list[0].Name != officetest.Secretary {
				t.Errorf("history: %+v", list)
			}
			return err
		})
	})
}

// keptTable checks from whom the tasks of a cell are kept among those who may read it.
func keptTable(t *testing.T, w *officetest.World, cell org.Unit, want []string) {
	t.Helper()
	var got []string
	for name := range w.People {
		who := w.Actor(t, name)
		if !who.Can(access.CellRead, cell.Access()) {
			continue
		}
		w.Write(t, func(ctx context.Context, tx *db.Tx) error {
			_, kept, err := access.KeptFrom(ctx, tx, who, access.CellRead, cell.Access(), access.KeptTasks)
			if kept {
				got = append(got, name)
			}
			return err
		})
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%s keeps its tasks from %v, want %v", cell.Short, got, want)
	}
	w.Write(t, func(ctx context.Context, tx *db.Tx) error {
		_, kept, err := access.KeptFrom(ctx, tx, access.System(), access.CellRead, cell.Access(), access.KeptTasks)
		if kept {
			t.Error("kept from the program itself")
		}
		return err
	})
}

// A unit above narrows the kinds that may be kept.
func TestUpperNarrowsTheKinds(t *testing.T) {
	d := dbtest.New(t)
	w := officetest.New(t, d)
	s := service(w)
	value, _ := json.Marshal([]map[string]any{{"code": access.KeptOpinions, "title": map[string]string{"vi": "Ý kiến", "en": "Opinions"}}})
	w.Write(t, func(ctx context.Context, tx *db.Tx) error {
		return w.Book.Override(ctx, tx, 1, rulebook.Override{OrgID: w.District.ID, Key: rulebook.KeptKinds, Value: value, ValidFrom: civil.Of(2026, 1, 1), Source: "Quy định của huyện"})
	})
	lead := w.Actor(t, officetest.Secretary)
	if err := s.Keep(t.Context(), lead, office.KeepIn{OrgID: w.HoaBinh.ID, Kind: access.KeptTasks, On: true, Reason: "x"}); len(fields(err)) != 1 {
		t.Errorf("tasks: %v", err)
	}
	if err := s.Keep(t.Context(), lead, office.KeepIn{OrgID: w.HoaBinh.ID, Kind: access.KeptOpinions, On: true, Reason: "x"}); err != nil {
		t.Errorf("opinions: %v", err)
	}
}
