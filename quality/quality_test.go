package quality_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"

	"chibo/access"
	"chibo/ballot"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/org"
	"chibo/quality"
	"chibo/rulebook"
)

// world is a district with one cell, a meeting whose facts a test may change, and
// people with each right.
type world struct {
	d     *db.DB
	s     *quality.Service
	ref   ident.Ref
	facts *meeting.EvidenceFacts

	lead, committee, member, upper access.Actor
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	book, err := rulebook.New()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{d: d, facts: &meeting.EvidenceFacts{}}
	var top, cell org.Unit
	write(t, d, func(ctx context.Context, tx *db.Tx) error {
		set := book.At(civil.Of(2020, 1, 1), "")
		for _, n := range []struct {
			to     *org.Unit
			parent *org.Unit
			kind   string
		}{{&top, &org.Unit{}, org.KindDistrict}, {&cell, &top, org.KindGrassrootsCell}} {
			u, err := org.Add(ctx, tx, org.NewUnit{Set: set, ParentID: n.parent.ID, Kind: n.kind, Name: "Đơn vị " + n.kind, ValidFrom: civil.Of(2020, 1, 1)})
			if err != nil {
				return err
			}
			*n.to = u
		}
		w.ref = ident.Ref{Part: cell.PartID, ID: tx.ID()}
		return nil
	})
	*w.facts = good(cell)
	at := func(role string, u org.Unit) access.Actor {
		return access.Actor{AccountID: 40, PersonID: 41, Grants: []access.Grant{{Role: role, OrgID: u.ID, Path: u.Path}}}
	}
	w.lead, w.committee, w.member = at(access.RoleLead, cell), at(access.RoleCommittee, cell), at(access.RoleMember, cell)
	w.upper = at(access.RoleUpper, top)
	w.s = &quality.Service{DB: d, Book: book, Evidence: func(context.Context, db.Q, ident.Ref) (meeting.EvidenceFacts, error) {
		return *w.facts, nil
	}}
	return w
}

// good is a meeting of 3/11/2026 for which all records speak.
func good(cell org.Unit) meeting.EvidenceFacts {
	return meeting.EvidenceFacts{
		Org: cell, Month: 202611, Day: civil.Of(2026, 11, 3), Kind: meeting.Regular, State: meeting.Closed,
		Minutes: 95, RequiredMinutes: 90, Due: 20, Present: 19, Excused: 1, MaxExcusedRun: 1,
		CommitteeMet: true, InvitedOn: civil.Of(2026, 10, 30), DocsDaysBefore: 3, HasFollower: true, HasFollowerNotice: true,
		ItemsDone: 8, ItemsTotal: 8, ContentMinutes: map[string]int{"ideology": 20, "review": 40},
		FeeAnnounced: true, Drafted: true, Speakers: 12, Officials: 17, Praised: true, VotesHeld: 1, ConclusionWritten: true, DecisionsCount: 4,
		ReviewDue: 10, ReviewDone: 9,
	}
}

func write(t testing.TB, d *db.DB, fn func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	ctx := context.Background()
	if err := d.Write(ctx, func(tx *db.Tx) error { return fn(ctx, tx) }); err != nil {
		t.Fatal(err)
	}
}

