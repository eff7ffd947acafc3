package demo_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"chibo/access"
	"chibo/account"
	"chibo/app/demo"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/seal"
	"chibo/internal/viet"
	"chibo/member"
	"chibo/org"
	"chibo/rulebook"
)

func tinyFill(t *testing.T, d *db.DB) *demo.Fill {
	t.Helper()
	book, err := rulebook.New()
	if err != nil {
		t.Fatal(err)
	}
	acc, err := account.New(account.Config{DB: d, Clock: d.Clock(), Book: book})
	if err != nil {
		t.Fatal(err)
	}
	return &demo.Fill{DB: d, Book: book, Accounts: acc, Keys: seal.Fresh(), Today: wideDay, Size: demo.Tiny}
}

// wideDay is the day of dbtest.
var wideDay = civil.Of(2026, 11, 3)

// The nation in small, stopped in the middle and made on: sums are exact, and every
// figure is what the ordinary functions count.
func TestWideSample(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := tinyFill(t, d)
		if err := f.Ground(t.Context()); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		f.Tell = func(percent int) {
			if percent > 40 {
				cancel()
			}
		}
		if err := f.History(ctx); !errors.Is(err, context.Canceled) {
			t.Fatalf("stopped with %v", err)
		}
		f = tinyFill(t, d)
		if err := f.Run(t.Context()); err != nil || f.Percent() != 100 {
			t.Fatalf("%d%%, %v", f.Percent(), err)
		}
		err := d.Read(t.Context(), func(q db.Q) error {
			top, err := org.Top(t.Context(), q)
			if err != nil {
				return err
			}
			t.Run("extent", func(t *testing.T) { wideExtent(t, q, top) })
			t.Run("letters", func(t *testing.T) { letters(t, q) })
			t.Run("numbers", func(t *testing.T) { numbers(t, q) })
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Run("figures", func(t *testing.T) { wideFigures(t, d) })
	})
}

