package exchange

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/viet"
	"chibo/org"
)

const recallSQL = `SELECT mapping FROM import_map WHERE part_id = $1 AND org_id = $2 AND kind = $3`

// recall gives what headings meant the last time, for the unit or the nearest above.
func recall(ctx context.Context, q db.Q, u org.Unit, k Kind) (map[string]string, error) {
	var text string
	err := q.QueryRow(ctx, recallSQL, u.PartID, u.ID, string(k)).Scan(&text)
	if db.NoRows(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var m map[string]string
	return m, json.Unmarshal([]byte(text), &m)
}

const rememberSQL = `INSERT INTO import_map (part_id, org_id, kind, mapping) VALUES ($1, $2, $3, $4)
ON CONFLICT (part_id, org_id, kind) DO UPDATE SET mapping = excluded.mapping`

// remember keeps what the headings of a sheet meant, together with those of before.
func remember(ctx context.Context, tx *db.Tx, u org.Unit, k Kind, m Mapping) error {
	known, err := recall(ctx, tx, u, k)
	if err != nil {
		return err
	}
	if known == nil {
		known = map[string]string{}
	}
	before := len(known)
	for field, col := range m.Columns {
		if col < len(m.Texts) && m.Texts[col] != "" && before < maxRemembered {
			known[viet.Fold(m.Texts[col])] = field
		}
	}
	text, err := json.Marshal(known)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, rememberSQL, u.PartID, u.ID, string(k), string(text))
	return err
}

const maxRemembered = 500

// binding ties what is sealed to its run.
func binding(ref ident.Ref, what string) string { return "exchange." + what + "/" + ref.String() }

// sealed closes a value as JSON.
func (s *Service) sealed(ref ident.Ref, what string, v any) (string, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	return s.Keys.Seal(string(text), binding(ref, what))
}

func (s *Service) opened(ref ident.Ref, what, box string, v any) error {
	if box == "" {
		return nil
	}
	text, err := s.Keys.Open(box, binding(ref, what))
	if err != nil {
		return err
	}
	return json.Unmarshal([]byte(text), v)
}

// chunk is how many bytes of a file are sealed together.
const chunk = 256 << 10

const insertChunkSQL = `INSERT INTO import_chunk (part_id, run_id, n, data) VALUES ($1, $2, $3, $4)`

// keep stores a file in sealed pieces.
func (s *Service) keep(ctx context.Context, tx *db.Tx, ref ident.Ref, r io.ReaderAt, size int64) error {
	buf := make([]byte, chunk)
	for n := 0; int64(n)*chunk < size; n++ {
		part := buf[:min(chunk, size-int64(n)*chunk)]
		if _, err := r.ReadAt(part, int64(n)*chunk); err != nil && err != io.EOF {
			return err
		}
		box, err := s.Keys.Seal(string(part), binding(ref, "file."+strconv.Itoa(n)))
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, insertChunkSQL, ref.Part, ref.ID, n, box); err != nil {
			return err
		}
	}
	return nil
}

// kept reads a stored file, a few pieces in memory at a time.
type kept struct {
	ctx   context.Context //nolint:containedctx // an io.ReaderAt has no room for it
	s     *Service
	ref   ident.Ref
	size  int64
	cache [4]piece
	next  int
}

type piece struct {
	n    int
	data string
	ok   bool
}

const chunkSQL = `SELECT data FROM import_chunk WHERE part_id = $1 AND run_id = $2 AND n = $3`

// ErrGone says that the sheet is not kept any more: it is a day old, or was given up.
var ErrGone = fault.New(fault.Gone, "exchange.err.gone")

