package meeting_test

import (
	"context"
	"slices"
	"testing"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/meeting"
)

// The months of rules.md 5.30 come from closed regular meetings of the cell alone, and
// from absences without a reason alone, inside the year.
func TestSkipped(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		one, two := w.people[member1].id, w.people[member2].id
		held := func(m civil.Month, kind, state string, first, second string) meeting.HistoryMeeting {
			day := m.First().AddDays(2)
			return meeting.HistoryMeeting{
				Meeting: meeting.Meeting{
					Ref: ident.Ref{Part: w.cell.PartID}, OrgID: w.cell.ID, Kind: kind, Month: m, Day: day, StartsAt: day.Time(19, 30),
					Place: "Nhà văn hóa", State: state, ChairID: w.people[secretary].id, FeePaid: -1,
				},
				Roll: []meeting.RollRow{
					{MembershipID: one, Standing: "official", Presence: first}, {MembershipID: two, Standing: "official", Presence: second},
				},
			}
		}
		w.write(func(ctx context.Context, tx *db.Tx) error {
			return meeting.InsertHistory(ctx, tx, []meeting.HistoryMeeting{
				held(202512, meeting.Regular, meeting.Sent, meeting.Unexcused, meeting.Present), // last year
				held(202601, meeting.Regular, meeting.Sent, meeting.Unexcused, meeting.Excused),
				held(202603, meeting.Regular, meeting.Closed, meeting.Unexcused, meeting.Unexcused),
				held(202604, meeting.Thematic, meeting.Closed, meeting.Unexcused, meeting.Unexcused), // not the regular one
				held(202605, meeting.Regular, meeting.Opened, meeting.Unexcused, meeting.Unexcused),  // not over
				held(202606, meeting.Regular, meeting.Sent, meeting.Unexcused, meeting.Present),
			})
		})
		for _, cell := range []int64{w.cell.ID, 0, w.cell.ID + 1} {
			var got map[int64][]civil.Month
			w.must(d.Read(ctx(), func(q db.Q) (err error) {
				got, err = meeting.Skipped(ctx(), q, w.cell.PartID, cell, 2026)
				return err
			}))
			if cell == w.cell.ID+1 {
				if len(got) != 0 {
					t.Errorf("another cell: %v", got)
				}
				continue
			}
			if !slices.Equal(got[one], []civil.Month{202601, 202603, 202606}) || !slices.Equal(got[two], []civil.Month{202603}) || len(got) != 2 {
				t.Errorf("cell %d: %v", cell, got)
			}
		}
	})
}
