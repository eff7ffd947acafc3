package campaign_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"chibo/access"
	"chibo/campaign"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/office/officetest"
	"chibo/org"
)

type world struct {
	*officetest.World
	t     *testing.T
	s     *campaign.Service
	files int // of any report
	today civil.Date
	n     int
}

func newWorld(t *testing.T, d *db.DB) *world {
	w := &world{World: officetest.New(t, d), t: t, today: civil.From(d.Clock().Now())}
	w.s = &campaign.Service{DB: d, Book: w.Book, Files: func(context.Context, db.Q, ident.Ref) (int, error) { return w.files, nil }}
	return w
}

func (w *world) op() string { w.n++; return fmt.Sprintf("op-%08d", w.n) }

func (w *world) actor(name string) access.Actor { return w.Actor(w.t, name) }

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// congress begins a campaign of the district with three steps for its grassroots
// organisations, the last one due in a month.
func (w *world) congress() campaign.Shown {
	w.t.Helper()
	id, err := w.s.Begin(w.t.Context(), w.actor(officetest.DistrictStaff), campaign.BeginIn{
		OrgID: w.District.ID, Title: " Đại hội  cơ sở ", Text: "Theo hướng dẫn", Kinds: []string{org.KindGrassrootsParty, org.KindGrassrootsCell}, Op: w.op(),
		Steps: []campaign.StepIn{{Title: "Văn kiện", Due: w.today}, {}, {Title: "Nhân sự", Due: w.today.AddDays(10)}, {Title: "Tổ chức đại hội", Due: w.today.AddDays(30)}},
	})
	w.must(err)
	return w.show(officetest.DistrictStaff, id, 0)
}

func (w *world) show(name string, id, unit int64) campaign.Shown {
	w.t.Helper()
	v, err := w.s.Show(w.t.Context(), w.actor(name), id, unit)
	w.must(err)
	return v
}

func (w *world) report(name string, c campaign.Shown, step int, u org.Unit, note string) error {
	return w.s.Report(w.t.Context(), w.actor(name), campaign.ReportIn{Campaign: c.ID, Step: c.Steps[step].ID, OrgID: u.ID, Note: note, Op: w.op()})
}

func (w *world) list(c campaign.Shown, step int, tab string) (names []string) {
	w.t.Helper()
	v, err := w.s.StepUnits(w.t.Context(), w.actor(officetest.DistrictStaff), c.ID, c.Steps[step].ID, 0, tab, "")
	w.must(err)
	for _, u := range v.Units {
		names = append(names, u.Name)
	}
	want := map[string]int{campaign.TabOpen: v.Count.Open(), campaign.TabDone: v.Count.Done, campaign.TabWaiting: v.Count.Waiting, campaign.TabAll: v.Count.Of}[tab]
	if len(names) != want {
		w.t.Errorf("%s counts %d and lists %v", tab, want, names)
	}
	return names
}

