package admission_test

import (
	"context"
	"testing"

	"chibo/admission"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/member"
	"chibo/office/officetest"
	"chibo/rulebook"
	"chibo/secret"
)

func (w *world) goTo(d civil.Date) {
	c := w.DB.Clock().(*clock.Fake)
	c.Set(d.Time(9, 0))
}

// ready tracks somebody and notes the steps of the cell up to its committee's check.
func (w *world) ready(t testing.TB, p admission.Person) ident.Ref {
	t.Helper()
	ref := w.track(t, p, w.today().AddMonths(-6))
	w.introduce(t, ref)
	w.upTo(t, ref, "committee", w.today().AddDays(-10))
	return ref
}

// From the first contact to the recognition, through two meetings, on one clock.
func TestWholeWay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx := context.Background()
		ref := w.ready(t, candidate())
		m := w.meet(t, ref)
		w.must(t, w.vote(t, ref, m, 4))
		v := w.open(t, ref)
		if v.Next.Code != "base" || v.HolderID != w.Town.ID || v.Clock != "decide" {
			t.Fatalf("after the vote: %s with %d, clock %s", v.Next.Code, v.HolderID, v.Clock)
		}
		vote := v.Way.Done(admission.StepCellVote)
		if vote.Yes != 4 || vote.Base != 4 || vote.MeetingID != m.ID || vote.RuleKey != rulebook.VoteAdmission {
			t.Errorf("the vote: %+v", vote)
		}

		w.must(t, w.record(t, ref, officetest.TownSecretary, admission.RecordIn{Step: "base", Day: w.today(), Number: "08-NQ/ĐU", Yes: 8, No: 1, Base: 11}))
		w.must(t, w.record(t, ref, officetest.DistrictStaff, admission.RecordIn{Step: "decision", Day: w.today(), Number: "12-QĐ/HU", Body: "Ban Thường vụ Huyện ủy"}))
		decided := w.today()
		w.must(t, w.s.Receive(ctx, w.Actor(t, officetest.Secretary), ref, w.today(), w.act(t, ref, "")))

		w.goTo(w.today().AddDays(20))
		held := w.today()
		w.must(t, w.record(t, ref, officetest.Secretary, admission.RecordIn{Step: "ceremony", Day: held}))
		w.isMember(t, ref, held, decided, false)

		w.goTo(held.AddMonths(11))
		for _, step := range []string{"member_cv", "new_class", "review", "rec_opinions"} {
			w.must(t, w.record(t, ref, officetest.Secretary, admission.RecordIn{Step: step, Day: w.today()}))
		}
		early := w.meet(t, ref)
		if err := w.vote(t, ref, early, 4); err == nil {
			t.Error("a vote of recognition before the end of the probation")
		}
		w.must(t, w.s.Meetings.Adjourn(ctx, w.Actor(t, officetest.Secretary), early, w.version(t, early)))

		w.goTo(held.AddMonths(12).AddDays(100)) // late, by the organisation (4.36)
		second := w.meet(t, ref)
		w.must(t, w.vote(t, ref, second, 3))
		if v := w.open(t, ref); v.Way.Done(admission.StepRecVote).ID == 0 {
			t.Error("three of four are two thirds")
		}
		w.must(t, w.record(t, ref, officetest.TownSecretary, admission.RecordIn{Step: "rec_base", Day: w.today(), Yes: 9, Base: 11}))
		w.must(t, w.record(t, ref, officetest.TownKeeper, admission.RecordIn{Step: "rec_decision", Day: w.today(), Number: "15-QĐ/HU", Body: "Ban Thường vụ Huyện ủy"}))
		v = w.open(t, ref)
		if v.State != admission.Done || v.OfficialOn != held.AddMonths(12) {
			t.Errorf("case 10: %s official on %s, want %s", v.State, v.OfficialOn.Vi(), held.AddMonths(12).Vi())
		}
		w.isMember(t, ref, held, decided, true)
	})
}

