package rulebook_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"chibo/internal/civil"
	"chibo/internal/paper"
	"chibo/rulebook"
)

func newBook(t testing.TB) *rulebook.Book {
	t.Helper()
	b, err := rulebook.New()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func on(t testing.TB, b *rulebook.Book, day string) rulebook.Set {
	t.Helper()
	d, err := civil.Parse(day)
	if err != nil {
		t.Fatal(err)
	}
	return b.At(d, "")
}

// The rule of an act is that of its day: the value before and after each change.
func TestNumbersByDate(t *testing.T) {
	b := newBook(t)
	for _, c := range []struct {
		key, day string
		want     int // -1: no rule
		id       string
	}{
		{rulebook.CellMinOfficial, "2020-01-01", 3, "1.18"},
		{rulebook.CellMinOfficial, "2011-01-18", -1, ""},
		{rulebook.OrgDangBoMinMembers, "2026-11-03", 30, "1.19"},
		{rulebook.CellConsentAboveMembers, "2026-11-03", 30, "1.20"},
		{rulebook.CellCommitteeMinOfficial, "2026-11-03", 9, "1.21"},
		{rulebook.CellCommitteeMax, "2025-06-30", -1, ""},
		{rulebook.CellCommitteeMax, "2025-07-01", 7, "1.22"},
		{rulebook.TermCellMonths, "2025-06-30", 30, "1.29"},
		{rulebook.TermCellMonths, "2025-07-01", 60, "1.30"},
		{rulebook.MeetingThematicPerQuarter, "2025-07-22", -1, ""},
		{rulebook.MeetingThematicPerQuarter, "2025-07-23", 1, "2.02"},
		{rulebook.MeetingMinMinutesRegular, "2018-07-05", -1, ""},
		{rulebook.MeetingMinMinutesRegular, "2018-07-06", 90, "2.03"},
		{rulebook.MeetingMinMinutesRegular, "2025-10-28", 90, "2.03"},
		{rulebook.MeetingMinMinutesCombined, "2025-10-27", -1, ""},
		{rulebook.MeetingMinMinutesCombined, "2025-10-28", 120, "2.03"},
		{rulebook.MeetingDocUploadDaysBefore, "2025-10-27", -1, ""},
		{rulebook.MeetingDocUploadDaysBefore, "2025-10-28", 1, "2.10"},
		{rulebook.MeetingReportDaysAfter, "2026-11-03", 2, "2.20"},
		{rulebook.AttendanceMaxConsecutiveExcused, "2024-01-01", 3, "2.23"},
		{rulebook.GroupMeetingMinMembers, "2022-12-26", -1, ""},
		{rulebook.GroupMeetingMinMembers, "2022-12-27", 50, "2.43"},
		{rulebook.GroupMeetingMaxPerYear, "2026-11-03", 3, "2.43"},
		{rulebook.ClassValidMonths, "2025-06-09", 60, "4.14"},
		{rulebook.IntroducerMinMonths, "2026-11-03", 12, "4.20"},
		{rulebook.DecideAdmissionWorkingDays, "2026-11-03", 60, "4.31"},
		{rulebook.DecideRecognitionDays, "2026-11-03", 30, "4.31"},
		{rulebook.DecideExtensionWorkingDays, "2026-11-03", 30, "4.31"},
		{rulebook.CeremonyWorkingDays, "2026-11-03", 30, "4.32"},
		{rulebook.ProbationMonths, "2026-11-03", 12, "4.34"},
		{rulebook.RecognitionConsiderDays, "2026-11-03", 30, "4.35"},
		{rulebook.NewMemberCVWorkingDays, "2026-11-03", 30, "4.39"},
		{rulebook.ReadmissionMinMonths, "2026-11-03", 36, "4.16"},
		{rulebook.TransferStartWorkingDays, "2025-06-30", -1, ""},
		{rulebook.TransferStartWorkingDays, "2025-07-01", 60, "5.05"},
		{rulebook.TransferPresentWorkingDays, "2025-07-01", 30, "5.07"},
		{rulebook.RemovalMonthsInYear, "2026-11-03", 3, "5.30"},
		{rulebook.ReviewSkipNewMonths, "2026-11-03", 6, "6.08"},
		{rulebook.DataBreachHours, "2025-12-31", -1, ""},
		{rulebook.DataBreachHours, "2026-01-01", 72, "9.11"},
	} {
		s := on(t, b, c.day)
		got := s.Int(c.key)
		if !s.Has(c.key) {
			got = -1
		}
		if got != c.want || s.Rule(c.key).ID != c.id {
			t.Errorf("%s on %s = %d by %q; want %d by %q", c.key, c.day, got, s.Rule(c.key).ID, c.want, c.id)
		}
	}
	if got := on(t, b, "2026-11-03").Ints(rulebook.AnswerWorkingDays); !slices.Equal(got, []int{30, 60, 90}) {
		t.Errorf("answers = %v", got)
	}
	// rules.md 14.23: 216 to 720 months inclusive.
	age := on(t, b, "2026-11-03").Range(rulebook.CandidateAgeMonths)
	if !age.Holds(216) || !age.Holds(720) || age.Holds(215) || age.Holds(721) {
		t.Errorf("age = %v", age)
	}
}

func TestRatiosByDate(t *testing.T) {
	b := newBook(t)
	old, now := on(t, b, "2025-10-27"), on(t, b, "2025-10-28")
	// rules.md 2.23: more than 85 % before, 90 % or more after.
	if r := old.Ratio(rulebook.AttendanceGoodRatio); r.Passes(17, 20) || !r.Passes(18, 20) {
		t.Errorf("before 28/10/2025: %+v", r)
	}
	if r := now.Ratio(rulebook.AttendanceGoodRatio); r.Passes(89, 100) || !r.Passes(9, 10) {
		t.Errorf("since 28/10/2025: %+v", r)
	}
	// rules.md 6.17 and case 12: of 10 good, at most 2 excellent.
	cap20, cap25 := now.Ratio(rulebook.GradeExcellentCap), now.Ratio(rulebook.GradeExcellentCapException)
	if 10*cap20.Num/cap20.Den != 2 || 10*cap25.Num/cap25.Den != 2 {
		t.Errorf("caps %+v %+v", cap20, cap25)
	}
	if got := (rulebook.Ratio{}); got.Passes(1, 1) || got.Needed(10) != 0 {
		t.Error("no rule passes something")
	}
}

// Case 1 of rules.md section 13.
func TestCommitteeSize(t *testing.T) {
	s := on(t, newBook(t), "2025-07-01")
	least := s.Int(rulebook.CellCommitteeMinOfficial)
	if 8 >= least || 9 < least {
		t.Errorf("a cell of 8 elects no committee, one of 9 does: least %d", least)
	}
	if s.Int(rulebook.CellCommitteeMax) >= 8 {
		t.Error("a committee of 8 is refused from 01/7/2025")
	}
}

// Cases 3, 4 and 5: the base and the thresholds.
func TestVoteBase(t *testing.T) {
	for _, day := range []string{"2024-01-01", "2025-07-01", "2026-11-03"} {
		s := on(t, newBook(t), day)
		base, rule := 0, s.VoteBase()
		count := func(n int, standing string, present bool) {
			for range n {
				if rule.Counts(standing, present) {
					base++
				}
			}
		}
		count(8, "official", true)
		count(3, "official", false) // absent without reason: they stay
		count(1, "temp_out", false)
		count(2, "reserve", true)
		count(1, "guest", true)
		if base != 11 {
			t.Fatalf("%s: base = %d; want 11", day, base)
		}
		two, half := s.Ratio(rulebook.VoteAdmission), s.Ratio(rulebook.VoteOrdinary)
		if two.Needed(base) != 8 || half.Needed(base) != 6 {
			t.Errorf("needed %d and %d; want 8 and 6", two.Needed(base), half.Needed(base))
		}
		if two.Passes(7, base) || !two.Passes(8, base) || half.Passes(5, base) || !half.Passes(6, base) {
			t.Error("thresholds pass too early or too late")
		}
		if !rule.Counts("temp_out", true) || !rule.Counts("exempt", true) || rule.Counts("exempt", false) {
			t.Error("who is present and votes counts (rules.md 2.28)")
		}
	}
	if s := on(t, newBook(t), "2024-01-01").Rule("vote.base"); s.Status != rulebook.Unverified || s.ID != "14.21" {
		t.Errorf("the base before 294 is marked %s by %s", s.Status, s.ID)
	}
}

// rules.md 2.32: exact, and Needed is the least that passes.
func TestRatioIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		den := rapid.IntRange(1, 100).Draw(t, "den")
		r := rulebook.Ratio{Num: rapid.IntRange(1, den).Draw(t, "num"), Den: den, Strict: rapid.Bool().Draw(t, "strict")}
		base := rapid.IntRange(1, 10000).Draw(t, "base")
		n := r.Needed(base)
		if n > 0 && r.Passes(n-1, base) {
			t.Fatalf("%+v of %d passes below %d", r, base, n)
		}
		if !r.Passes(n, base) {
			t.Fatalf("%+v of %d does not pass with %d", r, base, n)
		}
		if r.Passes(n, 0) {
			t.Fatal("an empty base passes")
		}
	})
}

