package rulebook

import (
	"slices"
	"strconv"
	"strings"

	"chibo/internal/fault"
)

// Evidences lists the codes of facts that speak to a criterion, each with the
// measures that the feature which scores gives for it:
//
//	length      minutes_short (minutes missing), held (share of the prescribed length)
//	attendance  present (share of those bound to attend), unexcused (members),
//	            long_excused (members excused more often in a row than the rule allows)
//	content_ready    items_ready (share of agenda items prepared)
//	draft       draft (yes: direction or draft resolution written before)
//	committee   committee_met (yes: the cell committee met, or there is none)
//	notice      notice (yes: members and the follower were told)
//	upload      uploaded (yes: documents out in time)
//	steps       steps_done (share of the steps of rules.md 2.15-2.17)
//	content     items_done (share of agenda items with a conclusion)
//	thematic    thematic_done (share of the theme's items with a conclusion)
//	criticism   criticism (yes: praise or criticism was given)
//	speakers    speakers (share of those present who spoke)
//	book        book_kept (yes: minutes on record)
//	ideology    ideology_minutes (minutes)
//	documents   documents_online (yes)
//	previous    tasks_done (share of the last resolution's tasks done)
//	conclusion  concluded (yes)
//	minutes     minutes_adopted (yes: read and adopted)
//	report      reported (yes: sent up in time)
//	chairing, principles, prepared_self    a person judges
func Evidences() []string {
	return []string{
		"length", "attendance", "content_ready", "draft", "committee", "notice", "upload", "steps", "content",
		"thematic", "criticism", "speakers", "book", "ideology", "documents", "previous", "conclusion", "minutes",
		"report", "chairing", "principles", "prepared_self",
	}
}

// Measured is a measure, and whether levels bound it in percent of a share.
type Measured struct {
	Code    string
	Percent bool
	Yes     bool // it is so or not: nothing to bound but 1
}

// Measures lists the measures that an evidence gives, the main one first; none: a
// person judges.
func Measures(evidence string) []Measured {
	share := func(code string) []Measured { return []Measured{{Code: code, Percent: true}} }
	yes := func(code string) []Measured { return []Measured{{Code: code, Yes: true}} }
	switch evidence {
	case "length":
		return []Measured{{Code: "minutes_short"}, {Code: "held", Percent: true}}
	case "attendance":
		return []Measured{{Code: "present", Percent: true}, {Code: "unexcused"}, {Code: "long_excused", Yes: true}}
	case "content_ready":
		return share("items_ready")
	case "draft":
		return yes("draft")
	case "committee":
		return yes("committee_met")
	case "notice":
		return yes("notice")
	case "upload":
		return yes("uploaded")
	case "steps":
		return share("steps_done")
	case "content":
		return share("items_done")
	}
	return measuresAfter(evidence)
}

// measuresAfter are those of what is said in a meeting and comes of it.
func measuresAfter(evidence string) []Measured {
	share := func(code string) []Measured { return []Measured{{Code: code, Percent: true}} }
	yes := func(code string) []Measured { return []Measured{{Code: code, Yes: true}} }
	switch evidence {
	case "thematic":
		return share("thematic_done")
	case "criticism":
		return yes("criticism")
	case "speakers":
		return share("speakers")
	case "book":
		return yes("book_kept")
	case "ideology":
		return []Measured{{Code: "ideology_minutes"}}
	case "documents":
		return yes("documents_online")
	case "previous":
		return share("tasks_done")
	case "conclusion":
		return yes("concluded")
	case "minutes":
		return yes("minutes_adopted")
	case "report":
		return yes("reported")
	}
	return nil
}

// Check says at which place of a sheet what is wrong: that points add up, tables have
// neither gaps nor overlaps, and each line says how it is judged. Fields are named by
// place from 0: "criteria.2.parts.0.max", "criteria.0.levels.3.to", "bands.1.from",
// "hard.0.full", "title", "criteria".
func (s Sheet) Check() fault.Fields {
	var bad fault.Fields
	if s.Mode != ModePoints && s.Mode != ModePass {
		bad.Add("mode", "rulebook.sheet.err.mode")
	}
	titledAt(&bad, "title", s.Title)
	c := sheetCheck{sheet: s, bad: &bad, seen: map[string]bool{}}
	sum := 0
	for i, cr := range s.Criteria {
		sum += cr.Max
		c.criterion(at("criteria", i), cr)
	}
	if s.Complete && len(s.Criteria) == 0 {
		bad.Add("criteria", "rulebook.sheet.err.empty")
	} else if s.Complete && sum != s.Max {
		bad.Add("criteria", "rulebook.sheet.err.sum", "Sum", sum, "Max", s.Max)
	}
	c.hard()
	c.bands()
	return bad
}