// A unit reports with proof, the committee accepts or sends back with the reason, nothing
// is overwritten, and the numbers follow.
func TestStory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.congress()
		if c.Title != "Đại hội cơ sở" || len(c.Steps) != 3 || len(c.Counts) != 3 || c.Counts[0] != (campaign.Count{Of: 3}) {
			t.Fatalf("%+v", c)
		}
		if err := w.report(officetest.TownSecretary, c, 0, w.Town, " "); !errors.Is(err, fault.Field("note", "campaign.err.proof")) && len(fault.FieldsOf(err)) != 1 {
			t.Errorf("without proof: %v", err)
		}
		w.files = 1
		w.must(w.report(officetest.TownSecretary, c, 0, w.Town, ""))
		w.files = 0
		w.must(w.report(officetest.OtherUpper, c, 0, w.Commune, "Đã thông qua ngày 3"))
		v := w.show(officetest.DistrictStaff, c.ID, w.Town.ID)
		if !v.Decide || v.May || v.Reports[c.Steps[0].ID].State != campaign.Reported {
			t.Fatalf("%+v", v)
		}
		decide := func(name string, u org.Unit, accept bool, reason string, version int) error {
			return w.s.Decide(t.Context(), w.actor(name), campaign.DecideIn{Campaign: c.ID, Step: c.Steps[0].ID, OrgID: u.ID, Accept: accept, Reason: reason, Version: version, Op: w.op()})
		}
		if err := decide(officetest.DistrictStaff, w.Town, false, "", 2); len(fault.FieldsOf(err)) != 1 {
			t.Errorf("sent back without a reason: %v", err)
		}
		w.must(decide(officetest.DistrictStaff, w.Town, false, "Thiếu biên bản", 2))
		w.must(decide(officetest.DistrictStaff, w.Commune, true, "", 2))
		if err := decide(officetest.DistrictStaff, w.Commune, true, "", 2); !errors.Is(err, campaign.ErrChanged) {
			t.Errorf("accepted twice: %v", err)
		}
		if got := w.show(officetest.DistrictStaff, c.ID, 0).Counts[0]; got != (campaign.Count{Of: 3, Done: 1, Accepted: 1, Returned: 1}) {
			t.Errorf("%+v", got)
		}
		if got := fmt.Sprint(w.list(c, 0, campaign.TabOpen)); got != fmt.Sprint([]string{w.Town.Name, w.Office.Name}) {
			t.Errorf("open: %s", got)
		}
		w.must(w.report(officetest.TownSecretary, c, 0, w.Town, "Đã bổ sung biên bản"))
		told := w.show(officetest.TownSecretary, c.ID, w.Town.ID).Reports[c.Steps[0].ID]
		if len(told.Words) != 3 || told.Words[1].Text != "Thiếu biên bản" || told.Words[2].Text != "Đã bổ sung biên bản" || told.Version != 4 {
			t.Errorf("%+v", told)
		}
		w.list(c, 0, campaign.TabWaiting)
		w.list(c, 0, campaign.TabDone)
		w.list(c, 1, campaign.TabAll)
	})
}

// Whoever leads a cell that takes part and opens the campaign by its bare address sees the own
// steps and reports them there; the committee sees how far all are.
func TestShownFromACell(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	id, err := w.s.Begin(t.Context(), w.actor(officetest.TownSecretary), campaign.BeginIn{
		OrgID: w.Town.ID, Title: "Kiểm điểm cuối năm", Kinds: []string{org.KindCell}, Op: w.op(), Steps: []campaign.StepIn{{Title: "Họp chi bộ", Due: w.today}},
	})
	w.must(err)
	if v := w.show(officetest.Secretary, id, 0); v.Unit.ID != w.HoaBinh.ID || !v.May || v.Decide || v.Under.ID != 0 || len(v.Counts) != 0 {
		t.Errorf("the cell's lead: unit %d, may %v, %+v", v.Unit.ID, v.May, v.Counts)
	}
	if v := w.show(officetest.TownSecretary, id, 0); v.Unit.ID != 0 || v.Under.ID != w.Town.ID || len(v.Counts) != 1 || v.Counts[0].Of != 2 {
		t.Errorf("the town: unit %d, %+v", v.Unit.ID, v.Counts)
	}
}

// The desk of a unit has its next step; the wall those who are late.
func TestDeskAndWall(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.congress()
		w.must(w.report(officetest.TownSecretary, c, 0, w.Town, "x"))
		w.must(d.Read(t.Context(), func(q db.Q) error {
			next, err := campaign.NextSteps(t.Context(), q, w.Town, w.today)
			if len(next) != 1 || next[0].Step.Title != "Nhân sự" || next[0].Left != 10 || next[0].Done != 1 || next[0].Of != 3 {
				t.Errorf("%+v", next)
			}
			if err != nil {
				return err
			}
			if next, err = campaign.NextSteps(t.Context(), q, w.HoaBinh, w.today); len(next) != 0 {
				t.Errorf("a cell below takes no part: %+v", next)
			}
			return err
		}))
		late := func(u org.Unit, on civil.Date) (names []string) {
			t.Helper()
			w.must(d.Read(t.Context(), func(q db.Q) error {
				scope, err := figure.ScopeOf(w.actor(officetest.AdminPerson), u)
				if err != nil {
					return err
				}
				list, err := campaign.LateIn(t.Context(), q, scope, u, on)
				for _, l := range list {
					names = append(names, fmt.Sprint(l.Name, " ", l.Step, " ", l.More))
				}
				return err
			}))
			return names
		}
		if got := late(w.District, w.today); len(got) != 0 {
			t.Errorf("on the day itself: %v", got)
		}
		if got := fmt.Sprint(late(w.District, w.today.AddDays(1))); got != fmt.Sprint([]string{w.Commune.Name + " Văn kiện 0", w.Office.Name + " Văn kiện 0"}) {
			t.Errorf("the day after: %s", got)
		}
		if got := late(w.District, w.today.AddDays(11)); len(got) != 3 {
			t.Errorf("after the second step: %v", got)
		}
		if got := late(w.Town, w.today.AddDays(11)); len(got) != 0 {
			t.Errorf("the town's own steps stand elsewhere: %v", got)
		}
	})
}

