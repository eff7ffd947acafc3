package document

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/paper"
	"chibo/internal/viet"
	"chibo/org"
)

// Hit is a paper found, with the passage that has most of the words.
type Hit struct {
	Document
	Unit    string // short name of who issued it
	Passage []Snip
}

// Snip is a piece of a passage.
type Snip struct {
	Text string
	Hit  bool // one of the words looked for
}

// Found is what a search gave, the newest papers first.
type Found struct {
	Unit  org.Unit // that was searched, with all below it
	Hits  []Hit
	More  bool // there are more than were looked at or are shown
	Loose bool // no paper has the words with the marks as typed; these have them with others
	Begun bool // the last word is the beginning of one
}

const (
	findShown = 30
	findRead  = 300  // papers whose marks are compared at most
	findCap   = 2000 // hits of the index that are looked at
	findUnits = 400  // units that a query names
	findWords = 8
	findRunes = 200
	findShort = 2 // letters; a shorter last word is not taken for the beginning of one
	cutBefore = 60
	cutAfter  = 160
)

// Words gives the words of a search that Find compares; none means that there is nothing
// to look for.
func Words(text string) []viet.Word {
	if r := []rune(text); len(r) > findRunes {
		text = string(r[:findRunes])
	}
	words := viet.Words(text)
	return words[:min(len(words), findWords)]
}

// Find gives the papers of a unit and all below it that have all the words typed, with or
// without marks, to somebody who may read the unit's papers. Papers that were made for the
// reader alone are not among them. It fails with access.ErrForbidden.
func (s *Service) Find(ctx context.Context, who access.Actor, unitID int64, text string) (f Found, err error) {
	err = s.DB.Read(ctx, func(q db.Q) error {
		f = Found{}
		if f.Unit, err = org.ByID(ctx, q, unitID); err != nil {
			return err
		}
		scope, err := access.For(who, access.CellRead, f.Unit.Access())
		if err != nil {
			return err
		}
		typed := Words(text)
		if len(typed) == 0 {
			return nil
		}
		l := lookup{q: q, scope: scope, typed: typed, most: findShown + 1, known: map[string][]viet.Word{}}
		if slices.ContainsFunc(typed, viet.Word.Marked) {
			l.most = findRead
		}
		if l.units, err = unitsOf(ctx, q, scope); err != nil {
			return err
		}
		return l.read(ctx, &f)
	})
	return f, err
}

// Latest gives the latest papers of a cell to somebody who may read them, and nothing of
// other units. It fails with access.ErrForbidden.
func (s *Service) Latest(ctx context.Context, who access.Actor, unitID int64) (f Found, err error) {
	err = s.DB.Read(ctx, func(q db.Q) error {
		f = Found{}
		if f.Unit, err = org.ByID(ctx, q, unitID); err != nil {
			return err
		}
		if _, err := access.For(who, access.CellRead, f.Unit.Access()); err != nil || !f.Unit.IsCell() {
			return err
		}
		list, err := ByOrg(ctx, q, f.Unit.PartID, f.Unit.ID, findShown+1)
		if f.More = len(list) > findShown; f.More {
			list = list[:findShown]
		}
		for _, d := range list {
			f.Hits = append(f.Hits, Hit{Document: d, Unit: f.Unit.Short})
		}
		return err
	})
	return f, err
}

// lookup is one run of Find.
type lookup struct {
	q     db.Q
	scope access.Scope
	typed []viet.Word
	units []int64 // of the scope; nil: too many to name, the tree says which
	most  int     // papers that are opened
	known map[string][]viet.Word
}

// word cuts a piece of text between spaces into its words; papers repeat theirs, so each is
// looked at once.
func (l lookup) word(raw string) []viet.Word {
	out, ok := l.known[raw]
	if !ok {
		out = viet.Words(raw)
		l.known[raw] = out
	}
	return out
}

const unitsOfSQL = `SELECT o.id FROM org o WHERE o.path >= $1 AND o.path < $2 ORDER BY o.id LIMIT $3`

