package meeting_test

import (
	"context"
	"testing"

	"chibo/ballot"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/meeting"
	"chibo/member"
	"chibo/rulebook"
	"chibo/secret"
)

// rules has the committee above set rules of the cell's town.
func (w *world) rules(values map[string]string) {
	w.t.Helper()
	w.write(func(ctx context.Context, tx *db.Tx) error {
		for key, value := range values {
			err := w.s.Book.Override(ctx, tx, 1, rulebook.Override{
				OrgID: w.town.ID, Key: key, Value: []byte(`"` + value + `"`), ValidFrom: civil.Of(2026, 1, 1), Source: "Quy định của Đảng ủy thị trấn",
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// No source says whether suspended members and guests vote: by the program's rule they do
// not; where the committee above says they do, a suspended member is in the base like
// everybody and a guest only while here, each is given a ballot, and the count is held against
// the larger base.
func TestSuspendedAndGuestsVoteWhereTheRuleSaysSo(t *testing.T) {
	for rule, want := range map[string]struct {
		suspended, guest, away ballot.Elector
		base, paper            int
	}{
		"no": {
			ballot.Elector{Reason: ballot.ReasonSuspended}, ballot.Elector{Reason: ballot.ReasonGuest}, ballot.Elector{Reason: ballot.ReasonGuest}, 8, 6,
		},
		"yes": {
			ballot.Elector{InBase: true, MayCast: true, Reason: ballot.ReasonSuspendedVotes},
			ballot.Elector{InBase: true, MayCast: true, Reason: ballot.ReasonGuestVotes},
			ballot.Elector{Reason: ballot.ReasonGuestVotes},
			10, 8,
		},
	} {
		t.Run(rule, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				if rule == "yes" {
					w.rules(map[string]string{rulebook.VoteSuspended: "yes", rulebook.VoteGuest: "yes"})
				}
				var guests [2]int64
				w.write(func(ctx context.Context, tx *db.Tx) (err error) {
					for i, name := range []string{"Khách Văn Mời", "Khách Thị Vắng"} {
						guests[i], err = member.AddMembership(ctx, tx, member.Membership{
							Part: w.cell.PartID, PersonID: int64(555 + i), CellID: w.cell.ID, Kind: member.KindGuest, Name: name, From: civil.Of(2026, 1, 1), OfficialOn: civil.Of(2020, 1, 1),
						})
						if err != nil {
							return err
						}
					}
					_, err = member.AddSpell(ctx, tx, member.Spell{Part: w.cell.PartID, MembershipID: w.people[member2].id, Kind: member.SpellSuspended, From: civil.Of(2026, 11, 1)})
					return err
				})
				ref := w.opened(civil.Of(2026, 11, 10))
				w.callAll(ref)
				w.must(w.s.Mark(ctx(), w.act(committee), ref, guests[0], meeting.Present, ""))
				vote, _, err := w.s.OpenSecret(ctx(), w.act(secretary), ref, meeting.SecretIn{
					Subject: "Việc cần phiếu kín", Purpose: secret.AnyOther, Kind: secret.Question, Team: w.ids(member3, member4), Guarded: true,
				})
				w.must(err)
				w.must(w.s.GiveSecretPaperToRest(ctx(), w.act(committee), ref, vote.ID))
				v, err := w.s.Secret(ctx(), w.act(committee), ref, vote.ID)
				w.must(err)
				if v.Base != want.base || v.Paper != want.paper {
					t.Errorf("a base of %d, %d ballots given out, want %d and %d", v.Base, v.Paper, want.base, want.paper)
				}
				for id, e := range map[int64]ballot.Elector{w.people[member2].id: want.suspended, guests[0]: want.guest, guests[1]: want.away} {
					e.MembershipID = id
					for _, seat := range v.People {
						if seat.MembershipID == id && seat.Elector != e {
							t.Errorf("%+v, want %+v", seat.Elector, e)
						}
					}
				}
			})
		})
	}
}