func (w *world) score(t *testing.T) quality.Score {
	t.Helper()
	s, err := w.s.Score(context.Background(), w.committee, w.ref)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// proposals gives the proposed tenths by criterion.
func proposals(s quality.Score) map[string]int {
	out := map[string]int{}
	for _, l := range s.Lines() {
		out[l.Criterion.Code] = l.Proposed10
	}
	return out
}

func (w *world) answer(t *testing.T, s quality.Score) quality.Score {
	t.Helper()
	var in []quality.Point
	for _, l := range s.Questions() {
		in = append(in, quality.Point{Criterion: l.Criterion.Code, Value10: l.Max10})
	}
	s, err := w.s.SetPoints(context.Background(), w.committee, w.ref, in, s.Version)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (w *world) figure(t *testing.T) (score10 int, grade string) {
	t.Helper()
	ctx := context.Background()
	err := w.d.Read(ctx, func(q db.Q) error {
		return q.QueryRow(ctx, `SELECT score10, grade FROM cell_month WHERE part_id = $1 AND month = $2 AND cell_id = $3`,
			w.ref.Part, w.facts.Month, w.facts.Org.ID).Scan(&score10, &grade)
	})
	if err != nil {
		t.Fatal(err)
	}
	return score10, grade
}

// A1 to A7 from a meeting that left all records; each line shows its evidence.
func TestProposalOfSheetA(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	s := w.score(t)
	if s.SheetCode != "A" || !s.HasPoints() || len(s.Groups) != 7 || s.Max10() != s.Sheet.Max*10 {
		t.Fatalf("sheet %s, %d groups, max %d", s.SheetCode, len(s.Groups), s.Max10())
	}
	sheet := s.Sheet
	for _, l := range s.Lines() {
		c := l.Criterion
		switch {
		case c.Evidence == "chairing" || c.Evidence == "principles" || c.Evidence == "documents":
			// The handbook of members is another program: it says nothing here.
			if c.Evidence != "documents" && !l.Asked() {
				t.Errorf("%s is a person's judgement, proposed %d", c.Code, l.Proposed10)
			}
		case l.Proposed10 != l.Max10:
			t.Errorf("%s: proposed %d of %d", c.Code, l.Proposed10, l.Max10)
		}
		if l.Evidence.Link == "" || len(l.Evidence.Facts) == 0 {
			t.Errorf("%s opens no evidence", c.Code)
		}
		if l.Asked() && c.Ask.Vi == "" {
			t.Errorf("%s asks nothing", c.Code)
		}
		if c.Method == rulebook.MethodLevels && !l.Asked() {
			if l.Evidence.Level == nil || c.Levels[*l.Evidence.Level].Points*10 != l.Proposed10 {
				t.Errorf("%s: level %v", c.Code, l.Evidence.Level)
			}
		}
	}
	if s.Self10 != quality.None || s.SelfGrade != "" || len(s.Questions()) == 0 {
		t.Errorf("a sum before the questions are answered: %d %q", s.Self10, s.SelfGrade)
	}
	if a6, _ := sheet.Find("A6"); a6.Max == 0 {
		t.Error("no A6")
	}
}

// Each fact moves its own criterion, by the levels of the rulebook.
func TestEachFactMovesItsLine(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	base := proposals(w.score(t))
	for _, c := range []struct {
		name   string
		change func(f *meeting.EvidenceFacts)
		moved  []string // criteria proposed otherwise
	}{
		{"too short", func(f *meeting.EvidenceFacts) { f.Minutes = 60 }, []string{"A1"}},
		{"one absent without reason", func(f *meeting.EvidenceFacts) { f.Unexcused, f.Excused = 1, 0 }, []string{"A2"}},
		{"too few came", func(f *meeting.EvidenceFacts) { f.Present, f.Excused = 17, 3 }, []string{"A2"}},
		{"no cell committee", func(f *meeting.EvidenceFacts) { f.CommitteeMet = false }, []string{"A3.3"}},
		{"the follower was not told", func(f *meeting.EvidenceFacts) { f.HasFollowerNotice = false }, []string{"A3.4"}},
		{"documents on the day", func(f *meeting.EvidenceFacts) { f.DocsDaysBefore = 0 }, []string{"A3.5"}},
		{"items left", func(f *meeting.EvidenceFacts) { f.ItemsDone = 4 }, []string{"A4.1", "A4.2"}},
		{"no word of praise or blame", func(f *meeting.EvidenceFacts) { f.Praised = false }, []string{"A4.3"}},
		{"few spoke", func(f *meeting.EvidenceFacts) { f.Speakers = 2 }, []string{"A4.4"}},
		{"no current affairs", func(f *meeting.EvidenceFacts) { f.ContentMinutes = map[string]int{"review": 60} }, []string{"A4.6"}},
		{"half of the tasks done", func(f *meeting.EvidenceFacts) { f.ReviewDone = 5 }, []string{"A6"}},
		{"no conclusion", func(f *meeting.EvidenceFacts) { f.ConclusionWritten = false }, []string{"A4.1", "A7.1"}},
		{"sent late", func(f *meeting.EvidenceFacts) { f.Sent, f.SentLate = true, 1 }, []string{"A7.3"}},
		{"nothing was due", func(f *meeting.EvidenceFacts) { f.ReviewDue, f.ReviewDone = 0, 0 }, []string{"A6"}},
	} {
		saved := *w.facts
		c.change(w.facts)
		got := proposals(w.score(t))
		*w.facts = saved
		var moved []string
		for code, n := range got {
			if n != base[code] {
				moved = append(moved, code)
			}
			if n > base[code] {
				t.Errorf("%s: %s rose", c.name, code)
			}
		}
		slices.Sort(moved)
		if !slices.Equal(moved, c.moved) {
			t.Errorf("%s moved %v, want %v", c.name, moved, c.moved)
		}
	}
	if again := proposals(w.score(t)); !maps.Equal(again, base) {
		t.Errorf("the proposal did not come back: %v", again)
	}
}

// While the meeting runs, nobody knows about its minutes yet.
func TestWhileTheMeetingRuns(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	w.facts.State = meeting.Opened
	p := proposals(w.score(t))
	if p["A7.2"] != quality.None || p["A4.5"] != quality.None {
		t.Errorf("minutes of an open meeting: %v", p)
	}
	w.facts.State = meeting.Closed
	if p = proposals(w.score(t)); p["A7.2"] == quality.None {
		t.Error("minutes of a closed meeting are asked for")
	}
	w.facts.State = meeting.Invited
	if _, err := w.s.Score(context.Background(), w.lead, w.ref); !errors.Is(err, quality.ErrNotHeld) {
		t.Errorf("before the meeting: %v", err)
	}
	w.facts.State, w.facts.Kind = meeting.Closed, meeting.Extraordinary
	if _, err := w.s.Score(context.Background(), w.lead, w.ref); !errors.Is(err, quality.ErrNoSheet) {
		t.Errorf("extraordinary: %v", err)
	}
}

// Meetings before 28/10/2025 carry the list of 2018, without points (rules.md 3.11).
func TestPassOrFail(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		w := newWorld(t, d)
		w.facts.Day, w.facts.Month = civil.Of(2025, 10, 27), 202510
		s := w.score(t)
		if s.SheetCode != "E" || s.HasPoints() {
			t.Fatalf("sheet %s", s.SheetCode)
		}
		if _, err := w.s.SetPoint(ctx, w.lead, w.ref, s.Questions()[0].Criterion.Code, 5, ""); len(fault.FieldsOf(err)) != 1 {
			t.Errorf("half met: %v", err)
		}
		s = w.answer(t, s)
		if s.Self10 != quality.None || s.SelfGrade != quality.Pass {
			t.Fatalf("all met: %d %q", s.Self10, s.SelfGrade)
		}
		last := s.Lines()[len(s.Lines())-1]
		s, err := w.s.SetPoint(ctx, w.lead, w.ref, last.Criterion.Code, 0, "")
		if err != nil || s.SelfGrade != quality.Fail {
			t.Fatalf("one not met: %q, %v", s.SelfGrade, err)
		}
		if err := w.s.Confirm(ctx, w.lead, w.ref, quality.ConfirmIn{Version: s.Version}); err != nil {
			t.Fatal(err)
		}
		if n, grade := w.figure(t); n != quality.None || grade != quality.Fail {
			t.Errorf("figures %d %q", n, grade)
		}
		if err := w.s.Decide(ctx, w.upper, w.ref, quality.DecideIn{Grade: "good"}); len(fault.FieldsOf(err)) != 1 {
			t.Errorf("a grade of another sheet: %v", err)
		}
		if err := w.s.Decide(ctx, w.upper, w.ref, quality.DecideIn{Grade: quality.Pass, Reason: "đã khắc phục"}); err != nil {
			t.Fatal(err)
		}
		if n, grade := w.figure(t); n != quality.None || grade != quality.Pass {
			t.Errorf("figures after the decision %d %q", n, grade)
		}
	})
	w := newWorld(t, dbtest.New(t))
	w.facts.Day, w.facts.Month = civil.Of(2025, 10, 28), 202510
	if s := w.score(t); s.SheetCode != "A" {
		t.Errorf("on 28/10/2025: sheet %s", s.SheetCode)
	}
}