// Who takes part follows the tree: a unit that ends drops out, one founded later comes in
// for what is due afterwards, and a report goes with its unit to another part.
func TestTheTreeChanges(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		id, err := w.s.Begin(t.Context(), w.actor(officetest.DistrictStaff), campaign.BeginIn{
			OrgID: w.District.ID, Title: "Kiểm điểm", Kinds: []string{org.KindCell}, Op: w.op(),
			Steps: []campaign.StepIn{{Title: "Họp", Due: w.today}, {Title: "Báo cáo", Due: w.today.AddDays(20)}},
		})
		w.must(err)
		c := w.show(officetest.DistrictStaff, id, 0)
		w.must(w.report(officetest.Neighbour, c, 0, w.Village2, "x"))
		before := c.Counts[0].Of
		w.Write(t, func(ctx context.Context, tx *db.Tx) error {
			set := w.Book.At(w.today, "")
			if _, err := org.Add(ctx, tx, org.NewUnit{Set: set, ParentID: w.Commune.ID, Kind: org.KindCell, Name: "Chi bộ mới", ValidFrom: w.today.AddDays(1)}); err != nil {
				return err
			}
			moved, err := org.Move(ctx, tx, org.Change{Set: set, Day: w.today}, w.Village2.ID, w.Town.ID, 0)
			for _, m := range moved {
				if err := campaign.Rehome(ctx, tx, m.Unit, m.From, m.To); err != nil {
					return err
				}
			}
			if err != nil {
				return err
			}
			_, err = org.End(ctx, tx, org.Change{Set: set, Day: w.today}, w.Village10.ID, w.Village2.ID)
			return err
		})
		v := w.show(officetest.DistrictStaff, id, 0)
		if v.Counts[0].Of != before-1 || v.Counts[1].Of != before || v.Counts[0].Done != 1 {
			t.Errorf("before %d, now %+v", before, v.Counts)
		}
		w.list(c, 0, campaign.TabOpen)
		if town := w.show(officetest.TownSecretary, id, w.Town.ID); town.Counts[0].Done != 1 {
			t.Errorf("the report did not go along: %+v", town.Counts)
		}
		if moved := w.show(officetest.Neighbour, id, w.Village2.ID); moved.Reports[c.Steps[0].ID].State != campaign.Reported {
			t.Errorf("%+v", moved.Reports)
		}
	})
}

// A committee that ends hands its campaigns on, and gets them back.
func TestTheCommitteeEnds(t *testing.T) {
	d := dbtest.New(t)
	w := newWorld(t, d)
	id, err := w.s.Begin(t.Context(), w.actor(officetest.TownSecretary), campaign.BeginIn{
		OrgID: w.Town.ID, Title: "Kiểm điểm", Kinds: []string{org.KindCell}, Op: w.op(), Steps: []campaign.StepIn{{Title: "Họp", Due: w.today}},
	})
	w.must(err)
	f := campaign.Follow()
	w.Write(t, func(ctx context.Context, tx *db.Tx) error {
		for _, u := range []org.Unit{w.HoaBinh, w.Market} {
			if _, err := org.End(ctx, tx, org.Change{Set: w.Book.At(w.today, ""), Day: w.today}, u.ID, w.Village2.ID); err != nil {
				return err
			}
		}
		if _, err := org.End(ctx, tx, org.Change{Set: w.Book.At(w.today, ""), Day: w.today}, w.Section.ID, w.Town.ID); err != nil {
			return err
		}
		if _, err := org.End(ctx, tx, org.Change{Set: w.Book.At(w.today, ""), Day: w.today}, w.Town.ID, w.Commune.ID); err != nil {
			return err
		}
		u, err := org.ByID(ctx, tx, w.Town.ID)
		if err != nil {
			return err
		}
		note, err := f.Ended(ctx, tx, u, w.today)
		if err != nil || note == nil {
			return fmt.Errorf("%v %w", note, err)
		}
		return nil
	})
	v, err := w.s.Show(t.Context(), w.actor(officetest.OtherUpper), id, 0)
	if err != nil || v.OrgID != w.Commune.ID {
		t.Errorf("%+v %v", v.Campaign, err)
	}
	w.Write(t, func(ctx context.Context, tx *db.Tx) error {
		return f.Undo(ctx, tx, fmt.Appendf(nil, `{"From":%d,"To":%d,"IDs":[%d]}`, w.Town.ID, w.Commune.ID, id))
	})
	if v = w.show(officetest.DistrictStaff, id, 0); v.OrgID != w.Town.ID {
		t.Errorf("%+v", v.Campaign)
	}
}

