package access_test

import (
	"context"
	"slices"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/org/orgtest"
)

// A right is in force from its first day up to, without, its last; a path that only
// begins alike is another unit.
func TestRightsOfADay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tr := orgtest.District(t, d)
		today := civil.From(d.Clock().Now())
		write := func(f func(ctx context.Context, tx *db.Tx) error) {
			t.Helper()
			if err := d.Write(t.Context(), func(tx *db.Tx) error { return f(t.Context(), tx) }); err != nil {
				t.Fatal(err)
			}
		}
		give := func(role string, org int64, from, to int, source int64) {
			write(func(ctx context.Context, tx *db.Tx) error {
				g := access.NewGrant{PersonID: 5, Role: role, OrgID: org, From: today.AddDays(from), Source: access.FromOffice, SourceID: source}
				if to != 0 {
					g.To = today.AddDays(to)
				}
				return access.AddGrant(ctx, tx, g)
			})
		}
		give(access.RoleMember, tr.HoaBinh.ID, -100, 0, 1)
		give(access.RoleUpper, tr.Town.ID, -30, -1, 2)      // over
		give(access.RoleKeeper, tr.Commune.ID, 1, 0, 3)     // tomorrow
		give(access.RoleCommittee, tr.HoaBinh.ID, -9, 1, 4) // today is its last day
		roles := func(day civil.Date) (out []string) {
			write(func(ctx context.Context, tx *db.Tx) error {
				list, err := access.LoadGrants(ctx, tx, 5, day)
				for _, g := range list {
					out = append(out, g.Role)
				}
				slices.Sort(out)
				return err
			})
			return out
		}
		for days, want := range map[int][]string{
			-200: nil, -20: {"member", "upper"}, 0: {"committee", "member"}, 1: {"keeper", "member"}, 400: {"keeper", "member"},
		} {
			if got := roles(today.AddDays(days)); !slices.Equal(got, want) {
				t.Errorf("day %d: %v, want %v", days, got, want)
			}
		}
		write(func(ctx context.Context, tx *db.Tx) error {
			return access.EndGrants(ctx, tx, access.FromOffice, 4, today)
		})
		if got := roles(today); !slices.Equal(got, []string{"member"}) {
			t.Errorf("ended today: %v", got)
		}
		write(func(ctx context.Context, tx *db.Tx) error {
			held, err := access.HeldBy(ctx, tx, 5, today)
			if len(held) != 2 || held[0].Role != access.RoleMember || held[1].Role != access.RoleKeeper || held[1].From != today.AddDays(1) {
				t.Errorf("held: %+v", held)
			}
			if err != nil {
				return err
			}
			over, err := access.HeldOver(ctx, tx, tr.Village2.Path, today.AddDays(2))
			if len(over) != 1 || over[0].PersonID != 5 || over[0].OrgID != tr.Commune.ID {
				t.Errorf("over Thôn 2: %+v", over)
			}
			// 1.2. reaches 1.2.3., never 1.23.
			none, err2 := access.HeldOver(ctx, tx, tr.Commune.Path[:len(tr.Commune.Path)-1]+"9.", today.AddDays(2))
			if len(none) != 0 || err2 != nil {
				t.Errorf("over a path that begins alike: %+v, %v", none, err2)
			}
			return err
		})
	})
}
