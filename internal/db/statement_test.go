package db

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestWritingOf(t *testing.T) {
	for _, c := range []struct{ query, want string }{
		{`SELECT a FROM note WHERE part_id = $1`, ""},
		{`WITH x AS (SELECT 1) SELECT a FROM x`, ""},
		{`SAVEPOINT one`, ""},
		{`INSERT INTO note (part_id, id, text) VALUES ($1, $2, $3)`, "note [1]"},
		{`INSERT INTO note (id, part_id) VALUES ($1, $2) ON CONFLICT (part_id, id) DO UPDATE SET text = excluded.text`, "note [2]"},
		{`INSERT INTO note (id, part_id) VALUES ($1, $2), ($3, $4)`, "note [2 4]"},
		{`INSERT INTO note (id, part_id) VALUES (CAST($1 AS bigint), $2), (coalesce($3, 1), $4 + 1)`, "note []"},
		{`INSERT INTO note (id, text) VALUES ($1, $2)`, "note []"},
		{`INSERT INTO note (part_id, id) SELECT CAST($3 AS bigint), n.id FROM note n WHERE n.part_id = $2`, "note []"},
		{`UPDATE note SET text = $3 WHERE part_id = $1 AND id = $2`, "note [1]"},
		{`UPDATE note SET text = $3 WHERE id = $2 AND note.part_id = $1`, "note [1]"},
		{`UPDATE note SET text = $3 WHERE part_id = $1 OR id = $2`, "note []"},
		{`UPDATE note SET text = (SELECT x FROM y WHERE part_id = $1) WHERE id = $2`, "note []"},
		{`UPDATE unit_month SET (a, b) = (SELECT COUNT(*), 1 FROM cell_month c WHERE c.part_id = $1) WHERE part_id = $1 AND month = $2`, "unit_month [1]"},
		{`DELETE FROM note WHERE part_id = $1 AND (id = $2 OR id = $3)`, "note [1]"},
		{`DELETE FROM note`, "note []"},
		{`CREATE TABLE x (a int)`, "all"},
		{`DROP INDEX x`, "all"},
		{`INSERT INTO "note" (part_id) VALUES ($1)`, "all"},
	} {
		w := writingOf(c.query)
		got := ""
		switch {
		case w.all:
			got = "all"
		case w.table != "":
			got = fmt.Sprint(w.table, " ", w.parts)
		}
		if got != c.want {
			t.Errorf("%s\n got %q, want %q", c.query, got, c.want)
		}
	}
}

