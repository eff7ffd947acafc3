package exchange

import (
	"context"
	"errors"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/sheet"
	"chibo/member"
	"chibo/org"
	"chibo/rulebook"
)

// pass is one walk through a sheet: it looks, or with a transaction it writes.
type pass struct {
	svc     *Service
	kind    Kind
	target  org.Unit
	scope   access.Scope
	actor   access.Actor // whose act it is, for the audit
	day     civil.Date
	sees    sight
	file    *sheet.File
	head    sheet.Head
	m       Mapping
	edits   map[int]map[string]string
	answers map[int]string
	strict  bool   // all rows or none
	tx      *db.Tx // nil: it only looks
	q       db.Q
	told    func(share float64) // may be nil
	seen    func(l *line)       // each row with something to say; may be nil

	rep    Report
	places *places
	reg    *register
	limits member.Limits
	// touched are the cells whose figures change.
	touched map[int64]bool
}

// sight is what the actor may see of people who are there already.
type sight struct {
	Names   bool // who they are
	Records bool // birth, dates, standing
	Phones  bool
	Numbers bool // card and identity number, whole
}

func sightOf(actor access.Actor, u org.Unit) sight {
	a := u.Access()
	return sight{
		Names: actor.Can(access.MemberList, a), Records: actor.Can(access.MemberRead, a),
		Phones: actor.Can(access.Lead, a), Numbers: actor.Can(access.Reveal, a),
	}
}

// taker takes the rows of one kind.
type taker interface {
	// take gives what becomes of an entry, or false when that is said later, by count.
	take(ctx context.Context, l *line) error
	end(ctx context.Context) error
}

// errAbandoned ends a strict writing that met an error; nothing of it stays.
var errAbandoned = errors.New("exchange: rows with errors, nothing is written")

// writes says whether rows are still written.
func (p *pass) writes() bool { return p.tx != nil && (!p.strict || p.rep.Failed == 0) }

func (p *pass) run(ctx context.Context) error {
	var err error
	if p.places, err = loadPlaces(ctx, p.q, p.scope, p.target, p.day); err != nil {
		return err
	}
	p.reg, p.touched = newRegister(), map[int64]bool{}
	p.limits = member.LimitsOf(p.set(p.day))
	if p.kind != Units {
		if err := p.reg.load(ctx, p.q, p.scope, p.day); err != nil {
			return err
		}
	}
	p.rep.Mapping = p.m.headings()
	var t taker
	switch p.kind {
	case Members:
		t = &memberTaker{pass: p, probation: p.set(p.day).Int(rulebook.ProbationMonths)}
	case Units:
		t = &unitTaker{pass: p}
	default:
		t = &officeTaker{pass: p}
	}
	last := p.m.Row + p.m.Height - 1
	err = p.file.Each(ctx, p.m.Sheet, p.head, func(r sheet.Row) error {
		if r.N <= last {
			return nil
		}
		if p.told != nil && r.N%256 == 0 {
			p.told(r.At)
		}
		p.rep.Rows++
		l := &line{row: r, m: &p.m, edits: p.edits[r.N], answer: p.answers[r.N]}
		if l.plain(p.kind) {
			p.done(l, skipped)
			return nil
		}
		if l.answer == AnswerSkip {
			p.done(l, skipped)
			return nil
		}
		return t.take(ctx, l)
	})
	if err != nil {
		return err
	}
	if err := t.end(ctx); err != nil {
		return err
	}
	if p.tx != nil && p.strict && p.rep.Failed > 0 {
		return errAbandoned
	}
	return p.refresh(ctx)
}

// done settles a row.
func (p *pass) done(l *line, o outcome) {
	for _, i := range l.issues {
		p.rep.issue(i)
	}
	if p.seen != nil && len(l.issues) > 0 {
		p.seen(l)
	}
	if o == failed && l.worst() == Question {
		p.rep.Asked++
	}
	p.rep.count(o)
}

// refresh counts the cells again whose members have changed.
func (p *pass) refresh(ctx context.Context) error {
	p.rep.Cells = len(p.touched)
	if p.tx == nil || len(p.touched) == 0 {
		return nil
	}
	cells := make([]member.Cell, 0, len(p.touched))
	for id := range p.touched {
		cells = append(cells, member.Cell{Part: p.places.byID[id].PartID, ID: id})
	}
	return member.RefreshStates(ctx, p.tx, cells, p.tx.Today())
}

func (p *pass) set(day civil.Date) rulebook.Set { return p.svc.Book.At(day, p.target.Path) }
