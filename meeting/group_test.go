package meeting_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"chibo/access"
	"chibo/ballot"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/member"
	"chibo/office"
	"chibo/org"
)

// large makes the cell of the world one of 54 members in two Party groups; the first is
// led by member1, the second by member2. It gives the groups and the added memberships.
func (w *world) large() (groups [2]org.Unit, added []int64) {
	w.t.Helper()
	w.write(func(ctx context.Context, tx *db.Tx) error {
		for i := range groups {
			g, err := org.Add(ctx, tx, org.NewUnit{
				Set: w.s.Book.At(today(), ""), ParentID: w.cell.ID, Kind: org.KindPartyGroup, Name: fmt.Sprintf("Tổ đảng số %d", i+1), Seq: i + 1,
				ValidFrom: civil.Of(2020, 1, 1),
			})
			if err != nil {
				return err
			}
			groups[i] = g
			head := w.people[member1+i]
			if _, err := office.Appoint(ctx, tx, office.NewOffice{
				Unit: g, PersonID: head.actor.PersonID, MembershipID: head.id, Name: head.name, Title: office.GroupHead, From: civil.Of(2025, 3, 1),
			}); err != nil {
				return err
			}
		}
		from := civil.Of(2015, 1, 1)
		for i := range 42 {
			pid, err := member.AddPerson(ctx, tx, member.Person{Part: w.cell.PartID, Name: fmt.Sprintf("Đảng viên %02d", i), Sex: "m"})
			if err != nil {
				return err
			}
			id, err := member.AddMembership(ctx, tx, member.Membership{
				Part: w.cell.PartID, PersonID: pid, CellID: w.cell.ID, Name: fmt.Sprintf("Đảng viên %02d", i), From: from, AdmittedOn: from, OfficialOn: from,
			})
			if err != nil {
				return err
			}
			added = append(added, id)
		}
		return nil
	})
	return groups, added
}

// halves puts everybody of the cell into one of the groups: who stands before the half in
// the first.
func (w *world) halves(groups [2]org.Unit, added []int64) {
	w.t.Helper()
	into := map[int64]int64{}
	for i, p := range w.people {
		into[p.id] = groups[i%2].ID
	}
	into[w.people[member1].id], into[w.people[member2].id] = groups[0].ID, groups[1].ID
	for i, id := range added {
		into[id] = groups[i%2].ID
	}
	w.must(w.s.Divide(ctx(), w.act(secretary), w.cell.ID, into))
}

func byGroup(w *world, day civil.Date) meeting.ConveneIn {
	i := in(w, day)
	i.Way = meeting.Way{Form: meeting.FormGroup, AllowedBy: "Chi ủy thống nhất, báo cáo Đảng ủy thị trấn"}
	return i
}

// One meeting of the month, held by two groups on two days: one roll, one count, one set
// of papers (rules.md 2.43, 2.44).
func TestMeetingByGroup(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		groups, added := w.large()
		day := civil.Of(2026, 11, 10)
		ref, err := w.s.Convene(ctx(), w.act(secretary), byGroup(w, day))
		w.must(err)
		_, err = w.s.Agree(ctx(), w.act(secretary), ref, meeting.AgreeIn{Hour: 8, PresentIDs: w.ids(secretary, deputy)})
		w.must(err)
		w.must(w.s.Invite(ctx(), w.act(secretary), ref))
		w.clk.Set(day.Time(19, 30))
		field(t, w.s.OpenMeeting(ctx(), w.act(secretary), ref), "groups", "meeting.err.loose")
		w.halves(groups, added)
		w.setSecond(ref, groups[1], day)
		w.must(w.s.OpenMeeting(ctx(), w.act(secretary), ref))
		w.decide(ref)
		w.restOfGroups(ref, groups)
		vote, err := w.s.OpenVote(ctx(), w.act(secretary), ref, "", meeting.PurposeResolution)
		w.must(err)
		w.firstGroup(ref, groups, vote)
		w.secondGroup(ref, groups, vote, day)
		f := w.get(ref)
		v := f.Votes[0]
		if v.Yes != 45 || v.No != 1 || v.Base != 51 || f.Attendance.Present != 51 || f.Attendance.Excused != 1 {
			t.Errorf("%d for, %d against of %d; %+v", v.Yes, v.No, v.Base, f.Attendance)
		}
		closed, err := w.s.CloseVote(ctx(), w.act(secretary), ref, vote.ID, v.Version)
		w.must(err)
		if !closed.Passed {
			t.Error("the resolution did not pass")
		}
		w.must(w.s.Adjourn(ctx(), w.act(secretary), ref, w.get(ref).Version))
		w.groupPapers(ref)
		if n := w.count(`SELECT minutes FROM cell_month WHERE met_day <> ''`); n != 95 {
			t.Errorf("the meeting lasted %d minutes", n)
		}
	})
}

