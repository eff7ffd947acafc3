package rulebook

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"chibo/internal/civil"
)

// Set is the rules in force on a day for a unit. It is cheap to make and to copy,
// and does not change when rules are reloaded.
type Set struct {
	snap  *snapshot
	day   int     // yyyymmdd
	units []int64 // the unit and those above it, nearest first; nil without overrides
}

// Has says whether a rule with this key is in force.
func (s Set) Has(key string) bool { return s.find(key) != nil }

// Rule gives the rule in force with its source, the zero Rule when there is none.
func (s Set) Rule(key string) Rule {
	if v := s.find(key); v != nil {
		return v.rule
	}
	return Rule{}
}

// Int gives a number, 0 when no rule is in force; ask Has where that matters.
func (s Set) Int(key string) int { return value[int](s, key) }

// Ints gives a list of numbers, nil when no rule is in force.
func (s Set) Ints(key string) []int { return value[[]int](s, key) }

// Ratio gives a threshold, one that passes nothing when no rule is in force.
func (s Set) Ratio(key string) Ratio { return value[Ratio](s, key) }

// Range gives a span, the zero Range when no rule is in force.
func (s Set) Range(key string) Range { return value[Range](s, key) }

// Text gives a code such as that of "shape", "" when no rule is in force.
func (s Set) Text(key string) string { return value[string](s, key) }

// Choices gives a list that people choose from: "meeting.forms",
// "meeting.bodies", "absence.reasons", "cell.types", "unit.types", "speaker.roles",
// "theme.groups", "member.standings".
func (s Set) Choices(key string) []Choice { return value[[]Choice](s, key) }

// Shape says how the organisation is built: ShapeDistrict or ShapeCommune.
func (s Set) Shape() string { return s.Text(ShapeKey) }

// VoteBase says who counts in the base of a cell's vote.
func (s Set) VoteBase() VoteBase { return value[VoteBase](s, "vote.base") }

// Bands gives the grades of a meeting by points, best first.
func (s Set) Bands() []Band { return value[[]Band](s, ScoreBandsKey) }

// Sheet gives the score sheet in force for "regular" or "thematic" meetings, the
// zero Sheet when there is none. The rule before 28/10/2025 is the pass / fail list
// "E", later the framework "A"; an override of score.sheet.regular chooses another.
func (s Set) Sheet(kind string) Sheet {
	return s.SheetByCode(s.Text("score.sheet." + kind))
}

// SheetByCode gives a sheet of any time by its code, so that an old score is shown
// as it was made. Its bands are those of the Set's day.
func (s Set) SheetByCode(code string) Sheet {
	if s.snap == nil || code == "" {
		return Sheet{}
	}
	v := s.sheetVersion(code)
	if v == nil {
		return Sheet{}
	}
	sheet, _ := v.val.(Sheet)
	sheet.Rule = v.rule
	if sheet.Bands == nil {
		sheet.Bands = s.Bands()
	}
	return sheet
}

// sheetVersion gives a sheet of any time: one of the data, or a unit's own, whose code
// is never given twice.
func (s Set) sheetVersion(code string) *version {
	if v := s.find("sheet." + code); v != nil {
		return v
	}
	for _, list := range [][]version{s.snap.base["sheet."+code], s.snap.over["sheet."+code]} {
		if len(list) > 0 {
			return &list[len(list)-1]
		}
	}
	return nil
}

// Sheets gives every sheet that the unit may look at or begin with: those of the data,
// and the own ones of the unit and of those above it, the latest last.
func (s Set) Sheets() []Sheet {
	var codes []string
	for key := range s.snap.base {
		if code, ok := strings.CutPrefix(key, "sheet."); ok {
			codes = append(codes, code)
		}
	}
	for key, list := range s.snap.over {
		if code, ok := strings.CutPrefix(key, "sheet."); ok && slices.Contains(s.units, list[0].rule.OrgID) {
			codes = append(codes, code)
		}
	}
	slices.SortFunc(codes, func(a, b string) int { return cmp.Or(len(a)-len(b), strings.Compare(a, b)) })
	out := make([]Sheet, len(codes))
	for i, code := range codes {
		out[i] = s.SheetByCode(code)
	}
	return out
}

