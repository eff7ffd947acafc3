package meeting_test

import (
	"testing"

	"chibo/internal/civil"
	"chibo/meeting"
)

// A form that is sent twice, by a slow line or a second press, keeps one line and one
// meeting; what differs in anything is another.
func TestFormsSentTwiceKeepOne(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ref := w.convene(civil.Of(2026, 11, 10))
		for range 2 {
			w.decide(ref)
		}
		other := w.get(ref).Decisions[0]
		other.ID, other.Due = 0, other.Due.AddDays(1)
		_, err := w.s.AddDecision(ctx(), w.act(committee), ref, other)
		w.must(err)
		if n := len(w.get(ref).Decisions); n != 2 {
			t.Errorf("%d decisions, want 2", n)
		}
		thematic := meeting.ConveneIn{CellID: w.cell.ID, Kind: meeting.Thematic, Day: civil.Of(2026, 11, 20), Hour: 19, Place: "Nhà văn hóa", Theme: "Khu dân cư kiểu mẫu"}
		first, err := w.s.Convene(ctx(), w.act(secretary), thematic)
		w.must(err)
		again, err := w.s.Convene(ctx(), w.act(secretary), thematic)
		w.must(err)
		thematic.Hour = 20
		later, err := w.s.Convene(ctx(), w.act(secretary), thematic)
		w.must(err)
		if first != again || later == first {
			t.Errorf("%v, again %v, an hour later %v", first, again, later)
		}
	})
}
