package audit_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"chibo/audit"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
)

func record(t *testing.T, d *db.DB, n int) {
	t.Helper()
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		for i := range n {
			e := audit.Entry{Part: 1, Account: 7, Action: "meeting.open", Target: "meeting", TargetID: int64(i + 1), Detail: map[string]any{"present": i}}
			if err := audit.Record(t.Context(), tx, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestSealAndVerify(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		clk := dbtest.Clock(d)
		record(t, d, 5)
		if n, err := audit.Seal(ctx, d); err != nil || n != 0 {
			t.Fatalf("young rows were sealed: %d, %v", n, err)
		}
		clk.Advance(10 * time.Minute)
		record(t, d, 3) // too young for the first block
		if n, err := audit.Seal(ctx, d); err != nil || n != 5 {
			t.Fatalf("Seal = %d, %v; want 5", n, err)
		}
		clk.Advance(10 * time.Minute)
		if n, err := audit.Seal(ctx, d); err != nil || n != 3 {
			t.Fatalf("Seal = %d, %v; want 3", n, err)
		}
		if n, err := audit.Verify(ctx, d); err != nil || n != 8 {
			t.Fatalf("Verify = %d, %v; want 8", n, err)
		}
		for _, damage := range []string{
			`UPDATE audit SET account_id = 8 WHERE target_id = 2`,
			`DELETE FROM audit WHERE target_id = 4`,
		} {
			err := d.Write(ctx, func(tx *db.Tx) error {
				if _, err := tx.Exec(ctx, damage); err != nil {
					return err
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := audit.Verify(ctx, d); !errors.Is(err, audit.ErrBroken) {
				t.Errorf("after %q: %v; want ErrBroken", damage, err)
			}
		}
	})
}