func unitsOf(ctx context.Context, q db.Q, scope access.Scope) ([]int64, error) {
	lo, hi := scope.Range()
	ids, err := db.List(ctx, q, func(s db.Scanner) (id int64, err error) { return id, s.Scan(&id) }, unitsOfSQL, lo, hi, findUnits+1)
	if len(ids) > findUnits {
		return nil, err
	}
	return ids, err
}

// query writes the words, and the units of the scope, in the language of the engine; in
// both a term is letters and digits.
func (l lookup) query(pg, begun bool) string {
	and, or, prefix := " AND ", " OR ", "*"
	if pg {
		and, or, prefix = " & ", " | ", ":*"
	}
	var all []string
	for i, w := range l.typed {
		term := viet.FoldToken(w.Fold)
		if begun && i == len(l.typed)-1 {
			term += prefix
		}
		all = append(all, term)
	}
	if l.units != nil {
		units := make([]string, len(l.units))
		for i, id := range l.units {
			units[i] = unitToken(id)
		}
		all = append(all, "("+strings.Join(units, or)+")")
	}
	return strings.Join(all, and)
}

// What the index gives, the newest first, is held against the tree: only papers of the
// scope are opened. Guarded papers (Guard) are not in the index, and would not be opened.
// They are put in order before their texts are touched: of hundreds a page of the newest
// is read.
const (
	foundRest = `, g AS MATERIALIZED (SELECT d.part_id, d.id, o.short FROM f CROSS JOIN document d JOIN org o ON o.id = d.org_id
  WHERE d.id = f.id AND d.owner NOT LIKE '%:%' ESCAPE '$' AND o.path >= $3 AND o.path < $4 ORDER BY d.issued_on DESC, d.id DESC LIMIT $5 OFFSET $6)
SELECT ` + documentColumns + `, g.short, COALESCE(v.model, d.model) FROM g CROSS JOIN document d
  LEFT JOIN document_version v ON v.part_id = d.part_id AND v.document_id = d.id AND v.version = d.version
 WHERE d.part_id = g.part_id AND d.id = g.id ORDER BY d.issued_on DESC, d.id DESC`

	findSQLite = `WITH f AS MATERIALIZED (SELECT rowid AS id FROM document_fts WHERE document_fts MATCH $1 ORDER BY rowid DESC LIMIT $2)` + foundRest

	findPostgres = `WITH f AS MATERIALIZED (SELECT id FROM document
 WHERE array_to_tsvector(string_to_array(words, ' ')) @@ CAST($1 AS tsquery) ORDER BY id DESC LIMIT $2)` + foundRest
)

// candidate is a paper that has the folded words.
type candidate struct {
	Hit
	model string
}

// candidates gives so many of them after the first from, the newest first.
func (l lookup) candidates(ctx context.Context, begun bool, from, n int) ([]candidate, error) {
	query, pg := findSQLite, db.DialectOf(l.q) == db.Postgres
	if pg {
		query = findPostgres
	}
	lo, hi := l.scope.Range()
	return db.List(ctx, l.q, func(s db.Scanner) (c candidate, err error) {
		c.Document, err = scan(more{s, []any{&c.Unit, &c.model}})
		return c, err
	}, query, l.query(pg, begun), findCap, lo, hi, n, from)
}

// more scans further columns after those of a paper.
type more struct {
	db.Scanner
	dest []any
}

func (m more) Scan(dest ...any) error { return m.Scanner.Scan(append(dest, m.dest...)...) }

