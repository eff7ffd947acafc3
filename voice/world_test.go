package voice_test

import (
	"context"
	"fmt"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/seal"
	"chibo/meeting"
	"chibo/member"
	"chibo/office/officetest"
	"chibo/voice"
)

// world is the district of officetest with a meeting of Hòa Bình that has just closed.
type world struct {
	*officetest.World
	s      *voice.Service
	ref    ident.Ref
	others []access.Actor // further members of Hòa Bình
	ids    []int64        // their memberships
}

func newWorld(t testing.TB, d *db.DB, more int) *world {
	t.Helper()
	w := &world{World: officetest.New(t, d), ref: ident.Ref{}}
	w.s = &voice.Service{DB: d, Book: w.Book, Keys: seal.Fresh()}
	for i := range more {
		w.join(t, fmt.Sprintf("Đảng viên %d", i+1))
	}
	w.ref = w.hold(t)
	return w
}

func (w *world) join(t testing.TB, name string) {
	t.Helper()
	w.Write(t, func(ctx context.Context, tx *db.Tx) error {
		from := civil.Of(2020, 5, 20)
		person, err := member.AddPerson(ctx, tx, member.Person{Part: w.HoaBinh.PartID, Name: name, Sex: "f"})
		if err != nil {
			return err
		}
		id, err := member.AddMembership(ctx, tx, member.Membership{
			Part: w.HoaBinh.PartID, PersonID: person, CellID: w.HoaBinh.ID, Name: name, From: from, AdmittedOn: from, OfficialOn: from.AddMonths(12),
		})
		w.ids = append(w.ids, id)
		w.others = append(w.others, access.Actor{
			AccountID: person, PersonID: person, PartID: w.HoaBinh.PartID, Name: name,
			Grants: []access.Grant{{Role: access.RoleMember, OrgID: w.HoaBinh.ID, Path: w.HoaBinh.Path}},
		})
		return err
	})
}

// hold writes a closed regular meeting of today with everybody on the roll, and tells of it.
func (w *world) hold(t testing.TB) ident.Ref {
	t.Helper()
	day := civil.From(w.DB.Clock().Now())
	m := meeting.Meeting{
		Ref: ident.Ref{Part: w.HoaBinh.PartID, ID: w.DB.IDs().Next()}, OrgID: w.HoaBinh.ID, Body: meeting.BodyCell, Kind: meeting.Regular, Month: day.Month(), Day: day,
		StartsAt: day.Time(8, 0), OpenedAt: day.Time(8, 0), ClosedAt: day.Time(9, 40), State: meeting.Closed, Place: "Nhà văn hóa", FeePaid: -1,
	}
	h := meeting.HistoryMeeting{Meeting: m}
	add := func(id int64) {
		h.Roll = append(h.Roll, meeting.RollRow{MembershipID: id, Standing: member.StandingOfficial, Presence: meeting.Present, How: meeting.ByHand})
	}
	for _, name := range []string{officetest.Secretary, officetest.Deputy, officetest.Committee, officetest.Member} {
		add(w.People[name].Member.ID)
	}
	for _, id := range w.ids {
		add(id)
	}
	w.Write(t, func(ctx context.Context, tx *db.Tx) error {
		if err := meeting.InsertHistory(ctx, tx, []meeting.HistoryMeeting{h}); err != nil {
			return err
		}
		return w.s.Closed(ctx, tx, m)
	})
	return m.Ref
}

func all(level string) map[string]string {
	return map[string]string{"prepared": level, "honest": level, "useful": level, "heard": level}
}

func (w *world) answer(t testing.TB, who access.Actor, level string) {
	t.Helper()
	if err := w.s.Answer(t.Context(), who, w.ref, all(level)); err != nil {
		t.Fatal(err)
	}
}

func (w *world) open(t testing.TB, who access.Actor) voice.View {
	t.Helper()
	v, err := w.s.Open(t.Context(), who, w.ref)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// over lets the window pass and settles.
func (w *world) over(t testing.TB) {
	t.Helper()
	clk := clockOf(w.DB)
	clk.Advance(6 * 24 * hour)
	if _, err := w.s.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// holdAgain holds a further meeting in a later month.
func (w *world) holdAgain(t testing.TB) ident.Ref {
	t.Helper()
	clockOf(w.DB).Advance(31 * 24 * hour)
	return w.hold(t)
}

func otherKey() *seal.Ring { return seal.Fresh() }
