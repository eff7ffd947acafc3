package member

import (
	"context"
	"strconv"
	"strings"

	"chibo/internal/db"
	"chibo/internal/viet"
)

// How many parts are compared name by name before full text is the faster way, and how
// many stand for all of them when PostgreSQL has to know whether the words are common.
const (
	fewPartsLite = 12
	fewPartsPG   = 400
	samplePG     = 30
	gatheredPG   = 20_000
	commonPG     = 150 // hits in the sample from which names are compared one by one
)

// fewParts is up to how many parts names are compared one by one.
func fewParts(q db.Q) int {
	if db.DialectOf(q) == db.Postgres {
		return fewPartsPG
	}
	return fewPartsLite
}

// gather collects the candidates.
func (s *search) gather(ctx context.Context) error {
	if s.span.Below {
		return s.inCells(ctx)
	}
	if s.span.Part == 0 {
		if err := s.plan(ctx, byIndex()); err != nil {
			return err
		}
	}
	if err := s.persons(ctx); err != nil {
		return err
	}
	if err := s.others(ctx); err != nil {
		return err
	}
	return s.plan(ctx, anyWay())
}

func (s *search) persons(ctx context.Context) error {
	parts, err := s.partsOf(ctx)
	if err != nil {
		return err
	}
	if len(parts) <= s.few {
		n, err := s.inParts(ctx, len(parts))
		s.cut = n > s.most
		if err != nil || !s.cut || s.span.Part != 0 && s.most == findCapShort {
			return err
		}
		return s.better(ctx, parts)
	}
	if db.DialectOf(s.q) == db.Postgres {
		switch full, err := s.common(ctx); {
		case err != nil:
			return err
		case full:
			return s.better(ctx, parts)
		}
	}
	terms, err := s.beginnings(ctx)
	if err != nil || terms == nil {
		return err
	}
	if s.cut, err = s.byWords(ctx, terms, parts); err != nil || !s.cut {
		return err
	}
	return s.better(ctx, parts)
}

// common compares names in a sample of the parts and, when enough fit, in more of
// them, until there are more than are compared at most. It is PostgreSQL's way for
// words that full text would have to gather by the million.
func (s *search) common(ctx context.Context) (full bool, err error) {
	n, err := s.inParts(ctx, samplePG)
	if err != nil || n < commonPG {
		return false, err
	}
	if n <= s.most {
		n, err = s.inParts(ctx, fewPartsPG)
	}
	s.cut = n > s.most
	return s.cut, err
}

// better looks for those who fit best, when the candidates are only some of many: by
// the spelling with its marks, then by whole words.
func (s *search) better(ctx context.Context, parts []int64) error {
	marked := false
	exact, whole := make([][]string, len(s.typed)), make([][]string, len(s.typed))
	pg := db.DialectOf(s.q) == db.Postgres
	for i, w := range s.typed {
		whole[i] = []string{foldTerm(w.Fold, pg)}
		exact[i] = whole[i]
		if w.Marked() {
			marked = true
			exact[i] = spellTerms(w, pg)
		}
	}
	if marked && !s.enough(func(f viet.Fit) bool { return f.Score == 0 }) {
		if _, err := s.byWords(ctx, exact, parts); err != nil {
			return err
		}
	}
	if s.enough(func(f viet.Fit) bool { return f.Whole }) {
		return nil
	}
	_, err := s.byWords(ctx, whole, parts)
	return err
}

const beginningsSQL = `SELECT word FROM name_word WHERE word >= $1 AND word < $2`

// beginnings gives for each word typed the words of names that begin with it; nil when
// one has none, so that nobody is found.
func (s *search) beginnings(ctx context.Context) ([][]string, error) {
	pg := db.DialectOf(s.q) == db.Postgres
	terms := make([][]string, len(s.typed))
	for i, w := range s.typed {
		list, err := db.List(ctx, s.q, func(sc db.Scanner) (string, error) {
			var word string
			err := sc.Scan(&word)
			return foldTerm(word, pg), err
		}, beginningsSQL, w.Fold, w.Fold+string(rune(0x10ffff)))
		if err != nil || len(list) == 0 {
			return nil, err
		}
		terms[i] = list
	}
	return terms, nil
}

// byWords adds the persons of the scope that have one term of each group, and says
// whether there are more than are compared.
func (s *search) byWords(ctx context.Context, terms [][]string, parts []int64) (cut bool, err error) {
	var list []candidate
	if db.DialectOf(s.q) == db.Postgres {
		if err := s.plan(ctx, byBitmap()); err != nil {
			return false, err
		}
		most := s.most + 1
		if !s.whole {
			most = gatheredPG
		}
		list, err = db.List(ctx, s.q, scanPerson, findWordsPostgres, groups(terms, " | ", " & "), most, s.span.PartLo, s.span.PartHi, s.most+1)
		if err == nil {
			err = s.plan(ctx, byIndex())
		}
	} else {
		if !s.whole { // the parts are words of each person's document: they survive a move of the unit
			scope := make([]string, len(parts))
			for i, p := range parts {
				scope[i] = partTerm(p)
			}
			terms = append(terms[:len(terms):len(terms)], scope)
		}
		list, err = db.List(ctx, s.q, scanPerson, findWordsSQLite, groups(terms, " OR ", " AND "), s.most+1)
	}
	s.add(list)
	return len(list) > s.most, err
}

func groups(terms [][]string, or, and string) string {
	all := make([]string, len(terms))
	for i, group := range terms {
		all[i] = "(" + strings.Join(group, or) + ")"
	}
	return strings.Join(all, and)
}

// foldTerm writes a folded word as a term of a query. SQLite's documents hold plain
// letters and digits only, with a letter in front that says what the term is.
func foldTerm(word string, pg bool) string {
	if pg {
		return "'" + word + "'"
	}
	return `"` + viet.FoldToken(word) + `"`
}

// spellTerms writes the spelling of a word, wherever its tone mark is put.
func spellTerms(w viet.Word, pg bool) []string {
	if !pg {
		return []string{`"` + spellToken(w) + `"`}
	}
	var out []string
	for _, text := range w.Spellings() {
		out = append(out, "'"+strings.ReplaceAll(strings.ReplaceAll(text, `\`, `\\`), "'", "''")+"'")
	}
	return out
}

func spellToken(w viet.Word) string { return "k" + w.Key() }

func partTerm(part int64) string { return `"` + partToken(part) + `"` }

func partToken(part int64) string { return "zp" + strconv.FormatInt(part, 10) }
