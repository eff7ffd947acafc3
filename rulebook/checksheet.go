package rulebook

import (
	"errors"
	"fmt"
	"slices"
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

// checkSheet asks that points add up, tables fall and each line says how it is judged.
func checkSheet(s Sheet) error {
	if s.Mode != ModePoints && s.Mode != ModePass {
		return fmt.Errorf("mode %q", s.Mode)
	}
	if s.Title.Vi == "" || s.Title.En == "" {
		return errors.New("no title")
	}
	sum, seen := 0, map[string]bool{}
	for _, c := range s.Criteria {
		sum += c.Max
		if err := checkCriterion(c, s, seen); err != nil {
			return err
		}
	}
	if s.Complete && sum != s.Max {
		return fmt.Errorf("criteria add up to %d, not to %d", sum, s.Max)
	}
	for _, h := range s.Hard {
		for _, e := range h.Full {
			if !slices.Contains(Evidences(), e) {
				return fmt.Errorf("hard condition on the unknown evidence %q", e)
			}
		}
	}
	if s.Bands != nil {
		return checkBands(s.Bands)
	}
	return nil
}

func checkCriterion(c Criterion, s Sheet, seen map[string]bool) error {
	if c.Code == "" || seen[c.Code] || c.Title.Vi == "" || c.Title.En == "" || c.Max < 1 {
		return fmt.Errorf("criterion %q stands twice, or lacks a title or points", c.Code)
	}
	seen[c.Code] = true
	sum := 0
	for _, p := range c.Parts {
		sum += p.Max
		if err := checkCriterion(p, s, seen); err != nil {
			return err
		}
	}
	switch {
	case len(c.Parts) > 0 && (sum != c.Max || c.Method != MethodParts):
		return fmt.Errorf("the parts of %s add up to %d of %d by %q", c.Code, sum, c.Max, c.Method)
	case c.Method == MethodParts && len(c.Parts) == 0 && s.Complete:
		return fmt.Errorf("%s has no parts", c.Code)
	case c.Rule != "" && (!factID.MatchString(c.Rule) || c.Source == "" || c.Status == ""):
		return fmt.Errorf("%s lacks the source of its levels", c.Code)
	case len(c.Parts) == 0 && s.Complete:
		return checkLeaf(c)
	}
	return nil
}

func checkLeaf(c Criterion) error {
	if !slices.Contains(Evidences(), c.Evidence) {
		return fmt.Errorf("%s: unknown evidence %q", c.Code, c.Evidence)
	}
	if c.Ask.Vi == "" || c.Ask.En == "" {
		return fmt.Errorf("%s asks nothing of the person who judges", c.Code)
	}
	switch c.Method {
	case MethodAsk:
		return when(c.Measure != "" || c.Levels != nil, c.Code+" is asked and measured")
	case MethodShare, MethodYes:
		return when(c.Measure == "", c.Code+" has no measure")
	case MethodLevels:
		return checkLevels(c)
	}
	return fmt.Errorf("%s: method %q", c.Code, c.Method)
}

// checkLevels asks that the best level gives all points, that points stay inside,
// and that the last level catches everything.
func checkLevels(c Criterion) error {
	if len(c.Levels) < 2 || c.Levels[len(c.Levels)-1].Measure != "" {
		return fmt.Errorf("%s: the last level has a condition", c.Code)
	}
	top := 0
	for i, l := range c.Levels {
		top = max(top, l.Points)
		if l.Points < 0 || l.Points > c.Max || l.Title.Vi == "" || l.Title.En == "" {
			return fmt.Errorf("%s: level %d has no title or too many points", c.Code, i+1)
		}
		if l.Measure != "" && l.From == nil && l.Above == nil && l.To == nil {
			return fmt.Errorf("%s: level %d has no bound", c.Code, i+1)
		}
	}
	return when(top != c.Max, c.Code+": no level gives all points")
}