func TestPointsOfTheCell(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		w := newWorld(t, d)
		s := w.score(t)
		set := func(code string, n int, reason string) (quality.Score, error) {
			return w.s.SetPoint(ctx, w.committee, w.ref, code, n, reason)
		}
		if _, err := set("A1", 40, " "); len(fault.FieldsOf(err)) != 1 || fault.FieldsOf(err)[0].Field != "reason.A1" {
			t.Errorf("a change without a reason: %v", err)
		}
		if _, err := set("A1", 60, "x"); len(fault.FieldsOf(err)) != 1 || fault.FieldsOf(err)[0].Field != "points.A1" {
			t.Errorf("more than the most: %v", err)
		}
		if _, err := set("A1", -10, "x"); len(fault.FieldsOf(err)) != 1 {
			t.Errorf("below zero: %v", err)
		}
		if _, err := set("Z9", 10, "x"); len(fault.FieldsOf(err)) != 1 {
			t.Errorf("no such line: %v", err)
		}
		if _, err := w.s.SetPoints(ctx, w.committee, w.ref, []quality.Point{{Criterion: "A1", Value10: 40, Reason: "bắt đầu muộn"}, {Criterion: "A2", Value10: 0}}, s.Version); err == nil {
			t.Error("half of a form was taken")
		}
		s2, err := set("A1", 40, "bắt đầu muộn")
		if err != nil || s2.Version != s.Version+1 {
			t.Fatalf("%+v, %v", s2.Version, err)
		}
		if _, err := w.s.SetPoints(ctx, w.committee, w.ref, []quality.Point{{Criterion: "A5", Value10: 50}}, s.Version); !errors.Is(err, quality.ErrChanged) {
			t.Errorf("an old page: %v", err)
		}
		if _, err := set("A5", 45, ""); err != nil {
			t.Errorf("an answer needs no reason: %v", err)
		}
		// Looking at the evidence again keeps what a person gave, and follows the rest.
		w.facts.ReviewDone, w.facts.Minutes = 6, 50
		v := w.score(t)
		for _, l := range v.Lines() {
			switch l.Criterion.Code {
			case "A1":
				if l.Self10 != 40 || l.Reason != "bắt đầu muộn" || !l.Changed() {
					t.Errorf("A1: %+v", l)
				}
			case "A5":
				if l.Self10 != 45 {
					t.Errorf("A5: %d", l.Self10)
				}
			case "A6":
				if l.Self10 != l.Proposed10 || l.Self10 == l.Max10 {
					t.Errorf("A6: %d of %d", l.Self10, l.Proposed10)
				}
			}
		}
		view, err := w.s.Open(ctx, w.member, w.ref)
		if err != nil || view.MayScore || len(view.Lines()) != len(v.Lines()) || view.Lines()[0].Self10 != 40 || len(view.Lines()[0].Evidence.Facts) == 0 {
			t.Errorf("read back: %+v, %v", view.Score.Version, err)
		}
	})
}

