package member_test

import (
	"testing"

	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/member"
)

// What belongs to the person and not to a cell goes along to another part: the records
// that became a part of it, what was found about pairs, proposals of correction that wait,
// and who has looked. Facts of the old cell stay.
func TestWhatFollowsAPerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRegister(t, d)
		m := r.member(join(t, d, r.HoaBinh, official("Trần Văn Ba")))
		other := m.PersonID + 1
		write(t, d, func(tx *db.Tx) error {
			for _, q := range []string{
				`INSERT INTO person (part_id, id, name, fold, sort, sex, merged_into) VALUES ($1, $3, 'x', 'x', 'x', 'm', $2)`,
				`INSERT INTO person_pair (part_id, id, keep_id, other_id, state, at, account_id, decider) VALUES ($1, 1, $2, $3, 'merged', 1, 1, 'x')`,
			} {
				if _, err := tx.Exec(t.Context(), q, m.Part, m.PersonID, other); err != nil {
					return err
				}
			}
			for _, q := range []string{
				`INSERT INTO correction (part_id, id, person_id, membership_id, cell_id, state, at) VALUES ($1, 2, $2, 1, 1, 'waiting', 1)`,
				`INSERT INTO correction (part_id, id, person_id, membership_id, cell_id, state, at) VALUES ($1, 3, $2, 1, 1, 'closed', 1)`,
			} {
				if _, err := tx.Exec(t.Context(), q, m.Part, m.PersonID); err != nil {
					return err
				}
			}
			err := member.AddFees(t.Context(), tx, []member.Fee{{Part: m.Part, CellID: m.CellID, MembershipID: m.ID, Month: 202601}})
			if err != nil {
				return err
			}
			return audit.RecordReading(t.Context(), tx, audit.Reading{Part: m.Part, Account: 1, Reader: "x", PersonID: m.PersonID, What: audit.ReadRecord})
		})
		_, err := r.l.MoveAtOnce(t.Context(), r.keeper(r.District), m.Ref(), move(member.TransferInternal, r.Village2), civil.Of(2026, 11, 2))
		r.must(err)
		for _, c := range []struct {
			query   string
			was, is int
		}{
			{`SELECT COUNT(*) FROM person WHERE part_id = $1`, 0, 2},
			{`SELECT COUNT(*) FROM person_pair WHERE part_id = $1`, 0, 1},
			{`SELECT COUNT(*) FROM correction WHERE part_id = $1 AND state = 'waiting'`, 0, 1},
			{`SELECT COUNT(*) FROM correction WHERE part_id = $1 AND state = 'closed'`, 1, 0},
			{`SELECT COUNT(*) FROM read_log WHERE part_id = $1`, 0, 1},
			{`SELECT COUNT(*) FROM fee WHERE part_id = $1`, 1, 0},
			{`SELECT COUNT(*) FROM membership WHERE part_id = $1`, 1, 1},
		} {
			for part, want := range map[int64]int{r.HoaBinh.PartID: c.was, r.Village2.PartID: c.is} {
				n := 0
				write(t, d, func(tx *db.Tx) error { return tx.QueryRow(t.Context(), c.query, part).Scan(&n) })
				if n != want {
					t.Errorf("%s in %d: %d, want %d", c.query, part, n, want)
				}
			}
		}
	})
}
