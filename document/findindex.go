package document

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/paper"
	"chibo/internal/viet"
)

// The index of papers has of each paper the folded words of the version in force, each
// once, and the unit that issued it. A unit keeps its id wherever it stands, so nothing of
// the index follows a reorganisation (docs/adr/0027). Of a guarded paper, one about a person,
// it has nothing (docs/adr/0037).

const (
	putWordsSQLite    = `INSERT INTO document_fts (rowid, words) VALUES ($1, $2)`
	dropWordsSQLite   = `DELETE FROM document_fts WHERE rowid = $1`
	emptyWordsSQLite  = `INSERT INTO document_fts (document_fts) VALUES ('delete-all')`
	putWordsPostgres  = `UPDATE document SET words = $3 WHERE part_id = $1 AND id = $2`
	noWordsSQLite     = `SELECT COUNT(*) FROM (SELECT 1 FROM document WHERE owner NOT LIKE '%:%' ESCAPE '$' AND NOT EXISTS (SELECT rowid FROM document_fts) LIMIT 1) x`
	noWordsPostgres   = `SELECT COUNT(*) FROM (SELECT 1 FROM document WHERE words = '' AND owner NOT LIKE '%:%' ESCAPE '$' LIMIT 1) x`
	unitTokenPrefix   = "zu"
	foldsKept         = 20_000 // spellings that are remembered while many papers are read
	reindexStep       = 500
	nextForceModelSQL = `SELECT d.part_id, d.id, d.org_id, d.symbol, d.subject, d.owner, COALESCE(v.model, d.model) FROM document d
  LEFT JOIN document_version v ON v.part_id = d.part_id AND v.document_id = d.id AND v.version = d.version
 WHERE (d.part_id, d.id) > (CAST($1 AS bigint), CAST($2 AS bigint)) ORDER BY d.part_id, d.id LIMIT $3`
)

func unitToken(org int64) string { return unitTokenPrefix + strconv.FormatInt(org, 10) }

// folder folds words, each spelling once.
type folder map[string][]string

// terms gives what the index holds of a paper: plain letters and digits, parted by blanks.
func (f folder) terms(d Document, content paper.Document) string {
	found := map[string]bool{}
	read := func(text string) {
		for raw := range strings.FieldsSeq(text) {
			folds, ok := f[raw]
			if !ok {
				for _, w := range viet.Words(raw) {
					folds = append(folds, viet.FoldToken(w.Fold))
				}
				if len(f) < foldsKept {
					f[raw] = folds
				}
			}
			for _, w := range folds {
				found[w] = true
			}
		}
	}
	for _, text := range []string{d.Symbol, d.Subject, content.Header.Issuer, content.Kind, content.PlaceDate} {
		read(text)
	}
	for _, p := range passages(content) {
		read(p.Text)
	}
	for _, s := range content.Signatures {
		read(s.Name)
	}
	return unitToken(d.OrgID) + " " + strings.Join(slices.Sorted(maps.Keys(found)), " ")
}

// indexed is a paper on its way into the index.
type indexed struct {
	ref   ident.Ref
	words string // "" it stays out of the index
}

// entry gives what the index holds of a paper.
func (f folder) entry(d Document, content paper.Document) indexed {
	if d.Guarded() {
		return indexed{ref: d.Ref}
	}
	return indexed{d.Ref, f.terms(d, content)}
}

// index makes papers findable, in the transaction that issues them; again says that they
// may be in the index already.
func index(ctx context.Context, tx *db.Tx, again bool, list ...indexed) error {
	if tx.Dialect() != db.SQLite {
		for _, x := range list {
			if _, err := tx.Exec(ctx, putWordsPostgres, x.ref.Part, x.ref.ID, x.words); err != nil {
				return err
			}
		}
		return nil
	}
	rows := make([][]any, 0, len(list))
	for _, x := range list {
		if again {
			if _, err := tx.Exec(ctx, dropWordsSQLite, x.ref.ID); err != nil {
				return err
			}
		}
		if x.words != "" {
			rows = append(rows, []any{x.ref.ID, x.words})
		}
	}
	return db.Many(ctx, tx, putWordsSQLite, rows)
}

// FindMissing says whether there are papers that no search finds: the database is older
// than the search.
func FindMissing(ctx context.Context, q db.Q) (bool, error) {
	query := noWordsSQLite
	if db.DialectOf(q) == db.Postgres {
		query = noWordsPostgres
	}
	n := 0
	err := q.QueryRow(ctx, query).Scan(&n)
	return n > 0, err
}

// RebuildFind makes the index anew from the papers themselves, some hundred at a time;
// others may write meanwhile. done, which may be nil, hears how many are ready.
func RebuildFind(ctx context.Context, d *db.DB, done func(papers int)) error {
	if d.Dialect() == db.SQLite {
		if err := d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(ctx, emptyWordsSQLite); return err }); err != nil {
			return err
		}
	}
	known := folder{}
	for at, total := (ident.Ref{}), 0; ; {
		var list []indexed
		err := d.Write(ctx, func(tx *db.Tx) (err error) {
			list, err = db.List(ctx, tx, func(s db.Scanner) (indexed, error) { return scanIndexed(s, known) }, nextForceModelSQL, at.Part, at.ID, reindexStep)
			if err != nil {
				return err
			}
			return index(ctx, tx, true, list...)
		})
		if err != nil || len(list) == 0 {
			return err
		}
		at = list[len(list)-1].ref
		if total += len(list); done != nil {
			done(total)
		}
	}
}

func scanIndexed(s db.Scanner, known folder) (x indexed, err error) {
	var d Document
	var model string
	if err := s.Scan(&d.Ref.Part, &d.Ref.ID, &d.OrgID, &d.Symbol, &d.Subject, &d.Owner, &model); err != nil {
		return x, err
	}
	var content paper.Document
	if err := json.Unmarshal([]byte(model), &content); err != nil {
		return x, err
	}
	return known.entry(d, content), nil
}
