package qualityweb

import (
	"slices"
	"strconv"
	"strings"

	"chibo/internal/fault"
	"chibo/rulebook"
)

// What the buttons do; those on a row carry its place: "drop:2.1".
const (
	doSave    = "save"
	doPreview = "preview"
	doGroup   = "group" // one more group
	doPart    = "part"  // one more part of a group
	doDrop    = "drop"  // a group, or a part
	doLevel   = "level" // one more level of a line
	doLess    = "less"  // without a level
	doShow    = "show"  // only shows what was chosen
)

// Ways to bound a level from below.
const (
	byFrom  = "from"
	byAbove = "above"
)

// newMax is what a row gets that is added, until somebody says otherwise.
const newMax = 5

// begun is the form for a sheet that begins with another one.
func begun(s rulebook.Sheet) sheetForm {
	f := sheetForm{Title: s.Title.Vi, TitleIs: tell(s.Title), Mode: s.Mode, Max: s.Max, Kinds: []string{"regular"}}
	for _, c := range s.Criteria {
		g := groupForm{Line: begunLine(c)}
		for _, p := range flat(c) {
			g.Parts = append(g.Parts, begunLine(p))
		}
		f.Criteria = append(f.Criteria, g)
	}
	for _, b := range s.Bands {
		f.Bands = append(f.Bands, bandForm{b.Code, b.Title.Vi, tell(b.Title), b.From})
	}
	for _, h := range s.Hard {
		f.HardFull = append(f.HardFull, h.Full...)
	}
	return f
}

// flat gives the lines of a group; the form has one step only.
func flat(c rulebook.Criterion) []rulebook.Criterion {
	if len(c.Parts) == 0 {
		return nil
	}
	return c.Leaves()
}

func begunLine(c rulebook.Criterion) lineForm {
	f := lineForm{
		Code: c.Code, Title: c.Title.Vi, TitleIs: tell(c.Title), Max: c.Max, Method: c.Method, Evidence: c.Evidence,
		Ask: c.Ask.Vi, AskIs: tell(c.Ask), When: c.When, ElseTo: c.ElseTo,
	}
	if c.Method == rulebook.MethodParts {
		f.Method = rulebook.MethodAsk
	}
	for _, l := range c.Levels {
		x := levelForm{Points: l.Points, Title: l.Title.Vi, TitleIs: tell(l.Title), Measure: l.Measure, By: byFrom}
		switch {
		case l.From != nil:
			x.From = strconv.Itoa(*l.From)
		case l.Above != nil:
			x.From, x.By = strconv.Itoa(*l.Above), byAbove
		}
		if l.To != nil {
			x.To = strconv.Itoa(*l.To)
		}
		f.Levels = append(f.Levels, x)
	}
	return f
}

// line gives the line at a place such as "2" or "2.1", and what of the place is left.
func (f *sheetForm) line(at string) (l *lineForm, rest []int) {
	var path []int
	for _, s := range strings.Split(at, ".") {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 {
			return nil, nil
		}
		path = append(path, n)
	}
	if path[0] >= len(f.Criteria) {
		return nil, nil
	}
	g := &f.Criteria[path[0]]
	if len(g.Parts) == 0 {
		return &g.Line, path[1:]
	}
	if len(path) < 2 || path[1] >= len(g.Parts) {
		return nil, nil
	}
	return &g.Parts[path[1]], path[2:]
}

// act does to the rows what the button says; false: it is no button of a row.
func (f *sheetForm) act() bool {
	do, at, _ := strings.Cut(f.Do, ":")
	switch do {
	case "", doSave, doPreview:
		return false
	case doGroup:
		f.Criteria = append(f.Criteria, groupForm{Line: f.fresh()})
	case doPart:
		f.addPart(at)
	case doDrop:
		f.drop(at)
	case doLevel:
		if l, _ := f.line(at); l != nil {
			l.addLevel()
		}
	case doLess:
		if l, rest := f.line(at); l != nil && len(rest) == 1 && rest[0] < len(l.Levels) {
			l.Levels = slices.Delete(l.Levels, rest[0], rest[0]+1)
		}
	}
	f.tables()
	return true
}

// fresh is a new line with a code that no other has.
func (f *sheetForm) fresh() lineForm {
	seen := map[string]bool{}
	for _, g := range f.Criteria {
		seen[g.Line.Code] = true
		for _, p := range g.Parts {
			seen[p.Code] = true
		}
	}
	n := 1
	for seen["N"+strconv.Itoa(n)] {
		n++
	}
	return lineForm{Code: "N" + strconv.Itoa(n), Max: newMax, Method: rulebook.MethodAsk}
}

func (f *sheetForm) addPart(at string) {
	n, err := strconv.Atoi(at)
	if err != nil || n < 0 || n >= len(f.Criteria) {
		return
	}
	g := &f.Criteria[n]
	if len(g.Parts) == 0 { // what was scored as one becomes the first part
		whole := g.Line
		part := f.fresh()
		part.Title, part.Max, part.Method, part.Evidence, part.Ask, part.Levels = whole.Title, whole.Max, whole.Method, whole.Evidence, whole.Ask, whole.Levels
		g.Parts = append(g.Parts, part)
		g.Line.Levels = nil
	}
	g.Parts = append(g.Parts, f.fresh())
}

