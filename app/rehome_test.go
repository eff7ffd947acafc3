package app

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"chibo/internal/db"
	"chibo/internal/db/dbtest"
)

// Every table with a part_id follows a unit to another part with every column, or is
// an exception with its reason.
func TestRehomingKnowsEveryTable(t *testing.T) {
	d := dbtest.New(t)
	insert := regexp.MustCompile(`^INSERT INTO (\w+) \(([^)]*)\)\s+SELECT ([\s\S]*?)\s+FROM (\w+) t WHERE t\.part_id = \$2 AND `)
	lists := map[string][]string{}
	for _, list := range rehomed() {
		for _, r := range list {
			m := insert.FindStringSubmatch(r.Insert)
			if m == nil || m[1] != m[4] || !strings.HasPrefix(r.Delete, "DELETE FROM "+m[1]+" WHERE part_id = $2 AND ") {
				t.Fatalf("not of the form that db.Rehoming asks for:\n%s\n%s", r.Insert, r.Delete)
			}
			columns, values := split(m[2]), split(m[3])
			if len(columns) == 0 || columns[0] != "part_id" || values[0] != "CAST($3 AS bigint)" || !slices.Equal(prefixed(columns[1:]), values[1:]) {
				t.Errorf("%s: columns and values differ:\n%v\n%v", m[1], columns, values)
			}
			// The condition of both statements is the same.
			where := r.Insert[len(m[0]):]
			if got := strings.TrimPrefix(r.Delete, "DELETE FROM "+m[1]+" WHERE part_id = $2 AND "); "t."+got != where {
				t.Errorf("%s: copied is %q, deleted %q", m[1], where, got)
			}
			lists[m[1]] = columns
		}
	}
	except := notRehomed()
	for table, columns := range partTables(t, d) {
		got, listed := lists[table]
		switch {
		case listed && except[table] != "":
			t.Errorf("%s is in a list and an exception", table)
		case listed:
			if slices.Sort(got); !slices.Equal(got, columns) {
				t.Errorf("%s has the columns\n%v, the list\n%v", table, columns, got)
			}
		case except[table] == "":
			t.Errorf("%s has a part_id, is in no list and no exception: see db.Rehome", table)
		}
		delete(lists, table)
		delete(except, table)
	}
	for table := range lists {
		t.Errorf("%s is listed and has no part_id", table)
	}
	for table := range except {
		t.Errorf("%s is an exception and has no part_id", table)
	}
}

func split(list string) []string {
	out := strings.Split(list, ",")
	for i := range out {
		out[i] = strings.TrimSpace(out[i])
	}
	return out
}

func prefixed(columns []string) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = "t." + c
	}
	return out
}

// partTables gives the tables with a part_id and their columns, in order of names.
func partTables(t *testing.T, d *db.DB) map[string][]string {
	t.Helper()
	type column struct{ table, name string }
	var all []column
	err := d.Read(t.Context(), func(q db.Q) (err error) {
		all, err = db.List(t.Context(), q, func(s db.Scanner) (c column, err error) { return c, s.Scan(&c.table, &c.name) },
			`SELECT s.name, c.name FROM sqlite_schema s, pragma_table_info(s.name) c WHERE s.type = 'table' ORDER BY s.name, c.name`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for _, c := range all {
		out[c.table] = append(out[c.table], c.name)
	}
	for table, columns := range out {
		if !slices.Contains(columns, "part_id") {
			delete(out, table)
		}
	}
	if len(out) < 20 {
		t.Fatalf("only %d tables with a part_id found", len(out))
	}
	return out
}