func (k *kept) piece(n int) (string, error) {
	for _, p := range k.cache {
		if p.ok && p.n == n {
			return p.data, nil
		}
	}
	var box string
	err := k.s.DB.Read(k.ctx, func(q db.Q) error {
		return q.QueryRow(k.ctx, chunkSQL, k.ref.Part, k.ref.ID, n).Scan(&box)
	})
	if db.NoRows(err) {
		return "", ErrGone
	}
	if err != nil {
		return "", err
	}
	data, err := k.s.Keys.Open(box, binding(k.ref, "file."+strconv.Itoa(n)))
	if err != nil {
		return "", err
	}
	k.cache[k.next] = piece{n, data, true}
	k.next = (k.next + 1) % len(k.cache)
	return data, nil
}

// ReadAt is io.ReaderAt.
func (k *kept) ReadAt(p []byte, off int64) (int, error) {
	done := 0
	for done < len(p) {
		at := off + int64(done)
		if at >= k.size {
			return done, io.EOF
		}
		data, err := k.piece(int(at / chunk))
		if err != nil {
			return done, err
		}
		from := int(at % chunk)
		if from >= len(data) {
			return done, fmt.Errorf("exchange: a piece of the file is short: %w", io.ErrUnexpectedEOF)
		}
		done += copy(p[done:], data[from:])
	}
	return done, nil
}

const insertRunSQL = `INSERT INTO import_run (part_id, id, org_id, account_id, kind, file, size, state, mapping, head, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

const runSQL = `SELECT part_id, id, org_id, account_id, kind, file, size, state, mode, fault, mapping, head, report, at FROM import_run`

const (
	runByRefSQL   = runSQL + ` WHERE part_id = $1 AND id = $2`
	runsOfSQL     = runSQL + ` WHERE account_id = $1 ORDER BY id DESC LIMIT 20`
	setMappingSQL = `UPDATE import_run SET mapping = $3, head = $4, state = $5, fault = '' WHERE part_id = $1 AND id = $2`
	setStateSQL   = `UPDATE import_run SET state = $3, mode = $4, fault = $5 WHERE part_id = $1 AND id = $2`
	setReportSQL  = `UPDATE import_run SET report = $3, state = $4, fault = $5 WHERE part_id = $1 AND id = $2`
	dropChunksSQL = `DELETE FROM import_chunk WHERE part_id = $1 AND run_id = $2`
	dropRowsSQL   = `DELETE FROM import_row WHERE part_id = $1 AND run_id = $2`
	dropSaidSQL   = `DELETE FROM import_said WHERE part_id = $1 AND run_id = $2`
	dropRunSQL    = `DELETE FROM import_run WHERE part_id = $1 AND id = $2`
	emptyRunSQL   = `UPDATE import_run SET head = '' WHERE part_id = $1 AND id = $2`
	oldRunsSQL    = `SELECT part_id, id FROM import_run WHERE at < $1 ORDER BY at LIMIT 200`
	insertRowSQL  = `INSERT INTO import_row (part_id, run_id, row_no, level, data) VALUES ($1, $2, $3, $4, $5)`
	rowsOfSQL     = `SELECT row_no, data FROM import_row WHERE part_id = $1 AND run_id = $2 AND level = $3 AND row_no > $4 ORDER BY row_no LIMIT $5`
	countRowsSQL  = `SELECT level, COUNT(*) FROM import_row WHERE part_id = $1 AND run_id = $2 GROUP BY level`
	saidSQL       = `SELECT row_no, field, value FROM import_said WHERE part_id = $1 AND run_id = $2`
	insertSaidSQL = `INSERT INTO import_said (part_id, run_id, row_no, field, value) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (part_id, run_id, row_no, field) DO UPDATE SET value = excluded.value`
)

// drop forgets a run; all of it, or what names people.
func drop(ctx context.Context, tx *db.Tx, ref ident.Ref, all bool) error {
	queries := []string{dropChunksSQL, dropRowsSQL, dropSaidSQL, emptyRunSQL}
	if all {
		queries[3] = dropRunSQL
	}
	for _, query := range queries {
		if _, err := tx.Exec(ctx, query, ref.Part, ref.ID); err != nil {
			return err
		}
	}
	return nil
}
