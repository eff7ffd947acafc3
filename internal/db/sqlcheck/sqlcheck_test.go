package sqlcheck_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/db/sqlcheck"
)

// loaded is the whole module and the package of planted errors.
var loaded = sync.OnceValues(func() (*sqlcheck.Result, error) {
	return sqlcheck.Load("../../..", "./...", "./internal/db/sqlcheck/testdata/planted")
})

const plantedPkg = "chibo/internal/db/sqlcheck/testdata/planted"

// load gives the module, or what is planted.
func load(t *testing.T, wantPlanted bool) (found sqlcheck.Result) {
	t.Helper()
	all, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all.Statements {
		if (s.Pkg == plantedPkg) == wantPlanted {
			found.Statements = append(found.Statements, s)
		}
	}
	for _, p := range all.Problems {
		if (p.Pkg == plantedPkg) == wantPlanted {
			found.Problems = append(found.Problems, p)
		}
	}
	return found
}

// Every statement of the module: portable by its text, and understood by both engines
// with the schema of today.
func TestModule(t *testing.T) {
	r := load(t, false)
	if len(r.Statements) < 50 {
		t.Fatalf("only %d statements found: the search is broken", len(r.Statements))
	}
	for _, p := range r.Problems {
		t.Error(p)
	}
	// This package and dbtest look at the engines themselves.
	portable := slices.DeleteFunc(r.Statements, func(s sqlcheck.Statement) bool {
		return strings.HasPrefix(s.Pkg, "chibo/internal/db/")
	})
	for _, s := range portable {
		for _, bad := range sqlcheck.CheckText(s) {
			t.Error(sqlcheck.Problem{Pos: s.Pos, Text: bad})
		}
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, s := range portable {
			if only := s.Only(); only != "" && only != string(d.Dialect()) {
				continue
			}
			if err := d.Prepare(t.Context(), s.SQL); err != nil && !isControl(s.SQL) {
				t.Error(sqlcheck.Problem{Pos: s.Pos, Text: err.Error()})
			}
		}
	})
}

// isControl: statements about the connection, which internal/db alone gives.
func isControl(sql string) bool {
	return slices.ContainsFunc([]string{"PRAGMA ", "BEGIN", "COMMIT", "ROLLBACK"}, func(w string) bool {
		return strings.HasPrefix(sql, w)
	})
}

// What is planted is found, and nothing else is.
func TestPlantedErrorsAreFound(t *testing.T) {
	r := load(t, true)
	var problems []string
	for _, p := range r.Problems {
		problems = append(problems, p.String())
	}
	all := strings.Join(problems, "\n")
	for _, want := range []string{"the SQL is not a constant", "a statement while rows are read", "rows without Close or Err"} {
		if strings.Count(all, want) != 1 {
			t.Errorf("%q: %d times in\n%s", want, strings.Count(all, want), all)
		}
	}
	if len(problems) != 3 {
		t.Errorf("%d problems:\n%s", len(problems), all)
	}
	good, bad := 0, 0
	for _, s := range r.Statements {
		if len(sqlcheck.CheckText(s)) > 0 {
			bad++
		} else {
			good++
		}
	}
	if good != 6 || bad != 12 {
		t.Errorf("%d good and %d bad statements", good, bad)
	}
}

// undistributed are the tables that stay whole, on one node or copied to each: their
// keys need no part_id.
func undistributed() map[string]string {
	return map[string]string{
		"access_grant":     "reference: rights are asked for everywhere",
		"account":          "local: the login is unique in the whole database",
		"account_device":   "local: beside session",
		"account_first":    "local: beside account",
		"agenda_template":  "reference: rules in force, read from any part",
		"calendar_feed":    "local: looked up by its token",
		"audit_seal":       "local: one chain of hashes over all parts",
		"blob":             "local: the hash is the key, whoever has the file",
		"blob_file":        "local: as blob, of a large file",
		"blob_chunk":       "local: as blob, a piece of a large file",
		"demo_fill":        "local: how far the demo is filled",
		"direct_grant":     "reference: beside access_grant",
		"campaign":         "reference: read from any part below",
		"campaign_step":    "reference: read from any part below",
		"guidance":         "reference: read from any part below",
		"erasure":          "local: what the engine of this database must forget",
		"goose_db_version": "local: of the migrations",
		"ident_node":       "local: id leases",
		"job":              "local: the queue",
		"late_index":       "local: indexes that a fill has put off",
		"name_word":        "reference: the words of which names are made",
		"kept":             "reference: asked with the tree",
		"org":              "reference: the tree",
		"org_before":       "reference: what a reorganisation found",
		"org_past":         "reference: the trees before",
		"reorg_act":        "reference: acts that change the tree",
		"reorg_item":       "local: how far an act is carried out",
		"reorg_moved":      "reference: where rows went, asked for from any part",
		"reorg_sign":       "local: what an act left",
		"reorg_step":       "reference: acts that change the tree",
		"rule_override":    "reference: rules in force",
		"seal_key":         "local: which keys the whole database was used with",
		"session":          "local: looked up by its token",
		"standin":          "reference: beside access_grant",
	}
}