// What is wrong is said at its field.
func TestBeginIsChecked(t *testing.T) {
	d := dbtest.New(t)
	w := newWorld(t, d)
	good := campaign.StepIn{Title: "Họp", Due: w.today}
	for _, c := range []struct {
		field string
		in    campaign.BeginIn
	}{
		{"title", campaign.BeginIn{Kinds: []string{org.KindCell}, Steps: []campaign.StepIn{good}}},
		{"kinds", campaign.BeginIn{Title: "x", Steps: []campaign.StepIn{good}}},
		{"kinds", campaign.BeginIn{Title: "x", Kinds: []string{org.KindProvince}, Steps: []campaign.StepIn{good}}},
		{"steps[0].title", campaign.BeginIn{Title: "x", Kinds: []string{org.KindCell}}},
		{"steps[1].due", campaign.BeginIn{Title: "x", Kinds: []string{org.KindCell}, Steps: []campaign.StepIn{good, {Title: "y", Due: w.today.AddDays(-1)}}}},
		{"steps[1].title", campaign.BeginIn{Title: "x", Kinds: []string{org.KindCell}, Steps: []campaign.StepIn{good, {Due: w.today}}}},
	} {
		c.in.OrgID, c.in.Op = w.District.ID, w.op()
		_, err := w.s.Begin(t.Context(), w.actor(officetest.DistrictStaff), c.in)
		if f := fault.FieldsOf(err); len(f) != 1 || f[0].Field != c.field {
			t.Errorf("%+v: %v", c.in, err)
		}
	}
}

// A campaign changes its days and gets steps; closed, nobody reports.
func TestChangeAndClose(t *testing.T) {
	d := dbtest.New(t)
	w := newWorld(t, d)
	c := w.congress()
	staff := w.actor(officetest.DistrictStaff)
	in := campaign.ChangeIn{ID: c.ID, Title: "Đại hội", Version: 1, Steps: []campaign.StepIn{
		{ID: c.Steps[0].ID, Title: "Văn kiện", Due: w.today.AddDays(5)}, {Title: "Báo cáo tổng kết", Due: w.today.AddDays(40)},
	}}
	w.must(w.s.Change(t.Context(), staff, in))
	if err := w.s.Change(t.Context(), staff, in); !errors.Is(err, campaign.ErrChanged) {
		t.Errorf("an old page: %v", err)
	}
	v := w.show(officetest.DistrictStaff, c.ID, 0)
	if len(v.Steps) != 4 || v.Steps[0].Due != w.today.AddDays(5) || v.Title != "Đại hội" {
		t.Errorf("%+v", v.Campaign)
	}
	w.must(w.s.Close(t.Context(), staff, c.ID, 2))
	if err := w.report(officetest.TownSecretary, c, 0, w.Town, "x"); !errors.Is(err, campaign.ErrClosed) {
		t.Errorf("closed: %v", err)
	}
}

