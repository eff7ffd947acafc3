package member

import (
	"context"
	"strings"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
)

const transferFields = `SELECT t.part_id, t.id, t.kind, t.state, t.person_id, t.name, t.from_cell, t.from_membership, t.from_text,
  t.to_cell, t.to_membership, t.to_text, t.spell_id, t.basis, t.basis_on, t.introduced_on, t.until_on, t.study, t.left_on,
  t.arrived_on, t.ended_on, t.hold, t.note, t.version, COALESCE(f.name, t.from_text), COALESCE(g.name, t.to_text)`

const transferEnds = ` LEFT JOIN org f ON f.id = t.from_cell LEFT JOIN org g ON g.id = t.to_cell`

const transferColumns = transferFields + ` FROM transfer t` + transferEnds

func scanTransfer(s db.Scanner) (Transfer, error) {
	var t Transfer
	err := s.Scan(&t.Ref.Part, &t.Ref.ID, &t.Kind, &t.State, &t.PersonID, &t.Name, &t.FromCell, &t.FromMembership, &t.FromText,
		&t.ToCell, &t.ToMembership, &t.ToText, &t.SpellID, &t.Basis, &t.BasisOn, &t.IntroducedOn, &t.UntilOn, &t.Study, &t.LeftOn,
		&t.ArrivedOn, &t.EndedOn, &t.Hold, &t.Note, &t.Version, &t.FromName, &t.ToName)
	return t, err
}

const transferByIDSQL = transferColumns + ` WHERE t.part_id = $1 AND t.id = $2`

// TransferByID gives a transfer, or ErrNotFound. It checks no right.
func TransferByID(ctx context.Context, q db.Q, ref ident.Ref) (Transfer, error) {
	t, err := scanTransfer(q.QueryRow(ctx, transferByIDSQL, ref.Part, ref.ID))
	if db.NoRows(err) {
		return t, ErrNotFound
	}
	return t, err
}

const transfersOfSQL = transferColumns + ` WHERE t.person_id = $1 ORDER BY t.id DESC LIMIT 50`

// TransfersOf gives a person's transfers, the latest first. It checks no right.
func TransfersOf(ctx context.Context, q db.Q, personID int64) ([]Transfer, error) {
	return db.List(ctx, q, scanTransfer, transfersOfSQL, personID)
}

const openOfMembershipSQL = transferColumns + ` WHERE t.part_id = $1 AND t.from_membership = $2
   AND (t.state IN ('announced', 'left') OR t.state = 'arrived' AND t.kind = 'temporary') ORDER BY t.id`

// openTransfers gives what is not over of the moves away from a membership.
func openTransfers(ctx context.Context, q db.Q, ref ident.Ref) ([]Transfer, error) {
	return db.List(ctx, q, scanTransfer, openOfMembershipSQL, ref.Part, ref.ID)
}

const ofSpellSQL = `SELECT COUNT(*) FROM transfer WHERE part_id = $1 AND spell_id = $2 AND state IN ('left', 'arrived')`

// transferOfSpell says whether a transfer under way keeps the spell.
func transferOfSpell(ctx context.Context, q db.Q, spell ident.Ref) (open bool, err error) {
	n := 0
	err = q.QueryRow(ctx, ofSpellSQL, spell.Part, spell.ID).Scan(&n)
	return n > 0, err
}

// TransferFilter narrows Transfers.
type TransferFilter struct {
	Open     bool       // what is still to be confirmed; otherwise what was done in the days
	From, To civil.Date // without Open: arrival, or end, or announcement in these days, both inside
	Kind     string     // "": all
	Limit    int        // zero: 200
	After    int64      // id of the last one of the page before
}

const transferLimit = 200

// A transfer is seen from both ends and found once; the cells of the scope come first.
const transfersSQL = transferFields + `
  FROM (SELECT a.part_id, a.id FROM org o JOIN transfer a ON a.part_id = o.part_id AND a.from_cell = o.id WHERE o.path >= $1 AND o.path < $2
    UNION SELECT b.part_id, b.id FROM org o JOIN transfer b ON b.to_cell = o.id WHERE o.path >= $1 AND o.path < $2) x
  CROSS JOIN transfer t` + transferEnds + `
 WHERE t.part_id = x.part_id AND t.id = x.id
   AND ($3 = '' OR t.kind = $3) AND t.id > CAST($4 AS bigint)
   AND (CAST($5 AS integer) = 0 OR t.state IN ('announced', 'left') OR t.state = 'arrived' AND t.kind = 'temporary')
   AND ($6 = '' OR COALESCE(NULLIF(t.ended_on, ''), NULLIF(t.arrived_on, ''), NULLIF(t.left_on, ''), t.basis_on) >= $6)
   AND ($7 = '' OR COALESCE(NULLIF(t.ended_on, ''), NULLIF(t.arrived_on, ''), NULLIF(t.left_on, ''), t.basis_on) <= $7)
 ORDER BY t.id LIMIT $8`

// Transfers gives the transfers from or to the cells of the scope, in the order in
// which they were announced.
func Transfers(ctx context.Context, q db.Q, scope access.Scope, f TransferFilter) ([]Transfer, error) {
	lo, hi := scope.Range()
	open, limit := 0, f.Limit
	if f.Open {
		open = 1
	}
	if limit <= 0 {
		limit = transferLimit
	}
	return db.List(ctx, q, scanTransfer, transfersSQL, lo, hi, f.Kind, f.After, open, f.From, f.To, limit)
}

const insertTransferSQL = `INSERT INTO transfer (part_id, id, kind, state, person_id, name, from_cell, from_membership, from_text,
  to_cell, to_membership, to_text, spell_id, basis, basis_on, introduced_on, until_on, study, left_on, arrived_on, ended_on, hold, note,
  created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)`

func (t Transfer) row(at int64) []any {
	return []any{
		t.Ref.Part, t.Ref.ID, t.Kind, t.State, t.PersonID, t.Name, t.FromCell, t.FromMembership, t.FromText, t.ToCell, t.ToMembership,
		t.ToText, t.SpellID, t.Basis, t.BasisOn, t.IntroducedOn, t.UntilOn, t.Study, t.LeftOn, t.ArrivedOn, t.EndedOn, t.Hold, t.Note, at,
	}
}

// AddTransfers writes transfers as they are, for an import or the sample data; what
// they say of memberships and spells is the caller's to write.
func AddTransfers(ctx context.Context, tx *db.Tx, list []Transfer) error {
	rows := make([][]any, len(list))
	for i, t := range list {
		if t.Ref.ID == 0 {
			t.Ref.ID = tx.ID()
		}
		rows[i] = t.row(tx.NowMS())
	}
	return db.Many(ctx, tx, insertTransferSQL, rows)
}

const updateTransferSQL = `UPDATE transfer SET state = $4, person_id = $5, from_membership = $6, to_membership = $7, spell_id = $8,
  introduced_on = $9, left_on = $10, arrived_on = $11, ended_on = $12, note = $13, version = version + 1
 WHERE part_id = $1 AND id = $2 AND version = $3`

// put keeps a transfer that was changed; ErrChanged when somebody else did meanwhile.
func (t *Transfer) put(ctx context.Context, tx *db.Tx) error {
	err := one(tx.Exec(ctx, updateTransferSQL, t.Ref.Part, t.Ref.ID, t.Version, t.State, t.PersonID, t.FromMembership, t.ToMembership,
		t.SpellID, t.IntroducedOn, t.LeftOn, t.ArrivedOn, t.EndedOn, strings.TrimSpace(t.Note)))
	t.Version++
	return err
}
