package db_test

import (
	"slices"
	"strings"
	"testing"

	"chibo/internal/db"
	"chibo/internal/db/dbtest"
)

// Indexes that are put off are the ones across parts, and come back as they were;
// putting off twice and catching up twice changes nothing more.
func TestIndexesThatWait(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		before := indexesOf(t, d)
		for range 2 {
			if err := d.PutOff(t.Context(), "membership", "person"); err != nil {
				t.Fatal(err)
			}
		}
		during := indexesOf(t, d)
		var gone []string
		for _, i := range before {
			if !slices.Contains(during, i) {
				gone = append(gone, i)
			}
		}
		if !slices.ContainsFunc(gone, func(s string) bool { return strings.HasPrefix(s, "membership_sort ") }) || slices.ContainsFunc(gone, func(s string) bool { return strings.Contains(s, "(part_id") }) {
			t.Errorf("put off: %q", gone)
		}
		for range 2 {
			if err := d.CatchUp(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if after := indexesOf(t, d); !slices.Equal(before, after) {
			t.Errorf("indexes before\n%q\nafter\n%q", before, after)
		}
	})
}

// indexesOf gives name and definition of the indexes of the two tables.
func indexesOf(t *testing.T, d *db.DB) []string {
	t.Helper()
	query := `SELECT name || ' ' || COALESCE(sql, '') FROM sqlite_schema WHERE type = 'index' AND tbl_name IN ('membership', 'person') ORDER BY name`
	if d.Dialect() == db.Postgres {
		query = `SELECT indexname || ' ' || indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename IN ('membership', 'person') ORDER BY indexname`
	}
	var list []string
	err := d.Read(t.Context(), func(q db.Q) (err error) {
		list, err = db.List(t.Context(), q, func(s db.Scanner) (text string, err error) { return text, s.Scan(&text) }, query)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}
