package admission_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"chibo/access"
	"chibo/admission"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/office/officetest"
)

func wantFields(t testing.TB, what string, err error, fields ...string) {
	t.Helper()
	var got []string
	for _, f := range fault.FieldsOf(err) {
		got = append(got, f.Field)
	}
	if !slices.Equal(got, fields) {
		t.Errorf("%s: fields %q (%v), want %q", what, got, err, fields)
	}
}

func wantKey(t testing.TB, what string, err error, key string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Key != key {
		t.Errorf("%s: %v, want %q", what, err, key)
	}
}

// What people get wrong: a clear answer each, and nothing half-written.
func TestBadInput(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ctx, lead := context.Background(), w.Actor(t, officetest.Secretary)
	today := w.today()
	ref := w.track(t, candidate(), today.AddMonths(-6))
	in := func(step string, on civil.Date) admission.RecordIn { return admission.RecordIn{Step: step, Day: on} }

	wantKey(t, "a step out of order", w.record(t, ref, officetest.Secretary, in("cv", today)), admission.ErrOrder.Key)
	wantKey(t, "a decision before everything", w.record(t, ref, officetest.TownSecretary, in("decision", today)), "access.err.forbidden")
	wantFields(t, "a certificate from the future", w.record(t, ref, officetest.Secretary, in("class", today.AddDays(1))), "day")
	month, _ := civil.Parse("2026")
	wantFields(t, "a day that is only a year", w.record(t, ref, officetest.Secretary, in("class", month)), "day")
	wantFields(t, "no day", w.record(t, ref, officetest.Secretary, in("class", civil.Date{})), "day")
	w.must(t, w.record(t, ref, officetest.Secretary, in("class", today.AddMonths(-2))))
	wantFields(t, "a day before the step before", w.record(t, ref, officetest.Secretary, in("application", today.AddMonths(-3))), "day")
	wantKey(t, "a step twice", w.record(t, ref, officetest.Secretary, in("class", today)), "admission.err.done_already")

	_, err := w.s.Track(ctx, lead, admission.TrackIn{CellID: w.HoaBinh.ID, Person: candidate(), On: today})
	wantKey(t, "a second dossier", err, admission.ErrTwice.Key)
	known := candidate()
	known.Birth, _ = civil.Parse("1994")
	_, err = w.s.Track(ctx, lead, admission.TrackIn{CellID: w.HoaBinh.ID, Person: known, On: today})
	wantKey(t, "the same with the year only", err, admission.ErrTwice.Key)
	_, err = w.s.Track(ctx, w.Actor(t, officetest.Neighbour), admission.TrackIn{CellID: w.Village2.ID, Person: candidate(), On: today})
	wantKey(t, "a second one in another cell", err, admission.ErrElsewhere.Key)

	bad := admission.Person{Name: "", Sex: "x", Birth: today.AddDays(1), Education: "zzz"}
	_, err = w.s.Track(ctx, lead, admission.TrackIn{CellID: w.HoaBinh.ID, Person: bad, On: today.AddDays(1)})
	wantFields(t, "nothing right", err, "name", "sex", "birth", "education", "on")

	for _, step := range []string{"application", "cv", "verify_ask", "verify", "opinions"} {
		w.must(t, w.record(t, ref, officetest.Secretary, in(step, today.AddDays(-20))))
	}
	err = w.record(t, ref, officetest.Secretary, in("committee", today.AddDays(-10)))
	wantFields(t, "the check without introducers", err, "cond-introducers")
	w.introduce(t, ref)
	err = w.record(t, ref, officetest.Secretary, in("committee", today.AddDays(-10)))
	wantFields(t, "the check without papers and reason", err, "note")
	w.must(t, w.record(t, ref, officetest.Secretary, admission.RecordIn{Step: "committee", Day: today.AddDays(-10), Act: admission.Act{Note: "Giấy tờ đang bổ sung"}}))
	wantFields(t, "a vote that is typed", w.record(t, ref, officetest.Secretary, admission.RecordIn{Step: "cell_vote", Day: today, Yes: 4, Base: 4}), "day")

	m := w.meet(t, ref)
	if err := w.vote(t, ref, m, 4); err != nil {
		t.Fatal(err)
	}
	if err := w.vote(t, ref, m, 4); err == nil {
		t.Error("a second vote of one meeting on one person")
	}
	for what, c := range map[string]struct {
		in    admission.RecordIn
		field string
	}{
		"no base":                     {admission.RecordIn{Yes: 8}, "base"},
		"more votes than members":     {admission.RecordIn{Yes: 9, No: 3, Base: 11}, "yes"},
		"fewer than two thirds":       {admission.RecordIn{Yes: 7, No: 4, Base: 11}, "outcome"},
		"two thirds called a failure": {admission.RecordIn{Yes: 8, Base: 11, Outcome: admission.Failed, Act: admission.Act{Note: "x"}}, "outcome"},
		"a failure without a reason":  {admission.RecordIn{Yes: 2, Base: 11, Outcome: admission.Failed}, "note"},
	} {
		c.in.Step, c.in.Day = "base", today
		wantFields(t, what, w.record(t, ref, officetest.TownSecretary, c.in), c.field)
	}
	w.must(t, w.record(t, ref, officetest.TownSecretary, admission.RecordIn{Step: "base", Day: today, Yes: 8, Base: 11}))
	wantKey(t, "the ceremony before the decision", w.record(t, ref, officetest.Secretary, in("ceremony", today)), admission.ErrOrder.Key)
	wantFields(t, "a decision without number and body", w.record(t, ref, officetest.TownSecretary, in("decision", today)), "number", "body")
	wantFields(t, "received before it was decided", w.record(t, ref, officetest.TownSecretary, admission.RecordIn{
		Step: "decision", Day: today, Received: today.AddDays(-1), Number: "1-QĐ", Body: "BTV",
	}), "received")
	w.must(t, w.record(t, ref, officetest.TownSecretary, admission.RecordIn{Step: "decision", Day: today, Number: "1-QĐ", Body: "BTV"}))
	wantFields(t, "the ceremony before the decision came", w.record(t, ref, officetest.Secretary, in("ceremony", today)), "day")

	// An old page changes nothing; the same act sent twice is done once.
	err = w.s.Receive(ctx, lead, ref, today, admission.Act{Version: 1})
	wantKey(t, "an old page", err, admission.ErrChanged.Key)
	act := w.act(t, ref, "")
	act.Op = ident.NewDevice()
	w.must(t, w.s.Receive(ctx, lead, ref, today, act))
	w.must(t, w.s.Receive(ctx, lead, ref, today, act))
}