// Every value says where it comes from, and nothing shown lacks a language.
func TestEveryRuleIsSourced(t *testing.T) {
	b := newBook(t)
	id := regexp.MustCompile(`^\d+\.\d+$`)
	for _, k := range b.Keys() {
		list := b.History(k.Key)
		if len(list) == 0 {
			t.Errorf("%s has no value", k.Key)
		}
		for _, r := range list {
			if !id.MatchString(r.ID) || r.Source == "" || r.Status == "" || r.Title.Vi == "" {
				t.Errorf("%s of %s: %+v", k.Key, r.ValidFrom, r)
			}
			if cite := r.Cite("vi"); !strings.Contains(cite, r.Source) || strings.HasPrefix(cite, "quy ước") != (r.Status == rulebook.Convention) {
				t.Errorf("%s is cited %q", k.Key, cite)
			}
		}
	}
	if r := on(t, b, "2026-11-03").Rule(rulebook.MeetingMinMinutesRegular); r.Cite("vi") != "theo 42-HD/BTCTW (28/10/2025)" || r.Overridden() {
		t.Errorf("cited %q", r.Cite("vi"))
	}
	if got := (rulebook.Rule{}).Cite("vi"); got != "" {
		t.Errorf("no rule is cited %q", got)
	}
}

func TestShapes(t *testing.T) {
	b := newBook(t)
	for day, want := range map[string]string{"2025-06-30": rulebook.ShapeDistrict, "2025-07-01": rulebook.ShapeCommune} {
		s := on(t, b, day)
		if s.Shape() != want {
			t.Errorf("%s: %s", day, s.Shape())
		}
		var codes []string
		for _, k := range s.OrgKinds() {
			codes = append(codes, k.Code)
		}
		if slices.Contains(codes, "district") == (want == rulebook.ShapeCommune) || slices.Contains(codes, "commune") != (want == rulebook.ShapeCommune) {
			t.Errorf("%s: kinds %v", day, codes)
		}
	}
	old, now := on(t, b, "2025-06-30"), on(t, b, "2025-07-01")
	for _, c := range []struct {
		set          rulebook.Set
		kind, parent string
		want         bool
	}{
		{old, "grassroots", "district", true},
		{old, "grassroots", "commune", false},
		{old, "cell", "grassroots", true},
		{old, "cell", "district", false},
		{old, "cell", "", false},
		{old, "group", "cell", true},
		{old, "district", "", true},
		{now, "district", "province", false},
		{now, "grassroots", "commune", true},
		{now, "cell", "commune", true}, // rules.md 1.07
		{now, "section", "grassroots", true},
		{now, "grassroots", "cell", false},
	} {
		if got := c.set.OrgKind(c.kind).MayStandUnder(c.parent); got != c.want {
			t.Errorf("%s under %q in shape %s: %v", c.kind, c.parent, c.set.Shape(), got)
		}
	}
	// rules.md 1.06: a kind with a day of its own.
	before, since := on(t, b, "2026-07-25"), on(t, b, "2026-07-26")
	if before.OrgKind("dependent").MayStandUnder("grassroots") || !since.OrgKind("dependent").MayStandUnder("grassroots") {
		t.Error("a dependent committee may be founded since 26/7/2026 only")
	}
	if k := before.OrgKind("dependent"); k.Title.Vi == "" || k.Status != rulebook.VerifiedB || len(before.OrgKinds()) != len(since.OrgKinds())-1 {
		t.Errorf("dependent = %+v", k)
	}
	if got := now.Ints(rulebook.OrgCodeGroups); !slices.Equal(got, []int{2, 3, 3, 3, 3}) { // rules.md 1.38
		t.Errorf("groups of a code: %v", got)
	}
	if k := old.OrgKind("cell"); !k.IsCell || k.Suffix != "CB" || k.Counts != "cell" {
		t.Errorf("cell = %+v", k)
	}
}

