package exchange

import (
	"context"
	"strings"

	"chibo/internal/civil"
	"chibo/internal/sheet"
	"chibo/internal/viet"
	"chibo/member"
	"chibo/org"
	"chibo/rulebook"
)

// batchRows is how many rows are looked up and written together.
const batchRows = 1000

// memberTaker takes the rows of a list of members.
type memberTaker struct {
	*pass
	group     *org.Unit // cell that a title over the rows names
	batch     []*memberRow
	probation int // months
}

// memberRow is one entry of the list.
type memberRow struct {
	*line
	e         entry
	idno      string
	macs      []string // of idno, by each key
	place     string
	since     civil.Date
	spellFrom civil.Date

	match   *entry // who it is; nil: somebody new
	out     outcome
	changes []Change
}

func (t *memberTaker) take(ctx context.Context, l *line) error {
	if text, only := l.group(); only {
		if found := t.places.find(text, org.Unit.IsCell); len(found) == 1 {
			t.group = found[0]
			t.done(l, skipped)
			return nil
		}
	}
	r := &memberRow{line: l, out: fresh}
	if t.read(r); r.out != skipped {
		t.judge(r)
	}
	t.batch = append(t.batch, r)
	if len(t.batch) >= batchRows {
		return t.flush(ctx)
	}
	return nil
}

// read takes the values out of the cells.
func (t *memberTaker) read(r *memberRow) {
	r.e.row = r.row.N
	name := r.text("name")
	if !r.has("name") {
		name = viet.Clean(r.text("family") + " " + r.text("given"))
	}
	r.e.name = properName(name)
	r.e.fold = viet.Fold(r.e.name)
	r.e.other = properName(r.text("other_name"))
	if u := t.cellOf(r); u != nil {
		r.e.cell, r.e.part = u.ID, u.PartID
	}
	t.readBirth(r)
	t.readNumbers(r)
	t.readStanding(r)
	if r.since = r.date("since", t.day); r.since.After(t.day) {
		r.bad("since", "exchange.err.future")
	}
	p := member.Person{Name: r.e.name, Sex: string(r.e.sex), Birth: r.e.birth, Card: r.e.card, IDNo: r.idno}
	if r.e.sex == 0 {
		p.Sex = ""
	}
	if err := p.Check(t.limits); err != nil {
		r.fail(err, r.nameField())
	}
}

func (r *memberRow) nameField() string {
	if r.has("name") {
		return "name"
	}
	return "given"
}

// cellOf finds the row's cell: by its own column, by the title over the rows, or the
// target itself.
func (t *memberTaker) cellOf(r *memberRow) *org.Unit {
	text, unit := r.text("cell"), r.text("unit")
	if text == "" && t.group != nil && !r.has("cell") {
		return t.group
	}
	if text == "" && unit != "" { // a grassroots cell stands in the unit's column
		text, unit = unit, ""
	}
	if text == "" {
		if t.target.IsCell() {
			return t.places.byID[t.target.ID]
		}
		r.bad("cell", "exchange.err.cell_empty")
		return nil
	}
	found := t.places.find(text, org.Unit.IsCell)
	if len(found) > 1 && unit != "" {
		var in []*org.Unit
		for _, up := range t.places.find(unit, func(u org.Unit) bool { return !u.IsCell() }) {
			for _, c := range found {
				if up.Path.Contains(c.Path) {
					in = append(in, c)
				}
			}
		}
		found = in
	}
	switch len(found) {
	case 0:
		r.bad("cell", "exchange.err.cell_unknown", "Unit", t.target.Name)
		return nil
	case 1:
		return found[0]
	}
	r.bad("cell", "exchange.err.cell_several", "Count", len(found))
	return nil
}

func (t *memberTaker) readBirth(r *memberRow) {
	sex := func(female bool) {
		if female {
			r.e.sex = 'f'
		} else {
			r.e.sex = 'm'
		}
	}
	switch {
	case r.has("birth_m") && r.has("birth_f"):
		m, f := r.text("birth_m"), r.text("birth_f")
		switch {
		case m != "" && f != "":
			r.bad("birth_f", "exchange.err.two_births")
		case f != "":
			r.e.birth = r.date("birth_f", t.day)
			sex(true)
		case m != "":
			r.e.birth = r.date("birth_m", t.day)
			sex(false)
		}
	default:
		r.e.birth = r.date("birth", t.day)
	}
	said := r.text("sex")
	switch text := viet.Fold(said); {
	case said == "" && r.has("female") && r.e.sex == 0:
		sex(r.tick("female"))
	case said == "":
	case has(vocabulary().Female, text):
		sex(true)
	case has(vocabulary().Male, text):
		sex(false)
	default:
		r.bad("sex", "exchange.err.sex")
		sex(false) // so that it is told once
	}
	if r.e.birth.After(t.day) {
		r.bad("birth", "exchange.err.future")
	}
}

// longest is the length of a number that is issued now; 0: not known.
func longest(lengths []int) (n int) {
	for _, l := range lengths {
		n = max(n, l)
	}
	return n
}

func (t *memberTaker) readNumbers(r *memberRow) {
	number := func(field string, lengths []int) string {
		c := r.cell(field)
		if !r.sound(field, c) || c.Text == "" {
			return ""
		}
		d, ok := sheet.Digits(c)
		if !ok {
			return viet.Clean(c.Text) // Check says what is wrong with it
		}
		if full, lost := sheet.LostZeros(c, d, longest(lengths)); lost {
			r.warn(field, "exchange.warn.zeros", "Number", full)
			return full
		}
		return d
	}
	r.e.card, r.idno = number("card", t.limits.Card), number("idno", t.limits.IDNo)
	if r.idno != "" {
		r.macs = t.svc.Keys.MACs(r.idno)
		r.e.mac = r.macs[0]
	}
	if c := r.cell("phone"); r.sound("phone", c) {
		phone, mended, ok := sheet.Phone(c)
		switch {
		case !ok:
			r.bad("phone", "exchange.err.phone")
		case mended && c.Kind != sheet.Number:
			r.warn("phone", "exchange.warn.phone_zero", "Number", phone)
		}
		r.e.phone = phone
	}
}

