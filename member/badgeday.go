package member

import (
	"cmp"
	"context"
	"slices"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/viet"
	"chibo/org"
	"chibo/rulebook"
)

// Groups of the list for a day of giving.
const (
	GroupDue        = "due"        // reaches it since the day of giving before
	GroupLate       = "late"       // reached it within the year before that, and nothing is recorded
	GroupUnsure     = "unsure"     // the dates do not say whether it is reached by then
	GroupPosthumous = "posthumous" // died, and would have reached it
	GroupEarly      = "early"      // would be early enough for serious illness
)

// BadgeRow is a member on the list of a day.
type BadgeRow struct {
	Membership
	CellShort   string
	Sort        string
	Years       int
	First, Last civil.Date // of reaching it; the same when the dates say it to the day
	Group       string     // GroupDue and its neighbours
	Badge       *Badge     // when one of these years is proposed or given
}

// Kind gives the kind of grant that a group is proposed for.
func (r BadgeRow) Kind() string {
	switch r.Group {
	case GroupEarly:
		return BadgeEarly
	case GroupPosthumous:
		return BadgePosthumous
	}
	return BadgeNormal
}

// BadgeDay is the list for one day of giving.
type BadgeDay struct {
	Day, Before civil.Date // Before: the day of giving before
	Rows        []BadgeRow // by years from the highest, then by name
	Rules       rulebook.Badges
}

// lateMonths is how far back the list looks for who was missed; no rule of the field.
const lateMonths = 12

const (
	badgeFrom = ` FROM org p CROSS JOIN membership m CROSS JOIN org c
 WHERE p.id = p.part_id AND p.path >= $1 AND p.path < $2 AND m.part_id = p.id AND m.kind = 'home'
   AND c.id = m.cell_id AND c.path >= $3 AND c.path < $4`

	badgeRowColumns = `SELECT m.part_id, m.id, m.person_id, m.cell_id, m.kind, m.name, m.sort, m.from_day, m.to_day,
  m.origin, m.ending, m.admitted_on, m.official_on, c.short`

	badgeWindowSQL = badgeRowColumns + badgeFrom + ` AND m.to_day = '' AND m.admitted_on >= $5 AND m.admitted_on <= $6`
	badgeDeadSQL   = badgeRowColumns + badgeFrom + ` AND m.ending = 'death' AND m.to_day > $5 AND m.to_day <= $6`
	badgeOpenSQL   = badgeRowColumns + badgeFrom + ` AND m.to_day = '' AND m.person_id = $5`

	interruptedSQL = `SELECT DISTINCT m.person_id FROM org p CROSS JOIN membership m
  LEFT JOIN member_spell s ON s.part_id = m.part_id AND s.membership_id = m.id AND s.kind = 'interrupted'
 WHERE p.id = p.part_id AND p.path >= $1 AND p.path < $2 AND m.part_id = p.id
   AND (s.id IS NOT NULL OR m.ending IN ('removal', 'resignation', 'expulsion'))`

	badgesNearSQL = badgeColumns + ` JOIN org p ON p.id = b.part_id JOIN org c ON c.id = b.cell_id
 WHERE p.id = p.part_id AND p.path >= $1 AND p.path < $2 AND b.day >= $5 AND b.state <> 'dropped'
   AND c.path >= $3 AND c.path < $4`
)

func scanBadgeRow(s db.Scanner) (BadgeRow, error) {
	var r BadgeRow
	err := s.Scan(&r.Part, &r.ID, &r.PersonID, &r.CellID, &r.Membership.Kind, &r.Name, &r.Sort, &r.From, &r.To, &r.Origin, &r.Ending,
		&r.AdmittedOn, &r.OfficialOn, &r.CellShort)
	return r, err
}

// badgeList gathers the list of a day.
type badgeList struct {
	BadgeDay
	span  org.Span
	out   map[int64]bool // persons with an interruption
	early bool
	seen  map[badgeOf]bool
	have  map[badgeOf]Badge // proposed or given, not long ago
}

type badgeOf struct {
	personID int64
	years    int
}

// BadgeDayOf gives the members of the scope who reach a badge by a day of giving, or
// did not long before and have none recorded, with those who died and those for whom
// one is proposed; with early, also those who could have it for serious illness. The
// day's own rules count.
func (s *Service) BadgeDayOf(ctx context.Context, q db.Q, scope access.Scope, day civil.Date, early bool) (BadgeDay, error) {
	rules := s.Book.At(day, scope.Unit().Path).Badges()
	l := badgeList{BadgeDay: BadgeDay{Day: day, Before: rules.Before(day), Rules: rules}, early: early, seen: map[badgeOf]bool{}, out: map[int64]bool{}, have: map[badgeOf]Badge{}}
	var err error
	if l.span, err = org.SpanOf(ctx, q, scope); err != nil {
		return l.BadgeDay, err
	}
	ids, err := db.List(ctx, q, func(s db.Scanner) (id int64, err error) { return id, s.Scan(&id) }, interruptedSQL, l.span.PartLo, l.span.PartHi)
	if err != nil {
		return l.BadgeDay, err
	}
	for _, id := range ids {
		l.out[id] = true
	}
	// A badge that matters for this day is of the last years: no grant is earlier.
	near := day.AddMonths(-2*lateMonths - rules.EarlyOld)
	badges, err := db.List(ctx, q, scanBadge, badgesNearSQL, l.span.PartLo, l.span.PartHi, l.span.Lo, l.span.Hi, near)
	if err != nil {
		return l.BadgeDay, err
	}
	for _, b := range badges {
		l.have[badgeOf{b.PersonID, b.Years}] = b
	}
	if err := l.read(ctx, q, ids); err != nil {
		return l.BadgeDay, err
	}
	if err := l.recorded(ctx, q, badges); err != nil {
		return l.BadgeDay, err
	}
	slices.SortStableFunc(l.Rows, func(a, b BadgeRow) int {
		return cmp.Or(cmp.Compare(b.Years, a.Years), cmp.Compare(a.Sort, b.Sort), cmp.Compare(a.ID, b.ID))
	})
	return l.BadgeDay, nil
}