func TestOffices(t *testing.T) {
	s := on(t, newBook(t), "2026-11-03")
	for _, c := range []struct {
		kind, code, title string
		term              int
		convenes          bool
	}{
		{"cell", "secretary", "Bí thư chi bộ", 60, true},
		{"cell", "committee", "Chi ủy viên", 60, false},
		{"cell", "follower", "Cấp ủy viên theo dõi chi bộ", 0, false},
		{"grassroots", "secretary", "Bí thư đảng ủy", 60, true},
		{"district", "secretary", "Bí thư huyện ủy", 60, true},
		{"group", "group_head", "Tổ trưởng tổ đảng", 60, true},
	} {
		o, ok := s.Office(c.kind, c.code)
		if !ok || o.Title.Vi != c.title || o.TermMonths != c.term || o.Convenes != c.convenes {
			t.Errorf("%s of %s = %+v", c.code, c.kind, o)
		}
	}
	if o, _ := on(t, newBook(t), "2024-01-01").Office("cell", "secretary"); o.TermMonths != 30 {
		t.Errorf("before 294 a cell's term is %d months", o.TermMonths)
	}
	if _, ok := s.Office("cell", "standing"); ok {
		t.Error("a cell has no standing board")
	}
}

// rules.md 7.19, 14.27: no KL, TB, QC of a cell before 09/01/2026.
func TestPaperKinds(t *testing.T) {
	b := newBook(t)
	for _, c := range []struct {
		day, kind, code string
		want            bool
	}{
		{"2026-01-08", "cell", "NQ", true},
		{"2026-01-08", "cell", "BB", true},
		{"2026-01-08", "cell", "KL", false},
		{"2026-01-08", "cell", "TB", false},
		{"2026-01-08", "cell", "QC", false},
		{"2026-01-09", "cell", "KL", true},
		{"2026-01-09", "cell", "TB", true},
		{"2026-01-09", "grassroots_cell", "QC", true},
		{"2026-11-03", "cell", "HD", false},
		{"2026-11-03", "grassroots", "HD", true},
		{"2024-01-01", "grassroots", "KL", true},
	} {
		k, ok := on(t, b, c.day).PaperKind(c.kind, c.code)
		if ok != c.want || (ok && k.Title.Vi == "") {
			t.Errorf("%s: %s of %s = %+v, %v", c.day, c.code, c.kind, k, ok)
		}
	}
	s := on(t, b, "2026-11-03")
	// Case 15: the second document of a term; rules.md 7.06, 7.07, 7.08.
	nq, _ := s.PaperKind("cell", "NQ")
	kh, _ := s.PaperKind("grassroots", "KH")
	if nq.Symbol(2) != "02-NQ/CB" || kh.Symbol(12) != "12-KH/ĐU" || s.Suffix("district") != "HU" || s.Suffix("province") != "TU" {
		t.Errorf("symbols %s, %s, %s", nq.Symbol(2), kh.Symbol(12), s.Suffix("district"))
	}
	if s.Text(rulebook.DocumentNumberScope) != "term" {
		t.Error("numbers run per term")
	}
}