func (w *world) version(t testing.TB, ref ident.Ref) int {
	t.Helper()
	f, err := w.s.Meetings.Get(context.Background(), w.Actor(t, officetest.Secretary), ref)
	w.must(t, err)
	return f.Version
}

// isMember checks the register and the figures.
func (w *world) isMember(t testing.TB, ref ident.Ref, from, decided civil.Date, official bool) {
	t.Helper()
	v := w.open(t, ref)
	w.read(t, func(ctx context.Context, q db.Q) error {
		m, err := member.ByID(ctx, q, ident.Ref{Part: ref.Part, ID: v.MembershipID})
		if err != nil || m.CellID != v.CellID || m.From != from || m.AdmittedOn != decided || m.OfficialAt(w.today()) != official || m.Origin != member.OriginAdmission {
			t.Errorf("the register: %+v, %v", m, err)
		}
		s, _, err := figure.StateOfCell(ctx, q, v.Cell.PartID, v.CellID)
		if (s.Reserves == 0) != official || s.Members != 5 || s.LastAdmitted != decided {
			t.Errorf("the figures: %+v", s)
		}
		return err
	})
}

// Case 8: a ceremony on the 31st working day after the receipt is late and needs the
// consent of the level above; on the 30th it does not.
func TestLateCeremony(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	w.goTo(civil.Of(2026, 3, 2))
	ref := w.ready(t, candidate())
	m := w.meet(t, ref)
	w.must(t, w.vote(t, ref, m, 3))
	w.must(t, w.record(t, ref, officetest.TownSecretary, admission.RecordIn{Step: "base", Day: w.today(), Yes: 8, Base: 11}))
	w.must(t, w.record(t, ref, officetest.TownSecretary, admission.RecordIn{
		Step: "decision", Day: w.today(), Received: w.today(), Number: "12-QĐ/HU", Body: "Ban Thường vụ",
	}))
	due := w.days.Add(w.today(), 30)
	w.goTo(w.days.Add(due, 1))
	err := w.record(t, ref, officetest.Secretary, admission.RecordIn{Step: "ceremony", Day: w.today()})
	wantFields(t, "late without consent", err, "consent")
	if v := w.open(t, ref); !v.Late(w.today()) {
		t.Error("not shown as late")
	}
	w.must(t, w.record(t, ref, officetest.Secretary, admission.RecordIn{Step: "ceremony", Day: due})) // noted a day later
	if v := w.open(t, ref); v.JoinedOn != due {
		t.Errorf("joined on %s", v.JoinedOn.Vi())
	}
	other := candidate()
	other.Name = "Lê Văn Tám"
	w.goTo(civil.Of(2026, 3, 2))
	ref = w.ready(t, other)
	m = w.meetAgain(t, ref, m)
	w.must(t, w.vote(t, ref, m, 3))
	w.must(t, w.record(t, ref, officetest.TownSecretary, admission.RecordIn{Step: "base", Day: w.today(), Yes: 8, Base: 11}))
	w.must(t, w.record(t, ref, officetest.TownSecretary, admission.RecordIn{
		Step: "decision", Day: w.today(), Received: w.today(), Number: "13-QĐ/HU", Body: "Ban Thường vụ",
	}))
	w.goTo(w.days.Add(due, 1))
	w.must(t, w.record(t, ref, officetest.Secretary, admission.RecordIn{Step: "ceremony", Day: w.today(), Consent: "CV 15 ngày 20/4/2026"}))
}

// meetAgain puts a further person on the agenda of the meeting that is open.
func (w *world) meetAgain(t testing.TB, ref, m ident.Ref) ident.Ref {
	t.Helper()
	w.must(t, w.s.PutOnAgenda(context.Background(), w.Actor(t, officetest.Secretary), ref, m.ID, w.act(t, ref, "")))
	return m
}