// The prose of access.go, for every kind of person of the district.
func TestWhoMayWhat(t *testing.T) {
	d := dbtest.New(t)
	w := newWorld(t, d)
	ctx := t.Context()
	c := w.congress()
	cells, err := w.s.Begin(ctx, w.actor(officetest.TownSecretary), campaign.BeginIn{
		OrgID: w.Town.ID, Title: "Kiểm điểm", Kinds: []string{org.KindCell}, Op: w.op(), Steps: []campaign.StepIn{{Title: "Họp", Due: w.today}},
	})
	w.must(err)
	k := w.show(officetest.TownSecretary, cells, 0)
	inside := []string{
		officetest.Secretary, officetest.Deputy, officetest.Committee, officetest.Member, officetest.Follower, officetest.TownSecretary, officetest.TownKeeper,
		officetest.DistrictStaff,
	}
	w.Only(t, "open the town's campaign", func(a access.Actor) error { _, err := w.s.Show(ctx, a, cells, 0); return err }, inside...)
	w.Only(t, "begin one of the town", func(a access.Actor) error {
		_, err := w.s.Begin(ctx, a, campaign.BeginIn{OrgID: w.Town.ID, Title: "x", Kinds: []string{org.KindCell}, Op: w.op(), Steps: []campaign.StepIn{{Title: "y", Due: w.today}}})
		return err
	}, officetest.TownSecretary, officetest.TownKeeper)
	w.Only(t, "begin one of a cell", func(a access.Actor) error {
		_, err := w.s.Begin(ctx, a, campaign.BeginIn{OrgID: w.HoaBinh.ID, Title: "x", Kinds: []string{org.KindCell}, Op: w.op(), Steps: []campaign.StepIn{{Title: "y", Due: w.today}}})
		return err
	})
	w.Only(t, "report for Hòa Bình", func(a access.Actor) error {
		return w.s.Report(ctx, a, campaign.ReportIn{Campaign: cells, Step: k.Steps[0].ID, OrgID: w.HoaBinh.ID, Note: "x", Op: w.op()})
	}, officetest.Secretary, officetest.Deputy, officetest.Committee)
	w.Only(t, "report for the town", func(a access.Actor) error {
		return w.s.Report(ctx, a, campaign.ReportIn{Campaign: c.ID, Step: c.Steps[0].ID, OrgID: w.Town.ID, Note: "x", Op: w.op()})
	}, officetest.TownSecretary, officetest.TownKeeper)
	report := w.show(officetest.Secretary, cells, w.HoaBinh.ID).Reports[k.Steps[0].ID].Ref
	files := w.s.ReportFiles()
	see := func(a access.Actor) error {
		return d.Read(ctx, func(q db.Q) error { _, err := files.See(ctx, q, a, report); return err })
	}
	w.Only(t, "see the files of Hòa Bình's report", see, officetest.Secretary, officetest.Deputy, officetest.Committee, officetest.Follower, officetest.TownSecretary,
		officetest.TownKeeper, officetest.DistrictStaff)
	w.Only(t, "add to them", func(a access.Actor) error {
		return d.Read(ctx, func(q db.Q) error { _, err := files.Add(ctx, q, a, report); return err })
	}, officetest.Secretary, officetest.Deputy, officetest.Committee)
	w.Only(t, "the list of who has not, of the town", func(a access.Actor) error {
		_, err := w.s.StepUnits(ctx, a, cells, k.Steps[0].ID, w.Town.ID, campaign.TabOpen, "")
		return err
	}, officetest.TownSecretary, officetest.TownKeeper, officetest.DistrictStaff)
	accept := true
	w.Only(t, "accept Hòa Bình's report", func(a access.Actor) error {
		r := w.show(officetest.Secretary, cells, w.HoaBinh.ID).Reports[k.Steps[0].ID]
		accept = r.State != campaign.Accepted
		return w.s.Decide(ctx, a, campaign.DecideIn{Campaign: cells, Step: k.Steps[0].ID, OrgID: w.HoaBinh.ID, Accept: accept, Reason: "x", Version: r.Version, Op: w.op()})
	}, officetest.TownSecretary, officetest.TownKeeper)
	w.Only(t, "accept the town's report", func(a access.Actor) error {
		r := w.show(officetest.TownSecretary, c.ID, w.Town.ID).Reports[c.Steps[0].ID]
		return w.s.Decide(ctx, a, campaign.DecideIn{Campaign: c.ID, Step: c.Steps[0].ID, OrgID: w.Town.ID, Accept: r.State != campaign.Accepted, Reason: "x", Version: r.Version, Op: w.op()})
	}, officetest.DistrictStaff)
}
