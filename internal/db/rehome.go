package db

import "context"

// Rehoming takes the rows of one table from a part to another. Both statements have
// the same parameters: $1 the unit (or the person, the owner) whose rows they are,
// $2 the part they lie in, $3 the part they go to. Insert is
//
//	INSERT INTO t (part_id, …every other column) SELECT CAST($3 AS bigint), … FROM t WHERE t.part_id = $2 AND …
//
// and Delete the same condition without the copies. part_id is never updated: it
// says on which machine a row lies.
type Rehoming struct{ Insert, Delete string }

// Rehome runs the list in order, one table after the other, in the caller's
// transaction. A table whose rows are found through another one stands before it.
// Done twice, it does nothing the second time.
//
// A feature with tables that have a part_id keeps its list as constants in
// rehome.go: a function Rehomed that gives the list, and a function Rehome that the
// composition root names in its own list, which the test of the root holds to the
// schema: a table in no list, or a column that a list forgets, fails it.
func Rehome(ctx context.Context, tx *Tx, list []Rehoming, unit, from, to int64) error {
	if from == to {
		return nil
	}
	for _, r := range list {
		if _, err := tx.Exec(ctx, r.Insert, unit, from, to); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, r.Delete, unit, from); err != nil {
			return err
		}
	}
	return nil
}