func TestConfirmAndDecide(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		w := newWorld(t, d)
		s := w.score(t)
		if err := w.s.Confirm(ctx, w.lead, w.ref, quality.ConfirmIn{}); len(fault.FieldsOf(err)) != len(s.Questions()) {
			t.Errorf("with open questions: %v", err)
		}
		if err := w.s.Decide(ctx, w.upper, w.ref, quality.DecideIn{Points10: 900}); !errors.Is(err, quality.ErrNotConfirmed) {
			t.Errorf("decided before the cell: %v", err)
		}
		s = w.answer(t, s)
		if s.Self10 != 1000 || s.SelfGrade != "good" {
			t.Fatalf("sum %d %q", s.Self10, s.SelfGrade)
		}
		if err := w.s.Confirm(ctx, w.lead, w.ref, quality.ConfirmIn{VoteID: 77}); !errors.Is(err, quality.ErrVote) {
			t.Errorf("a vote of nobody: %v", err)
		}
		vote := w.vote(t, ballot.Score, 8)
		w.vote(t, ballot.Score, 1) // did not pass
		if err := w.s.Confirm(ctx, w.lead, w.ref, quality.ConfirmIn{Version: s.Version}); err != nil {
			t.Fatal(err)
		}
		v, err := w.s.Open(ctx, w.upper, w.ref)
		if err != nil || v.State != quality.Confirmed || v.VoteID != vote || !v.MayDecide || v.MayScore {
			t.Fatalf("%+v, %v", v.State, err)
		}
		if n, grade := w.figure(t); n != 1000 || grade != "good" {
			t.Errorf("figures %d %q", n, grade)
		}
		for name, err := range map[string]error{
			"confirm again": w.s.Confirm(ctx, w.lead, w.ref, quality.ConfirmIn{}),
			"propose again": func() error { _, err := w.s.Score(ctx, w.lead, w.ref); return err }(),
			"change points": func() error { _, err := w.s.SetPoint(ctx, w.lead, w.ref, "A5", 10, ""); return err }(),
		} {
			if !errors.Is(err, quality.ErrSettled) || fault.KindOf(err) != fault.Conflict {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := w.s.Decide(ctx, w.upper, w.ref, quality.DecideIn{Points10: 880}); len(fault.FieldsOf(err)) != 1 || fault.FieldsOf(err)[0].Field != "reason" {
			t.Errorf("otherwise without a reason: %v", err)
		}
		if err := w.s.Decide(ctx, w.upper, w.ref, quality.DecideIn{Points10: 1010, Reason: "x"}); len(fault.FieldsOf(err)) != 1 {
			t.Errorf("above the most: %v", err)
		}
		if err := w.s.Decide(ctx, w.upper, w.ref, quality.DecideIn{Points10: 880, Reason: "biên bản còn thiếu"}); err != nil {
			t.Fatal(err)
		}
		v, err = w.s.Open(ctx, w.member, w.ref)
		if err != nil || v.Self10 != 1000 || v.SelfGrade != "good" || v.Upper10 != 880 || v.UpperGrade != "fair" || !v.Differs() {
			t.Fatalf("self and upper: %+v, %v", v.Score.Upper10, err)
		}
		if n, grade := w.figure(t); n != 880 || grade != "fair" {
			t.Errorf("figures %d %q", n, grade)
		}
		if err := w.s.Decide(ctx, w.upper, w.ref, quality.DecideIn{Points10: 1000}); len(fault.FieldsOf(err)) != 1 {
			t.Errorf("a decision changed without a reason: %v", err)
		}
		if err := w.s.Decide(ctx, w.upper, w.ref, quality.DecideIn{Points10: 1000, Reason: "đã bổ sung"}); err != nil {
			t.Errorf("a decision changed: %v", err)
		}
	})
}