// YearRule says how the grades of a year's meetings are summed up (rules.md 3.12).
func (s Set) YearRule() YearRule { return value[YearRule](s, ScoreYearKey) }

// Agenda gives the template for a type of cell (rules.md 1.34; "" for any) and a
// kind of meeting: "regular", "combined" (regular and thematic in one session),
// "thematic", "extraordinary", "cell_committee", "committee".
func (s Set) Agenda(cellType, kind string) Agenda {
	v := s.find("agenda." + cellType + "." + kind)
	if v == nil {
		v = s.find("agenda.any." + kind)
	}
	if v == nil && kind == "combined" {
		return s.combined(cellType)
	}
	if v == nil {
		return Agenda{}
	}
	a, _ := v.val.(Agenda)
	a.CellType, a.Kind, a.Rule = cellType, kind, v.rule
	return a
}

// combined is the regular meeting with the theme after its main part: one runs
// after the other (rules.md 2.06).
func (s Set) combined(cellType string) Agenda {
	a := s.Agenda(cellType, "regular")
	theme := s.Agenda("any", "theme")
	at := slices.IndexFunc(a.Items, func(it AgendaItem) bool { return it.Section == "closing" })
	if at < 0 || len(theme.Items) == 0 {
		return Agenda{}
	}
	a.Items = slices.Insert(slices.Clone(a.Items), at, theme.Items...)
	a.Kind = "combined"
	return a
}

// ActWorks gives what each act costs a cell.
func (s Set) ActWorks() []ActWork { return value[[]ActWork](s, BurdenActsKey) }

// MeetingKinds gives the kinds of meeting of a cell on the day.
func (s Set) MeetingKinds() []MeetingKind { return value[[]MeetingKind](s, "meeting.kinds") }

// MeetingKind gives a kind by its code; ok is false when the day knows none.
func (s Set) MeetingKind(code string) (kind MeetingKind, ok bool) {
	for _, k := range s.MeetingKinds() {
		if k.Code == code {
			return k, true
		}
	}
	return MeetingKind{}, false
}

// ContentKinds gives what agenda items may be about.
func (s Set) ContentKinds() []ContentKind { return value[[]ContentKind](s, "content.kinds") }

// AbsenceReasons gives the common reasons of absence; a free text stands beside
// (rules.md 2.24).
func (s Set) AbsenceReasons() []Choice { return s.Choices("absence.reasons") }

// CellTypes gives the types of cell (rules.md 1.34).
func (s Set) CellTypes() []Choice { return s.Choices("cell.types") }

// MonthPath gives the steps of a month in order, each with its day relative to the
// meeting and the rule behind it.
func (s Set) MonthPath() []Step {
	steps := value[[]Step](s, "path.month")
	out := make([]Step, len(steps))
	for i, st := range steps {
		if st.Key != "" {
			st.Offset = st.Sign * s.Int(st.Key)
			st.Rule = s.Rule(st.Key)
		} else {
			st.Rule = s.Rule("path.month")
		}
		out[i] = st
	}
	return out
}

// Due gives the due day of a step for a meeting on a day.
func (st Step) Due(meeting civil.Date) civil.Date { return meeting.AddDays(st.Offset) }

// OrgKinds gives the kinds of organisation of the Set's shape, from the top down.
func (s Set) OrgKinds() []OrgKind {
	shape := s.Shape()
	var out []OrgKind
	for _, k := range value[[]OrgKind](s, "org.kinds") {
		under, ok := k.Parents[shape]
		if !ok || s.before(k.ValidFrom) {
			continue
		}
		k.Under, k.Suffix = under, s.Suffix(k.Code)
		out = append(out, k)
	}
	return out
}

// OrgKind gives a kind by its code whatever the shape and the day, the zero OrgKind
// for none; it may stand nowhere before it came into force.
func (s Set) OrgKind(code string) OrgKind {
	for _, k := range value[[]OrgKind](s, "org.kinds") {
		if k.Code == code {
			if k.Suffix = s.Suffix(code); !s.before(k.ValidFrom) {
				k.Under = k.Parents[s.Shape()]
			}
			return k
		}
	}
	return OrgKind{}
}

// before says whether the Set's day lies before d.
func (s Set) before(d civil.Date) bool { return s.day < ordinal(d) }

