package office

import (
	"chibo/internal/civil"
	"chibo/member"
	"chibo/org"
	"chibo/rulebook"
)

// Notice says that the posts on record do not agree with a rule: as an import brought
// them, or since the unit changed. It is shown, never a block; a new election against
// the rule is refused (CheckElection).
type Notice struct {
	Key  string // translation key: "office.notice.…"
	Args []any  // its values
	Rule rulebook.Rule
}

// Facts is what Check looks at, all of one unit on one day.
type Facts struct {
	Unit    org.Unit
	Day     civil.Date
	Holders []Holder
	Body    []member.OnDay // of a cell; nil above
	Term    Term           // zero: none on record
}

// Check compares a unit's posts with the rules in force: one secretary at a time
// (rules.md 1.36), a cell committee from the size of 1.21 on and not below, its
// greatest size (1.22), secretary and deputy among its members, posts held by official
// members of the cell, a term that has not run out (1.28 to 1.30), a standing board
// only beside a committee of the size of 1.26.
func Check(set rulebook.Set, f Facts) []Notice {
	c := checker{set: set, facts: f}
	if f.Unit.IsCell() {
		c.cell()
	} else {
		c.board()
	}
	c.lead()
	c.term()
	return c.out
}

type checker struct {
	set   rulebook.Set
	facts Facts
	out   []Notice
}

func (c *checker) add(rule, key string, args ...any) {
	c.out = append(c.out, Notice{Key: "office.notice." + key, Args: args, Rule: c.set.Rule(rule)})
}

func (c *checker) count(ok func(Holder) bool) (n int) {
	for _, h := range c.facts.Holders {
		if ok(h) {
			n++
		}
	}
	return n
}

func inCommittee(h Holder) bool { return h.Body == BodyCellCommittee || h.Title == CommitteeMember }

func (c *checker) lead() {
	n := c.count(func(h Holder) bool { return h.Title == Secretary })
	switch _, has := c.set.Office(c.facts.Unit.Kind, Secretary); {
	case !has:
	case n == 0:
		c.add("offices", "no_secretary")
	case n > 1:
		c.add("offices", "two_secretaries", "Have", n)
	}
}

func (c *checker) cell() {
	officials := 0
	for _, m := range c.facts.Body {
		if m.Official && m.Standing != member.StandingGuest {
			officials++
		}
	}
	size := c.count(inCommittee)
	least, most := c.set.Int(rulebook.CellCommitteeMinOfficial), c.set.Int(rulebook.CellCommitteeMax)
	switch {
	case size > 0 && officials < least:
		c.add(rulebook.CellCommitteeMinOfficial, "committee_not_allowed", "Have", officials, "Need", least)
	case size == 0 && officials >= least && len(c.facts.Holders) > 0:
		c.add(rulebook.CellCommitteeMinOfficial, "committee_needed", "Have", officials, "Need", least)
	}
	if c.set.Has(rulebook.CellCommitteeMax) && size > most {
		c.add(rulebook.CellCommitteeMax, "committee_too_large", "Have", size, "Most", most)
	}
	for _, h := range c.facts.Holders {
		if rank(h.Title) > rank(CommitteeMember) {
			continue
		}
		if size > 0 && !inCommittee(h) {
			c.add(rulebook.CellCommitteeMinOfficial, "not_in_committee", "Name", h.Name)
		}
		switch m, ok := find(c.facts.Body, h.MembershipID); {
		case !ok:
			c.add("offices", "not_in_cell", "Name", h.Name)
		case !m.Official:
			c.add("offices", "reserve", "Name", h.Name)
		}
	}
}

func (c *checker) board() {
	need := c.set.Int(rulebook.CommitteeBoardMinMembers)
	committee := c.count(func(h Holder) bool { return h.Body == BodyCommittee || h.Body == BodyStandingBoard })
	board := c.count(func(h Holder) bool { return h.Body == BodyStandingBoard })
	if board > 0 && committee < need {
		c.add(rulebook.CommitteeBoardMinMembers, "board_not_allowed", "Have", committee, "Need", need)
	}
	if share := c.set.Ratio(rulebook.CommitteeBoardMaxShare); c.set.Has(rulebook.CommitteeBoardMaxShare) && board*share.Den > committee*share.Num {
		c.add(rulebook.CommitteeBoardMaxShare, "board_large", "Have", board, "Of", committee)
	}
}

func (c *checker) term() {
	o, has := c.set.Office(c.facts.Unit.Kind, Secretary)
	if !has || o.TermMonths == 0 {
		return
	}
	key := rulebook.TermGrassrootsMonths
	if c.facts.Unit.IsCell() {
		key = rulebook.TermCellMonths
	}
	switch t := c.facts.Term; {
	case t.ID == 0:
		c.add(key, "no_term")
	case t.From.AddMonths(o.TermMonths).Before(c.facts.Day):
		c.add(key, "term_over", "Name", t.Name, "Day", t.From.AddMonths(o.TermMonths).Vi())
	}
}