// read takes the members whose admission lies so that a badge is near, those who were
// interrupted, whose admission may be any time ago, and the dead.
func (l *badgeList) read(ctx context.Context, q db.Q, interrupted []int64) error {
	for _, years := range l.Rules.Years {
		ahead := 0
		if l.early {
			ahead = l.Rules.EarlyFor(years)
		}
		from := l.Day.AddMonths(-12*years - lateMonths)
		to := l.Day.AddMonths(-12*years + ahead)
		// The year alone also lies before its days: an admission known to the year is found.
		if err := l.take(ctx, q, years, badgeWindowSQL, from.String()[:4], to); err != nil {
			return err
		}
	}
	for _, id := range interrupted {
		if err := l.take(ctx, q, 0, badgeOpenSQL, id); err != nil {
			return err
		}
	}
	return l.take(ctx, q, 0, badgeDeadSQL, l.Day.AddMonths(-lateMonths), l.Day)
}

// take reads members and puts them into their groups, for one badge, or for the one
// they are nearest to (years 0).
func (l *badgeList) take(ctx context.Context, q db.Q, years int, query string, args ...any) error {
	rows, err := db.List(ctx, q, scanBadgeRow, query, append([]any{l.span.PartLo, l.span.PartHi, l.span.Lo, l.span.Hi}, args...)...)
	if err != nil {
		return err
	}
	for _, r := range rows {
		age := Age{Start: r.AdmittedOn}
		if l.out[r.PersonID] {
			if age, err = ageOfPerson(ctx, q, r.PersonID, l.Rules.Excluded); err != nil {
				return err
			}
		}
		list := []int{years}
		if years == 0 {
			list = l.Rules.Years
		}
		for _, n := range list {
			l.put(r, age, n)
		}
	}
	return nil
}

// put adds a member to the list when the badge is near; who has it already is left out.
func (l *badgeList) put(r BadgeRow, age Age, years int) {
	r.Years = years
	r.First, r.Last = age.Reaches(years)
	r.Group = l.group(r)
	key := badgeOf{r.PersonID, years}
	if r.Group == "" || l.seen[key] {
		return
	}
	l.seen[key] = true
	if b, ok := l.have[key]; ok {
		if b.Day != l.Day {
			return // had it, or has it coming, on another day
		}
		r.Badge = &b
	}
	l.Rows = append(l.Rows, r)
}

// group says where a member stands for the badge, "" when it is not near.
func (l *badgeList) group(r BadgeRow) string {
	if r.First.IsZero() {
		return ""
	}
	if r.Ending == EndingDeath {
		until := r.To.AddMonths(l.Rules.Posthumous)
		if r.First.After(until) || !r.Last.After(l.Day.AddMonths(-lateMonths)) {
			return ""
		}
		return GroupPosthumous
	}
	switch {
	case !r.Last.After(l.Day.AddMonths(-lateMonths)):
		return ""
	case !r.Last.After(l.Before):
		return GroupLate
	case !r.Last.After(l.Day):
		return GroupDue
	case !r.First.After(l.Day):
		return GroupUnsure
	case l.early && !r.First.AddMonths(-l.Rules.EarlyFor(r.Years)).After(l.Day):
		return GroupEarly
	}
	return ""
}

// recorded adds what is proposed or given for the day and not on the list by itself:
// early grants, and members whose dates were corrected since.
func (l *badgeList) recorded(ctx context.Context, q db.Q, list []Badge) error {
	for i, b := range list {
		if b.Day != l.Day || l.seen[badgeOf{b.PersonID, b.Years}] {
			continue
		}
		cell, err := org.ByID(ctx, q, b.CellID)
		if err != nil {
			return err
		}
		m, err := ByID(ctx, q, ident.Ref{Part: b.Ref.Part, ID: b.MembershipID})
		if err != nil {
			return err
		}
		r := BadgeRow{Membership: m, CellShort: cell.Short, Sort: viet.SortKey(m.Name), Years: b.Years, Group: groupOf(b.Kind), Badge: &list[i]}
		age, err := ageOfPerson(ctx, q, m.PersonID, l.Rules.Excluded)
		if err != nil {
			return err
		}
		r.First, r.Last = age.Reaches(b.Years)
		l.Rows = append(l.Rows, r)
	}
	return nil
}

func groupOf(kind string) string {
	switch kind {
	case BadgeEarly:
		return GroupEarly
	case BadgePosthumous:
		return GroupPosthumous
	}
	return GroupDue
}

func ageOfPerson(ctx context.Context, q db.Q, personID int64, excluded bool) (Age, error) {
	all, err := db.List(ctx, q, scanMembership, allOfPersonSQL, personID)
	if err != nil {
		return Age{}, err
	}
	spells, err := db.List(ctx, q, scanSpell, spellsOfPersonSQL, personID)
	return AgeOf(all, spells, excluded), err
}
