package member

import (
	"context"
	"maps"
	"slices"
	"strings"

	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/viet"
)

// named is what the index of names knows of a person.
type named struct {
	part, id    int64
	name, other string
	fold, also  string // as stored now
	merged      int64
}

const insertWordSQL = `INSERT INTO name_word (word) VALUES ($1) ON CONFLICT (word) DO NOTHING`

const (
	insertDocumentSQLite = `INSERT INTO person_fts (rowid, words) VALUES ($1, $2)`
	deleteDocumentSQLite = `DELETE FROM person_fts WHERE rowid = $1`
	emptyDocumentsSQLite = `INSERT INTO person_fts (person_fts) VALUES ('delete-all')`
)

// index makes new persons findable, in the transaction that writes them. PostgreSQL
// keeps its full text by itself.
func index(ctx context.Context, tx *db.Tx, list []named) error {
	words := map[string]bool{}
	var documents [][]any
	for _, p := range list {
		all := append(viet.Words(p.name), viet.Words(p.other)...)
		for _, w := range all {
			words[w.Fold] = true
		}
		if tx.Dialect() == db.SQLite && p.merged == 0 {
			documents = append(documents, []any{p.id, p.document(all)})
		}
	}
	rows := make([][]any, 0, len(words))
	for _, w := range slices.Sorted(maps.Keys(words)) { // one order, so that two writers cannot wait for each other
		rows = append(rows, []any{w})
	}
	if err := db.Many(ctx, tx, insertWordSQL, rows); err != nil {
		return err
	}
	return db.Many(ctx, tx, insertDocumentSQLite, documents)
}

// document is the text of a person for SQLite: each folded word, the key of each word
// with marks, and the part.
func (p named) document(all []viet.Word) string {
	var b strings.Builder
	b.WriteString(partToken(p.part))
	for _, w := range all {
		b.WriteByte(' ')
		b.WriteString(viet.FoldToken(w.Fold))
		if w.Marked() {
			b.WriteByte(' ')
			b.WriteString(spellToken(w))
		}
	}
	return b.String()
}

const namedSQL = `SELECT part_id, id, name, other_name, fold, other_fold, merged_into FROM person WHERE part_id = $1 AND id = $2`

func scanNamed(s db.Scanner) (p named, err error) {
	err = s.Scan(&p.part, &p.id, &p.name, &p.other, &p.fold, &p.also, &p.merged)
	return p, err
}

const putFoldsSQL = `UPDATE person SET fold = $3, other_fold = $4 WHERE part_id = $1 AND id = $2`

// Reindex brings the search up to date for persons whose name, other name, part or
// merging was changed, in the transaction of the change. The refs say where the persons
// are now. AddPerson and AddAll do it by themselves.
func Reindex(ctx context.Context, tx *db.Tx, refs ...ident.Ref) error {
	var list []named
	for _, ref := range refs {
		p, err := scanNamed(tx.QueryRow(ctx, namedSQL, ref.Part, ref.ID))
		if db.NoRows(err) {
			continue
		}
		if err != nil {
			return err
		}
		list = append(list, p)
	}
	return reindex(ctx, tx, list)
}

func reindex(ctx context.Context, tx *db.Tx, list []named) error {
	for _, p := range list {
		if fold, also := viet.Fold(p.name), viet.Fold(p.other); fold != p.fold || also != p.also {
			if _, err := tx.Exec(ctx, putFoldsSQL, p.part, p.id, fold, also); err != nil {
				return err
			}
		}
		if tx.Dialect() == db.SQLite {
			if _, err := tx.Exec(ctx, deleteDocumentSQLite, p.id); err != nil {
				return err
			}
		}
	}
	return index(ctx, tx, list)
}

const keepNameSQL = `UPDATE membership SET fold = $3 WHERE part_id = $1 AND id = $2`

// findByMembership makes a membership findable by its own name: that of a guest, and
// one that is over. All others are found by their person.
func findByMembership(ctx context.Context, tx *db.Tx, ref ident.Ref) error {
	m, err := ByID(ctx, tx, ref)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, keepNameSQL, ref.Part, ref.ID, m.ownFold())
	return err
}

func (m Membership) ownFold() string {
	if m.Kind == KindGuest || !m.To.IsZero() {
		return viet.Fold(m.Name)
	}
	return ""
}

const (
	nextNamedSQL = `SELECT part_id, id, name, other_name, fold, other_fold, merged_into FROM person
 WHERE (part_id, id) > (CAST($1 AS bigint), CAST($2 AS bigint)) ORDER BY part_id, id LIMIT $3`
	nextOwnSQL = membershipColumns + `
 WHERE (m.part_id, m.id) > (CAST($1 AS bigint), CAST($2 AS bigint)) AND m.fold = '' AND (m.kind = 'guest' OR m.to_day <> '')
 ORDER BY m.part_id, m.id LIMIT $3`
	missingSQL = `SELECT COUNT(*) FROM (SELECT 1 FROM person WHERE NOT EXISTS (SELECT 1 FROM name_word) LIMIT 1) x`
)

// rebuildStep is how many rows one transaction of RebuildFind writes.
const rebuildStep = 2000

// FindMissing says whether there are persons and no index of their names: the database
// is older than the search.
func FindMissing(ctx context.Context, q db.Q) (bool, error) {
	n := 0
	err := q.QueryRow(ctx, missingSQL).Scan(&n)
	return n > 0, err
}

// RebuildFind makes the index of names anew from the register, some thousand persons at
// a time; others may write meanwhile. done, which may be nil, hears how many are ready.
func RebuildFind(ctx context.Context, d *db.DB, done func(persons int)) error {
	if d.Dialect() == db.SQLite {
		if err := d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(ctx, emptyDocumentsSQLite); return err }); err != nil {
			return err
		}
	}
	for at, total := (ident.Ref{}), 0; ; {
		var list []named
		err := d.Write(ctx, func(tx *db.Tx) (err error) {
			if list, err = db.List(ctx, tx, scanNamed, nextNamedSQL, at.Part, at.ID, rebuildStep); err != nil {
				return err
			}
			return reindex(ctx, tx, list)
		})
		if err != nil {
			return err
		}
		if len(list) == 0 {
			break
		}
		at = ident.Ref{Part: list[len(list)-1].part, ID: list[len(list)-1].id}
		if total += len(list); done != nil {
			done(total)
		}
	}
	return rebuildOwn(ctx, d)
}

// rebuildOwn gives guests and those who have left their folded names.
func rebuildOwn(ctx context.Context, d *db.DB) error {
	for at := (ident.Ref{}); ; {
		var list []Membership
		err := d.Write(ctx, func(tx *db.Tx) (err error) {
			if list, err = db.List(ctx, tx, scanMembership, nextOwnSQL, at.Part, at.ID, rebuildStep); err != nil {
				return err
			}
			for _, m := range list {
				if _, err := tx.Exec(ctx, keepNameSQL, m.Part, m.ID, m.ownFold()); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || len(list) == 0 {
			return err
		}
		at = list[len(list)-1].Ref()
	}
}
