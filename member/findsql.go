package member

import (
	"cmp"
	"context"
	"slices"

	"chibo/internal/db"
	"chibo/internal/viet"
)

// findSlots is how many words the database compares; the others are compared here.
const findSlots = 5

// For each word, a folded name begins with it or has a word that does. The empty text
// keeps SQLite from planning the statement anew for each pattern, which takes longer
// than a small search.
const (
	beginsPerson = ` ($1 = '' OR f.fold LIKE $1 || '' OR f.fold LIKE $2 || '' OR
     f.other_fold <> '' AND (f.other_fold LIKE $1 || '' OR f.other_fold LIKE $2 || ''))
   AND ($3 = '' OR f.fold LIKE $3 || '' OR f.fold LIKE $4 || '' OR
     f.other_fold <> '' AND (f.other_fold LIKE $3 || '' OR f.other_fold LIKE $4 || ''))
   AND ($5 = '' OR f.fold LIKE $5 || '' OR f.fold LIKE $6 || '' OR
     f.other_fold <> '' AND (f.other_fold LIKE $5 || '' OR f.other_fold LIKE $6 || ''))
   AND ($7 = '' OR f.fold LIKE $7 || '' OR f.fold LIKE $8 || '' OR
     f.other_fold <> '' AND (f.other_fold LIKE $7 || '' OR f.other_fold LIKE $8 || ''))
   AND ($9 = '' OR f.fold LIKE $9 || '' OR f.fold LIKE $10 || '' OR
     f.other_fold <> '' AND (f.other_fold LIKE $9 || '' OR f.other_fold LIKE $10 || ''))`
	beginsMember = ` ($1 = '' OR f.fold LIKE $1 || '' OR f.fold LIKE $2 || '') AND ($3 = '' OR f.fold LIKE $3 || '' OR f.fold LIKE $4 || '')
   AND ($5 = '' OR f.fold LIKE $5 || '' OR f.fold LIKE $6 || '') AND ($7 = '' OR f.fold LIKE $7 || '' OR f.fold LIKE $8 || '')
   AND ($9 = '' OR f.fold LIKE $9 || '' OR f.fold LIKE $10 || '')`
)

const personTexts = `f.part_id, f.id, f.name, f.other_name, f.sort`

// Names of whole parts are compared in one index of folded names; the row of a person
// is read for a hit only. The parts are those of the scope ($11, $12), or some of them
// from all over it ($13 many). $15 is the longest word: to look for it anywhere is the
// cheapest way to pass over a name.
const (
	partsHead = `WITH h AS MATERIALIZED (
  SELECT f.part_id, f.id FROM (
    SELECT o.id FROM org o WHERE o.id = o.part_id AND o.path >= $11 AND o.path < $12 ORDER BY o.id % 61, o.id LIMIT $13) p
  CROSS JOIN person f WHERE f.part_id = p.id AND (f.other_fold <> '' OR `
	partsTail = ` LIMIT $14)
SELECT ` + personTexts + ` FROM h CROSS JOIN person f WHERE f.part_id = h.part_id AND f.id = h.id AND f.merged_into = 0`

	findPartsSQLite   = partsHead + `instr(f.fold, $15) > 0) AND` + beginsPerson + partsTail
	findPartsPostgres = partsHead + `strpos(f.fold, $15) > 0) AND` + beginsPerson + partsTail
)

// Guests ($14 not 0), those who had left by the day ($13; ” nobody), and those who have
// left since the day ($16; ” nobody), have their folded names with the membership: who
// moved to another part or has another name today is found by them.
const findOthersSQL = `SELECT f.part_id, f.person_id, f.id, f.name, f.sort FROM org p CROSS JOIN membership f
 WHERE p.id = p.part_id AND p.path >= $11 AND p.path < $12 AND f.part_id = p.id AND f.fold <> '' AND` + beginsMember + `
   AND ($14 <> 0 AND f.kind = 'guest' OR $13 <> '' AND f.to_day <> '' AND f.to_day <= $13
     OR $16 <> '' AND f.to_day > $16 AND f.from_day <= $16) LIMIT $15`

// A scope below a part is some cells: their members are read, and compared here.
const findCellsSQL = `SELECT m.part_id, m.person_id, m.id, COALESCE(f.name, ''), m.name, COALESCE(f.other_name, ''), m.sort
  FROM org c CROSS JOIN membership m LEFT JOIN person f ON f.part_id = m.part_id AND f.id = m.person_id
 WHERE c.path >= $1 AND c.path < $2 AND m.part_id = c.part_id AND m.cell_id = c.id
   AND m.from_day <= $3 AND (m.to_day = '' OR m.to_day > $3 OR $4 <> 0) LIMIT $5`

// cellsMost is more members than one grassroots organisation ever had.
const cellsMost = 50_000