// A rule that changes in the middle changes nothing behind it: the check of 25/7/2026 needs
// the diploma, the vote of a later day is judged by the later rule.
func TestRuleChangesInTheMiddle(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	p := candidate()
	p.Education = "lower_done"
	w.goTo(civil.Of(2026, 8, 3))
	ref := w.track(t, p, civil.Of(2026, 1, 5))
	w.introduce(t, ref)
	w.upTo(t, ref, "opinions", civil.Of(2026, 7, 20))
	check := admission.RecordIn{Step: "committee", Day: civil.Of(2026, 7, 25), Act: admission.Act{Note: "Đã xem xét"}}
	wantFields(t, "by 294", w.record(t, ref, officetest.Secretary, check), "cond-education")
	check.Day = civil.Of(2026, 7, 26)
	w.must(t, w.record(t, ref, officetest.Secretary, check))
}

// What was noted by mistake is taken back, the last step first; not what a meeting voted.
func TestStrike(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ctx, lead := context.Background(), w.Actor(t, officetest.Secretary)
	ref := w.ready(t, candidate())
	wantFields(t, "without a reason", w.s.Strike(ctx, lead, ref, w.act(t, ref, "")), "note")
	w.must(t, w.s.Strike(ctx, lead, ref, w.act(t, ref, "Ghi nhầm ngày")))
	if v := w.open(t, ref); v.Next.Code != "committee" {
		t.Errorf("waits %s", v.Next.Code)
	}
	w.upTo(t, ref, "committee", w.today())
	m := w.meet(t, ref)
	w.must(t, w.vote(t, ref, m, 4))
	wantKey(t, "a vote", w.s.Strike(ctx, lead, ref, w.act(t, ref, "x")), admission.ErrByVote.Key)
}