// readStanding reads official or reserve, from days or marks, and the status words.
func (t *memberTaker) readStanding(r *memberRow) {
	r.e.admitted, r.e.official = r.date("admitted", t.day), r.date("official", t.day.AddMonths(2*t.probation))
	official, reserve := r.tick("official_tick"), r.tick("reserve_tick")
	text := r.text("status")
	r.place, r.spellFrom = r.text("place"), r.date("status_from", t.day)
	switch folded := viet.Fold(text); {
	case folded == "":
	case has(vocabulary().Official, folded):
		official = official || folded != "dang sinh hoat" && folded != "dang vien" && folded != "binh thuong"
	case has(vocabulary().Reserve, folded):
		reserve = true
	case has(vocabulary().Left, folded):
		r.warn("status", "exchange.warn.left")
		r.out = skipped
		return
	default:
		kind, known := oneOf(vocabulary().Spells, text)
		if !known {
			kind = within(vocabulary().Spells, text)
		}
		if r.e.spell = kind; kind == "" && !isNote(r.m.Heading("status")) {
			r.bad("status", "exchange.err.status")
		}
	}
	t.standing(r, official, reserve)
	if !r.e.admitted.IsZero() && !r.e.birth.IsZero() {
		t.age(r)
	}
	m := member.Membership{From: t.day, AdmittedOn: r.e.admitted, OfficialOn: r.e.official}
	if err := m.Check(); err != nil {
		r.fail(err, "official")
	}
	if r.e.admitted.After(t.day) {
		r.bad("admitted", "exchange.err.future")
	}
}

// isNote says that a column holds remarks, in which a word of standing may be.
func isNote(heading string) bool { return strings.HasPrefix(viet.Fold(heading), "ghi chu") }

func (t *memberTaker) standing(r *memberRow, official, reserve bool) {
	switch {
	case official && reserve, reserve && !r.e.official.IsZero() && !r.e.official.After(t.day):
		r.bad(firstOf(r, "reserve_tick", "status", "official"), "exchange.err.both")
	case official && r.e.official.IsZero():
		// That the member is official is known, the day is not.
		switch {
		case !r.e.admitted.IsZero() && r.e.admitted.IsDay():
			r.e.official = r.e.admitted.AddMonths(t.probation)
			r.warn(firstOf(r, "official_tick", "status"), "exchange.warn.official_reckoned", "Day", r.e.official.Vi(), "Months", t.probation)
		case !r.e.admitted.IsZero():
			r.e.official = r.e.admitted
			r.warn(firstOf(r, "official_tick", "status"), "exchange.warn.official_unknown", "Day", r.e.official.Vi())
		default:
			r.e.official = t.day
			r.warn(firstOf(r, "official_tick", "status"), "exchange.warn.official_unknown", "Day", r.e.official.Vi())
		}
		r.e.reckoned = true
	}
}

func firstOf(r *memberRow, fields ...string) string {
	for _, f := range fields {
		if r.has(f) && r.cell(f).Text != "" {
			return f
		}
	}
	return fields[0]
}

// age warns of an admission at an age that the rules of its day did not allow: a fact
// is told, not refused.
func (t *memberTaker) age(r *memberRow) {
	if r.e.admitted.Before(r.e.birth) {
		r.bad("admitted", "exchange.err.before_birth")
		return
	}
	set := t.set(r.e.admitted)
	if !set.Has(rulebook.CandidateAgeMonths) || !r.e.birth.IsDay() || !r.e.admitted.IsDay() {
		return
	}
	span := set.Range(rulebook.CandidateAgeMonths)
	if r.e.admitted.Before(r.e.birth.AddMonths(span.Min)) {
		r.warn("admitted", "exchange.warn.young", "Years", span.Min/12)
		r.issues[len(r.issues)-1].Source = source(set.Rule(rulebook.CandidateAgeMonths))
	}
}

// end settles the last rows and looks at the sizes of cells.
func (t *memberTaker) end(ctx context.Context) error {
	if err := t.flush(ctx); err != nil {
		return err
	}
	t.sizes()
	return nil
}

// sizes warns of cells whose size is against a rule, each with its source.
func (t *memberTaker) sizes() {
	type count struct{ members, officials int }
	counts := map[int64]count{}
	for i := range t.reg.list {
		e := &t.reg.list[i]
		if !t.touched[e.cell] {
			continue
		}
		c := counts[e.cell]
		c.members++
		if !e.official.IsZero() && !e.official.After(t.day) {
			c.officials++
		}
		counts[e.cell] = c
	}
	set := t.set(t.day)
	for _, id := range sortedKeys(counts) {
		u, c := t.places.byID[id], counts[id]
		for _, n := range org.CheckSize(set, u.Kind, c.officials, c.members) {
			have := c.members
			if n.Key == "org.size.cell_small" {
				have = c.officials
			}
			t.rep.issue(Issue{
				Level: Warning, Field: "cell", Value: u.Name, Key: "exchange." + n.Key[len("org."):], Source: source(n.Rule),
				Args: map[string]any{"Have": have, "Limit": n.Limit, "Cell": u.Name},
			})
		}
	}
}