// restOfGroups presses "the rest are absent" and "the rest are here" before any group has
// met: nobody is called who has not met yet.
func (w *world) restOfGroups(ref ident.Ref, groups [2]org.Unit) {
	w.t.Helper()
	excused, unexcused, err := w.s.MarkRest(ctx(), w.act(secretary), ref)
	w.must(err)
	here, err := w.s.MarkRestPresent(ctx(), w.act(secretary), ref)
	w.must(err)
	f := w.get(ref)
	if excused+unexcused+here != 0 || f.Attendance.Uncalled != f.Attendance.Due {
		w.t.Errorf("called before the groups met: %d excused, %d absent, %d here", excused, unexcused, here)
	}
	if first := w.session(ref, groups[0]); len(f.ToCome(false)) < len(first.Seats) || len(f.ToCome(true)) != len(f.ToCome(false)) {
		w.t.Errorf("%d and %d are to come", len(f.ToCome(false)), len(f.ToCome(true)))
	}
}

// setSecond gives the second group the day after.
func (w *world) setSecond(ref ident.Ref, g org.Unit, day civil.Date) {
	w.t.Helper()
	version := w.session(ref, g).Version
	in := meeting.SessionIn{Day: day.AddDays(1), Hour: 14, Place: "Nhà đồng chí tổ trưởng", LeaderID: w.people[member2].id, Version: version}
	early := in
	early.Day = day.AddDays(-1)
	field(w.t, w.s.SetSession(ctx(), w.act(secretary), ref, g.ID, early), "day", "meeting.err.group_early")
	stranger := in
	stranger.LeaderID = w.people[member1].id // of the other group
	field(w.t, w.s.SetSession(ctx(), w.act(secretary), ref, g.ID, stranger), "leader", "meeting.err.group_member")
	before := w.unread(w.act(member1).PersonID)
	w.must(w.s.SetSession(ctx(), w.act(secretary), ref, g.ID, in))
	is(w.t, w.s.SetSession(ctx(), w.act(secretary), ref, g.ID, in), meeting.ErrStale)
	is(w.t, w.s.SetSession(ctx(), w.act(member2), ref, g.ID, in), access.ErrForbidden)
	if w.unread(w.act(member2).PersonID) == 0 || w.unread(w.act(member1).PersonID) != before {
		w.t.Error("the group that moved is told, the other is not")
	}
}

func (w *world) session(ref ident.Ref, g org.Unit) meeting.Session {
	w.t.Helper()
	for _, v := range w.get(ref).Sessions {
		if v.GroupID == g.ID {
			return v
		}
	}
	w.t.Fatalf("no session of %s", g.Name)
	return meeting.Session{}
}

// firstGroup is led by its own head, who holds no office of the cell.
func (w *world) firstGroup(ref ident.Ref, groups [2]org.Unit, vote ident.Ref) {
	t, g, head := w.t, groups[0].ID, w.act(member1)
	t.Helper()
	is(t, w.s.BeginSession(ctx(), w.act(member3), ref, g), access.ErrForbidden)
	is(t, w.s.BeginSession(ctx(), head, ref, groups[1].ID), access.ErrForbidden)
	w.must(w.s.BeginSession(ctx(), head, ref, g))
	is(t, w.s.MarkSeat(ctx(), head, ref, g, w.people[member2].id, meeting.Present, ""), meeting.ErrStranger)
	w.must(w.s.MarkSeat(ctx(), head, ref, g, w.people[committee].id, meeting.Excused, "illness"))
	is(t, w.s.EndSession(ctx(), head, ref, g), meeting.ErrRollOpen)
	w.must(w.s.MarkSeat(ctx(), head, ref, g, 0, meeting.Present, ""))
	left := w.groupVote(head, ref, g).Left
	field(t, w.s.CountGroup(ctx(), head, ref, g, vote.ID, ballot.Hands{Yes: left + 1}), "yes", "meeting.err.group_hands")
	field(t, w.s.CountGroup(ctx(), head, ref, g, vote.ID, ballot.Hands{Yes: left, No: 1}), "hands", "meeting.err.group_hands")
	w.must(w.s.CountGroup(ctx(), head, ref, g, vote.ID, ballot.Hands{Yes: left}))
	w.must(w.s.CountGroup(ctx(), head, ref, g, vote.ID, ballot.Hands{Yes: left - 1, No: 1})) // counted again: it takes the place
	w.must(w.s.NoteSession(ctx(), head, ref, g, "Nhất trí mở rộng ngõ 5", ""))
	is(t, w.s.NoteSession(ctx(), w.act(secretary), ref, g, "khác", ""), meeting.ErrStale)
	field(t, errOf(w.s.CloseByHands(ctx(), w.act(secretary), ref, vote.ID, ballot.Hands{Yes: 50}, w.get(ref).Votes[0].Version)), "hands", "meeting.err.group_uncounted")
	w.clk.Advance(95 * time.Minute)
	w.must(w.s.EndSession(ctx(), head, ref, g))
	is(t, w.s.Adjourn(ctx(), w.act(secretary), ref, w.get(ref).Version), meeting.ErrVoteOpen)
}

