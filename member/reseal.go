package member

import (
	"context"

	"chibo/internal/db"
)

// resealBatch bounds one transaction.
const resealBatch = 500

const (
	oldSealSQL = `SELECT part_id, id, idno_sealed FROM person
 WHERE idno_mac <> '' AND (idno_mac < $1 OR idno_mac >= $2) LIMIT $3`
	resealSQL = `UPDATE person SET idno_sealed = $4, idno_mac = $5 WHERE part_id = $1 AND id = $2 AND idno_sealed = $3`
)

// Reseal seals the identity numbers of one batch of persons with the newest key, so
// that equal numbers have equal hashes again, and gives how many it took; 0 when all
// are sealed so. It changes no record: versions stay.
func (s *Service) Reseal(ctx context.Context) (n int, err error) {
	if !s.Keys.Changed() {
		return 0, nil
	}
	newest := s.Keys.Newest() // "2.": everything from there up to "2/" is sealed by it
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		list, err := db.List(ctx, tx, func(row db.Scanner) (p Person, err error) {
			return p, row.Scan(&p.Part, &p.ID, &p.box)
		}, oldSealSQL, newest, newest[:len(newest)-1]+"/", resealBatch)
		if err != nil {
			return err
		}
		for _, p := range list {
			num, err := p.OpenIDNo(s.Keys)
			if err != nil {
				return err
			}
			box, err := s.Keys.Seal(num, binding(p.ID))
			if err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, resealSQL, p.Part, p.ID, p.box, box, s.Keys.MAC(num)); err != nil {
				return err
			}
		}
		n = len(list)
		return nil
	})
	return n, err
}
