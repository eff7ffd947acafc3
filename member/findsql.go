package member

import (
	"context"

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
// from all over it ($13 many).
const findPartsSQL = `WITH h AS MATERIALIZED (
  SELECT f.part_id, f.id FROM (
    SELECT o.id FROM org o WHERE o.id = o.part_id AND o.path >= $11 AND o.path < $12 ORDER BY o.id % 61, o.id LIMIT $13) p
  CROSS JOIN person f WHERE f.part_id = p.id AND` + beginsPerson + ` LIMIT $14)
SELECT ` + personTexts + ` FROM h CROSS JOIN person f WHERE f.part_id = h.part_id AND f.id = h.id AND f.merged_into = 0`

// Guests ($14 not 0), and those who had left by the day ($13; ” nobody), have their
// folded names with the membership.
const findOthersSQL = `SELECT f.part_id, f.person_id, f.id, f.name, f.sort FROM org p CROSS JOIN membership f
 WHERE p.id = p.part_id AND p.path >= $11 AND p.path < $12 AND f.part_id = p.id AND f.fold <> '' AND` + beginsMember + `
   AND ($14 <> 0 AND f.kind = 'guest' OR $13 <> '' AND f.to_day <> '' AND f.to_day <= $13) LIMIT $15`

// A scope below a part is some cells: their members are read, and compared here.
const findCellsSQL = `SELECT m.part_id, m.person_id, m.id, COALESCE(f.name, ''), m.name, COALESCE(f.other_name, ''), m.sort
  FROM org c CROSS JOIN membership m LEFT JOIN person f ON f.part_id = m.part_id AND f.id = m.person_id
 WHERE c.path >= $1 AND c.path < $2 AND m.part_id = c.part_id AND m.cell_id = c.id
   AND m.from_day <= $3 AND (m.to_day = '' OR m.to_day > $3 OR $4 <> 0) LIMIT $5`

// cellsMost is more members than one grassroots organisation ever had.
const cellsMost = 50_000

// Full text: $1 is a query of that engine. The tree decides for each hit ($2, $3), as
// far as the query has not done it yet.
const (
	findWordsSQLite = `SELECT ` + personTexts + ` FROM person_fts CROSS JOIN person f
 WHERE person_fts MATCH $1 AND f.id = person_fts.rowid AND f.merged_into = 0 LIMIT $2`

	findWordsPostgres = `SELECT ` + personTexts + ` FROM person f
 WHERE array_to_tsvector(array_remove(string_to_array(left(
  fold || ' ' || other_fold || ' ' || translate(name || ' ' || other_name,
  'ABCDEFGHIJKLMNOPQRSTUVWXYZĐÀẢÃÁẠĂẰẲẴẮẶÂẦẨẪẤẬÈẺẼÉẸÊỀỂỄẾỆÌỈĨÍỊÒỎÕÓỌÔỒỔỖỐỘƠỜỞỠỚỢÙỦŨÚỤƯỪỬỮỨỰỲỶỸÝỴ',
  'abcdefghijklmnopqrstuvwxyzđàảãáạăằẳẵắặâầẩẫấậèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵ'
  ), 500), ' '), '')) @@ CAST($1 AS tsquery) AND f.merged_into = 0
   AND f.part_id IN (SELECT p.id FROM org p WHERE p.id = p.part_id AND p.path >= $2 AND p.path < $3) LIMIT $4`

	// Many hits tempt the planner to read the table from its start.
	findPlanPostgres = `SELECT set_config('enable_seqscan', $1, true) || set_config('enable_hashjoin', $1, true) ||
 set_config('enable_mergejoin', $1, true) || set_config('enable_indexscan', $2, true) || set_config('enable_indexonlyscan', $2, true)`
)

const (
	onPostgres  = "on"
	offPostgres = "off"
)

// plan tells PostgreSQL which ways it may take until told again. Elsewhere it does
// nothing.
func (s *search) plan(ctx context.Context, scans, indexes string) error {
	if db.DialectOf(s.q) != db.Postgres {
		return nil
	}
	var set string
	return s.q.QueryRow(ctx, findPlanPostgres, scans, indexes).Scan(&set)
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
	list, err := db.List(ctx, s.q, scanPerson, findPartsSQL, append(patterns, s.span.PartLo, s.span.PartHi, parts, FindCap+1)...)
	s.add(list)
	return len(list), err
}

// others adds guests and, when asked for, who has left. In the whole tree a guest is
// found at home.
func (s *search) others(ctx context.Context) error {
	guests, left := 1, ""
	if s.whole {
		guests = 0
	}
	if s.in.Left {
		left = s.in.Day.String()
	}
	if guests == 0 && left == "" {
		return nil
	}
	patterns, _ := viet.Patterns(s.typed, findSlots)
	args := append(patterns[:len(patterns):len(patterns)], s.span.PartLo, s.span.PartHi, left, guests, FindCap+1)
	list, err := db.List(ctx, s.q, scanOther, findOthersSQL, args...)
	s.add(list)
	s.cut = s.cut || len(list) > FindCap
	return err
}

const hitColumns = rowColumns + ` FROM membership m CROSS JOIN org c` + rowJoins + ` WHERE c.id = m.cell_id AND m.part_id = $6 AND `

const (
	hitOfPersonSQL = hitColumns + `m.person_id = $7 AND ` + condition + ` ORDER BY m.sort, m.id, s.id`
	hitSQL         = hitColumns + `m.id = $7 AND ` + condition + ` ORDER BY s.id`
	hitLeftSQL     = hitColumns + `m.id = $7 AND c.path >= $1 AND c.path < $2
   AND m.to_day <> '' AND m.to_day <= $3 AND $4 >= 0 AND $5 = '' ORDER BY s.id`
)

// memberships gives the rows of a candidate that lie in the scope, in force on the day
// or, when asked for, over by then. Of a person it is the home, and a guest's place only
// where there is no home.
func (s *search) memberships(ctx context.Context, c candidate) ([]Row, error) {
	scan := func(sc db.Scanner) (Row, error) { return scanRow(sc, s.in.Day) }
	args := func(guests int, id int64) []any {
		return []any{s.span.Lo, s.span.Hi, s.in.Day, guests, s.in.Standing, c.part, id}
	}
	if c.membership == 0 {
		list, err := db.List(ctx, s.q, scan, hitOfPersonSQL, args(1, c.person)...)
		list = distinct(list, func(r Row) int64 { return r.Ref.ID })
		for i, r := range list {
			if r.Kind == KindHome {
				return list[i : i+1], err
			}
		}
		return list, err
	}
	list, err := db.List(ctx, s.q, scan, hitSQL, args(1, c.membership)...)
	if err == nil && len(list) == 0 && s.in.Left {
		list, err = db.List(ctx, s.q, scan, hitLeftSQL, args(1, c.membership)...)
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
