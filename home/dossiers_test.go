package home_test

import (
	"context"
	"strings"
	"testing"

	"chibo/access"
	"chibo/admission"
	"chibo/home"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/workday"
	"chibo/org"
	"chibo/org/orgtest"
	"chibo/rulebook"
)

// dossier opens one in the cell whose nearest deadline is on a day: that of the certificate
// of the class (rules.md 4.14), which the cell has to use before.
func (w *world) dossier(t *testing.T, cell org.Unit, name string, due civil.Date) {
	t.Helper()
	days, err := workday.New()
	if err != nil {
		t.Fatal(err)
	}
	s := &admission.Service{DB: w.d, Book: w.Book, Days: days, Meetings: w.s}
	w.write(t, func(ctx context.Context, tx *db.Tx) error {
		class := due.AddMonths(-w.Book.At(due, cell.Path).Int(rulebook.ClassValidMonths))
		return s.AddAll(ctx, tx, today(), []admission.Past{{
			Dossier: admission.Dossier{CellID: cell.ID, TrackedOn: class.AddDays(-30), Person: admission.Person{
				Name: name, Sex: "f", Birth: civil.Of(1994, 6, 12), Citizen: true, Ethnic: "kinh", Education: "upper", Occupation: "farmer",
			}},
			Records: []admission.Record{
				{Step: admission.StepTrack, Outcome: admission.Passed, Day: class.AddDays(-30)},
				{Step: "class", Outcome: admission.Passed, Day: class},
			},
		}})
	})
}

func (w *world) lateDossiers(t *testing.T, u org.Unit) (g home.Group) {
	t.Helper()
	err := w.d.Read(t.Context(), func(q db.Q) (err error) {
		g, err = home.LateDossiers(t.Context(), q, orgtest.Scope(t, u, access.FigureRead), u, w.Book.At(today(), u.Path), today())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// Each cell stands once, with its most pressing dossier: at which step and since when, never
// of whom. What is due within the days of the last alarm stands there too.
func TestLateDossiers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.wellBut(t, w.HoaBinh, well(w.HoaBinh)...)
		w.secretary(t, w.HoaBinh, "Kiều Thị Hạnh")
		late, soon := today().AddDays(-40), today().AddDays(3)
		w.dossier(t, w.HoaBinh, "Đoàn Thị Mận", late.AddDays(20))
		w.dossier(t, w.HoaBinh, "Cao Thị Na", late)
		w.dossier(t, w.Market, "Mai Thị Sim", soon)
		w.dossier(t, w.Village2, "Hồ Thị Lê", today().AddDays(60))
		g := w.lateDossiers(t, w.Town)
		if g.Kind != home.Dossiers || g.Rule.Source == "" || len(g.Rows) != 2 {
			t.Fatalf("%+v", g)
		}
		first, second := g.Rows[0], g.Rows[1]
		if first.CellID != w.HoaBinh.ID || first.Since != late || !first.Grave || first.Text != "(+1)" || first.About.Vi == "" || first.Href != admission.BoardHref(w.Town.ID)+"?tab=late" {
			t.Errorf("two that are late: %+v", first)
		}
		if second.CellID != w.Market.ID || second.Since != soon || second.Grave || second.UnitShort != w.Section.Short || second.Href != admission.BoardHref(w.Town.ID)+"?tab=all" {
			t.Errorf("soon: %+v", second)
		}
		for _, name := range []string{"Mận", "Na", "Sim"} {
			if strings.Contains(first.About.Vi+first.Text+second.About.Vi+second.Text, name) {
				t.Errorf("it names %s", name)
			}
		}
		for _, c := range []struct {
			unit org.Unit
			want int
		}{{w.District, 2}, {w.Section, 1}, {w.Commune, 0}, {w.Office, 0}, {w.HoaBinh, 1}} {
			if g := w.lateDossiers(t, c.unit); len(g.Rows) != c.want {
				t.Errorf("%s: %d cells, want %d", c.unit.Short, len(g.Rows), c.want)
			}
		}
		wall := home.Wall{}
		err := d.Read(t.Context(), func(q db.Q) (err error) {
			wall, err = home.WallOf(t.Context(), q, w.Book, orgtest.Actor(access.RoleUpper, w.Town), w.Town, today(), home.LateDossiers)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if rows := group(wall, home.Dossiers).Rows; len(rows) != 2 || rows[0].Days != 40 || rows[0].Secretary == "" || rows[0].Next != home.Remind || rows[1].Days != -3 {
			t.Errorf("on the wall: %+v", rows)
		}
	})
}

// What waits for the cell stands on the desk of its lead and committee, with the nearest
// deadline first and a few shown; a member sees nothing of it.
func TestDeskDossiers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		for i, days := range []int{70, -40, 8, 30} {
			w.dossier(t, w.HoaBinh, []string{"Đoàn Thị Mận", "Cao Thị Na", "Hồ Thị Lê", "Mai Thị Sim"}[i], today().AddDays(days))
		}
		w.dossier(t, w.Market, "Phan Thị Đào", today())
		for _, role := range []string{access.RoleLead, access.RoleDeputy, access.RoleCommittee} {
			desk := w.mustDesk(t, orgtest.Actor(role, w.HoaBinh), w.HoaBinh, today())
			if desk.DossiersAll != 4 || len(desk.Dossiers) != 3 || desk.Dossiers[0].Person.Name != "Cao Thị Na" || desk.Dossiers[1].Person.Name != "Hồ Thị Lê" || desk.Dossiers[2].Due != today().AddDays(30) {
				t.Errorf("%s: %d, %+v", role, desk.DossiersAll, desk.Dossiers)
			}
		}
		me, _ := w.join(t, w.HoaBinh, "Thái Thị Mận")
		for _, who := range []access.Actor{me, orgtest.Actor(access.RoleUpper, w.Town), orgtest.Actor(access.RoleFollower, w.HoaBinh)} {
			if desk := w.mustDesk(t, who, w.HoaBinh, today()); desk.DossiersAll != 0 || len(desk.Dossiers) != 0 {
				t.Errorf("%+v sees %+v", who.Grants, desk.Dossiers)
			}
		}
	})
}