func (w *world) groupVote(who access.Actor, ref ident.Ref, group int64) meeting.GroupVote {
	w.t.Helper()
	g, err := w.s.Group(ctx(), who, ref, group)
	w.must(err)
	return g.Votes[0]
}

func (w *world) secondGroup(ref ident.Ref, groups [2]org.Unit, vote ident.Ref, day civil.Date) {
	t, g := w.t, groups[1].ID
	t.Helper()
	w.clk.Set(day.AddDays(1).Time(14, 0))
	w.must(w.s.BeginSession(ctx(), w.act(member2), ref, g))
	w.must(w.s.MarkSeat(ctx(), w.act(member2), ref, g, 0, meeting.Present, ""))
	left := w.groupVote(w.act(member2), ref, g).Left
	_, err := w.s.Cast(ctx(), w.act(deputy), ref, vote.ID, ballot.Yes) // on the phone
	w.must(err)
	if after := w.groupVote(w.act(member2), ref, g).Left; after != left-1 {
		t.Errorf("%d hands are left of %d after one vote on a phone", after, left)
	}
	w.must(w.s.CountGroup(ctx(), w.act(member2), ref, g, vote.ID, ballot.Hands{Yes: left - 5}))
	w.clk.Advance(100 * time.Minute)
	w.must(w.s.EndSession(ctx(), w.act(member2), ref, g))
}

func errOf(_ ballot.Vote, err error) error { return err }

func (w *world) groupPapers(ref ident.Ref) {
	w.t.Helper()
	docs := w.get(ref).Documents
	if len(docs) != 2 {
		w.t.Fatalf("%d papers", len(docs))
	}
	_, text := w.text(docs[1])
	for _, want := range []string{
		"Tổ đảng số 1:", "Tổ đảng số 2:", "Nhất trí mở rộng ngõ 5", "Họp theo tổ đảng (Chi ủy thống nhất", "Nhà đồng chí tổ trưởng",
		"Các tổ biểu quyết tại buổi họp của tổ, có mặt tất cả 51 đảng viên",
	} {
		if !strings.Contains(text, want) {
			w.t.Errorf("the minutes lack %q", want)
		}
	}
}

// At most three meetings by group a year, in a cell that is large enough (rules.md 2.43).
func TestGroupLimits(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	groups, added := w.large()
	w.halves(groups, added)
	day := civil.Of(2026, 11, 10)
	for n := range 3 {
		i := byGroup(w, day)
		i.Kind, i.Hour = meeting.Extraordinary, i.Hour+n
		_, err := w.s.Convene(ctx(), w.act(secretary), i)
		w.must(err)
	}
	_, err := w.s.Convene(ctx(), w.act(secretary), byGroup(w, day))
	field(t, err, "form", "meeting.err.group_often")
	ref := w.convene(day)
	field(t, w.s.SetWay(ctx(), w.act(secretary), ref, byGroup(w, day).Way, w.get(ref).Version), "form", "meeting.err.group_often")
	if _, err := w.s.Convene(ctx(), w.act(secretary), byGroup(w, civil.Of(2027, 1, 10))); err != nil {
		t.Errorf("another year: %v", err)
	}
	w.must(w.s.Cancel(ctx(), w.act(secretary), ident.Ref{Part: w.cell.PartID, ID: int64(w.count(`SELECT MIN(id) FROM meeting WHERE form = 'group'`))}))
	w.must(w.s.SetWay(ctx(), w.act(secretary), ref, byGroup(w, day).Way, w.get(ref).Version))
	w.must(w.s.SetWay(ctx(), w.act(secretary), ref, meeting.Way{}, w.get(ref).Version))
	if n := len(w.get(ref).Sessions); n != 0 {
		t.Errorf("%d sessions of a meeting of the whole cell", n)
	}
	w.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM membership WHERE id > $1`, added[20])
		return err
	})
	field(t, w.s.SetWay(ctx(), w.act(secretary), ref, byGroup(w, day).Way, w.get(ref).Version), "form", "meeting.err.group_small")
	into := map[int64]int64{w.people[member1].id: 99}
	var e *fault.Error
	if err := w.s.Divide(ctx(), w.act(secretary), w.cell.ID, into); !errors.As(err, &e) || e.Kind != fault.Invalid {
		t.Errorf("a group of nowhere: %v", err)
	}
	is(t, w.s.Divide(ctx(), w.act(committee), w.cell.ID, into), access.ErrForbidden)
}
