package exchange

import (
	"context"
	"strings"

	"chibo/internal/civil"
	"chibo/internal/sheet"
	"chibo/internal/viet"
	"chibo/member"
)

// compare lists what the sheet says otherwise than the register. An empty cell says
// nothing; a year says nothing against a day in it.
func (t *memberTaker) compare(r *memberRow) {
	e := r.match
	add := func(field, old, now string, seen bool) {
		if !seen {
			old = ""
		}
		r.changes = append(r.changes, Change{Row: r.e.row, Name: r.e.name, Field: field, Old: old, New: now})
	}
	if viet.SortKey(r.e.name) != viet.SortKey(e.name) {
		add("name", e.name, r.e.name, t.sees.Names)
	}
	if r.e.other != "" && viet.SortKey(r.e.other) != viet.SortKey(e.other) {
		add("other_name", e.other, r.e.other, t.sees.Records)
	}
	if r.e.sex != 0 && r.e.sex != e.sex {
		add("sex", string(rune(e.sex)), string(rune(r.e.sex)), t.sees.Records)
	}
	if says(r.e.birth, e.birth) {
		add("birth", e.birth.Vi(), r.e.birth.Vi(), t.sees.Records)
	}
	if digits := phoneDigits(r.e.phone); digits != "" && digits != phoneDigits(e.phone) {
		old := e.phone
		if !t.sees.Phones {
			old = member.MaskPhone(old)
		}
		add("phone", old, r.e.phone, t.sees.Names)
	}
	if r.e.card != "" && r.e.card != e.card {
		add("card", t.number(e.card), r.e.card, t.sees.Records)
	}
	if r.e.mac != "" && !t.sameNumber(r, e) {
		add("idno", "", member.MaskIDNo(r.idno), false)
	}
	if says(r.e.admitted, e.admitted) {
		add("admitted", e.admitted.Vi(), r.e.admitted.Vi(), t.sees.Records)
	}
	if says(r.e.official, e.official) && (!r.e.reckoned || e.official.IsZero() || e.official.After(t.day)) {
		add("official", e.official.Vi(), r.e.official.Vi(), t.sees.Records)
	} else {
		r.e.official = e.official
	}
	if r.e.spell != "" && r.e.spell != e.spell {
		add("status", e.spell, r.e.spell, t.sees.Records)
	}
	e.official = r.e.official
}

// says tells whether a day of the sheet is news: another one, or one told closer.
func says(now, old civil.Date) bool {
	return !now.IsZero() && now != old && !strings.HasPrefix(old.String(), now.String())
}

func phoneDigits(s string) string {
	d, _, _ := sheet.Phone(sheet.Cell{Text: s})
	return d
}

func (t *memberTaker) number(n string) string {
	if t.sees.Numbers {
		return n
	}
	return member.MaskCard(n)
}

func (t *memberTaker) sameNumber(r *memberRow, e *entry) bool {
	for _, m := range r.macs {
		if m == e.mac {
			return true
		}
	}
	return false
}

// outside refuses new people whose card or identity number the register holds
// elsewhere: they are members there, or have been.
func (t *memberTaker) outside(ctx context.Context) error {
	var cards, macs []string
	for _, r := range t.batch {
		if r.out == fresh || r.out == changed {
			if r.e.card != "" && (r.match == nil || r.match.card != r.e.card) {
				cards = append(cards, r.e.card)
			}
			if r.match == nil || !t.sameNumber(r, r.match) {
				macs = append(macs, r.macs...)
			}
		}
	}
	if len(cards)+len(macs) == 0 {
		return nil
	}
	found, err := member.Numbered(ctx, t.q, cards, macs)
	if err != nil || len(found) == 0 {
		return err
	}
	for _, r := range t.batch {
		if r.out != fresh && r.out != changed {
			continue
		}
		if r.e.card != "" && found[r.e.card] && (r.match == nil || r.match.card != r.e.card) {
			r.bad("card", "exchange.err.elsewhere")
		}
		for _, m := range r.macs {
			if found[m] && (r.match == nil || !t.sameNumber(r, r.match)) {
				r.bad("idno", "exchange.err.elsewhere")
			}
		}
		if r.worst() == Error {
			r.out, r.changes = failed, nil
		}
	}
	return nil
}

