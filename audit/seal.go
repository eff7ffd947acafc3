package audit

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"time"

	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
)

// lag keeps young rows out of a block: a transaction that is still open may yet
// commit a row with a smaller id than one already seen.
const lag = 5 * time.Minute

// maxBlock bounds the rows of one block, so that sealing never holds a
// transaction long.
const maxBlock = 20_000

const (
	lastSealSQL = `SELECT seq, upto, hash FROM audit_seal ORDER BY seq DESC LIMIT 1`
	youngSQL    = `SELECT part_id, id, at, account_id, action, target, target_id, detail, for_id
  FROM audit WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3`
	insertSealSQL = `INSERT INTO audit_seal (seq, upto, rows, hash, prev, at) VALUES ($1, $2, $3, $4, $5, $6)`
	sealsSQL      = `SELECT seq, upto, rows, hash, prev FROM audit_seal ORDER BY seq`
)

// Seal chains one more block of rows older than the lag and says how many rows
// it took; 0 when there are none yet. It may be called again at once.
func Seal(ctx context.Context, d *db.DB) (rows int, err error) {
	err = d.Write(ctx, func(tx *db.Tx) error {
		seq, from, prev, err := last(ctx, tx)
		if err != nil {
			return err
		}
		block, err := digest(ctx, tx, prev, from, ident.Floor(tx.Now().Add(-lag)), maxBlock)
		if err != nil || block.rows == 0 {
			rows = 0
			return err
		}
		rows = block.rows
		_, err = tx.Exec(ctx, insertSealSQL, seq+1, block.upto, block.rows, block.hash, prev, tx.NowMS())
		return err
	})
	return rows, err
}

func last(ctx context.Context, q db.Q) (seq, upto int64, hash string, err error) {
	err = q.QueryRow(ctx, lastSealSQL).Scan(&seq, &upto, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return seq, upto, hash, err
}

type block struct {
	rows int
	upto int64
	hash string
}

// digest hashes the rows with from < id <= to, in order of id, over prev.
func digest(ctx context.Context, q db.Q, prev string, from, to int64, limit int) (block, error) {
	rows, err := q.Query(ctx, youngSQL, from, to, limit)
	if err != nil {
		return block{}, err
	}
	defer rows.Close()
	h := sha256.New()
	write(h, prev)
	var b block
	for rows.Next() {
		var part, id, at, account, targetID, forID int64
		var action, target, detail string
		if err := rows.Scan(&part, &id, &at, &account, &action, &target, &targetID, &detail, &forID); err != nil {
			return block{}, err
		}
		for _, n := range []int64{part, id, at, account, targetID} {
			write(h, fmt.Sprint(n))
		}
		write(h, action)
		write(h, target)
		write(h, detail)
		if forID != 0 { // blocks sealed before there were stand-ins keep their hash
			write(h, fmt.Sprint("for ", forID))
		}
		b.rows++
		b.upto = id
	}
	b.hash = hex.EncodeToString(h.Sum(nil))
	return b, rows.Err()
}

// write frames each value by its length, so that no two rows hash alike.
func write(h hash.Hash, s string) { fmt.Fprintf(h, "%d:%s", len(s), s) }

// ErrBroken says which block of the chain does not match its rows.
var ErrBroken = fault.New(fault.Conflict, "audit.err.broken")

// Verify recomputes the whole chain and gives the number of sealed rows, or
// ErrBroken with the number of the first block that does not match.
func Verify(ctx context.Context, d *db.DB) (total int, err error) {
	err = d.Read(ctx, func(q db.Q) error {
		seals, err := seals(ctx, q)
		if err != nil {
			return err
		}
		var from int64
		var prev string
		for i, s := range seals {
			got, err := digest(ctx, q, prev, from, s.upto, maxBlock+1)
			if err != nil {
				return err
			}
			if s.seq != int64(i+1) || s.prev != prev || got.hash != s.hash || got.rows != s.rows {
				return fault.Wrap(errors.New("hash differs"), fault.Conflict, ErrBroken.Key, "Block", s.seq)
			}
			from, prev, total = s.upto, s.hash, total+s.rows
		}
		return nil
	})
	return total, err
}

type seal struct {
	seq, upto  int64
	rows       int
	hash, prev string
}

func seals(ctx context.Context, q db.Q) ([]seal, error) {
	return db.List(ctx, q, func(row db.Scanner) (s seal, err error) {
		return s, row.Scan(&s.seq, &s.upto, &s.rows, &s.hash, &s.prev)
	}, sealsSQL)
}
