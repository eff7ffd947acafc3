package meeting_test

import (
	"context"
	"testing"
	"time"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/meeting"
	"chibo/member"
)

func TestOpinions(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ref := w.invited(civil.Of(2026, 11, 10))
	_, err := w.s.AddOpinion(ctx(), w.act(member1), ref, meeting.OpinionIn{Text: " "})
	field(t, err, "text", "meeting.err.text")
	_, err = w.s.AddOpinion(ctx(), w.act(member1), ref, meeting.OpinionIn{Text: "x", Phase: meeting.During})
	field(t, err, "phase", "meeting.err.phase")
	_, err = w.s.AddOpinion(ctx(), w.act(member1), ref, meeting.OpinionIn{Text: "x", ItemID: 5})
	field(t, err, "item", "meeting.err.no_item")
	_, err = w.s.AddOpinion(ctx(), w.act(member1), ref, meeting.OpinionIn{Text: "x", MembershipID: w.people[member2].id})
	is(t, err, access.ErrForbidden)
	own, err := w.s.AddOpinion(ctx(), w.act(member1), ref, meeting.OpinionIn{Text: "của tôi"})
	w.must(err)
	w.clk.Set(civil.Of(2026, 11, 10).Time(19, 30))
	w.must(w.s.OpenMeeting(ctx(), w.act(secretary), ref))
	said, err := w.s.AddOpinion(ctx(), w.act(committee), ref, meeting.OpinionIn{MembershipID: w.people[member2].id})
	w.must(err)
	w.must(w.s.EditOpinion(ctx(), w.act(committee), ref, said, "đồng ý"))
	is(t, w.s.EditOpinion(ctx(), w.act(committee), ref, own, "sửa lời người khác"), meeting.ErrNotFound)
	for _, o := range w.get(ref).Opinions {
		if (o.ID == own && o.Text != "của tôi") || (o.ID == said && (o.Text != "đồng ý" || o.Name != w.people[member2].name)) {
			t.Errorf("%+v", o)
		}
	}
}

// The member named as meeting secretary keeps the roll without holding an office.
func TestNamedClerk(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ref := w.opened(civil.Of(2026, 11, 10))
	mark := func() error {
		return w.s.Mark(ctx(), w.act(member1), ref, w.people[member2].id, meeting.Present, "")
	}
	is(t, mark(), access.ErrForbidden)
	_, err := w.s.SetRoles(ctx(), w.act(secretary), ref, w.people[secretary].id, w.people[member1].id)
	w.must(err)
	w.must(mark())
	_, err = w.s.Conclude(ctx(), w.act(member1), ref, "Kết luận", nil)
	w.must(err)
	is(t, w.s.Adjourn(ctx(), w.act(member1), ref, w.get(ref).Version), access.ErrForbidden)
	f, err := w.s.Get(ctx(), w.act(member1), ref)
	if err != nil || !f.Me.Clerk || f.Me.Lead || f.Me.Row == nil {
		t.Errorf("me %+v %v", f.Me, err)
	}
}

// A guest is told where the own record lies; a committee meets twice in a month.
func TestGuestAndSecondMeeting(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	w.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := member.AddMembership(ctx, tx, member.Membership{
			Part: w.cell.PartID, PersonID: 555, CellID: w.cell.ID, Kind: member.KindGuest, Name: "Khách Văn Mời", From: civil.Of(2026, 1, 1),
			OfficialOn: civil.Of(2020, 1, 1),
		})
		return err
	})
	w.invited(civil.Of(2026, 11, 10))
	if n := w.unread(555); n != 1 {
		t.Errorf("the guest has %d notices", n)
	}
	i := in(w, civil.Of(2026, 11, 20))
	i.Kind, i.Theme = meeting.Thematic, "Học tập và làm theo Bác"
	ref, err := w.s.Convene(ctx(), w.act(secretary), i)
	w.must(err)
	if _, err = w.s.Agree(ctx(), w.act(secretary), ref, meeting.AgreeIn{PresentIDs: w.ids(secretary)}); err != nil {
		t.Errorf("the committee meets again: %v", err)
	}
	w.must(w.s.Invite(ctx(), w.act(secretary), ref))
	w.clk.Set(civil.Of(2026, 11, 20).Time(19, 30))
	w.must(w.s.OpenMeeting(ctx(), w.act(secretary), ref))
	_, _, err = w.s.MarkRest(ctx(), w.act(secretary), ref)
	w.must(err)
	w.clk.Advance(time.Hour)
	f := w.get(ref)
	if f.Attendance.Guests != 1 || f.Attendance.Due != 11 || len(f.Warnings) == 0 {
		t.Errorf("%+v %+v", f.Attendance, f.Warnings)
	}
	w.must(w.s.Adjourn(ctx(), w.act(secretary), ref, f.Version))
	if n := w.count(`SELECT COUNT(*) FROM cell_month WHERE thematic = 1 AND met_day = ''`); n != 1 {
		t.Errorf("%d months with a thematic meeting only", n)
	}
	w.must(w.d.Read(ctx(), func(q db.Q) error {
		m, err := meeting.ByRef(ctx(), q, ref)
		if err != nil || m.State != meeting.Closed {
			t.Errorf("%+v %v", m, err)
		}
		r, err := meeting.RollOf(ctx(), q, ref, w.people[member1].id)
		if r.Presence != meeting.Unexcused {
			t.Errorf("%+v", r)
		}
		return err
	}))
}