func (w *world) vote(t *testing.T, purpose string, yes int) int64 {
	t.Helper()
	var people []ballot.Person
	for id := int64(1); id <= 10; id++ {
		people = append(people, ballot.Person{MembershipID: id, Official: true, Standing: "official", Present: true})
	}
	var v ballot.Vote
	write(t, w.d, func(ctx context.Context, tx *db.Tx) (err error) {
		v, err = ballot.Open(ctx, tx, ballot.NewVote{
			Part: w.ref.Part, Owner: "meeting", OwnerID: w.ref.ID, Subject: "Thống nhất điểm", Purpose: purpose,
			RuleKey: rulebook.VoteOrdinary, Set: w.s.Book.At(w.facts.Day, ""), Electors: ballot.Electors(people),
		})
		if err != nil {
			return err
		}
		if v, err = ballot.CountHands(ctx, tx, v.Ref, ballot.Hands{Yes: yes}, v.Version); err != nil {
			return err
		}
		_, err = ballot.Close(ctx, tx, v.Ref, v.Version)
		return err
	})
	return v.Ref.ID
}

// Half-open bands (rules.md 3.01): 89.9 is fair, 90 good. Section 13 case 14: 93 with
// attendance not full is good on sheet A, fair where full attendance is a condition.
func TestBands(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		points10 int
		grade    string
	}{{1000, "good"}, {900, "good"}, {899, "fair"}, {700, "fair"}, {699, "average"}, {500, "average"}, {499, "weak"}, {0, "weak"}} {
		w := newWorld(t, dbtest.New(t))
		w.answer(t, w.score(t))
		if err := w.s.Confirm(ctx, w.lead, w.ref, quality.ConfirmIn{}); err != nil {
			t.Fatal(err)
		}
		if err := w.s.Decide(ctx, w.upper, w.ref, quality.DecideIn{Points10: c.points10, Reason: "x"}); err != nil {
			t.Fatal(err)
		}
		if n, grade := w.figure(t); n != c.points10 || grade != c.grade {
			t.Errorf("%d: %q, want %q", n, grade, c.grade)
		}
	}
	book, err := rulebook.New()
	if err != nil {
		t.Fatal(err)
	}
	set := book.At(civil.Of(2026, 11, 3), "")
	missed := func(evidence string) bool { return evidence != "attendance" }
	if got := set.SheetByCode("A").Grade(930, missed).Code; got != "good" {
		t.Errorf("93 on A: %s", got)
	}
	if got := set.SheetByCode("D").Grade(930, missed).Code; got != "fair" {
		t.Errorf("93 on D: %s", got)
	}
}
