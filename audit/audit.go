package audit

import (
	"context"
	"encoding/json"

	"chibo/internal/db"
)

// Entry is one act. Account 0 is the program itself.
type Entry struct {
	Part     int64
	Account  int64
	Action   string // "meeting.adjourn"
	Target   string // "meeting"
	TargetID int64
	Detail   map[string]any // without personal data
}

const insertSQL = `INSERT INTO audit (part_id, id, at, account_id, action, target, target_id, detail, for_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

// Record writes the entry in the act's own transaction. An act for which the actor
// needed a right held for somebody else is labelled with that person, see Acting.
func Record(ctx context.Context, tx *db.Tx, e Entry) error {
	detail := []byte("{}")
	if len(e.Detail) > 0 {
		var err error
		if detail, err = json.Marshal(e.Detail); err != nil {
			return err
		}
	}
	return db.Later(ctx, tx, insertSQL, [][]any{{e.Part, tx.ID(), tx.NowMS(), e.Account, e.Action, e.Target, e.TargetID, string(detail), forWhom(ctx)}})
}
