package rulebook

import "slices"

// Modes of a score sheet.
const (
	ModePoints = "points" // points add up to a grade
	ModePass   = "pass"   // each criterion is met or not (rules.md 3.11)
)

// Ways to propose points for a criterion.
const (
	MethodLevels = "levels" // the first level that fits the facts
	MethodShare  = "share"  // the part of the points that Measure says, cut to tenths
	MethodYes    = "yes"    // all points when Measure is more than nothing
	MethodAsk    = "ask"    // a person judges, helped by Ask
	MethodParts  = "parts"  // the sum of Parts
)

// Sheet is a score sheet (rules.md 3.03). It is shared: do not change it.
type Sheet struct {
	Code     string          `json:"code"` // "A" … "E"; a unit's own one has its override's id
	Title    Text            `json:"title"`
	Gap      Text            `json:"gap,omitzero"` // what the source does not give: "chưa đủ nguồn"
	Mode     string          `json:"mode"`
	Max      int             `json:"max"`
	Complete bool            `json:"complete"` // false: not all criteria are known, so it cannot be scored
	Criteria []Criterion     `json:"criteria"`
	Hard     []HardCondition `json:"hard,omitempty"`

	// Bands are the grades, best first: the sheet's own (pass and fail), else those
	// of score.bands on the day.
	Bands []Band `json:"bands,omitempty"`
	Rule  Rule   `json:"-"` // where the sheet comes from
}

// Criterion is one line of a sheet, or a group of lines.
type Criterion struct {
	Code     string      `json:"code"` // "A1", "A4.2"
	Title    Text        `json:"title"`
	Max      int         `json:"max"` // points; in ModePass 1 per line without parts
	Method   string      `json:"method"`
	Evidence string      `json:"evidence,omitempty"` // which facts speak to it, see Evidences
	Measure  string      `json:"measure,omitempty"`  // the fact that share and yes go by
	Levels   []Level     `json:"levels,omitempty"`
	Ask      Text        `json:"ask,omitzero"` // question to the person who judges
	Parts    []Criterion `json:"parts,omitempty"`
	When     string      `json:"when,omitempty"`    // flag of the meeting that brings it in: "thematic"
	ElseTo   string      `json:"else_to,omitempty"` // criterion that takes the points otherwise
	Rule     string      `json:"rule,omitempty"`    // fact of rules.md for the levels, when not the sheet's
	Status   Status      `json:"status,omitempty"`  // of the levels, when not the sheet's
	Source   string      `json:"source,omitempty"`  // of the levels, when not the sheet's
	Gap      Text        `json:"gap,omitzero"`      // what the source does not give
}

// Level is one line of a level table. A level without a condition fits always;
// From and Above bound from below (Above is exclusive), To from above, exclusive.
type Level struct {
	Points  int    `json:"points"`
	Title   Text   `json:"title,omitzero"`
	Measure string `json:"measure,omitempty"`
	Percent bool   `json:"percent,omitempty"` // bounds are percent of a share, else a plain count
	From    *int   `json:"from,omitempty"`
	Above   *int   `json:"above,omitempty"`
	To      *int   `json:"to,omitempty"`
}

// HardCondition lowers a grade when not all points were given for some evidence
// (rules.md 3.09).
type HardCondition struct {
	Band string   `json:"band"` // the grade it guards
	Full []string `json:"full"` // evidence codes that need all points
	Else string   `json:"else"` // the grade instead
}

// Band is a grade by points: From points or more.
type Band struct {
	Code  string `json:"code"` // "good", "fair", "average", "weak"
	Title Text   `json:"title"`
	From  int    `json:"from"`
}

// Measure is a fact as an exact number: a share of Den, or a count with Den 1. Den
// 0 says that nothing is known.
type Measure struct{ Num, Den int }

// Count makes a Measure of a plain number.
func Count(n int) Measure { return Measure{n, 1} }

// Yes makes a Measure of a fact that is so or not.
func Yes(is bool) Measure {
	if is {
		return Measure{1, 1}
	}
	return Measure{0, 1}
}

// Share makes a Measure of num in den; with den 0 nothing is known.
func Share(num, den int) Measure { return Measure{num, den} }

// Facts are the measures of a meeting, by name.
type Facts map[string]Measure