func wideExtent(t *testing.T, q db.Q, top org.Unit) {
	scope, err := access.For(access.System(), access.FigureRead, top.Access())
	if err != nil {
		t.Fatal(err)
	}
	kinds, err := org.CountKinds(t.Context(), q, scope, wideDay)
	if err != nil || kinds[org.KindProvince] != 2 || kinds[org.KindCommuneParty] != 6 || kinds[org.KindCell] != 90 ||
		kinds[org.KindGrassrootsParty]+kinds[org.KindGrassrootsCell] != 30 {
		t.Errorf("%v, %v", kinds, err)
	}
	n, err := member.Count(t.Context(), q, scope, member.Filter{Day: wideDay})
	if err != nil || n != 1500 {
		t.Errorf("%d members, %v", n, err)
	}
	month, err := figure.Month(t.Context(), q, scope, wideDay.Month().Add(-1))
	if err != nil || month.Met < 85 || month.Good == 0 || month.Present*100 < month.Due*75 {
		t.Errorf("%+v, %v", month, err)
	}
	people, err := account.People(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	for login, role := range map[string]string{
		"bithu.hoabinh": access.RoleLead, "bithu.thitran": access.RoleUpper, "tochuc.xa": access.RoleKeeper, "tochuc.tinh": access.RoleKeeper,
		"tochuc.tw": access.RoleKeeper, "danguy.thitran": access.RoleFollower,
	} {
		i := slices.IndexFunc(people, func(a account.Account) bool { return a.Login == login })
		if i < 0 {
			t.Errorf("nobody is %s", login)
			continue
		}
		grants, err := access.LoadGrants(t.Context(), q, people[i].PersonID, wideDay)
		if err != nil || !slices.ContainsFunc(grants, func(g access.Grant) bool { return g.Role == role }) {
			t.Errorf("%s: %v, %v", login, grants, err)
		}
	}
}

// letters looks for every letter of the alphabet with every tone in somebody's name.
func letters(t *testing.T, q db.Q) {
	t.Helper()
	rows, err := q.Query(t.Context(), `SELECT name || ' ' || other_name FROM person`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close() //nolint:errcheck // Err below says it
	seen := map[rune]bool{}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		for _, r := range strings.ToLower(viet.NFC(name)) {
			seen[r] = true
		}
	}
	for _, r := range "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ" {
		if !seen[r] {
			t.Errorf("nobody has %c", r)
		}
	}
}

// Figures made from the plan are those counted from the register and the cells.
func wideFigures(t *testing.T, d *db.DB) {
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		states, months := statesOf(t, tx), monthsOf(t, tx)
		list, err := org.List(t.Context(), tx, systemScope(t, tx), org.Filter{Kinds: org.CellKinds(), Limit: 1000})
		if err != nil {
			return err
		}
		for _, c := range list {
			if err := member.RefreshState(t.Context(), tx, c.PartID, c.ID, wideDay); err != nil {
				return err
			}
		}
		if err := figure.RebuildMonths(t.Context(), tx, wideDay.Month().Add(-2), wideDay.Month()); err != nil {
			return err
		}
		same(t, "state", states, statesOf(t, tx))
		same(t, "month", months, monthsOf(t, tx))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func systemScope(t *testing.T, q db.Q) access.Scope {
	t.Helper()
	top, err := org.Top(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	scope, err := access.For(access.System(), access.FigureRead, top.Access())
	if err != nil {
		t.Fatal(err)
	}
	return scope
}

// rowsOf gives each row of a query as one text, to compare tables whole.
func rowsOf(t *testing.T, q db.Q, query string) []string {
	t.Helper()
	list, err := db.List(t.Context(), q, func(s db.Scanner) (string, error) {
		var v [10]int64
		var text [3]string
		err := s.Scan(&v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &v[6], &v[7], &v[8], &v[9], &text[0], &text[1], &text[2])
		return fmt.Sprint(v, text), err
	}, query)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func statesOf(t *testing.T, q db.Q) []string {
	return append(rowsOf(t, q, `SELECT part_id, cell_id, members, officials, reserves, exempt, away, 0, 0, 0, last_admitted, '', '' FROM cell_state ORDER BY part_id, cell_id`),
		rowsOf(t, q, `SELECT part_id, cells, members, officials, reserves, exempt, away, 0, 0, 0, '', '', '' FROM unit_state ORDER BY part_id`)...)
}

func monthsOf(t *testing.T, q db.Q) []string {
	return append(rowsOf(t, q, `SELECT part_id, month, cells, met, thematic, due, present, excused, good, fair, '', '', '' FROM unit_month ORDER BY part_id, month`),
		rowsOf(t, q, `SELECT part_id, month, passed, failed, average, weak, sent, sent_late, tasks_due, tasks_done, '', '', '' FROM unit_month ORDER BY part_id, month`)...)
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if len(got) != len(want) || len(want) < 12 {
		t.Errorf("%s: %d rows, counted anew %d", what, len(got), len(want))
		return
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("%s: %s, counted anew %s", what, got[i], want[i])
		}
	}
}

// numbers says that cards and identity numbers have twelve digits and are nobody
// else's, that a reserve member has no card, and that some births are known in part.
func numbers(t *testing.T, q db.Q) {
	t.Helper()
	for _, c := range []struct {
		what, query string
		least, most int
	}{
		{"cards given twice", `SELECT count(*) - count(DISTINCT card) FROM person WHERE card <> ''`, 0, 0},
		{"cards of another length", `SELECT count(*) FROM person WHERE card <> '' AND length(card) <> 12`, 0, 0},
		{"identity numbers given twice", `SELECT count(*) - count(DISTINCT idno_mac) FROM person WHERE idno_mac <> ''`, 0, 0},
		{"without a card", `SELECT count(*) FROM person WHERE card = ''`, 5, 400},
		{"cards of reserve members", `SELECT count(*) FROM membership m JOIN person p ON p.part_id = m.part_id AND p.id = m.person_id
  WHERE m.official_on = '' AND p.card <> ''`, 0, 0},
		{"without an identity number", `SELECT count(*) FROM person WHERE idno_sealed = ''`, 5, 400},
		{"births of a month", `SELECT count(*) FROM person WHERE length(birth) = 7`, 3, 400},
		{"births of a year", `SELECT count(*) FROM person WHERE length(birth) = 4`, 3, 1500},
		{"other names", `SELECT count(*) FROM person WHERE other_name <> ''`, 10, 500},
		{"namesakes", `SELECT count(*) - count(DISTINCT name) FROM person`, 10, 9000},
	} {
		var n int
		if err := q.QueryRow(t.Context(), c.query).Scan(&n); err != nil || n < c.least || n > c.most {
			t.Errorf("%s: %d, %v", c.what, n, err)
		}
	}
}