// A vote that fails moves nothing; the person may be put to another meeting, or stopped
// with a reason. Two of four are not two thirds of the official members (rules.md 4.27).
func TestFailedVote(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ctx := context.Background()
	ref := w.ready(t, candidate())
	m := w.meet(t, ref)
	w.must(t, w.vote(t, ref, m, 2))
	v := w.open(t, ref)
	if leg, _ := v.Way.Leg(admission.StepCellVote); v.Next.Code != admission.StepCellVote || leg.Failed != 1 || v.MeetingID != 0 {
		t.Errorf("waits %s, failed %d", v.Next.Code, leg.Failed)
	}
	w.must(t, w.s.Stop(ctx, w.Actor(t, officetest.Secretary), ref, "vote", w.today(), w.act(t, ref, "")))
	v = w.open(t, ref)
	if v.State != admission.Stopped || v.KeepUntil != w.today().AddMonths(24) {
		t.Errorf("%s, kept until %s", v.State, v.KeepUntil.Vi())
	}
	w.must(t, w.s.Resume(ctx, w.Actor(t, officetest.Secretary), ref, w.act(t, ref, "Chi bộ đề nghị xem xét lại")))
	if v = w.open(t, ref); v.State != admission.Open || v.Next.Code != admission.StepCellVote {
		t.Errorf("taken up again: %s, %s", v.State, v.Next.Code)
	}
}

// A secret vote on the item moves the dossier as an open one does; of a guarded one no
// number is kept, and one on another item or before its time moves nothing.
func TestSecretVote(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ref := w.ready(t, candidate())
	m := w.meet(t, ref)
	item := w.open(t, ref).ItemID
	tell := func(r meeting.SecretResult) {
		r.Meeting, r.OrgID, r.Kind, r.Vote = m, w.HoaBinh.ID, secret.Question, ident.Ref{Part: m.Part, ID: 7}
		w.Write(t, func(ctx context.Context, tx *db.Tx) error { return w.s.SecretCounted(ctx, tx, r) })
	}
	tell(meeting.SecretResult{ItemID: item + 1, Purpose: secret.Admission, Passed: true, Yes: 4, Base: 4})
	tell(meeting.SecretResult{ItemID: item, Purpose: secret.Recognition, Passed: true, Yes: 4, Base: 4})
	if v := w.open(t, ref); v.Next.Code != admission.StepCellVote {
		t.Fatalf("moved to %s", v.Next.Code)
	}
	tell(meeting.SecretResult{ItemID: item, Purpose: secret.Admission, Passed: true, Yes: 4, Base: 4, Guarded: true})
	r := w.open(t, ref).Way.Done(admission.StepCellVote)
	if !r.Secret || r.VoteID != 7 || r.Yes != 0 || r.Base != 0 {
		t.Errorf("%+v", r)
	}
}

// A reserve member who is transferred takes the dossier along; so does one who leaves.
func TestTransferInTheMiddle(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ctx := context.Background()
	ref := w.ready(t, candidate())
	lead := w.Actor(t, officetest.Secretary)

	// Before the ceremony: handed over, and taken by the other cell.
	w.must(t, w.s.HandOver(ctx, lead, ref, w.Village2.ID, w.act(t, ref, "Chuyển nơi cư trú")))
	if err := w.record(t, ref, officetest.Secretary, admission.RecordIn{Step: "cell_vote", Day: w.today()}); err == nil {
		t.Error("a step while it is handed over")
	}
	neighbour := w.Actor(t, officetest.Neighbour)
	seen, err := w.s.Open(ctx, neighbour, ref)
	w.must(t, err)
	now, err := w.s.Take(ctx, neighbour, ref, admission.Act{Version: seen.Version})
	w.must(t, err)
	if now.Part != w.Commune.ID || now.ID != ref.ID {
		t.Errorf("it lies at %v", now)
	}
	if _, err := w.s.Open(ctx, lead, now); err == nil {
		t.Error("the cell that was left still reads it")
	}
	v, err := w.s.Open(ctx, neighbour, now)
	w.must(t, err)
	if v.Next.Code != "cell_vote" || len(v.People) != 0 || len(v.Way) == 0 || v.Way.Done("committee").ID == 0 {
		t.Errorf("waits %s, %d introducers", v.Next.Code, len(v.People))
	}
}