// fits says whether the level's condition holds, and whether that is known.
func (l Level) fits(f Facts) (fits, known bool) {
	if l.Measure == "" {
		return true, true
	}
	m, ok := f[l.Measure]
	if !ok || m.Den <= 0 {
		return false, false
	}
	n := m.Num
	if l.Percent {
		n *= 100
	}
	return (l.From == nil || n >= *l.From*m.Den) &&
		(l.Above == nil || n > *l.Above*m.Den) &&
		(l.To == nil || n < *l.To*m.Den), true
}

// Propose gives points in tenths from the facts. ok is false when a person must
// judge: the criterion asks, or a fact is not known. A group is proposed when
// each of its parts is; in ModePass it is met when it has all its points.
func (c Criterion) Propose(f Facts) (tenths int, ok bool) {
	switch c.Method {
	case MethodLevels:
		for _, l := range c.Levels {
			fits, known := l.fits(f)
			if !known {
				return 0, false
			}
			if fits {
				return l.Points * 10, true
			}
		}
		return 0, false
	case MethodShare, MethodYes:
		m, found := f[c.Measure]
		if !found || m.Den <= 0 {
			return 0, false
		}
		if c.Method == MethodYes {
			m = Yes(m.Num > 0)
		}
		return c.Max * 10 * min(max(m.Num, 0), m.Den) / m.Den, true
	case MethodParts:
		for _, p := range c.Parts {
			n, ok := p.Propose(f)
			if !ok {
				return 0, false
			}
			tenths += n
		}
		return tenths, true
	}
	return 0, false
}

// LevelOf gives the place in Levels that the facts choose, -1 when none does.
func (c Criterion) LevelOf(f Facts) int {
	for i, l := range c.Levels {
		fits, known := l.fits(f)
		if !known {
			return -1
		}
		if fits {
			return i
		}
	}
	return -1
}

// Leaves gives the lines without parts below c, c itself when it has none.
func (c Criterion) Leaves() []Criterion {
	if len(c.Parts) == 0 {
		return []Criterion{c}
	}
	var out []Criterion
	for _, p := range c.Parts {
		out = append(out, p.Leaves()...)
	}
	return out
}

// Leaves gives all lines of the sheet that are scored one by one.
func (s Sheet) Leaves() []Criterion {
	var out []Criterion
	for _, c := range s.Criteria {
		out = append(out, c.Leaves()...)
	}
	return out
}

// Find gives a criterion by its code, at any depth.
func (s Sheet) Find(code string) (Criterion, bool) { return find(s.Criteria, code) }

func find(list []Criterion, code string) (Criterion, bool) {
	for _, c := range list {
		if c.Code == code {
			return c, true
		}
		if p, ok := find(c.Parts, code); ok {
			return p, true
		}
	}
	return Criterion{}, false
}

// For gives the sheet for a meeting with some flags ("thematic"): a criterion that
// waits for another flag is left out, and its points go where it says (B4 in a
// month without a theme).
func (s Sheet) For(flags ...string) Sheet {
	moved := map[string]int{}
	s.Criteria = without(s.Criteria, flags, moved)
	if len(moved) > 0 {
		s.Criteria = raised(s.Criteria, moved)
	}
	return s
}

func without(list []Criterion, flags []string, moved map[string]int) []Criterion {
	out := make([]Criterion, 0, len(list))
	for _, c := range list {
		if c.When != "" && !slices.Contains(flags, c.When) {
			moved[c.ElseTo] += c.Max
			continue
		}
		c.Parts = without(c.Parts, flags, moved)
		out = append(out, c)
	}
	return out
}

func raised(list []Criterion, by map[string]int) []Criterion {
	out := slices.Clone(list)
	for i := range out {
		out[i].Max += by[out[i].Code]
		out[i].Parts = raised(out[i].Parts, by)
	}
	return out
}

// Grade gives the band of a sum in tenths of a point. full says for which evidence
// codes all points were given; it matters only to sheets with hard conditions. A
// sheet in ModePass passes with all its points.
func (s Sheet) Grade(tenths int, full func(evidence string) bool) Band {
	for _, b := range s.Bands {
		if tenths < b.From*10 {
			continue
		}
		for _, h := range s.Hard {
			if h.Band == b.Code && !slices.ContainsFunc(h.Full, func(e string) bool { return !full(e) }) {
				continue
			}
			if h.Band == b.Code {
				return s.Band(h.Else)
			}
		}
		return b
	}
	return Band{}
}

// Band gives a band by its code, the zero Band when there is none.
func (s Sheet) Band(code string) Band {
	for _, b := range s.Bands {
		if b.Code == code {
			return b
		}
	}
	return Band{}
}
