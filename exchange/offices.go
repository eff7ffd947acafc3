package exchange

import (
	"context"
	"strings"

	"chibo/internal/civil"
	"chibo/internal/viet"
	"chibo/office"
	"chibo/org"
	"chibo/rulebook"
)

// officeTaker takes the rows of a list of posts.
type officeTaker struct {
	*pass
	posts map[int64][]post // by unit: those of the register and of earlier rows
	given []office.NewOffice
}

// post is a post of a unit, of the register or of an earlier row.
type post struct {
	office.Holder
	row int // 0: of the register
}

func (t *officeTaker) take(ctx context.Context, l *line) error {
	n, unit, who := t.read(l)
	if l.worst() > Warning {
		t.done(l, failed)
		return nil
	}
	if t.posts == nil {
		t.posts = map[int64][]post{}
	}
	if _, ok := t.posts[unit.ID]; !ok {
		held, err := office.Posts(ctx, t.q, unit.PartID, unit.ID)
		if err != nil {
			return err
		}
		t.posts[unit.ID] = []post{}
		for _, h := range held {
			t.posts[unit.ID] = append(t.posts[unit.ID], post{Holder: h})
		}
	}
	o, err := t.settle(ctx, l, n, who)
	if err != nil {
		return err
	}
	t.done(l, o)
	return nil
}

// read takes the values out of the cells.
func (t *officeTaker) read(l *line) (n office.NewOffice, unit *org.Unit, who *entry) {
	found := t.places.find(l.text("unit"), func(u org.Unit) bool { return true })
	switch len(found) {
	case 0:
		l.bad("unit", "exchange.err.unit_unknown", "Unit", t.target.Name)
	case 1:
		unit = found[0]
	default:
		l.bad("unit", "exchange.err.unit_several", "Count", len(found))
	}
	n.From, n.To = l.date("from", t.day), l.date("to", t.day.AddMonths(120))
	if !n.From.IsDay() && l.worst() < Error {
		l.bad("from", "exchange.err.day_needed")
	}
	if !n.To.IsZero() && !n.To.IsDay() {
		l.bad("to", "exchange.err.day_needed")
	}
	if n.To.IsDay() { // people write the last day in the post
		n.To = n.To.AddDays(1)
	}
	if n.From.After(t.day) {
		l.bad("from", "exchange.err.future")
	}
	switch how := viet.Fold(l.text("how")); {
	case has(vocabulary().Appointed, how):
		n.How = office.Appointed
	case how == "" || has(vocabulary().Elected, how):
		n.How = office.Elected
	default:
		l.bad("how", "exchange.err.how")
	}
	if unit == nil {
		return n, nil, nil
	}
	n.Unit = *unit
	t.title(l, &n)
	if who = t.person(l, unit); who != nil {
		n.PersonID, n.Name = who.person, who.name
		if who.cell == unit.ID {
			n.MembershipID = who.membership
		}
	}
	if l.worst() < Error {
		if err := n.Check(); err != nil {
			l.fail(err, "title")
		}
	}
	return n, unit, who
}

func (t *officeTaker) title(l *line, n *office.NewOffice) {
	text := l.text("title")
	folded := viet.Fold(text)
	set := t.set(t.day)
	for _, o := range set.Offices() {
		if _, here := set.Office(n.Unit.Kind, o.Code); here && (viet.Fold(o.Title.Vi) == folded || o.Code == text) {
			n.Title = o.Code
		}
	}
	if n.Title == "" {
		n.Title, _ = oneOf(vocabulary().Titles, text)
	}
	if n.Title == "" {
		n.Title = within(vocabulary().Titles, text)
	}
	if n.Title == "" {
		l.bad("title", "exchange.err.title")
		return
	}
	if _, here := set.Office(n.Unit.Kind, n.Title); !here {
		l.bad("title", "exchange.err.title_here", "Kind", set.OrgKind(n.Unit.Kind).Title.Vi)
	}
	switch lead := n.Title == office.Secretary || n.Title == office.Deputy || n.Title == office.CommitteeMember; {
	case lead && n.Unit.IsCell() && n.Title == office.CommitteeMember:
		n.Body = office.BodyCellCommittee
	case lead && !n.Unit.IsCell() && strings.Contains(folded, "thuong vu"):
		n.Body = office.BodyStandingBoard
	case lead && !n.Unit.IsCell():
		n.Body = office.BodyCommittee
	}
}

// person finds who holds the post: by card, else by name and birth, in the cell itself
// or anywhere below a unit above.
func (t *officeTaker) person(l *line, unit *org.Unit) *entry {
	card, _ := digitsOf(l, "card", longest(t.limits.Card))
	if at, ok := t.reg.card[card]; ok && card != "" {
		return &t.reg.list[at]
	}
	fold, birth := viet.Fold(l.text("name")), l.date("birth", t.day)
	if fold == "" {
		l.bad("name", "member.err.name_empty")
		return nil
	}
	var found []*entry
	for id, u := range t.places.byID {
		if u.IsCell() && unit.Path.Contains(u.Path) {
			for _, e := range t.reg.sameHere(id, fold) {
				if sameBirth(e.birth, birth) {
					found = append(found, e)
				}
			}
		}
	}
	switch len(found) {
	case 0:
		l.bad("name", "exchange.err.person_unknown", "Unit", unit.Name)
	case 1:
		return found[0]
	default:
		l.bad("name", "exchange.err.person_several", "Count", len(found))
	}
	return nil
}