func TestNeedsOf(t *testing.T) {
	tables := map[string]bool{}
	for _, n := range strings.Fields("org cell_month unit_month cell_state meeting meeting_step notice wall_act office score_talk score campaign kept") {
		tables[n] = true
	}
	for _, c := range []struct{ query, want string }{
		{`SELECT COUNT(*) FROM notice WHERE part_id = $1 AND person_id = $2`, "notice $1"},
		{`SELECT COUNT(*) FROM notice AS n WHERE part_id = $1 AND person_id = $2`, "notice $1"},
		{`SELECT COUNT(*) FROM notice WHERE part_id = $1 OR person_id = $2`, "notice"},
		{`SELECT COUNT(*) FROM notice, kept WHERE part_id = $1`, "kept, notice"},
		{`SELECT COUNT(*) FROM notice n JOIN kept k ON k.id = n.id WHERE part_id = $1`, "kept, notice"},
		{`SELECT COUNT(*) FROM notice n WHERE n.part_id = $1 AND n.person_id = $2`, "notice $1"},
		{`SELECT a FROM wall_act a WHERE a.visitor_id = $1`, "wall_act"},
		{`SELECT c.x FROM org o JOIN cell_month c ON c.part_id = o.part_id AND c.cell_id = o.id WHERE o.path >= $1 AND o.path < $2 AND c.month = $3`, "cell_month $1-$2, org"},
		{`SELECT m.month FROM org p JOIN unit_month m ON m.part_id = p.id WHERE p.id = p.part_id AND p.path >= $1 AND p.path < $2`, "org, unit_month $1-$2"},
		{`SELECT m.month FROM org p JOIN unit_month m ON m.part_id = p.id WHERE p.path >= $1 AND p.path < $2`, "org, unit_month"},
		{`SELECT o.id FROM org o LEFT JOIN org p ON p.id = o.parent_id LEFT JOIN cell_state s ON s.part_id = o.part_id AND s.cell_id = o.id
		  WHERE o.path >= $1 AND o.path < $2 AND (o.valid_to = '' OR o.valid_to > $3)`, "cell_state $1-$2, org"},
		{`SELECT c.x FROM cell_month c LEFT JOIN org o ON o.part_id = c.part_id AND o.path >= $1 AND o.path < $2`, "cell_month, org"},
		{`SELECT o.id FROM org o JOIN meeting m ON m.part_id = o.part_id JOIN meeting_step s ON s.part_id = m.part_id AND s.meeting_id = m.id
		  WHERE o.path >= $1 AND o.path < $2 AND (m.state = 'a' AND s.step = 'b' OR m.state = 'c') GROUP BY o.id`, "meeting $1-$2, meeting_step $1-$2, org"},
		{`SELECT o.id FROM org o JOIN cell_month c ON c.part_id = o.part_id WHERE o.path >= $1 AND o.path < $2 OR c.month = $3`, "cell_month, org"},
		{`SELECT o.id FROM org o JOIN cell_month c ON c.part_id = o.part_id OR c.month = $3 WHERE o.path >= $1 AND o.path < $2`, "cell_month, org"},
		{`SELECT o.id FROM org o JOIN cell_month c ON c.part_id = CASE WHEN o.a = 1 AND c.part_id = o.part_id AND o.b = 2 THEN 1 ELSE 2 END WHERE o.path >= $1 AND o.path < $2`, "cell_month, org"},
		{`SELECT o.id FROM org o JOIN cell_month c ON o.x = CASE WHEN o.a = 1 THEN 1 ELSE 2 END AND c.part_id = o.part_id WHERE o.path >= $1 AND o.path < $2`, "cell_month $1-$2, org"},
		{`SELECT (SELECT COUNT(*) FROM cell_month e WHERE e.part_id = c.part_id AND e.month < c.month) FROM cell_month c WHERE c.part_id = $1`, "cell_month $1"},
		{`SELECT c.x FROM cell_month c WHERE c.month IN (SELECT e.month FROM cell_month e WHERE e.part_id = $1 AND e.part_id = c.part_id)`, "cell_month"},
		{`SELECT e.x FROM cell_month e WHERE e.part_id = $1 UNION SELECT e.x FROM cell_month e WHERE e.x = $2`, "cell_month"},
		{`SELECT k.x FROM campaign k JOIN org o ON o.id = k.org_id WHERE k.org_id IN ($1, $2)`, "campaign, org"},
		{`SELECT t.x FROM org o JOIN score_talk t ON t.part_id = o.part_id JOIN score s ON s.part_id = t.part_id AND s.id = t.score_id
		  JOIN org w ON w.id = CASE WHEN t.state = 'asked' THEN o.id ELSE 1 END WHERE o.path >= $1 AND o.path < $2 AND w.path >= $1`, "org, score $1-$2, score_talk $1-$2"},
		{`SELECT p.id FROM org c CROSS JOIN org p CROSS JOIN unit_month m WHERE p.path >= c.path AND p.path || '' >= $2 AND p.id = p.part_id
		  AND c.path >= $2 AND c.path < $3 AND m.part_id = p.id`, "org, unit_month"},
		{`SELECT o.id FROM org o JOIN cell_month c USING (part_id) WHERE o.path >= $1 AND o.path < $2 AND c.part_id = o.part_id`, "cell_month, org"},
		{`SELECT COUNT(*) FILTER (WHERE c.part_id = $1) FROM cell_month c`, "cell_month"},
		{`SELECT 1 FROM cell_month c WHERE NOT (c.part_id = $1)`, "cell_month"},
		{`WITH h AS (SELECT o.part_id FROM org o WHERE o.path >= $1 AND o.path < $2) SELECT c.x FROM h CROSS JOIN cell_month c WHERE c.part_id = h.part_id`, "cell_month, org"},
		{`INSERT INTO notice (a) VALUES ($1)`, "?"},
	} {
		list, ok := needsOf(c.query, tables)
		var words []string
		for _, n := range list {
			w := n.table
			for i, s := range n.from {
				switch at := fmt.Sprintf(" $%d", s.arg); {
				case s.arg == 0:
					w += fmt.Sprintf(" $%d-$%d", s.lo, s.hi)
				case i == 0 || !strings.HasSuffix(w, at):
					w += at
				}
			}
			words = append(words, w)
		}
		slices.Sort(words)
		got := strings.Join(words, ", ")
		if !ok {
			got = "?"
		}
		if got != c.want {
			t.Errorf("%s\n got %q, want %q", c.query, got, c.want)
		}
	}
}