func (t *memberTaker) write(ctx context.Context) error {
	b := member.Batch{Keys: t.svc.Keys}
	for _, r := range t.batch {
		switch r.out {
		case fresh:
			t.put(&b, r)
		case changed:
			if err := t.amend(ctx, r); err != nil {
				return err
			}
		}
	}
	return member.AddAll(ctx, t.tx, b)
}

// put adds a new person with membership and spell to the batch. In the register from
// this day on: the sheet does not say since when the member is in the cell, unless it
// has a column for it.
func (t *memberTaker) put(b *member.Batch, r *memberRow) {
	p := member.Person{
		Part: r.e.part, ID: t.tx.ID(), Name: r.e.name, OtherName: r.e.other, Sex: string(rune(r.e.sex)), Birth: r.e.birth,
		Phone: r.e.phone, Card: r.e.card, IDNo: r.idno,
	}
	from := r.since
	if !from.IsDay() {
		from = t.day
	}
	m := member.Membership{
		Part: r.e.part, ID: t.tx.ID(), PersonID: p.ID, CellID: r.e.cell, Kind: member.KindHome, Name: r.e.name, From: from,
		Origin: member.OriginFounded, AdmittedOn: r.e.admitted, OfficialOn: r.e.official,
	}
	b.Persons, b.Memberships = append(b.Persons, p), append(b.Memberships, m)
	if r.e.spell != "" {
		s := member.Spell{Part: m.Part, MembershipID: m.ID, Kind: r.e.spell, From: t.spellDay(r), Place: r.place}
		b.Spells = append(b.Spells, s)
	}
}

func (t *memberTaker) spellDay(r *memberRow) civil.Date {
	if r.spellFrom.IsDay() {
		return r.spellFrom
	}
	return t.day
}

// amend writes what has changed of somebody known.
func (t *memberTaker) amend(ctx context.Context, r *memberRow) error {
	e := r.match
	p, err := member.PersonOf(ctx, t.tx, e.part, e.person)
	if err != nil {
		return err
	}
	version, person, dates := p.Version, false, false
	admitted, official := e.admitted, e.official
	for _, c := range r.changes {
		switch c.Field {
		case "name":
			p.Name, person = r.e.name, true
		case "other_name":
			p.OtherName, person = r.e.other, true
		case "sex":
			p.Sex, person = string(rune(r.e.sex)), true
		case "birth":
			p.Birth, person = r.e.birth, true
		case "phone":
			p.Phone, person = r.e.phone, true
		case "card":
			p.Card, person = r.e.card, true
		case "idno":
			p, person = p.WithoutIDNo(), true
			p.IDNo = r.idno
			if p, err = p.Sealed(t.svc.Keys); err != nil {
				return err
			}
		case "admitted":
			admitted, dates = r.e.admitted, true
		case "official":
			official, dates = r.e.official, true
		case "status":
			if err := t.respell(ctx, r); err != nil {
				return err
			}
		}
	}
	if person {
		if err := member.Amend(ctx, t.tx, p, version); err != nil {
			return err
		}
	}
	if dates {
		return member.SetDates(ctx, t.tx, e.part, e.membership, admitted, official)
	}
	return nil
}

// respell ends the spell of today and begins the one that the sheet tells.
func (t *memberTaker) respell(ctx context.Context, r *memberRow) error {
	e, from := r.match, t.spellDay(r)
	if e.spellID != 0 {
		from = t.day
		if err := member.EndSpell(ctx, t.tx, e.part, e.spellID, from); err != nil {
			return err
		}
	}
	s := member.Spell{Part: e.part, MembershipID: e.membership, Kind: r.e.spell, From: from, Place: r.place}
	err := t.tx.Try(ctx, func() error {
		_, err := member.AddSpell(ctx, t.tx, s)
		return err
	})
	if err == nil || from == t.day {
		return err
	}
	s.From = t.day // the time that the sheet tells meets an earlier one
	_, err = member.AddSpell(ctx, t.tx, s)
	return err
}
