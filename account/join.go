package account

import (
	"context"

	"chibo/internal/db"
)

const (
	idsOfPersonSQL  = `SELECT id FROM account WHERE person_id = $1 AND state = 'active' ORDER BY id`
	pointSQL        = `UPDATE account SET person_id = $2 WHERE id = $1`
	setStateSQL     = `UPDATE account SET state = $2 WHERE id = $1`
	dropSessionsSQL = `DELETE FROM session WHERE account_id = $1`
)

// Join puts the accounts of two records of one person right: the kept person's account
// stays and the other's is blocked; where the kept person has none, the other's goes
// over. It gives the accounts that were moved and blocked, for Separate.
func Join(ctx context.Context, tx *db.Tx, keep, other int64) (moved, blocked []int64, err error) {
	ids := func(person int64) ([]int64, error) {
		return db.List(ctx, tx, func(s db.Scanner) (id int64, err error) { return id, s.Scan(&id) }, idsOfPersonSQL, person)
	}
	own, err := ids(keep)
	if err != nil {
		return nil, nil, err
	}
	theirs, err := ids(other)
	if err != nil {
		return nil, nil, err
	}
	for _, id := range theirs {
		if len(own) == 0 {
			if _, err := tx.Exec(ctx, pointSQL, id, keep); err != nil {
				return nil, nil, err
			}
			moved = append(moved, id)
			continue
		}
		if err := block(ctx, tx, id); err != nil {
			return nil, nil, err
		}
		blocked = append(blocked, id)
	}
	return moved, blocked, nil
}

func block(ctx context.Context, tx *db.Tx, id int64) error {
	if _, err := tx.Exec(ctx, setStateSQL, id, Blocked); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, dropSessionsSQL, id)
	return err
}

// Separate takes back what Join did.
func Separate(ctx context.Context, tx *db.Tx, other int64, moved, blocked []int64) error {
	for _, id := range moved {
		if _, err := tx.Exec(ctx, pointSQL, id, other); err != nil {
			return err
		}
	}
	for _, id := range blocked {
		if _, err := tx.Exec(ctx, setStateSQL, id, Active); err != nil {
			return err
		}
	}
	return nil
}
