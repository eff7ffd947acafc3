package exchange

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"chibo/internal/civil"
	"chibo/internal/viet"
)

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// judge finds out who the row is, and what it would change.
func (t *memberTaker) judge(r *memberRow) {
	if r.worst() == Error {
		r.out = failed
		return
	}
	t.identify(r)
	if r.worst() > Warning {
		r.out = failed
		return
	}
	if r.out == skipped {
		return
	}
	if r.match == nil {
		r.out = fresh
		t.reg.add(r.e)
		return
	}
	r.match.used = r.e.row
	t.compare(r)
	r.out = unchanged
	if len(r.changes) > 0 {
		r.out = changed
	}
}

// identify finds the person: by card, by identity number, else by name, birth and cell.
// What is not certain becomes a question.
func (t *memberTaker) identify(r *memberRow) {
	byCard, byNumber := t.numbered(r)
	if byCard != nil && byNumber != nil && byCard != byNumber {
		r.bad("idno", "exchange.err.two_people")
		return
	}
	hit := cmp.Or(byCard, byNumber)
	if hit != nil {
		t.numberHit(r, hit, byCard != nil)
		return
	}
	var exactly, asked []*entry
	for _, e := range t.reg.sameHere(r.e.cell, r.e.fold) {
		switch {
		case !sameBirth(e.birth, r.e.birth):
			if closeBirth(e.birth, r.e.birth) && !ownNumbers(e, &r.e) {
				asked = append(asked, e)
			}
		case ownNumbers(e, &r.e) || viet.SortKey(e.name) != viet.SortKey(r.e.name):
			asked = append(asked, e)
		default:
			exactly = append(exactly, e)
		}
	}
	switch {
	case len(exactly) == 1:
		t.found(r, exactly[0])
		return
	case len(exactly) > 1:
		asked = append(exactly, asked...)
	}
	asked = append(asked, t.reg.nearHere(r.e.cell, r.e.fold, r.e.birth)...)
	if len(asked) > 0 {
		t.question(r, asked[0], "spelling")
		return
	}
	if away := t.reg.elsewhere(r.e.cell, r.e.fold, r.e.birth); len(away) > 0 && !ownNumbers(away[0], &r.e) {
		t.question(r, away[0], "other_cell")
	}
}

func (t *memberTaker) numbered(r *memberRow) (byCard, byNumber *entry) {
	if at, ok := t.reg.card[r.e.card]; ok && r.e.card != "" {
		byCard = &t.reg.list[at]
	}
	for _, m := range r.macs {
		if at, ok := t.reg.mac[m]; ok {
			byNumber = &t.reg.list[at]
		}
	}
	return byCard, byNumber
}

// numberHit settles a row whose number somebody has: the name must be the same or
// nearly so, or the birth; and the cell must be.
func (t *memberTaker) numberHit(r *memberRow, e *entry, card bool) {
	field := "idno"
	if card {
		field = "card"
	}
	alike := e.fold == r.e.fold || near(e.fold, r.e.fold) || e.birth.IsDay() && e.birth == r.e.birth
	switch {
	case !alike && e.row > 0:
		r.bad(field, "exchange.err.number_twice", "Row", e.row)
	case !alike && r.answer == "":
		r.ask(field, t.hidden("exchange.ask.number", e), "Name", t.nameOf(e))
	case !alike && r.answer == AnswerOther:
		r.bad(field, "exchange.err.number_taken")
	case e.cell != r.e.cell:
		t.twoCells(r, e)
	default:
		t.found(r, e)
	}
}

// twoCells refuses a member in two cells on one day.
func (t *memberTaker) twoCells(r *memberRow, e *entry) {
	field := "cell"
	if !r.has(field) {
		field = r.nameField()
	}
	if e.row > 0 {
		r.bad(field, "exchange.err.two_cells_file", "Row", e.row)
		return
	}
	r.bad(field, "exchange.err.two_cells", "Cell", t.places.byID[e.cell].Name)
}