// Full text: $1 is a query of that engine. For SQLite the scope is part of it; of what
// PostgreSQL gathers, up to $2, the tree leaves the parts of the scope.
const (
	findWordsSQLite = `SELECT ` + personTexts + ` FROM person_fts CROSS JOIN person f
 WHERE person_fts MATCH $1 AND f.id = person_fts.rowid AND f.merged_into = 0 LIMIT $2`

	findWordsPostgres = `WITH f AS MATERIALIZED (SELECT part_id, id, name, other_name, sort FROM person
 WHERE array_to_tsvector(array_remove(string_to_array(left(
  fold || ' ' || other_fold || ' ' || translate(name || ' ' || other_name,
  'ABCDEFGHIJKLMNOPQRSTUVWXYZĐÀẢÃÁẠĂẰẲẴẮẶÂẦẨẪẤẬÈẺẼÉẸÊỀỂỄẾỆÌỈĨÍỊÒỎÕÓỌÔỒỔỖỐỘƠỜỞỠỚỢÙỦŨÚỤƯỪỬỮỨỰỲỶỸÝỴ',
  'abcdefghijklmnopqrstuvwxyzđàảãáạăằẳẵắặâầẩẫấậèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵ'
  ), 500), ' '), '')) @@ CAST($1 AS tsquery) AND merged_into = 0 LIMIT $2)
SELECT ` + personTexts + ` FROM f CROSS JOIN org p WHERE p.id = f.part_id AND p.path >= $3 AND p.path < $4 LIMIT $5`

	// Many hits tempt the planner to read the table from its start, and a plan for any
	// words minds the empty ones too.
	findPlanPostgres = `SELECT set_config('enable_seqscan', $1, true) || set_config('enable_hashjoin', $1, true) ||
 set_config('enable_mergejoin', $1, true) || set_config('enable_indexscan', $2, true) || set_config('enable_indexonlyscan', $2, true) ||
 set_config('plan_cache_mode', $3, true)`
)

// ways is what PostgreSQL's planner may do.
type ways struct{ scans, indexes, cache string }

func anyWay() ways   { return ways{"on", "on", "auto"} }
func byIndex() ways  { return ways{"off", "on", "force_custom_plan"} }
func byBitmap() ways { return ways{"off", "off", "force_custom_plan"} }

// plan tells PostgreSQL which ways it may take until told again. Elsewhere it does
// nothing.
func (s *search) plan(ctx context.Context, w ways) error {
	if db.DialectOf(s.q) != db.Postgres || w == s.ways {
		return nil
	}
	s.ways = w
	var set string
	return s.q.QueryRow(ctx, findPlanPostgres, w.scans, w.indexes, w.cache).Scan(&set)
}

func scanPerson(s db.Scanner) (candidate, error) {
	c := candidate{text: &texts{}}
	err := s.Scan(&c.part, &c.person, &c.text.name, &c.text.other, &c.text.sort)
	return c, err
}

func scanOther(s db.Scanner) (candidate, error) {
	c := candidate{text: &texts{}}
	err := s.Scan(&c.part, &c.person, &c.membership, &c.text.then, &c.text.sort)
	return c, err
}

func scanInCell(s db.Scanner) (candidate, error) {
	c := candidate{text: &texts{}}
	err := s.Scan(&c.part, &c.person, &c.membership, &c.text.name, &c.text.then, &c.text.other, &c.text.sort)
	return c, err
}

// inCells gives the members of a scope below a part.
func (s *search) inCells(ctx context.Context) error {
	left := 0
	if s.in.Left {
		left = 1
	}
	list, err := db.List(ctx, s.q, scanInCell, findCellsSQL, s.span.Lo, s.span.Hi, s.in.Day, left, cellsMost)
	s.add(list)
	return err
}

// inParts compares the names of so many parts of the scope and says how many fit.
func (s *search) inParts(ctx context.Context, parts int) (int, error) {
	patterns, _ := viet.Patterns(s.typed, findSlots)
	longest := slices.MaxFunc(s.typed, func(a, b viet.Word) int { return cmp.Compare(len(a.Fold), len(b.Fold)) })
	query := findPartsSQLite
	if db.DialectOf(s.q) == db.Postgres {
		query = findPartsPostgres
	}
	list, err := db.List(ctx, s.q, scanPerson, query, append(patterns, s.span.PartLo, s.span.PartHi, parts, s.most+1, longest.Fold)...)
	s.add(list)
	return len(list), err
}

// others adds guests and, when asked for, who has left; on a past day, who has left
// since. In the whole tree a guest is found at home.
func (s *search) others(ctx context.Context) error {
	guests, left, since := 1, "", ""
	if s.whole {
		guests = 0
	}
	if s.in.Left {
		left = s.in.Day.String()
	}
	if s.in.Past {
		since = s.in.Day.String()
	}
	if guests == 0 && left == "" && since == "" {
		return nil
	}
	patterns, _ := viet.Patterns(s.typed, findSlots)
	args := append(patterns[:len(patterns):len(patterns)], s.span.PartLo, s.span.PartHi, left, guests, s.most+1, since)
	list, err := db.List(ctx, s.q, scanOther, findOthersSQL, args...)
	s.add(list)
	s.cut = s.cut || len(list) > s.most
	return err
}

const hitSlotList = ` ($8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27)`