// The name of a stopped dossier is erased when its time is over, and not a day before.
func TestForget(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ctx := context.Background()
	ref := w.ready(t, candidate())
	stopped := w.today()
	w.must(t, w.s.Stop(ctx, w.Actor(t, officetest.Secretary), ref, "withdrawn", stopped, w.act(t, ref, "")))
	w.must(t, w.s.SetKeep(ctx, w.Actor(t, officetest.TownSecretary), w.Town.ID, 12, "Kết luận của đảng ủy"))
	w.goTo(stopped.AddMonths(24))
	w.must(t, w.s.Forget(ctx))
	w.open(t, ref)
	w.goTo(stopped.AddMonths(24).AddDays(1))
	w.must(t, w.s.Forget(ctx))
	if _, err := w.s.Open(ctx, w.Actor(t, officetest.Secretary), ref); err == nil {
		t.Error("it is still read")
	}
	w.read(t, func(ctx context.Context, q db.Q) error {
		list, err := w.s.OfCell(ctx, q, w.Actor(t, officetest.Secretary), w.HoaBinh, false, 10)
		if len(list) != 0 {
			t.Errorf("%d in the list", len(list))
		}
		return err
	})
	second := w.ready(t, candidate())
	w.must(t, w.s.Stop(ctx, w.Actor(t, officetest.Secretary), second, "withdrawn", w.today(), w.act(t, second, "")))
	if v := w.open(t, second); v.KeepUntil != w.today().AddMonths(12) {
		t.Errorf("kept until %s", v.KeepUntil.Vi())
	}
}

// Each mark is told once, to who must act, and when the day is over to the levels above.
func TestAlarms(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ctx := context.Background()
	w.goTo(civil.Of(2026, 3, 2))
	ref := w.ready(t, candidate())
	m := w.meet(t, ref)
	w.must(t, w.vote(t, ref, m, 3))
	due := w.open(t, ref).Due
	told := func(who string) int {
		n := 0
		w.read(t, func(ctx context.Context, q db.Q) error {
			p := w.People[who]
			return q.QueryRow(ctx, `SELECT COUNT(*) FROM notice WHERE part_id = $1 AND person_id = $2 AND kind LIKE 'admission.%'`, p.Ref.Part, p.Ref.ID).Scan(&n)
		})
		return n
	}
	start, above := told(officetest.TownSecretary), told(officetest.DistrictStaff)
	for _, c := range []struct {
		days        int // to the due day
		town, above int // notices since the start
	}{{70, 1, 0}, {61, 1, 0}, {60, 2, 0}, {59, 2, 0}, {30, 3, 0}, {14, 4, 0}, {7, 5, 0}, {0, 6, 0}, {-1, 7, 1}, {-2, 7, 1}, {-15, 8, 2}, {-30, 8, 2}} {
		w.goTo(due.AddDays(-c.days))
		for range 2 {
			w.must(t, w.s.Remind(ctx))
		}
		if got := told(officetest.TownSecretary) - start; got != c.town {
			t.Errorf("%d days before: the town was told %d times, want %d", c.days, got, c.town)
		}
		if got := told(officetest.DistrictStaff) - above; got != c.above {
			t.Errorf("%d days before: the district was told %d times, want %d", c.days, got, c.above)
		}
	}
	w.read(t, func(ctx context.Context, q db.Q) error {
		var n int
		err := q.QueryRow(ctx, `SELECT COUNT(*) FROM notice WHERE args LIKE '%Mận%'`).Scan(&n)
		if n != 0 {
			t.Errorf("%d notices name the person", n)
		}
		return err
	})
}
