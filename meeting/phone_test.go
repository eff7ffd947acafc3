package meeting_test

import (
	"fmt"
	"testing"

	"chibo/ballot"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/meeting"
)

// What a phone shows in the hall is what the whole page would show, at each stage and to
// each reader; what it leaves out is empty.
func TestPhoneAgreesWithGet(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		day := civil.Of(2026, 11, 10)
		ref := w.convene(day)
		same := func(stage string) {
			for _, who := range []int{secretary, member1, member6, reserve, tempOut} {
				full, err := w.s.Get(ctx(), w.act(who), ref)
				w.must(err)
				phone, err := w.s.Phone(ctx(), w.act(who), ref)
				w.must(err)
				if a, b := place(full), place(phone); a != b {
					t.Errorf("%s, %d:\n%s\n%s", stage, who, a, b)
				}
				if len(phone.Roll)+len(phone.Items)+len(phone.Opinions)+len(phone.Body) > 0 {
					t.Errorf("%s: the phone reads more than it shows", stage)
				}
			}
		}
		same("preparing")
		_, err := w.s.Agree(ctx(), w.act(secretary), ref, meeting.AgreeIn{Hour: 8, PresentIDs: w.ids(secretary, deputy)})
		w.must(err)
		w.must(w.s.Invite(ctx(), w.act(secretary), ref))
		same("invited")
		w.clk.Set(day.Time(19, 30))
		w.must(w.s.OpenMeeting(ctx(), w.act(secretary), ref))
		w.callAll(ref)
		w.decide(ref)
		vote, err := w.s.OpenVote(ctx(), w.act(committee), ref, "", meeting.PurposeResolution)
		w.must(err)
		_, err = w.s.Cast(ctx(), w.act(member1), ref, vote.ID, ballot.No)
		w.must(err)
		same("voting")
		w.must(w.s.Reserve(ctx(), w.act(member1), ref, vote.ID, 0, "Tôi bảo lưu"))
		same("kept")
		if _, err := w.s.Phone(ctx(), w.people[member1].actor, ident.Ref{Part: ref.Part, ID: 1}); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a meeting that is not there: %v", err)
		}
		stranger := w.act(member1)
		stranger.Grants = nil
		if _, err := w.s.Phone(ctx(), stranger, ref); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a stranger: %v", err)
		}
	})
}

// place is what a page of the hall shows of a meeting.
func place(f meeting.Full) string {
	text := fmt.Sprint(f.Meeting.Ref, f.State, f.Version, f.Unit.Name, f.Me.MembershipID, f.Me.Prepare, f.Me.Clerk, f.Me.Lead, f.Me.TakePart)
	if r := f.Me.Row; r != nil {
		text += fmt.Sprint(" row ", r.MembershipID, r.Presence, r.ArrivedAt, r.How)
	}
	for _, v := range f.Votes {
		text += fmt.Sprint(" vote ", v.Vote)
		if v.Mine != nil {
			text += fmt.Sprint(" mine ", *v.Mine)
		}
		for _, k := range v.Reserved {
			text += fmt.Sprint(" kept ", f.Names[k.MembershipID], k.Text)
		}
	}
	return text
}