// found settles a row that is somebody known. A second row for the same person is
// left out when it says the same, asked about when the name is spelled otherwise, and
// else an error.
func (t *memberTaker) found(r *memberRow, e *entry) {
	earlier := cmp.Or(e.row, e.used)
	if earlier == 0 || earlier == r.e.row {
		r.match = e
		return
	}
	switch {
	case viet.SortKey(e.name) != viet.SortKey(r.e.name):
		t.question(r, e, "spelling")
	case agree(e, &r.e):
		r.warn(r.nameField(), "exchange.warn.twice", "Row", earlier)
		r.out = skipped
	default:
		r.bad(r.nameField(), "exchange.err.twice_differs", "Row", earlier)
	}
}

// question asks whether a row is somebody known, unless a person has said so already.
func (t *memberTaker) question(r *memberRow, e *entry, what string) {
	switch r.answer {
	case AnswerOther:
		return
	case AnswerSame:
		switch {
		case e.cell != r.e.cell:
			t.twoCells(r, e)
		case e.row > 0 || e.used > 0:
			r.out = skipped
		default:
			r.match = e
		}
		return
	}
	if e.row > 0 {
		r.ask(r.nameField(), "exchange.ask."+what+"_file", "Name", e.name, "Row", e.row, "Cell", t.places.byID[e.cell].Short)
		return
	}
	r.ask(r.nameField(), t.hidden("exchange.ask."+what, e), "Name", t.nameOf(e), "Birth", t.birthOf(e), "Cell", t.places.byID[e.cell].Short)
}

// hidden gives the words that name nobody, for who may not see the register.
func (t *memberTaker) hidden(key string, e *entry) string {
	if e.row == 0 && !t.sees.Names {
		return key + "_hidden"
	}
	return key
}

func (t *memberTaker) nameOf(e *entry) string {
	if e.row == 0 && !t.sees.Names {
		return ""
	}
	return e.name
}

func (t *memberTaker) birthOf(e *entry) string {
	if e.row == 0 && !t.sees.Records {
		return ""
	}
	return e.birth.Vi()
}

// sameBirth says that two births can be one: a month or a year agrees with a day in
// it, and none with all.
func sameBirth(a, b civil.Date) bool {
	x, y := a.String(), b.String()
	return strings.HasPrefix(x, y) || strings.HasPrefix(y, x)
}

// closeBirth says that one of day, month and year differs: a slip of the pen.
func closeBirth(a, b civil.Date) bool {
	if !a.IsDay() || !b.IsDay() {
		return false
	}
	n := 0
	for _, same := range []bool{a.Day() == b.Day(), a.MonthNum() == b.MonthNum(), a.Year() == b.Year()} {
		if !same {
			n++
		}
	}
	return n == 1
}

// ownNumbers says that both have a number of the same kind and another one each, so
// that they are two persons. An old card number is replaced by a new one.
func ownNumbers(a, b *entry) bool {
	return a.card != "" && b.card != "" && a.card != b.card && len(a.card) == len(b.card) || a.mac != "" && b.mac != "" && a.mac != b.mac
}

// agree says that two rows of one person say the same.
func agree(a, b *entry) bool {
	or := func(x, y string) bool { return x == "" || y == "" || x == y }
	return or(a.card, b.card) && or(a.mac, b.mac) && or(a.phone, b.phone) && or(a.admitted.String(), b.admitted.String()) &&
		or(a.official.String(), b.official.String()) && (a.sex == b.sex || a.sex == 0 || b.sex == 0)
}

// flush settles the rows of a batch: those of new people whose numbers belong to
// somebody outside of the target are refused; the rest is written.
func (t *memberTaker) flush(ctx context.Context) error {
	if err := t.outside(ctx); err != nil {
		return err
	}
	for _, r := range t.batch {
		t.done(r.line, r.out)
		for _, c := range r.changes {
			t.rep.change(c)
		}
		if r.out == fresh || r.out == changed {
			t.touched[r.e.cell] = true
		}
	}
	var err error
	if t.writes() {
		err = t.write(ctx)
	}
	t.batch = t.batch[:0]
	return err
}