// Who may see and do what, as access.go says it.
func TestRights(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ctx := context.Background()
	ref := w.ready(t, candidate())
	lead := []string{officetest.Secretary, officetest.Deputy}
	town := []string{officetest.TownSecretary, officetest.TownKeeper}
	open := func(a access.Actor) error { _, err := w.s.Open(ctx, a, ref); return err }
	old := func(err error) error { // right first: whoever has it is told that the page is old
		if fault.KindOf(err) == fault.Conflict {
			return nil
		}
		return err
	}
	stale := admission.Act{Version: 999, Note: "x"}
	record := func(step string) func(access.Actor) error {
		return func(a access.Actor) error {
			return old(w.s.Record(ctx, a, ref, admission.RecordIn{Step: step, Day: w.today(), Act: stale}))
		}
	}
	w.Only(t, "reading what is in the cell", open, append(lead, officetest.Committee)...)
	w.Only(t, "noting a step of the cell", record("committee"), lead...)
	w.Only(t, "stopping", func(a access.Actor) error { return old(w.s.Stop(ctx, a, ref, "other", w.today(), stale)) }, lead...)
	w.Only(t, "papers", func(a access.Actor) error { return old(w.s.PutPaper(ctx, a, ref, admission.Paper{Kind: "cv"}, stale)) }, lead...)
	w.Only(t, "a word on the person", func(a access.Actor) error {
		return old(w.s.AddNote(ctx, a, ref, admission.Note{Text: "x", Day: w.today()}, stale))
	}, append(lead, officetest.Committee)...)
	w.Only(t, "the cell's list", func(a access.Actor) error {
		return w.DB.Read(ctx, func(q db.Q) error { _, err := w.s.OfCell(ctx, q, a, w.HoaBinh, true, 9); return err })
	}, append(lead, officetest.Committee)...)
	w.Only(t, "tracking", func(a access.Actor) error {
		_, err := w.s.Track(ctx, a, admission.TrackIn{CellID: w.HoaBinh.ID})
		if fault.KindOf(err) == fault.Invalid {
			return nil
		}
		return err
	}, lead...)

	m := w.meet(t, ref)
	w.must(t, w.vote(t, ref, m, 4))
	w.Only(t, "reading what came to the town", open, append(append(lead, officetest.Committee), town...)...)
	w.Only(t, "noting what the town decides", record("base"), append(lead, town...)...)
	w.must(t, w.record(t, ref, officetest.TownKeeper, admission.RecordIn{Step: "base", Day: w.today(), Yes: 8, Base: 11}))
	w.Only(t, "reading what came to the district", open, append(append(lead, officetest.Committee, officetest.DistrictStaff), town...)...)
	w.Only(t, "noting what the district decides", record("decision"), append(append(lead, officetest.DistrictStaff), town...)...)
	w.Only(t, "the town's plan", func(a access.Actor) error {
		return old(w.s.PutPlan(ctx, a, admission.Plan{OrgID: w.Town.ID, Year: 2026, Version: 999}))
	}, town...)
	w.Only(t, "the board of the town", func(a access.Actor) error {
		return w.DB.Read(ctx, func(q db.Q) error { _, err := w.s.Board(ctx, q, a, w.Town, admission.Filter{Limit: 9}); return err })
	}, append(town, officetest.DistrictStaff)...)
	w.Only(t, "how long it is kept", func(a access.Actor) error {
		err := w.s.SetKeep(ctx, a, w.Town.ID, 0, "")
		if fault.KindOf(err) == fault.Invalid {
			return nil
		}
		return err
	}, town...)
}

// The board names a person only to those who act; the helper reads the way and no more;
// every reading is noted.
func TestWhatIsRead(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ctx := context.Background()
	ref := w.ready(t, candidate())
	for who, want := range map[string]string{officetest.TownSecretary: "", officetest.TownKeeper: candidate().Name, officetest.DistrictStaff: candidate().Name} {
		w.read(t, func(ctx context.Context, q db.Q) error {
			list, err := w.s.Board(ctx, q, w.Actor(t, who), w.Town, admission.Filter{Limit: 9})
			if len(list) != 1 || list[0].Person.Name != want || !list[0].Bare {
				t.Errorf("%s reads %+v", who, list)
			}
			return err
		})
	}
	w.must(t, w.s.Help(ctx, w.Actor(t, officetest.Secretary), ref, w.People[officetest.Member].Member.ID, w.today(), w.act(t, ref, "")))
	v, err := w.s.Open(ctx, w.Actor(t, officetest.Member), ref)
	w.must(t, err)
	if v.Whole || len(v.Records)+len(v.Slots)+len(v.Conditions)+len(v.People) != 0 || !v.Person.Birth.IsZero() {
		t.Errorf("the helper reads %+v", v)
	}
	w.must(t, w.s.AddNote(ctx, w.Actor(t, officetest.Member), ref, admission.Note{Kind: admission.NoteReview, Day: w.today(), Text: "Tích cực"}, admission.Act{Version: v.Version}))
	v = w.open(t, ref)
	if len(v.Readings) == 0 || v.Notes[0].Text != "Tích cực" {
		t.Errorf("%d readings", len(v.Readings))
	}
	for i := range 2 {
		if err := w.s.Help(ctx, w.Actor(t, officetest.Secretary), ref, w.People[officetest.Deputy].Member.ID, w.today(), w.act(t, ref, "")); err == nil {
			t.Errorf("a third helper, %d", i)
		}
	}
	w.must(t, w.s.EndHelp(ctx, w.Actor(t, officetest.Secretary), ref, w.People[officetest.Member].Member.ID, w.act(t, ref, "")))
	if _, err := w.s.Open(ctx, w.Actor(t, officetest.Member), ref); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("who helped before: %v", err)
	}
}