func TestPaperStyle(t *testing.T) {
	b := newBook(t)
	for _, day := range []string{"2023-11-03", "2026-05-27", "2026-11-03"} {
		var st paper.Style
		if err := on(t, b, day).PaperStyle(&st); err != nil {
			t.Fatal(err)
		}
		if err := st.Validate(); err != nil {
			t.Errorf("%s: %v", day, err)
		}
		p := st.Page // rules.md 7.01, 7.02, 7.04
		if p.Width != 210 || p.Top != 20 || p.Bottom != 20 || p.Left != 30 || p.Right != 15 || st.Body.Size != 14 ||
			st.Body.Pitch < 18 || st.Body.Pitch > 19 || st.Body.FirstLine != 10 || st.Head.Mark != "ĐẢNG CỘNG SẢN VIỆT NAM" {
			t.Errorf("%s: %+v", day, st)
		}
	}
	if err := on(t, b, "2010-01-01").PaperStyle(&paper.Style{}); err == nil {
		t.Error("there is a style before any rule")
	}
	old, now := on(t, b, "2025-11-01").PaperWords(), on(t, b, "2026-11-03").PaperWords()
	if old.End != "./." || now.End != "." || now.Authority["cell"] != "T/M CHI BỘ" || now.Posts["secretary"] != "BÍ THƯ" || now.NumberPrefix != "Số " {
		t.Errorf("words %+v", now)
	}
}