// read compares the texts: papers that have the marks as they were typed, and only where
// there is none, those with other marks. It ends with the first page that is full: whoever
// types the marks right mostly has it after as many papers as are shown.
func (l lookup) read(ctx context.Context, f *Found) error {
	var exact, other []Hit
	from, n := 0, findShown+1
	for f.More = true; f.More && from < l.most && len(exact) <= findShown; from, n = from+n, l.most-from-n {
		list, err := l.candidates(ctx, f.Begun, from, n)
		if err == nil && from == 0 && len(list) == 0 && len(l.typed[len(l.typed)-1].Fold) >= findShort {
			f.Begun = true
			list, err = l.candidates(ctx, f.Begun, from, n)
		}
		if err != nil {
			return err
		}
		f.More = len(list) == n
		for _, c := range list {
			if err := ctx.Err(); err != nil {
				return err
			}
			fits, err := l.fits(&c, f.Begun)
			switch {
			case err != nil:
				return err
			case fits:
				exact = append(exact, c.Hit)
			case len(exact) == 0 && len(other) <= findShown:
				other = append(other, c.Hit)
			}
			if len(exact) > findShown {
				break
			}
		}
	}
	if f.Hits = exact; len(exact) == 0 {
		f.Hits, f.Loose = other, len(other) > 0
	}
	if len(f.Hits) > findShown {
		f.Hits, f.More = f.Hits[:findShown], true
	}
	return nil
}

// fits opens a paper, takes its passage, and says whether it has the marks as typed.
func (l lookup) fits(c *candidate, begun bool) (bool, error) {
	var content paper.Document
	if err := json.Unmarshal([]byte(c.model), &content); err != nil {
		return false, err
	}
	return l.passage(&c.Hit, content, begun), nil
}

// passage takes the passage with most of the words, and says whether the paper has each
// word that was typed with marks so.
func (l lookup) passage(h *Hit, content paper.Document, begun bool) bool {
	best, most := "", 0
	marked := make([]bool, len(l.typed)) // stands in the paper as it was typed
	here := make([]bool, len(l.typed))
	texts := []string{h.Subject}
	for _, p := range passages(content) {
		texts = append(texts, p.Text)
	}
	for _, text := range texts {
		clear(here)
		n := 0
		for raw := range strings.FieldsSeq(text) {
			for _, w := range l.word(raw) {
				i := l.typedAs(w.Fold, begun)
				if i < 0 {
					continue
				}
				if !here[i] {
					here[i] = true
					n++
				}
				for j := range l.typed { // a word typed twice, with and without marks
					marked[j] = marked[j] || l.typed[j].Fold == w.Fold && l.typed[j].Key() == w.Key()
				}
			}
		}
		if n > most {
			best, most = text, n
		}
	}
	h.Passage = l.pieces(best, begun)
	for i, w := range l.typed {
		if w.Marked() && !begun && !marked[i] {
			return false
		}
	}
	return true
}

// typedAs gives which of the words typed this is, -1 for none.
func (l lookup) typedAs(fold string, begun bool) int {
	return slices.IndexFunc(l.typed, func(w viet.Word) bool { return w.Fold == fold || begun && strings.HasPrefix(fold, w.Fold) })
}

// pieces cuts a passage around its first hit and marks the words.
func (l lookup) pieces(text string, begun bool) []Snip {
	fields := strings.Fields(text)
	hit := func(s string) bool {
		return slices.ContainsFunc(l.word(s), func(w viet.Word) bool { return l.typedAs(w.Fold, begun) >= 0 })
	}
	at := max(slices.IndexFunc(fields, hit), 0)
	from, to := at, at
	for n := 0; from > 0 && n < cutBefore; from-- {
		n += len([]rune(fields[from-1])) + 1
	}
	for n := 0; to < len(fields) && n < cutAfter; to++ {
		n += len([]rune(fields[to])) + 1
	}
	var out []Snip
	if from > 0 {
		out = append(out, Snip{Text: "…"})
	}
	for _, s := range fields[from:to] {
		if h := hit(s); len(out) > 0 && out[len(out)-1].Hit == h && out[len(out)-1].Text != "…" {
			out[len(out)-1].Text += " " + s
		} else {
			out = append(out, Snip{s, h})
		}
	}
	if to < len(fields) {
		out = append(out, Snip{Text: "…"})
	}
	return out
}