const hitColumns = rowColumns + ` FROM membership m CROSS JOIN org c` + rowJoins + ` WHERE c.id = m.cell_id AND `

const (
	hitOfPersonSQL   = hitColumns + `m.part_id = $7 AND m.person_id = $8 AND ` + condition + ` ORDER BY m.sort, m.id, s.id`
	hitsOfPersonsSQL = hitColumns + `m.part_id = $7 AND m.person_id IN` + hitSlotList + ` AND ` + condition + ` ORDER BY m.sort, m.id, s.id`
	hitsSQL          = hitColumns + `m.part_id = $7 AND m.id IN` + hitSlotList + ` AND ` + condition + ` ORDER BY m.sort, m.id, s.id`
	hitSQL           = hitColumns + `m.part_id = $7 AND m.id = $8 AND ` + condition + ` ORDER BY s.id`
	hitLeftSQL       = hitColumns + `m.part_id = $7 AND m.id = $8 AND` + here + `
   AND m.to_day <> '' AND m.to_day <= $3 AND $4 >= 0 AND $5 = '' ORDER BY s.id`
)

func (s *search) scanRow(sc db.Scanner) (Row, error) { return scanRow(sc, s.in.Day) }

// rows reads memberships by today's tree, or in the view of a past day.
func (s *search) rows(ctx context.Context, today, then string, part, id int64) ([]Row, error) {
	args := s.args(part, id)
	if s.then != nil {
		today = then
		args[0], args[1] = s.then.View.Range()
		lo, hi := s.then.May.Range()
		args = append(args, lo, hi)
	}
	return db.List(ctx, s.q, s.scanRow, today, args...)
}

func (s *search) args(part, id int64) []any {
	return []any{s.span.Lo, s.span.Hi, s.in.Day, 1, s.in.Standing, s.scope.Reach(), part, id}
}

// home gives the row of a person: the home, and a guest's place only where there is no
// home.
func (s *search) home(ctx context.Context, c candidate) ([]Row, error) {
	list, ready := s.ready[c.person]
	var err error
	if !ready {
		list, err = s.rows(ctx, hitOfPersonSQL, hitOfPersonThenSQL, c.part, c.person)
	}
	list = distinct(list, func(r Row) int64 { return r.Ref.ID })
	for i, r := range list {
		if r.Kind == KindHome {
			return list[i : i+1], err
		}
	}
	return list, err
}

// hitSlots is how many persons are read at once.
const hitSlots = 20

// prepare reads the rows of the best candidates of one part at once: asked for one by
// one they are most of the time that a search in a commune, or in a cell, takes.
func (s *search) prepare(ctx context.Context) (err error) {
	if s.then != nil || s.span.Part == 0 || len(s.list) < 2 {
		return nil
	}
	var persons, members []int64
	for _, c := range s.list {
		switch {
		case c.part != s.span.Part || len(persons)+len(members) >= hitSlots:
		case c.membership == 0 && !slices.Contains(persons, c.person):
			persons = append(persons, c.person)
		case c.membership != 0:
			members = append(members, c.membership)
		}
	}
	if s.ready, err = s.many(ctx, hitsOfPersonsSQL, persons, func(r Row) int64 { return r.PersonID }); err != nil {
		return err
	}
	s.members, err = s.many(ctx, hitsSQL, members, func(r Row) int64 { return r.Ref.ID })
	return err
}

// many reads the rows of up to hitSlots persons or memberships of the part.
func (s *search) many(ctx context.Context, query string, ids []int64, of func(Row) int64) (map[int64][]Row, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	args, out := s.args(s.span.Part, 0)[:7], map[int64][]Row{}
	for i := range hitSlots {
		id := int64(0)
		if i < len(ids) {
			id = ids[i]
			out[id] = nil
		}
		args = append(args, id)
	}
	list, err := db.List(ctx, s.q, s.scanRow, query, args...)
	for _, r := range list {
		out[of(r)] = append(out[of(r)], r)
	}
	return out, err
}

// byMembership gives the row of a candidate that is a membership, in force on the day
// or, when asked for, over by then.
func (s *search) byMembership(ctx context.Context, c candidate) ([]Row, error) {
	list, ready := s.members[c.membership]
	var err error
	if !ready {
		list, err = s.rows(ctx, hitSQL, hitThenSQL, c.part, c.membership)
	}
	if err == nil && len(list) == 0 && s.in.Left {
		list, err = db.List(ctx, s.q, s.scanRow, hitLeftSQL, s.args(c.part, c.membership)...)
	}
	return distinct(list, func(r Row) int64 { return r.Ref.ID }), err
}

// partsOf gives the parts of the scope.
func (s *search) partsOf(ctx context.Context) ([]int64, error) {
	if s.span.Part != 0 {
		return []int64{s.span.Part}, nil
	}
	return db.List(ctx, s.q, func(sc db.Scanner) (id int64, err error) { return id, sc.Scan(&id) }, partsSQL, s.span.PartLo, s.span.PartHi)
}

const partsSQL = `SELECT p.id FROM org p WHERE p.id = p.part_id AND p.path >= $1 AND p.path < $2`