// settle compares the post with those the unit has had.
func (t *officeTaker) settle(ctx context.Context, l *line, n office.NewOffice, who *entry) (outcome, error) {
	set := t.set(n.From)
	single := false
	if o, ok := set.Office(n.Unit.Kind, n.Title); ok {
		single = o.Single
	}
	list := t.posts[n.Unit.ID]
	for i, h := range list {
		same := h.PersonID == n.PersonID && h.Title == n.Title
		switch {
		case same && h.From == n.From:
			return t.again(ctx, l, n, &list[i])
		case !overlaps(h.From, h.To, n.From, n.To):
		case same:
			l.bad("from", "exchange.err.term_overlaps", "From", h.From.Vi())
			return failed, nil
		case single && h.Title == n.Title:
			l.bad("title", "exchange.err.two_at_once", "Name", t.nameSeen(h), "From", h.From.Vi())
			return failed, nil
		}
	}
	t.rules(l, n, who, set)
	t.posts[n.Unit.ID] = append(list, post{Holder: office.Holder{PersonID: n.PersonID, Name: n.Name, Title: n.Title, From: n.From, To: n.To}, row: l.row.N})
	if t.writes() {
		t.given = append(t.given, n)
	}
	return fresh, nil
}

func (t *officeTaker) nameSeen(h post) string {
	if h.row == 0 && !t.sees.Names {
		return "…"
	}
	return h.Name
}

// again settles a post that is there: only its end can be news.
func (t *officeTaker) again(ctx context.Context, l *line, n office.NewOffice, h *post) (outcome, error) {
	switch {
	case h.row > 0:
		l.warn("name", "exchange.warn.twice", "Row", h.row)
		return skipped, nil
	case n.To.IsZero() || n.To == h.To:
		return unchanged, nil
	case !h.To.IsZero() && h.To.Before(n.To):
		l.bad("to", "exchange.err.ended_before", "Day", h.To.AddDays(-1).Vi())
		return failed, nil
	}
	old := ""
	if !h.To.IsZero() {
		old = h.To.AddDays(-1).Vi()
	}
	t.rep.change(Change{Row: l.row.N, Name: n.Name, Field: "to", Old: old, New: n.To.AddDays(-1).Vi()})
	h.To = n.To
	if t.writes() {
		return changed, office.End(ctx, t.tx, h.Holder, n.To)
	}
	return changed, nil
}

// overlaps says that two half-open times meet; a zero end is open.
func overlaps(from1, to1, from2, to2 civil.Date) bool {
	return (to1.IsZero() || from2.Before(to1)) && (to2.IsZero() || from1.Before(to2))
}

// rules warns of what an election would be refused for: an imported fact has happened.
func (t *officeTaker) rules(l *line, n office.NewOffice, who *entry, set rulebook.Set) {
	if !n.Unit.IsCell() {
		return
	}
	lead := n.Title == office.Secretary || n.Title == office.Deputy || n.Title == office.CommitteeMember
	if lead && (who.official.IsZero() || who.official.After(n.From)) {
		l.warn("name", "exchange.warn.reserve_post")
		l.issues[len(l.issues)-1].Source = source(set.Rule(rulebook.VoteElection))
	}
	if n.Title != office.CommitteeMember {
		return
	}
	if need := set.Int(rulebook.CellCommitteeMinOfficial); set.Has(rulebook.CellCommitteeMinOfficial) && t.officials(n.Unit.ID, n.From) < need {
		l.warn("title", "exchange.warn.committee_small", "Need", need)
		l.issues[len(l.issues)-1].Source = source(set.Rule(rulebook.CellCommitteeMinOfficial))
	}
	size := 1
	for _, h := range t.posts[n.Unit.ID] {
		if h.Title != office.Follower && h.Title != office.Staff && overlaps(h.From, h.To, n.From, n.To) {
			size++
		}
	}
	if most := set.Int(rulebook.CellCommitteeMax); set.Has(rulebook.CellCommitteeMax) && size > most {
		l.warn("title", "exchange.warn.committee_large", "Most", most)
		l.issues[len(l.issues)-1].Source = source(set.Rule(rulebook.CellCommitteeMax))
	}
}

func (t *officeTaker) officials(cell int64, day civil.Date) int {
	n := 0
	for i := range t.reg.list {
		if e := &t.reg.list[i]; e.cell == cell && !e.official.IsZero() && !e.official.After(day) {
			n++
		}
	}
	return n
}

func (t *officeTaker) end(ctx context.Context) error {
	if !t.writes() || len(t.given) == 0 {
		return nil
	}
	committee := map[int64]bool{}
	for _, n := range t.given {
		if n.Unit.IsCell() && n.Title == office.CommitteeMember {
			committee[n.Unit.ID] = true
		}
	}
	for i, n := range t.given {
		if committee[n.Unit.ID] && (n.Title == office.Secretary || n.Title == office.Deputy) {
			t.given[i].Body = office.BodyCellCommittee
		}
	}
	_, err := office.AppointAll(ctx, t.tx, t.given)
	return err
}
