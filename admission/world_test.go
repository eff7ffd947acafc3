package admission_test

import (
	"context"
	"testing"

	"chibo/admission"
	"chibo/ballot"
	"chibo/document"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/workday"
	"chibo/meeting"
	"chibo/member"
	"chibo/office"
	"chibo/office/officetest"
)

// world is the district of officetest with people on their way.
type world struct {
	*officetest.World
	s    *admission.Service
	days *workday.Calendar
}

func newWorld(t testing.TB, d *db.DB) *world {
	t.Helper()
	days, err := workday.New()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{World: officetest.New(t, d), days: days}
	life := &member.Life{DB: d, Book: w.Book, Days: days}
	w.s = &admission.Service{
		DB: d, Book: w.Book, Days: days, Life: life,
		Meetings: &meeting.Service{DB: d, Book: w.Book, Documents: &document.Service{DB: d, Book: w.Book}},
	}
	w.Write(t, func(ctx context.Context, tx *db.Tx) error {
		_, err := office.AddTerm(ctx, tx, office.Term{Part: w.Town.ID, OrgID: w.HoaBinh.ID, Name: "2025-2030", From: civil.Of(2025, 5, 20)})
		return err
	})
	w.s.Meetings.Matters = append(w.s.Meetings.Matters, w.s.Matters())
	life.OnEnded = append(life.OnEnded, w.s.Ended)
	life.OnArrived = append(life.OnArrived, w.s.Arrived)
	return w
}

// candidate is somebody who meets every condition on a day of 2026.
func candidate() admission.Person {
	return admission.Person{
		Name: "Đoàn Thị Mận", Sex: "f", Birth: civil.Of(1994, 6, 12), Citizen: true, Ethnic: "kinh", Education: "upper", Occupation: "farmer",
	}
}

func (w *world) today() civil.Date { return civil.From(w.DB.Clock().Now()) }

func (w *world) must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%v", err)
	}
}

// track opens a dossier of the person in Hòa Bình since a day.
func (w *world) track(t testing.TB, p admission.Person, on civil.Date) ident.Ref {
	t.Helper()
	ref, err := w.s.Track(context.Background(), w.Actor(t, officetest.Secretary), admission.TrackIn{
		CellID: w.HoaBinh.ID, Person: p, On: on, Helper: w.People[officetest.Committee].Member.ID,
	})
	w.must(t, err)
	return ref
}

func (w *world) open(t testing.TB, ref ident.Ref) admission.View {
	t.Helper()
	v, err := w.s.Open(context.Background(), w.Actor(t, officetest.Secretary), ref)
	w.must(t, err)
	return v
}

func (w *world) act(t testing.TB, ref ident.Ref, note string) admission.Act {
	t.Helper()
	return admission.Act{Note: note, Version: w.open(t, ref).Version}
}

// record notes a step by the cell's lead, or by who is named.
func (w *world) record(t testing.TB, ref ident.Ref, who string, in admission.RecordIn) error {
	t.Helper()
	in.Version = w.open(t, ref).Version
	return w.s.Record(context.Background(), w.Actor(t, who), ref, in)
}

func (w *world) introduce(t testing.TB, ref ident.Ref) {
	t.Helper()
	list := []admission.Introducer{
		{Way: admission.WayMember, MembershipID: w.People[officetest.Deputy].Member.ID, Since: civil.Of(2020, 6, 1)},
		{Way: admission.WayMember, MembershipID: w.People[officetest.Member].Member.ID, Since: civil.Of(2020, 6, 1)},
	}
	w.must(t, w.s.PutIntroducers(context.Background(), w.Actor(t, officetest.Secretary), ref, list, w.act(t, ref, "")))
}

// upTo notes the steps of the cell up to one of them, each on the day.
func (w *world) upTo(t testing.TB, ref ident.Ref, step string, day civil.Date) {
	t.Helper()
	v := w.open(t, ref)
	for _, leg := range v.Way {
		if leg.Done == nil && !leg.Skip {
			in := admission.RecordIn{Step: leg.Code, Day: day, Act: admission.Act{Note: "Đã xem xét"}}
			w.must(t, w.record(t, ref, officetest.Secretary, in))
		}
		if leg.Code == step {
			return
		}
	}
}

// meet lets Hòa Bình meet today with the person on the agenda, and gives the meeting open
// with everybody there.
func (w *world) meet(t testing.TB, ref ident.Ref) ident.Ref {
	t.Helper()
	ctx, lead := context.Background(), w.Actor(t, officetest.Secretary)
	m, err := w.s.Meetings.Convene(ctx, lead, meeting.ConveneIn{CellID: w.HoaBinh.ID, Kind: meeting.Extraordinary, Day: w.today(), Hour: 19, Minute: 30, Place: "Nhà văn hóa", Theme: ""})
	w.must(t, err)
	w.must(t, w.s.PutOnAgenda(ctx, lead, ref, m.ID, w.act(t, ref, "")))
	w.must(t, w.s.Meetings.Invite(ctx, lead, m))
	w.must(t, w.s.Meetings.OpenMeeting(ctx, lead, m))
	f, err := w.s.Meetings.Get(ctx, lead, m)
	w.must(t, err)
	for _, r := range f.Roll {
		w.must(t, w.s.Meetings.Mark(ctx, lead, m, r.MembershipID, meeting.Present, ""))
	}
	return m
}

// vote votes on the person by raised hands of the four.
func (w *world) vote(t testing.TB, ref, m ident.Ref, yes int) error {
	t.Helper()
	ctx, lead := context.Background(), w.Actor(t, officetest.Secretary)
	vote, err := w.s.Meetings.OpenMatter(ctx, lead, m, ref.ID)
	if err != nil {
		return err
	}
	_, err = w.s.Meetings.CloseByHands(ctx, lead, m, vote.ID, ballot.Hands{Yes: yes, No: 4 - yes}, 1)
	return err
}

func (w *world) read(t testing.TB, f func(ctx context.Context, q db.Q) error) {
	t.Helper()
	ctx := context.Background()
	w.must(t, w.DB.Read(ctx, func(q db.Q) error { return f(ctx, q) }))
}
