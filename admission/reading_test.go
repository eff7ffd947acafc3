package admission_test

import (
	"context"
	"errors"
	"testing"

	"chibo/access"
	"chibo/admission"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/office/officetest"
)

// admit takes a person of Hòa Bình up to the ceremony, all today.
func (w *world) admit(t testing.TB, p admission.Person) ident.Ref {
	t.Helper()
	ref := w.ready(t, p)
	m := w.meet(t, ref)
	w.must(t, w.vote(t, ref, m, 4))
	f, err := w.s.Meetings.Get(context.Background(), w.Actor(t, officetest.Secretary), m)
	w.must(t, err)
	w.must(t, w.s.Meetings.Adjourn(context.Background(), w.Actor(t, officetest.Secretary), m, f.Version))
	w.must(t, w.record(t, ref, officetest.TownSecretary, admission.RecordIn{Step: "base", Day: w.today(), Number: "08-NQ/ĐU", Yes: 8, No: 1, Base: 11}))
	w.must(t, w.record(t, ref, officetest.DistrictStaff, admission.RecordIn{Step: "decision", Day: w.today(), Received: w.today(), Number: "12-QĐ/HU", Body: "Ban Thường vụ"}))
	w.must(t, w.record(t, ref, officetest.Secretary, admission.RecordIn{Step: "ceremony", Day: w.today()}))
	return ref
}

func (w *world) reading(t testing.TB, who string, unit int64) admission.Reading {
	t.Helper()
	r, err := w.s.Read(context.Background(), w.Actor(t, who), unit, w.today().Year())
	w.must(t, err)
	return r
}

func row(r admission.Reading, by, code string) admission.GroupRow {
	for _, g := range r.Groups {
		if g.By == by {
			for _, x := range g.Rows {
				if x.Code == code {
					return x
				}
			}
		}
	}
	return admission.GroupRow{}
}

// One is admitted, one waits at the committee's check: every number of the year, and the
// list behind it, on both engines.
func TestReading(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.goTo(civil.Of(2026, 11, 24))
		before := w.reading(t, officetest.TownSecretary, w.Town.ID)
		p := candidate()
		p.Ethnic, p.YouthUnion = "tay", true
		w.admit(t, p)
		q := candidate()
		q.Name, q.Birth = "Vũ Văn Nam", civil.Of(1990, 1, 1)
		w.ready(t, q)

		r := w.reading(t, officetest.TownSecretary, w.Town.ID)
		if r.Done[3] != before.Done[3]+1 || r.Entered != 1 || r.Ceremonies != 0 {
			t.Errorf("admitted %d after %d, with a dossier %d, to be held %d", r.Done[3], before.Done[3], r.Entered, r.Ceremonies)
		}
		for _, c := range []struct {
			by, code     string
			count, women int
		}{
			{admission.ByEthnic, "tay", 1, 1},
			{admission.ByAmong, admission.AmongMinority, 1, 1},
			{admission.ByAmong, admission.AmongYouth, 1, 1},
			{admission.ByAmong, admission.AmongAgain, 0, 0},
			{admission.ByEducation, "upper", 1, 1},
			{admission.ByOccupation, "farmer", 1, 1},
			{admission.ByProfessional, admission.Unsaid, 1, 1},
		} {
			if x := row(r, c.by, c.code); x.Count != c.count || x.Women != c.women {
				t.Errorf("%s %s: %+v", c.by, c.code, x)
			}
			if c.count == 0 {
				continue
			}
			_, list, err := w.s.Behind(context.Background(), w.Actor(t, officetest.Secretary), w.HoaBinh.ID, 2026, c.by, c.code)
			if err != nil || len(list) != c.count || list[0].Name != p.Name || list[0].Member.ID == 0 {
				t.Errorf("behind %s %s: %+v, %v", c.by, c.code, list, err)
			}
		}
		if x := row(r, admission.ByAge, "35"); x.Count != row(before, admission.ByAge, "35").Count+1 || x.From != 31 {
			t.Errorf("32 years old: %+v", x)
		}
		_, list, err := w.s.Behind(context.Background(), w.Actor(t, officetest.TownSecretary), w.Town.ID, 2026, admission.ByAge, "35")
		if err != nil || len(list) != row(r, admission.ByAge, "35").Count {
			t.Errorf("behind the age: %+v, %v", list, err)
		}
		w.readSteps(t, r)
	})
}

func (w *world) readSteps(t *testing.T, r admission.Reading) {
	t.Helper()
	var vote, base admission.StepTime
	for _, x := range r.Steps {
		switch x.Step {
		case admission.StepCellVote:
			vote = x
		case "base":
			base = x
		}
	}
	if vote.Done != 1 || vote.Half != 10 || vote.Waiting != 1 || base.Done != 1 || base.Half != 0 || base.Waiting != 0 {
		t.Errorf("the vote ten days after the check, one waits for it: %+v; the base: %+v", vote, base)
	}
	_, list, err := w.s.Behind(context.Background(), w.Actor(t, officetest.Secretary), w.HoaBinh.ID, 2026, admission.ByStep, admission.StepCellVote)
	if err != nil || len(list) != 1 || list[0].Days != 10 {
		t.Errorf("behind the vote: %+v, %v", list, err)
	}
	if r.Over || r.Outlook.Known != 0 || r.Outlook.Unknown != 1 {
		t.Errorf("one past dossier is too little for a forecast: %+v", r.Outlook)
	}
}