// Offices gives the posts with the length of their term on the day.
func (s Set) Offices() []Office {
	all := value[[]Office](s, "offices")
	out := make([]Office, len(all))
	for i, o := range all {
		if o.Elected {
			o.TermMonths = s.Int(TermGrassrootsMonths)
			if o.Body == "cell" || o.Body == "cell_committee" || o.Body == "group" {
				o.TermMonths = s.Int(TermCellMonths)
			}
		}
		out[i] = o
	}
	return out
}

// Office gives a post of a kind of organisation; ok is false when it has none.
func (s Set) Office(orgKind, code string) (office Office, ok bool) {
	for _, o := range s.Offices() {
		if o.Code == code && slices.Contains(o.Kinds, orgKind) {
			return o, true
		}
	}
	return Office{}, false
}

// Suffix gives the short name of an issuer in document numbers: "CB", "ĐU"
// (rules.md 7.08); orgKind is a code of OrgKinds.
func (s Set) Suffix(orgKind string) string {
	return value[map[string]issuer](s, "paper.issuers")[orgKind].Suffix
}

// PaperKinds gives the kinds that an organisation may issue on the day (rules.md
// 7.18, 7.19, 14.27); orgKind is a code of OrgKinds.
func (s Set) PaperKinds(orgKind string) []PaperKind {
	by := value[map[string]issuer](s, "paper.issuers")[orgKind]
	names := map[string]Text{}
	for _, c := range s.Choices("paper.names") {
		names[c.Code] = c.Title
	}
	var out []PaperKind
	for _, code := range value[[]string](s, "paper.kinds."+by.Kinds) {
		out = append(out, PaperKind{Code: code, Title: names[code], Suffix: by.Suffix})
	}
	return out
}

// PaperKind gives one kind that the organisation may issue on the day; ok is false
// when it may not. Slips and copies, which are no kinds of 7.18, any may issue.
func (s Set) PaperKind(orgKind, code string) (kind PaperKind, ok bool) {
	for _, k := range s.PaperKinds(orgKind) {
		if k.Code == code {
			return k, true
		}
	}
	suffix := s.Suffix(orgKind)
	if suffix == "" || !slices.Contains(value[[]string](s, "paper.kinds.slips"), code) {
		return PaperKind{}, false
	}
	for _, c := range s.Choices("paper.names") {
		if c.Code == code {
			return PaperKind{Code: code, Title: c.Title, Suffix: suffix}, true
		}
	}
	return PaperKind{}, false
}

// PaperReadKinds gives the kinds of paper that the members confirm having read.
func (s Set) PaperReadKinds() []string { return value[[]string](s, "paper.read_kinds") }

// PaperStyle decodes the look of papers on the day into the caller's struct
// (paper.Style). Error: no style is in force.
func (s Set) PaperStyle(into any) error { return s.raw(PaperStyleKey, into) }

// PaperWords decodes the fixed words of papers on the day: see Words.
func (s Set) PaperWords() Words { return value[Words](s, "paper.words") }

// Words are the fixed words of a paper (rules.md 7.06-7.16).
type Words struct {
	NumberPrefix  string            `json:"number_prefix"`  // "Số "
	BasisEnd      string            `json:"basis_end"`      // ";" after a legal basis
	End           string            `json:"end"`            // after the last sentence: "." or "./."
	Keep          string            `json:"keep"`           // last recipient of a cell: "Lưu Chi bộ"
	KeepCommittee string            `json:"keep_committee"` // of a committee
	Authority     map[string]string `json:"authority"`      // by body: "T/M CHI BỘ"
	Posts         map[string]string `json:"posts"`          // by office: "BÍ THƯ"
	MinutesLeft   string            `json:"minutes_left"`   // "NGƯỜI GHI BIÊN BẢN"
	MinutesRight  string            `json:"minutes_right"`  // "CHỦ TRÌ"
}

func (s Set) raw(key string, into any) error {
	v := s.find(key)
	if v == nil {
		return errors.New("rulebook: no " + key + " is in force")
	}
	return json.Unmarshal(v.rule.Value, into)
}

// value gives the decoded value of the rule in force, the zero T when there is none
// or the key has another shape.
func value[T any](s Set, key string) T {
	var zero T
	v := s.find(key)
	if v == nil {
		return zero
	}
	t, ok := v.val.(T)
	if !ok {
		return zero
	}
	return t
}
