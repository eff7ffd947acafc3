package hall_test

import (
	"context"
	"testing"

	"chibo/bench/hall"
)

func TestEveryWay(t *testing.T) {
	ctx := context.Background()
	h, err := hall.Open(ctx, t.TempDir(), 3)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	for _, way := range []string{hall.CheckIn, hall.Reset, hall.CheckInAlone, hall.Update, hall.UpdateAlone} {
		if err := h.Do(ctx, way, 2); err != nil {
			t.Errorf("%s: %v", way, err)
		}
	}
	if err := h.Do(ctx, hall.CheckIn, 2); err == nil {
		t.Error("a second check-in counts as work")
	}
	if err := h.Do(ctx, "nonsense", 0); err == nil {
		t.Error("an unknown way is accepted")
	}
}