// Typed totals: who, when, the sum above; what a unit said stays with its history.
func TestTotals(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, year := context.Background(), w.today().Year()
		put := func(who string, unit int64, count, version int) error {
			return w.s.PutTotals(ctx, w.Actor(t, who), unit, year, []admission.Total{{Code: "family_planning", Count: count, Version: version}})
		}
		w.must(t, put(officetest.Secretary, w.HoaBinh.ID, 2, 0))
		if err := put(officetest.Secretary, w.HoaBinh.ID, 3, 0); !errors.Is(err, admission.ErrChanged) {
			t.Errorf("typed over what somebody else typed: %v", err)
		}
		if x := w.reading(t, officetest.TownSecretary, w.Town.ID).Totals[0]; x.Typed || x.Count != 2 || x.Below != 1 {
			t.Errorf("the town has the sum of its cells: %+v", x)
		}
		if err := put(officetest.Secretary, w.Town.ID, 9, 0); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("the cell's lead types for the town: %v", err)
		}
		if err := put(officetest.TownSecretary, w.Town.ID, -1, 0); err == nil {
			t.Error("fewer than nobody")
		}
		w.must(t, put(officetest.TownSecretary, w.Town.ID, 5, 0))
		if x := w.reading(t, officetest.TownSecretary, w.Town.ID).Totals[0]; !x.Typed || x.Count != 5 || x.Name == "" || x.At.IsZero() {
			t.Errorf("the town's own: %+v", x)
		}
		if x := w.reading(t, officetest.DistrictStaff, w.District.ID).Totals[0]; x.Typed || x.Count != 5 || x.Below != 1 {
			t.Errorf("the district has the sum of its organisations: %+v", x)
		}

		plan := admission.Plan{OrgID: w.Town.ID, Year: year, Reason: "Ít thanh niên", NextStep: "Gặp Đoàn xã", None: true}
		w.must(t, w.s.PutPlan(ctx, w.Actor(t, officetest.TownSecretary), plan))
		plan.Version, plan.Quarters[3] = 1, 3 // says nothing new
		w.must(t, w.s.PutPlan(ctx, w.Actor(t, officetest.TownSecretary), plan))
		plan.Version, plan.Reason = 2, "Thanh niên đi làm xa"
		w.must(t, w.s.PutPlan(ctx, w.Actor(t, officetest.TownSecretary), plan))
		said := w.reading(t, officetest.TownSecretary, w.Town.ID).Said
		if len(said) != 2 || said[0].Reason != plan.Reason || said[1].Reason != "Ít thanh niên" || !said[1].None || said[1].Name == "" {
			t.Errorf("what was said: %+v", said)
		}
		r := w.reading(t, officetest.DistrictStaff, w.District.ID)
		if !r.Apart || r.Sorts(admission.BaseNone)+r.Sorts(admission.BaseAdmitted) == 0 {
			t.Errorf("the district's organisations: %+v", r.Bases)
		}
	})
}

// Who reads a year: whoever sees the board of the unit, and nobody else; names from a dossier
// only the cell committee and the organisation officer.
func TestReadingRights(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	w.admit(t, candidate())
	ctx := context.Background()
	for _, c := range []struct {
		who         string
		unit        int64
		sees, named bool
	}{
		{officetest.Secretary, w.HoaBinh.ID, true, true},
		{officetest.Secretary, w.Town.ID, false, false},
		{officetest.Member, w.HoaBinh.ID, false, false},
		{officetest.TownSecretary, w.Town.ID, true, false},
		{officetest.TownKeeper, w.Town.ID, true, true},
		{officetest.TownSecretary, w.District.ID, false, false},
		{officetest.DistrictStaff, w.District.ID, true, true},
		{officetest.AdminPerson, w.District.ID, false, false},
	} {
		_, err := w.s.Read(ctx, w.Actor(t, c.who), c.unit, w.today().Year())
		if got := err == nil; got != c.sees {
			t.Errorf("%s reads %d: %v", c.who, c.unit, err)
		}
		_, list, err := w.s.Behind(ctx, w.Actor(t, c.who), c.unit, w.today().Year(), admission.ByOccupation, "farmer")
		if got := err == nil && len(list) == 1; got != c.sees {
			t.Errorf("%s reads the list of %d: %+v, %v", c.who, c.unit, list, err)
		} else if c.sees && (list[0].Name != "") != c.named {
			t.Errorf("%s sees the name %q", c.who, list[0].Name)
		}
	}
}
