package sqlcheck_test

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/db/sqlcheck"
)

// What is asked of one meeting, cell or person is found by an index: a part has thousands
// of rows, and more each month. A statement that names the part and then walks it stands
// in walks with the reason; a new one fails here. What is usually the matter: the index has
// a condition that the statement does not repeat, or there is none.
func TestNoPartIsWalkedForOne(t *testing.T) {
	r, known, seen := load(t, false), walks(), map[string]bool{}
	d := dbtest.New(t)
	for _, s := range r.Statements {
		if s.Only() == "postgres" || s.SQL == "" || isControl(s.SQL) || !asked(s) {
			continue
		}
		for _, step := range plan(t, d, s.SQL) {
			table := walked.FindStringSubmatch(step)
			if table == nil || !byPart(s.SQL, table[1]+table[2]) {
				continue
			}
			key := strings.TrimPrefix(s.Pkg, "chibo/") + "." + s.Name
			if seen[key] = true; known[key] == "" {
				t.Errorf("%s: %s asks for rows of one part and walks it: %s\n%s", s.Pos, key, step, s.SQL)
			}
		}
	}
	for key := range known {
		if !seen[key] {
			t.Errorf("%s walks no part any more: take it out of walks", key)
		}
	}
}

// asked says whether a page or an act may ask the statement: a cell that moves to another
// part is written anew row by row, which is seldom, and the sample is made once.
func asked(s sqlcheck.Statement) bool {
	return !strings.HasSuffix(s.Pos.Filename, "rehome.go") && !strings.HasPrefix(s.Pkg, "chibo/internal/db") &&
		!strings.HasPrefix(s.Pkg, "chibo/bench") && !strings.HasPrefix(s.Pkg, "chibo/app/demo")
}

// walked is a step of a plan that reads all of a table, or all that one part has in it.
var walked = regexp.MustCompile(`^(?:SCAN (\w+)|SEARCH (\w+) USING (?:COVERING )?INDEX \w+ \(part_id=\?\))(?:$| )`)

// byPart says whether a statement names the part of the rows it wants of a table.
func byPart(sql, alias string) bool {
	return regexp.MustCompile(`\b`+alias+`\.part_id = \$`).MatchString(sql) ||
		!strings.Contains(sql, ".part_id") && regexp.MustCompile(`\bpart_id = \$`).MatchString(sql)
}

var parameter = regexp.MustCompile(`\$(\d+)`)

// plan gives the steps in which SQLite answers a statement, without rows and figures.
func plan(t *testing.T, d *db.DB, sql string) []string {
	t.Helper()
	args := 0
	for _, m := range parameter.FindAllStringSubmatch(sql, -1) {
		n, _ := strconv.Atoi(m[1])
		args = max(args, n)
	}
	var steps []string
	err := d.Read(t.Context(), func(q db.Q) (err error) {
		steps, err = db.List(t.Context(), q, func(s db.Scanner) (step string, err error) {
			var id, parent, unused int
			return step, s.Scan(&id, &parent, &unused, &step)
		}, "EXPLAIN QUERY PLAN "+sql, slices.Repeat([]any{1}, args)...)
		return err
	})
	if err != nil {
		t.Errorf("%v\n%s", err, sql)
	}
	return steps
}

// walks gives the statements that walk a part on purpose, with the reason.
func walks() map[string]string {
	return map[string]string{
		"org.listPartSQL":         "gives all of it",
		"org.inPartSQL":           "gives all of it below a unit",
		"figure.sumStateSQL":      "adds it up",
		"member.hitsOfPersonsSQL": "goes by the persons once the register is filled",
		"member.ofSpellSQL":       "some transfers a year",
	}
}