func TestMonthPath(t *testing.T) {
	s := on(t, newBook(t), "2026-11-03")
	meeting := civil.Of(2026, 11, 20)
	want := []struct {
		code, due, rule string
	}{
		{"prepare", "2026-11-13", "2.07"},
		{"committee", "2026-11-16", "2.08"},
		{"invite", "2026-11-17", "2.09"},
		{"hold", "2026-11-20", "2.01"},
		{"papers", "2026-11-22", "2.20"},
		{"tasks", "2026-11-22", "2.37"},
		{"score", "2026-11-20", "2.17"},
		{"send", "2026-11-22", "2.20"},
	}
	got := s.MonthPath()
	if len(got) != len(want) {
		t.Fatalf("%d steps", len(got))
	}
	for i, w := range want {
		g := got[i]
		if g.Code != w.code || g.Due(meeting).String() != w.due || g.Fact != w.rule || g.Rule.Source == "" {
			t.Errorf("step %d: %s due %s by %s", i, g.Code, g.Due(meeting), g.Fact)
		}
	}
}

// Every type of cell has an agenda that fills the prescribed time, in the order of
// rules.md 2.15-2.17, of known kinds and speakers.
func TestAgendas(t *testing.T) {
	s := on(t, newBook(t), "2026-11-03")
	kinds, roles := map[string]bool{}, map[string]bool{}
	for _, k := range s.ContentKinds() {
		kinds[k.Code] = true
	}
	for _, r := range s.Choices("speaker.roles") {
		roles[r.Code] = true
	}
	check := func(cellType, kind string, least int) rulebook.Agenda {
		a := s.Agenda(cellType, kind)
		if len(a.Items) == 0 || a.Minutes() < least || a.Rule.Status != rulebook.Convention {
			t.Errorf("%s %s: %d items, %d minutes, %s", cellType, kind, len(a.Items), a.Minutes(), a.Rule.Status)
		}
		seen := map[string]bool{}
		for _, it := range a.Items {
			if !kinds[it.Content] || !roles[it.Speaker] || seen[it.Code] {
				t.Errorf("%s %s: item %+v", cellType, kind, it)
			}
			seen[it.Code] = true
		}
		return a
	}
	for _, typ := range s.CellTypes() {
		a := check(typ.Code, "regular", s.Int(rulebook.MeetingMinMinutesRegular))
		if a.Rule.Key != "agenda."+typ.Code+".regular" {
			t.Errorf("%s has no agenda of its own", typ.Code)
		}
		var slots []string
		for _, it := range a.Items {
			slots = append(slots, it.Slot)
		}
		for _, need := range []string{"roll", "tasks", "news", "criticism", "decisions", "resolution", "score", "minutes"} {
			if !slices.Contains(slots, need) {
				t.Errorf("%s lacks %s", typ.Code, need)
			}
		}
		c := check(typ.Code, "combined", s.Int(rulebook.MeetingMinMinutesCombined))
		if len(c.Items) <= len(a.Items) || c.Items[len(c.Items)-1].Section != "closing" {
			t.Errorf("%s: the theme does not run inside the meeting", typ.Code)
		}
	}
	for _, kind := range []string{"regular", "thematic", "extraordinary", "cell_committee", "committee"} {
		check("", kind, 1)
	}
	if got := s.Agenda("", "no_such"); len(got.Items) != 0 {
		t.Error("an unknown kind has an agenda")
	}
}

func TestLists(t *testing.T) {
	s := on(t, newBook(t), "2026-11-03")
	if len(s.AbsenceReasons()) != 8 || len(s.CellTypes()) != 6 || len(s.Choices("theme.groups")) != 7 || len(s.Choices("meeting.forms")) != 4 {
		t.Error("a list is not whole")
	}
	if r := s.Rule("absence.reasons"); r.Status != rulebook.Unverified {
		t.Errorf("absence reasons are %s", r.Status)
	}
	if len(on(t, newBook(t), "2020-01-01").Choices("meeting.forms")) != 1 {
		t.Error("before 27/12/2022 a cell meets as a whole")
	}
	if c := s.CellTypes()[0]; c.Title.In("vi") == c.Title.In("en") || c.Title.In("fr") != c.Title.Vi {
		t.Errorf("titles %+v", c)
	}
}