type sheetCheck struct {
	sheet Sheet
	bad   *fault.Fields
	seen  map[string]bool // codes
	has   []string        // evidence of the lines
}

func at(list string, i int) string { return list + "." + strconv.Itoa(i) + "." }

func titledAt(bad *fault.Fields, field string, t Text) {
	if strings.TrimSpace(t.Vi) == "" || strings.TrimSpace(t.En) == "" {
		bad.Add(field, "rulebook.sheet.err.title")
	}
}

func (c *sheetCheck) criterion(p string, cr Criterion) {
	if cr.Code == "" || c.seen[cr.Code] {
		c.bad.Add(p+"code", "rulebook.sheet.err.code")
	}
	c.seen[cr.Code] = true
	titledAt(c.bad, p+"title", cr.Title)
	if cr.Max < 1 {
		c.bad.Add(p+"max", "rulebook.sheet.err.max")
	}
	sum := 0
	for i, part := range cr.Parts {
		sum += part.Max
		c.criterion(p+at("parts", i), part)
	}
	switch {
	case len(cr.Parts) > 0 && (sum != cr.Max || cr.Method != MethodParts):
		c.bad.Add(p+"max", "rulebook.sheet.err.parts", "Sum", sum, "Max", cr.Max)
	case cr.Method == MethodParts && len(cr.Parts) == 0 && c.sheet.Complete:
		c.bad.Add(p+"method", "rulebook.sheet.err.no_parts")
	case cr.Rule != "" && (!factID.MatchString(cr.Rule) || cr.Source == "" || cr.Status == ""):
		c.bad.Add(p+"method", "rulebook.sheet.err.line_source")
	case len(cr.Parts) == 0 && c.sheet.Complete:
		c.leaf(p, cr)
	}
}

func (c *sheetCheck) leaf(p string, cr Criterion) {
	c.has = append(c.has, cr.Evidence)
	if !slices.Contains(Evidences(), cr.Evidence) {
		c.bad.Add(p+"evidence", "rulebook.sheet.err.evidence")
		return
	}
	if cr.Ask.Vi == "" || cr.Ask.En == "" {
		c.bad.Add(p+"ask", "rulebook.sheet.err.ask")
	}
	switch cr.Method {
	case MethodAsk:
		if cr.Measure != "" || cr.Levels != nil {
			c.bad.Add(p+"method", "rulebook.sheet.err.asked")
		}
	case MethodShare, MethodYes:
		if !gives(cr.Evidence, cr.Measure) {
			c.bad.Add(p+"method", "rulebook.sheet.err.unmeasured")
		}
	case MethodLevels:
		c.levels(p, cr)
	default:
		c.bad.Add(p+"method", "rulebook.sheet.err.method")
	}
}

// gives says whether the evidence has the measure.
func gives(evidence, measure string) bool {
	return slices.ContainsFunc(Measures(evidence), func(m Measured) bool { return m.Code == measure })
}

// hard asks that a condition names grades of the sheet and evidence that it has.
func (c *sheetCheck) hard() {
	for i, h := range c.sheet.Hard {
		p := at("hard", i)
		if len(h.Full) == 0 {
			c.bad.Add(p+"full", "rulebook.sheet.err.hard_none")
		}
		for _, e := range h.Full {
			if !slices.Contains(Evidences(), e) || c.sheet.Complete && !slices.Contains(c.has, e) {
				c.bad.Add(p+"full", "rulebook.sheet.err.hard")
				break
			}
		}
		upper := slices.IndexFunc(c.sheet.Bands, func(b Band) bool { return b.Code == h.Band })
		lower := slices.IndexFunc(c.sheet.Bands, func(b Band) bool { return b.Code == h.Else })
		if c.sheet.Bands != nil && (upper < 0 || lower <= upper) {
			c.bad.Add(p+"else", "rulebook.sheet.err.hard_else")
		}
	}
}

func (c *sheetCheck) bands() {
	for i, b := range c.sheet.Bands {
		p := at("bands", i)
		titledAt(c.bad, p+"title", b.Title)
		switch {
		case b.Code == "":
			c.bad.Add(p+"title", "rulebook.sheet.err.code")
		case i == len(c.sheet.Bands)-1 && b.From != 0:
			c.bad.Add(p+"from", "rulebook.sheet.err.band_last")
		case b.From > c.sheet.Max || b.From < 0:
			c.bad.Add(p+"from", "rulebook.sheet.err.band_max", "Max", c.sheet.Max)
		case i > 0 && b.From >= c.sheet.Bands[i-1].From:
			c.bad.Add(p+"from", "rulebook.sheet.err.band_order", "Above", c.sheet.Bands[i-1].From)
		}
	}
}