func (f *sheetForm) drop(at string) {
	group, part, ofGroup := strings.Cut(at, ".")
	n, err := strconv.Atoi(group)
	if err != nil || n < 0 || n >= len(f.Criteria) {
		return
	}
	if !ofGroup {
		f.Criteria = slices.Delete(f.Criteria, n, n+1)
		return
	}
	g := &f.Criteria[n]
	if p, err := strconv.Atoi(part); err == nil && p >= 0 && p < len(g.Parts) {
		g.Parts = slices.Delete(g.Parts, p, p+1)
	}
}

// addLevel puts a level before the one for what remains.
func (l *lineForm) addLevel() {
	at := max(len(l.Levels)-1, 0)
	l.Levels = slices.Insert(l.Levels, at, levelForm{By: byFrom})
}

// tables gives a line that was just set to levels its first two.
func (f *sheetForm) tables() {
	f.each(func(l *lineForm) {
		if l.Method == rulebook.MethodLevels && len(l.Levels) == 0 {
			l.Levels = []levelForm{{Points: l.Max, By: byFrom}, {}}
		}
	})
}

// each calls fn for every line that is scored by itself.
func (f *sheetForm) each(fn func(*lineForm)) {
	for i := range f.Criteria {
		g := &f.Criteria[i]
		if len(g.Parts) == 0 {
			fn(&g.Line)
		}
		for n := range g.Parts {
			fn(&g.Parts[n])
		}
	}
}

// sheet makes the sheet that the form means. Field errors: numbers that cannot be read.
func (f sheetForm) sheet() (rulebook.Sheet, error) {
	var bad fault.Fields
	s := rulebook.Sheet{Code: "own", Title: f.TitleIs.text(f.Title), Mode: f.Mode, Max: f.Max, Complete: true}
	sum := 0
	for i, g := range f.Criteria {
		p := "criteria." + strconv.Itoa(i) + "."
		c := g.Line.criterion(p, f.Mode, &bad)
		for n, part := range g.Parts {
			c.Parts = append(c.Parts, part.criterion(p+"parts."+strconv.Itoa(n)+".", f.Mode, &bad))
		}
		if len(c.Parts) > 0 {
			c.Method, c.Measure, c.Evidence, c.Levels = rulebook.MethodParts, "", "", nil
		}
		if f.Mode == rulebook.ModePass {
			c.Max = max(1, len(c.Parts))
		}
		sum += c.Max
		s.Criteria = append(s.Criteria, c)
	}
	for _, b := range f.Bands {
		s.Bands = append(s.Bands, rulebook.Band{Code: b.Code, Title: b.TitleIs.text(b.Title), From: b.From})
	}
	if f.Mode == rulebook.ModePass && len(s.Bands) > 0 {
		s.Max = sum
		s.Bands[0].From = sum
	}
	if len(f.HardFull) > 0 && len(s.Bands) > 1 && f.Mode != rulebook.ModePass {
		s.Hard = []rulebook.HardCondition{{Band: s.Bands[0].Code, Full: f.HardFull, Else: s.Bands[1].Code}}
	}
	return s, bad.Err()
}

func (f lineForm) criterion(p, mode string, bad *fault.Fields) rulebook.Criterion {
	c := rulebook.Criterion{
		Code: f.Code, Title: f.TitleIs.text(f.Title), Max: f.Max, Method: f.Method, Evidence: f.Evidence, Ask: f.AskIs.text(f.Ask), When: f.When, ElseTo: f.ElseTo,
	}
	if c.Ask.Vi == "" { // the name of the line is question enough
		c.Ask = c.Title
	}
	if mode == rulebook.ModePass {
		c.Max = 1
	}
	switch f.Method {
	case rulebook.MethodShare:
		c.Measure = measureOf(f.Evidence, func(m rulebook.Measured) bool { return m.Percent })
	case rulebook.MethodYes:
		c.Measure = measureOf(f.Evidence, func(m rulebook.Measured) bool { return m.Yes })
	case rulebook.MethodLevels:
		for i, l := range f.Levels {
			c.Levels = append(c.Levels, l.level(p+"levels."+strconv.Itoa(i)+".", f.Evidence, i == len(f.Levels)-1, bad))
		}
	}
	return c
}

// measureOf gives the first measure of an evidence that fits, "" for none.
func measureOf(evidence string, fits func(rulebook.Measured) bool) string {
	for _, m := range rulebook.Measures(evidence) {
		if fits(m) {
			return m.Code
		}
	}
	return ""
}

func (f levelForm) level(p, evidence string, rest bool, bad *fault.Fields) rulebook.Level {
	l := rulebook.Level{Points: f.Points, Title: f.TitleIs.text(f.Title)}
	if rest {
		return l
	}
	if l.Measure = f.Measure; l.Measure == "" {
		l.Measure = measureOf(evidence, func(rulebook.Measured) bool { return true })
	}
	for _, m := range rulebook.Measures(evidence) {
		l.Percent = l.Percent || m.Code == l.Measure && m.Percent
	}
	bound := func(field, typed string) *int {
		if typed = strings.TrimSuffix(strings.TrimSpace(typed), "%"); typed == "" {
			return nil
		}
		n, err := strconv.Atoi(strings.TrimSpace(typed))
		if err != nil || n < 0 || n > tenthsMax {
			bad.Add(p+field, "err.field_number")
			return nil
		}
		return &n
	}
	if n := bound("from", f.From); f.By == byAbove {
		l.Above = n
	} else {
		l.From = n
	}
	l.To = bound("to", f.To)
	return l
}