// Rule 1 of distribution (data.md): primary, unique and foreign keys contain part_id.
func TestKeysContainPartID(t *testing.T) {
	d := dbtest.New(t)
	ctx := t.Context()
	whole := undistributed()
	for _, table := range tables(t, d, db.SQLite) {
		if whole[table] != "" || strings.Contains(table, "_fts") {
			delete(whole, table)
			continue
		}
		err := d.Read(ctx, func(q db.Q) error {
			keys, err := keysOf(ctx, q, table)
			for name, columns := range keys {
				if !slices.Contains(columns, "part_id") {
					t.Errorf("%s: %s (%s) has no part_id", table, name, strings.Join(columns, ", "))
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for table := range whole {
		t.Errorf("%s is listed as not distributed and does not exist", table)
	}
}

type column struct{ key, name string }

func scanColumn(s db.Scanner) (c column, err error) { return c, s.Scan(&c.key, &c.name) }

// keysOf gives the columns of each primary, unique and foreign key of a table.
func keysOf(ctx context.Context, q db.Q, table string) (map[string][]string, error) {
	keys := make(map[string][]string)
	for _, query := range []string{
		`SELECT 'primary key', name FROM pragma_table_info($1) WHERE pk > 0`,
		`SELECT i.name, coalesce(c.name, '') FROM pragma_index_list($1) AS i, pragma_index_info(i.name) AS c WHERE i."unique" = 1`,
		`SELECT 'foreign key to ' || "table" || ' ' || id, "from" FROM pragma_foreign_key_list($1)`,
	} {
		list, err := db.List(ctx, q, scanColumn, query, table)
		if err != nil {
			return nil, err
		}
		for _, c := range list {
			keys[c.key] = append(keys[c.key], c.name)
		}
	}
	return keys, nil
}

// The two engines have the same tables with the same columns.
func TestEnginesHaveTheSameTables(t *testing.T) {
	want := columns(t, dbtest.New(t))
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		got := columns(t, d)
		for _, c := range want {
			if !slices.Contains(got, c) {
				t.Errorf("%s is missing", c)
			}
		}
		for _, c := range got {
			if !slices.Contains(want, c) {
				t.Errorf("%s is too many", c)
			}
		}
	})
}

func tables(t *testing.T, d *db.DB, dialect db.Dialect) (list []string) {
	t.Helper()
	query := `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite$_%' ESCAPE '$' ORDER BY name`
	if dialect == db.Postgres {
		query = `SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename`
	}
	err := d.Read(t.Context(), func(q db.Q) (err error) {
		list, err = db.List(t.Context(), q, func(s db.Scanner) (v string, err error) { return v, s.Scan(&v) }, query)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// columns gives table.column for all but what an engine needs for its own full text.
func columns(t *testing.T, d *db.DB) (all []string) {
	t.Helper()
	query := `SELECT $1, name FROM pragma_table_info($1)`
	if d.Dialect() == db.Postgres {
		query = `SELECT CAST($1 AS text), column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1`
	}
	for _, table := range tables(t, d, d.Dialect()) {
		if table == "goose_db_version" || strings.Contains(table, "_fts") {
			continue
		}
		err := d.Read(t.Context(), func(q db.Q) error {
			list, err := db.List(t.Context(), q, scanColumn, query, table)
			for _, c := range list {
				all = append(all, c.key+"."+c.name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}
